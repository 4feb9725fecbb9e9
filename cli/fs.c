// SPDX-License-Identifier: GPL-2.0
/* Mounting file systems, and how full they are. */
#include <errno.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "fs.h"
#include "util.h"

const char *fs_root(void)
{
	return "/var/vio";
}

bool fs_is_mounted(const char *node, const char *dir)
{
	struct stat device, there;

	return !stat(node, &device) && !stat(dir, &there) && there.st_dev == device.st_rdev;
}

bool fs_is_mount_point(const char *dir)
{
	char *parent = xasprintf("%s/..", dir);
	struct stat here, above;
	bool found = !stat(dir, &here) && !stat(parent, &above) && here.st_dev != above.st_dev;

	free(parent);
	return found;
}

/* Only the server's own files are in it, and clients write what they like in these. */
int fs_mount(const char *node, const char *dir)
{
	return mount(node, dir, "ext4", MS_NODEV | MS_NOSUID | MS_NOEXEC, NULL) ? -errno : 0;
}

int fs_unmount(const char *dir)
{
	return umount2(dir, UMOUNT_NOFOLLOW) ? -errno : 0;
}

int fs_space(const char *dir, struct fs_space *space)
{
	struct statvfs st;

	if (statvfs(dir, &st))
		return -errno;
	space->size = (uint64_t)st.f_blocks * st.f_frsize;
	space->free = (uint64_t)st.f_bavail * st.f_frsize;
	return 0;
}
