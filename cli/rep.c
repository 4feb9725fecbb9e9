// SPDX-License-Identifier: GPL-2.0
/* mkrep, chrep, rmrep: the repository of virtual media. */
#include <stdio.h>

#include "err.h"
#include "pool.h"
#include "save.h"
#include "util.h"

struct options {
	const char *sp;
	const char *size;
	bool f;
};

enum { GROUP_SIZE = 1 };

/* --- mkrep --- */

static const struct flag mkrep_flags[] = {
	{ "sp", FLAG_VALUE, offsetof(struct options, sp), 0, HINT_VG, NULL },
	{ "size", FLAG_VALUE, offsetof(struct options, size), GROUP_SIZE, HINT_NONE, NULL },
	{ .name = NULL }
};

static int make(struct storage *st, const void *options)
{
	const struct options *o = options;
	struct pool parent, p;
	uint64_t bytes;
	int rc;

	if (pool_media(st, &p))
		return err_say(ERR_EXISTS, MEDIA_NAME, "there is one repository at most");
	rc = pool_parse_size(st->session->verb, o->size, &bytes);
	if (!rc)
		rc = pool_find_group(st, o->sp, &parent);
	if (!rc)
		rc = storage_name_check(st, MEDIA_NAME);
	if (!rc)
		rc = pool_make(st, parent.vg, MEDIA_NAME, LVM_USE_MEDIA, bytes, &p);
	if (rc)
		return rc;
	printf("Virtual Media Repository Created\n"
	       "Repository created within \"%s\" logical volume\n", p.name);
	return save_configuration();
}

const struct verb verb_mkrep = {
	.name = "mkrep",
	.group = "Virtual Media Commands",
	.summary = "Creates the repository of virtual media.",
	.usage = "mkrep [-sp StoragePool] -size Size",
	.required = 1u << GROUP_SIZE,
	.flags = mkrep_flags,
	.options = sizeof(struct options),
	.work = make,
	.run = storage_verb,
};

/* --- chrep --- */

static const struct flag chrep_flags[] = {
	{ "size", FLAG_VALUE, offsetof(struct options, size), GROUP_SIZE, HINT_NONE, NULL },
	{ .name = NULL }
};

static int grow(struct storage *st, const void *options)
{
	const struct options *o = options;
	struct pool p;
	uint64_t bytes;
	int rc;

	rc = pool_parse_size(st->session->verb, o->size, &bytes);
	if (!rc)
		rc = pool_find_media(st, &p);
	return rc ? rc : pool_grow(st, &p, bytes);
}

const struct verb verb_chrep = {
	.name = "chrep",
	.group = "Virtual Media Commands",
	.summary = "Makes the repository of virtual media larger.",
	.usage = "chrep -size Size",
	.required = 1u << GROUP_SIZE,
	.flags = chrep_flags,
	.options = sizeof(struct options),
	.work = grow,
	.run = storage_verb,
};

/* --- rmrep --- */

static const struct flag rmrep_flags[] = {
	{ "f", FLAG_SWITCH, offsetof(struct options, f), 0, HINT_NONE, NULL },
	{ .name = NULL }
};

static int remove_repository(struct storage *st, const void *options)
{
	const struct options *o = options;
	struct pool p;
	int rc = pool_media(st, &p) ? RC_OK : err_say(ERR_NO_REPOSITORY, NULL, NULL);

	return rc ? rc : pool_remove(st, &p, o->f);
}

const struct verb verb_rmrep = {
	.name = "rmrep",
	.group = "Virtual Media Commands",
	.summary = "Removes the repository of virtual media.",
	.usage = "rmrep [-f]",
	.flags = rmrep_flags,
	.options = sizeof(struct options),
	.work = remove_repository,
	.run = storage_verb,
};
