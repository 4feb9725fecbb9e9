// SPDX-License-Identifier: GPL-2.0
/* Vital product data (SPC-4 7.8, SBC-3 6.5). */
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "alua.h"
#include "copy.h"
#include "reply.h"
#include "sbc.h"
#include "self_test.h"
#include "spc.h"

#define VPD_HEADER_LEN		4
#define VPD_MAX			512

/* Designators, SPC-4 7.8.6 */
#define CODE_SET_BINARY		0x01
#define CODE_SET_ASCII		0x02
#define DESIGNATOR_T10_VENDOR	0x01
#define DESIGNATOR_NAA		0x03
#define DESIGNATOR_PORT		0x14	/* of the target port: relative identifier */
#define DESIGNATOR_GROUP	0x15	/* of the target port: its group */
#define DESIGNATOR_HEADER_LEN	4
#define PORT_DESIGNATORS_LEN	(2 * (DESIGNATOR_HEADER_LEN + 4))

/* SCSI port descriptor: without a TransportID, with the designators of a target port */
#define SCSI_PORT_HEADER_LEN	12

/* Large enough for a client to send large commands, if the device has no wish of its own. */
#define OPTIMAL_TRANSFER	SZ_4M

/* Clients ignore an optimal transfer length of more blocks than this. */
#define OPTIMAL_BLOCKS_MAX	U16_MAX

/**
 * struct vpd_page - a page of vital product data
 * @code: PAGE CODE
 * @kinds: the logical units that have it, enum vscsi_lu_kind
 * @fill: writes what is behind the header; returns the bytes
 * @reply: optional, instead of @fill: returns a page of any length behind the header, and its
 *	length
 * @supported: optional; does this logical unit have it?
 */
struct vpd_page {
	u8 code;
	u8 kinds;
	size_t (*fill)(const struct vscsi_cmd *cmd, u8 *buf);
	size_t (*reply)(struct vscsi_cmd *cmd);
	bool (*supported)(const struct vscsi_lu *lu);
};

static size_t supported_pages(const struct vscsi_cmd *cmd, u8 *buf);

static size_t unit_serial_number(const struct vscsi_cmd *cmd, u8 *buf)
{
	const char *udid = cmd->lu->identity->udid;
	size_t len = strlen(udid);

	memcpy(buf, udid, len);
	return len;
}

static size_t put_naa(const struct vscsi_identity *id, u8 *buf)
{
	if (!id->naa_len)
		return 0;
	buf[0] = CODE_SET_BINARY;
	buf[1] = DESIGNATOR_NAA;
	buf[3] = id->naa_len;
	memcpy(buf + DESIGNATOR_HEADER_LEN, id->naa, id->naa_len);
	return DESIGNATOR_HEADER_LEN + id->naa_len;
}

static size_t put_t10_vendor(const struct vscsi_cmd *cmd, u8 *buf)
{
	const struct vscsi_identity *id = cmd->lu->identity;
	size_t len = strlen(id->udid);

	buf[0] = CODE_SET_ASCII;
	buf[1] = DESIGNATOR_T10_VENDOR;
	buf[3] = 8 + 16 + len;
	memcpy(buf + 4, VSCSI_VENDOR, 8);
	memcpy(buf + 12, spc_product(cmd), 16);
	memcpy(buf + 28, id->udid, len);
	return DESIGNATOR_HEADER_LEN + 8 + 16 + len;
}

static size_t put_port(u8 type, u16 id, u8 *buf)
{
	buf[0] = CODE_SET_BINARY;
	buf[1] = type;
	buf[3] = 4;
	put_unaligned_be16(id, buf + 6);
	return DESIGNATOR_HEADER_LEN + 4;
}

/* A target port, and its group: see alua.h. */
static size_t put_port_and_group(u16 port, u8 *buf)
{
	size_t len = put_port(DESIGNATOR_PORT, port, buf);

	return len + put_port(DESIGNATOR_GROUP, port, buf + len);
}

static size_t device_identification(const struct vscsi_cmd *cmd, u8 *buf)
{
	size_t len = put_naa(cmd->lu->identity, buf);

	len += put_t10_vendor(cmd, buf + len);
	if (cmd->kind == VSCSI_LU_DISK && spc_alua_supported(cmd->lu))
		len += put_port_and_group(cmd->lu->path.port, buf + len);
	return len;
}

/*
 * SCSI Ports (SPC-4 7.8): those of REPORT TARGET PORT GROUPS, each with the designators that the
 * Device Identification page has there.
 */
static size_t scsi_ports(struct vscsi_cmd *cmd)
{
	u8 buf[SCSI_PORT_HEADER_LEN + PORT_DESIGNATORS_LEN];
	struct vscsi_pr *pr = cmd->lu->pr;
	u32 at = VPD_HEADER_LEN;
	u16 port;

	for (port = vscsi_path_next_port(pr, 0); port; port = vscsi_path_next_port(pr, port)) {
		memset(buf, 0, sizeof(buf));
		put_unaligned_be16(port, buf + 2);
		put_unaligned_be16(PORT_DESIGNATORS_LEN, buf + 10);
		put_port_and_group(port, buf + SCSI_PORT_HEADER_LEN);
		vscsi_reply_at(cmd, at, buf, sizeof(buf));
		at += sizeof(buf);
	}
	return at - VPD_HEADER_LEN;
}

/* SPC-4 7.8.7; buf[n] is byte n + 4 of the page */
static size_t extended_inquiry(const struct vscsi_cmd *cmd, u8 *buf)
{
	buf[1] = 0x01;			/* SIMPSUP */
	if (cmd->lu->backend->caps.write_cache)
		buf[2] = 0x01;		/* V_SUP: volatile cache */
	/* EXTENDED SELF-TEST COMPLETION MINUTES */
	put_unaligned_be16(min_t(u32, vscsi_self_test_seconds(cmd->lu) / 60 + 1, U16_MAX),
			   buf + 6);
	return 60;
}

/* Mode Page Policy (SPC-4 7.8): one set of all pages and subpages for all I_T nexuses. */
static size_t mode_page_policy(const struct vscsi_cmd *cmd, u8 *buf)
{
	buf[0] = 0x3f;
	buf[1] = 0xff;
	return 4;
}

static u32 to_blocks(const struct vscsi_lu *lu, u64 bytes)
{
	return min_t(u64, bytes >> lu->block_shift, U32_MAX);
}

static u32 optimal_transfer(const struct vscsi_lu *lu)
{
	const struct vscsi_backend_caps *caps = &lu->backend->caps;
	u32 unit = max(caps->io_opt, max(caps->io_min, lu->block_size));
	u32 limit = min_t(u32, caps->max_io, OPTIMAL_BLOCKS_MAX << lu->block_shift);
	u32 len;

	if (unit > limit)
		return 0;
	len = roundup(OPTIMAL_TRANSFER, unit);
	return to_blocks(lu, len <= limit ? len : rounddown(limit, unit));
}

static void put_unmap_limits(const struct vscsi_lu *lu, u8 *buf)
{
	const struct vscsi_backend_caps *caps = &lu->backend->caps;

	if (!caps->max_unmap)
		return;
	put_unaligned_be32(to_blocks(lu, caps->max_unmap), buf + 16);
	put_unaligned_be32(SBC_UNMAP_DESCRIPTORS_MAX, buf + 20);
	put_unaligned_be32(to_blocks(lu, caps->unmap_granularity), buf + 24);
}

/* SBC-3 6.5.3; buf[n] is byte n + 4 of the page */
static size_t block_limits(const struct vscsi_cmd *cmd, u8 *buf)
{
	const struct vscsi_lu *lu = cmd->lu;
	const struct vscsi_backend_caps *caps = &lu->backend->caps;

	buf[1] = SBC_COMPARE_AND_WRITE_MAX;
	put_unaligned_be16(min_t(u32, to_blocks(lu, caps->io_min), U16_MAX), buf + 2);
	put_unaligned_be32(to_blocks(lu, caps->max_io), buf + 4);
	put_unaligned_be32(optimal_transfer(lu), buf + 8);
	put_unmap_limits(lu, buf);
	put_unaligned_be64(sbc_write_same_max(lu), buf + 32);
	return 60;
}

/* SBC-3 6.5.2; buf[n] is byte n + 4 of the page */
static size_t block_characteristics(const struct vscsi_cmd *cmd, u8 *buf)
{
	if (!cmd->lu->backend->caps.rotational)
		put_unaligned_be16(1, buf);	/* MEDIUM ROTATION RATE: non-rotating */
	if (sbc_can_erase(cmd->lu))
		buf[3] = 0x40;			/* WABEREQ: what is erased can be read */
	return 60;
}

/* SBC-3 6.5.4; buf[n] is byte n + 4 of the page */
static size_t provisioning(const struct vscsi_cmd *cmd, u8 *buf)
{
	const struct vscsi_backend_caps *caps = &cmd->lu->backend->caps;

	if (caps->max_unmap) {
		buf[1] = 0x80 | 0x40 | 0x20;	/* LBPU, LBPWS, LBPWS10 */
		buf[2] = 0x02;			/* PROVISIONING TYPE: thin */
		if (caps->unmap_zeroes)
			buf[1] |= 0x04;		/* LBPRZ */
	}
	return 4;
}

static const struct vpd_page pages[] = {
	{ 0x00, VSCSI_LU_DISK | VSCSI_LU_OPTICAL | VSCSI_LU_WELL_KNOWN, supported_pages },
	{ 0x80, VSCSI_LU_DISK | VSCSI_LU_OPTICAL, unit_serial_number },
	{ 0x83, VSCSI_LU_DISK | VSCSI_LU_OPTICAL, device_identification },
	{ 0x86, VSCSI_LU_DISK, extended_inquiry },
	{ 0x87, VSCSI_LU_DISK, mode_page_policy },
	{ 0x88, VSCSI_LU_DISK, .reply = scsi_ports, .supported = spc_alua_supported },
	{ 0x8f, VSCSI_LU_DISK, spc_third_party_copy },
	{ 0xb0, VSCSI_LU_DISK, block_limits },
	{ 0xb1, VSCSI_LU_DISK, block_characteristics },
	{ 0xb2, VSCSI_LU_DISK, provisioning },
};

static bool has_page(const struct vscsi_cmd *cmd, const struct vpd_page *page)
{
	return (page->kinds & cmd->kind) && (!page->supported || page->supported(cmd->lu));
}

static size_t supported_pages(const struct vscsi_cmd *cmd, u8 *buf)
{
	size_t len = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pages); i++)
		if (has_page(cmd, &pages[i]))
			buf[len++] = pages[i].code;
	return len;
}

static const struct vpd_page *find_page(const struct vscsi_cmd *cmd)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pages); i++)
		if (pages[i].code == cmd->cdb[2] && has_page(cmd, &pages[i]))
			return &pages[i];
	return NULL;
}

/**
 * spc_inquiry_vpd() - INQUIRY with EVPD (SPC-4 6.4.4)
 * @cmd: the command
 *
 * Context: any.
 */
void spc_inquiry_vpd(struct vscsi_cmd *cmd)
{
	const struct vpd_page *page = find_page(cmd);
	u8 buf[VPD_MAX] = { 0 };
	size_t len;

	if (!page) {
		vscsi_fail_field(cmd, 2, 7);
		return;
	}
	len = page->reply ? page->reply(cmd) : page->fill(cmd, buf + VPD_HEADER_LEN);
	buf[0] = spc_peripheral(cmd);
	buf[1] = page->code;
	put_unaligned_be16(len, buf + 2);
	vscsi_reply(cmd, buf, VPD_HEADER_LEN + (page->reply ? 0 : len));
}
