// SPDX-License-Identifier: GPL-2.0
/* Storage pools and the media repository: which there are, making and mounting them. */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "err.h"
#include "pool.h"
#include "save.h"
#include "state.h"
#include "util.h"

#define DEFAULT_FILE	"default_pool"
#define MEGABYTE	(UINT64_C(1) << 20)

/* --- finding --- */

static void place(struct pool *p, const char *vg, const char *name, const char *use)
{
	bool media = !strcmp(use, LVM_USE_MEDIA);

	str_copy(p->name, sizeof(p->name), name);
	snprintf(p->node, sizeof(p->node), "/dev/%s/%s", vg, name);
	snprintf(p->dir, sizeof(p->dir), "%s/%s%s", fs_root(), media ? "" : "storagepools/", name);
}

bool pool_of_lv(const struct storage *st, const struct lvm_lv *lv, struct pool *p)
{
	const struct lvm_vg *vg = lvm_vg(&st->lvm, lv->vg);

	if (!lv->use[0] || lv->hidden || !vg || vg->exported)
		return false;
	memset(p, 0, sizeof(*p));
	p->vg = vg;
	p->lv = lv;
	place(p, lv->vg, lv->name, lv->use);
	return true;
}

/* Disks from elsewhere may bring one of the same name: this server's is the one that is mounted. */
static bool find_by_use(const struct storage *st, const char *name, const char *use,
			struct pool *p)
{
	const struct lvm_lv *lv;
	struct pool candidate;
	bool found = false;

	for (lv = st->lvm.lvs; lv < st->lvm.lvs + st->lvm.nr_lvs; lv++) {
		if (strcmp(lv->use, use) || strcmp(lv->name, name) ||
		    !pool_of_lv(st, lv, &candidate))
			continue;
		if (!found || pool_is_mounted(&candidate))
			*p = candidate;
		found = true;
	}
	return found;
}

static int find_named(const struct storage *st, const char *name, struct pool *p)
{
	const struct lvm_vg *vg = lvm_vg(&st->lvm, name);

	if (find_by_use(st, name, LVM_USE_POOL, p))
		return RC_OK;
	if (!vg || vg->exported)
		return err_say(ERR_NO_POOL, name, NULL);
	memset(p, 0, sizeof(*p));
	p->vg = vg;
	str_copy(p->name, sizeof(p->name), name);
	return RC_OK;
}

int pool_find(const struct storage *st, const char *word, struct pool *p)
{
	char *name = word ? xstrdup(word) : pool_default(st);
	int rc = name ? find_named(st, name, p) : err_say(ERR_NO_DEFAULT_POOL, NULL, NULL);

	free(name);
	return rc;
}

int pool_find_files(const struct storage *st, const char *word, struct pool *p)
{
	int rc = pool_find(st, word, p);

	if (!rc && !p->lv)
		rc = err_say(ERR_POOL_KIND, p->name, "it is a volume group, not a pool of files");
	return rc;
}

int pool_find_group(const struct storage *st, const char *word, struct pool *p)
{
	int rc = pool_find(st, word, p);

	if (!rc && p->lv)
		return err_say(ERR_POOL_KIND, p->name, "it is a pool of files");
	if (!rc)
		vg_to_change(st, p->name, &rc);
	return rc;
}

bool pool_media(const struct storage *st, struct pool *p)
{
	return find_by_use(st, MEDIA_NAME, LVM_USE_MEDIA, p);
}

int pool_find_media(const struct storage *st, struct pool *p)
{
	if (!pool_media(st, p))
		return err_say(ERR_NO_REPOSITORY, NULL, NULL);
	return pool_enter(p);
}

/* --- the default pool --- */

char *pool_default(const struct storage *st)
{
	char *path = state_path(DEFAULT_FILE), *line = NULL;
	FILE *f = fopen(path, "re");
	size_t size = 0;

	free(path);
	if (f && getline(&line, &size, f) > 0) {
		line[strcspn(line, "\n")] = '\0';
	} else {
		free(line);
		line = lvm_vg(&st->lvm, "rootvg") ? xstrdup("rootvg") : NULL;
	}
	if (f)
		fclose(f);
	return line;
}

int pool_set_default(const struct pool *p)
{
	char *path = state_path(DEFAULT_FILE), *line = xasprintf("%s\n", p->name);
	int lock = state_lock();
	int err = lock < 0 ? lock : state_write(path, line, strlen(line));
	int rc = err ? err_say(ERR_STATE_WRITE, path, strerror(-err)) : RC_OK;

	if (lock >= 0)
		close(lock);
	free(line);
	free(path);
	return rc;
}

/* --- mounting --- */

bool pool_is_mounted(const struct pool *p)
{
	return fs_is_mounted(p->node, p->dir);
}

/* Make all directories of a path. */
static int make_dirs(const char *path)
{
	char *part = xstrdup(path), *slash = part;
	int err = 0;

	while (!err && slash) {
		slash = strchr(slash + 1, '/');
		if (slash)
			*slash = '\0';
		if (mkdir(part, 0755) && errno != EEXIST)
			err = -errno;
		if (slash)
			*slash = '/';
	}
	free(part);
	return err;
}

/* Over another pool of the same name: its files would be taken for this one's, or the reverse. */
static int check_place(const struct pool *p)
{
	if (pool_is_mounted(p) || !fs_is_mount_point(p->dir))
		return RC_OK;
	return err_say(ERR_POOL_PLACE, p->node, p->dir);
}

int pool_enter(const struct pool *p)
{
	int err, rc;

	if (pool_is_mounted(p))
		return RC_OK;
	rc = check_place(p);
	if (rc)
		return rc;
	if (p->lv && !p->lv->dev)
		return err_say(ERR_POOL_MOUNT, p->name, "its volume group is not active");
	err = make_dirs(p->dir);
	if (!err)
		err = fs_mount(p->node, p->dir);
	return err ? err_say(ERR_POOL_MOUNT, p->name, strerror(-err)) : RC_OK;
}

/* What was mapped until now is closed a moment later. */
static int leave(const struct pool *p)
{
	const struct timespec pause = { .tv_nsec = 50 * 1000 * 1000 };
	int err = fs_unmount(p->dir), left;

	for (left = 40; err == -EBUSY && left; left--) {
		nanosleep(&pause, NULL);
		err = fs_unmount(p->dir);
	}
	return err;
}

/* The directories stay where there is something in them. */
static void remove_dirs(const char *path)
{
	char *part = xstrdup(path);

	while (strlen(part) >= strlen(fs_root()) && !rmdir(part))
		*strrchr(part, '/') = '\0';
	free(part);
}

char *pool_path(const struct pool *p, const char *name)
{
	return xasprintf("%s/%s", p->dir, name);
}

int pool_check_unwanted(const struct storage *st, const struct pool *p, const char *name)
{
	char *path = pool_path(p, name);
	int rc = p->lv ? save_check_unwanted(&st->session->model, path) : RC_OK;

	free(path);
	return rc;
}

/* --- sizes --- */

uint64_t megabytes(uint64_t bytes)
{
	return bytes / MEGABYTE + !!(bytes % MEGABYTE);
}

int pool_parse_size(const struct verb *verb, const char *word, uint64_t *bytes)
{
	size_t digits = strspn(word, "0123456789");
	bool unit = word[digits] && strchr("mMgG", word[digits]) && !word[digits + 1];
	int err = unit ? parse_size(word, bytes) : -EINVAL;

	if (err == -ERANGE || (!err && *bytes > INT64_MAX))
		return args_refuse(verb, ERR_VALUE, word, "it is too large");
	if (err || !*bytes)
		return args_refuse(verb, ERR_VALUE, word, "a size is like 512M or 20G, and not 0");
	return RC_OK;
}

static uint64_t extents_of(const struct lvm_vg *vg, uint64_t bytes)
{
	return bytes / vg->extent_size + !!(bytes % vg->extent_size);
}

uint64_t pool_round(const struct lvm_vg *vg, uint64_t bytes)
{
	return extents_of(vg, bytes) * vg->extent_size;
}

/* In partitions, if the group has so many left. */
static int choose_extents(const struct storage *st, const struct lvm_vg *vg, uint64_t bytes,
			  uint64_t *extents)
{
	const struct words any = { .given = false };

	*extents = extents_of(vg, bytes);
	return lv_check_space(st, vg, &any, *extents, 1);
}

int pools_check_import(const struct storage *st, const char *vg)
{
	const struct lvm_lv *lv;
	struct pool ours;

	for (lv = st->lvm.lvs; lv < st->lvm.lvs + st->lvm.nr_lvs; lv++)
		if (!strcmp(lv->vg, vg) && lv->use[0] &&
		    find_by_use(st, lv->name, lv->use, &ours))
			return err_say(ERR_VG_POOL, vg, lv->name);
	return RC_OK;
}

/* --- making --- */

/* One inode for 64 KB: the files are few and large. */
static int make_file_system(const struct pool *p)
{
	struct argv a = { .words = NULL };
	struct run r;
	int rc = RC_OK;

	ARGV_ADD(&a, "mkfs.ext4", "-q", "-F", "-b", "4096", "-m", "0", "-i", "65536", p->node);
	run_program(&a, &r);
	r.err[strcspn(r.err, "\n")] = '\0';
	if (r.status == RUN_NOT_THERE || r.status == RUN_NOT_STARTED)
		rc = err_say(ERR_PROGRAM, "mkfs.ext4", r.err);
	else if (r.status)
		rc = err_say(ERR_POOL_NOT_MADE, p->name, r.err);
	run_free(&r);
	argv_free(&a);
	return rc;
}

/* The tag is what makes it a pool, so whatever ends this earlier leaves a mere volume. */
static int mark(const struct storage *st, const char *vg, const char *name, const char *use)
{
	char *full = xasprintf("%s/%s", vg, name);
	char *tag = xasprintf("%s%s", LVM_USE_TAG, use);
	int rc = LVM_CHANGE(&st->lvm, name, "lvchange", "--quiet", "--addtag", tag, full);

	free(tag);
	free(full);
	return rc;
}

int pool_make(const struct storage *st, const struct lvm_vg *vg, const char *name,
	      const char *use, uint64_t bytes, struct pool *p)
{
	struct lv_new n = { .vg = vg->name, .name = name, .type = "jfs2" };
	int rc;

	memset(p, 0, sizeof(*p));
	p->vg = vg;
	place(p, vg->name, name, use);
	rc = choose_extents(st, vg, bytes, &n.extents);
	if (!rc)
		rc = lv_create(st, &n);
	if (rc)
		return rc;
	rc = make_file_system(p);
	if (!rc)
		rc = mark(st, vg->name, name, use);
	if (!rc)
		rc = pool_enter(p);
	if (!rc)
		return RC_OK;
	remove_dirs(p->dir);
	lv_unmake(st, vg->name, name);
	return rc;
}

int pool_grow(const struct storage *st, const struct pool *p, uint64_t bytes)
{
	uint64_t extents;
	int rc;

	vg_to_change(st, p->vg->name, &rc);
	if (!rc)
		rc = choose_extents(st, p->vg, bytes, &extents);
	if (!rc)
		rc = pool_enter(p);
	return rc ? rc : lv_grow(st, p->lv, extents, NULL);
}

/* --- removing --- */

static int check_unused(const struct storage *st, const struct pool *p)
{
	const struct model *m = &st->session->model;
	size_t i, len = strlen(p->dir);
	char *why;
	int rc;

	for (i = 0; i < m->nr_vtds; i++) {
		if (strncmp(m->vtds[i].path, p->dir, len) || m->vtds[i].path[len] != '/')
			continue;
		why = xasprintf("virtual target device %s has its file %s", m->vtds[i].name,
				m->vtds[i].path + len + 1);
		rc = err_say(ERR_POOL_BUSY, p->name, why);
		free(why);
		return rc;
	}
	return RC_OK;
}

/* What is in an empty file system, too. */
static bool is_always_there(const char *name)
{
	return !strcmp(name, ".") || !strcmp(name, "..") || !strcmp(name, "lost+found");
}

/* What can't be read is not known to be empty. */
static int check_empty(const struct pool *p)
{
	int rc = pool_enter(p);
	struct dirent *d;
	DIR *dir;

	if (rc)
		return rc;
	dir = opendir(p->dir);
	if (!dir)
		return err_say(ERR_POOL_UNREAD, p->name, strerror(errno));
	do {
		errno = 0;
		d = readdir(dir);
	} while (d && is_always_there(d->d_name));
	if (d)
		rc = err_say(ERR_POOL_FILES, p->name, d->d_name);
	else if (errno)
		rc = err_say(ERR_POOL_UNREAD, p->name, strerror(errno));
	closedir(dir);
	return rc;
}

int pool_remove(const struct storage *st, const struct pool *p, bool force)
{
	int err, rc;

	vg_to_change(st, p->vg->name, &rc);
	if (!rc)
		rc = check_place(p);
	if (!rc)
		rc = check_unused(st, p);
	if (!rc)
		rc = save_check_unwanted(&st->session->model, p->dir);
	if (!rc)
		rc = lv_check_dependents(st, p->lv);
	if (!rc && !force)
		rc = check_empty(p);
	if (rc)
		return rc;
	run_block_signals();
	err = pool_is_mounted(p) ? leave(p) : 0;
	if (err)
		return err_say(ERR_POOL_BUSY, p->name, strerror(-err));
	rc = lv_unmake(st, p->vg->name, p->name);
	if (rc)
		pool_enter(p);
	else
		remove_dirs(p->dir);
	return rc;
}

/* --- after a restart --- */

static int restore(const struct pool *p, bool validate)
{
	int rc;

	if (pool_is_mounted(p))
		return RC_OK;
	if (validate)
		return err_say(ERR_NOT_RESTORED, p->name, "it is not mounted");
	rc = pool_enter(p);
	if (!rc)
		printf("%s mounted\n", p->name);
	return rc;
}

/* Who has no such directory has no pools, and maybe no LVM either. */
unsigned int pools_restore(struct session *s, bool validate)
{
	unsigned int failed = 0;
	struct storage st;
	struct pool p;
	size_t i;

	if (access(fs_root(), F_OK))
		return 0;
	if (storage_read(s, &st))
		failed++;
	for (i = 0; i < st.lvm.nr_lvs; i++)
		if (pool_of_lv(&st, &st.lvm.lvs[i], &p) && restore(&p, validate))
			failed++;
	storage_free(&st);
	return failed;
}
