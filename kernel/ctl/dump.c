// SPDX-License-Identifier: GPL-2.0
/* Lists of objects. */
#include <linux/build_bug.h>
#include <linux/err.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "../hypervisor/hypervisor.h"
#include "../server/server.h"
#include "family.h"

/**
 * struct cursor - where a dump is; kept between its parts
 * @checked: the request makes sense
 * @next: objects that have been shown
 * @partition_id: show only what is in this partition; 0: all
 * @name: show only this adapter or what is mapped to it; "": all
 *
 * A change between two parts makes the count wrong. The reader is told then
 * (NLM_F_DUMP_INTR) and reads again.
 */
struct cursor {
	bool checked;
	u32 next;
	u32 partition_id;
	char name[VSCSI_DEVICE_NAME_MAX + 1];
};

static_assert(sizeof(struct cursor) <= sizeof_field(struct netlink_callback, ctx));

/**
 * struct dump - one part of a dump
 * @skb: where the objects go
 * @cursor: where we are
 * @kind: what is listed
 * @head: what each message begins with
 * @index: objects seen in this part
 */
struct dump {
	struct sk_buff *skb;
	struct cursor *cursor;
	const struct vscsi_ctl_kind *kind;
	struct vscsi_ctl_head head;
	u32 index;
};

static struct cursor *cursor_of(struct netlink_callback *cb)
{
	return (struct cursor *)cb->ctx;
}

static u8 command_of(const struct netlink_callback *cb)
{
	const struct genlmsghdr *hdr = nlmsg_data(cb->nlh);

	return hdr->cmd;
}

static int show(struct dump *dump, void *object)
{
	int ret;

	if (dump->index++ < dump->cursor->next)
		return 0;
	ret = vscsi_ctl_put(dump->skb, &dump->head, dump->kind, object);
	if (!ret)
		dump->cursor->next++;
	return ret;
}

static int show_partitions(struct dump *dump)
{
	struct vscsi_partition *part;
	int ret = 0;

	list_for_each_entry(part, &vscsi_partitions, entry) {
		if (dump->cursor->partition_id && part->id != dump->cursor->partition_id)
			continue;
		ret = show(dump, part);
		if (ret)
			break;
	}
	return ret;
}

static int walk_adapters(struct dump *dump,
			 int (*fn)(struct dump *dump, struct vscsi_adapter *adapter))
{
	const struct cursor *cursor = dump->cursor;
	struct vscsi_partition *part;
	struct vscsi_adapter *adapter;
	int ret;

	list_for_each_entry(part, &vscsi_partitions, entry) {
		if (cursor->partition_id && part->id != cursor->partition_id)
			continue;
		list_for_each_entry(adapter, &part->adapters, entry) {
			if (cursor->name[0] && strcmp(adapter->name, cursor->name))
				continue;
			ret = fn(dump, adapter);
			if (ret)
				return ret;
		}
	}
	return 0;
}

static int show_adapter(struct dump *dump, struct vscsi_adapter *adapter)
{
	return show(dump, adapter);
}

static int show_adapters(struct dump *dump)
{
	return walk_adapters(dump, show_adapter);
}

static int show_vtds_of(struct dump *dump, struct vscsi_adapter *adapter)
{
	struct vscsi_vtd *vtd;
	int ret = 0;

	if (adapter->type != VSCSI_ADAPTER_SERVER || adapter->state != VSCSI_ADAPTER_AVAILABLE)
		return 0;
	list_for_each_entry(vtd, vscsi_server_vtds(adapter), entry) {
		ret = show(dump, vtd);
		if (ret)
			break;
	}
	return ret;
}

static int show_vtds(struct dump *dump)
{
	return walk_adapters(dump, show_vtds_of);
}

static int read_filter(struct netlink_callback *cb, struct cursor *cursor)
{
	struct nlattr **attrs = compat_genl_dump_attrs(cb);
	int type;

	for (type = 1; type <= VSCSI_A_MAX; type++) {
		if (!attrs[type])
			continue;
		if (type == VSCSI_A_PARTITION_ID) {
			cursor->partition_id = nla_get_u32(attrs[type]);
		} else if (type == VSCSI_A_ADAPTER_NAME) {
			strscpy(cursor->name, nla_data(attrs[type]), sizeof(cursor->name));
		} else {
			NL_SET_ERR_MSG_ATTR(cb->extack, attrs[type],
					    "a list is narrowed by partition id and adapter name only");
			return -EINVAL;
		}
	}
	return 0;
}

/* What does not exist is an error, not an empty list. */
static int check_filter(const struct cursor *cursor, struct netlink_ext_ack *extack)
{
	if (cursor->partition_id && !vscsi_partition_find(cursor->partition_id)) {
		NL_SET_ERR_MSG_FMT(extack, "there is no partition with id %u",
				   cursor->partition_id);
		return -ENODEV;
	}
	if (cursor->name[0] && !vscsi_adapter_find(cursor->name)) {
		NL_SET_ERR_MSG_FMT(extack, "there is no adapter %s", cursor->name);
		return -ENODEV;
	}
	return 0;
}

static int check_request(struct netlink_callback *cb)
{
	struct cursor *cursor = cursor_of(cb);
	int ret;

	if (cursor->checked)
		return 0;
	ret = vscsi_ctl_check_attrs(cb->nlh, cb->extack);
	if (!ret)
		ret = read_filter(cb, cursor);
	if (!ret)
		ret = check_filter(cursor, cb->extack);
	cursor->checked = !ret;
	return ret;
}

static int dump_part(struct sk_buff *skb, struct netlink_callback *cb,
		     const struct vscsi_ctl_kind *kind, int (*show_all)(struct dump *dump))
{
	struct dump dump = {
		.skb = skb,
		.cursor = cursor_of(cb),
		.kind = kind,
		.head = {
			.portid = NETLINK_CB(cb->skb).portid,
			.seq = cb->nlh->nlmsg_seq,
			.flags = NLM_F_MULTI,
			.cmd = command_of(cb),
			.dump = cb,
		},
	};
	int ret;

	vscsi_config_lock();
	cb->seq = vscsi_config_generation();
	ret = check_request(cb);
	if (!ret)
		ret = show_all(&dump);
	vscsi_config_unlock();
	/* The rest goes into the next part, unless a single object does not fit. */
	return ret && !skb->len ? ret : skb->len;
}

/**
 * vscsi_ctl_dump_partitions() - one part of a list of partitions
 * @skb: where it goes
 * @cb: the dump
 *
 * Context: process, may sleep; takes the configuration lock.
 * Return: bytes, 0 at the end, or a negative errno.
 */
int vscsi_ctl_dump_partitions(struct sk_buff *skb, struct netlink_callback *cb)
{
	return dump_part(skb, cb, &vscsi_ctl_partition, show_partitions);
}

/**
 * vscsi_ctl_dump_adapters() - one part of a list of adapters
 * @skb: where it goes
 * @cb: the dump
 *
 * Context: process, may sleep; takes the configuration lock.
 * Return: bytes, 0 at the end, or a negative errno.
 */
int vscsi_ctl_dump_adapters(struct sk_buff *skb, struct netlink_callback *cb)
{
	return dump_part(skb, cb, &vscsi_ctl_adapter, show_adapters);
}

/**
 * vscsi_ctl_dump_vtds() - one part of a list of virtual target devices
 * @skb: where it goes
 * @cb: the dump
 *
 * Context: process, may sleep; takes the configuration lock.
 * Return: bytes, 0 at the end, or a negative errno.
 */
int vscsi_ctl_dump_vtds(struct sk_buff *skb, struct netlink_callback *cb)
{
	return dump_part(skb, cb, &vscsi_ctl_vtd, show_vtds);
}

/* Make parts large enough for the server adapter that has the most clients. */
static void size_parts(struct netlink_callback *cb)
{
	struct vscsi_partition *part;
	struct vscsi_adapter *adapter;
	size_t extra = 0;

	list_for_each_entry(part, &vscsi_partitions, entry)
		list_for_each_entry(adapter, &part->adapters, entry)
			extra = max(extra, vscsi_ctl_adapter.extra(adapter));
	if (extra)
		cb->min_dump_alloc = NLMSG_GOODSIZE + extra;
}

/**
 * vscsi_ctl_dump_start() - prepare a list
 * @cb: the dump
 *
 * The request is checked with the first part: here older kernels pass no extended ack on.
 *
 * Context: process, may sleep; takes the configuration lock.
 * Return: 0.
 */
int vscsi_ctl_dump_start(struct netlink_callback *cb)
{
	vscsi_config_lock();
	size_parts(cb);
	vscsi_config_unlock();
	return 0;
}
