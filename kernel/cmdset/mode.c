// SPDX-License-Identifier: GPL-2.0
/* MODE SENSE and the mode pages (SPC-4 6.13, 6.14, 7.5; SBC-3 6.4). */
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "reply.h"
#include "sbc.h"
#include "spc.h"

#define DBD			0x08
#define LLBAA			0x10
#define PAGE_CODE		0x3f
#define ALL_PAGES		0x3f
#define ALL_SUBPAGES		0xff

/* Page control */
#define PC_CHANGEABLE		1
#define PC_SAVED		3

#define WP			0x80
#define DPOFUA			0x10
#define LONGLBA			0x01

#define SHORT_BLOCK_DESC_LEN	8
#define LONG_BLOCK_DESC_LEN	16
#define MODE_DATA_MAX		128

struct mode_page {
	u8 code;
	u8 len;				/* bytes behind code and length */
	void (*fill)(const struct vscsi_lu *lu, u8 *page);	/* others are 0 */
};

static void caching(const struct vscsi_lu *lu, u8 *page)
{
	if (lu->backend->caps.write_cache)
		page[2] |= 0x04;	/* WCE */
}

static void control(const struct vscsi_lu *lu, u8 *page)
{
	page[2] = 0x02;			/* GLTSD: no log is saved */
	page[3] = 0x10;			/* QUEUE ALGORITHM MODIFIER: unrestricted reordering */
	page[5] = 0x40;			/* TAS: aborted by another nexus ends in TASK ABORTED */
}

static void informational_exceptions(const struct vscsi_lu *lu, u8 *page)
{
	page[2] = 0x08;			/* DEXCPT: none is reported */
}

static const struct mode_page pages[] = {
	{ 0x01, 0x0a, NULL },		/* Read-Write Error Recovery */
	{ 0x08, 0x12, caching },
	{ 0x0a, 0x0a, control },
	{ 0x1c, 0x0a, informational_exceptions },
};

/* Nothing is changeable, and so the current values are the default ones. */
static size_t put_mode_page(const struct vscsi_cmd *cmd, const struct mode_page *page, u8 *buf)
{
	buf[0] = page->code;
	buf[1] = page->len;
	if (page->fill && cmd->cdb[2] >> 6 != PC_CHANGEABLE)
		page->fill(cmd->lu, buf);
	return 2 + page->len;
}

/* The pages that were asked for; 0 bytes: there is no such page. */
static size_t put_mode_pages(const struct vscsi_cmd *cmd, u8 *buf)
{
	u8 code = cmd->cdb[2] & PAGE_CODE;
	size_t len = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pages); i++)
		if (code == ALL_PAGES || code == pages[i].code)
			len += put_mode_page(cmd, &pages[i], buf + len);
	return len;
}

/* SBC-3 6.4.2.2 */
static size_t put_short_block_desc(const struct vscsi_lu *lu, u8 *buf)
{
	put_unaligned_be32(min_t(u64, READ_ONCE(lu->blocks), U32_MAX), buf);
	put_unaligned_be24(lu->block_size, buf + 5);
	return SHORT_BLOCK_DESC_LEN;
}

/* SBC-3 6.4.2.3 */
static size_t put_long_block_desc(const struct vscsi_lu *lu, u8 *buf)
{
	put_unaligned_be64(READ_ONCE(lu->blocks), buf);
	put_unaligned_be32(lu->block_size, buf + 12);
	return LONG_BLOCK_DESC_LEN;
}

/* DEVICE-SPECIFIC PARAMETER, SBC-3 6.4.1 */
static u8 device_specific(const struct vscsi_lu *lu)
{
	return (vscsi_lu_read_only(lu) ? WP : 0) | (sbc_has_fua(lu) ? DPOFUA : 0);
}

static bool check_request(struct vscsi_cmd *cmd)
{
	if (cmd->cdb[3] && cmd->cdb[3] != ALL_SUBPAGES) {
		vscsi_fail_field(cmd, 3, 7);
		return false;
	}
	if (cmd->cdb[2] >> 6 == PC_SAVED) {
		vscsi_cmd_complete(cmd, VSCSI_SAVING_UNSUPPORTED);
		return false;
	}
	return true;
}

/**
 * spc_mode_sense_6() - MODE SENSE(6) (SPC-4 6.13)
 * @cmd: the command
 *
 * Context: any.
 */
void spc_mode_sense_6(struct vscsi_cmd *cmd)
{
	u8 buf[MODE_DATA_MAX] = { 0 };
	size_t len = 4, pages_len;

	if (!check_request(cmd))
		return;
	if (!(cmd->cdb[1] & DBD))
		len += put_short_block_desc(cmd->lu, buf + len);
	buf[3] = len - 4;
	pages_len = put_mode_pages(cmd, buf + len);
	if (!pages_len) {
		vscsi_fail_field(cmd, 2, 5);
		return;
	}
	len += pages_len;
	buf[0] = len - 1;
	buf[2] = device_specific(cmd->lu);
	vscsi_reply(cmd, buf, len);
}

/**
 * spc_mode_sense_10() - MODE SENSE(10) (SPC-4 6.14)
 * @cmd: the command
 *
 * With LLBAA the block descriptor is a long one.
 *
 * Context: any.
 */
void spc_mode_sense_10(struct vscsi_cmd *cmd)
{
	bool desc = !(cmd->cdb[1] & DBD), long_lba = desc && (cmd->cdb[1] & LLBAA);
	u8 buf[MODE_DATA_MAX] = { 0 };
	size_t len = 8, pages_len;

	if (!check_request(cmd))
		return;
	if (long_lba)
		len += put_long_block_desc(cmd->lu, buf + len);
	else if (desc)
		len += put_short_block_desc(cmd->lu, buf + len);
	put_unaligned_be16(len - 8, buf + 6);
	pages_len = put_mode_pages(cmd, buf + len);
	if (!pages_len) {
		vscsi_fail_field(cmd, 2, 5);
		return;
	}
	len += pages_len;
	put_unaligned_be16(len - 2, buf);
	buf[3] = device_specific(cmd->lu);
	buf[4] = long_lba ? LONGLBA : 0;
	vscsi_reply(cmd, buf, len);
}
