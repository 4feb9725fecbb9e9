/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the control path share. */
#ifndef VSCSI_CTL_FAMILY_H
#define VSCSI_CTL_FAMILY_H

#include <linux/types.h>
#include <net/genetlink.h>
#include <uapi/linux/vscsi.h>

struct vscsi_adapter;
struct vscsi_partition;
struct vscsi_vtd;

/**
 * struct vscsi_ctl_kind - how one kind of object goes into a message
 * @extra: optional: bytes that this object needs beyond GENLMSG_DEFAULT_SIZE
 * @fill: adds the attributes that GET shows; 0 or -EMSGSIZE
 *
 * Both are called with the configuration lock held.
 */
struct vscsi_ctl_kind {
	size_t (*extra)(void *object);
	int (*fill)(struct sk_buff *skb, void *object);
};

/**
 * struct vscsi_ctl_head - what a message begins with
 * @portid: for whom; 0 in a notification
 * @seq: of the request; 0 in a notification
 * @flags: NLM_F_*
 * @cmd: enum vscsi_nl_cmd
 * @dump: the dump that the message is part of, or NULL
 */
struct vscsi_ctl_head {
	u32 portid;
	u32 seq;
	int flags;
	u8 cmd;
	struct netlink_callback *dump;
};

extern struct genl_family vscsi_genl_family;

/* family.c */
int vscsi_ctl_need(struct genl_info *info, int attr, const char *what);
int vscsi_ctl_check_attrs(const struct nlmsghdr *nlh, struct netlink_ext_ack *extack);

/* message.c */
int vscsi_ctl_put(struct sk_buff *skb, const struct vscsi_ctl_head *head,
		  const struct vscsi_ctl_kind *kind, void *object);
int vscsi_ctl_reply(struct genl_info *info, const struct vscsi_ctl_kind *kind,
		    void *object);
struct sk_buff *vscsi_ctl_notice(u8 cmd, const struct vscsi_ctl_kind *kind, void *object);
void vscsi_ctl_notice_send(struct sk_buff *notice);
void vscsi_ctl_notify(u8 cmd, const struct vscsi_ctl_kind *kind, void *object);

/* dump.c */
int vscsi_ctl_dump_start(struct netlink_callback *cb);
int vscsi_ctl_dump_partitions(struct sk_buff *skb, struct netlink_callback *cb);
int vscsi_ctl_dump_adapters(struct sk_buff *skb, struct netlink_callback *cb);
int vscsi_ctl_dump_vtds(struct sk_buff *skb, struct netlink_callback *cb);

/* partition.c */
extern const struct vscsi_ctl_kind vscsi_ctl_partition;
struct vscsi_partition *vscsi_ctl_find_partition(struct genl_info *info);
int vscsi_ctl_system_get(struct sk_buff *skb, struct genl_info *info);
int vscsi_ctl_partition_get(struct sk_buff *skb, struct genl_info *info);
int vscsi_ctl_partition_new(struct sk_buff *skb, struct genl_info *info);
int vscsi_ctl_partition_del(struct sk_buff *skb, struct genl_info *info);

/* adapter.c */
extern const struct vscsi_ctl_kind vscsi_ctl_adapter;
struct vscsi_adapter *vscsi_ctl_find_adapter(struct genl_info *info);
int vscsi_ctl_adapter_get(struct sk_buff *skb, struct genl_info *info);
int vscsi_ctl_adapter_new(struct sk_buff *skb, struct genl_info *info);
int vscsi_ctl_adapter_set(struct sk_buff *skb, struct genl_info *info);
int vscsi_ctl_adapter_del(struct sk_buff *skb, struct genl_info *info);

/* vtd.c */
extern const struct vscsi_ctl_kind vscsi_ctl_vtd;
int vscsi_ctl_check_childless(struct vscsi_adapter *adapter, struct genl_info *info);
int vscsi_ctl_remove_children(struct vscsi_adapter *adapter, struct genl_info *info);
int vscsi_ctl_vtd_get(struct sk_buff *skb, struct genl_info *info);
int vscsi_ctl_vtd_new(struct sk_buff *skb, struct genl_info *info);
int vscsi_ctl_vtd_set(struct sk_buff *skb, struct genl_info *info);
void vscsi_ctl_vtd_changed(struct vscsi_vtd *vtd);
int vscsi_ctl_vtd_del(struct sk_buff *skb, struct genl_info *info);

#endif
