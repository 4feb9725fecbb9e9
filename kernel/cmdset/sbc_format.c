// SPDX-License-Identifier: GPL-2.0
/* FORMAT UNIT: all blocks anew, without protection information. */
#include <linux/bitops.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "job.h"
#include "reply.h"

/* Byte 1 of the CDB */
#define LONGLIST		0x20
#define FMTDATA			0x10
#define DEFECT_LIST_FORMAT	0x07

/* Formats of address descriptors (SBC-3 5.3.1) */
#define SHORT_BLOCK		0
#define LONG_BLOCK		3
#define BYTES_FROM_INDEX	4
#define PHYSICAL_SECTOR		5

/* Parameter list header (SBC-3 5.3.2.2), byte 1 */
#define FOV			0x80
#define OPTIONS			0x70	/* DPRY, DCRT, STPF */
#define IP			0x08
#define IMMED			0x02
#define SHORT_HEADER_LEN	4
#define LONG_HEADER_LEN		8

/* Initialization pattern descriptor (SBC-3 5.3.2.3) */
#define IP_HEADER_LEN		4
#define IP_DEFAULT		0
#define IP_REPEAT		1

/*
 * There are no defects: neither a list of them (DPRY, CMPLST, STPF) nor certification (DCRT) makes
 * a difference, as each block that is written is found good by that.
 */
static enum vscsi_reason check_options(struct vscsi_cmd *cmd, u8 options)
{
	u8 wrong = options & ~(FOV | OPTIONS | IP | IMMED);

	if (wrong)
		return vscsi_param_error(cmd, 1, fls(wrong) - 1);
	wrong = options & (OPTIONS | IP);
	if (wrong && !(options & FOV))
		return vscsi_param_error(cmd, 1, fls(wrong) - 1);
	return VSCSI_OK;
}

/* Neither protection information nor a list of defects. */
static enum vscsi_reason check_header(struct vscsi_cmd *cmd, const u8 *header, u32 len)
{
	u32 i;

	for (i = 0; i < len; i++)
		if (i != 1 && header[i])
			return vscsi_param_error(cmd, i, fls(header[i]) - 1);
	return check_options(cmd, header[1]);
}

static enum vscsi_reason take_pattern(struct vscsi_cmd *cmd, struct vscsi_job *job, u32 at)
{
	u8 desc[IP_HEADER_LEN];
	bool is_default;
	u32 len;

	if (vscsi_map_copy_in(&cmd->map, at, desc, sizeof(desc)) < sizeof(desc))
		return VSCSI_PARAM_LENGTH;
	len = get_unaligned_be16(desc + 2);
	if (desc[0])
		return vscsi_param_error(cmd, at, fls(desc[0]) - 1);
	if (desc[1] > IP_REPEAT)
		return vscsi_param_error(cmd, at + 1, 7);
	is_default = desc[1] == IP_DEFAULT;
	if (len > cmd->lu->block_size || !len != is_default)
		return vscsi_param_error(cmd, at + 2, 7);
	job->pattern_len = len;
	if (vscsi_map_copy_in(&cmd->map, at + IP_HEADER_LEN, job->pattern, len) < len)
		return VSCSI_PARAM_LENGTH;
	cmd->done_bytes = at + IP_HEADER_LEN + len;
	return VSCSI_OK;
}

/**
 * sbc_format_unit_data_len() - bytes with which the parameter list of FORMAT UNIT begins
 * @cmd: the command
 *
 * Context: any.
 */
u64 sbc_format_unit_data_len(const struct vscsi_cmd *cmd)
{
	if (!(cmd->cdb[1] & FMTDATA))
		return 0;
	return cmd->cdb[1] & LONGLIST ? LONG_HEADER_LEN : SHORT_HEADER_LEN;
}

static enum vscsi_reason take_list(struct vscsi_cmd *cmd, struct vscsi_job *job)
{
	u32 len = sbc_format_unit_data_len(cmd);
	u8 header[LONG_HEADER_LEN] = { 0 };
	enum vscsi_reason reason;

	cmd->done_bytes = vscsi_map_copy_in(&cmd->map, 0, header, len);
	reason = check_header(cmd, header, len);
	if (reason != VSCSI_OK)
		return reason;
	job->immed = header[1] & IMMED;
	return header[1] & IP ? take_pattern(cmd, job, len) : VSCSI_OK;
}

/* Without a parameter list, LONGLIST and CMPLST mean nothing. */
static bool check_defect_list_format(const struct vscsi_cmd *cmd)
{
	switch (cmd->cdb[1] & DEFECT_LIST_FORMAT) {
	case SHORT_BLOCK:
		return true;
	case LONG_BLOCK:
	case BYTES_FROM_INDEX:
	case PHYSICAL_SECTOR:
		return cmd->cdb[1] & FMTDATA;
	default:
		return false;
	}
}

static void format(struct vscsi_cmd *cmd, struct vscsi_job *job)
{
	enum vscsi_reason reason = VSCSI_OK;

	job->during = VSCSI_PHASE_FORMATTING;
	job->after_failure = VSCSI_PHASE_FORMAT_CORRUPT;
	job->failure = VSCSI_FORMAT_FAILED;
	if (cmd->cdb[1] & FMTDATA)
		reason = take_list(cmd, job);
	if (reason == VSCSI_OK) {
		cmd->target->begin_job(cmd, job);
		return;
	}
	vscsi_job_free(job);
	vscsi_cmd_complete(cmd, reason);
}

/**
 * sbc_format_unit() - FORMAT UNIT (SBC-3 5.3)
 * @cmd: the command
 *
 * Blocks get the initialization pattern, or become zeroes and are given back where that is
 * possible.  Capacity and block size are those of the backing device and stay as they are.
 *
 * Context: process, may sleep; no other command uses the medium.
 */
void sbc_format_unit(struct vscsi_cmd *cmd)
{
	struct vscsi_job *job;

	if (!check_defect_list_format(cmd)) {
		vscsi_fail_field(cmd, 1, fls(DEFECT_LIST_FORMAT) - 1);
		return;
	}
	job = vscsi_job_alloc(cmd);
	if (job)
		format(cmd, job);
	else
		vscsi_cmd_complete(cmd, VSCSI_OUT_OF_RESOURCES);
}
