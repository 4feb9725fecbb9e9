/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_HOLDER_H
#define CLI_HOLDER_H

#include <stdbool.h>
#include <stddef.h>

#include "backing.h"
#include "model.h"

/* Say who has claimed a block device: a mount, swap, LVM, an array, a VTD, ... */
void holder_describe(const struct model *m, const struct backing *b, char *why, size_t size);

/* Whether somebody uses a file in a way that opening it doesn't show. */
bool holder_of_file(const struct backing *b, char *why, size_t size);

/*
 * The client adapter whose disk a backing device is on, also through partitions,
 * device-mapper, MD, loop devices and file systems; NULL: none.
 */
const struct adapter *holder_loop(const struct model *m, const struct backing *b);

#endif
