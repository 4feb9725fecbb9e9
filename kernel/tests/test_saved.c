// SPDX-License-Identifier: GPL-2.0
/* What outlives the module: how it lies in a file, and what of a logical unit comes back. */
#include "../backend/slot.h"
#include "fixture.h"

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

static struct kunit_case cases[] = {
	KUNIT_CASE(newest_slot),
	KUNIT_CASE(every_bit_of_a_slot),
	KUNIT_CASE(torn_slot),
	{}
};

static struct kunit_suite suite = {
	.name = "vscsi_saved",
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
