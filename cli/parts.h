/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_PARTS_H
#define CLI_PARTS_H

#include "out.h"
#include "pv.h"

/* Where the partitions of groups and volumes are. */

#define REGIONS	5

/* Physical partitions by the region of the disk, from its outer edge to its inner one. */
struct regions {
	uint64_t nr[REGIONS];
};

/* Count those from @first on, on a disk with @extents. */
void regions_add(struct regions *r, uint64_t extents, uint64_t first, uint64_t nr);
/* "01..00..00..00..00", or with another separator and more digits. */
void regions_text(const struct regions *r, int digits, const char *separator, char *text,
		  size_t size);
/* The region of a partition, and how many from it on are in the same one. */
const char *region_of(uint64_t extents, uint64_t at, uint64_t *left);

/* Which copy a run of a mirrored volume is part of, from 1; 0: it holds no data. */
unsigned int run_copy(const struct lvm *l, const struct lvm_run *run);

/* Physical partitions of a volume: all, or those on one physical volume. */
uint64_t lv_extents(const struct lvm *l, const struct lvm_lv *lv, dev_t pv);
/* On how many physical volumes it is. */
unsigned int lv_nr_pvs(const struct storage *st, const struct lvm_lv *lv);

/* "open/syncd"; @opened: what an open one is called, lslv has another word than lsvg. */
void lv_state(const struct lvm_lv *lv, const char *opened, char *text, size_t size);
/* Where it is mounted, or "N/A". */
void lv_mount_point(const struct lvm_lv *lv, char *text, size_t size);

/* "546 (139776 megabytes)" */
void out_extents(struct out *out, int field, const struct lvm_vg *vg, uint64_t extents);
void out_pp_size(struct out *out, int field, const struct lvm_vg *vg);

/*
 * LVM has no limits unless one was set.  Where it has none, the one of a VIOS is shown,
 * doubled until it holds what is there.
 */
uint64_t usual_limit(uint64_t set, uint64_t used, uint64_t usual);

/* The listing of -map, of lsvg and lspv: physical volume by physical volume. */
extern const struct out_kind map_listing;
void put_map(struct out *out, const struct storage *st, const struct pv *pv);

#endif
