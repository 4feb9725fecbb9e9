/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_POOL_H
#define CLI_POOL_H

#include "fs.h"
#include "lv.h"

/*
 * Storage pools: a volume group, or a logical volume with a file system whose files are the
 * backing devices.  The repository of virtual media is kept in the same way.
 */

#define MEDIA_NAME	"VMLibrary"	/* of the repository's volume */

struct pool {
	const struct lvm_vg *vg;	/* the group; of a pool of files that which it is in */
	const struct lvm_lv *lv;	/* with the files; NULL: the group itself is the pool */
	char name[NAME_MAX + 1];
	char node[PATH_MAX];		/* of the volume */
	char dir[PATH_MAX];		/* where it is mounted */
};

/*
 * The pool that a word means; NULL: the default one.  Return RC_OK or the exit status of a
 * printed message.
 */
int pool_find(const struct storage *st, const char *word, struct pool *p);
/* One of files, or a message. */
int pool_find_files(const struct storage *st, const char *word, struct pool *p);
/* A group that may be changed, or a message. */
int pool_find_group(const struct storage *st, const char *word, struct pool *p);
/* The repository; false: there is none. */
bool pool_media(const struct storage *st, struct pool *p);
/* The same, mounted if it is not yet, or a message. */
int pool_find_media(const struct storage *st, struct pool *p);

/* Pools of files, and the repository; false: the volume is neither. */
bool pool_of_lv(const struct storage *st, const struct lvm_lv *lv, struct pool *p);

/*
 * Refuse an exported group with a pool of files, or repository, of the same name as one that
 * is here.
 */
int pools_check_import(const struct storage *st, const char *vg);

/* The name of the default pool, to be freed; NULL: there is none. */
char *pool_default(const struct storage *st);
int pool_set_default(const struct pool *p);

bool pool_is_mounted(const struct pool *p);
/* Mount it unless it is.  Return RC_OK or the exit status of a printed message. */
int pool_enter(const struct pool *p);

/* The file that a name means in a pool; to be freed. */
char *pool_path(const struct pool *p, const char *name);

/*
 * Refuse a file that a mapping wants, or a drive, which could not be restored: it knows it by its
 * name.  Of a group, whose volumes have identities, refuse nothing.
 */
int pool_check_unwanted(const struct storage *st, const struct pool *p, const char *name);

/* Megabytes, rounded up. */
uint64_t megabytes(uint64_t bytes);

/* "200M", "20g", without anything else: bytes, or a message. */
int pool_parse_size(const struct verb *verb, const char *word, uint64_t *bytes);

/*
 * Make a volume with a file system in a group, LVM_USE_@use being what it is for, and mount
 * it; fill *p, without the volume.  The name must have been checked.  The caller says what was
 * made and then saves the configuration, without which nothing is mounted after a restart.
 */
int pool_make(const struct storage *st, const struct lvm_vg *vg, const char *name,
	      const char *use, uint64_t bytes, struct pool *p);
/* A size in whole partitions of a group. */
uint64_t pool_round(const struct lvm_vg *vg, uint64_t bytes);

/* Make it larger by at least so much, together with its file system. */
int pool_grow(const struct storage *st, const struct pool *p, uint64_t bytes);
/* Refuse while somebody uses its files; without @force also if there are any. */
int pool_remove(const struct storage *st, const struct pool *p, bool force);

/*
 * Mount all that are not, as after a restart; with @validate only say which are not.  Return
 * how many are not mounted in the end.
 */
unsigned int pools_restore(struct session *s, bool validate);

#endif
