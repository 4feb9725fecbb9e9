// SPDX-License-Identifier: GPL-2.0
/* REPORT IDENTIFYING INFORMATION and SET IDENTIFYING INFORMATION (SPC-4 6.32, 6.44). */
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "opcode.h"
#include "pr.h"
#include "reply.h"
#include "spc.h"

/* In the CDB: the type in bits 7 to 1 */
#define TYPE_AT			10
#define TYPE_BIT		7
#define LEN_AT			6

#define TYPE_SUPPORTED		0x7f	/* asks which there are */

#define HEADER_LEN		4
#define DESCRIPTOR_LEN		4

static const struct {
	u8 type;
	u16 max;
} kinds[VSCSI_INFO_NR] = {
	[VSCSI_INFO_DEVICE] = { 0x00, VSCSI_INFO_MAX },
	[VSCSI_INFO_TEXT] = { 0x02, VSCSI_INFO_TEXT_MAX },
};

static bool find_kind(const struct vscsi_cmd *cmd, enum vscsi_info_kind *kind)
{
	u8 type = cmd->cdb[TYPE_AT] >> 1;

	for (*kind = 0; *kind < VSCSI_INFO_NR; (*kind)++)
		if (kinds[*kind].type == type)
			return true;
	return false;
}

static void report_supported(struct vscsi_cmd *cmd)
{
	u8 buf[HEADER_LEN + VSCSI_INFO_NR * DESCRIPTOR_LEN] = { 0 };
	u8 *descriptor = buf + HEADER_LEN;
	unsigned int i;

	put_unaligned_be16(sizeof(buf) - HEADER_LEN, buf + 2);
	for (i = 0; i < VSCSI_INFO_NR; i++, descriptor += DESCRIPTOR_LEN) {
		descriptor[0] = kinds[i].type << 1;
		put_unaligned_be16(kinds[i].max, descriptor + 2);
	}
	vscsi_reply(cmd, buf, sizeof(buf));
}

/**
 * spc_report_identifying_information() - REPORT IDENTIFYING INFORMATION (SPC-4 6.32)
 * @cmd: the command
 *
 * Context: any.
 */
void spc_report_identifying_information(struct vscsi_cmd *cmd)
{
	struct vscsi_pr *pr = cmd->lu->pr;
	const struct vscsi_info *info;
	u8 header[HEADER_LEN] = { 0 };
	enum vscsi_info_kind kind;
	unsigned long flags;

	if (cmd->cdb[TYPE_AT] >> 1 == TYPE_SUPPORTED) {
		report_supported(cmd);
		return;
	}
	if (!find_kind(cmd, &kind)) {
		vscsi_fail_field(cmd, TYPE_AT, TYPE_BIT);
		return;
	}
	info = &pr->saved.settings.info[kind];
	spin_lock_irqsave(&pr->lock, flags);
	put_unaligned_be16(info->len, header + 2);
	vscsi_reply_at(cmd, 0, header, sizeof(header));
	vscsi_reply_at(cmd, sizeof(header), info->data, info->len);
	spin_unlock_irqrestore(&pr->lock, flags);
	vscsi_cmd_complete(cmd, VSCSI_OK);
}

/* SPC-4 4.4.2: text has one null, its last byte. */
static enum vscsi_reason check_text(struct vscsi_cmd *cmd, const struct vscsi_info *info)
{
	const u8 *null = memchr(info->data, 0, info->len);

	if (!info->len)
		return VSCSI_OK;
	if (!null)
		return vscsi_param_error(cmd, info->len - 1, 7);
	return null == info->data + info->len - 1 ? VSCSI_OK :
	       vscsi_param_error(cmd, null - info->data, 7);
}

static enum vscsi_reason read_info(struct vscsi_cmd *cmd, enum vscsi_info_kind kind,
				   struct vscsi_info *info)
{
	u32 len = vscsi_opcode_length(cmd->op, cmd->cdb);

	if (len > kinds[kind].max)
		return vscsi_cdb_error(cmd, LEN_AT, 7);
	info->len = len;
	cmd->done_bytes = vscsi_map_copy_in(&cmd->map, 0, info->data, len);
	return kind == VSCSI_INFO_TEXT ? check_text(cmd, info) : VSCSI_OK;
}

static enum vscsi_reason keep(struct vscsi_cmd *cmd, enum vscsi_info_kind kind,
			      const struct vscsi_info *info)
{
	struct vscsi_settings *settings = vscsi_settings_begin(cmd->lu);
	enum vscsi_reason reason;

	if (!settings)
		return VSCSI_OUT_OF_RESOURCES;
	settings->info[kind] = *info;
	reason = vscsi_settings_commit(cmd->lu, settings);
	vscsi_settings_end(cmd->lu, settings);
	if (reason == VSCSI_OK)
		cmd->target->tell_others(cmd, VSCSI_UA_IDENTIFIER_CHANGED);
	return reason;
}

static enum vscsi_reason set_information(struct vscsi_cmd *cmd)
{
	enum vscsi_info_kind kind;
	enum vscsi_reason reason;
	struct vscsi_info *info;

	if (!find_kind(cmd, &kind))
		return vscsi_cdb_error(cmd, TYPE_AT, TYPE_BIT);
	info = kzalloc(sizeof(*info), GFP_NOIO);
	if (!info)
		return VSCSI_OUT_OF_RESOURCES;
	reason = read_info(cmd, kind, info);
	if (reason == VSCSI_OK)
		reason = keep(cmd, kind, info);
	kfree(info);
	return reason;
}

/**
 * spc_set_identifying_information() - SET IDENTIFYING INFORMATION (SPC-4 6.44)
 * @cmd: the command
 *
 * No list is no information.
 *
 * Context: process, may sleep.
 */
void spc_set_identifying_information(struct vscsi_cmd *cmd)
{
	vscsi_cmd_complete(cmd, set_information(cmd));
}
