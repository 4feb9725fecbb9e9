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

/* Header of the parameter list (SPC-4 6.5) */
#define USAGE_SHIFT		3
#define USAGE_MASK		0x03
#define TARGETS_AT		2
#define SEGMENTS_AT		8
#define INLINE_AT		12

/* Identification descriptor (SPC-4 6.4.5) */
#define DEVICE_TYPE_MASK	0x1f
#define CODE_SET_BINARY		0x01
#define LU_NAA			0x03	/* ASSOCIATION, DESIGNATOR TYPE */
#define DESIGNATOR_MAX		20

/* Block device to block device segment descriptor (SPC-4 6.4.6) */
#define DC			0x02
#define SEGMENT_REST		(COPY_SEGMENT_LEN - 4)

/**
 * struct copy_job - an EXTENDED COPY command that is executed
 * @run: the copying
 * @peers: logical units of the CSCD descriptors, as far as they were needed
 * @nr_targets: CSCD descriptors
 * @nr_segments: segment descriptors
 * @segments: the first of them, in @list
 * @list: CSCD descriptors, then segment descriptors
 */
struct copy_job {
	struct copy_run run;
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
		return vscsi_param_error(job->run.cmd, TARGETS_AT, 7);
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
			return vscsi_param_error(job->run.cmd, COPY_HEADER_LEN + at + 2, 7);
	}
	return VSCSI_OK;
}

static enum vscsi_reason read_lists(struct copy_job *job, const u8 *header, u32 len)
{
	u64 targets = get_unaligned_be16(header + TARGETS_AT);
	u64 segments = get_unaligned_be32(header + SEGMENTS_AT);
	u64 data = get_unaligned_be32(header + INLINE_AT);
	enum vscsi_reason reason;

	if (targets + segments > COPY_LISTS_MAX ||
	    COPY_HEADER_LEN + targets + segments + data > len)
		return VSCSI_PARAM_LENGTH;
	if (data)
		return VSCSI_COPY_INLINE;
	vscsi_map_copy_in(&job->run.cmd->map, COPY_HEADER_LEN, job->list, targets + segments);
	reason = check_targets(job, targets);
	return reason == VSCSI_OK ? check_segments(job, targets, segments) : reason;
}

static enum vscsi_reason check_usage(struct vscsi_cmd *cmd, const u8 *header,
				     enum copy_usage *usage)
{
	*usage = header[1] >> USAGE_SHIFT & USAGE_MASK;
	if (*usage == COPY_RESERVED)
		return vscsi_param_error(cmd, 1, USAGE_SHIFT + 1);
	if (*usage == COPY_NO_ID && header[0])
		return vscsi_param_error(cmd, 0, 7);
	return VSCSI_OK;
}

static enum vscsi_reason run(struct copy_job *job, u8 list_id, enum copy_usage usage)
{
	enum vscsi_reason reason = copy_run_begin(&job->run, list_id, usage);

	if (reason != VSCSI_OK)
		return reason;
	reason = copy_segments(job);
	copy_run_end(&job->run, reason, COPY_DONE);
	return reason;
}

static enum vscsi_reason extended_copy(struct copy_job *job, u32 len)
{
	struct vscsi_cmd *cmd = job->run.cmd;
	u8 header[COPY_HEADER_LEN];
	enum vscsi_reason reason;
	enum copy_usage usage;

	cmd->done_bytes = len;
	vscsi_map_copy_in(&cmd->map, 0, header, sizeof(header));
	reason = read_lists(job, header, len);
	if (reason == VSCSI_OK)
		reason = check_usage(cmd, header, &usage);
	return reason == VSCSI_OK ? run(job, header[0], usage) : reason;
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
 * STR and PRIORITY are hints that are not needed; CAT has no meaning where a segment must
 * be whole blocks on both sides.
 *
 * Context: process, may sleep.
 */
void spc_extended_copy(struct vscsi_cmd *cmd)
{
	u32 len = vscsi_opcode_length(cmd->op, cmd->cdb);
	enum vscsi_reason reason;
	struct copy_job *job;

	if (len < COPY_HEADER_LEN) {
		vscsi_cmd_complete(cmd, len ? VSCSI_PARAM_LENGTH : VSCSI_OK);
		return;
	}
	job = kzalloc(sizeof(*job), GFP_NOIO);
	if (!job) {
		vscsi_cmd_complete(cmd, VSCSI_OUT_OF_RESOURCES);
		return;
	}
	job->run.cmd = cmd;
	reason = extended_copy(job, len);
	kfree(job);
	vscsi_cmd_complete(cmd, reason);
}
