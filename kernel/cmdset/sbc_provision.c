// SPDX-License-Identifier: GPL-2.0
/* UNMAP and WRITE SAME: giving space back, zeroing, repeating a block. */
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "opcode.h"
#include "reply.h"
#include "sbc.h"

/* UNMAP parameter list (SBC-3 5.28.2) */
#define UNMAP_HEADER_LEN	8
#define UNMAP_DESCRIPTOR_LEN	16
#define UNMAP_LIST_MAX		(UNMAP_HEADER_LEN +	\
				 SBC_UNMAP_DESCRIPTORS_MAX * UNMAP_DESCRIPTOR_LEN)

/* WRITE SAME, byte 1 */
#define WS_UNMAP		0x08
#define WS_UNMAP_BIT		3
#define WS_NDOB			0x01	/* WRITE SAME(16) only */

/* Most that is written by one WRITE SAME, if the backing device can't zero by itself. */
#define WRITE_SAME_WRITTEN_MAX	SZ_32M

/* One operation on a range, in as many requests as it takes. */
static enum vscsi_reason for_range(struct vscsi_cmd *cmd, enum vscsi_io_op op, u64 max_bytes,
				   u64 lba, u64 blocks)
{
	u64 max = max_t(u64, max_bytes >> cmd->lu->block_shift, 1);
	enum vscsi_reason reason = VSCSI_OK;
	u64 part;

	for (; blocks && reason == VSCSI_OK; blocks -= part, lba += part) {
		part = min(blocks, max);
		reason = sbc_io(cmd, op, lba, part);
		cond_resched();
	}
	return reason;
}

static enum vscsi_reason unmap_range(struct vscsi_cmd *cmd, u64 lba, u64 blocks)
{
	return for_range(cmd, VSCSI_IO_UNMAP, cmd->lu->backend->caps.max_unmap, lba, blocks);
}

/* SBC-3 5.28.2: sets @nr; descriptors that are not whole are ignored. */
static enum vscsi_reason check_unmap_header(struct vscsi_cmd *cmd, const u8 *list, u32 len, u32 *nr)
{
	u32 data_len = get_unaligned_be16(list);
	u32 desc_len = get_unaligned_be16(list + 2);

	if (desc_len > len - UNMAP_HEADER_LEN)
		return VSCSI_PARAM_LENGTH;
	if (data_len < desc_len + UNMAP_HEADER_LEN - 2)
		return vscsi_param_error(cmd, 0, 7);
	*nr = desc_len / UNMAP_DESCRIPTOR_LEN;
	return *nr > SBC_UNMAP_DESCRIPTORS_MAX ? vscsi_param_error(cmd, 2, 7) : VSCSI_OK;
}

static enum vscsi_reason check_unmap_ranges(struct vscsi_cmd *cmd, const u8 *list, u32 nr)
{
	u64 most = cmd->lu->backend->caps.max_unmap >> cmd->lu->block_shift;
	u64 capacity = READ_ONCE(cmd->lu->blocks);
	u64 sum = 0;
	u32 i;

	for (i = 0; i < nr; i++) {
		u32 at = UNMAP_HEADER_LEN + i * UNMAP_DESCRIPTOR_LEN;
		u64 lba = get_unaligned_be64(list + at);
		u32 blocks = get_unaligned_be32(list + at + 8);

		if (lba > capacity || blocks > capacity - lba)
			return VSCSI_LBA_RANGE;
		sum += blocks;
		if (sum > most)
			return vscsi_param_error(cmd, at + 8, 7);
	}
	return VSCSI_OK;
}

static enum vscsi_reason unmap_ranges(struct vscsi_cmd *cmd, const u8 *list, u32 nr)
{
	const u8 *desc = list + UNMAP_HEADER_LEN;
	enum vscsi_reason reason = VSCSI_OK;

	for (; nr && reason == VSCSI_OK; nr--, desc += UNMAP_DESCRIPTOR_LEN)
		reason = unmap_range(cmd, get_unaligned_be64(desc), get_unaligned_be32(desc + 8));
	return reason;
}

static enum vscsi_reason unmap(struct vscsi_cmd *cmd, const u8 *list, u32 len)
{
	enum vscsi_reason reason;
	u32 nr;

	reason = check_unmap_header(cmd, list, len, &nr);
	if (reason == VSCSI_OK)
		reason = check_unmap_ranges(cmd, list, nr);
	if (reason == VSCSI_OK)
		reason = unmap_ranges(cmd, list, nr);
	return reason;
}

/**
 * sbc_unmap_supported() - has the logical unit the UNMAP command?
 * @lu: a disk
 *
 * Context: any.
 */
bool sbc_unmap_supported(const struct vscsi_lu *lu)
{
	return lu->backend->caps.max_unmap;
}

/**
 * sbc_unmap() - UNMAP (SBC-3 5.28)
 * @cmd: the command
 *
 * All descriptors are checked before the first is acted upon.
 *
 * Context: process, may sleep.
 */
void sbc_unmap(struct vscsi_cmd *cmd)
{
	u32 len = vscsi_opcode_length(cmd->op, cmd->cdb);
	enum vscsi_reason reason;
	u8 *list;

	if (len < UNMAP_HEADER_LEN) {
		vscsi_cmd_complete(cmd, len ? VSCSI_PARAM_LENGTH : VSCSI_OK);
		return;
	}
	list = kzalloc(UNMAP_LIST_MAX, GFP_NOIO);
	if (!list) {
		vscsi_cmd_complete(cmd, VSCSI_OUT_OF_RESOURCES);
		return;
	}
	cmd->done_bytes = vscsi_map_copy_in(&cmd->map, 0, list, min_t(u32, len, UNMAP_LIST_MAX));
	reason = unmap(cmd, list, len);
	kfree(list);
	vscsi_cmd_complete(cmd, reason);
}

/**
 * sbc_write_same_max() - MAXIMUM WRITE SAME LENGTH (SBC-3 6.5.3)
 * @lu: a disk
 *
 * Context: any.
 * Return: blocks.
 */
u32 sbc_write_same_max(const struct vscsi_lu *lu)
{
	u64 bytes = lu->backend->caps.max_zero ?: WRITE_SAME_WRITTEN_MAX;

	return min_t(u64, bytes >> lu->block_shift, U32_MAX);
}

static bool no_data_out(const struct vscsi_cmd *cmd)
{
	return cmd->cdb[1] & WS_NDOB;
}

/**
 * sbc_write_same_data_len() - bytes that WRITE SAME takes from the data buffer
 * @cmd: the command
 *
 * Context: any.
 */
u64 sbc_write_same_data_len(const struct vscsi_cmd *cmd)
{
	return no_data_out(cmd) ? 0 : cmd->lu->block_size;
}

/**
 * sbc_write_pattern() - write the same to many blocks, as a step of a command
 * @cmd: a command that blocks
 * @bounce: begins with the block to be repeated
 * @lba: first block
 * @blocks: how many
 *
 * Context: process, may sleep.
 * Return: the outcome.
 */
enum vscsi_reason sbc_write_pattern(struct vscsi_cmd *cmd, struct sbc_bounce *bounce, u64 lba,
				    u64 blocks)
{
	u32 max = bounce->len >> cmd->lu->block_shift;
	u32 size = cmd->lu->block_size;
	enum vscsi_reason reason = VSCSI_OK;
	u32 i, part;

	for (i = 1; i < min_t(u64, max, blocks); i++)
		memcpy(bounce->buf + i * size, bounce->buf, size);
	for (; blocks && reason == VSCSI_OK; blocks -= part, lba += part) {
		part = min_t(u64, blocks, max);
		reason = sbc_bounce_io(cmd, bounce, VSCSI_IO_WRITE, lba, part);
		cond_resched();
	}
	return reason;
}

/**
 * sbc_write_zeroes() - zero blocks in the cheapest way, as a step of a command
 * @cmd: a command that blocks
 * @bounce: begins with a block of zeroes
 * @unmap: they may be given back; they are only if they read as zeroes afterwards (SBC-3 5.39)
 * @lba: first block
 * @blocks: how many
 *
 * Context: process, may sleep.
 * Return: the outcome.
 */
enum vscsi_reason sbc_write_zeroes(struct vscsi_cmd *cmd, struct sbc_bounce *bounce, bool unmap,
				   u64 lba, u64 blocks)
{
	const struct vscsi_backend_caps *caps = &cmd->lu->backend->caps;
	enum vscsi_reason reason = VSCSI_UNSUPPORTED;

	if (unmap && caps->unmap_zeroes)
		reason = unmap_range(cmd, lba, blocks);
	if (reason == VSCSI_UNSUPPORTED && caps->max_zero)
		reason = for_range(cmd, VSCSI_IO_ZERO, caps->max_zero, lba, blocks);
	if (reason == VSCSI_UNSUPPORTED)
		reason = sbc_write_pattern(cmd, bounce, lba, blocks);
	return reason;
}

static enum vscsi_reason write_same(struct vscsi_cmd *cmd, u64 lba, u64 blocks)
{
	u32 size = cmd->lu->block_size;
	struct sbc_bounce bounce;
	enum vscsi_reason reason;

	if (!sbc_bounce_alloc(&bounce, SBC_BOUNCE_MAX))
		return VSCSI_OUT_OF_RESOURCES;
	if (no_data_out(cmd))
		memset(bounce.buf, 0, size);
	else
		cmd->done_bytes = vscsi_map_copy_in(&cmd->map, 0, bounce.buf, size);
	if (memchr_inv(bounce.buf, 0, size))
		reason = sbc_write_pattern(cmd, &bounce, lba, blocks);
	else
		reason = sbc_write_zeroes(cmd, &bounce, cmd->cdb[1] & WS_UNMAP, lba, blocks);
	sbc_bounce_free(&bounce);
	return reason;
}

/**
 * sbc_write_same() - WRITE SAME(10), (16) (SBC-3 5.39, 5.40)
 * @cmd: the command
 *
 * The client has another size of block in mind if its buffer is not of one block.
 *
 * No number of blocks means up to the last one (WSNZ of VPD B0h is 0).
 *
 * Context: process, may sleep.
 */
void sbc_write_same(struct vscsi_cmd *cmd)
{
	u64 capacity = READ_ONCE(cmd->lu->blocks);
	u64 blocks = cmd->nr_blocks;

	/* The capacity may have changed since the range was checked. */
	if (!blocks && capacity > cmd->lba)
		blocks = capacity - cmd->lba;
	if ((cmd->cdb[1] & WS_UNMAP) && !cmd->lu->backend->caps.max_unmap)
		vscsi_fail_field(cmd, 1, WS_UNMAP_BIT);
	else if (!no_data_out(cmd) && cmd->map.len != cmd->lu->block_size)
		vscsi_fail_field(cmd, cmd->op->len.at, 7);
	else if (blocks > sbc_write_same_max(cmd->lu))
		vscsi_fail_field(cmd, cmd->op->len.at, 7);
	else
		vscsi_cmd_complete(cmd, write_same(cmd, cmd->lba, blocks));
}
