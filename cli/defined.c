// SPDX-License-Identifier: GPL-2.0
/* Virtual target devices that are Defined: from the file to the model, and away. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "backing.h"
#include "defined.h"
#include "err.h"
#include "hdisk.h"
#include "nl.h"
#include "save.h"
#include "util.h"
#include "verbs.h"

static bool has_identity(const struct backing *b, const struct item *it)
{
	char id[ITEM_IDENTITY_MAX + 1];

	if (!it->identity[0])
		return true;
	save_identity(b->dev, b->sysfs, id, sizeof(id));
	return !strcmp(id, it->identity);
}

/* A disk may be under another path by now; its own name leads to it. */
static bool find_backing(const struct model *m, const struct item *it, struct backing *b)
{
	if (!it->path[0])
		return false;
	if (!backing_find(it->path, b) && has_identity(b, it))
		return true;
	return it->identity[0] && !hdisk_backing(m, it->backing, false, b) && has_identity(b, it);
}

static uint64_t device_size(const struct backing *b)
{
	char sectors[32];

	sysfs_read(sectors, sizeof(sectors), "class/block/%s/size", strrchr(b->sysfs, '/') + 1);
	return strtoull(sectors, NULL, 10) * 512;
}

static void take_backing(const struct model *m, const struct backing *b, struct vtd *v)
{
	v->backing_dev = (uint64_t)major(b->dev) << 32 | minor(b->dev);
	v->backing_ino = b->ino;
	v->size = b->ino ? b->size : 0;
	if (b->ino || !b->sysfs[0])
		return;
	v->size = device_size(b);
	disk_location(m->machine, b->sysfs, v->physloc, sizeof(v->physloc));
}

static uint8_t backend_of(const struct item *it, uint8_t type)
{
	if (type == VSCSI_VTD_RAM)
		return VSCSI_BACKEND_RAM;
	if (!it->path[0])
		return VSCSI_BACKEND_NONE;
	if (type == VSCSI_VTD_DISK || type == VSCSI_VTD_LV)
		return VSCSI_BACKEND_BLOCK;
	return it->buffered ? VSCSI_BACKEND_FILE_BUFFERED : VSCSI_BACKEND_FILE_DIRECT;
}

/* Only memory injects faults, and it has one path; so has a drive. */
static void take_attributes(const struct item *it, struct vtd *v)
{
	v->has_inject = v->type == VSCSI_VTD_RAM;
	v->has_alua = !v->has_inject && v->type != VSCSI_VTD_OPTICAL;
	v->alua_state = it->alua_state[0] ? alua_state_value(it->alua_state) :
					    VSCSI_ALUA_OPTIMIZED;
	v->inject.error = it->inject_error[0] ? inject_error_value(it->inject_error) :
						VSCSI_INJECT_NONE;
	v->inject.delay_us = it->inject_delay_us;
	v->inject.every = it->inject_every;
}

static void add(struct model *m, const struct item *it, const struct adapter *a, uint64_t lun)
{
	struct vtd *v = model_add_vtd(m);
	struct backing b;

	str_copy(v->name, sizeof(v->name), it->name);
	str_copy(v->adapter, sizeof(v->adapter), a->name);
	str_copy(v->backing, sizeof(v->backing), it->backing);
	str_copy(v->path, sizeof(v->path), it->path);
	str_copy(v->udid, sizeof(v->udid), it->udid);
	v->type = vtd_type_value(it->type);
	v->state = VTD_DEFINED;
	v->backend = backend_of(it, v->type);
	v->lun = lun;
	v->size = it->size;
	v->block_size = it->block_size;
	v->read_only = it->read_only;
	take_attributes(it, v);
	if (find_backing(m, it, &b))
		take_backing(m, &b, v);
}

/* What the kernel has under the name or the LUN has taken its place. */
static void add_if_free(struct model *m, const struct item *it)
{
	const struct adapter *a = model_server_at(m, it->partition, it->slot);
	uint64_t lun = strtoull(it->lun, NULL, 16);

	if (a && vtd_type_value(it->type) > 0 && !model_vtd(m, it->name) &&
	    !model_vtd_at(m, a->name, lun))
		add(m, it, a, lun);
}

void defined_read(struct model *m)
{
	struct items left;
	size_t i;

	save_read_unrestored(&left);
	for (i = 0; i < left.nr; i++)
		if (item_is_defined(&left.list[i]))
			add_if_free(m, &left.list[i]);
	if (left.nr)
		model_sort(m);
	items_free(&left);
}

void defined_expect(struct model *m, const struct items *wanted)
{
	const struct item *it;
	struct backing b;
	struct vtd *v;

	for (it = wanted->list; it < wanted->list + wanted->nr; it++) {
		if (it->kind != ITEM_VTD || !it->identity[0] || !find_backing(m, it, &b))
			continue;
		v = model_add_vtd(m);
		str_copy(v->name, sizeof(v->name), it->name);
		v->type = b.type;
		take_backing(m, &b, v);
	}
}

static int forget(const struct model *m, const struct vtd *v)
{
	int err = save_forget(m, model_vtd_partition(m, v), v->name);

	return err ? err_state(err, v->name) : RC_OK;
}

/* What could not be removed in time is going: it may be asked for again. */
static int remove_kept(const struct model *m, const struct vtd *v, bool force,
		       const struct items *before)
{
	int err = vnl_vtd_del(v->name, force), rc, undo = 0;

	if (!err)
		return RC_OK;
	rc = session_refused(err, v->name);
	if (err != -ETIMEDOUT)
		undo = save_write_unrestored(m, before);
	return undo ? err_state(undo, v->name) : rc;
}

/* It is kept before it goes: at no moment it is nowhere. */
int vtd_unconfigure(const struct model *m, const struct vtd *v, bool force)
{
	struct items before;
	int lock, rc;

	if (v->state == VTD_DEFINED)
		return RC_OK;
	lock = save_define(m, v, &before);
	if (lock < 0)
		return err_state(lock, v->name);
	rc = remove_kept(m, v, force, &before);
	items_free(&before);
	close(lock);
	return rc;
}

/*
 * What the kernel has may also be wanted: a drive without its medium, or one that a verb was
 * killed at.  Nothing else is there then that would keep it from coming back.
 */
int vtd_delete(const struct model *m, const struct vtd *v, bool force)
{
	int err = 0, rc = RC_OK, forgotten;

	if (v->state != VTD_DEFINED)
		err = vnl_vtd_del(v->name, force);
	if (err)
		rc = session_refused(err, v->name);
	if (err && err != -ETIMEDOUT)
		return rc;
	forgotten = forget(m, v);
	return rc ? rc : forgotten;
}
