/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_STATE_H
#define CLI_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Files that outlive a restart, in VSCSI_STATE_DIR or /var/lib/vscsi. */

/* The path of a state file; a name with a slash is a path already.  To be freed. */
char *state_path(const char *name);

/*
 * Make the directory lu beside the state files.  In /var/lib/vscsi it is where the kernel keeps
 * what lasts of logical units, unless its parameter state_dir says otherwise; it doesn't know
 * VSCSI_STATE_DIR.  Without its directory it keeps nothing; that is no failure.
 */
void state_make_lu_dir(void);

/*
 * Make the directory and keep other writers out.  Return a descriptor, whose closing lets them
 * in again, or a negative errno.
 */
int state_lock(void);

/*
 * Keep other verbs from changing storage; @shared: only from removing any.  It is taken once in
 * a verb, before what the verb looks at is read, and before state_lock(); a program that the
 * verb runs doesn't have it.  Return as state_lock().
 */
int state_lock_storage(bool shared);

/*
 * Replace a file: after a crash at any moment it is the old or the new one.  The caller holds
 * the lock.  Return 0 or a negative errno.
 */
int state_write(const char *path, const char *text, size_t len);

typedef void (*state_print_fn)(FILE *f, const void *arg);

/* The same of a state file, with what @print prints. */
int state_write_lines(const char *name, state_print_fn print, const void *arg);

/*
 * Add what @print prints to a state file that is there: after a crash a part of it may be there.
 * The caller holds the lock.  Return 0, or a negative errno and nothing of it is there.
 */
int state_append_lines(const char *name, state_print_fn print, const void *arg);

/*
 * Give each line of a state file, without the newline, to @parse, but for those that begin with
 * '#'.  @parse returns NULL, or what is wrong with the line.  Return false if anything is; that
 * is said unless *said, and then *said.
 */
bool state_read_lines(const char *name, const char *(*parse)(void *arg, char *line), void *arg,
		      bool *said);

#endif
