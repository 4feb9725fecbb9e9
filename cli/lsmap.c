// SPDX-License-Identifier: GPL-2.0
/* lsmap: server adapters, their clients, and what is mapped to them. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "err.h"
#include "graph.h"
#include "util.h"
#include "verbs.h"

enum field {
	F_SVSA,
	F_PHYSLOC,
	F_CLIENTID,
	F_CLIENT,
	F_CLIENT_ADAPTER,
	F_CLIENT_SLOT,
	F_VTD,
	F_STATUS,
	F_LUN,
	F_BACKING,
	F_BDPHYSLOC,
	F_MIRRORED,
	F_TYPE,
	F_STATE,
	F_BACKEND,
	F_PATH,
	F_UDID,
	F_SIZE,
	F_BLOCK_SIZE,
	F_READ_ONLY,
	F_WRITE_CACHE,
	F_THIN,
};

static const struct out_field fields[] = {
	[F_SVSA] = { "svsa", "SVSA", 15, OUT_ROW, false },
	[F_PHYSLOC] = { "physloc", "Physloc", 44, OUT_ROW, false },
	[F_CLIENTID] = { "clientid", "Client Partition ID", 18, OUT_ROW, false },
	[F_CLIENT] = { "client", "Client Partition", 20, OUT_ROW, true },
	[F_CLIENT_ADAPTER] = { "clientadapter", "Client Adapter", 15, OUT_ROW, true },
	[F_CLIENT_SLOT] = { "clientslot", "Client Slot", 11, OUT_ROW, true },
	[F_VTD] = { "vtd", "VTD", 0, OUT_SUB, false },
	[F_STATUS] = { "status", "Status", 0, OUT_SUB, false },
	[F_LUN] = { "lun", "LUN", 0, OUT_SUB, false },
	[F_BACKING] = { "backing", "Backing device", 0, OUT_SUB, false },
	[F_BDPHYSLOC] = { "bdphysloc", "Physloc", 0, OUT_SUB, false },
	[F_MIRRORED] = { "mirrored", "Mirrored", 0, OUT_SUB, false },
	[F_TYPE] = { "type", "Type", 0, OUT_SUB, true },
	[F_STATE] = { "state", "State", 0, OUT_SUB, true },
	[F_BACKEND] = { "backend", "Backend", 0, OUT_SUB, true },
	[F_PATH] = { "path", "Path", 0, OUT_SUB, true },
	[F_UDID] = { "udid", "UDID", 0, OUT_SUB, true },
	[F_SIZE] = { "size", "Size", 0, OUT_SUB, true },
	[F_BLOCK_SIZE] = { "blocksize", "Block size", 0, OUT_SUB, true },
	[F_READ_ONLY] = { "readonly", "Read only", 0, OUT_SUB, true },
	[F_WRITE_CACHE] = { "writecache", "Write cache", 0, OUT_SUB, true },
	[F_THIN] = { "thin", "Thin", 0, OUT_SUB, true },
	{ .name = NULL }
};

static const struct out_kind listing = {
	.fields = fields,
	.sub_name = "vtds",
	.sub_none = "NO VIRTUAL TARGET DEVICE FOUND",
};

struct options {
	bool all;
	const char *vadapter;
	const char *plc;
	struct words type;
	const char *cpid;
	bool dec;
	bool graph;
	bool svg;
	struct out_options out;
};

enum { GROUP_WHICH = 1 };

static const struct flag flags[] = {
	{ "all", FLAG_SWITCH, offsetof(struct options, all), GROUP_WHICH, HINT_NONE, NULL },
	{ "vadapter", FLAG_VALUE, offsetof(struct options, vadapter), GROUP_WHICH, HINT_VHOST,
	  NULL },
	{ "plc", FLAG_VALUE, offsetof(struct options, plc), GROUP_WHICH, HINT_NONE, NULL },
	{ "type", FLAG_WORDS, offsetof(struct options, type), 0, HINT_NONE,
	  "disk lv file file_disk ram optical tape file_opt cl_disk usb_disk" },
	{ "cpid", FLAG_VALUE, offsetof(struct options, cpid), 0, HINT_NONE, NULL },
	{ "dec", FLAG_SWITCH, offsetof(struct options, dec), 0, HINT_NONE, NULL },
	OUT_FLAG_FIELD(struct options),
	OUT_FLAG_FMT(struct options),
	OUT_FLAG_FMT2(struct options),
	OUT_FLAG_JSON(struct options),
	{ "graph", FLAG_SWITCH, offsetof(struct options, graph), OUT_GROUP, HINT_NONE, NULL },
	{ "svg", FLAG_SWITCH, offsetof(struct options, svg), OUT_GROUP, HINT_NONE, NULL },
	{ .name = NULL }
};

/* What a run is about, after its words have been checked. */
struct selection {
	const struct options *options;
	const struct adapter *only;	/* NULL: all */
	uint64_t client;		/* UINT64_MAX: any */
	/* What to do with each adapter, and each VTD of it. */
	void (*put_adapter)(const struct selection *sel, const struct adapter *a);
	void (*put_vtd)(const struct selection *sel, const struct vtd *v);
	struct out *out;		/* for a listing */
	struct graph graph;		/* for a picture */
};

static int types_check(const struct words *types)
{
	static const char known[] = "disk lv file file_disk ram optical tape file_opt cl_disk "
				    "usb_disk";
	int i;

	for (i = 0; i < types->nr; i++)
		if (!word_in(known, types->v[i]))
			return err_say(ERR_VALUE, types->v[i], "it is not a type of device");
	return RC_OK;
}

static bool type_wanted(const struct words *types, const struct vtd *v)
{
	const char *type = vtd_type_name(v->type);
	int i;

	for (i = 0; i < types->nr; i++)
		if (!strcmp(types->v[i], type) ||
		    (v->type == VSCSI_VTD_FILE && !strcmp(types->v[i], "file_disk")))
			return true;
	return !types->given;
}

static void list_vtd(const struct selection *sel, const struct vtd *v)
{
	struct out *o = sel->out;

	out_sub(o);
	out_str(o, F_VTD, v->name);
	out_str(o, F_STATUS, vtd_status(v));
	out_hex64(o, F_LUN, v->lun);
	out_str(o, F_BACKING, v->backing);
	out_str(o, F_BDPHYSLOC, v->type == VSCSI_VTD_DISK ? v->physloc : NULL);
	out_str(o, F_MIRRORED, v->type == VSCSI_VTD_DISK ? "false" : "N/A");
	out_str(o, F_TYPE, vtd_type_name(v->type));
	out_str(o, F_STATE, vtd_state_name(v->state));
	out_str(o, F_BACKEND, backend_name(v->backend));
	out_str(o, F_PATH, v->path);
	out_str(o, F_UDID, v->udid);
	out_uint(o, F_SIZE, v->size);
	out_uint(o, F_BLOCK_SIZE, v->block_size);
	out_bool(o, F_READ_ONLY, v->read_only);
	out_bool(o, F_WRITE_CACHE, v->write_cache);
	out_bool(o, F_THIN, v->thin);
}

static void list_adapter(const struct selection *sel, const struct adapter *a)
{
	const struct link *client = adapter_client(a);
	uint32_t id = client ? client->partition_id : 0;

	out_row(sel->out);
	out_str(sel->out, F_SVSA, a->name);
	out_str(sel->out, F_PHYSLOC, a->physloc);
	if (sel->options->dec)
		out_uint(sel->out, F_CLIENTID, id);
	else
		out_hex32(sel->out, F_CLIENTID, id);
	if (!client)
		return;
	out_str(sel->out, F_CLIENT, client->partition);
	out_str(sel->out, F_CLIENT_ADAPTER, client->adapter);
	out_uint(sel->out, F_CLIENT_SLOT, client->slot);
}

static bool has_client(const struct adapter *a, uint64_t id)
{
	size_t i;

	for (i = 0; i < a->nr_links; i++)
		if (a->links[i].state == VSCSI_LINK_UP && a->links[i].partition_id == id)
			return true;
	return false;
}

static bool has_type(const struct session *s, const struct selection *sel,
		     const struct adapter *a)
{
	size_t i;

	for (i = 0; i < s->model.nr_vtds; i++)
		if (!strcmp(s->model.vtds[i].adapter, a->name) &&
		    type_wanted(&sel->options->type, &s->model.vtds[i]))
			return true;
	return !sel->options->type.given;
}

static bool adapter_wanted(const struct session *s, const struct selection *sel,
			   const struct adapter *a)
{
	if (a->type != VSCSI_ADAPTER_SERVER || !a->name[0] || a->partition_id != s->self->id)
		return false;
	if (sel->client != UINT64_MAX && !has_client(a, sel->client))
		return false;
	return sel->only ? a == sel->only : has_type(s, sel, a);
}

static void put_all(const struct session *s, const struct selection *sel)
{
	const struct model *m = &s->model;
	size_t i, j;

	for (i = 0; i < m->nr_adapters; i++) {
		if (!adapter_wanted(s, sel, &m->adapters[i]))
			continue;
		sel->put_adapter(sel, &m->adapters[i]);
		for (j = 0; j < m->nr_vtds; j++)
			if (!strcmp(m->vtds[j].adapter, m->adapters[i].name) &&
			    type_wanted(&sel->options->type, &m->vtds[j]))
				sel->put_vtd(sel, &m->vtds[j]);
	}
}

static bool has_vhost(const struct session *s)
{
	size_t i;

	for (i = 0; i < s->model.nr_adapters; i++)
		if (s->model.adapters[i].type == VSCSI_ADAPTER_SERVER &&
		    s->model.adapters[i].name[0] &&
		    s->model.adapters[i].partition_id == s->self->id)
			return true;
	return false;
}

static int select_adapter(const struct session *s, struct selection *sel)
{
	const struct options *o = sel->options;
	int rc = RC_OK;

	if (o->all)
		return has_vhost(s) ? RC_OK : err_say(ERR_NO_SVSA, s->self->name, NULL);
	if (o->plc) {
		sel->only = model_adapter_at(&s->model, o->plc);
		if (!sel->only || sel->only->partition_id != s->self->id)
			return err_say(ERR_PHYSLOC, o->plc, NULL);
		if (!sel->only->name[0] || sel->only->type != VSCSI_ADAPTER_SERVER)
			return err_say(ERR_NOT_SVSA, o->plc, NULL);
	} else {
		sel->only = session_vhost(s, o->vadapter, &rc);
	}
	return rc;
}

static int words_check(const struct session *s, struct selection *sel)
{
	const struct options *o = sel->options;

	sel->client = UINT64_MAX;
	if ((o->graph || o->svg) && o->out.field.given)
		return args_refuse(s->verb, ERR_FLAG_EXCLUSIVE, o->svg ? "svg" : "graph",
				   "field");
	if (o->cpid && parse_u64(o->cpid, VSCSI_PARTITION_ID_MAX, &sel->client))
		return args_refuse(s->verb, ERR_VALUE, o->cpid, "it is not a partition id");
	return types_check(&o->type);
}

static int list(const struct session *s, struct selection *sel)
{
	int rc;

	sel->put_adapter = list_adapter;
	sel->put_vtd = list_vtd;
	sel->out = out_open(&listing, &sel->options->out, &rc);
	if (!sel->out)
		return rc;
	put_all(s, sel);
	return out_close(sel->out);
}

/* --- a picture --- */

static void draw_adapter(const struct selection *sel, const struct adapter *a)
{
	graph_adapter(&sel->graph, a);
}

static void draw_vtd(const struct selection *sel, const struct vtd *v)
{
	graph_vtd(&sel->graph, v);
}

static void draw(const struct session *s, struct selection *sel, FILE *to)
{
	sel->put_adapter = draw_adapter;
	sel->put_vtd = draw_vtd;
	sel->graph = (struct graph){ .m = &s->model, .to = to };
	graph_begin(&sel->graph);
	put_all(s, sel);
	graph_end(&sel->graph);
}

/* The file is memory, which the program inherits. */
static int draw_svg(const struct session *s, struct selection *sel)
{
	int fd = memfd_create("graph", 0), rc;
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");

	if (!f)
		return err_say(ERR_OUTPUT, strerror(errno), NULL);
	draw(s, sel, f);
	if (fflush(f))
		rc = err_say(ERR_OUTPUT, strerror(errno), NULL);
	else
		rc = graph_print_svg(fd);
	fclose(f);
	return rc;
}

static int show(const struct session *s, struct selection *sel)
{
	if (sel->options->svg)
		return draw_svg(s, sel);
	if (!sel->options->graph)
		return list(s, sel);
	draw(s, sel, stdout);
	return RC_OK;
}

static int lsmap_run(struct session *s, int argc, char **argv)
{
	struct options o = { .all = false };
	struct selection sel = { .options = &o };
	int rc;

	rc = args_parse(s->verb, argc, argv, &o);
	if (!rc)
		rc = words_check(s, &sel);
	if (!rc)
		rc = session_start(s, ON_VIOS);
	if (!rc)
		rc = select_adapter(s, &sel);
	return rc ? rc : show(s, &sel);
}

const struct verb verb_lsmap = {
	.name = "lsmap",
	.group = "Virtual Device Commands",
	.summary = "Lists the mapping between virtual target devices and physical resources.",
	.usage =
	"lsmap {-vadapter ServerVirtualAdapter | -plc PhysicalLocationCode | -all}\n"
	"\t[-type DeviceType ...] [-cpid ClientPartitionID] [-dec]\n"
	"\t[-field FieldName ...] [-fmt Delimiter | -fmt2 Delimiter | -json]\n"
	"\tadditions: [-graph | -svg]",
	.required = 1u << GROUP_WHICH,
	.flags = flags,
	.listing = &listing,
	.run = lsmap_run,
};
