// SPDX-License-Identifier: GPL-2.0
/*
 * Write blocks through SG_IO from memory that is aligned in any way, read them
 * back, and compare: sg_buffer DEVICE BLOCK_SIZE BLOCKS OFFSET EXTRA
 *
 * OFFSET is that of the buffer in its page; EXTRA bytes are more than the blocks
 * need, and must come back as residual, or with less than 0 the command must be
 * refused. Exit status 0 if all is right, 1 if not, 2 for a system error.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <scsi/sg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define READ_10		0x28
#define WRITE_10	0x2a
#define CANARY		0xa5
#define PAGE		4096

static uint8_t *make_buffer(size_t offset, size_t len)
{
	uint8_t *page;

	if (posix_memalign((void **)&page, PAGE, offset + len + PAGE))
		errx(2, "no memory");
	memset(page, CANARY, offset + len + PAGE);
	return page + offset;
}

/*
 * Without direct I/O sg copies all of its own buffer: then only what is behind the
 * caller's must stay as it was.
 */
static bool direct;

/* The residual, or -1 when the command was refused. */
static int transfer(int fd, int opcode, uint16_t blocks, uint8_t *buf, unsigned int len)
{
	uint8_t cdb[10] = { opcode, [7] = blocks >> 8, [8] = blocks & 0xff };
	uint8_t sense[64] = { 0 };
	struct sg_io_hdr hdr = {
		.interface_id = 'S',
		.dxfer_direction = opcode == READ_10 ? SG_DXFER_FROM_DEV : SG_DXFER_TO_DEV,
		.cmd_len = sizeof(cdb),
		.cmdp = cdb,
		.dxfer_len = len,
		.dxferp = buf,
		.mx_sb_len = sizeof(sense),
		.sbp = sense,
		.timeout = 20000,
		.flags = SG_FLAG_DIRECT_IO,
	};

	if (ioctl(fd, SG_IO, &hdr))
		err(2, "SG_IO");
	if (hdr.status || hdr.host_status || hdr.driver_status & 0x07) {
		fprintf(stderr, "opcode %02x: status %02x, host %02x, sense %02x %02x %02x\n",
			opcode, hdr.status, hdr.host_status, sense[2], sense[12], sense[13]);
		return -1;
	}
	direct = (hdr.info & SG_INFO_DIRECT_IO_MASK) == SG_INFO_DIRECT_IO;
	return hdr.resid;
}

static int expect(int got, int want, const char *what)
{
	if (got != want)
		fprintf(stderr, "%s: residual %d instead of %d\n", what, got, want);
	return got != want;
}

static int compare(const uint8_t *in, const uint8_t *out, size_t data, size_t len)
{
	size_t i;

	if (memcmp(in, out, data)) {
		fprintf(stderr, "what was read is not what was written\n");
		return 1;
	}
	for (i = direct ? data : len; i < len + PAGE / 2; i++) {
		if (in[i] != CANARY) {
			fprintf(stderr, "byte %zu behind the data was overwritten%s\n", i - data,
				direct ? " (direct I/O)" : "");
			return 1;
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	int block, blocks, offset, extra, fd, failed;
	uint8_t *in, *out;
	size_t i, data;

	if (argc != 6)
		errx(2, "usage: sg_buffer DEVICE BLOCK_SIZE BLOCKS OFFSET EXTRA");
	block = atoi(argv[2]);
	blocks = atoi(argv[3]);
	offset = atoi(argv[4]);
	extra = atoi(argv[5]);
	data = (size_t)block * blocks;
	fd = open(argv[1], O_RDWR | O_NONBLOCK);
	if (fd < 0)
		err(2, "%s", argv[1]);

	out = make_buffer(offset, data + extra);
	in = make_buffer(offset, data + extra);
	srandom(block + blocks + offset + extra);
	for (i = 0; i < data; i++)
		out[i] = random();

	if (extra < 0) {
		failed = expect(transfer(fd, WRITE_10, blocks, out, data + extra), -1, "write");
		return failed | expect(transfer(fd, READ_10, blocks, in, data + extra), -1, "read");
	}
	failed = expect(transfer(fd, WRITE_10, blocks, out, data + extra), extra, "write");
	failed |= expect(transfer(fd, READ_10, blocks, in, data + extra), extra, "read");
	return failed | compare(in, out, data, data + extra);
}
