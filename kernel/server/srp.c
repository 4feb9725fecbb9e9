// SPDX-License-Identifier: GPL-2.0
/* Elements and information units from the client. */
#include <linux/blkdev.h>
#include <linux/sched.h>
#include <linux/unaligned.h>

#include "target.h"
#include "trace.h"

/* A message in the element itself: "are you there?", and the answer. */
#define CRQ_PING	0xf5
#define CRQ_PING_RSP	0xf6

/*
 * What an IU may be looked at without regard to its length: every structure of fixed size.  A
 * command with a data descriptor has as many bytes.
 */
#define IU_FIXED	64
static_assert(sizeof(struct srp_cmd) <= IU_FIXED);
static_assert(sizeof(struct srp_login_req) <= IU_FIXED);
static_assert(sizeof(struct srp_tsk_mgmt) <= IU_FIXED);
static_assert(sizeof(union mad_iu) <= IU_FIXED);

/* SRP response code: fields of the information unit are invalid (SRP 6.9). */
#define SRP_FIELDS_INVALID	0x02

static void bad_element(struct vscsi_server_queue *sq, const struct viosrp_crq *element)
{
	atomic64_inc(&sq->nexus->conn->bad_elements);
	trace_vscsi_bad_element(sq->queue, element);
}

/* The client begins anew: what it had sent is of no interest to it any more (I_T nexus loss). */
static void initialise(struct vscsi_server_queue *sq, const struct viosrp_crq *element)
{
	if (sq->queue->index || (element->format != VIOSRP_CRQ_INIT &&
				 element->format != VIOSRP_CRQ_INIT_COMPLETE)) {
		bad_element(sq, element);
		return;
	}
	vscsi_nexus_lost(sq->nexus);
	if (element->format == VIOSRP_CRQ_INIT)
		vscsi_queue_notify(sq->queue, VIOSRP_CRQ_INIT_RSP, VIOSRP_CRQ_INIT_COMPLETE, 0);
}

/* Bytes of the data descriptors of one direction, or -1 if we don't take that format. */
static int descriptor_len(u8 format)
{
	switch (format) {
	case SRP_NO_DATA_DESC:
		return 0;
	case SRP_DATA_DESC_DIRECT:
		return sizeof(struct srp_direct_buf);
	default:
		return -1;
	}
}

/* Resolve the one data descriptor of a command, if it has one. */
static bool map_data(struct vscsi_task *task, const struct srp_cmd *iu, u16 len)
{
	u32 add_cdb = iu->add_cdb_len & ~3;
	int out = descriptor_len(iu->buf_fmt >> 4);
	int in = descriptor_len(iu->buf_fmt & 0xf);
	const u8 *desc = iu->add_data + add_cdb;
	enum dma_data_direction dir = out > 0 ? DMA_TO_DEVICE : DMA_FROM_DEVICE;
	u64 offset;
	u32 handle, bytes;

	if (out < 0 || in < 0 || (out && in))
		return false;
	if (len < sizeof(*iu) + add_cdb + out + in)
		return false;
	if (!out && !in) {
		task->cmd.map = (struct vscsi_map){ .dir = DMA_NONE };
		return true;
	}
	offset = get_unaligned_be64(desc + offsetof(struct srp_direct_buf, va));
	handle = get_unaligned_be32(desc + offsetof(struct srp_direct_buf, key));
	bytes = get_unaligned_be32(desc + offsetof(struct srp_direct_buf, len));
	return !vscsi_window_map(&task->req->window, handle, offset, bytes, dir, &task->cmd.map);
}

static bool copy_cdb(struct vscsi_cmd *cmd, const struct srp_cmd *iu)
{
	u32 add_cdb = iu->add_cdb_len & ~3;

	if (sizeof(iu->cdb) + add_cdb > sizeof(cmd->cdb))
		return false;
	memcpy(cmd->cdb, iu->cdb, sizeof(iu->cdb));
	memcpy(cmd->cdb + sizeof(iu->cdb), iu->add_data, add_cdb);
	cmd->cdb_len = sizeof(iu->cdb) + add_cdb;
	return true;
}

static void find_lu(struct vscsi_task *task)
{
	struct vscsi_cmd *cmd = &task->cmd;

	cmd->lu = NULL;
	cmd->nexus = NULL;
	cmd->kind = cmd->lun == VSCSI_LUN_REPORT_LUNS ? VSCSI_LU_WELL_KNOWN : VSCSI_LU_NONE;
	task->itl = vscsi_itl_get(task->sq->nexus, cmd->lun);
	if (task->itl) {
		task->vtd = task->itl->vtd;
		if (task->vtd->type == VSCSI_VTD_OPTICAL) {
			cmd->lu = vscsi_drive_enter(task->itl);
			cmd->kind = VSCSI_LU_OPTICAL;
		} else {
			cmd->lu = &task->vtd->lu;
			cmd->kind = VSCSI_LU_DISK;
		}
		cmd->nexus = &task->itl->pr;
		cmd->io.backend = cmd->lu->backend;
	}
}

static void command(struct vscsi_task *task, const struct srp_cmd *iu, u16 len)
{
	struct vscsi_cmd *cmd = &task->cmd;

	if (vscsi_nexus_state(task->sq->nexus) != VSCSI_NEXUS_LOGGED_IN || len < sizeof(*iu) ||
	    len < sizeof(*iu) + (iu->add_cdb_len & ~3) || !copy_cdb(cmd, iu) ||
	    !map_data(task, iu, len)) {
		vscsi_task_reject(task, SRP_FIELDS_INVALID);
		return;
	}
	cmd->target = &vscsi_target_ops;
	cmd->lun = get_unaligned_be64(iu->lun.scsi_lun);
	cmd->aborted = false;
	cmd->io.cancelled = false;
	cmd->io.polled = false;
	find_lu(task);
	vscsi_task_start(task);
}

/*
 * The client leaves: nothing of it is kept, and the connection goes down (SRP 6.4).  With a new
 * one it may log in again.
 */
static void logout(struct vscsi_task *task)
{
	struct vscsi_nexus *nexus = task->sq->nexus;

	if (task->sq->queue->index) {
		vscsi_task_reject(task, SRP_FIELDS_INVALID);
		return;
	}
	vscsi_nexus_lost(nexus);
	vscsi_connection_abandon(nexus->conn);
	vscsi_task_reject(task, 0);
}

static void srp(struct vscsi_task *task, const union srp_iu *iu, u16 len)
{
	task->tag = iu->rsp.tag;
	switch (iu->rsp.opcode) {
	case SRP_CMD:
		command(task, &iu->cmd, len);
		break;
	case SRP_TSK_MGMT:
		vscsi_tmf(task, &iu->tsk_mgmt, len);
		break;
	case SRP_LOGIN_REQ:
		vscsi_login(task, &iu->login_req, len);
		break;
	case SRP_I_LOGOUT:
		logout(task);
		break;
	default:
		vscsi_task_reject(task, SRP_FIELDS_INVALID);
	}
}

/* Once: the client may write to its own copy at any time.  Behind its end there are zeroes. */
static const union viosrp_iu *copy_iu(struct vscsi_server_queue *sq,
				      const struct vscsi_request *req, u16 len)
{
	u8 *to = (u8 *)&sq->iu;
	const u8 *from = (const u8 *)&req->iu;

	memcpy(to, from, IU_FIXED);
	if (len > IU_FIXED)
		memcpy(to + IU_FIXED, from + IU_FIXED, len - IU_FIXED);
	else if (len < IU_FIXED)
		memset(to + len, 0, IU_FIXED - len);
	return &sq->iu;
}

static void request(struct vscsi_server_queue *sq, const struct viosrp_crq *element)
{
	struct vscsi_request *req = vscsi_queue_request(sq->queue, element);
	u16 len = be16_to_cpu(element->IU_length);
	const union viosrp_iu *iu;
	struct vscsi_task *task;

	if (!req || len < sizeof(struct mad_common) || len > sizeof(*iu) ||
	    (element->format != VIOSRP_SRP_FORMAT && element->format != VIOSRP_MAD_FORMAT) ||
	    !vscsi_task_accept(sq, req, &task)) {
		bad_element(sq, element);
		return;
	}
	iu = copy_iu(sq, req, len);
	if (element->format == VIOSRP_SRP_FORMAT)
		srp(task, &iu->srp, len);
	else
		vscsi_mad(task, &iu->mad, len);
}

static void element_handle(struct vscsi_server_queue *sq, const struct viosrp_crq *element)
{
	switch (element->valid) {
	case VIOSRP_CRQ_INIT_RSP:
		initialise(sq, element);
		break;
	case VIOSRP_CRQ_CMD_RSP:
		if (element->format == VIOSRP_INLINE_FORMAT && element->status == CRQ_PING)
			vscsi_queue_notify(sq->queue, VIOSRP_CRQ_CMD_RSP, VIOSRP_INLINE_FORMAT,
					   CRQ_PING_RSP);
		else
			request(sq, element);
		break;
	default:
		bad_element(sq, element);
	}
}

static void handle_elements(struct vscsi_server_queue *sq)
{
	u32 left = vscsi_queue_room(sq->queue);
	struct viosrp_crq element;

	while (left-- && vscsi_queue_next(sq->queue, &element))
		element_handle(sq, &element);
}

static void handle_in_plug(struct vscsi_server_queue *sq)
{
	struct blk_plug plug;

	blk_start_plug(&plug);
	handle_elements(sq);
	blk_finish_plug(&plug);
}

/* The caller's plug may be what the block layer is working off right now. */
static void handle_in_process(struct vscsi_server_queue *sq)
{
	struct blk_plug *outer = current->plug;

	current->plug = NULL;
	if (vscsi_queue_has_batch(sq->queue))
		handle_in_plug(sq);
	else
		handle_elements(sq);
	current->plug = outer;
}

/**
 * vscsi_server_drain() - see struct vscsi_server_ops
 * @queue: the queue
 * @may_sleep: process context, where sleeping for a moment is allowed
 *
 * Context: whoever rang the doorbell; one at a time.
 */
void vscsi_server_drain(struct vscsi_queue *queue, bool may_sleep)
{
	struct vscsi_server_queue *sq = queue->server_data;

	sq->answered = false;
	sq->pended = false;
	sq->may_sleep = may_sleep;
	WRITE_ONCE(sq->drainer, current);
	if (may_sleep)
		handle_in_process(sq);
	else
		handle_elements(sq);
	WRITE_ONCE(sq->drainer, NULL);

	if (sq->pended)
		queue_work(vscsi_queue_wq, &sq->work);
	if (sq->answered)
		vscsi_queue_ring_client(queue);
}
