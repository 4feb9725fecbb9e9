// SPDX-License-Identifier: GPL-2.0
/* RESERVE and RELEASE, and how they keep out of the way of persistent reservations. */
#include "../cmdset/spc.h"
#include "fixture.h"

static void from(struct kunit *test, unsigned int nexus)
{
	((struct fixture *)test->priv)->from = nexus;
}

/* Send a command without options; it must end with @reason. */
static void send(struct kunit *test, unsigned int nexus, u8 opcode, enum vscsi_reason reason)
{
	from(test, nexus);
	run_in(test, 0, opcode);
	expect_reason(test, reason);
}

static void reserve(struct kunit *test, unsigned int nexus, enum vscsi_reason reason)
{
	send(test, nexus, 0x16, reason);
	send(test, nexus, 0x56, reason);
}

static void release(struct kunit *test, unsigned int nexus, enum vscsi_reason reason)
{
	send(test, nexus, 0x17, reason);
	send(test, nexus, 0x57, reason);
}

static void expect_ready(struct kunit *test, unsigned int nexus, enum vscsi_reason reason)
{
	send(test, nexus, 0x00, reason);
}

static void reserving(struct kunit *test)
{
	reserve(test, 0, VSCSI_OK);
	reserve(test, 0, VSCSI_OK);
	reserve(test, 1, VSCSI_RESERVED);
	expect_ready(test, 0, VSCSI_OK);
	expect_ready(test, 1, VSCSI_RESERVED);
	/* No error, no effect. */
	release(test, 1, VSCSI_OK);
	expect_ready(test, 1, VSCSI_RESERVED);
	release(test, 0, VSCSI_OK);
	expect_ready(test, 1, VSCSI_OK);
	release(test, 0, VSCSI_OK);
	reserve(test, 1, VSCSI_OK);
}

/* Extents and third parties are obsolete. */
static void no_options(struct kunit *test)
{
	run_in(test, 0, 0x16, 0x01);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 0);
	run_in(test, 0, 0x56, 0x10);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 4);
	run_in(test, 0, 0x56, [8] = 8);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 8, 3);
	expect_ready(test, 1, VSCSI_OK);
}

static void ends_with_the_nexus(struct kunit *test)
{
	struct fixture *fx = test->priv;

	reserve(test, 0, VSCSI_OK);
	vscsi_pr_lost(fx->lu.pr, &fx->nexuses[1].pr);
	expect_ready(test, 1, VSCSI_RESERVED);
	vscsi_pr_lost(fx->lu.pr, &fx->nexuses[0].pr);
	expect_ready(test, 1, VSCSI_OK);
	reserve(test, 0, VSCSI_OK);
	vscsi_pr_reset(fx->lu.pr);
	expect_ready(test, 1, VSCSI_OK);
	reserve(test, 0, VSCSI_OK);
	vscsi_pr_leave(fx->lu.pr, &fx->nexuses[0].pr);
	expect_ready(test, 1, VSCSI_OK);
	vscsi_pr_join(fx->lu.pr, &fx->nexuses[0].pr);
}

/* Two LUNs of one logical unit on one server adapter: one of them goes. */
static void stays_while_another_lun_is_there(struct kunit *test)
{
	struct fixture *fx = test->priv;

	fx->nexuses[2].pr.id = fx->nexuses[0].pr.id;
	reserve(test, 0, VSCSI_OK);
	expect_ready(test, 2, VSCSI_OK);
	vscsi_pr_leave(fx->lu.pr, &fx->nexuses[2].pr);
	expect_ready(test, 1, VSCSI_RESERVED);
	vscsi_pr_join(fx->lu.pr, &fx->nexuses[2].pr);
	expect_ready(test, 2, VSCSI_OK);
}

/* SPC-2 5.5.1: as long as it is reserved, even for who has done that. */
static void no_persistent_reservations(struct kunit *test)
{
	unsigned int action, nexus;

	reserve(test, 0, VSCSI_OK);
	for (nexus = 0; nexus < 2; nexus++) {
		for (action = 0; action < 4; action++) {
			from(test, nexus);
			run_in(test, 8, 0x5e, action, [8] = 8);
			expect_reason(test, VSCSI_RESERVED);
		}
		for (action = SPC_PR_REGISTER; action <= SPC_PR_REGISTER_AND_IGNORE; action++) {
			reserve_out(test, nexus, action, 0, 0, 10);
			expect_reason(test, VSCSI_RESERVED);
		}
	}
	release(test, 0, VSCSI_OK);
	reserve_out(test, 0, SPC_PR_REGISTER, 0, 0, 10);
	expect_ok(test);
}

/* SPC-4 5.12.3; as long as anybody is registered. */
static void beside_persistent_reservations(struct kunit *test)
{
	static const u8 types[] = { VSCSI_PR_WRITE_EXCLUSIVE, VSCSI_PR_EXCLUSIVE_ACCESS,
				    VSCSI_PR_WRITE_EXCLUSIVE_RO, VSCSI_PR_EXCLUSIVE_ACCESS_RO,
				    VSCSI_PR_WRITE_EXCLUSIVE_AR, VSCSI_PR_EXCLUSIVE_ACCESS_AR };
	struct fixture *fx = test->priv;
	enum vscsi_reason registrant;
	unsigned int i;

	reserve_out(test, 0, SPC_PR_REGISTER, 0, 0, 10);
	reserve_out(test, 1, SPC_PR_REGISTER, 0, 0, 11);
	reserve(test, 0, VSCSI_RESERVED);
	release(test, 2, VSCSI_RESERVED);
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		registrant = vscsi_pr_for_registrants(types[i]) ? VSCSI_OK : VSCSI_RESERVED;
		reserve_out(test, 0, SPC_PR_RESERVE, types[i], 10, 0);
		expect_ok(test);
		reserve(test, 0, VSCSI_OK);
		release(test, 0, VSCSI_OK);
		reserve(test, 1, registrant);
		release(test, 1, registrant);
		reserve(test, 2, VSCSI_RESERVED);
		release(test, 2, VSCSI_RESERVED);
		KUNIT_EXPECT_EQ(test, (int)fx->lu.pr->type, (int)types[i]);
		KUNIT_EXPECT_FALSE(test, fx->lu.pr->reserved);
		reserve_out(test, 0, SPC_PR_RELEASE, types[i], 10, 0);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(reserving),
	KUNIT_CASE(no_options),
	KUNIT_CASE(ends_with_the_nexus),
	KUNIT_CASE(stays_while_another_lun_is_there),
	KUNIT_CASE(no_persistent_reservations),
	KUNIT_CASE(beside_persistent_reservations),
	{}
};

static struct kunit_suite suite = {
	.name = "vscsi_reserve",
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
