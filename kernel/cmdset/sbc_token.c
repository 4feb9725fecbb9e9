// SPDX-License-Identifier: GPL-2.0
/*
 * POPULATE TOKEN and WRITE USING TOKEN.
 *
 * A token is one of access upon reference: it represents what the blocks have in them when they are
 * copied.
 */
#include <linux/compiler.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/unaligned.h>

#include "opcode.h"
#include "reply.h"
#include "sbc.h"
#include "token.h"

/* Parameter lists (SBC-3 5.7); what both have ends with the length of the descriptors. */
#define DATA_LENGTH_LEN		2
#define POPULATE_HEADER_LEN	16
#define WRITE_HEADER_LEN	536
#define RANGE_LEN		16	/* block device range descriptor */

/* Of POPULATE TOKEN */
#define RTV			0x02	/* ROD TYPE is valid */
#define TIMEOUT_AT		4
#define TYPE_AT			8

/* Of WRITE USING TOKEN; POPULATE TOKEN is done at once anyway */
#define IMMED			0x01
#define DEL_TKN			0x02
#define OFFSET_AT		8
#define TOKEN_AT		16

/* LIST IDENTIFIER of the CDB */
#define LIST_ID_AT		6

/**
 * struct token_job - a WRITE USING TOKEN command that is executed
 * @run: the copying
 * @header: of the parameter list
 * @zero: the token is that of zeroes: @source and @from are not used
 * @source: whose blocks the token represents
 * @from: which they are
 * @destination: logical unit of the command
 * @to: what is written
 * @offset: OFFSET INTO ROD, in bytes
 */
struct token_job {
	struct copy_run run;
	u8 header[WRITE_HEADER_LEN];
	bool zero;
	struct vscsi_peer source;
	struct rod_ranges from;
	struct vscsi_peer destination;
	struct rod_ranges to;
	u64 offset;
};

/* How far a command has come in its ranges; @at bytes in the @i-th of them. */
struct cursor {
	const struct rod_ranges *ranges;
	u32 i;
	u64 at;
};

static bool overlaps(const struct rod_ranges *ranges, u64 offset, u64 bytes)
{
	const struct rod_range *range;

	for (range = ranges->range; range < ranges->range + ranges->nr; range++)
		if (offset < range->offset + range->bytes && range->offset < offset + bytes)
			return true;
	return false;
}

/* A descriptor without blocks is none. @at: where it is in the parameter list */
static enum vscsi_reason take_range(struct vscsi_cmd *cmd, struct rod_ranges *ranges, u32 at,
				    const u8 *descriptor)
{
	u64 capacity = READ_ONCE(cmd->lu->blocks);
	u64 lba = get_unaligned_be64(descriptor);
	u32 blocks = get_unaligned_be32(descriptor + 8);
	u64 bytes = (u64)blocks << cmd->lu->block_shift;
	u64 offset = lba << cmd->lu->block_shift;

	if (lba > capacity || blocks > capacity - lba)
		return VSCSI_LBA_RANGE;
	if (!blocks)
		return VSCSI_OK;
	if (bytes > ROD_BYTES_MAX - ranges->bytes)
		return vscsi_param_error(cmd, at + 8, 7);
	if (overlaps(ranges, offset, bytes))
		return vscsi_param_error(cmd, at, 7);
	ranges->range[ranges->nr++] = (struct rod_range){ offset, bytes };
	ranges->bytes += bytes;
	return VSCSI_OK;
}

/* Sets the number of descriptors; one that is not whole is ignored (SBC-3 5.7). */
static enum vscsi_reason check_lengths(struct vscsi_cmd *cmd, const u8 *header, u32 header_len,
				       u32 len, u32 *nr)
{
	u32 whole = get_unaligned_be16(header) + DATA_LENGTH_LEN;
	u32 descriptors = get_unaligned_be16(header + header_len - 2);

	if (whole < header_len + RANGE_LEN)
		return vscsi_param_error(cmd, 0, 7);
	if (whole > len)
		return VSCSI_PARAM_LENGTH;
	if (descriptors < RANGE_LEN || descriptors > whole - header_len)
		return vscsi_param_error(cmd, header_len - 2, 7);
	*nr = descriptors / RANGE_LEN;
	return *nr > ROD_RANGES_MAX ? VSCSI_COPY_SEGMENTS : VSCSI_OK;
}

static enum vscsi_reason read_list(struct vscsi_cmd *cmd, u8 *header, u32 header_len,
				   struct rod_ranges *ranges)
{
	u32 len = vscsi_opcode_length(cmd->op, cmd->cdb);
	u8 descriptor[RANGE_LEN];
	enum vscsi_reason reason;
	u32 at = header_len;
	u32 nr;

	if (len < header_len)
		return VSCSI_PARAM_LENGTH;
	cmd->done_bytes = len;
	vscsi_map_copy_in(&cmd->map, 0, header, header_len);
	reason = check_lengths(cmd, header, header_len, len, &nr);
	for (; reason == VSCSI_OK && nr; nr--, at += RANGE_LEN) {
		vscsi_map_copy_in(&cmd->map, at, descriptor, sizeof(descriptor));
		reason = take_range(cmd, ranges, at, descriptor);
	}
	return reason;
}

static u32 list_id(const struct vscsi_cmd *cmd)
{
	return get_unaligned_be32(cmd->cdb + LIST_ID_AT);
}

static enum vscsi_reason read_populate(struct vscsi_cmd *cmd, struct rod_token *token)
{
	u8 header[POPULATE_HEADER_LEN];
	enum vscsi_reason reason;
	u32 timeout;

	reason = read_list(cmd, header, sizeof(header), &token->ranges);
	if (reason != VSCSI_OK)
		return reason;
	timeout = get_unaligned_be32(header + TIMEOUT_AT);
	if (timeout > ROD_TIMEOUT_MAX)
		return vscsi_param_error(cmd, TIMEOUT_AT, 7);
	if ((header[2] & RTV) &&
	    get_unaligned_be32(header + TYPE_AT) != ROD_ACCESS_UPON_REFERENCE)
		return vscsi_param_error(cmd, TYPE_AT, 7);
	token->timeout = timeout ?: ROD_TIMEOUT_DEFAULT;
	return VSCSI_OK;
}

/* The token is the logical unit's on success, or gone already. */
static enum vscsi_reason publish(struct vscsi_cmd *cmd, struct rod_token *token)
{
	u64 bytes = token->ranges.bytes;
	enum vscsi_reason reason;
	struct vscsi_copy *copy;

	reason = copy_begin(cmd, list_id(cmd), COPY_HOLD, &copy);
	if (reason != VSCSI_OK)
		return reason;
	reason = rod_token_add(cmd, token, copy->token);
	if (reason == VSCSI_OK)
		copy_end_token(cmd, copy, bytes);
	else
		copy_end(cmd, copy, reason, COPY_DONE);
	return reason;
}

static enum vscsi_reason populate_token(struct vscsi_cmd *cmd)
{
	struct rod_token *token = rod_token_alloc(cmd);
	enum vscsi_reason reason;

	if (!token)
		return VSCSI_OUT_OF_RESOURCES;
	reason = read_populate(cmd, token);
	if (reason == VSCSI_OK)
		reason = publish(cmd, token);
	if (reason != VSCSI_OK)
		kfree(token);
	return reason;
}

/**
 * sbc_populate_token() - POPULATE TOKEN (SBC-3 5.7)
 * @cmd: the command
 *
 * Nothing is read: the client is told of the token by RECEIVE ROD TOKEN INFORMATION.
 *
 * Context: process, may sleep.
 */
void sbc_populate_token(struct vscsi_cmd *cmd)
{
	u32 len = vscsi_opcode_length(cmd->op, cmd->cdb);

	vscsi_cmd_complete(cmd, len ? populate_token(cmd) : VSCSI_OK);
}

/* What is left of the range that a cursor is in; 0: of all. */
static u64 left(struct cursor *cursor)
{
	const struct rod_ranges *ranges = cursor->ranges;

	while (cursor->i < ranges->nr && cursor->at == ranges->range[cursor->i].bytes) {
		cursor->i++;
		cursor->at = 0;
	}
	return cursor->i < ranges->nr ? ranges->range[cursor->i].bytes - cursor->at : 0;
}

static u64 offset_of(const struct cursor *cursor)
{
	return cursor->ranges->range[cursor->i].offset + cursor->at;
}

static void skip(struct cursor *cursor, u64 bytes)
{
	u64 part;

	for (; bytes; bytes -= part) {
		part = min(left(cursor), bytes);
		cursor->at += part;
	}
}

static bool is_whole(const struct copy_place *place, u64 bytes)
{
	return !((place->offset | bytes) & (place->peer->lu->block_size - 1));
}

static enum vscsi_reason write_ranges(struct token_job *job, struct cursor *from,
				      struct cursor *to)
{
	struct copy_place destination = { .peer = &job->destination };
	struct copy_place source = { .peer = &job->source };
	enum vscsi_reason reason = VSCSI_OK;
	u64 bytes;

	while (reason == VSCSI_OK) {
		bytes = min(left(from), left(to));
		if (!bytes)
			break;
		source.offset = offset_of(from);
		destination.offset = offset_of(to);
		if (!is_whole(&source, bytes) || !is_whole(&destination, bytes))
			return VSCSI_COPY_INEXACT;
		reason = copy_bytes(&job->run, &source, &destination, bytes);
		from->at += bytes;
		to->at += bytes;
	}
	return reason;
}

static enum vscsi_reason write_zeroes(struct token_job *job)
{
	struct copy_place destination = { .peer = &job->destination };
	enum vscsi_reason reason = VSCSI_OK;
	u32 i;

	for (i = 0; i < job->to.nr && reason == VSCSI_OK; i++) {
		destination.offset = job->to.range[i].offset;
		reason = copy_zeroes(&job->run, &destination, job->to.range[i].bytes);
	}
	return reason;
}

/* OFFSET INTO ROD counts blocks of the destination; 0 for zeroes. */
static enum vscsi_reason get_offset(struct token_job *job)
{
	u64 blocks = get_unaligned_be64(job->header + OFFSET_AT);
	u8 shift = job->destination.lu->block_shift;

	if (job->zero)
		return VSCSI_OK;
	if (blocks >= job->from.bytes >> shift)
		return vscsi_param_error(job->run.cmd, OFFSET_AT, 7);
	job->offset = blocks << shift;
	return VSCSI_OK;
}

static enum copy_status good_status(struct token_job *job, struct cursor *from,
				    struct cursor *to)
{
	if (job->zero)
		return COPY_DONE;
	if (left(to))
		return COPY_DONE_RESIDUAL;
	return job->offset || left(from) ? COPY_DONE_TOKEN_LEFT : COPY_DONE;
}

/* The command may be answered already: its place is taken by another. */
static enum vscsi_reason run(struct token_job *job)
{
	struct cursor from = { .ranges = &job->from };
	struct cursor to = { .ranges = &job->to };
	enum vscsi_reason reason;

	skip(&from, job->offset);
	reason = job->zero ? write_zeroes(job) : write_ranges(job, &from, &to);
	if (!job->zero)
		rod_token_used(job->source.lu->pr, job->header + TOKEN_AT,
			       reason == VSCSI_OK && (job->header[2] & DEL_TKN));
	copy_run_end(&job->run, reason, good_status(job, &from, &to));
	return reason;
}

static void run_and_complete(struct vscsi_cmd *cmd, void *arg)
{
	struct token_job *job = arg;
	enum vscsi_reason reason = run(job);

	kfree(job);
	vscsi_cmd_complete(cmd, reason);
}

static enum vscsi_reason find_token(struct token_job *job)
{
	struct vscsi_cmd *cmd = job->run.cmd;
	const u8 *token = job->header + TOKEN_AT;
	enum vscsi_reason reason;

	if (!cmd->target->own_peer(cmd, &job->destination))
		return VSCSI_OUT_OF_RESOURCES;
	reason = rod_token_check(token, &job->zero);
	if (reason == VSCSI_OK && !job->zero)
		reason = rod_token_find(cmd, token, &job->source, &job->from);
	return reason;
}

static enum vscsi_reason prepare(struct token_job *job)
{
	struct vscsi_cmd *cmd = job->run.cmd;

	return vscsi_lu_ready(cmd->lu) ?: vscsi_lu_writable(cmd->lu) ?:
	       read_list(cmd, job->header, sizeof(job->header), &job->to) ?:
	       find_token(job) ?: get_offset(job) ?:
	       copy_run_begin(&job->run, list_id(cmd), COPY_HOLD);
}

static void write_using_token(struct token_job *job)
{
	struct vscsi_cmd *cmd = job->run.cmd;
	enum vscsi_reason reason = prepare(job);

	if (reason != VSCSI_OK) {
		kfree(job);
		vscsi_cmd_complete(cmd, reason);
	} else if ((job->header[2] & IMMED) &&
		   copy_run_detach(&job->run, run_and_complete, job)) {
		vscsi_cmd_complete(cmd, VSCSI_OK);
	} else {
		run_and_complete(cmd, job);
	}
}

/**
 * sbc_write_using_token() - WRITE USING TOKEN (SBC-3)
 * @cmd: the command
 *
 * Context: process, may sleep.
 */
void sbc_write_using_token(struct vscsi_cmd *cmd)
{
	u32 len = vscsi_opcode_length(cmd->op, cmd->cdb);
	struct token_job *job;

	if (!len) {
		vscsi_cmd_complete(cmd, VSCSI_OK);
		return;
	}
	job = kzalloc(sizeof(*job), GFP_NOIO);
	if (!job) {
		vscsi_cmd_complete(cmd, VSCSI_OUT_OF_RESOURCES);
		return;
	}
	job->run.cmd = cmd;
	write_using_token(job);
}
