/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The server half: server adapters (SCSI targets) and their virtual target devices.
 *
 * What the control path needs of it; its inside is in target.h.
 */
#ifndef VSCSI_SERVER_SERVER_H
#define VSCSI_SERVER_SERVER_H

#include <linux/completion.h>
#include <linux/list.h>
#include <linux/percpu-refcount.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <uapi/linux/vscsi.h>

#include "../backend/backend.h"
#include "../cmdset/lu.h"

struct netlink_ext_ack;
struct vscsi_adapter;
struct vscsi_connection;
struct vscsi_unit;
struct vscsi_server;

/**
 * struct vscsi_medium - a medium in an optical drive, and the logical unit that it makes of it
 *
 * The drive holds a reference, and so does each command that began while it was in there.
 */
struct vscsi_medium {
	struct vscsi_lu lu;
	u32 number;				/* const; drive.changes when it was loaded */
	refcount_t ref;
	struct work_struct close;
	struct rcu_head rcu;
};

/**
 * struct vscsi_drive - the part of a VTD that only optical drives have
 *
 * What a nexus knows of it is in its struct vscsi_itl.
 */
struct vscsi_drive {
	/* guarded by lock, irqsave */
	spinlock_t lock;
	struct vscsi_medium __rcu *medium;	/* NULL: empty */
	u32 changes;				/* times that a medium came or went */
	u32 locks;				/* nexuses that prevent removal */
	u32 lock_round;				/* those of earlier rounds do so no more */

	/* guarded by the configuration lock */
	u32 told;				/* of @changes, to listeners */
};

/**
 * struct vscsi_vtd - a virtual target device: one backing device under one LUN
 *
 * A command holds @ref from the moment it is accepted until it is answered.
 */
struct vscsi_vtd {
	struct vscsi_lu lu;			/* of a drive: while it is empty */

	/* set before it is published, const after */
	struct vscsi_server *server;
	struct vscsi_unit *unit;
	enum vscsi_vtd_type type;
	char name[VSCSI_DEVICE_NAME_MAX + 1];
	char physloc[VSCSI_PHYSLOC_MAX + 1];	/* of the backing device, or "" */

	struct vscsi_drive drive;

	/* guarded by the configuration lock */
	struct list_head entry;			/* in server->vtds, by name */
	struct list_head itls;			/* one for each nexus */
	bool removing;
	enum vscsi_vtd_state told;		/* state that listeners know of */
	enum vscsi_alua_state told_path;	/* and that of the path */
	struct list_head unit_entry;		/* in unit->vtds; its lock too */

	struct percpu_ref ref;
	struct completion drained;
	struct rcu_head rcu;
};

/**
 * struct vscsi_vtd_params - a new VTD
 * @adapter: an AVAILABLE server adapter
 * @name: or NULL for the lowest free vtscsiN or vtoptN
 * @lun: 0x8100000000000000, or 0: the lowest free one
 * @type: disk, lv, file, ram or optical
 * @share: map it though it is a backing device already
 * @physloc: of the backing device, or NULL
 * @backing_path: or NULL
 * @backend: how to open it; backend.name is the backing device's name; not for a drive
 */
struct vscsi_vtd_params {
	struct vscsi_adapter *adapter;
	const char *name;
	u64 lun;
	enum vscsi_vtd_type type;
	bool share;
	const char *physloc;
	const char *backing_path;
	struct vscsi_backend_params backend;
};

/**
 * struct vscsi_load_params - a medium
 * @backing_path: or NULL
 * @replace: take out first what is in the drive
 * @release: although a client has locked the drive, or what was written can't be made durable
 * @backend: how to open it; backend.name is its name
 */
struct vscsi_load_params {
	const char *backing_path;
	bool replace;
	bool release;
	struct vscsi_backend_params backend;
};

struct vscsi_vtd *vscsi_vtd_create(const struct vscsi_vtd_params *params,
				   struct netlink_ext_ack *extack);
int vscsi_vtd_remove(struct vscsi_vtd *vtd, bool force, struct netlink_ext_ack *extack);
struct vscsi_vtd *vscsi_vtd_find(const char *name);
struct vscsi_adapter *vscsi_vtd_adapter(const struct vscsi_vtd *vtd);
struct list_head *vscsi_server_vtds(struct vscsi_adapter *adapter);
struct list_head *vscsi_server_links(struct vscsi_adapter *adapter);
enum vscsi_vtd_state vscsi_vtd_state(struct vscsi_vtd *vtd);
void vscsi_vtd_rescan(struct vscsi_vtd *vtd);
int vscsi_vtd_load(struct vscsi_vtd *vtd, const struct vscsi_load_params *params,
		   struct netlink_ext_ack *extack);
int vscsi_vtd_unload(struct vscsi_vtd *vtd, bool release, struct netlink_ext_ack *extack);
bool vscsi_vtd_locked(const struct vscsi_vtd *vtd);
bool vscsi_vtd_has_alua(const struct vscsi_vtd *vtd);
int vscsi_vtd_set_alua(struct vscsi_vtd *vtd, enum vscsi_alua_state state,
		       struct netlink_ext_ack *extack);
struct vscsi_lu *vscsi_lu_get(struct vscsi_vtd *vtd);
void vscsi_lu_put(struct vscsi_vtd *vtd, struct vscsi_lu *lu);
void vscsi_vtd_watch(void (*changed)(struct vscsi_vtd *vtd));

int vscsi_server_init(void);
void vscsi_server_exit(void);

#endif
