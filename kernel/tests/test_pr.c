// SPDX-License-Identifier: GPL-2.0
/* Persistent reservations: who registers, reserves, releases, preempts, and who hears of it. */
#include "../cmdset/spc.h"
#include "fixture.h"

#define WE	VSCSI_PR_WRITE_EXCLUSIVE
#define EA	VSCSI_PR_EXCLUSIVE_ACCESS
#define WE_RO	VSCSI_PR_WRITE_EXCLUSIVE_RO
#define EA_RO	VSCSI_PR_EXCLUSIVE_ACCESS_RO
#define WE_AR	VSCSI_PR_WRITE_EXCLUSIVE_AR
#define EA_AR	VSCSI_PR_EXCLUSIVE_ACCESS_AR

static const u8 types[] = { WE, EA, WE_RO, EA_RO, WE_AR, EA_AR };

/* Send it; it must end with @reason. */
static void out(struct kunit *test, unsigned int from, u8 action, u8 type, u64 key, u64 new_key,
		enum vscsi_reason reason)
{
	reserve_out(test, from, action, type, key, new_key);
	expect_reason(test, reason);
}

static void expect_state(struct kunit *test, u32 nr, u8 type, u32 generation)
{
	const struct vscsi_pr *pr = ((struct fixture *)test->priv)->lu.pr;

	KUNIT_EXPECT_EQ(test, pr->nr_registrations, nr);
	KUNIT_EXPECT_EQ(test, (int)pr->type, (int)type);
	KUNIT_EXPECT_EQ(test, pr->generation, generation);
}

/* The nexuses have heard of these conditions, and of no other, since the last call. */
static void expect_told(struct kunit *test, unsigned long a, unsigned long b, unsigned long c)
{
	const unsigned long expected[FIXTURE_NEXUSES] = { a, b, c };
	struct fixture *fx = test->priv;
	unsigned int i;

	for (i = 0; i < FIXTURE_NEXUSES; i++) {
		KUNIT_EXPECT_EQ_MSG(test, fx->nexuses[i].told, expected[i], "nexus %u", i);
		fx->nexuses[i].told = 0;
	}
}

#define PREEMPTED	BIT(VSCSI_UA_RESERVATIONS_PREEMPTED)
#define RELEASED	BIT(VSCSI_UA_RESERVATIONS_RELEASED)
#define UNREGISTERED	BIT(VSCSI_UA_REGISTRATIONS_PREEMPTED)

/* Nexus 0 has the key 10, 1 has 11, 2 has 12. */
static void register_all(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < FIXTURE_NEXUSES; i++)
		out(test, i, SPC_PR_REGISTER, 0, 0, 10 + i, VSCSI_OK);
}

static void registering(struct kunit *test)
{
	out(test, 0, SPC_PR_REGISTER, 0, 5, 10, VSCSI_RESERVED);
	expect_state(test, 0, 0, 0);
	out(test, 0, SPC_PR_REGISTER, 0, 0, 0, VSCSI_OK);
	expect_state(test, 0, 0, 1);
	out(test, 0, SPC_PR_REGISTER, 0, 0, 10, VSCSI_OK);
	expect_state(test, 1, 0, 2);
	out(test, 0, SPC_PR_REGISTER, 0, 0, 11, VSCSI_RESERVED);
	out(test, 0, SPC_PR_REGISTER, 0, 10, 11, VSCSI_OK);
	out(test, 0, SPC_PR_REGISTER, 0, 10, 12, VSCSI_RESERVED);
	expect_state(test, 1, 0, 3);
	/* Two nexuses may have the same key. */
	out(test, 1, SPC_PR_REGISTER, 0, 0, 11, VSCSI_OK);
	expect_state(test, 2, 0, 4);
	out(test, 0, SPC_PR_REGISTER, 0, 11, 0, VSCSI_OK);
	expect_state(test, 1, 0, 5);
	expect_told(test, 0, 0, 0);
}

static void registering_whatever_key(struct kunit *test)
{
	out(test, 0, SPC_PR_REGISTER_AND_IGNORE, 0, 99, 0, VSCSI_OK);
	expect_state(test, 0, 0, 1);
	out(test, 0, SPC_PR_REGISTER_AND_IGNORE, 0, 99, 10, VSCSI_OK);
	out(test, 0, SPC_PR_REGISTER_AND_IGNORE, 0, 99, 11, VSCSI_OK);
	expect_state(test, 1, 0, 3);
	out(test, 0, SPC_PR_RESERVE, WE, 11, 0, VSCSI_OK);
	out(test, 0, SPC_PR_REGISTER_AND_IGNORE, 0, 99, 0, VSCSI_OK);
	expect_state(test, 0, 0, 4);
}

static void other_actions_need_the_key(struct kunit *test)
{
	static const u8 actions[] = {
		SPC_PR_RESERVE, SPC_PR_RELEASE, SPC_PR_CLEAR, SPC_PR_PREEMPT,
		SPC_PR_PREEMPT_AND_ABORT, SPC_PR_REGISTER_AND_MOVE,
	};
	unsigned int i;

	out(test, 0, SPC_PR_REGISTER, 0, 0, 10, VSCSI_OK);
	for (i = 0; i < ARRAY_SIZE(actions); i++) {
		out(test, 0, actions[i], WE, 11, 10, VSCSI_RESERVED);
		out(test, 1, actions[i], WE, 0, 10, VSCSI_RESERVED);
		out(test, 1, actions[i], WE, 10, 10, VSCSI_RESERVED);
	}
	expect_state(test, 1, 0, 1);
}

static void no_more_than_the_limit(struct kunit *test)
{
	struct fixture *fx = test->priv;
	u8 *initiator = fx->nexuses[0].pr.id.initiator;
	unsigned int i;

	for (i = 0; i < VSCSI_PR_REGISTRATIONS_MAX; i++, initiator[0]++)
		out(test, 0, SPC_PR_REGISTER, 0, 0, 10, VSCSI_OK);
	out(test, 0, SPC_PR_REGISTER, 0, 0, 10, VSCSI_REGISTRATIONS_FULL);
	out(test, 0, SPC_PR_REGISTER_AND_IGNORE, 0, 0, 10, VSCSI_REGISTRATIONS_FULL);
	expect_state(test, VSCSI_PR_REGISTRATIONS_MAX, 0, VSCSI_PR_REGISTRATIONS_MAX);
	initiator[0]--;
	out(test, 0, SPC_PR_REGISTER, 0, 10, 11, VSCSI_OK);
	out(test, 0, SPC_PR_REGISTER, 0, 11, 0, VSCSI_OK);
	out(test, 0, SPC_PR_REGISTER, 0, 0, 10, VSCSI_OK);
}

static void reserving(struct kunit *test)
{
	unsigned int i, j;

	register_all(test);
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		bool all = vscsi_pr_all_registrants(types[i]);

		out(test, 0, SPC_PR_RESERVE, types[i], 10, 0, VSCSI_OK);
		for (j = 0; j < ARRAY_SIZE(types); j++) {
			out(test, 0, SPC_PR_RESERVE, types[j], 10, 0,
			    j == i ? VSCSI_OK : VSCSI_RESERVED);
			out(test, 1, SPC_PR_RESERVE, types[j], 11, 0,
			    j == i && all ? VSCSI_OK : VSCSI_RESERVED);
		}
		expect_state(test, 3, types[i], 3);
		out(test, 0, SPC_PR_RELEASE, types[i], 10, 0, VSCSI_OK);
	}
	expect_state(test, 3, 0, 3);
}

static void no_other_scope_or_type(struct kunit *test)
{
	unsigned int type;

	register_all(test);
	for (type = 0; type < 256; type++) {
		if (memchr(types, type, sizeof(types)))
			continue;
		out(test, 0, SPC_PR_RESERVE, type, 10, 0, VSCSI_INVALID_FIELD_CDB);
		expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, type >> 4 ? 7 : 3);
	}
	expect_state(test, 3, 0, 3);
}

static void releasing(struct kunit *test)
{
	unsigned int i;

	register_all(test);
	out(test, 2, SPC_PR_REGISTER, 0, 12, 0, VSCSI_OK);
	out(test, 0, SPC_PR_RELEASE, WE, 10, 0, VSCSI_OK);
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		bool shared = vscsi_pr_for_registrants(types[i]);

		out(test, 0, SPC_PR_RESERVE, types[i], 10, 0, VSCSI_OK);
		out(test, 0, SPC_PR_RELEASE, types[i] == WE ? EA : WE, 10, 0,
		    VSCSI_INVALID_RELEASE);
		out(test, 0, SPC_PR_RELEASE, types[i] | 0x10, 10, 0, VSCSI_INVALID_RELEASE);
		if (!vscsi_pr_all_registrants(types[i]))
			out(test, 1, SPC_PR_RELEASE, types[i], 11, 0, VSCSI_OK);
		expect_state(test, 2, types[i], 4);
		expect_told(test, 0, 0, 0);
		out(test, 0, SPC_PR_RELEASE, types[i], 10, 0, VSCSI_OK);
		expect_state(test, 2, 0, 4);
		expect_told(test, 0, shared ? RELEASED : 0, 0);
	}
}

/* SPC-4 5.12.11.3 */
static void unregistering_releases(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		bool shared = vscsi_pr_for_registrants(types[i]);
		bool all = vscsi_pr_all_registrants(types[i]);

		out(test, 0, SPC_PR_REGISTER, 0, 0, 10, VSCSI_OK);
		out(test, 1, SPC_PR_REGISTER, 0, 0, 11, VSCSI_OK);
		out(test, 0, SPC_PR_RESERVE, types[i], 10, 0, VSCSI_OK);
		out(test, 0, SPC_PR_REGISTER, 0, 10, 0, VSCSI_OK);
		expect_state(test, 1, all ? types[i] : 0, 4 * i + 3);
		expect_told(test, 0, shared && !all ? RELEASED : 0, 0);
		out(test, 1, SPC_PR_REGISTER, 0, 11, 0, VSCSI_OK);
		expect_state(test, 0, 0, 4 * i + 4);
		expect_told(test, 0, 0, 0);
	}
}

static void clearing(struct kunit *test)
{
	register_all(test);
	out(test, 2, SPC_PR_REGISTER, 0, 12, 0, VSCSI_OK);
	out(test, 0, SPC_PR_RESERVE, EA_RO, 10, 0, VSCSI_OK);
	/* By any registrant; scope and type are not looked at. */
	out(test, 1, SPC_PR_CLEAR, 0xff, 11, 0, VSCSI_OK);
	expect_state(test, 0, 0, 5);
	expect_told(test, PREEMPTED, 0, 0);
	out(test, 1, SPC_PR_CLEAR, 0, 11, 0, VSCSI_RESERVED);
}

static void preempting_the_holder(struct kunit *test)
{
	register_all(test);
	out(test, 0, SPC_PR_RESERVE, EA_RO, 10, 0, VSCSI_OK);
	out(test, 1, SPC_PR_PREEMPT, 0x02, 11, 10, VSCSI_INVALID_FIELD_CDB);
	out(test, 1, SPC_PR_PREEMPT, WE, 11, 10, VSCSI_OK);
	expect_state(test, 2, WE, 4);
	expect_told(test, UNREGISTERED, 0, RELEASED);
	/* The same type again: who stays registered hears nothing. */
	out(test, 0, SPC_PR_REGISTER, 0, 0, 10, VSCSI_OK);
	out(test, 2, SPC_PR_PREEMPT, WE, 12, 11, VSCSI_OK);
	expect_state(test, 2, WE, 6);
	expect_told(test, 0, UNREGISTERED, 0);
	out(test, 2, SPC_PR_RESERVE, WE, 12, 0, VSCSI_OK);
}

/* It may preempt itself, which changes the type, and keeps its registration. */
static void preempting_oneself(struct kunit *test)
{
	struct fixture *fx = test->priv;

	register_all(test);
	out(test, 0, SPC_PR_RESERVE, EA, 10, 0, VSCSI_OK);
	out(test, 0, SPC_PR_PREEMPT_AND_ABORT, WE_RO, 10, 10, VSCSI_OK);
	expect_state(test, 3, WE_RO, 4);
	expect_told(test, 0, RELEASED, RELEASED);
	KUNIT_EXPECT_TRUE(test, fx->nexuses[0].aborted);
	KUNIT_EXPECT_FALSE(test, fx->nexuses[1].aborted);
}

static void preempting_all_registrants(struct kunit *test)
{
	struct fixture *fx = test->priv;

	register_all(test);
	out(test, 0, SPC_PR_RESERVE, WE_AR, 10, 0, VSCSI_OK);
	/* With a key: a registration goes, the reservation stays. */
	out(test, 1, SPC_PR_PREEMPT, EA, 11, 10, VSCSI_OK);
	expect_state(test, 2, WE_AR, 4);
	expect_told(test, UNREGISTERED, 0, 0);
	out(test, 1, SPC_PR_PREEMPT_AND_ABORT, EA, 11, 0, VSCSI_OK);
	expect_state(test, 1, EA, 5);
	expect_told(test, 0, 0, UNREGISTERED);
	KUNIT_EXPECT_TRUE(test, fx->nexuses[2].aborted);
	KUNIT_EXPECT_FALSE(test, fx->nexuses[1].aborted);
}

static void preempting_registrations(struct kunit *test)
{
	register_all(test);
	out(test, 0, SPC_PR_PREEMPT, 0, 10, 0, VSCSI_INVALID_FIELD_PARAM);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 8, 7);
	out(test, 0, SPC_PR_PREEMPT, 0, 10, 99, VSCSI_RESERVED);
	out(test, 2, SPC_PR_RESERVE, EA, 12, 0, VSCSI_OK);
	out(test, 0, SPC_PR_PREEMPT, 0, 10, 0, VSCSI_INVALID_FIELD_PARAM);
	expect_state(test, 3, EA, 3);
	out(test, 0, SPC_PR_PREEMPT, 0, 10, 11, VSCSI_OK);
	expect_state(test, 2, EA, 4);
	expect_told(test, 0, UNREGISTERED, 0);
	/* Its own; it need not be told. */
	out(test, 0, SPC_PR_PREEMPT, 0, 10, 10, VSCSI_OK);
	expect_state(test, 1, EA, 5);
	expect_told(test, 0, 0, 0);
}

/* All that have the key, and with the last registrant the reservation of all. */
static void preempting_the_last_registrants(struct kunit *test)
{
	out(test, 0, SPC_PR_REGISTER, 0, 0, 10, VSCSI_OK);
	out(test, 1, SPC_PR_REGISTER, 0, 0, 10, VSCSI_OK);
	out(test, 0, SPC_PR_RESERVE, EA_AR, 10, 0, VSCSI_OK);
	out(test, 0, SPC_PR_PREEMPT, 0, 10, 10, VSCSI_OK);
	expect_state(test, 0, 0, 3);
	expect_told(test, 0, UNREGISTERED, 0);
}

/* Aborted itself while it waits for the commands that it aborts. */
static void abort_of_preempt_and_abort(struct kunit *test)
{
	struct fixture *fx = test->priv;

	register_all(test);
	fx->abort_at_io = true;
	out(test, 0, SPC_PR_PREEMPT_AND_ABORT, 0, 10, 11, VSCSI_ABORTED);
	expect_state(test, 2, 0, 4);
	KUNIT_EXPECT_TRUE(test, fx->nexuses[1].aborted);
	KUNIT_EXPECT_FALSE(test, fx->nexuses[0].aborted);
}

static bool reads(struct kunit *test, unsigned int from)
{
	struct fixture *fx = test->priv;

	fx->from = from;
	run_in(test, 512, 0x28, [8] = 1);
	return fx->cmd.reason == VSCSI_OK;
}

/* Registrations are those of ports, not of connections. */
static void nexus_comes_back(struct kunit *test)
{
	struct fixture *fx = test->priv;
	struct vscsi_pr_nexus *nexus = &fx->nexuses[0].pr;

	register_all(test);
	out(test, 2, SPC_PR_REGISTER, 0, 12, 0, VSCSI_OK);
	out(test, 0, SPC_PR_RESERVE, EA_RO, 10, 0, VSCSI_OK);
	vscsi_pr_lost(fx->lu.pr, nexus);
	vscsi_pr_reset(fx->lu.pr);
	vscsi_pr_leave(fx->lu.pr, nexus);
	expect_state(test, 2, EA_RO, 4);
	KUNIT_EXPECT_FALSE(test, reads(test, 2));
	nexus->bars = U32_MAX;
	vscsi_pr_join(fx->lu.pr, nexus);
	KUNIT_EXPECT_TRUE(test, reads(test, 0));
	KUNIT_EXPECT_TRUE(test, reads(test, 1));
	KUNIT_EXPECT_FALSE(test, reads(test, 2));
}

static void ports_are_forgotten(struct kunit *test)
{
	struct fixture *fx = test->priv;

	register_all(test);
	out(test, 0, SPC_PR_RESERVE, EA_RO, 10, 0, VSCSI_OK);
	vscsi_pr_forget_target(fx->lu.pr, 2);
	expect_state(test, 3, EA_RO, 3);
	vscsi_pr_forget_initiator(fx->lu.pr, fx->nexuses[0].pr.id.initiator);
	expect_state(test, 2, 0, 3);
	expect_told(test, 0, RELEASED, RELEASED);
	KUNIT_EXPECT_TRUE(test, reads(test, 0));
	vscsi_pr_forget_target(fx->lu.pr, 1);
	expect_state(test, 0, 0, 3);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(registering),
	KUNIT_CASE(registering_whatever_key),
	KUNIT_CASE(other_actions_need_the_key),
	KUNIT_CASE(no_more_than_the_limit),
	KUNIT_CASE(reserving),
	KUNIT_CASE(no_other_scope_or_type),
	KUNIT_CASE(releasing),
	KUNIT_CASE(unregistering_releases),
	KUNIT_CASE(clearing),
	KUNIT_CASE(preempting_the_holder),
	KUNIT_CASE(preempting_oneself),
	KUNIT_CASE(preempting_all_registrants),
	KUNIT_CASE(preempting_registrations),
	KUNIT_CASE(preempting_the_last_registrants),
	KUNIT_CASE(abort_of_preempt_and_abort),
	KUNIT_CASE(nexus_comes_back),
	KUNIT_CASE(ports_are_forgotten),
	{}
};

static struct kunit_suite suite = {
	.name = "vscsi_pr",
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
