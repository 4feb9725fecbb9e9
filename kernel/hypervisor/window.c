// SPDX-License-Identifier: GPL-2.0
/* Windows over the scatterlist of a client's request. */
#include <linux/errno.h>

#include "window.h"

/**
 * vscsi_window_open() - open a window for one request
 * @win: a closed window; its owner is the client until it is closed again
 * @slot: slot of the request in its queue, becomes the low half of the handle
 * @sgl: pages, owned by the client; must stay until vscsi_window_close()
 * @nents: elements at @sgl
 * @len: bytes, at most what @sgl holds
 * @dir: direction in which data may move
 *
 * Every opening makes another handle, so that a late reference to an earlier
 * request in the same slot is refused.
 *
 * Context: any; the caller owns the slot.
 */
void vscsi_window_open(struct vscsi_window *win, u16 slot, struct scatterlist *sgl,
		       unsigned int nents, u32 len, enum dma_data_direction dir)
{
	u32 generation = (win->handle >> VSCSI_WINDOW_SLOT_BITS) + 1;

	win->sgl = sgl;
	win->nents = nents;
	win->len = len;
	win->dir = dir;
	/* Pairs with the acquire in vscsi_window_map(): the handle opens a window that is set. */
	smp_store_release(&win->handle, generation << VSCSI_WINDOW_SLOT_BITS | slot);
}

/**
 * vscsi_window_close() - close a window
 * @win: a window; closing it twice is harmless
 *
 * The handle keeps its generation, so that it is never used again soon.
 *
 * Context: any; the server must have answered the request.
 */
void vscsi_window_close(struct vscsi_window *win)
{
	win->sgl = NULL;
	win->nents = 0;
	win->len = 0;
	win->dir = DMA_NONE;
}

static void map_seek(struct vscsi_map *map, u64 offset)
{
	while (map->nents > 1 && offset >= map->sgl->length) {
		offset -= map->sgl->length;
		map->sgl = sg_next(map->sgl);
		map->nents--;
	}
	map->skip = offset;
}

/**
 * vscsi_window_map() - resolve a handle to pages
 * @win: the window in the slot that the handle names
 * @handle: handle as the client's information unit gave it
 * @offset: first byte wanted
 * @len: bytes wanted; 0 gives an empty piece
 * @dir: what the caller is going to do
 * @map: filled in on success
 *
 * Context: any.
 * Return: 0, -ESTALE if the handle is not the open one, -EACCES if the window
 * was not opened for @dir, -ERANGE if the piece is not wholly inside.
 */
int vscsi_window_map(const struct vscsi_window *win, u32 handle, u64 offset, u32 len,
		     enum dma_data_direction dir, struct vscsi_map *map)
{
	/* Pairs with the release in vscsi_window_open(). */
	if (smp_load_acquire(&win->handle) != handle)
		return -ESTALE;
	if (win->dir != dir && win->dir != DMA_BIDIRECTIONAL)
		return -EACCES;
	if (offset > win->len || len > win->len - offset)
		return -ERANGE;

	*map = (struct vscsi_map){ .sgl = win->sgl, .nents = win->nents, .len = len, .dir = dir };
	if (len)
		map_seek(map, offset);
	return 0;
}

/**
 * vscsi_map_piece() - a piece of a mapped piece
 * @map: the whole
 * @offset: first byte wanted
 * @len: bytes wanted, not 0; all of them are inside
 * @piece: filled in; valid as long as @map
 *
 * Context: any.
 */
void vscsi_map_piece(const struct vscsi_map *map, u32 offset, u32 len, struct vscsi_map *piece)
{
	*piece = *map;
	piece->len = len;
	map_seek(piece, (u64)map->skip + offset);
}

/**
 * vscsi_map_copy_out() - copy server memory into the client's buffer
 * @map: a piece mapped with DMA_FROM_DEVICE
 * @offset: where in the piece to begin, in bytes
 * @buf: source
 * @len: bytes; what does not fit is left out
 *
 * Context: any.
 * Return: bytes copied.
 */
size_t vscsi_map_copy_out(const struct vscsi_map *map, u32 offset, const void *buf, size_t len)
{
	if (offset >= map->len)
		return 0;
	len = min_t(size_t, len, map->len - offset);
	return sg_pcopy_from_buffer(map->sgl, map->nents, buf, len, map->skip + offset);
}

/**
 * vscsi_map_copy_in() - copy from the client's buffer into server memory
 * @map: a piece mapped with DMA_TO_DEVICE
 * @offset: where in the piece to begin, in bytes
 * @buf: destination
 * @len: bytes; what lies beyond the piece is left out
 *
 * Context: any.
 * Return: bytes copied.
 */
size_t vscsi_map_copy_in(const struct vscsi_map *map, u32 offset, void *buf, size_t len)
{
	if (offset >= map->len)
		return 0;
	len = min_t(size_t, len, map->len - offset);
	return sg_pcopy_to_buffer(map->sgl, map->nents, buf, len, map->skip + offset);
}
