// SPDX-License-Identifier: GPL-2.0
/* LOG SENSE, LOG SELECT and the log pages (SPC-4 6.7, 6.8, 7.3). */
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/unaligned.h>

#include "opcode.h"
#include "reply.h"
#include "self_test.h"
#include "spc.h"

#define PAGE_CODE		0x3f
#define SPF			0x40
#define ALL_SUBPAGES		0xff

/* LOG SELECT, byte 1 */
#define PCR			0x02

/* Page control: cumulative values, and what they are at first */
#define PC_CUMULATIVE		1
#define PC_DEFAULT_CUMULATIVE	3

#define WRITE_ERRORS		0x02
#define READ_ERRORS		0x03
#define SELF_TEST_RESULTS	0x10
#define BACKGROUND_SCAN		0x15

#define HEADER_LEN		4
#define PARAMETER_HEADER_LEN	4
#define LOG_MAX			512

/* Parameters of the error counter pages */
#define BYTES_PROCESSED		0x0005
#define UNCORRECTED_ERRORS	0x0006

/* Parameter control byte: a list in binary format */
#define BINARY_LIST		0x03

#define TEMPERATURE_UNKNOWN	0xff

/*
 * A page, written behind its header: the parameters from @from on (PARAMETER POINTER), in the
 * order of their codes.  Returns the bytes.
 */
struct log_page {
	u8 code;
	size_t (*fill)(const struct vscsi_cmd *cmd, u16 from, u8 *buf);
	u16 last;		/* parameter code */
};

static size_t put_counter(u16 code, u16 from, u64 value, u8 *buf)
{
	if (code < from)
		return 0;
	put_unaligned_be16(code, buf);
	buf[2] = 0;
	buf[3] = sizeof(value);
	put_unaligned_be64(value, buf + PARAMETER_HEADER_LEN);
	return PARAMETER_HEADER_LEN + sizeof(value);
}

static size_t put_error_counters(u16 from, u64 bytes, u64 errors, u8 *buf)
{
	size_t len = put_counter(BYTES_PROCESSED, from, bytes, buf);

	return len + put_counter(UNCORRECTED_ERRORS, from, errors, buf + len);
}

static size_t write_errors(const struct vscsi_cmd *cmd, u16 from, u8 *buf)
{
	struct vscsi_lu_totals totals;

	vscsi_lu_log_read(cmd->lu, &totals);
	return put_error_counters(from, totals.write_bytes, totals.write_errors, buf);
}

static size_t read_errors(const struct vscsi_cmd *cmd, u16 from, u8 *buf)
{
	struct vscsi_lu_totals totals;

	vscsi_lu_log_read(cmd->lu, &totals);
	return put_error_counters(from, totals.read_bytes, totals.read_errors, buf);
}

/* There is no such scan, nor has there been one: of its status only the power-on time is not 0. */
static size_t background_scan(const struct vscsi_cmd *cmd, u16 from, u8 *buf)
{
	u64 minutes = div_u64(vscsi_lu_power_on(cmd->lu->params), 60);

	buf[2] = BINARY_LIST;
	buf[3] = 12;
	put_unaligned_be32(min_t(u64, minutes, U32_MAX), buf + 4);
	return PARAMETER_HEADER_LEN + 12;
}

/* There is none, and no thermometer. */
static size_t informational_exceptions(const struct vscsi_cmd *cmd, u16 from, u8 *buf)
{
	buf[2] = BINARY_LIST;
	buf[3] = 4;
	buf[6] = TEMPERATURE_UNKNOWN;
	buf[7] = TEMPERATURE_UNKNOWN;	/* a limit of it, where some look for one */
	return PARAMETER_HEADER_LEN + 4;
}

static size_t supported_pages(const struct vscsi_cmd *cmd, u16 from, u8 *buf);

static const struct log_page pages[] = {
	{ 0x00, supported_pages, 0xffff },
	{ WRITE_ERRORS, write_errors, UNCORRECTED_ERRORS },
	{ READ_ERRORS, read_errors, UNCORRECTED_ERRORS },
	{ SELF_TEST_RESULTS, spc_self_test_page, VSCSI_SELF_TEST_RESULTS },
	{ BACKGROUND_SCAN, background_scan, 0 },
	{ 0x2f, informational_exceptions, 0 },
};

static bool wants_subpages(const struct vscsi_cmd *cmd)
{
	return cmd->cdb[3] == ALL_SUBPAGES;
}

/* With their subpages each has two bytes; no page has any subpage but 0. */
static size_t supported_pages(const struct vscsi_cmd *cmd, u16 from, u8 *buf)
{
	size_t len = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		buf[len++] = pages[i].code;
		if (wants_subpages(cmd))
			buf[len++] = 0;
	}
	return len;
}

static const struct log_page *find_page(u8 code)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pages); i++)
		if (pages[i].code == code)
			return &pages[i];
	return NULL;
}

/**
 * spc_log_sense() - LOG SENSE (SPC-4 6.8)
 * @cmd: the command
 *
 * Values are cumulative since the logical unit was made, or since a LOG SELECT; there are no
 * thresholds.
 *
 * Context: any.
 */
void spc_log_sense(struct vscsi_cmd *cmd)
{
	const struct log_page *page = find_page(cmd->cdb[2] & PAGE_CODE);
	u16 from = get_unaligned_be16(cmd->cdb + 5);
	u8 buf[LOG_MAX] = { 0 };
	size_t len;

	if (cmd->cdb[2] >> 6 != PC_CUMULATIVE) {
		vscsi_fail_field(cmd, 2, 7);
	} else if (!page) {
		vscsi_fail_field(cmd, 2, 5);
	} else if (cmd->cdb[3] && !(wants_subpages(cmd) && !page->code)) {
		vscsi_fail_field(cmd, 3, 7);
	} else if (from > page->last) {
		vscsi_fail_field(cmd, 5, 7);
	} else {
		len = page->fill(cmd, from, buf + HEADER_LEN);
		buf[0] = page->code | (cmd->cdb[3] ? SPF : 0);
		buf[1] = cmd->cdb[3];
		put_unaligned_be16(len, buf + 2);
		vscsi_reply(cmd, buf, HEADER_LEN + len);
	}
}

/* No page at all means each of them; what was not changed is told to nobody. */
static void reset_pages(struct vscsi_cmd *cmd, u8 code)
{
	bool reads = !code || code == READ_ERRORS;
	bool writes = !code || code == WRITE_ERRORS;

	if (!reads && !writes)
		return;
	vscsi_lu_log_reset(cmd->lu, reads, writes);
	cmd->target->tell_others(cmd, VSCSI_UA_LOG_CHANGED);
}

/**
 * spc_log_select() - LOG SELECT (SPC-4 6.7)
 * @cmd: the command
 *
 * Counters can be reset, by PCR or by asking for the default values.  They can't be set to
 * anything else, and are not saved: neither a parameter list nor SP is accepted.  The results of
 * self-tests are no counters, and stay.
 *
 * Context: any.
 */
void spc_log_select(struct vscsi_cmd *cmd)
{
	u8 code = cmd->cdb[2] & PAGE_CODE, pc = cmd->cdb[2] >> 6;

	if (pc != PC_CUMULATIVE && pc != PC_DEFAULT_CUMULATIVE) {
		vscsi_fail_field(cmd, 2, 7);
	} else if (!find_page(code)) {
		vscsi_fail_field(cmd, 2, 5);
	} else {
		if ((cmd->cdb[1] & PCR) || pc == PC_DEFAULT_CUMULATIVE)
			reset_pages(cmd, code);
		vscsi_cmd_complete(cmd, VSCSI_OK);
	}
}
