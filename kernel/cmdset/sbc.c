// SPDX-License-Identifier: GPL-2.0
/* READ CAPACITY, START STOP UNIT, SYNCHRONIZE CACHE, and what other commands share. */
#include <linux/compiler.h>
#include <linux/gfp.h>
#include <linux/limits.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/unaligned.h>

#include "reply.h"
#include "sbc.h"
#include "self_test.h"

#define READ_CAPACITY_10_LEN	8

/* START STOP UNIT, byte 4 */
#define NO_FLUSH	0x04
#define START		0x01

/**
 * sbc_has_fua() - can a write be made durable, and a read come from the medium?
 * @lu: a disk
 *
 * True without a write cache, as then each one is.
 *
 * Context: any.
 */
bool sbc_has_fua(const struct vscsi_lu *lu)
{
	const struct vscsi_backend_caps *caps = &lu->backend->caps;

	return caps->fua || !caps->write_cache;
}

/**
 * sbc_io() - one request to the backend, as a step of a command
 * @cmd: a command that blocks; for READ and WRITE @cmd->io.map is set and as
 *	long as the blocks
 * @op: what to do
 * @lba: first block
 * @blocks: how many
 *
 * A medium error sets INFORMATION to the block in error, if it is known.
 *
 * Context: process, may sleep.
 * Return: the outcome; VSCSI_ABORTED if the command has been aborted.
 */
enum vscsi_reason sbc_io(struct vscsi_cmd *cmd, enum vscsi_io_op op, u64 lba, u64 blocks)
{
	struct vscsi_io *io = &cmd->io;
	enum vscsi_reason reason;

	if (READ_ONCE(cmd->aborted))
		return VSCSI_ABORTED;
	io->backend = cmd->lu->backend;
	io->op = op;
	io->offset = lba << cmd->lu->block_shift;
	io->bytes = blocks << cmd->lu->block_shift;
	io->moved = 0;
	reason = vscsi_io_sync(io);
	sbc_set_information(cmd, reason, lba, blocks);
	return reason;
}

/**
 * sbc_set_information() - set INFORMATION after a medium error (SBC-3 4.18.1)
 * @cmd: its command
 * @reason: outcome of @cmd->io
 * @lba: first block of @cmd->io
 * @blocks: length of @cmd->io
 *
 * Context: any.
 */
void sbc_set_information(struct vscsi_cmd *cmd, enum vscsi_reason reason, u64 lba, u64 blocks)
{
	if (reason != VSCSI_MEDIUM_READ && reason != VSCSI_MEDIUM_WRITE)
		return;
	/* Nothing moved and several blocks: it may have been any of them. */
	if (!cmd->io.moved && blocks != 1)
		return;
	cmd->info = lba + (cmd->io.moved >> cmd->lu->block_shift);
	cmd->info_valid = true;
}

/**
 * sbc_flush() - make durable what the backing device has cached, as a step of a command
 * @cmd: a command that blocks
 *
 * Context: process, may sleep.
 * Return: the outcome.
 */
enum vscsi_reason sbc_flush(struct vscsi_cmd *cmd)
{
	return sbc_io(cmd, VSCSI_IO_FLUSH, 0, 0);
}

/**
 * sbc_bounce_alloc() - allocate memory for blocks
 * @bounce: filled in
 * @wanted: bytes, a multiple of the largest block size; less is allocated under
 *	memory pressure
 *
 * Context: process, may sleep; starts no I/O.
 * Return: false if there is no memory at all.
 */
bool sbc_bounce_alloc(struct sbc_bounce *bounce, u32 wanted)
{
	bounce->len = clamp_t(u32, wanted, VSCSI_BLOCK_SIZE_MAX, SBC_BOUNCE_MAX);
	bounce->buf = kmalloc(bounce->len, GFP_NOIO | __GFP_NORETRY | __GFP_NOWARN);
	if (!bounce->buf) {
		bounce->len = VSCSI_BLOCK_SIZE_MAX;
		bounce->buf = kmalloc(bounce->len, GFP_NOIO);
	}
	return bounce->buf;
}

/**
 * sbc_bounce_free() - free it
 * @bounce: memory of sbc_bounce_alloc()
 *
 * Context: any.
 */
void sbc_bounce_free(struct sbc_bounce *bounce)
{
	kfree(bounce->buf);
}

/**
 * sbc_bounce_io() - read blocks into, or write them from, a bounce buffer
 * @cmd: a command that blocks
 * @bounce: the buffer
 * @op: VSCSI_IO_READ or VSCSI_IO_WRITE
 * @lba: first block
 * @blocks: how many, at most what fits into @bounce
 *
 * Context: process, may sleep.
 * Return: the outcome.
 */
enum vscsi_reason sbc_bounce_io(struct vscsi_cmd *cmd, struct sbc_bounce *bounce,
				enum vscsi_io_op op, u64 lba, u32 blocks)
{
	u32 len = blocks << cmd->lu->block_shift;

	sg_init_one(&bounce->sg, bounce->buf, len);
	cmd->io.map = (struct vscsi_map){
		.sgl = &bounce->sg,
		.nents = 1,
		.len = len,
		.dir = op == VSCSI_IO_READ ? DMA_FROM_DEVICE : DMA_TO_DEVICE,
	};
	return sbc_io(cmd, op, lba, blocks);
}

/**
 * sbc_read_capacity_10_len() - bytes that READ CAPACITY(10) returns; its CDB does not say
 * @cmd: the command
 *
 * Context: any.
 */
u64 sbc_read_capacity_10_len(const struct vscsi_cmd *cmd)
{
	return READ_CAPACITY_10_LEN;
}

/**
 * sbc_read_capacity_10() - READ CAPACITY(10) (SBC-3 5.15)
 * @cmd: the command
 *
 * Context: any.
 */
void sbc_read_capacity_10(struct vscsi_cmd *cmd)
{
	u64 blocks = READ_ONCE(cmd->lu->blocks);
	u8 buf[READ_CAPACITY_10_LEN];

	if (!blocks) {
		vscsi_cmd_complete(cmd, VSCSI_NOT_READY);
		return;
	}
	put_unaligned_be32(min_t(u64, blocks - 1, U32_MAX), buf);
	put_unaligned_be32(cmd->lu->block_size, buf + 4);
	vscsi_reply(cmd, buf, sizeof(buf));
}

/* LOGICAL BLOCKS PER PHYSICAL BLOCK EXPONENT and LOWEST ALIGNED LOGICAL BLOCK ADDRESS */
static void put_alignment(const struct vscsi_lu *lu, u8 *buf)
{
	const struct vscsi_backend_caps *caps = &lu->backend->caps;
	u32 per_physical = caps->physical_block_size >> lu->block_shift;
	u32 misaligned = caps->alignment_offset >> lu->block_shift;

	if (per_physical <= 1)
		return;
	buf[5] = ilog2(per_physical) & 0x0f;
	put_unaligned_be16(misaligned & 0x3fff, buf + 6);
}

/**
 * sbc_put_block_format() - what READ CAPACITY(16) says behind the capacity
 * @lu: a disk
 * @buf: zeroes, SBC_BLOCK_FORMAT_LEN bytes: from LOGICAL BLOCK LENGTH IN BYTES on
 *
 * Context: any.
 */
void sbc_put_block_format(const struct vscsi_lu *lu, u8 *buf)
{
	const struct vscsi_backend_caps *caps = &lu->backend->caps;

	put_unaligned_be32(lu->block_size, buf);
	put_alignment(lu, buf);
	if (caps->max_unmap)
		buf[6] |= 0x80 | (caps->unmap_zeroes ? 0x40 : 0);	/* LBPME, LBPRZ */
}

/**
 * sbc_read_capacity_16() - READ CAPACITY(16) (SBC-3 5.16)
 * @cmd: the command
 *
 * Context: any.
 */
void sbc_read_capacity_16(struct vscsi_cmd *cmd)
{
	u64 blocks = READ_ONCE(cmd->lu->blocks);
	u8 buf[32] = { 0 };

	if (!blocks) {
		vscsi_cmd_complete(cmd, VSCSI_NOT_READY);
		return;
	}
	put_unaligned_be64(blocks - 1, buf);
	sbc_put_block_format(cmd->lu, buf + 8);
	vscsi_reply(cmd, buf, sizeof(buf));
}

/**
 * sbc_start_stop() - START STOP UNIT (SBC-3 5.25)
 * @cmd: the command
 *
 * A stopped logical unit refuses medium access, on every path, until it is started.  IMMED
 * makes no difference: the memory of a command is the client's again when it is
 * answered, so that nothing can go on behind the answer.  A self-test ends.
 *
 * Context: process, may sleep.
 */
void sbc_start_stop(struct vscsi_cmd *cmd)
{
	enum vscsi_reason reason = VSCSI_OK;
	bool start = cmd->cdb[4] & START;

	vscsi_self_test_stop(cmd->lu->params);
	if (!start && !(cmd->cdb[4] & NO_FLUSH))
		reason = sbc_flush(cmd);
	if (reason == VSCSI_OK)
		WRITE_ONCE(cmd->lu->params->stopped, !start);
	vscsi_cmd_complete(cmd, reason);
}

static void flush_done(struct vscsi_io *io, enum vscsi_reason reason)
{
	vscsi_cmd_complete(container_of(io, struct vscsi_cmd, io), reason);
}

/**
 * sbc_synchronize_cache_exec() - where SYNCHRONIZE CACHE is executed
 * @cmd: the command
 *
 * Context: any.
 */
enum vscsi_exec sbc_synchronize_cache_exec(const struct vscsi_cmd *cmd)
{
	const struct vscsi_backend *be = cmd->lu->backend;

	return be->ops->exec(be, VSCSI_IO_FLUSH);
}

/**
 * sbc_synchronize_cache() - SYNCHRONIZE CACHE(10), (16) (SBC-3 5.26, 5.27)
 * @cmd: the command
 *
 * The whole cache is written, whatever the range, and also if there was none a moment ago.
 * IMMED makes no difference, so that GOOD always means durable.
 *
 * Context: what sbc_synchronize_cache_exec() said.
 */
void sbc_synchronize_cache(struct vscsi_cmd *cmd)
{
	struct vscsi_backend *be = cmd->lu->backend;

	cmd->io.backend = be;
	cmd->io.op = VSCSI_IO_FLUSH;
	cmd->io.offset = 0;
	cmd->io.bytes = 0;
	cmd->io.done = flush_done;
	vscsi_io_submit(&cmd->io);
}
