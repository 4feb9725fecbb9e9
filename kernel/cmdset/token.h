/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ROD tokens (SPC-4 5.17.6): names for blocks of a disk, which WRITE USING TOKEN copies.
 *
 * They are kept with the logical unit whose blocks they represent, and go with it.  One that is
 * shown names it: so it is found among those that the client sees, as in any other third-party
 * copy.
 */
#ifndef VSCSI_CMDSET_TOKEN_H
#define VSCSI_CMDSET_TOKEN_H

#include <linux/list.h>
#include <linux/sizes.h>
#include <linux/types.h>

#include "copy.h"

/* ROD types (SPC-4 5.17.6) */
#define ROD_ACCESS_UPON_REFERENCE	0x00010000
#define ROD_BLOCK_ZERO			0xffff0001

/* Descriptors of a parameter list */
#define ROD_RANGES_MAX		64

/* Of one logical unit */
#define ROD_TOKENS_MAX		64

/* INACTIVITY TIMEOUT, in seconds */
#define ROD_TIMEOUT_DEFAULT	60
#define ROD_TIMEOUT_MAX		600

/* What one command represents or writes: a client that waits for it does not give up meanwhile. */
#define ROD_BYTES_MAX		((u64)SZ_256M)
#define ROD_BYTES_OPTIMAL	((u64)SZ_64M)

/**
 * struct rod_range - consecutive bytes of a disk
 * @offset: the first
 * @bytes: how many
 */
struct rod_range {
	u64 offset;
	u64 bytes;
};

/**
 * struct rod_ranges - what a token represents, or where it is written to
 * @nr: how many
 * @bytes: of all
 * @range: one after the other
 */
struct rod_ranges {
	u32 nr;
	u64 bytes;
	struct rod_range range[ROD_RANGES_MAX];
};

/**
 * struct rod_token - a token that can be used
 * @entry: in vscsi_pr.tokens
 * @timeout: how long it lives without being used, in seconds
 * @deadline: until then, if it is not used: seconds since the machine was started
 * @ranges: what it represents
 * @bytes: as the client has it
 *
 * Guarded by the lock of the struct vscsi_pr.
 */
struct rod_token {
	struct list_head entry;
	u32 timeout;
	time64_t deadline;
	struct rod_ranges ranges;
	u8 bytes[ROD_TOKEN_LEN];
};

struct rod_token *rod_token_alloc(const struct vscsi_cmd *cmd);
enum vscsi_reason rod_token_add(const struct vscsi_cmd *cmd, struct rod_token *token, u8 *bytes);
enum vscsi_reason rod_token_check(const u8 *bytes, bool *zero);
enum vscsi_reason rod_token_find(struct vscsi_cmd *cmd, const u8 *bytes, struct vscsi_peer *peer,
				 struct rod_ranges *ranges);
void rod_token_used(struct vscsi_pr *pr, const u8 *bytes, bool delete);
void rod_tokens_forget(struct vscsi_pr *pr);

#endif
