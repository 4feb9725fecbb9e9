// SPDX-License-Identifier: GPL-2.0
/* Client adapters: configured and unconfigured. */
#include <linux/blk-mq.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/lockdep.h>
#include <linux/module.h>
#include <linux/netlink.h>
#include <linux/slab.h>

#include "initiator.h"

/* 16 MiB in one command, if the backing device takes them. */
#define MAX_SECTORS		32768

/* Enough that no two disks in one stack have the same. */
#define FLUSH_CLASSES		64

#define STUCK_AGE		(5 * HZ)
#define UNBIND_TIMEOUT		(10 * HZ)
#define REMOVE_TIMEOUT		(30 * HZ)

static struct vscsi_client *adapter_client(const struct vscsi_adapter *adapter)
{
	return adapter->role_data;
}

/* Each VTD looks like a target with one LUN: LUNs come from the server's own list. */
static int target_alloc(struct scsi_target *starget)
{
	starget->no_report_luns = 1;
	return 0;
}

/*
 * A server's flush of its backing device ends under that device's flush lock, and may end a flush
 * of our disk there, which takes the lock of ours.  The backing device may be made of another disk
 * of ours: lockdep has to tell them apart.
 */
static int sdev_init(struct scsi_device *sdev)
{
	static struct lock_class_key flush_keys[FLUSH_CLASSES];
	static atomic_t made;
	unsigned int n = (unsigned int)atomic_inc_return(&made) % FLUSH_CLASSES;
	struct blk_mq_hw_ctx *hctx;
	unsigned long i;

	queue_for_each_hw_ctx(sdev->request_queue, hctx, i)
		blk_mq_hctx_set_fq_lock_class(hctx, &flush_keys[n]);
	return 0;
}

static unsigned int poll_queues;
module_param(poll_queues, uint, 0644);
MODULE_PARM_DESC(poll_queues,
		 "Polled queues (io_uring's IOPOLL) of each client adapter configured from now on");

static void map_queues_of(struct blk_mq_queue_map *map, u32 first, u32 nr)
{
	map->queue_offset = first;
	map->nr_queues = nr;
	if (nr)
		blk_mq_map_queues(map);
}

static void map_queues(struct Scsi_Host *shost)
{
	const struct vscsi_client *client = shost_priv(shost);
	struct blk_mq_queue_map *map = shost->tag_set.map;
	u32 others = shost->nr_hw_queues - client->nr_polled;

	map_queues_of(&map[HCTX_TYPE_DEFAULT], 0, others);
	if (!client->nr_polled)
		return;
	map_queues_of(&map[HCTX_TYPE_READ], 0, 0);
	map_queues_of(&map[HCTX_TYPE_POLL], others, client->nr_polled);
}

/* Not const: the size of the server's part of a command is known at init only. */
static struct scsi_host_template host_template = {
	.module = THIS_MODULE,
	.name = "PowerVM Virtual SCSI Client Adapter",
	.proc_name = "vscsi",
	.queuecommand = vscsi_queuecommand,
	.commit_rqs = vscsi_commit_rqs,
	.mq_poll = vscsi_mq_poll,
	.init_cmd_priv = vscsi_init_cmd_priv,
	.eh_abort_handler = vscsi_eh_abort,
	.eh_device_reset_handler = vscsi_eh_device_reset,
	.eh_target_reset_handler = vscsi_eh_target_reset,
	.eh_host_reset_handler = vscsi_eh_host_reset,
	.target_alloc = target_alloc,
	COMPAT_SDEV_INIT(sdev_init),
	.change_queue_depth = scsi_change_queue_depth,
	.map_queues = map_queues,
	.shost_groups = vscsi_shost_groups,
	.sdev_groups = vscsi_sdev_groups,
	.can_queue = VSCSI_CAN_QUEUE,
	.cmd_per_lun = VSCSI_CMD_PER_LUN,
	.this_id = -1,
	.sg_tablesize = SG_MAX_SEGMENTS,
	.max_sectors = MAX_SECTORS,
	.max_segment_size = UINT_MAX,
	.track_queue_depth = 1,
	.skip_settle_delay = 1,
	COMPAT_SHT_MAY_BLOCK
};

static struct Scsi_Host *shost_alloc(struct vscsi_adapter *adapter)
{
	struct Scsi_Host *shost = scsi_host_alloc(&host_template, sizeof(struct vscsi_client));
	u32 queues = adapter->queues ?: num_online_cpus();
	struct vscsi_client *client;

	if (!shost)
		return NULL;
	client = shost_priv(shost);
	client->nr_polled = min(READ_ONCE(poll_queues), nr_cpu_ids);
	shost->max_id = 64;
	shost->max_channel = 7;
	shost->max_lun = 32;
	shost->max_cmd_len = 32;
	shost->nr_hw_queues = min_t(u32, queues, nr_cpu_ids) + client->nr_polled;
	if (client->nr_polled)
		shost->nr_maps = HCTX_MAX_TYPES;
	return shost;
}

static const struct vscsi_client_ops client_ops = { .drain = vscsi_client_drain };

static void remove_work(struct work_struct *work)
{
	struct vscsi_client *client = container_of(work, struct vscsi_client, remove_work);

	cancel_delayed_work_sync(&client->scan_work);
	scsi_remove_host(client->shost);
	complete_all(&client->removed);
}

static void client_init(struct vscsi_client *client, struct Scsi_Host *shost,
			struct vscsi_adapter *adapter)
{
	client->shost = shost;
	client->adapter = adapter;
	INIT_DELAYED_WORK(&client->link_work, vscsi_link_work);
	INIT_DELAYED_WORK(&client->scan_work, vscsi_scan_work);
	mutex_init(&client->tmf_lock);
	mutex_init(&client->info_lock);
	init_rwsem(&client->reset_lock);
	INIT_WORK(&client->remove_work, remove_work);
	init_completion(&client->removed);
	spin_lock_init(&client->event_lock);
}

static int client_alloc(struct vscsi_client *client, u32 nr_queues)
{
	int ret = -ENOMEM;

	client->credits = kcalloc(nr_queues, sizeof(*client->credits), GFP_KERNEL);
	if (!client->credits)
		return -ENOMEM;
	client->answered = kcalloc(nr_queues, sizeof(*client->answered), GFP_KERNEL);
	if (!client->answered)
		goto free_credits;
	ret = vscsi_own_alloc_all(client);
	if (ret)
		goto free_answered;
	ret = -ENOMEM;
	client->link_wq = alloc_ordered_workqueue("%s_link", WQ_MEM_RECLAIM, client->adapter->name);
	if (!client->link_wq)
		goto free_own;
	client->scan_wq = alloc_ordered_workqueue("%s_scan", 0, client->adapter->name);
	if (!client->scan_wq)
		goto free_link_wq;
	client->conn = vscsi_connection_create(client->adapter, &client_ops, client, nr_queues,
					       client->nr_polled, VSCSI_CAN_QUEUE + VSCSI_NR_OWN);
	if (!IS_ERR(client->conn))
		return 0;
	ret = PTR_ERR(client->conn);

	destroy_workqueue(client->scan_wq);
free_link_wq:
	destroy_workqueue(client->link_wq);
free_own:
	vscsi_own_free_all(client);
free_answered:
	kfree(client->answered);
free_credits:
	kfree(client->credits);
	return ret;
}

static void client_free(struct vscsi_client *client)
{
	vscsi_connection_destroy(client->conn);
	destroy_workqueue(client->scan_wq);
	destroy_workqueue(client->link_wq);
	vscsi_own_free_all(client);
	kfree(client->answered);
	kfree(client->credits);
}

static int configure(struct vscsi_adapter *adapter, struct netlink_ext_ack *extack)
{
	struct Scsi_Host *shost = shost_alloc(adapter);
	struct vscsi_client *client;
	int ret;

	if (!shost)
		return -ENOMEM;
	client = shost_priv(shost);
	client_init(client, shost, adapter);
	ret = client_alloc(client, shost->nr_hw_queues);
	if (ret)
		goto put_host;
	ret = scsi_add_host(shost, adapter->dev);
	if (ret) {
		NL_SET_ERR_MSG(extack, "the SCSI host could not be added");
		goto free_client;
	}
	client->may_block = compat_queuecommand_may_block(shost);
	adapter->role_data = client;
	adapter->conn = client->conn;
	return 0;

free_client:
	client_free(client);
put_host:
	scsi_host_put(shost);
	return ret;
}

static int unbind(struct vscsi_client *client, struct netlink_ext_ack *extack)
{
	int ret = vscsi_connection_unbind(client->conn, UNBIND_TIMEOUT);

	if (ret)
		NL_SET_ERR_MSG_FMT(extack, "%u commands of %s have not finished",
				   vscsi_client_outstanding(client), client->adapter->name);
	flush_delayed_work(&client->link_work);
	return ret;
}

/* Do all commands that the server has now end before long? */
static bool commands_end(struct vscsi_client *client)
{
	unsigned long start = jiffies;

	while (vscsi_connection_stuck(client->conn, jiffies - start)) {
		if (time_after(jiffies, start + STUCK_AGE))
			return false;
		msleep(20);
	}
	return true;
}

/* A backing device that stalls while the disks are flushed holds this up, but not us. */
static int remove_host(struct vscsi_client *client, struct netlink_ext_ack *extack)
{
	if (!test_and_set_bit(VSCSI_FLAG_GONE, &client->flags))
		queue_work(client->scan_wq, &client->remove_work);
	if (wait_for_completion_timeout(&client->removed, REMOVE_TIMEOUT))
		return 0;
	NL_SET_ERR_MSG_FMT(extack, "the disks of %s have not been flushed",
			   client->adapter->name);
	return -ETIMEDOUT;
}

/* Somebody who has a device open may still ask to reset it, though the host has gone. */
static void end_resets(struct vscsi_client *client)
{
	down_write(&client->reset_lock);
	set_bit(VSCSI_FLAG_DEAD, &client->flags);
	up_write(&client->reset_lock);
}

/*
 * As a rule the host goes first: its disks are flushed and its commands end well.  But a host
 * with a command that does not end can't go, so the server must let go of that first.
 */
static int unconfigure(struct vscsi_adapter *adapter, bool force, struct netlink_ext_ack *extack)
{
	struct vscsi_client *client = adapter_client(adapter);
	int ret = 0;

	if (force || vscsi_connection_state(client->conn) == VSCSI_LINK_CLOSING ||
	    !commands_end(client))
		ret = unbind(client, extack);
	if (ret)
		return ret;

	ret = remove_host(client, extack);
	if (ret)
		return ret;
	ret = unbind(client, extack);
	if (ret)
		return ret;
	end_resets(client);
	cancel_delayed_work_sync(&client->scan_work);
	cancel_delayed_work_sync(&client->link_work);
	adapter->role_data = NULL;
	adapter->conn = NULL;
	client_free(client);
	scsi_host_put(client->shost);
	return 0;
}

static void settle(struct vscsi_adapter *adapter)
{
	flush_delayed_work(&adapter_client(adapter)->link_work);
}

static const struct vscsi_role_ops role_ops = {
	.name_format = "vscsi%d",
	.configure = configure,
	.unconfigure = unconfigure,
	.settle = settle,
};

/**
 * vscsi_client_info() - what a listing shows
 * @adapter: an AVAILABLE client adapter
 * @info: filled in
 *
 * Context: configuration lock held.
 */
void vscsi_client_info(const struct vscsi_adapter *adapter, struct vscsi_client_info *info)
{
	const struct vscsi_client *client = adapter_client(adapter);

	info->host_no = client->shost->host_no;
	info->queues = client->conn->nr_queues - client->nr_polled;
	info->queue_depth = VSCSI_CAN_QUEUE;
}

/**
 * vscsi_client_init() - register the client half
 *
 * Context: module init, after the server half.
 */
void vscsi_client_init(void)
{
	host_template.cmd_size = sizeof(struct vscsi_client_cmd) + vscsi_server_request_size();
	vscsi_role_register(VSCSI_ADAPTER_CLIENT, &role_ops);
}
