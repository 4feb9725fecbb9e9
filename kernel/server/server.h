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
#include <linux/types.h>
#include <uapi/linux/vscsi.h>

#include "../backend/backend.h"
#include "../cmdset/lu.h"

struct netlink_ext_ack;
struct vscsi_adapter;
struct vscsi_connection;
struct vscsi_unit;
struct vscsi_server;

/**
 * struct vscsi_vtd - a virtual target device: one backing device under one LUN
 *
 * A command holds @ref from the moment it is accepted until it is answered.
 */
struct vscsi_vtd {
	struct vscsi_lu lu;

	/* set before it is published, const after */
	struct vscsi_server *server;
	struct vscsi_unit *unit;
	enum vscsi_vtd_type type;
	char name[VSCSI_DEVICE_NAME_MAX + 1];
	char physloc[VSCSI_PHYSLOC_MAX + 1];	/* of the backing device, or "" */
	char backing_path[VSCSI_BACKING_PATH_MAX + 1];

	/* guarded by the configuration lock */
	struct list_head entry;			/* in server->vtds, by name */
	struct list_head itls;			/* one for each nexus */
	bool removing;
	enum vscsi_vtd_state told;		/* state that listeners know of */
	struct list_head unit_entry;		/* in unit->vtds; its lock too */

	struct percpu_ref ref;
	struct completion drained;
	struct rcu_head rcu;
};

/**
 * struct vscsi_vtd_params - a new VTD
 * @adapter: an AVAILABLE server adapter
 * @name: or NULL for the lowest free vtscsiN
 * @lun: 0x8100000000000000, or 0: the lowest free one
 * @type: disk, lv, file or ram
 * @share: map it though it is a backing device already
 * @physloc: of the backing device, or NULL
 * @backing_path: or NULL
 * @backend: how to open it; backend.name is the backing device's name
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

struct vscsi_vtd *vscsi_vtd_create(const struct vscsi_vtd_params *params,
				   struct netlink_ext_ack *extack);
int vscsi_vtd_remove(struct vscsi_vtd *vtd, bool force, struct netlink_ext_ack *extack);
struct vscsi_vtd *vscsi_vtd_find(const char *name);
struct vscsi_adapter *vscsi_vtd_adapter(const struct vscsi_vtd *vtd);
struct list_head *vscsi_server_vtds(struct vscsi_adapter *adapter);
struct list_head *vscsi_server_links(struct vscsi_adapter *adapter);
enum vscsi_vtd_state vscsi_vtd_state(const struct vscsi_vtd *vtd);
void vscsi_vtd_rescan(struct vscsi_vtd *vtd);
void vscsi_vtd_watch(void (*changed)(struct vscsi_vtd *vtd));

int vscsi_server_init(void);
void vscsi_server_exit(void);

#endif
