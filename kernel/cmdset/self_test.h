/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A self-test of a disk (SPC-4 5.14), in the foreground or behind the answer of its command.
 *
 *   command: spc_self_test(); in the foreground all of it
 *   server:  target->test_in_background(); vscsi_self_test_step() in a worker, until there is
 *            nothing left; vscsi_self_test_end(); vscsi_self_test_free()
 */
#ifndef VSCSI_CMDSET_SELF_TEST_H
#define VSCSI_CMDSET_SELF_TEST_H

#include "command.h"
#include "sbc.h"

/**
 * struct vscsi_self_test - one that has begun
 * @cmd: by whose request it reads: @own, or the SEND DIAGNOSTIC that waits for it
 * @own: of one in the background
 * @bounce: where it reads to
 * @code: SELF-TEST CODE
 * @segment: SELF-TEST NUMBER of what it is doing, 0: nothing yet
 * @reason: how that has ended
 * @lba: the first block that has failed, or U64_MAX
 * @blocks: of the logical unit, when it began
 * @piece: blocks that are read at once
 * @total: pieces of the logical unit
 * @pieces: how many of them are read
 * @done: how many of those have been
 */
struct vscsi_self_test {
	struct vscsi_cmd *cmd;
	struct vscsi_cmd own;
	struct sbc_bounce bounce;
	u8 code;
	u8 segment;
	enum vscsi_reason reason;
	u64 lba;
	u64 blocks;
	u32 piece;
	u64 total;
	u64 pieces;
	u64 done;
};

void spc_self_test(struct vscsi_cmd *cmd, u8 code);
size_t spc_self_test_page(const struct vscsi_cmd *cmd, u16 from, u8 *buf);
u32 vscsi_self_test_seconds(const struct vscsi_lu *lu);

bool vscsi_self_test_step(struct vscsi_self_test *test);
void vscsi_self_test_end(struct vscsi_self_test *test);
void vscsi_self_test_free(struct vscsi_self_test *test);

void vscsi_self_test_stop(struct vscsi_lu_params *params);
void vscsi_self_test_leave(const struct vscsi_lu *lu);

#endif
