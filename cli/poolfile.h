/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_POOLFILE_H
#define CLI_POOLFILE_H

#include "pool.h"

/* The files of a pool or of the repository, which is mounted. */

struct pool_file {
	char name[NAME_MAX + 1];
	uint64_t size;			/* bytes */
	bool read_only;
	bool link;			/* of the repository: to a file elsewhere */
};

struct pool_files {
	struct pool_file *list;		/* by name */
	size_t nr;
};

void pool_files_read(const struct pool *p, struct pool_files *files);
void pool_files_free(struct pool_files *files);
/* False: there is none of that name. */
bool pool_file_find(const struct pool *p, const char *name, struct pool_file *f);

/*
 * The virtual target devices that have a file as backing device or medium, one after the
 * other; *at is 0 at first.  NULL: there are no more.
 */
const struct vtd *pool_file_vtd(const struct storage *st, const struct pool *p, const char *name,
				size_t *at);

/* All below return RC_OK or the exit status of a printed message. */

/* Whether a new file may be called so. */
int pool_file_check_name(const struct pool *p, const char *name);

/* What is in a new file. */
struct pool_source {
	const char *name;		/* for messages */
	int fd;				/* -1: nothing but zeros */
	uint64_t size;			/* bytes */
};

/*
 * Make a file.  It has its name when all of it is there and on the disk, so that whatever
 * ends this earlier leaves nothing; its space is its own.
 */
int pool_file_make(const struct pool *p, const char *name, const struct pool_source *source,
		   uint64_t size, bool read_only);
/* Make a link to a file elsewhere, which is only read; of the repository. */
int pool_file_link(const struct pool *p, const char *name, const struct pool_source *source);
/* Make it larger by so much, whoever else does at the same time. */
int pool_file_grow(const struct pool *p, const char *name, uint64_t bytes);
int pool_file_rename(const struct pool *p, const char *name, const char *new_name);
int pool_file_protect(const struct pool *p, const char *name, bool read_only);
int pool_file_remove(const struct pool *p, const char *name);

#endif
