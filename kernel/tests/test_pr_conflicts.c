// SPDX-License-Identifier: GPL-2.0
/*
 * Which commands which reservation keeps from whom.  The table here is written from the
 * standards: SPC-4 5.12.1, SBC-3 4.17, and SPC-2 5.5.1 with its annex B for RESERVE.
 */
#include "fixture.h"

#define ANY_SA		VSCSI_NO_SA

enum conflict {
	NEVER,
	EXCLUSIVE,	/* with exclusive access */
	ALWAYS,		/* with write exclusive too */
	BY_ITSELF,	/* looks at reservations by itself */
};

struct rule {
	u8 opcode;
	u16 service_action;
	enum conflict persistent;
	bool reserve;		/* conflicts with the RESERVE of another */
	u8 byte_4;		/* in the CDB */
};

static const struct rule rules[] = {
	{ 0x00, ANY_SA, NEVER, true },			/* TEST UNIT READY */
	{ 0x03, ANY_SA, NEVER, false },			/* REQUEST SENSE */
	{ 0x04, ANY_SA, ALWAYS, true },			/* FORMAT UNIT */
	{ 0x07, ANY_SA, ALWAYS, true },			/* REASSIGN BLOCKS */
	{ 0x08, ANY_SA, EXCLUSIVE, true },		/* READ(6) */
	{ 0x0a, ANY_SA, ALWAYS, true },			/* WRITE(6) */
	{ 0x12, ANY_SA, NEVER, false },			/* INQUIRY */
	{ 0x15, ANY_SA, ALWAYS, true },			/* MODE SELECT(6) */
	{ 0x16, ANY_SA, BY_ITSELF, true },		/* RESERVE(6) */
	{ 0x17, ANY_SA, BY_ITSELF, false },		/* RELEASE(6) */
	{ 0x1a, ANY_SA, EXCLUSIVE, true },		/* MODE SENSE(6) */
	{ 0x1b, ANY_SA, ALWAYS, true, 0x00 },		/* START STOP UNIT, stop */
	{ 0x1b, ANY_SA, NEVER, false, 0x01 },		/* START STOP UNIT, start */
	{ 0x1b, ANY_SA, NEVER, false, 0x05 },		/* ... NO_FLUSH */
	{ 0x1b, ANY_SA, ALWAYS, true, 0x11 },		/* ... POWER CONDITION */
	{ 0x1c, ANY_SA, EXCLUSIVE, true },		/* RECEIVE DIAGNOSTIC RESULTS */
	{ 0x1d, ANY_SA, ALWAYS, true },			/* SEND DIAGNOSTIC */
	{ 0x1e, ANY_SA, NEVER, false, 0x00 },		/* PREVENT ALLOW MEDIUM REMOVAL, allow */
	{ 0x1e, ANY_SA, ALWAYS, true, 0x01 },		/* ... prevent */
	{ 0x25, ANY_SA, NEVER, false },			/* READ CAPACITY(10) */
	{ 0x28, ANY_SA, EXCLUSIVE, true },		/* READ(10) */
	{ 0x2a, ANY_SA, ALWAYS, true },			/* WRITE(10) */
	{ 0x2e, ANY_SA, ALWAYS, true },			/* WRITE AND VERIFY(10) */
	{ 0x2f, ANY_SA, EXCLUSIVE, true },		/* VERIFY(10) */
	{ 0x34, ANY_SA, EXCLUSIVE, true },		/* PRE-FETCH(10) */
	{ 0x35, ANY_SA, ALWAYS, true },			/* SYNCHRONIZE CACHE(10) */
	{ 0x37, ANY_SA, EXCLUSIVE, true },		/* READ DEFECT DATA(10) */
	{ 0x3b, ANY_SA, ALWAYS, true },			/* WRITE BUFFER */
	{ 0x3c, ANY_SA, EXCLUSIVE, true },		/* READ BUFFER */
	{ 0x3e, ANY_SA, ALWAYS, true },			/* READ LONG(10) */
	{ 0x3f, ANY_SA, ALWAYS, true },			/* WRITE LONG(10) */
	{ 0x41, ANY_SA, ALWAYS, true },			/* WRITE SAME(10) */
	{ 0x42, ANY_SA, ALWAYS, true },			/* UNMAP */
	{ 0x48, ANY_SA, ALWAYS, true },			/* SANITIZE */
	{ 0x4c, ANY_SA, ALWAYS, true },			/* LOG SELECT */
	{ 0x4d, ANY_SA, NEVER, false },			/* LOG SENSE */
	{ 0x55, ANY_SA, ALWAYS, true },			/* MODE SELECT(10) */
	{ 0x56, ANY_SA, BY_ITSELF, true },		/* RESERVE(10) */
	{ 0x57, ANY_SA, BY_ITSELF, false },		/* RELEASE(10) */
	{ 0x5a, ANY_SA, EXCLUSIVE, true },		/* MODE SENSE(10) */
	{ 0x5e, ANY_SA, BY_ITSELF, true },		/* PERSISTENT RESERVE IN */
	{ 0x5f, ANY_SA, BY_ITSELF, true },		/* PERSISTENT RESERVE OUT */
	{ 0x83, 0x00, ALWAYS, true },			/* EXTENDED COPY(LID1) */
	{ 0x83, 0x01, ALWAYS, true },			/* EXTENDED COPY(LID4) */
	{ 0x83, 0x10, EXCLUSIVE, true },		/* POPULATE TOKEN */
	{ 0x83, 0x11, ALWAYS, true },			/* WRITE USING TOKEN */
	{ 0x84, ANY_SA, ALWAYS, true },			/* RECEIVE COPY RESULTS */
	{ 0x88, ANY_SA, EXCLUSIVE, true },		/* READ(16) */
	{ 0x89, ANY_SA, ALWAYS, true },			/* COMPARE AND WRITE */
	{ 0x8a, ANY_SA, ALWAYS, true },			/* WRITE(16) */
	{ 0x8b, ANY_SA, ALWAYS, true },			/* ORWRITE(16) */
	{ 0x8e, ANY_SA, ALWAYS, true },			/* WRITE AND VERIFY(16) */
	{ 0x8f, ANY_SA, EXCLUSIVE, true },		/* VERIFY(16) */
	{ 0x90, ANY_SA, EXCLUSIVE, true },		/* PRE-FETCH(16) */
	{ 0x91, ANY_SA, ALWAYS, true },			/* SYNCHRONIZE CACHE(16) */
	{ 0x93, ANY_SA, ALWAYS, true },			/* WRITE SAME(16) */
	{ 0x9c, ANY_SA, ALWAYS, true },			/* WRITE ATOMIC(16) */
	{ 0x9e, 0x10, NEVER, false },			/* READ CAPACITY(16) */
	{ 0x9e, 0x11, ALWAYS, true },			/* READ LONG(16) */
	{ 0x9e, 0x12, EXCLUSIVE, true },		/* GET LBA STATUS */
	{ 0x9f, 0x11, ALWAYS, true },			/* WRITE LONG(16) */
	{ 0xa0, ANY_SA, NEVER, false },			/* REPORT LUNS */
	{ 0xa3, 0x05, NEVER, true },			/* REPORT IDENTIFYING INFORMATION */
	{ 0xa3, 0x0a, NEVER, true },			/* REPORT TARGET PORT GROUPS */
	{ 0xa3, 0x0c, EXCLUSIVE, true },		/* REPORT SUPPORTED OPERATION CODES */
	{ 0xa3, 0x0d, EXCLUSIVE, true },		/* ... TASK MANAGEMENT FUNCTIONS */
	{ 0xa3, 0x0f, NEVER, true },			/* REPORT TIMESTAMP */
	{ 0xa4, ANY_SA, ALWAYS, true },			/* SET TARGET PORT GROUPS and the like */
	{ 0xa8, ANY_SA, EXCLUSIVE, true },		/* READ(12) */
	{ 0xaa, ANY_SA, ALWAYS, true },			/* WRITE(12) */
	{ 0xae, ANY_SA, ALWAYS, true },			/* WRITE AND VERIFY(12) */
	{ 0xaf, ANY_SA, EXCLUSIVE, true },		/* VERIFY(12) */
	{ 0xb7, ANY_SA, EXCLUSIVE, true },		/* READ DEFECT DATA(12) */
};

static const struct {
	u8 type;
	bool exclusive;
	bool registrants;	/* get past it */
} types[] = {
	{ VSCSI_PR_WRITE_EXCLUSIVE, false, false },
	{ VSCSI_PR_EXCLUSIVE_ACCESS, true, false },
	{ VSCSI_PR_WRITE_EXCLUSIVE_RO, false, true },
	{ VSCSI_PR_EXCLUSIVE_ACCESS_RO, true, true },
	{ VSCSI_PR_WRITE_EXCLUSIVE_AR, false, true },
	{ VSCSI_PR_EXCLUSIVE_ACCESS_AR, true, true },
};

enum sender {
	HOLDER,
	REGISTRANT,
	OTHER,
};

static bool applies(const struct rule *rule, const struct vscsi_opcode *op)
{
	return rule->opcode == op->opcode &&
	       (rule->service_action == ANY_SA || rule->service_action == op->service_action);
}

/* Call @check for each rule of each row that disks have. */
static void apply_rules(struct kunit *test,
			void (*check)(struct kunit *test, const struct vscsi_opcode *op,
				      const struct rule *rule, const void *arg), const void *arg)
{
	const struct vscsi_opcode *op;
	unsigned int i, found;

	for (op = vscsi_opcodes; op < vscsi_opcodes + vscsi_opcodes_nr; op++) {
		if (!(op->kinds & VSCSI_LU_DISK))
			continue;
		for (i = 0, found = 0; i < ARRAY_SIZE(rules); i++) {
			if (!applies(&rules[i], op))
				continue;
			check(test, op, &rules[i], arg);
			found++;
		}
		KUNIT_EXPECT_TRUE_MSG(test, found, "%s is not in the table", op->name);
	}
}

/* Does the command, sent by nexus @from, conflict? It has no data buffer and does no harm. */
static bool conflicts(struct kunit *test, unsigned int from, const struct vscsi_opcode *op,
		      const struct rule *rule)
{
	struct fixture *fx = test->priv;
	u8 cdb[VSCSI_CDB_MAX] = { [0] = op->opcode };

	if (op->service_action != VSCSI_NO_SA)
		cdb[1] = op->service_action;
	if (rule->byte_4)
		cdb[4] = rule->byte_4;
	fx->from = from;
	fx->params.stopped = false;
	run_on(test, VSCSI_LU_DISK, 0, cdb, op->cdb_len, DMA_NONE, 0);
	return fx->cmd.reason == VSCSI_RESERVED;
}

static void check_persistent(struct kunit *test, const struct vscsi_opcode *op,
			     const struct rule *rule, const void *arg)
{
	unsigned int type = *(const unsigned int *)arg;
	bool kept = rule->persistent == ALWAYS ||
		    (rule->persistent == EXCLUSIVE && types[type].exclusive);

	if (rule->persistent == BY_ITSELF)
		return;
	KUNIT_EXPECT_EQ_MSG(test, conflicts(test, HOLDER, op, rule), false, "%s, type %u",
			    op->name, types[type].type);
	KUNIT_EXPECT_EQ_MSG(test, conflicts(test, REGISTRANT, op, rule),
			    kept && !types[type].registrants, "%s, type %u, registered",
			    op->name, types[type].type);
	KUNIT_EXPECT_EQ_MSG(test, conflicts(test, OTHER, op, rule), kept, "%s, type %u, other",
			    op->name, types[type].type);
}

static void persistent(struct kunit *test)
{
	unsigned int i;

	reserve_out(test, HOLDER, 0x00, 0, 0, 1);
	reserve_out(test, REGISTRANT, 0x00, 0, 0, 2);
	expect_ok(test);
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		reserve_out(test, HOLDER, 0x01, types[i].type, 1, 0);
		expect_ok(test);
		apply_rules(test, check_persistent, &i);
		reserve_out(test, HOLDER, 0x02, types[i].type, 1, 0);
	}
}

static void check_free(struct kunit *test, const struct vscsi_opcode *op,
		       const struct rule *rule, const void *arg)
{
	unsigned int from;

	if (rule->persistent == BY_ITSELF)
		return;
	for (from = HOLDER; from <= OTHER; from++)
		KUNIT_EXPECT_EQ_MSG(test, conflicts(test, from, op, rule), false, "%s", op->name);
}

/* To be registered keeps nobody from anything. */
static void without_reservation(struct kunit *test)
{
	apply_rules(test, check_free, NULL);
	reserve_out(test, HOLDER, 0x00, 0, 0, 1);
	apply_rules(test, check_free, NULL);
}

static void check_reserve(struct kunit *test, const struct vscsi_opcode *op,
			  const struct rule *rule, const void *arg)
{
	KUNIT_EXPECT_EQ_MSG(test, conflicts(test, OTHER, op, rule), rule->reserve, "%s, other",
			    op->name);
	if (rule->persistent != BY_ITSELF)
		KUNIT_EXPECT_EQ_MSG(test, conflicts(test, HOLDER, op, rule), false, "%s, own",
				    op->name);
}

static void reserve(struct kunit *test)
{
	run_in(test, 0, 0x16);
	expect_ok(test);
	apply_rules(test, check_reserve, NULL);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(persistent),
	KUNIT_CASE(without_reservation),
	KUNIT_CASE(reserve),
	{}
};

static struct kunit_suite suite = {
	.name = "vscsi_pr_conflicts",
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
