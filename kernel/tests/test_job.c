// SPDX-License-Identifier: GPL-2.0
/* FORMAT UNIT and SANITIZE: what they write, what they refuse, and what they keep out. */
#include <linux/limits.h>

#include "fixture.h"

#define BS	512

static u8 *block(struct fixture *fx, u64 lba)
{
	return fx->disk + (lba << fx->lu.block_shift);
}

static void fill_disk(struct fixture *fx)
{
	memset(fx->disk, 0x5a, FIXTURE_BLOCKS << fx->lu.block_shift);
}

/* Every byte of the disk is that of the pattern, which begins anew in each block. */
static void expect_pattern(struct kunit *test, const u8 *pattern, u32 len)
{
	struct fixture *fx = test->priv;
	u32 i, size = fx->lu.block_size, wrong = 0;
	u64 lba;

	for (lba = 0; lba < FIXTURE_BLOCKS; lba++)
		for (i = 0; i < size; i++)
			wrong += block(fx, lba)[i] != pattern[i % len];
	KUNIT_EXPECT_EQ(test, wrong, 0U);
}

static void format(struct kunit *test)
{
	struct fixture *fx = test->priv;

	fill_disk(fx);
	run_out(test, 0, 0x04);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, (int)fx->exec, (int)VSCSI_EXEC_EXCLUSIVE);
	KUNIT_EXPECT_EQ(test, (int)fx->phase_seen, (int)VSCSI_PHASE_FORMATTING);
	KUNIT_EXPECT_EQ(test, (int)fx->params.phase, (int)VSCSI_PHASE_NORMAL);
	KUNIT_EXPECT_EQ(test, (int)fx->progress_seen, U16_MAX);
	KUNIT_EXPECT_TRUE(test, fx->ios[VSCSI_IO_UNMAP] > 0);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_WRITE], 0U);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_FLUSH], 1U);
	expect_pattern(test, (const u8[]){ 0 }, 1);
	/* what reads as anything once it is given back is zeroed, or written */
	fx->be.caps.unmap_zeroes = false;
	run_out(test, 0, 0x04);
	KUNIT_EXPECT_TRUE(test, fx->ios[VSCSI_IO_ZERO] > 0);
	fx->be.caps.max_zero = 0;
	fill_disk(fx);
	run_out(test, 0, 0x04);
	KUNIT_EXPECT_TRUE(test, fx->ios[VSCSI_IO_WRITE] > 0);
	expect_pattern(test, (const u8[]){ 0 }, 1);
}

static void format_pattern(struct kunit *test)
{
	static const u8 list[] = { 0, 0x88, 0, 0, 0, 1, 0, 3, 0xab, 0xcd, 0xef };
	struct fixture *fx = test->priv;

	memcpy(fx->buf, list, sizeof(list));
	run_out(test, sizeof(list), 0x04, 0x10);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, (u32)sizeof(list));
	expect_pattern(test, list + 8, 3);
	/* the same behind a long header */
	memset(fx->buf, 0, 8);
	fx->buf[1] = 0x88;
	memcpy(fx->buf + 8, list + 4, sizeof(list) - 4);
	fill_disk(fx);
	run_out(test, sizeof(list) + 4, 0x04, 0x30);
	expect_ok(test);
	expect_pattern(test, list + 8, 3);
	/* the default pattern, asked for */
	memset(fx->buf, 0, 8);
	fx->buf[1] = 0x88;
	run_out(test, 8, 0x04, 0x10);
	expect_ok(test);
	expect_pattern(test, (const u8[]){ 0 }, 1);
}

/* Which bits of a header with an empty pattern descriptor behind it are refused. */
static void every_bit_of_a_format(struct kunit *test)
{
	static const u8 list[] = { 0, 0x88, 0, 0, 0, 0, 0, 0 };
	struct fixture *fx = test->priv;
	unsigned int bit;

	for (bit = 0; bit < sizeof(list) * 8; bit++) {
		unsigned int byte = bit / 8;
		u8 mask = BIT(bit % 8);

		/* without FOV it is IP that is wrong */
		if (byte == 1 && (mask & 0xf8)) {
			memcpy(fx->buf, list, sizeof(list));
			fx->buf[1] = 0x08 | (mask & 0x70);
			run_out(test, sizeof(list), 0x04, 0x10);
			expect_field(test, VSCSI_INVALID_FIELD_PARAM, 1,
				     mask & 0x70 ? bit % 8 : 3);
			continue;
		}
		memcpy(fx->buf, list, sizeof(list));
		fx->buf[byte] ^= mask;
		run_out(test, sizeof(list), 0x04, 0x10);
		if (byte == 1 && mask == 0x02)
			expect_ok(test);
		else if (byte == 5 && mask == 0x01)
			expect_field(test, VSCSI_INVALID_FIELD_PARAM, 6, 7);
		else if (byte == 5 || byte >= 6)
			expect_field(test, VSCSI_INVALID_FIELD_PARAM, byte == 7 ? 6 : byte, 7);
		else
			expect_field(test, VSCSI_INVALID_FIELD_PARAM, byte, bit % 8);
	}
}

static void format_refused(struct kunit *test)
{
	struct fixture *fx = test->priv;
	u8 format;

	/* FMTPINFO; defect list formats */
	run_out(test, 0, 0x04, 0x80);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 7);
	for (format = 1; format < 8; format++) {
		run_out(test, 0, 0x04, format);
		expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 2);
		memset(fx->buf, 0, 4);
		run_out(test, 4, 0x04, 0x18 | format);
		if (format >= 3 && format <= 5)
			expect_ok(test);
		else
			expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 2);
	}
	/* no list, or one that is cut */
	run_out(test, 0, 0x04, 0x10);
	expect_reason(test, VSCSI_PARAM_LENGTH);
	run_in(test, 4, 0x04, 0x10);
	expect_reason(test, VSCSI_PARAM_LENGTH);
	memset(fx->buf, 0, 8);
	run_out(test, 7, 0x04, 0x30);
	expect_reason(test, VSCSI_PARAM_LENGTH);
	fx->buf[1] = 0x88;
	run_out(test, 7, 0x04, 0x10);
	expect_reason(test, VSCSI_PARAM_LENGTH);
	memcpy(fx->buf + 4, (const u8[]){ 0, 1, 0, 2, 0xaa }, 5);
	run_out(test, 9, 0x04, 0x10);
	expect_reason(test, VSCSI_PARAM_LENGTH);
	/* a pattern longer than a block */
	put_unaligned_be16(BS + 1, fx->buf + 6);
	run_out(test, 8 + BS + 1, 0x04, 0x10);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 6, 7);
	fx->be.caps.read_only = true;
	run_out(test, 0, 0x04);
	expect_reason(test, VSCSI_WRITE_PROTECTED);
}

static u32 overwrite_list(struct fixture *fx, u8 byte0, u32 len)
{
	memset(fx->buf, 0, 4);
	fx->buf[0] = byte0;
	put_unaligned_be16(len, fx->buf + 2);
	memset(fx->buf + 4, 0xc3, len);
	return len + 4;
}

static void run_overwrite(struct kunit *test, u8 byte1, u32 len)
{
	run_out(test, len, 0x48, 0x01 | byte1, [7] = len >> 8, len & 0xff, 0);
}

static void overwrite(struct kunit *test)
{
	struct fixture *fx = test->priv;
	u32 len;

	fixture_block_size(fx, 4096);
	fill_disk(fx);
	len = overwrite_list(fx, 0x03, 4096);
	fx->buf[4] = 0x11;
	fx->buf[4 + 4095] = 0x22;
	run_overwrite(test, 0, len);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, (int)fx->phase_seen, (int)VSCSI_PHASE_SANITIZING);
	KUNIT_EXPECT_EQ(test, (int)fx->exec, (int)VSCSI_EXEC_EXCLUSIVE);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, len);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_FLUSH], 3U);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_WRITE] % 3, 0U);
	KUNIT_EXPECT_EQ(test, (int)fx->progress_seen, U16_MAX);
	expect_pattern(test, fx->buf + 4, 4096);
	/* whatever the number of passes, the last one is not inverted */
	for (len = 1; len < 4; len++) {
		run_overwrite(test, 0, overwrite_list(fx, 0x80 | len, 1));
		expect_ok(test);
		expect_pattern(test, (const u8[]){ 0xc3 }, 1);
	}
	/* but the one before */
	fx->abort_at_write = 1 + FIXTURE_BLOCKS * 4096 / SZ_64K;
	fx->ios[VSCSI_IO_WRITE] = 0;
	run_overwrite(test, 0, overwrite_list(fx, 0x82, 1));
	expect_reason(test, VSCSI_SANITIZE_FAILED);
	expect_pattern(test, (const u8[]){ 0x3c }, 1);
}

static void overwrite_refused(struct kunit *test)
{
	struct fixture *fx = test->priv;
	u32 len;

	for (len = 0; len < 5; len++) {
		overwrite_list(fx, 0x01, 1);
		run_overwrite(test, 0, len);
		expect_field(test, VSCSI_INVALID_FIELD_CDB, 7, 7);
	}
	overwrite_list(fx, 0x01, BS + 1);
	run_overwrite(test, 0, BS + 5);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 7, 7);
	run_overwrite(test, 0, overwrite_list(fx, 0x00, 1));
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 0, 4);
	run_overwrite(test, 0, overwrite_list(fx, 0x21, 1));
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 0, 5);
	run_overwrite(test, 0, overwrite_list(fx, 0x41, 1));
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 0, 6);
	overwrite_list(fx, 0x01, 1);
	fx->buf[1] = 0x08;
	run_overwrite(test, 0, 5);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 1, 3);
	overwrite_list(fx, 0x01, 0);
	run_overwrite(test, 0, 5);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 2, 7);
	overwrite_list(fx, 0x01, BS + 1);
	run_overwrite(test, 0, BS + 4);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 2, 7);
	overwrite_list(fx, 0x01, 2);
	run_overwrite(test, 0, 7);
	expect_reason(test, VSCSI_PARAM_LENGTH);
	/* ZNR; no such service action */
	run_overwrite(test, 0x40, overwrite_list(fx, 0x01, 1));
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 6);
	run_out(test, 0, 0x48, 0x03, [9] = 0);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 4);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_WRITE], 0U);
}

static void erase(struct kunit *test)
{
	struct fixture *fx = test->priv;

	fill_disk(fx);
	run_out(test, 0, 0x48, 0x02, [9] = 0);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_WRITE], 0U);
	expect_pattern(test, (const u8[]){ 0 }, 1);
	run_in(test, 64, 0x12, 1, 0xb1, 0, 64);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[7], 0x40);
	/* no parameter list */
	run_out(test, 8, 0x48, 0x02, [8] = 8, 0);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 8, 3);
	/* what can't be erased has no such command, and says so */
	fx->be.caps.unmap_zeroes = false;
	fx->be.caps.max_zero = 0;
	run_out(test, 0, 0x48, 0x02, [9] = 0);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 4);
	run_in(test, 64, 0x12, 1, 0xb1, 0, 64);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[7], 0);
}

static void expect_sense(struct kunit *test, u8 key, u16 asc_ascq)
{
	struct fixture *fx = test->priv;

	KUNIT_EXPECT_EQ(test, (int)fx->cmd.status, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, (int)fx->cmd.sense[2], (int)key);
	KUNIT_EXPECT_EQ(test, (int)get_unaligned_be16(fx->cmd.sense + 12), (int)asc_ascq);
}

static void try_while(struct kunit *test, enum vscsi_phase phase, u16 asc_ascq)
{
	struct fixture *fx = test->priv;

	fx->params.phase = phase;
	fx->params.progress = 0x1234;
	run_in(test, 0, 0x00);
	expect_sense(test, NOT_READY, asc_ascq);
	KUNIT_EXPECT_EQ(test, (int)fx->cmd.sense[15], 0x80);
	KUNIT_EXPECT_EQ(test, (int)get_unaligned_be16(fx->cmd.sense + 16), 0x1234);
	run_in(test, BS, 0x28, [8] = 1);
	expect_sense(test, NOT_READY, asc_ascq);
	run_in(test, 8, 0x25, [9] = 0);
	expect_sense(test, NOT_READY, asc_ascq);
	run_out(test, 0, 0x04);
	expect_sense(test, NOT_READY, asc_ascq);
	run_out(test, 0, 0x48, 0x02, [9] = 0);
	expect_sense(test, NOT_READY, asc_ascq);
	run_out(test, 0, 0x48, 0x1f, [9] = 0);
	expect_sense(test, NOT_READY, asc_ascq);
	/* these are accepted */
	run_in(test, 96, 0x12, [4] = 96, 0);
	expect_ok(test);
	run_in(test, 64, 0xa0, [9] = 64, 0, 0);
	expect_ok(test);
	run_in(test, 18, 0x03, [4] = 18, 0);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[2], NOT_READY);
	KUNIT_EXPECT_EQ(test, (int)get_unaligned_be16(fx->buf + 12), (int)asc_ascq);
	KUNIT_EXPECT_EQ(test, (int)get_unaligned_be16(fx->buf + 16), 0x1234);
	run_in(test, 64, 0x03, 0x01, [4] = 64, 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), 0x72020000U | asc_ascq);
	KUNIT_EXPECT_EQ(test, (int)get_unaligned_be16(fx->buf + 8), 0x0206);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf + 12), 0x80123400U);
}

static void in_progress(struct kunit *test)
{
	try_while(test, VSCSI_PHASE_FORMATTING, 0x0404);
	try_while(test, VSCSI_PHASE_SANITIZING, 0x041b);
}

static void fail_writes(struct fixture *fx)
{
	fx->fail = VSCSI_MEDIUM_WRITE;
	fx->fail_op = VSCSI_IO_UNMAP;
}

static void format_fails(struct kunit *test)
{
	struct fixture *fx = test->priv;

	fail_writes(fx);
	run_out(test, 0, 0x04);
	expect_sense(test, MEDIUM_ERROR, 0x3101);
	run_in(test, BS, 0x28, [8] = 1);
	expect_sense(test, MEDIUM_ERROR, 0x3100);
	run_in(test, 0, 0x00);
	expect_sense(test, MEDIUM_ERROR, 0x3100);
	/* what does not touch the medium */
	run_in(test, 8, 0x25, [9] = 0);
	expect_ok(test);
	vscsi_lu_reset(&fx->lu);
	run_in(test, 0, 0x00);
	expect_sense(test, MEDIUM_ERROR, 0x3100);
	fx->fail = VSCSI_OK;
	run_out(test, 0, 0x04);
	expect_ok(test);
	run_in(test, BS, 0x28, [8] = 1);
	expect_ok(test);
	/* nobody waits: they hear of it later */
	fail_writes(fx);
	fx->buf[1] = 0x02;
	run_out(test, 4, 0x04, 0x10);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, (int)fx->params.phase, (int)VSCSI_PHASE_FORMAT_CORRUPT);
	fx->fail = VSCSI_OK;
	run_out(test, 0, 0x48, 0x02, [9] = 0);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, (int)fx->params.phase, (int)VSCSI_PHASE_NORMAL);
}

static void expect_failure_mode(struct kunit *test)
{
	run_in(test, 0, 0x00);
	expect_sense(test, MEDIUM_ERROR, 0x3103);
	run_in(test, 8, 0x25, [9] = 0);
	expect_sense(test, MEDIUM_ERROR, 0x3103);
	run_out(test, 0, 0x04);
	expect_sense(test, MEDIUM_ERROR, 0x3103);
	run_in(test, 96, 0x12, [4] = 96, 0);
	expect_ok(test);
}

static void sanitize_fails(struct kunit *test)
{
	struct fixture *fx = test->priv;

	/* there is no failure to leave behind */
	run_out(test, 0, 0x48, 0x1f, [9] = 0);
	expect_ok(test);
	fail_writes(fx);
	run_out(test, 0, 0x48, 0x22, [9] = 0);
	expect_sense(test, MEDIUM_ERROR, 0x3103);
	expect_failure_mode(test);
	run_out(test, 0, 0x48, 0x1f, [9] = 0);
	expect_ok(test);
	run_in(test, 0, 0x00);
	expect_ok(test);
	/* restricted: only sanitizing it helps, and not without that restriction */
	run_out(test, 0, 0x48, 0x82, [9] = 0);
	expect_ok(test);
	expect_failure_mode(test);
	run_out(test, 0, 0x48, 0x1f, [9] = 0);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 4);
	run_out(test, 0, 0x48, 0x22, [9] = 0);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 5);
	fx->fail = VSCSI_OK;
	run_out(test, 0, 0x48, 0x02, [9] = 0);
	expect_ok(test);
	run_in(test, BS, 0x28, [8] = 1);
	expect_ok(test);
}

/* A command that had to wait for one that formats the medium. */
static void recheck(struct kunit *test)
{
	struct fixture *fx = test->priv;

	run_in(test, BS, 0x28, [8] = 1);
	expect_ok(test);
	KUNIT_EXPECT_TRUE(test, vscsi_cmd_recheck(&fx->cmd));
	fx->params.phase = VSCSI_PHASE_FORMATTING;
	KUNIT_EXPECT_FALSE(test, vscsi_cmd_recheck(&fx->cmd));
	expect_sense(test, NOT_READY, 0x0404);
	fx->params.phase = VSCSI_PHASE_NORMAL;
	fx->ready = VSCSI_NOT_READY;
	KUNIT_EXPECT_FALSE(test, vscsi_cmd_recheck(&fx->cmd));
	expect_sense(test, NOT_READY, 0x0403);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(format),
	KUNIT_CASE(format_pattern),
	KUNIT_CASE(every_bit_of_a_format),
	KUNIT_CASE(format_refused),
	KUNIT_CASE(overwrite),
	KUNIT_CASE(overwrite_refused),
	KUNIT_CASE(erase),
	KUNIT_CASE(in_progress),
	KUNIT_CASE(format_fails),
	KUNIT_CASE(sanitize_fails),
	KUNIT_CASE(recheck),
	{}
};

static struct kunit_suite suite = {
	.name = "vscsi_job",
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
