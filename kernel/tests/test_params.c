// SPDX-License-Identifier: GPL-2.0
/* Parameters: MODE SELECT, LOG SENSE, diagnostics, the clock. */
#include <linux/limits.h>

#include "fixture.h"

#define BS		512
#define CONTROL_LEN	12

/* A parameter list of @header bytes and the Control page as it is; returns its length. */
static u32 control_list(struct kunit *test, u32 header)
{
	struct fixture *fx = test->priv;

	run_in(test, 255, 0x1a, 0x08, 0x0a, 0, 255);
	expect_ok(test);
	memmove(fx->buf + header, fx->buf + 4, CONTROL_LEN);
	memset(fx->buf, 0, header);
	fx->buf[header] &= 0x7f;		/* PS */
	return header + CONTROL_LEN;
}

static void set_control(struct kunit *test, u8 byte2, u8 byte4)
{
	struct fixture *fx = test->priv;
	u32 len = control_list(test, 4);

	fx->buf[4 + 2] = byte2;
	fx->buf[4 + 4] = byte4;
	run_out(test, len, 0x15, 0x10, 0, 0, len);
}

static void descriptor_sense(struct kunit *test)
{
	struct fixture *fx = test->priv;

	set_control(test, 0x06, 0);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->told_others, BIT(VSCSI_UA_MODE_CHANGED));
	run_in(test, BS, 0x28, 0, 0xff, [8] = 1);
	expect_reason(test, VSCSI_LBA_RANGE);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->cmd.sense), 0x72052100U);
	run_in(test, BS, 0x28, 0x01, [8] = 1);
	KUNIT_EXPECT_EQ(test, (int)fx->cmd.sense[8], 0x02);
	KUNIT_EXPECT_EQ(test, (int)fx->cmd.sense[12], 0xc8);
	KUNIT_EXPECT_EQ(test, (int)get_unaligned_be16(fx->cmd.sense + 13), 1);
	/* as it is: nobody needs to know */
	fx->told_others = 0;
	set_control(test, 0x06, 0);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->told_others, 0UL);
	/* changeable, default, current */
	run_in(test, 255, 0x1a, 0x08, 0x4a, 0, 255);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fx->buf + 4), 0x8a0a040008000000ULL);
	run_in(test, 255, 0x1a, 0x08, 0x8a, 0, 255);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[6], 0x02);
	run_in(test, 255, 0x1a, 0x08, 0x0a, 0, 255);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[6], 0x06);
	set_control(test, 0x02, 0);
	run_in(test, BS, 0x28, 0, 0xff, [8] = 1);
	KUNIT_EXPECT_EQ(test, (int)fx->cmd.sense[0], 0x70);
}

static void software_write_protect(struct kunit *test)
{
	struct fixture *fx = test->priv;

	set_control(test, 0x02, 0x08);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_FLUSH], 1U);
	run_out(test, BS, 0x2a, [8] = 1);
	expect_reason(test, VSCSI_SOFTWARE_PROTECTED);
	run_in(test, BS, 0x28, [8] = 1);
	expect_ok(test);
	run_in(test, 255, 0x1a, 0x08, 0x0a, 0, 255);
	KUNIT_EXPECT_EQ(test, fx->buf[2] & 0x80, 0x80);
	vscsi_lu_reset(&fx->lu);
	run_out(test, BS, 0x2a, [8] = 1);
	expect_ok(test);
	/* What could not be written must not be kept from being written. */
	fx->fail = VSCSI_NO_SPACE;
	fx->fail_op = VSCSI_IO_FLUSH;
	set_control(test, 0x02, 0x08);
	expect_reason(test, VSCSI_NO_SPACE);
	run_out(test, BS, 0x2a, [8] = 1);
	expect_ok(test);
}

/* Each bit of the list but the two that may change is refused, and pointed at. */
static void every_bit_of_a_list(struct kunit *test)
{
	struct fixture *fx = test->priv;
	u32 len = control_list(test, 4);
	u8 list[4 + CONTROL_LEN];
	unsigned int bit;

	memcpy(list, fx->buf, len);
	for (bit = 0; bit < len * 8; bit++) {
		unsigned int byte = bit / 8;

		/* WP and DPOFUA are ignored; D_SENSE, SWP; a block descriptor; another page */
		if (bit == 2 * 8 + 7 || bit == 2 * 8 + 4 || bit == 6 * 8 + 2 || bit == 8 * 8 + 3 ||
		    bit == 3 * 8 + 3 || bit == 4 * 8 + 1)
			continue;
		memcpy(fx->buf, list, len);
		fx->buf[byte] ^= BIT(bit % 8);
		run_out(test, len, 0x15, 0x10, 0, 0, len);
		KUNIT_EXPECT_EQ_MSG(test, (int)fx->cmd.reason, (int)VSCSI_INVALID_FIELD_PARAM,
				    "bit %u", bit);
		KUNIT_EXPECT_EQ_MSG(test, (int)fx->cmd.field, (int)byte, "bit %u", bit);
		if (byte >= 6)
			KUNIT_EXPECT_EQ_MSG(test, (int)fx->cmd.field_bit, (int)(bit % 8),
					    "bit %u", bit);
	}
	KUNIT_EXPECT_EQ(test, fx->told_others, 0UL);
}

static void list_lengths(struct kunit *test)
{
	struct fixture *fx = test->priv;
	u32 len = control_list(test, 4), cut;

	run_out(test, 0, 0x15, 0x10);
	expect_ok(test);
	for (cut = 1; cut < len; cut++) {
		run_out(test, cut, 0x15, 0x10, 0, 0, cut);
		KUNIT_EXPECT_EQ_MSG(test, (int)fx->cmd.reason,
				    (int)(cut == 4 ? VSCSI_OK : VSCSI_PARAM_LENGTH), "%u", cut);
	}
	run_out(test, len - 1, 0x15, 0x10, 0, 0, len);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 4, 7);
	run_out(test, 300, 0x55, 0x10, [7] = 1, 44);
	expect_reason(test, VSCSI_PARAM_LENGTH);
	/* pages of no known format */
	run_out(test, len, 0x15, 0x00, 0, 0, len);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 4);
}

static void put_short_desc(struct fixture *fx, u32 at, u32 blocks, u32 size)
{
	put_unaligned_be32(blocks, fx->buf + at);
	put_unaligned_be32(size, fx->buf + at + 4);
}

static void block_descriptors(struct kunit *test)
{
	struct fixture *fx = test->priv;

	memset(fx->buf, 0, 32);
	fx->buf[3] = 8;
	put_short_desc(fx, 4, FIXTURE_BLOCKS, BS);
	run_out(test, 12, 0x15, 0x10, 0, 0, 12);
	expect_ok(test);
	put_short_desc(fx, 4, 0, BS);
	run_out(test, 12, 0x15, 0x10, 0, 0, 12);
	expect_ok(test);
	put_short_desc(fx, 4, FIXTURE_BLOCKS - 1, BS);
	run_out(test, 12, 0x15, 0x10, 0, 0, 12);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 4, 7);
	put_short_desc(fx, 4, 0, 4096);
	run_out(test, 12, 0x15, 0x10, 0, 0, 12);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 9, 7);
	run_out(test, 11, 0x15, 0x10, 0, 0, 11);
	expect_reason(test, VSCSI_PARAM_LENGTH);

	memset(fx->buf, 0, 32);
	fx->buf[4] = 1;
	fx->buf[7] = 16;
	put_unaligned_be64(FIXTURE_BLOCKS, fx->buf + 8);
	put_unaligned_be32(BS, fx->buf + 20);
	run_out(test, 24, 0x55, 0x10, [8] = 24);
	expect_ok(test);
	put_unaligned_be64(1, fx->buf + 8);
	run_out(test, 24, 0x55, 0x10, [8] = 24);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 8, 7);
	fx->buf[4] = 0;
	run_out(test, 24, 0x55, 0x10, [8] = 24);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 6, 7);
	fx->buf[4] = 2;
	run_out(test, 24, 0x55, 0x10, [8] = 24);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 4, 1);
}

/* The second page is wrong: the first has no effect. */
static void all_or_nothing(struct kunit *test)
{
	struct fixture *fx = test->priv;
	u32 len = control_list(test, 8);

	fx->buf[8 + 2] |= 0x04;
	fx->buf[len] = 0x02;
	fx->buf[len + 1] = 0;
	run_out(test, len + 2, 0x55, 0x10, [8] = len + 2);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, len, 5);
	KUNIT_EXPECT_FALSE(test, fx->params.descriptor_sense);
	run_out(test, len, 0x55, 0x10, [8] = len);
	expect_ok(test);
	KUNIT_EXPECT_TRUE(test, fx->params.descriptor_sense);
}

static void log_pages(struct kunit *test)
{
	static const u8 supported[] = { 0, 0, 0, 6, 0x00, 0x02, 0x03, 0x10, 0x15, 0x2f };
	static const u8 subpages[] = {
		0x40, 0xff, 0, 12, 0x00, 0, 0x02, 0, 0x03, 0, 0x10, 0, 0x15, 0, 0x2f, 0,
	};
	struct fixture *fx = test->priv;

	run_in(test, 255, 0x4d, 0, 0x40, [8] = 255);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, (u32)sizeof(supported));
	KUNIT_EXPECT_EQ(test, memcmp(fx->buf, supported, sizeof(supported)), 0);
	run_in(test, 255, 0x4d, 0, 0x40, 0xff, [8] = 255);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, (u32)sizeof(subpages));
	KUNIT_EXPECT_EQ(test, memcmp(fx->buf, subpages, sizeof(subpages)), 0);
	fx->params.since -= 75;
	run_in(test, 255, 0x4d, 0, 0x55, [8] = 255);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fx->buf), 0x150000100000030cULL);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fx->buf + 8), 1ULL << 32);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 20U);
	run_in(test, 255, 0x4d, 0, 0x6f, [8] = 255);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fx->buf), 0x2f00000800000304ULL);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 12U);
	run_in(test, 5, 0x4d, 0, 0x40, [8] = 5);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 5U);
}

static void log_counters(struct kunit *test)
{
	struct fixture *fx = test->priv;

	run_out(test, 2 * BS, 0x2a, [8] = 2);
	run_in(test, BS, 0x28, [8] = 1);
	fx->fail = VSCSI_MEDIUM_READ;
	fx->fail_op = VSCSI_IO_READ;
	run_in(test, BS, 0x28, [8] = 1);
	fx->fail = VSCSI_OK;
	run_in(test, 255, 0x4d, 0, 0x42, [8] = 255);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 28U);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf + 4), 0x00050008U);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fx->buf + 8), 2ULL * BS);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fx->buf + 20), 0ULL);
	run_in(test, 255, 0x4d, 0, 0x43, [8] = 255);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fx->buf + 8), (u64)BS);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fx->buf + 20), 1ULL);
	/* from a parameter on */
	run_in(test, 255, 0x4d, 0, 0x43, [6] = 6, [8] = 255);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 16U);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf + 4), 0x00060008U);
	run_in(test, 255, 0x4d, 0, 0x43, [6] = 7, [8] = 255);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 5, 7);
}

static u64 counter(struct kunit *test, u8 page, unsigned int at)
{
	struct fixture *fx = test->priv;

	run_in(test, 255, 0x4d, 0, 0x40 | page, [8] = 255);
	expect_ok(test);
	return get_unaligned_be64(fx->buf + at);
}

static void log_reset(struct kunit *test)
{
	struct fixture *fx = test->priv;
	struct vscsi_lu_totals totals;

	run_out(test, 2 * BS, 0x2a, [8] = 2);
	run_in(test, BS, 0x28, [8] = 1);
	/* to ask for nothing changes nothing */
	run_out(test, 0, 0x4c, 0, 0x42, [9] = 0);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->told_others, 0UL);
	/* nor does a page without counters */
	run_out(test, 0, 0x4c, 0x02, 0x6f, [9] = 0);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->told_others, 0UL);
	run_out(test, 0, 0x4c, 0, 0xc2, [9] = 0);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->told_others, BIT(VSCSI_UA_LOG_CHANGED));
	KUNIT_EXPECT_EQ(test, counter(test, 0x02, 8), 0ULL);
	KUNIT_EXPECT_EQ(test, counter(test, 0x03, 8), (u64)BS);
	run_out(test, BS, 0x2a, [8] = 1);
	KUNIT_EXPECT_EQ(test, counter(test, 0x02, 8), (u64)BS);
	run_out(test, 0, 0x4c, 0x02, 0x40, [9] = 0);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, counter(test, 0x02, 8), 0ULL);
	KUNIT_EXPECT_EQ(test, counter(test, 0x03, 8), 0ULL);
	/* what the server counts for others goes on */
	vscsi_lu_stats_read(&fx->lu, &totals);
	KUNIT_EXPECT_EQ(test, totals.write_bytes, 3ULL * BS);
}

static void log_select_refusals(struct kunit *test)
{
	run_out(test, 0, 0x4c, 0, 0x02, [9] = 0);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 7);
	run_out(test, 0, 0x4c, 0x02, 0x82, [9] = 0);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 7);
	run_out(test, 0, 0x4c, 0x02, 0x4d, [9] = 0);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 5);
	run_out(test, 0, 0x4c, 0x02, 0x42, 1, [9] = 0);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 3, 0);
	/* SP; a parameter list */
	run_out(test, 0, 0x4c, 0x01, 0x42, [9] = 0);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 0);
	run_out(test, 4, 0x4c, 0, 0x42, [8] = 4, 0);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 8, 2);
}

static void log_refusals(struct kunit *test)
{
	run_in(test, 255, 0x4d, 0, 0x00, [8] = 255);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 7);
	run_in(test, 255, 0x4d, 0, 0x4d, [8] = 255);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 5);
	run_in(test, 255, 0x4d, 0, 0x42, 1, [8] = 255);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 3, 7);
	run_in(test, 255, 0x4d, 0, 0x42, 0xff, [8] = 255);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 3, 7);
	run_in(test, 255, 0x4d, 0x01, 0x42, [8] = 255);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 0);
}

static void self_test(struct kunit *test)
{
	struct fixture *fx = test->priv;

	run_in(test, 0, 0x1d, 0x04);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_READ], 2U);
	fx->fail = VSCSI_MEDIUM_READ;
	fx->fail_op = VSCSI_IO_READ;
	run_in(test, 0, 0x1d, 0x04);
	expect_reason(test, VSCSI_SELF_TEST_FAILED);
	fx->ready = VSCSI_NOT_READY;
	run_in(test, 0, 0x1d, 0x04);
	expect_reason(test, VSCSI_NOT_READY);
	run_out(test, 4, 0x1d, 0x04, 0, 0, 4);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 3, 7);
}

static void diagnostic_pages(struct kunit *test)
{
	struct fixture *fx = test->priv;

	run_in(test, 0, 0x1d, 0x10);
	expect_ok(test);
	memset(fx->buf, 0, 5);
	run_out(test, 4, 0x1d, 0x10, 0, 0, 4);
	expect_ok(test);
	run_out(test, 3, 0x1d, 0x10, 0, 0, 3);
	expect_reason(test, VSCSI_PARAM_LENGTH);
	run_out(test, 5, 0x1d, 0x10, 0, 0, 5);
	expect_reason(test, VSCSI_PARAM_LENGTH);
	run_out(test, 4, 0x1d, 0x00, 0, 0, 4);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 4);
	fx->buf[0] = 0x40;
	run_out(test, 4, 0x1d, 0x10, 0, 0, 4);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 0, 7);
	run_in(test, 255, 0x1c, 0x01, 0, 0, 255);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 5U);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), 1U);
	run_in(test, 255, 0x1c, 0, 0, 0, 255);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 5U);
	run_in(test, 255, 0x1c, 0x01, 0x40, 0, 255);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 7);
}

static void timestamp(struct kunit *test)
{
	struct fixture *fx = test->priv;
	u64 ms;

	run_in(test, 255, 0xa3, 0x0f, [9] = 255);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 12U);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), 0x000a0300U);
	memset(fx->buf, 0, 12);
	fx->buf[5] = 0x12;
	run_out(test, 12, 0xa4, 0x0f, [9] = 12);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->told_others, BIT(VSCSI_UA_TIMESTAMP_CHANGED));
	run_in(test, 255, 0xa3, 0x0f, [9] = 255);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[2], 2);
	ms = get_unaligned_be64(fx->buf + 4) >> 16;
	KUNIT_EXPECT_GE(test, ms, 0x12ULL << 32);
	KUNIT_EXPECT_LE(test, ms, (0x12ULL << 32) + 3600 * 1000);
	run_out(test, 0, 0xa4, 0x0f);
	expect_ok(test);
	run_out(test, 11, 0xa4, 0x0f, [9] = 11);
	expect_reason(test, VSCSI_PARAM_LENGTH);
	fx->buf[10] = 1;
	memset(fx->buf, 0, 10);
	run_out(test, 12, 0xa4, 0x0f, [9] = 12);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 10, 7);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(descriptor_sense),
	KUNIT_CASE(software_write_protect),
	KUNIT_CASE(every_bit_of_a_list),
	KUNIT_CASE(list_lengths),
	KUNIT_CASE(block_descriptors),
	KUNIT_CASE(all_or_nothing),
	KUNIT_CASE(log_pages),
	KUNIT_CASE(log_counters),
	KUNIT_CASE(log_refusals),
	KUNIT_CASE(log_reset),
	KUNIT_CASE(log_select_refusals),
	KUNIT_CASE(self_test),
	KUNIT_CASE(diagnostic_pages),
	KUNIT_CASE(timestamp),
	{}
};

static struct kunit_suite suite = {
	.name = "vscsi_params",
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
