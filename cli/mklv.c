// SPDX-License-Identifier: GPL-2.0
/* mklv and extendlv: make a logical volume; make it larger. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "lv.h"
#include "name.h"
#include "util.h"

struct options {
	const char *lv;
	const char *prefix;
	const char *type;
	bool mirror;
	struct words words;		/* group or volume, size, physical volumes */
};

enum { GROUP_NAME = 1 };

static const struct flag mklv_flags[] = {
	{ "lv", FLAG_VALUE, offsetof(struct options, lv), GROUP_NAME, HINT_NONE, NULL },
	{ "prefix", FLAG_VALUE, offsetof(struct options, prefix), GROUP_NAME, HINT_NONE, NULL },
	{ "type", FLAG_VALUE, offsetof(struct options, type), 0, HINT_NONE,
	  "jfs jfs2 jfslog jfs2log boot paging raw" },
	{ "mirror", FLAG_SWITCH, offsetof(struct options, mirror), 0, HINT_NONE, NULL },
	{ .name = NULL }
};

/* --- mklv --- */

static int choose_name(const struct storage *st, const struct options *o, char *name,
		       size_t size)
{
	if (!o->lv)
		return storage_name_make(st, o->prefix ? o->prefix : "lv", name, size);
	str_copy(name, size, o->lv);
	return storage_name_check(st, o->lv);
}

static int make(struct storage *st, const void *options)
{
	const struct options *o = options;
	const struct verb *verb = st->session->verb;
	const struct words pvs = words_after(&o->words, 2);
	struct argv paths = { .words = NULL };
	char name[NAME_MAX + 1];
	const struct lvm_vg *vg;
	struct lv_new n = {
		.vg = o->words.v[0],
		.name = name,
		.type = o->type ? o->type : "jfs",
		.mirror = o->mirror,
		.pvs = &paths,
	};
	int rc;

	vg = vg_to_change(st, o->words.v[0], &rc);
	if (!rc)
		rc = lv_parse_size(verb, o->words.v[1], vg, &n.extents);
	if (!rc)
		rc = choose_name(st, o, name, sizeof(name));
	if (!rc && o->type)
		rc = name_check_storage(o->type);
	if (!rc)
		rc = lv_choose_pvs(st, vg, &pvs, &paths);
	if (!rc)
		rc = lv_check_space(st, vg, &pvs, n.extents, o->mirror ? 2 : 1);
	if (!rc)
		rc = lv_create(st, &n);
	if (!rc)
		puts(name);
	argv_free(&paths);
	return rc;
}

const struct verb verb_mklv = {
	.name = "mklv",
	.group = "Logical Volume Commands",
	.summary = "Creates a logical volume.",
	.usage =
	"mklv [-mirror] [-lv NewLogicalVolume | -prefix Prefix] [-type Type]\n"
	"\tVolumeGroup Size [PhysicalVolume ...]",
	.flags = mklv_flags,
	.operands = &(const struct operands){
		offsetof(struct options, words), 2, 1024, "VolumeGroup Size PhysicalVolume",
		HINT_VG
	},
	.options = sizeof(struct options),
	.work = make,
	.run = storage_verb,
};

/* --- extendlv --- */

static int extend(struct storage *st, const void *options)
{
	const struct options *o = options;
	const struct words pvs = words_after(&o->words, 2);
	struct argv paths = { .words = NULL };
	const struct lvm_vg *vg = NULL;
	const struct lvm_lv *lv;
	uint64_t extents = 0;
	int rc;

	lv = lvm_lv_find(&st->lvm, o->words.v[0], &rc);
	if (!rc)
		vg = vg_to_change(st, lv->vg, &rc);
	if (!rc)
		rc = lv_parse_size(st->session->verb, o->words.v[1], vg, &extents);
	if (!rc)
		rc = lv_choose_pvs(st, vg, &pvs, &paths);
	if (!rc)
		rc = lv_check_space(st, vg, &pvs, extents, lv->copies);
	if (!rc)
		rc = lv_grow(st, lv, extents, &paths);
	argv_free(&paths);
	return rc;
}

const struct verb verb_extendlv = {
	.name = "extendlv",
	.group = "Logical Volume Commands",
	.summary = "Makes a logical volume larger.",
	.usage = "extendlv LogicalVolume Size [PhysicalVolume ...]",
	.flags = (const struct flag[]){ { .name = NULL } },
	.operands = &(const struct operands){
		offsetof(struct options, words), 2, 1024, "LogicalVolume Size PhysicalVolume",
		HINT_LV
	},
	.options = sizeof(struct options),
	.work = extend,
	.run = storage_verb,
};
