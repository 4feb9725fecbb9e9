// SPDX-License-Identifier: GPL-2.0
/* From the objects in a file to the kernel. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "disk.h"
#include "err.h"
#include "holder.h"
#include "itemset.h"
#include "mkvdev.h"
#include "nl.h"
#include "restore.h"
#include "util.h"
#include "vopt.h"

/* The block devices of this machine, to be found by what they are. */
struct known {
	char id[ITEM_IDENTITY_MAX + 1];
	char node[NAME_MAX + 8];
	bool multipath;
};

struct restore {
	struct session *s;
	const char *path;
	bool validate;
	bool quiet;			/* what is made is not printed */
	bool shared;			/* who has a backing device already keeps it */
	const struct items *wanted;
	struct items *missing;
	unsigned int failed;
	struct known *known;
	size_t nr_known;
	struct hdisks drives;
	struct lvm groups;
};

static int tell(struct restore *r, const struct item *it, const char *why)
{
	const char *name = it->name;
	char *slot = NULL, *place;

	r->failed++;
	if (!name[0]) {
		slot = xasprintf("V%" PRIu64 "-C%" PRIu64, it->partition, it->slot);
		name = slot;
	}
	if (!r->path)
		return why ? err_say(ERR_NOT_CONFIGURED, name, why) : RC_FAILED;
	place = xasprintf("%s%s%s, line %u", why ? why : "", why ? "; " : "", r->path, it->line);
	err_say(ERR_NOT_RESTORED, name, place);
	free(place);
	free(slot);
	return RC_FAILED;
}

static int fail(struct restore *r, const struct item *it, const char *why)
{
	struct items *missing = r->missing;

	missing->list = array_grow(missing->list, missing->nr, sizeof(*it));
	missing->list[missing->nr++] = *it;
	return tell(r, it, why);
}

static int refused(struct restore *r, const struct item *it, int error)
{
	session_refused(error, it->name[0] ? it->name : "adapter");
	return fail(r, it, NULL);
}

static int differs(struct restore *r, const struct item *it, const struct item *old)
{
	char why[2 * VSCSI_PARTITION_NAME_MAX];

	if (it->kind == ITEM_VTD && strcmp(it->name, old->name))
		snprintf(why, sizeof(why), "\"%s\" has its LUN", old->name);
	else
		snprintf(why, sizeof(why), "it exists, with another \"%s\"",
			 item_difference(it, old));
	return tell(r, it, why);
}

/* --- partitions and adapters --- */

static int make_partition(struct restore *r, const struct item *it)
{
	struct partition_request request = {
		.name = it->name,
		.type = strcmp(it->type, "vios") ? VSCSI_PARTITION_CLIENT : VSCSI_PARTITION_VIOS,
		.id = it->partition,
	};
	struct partition made = { .id = 0 };
	int err = vnl_partition_new(&request, &made);

	if (err)
		return refused(r, it, err);
	printf("%s created\n", it->name);
	return RC_OK;
}

static uint8_t adapter_state(const struct item *it)
{
	if (!strcmp(it->state, "available"))
		return VSCSI_ADAPTER_AVAILABLE;
	return strcmp(it->state, "defined") ? VSCSI_ADAPTER_UNKNOWN : VSCSI_ADAPTER_DEFINED;
}

static void print_state(const struct item *it)
{
	if (it->name[0])
		printf("%s %s\n", it->name,
		       adapter_state(it) == VSCSI_ADAPTER_AVAILABLE ? "Available" : "Defined");
}

static int set_state(struct restore *r, const struct item *it)
{
	struct adapter a = { .partition_id = it->partition, .slot = it->slot };
	int err = vnl_adapter_set_state(&a, adapter_state(it), 0);

	if (err)
		return refused(r, it, err);
	print_state(it);
	return RC_OK;
}

static int make_adapter(struct restore *r, const struct item *it)
{
	uint8_t state = adapter_state(it);
	struct adapter_request request = {
		.partition_id = it->partition,
		.type = strcmp(it->type, "server") ? VSCSI_ADAPTER_CLIENT : VSCSI_ADAPTER_SERVER,
		.slot = it->slot,
		.remote_partition_id = it->remote_partition,
		.remote_slot = it->remote_slot,
		.queues = it->queues,
		.name = it->name,
		.unconfigured = state != VSCSI_ADAPTER_AVAILABLE,
	};
	struct adapter made = { .host_no = -1 };
	int err = vnl_adapter_new(&request, &made), rc;

	if (err)
		return refused(r, it, err);
	if (state == VSCSI_ADAPTER_DEFINED)
		err = vnl_adapter_set_state(&made, state, 0);
	if (err) {
		rc = refused(r, it, err);
		vnl_adapter_del(&made, 0);
		return rc;
	}
	print_state(it);
	return RC_OK;
}

/* An adapter may only lack a step on the way to the state that it had. */
static int complete_adapter(struct restore *r, const struct item *it, const struct item *now)
{
	struct item other = *now;

	str_copy(other.state, sizeof(other.state), it->state);
	if (!now->name[0])
		str_copy(other.name, sizeof(other.name), it->name);
	if (item_difference(it, &other))
		return differs(r, it, &other);
	if (adapter_state(now) >= adapter_state(it))
		return RC_OK;
	return r->validate ? fail(r, it, "it is not in this state") : set_state(r, it);
}

/* --- backing devices --- */

static bool is_ours(const struct model *m, dev_t dev, const char *sysfs)
{
	struct backing b = { .dev = dev };

	str_copy(b.sysfs, sizeof(b.sysfs), sysfs);
	return holder_loop(m, &b);
}

/* A client's disks show the identity of what they are backed by. */
static void look_at(struct restore *r, const char *name)
{
	dev_t dev = block_number(name);
	char sysfs[PATH_MAX], uuid[16];
	struct known *k;

	block_path(dev, sysfs, sizeof(sysfs));
	if (!sysfs[0] || is_ours(&r->s->model, dev, sysfs))
		return;
	r->known = array_grow(r->known, r->nr_known, sizeof(*r->known));
	k = &r->known[r->nr_known++];
	save_identity(dev, sysfs, k->id, sizeof(k->id));
	snprintf(k->node, sizeof(k->node), "/dev/%s", name);
	sysfs_read(uuid, sizeof(uuid), "class/block/%s/dm/uuid", name);
	k->multipath = str_starts(uuid, "mpath-");
}

static bool has_disks(const struct items *items)
{
	size_t i;

	for (i = 0; i < items->nr; i++)
		if (items->list[i].kind == ITEM_VTD && !strcmp(items->list[i].type, "disk"))
			return true;
	return false;
}

static void restore_free(struct restore *r)
{
	lvm_free(&r->groups);
	hdisks_free(&r->drives);
	free(r->known);
}

/* Once for all that is restored.  A disk that is mapped keeps its name. */
static void look_around(struct restore *r, const struct items *items)
{
	char **names = sysfs_list("class/block"), **n;

	if (!r->validate && has_disks(items))
		hdisks_store(&r->s->model);
	hdisks_read(&r->s->model, &r->drives);
	for (n = names; *n; n++)
		look_at(r, *n);
	names_free(names);
}

static bool is_same_node(const char *a, const char *b)
{
	struct stat x, y;

	return !stat(a, &x) && !stat(b, &y) && x.st_rdev == y.st_rdev;
}

/* Of several the multipath map, or that which is where it was; NULL: @why not. */
static const char *find_by_identity(const struct restore *r, const struct item *it,
				    const char **why)
{
	const struct known *k, *found = NULL;
	unsigned int nr = 0;

	for (k = r->known; k < r->known + r->nr_known; k++) {
		if (strcmp(k->id, it->identity))
			continue;
		if (k->multipath || is_same_node(k->node, it->path))
			return k->node;
		found = k;
		nr++;
	}
	*why = nr ? "several devices have its identity" : "its backing device is not there";
	return nr == 1 ? found->node : NULL;
}

/* --- virtual target devices --- */

static int set_faults(struct restore *r, const struct item *it)
{
	int error = it->inject_error[0] ? inject_error_value(it->inject_error) : 0;
	struct vtd_change c = {
		.inject_set = true,
		.inject = { it->inject_delay_us, it->inject_every, error },
	};
	int err;

	if (!it->inject_error[0] && !it->inject_delay_us && !it->inject_every)
		return RC_OK;
	err = vnl_vtd_set(it->name, &c);
	return err ? refused(r, it, err) : RC_OK;
}

static int set_path(struct restore *r, const struct item *it)
{
	struct vtd_change c = { .alua_set = true };
	int err;

	if (!it->alua_state[0])
		return RC_OK;
	c.alua_state = alua_state_value(it->alua_state);
	err = vnl_vtd_set(it->name, &c);
	return err ? refused(r, it, err) : RC_OK;
}

/*
 * A file is known by its name only, and may be another one by now, which somebody else has: it is
 * shared where it was.
 */
static bool was_shared(const struct restore *r, const struct item *it)
{
	const struct item *other;

	if (r->shared || strcmp(it->type, "file"))
		return true;
	for (other = r->wanted->list; other < r->wanted->list + r->wanted->nr; other++)
		if (other != it && other->kind == ITEM_VTD && !strcmp(other->path, it->path))
			return true;
	return false;
}

static int map(struct restore *r, const struct item *it, struct mkvdev *o)
{
	char size[24], block_size[24];
	struct vtd made = { .lun = 0 };
	int rc;

	snprintf(size, sizeof(size), "%" PRIu64, it->size);
	snprintf(block_size, sizeof(block_size), "%" PRIu64, it->block_size);
	if (!strcmp(it->type, "ram"))
		o->ram = size;
	o->dev = it->name;
	o->lun = it->lun;
	o->bs = block_size;
	o->udid = it->udid[0] ? it->udid : NULL;
	o->ro = it->read_only;
	o->buffered = it->buffered;
	o->share = was_shared(r, it);
	if (mkvdev_map(r->s, o, &made))
		return fail(r, it, NULL);
	if (!r->quiet)
		printf("%s Available%s\n", it->name,
		       o->ram ? ", empty: memory does not last" : "");
	rc = set_path(r, it);
	return rc ? rc : set_faults(r, it);
}

static int load_medium(struct restore *r, const struct item *it)
{
	struct medium medium = {
		.disk = it->path,
		.vtd = it->name,
		.link = it->backing,
		.rw = !it->read_only,
	};

	if (r->validate)
		return fail(r, it, "its medium is not loaded");
	return vopt_load(r->s, &medium) ? fail(r, it, NULL) : RC_OK;
}

/* The drive is there, even if its medium is not. */
static int make_drive(struct restore *r, const struct item *it, struct mkvdev *o)
{
	struct vtd made = { .lun = 0 };

	o->vdev = NULL;
	o->fbo = true;
	o->dev = it->name;
	o->lun = it->lun;
	if (mkvdev_map(r->s, o, &made))
		return fail(r, it, NULL);
	if (!r->quiet)
		printf("%s Available\n", it->name);
	return it->path[0] ? load_medium(r, it) : RC_OK;
}

static int make_vtd(struct restore *r, const struct item *it)
{
	const struct adapter *a = model_server_at(&r->s->model, it->partition, it->slot);
	struct mkvdev o = { .vdev = it->path, .drives = &r->drives, .groups = &r->groups };
	const char *why = NULL;

	if (!a)
		return fail(r, it, "its server adapter is not there");
	r->s->self = model_partition(&r->s->model, it->partition);
	o.vadapter = a->name;
	if (!strcmp(it->type, "file_opt"))
		return make_drive(r, it, &o);
	if (!strcmp(it->type, "ram"))
		o.vdev = NULL;
	else if (it->identity[0])
		o.vdev = find_by_identity(r, it, &why);
	return why && !o.vdev ? fail(r, it, why) : map(r, it, &o);
}

/* --- those that are Defined --- */

/* The kernel doesn't get it: it is with what is not there already, and stays. */
static int keep_defined(struct restore *r, const struct item *it)
{
	struct items *missing = r->missing;

	missing->list = array_grow(missing->list, missing->nr, sizeof(*it));
	missing->list[missing->nr++] = *it;
	return RC_OK;
}

/* What shall be Defined and is Available has not lost anything. */
static int restore_to_defined(struct restore *r, const struct item *old, const struct item *it)
{
	struct item other;

	if (!old)
		return fail(r, it, r->validate ? "it does not exist" :
						 "its server adapter is not there");
	other = *old;
	str_copy(other.state, sizeof(other.state), it->state);
	if (item_difference(it, &other))
		return differs(r, it, &other);
	return item_is_defined(old) ? keep_defined(r, it) : RC_OK;
}

static int leave_defined(struct restore *r, const struct item *old, const struct item *it)
{
	struct item other = *old;

	other.state[0] = '\0';
	return item_difference(it, &other) ? differs(r, it, &other) :
					     fail(r, it, "it is in the Defined state");
}

int restore_defined(struct session *s, const struct item *it)
{
	struct item wanted = *it;
	struct items items = { .list = &wanted, .nr = 1 }, missing = { .nr = 0 };
	struct restore r = {
		.s = s, .quiet = true, .shared = true, .wanted = &items, .missing = &missing
	};
	int rc, err = 0;

	wanted.state[0] = '\0';
	look_around(&r, &items);
	model_drop_vtd(&s->model, it->name);
	rc = make_vtd(&r, &wanted);
	/* It may be there without its medium, which it wants then. */
	if (model_vtd(&s->model, it->name))
		err = save_restoring(&s->model, &items, &missing);
	restore_free(&r);
	items_free(&missing);
	return err ? err_state(err, it->name) : rc;
}

/* --- all of it --- */

/* @old: what is there under the name or in the place of @it; NULL: nothing. */
static int restore_one(struct restore *r, const struct item *old, const struct item *it)
{
	if (item_is_defined(it))
		return restore_to_defined(r, old, it);
	if (old && !item_difference(it, old))
		return RC_OK;
	if (old && item_is_defined(old))
		return leave_defined(r, old, it);
	if (old && it->kind == ITEM_ADAPTER)
		return complete_adapter(r, it, old);
	if (old && item_lacks_medium(it, old))
		return load_medium(r, it);
	if (old)
		return differs(r, it, old);
	if (r->validate)
		return fail(r, it, "it does not exist");
	if (it->kind == ITEM_PARTITION)
		return make_partition(r, it);
	return it->kind == ITEM_ADAPTER ? make_adapter(r, it) : make_vtd(r, it);
}

static void restore_kind(struct restore *r, const struct items *items, enum item_kind kind,
			 const char *type)
{
	struct item_set set = { .nr = 0 };
	const struct item *it;
	struct items now;
	size_t i;

	items_of_model(&r->s->model, &now);
	save_add_defined(&now);
	for (i = 0; i < now.nr; i++)
		item_set_add(&set, now.list, i);
	for (it = items->list; it < items->list + items->nr; it++)
		if (it->kind == kind && (!type || !strcmp(it->type, type)))
			restore_one(r, item_set_find(&set, now.list, it), it);
	item_set_free(&set);
	items_free(&now);
	if (!r->validate)
		session_reload(r->s);
}

/* Clients come last: they find all their disks when they log in. */
unsigned int restore_items(struct session *s, const char *path, const struct items *items,
			   bool validate, struct items *missing)
{
	struct restore r = {
		.s = s, .path = path, .validate = validate, .wanted = items, .missing = missing
	};

	memset(missing, 0, sizeof(*missing));
	look_around(&r, items);
	restore_kind(&r, items, ITEM_PARTITION, NULL);
	restore_kind(&r, items, ITEM_ADAPTER, "server");
	restore_kind(&r, items, ITEM_VTD, NULL);
	restore_kind(&r, items, ITEM_ADAPTER, "client");
	restore_free(&r);
	return r.failed;
}
