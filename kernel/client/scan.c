// SPDX-License-Identifier: GPL-2.0
/*
 * Logical units that appear, vanish and grow.
 *
 * The server says that something has changed; what there is now is read with REPORT LUNS and
 * compared with the devices of the host.  So a lost or doubled event does no harm.
 */
#include <linux/slab.h>
#include <linux/unaligned.h>
#include <scsi/scsi_proto.h>

#include "initiator.h"

#define LUN_REPORT_LUNS		0xc101000000000000ULL

#define ASC_CAPACITY_CHANGED	0x2a
#define ASCQ_CAPACITY_CHANGED	0x09

#define VPD_LEN			255

/* A scan that went wrong is repeated after 1, 2, 4, ... 64 seconds. */
#define RETRY_SHIFT_MAX		6U

/**
 * vscsi_event_arm() - leave an empty IU with the server
 * @client: the client
 * @own: one of client->empty; does nothing if it is there already
 *
 * Context: link_work or scan_work.
 */
void vscsi_event_arm(struct vscsi_client *client, struct vscsi_own *own)
{
	struct viosrp_empty_iu *mad = &own->req.iu.mad.empty_iu;
	u32 handle;

	if (!vscsi_own_claim(own))
		return;
	handle = vscsi_own_open(own, SRP_MAX_IU_LEN);
	memset(mad, 0, sizeof(*mad));
	mad->common.type = cpu_to_be32(VIOSRP_EMPTY_IU_TYPE);
	mad->common.length = cpu_to_be16(SRP_MAX_IU_LEN);
	mad->buffer = cpu_to_be64(handle);
	/* If the link is down it is armed again at the next login. */
	vscsi_own_send(client, own, VIOSRP_MAD_FORMAT, sizeof(*mad));
}

static void note_event(struct vscsi_client *client, const struct srp_aer_req *aer)
{
	struct vscsi_client_event event = {
		.lun = get_unaligned_be64(aer->lun.scsi_lun),
		.asc = aer->sense_data[12],
		.ascq = aer->sense_data[13],
	};
	unsigned long flags;

	spin_lock_irqsave(&client->event_lock, flags);
	if (event.lun == LUN_REPORT_LUNS || client->nr_events == VSCSI_MAX_EVENTS)
		client->scan_all = true;
	else
		client->events[client->nr_events++] = event;
	spin_unlock_irqrestore(&client->event_lock, flags);
}

/**
 * vscsi_event_note() - an empty IU has come back: keep what it says
 * @client: the client
 * @own: the empty IU
 *
 * Context: drain callback.
 */
void vscsi_event_note(struct vscsi_client *client, const struct vscsi_own *own)
{
	const struct srp_aer_req *aer = own->data;

	if (!own->req.iu.mad.empty_iu.common.status && aer->opcode == SRP_AER_REQ &&
	    be32_to_cpu(aer->sense_data_len) >= 14)
		note_event(client, aer);
}

/**
 * vscsi_scan() - handle events, and leave empty IUs with the server
 * @client: the client
 * @delay: jiffies
 *
 * Context: any.
 */
void vscsi_scan(struct vscsi_client *client, unsigned long delay)
{
	mod_delayed_work(client->scan_wq, &client->scan_work, delay);
}

static void want_all(struct vscsi_client *client)
{
	unsigned long flags;

	spin_lock_irqsave(&client->event_lock, flags);
	client->scan_all = true;
	spin_unlock_irqrestore(&client->event_lock, flags);
}

/**
 * vscsi_scan_all() - compare all that the server has with all that the host has
 * @client: the client
 *
 * Context: any.
 */
void vscsi_scan_all(struct vscsi_client *client)
{
	want_all(client);
	vscsi_scan(client, 0);
}

/* An array of the LUNs that the server has; their number or a negative errno. */
static int read_luns(struct vscsi_client *client, u64 **luns)
{
	struct vscsi_own *own = client->query;
	u8 cdb[16] = { REPORT_LUNS };
	int n, i, ret;
	u8 *data;

	do {
		put_unaligned_be32(own->data_len, cdb + 6);
		ret = vscsi_own_read(client, own, LUN_REPORT_LUNS, cdb, own->data_len);
		if (ret == -ETIMEDOUT || ret == -EBUSY)
			vscsi_query_recover(client);
		if (ret < 8)
			return ret < 0 ? ret : -EIO;
		data = own->data;
	} while (vscsi_own_grow(own, get_unaligned_be32(data) + 8));
	n = min_t(u32, get_unaligned_be32(data) / 8, (ret - 8) / 8);
	*luns = kcalloc(n + 1, sizeof(**luns), GFP_KERNEL);
	if (!*luns)
		return -ENOMEM;
	for (i = 0; i < n; i++)
		(*luns)[i] = get_unaligned_be64(data + 8 + i * 8);
	return n;
}

static bool has_lun(const u64 *luns, int n, u64 lun)
{
	while (n--)
		if (luns[n] == lun)
			return true;
	return false;
}

/* Bus, target and unit of a LUN: the other way round than vscsi_sdev_lun(). */
#define BUS(lun)	((lun) >> 53 & 0x7)
#define TARGET(lun)	((lun) >> 56 & 0x3f)
#define UNIT(lun)	((lun) >> 48 & 0x1f)

static struct scsi_device *find_device(struct vscsi_client *client, u64 lun)
{
	return scsi_device_lookup(client->shost, BUS(lun), TARGET(lun), UNIT(lun));
}

/*
 * Nobody gets hold of a device that is being removed, or of any while this module is being
 * unloaded.  Until it has gone, no other can be made in its place.
 */
static bool is_leaving(struct vscsi_client *client, u64 lun)
{
	unsigned long flags;
	bool found;

	spin_lock_irqsave(client->shost->host_lock, flags);
	found = __scsi_device_lookup(client->shost, BUS(lun), TARGET(lun), UNIT(lun));
	spin_unlock_irqrestore(client->shost->host_lock, flags);
	return found;
}

static bool add_device(struct vscsi_client *client, u64 lun)
{
	int ret = scsi_add_device(client->shost, BUS(lun), TARGET(lun), UNIT(lun));

	if (ret)
		dev_dbg(client->adapter->dev, "LUN 0x%016llx can't be added: %d\n", lun, ret);
	return !ret;
}

/* Is this another backing device than the one we know under this LUN? */
static bool identity_changed(struct vscsi_client *client, struct scsi_device *sdev)
{
	u8 cdb[16] = { INQUIRY, 1, 0x83, 0, VPD_LEN };
	const u8 *data = client->query->data;
	const struct scsi_vpd *vpd;
	bool changed = false;
	int len;

	len = vscsi_own_read(client, client->query, vscsi_sdev_lun(sdev), cdb, VPD_LEN);
	if (len < 4)
		return false;
	len = min_t(int, len, get_unaligned_be16(data + 2) + 4);
	rcu_read_lock();
	vpd = rcu_dereference(sdev->vpd_pg83);
	if (vpd)
		changed = vpd->len < len || memcmp(vpd->data, data, len);
	rcu_read_unlock();
	return changed;
}

/*
 * What is still cached for a device that has gone must not be flushed to the one that
 * may have got its LUN meanwhile.
 */
static void remove_device(struct scsi_device *sdev)
{
	vscsi_sdev_set_gone(sdev);
	scsi_remove_device(sdev);
}

static bool check_device(struct vscsi_client *client, struct scsi_device *sdev, u64 lun)
{
	if (!identity_changed(client, sdev)) {
		scsi_rescan_device(sdev);
		return true;
	}
	remove_device(sdev);
	return add_device(client, lun);
}

static void remove_vanished(struct vscsi_client *client, const u64 *luns, int n)
{
	struct scsi_device *sdev;

	shost_for_each_device(sdev, client->shost)
		if (!has_lun(luns, n, vscsi_sdev_lun(sdev)))
			remove_device(sdev);
}

static bool bring_in_line(struct vscsi_client *client, u64 lun, bool look)
{
	struct scsi_device *sdev = find_device(client, lun);
	bool done = true;

	if (!sdev)
		return !is_leaving(client, lun) && add_device(client, lun);
	if (look)
		done = check_device(client, sdev, lun);
	scsi_device_put(sdev);
	return done;
}

/* Known devices are looked at if @which says so. False if it must be tried again. */
static bool compare(struct vscsi_client *client, u64 which, bool all)
{
	bool done = true;
	u64 *luns;
	int n = read_luns(client, &luns);
	int i;

	if (n < 0)
		return false;
	remove_vanished(client, luns, n);
	for (i = 0; i < n; i++)
		done &= bring_in_line(client, luns[i], all || luns[i] == which);
	kfree(luns);
	return done;
}

static bool handle_event(struct vscsi_client *client, const struct vscsi_client_event *event)
{
	struct scsi_device *sdev;

	if (event->asc != ASC_CAPACITY_CHANGED || event->ascq != ASCQ_CAPACITY_CHANGED)
		return compare(client, event->lun, false);
	sdev = find_device(client, event->lun);
	if (sdev) {
		scsi_rescan_device(sdev);
		scsi_device_put(sdev);
	}
	return true;
}

static bool active(struct vscsi_client *client)
{
	return !test_bit(VSCSI_FLAG_GONE, &client->flags) &&
	       vscsi_connection_state(client->conn) == VSCSI_LINK_UP;
}

static bool next_event(struct vscsi_client *client, struct vscsi_client_event *event, bool *all)
{
	unsigned long flags;
	bool found;

	spin_lock_irqsave(&client->event_lock, flags);
	*all = client->scan_all;
	found = *all || client->nr_events;
	if (*all) {
		client->scan_all = false;
		client->nr_events = 0;
	} else if (found) {
		*event = client->events[0];
		client->nr_events--;
		memmove(client->events, client->events + 1, client->nr_events * sizeof(*event));
	}
	spin_unlock_irqrestore(&client->event_lock, flags);
	return found;
}

/**
 * vscsi_scan_work() - handle the events that have come
 * @work: of a struct vscsi_client
 *
 * The empty IUs are sent again first, so that an event that comes while this works is
 * not lost.
 *
 * Context: work on client->scan_wq, sleeps.
 */
void vscsi_scan_work(struct work_struct *work)
{
	struct vscsi_client *client = container_of(work, struct vscsi_client, scan_work.work);
	struct vscsi_client_event event;
	unsigned int i;
	bool all;

	if (!active(client))
		return;
	for (i = 0; i < VSCSI_NR_EMPTY; i++)
		vscsi_event_arm(client, client->empty[i]);
	while (active(client) && next_event(client, &event, &all)) {
		if (all ? compare(client, 0, true) : handle_event(client, &event)) {
			client->scan_failures = 0;
			continue;
		}
		want_all(client);
		/* An event may have come meanwhile: that is sooner. */
		queue_delayed_work(client->scan_wq, &client->scan_work,
				   HZ << min(client->scan_failures++, RETRY_SHIFT_MAX));
		break;
	}
}
