/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_HDISK_H
#define CLI_HDISK_H

#include "backing.h"
#include "disk.h"

/*
 * The names that a Virtual I/O Server gives the drives of this machine: hdiskN, cdN, rmtN.  A
 * name belongs to the identity of a drive, or to its place if it has none, and is kept in a
 * file until it is forgotten.
 */

enum hdisk_kind {
	HDISK_DISK,
	HDISK_OPTICAL,
	HDISK_TAPE,
};

struct hdisk {
	char name[VSCSI_DEVICE_NAME_MAX + 1];
	enum hdisk_kind kind;
	char id[256];			/* "": it has no identity */
	char place[256];		/* where it is, or was last */
	const struct disk *disk;	/* NULL: it is gone */
};

struct hdisks {
	struct hdisk *list;		/* by name */
	size_t nr;
	struct disk *disks;		/* all of disks_read(), then optical and tape drives */
	size_t nr_disks;
	bool damaged;			/* the file can't be read whole, and must stay as it is */
	bool changed;			/* something differs from the file */
};

/*
 * All drives that have a name, and those that have none yet with the names that they would be
 * given now.  What is wrong with the file is said, once.
 */
void hdisks_read(const struct model *m, struct hdisks *all);
/* The names in the file alone, as if all drives were gone. */
void hdisks_read_stored(struct hdisks *all);
void hdisks_free(struct hdisks *all);

const struct hdisk *hdisk_find(const struct hdisks *all, const char *name);
/* By the name that Linux gave it. */
const struct hdisk *hdisk_of(const struct hdisks *all, const char *kernel_name);

/* Keep the names of new drives.  Return 0 or a negative errno. */
int hdisks_store(const struct model *m);
/* Forget a name: -ENOENT, or -EUCLEAN for a damaged file. */
int hdisk_forget(const struct model *m, const char *name);

/*
 * backing_find() for a word that may be such a name; -ENXIO: the drive is gone.  @store: the
 * kernel will be told the name, so it must stay; where it can't be stored, saving the
 * configuration says why.
 */
int hdisk_backing(const struct model *m, const char *word, bool store, struct backing *b);

/* The same among drives that have been read, and whose names are stored. */
int hdisk_backing_among(const struct hdisks *all, const char *word, struct backing *b);

/* disk_identity(), or what udev knows; "" if there is none. */
void hdisk_identity(dev_t dev, const char *path, char *id, size_t size);
/* Where a device is, for those that have no identity. */
void hdisk_place(dev_t dev, const char *path, char *place, size_t size);

#endif
