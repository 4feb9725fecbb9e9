/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_GROUP_H
#define CLI_GROUP_H

#include "backing.h"
#include "lvm.h"

/*
 * Refuse a block device that belongs to a volume group of this server, itself or with one of its
 * partitions.  The disks of a group are held only while a volume in it is active, and what a
 * client has made on its disk is the client's.  LVM's report is read into *kept where it is
 * needed and not there yet; it is the caller's.  Return RC_OK or the exit status of a printed
 * message.
 */
int group_check(const struct model *m, const struct backing *b, struct lvm *kept);

#endif
