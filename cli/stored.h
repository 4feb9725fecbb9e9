/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_STORED_H
#define CLI_STORED_H

#include <stdbool.h>
#include <stddef.h>

#include "model.h"

/*
 * The attributes that people have given to disks of this machine.  A disk forgets them with the
 * power; the file "attributes" keeps them, each on a line: name, attribute, value, and the word
 * "later" while the value waits for a restart.
 */

struct stored {
	char device[VSCSI_DEVICE_NAME_MAX + 1];
	char attr[32];
	char value[32];
	bool later;
};

struct stored_list {
	struct stored *list;
	size_t nr;
	bool damaged;		/* the file can't be read whole, and must stay as it is */
};

/* What is wrong with the file is said, once. */
void stored_read(struct stored_list *all);
void stored_free(struct stored_list *all);

/* The value that waits for a restart; NULL: none does. */
const char *stored_later(const struct stored_list *all, const char *device, const char *attr);

/* Keep values of one or several attributes.  Return 0 or a negative errno. */
int stored_keep(const struct stored_list *changes);
/* Forget those of a disk. */
int stored_forget(const char *device);

/*
 * Set the attributes of a disk, NULL: of all that are there, to what is stored.  Return RC_OK
 * or the exit status of a printed message.
 */
int stored_apply(const struct model *m, const char *device);

#endif
