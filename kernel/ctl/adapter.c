// SPDX-License-Identifier: GPL-2.0
/* Requests about virtual adapters. */
#include <linux/err.h>
#include <linux/list.h>

#include "../client/client.h"
#include "../hypervisor/connection.h"
#include "../hypervisor/hypervisor.h"
#include "../server/server.h"
#include "family.h"

static bool is_server(const struct vscsi_adapter *adapter)
{
	return adapter->type == VSCSI_ADAPTER_SERVER;
}

static int fill_client(struct sk_buff *skb, const struct vscsi_adapter *adapter)
{
	struct vscsi_client_info info = { .queues = adapter->queues };
	enum vscsi_link_state state = VSCSI_LINK_DOWN;

	if (adapter->state == VSCSI_ADAPTER_AVAILABLE) {
		vscsi_client_info(adapter, &info);
		state = vscsi_connection_state(adapter->conn);
		if (nla_put_u32(skb, VSCSI_A_HOST_NO, info.host_no) ||
		    nla_put_u32(skb, VSCSI_A_QUEUE_DEPTH, info.queue_depth))
			return -EMSGSIZE;
	}
	if (nla_put_u32(skb, VSCSI_A_QUEUES, info.queues) ||
	    nla_put_u8(skb, VSCSI_A_LINK_STATE, state))
		return -EMSGSIZE;
	return 0;
}

static int fill_link(struct sk_buff *skb, const struct vscsi_connection *conn)
{
	const struct vscsi_adapter *client = conn->client;
	struct nlattr *nest = nla_nest_start(skb, VSCSI_A_LINK);

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_u32(skb, VSCSI_LINK_A_PARTITION_ID, client->partition->id) ||
	    nla_put_string(skb, VSCSI_LINK_A_PARTITION_NAME, client->partition->name) ||
	    nla_put_u32(skb, VSCSI_LINK_A_SLOT, client->slot) ||
	    nla_put_string(skb, VSCSI_LINK_A_ADAPTER_NAME, client->name) ||
	    nla_put_u8(skb, VSCSI_LINK_A_STATE, vscsi_connection_state(conn)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int fill_links(struct sk_buff *skb, struct vscsi_adapter *adapter)
{
	struct vscsi_connection *conn;
	int ret = 0;

	if (adapter->state != VSCSI_ADAPTER_AVAILABLE)
		return 0;
	list_for_each_entry(conn, vscsi_server_links(adapter), server_entry) {
		ret = fill_link(skb, conn);
		if (ret)
			break;
	}
	return ret;
}

static int fill_adapter(struct sk_buff *skb, void *object)
{
	struct vscsi_adapter *adapter = object;

	if ((adapter->name[0] && nla_put_string(skb, VSCSI_A_ADAPTER_NAME, adapter->name)) ||
	    nla_put_u8(skb, VSCSI_A_ADAPTER_TYPE, adapter->type) ||
	    nla_put_u8(skb, VSCSI_A_ADAPTER_STATE, adapter->state) ||
	    nla_put_u32(skb, VSCSI_A_PARTITION_ID, adapter->partition->id) ||
	    nla_put_u32(skb, VSCSI_A_SLOT, adapter->slot) ||
	    nla_put_u32(skb, VSCSI_A_REMOTE_PARTITION_ID, adapter->remote_partition) ||
	    nla_put_u32(skb, VSCSI_A_REMOTE_SLOT, adapter->remote_slot) ||
	    nla_put_string(skb, VSCSI_A_PHYSLOC, adapter->physloc))
		return -EMSGSIZE;
	return is_server(adapter) ? fill_links(skb, adapter) : fill_client(skb, adapter);
}

static size_t links_size(void *object)
{
	const size_t link = nla_total_size(nla_total_size(sizeof(u32)) +
					   nla_total_size(VSCSI_PARTITION_NAME_MAX + 1) +
					   nla_total_size(sizeof(u32)) +
					   nla_total_size(VSCSI_DEVICE_NAME_MAX + 1) +
					   nla_total_size(sizeof(u8)));
	struct vscsi_adapter *adapter = object;

	if (!is_server(adapter) || adapter->state != VSCSI_ADAPTER_AVAILABLE)
		return 0;
	return link * list_count_nodes(vscsi_server_links(adapter));
}

const struct vscsi_ctl_kind vscsi_ctl_adapter = { .extra = links_size, .fill = fill_adapter };

static struct vscsi_adapter *find_by_slot(struct genl_info *info)
{
	struct nlattr *slot = info->attrs[VSCSI_A_SLOT];
	struct vscsi_partition *part;
	struct vscsi_adapter *adapter;
	int ret = vscsi_ctl_need(info, VSCSI_A_SLOT, "adapter name, or partition id and slot");

	if (ret)
		return ERR_PTR(ret);
	part = vscsi_ctl_find_partition(info);
	if (IS_ERR(part))
		return ERR_CAST(part);
	adapter = vscsi_adapter_in_slot(part, nla_get_u32(slot));
	if (!adapter) {
		NL_SET_ERR_MSG_ATTR_FMT(info->extack, slot, "slot C%u of partition %u is empty",
					nla_get_u32(slot), part->id);
		return ERR_PTR(-ENODEV);
	}
	return adapter;
}

/**
 * vscsi_ctl_find_adapter() - the adapter that a request is about
 * @info: the request, which names it or tells its partition and slot
 *
 * Context: configuration lock held.
 * Return: the adapter, or ERR_PTR of -EINVAL or -ENODEV.
 */
struct vscsi_adapter *vscsi_ctl_find_adapter(struct genl_info *info)
{
	struct nlattr *name = info->attrs[VSCSI_A_ADAPTER_NAME];
	struct vscsi_adapter *adapter;

	if (!name)
		return find_by_slot(info);
	if (info->attrs[VSCSI_A_PARTITION_ID] || info->attrs[VSCSI_A_SLOT]) {
		NL_SET_ERR_MSG_ATTR(info->extack, name,
				    "give the adapter's name or its partition and slot, not both");
		return ERR_PTR(-EINVAL);
	}
	adapter = vscsi_adapter_find(nla_data(name));
	if (!adapter) {
		NL_SET_ERR_MSG_ATTR_FMT(info->extack, name, "there is no adapter %s",
					(char *)nla_data(name));
		return ERR_PTR(-ENODEV);
	}
	return adapter;
}

/**
 * vscsi_ctl_adapter_get() - VSCSI_NL_CMD_ADAPTER_GET of one adapter
 * @skb: the request
 * @info: the request
 *
 * Context: configuration lock held.
 * Return: 0 or a negative errno.
 */
int vscsi_ctl_adapter_get(struct sk_buff *skb, struct genl_info *info)
{
	struct vscsi_adapter *adapter = vscsi_ctl_find_adapter(info);

	return IS_ERR(adapter) ? PTR_ERR(adapter) :
				 vscsi_ctl_reply(info, &vscsi_ctl_adapter, adapter);
}

static u32 get_u32(const struct nlattr *attr, u32 absent)
{
	return attr ? nla_get_u32(attr) : absent;
}

/* The remote end, where a partner is made with the adapter. */
static int read_partner(struct genl_info *info, struct vscsi_adapter_params *params)
{
	params->remote_slot = get_u32(info->attrs[VSCSI_A_REMOTE_SLOT], 0);
	if (params->remote_partition != VSCSI_ANY && params->remote_slot != VSCSI_ANY)
		return 0;
	NL_SET_ERR_MSG(info->extack, "a partner needs a partition, and one slot");
	return -EINVAL;
}

static int read_params(struct genl_info *info, struct vscsi_adapter_params *params)
{
	struct nlattr **attrs = info->attrs;
	bool pair = attrs[VSCSI_A_WITH_PARTNER];
	int ret = vscsi_ctl_need(info, VSCSI_A_ADAPTER_TYPE, "adapter type");

	if (ret)
		return ret;
	params->partition = vscsi_ctl_find_partition(info);
	if (IS_ERR(params->partition))
		return PTR_ERR(params->partition);

	params->type = nla_get_u8(attrs[VSCSI_A_ADAPTER_TYPE]);
	params->slot = get_u32(attrs[VSCSI_A_SLOT], 0);
	params->remote_partition = get_u32(attrs[VSCSI_A_REMOTE_PARTITION_ID], VSCSI_ANY);
	params->remote_slot = get_u32(attrs[VSCSI_A_REMOTE_SLOT], VSCSI_ANY);
	params->queues = get_u32(attrs[VSCSI_A_QUEUES], 0);
	if (attrs[VSCSI_A_ADAPTER_NAME])
		params->name = nla_data(attrs[VSCSI_A_ADAPTER_NAME]);
	if (attrs[VSCSI_A_QUEUES] && params->type == VSCSI_ADAPTER_SERVER && !pair) {
		NL_SET_ERR_MSG_ATTR(info->extack, attrs[VSCSI_A_QUEUES],
				    "only client adapters have queues");
		return -EINVAL;
	}
	return pair ? read_partner(info, params) : 0;
}

/*
 * Adapters that one request makes or removes. The server comes up first, so that
 * the client finds it at once; the client goes first, because it may refuse to.
 */
struct ends {
	struct vscsi_adapter *server;	/* or NULL */
	struct vscsi_adapter *client;	/* or NULL */
};

static struct ends ends_of(struct vscsi_adapter *adapter, struct vscsi_adapter *partner)
{
	if (is_server(adapter))
		return (struct ends) { .server = adapter, .client = partner };
	return (struct ends) { .server = partner, .client = adapter };
}

static int configure(struct vscsi_adapter *adapter, struct genl_info *info)
{
	if (!adapter || info->attrs[VSCSI_A_UNCONFIGURED])
		return 0;
	return vscsi_adapter_set_state(adapter, VSCSI_ADAPTER_AVAILABLE, false, info->extack);
}

/* Undo the making of an adapter that nobody has seen. */
static void unmake(struct vscsi_adapter *adapter)
{
	if (adapter && vscsi_adapter_remove(adapter, true, NULL))
		pr_warn("vscsi: the adapter at %s could not be removed again\n", adapter->physloc);
}

static void notify(u8 cmd, struct vscsi_adapter *adapter)
{
	if (adapter)
		vscsi_ctl_notify(cmd, &vscsi_ctl_adapter, adapter);
}

/**
 * vscsi_ctl_adapter_new() - VSCSI_NL_CMD_ADAPTER_NEW
 * @skb: the request
 * @info: the request
 *
 * Context: configuration lock held, may sleep.
 * Return: 0, or a negative errno and nothing was made.
 */
int vscsi_ctl_adapter_new(struct sk_buff *skb, struct genl_info *info)
{
	bool pair = info->attrs[VSCSI_A_WITH_PARTNER];
	struct vscsi_adapter_params params = {};
	struct vscsi_adapter *adapter;
	struct ends ends;
	int ret = read_params(info, &params);

	if (ret)
		return ret;
	adapter = pair ? vscsi_adapter_create_pair(&params, info->extack) :
			 vscsi_adapter_create(&params, info->extack);
	if (IS_ERR(adapter))
		return PTR_ERR(adapter);

	ends = ends_of(adapter, pair ? vscsi_adapter_partner(adapter) : NULL);
	ret = configure(ends.server, info);
	if (!ret)
		ret = configure(ends.client, info);
	if (ret) {
		unmake(ends.client);
		unmake(ends.server);
		return ret;
	}
	notify(VSCSI_NL_CMD_ADAPTER_NEW, ends.server);
	notify(VSCSI_NL_CMD_ADAPTER_NEW, ends.client);
	vscsi_ctl_reply(info, &vscsi_ctl_adapter, adapter);
	return 0;
}

/**
 * vscsi_ctl_adapter_set() - VSCSI_NL_CMD_ADAPTER_SET
 * @skb: the request
 * @info: the request
 *
 * Context: configuration lock held, may sleep.
 * Return: 0, or a negative errno and the adapter is in the state it was in.
 */
int vscsi_ctl_adapter_set(struct sk_buff *skb, struct genl_info *info)
{
	struct vscsi_adapter *adapter = vscsi_ctl_find_adapter(info);
	bool force = info->attrs[VSCSI_A_FORCE];
	enum vscsi_adapter_state before, state;
	int ret;

	if (IS_ERR(adapter))
		return PTR_ERR(adapter);
	ret = vscsi_ctl_need(info, VSCSI_A_ADAPTER_STATE, "state that the adapter shall have");
	if (ret)
		return ret;
	before = adapter->state;
	state = nla_get_u8(info->attrs[VSCSI_A_ADAPTER_STATE]);
	if (state == before)
		return 0;

	if (state < before)
		ret = vscsi_ctl_remove_children(adapter, info);
	if (!ret)
		ret = vscsi_adapter_set_state(adapter, state, force, info->extack);
	if (ret) {
		/* A step on the way up may have been done. */
		if (adapter->state > before)
			vscsi_adapter_set_state(adapter, before, true, NULL);
		return ret;
	}
	notify(VSCSI_NL_CMD_ADAPTER_SET, adapter);
	return 0;
}

static int find_ends(struct genl_info *info, struct ends *ends)
{
	struct vscsi_adapter *adapter = vscsi_ctl_find_adapter(info);
	struct vscsi_adapter *partner = NULL;

	if (IS_ERR(adapter))
		return PTR_ERR(adapter);
	if (info->attrs[VSCSI_A_WITH_PARTNER]) {
		partner = vscsi_adapter_partner(adapter);
		if (!partner) {
			NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[VSCSI_A_WITH_PARTNER],
					    "the adapter has no partner");
			return -ENODEV;
		}
		if (vscsi_adapter_partner(partner) != adapter) {
			NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[VSCSI_A_WITH_PARTNER],
					    "the partner serves any client: remove it by itself");
			return -EBUSY;
		}
	}
	*ends = ends_of(adapter, partner);
	return 0;
}

/* Both ends, or none; removed children of the server stay removed. */
static int remove_ends(const struct ends *ends, struct genl_info *info)
{
	bool force = info->attrs[VSCSI_A_FORCE];
	struct vscsi_adapter *client = ends->client;
	enum vscsi_adapter_state before = client ? client->state : VSCSI_ADAPTER_UNKNOWN;
	int ret = 0;

	/* Its name and device stay until nothing can fail any more. */
	if (before == VSCSI_ADAPTER_AVAILABLE)
		ret = vscsi_adapter_set_state(client, VSCSI_ADAPTER_DEFINED, force, info->extack);
	if (!ret && ends->server)
		ret = vscsi_ctl_remove_children(ends->server, info);
	if (!ret && ends->server)
		ret = vscsi_adapter_remove(ends->server, force, info->extack);
	if (!ret && client)
		ret = vscsi_adapter_remove(client, force, info->extack);
	if (ret && client && client->state < before)
		vscsi_adapter_set_state(client, before, false, NULL);
	return ret;
}

static struct sk_buff *notice_del(struct vscsi_adapter *adapter)
{
	if (!adapter)
		return NULL;
	return vscsi_ctl_notice(VSCSI_NL_CMD_ADAPTER_DEL, &vscsi_ctl_adapter, adapter);
}

/**
 * vscsi_ctl_adapter_del() - VSCSI_NL_CMD_ADAPTER_DEL
 * @skb: the request
 * @info: the request
 *
 * Context: configuration lock held, may sleep.
 * Return: 0 or a negative errno.
 */
int vscsi_ctl_adapter_del(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *client, *server;
	struct ends ends;
	int ret = find_ends(info, &ends);

	if (!ret && ends.server)
		ret = vscsi_ctl_check_childless(ends.server, info);
	if (ret)
		return ret;

	client = notice_del(ends.client);
	if (IS_ERR(client))
		return PTR_ERR(client);
	server = notice_del(ends.server);
	if (IS_ERR(server)) {
		ret = PTR_ERR(server);
		goto free_client;
	}
	ret = remove_ends(&ends, info);
	if (ret)
		goto free_server;
	if (client)
		vscsi_ctl_notice_send(client);
	if (server)
		vscsi_ctl_notice_send(server);
	return 0;

free_server:
	kfree_skb(server);
free_client:
	kfree_skb(client);
	return ret;
}
