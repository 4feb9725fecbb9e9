// SPDX-License-Identifier: GPL-2.0
/* activatevg, deactivatevg, importvg, exportvg, chvg: the state of a volume group. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "pool.h"
#include "util.h"

struct options {
	const char *vg;
	const char *autoon;
	bool unlock;
	struct words words;
};

#define ONE_VG	(&(const struct operands){ \
	offsetof(struct options, words), 1, 1, "VolumeGroup", HINT_VG })

static const struct flag no_flags[] = { { .name = NULL } };

/* --- activatevg, deactivatevg --- */

static int activate(struct storage *st, const void *options)
{
	const struct options *o = options;
	int rc;

	if (!lvm_vg_find(&st->lvm, o->words.v[0], &rc))
		return rc;
	return LVM_CHANGE(&st->lvm, o->words.v[0], "vgchange", "--quiet", "--activate", "y",
			  o->words.v[0]);
}

const struct verb verb_activatevg = {
	.name = "activatevg",
	.group = "Volume Group Commands",
	.summary = "Activates a volume group.",
	.usage = "activatevg VolumeGroup",
	.flags = no_flags,
	.operands = ONE_VG,
	.options = sizeof(struct options),
	.work = activate,
	.run = storage_verb,
};

static int check_closed(const struct storage *st, const char *vg)
{
	const struct lvm_lv *lv;
	char why[512];
	size_t i;

	for (i = 0; i < st->lvm.nr_lvs; i++) {
		lv = &st->lvm.lvs[i];
		if (!lv->hidden && !strcmp(lv->vg, vg) && lv_in_use(st, lv, why, sizeof(why)))
			return err_say(ERR_VG_OPEN, vg, why);
	}
	return RC_OK;
}

static int deactivate(struct storage *st, const void *options)
{
	const struct options *o = options;
	int rc;

	vg_to_change(st, o->words.v[0], &rc);
	if (!rc)
		rc = check_closed(st, o->words.v[0]);
	if (rc)
		return rc;
	return LVM_CHANGE(&st->lvm, o->words.v[0], "vgchange", "--quiet", "--activate", "n",
			  o->words.v[0]);
}

const struct verb verb_deactivatevg = {
	.name = "deactivatevg",
	.group = "Volume Group Commands",
	.summary = "Deactivates a volume group.",
	.usage = "deactivatevg VolumeGroup",
	.flags = no_flags,
	.operands = ONE_VG,
	.options = sizeof(struct options),
	.work = deactivate,
	.run = storage_verb,
};

/* --- exportvg, importvg --- */

static int export(struct storage *st, const void *options)
{
	const struct options *o = options;
	const char *vg = o->words.v[0];
	size_t i;
	int rc;

	vg_to_change(st, vg, &rc);
	for (i = 0; !rc && i < st->lvm.nr_lvs; i++)
		if (st->lvm.lvs[i].dev && !strcmp(st->lvm.lvs[i].vg, vg))
			rc = err_say(ERR_VG_ACTIVE, vg, NULL);
	return rc ? rc : LVM_CHANGE(&st->lvm, vg, "vgexport", "--quiet", vg);
}

const struct verb verb_exportvg = {
	.name = "exportvg",
	.group = "Volume Group Commands",
	.summary = "Exports a volume group, so that another server can import it.",
	.usage = "exportvg VolumeGroup",
	.flags = no_flags,
	.operands = ONE_VG,
	.options = sizeof(struct options),
	.work = export,
	.run = storage_verb,
};

static const struct flag importvg_flags[] = {
	{ "vg", FLAG_VALUE, offsetof(struct options, vg), 0, HINT_NONE, NULL },
	{ .name = NULL }
};

/* What fails after the first step is taken back. */
static int import_as(const struct storage *st, const char *old, const char *name)
{
	bool rename = strcmp(old, name);
	int rc = RC_OK;

	if (rename)
		rc = LVM_CHANGE(&st->lvm, old, "vgrename", "--quiet", old, name);
	if (rc)
		return rc;
	rc = LVM_CHANGE(&st->lvm, name, "vgimport", "--quiet", name);
	if (rc)
		goto undo_name;
	rc = LVM_CHANGE(&st->lvm, name, "vgchange", "--quiet", "--addtag", LVM_OWN_TAG, name);
	if (rc)
		goto undo_import;
	rc = LVM_CHANGE(&st->lvm, name, "vgchange", "--quiet", "--activate", "y", name);
	if (rc)
		goto undo_import;
	puts(name);
	return RC_OK;

undo_import:
	LVM_CHANGE(&st->lvm, name, "vgchange", "--quiet", "--activate", "n", name);
	LVM_CHANGE(&st->lvm, name, "vgexport", "--quiet", name);
undo_name:
	if (rename)
		LVM_CHANGE(&st->lvm, name, "vgrename", "--quiet", name, old);
	return rc;
}

static int import(struct storage *st, const void *options)
{
	const struct options *o = options;
	const struct lvm_vg *vg;
	const struct pv *pv;
	int rc;

	pv = pv_find(st, o->words.v[0], &rc);
	if (!pv)
		return rc;
	vg = pv->lvm ? lvm_vg(&st->lvm, pv->lvm->vg) : NULL;
	if (!vg)
		return err_say(ERR_PV_NOT_EXPORTED, pv->name, "it has no group at all");
	if (!vg->exported)
		return err_say(ERR_PV_NOT_EXPORTED, pv->name, vg->name);
	if (o->vg && strcmp(o->vg, vg->name))
		rc = storage_name_check(st, o->vg);
	if (!rc)
		rc = pools_check_import(st, vg->name);
	return rc ? rc : import_as(st, vg->name, o->vg ? o->vg : vg->name);
}

const struct verb verb_importvg = {
	.name = "importvg",
	.group = "Volume Group Commands",
	.summary = "Imports the volume group that is on a physical volume, and activates it.",
	.usage = "importvg [-vg NewVolumeGroup] PhysicalVolume",
	.flags = importvg_flags,
	.operands = &(const struct operands){
		offsetof(struct options, words), 1, 1, "PhysicalVolume", HINT_PV
	},
	.options = sizeof(struct options),
	.work = import,
	.run = storage_verb,
};

/* --- chvg --- */

enum { GROUP_WHAT = 1 };

static const struct flag chvg_flags[] = {
	{ "unlock", FLAG_SWITCH, offsetof(struct options, unlock), GROUP_WHAT, HINT_NONE, NULL },
	{ "auto", FLAG_VALUE, offsetof(struct options, autoon), GROUP_WHAT, HINT_NONE, "yes no" },
	{ .name = NULL }
};

/*
 * LVM's locks end with the program that has them, so there is none to take away: the
 * check of the group waits for its lock and shows that it can be had.
 */
static int change(struct storage *st, const void *options)
{
	const struct options *o = options;
	const char *vg = o->words.v[0];
	int rc;

	vg_to_change(st, vg, &rc);
	if (rc)
		return rc;
	if (o->unlock)
		return LVM_CHANGE(&st->lvm, vg, "vgck", "--quiet", vg);
	return LVM_CHANGE(&st->lvm, vg, "vgchange", "--quiet", "--setautoactivation",
			  !strcmp(o->autoon, "yes") ? "y" : "n", vg);
}

static int chvg_check(const struct verb *verb, const void *options)
{
	const struct options *o = options;

	if (o->autoon && strcmp(o->autoon, "yes") && strcmp(o->autoon, "no"))
		return args_refuse(verb, ERR_VALUE, o->autoon, "it is neither yes nor no");
	return RC_OK;
}

const struct verb verb_chvg = {
	.name = "chvg",
	.group = "Volume Group Commands",
	.summary = "Unlocks a volume group, or sets whether it is activated at boot.",
	.usage =
	"chvg -unlock VolumeGroup\n"
	"chvg -auto {yes | no} VolumeGroup  (an addition)",
	.required = 1u << GROUP_WHAT,
	.flags = chvg_flags,
	.operands = ONE_VG,
	.options = sizeof(struct options),
	.check = chvg_check,
	.work = change,
	.run = storage_verb,
};
