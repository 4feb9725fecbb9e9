/* SPDX-License-Identifier: GPL-2.0 */
#ifndef COMPAT_LINUX_BLK_TYPES_H
#define COMPAT_LINUX_BLK_TYPES_H

#include_next <linux/blk_types.h>

#ifndef HAVE_BLK_STS_RESV_CONFLICT
#define BLK_STS_RESV_CONFLICT	BLK_STS_NEXUS
#endif

#endif
