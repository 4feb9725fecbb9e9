// SPDX-License-Identifier: GPL-2.0
/* What a disk says of third-party copies: VPD page 8Fh. */
#include <linux/limits.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "copy.h"
#include "token.h"

/* Third-party copy descriptors (SPC-4 7.8.17), each a multiple of four bytes */
static const u8 commands[20] = {
	0x00, 0x01, 0, sizeof(commands) - 4,
	12,				/* COMMANDS SUPPORTED LIST LENGTH */
	0x83, 4, COPY_EXTENDED_LID1, COPY_EXTENDED_LID4, COPY_POPULATE_TOKEN,
	COPY_WRITE_USING_TOKEN,
	0x84, 4, 0x00, 0x03, 0x05,	/* COPY STATUS, OPERATING PARAMETERS, COPY STATUS(LID4) */
	0x07,				/* ROD TOKEN INFORMATION */
};

static const u8 descriptors[] = {
	0x00, 0x08, 0, 4,
	2, COPY_BLOCK_TO_BLOCK, COPY_IDENTIFICATION, 0,
};

#define TOKEN_LIMITS_LEN	36
#define PARAMETER_DATA_LEN	32
#define TOKEN_FEATURES_LEN	96
#define BLOCK_FEATURES_AT	48
#define ROD_TYPES_LEN		136
#define ROD_TYPE_LEN		64
#define GENERAL_LEN		36

/* Of a ROD type */
#define TOKEN_IN		0x02	/* WRITE USING TOKEN takes it */
#define TOKEN_OUT		0x01	/* POPULATE TOKEN makes it */

/* Block Device ROD Token Limits (SBC-3 6.5) */
static size_t put_token_limits(const struct vscsi_lu *lu, u8 *buf)
{
	put_unaligned_be16(0x0000, buf);
	put_unaligned_be16(TOKEN_LIMITS_LEN - 4, buf + 2);
	put_unaligned_be16(ROD_RANGES_MAX, buf + 10);
	put_unaligned_be32(ROD_TIMEOUT_MAX, buf + 12);
	put_unaligned_be32(ROD_TIMEOUT_DEFAULT, buf + 16);
	put_unaligned_be64(ROD_BYTES_MAX >> lu->block_shift, buf + 20);
	put_unaligned_be64(ROD_BYTES_OPTIMAL >> lu->block_shift, buf + 28);
	return TOKEN_LIMITS_LEN;
}

static size_t put_parameter_data(u8 *buf)
{
	put_unaligned_be16(0x0004, buf);
	put_unaligned_be16(PARAMETER_DATA_LEN - 4, buf + 2);
	put_unaligned_be16(VSCSI_PEERS_MAX, buf + 8);
	put_unaligned_be16(COPY_SEGMENTS_MAX, buf + 10);
	put_unaligned_be32(COPY_LISTS_MAX, buf + 12);
	return PARAMETER_DATA_LEN;
}

/* A token lives for as long as it is used. */
static size_t put_token_features(u8 *buf)
{
	u8 *block = buf + BLOCK_FEATURES_AT;

	put_unaligned_be16(0x0106, buf);
	put_unaligned_be16(TOKEN_FEATURES_LEN - 4, buf + 2);
	put_unaligned_be32(1, buf + 16);
	put_unaligned_be32(U32_MAX, buf + 20);
	put_unaligned_be32(ROD_TIMEOUT_MAX, buf + 24);
	put_unaligned_be16(TOKEN_FEATURES_LEN - BLOCK_FEATURES_AT, buf + 46);
	put_unaligned_be16(TOKEN_FEATURES_LEN - BLOCK_FEATURES_AT - 4, block + 2);
	put_unaligned_be64(ROD_BYTES_MAX, block + 8);
	put_unaligned_be64(ROD_BYTES_OPTIMAL, block + 16);
	put_unaligned_be64(ROD_BYTES_OPTIMAL, block + 24);
	put_unaligned_be64(ROD_BYTES_OPTIMAL, block + 32);
	return TOKEN_FEATURES_LEN;
}

static size_t put_rod_types(u8 *buf)
{
	u8 *type = buf + 8;

	put_unaligned_be16(0x0108, buf);
	put_unaligned_be16(ROD_TYPES_LEN - 4, buf + 2);
	put_unaligned_be16(ROD_TYPES_LEN - 8, buf + 6);
	put_unaligned_be32(ROD_ACCESS_UPON_REFERENCE, type);
	type[4] = TOKEN_IN | TOKEN_OUT;
	put_unaligned_be32(ROD_BLOCK_ZERO, type + ROD_TYPE_LEN);
	type[ROD_TYPE_LEN + 4] = TOKEN_IN;
	return ROD_TYPES_LEN;
}

static size_t put_general(u8 *buf)
{
	put_unaligned_be16(0x8001, buf);
	put_unaligned_be16(GENERAL_LEN - 4, buf + 2);
	put_unaligned_be32(COPY_RECORDS_MAX, buf + 8);
	put_unaligned_be32(COPY_SEGMENT_BYTES_MAX, buf + 12);
	buf[16] = COPY_GRANULARITY;
	return GENERAL_LEN;
}

/**
 * spc_third_party_copy() - Third-party Copy VPD page (SPC-4 7.8.17)
 * @cmd: the command
 * @buf: zeroes; what follows the header
 *
 * Context: any.
 * Return: bytes.
 */
size_t spc_third_party_copy(const struct vscsi_cmd *cmd, u8 *buf)
{
	size_t len = put_token_limits(cmd->lu, buf);

	memcpy(buf + len, commands, sizeof(commands));
	len += sizeof(commands);
	len += put_parameter_data(buf + len);
	memcpy(buf + len, descriptors, sizeof(descriptors));
	len += sizeof(descriptors);
	len += put_token_features(buf + len);
	len += put_rod_types(buf + len);
	return len + put_general(buf + len);
}
