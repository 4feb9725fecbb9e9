/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_UTIL_H
#define CLI_UTIL_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define PRINTF(f, a)	__attribute__((format(printf, f, a)))

/* Where sysfs is mounted.  The unit tests point it at a tree of their own. */
extern const char *sysfs_root;

/* Memory that can't be had ends the program with RC_NO_MEMORY. */
void *xcalloc(size_t nr, size_t size);
void *xrealloc(void *p, size_t nr, size_t size);
char *xstrdup(const char *s);
char *xasprintf(const char *fmt, ...) PRINTF(1, 2);
char *xvasprintf(const char *fmt, va_list args) PRINTF(1, 0);

/* Make room for one more in an array that grows by powers of two. */
void *array_grow(void *array, size_t nr, size_t size);

/* Copy a string into an array of @size bytes, cut where it must be. */
void str_copy(char *to, size_t size, const char *from);
/* Cut off the blanks at the end. */
void str_trim(char *s);
bool str_starts(const char *s, const char *prefix);
/* Whether a list with blanks between its words has this word. */
bool word_in(const char *list, const char *word);

/* Whole decimal numbers: 0, or -EINVAL or -ERANGE. */
int parse_u64(const char *word, uint64_t max, uint64_t *value);
/* "512M", "10g", "4096": bytes.  A bare number is bytes. */
int parse_size(const char *word, uint64_t *bytes);

/* Compare names so that vhost2 comes before vhost10. */
int name_cmp(const char *a, const char *b);

/*
 * One line of a sysfs attribute, without the newline.  The path is relative to
 * the root of sysfs.  Return 0 or a negative errno; @buf is "" on failure.
 */
int sysfs_read(char *buf, size_t size, const char *fmt, ...) PRINTF(3, 4);
int sysfs_write(const char *value, const char *fmt, ...) PRINTF(2, 3);
/* What the path leads to, without symbolic links; to be freed; NULL if nothing. */
char *sysfs_resolve(const char *fmt, ...) PRINTF(1, 2);
/* Names in a directory, sorted; ends with NULL; free with names_free(). */
char **sysfs_list(const char *fmt, ...) PRINTF(1, 2);
void names_free(char **names);

/* A property from udev's database of a block device; false if there is none. */
bool udev_property(dev_t dev, const char *key, char *buf, size_t size);

#endif
