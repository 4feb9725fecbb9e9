// SPDX-License-Identifier: GPL-2.0
/* mkvadapter, rmvadapter: virtual SCSI adapters in virtual slots, in pairs or alone. */
#include <stdio.h>
#include <string.h>

#include "err.h"
#include "nl.h"
#include "util.h"
#include "verbs.h"

struct options {
	const char *client;
	bool any;
	const char *server;
	const char *slot;
	const char *clientslot;
	const char *queues;
	bool ucfg;
	const char *vadapter;
	const char *plc;
	bool single;
	bool recursive;
	bool f;
};

/* --- mkvadapter --- */

enum { GROUP_CLIENT = 1, GROUP_SERVER = 2 };

static const struct flag mk_flags[] = {
	{ "client", FLAG_VALUE, offsetof(struct options, client), GROUP_CLIENT, HINT_CLIENT, NULL },
	{ "any", FLAG_SWITCH, offsetof(struct options, any), GROUP_CLIENT, HINT_NONE, NULL },
	{ "server", FLAG_VALUE, offsetof(struct options, server), GROUP_SERVER, HINT_VHOST, NULL },
	{ "slot", FLAG_VALUE, offsetof(struct options, slot), GROUP_SERVER, HINT_NONE, NULL },
	{ "clientslot", FLAG_VALUE, offsetof(struct options, clientslot), 0, HINT_NONE, NULL },
	{ "queues", FLAG_VALUE, offsetof(struct options, queues), 0, HINT_NONE, NULL },
	{ "ucfg", FLAG_SWITCH, offsetof(struct options, ucfg), 0, HINT_NONE, NULL },
	{ .name = NULL }
};

static int parse_slot(const struct verb *verb, const char *word, uint32_t *slot)
{
	uint64_t v;

	if (parse_u64(word, VSCSI_SLOT_MAX, &v) || v < VSCSI_SLOT_MIN)
		return args_refuse(verb, ERR_VALUE, word, "a slot is 2 to 65534");
	*slot = v;
	return RC_OK;
}

static int parse_queues(const struct verb *verb, const char *word, uint32_t *queues)
{
	uint64_t v;

	if (parse_u64(word, VSCSI_QUEUES_MAX, &v) || !v)
		return args_refuse(verb, ERR_VALUE, word, "the number of queues is 1 to 256");
	*queues = v;
	return RC_OK;
}

static int mk_words(const struct verb *verb, const struct options *o, uint32_t *slot,
		    uint32_t *client_slot, uint32_t *queues)
{
	const char *other = o->server ? "server" : o->clientslot ? "clientslot" : "queues";
	int rc = RC_OK;

	if (o->any && (o->server || o->clientslot || o->queues))
		return args_refuse(verb, ERR_FLAG_EXCLUSIVE, "any", other);
	if (o->slot)
		rc = parse_slot(verb, o->slot, slot);
	if (!rc && o->clientslot)
		rc = parse_slot(verb, o->clientslot, client_slot);
	if (!rc && o->queues)
		rc = parse_queues(verb, o->queues, queues);
	return rc;
}

static void print_made(const struct adapter *a)
{
	if (a->name[0])
		printf("%s %s\n", a->name, adapter_status(a));
	else
		printf("%s Unknown\n", a->physloc);
}

static int make(struct session *s, const struct adapter_request *r, const char *what)
{
	struct adapter made = { .host_no = -1 };
	const struct adapter *partner;
	int err = vnl_adapter_new(r, &made);
	int rc;

	if (err)
		return session_refused(err, what);
	print_made(&made);
	if (!r->with_partner)
		return RC_OK;
	rc = session_reload(s);
	partner = rc ? NULL : model_partner(&s->model, &made);
	if (partner)
		print_made(partner);
	return rc;
}

/* A client adapter for a server adapter that is there. */
static int request_client(const struct session *s, const struct options *o,
			  const struct partition *client, struct adapter_request *r)
{
	const struct adapter *a;
	int rc;

	a = session_vhost(s, o->server, &rc);
	if (!a)
		return rc;
	r->partition_id = client->id;
	r->type = VSCSI_ADAPTER_CLIENT;
	r->remote_partition_id = s->self->id;
	r->remote_slot = a->slot;
	return RC_OK;
}

static int request_server(const struct session *s, const struct partition *client,
			  struct adapter_request *r)
{
	r->partition_id = s->self->id;
	r->type = VSCSI_ADAPTER_SERVER;
	if (client) {
		r->remote_partition_id = client->id;
		r->with_partner = true;
	}
	return RC_OK;
}

static int mk_request(const struct session *s, const struct options *o, struct adapter_request *r)
{
	const struct partition *client = o->client ? session_partition(s, o->client) : NULL;

	if (o->client && !client)
		return err_say(ERR_PARTITION, o->client, NULL);
	if (client && client->type != VSCSI_PARTITION_CLIENT)
		return err_say(ERR_NOT_A_CLIENT, o->client, NULL);
	return o->server ? request_client(s, o, client, r) : request_server(s, client, r);
}

static int mkvadapter_run(struct session *s, int argc, char **argv)
{
	struct options o = { .client = NULL };
	struct adapter_request r = { .slot = 0 };
	uint32_t slot = 0, client_slot = 0;
	int rc;

	rc = args_parse(s->verb, argc, argv, &o);
	if (!rc)
		rc = mk_words(s->verb, &o, &slot, &client_slot, &r.queues);
	if (!rc)
		rc = session_start(s, ON_VIOS);
	if (!rc)
		rc = mk_request(s, &o, &r);
	if (rc)
		return rc;
	r.unconfigured = o.ucfg;
	if (r.type == VSCSI_ADAPTER_CLIENT) {
		r.slot = client_slot;
	} else {
		r.slot = slot;
		r.remote_slot = client_slot;
	}
	return make(s, &r, s->self->name);
}

const struct verb verb_mkvadapter = {
	.name = "mkvadapter",
	.group = "Managed System Commands (additions)",
	.summary = "Makes a server adapter, a client adapter, or both as a pair.",
	.usage =
	"mkvadapter -client Partition [-slot Slot] [-clientslot Slot] [-queues Number] [-ucfg]\n"
	"mkvadapter -client Partition -server VirtualServerAdapter [-clientslot Slot]\n"
	"\t[-queues Number] [-ucfg]\n"
	"mkvadapter -any [-slot Slot] [-ucfg]",
	.addition = true,
	.required = 1u << GROUP_CLIENT,
	.flags = mk_flags,
	.run = mkvadapter_run,
};

/* --- rmvadapter --- */

enum { GROUP_WHICH = 1 };

static const struct flag rm_flags[] = {
	{ "vadapter", FLAG_VALUE, offsetof(struct options, vadapter), GROUP_WHICH, HINT_ADAPTER,
	  NULL },
	{ "plc", FLAG_VALUE, offsetof(struct options, plc), GROUP_WHICH, HINT_NONE, NULL },
	{ "single", FLAG_SWITCH, offsetof(struct options, single), 0, HINT_NONE, NULL },
	{ "recursive", FLAG_SWITCH, offsetof(struct options, recursive), 0, HINT_NONE, NULL },
	{ "f", FLAG_SWITCH, offsetof(struct options, f), 0, HINT_NONE, NULL },
	{ .name = NULL }
};

static unsigned int del_flags(const struct options *o, bool pair)
{
	return (pair ? DEL_WITH_PARTNER : 0) | (o->recursive ? DEL_RECURSIVE : 0) |
	       (o->f ? DEL_FORCE : 0);
}

static void print_vtds(const struct model *m, const struct adapter *a)
{
	size_t i;

	for (i = 0; a && i < m->nr_vtds; i++)
		if (a->name[0] && !strcmp(m->vtds[i].adapter, a->name))
			printf("%s deleted\n", m->vtds[i].name);
}

/* The kernel looks after those that it has. */
static int defined_check(const struct model *m, const struct adapter *a)
{
	const struct vtd *v;

	for (v = m->vtds; a && v < m->vtds + m->nr_vtds; v++)
		if (v->state == VTD_DEFINED && !strcmp(v->adapter, a->name))
			return err_say(ERR_CHILDREN, a->name, v->name);
	return RC_OK;
}

static int remove_adapter(const struct session *s, const struct options *o,
			  const struct adapter *a)
{
	const struct adapter *partner = o->single ? NULL : model_partner(&s->model, a);
	int err, rc = RC_OK;

	if (!o->recursive)
		rc = defined_check(&s->model, a);
	if (!rc && !o->recursive)
		rc = defined_check(&s->model, partner);
	if (rc)
		return rc;
	err = vnl_adapter_del(a, del_flags(o, partner));
	if (err)
		return session_refused(err, adapter_label(a));
	print_vtds(&s->model, a);
	print_vtds(&s->model, partner);
	printf("%s deleted\n", adapter_label(a));
	if (partner)
		printf("%s deleted\n", adapter_label(partner));
	return RC_OK;
}

static int rmvadapter_run(struct session *s, int argc, char **argv)
{
	struct options o = { .client = NULL };
	const struct adapter *a;
	int rc;

	rc = args_parse(s->verb, argc, argv, &o);
	if (!rc)
		rc = session_start(s, ON_SYSTEM);
	if (rc)
		return rc;
	if (o.plc) {
		a = model_adapter_at(&s->model, o.plc);
		if (!a)
			return err_say(ERR_PHYSLOC, o.plc, NULL);
	} else {
		a = model_adapter(&s->model, o.vadapter);
		if (!a)
			return err_say(ERR_NO_DEVICE, o.vadapter, NULL);
	}
	return remove_adapter(s, &o, a);
}

const struct verb verb_rmvadapter = {
	.name = "rmvadapter",
	.group = "Managed System Commands (additions)",
	.summary = "Removes an adapter and its partner.",
	.usage = "rmvadapter {-vadapter VirtualAdapter | -plc PhysicalLocationCode}\n"
	"\t[-single] [-recursive] [-f]",
	.addition = true,
	.required = 1u << GROUP_WHICH,
	.flags = rm_flags,
	.run = rmvadapter_run,
};
