// SPDX-License-Identifier: GPL-2.0
/* Files that outlive a restart. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"
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

/* What is being written has this in its name, and six letters. */
#define FRESH	".new."

/* Who has the lock knows that nobody is writing: this is of those who were killed. */
static void remove_left_over(void)
{
	DIR *dir = opendir(state_dir());
	struct dirent *entry;
	const char *fresh;

	while (dir && (entry = readdir(dir))) {
		fresh = strstr(entry->d_name, FRESH);
		if (fresh && strlen(fresh) == strlen(FRESH "XXXXXX"))
			unlinkat(dirfd(dir), entry->d_name, 0);
	}
	if (dir)
		closedir(dir);
}

/* Whatever the umask is. */
static void make_dir(const char *path, mode_t mode)
{
	if (!mkdir(path, mode))
		chmod(path, mode);
}

void state_make_lu_dir(void)
{
	char *path = state_path("lu");

	make_dir(state_dir(), 0755);
	make_dir(path, 0700);
	free(path);
}

static int lock_file(const char *name, int how)
{
	char *path = state_path(name);
	int fd;

	make_dir(state_dir(), 0755);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	free(path);
	if (fd < 0)
		return -errno;
	while (flock(fd, how)) {
		if (errno == EINTR)
			continue;
		close(fd);
		return -EIO;
	}
	return fd;
}

int state_lock(void)
{
	int fd = lock_file("lock", LOCK_EX);

	if (fd >= 0)
		remove_left_over();
	return fd;
}

int state_lock_storage(bool shared)
{
	return lock_file("storage.lock", shared ? LOCK_SH : LOCK_EX);
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
	char *fresh = xasprintf("%s" FRESH "XXXXXX", path);
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

typedef int (*write_fn)(const char *path, const char *text, size_t len);

static int with_lines(const char *name, state_print_fn print, const void *arg, write_fn write)
{
	char *path = state_path(name), *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);
	int err = -ENOMEM;

	if (f) {
		print(f, arg);
		err = fclose(f) ? -ENOMEM : write(path, text, size);
	}
	free(text);
	free(path);
	return err;
}

int state_write_lines(const char *name, state_print_fn print, const void *arg)
{
	return with_lines(name, print, arg, state_write);
}

/* Nothing of it stays where not all of it can. */
static int append_all(int fd, const char *text, size_t len)
{
	off_t end = lseek(fd, 0, SEEK_END);
	int err = end < 0 ? -errno : write_all(fd, text, len);

	if (!err && fdatasync(fd))
		err = -errno;
	if (err && end >= 0 && ftruncate(fd, end))
		return -errno;
	return err;
}

static int append(const char *path, const char *text, size_t len)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err;

	if (fd < 0)
		return -errno;
	err = append_all(fd, text, len);
	close(fd);
	return err;
}

int state_append_lines(const char *name, state_print_fn print, const void *arg)
{
	return with_lines(name, print, arg, append);
}

/* --- reading --- */

struct reading {
	const char *path;
	const char *(*parse)(void *arg, char *line);
	void *arg;
	bool quiet;
	bool damaged;
};

static void complain(struct reading *r, unsigned int line, const char *why)
{
	char *where = line ? xasprintf("%s, line %u", r->path, line) : xstrdup(r->path);

	if (!r->quiet)
		err_say(ERR_STATE_FILE, where, why);
	r->damaged = true;
	free(where);
}

static void read_lines(struct reading *r, FILE *f)
{
	unsigned int number = 0;
	char *line = NULL;
	const char *why;
	size_t size = 0;
	ssize_t len;

	while ((len = getline(&line, &size, f)) > 0) {
		number++;
		if (line[0] == '#')
			continue;
		if (line[len - 1] != '\n' || strlen(line) != (size_t)len)
			why = "it is cut, or not text";
		else
			why = NULL;
		line[strcspn(line, "\n")] = '\0';
		if (!why)
			why = r->parse(r->arg, line);
		if (why)
			complain(r, number, why);
	}
	free(line);
}

bool state_read_lines(const char *name, const char *(*parse)(void *arg, char *line), void *arg,
		      bool *said)
{
	char *path = state_path(name);
	struct reading r = { .path = path, .parse = parse, .arg = arg, .quiet = *said };
	FILE *f = fopen(path, "re");

	if (f) {
		read_lines(&r, f);
		fclose(f);
	} else if (errno != ENOENT) {
		complain(&r, 0, strerror(errno));
	}
	*said = r.damaged;
	free(path);
	return !r.damaged;
}
