// SPDX-License-Identifier: GPL-2.0
/* PowerVM virtual SCSI: init and exit of the module. */
#include <linux/module.h>

#include "backend/backend.h"
#include "backend/store.h"
#include "client/client.h"
#include "cmdset/opcode.h"
#include "ctl/ctl.h"
#include "hypervisor/hypervisor.h"
#include "server/server.h"

static char *machine = "U9105.22A.0000001";
module_param(machine, charp, 0444);
MODULE_PARM_DESC(machine, "Type, model and serial number of the managed system");

static bool empty;
module_param(empty, bool, 0444);
MODULE_PARM_DESC(empty, "Begin without partitions: no vios1, no vhost0, no vscsi0");

static char *state_dir = "/var/lib/vscsi/lu";
module_param(state_dir, charp, 0444);
MODULE_PARM_DESC(state_dir,
		 "Directory for what lasts of logical units; if it is not there, or empty, nothing does");

static void remove_vtds(struct vscsi_adapter *adapter)
{
	struct vscsi_vtd *vtd, *next;

	list_for_each_entry_safe(vtd, next, vscsi_server_vtds(adapter), entry)
		while (vscsi_vtd_remove(vtd, true, NULL))
			pr_warn("vscsi: %s still has commands under way\n", vtd->name);
}

/* The first try lets the disks be flushed, the next ones abort what does not end. */
static void remove_adapter(struct vscsi_adapter *adapter)
{
	bool force = false;

	if (adapter->type == VSCSI_ADAPTER_SERVER && adapter->state == VSCSI_ADAPTER_AVAILABLE)
		remove_vtds(adapter);
	while (vscsi_adapter_remove(adapter, force, NULL)) {
		pr_warn("vscsi: %s still has commands under way\n", adapter->name);
		force = true;
	}
}

static void remove_partition(struct vscsi_partition *part)
{
	struct vscsi_adapter *adapter, *next;

	list_for_each_entry_safe(adapter, next, &part->adapters, entry)
		remove_adapter(adapter);
	vscsi_partition_remove(part, NULL);
}

static void remove_partitions(enum vscsi_partition_type type)
{
	struct vscsi_partition *part, *next;

	list_for_each_entry_safe(part, next, &vscsi_partitions, entry)
		if (part->type == type)
			remove_partition(part);
}

/* Clients first: their disks are flushed while there is a server. Nobody has one open. */
static void remove_all(void)
{
	vscsi_config_lock();
	remove_partitions(VSCSI_PARTITION_CLIENT);
	remove_partitions(VSCSI_PARTITION_VIOS);
	vscsi_config_unlock();
}

static int make_available(struct vscsi_adapter *adapter)
{
	return adapter ? vscsi_adapter_set_state(adapter, VSCSI_ADAPTER_AVAILABLE, false, NULL) :
			 -ENODEV;
}

/* What a new system has: vios1 with vhost0, a client partition with vscsi0, connected. */
static int make_default(void)
{
	struct vscsi_partition *vios, *client;
	struct vscsi_adapter_params params = { .type = VSCSI_ADAPTER_SERVER };
	struct vscsi_adapter *server;
	int ret;

	vios = vscsi_partition_create(0, "vios1", VSCSI_PARTITION_VIOS, NULL);
	if (IS_ERR(vios))
		return PTR_ERR(vios);
	client = vscsi_partition_create(0, "client1", VSCSI_PARTITION_CLIENT, NULL);
	if (IS_ERR(client))
		return PTR_ERR(client);
	params.partition = vios;
	params.remote_partition = client->id;
	server = vscsi_adapter_create_pair(&params, NULL);
	if (IS_ERR(server))
		return PTR_ERR(server);
	ret = make_available(server);
	return ret ?: make_available(vscsi_adapter_partner(server));
}

static int start(void)
{
	int ret;

	if (empty)
		return 0;
	vscsi_config_lock();
	ret = make_default();
	vscsi_config_unlock();
	return ret;
}

static int __init vscsi_init(void)
{
	int ret;

	ret = vscsi_opcode_init();
	if (ret)
		return ret;
	ret = vscsi_hypervisor_init(machine);
	if (ret)
		return ret;
	ret = vscsi_backend_init();
	if (ret)
		goto exit_hypervisor;
	ret = vscsi_store_init(state_dir);
	if (ret)
		goto exit_backend;
	ret = vscsi_server_init();
	if (ret)
		goto exit_store;
	vscsi_client_init();
	ret = start();
	if (ret)
		goto remove_all;
	ret = vscsi_ctl_init();
	if (ret)
		goto remove_all;
	return 0;

remove_all:
	remove_all();
	vscsi_server_exit();
exit_store:
	vscsi_store_exit();
exit_backend:
	vscsi_backend_exit();
exit_hypervisor:
	vscsi_hypervisor_exit();
	return ret;
}

static void __exit vscsi_exit(void)
{
	vscsi_ctl_exit();
	vscsi_store_stop();
	remove_all();
	vscsi_server_exit();
	vscsi_store_exit();
	vscsi_backend_exit();
	vscsi_hypervisor_exit();
	/* VTDs and I_T_L nexuses are freed by RCU callbacks. */
	rcu_barrier();
}

module_init(vscsi_init);
module_exit(vscsi_exit);
MODULE_DESCRIPTION("PowerVM virtual SCSI: server and client adapters");
MODULE_LICENSE("GPL");
