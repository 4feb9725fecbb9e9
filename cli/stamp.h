/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_STAMP_H
#define CLI_STAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What is remembered of the saved configuration as it was written last.  Whoever else changes the
 * file changes its time, and what is remembered says nothing any more.
 */
struct stamp {
	uint32_t generation;	/* the kernel's configuration that is in it */
	size_t objects;
};

/* Read the stamp of a file; @lock is open on the file of the lock, which has it. */
bool stamp_read(int lock, const char *path, struct stamp *stamp);
/* Whoever has the lock has just written the file.  false: the old stamp is no longer right. */
bool stamp_write(int lock, const char *path, const struct stamp *stamp);

#endif
