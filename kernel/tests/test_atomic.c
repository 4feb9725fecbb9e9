// SPDX-License-Identifier: GPL-2.0
/* COMPARE AND WRITE and ORWRITE, and what they have to be alone for. */
#include <linux/limits.h>

#include "fixture.h"

#define BS	512

static u8 *block(struct fixture *fx, u64 lba)
{
	return fx->disk + (lba << fx->lu.block_shift);
}

/* @nr blocks from @lba on: in the buffer as they are, and behind it as they shall be. */
static void prepare(struct fixture *fx, u64 lba, u32 nr)
{
	u32 size = fx->lu.block_size;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		fill_block(block(fx, lba + i), size, i);
		fill_block(fx->buf + i * size, size, i);
		fill_block(fx->buf + (nr + i) * size, size, 0x80 + i);
	}
}

static void compare_and_write(struct kunit *test)
{
	struct fixture *fx = test->priv;
	unsigned int i;

	prepare(fx, 7, 20);
	run_out(test, 40 * BS, 0x89, [9] = 7, [13] = 20);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, (int)fx->exec, (int)VSCSI_EXEC_EXCLUSIVE);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 40U * BS);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_WRITE], 1U);
	KUNIT_EXPECT_FALSE(test, fx->last_fua);
	for (i = 0; i < 20; i++)
		KUNIT_EXPECT_EQ_MSG(test, memcmp(block(fx, 7 + i), fx->buf + (20 + i) * BS, BS), 0,
				    "block %u", i);
	KUNIT_EXPECT_TRUE(test, !memchr_inv(block(fx, 6), 0, BS));
	KUNIT_EXPECT_TRUE(test, !memchr_inv(block(fx, 27), 0, BS));
}

static void miscompare_writes_nothing(struct kunit *test)
{
	struct fixture *fx = test->priv;

	prepare(fx, 7, 20);
	fx->buf[13 * BS + 99] ^= 1;
	fx->buf[19 * BS] ^= 1;
	run_out(test, 40 * BS, 0x89, [9] = 7, [13] = 20);
	expect_reason(test, VSCSI_MISCOMPARE);
	KUNIT_EXPECT_EQ(test, (int)fx->cmd.sense[2], MISCOMPARE);
	KUNIT_EXPECT_EQ(test, (int)get_unaligned_be16(fx->cmd.sense + 12), 0x1d00);
	KUNIT_EXPECT_EQ(test, (int)fx->cmd.sense[0], 0xf0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->cmd.sense + 3), 13U * BS + 99);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_WRITE], 0U);
}

static void compare_and_write_lengths(struct kunit *test)
{
	struct fixture *fx = test->priv;

	run_out(test, 0, 0x89);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_READ] + fx->ios[VSCSI_IO_WRITE], 0U);
	/* the buffer must hold both halves */
	run_out(test, 2 * BS - 1, 0x89, [13] = 1);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 13, 7);
	prepare(fx, FIXTURE_BLOCKS - 2, 2);
	run_out(test, 4 * BS, 0x89, [9] = FIXTURE_BLOCKS - 2, [13] = 2);
	expect_ok(test);
	run_out(test, 6 * BS, 0x89, [9] = FIXTURE_BLOCKS - 2, [13] = 3);
	expect_reason(test, VSCSI_LBA_RANGE);
	run_out(test, 2 * BS, 0x89, 0x20, [13] = 1);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 5);
	run_out(test, 2 * BS, 0x89, [12] = 1, 1);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 12, 0);
	run_in(test, 2 * BS, 0x89, [13] = 1);
	expect_reason(test, VSCSI_INVALID_FIELD_CDB);
	run_in(test, 64, 0x12, 1, 0xb0, 0, 64);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[5], 255);
}

static void force_unit_access(struct kunit *test)
{
	struct fixture *fx = test->priv;

	prepare(fx, 0, 1);
	run_out(test, 2 * BS, 0x89, 0x08, [13] = 1);
	expect_ok(test);
	KUNIT_EXPECT_TRUE(test, fx->last_fua);
	run_out(test, BS, 0x8b, 0x08, [13] = 1);
	expect_ok(test);
	KUNIT_EXPECT_TRUE(test, fx->last_fua);
	fx->be.caps.fua = false;
	run_out(test, 2 * BS, 0x89, 0x08, [13] = 1);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 3);
	run_out(test, BS, 0x8b, 0x08, [13] = 1);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 3);
}

static void orwrite(struct kunit *test)
{
	struct fixture *fx = test->priv;
	unsigned int i;

	fixture_block_size(fx, 4096);
	memset(block(fx, 1), 0x0f, 6 * 4096);
	memset(fx->buf, 0x30, 4 * 4096);
	run_out(test, 4 * 4096, 0x8b, [9] = 2, [13] = 4);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, (int)fx->exec, (int)VSCSI_EXEC_EXCLUSIVE);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 4U * 4096);
	for (i = 1; i < 7; i++) {
		u8 want = i == 1 || i == 6 ? 0x0f : 0x3f;

		KUNIT_EXPECT_TRUE_MSG(test, !memchr_inv(block(fx, i), want, 4096), "block %u", i);
	}
	run_out(test, 0, 0x8b);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, (int)fx->exec, (int)VSCSI_EXEC_BLOCKING);
	run_out(test, 4096, 0x8b, [8] = 1, 0, [13] = 1);
	expect_reason(test, VSCSI_LBA_RANGE);
	run_out(test, 4096, 0x8b, [10] = 1, 0, 0, 0);
	expect_reason(test, VSCSI_LBA_RANGE);
	run_out(test, 9 * 4096, 0x8b, [13] = 9);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 10, 7);
}

static void failures_end_it(struct kunit *test)
{
	struct fixture *fx = test->priv;

	prepare(fx, 3, 2);
	fx->fail = VSCSI_MEDIUM_READ;
	fx->fail_op = VSCSI_IO_READ;
	run_out(test, 4 * BS, 0x89, [9] = 3, [13] = 2);
	expect_reason(test, VSCSI_MEDIUM_READ);
	run_out(test, 4 * BS, 0x8b, [9] = 3, [13] = 2);
	expect_reason(test, VSCSI_MEDIUM_READ);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 0U);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_WRITE], 0U);
	fx->fail_op = VSCSI_IO_WRITE;
	fx->fail = VSCSI_MEDIUM_WRITE;
	run_out(test, 4 * BS, 0x89, [9] = 3, [13] = 2);
	expect_reason(test, VSCSI_MEDIUM_WRITE);
	fx->fail = VSCSI_OK;
	fx->abort_at_io = true;
	run_out(test, 4 * BS, 0x89, [9] = 3, [13] = 2);
	expect_reason(test, VSCSI_ABORTED);
}

static void set_cmd(struct vscsi_cmd *cmd, struct vscsi_lu *lu, u8 opcode, u64 lba, u32 blocks)
{
	memset(cmd, 0, sizeof(*cmd));
	cmd->lu = lu;
	cmd->op = vscsi_opcode_first(opcode);
	cmd->lba = lba;
	cmd->nr_blocks = blocks;
}

static void overlaps(struct kunit *test)
{
	static const struct {
		u8 opcode;
		u64 lba;
		u32 blocks;
		bool overlaps;		/* blocks 100 to 109 */
	} rows[] = {
		{ 0x28, 90, 10, false }, { 0x28, 90, 11, true }, { 0x2a, 109, 1, true },
		{ 0x2a, 110, 1, false }, { 0x88, 0, 200, true }, { 0x88, 104, 1, true },
		/* no number of blocks, no LBA: perhaps all */
		{ 0x93, 0, 0, true }, { 0x93, 110, 0, false }, { 0x42, 0, 0, true },
		/* these don't touch blocks */
		{ 0x12, 0, 0, false }, { 0x35, 0, 0, false }, { 0x00, 0, 0, false },
	};
	struct fixture *fx = test->priv;
	struct vscsi_cmd *cmds = kunit_kzalloc(test, 2 * sizeof(*cmds), GFP_KERNEL);
	struct vscsi_lu large = fx->lu;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, cmds);
	set_cmd(&cmds[0], &fx->lu, 0x89, 100, 10);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		set_cmd(&cmds[1], &fx->lu, rows[i].opcode, rows[i].lba, rows[i].blocks);
		KUNIT_EXPECT_EQ_MSG(test, vscsi_cmd_overlaps(&cmds[0], &cmds[1]), rows[i].overlaps,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, vscsi_cmd_overlaps(&cmds[1], &cmds[0]), rows[i].overlaps,
				    "row %u", i);
	}
	/* the same medium with larger blocks: 100 to 109 are in 12 and 13 */
	large.block_shift = 12;
	set_cmd(&cmds[1], &large, 0x28, 11, 1);
	KUNIT_EXPECT_FALSE(test, vscsi_cmd_overlaps(&cmds[0], &cmds[1]));
	set_cmd(&cmds[1], &large, 0x28, 12, 1);
	KUNIT_EXPECT_TRUE(test, vscsi_cmd_overlaps(&cmds[0], &cmds[1]));
	set_cmd(&cmds[1], &large, 0x28, 13, 1);
	KUNIT_EXPECT_TRUE(test, vscsi_cmd_overlaps(&cmds[0], &cmds[1]));
	set_cmd(&cmds[1], &large, 0x28, 14, 1);
	KUNIT_EXPECT_FALSE(test, vscsi_cmd_overlaps(&cmds[0], &cmds[1]));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(compare_and_write),
	KUNIT_CASE(miscompare_writes_nothing),
	KUNIT_CASE(compare_and_write_lengths),
	KUNIT_CASE(force_unit_access),
	KUNIT_CASE(orwrite),
	KUNIT_CASE(failures_end_it),
	KUNIT_CASE(overlaps),
	{}
};

static struct kunit_suite suite = {
	.name = "vscsi_atomic",
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
