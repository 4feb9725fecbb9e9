/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_SAVE_H
#define CLI_SAVE_H

#include "item.h"
#include "verbs.h"

/* The configuration in files: that which is saved after each change, and backups. */

struct items {
	struct item *list;
	size_t nr;
};

void items_free(struct items *items);

/* The kernel's configuration as objects, without head and end. */
void items_of_model(const struct model *m, struct items *items);

/*
 * Read a file; each line that makes no sense is told and left out, and *bad is their number.
 * Return RC_OK, or the exit status of a printed message if the file can't be read.
 */
int items_read(const char *path, struct items *items, unsigned int *bad);

/* Write a file that can be read so; return 0 or a negative errno. */
int items_write(const char *path, const struct model *m, const struct items *items);

/* The path of the saved configuration; to be freed. */
char *save_path(void);

/* Whether a mapping of this partition and name is one that could not be restored. */
bool save_is_unrestored(uint32_t partition, const char *name);
/* Don't want it any more.  Return 0 or a negative errno. */
int save_forget(const struct model *m, uint32_t partition, const char *name);

/* Keep what could not be restored, instead of what couldn't before. */
int save_unrestored(const struct model *m, const struct items *failed);

/*
 * Save the configuration as the kernel has it now, with what could not be restored.  Return
 * RC_OK or the exit status of a printed message.
 */
int save_configuration(void);

/* What identifies a block device after a restart, or its place if nothing does. */
void save_identity(dev_t dev, const char *sysfs, char *id, size_t size);

#endif
