// SPDX-License-Identifier: GPL-2.0
/* Virtual adapters in their slots, and who is whose partner. */
#include <linux/ctype.h>
#include <linux/idr.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "connection.h"
#include "hypervisor.h"

/**
 * struct vscsi_role - one of the two kinds of adapter
 * @ops: set at init, const after
 * @names: numbers in use
 */
struct vscsi_role {
	const struct vscsi_role_ops *ops;
	struct ida names;
};

static struct vscsi_role roles[] = {
	[VSCSI_ADAPTER_SERVER] = { .names = IDA_INIT(roles[VSCSI_ADAPTER_SERVER].names) },
	[VSCSI_ADAPTER_CLIENT] = { .names = IDA_INIT(roles[VSCSI_ADAPTER_CLIENT].names) },
};

/**
 * vscsi_role_register() - set what drives one kind of adapter
 * @type: the kind
 * @ops: const for the life of the module
 *
 * Context: module init, before the first adapter.
 */
void vscsi_role_register(enum vscsi_adapter_type type, const struct vscsi_role_ops *ops)
{
	roles[type].ops = ops;
}

/**
 * vscsi_name_valid() - is this a legal device name?
 * @name: for an adapter or a VTD
 *
 * Context: any.
 * Return: true for 1 to 15 letters, digits, '_', '-' and '.', not only dots.
 */
bool vscsi_name_valid(const char *name)
{
	const char *p;

	for (p = name; *p; p++)
		if (!isascii(*p) || (!isalnum(*p) && !strchr("_-.", *p)))
			return false;
	return p > name && p - name <= VSCSI_DEVICE_NAME_MAX && name[strspn(name, ".")];
}

/**
 * vscsi_adapter_for_each() - call a function for each adapter of one kind
 * @type: the kind
 * @fn: the function; must not remove adapters
 * @arg: for @fn
 *
 * Context: configuration lock held; order: partition id, slot.
 */
void vscsi_adapter_for_each(enum vscsi_adapter_type type,
			    void (*fn)(struct vscsi_adapter *adapter, void *arg), void *arg)
{
	struct vscsi_partition *part;
	struct vscsi_adapter *adapter;

	vscsi_config_assert_held();
	list_for_each_entry(part, &vscsi_partitions, entry)
		list_for_each_entry(adapter, &part->adapters, entry)
			if (adapter->type == type)
				fn(adapter, arg);
}

/**
 * vscsi_adapter_find() - look an adapter up by its name
 * @name: "vhost0" or "vscsi0"
 *
 * Context: configuration lock held.
 * Return: the adapter or NULL.
 */
struct vscsi_adapter *vscsi_adapter_find(const char *name)
{
	struct vscsi_partition *part;
	struct vscsi_adapter *adapter;

	vscsi_config_assert_held();
	list_for_each_entry(part, &vscsi_partitions, entry)
		list_for_each_entry(adapter, &part->adapters, entry)
			if (adapter->state != VSCSI_ADAPTER_UNKNOWN && !strcmp(adapter->name, name))
				return adapter;
	return NULL;
}

/**
 * vscsi_adapter_in_slot() - look an adapter up by its slot
 * @part: the partition
 * @slot: the slot number
 *
 * Context: configuration lock held.
 * Return: the adapter or NULL.
 */
struct vscsi_adapter *vscsi_adapter_in_slot(struct vscsi_partition *part, u32 slot)
{
	struct vscsi_adapter *adapter;

	vscsi_config_assert_held();
	list_for_each_entry(adapter, &part->adapters, entry)
		if (adapter->slot == slot)
			return adapter;
	return NULL;
}

/**
 * vscsi_adapters_match() - may these two be connected?
 * @server: a server adapter
 * @client: a client adapter
 *
 * Context: configuration lock held.
 * Return: true if each names the other, or the server any client.
 */
bool vscsi_adapters_match(const struct vscsi_adapter *server, const struct vscsi_adapter *client)
{
	if (client->remote_partition != server->partition->id ||
	    client->remote_slot != server->slot)
		return false;
	return server->remote_partition == VSCSI_ANY ||
	       (server->remote_partition == client->partition->id &&
		(server->remote_slot == VSCSI_ANY || server->remote_slot == client->slot));
}

/**
 * vscsi_adapter_partner() - the adapter that an adapter is made for
 * @adapter: the adapter
 *
 * Context: configuration lock held.
 * Return: the partner, if there is one and it agrees; NULL for a server for any client.
 */
struct vscsi_adapter *vscsi_adapter_partner(const struct vscsi_adapter *adapter)
{
	struct vscsi_partition *part = vscsi_partition_find(adapter->remote_partition);
	struct vscsi_adapter *other;

	other = part ? vscsi_adapter_in_slot(part, adapter->remote_slot) : NULL;
	if (!other || other->type == adapter->type)
		return NULL;
	if (adapter->type == VSCSI_ADAPTER_SERVER)
		return vscsi_adapters_match(adapter, other) ? other : NULL;
	return vscsi_adapters_match(other, adapter) ? other : NULL;
}

static void link_up(struct vscsi_adapter *server, struct vscsi_adapter *client)
{
	if (server->state != VSCSI_ADAPTER_AVAILABLE || client->state != VSCSI_ADAPTER_AVAILABLE)
		return;
	if (!vscsi_adapters_match(server, client) || client->conn->server)
		return;
	if (roles[VSCSI_ADAPTER_SERVER].ops->accept(server))
		return;
	if (vscsi_connection_bind(client->conn, server))
		return;
	vscsi_queue_notify(&client->conn->queues[0], VIOSRP_CRQ_INIT_RSP, VIOSRP_CRQ_INIT,
			   0);
	roles[VSCSI_ADAPTER_CLIENT].ops->settle(client);
}

static void link_to_server(struct vscsi_adapter *client, void *server)
{
	link_up(server, client);
}

/**
 * vscsi_adapter_connect() - connect an adapter to those of its partners that are not connected
 * @adapter: the adapter; nothing is done unless it is AVAILABLE
 *
 * Context: configuration lock held, may sleep.
 */
void vscsi_adapter_connect(struct vscsi_adapter *adapter)
{
	struct vscsi_adapter *partner;

	if (adapter->type == VSCSI_ADAPTER_SERVER) {
		vscsi_adapter_for_each(VSCSI_ADAPTER_CLIENT, link_to_server, adapter);
		return;
	}
	partner = vscsi_adapter_partner(adapter);
	if (partner)
		link_up(partner, adapter);
}

static int alloc_index(struct vscsi_adapter *adapter)
{
	struct ida *names = &roles[adapter->type].names;

	if (adapter->index < 0)
		return ida_alloc_max(names, VSCSI_ADAPTER_INDEX_MAX, GFP_KERNEL);
	return ida_alloc_range(names, adapter->index, adapter->index, GFP_KERNEL);
}

/* UNKNOWN to DEFINED: give it a name and a device. */
static int define(struct vscsi_adapter *adapter, struct netlink_ext_ack *extack)
{
	struct vscsi_role *role = &roles[adapter->type];
	struct device *dev;
	int index = alloc_index(adapter);

	if (index == -ENOSPC)
		NL_SET_ERR_MSG(extack, "the adapter's name is already used");
	if (index < 0)
		return index == -ENOSPC ? -EEXIST : index;
	snprintf(adapter->name, sizeof(adapter->name), role->ops->name_format, index);
	dev = vscsi_bus_add(adapter, role->ops->dev_groups);
	if (IS_ERR(dev)) {
		NL_SET_ERR_MSG(extack, "the device could not be registered");
		adapter->name[0] = '\0';
		ida_free(&role->names, index);
		return PTR_ERR(dev);
	}
	adapter->index = index;
	adapter->dev = dev;
	adapter->state = VSCSI_ADAPTER_DEFINED;
	return 0;
}

static void undefine(struct vscsi_adapter *adapter)
{
	vscsi_bus_remove(adapter->dev);
	ida_free(&roles[adapter->type].names, adapter->index);
	adapter->dev = NULL;
	adapter->index = -1;
	adapter->name[0] = '\0';
	adapter->state = VSCSI_ADAPTER_UNKNOWN;
}

static int configure(struct vscsi_adapter *adapter, struct netlink_ext_ack *extack)
{
	int ret = roles[adapter->type].ops->configure(adapter, extack);

	if (ret)
		return ret;
	adapter->state = VSCSI_ADAPTER_AVAILABLE;
	vscsi_adapter_connect(adapter);
	return 0;
}

static int unconfigure(struct vscsi_adapter *adapter, bool force, struct netlink_ext_ack *extack)
{
	int ret = roles[adapter->type].ops->unconfigure(adapter, force, extack);

	if (!ret)
		adapter->state = VSCSI_ADAPTER_DEFINED;
	else
		vscsi_adapter_connect(adapter);
	return ret;
}

/**
 * vscsi_adapter_set_state() - the only place where an adapter changes its state
 * @adapter: the adapter
 * @state: where to; the steps between are taken
 * @force: abort what has not finished
 * @extack: says what was wrong; may be NULL
 *
 * When an adapter becomes AVAILABLE it is connected to its partners, and a login is
 * waited for.
 *
 * Context: configuration lock held, may sleep.
 * Return: 0 or a negative errno; -ETIMEDOUT: see struct vscsi_role_ops. The adapter is
 * then, or after another failure, in the state that was reached.
 */
int vscsi_adapter_set_state(struct vscsi_adapter *adapter, enum vscsi_adapter_state state,
			    bool force, struct netlink_ext_ack *extack)
{
	int ret = 0;

	vscsi_config_assert_held();
	if (adapter->state == state)
		return 0;
	if (adapter->state == VSCSI_ADAPTER_UNKNOWN)
		ret = define(adapter, extack);
	if (!ret && state == VSCSI_ADAPTER_AVAILABLE)
		ret = configure(adapter, extack);
	if (!ret && state < VSCSI_ADAPTER_AVAILABLE && adapter->state == VSCSI_ADAPTER_AVAILABLE)
		ret = unconfigure(adapter, force, extack);
	if (!ret && state == VSCSI_ADAPTER_UNKNOWN)
		undefine(adapter);
	vscsi_config_changed();
	return ret;
}

static u32 lowest_free_slot(struct vscsi_partition *part)
{
	u32 slot = VSCSI_SLOT_MIN;

	while (slot <= VSCSI_SLOT_MAX && vscsi_adapter_in_slot(part, slot))
		slot++;
	return slot;
}

static int check_params(const struct vscsi_adapter_params *params, struct netlink_ext_ack *extack)
{
	bool server = params->type == VSCSI_ADAPTER_SERVER;
	bool vios = params->partition->type == VSCSI_PARTITION_VIOS;

	if (server != vios) {
		if (server)
			NL_SET_ERR_MSG(extack, "server adapters belong to a Virtual I/O Server");
		else
			NL_SET_ERR_MSG(extack, "client adapters belong to a client partition");
		return -EINVAL;
	}
	if (!server &&
	    (params->remote_partition == VSCSI_ANY || params->remote_slot == VSCSI_ANY)) {
		NL_SET_ERR_MSG(extack, "a client adapter needs its server's partition and slot");
		return -EINVAL;
	}
	if (params->remote_partition == params->partition->id) {
		NL_SET_ERR_MSG(extack, "a partition can't be its own partner");
		return -EINVAL;
	}
	if (params->slot && vscsi_adapter_in_slot(params->partition, params->slot)) {
		NL_SET_ERR_MSG(extack, "the slot is already used");
		return -EEXIST;
	}
	return 0;
}

/* The number in a name of the right kind, -1 for no name, or -EINVAL. */
static int wanted_index(const struct vscsi_adapter_params *params, struct netlink_ext_ack *extack)
{
	const char *format = roles[params->type].ops->name_format;
	char name[VSCSI_DEVICE_NAME_MAX + 1];
	int index;

	if (!params->name)
		return -1;
	if (sscanf(params->name, format, &index) != 1 || index < 0)
		goto invalid;
	snprintf(name, sizeof(name), format, index);
	if (strcmp(name, params->name))
		goto invalid;
	if (index <= VSCSI_ADAPTER_INDEX_MAX)
		return index;
	NL_SET_ERR_MSG_FMT(extack, "the number in an adapter's name is at most %d",
			   VSCSI_ADAPTER_INDEX_MAX);
	return -EINVAL;

invalid:
	NL_SET_ERR_MSG(extack, "an adapter's name is vhost or vscsi, as its type, and a number");
	return -EINVAL;
}

static void insert_by_slot(struct vscsi_adapter *adapter)
{
	struct list_head *place = &adapter->partition->adapters;
	struct vscsi_adapter *other;

	list_for_each_entry(other, &adapter->partition->adapters, entry) {
		if (other->slot > adapter->slot) {
			place = &other->entry;
			break;
		}
	}
	list_add_tail(&adapter->entry, place);
}

/**
 * vscsi_adapter_create() - put an adapter into a slot
 * @params: what and where
 * @extack: says what was wrong; may be NULL
 *
 * Context: configuration lock held, may sleep.
 * Return: the adapter, UNKNOWN to its partition; or ERR_PTR of -EINVAL, -EEXIST, -ENOSPC,
 * -ENOMEM.
 */
struct vscsi_adapter *vscsi_adapter_create(const struct vscsi_adapter_params *params,
					   struct netlink_ext_ack *extack)
{
	int index = wanted_index(params, extack);
	struct vscsi_adapter *adapter;
	int ret = check_params(params, extack);

	vscsi_config_assert_held();
	if (!ret && index < -1)
		ret = index;
	if (ret)
		return ERR_PTR(ret);

	adapter = kzalloc(sizeof(*adapter), GFP_KERNEL);
	if (!adapter)
		return ERR_PTR(-ENOMEM);
	adapter->partition = params->partition;
	adapter->type = params->type;
	adapter->slot = params->slot ?: lowest_free_slot(params->partition);
	if (adapter->slot > VSCSI_SLOT_MAX) {
		NL_SET_ERR_MSG(extack, "no slot is free");
		kfree(adapter);
		return ERR_PTR(-ENOSPC);
	}
	adapter->remote_partition = params->remote_partition;
	adapter->remote_slot = params->remote_slot;
	adapter->queues = params->queues;
	adapter->index = index;
	snprintf(adapter->physloc, sizeof(adapter->physloc), "%s-V%u-C%u", vscsi_machine(),
		 adapter->partition->id, adapter->slot);
	insert_by_slot(adapter);
	vscsi_config_changed();
	return adapter;
}

static void discard(struct vscsi_adapter *adapter)
{
	list_del(&adapter->entry);
	kfree(adapter);
	vscsi_config_changed();
}

static struct vscsi_adapter *create_partner(struct vscsi_adapter *adapter, u32 queues,
					    struct netlink_ext_ack *extack)
{
	struct vscsi_adapter_params params = {
		.partition = vscsi_partition_find(adapter->remote_partition),
		.slot = adapter->remote_slot,
		.remote_partition = adapter->partition->id,
		.remote_slot = adapter->slot,
		.queues = queues,
	};

	params.type = adapter->type == VSCSI_ADAPTER_SERVER ? VSCSI_ADAPTER_CLIENT :
							      VSCSI_ADAPTER_SERVER;
	if (!params.partition) {
		NL_SET_ERR_MSG(extack, "the remote partition does not exist");
		return ERR_PTR(-ENODEV);
	}
	return vscsi_adapter_create(&params, extack);
}

/**
 * vscsi_adapter_create_pair() - put an adapter and its partner into their slots
 * @params: the one; its remote_slot may be 0 for the lowest free one there
 * @extack: says what was wrong; may be NULL
 *
 * Context: configuration lock held, may sleep.
 * Return: the adapter that @params describes, both are UNKNOWN to their partitions; or an
 * ERR_PTR, and nothing was made.
 */
struct vscsi_adapter *vscsi_adapter_create_pair(const struct vscsi_adapter_params *params,
						struct netlink_ext_ack *extack)
{
	struct vscsi_adapter *adapter = vscsi_adapter_create(params, extack);
	struct vscsi_adapter *partner;

	if (IS_ERR(adapter))
		return adapter;
	partner = create_partner(adapter, params->queues, extack);
	if (IS_ERR(partner)) {
		discard(adapter);
		return partner;
	}
	adapter->remote_slot = partner->slot;
	return adapter;
}

/**
 * vscsi_adapter_remove() - empty a slot
 * @adapter: the adapter; freed on success
 * @force: abort what has not finished
 * @extack: says what was wrong; may be NULL
 *
 * Context: configuration lock held, may sleep.
 * Return: 0 or as vscsi_adapter_set_state().
 */
int vscsi_adapter_remove(struct vscsi_adapter *adapter, bool force, struct netlink_ext_ack *extack)
{
	int ret = vscsi_adapter_set_state(adapter, VSCSI_ADAPTER_UNKNOWN, force, extack);

	if (ret)
		return ret;
	if (adapter->type == VSCSI_ADAPTER_CLIENT)
		roles[VSCSI_ADAPTER_SERVER].ops->forget(adapter);
	discard(adapter);
	return 0;
}

/**
 * vscsi_hypervisor_init() - bring the managed system up, empty
 * @machine: type, model and serial number
 *
 * Context: module init.
 * Return: 0 or a negative errno.
 */
int vscsi_hypervisor_init(const char *machine)
{
	int ret = vscsi_machine_set(machine);

	if (ret)
		return ret;
	ret = vscsi_connection_init();
	if (ret)
		return ret;
	ret = vscsi_bus_init();
	if (ret)
		vscsi_connection_exit();
	return ret;
}

/**
 * vscsi_hypervisor_exit() - undo vscsi_hypervisor_init()
 *
 * Context: module exit; no partition is left.
 */
void vscsi_hypervisor_exit(void)
{
	vscsi_bus_exit();
	vscsi_connection_exit();
	ida_destroy(&roles[VSCSI_ADAPTER_SERVER].names);
	ida_destroy(&roles[VSCSI_ADAPTER_CLIENT].names);
}
