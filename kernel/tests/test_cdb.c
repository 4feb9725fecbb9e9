// SPDX-License-Identifier: GPL-2.0
/* Decoding and checking of CDBs, at the edges. */
#include <linux/limits.h>

#include "fixture.h"

static void fields_are_big_endian(struct kunit *test)
{
	static const u8 cdb[16] = { 0x88, 0, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
				    0xff, 0xff, 0xff, 0xfe };

	KUNIT_EXPECT_EQ(test, vscsi_cdb_get(cdb, (struct vscsi_cdb_field){ 2, 8 }),
			0x0123456789abcdefULL);
	KUNIT_EXPECT_EQ(test, vscsi_cdb_get(cdb, (struct vscsi_cdb_field){ 10, 4 }),
			(u64)0xfffffffe);
	KUNIT_EXPECT_EQ(test, vscsi_cdb_get(cdb, (struct vscsi_cdb_field){ 3, 3 }), (u64)0x234567);
	KUNIT_EXPECT_EQ(test, vscsi_cdb_get(cdb, (struct vscsi_cdb_field){ 0, 0 }), (u64)0);
}

static void zero_is_256_in_six_bytes_only(struct kunit *test)
{
	static const u8 zero[16] = { 0 };

	KUNIT_EXPECT_EQ(test, vscsi_opcode_length(vscsi_opcode_first(0x08), zero), 256U);
	KUNIT_EXPECT_EQ(test, vscsi_opcode_length(vscsi_opcode_first(0x0a), zero), 256U);
	KUNIT_EXPECT_EQ(test, vscsi_opcode_length(vscsi_opcode_first(0x28), zero), 0U);
	KUNIT_EXPECT_EQ(test, vscsi_opcode_length(vscsi_opcode_first(0x12), zero), 0U);
}

/* Each bit that a row does not name is refused, and pointed at; each that it names is not. */
static void every_bit_of_every_row(struct kunit *test)
{
	const struct vscsi_opcode *op;

	for (op = vscsi_opcodes; op < vscsi_opcodes + vscsi_opcodes_nr; op++) {
		unsigned int bit;

		for (bit = 8; bit < op->cdb_len * 8U; bit++) {
			u8 cdb[VSCSI_CDB_MAX] = { op->opcode };
			s8 wrong_bit = -1;
			s16 wrong = -1;
			bool ok;

			cdb[bit / 8] = BIT(bit % 8);
			ok = vscsi_opcode_check_mask(op, cdb, &wrong, &wrong_bit);
			KUNIT_EXPECT_EQ_MSG(test, ok, !!(op->mask[bit / 8] & BIT(bit % 8)),
					    "%s bit %u", op->name, bit);
			if (ok)
				continue;
			KUNIT_EXPECT_EQ_MSG(test, wrong, (s16)(bit / 8), "%s", op->name);
			KUNIT_EXPECT_EQ_MSG(test, wrong_bit, (s8)(bit % 8), "%s", op->name);
		}
	}
}

static void bytes_behind_the_cdb_do_not_matter(struct kunit *test)
{
	struct fixture *fx = test->priv;

	run_in(test, 0, 0x00, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff);
	expect_ok(test);
	KUNIT_EXPECT_TRUE(test, fx->executed);
}

static void control_byte_is_refused(struct kunit *test)
{
	run_in(test, 0, 0x00, 0, 0, 0, 0, 0x04);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 5, 2);
	run_in(test, 512, 0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0xc0);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 9, 7);
}

static void unknown_opcodes(struct kunit *test)
{
	unsigned int opcode;

	for (opcode = 0; opcode < 256; opcode++) {
		if (vscsi_opcode_first(opcode))
			continue;
		run_in(test, 512, opcode);
		expect_reason(test, VSCSI_INVALID_OPCODE);
	}
	/* A known opcode with an unknown service action is another error. */
	run_in(test, 512, 0x9e, 0x1f);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 4);
}

static void lba_edges(struct kunit *test)
{
	static const struct {
		u64 lba;
		u32 blocks;
		enum vscsi_reason reason;
	} rows[] = {
		{ 0, 1, VSCSI_OK },
		{ FIXTURE_BLOCKS - 1, 1, VSCSI_OK },
		{ FIXTURE_BLOCKS, 0, VSCSI_OK },
		{ FIXTURE_BLOCKS - 4, 4, VSCSI_OK },
		{ FIXTURE_BLOCKS - 4, 5, VSCSI_LBA_RANGE },
		{ FIXTURE_BLOCKS, 1, VSCSI_LBA_RANGE },
		{ FIXTURE_BLOCKS + 1, 0, VSCSI_LBA_RANGE },
		{ U32_MAX, 1, VSCSI_LBA_RANGE },
		{ U64_MAX, 1, VSCSI_LBA_RANGE },
		{ U64_MAX, 0, VSCSI_LBA_RANGE },
		{ U64_MAX - 1, 2, VSCSI_LBA_RANGE },
		{ 1ULL << 55, 1, VSCSI_LBA_RANGE },	/* 0 if shifted to bytes */
		{ 0, U32_MAX, VSCSI_LBA_RANGE },
		{ 1, U32_MAX, VSCSI_LBA_RANGE },
	};
	struct fixture *fx = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		u8 cdb[16] = { 0x88 };

		put_unaligned_be64(rows[i].lba, cdb + 2);
		put_unaligned_be32(rows[i].blocks, cdb + 10);
		run_on(test, VSCSI_LU_DISK, 0, cdb, sizeof(cdb), DMA_FROM_DEVICE, SZ_4K);
		KUNIT_EXPECT_EQ_MSG(test, (int)fx->cmd.reason, (int)rows[i].reason, "row %u", i);
		cdb[0] = 0x8a;
		run_on(test, VSCSI_LU_DISK, 0, cdb, sizeof(cdb), DMA_TO_DEVICE, SZ_4K);
		KUNIT_EXPECT_EQ_MSG(test, (int)fx->cmd.reason, (int)rows[i].reason, "row %u", i);
	}
}

static void buffer_and_length(struct kunit *test)
{
	struct fixture *fx = test->priv;

	run_in(test, 1023, 0x28, 0, 0, 0, 0, 0, 0, 0, 2);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 7, 7);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_READ], 0U);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 0U);
	run_in(test, 0, 0x28, 0, 0, 0, 0, 0, 0, 0, 2);
	expect_reason(test, VSCSI_INVALID_FIELD_CDB);
	run_in(test, 2048, 0x28, 0, 0, 0, 0, 0, 0, 0, 2);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 1024U);
	run_out(test, 1023, 0x2a, 0, 0, 0, 0, 0, 0, 0, 2);
	expect_reason(test, VSCSI_INVALID_FIELD_CDB);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_WRITE], 0U);
}

static void wrong_direction(struct kunit *test)
{
	struct fixture *fx = test->priv;

	run_out(test, 512, 0x28, 0, 0, 0, 0, 0, 0, 0, 1);
	expect_reason(test, VSCSI_INVALID_FIELD_CDB);
	run_in(test, 512, 0x2a, 0, 0, 0, 0, 0, 0, 0, 1);
	expect_reason(test, VSCSI_INVALID_FIELD_CDB);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_READ] + fx->ios[VSCSI_IO_WRITE], 0U);
	run_out(test, 96, 0x12, 0, 0, 0, 96);
	expect_reason(test, VSCSI_INVALID_FIELD_CDB);
	run_out(test, 8, 0x25);
	expect_reason(test, VSCSI_INVALID_FIELD_CDB);
}

static void maximum_transfer_length(struct kunit *test)
{
	run_in(test, FIXTURE_BUF - 16, 0x28, 0, 0, 0, 0, 0, 0, 0, FIXTURE_BUF / 2 / 512);
	expect_ok(test);
	run_in(test, FIXTURE_BUF - 16, 0x28, 0, 0, 0, 0, 0, 0, 0, FIXTURE_BUF / 2 / 512 + 1);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 7, 7);
}

static void read_only(struct kunit *test)
{
	struct fixture *fx = test->priv;
	const struct vscsi_opcode *op;

	fx->be.caps.read_only = true;
	for (op = vscsi_opcodes; op < vscsi_opcodes + vscsi_opcodes_nr; op++) {
		if (!(op->flags & VSCSI_OP_WRITE))
			continue;
		run_out(test, 512, op->opcode,
			op->service_action == VSCSI_NO_SA ? 0 : op->service_action);
		KUNIT_EXPECT_EQ_MSG(test, (int)fx->cmd.reason, (int)VSCSI_WRITE_PROTECTED, "%s",
				    op->name);
	}
	run_in(test, 512, 0x28, 0, 0, 0, 0, 0, 0, 0, 1);
	expect_ok(test);
}

static void unit_attention_comes_first(struct kunit *test)
{
	struct fixture *fx = test->priv;

	fx->pending_ua = BIT(VSCSI_UA_POWER_ON) | BIT(VSCSI_UA_CAPACITY_CHANGED);
	run_in(test, 96, 0x12, 0, 0, 0, 96);
	expect_ok(test);
	run_in(test, 512, 0x28, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 1, 0x04);
	expect_reason(test, VSCSI_UNIT_ATTENTION);
	KUNIT_EXPECT_EQ(test, (int)fx->cmd.sense[12], 0x29);
	run_in(test, 0, 0x00);
	expect_reason(test, VSCSI_UNIT_ATTENTION);
	KUNIT_EXPECT_EQ(test, (int)fx->cmd.sense[12], 0x2a);
	run_in(test, 0, 0x00);
	expect_ok(test);
}

static void where_no_device_is(struct kunit *test)
{
	run_kind(test, VSCSI_LU_NONE, 0, 0, 0x00);
	expect_reason(test, VSCSI_LUN_UNSUPPORTED);
	run_kind(test, VSCSI_LU_NONE, 0, 512, 0x28, 0, 0, 0, 0, 0, 0, 0, 1);
	expect_reason(test, VSCSI_LUN_UNSUPPORTED);
	run_kind(test, VSCSI_LU_NONE, 0, 512, 0xff);
	expect_reason(test, VSCSI_LUN_UNSUPPORTED);
	run_kind(test, VSCSI_LU_WELL_KNOWN, 0, 512, 0x28, 0, 0, 0, 0, 0, 0, 0, 1);
	expect_reason(test, VSCSI_INVALID_OPCODE);
	run_kind(test, VSCSI_LU_WELL_KNOWN, 0, 0, 0x00);
	expect_ok(test);
}

static void counters(struct kunit *test)
{
	struct fixture *fx = test->priv;
	struct vscsi_lu_totals t;

	run_in(test, 1024, 0x28, 0, 0, 0, 0, 0, 0, 0, 2);
	run_out(test, 512, 0x2a, 0, 0, 0, 0, 0, 0, 0, 1);
	run_in(test, 0, 0x00);
	run_in(test, 0, 0xff);
	fx->pending_ua = BIT(VSCSI_UA_POWER_ON);
	run_in(test, 0, 0x00);
	vscsi_lu_stats_read(&fx->lu, &t);
	KUNIT_EXPECT_EQ(test, t.read_cmds, (u64)1);
	KUNIT_EXPECT_EQ(test, t.read_bytes, (u64)1024);
	KUNIT_EXPECT_EQ(test, t.write_cmds, (u64)1);
	KUNIT_EXPECT_EQ(test, t.write_bytes, (u64)512);
	KUNIT_EXPECT_EQ(test, t.other_cmds, (u64)3);
	KUNIT_EXPECT_EQ(test, t.errors, (u64)1);
	KUNIT_EXPECT_EQ(test, t.unit_attentions, (u64)1);
	KUNIT_EXPECT_EQ(test, t.in_flight, (u64)0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(fields_are_big_endian),
	KUNIT_CASE(zero_is_256_in_six_bytes_only),
	KUNIT_CASE(every_bit_of_every_row),
	KUNIT_CASE(bytes_behind_the_cdb_do_not_matter),
	KUNIT_CASE(control_byte_is_refused),
	KUNIT_CASE(unknown_opcodes),
	KUNIT_CASE(lba_edges),
	KUNIT_CASE(buffer_and_length),
	KUNIT_CASE(wrong_direction),
	KUNIT_CASE(maximum_transfer_length),
	KUNIT_CASE(read_only),
	KUNIT_CASE(unit_attention_comes_first),
	KUNIT_CASE(where_no_device_is),
	KUNIT_CASE(counters),
	{}
};

static struct kunit_suite suite = {
	.name = "vscsi_cdb",
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
