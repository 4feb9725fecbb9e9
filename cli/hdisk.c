// SPDX-License-Identifier: GPL-2.0
/* The lasting names of this machine's drives. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "err.h"
#include "hdisk.h"
#include "state.h"
#include "util.h"

#define NAMES_FILE	"names"
#define NUMBER_MAX	99999
#define NONE		"-"		/* no identity, in the file */

static const char *const prefixes[] = {
	[HDISK_DISK] = "hdisk",
	[HDISK_OPTICAL] = "cd",
	[HDISK_TAPE] = "rmt",
};

static const char heading[] =
	"# The names of this machine's drives: name, identity, place. Written by ioscli.\n";

static bool is_number(const char *digits)
{
	uint64_t number;

	if (digits[0] == '0' && digits[1])
		return false;
	return !digits[strspn(digits, "0123456789")] && !parse_u64(digits, NUMBER_MAX, &number);
}

/* Whether it is a name such as "hdisk4", and of what. */
static bool name_parse(const char *name, enum hdisk_kind *kind)
{
	size_t k;

	for (k = 0; k < ARRAY_SIZE(prefixes); k++) {
		*kind = k;
		if (str_starts(name, prefixes[k]) && is_number(name + strlen(prefixes[k])))
			return true;
	}
	return false;
}

const struct hdisk *hdisk_find(const struct hdisks *all, const char *name)
{
	size_t i;

	for (i = 0; i < all->nr; i++)
		if (!strcmp(all->list[i].name, name))
			return &all->list[i];
	return NULL;
}

const struct hdisk *hdisk_of(const struct hdisks *all, const char *kernel_name)
{
	size_t i;

	for (i = 0; i < all->nr; i++)
		if (all->list[i].disk && !strcmp(all->list[i].disk->name, kernel_name))
			return &all->list[i];
	return NULL;
}

static struct hdisk *add(struct hdisks *all, const char *name)
{
	struct hdisk *h;

	all->list = array_grow(all->list, all->nr, sizeof(*all->list));
	h = &all->list[all->nr++];
	memset(h, 0, sizeof(*h));
	str_copy(h->name, sizeof(h->name), name);
	name_parse(name, &h->kind);
	return h;
}

/* --- the file --- */

/* A name on a line that makes no sense is not given to another drive. */
static const char *parse_line(void *arg, char *line)
{
	struct hdisks *all = arg;
	char *rest = NULL, *name = strtok_r(line, " ", &rest);
	char *id = strtok_r(NULL, " ", &rest), *place = strtok_r(NULL, " ", &rest);
	enum hdisk_kind kind;
	struct hdisk *h;

	if (!name || !name_parse(name, &kind))
		return "it does not begin with a name like hdisk0";
	if (hdisk_find(all, name))
		return "the name is there twice";
	h = add(all, name);
	if (!id || !place || strtok_r(NULL, " ", &rest))
		return "it is not a name, an identity and a place";
	if (strlen(id) >= sizeof(h->id) || strlen(place) >= sizeof(h->place))
		return "it is too long";
	if (strcmp(id, NONE))
		str_copy(h->id, sizeof(h->id), id);
	str_copy(h->place, sizeof(h->place), place);
	return NULL;
}

static void read_file(struct hdisks *all)
{
	static bool said;

	all->damaged = !state_read_lines(NAMES_FILE, parse_line, all, &said);
}

static void print_lines(FILE *f, const void *arg)
{
	const struct hdisks *all = arg;
	const struct hdisk *h;

	fputs(heading, f);
	for (h = all->list; h < all->list + all->nr; h++)
		fprintf(f, "%s %s %s\n", h->name, h->id[0] ? h->id : NONE, h->place);
}

static int write_file(const struct hdisks *all)
{
	return state_write_lines(NAMES_FILE, print_lines, all);
}

/* --- the drives that are there --- */

/* Blanks separate the words of a line. */
static void make_word(char *text)
{
	for (; *text; text++)
		if (!isgraph((unsigned char)*text))
			*text = '_';
}

/* Of a partition udev tells the disk's serial number too: that is not its own. */
void hdisk_identity(dev_t dev, const char *path, char *id, size_t size)
{
	char number[16];
	bool part;

	disk_identity(dev, path, id, size);
	if (id[0] || !dev)
		return;
	part = !sysfs_read(number, sizeof(number), "dev/block/%u:%u/partition", major(dev),
			   minor(dev));
	if (!udev_property(dev, part ? "ID_PART_ENTRY_UUID" : "ID_SERIAL", id, size) &&
	    (part || !udev_property(dev, "MD_UUID", id, size)))
		id[0] = '\0';
	make_word(id);
}

/* As udev says it, or the device in sysfs; a virtual one has no better place than its name. */
void hdisk_place(dev_t dev, const char *path, char *place, size_t size)
{
	const char *at = strstr(path, "/devices/");
	char *end;

	if (!dev || !udev_property(dev, "ID_PATH", place, size)) {
		str_copy(place, size, at ? at + strlen("/devices/") : path);
		end = str_starts(place, "virtual/") ? NULL : strstr(place, "/block/");
		if (end)
			*end = '\0';
	}
	make_word(place);
}

static enum hdisk_kind kind_of(const struct disk *d)
{
	if (str_starts(d->name, "sr"))
		return HDISK_OPTICAL;
	return str_starts(d->name, "st") ? HDISK_TAPE : HDISK_DISK;
}

static void probe(const struct disk *d, struct hdisk *h)
{
	dev_t dev = block_number(d->name);

	memset(h, 0, sizeof(*h));
	h->kind = kind_of(d);
	h->disk = d;
	if (h->kind == HDISK_TAPE)
		sysfs_read(h->id, sizeof(h->id), "class/scsi_tape/%s/device/wwid", d->name);
	else
		hdisk_identity(dev, d->path, h->id, sizeof(h->id));
	hdisk_place(dev, d->path, h->place, sizeof(h->place));
	make_word(h->id);
}

static bool is_multipath_path(const char *name)
{
	char **holders = sysfs_list("class/block/%s/holders", name), **n, uuid[256];
	bool found = false;

	for (n = holders; *n && !found; n++) {
		sysfs_read(uuid, sizeof(uuid), "class/block/%s/dm/uuid", *n);
		found = str_starts(uuid, "mpath-");
	}
	names_free(holders);
	return found;
}

/* A multipath map of a client's disks is the client's. */
static bool is_on_client_disk(const struct model *m, const char *name)
{
	char **slaves = sysfs_list("class/block/%s/slaves", name), **n, *path;
	bool found = false;

	for (n = slaves; *n && !found; n++) {
		path = sysfs_resolve("class/block/%s", *n);
		found = path && disk_adapter(m, path);
		free(path);
	}
	names_free(slaves);
	return found;
}

static bool has_name(const struct model *m, const struct disk *d)
{
	return !str_starts(d->name, "loop") && !disk_adapter(m, d->path) &&
	       !is_multipath_path(d->name) && !is_on_client_disk(m, d->name);
}

static void add_drives(struct hdisks *all, const char *class, const char *prefix,
		       const char *what)
{
	char **names = sysfs_list("class/%s", class), **n, *path, vendor[64], model[64];
	struct disk *d;

	for (n = names; *n; n++) {
		if (!str_starts(*n, prefix) || (*n)[2 + strspn(*n + 2, "0123456789")])
			continue;
		path = sysfs_resolve("class/%s/%s", class, *n);
		if (!path)
			continue;
		all->disks = array_grow(all->disks, all->nr_disks, sizeof(*all->disks));
		d = &all->disks[all->nr_disks++];
		memset(d, 0, sizeof(*d));
		str_copy(d->name, sizeof(d->name), *n);
		str_copy(d->path, sizeof(d->path), path);
		sysfs_read(vendor, sizeof(vendor), "class/%s/%s/device/vendor", class, *n);
		sysfs_read(model, sizeof(model), "class/%s/%s/device/model", class, *n);
		str_trim(vendor);
		str_trim(model);
		snprintf(d->description, sizeof(d->description), "%.40s %.40s %s", vendor, model,
			 what);
		free(path);
	}
	names_free(names);
}

/* --- who is who --- */

/* From the surest to the least sure; the identity of a device may be known later than it. */
static bool same_exactly(const struct hdisk *known, const struct hdisk *d)
{
	return !strcmp(known->id, d->id) && !strcmp(known->place, d->place);
}

static bool same_identity(const struct hdisk *known, const struct hdisk *d)
{
	return d->id[0] && !strcmp(known->id, d->id);
}

static bool same_place(const struct hdisk *known, const struct hdisk *d)
{
	return !known->id[0] && !strcmp(known->place, d->place);
}

static void claim(struct hdisks *all, struct hdisk *found, size_t nr_found,
		  bool (*same)(const struct hdisk *known, const struct hdisk *d))
{
	struct hdisk *h, *d;

	for (h = all->list; h < all->list + all->nr; h++) {
		for (d = found; !h->disk && d < found + nr_found; d++) {
			if (!d->disk || d->kind != h->kind || !same(h, d))
				continue;
			all->changed |= !same_exactly(h, d);
			str_copy(d->name, sizeof(d->name), h->name);
			*h = *d;
			d->disk = NULL;
		}
	}
}

static void name_new(struct hdisks *all, const struct hdisk *d)
{
	char name[VSCSI_DEVICE_NAME_MAX + 1];
	struct hdisk *h;
	unsigned int n = 0;

	do
		snprintf(name, sizeof(name), "%s%u", prefixes[d->kind], n++);
	while (hdisk_find(all, name));
	h = add(all, name);
	*h = *d;
	str_copy(h->name, sizeof(h->name), name);
	all->changed = true;
}

static int cmp_names(const void *a, const void *b)
{
	const struct hdisk *x = a, *y = b;

	return name_cmp(x->name, y->name);
}

void hdisks_read_stored(struct hdisks *all)
{
	memset(all, 0, sizeof(*all));
	read_file(all);
}

void hdisks_read(const struct model *m, struct hdisks *all)
{
	struct hdisk *found = NULL;
	size_t i, nr = 0;

	hdisks_read_stored(all);
	all->disks = disks_read(&all->nr_disks);
	add_drives(all, "block", "sr", "Optical Drive");
	add_drives(all, "scsi_tape", "st", "Tape Drive");
	for (i = 0; i < all->nr_disks; i++) {
		if (!has_name(m, &all->disks[i]))
			continue;
		found = array_grow(found, nr, sizeof(*found));
		probe(&all->disks[i], &found[nr++]);
	}
	claim(all, found, nr, same_exactly);
	claim(all, found, nr, same_identity);
	claim(all, found, nr, same_place);
	for (i = 0; i < nr; i++)
		if (found[i].disk)
			name_new(all, &found[i]);
	free(found);
	if (all->nr)
		qsort(all->list, all->nr, sizeof(*all->list), cmp_names);
}

void hdisks_free(struct hdisks *all)
{
	free(all->list);
	free(all->disks);
	memset(all, 0, sizeof(*all));
}

/* --- changes --- */

/* hdisks_read(), and keep new names.  Somebody else may have done so before we have the lock. */
static int read_and_store(const struct model *m, struct hdisks *all)
{
	int lock, err = 0;

	hdisks_read(m, all);
	if (!all->changed || all->damaged)
		return 0;
	lock = state_lock();
	if (lock < 0)
		return lock;
	hdisks_free(all);
	hdisks_read(m, all);
	if (all->changed && !all->damaged)
		err = write_file(all);
	close(lock);
	return err;
}

int hdisks_store(const struct model *m)
{
	struct hdisks all;
	int err = read_and_store(m, &all);

	hdisks_free(&all);
	return err;
}

static int forget_one(struct hdisks *all, const char *name)
{
	const struct hdisk *h = hdisk_find(all, name);
	size_t at = h - all->list;

	if (!h)
		return -ENOENT;
	if (all->damaged)
		return -EUCLEAN;
	memmove(&all->list[at], &all->list[at + 1], (--all->nr - at) * sizeof(*all->list));
	return write_file(all);
}

int hdisk_forget(const struct model *m, const char *name)
{
	int lock = state_lock(), err;
	struct hdisks all;

	if (lock < 0)
		return lock;
	hdisks_read(m, &all);
	err = forget_one(&all, name);
	hdisks_free(&all);
	close(lock);
	return err;
}

/* --- backing devices --- */

static int find_named(const struct hdisk *h, struct backing *b)
{
	char path[NAME_MAX + 8];
	int err;

	if (!h->disk)
		return -ENXIO;
	snprintf(path, sizeof(path), "/dev/%s", h->disk->name);
	err = backing_find(path, b);
	str_copy(b->name, sizeof(b->name), h->name);
	return err;
}

int hdisk_backing_among(const struct hdisks *all, const char *word, struct backing *b)
{
	const struct hdisk *h;
	enum hdisk_kind kind;
	int err;

	memset(b, 0, sizeof(*b));
	h = name_parse(word, &kind) ? hdisk_find(all, word) : NULL;
	err = h ? find_named(h, b) : backing_find(word, b);
	if (!h && !err && b->type == VSCSI_VTD_DISK && b->sysfs[0])
		h = hdisk_of(all, strrchr(b->sysfs, '/') + 1);
	if (h)
		str_copy(b->hdisk, sizeof(b->hdisk), h->name);
	return err;
}

/* Only what may have a lasting name is looked for among the drives, which takes its time. */
int hdisk_backing(const struct model *m, const char *word, bool store, struct backing *b)
{
	enum hdisk_kind kind;
	bool named = name_parse(word, &kind);
	struct hdisks all;
	int err = 0;

	memset(b, 0, sizeof(*b));
	if (!named)
		err = backing_find(word, b);
	if (err || b->ino || (!named && b->type != VSCSI_VTD_DISK))
		return err;
	if (store)
		read_and_store(m, &all);
	else
		hdisks_read(m, &all);
	err = hdisk_backing_among(&all, word, b);
	hdisks_free(&all);
	return err;
}
