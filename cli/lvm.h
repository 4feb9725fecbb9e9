/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_LVM_H
#define CLI_LVM_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "model.h"
#include "run.h"

/* What LVM knows, from one run of its report. */

#define LVM_ID_MAX	32		/* a UUID without its dashes */
#define LVM_NAME_MAX	15		/* what the verbs make; LVM itself allows more */
#define LVM_OWN_TAG	"vscsi.server"	/* on each group that a verb made or imported */

/* Values of the tag that makes a volume with a file system what it is. */
#define LVM_USE_TAG	"vscsi.use="
#define LVM_USE_POOL	"pool"
#define LVM_USE_MEDIA	"media"

struct lvm_vg {
	char name[NAME_MAX + 1];
	char id[LVM_ID_MAX + 1];
	uint64_t extent_size;		/* bytes */
	uint64_t extents;
	uint64_t free;			/* extents */
	uint64_t lvs;
	uint64_t pvs;
	uint64_t missing;		/* physical volumes that are not there */
	uint64_t max_lvs;		/* 0: no limit */
	uint64_t max_pvs;
	bool read_only;
	bool exported;
	bool autoactive;
	bool own;			/* made or imported by a verb: not a client's */
};

struct lvm_pv {
	char path[PATH_MAX];
	char id[LVM_ID_MAX + 1];
	char vg[NAME_MAX + 1];		/* "" if it is in none */
	dev_t dev;			/* 0: missing */
	uint64_t size;			/* bytes */
	uint64_t extents;
	uint64_t used;
	bool missing;
};

struct lvm_lv {
	char vg[NAME_MAX + 1];
	char name[NAME_MAX + 1];
	char id[LVM_ID_MAX + 1];
	char parent[NAME_MAX + 1];	/* of a hidden part: what it is part of; else "" */
	char origin[LVM_ID_MAX + 1];	/* of a snapshot */
	char pool[LVM_ID_MAX + 1];	/* of a thin volume */
	char type[32];			/* as mklv was told */
	char use[8];			/* LVM_USE_...: the server keeps files in it; else "" */
	dev_t dev;			/* 0: not active */
	uint64_t size;			/* bytes */
	uint64_t copies;
	bool hidden;
	bool metadata;			/* a hidden part that holds no data */
	bool open;
	bool read_only;
	bool stale;			/* copies that are not yet the same */
};

/* Extents on a physical volume that follow each other and belong to one thing. */
struct lvm_run {
	dev_t pv;			/* 0: it is missing */
	char lv_id[LVM_ID_MAX + 1];	/* "" if they are free */
	uint64_t start;
	uint64_t nr;
	uint64_t lv_start;		/* the first one's number in the logical volume */
};

struct lvm {
	struct lvm_vg *vgs;
	size_t nr_vgs;
	struct lvm_pv *pvs;
	size_t nr_pvs;
	struct lvm_lv *lvs;
	size_t nr_lvs;
	struct lvm_run *runs;
	size_t nr_runs;
	bool read;
	struct argv filter;		/* arguments that keep LVM off our clients' disks */
};

/* Whether a block device is a physical volume; false too if it can't be read. */
bool lvm_is_labelled(const char *path);

/*
 * Read it all, without what is on disks of clients and on what is mapped to them: it is
 * theirs.  Return RC_OK or the exit status of a printed message.
 */
int lvm_read(const struct model *m, struct lvm *l);
/* The same; where LVM is not installed there are no groups. */
int lvm_read_if_there(const struct model *m, struct lvm *l);
void lvm_free(struct lvm *l);

const struct lvm_vg *lvm_vg(const struct lvm *l, const char *name);
const struct lvm_pv *lvm_pv(const struct lvm *l, dev_t dev);
/* Whether it is the block device of that path in sysfs, or a partition of it. */
bool lvm_pv_is_on(const struct lvm_pv *pv, const char *sysfs);
const struct lvm_lv *lvm_lv_by_id(const struct lvm *l, const char *id);
const struct lvm_lv *lvm_lv_by_dev(const struct lvm *l, dev_t dev);

/*
 * The logical volume that a word means: lv, where only one group has it, or vg/lv.
 * NULL after a message.
 */
const struct lvm_lv *lvm_lv_find(const struct lvm *l, const char *word, int *rc);
/* The group of that name that is not exported; NULL after a message. */
const struct lvm_vg *lvm_vg_find(const struct lvm *l, const char *name, int *rc);

/* The visible volume that a run belongs to, also through its hidden parts; or NULL. */
const struct lvm_lv *lvm_run_owner(const struct lvm *l, const struct lvm_run *run);

/* Whether some logical volume of a group is active, or there is none. */
bool lvm_vg_active(const struct lvm *l, const struct lvm_vg *vg);

/* 16 hexadecimal digits that stay the same as long as the physical volume is one. */
void lvm_pvid(const struct lvm_pv *pv, char *pvid, size_t size);

/*
 * Run an LVM command that changes something; its words end with NULL.  What goes wrong
 * is said, as about @what.  From now on the verb cannot be interrupted.  Return RC_OK or
 * the exit status.
 */
int lvm_change(const struct lvm *l, const char *what, const char *const *words);
int lvm_change_argv(const struct lvm *l, const char *what, const struct argv *words);

#define LVM_CHANGE(l, what, ...) \
	lvm_change(l, what, (const char *const []){ __VA_ARGS__, NULL })

#endif
