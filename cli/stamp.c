// SPDX-License-Identifier: GPL-2.0
/* What is remembered of the saved configuration. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stamp.h"

static size_t print_identity(const char *path, char *text, size_t size)
{
	struct stat st;

	if (stat(path, &st))
		return 0;
	return snprintf(text, size, "%ju %ju %jd.%09ld ", (uintmax_t)st.st_ino,
			(uintmax_t)st.st_size, (intmax_t)st.st_ctim.tv_sec, st.st_ctim.tv_nsec);
}

bool stamp_read(int lock, const char *path, struct stamp *stamp)
{
	char now[96], then[160] = "";
	size_t len = print_identity(path, now, sizeof(now));

	return len && pread(lock, then, sizeof(then) - 1, 0) > 0 && !strncmp(now, then, len) &&
	       sscanf(then + len, "%" SCNu32 " %zu", &stamp->generation, &stamp->objects) == 2;
}

bool stamp_write(int lock, const char *path, const struct stamp *stamp)
{
	char text[160];
	size_t len = print_identity(path, text, sizeof(text));

	if (len)
		len += snprintf(text + len, sizeof(text) - len, "%" PRIu32 " %zu\n",
				stamp->generation, stamp->objects);
	return !ftruncate(lock, 0) && pwrite(lock, text, len, 0) == (ssize_t)len;
}
