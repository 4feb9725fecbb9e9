// SPDX-License-Identifier: GPL-2.0
/*
 * The transport: generic netlink messages to vscsi.ko and the objects in its
 * answers.  No other file knows an attribute.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netlink.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include "nl.h"
#include "util.h"

#ifndef SOL_NETLINK
#define SOL_NETLINK 270
#endif

/* An object in an answer. */
struct answer {
	struct nlattr *attrs[VSCSI_A_MAX + 1];
	struct genlmsghdr *hdr;
};

typedef void (*parse_fn)(const struct answer *in, void *object);

/* One request and what came back. */
struct exchange {
	parse_fn parse;
	void *object;
	int error;		/* negative errno; 0: the kernel said yes */
	bool done;
};

static struct nl_sock *sock;
static struct nl_sock *listener;	/* for notifications alone; NULL: nobody wants them */
static int family;
static char refusal[256];
static bool changed;

const char *vnl_text(void)
{
	return refusal;
}

bool vnl_changed(void)
{
	bool was = changed;

	changed = false;
	return was;
}

static void close_socket(void)
{
	nl_socket_free(sock);
	sock = NULL;
}

void vnl_close(void)
{
	close_socket();
	nl_socket_free(listener);
	listener = NULL;
}

static int open_socket(void)
{
	int on = 1;

	sock = nl_socket_alloc();
	if (!sock)
		return -ENOMEM;
	if (genl_connect(sock)) {
		close_socket();
		return -EPROTONOSUPPORT;
	}
	/* Without these two the texts are lost; kernels that old aren't supported. */
	setsockopt(nl_socket_get_fd(sock), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(nl_socket_get_fd(sock), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	family = genl_ctrl_resolve(sock, VSCSI_GENL_NAME);
	if (family < 0) {
		close_socket();
		return VNL_NO_FAMILY;
	}
	return 0;
}

/* --- values to attributes --- */

static void put_str(struct nl_msg *msg, int attr, const char *s)
{
	if (s && s[0])
		nla_put_string(msg, attr, s);
}

/* Zero stands for "not given" in all the requests. */
static void put_u32(struct nl_msg *msg, int attr, uint32_t v)
{
	if (v)
		nla_put_u32(msg, attr, v);
}

static void put_flag(struct nl_msg *msg, int attr, bool set)
{
	if (set)
		nla_put_flag(msg, attr);
}

/* --- answers --- */

static void text_keep(struct nlattr *attrs, int len)
{
	struct nlattr *text = nla_find(attrs, len, NLMSGERR_ATTR_MSG);

	if (text && nla_len(text) > 0)
		str_copy(refusal, sizeof(refusal), nla_data(text));
	/* Messages of ours are sentences without a full stop; so are the kernel's. */
	if (refusal[0] && refusal[strlen(refusal) - 1] == '.')
		refusal[strlen(refusal) - 1] = '\0';
}

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *err, void *arg)
{
	struct nlmsghdr *hdr = (struct nlmsghdr *)((char *)err - NLMSG_HDRLEN);
	int echoed = hdr->nlmsg_flags & NLM_F_CAPPED ? 0 : err->msg.nlmsg_len - NLMSG_HDRLEN;
	int fixed = NLMSG_ALIGN(sizeof(*err)) + NLMSG_ALIGN(echoed);
	struct exchange *x = arg;

	(void)from;
	x->error = err->error;
	x->done = true;
	if (hdr->nlmsg_flags & NLM_F_ACK_TLVS && nlmsg_datalen(hdr) > fixed)
		text_keep((struct nlattr *)((char *)err + fixed), nlmsg_datalen(hdr) - fixed);
	return NL_STOP;
}

static int on_ack(struct nl_msg *msg, void *arg)
{
	struct exchange *x = arg;

	(void)msg;
	x->done = true;
	return NL_STOP;
}

/* The end of a dump carries the error that cut it short. */
static int on_finish(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *hdr = nlmsg_hdr(msg);
	struct exchange *x = arg;
	int len = NLMSG_ALIGN(sizeof(int));

	if (nlmsg_datalen(hdr) >= (int)sizeof(int))
		memcpy(&x->error, nlmsg_data(hdr), sizeof(int));
	if (x->error && hdr->nlmsg_flags & NLM_F_ACK_TLVS && nlmsg_datalen(hdr) > len)
		text_keep((struct nlattr *)((char *)nlmsg_data(hdr) + len),
			  nlmsg_datalen(hdr) - len);
	x->done = true;
	return NL_STOP;
}

static int on_object(struct nl_msg *msg, void *arg)
{
	struct answer in = { .hdr = genlmsg_hdr(nlmsg_hdr(msg)) };
	struct exchange *x = arg;

	if (x->parse && !genlmsg_parse(nlmsg_hdr(msg), 0, in.attrs, VSCSI_A_MAX, NULL))
		x->parse(&in, x->object);
	return NL_OK;
}

static int receive(struct exchange *x)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);
	int err = 0;

	if (!cb)
		return -ENOMEM;
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, x);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_ack, x);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_finish, x);
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_object, x);
	while (!x->done && err >= 0)
		err = nl_recvmsgs(sock, cb);
	nl_cb_put(cb);
	/* A socket that still has the rest of a dump in it is of no more use. */
	if (err == -NLE_DUMP_INTR || !x->done)
		close_socket();
	if (err == -NLE_DUMP_INTR)
		return VNL_AGAIN;
	return x->done ? x->error : -EIO;
}

/* Start a request in *msg. */
static int begin(uint8_t cmd, int flags, struct nl_msg **msg)
{
	int err = sock ? 0 : open_socket();

	if (err)
		return err;
	*msg = nlmsg_alloc();
	if (!*msg)
		return -ENOMEM;
	genlmsg_put(*msg, NL_AUTO_PORT, NL_AUTO_SEQ, family, 0, flags | NLM_F_REQUEST, cmd,
		    VSCSI_GENL_VERSION);
	return 0;
}

/* Send and free @msg; give each object of the answer to @parse, which may be NULL. */
static int finish(struct nl_msg *msg, parse_fn parse, void *object)
{
	struct exchange x = { .parse = parse, .object = object };
	int err;

	refusal[0] = '\0';
	err = nl_send_auto(sock, msg);
	nlmsg_free(msg);
	return err < 0 ? -EIO : receive(&x);
}

static int dump(uint8_t cmd, parse_fn parse, void *object)
{
	struct nl_msg *msg;
	int err = begin(cmd, NLM_F_DUMP, &msg);

	return err ? err : finish(msg, parse, object);
}

/* --- attributes to values; an absent or short one leaves the value as it is --- */

static void get_u8(struct nlattr *a, uint8_t *v)
{
	if (a && nla_len(a) >= (int)sizeof(*v))
		*v = nla_get_u8(a);
}

static void get_u32(struct nlattr *a, uint32_t *v)
{
	if (a && nla_len(a) >= (int)sizeof(*v))
		*v = nla_get_u32(a);
}

static void get_u64(struct nlattr *a, uint64_t *v)
{
	if (a && nla_len(a) >= (int)sizeof(*v))
		*v = nla_get_u64(a);
}

static void get_str(struct nlattr *a, char *s, size_t size)
{
	size_t len = a ? strnlen(nla_data(a), nla_len(a)) : 0;

	if (len >= size)
		len = size - 1;
	if (len)
		memcpy(s, nla_data(a), len);
	s[len] = '\0';
}

#define GET_STR(attr, array)	get_str(attr, array, sizeof(array))

static void parse_system(const struct answer *in, void *object)
{
	struct model *m = object;

	GET_STR(in->attrs[VSCSI_A_MACHINE], m->machine);
	get_u32(in->attrs[VSCSI_A_GENERATION], &m->generation);
	get_u32(in->attrs[VSCSI_A_QUEUES], &m->queues);
}

static void parse_partition(const struct answer *in, void *object)
{
	struct partition *p = object;

	get_u32(in->attrs[VSCSI_A_PARTITION_ID], &p->id);
	get_u8(in->attrs[VSCSI_A_PARTITION_TYPE], &p->type);
	GET_STR(in->attrs[VSCSI_A_PARTITION_NAME], p->name);
}

static void parse_link(struct nlattr *nest, struct link *l)
{
	struct nlattr *attrs[VSCSI_LINK_A_MAX + 1];

	if (nla_parse_nested(attrs, VSCSI_LINK_A_MAX, nest, NULL))
		return;
	get_u32(attrs[VSCSI_LINK_A_PARTITION_ID], &l->partition_id);
	get_u32(attrs[VSCSI_LINK_A_SLOT], &l->slot);
	get_u8(attrs[VSCSI_LINK_A_STATE], &l->state);
	GET_STR(attrs[VSCSI_LINK_A_PARTITION_NAME], l->partition);
	GET_STR(attrs[VSCSI_LINK_A_ADAPTER_NAME], l->adapter);
}

/* LINK occurs once for each client, so it is found by walking. */
static void parse_links(const struct answer *in, struct adapter *a)
{
	struct nlattr *at;
	int left;

	nla_for_each_attr(at, genlmsg_attrdata(in->hdr, 0), genlmsg_attrlen(in->hdr, 0), left)
		if (nla_type(at) == VSCSI_A_LINK)
			parse_link(at, model_add_link(a));
}

static void parse_adapter(const struct answer *in, void *object)
{
	struct adapter *a = object;
	uint32_t host_no = 0;

	GET_STR(in->attrs[VSCSI_A_ADAPTER_NAME], a->name);
	GET_STR(in->attrs[VSCSI_A_PHYSLOC], a->physloc);
	get_u8(in->attrs[VSCSI_A_ADAPTER_TYPE], &a->type);
	get_u8(in->attrs[VSCSI_A_ADAPTER_STATE], &a->state);
	get_u8(in->attrs[VSCSI_A_LINK_STATE], &a->link_state);
	get_u32(in->attrs[VSCSI_A_PARTITION_ID], &a->partition_id);
	get_u32(in->attrs[VSCSI_A_SLOT], &a->slot);
	get_u32(in->attrs[VSCSI_A_REMOTE_PARTITION_ID], &a->remote_partition_id);
	get_u32(in->attrs[VSCSI_A_REMOTE_SLOT], &a->remote_slot);
	get_u32(in->attrs[VSCSI_A_QUEUES], &a->queues);
	get_u32(in->attrs[VSCSI_A_QUEUE_DEPTH], &a->queue_depth);
	if (in->attrs[VSCSI_A_HOST_NO]) {
		get_u32(in->attrs[VSCSI_A_HOST_NO], &host_no);
		a->host_no = host_no;
	}
	parse_links(in, a);
}

static void parse_stats(struct nlattr *nest, struct vtd_stats *s)
{
	struct nlattr *attrs[VSCSI_STATS_A_MAX + 1];

	if (!nest || nla_parse_nested(attrs, VSCSI_STATS_A_MAX, nest, NULL))
		return;
	get_u64(attrs[VSCSI_STATS_A_READ_CMDS], &s->read_cmds);
	get_u64(attrs[VSCSI_STATS_A_WRITE_CMDS], &s->write_cmds);
	get_u64(attrs[VSCSI_STATS_A_OTHER_CMDS], &s->other_cmds);
	get_u64(attrs[VSCSI_STATS_A_READ_BYTES], &s->read_bytes);
	get_u64(attrs[VSCSI_STATS_A_WRITE_BYTES], &s->write_bytes);
	get_u64(attrs[VSCSI_STATS_A_ERRORS], &s->errors);
	get_u64(attrs[VSCSI_STATS_A_ABORTED], &s->aborted);
	get_u64(attrs[VSCSI_STATS_A_UNIT_ATTENTIONS], &s->unit_attentions);
	get_u64(attrs[VSCSI_STATS_A_IN_FLIGHT], &s->in_flight);
}

static bool parse_inject(struct nlattr *nest, struct vtd_inject *i)
{
	struct nlattr *attrs[VSCSI_INJECT_A_MAX + 1];

	if (!nest || nla_parse_nested(attrs, VSCSI_INJECT_A_MAX, nest, NULL))
		return false;
	get_u32(attrs[VSCSI_INJECT_A_DELAY_US], &i->delay_us);
	get_u32(attrs[VSCSI_INJECT_A_EVERY], &i->every);
	get_u8(attrs[VSCSI_INJECT_A_ERROR], &i->error);
	return true;
}

static void parse_vtd(const struct answer *in, void *object)
{
	struct vtd *v = object;

	get_u32(in->attrs[VSCSI_A_GENERATION], &v->generation);
	GET_STR(in->attrs[VSCSI_A_VTD_NAME], v->name);
	GET_STR(in->attrs[VSCSI_A_ADAPTER_NAME], v->adapter);
	GET_STR(in->attrs[VSCSI_A_BACKING_NAME], v->backing);
	GET_STR(in->attrs[VSCSI_A_BACKING_PATH], v->path);
	GET_STR(in->attrs[VSCSI_A_PHYSLOC], v->physloc);
	GET_STR(in->attrs[VSCSI_A_UDID], v->udid);
	get_u8(in->attrs[VSCSI_A_VTD_TYPE], &v->type);
	get_u8(in->attrs[VSCSI_A_VTD_STATE], &v->state);
	get_u8(in->attrs[VSCSI_A_BACKEND_TYPE], &v->backend);
	get_u64(in->attrs[VSCSI_A_LUN], &v->lun);
	get_u64(in->attrs[VSCSI_A_SIZE], &v->size);
	get_u64(in->attrs[VSCSI_A_BACKING_DEV], &v->backing_dev);
	get_u64(in->attrs[VSCSI_A_BACKING_INO], &v->backing_ino);
	get_u32(in->attrs[VSCSI_A_BLOCK_SIZE], &v->block_size);
	get_u32(in->attrs[VSCSI_A_PHYSICAL_BLOCK_SIZE], &v->physical_block_size);
	v->read_only = in->attrs[VSCSI_A_READ_ONLY];
	v->write_cache = in->attrs[VSCSI_A_WRITE_CACHE];
	v->thin = in->attrs[VSCSI_A_THIN];
	v->locked = in->attrs[VSCSI_A_LOCKED];
	v->has_alua = in->attrs[VSCSI_A_ALUA_STATE];
	get_u8(in->attrs[VSCSI_A_ALUA_STATE], &v->alua_state);
	v->has_inject = parse_inject(in->attrs[VSCSI_A_INJECT], &v->inject);
	parse_stats(in->attrs[VSCSI_A_STATS], &v->stats);
}

/* --- reading --- */

int vnl_get_system(struct model *m)
{
	struct nl_msg *msg;
	int err = begin(VSCSI_NL_CMD_SYSTEM_GET, NLM_F_ACK, &msg);

	return err ? err : finish(msg, parse_system, m);
}

static void add_partition(const struct answer *in, void *object)
{
	parse_partition(in, model_add_partition(object));
}

int vnl_dump_partitions(struct model *m)
{
	return dump(VSCSI_NL_CMD_PARTITION_GET, add_partition, m);
}

static void add_vtd(const struct answer *in, void *object)
{
	parse_vtd(in, model_add_vtd(object));
}

int vnl_dump_vtds(struct model *m)
{
	return dump(VSCSI_NL_CMD_VTD_GET, add_vtd, m);
}

static void add_adapter(const struct answer *in, void *object)
{
	parse_adapter(in, model_add_adapter(object));
}

int vnl_dump_adapters(struct model *m)
{
	return dump(VSCSI_NL_CMD_ADAPTER_GET, add_adapter, m);
}

/* --- notifications --- */

struct listening {
	void (*event)(const struct vnl_event *e, void *arg);
	void *arg;
	bool family_gone;
};

static void tell_partition(const struct answer *in, struct vnl_event *e, struct listening *l)
{
	struct partition p = { .id = 0 };

	parse_partition(in, &p);
	e->partition = &p;
	l->event(e, l->arg);
}

static void tell_adapter(const struct answer *in, struct vnl_event *e, struct listening *l)
{
	struct adapter a = { .host_no = -1 };

	parse_adapter(in, &a);
	e->adapter = &a;
	l->event(e, l->arg);
	free(a.links);
}

static void tell_vtd(const struct answer *in, struct vnl_event *e, struct listening *l)
{
	struct vtd v = { .lun = 0 };

	parse_vtd(in, &v);
	e->vtd = &v;
	l->event(e, l->arg);
}

static void on_event(const struct answer *in, struct listening *l)
{
	static const struct {
		int what;
		void (*tell)(const struct answer *in, struct vnl_event *e, struct listening *l);
	} kinds[] = {
		[VSCSI_NL_CMD_PARTITION_NEW] = { VNL_CREATED, tell_partition },
		[VSCSI_NL_CMD_PARTITION_DEL] = { VNL_DELETED, tell_partition },
		[VSCSI_NL_CMD_ADAPTER_NEW] = { VNL_CREATED, tell_adapter },
		[VSCSI_NL_CMD_ADAPTER_SET] = { VNL_CHANGED, tell_adapter },
		[VSCSI_NL_CMD_ADAPTER_DEL] = { VNL_DELETED, tell_adapter },
		[VSCSI_NL_CMD_VTD_NEW] = { VNL_CREATED, tell_vtd },
		[VSCSI_NL_CMD_VTD_SET] = { VNL_CHANGED, tell_vtd },
		[VSCSI_NL_CMD_VTD_DEL] = { VNL_DELETED, tell_vtd },
	};
	unsigned int cmd = in->hdr->cmd;
	struct vnl_event e = { .vtd = NULL };

	if (cmd >= ARRAY_SIZE(kinds) || !kinds[cmd].tell)
		return;
	e.what = kinds[cmd].what;
	kinds[cmd].tell(in, &e, l);
}

/* Who leaves takes his group along: nothing would be heard any more. */
static void on_control(struct nl_msg *msg, struct listening *l)
{
	struct nlattr *attrs[CTRL_ATTR_MAX + 1];

	if (genlmsg_hdr(nlmsg_hdr(msg))->cmd == CTRL_CMD_DELFAMILY &&
	    !genlmsg_parse(nlmsg_hdr(msg), 0, attrs, CTRL_ATTR_MAX, NULL) &&
	    attrs[CTRL_ATTR_FAMILY_NAME] &&
	    !strcmp(nla_get_string(attrs[CTRL_ATTR_FAMILY_NAME]), VSCSI_GENL_NAME))
		l->family_gone = true;
}

/* Notifications are no answers, and have no number. */
static int on_sequence(struct nl_msg *msg, void *arg)
{
	(void)msg;
	(void)arg;
	return NL_OK;
}

static int on_notification(struct nl_msg *msg, void *arg)
{
	struct answer in = { .hdr = genlmsg_hdr(nlmsg_hdr(msg)) };

	if (nlmsg_hdr(msg)->nlmsg_type == GENL_ID_CTRL)
		on_control(msg, arg);
	else if (!genlmsg_parse(nlmsg_hdr(msg), 0, in.attrs, VSCSI_A_MAX, NULL))
		on_event(&in, arg);
	return NL_OK;
}

/* First the group that tells when the family goes, so that this can't be missed. */
static int join_groups(void)
{
	static const char *const groups[][2] = {
		{ "nlctrl", "notify" },
		{ VSCSI_GENL_NAME, VSCSI_GENL_MCGRP },
	};
	size_t i;
	int id;

	for (i = 0; i < ARRAY_SIZE(groups); i++) {
		id = genl_ctrl_resolve_grp(listener, groups[i][0], groups[i][1]);
		if (id < 0 || nl_socket_add_membership(listener, id))
			return VNL_NO_FAMILY;
	}
	return 0;
}

/* As many as may wait; who is slower loses some. */
#define LISTENER_BUFFER	(1024 * 1024)

int vnl_listen(void)
{
	int err;

	listener = nl_socket_alloc();
	if (!listener)
		return -ENOMEM;
	if (genl_connect(listener))
		return -EPROTONOSUPPORT;
	nl_socket_set_buffer_size(listener, LISTENER_BUFFER, 0);
	err = join_groups();
	nl_socket_set_nonblocking(listener);
	return err ? err : nl_socket_get_fd(listener);
}

int vnl_read_events(void (*event)(const struct vnl_event *e, void *arg), void *arg)
{
	struct listening l = { .event = event, .arg = arg };
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);
	int err;

	if (!cb)
		return -ENOMEM;
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_notification, &l);
	nl_cb_set(cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, on_sequence, NULL);
	do
		err = nl_recvmsgs(listener, cb);
	while (err >= 0 && !l.family_gone);
	nl_cb_put(cb);
	if (l.family_gone)
		return VNL_NO_FAMILY;
	if (err == -NLE_NOMEM)
		return VNL_LOST;
	return err == -NLE_AGAIN ? 0 : -EIO;
}

/* --- changes --- */

/* What could not be removed in time goes when its commands have finished. */
static int finish_change(struct nl_msg *msg, parse_fn parse, void *object)
{
	int err = finish(msg, parse, object);

	changed |= !err || err == -ETIMEDOUT;
	return err;
}

int vnl_partition_new(const struct partition_request *r, struct partition *made)
{
	struct nl_msg *msg;
	int err = begin(VSCSI_NL_CMD_PARTITION_NEW, NLM_F_ACK, &msg);

	if (err)
		return err;
	put_str(msg, VSCSI_A_PARTITION_NAME, r->name);
	nla_put_u8(msg, VSCSI_A_PARTITION_TYPE, r->type);
	put_u32(msg, VSCSI_A_PARTITION_ID, r->id);
	return finish_change(msg, parse_partition, made);
}

int vnl_partition_del(uint32_t id)
{
	struct nl_msg *msg;
	int err = begin(VSCSI_NL_CMD_PARTITION_DEL, NLM_F_ACK, &msg);

	if (err)
		return err;
	nla_put_u32(msg, VSCSI_A_PARTITION_ID, id);
	return finish_change(msg, NULL, NULL);
}

int vnl_adapter_new(const struct adapter_request *r, struct adapter *made)
{
	struct nl_msg *msg;
	int err = begin(VSCSI_NL_CMD_ADAPTER_NEW, NLM_F_ACK, &msg);

	if (err)
		return err;
	nla_put_u32(msg, VSCSI_A_PARTITION_ID, r->partition_id);
	nla_put_u8(msg, VSCSI_A_ADAPTER_TYPE, r->type);
	put_str(msg, VSCSI_A_ADAPTER_NAME, r->name);
	put_u32(msg, VSCSI_A_SLOT, r->slot);
	put_u32(msg, VSCSI_A_REMOTE_PARTITION_ID, r->remote_partition_id);
	put_u32(msg, VSCSI_A_REMOTE_SLOT, r->remote_slot);
	put_u32(msg, VSCSI_A_QUEUES, r->queues);
	put_flag(msg, VSCSI_A_WITH_PARTNER, r->with_partner);
	put_flag(msg, VSCSI_A_UNCONFIGURED, r->unconfigured);
	return finish_change(msg, parse_adapter, made);
}

/* An adapter has a name only while it is known; its slot is always right. */
static void put_adapter(struct nl_msg *msg, const struct adapter *a)
{
	nla_put_u32(msg, VSCSI_A_PARTITION_ID, a->partition_id);
	nla_put_u32(msg, VSCSI_A_SLOT, a->slot);
}

static void put_del_flags(struct nl_msg *msg, unsigned int flags)
{
	put_flag(msg, VSCSI_A_WITH_PARTNER, flags & DEL_WITH_PARTNER);
	put_flag(msg, VSCSI_A_RECURSIVE, flags & DEL_RECURSIVE);
	put_flag(msg, VSCSI_A_FORCE, flags & DEL_FORCE);
}

int vnl_adapter_set_state(const struct adapter *a, uint8_t state, unsigned int flags)
{
	struct nl_msg *msg;
	int err = begin(VSCSI_NL_CMD_ADAPTER_SET, NLM_F_ACK, &msg);

	if (err)
		return err;
	put_adapter(msg, a);
	nla_put_u8(msg, VSCSI_A_ADAPTER_STATE, state);
	put_del_flags(msg, flags);
	return finish_change(msg, NULL, NULL);
}

int vnl_adapter_del(const struct adapter *a, unsigned int flags)
{
	struct nl_msg *msg;
	int err = begin(VSCSI_NL_CMD_ADAPTER_DEL, NLM_F_ACK, &msg);

	if (err)
		return err;
	put_adapter(msg, a);
	put_del_flags(msg, flags);
	return finish_change(msg, NULL, NULL);
}

static void put_backing(struct nl_msg *msg, const struct vtd_request *r)
{
	if (r->type)
		nla_put_u8(msg, VSCSI_A_VTD_TYPE, r->type);
	if (r->ram_size)
		nla_put_u64(msg, VSCSI_A_RAM_SIZE, r->ram_size);
	if (r->fd < 0)
		return;
	nla_put_u32(msg, VSCSI_A_FD, r->fd);
	put_str(msg, VSCSI_A_BACKING_NAME, r->backing);
	put_str(msg, VSCSI_A_BACKING_PATH, r->path);
	put_str(msg, VSCSI_A_PHYSLOC, r->physloc);
}

int vnl_vtd_new(const struct vtd_request *r, struct vtd *made)
{
	struct nl_msg *msg;
	int err = begin(VSCSI_NL_CMD_VTD_NEW, NLM_F_ACK, &msg);

	if (err)
		return err;
	put_str(msg, VSCSI_A_ADAPTER_NAME, r->adapter);
	put_str(msg, VSCSI_A_VTD_NAME, r->name);
	put_backing(msg, r);
	put_str(msg, VSCSI_A_UDID, r->udid);
	if (r->lun)
		nla_put_u64(msg, VSCSI_A_LUN, r->lun);
	put_u32(msg, VSCSI_A_BLOCK_SIZE, r->block_size);
	put_flag(msg, VSCSI_A_READ_ONLY, r->read_only);
	put_flag(msg, VSCSI_A_SHARE, r->share);
	return finish_change(msg, parse_vtd, made);
}

static void put_inject(struct nl_msg *msg, const struct vtd_inject *i)
{
	struct nlattr *nest = nla_nest_start(msg, NLA_F_NESTED | VSCSI_A_INJECT);

	if (!nest)
		return;
	nla_put_u32(msg, VSCSI_INJECT_A_DELAY_US, i->delay_us);
	nla_put_u8(msg, VSCSI_INJECT_A_ERROR, i->error);
	nla_put_u32(msg, VSCSI_INJECT_A_EVERY, i->every);
	nla_nest_end(msg, nest);
}

int vnl_vtd_set(const char *name, const struct vtd_change *c)
{
	struct nl_msg *msg;
	int err = begin(VSCSI_NL_CMD_VTD_SET, NLM_F_ACK, &msg);

	if (err)
		return err;
	put_str(msg, VSCSI_A_VTD_NAME, name);
	put_flag(msg, VSCSI_A_RESCAN, c->rescan);
	if (c->inject_set)
		put_inject(msg, &c->inject);
	if (c->alua_set)
		nla_put_u8(msg, VSCSI_A_ALUA_STATE, c->alua_state);
	return finish_change(msg, NULL, NULL);
}

int vnl_vtd_medium(const char *name, const struct medium_request *r)
{
	struct nl_msg *msg;
	int err = begin(VSCSI_NL_CMD_VTD_SET, NLM_F_ACK, &msg);

	if (err)
		return err;
	put_str(msg, VSCSI_A_VTD_NAME, name);
	if (r->fd >= 0)
		nla_put_u32(msg, VSCSI_A_FD, r->fd);
	put_str(msg, VSCSI_A_BACKING_NAME, r->backing);
	put_str(msg, VSCSI_A_BACKING_PATH, r->path);
	put_flag(msg, VSCSI_A_READ_ONLY, r->read_only);
	put_flag(msg, VSCSI_A_UNLOAD, r->unload);
	put_flag(msg, VSCSI_A_RELEASE, r->release);
	return finish_change(msg, NULL, NULL);
}

int vnl_vtd_del(const char *name, bool force)
{
	struct nl_msg *msg;
	int err = begin(VSCSI_NL_CMD_VTD_DEL, NLM_F_ACK, &msg);

	if (err)
		return err;
	put_str(msg, VSCSI_A_VTD_NAME, name);
	put_flag(msg, VSCSI_A_FORCE, force);
	return finish_change(msg, NULL, NULL);
}
