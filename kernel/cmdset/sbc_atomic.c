// SPDX-License-Identifier: GPL-2.0
/* COMPARE AND WRITE and ORWRITE: no other command comes between reading and writing. */
#include <linux/minmax.h>
#include <linux/sched.h>

#include "reply.h"
#include "sbc.h"

/**
 * sbc_compare_and_write_data_len() - bytes that COMPARE AND WRITE takes from the data buffer
 * @cmd: the command
 *
 * Context: any.
 */
u64 sbc_compare_and_write_data_len(const struct vscsi_cmd *cmd)
{
	return 2ULL * cmd->nr_blocks << cmd->lu->block_shift;
}

static enum vscsi_reason compare_and_write(struct vscsi_cmd *cmd)
{
	u32 len = cmd->nr_blocks << cmd->lu->block_shift;
	enum vscsi_reason reason;

	reason = sbc_compare(cmd, SBC_BYTCHK_ALL);
	if (reason != VSCSI_OK)
		return reason;
	vscsi_map_piece(&cmd->map, len, len, &cmd->io.map);
	return sbc_io(cmd, VSCSI_IO_WRITE, cmd->lba, cmd->nr_blocks);
}

/**
 * sbc_compare_and_write() - COMPARE AND WRITE (SBC-3 5.2)
 * @cmd: the command
 *
 * The first half of the data buffer is what the blocks must hold, the second half what they
 * get, by one request to the backing device.
 *
 * Context: process, may sleep; no other command uses the blocks.
 */
void sbc_compare_and_write(struct vscsi_cmd *cmd)
{
	enum vscsi_reason reason = VSCSI_OK;

	if (!sbc_begin_write(cmd))
		return;
	if (cmd->nr_blocks)
		reason = compare_and_write(cmd);
	if (reason == VSCSI_OK || reason == VSCSI_MISCOMPARE)
		cmd->done_bytes = sbc_compare_and_write_data_len(cmd);
	vscsi_cmd_complete(cmd, reason);
}

static enum vscsi_reason or_part(struct vscsi_cmd *cmd, struct sbc_bounce *stored, u8 *data,
				 u32 done, u32 blocks)
{
	u8 shift = cmd->lu->block_shift;
	u32 i, len = blocks << shift;
	enum vscsi_reason reason;

	reason = sbc_bounce_io(cmd, stored, VSCSI_IO_READ, cmd->lba + done, blocks);
	if (reason != VSCSI_OK)
		return reason;
	vscsi_map_copy_in(&cmd->map, done << shift, data, len);
	for (i = 0; i < len; i++)
		stored->buf[i] |= data[i];
	return sbc_bounce_io(cmd, stored, VSCSI_IO_WRITE, cmd->lba + done, blocks);
}

static enum vscsi_reason or_blocks(struct vscsi_cmd *cmd, struct sbc_bounce *stored,
				   struct sbc_bounce *data)
{
	u32 max = min(stored->len, data->len) >> cmd->lu->block_shift;
	enum vscsi_reason reason = VSCSI_OK;
	u32 done, blocks;

	for (done = 0; done < cmd->nr_blocks && reason == VSCSI_OK; done += blocks) {
		blocks = min(max, cmd->nr_blocks - done);
		reason = or_part(cmd, stored, data->buf, done, blocks);
		if (reason == VSCSI_OK)
			cmd->done_bytes += blocks << cmd->lu->block_shift;
		cond_resched();
	}
	return reason;
}

static enum vscsi_reason orwrite(struct vscsi_cmd *cmd)
{
	enum vscsi_reason reason = VSCSI_OUT_OF_RESOURCES;
	struct sbc_bounce stored, data;

	if (!sbc_bounce_alloc(&stored, SBC_BOUNCE_MAX))
		return reason;
	if (sbc_bounce_alloc(&data, SBC_BOUNCE_MAX)) {
		reason = or_blocks(cmd, &stored, &data);
		sbc_bounce_free(&data);
	}
	sbc_bounce_free(&stored);
	return reason;
}

/**
 * sbc_orwrite() - ORWRITE(16) (SBC-3 5.5)
 * @cmd: the command
 *
 * Context: process, may sleep; no other command uses the blocks.
 */
void sbc_orwrite(struct vscsi_cmd *cmd)
{
	if (sbc_begin_write(cmd))
		vscsi_cmd_complete(cmd, orwrite(cmd));
}
