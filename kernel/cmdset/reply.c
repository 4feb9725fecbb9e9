// SPDX-License-Identifier: GPL-2.0
/* Parameter data that a command returns, cut at the allocation length. */
#include <linux/limits.h>
#include <linux/minmax.h>

#include "opcode.h"
#include "reply.h"

/**
 * vscsi_reply_at() - return a piece of parameter data
 * @cmd: a command being executed
 * @offset: where the piece begins in the parameter data, in bytes
 * @buf: the piece
 * @len: its length in bytes
 *
 * What lies beyond allocation length or buffer is left out (SPC-4 4.3.5.6).
 * Pieces follow each other without gaps.
 *
 * Context: any.
 */
void vscsi_reply_at(struct vscsi_cmd *cmd, u32 offset, const void *buf, size_t len)
{
	u32 allocated = cmd->op->len.bytes ? vscsi_opcode_length(cmd->op, cmd->cdb) : U32_MAX;

	if (offset >= allocated)
		return;
	cmd->done_bytes += vscsi_map_copy_out(&cmd->map, offset, buf,
					      min_t(size_t, len, allocated - offset));
}

/**
 * vscsi_reply() - return parameter data and complete with GOOD
 * @cmd: a command being executed
 * @buf: the parameter data
 * @len: its length in bytes
 *
 * Context: any. @cmd must not be touched after it.
 */
void vscsi_reply(struct vscsi_cmd *cmd, const void *buf, size_t len)
{
	vscsi_reply_at(cmd, 0, buf, len);
	vscsi_cmd_complete(cmd, VSCSI_OK);
}

/**
 * vscsi_cdb_error() - point at a field of the CDB
 * @cmd: a command being parsed or executed
 * @field: byte of the CDB
 * @bit: most significant bit of the field in that byte
 *
 * Context: any.
 * Return: VSCSI_INVALID_FIELD_CDB, for @cmd to be completed with.
 */
enum vscsi_reason vscsi_cdb_error(struct vscsi_cmd *cmd, s16 field, s8 bit)
{
	cmd->field = field;
	cmd->field_bit = bit;
	return VSCSI_INVALID_FIELD_CDB;
}

/**
 * vscsi_fail_field() - complete with INVALID FIELD IN CDB
 * @cmd: a command being executed
 * @field: byte of the CDB
 * @bit: most significant bit of the field in that byte
 *
 * Context: any. @cmd must not be touched after it.
 */
void vscsi_fail_field(struct vscsi_cmd *cmd, s16 field, s8 bit)
{
	vscsi_cmd_complete(cmd, vscsi_cdb_error(cmd, field, bit));
}

/**
 * vscsi_param_error() - point at a field of the parameter list
 * @cmd: a command being executed
 * @field: byte of the parameter list
 * @bit: most significant bit of the field in that byte
 *
 * Context: any.
 * Return: VSCSI_INVALID_FIELD_PARAM, for @cmd to be completed with.
 */
enum vscsi_reason vscsi_param_error(struct vscsi_cmd *cmd, s16 field, s8 bit)
{
	cmd->field = field;
	cmd->field_bit = bit;
	return VSCSI_INVALID_FIELD_PARAM;
}
