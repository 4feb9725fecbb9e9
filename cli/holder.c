// SPDX-License-Identifier: GPL-2.0
/* Who uses a device or file, and what it rests on. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "disk.h"
#include "fs.h"
#include "holder.h"
#include "util.h"

#define LOOP_DEPTH	16

/* --- mounts and swap --- */

struct mount {
	unsigned int id;
	dev_t dev;
	char point[PATH_MAX];
	char source[PATH_MAX];
};

/* The next mount of an open mountinfo; false at its end. */
static bool mount_next(FILE *f, struct mount *mnt)
{
	unsigned int dev_major, dev_minor;
	char *line = NULL, *rest;
	size_t size = 0;
	bool valid;

	if (getline(&line, &size, f) < 0) {
		free(line);
		return false;
	}
	rest = strstr(line, " - ");
	valid = rest && sscanf(line, "%u %*u %u:%u %*s %4095s", &mnt->id, &dev_major, &dev_minor,
			       mnt->point) == 4 &&
		sscanf(rest, " - %*s %4095s", mnt->source) == 1;
	if (valid)
		mnt->dev = makedev(dev_major, dev_minor);
	else
		memset(mnt, 0, sizeof(*mnt));
	free(line);
	return true;
}

static bool is_node_of(const char *path, dev_t dev)
{
	struct stat st;

	return !stat(path, &st) && S_ISBLK(st.st_mode) && st.st_rdev == dev;
}

static bool mount_is_of(const struct mount *mnt, dev_t dev)
{
	return mnt->dev == dev || (mnt->source[0] == '/' && is_node_of(mnt->source, dev));
}

bool holder_mount_point(dev_t dev, char *point, size_t size)
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	struct mount mnt;
	bool found = false;

	while (f && !found && mount_next(f, &mnt))
		found = mount_is_of(&mnt, dev);
	if (f)
		fclose(f);
	if (found)
		str_copy(point, size, mnt.point);
	return found;
}

static bool held_by_mount(dev_t dev, const char *name, char *why, size_t size)
{
	char point[PATH_MAX];
	bool found = holder_mount_point(dev, point, sizeof(point));

	if (found)
		snprintf(why, size, "%s is mounted on %s", name, point);
	return found;
}

/* @path: of a swap file; else @dev is what is looked for. */
static bool held_by_swap(const char *path, dev_t dev, const char *name, char *why, size_t size)
{
	FILE *f = fopen("/proc/swaps", "re");
	char line[PATH_MAX + 64];
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f)) {
		line[strcspn(line, " \t")] = '\0';
		found = path ? !strcmp(line, path) : line[0] == '/' && is_node_of(line, dev);
	}
	if (f)
		fclose(f);
	if (found)
		snprintf(why, size, "%s is swap space", name);
	return found;
}

/* --- other devices --- */

static void describe_holder(const char *name, const char *holder, char *why, size_t size)
{
	char uuid[256], dm[256];
	struct lv lv;

	sysfs_read(uuid, sizeof(uuid), "class/block/%s/dm/uuid", holder);
	sysfs_read(dm, sizeof(dm), "class/block/%s/dm/name", holder);
	if (lv_of(holder, &lv))
		snprintf(why, size, "%s is a physical volume of volume group %s with logical "
			 "volume %s", name, lv.vg, lv.name);
	else if (str_starts(uuid, "LVM-"))
		snprintf(why, size, "%s is a physical volume of LVM (%s)", name, dm);
	else if (str_starts(uuid, "mpath-"))
		snprintf(why, size, "%s is a path of the multipath map %s", name, dm);
	else if (dm[0])
		snprintf(why, size, "%s is part of the device-mapper device %s", name, dm);
	else
		snprintf(why, size, "%s is part of %s", name, holder);
}

static bool held_by_device(const char *name, char *why, size_t size)
{
	char **holders = sysfs_list("class/block/%s/holders", name);
	bool found = holders[0];

	if (found)
		describe_holder(name, holders[0], why, size);
	names_free(holders);
	return found;
}

static bool held_by_vtd(const struct model *m, dev_t dev, const char *name, char *why, size_t size)
{
	struct backing b = { .dev = dev };
	size_t i;

	for (i = 0; i < m->nr_vtds; i++) {
		if (!backing_is(&b, &m->vtds[i]))
			continue;
		snprintf(why, size, "%s is mapped as virtual target device %s", name,
			 m->vtds[i].name);
		return true;
	}
	return false;
}

static bool held(const struct model *m, const char *name, char *why, size_t size)
{
	dev_t dev = block_number(name);

	return held_by_vtd(m, dev, name, why, size) || held_by_mount(dev, name, why, size) ||
	       held_by_swap(NULL, dev, name, why, size) || held_by_device(name, why, size);
}

/* A claim on a partition claims the disk as well, and the other way round. */
static bool held_relative(const struct model *m, const struct backing *b, const char *name,
			  char *why, size_t size)
{
	char number[16], disk[PATH_MAX], **parts, **p;
	bool found = false;

	if (!sysfs_read(number, sizeof(number), "class/block/%s/partition", name)) {
		str_copy(disk, sizeof(disk), b->sysfs);
		*strrchr(disk, '/') = '\0';
		return held(m, strrchr(disk, '/') + 1, why, size);
	}
	parts = sysfs_list("class/block/%s", name);
	for (p = parts; *p && !found; p++)
		if (!sysfs_read(number, sizeof(number), "class/block/%s/%s/partition", name, *p))
			found = held(m, *p, why, size);
	names_free(parts);
	return found;
}

/* --- the running system --- */

/* Where the server mounts its own pools and media nothing of the system is. */
static bool is_own(const char *point)
{
	return str_starts(point, fs_root()) && point[strlen(fs_root())] == '/';
}

static bool system_mount(dev_t dev, const char *name, char *why, size_t size)
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	struct mount mnt;
	bool found = false;

	while (f && !found && mount_next(f, &mnt))
		found = mount_is_of(&mnt, dev) && !is_own(mnt.point);
	if (f)
		fclose(f);
	if (found)
		snprintf(why, size, "%s is mounted on %s", name, mnt.point);
	return found;
}

static bool system_above(const char *name, int depth, char *why, size_t size);

static bool system_on(const char *name, int depth, char *why, size_t size)
{
	dev_t dev = block_number(name);

	return system_mount(dev, name, why, size) || held_by_swap(NULL, dev, name, why, size) ||
	       (depth && system_above(name, depth - 1, why, size));
}

static bool system_above(const char *name, int depth, char *why, size_t size)
{
	char **holders = sysfs_list("class/block/%s/holders", name), **n, number[16];
	char **parts = sysfs_list("class/block/%s", name);
	bool found = false;

	for (n = holders; *n && !found; n++)
		found = system_on(*n, depth, why, size);
	for (n = parts; *n && !found; n++)
		if (!sysfs_read(number, sizeof(number), "class/block/%s/%s/partition", name, *n))
			found = system_on(*n, depth, why, size);
	names_free(parts);
	names_free(holders);
	return found;
}

bool holder_system(const char *kernel_name, char *why, size_t size)
{
	return system_on(kernel_name, LOOP_DEPTH, why, size);
}

bool holder_find(const struct model *m, const struct backing *b, char *why, size_t size)
{
	const char *name = b->sysfs[0] ? strrchr(b->sysfs, '/') + 1 : b->name;

	return held(m, name, why, size) || held_relative(m, b, name, why, size);
}

void holder_describe(const struct model *m, const struct backing *b, char *why, size_t size)
{
	if (!holder_find(m, b, why, size))
		snprintf(why, size, "another program has opened it exclusively");
}

bool holder_of_file(const struct backing *b, char *why, size_t size)
{
	char **names = sysfs_list("class/block"), **n, file[PATH_MAX];
	bool found = false;

	for (n = names; *n && !found; n++) {
		if (strncmp(*n, "loop", strlen("loop")))
			continue;
		sysfs_read(file, sizeof(file), "class/block/%s/loop/backing_file", *n);
		found = file[0] && !strcmp(file, b->path);
		if (found)
			snprintf(why, size, "it is the backing file of %s", *n);
	}
	names_free(names);
	return found || held_by_swap(b->path, 0, "it", why, size);
}

/* --- loops --- */

static const struct adapter *loop_of_file(const struct model *m, const char *path, int depth);

static const struct adapter *loop_of_device(const struct model *m, const char *path, int depth)
{
	char **slaves, **n, *below, file[PATH_MAX];
	const char *name = strrchr(path, '/');
	const struct adapter *a = disk_adapter(m, path);

	if (a || !name || !depth)
		return a;
	name++;
	if (!sysfs_read(file, sizeof(file), "class/block/%s/partition", name)) {
		str_copy(file, sizeof(file), path);
		file[name - 1 - path] = '\0';
		return loop_of_device(m, file, depth - 1);
	}
	sysfs_read(file, sizeof(file), "class/block/%s/loop/backing_file", name);
	if (file[0])
		return loop_of_file(m, file, depth - 1);
	slaves = sysfs_list("class/block/%s/slaves", name);
	for (n = slaves; *n && !a; n++) {
		below = sysfs_resolve("class/block/%s", *n);
		a = below ? loop_of_device(m, below, depth - 1) : NULL;
		free(below);
	}
	names_free(slaves);
	return a;
}

/* File systems with device numbers of their own (btrfs) name the disk as source. */
static dev_t file_system_device(const char *path)
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	struct mount mnt;
	struct statx sx;
	struct stat st;
	dev_t dev = 0;

	if (f && !statx(AT_FDCWD, path, 0, STATX_MNT_ID, &sx) && sx.stx_mask & STATX_MNT_ID)
		while (!dev && mount_next(f, &mnt))
			if (mnt.id == sx.stx_mnt_id)
				dev = major(mnt.dev) || stat(mnt.source, &st) ? mnt.dev :
										st.st_rdev;
	if (f)
		fclose(f);
	return dev;
}

static const struct adapter *loop_of_file(const struct model *m, const char *path, int depth)
{
	char sysfs[PATH_MAX];

	block_path(file_system_device(path), sysfs, sizeof(sysfs));
	return sysfs[0] && depth ? loop_of_device(m, sysfs, depth) : NULL;
}

const struct adapter *holder_loop(const struct model *m, const struct backing *b)
{
	if (b->ino)
		return loop_of_file(m, b->path, LOOP_DEPTH);
	return loop_of_device(m, b->sysfs, LOOP_DEPTH);
}

static bool is_backing(const struct model *m, const char *name)
{
	dev_t dev = block_number(name);
	char why[512];

	return dev && held_by_vtd(m, dev, name, why, sizeof(why));
}

bool holder_client(const struct model *m, const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	char disk[PATH_MAX], number[16];

	if (loop_of_device(m, path, LOOP_DEPTH) || is_backing(m, name))
		return true;
	if (sysfs_read(number, sizeof(number), "class/block/%s/partition", name))
		return false;
	str_copy(disk, sizeof(disk), path);
	*strrchr(disk, '/') = '\0';
	return is_backing(m, strrchr(disk, '/') + 1);
}
