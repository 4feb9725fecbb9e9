// SPDX-License-Identifier: GPL-2.0
/*
 * The identity of a backing device: the same on every path to it, under every
 * name and after every restart.
 *
 * It depends on the backing device alone.  A SCSI disk has a designator of its
 * own (SPC-4 7.8.5, Device Identification VPD page); for anything else one is
 * computed from a text that identifies it: what user space says, or else the
 * UUID of the partition or of the file system, or else the name of the disk.
 */
#include <linux/blkdev.h>
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/netlink.h>
#include <linux/rcupdate.h>
#include <linux/siphash.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <linux/uuid.h>
#include <scsi/scsi_device.h>

#include "backend.h"
#include "internal.h"

#define NAA_LOCAL		0x3ULL	/* locally assigned, SPC-4 7.8.5.2.6 */
#define NAA_LEN			8
#define NAA_EXTENDED_LEN	16

#define VPD_HEADER_LEN		4
#define DESIGNATOR_HEADER_LEN	4
#define DESIGNATOR_TYPE_NAA	0x03
#define CODE_SET_BINARY		0x01

/* Any constant will do, but it must never change: identities depend on it. */
static const siphash_key_t naa_key = { { 0x7673637369206e61, 0x612064657369676e } };

static bool is_naa_of_lu(const u8 *designator)
{
	return (designator[0] & 0x0f) == CODE_SET_BINARY &&
	       (designator[1] & 0x3f) == DESIGNATOR_TYPE_NAA &&	/* and association 0 */
	       (designator[3] == NAA_LEN || designator[3] == NAA_EXTENDED_LEN);
}

/* Takes the longest NAA designator, which is the most specific one. */
static void take_naa(struct vscsi_identity *id, const u8 *page, int len)
{
	const u8 *end = page + len;
	const u8 *d;

	for (d = page + VPD_HEADER_LEN; d + DESIGNATOR_HEADER_LEN <= end &&
	     d + DESIGNATOR_HEADER_LEN + d[3] <= end; d += DESIGNATOR_HEADER_LEN + d[3]) {
		if (!is_naa_of_lu(d) || d[3] <= id->naa_len)
			continue;
		id->naa_len = d[3];
		memcpy(id->naa, d + DESIGNATOR_HEADER_LEN, d[3]);
	}
}

/* A partition is not the disk, and must not have its designator. */
static void naa_of_scsi_disk(struct vscsi_identity *id, struct block_device *bdev)
{
	struct device *dev = disk_to_dev(bdev->bd_disk)->parent;
	struct scsi_vpd *vpd;

	if (bdev_is_partition(bdev) || !dev || !scsi_is_sdev_device(dev))
		return;

	rcu_read_lock();
	vpd = rcu_dereference(to_scsi_device(dev)->vpd_pg83);
	if (vpd)
		take_naa(id, vpd->data, vpd->len);
	rcu_read_unlock();
}

static void naa_from_udid(struct vscsi_identity *id)
{
	u64 hash = siphash(id->udid, strlen(id->udid), &naa_key);

	put_unaligned_be64(NAA_LOCAL << 60 | hash >> 4, id->naa);
	id->naa_len = NAA_LEN;
}

static void udid_of_bdev(struct vscsi_identity *id, struct block_device *bdev)
{
	id->lasts = true;
	if (id->naa_len) {
		snprintf(id->udid, sizeof(id->udid), "naa.%*phN", id->naa_len, id->naa);
	} else if (bdev->bd_meta_info && bdev->bd_meta_info->uuid[0]) {
		snprintf(id->udid, sizeof(id->udid), "partuuid.%s", bdev->bd_meta_info->uuid);
	} else {
		snprintf(id->udid, sizeof(id->udid), "dev.%pg", bdev);
		id->lasts = false;
	}
}

static void udid_of_file(struct vscsi_identity *id, const struct inode *inode)
{
	const struct super_block *sb = inode->i_sb;
	u64 ino = inode->i_ino;

	id->lasts = !uuid_is_null(&sb->s_uuid);
	if (id->lasts)
		snprintf(id->udid, sizeof(id->udid), "%pU-%llx-%x", &sb->s_uuid, ino,
			 inode->i_generation);
	else
		snprintf(id->udid, sizeof(id->udid), "%.16s-%.16s-%llx-%x", sb->s_type->name,
			 sb->s_id, ino, inode->i_generation);
}

static void udid_of(struct vscsi_identity *id, const struct vscsi_backend *be, const char *name)
{
	char *c;

	if (be->type == VSCSI_BACKEND_BLOCK)
		udid_of_bdev(id, file_bdev(be->file));
	else if (be->file)
		udid_of_file(id, file_inode(be->file));
	else
		snprintf(id->udid, sizeof(id->udid), "ram.%s", name ?: "");

	for (c = id->udid; *c; c++)
		if (!isascii(*c) || !isgraph(*c))
			*c = '_';
}

static int check_udid(const char *udid, struct netlink_ext_ack *extack)
{
	const char *c;

	for (c = udid; *c; c++) {
		if (!isascii(*c) || !isgraph(*c)) {
			NL_SET_ERR_MSG(extack,
				       "The identity has a character that is not printable");
			return -EINVAL;
		}
	}
	if (c == udid || c - udid > VSCSI_UDID_MAX) {
		NL_SET_ERR_MSG_FMT(extack, "The identity must have 1 to %d characters",
				   VSCSI_UDID_MAX);
		return -EINVAL;
	}
	return 0;
}

/**
 * vscsi_identity_init() - find out or make the identity of a backing device
 * @id: filled in
 * @be: open, but for its identity
 * @params: how it was opened
 * @extack: says why not
 *
 * Context: process.
 * Return: 0, or -EINVAL if params->udid can't be used.
 */
int vscsi_identity_init(struct vscsi_identity *id, const struct vscsi_backend *be,
			const struct vscsi_backend_params *params,
			struct netlink_ext_ack *extack)
{
	int err;

	memset(id, 0, sizeof(*id));
	if (be->type == VSCSI_BACKEND_BLOCK)
		naa_of_scsi_disk(id, file_bdev(be->file));

	if (params->udid) {
		err = check_udid(params->udid, extack);
		if (err)
			return err;
		strscpy(id->udid, params->udid, sizeof(id->udid));
		id->lasts = true;
	} else {
		udid_of(id, be, params->name);
	}
	if (!id->naa_len)
		naa_from_udid(id);
	return 0;
}
