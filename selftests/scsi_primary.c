// SPDX-License-Identifier: GPL-2.0
/* The commands of SPC-4 on a disk, with every option: scsi_primary DISK [TEST...] */
#include "sgio.h"

#define DATA_LEN		4096
#define FILLER			0xa5

#define REPORT_LUNS_WELL_KNOWN	0xc101000000000000ULL

static uint8_t data[DATA_LEN];

static void fill(void)
{
	memset(data, FILLER, sizeof(data));
}

/* Run it with allocation length @len in the @bytes at @at: @want bytes come, no more. */
static void allocated(struct sg_cmd c, unsigned int at, unsigned int bytes, uint32_t len,
		      uint32_t want)
{
	put_be(c.cdb + at, bytes, len);
	fill();
	if (!good(data_in(&c, data, sizeof(data))))
		return;
	expect_equal(&c, "bytes returned", c.moved, want);
	expect_equal(&c, "the byte behind", data[want], FILLER);
}

/* Lengths 0, short, exact and huge for a command that has @full bytes to return. */
static void allocation_lengths(struct sg_cmd c, unsigned int at, unsigned int bytes, uint32_t full)
{
	uint32_t max = bytes == 4 ? UINT32_MAX : (1U << bytes * 8) - 1;
	uint32_t len;

	for (len = 0; len <= full; len++)
		allocated(c, at, bytes, len, len);
	allocated(c, at, bytes, max, full < max ? full : max);
}

/* The data buffer may be shorter than the allocation length. */
static void short_buffer(struct sg_cmd c, unsigned int at, unsigned int bytes)
{
	put_be(c.cdb + at, bytes, 200);
	fill();
	if (good(data_in(&c, data, 4))) {
		expect_equal(&c, "bytes returned", c.moved, 4);
		expect_equal(&c, "the byte behind", data[4], FILLER);
	}
}

static void wrong_direction(struct sg_cmd c, unsigned int at, unsigned int bytes)
{
	put_be(c.cdb + at, bytes, 96);
	refused(data_out(&c, data, 96), ILLEGAL_REQUEST, 0x24, 0x00);
}

static void inquiry(void)
{
	struct sg_cmd c = CMD(0x12, 0, 0, 0, 96, 0);
	unsigned int page;

	if (!good(data_in(&c, data, 96)))
		return;
	expect_equal(&c, "bytes returned", c.moved, 96);
	expect_equal(&c, "peripheral device type", data[0], 0);
	expect_equal(&c, "RESPONSE DATA FORMAT", data[3] & 0x0f, 2);
	expect_equal(&c, "ADDITIONAL LENGTH", data[4], 96 - 5);
	expect_equal(&c, "CMDQUE", data[7] & 0x02, 0x02);
	expect(!memcmp(data + 8, "AIX     VDASD           0001", 28), &c, "vendor and product");
	allocation_lengths(c, 3, 2, 96);
	short_buffer(c, 3, 2);
	wrong_direction(c, 3, 2);
	for (page = 1; page < 256; page++) {
		c = CMD(0x12, 0, page, 0, 96, 0);
		bad_field(data_in(&c, data, 96), 2, 7);
	}
}

static struct sg_cmd vpd(uint8_t page)
{
	struct sg_cmd c = CMD(0x12, 1, page, DATA_LEN >> 8, 0, 0);

	data_in(&c, data, sizeof(data));
	return c;
}

static void vpd_pages(void)
{
	static const uint8_t all[] = {
		0x00, 0x80, 0x83, 0x86, 0x87, 0x88, 0x8f, 0xb0, 0xb1, 0xb2,
	};
	uint8_t pages[sizeof(all)];
	struct sg_cmd c = vpd(0);
	unsigned int page, i, nr = 0;

	for (i = 0; i < sizeof(all); i++)
		if (all[i] != 0x88 || disk.paths)
			pages[nr++] = all[i];
	if (!good(&c))
		return;
	expect_equal(&c, "number of pages", get_be(data + 2, 2), nr);
	expect(!memcmp(data + 4, pages, nr), &c, "list of pages");
	for (page = 0; page < 256; page++) {
		c = vpd(page);
		if (!memchr(pages, page, nr)) {
			bad_field(&c, 2, 7);
			continue;
		}
		if (!good(&c))
			continue;
		expect_equal(&c, "peripheral device type", data[0], 0);
		expect_equal(&c, "PAGE CODE", data[1], page);
		expect_equal(&c, "PAGE LENGTH", get_be(data + 2, 2), c.moved - 4);
		allocation_lengths(c, 3, 2, c.moved);
	}
}

/* Of each designator type how many the device identification page has. */
static void vpd_designators(void)
{
	unsigned int at, types[16] = { 0 };
	struct sg_cmd c = vpd(0x83);

	if (!good(&c))
		return;
	for (at = 4; at + 4 <= c.moved; at += 4 + data[at + 3]) {
		unsigned int type = data[at + 1] & 0x0f;

		expect_equal(&c, "ASSOCIATION", data[at + 1] >> 4 & 0x03, type == 4 || type == 5);
		types[type]++;
	}
	expect_equal(&c, "end of the last designator", at, c.moved);
	expect_equal(&c, "number of NAA designators", types[3], 1);
	expect_equal(&c, "number of T10 vendor ID designators", types[1], 1);
	expect_equal(&c, "number of relative target ports", types[4], disk.paths);
	expect_equal(&c, "number of target port groups", types[5], disk.paths);
}

/* The only port of the disk, with the designators of the device identification page. */
static void vpd_ports(void)
{
	uint8_t designators[16];
	struct sg_cmd c = vpd(0x83);

	if (!disk.paths || !good(&c) || c.moved < sizeof(designators))
		return;
	memcpy(designators, data + c.moved - sizeof(designators), sizeof(designators));
	c = vpd(0x88);
	if (!good(&c))
		return;
	expect_equal(&c, "PAGE LENGTH", get_be(data + 2, 2), 12 + sizeof(designators));
	expect_equal(&c, "RELATIVE PORT IDENTIFIER", get_be(data + 6, 2),
		     get_be(designators + 6, 2));
	expect_equal(&c, "TRANSPORTID LENGTH", get_be(data + 10, 2), 0);
	expect_equal(&c, "TARGET PORT DESCRIPTORS LENGTH", get_be(data + 14, 2),
		     sizeof(designators));
	expect(!memcmp(data + 16, designators, sizeof(designators)), &c, "designators");
}

static void vpd_limits(void)
{
	struct sg_cmd c = vpd(0xb0);
	uint64_t max;

	if (good(&c)) {
		max = get_be(data + 8, 4) * disk.block_size;
		expect(max >= 4 << 20, &c, "MAXIMUM TRANSFER LENGTH of at least 4 MiB");
		expect(get_be(data + 12, 4) * disk.block_size <= max, &c,
		       "OPTIMAL TRANSFER LENGTH is not more");
		expect_equal(&c, "UNMAP", !!get_be(data + 20, 4), disk.unmap);
		expect(get_be(data + 36, 8), &c, "MAXIMUM WRITE SAME LENGTH");
	}
	c = vpd(0xb2);
	if (good(&c))
		expect_equal(&c, "LBPU, LBPWS, LBPWS10", data[5] >> 5, disk.unmap ? 7 : 0);
	c = vpd(0x86);
	if (good(&c))
		expect_equal(&c, "V_SUP", data[6] & 1, disk.write_cache);
}

static struct sg_cmd mode_sense(bool ten, uint8_t flags, uint8_t page, uint8_t subpage)
{
	struct sg_cmd c;

	if (ten)
		c = CMD(0x5a, flags, page, subpage, 0, 0, 0, DATA_LEN >> 8, 0, 0);
	else
		c = CMD(0x1a, flags, page, subpage, 255, 0);
	data_in(&c, data, ten ? sizeof(data) : 255);
	return c;
}

/* Bytes of the pages behind header and block descriptor; checks those. */
static unsigned int mode_header(const struct sg_cmd *c, bool ten)
{
	unsigned int header = ten ? 8 : 4, desc;
	uint8_t specific = ten ? data[3] : data[2];
	bool long_lba = ten && data[4] & 1;

	expect_equal(c, "MODE DATA LENGTH", ten ? get_be(data, 2) + 2 : data[0] + 1U, c->moved);
	expect_equal(c, "WP", specific >> 7, disk.read_only);
	expect_equal(c, "LONGLBA", long_lba, ten && (c->cdb[1] & 0x18) == 0x10);
	desc = ten ? get_be(data + 6, 2) : data[3];
	expect_equal(c, "BLOCK DESCRIPTOR LENGTH", desc, c->cdb[1] & 8 ? 0 : long_lba ? 16 : 8);
	if (desc == 16) {
		expect_equal(c, "blocks", get_be(data + 8, 8), disk.blocks);
		expect_equal(c, "block size", get_be(data + 20, 4), disk.block_size);
	} else if (desc) {
		expect_equal(c, "blocks", get_be(data + header, 4), disk.blocks);
		expect_equal(c, "block size", get_be(data + header + 5, 3), disk.block_size);
	}
	return header + desc;
}

static const struct {
	uint8_t code;
	uint8_t len;
	uint8_t changeable[18];
} mode_pages[] = {
	{ 0x01, 10, { 0 } },
	{ 0x08, 18, { 0 } },
	{ 0x0a, 10, { 0x04, 0, 0x08 } },	/* D_SENSE, SWP */
	{ 0x1c, 10, { 0 } },
};

/* The pages at data + @at: all, or the one that was asked for. */
static void check_mode_pages(const struct sg_cmd *c, unsigned int at)
{
	uint8_t code = c->cdb[2] & 0x3f;
	unsigned int i, byte;

	for (i = 0; i < ARRAY_SIZE(mode_pages); i++) {
		if (code != 0x3f && code != mode_pages[i].code)
			continue;
		expect_equal(c, "page code", data[at], mode_pages[i].code);
		expect_equal(c, "page length", data[at + 1], mode_pages[i].len);
		for (byte = 0; c->cdb[2] >> 6 == 1 && byte < mode_pages[i].len; byte++)
			expect_equal(c, "changeable", data[at + 2 + byte],
				     mode_pages[i].changeable[byte]);
		if (code == 0x08 && c->cdb[2] >> 6 != 1)
			expect_equal(c, "WCE", data[at + 2] >> 2 & 1, disk.write_cache);
		at += 2 + mode_pages[i].len;
	}
	expect_equal(c, "end of the last page", at, c->moved);
}

static bool mode_page_known(unsigned int page)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(mode_pages); i++)
		if (mode_pages[i].code == page)
			return true;
	return page == 0x3f;
}

/* Each page code, each page control. */
static void mode_sense_as(bool ten, uint8_t flags)
{
	struct sg_cmd c;
	unsigned int page, control;

	for (page = 0; page < 64; page++) {
		for (control = 0; control < 3; control++) {
			c = mode_sense(ten, flags, control << 6 | page, 0);
			if (!mode_page_known(page))
				bad_field(&c, 2, 5);
			else if (good(&c))
				check_mode_pages(&c, mode_header(&c, ten));
		}
		if (!mode_page_known(page))
			continue;
		c = mode_sense(ten, flags, 3 << 6 | page, 0);
		refused(&c, ILLEGAL_REQUEST, 0x39, 0x00);
	}
}

static void mode_sense_subpages(bool ten)
{
	struct sg_cmd c;
	unsigned int subpage;

	for (subpage = 1; subpage < 255; subpage++) {
		c = mode_sense(ten, 0, 0x08, subpage);
		bad_field(&c, 3, 7);
	}
	c = mode_sense(ten, 0, 0x3f, 0xff);
	if (good(&c))
		check_mode_pages(&c, mode_header(&c, ten));
}

static void mode_sense_6(void)
{
	struct sg_cmd c = mode_sense(false, 0, 0x3f, 0);

	mode_sense_as(false, 0x00);
	mode_sense_as(false, 0x08);
	mode_sense_subpages(false);
	if (good(&c))
		allocation_lengths(c, 4, 1, c.moved);
	wrong_direction(c, 4, 1);
}

static void mode_sense_10(void)
{
	struct sg_cmd c = mode_sense(true, 0, 0x3f, 0);

	mode_sense_as(true, 0x00);
	mode_sense_as(true, 0x08);
	mode_sense_as(true, 0x10);
	mode_sense_as(true, 0x18);
	mode_sense_subpages(true);
	if (good(&c))
		allocation_lengths(c, 7, 2, c.moved);
	wrong_direction(c, 7, 2);
}

static struct sg_cmd report_luns(uint8_t select)
{
	struct sg_cmd c = CMD(0xa0, 0, select, 0, 0, 0, 0, 0, DATA_LEN >> 8, 0, 0, 0);

	data_in(&c, data, sizeof(data));
	return c;
}

static unsigned int check_luns(const struct sg_cmd *c)
{
	unsigned int i, nr = get_be(data, 4) / 8;

	expect_equal(c, "LUN LIST LENGTH", get_be(data, 4), c->moved - 8);
	for (i = 1; i < nr; i++)
		expect(get_be(data + i * 8, 8) < get_be(data + 8 + i * 8, 8), c, "ascending LUNs");
	return nr;
}

static void luns(void)
{
	unsigned int select, devices = 0, nr;
	struct sg_cmd c = report_luns(0);

	if (good(&c)) {
		devices = check_luns(&c);
		expect(devices, &c, "there is this LUN");
		expect_equal(&c, "addressing method of the last", data[devices * 8] >> 6, 2);
		allocation_lengths(c, 6, 4, c.moved);
	}
	c = report_luns(1);
	if (good(&c)) {
		expect_equal(&c, "well-known LUNs", check_luns(&c), 1);
		expect_equal(&c, "well-known LUN", get_be(data + 8, 8), REPORT_LUNS_WELL_KNOWN);
	}
	c = report_luns(2);
	if (good(&c)) {
		nr = check_luns(&c);
		expect_equal(&c, "all LUNs", nr, devices + 1);
		expect_equal(&c, "the last", get_be(data + nr * 8, 8), REPORT_LUNS_WELL_KNOWN);
	}
	for (select = 3; select < 256; select++) {
		c = report_luns(select);
		bad_field(&c, 2, 7);
	}
	wrong_direction(report_luns(0), 6, 4);
}

/* What REQUEST SENSE must return in both formats. */
static void check_request_sense(uint8_t key, uint8_t asc, uint8_t ascq)
{
	struct sg_cmd c = CMD(0x03, 0, 0, 0, 252, 0);

	if (good(data_in(&c, data, 252))) {
		expect_equal(&c, "fixed format", data[0], 0x70);
		expect_equal(&c, "length", c.moved, 18);
		expect_equal(&c, "ADDITIONAL SENSE LENGTH", data[7], 10);
		expect_equal(&c, "sense", data[2] << 16 | data[12] << 8 | data[13],
			     key << 16 | asc << 8 | ascq);
	}
	c = CMD(0x03, 1, 0, 0, 252, 0);
	if (good(data_in(&c, data, 252))) {
		expect_equal(&c, "descriptor format", data[0], 0x72);
		expect_equal(&c, "length", c.moved, 8U + data[7]);
		expect_equal(&c, "sense", data[1] << 16 | data[2] << 8 | data[3],
			     key << 16 | asc << 8 | ascq);
	}
}

static void start_stop(bool start)
{
	struct sg_cmd c = CMD(0x1b, 0, 0, 0, start, 0);

	good(&c);
}

static void request_sense(void)
{
	struct sg_cmd c = CMD(0x03, 0, 0, 0, 0, 0);

	check_request_sense(NO_SENSE, 0, 0);
	start_stop(false);
	check_request_sense(NOT_READY, 0x04, 0x02);
	start_stop(true);
	check_request_sense(NO_SENSE, 0, 0);
	allocation_lengths(c, 4, 1, 18);
	c.cdb[1] = 1;
	allocation_lengths(c, 4, 1, 8);
	wrong_direction(c, 4, 1);
}

static void task_management(void)
{
	struct sg_cmd c = CMD(0xa3, 0x0d, 0, 0, 0, 0, 0, 0, 0, 200, 0, 0);

	/* ABORT TASK, ABORT TASK SET, CLEAR TASK SET, LOGICAL UNIT RESET */
	if (good(data_in(&c, data, 200))) {
		expect_equal(&c, "length", c.moved, 4);
		expect_equal(&c, "functions", get_be(data, 4), 0xd8000000);
	}
	allocation_lengths(c, 6, 4, 4);
	c.cdb[2] = 0x80;
	if (good(data_in(&c, data, 200))) {
		expect_equal(&c, "length", c.moved, 16);
		expect_equal(&c, "functions", get_be(data, 4), 0xd800000c);
	}
	allocation_lengths(c, 6, 4, 16);
}

static void log_sense(void)
{
	struct sg_cmd c = CMD(0x4d, 0, 0x40, 0, 0, 0, 0, DATA_LEN >> 8, 0, 0);
	unsigned int page;

	data_in(&c, data, sizeof(data));
	if (good(&c)) {
		expect_equal(&c, "supported pages", get_be(data + 2, 8), 0x000600020310152f);
		allocation_lengths(c, 7, 2, c.moved);
	}
	wrong_direction(c, 7, 2);
	for (page = 1; page < 64; page++) {
		c.cdb[2] = 0x40 | page;
		data_in(&c, data, sizeof(data));
		if (page != 0x02 && page != 0x03 && page != 0x10 && page != 0x15 && page != 0x2f)
			bad_field(&c, 2, 5);
		else if (good(&c))
			expect_equal(&c, "PAGE LENGTH", get_be(data + 2, 2), c.moved - 4);
	}
}

/* Bytes read since the counters were reset. */
static uint64_t bytes_read(void)
{
	struct sg_cmd c = CMD(0x4d, 0, 0x43, 0, 0, 0, 0, 0, 64, 0);

	return good(data_in(&c, data, 64)) ? get_be(data + 8, 8) : UINT64_MAX;
}

/* Reads more than udev's probes do in the same moment. */
static void resets(struct sg_cmd *reset)
{
	static uint8_t lots[128 * 1024];
	unsigned int blocks = sizeof(lots) / disk.block_size, i;
	struct sg_cmd read = CMD(0x28, 0, 0, 0, 0, 0, 0, blocks >> 8, blocks, 0);

	for (i = 0; i < 100; i++)
		good(data_in(&read, lots, sizeof(lots)));
	expect(bytes_read() >= 100 * sizeof(lots), &read, "BYTES PROCESSED are those read");
	good(reset);
	expect(bytes_read() < 100 * sizeof(lots), reset, "BYTES PROCESSED is reset");
}

static void log_select(void)
{
	struct sg_cmd reset = CMD(0x4c, 0x02, 0x40, 0, 0, 0, 0, 0, 0, 0);

	resets(&reset);
	/* PCR 0, default cumulative values */
	reset.cdb[1] = 0;
	reset.cdb[2] = 0xc3;
	resets(&reset);
	/* SP; a parameter list */
	reset.cdb[1] = 0x01;
	bad_field(&reset, 1, 0);
	reset.cdb[1] = 0;
	reset.cdb[8] = 4;
	bad_field(data_out(&reset, data, 4), 8, 2);
}

/* WRITE BUFFER and READ BUFFER of @len bytes in a mode. */
static struct sg_cmd buffer_cmd(uint8_t opcode, uint8_t mode, uint32_t len)
{
	struct sg_cmd c = CMD(opcode, mode, 0, 0, 0, 0, 0, len >> 8, len, 0);

	return c;
}

static void write_and_read_buffer(uint8_t mode)
{
	struct sg_cmd w = buffer_cmd(0x3b, mode, DATA_LEN), r = buffer_cmd(0x3c, mode, DATA_LEN);
	unsigned int i;

	for (i = 0; i < sizeof(data); i++)
		data[i] = mode + i * 7;
	good(data_out(&w, data, sizeof(data)));
	fill();
	if (!good(data_in(&r, data, sizeof(data))))
		return;
	expect_equal(&r, "bytes returned", r.moved, DATA_LEN);
	for (i = 0; i < sizeof(data) && data[i] == (uint8_t)(mode + i * 7); i++)
		;
	expect_equal(&r, "bytes that are as they were written", i, sizeof(data));
	wrong_direction(buffer_cmd(0x3c, mode, 0), 6, 3);
}

static void buffers(void)
{
	struct sg_cmd c = buffer_cmd(0x3c, 0x03, 4);
	unsigned int mode;

	if (good(data_in(&c, data, 4)))
		expect_equal(&c, "BUFFER CAPACITY", get_be(data, 4), DATA_LEN);
	c = buffer_cmd(0x3c, 0x0b, 4);
	if (good(data_in(&c, data, 4)))
		expect_equal(&c, "EBOS, BUFFER CAPACITY", get_be(data, 4), 0x01000000 | DATA_LEN);
	write_and_read_buffer(0x02);
	write_and_read_buffer(0x0a);
	/* microcode */
	for (mode = 0x04; mode < 0x08; mode++) {
		c = buffer_cmd(0x3b, mode, 8);
		bad_field(data_out(&c, data, 8), 1, 4);
	}
}

static void receive_diagnostic(void)
{
	struct sg_cmd c = CMD(0x1c, 1, 0, DATA_LEN >> 8, 0, 0);

	if (good(data_in(&c, data, sizeof(data))))
		expect_equal(&c, "supported pages", get_be(data, 5), 0x0100);
	allocation_lengths(c, 3, 2, 5);
	wrong_direction(c, 3, 2);
}

static void self_test(void)
{
	struct sg_cmd c = CMD(0x1d, 0x04, 0, 0, 0, 0);

	good(&c);
}

static void timestamp(void)
{
	struct sg_cmd c = CMD(0xa3, 0x0f, 0, 0, 0, 0, 0, 0, 0, 200, 0, 0);

	if (good(data_in(&c, data, 200)))
		expect_equal(&c, "TIMESTAMP PARAMETER DATA LENGTH", get_be(data, 2), 10);
	allocation_lengths(c, 6, 4, 12);
	wrong_direction(c, 6, 4);
}

static const struct sg_test tests[] = {
	{ "INQUIRY", inquiry },
	{ "VPD pages", vpd_pages },
	{ "VPD designators", vpd_designators },
	{ "VPD ports", vpd_ports },
	{ "VPD limits", vpd_limits },
	{ "MODE SENSE(6)", mode_sense_6 },
	{ "MODE SENSE(10)", mode_sense_10 },
	{ "REPORT LUNS", luns },
	{ "REQUEST SENSE", request_sense },
	{ "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS", task_management },
	{ "LOG SENSE", log_sense },
	{ "LOG SELECT", log_select },
	{ "READ BUFFER, WRITE BUFFER", buffers },
	{ "RECEIVE DIAGNOSTIC RESULTS", receive_diagnostic },
	{ "SEND DIAGNOSTIC", self_test },
	{ "REPORT TIMESTAMP", timestamp },
};

int main(int argc, char **argv)
{
	return run_tests(argc, argv, tests, ARRAY_SIZE(tests));
}
