// SPDX-License-Identifier: GPL-2.0
/* Server adapters: configured and unconfigured, and the watch over backing devices. */
#include <linux/netlink.h>
#include <linux/slab.h>

#include "target.h"
#define CREATE_TRACE_POINTS
#include "trace.h"

/* How often the sizes of backing devices are looked at: nothing announces that they grow. */
#define WATCH_INTERVAL	(2 * HZ)

/* How long a client may take to answer INIT, in jiffies. */
#define INIT_TIMEOUT	(10 * HZ)

struct workqueue_struct *vscsi_queue_wq;
struct workqueue_struct *vscsi_blocking_wq;
struct workqueue_struct *vscsi_waiting_wq;
struct workqueue_struct *vscsi_copy_wq;
struct workqueue_struct *vscsi_job_wq;

static struct workqueue_struct *watch_wq;

static void watch(struct work_struct *work);
static DECLARE_DELAYED_WORK(watch_work, watch);

/**
 * vscsi_adapter_server() - server half of an adapter
 * @adapter: an AVAILABLE server adapter
 *
 * Context: configuration lock held.
 * Return: its server half.
 */
struct vscsi_server *vscsi_adapter_server(const struct vscsi_adapter *adapter)
{
	return adapter->role_data;
}

/**
 * vscsi_server_vtds() - VTDs of an adapter
 * @adapter: an AVAILABLE server adapter
 *
 * Context: configuration lock held.
 * Return: list of struct vscsi_vtd by name.
 */
struct list_head *vscsi_server_vtds(struct vscsi_adapter *adapter)
{
	return &vscsi_adapter_server(adapter)->vtds;
}

/**
 * vscsi_server_links() - clients of an adapter
 * @adapter: an AVAILABLE server adapter
 *
 * Context: configuration lock held.
 * Return: list of struct vscsi_connection, linked by server_entry.
 */
struct list_head *vscsi_server_links(struct vscsi_adapter *adapter)
{
	return &vscsi_adapter_server(adapter)->links;
}

/*
 * A connection that could not be taken down in time, or that its client has abandoned, goes
 * once its commands have ended.  A handshake that got lost begins again.
 */
static void look_after(struct vscsi_connection *conn)
{
	switch (vscsi_connection_state(conn)) {
	case VSCSI_LINK_CLOSING:
		vscsi_connection_unbind(conn, 0);
		break;
	case VSCSI_LINK_INIT:
		if (vscsi_connection_down_for(conn) > INIT_TIMEOUT)
			vscsi_queue_notify(&conn->queues[0], VIOSRP_CRQ_INIT_RSP,
					   VIOSRP_CRQ_INIT, 0);
		break;
	default:
		break;
	}
}

static void watch(struct work_struct *work)
{
	struct vscsi_connection *conn, *next;
	struct vscsi_server *server;
	struct vscsi_vtd *vtd;

	vscsi_config_lock();
	list_for_each_entry(server, vscsi_server_list(), entry) {
		list_for_each_entry(vtd, &server->vtds, entry)
			vscsi_vtd_rescan(vtd);
		list_for_each_entry_safe(conn, next, &server->links, server_entry) {
			vscsi_connection_poll(conn);
			look_after(conn);
		}
		/* All that are not connected, also those that could not be for lack of memory. */
		vscsi_adapter_connect(server->adapter);
	}
	vscsi_config_unlock();
	queue_delayed_work(watch_wq, &watch_work, WATCH_INTERVAL);
}

/**
 * vscsi_watch_now() - have changes that clients have made told to those who watch
 *
 * Context: any.
 */
void vscsi_watch_now(void)
{
	mod_delayed_work(watch_wq, &watch_work, 0);
}

static int configure(struct vscsi_adapter *adapter, struct netlink_ext_ack *extack)
{
	struct vscsi_server *server = kzalloc(sizeof(*server), GFP_KERNEL);

	if (!server)
		return -ENOMEM;
	server->adapter = adapter;
	INIT_LIST_HEAD(&server->vtds);
	INIT_LIST_HEAD(&server->links);
	INIT_LIST_HEAD(&server->nexuses);
	spin_lock_init(&server->lock);
	xa_init_flags(&server->luns, XA_FLAGS_ALLOC);
	adapter->role_data = server;
	list_add_tail(&server->entry, vscsi_server_list());
	return 0;
}

static int unconfigure(struct vscsi_adapter *adapter, bool force, struct netlink_ext_ack *extack)
{
	struct vscsi_server *server = vscsi_adapter_server(adapter);
	struct vscsi_connection *conn, *next;
	int ret;

	if (!list_empty(&server->vtds)) {
		NL_SET_ERR_MSG_FMT(extack, "%s still has virtual target devices", adapter->name);
		return -EBUSY;
	}
	list_for_each_entry_safe(conn, next, &server->links, server_entry) {
		ret = vscsi_connection_unbind(conn, VSCSI_DRAIN_TIMEOUT);
		if (ret) {
			NL_SET_ERR_MSG_FMT(extack, "commands of %s have not finished",
					   conn->client->name);
			return ret;
		}
	}
	list_del(&server->entry);
	xa_destroy(&server->luns);
	adapter->role_data = NULL;
	kfree(server);
	return 0;
}

/* A server adapter made for any client takes several, another only its own. */
static int accept(struct vscsi_adapter *adapter)
{
	if (adapter->remote_partition == VSCSI_ANY || list_empty(vscsi_server_links(adapter)))
		return 0;
	return -EBUSY;
}

static const struct vscsi_role_ops role_ops = {
	.name_format = "vhost%d",
	.configure = configure,
	.unconfigure = unconfigure,
	.accept = accept,
	.forget = vscsi_client_gone,
};

static const struct vscsi_server_ops server_ops = {
	.request_size = sizeof(struct vscsi_task),
	.bind = vscsi_nexus_bind,
	.unbind = vscsi_nexus_unbind,
	.drain = vscsi_server_drain,
	.poll = vscsi_server_poll,
	.abort_all = vscsi_nexus_abort_all,
	.stuck = vscsi_nexus_stuck,
};

/**
 * vscsi_server_init() - register the server half
 *
 * Context: module init.
 * Return: 0 or -ENOMEM.
 */
int vscsi_server_init(void)
{
	vscsi_queue_wq = alloc_workqueue("vscsi_queue", WQ_MEM_RECLAIM | WQ_HIGHPRI | WQ_PERCPU, 0);
	if (!vscsi_queue_wq)
		return -ENOMEM;
	vscsi_blocking_wq = alloc_workqueue("vscsi_block", WQ_MEM_RECLAIM | WQ_UNBOUND, 0);
	if (!vscsi_blocking_wq)
		goto err_queue;
	/* Whoever waits for other commands must not take the last thread from them. */
	vscsi_waiting_wq = alloc_workqueue("vscsi_wait", WQ_MEM_RECLAIM | WQ_UNBOUND, 0);
	if (!vscsi_waiting_wq)
		goto err_blocking;
	/* Copies wait for commands of other clients, which must find a worker. */
	vscsi_copy_wq = alloc_workqueue("vscsi_copy", WQ_MEM_RECLAIM | WQ_UNBOUND, 0);
	if (!vscsi_copy_wq)
		goto err_waiting;
	/* Of its own: commands that wait for a job may use up all workers of the others. */
	vscsi_job_wq = alloc_workqueue("vscsi_job", WQ_MEM_RECLAIM | WQ_UNBOUND, 0);
	if (!vscsi_job_wq)
		goto err_copy;
	/* What makes lost connections anew can't wait for a thread. */
	watch_wq = alloc_ordered_workqueue("vscsi_watch", WQ_MEM_RECLAIM);
	if (!watch_wq)
		goto err_job;
	vscsi_server_ops_register(&server_ops);
	vscsi_role_register(VSCSI_ADAPTER_SERVER, &role_ops);
	queue_delayed_work(watch_wq, &watch_work, WATCH_INTERVAL);
	return 0;

err_job:
	destroy_workqueue(vscsi_job_wq);
err_copy:
	destroy_workqueue(vscsi_copy_wq);
err_waiting:
	destroy_workqueue(vscsi_waiting_wq);
err_blocking:
	destroy_workqueue(vscsi_blocking_wq);
err_queue:
	destroy_workqueue(vscsi_queue_wq);
	return -ENOMEM;
}

/**
 * vscsi_server_exit() - undo vscsi_server_init()
 *
 * Context: module exit; no adapter is left.
 */
void vscsi_server_exit(void)
{
	cancel_delayed_work_sync(&watch_work);
	destroy_workqueue(watch_wq);
	destroy_workqueue(vscsi_job_wq);
	destroy_workqueue(vscsi_copy_wq);
	destroy_workqueue(vscsi_waiting_wq);
	destroy_workqueue(vscsi_blocking_wq);
	destroy_workqueue(vscsi_queue_wq);
}
