// SPDX-License-Identifier: GPL-2.0
/* Replies and notifications: objects in messages of their own. */
#include <linux/err.h>

#include "../hypervisor/hypervisor.h"
#include "family.h"

/* To which state an object belongs: the messages of a dump are of one. */
static int put_generation(struct sk_buff *skb, const struct vscsi_ctl_head *head, void *hdr)
{
	if (!head->dump)
		return nla_put_u32(skb, VSCSI_A_GENERATION, vscsi_config_generation());
	genl_dump_check_consistent(head->dump, hdr);
	return 0;
}

/**
 * vscsi_ctl_put() - add one message to a buffer
 * @skb: the buffer; as it was if the message does not fit
 * @head: what the message begins with
 * @kind: the kind of @object
 * @object: what to show
 *
 * Context: configuration lock held.
 * Return: 0 or -EMSGSIZE.
 */
int vscsi_ctl_put(struct sk_buff *skb, const struct vscsi_ctl_head *head,
		  const struct vscsi_ctl_kind *kind, void *object)
{
	void *hdr = genlmsg_put(skb, head->portid, head->seq, &vscsi_genl_family, head->flags,
				head->cmd);

	if (!hdr)
		return -EMSGSIZE;
	if (put_generation(skb, head, hdr) || kind->fill(skb, object)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

static struct sk_buff *message(const struct vscsi_ctl_head *head,
			       const struct vscsi_ctl_kind *kind, void *object)
{
	size_t extra = kind->extra ? kind->extra(object) : 0;
	struct sk_buff *skb = genlmsg_new(GENLMSG_DEFAULT_SIZE + extra, GFP_KERNEL);
	int ret;

	if (!skb)
		return ERR_PTR(-ENOMEM);
	ret = vscsi_ctl_put(skb, head, kind, object);
	if (ret) {
		nlmsg_free(skb);
		return ERR_PTR(ret);
	}
	return skb;
}

/**
 * vscsi_ctl_reply() - answer a request with an object
 * @info: the request
 * @kind: the kind of @object
 * @object: what to show
 *
 * Context: configuration lock held, may sleep.
 * Return: 0 or a negative errno.
 */
int vscsi_ctl_reply(struct genl_info *info, const struct vscsi_ctl_kind *kind,
		    void *object)
{
	struct vscsi_ctl_head head = {
		.portid = info->snd_portid,
		.seq = info->snd_seq,
		.cmd = info->genlhdr->cmd,
	};
	struct sk_buff *skb = message(&head, kind, object);

	return IS_ERR(skb) ? PTR_ERR(skb) : genlmsg_reply(skb, info);
}

/**
 * vscsi_ctl_notice() - prepare a notification
 * @cmd: the command that causes it
 * @kind: the kind of @object
 * @object: shown as it is now
 *
 * Context: configuration lock held, may sleep.
 * Return: the notification, for vscsi_ctl_notice_send() or kfree_skb(); or an ERR_PTR.
 */
struct sk_buff *vscsi_ctl_notice(u8 cmd, const struct vscsi_ctl_kind *kind, void *object)
{
	struct vscsi_ctl_head head = { .cmd = cmd };

	return message(&head, kind, object);
}

/**
 * vscsi_ctl_notice_send() - send a notification to all who listen
 * @notice: from vscsi_ctl_notice(); consumed
 *
 * Context: configuration lock held, so that notifications keep the order of the changes.
 */
void vscsi_ctl_notice_send(struct sk_buff *notice)
{
	genlmsg_multicast_allns(&vscsi_genl_family, notice, 0, 0);
}

/**
 * vscsi_ctl_notify() - report a change that has been made
 * @cmd: the command that caused it
 * @kind: the kind of @object
 * @object: the object after the change
 *
 * Without memory for the notification, listeners get ENOBUFS: they have missed something.
 *
 * Context: configuration lock held, may sleep.
 */
void vscsi_ctl_notify(u8 cmd, const struct vscsi_ctl_kind *kind, void *object)
{
	struct sk_buff *notice = vscsi_ctl_notice(cmd, kind, object);

	if (IS_ERR(notice))
		genl_set_err(&vscsi_genl_family, &init_net, 0, 0, -ENOBUFS);
	else
		vscsi_ctl_notice_send(notice);
}
