// SPDX-License-Identifier: GPL-2.0
/* What a logical unit says of itself. */
#include <linux/limits.h>

#include "fixture.h"

static void standard_inquiry(struct kunit *test)
{
	struct fixture *fx = test->priv;

	run_in(test, 255, 0x12, 0, 0, 0, 255);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 96U);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[0], 0);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[4], 91);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[7], 0x02);
	KUNIT_EXPECT_EQ(test, memcmp(fx->buf + 8, "AIX     VDASD           0001hdisk12 ", 36), 0);
}

static void inquiry_is_cut_at_the_allocation_length(struct kunit *test)
{
	struct fixture *fx = test->priv;

	memset(fx->buf, 0xee, 255);
	run_in(test, 255, 0x12, 0, 0, 0, 36);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 36U);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[36], 0xee);
	run_in(test, 5, 0x12, 0, 0, 0, 36);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 5U);
	run_in(test, 0, 0x12, 0, 0, 0, 0);
	expect_ok(test);
}

static void inquiry_of_other_units(struct kunit *test)
{
	struct fixture *fx = test->priv;

	run_kind(test, VSCSI_LU_NONE, 5, 96, 0x12, 0, 0, 0, 96);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[0], 0x7f);
	run_kind(test, VSCSI_LU_WELL_KNOWN, 0, 96, 0x12, 0, 0, 0, 96);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[0], 0x1e);
	run_in(test, 96, 0x12, 0, 0x80, 0, 96);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 7);
}

static void every_listed_vpd_page_exists(struct kunit *test)
{
	static const u8 expected[] = {
		0x00, 0x80, 0x83, 0x86, 0x87, 0x88, 0x8f, 0xb0, 0xb1, 0xb2,
	};
	struct fixture *fx = test->priv;
	unsigned int i;

	run_in(test, 255, 0x12, 1, 0, 0, 255);
	KUNIT_EXPECT_EQ(test, (size_t)get_unaligned_be16(fx->buf + 2), sizeof(expected));
	KUNIT_EXPECT_EQ(test, memcmp(fx->buf + 4, expected, sizeof(expected)), 0);
	for (i = 0; i < sizeof(expected); i++) {
		run_in(test, 512, 0x12, 1, expected[i], 2, 0);
		expect_ok(test);
		KUNIT_EXPECT_EQ(test, fx->buf[1], expected[i]);
		KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, get_unaligned_be16(fx->buf + 2) + 4U);
	}
	run_in(test, 255, 0x12, 1, 0xb3, 0, 255);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 7);
}

static void scsi_ports(struct kunit *test)
{
	static const u8 expected[] = {
		0x00, 0x88, 0x00, 56,
		0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 16,
		0x01, 0x14, 0, 4, 0, 0, 0, 1, 0x01, 0x15, 0, 4, 0, 0, 0, 1,
		0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 16,
		0x01, 0x14, 0, 4, 0, 0, 1, 2, 0x01, 0x15, 0, 4, 0, 0, 1, 2,
	};
	struct vscsi_path second = { .port = 0x102 }, same = { .port = 0x102 };
	struct fixture *fx = test->priv;

	vscsi_path_join(fx->lu.pr, &second);
	vscsi_path_join(fx->lu.pr, &same);
	run_in(test, 255, 0x12, 1, 0x88, 0, 255);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, (u32)sizeof(expected));
	KUNIT_EXPECT_EQ(test, memcmp(fx->buf, expected, sizeof(expected)), 0);
	/* cut, it has the same length in it */
	run_in(test, 255, 0x12, 1, 0x88, 0, 40);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 40U);
	KUNIT_EXPECT_EQ(test, memcmp(fx->buf, expected, 40), 0);
	vscsi_path_leave(fx->lu.pr, &same);
	vscsi_path_leave(fx->lu.pr, &second);
	/* memory has one path, of which it says nothing */
	fx->be.file = NULL;
	run_in(test, 255, 0x12, 1, 0x88, 0, 255);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 7);
	run_in(test, 255, 0x12, 1, 0, 0, 255);
	KUNIT_EXPECT_EQ(test, (int)get_unaligned_be16(fx->buf + 2), 9);
	run_in(test, 255, 0x12, 1, 0x83, 0, 255);
	KUNIT_EXPECT_EQ(test, (int)fx->cmd.done_bytes, 4 + 12 + 38);
}

static void identification(struct kunit *test)
{
	static const u8 naa[] = { 0x01, 0x03, 0, 8, 0x30, 1, 2, 3, 4, 5, 6, 7 };
	static const char t10[] = "\x02\x01\0\042AIX     VDASD           00f6db0a.3";
	struct fixture *fx = test->priv;

	run_in(test, 255, 0x12, 1, 0x80, 0, 255);
	KUNIT_EXPECT_EQ(test, memcmp(fx->buf + 4, "00f6db0a.3", 10), 0);
	run_in(test, 255, 0x12, 1, 0x83, 0, 255);
	KUNIT_EXPECT_EQ(test, memcmp(fx->buf + 4, naa, sizeof(naa)), 0);
	KUNIT_EXPECT_EQ(test, memcmp(fx->buf + 16, t10, sizeof(t10) - 1), 0);
}

static void block_limits(struct kunit *test)
{
	struct fixture *fx = test->priv;

	fx->be.caps.max_io = SZ_4M * 4;
	run_in(test, 255, 0x12, 1, 0xb0, 0, 255);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf + 8), SZ_4M * 4U / 512);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf + 12), SZ_4M / 512U);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf + 20), SZ_64K / 512U);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf + 24), 255U);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf + 28), 8U);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fx->buf + 36), (u64)SZ_64K / 512);

	/* A multiple of what the device wishes, large all the same. */
	fx->be.caps.io_opt = 192 * 1024;
	run_in(test, 255, 0x12, 1, 0xb0, 0, 255);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf + 12), 22 * 192 * 2U);
	fx->be.caps.max_io = SZ_4M;
	run_in(test, 255, 0x12, 1, 0xb0, 0, 255);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf + 12), 21 * 192 * 2U);
}

static void provisioning_is_what_the_backend_does(struct kunit *test)
{
	struct fixture *fx = test->priv;

	run_in(test, 255, 0x12, 1, 0xb2, 0, 255);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[5], 0xe4);
	run_in(test, 32, 0x9e, 0x10, [13] = 32);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[14], 0xc0);
	fx->be.caps.unmap_zeroes = false;
	run_in(test, 255, 0x12, 1, 0xb2, 0, 255);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[5], 0xe0);
	fx->be.caps.max_unmap = 0;
	run_in(test, 255, 0x12, 1, 0xb2, 0, 255);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[5], 0);
	run_in(test, 32, 0x9e, 0x10, [13] = 32);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[14], 0);
	run_out(test, 24, 0x42, [8] = 24);
	expect_reason(test, VSCSI_INVALID_OPCODE);
}

static void report_luns(struct kunit *test)
{
	struct fixture *fx = test->priv;

	fx->pending_ua = BIT(VSCSI_UA_LUNS_CHANGED);
	run_in(test, 255, 0xa0, [9] = 255);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), 24U);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 32U);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fx->buf + 24), 0x8300ULL << 48);
	KUNIT_EXPECT_EQ(test, fx->pending_ua, 0UL);
	/* The length is that of the whole list. */
	run_in(test, 16, 0xa0, [9] = 16);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), 24U);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 16U);
	run_in(test, 255, 0xa0, 0, 1, [9] = 255);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), 8U);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fx->buf + 8), 0xc101ULL << 48);
	run_in(test, 255, 0xa0, 0, 2, [9] = 255);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), 32U);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fx->buf + 32), 0xc101ULL << 48);
	run_in(test, 255, 0xa0, 0, 3, [9] = 255);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 7);
}

static void report_luns_elsewhere(struct kunit *test)
{
	run_kind(test, VSCSI_LU_NONE, 0, 16, 0xa0, [9] = 16);
	expect_ok(test);
	run_kind(test, VSCSI_LU_WELL_KNOWN, 0, 16, 0xa0, [9] = 16);
	expect_ok(test);
	run_kind(test, VSCSI_LU_NONE, 0x8500ULL << 48, 16, 0xa0, [9] = 16);
	expect_reason(test, VSCSI_LUN_UNSUPPORTED);
}

static void request_sense(struct kunit *test)
{
	struct fixture *fx = test->priv;

	run_in(test, 252, 0x03, 0, 0, 0, 252);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 18U);
	KUNIT_EXPECT_EQ(test, fx->buf[2] | fx->buf[12], 0);
	fx->pending_ua = BIT(VSCSI_UA_MODE_CHANGED);
	run_in(test, 252, 0x03, 1, 0, 0, 252);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), 0x72062a01U);
	KUNIT_EXPECT_EQ(test, fx->pending_ua, 0UL);
	run_kind(test, VSCSI_LU_NONE, 5, 252, 0x03, 0, 0, 0, 252);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[12], 0x25);
}

static void mode_sense_6(struct kunit *test)
{
	struct fixture *fx = test->priv;

	run_in(test, 255, 0x1a, 0, 0x3f, 0, 255);
	expect_ok(test);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, fx->buf[0] + 1U);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 4U + 8 + 12 + 20 + 12 + 12);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[2], 0x10);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[3], 8);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf + 4), (u32)FIXTURE_BLOCKS);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf + 8), 512U);
	run_in(test, 255, 0x1a, 0x08, 0x08, 0, 255);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 24U);
	KUNIT_EXPECT_EQ(test, fx->buf[4] << 16 | fx->buf[5] << 8 | fx->buf[6], 0x081204);
	run_in(test, 255, 0x1a, 0x08, 0x48, 0, 255);
	KUNIT_EXPECT_EQ(test, fx->buf[4] << 16 | fx->buf[5] << 8 | fx->buf[6], 0x081200);
	run_in(test, 255, 0x1a, 0x08, 0x8a, 0xff, 255);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[9], 0x40);
}

static void mode_sense_refusals(struct kunit *test)
{
	struct fixture *fx = test->priv;

	fx->lu.pr->saved.store = NULL;
	run_in(test, 255, 0x1a, 0, 0xc8, 0, 255);
	expect_reason(test, VSCSI_SAVING_UNSUPPORTED);
	run_in(test, 255, 0x1a, 0, 0x02, 0, 255);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 5);
	run_in(test, 255, 0x5a, 0, 0x0a, 1, [8] = 255);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 3, 7);
}

static void mode_sense_is_true(struct kunit *test)
{
	struct fixture *fx = test->priv;

	fx->be.caps.read_only = true;
	fx->be.caps.fua = false;
	run_in(test, 255, 0x1a, 0x08, 0x08, 0, 255);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[2], 0x80);
	fx->be.caps.write_cache = false;
	run_in(test, 255, 0x1a, 0x08, 0x08, 0, 255);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[2], 0x90);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[6], 0);
}

static void mode_sense_10_long_lba(struct kunit *test)
{
	struct fixture *fx = test->priv;

	fx->lu.blocks = 0x123456789a;
	run_in(test, 255, 0x5a, 0x10, 0x0a, 0, [8] = 255);
	KUNIT_EXPECT_EQ(test, (u32)get_unaligned_be16(fx->buf) + 2, fx->cmd.done_bytes);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[4], 1);
	KUNIT_EXPECT_EQ(test, (int)get_unaligned_be16(fx->buf + 6), 16);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fx->buf + 8), 0x123456789aULL);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf + 20), 512U);
	run_in(test, 255, 0x5a, 0, 0x0a, 0, [8] = 255);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[4], 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf + 8), U32_MAX);
}

/* Each kind of logical unit reports its own rows. */
static void report_all_of(struct kunit *test, enum vscsi_lu_kind kind)
{
	struct fixture *fx = test->priv;
	const struct vscsi_opcode *op;
	u32 at = 4;

	run_kind(test, kind, 0, 4096, 0xa3, 0x0c, 0x80, [8] = 0x10);
	expect_ok(test);
	for (op = vscsi_opcodes; op < vscsi_opcodes + vscsi_opcodes_nr; op++) {
		if (!(op->kinds & kind))
			continue;
		KUNIT_EXPECT_EQ_MSG(test, fx->buf[at], op->opcode, "%s", op->name);
		KUNIT_EXPECT_EQ_MSG(test, fx->buf[at + 5] & 1, op->service_action != VSCSI_NO_SA,
				    "%s", op->name);
		KUNIT_EXPECT_EQ_MSG(test, fx->buf[at + 7], op->cdb_len, "%s", op->name);
		KUNIT_EXPECT_EQ_MSG(test, fx->buf[at + 9], 10, "%s", op->name);
		at += 20;
	}
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), at - 4);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, at);
	run_kind(test, kind, 0, 4096, 0xa3, 0x0c, 0, [8] = 0x10);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), (at - 4) / 20 * 8);
}

static void report_all_opcodes(struct kunit *test)
{
	struct fixture *fx = test->priv;

	report_all_of(test, VSCSI_LU_OPTICAL);
	report_all_of(test, VSCSI_LU_DISK);
	run_in(test, 10, 0xa3, 0x0c, 0, [9] = 10);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 10U);
}

static void report_one_opcode(struct kunit *test)
{
	struct fixture *fx = test->priv;

	run_in(test, 64, 0xa3, 0x0c, 1, 0x28, [9] = 64);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), 0x0003000aU);
	KUNIT_EXPECT_EQ(test, memcmp(fx->buf + 4, "\x28\x18\xff\xff\xff\xff\0\xff\xff\0", 10), 0);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 14U);
	run_in(test, 64, 0xa3, 0x0c, 0x81, 0x28, [9] = 64);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), 0x0083000aU);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 26U);
	run_in(test, 64, 0xa3, 0x0c, 1, 0xff, [9] = 64);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), 0x00010000U);
	run_in(test, 64, 0xa3, 0x0c, 2, 0x9e, 0, 0x10, [9] = 64);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), 0x00030010U);
	run_in(test, 64, 0xa3, 0x0c, 2, 0x9e, 0, 0x11, [9] = 64);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), 0x00010000U);
	run_in(test, 64, 0xa3, 0x0c, 3, 0x9e, 0, 0x10, [9] = 64);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), 0x00030010U);
	run_in(test, 64, 0xa3, 0x0c, 3, 0x28, [9] = 64);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), 0x0003000aU);
}

static void report_opcodes_refusals(struct kunit *test)
{
	run_in(test, 64, 0xa3, 0x0c, 1, 0x9e, [9] = 64);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 2);
	run_in(test, 64, 0xa3, 0x0c, 2, 0x28, [9] = 64);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 2);
	run_in(test, 64, 0xa3, 0x0c, 4, [9] = 64);
	expect_field(test, VSCSI_INVALID_FIELD_CDB, 2, 2);
}

static void report_task_management(struct kunit *test)
{
	struct fixture *fx = test->priv;

	run_in(test, 64, 0xa3, 0x0d, [9] = 64);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 4U);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), 0xd8000000U);
	run_in(test, 64, 0xa3, 0x0d, 0x80, [9] = 64);
	KUNIT_EXPECT_EQ(test, fx->cmd.done_bytes, 16U);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fx->buf), 0xd800000cU);
}

static void unit_not_ready(struct kunit *test)
{
	struct fixture *fx = test->priv;

	fx->ready = VSCSI_NOT_READY;
	run_in(test, 0, 0x00);
	expect_reason(test, VSCSI_NOT_READY);
	run_in(test, 512, 0x28, 0, 0, 0, 0, 0, 0, 0, 1);
	expect_reason(test, VSCSI_NOT_READY);
	run_in(test, 96, 0x12, 0, 0, 0, 96);
	expect_ok(test);
	run_in(test, 18, 0x03, 0, 0, 0, 18);
	KUNIT_EXPECT_EQ(test, (int)fx->buf[2], NOT_READY);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(standard_inquiry),
	KUNIT_CASE(inquiry_is_cut_at_the_allocation_length),
	KUNIT_CASE(inquiry_of_other_units),
	KUNIT_CASE(every_listed_vpd_page_exists),
	KUNIT_CASE(scsi_ports),
	KUNIT_CASE(identification),
	KUNIT_CASE(block_limits),
	KUNIT_CASE(provisioning_is_what_the_backend_does),
	KUNIT_CASE(report_luns),
	KUNIT_CASE(report_luns_elsewhere),
	KUNIT_CASE(request_sense),
	KUNIT_CASE(mode_sense_6),
	KUNIT_CASE(mode_sense_refusals),
	KUNIT_CASE(mode_sense_is_true),
	KUNIT_CASE(mode_sense_10_long_lba),
	KUNIT_CASE(report_all_opcodes),
	KUNIT_CASE(report_one_opcode),
	KUNIT_CASE(report_opcodes_refusals),
	KUNIT_CASE(report_task_management),
	KUNIT_CASE(unit_not_ready),
	{}
};

static struct kunit_suite suite = {
	.name = "vscsi_spc",
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
