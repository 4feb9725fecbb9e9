// SPDX-License-Identifier: GPL-2.0
/* mkvdev: map a backing device to a server adapter, or make an optical drive on it. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backing.h"
#include "disk.h"
#include "err.h"
#include "group.h"
#include "hdisk.h"
#include "holder.h"
#include "lv.h"
#include "mkvdev.h"
#include "name.h"
#include "nl.h"
#include "pv.h"
#include "save.h"
#include "state.h"
#include "util.h"
#include "verbs.h"
#include "wait.h"

#define TRIES	20		/* to find a name and a LUN that are free */

enum { GROUP_BACKING = 1, GROUP_ADAPTER = 2, GROUP_IO = 3 };

static const struct flag flags[] = {
	{ "vdev", FLAG_VALUE, offsetof(struct mkvdev, vdev), GROUP_BACKING, HINT_BACKING, NULL },
	{ "ram", FLAG_VALUE, offsetof(struct mkvdev, ram), GROUP_BACKING, HINT_NONE, NULL },
	{ "fbo", FLAG_SWITCH, offsetof(struct mkvdev, fbo), GROUP_BACKING, HINT_NONE, NULL },
	{ "vadapter", FLAG_VALUE, offsetof(struct mkvdev, vadapter), GROUP_ADAPTER, HINT_VHOST,
	  NULL },
	{ "aplc", FLAG_VALUE, offsetof(struct mkvdev, aplc), GROUP_ADAPTER, HINT_NONE, NULL },
	{ "dev", FLAG_VALUE, offsetof(struct mkvdev, dev), 0, HINT_NONE, NULL },
	{ "f", FLAG_SWITCH, offsetof(struct mkvdev, f), 0, HINT_NONE, NULL },
	{ "lun", FLAG_VALUE, offsetof(struct mkvdev, lun), 0, HINT_NONE, NULL },
	{ "bs", FLAG_VALUE, offsetof(struct mkvdev, bs), 0, HINT_NONE, "512 4096" },
	{ "udid", FLAG_VALUE, offsetof(struct mkvdev, udid), 0, HINT_NONE, NULL },
	{ "ro", FLAG_SWITCH, offsetof(struct mkvdev, ro), 0, HINT_NONE, NULL },
	{ "direct", FLAG_SWITCH, offsetof(struct mkvdev, direct), GROUP_IO, HINT_NONE, NULL },
	{ "buffered", FLAG_SWITCH, offsetof(struct mkvdev, buffered), GROUP_IO, HINT_NONE, NULL },
	{ "wait", FLAG_SWITCH, offsetof(struct mkvdev, wait), 0, HINT_NONE, NULL },
	{ .name = NULL }
};

/* --- the words --- */

/* 1 to 63 is a target; 0x8100000000000000 the whole LUN. */
static int parse_lun(const struct verb *verb, const char *word, uint64_t *lun)
{
	if (parse_u64(word, UINT64_MAX, lun) || !*lun || (*lun > 63 && *lun >> 62 != 2))
		return args_refuse(verb, ERR_VALUE, word,
				   "a LUN is 1 to 63 or like 0x8100000000000000");
	if (*lun <= 63)
		*lun = (0x80 | *lun) << 56;
	return RC_OK;
}

static int parse_block_size(const struct verb *verb, const char *word, uint32_t *size)
{
	uint64_t v;

	if (parse_u64(word, VSCSI_BLOCK_SIZE_MAX, &v) || (v != 512 && v != 4096))
		return args_refuse(verb, ERR_VALUE, word, "a block size is 512 or 4096");
	*size = v;
	return RC_OK;
}

static int parse_ram(const struct verb *verb, const struct mkvdev *o, struct vtd_request *r)
{
	if (parse_size(o->ram, &r->ram_size) || !r->ram_size)
		return args_refuse(verb, ERR_VALUE, o->ram, "a size is like 64M or 1G");
	if (o->direct || o->buffered)
		return args_refuse(verb, ERR_FLAG_EXCLUSIVE, "ram",
				   o->direct ? "direct" : "buffered");
	return RC_OK;
}

/* A drive is made empty: nothing can be said of what will be in it. */
static int parse_fbo(const struct verb *verb, const struct mkvdev *o, struct vtd_request *r)
{
	const char *other = NULL;

	r->type = VSCSI_VTD_OPTICAL;
	if (o->f)
		other = "f";
	else if (o->ro)
		other = "ro";
	else if (o->bs)
		other = "bs";
	else if (o->udid)
		other = "udid";
	else if (o->direct || o->buffered)
		other = o->direct ? "direct" : "buffered";
	return other ? args_refuse(verb, ERR_FLAG_EXCLUSIVE, "fbo", other) : RC_OK;
}

static int parse_words(const struct verb *verb, const struct mkvdev *o, struct vtd_request *r)
{
	int rc = RC_OK;

	r->name = o->dev;
	r->read_only = o->ro;
	if (o->dev)
		rc = name_check_device(o->dev);
	if (!rc && o->lun)
		rc = parse_lun(verb, o->lun, &r->lun);
	if (!rc && o->bs)
		rc = parse_block_size(verb, o->bs, &r->block_size);
	if (!rc && o->udid && strlen(o->udid) > VSCSI_UDID_MAX)
		rc = args_refuse(verb, ERR_VALUE, o->udid, "an identity is too long");
	if (!rc && o->ram)
		rc = parse_ram(verb, o, r);
	if (!rc && o->fbo)
		rc = parse_fbo(verb, o, r);
	return rc;
}

static int choose_adapter(const struct session *s, const struct mkvdev *o,
			  struct vtd_request *r)
{
	const struct adapter *a;
	int rc = RC_OK;

	if (o->vadapter) {
		a = session_vhost(s, o->vadapter, &rc);
	} else {
		a = model_adapter_at(&s->model, o->aplc);
		if (!a)
			return err_say(ERR_PHYSLOC, o->aplc, NULL);
		a = session_vhost(s, a->name, &rc);
	}
	if (a)
		r->adapter = a->name;
	return rc;
}

/* --- the backing device --- */

static int not_found(const char *word, int err, const struct backing *b)
{
	switch (err) {
	case -ENOENT:
	case -ENOTDIR:
		return err_say(ERR_NO_BACKING, word, NULL);
	case -EEXIST:
		return err_say(ERR_BACKING_AMBIGUOUS, word, b->problem);
	case -ENOTBLK:
		return err_say(ERR_BACKING_KIND, word, b->problem);
	case -ENXIO:
		return err_say(ERR_BACKING_GONE, word, NULL);
	case -ENAMETOOLONG:
		return err_say(ERR_BACKING_KIND, word, "too long a name");
	case -EACCES:
		return err_say(ERR_BACKING_PERMISSION, word, strerror(-err));
	default:
		return err_say(ERR_BACKING_OPEN, word, strerror(-err));
	}
}

static int size_check(const struct backing *b, const struct vtd_request *r)
{
	unsigned int block = r->block_size ? r->block_size : 512;
	char why[128];

	if (!b->ino)
		return RC_OK;
	if (!b->size)
		return err_say(ERR_BACKING_SIZE, b->name, "it is empty");
	if (b->size % block == 0)
		return RC_OK;
	snprintf(why, sizeof(why), "its size of %ju bytes is not a multiple of the block size %u",
		 (uintmax_t)b->size, block);
	return err_say(ERR_BACKING_SIZE, b->name, why);
}

/* Used on this server: only if asked for.  Used on another one: a second path to it. */
static int share_check(const struct session *s, const struct mkvdev *o, const struct backing *b,
		       struct vtd_request *r)
{
	size_t i;

	for (i = 0; i < s->model.nr_vtds; i++) {
		if (!backing_is(b, &s->model.vtds[i]))
			continue;
		r->share |= s->model.vtds[i].state != VTD_DEFINED;
		if (!o->f && !o->share &&
		    model_vtd_partition(&s->model, &s->model.vtds[i]) == s->self->id)
			return err_say(ERR_BACKING_USED, b->name, NULL);
	}
	return RC_OK;
}

static int check_group(const struct session *s, const struct mkvdev *o, const struct backing *b)
{
	struct lvm groups = { .read = false };
	int rc = group_check(&s->model, b, o->groups ? o->groups : &groups);

	lvm_free(&groups);
	return rc;
}

int mkvdev_check_use(const struct session *s, const struct mkvdev *o, const struct backing *b,
		     struct vtd_request *r)
{
	const struct adapter *loop;
	char why[PATH_MAX];
	int rc;

	rc = share_check(s, o, b, r);
	if (rc)
		return rc;
	loop = holder_loop(&s->model, b);
	if (loop)
		return err_say(ERR_BACKING_LOOP, b->name, loop->name);
	if (b->ino && holder_of_file(b, why, sizeof(why)))
		return err_say(ERR_BACKING_HELD, b->name, why);
	return o->f || b->ino ? RC_OK : check_group(s, o, b);
}

static int choose_backing(const struct session *s, const struct mkvdev *o, struct backing *b,
			  struct vtd_request *r)
{
	int err = o->drives ? hdisk_backing_among(o->drives, o->vdev, b) :
			      hdisk_backing(&s->model, o->vdev, true, b);
	int rc;

	if (err)
		return not_found(o->vdev, err, b);
	if (!b->ino && (o->direct || o->buffered))
		return err_say(ERR_FILE_FLAG, o->direct ? "direct" : "buffered", o->vdev);
	rc = mkvdev_check_use(s, o, b, r);
	return rc ? rc : size_check(b, r);
}

/* --- what is missing after a restart keeps its name and its LUN --- */

static bool name_is_used(const struct session *s, const char *name)
{
	return name && (model_vtd(&s->model, name) || model_adapter(&s->model, name));
}

static bool name_is_wanted(const struct items *left, const char *name)
{
	const struct item *it;

	for (it = left->list; it < left->list + left->nr; it++)
		if (it->kind == ITEM_VTD && !strcmp(it->name, name))
			return true;
	return false;
}

static void name_beside(const struct session *s, const struct items *left,
			const struct vtd_request *r, char *name, size_t size)
{
	const char *prefix = r->type == VSCSI_VTD_OPTICAL ? "vtopt" : "vtscsi";
	unsigned int n = 0;

	do {
		snprintf(name, size, "%s%u", prefix, n++);
	} while (name_is_used(s, name) || name_is_wanted(left, name));
}

#define LUNS_MAX	16383

/* In the kernel's order: all targets of a bus, then the next bus, then the next unit. */
static uint64_t lun_of(uint64_t number)
{
	return UINT64_C(1) << 63 | (number & 0x3f) << 56 | (number >> 6 & 0x7) << 53 |
	       (number >> 9 & 0x1f) << 48;
}

/* 0, what the kernel says then, if all are taken. */
static uint64_t lun_beside(const struct session *s, const struct items *left,
			   const struct adapter *a)
{
	struct item it = { .kind = ITEM_VTD, .partition = a->partition_id, .slot = a->slot };
	uint64_t number, lun;

	for (number = 1; number <= LUNS_MAX; number++) {
		lun = lun_of(number);
		snprintf(it.lun, sizeof(it.lun), "0x%016" PRIx64, lun);
		if (!model_vtd_at(&s->model, a->name, lun) && !items_find(left, &it))
			return lun;
	}
	return 0;
}

/* Choose what the user did not, as the kernel would; false: there is nothing to keep clear of. */
static bool keep_clear(const struct session *s, const struct mkvdev *o, struct vtd_request *r,
		       char *name, size_t size)
{
	struct items left;
	bool any;

	if (o->dev && o->lun)
		return false;
	save_read_unrestored(&left);
	any = left.nr;
	if (any && !o->dev) {
		name_beside(s, &left, r, name, size);
		r->name = name;
	}
	if (any && !o->lun)
		r->lun = lun_beside(s, &left, model_adapter(&s->model, r->adapter));
	items_free(&left);
	return any;
}

/* --- making it --- */

static int name_used(const char *name)
{
	return err_say(ERR_EXISTS, name, "choose another name for the virtual target device");
}

/* Somebody may have taken the name since we looked; but EEXIST may be about the LUN. */
static int refused(struct session *s, int err, const char *name, const char *backing)
{
	char text[256];

	str_copy(text, sizeof(text), vnl_text());
	if (err == -EEXIST && name && !session_reload(s) && name_is_used(s, name))
		return name_used(name);
	return err_kernel(err, text, name ? name : backing);
}

/* Whether what the user asked for is somebody else's. */
static bool asked_is_used(const struct session *s, const struct mkvdev *o,
			  const struct vtd_request *r)
{
	return name_is_used(s, o->dev) ||
	       (o->lun && model_vtd_at(&s->model, r->adapter, r->lun));
}

/*
 * Somebody else may be given what was chosen here: look again, and choose again.  -EAGAIN: it
 * happened too often.
 */
static int request(struct session *s, const struct mkvdev *o, struct vtd_request *r, char *name,
		   size_t size, struct vtd *made)
{
	bool chosen = keep_clear(s, o, r, name, size);
	int err = vnl_vtd_new(r, made), left;

	for (left = TRIES; err == -EEXIST && chosen; left--) {
		if (!left)
			return -EAGAIN;
		if (session_reload(s) || choose_adapter(s, o, r) || asked_is_used(s, o, r))
			return err;
		chosen = keep_clear(s, o, r, name, size);
		err = vnl_vtd_new(r, made);
	}
	return err;
}

/* What is in the way, if it still is, shows only when all is read. */
static int map_again(struct session *s, const struct mkvdev *o, struct vtd *made)
{
	int rc;

	s->brief = false;
	rc = session_reload(s);
	return rc ? rc : mkvdev_map(s, o, made);
}

static int map(struct session *s, const struct mkvdev *o, struct vtd_request *r,
	       const char *backing, struct vtd *made)
{
	char name[VSCSI_DEVICE_NAME_MAX + 1];
	int err;

	state_make_lu_dir();
	err = request(s, o, r, name, sizeof(name), made);
	if (err && s->brief)
		return map_again(s, o, made);
	if (err == -EADDRINUSE)
		return err_say(ERR_BACKING_USED, backing, NULL);
	if (err == -EAGAIN)
		return err_say(ERR_TRY_AGAIN, backing, NULL);
	if (err)
		return refused(s, err, r->name, backing);
	*model_add_vtd(&s->model) = *made;
	return RC_OK;
}

static int map_backing(struct session *s, const struct mkvdev *o, struct vtd_request *r,
		       struct vtd *made)
{
	struct backing_mode mode = {
		.read_only = o->ro,
		.direct = o->direct,
		.buffered = o->buffered,
	};
	char physloc[VSCSI_PHYSLOC_MAX + 1] = "", udid[VSCSI_UDID_MAX + 1] = "";
	struct backing b;
	int rc;

	rc = choose_backing(s, o, &b, r);
	if (rc)
		return rc;
	mode.shared = r->share;
	r->fd = backing_open(&s->model, &b, &mode, &rc);
	if (r->fd < 0)
		return rc;
	if (!b.ino)
		disk_location(s->model.machine, b.sysfs, physloc, sizeof(physloc));
	if (o->udid)
		str_copy(udid, sizeof(udid), o->udid);
	else if (!b.ino)
		disk_identity(b.dev, b.sysfs, udid, sizeof(udid));
	r->type = b.type;
	r->backing = b.hdisk[0] ? b.hdisk : b.name;
	r->path = b.path;
	r->physloc = physloc;
	r->udid = udid;
	rc = map(s, o, r, b.name, made);
	close(r->fd);
	return rc;
}

/* Each piece of memory is new, and no other disk may be taken for it. */
static int map_ram(struct session *s, const struct mkvdev *o, struct vtd_request *r,
		   struct vtd *made)
{
	char uuid[64] = "", udid[VSCSI_UDID_MAX + 1];
	FILE *f = fopen("/proc/sys/kernel/random/uuid", "re");

	if (f) {
		if (!fgets(uuid, sizeof(uuid), f))
			uuid[0] = '\0';
		fclose(f);
	}
	uuid[strcspn(uuid, "\n")] = '\0';
	snprintf(udid, sizeof(udid), "ram.%s", uuid);
	if (o->udid)
		r->udid = o->udid;
	else
		r->udid = uuid[0] ? udid : NULL;
	return map(s, o, r, o->ram, made);
}

/* --- all of it --- */

/* What the kernel has it knows itself. */
static int lun_check(const struct session *s, const struct vtd_request *r)
{
	const struct vtd *v = r->lun ? model_vtd_at(&s->model, r->adapter, r->lun) : NULL;
	char lun[24];

	if (!v || v->state != VTD_DEFINED)
		return RC_OK;
	snprintf(lun, sizeof(lun), "0x%016" PRIx64, r->lun);
	return err_say(ERR_LUN_DEFINED, lun, v->name);
}

static int prepare(const struct session *s, const struct mkvdev *o, struct vtd_request *r)
{
	int rc = parse_words(s->verb, o, r);

	if (!rc)
		rc = choose_adapter(s, o, r);
	if (!rc && name_is_used(s, o->dev))
		rc = name_used(o->dev);
	return rc ? rc : lun_check(s, r);
}

int mkvdev_check(const struct session *s, const struct mkvdev *o)
{
	struct vtd_request r = { .fd = -1 };

	return prepare(s, o, &r);
}

int mkvdev_map(struct session *s, const struct mkvdev *o, struct vtd *made)
{
	struct vtd_request r = { .fd = -1 };
	int rc = prepare(s, o, &r);

	if (rc)
		return rc;
	if (o->fbo)
		return map(s, o, &r, o->vadapter ? o->vadapter : o->aplc, made);
	return o->ram ? map_ram(s, o, &r, made) : map_backing(s, o, &r, made);
}

/*
 * A pool that is not mounted has nothing else to protect its volume.  What mkbdsp maps is none,
 * nor is what is restored: that is found by its UUID.
 */
static int volume_check(const struct session *s, const struct mkvdev *o)
{
	const struct lvm_lv *lv;
	struct backing b;
	struct lvm l;
	int rc;

	if (!o->vdev || backing_find(o->vdev, &b) || b.type != VSCSI_VTD_LV)
		return RC_OK;
	rc = lvm_read_if_there(&s->model, &l);
	lv = rc ? NULL : lvm_lv_by_dev(&l, b.dev);
	if (lv)
		rc = lv_check_plain(lv);
	lvm_free(&l);
	return rc;
}

/*
 * The kernel itself knows whether a name, a LUN or a file is used, so that one more costs the same
 * however many there are. What a block device has to do with others it does not know.
 */
static bool kernel_will_do(const struct mkvdev *o)
{
	struct backing b;

	if (save_has_unrestored())
		return false;
	return !o->vdev || (strchr(o->vdev, '/') && !backing_find(o->vdev, &b) && b.ino);
}

/* The file that is looked at is the one that is mapped. */
static int start_and_map(struct session *s, const struct mkvdev *o, struct vtd *made)
{
	int rc, lock = storage_lock_file(o->vdev, &rc);

	s->brief = kernel_will_do(o);
	if (!rc)
		rc = session_start(s, ON_VIOS);
	if (!rc)
		rc = volume_check(s, o);
	if (!rc)
		rc = mkvdev_map(s, o, made);
	if (lock >= 0)
		close(lock);
	return rc;
}

static int mkvdev_run(struct session *s, int argc, char **argv)
{
	struct mkvdev o = { .vdev = NULL };
	struct vtd_request r = { .fd = -1 };
	struct vtd made = { .lun = 0 };
	int rc;

	rc = args_parse(s->verb, argc, argv, &o);
	if (!rc)
		rc = parse_words(s->verb, &o, &r);
	if (!rc)
		rc = start_and_map(s, &o, &made);
	if (rc)
		return rc;
	printf("%s Available\n", made.name);
	if (save_added(&s->model, &made))
		vnl_changed();
	if (!o.wait)
		return RC_OK;
	fflush(stdout);
	rc = vnl_changed() ? save_configuration() : RC_OK;
	if (!rc)
		rc = session_reload(s);
	return rc ? rc : wait_for_disks(&s->model, &made);
}

const struct verb verb_mkvdev = {
	.name = "mkvdev",
	.group = "Virtual Device Commands",
	.summary = "Adds a virtual device to the system.",
	.usage =
	"mkvdev [-f] -vdev TargetDevice {-vadapter VirtualServerAdapter | -aplc PhysLoc}\n"
	"\t[-dev DeviceName]\n"
	"\tadditions: [-ro] [-bs {512 | 4096}] [-direct | -buffered] [-lun LUN]\n"
	"\t           [-udid Identity] [-wait]\n"
	"mkvdev -ram Size {-vadapter VirtualServerAdapter | -aplc PhysLoc} [-dev DeviceName]\n"
	"\tadditions: [-ro] [-bs {512 | 4096}] [-lun LUN] [-udid Identity] [-wait]\n"
	"mkvdev -fbo {-vadapter VirtualServerAdapter | -aplc PhysLoc} [-dev DeviceName]\n"
	"\tadditions: [-lun LUN] [-wait]",
	.required = 1u << GROUP_BACKING | 1u << GROUP_ADAPTER,
	.flags = flags,
	.run = mkvdev_run,
};
