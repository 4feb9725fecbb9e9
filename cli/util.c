// SPDX-License-Identifier: GPL-2.0
/* Small helpers that know nothing of virtual SCSI. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "err.h"
#include "util.h"

const char *sysfs_root = "/sys";

static void *checked(void *p)
{
	if (!p)
		exit(err_say(ERR_NO_MEMORY, NULL, NULL));
	return p;
}

void *xcalloc(size_t nr, size_t size)
{
	return checked(calloc(nr ? nr : 1, size));
}

void *xrealloc(void *p, size_t nr, size_t size)
{
	return checked(reallocarray(p, nr ? nr : 1, size));
}

char *xstrdup(const char *s)
{
	return checked(strdup(s));
}

char *xvasprintf(const char *fmt, va_list args)
{
	char *s;
	int len = vasprintf(&s, fmt, args);

	return checked(len < 0 ? NULL : s);
}

char *xasprintf(const char *fmt, ...)
{
	va_list args;
	char *s;

	va_start(args, fmt);
	s = xvasprintf(fmt, args);
	va_end(args);
	return s;
}

void *array_grow(void *array, size_t nr, size_t size)
{
	if (nr & (nr - 1))
		return array;
	return xrealloc(array, nr ? nr * 2 : 1, size);
}

void str_copy(char *to, size_t size, const char *from)
{
	size_t len = strnlen(from, size - 1);

	memcpy(to, from, len);
	to[len] = '\0';
}

void str_trim(char *s)
{
	size_t len = strlen(s);

	while (len && isspace((unsigned char)s[len - 1]))
		s[--len] = '\0';
}

bool str_starts(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

bool word_in(const char *list, const char *word)
{
	size_t len = strlen(word);
	const char *at;

	for (at = list; *at; at += strcspn(at, " ,"), at += strspn(at, " ,"))
		if (strcspn(at, " ,") == len && !strncmp(at, word, len))
			return true;
	return false;
}

int parse_u64(const char *word, uint64_t max, uint64_t *value)
{
	unsigned long long v;
	char *end;

	if (!isdigit((unsigned char)word[0]))
		return -EINVAL;
	errno = 0;
	v = strtoull(word, &end, 0);
	if (*end)
		return -EINVAL;
	if (errno || v > max)
		return -ERANGE;
	*value = v;
	return 0;
}

static int size_shift(const char *unit)
{
	static const char units[] = "kmgt";
	const char *u;

	if (!*unit)
		return 0;
	u = strchr(units, tolower((unsigned char)unit[0]));
	if (!u || unit[1])
		return -EINVAL;
	return 10 * (u - units + 1);
}

int parse_size(const char *word, uint64_t *bytes)
{
	size_t digits = strspn(word, "0123456789");
	int shift = size_shift(word + digits);
	unsigned long long v;

	if (!digits || shift < 0)
		return -EINVAL;
	errno = 0;
	v = strtoull(word, NULL, 10);
	if (errno || v > UINT64_MAX >> shift)
		return -ERANGE;
	*bytes = v << shift;
	return 0;
}

/* The number at the end of a name, -1 if there is none; *len: what is before. */
static long name_number(const char *name, size_t *len)
{
	size_t n = strlen(name);

	while (n && isdigit((unsigned char)name[n - 1]))
		n--;
	*len = n;
	return name[n] ? strtol(name + n, NULL, 10) : -1;
}

int name_cmp(const char *a, const char *b)
{
	size_t alen, blen;
	long anum = name_number(a, &alen), bnum = name_number(b, &blen);

	if (alen != blen || strncmp(a, b, alen) || anum == bnum)
		return strcmp(a, b);
	return anum < bnum ? -1 : 1;
}

static char *sysfs_path(const char *fmt, va_list args)
{
	char *rest = xvasprintf(fmt, args), *path;

	path = xasprintf("%s/%s", sysfs_root, rest);
	free(rest);
	return path;
}

int sysfs_read(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	ssize_t len;
	char *path;
	int fd;

	buf[0] = '\0';
	va_start(args, fmt);
	path = sysfs_path(fmt, args);
	va_end(args);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	free(path);
	if (fd < 0)
		return -errno;
	len = read(fd, buf, size - 1);
	close(fd);
	if (len < 0)
		return -EIO;
	buf[len] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	return 0;
}

int sysfs_write(const char *value, const char *fmt, ...)
{
	va_list args;
	char *path;
	int fd, err = 0;

	va_start(args, fmt);
	path = sysfs_path(fmt, args);
	va_end(args);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	free(path);
	if (fd < 0)
		return -errno;
	if (write(fd, value, strlen(value)) < 0)
		err = -errno;
	close(fd);
	return err;
}

char *sysfs_resolve(const char *fmt, ...)
{
	char *path, *real;
	va_list args;

	va_start(args, fmt);
	path = sysfs_path(fmt, args);
	va_end(args);
	real = realpath(path, NULL);
	free(path);
	return real;
}

static int visible(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return name_cmp((*a)->d_name, (*b)->d_name);
}

char **sysfs_list(const char *fmt, ...)
{
	struct dirent **entries = NULL;
	char *path, **names;
	va_list args;
	int nr, i;

	va_start(args, fmt);
	path = sysfs_path(fmt, args);
	va_end(args);
	nr = scandir(path, &entries, visible, by_name);
	free(path);
	if (nr < 0)
		nr = 0;
	names = xcalloc(nr + 1, sizeof(*names));
	for (i = 0; i < nr; i++) {
		names[i] = xstrdup(entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return names;
}

void names_free(char **names)
{
	char **n;

	for (n = names; *n; n++)
		free(*n);
	free(names);
}

bool udev_property(dev_t dev, const char *key, char *buf, size_t size)
{
	char path[64], line[1024];
	size_t len = strlen(key);
	bool found = false;
	FILE *f;

	snprintf(path, sizeof(path), "/run/udev/data/b%u:%u", major(dev), minor(dev));
	f = fopen(path, "re");
	if (!f)
		return false;
	while (!found && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		if (str_starts(line, "E:") && !strncmp(line + 2, key, len) &&
		    line[2 + len] == '=') {
			str_copy(buf, size, line + 3 + len);
			found = true;
		}
	}
	fclose(f);
	return found;
}
