// SPDX-License-Identifier: GPL-2.0
/* Standard INQUIRY data (SPC-4 6.4.2). */
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "alua.h"
#include "reply.h"
#include "spc.h"

#define INQUIRY_LEN		96
#define EVPD			0x01

/*
 * SPC-4.  A real VIOS says 3 (SPC), but from a device of that age Linux reads no
 * VPD, asks for no READ CAPACITY(16), sees no provisioning and sends no UNMAP.
 * SPC-4 is what the command set implements.
 */
#define VERSION_SPC4		0x06

#define RMB			0x80	/* the medium is removable */
#define RESPONSE_FORMAT		0x02
#define HISUP			0x10	/* LUNs are hierarchical */
#define THIRD_PARTY_COPY	0x08	/* 3PC */
#define TPGS			0x30	/* states of paths change by command and without */
#define CMDQUE			0x02

#define BACKING_NAME_AT		36
#define BACKING_NAME_LEN	20
#define VERSION_DESCRIPTORS_AT	58

static const struct {
	u16 standard;
	u8 kinds;
} version_descriptors[] = {
	{ 0x00a0, U8_MAX },		/* SAM-5 */
	{ 0x0940, U8_MAX },		/* SRP */
	{ 0x0460, U8_MAX },		/* SPC-4 */
	{ 0x04c0, VSCSI_LU_DISK },	/* SBC-3 */
	{ 0x04e0, VSCSI_LU_OPTICAL },	/* MMC-6 */
};

static void put_version_descriptors(const struct vscsi_cmd *cmd, u8 *buf)
{
	unsigned int i, at = VERSION_DESCRIPTORS_AT;

	for (i = 0; i < ARRAY_SIZE(version_descriptors); i++) {
		if (!(version_descriptors[i].kinds & cmd->kind))
			continue;
		put_unaligned_be16(version_descriptors[i].standard, buf + at);
		at += 2;
	}
}

/* The name of the backing device stands where a Virtual I/O Server puts it. */
static void put_backing_name(const struct vscsi_cmd *cmd, u8 *buf)
{
	const char *name = cmd->lu->backing_name;

	memcpy_and_pad(buf + BACKING_NAME_AT, BACKING_NAME_LEN, name,
		       strnlen(name, BACKING_NAME_LEN), ' ');
}

static void standard_inquiry(struct vscsi_cmd *cmd)
{
	bool optical = cmd->kind == VSCSI_LU_OPTICAL;
	u8 buf[INQUIRY_LEN] = {
		[0] = spc_peripheral(cmd),
		[1] = optical ? RMB : 0,
		[2] = VERSION_SPC4,
		[3] = HISUP | RESPONSE_FORMAT,
		[4] = INQUIRY_LEN - 5,
		[7] = CMDQUE,
	};

	memcpy(buf + 8, VSCSI_VENDOR, 8);
	memcpy(buf + 16, spc_product(cmd), 16);
	memcpy(buf + 32, optical ? VSCSI_REVISION_OPTICAL : VSCSI_REVISION_DISK, 4);
	if (cmd->lu)
		put_backing_name(cmd, buf);
	if (cmd->kind == VSCSI_LU_DISK)
		buf[5] = THIRD_PARTY_COPY | (spc_alua_supported(cmd->lu) ? TPGS : 0);
	put_version_descriptors(cmd, buf);
	vscsi_reply(cmd, buf, sizeof(buf));
}

/**
 * spc_inquiry() - INQUIRY (SPC-4 6.4)
 * @cmd: the command
 *
 * Context: any.
 */
void spc_inquiry(struct vscsi_cmd *cmd)
{
	if (cmd->cdb[1] & EVPD)
		spc_inquiry_vpd(cmd);
	else if (cmd->cdb[2])
		vscsi_fail_field(cmd, 2, 7);
	else
		standard_inquiry(cmd);
}
