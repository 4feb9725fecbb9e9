// SPDX-License-Identifier: GPL-2.0
/* The client's command path. */
#include <linux/blk-mq.h>
#include <linux/unaligned.h>

#include "initiator.h"

/**
 * vscsi_sdev_lun() - LUN of a device as it goes into an IU
 * @sdev: the device
 *
 * host:bus:target:lun in the logical unit addressing method (SAM-5 4.7.7.4).
 *
 * Context: any.
 * Return: the LUN, host byte order.
 */
u64 vscsi_sdev_lun(const struct scsi_device *sdev)
{
	u64 lun = 0x8000 | (sdev->id & 0x3f) << 8 | (sdev->channel & 0x7) << 5 |
		  (sdev->lun & 0x1f);

	return lun << 48;
}

static bool take_credit(atomic_t *credits)
{
	int seen = atomic_read(credits);

	do {
		if (seen <= VSCSI_TMF_CREDITS)
			return false;
	} while (!atomic_try_cmpxchg(credits, &seen, seen - 1));
	return true;
}

/* Queue and handle: the handle differs each time, so no two commands share a tag. */
static u64 command_tag(u16 queue, u32 handle)
{
	return (u64)queue << 32 | handle;
}

static u16 build_iu(struct scsi_cmnd *scmd, struct vscsi_client_cmd *cmd, u16 queue)
{
	struct srp_cmd *iu = &cmd->req.iu.srp.cmd;
	u16 add_cdb = scmd->cmd_len > 16 ? ALIGN(scmd->cmd_len - 16, 4) : 0;
	u8 *desc = iu->add_data + add_cdb;

	memset(iu, 0, sizeof(*iu) + add_cdb);
	iu->opcode = SRP_CMD;
	cmd->tag = command_tag(queue, cmd->req.window.handle);
	iu->tag = cmd->tag;
	put_unaligned_be64(vscsi_sdev_lun(scmd->device), iu->lun.scsi_lun);
	iu->add_cdb_len = add_cdb;
	memcpy(iu->cdb, scmd->cmnd, min_t(size_t, scmd->cmd_len, sizeof(iu->cdb)));
	if (add_cdb)
		memcpy(iu->add_data, scmd->cmnd + sizeof(iu->cdb),
		       scmd->cmd_len - sizeof(iu->cdb));
	if (scmd->sc_data_direction == DMA_NONE)
		return sizeof(*iu) + add_cdb;

	iu->buf_fmt = scmd->sc_data_direction == DMA_TO_DEVICE ? SRP_DATA_DESC_DIRECT << 4 :
								SRP_DATA_DESC_DIRECT;
	put_unaligned_be64(0, desc + offsetof(struct srp_direct_buf, va));
	put_unaligned_be32(cmd->req.window.handle, desc + offsetof(struct srp_direct_buf, key));
	put_unaligned_be32(scsi_bufflen(scmd), desc + offsetof(struct srp_direct_buf, len));
	return sizeof(*iu) + add_cdb + sizeof(struct srp_direct_buf);
}

/* For a while a server that went away may come back; then its path has failed. */
static bool path_failed(struct vscsi_client *client, enum vscsi_link_state state)
{
	return state != VSCSI_LINK_CLOSING &&
	       vscsi_connection_down_for(client->conn) > VSCSI_PATH_TIMEOUT * HZ;
}

static scsi_qc_status_t give_up(struct scsi_cmnd *scmd, enum scsi_host_status why)
{
	scmd->result = why << 16;
	scsi_done(scmd);
	return 0;
}

static scsi_qc_status_t no_link(struct vscsi_client *client, struct scsi_cmnd *scmd,
				enum vscsi_link_state state)
{
	if (test_bit(VSCSI_FLAG_GONE, &client->flags))
		return give_up(scmd, DID_NO_CONNECT);
	if (path_failed(client, state))
		return give_up(scmd, DID_TRANSPORT_FAILFAST);
	return SCSI_MLQUEUE_HOST_BUSY;
}

static int send(struct vscsi_client *client, struct scsi_cmnd *scmd, u16 hwq, u16 slot)
{
	struct vscsi_client_cmd *cmd = scsi_cmd_priv(scmd);
	struct vscsi_queue *queue = &client->conn->queues[hwq];
	u16 len;
	int ret;

	cmd->req.server = cmd->server;
	vscsi_window_open(&cmd->req.window, slot, scsi_sglist(scmd), scsi_sg_count(scmd),
			  scsi_bufflen(scmd), scmd->sc_data_direction);
	len = build_iu(scmd, cmd, hwq);
	ret = vscsi_queue_submit(queue, &cmd->req, slot, VIOSRP_SRP_FORMAT, len);
	if (ret)
		vscsi_window_close(&cmd->req.window);
	return ret;
}

static scsi_qc_status_t issue(struct vscsi_client *client, struct scsi_cmnd *scmd, u16 hwq,
			      u16 slot)
{
	enum vscsi_link_state state = vscsi_connection_state(client->conn);

	if (state != VSCSI_LINK_UP)
		return no_link(client, scmd, state);
	if (vscsi_sdev_gone(scmd->device))
		return give_up(scmd, DID_NO_CONNECT);
	if (!take_credit(&client->credits[hwq]))
		return SCSI_MLQUEUE_HOST_BUSY;
	if (send(client, scmd, hwq, slot)) {
		atomic_inc(&client->credits[hwq]);
		return SCSI_MLQUEUE_HOST_BUSY;
	}
	return 0;
}

/**
 * vscsi_queuecommand() - see struct scsi_host_template
 * @shost: the host
 * @scmd: the command
 *
 * The last command of a batch rings the server; it may have been answered on return.
 *
 * Context: process; the server may sleep for a moment where the mid layer allows it.
 * Return: 0 or SCSI_MLQUEUE_HOST_BUSY.
 */
scsi_qc_status_t vscsi_queuecommand(struct Scsi_Host *shost, struct scsi_cmnd *scmd)
{
	struct vscsi_client *client = shost_priv(shost);
	u32 unique = blk_mq_unique_tag(scsi_cmd_to_rq(scmd));
	u16 hwq = blk_mq_unique_tag_to_hwq(unique);
	bool last = scmd->flags & SCMD_LAST;
	scsi_qc_status_t ret;

	ret = issue(client, scmd, hwq, blk_mq_unique_tag_to_tag(unique));
	/* Also if this one was given up: those of its batch before it wait for the ring. */
	if (!ret && last)
		vscsi_queue_ring_server(&client->conn->queues[hwq], client->may_block);
	return ret;
}

/**
 * vscsi_commit_rqs() - see struct scsi_host_template
 * @shost: the host
 * @hwq: a queue whose batch ended early
 *
 * Context: as vscsi_queuecommand().
 */
void vscsi_commit_rqs(struct Scsi_Host *shost, u16 hwq)
{
	struct vscsi_client *client = shost_priv(shost);

	vscsi_queue_ring_server(&client->conn->queues[hwq], client->may_block);
}

/**
 * vscsi_mq_poll() - see struct scsi_host_template
 * @shost: the host
 * @hwq: a polled queue
 *
 * Context: process.
 * Return: how many commands have been answered since it was last asked, here or elsewhere.
 */
int vscsi_mq_poll(struct Scsi_Host *shost, unsigned int hwq)
{
	struct vscsi_client *client = shost_priv(shost);

	vscsi_queue_poll(&client->conn->queues[hwq]);
	return atomic_xchg(&client->answered[hwq], 0);
}

static void copy_sense(struct scsi_cmnd *scmd, const struct srp_rsp *rsp, u32 offset)
{
	u32 len = be32_to_cpu(rsp->sense_data_len);
	u32 room = SRP_MAX_IU_LEN - sizeof(*rsp) - offset;

	memcpy(scmd->sense_buffer, rsp->data + offset,
	       min3(len, room, (u32)SCSI_SENSE_BUFFERSIZE));
}

static u32 residual(const struct srp_rsp *rsp)
{
	if (rsp->flags & SRP_RSP_FLAG_DOUNDER)
		return be32_to_cpu(rsp->data_out_res_cnt);
	return rsp->flags & SRP_RSP_FLAG_DIUNDER ? be32_to_cpu(rsp->data_in_res_cnt) : 0;
}

/* What can't be the answer to this command is none. */
static void set_result(struct scsi_cmnd *scmd, const struct srp_rsp *rsp)
{
	u32 rsp_len = rsp->flags & SRP_RSP_FLAG_RSPVALID ? be32_to_cpu(rsp->resp_data_len) : 0;
	u32 left = residual(rsp);

	if (rsp->opcode != SRP_RSP || rsp_len > 4 || (rsp_len == 4 && rsp->data[3]) ||
	    left > scsi_bufflen(scmd)) {
		scmd->result = DID_ERROR << 16;
		return;
	}
	scmd->result = rsp->status;
	if (rsp->flags & SRP_RSP_FLAG_SNSVALID)
		copy_sense(scmd, rsp, rsp_len);
	scsi_set_resid(scmd, left);
}

/* A server never grants more at once than at the login; an answer frees one credit at least. */
static u32 granted(const struct vscsi_client *client, const struct srp_rsp *rsp)
{
	u32 delta = be32_to_cpu(rsp->req_lim_delta);

	return delta && delta <= READ_ONCE(client->request_limit) ? delta : 1;
}

static void command_answered(struct vscsi_client *client, u16 hwq, struct vscsi_request *req)
{
	struct vscsi_client_cmd *cmd = container_of(req, struct vscsi_client_cmd, req);
	struct scsi_cmnd *scmd = vscsi_cmd_scmd(cmd);
	const struct srp_rsp *rsp = &req->iu.srp.rsp;

	atomic_add(granted(client, rsp), &client->credits[hwq]);
	if (client->conn->queues[hwq].polled)
		atomic_inc(&client->answered[hwq]);
	set_result(scmd, rsp);
	vscsi_window_close(&req->window);
	scsi_done(scmd);
}

static void answered(struct vscsi_queue *queue, const struct viosrp_crq *element)
{
	struct vscsi_client *client = queue->conn->client_data;
	struct vscsi_request *req;
	u16 slot;

	req = vscsi_queue_answered(queue, element, &slot);
	if (!req)
		atomic64_inc(&queue->conn->bad_elements);
	else if (slot < VSCSI_CAN_QUEUE)
		command_answered(client, queue->index, req);
	else
		vscsi_own_answered(client, slot);
}

static void link_event(struct vscsi_client *client)
{
	mod_delayed_work(client->link_wq, &client->link_work, 0);
}

static void init_event(struct vscsi_client *client, u8 format)
{
	set_bit(format == VIOSRP_CRQ_INIT ? VSCSI_FLAG_INIT : VSCSI_FLAG_INIT_COMPLETE,
		&client->flags);
	link_event(client);
}

/**
 * vscsi_client_drain() - see struct vscsi_client_ops
 * @queue: the queue
 *
 * Context: whoever rang the doorbell, softirq too; one at a time.
 */
void vscsi_client_drain(struct vscsi_queue *queue)
{
	struct vscsi_client *client = queue->conn->client_data;
	struct viosrp_crq element;
	u32 left = vscsi_queue_room(queue);

	while (left-- && vscsi_queue_take(queue, &element)) {
		if (element.valid == VIOSRP_CRQ_XPORT_EVENT)
			link_event(client);
		else if (element.valid == VIOSRP_CRQ_INIT_RSP)
			init_event(client, element.format);
		else if (element.format != VIOSRP_INLINE_FORMAT)
			answered(queue, &element);
	}
}

/**
 * vscsi_client_requeue_all() - give back all commands that were sent and not answered
 * @client: its link is down and the server has let go of everything
 *
 * Context: link_work.
 */
void vscsi_client_requeue_all(struct vscsi_client *client)
{
	struct vscsi_client_cmd *cmd;
	struct vscsi_request *req;
	u32 q;
	u16 slot;

	for (q = 0; q < client->conn->nr_queues; q++) {
		for (slot = 0; slot < VSCSI_CAN_QUEUE; slot++) {
			req = vscsi_queue_reclaim(&client->conn->queues[q], slot);
			if (!req)
				continue;
			cmd = container_of(req, struct vscsi_client_cmd, req);
			atomic_inc(&client->credits[q]);
			vscsi_window_close(&req->window);
			vscsi_cmd_scmd(cmd)->result = DID_REQUEUE << 16;
			scsi_done(vscsi_cmd_scmd(cmd));
		}
	}
}

/**
 * vscsi_client_outstanding() - how many commands the server has
 * @client: the client
 *
 * Context: any.
 * Return: the number.
 */
unsigned int vscsi_client_outstanding(struct vscsi_client *client)
{
	unsigned int n = 0;
	u32 q;
	u16 slot;

	for (q = 0; q < client->conn->nr_queues; q++)
		for (slot = 0; slot < VSCSI_CAN_QUEUE; slot++)
			n += vscsi_queue_slot_busy(&client->conn->queues[q], slot);
	return n;
}

/**
 * vscsi_init_cmd_priv() - see struct scsi_host_template
 * @shost: the host
 * @scmd: a command, not used yet
 *
 * Once, not for each command: the handle of the window must differ each time.
 *
 * Context: may sleep.
 * Return: 0.
 */
int vscsi_init_cmd_priv(struct Scsi_Host *shost, struct scsi_cmnd *scmd)
{
	memset(scsi_cmd_priv(scmd), 0, shost->hostt->cmd_size);
	return 0;
}
