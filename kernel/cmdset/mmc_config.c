// SPDX-License-Identifier: GPL-2.0
/* GET CONFIGURATION: profiles and features (MMC-6). */
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/unaligned.h>

#include "mmc.h"
#include "reply.h"

/* RT field */
#define RT			0x03
#define RT_CURRENT		1
#define RT_ONE			2
#define RT_RESERVED		3

#define PROFILE_NONE		0x0000
#define PROFILE_DVD_ROM		0x0010
#define PROFILE_DVD_RAM		0x0012

#define HEADER_LEN		8
#define FEATURE_HEADER_LEN	4
#define CONFIGURATION_MAX	128

#define VERSION_SHIFT		2
#define PERSISTENT		0x02
#define CURRENT			0x01

#define PHYSICAL_SCSI		1
#define INQ2			0x02	/* INQUIRY does vital product data */
#define TRAY_LOAD_EJECT_LOCK	0x39
#define DVD_BLOCKING		16	/* blocks in an ECC block */
#define PAGE_PRESENT		0x01	/* the Read-Write Error Recovery mode page */

/**
 * struct feature - a feature of the drive
 * @code: feature code
 * @version: of its descriptor
 * @len: bytes behind the header of its descriptor
 * @current_with: tells whether it is current; NULL: always, and the feature is persistent
 * @fill: fills in those bytes; NULL: zeroes
 */
struct feature {
	u16 code;
	u8 version;
	u8 len;
	bool (*current_with)(const struct vscsi_lu *lu);
	void (*fill)(const struct vscsi_lu *lu, u8 *data);
};

static u16 current_profile(const struct vscsi_lu *lu)
{
	if (!mmc_has_medium(lu))
		return PROFILE_NONE;
	return mmc_is_rewritable(lu) ? PROFILE_DVD_RAM : PROFILE_DVD_ROM;
}

static void put_profile(const struct vscsi_lu *lu, u16 profile, u8 *data)
{
	put_unaligned_be16(profile, data);
	data[2] = profile == current_profile(lu) ? CURRENT : 0;
}

static void profile_list(const struct vscsi_lu *lu, u8 *data)
{
	put_profile(lu, PROFILE_DVD_RAM, data);
	put_profile(lu, PROFILE_DVD_ROM, data + 4);
}

static void core(const struct vscsi_lu *lu, u8 *data)
{
	put_unaligned_be32(PHYSICAL_SCSI, data);
	data[4] = INQ2;
}

static void removable_medium(const struct vscsi_lu *lu, u8 *data)
{
	data[0] = TRAY_LOAD_EJECT_LOCK;
}

static void put_blocks(u8 *data)
{
	put_unaligned_be32(MMC_BLOCK_SIZE, data);
	put_unaligned_be16(DVD_BLOCKING, data + 4);
	data[6] = PAGE_PRESENT;
}

static void random_readable(const struct vscsi_lu *lu, u8 *data)
{
	put_blocks(data);
}

static void random_writable(const struct vscsi_lu *lu, u8 *data)
{
	if (mmc_is_rewritable(lu))
		put_unaligned_be32(min_t(u64, lu->blocks - 1, U32_MAX), data);
	put_blocks(data + 4);
}

static const struct feature features[] = {
	{ 0x0000, 0, 8, NULL, profile_list },
	{ 0x0001, 2, 8, NULL, core },
	{ 0x0002, 1, 4, NULL, NULL },			/* Morphing: polled events only */
	{ 0x0003, 2, 4, NULL, removable_medium },
	{ 0x0010, 0, 8, mmc_has_medium, random_readable },
	{ 0x001f, 1, 4, mmc_has_medium, NULL },		/* DVD Read: one layer */
	{ 0x0020, 1, 12, mmc_is_rewritable, random_writable },
	{ 0x0100, 0, 0, NULL, NULL },			/* Power Management: no timers */
	{ 0x0105, 1, 4, NULL, NULL },			/* Timeout */
};

static bool is_current(const struct feature *f, const struct vscsi_lu *lu)
{
	return !f->current_with || f->current_with(lu);
}

static bool is_wanted(const struct vscsi_cmd *cmd, const struct feature *f)
{
	u16 first = get_unaligned_be16(cmd->cdb + 2);

	switch (cmd->cdb[1] & RT) {
	case RT_ONE:
		return f->code == first;
	case RT_CURRENT:
		return f->code >= first && is_current(f, cmd->lu);
	default:
		return f->code >= first;
	}
}

static size_t put_feature(const struct vscsi_lu *lu, const struct feature *f, u8 *buf)
{
	put_unaligned_be16(f->code, buf);
	buf[2] = f->version << VERSION_SHIFT | (f->current_with ? 0 : PERSISTENT) |
		 (is_current(f, lu) ? CURRENT : 0);
	buf[3] = f->len;
	if (f->fill)
		f->fill(lu, buf + FEATURE_HEADER_LEN);
	return FEATURE_HEADER_LEN + f->len;
}

/**
 * mmc_get_configuration() - GET CONFIGURATION (MMC-6)
 * @cmd: the command
 *
 * A medium that may be written is a DVD-RAM, any other a DVD-ROM.
 *
 * Context: any.
 */
void mmc_get_configuration(struct vscsi_cmd *cmd)
{
	u8 buf[CONFIGURATION_MAX] = { 0 };
	size_t len = HEADER_LEN;
	unsigned int i;

	if ((cmd->cdb[1] & RT) == RT_RESERVED) {
		vscsi_fail_field(cmd, 1, 1);
		return;
	}
	for (i = 0; i < ARRAY_SIZE(features); i++)
		if (is_wanted(cmd, &features[i]))
			len += put_feature(cmd->lu, &features[i], buf + len);
	put_unaligned_be32(len - 4, buf);
	put_unaligned_be16(current_profile(cmd->lu), buf + 6);
	vscsi_reply(cmd, buf, len);
}
