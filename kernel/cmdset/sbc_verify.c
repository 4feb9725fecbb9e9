// SPDX-License-Identifier: GPL-2.0
/* VERIFY and WRITE AND VERIFY: they read what is stored, and compare it. */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "reply.h"
#include "sbc.h"

/* BYTCHK field (SBC-3 5.29) */
#define BYTCHK(cmd)		((cmd)->cdb[1] >> 1 & 0x03)
#define BYTCHK_MSB		2

/**
 * sbc_verify_data_len() - bytes that VERIFY takes from the data buffer
 * @cmd: the command
 *
 * Context: any.
 */
u64 sbc_verify_data_len(const struct vscsi_cmd *cmd)
{
	switch (BYTCHK(cmd)) {
	case SBC_BYTCHK_ALL:
		return (u64)cmd->nr_blocks << cmd->lu->block_shift;
	case SBC_BYTCHK_ONE:
		return cmd->nr_blocks ? cmd->lu->block_size : 0;
	}
	return 0;
}

/* Offset of the first difference; @len if there is none. */
static u32 first_difference(const u8 *a, const u8 *b, u32 len)
{
	u32 i = 0;

	if (!memcmp(a, b, len))
		return len;
	while (a[i] == b[i])
		i++;
	return i;
}

/*
 * Compares @len bytes that have been read with the data buffer from @offset on,
 * block by block.  Takes @expected, one block, as memory.
 */
static enum vscsi_reason compare(struct vscsi_cmd *cmd, const u8 *stored, u8 *expected, u32 len,
				 u64 offset, bool one)
{
	u32 size = cmd->lu->block_size;
	u32 at, same;

	for (at = 0; at < len; at += size) {
		vscsi_map_copy_in(&cmd->map, one ? 0 : offset + at, expected, size);
		same = first_difference(stored + at, expected, size);
		if (same < size) {
			cmd->info = one ? same : offset + at + same;
			cmd->info_valid = true;
			return VSCSI_MISCOMPARE;
		}
	}
	return VSCSI_OK;
}

static enum vscsi_reason verify_blocks(struct vscsi_cmd *cmd, struct sbc_bounce *bounce,
				       u8 *expected, enum sbc_bytchk bytchk)
{
	enum vscsi_reason reason = VSCSI_OK;
	u8 shift = cmd->lu->block_shift;
	u32 max = bounce->len >> shift;
	u32 done, blocks;

	for (done = 0; done < cmd->nr_blocks && reason == VSCSI_OK; done += blocks) {
		blocks = min(max, cmd->nr_blocks - done);
		reason = sbc_bounce_io(cmd, bounce, VSCSI_IO_READ, cmd->lba + done, blocks);
		if (reason == VSCSI_OK && bytchk != SBC_BYTCHK_NONE)
			reason = compare(cmd, bounce->buf, expected, blocks << shift,
					 (u64)done << shift, bytchk == SBC_BYTCHK_ONE);
		cond_resched();
	}
	return reason;
}

/**
 * sbc_compare() - read the blocks of a command and compare them, as a step of it
 * @cmd: a command that blocks
 * @bytchk: with what
 *
 * On VSCSI_MISCOMPARE, INFORMATION is the offset of the first difference in the data buffer.
 *
 * Context: process, may sleep.
 * Return: the outcome.
 */
enum vscsi_reason sbc_compare(struct vscsi_cmd *cmd, enum sbc_bytchk bytchk)
{
	struct sbc_bounce stored, expected;
	enum vscsi_reason reason = VSCSI_OUT_OF_RESOURCES;

	if (!sbc_bounce_alloc(&stored, SBC_BOUNCE_MAX))
		return reason;
	if (sbc_bounce_alloc(&expected, VSCSI_BLOCK_SIZE_MAX)) {
		reason = verify_blocks(cmd, &stored, expected.buf, bytchk);
		sbc_bounce_free(&expected);
	}
	sbc_bounce_free(&stored);
	return reason;
}

/**
 * sbc_verify() - VERIFY(10), (12), (16) (SBC-3 5.29 to 5.31)
 * @cmd: the command
 *
 * What is cached is written to the medium first.  On MISCOMPARE, INFORMATION is
 * the offset of the first difference in the data buffer.
 *
 * Context: process, may sleep.
 */
void sbc_verify(struct vscsi_cmd *cmd)
{
	enum vscsi_reason reason;

	if (BYTCHK(cmd) == SBC_BYTCHK_RESERVED) {
		vscsi_fail_field(cmd, 1, BYTCHK_MSB);
		return;
	}
	reason = sbc_flush(cmd);
	if (reason == VSCSI_OK)
		reason = sbc_compare(cmd, BYTCHK(cmd));
	cmd->done_bytes = sbc_verify_data_len(cmd);
	vscsi_cmd_complete(cmd, reason);
}

/**
 * sbc_write_and_verify() - WRITE AND VERIFY(10), (12), (16) (SBC-3 5.36 to 5.38)
 * @cmd: the command
 *
 * Context: process, may sleep.
 */
void sbc_write_and_verify(struct vscsi_cmd *cmd)
{
	enum vscsi_reason reason = VSCSI_OK;

	cmd->io.map = cmd->map;
	cmd->io.map.len = cmd->nr_blocks << cmd->lu->block_shift;
	if (cmd->nr_blocks)
		reason = sbc_io(cmd, VSCSI_IO_WRITE, cmd->lba, cmd->nr_blocks);
	if (reason == VSCSI_OK)
		cmd->done_bytes = cmd->nr_blocks << cmd->lu->block_shift;
	if (reason == VSCSI_OK)
		reason = sbc_flush(cmd);
	if (reason == VSCSI_OK)
		reason = sbc_compare(cmd, BYTCHK(cmd));
	vscsi_cmd_complete(cmd, reason);
}
