// SPDX-License-Identifier: GPL-2.0
/* cfgdev: configure what is in the slots, and look for new disks. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "err.h"
#include "hdisk.h"
#include "nl.h"
#include "pv.h"
#include "restore.h"
#include "stored.h"
#include "util.h"
#include "verbs.h"

struct options {
	const char *dev;
};

static const struct flag flags[] = {
	{ "dev", FLAG_VALUE, offsetof(struct options, dev), 0, HINT_DEVICE, NULL },
	{ .name = NULL }
};

/* vio0 is the parent of all virtual adapters. */
static bool wanted(const struct options *o, const struct adapter *a)
{
	return !o->dev || !strcmp(o->dev, "vio0") || !strcmp(o->dev, a->name);
}

static int scan(const struct adapter *a)
{
	int err = sysfs_write("- - -", "class/scsi_host/host%" PRId64 "/scan", a->host_no);

	if (err == -EACCES)
		err = -EPERM;
	return err ? err_kernel(err, "", a->name) : RC_OK;
}

static int configure(const struct adapter *a)
{
	int err;

	if (a->state == VSCSI_ADAPTER_AVAILABLE)
		return a->host_no < 0 ? RC_OK : scan(a);
	err = vnl_adapter_set_state(a, VSCSI_ADAPTER_AVAILABLE, 0);
	return err ? session_refused(err, a->physloc) : RC_OK;
}

static bool is_own_vtd(const struct session *s, const char *name)
{
	const struct vtd *v = model_vtd(&s->model, name);

	return v && model_vtd_partition(&s->model, v) == s->self->id;
}

/* All are tried; the first failure gives the exit status. */
static int configure_all(const struct session *s, const struct options *o)
{
	const struct model *m = &s->model;
	bool found = !o->dev || !strcmp(o->dev, "vio0");
	int rc = RC_OK, one;
	size_t i;

	for (i = 0; i < m->nr_adapters; i++) {
		if (m->adapters[i].partition_id != s->self->id || !wanted(o, &m->adapters[i]))
			continue;
		found = true;
		one = configure(&m->adapters[i]);
		rc = rc ? rc : one;
	}
	return found || is_own_vtd(s, o->dev) ? rc : err_say(ERR_NO_DEVICE, o->dev, NULL);
}

/* --- virtual target devices that are Defined --- */

static bool vtd_wanted(const struct session *s, const struct options *o, const struct item *it)
{
	const struct adapter *a = model_server_at(&s->model, it->partition, it->slot);
	const struct vtd *v = model_vtd(&s->model, it->name);

	if (!item_is_defined(it) || it->partition != s->self->id || !a || !v ||
	    v->state != VTD_DEFINED)
		return false;
	return wanted(o, a) || !strcmp(o->dev, it->name);
}

/* Others may have changed or removed it, or configured it, while those before it were. */
static int configure_as_it_is(struct session *s, const struct item *it)
{
	const struct item *now;
	struct items left;
	int rc = RC_OK;

	save_read_unrestored(&left);
	now = items_find(&left, it);
	if (now && item_is_defined(now) && !strcmp(now->name, it->name))
		rc = restore_defined(s, now);
	items_free(&left);
	return rc;
}

static int configure_vtd(struct session *s, const struct item *it)
{
	const struct adapter *a = model_server_at(&s->model, it->partition, it->slot);
	char *why;
	int rc;

	if (a->state == VSCSI_ADAPTER_AVAILABLE)
		return configure_as_it_is(s, it);
	why = xasprintf("its server adapter %s is not Available", a->name);
	rc = err_say(ERR_NOT_CONFIGURED, it->name, why);
	free(why);
	return rc;
}

/* All are tried; the first failure gives the exit status. */
static int configure_vtds(struct session *s, const struct options *o)
{
	int rc = session_reload(s), one;
	struct items left;
	size_t i;

	if (rc)
		return rc;
	save_read_unrestored(&left);
	for (i = 0; i < left.nr; i++) {
		if (!vtd_wanted(s, o, &left.list[i]))
			continue;
		one = configure_vtd(s, &left.list[i]);
		rc = rc ? rc : one;
	}
	items_free(&left);
	return rc;
}

/* --- the rest --- */

/* On a server: give new disks a name, and all of them the attributes that they had. */
static int configure_disks(const struct session *s)
{
	int err = hdisks_store(&s->model);

	if (err)
		return err_state(err, "names");
	return stored_apply(&s->model, NULL);
}

/* Succeed if the device is a disk of this server. */
static bool is_disk(const struct session *s, const char *name)
{
	struct hdisks drives;
	bool found;

	if (!name || s->self->type != VSCSI_PARTITION_VIOS)
		return false;
	hdisks_read(&s->model, &drives);
	found = hdisk_find(&drives, name);
	hdisks_free(&drives);
	return found;
}

static int configure_devices(struct session *s, const struct options *o, bool defined)
{
	bool is_vios;
	int rc = session_start(s, ON_PARTITION), one = RC_OK;

	if (rc)
		return rc;
	if (is_disk(s, o->dev))
		return stored_apply(&s->model, o->dev);
	is_vios = s->self->type == VSCSI_PARTITION_VIOS;
	rc = configure_all(s, o);
	if (is_vios && defined)
		one = configure_vtds(s, o);
	rc = rc ? rc : one;
	return rc || o->dev || !is_vios ? rc : configure_disks(s);
}

/* No storage is removed that is about to be mapped. */
static int cfgdev_run(struct session *s, int argc, char **argv)
{
	struct options o = { .dev = NULL };
	bool defined = save_has_defined();
	int rc, lock = -1;

	rc = args_parse(s->verb, argc, argv, &o);
	if (!rc && defined)
		lock = storage_lock(STORAGE_ADDS, &rc);
	if (!rc)
		rc = configure_devices(s, &o, defined);
	if (lock >= 0)
		close(lock);
	return rc;
}

const struct verb verb_cfgdev = {
	.name = "cfgdev",
	.group = "Device Commands",
	.summary = "Configures devices.",
	.usage = "cfgdev [-dev DeviceName]",
	.flags = flags,
	.run = cfgdev_run,
};
