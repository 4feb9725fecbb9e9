// SPDX-License-Identifier: GPL-2.0
/* The bus "vscsi" in sysfs: one device for each adapter that has a name. */
#include <linux/completion.h>
#include <linux/device.h>
#include <linux/refcount.h>
#include <linux/slab.h>

#include "hypervisor.h"

#define UNIT_ADDRESS_BASE	0x30000000

/**
 * struct vscsi_device - an adapter in sysfs
 * @dev: the device
 * @adapter: the adapter; valid while the device is registered
 */
struct vscsi_device {
	struct device dev;
	struct vscsi_adapter *adapter;
};

static struct device *bus_parent;

/**
 * vscsi_dev_adapter() - adapter of a device on the bus
 * @dev: registered on the bus
 *
 * Context: any; the device is registered (in a sysfs callback it is).
 * Return: the adapter.
 */
struct vscsi_adapter *vscsi_dev_adapter(struct device *dev)
{
	return container_of(dev, struct vscsi_device, dev)->adapter;
}

static ssize_t physloc_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", vscsi_dev_adapter(dev)->physloc);
}
static DEVICE_ATTR_RO(physloc);

static ssize_t partition_name_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", vscsi_dev_adapter(dev)->partition->name);
}
static DEVICE_ATTR_RO(partition_name);

static ssize_t partition_number_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", vscsi_dev_adapter(dev)->partition->id);
}
static DEVICE_ATTR_RO(partition_number);

static ssize_t unit_address_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%x\n", UNIT_ADDRESS_BASE + vscsi_dev_adapter(dev)->slot);
}
static DEVICE_ATTR_RO(unit_address);

static ssize_t system_id_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", vscsi_machine());
}
static DEVICE_ATTR_RO(system_id);

static struct attribute *adapter_attrs[] = {
	&dev_attr_physloc.attr,
	&dev_attr_partition_name.attr,
	&dev_attr_partition_number.attr,
	&dev_attr_unit_address.attr,
	&dev_attr_system_id.attr,
	NULL
};

static const struct attribute_group adapter_group = { .attrs = adapter_attrs };
static const struct attribute_group *adapter_groups[] = { &adapter_group, NULL };

/* Not const: kernels before 6.4 write to it. */
static struct bus_type vscsi_bus = {
	.name = "vscsi",
	.dev_groups = adapter_groups,
};

/* Devices that are not released yet: a Scsi_Host below one may outlive its removal. */
static refcount_t nr_devices = REFCOUNT_INIT(1);	/* and one for the module */
static DECLARE_COMPLETION(all_released);

static void device_release(struct device *dev)
{
	kfree(container_of(dev, struct vscsi_device, dev));
	if (refcount_dec_and_test(&nr_devices))
		complete(&all_released);
}

/**
 * vscsi_bus_add() - show an adapter in sysfs
 * @adapter: has a name; stays until vscsi_bus_remove()
 * @groups: more attributes, or NULL
 *
 * Context: configuration lock held, may sleep.
 * Return: the device or an ERR_PTR.
 */
struct device *vscsi_bus_add(struct vscsi_adapter *adapter, const struct attribute_group **groups)
{
	struct vscsi_device *vdev = kzalloc(sizeof(*vdev), GFP_KERNEL);
	int ret;

	if (!vdev)
		return ERR_PTR(-ENOMEM);
	vdev->adapter = adapter;
	vdev->dev.parent = bus_parent;
	vdev->dev.bus = &vscsi_bus;
	vdev->dev.groups = groups;
	vdev->dev.release = device_release;
	ret = dev_set_name(&vdev->dev, "%s", adapter->name);
	if (ret) {
		kfree(vdev);
		return ERR_PTR(ret);
	}
	refcount_inc(&nr_devices);
	ret = device_register(&vdev->dev);
	if (ret) {
		put_device(&vdev->dev);
		return ERR_PTR(ret);
	}
	return &vdev->dev;
}

/**
 * vscsi_bus_remove() - take an adapter out of sysfs
 * @dev: from vscsi_bus_add()
 *
 * Context: configuration lock held, may sleep; waits for readers of its attributes.
 */
void vscsi_bus_remove(struct device *dev)
{
	device_unregister(dev);
}

/**
 * vscsi_bus_init() - register the bus and the device that all adapters sit below
 *
 * Context: module init.
 * Return: 0 or a negative errno.
 */
int vscsi_bus_init(void)
{
	int ret = bus_register(&vscsi_bus);

	if (ret)
		return ret;
	bus_parent = root_device_register("vscsi");
	if (IS_ERR(bus_parent)) {
		bus_unregister(&vscsi_bus);
		return PTR_ERR(bus_parent);
	}
	return 0;
}

/**
 * vscsi_bus_exit() - undo vscsi_bus_init()
 *
 * Context: module exit; no device is left. Sleeps until the last one is released.
 */
void vscsi_bus_exit(void)
{
	if (!refcount_dec_and_test(&nr_devices))
		wait_for_completion(&all_released);
	root_device_unregister(bus_parent);
	bus_unregister(&vscsi_bus);
}
