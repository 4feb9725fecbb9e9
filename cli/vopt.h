/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_VOPT_H
#define CLI_VOPT_H

#include "verbs.h"

/* A file that goes into an optical drive, in the user's words. */
struct medium {
	const char *disk;
	const char *vtd;
	const char *link;		/* a path by which to call it, if it leads there; or NULL */
	bool f;
	bool release;
	bool rw;
};

/* Without a word unless it fails.  Return RC_OK or the exit status of a printed message. */
int vopt_load(const struct session *s, const struct medium *o);

#endif
