// SPDX-License-Identifier: GPL-2.0
/* What outlives the module: how it lies in a file, and what of a logical unit comes back. */
#include "../backend/slot.h"
#include "../cmdset/spc.h"
#include "fixture.h"

#define EA_RO	VSCSI_PR_EXCLUSIVE_ACCESS_RO

#define APTPL	0x01

/* --- slots --- */

#define FILE_SIZE	(VSCSI_SLOTS * VSCSI_SLOT_SIZE)

static u8 *make_file(struct kunit *test)
{
	u8 *file = kunit_kzalloc(test, FILE_SIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, file);
	return file;
}

static void expect_newest(struct kunit *test, const u8 *file, unsigned int number, u64 sequence,
			  const char *state)
{
	struct vscsi_slot slot = { .sequence = 0 };

	KUNIT_EXPECT_TRUE(test, vscsi_slot_newest(file, FILE_SIZE, &slot));
	KUNIT_EXPECT_EQ(test, slot.number, number);
	KUNIT_EXPECT_EQ(test, slot.sequence, sequence);
	KUNIT_EXPECT_EQ(test, slot.len, (u32)strlen(state));
	KUNIT_EXPECT_EQ(test, memcmp(slot.state, state, slot.len), 0);
}

static void newest_slot(struct kunit *test)
{
	struct vscsi_slot slot;
	u8 *file = make_file(test);

	KUNIT_EXPECT_FALSE(test, vscsi_slot_newest(file, FILE_SIZE, &slot));
	KUNIT_EXPECT_FALSE(test, vscsi_slot_newest(file, 0, &slot));
	vscsi_slot_format(file + VSCSI_SLOT_SIZE, 7, "second", 6);
	expect_newest(test, file, 1, 7, "second");
	vscsi_slot_format(file, 6, "first", 5);
	expect_newest(test, file, 1, 7, "second");
	vscsi_slot_format(file, 8, "", 0);
	expect_newest(test, file, 0, 8, "");
	/* A file that ends with what was written. */
	KUNIT_EXPECT_TRUE(test, vscsi_slot_newest(file, VSCSI_SLOT_HEADER_LEN, &slot));
	KUNIT_EXPECT_FALSE(test, vscsi_slot_newest(file, VSCSI_SLOT_HEADER_LEN - 1, &slot));
}

static void every_bit_of_a_slot(struct kunit *test)
{
	u8 *file = make_file(test);
	size_t len = vscsi_slot_format(file, 3, "state", 5);
	struct vscsi_slot slot;
	unsigned int bit;

	for (bit = 0; bit < len * 8; bit++) {
		file[bit / 8] ^= BIT(bit % 8);
		KUNIT_EXPECT_EQ_MSG(test, vscsi_slot_newest(file, FILE_SIZE, &slot), false,
				    "bit %u", bit);
		file[bit / 8] ^= BIT(bit % 8);
	}
	expect_newest(test, file, 0, 3, "state");
}

/* Power is cut after each byte of a new slot that is written over an old one. */
static void torn_slot(struct kunit *test)
{
	u8 *file = make_file(test), *whole = make_file(test), *fresh = file + VSCSI_SLOT_SIZE;
	size_t len = vscsi_slot_format(whole, 3, "new", 3), cut;

	vscsi_slot_format(file, 2, "kept", 4);
	for (cut = 0; cut < len; cut++) {
		vscsi_slot_format(fresh, 1, "oldest", 6);
		memcpy(fresh, whole, cut);
		expect_newest(test, file, 0, 2, "kept");
	}
	memcpy(fresh, whole, len);
	expect_newest(test, file, 1, 3, "new");
}

/* --- reservations --- */

/* PERSISTENT RESERVE OUT with byte 20 of its list; it must end with @reason. */
static void out(struct kunit *test, unsigned int from, u8 action, u8 type, u64 key, u64 new_key,
		u8 flags, enum vscsi_reason reason)
{
	struct fixture *fx = test->priv;

	memset(fx->buf, 0, 24);
	put_unaligned_be64(key, fx->buf);
	put_unaligned_be64(new_key, fx->buf + 8);
	fx->buf[20] = flags;
	fx->from = from;
	run_out(test, 24, 0x5f, action, type, 0, 0, 0, 0, 0, 24);
	expect_reason(test, reason);
}

/* Nexus 0 has the key 10, 1 has 11. */
static void register_two(struct kunit *test)
{
	out(test, 0, SPC_PR_REGISTER, 0, 0, 10, APTPL, VSCSI_OK);
	out(test, 1, SPC_PR_REGISTER, 0, 0, 11, APTPL, VSCSI_OK);
}

static void unmap(struct fixture *fx)
{
	unsigned int i;

	for (i = 0; i < FIXTURE_NEXUSES; i++)
		vscsi_pr_leave(fx->lu.pr, &fx->nexuses[i].pr);
	vscsi_path_leave(fx->lu.pr, &fx->lu.path);
}

static void map(struct fixture *fx)
{
	unsigned int i;

	for (i = 0; i < FIXTURE_NEXUSES; i++)
		vscsi_pr_join(fx->lu.pr, &fx->nexuses[i].pr);
	vscsi_path_join(fx->lu.pr, &fx->lu.path);
	fx->params.descriptor_sense = false;
	fx->params.write_protect = false;
	vscsi_lu_reset(&fx->lu);
}

/* The module goes and comes; the nexuses are the same. */
static void restart(struct kunit *test)
{
	struct fixture *fx = test->priv;
	struct vscsi_pr *pr = vscsi_pr_alloc(fx->lu.pr->target);

	KUNIT_ASSERT_NOT_NULL(test, pr);
	pr->saved.store = &fx->store;
	KUNIT_EXPECT_EQ(test, vscsi_saved_load(pr, fx->saved, fx->saved_len), 0);
	unmap(fx);
	vscsi_pr_free(fx->lu.pr);
	fx->lu.pr = pr;
	map(fx);
}

static void expect_state(struct kunit *test, u32 nr, u8 type, bool aptpl)
{
	const struct vscsi_pr *pr = ((struct fixture *)test->priv)->lu.pr;

	KUNIT_EXPECT_EQ(test, pr->nr_registrations, nr);
	KUNIT_EXPECT_EQ(test, (int)pr->type, (int)type);
	KUNIT_EXPECT_EQ(test, pr->aptpl, aptpl);
}

static bool reads(struct kunit *test, unsigned int from)
{
	struct fixture *fx = test->priv;

	fx->from = from;
	run_in(test, 512, 0x28, [8] = 1);
	return fx->cmd.reason == VSCSI_OK;
}

static void without_aptpl_nothing_is_saved(struct kunit *test)
{
	struct fixture *fx = test->priv;

	out(test, 0, SPC_PR_REGISTER, 0, 0, 10, 0, VSCSI_OK);
	out(test, 0, SPC_PR_RESERVE, EA_RO, 10, 0, 0, VSCSI_OK);
	KUNIT_EXPECT_EQ(test, fx->saves, 0U);
	restart(test);
	expect_state(test, 0, 0, false);
}

static void reservations_come_back(struct kunit *test)
{
	static const struct {
		u8 type;
		bool others_read;
	} types[] = { { 1, true }, { 3, false }, { 5, true }, { 6, false }, { 7, true },
		      { 8, false } };
	struct fixture *fx = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		bool all = vscsi_pr_all_registrants(types[i].type);

		register_two(test);
		out(test, 1, SPC_PR_RESERVE, types[i].type, 11, 0, 0, VSCSI_OK);
		restart(test);
		expect_state(test, 2, types[i].type, true);
		KUNIT_EXPECT_EQ(test, fx->lu.pr->generation, 0U);
		KUNIT_EXPECT_EQ(test, fx->lu.pr->holder ? fx->lu.pr->holder->key : 0,
				all ? 0ULL : 11ULL);
		KUNIT_EXPECT_TRUE(test, reads(test, 1));
		KUNIT_EXPECT_EQ(test, reads(test, 2), types[i].others_read);
		out(test, 0, SPC_PR_CLEAR, 0, 10, 0, 0, VSCSI_OK);
		restart(test);
		expect_state(test, 0, 0, true);
	}
}

/* The last REGISTER says whether it lasts, whoever sends it. */
static void aptpl_goes(struct kunit *test)
{
	struct fixture *fx = test->priv;

	register_two(test);
	run_in(test, 8, 0x5e, 0x02, [8] = 8);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fx->buf), 0x000811b1ea010000ULL);
	/* not by who does not register */
	out(test, 2, SPC_PR_REGISTER, 0, 0, 0, 0, VSCSI_OK);
	out(test, 2, SPC_PR_REGISTER_AND_IGNORE, 0, 0, 0, 0, VSCSI_OK);
	restart(test);
	expect_state(test, 2, 0, true);
	out(test, 2, SPC_PR_REGISTER, 0, 0, 12, 0, VSCSI_OK);
	expect_state(test, 3, 0, false);
	restart(test);
	expect_state(test, 0, 0, false);
	out(test, 0, SPC_PR_REGISTER_AND_IGNORE, 0, 0, 10, APTPL, VSCSI_OK);
	restart(test);
	expect_state(test, 1, 0, true);
}

static void every_action_is_saved(struct kunit *test)
{
	struct fixture *fx = test->priv;

	register_two(test);
	out(test, 2, SPC_PR_REGISTER, 0, 0, 12, APTPL, VSCSI_OK);
	out(test, 0, SPC_PR_RESERVE, EA_RO, 10, 0, 0, VSCSI_OK);
	restart(test);
	out(test, 0, SPC_PR_RELEASE, EA_RO, 10, 0, 0, VSCSI_OK);
	restart(test);
	expect_state(test, 3, 0, true);
	out(test, 0, SPC_PR_PREEMPT, 0, 10, 11, 0, VSCSI_OK);
	restart(test);
	expect_state(test, 2, 0, true);
	out(test, 0, SPC_PR_PREEMPT_AND_ABORT, 0, 10, 12, 0, VSCSI_OK);
	out(test, 0, SPC_PR_RESERVE, EA_RO, 10, 0, 0, VSCSI_OK);
	restart(test);
	expect_state(test, 1, EA_RO, true);
	KUNIT_EXPECT_EQ(test, fx->lu.pr->holder->key, 10ULL);
}

static void move_sets_aptpl(struct kunit *test)
{
	struct fixture *fx = test->priv;

	out(test, 0, SPC_PR_REGISTER, 0, 0, 10, 0, VSCSI_OK);
	out(test, 0, SPC_PR_RESERVE, EA_RO, 10, 0, 0, VSCSI_OK);
	memset(fx->buf, 0, 48);
	put_unaligned_be64(10, fx->buf);
	put_unaligned_be64(11, fx->buf + 8);
	fx->buf[17] = APTPL;
	fx->buf[19] = 1;
	fx->buf[23] = 24;
	fx->buf[24] = 0x04;
	fx->buf[47] = 2;
	run_out(test, 48, 0x5f, SPC_PR_REGISTER_AND_MOVE, 0, 0, 0, 0, 0, 0, 48);
	expect_ok(test);
	restart(test);
	expect_state(test, 2, EA_RO, true);
	KUNIT_EXPECT_EQ(test, fx->lu.pr->holder->key, 11ULL);
	KUNIT_EXPECT_EQ(test, (int)fx->lu.pr->holder->id.initiator[15], 2);
}

static void what_cannot_be_saved_is_not_done(struct kunit *test)
{
	struct fixture *fx = test->priv;

	fx->save_fails = true;
	out(test, 0, SPC_PR_REGISTER, 0, 0, 10, APTPL, VSCSI_REGISTRATIONS_FULL);
	expect_state(test, 0, 0, false);
	fx->save_fails = false;
	register_two(test);
	fx->save_fails = true;
	out(test, 0, SPC_PR_RESERVE, EA_RO, 10, 0, 0, VSCSI_TARGET_FAILURE);
	out(test, 0, SPC_PR_CLEAR, 0, 10, 0, 0, VSCSI_TARGET_FAILURE);
	out(test, 0, SPC_PR_PREEMPT, 0, 10, 11, 0, VSCSI_TARGET_FAILURE);
	out(test, 0, SPC_PR_REGISTER, 0, 10, 20, 0, VSCSI_REGISTRATIONS_FULL);
	expect_state(test, 2, 0, true);
	KUNIT_EXPECT_EQ(test, fx->nexuses[1].told, 0UL);
	KUNIT_EXPECT_EQ(test, fx->lu.pr->generation, 2U);
	/* Other faults are told before that. */
	out(test, 0, SPC_PR_RESERVE, EA_RO, 99, 0, 0, VSCSI_RESERVED);
	out(test, 0, SPC_PR_RESERVE, 0x02, 10, 0, 0, VSCSI_INVALID_FIELD_CDB);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 3);
	fx->save_fails = false;
	restart(test);
	expect_state(test, 2, 0, true);
}

/* Then there is no registration, and none is left behind. */
static void reserve_comes_first(struct kunit *test)
{
	struct fixture *fx = test->priv;

	fx->reserve_at_save = true;
	out(test, 0, SPC_PR_REGISTER, 0, 0, 10, APTPL, VSCSI_RESERVED);
	fx->reserve_at_save = false;
	KUNIT_EXPECT_EQ(test, fx->saves, 2U);
	restart(test);
	expect_state(test, 0, 0, false);
}

static void ports_are_forgotten(struct kunit *test)
{
	struct fixture *fx = test->priv;

	register_two(test);
	out(test, 0, SPC_PR_RESERVE, EA_RO, 10, 0, 0, VSCSI_OK);
	vscsi_pr_forget_target(fx->lu.pr, 1);
	expect_state(test, 2, EA_RO, true);
	vscsi_pr_forget_initiator(fx->lu.pr, fx->nexuses[0].pr.id.initiator);
	expect_state(test, 1, 0, true);
	restart(test);
	expect_state(test, 1, 0, true);
}

static void as_many_as_there_may_be(struct kunit *test)
{
	struct fixture *fx = test->priv;
	u8 *initiator = fx->nexuses[0].pr.id.initiator;
	unsigned int i;

	for (i = 0; i < VSCSI_PR_REGISTRATIONS_MAX; i++, initiator[0]++)
		out(test, 0, SPC_PR_REGISTER, 0, 0, 10, APTPL, VSCSI_OK);
	memset(fx->buf, 'a', VSCSI_INFO_MAX);
	run_out(test, VSCSI_INFO_MAX, 0xa4, 0x06, [8] = VSCSI_INFO_MAX >> 8, [11] = 0);
	expect_ok(test);
	KUNIT_EXPECT_LE(test, fx->saved_len, (u32)VSCSI_STATE_MAX);
	restart(test);
	expect_state(test, VSCSI_PR_REGISTRATIONS_MAX, 0, true);
	KUNIT_EXPECT_EQ(test, (int)fx->lu.pr->saved.settings.info[0].len, VSCSI_INFO_MAX);
}

/* Anything may be in there: it is taken whole, or not at all. */
static void expect_all_or_nothing(struct kunit *test, u32 len, const char *what, unsigned int nr)
{
	struct fixture *fx = test->priv;
	struct vscsi_pr *pr = vscsi_pr_alloc(fx->lu.pr->target);

	KUNIT_ASSERT_NOT_NULL(test, pr);
	if (vscsi_saved_load(pr, fx->saved, len))
		KUNIT_EXPECT_EQ_MSG(test, pr->nr_registrations + pr->type + pr->aptpl +
				    pr->saved.settings.info[0].len, 0, "%s %u", what, nr);
	else if (pr->type && !pr->holder)
		KUNIT_EXPECT_TRUE_MSG(test, vscsi_pr_all_registrants(pr->type), "%s %u", what, nr);
	vscsi_pr_free(pr);
}

static void damaged_state(struct kunit *test)
{
	struct fixture *fx = test->priv;
	unsigned int bit;
	u32 len;

	register_two(test);
	out(test, 0, SPC_PR_RESERVE, EA_RO, 10, 0, 0, VSCSI_OK);
	fx->buf[0] = 'x';
	run_out(test, 1, 0xa4, 0x06, [9] = 1, [11] = 0);
	expect_ok(test);
	for (len = 0; len < fx->saved_len; len++)
		expect_all_or_nothing(test, len, "length", len);
	for (bit = 0; bit < fx->saved_len * 8; bit++) {
		fx->saved[bit / 8] ^= BIT(bit % 8);
		expect_all_or_nothing(test, fx->saved_len, "bit", bit);
		fx->saved[bit / 8] ^= BIT(bit % 8);
	}
	restart(test);
	expect_state(test, 2, EA_RO, true);
}

static void nonsense(struct kunit *test)
{
	static const struct {
		u8 len;
		u8 state[72];
	} wrong[] = {
		{ 4, { 9 } },					/* unknown */
		{ 4, { 1 } },					/* no type */
		{ 5, { 1, 0, 0, 1, 2 } },			/* no such type */
		{ 5, { 1, 1, 0, 1, 0 } },
		{ 5, { 1, 0, 0, 1, 1 } },			/* nobody holds it */
		{ 5, { 1, 0, 0, 1, 7 } },
		{ 10, { 1, 0, 0, 1, 0, 1, 0, 0, 1, 0 } },	/* twice */
		{ 31, { 2, 0, 0, 27, [11] = 1 } },		/* without a reservation */
		{ 36, { 1, 0, 0, 1, 0, 2, 0, 0, 27 } },		/* without a key */
		{ 36, { 1, 0, 0, 1, 0, 2, 0, 0, 27, [16] = 1, [35] = 1 } },	/* holds nothing */
		{ 67, { 1, 0, 0, 1, 0, 2, 0, 0, 27, [16] = 1,	/* two of one nexus */
			[36] = 2, [39] = 27, [47] = 1 } },
		{ 5, { 3, 0, 0, 1, 4 } },
		{ 5, { 4, 0, 0, 1, 2 } },
	};
	struct fixture *fx = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		KUNIT_EXPECT_EQ_MSG(test, vscsi_saved_load(fx->lu.pr, wrong[i].state, wrong[i].len),
				    -EINVAL, "state %u", i);
	expect_state(test, 0, 0, false);
}

/* --- saved mode pages --- */

static void select_control(struct kunit *test, u8 sp, u8 byte2, u8 byte4)
{
	struct fixture *fx = test->priv;
	u8 list[16];

	run_in(test, sizeof(list), 0x1a, 0x08, 0x0a, 0, sizeof(list));
	memcpy(list, fx->buf, sizeof(list));
	list[0] = 0;			/* MODE DATA LENGTH */
	list[2] = 0;			/* DEVICE-SPECIFIC PARAMETER */
	list[4] = 0x0a;			/* without PS */
	list[6] = byte2;
	list[8] = byte4;
	memcpy(fx->buf, list, sizeof(list));
	run_out(test, sizeof(list), 0x15, 0x10 | sp, 0, 0, sizeof(list));
}

static void expect_control(struct kunit *test, u8 pc, u8 byte2, u8 byte4)
{
	struct fixture *fx = test->priv;

	run_in(test, 255, 0x1a, 0x08, pc << 6 | 0x0a, 0, 255);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[4], 0x8a);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[6], (int)byte2);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[8], (int)byte4);
}

static void mode_pages_are_saved(struct kunit *test)
{
	struct fixture *fx = test->priv;

	select_control(test, 1, 0x06, 0x08);
	expect_ok(test);
	expect_control(test, 3, 0x06, 0x08);
	/* Only for now; and a reset ends that. */
	select_control(test, 0, 0x02, 0);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->saves, 1U);
	expect_control(test, 0, 0x02, 0);
	expect_control(test, 3, 0x06, 0x08);
	vscsi_lu_reset(&fx->lu);
	expect_control(test, 0, 0x06, 0x08);
	restart(test);
	expect_control(test, 0, 0x06, 0x08);
	expect_control(test, 2, 0x02, 0);
	/* Without a list, what is so now is saved. */
	select_control(test, 0, 0x02, 0x08);
	run_out(test, 0, 0x15, 0x11);
	expect_ok(test);
	expect_control(test, 3, 0x02, 0x08);
	KUNIT_EXPECT_EQ(test, fx->saves, 2U);
}

static void mode_pages_that_cannot_be_saved(struct kunit *test)
{
	struct fixture *fx = test->priv;

	fx->save_fails = true;
	select_control(test, 1, 0x06, 0);
	expect_reason(test, VSCSI_TARGET_FAILURE);
	expect_control(test, 0, 0x02, 0);
	expect_control(test, 3, 0x02, 0);
	KUNIT_EXPECT_EQ(test, fx->told_others, 0UL);
	/* The others never are; their saved values are those that they have. */
	run_in(test, 255, 0x1a, 0x08, 0xc8, 0, 255);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->buf[4] << 16 | fx->buf[5] << 8 | fx->buf[6], 0x081204);
}

/* --- identifying information --- */

static void set_info(struct kunit *test, u8 type, const void *data, u16 len)
{
	struct fixture *fx = test->priv;

	memcpy(fx->buf, data, len);
	run_out(test, len, 0xa4, 0x06, [8] = len >> 8, len & 0xff, type << 1, 0);
}

static void expect_info(struct kunit *test, u8 type, const void *data, u16 len)
{
	struct fixture *fx = test->priv;

	run_in(test, 1024, 0xa3, 0x05, [8] = 4, [10] = type << 1, 0);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), (u32)len);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 4U + len);
	KUNIT_EXPECT_EQ(test, memcmp(fx->buf + 4, data, len), 0);
}

static void information(struct kunit *test)
{
	struct fixture *fx = test->priv;

	expect_info(test, 0x00, "", 0);
	set_info(test, 0x00, "payroll", 7);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->told_others, BIT(VSCSI_UA_IDENTIFIER_CHANGED));
	set_info(test, 0x02, "text", 5);
	expect_ok(test);
	restart(test);
	expect_info(test, 0x00, "payroll", 7);
	expect_info(test, 0x02, "text", 5);
	set_info(test, 0x00, "", 0);
	expect_ok(test);
	restart(test);
	expect_info(test, 0x00, "", 0);
	expect_info(test, 0x02, "text", 5);
	/* Not all of it is wanted. */
	run_in(test, 1024, 0xa3, 0x05, [9] = 6, 0x04, 0);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 6U);
	/* Which there are. */
	run_in(test, 1024, 0xa3, 0x05, [9] = 255, 0xfe, 0);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 12U);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), 8U);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fx->buf + 4), 0x0000020004000100ULL);
}

static void wrong_information(struct kunit *test)
{
	struct fixture *fx = test->priv;
	unsigned int type;

	set_info(test, 0x00, "kept", 4);
	fx->told_others = 0;
	for (type = 0; type < 0x80; type++) {
		if (type == 0x00 || type == 0x02)
			continue;
		set_info(test, type, "x", 1);
		expect_field(test, VSCSI_INVALID_FIELD_CDB, 10, 7);
		if (type == 0x7f)
			continue;
		run_in(test, 255, 0xa3, 0x05, [9] = 255, type << 1, 0);
		expect_field(test, VSCSI_INVALID_FIELD_CDB, 10, 7);
	}
	run_out(test, 513, 0xa4, 0x06, [8] = 2, 1, 0, 0);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 6, 7);
	run_out(test, 257, 0xa4, 0x06, [8] = 1, 1, 0x04, 0);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 6, 7);
	set_info(test, 0x02, "open", 4);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 3, 7);
	set_info(test, 0x02, "a\0b", 4);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 1, 7);
	fx->save_fails = true;
	set_info(test, 0x00, "lost", 4);
	expect_reason(test, VSCSI_TARGET_FAILURE);
	KUNIT_EXPECT_EQ(test, fx->told_others, 0UL);
	expect_info(test, 0x00, "kept", 4);
	expect_info(test, 0x02, "", 0);
}

/* Memory has none of all this. */
static void nowhere_to_save(struct kunit *test)
{
	struct fixture *fx = test->priv;

	fx->lu.pr->saved.store = NULL;
	out(test, 0, SPC_PR_REGISTER, 0, 0, 10, APTPL, VSCSI_INVALID_FIELD_PARAM);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 20, 0);
	out(test, 0, SPC_PR_REGISTER, 0, 0, 10, 0, VSCSI_OK);
	run_in(test, 8, 0x5e, 0x02, [8] = 8);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fx->buf), 0x000810b0ea010000ULL);
	select_control(test, 1, 0x06, 0);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 0);
	run_out(test, 0, 0x55, 0x11);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 0);
	run_in(test, 255, 0x1a, 0x08, 0x0a, 0, 255);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[4], 0x0a);
	run_in(test, 255, 0xa3, 0x05, [9] = 255, [11] = 0);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 4);
	set_info(test, 0x00, "x", 1);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 4);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(newest_slot),
	KUNIT_CASE(every_bit_of_a_slot),
	KUNIT_CASE(torn_slot),
	KUNIT_CASE(without_aptpl_nothing_is_saved),
	KUNIT_CASE(reservations_come_back),
	KUNIT_CASE(aptpl_goes),
	KUNIT_CASE(every_action_is_saved),
	KUNIT_CASE(move_sets_aptpl),
	KUNIT_CASE(what_cannot_be_saved_is_not_done),
	KUNIT_CASE(reserve_comes_first),
	KUNIT_CASE(ports_are_forgotten),
	KUNIT_CASE(as_many_as_there_may_be),
	KUNIT_CASE(damaged_state),
	KUNIT_CASE(nonsense),
	KUNIT_CASE(mode_pages_are_saved),
	KUNIT_CASE(mode_pages_that_cannot_be_saved),
	KUNIT_CASE(information),
	KUNIT_CASE(wrong_information),
	KUNIT_CASE(nowhere_to_save),
	{}
};

static struct kunit_suite suite = {
	.name = "vscsi_saved",
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
