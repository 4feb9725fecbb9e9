/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_DISK_H
#define CLI_DISK_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "model.h"

/* The disks and logical volumes of this machine, as sysfs shows them. */

struct disk {
	char name[NAME_MAX + 1];	/* "sdb" */
	char path[PATH_MAX];		/* in sysfs, without symbolic links */
	char description[128];		/* "" if not known */
	uint64_t size;			/* bytes */
};

struct scsi_address {
	unsigned int host;
	unsigned int channel;
	unsigned int target;
	unsigned int unit;
};

struct lv {
	char vg[NAME_MAX + 1];
	char name[NAME_MAX + 1];
	char id[80];			/* VG UUID and LV UUID */
	char kernel_name[NAME_MAX + 1];	/* "dm-3" */
};

/* Whole disks with a medium, by name.  Free the array with free(). */
struct disk *disks_read(size_t *nr);

/* Active logical volumes that are visible to users, by VG and name; free() it. */
struct lv *lvs_read(size_t *nr);
/* Whether the device-mapper device of that kernel name is one; fills *lv. */
bool lv_of(const char *kernel_name, struct lv *lv);

/* Where in sysfs a block device is; "" if it is nowhere. */
void block_path(dev_t dev, char *path, size_t size);

/* Its node in /dev. */
void block_node(const char *kernel_name, char *path, size_t size);

/* The number of a block device; 0: there is none of that name. */
dev_t block_number(const char *name);

/* The SCSI address in a block device's sysfs path; false: it isn't a SCSI disk. */
bool scsi_address(const char *path, struct scsi_address *at);

/* The client adapter that shows this disk; NULL: it isn't served by this system. */
const struct adapter *disk_adapter(const struct model *m, const char *path);

/* A location code in the style of PowerVM; "" for what isn't a whole disk in a place. */
void disk_location(const char *machine, const char *path, char *code, size_t size);

/* The world-wide or other lasting identity of a block device; "" if it has none. */
void disk_identity(dev_t dev, const char *path, char *id, size_t size);

#endif
