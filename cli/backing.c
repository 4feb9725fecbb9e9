// SPDX-License-Identifier: GPL-2.0
/* From a word on the command line to an open file. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "backing.h"
#include "disk.h"
#include "err.h"
#include "holder.h"
#include "util.h"

/* --- finding --- */

static bool is_device(const char *path)
{
	struct stat st;

	return !stat(path, &st) && (S_ISBLK(st.st_mode) || S_ISCHR(st.st_mode));
}

/* The volume group's name is left out, or stands before a slash. */
static bool lv_matches(const struct lv *lv, const char *word)
{
	size_t vg = strlen(lv->vg);

	if (!strncmp(word, lv->vg, vg) && word[vg] == '/')
		word += vg + 1;
	return !strcmp(word, lv->name);
}

static int find_lv(const char *word, char *path, struct backing *b)
{
	size_t i, nr, found = 0, len = 0;
	struct lv *lvs = lvs_read(&nr);

	for (i = 0; i < nr; i++) {
		if (!lv_matches(&lvs[i], word))
			continue;
		snprintf(path, PATH_MAX, "/dev/%s", lvs[i].kernel_name);
		if (len < sizeof(b->problem))
			len += snprintf(b->problem + len, sizeof(b->problem) - len, "%s%s/%s",
					found ? ", " : "", lvs[i].vg, lvs[i].name);
		found++;
	}
	free(lvs);
	if (found > 1)
		return -EEXIST;
	return found ? 0 : -ENOENT;
}

/* A path of its own, a device, a logical volume, a device-mapper name, a file here. */
static int locate(const char *word, char *path, struct backing *b)
{
	int err;

	if (strlen(word) > VSCSI_BACKING_PATH_MAX - strlen("/dev/mapper/"))
		return -ENAMETOOLONG;
	if (word[0] == '/') {
		str_copy(path, PATH_MAX, word);
		return 0;
	}
	snprintf(path, PATH_MAX, "/dev/%s", word);
	if (is_device(path))
		return 0;
	err = find_lv(word, path, b);
	if (err != -ENOENT)
		return err;
	snprintf(path, PATH_MAX, "/dev/mapper/%s", word);
	if (!is_device(path))
		str_copy(path, PATH_MAX, word);
	return 0;
}

static int unfit(struct backing *b, const char *what)
{
	str_copy(b->problem, sizeof(b->problem), what);
	return -ENOTBLK;
}

static int describe_file(const char *path, const struct stat *st, struct backing *b)
{
	char *real = realpath(path, NULL);
	int err = 0;

	if (!real)
		return -errno;
	b->type = VSCSI_VTD_FILE;
	b->dev = st->st_dev;
	b->ino = st->st_ino;
	b->size = st->st_size;
	if (strlen(real) > VSCSI_BACKING_NAME_MAX)
		err = -ENAMETOOLONG;
	str_copy(b->name, sizeof(b->name), real);
	str_copy(b->path, sizeof(b->path), real);
	free(real);
	return err;
}

static int describe_dm(const char *kernel_name, struct backing *b)
{
	char uuid[256];
	struct lv lv;

	sysfs_read(b->name, sizeof(b->name), "class/block/%s/dm/name", kernel_name);
	sysfs_read(uuid, sizeof(uuid), "class/block/%s/dm/uuid", kernel_name);
	if (lv_of(kernel_name, &lv)) {
		b->type = VSCSI_VTD_LV;
		str_copy(b->name, sizeof(b->name), lv.name);
		snprintf(b->path, sizeof(b->path), "/dev/%.250s/%.250s", lv.vg, lv.name);
	} else if (str_starts(uuid, "LVM-")) {
		return unfit(b, "an internal device of LVM");
	}
	return 0;
}

static int describe_block(const char *path, const struct stat *st, struct backing *b)
{
	const char *name;
	char *c;

	b->type = VSCSI_VTD_DISK;
	b->dev = st->st_rdev;
	block_path(b->dev, b->sysfs, sizeof(b->sysfs));
	name = b->sysfs[0] ? strrchr(b->sysfs, '/') + 1 : strrchr(path, '/') + 1;
	str_copy(b->path, sizeof(b->path), path);
	if (str_starts(name, "sr"))
		return unfit(b, "an optical drive");
	if (str_starts(name, "dm-"))
		return describe_dm(name, b);
	str_copy(b->name, sizeof(b->name), name);
	for (c = b->name; *c; c++)
		if (*c == '!')
			*c = '/';
	return 0;
}

int backing_find(const char *word, struct backing *b)
{
	char path[PATH_MAX];
	struct stat st;
	int err;

	memset(b, 0, sizeof(*b));
	err = locate(word, path, b);
	if (err)
		return err;
	if (stat(path, &st))
		return -errno;
	switch (st.st_mode & S_IFMT) {
	case S_IFREG:
		return describe_file(path, &st, b);
	case S_IFBLK:
		return describe_block(path, &st, b);
	case S_IFDIR:
		return unfit(b, "a directory");
	case S_IFCHR:
		return unfit(b, "a character device");
	default:
		return unfit(b, "neither a block device nor a file");
	}
}

bool backing_is(const struct backing *b, const struct vtd *v)
{
	uint64_t dev = (uint64_t)major(b->dev) << 32 | minor(b->dev);

	bool file = v->type == VSCSI_VTD_FILE || v->type == VSCSI_VTD_OPTICAL;

	if (v->type == VSCSI_VTD_RAM || !!b->ino != file)
		return false;
	if (b->ino && !strcmp(b->path, v->path))
		return true;
	return dev == v->backing_dev && b->ino == v->backing_ino;
}

/* --- opening --- */

static int open_flags(const struct backing *b, const struct backing_mode *mode)
{
	int flags = O_CLOEXEC | (mode->read_only ? O_RDONLY : O_RDWR);

	if (!b->ino)
		return mode->shared ? flags : flags | O_EXCL;
	return mode->buffered ? flags : flags | O_DIRECT;
}

static int refuse(const struct model *m, const struct backing *b, int error)
{
	char why[512];

	switch (error) {
	case EBUSY:
		holder_describe(m, b, why, sizeof(why));
		return err_say(ERR_BACKING_HELD, b->name, why);
	case EROFS:
	case ETXTBSY:
		return err_say(ERR_BACKING_READ_ONLY, b->name, strerror(error));
	case EINVAL:
		return err_say(ERR_BACKING_DIRECT, b->name, NULL);
	case EACCES:
	case EPERM:
		return err_say(ERR_BACKING_PERMISSION, b->name, strerror(error));
	default:
		return err_say(ERR_BACKING_OPEN, b->name, strerror(error));
	}
}

/* The name may lead elsewhere by now than when it was looked at. */
static bool is_same(int fd, const struct backing *b)
{
	struct stat st;

	if (fstat(fd, &st))
		return false;
	if (b->ino)
		return S_ISREG(st.st_mode) && st.st_dev == b->dev && st.st_ino == b->ino;
	return S_ISBLK(st.st_mode) && st.st_rdev == b->dev;
}

static bool is_write_protected(const struct backing *b)
{
	char ro[8];

	if (b->ino)
		return false;
	sysfs_read(ro, sizeof(ro), "dev/block/%u:%u/ro", major(b->dev), minor(b->dev));
	return !strcmp(ro, "1");
}

/* A write to a page that is cached would have to wait until the page has been dropped. */
static void drop_cached(int fd)
{
	if (fcntl(fd, F_GETFL) & O_DIRECT)
		posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
}

int backing_open(const struct model *m, const struct backing *b, const struct backing_mode *mode,
		 int *rc)
{
	int flags = open_flags(b, mode), fd;

	*rc = RC_OK;
	if (!mode->read_only && is_write_protected(b)) {
		*rc = refuse(m, b, EROFS);
		return -1;
	}
	fd = open(b->path, flags);
	if (fd < 0 && errno == EINVAL && b->ino && !mode->direct)
		fd = open(b->path, flags & ~O_DIRECT);
	if (fd < 0) {
		*rc = refuse(m, b, errno);
		return -1;
	}
	if (!is_same(fd, b)) {
		*rc = refuse(m, b, ESTALE);
		close(fd);
		return -1;
	}
	drop_cached(fd);
	return fd;
}
