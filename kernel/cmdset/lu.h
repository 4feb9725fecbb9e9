/* SPDX-License-Identifier: GPL-2.0 */
/* A logical unit as the command set sees it. */
#ifndef VSCSI_CMDSET_LU_H
#define VSCSI_CMDSET_LU_H

#include <linux/list.h>
#include <linux/percpu.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/u64_stats_sync.h>
#include <uapi/linux/vscsi.h>

#include "../backend/backend.h"

struct vscsi_cmd;
struct vscsi_pr;
struct vscsi_self_test;

/* Of the data buffer and of the echo buffer, in bytes; the field for the latter has 13 bits. */
#define VSCSI_BUFFER_LEN	4096

/* Counters of one CPU. */
struct vscsi_lu_stats {
	u64_stats_t read_cmds;
	u64_stats_t write_cmds;
	u64_stats_t other_cmds;
	u64_stats_t read_bytes;
	u64_stats_t write_bytes;
	u64_stats_t errors;
	u64_stats_t read_errors;
	u64_stats_t write_errors;
	u64_stats_t aborted;
	u64_stats_t unit_attentions;
	u64_stats_t started;
	u64_stats_t finished;
	struct u64_stats_sync sync;
};

/**
 * struct vscsi_lu_buffers - what WRITE BUFFER has stored, by whichever path
 */
struct vscsi_lu_buffers {
	/* guarded by lock, irqsave */
	spinlock_t lock;
	u32 echo_number;		/* of the last write to @echo, 0: none yet */
	u32 echo_len;			/* bytes of it */
	u8 echo[VSCSI_BUFFER_LEN];
	u8 data[VSCSI_BUFFER_LEN];
};

/**
 * enum vscsi_phase - what an operation on the whole medium does to it, or has left
 * @VSCSI_PHASE_NORMAL: there is none
 * @VSCSI_PHASE_FORMATTING: it is being formatted
 * @VSCSI_PHASE_FORMAT_CORRUPT: formatting has failed
 * @VSCSI_PHASE_SANITIZING: it is being sanitized
 * @VSCSI_PHASE_SANITIZE_FAILED: that has failed; EXIT FAILURE MODE is enough to go on
 * @VSCSI_PHASE_SANITIZE_RESTRICTED: that has failed, and only sanitizing it again helps
 */
enum vscsi_phase {
	VSCSI_PHASE_NORMAL,
	VSCSI_PHASE_FORMATTING,
	VSCSI_PHASE_FORMAT_CORRUPT,
	VSCSI_PHASE_SANITIZING,
	VSCSI_PHASE_SANITIZE_FAILED,
	VSCSI_PHASE_SANITIZE_RESTRICTED,
};

/**
 * enum vscsi_self_test_mode - what a self-test does to other commands (SPC-4 5.14)
 * @VSCSI_SELF_TEST_NONE: there is none
 * @VSCSI_SELF_TEST_BACKGROUND: it makes way for them
 * @VSCSI_SELF_TEST_FOREGROUND: it keeps them out
 */
enum vscsi_self_test_mode {
	VSCSI_SELF_TEST_NONE,
	VSCSI_SELF_TEST_BACKGROUND,
	VSCSI_SELF_TEST_FOREGROUND,
};

/* The log page has room for so many. */
#define VSCSI_SELF_TEST_RESULTS	20

/**
 * struct vscsi_self_test_result - what is known of a self-test
 * @lba: ADDRESS OF FIRST FAILURE, or U64_MAX
 * @reason: what the sense data of the failure are made from
 * @hours: since the logical unit was made, when it ended; 0 while it is running
 * @code: SELF-TEST CODE
 * @result: SELF-TEST RESULTS
 * @segment: SELF-TEST NUMBER: the segment that has failed, or 0
 */
struct vscsi_self_test_result {
	u64 lba;
	enum vscsi_reason reason;
	u16 hours;
	u8 code;
	u8 result;
	u8 segment;
};

/**
 * struct vscsi_self_tests - the self-tests of a logical unit, by whichever path
 */
struct vscsi_self_tests {
	/* guarded by lock, irqsave; inside of the server's locks */
	spinlock_t lock;
	struct vscsi_self_test *running;	/* or NULL; it has not ended while it is here */
	u32 begun;			/* how many; the newest is results[(begun - 1) % ...] */
	struct vscsi_self_test_result results[VSCSI_SELF_TEST_RESULTS];

	/* READ_ONCE, WRITE_ONCE */
	enum vscsi_self_test_mode mode;	/* of @running; written under lock */
	u16 progress;			/* in 65536ths */
};

/**
 * struct vscsi_lu_params - what clients may change of a logical unit, on whichever path
 * @descriptor_sense: D_SENSE of the Control mode page
 * @write_protect: SWP of the Control mode page
 * @stopped: a disk, by START STOP UNIT
 * @timestamp_set: a client has set the clock
 * @timestamp_offset: its clock minus ours, in milliseconds
 * @phase: of formatting or sanitizing; not undone by a reset
 * @progress: how much of that is done, in 65536ths
 * @since: when it was made, in seconds since boot; const
 * @self_tests: has a lock of its own; results outlive a reset
 * @buffers: has a lock of its own
 *
 * READ_ONCE, WRITE_ONCE.
 */
struct vscsi_lu_params {
	bool descriptor_sense;
	bool write_protect;
	bool stopped;
	bool timestamp_set;
	s64 timestamp_offset;
	enum vscsi_phase phase;
	u16 progress;
	s64 since;
	struct vscsi_self_tests self_tests;
	struct vscsi_lu_buffers buffers;
};

/* Sums of the counters of all CPUs; started - finished commands are in flight. */
struct vscsi_lu_totals {
	u64 read_cmds;
	u64 write_cmds;
	u64 other_cmds;
	u64 read_bytes;
	u64 write_bytes;
	u64 errors;
	u64 read_errors;			/* of the medium; also in @errors, as the next */
	u64 write_errors;
	u64 aborted;
	u64 unit_attentions;
	u64 in_flight;
};

/**
 * struct vscsi_path - a target port by which a logical unit is reached (SPC-4 5.16)
 * @entry: in vscsi_pr.paths, by port
 * @port: relative target port identifier, and identifier of its target port group; const
 * @state: enum vscsi_alua_state; READ_ONCE by commands
 * @status: STATUS CODE of REPORT TARGET PORT GROUPS
 *
 * Written under the lock of the struct vscsi_pr.
 */
struct vscsi_path {
	struct list_head entry;
	u16 port;
	u8 state;
	u8 status;
};

/**
 * struct vscsi_lu - a logical unit
 *
 * Embedded in the server's VTD, which also owns its life time.  An optical drive is one
 * while it is empty and another with each medium: a command keeps that with which it began.
 */
struct vscsi_lu {
	/* set before it is published, const after */
	struct vscsi_backend *backend;
	struct vscsi_pr *pr;			/* shared by the VTDs of one identity */
	struct vscsi_lu_params *params;
	const struct vscsi_identity *identity;	/* of a drive, not of the medium in it */
	u64 lun;				/* 0x8100000000000000 */
	u32 block_size;				/* bytes */
	u8 block_shift;
	char backing_name[VSCSI_BACKING_NAME_MAX + 1];
	char backing_path[VSCSI_BACKING_PATH_MAX + 1];
	struct vscsi_lu_stats __percpu *stats;

	/* READ_ONCE, WRITE_ONCE */
	u64 blocks;				/* capacity in blocks of block_size */
	bool stopped;				/* a medium, by START STOP UNIT */
	bool tray_open;				/* of a drive without a medium */
	struct vscsi_path path;			/* of a disk; see alua.h */

	/* guarded by log_lock, irqsave */
	spinlock_t log_lock;
	struct vscsi_lu_totals log_base;	/* what LOG SELECT has set to zero */
};

int vscsi_lu_stats_alloc(struct vscsi_lu *lu);
void vscsi_lu_stats_free(struct vscsi_lu *lu);
void vscsi_lu_stats_read(const struct vscsi_lu *lu, struct vscsi_lu_totals *totals);
void vscsi_lu_log_read(struct vscsi_lu *lu, struct vscsi_lu_totals *totals);
void vscsi_lu_log_reset(struct vscsi_lu *lu, bool reads, bool writes);
void vscsi_lu_count_start(struct vscsi_lu *lu);
void vscsi_lu_count_finish(struct vscsi_lu *lu, const struct vscsi_cmd *cmd);
void vscsi_lu_params_init(struct vscsi_lu_params *params);
u64 vscsi_lu_power_on(const struct vscsi_lu_params *params);
void vscsi_lu_reset(struct vscsi_lu *lu);
bool vscsi_lu_read_only(const struct vscsi_lu *lu);
enum vscsi_reason vscsi_lu_writable(const struct vscsi_lu *lu);
bool vscsi_lu_descriptor_sense(const struct vscsi_lu *lu);
enum vscsi_reason vscsi_lu_ready(const struct vscsi_lu *lu);
enum vscsi_reason vscsi_lu_phase(const struct vscsi_lu *lu);

#endif
