/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hypervisor: partitions, virtual slots, and the adapters in them.
 *
 * Everything here is configuration: it changes under vscsi_config_lock() and is
 * read under it.  The data path is in connection.h.
 */
#ifndef VSCSI_HYPERVISOR_HYPERVISOR_H
#define VSCSI_HYPERVISOR_HYPERVISOR_H

#include <linux/device.h>
#include <linux/limits.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <uapi/linux/vscsi.h>

/* An adapter's number is that of its SCSI port less one, which has 16 bits and is not 0. */
#define VSCSI_ADAPTER_INDEX_MAX		(U16_MAX - 1)

struct netlink_ext_ack;
struct vscsi_adapter;
struct vscsi_connection;

/**
 * struct vscsi_partition - a logical partition
 *
 * All members are guarded by the configuration lock; @id, @name and @type are
 * set at creation and const after.
 */
struct vscsi_partition {
	struct list_head entry;			/* in vscsi_partitions, ascending id */
	struct list_head adapters;		/* of struct vscsi_adapter, ascending slot */
	u32 id;
	enum vscsi_partition_type type;
	char name[VSCSI_PARTITION_NAME_MAX + 1];
};

/**
 * struct vscsi_role_ops - what the client and the server half do with their adapters
 * @name_format: "vhost%d" or "vscsi%d"
 * @configure: makes a DEFINED adapter work; 0 or a negative errno
 * @unconfigure: stops it. -ETIMEDOUT when commands have not finished within the
 *	limit: the adapter is then closed, and the call may be repeated. With @force it aborts
 *	what can be aborted.
 * @accept: server only: 0 if one more client may connect, else -EBUSY
 * @forget: server only: this client adapter is taken out of its slot
 * @settle: client only: waits, for a bounded time, until a login under way has ended
 * @dev_groups: sysfs attributes of the device
 *
 * All are called with the configuration lock held and may sleep.
 */
struct vscsi_role_ops {
	const char *name_format;
	int (*configure)(struct vscsi_adapter *adapter, struct netlink_ext_ack *extack);
	int (*unconfigure)(struct vscsi_adapter *adapter, bool force,
			   struct netlink_ext_ack *extack);
	int (*accept)(struct vscsi_adapter *server);
	void (*forget)(const struct vscsi_adapter *client);
	void (*settle)(struct vscsi_adapter *client);
	const struct attribute_group **dev_groups;
};

/**
 * struct vscsi_adapter - a virtual adapter in a slot
 *
 * Lives as long as the slot is occupied.  @partition, @type and @slot are const.
 */
struct vscsi_adapter {
	struct vscsi_partition *partition;
	enum vscsi_adapter_type type;
	u32 slot;
	u32 remote_partition;			/* id or VSCSI_ANY */
	u32 remote_slot;			/* or VSCSI_ANY */
	u32 queues;				/* asked for; 0: one for each CPU */
	char physloc[VSCSI_PHYSLOC_MAX + 1];

	/* guarded by the configuration lock */
	struct list_head entry;			/* in partition->adapters */
	enum vscsi_adapter_state state;
	char name[VSCSI_DEVICE_NAME_MAX + 1];	/* "" while UNKNOWN */
	int index;				/* N of the name it has or shall have; -1: any */
	struct device *dev;			/* NULL while UNKNOWN */
	void *role_data;			/* of the role while AVAILABLE */
	struct vscsi_connection *conn;		/* of a client adapter while AVAILABLE */
};

extern struct list_head vscsi_partitions;

void vscsi_config_lock(void);
void vscsi_config_unlock(void);
void vscsi_config_assert_held(void);
void vscsi_config_changed(void);
u32 vscsi_config_generation(void);
const char *vscsi_machine(void);
int vscsi_machine_set(const char *machine);

void vscsi_role_register(enum vscsi_adapter_type type, const struct vscsi_role_ops *ops);

struct vscsi_partition *vscsi_partition_find(u32 id);
struct vscsi_partition *vscsi_partition_create(u32 id, const char *name,
					       enum vscsi_partition_type type,
					       struct netlink_ext_ack *extack);
int vscsi_partition_remove(struct vscsi_partition *part, struct netlink_ext_ack *extack);

/**
 * struct vscsi_adapter_params - a new adapter
 * @slot: 0 for the lowest free one
 * @remote_partition: id, or VSCSI_ANY for a server adapter that serves any client
 * @remote_slot: slot, VSCSI_ANY, or 0: the lowest free one there (only if the
 *	partner is made in the same transaction)
 * @queues: of a client adapter, 0: one for each online CPU
 * @name: what it shall be called when it becomes DEFINED for the first time; NULL: the kind's
 *	lowest free number
 */
struct vscsi_adapter_params {
	struct vscsi_partition *partition;
	enum vscsi_adapter_type type;
	u32 slot;
	u32 remote_partition;
	u32 remote_slot;
	u32 queues;
	const char *name;
};

struct vscsi_adapter *vscsi_adapter_find(const char *name);
struct vscsi_adapter *vscsi_adapter_in_slot(struct vscsi_partition *part, u32 slot);
struct vscsi_adapter *vscsi_adapter_create(const struct vscsi_adapter_params *params,
					   struct netlink_ext_ack *extack);
struct vscsi_adapter *vscsi_adapter_create_pair(const struct vscsi_adapter_params *params,
						struct netlink_ext_ack *extack);
int vscsi_adapter_set_state(struct vscsi_adapter *adapter, enum vscsi_adapter_state state,
			    bool force, struct netlink_ext_ack *extack);
int vscsi_adapter_remove(struct vscsi_adapter *adapter, bool force,
			 struct netlink_ext_ack *extack);
struct vscsi_adapter *vscsi_adapter_partner(const struct vscsi_adapter *adapter);
void vscsi_adapter_connect(struct vscsi_adapter *adapter);
bool vscsi_adapters_match(const struct vscsi_adapter *server, const struct vscsi_adapter *client);
void vscsi_adapter_for_each(enum vscsi_adapter_type type,
			    void (*fn)(struct vscsi_adapter *adapter, void *arg), void *arg);
bool vscsi_name_valid(const char *name);

int vscsi_bus_init(void);
void vscsi_bus_exit(void);
struct device *vscsi_bus_add(struct vscsi_adapter *adapter, const struct attribute_group **groups);
void vscsi_bus_remove(struct device *dev);
struct vscsi_adapter *vscsi_dev_adapter(struct device *dev);

int vscsi_hypervisor_init(const char *machine);
void vscsi_hypervisor_exit(void);

#endif
