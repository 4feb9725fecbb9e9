// SPDX-License-Identifier: GPL-2.0
/* The managed system and its partitions. */
#include <linux/ctype.h>
#include <linux/netlink.h>
#include <linux/random.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "hypervisor.h"

static DEFINE_MUTEX(config_mutex);
static u32 generation;				/* guarded by config_mutex */
static unsigned int noio;			/* of who holds config_mutex */
static char machine[32];			/* set at init, const after */

LIST_HEAD(vscsi_partitions);

/**
 * vscsi_config_lock() - enter the configuration
 *
 * Guards partitions, slots, adapters, VTDs and the binding of connections. It is the
 * outermost lock of the module; commands never need it, but a connection that has to be made
 * anew does. So nobody who holds it may wait for memory that is written back through one.
 *
 * Context: may sleep, for as long as a removal waits for commands.
 */
void vscsi_config_lock(void)
{
	mutex_lock(&config_mutex);
	noio = memalloc_noio_save();
}

/**
 * vscsi_config_unlock() - leave the configuration
 *
 * Context: the task that took the lock.
 */
void vscsi_config_unlock(void)
{
	memalloc_noio_restore(noio);
	mutex_unlock(&config_mutex);
}

/**
 * vscsi_config_assert_held() - say that a function needs the configuration lock
 *
 * Context: any.
 */
void vscsi_config_assert_held(void)
{
	lockdep_assert_held(&config_mutex);
}

/* 0 would mean "no consistency check" to netlink. */
static void set_generation(u32 value)
{
	generation = value ?: 1;
}

/**
 * vscsi_config_changed() - count a change of the configuration
 *
 * Context: configuration lock held.
 */
void vscsi_config_changed(void)
{
	vscsi_config_assert_held();
	set_generation(generation + 1);
}

/**
 * vscsi_config_generation() - what counts changes, from a random number on
 *
 * Context: configuration lock held.
 * Return: the count, which wraps and is never 0.
 */
u32 vscsi_config_generation(void)
{
	vscsi_config_assert_held();
	return generation;
}

/**
 * vscsi_machine() - machine type, model and serial number
 *
 * Context: any, after init.
 * Return: a string like "U9105.22A.0000001", the start of each location code.
 */
const char *vscsi_machine(void)
{
	return machine;
}

static bool machine_valid(const char *name)
{
	const char *p;

	for (p = name; *p; p++)
		if (!isascii(*p) || (!isalnum(*p) && *p != '.'))
			return false;
	return p > name && p - name < sizeof(machine);
}

/**
 * vscsi_machine_set() - set it, once, at init
 * @name: letters, digits and dots, at most 31
 *
 * Context: module init.
 * Return: 0 or -EINVAL.
 */
int vscsi_machine_set(const char *name)
{
	if (!machine_valid(name))
		return -EINVAL;
	strscpy(machine, name, sizeof(machine));
	/* Whoever remembers the state that an earlier module had must not take it for ours. */
	set_generation(get_random_u32());
	return 0;
}

/**
 * vscsi_partition_find() - look a partition up
 * @id: its id
 *
 * Context: configuration lock held.
 * Return: the partition or NULL.
 */
struct vscsi_partition *vscsi_partition_find(u32 id)
{
	struct vscsi_partition *part;

	vscsi_config_assert_held();
	list_for_each_entry(part, &vscsi_partitions, entry)
		if (part->id == id)
			return part;
	return NULL;
}

static struct vscsi_partition *find_by_name(const char *name)
{
	struct vscsi_partition *part;

	list_for_each_entry(part, &vscsi_partitions, entry)
		if (!strcmp(part->name, name))
			return part;
	return NULL;
}

/* The entry before which a partition with this id goes. */
static struct list_head *place_for(u32 id)
{
	struct vscsi_partition *part;

	list_for_each_entry(part, &vscsi_partitions, entry)
		if (part->id > id)
			return &part->entry;
	return &vscsi_partitions;
}

static u32 lowest_free_id(void)
{
	u32 id = 1;

	while (id <= VSCSI_PARTITION_ID_MAX && vscsi_partition_find(id))
		id++;
	return id;
}

static bool partition_name_valid(const char *name)
{
	const char *p;

	for (p = name; *p; p++)
		if (!isascii(*p) || !isgraph(*p) || strchr("(),<>*$&?|[]'\"`/:=", *p))
			return false;
	return p > name && p - name <= VSCSI_PARTITION_NAME_MAX;
}

/**
 * vscsi_partition_create() - make a partition
 * @id: 1 to VSCSI_PARTITION_ID_MAX, or 0: the lowest free one
 * @name: printable, no blanks and none of the characters that location codes,
 *	shells and the -fmt delimiters use
 * @type: VIOS or client
 * @extack: says what was wrong; may be NULL
 *
 * Context: configuration lock held, may sleep.
 * Return: the partition, or ERR_PTR of -EEXIST, -EINVAL, -ENOSPC, -ENOMEM.
 */
struct vscsi_partition *vscsi_partition_create(u32 id, const char *name,
					       enum vscsi_partition_type type,
					       struct netlink_ext_ack *extack)
{
	struct vscsi_partition *part;

	if (!partition_name_valid(name)) {
		NL_SET_ERR_MSG(extack, "partition name is empty, too long or has an odd character");
		return ERR_PTR(-EINVAL);
	}
	if (find_by_name(name)) {
		NL_SET_ERR_MSG(extack, "a partition of that name already exists");
		return ERR_PTR(-EEXIST);
	}
	if (!id)
		id = lowest_free_id();
	if (id > VSCSI_PARTITION_ID_MAX) {
		NL_SET_ERR_MSG(extack, "no partition id is free");
		return ERR_PTR(-ENOSPC);
	}
	if (vscsi_partition_find(id)) {
		NL_SET_ERR_MSG(extack, "a partition with that id already exists");
		return ERR_PTR(-EEXIST);
	}

	part = kzalloc(sizeof(*part), GFP_KERNEL);
	if (!part)
		return ERR_PTR(-ENOMEM);
	part->id = id;
	part->type = type;
	strscpy(part->name, name, sizeof(part->name));
	INIT_LIST_HEAD(&part->adapters);
	list_add_tail(&part->entry, place_for(id));
	vscsi_config_changed();
	return part;
}

/**
 * vscsi_partition_remove() - remove a partition
 * @part: the partition; freed on success
 * @extack: says what was wrong; may be NULL
 *
 * Context: configuration lock held.
 * Return: 0, or -EBUSY if it still has an adapter.
 */
int vscsi_partition_remove(struct vscsi_partition *part, struct netlink_ext_ack *extack)
{
	vscsi_config_assert_held();
	if (!list_empty(&part->adapters)) {
		NL_SET_ERR_MSG(extack, "the partition still has virtual adapters");
		return -EBUSY;
	}
	list_del(&part->entry);
	kfree(part);
	vscsi_config_changed();
	return 0;
}
