// SPDX-License-Identifier: GPL-2.0
/* What sysfs and udev know of this machine's disks and logical volumes. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "disk.h"
#include "util.h"

#define LVM_UUID_LEN	32

void block_path(dev_t dev, char *path, size_t size)
{
	char *real = sysfs_resolve("dev/block/%u:%u", major(dev), minor(dev));

	str_copy(path, size, real ? real : "");
	free(real);
}

/* A slash there is an exclamation mark in sysfs. */
void block_node(const char *kernel_name, char *path, size_t size)
{
	char *c;

	snprintf(path, size, "/dev/%s", kernel_name);
	for (c = path; *c; c++)
		if (*c == '!')
			*c = '/';
}

dev_t block_number(const char *name)
{
	unsigned int dev_major = 0, dev_minor = 0;
	char text[32];

	sysfs_read(text, sizeof(text), "class/block/%s/dev", name);
	if (sscanf(text, "%u:%u", &dev_major, &dev_minor) != 2)
		return 0;
	return makedev(dev_major, dev_minor);
}

bool scsi_address(const char *path, struct scsi_address *at)
{
	const char *block = strstr(path, "/block/");

	if (!block)
		return false;
	while (block > path && block[-1] != '/')
		block--;
	return sscanf(block, "%u:%u:%u:%u/", &at->host, &at->channel, &at->target,
		      &at->unit) == 4;
}

const struct adapter *disk_adapter(const struct model *m, const char *path)
{
	struct scsi_address at;
	size_t i;

	if (!scsi_address(path, &at))
		return NULL;
	for (i = 0; i < m->nr_adapters; i++)
		if (m->adapters[i].type == VSCSI_ADAPTER_CLIENT &&
		    m->adapters[i].host_no == (int64_t)at.host)
			return &m->adapters[i];
	return NULL;
}

/* --- location codes --- */

/* The last PCI function on the way: "P1-C4-T1" from 0000:00:04.0. */
static bool pci_location(const char *path, char *code, size_t size)
{
	unsigned int domain, bus, dev, function;
	const char *at;
	bool found = false;

	for (at = path; (at = strchr(at, '/')); at++) {
		if (sscanf(at, "/%x:%x:%x.%u/", &domain, &bus, &dev, &function) != 4)
			continue;
		snprintf(code, size, "P%u-C%u-T%u", domain * 256 + bus + 1, dev, function + 1);
		found = true;
	}
	return found;
}

/* Several disks behind one PCI function differ in port, target and unit. */
static void unit_location(const char *path, char *code, size_t size)
{
	const char *ata = strstr(path, "/ata"), *nvme = strstr(path, "/nvme/");
	unsigned int controller, unit = 0;
	struct scsi_address at;

	if (scsi_address(path, &at) && ata)
		snprintf(code, size, "-T%u-L%u", atoi(ata + 4), at.unit);
	else if (scsi_address(path, &at))
		snprintf(code, size, "-T%u-L%u", at.channel * 256 + at.target, at.unit);
	else if (nvme && sscanf(strrchr(path, '/'), "/nvme%un%u", &controller, &unit) == 2)
		snprintf(code, size, "-L%u", unit);
	else
		snprintf(code, size, "-L0");
}

void disk_location(const char *machine, const char *path, char *code, size_t size)
{
	const char *name = strrchr(path, '/');
	char unit[64], slot[64];
	struct scsi_address at;

	code[0] = '\0';
	if (!name || !sysfs_read(unit, sizeof(unit), "class/block/%s/partition", name + 1))
		return;
	if (!pci_location(path, slot, sizeof(slot))) {
		if (!scsi_address(path, &at))
			return;
		snprintf(slot, sizeof(slot), "P0-C%u-T1", at.host);
	}
	unit_location(path, unit, sizeof(unit));
	snprintf(code, size, "%s-%s%s", machine, slot, unit);
}

/* --- identities --- */

/* Copy without blanks at the ends; those between words become one @gap. */
static void squeeze(const char *from, char gap, char *to, size_t size)
{
	const char *start = to, *end = to + size - 2;
	bool pending = false;

	for (; *from && to < end; from++) {
		if (isspace((unsigned char)*from)) {
			pending = to > start;
			continue;
		}
		if (pending)
			*to++ = gap;
		pending = false;
		*to++ = *from;
	}
	*to = '\0';
}

/* "naa.6005..." becomes "36005...", as udev, multipath and scsi_id write it. */
static void wwid_normalise(const char *wwid, char *id, size_t size)
{
	if (str_starts(wwid, "naa.") || str_starts(wwid, "eui."))
		snprintf(id, size, "%c%s", wwid[0] == 'n' ? '3' : '2', wwid + 4);
	else
		squeeze(wwid, '_', id, size);
}

static void whole_identity(const char *path, char *id, size_t size)
{
	const char *name = strrchr(path, '/') + 1;
	char wwid[256], serial[128];

	sysfs_read(wwid, sizeof(wwid), "class/block/%s/device/wwid", name);
	if (!wwid[0])
		sysfs_read(wwid, sizeof(wwid), "class/block/%s/wwid", name);
	sysfs_read(serial, sizeof(serial), "class/block/%s/serial", name);
	/* A driver may print what it has not been given. */
	if (!wwid[0] && serial[0] && strcmp(serial, "(null)"))
		snprintf(wwid, sizeof(wwid), "virtio-%s", serial);
	wwid_normalise(wwid, id, size);
}

static void dm_identity(const char *name, char *id, size_t size)
{
	char uuid[256];
	struct lv lv;

	sysfs_read(uuid, sizeof(uuid), "class/block/%s/dm/uuid", name);
	if (lv_of(name, &lv))
		str_copy(id, size, lv.id);
	else if (str_starts(uuid, "mpath-"))
		str_copy(id, size, uuid + strlen("mpath-"));
	else
		str_copy(id, size, uuid);
}

/* An identity that doesn't fit is none: cut, it could be another device's too. */
void disk_identity(dev_t dev, const char *path, char *id, size_t size)
{
	const char *name = strrchr(path, '/');
	char full[256] = "", number[16], whole[PATH_MAX], *c;

	id[0] = '\0';
	if (!name)
		return;
	sysfs_read(number, sizeof(number), "class/block/%s/partition", ++name);
	if (str_starts(name, "dm-")) {
		dm_identity(name, full, sizeof(full));
	} else if (number[0]) {
		str_copy(whole, sizeof(whole), path);
		*strrchr(whole, '/') = '\0';
		whole_identity(whole, full, sizeof(full) - 24);
		if (full[0])
			strcat(strcat(full, "-part"), number);
	} else {
		whole_identity(path, full, sizeof(full));
		if (strlen(full) >= size)
			udev_property(dev, "ID_SERIAL", full, sizeof(full));
	}
	for (c = full; *c; c++)
		if (!isgraph((unsigned char)*c))
			*c = '_';
	if (strlen(full) < size)
		str_copy(id, size, full);
}

/* --- logical volumes --- */

/* "vg--a-lv_b" is vg-a and lv_b: a doubled dash is a dash, a single one the border. */
static bool dm_name_split(const char *dm, char *vg, char *name)
{
	char *to = vg, *start = vg;
	bool second = false;

	for (; *dm; dm++) {
		if (*dm != '-') {
			*to++ = *dm;
		} else if (dm[1] == '-') {
			*to++ = *dm++;
		} else if (!second) {
			*to = '\0';
			to = name;
			start = name;
			second = true;
		} else {
			return false;
		}
	}
	*to = '\0';
	return second && to > start;
}

/* LVM's own layers below an LV have a suffix to the UUID. */
bool lv_of(const char *kernel_name, struct lv *lv)
{
	size_t prefix = strlen("LVM-");
	char uuid[256], dm[256];

	sysfs_read(uuid, sizeof(uuid), "class/block/%s/dm/uuid", kernel_name);
	if (!str_starts(uuid, "LVM-") || strlen(uuid) != prefix + 2 * LVM_UUID_LEN)
		return false;
	sysfs_read(dm, sizeof(dm), "class/block/%s/dm/name", kernel_name);
	if (!dm_name_split(dm, lv->vg, lv->name))
		return false;
	snprintf(lv->id, sizeof(lv->id), "%.*s.%.*s", LVM_UUID_LEN, uuid + prefix,
		 LVM_UUID_LEN, uuid + prefix + LVM_UUID_LEN);
	str_copy(lv->kernel_name, sizeof(lv->kernel_name), kernel_name);
	return true;
}

static int cmp_lvs(const void *a, const void *b)
{
	const struct lv *x = a, *y = b;
	int vg = strcmp(x->vg, y->vg);

	return vg ? vg : strcmp(x->name, y->name);
}

struct lv *lvs_read(size_t *nr)
{
	char **names = sysfs_list("class/block"), **n;
	struct lv *lvs = NULL, lv;

	*nr = 0;
	for (n = names; *n; n++) {
		if (!str_starts(*n, "dm-") || !lv_of(*n, &lv))
			continue;
		lvs = array_grow(lvs, *nr, sizeof(*lvs));
		lvs[(*nr)++] = lv;
	}
	names_free(names);
	if (*nr)
		qsort(lvs, *nr, sizeof(*lvs), cmp_lvs);
	return lvs;
}

/* --- disks --- */

static void describe(struct disk *d)
{
	char vendor[64], model[64], raw[160];

	sysfs_read(vendor, sizeof(vendor), "class/block/%s/device/vendor", d->name);
	sysfs_read(model, sizeof(model), "class/block/%s/device/model", d->name);
	if (str_starts(d->name, "vd"))
		snprintf(raw, sizeof(raw), "Virtio Disk Drive");
	else if (str_starts(d->name, "loop"))
		snprintf(raw, sizeof(raw), "Loop Device");
	else if (str_starts(d->name, "md"))
		snprintf(raw, sizeof(raw), "MD Array");
	else if (str_starts(d->name, "dm-"))
		snprintf(raw, sizeof(raw), "Multipath Disk");
	else if (model[0])
		snprintf(raw, sizeof(raw), "%s %s Disk Drive", vendor, model);
	else
		raw[0] = '\0';
	squeeze(raw, ' ', d->description, sizeof(d->description));
}

/* Of the device-mapper devices only multipath maps are disks. */
static bool is_disk(const char *name)
{
	static const char *const not_disks[] = { "sr", "fd", "ram", "zram", "nbd", "mtdblock" };
	char value[256];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(not_disks); i++)
		if (str_starts(name, not_disks[i]))
			return false;
	if (!sysfs_read(value, sizeof(value), "class/block/%s/partition", name))
		return false;
	if (!sysfs_read(value, sizeof(value), "class/block/%s/dm/uuid", name))
		return str_starts(value, "mpath-");
	sysfs_read(value, sizeof(value), "class/block/%s/hidden", name);
	return strcmp(value, "1");
}

static bool disk_read(const char *name, struct disk *d)
{
	char sectors[32], *path;

	sysfs_read(sectors, sizeof(sectors), "class/block/%s/size", name);
	d->size = strtoull(sectors, NULL, 10) * 512;
	path = d->size && is_disk(name) ? sysfs_resolve("class/block/%s", name) : NULL;
	if (!path)
		return false;
	str_copy(d->path, sizeof(d->path), path);
	free(path);
	str_copy(d->name, sizeof(d->name), name);
	describe(d);
	return true;
}

struct disk *disks_read(size_t *nr)
{
	char **names = sysfs_list("class/block"), **n;
	struct disk *disks = NULL, *d = xcalloc(1, sizeof(*d));

	*nr = 0;
	for (n = names; *n; n++) {
		if (!disk_read(*n, d))
			continue;
		disks = array_grow(disks, *nr, sizeof(*disks));
		disks[(*nr)++] = *d;
	}
	names_free(names);
	free(d);
	return disks;
}
