// SPDX-License-Identifier: GPL-2.0
/*
 * Regular files.
 *
 * A descriptor with O_DIRECT gives asynchronous direct I/O.  A client's context
 * may be inside another file system, so a request only enters the lane of its CPU
 * there, and a worker begins all that it finds in the lane.  It does not sleep
 * (IOCB_NOWAIT) where the disk below can be asked so; what the file system can't do
 * that way, or only in part, waits in a worker of its own.  So does a request whose
 * memory is not aligned for direct I/O, or must not change while it is written: it
 * takes a detour through a buffer, since through the page cache it could overtake
 * others.
 * A descriptor without O_DIRECT gives I/O through the page cache, in the server's
 * blocking worker.
 *
 * An error of writing back is lost data, and the kernel tells it once.  We tell it
 * with every flush from then on, as long as the file is mapped.
 *
 * The client's file system may lie on the file, and so memory may only be freed
 * after we have written: workers allocate with NOIO and are not throttled for
 * the dirty pages they make.
 */
#include <linux/atomic.h>
#include <linux/blkdev.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/falloc.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/llist.h>
#include <linux/magic.h>
#include <linux/mempool.h>
#include <linux/mm.h>
#include <linux/netlink.h>
#include <linux/pagemap.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/stat.h>
#include <linux/uio.h>

#include "backend.h"
#include "internal.h"

/* Bytes in one UNMAP or ZERO: what a file system does in a moment, or writes. */
#define MAX_UNMAP		SZ_512M
#define MAX_ZERO		SZ_64M

#define POOL_VECS		256
#define POOL_ARRAYS		16
#define ZERO_VECS		16

/* Rounds of a lane's worker before others have their turn. */
#define LANE_ROUNDS		64

/* Requests of one CPU that are to be begun. */
struct lane {
	struct llist_head requests;
	atomic_t waiting;		/* how many; while it is 0 no worker is on its way */
	struct work_struct work;
	struct file_backend *file;
};

struct file_backend {
	struct vscsi_backend be;
	errseq_t wb_err;		/* errors of writing back before we came */

	/* direct I/O only, const after open */
	struct workqueue_struct *wq;	/* of the lanes */
	struct workqueue_struct *waiting_wq;	/* on a frozen file system all its workers wait */
	struct lane __percpu *lanes;
	u32 unaligned;			/* bits that addresses must not have */
	bool stable_writes;		/* data must not change meanwhile */

	/* READ_ONCE, WRITE_ONCE */
	bool nowait;			/* direct I/O: IOCB_NOWAIT is worth a try */
};

static mempool_t vec_pool;

static struct file_backend *to_file(const struct vscsi_backend *be)
{
	return container_of(be, struct file_backend, be);
}

static bool is_direct(const struct vscsi_backend *be)
{
	return be->type == VSCSI_BACKEND_FILE_DIRECT;
}

/* What a thread changes of itself while it works for a client; see the top. */
struct borrowed {
	const struct cred *cred;	/* referenced: a request that is answered holds no file */
	const struct cred *old_cred;
	unsigned int old_noio;
	unsigned int old_throttle;
};

static void borrow_begin(struct borrowed *b, const struct file *file)
{
	b->cred = get_cred(file->f_cred);
	b->old_cred = override_creds(b->cred);
	b->old_noio = memalloc_noio_save();
	b->old_throttle = current->flags & PF_LOCAL_THROTTLE;
	current->flags |= PF_LOCAL_THROTTLE;
}

static void borrow_end(const struct borrowed *b)
{
	current_restore_flags(b->old_throttle, PF_LOCAL_THROTTLE);
	memalloc_noio_restore(b->old_noio);
	revert_creds(b->old_cred);
	put_cred(b->cred);
}

static u64 left(const struct vscsi_io *io)
{
	return io->bytes - io->file.done_bytes;
}

static void put_vecs(struct vscsi_io *io)
{
	if (io->file.pooled)
		mempool_free(io->file.vecs, &vec_pool);
	else if (io->file.vecs != io->file.inline_vecs)
		kfree(io->file.vecs);
	io->file.vecs = io->file.inline_vecs;
	io->file.pooled = false;
}

static unsigned int count_pieces(struct vscsi_pieces pieces)
{
	struct bio_vec vec;
	unsigned int nr = 0;

	while (vscsi_pieces_next(&pieces, U32_MAX, &vec))
		nr++;
	return nr;
}

/* Make room for the rest of the request, or for as much of it as can be had. */
static unsigned int get_vecs(struct vscsi_io *io, unsigned int nr)
{
	io->file.vecs = io->file.inline_vecs;
	io->file.pooled = false;
	if (nr <= VSCSI_IO_INLINE_VECS)
		return nr;

	io->file.vecs = kmalloc_array(nr, sizeof(*io->file.vecs),
				      GFP_NOIO | __GFP_NORETRY | __GFP_NOWARN);
	if (io->file.vecs)
		return nr;
	io->file.vecs = mempool_alloc(&vec_pool, GFP_NOIO);
	io->file.pooled = true;
	return min_t(unsigned int, nr, POOL_VECS);
}

/* What is left of the request as an iterator, whose array goes with put_vecs(). */
static void get_iter(struct vscsi_io *io, struct iov_iter *iter)
{
	struct vscsi_pieces pieces = vscsi_pieces_of(&io->map);
	u32 align = io->backend->caps.block_size;
	unsigned int nr, i;
	size_t bytes = 0;

	vscsi_pieces_skip(&pieces, io->file.done_bytes);
	nr = get_vecs(io, count_pieces(pieces));
	for (i = 0; i < nr && vscsi_pieces_next(&pieces, U32_MAX, &io->file.vecs[i]); i++)
		bytes += io->file.vecs[i].bv_len;
	if (pieces.left && bytes > align)
		bytes = round_down(bytes, align);
	iov_iter_bvec(iter, vscsi_io_is_write(io) ? ITER_SOURCE : ITER_DEST, io->file.vecs, i,
		      bytes);
}

static ssize_t call_file(struct kiocb *kiocb, struct iov_iter *iter)
{
	const struct file_operations *f_op = kiocb->ki_filp->f_op;

	if (iov_iter_rw(iter) == READ)
		return f_op->read_iter(kiocb, iter);
	return f_op->write_iter(kiocb, iter);
}

static void init_kiocb(struct vscsi_io *io, bool direct)
{
	struct kiocb *kiocb = &io->file.kiocb;

	init_sync_kiocb(kiocb, io->backend->file);
	kiocb->ki_pos = io->offset + io->file.done_bytes;
	/* Another holder of the descriptor may have set it: then a write would go to the end. */
	kiocb->ki_flags &= ~IOCB_APPEND;
	if (!direct)
		kiocb->ki_flags &= ~IOCB_DIRECT;
	if (vscsi_io_is_write(io)) {
		kiocb->ki_flags |= IOCB_WRITE;
		if (io->fua)
			kiocb->ki_flags |= IOCB_DSYNC;
	}
}

/* Has the disk below the file system been unplugged? */
static bool is_gone(const struct vscsi_backend *be)
{
	struct block_device *bdev = file_inode(be->file)->i_sb->s_bdev;

	return bdev && test_bit(GD_DEAD, &bdev->bd_disk->state);
}

static void answer(struct vscsi_io *io, int err)
{
	io->moved = io->file.done_bytes;
	vscsi_io_answer(io, vscsi_reason_from_errno(err, vscsi_io_is_write(io)));
}

static ssize_t call_and_wait(struct vscsi_io *io, struct iov_iter *iter)
{
	struct kiocb *kiocb = &io->file.kiocb;
	ssize_t ret;

	init_kiocb(io, is_direct(io->backend));
	if (vscsi_io_is_write(io))
		kiocb_start_write(kiocb);
	ret = call_file(kiocb, iter);
	if (vscsi_io_is_write(io))
		kiocb_end_write(kiocb);
	return ret;
}

static ssize_t transfer_in_place(struct vscsi_io *io)
{
	struct iov_iter iter;
	ssize_t ret;

	get_iter(io, &iter);
	ret = call_and_wait(io, &iter);
	put_vecs(io);
	return ret;
}

static ssize_t transfer_by_copy(struct vscsi_io *io)
{
	u32 bytes = min_t(u64, left(io), VSCSI_BOUNCE_BYTES);
	void *buf = mempool_alloc(&vscsi_bounce_pool, GFP_NOIO);
	bool write = vscsi_io_is_write(io);
	struct bio_vec vec = {
		.bv_page = virt_to_page(buf), .bv_len = bytes, .bv_offset = offset_in_page(buf),
	};
	struct iov_iter iter;
	ssize_t ret;

	if (write)
		vscsi_map_copy_in(&io->map, io->file.done_bytes, buf, bytes);
	iov_iter_bvec(&iter, write ? ITER_SOURCE : ITER_DEST, &vec, 1, bytes);
	ret = call_and_wait(io, &iter);
	if (!write && ret > 0)
		vscsi_map_copy_out(&io->map, io->file.done_bytes, buf, ret);
	mempool_free(buf, &vscsi_bounce_pool);
	return ret;
}

static bool needs_copy(const struct vscsi_io *io)
{
	const struct file_backend *file = to_file(io->backend);

	return is_direct(io->backend) && (!vscsi_map_is_aligned(&io->map, file->unaligned) ||
					  (file->stable_writes && vscsi_io_is_write(io)));
}

/* Do what is left, here and now. */
static int transfer(struct vscsi_io *io)
{
	bool copy = needs_copy(io);
	ssize_t ret = 1;

	while (left(io) && ret > 0) {
		ret = copy ? transfer_by_copy(io) : transfer_in_place(io);
		if (ret > 0)
			io->file.done_bytes += ret;
	}
	if (ret == 0)
		return -EIO;	/* the file has shrunk */
	return min_t(ssize_t, ret, 0);
}

/* Was data of the client, in the page cache of this file, ever lost? */
static int lost_data(const struct vscsi_io *io)
{
	const struct vscsi_backend *be = io->backend;

	return is_direct(be) ? 0 : filemap_check_wb_err(be->file->f_mapping, to_file(be)->wb_err);
}

static void transfer_and_answer(struct vscsi_io *io)
{
	struct borrowed borrowed;
	int err;

	borrow_begin(&borrowed, io->backend->file);
	err = transfer(io);
	borrow_end(&borrowed);
	if (!err && io->fua)
		err = lost_data(io);
	answer(io, err);
}

static void waiting_work(struct work_struct *work)
{
	transfer_and_answer(container_of(work, struct vscsi_io, file.work));
}

static void defer(struct vscsi_io *io)
{
	INIT_WORK(&io->file.work, waiting_work);
	queue_work(to_file(io->backend)->waiting_wq, &io->file.work);
}

/* Ends the attempt at asynchronous direct I/O; what it left undone goes to a worker. */
static void end_attempt(struct vscsi_io *io, long ret)
{
	if (vscsi_io_is_write(io))
		kiocb_end_write(&io->file.kiocb);
	put_vecs(io);
	if (ret == -EOPNOTSUPP)
		WRITE_ONCE(to_file(io->backend)->nowait, false);

	if (ret > 0)
		io->file.done_bytes += ret;
	if (!left(io))
		answer(io, 0);
	else if (ret >= 0 || ret == -EAGAIN || ret == -EOPNOTSUPP)
		defer(io);
	else
		answer(io, ret);
}

static void kiocb_complete(struct kiocb *kiocb, long ret)
{
	end_attempt(container_of(kiocb, struct vscsi_io, file.kiocb), ret);
}

/* As kiocb_start_write(), but gives up where that would sleep on a frozen file system. */
static bool try_start_write(struct vscsi_io *io)
{
	struct super_block *sb = file_inode(io->backend->file)->i_sb;

	if (!sb_start_write_trylock(sb))
		return false;
	__sb_writers_release(sb, SB_FREEZE_WRITE);
	return true;
}

static void attempt(struct vscsi_io *io)
{
	struct iov_iter iter;
	ssize_t ret;

	if (vscsi_io_is_write(io) && !try_start_write(io)) {
		defer(io);
		return;
	}
	get_iter(io, &iter);
	init_kiocb(io, true);
	if (READ_ONCE(to_file(io->backend)->nowait))
		io->file.kiocb.ki_flags |= IOCB_NOWAIT;
	io->file.kiocb.ki_complete = kiocb_complete;
	ret = call_file(&io->file.kiocb, &iter);
	if (ret != -EIOCBQUEUED)
		end_attempt(io, ret);
}

static int begin_all(struct lane *lane)
{
	struct llist_node *requests = llist_reverse_order(llist_del_all(&lane->requests));
	struct vscsi_io *io, *next;
	struct blk_plug plug;
	int begun = 0;

	blk_start_plug(&plug);
	llist_for_each_entry_safe(io, next, requests, file.entry) {
		attempt(io);
		begun++;
	}
	blk_finish_plug(&plug);
	return begun;
}

/*
 * Go round until no request waits.  Queueing work that is running would wake another worker,
 * only to find that out.
 */
static void lane_work(struct work_struct *work)
{
	struct lane *lane = container_of(work, struct lane, work);
	unsigned int rounds = LANE_ROUNDS;
	struct borrowed borrowed;
	int waiting;

	borrow_begin(&borrowed, lane->file->be.file);
	do {
		waiting = atomic_sub_return(begin_all(lane), &lane->waiting);
		cond_resched();
	} while (waiting && --rounds);
	borrow_end(&borrowed);
	if (waiting)
		queue_work(lane->file->wq, &lane->work);
}

/*
 * Whoever enters an empty lane sends a worker there.  One that is there waits for what has been
 * counted, and may have answered a request before we return: then the file may be gone.
 */
static void enter_lane(struct vscsi_io *io)
{
	struct file_backend *file = to_file(io->backend);
	struct lane *lane;
	bool first;

	preempt_disable();
	lane = this_cpu_ptr(file->lanes);
	first = !atomic_fetch_inc(&lane->waiting);
	llist_add(&io->file.entry, &lane->requests);
	if (first)
		queue_work(file->wq, &lane->work);
	preempt_enable();
}

static void submit_rw(struct vscsi_io *io)
{
	io->file.done_bytes = 0;
	if (!is_direct(io->backend))
		transfer_and_answer(io);
	else if (!(io->backend->file->f_mode & FMODE_NOWAIT) || needs_copy(io))
		defer(io);
	else
		enter_lane(io);
}

static int write_zeroes(struct vscsi_io *io)
{
	struct bio_vec vecs[ZERO_VECS];
	struct iov_iter iter;
	ssize_t ret;
	int i;

	for (i = 0; i < ZERO_VECS; i++)
		vecs[i] = (struct bio_vec){ .bv_page = ZERO_PAGE(0), .bv_len = PAGE_SIZE };

	for (io->file.done_bytes = 0; left(io); io->file.done_bytes += ret) {
		iov_iter_bvec(&iter, ITER_SOURCE, vecs, ZERO_VECS,
			      min_t(u64, left(io), ZERO_VECS * PAGE_SIZE));
		ret = call_and_wait(io, &iter);
		if (ret <= 0)
			return ret ?: -EIO;
	}
	return 0;
}

static int fallocate(const struct vscsi_io *io, int mode)
{
	return vfs_fallocate(io->backend->file, mode | FALLOC_FL_KEEP_SIZE, io->offset, io->bytes);
}

static int zero(struct vscsi_io *io)
{
	int err;

	err = fallocate(io, FALLOC_FL_ZERO_RANGE);
	if (err == -EOPNOTSUPP)
		err = fallocate(io, FALLOC_FL_PUNCH_HOLE);
	if (err == -EOPNOTSUPP)
		err = write_zeroes(io);
	return err;
}

static int flush(const struct vscsi_io *io)
{
	return vfs_fsync(io->backend->file, 1) ?: lost_data(io);
}

/* Unlike write(), fallocate() need not care about O_DSYNC. */
static bool must_be_durable(const struct vscsi_io *io)
{
	return io->fua || !io->backend->caps.write_cache;
}

static void submit_blocking(struct vscsi_io *io)
{
	struct borrowed borrowed;
	int err;

	borrow_begin(&borrowed, io->backend->file);
	io->file.done_bytes = 0;
	if (io->op == VSCSI_IO_FLUSH)
		err = flush(io);
	else if (io->op == VSCSI_IO_UNMAP)
		err = fallocate(io, FALLOC_FL_PUNCH_HOLE);
	else
		err = zero(io);
	if (!err && io->op != VSCSI_IO_FLUSH && must_be_durable(io))
		err = flush(io);
	borrow_end(&borrowed);
	answer(io, err);
}

static void file_submit(struct vscsi_io *io)
{
	if (io->op == VSCSI_IO_READ || io->op == VSCSI_IO_WRITE)
		submit_rw(io);
	else
		submit_blocking(io);
}

static enum vscsi_exec file_exec(const struct vscsi_backend *be, enum vscsi_io_op op)
{
	if (is_direct(be) && (op == VSCSI_IO_READ || op == VSCSI_IO_WRITE))
		return VSCSI_EXEC_INLINE;
	return VSCSI_EXEC_BLOCKING;
}

static u64 file_size(const struct vscsi_backend *be)
{
	return i_size_read(file_inode(be->file));
}

static enum vscsi_reason file_ready(const struct vscsi_backend *be)
{
	return is_gone(be) || !file_size(be) ? VSCSI_NOT_READY : VSCSI_OK;
}

/* What was only set aside for later counts as a hole: it reads as zeroes. */
static u64 find_extent(struct file *file, u64 offset, u64 bytes, bool *mapped)
{
	loff_t data = vfs_llseek(file, offset, SEEK_DATA);
	loff_t end;

	*mapped = data >= 0 ? data == offset : data != -ENXIO;
	end = *mapped ? vfs_llseek(file, offset, SEEK_HOLE) : data;
	return end > (loff_t)offset ? min_t(u64, end - offset, bytes) : bytes;
}

static u64 file_extent(const struct vscsi_backend *be, u64 offset, u64 bytes, bool *mapped)
{
	struct borrowed borrowed;
	u64 len;

	borrow_begin(&borrowed, be->file);
	len = find_extent(be->file, offset, bytes, mapped);
	borrow_end(&borrowed);
	return len;
}

static void file_close(struct vscsi_backend *be)
{
	struct file_backend *file = to_file(be);

	if (file->wq)
		destroy_workqueue(file->wq);
	if (file->waiting_wq)
		destroy_workqueue(file->waiting_wq);
	free_percpu(file->lanes);
	fput(be->file);
	kfree(file);
}

static const struct vscsi_backend_ops file_ops = {
	.name = "file",
	.close = file_close,
	.exec = file_exec,
	.submit = file_submit,
	.size = file_size,
	.ready = file_ready,
	.extent = file_extent,
};

/* Punching behind the end changes nothing, and says whether the file system can do it. */
static bool can_punch(struct file *file)
{
	loff_t end = round_up(i_size_read(file_inode(file)), PAGE_SIZE);

	return !vfs_fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, end, PAGE_SIZE);
}

static void read_caps(struct vscsi_backend_caps *caps, struct file *file)
{
	struct inode *inode = file_inode(file);
	struct block_device *bdev = inode->i_sb->s_bdev;

	caps->physical_block_size = clamp_t(u32, i_blocksize(inode), caps->block_size, SZ_64K);
	caps->io_min = caps->physical_block_size;
	caps->max_io = VSCSI_BACKEND_MAX_IO;
	caps->write_cache = !(file->f_flags & O_DSYNC);
	caps->fua = true;
	caps->rotational = bdev && bdev_rot(bdev);
	if (caps->read_only)
		return;
	caps->max_zero = MAX_ZERO;
	if (can_punch(file)) {
		caps->max_unmap = MAX_UNMAP;
		caps->unmap_granularity = caps->physical_block_size;
		caps->unmap_zeroes = true;
	}
}

/* A file that is read and written as a whole, not by blocks, whatever size it claims. */
static bool is_control_file(const struct super_block *sb)
{
	return sb->s_magic == SYSFS_MAGIC || sb->s_magic == CGROUP_SUPER_MAGIC ||
	       sb->s_magic == CGROUP2_SUPER_MAGIC;
}

static int check_file(struct file *file, struct netlink_ext_ack *extack)
{
	struct inode *inode = file_inode(file);

	if (IS_SWAPFILE(inode)) {
		NL_SET_ERR_MSG(extack, "The file is used as swap space");
		return -EBUSY;
	}
	if (file->f_flags & O_APPEND) {
		NL_SET_ERR_MSG(extack, "The file is open for appending");
		return -EINVAL;
	}
	if (is_control_file(inode->i_sb) || !file->f_op->read_iter ||
	    ((file->f_mode & FMODE_WRITE) && !file->f_op->write_iter)) {
		NL_SET_ERR_MSG_FMT(extack, "A file on %s cannot be a backing device",
				   inode->i_sb->s_type->name);
		return -EINVAL;
	}
	return 0;
}

/* Alignment that direct I/O needs, in bytes: of addresses in memory, of offsets in the file. */
static int direct_alignment(struct file *file, const struct kstat *stat, u32 *memory, u32 *offset,
			    struct netlink_ext_ack *extack)
{
	struct inode *inode = file_inode(file);
	struct block_device *bdev = inode->i_sb->s_bdev;

	*offset = bdev ? bdev_logical_block_size(bdev) : i_blocksize(inode);
	*memory = *offset;
	if (stat->result_mask & STATX_DIOALIGN) {
		*offset = stat->dio_offset_align;
		*memory = stat->dio_mem_align;
	}
	if (*offset && *offset <= VSCSI_BLOCK_SIZE_MAX && *memory <= VSCSI_BLOCK_SIZE_MAX)
		return 0;
	NL_SET_ERR_MSG(extack, "Direct I/O on this file is not possible with blocks of 4096 bytes");
	return -EINVAL;
}

/* The file system, or the disk below it, makes checksums of what it writes. */
static bool needs_stable_pages(const struct super_block *sb)
{
	return sb->s_magic == BTRFS_SUPER_MAGIC || (sb->s_iflags & SB_I_STABLE_WRITES) ||
	       (sb->s_bdev && bdev_stable_writes(sb->s_bdev));
}

static int make_lanes(struct file_backend *file)
{
	int cpu;

	file->nowait = true;
	file->lanes = alloc_percpu(struct lane);
	if (!file->lanes)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		struct lane *lane = per_cpu_ptr(file->lanes, cpu);

		lane->file = file;
		INIT_WORK(&lane->work, lane_work);
	}
	file->wq = alloc_workqueue("vscsi_file", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	file->waiting_wq = alloc_workqueue("vscsi_slow", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	return file->wq && file->waiting_wq ? 0 : -ENOMEM;
}

static int choose_direct(struct file_backend *file, const struct kstat *stat, u32 wanted,
			 struct netlink_ext_ack *extack)
{
	struct vscsi_backend_caps *caps = &file->be.caps;
	u32 memory, offset;
	int err;

	err = direct_alignment(file->be.file, stat, &memory, &offset, extack);
	if (err)
		return err;
	if (wanted && wanted < offset) {
		NL_SET_ERR_MSG_FMT(extack,
				   "The block size, %u, is less than direct I/O needs here: %u",
				   wanted, offset);
		return -EINVAL;
	}
	caps->block_size = wanted ?: offset <= 512 ? 512 : 4096;
	file->unaligned = (max(memory, offset) - 1) | (SECTOR_SIZE - 1);
	file->stable_writes = needs_stable_pages(file_inode(file->be.file)->i_sb);

	return make_lanes(file);
}

static int choose_mode(struct file_backend *file, const struct kstat *stat, u32 wanted,
		       struct netlink_ext_ack *extack)
{
	if (file->be.file->f_flags & O_DIRECT) {
		file->be.type = VSCSI_BACKEND_FILE_DIRECT;
		return choose_direct(file, stat, wanted, extack);
	}
	file->be.type = VSCSI_BACKEND_FILE_BUFFERED;
	file->be.caps.block_size = wanted ?: 512;
	return 0;
}

static struct file_backend *alloc_file(struct file *from, const struct kstat *stat)
{
	struct file_backend *file = kzalloc(sizeof(*file), GFP_KERNEL);

	if (!file)
		return NULL;
	file->be.ops = &file_ops;
	file->be.file = get_file(from);
	file->wb_err = filemap_sample_wb_err(from->f_mapping);
	file->be.dev = (u64)MAJOR(stat->dev) << 32 | MINOR(stat->dev);
	file->be.ino = stat->ino;
	return file;
}

/**
 * vscsi_file_open() - open a regular file as backing device
 * @params: how; O_DIRECT, O_DSYNC and the access mode of params->file decide how
 *	the file is read and written
 * @extack: says why not
 *
 * Context: process; may sleep.
 * Return: the backend, without identity, or -EBUSY for a swap file, -EINVAL, -ENOMEM,
 * or what the file system says.
 */
struct vscsi_backend *vscsi_file_open(const struct vscsi_backend_params *params,
				      struct netlink_ext_ack *extack)
{
	struct file_backend *file;
	struct kstat stat;
	int err;

	err = check_file(params->file, extack);
	if (err)
		return ERR_PTR(err);
	err = vfs_getattr(&params->file->f_path, &stat, STATX_BASIC_STATS | STATX_DIOALIGN,
			  AT_STATX_SYNC_AS_STAT);
	if (err)
		return ERR_PTR(err);

	file = alloc_file(params->file, &stat);
	if (!file)
		return ERR_PTR(-ENOMEM);
	err = choose_mode(file, &stat, params->block_size, extack);
	if (err) {
		file_close(&file->be);
		return ERR_PTR(err);
	}
	file->be.caps.read_only = params->read_only || !(params->file->f_mode & FMODE_WRITE);
	read_caps(&file->be.caps, params->file);
	return &file->be;
}

/**
 * vscsi_file_init() - make what all files share
 *
 * Context: process; may sleep.
 * Return: 0 or -ENOMEM.
 */
int vscsi_file_init(void)
{
	return mempool_init_kmalloc_pool(&vec_pool, POOL_ARRAYS,
					 POOL_VECS * sizeof(struct bio_vec));
}

/**
 * vscsi_file_exit() - undo vscsi_file_init()
 *
 * Context: process; may sleep; every file is closed.
 */
void vscsi_file_exit(void)
{
	mempool_exit(&vec_pool);
}
