// SPDX-License-Identifier: GPL-2.0
/* What is on a disc: one session with one track of data, on one layer (MMC-6). */
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/unaligned.h>

#include "mmc.h"
#include "reply.h"
#include "sbc.h"

#define TRACK			1
#define SESSION			1
#define LEAD_OUT		0xaa
#define DATA_TRACK		0x14	/* ADR 1, CONTROL 4: data, uninterrupted */
#define CONTROL_DATA		0x04

/* READ TOC/PMA/ATIP */
#define MSF			0x02
#define TOC_FORMAT		0x0f
#define TOC_TRACKS		0
#define TOC_SESSIONS		1
#define TOC_DESCRIPTOR_LEN	8
#define FRAMES			75	/* in a second */
#define MSF_OFFSET		150	/* of LBA 0, in frames */
#define MSF_MAX			0xff3b4a

/* READ DISC INFORMATION */
#define DATA_TYPE		0x07
#define ERASABLE		0x10
#define SESSION_COMPLETE	0x0c
#define DISC_COMPLETE		0x02
#define DISC_RANDOM_ACCESS	0x03
#define UNRESTRICTED_USE	0x20

/* READ TRACK INFORMATION, address type */
#define ADDRESS_TYPE		0x03
#define ADDRESS_LBA		0
#define ADDRESS_TRACK		1
#define ADDRESS_SESSION		2
#define DATA_MODE_1		0x01

/* READ DVD STRUCTURE */
#define MEDIA_TYPE		0x0f
#define MEDIA_DVD		0
#define STRUCTURE_HEADER_LEN	4
#define PHYSICAL_LEN		17	/* the rest of the block is the medium's own: none */
#define STRUCTURE_READABLE	0x40
#define BOOK_DVD_ROM		0x01	/* book type and part version */
#define BOOK_DVD_RAM		0x16
#define RATE_UNKNOWN		0x0f
#define LAYER_EMBOSSED		0x01
#define LAYER_REWRITABLE	0x04
#define DVD_ROM_START		0x030000	/* physical sector of LBA 0 */
#define DVD_RAM_START		0x031000
#define SECTOR_MAX		0xffffff

/* READ CD */
#define SECTOR_TYPE(cmd)	((cmd)->cdb[1] >> 2 & 0x07)
#define SECTOR_TYPE_ANY		0
#define SECTOR_TYPE_LAST	5
#define USER_DATA		0x10

static u32 last_lba_plus_one(const struct vscsi_lu *lu)
{
	return min_t(u64, READ_ONCE(lu->blocks), U32_MAX);
}

/* Minute, second, frame in the low three bytes. */
static u32 lba_to_msf(u32 lba)
{
	u64 frames = (u64)lba + MSF_OFFSET;
	u64 minutes = frames / (60 * FRAMES);

	if (minutes > U8_MAX)
		return MSF_MAX;
	return minutes << 16 | frames / FRAMES % 60 << 8 | frames % FRAMES;
}

static size_t put_toc_descriptor(const struct vscsi_cmd *cmd, u8 track, u32 lba, u8 *buf)
{
	buf[1] = DATA_TRACK;
	buf[2] = track;
	put_unaligned_be32(cmd->cdb[1] & MSF ? lba_to_msf(lba) : lba, buf + 4);
	return TOC_DESCRIPTOR_LEN;
}

static void reply_toc(struct vscsi_cmd *cmd, u8 *buf, size_t len)
{
	put_unaligned_be16(len - 2, buf);
	buf[2] = TRACK;		/* first and last one; of sessions the same */
	buf[3] = TRACK;
	vscsi_reply(cmd, buf, len);
}

static void toc_tracks(struct vscsi_cmd *cmd)
{
	u8 buf[4 + 2 * TOC_DESCRIPTOR_LEN] = { 0 }, first = cmd->cdb[6];
	size_t len = 4;

	if (first > TRACK && first != LEAD_OUT) {
		vscsi_fail_field(cmd, 6, 7);
		return;
	}
	if (first != LEAD_OUT)
		len += put_toc_descriptor(cmd, TRACK, 0, buf + len);
	len += put_toc_descriptor(cmd, LEAD_OUT, last_lba_plus_one(cmd->lu), buf + len);
	reply_toc(cmd, buf, len);
}

static void toc_sessions(struct vscsi_cmd *cmd)
{
	u8 buf[4 + TOC_DESCRIPTOR_LEN] = { 0 };

	put_toc_descriptor(cmd, TRACK, 0, buf + 4);
	reply_toc(cmd, buf, sizeof(buf));
}

/**
 * mmc_read_toc() - READ TOC/PMA/ATIP (MMC-6)
 * @cmd: the command
 *
 * A DVD has no table of contents; what drives show instead is one track and the lead-out.
 *
 * Context: any.
 */
void mmc_read_toc(struct vscsi_cmd *cmd)
{
	switch (cmd->cdb[2] & TOC_FORMAT) {
	case TOC_TRACKS:
		toc_tracks(cmd);
		break;
	case TOC_SESSIONS:
		toc_sessions(cmd);
		break;
	default:
		vscsi_fail_field(cmd, 2, 3);
	}
}

/**
 * mmc_read_disc_information() - READ DISC INFORMATION (MMC-6)
 * @cmd: the command
 *
 * Standard disc information only.
 *
 * Context: any.
 */
void mmc_read_disc_information(struct vscsi_cmd *cmd)
{
	bool rewritable = mmc_is_rewritable(cmd->lu);
	u8 buf[34] = {
		[1] = sizeof(buf) - 2,
		[2] = SESSION_COMPLETE | (rewritable ? ERASABLE | DISC_RANDOM_ACCESS
						     : DISC_COMPLETE),
		[3] = TRACK,		/* first on the disc */
		[4] = SESSION,		/* number of sessions */
		[5] = TRACK,		/* first and last in the last session */
		[6] = TRACK,
		[7] = UNRESTRICTED_USE,
	};

	if (cmd->cdb[1] & DATA_TYPE)
		vscsi_fail_field(cmd, 1, 2);
	else
		vscsi_reply(cmd, buf, sizeof(buf));
}

static bool check_address(struct vscsi_cmd *cmd)
{
	u32 address = get_unaligned_be32(cmd->cdb + 2);

	switch (cmd->cdb[1] & ADDRESS_TYPE) {
	case ADDRESS_LBA:
		if (address < READ_ONCE(cmd->lu->blocks))
			return true;
		vscsi_cmd_complete(cmd, VSCSI_LBA_RANGE);
		return false;
	case ADDRESS_TRACK:
	case ADDRESS_SESSION:
		if (address == 1)
			return true;
		vscsi_fail_field(cmd, 2, 7);
		return false;
	default:
		vscsi_fail_field(cmd, 1, 1);
		return false;
	}
}

/**
 * mmc_read_track_information() - READ TRACK INFORMATION (MMC-6)
 * @cmd: the command
 *
 * Context: any.
 */
void mmc_read_track_information(struct vscsi_cmd *cmd)
{
	u8 buf[48] = {
		[1] = sizeof(buf) - 2,
		[2] = TRACK,
		[3] = SESSION,
		[5] = CONTROL_DATA,
		[6] = DATA_MODE_1,
	};

	if (!check_address(cmd))
		return;
	put_unaligned_be32(last_lba_plus_one(cmd->lu), buf + 24);	/* track size */
	vscsi_reply(cmd, buf, sizeof(buf));
}

static void put_structure_header(u8 *buf, size_t len)
{
	put_unaligned_be16(len - 2, buf);
}

/* The end of the data area is a physical sector number of 24 bits. */
static void structure_physical(struct vscsi_cmd *cmd)
{
	static const u8 zeroes[MMC_BLOCK_SIZE - PHYSICAL_LEN];
	u8 buf[STRUCTURE_HEADER_LEN + PHYSICAL_LEN] = { 0 }, *data = buf + STRUCTURE_HEADER_LEN;
	bool ram = mmc_is_rewritable(cmd->lu);
	u32 first = ram ? DVD_RAM_START : DVD_ROM_START;

	put_structure_header(buf, STRUCTURE_HEADER_LEN + MMC_BLOCK_SIZE);
	data[0] = ram ? BOOK_DVD_RAM : BOOK_DVD_ROM;
	data[1] = RATE_UNKNOWN;
	data[2] = ram ? LAYER_REWRITABLE : LAYER_EMBOSSED;
	put_unaligned_be24(first, data + 5);
	put_unaligned_be24(min_t(u64, first + READ_ONCE(cmd->lu->blocks) - 1, SECTOR_MAX),
			   data + 9);
	vscsi_reply_at(cmd, 0, buf, sizeof(buf));
	vscsi_reply_at(cmd, sizeof(buf), zeroes, sizeof(zeroes));
	vscsi_cmd_complete(cmd, VSCSI_OK);
}

/* No protection system, all regions. */
static void structure_copyright(struct vscsi_cmd *cmd)
{
	u8 buf[STRUCTURE_HEADER_LEN + 4] = { 0 };

	put_structure_header(buf, sizeof(buf));
	vscsi_reply(cmd, buf, sizeof(buf));
}

static void structure_list(struct vscsi_cmd *cmd)
{
	static const struct {
		u8 format;
		u16 len;
	} formats[] = {
		{ 0x00, STRUCTURE_HEADER_LEN + MMC_BLOCK_SIZE },
		{ 0x01, STRUCTURE_HEADER_LEN + 4 },
	};
	u8 buf[STRUCTURE_HEADER_LEN + 4 * ARRAY_SIZE(formats)] = { 0 }, *entry;
	unsigned int i;

	put_structure_header(buf, sizeof(buf));
	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		entry = buf + STRUCTURE_HEADER_LEN + 4 * i;
		entry[0] = formats[i].format;
		entry[1] = STRUCTURE_READABLE;
		put_unaligned_be16(formats[i].len, entry + 2);
	}
	vscsi_reply(cmd, buf, sizeof(buf));
}

/**
 * mmc_read_dvd_structure() - READ DISC STRUCTURE of a DVD (MMC-6)
 * @cmd: the command
 *
 * Physical format, copyright, and the list of what there is.
 *
 * Context: any.
 */
void mmc_read_dvd_structure(struct vscsi_cmd *cmd)
{
	if ((cmd->cdb[1] & MEDIA_TYPE) != MEDIA_DVD) {
		vscsi_fail_field(cmd, 1, 3);
		return;
	}
	if (cmd->cdb[6]) {
		vscsi_fail_field(cmd, 6, 7);
		return;
	}
	switch (cmd->cdb[7]) {
	case 0x00:
		structure_physical(cmd);
		break;
	case 0x01:
		structure_copyright(cmd);
		break;
	case 0xff:
		structure_list(cmd);
		break;
	default:
		vscsi_fail_field(cmd, 7, 7);
	}
}

/**
 * mmc_read_cd_data_len() - bytes that READ CD moves
 * @cmd: the command
 *
 * Context: any.
 */
u64 mmc_read_cd_data_len(const struct vscsi_cmd *cmd)
{
	return cmd->cdb[9] & USER_DATA ? (u64)cmd->nr_blocks << MMC_BLOCK_SHIFT : 0;
}

/**
 * mmc_read_cd() - READ CD (MMC-6)
 * @cmd: the command
 *
 * Sectors of a DVD have user data and none of a CD's headers, subchannels or C2 errors, and
 * are of none of its types.
 *
 * Context: what sbc_read_exec() said.
 */
void mmc_read_cd(struct vscsi_cmd *cmd)
{
	u8 more = cmd->cdb[9] & ~USER_DATA;

	if (more)
		vscsi_fail_field(cmd, 9, fls(more) - 1);
	else if (cmd->cdb[10])
		vscsi_fail_field(cmd, 10, 2);
	else if (SECTOR_TYPE(cmd) > SECTOR_TYPE_LAST)
		vscsi_fail_field(cmd, 1, 4);
	else if (SECTOR_TYPE(cmd) != SECTOR_TYPE_ANY)
		vscsi_cmd_complete(cmd, VSCSI_TRACK_MODE);
	else if (cmd->cdb[9])
		sbc_read(cmd);
	else
		vscsi_cmd_complete(cmd, VSCSI_OK);
}
