// SPDX-License-Identifier: GPL-2.0
/* Attributes of the SCSI host, named as on Linux on POWER, and of its devices. */
#include "initiator.h"

static struct vscsi_client *dev_client(struct device *dev)
{
	return shost_priv(class_to_shost(dev));
}

/* Copies, so that no login changes them meanwhile. */
static struct mad_adapter_info_data info_of(struct device *dev)
{
	struct vscsi_client *client = dev_client(dev);
	struct mad_adapter_info_data info;

	mutex_lock(&client->info_lock);
	info = client->info;
	mutex_unlock(&client->info_lock);
	return info;
}

static struct capabilities caps_of(struct device *dev)
{
	struct vscsi_client *client = dev_client(dev);
	struct capabilities caps;

	mutex_lock(&client->info_lock);
	caps = client->caps;
	mutex_unlock(&client->info_lock);
	return caps;
}

static ssize_t partition_name_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%.96s\n", info_of(dev).partition_name);
}
static DEVICE_ATTR_RO(partition_name);

static ssize_t partition_number_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", be32_to_cpu(info_of(dev).partition_number));
}
static DEVICE_ATTR_RO(partition_number);

static ssize_t srp_version_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%.8s\n", info_of(dev).srp_version);
}
static DEVICE_ATTR_RO(srp_version);

static ssize_t mad_version_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", be32_to_cpu(info_of(dev).mad_version));
}
static DEVICE_ATTR_RO(mad_version);

static ssize_t os_type_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", be32_to_cpu(info_of(dev).os_type));
}
static DEVICE_ATTR_RO(os_type);

static ssize_t vhost_name_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%.32s\n", caps_of(dev).name);
}
static DEVICE_ATTR_RO(vhost_name);

static ssize_t vhost_loc_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%.32s\n", caps_of(dev).loc);
}
static DEVICE_ATTR_RO(vhost_loc);

static const char *const link_names[] = {
	[VSCSI_LINK_DOWN] = "down",
	[VSCSI_LINK_INIT] = "init",
	[VSCSI_LINK_LOGIN] = "login",
	[VSCSI_LINK_UP] = "up",
	[VSCSI_LINK_CLOSING] = "closing",
};

/* The server sends no configuration data of its own: what the adapter is configured to. */
static ssize_t config_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct vscsi_client *client = dev_client(dev);
	struct vscsi_adapter *adapter = client->adapter;

	return sysfs_emit(buf, "adapter=%s\nphysloc=%s\nremote_partition=%u\nremote_slot=%u\n"
			  "link=%s\nqueues=%u\npoll_queues=%u\ncan_queue=%u\n",
			  adapter->name, adapter->physloc, adapter->remote_partition,
			  adapter->remote_slot, link_names[vscsi_connection_state(client->conn)],
			  client->conn->nr_queues - client->nr_polled, client->nr_polled,
			  VSCSI_CAN_QUEUE);
}
static DEVICE_ATTR_RO(config);

static struct attribute *shost_attrs[] = {
	&dev_attr_partition_name.attr,
	&dev_attr_partition_number.attr,
	&dev_attr_srp_version.attr,
	&dev_attr_mad_version.attr,
	&dev_attr_os_type.attr,
	&dev_attr_vhost_name.attr,
	&dev_attr_vhost_loc.attr,
	&dev_attr_config.attr,
	NULL
};

static const struct attribute_group shost_group = { .attrs = shost_attrs };

const struct attribute_group *vscsi_shost_groups[] = { &shost_group, NULL };

/* As a client partition sees a virtual disk: its adapter, port 1, the LUN. */
static ssize_t physloc_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const struct scsi_device *sdev = to_scsi_device(dev);
	const struct vscsi_client *client = shost_priv(sdev->host);

	return sysfs_emit(buf, "%s-T1-L%llx\n", client->adapter->physloc, vscsi_sdev_lun(sdev));
}
static DEVICE_ATTR_RO(physloc);

static struct attribute *sdev_attrs[] = {
	&dev_attr_physloc.attr,
	NULL
};

static const struct attribute_group sdev_group = { .attrs = sdev_attrs };

const struct attribute_group *vscsi_sdev_groups[] = { &sdev_group, NULL };
