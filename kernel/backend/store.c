// SPDX-License-Identifier: GPL-2.0
/*
 * Where the state of a logical unit is that outlives the module: in a file that has the name of
 * its identity, in one directory for all.
 *
 * The directory is looked up when a backing device is mapped, as the caller sees the file system;
 * from then on it is held.  Files are opened, read and written by a worker: with the kernel's
 * rights, whoever it is that maps a backing device or sends a command.  They are open only
 * meanwhile, so that nothing stands in the way of a file system that is remounted read-only.
 */
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/namei.h>
#include <linux/path.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "backend.h"
#include "internal.h"
#include "store.h"

#define FILE_SIZE	(VSCSI_SLOTS * VSCSI_SLOT_SIZE)

/**
 * struct file_store - a store that is a file
 * @store: what others see
 * @dir: the directory, held
 * @name: of the file in it, which need not be there
 * @sequence: of the newest state, 0: there is none
 * @slot: where that is
 *
 * The last two are changed by a save only.
 */
struct file_store {
	struct vscsi_store store;
	struct path dir;
	char name[2 * VSCSI_DESIGNATOR_MAX + 1];
	u64 sequence;
	unsigned int slot;
};

/**
 * struct access - a file is read or written, by a worker
 * @work: of the worker
 * @fs: whose file
 * @buf: from or to where
 * @len: bytes
 * @at: offset in the file
 * @ret: bytes that were read, 0 if they were written, or a negative errno
 */
struct access {
	struct work_struct work;
	struct file_store *fs;
	void *buf;
	size_t len;
	loff_t at;
	ssize_t ret;
};

static struct workqueue_struct *store_wq;
static const char *store_dir;
static bool stopped;

static struct file_store *file_store_of(struct vscsi_store *store)
{
	return container_of(store, struct file_store, store);
}

static ssize_t read_file(const struct access *a)
{
	struct file *file = file_open_root(&a->fs->dir, a->fs->name, O_RDONLY | O_LARGEFILE, 0);
	loff_t at = a->at;
	ssize_t ret;

	if (IS_ERR(file))
		return PTR_ERR(file);
	ret = kernel_read(file, a->buf, a->len, &at);
	fput(file);
	return ret;
}

/* A file that was made lasts when the directory is on the disk. */
static int sync_dir(const struct file_store *fs)
{
	struct file *file = file_open_root(&fs->dir, ".", O_RDONLY | O_DIRECTORY, 0);
	int ret;

	if (IS_ERR(file))
		return PTR_ERR(file);
	ret = vfs_fsync(file, 0);
	fput(file);
	return ret;
}

static ssize_t write_file(const struct access *a)
{
	struct file *file = file_open_root(&a->fs->dir, a->fs->name,
					   O_WRONLY | O_CREAT | O_LARGEFILE, 0600);
	loff_t at = a->at;
	ssize_t ret;

	if (IS_ERR(file))
		return PTR_ERR(file);
	ret = kernel_write(file, a->buf, a->len, &at);
	if (ret >= 0)
		ret = ret == a->len ? vfs_fsync(file, 0) : -ENOSPC;
	fput(file);
	return ret ?: sync_dir(a->fs);
}

/* Reclaim must not wait for a command that waits for us. */
static void read_work(struct work_struct *work)
{
	struct access *a = container_of(work, struct access, work);
	unsigned int noio = memalloc_noio_save();

	a->ret = read_file(a);
	memalloc_noio_restore(noio);
}

static void write_work(struct work_struct *work)
{
	struct access *a = container_of(work, struct access, work);
	unsigned int noio = memalloc_noio_save();

	a->ret = write_file(a);
	memalloc_noio_restore(noio);
}

static ssize_t access_file(struct access *a, work_func_t fn)
{
	INIT_WORK_ONSTACK(&a->work, fn);
	queue_work(store_wq, &a->work);
	flush_work(&a->work);
	destroy_work_on_stack(&a->work);
	return a->ret;
}

static int save(struct vscsi_store *store, const void *state, u32 len)
{
	struct file_store *fs = file_store_of(store);
	unsigned int slot = fs->sequence ? !fs->slot : 0;
	struct access a = { .fs = fs, .at = (loff_t)slot * VSCSI_SLOT_SIZE };
	int ret;

	if (READ_ONCE(stopped))
		return -ESHUTDOWN;
	a.buf = kmalloc(VSCSI_SLOT_SIZE, GFP_NOIO);
	if (!a.buf)
		return -ENOMEM;
	a.len = vscsi_slot_format(a.buf, fs->sequence + 1, state, len);
	ret = access_file(&a, write_work);
	if (ret) {
		/* It may be whole there all the same, and is not what is so now. */
		memset(a.buf, 0, VSCSI_SLOT_HEADER_LEN);
		a.len = VSCSI_SLOT_HEADER_LEN;
		access_file(&a, write_work);
	}
	kfree(a.buf);
	if (ret) {
		pr_warn("vscsi: %s/%s can't be written: error %d\n", store_dir, fs->name, ret);
		return ret;
	}
	fs->slot = slot;
	fs->sequence++;
	return 0;
}

/**
 * vscsi_store_distrust() - say that what was loaded is not what was saved
 * @store: from vscsi_store_open()
 *
 * Its file stays as it is until something is saved.
 *
 * Context: process.
 */
void vscsi_store_distrust(const struct vscsi_store *store)
{
	const struct file_store *fs = container_of(store, const struct file_store, store);

	pr_warn("vscsi: %s/%s is damaged, or no file of ours: not used\n", store_dir, fs->name);
}

static void take_newest(struct file_store *fs, const u8 *file, size_t size, u8 *state, u32 *len)
{
	struct vscsi_slot newest;

	if (!vscsi_slot_newest(file, size, &newest)) {
		vscsi_store_distrust(&fs->store);
		return;
	}
	fs->sequence = newest.sequence;
	fs->slot = newest.number;
	memcpy(state, newest.state, newest.len);
	*len = newest.len;
}

static int load(struct file_store *fs, u8 *state, u32 *len)
{
	struct access a = { .fs = fs, .len = FILE_SIZE };
	ssize_t ret;

	*len = 0;
	a.buf = kvmalloc(FILE_SIZE, GFP_KERNEL);
	if (!a.buf)
		return -ENOMEM;
	ret = access_file(&a, read_work);
	if (ret >= 0)
		take_newest(fs, a.buf, ret, state, len);
	else if (ret != -ENOENT)
		pr_warn("vscsi: %s/%s can't be read: error %zd\n", store_dir, fs->name, ret);
	kvfree(a.buf);
	return ret < 0 && ret != -ENOENT ? ret : 0;
}

static int make(struct file_store *fs, u8 *state, u32 *len)
{
	int ret = kern_path(store_dir, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, &fs->dir);

	if (ret)
		return ret;
	ret = load(fs, state, len);
	if (ret)
		path_put(&fs->dir);
	return ret;
}

/* Memory is new each time, and so is what nothing tells from others but its name. */
static bool can_last(const struct vscsi_backend *be)
{
	return be->file && be->identity.lasts;
}

/**
 * vscsi_store_open() - make ready to save the state of a logical unit, and load it
 * @be: its backing device
 * @store: set to the store, to be closed with vscsi_store_close(); to NULL if nothing can be
 *	kept: the identity does not last, there is no directory, that was not wanted, or what
 *	was saved can't be read, which is said: it may be newer than what would be written
 * @state: VSCSI_STATE_MAX bytes; what was saved last
 * @len: its bytes; 0: nothing was, or it is damaged, which is said
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int vscsi_store_open(const struct vscsi_backend *be, struct vscsi_store **store, u8 *state,
		     u32 *len)
{
	struct file_store *fs;
	int ret;

	*store = NULL;
	*len = 0;
	if (!store_dir[0] || !can_last(be))
		return 0;
	fs = kzalloc(sizeof(*fs), GFP_KERNEL);
	if (!fs)
		return -ENOMEM;
	fs->store.save = save;
	snprintf(fs->name, sizeof(fs->name), "%*phN", be->identity.naa_len, be->identity.naa);
	ret = make(fs, state, len);
	if (ret) {
		kfree(fs);
		return ret == -ENOMEM ? ret : 0;
	}
	*store = &fs->store;
	return 0;
}

/**
 * vscsi_store_close() - undo vscsi_store_open()
 * @store: the store, or NULL; what is in it stays
 *
 * Context: process, may sleep; nobody saves.
 */
void vscsi_store_close(struct vscsi_store *store)
{
	struct file_store *fs;

	if (!store)
		return;
	fs = file_store_of(store);
	path_put(&fs->dir);
	kfree(fs);
}

/**
 * vscsi_store_stop() - save nothing any more
 *
 * When the module goes it takes everything away, which no client and no user has asked for.
 *
 * Context: any; before the first thing is taken away.
 */
void vscsi_store_stop(void)
{
	WRITE_ONCE(stopped, true);
}

/**
 * vscsi_store_init() - prepare for saving
 * @dir: path of the directory, "": save nothing; not copied
 *
 * Context: module init.
 * Return: 0 or -ENOMEM.
 */
int vscsi_store_init(const char *dir)
{
	store_dir = dir;
	/* Of its own: those who wait for it may use up all workers of the others. */
	store_wq = alloc_workqueue("vscsi_store", WQ_MEM_RECLAIM | WQ_UNBOUND, 0);
	return store_wq ? 0 : -ENOMEM;
}

/**
 * vscsi_store_exit() - undo vscsi_store_init()
 *
 * Context: module exit; every store is closed.
 */
void vscsi_store_exit(void)
{
	destroy_workqueue(store_wq);
}
