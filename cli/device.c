// SPDX-License-Identifier: GPL-2.0
/* The devices that a partition knows, from the model and from sysfs. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "util.h"

static struct device *add(struct devices *all, enum device_class class)
{
	struct device *d;

	all->list = array_grow(all->list, all->nr, sizeof(*all->list));
	d = &all->list[all->nr++];
	memset(d, 0, sizeof(*d));
	d->class = class;
	d->status = "Available";
	d->parent = "";
	return d;
}

/* Linux shows a LUN as channel, target and unit; the location has it whole. */
static uint64_t lun_encode(const struct scsi_address *at)
{
	return (uint64_t)(0x80 | (at->target & 0x3f)) << 56 | (uint64_t)(at->channel & 0x7) << 53 |
	       (uint64_t)(at->unit & 0x1f) << 48;
}

static void add_client_disk(struct devices *all, const struct disk *disk,
			    const struct adapter *a)
{
	struct device *d = add(all, CLASS_DISK);
	struct scsi_address at;

	d->name = disk->name;
	d->disk = disk;
	d->adapter = a;
	d->parent = a->name;
	d->description = "Virtual SCSI Disk Drive";
	if (scsi_address(disk->path, &at))
		snprintf(d->physloc, sizeof(d->physloc), "%s-T1-L%" PRIx64, a->physloc,
			 lun_encode(&at));
}

static struct device *add_server_disk(struct devices *all, const struct disk *disk,
				      const char *machine)
{
	struct device *d = add(all, CLASS_DISK);

	d->name = disk->name;
	d->disk = disk;
	d->description = disk->description[0] ? disk->description : "N/A";
	disk_location(machine, disk->path, d->physloc, sizeof(d->physloc));
	return d;
}

static struct device *add_gone(struct devices *all)
{
	struct device *d = add(all, CLASS_DISK);

	d->status = "Defined";
	d->description = "N/A";
	return d;
}

/* What has a lasting name, and then the loop devices. */
static void add_server_disks(struct devices *all, const struct session *s)
{
	static const enum device_class classes[] = {
		[HDISK_DISK] = CLASS_DISK,
		[HDISK_OPTICAL] = CLASS_OPTICAL,
		[HDISK_TAPE] = CLASS_TAPE,
	};
	const struct hdisks *drives = &all->drives;
	const struct hdisk *h;
	struct device *d;
	size_t i;

	for (i = 0; i < drives->nr; i++) {
		h = &drives->list[i];
		d = h->disk ? add_server_disk(all, h->disk, s->model.machine) : add_gone(all);
		d->class = classes[h->kind];
		d->name = h->name;
		d->hdisk = h;
		d->stored = &all->stored;
	}
	for (i = 0; i < drives->nr_disks; i++)
		if (str_starts(drives->disks[i].name, "loop"))
			add_server_disk(all, &drives->disks[i], s->model.machine);
}

static void add_client_disks(struct devices *all, const struct session *s)
{
	const struct adapter *a;
	size_t i;

	for (i = 0; i < all->drives.nr_disks; i++) {
		a = disk_adapter(&s->model, all->drives.disks[i].path);
		if (a && a->partition_id == s->self->id)
			add_client_disk(all, &all->drives.disks[i], a);
	}
}

static void add_adapters(struct devices *all, const struct session *s)
{
	const struct adapter *a;
	struct device *d;
	size_t i;

	for (i = 0; i < s->model.nr_adapters; i++) {
		a = &s->model.adapters[i];
		if (a->partition_id != s->self->id || !a->name[0])
			continue;
		d = add(all, a->type == VSCSI_ADAPTER_SERVER ? CLASS_VHOST : CLASS_VSCSI);
		d->name = a->name;
		d->adapter = a;
		d->status = adapter_status(a);
		d->description = adapter_description(a);
		str_copy(d->physloc, sizeof(d->physloc), a->physloc);
	}
}

static void add_vtds(struct devices *all, const struct session *s)
{
	const struct vtd *v;
	struct device *d;
	size_t i;

	for (i = 0; i < s->model.nr_vtds; i++) {
		v = &s->model.vtds[i];
		if (model_vtd_partition(&s->model, v) != s->self->id)
			continue;
		d = add(all, CLASS_VTD);
		d->name = v->name;
		d->vtd = v;
		d->adapter = model_adapter(&s->model, v->adapter);
		d->parent = v->adapter;
		d->status = vtd_status(v);
		d->description = vtd_description(v);
		snprintf(d->physloc, sizeof(d->physloc), "%s-L%x", d->adapter->physloc,
			 (unsigned int)(v->lun >> 56 & 0x3f));
	}
}

void devices_read(const struct session *s, struct devices *all)
{
	memset(all, 0, sizeof(*all));
	hdisks_read(&s->model, &all->drives);
	stored_read(&all->stored);
	if (s->self->type == VSCSI_PARTITION_VIOS)
		add_server_disks(all, s);
	else
		add_client_disks(all, s);
	add_adapters(all, s);
	add_vtds(all, s);
}

void devices_free(struct devices *all)
{
	free(all->list);
	hdisks_free(&all->drives);
	stored_free(&all->stored);
	memset(all, 0, sizeof(*all));
}

const struct device *device_find(const struct devices *all, const char *name)
{
	const struct device *d;
	size_t i;

	for (i = 0; i < all->nr; i++)
		if (!strcmp(all->list[i].name, name))
			return &all->list[i];
	for (d = all->list; d < all->list + all->nr; d++)
		if (d->disk && !strcmp(d->disk->name, name))
			return d;
	return NULL;
}

const struct device *device_at(const struct devices *all, const char *physloc)
{
	size_t i;

	for (i = 0; i < all->nr; i++)
		if (all->list[i].physloc[0] && !strcmp(all->list[i].physloc, physloc))
			return &all->list[i];
	return NULL;
}
