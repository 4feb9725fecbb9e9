// SPDX-License-Identifier: GPL-2.0
/* lsrep: the repository of virtual media and what is in it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "err.h"
#include "poolfile.h"
#include "util.h"

enum field {
	F_SIZE, F_FREE, F_PARENT, F_PARENT_SIZE, F_PARENT_FREE,
	F_NAME, F_FILE_SIZE, F_OPTICAL, F_ACCESS, NR_FIELDS,
};

/* In JSON the media are below the repository; in words they are a table of their own. */
static const struct out_kind listing = {
	.fields = (const struct out_field[]){
		[F_SIZE] = { "size", "Size(mb)", -8, OUT_ROW, false },
		[F_FREE] = { "free", "Free(mb)", -8, OUT_ROW, false },
		[F_PARENT] = { "parentpool", "Parent Pool", 15, OUT_ROW, false },
		[F_PARENT_SIZE] = { "parentsize", "Parent Size", -15, OUT_ROW, false },
		[F_PARENT_FREE] = { "parentfree", "Parent Free", -16, OUT_ROW, false },
		[F_NAME] = { "name", "Name", 53, OUT_SUB, false },
		[F_FILE_SIZE] = { "filesize", "File Size", -9, OUT_SUB, false },
		[F_OPTICAL] = { "optical", "Optical", 15, OUT_SUB, false },
		[F_ACCESS] = { "access", "Access", 6, OUT_SUB, false },
		{ .name = NULL }
	},
	.sub_name = "media",
};

/* The fields of one level as a table. */
struct table {
	struct out_field fields[NR_FIELDS + 1];
	struct out_kind kind;
	struct out_options options;	/* of the fields asked for its own ones */
};

struct options {
	struct out_options out;
};

static const struct flag flags[] = {
	OUT_FLAG_FIELD(struct options),
	OUT_FLAG_FMT(struct options),
	OUT_FLAG_JSON(struct options),
	{ .name = NULL }
};

/* All that is listed. */
struct repository {
	const struct storage *st;
	struct pool pool;
	struct fs_space space;
	struct pool_files media;
};

/* --- values --- */

static void put_repository(struct out *out, const struct repository *r)
{
	const struct lvm_vg *vg = r->pool.vg;

	out_row(out);
	out_uint(out, F_SIZE, r->space.size >> 20);
	out_uint(out, F_FREE, r->space.free >> 20);
	out_str(out, F_PARENT, vg->name);
	out_uint(out, F_PARENT_SIZE, vg->extents * vg->extent_size >> 20);
	out_uint(out, F_PARENT_FREE, vg->free * vg->extent_size >> 20);
}

static void put_medium(struct out *out, int first, const struct pool_file *f, const char *vtd)
{
	out_str(out, F_NAME - first, f->name);
	out_uint(out, F_FILE_SIZE - first, megabytes(f->size));
	out_str(out, F_OPTICAL - first, vtd);
	out_str(out, F_ACCESS - first, f->read_only ? "ro" : "rw");
}

/*
 * One for each drive that has it; in words one that none has says so.  @row starts a record,
 * whose fields are numbered from @first on.
 */
static void put_media(struct out *out, const struct repository *r, void (*row)(struct out *out),
		      int first, const char *none)
{
	const struct pool_file *f;
	const struct vtd *v;
	size_t at;

	for (f = r->media.list; f < r->media.list + r->media.nr; f++) {
		at = 0;
		v = pool_file_vtd(r->st, &r->pool, f->name, &at);
		do {
			row(out);
			put_medium(out, first, f, v ? v->name : none);
			v = v ? pool_file_vtd(r->st, &r->pool, f->name, &at) : NULL;
		} while (v);
	}
}

/* --- the listings --- */

static bool has_field(const struct out_kind *kind, const char *word)
{
	const struct out_field *f;

	for (f = kind->fields; f->name; f++)
		if (!strcasecmp(f->name, word) || !strcasecmp(f->heading, word))
			return true;
	return false;
}

/* Make a table of one level; false: none of its fields is asked for. */
static bool table_make(struct table *t, enum out_level level, const struct out_options *asked)
{
	const struct out_field *f;
	int i, nr = 0;

	memset(t, 0, sizeof(*t));
	for (f = listing.fields; f->name; f++) {
		if (f->level != level)
			continue;
		t->fields[nr] = *f;
		t->fields[nr++].level = OUT_ROW;
	}
	t->kind.fields = t->fields;
	t->options = *asked;
	t->options.field.nr = 0;
	t->options.field.v = xcalloc(asked->field.nr + 1, sizeof(*t->options.field.v));
	for (i = 0; i < asked->field.nr; i++)
		if (has_field(&t->kind, asked->field.v[i]))
			t->options.field.v[t->options.field.nr++] = asked->field.v[i];
	return !asked->field.given || t->options.field.nr;
}

static int list_json(const struct repository *r, const struct out_options *o)
{
	struct out *out;
	int rc;

	out = out_open(&listing, o, &rc);
	if (!out)
		return rc;
	put_repository(out, r);
	put_media(out, r, out_sub, 0, "");
	return out_close(out);
}

static int list_repository(const struct repository *r, const struct table *t)
{
	struct out *out;
	int rc;

	out = out_open(&t->kind, &t->options, &rc);
	if (!out)
		return rc;
	put_repository(out, r);
	return out_close(out);
}

static int list_media(const struct repository *r, const struct table *t)
{
	struct out *out;
	int rc;

	out = out_open(&t->kind, &t->options, &rc);
	if (!out)
		return rc;
	put_media(out, r, out_row, F_NAME, "None");
	return out_close(out);
}

static int list_tables(const struct repository *r, const struct out_options *o)
{
	struct table repository, media;
	bool has_repository = table_make(&repository, OUT_ROW, o);
	bool has_media = table_make(&media, OUT_SUB, o);
	int rc = RC_OK;

	if (has_repository)
		rc = list_repository(r, &repository);
	if (!rc && has_repository && has_media && r->media.nr && !o->fmt)
		putchar('\n');
	if (!rc && has_media)
		rc = list_media(r, &media);
	free(media.options.field.v);
	free(repository.options.field.v);
	return rc;
}

static int check(const struct verb *verb, const void *options)
{
	const struct options *o = options;
	int i;

	(void)verb;
	for (i = 0; i < o->out.field.nr; i++)
		if (!has_field(&listing, o->out.field.v[i]))
			return err_say(ERR_FIELD, o->out.field.v[i], NULL);
	return RC_OK;
}

static int list_nothing(const struct out_options *o)
{
	if (o->json)
		puts("[]");
	else if (!o->fmt)
		puts("The DVD repository has not been created yet.\n");
	return RC_OK;
}

static int list(struct storage *st, const void *options)
{
	const struct options *o = options;
	struct repository r = { .st = st };
	int err, rc;

	if (!pool_media(st, &r.pool))
		return list_nothing(&o->out);
	if (!pool_is_mounted(&r.pool))
		return err_say(ERR_POOL_NOT_MOUNTED, r.pool.name, NULL);
	err = fs_space(r.pool.dir, &r.space);
	if (err)
		return err_say(ERR_FILE_IO, r.pool.dir, strerror(-err));
	pool_files_read(&r.pool, &r.media);
	rc = o->out.json ? list_json(&r, &o->out) : list_tables(&r, &o->out);
	pool_files_free(&r.media);
	return rc;
}

const struct verb verb_lsrep = {
	.name = "lsrep",
	.group = "Virtual Media Commands",
	.summary = "Lists the repository of virtual media and what is in it.",
	.usage = "lsrep [-field FieldName ...] [-fmt Delimiter | -json]",
	.flags = flags,
	.listing = &listing,
	.access = STORAGE_READS,
	.options = sizeof(struct options),
	.check = check,
	.work = list,
	.run = storage_verb,
};
