// SPDX-License-Identifier: GPL-2.0
/* The mechanics of a drive: tray, lock, spindle, and what it says of them. */
#include <linux/bitops.h>
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/unaligned.h>

#include "mmc.h"
#include "opcode.h"
#include "reply.h"
#include "sbc.h"

/* START STOP UNIT, byte 4 */
#define LOEJ			0x02
#define START			0x01

/* PREVENT ALLOW MEDIUM REMOVAL, byte 4 */
#define PREVENT			0x01

/* GET EVENT STATUS NOTIFICATION */
#define POLLED			0x01
#define NEA			0x80	/* no event available: no such class */
#define EVENT_HEADER_LEN	4
#define EVENT_LEN		8
#define CLASS_OPERATIONAL	1
#define CLASS_EXTERNAL		3
#define CLASS_MEDIA		4
#define CLASSES			(BIT(CLASS_OPERATIONAL) | BIT(CLASS_EXTERNAL) | BIT(CLASS_MEDIA))
#define NEW_MEDIA		2
#define MEDIA_REMOVAL		3
#define MEDIA_PRESENT		0x02
#define DOOR_OPEN		0x01

/* MECHANISM STATUS, byte 1 */
#define MECHANISM_DOOR_OPEN	0x10

/* Recommended time-outs, in seconds, of short and long commands: as in REPORT SUPPORTED ... */
#define TIMEOUT_SHORT		30
#define TIMEOUT_LONG		120

/* Capabilities and Mechanical Status page */
#define DVD_ROM_READ		0x08
#define DVD_RAM			0x20
#define TRAY			0x20
#define CAN_EJECT		0x08
#define LOCKED			0x02
#define CAN_LOCK		0x01

/**
 * mmc_has_medium() - is there a medium in the drive?
 * @lu: an optical drive as a command sees it
 *
 * Context: any.
 */
bool mmc_has_medium(const struct vscsi_lu *lu)
{
	return READ_ONCE(lu->blocks);
}

/**
 * mmc_is_rewritable() - is there a medium in it, and can it be written?
 * @lu: an optical drive as a command sees it
 *
 * Context: any.
 */
bool mmc_is_rewritable(const struct vscsi_lu *lu)
{
	return mmc_has_medium(lu) && !vscsi_lu_read_only(lu);
}

/* What is cached is written before the medium may stop or go. */
static enum vscsi_reason stop(struct vscsi_cmd *cmd)
{
	enum vscsi_reason reason;

	if (!mmc_has_medium(cmd->lu))
		return VSCSI_OK;
	reason = sbc_flush(cmd);
	if (reason == VSCSI_OK)
		WRITE_ONCE(cmd->lu->stopped, true);
	return reason;
}

static enum vscsi_reason start(struct vscsi_cmd *cmd)
{
	WRITE_ONCE(cmd->lu->stopped, false);
	return vscsi_lu_ready(cmd->lu);
}

static enum vscsi_reason eject(struct vscsi_cmd *cmd)
{
	enum vscsi_reason reason = sbc_flush(cmd);

	return reason == VSCSI_OK ? cmd->target->move_tray(cmd, true) : reason;
}

/* A tray that closes with nothing in it is no error. */
static enum vscsi_reason load(struct vscsi_cmd *cmd)
{
	enum vscsi_reason reason = cmd->target->move_tray(cmd, false);

	if (reason == VSCSI_OK && mmc_has_medium(cmd->lu))
		reason = start(cmd);
	return reason;
}

/**
 * mmc_start_stop() - START STOP UNIT (MMC-6)
 * @cmd: the command
 *
 * An ejected medium is out of the drive: the server has to load it again.  IMMED makes no
 * difference, as with disks.
 *
 * Context: process, may sleep.
 */
void mmc_start_stop(struct vscsi_cmd *cmd)
{
	enum vscsi_reason reason;

	switch (cmd->cdb[4] & (LOEJ | START)) {
	case LOEJ | START:
		reason = load(cmd);
		break;
	case LOEJ:
		reason = eject(cmd);
		break;
	case START:
		reason = start(cmd);
		break;
	default:
		reason = stop(cmd);
	}
	vscsi_cmd_complete(cmd, reason);
}

/**
 * mmc_prevent_allow() - PREVENT ALLOW MEDIUM REMOVAL (MMC-6, SPC-4)
 * @cmd: the command
 *
 * Each nexus locks the drive for itself; it is locked as long as one of them does.
 *
 * Context: any.
 */
void mmc_prevent_allow(struct vscsi_cmd *cmd)
{
	cmd->target->prevent(cmd, cmd->cdb[4] & PREVENT);
	vscsi_cmd_complete(cmd, VSCSI_OK);
}

static u8 media_status(const struct vscsi_lu *lu)
{
	if (mmc_has_medium(lu))
		return MEDIA_PRESENT;
	return READ_ONCE(lu->tray_open) ? DOOR_OPEN : 0;
}

/* An event that the client leaves no room for is kept for the next command. */
static u8 next_media_event(struct vscsi_cmd *cmd)
{
	if (vscsi_opcode_length(cmd->op, cmd->cdb) < EVENT_LEN || !cmd->target->media_event(cmd))
		return 0;
	return mmc_has_medium(cmd->lu) ? NEW_MEDIA : MEDIA_REMOVAL;
}

/**
 * mmc_get_event_status() - GET EVENT STATUS NOTIFICATION (MMC-6)
 * @cmd: the command
 *
 * Only polled.  Of the classes asked for one is reported: that with an event, else the first.
 * Operational changes and external requests do not happen here; who asks is told so.
 *
 * Context: any.
 */
void mmc_get_event_status(struct vscsi_cmd *cmd)
{
	u8 wanted = cmd->cdb[4] & CLASSES, event = 0;
	u8 buf[EVENT_LEN] = { [3] = CLASSES };

	if (!(cmd->cdb[1] & POLLED)) {
		vscsi_fail_field(cmd, 1, 0);
		return;
	}
	if (!wanted) {
		put_unaligned_be16(EVENT_HEADER_LEN - 2, buf);
		buf[2] = NEA;
		vscsi_reply(cmd, buf, EVENT_HEADER_LEN);
		return;
	}
	if (wanted & BIT(CLASS_MEDIA))
		event = next_media_event(cmd);
	put_unaligned_be16(EVENT_LEN - 2, buf);
	buf[2] = event ? CLASS_MEDIA : ffs(wanted) - 1;
	if (buf[2] == CLASS_MEDIA) {
		buf[4] = event;
		buf[5] = media_status(cmd->lu);
	}
	vscsi_reply(cmd, buf, EVENT_LEN);
}

/**
 * mmc_mechanism_status() - MECHANISM STATUS (MMC-6)
 * @cmd: the command
 *
 * No changer: there are no slots.
 *
 * Context: any.
 */
void mmc_mechanism_status(struct vscsi_cmd *cmd)
{
	u8 buf[8] = { [1] = READ_ONCE(cmd->lu->tray_open) ? MECHANISM_DOOR_OPEN : 0 };

	vscsi_reply(cmd, buf, sizeof(buf));
}

/**
 * mmc_timeout_page() - fill in the Timeout and Protect mode page
 * @cmd: the command that asks for it
 * @page: zeroes but for code and length
 *
 * Context: any.
 */
void mmc_timeout_page(const struct vscsi_cmd *cmd, u8 *page)
{
	put_unaligned_be16(TIMEOUT_SHORT, page + 6);
	put_unaligned_be16(TIMEOUT_LONG, page + 8);
}

/**
 * mmc_capabilities_page() - fill in the Capabilities and Mechanical Status mode page
 * @cmd: the command that asks for it
 * @page: zeroes but for code and length
 *
 * MMC-6 has left it to GET CONFIGURATION, but drivers go by it.  The speeds stay 0: a file
 * has none.
 *
 * Context: any.
 */
void mmc_capabilities_page(const struct vscsi_cmd *cmd, u8 *page)
{
	page[2] = DVD_ROM_READ | DVD_RAM;
	page[3] = DVD_RAM;
	page[6] = TRAY | CAN_EJECT | CAN_LOCK | (cmd->target->locked(cmd) ? LOCKED : 0);
}
