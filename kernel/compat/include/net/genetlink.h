/* SPDX-License-Identifier: GPL-2.0 */
#ifndef COMPAT_NET_GENETLINK_H
#define COMPAT_NET_GENETLINK_H

#include_next <net/genetlink.h>

#ifdef HAVE_GENL_SPLIT_OPS
typedef struct genl_split_ops compat_genl_pre_ops;
#else
typedef struct genl_ops compat_genl_pre_ops;
#endif

/* Attributes of the request that started a dump, by number; valid in start, dumpit and done. */
static inline struct nlattr **compat_genl_dump_attrs(struct netlink_callback *cb)
{
#ifdef HAVE_GENL_INFO_DUMP
	return genl_info_dump(cb)->attrs;
#else
	return genl_dumpit_info(cb)->attrs;
#endif
}

#endif
