// SPDX-License-Identifier: GPL-2.0
/* POPULATE TOKEN, WRITE USING TOKEN, RECEIVE ROD TOKEN INFORMATION (SBC-3, SPC-4 6.28). */
#include "fixture.h"

#include "../cmdset/token.h"

#define LIST_ID		0x01020307
#define POPULATE_AT	16
#define WRITE_AT	536
#define TOKEN_AT	16

/* A parameter list in the fixture's buffer. */
struct list {
	u8 action;
	u32 header_len;
	u32 nr;
	u32 len;
};

static void begin(struct fixture *fx, struct list *list, u8 action)
{
	*list = (struct list){
		.action = action,
		.header_len = action == COPY_POPULATE_TOKEN ? POPULATE_AT : WRITE_AT,
	};
	memset(fx->buf, 0, list->header_len);
}

static u8 *range_at(struct fixture *fx, const struct list *list, u32 i)
{
	return fx->buf + list->header_len + i * 16;
}

static void put_range(struct fixture *fx, struct list *list, u64 lba, u32 blocks)
{
	u8 *range = range_at(fx, list, list->nr++);

	memset(range, 0, 16);
	put_unaligned_be64(lba, range);
	put_unaligned_be32(blocks, range + 8);
	list->len = list->header_len + list->nr * 16;
	put_unaligned_be16(list->len - 2, fx->buf);
	put_unaligned_be16(list->nr * 16, fx->buf + list->header_len - 2);
}

static void send(struct kunit *test, const struct list *list)
{
	u8 cdb[16] = { 0x83, list->action };

	put_unaligned_be32(LIST_ID, cdb + 6);
	put_unaligned_be32(list->len, cdb + 10);
	run_on(test, VSCSI_LU_DISK, 0, cdb, sizeof(cdb), DMA_TO_DEVICE, list->len);
	KUNIT_EXPECT_EQ(test, ((struct fixture *)test->priv)->spans, 0);
}

static void ask(struct kunit *test, unsigned int from, u8 action, u32 id)
{
	struct fixture *fx = test->priv;
	u8 cdb[16] = { 0x84, action };

	fx->from = from;
	put_unaligned_be32(id, cdb + 2);
	put_unaligned_be32(1024, cdb + 10);
	run_on(test, VSCSI_LU_DISK, 0, cdb, sizeof(cdb), DMA_FROM_DEVICE, 1024);
}

static void ask_for(struct kunit *test, unsigned int from, u32 id)
{
	ask(test, from, 0x07, id);
}

/* What RECEIVE ROD TOKEN INFORMATION must tell of the last command. */
static void expect_information(struct kunit *test, u8 action, u8 status, u64 blocks)
{
	struct fixture *fx = test->priv;

	ask_for(test, fx->from, LIST_ID);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, get_unaligned_be32(fx->buf) + 4);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[4], (int)action);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[5], (int)status);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[15], 0xf1);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fx->buf + 16), blocks);
}

/* Make a token for up to two ranges and put it into @token. */
static void populate(struct kunit *test, u64 lba, u32 blocks, u64 lba_2, u32 blocks_2, u8 *token)
{
	struct fixture *fx = test->priv;
	struct list list;

	begin(fx, &list, COPY_POPULATE_TOKEN);
	put_range(fx, &list, lba, blocks);
	if (blocks_2)
		put_range(fx, &list, lba_2, blocks_2);
	send(test, &list);
	expect_ok(test);
	expect_information(test, COPY_POPULATE_TOKEN, COPY_DONE, blocks + blocks_2);
	KUNIT_ASSERT_EQ(test, get_unaligned_be32(fx->buf + 32), 2U + ROD_TOKEN_LEN);
	memcpy(token, fx->buf + 38, ROD_TOKEN_LEN);
}

static void begin_write(struct fixture *fx, struct list *list, const u8 *token)
{
	begin(fx, list, COPY_WRITE_USING_TOKEN);
	memcpy(fx->buf + TOKEN_AT, token, ROD_TOKEN_LEN);
}

/* With an offset into the token, and flags as in byte 2. */
static void write_token(struct kunit *test, const u8 *token, u8 flags, u64 offset, u64 lba,
			u32 blocks)
{
	struct fixture *fx = test->priv;
	struct list list;

	begin_write(fx, &list, token);
	fx->buf[2] = flags;
	put_unaligned_be64(offset, fx->buf + 8);
	put_range(fx, &list, lba, blocks);
	send(test, &list);
}

static void fill_disk(struct fixture *fx)
{
	u32 i;

	for (i = 0; i < FIXTURE_BLOCKS; i++)
		fill_block(fx->disk + (i << fx->lu.block_shift), fx->lu.block_size, i * 3);
}

static bool same(struct fixture *fx, u64 a, u64 b, u32 blocks)
{
	u8 shift = fx->lu.block_shift;

	return !memcmp(fx->disk + (a << shift), fx->disk + (b << shift), blocks << shift);
}

static void copies(struct kunit *test)
{
	struct fixture *fx = test->priv;
	u8 token[ROD_TOKEN_LEN];

	fill_disk(fx);
	populate(test, 3, 40, 0, 0, token);
	write_token(test, token, 0, 0, 100, 40);
	expect_ok(test);
	KUNIT_EXPECT_TRUE(test, same(fx, 3, 100, 40));
	expect_information(test, COPY_WRITE_USING_TOKEN, COPY_DONE, 40);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf + 32), 0U);

	fixture_block_size(fx, 4096);
	fill_disk(fx);
	populate(test, FIXTURE_BLOCKS - 50, 50, 0, 0, token);
	write_token(test, token, 0, 0, 0, 50);
	expect_ok(test);
	KUNIT_EXPECT_TRUE(test, same(fx, FIXTURE_BLOCKS - 50, 0, 50));
}

/* What a token represents is read when it is used. */
static void access_upon_reference(struct kunit *test)
{
	struct fixture *fx = test->priv;
	u8 token[ROD_TOKEN_LEN];

	fill_disk(fx);
	populate(test, 0, 8, 0, 0, token);
	memset(fx->disk, 0x5a, 512);
	write_token(test, token, 0, 0, 8, 8);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, (int)fx->disk[8 * 512], 0x5a);
}

/* Ranges of different lengths on both sides, and an offset. */
static void several_ranges(struct kunit *test)
{
	struct fixture *fx = test->priv;
	u8 token[ROD_TOKEN_LEN];
	struct list list;

	fill_disk(fx);
	populate(test, 50, 4, 10, 6, token);
	begin_write(fx, &list, token);
	put_unaligned_be64(1, fx->buf + 8);
	put_range(fx, &list, 200, 2);
	put_range(fx, &list, 0, 0);
	put_range(fx, &list, 220, 5);
	send(test, &list);
	expect_ok(test);
	KUNIT_EXPECT_TRUE(test, same(fx, 51, 200, 2));
	KUNIT_EXPECT_TRUE(test, same(fx, 53, 220, 1));
	KUNIT_EXPECT_TRUE(test, same(fx, 10, 221, 4));
	expect_information(test, COPY_WRITE_USING_TOKEN, COPY_DONE_TOKEN_LEFT, 7);
}

static void overlapping_source(struct kunit *test)
{
	struct fixture *fx = test->priv;
	u8 *before = kunit_kzalloc(test, FIXTURE_BLOCKS * 4096, GFP_KERNEL);
	u8 token[ROD_TOKEN_LEN];

	KUNIT_ASSERT_NOT_NULL(test, before);
	fixture_block_size(fx, 4096);
	fill_disk(fx);
	memcpy(before, fx->disk, FIXTURE_BLOCKS * 4096);
	populate(test, 0, 200, 0, 0, token);
	write_token(test, token, 0, 0, 3, 200);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, memcmp(fx->disk + 3 * 4096, before, 200 * 4096), 0);
}

/* The token represents less than is asked for: the rest is left as it was. */
static void residual(struct kunit *test)
{
	struct fixture *fx = test->priv;
	u8 token[ROD_TOKEN_LEN];

	fill_disk(fx);
	populate(test, 0, 4, 0, 0, token);
	memset(fx->disk + 104 * 512, 0x11, 512);
	write_token(test, token, 0, 0, 100, 5);
	expect_ok(test);
	KUNIT_EXPECT_TRUE(test, same(fx, 0, 100, 4));
	KUNIT_EXPECT_EQ(test, (int)fx->disk[104 * 512], 0x11);
	expect_information(test, COPY_WRITE_USING_TOKEN, COPY_DONE_RESIDUAL, 4);
	write_token(test, token, 0, 3, 100, 1);
	expect_information(test, COPY_WRITE_USING_TOKEN, COPY_DONE_TOKEN_LEFT, 1);
	write_token(test, token, 0, 4, 100, 1);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 8, 7);
	write_token(test, token, 0, U64_MAX, 100, 1);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 8, 7);
}

static void zeroes(struct kunit *test)
{
	u8 token[ROD_TOKEN_LEN] = { 0xff, 0xff, 0x00, 0x01, [6] = 0x01, 0xf8 };
	struct fixture *fx = test->priv;

	fill_disk(fx);
	write_token(test, token, 0, 0, 8, 100);
	expect_ok(test);
	KUNIT_EXPECT_TRUE(test, !memchr_inv(fx->disk + 8 * 512, 0, 100 * 512));
	KUNIT_EXPECT_TRUE(test, memchr_inv(fx->disk + 7 * 512, 0, 512));
	KUNIT_EXPECT_TRUE(test, memchr_inv(fx->disk + 108 * 512, 0, 512));
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_WRITE], 0U);
	expect_information(test, COPY_WRITE_USING_TOKEN, COPY_DONE, 100);

	/* A device that can't zero by itself. */
	fx->be.caps.unmap_zeroes = false;
	fx->be.caps.max_zero = 0;
	fill_disk(fx);
	write_token(test, token, 0, 0, 0, FIXTURE_BLOCKS);
	expect_ok(test);
	KUNIT_EXPECT_TRUE(test, !memchr_inv(fx->disk, 0, FIXTURE_BLOCKS * 512));
}

static void format(struct kunit *test)
{
	struct fixture *fx = test->priv;
	u8 a[ROD_TOKEN_LEN], b[ROD_TOKEN_LEN];

	populate(test, 0, 8, 20, 8, a);
	populate(test, 0, 8, 20, 8, b);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(a), 0x00010000U);
	KUNIT_EXPECT_EQ(test, (int)get_unaligned_be16(a + 6), 0x01f8);
	KUNIT_EXPECT_EQ(test, (int)a[16], COPY_IDENTIFICATION);
	KUNIT_EXPECT_EQ(test, memcmp(a + 24, fx->be.identity.naa, 8), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(a + 56), 16ULL * 512);
	run_in(test, 32, 0x9e, 0x10, [13] = 32);
	KUNIT_EXPECT_EQ(test, memcmp(a + 96, fx->buf + 8, SBC_BLOCK_FORMAT_LEN), 0);
	KUNIT_EXPECT_NE(test, get_unaligned_be64(a + 8), get_unaligned_be64(b + 8));
	KUNIT_EXPECT_NE(test, memcmp(a + 384, b + 384, 128), 0);
}

/* Each bit of a token counts. */
static void unknown_tokens(struct kunit *test)
{
	struct fixture *fx = test->priv;
	u8 token[ROD_TOKEN_LEN];
	u32 i;

	fill_disk(fx);
	populate(test, 0, 8, 0, 0, token);
	for (i = 8; i < ROD_TOKEN_LEN; i++) {
		token[i] ^= 0x80;
		write_token(test, token, 0, 0, 100, 8);
		expect_reason(test, VSCSI_TOKEN_UNKNOWN);
		token[i] ^= 0x80;
	}
	token[1] ^= 0x80;			/* a point in time copy */
	write_token(test, token, 0, 0, 100, 8);
	expect_reason(test, VSCSI_TOKEN_TYPE);
	token[1] ^= 0x80;
	token[7]--;
	write_token(test, token, 0, 0, 100, 8);
	expect_reason(test, VSCSI_TOKEN_LENGTH);
	token[7]++;
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_WRITE], 0U);
	write_token(test, token, 0, 0, 100, 8);
	expect_ok(test);
}

static struct rod_token *last_token(struct fixture *fx)
{
	return container_of(fx->lu.pr->tokens.prev, struct rod_token, entry);
}

static void expiry(struct kunit *test)
{
	struct fixture *fx = test->priv;
	u8 token[ROD_TOKEN_LEN];
	struct list list;

	populate(test, 0, 8, 0, 0, token);
	KUNIT_EXPECT_EQ(test, last_token(fx)->timeout, (u32)ROD_TIMEOUT_DEFAULT);
	last_token(fx)->deadline -= 10;
	write_token(test, token, 0, 0, 100, 8);	/* it lives on by that */
	expect_ok(test);
	last_token(fx)->deadline -= ROD_TIMEOUT_DEFAULT - 10;
	write_token(test, token, 0, 0, 100, 8);
	expect_ok(test);
	last_token(fx)->deadline -= ROD_TIMEOUT_DEFAULT;
	write_token(test, token, 0, 0, 100, 8);
	expect_reason(test, VSCSI_TOKEN_EXPIRED);
	write_token(test, token, 0, 0, 100, 8);
	expect_reason(test, VSCSI_TOKEN_EXPIRED);

	begin(fx, &list, COPY_POPULATE_TOKEN);
	put_unaligned_be32(ROD_TIMEOUT_MAX, fx->buf + 4);
	put_range(fx, &list, 0, 8);
	send(test, &list);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, last_token(fx)->timeout, (u32)ROD_TIMEOUT_MAX);
	put_unaligned_be32(ROD_TIMEOUT_MAX + 1, fx->buf + 4);
	send(test, &list);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 4, 7);
}

static void deletion(struct kunit *test)
{
	struct fixture *fx = test->priv;
	u8 token[ROD_TOKEN_LEN];

	populate(test, 0, 8, 0, 0, token);
	write_token(test, token, 0x02, 0, FIXTURE_BLOCKS, 1);	/* fails: the token is kept */
	expect_reason(test, VSCSI_LBA_RANGE);
	write_token(test, token, 0x02, 0, 0, 0);
	expect_ok(test);
	write_token(test, token, 0, 0, 100, 8);
	expect_reason(test, VSCSI_TOKEN_UNKNOWN);
	KUNIT_EXPECT_EQ(test, fx->lu.pr->nr_tokens, 0U);
	populate(test, 0, 8, 0, 0, token);
	vscsi_pr_lost(fx->lu.pr, &fx->nexuses[0].pr);	/* others may have it */
	write_token(test, token, 0, 0, 100, 8);
	expect_ok(test);
	vscsi_pr_reset(fx->lu.pr);
	write_token(test, token, 0, 0, 100, 8);
	expect_reason(test, VSCSI_TOKEN_UNKNOWN);
}

static void as_many_as_there_may_be(struct kunit *test)
{
	struct fixture *fx = test->priv;
	u8 token[ROD_TOKEN_LEN];
	struct list list;
	u32 i;

	for (i = 0; i < ROD_TOKENS_MAX; i++)
		populate(test, 0, 8, 0, 0, token);
	begin(fx, &list, COPY_POPULATE_TOKEN);
	put_range(fx, &list, 0, 8);
	send(test, &list);
	expect_reason(test, VSCSI_TOKENS_FULL);
	expect_information(test, COPY_POPULATE_TOKEN, COPY_FAILED, 0);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[12], SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[14], 18);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[32 + 12], 0x55);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[32 + 13], 0x0d);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf + 32 + 18), 0U);
	last_token(fx)->deadline = 0;
	populate(test, 0, 8, 0, 0, token);
	KUNIT_EXPECT_EQ(test, fx->lu.pr->nr_tokens, (u32)ROD_TOKENS_MAX);
}

/* A list of either command. */
static void begin_either(struct fixture *fx, struct list *list, u8 action, const u8 *token)
{
	if (action == COPY_WRITE_USING_TOKEN)
		begin_write(fx, list, token);
	else
		begin(fx, list, action);
}

/* The fixture leaves nothing in its buffer behind what was sent. */
static void check_short_lists(struct kunit *test, u8 action, const u8 *token)
{
	struct fixture *fx = test->priv;
	struct list list;
	u32 len, whole;

	begin_either(fx, &list, action, token);
	send(test, &list);				/* no list */
	expect_ok(test);
	for (len = 1, whole = U32_MAX; len < whole; len++) {
		begin_either(fx, &list, action, token);
		put_range(fx, &list, 8, 8);
		whole = list.len;
		list.len = len;
		send(test, &list);
		expect_reason(test, len < whole ? VSCSI_PARAM_LENGTH : VSCSI_OK);
	}
}

/* Of either command: whether it refuses what is wrong with lengths and ranges. */
static void check_lists(struct kunit *test, u8 action)
{
	struct fixture *fx = test->priv;
	u8 token[ROD_TOKEN_LEN];
	struct list list;
	u32 i, whole;

	populate(test, 0, 8, 0, 0, token);
	check_short_lists(test, action, token);
	begin_either(fx, &list, action, token);
	put_range(fx, &list, 8, 8);
	whole = list.len;
	put_unaligned_be16(whole - 3, fx->buf);
	send(test, &list);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 0, 7);
	put_unaligned_be16(whole - 2, fx->buf);
	put_unaligned_be16(15, fx->buf + list.header_len - 2);
	send(test, &list);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, list.header_len - 2, 7);
	put_unaligned_be16(17, fx->buf + list.header_len - 2);
	send(test, &list);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, list.header_len - 2, 7);
	/* A descriptor that is not whole is none. */
	put_unaligned_be16(whole + 13, fx->buf);
	put_unaligned_be16(31, fx->buf + list.header_len - 2);
	list.len = whole + 15;
	send(test, &list);
	expect_ok(test);

	list.nr = 0;
	for (i = 0; i < ROD_RANGES_MAX; i++)
		put_range(fx, &list, 100 + i, i < 8);
	send(test, &list);
	expect_ok(test);
	put_range(fx, &list, 0, 0);
	send(test, &list);
	expect_reason(test, VSCSI_COPY_SEGMENTS);
}

static void check_ranges(struct kunit *test, u8 action)
{
	static const struct {
		u64 lba;
		u32 blocks;
		enum vscsi_reason reason;
	} rows[] = {
		{ FIXTURE_BLOCKS - 1, 1, VSCSI_OK },
		{ FIXTURE_BLOCKS, 0, VSCSI_OK },
		{ FIXTURE_BLOCKS - 1, 2, VSCSI_LBA_RANGE },
		{ FIXTURE_BLOCKS, 1, VSCSI_LBA_RANGE },
		{ FIXTURE_BLOCKS + 1, 0, VSCSI_LBA_RANGE },
		{ U64_MAX, 1, VSCSI_LBA_RANGE },
		{ 1ULL << 55, 1, VSCSI_LBA_RANGE },
		{ 0, U32_MAX, VSCSI_LBA_RANGE },
		{ 9, 3, VSCSI_INVALID_FIELD_PARAM },
		{ 15, 3, VSCSI_INVALID_FIELD_PARAM },
		{ 11, 1, VSCSI_INVALID_FIELD_PARAM },
		{ 7, 3, VSCSI_OK },
		{ 7, 4, VSCSI_INVALID_FIELD_PARAM },
		{ 16, 3, VSCSI_OK },
		{ 11, 0, VSCSI_OK },
	};
	struct fixture *fx = test->priv;
	u8 token[ROD_TOKEN_LEN];
	struct list list;
	u32 i;

	populate(test, 0, 200, 0, 0, token);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		begin_either(fx, &list, action, token);
		put_range(fx, &list, 10, 6);
		put_range(fx, &list, rows[i].lba, rows[i].blocks);
		send(test, &list);
		if (rows[i].reason == VSCSI_INVALID_FIELD_PARAM)
			expect_field(test, rows[i].reason, list.header_len + 16, 7);
		else
			expect_reason(test, rows[i].reason);
	}
	/* All that one command may have, and a block more. */
	fx->lu.blocks = 1ULL << 32;
	begin_either(fx, &list, action, token);
	put_range(fx, &list, 1, ROD_BYTES_MAX / 512);
	send(test, &list);
	expect_ok(test);
	put_range(fx, &list, 0, 1);
	send(test, &list);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, list.header_len + 16 + 8, 7);
}

static void lists_of_populate(struct kunit *test)
{
	check_lists(test, COPY_POPULATE_TOKEN);
	check_ranges(test, COPY_POPULATE_TOKEN);
}

static void lists_of_write(struct kunit *test)
{
	check_lists(test, COPY_WRITE_USING_TOKEN);
	check_ranges(test, COPY_WRITE_USING_TOKEN);
}

static void rod_types(struct kunit *test)
{
	static const u32 refused[] = { 0x00000000, 0x00800000, 0x00800001, 0x0080ffff, 0xffff0001 };
	struct fixture *fx = test->priv;
	struct list list;
	u32 i;

	begin(fx, &list, COPY_POPULATE_TOKEN);
	put_range(fx, &list, 0, 8);
	put_unaligned_be32(refused[1], fx->buf + 8);	/* not valid: not looked at */
	send(test, &list);
	expect_ok(test);
	fx->buf[2] = 0x03;
	for (i = 0; i < ARRAY_SIZE(refused); i++) {
		put_unaligned_be32(refused[i], fx->buf + 8);
		send(test, &list);
		expect_field(test, VSCSI_INVALID_FIELD_PARAM, 8, 7);
	}
	put_unaligned_be32(ROD_ACCESS_UPON_REFERENCE, fx->buf + 8);
	send(test, &list);
	expect_ok(test);
}

static void destination(struct kunit *test)
{
	struct fixture *fx = test->priv;
	u8 token[ROD_TOKEN_LEN];

	populate(test, 0, 8, 0, 0, token);
	fx->be.caps.read_only = true;
	write_token(test, token, 0, 0, 100, 8);
	expect_reason(test, VSCSI_WRITE_PROTECTED);
	fx->be.caps.read_only = false;
	fx->params.write_protect = true;
	write_token(test, token, 0, 0, 100, 8);
	expect_reason(test, VSCSI_SOFTWARE_PROTECTED);
	fx->params.write_protect = false;
	fx->params.stopped = true;
	write_token(test, token, 0, 0, 100, 8);
	expect_reason(test, VSCSI_STOPPED);
	fx->params.stopped = false;
	fx->going = true;
	write_token(test, token, 0, 0, 100, 8);
	expect_reason(test, VSCSI_COPY_UNREACHABLE);
}

static void failures(struct kunit *test)
{
	struct fixture *fx = test->priv;
	u8 token[ROD_TOKEN_LEN];

	populate(test, 0, 8, 0, 0, token);
	fx->fail = VSCSI_MEDIUM_READ;
	fx->fail_op = VSCSI_IO_READ;
	write_token(test, token, 0, 0, 100, 8);
	expect_reason(test, VSCSI_COPY_DEVICE_FAILED);
	expect_information(test, COPY_WRITE_USING_TOKEN, COPY_FAILED, 0);
	KUNIT_EXPECT_EQ(test, fx->buf[32 + 2] & 0x0f, COPY_ABORTED);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[32 + 12], 0x0d);
	fx->fail = VSCSI_OK;
	fx->abort_at_io = true;
	write_token(test, token, 0, 0, 100, 8);
	expect_reason(test, VSCSI_ABORTED);
	fx->abort_at_io = false;
	expect_information(test, COPY_WRITE_USING_TOKEN, COPY_TERMINATED, 0);
	write_token(test, token, 0, 0, 100, 8);
	expect_ok(test);
}

/* The answer comes first; what happens then is told by the copy manager only. */
static void immediate(struct kunit *test)
{
	struct fixture *fx = test->priv;
	u8 token[ROD_TOKEN_LEN];

	fill_disk(fx);
	populate(test, 0, 8, 0, 0, token);
	fx->detach = true;
	write_token(test, token, 0x01, 0, 100, 8);
	expect_ok(test);
	KUNIT_EXPECT_TRUE(test, fx->ended);
	KUNIT_EXPECT_TRUE(test, same(fx, 0, 100, 8));
	expect_information(test, COPY_WRITE_USING_TOKEN, COPY_DONE, 8);

	fx->ended = false;
	fx->fail = VSCSI_MEDIUM_WRITE;
	fx->fail_op = VSCSI_IO_WRITE;
	write_token(test, token, 0x03, 0, 100, 8);
	expect_ok(test);
	KUNIT_EXPECT_TRUE(test, fx->ended);
	expect_information(test, COPY_WRITE_USING_TOKEN, COPY_FAILED, 0);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[12], SAM_STAT_CHECK_CONDITION);
	fx->fail = VSCSI_OK;
	fx->abort_at_io = true;
	write_token(test, token, 0x03, 0, 100, 8);
	expect_ok(test);
	fx->abort_at_io = false;
	expect_information(test, COPY_WRITE_USING_TOKEN, COPY_TERMINATED, 0);

	/* What is wrong is told by the command. */
	fx->ended = false;
	write_token(test, token, 0x01, 8, 100, 8);
	expect_field(test, VSCSI_INVALID_FIELD_PARAM, 8, 7);
	KUNIT_EXPECT_FALSE(test, fx->ended);
	/* Without memory it waits. */
	fx->detach = false;
	write_token(test, token, 0x03, 0, 100, 8);
	expect_ok(test);
	write_token(test, token, 0x01, 0, 100, 8);
	expect_reason(test, VSCSI_TOKEN_UNKNOWN);
}

/* The source is kept from who may not read it, whoever has made the token. */
static void reservations(struct kunit *test)
{
	struct fixture *fx = test->priv;
	u8 token[ROD_TOKEN_LEN];

	populate(test, 0, 8, 0, 0, token);
	fx->from = 1;
	write_token(test, token, 0, 0, 100, 8);
	expect_ok(test);
	reserve_out(test, 0, 0x00, 0, 0, 1);
	reserve_out(test, 0, 0x01, VSCSI_PR_WRITE_EXCLUSIVE, 1, 0);
	fx->from = 1;
	write_token(test, token, 0, 0, 100, 8);
	expect_reason(test, VSCSI_RESERVED);
	fx->from = 0;
	write_token(test, token, 0, 0, 100, 8);
	expect_ok(test);
}

static void list_identifiers(struct kunit *test)
{
	struct fixture *fx = test->priv;
	u8 token[ROD_TOKEN_LEN];
	struct vscsi_copy *copy;
	struct list list;

	ask_for(test, 0, LIST_ID);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 7);
	populate(test, 0, 8, 0, 0, token);
	expect_information(test, COPY_POPULATE_TOKEN, COPY_DONE, 8);	/* as often as asked for */
	ask_for(test, 1, LIST_ID);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 7);
	ask_for(test, 0, LIST_ID & 0xff);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 7);

	write_token(test, token, 0, 0, 100, 8);
	KUNIT_ASSERT_EQ(test, (int)copy_begin(&fx->cmd, LIST_ID, COPY_HOLD, &copy), (int)VSCSI_OK);
	copy_progress(&fx->cmd, copy, 0, 1024);
	expect_information(test, COPY_WRITE_USING_TOKEN, COPY_RUNNING, 2);
	begin(fx, &list, COPY_POPULATE_TOKEN);
	put_range(fx, &list, 0, 8);
	send(test, &list);
	expect_reason(test, VSCSI_COPY_IN_PROGRESS);
	write_token(test, token, 0, 0, 100, 8);
	expect_reason(test, VSCSI_COPY_IN_PROGRESS);
	vscsi_pr_lost(fx->lu.pr, &fx->nexuses[0].pr);
	copy_end(&fx->cmd, copy, VSCSI_ABORTED, COPY_DONE);
	ask_for(test, 0, LIST_ID);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 7);
}

/* The same without the token. */
static void status(struct kunit *test)
{
	struct fixture *fx = test->priv;
	u8 token[ROD_TOKEN_LEN];
	u8 told[32];

	ask(test, 0, 0x05, LIST_ID);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 7);
	populate(test, 0, 8, 0, 0, token);
	memcpy(told, fx->buf, sizeof(told));
	ask(test, 0, 0x05, LIST_ID);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 32U);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), 28U);
	KUNIT_EXPECT_EQ(test, memcmp(fx->buf + 4, told + 4, 28), 0);
	fx->fail = VSCSI_MEDIUM_READ;
	fx->fail_op = VSCSI_IO_READ;
	write_token(test, token, 0, 0, 100, 8);
	ask(test, 0, 0x05, LIST_ID);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 32U + 18);
	KUNIT_EXPECT_EQ(test, fx->buf[32 + 2] & 0x0f, COPY_ABORTED);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(copies),
	KUNIT_CASE(access_upon_reference),
	KUNIT_CASE(several_ranges),
	KUNIT_CASE(overlapping_source),
	KUNIT_CASE(residual),
	KUNIT_CASE(zeroes),
	KUNIT_CASE(format),
	KUNIT_CASE(unknown_tokens),
	KUNIT_CASE(expiry),
	KUNIT_CASE(deletion),
	KUNIT_CASE(as_many_as_there_may_be),
	KUNIT_CASE(lists_of_populate),
	KUNIT_CASE(lists_of_write),
	KUNIT_CASE(rod_types),
	KUNIT_CASE(destination),
	KUNIT_CASE(failures),
	KUNIT_CASE(immediate),
	KUNIT_CASE(reservations),
	KUNIT_CASE(list_identifiers),
	KUNIT_CASE(status),
	{}
};

static struct kunit_suite suite = {
	.name = "vscsi_token",
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
