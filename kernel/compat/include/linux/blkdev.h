/* SPDX-License-Identifier: GPL-2.0 */
#ifndef COMPAT_LINUX_BLKDEV_H
#define COMPAT_LINUX_BLKDEV_H

#include_next <linux/blkdev.h>

#ifndef HAVE_FILE_BDEV
static inline struct block_device *file_bdev(struct file *file)
{
	return I_BDEV(file->f_mapping->host);
}
#endif

#ifndef HAVE_BDEV_ROT
static inline bool bdev_rot(struct block_device *bdev)
{
	return !bdev_nonrot(bdev);
}
#endif

/* Only where polling could sleep. */
#ifndef BLK_POLL_NOSLEEP
#define BLK_POLL_NOSLEEP	0
#endif

#endif
