/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_SAVE_H
#define CLI_SAVE_H

#include "item.h"
#include "nl.h"
#include "verbs.h"

/* The configuration in files: that which is saved after each change, and backups. */

struct items {
	struct item *list;
	size_t nr;
};

void items_free(struct items *items);

/* That which has the name or the place of an object, where only one can be; NULL: none. */
struct item *items_find(const struct items *items, const struct item *it);

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

/* Whether anything could not be restored, or is Defined. */
bool save_has_unrestored(void);
/* What it is. */
void save_read_unrestored(struct items *left);
/* The caller has the lock.  Return 0 or a negative errno. */
int save_write_unrestored(const struct model *m, const struct items *left);
/* Whether a mapping of this partition and name is one that could not be restored. */
bool save_is_unrestored(uint32_t partition, const char *name);
/*
 * Refuse to change what a mapping, or a drive, that could not be restored still wants: a file, or
 * any below a directory.  Return RC_OK or the exit status of a printed message.
 */
int save_check_unwanted(const struct model *m, const char *path);
/* Don't want it any more.  Return 0 or a negative errno. */
int save_forget(const struct model *m, uint32_t partition, const char *name);

/*
 * Keep a VTD that the kernel has as one that is Defined.  Return a descriptor, whose closing lets
 * others save again: who does before the kernel has lost the VTD finds it there, and drops what
 * was kept.  Return a negative errno if it can't be kept.  @before, to be freed, is what was kept
 * so far.
 */
int save_define(const struct model *m, const struct vtd *v, struct items *before);
/* Change the attributes of one that is Defined.  Return as above. */
int save_change(const struct model *m, const struct vtd *v, const struct vtd_change *c);
bool save_has_defined(void);
/* Add those that are to the kernel's configuration. */
void save_add_defined(struct items *items);
/* Whether what is Defined or unrestored has changed since this was asked last. */
bool save_is_due(void);

/*
 * Of what is to be restored, remember that which is not there: all of it before, what could not
 * be restored afterwards.  What others want stays.  Return 0 or a negative errno.
 */
int save_restoring(const struct model *m, const struct items *wanted,
		   const struct items *missing);

/*
 * Save the configuration as the kernel has it now, with what could not be restored.  Return
 * RC_OK or the exit status of a printed message.
 */
int save_configuration(void);

/*
 * Add a VTD that this program has just made to what is saved, without reading the configuration
 * again.  false: it is not that simple, and all of it has to be saved.
 */
bool save_added(const struct model *m, const struct vtd *made);
/* What identifies a block device after a restart, or its place if nothing does. */
void save_identity(dev_t dev, const char *sysfs, char *id, size_t size);

#endif
