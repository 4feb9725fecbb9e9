// SPDX-License-Identifier: GPL-2.0
/* Looking up rows of the opcode table, and checking CDBs against them. */
#include <linux/bitops.h>
#include <linux/cache.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "opcode.h"

/* For each opcode the number of its first row plus one; 0: none. */
static u8 first_row[256] __ro_after_init;

static bool row_after(const struct vscsi_opcode *a, const struct vscsi_opcode *b)
{
	if (a->opcode != b->opcode)
		return a->opcode > b->opcode;
	return a->service_action > b->service_action;
}

/**
 * vscsi_opcode_init() - build the index by opcode
 *
 * Context: process, before any command; again does no harm.
 * Return: 0, or -EINVAL if the rows are not in order.
 */
int vscsi_opcode_init(void)
{
	const struct vscsi_opcode *op = vscsi_opcodes;
	unsigned int i;

	for (i = 0; i < vscsi_opcodes_nr; i++, op++) {
		if (i && row_after(op - 1, op)) {
			pr_err("opcode table: %s is out of order\n", op->name);
			return -EINVAL;
		}
		if (!first_row[op->opcode])
			first_row[op->opcode] = i + 1;
	}
	return 0;
}

/**
 * vscsi_opcode_first() - first row of an opcode
 * @opcode: byte 0 of a CDB
 *
 * Context: any.
 * Return: the row with the lowest service action, NULL if there is none.
 */
const struct vscsi_opcode *vscsi_opcode_first(u8 opcode)
{
	return first_row[opcode] ? &vscsi_opcodes[first_row[opcode] - 1] : NULL;
}

/**
 * vscsi_opcode_next() - next row of the same opcode
 * @op: a row
 *
 * Context: any.
 * Return: the row that follows if it has the same opcode, else NULL.
 */
const struct vscsi_opcode *vscsi_opcode_next(const struct vscsi_opcode *op)
{
	const struct vscsi_opcode *next = op + 1;

	if (next == vscsi_opcodes + vscsi_opcodes_nr || next->opcode != op->opcode)
		return NULL;
	return next;
}

/**
 * vscsi_opcode_usable() - does a logical unit have this command?
 * @op: a row
 * @lu: the logical unit, NULL if @kind is not a device
 * @kind: what was addressed
 *
 * Context: any.
 */
bool vscsi_opcode_usable(const struct vscsi_opcode *op, const struct vscsi_lu *lu,
			 enum vscsi_lu_kind kind)
{
	return (op->kinds & kind) && (!op->supported || op->supported(lu));
}

/**
 * vscsi_opcode_lookup() - find the row of a command
 * @cmd: a command with its CDB; @cmd->op is set on success, @cmd->field on failure
 *
 * Context: any.
 * Return: VSCSI_OK; VSCSI_INVALID_OPCODE; VSCSI_INVALID_FIELD_CDB if only the
 * service action is not known (SPC-4 4.3.4.2); VSCSI_LUN_UNSUPPORTED.
 */
enum vscsi_reason vscsi_opcode_lookup(struct vscsi_cmd *cmd)
{
	const struct vscsi_opcode *op;
	bool opcode_known = false;

	for (op = vscsi_opcode_first(cmd->cdb[0]); op; op = vscsi_opcode_next(op)) {
		if (op->cdb_len > cmd->cdb_len || !vscsi_opcode_usable(op, cmd->lu, cmd->kind))
			continue;
		opcode_known = true;
		if (op->service_action == VSCSI_NO_SA ||
		    op->service_action == (cmd->cdb[1] & VSCSI_SERVICE_ACTION_MASK)) {
			cmd->op = op;
			return VSCSI_OK;
		}
	}
	if (cmd->kind == VSCSI_LU_NONE)
		return VSCSI_LUN_UNSUPPORTED;
	if (!opcode_known)
		return VSCSI_INVALID_OPCODE;
	cmd->field = 1;
	cmd->field_bit = fls(VSCSI_SERVICE_ACTION_MASK) - 1;
	return VSCSI_INVALID_FIELD_CDB;
}

/*
 * Eight bytes at a time: a row has no bits behind its CDB.  So what the client has sent there
 * counts too, and does not matter.
 */
static bool may_have_other_bits(const struct vscsi_opcode *op, const u8 *cdb)
{
	unsigned int i;
	u64 has, may;

	for (i = 0; i < op->cdb_len; i += sizeof(has)) {
		memcpy(&has, cdb + i, sizeof(has));
		memcpy(&may, op->mask + i, sizeof(may));
		if (has & ~may)
			return true;
	}
	return false;
}

/**
 * vscsi_opcode_check_mask() - look for bits that the command does not evaluate
 * @op: its row
 * @cdb: VSCSI_CDB_MAX bytes
 * @field: byte in error
 * @bit: most significant bit in error of that byte
 *
 * Among them are the reserved and obsolete ones and the CONTROL byte: NACA is
 * not supported (SAM-5 5.2).
 *
 * Context: any.
 * Return: true if there is no such bit; else false, with @field and @bit set.
 */
bool vscsi_opcode_check_mask(const struct vscsi_opcode *op, const u8 *cdb, s16 *field, s8 *bit)
{
	unsigned int i;
	u8 wrong;

	if (!may_have_other_bits(op, cdb))
		return true;
	for (i = 1; i < op->cdb_len; i++) {
		wrong = cdb[i] & ~op->mask[i];
		if (wrong) {
			*field = i;
			*bit = fls(wrong) - 1;
			return false;
		}
	}
	return true;
}

/**
 * vscsi_cdb_get() - read a big-endian field of a CDB
 * @cdb: a CDB
 * @field: where it is, at most eight bytes
 *
 * Context: any.
 * Return: its value, 0 if it has no bytes.
 */
u64 vscsi_cdb_get(const u8 *cdb, struct vscsi_cdb_field field)
{
	const u8 *at = cdb + field.at;
	u64 value = 0;
	unsigned int i;

	switch (field.bytes) {
	case sizeof(u16):
		return get_unaligned_be16(at);
	case sizeof(u32):
		return get_unaligned_be32(at);
	case sizeof(u64):
		return get_unaligned_be64(at);
	}
	for (i = 0; i < field.bytes; i++)
		value = value << 8 | at[i];
	return value;
}

/**
 * vscsi_opcode_length() - the length that a CDB gives
 * @op: its row
 * @cdb: at least @op->cdb_len bytes
 *
 * Context: any.
 * Return: transfer length in blocks if VSCSI_OP_BLOCKS is set, else
 * allocation or parameter list length in bytes; 0 if the command has none.
 */
u32 vscsi_opcode_length(const struct vscsi_opcode *op, const u8 *cdb)
{
	u32 len = vscsi_cdb_get(cdb, op->len);

	if (!len && (op->flags & VSCSI_OP_ZERO_IS_256))
		return 256;
	return len;
}
