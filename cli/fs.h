/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_FS_H
#define CLI_FS_H

#include <stdbool.h>
#include <stdint.h>

/* The file systems that a server keeps its files in.  The tests have others in their place. */

struct fs_space {
	uint64_t size;		/* bytes, without what the file system needs itself */
	uint64_t free;
};

/* The directory below which they are mounted. */
const char *fs_root(void);

/* Whether what is seen in a directory is the file system on that block device. */
bool fs_is_mounted(const char *node, const char *dir);

/* Whether any file system is mounted on a directory. */
bool fs_is_mount_point(const char *dir);

/* All return 0 or a negative errno. */
int fs_mount(const char *node, const char *dir);
int fs_unmount(const char *dir);
int fs_space(const char *dir, struct fs_space *space);

#endif
