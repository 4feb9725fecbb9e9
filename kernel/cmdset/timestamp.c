// SPDX-License-Identifier: GPL-2.0
/* REPORT TIMESTAMP and SET TIMESTAMP (SPC-4 6.38, 6.46). */
#include <linux/compiler.h>
#include <linux/ktime.h>
#include <linux/unaligned.h>

#include "opcode.h"
#include "reply.h"
#include "spc.h"

#define TIMESTAMP_LEN		12

/* TIMESTAMP ORIGIN */
#define ORIGIN_SET		2	/* by SET TIMESTAMP */
#define ORIGIN_OUTSIDE		3	/* by other methods: the server's own clock */

static u64 get_be48(const u8 *p)
{
	return (u64)get_unaligned_be16(p) << 32 | get_unaligned_be32(p + 2);
}

static void put_be48(u64 value, u8 *p)
{
	put_unaligned_be16(value >> 32, p);
	put_unaligned_be32(value, p + 2);
}

static s64 now_ms(void)
{
	return ktime_to_ms(ktime_get_real());
}

/**
 * spc_report_timestamp() - REPORT TIMESTAMP (SPC-4 6.38)
 * @cmd: the command
 *
 * Context: any.
 */
void spc_report_timestamp(struct vscsi_cmd *cmd)
{
	const struct vscsi_lu_params *params = cmd->lu->params;
	u8 buf[TIMESTAMP_LEN] = { [1] = TIMESTAMP_LEN - 2 };

	buf[2] = READ_ONCE(params->timestamp_set) ? ORIGIN_SET : ORIGIN_OUTSIDE;
	put_be48(now_ms() + READ_ONCE(params->timestamp_offset), buf + 4);
	vscsi_reply(cmd, buf, sizeof(buf));
}

/* Bytes 0 to 3, 10 and 11 are reserved. */
static enum vscsi_reason set_timestamp(struct vscsi_cmd *cmd)
{
	static const u8 reserved[] = { 0, 1, 2, 3, 10, 11 };
	struct vscsi_lu_params *params = cmd->lu->params;
	u8 buf[TIMESTAMP_LEN] = { 0 };
	unsigned int i;

	cmd->done_bytes = vscsi_map_copy_in(&cmd->map, 0, buf, sizeof(buf));
	for (i = 0; i < sizeof(reserved); i++)
		if (buf[reserved[i]])
			return vscsi_param_error(cmd, reserved[i], 7);
	WRITE_ONCE(params->timestamp_offset, (s64)get_be48(buf + 4) - now_ms());
	WRITE_ONCE(params->timestamp_set, true);
	cmd->target->tell_others(cmd, VSCSI_UA_TIMESTAMP_CHANGED);
	return VSCSI_OK;
}

/**
 * spc_set_timestamp() - SET TIMESTAMP (SPC-4 6.46)
 * @cmd: the command
 *
 * Context: any.
 */
void spc_set_timestamp(struct vscsi_cmd *cmd)
{
	u32 len = vscsi_opcode_length(cmd->op, cmd->cdb);

	if (!len)
		vscsi_cmd_complete(cmd, VSCSI_OK);
	else if (len != TIMESTAMP_LEN)
		vscsi_cmd_complete(cmd, VSCSI_PARAM_LENGTH);
	else
		vscsi_cmd_complete(cmd, set_timestamp(cmd));
}
