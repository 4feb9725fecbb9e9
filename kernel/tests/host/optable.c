// SPDX-License-Identifier: GPL-2.0
/* Prints the opcode table for the manual. */
#include "../../cmdset/opcode.h"

static void print_mask(const struct vscsi_opcode *op)
{
	unsigned int i;

	for (i = 0; i < op->cdb_len; i++)
		printf("%s%02x", i ? " " : "", op->mask[i]);
}

static void print_row(const struct vscsi_opcode *op)
{
	printf("| %02x", op->opcode);
	if (op->service_action != VSCSI_NO_SA)
		printf("/%02x", op->service_action);
	printf(" | %s | ", op->name);
	print_mask(op);
	printf(" | %s%s%s | %s%s |\n",
	       op->kinds & VSCSI_LU_DISK ? "D" : "", op->kinds & VSCSI_LU_WELL_KNOWN ? "W" : "",
	       op->kinds & VSCSI_LU_NONE ? "N" : "",
	       op->flags & VSCSI_OP_CONFLICT_WE ? "WE " : "",
	       op->flags & VSCSI_OP_CONFLICT_EA ? "EA" : "");
}

int main(void)
{
	const struct vscsi_opcode *op;

	puts("| opcode | command | CDB usage data | for | conflicts |");
	puts("| --- | --- | --- | --- | --- |");
	for (op = vscsi_opcodes; op < vscsi_opcodes + vscsi_opcodes_nr; op++)
		print_row(op);
	return 0;
}
