// SPDX-License-Identifier: GPL-2.0
/* The link to the server: initialisation, adapter info, capabilities, login, loss. */
#include "initiator.h"

#define STEP_TIMEOUT	(5 * HZ)
#define RETRY_INTERVAL	(5 * HZ)

static int adapter_info(struct vscsi_client *client)
{
	struct vscsi_own *own = client->login;
	struct mad_adapter_info_data *info = own->data;
	struct viosrp_adapter_info *mad = &own->req.iu.mad.adapter_info;
	const struct vscsi_partition *part = client->adapter->partition;
	u32 handle;
	int ret;

	if (!vscsi_own_claim(own))
		return -EBUSY;
	handle = vscsi_own_open(own, sizeof(*info));
	memset(info, 0, sizeof(*info));
	strscpy(info->srp_version, SRP_VERSION, sizeof(info->srp_version));
	strscpy(info->partition_name, part->name, sizeof(info->partition_name));
	info->partition_number = cpu_to_be32(part->id);
	info->mad_version = cpu_to_be32(SRP_MAD_VERSION_1);
	info->os_type = cpu_to_be32(SRP_MAD_OS_LINUX);

	memset(mad, 0, sizeof(*mad));
	mad->common.type = cpu_to_be32(VIOSRP_ADAPTER_INFO_TYPE);
	mad->common.length = cpu_to_be16(sizeof(*info));
	mad->buffer = cpu_to_be64(handle);
	ret = vscsi_own_execute(client, own, VIOSRP_MAD_FORMAT, sizeof(*mad), STEP_TIMEOUT);
	if (ret)
		return ret;
	if (mad->common.status)
		return -EPROTO;
	mutex_lock(&client->info_lock);
	client->info = *info;
	mutex_unlock(&client->info_lock);
	return 0;
}

static int capabilities(struct vscsi_client *client)
{
	struct vscsi_own *own = client->login;
	struct capabilities *caps = own->data;
	struct viosrp_capabilities *mad = &own->req.iu.mad.capabilities;
	u32 handle;
	int ret;

	if (!vscsi_own_claim(own))
		return -EBUSY;
	handle = vscsi_own_open(own, sizeof(*caps));
	memset(caps, 0, sizeof(*caps));
	caps->flags = cpu_to_be32(CAP_LIST_SUPPORTED);
	strscpy(caps->name, client->adapter->name, sizeof(caps->name));
	strscpy(caps->loc, client->adapter->physloc, sizeof(caps->loc));
	caps->migration.common.cap_type = cpu_to_be32(MIGRATION_CAPABILITIES);
	caps->migration.common.length = cpu_to_be16(sizeof(caps->migration));
	caps->reserve.common.cap_type = cpu_to_be32(RESERVATION_CAPABILITIES);
	caps->reserve.common.length = cpu_to_be16(sizeof(caps->reserve));
	caps->reserve.type = cpu_to_be32(CLIENT_RESERVE_SCSI_2);

	memset(mad, 0, sizeof(*mad));
	mad->common.type = cpu_to_be32(VIOSRP_CAPABILITIES_TYPE);
	mad->common.length = cpu_to_be16(sizeof(*caps));
	mad->buffer = cpu_to_be64(handle);
	ret = vscsi_own_execute(client, own, VIOSRP_MAD_FORMAT, sizeof(*mad), STEP_TIMEOUT);
	if (ret)
		return ret;
	/* A server that does not know this datagram is as good as any other. */
	if (mad->common.status)
		return 0;
	mutex_lock(&client->info_lock);
	client->caps = *caps;
	mutex_unlock(&client->info_lock);
	return 0;
}

static int login(struct vscsi_client *client)
{
	struct vscsi_own *own = client->login;
	struct srp_login_req *req = &own->req.iu.srp.login_req;
	const struct srp_login_rsp *rsp = &own->req.iu.srp.login_rsp;
	u32 limit, i;
	int ret;

	if (!vscsi_own_claim(own))
		return -EBUSY;
	vscsi_own_open(own, 0);
	memset(req, 0, sizeof(*req));
	req->opcode = SRP_LOGIN_REQ;
	req->req_it_iu_len = cpu_to_be32(SRP_MAX_IU_LEN);
	req->req_buf_fmt = cpu_to_be16(SRP_BUF_FORMAT_DIRECT);
	ret = vscsi_own_execute(client, own, VIOSRP_SRP_FORMAT, sizeof(*req), STEP_TIMEOUT);
	if (ret)
		return ret;
	if (rsp->opcode != SRP_LOGIN_RSP) {
		dev_warn(client->adapter->dev, "rejected by the server, reason 0x%x\n",
			 be32_to_cpu(own->req.iu.srp.login_rej.reason));
		return -ECONNREFUSED;
	}
	/* Commands of an earlier session that are not yet answered still hold their credits. */
	limit = be32_to_cpu(rsp->req_lim_delta);
	if (limit <= VSCSI_TMF_CREDITS || limit > client->conn->queues[0].nr_slots)
		return -EPROTO;
	for (i = 0; i < client->conn->nr_queues; i++)
		atomic_add(limit - client->request_limit, &client->credits[i]);
	WRITE_ONCE(client->request_limit, limit);
	return 0;
}

/* Only the hypervisor knows that the server has let go of everything, whatever an element says. */
static void take_back(struct vscsi_client *client)
{
	u32 unbinds = READ_ONCE(client->conn->unbinds);

	if (unbinds == client->unbinds)
		return;
	client->unbinds = unbinds;
	vscsi_own_lost(client);
	vscsi_client_requeue_all(client);
}

static int bring_up(struct vscsi_client *client)
{
	int ret;

	if (!vscsi_connection_set_state(client->conn, BIT(VSCSI_LINK_INIT), VSCSI_LINK_LOGIN))
		return -ENOTCONN;
	ret = adapter_info(client);
	if (!ret)
		ret = capabilities(client);
	if (!ret)
		ret = login(client);
	if (ret)
		return ret;
	return vscsi_connection_set_state(client->conn, BIT(VSCSI_LINK_LOGIN), VSCSI_LINK_UP) ?
	       0 : -ENOTCONN;
}

static void arm_events(struct vscsi_client *client)
{
	unsigned int i;

	for (i = 0; i < VSCSI_NR_EMPTY; i++)
		vscsi_event_arm(client, client->empty[i]);
}

static void send_init(struct vscsi_client *client, u8 format)
{
	if (!vscsi_queue_send_init(&client->conn->queues[0], format))
		vscsi_queue_ring_server(&client->conn->queues[0], false);
}

/* Unless the link is gone: then the next server begins. Or up: then nothing has failed. */
static void try_again(struct vscsi_client *client, int err)
{
	if (!vscsi_connection_set_state(client->conn, BIT(VSCSI_LINK_LOGIN), VSCSI_LINK_INIT))
		return;
	dev_warn(client->adapter->dev, "no login to the server: %d\n", err);
	/* The request that was not answered comes back with a new connection only. */
	if (err == -ETIMEDOUT || err == -EBUSY) {
		vscsi_connection_abandon(client->conn);
		return;
	}
	set_bit(VSCSI_FLAG_RETRY, &client->flags);
	queue_delayed_work(client->link_wq, &client->link_work, RETRY_INTERVAL);
}

/**
 * vscsi_link_work() - do what the elements on queue 0 have asked for
 * @work: of a struct vscsi_client
 *
 * Context: work on client->link_wq, sleeps.
 */
void vscsi_link_work(struct work_struct *work)
{
	struct vscsi_client *client = container_of(work, struct vscsi_client, link_work.work);
	/* Before the losses are looked at: an INIT that comes after a loss is handled after it. */
	bool init = test_and_clear_bit(VSCSI_FLAG_INIT, &client->flags);
	bool complete = test_and_clear_bit(VSCSI_FLAG_INIT_COMPLETE, &client->flags);
	int ret;

	take_back(client);
	if (test_and_clear_bit(VSCSI_FLAG_RETRY, &client->flags))
		send_init(client, VIOSRP_CRQ_INIT);
	if (!init && !complete)
		return;

	/* A server that exchanges INIT has forgotten the login. */
	vscsi_connection_set_state(client->conn, BIT(VSCSI_LINK_UP), VSCSI_LINK_INIT);
	if (init)
		send_init(client, VIOSRP_CRQ_INIT_COMPLETE);
	ret = bring_up(client);
	if (ret) {
		try_again(client, ret);
		return;
	}
	arm_events(client);
	vscsi_scan_all(client);
}
