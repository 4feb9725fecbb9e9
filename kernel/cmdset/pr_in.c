// SPDX-License-Identifier: GPL-2.0
/* PERSISTENT RESERVE IN (SPC-4 6.15). */
#include <linux/string.h>
#include <linux/unaligned.h>

#include "pr.h"
#include "reply.h"
#include "spc.h"

#define HEADER_LEN		8
#define KEY_LEN			8
#define RESERVATION_LEN		16
#define CAPABILITIES_LEN	8
#define STATUS_LEN		24

/* REPORT CAPABILITIES, byte 2: neither SIP_C nor ATP_C */
#define CRH			0x10
#define PTPL_C			0x01
/* Byte 3: the types are told; of the commands that read no medium, WE stops none */
#define TMV			0x80
#define ALLOW_COMMANDS		0x30
#define PTPL_A			0x01
/* Bytes 4 and 5: all types */
#define TYPE_MASK		0xea01

#define R_HOLDER		0x01

static void reply_header(struct vscsi_cmd *cmd, const struct vscsi_pr *pr, u32 additional)
{
	u8 buf[HEADER_LEN];

	put_unaligned_be32(pr->generation, buf);
	put_unaligned_be32(additional, buf + 4);
	vscsi_reply_at(cmd, 0, buf, sizeof(buf));
}

/* SPC-4 6.15.2 */
static void read_keys(struct vscsi_cmd *cmd, const struct vscsi_pr *pr)
{
	const struct vscsi_registration *reg;
	u32 at = HEADER_LEN;
	u8 buf[KEY_LEN];

	reply_header(cmd, pr, pr->nr_registrations * KEY_LEN);
	list_for_each_entry(reg, &pr->registrations, entry) {
		put_unaligned_be64(reg->key, buf);
		vscsi_reply_at(cmd, at, buf, sizeof(buf));
		at += sizeof(buf);
	}
}

/* SPC-4 6.15.3: a reservation that all registrants hold has the key 0. */
static void read_reservation(struct vscsi_cmd *cmd, const struct vscsi_pr *pr)
{
	u8 buf[RESERVATION_LEN] = { [13] = VSCSI_PR_SCOPE_LU << 4 | pr->type };

	reply_header(cmd, pr, pr->type ? sizeof(buf) : 0);
	if (!pr->type)
		return;
	if (pr->holder)
		put_unaligned_be64(pr->holder->key, buf);
	vscsi_reply_at(cmd, HEADER_LEN, buf, sizeof(buf));
}

/* SPC-4 6.15.4 */
static void report_capabilities(struct vscsi_cmd *cmd, const struct vscsi_pr *pr)
{
	u8 buf[CAPABILITIES_LEN] = { [2] = CRH, [3] = TMV | ALLOW_COMMANDS };

	if (vscsi_saved_possible(cmd->lu))
		buf[2] |= PTPL_C;
	if (pr->aptpl)
		buf[3] |= PTPL_A;
	put_unaligned_be16(sizeof(buf), buf);
	put_unaligned_be16(TYPE_MASK, buf + 4);
	vscsi_reply_at(cmd, 0, buf, sizeof(buf));
}

static void put_transport_id(const struct vscsi_nexus_id *id, u8 *buf)
{
	memset(buf, 0, SPC_TRANSPORT_ID_LEN);
	buf[0] = SPC_TRANSPORT_ID_SRP;
	memcpy(buf + 8, id->initiator, sizeof(id->initiator));
}

/* SPC-4 6.15.5.3 */
static void put_status(const struct vscsi_pr *pr, const struct vscsi_registration *reg, u8 *buf)
{
	memset(buf, 0, STATUS_LEN);
	put_unaligned_be64(reg->key, buf);
	if (vscsi_pr_holds(pr, reg)) {
		buf[12] = R_HOLDER;
		buf[13] = VSCSI_PR_SCOPE_LU << 4 | pr->type;
	}
	put_unaligned_be16(reg->id.target, buf + 18);
	put_unaligned_be32(SPC_TRANSPORT_ID_LEN, buf + 20);
	put_transport_id(&reg->id, buf + STATUS_LEN);
}

/* SPC-4 6.15.5 */
static void read_full_status(struct vscsi_cmd *cmd, const struct vscsi_pr *pr)
{
	u8 buf[STATUS_LEN + SPC_TRANSPORT_ID_LEN];
	const struct vscsi_registration *reg;
	u32 at = HEADER_LEN;

	reply_header(cmd, pr, pr->nr_registrations * sizeof(buf));
	list_for_each_entry(reg, &pr->registrations, entry) {
		put_status(pr, reg, buf);
		vscsi_reply_at(cmd, at, buf, sizeof(buf));
		at += sizeof(buf);
	}
}

static void reply(struct vscsi_cmd *cmd,
		  void (*data)(struct vscsi_cmd *cmd, const struct vscsi_pr *pr))
{
	struct vscsi_pr *pr = cmd->lu->pr;
	enum vscsi_reason reason = VSCSI_OK;
	unsigned long flags;

	spin_lock_irqsave(&pr->lock, flags);
	/* SPC-2 5.5.1: whoever has sent RESERVE */
	if (pr->reserved)
		reason = VSCSI_RESERVED;
	else
		data(cmd, pr);
	spin_unlock_irqrestore(&pr->lock, flags);
	vscsi_cmd_complete(cmd, reason);
}

/**
 * spc_pr_read_keys() - PERSISTENT RESERVE IN, READ KEYS (SPC-4 6.15.2)
 * @cmd: the command
 *
 * Context: any.
 */
void spc_pr_read_keys(struct vscsi_cmd *cmd)
{
	reply(cmd, read_keys);
}

/**
 * spc_pr_read_reservation() - PERSISTENT RESERVE IN, READ RESERVATION (SPC-4 6.15.3)
 * @cmd: the command
 *
 * Context: any.
 */
void spc_pr_read_reservation(struct vscsi_cmd *cmd)
{
	reply(cmd, read_reservation);
}

/**
 * spc_pr_report_capabilities() - PERSISTENT RESERVE IN, REPORT CAPABILITIES (SPC-4 6.15.4)
 * @cmd: the command
 *
 * Context: any.
 */
void spc_pr_report_capabilities(struct vscsi_cmd *cmd)
{
	reply(cmd, report_capabilities);
}

/**
 * spc_pr_read_full_status() - PERSISTENT RESERVE IN, READ FULL STATUS (SPC-4 6.15.5)
 * @cmd: the command
 *
 * Context: any.
 */
void spc_pr_read_full_status(struct vscsi_cmd *cmd)
{
	reply(cmd, read_full_status);
}
