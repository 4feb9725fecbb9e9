// SPDX-License-Identifier: GPL-2.0
/*
 * What was said to be durable is there after a power cut.
 *
 *   powercut write DISK NAME      write blocks for ever; print "NAME BLOCK NUMBER" as soon as
 *                                 a block with that number in it is durable
 *   powercut cache DISK NAME      the same, but print it when the disk may still have it in its
 *                                 cache only
 *   powercut check DISK NAME      read such lines from stdin; each block must hold the last
 *                                 number printed for it, or a later one
 *
 * Half of the durable writes are FUA, the others are flushed.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BLOCK	4096
#define BLOCKS	1024

static uint64_t block[BLOCK / sizeof(uint64_t)] __attribute__((aligned(BLOCK)));

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void fill(uint64_t number)
{
	size_t i;

	for (i = 0; i < BLOCK / sizeof(uint64_t); i++)
		block[i] = number;
}

static void write_blocks(const char *disk, const char *name, bool durable)
{
	int cached = open(disk, O_RDWR | O_DIRECT), sync = open(disk, O_RDWR | O_DIRECT | O_DSYNC);
	uint64_t number;

	if (cached < 0 || sync < 0)
		die(disk);
	srand(getpid());
	/* Larger than any that was written before. */
	for (number = (uint64_t)time(NULL) << 32;; number++) {
		unsigned int at = rand() % BLOCKS;
		bool fua = durable && rand() % 2;

		fill(number);
		if (pwrite(fua ? sync : cached, block, BLOCK, (off_t)at * BLOCK) != BLOCK)
			die("write");
		if (durable && !fua && fdatasync(cached))
			die("fdatasync");
		printf("%s %u %" PRIu64 "\n", name, at, number);
		fflush(stdout);
	}
}

static bool is_whole(uint64_t least)
{
	size_t i;

	for (i = 1; i < BLOCK / sizeof(uint64_t); i++)
		if (block[i] != block[0])
			return false;
	return block[0] >= least;
}

static int check_blocks(const char *disk, const char *name)
{
	static uint64_t least[BLOCKS];
	int fd = open(disk, O_RDONLY | O_DIRECT), lost = 0, checked = 0;
	uint64_t number;
	char who[32];
	unsigned int at;

	if (fd < 0)
		die(disk);
	while (scanf("%31s %u %" SCNu64, who, &at, &number) == 3)
		if (!strcmp(who, name) && at < BLOCKS)
			least[at] = number;
	for (at = 0; at < BLOCKS; at++) {
		if (!least[at])
			continue;
		checked++;
		if (pread(fd, block, BLOCK, (off_t)at * BLOCK) != BLOCK)
			die("read");
		if (is_whole(least[at]))
			continue;
		if (lost++ < 3)
			printf("%s: block %u holds %" PRIu64 " instead of %" PRIu64 "\n", name, at,
			       block[0], least[at]);
	}
	printf("%s: %d blocks checked, %d lost\n", name, checked, lost);
	return lost || !checked;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "write"))
		write_blocks(argv[2], argv[3], true);
	if (argc == 4 && !strcmp(argv[1], "cache"))
		write_blocks(argv[2], argv[3], false);
	if (argc == 4 && !strcmp(argv[1], "check"))
		return check_blocks(argv[2], argv[3]);
	fprintf(stderr, "usage: powercut {write | cache | check} DISK NAME\n");
	return 2;
}
