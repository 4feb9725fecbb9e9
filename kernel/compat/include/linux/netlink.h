/* SPDX-License-Identifier: GPL-2.0 */
#ifndef COMPAT_LINUX_NETLINK_H
#define COMPAT_LINUX_NETLINK_H

#include_next <linux/netlink.h>

#ifndef HAVE_NL_SET_ERR_MSG_FMT
void compat_extack_fmt(struct netlink_ext_ack *extack, const char *fmt, ...) __printf(2, 3);
#define NL_SET_ERR_MSG_FMT(extack, fmt, ...) \
	compat_extack_fmt((extack), fmt, ##__VA_ARGS__)
#endif

#ifndef HAVE_NL_SET_ERR_MSG_ATTR_FMT
#define NL_SET_ERR_MSG_ATTR_FMT(extack, attr, fmt, ...) do {	\
	struct netlink_ext_ack *__ack = (extack);		\
								\
	NL_SET_ERR_MSG_FMT(__ack, fmt, ##__VA_ARGS__);		\
	NL_SET_BAD_ATTR(__ack, attr);				\
} while (0)
#endif

#endif
