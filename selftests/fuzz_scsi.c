// SPDX-License-Identifier: GPL-2.0
/*
 * Commands that nobody would send: fuzz_scsi DISK SEED COMMANDS
 *
 * Half of them are commands that the disk announces with odd values in their fields, some
 * have other bits changed too, and some are random all over, with buffers of any length and
 * direction. Each must be answered in time, with GOOD or with sense data that makes sense,
 * and leave alone what is behind its buffer. The same seed sends the same commands. What the
 * disk holds is lost.
 */
#include <time.h>

#include "sgio.h"

#define CANARY		0xa5
#define DATA_MAX	(256 * 1024)
#define BEHIND		4096
#define LIST_MAX	16384
#define ROWS_MAX	256

#define TEST_UNIT_READY	0x00
#define START_STOP	0x1b
#define UNMAP		0x42
#define REPORT_OPCODES	0xa3
#define SERVICE_ACTION	0x0c

/**
 * struct row - a command that the disk announces
 * @len: bytes of the CDB
 * @cdb: opcode and service action
 * @usage: bits that are evaluated
 */
struct row {
	uint8_t len;
	uint8_t cdb[32];
	uint8_t usage[32];
};

static struct row rows[ROWS_MAX];
static unsigned int nr_rows;
static uint8_t buffer[DATA_MAX + BEHIND];
static uint64_t state;
static unsigned int outcomes[16];		/* by sense key; 0 is without */

/* xorshift64* */
static uint32_t rnd(uint32_t below)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (uint32_t)(state * 0x2545f4914f6cdd1dULL >> 32) % below;
}

static void read_usage(struct row *row, const uint8_t *descriptor)
{
	bool has_sa = descriptor[5] & 0x01;
	struct sg_cmd c = CMD(REPORT_OPCODES, SERVICE_ACTION, has_sa ? 2 : 1, descriptor[0],
			      descriptor[2], descriptor[3], 0, 0, 1, 0, 0, 0);
	uint8_t data[256];

	if (!good(data_in(&c, data, sizeof(data))))
		return;
	row->len = get_be(data + 2, 2);
	memcpy(row->usage, data + 4, row->len);
	row->cdb[0] = descriptor[0];
	if (has_sa)
		row->cdb[1] = descriptor[3] & 0x1f;
}

static void read_rows(void)
{
	struct sg_cmd c = CMD(REPORT_OPCODES, SERVICE_ACTION, 0, 0, 0, 0, 0, 0, LIST_MAX >> 8,
			      0, 0, 0);
	static uint8_t list[LIST_MAX];
	uint32_t len, at;

	doing = "commands";
	if (!good(data_in(&c, list, sizeof(list))))
		return;
	len = get_be(list, 4);
	for (at = 4; at + 8 <= len + 4 && nr_rows < ROWS_MAX; at += 8)
		read_usage(&rows[nr_rows++], list + at);
}

/* A number of @bytes bytes such as break things. */
static void odd_number(uint8_t *p, unsigned int bytes)
{
	const uint64_t odd[] = {
		0, 1, 2, 7, 8, 255, 256, 0x7fff, 0xffff, 0x7fffffff, 0xffffffff, 0x100000000,
		UINT64_MAX, UINT64_MAX / 2, disk.blocks, disk.blocks - 1, disk.blocks + 1,
		disk.blocks / 2, DATA_MAX / disk.block_size, DATA_MAX / disk.block_size + 1,
	};

	if (rnd(4))
		put_be(p, bytes, odd[rnd(ARRAY_SIZE(odd))]);
	else
		while (bytes--)
			p[bytes] = rnd(256);
}

/* Fill the fields of a command, runs of whole bytes being numbers. */
static void fill_fields(struct sg_cmd *c, const struct row *row)
{
	unsigned int i = 1, n;

	while (i < row->len) {
		for (n = 0; i + n < row->len && row->usage[i + n] == 0xff; n++)
			;
		if (n) {
			odd_number(c->cdb + i, n > 8 ? 8 : n);
			if (n > 8)
				odd_number(c->cdb + i + 8, n - 8);
			i += n;
		} else {
			c->cdb[i] |= rnd(256) & row->usage[i];
			i++;
		}
	}
	if (row->cdb[1])
		c->cdb[1] = (c->cdb[1] & 0xe0) | row->cdb[1];
}

static void flip_bits(struct sg_cmd *c)
{
	unsigned int n = 1 + rnd(3);

	while (n--)
		c->cdb[rnd(c->cdb_len)] ^= 1 << rnd(8);
}

static void random_cdb(struct sg_cmd *c)
{
	unsigned int i;

	c->cdb_len = 6 + rnd(sizeof(c->cdb) - 5);
	for (i = 0; i < c->cdb_len; i++)
		c->cdb[i] = rnd(256);
}

/* A parameter list of UNMAP is looked at only if its lengths are right. */
static void fill_list(uint32_t len)
{
	unsigned int at;

	put_be(buffer, 2, len - 2);
	put_be(buffer + 2, 2, (len - 8) & ~15);
	for (at = 8; at + 16 <= len; at += 16) {
		odd_number(buffer + at, 8);
		odd_number(buffer + at + 8, 4);
		put_be(buffer + at + 12, 4, 0);
	}
}

static uint32_t odd_length(void)
{
	const uint32_t odd[] = { 0, 1, 4, 8, 24, 36, 252, 255, 512, 513, 4096, 4097, 65536 };

	return rnd(3) ? odd[rnd(ARRAY_SIZE(odd))] : rnd(DATA_MAX + 1);
}

static void fill_data(struct sg_cmd *c)
{
	uint32_t len = odd_length(), i;

	memset(buffer, CANARY, len + BEHIND);
	switch (rnd(3)) {
	case 0:
		data_in(c, buffer, len);
		break;
	case 1:
		data_out(c, buffer, len);
		for (i = 0; i < len && i < 4096; i++)
			buffer[i] = rnd(256);
		if (c->cdb[0] == UNMAP && len >= 24 && len < 65536 && rnd(4)) {
			fill_list(len);
			put_be(c->cdb + 7, 2, len);
		}
	}
}

static struct sg_cmd make_command(void)
{
	const struct row *row = &rows[rnd(nr_rows)];
	struct sg_cmd c = { .cdb_len = row->len };
	unsigned int kind = rnd(100);

	memcpy(c.cdb, row->cdb, sizeof(c.cdb));
	if (kind < 15) {
		random_cdb(&c);
	} else {
		fill_fields(&c, row);
		if (kind < 45)
			flip_bits(&c);
	}
	fill_data(&c);
	return c;
}

/* Response codes 70h and 72h; what a disk may say to nonsense. */
static bool sense_is_right(const struct sg_cmd *c)
{
	static const uint8_t keys[] = { NOT_READY, ILLEGAL_REQUEST, UNIT_ATTENTION,
					DATA_PROTECT, MISCOMPARE };
	uint8_t key = c->sense[0] == 0x72 ? c->sense[1] & 0x0f : sense_key(c);

	outcomes[key]++;
	return ((c->sense[0] & 0x7f) == 0x70 || c->sense[0] == 0x72) &&
	       memchr(keys, key, sizeof(keys));
}

static void check_outcome(const struct sg_cmd *c)
{
	uint32_t i;

	if (c->host)
		complain(c, "an answer");
	else if (c->status == GOOD || c->status == RESERVATION_CONFLICT)
		outcomes[0]++;
	else if (c->status != CHECK_CONDITION || !sense_is_right(c))
		complain(c, "GOOD, a conflict or sense data");
	for (i = c->len; i < c->len + BEHIND; i++)
		if (buffer[i] != CANARY)
			break;
	expect(i == c->len + BEHIND, c, "what is behind the buffer is as it was");
}

/* Is the medium being formatted or sanitized? */
static bool in_progress(const struct sg_cmd *c)
{
	const uint8_t *asc = c->sense + (c->sense[0] == 0x72 ? 2 : 12);

	return c->status == CHECK_CONDITION && asc[0] == 0x04 &&
	       (asc[1] == 0x04 || asc[1] == 0x1b);
}

/* It comes to an end. */
static void wait_for_job(void)
{
	struct sg_cmd ready = CMD(TEST_UNIT_READY, 0, 0, 0, 0, 0);

	do {
		run(&ready);
	} while (in_progress(&ready));
}

/* A disk that has been stopped must start; then it must be ready. */
static void start_again(void)
{
	struct sg_cmd start = CMD(START_STOP, 0, 0, 0, 1, 0);
	struct sg_cmd ready = CMD(TEST_UNIT_READY, 0, 0, 0, 0, 0);

	clear_unit_attentions();
	wait_for_job();
	good(&start);
	good(&ready);
}

static void fuzz(unsigned long nr)
{
	time_t told = time(NULL);
	struct sg_cmd c;
	unsigned long i;

	for (i = 0; i < nr && failures < 20; i++) {
		doing = "fuzz";
		c = make_command();
		run(&c);
		check_outcome(&c);
		if (c.status == CHECK_CONDITION && sense_key(&c) == NOT_READY)
			start_again();
		if (time(NULL) >= told + 10) {
			told = time(NULL);
			printf("%lu of %lu commands\n", i, nr);
			fflush(stdout);
		}
	}
	start_again();
}

int main(int argc, char **argv)
{
	unsigned int key;

	if (argc != 4)
		errx(2, "usage: fuzz_scsi DISK SEED COMMANDS");
	open_disk(argv[1]);
	state = strtoull(argv[2], NULL, 0) * 2 + 1;
	read_rows();
	if (nr_rows < 10)
		errx(1, "the disk announces only %u commands", nr_rows);
	fuzz(strtoul(argv[3], NULL, 0));
	printf("seed %s:", argv[2]);
	for (key = 0; key < ARRAY_SIZE(outcomes); key++)
		if (outcomes[key])
			printf(" %u with key %x", outcomes[key], key);
	printf("\n");
	return failures ? 1 : 0;
}
