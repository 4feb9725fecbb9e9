// SPDX-License-Identifier: GPL-2.0
/*
 * How the saved state of a logical unit lies in its file.  A slot, big endian:
 *
 *   byte  0   "VSCSI-LU"
 *         8   number of the format, 4 bytes
 *        12   bytes of the state, 4 bytes
 *        16   sequence number, 8 bytes
 *        24   zero, 4 bytes
 *        28   CRC-32 of bytes 0 to 27 and of the state, 4 bytes
 *        32   the state
 */
#include <linux/crc32.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "slot.h"

#define FORMAT		1
#define FORMAT_AT	8
#define LEN_AT		12
#define SEQUENCE_AT	16
#define CRC_AT		28

static const u8 magic[FORMAT_AT] = { 'V', 'S', 'C', 'S', 'I', '-', 'L', 'U' };

static u32 checksum(const u8 *slot, u32 len)
{
	return ~crc32_le(crc32_le(~0U, slot, CRC_AT), slot + VSCSI_SLOT_HEADER_LEN, len);
}

/**
 * vscsi_slot_format() - write a slot
 * @buf: VSCSI_SLOT_SIZE bytes
 * @sequence: higher than that of any other slot of the file
 * @state: the state
 * @len: its bytes, VSCSI_STATE_MAX at most
 *
 * Context: any.
 * Return: bytes of @buf that were written to; what is behind them in the file does not matter.
 */
size_t vscsi_slot_format(u8 *buf, u64 sequence, const void *state, u32 len)
{
	memset(buf, 0, VSCSI_SLOT_HEADER_LEN);
	memcpy(buf, magic, sizeof(magic));
	put_unaligned_be32(FORMAT, buf + FORMAT_AT);
	put_unaligned_be32(len, buf + LEN_AT);
	put_unaligned_be64(sequence, buf + SEQUENCE_AT);
	memcpy(buf + VSCSI_SLOT_HEADER_LEN, state, len);
	put_unaligned_be32(checksum(buf, len), buf + CRC_AT);
	return VSCSI_SLOT_HEADER_LEN + len;
}

/* False if it is torn, damaged, of another format, or no slot at all. */
static bool parse(const u8 *buf, size_t size, struct vscsi_slot *slot)
{
	if (size < VSCSI_SLOT_HEADER_LEN || memcmp(buf, magic, sizeof(magic)) ||
	    get_unaligned_be32(buf + FORMAT_AT) != FORMAT)
		return false;
	slot->len = get_unaligned_be32(buf + LEN_AT);
	if (slot->len > size - VSCSI_SLOT_HEADER_LEN ||
	    get_unaligned_be32(buf + CRC_AT) != checksum(buf, slot->len))
		return false;
	slot->sequence = get_unaligned_be64(buf + SEQUENCE_AT);
	slot->state = buf + VSCSI_SLOT_HEADER_LEN;
	return true;
}

/**
 * vscsi_slot_newest() - find the state that was written last
 * @file: what is in the file
 * @size: its bytes
 * @newest: filled in
 *
 * Context: any.
 * Return: false if no slot is whole.
 */
bool vscsi_slot_newest(const u8 *file, size_t size, struct vscsi_slot *newest)
{
	struct vscsi_slot slot;
	bool found = false;
	size_t at;

	for (slot.number = 0; slot.number < VSCSI_SLOTS; slot.number++) {
		at = slot.number * VSCSI_SLOT_SIZE;
		if (at >= size ||
		    !parse(file + at, min_t(size_t, size - at, VSCSI_SLOT_SIZE), &slot))
			continue;
		if (!found || slot.sequence > newest->sequence)
			*newest = slot;
		found = true;
	}
	return found;
}
