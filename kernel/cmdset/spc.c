// SPDX-License-Identifier: GPL-2.0
/* TEST UNIT READY, REQUEST SENSE, REPORT LUNS and what task management there is. */
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "opcode.h"
#include "reply.h"
#include "sense.h"
#include "spc.h"

#define WELL_KNOWN_REPORT_LUNS	0xc101000000000000ULL	/* SPC-4 8.2 */

/* SELECT REPORT field */
#define SELECT_DEVICES		0x00
#define SELECT_WELL_KNOWN	0x01
#define SELECT_ALL		0x02

/* Task management functions that the server does */
#define TMF_ABORT_TASK		0x80
#define TMF_ABORT_TASK_SET	0x40
#define TMF_CLEAR_TASK_SET	0x10
#define TMF_LUN_RESET		0x08

/**
 * spc_peripheral() - peripheral qualifier and device type (SPC-4 6.4.2)
 * @cmd: a command
 *
 * Context: any.
 * Return: the byte with which INQUIRY data begin.
 */
u8 spc_peripheral(const struct vscsi_cmd *cmd)
{
	switch (cmd->kind) {
	case VSCSI_LU_DISK:
		return VSCSI_PDT_DISK;
	case VSCSI_LU_OPTICAL:
		return VSCSI_PDT_OPTICAL;
	case VSCSI_LU_WELL_KNOWN:
		return VSCSI_PDT_WELL_KNOWN;
	case VSCSI_LU_NONE:
		break;
	}
	return VSCSI_PQ_PDT_NONE;
}

/**
 * spc_product() - PRODUCT IDENTIFICATION (SPC-4 6.4.2)
 * @cmd: a command
 *
 * Context: any.
 * Return: 16 characters.
 */
const char *spc_product(const struct vscsi_cmd *cmd)
{
	return cmd->kind == VSCSI_LU_OPTICAL ? VSCSI_PRODUCT_OPTICAL : VSCSI_PRODUCT_DISK;
}

/**
 * spc_readiness() - would a medium access be accepted?
 * @cmd: a command
 *
 * Context: any.
 * Return: VSCSI_OK, or why not.
 */
enum vscsi_reason spc_readiness(const struct vscsi_cmd *cmd)
{
	enum vscsi_reason reason;

	if (cmd->kind == VSCSI_LU_NONE)
		return VSCSI_LUN_UNSUPPORTED;
	if (cmd->kind == VSCSI_LU_WELL_KNOWN)
		return VSCSI_OK;
	reason = vscsi_lu_phase(cmd->lu);
	return reason == VSCSI_OK ? vscsi_lu_ready(cmd->lu) : reason;
}

/**
 * spc_test_unit_ready() - TEST UNIT READY (SPC-4 6.47)
 * @cmd: the command
 *
 * GOOD only if a medium access would be accepted: not stopped, not being formatted, backing
 * device usable, medium present.
 *
 * Context: any.
 */
void spc_test_unit_ready(struct vscsi_cmd *cmd)
{
	vscsi_cmd_complete(cmd, spc_readiness(cmd));
}

/* A self-test in the background is told to who asks (SPC-4 5.14), and keeps nobody out. */
static enum vscsi_reason condition(const struct vscsi_cmd *cmd)
{
	enum vscsi_reason reason = spc_readiness(cmd);

	if (reason == VSCSI_OK && cmd->lu &&
	    READ_ONCE(cmd->lu->params->self_tests.mode) != VSCSI_SELF_TEST_NONE)
		return VSCSI_SELF_TESTING;
	return reason;
}

/**
 * spc_request_sense() - REQUEST SENSE (SPC-4 6.39)
 * @cmd: the command
 *
 * Sense data of errors go with the status, so that what is left to return is a
 * pending unit attention, which this clears, or why the unit is not ready or what it does
 * and, if that will pass, how far it is.
 *
 * Context: any.
 */
void spc_request_sense(struct vscsi_cmd *cmd)
{
	u8 buf[VSCSI_SENSE_MAX];
	struct vscsi_sense sense;
	bool descriptor = cmd->cdb[1] & 0x01;

	if (cmd->target->next_ua(cmd, true, &cmd->ua))
		vscsi_sense_from_ua(&sense, cmd->ua);
	else
		vscsi_sense_from_cmd(&sense, cmd, condition(cmd));
	vscsi_reply(cmd, buf, vscsi_sense_format(&sense, descriptor, buf));
}

static void reply_luns(struct vscsi_cmd *cmd, bool devices, bool well_known)
{
	u32 max = devices ? cmd->target->report_luns(cmd, NULL, 0) : 0;
	__be64 *list = kcalloc(max + 2, sizeof(*list), GFP_ATOMIC);
	u32 nr = 0;

	if (!list) {
		vscsi_cmd_complete(cmd, VSCSI_OUT_OF_RESOURCES);
		return;
	}
	/* First: a change that the list does not show yet gives a new unit attention. */
	cmd->target->clear_ua(cmd, VSCSI_UA_LUNS_CHANGED);
	if (devices)
		nr = min(max, cmd->target->report_luns(cmd, list + 1, max));
	if (well_known)
		list[++nr] = cpu_to_be64(WELL_KNOWN_REPORT_LUNS);
	put_unaligned_be32(nr * sizeof(*list), list);
	vscsi_reply_at(cmd, 0, list, (nr + 1) * sizeof(*list));
	kfree(list);
	vscsi_cmd_complete(cmd, VSCSI_OK);
}

/**
 * spc_report_luns() - REPORT LUNS (SPC-4 6.33)
 * @cmd: the command
 *
 * Where no device is, only LUN 0 answers.
 *
 * Context: any.
 */
void spc_report_luns(struct vscsi_cmd *cmd)
{
	if (cmd->kind == VSCSI_LU_NONE && cmd->lun) {
		vscsi_cmd_complete(cmd, VSCSI_LUN_UNSUPPORTED);
		return;
	}
	switch (cmd->cdb[2]) {
	case SELECT_DEVICES:
		reply_luns(cmd, true, false);
		break;
	case SELECT_WELL_KNOWN:
		reply_luns(cmd, false, true);
		break;
	case SELECT_ALL:
		reply_luns(cmd, true, true);
		break;
	default:
		vscsi_fail_field(cmd, 2, 7);
	}
}

/**
 * spc_report_task_management() - REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS (SPC-4 6.36)
 * @cmd: the command
 *
 * Context: any.
 */
void spc_report_task_management(struct vscsi_cmd *cmd)
{
	bool extended = cmd->cdb[2] & 0x80;
	u8 buf[16] = {
		[0] = TMF_ABORT_TASK | TMF_ABORT_TASK_SET | TMF_CLEAR_TASK_SET | TMF_LUN_RESET,
	};

	if (extended)
		buf[3] = sizeof(buf) - 4;
	vscsi_reply(cmd, buf, extended ? sizeof(buf) : 4);
}
