// SPDX-License-Identifier: GPL-2.0
/* What is told of third-party copies: RECEIVE COPY RESULTS, VPD page 8Fh. */
#include <linux/limits.h>
#include <linux/lockdep.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "copy.h"
#include "opcode.h"
#include "reply.h"

/* COPY STATUS (SPC-4 6.24) */
#define STATUS_LEN		12
#define HDD			0x80	/* held data are discarded */

/* OPERATING PARAMETERS (SPC-4 6.22) */
#define PARAMETERS_LEN		46
#define SNLID			0x01	/* a copy needs no list identifier */
#define CODES_AT		44

/* DATA SEGMENT GRANULARITY: 512 bytes, as a power of two */
#define GRANULARITY		9

static struct vscsi_copy *find(const struct vscsi_pr *pr, const struct vscsi_nexus_id *by,
			       u8 list_id)
{
	struct vscsi_copy *copy;

	lockdep_assert_held(&pr->lock);
	list_for_each_entry(copy, &pr->copies, entry)
		if (copy->list_id == list_id && vscsi_nexus_id_same(&copy->by, by))
			return copy;
	return NULL;
}

static void drop(struct vscsi_pr *pr, struct vscsi_copy *copy)
{
	lockdep_assert_held(&pr->lock);
	list_del(&copy->entry);
	pr->nr_copies--;
	kfree(copy);
}

/* The oldest that has ended makes room. */
static bool make_room(struct vscsi_pr *pr)
{
	struct vscsi_copy *copy;

	if (pr->nr_copies < COPY_RECORDS_MAX)
		return true;
	list_for_each_entry(copy, &pr->copies, entry) {
		if (copy->status == COPY_RUNNING)
			continue;
		drop(pr, copy);
		return true;
	}
	return false;
}

static enum vscsi_reason add(struct vscsi_pr *pr, struct vscsi_copy *copy)
{
	struct vscsi_copy *old = find(pr, &copy->by, copy->list_id);

	if (old && old->status == COPY_RUNNING)
		return VSCSI_COPY_IN_PROGRESS;
	if (old)
		drop(pr, old);
	if (!make_room(pr))
		return VSCSI_OUT_OF_RESOURCES;
	list_add_tail(&copy->entry, &pr->copies);
	pr->nr_copies++;
	return VSCSI_OK;
}

/**
 * copy_begin() - a copy begins
 * @cmd: the command
 * @list_id: LIST IDENTIFIER
 * @usage: LIST ID USAGE
 * @copy: what is told of it; NULL if nothing is
 *
 * Context: may sleep.
 * Return: VSCSI_OK, or why not.
 */
enum vscsi_reason copy_begin(struct vscsi_cmd *cmd, u8 list_id, enum copy_usage usage,
			     struct vscsi_copy **copy)
{
	struct vscsi_pr *pr = cmd->lu->pr;
	enum vscsi_reason reason;
	unsigned long flags;

	*copy = NULL;
	if (usage == COPY_NO_ID)
		return VSCSI_OK;
	*copy = kzalloc(sizeof(**copy), GFP_NOIO);
	if (!*copy)
		return VSCSI_OUT_OF_RESOURCES;
	(*copy)->by = cmd->nexus->id;
	(*copy)->list_id = list_id;
	(*copy)->usage = usage;
	spin_lock_irqsave(&pr->lock, flags);
	reason = add(pr, *copy);
	spin_unlock_irqrestore(&pr->lock, flags);
	if (reason != VSCSI_OK)
		kfree(*copy);
	return reason;
}

/**
 * copy_progress() - a part of a copy is done
 * @cmd: the command
 * @copy: of copy_begin()
 * @segments: how many more
 * @bytes: how many more
 *
 * Context: any.
 */
void copy_progress(struct vscsi_cmd *cmd, struct vscsi_copy *copy, u16 segments, u32 bytes)
{
	struct vscsi_pr *pr = cmd->lu->pr;
	unsigned long flags;

	if (!copy)
		return;
	spin_lock_irqsave(&pr->lock, flags);
	copy->segments += segments;
	copy->bytes += bytes;
	spin_unlock_irqrestore(&pr->lock, flags);
}

/**
 * copy_end() - a copy has ended
 * @cmd: the command
 * @copy: of copy_begin(); not to be touched any more
 * @good: all of it was done
 *
 * Context: any.
 */
void copy_end(struct vscsi_cmd *cmd, struct vscsi_copy *copy, bool good)
{
	struct vscsi_pr *pr = cmd->lu->pr;
	unsigned long flags;

	if (!copy)
		return;
	spin_lock_irqsave(&pr->lock, flags);
	copy->status = good ? COPY_DONE : COPY_FAILED;
	if (copy->usage == COPY_DISCARD)
		drop(pr, copy);
	spin_unlock_irqrestore(&pr->lock, flags);
}

/**
 * vscsi_copies_forget() - discard what is held of copies
 * @pr: what the paths of a logical unit share
 * @by: only those of this I_T nexus; NULL: all
 *
 * Of one that is being aborted nothing is held when it ends.
 *
 * Context: any; lock of @pr held.
 */
void vscsi_copies_forget(struct vscsi_pr *pr, const struct vscsi_nexus_id *by)
{
	struct vscsi_copy *copy, *next;

	lockdep_assert_held(&pr->lock);
	list_for_each_entry_safe(copy, next, &pr->copies, entry) {
		if (by && !vscsi_nexus_id_same(&copy->by, by))
			continue;
		if (copy->status == COPY_RUNNING)
			copy->usage = COPY_DISCARD;
		else
			drop(pr, copy);
	}
}

/* TRANSFER COUNT UNITS: powers of 1024, the least with which the count fits. */
static void put_count(u64 bytes, u8 *buf)
{
	u8 unit = 0;

	while (bytes > U32_MAX) {
		bytes >>= 10;
		unit++;
	}
	buf[7] = unit;
	put_unaligned_be32(bytes, buf + 8);
}

static void put_status(const struct vscsi_copy *copy, u8 *buf)
{
	put_unaligned_be32(STATUS_LEN - 4, buf);
	buf[4] = copy->status | (copy->status == COPY_RUNNING ? 0 : HDD);
	put_unaligned_be16(copy->segments, buf + 5);
	put_count(copy->bytes, buf);
}

/**
 * spc_copy_status() - RECEIVE COPY STATUS(LID1) (SPC-4 6.24)
 * @cmd: the command
 *
 * It is told once of a copy that has ended.
 *
 * Context: any.
 */
void spc_copy_status(struct vscsi_cmd *cmd)
{
	struct vscsi_pr *pr = cmd->lu->pr;
	u8 buf[STATUS_LEN] = { 0 };
	struct vscsi_copy *copy;
	unsigned long flags;

	spin_lock_irqsave(&pr->lock, flags);
	copy = find(pr, &cmd->nexus->id, cmd->cdb[2]);
	if (copy) {
		put_status(copy, buf);
		if (copy->status != COPY_RUNNING)
			drop(pr, copy);
	}
	spin_unlock_irqrestore(&pr->lock, flags);
	if (buf[3])
		vscsi_reply(cmd, buf, sizeof(buf));
	else
		vscsi_fail_field(cmd, 2, 7);
}

/**
 * spc_copy_operating_parameters() - RECEIVE COPY OPERATING PARAMETERS (SPC-4 6.22)
 * @cmd: the command
 *
 * Context: any.
 */
void spc_copy_operating_parameters(struct vscsi_cmd *cmd)
{
	u8 buf[PARAMETERS_LEN] = {
		[4] = SNLID,
		[36] = COPY_RECORDS_MAX,
		[37] = GRANULARITY,
		[CODES_AT - 1] = PARAMETERS_LEN - CODES_AT,
		[CODES_AT] = COPY_BLOCK_TO_BLOCK,
		[CODES_AT + 1] = COPY_IDENTIFICATION,
	};

	put_unaligned_be32(sizeof(buf) - 4, buf);
	put_unaligned_be16(VSCSI_PEERS_MAX, buf + 8);
	put_unaligned_be16(COPY_SEGMENTS_MAX, buf + 10);
	put_unaligned_be32(COPY_LISTS_MAX, buf + 12);
	put_unaligned_be32(COPY_SEGMENT_BYTES_MAX, buf + 16);
	vscsi_reply(cmd, buf, sizeof(buf));
}

/* Third-party copy descriptors (SPC-4 7.8.17), each a multiple of four bytes */
static const u8 commands[] = {
	0x00, 0x01, 0, 8,
	7,				/* COMMANDS SUPPORTED LIST LENGTH */
	0x83, 1, 0x00,			/* EXTENDED COPY(LID1) */
	0x84, 2, 0x00, 0x03,		/* COPY STATUS, OPERATING PARAMETERS */
};

static const u8 descriptors[] = {
	0x00, 0x08, 0, 4,
	2, COPY_BLOCK_TO_BLOCK, COPY_IDENTIFICATION, 0,
};

#define PARAMETER_DATA_LEN	32
#define GENERAL_LEN		36

static size_t put_parameter_data(u8 *buf)
{
	put_unaligned_be16(0x0004, buf);
	put_unaligned_be16(PARAMETER_DATA_LEN - 4, buf + 2);
	put_unaligned_be16(VSCSI_PEERS_MAX, buf + 8);
	put_unaligned_be16(COPY_SEGMENTS_MAX, buf + 10);
	put_unaligned_be32(COPY_LISTS_MAX, buf + 12);
	return PARAMETER_DATA_LEN;
}

static size_t put_general(u8 *buf)
{
	put_unaligned_be16(0x8001, buf);
	put_unaligned_be16(GENERAL_LEN - 4, buf + 2);
	put_unaligned_be32(COPY_RECORDS_MAX, buf + 8);
	put_unaligned_be32(COPY_SEGMENT_BYTES_MAX, buf + 12);
	buf[16] = GRANULARITY;
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
	size_t len = sizeof(commands);

	memcpy(buf, commands, sizeof(commands));
	len += put_parameter_data(buf + len);
	memcpy(buf + len, descriptors, sizeof(descriptors));
	len += sizeof(descriptors);
	return len + put_general(buf + len);
}
