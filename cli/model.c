// SPDX-License-Identifier: GPL-2.0
/* The configuration as objects: reading it consistently, finding things in it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "model.h"
#include "nl.h"
#include "util.h"

#define READ_TRIES	20

struct partition *model_add_partition(struct model *m)
{
	m->partitions = array_grow(m->partitions, m->nr_partitions, sizeof(*m->partitions));
	memset(&m->partitions[m->nr_partitions], 0, sizeof(*m->partitions));
	return &m->partitions[m->nr_partitions++];
}

struct adapter *model_add_adapter(struct model *m)
{
	struct adapter *a;

	m->adapters = array_grow(m->adapters, m->nr_adapters, sizeof(*m->adapters));
	a = &m->adapters[m->nr_adapters++];
	memset(a, 0, sizeof(*a));
	a->host_no = -1;
	return a;
}

struct link *model_add_link(struct adapter *a)
{
	a->links = array_grow(a->links, a->nr_links, sizeof(*a->links));
	memset(&a->links[a->nr_links], 0, sizeof(*a->links));
	return &a->links[a->nr_links++];
}

struct vtd *model_add_vtd(struct model *m)
{
	m->vtds = array_grow(m->vtds, m->nr_vtds, sizeof(*m->vtds));
	memset(&m->vtds[m->nr_vtds], 0, sizeof(*m->vtds));
	return &m->vtds[m->nr_vtds++];
}

static int cmp_u32(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int cmp_partitions(const void *a, const void *b)
{
	const struct partition *x = a, *y = b;

	return cmp_u32(x->id, y->id);
}

static int cmp_adapters(const void *a, const void *b)
{
	const struct adapter *x = a, *y = b;

	if (x->partition_id != y->partition_id)
		return cmp_u32(x->partition_id, y->partition_id);
	if (!x->name[0] != !y->name[0])
		return !x->name[0] - !y->name[0];
	if (!x->name[0])
		return cmp_u32(x->slot, y->slot);
	return name_cmp(x->name, y->name);
}

/* A VIOS sorts these by plain name: vtscsi10 comes before vtscsi2. */
static int cmp_vtds(const void *a, const void *b)
{
	const struct vtd *x = a, *y = b;

	return strcmp(x->name, y->name);
}

void model_sort(struct model *m)
{
	if (m->nr_partitions)
		qsort(m->partitions, m->nr_partitions, sizeof(*m->partitions), cmp_partitions);
	if (m->nr_adapters)
		qsort(m->adapters, m->nr_adapters, sizeof(*m->adapters), cmp_adapters);
	if (m->nr_vtds)
		qsort(m->vtds, m->nr_vtds, sizeof(*m->vtds), cmp_vtds);
}

void model_free(struct model *m)
{
	size_t i;

	for (i = 0; i < m->nr_adapters; i++)
		free(m->adapters[i].links);
	free(m->partitions);
	free(m->adapters);
	free(m->vtds);
	memset(m, 0, sizeof(*m));
}

/* Three dumps are one state if nothing was changed between first and last. */
static int read_once(struct model *m, bool vtds)
{
	struct model after = { .nr_vtds = 0 };
	int err;

	err = vnl_get_system(m);
	if (!err)
		err = vnl_dump_partitions(m);
	if (!err)
		err = vnl_dump_adapters(m);
	if (!err && vtds)
		err = vnl_dump_vtds(m);
	if (!err)
		err = vnl_get_system(&after);
	if (!err && after.generation != m->generation)
		err = VNL_AGAIN;
	return err;
}

static int read_consistently(struct model *m, bool vtds)
{
	int tries, err = VNL_AGAIN;

	for (tries = 0; err == VNL_AGAIN && tries < READ_TRIES; tries++) {
		model_free(m);
		err = read_once(m, vtds);
	}
	if (!err) {
		model_sort(m);
		return RC_OK;
	}
	if (err == VNL_NO_FAMILY)
		return err_say(ERR_NO_MODULE, NULL, NULL);
	if (err == VNL_AGAIN)
		return err_say(ERR_UNSTABLE, NULL, NULL);
	return err_say(ERR_NETLINK, vnl_text()[0] ? vnl_text() : strerror(-err), NULL);
}

int model_read(struct model *m)
{
	return read_consistently(m, true);
}

int model_read_adapters(struct model *m)
{
	return read_consistently(m, false);
}

const struct partition *model_partition(const struct model *m, uint32_t id)
{
	size_t i;

	for (i = 0; i < m->nr_partitions; i++)
		if (m->partitions[i].id == id)
			return &m->partitions[i];
	return NULL;
}

const struct adapter *model_adapter(const struct model *m, const char *name)
{
	size_t i;

	for (i = 0; i < m->nr_adapters; i++)
		if (name[0] && !strcmp(m->adapters[i].name, name))
			return &m->adapters[i];
	return NULL;
}

const struct adapter *model_adapter_at(const struct model *m, const char *physloc)
{
	size_t i;

	for (i = 0; i < m->nr_adapters; i++)
		if (!strcmp(m->adapters[i].physloc, physloc))
			return &m->adapters[i];
	return NULL;
}

const struct adapter *model_partner(const struct model *m, const struct adapter *a)
{
	const struct adapter *p;
	size_t i;

	for (i = 0; i < m->nr_adapters; i++) {
		p = &m->adapters[i];
		if (p->partition_id == a->remote_partition_id && p->slot == a->remote_slot &&
		    a->partition_id == p->remote_partition_id && a->slot == p->remote_slot)
			return p;
	}
	return NULL;
}

const struct adapter *model_server_at(const struct model *m, uint32_t partition, uint32_t slot)
{
	const struct adapter *a;

	for (a = m->adapters; a < m->adapters + m->nr_adapters; a++)
		if (a->partition_id == partition && a->slot == slot &&
		    a->type == VSCSI_ADAPTER_SERVER && a->name[0])
			return a;
	return NULL;
}

const struct vtd *model_vtd_at(const struct model *m, const char *adapter, uint64_t lun)
{
	const struct vtd *v;

	for (v = m->vtds; v < m->vtds + m->nr_vtds; v++)
		if (v->lun == lun && !strcmp(v->adapter, adapter))
			return v;
	return NULL;
}

void model_drop_vtd(struct model *m, const char *name)
{
	size_t i;

	for (i = 0; i < m->nr_vtds; i++)
		if (!strcmp(m->vtds[i].name, name)) {
			m->nr_vtds--;
			memmove(&m->vtds[i], &m->vtds[i + 1],
				(m->nr_vtds - i) * sizeof(*m->vtds));
			return;
		}
}

const struct vtd *model_vtd(const struct model *m, const char *name)
{
	size_t i;

	for (i = 0; i < m->nr_vtds; i++)
		if (!strcmp(m->vtds[i].name, name))
			return &m->vtds[i];
	return NULL;
}

uint32_t model_vtd_partition(const struct model *m, const struct vtd *v)
{
	const struct adapter *a = model_adapter(m, v->adapter);

	return a ? a->partition_id : 0;
}

const struct link *adapter_client(const struct adapter *a)
{
	size_t i;

	for (i = 0; i < a->nr_links; i++)
		if (a->links[i].state == VSCSI_LINK_UP)
			return &a->links[i];
	return NULL;
}

/* A name from a table; a newer kernel may know more than the table. */
static const char *name_of(const char *const *names, size_t nr, size_t value)
{
	return value < nr && names[value] ? names[value] : "unknown";
}

/* A name from a table to its value; a table may have holes. */
static int value_of(const char *const *names, size_t nr, const char *name)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (names[i] && !strcmp(names[i], name))
			return i;
	return -1;
}

const char *adapter_label(const struct adapter *a)
{
	return a->name[0] ? a->name : a->physloc;
}

const char *partition_type_name(uint8_t type)
{
	static const char *const names[] = {
		[VSCSI_PARTITION_VIOS] = "vios",
		[VSCSI_PARTITION_CLIENT] = "client",
	};

	return name_of(names, ARRAY_SIZE(names), type);
}

const char *adapter_status(const struct adapter *a)
{
	return a->state == VSCSI_ADAPTER_AVAILABLE ? "Available" : "Defined";
}

const char *adapter_description(const struct adapter *a)
{
	return a->type == VSCSI_ADAPTER_SERVER ? "Virtual SCSI Server Adapter" :
						 "Virtual SCSI Client Adapter";
}

const char *link_state_name(uint8_t state)
{
	static const char *const names[] = {
		[VSCSI_LINK_DOWN] = "down",
		[VSCSI_LINK_INIT] = "init",
		[VSCSI_LINK_LOGIN] = "login",
		[VSCSI_LINK_UP] = "up",
		[VSCSI_LINK_CLOSING] = "closing",
	};

	return name_of(names, ARRAY_SIZE(names), state);
}

const char *vtd_status(const struct vtd *v)
{
	return v->state == VSCSI_VTD_AVAILABLE ? "Available" : "Defined";
}

const char *vtd_state_name(uint8_t state)
{
	static const char *const names[] = {
		[VTD_DEFINED] = "defined",
		[VSCSI_VTD_AVAILABLE] = "available",
		[VSCSI_VTD_BROKEN] = "broken",
		[VSCSI_VTD_REMOVING] = "removing",
	};

	return name_of(names, ARRAY_SIZE(names), state);
}

static const char *const vtd_types[] = {
	[VSCSI_VTD_DISK] = "disk",
	[VSCSI_VTD_LV] = "lv",
	[VSCSI_VTD_FILE] = "file",
	[VSCSI_VTD_RAM] = "ram",
	[VSCSI_VTD_OPTICAL] = "file_opt",
};

const char *vtd_type_name(uint8_t type)
{
	return name_of(vtd_types, ARRAY_SIZE(vtd_types), type);
}

int vtd_type_value(const char *name)
{
	return value_of(vtd_types, ARRAY_SIZE(vtd_types), name);
}

const char *vtd_description(const struct vtd *v)
{
	switch (v->type) {
	case VSCSI_VTD_LV:
		return "Virtual Target Device - Logical Volume";
	case VSCSI_VTD_FILE:
		return "Virtual Target Device - File-backed Disk";
	case VSCSI_VTD_RAM:
		return "Virtual Target Device - Memory Disk";
	case VSCSI_VTD_OPTICAL:
		return "Virtual Target Device - File-backed Optical";
	default:
		return "Virtual Target Device - Disk";
	}
}

const char *backend_name(uint8_t backend)
{
	static const char *const names[] = {
		[VSCSI_BACKEND_BLOCK] = "block",
		[VSCSI_BACKEND_FILE_DIRECT] = "file_direct",
		[VSCSI_BACKEND_FILE_BUFFERED] = "file_buffered",
		[VSCSI_BACKEND_RAM] = "ram",
		[VSCSI_BACKEND_NONE] = "none",
	};

	return name_of(names, ARRAY_SIZE(names), backend);
}

static const char *const inject_errors[] = {
	[VSCSI_INJECT_NONE] = "none",
	[VSCSI_INJECT_MEDIUM] = "medium",
	[VSCSI_INJECT_NO_SPACE] = "no_space",
	[VSCSI_INJECT_NOT_READY] = "not_ready",
	[VSCSI_INJECT_TARGET_FAILURE] = "target_failure",
	[VSCSI_INJECT_HANG] = "hang",
};

const char *inject_error_name(uint8_t error)
{
	return name_of(inject_errors, ARRAY_SIZE(inject_errors), error);
}

int inject_error_value(const char *name)
{
	return value_of(inject_errors, ARRAY_SIZE(inject_errors), name);
}

/* As the standard writes them, and Linux in the access_state of a disk. */
static const char *const alua_states[] = {
	[VSCSI_ALUA_OPTIMIZED] = "active/optimized",
	[VSCSI_ALUA_NON_OPTIMIZED] = "active/non-optimized",
	[VSCSI_ALUA_STANDBY] = "standby",
	[VSCSI_ALUA_UNAVAILABLE] = "unavailable",
	[VSCSI_ALUA_TRANSITIONING] = "transitioning",
};

const char *alua_state_name(uint8_t state)
{
	return name_of(alua_states, ARRAY_SIZE(alua_states), state);
}

int alua_state_value(const char *name)
{
	return value_of(alua_states, ARRAY_SIZE(alua_states), name);
}

/* Logical unit addressing: 2 bits of method, 6 of target, 3 of bus, 5 of unit. */
void lun_decode(uint64_t lun, unsigned int *channel, unsigned int *target, unsigned int *unit)
{
	*target = lun >> 56 & 0x3f;
	*channel = lun >> 53 & 0x7;
	*unit = lun >> 48 & 0x1f;
}
