/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_BD_H
#define CLI_BD_H

#include "poolfile.h"

/* The backing devices of a storage pool: logical volumes, or files. */

struct bd {
	const struct pool *pool;
	const struct lvm_lv *lv;	/* NULL: a file */
	char name[NAME_MAX + 1];
	uint64_t size;			/* bytes */
};

struct bds {
	struct bd *list;		/* by name */
	size_t nr;
};

void bds_read(const struct storage *st, const struct pool *p, struct bds *bds);
void bds_free(struct bds *bds);

/* Return RC_OK or the exit status of a printed message, as all below. */
int bd_find(const struct storage *st, const struct pool *p, const char *name, struct bd *bd);

/* The next virtual target device that has it; *at is 0 at first.  NULL: there are no more. */
const struct vtd *bd_vtd(const struct storage *st, const struct bd *bd, size_t *at);
/* Refuse one that a virtual target device has. */
int bd_check_unused(const struct storage *st, const struct bd *bd);

/* "logical volume" or "file" */
const char *bd_kind(const struct pool *p);

/* As mkvdev's -vdev takes it; to be freed. */
char *bd_word(const struct pool *p, const char *name);

/* Make one, of the size that a word says.  With @name NULL fill in one that is free. */
int bd_make(const struct storage *st, const struct pool *p, const char *name, const char *size,
	    struct bd *bd);
/* Take away what bd_make() has made. */
int bd_unmake(const struct storage *st, const struct bd *bd);
/* Remove it and say so. */
int bd_remove(const struct storage *st, const struct bd *bd);
/* Make it larger by what a word says. */
int bd_grow(const struct storage *st, const struct bd *bd, const char *size);
int bd_rename(const struct storage *st, const struct bd *bd, const char *name);

#endif
