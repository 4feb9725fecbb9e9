/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_ATTR_H
#define CLI_ATTR_H

#include <stdbool.h>
#include <stddef.h>

#include "device.h"
#include "nl.h"

/* The changes that one chdev asks for: checked first, then made. */
struct attr_change {
	bool vtd_set;
	struct vtd_change vtd;
	const char *queue_depth;
	const char *rw_timeout;
};

struct attr {
	const char *name;
	const char *description;
	unsigned int classes;		/* bit mask of enum device_class */
	const char *range;		/* one value a line, or low...high (+step); may be NULL */
	/* Write the value; false: this device doesn't have the attribute. */
	bool (*get)(const struct device *d, char *value, size_t size);
	/* Note a new value; 0, -EINVAL or -ERANGE.  NULL: can't be changed. */
	int (*set)(const struct device *d, const char *value, struct attr_change *c);
};

/* All attributes of all classes, in the order of listings; ends with a NULL name. */
extern const struct attr attrs[];

#define ATTR_VALUE_MAX	1100

/* The attribute of that name that the device has; its value goes to @value. */
const struct attr *attr_find(const struct device *d, const char *name, char *value, size_t size);

/* Whether a disk of this machine forgets it with the power, so that a file keeps it. */
bool attr_is_stored(const struct attr *a);

/* Make the changes.  Return RC_OK or the exit status of a printed message. */
int attr_apply(const struct device *d, const struct attr_change *c);

#endif
