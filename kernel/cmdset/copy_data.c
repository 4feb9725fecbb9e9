// SPDX-License-Identifier: GPL-2.0
/*
 * The copying of third-party copies.
 *
 * Data go through one buffer of bounded size.  Each piece is looked at as the command of the
 * client that it stands for: range, readiness, path, reservations, write protection; and it
 * waits where COMPARE AND WRITE has the blocks for itself.
 */
#include <linux/compiler.h>
#include <linux/minmax.h>
#include <linux/scatterlist.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "copy.h"
#include "opcode.h"

/* What is zeroed before it is looked again whether the client may, in bytes. */
#define ZEROES_STEP	SZ_4M

/**
 * copy_run_begin() - a copy begins
 * @run: its cmd is set
 * @list_id: LIST IDENTIFIER
 * @usage: LIST ID USAGE
 *
 * Context: may sleep.
 * Return: VSCSI_OK, or why not.
 */
enum vscsi_reason copy_run_begin(struct copy_run *run, u32 list_id, enum copy_usage usage)
{
	enum vscsi_reason reason;

	if (!sbc_bounce_alloc(&run->bounce, SBC_BOUNCE_MAX))
		return VSCSI_OUT_OF_RESOURCES;
	reason = copy_begin(run->cmd, list_id, usage, &run->copy);
	if (reason != VSCSI_OK)
		sbc_bounce_free(&run->bounce);
	return reason;
}

/**
 * copy_run_detach() - a copy is to go on behind the answer of its command
 * @run: from copy_run_begin(), with a list identifier; its cmd is another one on success
 * @step: makes the copy, and completes that one
 * @arg: what @step gets
 *
 * Context: may sleep.
 * Return: false without memory for that: the answer must wait for the copy.
 */
bool copy_run_detach(struct copy_run *run, vscsi_step step, void *arg)
{
	const struct vscsi_target_ops *target = run->cmd->target;
	struct vscsi_cmd *detached = target->detach(run->cmd);

	if (!detached)
		return false;
	run->cmd = detached;
	copy_detached(detached, run->copy);
	target->go_on(detached, step, arg);
	return true;
}

/**
 * copy_run_end() - a copy has ended
 * @run: from copy_run_begin()
 * @reason: how; what belongs to it is set in the command
 * @good: what is told of it if that is VSCSI_OK
 *
 * Context: any.
 */
void copy_run_end(struct copy_run *run, enum vscsi_reason reason, enum copy_status good)
{
	copy_end(run->cmd, run->copy, reason, good);
	sbc_bounce_free(&run->bounce);
}

/**
 * copy_check_access() - what a READ or WRITE of the client there would run into
 * @peer: the logical unit
 * @offset: first byte
 * @bytes: how many
 * @write: a WRITE
 *
 * Context: any.
 * Return: VSCSI_OK, or with what the copy ends.
 */
enum vscsi_reason copy_check_access(const struct vscsi_peer *peer, u64 offset, u64 bytes,
				    bool write)
{
	u32 bars = READ_ONCE(peer->nexus->bars);
	const struct vscsi_lu *lu = peer->lu;
	u64 size = READ_ONCE(lu->blocks) << lu->block_shift;

	if (offset > size || bytes > size - offset)
		return VSCSI_COPY_ABORTED;
	if (READ_ONCE(lu->path.state) > VSCSI_ALUA_NON_OPTIMIZED || vscsi_lu_ready(lu) != VSCSI_OK)
		return VSCSI_COPY_UNREACHABLE;
	if (vscsi_lu_phase(lu) != VSCSI_OK)
		return VSCSI_COPY_DEVICE_FAILED;
	if (bars & (VSCSI_PR_BARS_ALL | VSCSI_OP_CONFLICT_EA | (write ? VSCSI_OP_CONFLICT_WE : 0)))
		return VSCSI_COPY_DEVICE_FAILED;
	return write && vscsi_lu_read_only(lu) ? VSCSI_COPY_DEVICE_FAILED : VSCSI_OK;
}

static enum vscsi_reason outcome(enum vscsi_reason reason)
{
	switch (reason) {
	case VSCSI_OK:
	case VSCSI_ABORTED:
	case VSCSI_OUT_OF_RESOURCES:
		return reason;
	case VSCSI_NOT_READY:
		return VSCSI_COPY_UNREACHABLE;
	default:
		return VSCSI_COPY_DEVICE_FAILED;
	}
}

/*
 * An abort asks the backend that the request is with to let go of it: it sees which that is, or
 * this sees the abort.
 */
static enum vscsi_reason submit(struct copy_run *run, enum vscsi_io_op op,
				const struct copy_place *place, u32 bytes)
{
	struct vscsi_io *io = &run->cmd->io;

	sg_init_one(&run->bounce.sg, run->bounce.buf, bytes);
	io->map = (struct vscsi_map){
		.sgl = &run->bounce.sg,
		.nents = 1,
		.len = bytes,
		.dir = op == VSCSI_IO_READ ? DMA_FROM_DEVICE : DMA_TO_DEVICE,
	};
	io->op = op;
	io->offset = place->offset;
	io->bytes = bytes;
	io->moved = 0;
	WRITE_ONCE(io->backend, place->peer->lu->backend);
	/* Pairs with that in vscsi_tasks_cancel(). */
	smp_mb();
	if (READ_ONCE(run->cmd->aborted))
		return VSCSI_ABORTED;
	return outcome(vscsi_io_sync(io));
}

static enum vscsi_reason request(struct copy_run *run, enum vscsi_io_op op,
				 const struct copy_place *place, u32 bytes)
{
	struct vscsi_cmd *cmd = run->cmd;
	enum vscsi_reason reason;

	reason = cmd->target->enter(cmd, place->peer, place->offset, bytes);
	if (reason != VSCSI_OK)
		return reason;
	/* Only now: it may have had to wait. */
	reason = copy_check_access(place->peer, place->offset, bytes, op == VSCSI_IO_WRITE);
	if (reason == VSCSI_OK)
		reason = submit(run, op, place, bytes);
	cmd->target->leave(cmd);
	return reason;
}

static enum vscsi_reason copy_piece(struct copy_run *run, const struct copy_place *from,
				    const struct copy_place *to, u64 at, u32 bytes)
{
	const struct copy_place source = { from->peer, from->offset + at };
	const struct copy_place destination = { to->peer, to->offset + at };
	enum vscsi_reason reason;

	reason = request(run, VSCSI_IO_READ, &source, bytes);
	if (reason == VSCSI_OK)
		reason = request(run, VSCSI_IO_WRITE, &destination, bytes);
	return reason;
}

/* VTDs over one backing device share their parameters. */
static bool must_go_backward(const struct copy_place *from, const struct copy_place *to, u64 bytes)
{
	return from->peer->lu->params == to->peer->lu->params && to->offset > from->offset &&
	       to->offset - from->offset < bytes;
}

/**
 * copy_bytes() - copy from one place to another
 * @run: has begun
 * @from: source
 * @to: destination
 * @bytes: how many; whole blocks of both
 *
 * Overlapping places end up as if all had been read before anything was written.
 *
 * Context: worker, sleeps.
 * Return: VSCSI_OK, or with what the copy ends.
 */
enum vscsi_reason copy_bytes(struct copy_run *run, const struct copy_place *from,
			     const struct copy_place *to, u64 bytes)
{
	bool backward = must_go_backward(from, to, bytes);
	enum vscsi_reason reason = VSCSI_OK;
	u64 done, at;
	u32 len;

	for (done = 0; done < bytes && reason == VSCSI_OK; done += len) {
		len = min_t(u64, run->bounce.len, bytes - done);
		at = backward ? bytes - done - len : done;
		reason = copy_piece(run, from, to, at, len);
		if (reason == VSCSI_OK)
			copy_progress(run->cmd, run->copy, 0, len);
		cond_resched();
	}
	return reason;
}

static enum vscsi_reason zero_piece(struct copy_run *run, const struct copy_place *to, u64 bytes)
{
	u8 shift = to->peer->lu->block_shift;
	struct vscsi_cmd *cmd = run->cmd;
	enum vscsi_reason reason;

	reason = cmd->target->enter(cmd, to->peer, to->offset, bytes);
	if (reason != VSCSI_OK)
		return reason;
	/* Only now: it may have had to wait. */
	reason = copy_check_access(to->peer, to->offset, bytes, true);
	if (reason == VSCSI_OK)
		reason = outcome(sbc_write_zeroes(cmd, &run->bounce, true, to->offset >> shift,
						  bytes >> shift));
	cmd->target->leave(cmd);
	return reason;
}

/**
 * copy_zeroes() - zero blocks, in the cheapest way
 * @run: has begun
 * @to: in the logical unit of the command
 * @bytes: how many; whole blocks
 *
 * Context: worker, sleeps.
 * Return: VSCSI_OK, or with what the copy ends.
 */
enum vscsi_reason copy_zeroes(struct copy_run *run, const struct copy_place *to, u64 bytes)
{
	struct copy_place piece = *to;
	enum vscsi_reason reason = VSCSI_OK;
	u64 left = bytes;
	u32 len;

	memset(run->bounce.buf, 0, run->bounce.len);
	for (; left && reason == VSCSI_OK; left -= len, piece.offset += len) {
		len = min_t(u64, left, ZEROES_STEP);
		reason = zero_piece(run, &piece, len);
		if (reason == VSCSI_OK)
			copy_progress(run->cmd, run->copy, 0, len);
		cond_resched();
	}
	return reason;
}
