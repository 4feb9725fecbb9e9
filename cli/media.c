// SPDX-License-Identifier: GPL-2.0
/* mkvopt, chvopt, rmvopt: the media in the repository. */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"
#include "hdisk.h"
#include "nl.h"
#include "poolfile.h"
#include "util.h"

#define BLOCK	2048

struct options {
	const char *name;
	const char *size;
	const char *dev;
	const char *file;
	const char *access;
	const char *mv;
	bool ro;
	bool f;
	bool nfslink;
};

enum { GROUP_NAME = 1, GROUP_WHAT = 2 };

#define FLAG_NAME(hint) \
	{ "name", FLAG_VALUE, offsetof(struct options, name), GROUP_NAME, hint, NULL }

/* A medium of the repository, or a message. */
static int find(const struct storage *st, const char *name, struct pool *p, struct pool_file *f)
{
	int rc = pool_find_media(st, p);

	if (!rc && !pool_file_find(p, name, f))
		rc = err_say(ERR_NO_MEDIUM, name, NULL);
	return rc;
}

/* --- mkvopt --- */

static const struct flag mkvopt_flags[] = {
	FLAG_NAME(HINT_NONE),
	{ "size", FLAG_VALUE, offsetof(struct options, size), GROUP_WHAT, HINT_NONE, NULL },
	{ "dev", FLAG_VALUE, offsetof(struct options, dev), GROUP_WHAT, HINT_DEVICE, NULL },
	{ "file", FLAG_VALUE, offsetof(struct options, file), GROUP_WHAT, HINT_NONE, NULL },
	{ "ro", FLAG_SWITCH, offsetof(struct options, ro), 0, HINT_NONE, NULL },
	{ "nfslink", FLAG_SWITCH, offsetof(struct options, nfslink), 0, HINT_NONE, NULL },
	{ .name = NULL }
};

static int mkvopt_check(const struct verb *verb, const void *options)
{
	const struct options *o = options;

	if (o->nfslink && !o->file)
		return args_refuse(verb, ERR_FLAG_MISSING, "-file", NULL);
	return RC_OK;
}

static int unfit(const char *name, const char *why)
{
	return err_say(ERR_MEDIUM_SOURCE, name, why);
}

/* The whole of a regular file or of the disc in an optical drive. */
static int measure(struct pool_source *source, bool drive)
{
	struct stat st;

	if (fstat(source->fd, &st))
		return unfit(source->name, strerror(errno));
	if (drive && ioctl(source->fd, BLKGETSIZE64, &source->size))
		return unfit(source->name, strerror(errno));
	if (!drive && !S_ISREG(st.st_mode))
		return unfit(source->name, "it is not a regular file");
	if (!drive)
		source->size = st.st_size;
	return source->size ? RC_OK : unfit(source->name, "it is empty");
}

static int open_path(struct pool_source *source, const char *path, bool drive)
{
	source->fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (source->fd < 0)
		return unfit(source->name, strerror(errno));
	return measure(source, drive);
}

/* By the name that the server or Linux gave it. */
static int open_drive(const struct session *s, struct pool_source *source)
{
	const struct hdisk *h;
	struct hdisks drives;
	char *path = NULL;
	int rc;

	hdisks_read(&s->model, &drives);
	h = hdisk_find(&drives, source->name);
	if (!h)
		h = hdisk_of(&drives, source->name);
	if (h && h->kind == HDISK_OPTICAL && h->disk)
		path = xasprintf("/dev/%s", h->disk->name);
	hdisks_free(&drives);
	rc = path ? open_path(source, path, true) :
		    unfit(source->name, "it is not an optical drive of this server");
	free(path);
	return rc;
}

static int open_source(const struct session *s, const struct options *o,
		       struct pool_source *source)
{
	if (o->size)
		return pool_parse_size(s->verb, o->size, &source->size);
	source->name = o->dev ? o->dev : o->file;
	return o->dev ? open_drive(s, source) : open_path(source, o->file, false);
}

/* Drives have whole blocks; a copy of a file that ends in one is filled up with zeros. */
static int make_medium(const struct pool *p, const struct options *o,
		       const struct pool_source *source)
{
	if (!o->nfslink)
		return pool_file_make(p, o->name, source,
				      (source->size + BLOCK - 1) / BLOCK * BLOCK, o->ro);
	if (source->size % BLOCK)
		return unfit(source->name, "its size is not a multiple of 2048 bytes");
	return pool_file_link(p, o->name, source);
}

static int make(struct storage *st, const void *options)
{
	const struct options *o = options;
	struct pool_source source = { .fd = -1 };
	struct pool p;
	int rc;

	rc = open_source(st->session, o, &source);
	if (!rc)
		rc = pool_find_media(st, &p);
	if (!rc)
		rc = pool_file_check_name(&p, o->name);
	if (!rc)
		rc = make_medium(&p, o, &source);
	if (source.fd >= 0)
		close(source.fd);
	return rc;
}

const struct verb verb_mkvopt = {
	.name = "mkvopt",
	.group = "Virtual Media Commands",
	.summary = "Creates a medium in the repository.",
	.usage =
	"mkvopt -name FileName {-size Size | -dev OpticalDevice | -file SourceFile [-nfslink]}\n"
	"\t[-ro]",
	.required = 1u << GROUP_NAME | 1u << GROUP_WHAT,
	.flags = mkvopt_flags,
	.access = STORAGE_ADDS,
	.options = sizeof(struct options),
	.check = mkvopt_check,
	.work = make,
	.run = storage_verb,
};

/* --- chvopt --- */

static const struct flag chvopt_flags[] = {
	FLAG_NAME(HINT_MEDIUM),
	{ "access", FLAG_VALUE, offsetof(struct options, access), GROUP_WHAT, HINT_NONE, "ro rw" },
	{ "mv", FLAG_VALUE, offsetof(struct options, mv), GROUP_WHAT, HINT_NONE, NULL },
	{ .name = NULL }
};

static int chvopt_check(const struct verb *verb, const void *options)
{
	const struct options *o = options;

	if (o->access && strcmp(o->access, "ro") && strcmp(o->access, "rw"))
		return args_refuse(verb, ERR_VALUE, o->access, "it is neither ro nor rw");
	return RC_OK;
}

/* A drive knows its medium by name, and what it may do with it. */
static int change(struct storage *st, const void *options)
{
	const struct options *o = options;
	const struct vtd *v;
	struct pool_file f;
	struct pool p;
	size_t at = 0;
	int rc;

	rc = find(st, o->name, &p, &f);
	if (rc)
		return rc;
	v = pool_file_vtd(st, &p, f.name, &at);
	if (v)
		return err_say(ERR_MEDIUM_LOADED, f.name, v->name);
	rc = pool_check_unwanted(st, &p, f.name);
	if (rc)
		return rc;
	if (o->access && f.link)
		return err_say(ERR_MEDIUM_LINK, f.name, NULL);
	if (o->access)
		return pool_file_protect(&p, f.name, !strcmp(o->access, "ro"));
	rc = pool_file_check_name(&p, o->mv);
	return rc ? rc : pool_file_rename(&p, f.name, o->mv);
}

const struct verb verb_chvopt = {
	.name = "chvopt",
	.group = "Virtual Media Commands",
	.summary = "Changes the access to a medium in the repository, or its name.",
	.usage = "chvopt -name FileName {-access {ro | rw} | -mv NewName}",
	.required = 1u << GROUP_NAME | 1u << GROUP_WHAT,
	.flags = chvopt_flags,
	.options = sizeof(struct options),
	.check = chvopt_check,
	.work = change,
	.run = storage_verb,
};

/* --- rmvopt --- */

static const struct flag rmvopt_flags[] = {
	FLAG_NAME(HINT_MEDIUM),
	{ "f", FLAG_SWITCH, offsetof(struct options, f), 0, HINT_NONE, NULL },
	{ .name = NULL }
};

/* All drives must let it go before one does; one that is locked doesn't. */
static int check_loaded(const struct storage *st, const struct pool *p, const char *name,
			bool force)
{
	const struct vtd *v;
	size_t at = 0;

	while ((v = pool_file_vtd(st, p, name, &at)))
		if (!force || v->type != VSCSI_VTD_OPTICAL || v->locked ||
		    v->state == VTD_DEFINED)
			return err_say(ERR_MEDIUM_LOADED, name, v->name);
	return RC_OK;
}

static int unload(const struct storage *st, const struct pool *p, const char *name)
{
	const struct medium_request nothing = { .fd = -1, .unload = true };
	const struct vtd *v;
	size_t at = 0;
	int err;

	while ((v = pool_file_vtd(st, p, name, &at))) {
		err = vnl_vtd_medium(v->name, &nothing);
		if (err)
			return session_refused(err, v->name);
	}
	return RC_OK;
}

static int remove_medium(struct storage *st, const void *options)
{
	const struct options *o = options;
	struct pool_file f;
	struct pool p;
	int rc;

	rc = find(st, o->name, &p, &f);
	if (!rc)
		rc = check_loaded(st, &p, f.name, o->f);
	if (!rc)
		rc = pool_check_unwanted(st, &p, f.name);
	if (rc)
		return rc;
	run_block_signals();
	rc = unload(st, &p, f.name);
	return rc ? rc : pool_file_remove(&p, f.name);
}

const struct verb verb_rmvopt = {
	.name = "rmvopt",
	.group = "Virtual Media Commands",
	.summary = "Removes a medium from the repository.",
	.usage = "rmvopt [-f] -name FileName",
	.required = 1u << GROUP_NAME,
	.flags = rmvopt_flags,
	.options = sizeof(struct options),
	.work = remove_medium,
	.run = storage_verb,
};
