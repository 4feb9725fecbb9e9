// SPDX-License-Identifier: GPL-2.0
/* READ and WRITE: the data path. */
#include "opcode.h"
#include "reply.h"
#include "sbc.h"

#define FUA		0x08
#define FUA_BIT		3

/* READ(6) and WRITE(6) have no such bit. */
static bool wants_fua(const struct vscsi_cmd *cmd)
{
	return cmd->op->cdb_len > 6 && (cmd->cdb[1] & FUA);
}

/* DPOFUA of the mode parameter header says whether the bit is allowed. */
static bool refuse_fua(struct vscsi_cmd *cmd)
{
	if (!wants_fua(cmd) || sbc_has_fua(cmd->lu))
		return false;
	vscsi_fail_field(cmd, 1, FUA_BIT);
	return true;
}

/**
 * sbc_begin_write() - take over FUA of a command that blocks
 * @cmd: the command, which has the bit where WRITE(10) has it
 *
 * Context: any.
 * Return: false if the logical unit can't do that; @cmd is complete then.
 */
bool sbc_begin_write(struct vscsi_cmd *cmd)
{
	cmd->io.fua = wants_fua(cmd);
	return !refuse_fua(cmd);
}

static void set_map(struct vscsi_cmd *cmd)
{
	cmd->io.map = cmd->map;
	cmd->io.map.len = cmd->nr_blocks << cmd->lu->block_shift;
}

static void rw_finish(struct vscsi_cmd *cmd, enum vscsi_reason reason)
{
	cmd->done_bytes = reason == VSCSI_OK ? cmd->nr_blocks << cmd->lu->block_shift :
					       cmd->io.moved;
	vscsi_cmd_complete(cmd, reason);
}

static void rw_done(struct vscsi_io *io, enum vscsi_reason reason)
{
	struct vscsi_cmd *cmd = container_of(io, struct vscsi_cmd, io);

	sbc_set_information(cmd, reason, cmd->lba, cmd->nr_blocks);
	rw_finish(cmd, reason);
}

static void rw_again(struct vscsi_io *io)
{
	struct vscsi_cmd *cmd = container_of(io, struct vscsi_cmd, io);

	cmd->target->again(cmd);
}

static void rw_submit(struct vscsi_cmd *cmd, enum vscsi_io_op op, bool fua)
{
	struct vscsi_io *io = &cmd->io;

	set_map(cmd);
	io->backend = cmd->lu->backend;
	io->op = op;
	io->fua = fua;
	io->offset = cmd->lba << cmd->lu->block_shift;
	io->bytes = io->map.len;
	io->done = rw_done;
	io->again = rw_again;
	vscsi_io_submit(io);
}

/* SBC-3 5.11, FUA: what is cached and not yet on the medium must be written first. */
static bool read_through(const struct vscsi_cmd *cmd)
{
	return wants_fua(cmd) && cmd->lu->backend->caps.write_cache;
}

static void read_medium(struct vscsi_cmd *cmd)
{
	enum vscsi_reason reason = sbc_flush(cmd);

	if (reason == VSCSI_OK) {
		set_map(cmd);
		reason = sbc_io(cmd, VSCSI_IO_READ, cmd->lba, cmd->nr_blocks);
	}
	rw_finish(cmd, reason);
}

/**
 * sbc_read_exec() - where a READ is executed
 * @cmd: the command
 *
 * Context: any.
 */
enum vscsi_exec sbc_read_exec(const struct vscsi_cmd *cmd)
{
	const struct vscsi_backend *be = cmd->lu->backend;

	return read_through(cmd) ? VSCSI_EXEC_BLOCKING : be->ops->exec(be, VSCSI_IO_READ);
}

/**
 * sbc_read() - READ(6), (10), (12), (16) (SBC-3 5.10 to 5.13)
 * @cmd: the command
 *
 * DPO is a hint that is not needed.
 *
 * Context: what sbc_read_exec() said.
 */
void sbc_read(struct vscsi_cmd *cmd)
{
	if (refuse_fua(cmd))
		return;
	if (!cmd->nr_blocks)
		vscsi_cmd_complete(cmd, VSCSI_OK);
	else if (read_through(cmd))
		read_medium(cmd);
	else
		rw_submit(cmd, VSCSI_IO_READ, false);
}

/**
 * sbc_write_exec() - where a WRITE is executed
 * @cmd: the command
 *
 * Context: any.
 */
enum vscsi_exec sbc_write_exec(const struct vscsi_cmd *cmd)
{
	const struct vscsi_backend *be = cmd->lu->backend;

	return be->ops->exec(be, VSCSI_IO_WRITE);
}

/**
 * sbc_write() - WRITE(6), (10), (12), (16) (SBC-3 5.32 to 5.35)
 * @cmd: the command
 *
 * Context: what sbc_write_exec() said.
 */
void sbc_write(struct vscsi_cmd *cmd)
{
	if (refuse_fua(cmd))
		return;
	if (!cmd->nr_blocks)
		vscsi_cmd_complete(cmd, VSCSI_OK);
	else
		rw_submit(cmd, VSCSI_IO_WRITE, wants_fua(cmd));
}
