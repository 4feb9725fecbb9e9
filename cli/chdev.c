// SPDX-License-Identifier: GPL-2.0
/* chdev: change attributes of a device. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "attr.h"
#include "device.h"
#include "err.h"
#include "util.h"
#include "verbs.h"

struct options {
	const char *dev;
	struct words attr;
	bool perm;
	bool force;
	bool f;
};

enum { GROUP_DEV = 1, GROUP_ATTR = 2, GROUP_FORCE = 3 };

static const struct flag flags[] = {
	{ "dev", FLAG_VALUE, offsetof(struct options, dev), GROUP_DEV, HINT_DEVICE, NULL },
	{ "attr", FLAG_WORDS, offsetof(struct options, attr), GROUP_ATTR, HINT_NONE, NULL },
	{ "perm", FLAG_SWITCH, offsetof(struct options, perm), 0, HINT_NONE, NULL },
	{ "force", FLAG_SWITCH, offsetof(struct options, force), GROUP_FORCE, HINT_NONE, NULL },
	{ "f", FLAG_SWITCH, offsetof(struct options, f), GROUP_FORCE, HINT_NONE, NULL },
	{ .name = NULL }
};

/* Take "name=value" apart where it stands, and note the change. */
static int note(const struct device *d, char *word, struct attr_change *c)
{
	char now[ATTR_VALUE_MAX], why[64];
	char *value = strchr(word, '=');
	const struct attr *a;
	int err;

	if (!value || value == word || !value[1])
		return err_say(ERR_ATTR_SYNTAX, word, NULL);
	*value++ = '\0';
	a = attr_find(d, word, now, sizeof(now));
	if (!a)
		return err_say(ERR_ATTR_UNKNOWN, word, d->name);
	if (!a->set)
		return err_say(ERR_ATTR_FIXED, word, d->name);
	err = a->set(d, value, c);
	if (!err)
		return RC_OK;
	snprintf(why, sizeof(why), "it is %s attribute \"%s\"",
		 err == -ERANGE ? "out of the range of" : "no value of", word);
	return err_say(ERR_VALUE, value, why);
}

static int change(const struct options *o, const struct devices *all)
{
	const struct device *d = device_find(all, o->dev);
	struct attr_change c = { .vtd_set = false };
	int i, rc = RC_OK;

	if (!d)
		return err_say(ERR_NO_DEVICE, o->dev, NULL);
	if (o->perm)
		return err_say(ERR_PERM_FLAG, o->dev, NULL);
	for (i = 0; !rc && i < o->attr.nr; i++)
		rc = note(d, o->attr.v[i], &c);
	if (!rc)
		rc = attr_apply(d, &c);
	if (!rc)
		printf("%s changed\n", d->name);
	return rc;
}

static int chdev_run(struct session *s, int argc, char **argv)
{
	struct options o = { .dev = NULL };
	struct devices all;
	int rc;

	rc = args_parse(s->verb, argc, argv, &o);
	if (!rc)
		rc = session_start(s, ON_PARTITION);
	if (rc)
		return rc;
	devices_read(s, &all);
	rc = change(&o, &all);
	devices_free(&all);
	return rc;
}

const struct verb verb_chdev = {
	.name = "chdev",
	.group = "Device Commands",
	.summary = "Changes the attributes of a device.",
	.usage = "chdev -dev DeviceName -attr Attribute=Value ... [-perm] [-f | -force]",
	.required = 1u << GROUP_DEV | 1u << GROUP_ATTR,
	.flags = flags,
	.run = chdev_run,
};
