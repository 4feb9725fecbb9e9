// SPDX-License-Identifier: GPL-2.0
/* lspv: physical volumes, which of them are free, and what is on one. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "parts.h"
#include "pv.h"
#include "util.h"
#include "verbs.h"

enum field { F_NAME, F_PVID, F_VG, F_STATUS, F_SIZE, F_VTD, F_PATH };

static const struct out_kind listing = {
	.fields = (const struct out_field[]){
		[F_NAME] = { .name = "name", .heading = "NAME", .width = 16 },
		[F_PVID] = { .name = "pvid", .heading = "PVID", .width = 36 },
		[F_VG] = { .name = "vg", .heading = "VG", .width = 16 },
		[F_STATUS] = { .name = "status", .heading = "STATUS" },
		[F_SIZE] = { .name = "size", .heading = "SIZE(megabytes)", .extra = true },
		[F_VTD] = { .name = "vtd", .heading = "VTD", .extra = true },
		[F_PATH] = { .name = "path", .heading = "PATH", .extra = true },
		{ .name = NULL }
	},
	.padded = true,
};

enum size_field { Z_NAME, Z_PVID, Z_SIZE };

static const struct out_kind size_listing = {
	.fields = (const struct out_field[]){
		[Z_NAME] = { .name = "name", .heading = "NAME", .width = 15 },
		[Z_PVID] = { .name = "pvid", .heading = "PVID", .width = 35 },
		[Z_SIZE] = { .name = "size", .heading = "SIZE(megabytes)" },
		{ .name = NULL }
	},
};

static const struct out_kind one_size_listing = {
	.fields = (const struct out_field[]){
		{ .name = "size", .heading = "SIZE(megabytes)" },
		{ .name = NULL }
	},
	.no_heading = true,
};

enum block_field {
	B_NAME, B_VGNAME, B_PVID, B_VGID, B_STATE, B_STALE, B_ALLOCATABLE, B_PPSIZE, B_NUMLVS,
	B_TOTALPPS, B_VGDS, B_FREEPPS, B_HOTSPARE, B_USEDPPS, B_MAXREQUEST, B_FREEDIST,
	B_USEDDIST, B_MIRRORPOOL,
};

static const struct out_kind block_listing = {
	.fields = (const struct out_field[]){
		[B_NAME] = { .name = "pvname", .heading = "PHYSICAL VOLUME" },
		[B_VGNAME] = { .name = "vgname", .heading = "VOLUME GROUP", .width = OUT_BESIDE },
		[B_PVID] = { .name = "pvid", .heading = "PV IDENTIFIER" },
		[B_VGID] = { .name = "vgid", .heading = "VG IDENTIFIER", .width = OUT_BESIDE },
		[B_STATE] = { .name = "pvstate", .heading = "PV STATE" },
		[B_STALE] = { .name = "stalepps", .heading = "STALE PARTITIONS" },
		[B_ALLOCATABLE] = { .name = "allocatable", .heading = "ALLOCATABLE",
				    .width = OUT_BESIDE },
		[B_PPSIZE] = { .name = "ppsize", .heading = "PP SIZE" },
		[B_NUMLVS] = { .name = "numlvs", .heading = "LOGICAL VOLUMES",
			       .width = OUT_BESIDE },
		[B_TOTALPPS] = { .name = "totalpps", .heading = "TOTAL PPs" },
		[B_VGDS] = { .name = "vgds", .heading = "VG DESCRIPTORS", .width = OUT_BESIDE },
		[B_FREEPPS] = { .name = "freepps", .heading = "FREE PPs" },
		[B_HOTSPARE] = { .name = "hotspare", .heading = "HOT SPARE", .width = OUT_BESIDE },
		[B_USEDPPS] = { .name = "usedpps", .heading = "USED PPs" },
		[B_MAXREQUEST] = { .name = "maxrequest", .heading = "MAX REQUEST",
				   .width = OUT_BESIDE },
		[B_FREEDIST] = { .name = "freedist", .heading = "FREE DISTRIBUTION" },
		[B_USEDDIST] = { .name = "useddist", .heading = "USED DISTRIBUTION" },
		[B_MIRRORPOOL] = { .name = "mirrorpool", .heading = "MIRROR POOL" },
		{ .name = NULL }
	},
	.block = &(const struct out_block){ .value = 25, .label = 18 },
};

enum lv_field { L_LVNAME, L_LPS, L_PPS, L_DISTRIBUTION, L_MOUNT };

static const struct out_kind lv_listing = {
	.fields = (const struct out_field[]){
		[L_LVNAME] = { .name = "lvname", .heading = "LV NAME", .width = 21 },
		[L_LPS] = { .name = "lps", .heading = "LPs", .width = 7 },
		[L_PPS] = { .name = "pps", .heading = "PPs", .width = 7 },
		[L_DISTRIBUTION] = { .name = "distribution", .heading = "DISTRIBUTION",
				     .width = 21 },
		[L_MOUNT] = { .name = "mount", .heading = "MOUNT POINT" },
		{ .name = NULL }
	},
};

enum range_field { R_RANGE, R_STATE, R_REGION, R_LVNAME, R_TYPE, R_MOUNT };

static const struct out_kind range_listing = {
	.fields = (const struct out_field[]){
		[R_RANGE] = { .name = "pprange", .heading = "PP RANGE", .width = 9 },
		[R_STATE] = { .name = "state", .heading = "STATE", .width = 7 },
		[R_REGION] = { .name = "region", .heading = "REGION", .width = 13 },
		[R_LVNAME] = { .name = "lvname", .heading = "LV NAME", .width = 19 },
		[R_TYPE] = { .name = "type", .heading = "TYPE", .width = 10 },
		[R_MOUNT] = { .name = "mount", .heading = "MOUNT POINT" },
		{ .name = NULL }
	},
};

struct options {
	bool size;
	bool avail;
	bool free;
	bool map;
	bool lv;
	bool pv;
	const char *include;
	struct words pvs;
	struct out_options out;
};

enum { GROUP_WHAT = 1 };

static const struct flag flags[] = {
	{ "avail", FLAG_SWITCH, offsetof(struct options, avail), GROUP_WHAT, HINT_NONE, NULL },
	{ "free", FLAG_SWITCH, offsetof(struct options, free), GROUP_WHAT, HINT_NONE, NULL },
	{ "include", FLAG_VALUE, offsetof(struct options, include), 0, HINT_NONE, "usb_disk" },
	{ "size", FLAG_SWITCH, offsetof(struct options, size), GROUP_WHAT, HINT_NONE, NULL },
	{ "map", FLAG_SWITCH, offsetof(struct options, map), GROUP_WHAT, HINT_NONE, NULL },
	{ "lv", FLAG_SWITCH, offsetof(struct options, lv), GROUP_WHAT, HINT_NONE, NULL },
	{ "pv", FLAG_SWITCH, offsetof(struct options, pv), GROUP_WHAT, HINT_NONE, NULL },
	OUT_FLAG_FIELD(struct options),
	OUT_FLAG_FMT(struct options),
	OUT_FLAG_JSON(struct options),
	{ .name = NULL }
};

/* --- lists --- */

static void put_pvid(struct out *out, int field, const struct pv *pv)
{
	char pvid[20] = "none";

	if (pv->lvm)
		lvm_pvid(pv->lvm, pvid, sizeof(pvid));
	out_str(out, field, pvid);
}

static void put_row(struct out *out, const struct storage *st, const struct pv *pv)
{
	const struct lvm_vg *vg = pv_vg(st, pv);
	const struct vtd *v = pv_vtd(st, pv);

	out_row(out);
	out_str(out, F_NAME, pv->name);
	put_pvid(out, F_PVID, pv);
	out_str(out, F_VG, vg ? vg->name : "None");
	out_str(out, F_STATUS, vg && lvm_vg_active(&st->lvm, vg) ? "active" : NULL);
	out_uint(out, F_SIZE, pv->size >> 20);
	out_str(out, F_VTD, v ? v->name : NULL);
	out_str(out, F_PATH, pv->path);
}

static void put_size(struct out *out, const struct storage *st, const struct pv *pv)
{
	(void)st;
	out_row(out);
	out_str(out, Z_NAME, pv->name);
	put_pvid(out, Z_PVID, pv);
	out_uint(out, Z_SIZE, pv->size >> 20);
}

/* In no group, and nobody has it but perhaps a client. */
static bool is_available(const struct storage *st, const struct pv *pv)
{
	char why[512];

	if (!pv->disk)
		return false;
	return pv_vtd(st, pv) || !pv_in_use(st, pv, why, sizeof(why));
}

/* No client has it either, and there is nothing on it. */
static bool is_free(const struct storage *st, const struct options *o, const struct pv *pv)
{
	char why[512];

	if (!is_available(st, pv) || pv_vtd(st, pv))
		return false;
	if (!o->include && strstr(pv->sysfs, "/usb"))
		return false;
	return !pv_has_data(pv, why, sizeof(why));
}

static bool wanted(const struct storage *st, const struct options *o, const struct pv *pv)
{
	if (o->avail)
		return is_available(st, pv);
	return !o->free || is_free(st, o, pv);
}

static int list_all(const struct storage *st, const struct options *o)
{
	bool sizes = o->size || o->avail || o->free;
	struct out *out;
	size_t i;
	int rc;

	out = out_open(sizes ? &size_listing : &listing, &o->out, &rc);
	if (!out)
		return rc;
	for (i = 0; i < st->nr_pvs; i++) {
		if (!wanted(st, o, &st->pvs[i]))
			continue;
		if (sizes)
			put_size(out, st, &st->pvs[i]);
		else
			put_row(out, st, &st->pvs[i]);
	}
	return out_close(out);
}

/* --- one physical volume --- */

static void put_one_size(struct out *out, const struct storage *st, const struct pv *pv)
{
	(void)st;
	out_row(out);
	out_uint(out, 0, pv->size >> 20);
}

static unsigned int lvs_on(const struct storage *st, const struct pv *pv)
{
	unsigned int nr = 0;
	size_t i;

	for (i = 0; i < st->lvm.nr_lvs; i++)
		nr += lv_extents(&st->lvm, &st->lvm.lvs[i], pv->dev) != 0;
	return nr;
}

static void put_distributions(struct out *out, const struct lvm *l, const struct pv *pv)
{
	struct regions free = { .nr = { 0 } }, used = { .nr = { 0 } };
	char text[128];
	size_t i;

	for (i = 0; i < l->nr_runs; i++)
		if (l->runs[i].pv == pv->dev)
			regions_add(l->runs[i].lv_id[0] ? &used : &free, pv->lvm->extents,
				    l->runs[i].start, l->runs[i].nr);
	regions_text(&free, 2, "..", text, sizeof(text));
	out_str(out, B_FREEDIST, text);
	regions_text(&used, 2, "..", text, sizeof(text));
	out_str(out, B_USEDDIST, text);
}

static void put_max_request(struct out *out, const struct pv *pv)
{
	char text[32];

	if (!sysfs_read(text, sizeof(text), "class/block/%s/queue/max_sectors_kb",
			strrchr(pv->sysfs, '/') + 1))
		out_uint_as(out, B_MAXREQUEST, strtoull(text, NULL, 10) << 10, "%s kilobytes",
			    text);
}

static void put_block(struct out *out, const struct storage *st, const struct pv *pv)
{
	const struct lvm_vg *vg = pv_vg(st, pv);

	out_row(out);
	out_str(out, B_NAME, pv->name);
	out_str(out, B_VGNAME, vg->name);
	put_pvid(out, B_PVID, pv);
	out_str(out, B_VGID, vg->id);
	out_str(out, B_STATE, "active");
	out_uint(out, B_STALE, 0);
	out_str(out, B_ALLOCATABLE, "yes");
	out_pp_size(out, B_PPSIZE, vg);
	out_uint(out, B_NUMLVS, lvs_on(st, pv));
	out_extents(out, B_TOTALPPS, vg, pv->lvm->extents);
	out_uint(out, B_VGDS, vg->pvs > 2 ? 1 : 2);
	out_extents(out, B_FREEPPS, vg, pv->lvm->extents - pv->lvm->used);
	out_str(out, B_HOTSPARE, "no");
	out_extents(out, B_USEDPPS, vg, pv->lvm->used);
	put_max_request(out, pv);
	put_distributions(out, &st->lvm, pv);
	out_str(out, B_MIRRORPOOL, "None");
}

static void put_lv(struct out *out, const struct storage *st, const struct pv *pv,
		   const struct lvm_lv *lv)
{
	struct regions on = { .nr = { 0 } };
	char text[PATH_MAX];
	size_t i;

	for (i = 0; i < st->lvm.nr_runs; i++)
		if (st->lvm.runs[i].pv == pv->dev &&
		    lvm_run_owner(&st->lvm, &st->lvm.runs[i]) == lv)
			regions_add(&on, pv->lvm->extents, st->lvm.runs[i].start,
				    st->lvm.runs[i].nr);
	out_row(out);
	out_str(out, L_LVNAME, lv->name);
	out_uint(out, L_LPS, lv->size / pv_vg(st, pv)->extent_size);
	out_uint(out, L_PPS, lv_extents(&st->lvm, lv, pv->dev));
	regions_text(&on, 2, "..", text, sizeof(text));
	out_str(out, L_DISTRIBUTION, text);
	lv_mount_point(lv, text, sizeof(text));
	out_str(out, L_MOUNT, text);
}

static void put_lvs(struct out *out, const struct storage *st, const struct pv *pv)
{
	size_t i;

	out_title(out, "%s:", pv->name);
	for (i = 0; i < st->lvm.nr_lvs; i++)
		if (lv_extents(&st->lvm, &st->lvm.lvs[i], pv->dev))
			put_lv(out, st, pv, &st->lvm.lvs[i]);
}

/* One line for the part of a run that is in one region. */
static void put_range(struct out *out, uint64_t first, uint64_t last, const char *region,
		      const struct lvm_lv *lv)
{
	char text[PATH_MAX];

	out_row(out);
	out_fmt(out, R_RANGE, "%3" PRIu64 "-%" PRIu64, first, last);
	out_str(out, R_STATE, lv ? "used" : "free");
	out_str(out, R_REGION, region);
	if (!lv)
		return;
	out_str(out, R_LVNAME, lv->name);
	out_str(out, R_TYPE, lv->type);
	lv_mount_point(lv, text, sizeof(text));
	out_str(out, R_MOUNT, text);
}

static void put_run(struct out *out, const struct storage *st, const struct pv *pv,
		    const struct lvm_run *run)
{
	const struct lvm_lv *lv = lvm_run_owner(&st->lvm, run);
	uint64_t at = run->start, end = run->start + run->nr, left;
	const char *region;

	while (at < end) {
		region = region_of(pv->lvm->extents, at, &left);
		if (left > end - at)
			left = end - at;
		put_range(out, at + 1, at + left, region, lv);
		at += left;
	}
}

static void put_ranges(struct out *out, const struct storage *st, const struct pv *pv)
{
	size_t i;

	out_title(out, "%s:", pv->name);
	for (i = 0; i < st->lvm.nr_runs; i++)
		if (st->lvm.runs[i].pv == pv->dev)
			put_run(out, st, pv, &st->lvm.runs[i]);
}

static void put_pv_map(struct out *out, const struct storage *st, const struct pv *pv)
{
	out_title(out, "%s:", pv->name);
	put_map(out, st, pv);
}

struct form {
	const struct out_kind *kind;
	void (*put)(struct out *out, const struct storage *st, const struct pv *pv);
};

static struct form choose_form(const struct options *o)
{
	if (o->size)
		return (struct form){ &one_size_listing, put_one_size };
	if (o->lv)
		return (struct form){ &lv_listing, put_lvs };
	if (o->pv)
		return (struct form){ &range_listing, put_ranges };
	if (o->map)
		return (struct form){ &map_listing, put_pv_map };
	return (struct form){ &block_listing, put_block };
}

static int list_one(const struct storage *st, const struct options *o)
{
	const struct form form = choose_form(o);
	const struct pv *pv;
	struct out *out;
	int rc;

	pv = pv_find(st, o->pvs.v[0], &rc);
	if (!pv)
		return rc;
	if (!o->size && !pv_vg(st, pv))
		return err_say(ERR_PV_NO_VG, pv->name, NULL);
	out = out_open(form.kind, &o->out, &rc);
	if (!out)
		return rc;
	form.put(out, st, pv);
	return out_close(out);
}

/* --- the verb --- */

static int check(const struct verb *verb, const void *options)
{
	const struct options *o = options;
	bool one = o->map || o->lv || o->pv;

	if (one && !o->pvs.nr)
		return args_refuse(verb, ERR_ARGUMENT, "PhysicalVolume", NULL);
	if ((o->avail || o->free) && o->pvs.nr)
		return args_refuse(verb, ERR_TOO_MANY, o->pvs.v[0], NULL);
	if (o->include && !o->free)
		return args_refuse(verb, ERR_FLAG_MISSING, "-free", NULL);
	if (o->include && strcmp(o->include, "usb_disk"))
		return args_refuse(verb, ERR_VALUE, o->include, "it is not a type of disk");
	return RC_OK;
}

static int list(struct storage *st, const void *options)
{
	const struct options *o = options;

	return o->pvs.nr ? list_one(st, o) : list_all(st, o);
}

const struct verb verb_lspv = {
	.name = "lspv",
	.group = "Physical Volume Commands",
	.summary = "Lists physical volumes, or what is on one.",
	.usage =
	"lspv [-avail | -free [-include DiskType] | -size]\n"
	"\t[-field FieldName ...] [-fmt Delimiter | -json]\n"
	"lspv [-map | -lv | -pv | -size] PhysicalVolume\n"
	"\t[-field FieldName ...] [-fmt Delimiter | -json]",
	.flags = flags,
	.operands = &(const struct operands){
		offsetof(struct options, pvs), 0, 1, "PhysicalVolume", HINT_PV
	},
	.listing = &listing,
	.access = STORAGE_READS,
	.options = sizeof(struct options),
	.check = check,
	.work = list,
	.run = storage_verb,
};
