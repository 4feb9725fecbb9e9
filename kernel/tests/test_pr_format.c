// SPDX-License-Identifier: GPL-2.0
/* Persistent reservations: parameter lists byte by byte, and what is reported. */
#include "../cmdset/spc.h"
#include "fixture.h"

#define MOVE_LEN	48

static void read_in(struct kunit *test, u8 action, u32 allocation)
{
	struct fixture *fx = test->priv;

	memset(fx->buf, 0xee, 512);
	run_in(test, 512, 0x5e, action, [7] = allocation >> 8, [8] = allocation & 0xff);
	expect_ok(test);
}

/* Allocation length 0, short, and long for a service action that has @full bytes to return. */
static void check_lengths(struct kunit *test, u8 action, u32 full)
{
	struct fixture *fx = test->priv;
	u32 len;

	for (len = 0; len <= full + 1; len++) {
		read_in(test, action, len);
		KUNIT_EXPECT_EQ_MSG(test, fx->cmd.done_bytes, min(len, full), "length %u", len);
		KUNIT_EXPECT_EQ_MSG(test, fx->buf[min(len, full)], 0xee, "length %u", len);
	}
	read_in(test, action, 0xffff);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, full);
}

static void read_keys(struct kunit *test)
{
	struct fixture *fx = test->priv;

	check_lengths(test, 0x00, 8);
	reserve_out(test, 0, SPC_PR_REGISTER, 0, 0, 0x1122334455667788);
	reserve_out(test, 1, SPC_PR_REGISTER, 0, 0, 7);
	read_in(test, 0x00, 255);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), 2U);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf + 4), 16U);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fx->buf + 8), 0x1122334455667788ULL);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fx->buf + 16), 7ULL);
	check_lengths(test, 0x00, 24);
}

static void read_reservation(struct kunit *test)
{
	struct fixture *fx = test->priv;

	reserve_out(test, 0, SPC_PR_REGISTER, 0, 0, 10);
	read_in(test, 0x01, 255);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fx->buf), 1ULL << 32);
	check_lengths(test, 0x01, 8);
	reserve_out(test, 0, SPC_PR_RESERVE, VSCSI_PR_EXCLUSIVE_ACCESS, 10, 0);
	read_in(test, 0x01, 255);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf + 4), 16U);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fx->buf + 8), 10ULL);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fx->buf + 16), 0x0000000000030000ULL);
	check_lengths(test, 0x01, 24);
	/* One that all hold has no key. */
	reserve_out(test, 0, SPC_PR_RELEASE, VSCSI_PR_EXCLUSIVE_ACCESS, 10, 0);
	reserve_out(test, 0, SPC_PR_RESERVE, VSCSI_PR_WRITE_EXCLUSIVE_AR, 10, 0);
	read_in(test, 0x01, 255);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fx->buf + 8), 0ULL);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[21], VSCSI_PR_WRITE_EXCLUSIVE_AR);
}

static void capabilities(struct kunit *test)
{
	struct fixture *fx = test->priv;

	read_in(test, 0x02, 255);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fx->buf), 0x000811b0ea010000ULL);
	check_lengths(test, 0x02, 8);
}

static void check_status(struct kunit *test, const u8 *desc, u64 key, u8 holder, u8 type, u8 port)
{
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(desc), key);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(desc + 8), 0U);
	KUNIT_EXPECT_EQ(test, (int)desc[12], (int)holder);
	KUNIT_EXPECT_EQ(test, (int)desc[13], (int)type);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(desc + 14), 0U);
	KUNIT_EXPECT_EQ(test, (int)get_unaligned_be16(desc + 18), 1);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(desc + 20), 24U);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(desc + 24), 0x0400000000000000ULL);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(desc + 32), 0ULL);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(desc + 40), (u64)port);
}

static void full_status(struct kunit *test)
{
	struct fixture *fx = test->priv;

	check_lengths(test, 0x03, 8);
	reserve_out(test, 0, SPC_PR_REGISTER, 0, 0, 10);
	reserve_out(test, 2, SPC_PR_REGISTER, 0, 0, 12);
	reserve_out(test, 2, SPC_PR_RESERVE, VSCSI_PR_WRITE_EXCLUSIVE, 12, 0);
	read_in(test, 0x03, 255);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), 2U);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf + 4), 96U);
	check_status(test, fx->buf + 8, 10, 0, 0, 1);
	check_status(test, fx->buf + 56, 12, 1, VSCSI_PR_WRITE_EXCLUSIVE, 3);
	check_lengths(test, 0x03, 104);
	reserve_out(test, 2, SPC_PR_PREEMPT, VSCSI_PR_EXCLUSIVE_ACCESS_AR, 12, 12);
	read_in(test, 0x03, 255);
	check_status(test, fx->buf + 8, 10, 1, VSCSI_PR_EXCLUSIVE_ACCESS_AR, 1);
	check_status(test, fx->buf + 56, 12, 1, VSCSI_PR_EXCLUSIVE_ACCESS_AR, 3);
}

/* Send the parameter list at the fixture's buffer from nexus 0. */
static void send_list(struct kunit *test, u8 action, u32 len)
{
	struct fixture *fx = test->priv;

	fx->from = 0;
	run_out(test, len, 0x5f, action, VSCSI_PR_WRITE_EXCLUSIVE, 0, 0, 0, 0, 0, len);
}

/* A parameter list that is right for nexus 0, registered with the key 10. */
static void make_list(struct kunit *test)
{
	struct fixture *fx = test->priv;

	memset(fx->buf, 0, 256);
	put_unaligned_be64(10, fx->buf);
	put_unaligned_be64(10, fx->buf + 8);
}

/* The list that moves the reservation from nexus 0 to nexus 1. */
static void make_move_list(struct kunit *test)
{
	struct fixture *fx = test->priv;

	make_list(test);
	put_unaligned_be64(11, fx->buf + 8);
	put_unaligned_be16(1, fx->buf + 18);
	put_unaligned_be32(24, fx->buf + 20);
	fx->buf[24] = 0x04;
	fx->buf[47] = 2;
}

static void list_lengths(struct kunit *test)
{
	u8 action;
	u32 len;

	reserve_out(test, 0, SPC_PR_REGISTER, 0, 0, 10);
	for (action = SPC_PR_REGISTER; action <= SPC_PR_REGISTER_AND_IGNORE; action++) {
		for (len = 0; len <= 64; len++) {
			if (len == 24)
				continue;
			make_list(test);
			send_list(test, action, len);
			expect_reason(test, VSCSI_PARAM_LENGTH);
		}
	}
	for (len = 0; len <= 96; len++) {
		if (len == MOVE_LEN)
			continue;
		make_move_list(test);
		send_list(test, SPC_PR_REGISTER_AND_MOVE, len);
		expect_reason(test, VSCSI_PARAM_LENGTH);
	}
}

/* Each bit of bytes 20 and 21: reserved, not supported, or not for this service action. */
static void list_flags(struct kunit *test)
{
	struct fixture *fx = test->priv;
	u8 action, bit;

	reserve_out(test, 0, SPC_PR_REGISTER, 0, 0, 10);
	for (action = SPC_PR_REGISTER; action <= SPC_PR_REGISTER_AND_IGNORE; action++) {
		bool registers = action == SPC_PR_REGISTER || action == SPC_PR_REGISTER_AND_IGNORE;

		for (bit = 0; bit < 16; bit++) {
			if (BIT(bit) & (registers ? 0x01 : 0x0d))
				continue;
			make_list(test);
			fx->buf[bit < 8 ? 20 : 21] = BIT(bit % 8);
			send_list(test, action, 24);
			expect_field(test, VSCSI_INVALID_FIELD_PARAM, bit < 8 ? 20 : 21, bit % 8);
		}
	}
	make_list(test);
	memset(fx->buf + 16, 0xff, 4);		/* obsolete */
	memset(fx->buf + 22, 0xff, 2);
	fx->buf[20] = 0x0d;
	send_list(test, SPC_PR_RESERVE, 24);
	expect_ok(test);
	/* With its initiator ports behind it, too. */
	make_list(test);
	fx->buf[20] = 0x08;
	send_list(test, SPC_PR_REGISTER, 56);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 20, 3);
}

/* A wrong key, or another holder, is a conflict whatever else is wrong. */
static void conflict_comes_first(struct kunit *test)
{
	struct fixture *fx = test->priv;

	reserve_out(test, 0, SPC_PR_REGISTER, 0, 0, 10);
	make_list(test);
	fx->buf[7] = 11;
	fx->buf[20] = 0x01;
	send_list(test, SPC_PR_REGISTER, 24);
	expect_reason(test, VSCSI_RESERVED);

	reserve_out(test, 1, SPC_PR_REGISTER, 0, 0, 11);
	reserve_out(test, 1, SPC_PR_RESERVE, VSCSI_PR_WRITE_EXCLUSIVE, 11, 0);
	expect_ok(test);
	reserve_out(test, 0, SPC_PR_RESERVE, 2, 10, 0);
	expect_reason(test, VSCSI_RESERVED);
	reserve_out(test, 1, SPC_PR_RESERVE, 2, 11, 0);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 3);
	make_move_list(test);
	fx->buf[16] = 0x01;
	send_list(test, SPC_PR_REGISTER_AND_MOVE, MOVE_LEN);
	expect_reason(test, VSCSI_RESERVED);
}

static void hold(struct kunit *test, u8 type)
{
	reserve_out(test, 0, SPC_PR_REGISTER, 0, 0, 10);
	reserve_out(test, 0, SPC_PR_RESERVE, type, 10, 0);
	expect_ok(test);
}

static void move(struct kunit *test)
{
	struct fixture *fx = test->priv;
	struct vscsi_pr *pr = fx->lu.pr;

	hold(test, VSCSI_PR_EXCLUSIVE_ACCESS);
	make_move_list(test);
	send_list(test, SPC_PR_REGISTER_AND_MOVE, MOVE_LEN);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, pr->generation, 2U);
	KUNIT_EXPECT_EQ(test, pr->nr_registrations, 2U);
	KUNIT_EXPECT_EQ(test, pr->holder->key, 11ULL);
	/* Not the holder any more. */
	make_move_list(test);
	send_list(test, SPC_PR_REGISTER_AND_MOVE, MOVE_LEN);
	expect_reason(test, VSCSI_RESERVED);
	run_in(test, 512, 0x28, [8] = 1);
	expect_reason(test, VSCSI_RESERVED);
	fx->from = 1;
	run_in(test, 512, 0x28, [8] = 1);
	expect_ok(test);
}

static void move_and_unregister(struct kunit *test)
{
	struct fixture *fx = test->priv;
	struct vscsi_pr *pr = fx->lu.pr;

	hold(test, VSCSI_PR_EXCLUSIVE_ACCESS_RO);
	reserve_out(test, 1, SPC_PR_REGISTER, 0, 0, 99);
	make_move_list(test);
	fx->buf[17] = 0x02;
	send_list(test, SPC_PR_REGISTER_AND_MOVE, MOVE_LEN);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, pr->nr_registrations, 1U);
	KUNIT_EXPECT_EQ(test, pr->holder->key, 11ULL);
	KUNIT_EXPECT_EQ(test, fx->nexuses[0].told | fx->nexuses[1].told, 0UL);
}

static void move_needs_a_holder(struct kunit *test)
{
	reserve_out(test, 0, SPC_PR_REGISTER, 0, 0, 10);
	make_move_list(test);
	send_list(test, SPC_PR_REGISTER_AND_MOVE, MOVE_LEN);
	expect_reason(test, VSCSI_RESERVED);
	reserve_out(test, 0, SPC_PR_RESERVE, VSCSI_PR_WRITE_EXCLUSIVE_AR, 10, 0);
	make_move_list(test);
	send_list(test, SPC_PR_REGISTER_AND_MOVE, MOVE_LEN);
	expect_reason(test, VSCSI_RESERVED);
}

/* Move with @bits flipped in byte @at of the list: refused, with that pointer. */
static void move_wrong(struct kunit *test, unsigned int at, u8 bits, s16 field, s8 bit)
{
	struct fixture *fx = test->priv;

	make_move_list(test);
	fx->buf[at] ^= bits;
	send_list(test, SPC_PR_REGISTER_AND_MOVE, MOVE_LEN);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, field, bit);
}

static void move_fields(struct kunit *test)
{
	unsigned int at, bit;

	hold(test, VSCSI_PR_WRITE_EXCLUSIVE);
	move_wrong(test, 15, 11, 8, 7);			/* no key */
	for (bit = 0; bit < 8; bit++) {
		move_wrong(test, 16, BIT(bit), 16, bit);
		if (bit > 1)
			move_wrong(test, 17, BIT(bit), 17, bit);
		move_wrong(test, 24, BIT(bit), 24, 7);	/* format, protocol */
		for (at = 25; at < 32; at++)
			move_wrong(test, at, BIT(bit), at, bit);
		for (at = 32; at < 47; at++)
			move_wrong(test, at, BIT(bit), 32, 7);	/* no such initiator port */
	}
	move_wrong(test, 47, 0x03, 32, 7);		/* to itself */
	move_wrong(test, 19, 0x03, 32, 7);		/* no such target port */
	make_list(test);
	send_list(test, SPC_PR_REGISTER_AND_MOVE, 24);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 20, 7);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(read_keys),
	KUNIT_CASE(read_reservation),
	KUNIT_CASE(capabilities),
	KUNIT_CASE(full_status),
	KUNIT_CASE(list_lengths),
	KUNIT_CASE(list_flags),
	KUNIT_CASE(conflict_comes_first),
	KUNIT_CASE(move),
	KUNIT_CASE(move_and_unregister),
	KUNIT_CASE(move_needs_a_holder),
	KUNIT_CASE(move_fields),
	{}
};

static struct kunit_suite suite = {
	.name = "vscsi_pr_format",
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
