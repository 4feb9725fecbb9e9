// SPDX-License-Identifier: GPL-2.0
/* rmdev: take devices out of a partition, children first. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "defined.h"
#include "device.h"
#include "err.h"
#include "nl.h"
#include "util.h"
#include "verbs.h"

struct options {
	const char *dev;
	const char *pdev;
	bool recursive;
	bool ucfg;
	bool f;
};

enum { GROUP_WHICH = 1 };

static const struct flag flags[] = {
	{ "dev", FLAG_VALUE, offsetof(struct options, dev), GROUP_WHICH, HINT_DEVICE, NULL },
	{ "pdev", FLAG_VALUE, offsetof(struct options, pdev), GROUP_WHICH, HINT_DEVICE, NULL },
	{ "recursive", FLAG_SWITCH, offsetof(struct options, recursive), 0, HINT_NONE, NULL },
	{ "ucfg", FLAG_SWITCH, offsetof(struct options, ucfg), 0, HINT_NONE, NULL },
	{ "f", FLAG_SWITCH, offsetof(struct options, f), 0, HINT_NONE, NULL },
	{ .name = NULL }
};

static int done(int err, const char *name, const char *word)
{
	if (err)
		return session_refused(err, name);
	printf("%s %s\n", name, word);
	return RC_OK;
}

/* A name that is in use must stay: what is mapped would be mapped as something else. */
static int forget_drive(const struct session *s, const struct device *d)
{
	const struct vtd *v = s->model.vtds;
	int err;

	for (; v < s->model.vtds + s->model.nr_vtds; v++)
		if (!strcmp(v->backing, d->name))
			return err_say(ERR_BUSY, d->name, v->name);
	err = hdisk_forget(&s->model, d->name);
	if (!err)
		err = stored_forget(d->name);
	if (err)
		return err_state(err, "names");
	printf("%s deleted\n", d->name);
	return RC_OK;
}

static int remove_drive(const struct session *s, const struct device *d)
{
	int err;

	if (!d->disk)
		return forget_drive(s, d);
	if (!d->adapter)
		return err_say(ERR_KERNEL, d->name,
			       "it is a device of this machine, not of the managed system");
	err = sysfs_write("1", "class/block/%s/device/delete", d->name);
	return done(err == -EACCES ? -EPERM : err, d->name, "deleted");
}

static int remove_adapter(const struct options *o, const struct device *d)
{
	uint8_t state = o->ucfg ? VSCSI_ADAPTER_DEFINED : VSCSI_ADAPTER_UNKNOWN;
	unsigned int how = o->f ? DEL_FORCE : 0;

	return done(vnl_adapter_set_state(d->adapter, state, how), d->name,
		    o->ucfg ? "Defined" : "deleted");
}

static int remove_vtd(const struct session *s, const struct options *o, const struct device *d)
{
	int rc = o->ucfg ? vtd_unconfigure(&s->model, d->vtd, o->f) :
			   vtd_delete(&s->model, d->vtd, o->f);

	if (!rc)
		printf("%s %s\n", d->name, o->ucfg ? "Defined" : "deleted");
	return rc;
}

static int remove_one(const struct session *s, const struct options *o, const struct device *d)
{
	if (d->class & (CLASS_VHOST | CLASS_VSCSI))
		return remove_adapter(o, d);
	if (d->class == CLASS_VTD)
		return remove_vtd(s, o, d);
	return o->ucfg ? err_say(ERR_NOT_UNCONFIGURABLE, d->name, NULL) : remove_drive(s, d);
}

static int remove_children(const struct session *s, const struct options *o,
			   const struct devices *all, const struct device *parent)
{
	size_t i;
	int rc;

	for (i = 0; i < all->nr; i++) {
		if (strcmp(all->list[i].parent, parent->name))
			continue;
		rc = remove_one(s, o, &all->list[i]);
		if (rc)
			return rc;
	}
	return RC_OK;
}

/*
 * A client's disks go with their adapter; a server's VTDs are made by somebody.  What is Defined
 * may be below what is.
 */
static int children_check(const struct options *o, const struct devices *all,
			  const struct device *parent)
{
	const struct device *d;

	for (d = all->list; d < all->list + all->nr; d++)
		if (d->class == CLASS_VTD && !strcmp(d->parent, parent->name) &&
		    (!o->ucfg || d->vtd->state != VTD_DEFINED))
			return err_say(ERR_CHILDREN, parent->name, d->name);
	return RC_OK;
}

static int remove_device(const struct session *s, const struct options *o,
			 const struct devices *all)
{
	const char *name = o->dev ? o->dev : o->pdev;
	const struct device *d = device_find(all, name);
	int rc = RC_OK;

	if (!d)
		return err_say(ERR_NO_DEVICE, name, NULL);
	if (o->pdev)
		return remove_children(s, o, all, d);
	if (o->recursive && d->class == CLASS_VHOST)
		rc = remove_children(s, o, all, d);
	else
		rc = children_check(o, all, d);
	return rc ? rc : remove_one(s, o, d);
}

static int rmdev_run(struct session *s, int argc, char **argv)
{
	struct options o = { .dev = NULL };
	struct devices all;
	int rc;

	rc = args_parse(s->verb, argc, argv, &o);
	if (!rc)
		rc = session_start(s, ON_PARTITION);
	if (rc)
		return rc;
	devices_read(s, &all);
	rc = remove_device(s, &o, &all);
	devices_free(&all);
	return rc;
}

const struct verb verb_rmdev = {
	.name = "rmdev",
	.group = "Device Commands",
	.summary = "Removes a device from the system.",
	.usage = "rmdev {-dev DeviceName | -pdev DeviceName} [-recursive] [-ucfg] [-f]",
	.required = 1u << GROUP_WHICH,
	.flags = flags,
	.run = rmdev_run,
};
