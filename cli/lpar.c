// SPDX-License-Identifier: GPL-2.0
/* lslpar, mklpar, rmlpar: the partitions of the managed system. */
#include <stdio.h>
#include <string.h>

#include "err.h"
#include "name.h"
#include "nl.h"
#include "save.h"
#include "util.h"
#include "verbs.h"

enum field { F_ID, F_NAME, F_TYPE, F_SLOTS, F_ADAPTERS };

static const struct out_field fields[] = {
	[F_ID] = { "id", "ID", 5, OUT_ROW, false },
	[F_NAME] = { "name", "Name", 0, OUT_ROW, false },
	[F_TYPE] = { "type", "Type", 7, OUT_ROW, false },
	[F_SLOTS] = { "slots", "Slots", 5, OUT_ROW, false },
	[F_ADAPTERS] = { "adapters", "Adapters", 0, OUT_ROW, false },
	{ .name = NULL }
};

static const struct out_kind listing = { .fields = fields };

struct options {
	const char *lpar;
	const char *type;
	const char *id;
	bool recursive;
	struct out_options out;
};

enum { GROUP_LPAR = 1 };

/* --- lslpar --- */

static const struct flag ls_flags[] = {
	{ "lpar", FLAG_VALUE, offsetof(struct options, lpar), 0, HINT_PARTITION, NULL },
	OUT_FLAG_FIELD(struct options),
	OUT_FLAG_FMT(struct options),
	OUT_FLAG_JSON(struct options),
	{ .name = NULL }
};

static void put(struct out *out, const struct model *m, const struct partition *p)
{
	char adapters[1024] = "";
	size_t i, slots = 0, len = 0;

	for (i = 0; i < m->nr_adapters; i++) {
		if (m->adapters[i].partition_id != p->id)
			continue;
		slots++;
		if (m->adapters[i].name[0] && len < sizeof(adapters))
			len += snprintf(adapters + len, sizeof(adapters) - len, "%s%s",
					len ? "," : "", m->adapters[i].name);
	}
	out_row(out);
	out_uint(out, F_ID, p->id);
	out_str(out, F_NAME, p->name);
	out_str(out, F_TYPE, partition_type_name(p->type));
	out_uint(out, F_SLOTS, slots);
	out_str(out, F_ADAPTERS, adapters);
}

static int lslpar_run(struct session *s, int argc, char **argv)
{
	struct options o = { .lpar = NULL };
	const struct partition *only = NULL;
	struct out *out;
	size_t i;
	int rc;

	rc = args_parse(s->verb, argc, argv, &o);
	if (!rc)
		rc = session_start(s, ON_SYSTEM);
	if (rc)
		return rc;
	if (o.lpar) {
		only = session_partition(s, o.lpar);
		if (!only)
			return err_say(ERR_PARTITION, o.lpar, NULL);
	}
	out = out_open(&listing, &o.out, &rc);
	if (!out)
		return rc;
	for (i = 0; i < s->model.nr_partitions; i++)
		if (!only || only == &s->model.partitions[i])
			put(out, &s->model, &s->model.partitions[i]);
	return out_close(out);
}

const struct verb verb_lslpar = {
	.name = "lslpar",
	.group = "Managed System Commands (additions)",
	.summary = "Lists the partitions of the managed system.",
	.usage = "lslpar [-lpar Partition] [-field FieldName ...] [-fmt Delimiter | -json]",
	.addition = true,
	.flags = ls_flags,
	.listing = &listing,
	.run = lslpar_run,
};

/* --- mklpar --- */

static const struct flag mk_flags[] = {
	{ "lpar", FLAG_VALUE, offsetof(struct options, lpar), GROUP_LPAR, HINT_NONE, NULL },
	{ "type", FLAG_VALUE, offsetof(struct options, type), 0, HINT_NONE, "client vios" },
	{ "id", FLAG_VALUE, offsetof(struct options, id), 0, HINT_NONE, NULL },
	{ .name = NULL }
};

static int mk_words(const struct verb *verb, const struct options *o, struct partition_request *r)
{
	uint64_t id = 0;

	r->name = o->lpar;
	r->type = VSCSI_PARTITION_CLIENT;
	if (o->type && !strcmp(o->type, "vios"))
		r->type = VSCSI_PARTITION_VIOS;
	else if (o->type && strcmp(o->type, "client"))
		return args_refuse(verb, ERR_VALUE, o->type, "a partition is client or vios");
	if (o->id && (parse_u64(o->id, VSCSI_PARTITION_ID_MAX, &id) || !id))
		return args_refuse(verb, ERR_VALUE, o->id, "a partition id is 1 to 65534");
	r->id = id;
	return name_check_partition(o->lpar);
}

static bool is_partition_name(const struct session *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->model.nr_partitions; i++)
		if (!strcmp(s->model.partitions[i].name, name))
			return true;
	return false;
}

/* What is missing after a restart keeps its ID.  0: the kernel may choose. */
static uint32_t id_beside(const struct session *s)
{
	struct item it = { .kind = ITEM_PARTITION };
	struct items left;

	save_read_unrestored(&left);
	if (left.nr)
		do {
			it.partition++;
		} while (items_find(&left, &it) || model_partition(&s->model, it.partition));
	items_free(&left);
	return it.partition;
}

static int mklpar_run(struct session *s, int argc, char **argv)
{
	struct options o = { .lpar = NULL };
	struct partition_request r = { .name = NULL };
	struct partition made = { .id = 0 };
	int rc, err;

	rc = args_parse(s->verb, argc, argv, &o);
	if (!rc)
		rc = mk_words(s->verb, &o, &r);
	if (!rc)
		rc = session_start(s, ON_SYSTEM);
	if (!rc && is_partition_name(s, o.lpar))
		rc = err_say(ERR_EXISTS, o.lpar, "choose another name for the partition");
	if (rc)
		return rc;
	if (!r.id)
		r.id = id_beside(s);
	err = vnl_partition_new(&r, &made);
	if (err)
		return session_refused(err, o.lpar);
	printf("%s created\n", made.name);
	return RC_OK;
}

const struct verb verb_mklpar = {
	.name = "mklpar",
	.group = "Managed System Commands (additions)",
	.summary = "Makes a partition.",
	.usage = "mklpar -lpar Name [-type {client | vios}] [-id PartitionID]",
	.addition = true,
	.required = 1u << GROUP_LPAR,
	.flags = mk_flags,
	.run = mklpar_run,
};

/* --- rmlpar --- */

static const struct flag rm_flags[] = {
	{ "lpar", FLAG_VALUE, offsetof(struct options, lpar), GROUP_LPAR, HINT_PARTITION, NULL },
	{ "recursive", FLAG_SWITCH, offsetof(struct options, recursive), 0, HINT_NONE, NULL },
	{ .name = NULL }
};

/* Adapters go with their partners: half a pair is of no use to anybody. */
static int remove_adapters(const struct session *s, const struct partition *p)
{
	const struct adapter *a, *partner;
	size_t i;
	int err;

	for (i = 0; i < s->model.nr_adapters; i++) {
		a = &s->model.adapters[i];
		if (a->partition_id != p->id)
			continue;
		partner = model_partner(&s->model, a);
		err = vnl_adapter_del(a, DEL_RECURSIVE | (partner ? DEL_WITH_PARTNER : 0));
		if (err)
			return session_refused(err, adapter_label(a));
		printf("%s deleted\n", adapter_label(a));
		if (partner)
			printf("%s deleted\n", adapter_label(partner));
	}
	return RC_OK;
}

static int rmlpar_run(struct session *s, int argc, char **argv)
{
	struct options o = { .lpar = NULL };
	const struct partition *p;
	int rc, err;

	rc = args_parse(s->verb, argc, argv, &o);
	if (!rc)
		rc = session_start(s, ON_SYSTEM);
	if (rc)
		return rc;
	p = session_partition(s, o.lpar);
	if (!p)
		return err_say(ERR_PARTITION, o.lpar, NULL);
	if (o.recursive)
		rc = remove_adapters(s, p);
	if (rc)
		return rc;
	err = vnl_partition_del(p->id);
	if (err)
		return session_refused(err, p->name);
	printf("%s deleted\n", p->name);
	return RC_OK;
}

const struct verb verb_rmlpar = {
	.name = "rmlpar",
	.group = "Managed System Commands (additions)",
	.summary = "Removes a partition.",
	.usage = "rmlpar -lpar Partition [-recursive]",
	.addition = true,
	.required = 1u << GROUP_LPAR,
	.flags = rm_flags,
	.run = rmlpar_run,
};
