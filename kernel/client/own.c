// SPDX-License-Identifier: GPL-2.0
/* Requests that the driver sends for itself, all on queue 0. */
#include <linux/slab.h>
#include <linux/unaligned.h>

#include "initiator.h"

static struct vscsi_own *own_alloc(u16 slot)
{
	struct vscsi_own *own = kzalloc(sizeof(*own) + vscsi_server_request_size(), GFP_KERNEL);

	if (!own)
		return NULL;
	own->data = kzalloc(VSCSI_OWN_DATA, GFP_KERNEL);
	if (!own->data) {
		kfree(own);
		return NULL;
	}
	own->data_len = VSCSI_OWN_DATA;
	own->slot = slot;
	own->req.server = own->server;
	init_completion(&own->done);
	return own;
}

static void own_free(struct vscsi_own *own)
{
	if (own)
		kfree(own->data);
	kfree(own);
}

static struct vscsi_own **own_place(struct vscsi_client *client, unsigned int n)
{
	if (n == 0)
		return &client->login;
	if (n == 1)
		return &client->query;
	if (n < 2 + VSCSI_NR_TMF)
		return &client->tmf[n - 2];
	return &client->empty[n - 2 - VSCSI_NR_TMF];
}

/**
 * vscsi_own_in_slot() - the own request in a slot
 * @client: the client
 * @slot: VSCSI_CAN_QUEUE or more
 *
 * Context: any.
 * Return: the request.
 */
struct vscsi_own *vscsi_own_in_slot(struct vscsi_client *client, u16 slot)
{
	return *own_place(client, slot - VSCSI_CAN_QUEUE);
}

/**
 * vscsi_own_free_all() - free what vscsi_own_alloc_all() made, in part too
 * @client: nothing of it is sent
 *
 * Context: may sleep.
 */
void vscsi_own_free_all(struct vscsi_client *client)
{
	unsigned int n;

	for (n = 0; n < VSCSI_NR_OWN; n++)
		own_free(*own_place(client, n));
}

/**
 * vscsi_own_alloc_all() - make the own requests of a client
 * @client: the client
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int vscsi_own_alloc_all(struct vscsi_client *client)
{
	unsigned int n;

	for (n = 0; n < VSCSI_NR_OWN; n++) {
		*own_place(client, n) = own_alloc(VSCSI_CAN_QUEUE + n);
		if (!*own_place(client, n)) {
			vscsi_own_free_all(client);
			return -ENOMEM;
		}
	}
	return 0;
}

/**
 * vscsi_own_claim() - take an own request, to send it
 * @own: the request
 *
 * It is free again when it is answered or lost and nobody looks at the answer any more, or
 * when it could not be sent.
 *
 * Context: any.
 * Return: false if somebody has it, or the server since an earlier time-out.
 */
bool vscsi_own_claim(struct vscsi_own *own)
{
	return atomic_cmpxchg(&own->state, VSCSI_OWN_FREE, VSCSI_OWN_LEFT) == VSCSI_OWN_FREE;
}

/**
 * vscsi_own_grow() - get a buffer for more
 * @own: the request; nobody else uses it, and the server has it not
 * @len: bytes wanted
 *
 * Context: may sleep.
 * Return: true if the buffer is larger now; it is empty then.
 */
bool vscsi_own_grow(struct vscsi_own *own, u32 len)
{
	void *data;

	if (len <= own->data_len)
		return false;
	data = kzalloc(len, GFP_KERNEL);
	if (!data)
		return false;
	kfree(own->data);
	own->data = data;
	own->data_len = len;
	return true;
}

/* The server has it no more: it goes to who waits, or to nobody. */
static void ended(struct vscsi_own *own)
{
	vscsi_window_close(&own->req.window);
	if (atomic_cmpxchg(&own->state, VSCSI_OWN_WAITED, VSCSI_OWN_DONE) == VSCSI_OWN_WAITED)
		complete(&own->done);
	else
		atomic_set_release(&own->state, VSCSI_OWN_FREE);
}

/**
 * vscsi_own_open() - open the window of an own request over its buffer
 * @own: claimed
 * @len: bytes, at most own->data_len
 *
 * Context: any.
 * Return: the handle, for the IU.
 */
u32 vscsi_own_open(struct vscsi_own *own, u32 len)
{
	sg_init_one(&own->sg, own->data, len);
	vscsi_window_open(&own->req.window, own->slot, &own->sg, 1, len, DMA_BIDIRECTIONAL);
	return own->req.window.handle;
}

/**
 * vscsi_own_send() - send an own request
 * @client: the client
 * @own: claimed, window open, iu filled in
 * @format: VIOSRP_SRP_FORMAT or VIOSRP_MAD_FORMAT
 * @len: bytes of the IU
 *
 * Context: process.
 * Return: 0 or as vscsi_queue_submit().
 */
int vscsi_own_send(struct vscsi_client *client, struct vscsi_own *own, u8 format, u16 len)
{
	struct vscsi_queue *queue = &client->conn->queues[0];
	int ret;

	own->lost = false;
	ret = vscsi_queue_submit(queue, &own->req, own->slot, format, len);
	if (ret) {
		vscsi_window_close(&own->req.window);
		atomic_set_release(&own->state, VSCSI_OWN_FREE);
		return ret;
	}
	vscsi_queue_ring_server(queue, false);
	return 0;
}

/**
 * vscsi_own_execute() - send an own request and wait for its answer
 * @client: the client
 * @own: claimed, window open, iu filled in; the answer is in iu and data on success
 * @format: VIOSRP_SRP_FORMAT or VIOSRP_MAD_FORMAT
 * @len: bytes of the IU
 * @timeout: jiffies
 *
 * Context: may sleep.
 * Return: 0; -ETIMEDOUT: @own is still with the server; -ENOTCONN: the link went down.
 */
int vscsi_own_execute(struct vscsi_client *client, struct vscsi_own *own, u8 format, u16 len,
		      unsigned long timeout)
{
	int ret;

	reinit_completion(&own->done);
	atomic_set(&own->state, VSCSI_OWN_WAITED);
	ret = vscsi_own_send(client, own, format, len);
	if (ret)
		return ret;
	if (!wait_for_completion_timeout(&own->done, timeout)) {
		if (atomic_cmpxchg(&own->state, VSCSI_OWN_WAITED, VSCSI_OWN_LEFT) ==
		    VSCSI_OWN_WAITED)
			return -ETIMEDOUT;
		/* The answer has come after all, and complete() is about to be called. */
		wait_for_completion(&own->done);
	}
	ret = own->lost ? -ENOTCONN : 0;
	atomic_set_release(&own->state, VSCSI_OWN_FREE);
	return ret;
}

static bool is_empty_iu(u16 slot)
{
	return slot >= VSCSI_CAN_QUEUE + 2 + VSCSI_NR_TMF;
}

/**
 * vscsi_own_answered() - an own request has been answered
 * @client: the client
 * @slot: its slot
 *
 * Context: drain callback.
 */
void vscsi_own_answered(struct vscsi_client *client, u16 slot)
{
	struct vscsi_own *own = vscsi_own_in_slot(client, slot);
	bool empty = is_empty_iu(slot);

	if (empty)
		vscsi_event_note(client, own);
	ended(own);
	if (empty)
		vscsi_scan(client, 0);
}

/**
 * vscsi_own_lost() - the link is down: nothing that was sent will be answered
 * @client: the client
 *
 * Context: process.
 */
void vscsi_own_lost(struct vscsi_client *client)
{
	struct vscsi_own *own;
	unsigned int n;

	for (n = 0; n < VSCSI_NR_OWN; n++) {
		own = *own_place(client, n);
		if (!vscsi_queue_reclaim(&client->conn->queues[0], own->slot))
			continue;
		own->lost = true;
		ended(own);
	}
}

/**
 * vscsi_own_read() - send a command that reads into the buffer of an own request
 * @client: the client; logged in
 * @own: the request
 * @lun: to which logical unit
 * @cdb: 16 bytes
 * @len: bytes wanted, at most own->data_len
 *
 * Context: the work that @own belongs to, sleeps.
 * Return: bytes read; -EBUSY if @own is in use, or with the server since an earlier time-out;
 * -EIO for any status but GOOD; or as vscsi_own_execute().
 */
int vscsi_own_read(struct vscsi_client *client, struct vscsi_own *own, u64 lun, const u8 *cdb,
		   u32 len)
{
	struct srp_cmd *iu = &own->req.iu.srp.cmd;
	const struct srp_rsp *rsp = &own->req.iu.srp.rsp;
	u32 handle, residual;
	int ret;

	if (!vscsi_own_claim(own))
		return -EBUSY;
	handle = vscsi_own_open(own, len);
	memset(iu, 0, sizeof(*iu));
	iu->opcode = SRP_CMD;
	iu->tag = handle;
	iu->buf_fmt = SRP_DATA_DESC_DIRECT;
	put_unaligned_be64(lun, iu->lun.scsi_lun);
	memcpy(iu->cdb, cdb, sizeof(iu->cdb));
	put_unaligned_be64(0, iu->add_data + offsetof(struct srp_direct_buf, va));
	put_unaligned_be32(handle, iu->add_data + offsetof(struct srp_direct_buf, key));
	put_unaligned_be32(len, iu->add_data + offsetof(struct srp_direct_buf, len));

	ret = vscsi_own_execute(client, own, VIOSRP_SRP_FORMAT,
				sizeof(*iu) + sizeof(struct srp_direct_buf), 10 * HZ);
	if (ret)
		return ret;
	residual = be32_to_cpu(rsp->data_in_res_cnt);
	if (rsp->opcode != SRP_RSP || rsp->status || rsp->flags & SRP_RSP_FLAG_RSPVALID ||
	    residual > len)
		return -EIO;
	return len - residual;
}
