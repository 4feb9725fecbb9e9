// SPDX-License-Identifier: GPL-2.0
/* REPORT SUPPORTED OPERATION CODES (SPC-4 6.35), from the opcode table. */
#include <linux/string.h>
#include <linux/unaligned.h>

#include "opcode.h"
#include "reply.h"
#include "spc.h"

#define RCTD			0x80
#define REPORTING_OPTIONS	0x07

/* Reporting options */
#define REPORT_ALL		0
#define REPORT_OPCODE		1
#define REPORT_SERVICE_ACTION	2
#define REPORT_EITHER		3

#define SERVACTV		0x01
#define ALL_CTDP		0x02
#define ONE_CTDP		0x80
#define SUPPORT_NONE		0x01
#define SUPPORT_STANDARD	0x03

#define HEADER_LEN		4
#define DESCRIPTOR_LEN		8
#define TIMEOUTS_LEN		12

/* Recommended command timeouts, in seconds: those that Linux uses; a day for all blocks */
#define TIMEOUT_DEFAULT		30
#define TIMEOUT_LONG		120
#define TIMEOUT_JOB		86400

static u32 timeout(const struct vscsi_opcode *op)
{
	if (op->flags & (VSCSI_OP_FORMATS | VSCSI_OP_SANITIZES))
		return TIMEOUT_JOB;
	return op->flags & VSCSI_OP_BLOCKING ? TIMEOUT_LONG : TIMEOUT_DEFAULT;
}

/* SPC-4 6.35.4 */
static size_t put_timeouts(const struct vscsi_opcode *op, u8 *buf)
{
	memset(buf, 0, TIMEOUTS_LEN);
	put_unaligned_be16(TIMEOUTS_LEN - 2, buf);
	put_unaligned_be32(timeout(op), buf + 8);
	return TIMEOUTS_LEN;
}

static size_t put_descriptor(const struct vscsi_opcode *op, bool timeouts, u8 *buf)
{
	memset(buf, 0, DESCRIPTOR_LEN);
	buf[0] = op->opcode;
	if (op->service_action != VSCSI_NO_SA) {
		put_unaligned_be16(op->service_action, buf + 2);
		buf[5] |= SERVACTV;
	}
	put_unaligned_be16(op->cdb_len, buf + 6);
	if (!timeouts)
		return DESCRIPTOR_LEN;
	buf[5] |= ALL_CTDP;
	return DESCRIPTOR_LEN + put_timeouts(op, buf + DESCRIPTOR_LEN);
}

/* SPC-4 6.35.2 */
static void report_all(struct vscsi_cmd *cmd, bool timeouts)
{
	u8 buf[DESCRIPTOR_LEN + TIMEOUTS_LEN];
	const struct vscsi_opcode *op;
	u32 at = HEADER_LEN;
	unsigned int i;

	for (i = 0, op = vscsi_opcodes; i < vscsi_opcodes_nr; i++, op++)
		if (vscsi_opcode_usable(op, cmd->lu, cmd->kind))
			at += DESCRIPTOR_LEN + (timeouts ? TIMEOUTS_LEN : 0);
	put_unaligned_be32(at - HEADER_LEN, buf);
	vscsi_reply_at(cmd, 0, buf, HEADER_LEN);

	at = HEADER_LEN;
	for (i = 0, op = vscsi_opcodes; i < vscsi_opcodes_nr; i++, op++) {
		size_t len;

		if (!vscsi_opcode_usable(op, cmd->lu, cmd->kind))
			continue;
		len = put_descriptor(op, timeouts, buf);
		vscsi_reply_at(cmd, at, buf, len);
		at += len;
	}
	vscsi_cmd_complete(cmd, VSCSI_OK);
}

/* SPC-4 6.35.3: a bit map, but for the operation code and the service action. */
static size_t put_usage(const struct vscsi_opcode *op, u8 *buf)
{
	memcpy(buf, op->mask, op->cdb_len);
	buf[0] = op->opcode;
	if (op->service_action != VSCSI_NO_SA)
		buf[1] = (buf[1] & ~VSCSI_SERVICE_ACTION_MASK) | op->service_action;
	return op->cdb_len;
}

/* SPC-4 6.35.3 */
static void report_one(struct vscsi_cmd *cmd, const struct vscsi_opcode *op, bool timeouts)
{
	u8 buf[HEADER_LEN + VSCSI_CDB_MAX + TIMEOUTS_LEN] = { [1] = SUPPORT_NONE };
	size_t len = HEADER_LEN;

	if (op) {
		buf[1] = SUPPORT_STANDARD | (timeouts ? ONE_CTDP : 0);
		put_unaligned_be16(op->cdb_len, buf + 2);
		len += put_usage(op, buf + len);
		if (timeouts)
			len += put_timeouts(op, buf + len);
	}
	vscsi_reply(cmd, buf, len);
}

/* The row that bytes 3 to 5 ask for, or any row of that opcode if @sa is not given. */
static const struct vscsi_opcode *find_row(const struct vscsi_cmd *cmd, const u16 *sa)
{
	const struct vscsi_opcode *op;

	for (op = vscsi_opcode_first(cmd->cdb[3]); op; op = vscsi_opcode_next(op))
		if (vscsi_opcode_usable(op, cmd->lu, cmd->kind) &&
		    (!sa || op->service_action == *sa))
			return op;
	return NULL;
}

static void report_service_action(struct vscsi_cmd *cmd, const struct vscsi_opcode *any,
				  bool timeouts)
{
	u16 sa = get_unaligned_be16(cmd->cdb + 4);

	report_one(cmd, any ? find_row(cmd, &sa) : NULL, timeouts);
}

/**
 * spc_report_opcodes() - REPORT SUPPORTED OPERATION CODES (SPC-4 6.35)
 * @cmd: the command
 *
 * Reports the commands that the addressed logical unit has.
 *
 * Context: any.
 */
void spc_report_opcodes(struct vscsi_cmd *cmd)
{
	bool timeouts = cmd->cdb[2] & RCTD;
	const struct vscsi_opcode *any = find_row(cmd, NULL);
	bool has_sa = any && any->service_action != VSCSI_NO_SA;

	switch (cmd->cdb[2] & REPORTING_OPTIONS) {
	case REPORT_ALL:
		report_all(cmd, timeouts);
		break;
	case REPORT_OPCODE:
		if (has_sa)
			vscsi_fail_field(cmd, 2, 2);
		else
			report_one(cmd, any, timeouts);
		break;
	case REPORT_SERVICE_ACTION:
		if (any && !has_sa)
			vscsi_fail_field(cmd, 2, 2);
		else
			report_service_action(cmd, any, timeouts);
		break;
	case REPORT_EITHER:
		if (has_sa)
			report_service_action(cmd, any, timeouts);
		else
			report_one(cmd, get_unaligned_be16(cmd->cdb + 4) ? NULL : any, timeouts);
		break;
	default:
		vscsi_fail_field(cmd, 2, 2);
	}
}
