// SPDX-License-Identifier: GPL-2.0
/* The attributes of devices: one table for lsdev -attr, lsdev -range and chdev. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "attr.h"
#include "err.h"
#include "util.h"

#define DELAY_US_MAX	60000000
#define TIMEOUT_MAX	3600

static bool show_uint(char *value, size_t size, uint64_t v)
{
	snprintf(value, size, "%" PRIu64, v);
	return true;
}

static bool show_str(char *value, size_t size, const char *s)
{
	str_copy(value, size, s);
	return true;
}

static bool show_bool(char *value, size_t size, bool v)
{
	return show_str(value, size, v ? "true" : "false");
}

/* --- virtual target devices --- */

static bool get_lun(const struct device *d, char *value, size_t size)
{
	snprintf(value, size, "0x%016" PRIx64, d->vtd->lun);
	return true;
}

static bool get_backing(const struct device *d, char *value, size_t size)
{
	return show_str(value, size, d->vtd->backing);
}

static bool get_path(const struct device *d, char *value, size_t size)
{
	return show_str(value, size, d->vtd->path) && d->vtd->path[0];
}

static bool get_backend(const struct device *d, char *value, size_t size)
{
	return show_str(value, size, backend_name(d->vtd->backend));
}

static bool get_state(const struct device *d, char *value, size_t size)
{
	return show_str(value, size, vtd_state_name(d->vtd->state));
}

static bool get_mirrored(const struct device *d, char *value, size_t size)
{
	return show_bool(value, size, false) && d->vtd->type == VSCSI_VTD_DISK;
}

static bool get_udid(const struct device *d, char *value, size_t size)
{
	return show_str(value, size, d->vtd->udid);
}

static bool get_block_size(const struct device *d, char *value, size_t size)
{
	return show_uint(value, size, d->vtd->block_size);
}

static bool get_physical(const struct device *d, char *value, size_t size)
{
	return show_uint(value, size, d->vtd->physical_block_size);
}

static bool get_read_only(const struct device *d, char *value, size_t size)
{
	return show_bool(value, size, d->vtd->read_only);
}

static bool get_write_cache(const struct device *d, char *value, size_t size)
{
	return show_bool(value, size, d->vtd->write_cache);
}

static bool get_thin(const struct device *d, char *value, size_t size)
{
	return show_bool(value, size, d->vtd->thin);
}

static bool get_rescan(const struct device *d, char *value, size_t size)
{
	return show_str(value, size, "no") && d->vtd->backend != VSCSI_BACKEND_RAM;
}

static int set_rescan(const struct device *d, const char *value, struct attr_change *c)
{
	(void)d;
	if (strcmp(value, "yes") && strcmp(value, "no"))
		return -EINVAL;
	c->vtd.rescan = !strcmp(value, "yes");
	c->vtd_set |= c->vtd.rescan;
	return 0;
}

static bool get_alua_state(const struct device *d, char *value, size_t size)
{
	return d->vtd->has_alua && show_str(value, size, alua_state_name(d->vtd->alua_state));
}

static int set_alua_state(const struct device *d, const char *value, struct attr_change *c)
{
	int state = alua_state_value(value);

	(void)d;
	if (state < 0)
		return -EINVAL;
	c->vtd.alua_state = state;
	c->vtd.alua_set = true;
	c->vtd_set = true;
	return 0;
}

static bool get_inject_error(const struct device *d, char *value, size_t size)
{
	return d->vtd->has_inject &&
	       show_str(value, size, inject_error_name(d->vtd->inject.error));
}

static bool get_inject_delay(const struct device *d, char *value, size_t size)
{
	return d->vtd->has_inject && show_uint(value, size, d->vtd->inject.delay_us);
}

static bool get_inject_every(const struct device *d, char *value, size_t size)
{
	return d->vtd->has_inject && show_uint(value, size, d->vtd->inject.every);
}

/* The kernel takes the faults together: start from those in force. */
static struct vtd_inject *inject_of(const struct device *d, struct attr_change *c)
{
	if (!c->vtd.inject_set)
		c->vtd.inject = d->vtd->inject;
	c->vtd.inject_set = true;
	c->vtd_set = true;
	return &c->vtd.inject;
}

static int set_inject_error(const struct device *d, const char *value, struct attr_change *c)
{
	int error = inject_error_value(value);

	if (error < 0)
		return -EINVAL;
	inject_of(d, c)->error = error;
	return 0;
}

static int set_inject_delay(const struct device *d, const char *value, struct attr_change *c)
{
	uint64_t us;
	int err = parse_u64(value, DELAY_US_MAX, &us);

	if (!err)
		inject_of(d, c)->delay_us = us;
	return err;
}

static int set_inject_every(const struct device *d, const char *value, struct attr_change *c)
{
	uint64_t every;
	int err = parse_u64(value, UINT32_MAX, &every);

	if (!err)
		inject_of(d, c)->every = every;
	return err;
}

/* --- adapters --- */

static bool get_slot(const struct device *d, char *value, size_t size)
{
	return show_uint(value, size, d->adapter->slot);
}

static bool show_or_any(char *value, size_t size, uint32_t v)
{
	return v == VSCSI_ANY ? show_str(value, size, "any") : show_uint(value, size, v);
}

static bool get_remote_partition(const struct device *d, char *value, size_t size)
{
	return show_or_any(value, size, d->adapter->remote_partition_id);
}

static bool get_remote_slot(const struct device *d, char *value, size_t size)
{
	return show_or_any(value, size, d->adapter->remote_slot);
}

static bool get_link_state(const struct device *d, char *value, size_t size)
{
	return show_str(value, size, link_state_name(d->adapter->link_state));
}

static bool get_host(const struct device *d, char *value, size_t size)
{
	if (d->adapter->host_no < 0)
		return false;
	snprintf(value, size, "host%" PRId64, d->adapter->host_no);
	return true;
}

static bool get_queues(const struct device *d, char *value, size_t size)
{
	return show_uint(value, size, d->adapter->queues);
}

static bool get_adapter_depth(const struct device *d, char *value, size_t size)
{
	return show_uint(value, size, d->adapter->queue_depth);
}

static bool get_clients(const struct device *d, char *value, size_t size)
{
	size_t i, len = 0;

	value[0] = '\0';
	for (i = 0; i < d->adapter->nr_links && len < size; i++)
		len += snprintf(value + len, size - len, "%s%s:%s", i ? "," : "",
				d->adapter->links[i].partition, d->adapter->links[i].adapter);
	return true;
}

/* --- disks --- */

static bool show_sysfs(const struct device *d, char *value, size_t size, const char *file)
{
	return d->disk && !sysfs_read(value, size, "class/block/%s/%s", d->disk->name, file) &&
	       value[0];
}

/* A value that waits for a restart is shown already, as AIX does. */
static bool show_later(const struct device *d, char *value, size_t size, const char *attr)
{
	const char *later = d->stored ? stored_later(d->stored, d->name, attr) : NULL;

	return later && show_str(value, size, later);
}

static bool get_queue_depth(const struct device *d, char *value, size_t size)
{
	return show_later(d, value, size, "queue_depth") ||
	       show_sysfs(d, value, size, "device/queue_depth");
}

static int set_queue_depth(const struct device *d, const char *value, struct attr_change *c)
{
	uint64_t depth;
	int err = parse_u64(value, UINT16_MAX, &depth);

	(void)d;
	c->queue_depth = value;
	return err || depth ? err : -ERANGE;
}

/* Nothing is ever reserved for a server, so that two of them can serve a disk. */
static bool get_reserve_policy(const struct device *d, char *value, size_t size)
{
	return show_str(value, size, "no_reserve") && d->hdisk;
}

static int set_reserve_policy(const struct device *d, const char *value, struct attr_change *c)
{
	(void)d;
	(void)c;
	return strcmp(value, "no_reserve") ? -EINVAL : 0;
}

static bool get_rw_timeout(const struct device *d, char *value, size_t size)
{
	return show_later(d, value, size, "rw_timeout") ||
	       show_sysfs(d, value, size, "device/timeout");
}

static int set_rw_timeout(const struct device *d, const char *value, struct attr_change *c)
{
	uint64_t seconds;
	int err = parse_u64(value, TIMEOUT_MAX, &seconds);

	(void)d;
	c->rw_timeout = value;
	return err || seconds ? err : -ERANGE;
}

static bool get_disk_size(const struct device *d, char *value, size_t size)
{
	const uint64_t *bytes = d->vtd ? &d->vtd->size : d->disk ? &d->disk->size : NULL;

	return bytes && show_uint(value, size, *bytes);
}

static bool get_disk_block(const struct device *d, char *value, size_t size)
{
	return show_sysfs(d, value, size, "queue/logical_block_size");
}

static bool get_disk_udid(const struct device *d, char *value, size_t size)
{
	if (d->hdisk)
		str_copy(value, size, d->hdisk->id);
	else
		disk_identity(0, d->disk->path, value, size);
	return value[0];
}

static bool get_node(const struct device *d, char *value, size_t size)
{
	if (!d->disk)
		return false;
	snprintf(value, size, "/dev/%s", d->disk->name);
	return true;
}

static const char alua_range[] =
	"active/optimized\nactive/non-optimized\nstandby\nunavailable\ntransitioning";
static const char error_range[] = "none\nmedium\nno_space\nnot_ready\ntarget_failure\nhang";

/* In ASCII order of names, as AIX lists them. */
const struct attr attrs[] = {
	{ "LogicalUnitAddr", "Logical Unit Address", CLASS_VTD, NULL, get_lun, NULL },
	{ "aix_tdev", "Target Device Name", CLASS_VTD, NULL, get_backing, NULL },
	{ "alua_state", "State of the Path for Clients", CLASS_VTD, alua_range, get_alua_state,
	  set_alua_state },
	{ "backend", "How the Backing Device is Reached", CLASS_VTD, NULL, get_backend, NULL },
	{ "block_size", "Logical Block Size in Bytes", CLASS_VTD, NULL, get_block_size, NULL },
	{ "block_size", "Logical Block Size in Bytes", CLASS_DISK, NULL, get_disk_block, NULL },
	{ "clients", "Connected Client Adapters", CLASS_VHOST, NULL, get_clients, NULL },
	{ "host", "SCSI Host", CLASS_VSCSI, NULL, get_host, NULL },
	{ "inject_delay_us", "Microseconds to Wait Before Each Command", CLASS_VTD,
	  "0...60000000 (+1)", get_inject_delay, set_inject_delay },
	{ "inject_error", "Error to Answer With", CLASS_VTD, error_range,
	  get_inject_error, set_inject_error },
	{ "inject_every", "Commands From One Error to the Next", CLASS_VTD,
	  "0...4294967295 (+1)", get_inject_every, set_inject_every },
	{ "link_state", "State of the Connection", CLASS_VSCSI, NULL, get_link_state, NULL },
	{ "mirrored", "Mirrored", CLASS_VTD, NULL, get_mirrored, NULL },
	{ "path", "Path of the Backing Device", CLASS_VTD, NULL, get_path, NULL },
	{ "path", "Device Node", CLASS_DRIVE, NULL, get_node, NULL },
	{ "phys_block_size", "Physical Block Size in Bytes", CLASS_VTD, NULL, get_physical, NULL },
	{ "queue_depth", "Queue DEPTH", CLASS_DISK, "1...65535 (+1)", get_queue_depth,
	  set_queue_depth },
	{ "queue_depth", "Commands in Each Queue", CLASS_VSCSI, NULL, get_adapter_depth, NULL },
	{ "queues", "Hardware Queues", CLASS_VSCSI, NULL, get_queues, NULL },
	{ "read_only", "Read Only", CLASS_VTD, NULL, get_read_only, NULL },
	{ "remote_partition", "Partition at the Other End", CLASS_VHOST | CLASS_VSCSI, NULL,
	  get_remote_partition, NULL },
	{ "remote_slot", "Slot at the Other End", CLASS_VHOST | CLASS_VSCSI, NULL,
	  get_remote_slot, NULL },
	{ "rescan", "Look at the Size Again", CLASS_VTD, "yes\nno", get_rescan, set_rescan },
	{ "reserve_policy", "Reserve Policy", CLASS_DISK, "no_reserve", get_reserve_policy,
	  set_reserve_policy },
	{ "rw_timeout", "READ/WRITE Time Out Value", CLASS_DISK, "1...3600 (+1)", get_rw_timeout,
	  set_rw_timeout },
	{ "size", "Size in Bytes", CLASS_VTD | CLASS_DISK, NULL, get_disk_size, NULL },
	{ "slot", "Virtual Slot", CLASS_VHOST | CLASS_VSCSI, NULL, get_slot, NULL },
	{ "state", "State of the Backing Device", CLASS_VTD, NULL, get_state, NULL },
	{ "thin", "Blocks Can Be Unmapped", CLASS_VTD, NULL, get_thin, NULL },
	{ "udid_info", "Unique Device Identifier", CLASS_VTD, NULL, get_udid, NULL },
	{ "unique_id", "Unique Device Identifier", CLASS_DRIVE, NULL, get_disk_udid, NULL },
	{ "write_cache", "Volatile Write Cache", CLASS_VTD, NULL, get_write_cache, NULL },
	{ .name = NULL }
};

const struct attr *attr_find(const struct device *d, const char *name, char *value, size_t size)
{
	const struct attr *a;

	for (a = attrs; a->name; a++)
		if (a->classes & d->class && !strcmp(a->name, name) && a->get(d, value, size))
			return a;
	return NULL;
}

bool attr_is_stored(const struct attr *a)
{
	return word_in("queue_depth reserve_policy rw_timeout", a->name);
}

static int apply_sysfs(const struct device *d, const char *file, const char *value)
{
	int err = value ? sysfs_write(value, "class/block/%s/device/%s", d->disk->name, file) : 0;

	if (err == -EACCES)
		err = -EPERM;
	return err ? err_kernel(err, "", d->name) : RC_OK;
}

int attr_apply(const struct device *d, const struct attr_change *c)
{
	int err = c->vtd_set ? vnl_vtd_set(d->name, &c->vtd) : 0;
	int rc;

	if (err)
		return session_refused(err, d->name);
	rc = apply_sysfs(d, "queue_depth", c->queue_depth);
	return rc ? rc : apply_sysfs(d, "timeout", c->rw_timeout);
}
