// SPDX-License-Identifier: GPL-2.0
/* loadopt, unloadopt, lsvopt: what is in the optical drives. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backing.h"
#include "err.h"
#include "holder.h"
#include "nl.h"
#include "poolfile.h"
#include "save.h"
#include "util.h"
#include "verbs.h"
#include "vopt.h"

#define BLOCK		2048
#define MEGABYTE	(UINT64_C(1) << 20)

static const struct vtd *drive_find(const struct session *s, const char *name, int *rc)
{
	const struct vtd *v = model_vtd(&s->model, name);

	*rc = RC_OK;
	if (!v || model_vtd_partition(&s->model, v) != s->self->id)
		*rc = err_say(ERR_NO_VTD, name, NULL);
	else if (v->type != VSCSI_VTD_OPTICAL)
		*rc = err_say(ERR_NOT_OPTICAL, name, NULL);
	return *rc ? NULL : v;
}

/* One whose medium can be changed. */
static const struct vtd *drive_at_work(const struct session *s, const char *name, int *rc)
{
	const struct vtd *v = drive_find(s, name, rc);

	if (v && v->state == VTD_DEFINED)
		*rc = err_say(ERR_DEFINED, name, NULL);
	return *rc ? NULL : v;
}

/* --- loadopt --- */

enum { GROUP_DISK = 1, GROUP_VTD = 2 };

static const struct flag load_flags[] = {
	{ "disk", FLAG_VALUE, offsetof(struct medium, disk), GROUP_DISK, HINT_MEDIUM, NULL },
	{ "vtd", FLAG_VALUE, offsetof(struct medium, vtd), GROUP_VTD, HINT_VTD, NULL },
	{ "f", FLAG_SWITCH, offsetof(struct medium, f), 0, HINT_NONE, NULL },
	{ "release", FLAG_SWITCH, offsetof(struct medium, release), 0, HINT_NONE, NULL },
	{ "rw", FLAG_SWITCH, offsetof(struct medium, rw), 0, HINT_NONE, NULL },
	{ .name = NULL }
};

static int medium_find(const struct session *s, const char *word, struct backing *b)
{
	const struct adapter *loop;
	char why[PATH_MAX];
	int err;

	if (word[0] != '/')
		return err_say(ERR_MEDIUM_PATH, word, NULL);
	err = backing_find(word, b);
	if (err == -ENOTBLK || (!err && !b->ino))
		return err_say(ERR_MEDIUM_KIND, word, err ? b->problem : "a block device");
	if (err == -ENAMETOOLONG)
		return err_say(ERR_MEDIUM_KIND, word, "too long a name");
	if (err)
		return err_say(ERR_BACKING_OPEN, word, strerror(-err));
	loop = holder_loop(&s->model, b);
	if (loop)
		return err_say(ERR_BACKING_LOOP, b->name, loop->name);
	if (holder_of_file(b, why, sizeof(why)))
		return err_say(ERR_BACKING_HELD, b->name, why);
	return RC_OK;
}

static int size_check(const struct backing *b)
{
	char why[128];

	if (b->size && b->size % BLOCK == 0)
		return RC_OK;
	snprintf(why, sizeof(why), "its size of %ju bytes is not a multiple of the block size %u",
		 (uintmax_t)b->size, BLOCK);
	return err_say(ERR_MEDIUM_KIND, b->name, b->size ? why : "it is empty");
}

static bool leads_to(const char *link, const struct backing *b)
{
	struct stat st;

	return link && !stat(link, &st) && st.st_dev == b->dev && st.st_ino == b->ino;
}

static int load(const struct session *s, const struct medium *o, const struct backing *b,
		const char *drive)
{
	struct backing_mode mode = { .read_only = !o->rw, .buffered = true };
	struct medium_request r = {
		.backing = leads_to(o->link, b) ? o->link : b->name,
		.path = b->path,
		.read_only = !o->rw,
		.unload = o->f,
		.release = o->release,
	};
	int err, rc;

	if (o->rw && access(b->path, W_OK))
		return err_say(ERR_MEDIUM_READ_ONLY, b->name, NULL);
	r.fd = backing_open(&s->model, b, &mode, &rc);
	if (r.fd < 0)
		return rc;
	err = vnl_vtd_medium(drive, &r);
	close(r.fd);
	return err ? session_refused(err, drive) : RC_OK;
}

int vopt_load(const struct session *s, const struct medium *o)
{
	struct backing b;
	int rc;

	rc = medium_find(s, o->disk, &b);
	if (!rc)
		rc = size_check(&b);
	return rc ? rc : load(s, o, &b, o->vtd);
}

/* The other drive that has a medium; NULL: none. */
static const struct vtd *loaded_in(const struct storage *st, const struct pool *p,
				   const struct medium *o)
{
	const struct vtd *v;
	size_t at = 0;

	do {
		v = pool_file_vtd(st, p, o->disk, &at);
	} while (v && !strcmp(v->name, o->vtd));
	return v;
}

/* What is written has one drive. */
static int check_medium(const struct storage *st, const struct pool *p, const struct medium *o,
			const struct pool_file *f)
{
	const struct vtd *v = f->read_only ? NULL : loaded_in(st, p, o);

	if (v)
		return err_say(ERR_MEDIUM_LOADED, f->name, v->name);
	if (o->rw && f->read_only)
		return err_say(ERR_MEDIUM_READ_ONLY, f->name, NULL);
	return RC_OK;
}

/* From the name of a medium in the repository to its path and access. */
static int find_in_repository(struct session *s, struct medium *o, char **path)
{
	struct pool_file f = { .size = 0 };
	struct storage st;
	struct pool p;
	int rc;

	rc = storage_read(s, &st);
	if (!rc)
		rc = pool_find_media(&st, &p);
	if (!rc && !pool_file_find(&p, o->disk, &f))
		rc = err_say(ERR_NO_MEDIUM, o->disk, NULL);
	if (!rc)
		rc = check_medium(&st, &p, o, &f);
	if (!rc) {
		*path = pool_path(&p, f.name);
		o->disk = *path;
		o->link = *path;
		o->rw = !f.read_only;
	}
	storage_free(&st);
	return rc;
}

static int start_and_load(struct session *s, struct medium *o)
{
	char *path = NULL;
	int rc = session_start(s, ON_VIOS);

	if (!rc)
		drive_at_work(s, o->vtd, &rc);
	if (!rc && !strchr(o->disk, '/'))
		rc = find_in_repository(s, o, &path);
	if (!rc)
		rc = vopt_load(s, o);
	free(path);
	return rc;
}

static int loadopt_run(struct session *s, int argc, char **argv)
{
	struct medium o = { .disk = NULL };
	int rc, lock = -1;

	rc = args_parse(s->verb, argc, argv, &o);
	if (!rc)
		lock = strchr(o.disk, '/') ? storage_lock_file(o.disk, &rc) :
					     storage_lock(STORAGE_ADDS, &rc);
	if (!rc)
		rc = start_and_load(s, &o);
	if (lock >= 0)
		close(lock);
	return rc;
}

const struct verb verb_loadopt = {
	.name = "loadopt",
	.group = "Virtual Media Commands",
	.summary = "Loads a medium into a virtual optical drive.",
	.usage =
	"loadopt [-f] [-release] -disk FileName -vtd VirtualTargetDevice\n"
	"\tadditions: [-rw], FileName with its path",
	.required = 1u << GROUP_DISK | 1u << GROUP_VTD,
	.flags = load_flags,
	.run = loadopt_run,
};

/* --- unloadopt --- */

struct unload_options {
	const char *vtd;
	bool release;
};

static const struct flag unload_flags[] = {
	{ "vtd", FLAG_VALUE, offsetof(struct unload_options, vtd), GROUP_VTD, HINT_VTD, NULL },
	{ "release", FLAG_SWITCH, offsetof(struct unload_options, release), 0, HINT_NONE, NULL },
	{ .name = NULL }
};

/* The medium that the drive had is not there yet, and it shall not have it again. */
static int forget(const struct session *s, const char *drive)
{
	int err = save_forget(&s->model, s->self->id, drive);

	return err ? err_state(err, drive) : RC_OK;
}

static int unloadopt_run(struct session *s, int argc, char **argv)
{
	struct medium_request r = { .fd = -1, .unload = true };
	struct unload_options o = { .vtd = NULL };
	const struct vtd *v = NULL;
	int rc, err;

	rc = args_parse(s->verb, argc, argv, &o);
	if (!rc)
		rc = session_start(s, ON_VIOS);
	if (!rc)
		v = drive_at_work(s, o.vtd, &rc);
	if (rc)
		return rc;
	r.release = o.release;
	if (!v->backing[0] && save_is_unrestored(s->self->id, o.vtd))
		return forget(s, o.vtd);
	err = vnl_vtd_medium(o.vtd, &r);
	return err ? session_refused(err, o.vtd) : RC_OK;
}

const struct verb verb_unloadopt = {
	.name = "unloadopt",
	.group = "Virtual Media Commands",
	.summary = "Takes the medium out of a virtual optical drive.",
	.usage = "unloadopt [-release] -vtd VirtualTargetDevice",
	.required = 1u << GROUP_VTD,
	.flags = unload_flags,
	.run = unloadopt_run,
};

/* --- lsvopt --- */

enum field { F_VTD, F_MEDIA, F_SIZE, F_ACCESS, F_LOCKED };

static const struct out_field fields[] = {
	[F_VTD] = { "vtd", "VTD", 15, OUT_ROW, false },
	[F_MEDIA] = { "media", "Media", 39, OUT_ROW, false },
	[F_SIZE] = { "size", "Size(mb)", -8, OUT_ROW, false },
	[F_ACCESS] = { "access", "Access", 6, OUT_ROW, true },
	[F_LOCKED] = { "locked", "Locked", 6, OUT_ROW, true },
	{ .name = NULL }
};

static const struct out_kind listing = { .fields = fields };

struct list_options {
	const char *vtd;
	struct out_options out;
};

static const struct flag list_flags[] = {
	{ "vtd", FLAG_VALUE, offsetof(struct list_options, vtd), 0, HINT_VTD, NULL },
	OUT_FLAG_FIELD(struct list_options),
	OUT_FLAG_FMT(struct list_options),
	OUT_FLAG_JSON(struct list_options),
	{ .name = NULL }
};

/* In JSON a drive without a medium has none, in words it says so. */
static void put_no_medium(struct out *out, bool json)
{
	if (json)
		return;
	out_str(out, F_MEDIA, "No Media");
	out_str(out, F_SIZE, "n/a");
}

/* Media of the repository go by their names. */
static const char *medium_name(const struct vtd *v)
{
	const char *name = strrchr(v->backing, '/');
	char *path = xasprintf("%s/%s%s", fs_root(), MEDIA_NAME, name ? name : "");
	bool in_repository = name && !strcmp(path, v->backing);

	free(path);
	return in_repository ? name + 1 : v->backing;
}

static void put(struct out *out, const struct vtd *v, bool json)
{
	out_row(out);
	out_str(out, F_VTD, v->name);
	out_bool(out, F_LOCKED, v->locked);
	if (!v->backing[0]) {
		put_no_medium(out, json);
		return;
	}
	out_str(out, F_MEDIA, medium_name(v));
	out_uint(out, F_SIZE, (v->size + MEGABYTE - 1) / MEGABYTE);
	out_str(out, F_ACCESS, v->read_only ? "ro" : "rw");
}

static void put_all(const struct session *s, const struct list_options *o, struct out *out)
{
	const struct vtd *v;
	size_t i;

	for (i = 0; i < s->model.nr_vtds; i++) {
		v = &s->model.vtds[i];
		if (v->type != VSCSI_VTD_OPTICAL ||
		    model_vtd_partition(&s->model, v) != s->self->id)
			continue;
		if (!o->vtd || !strcmp(o->vtd, v->name))
			put(out, v, o->out.json);
	}
}

static int lsvopt_run(struct session *s, int argc, char **argv)
{
	struct list_options o = { .vtd = NULL };
	struct out *out;
	int rc;

	rc = args_parse(s->verb, argc, argv, &o);
	if (!rc)
		rc = session_start(s, ON_VIOS);
	if (!rc && o.vtd)
		drive_find(s, o.vtd, &rc);
	if (rc)
		return rc;
	out = out_open(&listing, &o.out, &rc);
	if (!out)
		return rc;
	put_all(s, &o, out);
	return out_close(out);
}

const struct verb verb_lsvopt = {
	.name = "lsvopt",
	.group = "Virtual Media Commands",
	.summary = "Lists the virtual optical drives and what is in them.",
	.usage =
	"lsvopt [-vtd VirtualTargetDevice] [-field FieldName ...] [-fmt Delimiter | -json]",
	.flags = list_flags,
	.listing = &listing,
	.run = lsvopt_run,
};
