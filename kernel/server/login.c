// SPDX-License-Identifier: GPL-2.0
/* SRP login and its rejections (SRP 6.2). */
#include "target.h"
#include "trace.h"

/* Shortest IU that a client must be able to send: a command with one descriptor. */
#define MIN_IU_LEN	(sizeof(struct srp_cmd) + sizeof(struct srp_direct_buf))

/* Sub-operation of multi-channel: only the low bits say what is wanted. */
#define MULTICHAN_MASK	0x3

static u32 refusal(const struct vscsi_nexus *nexus, const struct srp_login_req *req, u16 len)
{
	u32 iu_len = be32_to_cpu(req->req_it_iu_len);

	if (len < offsetofend(struct srp_login_req, req_flags) ||
	    vscsi_nexus_state(nexus) == VSCSI_NEXUS_CLOSED)
		return SRP_LOGIN_REJ_UNABLE_ESTABLISH_CHANNEL;
	if (iu_len > SRP_MAX_IU_LEN)
		return SRP_LOGIN_REJ_REQ_IT_IU_LENGTH_TOO_LARGE;
	if (iu_len < MIN_IU_LEN)
		return SRP_LOGIN_REJ_UNABLE_ESTABLISH_CHANNEL;
	/* What a client requires must all be there; indirect tables add nothing to a window. */
	if (be16_to_cpu(req->req_buf_fmt) != SRP_BUF_FORMAT_DIRECT)
		return SRP_LOGIN_REJ_UNSUPPORTED_DESCRIPTOR_FMT;
	if ((req->req_flags & MULTICHAN_MASK) != SRP_MULTICHAN_SINGLE)
		return SRP_LOGIN_REJ_MULTI_CHANNEL_UNSUPPORTED;
	return 0;
}

static void reject(struct vscsi_task *task, u32 reason)
{
	struct srp_login_rej rej = {
		.opcode = SRP_LOGIN_REJ,
		.reason = cpu_to_be32(reason),
		.tag = task->tag,
		.buf_fmt = cpu_to_be16(SRP_BUF_FORMAT_DIRECT),
	};

	vscsi_task_answer(task, &rej, sizeof(rej), VIOSRP_SRP_FORMAT);
}

/**
 * vscsi_login() - log the client of a nexus in, or say why not
 * @task: accepted
 * @req: a copy of the IU
 * @len: its bytes
 *
 * The request limit that is granted holds for each CRQ pair by itself.  A login on a nexus
 * that is logged in ends the first session.
 *
 * Context: drain callback of any queue; only queue 0 may log in.
 */
void vscsi_login(struct vscsi_task *task, const struct srp_login_req *req, u16 len)
{
	struct vscsi_nexus *nexus = task->sq->nexus;
	u32 limit = min_t(u32, VSCSI_REQUEST_LIMIT, task->sq->queue->nr_slots);
	u32 reason = refusal(nexus, req, len);
	struct srp_login_rsp rsp = {
		.opcode = SRP_LOGIN_RSP,
		.req_lim_delta = cpu_to_be32(limit),
		.tag = task->tag,
		.max_it_iu_len = cpu_to_be32(SRP_MAX_IU_LEN),
		.max_ti_iu_len = cpu_to_be32(SRP_MAX_IU_LEN),
		.buf_fmt = cpu_to_be16(SRP_BUF_FORMAT_DIRECT),
	};

	if (task->sq->queue->index)
		reason = SRP_LOGIN_REJ_UNABLE_ASSOCIATE_CHANNEL;
	trace_vscsi_login(nexus->conn, reason);
	if (reason) {
		reject(task, reason);
		return;
	}
	if (nexus->state == VSCSI_NEXUS_LOGGED_IN)
		vscsi_nexus_lost(nexus);
	/* A command on another queue may have been past the look at the state when it was lost. */
	vscsi_nexus_release(nexus);
	vscsi_nexus_set_state(nexus, VSCSI_NEXUS_LOGGED_IN);
	vscsi_task_answer(task, &rsp, sizeof(rsp), VIOSRP_SRP_FORMAT);
}
