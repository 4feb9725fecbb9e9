/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Third-party copy (SPC-4 5.17): EXTENDED COPY, and what tells of it.
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

#define COPY_HEADER_LEN		16
#define COPY_TARGET_LEN		32	/* a CSCD descriptor */
#define COPY_SEGMENT_LEN	28
#define COPY_SEGMENTS_MAX	256
#define COPY_LISTS_MAX		(VSCSI_PEERS_MAX * COPY_TARGET_LEN +	\
				 COPY_SEGMENTS_MAX * COPY_SEGMENT_LEN)
#define COPY_RECORDS_MAX	16

/* All that a segment descriptor has room for, in bytes */
#define COPY_SEGMENT_BYTES_MAX	(U16_MAX * VSCSI_BLOCK_SIZE_MAX)

/* Descriptor type codes */
#define COPY_BLOCK_TO_BLOCK	0x02
#define COPY_IDENTIFICATION	0xe4

/* COPY MANAGER STATUS */
enum copy_status {
	COPY_RUNNING,
	COPY_DONE,
	COPY_FAILED,
};

/* LIST ID USAGE */
enum copy_usage {
	COPY_HOLD,
	COPY_RESERVED,
	COPY_DISCARD,
	COPY_NO_ID,
};

/**
 * struct vscsi_copy - a copy that COPY STATUS can tell of
 * @entry: in vscsi_pr.copies
 * @by: the I_T nexus that has sent the command
 * @list_id: its LIST IDENTIFIER
 * @usage: enum copy_usage
 * @status: enum copy_status
 * @segments: that are done
 * @bytes: that are copied
 *
 * Guarded by the lock of the struct vscsi_pr.
 */
struct vscsi_copy {
	struct list_head entry;
	struct vscsi_nexus_id by;
	u8 list_id;
	u8 usage;
	u8 status;
	u16 segments;
	u64 bytes;
};

enum vscsi_reason copy_begin(struct vscsi_cmd *cmd, u8 list_id, enum copy_usage usage,
			     struct vscsi_copy **copy);
void copy_progress(struct vscsi_cmd *cmd, struct vscsi_copy *copy, u16 segments, u32 bytes);
void copy_end(struct vscsi_cmd *cmd, struct vscsi_copy *copy, bool good);
void vscsi_copies_forget(struct vscsi_pr *pr, const struct vscsi_nexus_id *by);

/* Rows of the opcode table. */
enum vscsi_exec spc_copy_exec(const struct vscsi_cmd *cmd);
void spc_extended_copy(struct vscsi_cmd *cmd);
void spc_copy_status(struct vscsi_cmd *cmd);
void spc_copy_operating_parameters(struct vscsi_cmd *cmd);

/* VPD page 8Fh; at most 96 bytes */
size_t spc_third_party_copy(const struct vscsi_cmd *cmd, u8 *buf);

#endif
