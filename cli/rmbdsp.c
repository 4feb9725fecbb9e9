// SPDX-License-Identifier: GPL-2.0
/* rmbdsp: take a backing device of a storage pool away from its clients, and remove it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bd.h"
#include "defined.h"
#include "err.h"
#include "util.h"

struct options {
	const char *sp;
	const char *bd;
	const char *vtd;
	bool savebd;
	bool f;
};

enum { GROUP_WHICH = 1 };

static const struct flag flags[] = {
	{ "sp", FLAG_VALUE, offsetof(struct options, sp), 0, HINT_POOL, NULL },
	{ "bd", FLAG_VALUE, offsetof(struct options, bd), GROUP_WHICH, HINT_BD, NULL },
	{ "vtd", FLAG_VALUE, offsetof(struct options, vtd), GROUP_WHICH, HINT_VTD, NULL },
	{ "savebd", FLAG_SWITCH, offsetof(struct options, savebd), 0, HINT_NONE, NULL },
	{ "f", FLAG_SWITCH, offsetof(struct options, f), 0, HINT_NONE, NULL },
	{ .name = NULL }
};

/* --- finding --- */

static bool has(const struct storage *st, const struct bd *bd, const struct vtd *v)
{
	const struct vtd *other;
	size_t at = 0;

	do {
		other = bd_vtd(st, bd, &at);
	} while (other && other != v);
	return other;
}

static bool find_in(const struct storage *st, const struct pool *p, const struct vtd *v,
		    struct bd *bd)
{
	struct bds bds;
	bool found = false;
	size_t i;

	bds_read(st, p, &bds);
	for (i = 0; !found && i < bds.nr; i++) {
		found = has(st, &bds.list[i], v);
		*bd = bds.list[i];
	}
	bds_free(&bds);
	return found;
}

/* Without -sp in any pool. */
static bool find_anywhere(const struct storage *st, const struct vtd *v, struct pool *p,
			  struct bd *bd)
{
	size_t i;

	for (i = 0; i < st->lvm.nr_vgs; i++)
		if (!st->lvm.vgs[i].exported && !pool_find(st, st->lvm.vgs[i].name, p) &&
		    find_in(st, p, v, bd))
			return true;
	for (i = 0; i < st->lvm.nr_lvs; i++)
		if (!strcmp(st->lvm.lvs[i].use, LVM_USE_POOL) &&
		    pool_of_lv(st, &st->lvm.lvs[i], p) && find_in(st, p, v, bd))
			return true;
	return false;
}

static int find_by_vtd(const struct storage *st, const struct options *o, struct pool *p,
		       struct bd *bd)
{
	const struct session *s = st->session;
	const struct vtd *v = model_vtd(&s->model, o->vtd);
	int rc = RC_OK;
	bool found;

	if (!v || model_vtd_partition(&s->model, v) != s->self->id)
		return err_say(ERR_NO_VTD, o->vtd, NULL);
	if (v->type == VSCSI_VTD_OPTICAL)
		return err_say(ERR_BD_DRIVE, o->vtd, NULL);
	if (o->sp)
		rc = pool_find(st, o->sp, p);
	if (rc)
		return rc;
	found = o->sp ? find_in(st, p, v, bd) : find_anywhere(st, v, p, bd);
	return found ? RC_OK : err_say(ERR_BD_NO_POOL, o->vtd, o->sp ? o->sp : "of any name");
}

static int find(const struct storage *st, const struct options *o, struct pool *p,
		struct bd *bd)
{
	int rc;

	if (o->vtd)
		return find_by_vtd(st, o, p, bd);
	rc = pool_find(st, o->sp, p);
	return rc ? rc : bd_find(st, p, o->bd, bd);
}

/* --- checking --- */

/* Whether a mapping goes: with -vtd that one, with -bd all of this server. */
static bool goes(const struct storage *st, const struct options *o, const struct vtd *v)
{
	const struct session *s = st->session;

	if (o->vtd)
		return !strcmp(v->name, o->vtd);
	return v->type != VSCSI_VTD_OPTICAL &&
	       model_vtd_partition(&s->model, v) == s->self->id;
}

/* What has a mapping that stays, stays too. */
static int check_others(const struct storage *st, const struct options *o, const struct bd *bd)
{
	const struct vtd *v;
	size_t at = 0;

	while ((v = bd_vtd(st, bd, &at)))
		if (!goes(st, o, v))
			return err_say(ERR_BD_BUSY, bd->name, v->name);
	return RC_OK;
}

static int check_volume(const struct storage *st, const struct bd *bd)
{
	bool mapped = false, closed = true;
	const struct vtd *v;
	size_t at = 0;
	int rc;

	vg_to_change(st, bd->lv->vg, &rc);
	if (rc)
		return rc;
	while ((v = bd_vtd(st, bd, &at))) {
		mapped = true;
		closed &= v->state == VTD_DEFINED;
	}
	return mapped ? lv_check_unmap(st, bd->lv, closed) : lv_check_remove(st, bd->lv);
}

/* Without the backing device there must be a mapping to remove. */
static int check_mapped(const struct storage *st, const struct options *o, const struct bd *bd)
{
	const struct vtd *v;
	size_t at = 0;

	while ((v = bd_vtd(st, bd, &at)))
		if (goes(st, o, v))
			return RC_OK;
	return err_say(ERR_NO_MAPPING, bd->name, NULL);
}

static int check(const struct storage *st, const struct options *o, const struct bd *bd)
{
	int rc;

	if (o->savebd)
		return check_mapped(st, o, bd);
	rc = check_others(st, o, bd);
	if (!rc)
		rc = pool_check_unwanted(st, bd->pool, bd->name);
	return rc || !bd->lv ? rc : check_volume(st, bd);
}

/* --- the verb --- */

static int unmap(const struct storage *st, const struct options *o, const struct bd *bd)
{
	const struct vtd *v;
	size_t at = 0;
	int rc;

	while ((v = bd_vtd(st, bd, &at))) {
		if (!goes(st, o, v))
			continue;
		rc = vtd_delete(&st->session->model, v, o->f);
		if (rc)
			return rc;
		printf("%s deleted\n", v->name);
	}
	return RC_OK;
}

static int remove_bd(struct storage *st, const void *options)
{
	const struct options *o = options;
	struct pool p;
	struct bd bd;
	int rc;

	rc = find(st, o, &p, &bd);
	if (!rc)
		rc = check(st, o, &bd);
	if (rc)
		return rc;
	run_block_signals();
	rc = unmap(st, o, &bd);
	return rc || o->savebd ? rc : bd_remove(st, &bd);
}

const struct verb verb_rmbdsp = {
	.name = "rmbdsp",
	.group = "Storage Pool Commands",
	.summary = "Removes a backing device of a storage pool, and its mappings.",
	.usage =
	"rmbdsp [-sp StoragePool] {-bd BackingDevice | -vtd VirtualTargetDevice}\n"
	"\t[-savebd] [-f]",
	.required = 1u << GROUP_WHICH,
	.flags = flags,
	.options = sizeof(struct options),
	.work = remove_bd,
	.run = storage_verb,
};
