/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_PV_H
#define CLI_PV_H

#include "lvm.h"
#include "verbs.h"

/* The physical volumes of a server: its disks, and what else LVM uses as one. */

struct pv {
	char name[NAME_MAX + 1];
	char path[PATH_MAX];		/* in /dev */
	char sysfs[PATH_MAX];
	uint64_t size;			/* bytes */
	dev_t dev;
	bool disk;			/* a whole disk */
	const struct lvm_pv *lvm;	/* NULL: not LVM's */
};

/* All that verbs about groups and volumes read. */
struct storage {
	struct session *session;
	struct lvm lvm;
	struct pv *pvs;			/* by name */
	size_t nr_pvs;
};

/* After session_start().  Return RC_OK or the exit status of a printed message. */
int storage_read(struct session *s, struct storage *st);
void storage_free(struct storage *st);
/* Again, after a change. */
int storage_reread(struct storage *st);

/*
 * The run() of verbs about storage: parse and check the words, ask what is to be asked, keep
 * others away, and storage_work() with the verb's work().  Return the exit status.
 */
int storage_verb(struct session *s, int argc, char **argv);

/*
 * Start on the server, read the storage, do @work with a verb's options, free all.  Return the
 * exit status.
 */
int storage_work(struct session *s, int (*work)(struct storage *st, const void *options),
		 const void *options);

/*
 * Keep out the verbs that a verb can't run beside; what was read before may be old.  Closing the
 * descriptor lets them in again; -1 after a message, with its exit status in *rc.
 */
int storage_lock(enum storage_access access, int *rc);
/* The same for a verb that uses a file, if it is of a pool or the repository; else, or NULL, -1. */
int storage_lock_file(const char *path, int *rc);

/* The physical volume that a word means; NULL after a message. */
const struct pv *pv_find(const struct storage *st, const char *word, int *rc);
const struct pv *pv_by_name(const struct storage *st, const char *name);
const struct pv *pv_by_dev(const struct storage *st, dev_t dev);
/* Its name in a listing, also if it is missing. */
const char *pv_name(const struct storage *st, dev_t dev);

/* The group that it belongs to and that is not exported; NULL: none. */
const struct lvm_vg *pv_vg(const struct storage *st, const struct pv *pv);

/* The virtual target device that has it as backing device; NULL: none. */
const struct vtd *pv_vtd(const struct storage *st, const struct pv *pv);

/* Whether somebody has claimed it; @why says who. */
bool pv_in_use(const struct storage *st, const struct pv *pv, char *why, size_t size);
/* Whether it has a file system, a partition table or another signature. */
bool pv_has_data(const struct pv *pv, char *why, size_t size);

/*
 * Remove the signatures and the partitions, which LVM won't have.  Return RC_OK or the exit
 * status of a printed message.
 */
int pv_wipe(const struct pv *pv);

/*
 * Whether it may become a part of a group; @force: with all that is on it.  Return RC_OK
 * or the exit status of a printed message.
 */
int pv_check_new(const struct storage *st, const struct pv *pv, bool force);

/* Whether the running system lives on a group. */
bool vg_is_system(const struct storage *st, const struct lvm_vg *vg, char *why, size_t size);
/* A group that may be changed; NULL after a message. */
const struct lvm_vg *vg_to_change(const struct storage *st, const char *name, int *rc);

/* Who uses a logical volume; false: nobody. */
bool lv_in_use(const struct storage *st, const struct lvm_lv *lv, char *why, size_t size);

/*
 * Whether a new group or volume may be called so: the name makes sense, and is not one of a
 * disk, group or volume, nor in the way of one.  RC_OK or a printed message's status.
 */
int storage_name_check(const struct storage *st, const char *name);

/* The lowest of PREFIX00, PREFIX01, ... that is free, if that may be a name. */
int storage_name_make(const struct storage *st, const char *prefix, char *name, size_t size);

#endif
