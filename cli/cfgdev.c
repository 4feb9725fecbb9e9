// SPDX-License-Identifier: GPL-2.0
/* cfgdev: configure what is in the slots, and look for new disks. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "device.h"
#include "err.h"
#include "hdisk.h"
#include "nl.h"
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
	return found ? rc : err_say(ERR_NO_DEVICE, o->dev, NULL);
}

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

static int cfgdev_run(struct session *s, int argc, char **argv)
{
	struct options o = { .dev = NULL };
	int rc;

	rc = args_parse(s->verb, argc, argv, &o);
	if (!rc)
		rc = session_start(s, ON_PARTITION);
	if (rc)
		return rc;
	if (is_disk(s, o.dev))
		return stored_apply(&s->model, o.dev);
	rc = configure_all(s, &o);
	return rc || o.dev || s->self->type != VSCSI_PARTITION_VIOS ? rc : configure_disks(s);
}

const struct verb verb_cfgdev = {
	.name = "cfgdev",
	.group = "Device Commands",
	.summary = "Configures devices.",
	.usage = "cfgdev [-dev DeviceName]",
	.flags = flags,
	.run = cfgdev_run,
};
