// SPDX-License-Identifier: GPL-2.0
/* The generic netlink family: what each request may contain, and who answers it. */
#include <linux/bits.h>
#include <linux/capability.h>
#include <linux/ctype.h>
#include <linux/limits.h>
#include <linux/module.h>
#include <linux/netlink.h>
#include <linux/string.h>

#include "../hypervisor/hypervisor.h"
#include "../server/server.h"
#include "ctl.h"
#include "family.h"

#define DELAY_US_MAX	60000000

static struct netlink_range_validation partition_id = { 1, VSCSI_PARTITION_ID_MAX };
static struct netlink_range_validation slot = { VSCSI_SLOT_MIN, VSCSI_SLOT_MAX };
static struct netlink_range_validation remote_partition_id = { 1, VSCSI_ANY };
static struct netlink_range_validation remote_slot = { VSCSI_SLOT_MIN, VSCSI_ANY };
static struct netlink_range_validation descriptor = { 0, INT_MAX };
static struct netlink_range_validation delay_us = { 0, DELAY_US_MAX };

static const struct nla_policy inject_policy[VSCSI_INJECT_A_MAX + 1] = {
	[VSCSI_INJECT_A_DELAY_US] = NLA_POLICY_FULL_RANGE(NLA_U32, &delay_us),
	[VSCSI_INJECT_A_ERROR] = NLA_POLICY_MAX(NLA_U8, VSCSI_INJECT_HANG),
	[VSCSI_INJECT_A_EVERY] = { .type = NLA_U32 },
};

static const struct nla_policy system_get_policy[VSCSI_A_MAX + 1];

static const struct nla_policy partition_get_policy[VSCSI_A_MAX + 1] = {
	[VSCSI_A_PARTITION_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &partition_id),
};

static const struct nla_policy partition_new_policy[VSCSI_A_MAX + 1] = {
	[VSCSI_A_PARTITION_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &partition_id),
	[VSCSI_A_PARTITION_NAME] = { .type = NLA_NUL_STRING, .len = VSCSI_PARTITION_NAME_MAX },
	[VSCSI_A_PARTITION_TYPE] = NLA_POLICY_RANGE(NLA_U8, VSCSI_PARTITION_VIOS,
						    VSCSI_PARTITION_CLIENT),
};

static const struct nla_policy partition_del_policy[VSCSI_A_MAX + 1] = {
	[VSCSI_A_PARTITION_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &partition_id),
};

static const struct nla_policy adapter_get_policy[VSCSI_A_MAX + 1] = {
	[VSCSI_A_PARTITION_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &partition_id),
	[VSCSI_A_ADAPTER_NAME] = { .type = NLA_NUL_STRING, .len = VSCSI_DEVICE_NAME_MAX },
	[VSCSI_A_SLOT] = NLA_POLICY_FULL_RANGE(NLA_U32, &slot),
};

static const struct nla_policy adapter_new_policy[VSCSI_A_MAX + 1] = {
	[VSCSI_A_PARTITION_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &partition_id),
	[VSCSI_A_ADAPTER_NAME] = { .type = NLA_NUL_STRING, .len = VSCSI_DEVICE_NAME_MAX },
	[VSCSI_A_ADAPTER_TYPE] = NLA_POLICY_RANGE(NLA_U8, VSCSI_ADAPTER_SERVER,
						  VSCSI_ADAPTER_CLIENT),
	[VSCSI_A_SLOT] = NLA_POLICY_FULL_RANGE(NLA_U32, &slot),
	[VSCSI_A_REMOTE_PARTITION_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &remote_partition_id),
	[VSCSI_A_REMOTE_SLOT] = NLA_POLICY_FULL_RANGE(NLA_U32, &remote_slot),
	[VSCSI_A_QUEUES] = NLA_POLICY_MAX(NLA_U32, VSCSI_QUEUES_MAX),
	[VSCSI_A_WITH_PARTNER] = { .type = NLA_FLAG },
	[VSCSI_A_UNCONFIGURED] = { .type = NLA_FLAG },
};

static const struct nla_policy adapter_set_policy[VSCSI_A_MAX + 1] = {
	[VSCSI_A_PARTITION_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &partition_id),
	[VSCSI_A_ADAPTER_NAME] = { .type = NLA_NUL_STRING, .len = VSCSI_DEVICE_NAME_MAX },
	[VSCSI_A_ADAPTER_STATE] = NLA_POLICY_MAX(NLA_U8, VSCSI_ADAPTER_AVAILABLE),
	[VSCSI_A_SLOT] = NLA_POLICY_FULL_RANGE(NLA_U32, &slot),
	[VSCSI_A_RECURSIVE] = { .type = NLA_FLAG },
	[VSCSI_A_FORCE] = { .type = NLA_FLAG },
};

static const struct nla_policy adapter_del_policy[VSCSI_A_MAX + 1] = {
	[VSCSI_A_PARTITION_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &partition_id),
	[VSCSI_A_ADAPTER_NAME] = { .type = NLA_NUL_STRING, .len = VSCSI_DEVICE_NAME_MAX },
	[VSCSI_A_SLOT] = NLA_POLICY_FULL_RANGE(NLA_U32, &slot),
	[VSCSI_A_WITH_PARTNER] = { .type = NLA_FLAG },
	[VSCSI_A_RECURSIVE] = { .type = NLA_FLAG },
	[VSCSI_A_FORCE] = { .type = NLA_FLAG },
};

static const struct nla_policy vtd_get_policy[VSCSI_A_MAX + 1] = {
	[VSCSI_A_PARTITION_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &partition_id),
	[VSCSI_A_ADAPTER_NAME] = { .type = NLA_NUL_STRING, .len = VSCSI_DEVICE_NAME_MAX },
	[VSCSI_A_VTD_NAME] = { .type = NLA_NUL_STRING, .len = VSCSI_DEVICE_NAME_MAX },
};

static const struct nla_policy vtd_new_policy[VSCSI_A_MAX + 1] = {
	[VSCSI_A_ADAPTER_NAME] = { .type = NLA_NUL_STRING, .len = VSCSI_DEVICE_NAME_MAX },
	[VSCSI_A_PHYSLOC] = { .type = NLA_NUL_STRING, .len = VSCSI_PHYSLOC_MAX },
	[VSCSI_A_VTD_NAME] = { .type = NLA_NUL_STRING, .len = VSCSI_DEVICE_NAME_MAX },
	[VSCSI_A_VTD_TYPE] = NLA_POLICY_RANGE(NLA_U8, VSCSI_VTD_DISK, VSCSI_VTD_OPTICAL),
	[VSCSI_A_LUN] = { .type = NLA_U64 },
	[VSCSI_A_FD] = NLA_POLICY_FULL_RANGE(NLA_U32, &descriptor),
	[VSCSI_A_RAM_SIZE] = { .type = NLA_U64 },
	[VSCSI_A_BACKING_NAME] = { .type = NLA_NUL_STRING, .len = VSCSI_BACKING_NAME_MAX },
	[VSCSI_A_BACKING_PATH] = { .type = NLA_NUL_STRING, .len = VSCSI_BACKING_PATH_MAX },
	[VSCSI_A_UDID] = { .type = NLA_NUL_STRING, .len = VSCSI_UDID_MAX },
	[VSCSI_A_BLOCK_SIZE] = NLA_POLICY_RANGE(NLA_U32, VSCSI_BLOCK_SIZE_MIN,
						VSCSI_BLOCK_SIZE_MAX),
	[VSCSI_A_READ_ONLY] = { .type = NLA_FLAG },
	[VSCSI_A_SHARE] = { .type = NLA_FLAG },
};

static const struct nla_policy vtd_set_policy[VSCSI_A_MAX + 1] = {
	[VSCSI_A_VTD_NAME] = { .type = NLA_NUL_STRING, .len = VSCSI_DEVICE_NAME_MAX },
	[VSCSI_A_FD] = NLA_POLICY_FULL_RANGE(NLA_U32, &descriptor),
	[VSCSI_A_BACKING_NAME] = { .type = NLA_NUL_STRING, .len = VSCSI_BACKING_NAME_MAX },
	[VSCSI_A_BACKING_PATH] = { .type = NLA_NUL_STRING, .len = VSCSI_BACKING_PATH_MAX },
	[VSCSI_A_READ_ONLY] = { .type = NLA_FLAG },
	[VSCSI_A_INJECT] = NLA_POLICY_NESTED(inject_policy),
	[VSCSI_A_RESCAN] = { .type = NLA_FLAG },
	[VSCSI_A_UNLOAD] = { .type = NLA_FLAG },
	[VSCSI_A_RELEASE] = { .type = NLA_FLAG },
	[VSCSI_A_ALUA_STATE] = NLA_POLICY_MAX(NLA_U8, VSCSI_ALUA_TRANSITIONING),
};

static const struct nla_policy vtd_del_policy[VSCSI_A_MAX + 1] = {
	[VSCSI_A_VTD_NAME] = { .type = NLA_NUL_STRING, .len = VSCSI_DEVICE_NAME_MAX },
	[VSCSI_A_FORCE] = { .type = NLA_FLAG },
};

/* Marks, in genl_ops.internal_flags, what changes the configuration. */
#define CHANGES	BIT(0)

static const struct genl_ops ops[] = {
	{
		.cmd = VSCSI_NL_CMD_SYSTEM_GET,
		.policy = system_get_policy,
		.maxattr = VSCSI_A_MAX,
		.doit = vscsi_ctl_system_get,
	},
	{
		.cmd = VSCSI_NL_CMD_PARTITION_GET,
		.policy = partition_get_policy,
		.maxattr = VSCSI_A_MAX,
		.doit = vscsi_ctl_partition_get,
		.start = vscsi_ctl_dump_start,
		.dumpit = vscsi_ctl_dump_partitions,
	},
	{
		.cmd = VSCSI_NL_CMD_PARTITION_NEW,
		.policy = partition_new_policy,
		.maxattr = VSCSI_A_MAX,
		.internal_flags = CHANGES,
		.doit = vscsi_ctl_partition_new,
	},
	{
		.cmd = VSCSI_NL_CMD_PARTITION_DEL,
		.policy = partition_del_policy,
		.maxattr = VSCSI_A_MAX,
		.internal_flags = CHANGES,
		.doit = vscsi_ctl_partition_del,
	},
	{
		.cmd = VSCSI_NL_CMD_ADAPTER_GET,
		.policy = adapter_get_policy,
		.maxattr = VSCSI_A_MAX,
		.doit = vscsi_ctl_adapter_get,
		.start = vscsi_ctl_dump_start,
		.dumpit = vscsi_ctl_dump_adapters,
	},
	{
		.cmd = VSCSI_NL_CMD_ADAPTER_NEW,
		.policy = adapter_new_policy,
		.maxattr = VSCSI_A_MAX,
		.internal_flags = CHANGES,
		.doit = vscsi_ctl_adapter_new,
	},
	{
		.cmd = VSCSI_NL_CMD_ADAPTER_SET,
		.policy = adapter_set_policy,
		.maxattr = VSCSI_A_MAX,
		.internal_flags = CHANGES,
		.doit = vscsi_ctl_adapter_set,
	},
	{
		.cmd = VSCSI_NL_CMD_ADAPTER_DEL,
		.policy = adapter_del_policy,
		.maxattr = VSCSI_A_MAX,
		.internal_flags = CHANGES,
		.doit = vscsi_ctl_adapter_del,
	},
	{
		.cmd = VSCSI_NL_CMD_VTD_GET,
		.policy = vtd_get_policy,
		.maxattr = VSCSI_A_MAX,
		.doit = vscsi_ctl_vtd_get,
		.start = vscsi_ctl_dump_start,
		.dumpit = vscsi_ctl_dump_vtds,
	},
	{
		.cmd = VSCSI_NL_CMD_VTD_NEW,
		.policy = vtd_new_policy,
		.maxattr = VSCSI_A_MAX,
		.internal_flags = CHANGES,
		.doit = vscsi_ctl_vtd_new,
	},
	{
		.cmd = VSCSI_NL_CMD_VTD_SET,
		.policy = vtd_set_policy,
		.maxattr = VSCSI_A_MAX,
		.internal_flags = CHANGES,
		.doit = vscsi_ctl_vtd_set,
	},
	{
		.cmd = VSCSI_NL_CMD_VTD_DEL,
		.policy = vtd_del_policy,
		.maxattr = VSCSI_A_MAX,
		.internal_flags = CHANGES,
		.doit = vscsi_ctl_vtd_del,
	},
};

/**
 * vscsi_ctl_need() - an attribute without which a request makes no sense
 * @info: the request
 * @attr: enum vscsi_attr
 * @what: it is, for the user
 *
 * Context: any.
 * Return: 0, or -EINVAL if it is missing.
 */
int vscsi_ctl_need(struct genl_info *info, int attr, const char *what)
{
	if (!GENL_REQ_ATTR_CHECK(info, attr))
		return 0;
	NL_SET_ERR_MSG_FMT(info->extack, "missing: %s", what);
	return -EINVAL;
}

static int check_text(const struct nlattr *attr, struct netlink_ext_ack *extack)
{
	const char *text = nla_data(attr), *p;

	if (!text[0]) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "the text is empty");
		return -EINVAL;
	}
	for (p = text; *p; p++) {
		if (iscntrl(*p)) {
			NL_SET_ERR_MSG_ATTR(extack, attr, "the text has a control character in it");
			return -EINVAL;
		}
	}
	if (p - text + 1 != nla_len(attr)) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "the text goes on after its end");
		return -EINVAL;
	}
	return 0;
}

/* What a policy can't say: each attribute once, and texts that can be shown. */
static int check_stream(const struct nlattr *head, int len, const struct nla_policy *policy,
			struct netlink_ext_ack *extack)
{
	const struct nlattr *attr;
	u64 seen = 0;
	int left, ret = 0;

	static_assert(VSCSI_A_MAX < 64);
	nla_for_each_attr(attr, head, len, left) {
		int type = nla_type(attr);

		if (seen & BIT_ULL(type)) {
			NL_SET_ERR_MSG_ATTR(extack, attr, "the attribute is given twice");
			return -EINVAL;
		}
		seen |= BIT_ULL(type);
		if (policy[type].type == NLA_NUL_STRING)
			ret = check_text(attr, extack);
		else if (policy[type].type == NLA_NESTED)
			ret = check_stream(nla_data(attr), nla_len(attr),
					   policy[type].nested_policy, extack);
		if (ret)
			return ret;
	}
	return 0;
}

/**
 * vscsi_ctl_check_attrs() - check what a request's policy can't say
 * @nlh: the request; netlink has checked it against the policy
 * @extack: says what was wrong
 *
 * Context: any.
 * Return: 0, or -EINVAL for an attribute that is there twice or a text that can't be shown.
 */
int vscsi_ctl_check_attrs(const struct nlmsghdr *nlh, struct netlink_ext_ack *extack)
{
	const struct genlmsghdr *hdr = nlmsg_data(nlh);
	int i;

	for (i = 0; i < ARRAY_SIZE(ops); i++)
		if (ops[i].cmd == hdr->cmd)
			return check_stream(nlmsg_attrdata(nlh, GENL_HDRLEN),
					    nlmsg_attrlen(nlh, GENL_HDRLEN),
					    ops[i].policy, extack);
	return -EOPNOTSUPP;
}

/*
 * GENL_ADMIN_PERM would ask for CAP_NET_ADMIN. netlink_capable() looks at the task
 * that sends and at the one that opened the socket, in the initial user namespace.
 */
static int pre_doit(const compat_genl_pre_ops *op, struct sk_buff *skb, struct genl_info *info)
{
	int ret;

	if (op->internal_flags & CHANGES && !netlink_capable(skb, CAP_SYS_ADMIN)) {
		NL_SET_ERR_MSG(info->extack, "changing the configuration needs CAP_SYS_ADMIN");
		return -EPERM;
	}
	ret = vscsi_ctl_check_attrs(info->nlhdr, info->extack);
	if (ret)
		return ret;
	vscsi_config_lock();
	return 0;
}

static void post_doit(const compat_genl_pre_ops *op, struct sk_buff *skb, struct genl_info *info)
{
	vscsi_config_unlock();
}

static const struct genl_multicast_group groups[] = {
	{ .name = VSCSI_GENL_MCGRP },
};

/* All commands are at or after resv_start_op, so all of them are checked strictly. */
struct genl_family vscsi_genl_family __ro_after_init = {
	.name = VSCSI_GENL_NAME,
	.version = VSCSI_GENL_VERSION,
	.maxattr = VSCSI_A_MAX,
	.netnsok = true,
	.parallel_ops = true,
	.resv_start_op = VSCSI_NL_CMD_SYSTEM_GET,
	.ops = ops,
	.n_ops = ARRAY_SIZE(ops),
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
	.pre_doit = pre_doit,
	.post_doit = post_doit,
	.module = THIS_MODULE,
};

static void watch_vtds(void (*changed)(struct vscsi_vtd *vtd))
{
	vscsi_config_lock();
	vscsi_vtd_watch(changed);
	vscsi_config_unlock();
}

/**
 * vscsi_ctl_init() - accept requests
 *
 * Context: module init, when all that requests use is there.
 * Return: 0 or a negative errno.
 */
int vscsi_ctl_init(void)
{
	int ret = genl_register_family(&vscsi_genl_family);

	if (!ret)
		watch_vtds(vscsi_ctl_vtd_changed);
	return ret;
}

/**
 * vscsi_ctl_exit() - accept no more requests
 *
 * Context: module exit, before all that requests use. Waits for those that are running.
 */
void vscsi_ctl_exit(void)
{
	watch_vtds(NULL);
	genl_unregister_family(&vscsi_genl_family);
}
