// SPDX-License-Identifier: GPL-2.0
/* Files that outlive a restart. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "state.h"
#include "util.h"

#define STATE_DIR	"/var/lib/vscsi"

static const char *state_dir(void)
{
	const char *dir = getenv("VSCSI_STATE_DIR");

	return dir && dir[0] ? dir : STATE_DIR;
}

char *state_path(const char *name)
{
	return strchr(name, '/') ? xstrdup(name) : xasprintf("%s/%s", state_dir(), name);
}

int state_lock(void)
{
	char *path = state_path("lock");
	int fd;

	if (!mkdir(state_dir(), 0755))
		chmod(state_dir(), 0755);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	free(path);
	if (fd < 0)
		return -errno;
	while (flock(fd, LOCK_EX)) {
		if (errno == EINTR)
			continue;
		close(fd);
		return -EIO;
	}
	return fd;
}

static int write_all(int fd, const char *text, size_t len)
{
	ssize_t done;

	while (len) {
		done = write(fd, text, len);
		if (done < 0)
			return -errno;
		text += done;
		len -= done;
	}
	return 0;
}

/* Everybody may read it, whatever the umask of who writes it. */
static int write_new(char *path, const char *text, size_t len)
{
	int fd = mkostemp(path, O_CLOEXEC);
	int err;

	if (fd < 0)
		return -errno;
	err = write_all(fd, text, len);
	if (!err && (fchmod(fd, 0644) || fsync(fd)))
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	return err;
}

/* A rename lasts when the directory is on the disk. */
static int sync_dir(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? xasprintf("%.*s/", (int)(slash - path), path) : xstrdup(".");
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err = fd < 0 || fsync(fd) ? -errno : 0;

	if (fd >= 0)
		close(fd);
	free(dir);
	return err;
}

int state_write(const char *path, const char *text, size_t len)
{
	char *fresh = xasprintf("%s.XXXXXX", path);
	int err = write_new(fresh, text, len);

	if (!err && rename(fresh, path))
		err = -errno;
	if (err)
		unlink(fresh);
	else
		err = sync_dir(path);
	free(fresh);
	return err;
}
