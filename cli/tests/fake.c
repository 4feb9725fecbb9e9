// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel for tests: nl.h on a made-up managed system, and fs.h.  Nothing is kept from one
 * run to the next; what a verb asks for is written to the file VSCSI_FAKE_LOG.
 *
 *   VSCSI_FAKE		no-module, no-vhost, two-vios, unstable, optical,
 *			lost, unloaded; else the usual one
 *   VSCSI_FAKE_FILE	a file that is mapped to vhost1 as "file_vtd"
 *   VSCSI_FAKE_MEDIUM	the file that is in "vtopt0" of "optical", if not the usual one
 *   VSCSI_FAKE_ERRNO	what every change is refused with, by number
 *   VSCSI_FAKE_RUN	a command that is run while a change is asked for
 *   VSCSI_FAKE_REMOVING	a VTD that is being removed
 *   VSCSI_FAKE_DEFINED	a VTD that is as if the tool had it from its file
 *   VSCSI_FAKE_RIVAL	somebody who takes that many names of VTDs just before us
 *   VSCSI_FAKE_SYSFS	a directory that stands for /sys
 *   VSCSI_FAKE_VIO	a directory that stands for /var/vio; its file systems are mounted
 *   VSCSI_FAKE_UNMOUNTED	they are not; with a device's path that one is not
 *   VSCSI_FAKE_OTHER	a directory on which something else is mounted then
 *   VSCSI_FAKE_MOUNT	the error of mounting and unmounting, by number
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "fs.h"
#include "nl.h"
#include "util.h"

#define MACHINE "U9105.22A.78A1B2C"

static const char *text = "";
static bool changed;

static bool scenario(const char *name)
{
	const char *s = getenv("VSCSI_FAKE");

	return s && !strcmp(s, name);
}

__attribute__((constructor)) static void sysfs_set(void)
{
	const char *dir = getenv("VSCSI_FAKE_SYSFS");

	if (dir)
		sysfs_root = dir;
}

static void note_args(const char *fmt, va_list args)
{
	const char *path = getenv("VSCSI_FAKE_LOG");
	FILE *f = path ? fopen(path, "a") : NULL;

	if (!f)
		return;
	vfprintf(f, fmt, args);
	fclose(f);
}

static void PRINTF(1, 2) note(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	note_args(fmt, args);
	va_end(args);
}

static int PRINTF(1, 2) change(const char *fmt, ...)
{
	const char *error = getenv("VSCSI_FAKE_ERRNO"), *command = getenv("VSCSI_FAKE_RUN");
	va_list args;

	va_start(args, fmt);
	note_args(fmt, args);
	va_end(args);
	if (command && system(command))
		note("failed: %s\n", command);
	changed |= !error || atoi(error) == ETIMEDOUT;
	if (!error)
		return 0;
	text = "backing device is already mapped as vtscsi3";
	return -atoi(error);
}

const char *vnl_text(void)
{
	return text;
}

bool vnl_changed(void)
{
	bool was = changed;

	changed = false;
	return was;
}

void vnl_close(void)
{
}

int vnl_get_system(struct model *m)
{
	static uint32_t generation;

	if (scenario("no-module"))
		return VNL_NO_FAMILY;
	m->generation = scenario("unstable") ? ++generation : 7;
	str_copy(m->machine, sizeof(m->machine), MACHINE);
	return 0;
}

static void partition(struct model *m, uint32_t id, const char *name, uint8_t type)
{
	struct partition *p = model_add_partition(m);

	p->id = id;
	p->type = type;
	str_copy(p->name, sizeof(p->name), name);
}

int vnl_dump_partitions(struct model *m)
{
	partition(m, 6, "app1", VSCSI_PARTITION_CLIENT);
	partition(m, 1, "vios1", VSCSI_PARTITION_VIOS);
	partition(m, 28, "aix21", VSCSI_PARTITION_CLIENT);
	if (scenario("two-vios"))
		partition(m, 2, "vios2", VSCSI_PARTITION_VIOS);
	return 0;
}

static struct adapter *adapter(struct model *m, const char *name, uint32_t owner, uint32_t slot,
			       uint32_t remote, uint32_t remote_slot)
{
	struct adapter *a = model_add_adapter(m);

	str_copy(a->name, sizeof(a->name), name);
	snprintf(a->physloc, sizeof(a->physloc), MACHINE "-V%u-C%u", owner, slot);
	a->type = owner <= 2 ? VSCSI_ADAPTER_SERVER : VSCSI_ADAPTER_CLIENT;
	a->state = name[0] ? VSCSI_ADAPTER_AVAILABLE : VSCSI_ADAPTER_UNKNOWN;
	a->partition_id = owner;
	a->slot = slot;
	a->remote_partition_id = remote;
	a->remote_slot = remote_slot;
	return a;
}

static void connect_client(struct model *m, struct adapter *server, uint32_t id, uint32_t slot,
			   const char *partition_name, const char *name)
{
	struct link *l = model_add_link(server);
	struct adapter *a;

	l->partition_id = id;
	l->slot = slot;
	l->state = VSCSI_LINK_UP;
	str_copy(l->partition, sizeof(l->partition), partition_name);
	str_copy(l->adapter, sizeof(l->adapter), name);
	a = adapter(m, name, id, slot, 1, 12);
	a->host_no = 3;
	a->queues = 2;
	a->queue_depth = 64;
	a->link_state = VSCSI_LINK_UP;
}

int vnl_dump_adapters(struct model *m)
{
	struct adapter *a;

	if (scenario("no-vhost"))
		return 0;
	adapter(m, "", 1, 30, 28, 5);
	adapter(m, "vhost10", 1, 22, VSCSI_ANY, VSCSI_ANY);
	adapter(m, "vhost1", 1, 13, 6, 14);
	a = adapter(m, "vhost2", 1, 14, 28, 4);
	a->state = VSCSI_ADAPTER_DEFINED;
	if (scenario("two-vios"))
		adapter(m, "vhost3", 2, 12, 6, 15);
	a = adapter(m, "vhost0", 1, 12, 6, 13);
	connect_client(m, a, 6, 13, "app1", "vscsi0");
	return 0;
}

static struct vtd *vtd(struct model *m, const char *name, const char *on, unsigned int target,
		       uint8_t type, const char *backing)
{
	struct vtd *v = model_add_vtd(m);

	str_copy(v->name, sizeof(v->name), name);
	str_copy(v->adapter, sizeof(v->adapter), on);
	str_copy(v->backing, sizeof(v->backing), backing);
	v->lun = (uint64_t)(0x80 | target) << 56;
	v->type = type;
	v->state = VSCSI_VTD_AVAILABLE;
	v->backend = VSCSI_BACKEND_BLOCK;
	v->size = UINT64_C(10) << 30;
	v->block_size = 512;
	v->physical_block_size = 4096;
	return v;
}

static void vtd_of_file(struct model *m, const char *path)
{
	struct stat st;
	struct vtd *v;

	if (!path || stat(path, &st))
		return;
	v = vtd(m, "file_vtd", "vhost1", 1, VSCSI_VTD_FILE, path);
	v->backend = VSCSI_BACKEND_FILE_DIRECT;
	v->backing_dev = (uint64_t)major(st.st_dev) << 32 | minor(st.st_dev);
	v->backing_ino = st.st_ino;
	str_copy(v->path, sizeof(v->path), path);
}

static struct vtd *drive(struct model *m, const char *name, unsigned int target)
{
	struct vtd *v = vtd(m, name, "vhost1", target, VSCSI_VTD_OPTICAL, "");

	v->backend = VSCSI_BACKEND_NONE;
	v->size = 0;
	v->block_size = 2048;
	v->read_only = true;
	return v;
}

static void drives(struct model *m)
{
	const char *medium = getenv("VSCSI_FAKE_MEDIUM");
	struct vtd *v = drive(m, "vtopt0", 2);

	str_copy(v->backing, sizeof(v->backing),
		 medium ? medium : "/var/vio/VMLibrary/aix73_dvd1");
	str_copy(v->path, sizeof(v->path), v->backing);
	v->backend = VSCSI_BACKEND_FILE_BUFFERED;
	v->size = (UINT64_C(96) << 20) + 2048;
	v->locked = true;
	drive(m, "vtopt1", 3);
}

static char taken[32][VSCSI_DEVICE_NAME_MAX + 1];
static unsigned int nr_taken;

/* Whether the name is taken from under our nose. */
static bool take(const char *name)
{
	const char *most = getenv("VSCSI_FAKE_RIVAL");

	if (!name || !most || nr_taken >= (unsigned int)atoi(most) || nr_taken >= ARRAY_SIZE(taken))
		return false;
	str_copy(taken[nr_taken++], sizeof(taken[0]), name);
	return true;
}

static char removing[VSCSI_DEVICE_NAME_MAX + 1];	/* not in time */

static void set_state(struct model *m, const char *name, uint8_t state)
{
	size_t i;

	for (i = 0; name && i < m->nr_vtds; i++)
		if (!strcmp(m->vtds[i].name, name))
			m->vtds[i].state = state;
}

int vnl_dump_vtds(struct model *m)
{
	struct vtd *v;
	unsigned int i;

	vtd_of_file(m, getenv("VSCSI_FAKE_FILE"));
	if (scenario("no-vhost"))
		return 0;
	if (scenario("optical"))
		drives(m);
	for (i = 0; i < nr_taken; i++)
		vtd(m, taken[i], "vhost0", 5 + i, VSCSI_VTD_RAM, "ram");
	v = vtd(m, "vtscsi0", "vhost0", 3, VSCSI_VTD_RAM, "ram");
	v->backend = VSCSI_BACKEND_RAM;
	v->has_inject = true;
	v->inject.every = 5;
	vtd(m, "vtscsi10", "vhost10", 1, VSCSI_VTD_LV, "shared_lv");
	vtd(m, "vtscsi2", "vhost10", 2, VSCSI_VTD_LV, "shared_lv");
	v = vtd(m, "app1_lv", "vhost0", 4, VSCSI_VTD_LV, "app1_lv");
	v->state = VSCSI_VTD_BROKEN;
	v->backing_dev = UINT64_C(253) << 32;
	v = vtd(m, "app1_root", "vhost0", 1, VSCSI_VTD_DISK, "hdisk4");
	str_copy(v->physloc, sizeof(v->physloc),
		 "U78DA.ND0.WZS00AB-P0-C4-T1-W5005076801234567-L1000000000000");
	v->stats = (struct vtd_stats){ 10, 20, 3, 40960, 81920, 1, 2, 4, 1 };
	v = vtd(m, "app1_file", "vhost0", 2, VSCSI_VTD_FILE,
		"/var/vio/storagepools/fbpool/app1_file");
	v->backend = VSCSI_BACKEND_FILE_DIRECT;
	v->has_alua = true;
	v->alua_state = VSCSI_ALUA_STANDBY;
	set_state(m, removing, VSCSI_VTD_REMOVING);
	set_state(m, getenv("VSCSI_FAKE_REMOVING"), VSCSI_VTD_REMOVING);
	set_state(m, getenv("VSCSI_FAKE_DEFINED"), VTD_DEFINED);
	return 0;
}

/* --- notifications: some of each kind, a loss, and a signal that ends it --- */

int vnl_listen(void)
{
	/* Always readable. */
	return scenario("no-module") ? VNL_NO_FAMILY : open("/dev/zero", O_RDONLY | O_CLOEXEC);
}

static void send_events(void (*event)(const struct vnl_event *e, void *arg), void *arg)
{
	struct model m = { .nr_vtds = 0 };

	vnl_dump_partitions(&m);
	vnl_dump_adapters(&m);
	vnl_dump_vtds(&m);
	event(&(struct vnl_event){ VNL_CREATED, &m.partitions[0], NULL, NULL }, arg);
	event(&(struct vnl_event){ VNL_CREATED, NULL, &m.adapters[0], NULL }, arg);
	event(&(struct vnl_event){ VNL_CHANGED, NULL, &m.adapters[3], NULL }, arg);
	event(&(struct vnl_event){ VNL_CREATED, NULL, NULL, &m.vtds[0] }, arg);
	event(&(struct vnl_event){ VNL_CHANGED, NULL, NULL, &m.vtds[3] }, arg);
	event(&(struct vnl_event){ VNL_DELETED, NULL, NULL, &m.vtds[4] }, arg);
	model_free(&m);
}

int vnl_read_events(void (*event)(const struct vnl_event *e, void *arg), void *arg)
{
	static int calls;

	if (scenario("unloaded"))
		return VNL_NO_FAMILY;
	if (scenario("lost") && !calls++)
		return VNL_LOST;
	if (!scenario("lost"))
		send_events(event, arg);
	raise(SIGINT);
	return 0;
}

/* --- changes --- */

int vnl_partition_new(const struct partition_request *r, struct partition *made)
{
	made->id = r->id ? r->id : 2;
	str_copy(made->name, sizeof(made->name), r->name);
	return change("partition_new %s type=%u id=%u\n", r->name, r->type, r->id);
}

int vnl_partition_del(uint32_t id)
{
	return change("partition_del %u\n", id);
}

int vnl_adapter_new(const struct adapter_request *r, struct adapter *made)
{
	snprintf(made->name, sizeof(made->name), "%s9",
		 r->type == VSCSI_ADAPTER_SERVER ? "vhost" : "vscsi");
	made->state = VSCSI_ADAPTER_AVAILABLE;
	return change("adapter_new owner=%u type=%u slot=%u remote=%u remote_slot=%u queues=%u "
		      "partner=%d ucfg=%d\n", r->partition_id, r->type, r->slot,
		      r->remote_partition_id, r->remote_slot, r->queues, r->with_partner,
		      r->unconfigured);
}

int vnl_adapter_set_state(const struct adapter *a, uint8_t state, unsigned int flags)
{
	return change("adapter_set owner=%u slot=%u state=%u flags=%u\n", a->partition_id, a->slot,
		      state, flags);
}

int vnl_adapter_del(const struct adapter *a, unsigned int flags)
{
	return change("adapter_del owner=%u slot=%u flags=%u\n", a->partition_id, a->slot, flags);
}

/* What the kernel knows of a name and of a file. */
static int conflict(const struct vtd_request *r)
{
	struct model m = { .nr_vtds = 0 };
	const struct vtd *v;
	struct stat st;
	bool file = r->fd >= 0 && !fstat(r->fd, &st);
	int err = 0;

	vnl_dump_vtds(&m);
	for (v = m.vtds; !err && v < m.vtds + m.nr_vtds; v++)
		if (r->name && !strcmp(v->name, r->name))
			err = -EEXIST;
		else if (file && v->backing_ino == st.st_ino && !r->share)
			err = -EADDRINUSE;
	model_free(&m);
	return err;
}

int vnl_vtd_new(const struct vtd_request *r, struct vtd *made)
{
	const char *lowest = r->type == VSCSI_VTD_OPTICAL ? "vtopt2" : "vtscsi1";
	int err = conflict(r);

	if (err)
		return err;
	if (take(r->name)) {
		text = "the LUN is already used";
		return -EEXIST;
	}
	str_copy(made->name, sizeof(made->name), r->name ? r->name : lowest);
	str_copy(made->adapter, sizeof(made->adapter), r->adapter);
	made->type = r->type ? r->type : VSCSI_VTD_RAM;
	made->state = VSCSI_VTD_AVAILABLE;
	str_copy(made->backing, sizeof(made->backing), r->backing ? r->backing : "ram");
	made->block_size = 512;
	made->size = r->ram_size;
	made->lun = r->lun;
	made->generation = 8;
	return change("vtd_new adapter=%s name=%s fd=%d ram=%" PRIu64 " backing=%s type=%u "
		      "lun=%" PRIx64 " bs=%u ro=%d share=%d\n", r->adapter,
		      r->name ? r->name : "-", r->fd >= 0, r->ram_size,
		      r->backing ? r->backing : "-", r->type, r->lun, r->block_size, r->read_only,
		      r->share);
}

int vnl_vtd_set(const char *name, const struct vtd_change *c)
{
	if (c->alua_set)
		return change("vtd_set %s alua=%u\n", name, c->alua_state);
	return change("vtd_set %s rescan=%d inject=%d error=%u delay=%u every=%u\n", name,
		      c->rescan, c->inject_set, c->inject.error, c->inject.delay_us,
		      c->inject.every);
}

int vnl_vtd_medium(const char *name, const struct medium_request *r)
{
	return change("vtd_medium %s fd=%d backing=%s ro=%d unload=%d release=%d\n", name,
		      r->fd >= 0, r->backing ? r->backing : "-", r->read_only, r->unload,
		      r->release);
}

int vnl_vtd_del(const char *name, bool force)
{
	int err = change("vtd_del %s force=%d\n", name, force);

	if (err == -ETIMEDOUT)
		str_copy(removing, sizeof(removing), name);
	return err;
}

/* --- file systems --- */

static char mounted[PATH_MAX];	/* the last one */
static bool unmounted;

const char *fs_root(void)
{
	const char *dir = getenv("VSCSI_FAKE_VIO");

	return dir ? dir : "/var/vio";
}

bool fs_is_mounted(const char *node, const char *dir)
{
	const char *which = getenv("VSCSI_FAKE_UNMOUNTED");
	bool at_first = which && which[0] == '/' ? strcmp(which, node) : !which;

	return !strcmp(dir, mounted) || (!unmounted && at_first);
}

bool fs_is_mount_point(const char *dir)
{
	const char *other = getenv("VSCSI_FAKE_OTHER");

	return other && !strcmp(dir, other);
}

static int mount_error(void)
{
	const char *error = getenv("VSCSI_FAKE_MOUNT");

	return error ? -atoi(error) : 0;
}

int fs_mount(const char *node, const char *dir)
{
	note("mount %s %s\n", node, dir + strlen(fs_root()) + 1);
	if (!mount_error())
		str_copy(mounted, sizeof(mounted), dir);
	return mount_error();
}

int fs_unmount(const char *dir)
{
	note("unmount %s\n", dir + strlen(fs_root()) + 1);
	unmounted = !mount_error();
	return mount_error();
}

int fs_space(const char *dir, struct fs_space *space)
{
	(void)dir;
	space->size = UINT64_C(20390) << 20;
	space->free = UINT64_C(20386) << 20;
	return 0;
}
