// SPDX-License-Identifier: GPL-2.0
/*
 * COMPARE AND WRITE and ORWRITE against each other, reads and writes, from several processes
 * and over all paths at once: scsi_atomic ROUNDS DISK [DISK...]. The disks are paths to the same
 * blocks, of which the first 64 are lost.
 *
 * Block 0 counts what the counters have added; block 1 collects the bits that the orers have
 * set; block 2 has what the one writer has written last, and how often the counters have changed
 * it since; blocks 8 to 23 are always all alike.
 */
#include "sgio.h"

#include <sys/wait.h>

#define COUNTERS	2	/* of each kind on each path */
#define PROCESSES_MAX	64

#define COUNT_LBA	0
#define BITS_LBA	1
#define EPOCH_LBA	2
#define UNIFORM_LBA	8
#define UNIFORM_BLOCKS	16

static unsigned int rounds;
static uint8_t old_and_new[2 * UNIFORM_BLOCKS * 4096];

static uint32_t bytes(uint32_t blocks)
{
	return blocks * disk.block_size;
}

static void read_blocks(uint64_t lba, uint32_t blocks, void *to)
{
	struct sg_cmd c = lba_cmd(0x88, lba, blocks);

	if (!good(data_in(&c, to, bytes(blocks))))
		exit(1);
}

static void write_blocks(uint64_t lba, uint32_t blocks, void *from)
{
	struct sg_cmd c = lba_cmd(0x8a, lba, blocks);

	if (!good(data_out(&c, from, bytes(blocks))))
		exit(1);
}

/* Replaces what is at old_and_new by what is behind it; false if it was something else. */
static bool compare_and_write(uint64_t lba, uint32_t blocks)
{
	struct sg_cmd c = lba_cmd(0x89, lba, blocks);

	run(data_out(&c, old_and_new, bytes(2 * blocks)));
	if (c.status == GOOD && !c.host)
		return true;
	if (c.status != CHECK_CONDITION || sense_key(&c) != MISCOMPARE) {
		complain(&c, "GOOD or MISCOMPARE");
		exit(1);
	}
	expect(get_be(c.sense + 3, 4) < bytes(blocks), &c, "INFORMATION is in the first half");
	return false;
}

/* Adds 1 to the number at byte @at of block @lba; nobody's addition is lost. */
static void add_one(uint64_t lba, unsigned int at)
{
	uint8_t *new = old_and_new + bytes(1);

	do {
		read_blocks(lba, 1, old_and_new);
		memcpy(new, old_and_new, bytes(1));
		put_be(new + at, 4, get_be(new + at, 4) + 1);
	} while (!compare_and_write(lba, 1));
}

static void counter(unsigned int number)
{
	unsigned int i;

	(void)number;
	for (i = 0; i < rounds; i++) {
		add_one(COUNT_LBA, 0);
		add_one(EPOCH_LBA, 4);
	}
}

/* A bit for each round of each process. */
static void orer(unsigned int number)
{
	struct sg_cmd c = lba_cmd(0x8b, BITS_LBA, 1);
	unsigned int i, bit;

	for (i = 0; i < rounds; i++) {
		bit = number * rounds + i;
		memset(old_and_new, 0, bytes(1));
		old_and_new[bit / 8] = 1 << bit % 8;
		if (!good(data_out(&c, old_and_new, bytes(1))))
			exit(1);
	}
}

/* What it has written is there until it writes the next: no COMPARE AND WRITE brings the old. */
static void writer(unsigned int number)
{
	unsigned int epoch;

	(void)number;
	for (epoch = 1; epoch <= rounds; epoch++) {
		memset(old_and_new, 0, bytes(1));
		put_be(old_and_new, 4, epoch);
		write_blocks(EPOCH_LBA, 1, old_and_new);
		read_blocks(EPOCH_LBA, 1, old_and_new);
		expect_equal(NULL, "what was written last", get_be(old_and_new, 4), epoch);
	}
}

static bool is_uniform(const uint8_t *p, uint32_t len)
{
	return !memcmp(p, p + 1, len - 1);
}

static void changer(unsigned int number)
{
	uint32_t len = bytes(UNIFORM_BLOCKS);
	unsigned int i;

	(void)number;
	for (i = 0; i < rounds; i++) {
		read_blocks(UNIFORM_LBA, UNIFORM_BLOCKS, old_and_new);
		expect(is_uniform(old_and_new, len), NULL, "all bytes read are from one write");
		memset(old_and_new + len, old_and_new[0] + 1, len);
		compare_and_write(UNIFORM_LBA, UNIFORM_BLOCKS);
	}
}

static pid_t start(const char *path, void (*work)(unsigned int number), unsigned int number)
{
	pid_t pid = fork();

	if (pid < 0)
		err(2, "fork");
	if (pid)
		return pid;
	/* A descriptor of its own: one runs a command at a time. */
	disk.fd = open(path, O_RDWR | O_NONBLOCK);
	if (disk.fd < 0)
		err(2, "%s", path);
	work(number);
	fflush(stdout);
	_exit(failures ? 1 : 0);
}

static unsigned int start_path(const char *path, pid_t *pids, unsigned int number)
{
	unsigned int i, n = 0;

	for (i = 0; i < COUNTERS; i++) {
		pids[n++] = start(path, counter, 0);
		pids[n++] = start(path, orer, number++);
		pids[n++] = start(path, changer, 0);
	}
	return n;
}

static void wait_for(const pid_t *pids, unsigned int n)
{
	int status;

	while (n--)
		if (waitpid(pids[n], &status, 0) < 0 || status)
			failures++;
}

static void check(unsigned int orers)
{
	unsigned int bit;

	read_blocks(COUNT_LBA, 1, old_and_new);
	expect_equal(NULL, "additions", get_be(old_and_new, 4), orers * rounds);
	read_blocks(BITS_LBA, 1, old_and_new);
	for (bit = 0; bit < orers * rounds; bit++)
		expect(old_and_new[bit / 8] & 1 << bit % 8, NULL, "each bit is set");
	read_blocks(UNIFORM_LBA, UNIFORM_BLOCKS, old_and_new);
	expect(is_uniform(old_and_new, bytes(UNIFORM_BLOCKS)), NULL, "all bytes are alike");
}

int main(int argc, char **argv)
{
	pid_t pids[PROCESSES_MAX];
	unsigned int n = 0;
	int path;

	if (argc < 3 || argc > 8)
		errx(2, "usage: %s ROUNDS DISK [DISK...]", argv[0]);
	rounds = strtoul(argv[1], NULL, 0);
	for (path = argc - 1; path >= 2; path--) {
		open_disk(argv[path]);
		if (path > 2)
			close(disk.fd);
	}
	doing = "atomic";
	if (rounds * COUNTERS * (argc - 2) > disk.block_size * 8)
		errx(2, "a block has no bit for each of so many rounds");
	write_blocks(0, UNIFORM_LBA + UNIFORM_BLOCKS, old_and_new);
	for (path = 2; path < argc; path++)
		n += start_path(argv[path], pids + n, (path - 2) * COUNTERS);
	pids[n++] = start(argv[2], writer, 0);
	wait_for(pids, n);
	check(COUNTERS * (argc - 2));
	return failures ? 1 : 0;
}
