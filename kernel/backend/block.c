// SPDX-License-Identifier: GPL-2.0
/*
 * Block devices: bios over the client's own pages.
 *
 * Up to VSCSI_IO_INLINE_VECS pieces of memory go into the bio inside the request.
 * A request of more becomes as many bios from a pool as its pages need;
 * io->block.pending counts them, and one for the submitter, and whoever brings it
 * to zero answers.
 *
 * Drivers may rely on memory that is aligned as they ask, and some (null_blk)
 * on pieces that are whole blocks.  A client can send other memory (SG_IO from
 * an odd address): then the data takes a detour through a buffer of ours,
 * chunk by chunk, in a worker.  So it does for a device that needs pages to stay
 * as they are while they are written.
 */
#include <linux/bio.h>
#include <linux/blk-cgroup.h>
#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/mempool.h>
#include <linux/netlink.h>
#include <linux/pagemap.h>
#include <linux/slab.h>

#include "backend.h"
#include "internal.h"

/* Bytes in one UNMAP or ZERO: what a device does in a moment, or has to write. */
#define MAX_UNMAP		SZ_512M
#define MAX_ZERO_OFFLOADED	SZ_1G
#define MAX_ZERO_WRITTEN	SZ_32M

#define POOL_BIOS		64

struct block_backend {
	struct vscsi_backend be;
	struct block_device *bdev;	/* of be.file */
	u32 unaligned;			/* bits that must be clear in an address or length */
};

static struct bio_set bio_pool;

static struct block_backend *to_block(const struct vscsi_backend *be)
{
	return container_of(be, struct block_backend, be);
}

static bool is_gone(struct block_device *bdev)
{
	return test_bit(GD_DEAD, &bdev->bd_disk->state) || !bdev_nr_bytes(bdev);
}

static void put_pending(struct vscsi_io *io)
{
	if (atomic_dec_and_test(&io->block.pending))
		vscsi_io_answer(io, vscsi_reason_from_blk(READ_ONCE(io->block.status),
							  vscsi_io_is_write(io)));
}

static void end_bio(struct bio *bio)
{
	struct vscsi_io *io = bio->bi_private;

	if (bio->bi_status != BLK_STS_OK)
		WRITE_ONCE(io->block.status, bio->bi_status);
	bio_put(bio);
	put_pending(io);
}

static blk_opf_t opf_of(const struct vscsi_io *io)
{
	blk_opf_t nowait = io->nowait ? REQ_NOWAIT : 0;

	if (io->op == VSCSI_IO_READ)
		return REQ_OP_READ | nowait;
	return REQ_OP_WRITE | REQ_SYNC | REQ_IDLE | (io->fua ? REQ_FUA : 0) | nowait;
}

static void end_single(struct bio *bio)
{
	struct vscsi_io *io = bio->bi_private;
	blk_status_t status = bio->bi_status;

	bio_uninit(bio);
	if (io->nowait && status == BLK_STS_AGAIN)
		io->again(io);
	else
		vscsi_io_answer(io, vscsi_reason_from_blk(status, vscsi_io_is_write(io)));
}

/* A device with queues of that kind, and with nothing between it and us. */
static bool can_poll(struct block_device *bdev)
{
	const struct blk_mq_tag_set *set = bdev_get_queue(bdev)->tag_set;

	return set && set->nr_maps > HCTX_TYPE_POLL && set->map[HCTX_TYPE_POLL].nr_queues;
}

/* Fill the bio inside the request, if it is large enough and the device takes such memory. */
static bool fill_single(struct vscsi_io *io)
{
	u32 unaligned = to_block(io->backend)->unaligned;
	struct vscsi_pieces pieces = vscsi_pieces_of(&io->map);
	struct bio *bio = &io->block.bio;
	struct bio_vec vec;

	if (io->map.nents > VSCSI_IO_INLINE_VECS)
		return false;
	bio_init(bio, NULL, io->block.vecs, VSCSI_IO_INLINE_VECS, opf_of(io));
	while (vscsi_pieces_next(&pieces, U32_MAX, &vec)) {
		if ((vec.bv_offset | vec.bv_len) & unaligned)
			return false;
		__bio_add_page(bio, vec.bv_page, vec.bv_len, vec.bv_offset);
	}
	return true;
}

/*
 * What most requests are.  It may run in the context of a program of the client: the limits
 * of its control group are those of the client's disk, not those of the device below.
 */
static bool submit_single(struct vscsi_io *io)
{
	struct block_device *bdev = to_block(io->backend)->bdev;
	struct bio *bio = &io->block.bio;

	if (!fill_single(io))
		return false;
	bio->bi_bdev = bdev;
	bio->bi_iter.bi_sector = io->offset >> SECTOR_SHIFT;
	bio->bi_private = io;
	bio->bi_end_io = end_single;
	bio_associate_blkg_from_css(bio, blkcg_root_css);
	if (io->poll && can_poll(bdev)) {
		bio->bi_opf |= REQ_POLLED;
		/* Pairs with the acquire in vscsi_io_polled(): the bio is one. */
		smp_store_release(&io->polled, true);
	}
	submit_bio(bio);
	return true;
}

/*
 * How much of a walk the next bio takes: whole blocks, in *nr_vecs pieces.  As
 * pieces are whole blocks of the device, a full bio always holds at least one block.
 */
static u32 bio_extent(const struct vscsi_pieces *pieces, u32 block_size, unsigned int *nr_vecs)
{
	struct vscsi_pieces ahead = *pieces;
	struct bio_vec vec;
	u32 bytes = 0;

	*nr_vecs = 0;
	while (*nr_vecs < BIO_MAX_VECS && vscsi_pieces_next(&ahead, U32_MAX, &vec)) {
		bytes += vec.bv_len;
		++*nr_vecs;
	}
	return round_down(bytes, block_size);
}

static struct bio *make_bio(struct vscsi_io *io, unsigned int nr_vecs)
{
	struct block_device *bdev = to_block(io->backend)->bdev;
	struct bio *bio = bio_alloc_bioset(bdev, nr_vecs, opf_of(io), GFP_NOIO, &bio_pool);

	bio->bi_private = io;
	bio->bi_end_io = end_bio;
	return bio;
}

static void fill_bio(struct bio *bio, struct vscsi_pieces *pieces, u32 bytes)
{
	struct bio_vec vec;

	while (bytes && vscsi_pieces_next(pieces, bytes, &vec)) {
		__bio_add_page(bio, vec.bv_page, vec.bv_len, vec.bv_offset);
		bytes -= vec.bv_len;
	}
}

static void submit_pieces(struct vscsi_io *io)
{
	struct vscsi_pieces pieces = vscsi_pieces_of(&io->map);
	sector_t sector = io->offset >> SECTOR_SHIFT;
	struct blk_plug plug;

	atomic_set(&io->block.pending, 1);
	io->block.status = BLK_STS_OK;

	blk_start_plug(&plug);
	while (pieces.left) {
		unsigned int nr_vecs;
		u32 bytes = bio_extent(&pieces, io->backend->caps.block_size, &nr_vecs);
		struct bio *bio = make_bio(io, nr_vecs);

		bio->bi_iter.bi_sector = sector;
		fill_bio(bio, &pieces, bytes);
		sector += bytes >> SECTOR_SHIFT;
		atomic_inc(&io->block.pending);
		submit_bio(bio);
	}
	blk_finish_plug(&plug);
	put_pending(io);
}

static int bounce_chunk(struct vscsi_io *io, void *buf, u32 done, u32 bytes)
{
	struct block_device *bdev = to_block(io->backend)->bdev;
	const struct vscsi_map *map = &io->map;
	struct bio *bio = &io->block.bio;
	int err;

	if (io->op == VSCSI_IO_WRITE)
		vscsi_map_copy_in(map, done, buf, bytes);

	bio_init(bio, bdev, io->block.vecs, VSCSI_IO_INLINE_VECS, opf_of(io));
	bio->bi_iter.bi_sector = (io->offset + done) >> SECTOR_SHIFT;
	__bio_add_page(bio, virt_to_page(buf), bytes, offset_in_page(buf));
	err = submit_bio_wait(bio);
	bio_uninit(bio);

	if (!err && io->op == VSCSI_IO_READ)
		vscsi_map_copy_out(map, done, buf, bytes);
	return err;
}

static void bounce_work(struct work_struct *work)
{
	struct vscsi_io *io = container_of(work, struct vscsi_io, block.work);
	void *buf = mempool_alloc(&vscsi_bounce_pool, GFP_NOIO);
	u32 done = 0;
	int err = 0;

	while (!err && done < io->map.len) {
		u32 bytes = min_t(u32, io->map.len - done, VSCSI_BOUNCE_BYTES);

		err = bounce_chunk(io, buf, done, bytes);
		if (!err)
			done += bytes;
	}
	mempool_free(buf, &vscsi_bounce_pool);
	io->moved = done;
	vscsi_io_answer(io, vscsi_reason_from_errno(err, vscsi_io_is_write(io)));
}

/*
 * Somebody on the server may have looked at the device through the page cache,
 * which would keep what was there before for as long as we hold the device.
 */
static bool has_cached(const struct vscsi_io *io)
{
	return READ_ONCE(io->backend->file->f_mapping->nrpages);
}

static void forget_cached(struct vscsi_io *io)
{
	invalidate_inode_pages2_range(io->backend->file->f_mapping, io->offset >> PAGE_SHIFT,
				      (io->offset + io->bytes - 1) >> PAGE_SHIFT);
}

/* Its checksum is made once, and the client may go on writing to its page. */
static bool needs_copy(const struct vscsi_io *io)
{
	return io->op == VSCSI_IO_WRITE && bdev_stable_writes(to_block(io->backend)->bdev);
}

/* What fits the bio inside the request and needs nothing else done. */
static bool submit_at_once(struct vscsi_io *io)
{
	return !(vscsi_io_is_write(io) && has_cached(io)) && !needs_copy(io) && submit_single(io);
}

static void submit_rw(struct vscsi_io *io)
{
	bool copy = needs_copy(io);

	if (!copy && submit_single(io))
		return;
	if (!copy && vscsi_map_is_aligned(&io->map, to_block(io->backend)->unaligned)) {
		submit_pieces(io);
		return;
	}
	INIT_WORK(&io->block.work, bounce_work);
	queue_work(vscsi_backend_wq, &io->block.work);
}

static void submit_flush(struct vscsi_io *io)
{
	struct block_device *bdev = to_block(io->backend)->bdev;
	struct bio *bio = &io->block.bio;

	bio_init(bio, bdev, NULL, 0, REQ_OP_WRITE | REQ_PREFLUSH | REQ_SYNC);
	bio->bi_private = io;
	bio->bi_end_io = end_single;
	submit_bio(bio);
}

static void submit_unmap_or_zero(struct vscsi_io *io)
{
	struct block_device *bdev = to_block(io->backend)->bdev;
	sector_t sector = io->offset >> SECTOR_SHIFT;
	sector_t sectors = io->bytes >> SECTOR_SHIFT;
	int err;

	if (io->op == VSCSI_IO_UNMAP)
		err = blkdev_issue_discard(bdev, sector, sectors, GFP_NOIO);
	else
		err = blkdev_issue_zeroout(bdev, sector, sectors, GFP_NOIO, BLKDEV_ZERO_NOUNMAP);
	if (!err && io->fua)
		err = blkdev_issue_flush(bdev);
	vscsi_io_answer(io, vscsi_reason_from_errno(err, vscsi_io_is_write(io)));
}

static void block_submit(struct vscsi_io *io)
{
	if (io->op == VSCSI_IO_FLUSH) {
		submit_flush(io);
		return;
	}
	/* The block layer only complains about writing to such a device. */
	if (vscsi_io_is_write(io) && bdev_read_only(to_block(io->backend)->bdev)) {
		io->done(io, VSCSI_WRITE_PROTECTED);
		return;
	}
	if (io->nowait) {
		if (!submit_at_once(io))
			io->again(io);
		return;
	}
	if (vscsi_io_is_write(io) && has_cached(io))
		forget_cached(io);
	if (io->op == VSCSI_IO_READ || io->op == VSCSI_IO_WRITE)
		submit_rw(io);
	else
		submit_unmap_or_zero(io);
}

static u32 block_cookie(const struct vscsi_io *io)
{
	return READ_ONCE(io->block.bio.bi_cookie);
}

/* With a bio of our own: the one of the request may be used again at any time. */
static void block_poll(const struct vscsi_poll *poll)
{
	struct block_device *bdev = to_block(poll->backend)->bdev;
	struct bio bio;

	bio_init(&bio, bdev, NULL, 0, REQ_OP_READ | REQ_POLLED | REQ_NOWAIT);
	bio.bi_cookie = poll->cookie;
	bio_poll(&bio, NULL, BLK_POLL_ONESHOT | BLK_POLL_NOSLEEP);
	bio_uninit(&bio);
}

static enum vscsi_exec block_exec(const struct vscsi_backend *be, enum vscsi_io_op op)
{
	switch (op) {
	case VSCSI_IO_READ:
	case VSCSI_IO_WRITE:
		return bdev_nowait(to_block(be)->bdev) ? VSCSI_EXEC_NOWAIT : VSCSI_EXEC_QUEUE;
	case VSCSI_IO_FLUSH:
		return VSCSI_EXEC_QUEUE;
	default:
		return VSCSI_EXEC_BLOCKING;
	}
}

static u64 block_bytes(const struct vscsi_backend *be)
{
	struct block_device *bdev = to_block(be)->bdev;

	return is_gone(bdev) ? 0 : bdev_nr_bytes(bdev);
}

static enum vscsi_reason block_ready(const struct vscsi_backend *be)
{
	return is_gone(to_block(be)->bdev) ? VSCSI_NOT_READY : VSCSI_OK;
}

static bool block_refresh(struct vscsi_backend *be)
{
	bool write_cache = bdev_write_cache(to_block(be)->bdev);

	if (write_cache == be->caps.write_cache)
		return false;
	WRITE_ONCE(be->caps.write_cache, write_cache);
	return true;
}

static void block_close(struct vscsi_backend *be)
{
	fput(be->file);
	kfree(to_block(be));
}

static const struct vscsi_backend_ops block_ops = {
	.name = "block",
	.close = block_close,
	.exec = block_exec,
	.submit = block_submit,
	.cookie = block_cookie,
	.poll = block_poll,
	.size = block_bytes,
	.ready = block_ready,
	.refresh = block_refresh,
};

static void read_unmap_caps(struct vscsi_backend_caps *caps, struct block_device *bdev)
{
	if (bdev_max_discard_sectors(bdev)) {
		caps->max_unmap = MAX_UNMAP;
		caps->unmap_granularity = max(bdev_discard_granularity(bdev), caps->block_size);
	}
	caps->max_zero = bdev_write_zeroes_sectors(bdev) ? MAX_ZERO_OFFLOADED : MAX_ZERO_WRITTEN;
}

static void read_caps(struct vscsi_backend_caps *caps, struct block_device *bdev)
{
	caps->physical_block_size = max(bdev_physical_block_size(bdev), caps->block_size);
	caps->alignment_offset = max(bdev_alignment_offset(bdev), 0);
	caps->io_min = bdev_io_min(bdev);
	caps->io_opt = bdev_io_opt(bdev);
	caps->max_io = VSCSI_BACKEND_MAX_IO;
	caps->write_cache = bdev_write_cache(bdev);
	caps->fua = true;
	caps->rotational = bdev_rot(bdev);
	read_unmap_caps(caps, bdev);
}

/* The block size to export: what was asked for, if the device can do that. */
static int choose_block_size(struct block_device *bdev, u32 wanted, struct netlink_ext_ack *extack)
{
	u32 has = bdev_logical_block_size(bdev);

	if (bdev_is_zoned(bdev)) {
		NL_SET_ERR_MSG(extack, "A zoned device cannot be written like a disk");
		return -EINVAL;
	}
	if (has > 4096) {
		NL_SET_ERR_MSG_FMT(extack, "The device's block size, %u, is more than 4096", has);
		return -EINVAL;
	}
	if (!wanted)
		return has == 512 ? 512 : 4096;
	if (wanted < has) {
		NL_SET_ERR_MSG_FMT(extack, "The block size, %u, is less than the device's, %u",
				   wanted, has);
		return -EINVAL;
	}
	return wanted;
}

/**
 * vscsi_block_open() - open a block device as backing device
 * @params: how; params->file is an open block device, claimed or not
 * @extack: says why not
 *
 * What other programs have written to the device through the page cache gets
 * to the device first, so that it does not overwrite the client's data later.
 *
 * Context: process; may sleep.
 * Return: the backend, without identity, or -EINVAL, -ENOMEM, -EIO.
 */
struct vscsi_backend *vscsi_block_open(const struct vscsi_backend_params *params,
				       struct netlink_ext_ack *extack)
{
	struct block_device *bdev = file_bdev(params->file);
	int size = choose_block_size(bdev, params->block_size, extack);
	struct block_backend *block;
	int err;

	if (size < 0)
		return ERR_PTR(size);
	err = sync_blockdev(bdev);
	if (err) {
		NL_SET_ERR_MSG(extack, "Cached data could not be written to the device");
		return ERR_PTR(err);
	}

	block = kzalloc(sizeof(*block), GFP_KERNEL);
	if (!block)
		return ERR_PTR(-ENOMEM);
	block->bdev = bdev;
	block->unaligned = bdev_dma_alignment(bdev) | (bdev_logical_block_size(bdev) - 1);
	block->be.ops = &block_ops;
	block->be.type = VSCSI_BACKEND_BLOCK;
	block->be.file = get_file(params->file);
	block->be.dev = (u64)MAJOR(bdev->bd_dev) << 32 | MINOR(bdev->bd_dev);
	block->be.caps.block_size = size;
	block->be.caps.read_only = params->read_only || bdev_read_only(bdev) ||
				   !(params->file->f_mode & FMODE_WRITE);
	read_caps(&block->be.caps, bdev);
	return &block->be;
}

/**
 * vscsi_block_init() - make what all block devices share
 *
 * Context: process; may sleep.
 * Return: 0 or -ENOMEM.
 */
int vscsi_block_init(void)
{
	return bioset_init(&bio_pool, POOL_BIOS, 0, BIOSET_NEED_BVECS);
}

/**
 * vscsi_block_exit() - undo vscsi_block_init()
 *
 * Context: process; may sleep; every block device is closed.
 */
void vscsi_block_exit(void)
{
	bioset_exit(&bio_pool);
}
