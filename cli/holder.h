/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_HOLDER_H
#define CLI_HOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "backing.h"
#include "model.h"

/*
 * Who has a block device, a partition of it or the disk that it is on: a mount, swap, LVM,
 * an array, a VTD, ...  Only looks; false: none of these.
 */
bool holder_find(const struct model *m, const struct backing *b, char *why, size_t size);

/* Say who has claimed a block device that could not be opened exclusively. */
void holder_describe(const struct model *m, const struct backing *b, char *why, size_t size);

/*
 * Whether the running system itself lives on a block device or on what rests on it: it is
 * mounted, other than where this server keeps its own things, or is swap space.
 */
bool holder_system(const char *kernel_name, char *why, size_t size);

/* Where a block device is mounted; false: nowhere. */
bool holder_mount_point(dev_t dev, char *point, size_t size);

/* Whether somebody uses a file in a way that opening it doesn't show. */
bool holder_of_file(const struct backing *b, char *why, size_t size);

/*
 * The client adapter whose disk a backing device is on, also through partitions,
 * device-mapper, MD, loop devices and file systems; NULL: none.
 */
const struct adapter *holder_loop(const struct model *m, const struct backing *b);

/*
 * Whether what is on a block device is a client's, by its path in sysfs: it rests on a disk
 * that we serve, or it or the disk that it is a part of is a backing device.
 */
bool holder_client(const struct model *m, const char *path);

#endif
