// SPDX-License-Identifier: GPL-2.0
/* The configuration as a file. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "disk.h"
#include "err.h"
#include "hdisk.h"
#include "itemset.h"
#include "save.h"
#include "stamp.h"
#include "state.h"
#include "util.h"

char *save_path(void)
{
	return state_path("configuration");
}

static char *unrestored_path(void)
{
	return state_path("unrestored");
}

void items_free(struct items *items)
{
	free(items->list);
	memset(items, 0, sizeof(*items));
}

static struct item *add(struct items *items, enum item_kind kind)
{
	struct item *it;

	items->list = array_grow(items->list, items->nr, sizeof(*items->list));
	it = &items->list[items->nr++];
	memset(it, 0, sizeof(*it));
	it->kind = kind;
	return it;
}

/* --- from the kernel --- */

/* A loop device is what its file is. */
static void loop_identity(const char *sysfs, char *id, size_t size)
{
	const char *name = strrchr(sysfs, '/') + 1;
	char number[16], whole[NAME_MAX + 1], file[PATH_MAX];
	const char *loop = strstr(sysfs, "/block/loop");

	if (!loop)
		return;
	str_copy(whole, sizeof(whole), loop + strlen("/block/"));
	whole[strcspn(whole, "/")] = '\0';
	sysfs_read(file, sizeof(file), "class/block/%s/loop/backing_file", whole);
	sysfs_read(number, sizeof(number), "class/block/%s/partition", name);
	if (file[0] && strlen(file) + sizeof("loop:-part") + strlen(number) <= size)
		snprintf(id, size, "loop:%s%s%s", file, number[0] ? "-part" : "", number);
}

/* Numbers of mapped devices are given anew each time; their names, by people. */
static void place_identity(dev_t dev, const char *sysfs, char *id, size_t size)
{
	const char *name = strrchr(sysfs, '/') + 1;
	char number[16], dm[ITEM_IDENTITY_MAX - 32], place[ITEM_IDENTITY_MAX - 32];

	sysfs_read(dm, sizeof(dm), "class/block/%s/dm/name", name);
	sysfs_read(number, sizeof(number), "class/block/%s/partition", name);
	if (dm[0]) {
		snprintf(id, size, "dm:%s", dm);
		return;
	}
	hdisk_place(dev, sysfs, place, sizeof(place));
	snprintf(id, size, "place:%s%s%s", place, number[0] ? "-part" : "", number);
}

void save_identity(dev_t dev, const char *sysfs, char *id, size_t size)
{
	id[0] = '\0';
	if (!sysfs[0])
		return;
	loop_identity(sysfs, id, size);
	if (!id[0])
		hdisk_identity(dev, sysfs, id, size);
	if (!id[0])
		place_identity(dev, sysfs, id, size);
}

/* A device that is gone was told apart by its name, or by what clients know it by. */
static void identify(const struct vtd *v, const struct hdisks *names, struct item *it)
{
	const struct hdisk *h = hdisk_find(names, v->backing);
	dev_t dev = makedev(v->backing_dev >> 32, v->backing_dev & UINT32_MAX);
	char sysfs[PATH_MAX];

	if (v->type != VSCSI_VTD_DISK && v->type != VSCSI_VTD_LV)
		return;
	block_path(dev, sysfs, sizeof(sysfs));
	if (h && h->id[0])
		str_copy(it->identity, sizeof(it->identity), h->id);
	else if (v->state == VSCSI_VTD_BROKEN)
		str_copy(it->identity, sizeof(it->identity), v->udid);
	else
		save_identity(dev, sysfs, it->identity, sizeof(it->identity));
}

static void put_vtd(const struct model *m, const struct vtd *v, const struct hdisks *names,
		    struct items *items)
{
	const struct adapter *a = model_adapter(m, v->adapter);
	struct item *it;

	if (!a || v->state == VTD_DEFINED)
		return;
	it = add(items, ITEM_VTD);
	it->partition = a->partition_id;
	it->slot = a->slot;
	str_copy(it->name, sizeof(it->name), v->name);
	str_copy(it->type, sizeof(it->type), vtd_type_name(v->type));
	snprintf(it->lun, sizeof(it->lun), "0x%016" PRIx64, v->lun);
	str_copy(it->backing, sizeof(it->backing), v->backing);
	str_copy(it->path, sizeof(it->path), v->path);
	str_copy(it->udid, sizeof(it->udid), v->udid);
	it->size = v->type == VSCSI_VTD_RAM ? v->size : 0;
	it->block_size = v->block_size;
	it->read_only = v->read_only;
	it->buffered = v->backend == VSCSI_BACKEND_FILE_BUFFERED;
	if (v->alua_state != VSCSI_ALUA_OPTIMIZED)
		str_copy(it->alua_state, sizeof(it->alua_state), alua_state_name(v->alua_state));
	if (v->inject.error != VSCSI_INJECT_NONE)
		str_copy(it->inject_error, sizeof(it->inject_error),
			 inject_error_name(v->inject.error));
	it->inject_delay_us = v->inject.delay_us;
	it->inject_every = v->inject.every;
	identify(v, names, it);
}

static void put_adapter(const struct model *m, const struct adapter *a, struct items *items)
{
	static const char *const states[] = {
		[VSCSI_ADAPTER_UNKNOWN] = "unknown",
		[VSCSI_ADAPTER_DEFINED] = "defined",
		[VSCSI_ADAPTER_AVAILABLE] = "available",
	};
	struct item *it = add(items, ITEM_ADAPTER);

	it->partition = a->partition_id;
	it->slot = a->slot;
	str_copy(it->name, sizeof(it->name), a->name);
	str_copy(it->type, sizeof(it->type),
		 a->type == VSCSI_ADAPTER_SERVER ? "server" : "client");
	if (a->state < ARRAY_SIZE(states))
		str_copy(it->state, sizeof(it->state), states[a->state]);
	it->remote_partition = a->remote_partition_id == VSCSI_ANY ? 0 : a->remote_partition_id;
	it->remote_slot = a->remote_slot == VSCSI_ANY ? 0 : a->remote_slot;
	it->queues = a->queues == m->queues ? 0 : a->queues;
}

static void put_partition(const struct partition *p, struct items *items)
{
	struct item *it = add(items, ITEM_PARTITION);

	it->partition = p->id;
	str_copy(it->name, sizeof(it->name), p->name);
	str_copy(it->type, sizeof(it->type), partition_type_name(p->type));
}

void items_of_model(const struct model *m, struct items *items)
{
	struct hdisks names;
	size_t i;

	memset(items, 0, sizeof(*items));
	hdisks_read_stored(&names);
	for (i = 0; i < m->nr_partitions; i++)
		put_partition(&m->partitions[i], items);
	for (i = 0; i < m->nr_adapters; i++)
		put_adapter(m, &m->adapters[i], items);
	for (i = 0; i < m->nr_vtds; i++)
		if (m->vtds[i].state != VSCSI_VTD_REMOVING)
			put_vtd(m, &m->vtds[i], &names, items);
	hdisks_free(&names);
}

/* --- to a file --- */

struct writing {
	const struct model *m;
	const struct items *items;
};

static void print_items(FILE *f, const void *arg)
{
	const struct writing *w = arg;
	struct item head = { .kind = ITEM_HEAD, .version = ITEM_VERSION };
	struct item end = { .kind = ITEM_END, .objects = w->items->nr };
	size_t i;

	str_copy(head.machine, sizeof(head.machine), w->m->machine);
	item_print(&head, f);
	for (i = 0; i < w->items->nr; i++)
		item_print(&w->items->list[i], f);
	item_print(&end, f);
}

int items_write(const char *path, const struct model *m, const struct items *items)
{
	const struct writing w = { .m = m, .items = items };

	return state_write_lines(path, print_items, &w);
}

/* --- from a file --- */

static void complain(const char *path, unsigned int line, const char *why, unsigned int *bad)
{
	char *place = xasprintf("%s, line %u", path, line);

	err_say(ERR_STATE_FILE, place, why);
	free(place);
	(*bad)++;
}

struct item *items_find(const struct items *items, const struct item *it)
{
	struct item *o;

	for (o = items->list; o < items->list + items->nr; o++)
		if (item_is_rival(o, it))
			return o;
	return NULL;
}

/* What the lines say about the file itself. */
struct reading {
	const char *path;
	unsigned int line;
	unsigned int bad;
	unsigned int ends;	/* each says that what is before it is whole */
	size_t whole;
	struct item_set set;	/* of the good ones */
};

static void take_end(struct reading *r, const struct item *it, size_t nr)
{
	if (it->objects + 2 + r->ends != r->line)
		complain(r->path, r->line, "lines are missing, or were added", &r->bad);
	r->ends++;
	r->whole = nr;
}

static void take_line(struct reading *r, const char *line, size_t len, struct items *items)
{
	struct item it;
	char *why = item_parse(line, &it);

	if (!why && strlen(line) != len)
		why = xstrdup("it is not text");
	if (r->line == 1 && it.kind != ITEM_HEAD)
		complain(r->path, r->line, "the head is missing", &r->bad);
	if (!why && it.kind == ITEM_HEAD && r->line != 1)
		why = xstrdup("it is a head inside the file");
	if (!why && item_set_find(&r->set, items->list, &it))
		why = xstrdup("it is there twice");
	it.line = r->line;
	if (why) {
		complain(r->path, r->line, why, &r->bad);
	} else if (it.kind == ITEM_END) {
		take_end(r, &it, items->nr);
	} else {
		*add(items, it.kind) = it;
		item_set_add(&r->set, items->list, items->nr - 1);
	}
	free(why);
}

/* What was being added when the machine stopped, or by somebody who left the end where it was. */
static void check_end(struct reading *r, struct items *items)
{
	size_t i;

	if (!r->ends) {
		complain(r->path, r->line + 1, "the end is missing: the file is cut", &r->bad);
		return;
	}
	for (i = r->whole; i < items->nr; i++)
		complain(r->path, items->list[i].line, "it is behind the end", &r->bad);
	items->nr = r->whole;
}

static void read_lines(struct reading *r, FILE *f, struct items *items)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	while ((len = getline(&line, &size, f)) > 0) {
		r->line++;
		if (line[len - 1] == '\n')
			line[--len] = '\0';
		take_line(r, line, len, items);
	}
	free(line);
	check_end(r, items);
}

int items_read(const char *path, struct items *items, unsigned int *bad)
{
	FILE *f = fopen(path, "re");
	struct reading r = { .path = path };

	memset(items, 0, sizeof(*items));
	if (!f && errno == ENOENT)
		return err_say(ERR_NO_FILE, path, NULL);
	if (!f)
		return err_say(ERR_STATE_READ, path, strerror(errno));
	read_lines(&r, f, items);
	item_set_free(&r.set);
	fclose(f);
	*bad = r.bad;
	return RC_OK;
}

/* --- saving --- */

bool save_has_unrestored(void)
{
	char *path = unrestored_path();
	bool has = !access(path, F_OK);

	free(path);
	return has;
}

static void copy_items(const struct items *from, struct items *to)
{
	*to = (struct items){ .nr = from->nr };
	if (!from->nr)
		return;
	to->list = xcalloc(from->nr, sizeof(*to->list));
	memcpy(to->list, from->list, from->nr * sizeof(*to->list));
}

static void read_unrestored(const char *path, struct items *left)
{
	unsigned int bad;
	size_t i;

	items_read(path, left, &bad);
	for (i = 0; i < left->nr; i++)
		if (left->list[i].kind == ITEM_HEAD)
			left->list[i--] = left->list[--left->nr];
}

/* It is looked at often, and seldom another one. */
void save_read_unrestored(struct items *left)
{
	static struct items last;
	static struct stat was;
	char *path = unrestored_path();
	struct stat now;

	memset(left, 0, sizeof(*left));
	if (!stat(path, &now)) {
		if (now.st_dev != was.st_dev || now.st_ino != was.st_ino ||
		    now.st_size != was.st_size || now.st_ctim.tv_sec != was.st_ctim.tv_sec ||
		    now.st_ctim.tv_nsec != was.st_ctim.tv_nsec) {
			items_free(&last);
			read_unrestored(path, &last);
			was = now;
		}
		copy_items(&last, left);
	}
	free(path);
}

static struct item *find_unrestored(const struct items *left, uint32_t partition,
				    const char *name)
{
	struct item *it;

	for (it = left->list; it < left->list + left->nr; it++)
		if (it->kind == ITEM_VTD && it->partition == partition && !strcmp(it->name, name))
			return it;
	return NULL;
}

bool save_is_unrestored(uint32_t partition, const char *name)
{
	struct items left;
	bool found;

	save_read_unrestored(&left);
	found = find_unrestored(&left, partition, name);
	items_free(&left);
	return found;
}

/* A file, or one below a directory. */
static bool is_at(const char *path, const char *file)
{
	size_t len = strlen(path);

	return !strncmp(file, path, len) && (!file[len] || file[len] == '/');
}

/* A restoring that was cut short leaves also what has been restored. */
static bool is_there(const struct model *m, const struct item *it)
{
	const struct vtd *v = model_vtd(m, it->name);

	return v && !strcmp(v->path, it->path);
}

/* Saved paths have no symbolic links in them. */
int save_check_unwanted(const struct model *m, const char *path)
{
	char *real = realpath(path, NULL);
	struct items left;
	int rc = RC_OK;
	size_t i;

	save_read_unrestored(&left);
	for (i = 0; !rc && i < left.nr; i++)
		if (left.list[i].kind == ITEM_VTD && !left.list[i].identity[0] &&
		    is_at(real ? real : path, left.list[i].path) && !is_there(m, &left.list[i]))
			rc = err_say(ERR_FILE_WANTED, left.list[i].path, left.list[i].name);
	items_free(&left);
	free(real);
	return rc;
}

int save_write_unrestored(const struct model *m, const struct items *left)
{
	char *path = unrestored_path();
	int err = 0;

	if (left->nr)
		err = items_write(path, m, left);
	else if (unlink(path) && errno != ENOENT)
		err = -errno;
	free(path);
	return err;
}

static void put(struct items *items, const struct item *it)
{
	struct item *old = items_find(items, it);

	if (old)
		*old = *it;
	else if (it->kind != ITEM_HEAD)
		*add(items, it->kind) = *it;
}

/* Something that is Defined gives its name and LUN to nothing but itself. */
static bool gives_way(const struct item *old, const struct item *it)
{
	struct item other = *it;

	str_copy(other.state, sizeof(other.state), "defined");
	return !item_is_defined(old) || !item_difference(&other, old);
}

static void find_all(const struct items *items, struct item_set *set)
{
	size_t i;

	*set = (struct item_set){ .nr = 0 };
	for (i = 0; i < items->nr; i++)
		item_set_add(set, items->list, i);
}

/* Drop what others want. */
static void drop_wanted(struct items *left, const struct items *wanted)
{
	const struct item *it, *old;
	struct item_set set;
	size_t i, kept = 0;

	find_all(left, &set);
	for (it = wanted->list; it < wanted->list + wanted->nr; it++) {
		old = item_set_find(&set, left->list, it);
		if (old && gives_way(old, it))
			left->list[old - left->list].done = true;
	}
	item_set_free(&set);
	for (i = 0; i < left->nr; i++)
		if (!left->list[i].done)
			left->list[kept++] = left->list[i];
	left->nr = kept;
}

/* What is missing has no rivals among itself. */
static void put_missing(struct items *left, const struct items *missing)
{
	const struct item *it, *old;
	struct item_set set;

	find_all(left, &set);
	for (it = missing->list; it < missing->list + missing->nr; it++) {
		old = item_set_find(&set, left->list, it);
		if (old && gives_way(old, it))
			left->list[old - left->list] = *it;
		else if (!old && it->kind != ITEM_HEAD)
			*add(left, it->kind) = *it;
	}
	item_set_free(&set);
}

int save_restoring(const struct model *m, const struct items *wanted, const struct items *missing)
{
	int lock = state_lock(), err;
	struct items left;

	if (lock < 0)
		return lock;
	save_read_unrestored(&left);
	drop_wanted(&left, wanted);
	put_missing(&left, missing);
	err = save_write_unrestored(m, &left);
	items_free(&left);
	close(lock);
	return err;
}

static bool unsaved;

bool save_is_due(void)
{
	bool was = unsaved;

	unsaved = false;
	return was;
}

int save_forget(const struct model *m, uint32_t partition, const char *name)
{
	int lock = state_lock(), err = 0;
	struct items left;
	struct item *it;

	if (lock < 0)
		return lock;
	save_read_unrestored(&left);
	it = find_unrestored(&left, partition, name);
	if (it) {
		*it = left.list[--left.nr];
		err = save_write_unrestored(m, &left);
		unsaved = true;
	}
	items_free(&left);
	close(lock);
	return err;
}

/* One that is being removed too: the kernel may have been asked before. */
static int describe(const struct model *m, const struct vtd *v, struct items *items)
{
	struct hdisks names;

	memset(items, 0, sizeof(*items));
	hdisks_read_stored(&names);
	put_vtd(m, v, &names, items);
	hdisks_free(&names);
	if (!items->nr)
		return -ENODEV;
	str_copy(items->list->state, sizeof(items->list->state), "defined");
	return 0;
}

/* A drive that waits for its medium goes on waiting. */
static void keep_medium(const struct items *left, struct item *it)
{
	const struct item *old = items_find(left, it);
	struct item was;

	if (!old)
		return;
	was = *old;
	str_copy(was.state, sizeof(was.state), it->state);
	if (item_lacks_medium(&was, it))
		item_take_medium(it, old);
}

static int keep(const struct model *m, struct item *it)
{
	struct items left;
	int err;

	save_read_unrestored(&left);
	keep_medium(&left, it);
	put(&left, it);
	err = save_write_unrestored(m, &left);
	unsaved = true;
	items_free(&left);
	return err;
}

int save_define(const struct model *m, const struct vtd *v, struct items *before)
{
	int lock = state_lock(), err;
	struct items items;

	memset(before, 0, sizeof(*before));
	if (lock < 0)
		return lock;
	save_read_unrestored(before);
	err = describe(m, v, &items);
	if (!err)
		err = keep(m, items.list);
	items_free(&items);
	if (!err)
		return lock;
	items_free(before);
	close(lock);
	return err;
}

/* What is not given goes without saying. */
static void change(struct item *it, const struct vtd_change *c)
{
	if (c->alua_set)
		str_copy(it->alua_state, sizeof(it->alua_state),
			 c->alua_state == VSCSI_ALUA_OPTIMIZED ? "" :
			 alua_state_name(c->alua_state));
	if (!c->inject_set)
		return;
	str_copy(it->inject_error, sizeof(it->inject_error),
		 c->inject.error == VSCSI_INJECT_NONE ? "" : inject_error_name(c->inject.error));
	it->inject_delay_us = c->inject.delay_us;
	it->inject_every = c->inject.every;
}

int save_change(const struct model *m, const struct vtd *v, const struct vtd_change *c)
{
	int lock = state_lock(), err = -ENOENT;
	struct items left;
	struct item *it;

	if (lock < 0)
		return lock;
	save_read_unrestored(&left);
	it = find_unrestored(&left, model_vtd_partition(m, v), v->name);
	if (it) {
		change(it, c);
		err = save_write_unrestored(m, &left);
		unsaved = true;
	}
	items_free(&left);
	close(lock);
	return err;
}

bool save_has_defined(void)
{
	struct items left;
	bool found = false;
	size_t i;

	save_read_unrestored(&left);
	for (i = 0; i < left.nr; i++)
		found |= item_is_defined(&left.list[i]);
	items_free(&left);
	return found;
}

void save_add_defined(struct items *items)
{
	struct items left;
	struct item *it;

	save_read_unrestored(&left);
	for (it = left.list; it < left.list + left.nr; it++) {
		struct item adapter = {
			.kind = ITEM_ADAPTER, .partition = it->partition, .slot = it->slot
		};

		if (item_is_defined(it) && !items_find(items, it) && items_find(items, &adapter))
			*add(items, ITEM_VTD) = *it;
	}
	items_free(&left);
}

/*
 * What the last restoring could not do is wanted until something else has taken its place, or
 * the server adapter that it was on is gone.
 */
static bool is_wanted(const struct items *now, const struct items *left, const struct item *it)
{
	struct item adapter = {
		.kind = ITEM_ADAPTER, .partition = it->partition, .slot = it->slot
	};
	const struct item *rival = items_find(now, it);

	if (rival)
		return item_lacks_medium(it, rival);
	return it->kind != ITEM_VTD || items_find(now, &adapter) || items_find(left, &adapter);
}

static int add_unrestored(const struct model *m, struct items *items)
{
	struct items left;
	size_t i, before;
	int err = 0;

	save_read_unrestored(&left);
	before = left.nr;
	for (i = 0; i < left.nr;)
		if (is_wanted(items, &left, &left.list[i]))
			i++;
		else
			left.list[i] = left.list[--left.nr];
	if (left.nr < before)
		err = save_write_unrestored(m, &left);
	for (i = 0; i < left.nr; i++)
		put(items, &left.list[i]);
	items_free(&left);
	return err;
}

/* A damaged file may hold what only a person can read: it is kept under another name. */
static void keep_damaged(const char *path)
{
	struct items old = { .nr = 0 };
	unsigned int bad = 0;
	char *aside;

	if (access(path, F_OK) || (!items_read(path, &old, &bad) && !bad)) {
		items_free(&old);
		return;
	}
	aside = xasprintf("%s.damaged", path);
	unlink(aside);
	if (!link(path, aside))
		err_say(ERR_STATE_KEPT, path, aside);
	free(aside);
	items_free(&old);
}

static int save_model(const struct model *m, int lock)
{
	struct stamp old, stamp = { .generation = m->generation };
	char *path = save_path();
	struct items items;
	int err;

	items_of_model(m, &items);
	err = add_unrestored(m, &items);
	if (!stamp_read(lock, path, &old))
		keep_damaged(path);
	if (!err)
		err = items_write(path, m, &items);
	stamp.objects = items.nr;
	/* Where this fails, the file is only read again before the next one takes its place. */
	if (!err)
		stamp_write(lock, path, &stamp);
	items_free(&items);
	if (err)
		err_say(ERR_STATE_WRITE, path, strerror(-err));
	free(path);
	return err ? RC_FAILED : RC_OK;
}

/* Whoever has the lock reads what is there now, so the last one to write knows most. */
int save_configuration(void)
{
	struct model m = { .nr_vtds = 0 };
	int lock = state_lock();
	int rc;

	if (lock < 0)
		return err_say(ERR_STATE_WRITE, "configuration", strerror(-lock));
	rc = model_read(&m);
	if (!rc)
		rc = save_model(&m, lock);
	model_free(&m);
	close(lock);
	return rc;
}

static void print_added(FILE *f, const void *arg)
{
	const struct items *items = arg;

	item_print(&items->list[0], f);
	item_print(&items->list[1], f);
}

static int append(const struct model *m, const struct vtd *made, const char *path, size_t objects)
{
	struct hdisks names;
	struct items items = { .nr = 0 };
	int err = -ENODEV;

	hdisks_read_stored(&names);
	put_vtd(m, made, &names, &items);
	hdisks_free(&names);
	if (items.nr) {
		add(&items, ITEM_END)->objects = objects;
		err = state_append_lines(path, print_added, &items);
	}
	items_free(&items);
	return err;
}

/* The one change since the file was written is the caller's own. */
bool save_added(const struct model *m, const struct vtd *made)
{
	char *path = save_path();
	int lock = state_lock();
	struct stamp stamp;
	bool saved;

	saved = lock >= 0 && !save_has_unrestored() && stamp_read(lock, path, &stamp) &&
		++stamp.generation == made->generation &&
		!append(m, made, path, ++stamp.objects);
	if (saved)
		stamp_write(lock, path, &stamp);
	if (lock >= 0)
		close(lock);
	free(path);
	return saved;
}
