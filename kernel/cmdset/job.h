/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A job: writing all blocks of a logical unit, which may go on behind the answer of the
 * command that has asked for it.
 *
 *   command: vscsi_job_alloc(), fills in the first group, target->begin_job()
 *   server:  vscsi_job_begin(); vscsi_job_run() in a worker; vscsi_job_end(); vscsi_job_free()
 */
#ifndef VSCSI_CMDSET_JOB_H
#define VSCSI_CMDSET_JOB_H

#include "command.h"
#include "sbc.h"

/**
 * struct vscsi_job - formatting or sanitizing a logical unit
 */
struct vscsi_job {
	/* set by the command, const after */
	enum vscsi_phase during;	/* phase while it runs */
	enum vscsi_phase after_failure;	/* phase that it leaves if it fails */
	enum vscsi_reason failure;	/* what its command is told then */
	bool immed;			/* its command does not wait for it */
	bool outlives_abort;		/* it goes on if its command is aborted */
	bool invert;			/* the pattern, from pass to pass */
	u8 passes;
	u32 pattern_len;		/* bytes; 0: zeroes, in the cheapest way */
	u8 pattern[VSCSI_BLOCK_SIZE_MAX];

	/* for its steps; the server may set cmd.aborted and cancel cmd.io at any time */
	struct vscsi_cmd cmd;
	struct sbc_bounce bounce;
	u64 blocks;			/* of the logical unit, when it began */
	u64 done;			/* blocks of all passes */
};

struct vscsi_job *vscsi_job_alloc(const struct vscsi_cmd *cmd);
void vscsi_job_free(struct vscsi_job *job);
void vscsi_job_begin(struct vscsi_job *job);
enum vscsi_reason vscsi_job_run(struct vscsi_job *job);
enum vscsi_reason vscsi_job_end(struct vscsi_job *job, enum vscsi_reason reason);

#endif
