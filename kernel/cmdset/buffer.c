// SPDX-License-Identifier: GPL-2.0
/* WRITE BUFFER and READ BUFFER: memory of the logical unit, to try the way to it. */
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/unaligned.h>

#include "opcode.h"
#include "pr.h"
#include "reply.h"
#include "spc.h"

/* MODE field (SPC-4 6.18, 6.49) */
#define MODE			0x1f
#define MODE_BIT		4
#define MODE_DATA		0x02
#define MODE_DESCRIPTOR		0x03	/* READ BUFFER only */
#define MODE_ECHO		0x0a
#define MODE_ECHO_DESCRIPTOR	0x0b	/* READ BUFFER only */

#define BUFFER_ID		2
#define BUFFER_OFFSET		3
#define DESCRIPTOR_LEN		4
#define EBOS			0x01	/* a client hears that its echo was overwritten */

static u32 offset_of(const struct vscsi_cmd *cmd)
{
	return get_unaligned_be24(cmd->cdb + BUFFER_OFFSET);
}

/* There is one buffer, 0.  False if the command has been completed. */
static bool check_place(struct vscsi_cmd *cmd)
{
	if (cmd->cdb[BUFFER_ID])
		vscsi_fail_field(cmd, BUFFER_ID, 7);
	else if (offset_of(cmd) > VSCSI_BUFFER_LEN)
		vscsi_fail_field(cmd, BUFFER_OFFSET, 7);
	else
		return true;
	return false;
}

static void write_data(struct vscsi_cmd *cmd, struct vscsi_lu_buffers *buffers)
{
	u32 len = vscsi_opcode_length(cmd->op, cmd->cdb);
	unsigned long flags;

	if (!check_place(cmd))
		return;
	if (len > VSCSI_BUFFER_LEN - offset_of(cmd)) {
		vscsi_fail_field(cmd, cmd->op->len.at, 7);
		return;
	}
	spin_lock_irqsave(&buffers->lock, flags);
	cmd->done_bytes = vscsi_map_copy_in(&cmd->map, 0, buffers->data + offset_of(cmd), len);
	spin_unlock_irqrestore(&buffers->lock, flags);
	vscsi_cmd_complete(cmd, VSCSI_OK);
}

/* Whoever has written before learns from the number that it is not his any more. */
static void write_echo(struct vscsi_cmd *cmd, struct vscsi_lu_buffers *buffers)
{
	u32 len = vscsi_opcode_length(cmd->op, cmd->cdb);
	unsigned long flags;

	if (len > VSCSI_BUFFER_LEN) {
		vscsi_fail_field(cmd, cmd->op->len.at, 7);
		return;
	}
	spin_lock_irqsave(&buffers->lock, flags);
	cmd->done_bytes = vscsi_map_copy_in(&cmd->map, 0, buffers->echo, len);
	buffers->echo_len = len;
	if (!++buffers->echo_number)
		buffers->echo_number = 1;
	cmd->nexus->echo = buffers->echo_number;
	spin_unlock_irqrestore(&buffers->lock, flags);
	vscsi_cmd_complete(cmd, VSCSI_OK);
}

/**
 * spc_write_buffer() - WRITE BUFFER (SPC-4 6.49)
 * @cmd: the command
 *
 * There is no microcode: its modes are refused.
 *
 * Context: any.
 */
void spc_write_buffer(struct vscsi_cmd *cmd)
{
	struct vscsi_lu_buffers *buffers = &cmd->lu->params->buffers;

	switch (cmd->cdb[1] & MODE) {
	case MODE_DATA:
		write_data(cmd, buffers);
		break;
	case MODE_ECHO:
		write_echo(cmd, buffers);
		break;
	default:
		vscsi_fail_field(cmd, 1, MODE_BIT);
	}
}

static void read_data(struct vscsi_cmd *cmd, struct vscsi_lu_buffers *buffers)
{
	unsigned long flags;

	if (!check_place(cmd))
		return;
	spin_lock_irqsave(&buffers->lock, flags);
	vscsi_reply_at(cmd, 0, buffers->data + offset_of(cmd), VSCSI_BUFFER_LEN - offset_of(cmd));
	spin_unlock_irqrestore(&buffers->lock, flags);
	vscsi_cmd_complete(cmd, VSCSI_OK);
}

/* What this nexus has written last, and nobody after it. */
static enum vscsi_reason reply_echo(struct vscsi_cmd *cmd, struct vscsi_lu_buffers *buffers)
{
	lockdep_assert_held(&buffers->lock);
	if (!cmd->nexus->echo)
		return VSCSI_SEQUENCE_ERROR;
	if (cmd->nexus->echo != buffers->echo_number)
		return VSCSI_ECHO_OVERWRITTEN;
	vscsi_reply_at(cmd, 0, buffers->echo, buffers->echo_len);
	return VSCSI_OK;
}

static void read_echo(struct vscsi_cmd *cmd, struct vscsi_lu_buffers *buffers)
{
	enum vscsi_reason reason;
	unsigned long flags;

	spin_lock_irqsave(&buffers->lock, flags);
	reason = reply_echo(cmd, buffers);
	spin_unlock_irqrestore(&buffers->lock, flags);
	vscsi_cmd_complete(cmd, reason);
}

/* OFFSET BOUNDARY 0, any byte; a buffer that there is not has no capacity. */
static void describe_data(struct vscsi_cmd *cmd)
{
	u8 buf[DESCRIPTOR_LEN] = { 0 };

	if (offset_of(cmd)) {
		vscsi_fail_field(cmd, BUFFER_OFFSET, 7);
		return;
	}
	if (!cmd->cdb[BUFFER_ID])
		put_unaligned_be24(VSCSI_BUFFER_LEN, buf + 1);
	vscsi_reply(cmd, buf, sizeof(buf));
}

static void describe_echo(struct vscsi_cmd *cmd)
{
	u8 buf[DESCRIPTOR_LEN] = { EBOS };

	put_unaligned_be16(VSCSI_BUFFER_LEN, buf + 2);
	vscsi_reply(cmd, buf, sizeof(buf));
}

/**
 * spc_read_buffer() - READ BUFFER (SPC-4 6.18)
 * @cmd: the command
 *
 * Context: any.
 */
void spc_read_buffer(struct vscsi_cmd *cmd)
{
	struct vscsi_lu_buffers *buffers = &cmd->lu->params->buffers;

	switch (cmd->cdb[1] & MODE) {
	case MODE_DATA:
		read_data(cmd, buffers);
		break;
	case MODE_DESCRIPTOR:
		describe_data(cmd);
		break;
	case MODE_ECHO:
		read_echo(cmd, buffers);
		break;
	case MODE_ECHO_DESCRIPTOR:
		describe_echo(cmd);
		break;
	default:
		vscsi_fail_field(cmd, 1, MODE_BIT);
	}
}
