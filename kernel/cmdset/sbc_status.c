// SPDX-License-Identifier: GPL-2.0
/* What is known of blocks: PRE-FETCH, GET LBA STATUS, READ DEFECT DATA. */
#include <linux/compiler.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "opcode.h"
#include "reply.h"
#include "sbc.h"

/* LBA status descriptors (SBC-3 5.4.2) */
#define STATUS_HEADER_LEN	8
#define STATUS_DESCRIPTOR_LEN	16
#define STATUS_DESCRIPTORS_MAX	1024
#define STATUS_DEALLOCATED	1

/* REQ_PLIST, REQ_GLIST and DEFECT LIST FORMAT; PLISTV, GLISTV and the format in the answer */
#define DEFECT_LISTS_AND_FORMAT	0x1f
#define DEFECT_FORMAT		0x07
#define DEFECT_FORMAT_LAST	5	/* physical sector format */

/**
 * sbc_prefetch() - PRE-FETCH(10), (16) (SBC-3 5.8, 5.9)
 * @cmd: the command
 *
 * There is no cache that is ours to fill.  GOOD says that not all blocks are in it; CONDITION
 * MET would say that they are.
 *
 * Context: any.
 */
void sbc_prefetch(struct vscsi_cmd *cmd)
{
	vscsi_cmd_complete(cmd, VSCSI_OK);
}

/* How many blocks are in the state of the first one; at least one, at most @blocks. */
static u32 block_extent(const struct vscsi_lu *lu, u64 lba, u64 blocks, bool *mapped)
{
	const struct vscsi_backend *be = lu->backend;
	u64 bytes;

	*mapped = true;
	blocks = min_t(u64, blocks, U32_MAX);
	if (!be->ops->extent)
		return blocks;
	bytes = be->ops->extent(be, lba << lu->block_shift, blocks << lu->block_shift, mapped);
	/* A block of which a part is stored is mapped. */
	if (!*mapped && bytes >= lu->block_size)
		return bytes >> lu->block_shift;
	*mapped = true;
	return (bytes + lu->block_size - 1) >> lu->block_shift;
}

static void reply_status(struct vscsi_cmd *cmd, u32 at, u64 lba, u32 blocks, bool mapped)
{
	u8 buf[STATUS_DESCRIPTOR_LEN] = { 0 };

	put_unaligned_be64(lba, buf);
	put_unaligned_be32(blocks, buf + 8);
	buf[12] = mapped ? 0 : STATUS_DEALLOCATED;
	vscsi_reply_at(cmd, at, buf, sizeof(buf));
}

/* As many descriptors as there is room for, but one at least.  Returns where they end. */
static u32 reply_statuses(struct vscsi_cmd *cmd, u64 end)
{
	u32 room = min(vscsi_opcode_length(cmd->op, cmd->cdb), cmd->map.len);
	u32 at = STATUS_HEADER_LEN;
	u64 lba = cmd->lba;
	u32 blocks, nr = 0;
	bool mapped;

	do {
		blocks = block_extent(cmd->lu, lba, end - lba, &mapped);
		reply_status(cmd, at, lba, blocks, mapped);
		at += STATUS_DESCRIPTOR_LEN;
		lba += blocks;
		cond_resched();
	} while (lba < end && at + STATUS_DESCRIPTOR_LEN <= room &&
		 ++nr < STATUS_DESCRIPTORS_MAX && !READ_ONCE(cmd->aborted));
	return at;
}

/**
 * sbc_get_lba_status() - GET LBA STATUS (SBC-3 5.4)
 * @cmd: the command
 *
 * What the backing device can't tell is mapped, or of unknown state: the code is the same.
 *
 * Context: process, may sleep.
 */
void sbc_get_lba_status(struct vscsi_cmd *cmd)
{
	u64 end = READ_ONCE(cmd->lu->blocks);
	u8 header[STATUS_HEADER_LEN] = { 0 };

	if (cmd->lba >= end) {
		vscsi_cmd_complete(cmd, VSCSI_LBA_RANGE);
		return;
	}
	put_unaligned_be32(reply_statuses(cmd, end) - 4, header);
	vscsi_reply_at(cmd, 0, header, sizeof(header));
	vscsi_cmd_complete(cmd, VSCSI_OK);
}

/* No defect is known: the list is empty in every format. */
static void reply_defects(struct vscsi_cmd *cmd, u8 field, size_t len)
{
	u8 buf[8] = { [1] = cmd->cdb[field] & DEFECT_LISTS_AND_FORMAT };

	if ((cmd->cdb[field] & DEFECT_FORMAT) > DEFECT_FORMAT_LAST)
		vscsi_fail_field(cmd, field, 2);
	else
		vscsi_reply(cmd, buf, len);
}

/**
 * sbc_read_defect_data_10() - READ DEFECT DATA(10) (SBC-3 5.17)
 * @cmd: the command
 *
 * Context: any.
 */
void sbc_read_defect_data_10(struct vscsi_cmd *cmd)
{
	reply_defects(cmd, 2, 4);
}

/**
 * sbc_read_defect_data_12() - READ DEFECT DATA(12) (SBC-3 5.18)
 * @cmd: the command
 *
 * Context: any.
 */
void sbc_read_defect_data_12(struct vscsi_cmd *cmd)
{
	reply_defects(cmd, 1, 8);
}
