// SPDX-License-Identifier: GPL-2.0
/*
 * The commands of SBC-3 on a disk of at least 1 MiB, with every option: scsi_block DISK
 * [TEST...]. What the disk holds is lost.
 */
#include "sgio.h"

#define CANARY		0xa5

static uint8_t out[BUFFER_MAX];
static uint8_t in[BUFFER_MAX];
static uint8_t seed;

static const uint8_t reads[] = { 0x08, 0x28, 0x88, 0xa8 };
static const uint8_t writes[] = { 0x0a, 0x2a, 0x8a, 0xaa };
static const uint8_t write_verifies[] = { 0x2e, 0x8e, 0xae };
static const uint8_t verifies[] = { 0x2f, 0x8f, 0xaf };
static const uint8_t write_sames[] = { 0x41, 0x93 };
static const uint8_t syncs[] = { 0x35, 0x91 };

static uint32_t bytes(uint32_t blocks)
{
	return blocks * disk.block_size;
}

/* Something else each time for @blocks and some more; and nothing of it is read yet. */
static void new_pattern(uint32_t blocks)
{
	uint32_t i, len = bytes(blocks + 2);

	seed++;
	if (len > BUFFER_MAX)
		len = BUFFER_MAX;
	for (i = 0; i < len; i++)
		out[i] = i * 7 + (i >> 9) + seed;
	memset(in, CANARY, len);
}

static struct sg_cmd read_cmd(uint64_t lba, uint32_t blocks)
{
	struct sg_cmd c = lba_cmd(0x88, lba, blocks);

	memset(in, CANARY, bytes(blocks));
	data_in(&c, in, bytes(blocks));
	return c;
}

static struct sg_cmd write_cmd(uint64_t lba, uint32_t blocks)
{
	struct sg_cmd c = lba_cmd(0x8a, lba, blocks);

	data_out(&c, out, bytes(blocks));
	return c;
}

/* @blocks at @lba must be what is at @want. */
static void stored(uint64_t lba, uint32_t blocks, const uint8_t *want)
{
	struct sg_cmd c = read_cmd(lba, blocks);

	if (good(&c))
		expect(!memcmp(in, want, bytes(blocks)), &c, "the right data is there");
}

static void capacity(void)
{
	struct sg_cmd c = CMD(0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	uint32_t len;

	if (good(data_in(&c, in, 8))) {
		expect_equal(&c, "last LBA", get_be(in, 4), disk.blocks - 1);
		expect_equal(&c, "block size", get_be(in + 4, 4), disk.block_size);
	}
	if (good(data_in(&c, in, 5)))
		expect_equal(&c, "bytes returned", c.moved, 5);
	if (good(data_in(&c, in, 64)))
		expect_equal(&c, "bytes returned", c.moved, 8);
	for (len = 0; len <= 64; len++) {
		c = CMD(0x9e, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, len, 0, 0);
		memset(in, CANARY, sizeof(in));
		if (good(data_in(&c, in, 64)))
			expect_equal(&c, "bytes returned", c.moved, len < 32 ? len : 32);
		expect_equal(&c, "the byte behind", in[len < 32 ? len : 32], CANARY);
	}
	expect_equal(&c, "PROT_EN and P_TYPE", in[12], 0);
}

static void write_and_read(uint8_t write, uint8_t read, uint8_t flags, uint64_t lba,
			   uint32_t blocks)
{
	struct sg_cmd c = lba_cmd(write, lba, blocks);

	new_pattern(blocks);
	c.cdb[1] |= c.cdb_len > 6 ? flags : 0;
	if (good(data_out(&c, out, bytes(blocks))))
		expect_equal(&c, "bytes written", c.moved, bytes(blocks));
	c = lba_cmd(read, lba, blocks);
	c.cdb[1] |= c.cdb_len > 6 ? flags : 0;
	if (good(data_in(&c, in, bytes(blocks))))
		expect(!memcmp(in, out, bytes(blocks)), &c, "what is read was written");
	expect_equal(&c, "the byte behind", in[bytes(blocks)], CANARY);
}

/* Each WRITE with each READ, and with each combination of DPO and FUA. */
static void read_write(void)
{
	static const uint8_t flags[] = { 0x00, 0x08, 0x10, 0x18 };
	const uint8_t *write, *read, *flag;

	for (write = writes; write < writes + sizeof(writes); write++)
		for (read = reads; read < reads + sizeof(reads); read++)
			for (flag = flags; flag < flags + sizeof(flags); flag++)
				write_and_read(*write, *read, *flag, 3, 5);
	write_and_read(0x8a, 0x88, 0, disk.blocks - 1, 1);
	write_and_read(0x8a, 0x88, 0, 0, BUFFER_MAX / disk.block_size - 2);
}

/* READ(6) and WRITE(6): 0 is 256. */
static void zero_is_256(void)
{
	struct sg_cmd c = lba_cmd(0x0a, 0, 0);

	if (bytes(256) > BUFFER_MAX || disk.blocks < 256)
		return;
	new_pattern(256);
	if (good(data_out(&c, out, bytes(256))))
		expect_equal(&c, "bytes written", c.moved, bytes(256));
	c = lba_cmd(0x08, 0, 0);
	if (good(data_in(&c, in, bytes(256))))
		expect(!memcmp(in, out, bytes(256)), &c, "what is read was written");
	refused(data_in(&c, in, bytes(255)), ILLEGAL_REQUEST, 0x24, 0x00);
}

static uint64_t lba_limit(uint8_t opcode)
{
	switch (opcode >> 5) {
	case 0:
		return (1 << 21) - 1;
	case 1:
	case 2:
	case 5:
		return UINT32_MAX;
	default:
		return UINT64_MAX;
	}
}

static uint32_t length_limit(uint8_t opcode)
{
	switch (opcode >> 5) {
	case 0:
		return UINT8_MAX;
	case 1:
	case 2:
		return UINT16_MAX;
	default:
		return UINT32_MAX;
	}
}

/* LBAs and lengths around and far beyond the end, and those that overflow. */
static void range_of(uint8_t opcode, int dir, uint32_t buffer)
{
	uint64_t last = lba_limit(opcode);
	uint32_t longest = length_limit(opcode);
	struct sg_cmd c;
	unsigned int i;
	const struct {
		uint64_t lba;
		uint32_t length;
	} beyond[] = {
		{ disk.blocks, 1 }, { disk.blocks - 1, 2 }, { disk.blocks + 1, 1 },
		{ 0, longest }, { 1, longest }, { disk.blocks - 1, longest },
		{ last, 1 }, { last, 2 }, { last, longest }, { last - 1, 1 },
		{ last / 2 + 1, 1 }, { last / 2 + 1, longest },
	};

	for (i = 0; i < ARRAY_SIZE(beyond); i++) {
		if (beyond[i].lba > last || beyond[i].lba + beyond[i].length <= disk.blocks)
			continue;
		/* Not further than its LBA plus length: the disk has more blocks. */
		if (beyond[i].lba < disk.blocks && longest <= disk.blocks - beyond[i].lba)
			continue;
		c = lba_cmd(opcode, beyond[i].lba, beyond[i].length);
		c.dir = dir;
		c.data = dir == SG_DXFER_TO_DEV ? out : in;
		c.len = buffer;
		out_of_range(&c);
	}
}

static void ranges(void)
{
	const uint8_t *op;

	for (op = reads; op < reads + sizeof(reads); op++)
		range_of(*op, SG_DXFER_FROM_DEV, bytes(1));
	for (op = writes; op < writes + sizeof(writes); op++)
		range_of(*op, SG_DXFER_TO_DEV, bytes(1));
	for (op = write_verifies; op < write_verifies + sizeof(write_verifies); op++)
		range_of(*op, SG_DXFER_TO_DEV, bytes(1));
	for (op = verifies; op < verifies + sizeof(verifies); op++)
		range_of(*op, SG_DXFER_NONE, 0);
	for (op = write_sames; op < write_sames + sizeof(write_sames); op++)
		range_of(*op, SG_DXFER_TO_DEV, bytes(1));
	for (op = syncs; op < syncs + sizeof(syncs); op++)
		range_of(*op, SG_DXFER_NONE, 0);
}

/* No blocks: nothing to do, but at an LBA that exists or is the next. */
static void zero_length_of(uint8_t opcode)
{
	struct sg_cmd c = lba_cmd(opcode, 0, 0);

	good(&c);
	if (lba_limit(opcode) <= disk.blocks)
		return;
	c = lba_cmd(opcode, disk.blocks, 0);
	good(&c);
	c = lba_cmd(opcode, disk.blocks + 1, 0);
	out_of_range(&c);
	c = lba_cmd(opcode, lba_limit(opcode), 0);
	out_of_range(&c);
}

static void zero_length(void)
{
	const uint8_t *op;

	for (op = reads; op < reads + sizeof(reads); op++)
		if (*op != 0x08)
			zero_length_of(*op);
	for (op = writes; op < writes + sizeof(writes); op++)
		if (*op != 0x0a)
			zero_length_of(*op);
	for (op = write_verifies; op < write_verifies + sizeof(write_verifies); op++)
		zero_length_of(*op);
	for (op = verifies; op < verifies + sizeof(verifies); op++)
		zero_length_of(*op);
	for (op = syncs; op < syncs + sizeof(syncs); op++)
		zero_length_of(*op);
}

static void wrong_buffer_of(uint8_t opcode, bool write)
{
	struct sg_cmd c = lba_cmd(opcode, 0, 4);
	unsigned int len_at = c.cdb_len == 10 ? 7 : c.cdb_len == 12 ? 6 : c.cdb_len == 16 ? 10 : 4;

	/* Longer than needed: the rest is a residual. */
	new_pattern(6);
	if (good(write ? data_out(&c, out, bytes(6)) : data_in(&c, in, bytes(6))))
		expect_equal(&c, "bytes moved", c.moved, bytes(4));
	expect(write || in[bytes(4)] == CANARY, &c, "nothing behind the data is touched");

	/* Shorter, none, or of the other direction. */
	bad_field(write ? data_out(&c, out, bytes(3)) : data_in(&c, in, bytes(3)), len_at, 7);
	bad_field(write ? data_out(&c, out, bytes(4) - 1) : data_in(&c, in, bytes(4) - 1), len_at,
		  7);
	c.len = 0;
	bad_field(&c, len_at, 7);
	bad_field(write ? data_in(&c, in, bytes(4)) : data_out(&c, out, bytes(4)), len_at, 7);
}

/* A buffer that does not fit the CDB changes nothing on the disk. */
static void wrong_buffer(void)
{
	static uint8_t before[BUFFER_MAX];
	struct sg_cmd c = write_cmd(0, 8);
	const uint8_t *op;

	for (op = reads; op < reads + sizeof(reads); op++)
		wrong_buffer_of(*op, false);
	for (op = writes; op < writes + sizeof(writes); op++)
		wrong_buffer_of(*op, true);
	for (op = write_verifies; op < write_verifies + sizeof(write_verifies); op++)
		wrong_buffer_of(*op, true);

	new_pattern(8);
	good(&c);
	memcpy(before, out, bytes(8));
	new_pattern(8);
	c = write_cmd(0, 8);
	c.len = bytes(7);
	refused(&c, ILLEGAL_REQUEST, 0x24, 0x00);
	stored(0, 8, before);
}

static uint32_t max_transfer(void)
{
	struct sg_cmd c = CMD(0x12, 1, 0xb0, 0, 64, 0);

	return good(data_in(&c, in, 64)) ? get_be(in + 8, 4) : 0;
}

/* More than MAXIMUM TRANSFER LENGTH. */
static void too_long(void)
{
	uint32_t max = max_transfer();
	struct sg_cmd c;

	if (!max || max >= disk.blocks)
		return;
	c = lba_cmd(0x88, 0, max + 1);
	bad_field(data_in(&c, in, bytes(1)), 10, 7);
	c = lba_cmd(0x8a, 0, max + 1);
	bad_field(data_out(&c, out, bytes(1)), 10, 7);
	c = lba_cmd(0x8f, 0, max + 1);
	c.cdb[1] = 1 << 1;
	bad_field(data_out(&c, out, bytes(1)), 10, 7);
}

static struct sg_cmd verify_cmd(uint8_t opcode, uint8_t bytchk, uint64_t lba, uint32_t blocks)
{
	struct sg_cmd c = lba_cmd(opcode, lba, blocks);

	c.cdb[1] |= bytchk << 1;
	if (bytchk == 1)
		data_out(&c, out, bytes(blocks));
	else if (bytchk == 3)
		data_out(&c, out, bytes(1));
	return c;
}

/* It must find that byte @offset of the data differs. */
static void miscompare(struct sg_cmd *c, uint32_t offset)
{
	if (!refused(c, MISCOMPARE, 0x1d, 0x00))
		return;
	expect(c->sense[0] & 0x80, c, "VALID is set");
	expect_equal(c, "INFORMATION", get_be(c->sense + 3, 4), offset);
}

static void verify_differences(uint8_t opcode)
{
	const uint32_t offsets[] = { 0, 1, bytes(1) - 1, bytes(1), bytes(7) + 13, bytes(16) - 1 };
	struct sg_cmd c;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(offsets); i++) {
		out[offsets[i]] ^= 0x10;
		c = verify_cmd(opcode, 1, 5, 16);
		miscompare(&c, offsets[i]);
		out[offsets[i]] ^= 0x10;
	}
	/* The first of two counts. */
	out[bytes(2)] ^= 1;
	out[bytes(9)] ^= 1;
	c = verify_cmd(opcode, 1, 5, 16);
	miscompare(&c, bytes(2));
	out[bytes(2)] ^= 1;
	out[bytes(9)] ^= 1;
}

static void verify_of(uint8_t opcode)
{
	struct sg_cmd c = write_cmd(5, 16);

	new_pattern(16);
	good(&c);
	c = verify_cmd(opcode, 0, 5, 16);
	good(&c);
	c.cdb[1] |= 0x10;
	good(&c);
	c = verify_cmd(opcode, 1, 5, 16);
	good(&c);
	c = verify_cmd(opcode, 1, 5, 0);
	good(&c);
	c = verify_cmd(opcode, 2, 5, 16);
	bad_field(&c, 1, 2);
	verify_differences(opcode);
	c = verify_cmd(opcode, 1, 5, 16);
	c.len -= 1;
	refused(&c, ILLEGAL_REQUEST, 0x24, 0x00);
}

/* BYTCHK 3: one block against each. */
static void verify_one_of(uint8_t opcode)
{
	struct sg_cmd c;
	unsigned int i;

	new_pattern(8);
	for (i = 1; i < 8; i++)
		memcpy(out + bytes(i), out, bytes(1));
	c = write_cmd(40, 8);
	good(&c);
	c = verify_cmd(opcode, 3, 40, 8);
	good(&c);
	c = verify_cmd(opcode, 3, 40, 0);
	good(&c);
	out[bytes(6) + 17] ^= 1;
	c = write_cmd(40, 8);
	good(&c);
	c = verify_cmd(opcode, 3, 40, 6);
	good(&c);
	c = verify_cmd(opcode, 3, 40, 8);
	miscompare(&c, 17);
	c.len -= 1;
	refused(&c, ILLEGAL_REQUEST, 0x24, 0x00);
}

static void verify(void)
{
	const uint8_t *op;

	for (op = verifies; op < verifies + sizeof(verifies); op++) {
		verify_of(*op);
		verify_one_of(*op);
	}
}

static void write_and_verify(void)
{
	static const uint8_t flags[] = { 0x00, 0x02, 0x10, 0x12 };
	const uint8_t *op, *flag;
	struct sg_cmd c;

	for (op = write_verifies; op < write_verifies + sizeof(write_verifies); op++) {
		for (flag = flags; flag < flags + sizeof(flags); flag++) {
			new_pattern(33);
			c = lba_cmd(*op, 9, 33);
			c.cdb[1] |= *flag;
			good(data_out(&c, out, bytes(33)));
			stored(9, 33, out);
		}
	}
}

static void synchronize_cache(void)
{
	const uint8_t *op;
	struct sg_cmd c;

	for (op = syncs; op < syncs + sizeof(syncs); op++) {
		c = lba_cmd(*op, 0, 0);
		good(&c);
		c = lba_cmd(*op, 7, 9);
		good(&c);
		c.cdb[1] |= 0x02;
		good(&c);
		c = lba_cmd(*op, disk.blocks - 1, 1);
		good(&c);
	}
}

/* An UNMAP of @nr descriptors for @blocks at @lba each, and of @len bytes. */
static struct sg_cmd unmap_cmd(uint8_t *list, unsigned int nr, uint64_t lba, uint32_t blocks,
			       unsigned int len)
{
	struct sg_cmd c = CMD(0x42, 0, 0, 0, 0, 0, 0, len >> 8, len, 0);
	unsigned int i;

	memset(list, 0, 8 + nr * 16);
	put_be(list, 2, 6 + nr * 16);
	put_be(list + 2, 2, nr * 16);
	for (i = 0; i < nr; i++) {
		put_be(list + 8 + i * 16, 8, lba);
		put_be(list + 16 + i * 16, 4, blocks);
	}
	data_out(&c, list, len);
	return c;
}

static void unmap_lists(void)
{
	static uint8_t list[8 + 300 * 16];
	struct sg_cmd c;
	unsigned int len;

	for (len = 1; len < 8; len++) {
		c = unmap_cmd(list, 1, 0, 8, len);
		refused(&c, ILLEGAL_REQUEST, 0x1a, 0x00);
	}
	c = unmap_cmd(list, 0, 0, 0, 0);
	good(&c);
	c = unmap_cmd(list, 0, 0, 0, 8);
	good(&c);
	c = unmap_cmd(list, 1, 0, 0, 24);
	good(&c);
	/* The list says that it is longer than it is. */
	c = unmap_cmd(list, 2, 0, 8, 24);
	refused(&c, ILLEGAL_REQUEST, 0x1a, 0x00);
	/* Its own two lengths do not agree. */
	c = unmap_cmd(list, 1, 0, 8, 24);
	put_be(list, 2, 6);
	bad_parameter(&c, 0, 7);
	/* The CDB says more than the buffer has. */
	c = unmap_cmd(list, 1, 0, 8, 24);
	c.len = 23;
	bad_field(&c, 7, 7);
	/* More descriptors than MAXIMUM UNMAP BLOCK DESCRIPTOR COUNT. */
	c = unmap_cmd(list, 256, 0, 1, 8 + 256 * 16);
	bad_parameter(&c, 2, 7);
	c = unmap_cmd(list, 255, 0, 1, 8 + 255 * 16);
	good(&c);
}

static void unmap_ranges(void)
{
	static const uint64_t far[] = { 1ULL << 32, 1ULL << 63, UINT64_MAX - 7, UINT64_MAX };
	uint8_t list[64];
	unsigned int i;
	struct sg_cmd c = unmap_cmd(list, 1, disk.blocks - 1, 2, 24);

	out_of_range(&c);
	c = unmap_cmd(list, 1, disk.blocks, 1, 24);
	out_of_range(&c);
	c = unmap_cmd(list, 1, disk.blocks, 0, 24);
	good(&c);
	for (i = 0; i < ARRAY_SIZE(far); i++) {
		c = unmap_cmd(list, 1, far[i], 8, 24);
		out_of_range(&c);
		c = unmap_cmd(list, 1, far[i], UINT32_MAX, 24);
		out_of_range(&c);
	}
}

/* All descriptors are looked at before the first is acted upon; a part of one is none. */
static void unmap_effect(void)
{
	static uint8_t zero[BUFFER_MAX];
	struct sg_cmd c = write_cmd(0, 32);
	uint8_t list[64];

	new_pattern(32);
	good(&c);
	c = unmap_cmd(list, 2, 8, 8, 40);
	put_be(list + 24, 8, disk.blocks);
	out_of_range(&c);
	stored(0, 32, out);

	c = unmap_cmd(list, 2, 8, 8, 40);
	put_be(list + 2, 2, 31);
	put_be(list + 24, 8, 16);
	good(&c);
	stored(0, 8, out);
	stored(16, 16, out + bytes(16));

	c = CMD(0x9e, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0);
	if (good(data_in(&c, in, 32)) && (in[14] & 0x40))
		stored(8, 8, zero);
}

static void unmap(void)
{
	if (!disk.unmap)
		return;
	unmap_lists();
	unmap_ranges();
	unmap_effect();
}

/* 24 blocks with a pattern, of which 8 in the middle are then set to @block. */
static void write_same_of(uint8_t opcode, uint8_t flags, const uint8_t *block)
{
	static uint8_t want[BUFFER_MAX];
	struct sg_cmd c = write_cmd(0, 24);
	unsigned int i;

	new_pattern(24);
	good(&c);
	memcpy(want, out, bytes(24));
	for (i = 8; i < 16; i++)
		memcpy(want + bytes(i), block, bytes(1));
	c = lba_cmd(opcode, 8, 8);
	c.cdb[1] |= flags;
	if (!(flags & 1))
		data_out(&c, (void *)block, bytes(1));
	good(&c);
	stored(0, 24, want);
}

static void write_same_effect(uint8_t opcode)
{
	static const uint8_t zero[4096];
	uint8_t block[4096];
	unsigned int i;

	for (i = 0; i < sizeof(block); i++)
		block[i] = i * 3 + 1;
	write_same_of(opcode, 0, block);
	write_same_of(opcode, 0, zero);
	if (opcode == 0x93)
		write_same_of(opcode, 0x01, zero);
	if (!disk.unmap)
		return;
	write_same_of(opcode, 0x08, block);
	write_same_of(opcode, 0x08, zero);
	if (opcode == 0x93)
		write_same_of(opcode, 0x09, zero);
}

static void write_same_limits(uint8_t opcode)
{
	struct sg_cmd c = lba_cmd(opcode, disk.blocks - 5, 0);
	unsigned int i;

	/* No number of blocks: up to the last. */
	new_pattern(5);
	good(data_out(&c, out, bytes(1)));
	for (i = 1; i < 5; i++)
		memcpy(out + bytes(i), out, bytes(1));
	stored(disk.blocks - 5, 5, out);

	c = lba_cmd(opcode, 0, 4);
	refused(data_out(&c, out, bytes(1) - 1), ILLEGAL_REQUEST, 0x24, 0x00);
	c.len = 0;
	refused(&c, ILLEGAL_REQUEST, 0x24, 0x00);
	refused(data_in(&c, in, bytes(1)), ILLEGAL_REQUEST, 0x24, 0x00);
	if (disk.unmap)
		return;
	c.cdb[1] |= 0x08;
	bad_field(data_out(&c, out, bytes(1)), 1, 3);
}

static void write_same(void)
{
	const uint8_t *op;

	for (op = write_sames; op < write_sames + sizeof(write_sames); op++) {
		write_same_effect(*op);
		write_same_limits(*op);
	}
}

static void start_stop(uint8_t immed, uint8_t how)
{
	struct sg_cmd c = CMD(0x1b, immed, 0, 0, how, 0);

	good(&c);
}

static void not_ready(struct sg_cmd c)
{
	refused(&c, NOT_READY, 0x04, 0x02);
}

/* What a stopped disk refuses, and what not. */
static void while_stopped(void)
{
	struct sg_cmd c = CMD(0, 0, 0, 0, 0, 0);

	not_ready(c);
	not_ready(read_cmd(0, 1));
	not_ready(write_cmd(0, 1));
	not_ready(verify_cmd(0x2f, 0, 0, 1));
	c = lba_cmd(0x93, 0, 1);
	not_ready(*data_out(&c, out, bytes(1)));
	c = CMD(0x12, 0, 0, 0, 96, 0);
	good(data_in(&c, in, 96));
	c = CMD(0x1a, 8, 0x3f, 0, 64, 0);
	good(data_in(&c, in, 64));
}

static void stop(void)
{
	struct sg_cmd c = CMD(0, 0, 0, 0, 0, 0);

	start_stop(0, 0);
	while_stopped();
	start_stop(1, 0);
	while_stopped();
	start_stop(0, 1);
	good(&c);
	c = write_cmd(0, 8);
	new_pattern(8);
	good(&c);
	/* NO_FLUSH */
	start_stop(0, 4);
	while_stopped();
	start_stop(1, 1);
	stored(0, 8, out);
}

static const struct sg_test tests[] = {
	{ "READ CAPACITY", capacity },
	{ "READ and WRITE", read_write },
	{ "0 is 256", zero_is_256 },
	{ "ranges", ranges },
	{ "zero length", zero_length },
	{ "wrong buffer", wrong_buffer },
	{ "too long", too_long },
	{ "VERIFY", verify },
	{ "WRITE AND VERIFY", write_and_verify },
	{ "SYNCHRONIZE CACHE", synchronize_cache },
	{ "UNMAP", unmap },
	{ "WRITE SAME", write_same },
	{ "START STOP UNIT", stop },
};

int main(int argc, char **argv)
{
	return run_tests(argc, argv, tests, ARRAY_SIZE(tests));
}
