/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_VG_H
#define CLI_VG_H

#include "pv.h"

/*
 * What the verbs of volume groups and of storage pools do alike.  Each returns RC_OK or the
 * exit status of a printed message.
 */

/* Make a group of these disks and print its name; @asked NULL: a name is chosen. */
int vg_make(struct storage *st, const char *asked, bool force, const struct words *pvs);

/* Add disks to a group. */
int vg_extend(struct storage *st, const char *name, bool force, const struct words *pvs);

struct vg_reduction {
	const char *vg;
	struct words pvs;
	bool with_volumes;	/* also those that volumes are on, with these */
	bool asked;		/* the user, of each volume that may go */
	const char *flag;	/* by which the verb is told with_volumes */
};

/* Take disks out of a group; *gone: they were all it had, and it is no more. */
int vg_reduce(struct storage *st, const struct vg_reduction *o, bool *gone);

#endif
