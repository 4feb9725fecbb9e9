// SPDX-License-Identifier: GPL-2.0
/* rmlv and chlv: remove logical volumes; give one another name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "lv.h"
#include "util.h"

struct options {
	bool f;
	const char *lv;
	struct words lvs;
};

/* --- rmlv --- */

static const struct flag rmlv_flags[] = {
	{ "f", FLAG_SWITCH, offsetof(struct options, f), 0, HINT_NONE, NULL },
	{ .name = NULL }
};

/* All are looked at before anything is asked or removed. */
static int check_all(const struct storage *st, const struct options *o)
{
	const struct lvm_lv *lv;
	int i, j, rc = RC_OK;

	for (i = 0; !rc && i < o->lvs.nr; i++) {
		lv = lvm_lv_find(&st->lvm, o->lvs.v[i], &rc);
		if (!rc)
			vg_to_change(st, lv->vg, &rc);
		if (!rc)
			rc = lv_check_remove(st, lv);
		for (j = 0; !rc && j < i; j++)
			if (lvm_lv_find(&st->lvm, o->lvs.v[j], &rc) == lv)
				rc = err_say(ERR_TWICE, lv->name, NULL);
	}
	return rc;
}

static int confirm_all(struct storage *st, const void *options)
{
	const struct options *o = options;
	int i, rc = check_all(st, o);

	for (i = 0; !rc && i < o->lvs.nr; i++)
		rc = lv_confirm(st, lvm_lv_find(&st->lvm, o->lvs.v[i], &rc));
	return rc;
}

static int ask(struct session *s, const void *options)
{
	const struct options *o = options;

	return o->f ? RC_OK : storage_work(s, confirm_all, o);
}

static int remove_all(struct storage *st, const void *options)
{
	const struct options *o = options;
	int i, rc = check_all(st, o);

	for (i = 0; !rc && !o->f && i < o->lvs.nr; i++)
		rc = lv_check_confirmed(st, lvm_lv_find(&st->lvm, o->lvs.v[i], &rc));
	for (i = 0; !rc && i < o->lvs.nr; i++)
		rc = lv_remove(st, lvm_lv_find(&st->lvm, o->lvs.v[i], &rc));
	return rc;
}

const struct verb verb_rmlv = {
	.name = "rmlv",
	.group = "Logical Volume Commands",
	.summary = "Removes logical volumes.",
	.usage = "rmlv [-f] LogicalVolume ...",
	.flags = rmlv_flags,
	.operands = &(const struct operands){
		offsetof(struct options, lvs), 1, 1024, "LogicalVolume", HINT_LV
	},
	.options = sizeof(struct options),
	.ask = ask,
	.work = remove_all,
	.run = storage_verb,
};

/* --- chlv --- */

enum { GROUP_NAME = 1 };

static const struct flag chlv_flags[] = {
	{ "lv", FLAG_VALUE, offsetof(struct options, lv), GROUP_NAME, HINT_NONE, NULL },
	{ .name = NULL }
};

static int rename_one(struct storage *st, const void *options)
{
	const struct options *o = options;
	const struct lvm_lv *lv;
	int rc;

	lv = lvm_lv_find(&st->lvm, o->lvs.v[0], &rc);
	return rc ? rc : lv_rename(st, lv, o->lv);
}

const struct verb verb_chlv = {
	.name = "chlv",
	.group = "Logical Volume Commands",
	.summary = "Gives a logical volume another name.",
	.usage = "chlv -lv NewLogicalVolume LogicalVolume",
	.required = 1u << GROUP_NAME,
	.flags = chlv_flags,
	.operands = &(const struct operands){
		offsetof(struct options, lvs), 1, 1, "LogicalVolume", HINT_LV
	},
	.options = sizeof(struct options),
	.work = rename_one,
	.run = storage_verb,
};
