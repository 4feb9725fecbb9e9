// SPDX-License-Identifier: GPL-2.0
/* SEND DIAGNOSTIC and RECEIVE DIAGNOSTIC RESULTS: self-tests, and the list of pages. */
#include <linux/compiler.h>
#include <linux/unaligned.h>

#include "opcode.h"
#include "reply.h"
#include "sbc.h"
#include "self_test.h"
#include "spc.h"

/* SEND DIAGNOSTIC, byte 1 */
#define PF			0x10
#define PF_BIT			4
#define SELFTEST		0x04
#define SELFTEST_BIT		2
#define SELF_TEST_CODE_SHIFT	5

#define PAGE_HEADER_LEN		4
#define PAGE_SUPPORTED		0x00

static enum vscsi_reason read_block(struct vscsi_cmd *cmd, struct sbc_bounce *bounce, u64 lba)
{
	return sbc_bounce_io(cmd, bounce, VSCSI_IO_READ, lba, 1);
}

/* The first and the last block can be read. */
static enum vscsi_reason read_ends(struct vscsi_cmd *cmd)
{
	u64 blocks = READ_ONCE(cmd->lu->blocks);
	struct sbc_bounce bounce;
	enum vscsi_reason reason;

	if (!sbc_bounce_alloc(&bounce, VSCSI_BLOCK_SIZE_MAX))
		return VSCSI_OUT_OF_RESOURCES;
	reason = read_block(cmd, &bounce, 0);
	if (reason == VSCSI_OK)
		reason = read_block(cmd, &bounce, blocks - 1);
	sbc_bounce_free(&bounce);
	return reason;
}

/* The default one, of which no result is kept. */
static enum vscsi_reason self_test(struct vscsi_cmd *cmd)
{
	enum vscsi_reason reason = spc_readiness(cmd);

	if (reason != VSCSI_OK)
		return reason;
	if (READ_ONCE(cmd->lu->params->self_tests.mode) != VSCSI_SELF_TEST_NONE)
		return VSCSI_SELF_TESTING;
	reason = read_ends(cmd);
	cmd->info_valid = false;
	if (reason == VSCSI_OK || reason == VSCSI_ABORTED || reason == VSCSI_OUT_OF_RESOURCES)
		return reason;
	return VSCSI_SELF_TEST_FAILED;
}

/* The only page to send asks for the list of pages (SPC-4 7.2), and has nothing behind it. */
static enum vscsi_reason take_page(struct vscsi_cmd *cmd, u32 len)
{
	u8 page[PAGE_HEADER_LEN] = { 0 };

	if (len < PAGE_HEADER_LEN)
		return VSCSI_PARAM_LENGTH;
	cmd->done_bytes = vscsi_map_copy_in(&cmd->map, 0, page, sizeof(page));
	if (page[0] != PAGE_SUPPORTED)
		return vscsi_param_error(cmd, 0, 7);
	if (page[1])
		return vscsi_param_error(cmd, 1, 7);
	if (get_unaligned_be16(page + 2))
		return vscsi_param_error(cmd, 2, 7);
	return len > PAGE_HEADER_LEN ? VSCSI_PARAM_LENGTH : VSCSI_OK;
}

/**
 * spc_send_diagnostic() - SEND DIAGNOSTIC (SPC-4 6.42)
 * @cmd: the command
 *
 * The bits that let a self-test disturb others (DEVOFFL, UNITOFFL) are not needed for any.
 *
 * Context: process, may sleep.
 */
void spc_send_diagnostic(struct vscsi_cmd *cmd)
{
	u32 len = vscsi_opcode_length(cmd->op, cmd->cdb);
	u8 code = cmd->cdb[1] >> SELF_TEST_CODE_SHIFT;

	if (((cmd->cdb[1] & SELFTEST) || code) && len)
		vscsi_fail_field(cmd, 3, 7);
	else if ((cmd->cdb[1] & SELFTEST) && code)
		vscsi_fail_field(cmd, 1, SELFTEST_BIT);
	else if (code)
		spc_self_test(cmd, code);
	else if (cmd->cdb[1] & SELFTEST)
		vscsi_cmd_complete(cmd, self_test(cmd));
	else if (!len)
		vscsi_cmd_complete(cmd, VSCSI_OK);
	else if (!(cmd->cdb[1] & PF))
		vscsi_fail_field(cmd, 1, PF_BIT);
	else
		vscsi_cmd_complete(cmd, take_page(cmd, len));
}

/**
 * spc_receive_diagnostic() - RECEIVE DIAGNOSTIC RESULTS (SPC-4 6.27)
 * @cmd: the command
 *
 * Asked for or not (PCV), there is one page to return: the list of pages.
 *
 * Context: any.
 */
void spc_receive_diagnostic(struct vscsi_cmd *cmd)
{
	static const u8 supported[] = { PAGE_SUPPORTED, 0, 0, 1, PAGE_SUPPORTED };

	if (cmd->cdb[2])
		vscsi_fail_field(cmd, 2, 7);
	else
		vscsi_reply(cmd, supported, sizeof(supported));
}
