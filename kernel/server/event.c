// SPDX-License-Identifier: GPL-2.0
/*
 * Events: asynchronous event reports (SRP 6.12) to the client.
 *
 * A server can't send by itself.  The client leaves empty IUs with it; an event goes
 * into the buffer of one, and the client sends the empty IU again.  An event that finds
 * none is not queued: the next empty IU is then answered with "reported LUNs data has
 * changed" for the well-known logical unit, which makes the client look at everything.
 */
#include <linux/unaligned.h>

#include "target.h"
#include "trace.h"

static void send(struct vscsi_task *task, u64 lun, enum vscsi_ua ua)
{
	union mad_iu reply = { .empty_iu = task->empty.iu };
	struct vscsi_sense sense = { };
	struct {
		struct srp_aer_req req;
		u8 sense[VSCSI_SENSE_FIXED_LEN];
	} event = {
		.req = {
			.opcode = SRP_AER_REQ,
			.sense_data_len = cpu_to_be32(VSCSI_SENSE_FIXED_LEN),
		},
	};

	put_unaligned_be64(lun, event.req.lun.scsi_lun);
	vscsi_sense_from_ua(&sense, ua);
	vscsi_sense_format(&sense, false, event.sense);
	vscsi_map_copy_out(&task->empty.map, 0, &event, sizeof(event));
	reply.empty_iu.common.status = cpu_to_be16(VIOSRP_MAD_SUCCESS);
	vscsi_task_answer(task, &reply, sizeof(reply), VIOSRP_MAD_FORMAT);
}

static void give_back(struct vscsi_task *task)
{
	union mad_iu reply = { .empty_iu = task->empty.iu };

	reply.empty_iu.common.status = cpu_to_be16(VIOSRP_MAD_FAILED);
	vscsi_task_answer(task, &reply, sizeof(reply), VIOSRP_MAD_FORMAT);
}

/**
 * vscsi_event_offer() - the client has sent an empty IU
 * @task: accepted, task->empty.map is set
 * @iu: a copy of the datagram
 *
 * Context: drain callback.
 */
void vscsi_event_offer(struct vscsi_task *task, const struct viosrp_empty_iu *iu)
{
	struct vscsi_nexus *nexus = task->sq->nexus;
	bool missed, closing;
	unsigned long flags;

	task->empty.iu = *iu;
	spin_lock_irqsave(&nexus->event_lock, flags);
	closing = nexus->closing;
	missed = nexus->missed;
	nexus->missed = false;
	nexus->takes_events = true;
	if (!closing && !missed)
		list_add_tail(&task->empty.entry, &nexus->empty_ius);
	spin_unlock_irqrestore(&nexus->event_lock, flags);

	if (closing)
		give_back(task);
	else if (missed)
		send(task, VSCSI_LUN_REPORT_LUNS, VSCSI_UA_LUNS_CHANGED);
}

/**
 * vscsi_event_send() - report an event to one client
 * @nexus: the client
 * @lun: what it is about
 * @ua: what has happened
 *
 * Context: any.
 * Return: false if this client takes no events, and a unit attention must do.
 */
bool vscsi_event_send(struct vscsi_nexus *nexus, u64 lun, enum vscsi_ua ua)
{
	struct vscsi_task *task;
	unsigned long flags;
	bool takes_events;

	spin_lock_irqsave(&nexus->event_lock, flags);
	takes_events = nexus->takes_events;
	task = list_first_entry_or_null(&nexus->empty_ius, struct vscsi_task, empty.entry);
	if (task)
		list_del(&task->empty.entry);
	else
		nexus->missed = true;
	spin_unlock_irqrestore(&nexus->event_lock, flags);

	trace_vscsi_event(nexus->conn, lun, ua, !!task);
	if (task)
		send(task, lun, ua);
	return takes_events;
}

/**
 * vscsi_event_drop() - give all empty IUs back
 * @nexus: the client
 * @closing: and those that come later
 *
 * Context: any.
 */
void vscsi_event_drop(struct vscsi_nexus *nexus, bool closing)
{
	struct vscsi_task *task, *next;
	unsigned long flags;
	LIST_HEAD(ius);

	spin_lock_irqsave(&nexus->event_lock, flags);
	nexus->closing |= closing;
	list_splice_init(&nexus->empty_ius, &ius);
	spin_unlock_irqrestore(&nexus->event_lock, flags);

	list_for_each_entry_safe(task, next, &ius, empty.entry) {
		list_del(&task->empty.entry);
		give_back(task);
	}
}
