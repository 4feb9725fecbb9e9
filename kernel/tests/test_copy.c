// SPDX-License-Identifier: GPL-2.0
/* EXTENDED COPY and what tells of it (SPC-4 6.4, 6.5, 6.22, 6.24, 6.25). */
#include "fixture.h"

#define LIST_ID		7

struct list {
	bool lid4;
	u8 flags;		/* G_SENSE, IMMED */
	u32 id;
	u8 usage;
	u32 nr_targets;
	u32 nr_segments;
	u32 len;
};

static u32 header_len(const struct list *list)
{
	return list->lid4 ? COPY_HEADER_LID4_LEN : COPY_HEADER_LEN;
}

static u8 *target_at(struct fixture *fx, const struct list *list, u32 i)
{
	return fx->buf + header_len(list) + i * COPY_TARGET_LEN;
}

static void put_target(struct fixture *fx, struct list *list)
{
	u8 *target = target_at(fx, list, list->nr_targets++);

	memset(target, 0, COPY_TARGET_LEN);
	target[0] = COPY_IDENTIFICATION;
	target[4] = 0x01;
	target[5] = 0x03;
	target[7] = fx->be.identity.naa_len;
	memcpy(target + 8, fx->be.identity.naa, fx->be.identity.naa_len);
	put_unaligned_be24(fx->lu.block_size, target + 29);
}

static u8 *segment_at(struct fixture *fx, const struct list *list, u32 i)
{
	return target_at(fx, list, list->nr_targets) + i * COPY_SEGMENT_LEN;
}

/* All targets come first. */
static u8 *put_segment(struct fixture *fx, struct list *list, u64 from, u64 to, u16 blocks)
{
	u8 *segment = segment_at(fx, list, list->nr_segments++);

	memset(segment, 0, COPY_SEGMENT_LEN);
	segment[0] = COPY_BLOCK_TO_BLOCK;
	put_unaligned_be16(COPY_SEGMENT_LEN - 4, segment + 2);
	put_unaligned_be16(blocks, segment + 10);
	put_unaligned_be64(from, segment + 12);
	put_unaligned_be64(to, segment + 20);
	return segment;
}

static void put_header_lid1(struct fixture *fx, const struct list *list)
{
	fx->buf[0] = list->id;
	fx->buf[1] = list->usage << 3;
	put_unaligned_be16(list->nr_targets * COPY_TARGET_LEN, fx->buf + 2);
	put_unaligned_be32(list->nr_segments * COPY_SEGMENT_LEN, fx->buf + 8);
}

static void put_header_lid4(struct fixture *fx, const struct list *list)
{
	fx->buf[0] = 0x01;
	fx->buf[1] = list->usage << 3;
	fx->buf[3] = 0x20;
	fx->buf[15] = list->flags;
	fx->buf[16] = 0xff;
	put_unaligned_be32(list->id, fx->buf + 20);
	put_unaligned_be16(list->nr_targets * COPY_TARGET_LEN, fx->buf + 42);
	put_unaligned_be16(list->nr_segments * COPY_SEGMENT_LEN, fx->buf + 44);
}

static void put_header(struct fixture *fx, struct list *list)
{
	memset(fx->buf, 0, header_len(list));
	if (list->lid4)
		put_header_lid4(fx, list);
	else
		put_header_lid1(fx, list);
	list->len = header_len(list) + list->nr_targets * COPY_TARGET_LEN +
		    list->nr_segments * COPY_SEGMENT_LEN;
}

static void send(struct kunit *test, const struct list *list)
{
	u8 cdb[16] = { 0x83, list->lid4 };

	put_unaligned_be32(list->len, cdb + 10);
	run_on(test, VSCSI_LU_DISK, 0, cdb, sizeof(cdb), DMA_TO_DEVICE, list->len);
}

static void run(struct kunit *test, struct list *list)
{
	put_header(test->priv, list);
	send(test, list);
	KUNIT_EXPECT_EQ(test, ((struct fixture *)test->priv)->spans, 0);
}

static void fill_disk(struct fixture *fx)
{
	u32 i;

	for (i = 0; i < FIXTURE_BLOCKS; i++)
		fill_block(fx->disk + (i << fx->lu.block_shift), fx->lu.block_size, i * 3);
}

/* Copy, and compare with what memmove() makes of the disk. */
static void check_copy(struct kunit *test, u64 from, u64 to, u16 blocks)
{
	struct fixture *fx = test->priv;
	size_t size = FIXTURE_BLOCKS << fx->lu.block_shift;
	struct list list = { .id = LIST_ID };
	u8 *expected = kunit_kzalloc(test, size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, expected);
	fill_disk(fx);
	memcpy(expected, fx->disk, size);
	memmove(expected + (to << fx->lu.block_shift), expected + (from << fx->lu.block_shift),
		(size_t)blocks << fx->lu.block_shift);
	put_target(fx, &list);
	put_segment(fx, &list, from, to, blocks);
	run(test, &list);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, memcmp(fx->disk, expected, size), 0);
}

static void copies(struct kunit *test)
{
	struct fixture *fx = test->priv;

	check_copy(test, 0, 128, 1);
	check_copy(test, 0, 128, 128);
	check_copy(test, FIXTURE_BLOCKS - 1, 0, 1);
	check_copy(test, FIXTURE_BLOCKS, 0, 0);
	check_copy(test, 5, 5, 9);
	fixture_block_size(fx, 4096);
	check_copy(test, 3, 90, 77);
}

/* In several pieces, towards either end. */
static void overlapping(struct kunit *test)
{
	struct fixture *fx = test->priv;

	fixture_block_size(fx, 4096);
	check_copy(test, 0, 1, FIXTURE_BLOCKS - 1);
	check_copy(test, 1, 0, FIXTURE_BLOCKS - 1);
	check_copy(test, 10, 40, 100);
	check_copy(test, 40, 10, 100);
}

static void many_segments(struct kunit *test)
{
	struct list list = { .id = LIST_ID };
	struct fixture *fx = test->priv;
	u32 i;

	fill_disk(fx);
	put_target(fx, &list);
	put_target(fx, &list);
	/* Each takes the block before it: all become the first. */
	for (i = 0; i < FIXTURE_BLOCKS - 1; i++)
		put_unaligned_be16(1, put_segment(fx, &list, i, i + 1, 1) + 6);
	run(test, &list);
	expect_ok(test);
	for (i = 1; i < FIXTURE_BLOCKS; i++)
		KUNIT_EXPECT_EQ(test, memcmp(fx->disk + i * 512, fx->disk, 512), 0);
	KUNIT_EXPECT_EQ(test, fx->peers, 2U);
}

/* The copy ends with the segment that fails, and says which. */
static void expect_aborted(struct kunit *test, enum vscsi_reason reason, u32 segment)
{
	struct fixture *fx = test->priv;

	expect_reason(test, reason);
	KUNIT_EXPECT_EQ(test, (int)fx->cmd.sense[2], (int)COPY_ABORTED);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->cmd.sense + 8), segment);
}

static void edges(struct kunit *test)
{
	static const struct {
		u64 from, to;
		u16 blocks;
		bool good;
	} rows[] = {
		{ FIXTURE_BLOCKS - 2, 0, 2, true },
		{ FIXTURE_BLOCKS - 1, 0, 2, false },
		{ 0, FIXTURE_BLOCKS - 2, 2, true },
		{ 0, FIXTURE_BLOCKS - 1, 2, false },
		{ FIXTURE_BLOCKS, 0, 1, false },
		{ 0, FIXTURE_BLOCKS, 1, false },
		{ 0, FIXTURE_BLOCKS, 0, true },
		{ 0, FIXTURE_BLOCKS + 1, 0, false },
		{ U64_MAX, 0, 1, false },
		{ 0, U64_MAX, 1, false },
		{ 1ULL << 55, 0, 1, false },
		{ 0, 0, U16_MAX, false },
	};
	struct fixture *fx = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct list list = { .id = LIST_ID };

		fx->ios[VSCSI_IO_WRITE] = 0;
		put_target(fx, &list);
		put_segment(fx, &list, 0, 0, 0);
		put_segment(fx, &list, rows[i].from, rows[i].to, rows[i].blocks);
		run(test, &list);
		if (rows[i].good) {
			expect_ok(test);
			continue;
		}
		expect_aborted(test, VSCSI_COPY_ABORTED, 1);
		KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_WRITE], 0U);
	}
}

static void not_reachable(struct kunit *test)
{
	struct list list = { .id = LIST_ID };
	struct fixture *fx = test->priv;
	u8 *segment;

	put_target(fx, &list);
	segment = put_segment(fx, &list, 0, 8, 8);
	put_unaligned_be16(1, segment + 6);
	run(test, &list);
	expect_aborted(test, VSCSI_COPY_UNREACHABLE, 0);
	put_unaligned_be16(0, segment + 6);
	put_unaligned_be16(0xffff, segment + 4);
	run(test, &list);
	expect_aborted(test, VSCSI_COPY_UNREACHABLE, 0);
	put_unaligned_be16(0, segment + 4);

	target_at(fx, &list, 0)[15]++;			/* another disk */
	run(test, &list);
	expect_aborted(test, VSCSI_COPY_UNREACHABLE, 0);
	target_at(fx, &list, 0)[15]--;
	target_at(fx, &list, 0)[5] = 0x01;		/* no NAA designator */
	run(test, &list);
	expect_aborted(test, VSCSI_COPY_UNREACHABLE, 0);
	target_at(fx, &list, 0)[5] = 0x03;
	target_at(fx, &list, 0)[7] = 21;
	run(test, &list);
	expect_aborted(test, VSCSI_COPY_UNREACHABLE, 0);
	target_at(fx, &list, 0)[7] = 8;
	fx->going = true;
	run(test, &list);
	expect_aborted(test, VSCSI_COPY_UNREACHABLE, 0);
	fx->going = false;
	fx->ready = VSCSI_NOT_READY;
	run(test, &list);
	expect_aborted(test, VSCSI_COPY_UNREACHABLE, 0);
	fx->ready = VSCSI_OK;
	run(test, &list);
	expect_ok(test);
}

static void wrong_kind(struct kunit *test)
{
	struct list list = { .id = LIST_ID };
	struct fixture *fx = test->priv;

	put_target(fx, &list);
	put_segment(fx, &list, 0, 8, 8);
	target_at(fx, &list, 0)[1] = 0x05;
	run(test, &list);
	expect_aborted(test, VSCSI_COPY_WRONG_TYPE, 0);
	target_at(fx, &list, 0)[1] = 0xe0;		/* LU ID TYPE and NUL: not looked at */
	run(test, &list);
	expect_ok(test);
	put_unaligned_be24(4096, target_at(fx, &list, 0) + 29);
	run(test, &list);
	expect_aborted(test, VSCSI_COPY_WRONG_TYPE, 0);
}

static void failing_device(struct kunit *test)
{
	struct list list = { .id = LIST_ID };
	struct fixture *fx = test->priv;

	put_target(fx, &list);
	put_segment(fx, &list, 0, 8, 8);
	fx->fail = VSCSI_MEDIUM_READ;
	fx->fail_op = VSCSI_IO_READ;
	run(test, &list);
	expect_aborted(test, VSCSI_COPY_DEVICE_FAILED, 0);
	fx->fail = VSCSI_NO_SPACE;
	fx->fail_op = VSCSI_IO_WRITE;
	run(test, &list);
	expect_aborted(test, VSCSI_COPY_DEVICE_FAILED, 0);
	fx->fail = VSCSI_OK;
	fx->be.caps.read_only = true;
	run(test, &list);
	expect_aborted(test, VSCSI_COPY_DEVICE_FAILED, 0);
	fx->be.caps.read_only = false;
	fx->abort_at_io = true;
	run(test, &list);
	expect_reason(test, VSCSI_ABORTED);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_WRITE], 1U);
}

static void limits(struct kunit *test)
{
	struct fixture *fx = test->priv;
	struct list list = { .id = LIST_ID };
	u32 i;

	for (i = 0; i < VSCSI_PEERS_MAX + 1; i++)
		put_target(fx, &list);
	put_segment(fx, &list, 0, 8, 1);
	run(test, &list);
	expect_reason(test, VSCSI_COPY_TARGETS);

	list = (struct list){ .id = LIST_ID };
	put_target(fx, &list);
	for (i = 0; i < COPY_SEGMENTS_MAX + 1; i++)
		put_segment(fx, &list, 0, 8, 1);
	run(test, &list);
	expect_reason(test, VSCSI_COPY_SEGMENTS);
	list.nr_segments--;
	run(test, &list);
	expect_ok(test);

	put_unaligned_be32(COPY_LISTS_MAX, fx->buf + 8);
	list.len = COPY_HEADER_LEN + COPY_TARGET_LEN + COPY_LISTS_MAX;
	send(test, &list);
	expect_reason(test, VSCSI_PARAM_LENGTH);
}

static void wrong_lengths(struct kunit *test)
{
	struct fixture *fx = test->priv;
	struct list list = { .id = LIST_ID };
	u32 len, whole;

	put_target(fx, &list);
	put_segment(fx, &list, 0, 8, 1);
	put_header(fx, &list);
	whole = list.len;
	for (len = 1; len < whole; len++) {
		list.len = len;
		send(test, &list);
		expect_reason(test, VSCSI_PARAM_LENGTH);
	}
	list.len = 0;
	send(test, &list);
	expect_ok(test);
}

static void wrong_fields(struct kunit *test)
{
	struct fixture *fx = test->priv;
	struct list list = { .id = LIST_ID };
	u32 whole;

	put_target(fx, &list);
	put_segment(fx, &list, 0, 8, 1);
	put_header(fx, &list);
	whole = list.len;
	put_unaligned_be16(COPY_TARGET_LEN - 1, fx->buf + 2);
	send(test, &list);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 2, 7);
	put_unaligned_be16(COPY_TARGET_LEN, fx->buf + 2);
	put_unaligned_be32(COPY_SEGMENT_LEN - 1, fx->buf + 8);
	send(test, &list);
	expect_reason(test, VSCSI_PARAM_LENGTH);
	put_unaligned_be32(COPY_SEGMENT_LEN, fx->buf + 8);
	put_unaligned_be32(1, fx->buf + 12);
	list.len++;
	send(test, &list);
	expect_reason(test, VSCSI_COPY_INLINE);
	list.len = whole;
	put_unaligned_be32(0, fx->buf + 12);

	target_at(fx, &list, 0)[0] = 0xe0;
	send(test, &list);
	expect_reason(test, VSCSI_COPY_TARGET_TYPE);
	target_at(fx, &list, 0)[0] = COPY_IDENTIFICATION;
	segment_at(fx, &list, 0)[0] = 0x00;
	send(test, &list);
	expect_reason(test, VSCSI_COPY_SEGMENT_TYPE);
	segment_at(fx, &list, 0)[0] = COPY_BLOCK_TO_BLOCK;
	segment_at(fx, &list, 0)[3]--;
	send(test, &list);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 16 + 32 + 2, 7);
	segment_at(fx, &list, 0)[3]++;

	fx->buf[1] = COPY_RESERVED << 3;
	send(test, &list);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 1, 4);
	fx->buf[1] = COPY_NO_ID << 3;
	send(test, &list);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 0, 7);
	fx->buf[0] = 0;
	send(test, &list);
	expect_ok(test);
}

/* Of another client: it keeps a copy from what it keeps the client from. */
static void reservations(struct kunit *test)
{
	struct list list = { .id = LIST_ID };
	struct fixture *fx = test->priv;

	reserve_out(test, 0, 0x00, 0, 0, 1);
	reserve_out(test, 0, 0x01, VSCSI_PR_WRITE_EXCLUSIVE, 1, 0);
	put_target(fx, &list);
	put_segment(fx, &list, 0, 8, 1);
	fx->from = 1;
	run(test, &list);
	expect_reason(test, VSCSI_RESERVED);
	fx->from = 0;
	run(test, &list);
	expect_ok(test);
}

static void ask_status(struct kunit *test, unsigned int from, u8 id)
{
	struct fixture *fx = test->priv;

	fx->from = from;
	run_in(test, 32, 0x84, 0x00, id, [13] = 32);
}

static void status(struct kunit *test)
{
	struct list list = { .id = LIST_ID };
	struct fixture *fx = test->priv;

	ask_status(test, 0, LIST_ID);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 7);
	put_target(fx, &list);
	put_segment(fx, &list, 0, 8, 3);
	put_segment(fx, &list, 0, 8, 2);
	run(test, &list);
	ask_status(test, 1, LIST_ID);		/* another client's */
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 7);
	ask_status(test, 0, LIST_ID);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 12U);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), 8U);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[4], 0x80 | COPY_DONE);
	KUNIT_EXPECT_EQ(test, (int)get_unaligned_be16(fx->buf + 5), 2);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[7], 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf + 8), 5U * 512);
	/* Told once. */
	ask_status(test, 0, LIST_ID);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 7);
}

static void status_of_failure(struct kunit *test)
{
	struct list list = { .id = LIST_ID };
	struct fixture *fx = test->priv;

	put_target(fx, &list);
	put_segment(fx, &list, 0, 8, 3);
	put_segment(fx, &list, 0, FIXTURE_BLOCKS, 3);
	run(test, &list);
	expect_aborted(test, VSCSI_COPY_ABORTED, 1);
	ask_status(test, 0, LIST_ID);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[4], 0x80 | COPY_FAILED);
	KUNIT_EXPECT_EQ(test, (int)get_unaligned_be16(fx->buf + 5), 1);
}

static void held_status(struct kunit *test)
{
	struct list list = { .id = LIST_ID, .usage = COPY_DISCARD };
	struct fixture *fx = test->priv;
	unsigned int i;

	put_target(fx, &list);
	put_segment(fx, &list, 0, 8, 1);
	run(test, &list);
	ask_status(test, 0, LIST_ID);		/* not held */
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 7);

	list = (struct list){ .id = 0 };
	for (i = 0; i <= COPY_RECORDS_MAX; i++) {
		list = (struct list){ .id = i };
		put_target(fx, &list);
		put_segment(fx, &list, 0, 8, 1);
		run(test, &list);
		expect_ok(test);
	}
	ask_status(test, 0, 0);			/* the oldest has made room */
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 7);
	ask_status(test, 0, 1);
	expect_ok(test);
	vscsi_pr_lost(fx->lu.pr, &fx->nexuses[0].pr);
	ask_status(test, 0, 2);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 7);
}

/* One that runs when its client goes: nothing is held of it when it ends. */
static void status_of_lost_client(struct kunit *test)
{
	struct list list = { .id = LIST_ID };
	struct fixture *fx = test->priv;
	struct vscsi_copy *copy;

	put_target(fx, &list);
	put_segment(fx, &list, 0, 8, 1);
	run(test, &list);
	KUNIT_ASSERT_EQ(test, (int)copy_begin(&fx->cmd, 2, COPY_HOLD, &copy), (int)VSCSI_OK);
	vscsi_pr_lost(fx->lu.pr, &fx->nexuses[0].pr);
	copy_end(&fx->cmd, copy, VSCSI_ABORTED, COPY_DONE);
	ask_status(test, 0, 2);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 7);
}

static void operating_parameters(struct kunit *test)
{
	struct fixture *fx = test->priv;

	run_in(test, 64, 0x84, 0x03, [13] = 64);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, get_unaligned_be32(fx->buf) + 4);
	KUNIT_EXPECT_EQ(test, (int)get_unaligned_be16(fx->buf + 8), VSCSI_PEERS_MAX);
	KUNIT_EXPECT_EQ(test, (int)get_unaligned_be16(fx->buf + 10), COPY_SEGMENTS_MAX);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf + 12), (u32)COPY_LISTS_MAX);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[43], 2);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[44], 0x02);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[45], 0xe4);
}

static void expect_status_lid4(struct kunit *test, u32 id, u8 status, u64 blocks)
{
	struct fixture *fx = test->priv;
	u8 cdb[16] = { 0x84, 0x05, [13] = 64 };

	put_unaligned_be32(id, cdb + 2);
	run_on(test, VSCSI_LU_DISK, 0, cdb, sizeof(cdb), DMA_FROM_DEVICE, 64);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[4], COPY_EXTENDED_LID4);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[5], (int)status);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fx->buf + 16), blocks);
}

#define LIST_ID_LID4	0x12345678

static void begin_lid4(struct fixture *fx, struct list *list)
{
	*list = (struct list){ .lid4 = true, .id = LIST_ID_LID4 };
	fill_disk(fx);
	put_target(fx, list);
	put_segment(fx, list, 0, 100, 8);
}

static bool is_copied(const struct fixture *fx)
{
	u8 shift = fx->lu.block_shift;

	return !memcmp(fx->disk, fx->disk + (100 << shift), 8 << shift);
}

static void lid4(struct kunit *test)
{
	struct fixture *fx = test->priv;
	struct list list;

	begin_lid4(fx, &list);
	run(test, &list);
	expect_ok(test);
	KUNIT_EXPECT_TRUE(test, is_copied(fx));
	expect_status_lid4(test, LIST_ID_LID4, COPY_DONE, 8);
	ask_status(test, 0, (u8)LIST_ID_LID4);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 7);

	begin_lid4(fx, &list);
	list.usage = COPY_NO_ID;
	run(test, &list);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 20, 7);
	list.id = 0;
	run(test, &list);
	expect_ok(test);
	list.len = COPY_HEADER_LID4_LEN - 1;
	send(test, &list);
	expect_reason(test, VSCSI_PARAM_LENGTH);
}

static void lid4_wrong_fields(struct kunit *test)
{
	static const struct {
		u8 at;
		u8 value;
		u8 field;
		u8 bit;
	} wrong[] = {
		{ 0, 0x00, 0, 7 },
		{ 1, COPY_RESERVED << 3, 1, 4 },
		{ 3, 0x10, 2, 7 },
		{ 15, 0x02, 15, 1 },
		{ 16, 0xe4, 16, 7 },
		{ 43, COPY_TARGET_LEN - 1, 42, 7 },
	};
	struct fixture *fx = test->priv;
	struct list list;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		begin_lid4(fx, &list);
		put_header(fx, &list);
		fx->buf[wrong[i].at] = wrong[i].value;
		send(test, &list);
		expect_field(test, VSCSI_INVALID_FIELD_PARAM, wrong[i].field, wrong[i].bit);
		KUNIT_EXPECT_FALSE(test, is_copied(fx));
	}
	begin_lid4(fx, &list);
	segment_at(fx, &list, 0)[3]--;
	run(test, &list);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 48 + 32 + 2, 7);
	put_header(fx, &list);
	fx->buf[47] = 1;
	list.len++;
	send(test, &list);
	expect_reason(test, VSCSI_COPY_INLINE);
}

/* The answer comes first; what happens then is told by the copy manager only. */
static void lid4_immediate(struct kunit *test)
{
	struct fixture *fx = test->priv;
	struct list list;

	begin_lid4(fx, &list);
	list.flags = 0x01;
	fx->detach = true;
	run(test, &list);
	expect_ok(test);
	KUNIT_EXPECT_TRUE(test, fx->ended);
	KUNIT_EXPECT_TRUE(test, is_copied(fx));
	expect_status_lid4(test, LIST_ID_LID4, COPY_DONE, 8);

	target_at(fx, &list, 0)[15]++;
	run(test, &list);
	expect_ok(test);
	expect_status_lid4(test, LIST_ID_LID4, COPY_FAILED, 0);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[12], SAM_STAT_CHECK_CONDITION);

	fx->ended = false;
	list.usage = COPY_NO_ID;
	list.id = 0;
	run(test, &list);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 15, 0);
	KUNIT_EXPECT_FALSE(test, fx->ended);

	/* Without memory it waits. */
	begin_lid4(fx, &list);
	list.flags = 0x01;
	fx->detach = false;
	run(test, &list);
	expect_ok(test);
	KUNIT_EXPECT_TRUE(test, is_copied(fx));
	KUNIT_EXPECT_FALSE(test, fx->ended);
}

/* Each descriptor is of whole words, and they fill the page. */
static void third_party_copy_page(struct kunit *test)
{
	struct fixture *fx = test->priv;
	u32 at, end;

	run_in(test, 512, 0x12, 1, 0x8f, 2, 0);
	expect_ok(test);
	end = 4 + get_unaligned_be16(fx->buf + 2);
	for (at = 4; at < end; at += 4 + get_unaligned_be16(fx->buf + at + 2))
		KUNIT_EXPECT_EQ(test, get_unaligned_be16(fx->buf + at + 2) % 4, 0);
	KUNIT_EXPECT_EQ(test, at, end);
	run_in(test, 96, 0x12, 0, 0, 0, 96);
	KUNIT_EXPECT_EQ(test, fx->buf[5] & 0x08, 0x08);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(copies),
	KUNIT_CASE(overlapping),
	KUNIT_CASE(many_segments),
	KUNIT_CASE(edges),
	KUNIT_CASE(not_reachable),
	KUNIT_CASE(wrong_kind),
	KUNIT_CASE(failing_device),
	KUNIT_CASE(limits),
	KUNIT_CASE(wrong_lengths),
	KUNIT_CASE(wrong_fields),
	KUNIT_CASE(reservations),
	KUNIT_CASE(status),
	KUNIT_CASE(status_of_failure),
	KUNIT_CASE(held_status),
	KUNIT_CASE(status_of_lost_client),
	KUNIT_CASE(operating_parameters),
	KUNIT_CASE(lid4),
	KUNIT_CASE(lid4_wrong_fields),
	KUNIT_CASE(lid4_immediate),
	KUNIT_CASE(third_party_copy_page),
	{}
};

static struct kunit_suite suite = {
	.name = "vscsi_copy",
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
