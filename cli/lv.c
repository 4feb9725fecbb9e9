// SPDX-License-Identifier: GPL-2.0
/* Making, growing and removing logical volumes, and room for them. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backing.h"
#include "err.h"
#include "lv.h"
#include "util.h"

/* --- making --- */

static void add_paths(struct argv *a, const struct argv *paths)
{
	if (paths && paths->nr)
		argv_add_all(a, (const char *const *)paths->words);
}

int lv_create(const struct storage *st, const struct lv_new *n)
{
	char *number = xasprintf("%" PRIu64, n->extents);
	char *tag = xasprintf("vscsi.type=%s", n->type);
	struct argv a = { .words = NULL };
	int rc;

	ARGV_ADD(&a, "lvcreate", "--yes", "--quiet", "--name", n->name, "--extents", number,
		 "--addtag", tag);
	if (n->mirror)
		ARGV_ADD(&a, "--type", "raid1", "--mirrors", "1");
	else
		ARGV_ADD(&a, "--type", "linear");
	argv_add(&a, n->vg);
	add_paths(&a, n->pvs);
	rc = lvm_change_argv(&st->lvm, n->name, &a);
	argv_free(&a);
	free(tag);
	free(number);
	return rc;
}

int lv_grow(const struct storage *st, const struct lvm_lv *lv, uint64_t extents,
	    const struct argv *pvs)
{
	char *number = xasprintf("+%" PRIu64, extents);
	char *full = xasprintf("%s/%s", lv->vg, lv->name);
	struct argv a = { .words = NULL };
	int rc;

	ARGV_ADD(&a, "lvextend", "--yes", "--quiet");
	if (lv->use[0])
		argv_add(&a, "--resizefs");
	ARGV_ADD(&a, "--extents", number, full);
	add_paths(&a, pvs);
	rc = lvm_change_argv(&st->lvm, lv->name, &a);
	argv_free(&a);
	free(full);
	free(number);
	return rc;
}

/*
 * What is Defined has its volume closed, and so has what has become so since the model was read.
 * In a group that is not active the volume has no device.
 */
static bool is_wanted(const struct storage *st, const struct lvm_lv *lv, char *why, size_t size)
{
	const struct model *m = &st->session->model;
	struct backing b = { .dev = lv->dev };
	char *path = xasprintf("/dev/%s/%s", lv->vg, lv->name);
	const struct vtd *v, *found = NULL;

	for (v = m->vtds; v < m->vtds + m->nr_vtds; v++)
		if ((lv->dev && backing_is(&b, v)) || !strcmp(v->path, path))
			found = v;
	if (found)
		snprintf(why, size, "%s is that of virtual target device %s%s", lv->name,
			 found->name, found->state == VTD_DEFINED ? ", which is Defined" : "");
	free(path);
	return found;
}

/* A mapping knows its backing device by name, so an open volume keeps it. */
int lv_rename(const struct storage *st, const struct lvm_lv *lv, const char *name)
{
	char why[512];
	int rc;

	vg_to_change(st, lv->vg, &rc);
	if (!rc)
		rc = storage_name_check(st, name);
	if (!rc && (lv_in_use(st, lv, why, sizeof(why)) || is_wanted(st, lv, why, sizeof(why))))
		rc = err_say(ERR_LV_NOT_CLOSED, lv->name, why);
	if (!rc)
		rc = lv_check_plain(lv);
	if (rc)
		return rc;
	return LVM_CHANGE(&st->lvm, lv->name, "lvrename", "--quiet", lv->vg, lv->name, name);
}

/* --- removing --- */

/* LVM would take snapshots and thin volumes away together with what they need. */
int lv_check_dependents(const struct storage *st, const struct lvm_lv *lv)
{
	const struct lvm_lv *other;
	size_t i;

	for (i = 0; i < st->lvm.nr_lvs; i++) {
		other = &st->lvm.lvs[i];
		if (!strcmp(other->origin, lv->id) || !strcmp(other->pool, lv->id))
			return err_say(ERR_LV_DEPENDENTS, lv->name, other->name);
	}
	return RC_OK;
}

/* Of a volume that is mapped it can't be told who else has it open. */
int lv_check_unmap(const struct storage *st, const struct lvm_lv *lv, bool closed)
{
	if (closed && lv->open)
		return err_say(ERR_LV_OPEN, lv->name,
			       "another program has opened it, while what is mapped is Defined");
	return lv_check_dependents(st, lv);
}

int lv_check_plain(const struct lvm_lv *lv)
{
	if (!strcmp(lv->use, LVM_USE_POOL))
		return err_say(ERR_LV_FILES, lv->name, "a storage pool, which rmsp removes");
	if (!strcmp(lv->use, LVM_USE_MEDIA))
		return err_say(ERR_LV_FILES, lv->name, "the media repository, which rmrep removes");
	return RC_OK;
}

int lv_check_remove(const struct storage *st, const struct lvm_lv *lv)
{
	char why[512];
	int rc;

	if (lv_in_use(st, lv, why, sizeof(why)) || is_wanted(st, lv, why, sizeof(why)))
		return err_say(ERR_LV_OPEN, lv->name, why);
	rc = lv_check_plain(lv);
	return rc ? rc : lv_check_dependents(st, lv);
}

int lv_confirm(const struct storage *st, const struct lvm_lv *lv)
{
	const char *verb = st->session->verb->name;
	char answer[16];

	printf("Warning, all data contained on logical volume %s will be destroyed.\n"
	       "%s: Do you wish to continue? y(es) n(o)? ", lv->name, verb);
	fflush(stdout);
	if (!fgets(answer, sizeof(answer), stdin))
		answer[0] = '\0';
	answer[strcspn(answer, "\n")] = '\0';
	if (strcasecmp(answer, "y") && strcasecmp(answer, "yes"))
		return err_say(ERR_NOT_CONFIRMED, verb, NULL);
	argv_add(&st->session->confirmed, lv->id);
	return RC_OK;
}

/* Others may have made one, or another of its name, while the user was asked. */
int lv_check_confirmed(const struct storage *st, const struct lvm_lv *lv)
{
	const struct argv *ids = &st->session->confirmed;
	size_t i;

	for (i = 0; i < ids->nr; i++)
		if (!strcmp(ids->words[i], lv->id))
			return RC_OK;
	return err_say(ERR_LV_NEW, lv->name, st->session->verb->name);
}

int lv_unmake(const struct storage *st, const char *vg, const char *name)
{
	char *full = xasprintf("%s/%s", vg, name);
	int rc = LVM_CHANGE(&st->lvm, name, "lvremove", "--yes", "--quiet", full);

	free(full);
	return rc;
}

int lv_remove(const struct storage *st, const struct lvm_lv *lv)
{
	int rc = lv_unmake(st, lv->vg, lv->name);

	if (!rc)
		printf("rmlv: Logical volume %s is removed.\n", lv->name);
	return rc;
}

/* --- sizes --- */

/* Bytes, or partitions where there is no unit. */
static int parse_number(const char *word, uint64_t extent_size, uint64_t *bytes)
{
	size_t digits = strspn(word, "0123456789");
	char unit = tolower((unsigned char)word[digits]);
	uint64_t scale = extent_size, v;
	char *number;
	int err;

	if (unit && (word[digits + 1] || !strchr("bmg", unit)))
		return -EINVAL;
	if (unit)
		scale = unit == 'b' ? 512 : unit == 'm' ? 1 << 20 : 1 << 30;
	number = xasprintf("%.*s", (int)digits, word);
	/* A number that begins with 0 is no octal one. */
	err = parse_u64(number + strspn(number, "0"), UINT64_MAX / scale, &v);
	free(number);
	if (!err)
		*bytes = v * scale;
	return err;
}

int lv_parse_size(const struct verb *verb, const char *word, const struct lvm_vg *vg,
		  uint64_t *extents)
{
	uint64_t bytes;
	int err = parse_number(word, vg->extent_size, &bytes);

	if (err == -ERANGE || (!err && bytes > UINT64_MAX - vg->extent_size))
		return args_refuse(verb, ERR_VALUE, word, "it is too large");
	if (err)
		return args_refuse(verb, ERR_VALUE, word,
				   "a size is like 512M, 20G or a number of partitions, and not 0");
	*extents = (bytes + vg->extent_size - 1) / vg->extent_size;
	return RC_OK;
}

/* --- room --- */

static bool is_named(const struct storage *st, const struct words *names, const struct pv *pv)
{
	int i, rc;

	for (i = 0; i < names->nr; i++)
		if (pv_find(st, names->v[i], &rc) == pv)
			return true;
	return !names->nr;
}

int lv_choose_pvs(const struct storage *st, const struct lvm_vg *vg, const struct words *names,
		  struct argv *paths)
{
	const struct pv *pv;
	int i, rc;

	for (i = 0; i < names->nr; i++) {
		pv = pv_find(st, names->v[i], &rc);
		if (!pv)
			return rc;
		if (pv_vg(st, pv) != vg)
			return err_say(ERR_PV_OTHER_VG, pv->name, vg->name);
		argv_add(paths, pv->lvm->path);
	}
	return RC_OK;
}

/* Each copy of a mirrored volume takes one partition more, for its log. */
int lv_check_space(const struct storage *st, const struct lvm_vg *vg, const struct words *names,
		   uint64_t extents, uint64_t copies)
{
	uint64_t total = 0, pvs = 0, left, needed;
	char why[96];
	size_t i;

	for (i = 0; i < st->nr_pvs; i++) {
		if (pv_vg(st, &st->pvs[i]) != vg || !is_named(st, names, &st->pvs[i]))
			continue;
		left = st->pvs[i].lvm->extents - st->pvs[i].lvm->used;
		total += left;
		pvs += left != 0;
	}
	needed = extents > UINT64_MAX / (copies + 1) ? UINT64_MAX : extents * copies;
	if (needed > total) {
		snprintf(why, sizeof(why), "%" PRIu64 " free partitions, %" PRIu64 " are asked for",
			 total, needed);
		return err_say(ERR_LV_SPACE, vg->name, why);
	}
	if (copies > 1 && pvs < copies) {
		snprintf(why, sizeof(why), "%" PRIu64, pvs);
		return err_say(ERR_LV_MIRROR, vg->name, why);
	}
	return RC_OK;
}
