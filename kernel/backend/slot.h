/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How the saved state of a logical unit lies in its file.
 *
 * A file has two slots, and the state that was written last is in one of them.  The next goes
 * to the other: a power cut in the middle of that leaves the first as it is.
 */
#ifndef VSCSI_BACKEND_SLOT_H
#define VSCSI_BACKEND_SLOT_H

#include <linux/types.h>

/* Bytes of a slot, and of what is in it before the state */
#define VSCSI_SLOT_SIZE		8192
#define VSCSI_SLOT_HEADER_LEN	32
#define VSCSI_SLOTS		2
#define VSCSI_STATE_MAX		(VSCSI_SLOT_SIZE - VSCSI_SLOT_HEADER_LEN)

/**
 * struct vscsi_slot - a slot that is whole
 * @number: which of the file
 * @sequence: of its state: the highest is the newest
 * @state: the state, in the memory that was searched
 * @len: its bytes
 */
struct vscsi_slot {
	unsigned int number;
	u64 sequence;
	const u8 *state;
	u32 len;
};

size_t vscsi_slot_format(u8 *buf, u64 sequence, const void *state, u32 len);
bool vscsi_slot_newest(const u8 *file, size_t size, struct vscsi_slot *newest);

#endif
