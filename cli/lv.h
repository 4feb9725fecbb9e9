/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_LV_H
#define CLI_LV_H

#include "pv.h"

/* What several verbs do with logical volumes. */

/* Refuse one that a storage pool or the media repository is in. */
int lv_check_plain(const struct lvm_lv *lv);

/* Whether it may be removed as far as other volumes go: RC_OK or a printed message's status. */
int lv_check_dependents(const struct storage *st, const struct lvm_lv *lv);
/* The same of one whose mappings go first; if none has it open (@closed), nobody else may. */
int lv_check_unmap(const struct storage *st, const struct lvm_lv *lv, bool closed);
/* lv_check_plain() and lv_check_dependents(), and nobody may have it open. */
int lv_check_remove(const struct storage *st, const struct lvm_lv *lv);

/*
 * Warn and ask on the terminal, and remember it if the answer is yes.  Return RC_OK or the exit
 * status of a printed message, as below.
 */
int lv_confirm(const struct storage *st, const struct lvm_lv *lv);
/* Refuse one of which the user has not been asked. */
int lv_check_confirmed(const struct storage *st, const struct lvm_lv *lv);

/* A volume that is to be made. */
struct lv_new {
	const char *vg;
	const char *name;
	const char *type;		/* as lsvg shows it */
	uint64_t extents;
	bool mirror;
	const struct argv *pvs;		/* paths; NULL: any of the group's */
};

int lv_create(const struct storage *st, const struct lv_new *n);
/* Take away what lv_create() has made. */
int lv_unmake(const struct storage *st, const char *vg, const char *name);

/* Make it larger by so many partitions on these physical volumes; NULL: any. */
int lv_grow(const struct storage *st, const struct lvm_lv *lv, uint64_t extents,
	    const struct argv *pvs);

/* Give it another name, unless it is open. */
int lv_rename(const struct storage *st, const struct lvm_lv *lv, const char *name);

/* Remove it and say so. */
int lv_remove(const struct storage *st, const struct lvm_lv *lv);

/*
 * A size as mklv and extendlv take it, in whole partitions: 20G, 512m, 2048b (of 512
 * bytes) or a number of partitions.
 */
int lv_parse_size(const struct verb *verb, const char *word, const struct lvm_vg *vg,
		  uint64_t *extents);

/* Physical volumes of a group by name, as paths for LVM.  None are named: all. */
int lv_choose_pvs(const struct storage *st, const struct lvm_vg *vg, const struct words *names,
		  struct argv *paths);

/* Whether there is room for so many partitions, with so many copies of each. */
int lv_check_space(const struct storage *st, const struct lvm_vg *vg, const struct words *names,
		   uint64_t extents, uint64_t copies);

#endif
