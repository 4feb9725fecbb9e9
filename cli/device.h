/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_DEVICE_H
#define CLI_DEVICE_H

#include "hdisk.h"
#include "model.h"
#include "stored.h"
#include "verbs.h"

/* All devices of one partition: disks, adapters, virtual target devices. */

enum device_class {
	CLASS_DISK = 1,
	CLASS_VHOST = 2,
	CLASS_VSCSI = 4,
	CLASS_VTD = 8,
	CLASS_OPTICAL = 16,
	CLASS_TAPE = 32,
	CLASS_DRIVE = CLASS_DISK | CLASS_OPTICAL | CLASS_TAPE,
};

struct device {
	enum device_class class;
	const char *name;
	const char *status;
	const char *description;	/* "N/A" if not known */
	const char *parent;		/* "" if it has none */
	char physloc[VSCSI_PHYSLOC_MAX + 32];
	const struct adapter *adapter;	/* of an adapter, and above a VTD or client disk */
	const struct vtd *vtd;
	const struct disk *disk;	/* of a drive; NULL: it is gone */
	const struct hdisk *hdisk;	/* of a server's drive, but for loop devices */
	const struct stored_list *stored;	/* attributes in the file; may be NULL */
};

struct devices {
	struct device *list;
	size_t nr;
	struct hdisks drives;
	struct stored_list stored;
};

/* The devices point into the session's model: free them before it changes. */
void devices_read(const struct session *s, struct devices *all);
void devices_free(struct devices *all);

/* A server's disk has two names, its own and that of Linux. */
const struct device *device_find(const struct devices *all, const char *name);
const struct device *device_at(const struct devices *all, const char *physloc);

#endif
