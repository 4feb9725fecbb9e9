// SPDX-License-Identifier: GPL-2.0
/* lslv: one logical volume, where it is, and which ones no client has. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "backing.h"
#include "err.h"
#include "parts.h"
#include "pv.h"
#include "util.h"
#include "verbs.h"

enum field {
	F_LVNAME, F_VGNAME, F_LVID, F_PERM, F_VGSTATE, F_LVSTATE, F_TYPE, F_VERIFY, F_MAXLPS,
	F_PPSIZE, F_COPIES, F_SCHED, F_LPS, F_PPS, F_STALEPPS, F_BBPOLICY, F_INTER, F_RELOCATABLE,
	F_INTRA, F_UPPERBOUND, F_MOUNT, F_LABEL, F_UID, F_GID, F_DEVPERM, F_MWC, F_SEPARATE,
	F_SERIALIZE, F_SIZE, F_VTD, F_PATH,
};

static const struct out_field fields[] = {
	[F_LVNAME] = { .name = "lvname", .heading = "LOGICAL VOLUME" },
	[F_VGNAME] = { .name = "vgname", .heading = "VOLUME GROUP", .width = OUT_BESIDE },
	[F_LVID] = { .name = "lvid", .heading = "LV IDENTIFIER" },
	[F_PERM] = { .name = "access", .heading = "PERMISSION", .width = OUT_BESIDE },
	[F_VGSTATE] = { .name = "vgstate", .heading = "VG STATE" },
	[F_LVSTATE] = { .name = "lvstate", .heading = "LV STATE", .width = OUT_BESIDE },
	[F_TYPE] = { .name = "type", .heading = "TYPE" },
	[F_VERIFY] = { .name = "verify", .heading = "WRITE VERIFY", .width = OUT_BESIDE },
	[F_MAXLPS] = { .name = "maxlps", .heading = "MAX LPs" },
	[F_PPSIZE] = { .name = "ppsize", .heading = "PP SIZE", .width = OUT_BESIDE },
	[F_COPIES] = { .name = "copies", .heading = "COPIES" },
	[F_SCHED] = { .name = "sched", .heading = "SCHED POLICY", .width = OUT_BESIDE },
	[F_LPS] = { .name = "lps", .heading = "LPs" },
	[F_PPS] = { .name = "pps", .heading = "PPs", .width = OUT_BESIDE },
	[F_STALEPPS] = { .name = "staleppnum", .heading = "STALE PPs" },
	[F_BBPOLICY] = { .name = "bbpolicy", .heading = "BB POLICY", .width = OUT_BESIDE },
	[F_INTER] = { .name = "inter", .heading = "INTER-POLICY" },
	[F_RELOCATABLE] = { .name = "relocatable", .heading = "RELOCATABLE", .width = OUT_BESIDE },
	[F_INTRA] = { .name = "intra", .heading = "INTRA-POLICY" },
	[F_UPPERBOUND] = { .name = "upperbound", .heading = "UPPER BOUND", .width = OUT_BESIDE },
	[F_MOUNT] = { .name = "mount", .heading = "MOUNT POINT" },
	[F_LABEL] = { .name = "label", .heading = "LABEL", .width = OUT_BESIDE },
	[F_UID] = { .name = "devuid", .heading = "DEVICE UID" },
	[F_GID] = { .name = "devgid", .heading = "DEVICE GID", .width = OUT_BESIDE },
	[F_DEVPERM] = { .name = "devperm", .heading = "DEVICE PERMISSIONS" },
	[F_MWC] = { .name = "mwc", .heading = "MIRROR WRITE CONSISTENCY" },
	[F_SEPARATE] = { .name = "separatepv", .heading = "EACH LP COPY ON A SEPARATE PV ?" },
	[F_SERIALIZE] = { .name = "serialio", .heading = "Serialize IO ?" },
	[F_SIZE] = { .name = "size", .heading = "SIZE", .extra = true },
	[F_VTD] = { .name = "vtd", .heading = "VTD", .extra = true },
	[F_PATH] = { .name = "path", .heading = "PATH", .extra = true },
	{ .name = NULL }
};

static const struct out_kind listing = {
	.fields = fields,
	.block = &(const struct out_block){ .value = 23, .label = 16 },
};

enum map_field { M_LP, M_PP1, M_PV1, M_PP2, M_PV2, M_PP3, M_PV3 };

#define MAP_COPIES	3

static const struct out_kind lp_listing = {
	.fields = (const struct out_field[]){
		[M_LP] = { .name = "lp", .heading = "LP", .width = 5 },
		[M_PP1] = { .name = "pp1", .heading = "PP1", .width = 4 },
		[M_PV1] = { .name = "pv1", .heading = "PV1", .width = 17 },
		[M_PP2] = { .name = "pp2", .heading = "PP2", .width = 4 },
		[M_PV2] = { .name = "pv2", .heading = "PV2", .width = 17 },
		[M_PP3] = { .name = "pp3", .heading = "PP3", .width = 4 },
		[M_PV3] = { .name = "pv3", .heading = "PV3" },
		{ .name = NULL }
	},
};

enum pv_field { P_PV, P_COPIES, P_INBAND, P_DISTRIBUTION };

static const struct out_kind pv_listing = {
	.fields = (const struct out_field[]){
		[P_PV] = { .name = "pv", .heading = "PV", .width = 17 },
		[P_COPIES] = { .name = "copies", .heading = "COPIES", .width = 13 },
		[P_INBAND] = { .name = "inband", .heading = "IN BAND", .width = 13 },
		[P_DISTRIBUTION] = { .name = "distribution", .heading = "DISTRIBUTION" },
		{ .name = NULL }
	},
};

enum free_field { E_LVNAME, E_SIZE, E_VGNAME };

static const struct out_kind free_listing = {
	.fields = (const struct out_field[]){
		[E_LVNAME] = { .name = "lvname", .heading = "LV NAME", .width = 15 },
		[E_SIZE] = { .name = "size", .heading = "SIZE(megabytes)", .width = 19 },
		[E_VGNAME] = { .name = "vgname", .heading = "VOLUME GROUP" },
		{ .name = NULL }
	},
};

struct options {
	bool map;
	bool pv;
	bool free;
	struct words lvs;
	struct out_options out;
};

enum { GROUP_WHAT = 1 };

static const struct flag flags[] = {
	{ "map", FLAG_SWITCH, offsetof(struct options, map), GROUP_WHAT, HINT_NONE, NULL },
	{ "pv", FLAG_SWITCH, offsetof(struct options, pv), GROUP_WHAT, HINT_NONE, NULL },
	{ "free", FLAG_SWITCH, offsetof(struct options, free), GROUP_WHAT, HINT_NONE, NULL },
	OUT_FLAG_FIELD(struct options),
	OUT_FLAG_FMT(struct options),
	OUT_FLAG_JSON(struct options),
	{ .name = NULL }
};

/* --- one volume --- */

/*
 * What a client knows the volume by: its disk's identity is the same string.  A VIOS has a
 * small number behind the dot, LVM has no such numbers.
 */
static void put_identity(struct out *out, const struct lvm_vg *vg, const struct lvm_lv *lv)
{
	out_str(out, F_LVNAME, lv->name);
	out_str(out, F_VGNAME, vg->name);
	out_fmt(out, F_LVID, "%s.%s", vg->id, lv->id);
	out_fmt(out, F_PATH, "/dev/%s/%s", vg->name, lv->name);
}

static void put_states(struct out *out, const struct lvm *l, const struct lvm_vg *vg,
		       const struct lvm_lv *lv)
{
	char text[PATH_MAX];

	out_str(out, F_PERM, lv->read_only ? "read only" : "read/write");
	out_fmt(out, F_VGSTATE, "%s/%s", lvm_vg_active(l, vg) ? "active" : "inactive",
		vg->missing ? "partial" : "complete");
	lv_state(lv, "opened", text, sizeof(text));
	out_str(out, F_LVSTATE, text);
	lv_mount_point(lv, text, sizeof(text));
	out_str(out, F_MOUNT, text);
	out_str(out, F_LABEL, "None");
}

static void put_sizes(struct out *out, const struct lvm *l, const struct lvm_vg *vg,
		      const struct lvm_lv *lv)
{
	uint64_t lps = lv->size / vg->extent_size;

	out_uint(out, F_MAXLPS, usual_limit(0, lps, 512));
	out_pp_size(out, F_PPSIZE, vg);
	out_uint(out, F_COPIES, lv->copies);
	out_uint(out, F_LPS, lps);
	out_uint(out, F_PPS, lv_extents(l, lv, 0));
	out_uint(out, F_STALEPPS, lv->stale ? lps : 0);
	out_uint(out, F_UPPERBOUND, usual_limit(vg->max_pvs, vg->pvs, 32));
	out_uint(out, F_SIZE, lv->size);
}

static void put_device(struct out *out, const struct lvm_lv *lv)
{
	char *node = xasprintf("/dev/block/%u:%u", major(lv->dev), minor(lv->dev));
	struct stat st;

	if (lv->dev && !stat(node, &st)) {
		out_uint(out, F_UID, st.st_uid);
		out_uint(out, F_GID, st.st_gid);
		out_uint(out, F_DEVPERM, st.st_mode & 07777);
	}
	free(node);
}

static const struct vtd *lv_vtd(const struct storage *st, const struct lvm_lv *lv)
{
	const struct model *m = &st->session->model;
	struct backing b = { .dev = lv->dev };
	size_t i;

	for (i = 0; lv->dev && i < m->nr_vtds; i++)
		if (backing_is(&b, &m->vtds[i]))
			return &m->vtds[i];
	return NULL;
}

static void put_lv(struct out *out, const struct storage *st, const struct lvm_lv *lv)
{
	const struct lvm_vg *vg = lvm_vg(&st->lvm, lv->vg);
	const struct vtd *v = lv_vtd(st, lv);

	out_row(out);
	put_identity(out, vg, lv);
	put_states(out, &st->lvm, vg, lv);
	put_sizes(out, &st->lvm, vg, lv);
	put_device(out, lv);
	out_str(out, F_TYPE, lv->type);
	out_str(out, F_VERIFY, "off");
	out_str(out, F_SCHED, "parallel");
	out_str(out, F_BBPOLICY, "non-relocatable");
	out_str(out, F_INTER, "minimum");
	out_str(out, F_RELOCATABLE, "yes");
	out_str(out, F_INTRA, "middle");
	out_str(out, F_MWC, lv->copies > 1 ? "on/ACTIVE" : "off");
	out_str(out, F_SEPARATE, "yes");
	out_str(out, F_SERIALIZE, "NO");
	out_str(out, F_VTD, v ? v->name : NULL);
}

/* --- where it is --- */

static void put_title(struct out *out, const struct lvm_lv *lv)
{
	char point[PATH_MAX];

	lv_mount_point(lv, point, sizeof(point));
	out_title(out, "%s:%s", lv->name, point);
}

/* The physical partition that holds copy @copy of a logical one. */
static void put_copy(struct out *out, const struct storage *st, const struct lvm_lv *lv,
		     uint64_t lp, unsigned int copy)
{
	const struct lvm_run *run;
	uint64_t pp;
	size_t i;

	for (i = 0; i < st->lvm.nr_runs; i++) {
		run = &st->lvm.runs[i];
		if (lp < run->lv_start || lp >= run->lv_start + run->nr ||
		    lvm_run_owner(&st->lvm, run) != lv || run_copy(&st->lvm, run) != copy)
			continue;
		pp = run->start + lp - run->lv_start + 1;
		out_uint_as(out, M_PP1 + 2 * (copy - 1), pp, "%04" PRIu64, pp);
		out_str(out, M_PV1 + 2 * (copy - 1), pv_name(st, run->pv));
		return;
	}
}

static void put_lps(struct out *out, const struct storage *st, const struct lvm_lv *lv)
{
	uint64_t lp, lps = lv->size / lvm_vg(&st->lvm, lv->vg)->extent_size;
	unsigned int copy;

	put_title(out, lv);
	for (lp = 0; lp < lps; lp++) {
		out_row(out);
		out_uint_as(out, M_LP, lp + 1, "%04" PRIu64, lp + 1);
		for (copy = 1; copy <= lv->copies && copy <= MAP_COPIES; copy++)
			put_copy(out, st, lv, lp, copy);
	}
}

static void put_on_pv(struct out *out, const struct storage *st, const struct lvm_lv *lv,
		      const struct pv *pv)
{
	uint64_t copies[MAP_COPIES + 1] = { 0 };
	struct regions on = { .nr = { 0 } };
	const struct lvm_run *run;
	unsigned int copy;
	char text[128];
	size_t i;

	for (i = 0; i < st->lvm.nr_runs; i++) {
		run = &st->lvm.runs[i];
		copy = run_copy(&st->lvm, run);
		if (run->pv != pv->dev || lvm_run_owner(&st->lvm, run) != lv || !copy)
			continue;
		copies[copy < MAP_COPIES ? copy : MAP_COPIES] += run->nr;
		regions_add(&on, pv->lvm->extents, run->start, run->nr);
	}
	out_row(out);
	out_str(out, P_PV, pv->name);
	out_fmt(out, P_COPIES, "%03" PRIu64 ":%03" PRIu64 ":%03" PRIu64, copies[1], copies[2],
		copies[3]);
	/* No part of the disk is asked for, so each one is right. */
	out_str(out, P_INBAND, "100%");
	regions_text(&on, 3, ":", text, sizeof(text));
	out_str(out, P_DISTRIBUTION, text);
}

static void put_pvs(struct out *out, const struct storage *st, const struct lvm_lv *lv)
{
	size_t i;

	put_title(out, lv);
	for (i = 0; i < st->nr_pvs; i++)
		if (lv_extents(&st->lvm, lv, st->pvs[i].dev))
			put_on_pv(out, st, lv, &st->pvs[i]);
}

static int list_one(const struct storage *st, const struct options *o)
{
	const struct lvm_lv *lv;
	struct out *out;
	int rc;

	lv = lvm_lv_find(&st->lvm, o->lvs.v[0], &rc);
	if (!lv)
		return rc;
	out = out_open(o->map ? &lp_listing : o->pv ? &pv_listing : &listing, &o->out, &rc);
	if (!out)
		return rc;
	if (o->map)
		put_lps(out, st, lv);
	else if (o->pv)
		put_pvs(out, st, lv);
	else
		put_lv(out, st, lv);
	return out_close(out);
}

/* --- those that can be mapped --- */

static bool is_free(const struct storage *st, const struct lvm_lv *lv)
{
	const struct lvm_vg *vg = lvm_vg(&st->lvm, lv->vg);
	char why[512];

	return !lv->hidden && lv->dev && !lv->open && !vg->exported &&
	       !vg_is_system(st, vg, why, sizeof(why));
}

static int list_free(const struct storage *st, const struct options *o)
{
	const struct lvm_lv *lv;
	struct out *out;
	size_t i;
	int rc;

	out = out_open(&free_listing, &o->out, &rc);
	if (!out)
		return rc;
	for (i = 0; i < st->lvm.nr_lvs; i++) {
		lv = &st->lvm.lvs[i];
		if (!is_free(st, lv))
			continue;
		out_row(out);
		out_str(out, E_LVNAME, lv->name);
		out_uint(out, E_SIZE, lv->size >> 20);
		out_str(out, E_VGNAME, lv->vg);
	}
	return out_close(out);
}

static int list(struct storage *st, const void *options)
{
	const struct options *o = options;

	return o->free ? list_free(st, o) : list_one(st, o);
}

static int check(const struct verb *verb, const void *options)
{
	const struct options *o = options;

	if (!o->free && !o->lvs.nr)
		return args_refuse(verb, ERR_ARGUMENT, "LogicalVolume", NULL);
	if (o->free && o->lvs.nr)
		return args_refuse(verb, ERR_TOO_MANY, o->lvs.v[0], NULL);
	return RC_OK;
}

const struct verb verb_lslv = {
	.name = "lslv",
	.group = "Logical Volume Commands",
	.summary = "Lists a logical volume, or those that can be mapped.",
	.usage =
	"lslv [-map | -pv] LogicalVolume [-field FieldName ...] [-fmt Delimiter | -json]\n"
	"lslv -free [-field FieldName ...] [-fmt Delimiter | -json]",
	.flags = flags,
	.operands = &(const struct operands){
		offsetof(struct options, lvs), 0, 1, "LogicalVolume", HINT_LV
	},
	.listing = &listing,
	.access = STORAGE_READS,
	.options = sizeof(struct options),
	.check = check,
	.work = list,
	.run = storage_verb,
};
