/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of this directory share. */
#ifndef VSCSI_BACKEND_INTERNAL_H
#define VSCSI_BACKEND_INTERNAL_H

#include <linux/bvec.h>
#include <linux/mempool.h>
#include <linux/sizes.h>

#include "backend.h"

/* Bytes in one READ or WRITE, for every kind of backing device. */
#define VSCSI_BACKEND_MAX_IO	SZ_16M

/* For what may sleep but is soon done; has a rescuer. */
extern struct workqueue_struct *vscsi_backend_wq;

/* Buffers for data that can't be moved in place: each of so many bytes, as aligned as a page. */
#define VSCSI_BOUNCE_BYTES	SZ_64K
extern mempool_t vscsi_bounce_pool;

/**
 * struct vscsi_pieces - a walk over the pages of a map
 * @sg: element that the next piece comes from
 * @skip: bytes of it that are done
 * @left: bytes of the map that are not done
 */
struct vscsi_pieces {
	struct scatterlist *sg;
	u32 skip;
	u32 left;
};

static inline struct vscsi_pieces vscsi_pieces_of(const struct vscsi_map *map)
{
	return (struct vscsi_pieces){ .sg = map->sgl, .skip = map->skip, .left = map->len };
}

static inline bool vscsi_io_is_write(const struct vscsi_io *io)
{
	return io->op != VSCSI_IO_READ;
}

bool vscsi_pieces_next(struct vscsi_pieces *pieces, u32 max, struct bio_vec *vec);
void vscsi_pieces_skip(struct vscsi_pieces *pieces, u32 bytes);
bool vscsi_map_is_aligned(const struct vscsi_map *map, u32 mask);

void vscsi_io_answer(struct vscsi_io *io, enum vscsi_reason reason);

int vscsi_backend_check_size(u64 size, u32 block_size, struct netlink_ext_ack *extack);
bool vscsi_bdev_is_own(struct block_device *bdev);

struct vscsi_backend *vscsi_block_open(const struct vscsi_backend_params *params,
				       struct netlink_ext_ack *extack);
int vscsi_block_init(void);
void vscsi_block_exit(void);

struct vscsi_backend *vscsi_file_open(const struct vscsi_backend_params *params,
				      struct netlink_ext_ack *extack);
int vscsi_file_init(void);
void vscsi_file_exit(void);

struct vscsi_backend *vscsi_ram_open(const struct vscsi_backend_params *params,
				     struct netlink_ext_ack *extack);

int vscsi_identity_init(struct vscsi_identity *id, const struct vscsi_backend *be,
			const struct vscsi_backend_params *params,
			struct netlink_ext_ack *extack);

#endif
