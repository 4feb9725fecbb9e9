// SPDX-License-Identifier: GPL-2.0
/* rmvdev: take a mapping away. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backing.h"
#include "err.h"
#include "nl.h"
#include "util.h"
#include "verbs.h"

struct options {
	const char *vdev;
	const char *vtd;
	bool f;
};

enum { GROUP_WHICH = 1 };

static const struct flag flags[] = {
	{ "vdev", FLAG_VALUE, offsetof(struct options, vdev), GROUP_WHICH, HINT_BACKING, NULL },
	{ "vtd", FLAG_VALUE, offsetof(struct options, vtd), GROUP_WHICH, HINT_VTD, NULL },
	{ "f", FLAG_SWITCH, offsetof(struct options, f), 0, HINT_NONE, NULL },
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
	bool known = !backing_find(word, &b);
	size_t i;

	for (i = 0; i < s->model.nr_vtds; i++) {
		v = &s->model.vtds[i];
		if (model_vtd_partition(&s->model, v) != s->self->id)
			continue;
		if (!strcmp(v->backing, word) || (v->path[0] && !strcmp(v->path, word)) ||
		    (known && backing_is(&b, v)))
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
static int remove_all(const struct options *o, const struct found *found)
{
	int rc = RC_OK, one, err;
	size_t i;

	for (i = 0; i < found->nr; i++) {
		err = vnl_vtd_del(found->list[i]->name, o->f);
		one = err ? session_refused(err, found->list[i]->name) : RC_OK;
		if (!one)
			printf("%s deleted\n", found->list[i]->name);
		rc = rc ? rc : one;
	}
	return rc;
}

static int rmvdev_run(struct session *s, int argc, char **argv)
{
	struct options o = { .vdev = NULL };
	struct found found = { .nr = 0 };
	int rc;

	rc = args_parse(s->verb, argc, argv, &o);
	if (!rc)
		rc = session_start(s, ON_VIOS);
	if (!rc)
		rc = find(s, &o, &found);
	if (!rc && found.nr > 1 && !o.f)
		rc = many(&o, &found);
	if (!rc)
		rc = remove_all(&o, &found);
	free(found.list);
	return rc;
}

const struct verb verb_rmvdev = {
	.name = "rmvdev",
	.group = "Virtual Device Commands",
	.summary = "Removes the connection between a physical device and its virtual adapter.",
	.usage = "rmvdev [-f] {-vdev TargetDevice | -vtd VirtualTargetDevice}",
	.required = 1u << GROUP_WHICH,
	.flags = flags,
	.run = rmvdev_run,
};
