/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_MKVDEV_H
#define CLI_MKVDEV_H

#include "backing.h"
#include "hdisk.h"
#include "lvm.h"
#include "nl.h"
#include "verbs.h"

/* What mkvdev is asked for, in the user's words; NULL: not given. */
struct mkvdev {
	const char *vdev;
	const char *ram;
	bool fbo;
	const char *vadapter;
	const char *aplc;
	const char *dev;
	const char *lun;
	const char *bs;
	const char *udid;
	bool f;
	bool share;			/* although it is a backing device already */
	bool ro;
	bool direct;
	bool buffered;
	bool wait;
	const struct hdisks *drives;	/* NULL: they have not been read yet */
	struct lvm *groups;		/* kept from one mapping to the next; NULL: for this one */
};

/* Look at all but the backing device.  Return RC_OK or the exit status of a printed message. */
int mkvdev_check(const struct session *s, const struct mkvdev *o);

/*
 * Whether nobody else uses a backing device in a way that forbids to map it; r->share is set if
 * it is one already.  Return as above.
 */
int mkvdev_check_use(const struct session *s, const struct mkvdev *o, const struct backing *b,
		     struct vtd_request *r);

/*
 * Map a backing device and add the mapping to the session's model, without a word unless it
 * fails.  Return RC_OK or the exit status of a printed message.
 */
int mkvdev_map(struct session *s, const struct mkvdev *o, struct vtd *made);

#endif
