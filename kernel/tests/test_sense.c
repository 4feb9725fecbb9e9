// SPDX-License-Identifier: GPL-2.0
/* Reasons become the sense data that the standard asks for. */
#include <kunit/test.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <scsi/scsi_proto.h>

#include "../cmdset/sense.h"

struct expected {
	enum vscsi_reason reason;
	u8 status, key, asc, ascq;
};

static const struct expected reasons[] = {
	{ VSCSI_OK, SAM_STAT_GOOD, 0, 0, 0 },
	{ VSCSI_MEDIUM_READ, SAM_STAT_CHECK_CONDITION, MEDIUM_ERROR, 0x11, 0x00 },
	{ VSCSI_MEDIUM_WRITE, SAM_STAT_CHECK_CONDITION, MEDIUM_ERROR, 0x0c, 0x00 },
	{ VSCSI_NO_SPACE, SAM_STAT_CHECK_CONDITION, DATA_PROTECT, 0x27, 0x07 },
	{ VSCSI_WRITE_PROTECTED, SAM_STAT_CHECK_CONDITION, DATA_PROTECT, 0x27, 0x00 },
	{ VSCSI_NOT_READY, SAM_STAT_CHECK_CONDITION, NOT_READY, 0x04, 0x03 },
	{ VSCSI_TARGET_FAILURE, SAM_STAT_CHECK_CONDITION, HARDWARE_ERROR, 0x44, 0x00 },
	{ VSCSI_NO_ANSWER, SAM_STAT_CHECK_CONDITION, ABORTED_COMMAND, 0x08, 0x00 },
	{ VSCSI_OUT_OF_RESOURCES, SAM_STAT_BUSY, 0, 0, 0 },
	{ VSCSI_RESERVED, SAM_STAT_RESERVATION_CONFLICT, 0, 0, 0 },
	{ VSCSI_ABORTED, SAM_STAT_TASK_ABORTED, 0, 0, 0 },
	{ VSCSI_UNSUPPORTED, SAM_STAT_CHECK_CONDITION, ILLEGAL_REQUEST, 0x20, 0x00 },
	{ VSCSI_NO_MEDIUM, SAM_STAT_CHECK_CONDITION, NOT_READY, 0x3a, 0x01 },
	{ VSCSI_INVALID_OPCODE, SAM_STAT_CHECK_CONDITION, ILLEGAL_REQUEST, 0x20, 0x00 },
	{ VSCSI_INVALID_FIELD_CDB, SAM_STAT_CHECK_CONDITION, ILLEGAL_REQUEST, 0x24, 0x00 },
	{ VSCSI_INVALID_FIELD_PARAM, SAM_STAT_CHECK_CONDITION, ILLEGAL_REQUEST, 0x26, 0x00 },
	{ VSCSI_PARAM_LENGTH, SAM_STAT_CHECK_CONDITION, ILLEGAL_REQUEST, 0x1a, 0x00 },
	{ VSCSI_LBA_RANGE, SAM_STAT_CHECK_CONDITION, ILLEGAL_REQUEST, 0x21, 0x00 },
	{ VSCSI_MISCOMPARE, SAM_STAT_CHECK_CONDITION, MISCOMPARE, 0x1d, 0x00 },
	{ VSCSI_STOPPED, SAM_STAT_CHECK_CONDITION, NOT_READY, 0x04, 0x02 },
	{ VSCSI_SAVING_UNSUPPORTED, SAM_STAT_CHECK_CONDITION, ILLEGAL_REQUEST, 0x39, 0x00 },
	{ VSCSI_INVALID_RELEASE, SAM_STAT_CHECK_CONDITION, ILLEGAL_REQUEST, 0x26, 0x04 },
	{ VSCSI_REGISTRATIONS_FULL, SAM_STAT_CHECK_CONDITION, ILLEGAL_REQUEST, 0x55, 0x04 },
	{ VSCSI_SOFTWARE_PROTECTED, SAM_STAT_CHECK_CONDITION, DATA_PROTECT, 0x27, 0x02 },
	{ VSCSI_SELF_TEST_FAILED, SAM_STAT_CHECK_CONDITION, HARDWARE_ERROR, 0x3e, 0x03 },
	{ VSCSI_SELF_TESTING, SAM_STAT_CHECK_CONDITION, NOT_READY, 0x04, 0x09 },
	{ VSCSI_TRAY_OPEN, SAM_STAT_CHECK_CONDITION, NOT_READY, 0x3a, 0x02 },
	{ VSCSI_REMOVAL_PREVENTED, SAM_STAT_CHECK_CONDITION, ILLEGAL_REQUEST, 0x53, 0x02 },
	{ VSCSI_PATH_STANDBY, SAM_STAT_CHECK_CONDITION, NOT_READY, 0x04, 0x0b },
	{ VSCSI_PATH_UNAVAILABLE, SAM_STAT_CHECK_CONDITION, NOT_READY, 0x04, 0x0c },
	{ VSCSI_PATH_TRANSITION, SAM_STAT_CHECK_CONDITION, NOT_READY, 0x04, 0x0a },
	{ VSCSI_PATH_LOCKED, SAM_STAT_CHECK_CONDITION, HARDWARE_ERROR, 0x67, 0x0a },
	{ VSCSI_COPY_ABORTED, SAM_STAT_CHECK_CONDITION, COPY_ABORTED, 0x00, 0x00 },
	{ VSCSI_COPY_DEVICE_FAILED, SAM_STAT_CHECK_CONDITION, COPY_ABORTED, 0x0d, 0x01 },
	{ VSCSI_COPY_UNREACHABLE, SAM_STAT_CHECK_CONDITION, COPY_ABORTED, 0x0d, 0x02 },
	{ VSCSI_COPY_WRONG_TYPE, SAM_STAT_CHECK_CONDITION, COPY_ABORTED, 0x0d, 0x03 },
	{ VSCSI_COPY_INEXACT, SAM_STAT_CHECK_CONDITION, COPY_ABORTED, 0x26, 0x0a },
	{ VSCSI_COPY_TARGETS, SAM_STAT_CHECK_CONDITION, ILLEGAL_REQUEST, 0x26, 0x06 },
	{ VSCSI_COPY_TARGET_TYPE, SAM_STAT_CHECK_CONDITION, ILLEGAL_REQUEST, 0x26, 0x07 },
	{ VSCSI_COPY_SEGMENTS, SAM_STAT_CHECK_CONDITION, ILLEGAL_REQUEST, 0x26, 0x08 },
	{ VSCSI_COPY_SEGMENT_TYPE, SAM_STAT_CHECK_CONDITION, ILLEGAL_REQUEST, 0x26, 0x09 },
	{ VSCSI_COPY_INLINE, SAM_STAT_CHECK_CONDITION, ILLEGAL_REQUEST, 0x26, 0x0b },
	{ VSCSI_COPY_IN_PROGRESS, SAM_STAT_CHECK_CONDITION, ILLEGAL_REQUEST, 0x00, 0x16 },
	{ VSCSI_TOKEN_TYPE, SAM_STAT_CHECK_CONDITION, ILLEGAL_REQUEST, 0x23, 0x01 },
	{ VSCSI_TOKEN_LENGTH, SAM_STAT_CHECK_CONDITION, ILLEGAL_REQUEST, 0x23, 0x0a },
	{ VSCSI_TOKEN_UNKNOWN, SAM_STAT_CHECK_CONDITION, ILLEGAL_REQUEST, 0x23, 0x04 },
	{ VSCSI_TOKEN_EXPIRED, SAM_STAT_CHECK_CONDITION, ILLEGAL_REQUEST, 0x23, 0x07 },
	{ VSCSI_TOKENS_FULL, SAM_STAT_CHECK_CONDITION, ILLEGAL_REQUEST, 0x55, 0x0d },
	{ VSCSI_FORMATTING, SAM_STAT_CHECK_CONDITION, NOT_READY, 0x04, 0x04 },
	{ VSCSI_FORMAT_FAILED, SAM_STAT_CHECK_CONDITION, MEDIUM_ERROR, 0x31, 0x01 },
	{ VSCSI_FORMAT_CORRUPT, SAM_STAT_CHECK_CONDITION, MEDIUM_ERROR, 0x31, 0x00 },
	{ VSCSI_SANITIZING, SAM_STAT_CHECK_CONDITION, NOT_READY, 0x04, 0x1b },
	{ VSCSI_SANITIZE_FAILED, SAM_STAT_CHECK_CONDITION, MEDIUM_ERROR, 0x31, 0x03 },
	{ VSCSI_SEQUENCE_ERROR, SAM_STAT_CHECK_CONDITION, ILLEGAL_REQUEST, 0x2c, 0x00 },
	{ VSCSI_TRACK_MODE, SAM_STAT_CHECK_CONDITION, ILLEGAL_REQUEST, 0x64, 0x00 },
	{ VSCSI_ECHO_OVERWRITTEN, SAM_STAT_CHECK_CONDITION, ABORTED_COMMAND, 0x3f, 0x0f },
	{ VSCSI_LUN_UNSUPPORTED, SAM_STAT_CHECK_CONDITION, ILLEGAL_REQUEST, 0x25, 0x00 },
	{ VSCSI_UNIT_ATTENTION, SAM_STAT_CHECK_CONDITION, UNIT_ATTENTION, 0x29, 0x00 },
	{ VSCSI_TASK_SET_FULL, SAM_STAT_TASK_SET_FULL, 0, 0, 0 },
};

static void every_reason_has_an_outcome(struct kunit *test)
{
	unsigned int i;

	KUNIT_EXPECT_EQ(test, (int)ARRAY_SIZE(reasons), (int)VSCSI_REASON_NR);
	for (i = 0; i < ARRAY_SIZE(reasons); i++) {
		const struct expected *e = &reasons[i];
		struct vscsi_sense sense;

		vscsi_sense_from_reason(&sense, e->reason);
		KUNIT_EXPECT_EQ_MSG(test, vscsi_reason_status(e->reason), e->status, "%u", i);
		KUNIT_EXPECT_EQ_MSG(test, sense.key, e->key, "reason %u", i);
		KUNIT_EXPECT_EQ_MSG(test, sense.asc, e->asc, "reason %u", i);
		KUNIT_EXPECT_EQ_MSG(test, sense.ascq, e->ascq, "reason %u", i);
	}
}

static void unit_attentions_differ(struct kunit *test)
{
	struct vscsi_sense a, b;
	unsigned int i, j;

	for (i = 0; i < VSCSI_UA_NR; i++) {
		vscsi_sense_from_ua(&a, i);
		KUNIT_EXPECT_EQ(test, (int)a.key, UNIT_ATTENTION);
		KUNIT_EXPECT_NE(test, (int)a.asc, 0);
		for (j = 0; j < i; j++) {
			vscsi_sense_from_ua(&b, j);
			KUNIT_EXPECT_TRUE_MSG(test, a.asc != b.asc || a.ascq != b.ascq, "%u %u",
					      i, j);
		}
	}
}

static void expect_bytes(struct kunit *test, const struct vscsi_sense *sense, bool descriptor,
			 const u8 *expected, size_t len)
{
	u8 buf[VSCSI_SENSE_MAX];
	unsigned int i;

	memset(buf, 0xff, sizeof(buf));
	KUNIT_ASSERT_EQ(test, vscsi_sense_format(sense, descriptor, buf), len);
	for (i = 0; i < len; i++)
		KUNIT_EXPECT_EQ_MSG(test, buf[i], expected[i], "byte %u", i);
}

static void fixed_format(struct kunit *test)
{
	static const u8 plain[18] = { 0x70, 0, 0x03, 0, 0, 0, 0, 10, [12] = 0x11, 0x00 };
	static const u8 info[18] = { 0xf0, 0, 0x03, 0x89, 0xab, 0xcd, 0xef, 10, [12] = 0x11 };
	struct vscsi_sense sense = { .key = MEDIUM_ERROR, .asc = 0x11, .field = -1 };

	expect_bytes(test, &sense, false, plain, sizeof(plain));
	sense.info_valid = true;
	sense.info = 0x89abcdef;
	expect_bytes(test, &sense, false, info, sizeof(info));
	/* More than the field can hold: not valid. */
	sense.info = 0x100000000;
	expect_bytes(test, &sense, false, plain, sizeof(plain));
}

static void fixed_field_pointer(struct kunit *test)
{
	static const u8 cdb[18] = { 0x70, 0, 0x05, [7] = 10, [12] = 0x24, 0, 0, 0xcd, 0, 1 };
	static const u8 param[18] = { 0x70, 0, 0x05, [7] = 10, [12] = 0x26, 0, 0, 0x80, 1, 2 };
	struct vscsi_sense sense = {
		.key = ILLEGAL_REQUEST, .asc = 0x24, .field_in_cdb = true, .field = 1,
		.field_bit = 5,
	};

	expect_bytes(test, &sense, false, cdb, sizeof(cdb));
	sense.asc = 0x26;
	sense.field_in_cdb = false;
	sense.field = 0x102;
	sense.field_bit = -1;
	expect_bytes(test, &sense, false, param, sizeof(param));
}

static void descriptor_format(struct kunit *test)
{
	static const u8 plain[] = { 0x72, 0x02, 0x04, 0x02, 0, 0, 0, 0 };
	static const u8 info[] = {
		0x72, 0x03, 0x11, 0x00, 0, 0, 0, 12,
		0x00, 0x0a, 0x80, 0, 0, 0, 0, 1, 0x23, 0x45, 0x67, 0x89,
	};
	static const u8 field[] = {
		0x72, 0x05, 0x24, 0x00, 0, 0, 0, 8,
		0x02, 0x06, 0, 0, 0xcf, 0, 7, 0,
	};
	struct vscsi_sense sense = { .key = NOT_READY, .asc = 0x04, .ascq = 0x02, .field = -1 };

	expect_bytes(test, &sense, true, plain, sizeof(plain));
	sense = (struct vscsi_sense){ .key = MEDIUM_ERROR, .asc = 0x11, .field = -1,
				      .info_valid = true, .info = 0x123456789 };
	expect_bytes(test, &sense, true, info, sizeof(info));
	sense = (struct vscsi_sense){ .key = ILLEGAL_REQUEST, .asc = 0x24, .field = 7,
				      .field_bit = 7, .field_in_cdb = true };
	expect_bytes(test, &sense, true, field, sizeof(field));
}

static void both_descriptors_fit(struct kunit *test)
{
	struct vscsi_sense sense = { .key = ILLEGAL_REQUEST, .info_valid = true, .info = U64_MAX,
				     .field = 0, .field_bit = -1 };
	u8 buf[VSCSI_SENSE_MAX];

	KUNIT_EXPECT_EQ(test, vscsi_sense_format(&sense, true, buf), (size_t)28);
	KUNIT_EXPECT_EQ(test, (int)buf[7], 20);
}

static void command_specific(struct kunit *test)
{
	struct vscsi_sense sense = { .key = COPY_ABORTED, .specific = 0x1234, .field = -1 };
	u8 buf[VSCSI_SENSE_MAX];

	vscsi_sense_format(&sense, false, buf);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(buf + 8), 0x1234U);
	KUNIT_EXPECT_EQ(test, vscsi_sense_format(&sense, true, buf), (size_t)20);
	KUNIT_EXPECT_EQ(test, buf[8] << 8 | buf[9], 0x010a);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(buf + 12), 0x1234ULL);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(every_reason_has_an_outcome),
	KUNIT_CASE(unit_attentions_differ),
	KUNIT_CASE(fixed_format),
	KUNIT_CASE(fixed_field_pointer),
	KUNIT_CASE(descriptor_format),
	KUNIT_CASE(both_descriptors_fit),
	KUNIT_CASE(command_specific),
	{}
};

static struct kunit_suite suite = {
	.name = "vscsi_sense",
	.test_cases = cases,
};

kunit_test_suite(suite);
