// SPDX-License-Identifier: GPL-2.0
/* Disks and LVM's physical volumes are one list; what may be done with each. */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <json-c/json.h>

#include "backing.h"
#include "disk.h"
#include "err.h"
#include "fs.h"
#include "hdisk.h"
#include "holder.h"
#include "name.h"
#include "pv.h"
#include "state.h"
#include "util.h"

/* --- the list --- */

static struct pv *add(struct storage *st, const char *name, const char *sysfs)
{
	struct pv *pv;

	st->pvs = array_grow(st->pvs, st->nr_pvs, sizeof(*st->pvs));
	pv = &st->pvs[st->nr_pvs++];
	memset(pv, 0, sizeof(*pv));
	str_copy(pv->name, sizeof(pv->name), name);
	str_copy(pv->sysfs, sizeof(pv->sysfs), sysfs);
	return pv;
}

static void add_disk(struct storage *st, const struct hdisks *names, const struct disk *disk)
{
	const struct hdisk *h = hdisk_of(names, disk->name);
	struct pv *pv = add(st, h ? h->name : disk->name, disk->path);

	block_node(strrchr(disk->path, '/') + 1, pv->path, sizeof(pv->path));
	pv->size = disk->size;
	pv->dev = block_number(disk->name);
	pv->disk = true;
}

static void add_disks(struct storage *st)
{
	const struct model *m = &st->session->model;
	struct hdisks names;
	struct disk *disks;
	size_t i, nr;

	hdisks_read(m, &names);
	disks = disks_read(&nr);
	for (i = 0; i < nr; i++)
		if (!disk_adapter(m, disks[i].path))
			add_disk(st, &names, &disks[i]);
	free(disks);
	hdisks_free(&names);
}

/* Partitions, arrays and what else people make volume groups of. */
static void add_others(struct storage *st)
{
	const struct lvm_pv *lvm;
	char sysfs[PATH_MAX];
	struct pv *pv;
	size_t i;

	for (i = 0; i < st->lvm.nr_pvs; i++) {
		lvm = &st->lvm.pvs[i];
		if (!lvm->dev || pv_by_dev(st, lvm->dev))
			continue;
		block_path(lvm->dev, sysfs, sizeof(sysfs));
		if (!sysfs[0])
			continue;
		pv = add(st, strrchr(sysfs, '/') + 1, sysfs);
		str_copy(pv->path, sizeof(pv->path), lvm->path);
		pv->size = lvm->size;
		pv->dev = lvm->dev;
	}
}

static int cmp_pvs(const void *a, const void *b)
{
	const struct pv *x = a, *y = b;

	return name_cmp(x->name, y->name);
}

int storage_read(struct session *s, struct storage *st)
{
	size_t i;
	int rc;

	memset(st, 0, sizeof(*st));
	st->session = s;
	rc = lvm_read(&s->model, &st->lvm);
	if (rc)
		return rc;
	add_disks(st);
	add_others(st);
	if (st->nr_pvs)
		qsort(st->pvs, st->nr_pvs, sizeof(*st->pvs), cmp_pvs);
	for (i = 0; i < st->nr_pvs; i++)
		st->pvs[i].lvm = lvm_pv(&st->lvm, st->pvs[i].dev);
	return RC_OK;
}

void storage_free(struct storage *st)
{
	free(st->pvs);
	lvm_free(&st->lvm);
	st->pvs = NULL;
	st->nr_pvs = 0;
}

int storage_reread(struct storage *st)
{
	storage_free(st);
	return storage_read(st->session, st);
}

int storage_work(struct session *s, int (*work)(struct storage *st, const void *options),
		 const void *options)
{
	struct storage st;
	int rc;

	rc = session_start(s, ON_VIOS);
	if (rc)
		return rc;
	rc = storage_read(s, &st);
	if (!rc)
		rc = work(&st, options);
	storage_free(&st);
	return rc;
}

int storage_lock(enum storage_access access, int *rc)
{
	int lock = state_lock_storage(access == STORAGE_ADDS);

	*rc = RC_OK;
	if (lock >= 0)
		return lock;
	if (geteuid())
		*rc = err_say(ERR_LVM_PERMISSION, NULL, NULL);
	else
		*rc = err_state(lock, "storage.lock");
	return -1;
}

int storage_lock_file(const char *path, int *rc)
{
	char *root = realpath(fs_root(), NULL), *real = path ? realpath(path, NULL) : NULL;
	size_t len = root ? strlen(root) : 0;
	bool ours = len && real && !strncmp(real, root, len) && real[len] == '/';

	free(real);
	free(root);
	*rc = RC_OK;
	return ours ? storage_lock(STORAGE_ADDS, rc) : -1;
}

static int work_alone(struct session *s, const void *options)
{
	int rc, lock = storage_lock(s->verb->access, &rc);

	if (rc)
		return rc;
	rc = storage_work(s, s->verb->work, options);
	close(lock);
	return rc;
}

/* Nobody waits for the user's answer, so what was asked about is looked at again. */
static int ask_and_work(struct session *s, const void *options)
{
	int rc = s->verb->ask ? s->verb->ask(s, options) : RC_OK;

	if (rc)
		return rc;
	session_end(s);
	return work_alone(s, options);
}

int storage_verb(struct session *s, int argc, char **argv)
{
	void *options = xcalloc(1, s->verb->options);
	int rc;

	rc = args_parse(s->verb, argc, argv, options);
	if (!rc && s->verb->check)
		rc = s->verb->check(s->verb, options);
	if (!rc && s->verb->access == STORAGE_READS)
		rc = storage_work(s, s->verb->work, options);
	else if (!rc)
		rc = ask_and_work(s, options);
	argv_free(&s->confirmed);
	free(options);
	return rc;
}

/* --- finding --- */

const struct pv *pv_by_name(const struct storage *st, const char *name)
{
	size_t i;

	for (i = 0; i < st->nr_pvs; i++)
		if (!strcmp(st->pvs[i].name, name) ||
		    !strcmp(strrchr(st->pvs[i].sysfs, '/') + 1, name))
			return &st->pvs[i];
	return NULL;
}

const struct pv *pv_by_dev(const struct storage *st, dev_t dev)
{
	size_t i;

	for (i = 0; i < st->nr_pvs; i++)
		if (dev && st->pvs[i].dev == dev)
			return &st->pvs[i];
	return NULL;
}

const char *pv_name(const struct storage *st, dev_t dev)
{
	const struct pv *pv = pv_by_dev(st, dev);

	return pv ? pv->name : "missing";
}

static int not_a_pv(const struct storage *st, const char *word, const struct backing *b)
{
	const struct adapter *a = holder_loop(&st->session->model, b);

	if (a)
		return err_say(ERR_PV_SERVED, word, a->name);
	return err_say(ERR_PV_KIND, word, NULL);
}

const struct pv *pv_find(const struct storage *st, const char *word, int *rc)
{
	const struct pv *pv = pv_by_name(st, word);
	struct backing b;
	int err;

	*rc = RC_OK;
	if (pv)
		return pv;
	err = backing_find(word, &b);
	if (err && err != -ENOTBLK) {
		*rc = err_say(ERR_NO_PV, word, NULL);
		return NULL;
	}
	pv = err || b.ino ? NULL : pv_by_dev(st, b.dev);
	if (!pv)
		*rc = not_a_pv(st, word, &b);
	return pv;
}

const struct lvm_vg *pv_vg(const struct storage *st, const struct pv *pv)
{
	const struct lvm_vg *vg = pv->lvm ? lvm_vg(&st->lvm, pv->lvm->vg) : NULL;

	return vg && !vg->exported ? vg : NULL;
}

/* --- who uses it --- */

const struct vtd *pv_vtd(const struct storage *st, const struct pv *pv)
{
	const struct model *m = &st->session->model;
	struct backing b = { .dev = pv->dev };
	size_t i;

	for (i = 0; i < m->nr_vtds; i++)
		if (backing_is(&b, &m->vtds[i]))
			return &m->vtds[i];
	return NULL;
}

static bool device_held(const struct storage *st, dev_t dev, char *why, size_t size)
{
	struct backing *b = xcalloc(1, sizeof(*b));
	bool found;

	b->dev = dev;
	block_path(dev, b->sysfs, sizeof(b->sysfs));
	found = holder_find(&st->session->model, b, why, size);
	free(b);
	return found;
}

/* Nobody claims the partitions of a group that is not active. */
static const struct lvm_pv *partition_in_vg(const struct storage *st, const struct pv *pv)
{
	size_t i;

	for (i = 0; i < st->lvm.nr_pvs; i++)
		if (st->lvm.pvs[i].vg[0] && lvm_pv_is_on(&st->lvm.pvs[i], pv->sysfs))
			return &st->lvm.pvs[i];
	return NULL;
}

bool pv_in_use(const struct storage *st, const struct pv *pv, char *why, size_t size)
{
	const struct vtd *v = pv_vtd(st, pv);
	const struct lvm_pv *lvm = partition_in_vg(st, pv);

	if (v)
		snprintf(why, size, "it is the backing device of virtual target device %s",
			 v->name);
	else if (lvm)
		snprintf(why, size, "it belongs to volume group %s", lvm->vg);
	else
		return device_held(st, pv->dev, why, size);
	return true;
}

/* Who has claimed it without leaving a trace is found out by claiming it. */
static bool pv_claimed(const struct pv *pv, char *why, size_t size)
{
	int fd = open(pv->path, O_RDWR | O_EXCL | O_CLOEXEC), read_only = 0;

	if (fd >= 0) {
		ioctl(fd, BLKROGET, &read_only);
		close(fd);
		snprintf(why, size, "it cannot be written");
		return read_only;
	}
	if (errno == EBUSY)
		snprintf(why, size, "another program has opened it exclusively");
	else
		snprintf(why, size, "it cannot be opened (%s)", strerror(errno));
	return true;
}

/* The names of the signatures in a report of wipefs, without repetitions. */
static bool signatures(json_object *root, char *list, size_t size)
{
	json_object *rows, *type;
	size_t i, nr, len = 0;
	const char *name;

	list[0] = '\0';
	if (!json_object_object_get_ex(root, "signatures", &rows))
		return false;
	nr = json_object_array_length(rows);
	for (i = 0; i < nr; i++) {
		if (!json_object_object_get_ex(json_object_array_get_idx(rows, i), "type", &type))
			continue;
		name = json_object_get_string(type);
		if (word_in(list, name) || len >= size)
			continue;
		len += snprintf(list + len, size - len, "%s%s", len ? ", " : "", name);
	}
	return list[0];
}

static bool report_has_data(const struct run *r, char *why, size_t size)
{
	json_object *root;
	char list[256];
	bool found;

	if (r->status) {
		snprintf(why, size, "it cannot be told what is on it");
		return true;
	}
	root = json_tokener_parse(r->out);
	found = root && signatures(root, list, sizeof(list));
	if (found)
		snprintf(why, size, "it has signatures of %s", list);
	json_object_put(root);
	return found;
}

/* A physical volume without a group has nothing on it that anybody can miss. */
bool pv_has_data(const struct pv *pv, char *why, size_t size)
{
	struct argv a = { .words = NULL };
	struct run r;
	bool found;

	if (pv->lvm && !pv->lvm->vg[0])
		return false;
	ARGV_ADD(&a, "wipefs", "--json", "--no-act", pv->path);
	run_program(&a, &r);
	found = report_has_data(&r, why, size);
	run_free(&r);
	argv_free(&a);
	return found;
}

int pv_wipe(const struct pv *pv)
{
	struct argv a = { .words = NULL };
	struct run r;
	int rc = RC_OK;

	ARGV_ADD(&a, "wipefs", "--all", "--quiet", pv->path);
	run_program(&a, &r);
	if (r.status)
		rc = err_say(ERR_PV_USED, pv->name, "its signatures cannot be removed");
	run_free(&r);
	argv_free(&a);
	return rc;
}

/* The client adapter whose disk it rests on, such as a loop device; NULL: none. */
static const struct adapter *pv_served(const struct storage *st, const struct pv *pv)
{
	struct backing *b = xcalloc(1, sizeof(*b));
	const struct adapter *a;

	str_copy(b->sysfs, sizeof(b->sysfs), pv->sysfs);
	a = holder_loop(&st->session->model, b);
	free(b);
	return a;
}

int pv_check_new(const struct storage *st, const struct pv *pv, bool force)
{
	const struct adapter *a = pv_served(st, pv);
	char why[512];

	if (!pv->disk)
		return err_say(ERR_PV_KIND, pv->name, NULL);
	if (a)
		return err_say(ERR_PV_SERVED, pv->name, a->name);
	if (pv_in_use(st, pv, why, sizeof(why)) || pv_claimed(pv, why, sizeof(why)))
		return err_say(ERR_PV_USED, pv->name, why);
	if (!force && pv_has_data(pv, why, sizeof(why)))
		return err_say(ERR_PV_DATA, pv->name, why);
	return RC_OK;
}

/* --- groups and volumes --- */

bool vg_is_system(const struct storage *st, const struct lvm_vg *vg, char *why, size_t size)
{
	const struct lvm_lv *lv;
	char sysfs[PATH_MAX];
	size_t i;

	for (i = 0; i < st->lvm.nr_lvs; i++) {
		lv = &st->lvm.lvs[i];
		if (!lv->dev || strcmp(lv->vg, vg->name))
			continue;
		block_path(lv->dev, sysfs, sizeof(sysfs));
		if (sysfs[0] && holder_system(strrchr(sysfs, '/') + 1, why, size))
			return true;
	}
	return false;
}

const struct lvm_vg *vg_to_change(const struct storage *st, const char *name, int *rc)
{
	const struct lvm_vg *vg = lvm_vg_find(&st->lvm, name, rc);
	char why[512];

	if (vg && vg_is_system(st, vg, why, sizeof(why)))
		*rc = err_say(ERR_VG_SYSTEM, name, why);
	return *rc ? NULL : vg;
}

bool lv_in_use(const struct storage *st, const struct lvm_lv *lv, char *why, size_t size)
{
	if (!lv->open)
		return false;
	if (!device_held(st, lv->dev, why, size))
		snprintf(why, size, "another program has opened it");
	return true;
}

static bool name_used(const struct storage *st, const char *name)
{
	char *node = xasprintf("/dev/%s", name);
	bool used = !access(node, F_OK) || lvm_vg(&st->lvm, name);
	size_t i;

	free(node);
	for (i = 0; i < st->lvm.nr_lvs; i++)
		used = used || !strcmp(st->lvm.lvs[i].name, name);
	return used || pv_by_name(st, name);
}

int storage_name_check(const struct storage *st, const char *name)
{
	int rc = name_check_storage(name);

	if (!rc && name_used(st, name))
		rc = err_say(ERR_STORAGE_NAME, name, st->session->verb->name);
	return rc;
}

int storage_name_make(const struct storage *st, const char *prefix, char *name, size_t size)
{
	unsigned int n = 0;

	do {
		snprintf(name, size, "%s%02u", prefix, n++);
	} while (name_used(st, name));
	return name_check_storage(name);
}
