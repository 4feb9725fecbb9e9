// SPDX-License-Identifier: GPL-2.0
/* MODE SENSE and the mode pages (SPC-4 6.13, 6.14, 7.5; SBC-3 6.4; MMC-6). */
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "mode.h"
#include "mmc.h"
#include "pr.h"
#include "reply.h"
#include "sbc.h"
#include "self_test.h"
#include "spc.h"

#define DBD			0x08
#define LLBAA			0x10
#define PAGE_CODE		0x3f
#define ALL_PAGES		0x3f
#define ALL_SUBPAGES		0xff

#define MODE_DATA_MAX		128

#define LU_BLOCKS		(VSCSI_LU_DISK | VSCSI_LU_OPTICAL)

static void caching(const struct vscsi_cmd *cmd, u8 *page)
{
	if (cmd->lu->backend->caps.write_cache)
		page[2] |= 0x04;	/* WCE */
}

static void control(const struct vscsi_cmd *cmd, u8 *page)
{
	page[2] = 0x02;			/* GLTSD: no log is saved */
	page[3] = 0x10;			/* QUEUE ALGORITHM MODIFIER: unrestricted reordering */
	page[5] = 0x40;			/* TAS: aborted by another nexus ends in TASK ABORTED */
	/* EXTENDED SELF-TEST COMPLETION TIME */
	put_unaligned_be16(min_t(u32, vscsi_self_test_seconds(cmd->lu), U16_MAX), page + 10);
}

static void control_current(const struct vscsi_cmd *cmd, u8 *page)
{
	if (READ_ONCE(cmd->lu->params->descriptor_sense))
		page[2] |= MODE_D_SENSE;
	if (READ_ONCE(cmd->lu->params->write_protect))
		page[4] |= MODE_SWP;
}

static void control_saved(const struct vscsi_cmd *cmd, u8 *page)
{
	const struct vscsi_settings *settings = &cmd->lu->pr->saved.settings;

	if (READ_ONCE(settings->descriptor_sense))
		page[2] |= MODE_D_SENSE;
	if (READ_ONCE(settings->write_protect))
		page[4] |= MODE_SWP;
}

static void informational_exceptions(const struct vscsi_cmd *cmd, u8 *page)
{
	page[2] = 0x08;			/* DEXCPT: none is reported */
}

static_assert(2 + MMC_CAPABILITIES_LEN <= MODE_PAGE_MAX);

static const struct mode_page pages[] = {
	{ .code = 0x01, .len = 0x0a, .kinds = LU_BLOCKS },	/* Read-Write Error Recovery */
	{ .code = 0x08, .len = 0x12, .kinds = VSCSI_LU_DISK, .fill = caching },
	{
		.code = 0x0a,
		.len = 0x0a,
		.kinds = VSCSI_LU_DISK,
		.changeable = { [2] = MODE_D_SENSE, [4] = MODE_SWP },
		.fill = control,
		.fill_current = control_current,
		.fill_saved = control_saved,
		.apply = mode_apply_control,
	},
	{ .code = 0x1a, .len = 0x0a, .kinds = VSCSI_LU_OPTICAL }, /* Power Condition: no timers */
	{ .code = 0x1c, .len = 0x0a, .kinds = LU_BLOCKS, .fill = informational_exceptions },
	{ .code = 0x1d, .len = 0x0a, .kinds = VSCSI_LU_OPTICAL, .fill = mmc_timeout_page },
	{
		.code = 0x2a,
		.len = MMC_CAPABILITIES_LEN,
		.kinds = VSCSI_LU_OPTICAL,
		.fill = mmc_capabilities_page,
	},
};

/**
 * mode_page_find() - look a mode page up
 * @kind: of which kind of logical unit
 * @code: PAGE CODE
 *
 * Context: any.
 * Return: the page or NULL.
 */
const struct mode_page *mode_page_find(enum vscsi_lu_kind kind, u8 code)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pages); i++)
		if ((pages[i].kinds & kind) && pages[i].code == code)
			return &pages[i];
	return NULL;
}

/**
 * mode_page_fill() - write a mode page
 * @page: which
 * @cmd: asks its logical unit
 * @pc: PC field of MODE SENSE
 * @buf: zeroes, room for the page: MODE_PAGE_MAX bytes are enough for any
 *
 * Context: any.
 * Return: bytes of the page.
 */
size_t mode_page_fill(const struct mode_page *page, const struct vscsi_cmd *cmd, u8 pc, u8 *buf)
{
	if (pc == MODE_PC_CHANGEABLE)
		memcpy(buf, page->changeable, 2 + page->len);
	else if (page->fill)
		page->fill(cmd, buf);
	if (pc == MODE_PC_CURRENT && page->fill_current)
		page->fill_current(cmd, buf);
	if (pc == MODE_PC_SAVED && page->fill_saved)
		page->fill_saved(cmd, buf);
	buf[0] = page->code;
	if (page->fill_saved && vscsi_saved_possible(cmd->lu))
		buf[0] |= MODE_PS;
	buf[1] = page->len;
	return 2 + page->len;
}

/* The pages that were asked for; 0 bytes: there is no such page. */
static size_t put_mode_pages(const struct vscsi_cmd *cmd, u8 *buf)
{
	u8 code = cmd->cdb[2] & PAGE_CODE;
	size_t len = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pages); i++)
		if ((pages[i].kinds & cmd->kind) && (code == ALL_PAGES || code == pages[i].code))
			len += mode_page_fill(&pages[i], cmd, cmd->cdb[2] >> 6, buf + len);
	return len;
}

/* SBC-3 6.4.2.2 */
static size_t put_short_block_desc(const struct vscsi_lu *lu, u8 *buf)
{
	put_unaligned_be32(min_t(u64, READ_ONCE(lu->blocks), U32_MAX), buf);
	put_unaligned_be24(lu->block_size, buf + 5);
	return MODE_SHORT_DESC_LEN;
}

/* SBC-3 6.4.2.3 */
static size_t put_long_block_desc(const struct vscsi_lu *lu, u8 *buf)
{
	put_unaligned_be64(READ_ONCE(lu->blocks), buf);
	put_unaligned_be32(lu->block_size, buf + 12);
	return MODE_LONG_DESC_LEN;
}

/* DEVICE-SPECIFIC PARAMETER, SBC-3 6.4.1; reserved in MMC-6 */
static u8 device_specific(const struct vscsi_cmd *cmd)
{
	if (cmd->kind != VSCSI_LU_DISK)
		return 0;
	return (vscsi_lu_read_only(cmd->lu) ? MODE_WP : 0) |
	       (sbc_has_fua(cmd->lu) ? MODE_DPOFUA : 0);
}

/* MMC-6: a drive has no block descriptors. */
static bool wants_block_desc(const struct vscsi_cmd *cmd)
{
	return cmd->kind == VSCSI_LU_DISK && !(cmd->cdb[1] & DBD);
}

static bool check_request(struct vscsi_cmd *cmd)
{
	if (cmd->cdb[3] && cmd->cdb[3] != ALL_SUBPAGES) {
		vscsi_fail_field(cmd, 3, 7);
		return false;
	}
	if (cmd->cdb[2] >> 6 == MODE_PC_SAVED && !vscsi_saved_possible(cmd->lu)) {
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
	if (wants_block_desc(cmd))
		len += put_short_block_desc(cmd->lu, buf + len);
	buf[3] = len - 4;
	pages_len = put_mode_pages(cmd, buf + len);
	if (!pages_len) {
		vscsi_fail_field(cmd, 2, 5);
		return;
	}
	len += pages_len;
	buf[0] = len - 1;
	buf[2] = device_specific(cmd);
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
	bool desc = wants_block_desc(cmd), long_lba = desc && (cmd->cdb[1] & LLBAA);
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
	buf[3] = device_specific(cmd);
	buf[4] = long_lba ? MODE_LONGLBA : 0;
	vscsi_reply(cmd, buf, len);
}
