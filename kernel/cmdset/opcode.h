/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The opcode table: all that is known of a command before it is executed.
 *
 * Dispatch, validation, REPORT SUPPORTED OPERATION CODES, reservation checks
 * and the manual's table come from its rows.  To add a command, add a row to
 * optable.c where the order by opcode and service action puts it.
 */
#ifndef VSCSI_CMDSET_OPCODE_H
#define VSCSI_CMDSET_OPCODE_H

#include <linux/bits.h>

#include "command.h"

#define VSCSI_NO_SA	0xffff

/* Bits of byte 1 of a CDB that are its service action. */
#define VSCSI_SERVICE_ACTION_MASK	0x1f

/* What a command does. */
#define VSCSI_OP_READ		BIT(0)	/* reads the medium; counted as a read */
#define VSCSI_OP_WRITE		BIT(1)	/* may change the medium; counted as a write */
#define VSCSI_OP_MEDIUM		BIT(2)	/* the logical unit must be ready */
#define VSCSI_OP_DATA_IN	BIT(3)	/* fills the data buffer */
#define VSCSI_OP_DATA_OUT	BIT(4)	/* takes from the data buffer */
#define VSCSI_OP_BLOCKS		BIT(5)	/* vscsi_opcode.len counts blocks, else bytes */
#define VSCSI_OP_ZERO_IS_256	BIT(6)	/* a length of 0 means 256: READ(6), WRITE(6) */
#define VSCSI_OP_MAX_TRANSFER	BIT(7)	/* limited by MAXIMUM TRANSFER LENGTH (VPD B0h) */
#define VSCSI_OP_UA_EXEMPT	BIT(8)	/* reports no pending unit attention (SAM-5 5.14) */
#define VSCSI_OP_BLOCKING	BIT(9)	/* sleeps until it is done */
#define VSCSI_OP_EXCLUSIVE	BIT(10)	/* with BLOCKING: has its blocks for itself */

/* With which reservation of another nexus it conflicts (SPC-4 5.12, SBC-3 4.17, SPC-2 5.5). */
#define VSCSI_OP_CONFLICT_WE	BIT(11)	/* write exclusive */
#define VSCSI_OP_CONFLICT_EA	BIT(12)	/* exclusive access */
#define VSCSI_OP_RESERVE_EXEMPT	BIT(13)	/* not even with that of a RESERVE */

/* In which state of the path it is accepted besides the active ones (SPC-4 5.16). */
#define VSCSI_OP_STANDBY	BIT(14)
#define VSCSI_OP_UNAVAILABLE	BIT(15)
#define VSCSI_OP_TRANSITION	BIT(16)
/* What it mends: not refused for that (SBC-3 5.3, 4.11). */
#define VSCSI_OP_FORMATS	BIT(17)	/* a medium that formatting has left corrupt */
#define VSCSI_OP_SANITIZES	BIT(18)	/* one that could not be sanitized */

/* A big-endian field of a CDB; no bytes: the command has none. */
struct vscsi_cdb_field {
	u8 at;
	u8 bytes;
};

/* CDBs whose byte @at, masked, has this value; mask 0: none. */
struct vscsi_cdb_match {
	u8 at;
	u8 mask;
	u8 value;
};

/**
 * struct vscsi_opcode - a row
 * @opcode: byte 0 of the CDB
 * @cdb_len: length of the CDB in bytes
 * @service_action: low five bits of byte 1, or VSCSI_NO_SA
 * @kinds: the logical units it is for, enum vscsi_lu_kind
 * @flags: VSCSI_OP_*
 * @name: as the standard writes it
 * @lba: the logical block address
 * @len: transfer, allocation or parameter list length
 * @mask: CDB usage data (SPC-4 6.35.3): byte 0 is the opcode, then a bit is set if
 *	the command evaluates it.  Any other bit of the CDB must be 0.
 * @no_conflict: the CDBs that conflict with no reservation, whatever @flags say
 * @supported: optional; whether the logical unit has the command
 * @data_len: optional; bytes moved through the data buffer, if that is not @len
 * @exec: optional; where to execute it, if that depends
 * @execute: does it; leads to vscsi_cmd_complete()
 */
struct vscsi_opcode {
	u8 opcode;
	u8 cdb_len;
	u16 service_action;
	u8 kinds;
	u32 flags;
	const char *name;
	struct vscsi_cdb_field lba;
	struct vscsi_cdb_field len;
	u8 mask[VSCSI_CDB_MAX];
	struct vscsi_cdb_match no_conflict;
	bool (*supported)(const struct vscsi_lu *lu);
	u64 (*data_len)(const struct vscsi_cmd *cmd);
	enum vscsi_exec (*exec)(const struct vscsi_cmd *cmd);
	void (*execute)(struct vscsi_cmd *cmd);
};

extern const struct vscsi_opcode vscsi_opcodes[];
extern const unsigned int vscsi_opcodes_nr;

int vscsi_opcode_init(void);
const struct vscsi_opcode *vscsi_opcode_first(u8 opcode);
const struct vscsi_opcode *vscsi_opcode_next(const struct vscsi_opcode *op);
bool vscsi_opcode_usable(const struct vscsi_opcode *op, const struct vscsi_lu *lu,
			 enum vscsi_lu_kind kind);
enum vscsi_reason vscsi_opcode_lookup(struct vscsi_cmd *cmd);
bool vscsi_opcode_check_mask(const struct vscsi_opcode *op, const u8 *cdb, s16 *field, s8 *bit);
u64 vscsi_cdb_get(const u8 *cdb, struct vscsi_cdb_field field);
u32 vscsi_opcode_length(const struct vscsi_opcode *op, const u8 *cdb);

#endif
