// SPDX-License-Identifier: GPL-2.0
/* What is said of blocks: GET LBA STATUS, PRE-FETCH, READ DEFECT DATA. */
#include <linux/limits.h>

#include "fixture.h"

#define BS	512

static void expect_extent(struct kunit *test, unsigned int nr, u64 lba, u32 blocks, u8 status)
{
	struct fixture *fx = test->priv;
	const u8 *desc = fx->buf + 8 + nr * 16;

	KUNIT_EXPECT_EQ(test, get_unaligned_be64(desc), lba);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(desc + 8), blocks);
	KUNIT_EXPECT_EQ(test, desc[12], status);
}

static void lba_status(struct kunit *test)
{
	struct fixture *fx = test->priv;

	fx->stored_from = 16 * BS;
	fx->stored_to = 20 * BS;
	run_in(test, 200, 0x9e, 0x12, [13] = 200);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, (int)fx->exec, (int)VSCSI_EXEC_BLOCKING);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 8U + 3 * 16);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), 4U + 3 * 16);
	expect_extent(test, 0, 0, 16, 1);
	expect_extent(test, 1, 16, 4, 0);
	expect_extent(test, 2, 20, FIXTURE_BLOCKS - 20, 1);
	/* from within an extent; room for two */
	run_in(test, 200, 0x9e, 0x12, [9] = 17, [13] = 8 + 2 * 16 + 15);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), 4U + 2 * 16);
	expect_extent(test, 0, 17, 3, 0);
	expect_extent(test, 1, 20, FIXTURE_BLOCKS - 20, 1);
	/* there is always one */
	run_in(test, 200, 0x9e, 0x12, [9] = 17, [13] = 4);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), 4U + 16);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 4U);
	run_in(test, 0, 0x9e, 0x12);
	expect_ok(test);
}

static void lba_status_at_the_end(struct kunit *test)
{
	struct fixture *fx = test->priv;

	run_in(test, 24, 0x9e, 0x12, [9] = FIXTURE_BLOCKS - 1, [13] = 24);
	expect_ok(test);
	expect_extent(test, 0, FIXTURE_BLOCKS - 1, 1, 1);
	run_in(test, 24, 0x9e, 0x12, [8] = 1, [13] = 24);
	expect_reason(test, VSCSI_LBA_RANGE);
	run_in(test, 24, 0x9e, 0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, [13] = 24);
	expect_reason(test, VSCSI_LBA_RANGE);
	/* more blocks than a descriptor can count */
	fx->stored_from = U64_MAX;
	fx->lu.blocks = 1ULL << 33;
	run_in(test, 64, 0x9e, 0x12, [13] = 64);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), 4U + 3 * 16);
	expect_extent(test, 0, 0, U32_MAX, 1);
	expect_extent(test, 1, U32_MAX, U32_MAX, 1);
	expect_extent(test, 2, 2ULL * U32_MAX, 2, 1);
}

/* The backing device's own blocks are smaller: what is stored in part is mapped. */
static void parts_of_blocks_are_mapped(struct kunit *test)
{
	struct fixture *fx = test->priv;

	fixture_block_size(fx, 4096);
	fx->stored_from = 3 * 4096 + 512;
	fx->stored_to = 5 * 4096 + 1024;
	run_in(test, 200, 0x9e, 0x12, [13] = 200);
	expect_extent(test, 0, 0, 3, 1);
	expect_extent(test, 1, 3, 1, 0);
	expect_extent(test, 2, 4, 2, 0);
	expect_extent(test, 3, 6, FIXTURE_BLOCKS - 6, 1);
}

static void pre_fetch(struct kunit *test)
{
	run_in(test, 0, 0x34, 0x02, [8] = 1);
	expect_ok(test);
	run_in(test, 0, 0x34, 0, [4] = 1, 0);
	expect_ok(test);
	run_in(test, 0, 0x34, 0, [4] = 1, 0, 0, 0, 1);
	expect_reason(test, VSCSI_LBA_RANGE);
	run_in(test, 0, 0x90, 0, [13] = 8);
	expect_ok(test);
	run_in(test, 0, 0x90, 0, [8] = 1, 1);
	expect_reason(test, VSCSI_LBA_RANGE);
	run_in(test, 0, 0x90, 0, [12] = 1, 1);
	expect_reason(test, VSCSI_LBA_RANGE);
	run_in(test, 0, 0x90, 0x01);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 0);
}

static void defect_data(struct kunit *test)
{
	struct fixture *fx = test->priv;

	run_in(test, 32, 0x37, 0, 0x1d, [8] = 32);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 4U);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), 0x001d0000U);
	run_in(test, 32, 0xb7, 0x08, [9] = 32);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 8U);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fx->buf), 0x0008ULL << 48);
	run_in(test, 32, 0x37, 0, 0x06, [8] = 32);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 2);
	run_in(test, 32, 0xb7, 0x07, [9] = 32);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 2);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(lba_status),
	KUNIT_CASE(lba_status_at_the_end),
	KUNIT_CASE(parts_of_blocks_are_mapped),
	KUNIT_CASE(pre_fetch),
	KUNIT_CASE(defect_data),
	{}
};

static struct kunit_suite suite = {
	.name = "vscsi_status",
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
