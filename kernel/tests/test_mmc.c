// SPDX-License-Identifier: GPL-2.0
/* What an optical drive says of itself and of its medium. */
#include <linux/limits.h>

#include "fixture.h"

#define BLOCKS		250
#define DVD_ROM		0x10
#define DVD_RAM		0x12

#define run(test, len, ...)	run_kind(test, VSCSI_LU_OPTICAL, 0, len, __VA_ARGS__)

static void empty(struct kunit *test)
{
	fixture_medium(test->priv, 0, true);
}

static void rom(struct kunit *test)
{
	fixture_medium(test->priv, BLOCKS, true);
}

static void ram(struct kunit *test)
{
	fixture_medium(test->priv, BLOCKS, false);
}

static u32 be32(const struct kunit *test, unsigned int at)
{
	const struct fixture *fx = test->priv;

	return get_unaligned_be32(fx->buf + at);
}

static u16 be16(const struct kunit *test, unsigned int at)
{
	const struct fixture *fx = test->priv;

	return get_unaligned_be16(fx->buf + at);
}

static int byte(const struct kunit *test, unsigned int at)
{
	const struct fixture *fx = test->priv;

	return fx->buf[at];
}

static void inquiry(struct kunit *test)
{
	struct fixture *fx = test->priv;

	empty(test);
	run(test, 96, 0x12, 0, 0, 0, 96);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, byte(test, 0), 0x05);
	KUNIT_EXPECT_EQ(test, byte(test, 1), 0x80);
	KUNIT_EXPECT_EQ(test, memcmp(fx->buf + 8, "AIX     VOPTA               ", 28), 0);
	KUNIT_EXPECT_EQ(test, (int)be16(test, 64), 0x04e0);
	KUNIT_EXPECT_EQ(test, (int)be16(test, 66), 0);
}

static void vital_product_data(struct kunit *test)
{
	static const u8 pages[] = { 0x00, 0x80, 0x83 };
	struct fixture *fx = test->priv;

	empty(test);
	run(test, 255, 0x12, 1, 0, 0, 255);
	KUNIT_EXPECT_EQ(test, (size_t)be16(test, 2), sizeof(pages));
	KUNIT_EXPECT_EQ(test, memcmp(fx->buf + 4, pages, sizeof(pages)), 0);
	run(test, 255, 0x12, 1, 0x83, 0, 255);
	KUNIT_EXPECT_EQ(test, byte(test, 0), 0x05);
	KUNIT_EXPECT_EQ(test, memcmp(fx->buf + 20, "AIX     VOPTA           00f6db0a.3", 34), 0);
	run(test, 255, 0x12, 1, 0xb0, 0, 255);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 7);
}

/* Those that need a medium say that there is none, and where the tray is. */
static void without_a_medium(struct kunit *test)
{
	static const u8 cdbs[][12] = {
		{ 0x00 },
		{ 0x1b, 0, 0, 0, 0x01 },
		{ 0x25 },
		{ 0x28, 0, 0, 0, 0, 0, 0, 0, 1 },
		{ 0x2a, 0, 0, 0, 0, 0, 0, 0, 1 },
		{ 0x2f, 0, 0, 0, 0, 0, 0, 0, 1 },
		{ 0x35 },
		{ 0x43, 0, 0, 0, 0, 0, 0, 0, 64 },
		{ 0x51, 0, 0, 0, 0, 0, 0, 0, 64 },
		{ 0x52, 0, 0, 0, 0, 0, 0, 0, 64 },
		{ 0xa8, 0, 0, 0, 0, 0, 0, 0, 0, 1 },
		{ 0xad, 0, 0, 0, 0, 0, 0, 0, 0, 64 },
		{ 0xbe, 0, 0, 0, 0, 0, 0, 0, 1, 0x10 },
	};
	struct fixture *fx = test->priv;
	unsigned int i;

	empty(test);
	for (i = 0; i < ARRAY_SIZE(cdbs); i++) {
		run_on(test, VSCSI_LU_OPTICAL, 0, cdbs[i], 12, DMA_FROM_DEVICE, 64);
		expect_reason(test, VSCSI_NO_MEDIUM);
		KUNIT_EXPECT_EQ(test, (int)fx->cmd.sense[2], NOT_READY);
		KUNIT_EXPECT_EQ(test, (int)get_unaligned_be16(fx->cmd.sense + 12), 0x3a01);
	}
	fx->lu.tray_open = true;
	run(test, 0, 0x00);
	KUNIT_EXPECT_EQ(test, (int)get_unaligned_be16(fx->cmd.sense + 12), 0x3a02);
	run(test, 18, 0x03, 0, 0, 0, 18);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, (int)be16(test, 12), 0x3a02);
}

static void read_write(struct kunit *test)
{
	struct fixture *fx = test->priv;

	rom(test);
	fill_block(fx->disk + 3 * 2048, 2048, 1);
	run(test, 2048, 0x28, 0, 0, 0, 0, 3, 0, 0, 1);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, memcmp(fx->buf, fx->disk + 3 * 2048, 2048), 0);
	run(test, 2048, 0x28, 0, 0, 0, 0, BLOCKS, 0, 0, 1);
	expect_reason(test, VSCSI_LBA_RANGE);
	run_on(test, VSCSI_LU_OPTICAL, 0, (const u8[]){ 0x2a, 0, 0, 0, 0, 0, 0, 0, 1, 0 }, 10,
	       DMA_TO_DEVICE, 2048);
	expect_reason(test, VSCSI_WRITE_PROTECTED);

	ram(test);
	fill_block(fx->buf, 2048, 2);
	run_on(test, VSCSI_LU_OPTICAL, 0,
	       (const u8[]){ 0xaa, 0, 0, 0, 0, 5, 0, 0, 0, 1, 0, 0 }, 12, DMA_TO_DEVICE, 2048);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, memcmp(fx->buf, fx->disk + 5 * 2048, 2048), 0);
	run(test, 0, 0x2f, 0x10, 0, 0, 0, 5, 0, 0, 1);
	expect_ok(test);
	run(test, 0, 0x2f, 0x02, 0, 0, 0, 5, 0, 0, 1);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 1);
	run(test, 8, 0x25);
	KUNIT_EXPECT_EQ(test, be32(test, 0), BLOCKS - 1U);
	KUNIT_EXPECT_EQ(test, be32(test, 4), 2048U);
}

/* Sectors have user data, and nothing else that a CD's have. */
static void read_cd(struct kunit *test)
{
	struct fixture *fx = test->priv;

	rom(test);
	fill_block(fx->disk + 3 * 2048, 2 * 2048, 1);
	run(test, 4096, 0xbe, 0, 0, 0, 0, 3, 0, 0, 2, 0x10);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 4096U);
	KUNIT_EXPECT_EQ(test, memcmp(fx->buf, fx->disk + 3 * 2048, 4096), 0);
	run(test, 4096, 0xbe, 0x02, 0, 0, 0, BLOCKS - 1, 0, 0, 2, 0x10);
	expect_reason(test, VSCSI_LBA_RANGE);
	run(test, 0, 0xbe, 0, 0, 0, 0, 3, 0, 0, 2, 0);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 0U);
	run(test, 2048, 0xbe, 0x08, 0, 0, 0, 3, 0, 0, 1, 0x10);
	expect_reason(test, VSCSI_TRACK_MODE);
	run(test, 2048, 0xbe, 0x18, 0, 0, 0, 3, 0, 0, 1, 0x10);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 4);
	run(test, 2352, 0xbe, 0, 0, 0, 0, 3, 0, 0, 1, 0xf8);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 9, 7);
	run(test, 2352, 0xbe, 0, 0, 0, 0, 3, 0, 0, 1, 0x12);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 9, 1);
	run(test, 2064, 0xbe, 0, 0, 0, 0, 3, 0, 0, 1, 0x10, 0x02);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 10, 2);
}

static void disk_commands_are_unknown(struct kunit *test)
{
	static const u8 opcodes[] = { 0x08, 0x0a, 0x2e, 0x41, 0x42, 0x88, 0x8a, 0x93, 0x9e };
	unsigned int i;

	rom(test);
	for (i = 0; i < sizeof(opcodes); i++) {
		run(test, 0, opcodes[i]);
		expect_reason(test, VSCSI_INVALID_OPCODE);
	}
	run_in(test, 64, 0x43, 0, 0, 0, 0, 0, 0, 0, 64);
	expect_reason(test, VSCSI_INVALID_OPCODE);
}

static void mode_pages(struct kunit *test)
{
	static const u8 codes[] = { 0x01, 0x1a, 0x1c, 0x1d, 0x2a };
	struct fixture *fx = test->priv;
	unsigned int i, at = 8;

	empty(test);
	run(test, 255, 0x5a, 0, 0x3f, 0, 0, 0, 0, 0, 255);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, (int)be16(test, 6), 0);
	for (i = 0; i < sizeof(codes); i++) {
		KUNIT_EXPECT_EQ(test, byte(test, at), (int)codes[i]);
		at += 2 + fx->buf[at + 1];
	}
	KUNIT_EXPECT_EQ(test, (u32)be16(test, 0), at - 2);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, at);

	run(test, 255, 0x1a, 0, 0x2a, 0, 255);
	KUNIT_EXPECT_EQ(test, byte(test, 4 + 2), 0x28);
	KUNIT_EXPECT_EQ(test, byte(test, 4 + 3), 0x20);
	KUNIT_EXPECT_EQ(test, byte(test, 4 + 6), 0x29);
	fx->locked = true;
	run(test, 255, 0x1a, 0, 0x2a, 0, 255);
	KUNIT_EXPECT_EQ(test, byte(test, 4 + 6), 0x2b);
	run(test, 255, 0x1a, 0, 0x08, 0, 255);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 5);
}

static void expect_profile(struct kunit *test, u16 profile)
{
	run(test, 255, 0x46, 0, 0, 0, 0, 0, 0, 0, 255);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, (int)be16(test, 6), (int)profile);
	KUNIT_EXPECT_EQ(test, (int)be16(test, 12), DVD_RAM);
	KUNIT_EXPECT_EQ(test, byte(test, 14), (int)(profile == DVD_RAM));
	KUNIT_EXPECT_EQ(test, (int)be16(test, 16), DVD_ROM);
	KUNIT_EXPECT_EQ(test, byte(test, 18), (int)(profile == DVD_ROM));
}

/* Features in ascending order, those from @first on of which all are current. */
static unsigned int count_current(struct kunit *test, u8 first)
{
	struct fixture *fx = test->priv;
	unsigned int at = 8, nr = 0, end;
	int last = -1;

	run(test, 255, 0x46, 1, 0, first, 0, 0, 0, 0, 255);
	end = be32(test, 0) + 4;
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, end);
	for (; at < end; at += 4 + fx->buf[at + 3]) {
		KUNIT_EXPECT_GT(test, (int)be16(test, at), last);
		last = be16(test, at);
		KUNIT_EXPECT_EQ(test, fx->buf[at + 2] & 0x01, 0x01);
		nr++;
	}
	KUNIT_EXPECT_EQ(test, at, end);
	return nr;
}

static void configuration(struct kunit *test)
{
	empty(test);
	expect_profile(test, 0);
	KUNIT_EXPECT_EQ(test, count_current(test, 0), 6U);
	rom(test);
	expect_profile(test, DVD_ROM);
	KUNIT_EXPECT_EQ(test, count_current(test, 0), 8U);
	ram(test);
	expect_profile(test, DVD_RAM);
	KUNIT_EXPECT_EQ(test, count_current(test, 0), 9U);
	KUNIT_EXPECT_EQ(test, count_current(test, 0x10), 5U);
	run(test, 255, 0x46, 3, 0, 0, 0, 0, 0, 0, 255);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 1);
}

static void one_feature(struct kunit *test)
{
	rom(test);
	run(test, 255, 0x46, 2, 0, 0x20, 0, 0, 0, 0, 255);
	KUNIT_EXPECT_EQ(test, be32(test, 0), 4 + 16U);
	KUNIT_EXPECT_EQ(test, be32(test, 8), 0x0020040cU);
	ram(test);
	run(test, 255, 0x46, 2, 0, 0x20, 0, 0, 0, 0, 255);
	KUNIT_EXPECT_EQ(test, be32(test, 8), 0x0020050cU);
	KUNIT_EXPECT_EQ(test, be32(test, 12), BLOCKS - 1U);
	KUNIT_EXPECT_EQ(test, be32(test, 16), 2048U);
	run(test, 255, 0x46, 2, 0, 0x03, 0, 0, 0, 0, 255);
	KUNIT_EXPECT_EQ(test, be32(test, 8), 0x00030b04U);
	KUNIT_EXPECT_EQ(test, be32(test, 12), 0x39000000U);
	run(test, 255, 0x46, 2, 0x01, 0, 0, 0, 0, 0, 255);
	KUNIT_EXPECT_EQ(test, be32(test, 8), 0x01000300U);
	run(test, 255, 0x46, 2, 0x77, 0, 0, 0, 0, 0, 255);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, be32(test, 0), 4U);
}

static void toc(struct kunit *test)
{
	struct fixture *fx = test->priv;

	rom(test);
	run(test, 64, 0x43, 0, 0, 0, 0, 0, 0, 0, 64);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 20U);
	KUNIT_EXPECT_EQ(test, be32(test, 0), 0x00120101U);
	KUNIT_EXPECT_EQ(test, be32(test, 4), 0x00140100U);
	KUNIT_EXPECT_EQ(test, be32(test, 8), 0U);
	KUNIT_EXPECT_EQ(test, be32(test, 12), 0x0014aa00U);
	KUNIT_EXPECT_EQ(test, be32(test, 16), (u32)BLOCKS);
	/* 150 frames before LBA 0, 75 in a second */
	run(test, 64, 0x43, 2, 0, 0, 0, 0, 0, 0, 64);
	KUNIT_EXPECT_EQ(test, be32(test, 8), 0x00000200U);
	KUNIT_EXPECT_EQ(test, be32(test, 16), 0x00000519U);
	run(test, 64, 0x43, 0, 0, 0, 0, 0, 0xaa, 0, 64);
	KUNIT_EXPECT_EQ(test, be32(test, 0), 0x000a0101U);
	KUNIT_EXPECT_EQ(test, be32(test, 4), 0x0014aa00U);
	run(test, 64, 0x43, 0, 0, 0, 0, 0, 2, 0, 64);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 6, 7);
	fx->lu.blocks = 256 * 60 * 75;
	run(test, 64, 0x43, 2, 0, 0, 0, 0, 0, 0, 64);
	KUNIT_EXPECT_EQ(test, be32(test, 16), 0x00ff3b4aU);
}

static void sessions(struct kunit *test)
{
	struct fixture *fx = test->priv;

	rom(test);
	run(test, 64, 0x43, 0, 1, 0, 0, 0, 0, 0, 64);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 12U);
	KUNIT_EXPECT_EQ(test, be32(test, 0), 0x000a0101U);
	KUNIT_EXPECT_EQ(test, be32(test, 4), 0x00140100U);
	KUNIT_EXPECT_EQ(test, be32(test, 8), 0U);
	run(test, 64, 0x43, 2, 1, 0, 0, 0, 0, 0, 64);
	KUNIT_EXPECT_EQ(test, be32(test, 8), 0x00000200U);
	run(test, 64, 0x43, 0, 2, 0, 0, 0, 0, 0, 64);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 3);
}

static void disc_information(struct kunit *test)
{
	struct fixture *fx = test->priv;

	rom(test);
	run(test, 64, 0x51, 0, 0, 0, 0, 0, 0, 0, 64);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 34U);
	KUNIT_EXPECT_EQ(test, be32(test, 0), 0x00200e01U);
	KUNIT_EXPECT_EQ(test, be32(test, 4), 0x01010120U);
	ram(test);
	run(test, 64, 0x51, 0, 0, 0, 0, 0, 0, 0, 64);
	KUNIT_EXPECT_EQ(test, be32(test, 0), 0x00201f01U);
	run(test, 64, 0x51, 1, 0, 0, 0, 0, 0, 0, 64);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 2);
}

static void track_information(struct kunit *test)
{
	struct fixture *fx = test->priv;

	rom(test);
	run(test, 64, 0x52, 1, 0, 0, 0, 1, 0, 0, 64);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 48U);
	KUNIT_EXPECT_EQ(test, be32(test, 0), 0x002e0101U);
	KUNIT_EXPECT_EQ(test, be32(test, 4), 0x00040100U);
	KUNIT_EXPECT_EQ(test, be32(test, 24), (u32)BLOCKS);
	run(test, 64, 0x52, 0, 0, 0, 0, BLOCKS - 1, 0, 0, 64);
	expect_ok(test);
	run(test, 64, 0x52, 2, 0, 0, 0, 1, 0, 0, 64);
	expect_ok(test);
	run(test, 64, 0x52, 0, 0, 0, 0, BLOCKS, 0, 0, 64);
	expect_reason(test, VSCSI_LBA_RANGE);
	run(test, 64, 0x52, 1, 0, 0, 0, 2, 0, 0, 64);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 7);
	run(test, 64, 0x52, 3, 0, 0, 0, 1, 0, 0, 64);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 1);
}

static void dvd_structure(struct kunit *test)
{
	struct fixture *fx = test->priv;

	rom(test);
	memset(fx->buf, 0xee, 2052);
	run(test, 2052, 0xad, 0, 0, 0, 0, 0, 0, 0, 0x08, 0x04);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 2052U);
	KUNIT_EXPECT_EQ(test, be32(test, 0), 0x08020000U);
	KUNIT_EXPECT_EQ(test, be32(test, 4), 0x010f0100U);
	KUNIT_EXPECT_EQ(test, be32(test, 8), 0x00030000U);
	KUNIT_EXPECT_EQ(test, be32(test, 12), 0x00030000U + BLOCKS - 1);
	KUNIT_EXPECT_EQ(test, byte(test, 2051), 0);
	ram(test);
	run(test, 2052, 0xad, 0, 0, 0, 0, 0, 0, 0, 0x08, 0x04);
	KUNIT_EXPECT_EQ(test, be32(test, 4), 0x160f0400U);
	run(test, 64, 0xad, 0, 0, 0, 0, 0, 0, 1, 0, 64);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 8U);
	KUNIT_EXPECT_EQ(test, be32(test, 4), 0U);
	run(test, 64, 0xad, 0, 0, 0, 0, 0, 0, 0xff, 0, 64);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 12U);
	KUNIT_EXPECT_EQ(test, be32(test, 8), 0x01400008U);
	run(test, 64, 0xad, 0, 0, 0, 0, 0, 0, 2, 0, 64);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 7, 7);
	run(test, 64, 0xad, 0, 0, 0, 0, 0, 1, 0, 0, 64);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 6, 7);
	run(test, 64, 0xad, 1, 0, 0, 0, 0, 0, 0, 0, 64);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 3);
}

static void event_status(struct kunit *test)
{
	struct fixture *fx = test->priv;

	rom(test);
	fx->media_event = true;
	fx->pending_ua = BIT(VSCSI_UA_MEDIUM_CHANGED);
	run(test, 8, 0x4a, 1, 0, 0, 0x1a, 0, 0, 0, 4);
	KUNIT_EXPECT_EQ(test, be32(test, 0), 0x0006011aU);
	run(test, 8, 0x4a, 1, 0, 0, 0x1a, 0, 0, 0, 8);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, be32(test, 0), 0x0006041aU);
	KUNIT_EXPECT_EQ(test, be32(test, 4), 0x02020000U);
	run(test, 8, 0x4a, 1, 0, 0, 0x10, 0, 0, 0, 8);
	KUNIT_EXPECT_EQ(test, be32(test, 4), 0x00020000U);
	run(test, 8, 0x4a, 1, 0, 0, 0x1a, 0, 0, 0, 8);
	KUNIT_EXPECT_EQ(test, be32(test, 0), 0x0006011aU);
	KUNIT_EXPECT_EQ(test, be32(test, 4), 0U);
	empty(test);
	fx->lu.tray_open = true;
	fx->media_event = true;
	run(test, 8, 0x4a, 1, 0, 0, 0x10, 0, 0, 0, 8);
	KUNIT_EXPECT_EQ(test, be32(test, 4), 0x03010000U);
	KUNIT_EXPECT_EQ(test, fx->pending_ua, BIT(VSCSI_UA_MEDIUM_CHANGED));
	run(test, 8, 0x4a, 1, 0, 0, 0x40, 0, 0, 0, 8);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 4U);
	KUNIT_EXPECT_EQ(test, be32(test, 0), 0x0002801aU);
	run(test, 8, 0x4a, 0, 0, 0, 0x10, 0, 0, 0, 8);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 1, 0);
}

static void start_stop(struct kunit *test)
{
	struct fixture *fx = test->priv;

	ram(test);
	run(test, 0, 0x1b, 0, 0, 0, 0);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_FLUSH], 1U);
	run(test, 0, 0x00);
	expect_reason(test, VSCSI_STOPPED);
	run(test, 0, 0x1b, 0, 0, 0, 1);
	expect_ok(test);
	run(test, 0, 0x00);
	expect_ok(test);
	run(test, 0, 0x1b, 1, 0, 0, 2);
	expect_ok(test);
	KUNIT_EXPECT_TRUE(test, fx->ejected);
	KUNIT_EXPECT_EQ(test, fx->ios[VSCSI_IO_FLUSH], 2U);
	empty(test);
	fx->lu.tray_open = true;
	run(test, 0, 0x1b, 0, 0, 0, 3);
	expect_ok(test);
	KUNIT_EXPECT_FALSE(test, fx->ejected);
	run(test, 0, 0x1b, 0, 0, 0, 1);
	expect_reason(test, VSCSI_NO_MEDIUM);
	run(test, 0, 0x1b, 0, 0, 0, 4);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 4, 2);
}

static void failing_flush_keeps_the_medium(struct kunit *test)
{
	struct fixture *fx = test->priv;

	ram(test);
	fx->fail_op = VSCSI_IO_FLUSH;
	fx->fail = VSCSI_MEDIUM_WRITE;
	run(test, 0, 0x1b, 0, 0, 0, 2);
	expect_reason(test, VSCSI_MEDIUM_WRITE);
	KUNIT_EXPECT_FALSE(test, fx->ejected);
}

static void prevent_removal(struct kunit *test)
{
	struct fixture *fx = test->priv;

	rom(test);
	run(test, 0, 0x1e, 0, 0, 0, 1);
	expect_ok(test);
	run(test, 0, 0x1b, 0, 0, 0, 2);
	expect_reason(test, VSCSI_REMOVAL_PREVENTED);
	KUNIT_EXPECT_EQ(test, (int)fx->cmd.sense[2], ILLEGAL_REQUEST);
	KUNIT_EXPECT_EQ(test, (int)get_unaligned_be16(fx->cmd.sense + 12), 0x5302);
	run(test, 0, 0x1e, 0, 0, 0, 0);
	run(test, 0, 0x1b, 0, 0, 0, 2);
	expect_ok(test);
	run(test, 0, 0x1e, 0, 0, 0, 2);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 4, 1);
}

static void mechanism_status(struct kunit *test)
{
	struct fixture *fx = test->priv;

	empty(test);
	fx->lu.tray_open = true;
	run(test, 8, 0xbd, 0, 0, 0, 0, 0, 0, 0, 0, 8);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, be32(test, 0), 0x00100000U);
	KUNIT_EXPECT_EQ(test, be32(test, 4), 0U);
}

/* Allocation lengths 0, 1 and the most that there is. */
static void allocation_lengths(struct kunit *test)
{
	static const struct {
		u8 cdb[12];
		u8 at;			/* of the allocation length, two bytes */
	} replies[] = {
		{ { 0x43 }, 7 },
		{ { 0x43, 2, 1 }, 7 },
		{ { 0x46 }, 7 },
		{ { 0x4a, 1, 0, 0, 0x10 }, 7 },
		{ { 0x51 }, 7 },
		{ { 0x52 }, 7 },
		{ { 0x5a, 0, 0x3f }, 7 },
		{ { 0xad }, 8 },
		{ { 0xbd }, 8 },
	};
	struct fixture *fx = test->priv;
	unsigned int i;
	u8 cdb[12];

	rom(test);
	for (i = 0; i < ARRAY_SIZE(replies); i++) {
		memcpy(cdb, replies[i].cdb, sizeof(cdb));
		run_on(test, VSCSI_LU_OPTICAL, 0, cdb, 12, DMA_FROM_DEVICE, 64);
		expect_ok(test);
		KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 0U);
		cdb[replies[i].at + 1] = 1;
		memset(fx->buf, 0xee, 64);
		run_on(test, VSCSI_LU_OPTICAL, 0, cdb, 12, DMA_FROM_DEVICE, 64);
		expect_ok(test);
		KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 1U);
		KUNIT_EXPECT_EQ(test, byte(test, 1), 0xee);
		put_unaligned_be16(U16_MAX, cdb + replies[i].at);
		run_on(test, VSCSI_LU_OPTICAL, 0, cdb, 12, DMA_FROM_DEVICE, 4096);
		expect_ok(test);
		KUNIT_EXPECT_GE(test, fx->cmd.done_bytes, 8U);
		KUNIT_EXPECT_LE(test, fx->cmd.done_bytes, 2052U);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(inquiry),
	KUNIT_CASE(vital_product_data),
	KUNIT_CASE(without_a_medium),
	KUNIT_CASE(read_write),
	KUNIT_CASE(read_cd),
	KUNIT_CASE(disk_commands_are_unknown),
	KUNIT_CASE(mode_pages),
	KUNIT_CASE(configuration),
	KUNIT_CASE(one_feature),
	KUNIT_CASE(toc),
	KUNIT_CASE(sessions),
	KUNIT_CASE(disc_information),
	KUNIT_CASE(track_information),
	KUNIT_CASE(dvd_structure),
	KUNIT_CASE(event_status),
	KUNIT_CASE(start_stop),
	KUNIT_CASE(failing_flush_keeps_the_medium),
	KUNIT_CASE(prevent_removal),
	KUNIT_CASE(mechanism_status),
	KUNIT_CASE(allocation_lengths),
	{}
};

static struct kunit_suite suite = {
	.name = "vscsi_mmc",
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
