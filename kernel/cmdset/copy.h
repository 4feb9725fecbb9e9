/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Third-party copy (SPC-4 5.17): EXTENDED COPY, tokens, and what tells of them.
 *
 * A copy is between logical units that the I_T nexus of the command sees: a client reaches
 * nothing by it that it could not read or write itself.
 */
#ifndef VSCSI_CMDSET_COPY_H
#define VSCSI_CMDSET_COPY_H

#include <linux/limits.h>
#include <linux/list.h>
#include <linux/types.h>

#include "pr.h"
#include "sbc.h"

#define COPY_HEADER_LEN		16
#define COPY_HEADER_LID4_LEN	48
#define COPY_TARGET_LEN		32	/* a CSCD descriptor */
#define COPY_SEGMENT_LEN	28
#define COPY_SEGMENTS_MAX	256
#define COPY_LISTS_MAX		(VSCSI_PEERS_MAX * COPY_TARGET_LEN +	\
				 COPY_SEGMENTS_MAX * COPY_SEGMENT_LEN)
#define COPY_RECORDS_MAX	16

/* Service actions of third-party copies */
#define COPY_EXTENDED_LID1	0x00
#define COPY_EXTENDED_LID4	0x01
#define COPY_POPULATE_TOKEN	0x10
#define COPY_WRITE_USING_TOKEN	0x11

/* All that a segment descriptor has room for, in bytes */
#define COPY_SEGMENT_BYTES_MAX	(U16_MAX * VSCSI_BLOCK_SIZE_MAX)

/* DATA SEGMENT GRANULARITY: 512 bytes, as a power of two */
#define COPY_GRANULARITY	9

/* Descriptor type codes */
#define COPY_BLOCK_TO_BLOCK	0x02
#define COPY_IDENTIFICATION	0xe4

/* COPY OPERATION STATUS (SPC-4 6.28) */
enum copy_status {
	COPY_DONE = 0x01,
	COPY_FAILED = 0x02,
	COPY_DONE_TOKEN_LEFT = 0x03,	/* not all that the token represents was asked for */
	COPY_DONE_RESIDUAL = 0x04,	/* the token represents less than was asked for */
	COPY_RUNNING = 0x11,		/* in the foreground */
	COPY_RUNNING_DETACHED = 0x12,	/* behind the answer of its command */
	COPY_TERMINATED = 0x60,
};

/* Bytes of a ROD token (SPC-4 5.17.6) */
#define ROD_TOKEN_LEN		512

/* LIST ID USAGE */
enum copy_usage {
	COPY_HOLD,
	COPY_RESERVED,
	COPY_DISCARD,
	COPY_NO_ID,
};

/**
 * struct vscsi_copy - a copy that can be told of
 * @entry: in vscsi_pr.copies
 * @by: the I_T nexus that has sent the command
 * @action: its service action
 * @list_id: its LIST IDENTIFIER
 * @usage: enum copy_usage
 * @status: enum copy_status
 * @operations: how often something was added to @segments or @bytes
 * @segments: that are done
 * @bytes: that are copied, or that the token represents
 * @scsi_status: with which it has ended
 * @sense_len: bytes of @sense
 * @sense: with which it has ended
 * @has_token: it has made @token
 * @token: as the client gets it
 *
 * Guarded by the lock of the struct vscsi_pr; @token is the command's until it has ended.
 */
struct vscsi_copy {
	struct list_head entry;
	struct vscsi_nexus_id by;
	u8 action;
	u32 list_id;
	u8 usage;
	u8 status;
	u16 operations;
	u16 segments;
	u64 bytes;
	u8 scsi_status;
	u8 sense_len;
	u8 sense[VSCSI_SENSE_MAX];
	bool has_token;
	u8 token[ROD_TOKEN_LEN];
};

enum vscsi_reason copy_begin(struct vscsi_cmd *cmd, u32 list_id, enum copy_usage usage,
			     struct vscsi_copy **copy);
void copy_detached(struct vscsi_cmd *cmd, struct vscsi_copy *copy);
void copy_progress(struct vscsi_cmd *cmd, struct vscsi_copy *copy, u16 segments, u64 bytes);
void copy_end(struct vscsi_cmd *cmd, struct vscsi_copy *copy, enum vscsi_reason reason,
	      enum copy_status good);
void copy_end_token(struct vscsi_cmd *cmd, struct vscsi_copy *copy, u64 bytes);
void vscsi_copies_forget(struct vscsi_pr *pr, const struct vscsi_nexus_id *by);

/**
 * struct copy_place - where one side of a copy lies
 * @peer: the logical unit
 * @offset: first byte
 */
struct copy_place {
	const struct vscsi_peer *peer;
	u64 offset;
};

/**
 * struct copy_run - a copy while it is made
 * @cmd: the command
 * @copy: what is told of it, or NULL
 * @bounce: where the data go through
 */
struct copy_run {
	struct vscsi_cmd *cmd;
	struct vscsi_copy *copy;
	struct sbc_bounce bounce;
};

/* Steps of commands that copy. */
enum vscsi_reason copy_run_begin(struct copy_run *run, u32 list_id, enum copy_usage usage);
bool copy_run_detach(struct copy_run *run, vscsi_step step, void *arg);
void copy_run_end(struct copy_run *run, enum vscsi_reason reason, enum copy_status good);
enum vscsi_reason copy_check_access(const struct vscsi_peer *peer, u64 offset, u64 bytes,
				    bool write);
enum vscsi_reason copy_bytes(struct copy_run *run, const struct copy_place *from,
			     const struct copy_place *to, u64 bytes);
enum vscsi_reason copy_zeroes(struct copy_run *run, const struct copy_place *to, u64 bytes);

/* Rows of the opcode table. */
enum vscsi_exec spc_copy_exec(const struct vscsi_cmd *cmd);
void spc_extended_copy(struct vscsi_cmd *cmd);
void spc_extended_copy_lid4(struct vscsi_cmd *cmd);
void spc_copy_status(struct vscsi_cmd *cmd);
void spc_copy_operating_parameters(struct vscsi_cmd *cmd);
void spc_copy_status_lid4(struct vscsi_cmd *cmd);
void spc_rod_token_information(struct vscsi_cmd *cmd);
void sbc_populate_token(struct vscsi_cmd *cmd);
void sbc_write_using_token(struct vscsi_cmd *cmd);

/* VPD page 8Fh; at most 380 bytes */
size_t spc_third_party_copy(const struct vscsi_cmd *cmd, u8 *buf);

#endif
