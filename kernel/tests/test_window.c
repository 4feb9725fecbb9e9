// SPDX-License-Identifier: GPL-2.0
/* A window gives out what was opened, and nothing else. */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/scatterlist.h>
#include <linux/string.h>

#include "../hypervisor/window.h"

#define PIECES		3
#define PIECE		100
#define LEN		(PIECES * PIECE)

struct window_fixture {
	struct vscsi_window win;
	struct scatterlist sgl[PIECES];
	u8 mem[LEN];
};

static int window_init(struct kunit *test)
{
	struct window_fixture *fx = kunit_kzalloc(test, sizeof(*fx), GFP_KERNEL);
	unsigned int i;

	test->priv = fx;
	if (!fx)
		return -ENOMEM;
	sg_init_table(fx->sgl, PIECES);
	for (i = 0; i < PIECES; i++)
		sg_set_buf(&fx->sgl[i], fx->mem + i * PIECE, PIECE);
	for (i = 0; i < LEN; i++)
		fx->mem[i] = i;
	return 0;
}

static u32 open_window(struct window_fixture *fx, enum dma_data_direction dir)
{
	vscsi_window_open(&fx->win, 7, fx->sgl, PIECES, LEN, dir);
	return fx->win.handle;
}

static void bounds(struct kunit *test)
{
	static const struct {
		u64 offset;
		u32 len;
		int ret;
	} rows[] = {
		{ 0, LEN, 0 }, { 0, 0, 0 }, { LEN, 0, 0 }, { LEN - 1, 1, 0 }, { 1, LEN - 1, 0 },
		{ 0, LEN + 1, -ERANGE }, { 1, LEN, -ERANGE }, { LEN, 1, -ERANGE },
		{ LEN + 1, 0, -ERANGE }, { U64_MAX, 1, -ERANGE }, { U64_MAX, 0, -ERANGE },
		{ 1, U32_MAX, -ERANGE }, { U64_MAX - 9, 10, -ERANGE }, { 1ULL << 32, 1, -ERANGE },
	};
	struct window_fixture *fx = test->priv;
	u32 handle = open_window(fx, DMA_FROM_DEVICE);
	struct vscsi_map map;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		KUNIT_EXPECT_EQ_MSG(test, vscsi_window_map(&fx->win, handle, rows[i].offset,
							   rows[i].len, DMA_FROM_DEVICE, &map),
				    rows[i].ret, "row %u", i);
}

static void directions(struct kunit *test)
{
	struct window_fixture *fx = test->priv;
	struct vscsi_map map;
	u32 handle = open_window(fx, DMA_FROM_DEVICE);

	KUNIT_EXPECT_EQ(test, vscsi_window_map(&fx->win, handle, 0, 1, DMA_TO_DEVICE, &map),
			-EACCES);
	handle = open_window(fx, DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, vscsi_window_map(&fx->win, handle, 0, 1, DMA_FROM_DEVICE, &map),
			-EACCES);
	KUNIT_EXPECT_EQ(test, vscsi_window_map(&fx->win, handle, 0, 1, DMA_TO_DEVICE, &map), 0);
	KUNIT_EXPECT_EQ(test, (int)map.dir, (int)DMA_TO_DEVICE);
	handle = open_window(fx, DMA_BIDIRECTIONAL);
	KUNIT_EXPECT_EQ(test, vscsi_window_map(&fx->win, handle, 0, 1, DMA_TO_DEVICE, &map), 0);
	KUNIT_EXPECT_EQ(test, vscsi_window_map(&fx->win, handle, 0, 1, DMA_FROM_DEVICE, &map), 0);
}

static void stale_handles(struct kunit *test)
{
	struct window_fixture *fx = test->priv;
	u32 first = open_window(fx, DMA_FROM_DEVICE), second;
	struct vscsi_map map;

	vscsi_window_close(&fx->win);
	KUNIT_EXPECT_NE(test, vscsi_window_map(&fx->win, first, 0, 1, DMA_FROM_DEVICE, &map), 0);
	second = open_window(fx, DMA_FROM_DEVICE);
	KUNIT_EXPECT_NE(test, first, second);
	KUNIT_EXPECT_EQ(test, vscsi_window_map(&fx->win, first, 0, 1, DMA_FROM_DEVICE, &map),
			-ESTALE);
	KUNIT_EXPECT_EQ(test, vscsi_window_map(&fx->win, 0, 0, 1, DMA_FROM_DEVICE, &map), -ESTALE);
	KUNIT_EXPECT_EQ(test, vscsi_window_map(&fx->win, second, 0, 1, DMA_FROM_DEVICE, &map), 0);
	vscsi_window_close(&fx->win);
	vscsi_window_close(&fx->win);
}

/* Every piece at every offset has the right bytes, and copies stop at its end. */
static void pieces(struct kunit *test)
{
	struct window_fixture *fx = test->priv;
	u32 handle = open_window(fx, DMA_TO_DEVICE);
	u8 buf[LEN + 1];
	u32 offset, len;

	for (offset = 0; offset < LEN; offset += 7) {
		for (len = 1; len <= LEN - offset; len += 13) {
			struct vscsi_map map;

			KUNIT_ASSERT_EQ(test, vscsi_window_map(&fx->win, handle, offset, len,
							       DMA_TO_DEVICE, &map), 0);
			KUNIT_ASSERT_EQ(test, vscsi_map_copy_in(&map, 0, buf, sizeof(buf)),
					(size_t)len);
			KUNIT_ASSERT_EQ(test, memcmp(buf, fx->mem + offset, len), 0);
			KUNIT_ASSERT_EQ(test, vscsi_map_copy_in(&map, len - 1, buf, 9), (size_t)1);
			KUNIT_ASSERT_EQ(test, buf[0], fx->mem[offset + len - 1]);
			KUNIT_ASSERT_EQ(test, vscsi_map_copy_in(&map, len, buf, 1), (size_t)0);
		}
	}
}

/* A piece of a piece has the same bytes as the piece from there on. */
static void pieces_of_pieces(struct kunit *test)
{
	struct window_fixture *fx = test->priv;
	u32 handle = open_window(fx, DMA_TO_DEVICE);
	struct vscsi_map map, piece;
	u8 buf[LEN + 1];
	u32 offset;

	KUNIT_ASSERT_EQ(test, vscsi_window_map(&fx->win, handle, 3, LEN - 3, DMA_TO_DEVICE, &map),
			0);
	for (offset = 0; offset < LEN - 3; offset++) {
		u32 len = (LEN - 3 - offset + 1) / 2;

		vscsi_map_piece(&map, offset, len, &piece);
		KUNIT_EXPECT_TRUE(test, piece.skip < piece.sgl->length);
		KUNIT_ASSERT_EQ(test, vscsi_map_copy_in(&piece, 0, buf, sizeof(buf)), (size_t)len);
		KUNIT_ASSERT_EQ(test, memcmp(buf, fx->mem + 3 + offset, len), 0);
	}
}

static void copy_out_stays_inside(struct kunit *test)
{
	struct window_fixture *fx = test->priv;
	u32 handle = open_window(fx, DMA_FROM_DEVICE);
	struct vscsi_map map;
	u8 buf[LEN];
	unsigned int i;

	memset(buf, 0xee, sizeof(buf));
	KUNIT_ASSERT_EQ(test, vscsi_window_map(&fx->win, handle, 50, 120, DMA_FROM_DEVICE, &map),
			0);
	KUNIT_EXPECT_EQ(test, vscsi_map_copy_out(&map, 10, buf, sizeof(buf)), (size_t)110);
	for (i = 0; i < LEN; i++)
		KUNIT_EXPECT_EQ_MSG(test, fx->mem[i], i >= 60 && i < 170 ? 0xee : (u8)i, "%u", i);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(bounds),
	KUNIT_CASE(directions),
	KUNIT_CASE(stale_handles),
	KUNIT_CASE(pieces),
	KUNIT_CASE(pieces_of_pieces),
	KUNIT_CASE(copy_out_stays_inside),
	{}
};

static struct kunit_suite suite = {
	.name = "vscsi_window",
	.init = window_init,
	.test_cases = cases,
};

kunit_test_suite(suite);
