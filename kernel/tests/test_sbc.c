// SPDX-License-Identifier: GPL-2.0
/* What disk commands do to the blocks. */
#include <linux/limits.h>

#include "fixture.h"

#define BS	512

static u8 *block(struct fixture *fx, u64 lba)
{
	return fx->disk + (lba << fx->lu.block_shift);
}

static bool is_zero(const u8 *p, u32 len)
{
	return !memchr_inv(p, 0, len);
}

static void fill_disk(struct fixture *fx)
{
	unsigned int i;

	for (i = 0; i < FIXTURE_BLOCKS; i++)
		fill_block(block(fx, i), fx->lu.block_size, i);
}

static void read_capacity(struct kunit *test)
{
	struct fixture *fx = test->priv;

	run_in(test, 8, 0x25);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fx->buf), (255ULL << 32) + 512);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 8U);
	fx->lu.blocks = 1ULL << 32;
	run_in(test, 8, 0x25);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), U32_MAX);
	fx->lu.blocks++;
	run_in(test, 8, 0x25);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), U32_MAX);
	run_in(test, 32, 0x9e, 0x10, [13] = 32);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fx->buf), 1ULL << 32);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf + 8), 512U);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[13], 3);
	fx->lu.blocks = 0;
	run_in(test, 8, 0x25);
	expect_reason(test, VSCSI_NOT_READY);
}

static void reads_of_every_length(struct kunit *test)
{
	struct fixture *fx = test->priv;

	fill_disk(fx);
	run_in(test, 2 * BS, 0x08, 0, 0, 3, 2);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, memcmp(fx->buf, block(fx, 3), 2 * BS), 0);
	run_in(test, 2 * BS, 0x28, 0x10, 0, 0, 0, 4, 0, 0, 2);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, memcmp(fx->buf, block(fx, 4), 2 * BS), 0);
	run_in(test, 2 * BS, 0xa8, 0, 0, 0, 0, 5, 0, 0, 0, 2);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, memcmp(fx->buf, block(fx, 5), 2 * BS), 0);
	run_in(test, 2 * BS, 0x88, 0, [9] = 6, [13] = 2);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, memcmp(fx->buf, block(fx, 6), 2 * BS), 0);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 2U * BS);
}

static void writes_of_every_length(struct kunit *test)
{
	struct fixture *fx = test->priv;
	unsigned int i;

	fill_block(fx->buf, BS, 0x77);
	run_out(test, BS, 0x0a, 0, 0, 1, 1);
	run_out(test, BS, 0x2a, 0, 0, 0, 0, 2, 0, 0, 1);
	run_out(test, BS, 0xaa, 0, 0, 0, 0, 3, 0, 0, 0, 1);
	run_out(test, BS, 0x8a, 0, [9] = 4, [13] = 1);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_WRITE], 4U);
	for (i = 1; i <= 4; i++)
		KUNIT_EXPECT_EQ_MSG(test, memcmp(fx->buf, block(fx, i), BS), 0, "block %u", i);
	KUNIT_EXPECT_TRUE(test, is_zero(block(fx, 0), BS));
	KUNIT_EXPECT_TRUE(test, is_zero(block(fx, 5), BS));
}

static void large_blocks(struct kunit *test)
{
	struct fixture *fx = test->priv;

	fixture_block_size(fx, 4096);
	fill_block(fx->buf, 4096, 9);
	run_out(test, 4096, 0x2a, 0, 0, 0, 0, 255, 0, 0, 1);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, memcmp(fx->buf, fx->disk + 255 * 4096, 4096), 0);
	run_in(test, 2048, 0x28, 0, 0, 0, 0, 255, 0, 0, 1);
	expect_reason(test, VSCSI_INVALID_FIELD_CDB);
	run_in(test, 8, 0x25);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fx->buf), (255ULL << 32) + 4096);
}

static void no_blocks_is_no_error(struct kunit *test)
{
	struct fixture *fx = test->priv;

	run_in(test, 0, 0x28);
	expect_ok(test);
	run_out(test, 0, 0x2a);
	expect_ok(test);
	run_out(test, 0, 0x2f, 0x02);
	expect_ok(test);
	run_out(test, 0, 0x2e);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_READ] + fx->ios[VSCSI_IO_WRITE], 0U);
}

static void force_unit_access(struct kunit *test)
{
	struct fixture *fx = test->priv;

	run_out(test, BS, 0x2a, 0x08, 0, 0, 0, 0, 0, 0, 1);
	expect_ok(test);
	KUNIT_EXPECT_TRUE(test, fx->last_fua);
	run_out(test, BS, 0x2a, 0, 0, 0, 0, 0, 0, 0, 1);
	KUNIT_EXPECT_FALSE(test, fx->last_fua);
	/* Bit 3 of byte 1 is part of the LBA in a WRITE(6). */
	fx->lu.blocks = 1 << 21;
	run_in(test, BS, 0x08, 0x08, 0, 0, 1);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_FLUSH], 0U);

	run_in(test, BS, 0x28, 0x08, 0, 0, 0, 0, 0, 0, 1);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_FLUSH], 1U);
	KUNIT_EXPECT_EQ(test, (int)fx->exec, (int)VSCSI_EXEC_BLOCKING);
	fx->be.caps.fua = false;
	run_out(test, BS, 0x2a, 0x08, 0, 0, 0, 0, 0, 0, 1);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 3);
	fx->be.caps.write_cache = false;
	run_out(test, BS, 0x2a, 0x08, 0, 0, 0, 0, 0, 0, 1);
	expect_ok(test);
	run_in(test, BS, 0x28, 0x08, 0, 0, 0, 0, 0, 0, 1);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_FLUSH], 1U);
}

static void medium_error_says_where(struct kunit *test)
{
	struct fixture *fx = test->priv;

	fx->fail = VSCSI_MEDIUM_READ;
	fx->fail_op = VSCSI_IO_READ;
	fx->fail_moved = 3 * BS;
	run_in(test, 8 * BS, 0x28, 0, 0, 0, 0, 16, 0, 0, 8);
	expect_reason(test, VSCSI_MEDIUM_READ);
	KUNIT_EXPECT_EQ(test, (int)fx->cmd.sense[0], 0xf0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->cmd.sense + 3), 19U);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 3U * BS);
	/* Nothing is known: nothing is said. */
	fx->fail_moved = 0;
	run_in(test, 8 * BS, 0x28, 0, 0, 0, 0, 16, 0, 0, 8);
	KUNIT_EXPECT_EQ(test, (int)fx->cmd.sense[0], 0x70);
	run_in(test, BS, 0x28, 0, 0, 0, 0, 16, 0, 0, 1);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->cmd.sense + 3), 16U);
}

static void synchronize_cache(struct kunit *test)
{
	struct fixture *fx = test->priv;

	run_in(test, 0, 0x35, 0x02);
	expect_ok(test);
	run_in(test, 0, 0x91);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_FLUSH], 2U);
	KUNIT_EXPECT_EQ(test, (int)fx->exec, (int)VSCSI_EXEC_QUEUE);
	run_in(test, 0, 0x35, 0, 0, 0, 1, 1);
	expect_reason(test, VSCSI_LBA_RANGE);
	fx->fail = VSCSI_NO_SPACE;
	fx->fail_op = VSCSI_IO_FLUSH;
	run_in(test, 0, 0x35);
	expect_reason(test, VSCSI_NO_SPACE);
	/* Whether there is a cache is for the backing device to know, now. */
	fx->be.caps.write_cache = false;
	run_in(test, 0, 0x35);
	expect_reason(test, VSCSI_NO_SPACE);
}

static void start_and_stop(struct kunit *test)
{
	struct fixture *fx = test->priv;

	run_in(test, 0, 0x1b, 0, 0, 0, 0);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_FLUSH], 1U);
	run_in(test, 0, 0x00);
	expect_reason(test, VSCSI_STOPPED);
	run_in(test, BS, 0x28, 0, 0, 0, 0, 0, 0, 0, 1);
	expect_reason(test, VSCSI_STOPPED);
	run_in(test, 8, 0x25);
	expect_ok(test);
	run_in(test, 0, 0x1b, 1, 0, 0, 1);
	expect_ok(test);
	run_in(test, BS, 0x28, 0, 0, 0, 0, 0, 0, 0, 1);
	expect_ok(test);
	/* NO_FLUSH; LOEJ; a power condition */
	run_in(test, 0, 0x1b, 0, 0, 0, 4);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_FLUSH], 1U);
	run_in(test, 0, 0x1b, 0, 0, 0, 3);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 4, 1);
	run_in(test, 0, 0x1b, 0, 0, 0, 0x31);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 4, 5);
}

static void stop_fails_if_the_flush_does(struct kunit *test)
{
	struct fixture *fx = test->priv;

	fx->fail = VSCSI_TARGET_FAILURE;
	fx->fail_op = VSCSI_IO_FLUSH;
	run_in(test, 0, 0x1b);
	expect_reason(test, VSCSI_TARGET_FAILURE);
	run_in(test, 0, 0x00);
	expect_ok(test);
}

static void verify_compares(struct kunit *test)
{
	struct fixture *fx = test->priv;

	fill_disk(fx);
	run_in(test, 0, 0x2f, 0, 0, 0, 0, 0, 0, 1, 0);
	expect_ok(test);
	KUNIT_EXPECT_GT(test, fx->ios[VSCSI_IO_READ], 0U);

	memcpy(fx->buf, block(fx, 10), 40 * BS);
	run_out(test, 40 * BS, 0x2f, 0x02, 0, 0, 0, 10, 0, 0, 40);
	expect_ok(test);
	run_out(test, 40 * BS, 0xaf, 0x02, 0, 0, 0, 10, 0, 0, 0, 40);
	expect_ok(test);
	fx->buf[33 * BS + 77] ^= 1;
	run_out(test, 40 * BS, 0x8f, 0x02, [9] = 10, [13] = 40);
	expect_reason(test, VSCSI_MISCOMPARE);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->cmd.sense + 3), 33U * BS + 77);
	run_out(test, 39 * BS, 0x2f, 0x02, 0, 0, 0, 10, 0, 0, 40);
	expect_reason(test, VSCSI_INVALID_FIELD_CDB);
}

static void verify_against_one_block(struct kunit *test)
{
	struct fixture *fx = test->priv;
	unsigned int i;

	for (i = 0; i < FIXTURE_BLOCKS; i++)
		fill_block(block(fx, i), BS, 5);
	fill_block(fx->buf, BS, 5);
	run_out(test, BS, 0x2f, 0x06, 0, 0, 0, 0, 0, 1, 0);
	expect_ok(test);
	block(fx, 200)[3] ^= 0x80;
	run_out(test, BS, 0x2f, 0x06, 0, 0, 0, 0, 0, 1, 0);
	expect_reason(test, VSCSI_MISCOMPARE);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->cmd.sense + 3), 3U);
	run_out(test, BS, 0x2f, 0x04, 0, 0, 0, 0, 0, 1, 0);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 2);
}

static void verify_finds_bad_block(struct kunit *test)
{
	struct fixture *fx = test->priv;

	fx->fail = VSCSI_MEDIUM_READ;
	fx->fail_op = VSCSI_IO_READ;
	fx->fail_moved = 2 * BS;
	run_in(test, 0, 0x2f, 0, 0, 0, 0, 8, 0, 0, 16);
	expect_reason(test, VSCSI_MEDIUM_READ);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->cmd.sense + 3), 10U);
}

static void write_and_verify(struct kunit *test)
{
	struct fixture *fx = test->priv;

	fill_block(fx->buf, 4 * BS, 1);
	run_out(test, 4 * BS, 0x2e, 0, 0, 0, 0, 7, 0, 0, 4);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, memcmp(fx->buf, block(fx, 7), 4 * BS), 0);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_FLUSH], 1U);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_READ], 1U);
	run_out(test, 4 * BS, 0xae, 0x02, 0, 0, 0, 8, 0, 0, 0, 4);
	expect_ok(test);
	run_out(test, 4 * BS, 0x8e, 0x02, [9] = 9, [13] = 4);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 4U * BS);
	fx->fail = VSCSI_MEDIUM_WRITE;
	fx->fail_op = VSCSI_IO_WRITE;
	run_out(test, 4 * BS, 0x2e, 0, 0, 0, 0, 7, 0, 0, 4);
	expect_reason(test, VSCSI_MEDIUM_WRITE);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_READ], 3U);
}

static void abort_ends_a_command_of_several_steps(struct kunit *test)
{
	struct fixture *fx = test->priv;

	fx->abort_at_io = true;
	run_in(test, 0, 0x2f, 0, 0, 0, 0, 0, 0, 1, 0);
	expect_reason(test, VSCSI_ABORTED);
	KUNIT_EXPECT_EQ(test, (int)fx->cmd.status, (int)SAM_STAT_TASK_ABORTED);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_READ], 0U);
}

static u32 put_unmap(u8 *list, unsigned int nr)
{
	put_unaligned_be16(6 + nr * 16, list);
	put_unaligned_be16(nr * 16, list + 2);
	memset(list + 4, 0, 4 + nr * 16);
	return 8 + nr * 16;
}

static void put_range(u8 *list, unsigned int i, u64 lba, u32 blocks)
{
	put_unaligned_be64(lba, list + 8 + i * 16);
	put_unaligned_be32(blocks, list + 16 + i * 16);
}

static void unmap(struct kunit *test)
{
	struct fixture *fx = test->priv;
	u32 len = put_unmap(fx->buf, 2);

	fill_disk(fx);
	put_range(fx->buf, 0, 8, 8);
	put_range(fx->buf, 1, FIXTURE_BLOCKS - 1, 1);
	run_out(test, len, 0x42, [8] = len);
	expect_ok(test);
	KUNIT_EXPECT_TRUE(test, is_zero(block(fx, 8), 8 * BS));
	KUNIT_EXPECT_TRUE(test, is_zero(block(fx, FIXTURE_BLOCKS - 1), BS));
	KUNIT_EXPECT_FALSE(test, is_zero(block(fx, 7), BS));
	KUNIT_EXPECT_FALSE(test, is_zero(block(fx, 16), BS));
	run_out(test, 0, 0x42);
	expect_ok(test);
	run_out(test, len, 0x42, 0x01, [8] = len);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 0);
}

static void unmap_past_the_end_does_nothing(struct kunit *test)
{
	static const struct {
		u64 lba;
		u32 blocks;
	} rows[] = {
		{ FIXTURE_BLOCKS, 1 }, { FIXTURE_BLOCKS - 1, 2 }, { U64_MAX, 2 }, { 0, U32_MAX },
	};
	struct fixture *fx = test->priv;
	unsigned int i;

	fill_disk(fx);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		u32 len = put_unmap(fx->buf, 2);

		put_range(fx->buf, 0, 0, 8);
		put_range(fx->buf, 1, rows[i].lba, rows[i].blocks);
		run_out(test, len, 0x42, [8] = len);
		KUNIT_EXPECT_EQ_MSG(test, (int)fx->cmd.reason, (int)VSCSI_LBA_RANGE, "row %u", i);
	}
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_UNMAP], 0U);
}

static void unmap_lists_that_make_no_sense(struct kunit *test)
{
	struct fixture *fx = test->priv;
	u32 len = put_unmap(fx->buf, 2);

	run_out(test, 7, 0x42, [8] = 7);
	expect_reason(test, VSCSI_PARAM_LENGTH);
	run_out(test, len - 1, 0x42, [8] = len - 1);
	expect_reason(test, VSCSI_PARAM_LENGTH);
	run_out(test, len - 1, 0x42, [8] = len);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 7, 7);
	/* UNMAP DATA LENGTH does not cover the descriptors */
	fx->buf[1] = 10;
	run_out(test, len, 0x42, [8] = len);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 0, 7);
	/* an incomplete descriptor is ignored */
	put_unmap(fx->buf, 2);
	put_range(fx->buf, 1, U64_MAX, 1);
	fx->buf[3] = 31;
	run_out(test, len, 0x42, [8] = len);
	expect_ok(test);
	/* too many descriptors, too many blocks */
	len = put_unmap(fx->buf, 256);
	run_out(test, len, 0x42, [7] = len >> 8, len & 0xff);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 2, 7);
	len = put_unmap(fx->buf, 2);
	put_range(fx->buf, 0, 0, SZ_64K / BS);
	put_range(fx->buf, 1, 200, 1);
	run_out(test, len, 0x42, [8] = len);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 32, 7);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_UNMAP], 0U);
}

static void most_unmap_descriptors(struct kunit *test)
{
	struct fixture *fx = test->priv;
	u32 len = put_unmap(fx->buf, 255);
	unsigned int i;

	fx->be.caps.max_unmap = SZ_1M;
	fill_disk(fx);
	for (i = 0; i < 255; i++)
		put_range(fx->buf, i, i, 1);
	run_out(test, len, 0x42, [7] = len >> 8, len & 0xff);
	expect_ok(test);
	KUNIT_EXPECT_TRUE(test, is_zero(fx->disk, 255 * BS));
	KUNIT_EXPECT_FALSE(test, is_zero(block(fx, 255), BS));
}

static void write_same_pattern(struct kunit *test)
{
	struct fixture *fx = test->priv;
	unsigned int i;

	fx->be.caps.max_zero = SZ_1M;
	fill_block(fx->buf, BS, 3);
	run_out(test, BS, 0x41, 0, 0, 0, 0, 2, 0, 0, 200);
	expect_ok(test);
	for (i = 2; i < 202; i++)
		KUNIT_EXPECT_EQ_MSG(test, memcmp(fx->buf, block(fx, i), BS), 0, "block %u", i);
	KUNIT_EXPECT_TRUE(test, is_zero(block(fx, 1), BS) && is_zero(block(fx, 202), BS));
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, (u32)BS);
	run_out(test, 0, 0x41, 0, 0, 0, 0, 2, 0, 0, 200);
	expect_reason(test, VSCSI_INVALID_FIELD_CDB);
}

static void write_same_zeroes(struct kunit *test)
{
	struct fixture *fx = test->priv;

	fill_disk(fx);
	memset(fx->buf, 0, BS);
	run_out(test, BS, 0x93, 0, [9] = 0, [13] = 4);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_ZERO], 1U);
	run_out(test, 0, 0x93, 0x01, [9] = 4, [13] = 4);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_ZERO], 2U);
	run_out(test, BS, 0x93, 0x08, [9] = 8, [13] = 4);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_UNMAP], 1U);
	/* Not guaranteed to read as zeroes: not unmapped. */
	fx->be.caps.unmap_zeroes = false;
	run_out(test, BS, 0x93, 0x08, [9] = 12, [13] = 4);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_ZERO], 3U);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_WRITE], 0U);
	KUNIT_EXPECT_TRUE(test, is_zero(fx->disk, 16 * BS));
	KUNIT_EXPECT_FALSE(test, is_zero(block(fx, 16), BS));
}

static void write_same_writes_zeroes_if_all_else_fails(struct kunit *test)
{
	struct fixture *fx = test->priv;

	fill_disk(fx);
	fx->fail = VSCSI_UNSUPPORTED;
	fx->fail_op = VSCSI_IO_ZERO;
	run_out(test, 0, 0x93, 0x01, [13] = 4);
	expect_ok(test);
	fx->be.caps.max_zero = 0;
	run_out(test, 0, 0x93, 0x01, [9] = 4, [13] = 4);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_WRITE], 2U);
	KUNIT_EXPECT_TRUE(test, is_zero(fx->disk, 8 * BS));
}

static void write_same_limits(struct kunit *test)
{
	struct fixture *fx = test->priv;

	/* no number of blocks: up to the last one */
	fill_disk(fx);
	run_out(test, 0, 0x93, 0x01, [9] = 250);
	expect_ok(test);
	KUNIT_EXPECT_TRUE(test, is_zero(block(fx, 250), 6 * BS));
	KUNIT_EXPECT_FALSE(test, is_zero(block(fx, 249), BS));
	run_out(test, 0, 0x93, 0x01);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 10, 7);
	run_out(test, 0, 0x93, 0x01, [13] = SZ_64K / BS + 1);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 10, 7);
	/* anchor; UNMAP where there is none; NDOB in the short form */
	run_out(test, BS, 0x93, 0x18, [13] = 1);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 4);
	run_out(test, BS, 0x41, 0x01, [8] = 1);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 0);
	fx->be.caps.max_unmap = 0;
	run_out(test, BS, 0x93, 0x08, [13] = 1);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 3);
	/* more than the one block */
	run_out(test, 2 * BS, 0x93, 0, [13] = 1);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 10, 7);
	run_out(test, BS + 1, 0x41, 0, [8] = 1);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 7, 7);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(read_capacity),
	KUNIT_CASE(reads_of_every_length),
	KUNIT_CASE(writes_of_every_length),
	KUNIT_CASE(large_blocks),
	KUNIT_CASE(no_blocks_is_no_error),
	KUNIT_CASE(force_unit_access),
	KUNIT_CASE(medium_error_says_where),
	KUNIT_CASE(synchronize_cache),
	KUNIT_CASE(start_and_stop),
	KUNIT_CASE(stop_fails_if_the_flush_does),
	KUNIT_CASE(verify_compares),
	KUNIT_CASE(verify_against_one_block),
	KUNIT_CASE(verify_finds_bad_block),
	KUNIT_CASE(write_and_verify),
	KUNIT_CASE(abort_ends_a_command_of_several_steps),
	KUNIT_CASE(unmap),
	KUNIT_CASE(unmap_past_the_end_does_nothing),
	KUNIT_CASE(unmap_lists_that_make_no_sense),
	KUNIT_CASE(most_unmap_descriptors),
	KUNIT_CASE(write_same_pattern),
	KUNIT_CASE(write_same_zeroes),
	KUNIT_CASE(write_same_writes_zeroes_if_all_else_fails),
	KUNIT_CASE(write_same_limits),
	{}
};

static struct kunit_suite suite = {
	.name = "vscsi_sbc",
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
