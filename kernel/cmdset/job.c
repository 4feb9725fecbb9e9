// SPDX-License-Identifier: GPL-2.0
/* Writing all blocks of a logical unit, for FORMAT UNIT and SANITIZE. */
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/slab.h>

#include "job.h"
#include "self_test.h"

/* What is written before the progress is told again, in bytes. */
#define STEP	SZ_4M

/**
 * vscsi_job_alloc() - make a job, with all the memory that it will need
 * @cmd: the command that asks for it
 *
 * Context: process, may sleep; starts no I/O.
 * Return: the job, of one pass with zeroes; or NULL.
 */
struct vscsi_job *vscsi_job_alloc(const struct vscsi_cmd *cmd)
{
	struct vscsi_job *job = kzalloc(sizeof(*job), GFP_NOIO);

	if (!job)
		return NULL;
	if (!sbc_bounce_alloc(&job->bounce, SBC_BOUNCE_MAX)) {
		kfree(job);
		return NULL;
	}
	job->passes = 1;
	job->cmd.lu = cmd->lu;
	job->cmd.io.backend = cmd->lu->backend;
	job->blocks = READ_ONCE(cmd->lu->blocks);
	return job;
}

/**
 * vscsi_job_free() - undo vscsi_job_alloc()
 * @job: not running
 *
 * Context: any.
 */
void vscsi_job_free(struct vscsi_job *job)
{
	sbc_bounce_free(&job->bounce);
	kfree(job);
}

/**
 * vscsi_job_begin() - from now on clients hear of it
 * @job: no other is running on the logical unit
 *
 * A self-test ends.
 *
 * Context: any.
 */
void vscsi_job_begin(struct vscsi_job *job)
{
	struct vscsi_lu_params *params = job->cmd.lu->params;

	WRITE_ONCE(params->progress, 0);
	WRITE_ONCE(params->phase, job->during);
	/* After that: one that begins now sees the phase. */
	vscsi_self_test_stop(params);
}

/* PROGRESS INDICATION: its denominator is 65536 (SPC-4 4.5.2.4.4). */
static void tell_progress(const struct vscsi_job *job)
{
	u64 total = job->blocks * job->passes;
	u8 shift = max(fls64(total) - 48, 0);
	u64 progress = div64_u64(job->done >> shift << 16, total >> shift);

	WRITE_ONCE(job->cmd.lu->params->progress, min_t(u64, progress, U16_MAX));
}

/* The pattern begins anew in each block; the last pass leaves it as it was given. */
static void prepare_pass(struct vscsi_job *job, u8 pass)
{
	u8 flip = job->invert && (job->passes - 1 - pass) % 2 ? 0xff : 0;
	u8 *block = job->bounce.buf;
	u32 i;

	for (i = 0; i < job->cmd.lu->block_size; i++)
		block[i] = job->pattern_len ? job->pattern[i % job->pattern_len] ^ flip : 0;
}

static enum vscsi_reason step(struct vscsi_job *job, u64 lba, u64 blocks)
{
	if (job->pattern_len)
		return sbc_write_pattern(&job->cmd, &job->bounce, lba, blocks);
	return sbc_write_zeroes(&job->cmd, &job->bounce, true, lba, blocks);
}

/* What one pass has written is on the medium before the next one begins. */
static enum vscsi_reason run_pass(struct vscsi_job *job)
{
	u64 max = STEP >> job->cmd.lu->block_shift;
	enum vscsi_reason reason = VSCSI_OK;
	u64 lba, part;

	for (lba = 0; lba < job->blocks && reason == VSCSI_OK; lba += part) {
		part = min(job->blocks - lba, max);
		reason = step(job, lba, part);
		job->done += part;
		tell_progress(job);
	}
	return reason == VSCSI_OK ? sbc_flush(&job->cmd) : reason;
}

/**
 * vscsi_job_run() - do it
 * @job: has begun
 *
 * Context: process, may sleep for hours.
 * Return: the outcome; VSCSI_ABORTED if job->cmd.aborted was set.
 */
enum vscsi_reason vscsi_job_run(struct vscsi_job *job)
{
	enum vscsi_reason reason = VSCSI_OK;
	u8 pass;

	for (pass = 0; pass < job->passes && reason == VSCSI_OK; pass++) {
		prepare_pass(job, pass);
		reason = run_pass(job);
	}
	return reason;
}

/**
 * vscsi_job_end() - clients may use the medium again, or hear that it has failed
 * @job: has run
 * @reason: the outcome
 *
 * Context: any.
 * Return: with what its command is completed, if that has waited.
 */
enum vscsi_reason vscsi_job_end(struct vscsi_job *job, enum vscsi_reason reason)
{
	struct vscsi_lu_params *params = job->cmd.lu->params;

	if (reason == VSCSI_OK) {
		WRITE_ONCE(params->phase, VSCSI_PHASE_NORMAL);
		return VSCSI_OK;
	}
	WRITE_ONCE(params->phase, job->after_failure);
	return job->failure;
}
