/* SPDX-License-Identifier: GPL-2.0 */
/* Commands of every logical unit (SPC-4). */
#ifndef VSCSI_CMDSET_SPC_H
#define VSCSI_CMDSET_SPC_H

#include "command.h"

#define VSCSI_VENDOR		"AIX     "
#define VSCSI_PRODUCT_DISK	"VDASD           "
#define VSCSI_REVISION_DISK	"0001"
#define VSCSI_PRODUCT_OPTICAL	"VOPTA           "
#define VSCSI_REVISION_OPTICAL	"    "

#define VSCSI_PDT_DISK		0x00
#define VSCSI_PDT_OPTICAL	0x05
#define VSCSI_PDT_WELL_KNOWN	0x1e
#define VSCSI_PQ_PDT_NONE	0x7f	/* qualifier 3: no device possible here */

/* TransportID of an SRP initiator port (SPC-4 7.6.4.5) */
#define SPC_TRANSPORT_ID_LEN	24
#define SPC_TRANSPORT_ID_SRP	0x04	/* FORMAT CODE, PROTOCOL IDENTIFIER */

/* Service actions of PERSISTENT RESERVE OUT (SPC-4 6.16.2) */
enum spc_pr_action {
	SPC_PR_REGISTER,
	SPC_PR_RESERVE,
	SPC_PR_RELEASE,
	SPC_PR_CLEAR,
	SPC_PR_PREEMPT,
	SPC_PR_PREEMPT_AND_ABORT,
	SPC_PR_REGISTER_AND_IGNORE,
	SPC_PR_REGISTER_AND_MOVE,
};

u8 spc_peripheral(const struct vscsi_cmd *cmd);
enum vscsi_reason spc_readiness(const struct vscsi_cmd *cmd);
const char *spc_product(const struct vscsi_cmd *cmd);

void spc_test_unit_ready(struct vscsi_cmd *cmd);
void spc_request_sense(struct vscsi_cmd *cmd);
void spc_report_luns(struct vscsi_cmd *cmd);
void spc_report_task_management(struct vscsi_cmd *cmd);
void spc_inquiry(struct vscsi_cmd *cmd);
void spc_inquiry_vpd(struct vscsi_cmd *cmd);
void spc_mode_sense_6(struct vscsi_cmd *cmd);
void spc_mode_sense_10(struct vscsi_cmd *cmd);
void spc_mode_select_6(struct vscsi_cmd *cmd);
void spc_mode_select_10(struct vscsi_cmd *cmd);
void spc_log_select(struct vscsi_cmd *cmd);
void spc_log_sense(struct vscsi_cmd *cmd);
void spc_write_buffer(struct vscsi_cmd *cmd);
void spc_read_buffer(struct vscsi_cmd *cmd);
void spc_send_diagnostic(struct vscsi_cmd *cmd);
void spc_receive_diagnostic(struct vscsi_cmd *cmd);
void spc_report_timestamp(struct vscsi_cmd *cmd);
void spc_set_timestamp(struct vscsi_cmd *cmd);
void spc_report_identifying_information(struct vscsi_cmd *cmd);
void spc_set_identifying_information(struct vscsi_cmd *cmd);
void spc_report_opcodes(struct vscsi_cmd *cmd);

void spc_reserve(struct vscsi_cmd *cmd);
void spc_release(struct vscsi_cmd *cmd);
void spc_pr_read_keys(struct vscsi_cmd *cmd);
void spc_pr_read_reservation(struct vscsi_cmd *cmd);
void spc_pr_report_capabilities(struct vscsi_cmd *cmd);
void spc_pr_read_full_status(struct vscsi_cmd *cmd);
enum vscsi_exec spc_pr_out_exec(const struct vscsi_cmd *cmd);
void spc_pr_out(struct vscsi_cmd *cmd);

#endif
