// SPDX-License-Identifier: GPL-2.0
/* mkvg, extendvg, reducevg: which disks a volume group has. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "hdisk.h"
#include "lv.h"
#include "parts.h"
#include "pv.h"
#include "util.h"
#include "vg.h"

#define PP_MIN		(UINT64_C(4) << 20)
#define PPS_PER_PV	1016

struct options {
	const char *vg;
	bool f;
	bool rmlv;
	struct words words;
};

#define VG_AND_PVS	(&(const struct operands){ \
	offsetof(struct options, words), 2, 1024, "VolumeGroup PhysicalVolume", HINT_VG })

/* --- choosing disks --- */

struct chosen {
	const struct pv **list;
	size_t nr;
};

static bool is_chosen(const struct chosen *c, dev_t dev)
{
	size_t i;

	for (i = 0; i < c->nr; i++)
		if (c->list[i]->dev == dev)
			return true;
	return false;
}

/* All of the words, or a message. */
static int choose(const struct storage *st, const struct words *words, struct chosen *c)
{
	const struct pv *pv;
	int i, rc;

	c->list = xcalloc(words->nr, sizeof(*c->list));
	c->nr = 0;
	for (i = 0; i < words->nr; i++) {
		pv = pv_find(st, words->v[i], &rc);
		if (!pv)
			return rc;
		if (is_chosen(c, pv->dev))
			return err_say(ERR_TWICE, words->v[i], NULL);
		c->list[c->nr++] = pv;
	}
	return RC_OK;
}

/* All must be fit to become part of a group with partitions of that size. */
static int check_new(const struct storage *st, const struct chosen *c, bool force,
		     uint64_t pp_size)
{
	char megabytes[24];
	size_t i;
	int rc;

	for (i = 0; i < c->nr; i++) {
		rc = pv_check_new(st, c->list[i], force);
		if (rc)
			return rc;
		/* LVM keeps the first megabyte for itself. */
		if (c->list[i]->size >= pp_size + (1 << 20))
			continue;
		snprintf(megabytes, sizeof(megabytes), "%" PRIu64, pp_size >> 20);
		return err_say(ERR_PV_SMALL, c->list[i]->name, megabytes);
	}
	return RC_OK;
}

static void unmake(const struct storage *st, char **names)
{
	const struct pv *pv;

	for (; *names; names++) {
		pv = pv_by_name(st, *names);
		if (pv && pv->lvm && !pv->lvm->vg[0])
			LVM_CHANGE(&st->lvm, *names, "pvremove", "--yes", "--quiet", pv->path);
	}
}

/* Disks that are in use can't be called something else when the next one comes. */
static int keep_names(const struct storage *st)
{
	int err = hdisks_store(&st->session->model);

	return err ? err_state(err, "names") : RC_OK;
}

/*
 * Run an LVM command with the paths of the disks behind its words.  If it fails, no disk
 * stays a physical volume that was none before.
 */
static int add_to_group(struct storage *st, const struct chosen *c, bool force, const char *vg,
			struct argv *words)
{
	char **made = xcalloc(c->nr + 1, sizeof(*made));
	size_t i, nr = 0;
	int rc = keep_names(st);

	for (i = 0; i < c->nr; i++) {
		argv_add(words, c->list[i]->path);
		if (!c->list[i]->lvm)
			made[nr++] = xstrdup(c->list[i]->name);
	}
	if (!rc)
		run_block_signals();
	for (i = 0; !rc && force && i < c->nr; i++)
		rc = pv_wipe(c->list[i]);
	if (!rc)
		rc = lvm_change_argv(&st->lvm, vg, words);
	if (rc && nr && !storage_reread(st))
		unmake(st, made);
	names_free(made);
	return rc;
}

/* --- mkvg --- */

static const struct flag mkvg_flags[] = {
	{ "vg", FLAG_VALUE, offsetof(struct options, vg), 0, HINT_NONE, NULL },
	{ "f", FLAG_SWITCH, offsetof(struct options, f), 0, HINT_NONE, NULL },
	{ .name = NULL }
};

/* As on a VIOS: the least power of two with which the largest disk has 1016 at most. */
static uint64_t choose_pp_size(const struct chosen *c)
{
	uint64_t size = PP_MIN;
	size_t i;

	for (i = 0; i < c->nr; i++)
		while (c->list[i]->size / size > PPS_PER_PV)
			size *= 2;
	return size;
}

static int choose_vg_name(const struct storage *st, const char *asked, char *name, size_t size)
{
	if (!asked)
		return storage_name_make(st, "vg", name, size);
	str_copy(name, size, asked);
	return storage_name_check(st, asked);
}

static int create(struct storage *st, const struct chosen *c, bool force, const char *name,
		  uint64_t pp_size)
{
	char *size = xasprintf("%" PRIu64 "b", pp_size);
	struct argv a = { .words = NULL };
	int rc;

	ARGV_ADD(&a, "vgcreate", "--yes", "--quiet", "--addtag", LVM_OWN_TAG,
		 "--physicalextentsize", size, name);
	rc = add_to_group(st, c, force, name, &a);
	argv_free(&a);
	free(size);
	return rc;
}

int vg_make(struct storage *st, const char *asked, bool force, const struct words *pvs)
{
	char name[NAME_MAX + 1];
	uint64_t pp_size;
	struct chosen c;
	int rc;

	rc = choose_vg_name(st, asked, name, sizeof(name));
	if (rc)
		return rc;
	rc = choose(st, pvs, &c);
	pp_size = choose_pp_size(&c);
	if (!rc)
		rc = check_new(st, &c, force, pp_size);
	if (!rc)
		rc = create(st, &c, force, name, pp_size);
	if (!rc)
		puts(name);
	free(c.list);
	return rc;
}

static int make(struct storage *st, const void *options)
{
	const struct options *o = options;

	return vg_make(st, o->vg, o->f, &o->words);
}

const struct verb verb_mkvg = {
	.name = "mkvg",
	.group = "Volume Group Commands",
	.summary = "Creates a volume group.",
	.usage = "mkvg [-f] [-vg NewVolumeGroup] PhysicalVolume ...",
	.flags = mkvg_flags,
	.operands = &(const struct operands){
		offsetof(struct options, words), 1, 1024, "PhysicalVolume", HINT_PV
	},
	.options = sizeof(struct options),
	.work = make,
	.run = storage_verb,
};

/* --- extendvg --- */

static const struct flag extendvg_flags[] = {
	{ "f", FLAG_SWITCH, offsetof(struct options, f), 0, HINT_NONE, NULL },
	{ .name = NULL }
};

int vg_extend(struct storage *st, const char *name, bool force, const struct words *pvs)
{
	struct argv a = { .words = NULL };
	const struct lvm_vg *vg;
	struct chosen c;
	int rc;

	vg = vg_to_change(st, name, &rc);
	if (rc)
		return rc;
	rc = choose(st, pvs, &c);
	if (!rc)
		rc = check_new(st, &c, force, vg->extent_size);
	if (!rc) {
		ARGV_ADD(&a, "vgextend", "--yes", "--quiet", vg->name);
		rc = add_to_group(st, &c, force, name, &a);
	}
	argv_free(&a);
	free(c.list);
	return rc;
}

static int extend(struct storage *st, const void *options)
{
	const struct options *o = options;
	const struct words pvs = words_after(&o->words, 1);

	return vg_extend(st, o->words.v[0], o->f, &pvs);
}

const struct verb verb_extendvg = {
	.name = "extendvg",
	.group = "Volume Group Commands",
	.summary = "Adds physical volumes to a volume group.",
	.usage = "extendvg [-f] VolumeGroup PhysicalVolume ...",
	.flags = extendvg_flags,
	.operands = VG_AND_PVS,
	.options = sizeof(struct options),
	.work = extend,
	.run = storage_verb,
};

/* --- reducevg --- */

static const struct flag reducevg_flags[] = {
	{ "f", FLAG_SWITCH, offsetof(struct options, f), 0, HINT_NONE, NULL },
	{ "rmlv", FLAG_SWITCH, offsetof(struct options, rmlv), 0, HINT_NONE, NULL },
	{ .name = NULL }
};

static int check_members(const struct storage *st, const struct lvm_vg *vg,
			 const struct chosen *c)
{
	size_t i;

	for (i = 0; i < c->nr; i++)
		if (pv_vg(st, c->list[i]) != vg)
			return err_say(ERR_PV_OTHER_VG, c->list[i]->name, vg->name);
	return RC_OK;
}

/* Volumes that go with the disks: those on them, and all when the group goes. */
static bool goes(const struct storage *st, const struct lvm_vg *vg, const struct chosen *c,
		 const struct lvm_lv *lv)
{
	size_t i;

	if (lv->hidden || strcmp(lv->vg, vg->name))
		return false;
	if (c->nr == vg->pvs)
		return true;
	for (i = 0; i < c->nr; i++)
		if (lv_extents(&st->lvm, lv, c->list[i]->dev))
			return true;
	return false;
}

/* Hidden volumes that are part of no other, such as a spare of a pool, can't go by themselves. */
static int check_hidden(const struct storage *st, const struct chosen *c)
{
	const struct lvm_run *run = st->lvm.runs;
	const struct lvm_lv *lv;
	size_t i, j;

	for (i = 0; i < st->lvm.nr_runs; i++, run++) {
		lv = lvm_run_owner(&st->lvm, run);
		if (!lv || !lv->hidden)
			continue;
		for (j = 0; j < c->nr; j++)
			if (c->list[j]->dev == run->pv)
				return err_say(ERR_PV_HIDDEN, c->list[j]->name, lv->name);
	}
	return RC_OK;
}

/* Nothing is removed before all may be. */
static int check_volumes(const struct storage *st, const struct vg_reduction *o,
			 const struct lvm_vg *vg, const struct chosen *c)
{
	const struct lvm_lv *lv;
	char *why;
	size_t i;
	int rc = c->nr == vg->pvs ? RC_OK : check_hidden(st, c);

	for (i = 0; !rc && i < st->lvm.nr_lvs; i++) {
		lv = &st->lvm.lvs[i];
		if (!goes(st, vg, c, lv))
			continue;
		if (o->with_volumes) {
			rc = lv_check_remove(st, lv);
			continue;
		}
		why = xasprintf("has logical volume %s.  Specify the -%s flag", lv->name, o->flag);
		rc = err_say(ERR_PV_PARTITIONS, c->list[0]->name, why);
		free(why);
	}
	return rc;
}

/* Do something with each volume that goes, until it fails. */
static int for_volumes(const struct storage *st, const struct lvm_vg *vg, const struct chosen *c,
		       int (*what)(const struct storage *st, const struct lvm_lv *lv))
{
	size_t i;
	int rc = RC_OK;

	for (i = 0; !rc && i < st->lvm.nr_lvs; i++)
		if (goes(st, vg, c, &st->lvm.lvs[i]))
			rc = what(st, &st->lvm.lvs[i]);
	return rc;
}

static int remove_disks(const struct storage *st, const struct lvm_vg *vg,
			const struct chosen *c)
{
	struct argv a = { .words = NULL };
	size_t i;
	int rc;

	if (c->nr == vg->pvs)
		return LVM_CHANGE(&st->lvm, vg->name, "vgremove", "--quiet", vg->name);
	ARGV_ADD(&a, "vgreduce", "--quiet", vg->name);
	for (i = 0; i < c->nr; i++)
		argv_add(&a, c->list[i]->lvm->path);
	rc = lvm_change_argv(&st->lvm, vg->name, &a);
	argv_free(&a);
	return rc;
}

/* The group and the disks that are to go, if they may; *c is to be freed in any case. */
static const struct lvm_vg *check_reduction(const struct storage *st, const struct vg_reduction *o,
					    struct chosen *c, int *rc)
{
	const struct lvm_vg *vg = vg_to_change(st, o->vg, rc);

	c->list = NULL;
	if (!*rc)
		*rc = choose(st, &o->pvs, c);
	if (!*rc)
		*rc = check_members(st, vg, c);
	if (!*rc)
		*rc = check_volumes(st, o, vg, c);
	return vg;
}

int vg_reduce(struct storage *st, const struct vg_reduction *o, bool *gone)
{
	const struct lvm_vg *vg;
	struct chosen c;
	int rc;

	vg = check_reduction(st, o, &c, &rc);
	if (!rc && o->asked)
		rc = for_volumes(st, vg, &c, lv_check_confirmed);
	if (!rc)
		rc = for_volumes(st, vg, &c, lv_remove);
	if (!rc)
		rc = remove_disks(st, vg, &c);
	*gone = !rc && c.nr == vg->pvs;
	free(c.list);
	return rc;
}

static struct vg_reduction reduction(const struct options *o)
{
	return (struct vg_reduction){
		.vg = o->words.v[0],
		.pvs = words_after(&o->words, 1),
		.with_volumes = o->rmlv,
		.asked = o->rmlv && !o->f,
		.flag = "rmlv",
	};
}

static int confirm(struct storage *st, const void *options)
{
	const struct vg_reduction what = reduction(options);
	const struct lvm_vg *vg;
	struct chosen c;
	int rc;

	vg = check_reduction(st, &what, &c, &rc);
	if (!rc)
		rc = for_volumes(st, vg, &c, lv_confirm);
	free(c.list);
	return rc;
}

static int ask(struct session *s, const void *options)
{
	const struct options *o = options;

	return o->rmlv && !o->f ? storage_work(s, confirm, o) : RC_OK;
}

static int reduce(struct storage *st, const void *options)
{
	const struct vg_reduction what = reduction(options);
	bool gone = false;
	int rc = vg_reduce(st, &what, &gone);

	if (gone)
		puts("ldeletepv: Volume Group deleted since it contains no physical volumes.");
	return rc;
}

const struct verb verb_reducevg = {
	.name = "reducevg",
	.group = "Volume Group Commands",
	.summary = "Removes physical volumes from a volume group, and the group with the last.",
	.usage = "reducevg [-f] [-rmlv] VolumeGroup PhysicalVolume ...",
	.flags = reducevg_flags,
	.operands = VG_AND_PVS,
	.options = sizeof(struct options),
	.ask = ask,
	.work = reduce,
	.run = storage_verb,
};
