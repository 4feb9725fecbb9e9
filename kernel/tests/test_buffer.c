// SPDX-License-Identifier: GPL-2.0
/* WRITE BUFFER and READ BUFFER. */
#include <linux/limits.h>

#include "fixture.h"

#define ECHO	0x0a

static void put_cdb(u8 *cdb, u8 opcode, u8 mode, u8 id, u32 offset, u32 len)
{
	cdb[0] = opcode;
	cdb[1] = mode;
	cdb[2] = id;
	put_unaligned_be24(offset, cdb + 3);
	put_unaligned_be24(len, cdb + 6);
}

static void write_buffer(struct kunit *test, u8 mode, u8 id, u32 offset, u32 len)
{
	u8 cdb[10] = { 0 };

	put_cdb(cdb, 0x3b, mode, id, offset, len);
	run_on(test, VSCSI_LU_DISK, 0, cdb, sizeof(cdb), DMA_TO_DEVICE, len);
}

static void read_buffer(struct kunit *test, u8 mode, u8 id, u32 offset, u32 len)
{
	u8 cdb[10] = { 0 };

	put_cdb(cdb, 0x3c, mode, id, offset, len);
	run_on(test, VSCSI_LU_DISK, 0, cdb, sizeof(cdb), DMA_FROM_DEVICE, len);
}

static void data(struct kunit *test)
{
	struct fixture *fx = test->priv;
	static u8 want[VSCSI_BUFFER_LEN];

	fill_block(fx->buf, VSCSI_BUFFER_LEN, 1);
	memcpy(want, fx->buf, sizeof(want));
	write_buffer(test, 2, 0, 0, VSCSI_BUFFER_LEN);
	expect_ok(test);
	memset(fx->buf, 0xee, 8);
	memset(want + VSCSI_BUFFER_LEN - 8, 0xee, 8);
	write_buffer(test, 2, 0, VSCSI_BUFFER_LEN - 8, 8);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 8U);
	/* whichever nexus reads, it is the same; what is not there is not returned */
	fx->from = 1;
	read_buffer(test, 2, 0, 0, 2 * VSCSI_BUFFER_LEN);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, (u32)VSCSI_BUFFER_LEN);
	KUNIT_EXPECT_EQ(test, memcmp(fx->buf, want, sizeof(want)), 0);
	read_buffer(test, 2, 0, 100, 50);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 50U);
	KUNIT_EXPECT_EQ(test, memcmp(fx->buf, want + 100, 50), 0);
	read_buffer(test, 2, 0, VSCSI_BUFFER_LEN, 50);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 0U);
}

static void data_refused(struct kunit *test)
{
	write_buffer(test, 2, 1, 0, 8);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 7);
	write_buffer(test, 2, 0, VSCSI_BUFFER_LEN + 1, 0);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 3, 7);
	write_buffer(test, 2, 0, 1, VSCSI_BUFFER_LEN);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 6, 7);
	read_buffer(test, 2, 1, 0, 8);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 7);
	read_buffer(test, 2, 0, VSCSI_BUFFER_LEN + 1, 8);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 3, 7);
	read_buffer(test, 3, 0, 1, 8);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 3, 7);
}

static void descriptors(struct kunit *test)
{
	struct fixture *fx = test->priv;

	read_buffer(test, 3, 0, 0, 64);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 4U);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), (u32)VSCSI_BUFFER_LEN);
	read_buffer(test, 3, 7, 0, 64);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), 0U);
	read_buffer(test, 0x0b, 0, 0, 64);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), 0x01000000U | VSCSI_BUFFER_LEN);
}

static void echo(struct kunit *test)
{
	struct fixture *fx = test->priv;

	read_buffer(test, ECHO, 0, 0, 64);
	expect_reason(test, VSCSI_SEQUENCE_ERROR);
	memset(fx->buf, 0x42, 32);
	write_buffer(test, ECHO, 0, 0, 32);
	expect_ok(test);
	memset(fx->buf, 0, 64);
	read_buffer(test, ECHO, 0, 0, 64);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 32U);
	KUNIT_EXPECT_TRUE(test, !memchr_inv(fx->buf, 0x42, 32));
	write_buffer(test, ECHO, 0, 0, VSCSI_BUFFER_LEN + 1);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 6, 7);
	/* another nexus reads only what it has written itself, and the first hears of it */
	fx->from = 1;
	read_buffer(test, ECHO, 0, 0, 64);
	expect_reason(test, VSCSI_SEQUENCE_ERROR);
	write_buffer(test, ECHO, 0, 0, VSCSI_BUFFER_LEN);
	expect_ok(test);
	read_buffer(test, ECHO, 0, 0, VSCSI_BUFFER_LEN);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, (u32)VSCSI_BUFFER_LEN);
	fx->from = 0;
	read_buffer(test, ECHO, 0, 0, 64);
	expect_reason(test, VSCSI_ECHO_OVERWRITTEN);
	write_buffer(test, ECHO, 0, 0, 1);
	read_buffer(test, ECHO, 0, 0, 64);
	expect_ok(test);
}

/* Among them are those that load microcode. */
static void other_modes(struct kunit *test)
{
	u8 mode;

	for (mode = 0; mode < 32; mode++) {
		if (mode != 2 && mode != ECHO) {
			write_buffer(test, mode, 0, 0, 8);
			expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 4);
		}
		if (mode != 2 && mode != 3 && mode != ECHO && mode != 0x0b) {
			read_buffer(test, mode, 0, 0, 8);
			expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 4);
		}
	}
	/* MODE SPECIFIC */
	write_buffer(test, 0x22, 0, 0, 8);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 5);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(data),
	KUNIT_CASE(data_refused),
	KUNIT_CASE(descriptors),
	KUNIT_CASE(echo),
	KUNIT_CASE(other_modes),
	{}
};

static struct kunit_suite suite = {
	.name = "vscsi_buffer",
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
