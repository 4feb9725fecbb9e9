/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What of a logical unit outlives the module, if its backing device has an identity that lasts:
 * its persistent reservations once a client has asked for that (APTPL), saved mode pages, and
 * identifying information.
 */
#ifndef VSCSI_CMDSET_SAVED_H
#define VSCSI_CMDSET_SAVED_H

#include <linux/mutex.h>
#include <linux/types.h>

#include "../backend/store.h"

struct vscsi_lu;
struct vscsi_pr;

/* Bytes of identifying information: the more important kind, and text (SPC-4 6.32) */
#define VSCSI_INFO_MAX		512
#define VSCSI_INFO_TEXT_MAX	256

enum vscsi_info_kind {
	VSCSI_INFO_DEVICE,
	VSCSI_INFO_TEXT,
	VSCSI_INFO_NR
};

struct vscsi_info {
	u16 len;
	u8 data[VSCSI_INFO_MAX];
};

/**
 * struct vscsi_settings - what lasts besides persistent reservations
 * @descriptor_sense: D_SENSE of the saved Control mode page
 * @write_protect: SWP of that
 * @info: identifying information
 */
struct vscsi_settings {
	bool descriptor_sense;
	bool write_protect;
	struct vscsi_info info[VSCSI_INFO_NR];
};

/**
 * struct vscsi_saved - the part of a logical unit that lasts
 * @store: where it is kept, or NULL; const once the logical unit is published
 * @lock: of those who change something: it is made durable first, and then takes effect.
 *	Taken before the lock of the struct vscsi_pr.
 * @settings: written with both locks held
 */
struct vscsi_saved {
	struct vscsi_store *store;
	struct mutex lock;		/* see above */
	struct vscsi_settings settings;
};

int vscsi_saved_load(struct vscsi_pr *pr, const u8 *state, u32 len);
int vscsi_saved_write(struct vscsi_pr *pr, struct vscsi_pr *reservations,
		      const struct vscsi_settings *settings);
struct vscsi_settings *vscsi_settings_begin(const struct vscsi_lu *lu);
enum vscsi_reason vscsi_settings_commit(const struct vscsi_lu *lu,
					const struct vscsi_settings *settings);
void vscsi_settings_end(const struct vscsi_lu *lu, struct vscsi_settings *settings);
bool vscsi_saved_possible(const struct vscsi_lu *lu);

#endif
