// SPDX-License-Identifier: GPL-2.0
/* The life of a command in the command set: parse, execute, complete. */
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <scsi/scsi_proto.h>

#include "alua.h"
#include "command.h"
#include "opcode.h"
#include "pr.h"
#include "reply.h"
#include "sense.h"

static void cmd_init(struct vscsi_cmd *cmd)
{
	cmd->op = NULL;
	cmd->lba = 0;
	cmd->nr_blocks = 0;
	cmd->done_bytes = 0;
	cmd->field = -1;
	cmd->field_bit = -1;
	cmd->info_valid = false;
	cmd->specific = 0;
	cmd->io.fua = false;
	cmd->io.nowait = false;
	cmd->io.poll = false;
	cmd->io.moved = 0;
	if (cmd->lu)
		vscsi_lu_count_start(cmd->lu);
}

/* The data buffer is not what the CDB says; a parameter list may say itself how long it is. */
static enum vscsi_reason buffer_error(struct vscsi_cmd *cmd)
{
	if ((cmd->op->flags & VSCSI_OP_DATA_OUT) && !cmd->op->len.bytes)
		return VSCSI_PARAM_LENGTH;
	return vscsi_cdb_error(cmd, cmd->op->len.at, 7);
}

/* SAM-5 5.14: any other command reports a pending unit attention, and so clears it. */
static enum vscsi_reason check_unit_attention(struct vscsi_cmd *cmd)
{
	if (cmd->op->flags & VSCSI_OP_UA_EXEMPT)
		return VSCSI_OK;
	return cmd->target->next_ua(cmd, true, &cmd->ua) ? VSCSI_UNIT_ATTENTION : VSCSI_OK;
}

static enum vscsi_reason check_reservation(const struct vscsi_cmd *cmd)
{
	u32 bars = cmd->nexus ? READ_ONCE(cmd->nexus->bars) : 0;

	return bars && vscsi_pr_conflicts(cmd, bars) ? VSCSI_RESERVED : VSCSI_OK;
}

/* One look at the logical unit for most commands: nothing else costs them anything. */
static enum vscsi_reason check_path(const struct vscsi_cmd *cmd)
{
	if (!cmd->lu || READ_ONCE(cmd->lu->path.state) == VSCSI_ALUA_OPTIMIZED)
		return VSCSI_OK;
	return vscsi_path_check(cmd);
}

/*
 * SAM-5 5.3.3 has only what a reset or a nexus loss has left go before a conflict.  We let all
 * unit attentions do so, as other targets: a client that has been preempted first hears of that.
 */
static enum vscsi_reason check_nexus(struct vscsi_cmd *cmd)
{
	enum vscsi_reason reason = check_unit_attention(cmd);

	if (reason == VSCSI_OK)
		reason = check_path(cmd);
	return reason == VSCSI_OK ? check_reservation(cmd) : reason;
}

/*
 * While a medium is formatted or sanitized, or tested in the foreground, only INQUIRY, REPORT LUNS
 * and REQUEST SENSE are accepted (SBC-3 5.3.1, 4.11.2; SPC-4 5.14): those that report no unit
 * attention.
 */
static enum vscsi_reason check_phase(struct vscsi_cmd *cmd)
{
	u32 flags = cmd->op->flags;
	enum vscsi_reason reason;

	if (!cmd->lu || (flags & VSCSI_OP_UA_EXEMPT))
		return VSCSI_OK;
	reason = vscsi_lu_phase(cmd->lu);
	if (reason == VSCSI_SANITIZE_FAILED && (flags & VSCSI_OP_SANITIZES))
		return VSCSI_OK;
	if (reason == VSCSI_FORMAT_CORRUPT &&
	    (!(flags & VSCSI_OP_MEDIUM) || (flags & (VSCSI_OP_FORMATS | VSCSI_OP_SANITIZES))))
		return VSCSI_OK;
	return reason;
}

static enum vscsi_reason check_cdb(struct vscsi_cmd *cmd)
{
	const struct vscsi_opcode *op = cmd->op;

	if (!vscsi_opcode_check_mask(op, cmd->cdb, &cmd->field, &cmd->field_bit))
		return VSCSI_INVALID_FIELD_CDB;
	cmd->lba = vscsi_cdb_get(cmd->cdb, op->lba);
	if (op->flags & VSCSI_OP_BLOCKS)
		cmd->nr_blocks = vscsi_opcode_length(op, cmd->cdb);
	return VSCSI_OK;
}

/* SBC-3 4.5: zero blocks right behind the last one are no error. */
static enum vscsi_reason check_range(struct vscsi_cmd *cmd)
{
	u64 blocks = READ_ONCE(cmd->lu->blocks);

	if (cmd->lba > blocks || cmd->nr_blocks > blocks - cmd->lba)
		return VSCSI_LBA_RANGE;
	return VSCSI_OK;
}

static enum vscsi_reason check_medium(struct vscsi_cmd *cmd)
{
	const struct vscsi_opcode *op = cmd->op;
	enum vscsi_reason reason;

	if (op->flags & VSCSI_OP_MEDIUM) {
		reason = vscsi_lu_ready(cmd->lu);
		if (reason != VSCSI_OK)
			return reason;
	}
	if (op->lba.bytes) {
		reason = check_range(cmd);
		if (reason != VSCSI_OK)
			return reason;
	}
	return op->flags & VSCSI_OP_WRITE ? vscsi_lu_writable(cmd->lu) : VSCSI_OK;
}

static u64 data_len(const struct vscsi_cmd *cmd)
{
	if (cmd->op->data_len)
		return cmd->op->data_len(cmd);
	if (cmd->op->flags & VSCSI_OP_BLOCKS)
		return (u64)cmd->nr_blocks << cmd->lu->block_shift;
	return vscsi_opcode_length(cmd->op, cmd->cdb);
}

/*
 * An allocation length is only a limit: parameter data that is too long for the
 * buffer is cut.  Anything else must fit, or nothing is moved.
 */
static enum vscsi_reason check_buffer(struct vscsi_cmd *cmd)
{
	const struct vscsi_opcode *op = cmd->op;
	u64 len;

	if (!(op->flags & (VSCSI_OP_DATA_IN | VSCSI_OP_DATA_OUT)))
		return VSCSI_OK;
	len = data_len(cmd);
	if (!len)
		return VSCSI_OK;
	if ((op->flags & VSCSI_OP_MAX_TRANSFER) && len > cmd->lu->backend->caps.max_io)
		return buffer_error(cmd);
	if (cmd->map.len && cmd->map.dir != (op->flags & VSCSI_OP_DATA_IN ? DMA_FROM_DEVICE :
								       DMA_TO_DEVICE))
		return buffer_error(cmd);
	if (!(op->flags & VSCSI_OP_BLOCKS) && (op->flags & VSCSI_OP_DATA_IN))
		return VSCSI_OK;
	return len > cmd->map.len ? buffer_error(cmd) : VSCSI_OK;
}

/* VSCSI_OK is 0: the first that is not ends it. */
static enum vscsi_reason parse(struct vscsi_cmd *cmd)
{
	return vscsi_opcode_lookup(cmd) ?: check_nexus(cmd) ?: check_phase(cmd) ?:
	       check_cdb(cmd) ?: check_medium(cmd) ?: check_buffer(cmd);
}

/**
 * vscsi_cmd_parse() - find out what a command is, and whether it may be executed
 * @cmd: a command of which the server has set its part
 *
 * Looks up the row of the opcode table, reports a pending unit attention, a path that is not
 * active, a reservation conflict or that the medium is being formatted, refuses CDB bits that the
 * row does not name, decodes LBA and length, and checks medium, range and data buffer.  Nothing
 * has moved when it refuses.
 *
 * Context: any. The server's complete() may be called.
 * Return: true if the command is to be executed, false if it is already
 * complete and @cmd must not be touched any more.
 */
bool vscsi_cmd_parse(struct vscsi_cmd *cmd)
{
	enum vscsi_reason reason;

	cmd_init(cmd);
	reason = parse(cmd);
	if (reason == VSCSI_OK)
		return true;
	vscsi_cmd_complete(cmd, reason);
	return false;
}

/**
 * vscsi_cmd_recheck() - may a command that had to wait still be executed?
 * @cmd: parsed, not begun
 *
 * Whom it has waited for may have begun to format the medium.
 *
 * Context: any. The server's complete() may be called.
 * Return: as vscsi_cmd_parse().
 */
bool vscsi_cmd_recheck(struct vscsi_cmd *cmd)
{
	enum vscsi_reason reason = check_phase(cmd);

	if (reason == VSCSI_OK)
		reason = check_medium(cmd);
	if (reason == VSCSI_OK)
		return true;
	vscsi_cmd_complete(cmd, reason);
	return false;
}

/**
 * vscsi_cmd_reject() - complete a command that was not parsed
 * @cmd: a command of which the server has set its part
 * @reason: why
 *
 * Context: any. The server's complete() is called.
 */
void vscsi_cmd_reject(struct vscsi_cmd *cmd, enum vscsi_reason reason)
{
	cmd_init(cmd);
	vscsi_cmd_complete(cmd, reason);
}

/* One that moves no block needs none for itself. */
static bool is_exclusive(const struct vscsi_cmd *cmd)
{
	return (cmd->op->flags & VSCSI_OP_EXCLUSIVE) &&
	       (cmd->nr_blocks || !(cmd->op->flags & VSCSI_OP_BLOCKS));
}

/**
 * vscsi_cmd_exec() - where a command is to be executed
 * @cmd: a parsed command
 *
 * Context: any.
 */
enum vscsi_exec vscsi_cmd_exec(const struct vscsi_cmd *cmd)
{
	if (cmd->op->exec)
		return cmd->op->exec(cmd);
	if (is_exclusive(cmd))
		return VSCSI_EXEC_EXCLUSIVE;
	return cmd->op->flags & VSCSI_OP_BLOCKING ? VSCSI_EXEC_BLOCKING : VSCSI_EXEC_INLINE;
}

/**
 * vscsi_cmd_execute() - execute a command
 * @cmd: a parsed command; it may be complete, and gone, on return
 *
 * Context: what vscsi_cmd_exec() said.
 */
void vscsi_cmd_execute(struct vscsi_cmd *cmd)
{
	cmd->op->execute(cmd);
}

static void build_sense(struct vscsi_cmd *cmd)
{
	struct vscsi_sense sense;

	vscsi_sense_from_cmd(&sense, cmd, cmd->reason);
	cmd->sense_len = vscsi_sense_format(&sense, cmd->lu && vscsi_lu_descriptor_sense(cmd->lu),
					    cmd->sense);
}

/**
 * vscsi_cmd_complete() - end a command, once
 * @cmd: a command that has been given to vscsi_cmd_parse() or vscsi_cmd_reject()
 * @reason: how it ended; the details in @cmd that belong to the reason are set
 *
 * Sets status and sense data (in the format that D_SENSE of the Control mode page
 * asks for), counts, and gives the command back to the server.
 *
 * Context: any. @cmd must not be touched after it.
 */
void vscsi_cmd_complete(struct vscsi_cmd *cmd, enum vscsi_reason reason)
{
	cmd->reason = reason;
	cmd->status = vscsi_reason_status(reason);
	cmd->sense_len = 0;
	if (cmd->status == SAM_STAT_CHECK_CONDITION)
		build_sense(cmd);
	if (cmd->lu)
		vscsi_lu_count_finish(cmd->lu, cmd);
	cmd->target->complete(cmd);
}

/**
 * vscsi_cmd_name() - the command's name, for messages and trace events
 * @cmd: a command, parsed or not
 *
 * Context: any.
 */
const char *vscsi_cmd_name(const struct vscsi_cmd *cmd)
{
	return cmd->op ? cmd->op->name : "unknown command";
}

/**
 * vscsi_cmd_is_write() - may the command change the medium?
 * @cmd: a command, parsed or not
 *
 * Context: any.
 */
bool vscsi_cmd_is_write(const struct vscsi_cmd *cmd)
{
	return cmd->op && (cmd->op->flags & VSCSI_OP_WRITE);
}

/* Byte behind the last one; a command that names no blocks may mean all of them. */
static u64 range_end(const struct vscsi_cmd *cmd)
{
	if (!cmd->op->lba.bytes || !cmd->nr_blocks)
		return U64_MAX;
	return (cmd->lba + cmd->nr_blocks) << cmd->lu->block_shift;
}

static u64 range_start(const struct vscsi_cmd *cmd)
{
	return cmd->lba << cmd->lu->block_shift;
}

/**
 * vscsi_cmd_overlaps() - may two commands read or write the same bytes of their medium?
 * @a: a parsed command
 * @b: a parsed command to the same medium, perhaps with blocks of another size
 *
 * Context: any.
 */
bool vscsi_cmd_overlaps(const struct vscsi_cmd *a, const struct vscsi_cmd *b)
{
	return (a->op->flags & b->op->flags & VSCSI_OP_MEDIUM) &&
	       range_start(a) < range_end(b) && range_start(b) < range_end(a);
}

/**
 * vscsi_cmd_uses() - may a command read or write these bytes of its medium?
 * @cmd: a parsed command
 * @start: the first byte
 * @end: the byte behind the last
 *
 * Context: any.
 */
bool vscsi_cmd_uses(const struct vscsi_cmd *cmd, u64 start, u64 end)
{
	return (cmd->op->flags & VSCSI_OP_MEDIUM) && range_start(cmd) < end &&
	       start < range_end(cmd);
}
