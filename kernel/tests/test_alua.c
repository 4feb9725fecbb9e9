// SPDX-License-Identifier: GPL-2.0
/* Paths to a logical unit: their states, and what each lets through (SPC-4 5.16). */
#include "fixture.h"

#define ANY_SA		VSCSI_NO_SA
#define OTHER_PORT	7

/* States that accept a command besides the active ones, from the lists of SPC-4 5.16. */
#define STANDBY		BIT(VSCSI_ALUA_STANDBY)
#define UNAVAILABLE	BIT(VSCSI_ALUA_UNAVAILABLE)
#define TRANSITIONING	BIT(VSCSI_ALUA_TRANSITIONING)
#define ALL		(STANDBY | UNAVAILABLE | TRANSITIONING)

static const struct {
	u8 opcode;
	u16 service_action;
	u8 states;
} accepted[] = {
	{ 0x03, ANY_SA, ALL },		/* REQUEST SENSE */
	{ 0x12, ANY_SA, ALL },		/* INQUIRY */
	{ 0x15, ANY_SA, STANDBY },	/* MODE SELECT(6) */
	{ 0x1a, ANY_SA, STANDBY },	/* MODE SENSE(6) */
	{ 0x1c, ANY_SA, STANDBY },	/* RECEIVE DIAGNOSTIC RESULTS */
	{ 0x1d, ANY_SA, STANDBY },	/* SEND DIAGNOSTIC */
	{ 0x3b, ANY_SA, STANDBY | UNAVAILABLE },	/* WRITE BUFFER: the echo buffer */
	{ 0x3c, ANY_SA, STANDBY | UNAVAILABLE },	/* READ BUFFER */
	{ 0x4c, ANY_SA, STANDBY },	/* LOG SELECT */
	{ 0x4d, ANY_SA, STANDBY },	/* LOG SENSE */
	{ 0x55, ANY_SA, STANDBY },	/* MODE SELECT(10) */
	{ 0x5a, ANY_SA, STANDBY },	/* MODE SENSE(10) */
	{ 0x5e, ANY_SA, STANDBY },	/* PERSISTENT RESERVE IN */
	{ 0x5f, ANY_SA, STANDBY },	/* PERSISTENT RESERVE OUT */
	{ 0xa0, ANY_SA, ALL },		/* REPORT LUNS */
	{ 0xa3, 0x0a, ALL },		/* REPORT TARGET PORT GROUPS */
	{ 0xa4, 0x0a, STANDBY | UNAVAILABLE },	/* SET TARGET PORT GROUPS */
	/* Others may be: a client that only finds a path in standby wants the size of the disk. */
	{ 0x25, ANY_SA, STANDBY },	/* READ CAPACITY(10) */
	{ 0x9e, 0x10, STANDBY },	/* READ CAPACITY(16) */
};

static u8 states_of(const struct vscsi_opcode *op)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(accepted); i++)
		if (accepted[i].opcode == op->opcode &&
		    (accepted[i].service_action == ANY_SA ||
		     accepted[i].service_action == op->service_action))
			return accepted[i].states;
	return 0;
}

static void set(struct kunit *test, enum vscsi_alua_state state)
{
	struct fixture *fx = test->priv;

	vscsi_path_set(fx->lu.pr, &fx->lu.path, state);
}

/* Does the state of the path keep the command away? It has no data and does no harm. */
static bool refused(struct kunit *test, const struct vscsi_opcode *op)
{
	u8 cdb[VSCSI_CDB_MAX] = { [0] = op->opcode };
	struct fixture *fx = test->priv;
	int reason;

	if (op->service_action != VSCSI_NO_SA)
		cdb[1] = op->service_action;
	fx->lu.stopped = false;
	run_on(test, VSCSI_LU_DISK, 0, cdb, op->cdb_len, DMA_NONE, 0);
	reason = last_reason(test);
	return reason == VSCSI_PATH_STANDBY || reason == VSCSI_PATH_UNAVAILABLE ||
	       reason == VSCSI_PATH_TRANSITION;
}

static void every_row_in_every_state(struct kunit *test)
{
	const struct vscsi_opcode *op;
	enum vscsi_alua_state state;
	bool wanted;

	for (state = VSCSI_ALUA_OPTIMIZED; state <= VSCSI_ALUA_TRANSITIONING; state++) {
		for (op = vscsi_opcodes; op < vscsi_opcodes + vscsi_opcodes_nr; op++) {
			if (!(op->kinds & VSCSI_LU_DISK))
				continue;
			set(test, state);
			wanted = state > VSCSI_ALUA_NON_OPTIMIZED && !(states_of(op) & BIT(state));
			KUNIT_EXPECT_EQ_MSG(test, refused(test, op), wanted, "%s in state %u",
					    op->name, state);
		}
	}
}

static void expect_not_ready(struct kunit *test, u8 ascq)
{
	struct fixture *fx = test->priv;

	KUNIT_EXPECT_EQ(test, (int)fx->cmd.status, (int)SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, (int)fx->cmd.sense[2], (int)NOT_READY);
	KUNIT_EXPECT_EQ(test, (int)fx->cmd.sense[12], 0x04);
	KUNIT_EXPECT_EQ(test, (int)fx->cmd.sense[13], (int)ascq);
}

static void sense_of_each_state(struct kunit *test)
{
	set(test, VSCSI_ALUA_NON_OPTIMIZED);
	run_in(test, 0, 0x00);
	expect_ok(test);
	set(test, VSCSI_ALUA_STANDBY);
	run_in(test, 0, 0x00);
	expect_not_ready(test, 0x0b);
	set(test, VSCSI_ALUA_UNAVAILABLE);
	run_in(test, 0, 0x00);
	expect_not_ready(test, 0x0c);
	set(test, VSCSI_ALUA_TRANSITIONING);
	run_in(test, 0, 0x00);
	expect_not_ready(test, 0x0a);
	set(test, VSCSI_ALUA_OPTIMIZED);
	run_in(test, 0, 0x00);
	expect_ok(test);
}

/* What is refused anyway touches neither the attention nor the reservation of another. */
static void order_of_checks(struct kunit *test)
{
	struct fixture *fx = test->priv;

	reserve_out(test, 0, 0x00, 0, 0, 1);
	reserve_out(test, 0, 0x01, VSCSI_PR_EXCLUSIVE_ACCESS, 1, 0);
	fx->from = 1;
	set(test, VSCSI_ALUA_STANDBY);
	fx->pending_ua = BIT(VSCSI_UA_POWER_ON);
	run_in(test, 512, 0x28, [8] = 1);
	expect_reason(test, VSCSI_UNIT_ATTENTION);
	run_in(test, 512, 0x28, [8] = 1);
	expect_reason(test, VSCSI_PATH_STANDBY);
	set(test, VSCSI_ALUA_OPTIMIZED);
	run_in(test, 512, 0x28, [8] = 1);
	expect_reason(test, VSCSI_RESERVED);
}

static void inquiry(struct kunit *test)
{
	static const u8 ports[] = { 0x01, 0x14, 0, 4, 0, 0, 0, 1, 0x01, 0x15, 0, 4, 0, 0, 0, 1 };
	struct fixture *fx = test->priv;
	u16 len;

	run_in(test, 96, 0x12, 0, 0, 0, 96);
	KUNIT_EXPECT_EQ(test, fx->buf[5] & 0x30, 0x30);
	run_in(test, 255, 0x12, 1, 0x83, 0, 255);
	len = get_unaligned_be16(fx->buf + 2);
	KUNIT_EXPECT_EQ(test, memcmp(fx->buf + 4 + len - sizeof(ports), ports, sizeof(ports)), 0);
}

/* Memory is reached by one path, ever. */
static void without_paths(struct kunit *test)
{
	struct fixture *fx = test->priv;
	u16 len;

	run_in(test, 255, 0x12, 1, 0x83, 0, 255);
	len = get_unaligned_be16(fx->buf + 2);
	fx->be.file = NULL;
	run_in(test, 255, 0x12, 1, 0x83, 0, 255);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(fx->buf + 2) + 16, (int)len);
	run_in(test, 96, 0x12, 0, 0, 0, 96);
	KUNIT_EXPECT_EQ(test, fx->buf[5] & 0x30, 0);
	run_in(test, 64, 0xa3, 0x0a, [9] = 64);
	expect_reason(test, VSCSI_INVALID_FIELD_CDB);
	run_out(test, 8, 0xa4, 0x0a, [9] = 8);
	expect_reason(test, VSCSI_INVALID_FIELD_CDB);
}

static void add_path(struct fixture *fx, struct vscsi_path *path, u16 port)
{
	path->port = port;
	vscsi_path_join(fx->lu.pr, path);
}

static void report(struct kunit *test)
{
	static const u8 expected[] = {
		0, 0, 0, 24,
		0x02, 0x8f, 0, 1, 0, 2, 0, 1, 0, 0, 0, 1,
		0x00, 0x8f, 0, 7, 0, 0, 0, 1, 0, 0, 0, 7,
	};
	static const u8 header[] = { 0, 0, 0, 28, 0x10, 0, 0, 0 };
	struct fixture *fx = test->priv;
	struct vscsi_path other, same;

	set(test, VSCSI_ALUA_STANDBY);
	add_path(fx, &other, OTHER_PORT);
	/* A second VTD on the same adapter is no port of its own. */
	add_path(fx, &same, fx->lu.path.port);
	KUNIT_EXPECT_EQ(test, (int)same.state, (int)VSCSI_ALUA_STANDBY);
	run_in(test, 64, 0xa3, 0x0a, [9] = 64);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 28U);
	KUNIT_EXPECT_EQ(test, memcmp(fx->buf, expected, sizeof(expected)), 0);
	run_in(test, 64, 0xa3, 0x2a, [9] = 64);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 32U);
	KUNIT_EXPECT_EQ(test, memcmp(fx->buf, header, sizeof(header)), 0);
	KUNIT_EXPECT_EQ(test, memcmp(fx->buf + 8, expected + 4, 24), 0);
	/* Cut at the allocation length, which does not change the length told. */
	run_in(test, 64, 0xa3, 0x0a, [9] = 5);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 5U);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[3], 24);
	run_in(test, 64, 0xa3, 0x4a, [9] = 64);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 6);
	vscsi_path_leave(fx->lu.pr, &same);
	vscsi_path_leave(fx->lu.pr, &other);
}

static void expect_told(struct kunit *test, bool first, bool others)
{
	struct fixture *fx = test->priv;
	unsigned int i;

	for (i = 0; i < FIXTURE_NEXUSES; i++) {
		KUNIT_EXPECT_EQ(test, fx->nexuses[i].told,
				(i ? others : first) ? BIT(VSCSI_UA_ACCESS_CHANGED) : 0UL);
		fx->nexuses[i].told = 0;
	}
}

static void set_from_the_server(struct kunit *test)
{
	set(test, VSCSI_ALUA_STANDBY);
	expect_told(test, true, true);
	set(test, VSCSI_ALUA_STANDBY);
	expect_told(test, false, false);
}

static void send_groups(struct kunit *test, u8 len, const u8 *list, size_t list_len)
{
	struct fixture *fx = test->priv;

	memcpy(fx->buf, list, list_len);
	run_out(test, len, 0xa4, 0x0a, [9] = len);
}

#define set_groups(test, len, ...)						\
	send_groups(test, len, (const u8[]){ __VA_ARGS__ }, sizeof((const u8[]){ __VA_ARGS__ }))

static void set_by_command(struct kunit *test)
{
	struct fixture *fx = test->priv;
	struct vscsi_path other;

	add_path(fx, &other, OTHER_PORT);
	set_groups(test, 12, 0, 0, 0, 0, 0x01, 0, 0, 1, 0x03, 0, 0, OTHER_PORT);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 12U);
	KUNIT_EXPECT_EQ(test, (int)fx->lu.path.state, (int)VSCSI_ALUA_NON_OPTIMIZED);
	KUNIT_EXPECT_EQ(test, (int)fx->lu.path.status, 1);
	KUNIT_EXPECT_EQ(test, (int)other.state, (int)VSCSI_ALUA_UNAVAILABLE);
	/* Who has asked for it knows. */
	expect_told(test, false, true);
	set_groups(test, 12, 0, 0, 0, 0, 0x01, 0, 0, 1, 0x03, 0, 0, OTHER_PORT);
	expect_told(test, false, false);
	/* Without descriptors nothing changes, and it is no error. */
	set_groups(test, 4, 0, 0, 0, 0);
	expect_ok(test);
	run_out(test, 0, 0xa4, 0x0a);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, (int)other.state, (int)VSCSI_ALUA_UNAVAILABLE);
	vscsi_path_leave(fx->lu.pr, &other);
}

/* A client takes into use what a client has taken out of use, and nothing else. */
static void locked_by_the_server(struct kunit *test)
{
	struct fixture *fx = test->priv;

	set(test, VSCSI_ALUA_STANDBY);
	expect_told(test, true, true);
	set_groups(test, 8, 0, 0, 0, 0, 0x00, 0, 0, 1);
	expect_reason(test, VSCSI_PATH_LOCKED);
	set_groups(test, 8, 0, 0, 0, 0, 0x02, 0, 0, 1);
	expect_ok(test);
	expect_told(test, false, false);
	KUNIT_EXPECT_EQ(test, (int)fx->lu.path.state, (int)VSCSI_ALUA_STANDBY);
	set(test, VSCSI_ALUA_OPTIMIZED);
	set_groups(test, 8, 0, 0, 0, 0, 0x02, 0, 0, 1);
	expect_ok(test);
	set_groups(test, 8, 0, 0, 0, 0, 0x00, 0, 0, 1);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, (int)fx->lu.path.state, (int)VSCSI_ALUA_OPTIMIZED);
	/* What a client has taken out of use first is the server's as well. */
	set_groups(test, 8, 0, 0, 0, 0, 0x03, 0, 0, 1);
	expect_ok(test);
	set(test, VSCSI_ALUA_UNAVAILABLE);
	set_groups(test, 8, 0, 0, 0, 0, 0x00, 0, 0, 1);
	expect_reason(test, VSCSI_PATH_LOCKED);
}

/* Nothing changes if anything is wrong. */
static void wrong_lists(struct kunit *test)
{
	struct fixture *fx = test->priv;

	set_groups(test, 12, 0, 0, 0, 0, 0x02, 0, 0, 1, 0x02, 0, 0, OTHER_PORT);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 10, 7);
	set_groups(test, 12, 0, 0, 0, 0, 0x02, 0, 0, 1, 0x0f, 0, 0, 1);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 8, 3);
	set_groups(test, 8, 0, 0, 0, 0, 0x0e, 0, 0, 1);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 4, 3);
	set_groups(test, 8, 0, 0, 0, 0, 0x04, 0, 0, 1);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 4, 3);
	set_groups(test, 8, 0, 0, 0, 0, 0x12, 0, 0, 1);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 4, 7);
	set_groups(test, 8, 0, 0, 0, 0, 0x02, 1, 0, 1);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 5, 7);
	set_groups(test, 8, 0, 0, 1, 0, 0x02, 0, 0, 1);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 2, 7);
	set_groups(test, 3, 0, 0, 0);
	expect_reason(test, VSCSI_PARAM_LENGTH);
	set_groups(test, 7, 0, 0, 0, 0, 0x02, 0, 0);
	expect_reason(test, VSCSI_PARAM_LENGTH);
	run_out(test, 4 + 257 * 4, 0xa4, 0x0a, [8] = 4, [9] = 8);
	expect_reason(test, VSCSI_PARAM_LENGTH);
	KUNIT_EXPECT_EQ(test, (int)fx->lu.path.state, (int)VSCSI_ALUA_OPTIMIZED);
	expect_told(test, false, false);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(every_row_in_every_state),
	KUNIT_CASE(sense_of_each_state),
	KUNIT_CASE(order_of_checks),
	KUNIT_CASE(inquiry),
	KUNIT_CASE(without_paths),
	KUNIT_CASE(report),
	KUNIT_CASE(set_from_the_server),
	KUNIT_CASE(set_by_command),
	KUNIT_CASE(locked_by_the_server),
	KUNIT_CASE(wrong_lists),
	{}
};

static struct kunit_suite suite = {
	.name = "vscsi_alua",
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
