/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Commands through SG_IO and what is expected of them, for the programs that
 * test one disk: struct sg_cmd c = CMD(opcode, ...); good(&c); and so on.
 *
 * An expectation that is not met is printed, with the CDB, and counted; the
 * program goes on.
 */
#ifndef VSCSI_SELFTESTS_SGIO_H
#define VSCSI_SELFTESTS_SGIO_H

#include <err.h>
#include <fcntl.h>
#include <scsi/sg.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define GOOD			0x00
#define CHECK_CONDITION		0x02
#define RESERVATION_CONFLICT	0x18

#define NO_SENSE		0x00
#define NOT_READY		0x02
#define ILLEGAL_REQUEST		0x05
#define UNIT_ATTENTION		0x06
#define DATA_PROTECT		0x07
#define MISCOMPARE		0x0e

#define BUFFER_MAX		(1024 * 1024)

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

/**
 * struct sg_cmd - a command and its outcome
 * @cdb: command descriptor block
 * @cdb_len: its bytes
 * @dir: SG_DXFER_...; 0 is "none"
 * @data: data buffer
 * @len: its bytes
 * @status: SAM status
 * @host: host status of the kernel
 * @moved: bytes of @data that were transferred
 * @sense: sense data, zeroes without
 */
struct sg_cmd {
	uint8_t cdb[32];
	uint8_t cdb_len;
	int dir;
	void *data;
	uint32_t len;
	uint8_t status;
	uint16_t host;
	uint32_t moved;
	uint8_t sense[96];
};

#define CMD(...)	((struct sg_cmd){ .cdb = { __VA_ARGS__ },			\
					  .cdb_len = sizeof((uint8_t[]){ __VA_ARGS__ }) })

/* What the disk says of itself. */
struct disk {
	int fd;
	bool optical;
	uint64_t blocks;
	uint32_t block_size;
	bool unmap;
	bool write_cache;
	bool read_only;
	bool paths;		/* can have several: says what states they have */
};

static struct disk disk;
static unsigned int failures;
static const char *doing = "";

static inline uint64_t get_be(const uint8_t *p, unsigned int bytes)
{
	uint64_t value = 0;

	while (bytes--)
		value = value << 8 | *p++;
	return value;
}

static inline void put_be(uint8_t *p, unsigned int bytes, uint64_t value)
{
	while (bytes--) {
		p[bytes] = value;
		value >>= 8;
	}
}

__attribute__((format(printf, 2, 3)))
static inline void fail(const struct sg_cmd *c, const char *format, ...)
{
	va_list args;
	unsigned int i;

	failures++;
	printf("%s:", doing);
	if (c) {
		for (i = 0; i < c->cdb_len; i++)
			printf(" %02x", c->cdb[i]);
		printf(" [%u bytes]:", c->len);
	}
	printf(" ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
}

/* @ok must hold; @what says what does. */
static inline void expect(bool ok, const struct sg_cmd *c, const char *what)
{
	if (!ok)
		fail(c, "not true: %s", what);
}

static inline void expect_equal(const struct sg_cmd *c, const char *what, uint64_t got,
				uint64_t want)
{
	if (got != want)
		fail(c, "%s is 0x%llx instead of 0x%llx", what, (unsigned long long)got,
		     (unsigned long long)want);
}

static inline struct sg_cmd *data_in(struct sg_cmd *c, void *data, uint32_t len)
{
	c->dir = SG_DXFER_FROM_DEV;
	c->data = data;
	c->len = len;
	return c;
}

static inline struct sg_cmd *data_out(struct sg_cmd *c, void *data, uint32_t len)
{
	c->dir = SG_DXFER_TO_DEV;
	c->data = data;
	c->len = len;
	return c;
}

static inline void run(struct sg_cmd *c)
{
	struct sg_io_hdr hdr = {
		.interface_id = 'S',
		.dxfer_direction = c->len ? c->dir : SG_DXFER_NONE,
		.cmd_len = c->cdb_len,
		.cmdp = c->cdb,
		.dxfer_len = c->len,
		.dxferp = c->data,
		.mx_sb_len = sizeof(c->sense),
		.sbp = c->sense,
		.timeout = 20000,
	};

	memset(c->sense, 0, sizeof(c->sense));
	if (ioctl(disk.fd, SG_IO, &hdr))
		err(2, "%s: SG_IO", doing);
	c->status = hdr.status;
	c->host = hdr.host_status;
	c->moved = c->len - hdr.resid;
}

static inline uint8_t sense_key(const struct sg_cmd *c)
{
	return c->sense[2] & 0x0f;
}

static inline void complain(const struct sg_cmd *c, const char *wanted)
{
	fail(c, "status %02x host %x sense %x/%02x/%02x instead of %s", c->status, c->host,
	     sense_key(c), c->sense[12], c->sense[13], wanted);
}

/* Run it; it must end with GOOD. */
static inline bool good(struct sg_cmd *c)
{
	run(c);
	if (c->status == GOOD && !c->host)
		return true;
	complain(c, "GOOD");
	return false;
}

/* Run it; it must end with this status. */
static inline bool ends_with(struct sg_cmd *c, uint8_t status)
{
	char wanted[16];

	if (status == GOOD)
		return good(c);
	run(c);
	if (c->status == status)
		return true;
	snprintf(wanted, sizeof(wanted), "status %02x", status);
	complain(c, wanted);
	return false;
}

/* Run it; it must end with this sense data, in fixed format, and move nothing. */
static inline bool refused(struct sg_cmd *c, uint8_t key, uint8_t asc, uint8_t ascq)
{
	char wanted[16];

	run(c);
	if (c->status == CHECK_CONDITION && (c->sense[0] & 0x7f) == 0x70 &&
	    sense_key(c) == key && c->sense[12] == asc && c->sense[13] == ascq)
		return true;
	snprintf(wanted, sizeof(wanted), "%x/%02x/%02x", key, asc, ascq);
	complain(c, wanted);
	return false;
}

static inline void check_pointer(const struct sg_cmd *c, bool in_cdb, unsigned int byte,
				 unsigned int bit)
{
	uint8_t want = 0x80 | (in_cdb ? 0x40 : 0) | 0x08 | bit;

	if (c->sense[15] != want || get_be(c->sense + 16, 2) != byte)
		fail(c, "field pointer %02x, byte %u instead of %02x, byte %u", c->sense[15],
		     (unsigned int)get_be(c->sense + 16, 2), want, byte);
}

/* Run it; byte and bit of its CDB must be named as invalid. */
static inline void bad_field(struct sg_cmd *c, unsigned int byte, unsigned int bit)
{
	if (refused(c, ILLEGAL_REQUEST, 0x24, 0x00))
		check_pointer(c, true, byte, bit);
}

/* Run it; byte and bit of its parameter list must be named as invalid. */
static inline void bad_parameter(struct sg_cmd *c, unsigned int byte, unsigned int bit)
{
	if (refused(c, ILLEGAL_REQUEST, 0x26, 0x00))
		check_pointer(c, false, byte, bit);
}

static inline void out_of_range(struct sg_cmd *c)
{
	refused(c, ILLEGAL_REQUEST, 0x21, 0x00);
}

/* A command with LBA and length where CDBs of its size have them. */
static inline struct sg_cmd lba_cmd(uint8_t opcode, uint64_t lba, uint32_t length)
{
	struct sg_cmd c = { .cdb = { opcode } };

	switch (opcode >> 5) {
	case 0:
		c.cdb_len = 6;
		put_be(c.cdb + 1, 3, lba);
		c.cdb[4] = length;
		break;
	case 1:
	case 2:
		c.cdb_len = 10;
		put_be(c.cdb + 2, 4, lba);
		put_be(c.cdb + 7, 2, length);
		break;
	case 5:
		c.cdb_len = 12;
		put_be(c.cdb + 2, 4, lba);
		put_be(c.cdb + 6, 4, length);
		break;
	default:
		c.cdb_len = 16;
		put_be(c.cdb + 2, 8, lba);
		put_be(c.cdb + 10, 4, length);
	}
	return c;
}

/* Report, and so clear, what unit attentions there are. */
static inline void clear_unit_attentions(void)
{
	struct sg_cmd c = CMD(0, 0, 0, 0, 0, 0);
	unsigned int tries;

	for (tries = 0; tries < 16; tries++) {
		run(&c);
		if (c.status == GOOD || sense_key(&c) != UNIT_ATTENTION)
			return;
	}
}

/* A drive has fewer ways to ask. */
static inline void look_at_drive(void)
{
	struct sg_cmd capacity = CMD(0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	uint8_t data[8] = { 0 };

	if (!good(data_in(&capacity, data, sizeof(data))))
		exit(1);
	disk.blocks = get_be(data, 4) + 1;
	disk.block_size = get_be(data + 4, 4);
}

static inline void look_at_disk(void)
{
	struct sg_cmd capacity = CMD(0x9e, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0);
	struct sg_cmd caching = CMD(0x1a, 0x08, 0x08, 0, 64, 0);
	uint8_t data[64] = { 0 };

	if (!good(data_in(&capacity, data, 32)))
		exit(1);
	disk.blocks = get_be(data, 8) + 1;
	disk.block_size = get_be(data + 8, 4);
	disk.unmap = data[14] & 0x80;
	if (!good(data_in(&caching, data, sizeof(data))))
		exit(1);
	disk.read_only = data[2] & 0x80;
	disk.write_cache = data[4 + 2] & 0x04;
}

static inline void open_disk(const char *path)
{
	struct sg_cmd inquiry = CMD(0x12, 0, 0, 0, 36, 0);
	uint8_t data[36] = { 0 };

	disk.fd = open(path, O_RDWR | O_NONBLOCK);
	if (disk.fd < 0)
		disk.fd = open(path, O_RDONLY | O_NONBLOCK);
	if (disk.fd < 0)
		err(2, "%s", path);
	doing = "open";
	clear_unit_attentions();
	if (!good(data_in(&inquiry, data, sizeof(data))))
		exit(1);
	disk.optical = data[0] == 0x05;
	disk.paths = data[5] & 0x30;
	if (disk.optical)
		look_at_drive();
	else
		look_at_disk();
}

struct sg_test {
	const char *name;
	void (*function)(void);
};

/* Run the @nr tests on the disk that the command line names, or those it names. */
static inline int run_tests(int argc, char **argv, const struct sg_test *tests, unsigned int nr)
{
	unsigned int i;
	int arg;

	if (argc < 2)
		errx(2, "usage: %s DISK [TEST...]", argv[0]);
	open_disk(argv[1]);
	for (i = 0; i < nr; i++) {
		for (arg = 2; arg < argc && strcmp(argv[arg], tests[i].name); arg++)
			;
		if (argc > 2 && arg == argc)
			continue;
		doing = tests[i].name;
		tests[i].function();
	}
	return failures ? 1 : 0;
}

#endif
