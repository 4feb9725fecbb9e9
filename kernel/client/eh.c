// SPDX-License-Identifier: GPL-2.0
/*
 * Error handling.
 *
 * The mid layer takes a command's memory back as soon as a handler says SUCCESS.  So a
 * handler says it only when the server has answered the commands it is about and those
 * answers have been taken; the server answers when its backend has let go of the pages.
 */
#include <linux/blk-mq.h>
#include <linux/delay.h>
#include <linux/unaligned.h>

#include "initiator.h"

#define TMF_TIMEOUT	(15 * HZ)

/* Between two messages of a host reset that waits, in seconds. */
#define RESET_PATIENCE	30

/* For a new login, in seconds. */
#define LOGIN_PATIENCE	30

static struct vscsi_own *claim_tmf(struct vscsi_client *client)
{
	unsigned int i;

	for (i = 0; i < VSCSI_NR_TMF; i++)
		if (vscsi_own_claim(client->tmf[i]))
			return client->tmf[i];
	return NULL;
}

/* Wait for those who are completing commands now: the drains, and link_work after a loss. */
static void take_answers(struct vscsi_client *client)
{
	u32 i;

	for (i = 0; i < client->conn->nr_queues; i++)
		vscsi_queue_sync_client(&client->conn->queues[i]);
	flush_delayed_work(&client->link_work);
}

static int tmf_locked(struct vscsi_client *client, u8 function, u64 lun, u64 task_tag)
{
	struct vscsi_own *own = claim_tmf(client);
	struct srp_tsk_mgmt *req;
	const struct srp_rsp *rsp;
	u32 handle;
	int ret;

	if (!own)
		return -EBUSY;
	handle = vscsi_own_open(own, 0);
	req = &own->req.iu.srp.tsk_mgmt;
	memset(req, 0, sizeof(*req));
	req->opcode = SRP_TSK_MGMT;
	req->tag = handle;
	put_unaligned_be64(lun, req->lun.scsi_lun);
	req->tsk_mgmt_func = function;
	req->task_tag = task_tag;
	ret = vscsi_own_execute(client, own, VIOSRP_SRP_FORMAT, sizeof(*req), TMF_TIMEOUT);
	if (ret)
		return ret;
	rsp = &own->req.iu.srp.rsp;
	if (rsp->opcode != SRP_RSP || !(rsp->flags & SRP_RSP_FLAG_RSPVALID) || rsp->data[3])
		return -EIO;
	return 0;
}

static int tmf(struct vscsi_client *client, u8 function, u64 lun, u64 task_tag)
{
	int ret;

	mutex_lock(&client->tmf_lock);
	ret = tmf_locked(client, function, lun, task_tag);
	mutex_unlock(&client->tmf_lock);
	take_answers(client);
	return ret;
}

/**
 * vscsi_query_recover() - get back a query that was not answered in time
 * @client: the client
 *
 * If the server does not know it either it was lost, and comes back with a new connection.
 *
 * Context: scan_work, sleeps for 15 seconds at most.
 */
void vscsi_query_recover(struct vscsi_client *client)
{
	const struct vscsi_own *own = client->query;
	struct vscsi_queue *queue = &client->conn->queues[0];
	u64 lun = get_unaligned_be64(own->req.iu.srp.cmd.lun.scsi_lun);

	if (vscsi_queue_slot_busy(queue, own->slot) &&
	    !tmf(client, SRP_TSK_ABORT_TASK, lun, own->req.window.handle) &&
	    vscsi_queue_slot_busy(queue, own->slot))
		vscsi_connection_abandon(client->conn);
}

static bool with_server(struct vscsi_client *client, struct scsi_cmnd *scmd)
{
	u32 unique = blk_mq_unique_tag(scsi_cmd_to_rq(scmd));
	struct vscsi_queue *queue = &client->conn->queues[blk_mq_unique_tag_to_hwq(unique)];

	return vscsi_queue_slot_busy(queue, blk_mq_unique_tag_to_tag(unique));
}

/**
 * vscsi_eh_abort() - see struct scsi_host_template
 * @scmd: a command that has timed out
 *
 * Context: process, sleeps for 15 seconds at most.
 * Return: SUCCESS or FAILED.
 */
int vscsi_eh_abort(struct scsi_cmnd *scmd)
{
	struct vscsi_client *client = shost_priv(scmd->device->host);
	struct vscsi_client_cmd *cmd = scsi_cmd_priv(scmd);
	int ret;

	if (with_server(client, scmd)) {
		ret = tmf(client, SRP_TSK_ABORT_TASK, vscsi_sdev_lun(scmd->device),
			  cmd->tag);
		scmd_printk(KERN_INFO, scmd, "abort: %d\n", ret);
		if (with_server(client, scmd))
			return FAILED;
	}
	/* It has been taken back, but may still be on its way to scsi_done(). */
	take_answers(client);
	return SUCCESS;
}

static int reset_lun(struct vscsi_client *client, struct scsi_device *sdev)
{
	int ret = tmf(client, SRP_TSK_LUN_RESET, vscsi_sdev_lun(sdev), 0);

	sdev_printk(KERN_INFO, sdev, "LUN reset: %d\n", ret);
	return ret;
}

/*
 * The host may be removed meanwhile: nothing waits for a reset that a program has asked for,
 * and whose @scmd is no request.
 */
static int guarded(struct scsi_cmnd *scmd,
		   int (*reset)(struct vscsi_client *client, struct scsi_cmnd *scmd))
{
	struct vscsi_client *client = shost_priv(scmd->device->host);
	int ret = FAST_IO_FAIL;

	down_read(&client->reset_lock);
	if (!test_bit(VSCSI_FLAG_DEAD, &client->flags))
		ret = reset(client, scmd);
	/* The server has no command any more, but we have no answer: it was lost. */
	if (ret == SUCCESS && scsi_cmd_to_rq(scmd)->mq_hctx && with_server(client, scmd)) {
		vscsi_connection_abandon(client->conn);
		ret = FAILED;
	}
	up_read(&client->reset_lock);
	return ret;
}

static int device_reset(struct vscsi_client *client, struct scsi_cmnd *scmd)
{
	return reset_lun(client, scmd->device) ? FAILED : SUCCESS;
}

/**
 * vscsi_eh_device_reset() - see struct scsi_host_template
 * @scmd: names the device
 *
 * Context: process, sleeps for 15 seconds at most.
 * Return: SUCCESS, FAILED, or FAST_IO_FAIL if the host has gone.
 */
int vscsi_eh_device_reset(struct scsi_cmnd *scmd)
{
	return guarded(scmd, device_reset);
}

/* A device that is being deleted is not among those of the host any more. */
static int target_reset(struct vscsi_client *client, struct scsi_cmnd *scmd)
{
	struct scsi_target *starget = scsi_target(scmd->device);
	int ret = device_reset(client, scmd);
	struct scsi_device *sdev;

	shost_for_each_device(sdev, client->shost)
		if (scsi_target(sdev) == starget && sdev != scmd->device &&
		    reset_lun(client, sdev))
			ret = FAILED;
	return ret;
}

/**
 * vscsi_eh_target_reset() - see struct scsi_host_template
 * @scmd: names the target
 *
 * SRP has no target reset: each logical unit of the target is reset.
 *
 * Context: process, sleeps for 15 seconds a logical unit at most.
 * Return: SUCCESS, FAILED, or FAST_IO_FAIL if the host has gone.
 */
int vscsi_eh_target_reset(struct scsi_cmnd *scmd)
{
	return guarded(scmd, target_reset);
}

static void begin_anew(struct vscsi_client *client)
{
	struct vscsi_queue *queue = &client->conn->queues[0];

	vscsi_connection_set_state(client->conn, BIT(VSCSI_LINK_UP) | BIT(VSCSI_LINK_LOGIN),
				   VSCSI_LINK_INIT);
	if (!vscsi_queue_send_init(queue, VIOSRP_CRQ_INIT))
		vscsi_queue_ring_server(queue, false);
	take_answers(client);
}

static bool logging_in(struct vscsi_client *client)
{
	enum vscsi_link_state state = vscsi_connection_state(client->conn);

	return state == VSCSI_LINK_INIT || state == VSCSI_LINK_LOGIN;
}

static void wait_for_commands(struct vscsi_client *client)
{
	unsigned long report = jiffies + RESET_PATIENCE * HZ;
	unsigned int n;

	while ((n = vscsi_client_outstanding(client))) {
		msleep(20);
		if (time_before(jiffies, report))
			continue;
		shost_printk(KERN_WARNING, client->shost,
			     "reset: a backing device still holds %u commands\n", n);
		vscsi_connection_abandon(client->conn);
		report = jiffies + RESET_PATIENCE * HZ;
	}
	take_answers(client);
}

static int host_reset(struct vscsi_client *client, struct scsi_cmnd *scmd)
{
	unsigned long limit;

	begin_anew(client);
	wait_for_commands(client);
	limit = jiffies + LOGIN_PATIENCE * HZ;
	while (logging_in(client) && time_before(jiffies, limit))
		msleep(20);
	return vscsi_connection_state(client->conn) == VSCSI_LINK_UP ? SUCCESS : FAST_IO_FAIL;
}

/**
 * vscsi_eh_host_reset() - see struct scsi_host_template
 * @scmd: names the host
 *
 * A new initialisation: the server aborts all it has, then the client logs in again.  As long
 * as a backing device holds pages this waits, and says so; to give the pages back without
 * its consent would be to let it write into somebody else's memory.
 *
 * Without a link no disk is taken offline: the server may come back.
 *
 * Context: process, sleeps.
 * Return: SUCCESS, or FAST_IO_FAIL if there is no link.
 */
int vscsi_eh_host_reset(struct scsi_cmnd *scmd)
{
	return guarded(scmd, host_reset);
}
