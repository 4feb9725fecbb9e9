// SPDX-License-Identifier: GPL-2.0
/* rmvdev: take a mapping away. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "backing.h"
#include "defined.h"
#include "err.h"
#include "lv.h"
#include "hdisk.h"
#include "save.h"
#include "util.h"
#include "verbs.h"

struct options {
	const char *vdev;
	const char *vtd;
	bool f;
	bool rmlv;
};

enum { GROUP_WHICH = 1 };

static const struct flag flags[] = {
	{ "vdev", FLAG_VALUE, offsetof(struct options, vdev), GROUP_WHICH, HINT_BACKING, NULL },
	{ "vtd", FLAG_VALUE, offsetof(struct options, vtd), GROUP_WHICH, HINT_VTD, NULL },
	{ "f", FLAG_SWITCH, offsetof(struct options, f), 0, HINT_NONE, NULL },
	{ "rmlv", FLAG_SWITCH, offsetof(struct options, rmlv), 0, HINT_NONE, NULL },
	{ .name = NULL }
};

/* VTDs of this server that a run is about. */
struct found {
	const struct vtd **list;
	size_t nr;
};

static void found_add(struct found *found, const struct vtd *v)
{
	found->list = array_grow(found->list, found->nr, sizeof(*found->list));
	found->list[found->nr++] = v;
}

/* The device itself may be gone: its name in the mapping is as good. */
static void find_by_backing(const struct session *s, const char *word, struct found *found)
{
	const struct vtd *v;
	struct backing b;
	bool known = !hdisk_backing(&s->model, word, false, &b);
	char path[VSCSI_BACKING_PATH_MAX + 1];
	size_t i;

	snprintf(path, sizeof(path), "/dev/%s", word);

	for (i = 0; i < s->model.nr_vtds; i++) {
		v = &s->model.vtds[i];
		if (model_vtd_partition(&s->model, v) != s->self->id)
			continue;
		/* A medium comes and goes; the drive is meant by its own name only. */
		if (v->type == VSCSI_VTD_OPTICAL)
			continue;
		if (!strcmp(v->backing, word) || !strcmp(v->path, word) ||
		    !strcmp(v->path, path) || (known && backing_is(&b, v)))
			found_add(found, v);
	}
}

static void find_by_name(const struct session *s, const char *name, struct found *found)
{
	const struct vtd *v = model_vtd(&s->model, name);

	if (v && model_vtd_partition(&s->model, v) == s->self->id)
		found_add(found, v);
}

static int find(const struct session *s, const struct options *o, struct found *found)
{
	if (o->vtd) {
		find_by_name(s, o->vtd, found);
		return found->nr ? RC_OK : err_say(ERR_NO_VTD, o->vtd, NULL);
	}
	find_by_backing(s, o->vdev, found);
	if (!found->nr)
		find_by_name(s, o->vdev, found);
	return found->nr ? RC_OK : err_say(ERR_NO_MAPPING, o->vdev, NULL);
}

static int many(const struct options *o, const struct found *found)
{
	char list[256] = "";
	size_t i, len = 0;

	for (i = 0; i < found->nr && len < sizeof(list); i++)
		len += snprintf(list + len, sizeof(list) - len, "%s%s", i ? ", " : "",
				found->list[i]->name);
	return err_say(ERR_MANY_MAPPINGS, o->vdev, list);
}

/* All are tried; the first failure gives the exit status. */
static int remove_all(const struct session *s, const struct options *o,
		      const struct found *found)
{
	int rc = RC_OK, one;
	size_t i;

	for (i = 0; i < found->nr; i++) {
		one = vtd_delete(&s->model, found->list[i], o->f);
		if (!one)
			printf("%s deleted\n", found->list[i]->name);
		rc = rc ? rc : one;
	}
	return rc;
}

/* --- with the logical volume --- */

static bool is_found(const struct found *found, const struct vtd *v)
{
	size_t i;

	for (i = 0; i < found->nr; i++)
		if (found->list[i] == v)
			return true;
	return false;
}

static int check_other_mappings(const struct session *s, const struct found *found)
{
	const struct vtd *first = found->list[0], *v;
	size_t i;

	for (i = 0; i < s->model.nr_vtds; i++) {
		v = &s->model.vtds[i];
		if (v->type == VSCSI_VTD_LV && v->backing_dev == first->backing_dev &&
		    !is_found(found, v))
			return err_say(ERR_LV_MAPPINGS, first->backing, v->name);
	}
	return RC_OK;
}

static bool all_defined(const struct found *found)
{
	size_t i;

	for (i = 0; i < found->nr; i++)
		if (found->list[i]->state != VTD_DEFINED)
			return false;
	return true;
}

/* The volume behind the mappings, if it may be removed together with them. */
static const struct lvm_lv *check_lv(const struct storage *st, const struct found *found, int *rc)
{
	const struct vtd *v = found->list[0];
	const struct lvm_lv *lv;

	lv = lvm_lv_by_dev(&st->lvm, makedev(v->backing_dev >> 32, v->backing_dev & UINT32_MAX));
	if (v->type != VSCSI_VTD_LV || !lv)
		*rc = err_say(ERR_NOT_AN_LV, v->name, NULL);
	else
		*rc = check_other_mappings(st->session, found);
	if (!*rc)
		vg_to_change(st, lv->vg, rc);
	if (!*rc)
		*rc = lv_check_plain(lv);
	if (!*rc)
		*rc = lv_check_unmap(st, lv, all_defined(found));
	return lv;
}

static int remove_with_lv(struct session *s, const struct options *o,
			  const struct found *found)
{
	const struct lvm_lv *lv = NULL;
	struct storage st;
	int rc;

	rc = storage_read(s, &st);
	if (!rc)
		lv = check_lv(&st, found, &rc);
	if (!rc) {
		run_block_signals();
		rc = remove_all(s, o, found);
	}
	if (!rc)
		rc = lv_remove(&st, lv);
	storage_free(&st);
	return rc;
}

/* It is saved, but could not be restored: there is nothing else to remove. */
static int forget(const struct session *s, const char *name)
{
	int err = save_forget(&s->model, s->self->id, name);

	if (err)
		return err_state(err, name);
	printf("%s deleted\n", name);
	return RC_OK;
}

static int start_and_remove(struct session *s, const struct options *o)
{
	struct found found = { .nr = 0 };
	int rc = session_start(s, ON_VIOS);

	if (!rc && o->vtd && !model_vtd(&s->model, o->vtd) &&
	    save_is_unrestored(s->self->id, o->vtd))
		return forget(s, o->vtd);
	if (!rc)
		rc = find(s, o, &found);
	if (!rc && found.nr > 1 && !o->f)
		rc = many(o, &found);
	if (!rc)
		rc = o->rmlv ? remove_with_lv(s, o, &found) : remove_all(s, o, &found);
	free(found.list);
	return rc;
}

static int rmvdev_run(struct session *s, int argc, char **argv)
{
	struct options o = { .vdev = NULL };
	int rc, lock = -1;

	rc = args_parse(s->verb, argc, argv, &o);
	if (!rc && o.rmlv)
		lock = storage_lock(STORAGE_CHANGES, &rc);
	if (!rc)
		rc = start_and_remove(s, &o);
	if (lock >= 0)
		close(lock);
	return rc;
}

const struct verb verb_rmvdev = {
	.name = "rmvdev",
	.group = "Virtual Device Commands",
	.summary = "Removes the connection between a physical device and its virtual adapter.",
	.usage = "rmvdev [-f] {-vdev TargetDevice | -vtd VirtualTargetDevice} [-rmlv]",
	.required = 1u << GROUP_WHICH,
	.flags = flags,
	.run = rmvdev_run,
};
