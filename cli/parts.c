// SPDX-License-Identifier: GPL-2.0
/* Physical and logical partitions: regions, copies, maps. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "holder.h"
#include "parts.h"
#include "util.h"

/* --- regions --- */

/* The first partition of a region; that of the one behind the last is the end. */
static uint64_t region_start(uint64_t extents, unsigned int region)
{
	uint64_t more = extents % REGIONS;

	return extents / REGIONS * region + (region < more ? region : more);
}

static unsigned int region_index(uint64_t extents, uint64_t at)
{
	unsigned int region = 0;

	while (region + 1 < REGIONS && at >= region_start(extents, region + 1))
		region++;
	return region;
}

const char *region_of(uint64_t extents, uint64_t at, uint64_t *left)
{
	static const char *const names[REGIONS] = {
		"outer edge", "outer middle", "center", "inner middle", "inner edge",
	};
	unsigned int region = region_index(extents, at);

	*left = region_start(extents, region + 1) - at;
	return names[region];
}

void regions_add(struct regions *r, uint64_t extents, uint64_t first, uint64_t nr)
{
	uint64_t end = first + nr;

	for (; first < end; first++)
		r->nr[region_index(extents, first)]++;
}

void regions_text(const struct regions *r, int digits, const char *separator, char *text,
		  size_t size)
{
	size_t len = 0;
	int i;

	for (i = 0; i < REGIONS && len < size; i++)
		len += snprintf(text + len, size - len, "%s%0*" PRIu64, i ? separator : "",
				digits, r->nr[i]);
}

/* --- volumes --- */

unsigned int run_copy(const struct lvm *l, const struct lvm_run *run)
{
	const struct lvm_lv *lv = lvm_lv_by_id(l, run->lv_id), *other;
	unsigned int copy = 1;

	if (!lv || lv->metadata)
		return 0;
	if (!lv->hidden)
		return 1;
	/* The parts of a volume are in the order of their names. */
	for (other = l->lvs; other != lv; other++)
		if (other->hidden && !other->metadata && !strcmp(other->vg, lv->vg) &&
		    !strcmp(other->parent, lv->parent))
			copy++;
	return copy;
}

uint64_t lv_extents(const struct lvm *l, const struct lvm_lv *lv, dev_t pv)
{
	uint64_t nr = 0;
	size_t i;

	for (i = 0; i < l->nr_runs; i++)
		if ((!pv || l->runs[i].pv == pv) && lvm_run_owner(l, &l->runs[i]) == lv &&
		    run_copy(l, &l->runs[i]))
			nr += l->runs[i].nr;
	return nr;
}

unsigned int lv_nr_pvs(const struct storage *st, const struct lvm_lv *lv)
{
	unsigned int nr = 0;
	size_t i;

	for (i = 0; i < st->lvm.nr_pvs; i++)
		nr += st->lvm.pvs[i].dev && lv_extents(&st->lvm, lv, st->lvm.pvs[i].dev);
	return nr;
}

void lv_state(const struct lvm_lv *lv, const char *opened, char *text, size_t size)
{
	snprintf(text, size, "%s/%s", lv->open ? opened : "closed", lv->stale ? "stale" : "syncd");
}

void lv_mount_point(const struct lvm_lv *lv, char *text, size_t size)
{
	if (!lv->dev || !holder_mount_point(lv->dev, text, size))
		str_copy(text, size, "N/A");
}

/* --- values --- */

void out_extents(struct out *out, int field, const struct lvm_vg *vg, uint64_t extents)
{
	out_uint_as(out, field, extents, "%" PRIu64 " (%" PRIu64 " megabytes)", extents,
		    extents * vg->extent_size >> 20);
}

void out_pp_size(struct out *out, int field, const struct lvm_vg *vg)
{
	out_uint_as(out, field, vg->extent_size, "%" PRIu64 " megabyte(s)",
		    vg->extent_size >> 20);
}

uint64_t usual_limit(uint64_t set, uint64_t used, uint64_t usual)
{
	if (set)
		return set;
	while (usual < used)
		usual *= 2;
	return usual;
}

/* --- the map --- */

enum map_field { M_PP, M_LP, M_PVNAME, M_LVNAME };

const struct out_kind map_listing = {
	.fields = (const struct out_field[]){
		[M_PP] = { .name = "pp", .heading = "PP" },
		[M_LP] = { .name = "lp", .heading = "LP" },
		[M_PVNAME] = { .name = "pvname", .heading = "PV_NAME", .extra = true },
		[M_LVNAME] = { .name = "lvname", .heading = "LV NAME", .extra = true },
		{ .name = NULL }
	},
	.no_heading = true,
};

static void put_free(struct out *out, const struct pv *pv, const struct lvm_run *run)
{
	out_row(out);
	if (run->nr > 1)
		out_fmt(out, M_PP, "%s:%" PRIu64 "-%" PRIu64, pv->name, run->start + 1,
			run->start + run->nr);
	else
		out_fmt(out, M_PP, "%s:%" PRIu64, pv->name, run->start + 1);
	out_str(out, M_PVNAME, pv->name);
}

/* A partition that holds no data of the volume has no number in it. */
static void put_used(struct out *out, const struct pv *pv, const struct lvm_run *run,
		     const struct lvm_lv *lv, unsigned int copy)
{
	uint64_t i;

	for (i = 0; i < run->nr; i++) {
		out_row(out);
		out_fmt(out, M_PP, "%s:%" PRIu64, pv->name, run->start + i + 1);
		if (!copy)
			out_str(out, M_LP, lv->name);
		else if (lv->copies > 1)
			out_fmt(out, M_LP, "%s:%" PRIu64 ":%u", lv->name, run->lv_start + i + 1,
				copy);
		else
			out_fmt(out, M_LP, "%s:%" PRIu64, lv->name, run->lv_start + i + 1);
		out_str(out, M_PVNAME, pv->name);
		out_str(out, M_LVNAME, lv->name);
	}
}

void put_map(struct out *out, const struct storage *st, const struct pv *pv)
{
	const struct lvm_run *run;
	const struct lvm_lv *lv;
	size_t i;

	for (i = 0; i < st->lvm.nr_runs; i++) {
		run = &st->lvm.runs[i];
		if (run->pv != pv->dev)
			continue;
		lv = lvm_run_owner(&st->lvm, run);
		if (lv)
			put_used(out, pv, run, lv, run_copy(&st->lvm, run));
		else
			put_free(out, pv, run);
	}
}
