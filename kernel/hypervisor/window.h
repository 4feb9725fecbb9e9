/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Windows: the memory that a client opens to its server for one request.
 *
 * A client never hands out a pointer.  It opens a window over the scatterlist
 * of a command and names it by a handle in its information unit; the server
 * asks the hypervisor for a piece of the window, and the hypervisor checks
 * handle, generation, bounds and direction before it hands out the pages.
 */
#ifndef VSCSI_HYPERVISOR_WINDOW_H
#define VSCSI_HYPERVISOR_WINDOW_H

#include <linux/dma-direction.h>
#include <linux/scatterlist.h>
#include <linux/types.h>

/**
 * struct vscsi_map - a checked piece of a window
 * @sgl: first scatterlist element, may be chained; NULL if @len is 0
 * @nents: elements at @sgl
 * @skip: bytes of the first element that come before the piece
 * @len: length of the piece in bytes
 * @dir: DMA_TO_DEVICE: the client's data goes to the server (write);
 *	 DMA_FROM_DEVICE: the server fills it (read)
 *
 * Valid until the request is answered.
 */
struct vscsi_map {
	struct scatterlist *sgl;
	unsigned int nents;
	u32 skip;
	u32 len;
	enum dma_data_direction dir;
};

/**
 * struct vscsi_window - what a client has opened for one request
 * @handle: generation and slot; 0 while closed
 * @sgl: the pages
 * @nents: elements at @sgl
 * @len: bytes
 * @dir: as in &struct vscsi_map; DMA_BIDIRECTIONAL for management data
 */
struct vscsi_window {
	u32 handle;
	struct scatterlist *sgl;
	unsigned int nents;
	u32 len;
	enum dma_data_direction dir;
};

#define VSCSI_WINDOW_SLOT_BITS	16

void vscsi_window_open(struct vscsi_window *win, u16 slot, struct scatterlist *sgl,
		       unsigned int nents, u32 len, enum dma_data_direction dir);
void vscsi_window_close(struct vscsi_window *win);
int vscsi_window_map(const struct vscsi_window *win, u32 handle, u64 offset, u32 len,
		     enum dma_data_direction dir, struct vscsi_map *map);
void vscsi_map_piece(const struct vscsi_map *map, u32 offset, u32 len, struct vscsi_map *piece);
size_t vscsi_map_copy_out(const struct vscsi_map *map, u32 offset, const void *buf, size_t len);
size_t vscsi_map_copy_in(const struct vscsi_map *map, u32 offset, void *buf, size_t len);

#endif
