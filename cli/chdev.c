// SPDX-License-Identifier: GPL-2.0
/* chdev: change attributes of a device. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "attr.h"
#include "device.h"
#include "err.h"
#include "save.h"
#include "util.h"
#include "verbs.h"

struct options {
	const char *dev;
	const char *udid;
	struct words attr;
	bool perm;
	bool force;
	bool f;
};

enum { GROUP_DEV = 1, GROUP_ATTR = 2, GROUP_FORCE = 3 };

static const struct flag flags[] = {
	{ "dev", FLAG_VALUE, offsetof(struct options, dev), GROUP_DEV, HINT_DEVICE, NULL },
	{ "udid", FLAG_VALUE, offsetof(struct options, udid), GROUP_DEV, HINT_NONE, NULL },
	{ "attr", FLAG_WORDS, offsetof(struct options, attr), GROUP_ATTR, HINT_NONE, NULL },
	{ "perm", FLAG_SWITCH, offsetof(struct options, perm), 0, HINT_NONE, NULL },
	{ "force", FLAG_SWITCH, offsetof(struct options, force), GROUP_FORCE, HINT_NONE, NULL },
	{ "f", FLAG_SWITCH, offsetof(struct options, f), GROUP_FORCE, HINT_NONE, NULL },
	{ .name = NULL }
};

/* What one run changes: now, and in the file of what outlives a restart. */
struct changes {
	struct attr_change now;
	struct stored_list stored;
};

static void note_stored(struct changes *c, const struct device *d, const struct attr *a,
			const char *value, bool later)
{
	struct stored *s;

	c->stored.list = array_grow(c->stored.list, c->stored.nr, sizeof(*s));
	s = &c->stored.list[c->stored.nr++];
	memset(s, 0, sizeof(*s));
	str_copy(s->device, sizeof(s->device), d->name);
	str_copy(s->attr, sizeof(s->attr), a->name);
	str_copy(s->value, sizeof(s->value), value);
	s->later = later;
}

/* Take "name=value" apart where it stands, and note the change. */
static int note(const struct device *d, char *word, bool later, struct changes *c)
{
	char now[ATTR_VALUE_MAX], why[64];
	char *value = strchr(word, '=');
	const struct attr *a;
	bool stored;
	int err;

	if (!value || value == word || !value[1])
		return err_say(ERR_ATTR_SYNTAX, word, NULL);
	*value++ = '\0';
	a = attr_find(d, word, now, sizeof(now));
	if (!a)
		return err_say(ERR_ATTR_UNKNOWN, word, d->name);
	if (!a->set)
		return err_say(ERR_ATTR_FIXED, word, d->name);
	stored = d->hdisk && attr_is_stored(a);
	if (later && !stored)
		return err_say(ERR_PERM_FLAG, word, d->name);
	if (stored && strlen(value) >= sizeof(((struct stored *)0)->value))
		return err_say(ERR_VALUE, value, "it is too long");
	err = a->set(d, value, &c->now);
	if (!err) {
		if (stored)
			note_stored(c, d, a, value, later);
		return RC_OK;
	}
	snprintf(why, sizeof(why), "it is %s attribute \"%s\"",
		 err == -ERANGE ? "out of the range of" : "no value of", word);
	return err_say(ERR_VALUE, value, why);
}

static int store(const struct changes *c)
{
	int err = stored_keep(&c->stored);

	return err ? err_state(err, "attributes") : RC_OK;
}

static const struct device *find_udid(const struct devices *all, const char *udid)
{
	const struct device *d;
	char value[ATTR_VALUE_MAX];

	for (d = all->list; d < all->list + all->nr; d++)
		if (attr_find(d, "unique_id", value, sizeof(value)) && !strcmp(value, udid))
			return d;
	return NULL;
}

/* Now, or when it is configured if it is not. */
static int apply(const struct session *s, const struct device *d, const struct attr_change *c)
{
	int err;

	if (!d->vtd || d->vtd->state != VTD_DEFINED)
		return attr_apply(d, c);
	if (c->vtd.rescan)
		return err_say(ERR_DEFINED, d->name, NULL);
	err = save_change(&s->model, d->vtd, &c->vtd);
	return err ? err_state(err, d->name) : RC_OK;
}

static int change(const struct session *s, const struct options *o, const struct devices *all)
{
	const struct device *d = o->dev ? device_find(all, o->dev) : find_udid(all, o->udid);
	struct changes c = { .stored = { .nr = 0 } };
	int i, rc = RC_OK;

	if (!d)
		return err_say(ERR_NO_DEVICE, o->dev ? o->dev : o->udid, NULL);
	for (i = 0; !rc && i < o->attr.nr; i++)
		rc = note(d, o->attr.v[i], o->perm, &c);
	/* What can't be kept isn't changed either. */
	if (!rc && c.stored.nr && all->stored.damaged)
		rc = err_say(ERR_STATE_WRITE, "attributes", "the file is damaged");
	if (!rc && !o->perm)
		rc = apply(s, d, &c.now);
	if (!rc)
		rc = store(&c);
	if (!rc)
		printf("%s changed\n", d->name);
	stored_free(&c.stored);
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
	rc = change(s, &o, &all);
	devices_free(&all);
	return rc;
}

const struct verb verb_chdev = {
	.name = "chdev",
	.group = "Device Commands",
	.summary = "Changes the attributes of a device.",
	.usage =
	"chdev {-dev DeviceName | -udid UniqueDeviceID} -attr Attribute=Value ... [-perm]\n"
	"\t[-f | -force]",
	.required = 1u << GROUP_DEV | 1u << GROUP_ATTR,
	.flags = flags,
	.run = chdev_run,
};
