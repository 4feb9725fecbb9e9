// SPDX-License-Identifier: GPL-2.0
/* MODE SELECT (SPC-4 6.11, 6.12): the whole list is checked before any of it is applied. */
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "mode.h"
#include "opcode.h"
#include "pr.h"
#include "reply.h"
#include "sbc.h"
#include "spc.h"

#define PF			0x10
#define PF_BIT			4
#define SP			0x01
#define SP_BIT			0

#define SPF			0x40
#define PAGE_CODE		0x3f

/* Longer lists repeat themselves. */
#define MODE_LIST_MAX		256

/**
 * struct mode_list - a parameter list of MODE SELECT
 * @buf: its bytes
 * @len: how many
 * @desc_at: where the block descriptor begins
 * @desc_len: its length, 0: there is none
 * @pages_at: where the pages begin
 */
struct mode_list {
	u8 buf[MODE_LIST_MAX];
	u32 len;
	u32 desc_at;
	u32 desc_len;
	u32 pages_at;
};

/* True if that was not so before. */
static bool set_control(struct vscsi_lu_params *params, bool descriptor_sense, bool write_protect)
{
	bool changed = descriptor_sense != READ_ONCE(params->descriptor_sense) ||
		       write_protect != READ_ONCE(params->write_protect);

	WRITE_ONCE(params->descriptor_sense, descriptor_sense);
	WRITE_ONCE(params->write_protect, write_protect);
	return changed;
}

/* Both under one lock: of two clients that do this, one has the last word in both. */
static enum vscsi_reason save_and_set_control(struct vscsi_cmd *cmd, bool descriptor_sense,
					      bool write_protect, bool *changed)
{
	struct vscsi_settings *settings = vscsi_settings_begin(cmd->lu);
	enum vscsi_reason reason = VSCSI_OK;

	if (!settings)
		return VSCSI_OUT_OF_RESOURCES;
	if (settings->descriptor_sense != descriptor_sense ||
	    settings->write_protect != write_protect) {
		settings->descriptor_sense = descriptor_sense;
		settings->write_protect = write_protect;
		reason = vscsi_settings_commit(cmd->lu, settings);
	}
	if (reason == VSCSI_OK)
		*changed |= set_control(cmd->lu->params, descriptor_sense, write_protect);
	vscsi_settings_end(cmd->lu, settings);
	return reason;
}

/**
 * mode_apply_control() - take over the changeable bits of the Control page (SPC-4 7.5.8)
 * @cmd: a MODE SELECT
 * @page: the page, checked
 * @changed: set if a bit was another before
 *
 * Before writing is inhibited, what is cached is written.  With SP they are saved, or nothing
 * changes.
 *
 * Context: process, may sleep.
 * Return: the outcome.
 */
enum vscsi_reason mode_apply_control(struct vscsi_cmd *cmd, const u8 *page, bool *changed)
{
	struct vscsi_lu_params *params = cmd->lu->params;
	bool descriptor_sense = page[2] & MODE_D_SENSE;
	bool write_protect = page[4] & MODE_SWP;
	enum vscsi_reason reason = VSCSI_OK;

	if (write_protect && !READ_ONCE(params->write_protect))
		reason = sbc_flush(cmd);
	if (reason != VSCSI_OK)
		return reason;
	if (cmd->cdb[1] & SP)
		return save_and_set_control(cmd, descriptor_sense, write_protect, changed);
	*changed |= set_control(params, descriptor_sense, write_protect);
	return VSCSI_OK;
}

/* Medium type and device-specific parameter: what MODE SENSE gives for them is ignored. */
static enum vscsi_reason check_header_bytes(struct vscsi_cmd *cmd, const u8 *buf, u32 at)
{
	u8 wrong = buf[at + 1] & ~(MODE_WP | MODE_DPOFUA);

	if (buf[at])
		return vscsi_param_error(cmd, at, 7);
	return wrong ? vscsi_param_error(cmd, at + 1, fls(wrong) - 1) : VSCSI_OK;
}

/* SPC-4 7.5.5: MODE DATA LENGTH is reserved. */
static enum vscsi_reason check_header_6(struct vscsi_cmd *cmd, struct mode_list *list)
{
	const u8 *buf = list->buf;

	list->desc_at = 4;
	if (list->len < list->desc_at)
		return VSCSI_PARAM_LENGTH;
	list->desc_len = buf[3];
	list->pages_at = list->desc_at + list->desc_len;
	if (buf[0])
		return vscsi_param_error(cmd, 0, 7);
	if (list->desc_len && list->desc_len != MODE_SHORT_DESC_LEN)
		return vscsi_param_error(cmd, 3, 7);
	return check_header_bytes(cmd, buf, 1);
}

static enum vscsi_reason check_header_10(struct vscsi_cmd *cmd, struct mode_list *list)
{
	const u8 *buf = list->buf;

	list->desc_at = 8;
	if (list->len < list->desc_at)
		return VSCSI_PARAM_LENGTH;
	list->desc_len = get_unaligned_be16(buf + 6);
	list->pages_at = list->desc_at + list->desc_len;
	if (get_unaligned_be16(buf))
		return vscsi_param_error(cmd, 0, 7);
	if (buf[4] & ~MODE_LONGLBA)
		return vscsi_param_error(cmd, 4, fls(buf[4] & ~MODE_LONGLBA) - 1);
	if (buf[5])
		return vscsi_param_error(cmd, 5, 7);
	if (list->desc_len && list->desc_len != (buf[4] & MODE_LONGLBA ? MODE_LONG_DESC_LEN :
									  MODE_SHORT_DESC_LEN))
		return vscsi_param_error(cmd, 6, 7);
	return check_header_bytes(cmd, buf, 2);
}

/* SBC-3 6.4.2: neither capacity nor block size can be changed; 0 and all ones mean "as it is". */
static enum vscsi_reason check_short_desc(struct vscsi_cmd *cmd, const struct mode_list *list)
{
	const u8 *desc = list->buf + list->desc_at;
	u32 blocks = get_unaligned_be32(desc);

	if (blocks && blocks != U32_MAX &&
	    blocks != min_t(u64, READ_ONCE(cmd->lu->blocks), U32_MAX))
		return vscsi_param_error(cmd, list->desc_at, 7);
	if (desc[4])
		return vscsi_param_error(cmd, list->desc_at + 4, 7);
	if (get_unaligned_be24(desc + 5) != cmd->lu->block_size)
		return vscsi_param_error(cmd, list->desc_at + 5, 7);
	return VSCSI_OK;
}

static enum vscsi_reason check_long_desc(struct vscsi_cmd *cmd, const struct mode_list *list)
{
	const u8 *desc = list->buf + list->desc_at;
	u64 blocks = get_unaligned_be64(desc);

	if (blocks && blocks != U64_MAX && blocks != READ_ONCE(cmd->lu->blocks))
		return vscsi_param_error(cmd, list->desc_at, 7);
	if (get_unaligned_be32(desc + 8))
		return vscsi_param_error(cmd, list->desc_at + 8, 7);
	if (get_unaligned_be32(desc + 12) != cmd->lu->block_size)
		return vscsi_param_error(cmd, list->desc_at + 12, 7);
	return VSCSI_OK;
}

static enum vscsi_reason check_desc(struct vscsi_cmd *cmd, const struct mode_list *list)
{
	if (list->pages_at > list->len)
		return VSCSI_PARAM_LENGTH;
	if (!list->desc_len)
		return VSCSI_OK;
	return list->desc_len == MODE_LONG_DESC_LEN ? check_long_desc(cmd, list) :
						      check_short_desc(cmd, list);
}

/* What is not changeable must have the value that it has (SPC-4 6.11). */
static enum vscsi_reason check_page_bits(struct vscsi_cmd *cmd, const struct mode_page *page,
					 const u8 *buf, u32 at)
{
	u8 current_page[MODE_PAGE_MAX] = { 0 };
	u32 i, len = mode_page_fill(page, cmd, MODE_PC_CURRENT, current_page);
	u8 wrong;

	for (i = 2; i < len; i++) {
		wrong = (buf[at + i] ^ current_page[i]) & ~page->changeable[i];
		if (wrong)
			return vscsi_param_error(cmd, at + i, fls(wrong) - 1);
	}
	return VSCSI_OK;
}

static enum vscsi_reason check_page(struct vscsi_cmd *cmd, const struct mode_list *list, u32 at)
{
	const struct mode_page *page;

	if (list->len - at < 2)
		return VSCSI_PARAM_LENGTH;
	if (list->buf[at] & MODE_PS)
		return vscsi_param_error(cmd, at, 7);
	if (list->buf[at] & SPF)
		return vscsi_param_error(cmd, at, 6);
	page = mode_page_find(cmd->kind, list->buf[at] & PAGE_CODE);
	if (!page)
		return vscsi_param_error(cmd, at, 5);
	if (list->buf[at + 1] != page->len)
		return vscsi_param_error(cmd, at + 1, 7);
	if (list->len - at < 2 + page->len)
		return VSCSI_PARAM_LENGTH;
	return check_page_bits(cmd, page, list->buf, at);
}

static enum vscsi_reason check_pages(struct vscsi_cmd *cmd, const struct mode_list *list)
{
	enum vscsi_reason reason = VSCSI_OK;
	u32 at;

	for (at = list->pages_at; at < list->len && reason == VSCSI_OK;
	     at += 2 + list->buf[at + 1])
		reason = check_page(cmd, list, at);
	return reason;
}

static enum vscsi_reason apply_pages(struct vscsi_cmd *cmd, const struct mode_list *list)
{
	enum vscsi_reason reason = VSCSI_OK;
	const struct mode_page *page;
	bool changed = false;
	u32 at;

	for (at = list->pages_at; at < list->len && reason == VSCSI_OK;
	     at += 2 + list->buf[at + 1]) {
		page = mode_page_find(cmd->kind, list->buf[at] & PAGE_CODE);
		if (page->apply)
			reason = page->apply(cmd, list->buf + at, &changed);
	}
	if (changed)
		cmd->target->tell_others(cmd, VSCSI_UA_MODE_CHANGED);
	return reason;
}

/* SPC-4 6.11: with SP all that can be saved is, whether it is in the list or not. */
static enum vscsi_reason save_current(struct vscsi_cmd *cmd)
{
	const struct vscsi_lu_params *params = cmd->lu->params;
	bool changed = false;

	if (!(cmd->cdb[1] & SP))
		return VSCSI_OK;
	return save_and_set_control(cmd, READ_ONCE(params->descriptor_sense),
				    READ_ONCE(params->write_protect), &changed);
}

static enum vscsi_reason mode_select(struct vscsi_cmd *cmd,
				     enum vscsi_reason (*check_header)(struct vscsi_cmd *cmd,
								       struct mode_list *list))
{
	struct mode_list list = { .len = vscsi_opcode_length(cmd->op, cmd->cdb) };
	enum vscsi_reason reason;

	if (list.len > sizeof(list.buf))
		return VSCSI_PARAM_LENGTH;
	cmd->done_bytes = vscsi_map_copy_in(&cmd->map, 0, list.buf, list.len);
	reason = check_header(cmd, &list);
	if (reason == VSCSI_OK)
		reason = check_desc(cmd, &list);
	if (reason == VSCSI_OK)
		reason = check_pages(cmd, &list);
	if (reason == VSCSI_OK)
		reason = apply_pages(cmd, &list);
	return reason == VSCSI_OK ? save_current(cmd) : reason;
}

/* Without PF the pages would be of no format that we know.  No list is no error. */
static bool begin(struct vscsi_cmd *cmd)
{
	bool empty = !vscsi_opcode_length(cmd->op, cmd->cdb);

	if ((cmd->cdb[1] & SP) && !vscsi_saved_possible(cmd->lu))
		vscsi_fail_field(cmd, 1, SP_BIT);
	else if (empty)
		vscsi_cmd_complete(cmd, save_current(cmd));
	else if (!(cmd->cdb[1] & PF))
		vscsi_fail_field(cmd, 1, PF_BIT);
	else
		return true;
	return false;
}

/**
 * spc_mode_select_6() - MODE SELECT(6) (SPC-4 6.11)
 * @cmd: the command
 *
 * With SP the changes last, where there is a place for that.
 *
 * Context: process, may sleep.
 */
void spc_mode_select_6(struct vscsi_cmd *cmd)
{
	if (begin(cmd))
		vscsi_cmd_complete(cmd, mode_select(cmd, check_header_6));
}

/**
 * spc_mode_select_10() - MODE SELECT(10) (SPC-4 6.12)
 * @cmd: the command
 *
 * Context: process, may sleep.
 */
void spc_mode_select_10(struct vscsi_cmd *cmd)
{
	if (begin(cmd))
		vscsi_cmd_complete(cmd, mode_select(cmd, check_header_10));
}
