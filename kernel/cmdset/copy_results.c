// SPDX-License-Identifier: GPL-2.0
/*
 * What is told of third-party copies: RECEIVE COPY STATUS and OPERATING PARAMETERS, RECEIVE ROD
 * TOKEN INFORMATION.
 */
#include <linux/limits.h>
#include <linux/lockdep.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <scsi/scsi_proto.h>

#include "copy.h"
#include "opcode.h"
#include "reply.h"
#include "sense.h"

/* COPY STATUS (SPC-4 6.24) */
#define STATUS_LEN		12
#define HDD			0x80	/* held data are discarded */

/* OPERATING PARAMETERS (SPC-4 6.22) */
#define PARAMETERS_LEN		46
#define SNLID			0x01	/* a copy needs no list identifier */
#define CODES_AT		44

/* COPY MANAGER STATUS (SPC-4 6.24) */
enum manager_status {
	MANAGER_RUNNING,
	MANAGER_DONE,
	MANAGER_FAILED,
};

/* RECEIVE COPY STATUS(LID4) and ROD TOKEN INFORMATION (SPC-4 6.25, 6.28) */
#define INFORMATION_LEN		32
#define LOGICAL_BLOCKS		0xf1	/* TRANSFER COUNT UNITS */
#define DELAY_UNKNOWN		0xfffffffe
#define DELAY_ENDED		0xffffffff
#define TOKEN_DESCRIPTOR_LEN	(2 + ROD_TOKEN_LEN)
#define INFORMATION_MAX		(INFORMATION_LEN + VSCSI_SENSE_MAX + 4 + TOKEN_DESCRIPTOR_LEN)

static struct vscsi_copy *find(const struct vscsi_pr *pr, const struct vscsi_nexus_id *by,
			       u32 list_id)
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

static bool is_running(const struct vscsi_copy *copy)
{
	return copy->status == COPY_RUNNING || copy->status == COPY_RUNNING_DETACHED;
}

/* The oldest that has ended makes room. */
static bool make_room(struct vscsi_pr *pr)
{
	struct vscsi_copy *copy;

	if (pr->nr_copies < COPY_RECORDS_MAX)
		return true;
	list_for_each_entry(copy, &pr->copies, entry) {
		if (is_running(copy))
			continue;
		drop(pr, copy);
		return true;
	}
	return false;
}

static enum vscsi_reason add(struct vscsi_pr *pr, struct vscsi_copy *copy)
{
	struct vscsi_copy *old = find(pr, &copy->by, copy->list_id);

	if (old && is_running(old))
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
enum vscsi_reason copy_begin(struct vscsi_cmd *cmd, u32 list_id, enum copy_usage usage,
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
	(*copy)->action = cmd->op->service_action;
	(*copy)->status = COPY_RUNNING;
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
void copy_progress(struct vscsi_cmd *cmd, struct vscsi_copy *copy, u16 segments, u64 bytes)
{
	struct vscsi_pr *pr = cmd->lu->pr;
	unsigned long flags;

	if (!copy)
		return;
	spin_lock_irqsave(&pr->lock, flags);
	copy->operations++;
	copy->segments += segments;
	copy->bytes += bytes;
	spin_unlock_irqrestore(&pr->lock, flags);
}

/**
 * copy_detached() - a copy goes on behind the answer of its command
 * @cmd: what stands for the command
 * @copy: of copy_begin()
 *
 * Context: any.
 */
void copy_detached(struct vscsi_cmd *cmd, struct vscsi_copy *copy)
{
	struct vscsi_pr *pr = cmd->lu->pr;
	unsigned long flags;

	spin_lock_irqsave(&pr->lock, flags);
	copy->status = COPY_RUNNING_DETACHED;
	spin_unlock_irqrestore(&pr->lock, flags);
}

static void end_locked(struct vscsi_pr *pr, struct vscsi_copy *copy, enum copy_status status)
{
	lockdep_assert_held(&pr->lock);
	copy->status = status;
	if (copy->usage == COPY_DISCARD)
		drop(pr, copy);
}

static enum copy_status status_of(enum vscsi_reason reason, enum copy_status good)
{
	if (reason == VSCSI_OK)
		return good;
	return reason == VSCSI_ABORTED ? COPY_TERMINATED : COPY_FAILED;
}

/**
 * copy_end() - a copy has ended
 * @cmd: the command; what belongs to @reason is set
 * @copy: of copy_begin(); not to be touched any more
 * @reason: how
 * @good: what is told of it if that is VSCSI_OK
 *
 * Context: any.
 */
void copy_end(struct vscsi_cmd *cmd, struct vscsi_copy *copy, enum vscsi_reason reason,
	      enum copy_status good)
{
	struct vscsi_pr *pr = cmd->lu->pr;
	struct vscsi_sense sense;
	unsigned long flags;

	if (!copy)
		return;
	vscsi_sense_from_cmd(&sense, cmd, reason);
	spin_lock_irqsave(&pr->lock, flags);
	copy->scsi_status = vscsi_reason_status(reason);
	if (copy->scsi_status == SAM_STAT_CHECK_CONDITION)
		copy->sense_len = vscsi_sense_format(&sense, vscsi_lu_descriptor_sense(cmd->lu),
						     copy->sense);
	end_locked(pr, copy, status_of(reason, good));
	spin_unlock_irqrestore(&pr->lock, flags);
}

/**
 * copy_end_token() - a token was made
 * @cmd: the command
 * @copy: of copy_begin(), with the token; not to be touched any more
 * @bytes: that it represents
 *
 * Context: any.
 */
void copy_end_token(struct vscsi_cmd *cmd, struct vscsi_copy *copy, u64 bytes)
{
	struct vscsi_pr *pr = cmd->lu->pr;
	unsigned long flags;

	spin_lock_irqsave(&pr->lock, flags);
	copy->has_token = true;
	copy->operations++;
	copy->bytes = bytes;
	end_locked(pr, copy, COPY_DONE);
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
		if (is_running(copy))
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

static enum manager_status manager_status(const struct vscsi_copy *copy)
{
	if (is_running(copy))
		return MANAGER_RUNNING;
	return copy->status == COPY_DONE ? MANAGER_DONE : MANAGER_FAILED;
}

static void put_status(const struct vscsi_copy *copy, u8 *buf)
{
	put_unaligned_be32(STATUS_LEN - 4, buf);
	buf[4] = manager_status(copy) | (is_running(copy) ? 0 : HDD);
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
	if (copy && copy->action == COPY_EXTENDED_LID1) {
		put_status(copy, buf);
		if (!is_running(copy))
			drop(pr, copy);
	}
	spin_unlock_irqrestore(&pr->lock, flags);
	if (buf[3])
		vscsi_reply(cmd, buf, sizeof(buf));
	else
		vscsi_fail_field(cmd, 2, 7);
}

static size_t put_token(const struct vscsi_copy *copy, u8 *buf)
{
	if (!copy->has_token)
		return 4;
	put_unaligned_be32(TOKEN_DESCRIPTOR_LEN, buf);
	memcpy(buf + 6, copy->token, ROD_TOKEN_LEN);
	return 4 + TOKEN_DESCRIPTOR_LEN;
}

/* What both tell of a copy; returns how long it is. */
static size_t put_status_lid4(const struct vscsi_copy *copy, u8 block_shift, u8 *buf)
{
	buf[4] = copy->action;
	buf[5] = copy->status;
	put_unaligned_be16(copy->operations, buf + 6);
	put_unaligned_be32(is_running(copy) ? DELAY_UNKNOWN : DELAY_ENDED, buf + 8);
	buf[12] = copy->scsi_status;
	buf[13] = copy->sense_len;
	buf[14] = copy->sense_len;
	buf[15] = LOGICAL_BLOCKS;
	put_unaligned_be64(copy->bytes >> block_shift, buf + 16);
	put_unaligned_be16(copy->segments, buf + 24);
	memcpy(buf + INFORMATION_LEN, copy->sense, copy->sense_len);
	return INFORMATION_LEN + copy->sense_len;
}

/* It is told as often as it is asked for, until another needs the room or the list identifier. */
static void tell(struct vscsi_cmd *cmd, bool with_token)
{
	struct vscsi_pr *pr = cmd->lu->pr;
	u8 buf[INFORMATION_MAX] = { 0 };
	const struct vscsi_copy *copy;
	unsigned long flags;
	size_t len = 0;

	spin_lock_irqsave(&pr->lock, flags);
	copy = find(pr, &cmd->nexus->id, get_unaligned_be32(cmd->cdb + 2));
	if (copy)
		len = put_status_lid4(copy, cmd->lu->block_shift, buf);
	if (copy && with_token)
		len += put_token(copy, buf + len);
	spin_unlock_irqrestore(&pr->lock, flags);
	if (!len) {
		vscsi_fail_field(cmd, 2, 7);
		return;
	}
	put_unaligned_be32(len - 4, buf);
	vscsi_reply(cmd, buf, len);
}

/**
 * spc_copy_status_lid4() - RECEIVE COPY STATUS(LID4) (SPC-4 6.25)
 * @cmd: the command
 *
 * Context: any.
 */
void spc_copy_status_lid4(struct vscsi_cmd *cmd)
{
	tell(cmd, false);
}

/**
 * spc_rod_token_information() - RECEIVE ROD TOKEN INFORMATION (SPC-4 6.28)
 * @cmd: the command
 *
 * Context: any.
 */
void spc_rod_token_information(struct vscsi_cmd *cmd)
{
	tell(cmd, true);
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
		[37] = COPY_GRANULARITY,
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
