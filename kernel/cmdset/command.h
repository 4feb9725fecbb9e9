/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A SCSI command inside the server: from the copied IU to its one completion.
 *
 *   server: fills in the first group, calls vscsi_cmd_parse()
 *   parse:  picks the row of the opcode table and validates, or completes the command
 *           (or vscsi_cmd_reject() if it can't even be parsed)
 *   server: runs vscsi_cmd_execute() where vscsi_cmd_exec() says
 *   any:    vscsi_cmd_complete() once, from any context
 */
#ifndef VSCSI_CMDSET_COMMAND_H
#define VSCSI_CMDSET_COMMAND_H

#include <linux/types.h>
#include <scsi/scsi_common.h>

#include "../backend/backend.h"
#include "lu.h"

#define VSCSI_CDB_MAX		32
#define VSCSI_SENSE_MAX		96

struct vscsi_cmd;
struct vscsi_job;
struct vscsi_opcode;
struct vscsi_pr_nexus;
struct vscsi_preempted;
struct vscsi_self_test;

/* Which kind of logical unit a command was sent to; rows say for which they are. */
enum vscsi_lu_kind {
	VSCSI_LU_DISK = 1 << 0,		/* cmd->lu is set, direct access block device */
	VSCSI_LU_NONE = 1 << 1,		/* no VTD at this LUN (LUN 0 among them) */
	VSCSI_LU_WELL_KNOWN = 1 << 2,	/* REPORT LUNS well-known logical unit */
	VSCSI_LU_OPTICAL = 1 << 3,	/* cmd->lu is set, optical drive with or without a medium */
};

/**
 * enum vscsi_ua - unit attention conditions, by falling priority (SAM-5 5.14)
 *
 * Kept for each I_T_L nexus as a bitmap; the lowest bit is reported first.
 */
enum vscsi_ua {
	VSCSI_UA_POWER_ON,		/* 29/00 */
	VSCSI_UA_BUS_RESET,		/* 29/02 */
	VSCSI_UA_TARGET_RESET,		/* 29/03, LUN reset too */
	VSCSI_UA_NEXUS_LOSS,		/* 29/07 */
	VSCSI_UA_COMMANDS_CLEARED,	/* 2F/00, by another nexus */
	VSCSI_UA_RESERVATIONS_PREEMPTED, /* 2A/03 */
	VSCSI_UA_REGISTRATIONS_PREEMPTED, /* 2A/05 */
	VSCSI_UA_RESERVATIONS_RELEASED,	/* 2A/04 */
	VSCSI_UA_MEDIUM_CHANGED,	/* 28/00 */
	VSCSI_UA_ACCESS_CHANGED,	/* 2A/06 */
	VSCSI_UA_INQUIRY_CHANGED,	/* 3F/03 */
	VSCSI_UA_LUNS_CHANGED,		/* 3F/0E */
	VSCSI_UA_CAPACITY_CHANGED,	/* 2A/09 */
	VSCSI_UA_MODE_CHANGED,		/* 2A/01 */
	VSCSI_UA_LOG_CHANGED,		/* 2A/02 */
	VSCSI_UA_TIMESTAMP_CHANGED,	/* 2A/10 */
	VSCSI_UA_IDENTIFIER_CHANGED,	/* 3F/05 */
	VSCSI_UA_NR
};

/* Logical units that one command may use besides its own. */
#define VSCSI_PEERS_MAX		16

/**
 * struct vscsi_peer - such a logical unit, as the client of the command sees it
 * @lu: a disk
 * @nexus: I_T_L nexus of that client to it
 */
struct vscsi_peer {
	struct vscsi_lu *lu;
	struct vscsi_pr_nexus *nexus;
};

/* What a detached command does; ends with vscsi_cmd_complete(). */
typedef void (*vscsi_step)(struct vscsi_cmd *cmd, void *arg);

/**
 * struct vscsi_target_ops - what the command set asks of the server
 * @complete: takes the finished command back (status, sense, resid are set). Any context.
 * @again: executes a command again, as for VSCSI_EXEC_QUEUE: with VSCSI_EXEC_NOWAIT it could
 *	not be done. Any context.
 * @report_luns: writes at most @max LUNs (big endian, ascending) of those the
 *	nexus of @cmd sees; returns how many there are. Any context.
 * @next_ua: reports the pending unit attention of the highest priority for the
 *	I_T_L nexus of @cmd and, if @clear, clears it; false if there is none. Any context.
 * @clear_ua: clears @ua, if pending, for all LUs of the nexus of @cmd (after REPORT LUNS:
 *	SPC-4 6.33). Any context.
 * @set_ua: establishes @ua for @nexus. Called with the lock of its struct vscsi_pr.
 * @abort_preempted: aborts the commands of @whose for the logical unit of @cmd, but for @cmd,
 *	and waits until they have ended; false if @cmd was aborted meanwhile. May sleep.
 * @tell_others: establishes @ua for every I_T_L nexus to the medium of @cmd but its own. Any
 *	context.
 * @move_tray: opens the tray of an optical drive, and the medium is out, or closes it;
 *	VSCSI_REMOVAL_PREVENTED while a nexus has locked the drive. Any context.
 * @prevent: locks the drive for the nexus of @cmd, or ends that. Any context.
 * @locked: has any nexus locked the drive? Any context.
 * @media_event: has a medium come or gone since the nexus of @cmd last asked? Any context.
 * @find_peer: finds the disk that an NAA designator of @len bytes names, among those that the
 *	I_T nexus of @cmd sees, and keeps it until @cmd is answered. May sleep.
 * @own_peer: makes the logical unit of @cmd one that it may enter, until it is answered; false
 *	without memory. May sleep.
 * @enter: waits until no other command has these bytes of @peer for itself, and keeps it so.
 *	VSCSI_OK; VSCSI_ABORTED; VSCSI_COPY_UNREACHABLE if the disk is going. Sleeps.
 * @leave: ends that. Any context.
 * @detach: lets what @cmd does go on behind its answer: returns a command that takes its place,
 *	with its peers and without data buffer, or NULL without memory. Both are then to be
 *	completed: @cmd at once, the other when all is done, for which nobody hears a status.
 *	May sleep.
 * @go_on: has @step called with @cmd, which is from @detach, and @arg by a worker. Any context.
 * @begin_job: begins @job, which is the server's from then on, and completes @cmd: at once, or
 *	when the job has ended. @cmd has all blocks for itself until the job has begun. May sleep.
 * @test_in_background: has @test, which has begun, done bit by bit while no command is under way,
 *	and now and then while some are; then ends and frees it. VSCSI_OUT_OF_RESOURCES, or
 *	VSCSI_ABORTED if the logical unit is being removed: @test stays the caller's. May sleep.
 */
struct vscsi_target_ops {
	void (*complete)(struct vscsi_cmd *cmd);
	void (*again)(struct vscsi_cmd *cmd);
	u32 (*report_luns)(struct vscsi_cmd *cmd, __be64 *luns, u32 max);
	bool (*next_ua)(struct vscsi_cmd *cmd, bool clear, enum vscsi_ua *ua);
	void (*clear_ua)(struct vscsi_cmd *cmd, enum vscsi_ua ua);
	void (*set_ua)(struct vscsi_pr_nexus *nexus, enum vscsi_ua ua);
	bool (*abort_preempted)(struct vscsi_cmd *cmd, const struct vscsi_preempted *whose);
	void (*tell_others)(struct vscsi_cmd *cmd, enum vscsi_ua ua);
	enum vscsi_reason (*move_tray)(struct vscsi_cmd *cmd, bool open);
	void (*prevent)(struct vscsi_cmd *cmd, bool prevent);
	bool (*locked)(const struct vscsi_cmd *cmd);
	bool (*media_event)(struct vscsi_cmd *cmd);
	bool (*find_peer)(struct vscsi_cmd *cmd, const u8 *naa, u8 len, struct vscsi_peer *peer);
	bool (*own_peer)(struct vscsi_cmd *cmd, struct vscsi_peer *peer);
	enum vscsi_reason (*enter)(struct vscsi_cmd *cmd, const struct vscsi_peer *peer,
				   u64 offset, u64 bytes);
	void (*leave)(struct vscsi_cmd *cmd);
	struct vscsi_cmd *(*detach)(struct vscsi_cmd *cmd);
	void (*go_on)(struct vscsi_cmd *cmd, vscsi_step step, void *arg);
	void (*begin_job)(struct vscsi_cmd *cmd, struct vscsi_job *job);
	enum vscsi_reason (*test_in_background)(struct vscsi_cmd *cmd,
						struct vscsi_self_test *test);
};

/**
 * struct vscsi_cmd - a command
 *
 * The memory belongs to the client's request (the server's part of it) and is
 * reused as soon as the server has answered: touch nothing after
 * vscsi_cmd_complete().
 */
struct vscsi_cmd {
	/* set by the server before vscsi_cmd_parse() */
	const struct vscsi_target_ops *target;
	struct vscsi_lu *lu;			/* NULL unless kind is a device */
	struct vscsi_pr_nexus *nexus;		/* where it came from; NULL if @lu is */
	enum vscsi_lu_kind kind;
	u64 lun;				/* as sent, host byte order */
	u8 cdb[VSCSI_CDB_MAX];
	u8 cdb_len;				/* bytes that the IU carried: 16 or more */
	struct vscsi_map map;			/* data buffer; len 0: none */

	/* set by the server at any time, WRITE_ONCE; commands of several steps end early */
	bool aborted;

	/* set by vscsi_cmd_parse() */
	const struct vscsi_opcode *op;
	u64 lba;				/* rows with an LBA */
	u32 nr_blocks;				/* rows with a number of blocks */

	/* set by the handler */
	u32 done_bytes;				/* moved to or from the data buffer */
	s16 field;				/* byte in error of CDB or parameter list, or -1 */
	s8 field_bit;				/* bit of that byte, or -1 */
	enum vscsi_ua ua;			/* with VSCSI_UNIT_ATTENTION */
	u64 info;				/* INFORMATION field, valid if info_valid */
	bool info_valid;
	u32 specific;				/* COMMAND-SPECIFIC INFORMATION, 0: none */
	struct vscsi_io io;

	/* set by vscsi_cmd_complete() */
	enum vscsi_reason reason;
	u8 status;				/* SAM status */
	u8 sense_len;
	u8 sense[VSCSI_SENSE_MAX];
};

bool vscsi_cmd_parse(struct vscsi_cmd *cmd);
bool vscsi_cmd_recheck(struct vscsi_cmd *cmd);
enum vscsi_exec vscsi_cmd_exec(const struct vscsi_cmd *cmd);
void vscsi_cmd_execute(struct vscsi_cmd *cmd);
void vscsi_cmd_complete(struct vscsi_cmd *cmd, enum vscsi_reason reason);
void vscsi_cmd_reject(struct vscsi_cmd *cmd, enum vscsi_reason reason);
const char *vscsi_cmd_name(const struct vscsi_cmd *cmd);
bool vscsi_cmd_is_write(const struct vscsi_cmd *cmd);
bool vscsi_cmd_overlaps(const struct vscsi_cmd *a, const struct vscsi_cmd *b);
bool vscsi_cmd_uses(const struct vscsi_cmd *cmd, u64 start, u64 end);

#endif
