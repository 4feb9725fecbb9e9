// SPDX-License-Identifier: GPL-2.0
/* mkbdsp, chbdsp: make, map and change backing devices of storage pools. */
#include <stdio.h>
#include <stdlib.h>

#include "bd.h"
#include "err.h"
#include "mkvdev.h"
#include "util.h"

struct options {
	const char *sp;
	const char *bd;
	const char *vadapter;
	const char *tn;
	const char *size;
	const char *mv;
	bool f;
	struct words words;
};

/* --- mkbdsp --- */

static const struct flag mkbdsp_flags[] = {
	{ "sp", FLAG_VALUE, offsetof(struct options, sp), 0, HINT_POOL, NULL },
	{ "bd", FLAG_VALUE, offsetof(struct options, bd), 0, HINT_BD, NULL },
	{ "vadapter", FLAG_VALUE, offsetof(struct options, vadapter), 0, HINT_VHOST, NULL },
	{ "tn", FLAG_VALUE, offsetof(struct options, tn), 0, HINT_NONE, NULL },
	{ "f", FLAG_SWITCH, offsetof(struct options, f), 0, HINT_NONE, NULL },
	{ .name = NULL }
};

static int mkbdsp_check(const struct verb *verb, const void *options)
{
	const struct options *o = options;

	if (!o->words.nr && !o->vadapter)
		return args_refuse(verb, ERR_ARGUMENT, "Size", NULL);
	if (!o->bd && (!o->words.nr || !o->vadapter))
		return args_refuse(verb, ERR_FLAG_MISSING, "-bd", NULL);
	if ((o->tn || o->f) && !o->vadapter)
		return args_refuse(verb, ERR_FLAG_MISSING, "-vadapter", NULL);
	return RC_OK;
}

static int assign(struct session *s, const struct options *o, const struct bd *bd,
		  struct vtd *made)
{
	char *word = bd_word(bd->pool, bd->name);
	const struct mkvdev map = {
		.vdev = word,
		.vadapter = o->vadapter,
		.dev = o->tn,
		.f = o->f,
	};
	int rc = mkvdev_map(s, &map, made);

	free(word);
	return rc;
}

/* All that can be known before is looked at before: nothing is made in vain. */
static int check_mapping(const struct session *s, const struct options *o)
{
	const struct mkvdev map = { .vadapter = o->vadapter, .dev = o->tn };

	return o->vadapter ? mkvdev_check(s, &map) : RC_OK;
}

static void say_done(const struct options *o, const struct bd *bd, const struct vtd *made)
{
	const char *kind = bd_kind(bd->pool);

	if (o->words.nr)
		printf("Creating %s \"%s\" in storage pool \"%s\".\n", kind, bd->name,
		       bd->pool->name);
	if (o->vadapter)
		printf("Assigning %s \"%s\" as a backing device.\n%s Available\n", kind, bd->name,
		       made->name);
}

static int make(struct storage *st, const void *options)
{
	const struct options *o = options;
	struct vtd made = { .lun = 0 };
	struct pool p;
	struct bd bd;
	int rc;

	rc = pool_find(st, o->sp, &p);
	if (!rc && p.lv && !o->bd)
		rc = args_refuse(st->session->verb, ERR_FLAG_MISSING, "-bd", NULL);
	if (!rc)
		rc = check_mapping(st->session, o);
	if (rc)
		return rc;
	run_block_signals();
	rc = o->words.nr ? bd_make(st, &p, o->bd, o->words.v[0], &bd) : bd_find(st, &p, o->bd, &bd);
	if (rc)
		return rc;
	if (o->vadapter)
		rc = assign(st->session, o, &bd, &made);
	if (!rc)
		say_done(o, &bd, &made);
	else if (o->words.nr)
		bd_unmake(st, &bd);
	return rc;
}

const struct verb verb_mkbdsp = {
	.name = "mkbdsp",
	.group = "Storage Pool Commands",
	.summary = "Creates a backing device in a storage pool, or maps one.",
	.usage =
	"mkbdsp [-sp StoragePool] Size -bd BackingDevice\n"
	"mkbdsp [-sp StoragePool] -bd BackingDevice -vadapter VirtualServerAdapter\n"
	"\t[-tn TargetDeviceName]\n"
	"\taddition: [-f]\n"
	"mkbdsp [-sp StoragePool] Size [-bd BackingDevice] -vadapter VirtualServerAdapter\n"
	"\t[-tn TargetDeviceName]",
	.flags = mkbdsp_flags,
	.operands = &(const struct operands){
		offsetof(struct options, words), 0, 1, "Size", HINT_NONE
	},
	.options = sizeof(struct options),
	.check = mkbdsp_check,
	.work = make,
	.run = storage_verb,
};

/* --- chbdsp --- */

enum { GROUP_BD = 1, GROUP_WHAT = 2 };

static const struct flag chbdsp_flags[] = {
	{ "sp", FLAG_VALUE, offsetof(struct options, sp), 0, HINT_POOL, NULL },
	{ "bd", FLAG_VALUE, offsetof(struct options, bd), GROUP_BD, HINT_BD, NULL },
	{ "size", FLAG_VALUE, offsetof(struct options, size), GROUP_WHAT, HINT_NONE, NULL },
	{ "mv", FLAG_VALUE, offsetof(struct options, mv), GROUP_WHAT, HINT_NONE, NULL },
	{ .name = NULL }
};

static int change(struct storage *st, const void *options)
{
	const struct options *o = options;
	struct pool p;
	struct bd bd;
	int rc;

	rc = pool_find(st, o->sp, &p);
	if (!rc)
		rc = bd_find(st, &p, o->bd, &bd);
	if (rc)
		return rc;
	return o->mv ? bd_rename(st, &bd, o->mv) : bd_grow(st, &bd, o->size);
}

const struct verb verb_chbdsp = {
	.name = "chbdsp",
	.group = "Storage Pool Commands",
	.summary = "Makes a backing device of a storage pool larger, or renames it.",
	.usage =
	"chbdsp [-sp StoragePool] -bd BackingDevice -size Size\n"
	"chbdsp [-sp StoragePool] -bd BackingDevice -mv NewName",
	.required = 1u << GROUP_BD | 1u << GROUP_WHAT,
	.flags = chbdsp_flags,
	.options = sizeof(struct options),
	.work = change,
	.run = storage_verb,
};
