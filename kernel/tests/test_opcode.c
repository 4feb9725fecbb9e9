// SPDX-License-Identifier: GPL-2.0
/* The opcode table is what its users take it for. */
#include <kunit/test.h>
#include <linux/string.h>

#include "../cmdset/opcode.h"

#define TABLE_END	(vscsi_opcodes + vscsi_opcodes_nr)

static u32 row_key(const struct vscsi_opcode *op)
{
	return op->opcode << 16 | op->service_action;
}

/* A disk and a drive may have rows of their own for the same command. */
static void rows_unique_and_ordered(struct kunit *test)
{
	const struct vscsi_opcode *op, *before;

	for (op = vscsi_opcodes + 1; op < TABLE_END; op++) {
		before = op - 1;
		KUNIT_EXPECT_TRUE_MSG(test, row_key(before) < row_key(op) ||
				      (row_key(before) == row_key(op) &&
				       !(before->kinds & op->kinds)), "%s", op->name);
	}
}

/* SAM-5 5.2: the group code gives the length. */
static void cdb_length_fits_group(struct kunit *test)
{
	static const u8 group_len[8] = { 6, 10, 10, 0, 16, 12, 0, 0 };
	const struct vscsi_opcode *op;

	for (op = vscsi_opcodes; op < TABLE_END; op++)
		KUNIT_EXPECT_EQ_MSG(test, op->cdb_len, group_len[op->opcode >> 5], "%s", op->name);
}

static void mask_has_cdb_length(struct kunit *test)
{
	const struct vscsi_opcode *op;
	unsigned int i;

	for (op = vscsi_opcodes; op < TABLE_END; op++) {
		KUNIT_EXPECT_EQ_MSG(test, op->mask[0], op->opcode, "%s", op->name);
		KUNIT_EXPECT_EQ_MSG(test, op->mask[op->cdb_len - 1], 0, "%s: CONTROL", op->name);
		for (i = op->cdb_len; i < VSCSI_CDB_MAX; i++)
			KUNIT_EXPECT_EQ_MSG(test, op->mask[i], 0, "%s: byte %u", op->name, i);
		if (op->service_action != VSCSI_NO_SA)
			KUNIT_EXPECT_EQ_MSG(test, op->mask[1] & 0x1f, 0x1f, "%s", op->name);
	}
}

static void expect_in_mask(struct kunit *test, const struct vscsi_opcode *op,
			   struct vscsi_cdb_field field)
{
	unsigned int i;

	KUNIT_EXPECT_TRUE_MSG(test, field.at + field.bytes < op->cdb_len, "%s", op->name);
	for (i = 1; i < field.bytes; i++)
		KUNIT_EXPECT_EQ_MSG(test, op->mask[field.at + i], 0xff, "%s", op->name);
	if (field.bytes)
		KUNIT_EXPECT_TRUE_MSG(test, op->mask[field.at], "%s", op->name);
}

static void fields_in_mask(struct kunit *test)
{
	const struct vscsi_opcode *op;

	for (op = vscsi_opcodes; op < TABLE_END; op++) {
		expect_in_mask(test, op, op->lba);
		expect_in_mask(test, op, op->len);
	}
}

static void writes_conflict(struct kunit *test)
{
	const u32 both = VSCSI_OP_CONFLICT_WE | VSCSI_OP_CONFLICT_EA;
	const struct vscsi_opcode *op;

	for (op = vscsi_opcodes; op < TABLE_END; op++) {
		if (op->flags & VSCSI_OP_WRITE)
			KUNIT_EXPECT_EQ_MSG(test, op->flags & both, both, "%s", op->name);
		if (op->flags & VSCSI_OP_READ)
			KUNIT_EXPECT_EQ_MSG(test, op->flags & both, VSCSI_OP_CONFLICT_EA, "%s",
					    op->name);
	}
}

static void flags_agree(struct kunit *test)
{
	const u32 medium = VSCSI_OP_READ | VSCSI_OP_WRITE;
	const u32 data = VSCSI_OP_DATA_IN | VSCSI_OP_DATA_OUT;
	const u8 blocks = VSCSI_LU_DISK | VSCSI_LU_OPTICAL;
	const struct vscsi_opcode *op;

	for (op = vscsi_opcodes; op < TABLE_END; op++) {
		KUNIT_EXPECT_TRUE_MSG(test, op->name && op->name[0], "opcode %02x", op->opcode);
		KUNIT_EXPECT_TRUE_MSG(test, op->kinds, "%s", op->name);
		KUNIT_EXPECT_TRUE_MSG(test, op->execute, "%s", op->name);
		KUNIT_EXPECT_TRUE_MSG(test, (op->flags & data) != data, "%s", op->name);
		if (op->flags & medium)
			KUNIT_EXPECT_TRUE_MSG(test, op->flags & VSCSI_OP_MEDIUM, "%s", op->name);
		if (op->flags & data)
			KUNIT_EXPECT_TRUE_MSG(test, op->len.bytes || op->data_len, "%s", op->name);
		if (op->lba.bytes || (op->flags & (VSCSI_OP_MEDIUM | VSCSI_OP_BLOCKS)))
			KUNIT_EXPECT_TRUE_MSG(test, !(op->kinds & ~blocks), "%s", op->name);
	}
}

static void index_finds_every_row(struct kunit *test)
{
	const struct vscsi_opcode *op, *found;
	unsigned int opcode, rows = 0;

	for (opcode = 0; opcode < 256; opcode++)
		for (op = vscsi_opcode_first(opcode); op; op = vscsi_opcode_next(op)) {
			KUNIT_EXPECT_EQ(test, (unsigned int)op->opcode, opcode);
			rows++;
		}
	KUNIT_EXPECT_EQ(test, rows, vscsi_opcodes_nr);
	for (op = vscsi_opcodes; op < TABLE_END; op++) {
		found = vscsi_opcode_first(op->opcode);
		while (found && found != op)
			found = vscsi_opcode_next(found);
		KUNIT_EXPECT_PTR_EQ(test, found, op);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(rows_unique_and_ordered),
	KUNIT_CASE(cdb_length_fits_group),
	KUNIT_CASE(mask_has_cdb_length),
	KUNIT_CASE(fields_in_mask),
	KUNIT_CASE(writes_conflict),
	KUNIT_CASE(flags_agree),
	KUNIT_CASE(index_finds_every_row),
	{}
};

/* The suites run before the module's init. */
static int opcode_init(struct kunit *test)
{
	return vscsi_opcode_init();
}

static struct kunit_suite suite = {
	.name = "vscsi_opcode",
	.init = opcode_init,
	.test_cases = cases,
};

kunit_test_suite(suite);
