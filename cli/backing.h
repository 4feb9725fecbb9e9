/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_BACKING_H
#define CLI_BACKING_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "model.h"

/* What can be mapped: a block device, a logical volume or a file. */
struct backing {
	uint8_t type;			/* enum vscsi_vtd_type */
	dev_t dev;			/* the block device, or what the file is on */
	ino_t ino;			/* 0: a block device */
	uint64_t size;			/* bytes, of a file */
	char name[VSCSI_BACKING_NAME_MAX + 1];	/* as lsmap shows it, unless it has the next one */
	char hdisk[VSCSI_DEVICE_NAME_MAX + 1];	/* the server's name for it; "" if it has none */
	char path[VSCSI_BACKING_PATH_MAX + 1];
	char sysfs[PATH_MAX];		/* "" for a file */
	char problem[VSCSI_BACKING_NAME_MAX + 64];	/* why backing_find() said no */
};

struct backing_mode {
	bool read_only;
	bool shared;			/* a backing device already: no exclusive claim */
	bool direct;			/* of a file: direct I/O or an error */
	bool buffered;			/* of a file: never direct I/O */
};

/*
 * Find what a word means.  Says nothing itself; return 0 or
 *   -ENOENT    there is nothing of that name
 *   -EEXIST    several volume groups have it; @problem lists them
 *   -ENOTBLK   it can't be a backing device; @problem says what it is
 *   -ENAMETOOLONG
 *   other      it can't be looked at
 */
int backing_find(const char *word, struct backing *b);

/* Whether a VTD has the same backing device, or medium in it. */
bool backing_is(const struct backing *b, const struct vtd *v);

/*
 * Open it with the caller's rights.  Return a descriptor, or -1 with the exit status of a
 * printed message in *rc.  The model is for naming the holder of a claimed device.
 */
int backing_open(const struct model *m, const struct backing *b, const struct backing_mode *mode,
		 int *rc);

#endif
