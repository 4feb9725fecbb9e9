// SPDX-License-Identifier: GPL-2.0
/* Prints the opcode table, a row a line, for scripts/conformance. */
#include "../../cmdset/opcode.h"

static void print_mask(const struct vscsi_opcode *op)
{
	unsigned int i;

	for (i = 0; i < op->cdb_len; i++)
		printf("%s%02x", i ? " " : "", op->mask[i]);
}

static const char *data(const struct vscsi_opcode *op)
{
	if (op->flags & VSCSI_OP_DATA_IN)
		return "in";
	return op->flags & VSCSI_OP_DATA_OUT ? "out" : "";
}

static void print_flags(const struct vscsi_opcode *op)
{
	static const struct {
		u32 flag;
		const char *name;
	} names[] = {
		{ VSCSI_OP_READ, "reads" },
		{ VSCSI_OP_WRITE, "writes" },
		{ VSCSI_OP_MEDIUM, "medium" },
		{ VSCSI_OP_EXCLUSIVE, "alone" },
		{ VSCSI_OP_UA_EXEMPT, "no attention" },
		{ VSCSI_OP_STANDBY, "standby" },
		{ VSCSI_OP_UNAVAILABLE, "unavailable" },
		{ VSCSI_OP_TRANSITION, "transition" },
	};
	const char *between = "";
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (!(op->flags & names[i].flag))
			continue;
		printf("%s%s", between, names[i].name);
		between = ", ";
	}
}

static void print_row(const struct vscsi_opcode *op)
{
	printf("%02x", op->opcode);
	if (op->service_action != VSCSI_NO_SA)
		printf("/%02x", op->service_action);
	printf(" | %s | ", op->name);
	print_mask(op);
	printf(" | %s%s%s%s | %s | ",
	       op->kinds & VSCSI_LU_DISK ? "D" : "", op->kinds & VSCSI_LU_OPTICAL ? "O" : "",
	       op->kinds & VSCSI_LU_WELL_KNOWN ? "W" : "",
	       op->kinds & VSCSI_LU_NONE ? "N" : "", data(op));
	print_flags(op);
	/* A drive has no reservations, and so none of its own commands a conflict. */
	printf(" | %s%s%s\n", op->flags & VSCSI_OP_CONFLICT_WE ? "WE " : "",
	       op->flags & VSCSI_OP_CONFLICT_EA ? "EA " : "",
	       op->flags & VSCSI_OP_RESERVE_EXEMPT || op->kinds == VSCSI_LU_OPTICAL ? "" : "R");
}

int main(void)
{
	const struct vscsi_opcode *op;

	for (op = vscsi_opcodes; op < vscsi_opcodes + vscsi_opcodes_nr; op++)
		print_row(op);
	return 0;
}
