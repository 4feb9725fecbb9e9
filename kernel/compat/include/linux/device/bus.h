/* SPDX-License-Identifier: GPL-2.0 */
#ifndef COMPAT_LINUX_DEVICE_BUS_H
#define COMPAT_LINUX_DEVICE_BUS_H

#include_next <linux/device/bus.h>

#ifdef HAVE_BUS_MATCH_CONST
#define COMPAT_BUS_MATCH_CONST	const
#else
#define COMPAT_BUS_MATCH_CONST
#endif

#endif
