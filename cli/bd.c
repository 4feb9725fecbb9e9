// SPDX-License-Identifier: GPL-2.0
/* Backing devices of storage pools: logical volumes of a group, files of a file system. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backing.h"
#include "bd.h"
#include "err.h"
#include "util.h"

/* --- finding --- */

static void add(struct bds *bds, const struct bd *bd)
{
	bds->list = array_grow(bds->list, bds->nr, sizeof(*bd));
	bds->list[bds->nr++] = *bd;
}

static void add_lv(const struct pool *p, const struct lvm_lv *lv, struct bds *bds)
{
	struct bd bd = { .pool = p, .lv = lv, .size = lv->size };

	if (lv->hidden || lv->use[0] || strcmp(lv->vg, p->vg->name))
		return;
	str_copy(bd.name, sizeof(bd.name), lv->name);
	add(bds, &bd);
}

static void add_file(const struct pool *p, const struct pool_file *f, struct bds *bds)
{
	struct bd bd = { .pool = p, .size = f->size };

	str_copy(bd.name, sizeof(bd.name), f->name);
	add(bds, &bd);
}

void bds_read(const struct storage *st, const struct pool *p, struct bds *bds)
{
	struct pool_files files;
	size_t i;

	memset(bds, 0, sizeof(*bds));
	if (!p->lv) {
		for (i = 0; i < st->lvm.nr_lvs; i++)
			add_lv(p, &st->lvm.lvs[i], bds);
		return;
	}
	pool_files_read(p, &files);
	for (i = 0; i < files.nr; i++)
		add_file(p, &files.list[i], bds);
	pool_files_free(&files);
}

void bds_free(struct bds *bds)
{
	free(bds->list);
	memset(bds, 0, sizeof(*bds));
}

int bd_find(const struct storage *st, const struct pool *p, const char *name, struct bd *bd)
{
	struct bds bds;
	bool found = false;
	size_t i;
	int rc = p->lv ? pool_enter(p) : RC_OK;

	if (rc)
		return rc;
	bds_read(st, p, &bds);
	for (i = 0; !found && i < bds.nr; i++) {
		found = !strcmp(bds.list[i].name, name);
		*bd = bds.list[i];
	}
	bds_free(&bds);
	return found ? RC_OK : err_say(ERR_NOT_IN_POOL, name, p->name);
}

const struct vtd *bd_vtd(const struct storage *st, const struct bd *bd, size_t *at)
{
	const struct model *m = &st->session->model;
	struct backing b = { .dev = bd->lv ? bd->lv->dev : 0 };
	const struct vtd *found = NULL;

	if (!bd->lv)
		return pool_file_vtd(st, bd->pool, bd->name, at);
	for (; !found && b.dev && *at < m->nr_vtds; (*at)++)
		if (backing_is(&b, &m->vtds[*at]))
			found = &m->vtds[*at];
	return found;
}

int bd_check_unused(const struct storage *st, const struct bd *bd)
{
	size_t at = 0;
	const struct vtd *v = bd_vtd(st, bd, &at);

	return v ? err_say(ERR_BD_BUSY, bd->name, v->name) : RC_OK;
}

const char *bd_kind(const struct pool *p)
{
	return p->lv ? "file" : "logical volume";
}

char *bd_word(const struct pool *p, const char *name)
{
	return p->lv ? pool_path(p, name) : xasprintf("%s/%s", p->name, name);
}

/* --- making --- */

static int make_file(const struct storage *st, const struct pool *p, const char *name,
		     const char *word, struct bd *bd)
{
	const struct pool_source nothing = { .fd = -1 };
	int rc;

	str_copy(bd->name, sizeof(bd->name), name);
	rc = pool_parse_size(st->session->verb, word, &bd->size);
	if (!rc)
		rc = pool_enter(p);
	if (!rc)
		rc = pool_file_check_name(p, name);
	if (!rc)
		rc = pool_check_unwanted(st, p, name);
	return rc ? rc : pool_file_make(p, name, &nothing, bd->size, false);
}

static int choose_name(const struct storage *st, const char *asked, struct bd *bd)
{
	if (!asked)
		return storage_name_make(st, "lv", bd->name, sizeof(bd->name));
	str_copy(bd->name, sizeof(bd->name), asked);
	return storage_name_check(st, asked);
}

static int make_lv(const struct storage *st, const struct pool *p, const char *name,
		   const char *word, struct bd *bd)
{
	struct lv_new n = { .vg = p->vg->name, .name = bd->name, .type = "jfs" };
	const struct words any = { .given = false };
	int rc;

	vg_to_change(st, p->name, &rc);
	if (!rc)
		rc = lv_parse_size(st->session->verb, word, p->vg, &n.extents);
	if (!rc)
		rc = choose_name(st, name, bd);
	if (!rc)
		rc = lv_check_space(st, p->vg, &any, n.extents, 1);
	return rc ? rc : lv_create(st, &n);
}

int bd_make(const struct storage *st, const struct pool *p, const char *name, const char *size,
	    struct bd *bd)
{
	memset(bd, 0, sizeof(*bd));
	bd->pool = p;
	if (p->lv)
		return make_file(st, p, name, size, bd);
	return make_lv(st, p, name, size, bd);
}

/* --- changing --- */

int bd_unmake(const struct storage *st, const struct bd *bd)
{
	if (bd->pool->lv)
		return pool_file_remove(bd->pool, bd->name);
	return lv_unmake(st, bd->pool->name, bd->name);
}

int bd_remove(const struct storage *st, const struct bd *bd)
{
	int rc;

	if (bd->lv)
		return lv_remove(st, bd->lv);
	rc = pool_file_remove(bd->pool, bd->name);
	if (!rc)
		printf("File \"%s\" removed.\n", bd->name);
	return rc;
}

static int grow_file(const struct storage *st, const struct bd *bd, const char *word)
{
	uint64_t bytes;
	int rc = pool_parse_size(st->session->verb, word, &bytes);

	return rc ? rc : pool_file_grow(bd->pool, bd->name, bytes);
}

int bd_grow(const struct storage *st, const struct bd *bd, const char *size)
{
	const struct words any = { .given = false };
	uint64_t extents;
	int rc;

	if (!bd->lv)
		return grow_file(st, bd, size);
	vg_to_change(st, bd->lv->vg, &rc);
	if (!rc)
		rc = lv_parse_size(st->session->verb, size, bd->pool->vg, &extents);
	if (!rc)
		rc = lv_check_space(st, bd->pool->vg, &any, extents, bd->lv->copies);
	return rc ? rc : lv_grow(st, bd->lv, extents, NULL);
}

int bd_rename(const struct storage *st, const struct bd *bd, const char *name)
{
	int rc = bd_check_unused(st, bd);

	if (rc)
		return rc;
	if (bd->lv)
		return lv_rename(st, bd->lv, name);
	rc = pool_file_check_name(bd->pool, name);
	if (!rc)
		rc = pool_check_unwanted(st, bd->pool, bd->name);
	if (!rc)
		rc = pool_check_unwanted(st, bd->pool, name);
	return rc ? rc : pool_file_rename(bd->pool, bd->name, name);
}
