// SPDX-License-Identifier: GPL-2.0
/* EXTENDED COPY: the parameter list. */
#include <linux/compiler.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/unaligned.h>

#include "copy.h"
#include "opcode.h"
#include "reply.h"
#include "spc.h"

/* Headers of both parameter lists (SPC-4 6.4, 6.5) */
#define USAGE_SHIFT		3
#define USAGE_MASK		0x03
#define LID4_FORMAT		0x01
#define LID4_REST		0x20	/* the header is itself a CSCD descriptor, of this length */
#define LID4_TYPE		0xff	/* and of this type */
#define LID4_FLAGS_AT		15
#define G_SENSE			0x02
#define G_SENSE_BIT		1
#define IMMED			0x01
#define IMMED_BIT		0
#define LID4_TYPE_AT		16
#define LID4_ID_AT		20

/* Identification descriptor (SPC-4 6.4.5) */
#define DEVICE_TYPE_MASK	0x1f
#define CODE_SET_BINARY		0x01
#define LU_NAA			0x03	/* ASSOCIATION, DESIGNATOR TYPE */
#define DESIGNATOR_MAX		20

/* Block device to block device segment descriptor (SPC-4 6.4.6) */
#define DC			0x02
#define SEGMENT_REST		(COPY_SEGMENT_LEN - 4)

/**
 * struct copy_header - what a header says
 * @len: of the header itself, in bytes
 * @id_at: where it has the list identifier
 * @targets_at: where it has the length of the CSCD descriptors
 * @list_id: LIST IDENTIFIER
 * @usage: LIST ID USAGE
 * @immed: the command is answered before anything is copied
 * @targets: bytes of CSCD descriptors
 * @segments: bytes of segment descriptors
 * @inline_data: bytes of inline data
 */
struct copy_header {
	u8 len;
	u8 id_at;
	u8 targets_at;
	u32 list_id;
	enum copy_usage usage;
	bool immed;
	u64 targets;
	u64 segments;
	u64 inline_data;
};

/**
 * struct copy_job - an EXTENDED COPY command that is executed
 * @run: the copying
 * @header: of the parameter list
 * @peers: logical units of the CSCD descriptors, as far as they were needed
 * @nr_targets: CSCD descriptors
 * @nr_segments: segment descriptors
 * @segments: the first of them, in @list
 * @list: CSCD descriptors, then segment descriptors
 */
struct copy_job {
	struct copy_run run;
	struct copy_header header;
	struct vscsi_peer peers[VSCSI_PEERS_MAX];
	u32 nr_targets;
	u32 nr_segments;
	const u8 *segments;
	u8 list[COPY_LISTS_MAX];
};

static bool is_naa(const u8 *target)
{
	return (target[4] & 0x0f) == CODE_SET_BINARY && (target[5] & 0x3f) == LU_NAA &&
	       target[7] && target[7] <= DESIGNATOR_MAX;
}

/* LU ID TYPE and NUL are not looked at (SPC-4 6.4.5.1). */
static enum vscsi_reason find_peer(struct copy_job *job, u16 index,
				   const struct vscsi_peer **found)
{
	const u8 *target = job->list + index * COPY_TARGET_LEN;
	struct vscsi_cmd *cmd = job->run.cmd;
	struct vscsi_peer *peer;

	if (index >= job->nr_targets)
		return VSCSI_COPY_UNREACHABLE;
	peer = &job->peers[index];
	if (!peer->lu && !(is_naa(target) &&
			   cmd->target->find_peer(cmd, target + 8, target[7], peer)))
		return VSCSI_COPY_UNREACHABLE;
	if ((target[1] & DEVICE_TYPE_MASK) != VSCSI_PDT_DISK ||
	    get_unaligned_be24(target + 29) != peer->lu->block_size)
		return VSCSI_COPY_WRONG_TYPE;
	*found = peer;
	return VSCSI_OK;
}

/* The places must not wrap; whether they are on the medium is looked at with each piece. */
static bool place_at(struct copy_place *place, const struct vscsi_peer *peer, const u8 *lba)
{
	u64 block = get_unaligned_be64(lba);

	place->peer = peer;
	place->offset = block << peer->lu->block_shift;
	return block <= READ_ONCE(peer->lu->blocks);
}

static enum vscsi_reason copy_segment(struct copy_job *job, const u8 *segment)
{
	const struct vscsi_peer *from, *to;
	struct copy_place source, destination;
	enum vscsi_reason reason;
	u64 bytes;

	reason = find_peer(job, get_unaligned_be16(segment + 4), &from);
	if (reason == VSCSI_OK)
		reason = find_peer(job, get_unaligned_be16(segment + 6), &to);
	if (reason != VSCSI_OK)
		return reason;
	bytes = (u64)get_unaligned_be16(segment + 10) <<
		(segment[1] & DC ? to : from)->lu->block_shift;
	if (bytes & (max(from->lu->block_size, to->lu->block_size) - 1))
		return VSCSI_COPY_INEXACT;
	if (!place_at(&source, from, segment + 12) || !place_at(&destination, to, segment + 20))
		return VSCSI_COPY_ABORTED;
	/* Nothing is written of a segment that does not fit. */
	reason = copy_check_access(from, source.offset, bytes, false);
	if (reason == VSCSI_OK)
		reason = copy_check_access(to, destination.offset, bytes, true);
	if (reason != VSCSI_OK)
		return reason;
	return copy_bytes(&job->run, &source, &destination, bytes);
}

static enum vscsi_reason copy_segments(struct copy_job *job)
{
	enum vscsi_reason reason;
	u32 i;

	for (i = 0; i < job->nr_segments; i++) {
		reason = copy_segment(job, job->segments + i * COPY_SEGMENT_LEN);
		if (reason != VSCSI_OK) {
			job->run.cmd->specific = i;
			return reason;
		}
		copy_progress(job->run.cmd, job->run.copy, 1, 0);
	}
	return VSCSI_OK;
}

static enum vscsi_reason check_targets(struct copy_job *job, u32 len)
{
	u32 i;

	if (len % COPY_TARGET_LEN)
		return vscsi_param_error(job->run.cmd, job->header.targets_at, 7);
	if (len > VSCSI_PEERS_MAX * COPY_TARGET_LEN)
		return VSCSI_COPY_TARGETS;
	for (i = 0; i < len; i += COPY_TARGET_LEN)
		if (job->list[i] != COPY_IDENTIFICATION)
			return VSCSI_COPY_TARGET_TYPE;
	job->nr_targets = len / COPY_TARGET_LEN;
	return VSCSI_OK;
}

static enum vscsi_reason check_segments(struct copy_job *job, u32 at, u32 len)
{
	u32 left;

	job->segments = job->list + at;
	for (left = len; left; left -= COPY_SEGMENT_LEN, at += COPY_SEGMENT_LEN) {
		if (job->nr_segments++ == COPY_SEGMENTS_MAX)
			return VSCSI_COPY_SEGMENTS;
		if (job->list[at] != COPY_BLOCK_TO_BLOCK)
			return VSCSI_COPY_SEGMENT_TYPE;
		if (left < COPY_SEGMENT_LEN)
			return VSCSI_PARAM_LENGTH;
		if (get_unaligned_be16(job->list + at + 2) != SEGMENT_REST)
			return vscsi_param_error(job->run.cmd, job->header.len + at + 2, 7);
	}
	return VSCSI_OK;
}

static enum vscsi_reason read_lists(struct copy_job *job, u32 len)
{
	const struct copy_header *header = &job->header;
	u64 lists = header->targets + header->segments;
	enum vscsi_reason reason;

	if (lists > COPY_LISTS_MAX || header->len + lists + header->inline_data > len)
		return VSCSI_PARAM_LENGTH;
	if (header->inline_data)
		return VSCSI_COPY_INLINE;
	vscsi_map_copy_in(&job->run.cmd->map, header->len, job->list, lists);
	reason = check_targets(job, header->targets);
	return reason == VSCSI_OK ? check_segments(job, header->targets, header->segments) :
				    reason;
}

static enum vscsi_reason check_usage(struct vscsi_cmd *cmd, const struct copy_header *header)
{
	if (header->usage == COPY_RESERVED)
		return vscsi_param_error(cmd, 1, USAGE_SHIFT + 1);
	if (header->usage == COPY_NO_ID && header->list_id)
		return vscsi_param_error(cmd, header->id_at, 7);
	return VSCSI_OK;
}

/* STR and PRIORITY, which both headers have, are hints that are not needed. */
static void read_header_lid1(struct copy_job *job)
{
	u8 buf[COPY_HEADER_LEN];

	vscsi_map_copy_in(&job->run.cmd->map, 0, buf, sizeof(buf));
	job->header = (struct copy_header){
		.len = sizeof(buf),
		.targets_at = 2,
		.list_id = buf[0],
		.usage = buf[1] >> USAGE_SHIFT & USAGE_MASK,
		.targets = get_unaligned_be16(buf + 2),
		.segments = get_unaligned_be32(buf + 8),
		.inline_data = get_unaligned_be32(buf + 12),
	};
}

/* Nobody could be told how one without a list identifier has ended behind its answer. */
static enum vscsi_reason check_lid4(struct copy_job *job, const u8 *buf)
{
	struct vscsi_cmd *cmd = job->run.cmd;

	if (buf[0] != LID4_FORMAT)
		return vscsi_param_error(cmd, 0, 7);
	if (get_unaligned_be16(buf + 2) != LID4_REST)
		return vscsi_param_error(cmd, 2, 7);
	if (buf[LID4_FLAGS_AT] & G_SENSE)
		return vscsi_param_error(cmd, LID4_FLAGS_AT, G_SENSE_BIT);
	if (job->header.immed && job->header.usage == COPY_NO_ID)
		return vscsi_param_error(cmd, LID4_FLAGS_AT, IMMED_BIT);
	if (buf[LID4_TYPE_AT] != LID4_TYPE)
		return vscsi_param_error(cmd, LID4_TYPE_AT, 7);
	return VSCSI_OK;
}

static enum vscsi_reason read_header_lid4(struct copy_job *job)
{
	u8 buf[COPY_HEADER_LID4_LEN];

	vscsi_map_copy_in(&job->run.cmd->map, 0, buf, sizeof(buf));
	job->header = (struct copy_header){
		.len = sizeof(buf),
		.id_at = LID4_ID_AT,
		.targets_at = 42,
		.list_id = get_unaligned_be32(buf + LID4_ID_AT),
		.usage = buf[1] >> USAGE_SHIFT & USAGE_MASK,
		.immed = buf[LID4_FLAGS_AT] & IMMED,
		.targets = get_unaligned_be16(buf + 42),
		.segments = get_unaligned_be16(buf + 44),
		.inline_data = get_unaligned_be16(buf + 46),
	};
	return check_lid4(job, buf);
}

static void run_and_complete(struct vscsi_cmd *cmd, void *arg)
{
	struct copy_job *job = arg;
	enum vscsi_reason reason = copy_segments(job);

	copy_run_end(&job->run, reason, COPY_DONE);
	kfree(job);
	vscsi_cmd_complete(cmd, reason);
}

static void extended_copy(struct copy_job *job, enum vscsi_reason reason)
{
	struct vscsi_cmd *cmd = job->run.cmd;

	if (reason == VSCSI_OK)
		reason = read_lists(job, cmd->done_bytes) ?: check_usage(cmd, &job->header) ?:
			 copy_run_begin(&job->run, job->header.list_id, job->header.usage);
	if (reason != VSCSI_OK) {
		kfree(job);
		vscsi_cmd_complete(cmd, reason);
	} else if (job->header.immed && copy_run_detach(&job->run, run_and_complete, job)) {
		vscsi_cmd_complete(cmd, VSCSI_OK);
	} else {
		run_and_complete(cmd, job);
	}
}

/* NULL: the command is completed. */
static struct copy_job *job_alloc(struct vscsi_cmd *cmd, u32 header_len)
{
	u32 len = vscsi_opcode_length(cmd->op, cmd->cdb);
	struct copy_job *job;

	if (len < header_len) {
		vscsi_cmd_complete(cmd, len ? VSCSI_PARAM_LENGTH : VSCSI_OK);
		return NULL;
	}
	job = kzalloc(sizeof(*job), GFP_NOIO);
	if (!job) {
		vscsi_cmd_complete(cmd, VSCSI_OUT_OF_RESOURCES);
		return NULL;
	}
	cmd->done_bytes = len;
	job->run.cmd = cmd;
	return job;
}

/**
 * spc_copy_exec() - where a third-party copy is to be executed
 * @cmd: the command
 *
 * Context: any.
 */
enum vscsi_exec spc_copy_exec(const struct vscsi_cmd *cmd)
{
	return VSCSI_EXEC_COPY;
}

/**
 * spc_extended_copy() - EXTENDED COPY(LID1) (SPC-4 6.5)
 * @cmd: the command
 *
 * CAT has no meaning where a segment must be whole blocks on both sides.
 *
 * Context: process, may sleep.
 */
void spc_extended_copy(struct vscsi_cmd *cmd)
{
	struct copy_job *job = job_alloc(cmd, COPY_HEADER_LEN);

	if (!job)
		return;
	read_header_lid1(job);
	extended_copy(job, VSCSI_OK);
}

/**
 * spc_extended_copy_lid4() - EXTENDED COPY(LID4) (SPC-4 6.4)
 * @cmd: the command
 *
 * As EXTENDED COPY(LID1), with a larger list identifier, and optionally behind its answer.
 *
 * Context: process, may sleep.
 */
void spc_extended_copy_lid4(struct vscsi_cmd *cmd)
{
	struct copy_job *job = job_alloc(cmd, COPY_HEADER_LID4_LEN);

	if (job)
		extended_copy(job, read_header_lid4(job));
}
