// SPDX-License-Identifier: GPL-2.0
/* lssp: storage pools, the disks of one, the backing devices in one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bd.h"
#include "err.h"
#include "util.h"

enum field { F_POOL, F_SIZE, F_FREE, F_ALLOC, F_BDS, F_TYPE, F_PATH };

static const struct out_kind listing = {
	.fields = (const struct out_field[]){
		[F_POOL] = { .name = "pool", .heading = "Pool", .width = 15 },
		[F_SIZE] = { .name = "size", .heading = "Size(mb)", .width = -10 },
		[F_FREE] = { .name = "free", .heading = "Free(mb)", .width = -10 },
		[F_ALLOC] = { .name = "alloc", .heading = "Alloc Size(mb)", .width = -15 },
		[F_BDS] = { .name = "bds", .heading = "BDs", .width = -6 },
		[F_TYPE] = { .name = "type", .heading = "Type" },
		[F_PATH] = { .name = "path", .heading = "Path", .extra = true },
		{ .name = NULL }
	},
};

static const struct out_kind name_listing = {
	.fields = (const struct out_field[]){
		{ .name = "pool", .heading = "Pool" },
		{ .name = NULL }
	},
	.no_heading = true,
};

enum pv_field { P_PVNAME, P_PVID, P_SIZE };

static const struct out_kind pv_listing = {
	.fields = (const struct out_field[]){
		[P_PVNAME] = { .name = "pvname", .heading = "PVNAME", .width = 15 },
		[P_PVID] = { .name = "pvid", .heading = "PVID", .width = 35 },
		[P_SIZE] = { .name = "size", .heading = "SIZE(mb)" },
		{ .name = NULL }
	},
};

static const struct out_kind parent_listing = {
	.fields = (const struct out_field[]){
		{ .name = "name", .heading = "NAME" },
		{ .name = NULL }
	},
};

enum bd_field { B_NAME, B_SIZE, B_VTD, B_SVSA };

static const struct out_kind bd_listing = {
	.fields = (const struct out_field[]){
		[B_NAME] = { .name = "bdname", .heading = "Name", .width = 15 },
		[B_SIZE] = { .name = "size", .heading = "Size(mb)", .width = 15 },
		[B_VTD] = { .name = "vtd", .heading = "VTD", .width = 15 },
		[B_SVSA] = { .name = "svsa", .heading = "SVSA" },
		{ .name = NULL }
	},
};

struct options {
	const char *type;
	bool detail;
	bool bd;
	bool def;
	const char *sp;
	struct out_options out;
};

enum { GROUP_WHAT = 1 };

static const struct flag flags[] = {
	{ "type", FLAG_VALUE, offsetof(struct options, type), GROUP_WHAT, HINT_NONE,
	  "LVPOOL FBPOOL CLPOOL" },
	{ "detail", FLAG_SWITCH, offsetof(struct options, detail), GROUP_WHAT, HINT_NONE, NULL },
	{ "bd", FLAG_SWITCH, offsetof(struct options, bd), GROUP_WHAT, HINT_NONE, NULL },
	{ "default", FLAG_SWITCH, offsetof(struct options, def), GROUP_WHAT, HINT_NONE, NULL },
	{ "sp", FLAG_VALUE, offsetof(struct options, sp), 0, HINT_POOL, NULL },
	OUT_FLAG_FIELD(struct options),
	OUT_FLAG_FMT(struct options),
	OUT_FLAG_JSON(struct options),
	{ .name = NULL }
};

/* --- pools --- */

static bool is_asked(const struct options *o, const char *type)
{
	return !o->type || !strcasecmp(o->type, type);
}

static void put_pool(struct out *out, const struct storage *st, const struct pool *p)
{
	uint64_t extent_size = p->vg->extent_size;
	struct bds bds;

	bds_read(st, p, &bds);
	out_row(out);
	out_str(out, F_POOL, p->name);
	out_uint(out, F_SIZE, p->vg->extents * extent_size >> 20);
	out_uint(out, F_FREE, p->vg->free * extent_size >> 20);
	out_uint(out, F_ALLOC, extent_size >> 20);
	out_uint(out, F_BDS, bds.nr);
	out_str(out, F_TYPE, "LVPOOL");
	bds_free(&bds);
}

/* How full one is that is not mounted is not known. */
static void put_file_pool(struct out *out, const struct storage *st, const struct pool *p)
{
	struct fs_space space;
	struct bds bds;

	out_row(out);
	out_str(out, F_POOL, p->name);
	out_uint(out, F_SIZE, p->lv->size >> 20);
	out_uint(out, F_ALLOC, p->vg->extent_size >> 20);
	out_str(out, F_TYPE, "FBPOOL");
	out_str(out, F_PATH, p->dir);
	if (!pool_is_mounted(p) || fs_space(p->dir, &space))
		return;
	bds_read(st, p, &bds);
	out_uint(out, F_SIZE, space.size >> 20);
	out_uint(out, F_FREE, space.free >> 20);
	out_uint(out, F_BDS, bds.nr);
	bds_free(&bds);
}

static int list_pools(struct storage *st, const struct options *o)
{
	struct pool p;
	struct out *out;
	size_t i;
	int rc;

	out = out_open(&listing, &o->out, &rc);
	for (i = 0; !rc && is_asked(o, "LVPOOL") && i < st->lvm.nr_vgs; i++)
		if (!st->lvm.vgs[i].exported && !pool_find(st, st->lvm.vgs[i].name, &p))
			put_pool(out, st, &p);
	for (i = 0; !rc && is_asked(o, "FBPOOL") && i < st->lvm.nr_lvs; i++)
		if (!strcmp(st->lvm.lvs[i].use, LVM_USE_POOL) &&
		    pool_of_lv(st, &st->lvm.lvs[i], &p))
			put_file_pool(out, st, &p);
	return rc ? rc : out_close(out);
}

static int list_default(struct storage *st, const struct options *o)
{
	char *name = pool_default(st);
	struct out *out;
	int rc;

	if (!name)
		return err_say(ERR_NO_DEFAULT_POOL, NULL, NULL);
	out = out_open(&name_listing, &o->out, &rc);
	if (!rc) {
		out_row(out);
		out_str(out, 0, name);
		rc = out_close(out);
	}
	free(name);
	return rc;
}

/* --- what a pool is made of --- */

static void put_pv(struct out *out, const struct pv *pv)
{
	char pvid[40];

	lvm_pvid(pv->lvm, pvid, sizeof(pvid));
	out_row(out);
	out_str(out, P_PVNAME, pv->name);
	out_str(out, P_PVID, pvid);
	out_uint(out, P_SIZE, pv->size >> 20);
}

static int list_detail(struct storage *st, const struct options *o)
{
	struct out *out;
	struct pool p;
	size_t i;
	int rc = pool_find(st, o->sp, &p);

	if (rc)
		return rc;
	out = out_open(p.lv ? &parent_listing : &pv_listing, &o->out, &rc);
	if (rc)
		return rc;
	if (p.lv) {
		out_row(out);
		out_str(out, 0, p.vg->name);
	}
	for (i = 0; !p.lv && i < st->nr_pvs; i++)
		if (pv_vg(st, &st->pvs[i]) == p.vg)
			put_pv(out, &st->pvs[i]);
	return out_close(out);
}

/* --- backing devices --- */

static void put_bd(struct out *out, const struct bd *bd, const char *vtd, const char *svsa)
{
	out_row(out);
	out_str(out, B_NAME, bd->name);
	out_uint(out, B_SIZE, megabytes(bd->size));
	out_str(out, B_VTD, vtd);
	out_str(out, B_SVSA, svsa);
}

/* A line for each mapping; in words one that has none says so. */
static void put_mappings(struct out *out, const struct storage *st, const struct bd *bd,
			 bool json)
{
	const char *none = json ? "" : "None";
	size_t at = 0;
	const struct vtd *v = bd_vtd(st, bd, &at);

	if (!v)
		put_bd(out, bd, none, none);
	for (; v; v = bd_vtd(st, bd, &at))
		put_bd(out, bd, v->name, v->adapter);
}

static int list_bds(struct storage *st, const struct options *o)
{
	struct out *out;
	struct bds bds;
	struct pool p;
	size_t i;
	int rc;

	rc = pool_find(st, o->sp, &p);
	if (!rc && p.lv && !pool_is_mounted(&p))
		rc = err_say(ERR_POOL_NOT_MOUNTED, p.name, NULL);
	if (rc)
		return rc;
	out = out_open(&bd_listing, &o->out, &rc);
	if (rc)
		return rc;
	bds_read(st, &p, &bds);
	for (i = 0; i < bds.nr; i++)
		put_mappings(out, st, &bds.list[i], o->out.json);
	bds_free(&bds);
	return out_close(out);
}

/* --- the verb --- */

static int check(const struct verb *verb, const void *options)
{
	const struct options *o = options;

	if (o->sp && !o->detail && !o->bd)
		return args_refuse(verb, ERR_FLAG_MISSING, "-detail or -bd", NULL);
	if (o->type && strcasecmp(o->type, "LVPOOL") && strcasecmp(o->type, "FBPOOL") &&
	    strcasecmp(o->type, "CLPOOL"))
		return args_refuse(verb, ERR_VALUE, o->type, "it is not a type of storage pool");
	return RC_OK;
}

static int list(struct storage *st, const void *options)
{
	const struct options *o = options;

	if (o->def)
		return list_default(st, o);
	if (o->detail)
		return list_detail(st, o);
	return o->bd ? list_bds(st, o) : list_pools(st, o);
}

const struct verb verb_lssp = {
	.name = "lssp",
	.group = "Storage Pool Commands",
	.summary = "Lists storage pools, or what is in one.",
	.usage =
	"lssp [-type PoolType] [-field FieldName ...] [-fmt Delimiter | -json]\n"
	"lssp {-detail | -bd} [-sp StoragePool] [-field FieldName ...]\n"
	"\t[-fmt Delimiter | -json]\n"
	"lssp -default",
	.flags = flags,
	.listing = &listing,
	.access = STORAGE_READS,
	.options = sizeof(struct options),
	.check = check,
	.work = list,
	.run = storage_verb,
};
