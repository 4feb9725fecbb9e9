/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_MKVDEV_H
#define CLI_MKVDEV_H

#include "hdisk.h"
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
	bool ro;
	bool direct;
	bool buffered;
	bool wait;
	const struct hdisks *drives;	/* NULL: they have not been read yet */
};

/* Look at all but the backing device.  Return RC_OK or the exit status of a printed message. */
int mkvdev_check(const struct session *s, const struct mkvdev *o);

/*
 * Map a backing device and add the mapping to the session's model, without a word unless it
 * fails.  Return RC_OK or the exit status of a printed message.
 */
int mkvdev_map(struct session *s, const struct mkvdev *o, struct vtd *made);

#endif
