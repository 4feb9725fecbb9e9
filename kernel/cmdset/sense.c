// SPDX-License-Identifier: GPL-2.0
/* Reasons and unit attentions, and the status and sense data they become. */
#include <linux/compiler.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <scsi/scsi_proto.h>

#include "sense.h"

/* Formats of SPC-4 4.5. */
#define DESCRIPTOR_CURRENT	0x72
#define FIXED_CURRENT		0x70
#define VALID			0x80
#define SKSV			0x80
#define SKS_IN_CDB		0x40
#define SKS_BIT_VALID		0x08
#define DESC_INFORMATION	0x00
#define DESC_INFORMATION_LEN	12
#define DESC_COMMAND		0x01
#define DESC_COMMAND_LEN	12
#define DESC_KEY_SPECIFIC	0x02
#define DESC_KEY_SPECIFIC_LEN	8
#define DESC_HEADER_LEN		8

struct outcome {
	u8 status;
	u8 key;
	u8 asc;
	u8 ascq;
};

#define CHECK(key_, asc_, ascq_)	\
	{ .status = SAM_STAT_CHECK_CONDITION, .key = (key_), .asc = (asc_), .ascq = (ascq_) }

static const struct outcome outcomes[VSCSI_REASON_NR] = {
	[VSCSI_OK]			= { .status = SAM_STAT_GOOD },
	[VSCSI_MEDIUM_READ]		= CHECK(MEDIUM_ERROR, 0x11, 0x00),
	[VSCSI_MEDIUM_WRITE]		= CHECK(MEDIUM_ERROR, 0x0c, 0x00),
	[VSCSI_NO_SPACE]		= CHECK(DATA_PROTECT, 0x27, 0x07),
	[VSCSI_WRITE_PROTECTED]		= CHECK(DATA_PROTECT, 0x27, 0x00),
	[VSCSI_NOT_READY]		= CHECK(NOT_READY, 0x04, 0x03),
	[VSCSI_TARGET_FAILURE]		= CHECK(HARDWARE_ERROR, 0x44, 0x00),
	[VSCSI_NO_ANSWER]		= CHECK(ABORTED_COMMAND, 0x08, 0x00),
	[VSCSI_OUT_OF_RESOURCES]	= { .status = SAM_STAT_BUSY },
	[VSCSI_RESERVED]		= { .status = SAM_STAT_RESERVATION_CONFLICT },
	[VSCSI_ABORTED]			= { .status = SAM_STAT_TASK_ABORTED },
	[VSCSI_UNSUPPORTED]		= CHECK(ILLEGAL_REQUEST, 0x20, 0x00),
	[VSCSI_NO_MEDIUM]		= CHECK(NOT_READY, 0x3a, 0x01),

	[VSCSI_INVALID_OPCODE]		= CHECK(ILLEGAL_REQUEST, 0x20, 0x00),
	[VSCSI_INVALID_FIELD_CDB]	= CHECK(ILLEGAL_REQUEST, 0x24, 0x00),
	[VSCSI_INVALID_FIELD_PARAM]	= CHECK(ILLEGAL_REQUEST, 0x26, 0x00),
	[VSCSI_PARAM_LENGTH]		= CHECK(ILLEGAL_REQUEST, 0x1a, 0x00),
	[VSCSI_LBA_RANGE]		= CHECK(ILLEGAL_REQUEST, 0x21, 0x00),
	[VSCSI_MISCOMPARE]		= CHECK(MISCOMPARE, 0x1d, 0x00),
	[VSCSI_STOPPED]			= CHECK(NOT_READY, 0x04, 0x02),
	[VSCSI_SAVING_UNSUPPORTED]	= CHECK(ILLEGAL_REQUEST, 0x39, 0x00),
	[VSCSI_INVALID_RELEASE]		= CHECK(ILLEGAL_REQUEST, 0x26, 0x04),
	[VSCSI_REGISTRATIONS_FULL]	= CHECK(ILLEGAL_REQUEST, 0x55, 0x04),
	[VSCSI_SOFTWARE_PROTECTED]	= CHECK(DATA_PROTECT, 0x27, 0x02),
	[VSCSI_SELF_TEST_FAILED]	= CHECK(HARDWARE_ERROR, 0x3e, 0x03),
	[VSCSI_SELF_TESTING]		= CHECK(NOT_READY, 0x04, 0x09),
	[VSCSI_TRAY_OPEN]		= CHECK(NOT_READY, 0x3a, 0x02),
	[VSCSI_REMOVAL_PREVENTED]	= CHECK(ILLEGAL_REQUEST, 0x53, 0x02),
	[VSCSI_FORMATTING]		= CHECK(NOT_READY, 0x04, 0x04),
	[VSCSI_FORMAT_FAILED]		= CHECK(MEDIUM_ERROR, 0x31, 0x01),
	[VSCSI_FORMAT_CORRUPT]		= CHECK(MEDIUM_ERROR, 0x31, 0x00),
	[VSCSI_SANITIZING]		= CHECK(NOT_READY, 0x04, 0x1b),
	[VSCSI_SANITIZE_FAILED]		= CHECK(MEDIUM_ERROR, 0x31, 0x03),
	[VSCSI_PATH_STANDBY]		= CHECK(NOT_READY, 0x04, 0x0b),
	[VSCSI_PATH_UNAVAILABLE]	= CHECK(NOT_READY, 0x04, 0x0c),
	[VSCSI_PATH_TRANSITION]		= CHECK(NOT_READY, 0x04, 0x0a),
	[VSCSI_PATH_LOCKED]		= CHECK(HARDWARE_ERROR, 0x67, 0x0a),

	[VSCSI_COPY_ABORTED]		= CHECK(COPY_ABORTED, 0x00, 0x00),
	[VSCSI_COPY_DEVICE_FAILED]	= CHECK(COPY_ABORTED, 0x0d, 0x01),
	[VSCSI_COPY_UNREACHABLE]	= CHECK(COPY_ABORTED, 0x0d, 0x02),
	[VSCSI_COPY_WRONG_TYPE]		= CHECK(COPY_ABORTED, 0x0d, 0x03),
	[VSCSI_COPY_INEXACT]		= CHECK(COPY_ABORTED, 0x26, 0x0a),
	[VSCSI_COPY_TARGETS]		= CHECK(ILLEGAL_REQUEST, 0x26, 0x06),
	[VSCSI_COPY_TARGET_TYPE]	= CHECK(ILLEGAL_REQUEST, 0x26, 0x07),
	[VSCSI_COPY_SEGMENTS]		= CHECK(ILLEGAL_REQUEST, 0x26, 0x08),
	[VSCSI_COPY_SEGMENT_TYPE]	= CHECK(ILLEGAL_REQUEST, 0x26, 0x09),
	[VSCSI_COPY_INLINE]		= CHECK(ILLEGAL_REQUEST, 0x26, 0x0b),
	[VSCSI_COPY_IN_PROGRESS]	= CHECK(ILLEGAL_REQUEST, 0x00, 0x16),
	[VSCSI_TOKEN_TYPE]		= CHECK(ILLEGAL_REQUEST, 0x23, 0x01),
	[VSCSI_TOKEN_LENGTH]		= CHECK(ILLEGAL_REQUEST, 0x23, 0x0a),
	[VSCSI_TOKEN_UNKNOWN]		= CHECK(ILLEGAL_REQUEST, 0x23, 0x04),
	[VSCSI_TOKEN_EXPIRED]		= CHECK(ILLEGAL_REQUEST, 0x23, 0x07),
	[VSCSI_TOKENS_FULL]		= CHECK(ILLEGAL_REQUEST, 0x55, 0x0d),
	[VSCSI_SEQUENCE_ERROR]		= CHECK(ILLEGAL_REQUEST, 0x2c, 0x00),
	[VSCSI_TRACK_MODE]		= CHECK(ILLEGAL_REQUEST, 0x64, 0x00),
	[VSCSI_ECHO_OVERWRITTEN]	= CHECK(ABORTED_COMMAND, 0x3f, 0x0f),

	[VSCSI_LUN_UNSUPPORTED]		= CHECK(ILLEGAL_REQUEST, 0x25, 0x00),
	[VSCSI_UNIT_ATTENTION]		= CHECK(UNIT_ATTENTION, 0x29, 0x00),
	[VSCSI_TASK_SET_FULL]		= { .status = SAM_STAT_TASK_SET_FULL },
};

static const struct {
	u8 asc;
	u8 ascq;
} unit_attentions[VSCSI_UA_NR] = {
	[VSCSI_UA_POWER_ON]		= { 0x29, 0x00 },
	[VSCSI_UA_BUS_RESET]		= { 0x29, 0x02 },
	[VSCSI_UA_TARGET_RESET]		= { 0x29, 0x03 },
	[VSCSI_UA_NEXUS_LOSS]		= { 0x29, 0x07 },
	[VSCSI_UA_COMMANDS_CLEARED]	= { 0x2f, 0x00 },
	[VSCSI_UA_RESERVATIONS_PREEMPTED] = { 0x2a, 0x03 },
	[VSCSI_UA_REGISTRATIONS_PREEMPTED] = { 0x2a, 0x05 },
	[VSCSI_UA_RESERVATIONS_RELEASED] = { 0x2a, 0x04 },
	[VSCSI_UA_MEDIUM_CHANGED]	= { 0x28, 0x00 },
	[VSCSI_UA_ACCESS_CHANGED]	= { 0x2a, 0x06 },
	[VSCSI_UA_INQUIRY_CHANGED]	= { 0x3f, 0x03 },
	[VSCSI_UA_LUNS_CHANGED]		= { 0x3f, 0x0e },
	[VSCSI_UA_CAPACITY_CHANGED]	= { 0x2a, 0x09 },
	[VSCSI_UA_MODE_CHANGED]		= { 0x2a, 0x01 },
	[VSCSI_UA_LOG_CHANGED]		= { 0x2a, 0x02 },
	[VSCSI_UA_TIMESTAMP_CHANGED]	= { 0x2a, 0x10 },
	[VSCSI_UA_IDENTIFIER_CHANGED]	= { 0x3f, 0x05 },
};

/**
 * vscsi_reason_status() - the SAM status of a reason
 * @reason: how a command ended
 *
 * Context: any.
 */
u8 vscsi_reason_status(enum vscsi_reason reason)
{
	return outcomes[reason].status;
}

/**
 * vscsi_sense_from_reason() - sense data of a reason, without details
 * @sense: filled in
 * @reason: how a command ended; VSCSI_OK gives NO SENSE
 *
 * Context: any.
 */
void vscsi_sense_from_reason(struct vscsi_sense *sense, enum vscsi_reason reason)
{
	*sense = (struct vscsi_sense){
		.key = outcomes[reason].key,
		.asc = outcomes[reason].asc,
		.ascq = outcomes[reason].ascq,
		.field = -1,
		.field_bit = -1,
	};
}

/**
 * vscsi_sense_from_ua() - sense data of a unit attention condition
 * @sense: filled in
 * @ua: the condition
 *
 * Context: any.
 */
void vscsi_sense_from_ua(struct vscsi_sense *sense, enum vscsi_ua ua)
{
	*sense = (struct vscsi_sense){
		.key = UNIT_ATTENTION,
		.asc = unit_attentions[ua].asc,
		.ascq = unit_attentions[ua].ascq,
		.field = -1,
		.field_bit = -1,
	};
}

/**
 * vscsi_sense_from_cmd() - sense data of a command that ended
 * @sense: filled in
 * @cmd: its details (unit attention, field and bit in error, INFORMATION), and the progress of
 *	what keeps it out, are used
 * @reason: how it ended
 *
 * Context: any.
 */
void vscsi_sense_from_cmd(struct vscsi_sense *sense, const struct vscsi_cmd *cmd,
			  enum vscsi_reason reason)
{
	if (reason == VSCSI_UNIT_ATTENTION) {
		vscsi_sense_from_ua(sense, cmd->ua);
		return;
	}
	vscsi_sense_from_reason(sense, reason);
	if (reason == VSCSI_INVALID_FIELD_CDB || reason == VSCSI_INVALID_FIELD_PARAM) {
		sense->field = cmd->field;
		sense->field_bit = cmd->field_bit;
		sense->field_in_cdb = reason == VSCSI_INVALID_FIELD_CDB;
	}
	if (reason == VSCSI_FORMATTING || reason == VSCSI_SANITIZING) {
		sense->progress_valid = true;
		sense->progress = READ_ONCE(cmd->lu->params->progress);
	}
	if (reason == VSCSI_SELF_TESTING) {
		sense->progress_valid = true;
		sense->progress = READ_ONCE(cmd->lu->params->self_tests.progress);
	}
	sense->info_valid = cmd->info_valid;
	sense->info = cmd->info;
	sense->specific = cmd->specific;
}

static bool has_key_specific(const struct vscsi_sense *sense)
{
	return sense->progress_valid || sense->field >= 0;
}

/*
 * Sense key specific information, three bytes: the progress indication (SPC-4 4.5.2.4.4) or the
 * field pointer (4.5.2.4.2).
 */
static void put_key_specific(const struct vscsi_sense *sense, u8 *to)
{
	to[0] = SKSV;
	if (sense->progress_valid) {
		put_unaligned_be16(sense->progress, to + 1);
		return;
	}
	if (sense->field_in_cdb)
		to[0] |= SKS_IN_CDB;
	if (sense->field_bit >= 0)
		to[0] |= SKS_BIT_VALID | sense->field_bit;
	put_unaligned_be16(sense->field, to + 1);
}

/* SPC-4 4.5.3.  An INFORMATION of more than 32 bits can't be given here. */
static size_t format_fixed(const struct vscsi_sense *sense, u8 *buf)
{
	memset(buf, 0, VSCSI_SENSE_FIXED_LEN);
	buf[0] = FIXED_CURRENT;
	buf[2] = sense->key;
	if (sense->info_valid && sense->info <= U32_MAX) {
		buf[0] |= VALID;
		put_unaligned_be32(sense->info, buf + 3);
	}
	buf[7] = VSCSI_SENSE_FIXED_LEN - 8;
	put_unaligned_be32(sense->specific, buf + 8);
	buf[12] = sense->asc;
	buf[13] = sense->ascq;
	if (has_key_specific(sense))
		put_key_specific(sense, buf + 15);
	return VSCSI_SENSE_FIXED_LEN;
}

/* SPC-4 4.5.2 */
static size_t format_descriptor(const struct vscsi_sense *sense, u8 *buf)
{
	u8 *desc = buf + DESC_HEADER_LEN;

	memset(buf, 0, DESC_HEADER_LEN + DESC_INFORMATION_LEN + DESC_COMMAND_LEN +
	       DESC_KEY_SPECIFIC_LEN);
	buf[0] = DESCRIPTOR_CURRENT;
	buf[1] = sense->key;
	buf[2] = sense->asc;
	buf[3] = sense->ascq;
	if (sense->info_valid) {
		desc[0] = DESC_INFORMATION;
		desc[1] = DESC_INFORMATION_LEN - 2;
		desc[2] = VALID;
		put_unaligned_be64(sense->info, desc + 4);
		desc += DESC_INFORMATION_LEN;
	}
	if (sense->specific) {
		desc[0] = DESC_COMMAND;
		desc[1] = DESC_COMMAND_LEN - 2;
		put_unaligned_be64(sense->specific, desc + 4);
		desc += DESC_COMMAND_LEN;
	}
	if (has_key_specific(sense)) {
		desc[0] = DESC_KEY_SPECIFIC;
		desc[1] = DESC_KEY_SPECIFIC_LEN - 2;
		put_key_specific(sense, desc + 4);
		desc += DESC_KEY_SPECIFIC_LEN;
	}
	buf[7] = desc - buf - DESC_HEADER_LEN;
	return desc - buf;
}

/**
 * vscsi_sense_format() - write sense data as bytes (SPC-4 4.5)
 * @sense: what to write
 * @descriptor: descriptor format, else fixed format
 * @buf: at least VSCSI_SENSE_MAX bytes
 *
 * Context: any.
 * Return: bytes written.
 */
size_t vscsi_sense_format(const struct vscsi_sense *sense, bool descriptor, u8 *buf)
{
	return descriptor ? format_descriptor(sense, buf) : format_fixed(sense, buf);
}
