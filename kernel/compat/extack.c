// SPDX-License-Identifier: GPL-2.0
/* Formatted extended acks for kernels whose extended ack has no room for a text. */
#include <linux/atomic.h>
#include <linux/kernel.h>
#include <linux/netlink.h>

#ifndef HAVE_NL_SET_ERR_MSG_FMT

/* As long as where the kernel does it, so that texts are tested for length everywhere. */
#define TEXT_LEN	80
#define TEXTS		64

/*
 * The text has to outlive the request's handler: it is copied into the reply
 * after that has returned.  One of 64 in turn is long enough for that.
 */
static char texts[TEXTS][TEXT_LEN];
static atomic_t next_text = ATOMIC_INIT(-1);

/**
 * compat_extack_fmt() - set the text of an extended ack
 * @extack: of the request, or NULL
 * @fmt: format, no newline; at most 79 characters result
 *
 * Context: any.
 */
void compat_extack_fmt(struct netlink_ext_ack *extack, const char *fmt, ...)
{
	char *text = texts[(unsigned int)atomic_inc_return(&next_text) % TEXTS];
	va_list args;

	if (!extack)
		return;
	va_start(args, fmt);
	if (vsnprintf(text, TEXT_LEN, fmt, args) >= TEXT_LEN)
		pr_warn_ratelimited("extended ack cut short: %s\n", text);
	va_end(args);
	extack->_msg = text;
}

#endif
