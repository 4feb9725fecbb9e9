// SPDX-License-Identifier: GPL-2.0
/* Self-tests: what they read, what they keep out, and what is kept of them. */
#include <linux/limits.h>

#include "fixture.h"

#define SHORT_BACKGROUND	0x20
#define EXTENDED_BACKGROUND	0x40
#define ABORT_BACKGROUND	0x80
#define SHORT_FOREGROUND	0xa0
#define EXTENDED_FOREGROUND	0xc0

#define PIECE	(SBC_BOUNCE_MAX / 512)

static void self_test(struct kunit *test, u8 code)
{
	run_in(test, 0, 0x1d, code);
}

static void end(struct fixture *fx)
{
	vscsi_self_test_end(fx->testing);
	vscsi_self_test_free(fx->testing);
	fx->testing = NULL;
}

/* What the server would do behind the answer. */
static void finish(struct fixture *fx)
{
	while (!fx->testing->cmd->aborted && vscsi_self_test_step(fx->testing))
		;
	end(fx);
}

/* Parameter @nr of the log page is in fx->buf then. */
static u8 *result(struct kunit *test, u8 nr)
{
	struct fixture *fx = test->priv;

	run_in(test, 512, 0x4d, 0, 0x50, 0, 0, 0, 0, 2, 0);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), 0x10000190U);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 404U);
	return fx->buf + 4 + (nr - 1) * 20;
}

static void expect_result(struct kunit *test, u8 nr, u8 code, u8 outcome, u8 segment, u64 lba)
{
	u8 *r = result(test, nr);

	KUNIT_EXPECT_EQ(test, get_unaligned_be32(r), (u32)nr << 16 | 0x0310U);
	KUNIT_EXPECT_EQ(test, (int)r[4], code | outcome);
	KUNIT_EXPECT_EQ(test, (int)r[5], (int)segment);
	KUNIT_EXPECT_EQ(test, (int)get_unaligned_be16(r + 6), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(r + 8), lba);
}

static void nothing_yet(struct kunit *test)
{
	struct fixture *fx = test->priv;
	u8 nr;

	for (nr = 1; nr <= 20; nr++)
		expect_result(test, nr, 0, 0, 0, 0);
	/* from a parameter on */
	run_in(test, 512, 0x4d, 0, 0x50, 0, 0, 0, 19, 2, 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), 0x10000028U);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf + 4), 0x00130310U);
	run_in(test, 512, 0x4d, 0, 0x50, 0, 0, 0, 21, 2, 0);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 5, 7);
}

static void in_background(struct kunit *test)
{
	struct fixture *fx = test->priv;

	self_test(test, EXTENDED_BACKGROUND);
	expect_ok(test);
	expect_result(test, 1, EXTENDED_BACKGROUND, 0xf, 0, U64_MAX);
	/* others go on, another self-test does not */
	run_in(test, 0, 0x00);
	expect_ok(test);
	run_in(test, 512, 0x28, [8] = 1);
	expect_ok(test);
	self_test(test, SHORT_FOREGROUND);
	expect_reason(test, VSCSI_SELF_TESTING);
	self_test(test, 0x04);
	expect_reason(test, VSCSI_SELF_TESTING);
	/* who asks is told, and how far it is */
	vscsi_self_test_step(fx->testing);
	vscsi_self_test_step(fx->testing);
	run_in(test, 18, 0x03, [4] = 18, 0);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[2], NOT_READY);
	KUNIT_EXPECT_EQ(test, (int)get_unaligned_be16(fx->buf + 12), 0x0409);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[15], 0x80);
	KUNIT_EXPECT_EQ(test, (int)get_unaligned_be16(fx->buf + 16),
			65536 * PIECE / FIXTURE_BLOCKS);
	finish(fx);
	expect_result(test, 1, EXTENDED_BACKGROUND, 0, 0, U64_MAX);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_READ], 1U + FIXTURE_BLOCKS / PIECE);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_FLUSH], 1U);
	run_in(test, 18, 0x03, [4] = 18, 0);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[2], 0);
}

/* On a large disk a short one reads first, last, and what is between, of all there is. */
static void short_one(struct kunit *test)
{
	struct fixture *fx = test->priv;

	fx->lu.blocks = 1000 * PIECE + 1;
	self_test(test, SHORT_BACKGROUND);
	expect_ok(test);
	vscsi_self_test_step(fx->testing);
	vscsi_self_test_step(fx->testing);
	KUNIT_EXPECT_EQ(test, fx->testing->cmd->io.offset, 0ULL);
	vscsi_self_test_step(fx->testing);
	KUNIT_EXPECT_EQ(test, fx->testing->cmd->io.offset, 15ULL * SBC_BOUNCE_MAX);
	while (vscsi_self_test_step(fx->testing))
		;
	KUNIT_EXPECT_EQ(test, fx->testing->cmd->io.offset, 1000ULL * SBC_BOUNCE_MAX);
	KUNIT_EXPECT_EQ(test, fx->testing->cmd->io.bytes, 512ULL);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_READ], 64U);
	end(fx);
	/* all of it in the foreground */
	self_test(test, EXTENDED_FOREGROUND);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_READ], 64U + 1001U);
}

static void in_foreground(struct kunit *test)
{
	struct fixture *fx = test->priv;

	self_test(test, SHORT_FOREGROUND);
	expect_ok(test);
	expect_result(test, 1, SHORT_FOREGROUND, 0, 0, U64_MAX);
	/* what is kept out meanwhile */
	fx->params.self_tests.mode = VSCSI_SELF_TEST_FOREGROUND;
	run_in(test, 0, 0x00);
	expect_reason(test, VSCSI_SELF_TESTING);
	run_in(test, 512, 0x28, [8] = 1);
	expect_reason(test, VSCSI_SELF_TESTING);
	self_test(test, ABORT_BACKGROUND);
	expect_reason(test, VSCSI_SELF_TESTING);
	run_in(test, 96, 0x12, [4] = 96, 0);
	expect_ok(test);
	run_in(test, 18, 0x03, [4] = 18, 0);
	KUNIT_EXPECT_EQ(test, (int)get_unaligned_be16(fx->buf + 12), 0x0409);
	fx->params.self_tests.mode = VSCSI_SELF_TEST_NONE;
	/* aborted by the client */
	fx->abort_at_io = true;
	self_test(test, EXTENDED_FOREGROUND);
	expect_reason(test, VSCSI_ABORTED);
	fx->abort_at_io = false;
	expect_result(test, 1, EXTENDED_FOREGROUND, 2, 0, U64_MAX);
	expect_result(test, 2, SHORT_FOREGROUND, 0, 0, U64_MAX);
}

static void fails(struct kunit *test)
{
	struct fixture *fx = test->priv;
	u8 *r;

	/* the backend says which block */
	fx->fail = VSCSI_MEDIUM_READ;
	fx->fail_op = VSCSI_IO_READ;
	fx->fail_moved = 7 * 512;
	self_test(test, SHORT_FOREGROUND);
	expect_reason(test, VSCSI_SELF_TEST_FAILED);
	KUNIT_EXPECT_FALSE(test, fx->cmd.info_valid);
	expect_result(test, 1, SHORT_FOREGROUND, 6, 2, 7);
	r = result(test, 1);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(r + 16), 0x03110000U);
	/* it does not: it is found out */
	fx->fail_moved = 0;
	self_test(test, SHORT_BACKGROUND);
	expect_ok(test);
	finish(fx);
	expect_result(test, 1, SHORT_BACKGROUND, 6, 2, 0);
	/* no memory; the disk is smaller than it was */
	fx->fail = VSCSI_OUT_OF_RESOURCES;
	self_test(test, EXTENDED_FOREGROUND);
	expect_reason(test, VSCSI_OUT_OF_RESOURCES);
	expect_result(test, 1, EXTENDED_FOREGROUND, 3, 0, U64_MAX);
	fx->fail = VSCSI_OK;
	self_test(test, EXTENDED_BACKGROUND);
	fx->lu.blocks--;
	finish(fx);
	expect_result(test, 1, EXTENDED_BACKGROUND, 5, 1, FIXTURE_BLOCKS - 1);
	r = result(test, 1);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(r + 16), 0x04440000U);
	/* not ready: none begins */
	fx->ready = VSCSI_NOT_READY;
	self_test(test, SHORT_BACKGROUND);
	expect_reason(test, VSCSI_NOT_READY);
	expect_result(test, 1, EXTENDED_BACKGROUND, 5, 1, FIXTURE_BLOCKS - 1);
}

static void begin_and_take_a_step(struct kunit *test)
{
	struct fixture *fx = test->priv;

	self_test(test, EXTENDED_BACKGROUND);
	expect_ok(test);
	vscsi_self_test_step(fx->testing);
}

/* The result is there at once, and stays when the worker comes to its end. */
static void expect_aborted(struct kunit *test, u8 outcome)
{
	struct fixture *fx = test->priv;

	expect_result(test, 1, EXTENDED_BACKGROUND, outcome, 0, U64_MAX);
	KUNIT_EXPECT_TRUE(test, fx->testing->cmd->aborted);
	KUNIT_EXPECT_FALSE(test, vscsi_self_test_step(fx->testing));
	finish(fx);
	expect_result(test, 1, EXTENDED_BACKGROUND, outcome, 0, U64_MAX);
}

static void aborted(struct kunit *test)
{
	struct fixture *fx = test->priv;
	struct vscsi_lu *other = kunit_kzalloc(test, sizeof(*other), GFP_KERNEL);
	struct vscsi_self_test *old;

	KUNIT_ASSERT_NOT_NULL(test, other);
	other->params = &fx->params;
	self_test(test, ABORT_BACKGROUND);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 7);
	begin_and_take_a_step(test);
	self_test(test, ABORT_BACKGROUND);
	expect_ok(test);
	expect_aborted(test, 1);
	begin_and_take_a_step(test);
	vscsi_lu_reset(&fx->lu);
	expect_aborted(test, 2);
	begin_and_take_a_step(test);
	run_in(test, 0, 0x1b, [4] = 1, 0);
	expect_ok(test);
	expect_aborted(test, 2);
	begin_and_take_a_step(test);
	run_out(test, 0, 0x04);
	expect_ok(test);
	expect_aborted(test, 2);
	/* a path goes: that by which it came, or another */
	begin_and_take_a_step(test);
	vscsi_self_test_leave(other);
	expect_result(test, 1, EXTENDED_BACKGROUND, 0xf, 0, U64_MAX);
	vscsi_self_test_leave(&fx->lu);
	expect_aborted(test, 2);
	/* or is going already */
	fx->going = true;
	self_test(test, EXTENDED_BACKGROUND);
	expect_reason(test, VSCSI_ABORTED);
	expect_result(test, 1, EXTENDED_BACKGROUND, 2, 0, U64_MAX);
	fx->going = false;
	/* the next one begins before the worker of the last has ended */
	begin_and_take_a_step(test);
	self_test(test, ABORT_BACKGROUND);
	old = fx->testing;
	self_test(test, SHORT_BACKGROUND);
	expect_ok(test);
	vscsi_self_test_end(old);
	vscsi_self_test_free(old);
	expect_result(test, 1, SHORT_BACKGROUND, 0xf, 0, U64_MAX);
	finish(fx);
	expect_result(test, 1, SHORT_BACKGROUND, 0, 0, U64_MAX);
}

static void twenty_results(struct kunit *test)
{
	struct fixture *fx = test->priv;
	unsigned int i;

	for (i = 0; i < 21; i++)
		self_test(test, i == 1 ? EXTENDED_FOREGROUND : SHORT_FOREGROUND);
	expect_result(test, 1, SHORT_FOREGROUND, 0, 0, U64_MAX);
	expect_result(test, 20, EXTENDED_FOREGROUND, 0, 0, U64_MAX);
	/* they are no counters */
	run_in(test, 0, 0x4c, 0x02, 0xd0, [9] = 0);
	expect_ok(test);
	expect_result(test, 20, EXTENDED_FOREGROUND, 0, 0, U64_MAX);
	/* the hours when it has ended */
	fx->params.since -= 3 * 3600;
	self_test(test, SHORT_FOREGROUND);
	KUNIT_EXPECT_EQ(test, (int)get_unaligned_be16(result(test, 1) + 6), 3);
	fx->params.since -= 70000LL * 3600;
	self_test(test, SHORT_FOREGROUND);
	KUNIT_EXPECT_EQ(test, (int)get_unaligned_be16(result(test, 1) + 6), U16_MAX);
}

static void refused(struct kunit *test)
{
	struct fixture *fx = test->priv;

	self_test(test, 0x60);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 7);
	self_test(test, 0xe0);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 7);
	self_test(test, SHORT_BACKGROUND | 0x04);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 2);
	self_test(test, SHORT_BACKGROUND | 0x08);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 3);
	run_out(test, 4, 0x1d, SHORT_BACKGROUND, 0, 0, 4);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 3, 7);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_READ], 0U);
}

/* How long one will take. */
static void times(struct kunit *test)
{
	struct fixture *fx = test->priv;

	fx->lu.blocks = 10ULL << (30 - 9);
	run_in(test, 255, 0x1a, 0x08, 0x0a, 0, 255);
	KUNIT_EXPECT_EQ(test, (int)get_unaligned_be16(fx->buf + 4 + 10), 81);
	run_in(test, 64, 0x12, 1, 0x86, 0, 64);
	KUNIT_EXPECT_EQ(test, (int)get_unaligned_be16(fx->buf + 10), 2);
	fx->lu.blocks = 1ULL << 50;
	run_in(test, 255, 0x1a, 0x08, 0x0a, 0, 255);
	KUNIT_EXPECT_EQ(test, (int)get_unaligned_be16(fx->buf + 4 + 10), U16_MAX);
	run_in(test, 64, 0x12, 1, 0x86, 0, 64);
	KUNIT_EXPECT_EQ(test, (int)get_unaligned_be16(fx->buf + 10), U16_MAX);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(nothing_yet),
	KUNIT_CASE(in_background),
	KUNIT_CASE(short_one),
	KUNIT_CASE(in_foreground),
	KUNIT_CASE(fails),
	KUNIT_CASE(aborted),
	KUNIT_CASE(twenty_results),
	KUNIT_CASE(refused),
	KUNIT_CASE(times),
	{}
};

static struct kunit_suite suite = {
	.name = "vscsi_self_test",
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
