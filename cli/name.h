/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_NAME_H
#define CLI_NAME_H

/* Refuse names of devices or partitions that the kernel would refuse: RC_OK or a message. */
int name_check_device(const char *name);
int name_check_partition(const char *name);
/* Of a volume group or logical volume. */
int name_check_storage(const char *name);
/* Of a file in a storage pool, or a medium. */
int name_check_file(const char *name);

#endif
