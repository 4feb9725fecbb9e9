/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_MODEL_H
#define CLI_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/vscsi.h>

/* The configuration that the kernel holds, read at one moment. */

struct partition {
	uint32_t id;
	uint8_t type;			/* enum vscsi_partition_type */
	char name[VSCSI_PARTITION_NAME_MAX + 1];
};

/* A client of a server adapter. */
struct link {
	uint32_t partition_id;
	uint32_t slot;
	uint8_t state;			/* enum vscsi_link_state */
	char partition[VSCSI_PARTITION_NAME_MAX + 1];
	char adapter[VSCSI_DEVICE_NAME_MAX + 1];
};

struct adapter {
	char name[VSCSI_DEVICE_NAME_MAX + 1];	/* "" while it is unknown */
	uint8_t type;			/* enum vscsi_adapter_type */
	uint8_t state;			/* enum vscsi_adapter_state */
	uint8_t link_state;		/* enum vscsi_link_state, client adapter */
	uint32_t partition_id;
	uint32_t slot;
	uint32_t remote_partition_id;	/* or VSCSI_ANY */
	uint32_t remote_slot;		/* or VSCSI_ANY */
	uint32_t queues;
	uint32_t queue_depth;
	int64_t host_no;		/* -1: no Scsi_Host */
	char physloc[VSCSI_PHYSLOC_MAX + 1];
	struct link *links;
	size_t nr_links;
};

/* Of a VTD that only the tool knows: it is not configured.  The kernel's states begin with 1. */
enum { VTD_DEFINED = 0 };

struct vtd_stats {
	uint64_t read_cmds;
	uint64_t write_cmds;
	uint64_t other_cmds;
	uint64_t read_bytes;
	uint64_t write_bytes;
	uint64_t errors;
	uint64_t aborted;
	uint64_t unit_attentions;
	uint64_t in_flight;
};

struct vtd_inject {
	uint32_t delay_us;
	uint32_t every;
	uint8_t error;			/* enum vscsi_inject_error */
};

struct vtd {
	uint32_t generation;		/* of the configuration that it has just become part of */
	char name[VSCSI_DEVICE_NAME_MAX + 1];
	char adapter[VSCSI_DEVICE_NAME_MAX + 1];
	uint8_t type;			/* enum vscsi_vtd_type */
	uint8_t state;			/* enum vscsi_vtd_state, or VTD_DEFINED */
	uint8_t backend;		/* enum vscsi_backend_type */
	uint8_t alua_state;		/* enum vscsi_alua_state, if has_alua */
	bool read_only;
	bool write_cache;
	bool thin;
	bool has_inject;
	bool has_alua;
	bool locked;			/* by a client; an optical drive */
	uint64_t lun;
	uint64_t size;			/* bytes */
	uint64_t backing_dev;		/* major << 32 | minor */
	uint64_t backing_ino;
	uint32_t block_size;
	uint32_t physical_block_size;
	char backing[VSCSI_BACKING_NAME_MAX + 1];	/* "": a drive without a medium */
	char path[VSCSI_BACKING_PATH_MAX + 1];
	char physloc[VSCSI_PHYSLOC_MAX + 1];
	char udid[VSCSI_UDID_MAX + 1];
	struct vtd_stats stats;
	struct vtd_inject inject;
};

struct model {
	char machine[64];		/* "U9105.22A.0000001" */
	uint32_t generation;
	uint32_t queues;		/* of a client adapter that was made without a number */
	struct partition *partitions;	/* by id */
	size_t nr_partitions;
	struct adapter *adapters;	/* by partition, then name, numerically; unnamed last */
	size_t nr_adapters;
	struct vtd *vtds;		/* by name */
	size_t nr_vtds;
};

/*
 * Read the whole configuration in one consistent state.  Return RC_OK or the exit
 * status of a message that has been printed.
 */
int model_read(struct model *m);
/* The same without virtual target devices. */
int model_read_adapters(struct model *m);
void model_free(struct model *m);

/* Add an empty object at the end of its list. */
struct partition *model_add_partition(struct model *m);
struct adapter *model_add_adapter(struct model *m);
struct link *model_add_link(struct adapter *a);
struct vtd *model_add_vtd(struct model *m);
void model_sort(struct model *m);

const struct partition *model_partition(const struct model *m, uint32_t id);
const struct adapter *model_adapter(const struct model *m, const char *name);
const struct adapter *model_adapter_at(const struct model *m, const char *physloc);
/* The other end of a pair; NULL if there is none, or it isn't meant for this one alone. */
const struct adapter *model_partner(const struct model *m, const struct adapter *a);
/* The server adapter in a slot; NULL if there is none, or it has no name. */
const struct adapter *model_server_at(const struct model *m, uint32_t partition, uint32_t slot);
const struct vtd *model_vtd(const struct model *m, const char *name);
/* The VTD that has a LUN of an adapter; NULL: it is free. */
const struct vtd *model_vtd_at(const struct model *m, const char *adapter, uint64_t lun);
void model_drop_vtd(struct model *m, const char *name);

/* The partition that owns the adapter of a VTD; 0: the adapter is gone. */
uint32_t model_vtd_partition(const struct model *m, const struct vtd *v);

/* The first client that is logged in to a server adapter; NULL if none is. */
const struct link *adapter_client(const struct adapter *a);

/* The name, or the location code while there is no name. */
const char *adapter_label(const struct adapter *a);

const char *partition_type_name(uint8_t type);
const char *adapter_status(const struct adapter *a);
const char *adapter_description(const struct adapter *a);
const char *link_state_name(uint8_t state);
/* As a VIOS shows it: Available, or Defined for one that can't be used. */
const char *vtd_status(const struct vtd *v);
const char *vtd_state_name(uint8_t state);
/* The name of a type, and back; -1: there is none of that name. */
const char *vtd_type_name(uint8_t type);
int vtd_type_value(const char *name);
const char *vtd_description(const struct vtd *v);
const char *backend_name(uint8_t backend);

/* The name of a fault, and back; -1: there is none of that name. */
const char *inject_error_name(uint8_t error);
int inject_error_value(const char *name);
const char *alua_state_name(uint8_t state);
int alua_state_value(const char *name);

/* Where a client's SCSI layer shows a LUN: channel, target and LUN. */
void lun_decode(uint64_t lun, unsigned int *channel, unsigned int *target, unsigned int *unit);

#endif
