// SPDX-License-Identifier: GPL-2.0
/* The files of a storage pool or of the media repository. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backing.h"
#include "err.h"
#include "name.h"
#include "poolfile.h"
#include "util.h"

#define COPY_SIZE	1048576

static int failed(const char *name, int err)
{
	return err_say(ERR_FILE_IO, name, strerror(-err));
}

/* --- finding --- */

/* A link whose file is not there, since its file system isn't mounted, is a medium all the same. */
static bool look_at(const struct pool *p, const char *path, struct pool_file *f)
{
	struct stat st;

	if (lstat(path, &st))
		return false;
	f->link = S_ISLNK(st.st_mode) && !strcmp(p->name, MEDIA_NAME);
	if (!f->link && !S_ISREG(st.st_mode))
		return false;
	f->size = f->link && stat(path, &st) ? 0 : st.st_size;
	f->read_only = f->link || !(st.st_mode & 0200);
	return true;
}

bool pool_file_find(const struct pool *p, const char *name, struct pool_file *f)
{
	char *path = pool_path(p, name);
	bool found = name[0] != '.' && !strchr(name, '/') && look_at(p, path, f);

	free(path);
	if (found)
		str_copy(f->name, sizeof(f->name), name);
	return found;
}

static int cmp_files(const void *a, const void *b)
{
	const struct pool_file *x = a, *y = b;

	return name_cmp(x->name, y->name);
}

void pool_files_read(const struct pool *p, struct pool_files *files)
{
	DIR *dir = opendir(p->dir);
	struct pool_file f;
	struct dirent *d;

	memset(files, 0, sizeof(*files));
	while (dir && (d = readdir(dir))) {
		if (!pool_file_find(p, d->d_name, &f))
			continue;
		files->list = array_grow(files->list, files->nr, sizeof(f));
		files->list[files->nr++] = f;
	}
	if (dir)
		closedir(dir);
	if (files->nr)
		qsort(files->list, files->nr, sizeof(f), cmp_files);
}

void pool_files_free(struct pool_files *files)
{
	free(files->list);
	memset(files, 0, sizeof(*files));
}

const struct vtd *pool_file_vtd(const struct storage *st, const struct pool *p, const char *name,
				size_t *at)
{
	const struct model *m = &st->session->model;
	char *path = pool_path(p, name);
	const struct vtd *found = NULL;
	struct backing b;

	if (backing_find(path, &b))
		*at = m->nr_vtds;
	for (; !found && *at < m->nr_vtds; (*at)++)
		if (backing_is(&b, &m->vtds[*at]))
			found = &m->vtds[*at];
	free(path);
	return found;
}

/* --- checking --- */

int pool_file_check_name(const struct pool *p, const char *name)
{
	struct pool_file f;
	int rc = name_check_file(name);

	if (!rc && pool_file_find(p, name, &f))
		rc = err_say(ERR_EXISTS, name, "choose another name");
	return rc;
}

static int check_space(const struct pool *p, uint64_t bytes)
{
	struct fs_space space;
	char why[96];
	int err = fs_space(p->dir, &space);

	if (err)
		return failed(p->name, err);
	if (bytes <= space.free)
		return RC_OK;
	snprintf(why, sizeof(why), "%" PRIu64 " megabytes are free, %" PRIu64 " are asked for",
		 space.free >> 20, megabytes(bytes));
	return err_say(ERR_POOL_SPACE, p->name, why);
}

/* --- making --- */

static int write_all(int fd, const char *data, size_t len)
{
	ssize_t done;

	while (len) {
		done = write(fd, data, len);
		if (done < 0)
			return -errno;
		data += done;
		len -= done;
	}
	return 0;
}

/* No more than was announced, and no less. */
static int copy(const struct pool_source *source, int to)
{
	char *data = xcalloc(1, COPY_SIZE);
	uint64_t left = source->size;
	ssize_t len = 1;
	int err = 0;

	while (!err && left && len > 0) {
		len = read(source->fd, data, left < COPY_SIZE ? left : COPY_SIZE);
		err = len < 0 ? -errno : write_all(to, data, len);
		left -= len > 0 ? len : 0;
	}
	free(data);
	return err ? err : left ? -ENODATA : 0;
}

static int fill(int fd, const struct pool_source *source, uint64_t size, bool read_only)
{
	int err;

	if (fallocate(fd, 0, 0, size))
		return -errno;
	err = source->fd < 0 ? 0 : copy(source, fd);
	if (!err && (fchmod(fd, read_only ? 0444 : 0644) || fsync(fd)))
		err = -errno;
	return err;
}

/* What was done with a name lasts when the directory is on the disk. */
static int sync_dir(const struct pool *p)
{
	int fd = open(p->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err = fd < 0 || fsync(fd) ? -errno : 0;

	if (fd >= 0)
		close(fd);
	return err;
}

static int give_name(const struct pool *p, int fd, const char *name)
{
	char *self = xasprintf("/proc/self/fd/%d", fd), *path = pool_path(p, name);
	int err = linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW) ? -errno : 0;

	free(path);
	free(self);
	return err ? err : sync_dir(p);
}

int pool_file_make(const struct pool *p, const char *name, const struct pool_source *source,
		   uint64_t size, bool read_only)
{
	int rc = check_space(p, size), fd, err;

	if (rc)
		return rc;
	fd = open(p->dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		return failed(name, -errno);
	err = fill(fd, source, size, read_only);
	if (!err)
		err = give_name(p, fd, name);
	close(fd);
	if (err == -ENODATA)
		return err_say(ERR_FILE_IO, source->name, "it has become shorter");
	return err ? failed(name, err) : RC_OK;
}

int pool_file_link(const struct pool *p, const char *name, const struct pool_source *source)
{
	char *real = realpath(source->name, NULL), *path = pool_path(p, name);
	int err = !real || symlink(real, path) ? -errno : sync_dir(p);

	free(path);
	free(real);
	return err ? failed(name, err) : RC_OK;
}

/* --- changing --- */

/* Wait until nobody else makes it larger; closing the file lets the next one. */
static int lock_size(int fd, uint64_t *size)
{
	struct stat st;

	while (flock(fd, LOCK_EX))
		if (errno != EINTR)
			return -errno;
	if (fstat(fd, &st))
		return -errno;
	*size = st.st_size;
	return 0;
}

/*
 * First the space, then the size: it is the old or the new one, whoever looks.  What a client
 * may have seen is not taken back.
 */
static int grow(int fd, uint64_t bytes)
{
	uint64_t size = 0;
	int err = lock_size(fd, &size);

	if (err)
		return err;
	if (fallocate(fd, FALLOC_FL_KEEP_SIZE, size, bytes) || ftruncate(fd, size + bytes)) {
		err = -errno;
		return ftruncate(fd, size) ? -errno : err;
	}
	return fsync(fd) ? -errno : 0;
}

int pool_file_grow(const struct pool *p, const char *name, uint64_t bytes)
{
	int rc = check_space(p, bytes), fd, err;
	char *path;

	if (rc)
		return rc;
	path = pool_path(p, name);
	fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	err = fd < 0 ? -errno : grow(fd, bytes);
	if (fd >= 0)
		close(fd);
	free(path);
	return err ? failed(name, err) : RC_OK;
}

int pool_file_rename(const struct pool *p, const char *name, const char *new_name)
{
	char *path = pool_path(p, name), *new_path = pool_path(p, new_name);
	int err = renameat2(AT_FDCWD, path, AT_FDCWD, new_path, RENAME_NOREPLACE) ? -errno : 0;

	free(new_path);
	free(path);
	if (!err)
		err = sync_dir(p);
	return err ? failed(name, err) : RC_OK;
}

int pool_file_protect(const struct pool *p, const char *name, bool read_only)
{
	char *path = pool_path(p, name);
	int err = chmod(path, read_only ? 0444 : 0644) ? -errno : 0;

	free(path);
	return err ? failed(name, err) : RC_OK;
}

int pool_file_remove(const struct pool *p, const char *name)
{
	char *path = pool_path(p, name);
	int err = unlink(path) ? -errno : 0;

	free(path);
	if (!err)
		err = sync_dir(p);
	return err ? failed(name, err) : RC_OK;
}
