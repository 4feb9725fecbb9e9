// SPDX-License-Identifier: GPL-2.0
/* SANITIZE: after it no client can read again what was on the medium (SBC-3 4.11). */
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/limits.h>
#include <linux/unaligned.h>

#include "job.h"
#include "opcode.h"
#include "reply.h"

/* Byte 1 of the CDB */
#define IMMED			0x80
#define AUSE			0x20
#define AUSE_BIT		5
#define SERVICE_ACTION_BIT	4

/* Parameter list of OVERWRITE (SBC-3 5.24.2.2) */
#define INVERT			0x80
#define TEST			0x60
#define OVERWRITE_COUNT		0x1f
#define HEADER_LEN		4

static enum vscsi_reason check_header(struct vscsi_cmd *cmd, const u8 *header, u32 len)
{
	u32 pattern_len = get_unaligned_be16(header + 2);

	if (header[0] & TEST)
		return vscsi_param_error(cmd, 0, fls(header[0] & TEST) - 1);
	if (!(header[0] & OVERWRITE_COUNT))
		return vscsi_param_error(cmd, 0, fls(OVERWRITE_COUNT) - 1);
	if (header[1])
		return vscsi_param_error(cmd, 1, fls(header[1]) - 1);
	if (!pattern_len || pattern_len > cmd->lu->block_size)
		return vscsi_param_error(cmd, 2, 7);
	return len == HEADER_LEN + pattern_len ? VSCSI_OK : VSCSI_PARAM_LENGTH;
}

static enum vscsi_reason take_list(struct vscsi_cmd *cmd, struct vscsi_job *job, u32 len)
{
	u8 header[HEADER_LEN] = { 0 };
	enum vscsi_reason reason;

	cmd->done_bytes = vscsi_map_copy_in(&cmd->map, 0, header, HEADER_LEN);
	reason = check_header(cmd, header, len);
	if (reason != VSCSI_OK)
		return reason;
	job->invert = header[0] & INVERT;
	job->passes = header[0] & OVERWRITE_COUNT;
	job->pattern_len = len - HEADER_LEN;
	cmd->done_bytes += vscsi_map_copy_in(&cmd->map, HEADER_LEN, job->pattern,
					     job->pattern_len);
	return VSCSI_OK;
}

/*
 * With AUSE a failure can be left behind by EXIT FAILURE MODE; but not one before, of an operation
 * that was without it.
 */
static struct vscsi_job *sanitize_alloc(struct vscsi_cmd *cmd)
{
	bool unrestricted = cmd->cdb[1] & AUSE;
	struct vscsi_job *job;

	if (unrestricted &&
	    READ_ONCE(cmd->lu->params->phase) == VSCSI_PHASE_SANITIZE_RESTRICTED) {
		vscsi_fail_field(cmd, 1, AUSE_BIT);
		return NULL;
	}
	job = vscsi_job_alloc(cmd);
	if (!job) {
		vscsi_cmd_complete(cmd, VSCSI_OUT_OF_RESOURCES);
		return NULL;
	}
	job->during = VSCSI_PHASE_SANITIZING;
	job->after_failure = unrestricted ? VSCSI_PHASE_SANITIZE_FAILED :
					    VSCSI_PHASE_SANITIZE_RESTRICTED;
	job->failure = VSCSI_SANITIZE_FAILED;
	job->immed = cmd->cdb[1] & IMMED;
	job->outlives_abort = true;
	return job;
}

/**
 * sbc_sanitize_overwrite() - SANITIZE, OVERWRITE (SBC-3 5.24)
 * @cmd: the command
 *
 * Each pass is on the medium before the next begins.
 *
 * Context: process, may sleep; no other command uses the medium.
 */
void sbc_sanitize_overwrite(struct vscsi_cmd *cmd)
{
	u32 len = vscsi_opcode_length(cmd->op, cmd->cdb);
	enum vscsi_reason reason;
	struct vscsi_job *job;

	if (len <= HEADER_LEN || len > HEADER_LEN + cmd->lu->block_size) {
		vscsi_fail_field(cmd, cmd->op->len.at, 7);
		return;
	}
	job = sanitize_alloc(cmd);
	if (!job)
		return;
	reason = take_list(cmd, job, len);
	if (reason == VSCSI_OK) {
		cmd->target->begin_job(cmd, job);
		return;
	}
	vscsi_job_free(job);
	vscsi_cmd_complete(cmd, reason);
}

/**
 * sbc_can_erase() - can the backing device make zeroes of its blocks?
 * @lu: a disk
 *
 * Context: any.
 */
bool sbc_can_erase(const struct vscsi_lu *lu)
{
	const struct vscsi_backend_caps *caps = &lu->backend->caps;

	return caps->max_zero || caps->unmap_zeroes;
}

/**
 * sbc_sanitize_erase() - SANITIZE, BLOCK ERASE (SBC-3 5.24)
 * @cmd: the command
 *
 * Blocks are given back if they are certain to read as zeroes then, else they are zeroed.
 *
 * Context: process, may sleep; no other command uses the medium.
 */
void sbc_sanitize_erase(struct vscsi_cmd *cmd)
{
	struct vscsi_job *job = sanitize_alloc(cmd);

	if (job)
		cmd->target->begin_job(cmd, job);
}

/**
 * sbc_sanitize_exit() - SANITIZE, EXIT FAILURE MODE (SBC-3 5.24)
 * @cmd: the command
 *
 * Context: any.
 */
void sbc_sanitize_exit(struct vscsi_cmd *cmd)
{
	struct vscsi_lu_params *params = cmd->lu->params;

	if (READ_ONCE(params->phase) == VSCSI_PHASE_SANITIZE_RESTRICTED) {
		vscsi_fail_field(cmd, 1, SERVICE_ACTION_BIT);
		return;
	}
	/* Another client may just have begun to sanitize it anew. */
	cmpxchg(&params->phase, VSCSI_PHASE_SANITIZE_FAILED, VSCSI_PHASE_NORMAL);
	vscsi_cmd_complete(cmd, VSCSI_OK);
}
