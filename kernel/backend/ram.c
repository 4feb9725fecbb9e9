// SPDX-License-Identifier: GPL-2.0
/*
 * Memory, for tests: answers at once, or as badly as it is told to.
 *
 * With a fault injected a request is put aside: on the delayed list, in order of
 * the time it is due, or on the hung list.  Who takes a request off its list, under
 * the lock, is the one to answer it: the worker when it is due, or cancel().
 * Switching a hang off makes the hung requests due at once.
 */
#include <linux/err.h>
#include <linux/highmem.h>
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/netlink.h>
#include <linux/scatterlist.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "backend.h"
#include "internal.h"

#define MAX_SIZE		((u64)SZ_4G)
#define MAX_ZERO		SZ_32M
#define MAX_DELAY_US		(60 * USEC_PER_SEC)

struct ram_backend {
	/* const after open */
	struct vscsi_backend be;
	struct page **pages;
	unsigned long nr_pages;
	u64 size;			/* bytes */

	/* guarded by lock; faulty is read without it */
	spinlock_t lock;
	bool faulty;			/* inject says something */
	struct vscsi_inject inject;
	u32 count;			/* requests since inject was set */
	struct list_head delayed;	/* by io->ram.due */
	struct list_head hung;

	struct hrtimer timer;		/* for the head of the delayed list */
	struct work_struct work;	/* answers what is due */
};

static struct ram_backend *to_ram(const struct vscsi_backend *be)
{
	return container_of(be, struct ram_backend, be);
}

static void copy_piece(struct ram_backend *ram, u64 pos, void *buf, size_t len, bool write)
{
	while (len) {
		struct page *page = ram->pages[pos >> PAGE_SHIFT];
		size_t offset = offset_in_page(pos);
		size_t bytes = min_t(size_t, len, PAGE_SIZE - offset);

		if (write)
			memcpy_to_page(page, offset, buf, bytes);
		else
			memcpy_from_page(buf, page, offset, bytes);
		pos += bytes;
		buf += bytes;
		len -= bytes;
	}
}

static void copy(struct vscsi_io *io)
{
	bool write = io->op == VSCSI_IO_WRITE;
	unsigned int flags = SG_MITER_ATOMIC | (write ? SG_MITER_FROM_SG : SG_MITER_TO_SG);
	struct sg_mapping_iter miter;
	u32 done, bytes;

	sg_miter_start(&miter, io->map.sgl, io->map.nents, flags);
	sg_miter_skip(&miter, io->map.skip);
	for (done = 0; done < io->map.len && sg_miter_next(&miter); done += bytes) {
		bytes = min_t(size_t, miter.length, io->map.len - done);
		copy_piece(to_ram(io->backend), io->offset + done, miter.addr, bytes, write);
	}
	sg_miter_stop(&miter);
}

static void clear(struct vscsi_io *io)
{
	struct ram_backend *ram = to_ram(io->backend);
	u64 pos = io->offset, end = io->offset + io->bytes;

	while (pos < end) {
		size_t offset = offset_in_page(pos);
		size_t bytes = min_t(u64, end - pos, PAGE_SIZE - offset);

		memzero_page(ram->pages[pos >> PAGE_SHIFT], offset, bytes);
		pos += bytes;
		cond_resched();
	}
}

static void execute(struct vscsi_io *io)
{
	if (io->op == VSCSI_IO_READ || io->op == VSCSI_IO_WRITE)
		copy(io);
	else if (io->op != VSCSI_IO_FLUSH)
		clear(io);
	io->done(io, VSCSI_OK);
}

static enum vscsi_reason reason_of(enum vscsi_inject_error error, bool write)
{
	switch (error) {
	case VSCSI_INJECT_MEDIUM:
		return write ? VSCSI_MEDIUM_WRITE : VSCSI_MEDIUM_READ;
	case VSCSI_INJECT_NO_SPACE:
		return VSCSI_NO_SPACE;
	case VSCSI_INJECT_NOT_READY:
		return VSCSI_NOT_READY;
	case VSCSI_INJECT_TARGET_FAILURE:
		return VSCSI_TARGET_FAILURE;
	default:
		return VSCSI_OK;
	}
}

static void execute_or_fail(struct vscsi_io *io)
{
	enum vscsi_reason reason = reason_of(io->ram.error, vscsi_io_is_write(io));

	if (reason == VSCSI_OK)
		execute(io);
	else
		io->done(io, reason);
}

static void arm_locked(struct ram_backend *ram)
{
	struct vscsi_io *io = list_first_entry_or_null(&ram->delayed, struct vscsi_io, ram.entry);

	lockdep_assert_held(&ram->lock);
	if (io)
		hrtimer_start(&ram->timer, io->ram.due, HRTIMER_MODE_ABS);
}

static void add_delayed_locked(struct ram_backend *ram, struct vscsi_io *io)
{
	struct vscsi_io *before;

	lockdep_assert_held(&ram->lock);
	list_for_each_entry_reverse(before, &ram->delayed, ram.entry)
		if (ktime_compare(before->ram.due, io->ram.due) <= 0)
			break;
	list_add(&io->ram.entry, &before->ram.entry);
}

static struct vscsi_io *take_due(struct ram_backend *ram)
{
	struct vscsi_io *io;

	spin_lock_irq(&ram->lock);
	io = list_first_entry_or_null(&ram->delayed, struct vscsi_io, ram.entry);
	if (io && ktime_after(io->ram.due, ktime_get()))
		io = NULL;
	if (io)
		list_del_init(&io->ram.entry);
	else
		arm_locked(ram);
	spin_unlock_irq(&ram->lock);
	return io;
}

static void ram_work(struct work_struct *work)
{
	struct ram_backend *ram = container_of(work, struct ram_backend, work);
	struct vscsi_io *io;

	while ((io = take_due(ram)))
		execute_or_fail(io);
}

static enum hrtimer_restart ram_timer(struct hrtimer *timer)
{
	struct ram_backend *ram = container_of(timer, struct ram_backend, timer);

	queue_work(vscsi_backend_wq, &ram->work);
	return HRTIMER_NORESTART;
}

/* Is it this request's turn for a fault? */
static bool is_hit_locked(struct ram_backend *ram)
{
	lockdep_assert_held(&ram->lock);
	ram->count++;
	return ram->inject.every <= 1 || ram->count % ram->inject.every == 0;
}

/* Put a request aside, or say what else to do with it in io->ram.error. */
static bool put_aside_locked(struct ram_backend *ram, struct vscsi_io *io)
{
	lockdep_assert_held(&ram->lock);
	if (!ram->faulty || !is_hit_locked(ram))
		return false;

	if (ram->inject.error == VSCSI_INJECT_HANG) {
		list_add_tail(&io->ram.entry, &ram->hung);
		return true;
	}
	io->ram.error = ram->inject.error;
	if (!ram->inject.delay_us)
		return false;
	io->ram.due = ktime_add_us(ktime_get(), ram->inject.delay_us);
	add_delayed_locked(ram, io);
	arm_locked(ram);
	return true;
}

static void ram_submit(struct vscsi_io *io)
{
	struct ram_backend *ram = to_ram(io->backend);
	unsigned long flags;
	bool aside = false, cancelled = false;

	io->ram.error = VSCSI_INJECT_NONE;
	if (READ_ONCE(ram->faulty)) {
		spin_lock_irqsave(&ram->lock, flags);
		cancelled = io->cancelled;
		if (!cancelled)
			aside = put_aside_locked(ram, io);
		spin_unlock_irqrestore(&ram->lock, flags);
	}
	if (cancelled)
		io->done(io, VSCSI_ABORTED);
	else if (!aside)
		execute_or_fail(io);
}

static bool remove_locked(struct list_head *list, const struct vscsi_io *wanted)
{
	struct vscsi_io *io;

	list_for_each_entry(io, list, ram.entry) {
		if (io == wanted) {
			list_del_init(&io->ram.entry);
			return true;
		}
	}
	return false;
}

/* The lists are searched, for only they know whether this is a request of ours. */
static void ram_cancel(struct vscsi_backend *be, struct vscsi_io *io)
{
	struct ram_backend *ram = to_ram(be);
	unsigned long flags;
	bool found;

	spin_lock_irqsave(&ram->lock, flags);
	/* It may be on its way to us. */
	io->cancelled = true;
	found = remove_locked(&ram->hung, io) || remove_locked(&ram->delayed, io);
	spin_unlock_irqrestore(&ram->lock, flags);
	if (found)
		io->done(io, VSCSI_ABORTED);
}

static void release_hung_locked(struct ram_backend *ram)
{
	struct vscsi_io *io, *next;

	lockdep_assert_held(&ram->lock);
	list_for_each_entry_safe(io, next, &ram->hung, ram.entry) {
		io->ram.due = ktime_get();
		list_del(&io->ram.entry);
		add_delayed_locked(ram, io);
	}
	arm_locked(ram);
}

static int ram_set_inject(struct vscsi_backend *be, const struct vscsi_inject *inject)
{
	struct ram_backend *ram = to_ram(be);

	if (inject->delay_us > MAX_DELAY_US || inject->error > VSCSI_INJECT_HANG)
		return -EINVAL;

	spin_lock_irq(&ram->lock);
	ram->inject = *inject;
	ram->count = 0;
	WRITE_ONCE(ram->faulty, inject->delay_us || inject->error != VSCSI_INJECT_NONE);
	if (inject->error != VSCSI_INJECT_HANG)
		release_hung_locked(ram);
	spin_unlock_irq(&ram->lock);
	return 0;
}

static void ram_get_inject(const struct vscsi_backend *be, struct vscsi_inject *inject)
{
	struct ram_backend *ram = to_ram(be);

	spin_lock_irq(&ram->lock);
	*inject = ram->inject;
	spin_unlock_irq(&ram->lock);
}

static enum vscsi_exec ram_exec(const struct vscsi_backend *be, enum vscsi_io_op op)
{
	return op == VSCSI_IO_UNMAP || op == VSCSI_IO_ZERO ? VSCSI_EXEC_QUEUE : VSCSI_EXEC_INLINE;
}

static u64 ram_size(const struct vscsi_backend *be)
{
	return to_ram(be)->size;
}

static enum vscsi_reason ram_ready(const struct vscsi_backend *be)
{
	const struct ram_backend *ram = to_ram(be);

	if (READ_ONCE(ram->inject.error) == VSCSI_INJECT_NOT_READY &&
	    READ_ONCE(ram->inject.every) <= 1)
		return VSCSI_NOT_READY;
	return VSCSI_OK;
}

static void free_pages_of(struct ram_backend *ram)
{
	unsigned long i;

	for (i = 0; i < ram->nr_pages && ram->pages[i]; i++)
		__free_page(ram->pages[i]);
	kvfree(ram->pages);
}

static int alloc_pages_of(struct ram_backend *ram)
{
	unsigned long i;

	ram->pages = kvcalloc(ram->nr_pages, sizeof(*ram->pages), GFP_KERNEL);
	if (!ram->pages)
		return -ENOMEM;
	for (i = 0; i < ram->nr_pages; i++) {
		ram->pages[i] = alloc_page(GFP_KERNEL | __GFP_HIGHMEM | __GFP_ZERO |
					   __GFP_NORETRY | __GFP_NOWARN);
		if (!ram->pages[i] || fatal_signal_pending(current)) {
			free_pages_of(ram);
			return -ENOMEM;
		}
		cond_resched();
	}
	return 0;
}

static void ram_close(struct vscsi_backend *be)
{
	struct ram_backend *ram = to_ram(be);

	hrtimer_cancel(&ram->timer);
	cancel_work_sync(&ram->work);
	free_pages_of(ram);
	kfree(ram);
}

static const struct vscsi_backend_ops ram_ops = {
	.name = "ram",
	.close = ram_close,
	.exec = ram_exec,
	.submit = ram_submit,
	.cancel = ram_cancel,
	.size = ram_size,
	.ready = ram_ready,
	.set_inject = ram_set_inject,
	.get_inject = ram_get_inject,
};

static int check_size(u64 size, u32 block_size, struct netlink_ext_ack *extack)
{
	u64 free = (u64)max(si_mem_available(), 0L) << PAGE_SHIFT;

	if (size > MAX_SIZE) {
		NL_SET_ERR_MSG_FMT(extack, "%llu bytes are more than a ram disk may have, %llu",
				   size, MAX_SIZE);
		return -ERANGE;
	}
	if (size > free / 2) {
		NL_SET_ERR_MSG_FMT(extack, "%llu bytes are more than half of the free memory, %llu",
				   size, free);
		return -ENOMEM;
	}
	return vscsi_backend_check_size(size, block_size, extack);
}

static struct ram_backend *alloc_ram(const struct vscsi_backend_params *params, u32 block_size)
{
	struct ram_backend *ram = kzalloc(sizeof(*ram), GFP_KERNEL);

	if (!ram)
		return NULL;
	ram->be.ops = &ram_ops;
	ram->be.type = VSCSI_BACKEND_RAM;
	ram->be.caps = (struct vscsi_backend_caps){
		.block_size = block_size,
		.physical_block_size = PAGE_SIZE,
		.max_io = VSCSI_BACKEND_MAX_IO,
		.max_unmap = MAX_ZERO,
		.unmap_granularity = block_size,
		.unmap_zeroes = true,
		.max_zero = MAX_ZERO,
		.read_only = params->read_only,
		.fua = true,
	};
	ram->size = params->ram_size;
	ram->nr_pages = DIV_ROUND_UP(ram->size, PAGE_SIZE);
	spin_lock_init(&ram->lock);
	INIT_LIST_HEAD(&ram->delayed);
	INIT_LIST_HEAD(&ram->hung);
	INIT_WORK(&ram->work, ram_work);
	hrtimer_setup(&ram->timer, ram_timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
	return ram;
}

/**
 * vscsi_ram_open() - make a backing device of memory
 * @params: how; params->ram_size bytes, at most 4 GiB and half of what is free
 * @extack: says why not
 *
 * Context: process; may sleep.
 * Return: the backend, without identity, or -ERANGE, -EINVAL, -ENOMEM.
 */
struct vscsi_backend *vscsi_ram_open(const struct vscsi_backend_params *params,
				     struct netlink_ext_ack *extack)
{
	u32 block_size = params->block_size ?: 512;
	struct ram_backend *ram;
	int err;

	err = check_size(params->ram_size, block_size, extack);
	if (err)
		return ERR_PTR(err);
	ram = alloc_ram(params, block_size);
	if (!ram)
		return ERR_PTR(-ENOMEM);
	err = alloc_pages_of(ram);
	if (err) {
		kfree(ram);
		return ERR_PTR(err);
	}
	return &ram->be;
}
