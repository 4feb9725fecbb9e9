// SPDX-License-Identifier: GPL-2.0
/* Requests about the managed system and its partitions. */
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/minmax.h>

#include "../hypervisor/hypervisor.h"
#include "family.h"

static int fill_system(struct sk_buff *skb, void *unused)
{
	u32 queues = min_t(u32, num_online_cpus(), VSCSI_QUEUES_MAX);

	if (nla_put_string(skb, VSCSI_A_MACHINE, vscsi_machine()) ||
	    nla_put_u32(skb, VSCSI_A_QUEUES, queues))
		return -EMSGSIZE;
	return 0;
}

static const struct vscsi_ctl_kind system_kind = { .fill = fill_system };

static int fill_partition(struct sk_buff *skb, void *object)
{
	const struct vscsi_partition *part = object;

	if (nla_put_u32(skb, VSCSI_A_PARTITION_ID, part->id) ||
	    nla_put_string(skb, VSCSI_A_PARTITION_NAME, part->name) ||
	    nla_put_u8(skb, VSCSI_A_PARTITION_TYPE, part->type))
		return -EMSGSIZE;
	return 0;
}

const struct vscsi_ctl_kind vscsi_ctl_partition = { .fill = fill_partition };

/**
 * vscsi_ctl_find_partition() - the partition that a request is about
 * @info: the request
 *
 * Context: configuration lock held.
 * Return: the partition, or ERR_PTR of -EINVAL or -ENODEV.
 */
struct vscsi_partition *vscsi_ctl_find_partition(struct genl_info *info)
{
	struct nlattr *id = info->attrs[VSCSI_A_PARTITION_ID];
	struct vscsi_partition *part;
	int ret = vscsi_ctl_need(info, VSCSI_A_PARTITION_ID, "partition id");

	if (ret)
		return ERR_PTR(ret);
	part = vscsi_partition_find(nla_get_u32(id));
	if (!part) {
		NL_SET_ERR_MSG_ATTR_FMT(info->extack, id, "there is no partition with id %u",
					nla_get_u32(id));
		return ERR_PTR(-ENODEV);
	}
	return part;
}

/**
 * vscsi_ctl_system_get() - VSCSI_NL_CMD_SYSTEM_GET
 * @skb: the request
 * @info: the request
 *
 * Context: configuration lock held.
 * Return: 0 or a negative errno.
 */
int vscsi_ctl_system_get(struct sk_buff *skb, struct genl_info *info)
{
	return vscsi_ctl_reply(info, &system_kind, NULL);
}

/**
 * vscsi_ctl_partition_get() - VSCSI_NL_CMD_PARTITION_GET of one partition
 * @skb: the request
 * @info: the request
 *
 * Context: configuration lock held.
 * Return: 0 or a negative errno.
 */
int vscsi_ctl_partition_get(struct sk_buff *skb, struct genl_info *info)
{
	struct vscsi_partition *part = vscsi_ctl_find_partition(info);

	return IS_ERR(part) ? PTR_ERR(part) : vscsi_ctl_reply(info, &vscsi_ctl_partition, part);
}

/**
 * vscsi_ctl_partition_new() - VSCSI_NL_CMD_PARTITION_NEW
 * @skb: the request
 * @info: the request
 *
 * Context: configuration lock held, may sleep.
 * Return: 0 or a negative errno.
 */
int vscsi_ctl_partition_new(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *id = info->attrs[VSCSI_A_PARTITION_ID];
	struct vscsi_partition *part;
	int ret = vscsi_ctl_need(info, VSCSI_A_PARTITION_NAME, "partition name");

	if (!ret)
		ret = vscsi_ctl_need(info, VSCSI_A_PARTITION_TYPE, "partition type");
	if (ret)
		return ret;

	part = vscsi_partition_create(id ? nla_get_u32(id) : 0,
				      nla_data(info->attrs[VSCSI_A_PARTITION_NAME]),
				      nla_get_u8(info->attrs[VSCSI_A_PARTITION_TYPE]),
				      info->extack);
	if (IS_ERR(part))
		return PTR_ERR(part);
	vscsi_ctl_notify(VSCSI_NL_CMD_PARTITION_NEW, &vscsi_ctl_partition, part);
	vscsi_ctl_reply(info, &vscsi_ctl_partition, part);
	return 0;
}

/**
 * vscsi_ctl_partition_del() - VSCSI_NL_CMD_PARTITION_DEL
 * @skb: the request
 * @info: the request
 *
 * Context: configuration lock held, may sleep.
 * Return: 0 or a negative errno.
 */
int vscsi_ctl_partition_del(struct sk_buff *skb, struct genl_info *info)
{
	struct vscsi_partition *part = vscsi_ctl_find_partition(info);
	struct sk_buff *notice;
	int ret;

	if (IS_ERR(part))
		return PTR_ERR(part);
	notice = vscsi_ctl_notice(VSCSI_NL_CMD_PARTITION_DEL, &vscsi_ctl_partition, part);
	if (IS_ERR(notice))
		return PTR_ERR(notice);
	ret = vscsi_partition_remove(part, info->extack);
	if (ret)
		kfree_skb(notice);
	else
		vscsi_ctl_notice_send(notice);
	return ret;
}
