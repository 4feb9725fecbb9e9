// SPDX-License-Identifier: GPL-2.0
/*
 * Which commands a disk or an optical drive has, and which bits of their CDBs: scsi_opcodes DISK
 *
 * The tables here are written from SPC-4, SBC-3 and MMC-6. Each command in them must work,
 * must refuse each bit that the table does not name, and must be what REPORT SUPPORTED
 * OPERATION CODES says; other opcodes must be refused. A drive needs a medium that can be
 * written.
 */
#include "sgio.h"

#define UNMAP		0x42
#define SANITIZE	0x48
#define PERSISTENT_RESERVE_OUT	0x5f
#define RECEIVE_COPY_RESULTS	0x84
#define OPERATING_PARAMETERS	0x03
#define TARGET_PORT_GROUPS	0x0a	/* service action of REPORT and SET */
#define NO_SA		(-1)
#define REPORT_LEN	8192

enum data { NONE, IN, OUT };

/**
 * struct row - a command
 * @opcode: byte 0
 * @sa: service action, or NO_SA
 * @len: bytes of the CDB
 * @mask: bits that are evaluated
 * @at: a byte that must not be 0 for the command to do little
 * @value: its value
 * @data: direction of the one block that it moves then
 * @name: for messages
 */
struct row {
	uint8_t opcode;
	int sa;
	uint8_t len;
	uint8_t mask[16];
	uint8_t at;
	uint8_t value;
	enum data data;
	const char *name;
};

static const struct row disk_rows[] = {
	{ 0x00, NO_SA, 6, { 0x00 }, .name = "TEST UNIT READY" },
	{ 0x03, NO_SA, 6, { 0x03, 0x01, 0, 0, 0xff }, .name = "REQUEST SENSE" },
	{ 0x04, NO_SA, 6, { 0x04, 0x3f }, .name = "FORMAT UNIT" },
	{ 0x08, NO_SA, 6, { 0x08, 0x1f, 0xff, 0xff, 0xff }, 4, 1, IN, "READ(6)" },
	{ 0x0a, NO_SA, 6, { 0x0a, 0x1f, 0xff, 0xff, 0xff }, 4, 1, OUT, "WRITE(6)" },
	{ 0x12, NO_SA, 6, { 0x12, 0x01, [2 ... 4] = 0xff }, .name = "INQUIRY" },
	{ 0x15, NO_SA, 6, { 0x15, 0x11, 0, 0, 0xff }, .name = "MODE SELECT(6)" },
	{ 0x16, NO_SA, 6, { 0x16 }, .name = "RESERVE(6)" },
	{ 0x17, NO_SA, 6, { 0x17 }, .name = "RELEASE(6)" },
	{ 0x1a, NO_SA, 6, { 0x1a, 0x08, 0xff, 0xff, 0xff }, 2, 0x3f, .name = "MODE SENSE(6)" },
	{ 0x1b, NO_SA, 6, { 0x1b, 0x01, 0, 0, 0x05 }, 4, 1, .name = "START STOP UNIT" },
	{ 0x1c, NO_SA, 6, { 0x1c, 0x01, [2 ... 4] = 0xff }, .name = "RECEIVE DIAGNOSTIC RESULTS" },
	{ 0x1d, NO_SA, 6, { 0x1d, 0xf7, 0, 0xff, 0xff }, .name = "SEND DIAGNOSTIC" },
	{ 0x25, NO_SA, 10, { 0x25 }, .name = "READ CAPACITY(10)" },
	{ 0x28, NO_SA, 10, { 0x28, 0x18, [2 ... 5] = 0xff, [7 ... 8] = 0xff },
	  8, 1, IN, "READ(10)" },
	{ 0x2a, NO_SA, 10, { 0x2a, 0x18, [2 ... 5] = 0xff, [7 ... 8] = 0xff },
	  8, 1, OUT, "WRITE(10)" },
	{ 0x2e, NO_SA, 10, { 0x2e, 0x12, [2 ... 5] = 0xff, [7 ... 8] = 0xff },
	  8, 1, OUT, "WRITE AND VERIFY(10)" },
	{ 0x2f, NO_SA, 10, { 0x2f, 0x16, [2 ... 5] = 0xff, [7 ... 8] = 0xff },
	  8, 1, .name = "VERIFY(10)" },
	{ 0x34, NO_SA, 10, { 0x34, 0x02, [2 ... 5] = 0xff, 0x1f, 0xff, 0xff },
	  8, 1, .name = "PRE-FETCH(10)" },
	{ 0x35, NO_SA, 10, { 0x35, 0x02, [2 ... 5] = 0xff, [7 ... 8] = 0xff },
	  .name = "SYNCHRONIZE CACHE(10)" },
	{ 0x37, NO_SA, 10, { 0x37, 0, 0x1f, [7 ... 8] = 0xff }, .name = "READ DEFECT DATA(10)" },
	{ 0x3b, NO_SA, 10, { 0x3b, 0x1f, [2 ... 8] = 0xff }, 1, 0x02, .name = "WRITE BUFFER" },
	{ 0x3c, NO_SA, 10, { 0x3c, 0x1f, [2 ... 8] = 0xff }, 1, 0x03, .name = "READ BUFFER" },
	{ 0x41, NO_SA, 10, { 0x41, 0x08, [2 ... 5] = 0xff, [7 ... 8] = 0xff },
	  8, 1, OUT, "WRITE SAME(10)" },
	{ 0x42, NO_SA, 10, { 0x42, [7 ... 8] = 0xff }, .name = "UNMAP" },
	{ 0x48, 0x01, 10, { 0x48, 0xbf, [7 ... 8] = 0xff }, 8, 5, OUT, "SANITIZE, OVERWRITE" },
	{ 0x48, 0x02, 10, { 0x48, 0xbf }, .name = "SANITIZE, BLOCK ERASE" },
	{ 0x48, 0x1f, 10, { 0x48, 0xbf }, .name = "SANITIZE, EXIT FAILURE MODE" },
	{ 0x4c, NO_SA, 10, { 0x4c, 0x02, 0xff }, 2, 0x40, .name = "LOG SELECT" },
	{ 0x4d, NO_SA, 10, { 0x4d, 0, 0xff, 0xff, 0, [5 ... 8] = 0xff }, 2, 0x40,
	  .name = "LOG SENSE" },
	{ 0x55, NO_SA, 10, { 0x55, 0x11, [7 ... 8] = 0xff }, .name = "MODE SELECT(10)" },
	{ 0x56, NO_SA, 10, { 0x56 }, .name = "RESERVE(10)" },
	{ 0x57, NO_SA, 10, { 0x57 }, .name = "RELEASE(10)" },
	{ 0x5a, NO_SA, 10, { 0x5a, 0x18, [2 ... 3] = 0xff, [7 ... 8] = 0xff }, 2, 0x3f,
	  .name = "MODE SENSE(10)" },
	{ 0x5e, 0x00, 10, { 0x5e, 0x1f, [7 ... 8] = 0xff },
	  .name = "PERSISTENT RESERVE IN, READ KEYS" },
	{ 0x5e, 0x01, 10, { 0x5e, 0x1f, [7 ... 8] = 0xff },
	  .name = "PERSISTENT RESERVE IN, READ RESERVATION" },
	{ 0x5e, 0x02, 10, { 0x5e, 0x1f, [7 ... 8] = 0xff },
	  .name = "PERSISTENT RESERVE IN, REPORT CAPABILITIES" },
	{ 0x5e, 0x03, 10, { 0x5e, 0x1f, [7 ... 8] = 0xff },
	  .name = "PERSISTENT RESERVE IN, READ FULL STATUS" },
	{ 0x5f, 0x00, 10, { 0x5f, 0x1f, 0xff, [5 ... 8] = 0xff }, 8, 24, OUT,
	  .name = "PERSISTENT RESERVE OUT, REGISTER" },
	{ 0x5f, 0x01, 10, { 0x5f, 0x1f, 0xff, [5 ... 8] = 0xff }, 8, 24, OUT,
	  .name = "PERSISTENT RESERVE OUT, RESERVE" },
	{ 0x5f, 0x02, 10, { 0x5f, 0x1f, 0xff, [5 ... 8] = 0xff }, 8, 24, OUT,
	  .name = "PERSISTENT RESERVE OUT, RELEASE" },
	{ 0x5f, 0x03, 10, { 0x5f, 0x1f, 0xff, [5 ... 8] = 0xff }, 8, 24, OUT,
	  .name = "PERSISTENT RESERVE OUT, CLEAR" },
	{ 0x5f, 0x04, 10, { 0x5f, 0x1f, 0xff, [5 ... 8] = 0xff }, 8, 24, OUT,
	  .name = "PERSISTENT RESERVE OUT, PREEMPT" },
	{ 0x5f, 0x05, 10, { 0x5f, 0x1f, 0xff, [5 ... 8] = 0xff }, 8, 24, OUT,
	  .name = "PERSISTENT RESERVE OUT, PREEMPT AND ABORT" },
	{ 0x5f, 0x06, 10, { 0x5f, 0x1f, 0xff, [5 ... 8] = 0xff }, 8, 24, OUT,
	  .name = "PERSISTENT RESERVE OUT, REGISTER AND IGNORE EXISTING KEY" },
	{ 0x5f, 0x07, 10, { 0x5f, 0x1f, 0xff, [5 ... 8] = 0xff }, 8, 24, OUT,
	  .name = "PERSISTENT RESERVE OUT, REGISTER AND MOVE" },
	{ 0x83, 0x00, 16, { 0x83, 0x1f, [10 ... 13] = 0xff }, .name = "EXTENDED COPY(LID1)" },
	{ 0x83, 0x01, 16, { 0x83, 0x1f, [10 ... 13] = 0xff }, .name = "EXTENDED COPY(LID4)" },
	{ 0x83, 0x10, 16, { 0x83, 0x1f, [6 ... 13] = 0xff }, .name = "POPULATE TOKEN" },
	{ 0x83, 0x11, 16, { 0x83, 0x1f, [6 ... 13] = 0xff }, .name = "WRITE USING TOKEN" },
	{ 0x84, 0x00, 16, { 0x84, 0x1f, 0xff, [10 ... 13] = 0xff },
	  .name = "RECEIVE COPY STATUS(LID1)" },
	{ 0x84, 0x03, 16, { 0x84, 0x1f, [10 ... 13] = 0xff },
	  .name = "RECEIVE COPY OPERATING PARAMETERS" },
	{ 0x84, 0x05, 16, { 0x84, 0x1f, [2 ... 5] = 0xff, [10 ... 13] = 0xff },
	  .name = "RECEIVE COPY STATUS(LID4)" },
	{ 0x84, 0x07, 16, { 0x84, 0x1f, [2 ... 5] = 0xff, [10 ... 13] = 0xff },
	  .name = "RECEIVE ROD TOKEN INFORMATION" },
	{ 0x88, NO_SA, 16, { 0x88, 0x18, [2 ... 13] = 0xff }, 13, 1, IN, "READ(16)" },
	{ 0x89, NO_SA, 16, { 0x89, 0x18, [2 ... 9] = 0xff, [13] = 0xff },
	  .name = "COMPARE AND WRITE" },
	{ 0x8a, NO_SA, 16, { 0x8a, 0x18, [2 ... 13] = 0xff }, 13, 1, OUT, "WRITE(16)" },
	{ 0x8b, NO_SA, 16, { 0x8b, 0x18, [2 ... 13] = 0xff }, 13, 1, OUT, "ORWRITE(16)" },
	{ 0x8e, NO_SA, 16, { 0x8e, 0x12, [2 ... 13] = 0xff }, 13, 1, OUT, "WRITE AND VERIFY(16)" },
	{ 0x8f, NO_SA, 16, { 0x8f, 0x16, [2 ... 13] = 0xff }, 13, 1, .name = "VERIFY(16)" },
	{ 0x90, NO_SA, 16, { 0x90, 0x02, [2 ... 13] = 0xff, 0x1f }, 13, 1,
	  .name = "PRE-FETCH(16)" },
	{ 0x91, NO_SA, 16, { 0x91, 0x02, [2 ... 13] = 0xff }, .name = "SYNCHRONIZE CACHE(16)" },
	{ 0x93, NO_SA, 16, { 0x93, 0x09, [2 ... 13] = 0xff }, 13, 1, OUT, "WRITE SAME(16)" },
	{ 0x9e, 0x10, 16, { 0x9e, 0x1f, [10 ... 13] = 0xff }, .name = "READ CAPACITY(16)" },
	{ 0x9e, 0x12, 16, { 0x9e, 0x1f, [2 ... 13] = 0xff }, .name = "GET LBA STATUS" },
	{ 0xa0, NO_SA, 12, { 0xa0, [2] = 0xff, [6 ... 9] = 0xff }, .name = "REPORT LUNS" },
	{ 0xa3, 0x0a, 12, { 0xa3, 0x3f, [6 ... 9] = 0xff }, .name = "REPORT TARGET PORT GROUPS" },
	{ 0xa3, 0x0c, 12, { 0xa3, 0x1f, 0x87, [3 ... 9] = 0xff },
	  .name = "REPORT SUPPORTED OPERATION CODES" },
	{ 0xa3, 0x0d, 12, { 0xa3, 0x1f, 0x80, [6 ... 9] = 0xff },
	  .name = "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS" },
	{ 0xa3, 0x0f, 12, { 0xa3, 0x1f, [6 ... 9] = 0xff }, .name = "REPORT TIMESTAMP" },
	{ 0xa4, 0x0a, 12, { 0xa4, 0x1f, [6 ... 9] = 0xff }, .name = "SET TARGET PORT GROUPS" },
	{ 0xa4, 0x0f, 12, { 0xa4, 0x1f, [6 ... 9] = 0xff }, .name = "SET TIMESTAMP" },
	{ 0xa8, NO_SA, 12, { 0xa8, 0x18, [2 ... 9] = 0xff }, 9, 1, IN, "READ(12)" },
	{ 0xaa, NO_SA, 12, { 0xaa, 0x18, [2 ... 9] = 0xff }, 9, 1, OUT, "WRITE(12)" },
	{ 0xae, NO_SA, 12, { 0xae, 0x12, [2 ... 9] = 0xff }, 9, 1, OUT, "WRITE AND VERIFY(12)" },
	{ 0xaf, NO_SA, 12, { 0xaf, 0x16, [2 ... 9] = 0xff }, 9, 1, .name = "VERIFY(12)" },
	{ 0xb7, NO_SA, 12, { 0xb7, 0x1f, [2 ... 9] = 0xff }, .name = "READ DEFECT DATA(12)" },
};

static const struct row drive_rows[] = {
	{ 0x00, NO_SA, 6, { 0x00 }, .name = "TEST UNIT READY" },
	{ 0x03, NO_SA, 6, { 0x03, 0x01, 0, 0, 0xff }, .name = "REQUEST SENSE" },
	{ 0x12, NO_SA, 6, { 0x12, 0x01, [2 ... 4] = 0xff }, .name = "INQUIRY" },
	{ 0x1a, NO_SA, 6, { 0x1a, 0x08, 0xff, 0xff, 0xff }, 2, 0x3f, .name = "MODE SENSE(6)" },
	{ 0x1b, NO_SA, 6, { 0x1b, 0x01, 0, 0, 0x03 }, 4, 1, .name = "START STOP UNIT" },
	{ 0x1e, NO_SA, 6, { 0x1e, 0, 0, 0, 0x01 }, .name = "PREVENT ALLOW MEDIUM REMOVAL" },
	{ 0x25, NO_SA, 10, { 0x25 }, .name = "READ CAPACITY(10)" },
	{ 0x28, NO_SA, 10, { 0x28, 0x18, [2 ... 5] = 0xff, [7 ... 8] = 0xff },
	  8, 1, IN, "READ(10)" },
	{ 0x2a, NO_SA, 10, { 0x2a, 0x18, [2 ... 5] = 0xff, [7 ... 8] = 0xff },
	  8, 1, OUT, "WRITE(10)" },
	{ 0x2f, NO_SA, 10, { 0x2f, 0x10, [2 ... 5] = 0xff, [7 ... 8] = 0xff },
	  8, 1, .name = "VERIFY(10)" },
	{ 0x35, NO_SA, 10, { 0x35, 0x02, [2 ... 5] = 0xff, [7 ... 8] = 0xff },
	  .name = "SYNCHRONIZE CACHE(10)" },
	{ 0x43, NO_SA, 10, { 0x43, 0x02, 0x0f, [6 ... 8] = 0xff }, .name = "READ TOC/PMA/ATIP" },
	{ 0x46, NO_SA, 10, { 0x46, 0x03, 0xff, 0xff, [7 ... 8] = 0xff },
	  .name = "GET CONFIGURATION" },
	{ 0x4a, NO_SA, 10, { 0x4a, 0x01, [4] = 0xff, [7 ... 8] = 0xff }, 1, 1,
	  .name = "GET EVENT STATUS NOTIFICATION" },
	{ 0x51, NO_SA, 10, { 0x51, 0x07, [7 ... 8] = 0xff }, .name = "READ DISC INFORMATION" },
	{ 0x52, NO_SA, 10, { 0x52, 0x03, [2 ... 5] = 0xff, [7 ... 8] = 0xff },
	  .name = "READ TRACK INFORMATION" },
	{ 0x5a, NO_SA, 10, { 0x5a, 0x18, [2 ... 3] = 0xff, [7 ... 8] = 0xff }, 2, 0x3f,
	  .name = "MODE SENSE(10)" },
	{ 0xa0, NO_SA, 12, { 0xa0, [2] = 0xff, [6 ... 9] = 0xff }, .name = "REPORT LUNS" },
	{ 0xa3, 0x0c, 12, { 0xa3, 0x1f, 0x87, [3 ... 9] = 0xff },
	  .name = "REPORT SUPPORTED OPERATION CODES" },
	{ 0xa3, 0x0d, 12, { 0xa3, 0x1f, 0x80, [6 ... 9] = 0xff },
	  .name = "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS" },
	{ 0xa8, NO_SA, 12, { 0xa8, 0x18, [2 ... 9] = 0xff }, 9, 1, IN, "READ(12)" },
	{ 0xaa, NO_SA, 12, { 0xaa, 0x18, [2 ... 9] = 0xff }, 9, 1, OUT, "WRITE(12)" },
	{ 0xad, NO_SA, 12, { 0xad, 0x0f, [2 ... 9] = 0xff }, .name = "READ DVD STRUCTURE" },
	{ 0xbd, NO_SA, 12, { 0xbd, [8 ... 9] = 0xff }, .name = "MECHANISM STATUS" },
	{ 0xbe, NO_SA, 12, { 0xbe, 0x1e, [2 ... 8] = 0xff, 0xfe, 0x07 }, 8, 1,
	  .name = "READ CD" },
};

static uint8_t block[4096];

/* Those of the logical unit that is looked at. */
static const struct row *rows(void)
{
	return disk.optical ? drive_rows : disk_rows;
}

static unsigned int nr_rows(void)
{
	return disk.optical ? ARRAY_SIZE(drive_rows) : ARRAY_SIZE(disk_rows);
}

static bool disk_has(const struct row *row)
{
	if (row->sa == TARGET_PORT_GROUPS)
		return disk.paths;
	return row->opcode != UNMAP || disk.unmap;
}

static struct sg_cmd command(const struct row *row)
{
	struct sg_cmd c = { .cdb = { row->opcode }, .cdb_len = row->len };

	if (row->sa != NO_SA)
		c.cdb[1] = row->sa;
	if (row->at)
		c.cdb[row->at] = row->value;
	if (row->data == IN)
		data_in(&c, block, disk.block_size);
	else if (row->data == OUT)
		data_out(&c, block, disk.block_size);
	return c;
}

/*
 * Of PERSISTENT RESERVE OUT only REGISTER is for clients that are not registered.  To overwrite
 * with nothing is refused.
 */
static uint8_t expected_status(const struct row *row)
{
	if (row->opcode == SANITIZE && row->sa == 0x01)
		return CHECK_CONDITION;
	if (row->opcode != PERSISTENT_RESERVE_OUT || row->sa == 0x00 || row->sa == 0x06)
		return GOOD;
	return RESERVATION_CONFLICT;
}

/* There has been no copy that it could tell of. */
static bool is_copy_status(const struct row *row)
{
	return row->opcode == RECEIVE_COPY_RESULTS && row->sa != OPERATING_PARAMETERS;
}

static void works(void)
{
	unsigned int i;

	for (i = 0; i < nr_rows(); i++) {
		struct sg_cmd c = command(&rows()[i]);

		doing = rows()[i].name;
		if (is_copy_status(&rows()[i]))
			bad_field(&c, 2, 7);
		else if (disk_has(&rows()[i]))
			ends_with(&c, expected_status(&rows()[i]));
		else if (rows()[i].sa == TARGET_PORT_GROUPS)
			bad_field(&c, 1, 4);
		else
			refused(&c, ILLEGAL_REQUEST, 0x20, 0x00);
	}
}

/* Each bit that is not evaluated, alone and together with all others of its byte. */
static void reserved_bits_of(const struct row *row)
{
	unsigned int byte, bit;

	for (byte = 1; byte < row->len; byte++) {
		uint8_t reserved = ~row->mask[byte];
		struct sg_cmd c = command(row);

		if (!reserved)
			continue;
		for (bit = 0; bit < 8; bit++) {
			c = command(row);
			c.cdb[byte] |= reserved & 1 << bit;
			if (reserved & 1 << bit)
				bad_field(&c, byte, bit);
		}
		c = command(row);
		c.cdb[byte] |= reserved;
		bad_field(&c, byte, 31 - __builtin_clz(reserved));
	}
}

static void reserved_bits(void)
{
	unsigned int i;

	for (i = 0; i < nr_rows(); i++) {
		doing = rows()[i].name;
		if (disk_has(&rows()[i]))
			reserved_bits_of(&rows()[i]);
	}
}

static void unknown_opcodes(void)
{
	bool known[256] = { false };
	unsigned int i;

	for (i = 0; i < nr_rows(); i++)
		known[rows()[i].opcode] = disk_has(&rows()[i]);
	for (i = 0; i < 256; i++) {
		struct sg_cmd c = { .cdb = { i }, .cdb_len = i == 0x7f ? 32 : 16 };

		if (!known[i])
			refused(&c, ILLEGAL_REQUEST, 0x20, 0x00);
	}
}

static bool has_service_action(uint8_t opcode, unsigned int sa)
{
	unsigned int i;

	for (i = 0; i < nr_rows(); i++)
		if (rows()[i].opcode == opcode && rows()[i].sa == (int)sa)
			return disk_has(&rows()[i]);
	return false;
}

static void unknown_service_actions(void)
{
	static const uint8_t of_disk[] = { 0x48, 0x5e, 0x5f, 0x83, 0x84, 0x9e, 0xa3, 0xa4 };
	static const uint8_t of_drive[] = { 0xa3 };
	const uint8_t *opcodes = disk.optical ? of_drive : of_disk;
	unsigned int i, sa, nr = disk.optical ? sizeof(of_drive) : sizeof(of_disk);

	for (i = 0; i < nr; i++) {
		for (sa = 0; sa < 32; sa++) {
			struct sg_cmd c = { .cdb = { opcodes[i], sa }, .cdb_len = 16 };

			if (!has_service_action(opcodes[i], sa))
				bad_field(&c, 1, 4);
		}
	}
}

static struct sg_cmd report(uint8_t options, uint8_t opcode, unsigned int sa, void *buf)
{
	struct sg_cmd c = CMD(0xa3, 0x0c, options, opcode, sa >> 8, sa, 0, 0, REPORT_LEN >> 8, 0,
			      0, 0);

	data_in(&c, buf, REPORT_LEN);
	return c;
}

/* SPC-4 6.35.3: the opcode, the service action where it stands, else the bits in use. */
static void check_usage(const struct row *row, struct sg_cmd *c, const uint8_t *data)
{
	uint8_t usage[16];

	memcpy(usage, row->mask, sizeof(usage));
	usage[0] = row->opcode;
	if (row->sa != NO_SA)
		usage[1] = (usage[1] & ~0x1f) | row->sa;
	if (!good(c))
		return;
	expect_equal(c, "SUPPORT", data[1] & 0x07, 3);
	expect_equal(c, "CDB SIZE", get_be(data + 2, 2), row->len);
	expect_equal(c, "length", c->moved, 4 + row->len);
	expect(!memcmp(data + 4, usage, row->len), c, "usage data as in the table");
}

static void report_each(void)
{
	static uint8_t data[REPORT_LEN];
	unsigned int i;

	for (i = 0; i < nr_rows(); i++) {
		const struct row *row = &rows()[i];
		bool has_sa = row->sa != NO_SA;
		struct sg_cmd c = report(has_sa ? 2 : 1, row->opcode, has_sa ? row->sa : 0, data);

		doing = row->name;
		if (!disk_has(row))
			continue;
		check_usage(row, &c, data);
		c = report(3, row->opcode, has_sa ? row->sa : 0, data);
		check_usage(row, &c, data);
		/* SPC-4 table 244: an option that does not fit the opcode */
		c = report(has_sa ? 1 : 2, row->opcode, 0, data);
		bad_field(&c, 2, 2);
	}
}

static void check_timeouts(struct sg_cmd *c, const uint8_t *p)
{
	expect_equal(c, "length of the timeouts descriptor", get_be(p, 2), 10);
}

/* All rows, no others, in the 8 or 20 bytes of each descriptor. */
static void report_all_as(uint8_t options)
{
	static uint8_t data[REPORT_LEN];
	struct sg_cmd c = report(options, 0, 0, data);
	unsigned int size = options & 0x80 ? 20 : 8;
	unsigned int i, at = 4;

	if (!good(&c))
		return;
	for (i = 0; i < nr_rows(); i++) {
		const struct row *row = &rows()[i];
		const uint8_t *p = data + at;

		if (!disk_has(row))
			continue;
		expect_equal(&c, "opcode", p[0], row->opcode);
		expect_equal(&c, "SERVACTV", p[5] & 1, row->sa != NO_SA);
		expect_equal(&c, "service action", get_be(p + 2, 2),
			     row->sa == NO_SA ? 0 : row->sa);
		expect_equal(&c, "CTDP", p[5] >> 1 & 1, size == 20);
		expect_equal(&c, "CDB length", get_be(p + 6, 2), row->len);
		if (size == 20)
			check_timeouts(&c, p + 8);
		at += size;
	}
	expect_equal(&c, "COMMAND DATA LENGTH", get_be(data, 4), at - 4);
	expect_equal(&c, "bytes returned", c.moved, at);
}

static void report_all(void)
{
	report_all_as(0);
	report_all_as(0x80);
}

static void report_unsupported(void)
{
	uint8_t data[REPORT_LEN];
	struct sg_cmd c = report(1, 0xc7, 0, data);
	unsigned int i;

	if (good(&c))
		expect_equal(&c, "SUPPORT", data[1] & 7, 1);
	c = report(3, 0xa3, 0x1f, data);
	if (good(&c))
		expect_equal(&c, "SUPPORT", data[1] & 7, 1);
	c = report(3, 0x28, 0x01, data);
	if (good(&c))
		expect_equal(&c, "SUPPORT", data[1] & 7, 1);
	for (i = 4; i < 8; i++) {
		c = report(i, 0, 0, data);
		bad_field(&c, 2, 2);
	}
}

static void report_one_timeouts(void)
{
	uint8_t data[REPORT_LEN];
	struct sg_cmd c = report(0x81, 0x28, 0, data);

	if (!good(&c))
		return;
	expect_equal(&c, "CTDP", data[1] & 0x80, 0x80);
	expect_equal(&c, "length", c.moved, 4 + 10 + 12);
	check_timeouts(&c, data + 14);
}

static void report_cut(void)
{
	uint8_t data[REPORT_LEN];
	struct sg_cmd c = report(0, 0, 0, data);

	memset(data, 0xa5, sizeof(data));
	put_be(c.cdb + 6, 4, 21);
	if (good(&c)) {
		expect_equal(&c, "bytes returned", c.moved, 21);
		expect_equal(&c, "byte behind", data[21], 0xa5);
	}
	put_be(c.cdb + 6, 4, 0xffffffff);
	if (good(&c))
		expect_equal(&c, "bytes returned", c.moved, get_be(data, 4) + 4);
}

static const struct sg_test tests[] = {
	{ "works", works },
	{ "reserved bits", reserved_bits },
	{ "unknown opcodes", unknown_opcodes },
	{ "unknown service actions", unknown_service_actions },
	{ "report each", report_each },
	{ "report all", report_all },
	{ "report unsupported", report_unsupported },
	{ "report with timeouts", report_one_timeouts },
	{ "report cut", report_cut },
};

int main(int argc, char **argv)
{
	return run_tests(argc, argv, tests, ARRAY_SIZE(tests));
}
