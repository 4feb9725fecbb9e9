// SPDX-License-Identifier: GPL-2.0
/* lsvg: volume groups, what is in them, and where it is. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "parts.h"
#include "pv.h"
#include "util.h"
#include "verbs.h"

enum field {
	F_VGNAME, F_VGID, F_STATE, F_PPSIZE, F_PERM, F_TOTALPPS, F_MAXLVS, F_FREEPPS, F_NUMLVS,
	F_USEDPPS, F_OPENLVS, F_QUORUM, F_TOTALPVS, F_VGDS, F_STALEPVS, F_STALEPPS, F_ACTIVEPVS,
	F_AUTOON, F_MAXPPSVG, F_MAXPPSPV, F_MAXPVS, F_LTGSIZE, F_AUTOSYNC, F_HOTSPARE, F_BBPOLICY,
	F_PVRESTRICTION, F_INFRETRY, F_BLOCKSIZE, F_CRITICAL, F_SIZE, F_FREE,
};

static const struct out_field fields[] = {
	[F_VGNAME] = { .name = "vgname", .heading = "VOLUME GROUP" },
	[F_VGID] = { .name = "vgid", .heading = "VG IDENTIFIER", .width = OUT_BESIDE },
	[F_STATE] = { .name = "vgstate", .heading = "VG STATE" },
	[F_PPSIZE] = { .name = "ppsize", .heading = "PP SIZE", .width = OUT_BESIDE },
	[F_PERM] = { .name = "vgperm", .heading = "VG PERMISSION" },
	[F_TOTALPPS] = { .name = "totalpps", .heading = "TOTAL PPs", .width = OUT_BESIDE },
	[F_MAXLVS] = { .name = "maxlvs", .heading = "MAX LVs" },
	[F_FREEPPS] = { .name = "freepps", .heading = "FREE PPs", .width = OUT_BESIDE },
	[F_NUMLVS] = { .name = "numlvs", .heading = "LVs" },
	[F_USEDPPS] = { .name = "usedpps", .heading = "USED PPs", .width = OUT_BESIDE },
	[F_OPENLVS] = { .name = "openlvs", .heading = "OPEN LVs" },
	[F_QUORUM] = { .name = "quorum", .heading = "QUORUM", .width = OUT_BESIDE },
	[F_TOTALPVS] = { .name = "totalpvs", .heading = "TOTAL PVs" },
	[F_VGDS] = { .name = "vgds", .heading = "VG DESCRIPTORS", .width = OUT_BESIDE },
	[F_STALEPVS] = { .name = "stalepvs", .heading = "STALE PVs" },
	[F_STALEPPS] = { .name = "stalepps", .heading = "STALE PPs", .width = OUT_BESIDE },
	[F_ACTIVEPVS] = { .name = "activepvs", .heading = "ACTIVE PVs" },
	[F_AUTOON] = { .name = "autoon", .heading = "AUTO ON", .width = OUT_BESIDE },
	[F_MAXPPSVG] = { .name = "maxppsvg", .heading = "MAX PPs per VG" },
	[F_MAXPPSPV] = { .name = "maxppspv", .heading = "MAX PPs per PV" },
	[F_MAXPVS] = { .name = "maxpvs", .heading = "MAX PVs", .width = OUT_BESIDE },
	[F_LTGSIZE] = { .name = "ltgsize", .heading = "LTG size (Dynamic)" },
	[F_AUTOSYNC] = { .name = "autosync", .heading = "AUTO SYNC", .width = OUT_BESIDE },
	[F_HOTSPARE] = { .name = "hotspare", .heading = "HOT SPARE" },
	[F_BBPOLICY] = { .name = "bbpolicy", .heading = "BB POLICY", .width = OUT_BESIDE },
	[F_PVRESTRICTION] = { .name = "pvrestriction", .heading = "PV RESTRICTION" },
	[F_INFRETRY] = { .name = "infiniteretry", .heading = "INFINITE RETRY",
			 .width = OUT_BESIDE },
	[F_BLOCKSIZE] = { .name = "blocksize", .heading = "DISK BLOCK SIZE" },
	[F_CRITICAL] = { .name = "criticalvg", .heading = "CRITICAL VG", .width = OUT_BESIDE },
	[F_SIZE] = { .name = "size", .heading = "SIZE", .extra = true },
	[F_FREE] = { .name = "free", .heading = "FREE", .extra = true },
	{ .name = NULL }
};

static const struct out_kind listing = {
	.fields = fields,
	.block = &(const struct out_block){ .value = 25, .label = 16 },
};

static const struct out_kind name_listing = {
	.fields = (const struct out_field[]){
		{ .name = "vgname", .heading = "VOLUME GROUP" },
		{ .name = NULL }
	},
	.no_heading = true,
};

enum lv_field {
	L_LVNAME, L_TYPE, L_LPS, L_PPS, L_PVS, L_STATE, L_MOUNT, L_VGNAME, L_SIZE,
};

static const struct out_kind lv_listing = {
	.fields = (const struct out_field[]){
		[L_LVNAME] = { .name = "lvname", .heading = "LV NAME", .width = 19 },
		[L_TYPE] = { .name = "type", .heading = "TYPE", .width = 10 },
		[L_LPS] = { .name = "lps", .heading = "LPs", .width = 7 },
		[L_PPS] = { .name = "pps", .heading = "PPs", .width = 7 },
		[L_PVS] = { .name = "pvs", .heading = "PVs", .width = 4 },
		[L_STATE] = { .name = "lvstate", .heading = "LV STATE", .width = 13 },
		[L_MOUNT] = { .name = "mount", .heading = "MOUNT POINT" },
		[L_VGNAME] = { .name = "vgname", .heading = "VOLUME GROUP", .extra = true },
		[L_SIZE] = { .name = "size", .heading = "SIZE", .extra = true },
		{ .name = NULL }
	},
};

enum pv_field { P_PVNAME, P_STATE, P_TOTALPPS, P_FREEPPS, P_DISTRIBUTION, P_VGNAME };

static const struct out_kind pv_listing = {
	.fields = (const struct out_field[]){
		[P_PVNAME] = { .name = "pvname", .heading = "PV_NAME", .width = 17 },
		[P_STATE] = { .name = "pvstate", .heading = "PV STATE", .width = 17 },
		[P_TOTALPPS] = { .name = "totalpps", .heading = "TOTAL PPs", .width = 11 },
		[P_FREEPPS] = { .name = "freepps", .heading = "FREE PPs", .width = 11 },
		[P_DISTRIBUTION] = { .name = "distribution", .heading = "FREE DISTRIBUTION" },
		[P_VGNAME] = { .name = "vgname", .heading = "VOLUME GROUP", .extra = true },
		{ .name = NULL }
	},
};

struct options {
	bool lv;
	bool pv;
	bool map;
	struct words vgs;
	struct out_options out;
};

enum { GROUP_WHAT = 1 };

static const struct flag flags[] = {
	{ "lv", FLAG_SWITCH, offsetof(struct options, lv), GROUP_WHAT, HINT_NONE, NULL },
	{ "pv", FLAG_SWITCH, offsetof(struct options, pv), GROUP_WHAT, HINT_NONE, NULL },
	{ "map", FLAG_SWITCH, offsetof(struct options, map), GROUP_WHAT, HINT_NONE, NULL },
	OUT_FLAG_FIELD(struct options),
	OUT_FLAG_FMT(struct options),
	OUT_FLAG_JSON(struct options),
	{ .name = NULL }
};

/* --- one group --- */

static uint64_t largest_pv(const struct lvm *l, const struct lvm_vg *vg)
{
	uint64_t largest = 0;
	size_t i;

	for (i = 0; i < l->nr_pvs; i++)
		if (!strcmp(l->pvs[i].vg, vg->name) && l->pvs[i].extents > largest)
			largest = l->pvs[i].extents;
	return largest;
}

static void put_limits(struct out *out, const struct lvm *l, const struct lvm_vg *vg)
{
	uint64_t per_pv = usual_limit(0, largest_pv(l, vg), 1016);
	uint64_t pvs = usual_limit(vg->max_pvs, vg->pvs, 32);

	out_uint(out, F_MAXLVS, usual_limit(vg->max_lvs, vg->lvs, 256));
	out_uint(out, F_MAXPPSPV, per_pv);
	out_uint(out, F_MAXPVS, pvs);
	out_uint(out, F_MAXPPSVG, per_pv * pvs);
}

/* One disk has two descriptors, two have three, more have one each. */
static void put_quorum(struct out *out, const struct lvm_vg *vg)
{
	uint64_t descriptors = vg->pvs > 2 ? vg->pvs : vg->pvs + 1;

	out_uint(out, F_VGDS, descriptors);
	out_uint_as(out, F_QUORUM, descriptors / 2 + 1, "%" PRIu64 " (Enabled)",
		    descriptors / 2 + 1);
}

/* A value of the queues of a group's disks: the least, or the greatest. */
static uint64_t queue_value(const struct storage *st, const struct lvm_vg *vg, const char *name,
			    bool greatest)
{
	uint64_t found = 0, value;
	char text[32];
	size_t i;

	for (i = 0; i < st->nr_pvs; i++) {
		if (pv_vg(st, &st->pvs[i]) != vg)
			continue;
		sysfs_read(text, sizeof(text), "class/block/%s/queue/%s",
			   strrchr(st->pvs[i].sysfs, '/') + 1, name);
		value = strtoull(text, NULL, 10);
		if (value && (!found || (greatest ? value > found : value < found)))
			found = value;
	}
	return found;
}

/* The largest transfer that all disks take; a power of two, as logical track groups are. */
static void put_queue(struct out *out, const struct storage *st, const struct lvm_vg *vg)
{
	uint64_t most = queue_value(st, vg, "max_sectors_kb", false), ltg = 128;

	while (ltg * 2 <= most && ltg < 16384)
		ltg *= 2;
	out_uint_as(out, F_LTGSIZE, ltg << 10, "%" PRIu64 " kilobyte(s)", ltg);
	most = queue_value(st, vg, "logical_block_size", true);
	out_uint(out, F_BLOCKSIZE, most ? most : 512);
}

/* How many volumes are open, and how many partitions are not the same as their copies. */
static void put_lv_counts(struct out *out, const struct lvm *l, const struct lvm_vg *vg)
{
	uint64_t open = 0, stale = 0;
	const struct lvm_lv *lv;
	size_t i;

	for (i = 0; i < l->nr_lvs; i++) {
		lv = &l->lvs[i];
		if (lv->hidden || strcmp(lv->vg, vg->name))
			continue;
		open += lv->open;
		if (lv->stale && vg->extent_size)
			stale += lv->size / vg->extent_size;
	}
	out_uint(out, F_OPENLVS, open);
	out_uint(out, F_STALEPPS, stale);
}

static void put_vg(struct out *out, const struct storage *st, const struct lvm_vg *vg)
{
	out_row(out);
	out_str(out, F_VGNAME, vg->name);
	out_str(out, F_VGID, vg->id);
	out_str(out, F_STATE, lvm_vg_active(&st->lvm, vg) ? "active" : "inactive");
	out_pp_size(out, F_PPSIZE, vg);
	out_str(out, F_PERM, vg->read_only ? "read-only" : "read/write");
	out_extents(out, F_TOTALPPS, vg, vg->extents);
	out_extents(out, F_FREEPPS, vg, vg->free);
	out_extents(out, F_USEDPPS, vg, vg->extents - vg->free);
	out_uint(out, F_NUMLVS, vg->lvs);
	out_uint(out, F_TOTALPVS, vg->pvs);
	out_uint(out, F_STALEPVS, vg->missing);
	out_uint(out, F_ACTIVEPVS, vg->pvs - vg->missing);
	out_str(out, F_AUTOON, vg->autoactive ? "yes" : "no");
	put_limits(out, &st->lvm, vg);
	put_quorum(out, vg);
	put_queue(out, st, vg);
	put_lv_counts(out, &st->lvm, vg);
	out_str(out, F_AUTOSYNC, "no");
	out_str(out, F_HOTSPARE, "no");
	out_str(out, F_BBPOLICY, "non-relocatable");
	out_str(out, F_PVRESTRICTION, "none");
	out_str(out, F_INFRETRY, "no");
	out_str(out, F_CRITICAL, "no");
	out_uint(out, F_SIZE, vg->extents * vg->extent_size);
	out_uint(out, F_FREE, vg->free * vg->extent_size);
}

/* --- what is in it --- */

static void put_lv(struct out *out, const struct storage *st, const struct lvm_vg *vg,
		   const struct lvm_lv *lv)
{
	char text[PATH_MAX];

	out_row(out);
	out_str(out, L_LVNAME, lv->name);
	out_str(out, L_TYPE, lv->type);
	out_uint(out, L_LPS, lv->size / vg->extent_size);
	out_uint(out, L_PPS, lv_extents(&st->lvm, lv, 0));
	out_uint(out, L_PVS, lv_nr_pvs(st, lv));
	lv_state(lv, "open", text, sizeof(text));
	out_str(out, L_STATE, text);
	lv_mount_point(lv, text, sizeof(text));
	out_str(out, L_MOUNT, text);
	out_str(out, L_VGNAME, vg->name);
	out_uint(out, L_SIZE, lv->size);
}

static void put_lvs(struct out *out, const struct storage *st, const struct lvm_vg *vg)
{
	size_t i;

	out_title(out, "%s:", vg->name);
	for (i = 0; i < st->lvm.nr_lvs; i++)
		if (!st->lvm.lvs[i].hidden && !strcmp(st->lvm.lvs[i].vg, vg->name))
			put_lv(out, st, vg, &st->lvm.lvs[i]);
}

static void put_free_distribution(struct out *out, const struct lvm *l, const struct pv *pv)
{
	struct regions free = { .nr = { 0 } };
	char text[128];
	size_t i;

	for (i = 0; i < l->nr_runs; i++)
		if (l->runs[i].pv == pv->dev && !l->runs[i].lv_id[0])
			regions_add(&free, pv->lvm->extents, l->runs[i].start, l->runs[i].nr);
	regions_text(&free, 2, "..", text, sizeof(text));
	out_str(out, P_DISTRIBUTION, text);
}

static void put_pv(struct out *out, const struct storage *st, const struct pv *pv)
{
	out_row(out);
	out_str(out, P_PVNAME, pv->name);
	out_str(out, P_STATE, "active");
	out_uint(out, P_TOTALPPS, pv->lvm->extents);
	out_uint(out, P_FREEPPS, pv->lvm->extents - pv->lvm->used);
	put_free_distribution(out, &st->lvm, pv);
	out_str(out, P_VGNAME, pv->lvm->vg);
}

static void put_missing(struct out *out, const struct lvm_pv *lvm)
{
	out_row(out);
	out_str(out, P_PVNAME, "missing");
	out_str(out, P_STATE, "missing");
	out_uint(out, P_TOTALPPS, lvm->extents);
	out_uint(out, P_FREEPPS, lvm->extents - lvm->used);
	out_str(out, P_VGNAME, lvm->vg);
}

static void put_pvs(struct out *out, const struct storage *st, const struct lvm_vg *vg)
{
	size_t i;

	out_title(out, "%s:", vg->name);
	for (i = 0; i < st->nr_pvs; i++)
		if (pv_vg(st, &st->pvs[i]) == vg)
			put_pv(out, st, &st->pvs[i]);
	for (i = 0; i < st->lvm.nr_pvs; i++)
		if (!st->lvm.pvs[i].dev && !strcmp(st->lvm.pvs[i].vg, vg->name))
			put_missing(out, &st->lvm.pvs[i]);
}

static void put_vg_map(struct out *out, const struct storage *st, const struct lvm_vg *vg)
{
	size_t i;

	out_title(out, "%s:", vg->name);
	for (i = 0; i < st->nr_pvs; i++)
		if (pv_vg(st, &st->pvs[i]) == vg)
			put_map(out, st, &st->pvs[i]);
}

/* --- the verb --- */

static void put_name(struct out *out, const struct storage *st, const struct lvm_vg *vg)
{
	(void)st;
	out_row(out);
	out_str(out, 0, vg->name);
}

struct form {
	const struct out_kind *kind;
	void (*put)(struct out *out, const struct storage *st, const struct lvm_vg *vg);
};

/* Without a word it is a list of names, unless more is asked for. */
static struct form choose_form(const struct options *o)
{
	if (o->lv)
		return (struct form){ &lv_listing, put_lvs };
	if (o->pv)
		return (struct form){ &pv_listing, put_pvs };
	if (o->map)
		return (struct form){ &map_listing, put_vg_map };
	if (o->vgs.nr || o->out.field.given || o->out.fmt || o->out.json)
		return (struct form){ &listing, put_vg };
	return (struct form){ &name_listing, put_name };
}

static int put_asked(struct out *out, const struct storage *st, const struct options *o,
		     const struct form *form)
{
	const struct lvm_vg *vg;
	size_t i;
	int rc;

	for (i = 0; !o->vgs.nr && i < st->lvm.nr_vgs; i++)
		if (!st->lvm.vgs[i].exported)
			form->put(out, st, &st->lvm.vgs[i]);
	for (i = 0; i < (size_t)o->vgs.nr; i++) {
		vg = lvm_vg_find(&st->lvm, o->vgs.v[i], &rc);
		if (!vg)
			return rc;
		form->put(out, st, vg);
	}
	return RC_OK;
}

static int list(struct storage *st, const void *options)
{
	const struct options *o = options;
	const struct form form = choose_form(o);
	struct out *out;
	int rc;

	out = out_open(form.kind, &o->out, &rc);
	if (!out)
		return rc;
	rc = put_asked(out, st, o, &form);
	if (rc) {
		out_abandon(out);
		return rc;
	}
	return out_close(out);
}

static int check(const struct verb *verb, const void *options)
{
	const struct options *o = options;

	if ((o->lv || o->pv || o->map) && !o->vgs.nr)
		return args_refuse(verb, ERR_ARGUMENT, "VolumeGroup", NULL);
	return RC_OK;
}

const struct verb verb_lsvg = {
	.name = "lsvg",
	.group = "Volume Group Commands",
	.summary = "Lists volume groups, or what is in one.",
	.usage =
	"lsvg [VolumeGroup ...] [-field FieldName ...] [-fmt Delimiter | -json]\n"
	"lsvg {-lv | -pv | -map} VolumeGroup ... [-field FieldName ...]\n"
	"\t[-fmt Delimiter | -json]",
	.flags = flags,
	.operands = &(const struct operands){
		offsetof(struct options, vgs), 0, 1024, "VolumeGroup", HINT_VG
	},
	.listing = &listing,
	.access = STORAGE_READS,
	.options = sizeof(struct options),
	.check = check,
	.work = list,
	.run = storage_verb,
};
