/* SPDX-License-Identifier: GPL-2.0 */
/* Where the state of a logical unit is that outlives the module. */
#ifndef VSCSI_BACKEND_STORE_H
#define VSCSI_BACKEND_STORE_H

#include <linux/types.h>

#include "slot.h"

struct vscsi_backend;

/**
 * struct vscsi_store - keeps the state of one logical unit
 * @save: makes @state, of VSCSI_STATE_MAX bytes at most, what is loaded next time. When it
 *	returns 0 that is so even if the power fails; else a negative errno, and what was there
 *	before is still there. One caller at a time. Sleeps.
 */
struct vscsi_store {
	int (*save)(struct vscsi_store *store, const void *state, u32 len);
};

int vscsi_store_open(const struct vscsi_backend *be, struct vscsi_store **store, u8 *state,
		     u32 *len);
void vscsi_store_close(struct vscsi_store *store);
void vscsi_store_distrust(const struct vscsi_store *store);
void vscsi_store_stop(void);
int vscsi_store_init(const char *dir);
void vscsi_store_exit(void);

#endif
