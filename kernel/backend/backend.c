// SPDX-License-Identifier: GPL-2.0
/* Opening and closing of backing devices, and what their kinds have in common. */
#include <linux/blkdev.h>
#include <linux/completion.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/netlink.h>
#include <linux/string.h>

#include "backend.h"
#include "internal.h"

#define BOUNCE_BUFFERS	4

struct workqueue_struct *vscsi_backend_wq;
mempool_t vscsi_bounce_pool;

/**
 * vscsi_pieces_next() - take the next piece of a walk
 * @pieces: the walk
 * @max: bytes to take at most
 * @vec: filled in; physically contiguous, may span pages
 *
 * Context: any.
 * Return: false at the end.
 */
bool vscsi_pieces_next(struct vscsi_pieces *pieces, u32 max, struct bio_vec *vec)
{
	struct scatterlist *sg = pieces->sg;
	u32 offset, len;

	max = min(max, pieces->left);
	if (!max)
		return false;

	offset = sg->offset + pieces->skip;
	len = min(sg->length - pieces->skip, max);
	*vec = (struct bio_vec){
		.bv_page = pfn_to_page(page_to_pfn(sg_page(sg)) + (offset >> PAGE_SHIFT)),
		.bv_offset = offset_in_page(offset),
		.bv_len = len,
	};

	pieces->left -= len;
	pieces->skip += len;
	if (pieces->skip == sg->length) {
		pieces->sg = sg_next(sg);
		pieces->skip = 0;
	}
	return true;
}

/**
 * vscsi_pieces_skip() - leave out the next bytes of a walk
 * @pieces: the walk
 * @bytes: how many
 *
 * Context: any.
 */
void vscsi_pieces_skip(struct vscsi_pieces *pieces, u32 bytes)
{
	struct bio_vec vec;

	while (bytes && vscsi_pieces_next(pieces, bytes, &vec))
		bytes -= vec.bv_len;
}

/**
 * vscsi_map_is_aligned() - may the pages of a map be used for direct I/O?
 * @map: client's pages
 * @mask: bits that must be clear in each address and length
 *
 * Context: any.
 * Return: whether they are, in every piece.
 */
bool vscsi_map_is_aligned(const struct vscsi_map *map, u32 mask)
{
	struct vscsi_pieces pieces = vscsi_pieces_of(map);
	struct bio_vec vec;

	while (vscsi_pieces_next(&pieces, U32_MAX, &vec))
		if ((vec.bv_offset | vec.bv_len) & mask)
			return false;
	return true;
}

/**
 * vscsi_backend_check_size() - refuse a size that can't be exported
 * @size: bytes that the backing device has
 * @block_size: bytes in a block of the logical unit
 * @extack: says why not
 *
 * Context: any.
 * Return: 0 or -EINVAL.
 */
int vscsi_backend_check_size(u64 size, u32 block_size, struct netlink_ext_ack *extack)
{
	if (!size) {
		NL_SET_ERR_MSG(extack, "The backing device is empty");
		return -EINVAL;
	}
	if (size & (block_size - 1)) {
		NL_SET_ERR_MSG_FMT(extack,
				   "The size, %llu bytes, is not a multiple of the block size, %u",
				   size, block_size);
		return -EINVAL;
	}
	return 0;
}

/**
 * vscsi_bdev_is_own() - is a block device a logical unit of this module?
 * @bdev: any block device, or a partition of it
 *
 * Looks for our bus above the disk.  What is stacked on top of our disks is not
 * seen: user space, which knows the stack, refuses that.
 *
 * Context: any; @bdev is open.
 * Return: whether it is.
 */
bool vscsi_bdev_is_own(struct block_device *bdev)
{
	struct device *dev;

	for (dev = disk_to_dev(bdev->bd_disk); dev; dev = dev->parent)
		if (dev->bus && !strcmp(dev->bus->name, "vscsi"))
			return true;
	return false;
}

/**
 * vscsi_backend_is_own() - does a backend lie on a logical unit of this module?
 * @be: open
 *
 * Context: any.
 * Return: whether it does; see vscsi_bdev_is_own().
 */
bool vscsi_backend_is_own(const struct vscsi_backend *be)
{
	struct block_device *bdev;

	if (!be->file)
		return false;
	bdev = be->type == VSCSI_BACKEND_BLOCK ? file_bdev(be->file)
					       : file_inode(be->file)->i_sb->s_bdev;
	return bdev && vscsi_bdev_is_own(bdev);
}

static struct vscsi_backend *open_by_kind(const struct vscsi_backend_params *params,
					  struct netlink_ext_ack *extack)
{
	umode_t mode;

	if (!params->file)
		return vscsi_ram_open(params, extack);

	mode = file_inode(params->file)->i_mode;
	if (!S_ISBLK(mode) && !S_ISREG(mode)) {
		NL_SET_ERR_MSG(extack,
			       "The backing device is neither a block device nor a regular file");
		return ERR_PTR(-ENOTBLK);
	}
	if (!(params->file->f_mode & FMODE_READ)) {
		NL_SET_ERR_MSG(extack, "The backing device is not open for reading");
		return ERR_PTR(-EINVAL);
	}
	return S_ISBLK(mode) ? vscsi_block_open(params, extack) : vscsi_file_open(params, extack);
}

/**
 * vscsi_backend_open() - open a backing device
 * @params: how; nothing in it is needed after the return
 * @extack: says why not, or NULL
 *
 * Context: process; may sleep.
 * Return: the backend, to be closed with vscsi_backend_close(), or an error:
 * -ENOTBLK for a descriptor that is neither a block device nor a regular file,
 * -ELOOP for a logical unit of this module or a file on one, -EBUSY for a swap
 * file, -ENOMEM, -EINVAL for what can't be exported as asked.
 */
struct vscsi_backend *vscsi_backend_open(const struct vscsi_backend_params *params,
					 struct netlink_ext_ack *extack)
{
	struct vscsi_backend *be;
	int err;

	if (params->block_size && params->block_size != 512 && params->block_size != 4096) {
		NL_SET_ERR_MSG_FMT(extack, "The block size, %u, is neither 512 nor 4096",
				   params->block_size);
		return ERR_PTR(-EINVAL);
	}

	be = open_by_kind(params, extack);
	if (IS_ERR(be))
		return be;

	err = -ELOOP;
	if (vscsi_backend_is_own(be)) {
		NL_SET_ERR_MSG(extack,
			       "The backing device is a virtual SCSI disk, or a file on one");
		goto close;
	}
	err = vscsi_backend_check_size(be->ops->size(be), be->caps.block_size, extack);
	if (err)
		goto close;
	err = vscsi_identity_init(&be->identity, be, params, extack);
	if (err)
		goto close;
	return be;

close:
	vscsi_backend_close(be);
	return ERR_PTR(err);
}

/**
 * vscsi_backend_close() - let go of a backing device
 * @be: from vscsi_backend_open(); gone afterwards. No request may be in flight.
 *
 * Context: process; may sleep.
 */
void vscsi_backend_close(struct vscsi_backend *be)
{
	be->ops->close(be);
}

/**
 * vscsi_backend_same() - are two backends the same backing device?
 * @a: open
 * @b: open
 *
 * Context: any.
 * Return: whether they are, whatever names they were opened by.
 */
bool vscsi_backend_same(const struct vscsi_backend *a, const struct vscsi_backend *b)
{
	if (!a->file || !b->file)
		return a == b;
	return a->file->f_mapping->host == b->file->f_mapping->host;
}

static bool is_within(const struct vscsi_io *io, u64 size)
{
	return io->offset <= size && io->bytes <= size - io->offset;
}

/* A backing device may have shrunk since the command set compared LBA and capacity. */
static enum vscsi_reason check(const struct vscsi_io *io)
{
	const struct vscsi_backend *be = io->backend;

	if (io->op == VSCSI_IO_FLUSH)
		return VSCSI_OK;
	if (vscsi_io_is_write(io) && be->caps.read_only)
		return VSCSI_WRITE_PROTECTED;
	if (is_within(io, be->ops->size(be)))
		return VSCSI_OK;
	if (be->ops->ready(be) != VSCSI_OK)
		return VSCSI_NOT_READY;
	return vscsi_io_is_write(io) ? VSCSI_MEDIUM_WRITE : VSCSI_MEDIUM_READ;
}

/* Nothing of ours is cached where nothing could be written. */
static bool is_empty(const struct vscsi_io *io)
{
	return io->op == VSCSI_IO_FLUSH ? io->backend->caps.read_only : !io->bytes;
}

/**
 * vscsi_io_answer() - answer a request
 * @io: its backend has let go of it
 * @reason: the outcome as the backend sees it
 *
 * A device that is gone fails requests with whatever error is at hand.
 *
 * Context: any.
 */
void vscsi_io_answer(struct vscsi_io *io, enum vscsi_reason reason)
{
	const struct vscsi_backend *be = io->backend;

	if (reason != VSCSI_OK && be->ops->ready(be) != VSCSI_OK)
		reason = VSCSI_NOT_READY;
	if (io->op == VSCSI_IO_FLUSH)
		reason = vscsi_reason_of_flush(reason);
	io->done(io, reason);
}

/**
 * vscsi_io_polled() - is a request one whose device has to be asked?
 * @io: of a command that has been accepted; it is not answered meanwhile
 * @poll: set if so
 *
 * Context: any.
 */
bool vscsi_io_polled(const struct vscsi_io *io, struct vscsi_poll *poll)
{
	/* Pairs with the release of the backend: there is something to look at. */
	if (!smp_load_acquire(&io->polled))
		return false;
	poll->backend = io->backend;
	poll->cookie = io->backend->ops->cookie(io);
	return true;
}

/**
 * vscsi_io_poll() - look whether requests have been finished
 * @poll: from vscsi_io_polled(); the backend is still there
 *
 * Context: process. Requests are answered.
 */
void vscsi_io_poll(const struct vscsi_poll *poll)
{
	poll->backend->ops->poll(poll);
}

/**
 * vscsi_io_submit() - submit a request to its backend
 * @io: filled in up to and including @done; the backend's until done() is called
 *
 * What lies beyond the end of a backing device that has shrunk gives a medium
 * error, never old data or a file that grows again.
 *
 * Context: as ops->exec() says for io->op.
 */
void vscsi_io_submit(struct vscsi_io *io)
{
	enum vscsi_reason reason = check(io);

	io->moved = 0;
	if (reason != VSCSI_OK || is_empty(io))
		io->done(io, reason);
	else
		io->backend->ops->submit(io);
}

struct vscsi_io_waiter {
	struct completion completion;
	enum vscsi_reason reason;
};

static void wake_waiter(struct vscsi_io *io, enum vscsi_reason reason)
{
	struct vscsi_io_waiter *waiter = io->waiter;

	waiter->reason = reason;
	complete(&waiter->completion);
}

/**
 * vscsi_io_sync() - submit a request and wait for the answer
 * @io: filled in but for @done, which is kept
 *
 * Another context may cancel the request as any other.
 *
 * Context: process, in a worker that may block; sleeps.
 * Return: the answer.
 */
enum vscsi_reason vscsi_io_sync(struct vscsi_io *io)
{
	struct vscsi_io_waiter waiter;
	typeof(io->done) done = io->done;

	init_completion(&waiter.completion);
	io->waiter = &waiter;
	io->done = wake_waiter;
	vscsi_io_submit(io);
	wait_for_completion(&waiter.completion);
	io->done = done;
	io->waiter = NULL;
	return waiter.reason;
}

/**
 * vscsi_backend_init() - make what all backing devices share
 *
 * Context: process; may sleep.
 * Return: 0 or -ENOMEM.
 */
int vscsi_backend_init(void)
{
	int err;

	vscsi_backend_wq = alloc_workqueue("vscsi_backend", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	if (!vscsi_backend_wq)
		return -ENOMEM;
	err = mempool_init_kmalloc_pool(&vscsi_bounce_pool, BOUNCE_BUFFERS, VSCSI_BOUNCE_BYTES);
	if (err)
		goto wq;
	err = vscsi_block_init();
	if (err)
		goto bounce;
	err = vscsi_file_init();
	if (err)
		goto block;
	return 0;

block:
	vscsi_block_exit();
bounce:
	mempool_exit(&vscsi_bounce_pool);
wq:
	destroy_workqueue(vscsi_backend_wq);
	return err;
}

/**
 * vscsi_backend_exit() - undo vscsi_backend_init()
 *
 * Context: process; may sleep; every backend is closed.
 */
void vscsi_backend_exit(void)
{
	vscsi_file_exit();
	vscsi_block_exit();
	mempool_exit(&vscsi_bounce_pool);
	destroy_workqueue(vscsi_backend_wq);
}
