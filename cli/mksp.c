// SPDX-License-Identifier: GPL-2.0
/* mksp, chsp, rmsp: make, change and remove storage pools. */
#include <inttypes.h>
#include <stdio.h>

#include "err.h"
#include "pool.h"
#include "save.h"
#include "util.h"
#include "vg.h"

struct options {
	bool add;
	bool rm;
	bool f;
	const char *def;
	const char *fb;
	const char *sp;
	const char *size;
	struct words words;
};

/* --- mksp --- */

static const struct flag mksp_flags[] = {
	{ "f", FLAG_SWITCH, offsetof(struct options, f), 0, HINT_NONE, NULL },
	{ "fb", FLAG_VALUE, offsetof(struct options, fb), 0, HINT_NONE, NULL },
	{ "sp", FLAG_VALUE, offsetof(struct options, sp), 0, HINT_VG, NULL },
	{ "size", FLAG_VALUE, offsetof(struct options, size), 0, HINT_NONE, NULL },
	{ .name = NULL }
};

static int check_file_pool(const struct verb *verb, const struct options *o)
{
	if (o->words.nr)
		return args_refuse(verb, ERR_TOO_MANY, o->words.v[0], NULL);
	if (o->f)
		return args_refuse(verb, ERR_FLAG_EXCLUSIVE, "fb", "f");
	return o->size ? RC_OK : args_refuse(verb, ERR_FLAG_MISSING, "-size", NULL);
}

static int mksp_check(const struct verb *verb, const void *options)
{
	const struct options *o = options;

	if (o->fb)
		return check_file_pool(verb, o);
	if (o->sp || o->size)
		return args_refuse(verb, ERR_FLAG_MISSING, "-fb", NULL);
	if (o->words.nr < 2)
		return args_refuse(verb, ERR_ARGUMENT,
				   o->words.nr ? "PhysicalVolume" : "StoragePool", NULL);
	return RC_OK;
}

static void say_made(const struct pool *p, uint64_t size)
{
	struct fs_space space = { .size = 0 };

	fs_space(p->dir, &space);
	printf("%s\n"
	       "File system created successfully.\n"
	       "%" PRIu64 " kilobytes total disk space.\n"
	       "New File System size is %" PRIu64 "\n", p->name, space.size >> 10, size / 512);
}

static int make_file_pool(struct storage *st, const struct options *o)
{
	struct pool parent, p;
	uint64_t bytes;
	int rc;

	rc = pool_parse_size(st->session->verb, o->size, &bytes);
	if (!rc)
		rc = pool_find_group(st, o->sp, &parent);
	if (!rc)
		rc = storage_name_check(st, o->fb);
	if (!rc)
		rc = pool_make(st, parent.vg, o->fb, LVM_USE_POOL, bytes, &p);
	if (rc)
		return rc;
	say_made(&p, pool_round(parent.vg, bytes));
	return save_configuration();
}

static int make(struct storage *st, const void *options)
{
	const struct options *o = options;
	struct words pvs;

	if (o->fb)
		return make_file_pool(st, o);
	pvs = words_after(&o->words, 1);
	return vg_make(st, o->words.v[0], o->f, &pvs);
}

const struct verb verb_mksp = {
	.name = "mksp",
	.group = "Storage Pool Commands",
	.summary = "Creates a storage pool.",
	.usage =
	"mksp [-f] StoragePool PhysicalVolume ...\n"
	"mksp -fb FilePool [-sp StoragePool] -size Size",
	.flags = mksp_flags,
	.operands = &(const struct operands){
		offsetof(struct options, words), 0, 1024, "StoragePool PhysicalVolume", HINT_PV
	},
	.options = sizeof(struct options),
	.check = mksp_check,
	.work = make,
	.run = storage_verb,
};

/* --- chsp --- */

enum { GROUP_WHAT = 1 };

static const struct flag chsp_flags[] = {
	{ "add", FLAG_SWITCH, offsetof(struct options, add), GROUP_WHAT, HINT_NONE, NULL },
	{ "rm", FLAG_SWITCH, offsetof(struct options, rm), GROUP_WHAT, HINT_NONE, NULL },
	{ "default", FLAG_VALUE, offsetof(struct options, def), GROUP_WHAT, HINT_VG, NULL },
	{ "f", FLAG_SWITCH, offsetof(struct options, f), 0, HINT_NONE, NULL },
	{ "sp", FLAG_VALUE, offsetof(struct options, sp), 0, HINT_POOL, NULL },
	{ "size", FLAG_VALUE, offsetof(struct options, size), 0, HINT_NONE, NULL },
	{ .name = NULL }
};

static int chsp_check(const struct verb *verb, const void *options)
{
	const struct options *o = options;
	const char *other = o->size ? "size" : o->sp ? "sp" : "f";

	if (o->def && (o->size || o->sp || o->f))
		return args_refuse(verb, ERR_FLAG_EXCLUSIVE, "default", other);
	if (o->size && (o->rm || o->f))
		return args_refuse(verb, ERR_FLAG_EXCLUSIVE, "size", o->rm ? "rm" : "f");
	if ((o->def || o->size) && o->words.nr)
		return args_refuse(verb, ERR_TOO_MANY, o->words.v[0], NULL);
	if (!o->def && !o->size && !o->words.nr)
		return args_refuse(verb, ERR_ARGUMENT, "PhysicalVolume", NULL);
	return RC_OK;
}

static int set_default(struct storage *st, const char *name)
{
	struct pool p;
	int rc = pool_find(st, name, &p);

	if (!rc && p.lv)
		rc = err_say(ERR_POOL_KIND, name, "a pool of files cannot be the default");
	return rc ? rc : pool_set_default(&p);
}

static int grow(struct storage *st, const struct options *o)
{
	struct pool p;
	uint64_t bytes;
	int rc;

	rc = pool_parse_size(st->session->verb, o->size, &bytes);
	if (!rc)
		rc = pool_find_files(st, o->sp, &p);
	return rc ? rc : pool_grow(st, &p, bytes);
}

static int remove_disks(struct storage *st, const struct options *o, const char *vg)
{
	const struct vg_reduction what = {
		.vg = vg,
		.pvs = o->words,
		.with_volumes = o->f,
		.flag = "f",
	};
	bool gone;

	return vg_reduce(st, &what, &gone);
}

static int change(struct storage *st, const void *options)
{
	const struct options *o = options;
	struct pool p;
	int rc;

	if (o->def)
		return set_default(st, o->def);
	if (o->size)
		return grow(st, o);
	rc = pool_find_group(st, o->sp, &p);
	if (rc)
		return rc;
	return o->add ? vg_extend(st, p.name, o->f, &o->words) : remove_disks(st, o, p.name);
}

const struct verb verb_chsp = {
	.name = "chsp",
	.group = "Storage Pool Commands",
	.summary = "Adds to a storage pool or takes away from it, or chooses the default one.",
	.usage =
	"chsp -add [-f] [-sp StoragePool] PhysicalVolume ...\n"
	"chsp -rm [-f] [-sp StoragePool] PhysicalVolume ...\n"
	"chsp -add -sp FilePool -size Size\n"
	"chsp -default StoragePool",
	.required = 1u << GROUP_WHAT,
	.flags = chsp_flags,
	.operands = &(const struct operands){
		offsetof(struct options, words), 0, 1024, "PhysicalVolume", HINT_PV
	},
	.options = sizeof(struct options),
	.check = chsp_check,
	.work = change,
	.run = storage_verb,
};

/* --- rmsp --- */

static const struct flag rmsp_flags[] = {
	{ "f", FLAG_SWITCH, offsetof(struct options, f), 0, HINT_NONE, NULL },
	{ .name = NULL }
};

static int remove_pool(struct storage *st, const void *options)
{
	const struct options *o = options;
	struct pool p;
	int rc = pool_find_files(st, o->words.v[0], &p);

	return rc ? rc : pool_remove(st, &p, o->f);
}

const struct verb verb_rmsp = {
	.name = "rmsp",
	.group = "Storage Pool Commands",
	.summary = "Removes a storage pool of files.",
	.usage = "rmsp [-f] FilePool",
	.flags = rmsp_flags,
	.operands = &(const struct operands){
		offsetof(struct options, words), 1, 1, "FilePool", HINT_POOL
	},
	.options = sizeof(struct options),
	.work = remove_pool,
	.run = storage_verb,
};
