// SPDX-License-Identifier: GPL-2.0
/* The rows of the opcode table, in the order of opcode and service action. */
#include <linux/kernel.h>

#include "alua.h"
#include "copy.h"
#include "mmc.h"
#include "opcode.h"
#include "saved.h"
#include "sbc.h"
#include "spc.h"

#define LU_DISK_WELL_KNOWN	(VSCSI_LU_DISK | VSCSI_LU_WELL_KNOWN)
#define LU_BLOCKS		(VSCSI_LU_DISK | VSCSI_LU_OPTICAL)
#define LU_ANY			(LU_BLOCKS | VSCSI_LU_NONE | VSCSI_LU_WELL_KNOWN)

#define CONFLICT_ANY		(VSCSI_OP_CONFLICT_WE | VSCSI_OP_CONFLICT_EA)
#define STATE_ANY		(VSCSI_OP_STANDBY | VSCSI_OP_UNAVAILABLE | VSCSI_OP_TRANSITION)

/* These tell of no unit attention, and are accepted whatever is the matter. */
#define ANY_TIME_FLAGS		(VSCSI_OP_DATA_IN | VSCSI_OP_UA_EXEMPT |			\
				 VSCSI_OP_RESERVE_EXEMPT | STATE_ANY)
#define READ_FLAGS		(VSCSI_OP_READ | VSCSI_OP_MEDIUM | VSCSI_OP_DATA_IN |	\
				 VSCSI_OP_BLOCKS | VSCSI_OP_MAX_TRANSFER |		\
				 VSCSI_OP_CONFLICT_EA)
#define WRITE_FLAGS		(VSCSI_OP_WRITE | VSCSI_OP_MEDIUM | VSCSI_OP_DATA_OUT |	\
				 VSCSI_OP_BLOCKS | VSCSI_OP_MAX_TRANSFER | CONFLICT_ANY)
#define WRITE_SAME_FLAGS	(VSCSI_OP_WRITE | VSCSI_OP_MEDIUM | VSCSI_OP_DATA_OUT |	\
				 VSCSI_OP_BLOCKS | VSCSI_OP_BLOCKING | CONFLICT_ANY)
#define UNMAP_FLAGS		(VSCSI_OP_WRITE | VSCSI_OP_MEDIUM | VSCSI_OP_DATA_OUT |	\
				 VSCSI_OP_BLOCKING | CONFLICT_ANY)
#define VERIFY_FLAGS		(VSCSI_OP_MEDIUM | VSCSI_OP_DATA_OUT | VSCSI_OP_BLOCKS |	\
				 VSCSI_OP_MAX_TRANSFER | VSCSI_OP_BLOCKING |		\
				 VSCSI_OP_CONFLICT_EA)
#define ATOMIC_FLAGS		(VSCSI_OP_WRITE | VSCSI_OP_MEDIUM | VSCSI_OP_DATA_OUT |	\
				 VSCSI_OP_BLOCKS | VSCSI_OP_MAX_TRANSFER |		\
				 VSCSI_OP_BLOCKING | VSCSI_OP_EXCLUSIVE | CONFLICT_ANY)
#define JOB_FLAGS		(VSCSI_OP_WRITE | VSCSI_OP_MEDIUM | VSCSI_OP_BLOCKING |	\
				 VSCSI_OP_EXCLUSIVE | CONFLICT_ANY)
#define DISC_FLAGS		(VSCSI_OP_MEDIUM | VSCSI_OP_DATA_IN)
/* A stopped logical unit has nothing cached: no need to refuse. */
#define SYNC_FLAGS		(VSCSI_OP_BLOCKS | CONFLICT_ANY)

/* What each row has, without and with a service action. */
#define OPCODE(opcode_, name_, cdb_len_, kinds_, flags_)				\
	SERVICE_ACTION(opcode_, VSCSI_NO_SA, name_, cdb_len_, kinds_, flags_)
#define SERVICE_ACTION(opcode_, action_, name_, cdb_len_, kinds_, flags_)		\
	.opcode = (opcode_),								\
	.service_action = (action_),							\
	.name = name_,									\
	.cdb_len = (cdb_len_),								\
	.kinds = (kinds_),								\
	.flags = (flags_)

#define NO_FIELDS(opcode_, name_, cdb_len_, kinds_, flags_, mask_, execute_)		\
	{										\
		OPCODE(opcode_, name_, cdb_len_, kinds_, flags_),			\
		.mask = { (mask_) },							\
		.execute = (execute_),							\
	}

/*
 * The service actions of PERSISTENT RESERVE IN and OUT differ in nothing else.  What they
 * conflict with is part of what they do (SPC-4 5.12).
 */
#define PR_IN(action_, name_, execute_)							\
	{										\
		SERVICE_ACTION(0x5e, action_, "PERSISTENT RESERVE IN, " name_,		\
			       10, VSCSI_LU_DISK, VSCSI_OP_DATA_IN | VSCSI_OP_STANDBY),	\
		.mask = { 0x5e, 0x1f, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff },	\
		.len = { 7, 2 },							\
		.execute = (execute_),							\
	}
#define PR_OUT(action_, name_)								\
	{										\
		SERVICE_ACTION(0x5f, action_, "PERSISTENT RESERVE OUT, " name_,		\
			       10, VSCSI_LU_DISK,					\
			       VSCSI_OP_DATA_OUT | VSCSI_OP_BLOCKING | VSCSI_OP_STANDBY), \
		.mask = { 0x5f, 0x1f, 0xff, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff },	\
		.len = { 5, 4 },							\
		.exec = spc_pr_out_exec,						\
		.execute = spc_pr_out,							\
	}

const struct vscsi_opcode vscsi_opcodes[] = {
	NO_FIELDS(0x00, "TEST UNIT READY", 6, LU_ANY, 0, 0x00, spc_test_unit_ready),
	{
		OPCODE(0x03, "REQUEST SENSE", 6, LU_ANY, ANY_TIME_FLAGS),
		.mask = { 0x03, 0x01, 0x00, 0x00, 0xff },
		.len = { 4, 1 },
		.execute = spc_request_sense,
	},
	{
		OPCODE(0x04, "FORMAT UNIT", 6, VSCSI_LU_DISK,
		       JOB_FLAGS | VSCSI_OP_DATA_OUT | VSCSI_OP_FORMATS),
		.mask = { 0x04, 0x3f },
		.data_len = sbc_format_unit_data_len,
		.execute = sbc_format_unit,
	},
	{
		OPCODE(0x08, "READ(6)", 6, VSCSI_LU_DISK, READ_FLAGS | VSCSI_OP_ZERO_IS_256),
		.mask = { 0x08, 0x1f, 0xff, 0xff, 0xff },
		.lba = { 1, 3 },
		.len = { 4, 1 },
		.exec = sbc_read_exec,
		.execute = sbc_read,
	},
	{
		OPCODE(0x0a, "WRITE(6)", 6, VSCSI_LU_DISK, WRITE_FLAGS | VSCSI_OP_ZERO_IS_256),
		.mask = { 0x0a, 0x1f, 0xff, 0xff, 0xff },
		.lba = { 1, 3 },
		.len = { 4, 1 },
		.exec = sbc_write_exec,
		.execute = sbc_write,
	},
	{
		OPCODE(0x12, "INQUIRY", 6, LU_ANY, ANY_TIME_FLAGS),
		.mask = { 0x12, 0x01, 0xff, 0xff, 0xff },
		.len = { 3, 2 },
		.execute = spc_inquiry,
	},
	{
		OPCODE(0x15, "MODE SELECT(6)", 6, VSCSI_LU_DISK,
		       VSCSI_OP_DATA_OUT | VSCSI_OP_BLOCKING | CONFLICT_ANY | VSCSI_OP_STANDBY),
		.mask = { 0x15, 0x11, 0x00, 0x00, 0xff },
		.len = { 4, 1 },
		.execute = spc_mode_select_6,
	},
	NO_FIELDS(0x16, "RESERVE(6)", 6, VSCSI_LU_DISK, 0, 0x16, spc_reserve),
	NO_FIELDS(0x17, "RELEASE(6)", 6, VSCSI_LU_DISK, VSCSI_OP_RESERVE_EXEMPT, 0x17, spc_release),
	{
		OPCODE(0x1a, "MODE SENSE(6)", 6, LU_BLOCKS,
		       VSCSI_OP_DATA_IN | VSCSI_OP_CONFLICT_EA | VSCSI_OP_STANDBY),
		.mask = { 0x1a, 0x08, 0xff, 0xff, 0xff },
		.len = { 4, 1 },
		.execute = spc_mode_sense_6,
	},
	{
		OPCODE(0x1b, "START STOP UNIT", 6, VSCSI_LU_DISK,
		       VSCSI_OP_BLOCKING | CONFLICT_ANY),
		.mask = { 0x1b, 0x01, 0x00, 0x00, 0x05 },
		.no_conflict = { 4, 0xf1, 0x01 },	/* only starts */
		.execute = sbc_start_stop,
	},
	{
		OPCODE(0x1b, "START STOP UNIT", 6, VSCSI_LU_OPTICAL, VSCSI_OP_BLOCKING),
		.mask = { 0x1b, 0x01, 0x00, 0x00, 0x03 },
		.execute = mmc_start_stop,
	},
	{
		OPCODE(0x1c, "RECEIVE DIAGNOSTIC RESULTS", 6, VSCSI_LU_DISK,
		       VSCSI_OP_DATA_IN | VSCSI_OP_CONFLICT_EA | VSCSI_OP_STANDBY),
		.mask = { 0x1c, 0x01, 0xff, 0xff, 0xff },
		.len = { 3, 2 },
		.execute = spc_receive_diagnostic,
	},
	{
		OPCODE(0x1d, "SEND DIAGNOSTIC", 6, VSCSI_LU_DISK,
		       VSCSI_OP_DATA_OUT | VSCSI_OP_BLOCKING | CONFLICT_ANY | VSCSI_OP_STANDBY),
		.mask = { 0x1d, 0xf7, 0x00, 0xff, 0xff },
		.len = { 3, 2 },
		.execute = spc_send_diagnostic,
	},
	{
		OPCODE(0x1e, "PREVENT ALLOW MEDIUM REMOVAL", 6, VSCSI_LU_OPTICAL, 0),
		.mask = { 0x1e, 0x00, 0x00, 0x00, 0x01 },
		.execute = mmc_prevent_allow,
	},
	{
		OPCODE(0x25, "READ CAPACITY(10)", 10, VSCSI_LU_DISK,
		       VSCSI_OP_DATA_IN | VSCSI_OP_RESERVE_EXEMPT | VSCSI_OP_STANDBY),
		.mask = { 0x25 },
		.data_len = sbc_read_capacity_10_len,
		.execute = sbc_read_capacity_10,
	},
	{
		OPCODE(0x25, "READ CAPACITY(10)", 10, VSCSI_LU_OPTICAL,
		       VSCSI_OP_DATA_IN | VSCSI_OP_MEDIUM),
		.mask = { 0x25 },
		.data_len = sbc_read_capacity_10_len,
		.execute = sbc_read_capacity_10,
	},
	{
		OPCODE(0x28, "READ(10)", 10, LU_BLOCKS, READ_FLAGS),
		.mask = { 0x28, 0x18, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff, 0xff },
		.lba = { 2, 4 },
		.len = { 7, 2 },
		.exec = sbc_read_exec,
		.execute = sbc_read,
	},
	{
		OPCODE(0x2a, "WRITE(10)", 10, LU_BLOCKS, WRITE_FLAGS),
		.mask = { 0x2a, 0x18, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff, 0xff },
		.lba = { 2, 4 },
		.len = { 7, 2 },
		.exec = sbc_write_exec,
		.execute = sbc_write,
	},
	{
		OPCODE(0x2e, "WRITE AND VERIFY(10)", 10, VSCSI_LU_DISK,
		       WRITE_FLAGS | VSCSI_OP_BLOCKING),
		.mask = { 0x2e, 0x12, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff, 0xff },
		.lba = { 2, 4 },
		.len = { 7, 2 },
		.execute = sbc_write_and_verify,
	},
	{
		OPCODE(0x2f, "VERIFY(10)", 10, VSCSI_LU_DISK, VERIFY_FLAGS),
		.mask = { 0x2f, 0x16, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff, 0xff },
		.lba = { 2, 4 },
		.len = { 7, 2 },
		.data_len = sbc_verify_data_len,
		.execute = sbc_verify,
	},
	{
		OPCODE(0x2f, "VERIFY(10)", 10, VSCSI_LU_OPTICAL,
		       VSCSI_OP_MEDIUM | VSCSI_OP_BLOCKS | VSCSI_OP_BLOCKING),
		.mask = { 0x2f, 0x10, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff, 0xff },
		.lba = { 2, 4 },
		.len = { 7, 2 },
		.execute = sbc_verify,
	},
	{
		OPCODE(0x34, "PRE-FETCH(10)", 10, VSCSI_LU_DISK,
		       VSCSI_OP_MEDIUM | VSCSI_OP_BLOCKS | VSCSI_OP_CONFLICT_EA),
		.mask = { 0x34, 0x02, 0xff, 0xff, 0xff, 0xff, 0x1f, 0xff, 0xff },
		.lba = { 2, 4 },
		.len = { 7, 2 },
		.execute = sbc_prefetch,
	},
	{
		OPCODE(0x35, "SYNCHRONIZE CACHE(10)", 10, VSCSI_LU_DISK, SYNC_FLAGS),
		.mask = { 0x35, 0x02, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff, 0xff },
		.lba = { 2, 4 },
		.len = { 7, 2 },
		.exec = sbc_synchronize_cache_exec,
		.execute = sbc_synchronize_cache,
	},
	{
		OPCODE(0x35, "SYNCHRONIZE CACHE(10)", 10, VSCSI_LU_OPTICAL,
		       VSCSI_OP_BLOCKS | VSCSI_OP_MEDIUM),
		.mask = { 0x35, 0x02, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff, 0xff },
		.lba = { 2, 4 },
		.len = { 7, 2 },
		.exec = sbc_synchronize_cache_exec,
		.execute = sbc_synchronize_cache,
	},
	{
		OPCODE(0x37, "READ DEFECT DATA(10)", 10, VSCSI_LU_DISK,
		       VSCSI_OP_MEDIUM | VSCSI_OP_DATA_IN | VSCSI_OP_CONFLICT_EA),
		.mask = { 0x37, 0x00, 0x1f, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff },
		.len = { 7, 2 },
		.execute = sbc_read_defect_data_10,
	},
	{
		OPCODE(0x3b, "WRITE BUFFER", 10, VSCSI_LU_DISK,
		       VSCSI_OP_DATA_OUT | CONFLICT_ANY | VSCSI_OP_STANDBY |
		       VSCSI_OP_UNAVAILABLE),
		.mask = { 0x3b, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
		.len = { 6, 3 },
		.execute = spc_write_buffer,
	},
	{
		OPCODE(0x3c, "READ BUFFER", 10, VSCSI_LU_DISK,
		       VSCSI_OP_DATA_IN | VSCSI_OP_CONFLICT_EA | VSCSI_OP_STANDBY |
		       VSCSI_OP_UNAVAILABLE),
		.mask = { 0x3c, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
		.len = { 6, 3 },
		.execute = spc_read_buffer,
	},
	{
		OPCODE(0x41, "WRITE SAME(10)", 10, VSCSI_LU_DISK, WRITE_SAME_FLAGS),
		.mask = { 0x41, 0x08, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff, 0xff },
		.lba = { 2, 4 },
		.len = { 7, 2 },
		.data_len = sbc_write_same_data_len,
		.execute = sbc_write_same,
	},
	{
		OPCODE(0x42, "UNMAP", 10, VSCSI_LU_DISK, UNMAP_FLAGS),
		.mask = { 0x42, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff },
		.len = { 7, 2 },
		.supported = sbc_unmap_supported,
		.execute = sbc_unmap,
	},
	{
		OPCODE(0x43, "READ TOC/PMA/ATIP", 10, VSCSI_LU_OPTICAL, DISC_FLAGS),
		.mask = { 0x43, 0x02, 0x0f, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff },
		.len = { 7, 2 },
		.execute = mmc_read_toc,
	},
	{
		OPCODE(0x46, "GET CONFIGURATION", 10, VSCSI_LU_OPTICAL,
		       VSCSI_OP_DATA_IN | VSCSI_OP_UA_EXEMPT),
		.mask = { 0x46, 0x03, 0xff, 0xff, 0x00, 0x00, 0x00, 0xff, 0xff },
		.len = { 7, 2 },
		.execute = mmc_get_configuration,
	},
	{
		SERVICE_ACTION(0x48, 0x01, "SANITIZE, OVERWRITE", 10, VSCSI_LU_DISK,
			       JOB_FLAGS | VSCSI_OP_DATA_OUT | VSCSI_OP_SANITIZES),
		.mask = { 0x48, 0xbf, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff },
		.len = { 7, 2 },
		.execute = sbc_sanitize_overwrite,
	},
	{
		SERVICE_ACTION(0x48, 0x02, "SANITIZE, BLOCK ERASE", 10, VSCSI_LU_DISK,
			       JOB_FLAGS | VSCSI_OP_SANITIZES),
		.mask = { 0x48, 0xbf },
		.supported = sbc_can_erase,
		.execute = sbc_sanitize_erase,
	},
	{
		SERVICE_ACTION(0x48, 0x1f, "SANITIZE, EXIT FAILURE MODE", 10, VSCSI_LU_DISK,
			       VSCSI_OP_SANITIZES | CONFLICT_ANY),
		.mask = { 0x48, 0xbf },
		.execute = sbc_sanitize_exit,
	},
	{
		OPCODE(0x4a, "GET EVENT STATUS NOTIFICATION", 10, VSCSI_LU_OPTICAL,
		       VSCSI_OP_DATA_IN | VSCSI_OP_UA_EXEMPT),
		.mask = { 0x4a, 0x01, 0x00, 0x00, 0xff, 0x00, 0x00, 0xff, 0xff },
		.len = { 7, 2 },
		.execute = mmc_get_event_status,
	},
	{
		OPCODE(0x4c, "LOG SELECT", 10, VSCSI_LU_DISK, CONFLICT_ANY | VSCSI_OP_STANDBY),
		.mask = { 0x4c, 0x02, 0xff },
		.execute = spc_log_select,
	},
	{
		OPCODE(0x4d, "LOG SENSE", 10, VSCSI_LU_DISK,
		       VSCSI_OP_DATA_IN | VSCSI_OP_RESERVE_EXEMPT | VSCSI_OP_STANDBY),
		.mask = { 0x4d, 0x00, 0xff, 0xff, 0x00, 0xff, 0xff, 0xff, 0xff },
		.len = { 7, 2 },
		.execute = spc_log_sense,
	},
	{
		OPCODE(0x51, "READ DISC INFORMATION", 10, VSCSI_LU_OPTICAL, DISC_FLAGS),
		.mask = { 0x51, 0x07, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff },
		.len = { 7, 2 },
		.execute = mmc_read_disc_information,
	},
	{
		OPCODE(0x52, "READ TRACK INFORMATION", 10, VSCSI_LU_OPTICAL, DISC_FLAGS),
		.mask = { 0x52, 0x03, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff, 0xff },
		.len = { 7, 2 },
		.execute = mmc_read_track_information,
	},
	{
		OPCODE(0x55, "MODE SELECT(10)", 10, VSCSI_LU_DISK,
		       VSCSI_OP_DATA_OUT | VSCSI_OP_BLOCKING | CONFLICT_ANY | VSCSI_OP_STANDBY),
		.mask = { 0x55, 0x11, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff },
		.len = { 7, 2 },
		.execute = spc_mode_select_10,
	},
	NO_FIELDS(0x56, "RESERVE(10)", 10, VSCSI_LU_DISK, 0, 0x56, spc_reserve),
	NO_FIELDS(0x57, "RELEASE(10)", 10, VSCSI_LU_DISK, VSCSI_OP_RESERVE_EXEMPT, 0x57,
		  spc_release),
	{
		OPCODE(0x5a, "MODE SENSE(10)", 10, LU_BLOCKS,
		       VSCSI_OP_DATA_IN | VSCSI_OP_CONFLICT_EA | VSCSI_OP_STANDBY),
		.mask = { 0x5a, 0x18, 0xff, 0xff, 0x00, 0x00, 0x00, 0xff, 0xff },
		.len = { 7, 2 },
		.execute = spc_mode_sense_10,
	},
	PR_IN(0x00, "READ KEYS", spc_pr_read_keys),
	PR_IN(0x01, "READ RESERVATION", spc_pr_read_reservation),
	PR_IN(0x02, "REPORT CAPABILITIES", spc_pr_report_capabilities),
	PR_IN(0x03, "READ FULL STATUS", spc_pr_read_full_status),
	PR_OUT(SPC_PR_REGISTER, "REGISTER"),
	PR_OUT(SPC_PR_RESERVE, "RESERVE"),
	PR_OUT(SPC_PR_RELEASE, "RELEASE"),
	PR_OUT(SPC_PR_CLEAR, "CLEAR"),
	PR_OUT(SPC_PR_PREEMPT, "PREEMPT"),
	PR_OUT(SPC_PR_PREEMPT_AND_ABORT, "PREEMPT AND ABORT"),
	PR_OUT(SPC_PR_REGISTER_AND_IGNORE, "REGISTER AND IGNORE EXISTING KEY"),
	PR_OUT(SPC_PR_REGISTER_AND_MOVE, "REGISTER AND MOVE"),
	{
		SERVICE_ACTION(0x83, COPY_EXTENDED_LID1, "EXTENDED COPY(LID1)", 16, VSCSI_LU_DISK,
			       VSCSI_OP_DATA_OUT | VSCSI_OP_BLOCKING | CONFLICT_ANY),
		.mask = { 0x83, 0x1f, [10 ... 13] = 0xff },
		.len = { 10, 4 },
		.exec = spc_copy_exec,
		.execute = spc_extended_copy,
	},
	{
		SERVICE_ACTION(0x83, COPY_EXTENDED_LID4, "EXTENDED COPY(LID4)", 16, VSCSI_LU_DISK,
			       VSCSI_OP_DATA_OUT | VSCSI_OP_BLOCKING | CONFLICT_ANY),
		.mask = { 0x83, 0x1f, [10 ... 13] = 0xff },
		.len = { 10, 4 },
		.exec = spc_copy_exec,
		.execute = spc_extended_copy_lid4,
	},
	{
		SERVICE_ACTION(0x83, COPY_POPULATE_TOKEN, "POPULATE TOKEN", 16, VSCSI_LU_DISK,
			       VSCSI_OP_MEDIUM | VSCSI_OP_DATA_OUT | VSCSI_OP_BLOCKING |
			       VSCSI_OP_CONFLICT_EA),
		.mask = { 0x83, 0x1f, [6 ... 13] = 0xff },
		.len = { 10, 4 },
		.execute = sbc_populate_token,
	},
	/* Not VSCSI_OP_MEDIUM: its pieces wait for commands that would wait for it. */
	{
		SERVICE_ACTION(0x83, COPY_WRITE_USING_TOKEN, "WRITE USING TOKEN", 16, VSCSI_LU_DISK,
			       VSCSI_OP_DATA_OUT | VSCSI_OP_BLOCKING | CONFLICT_ANY),
		.mask = { 0x83, 0x1f, [6 ... 13] = 0xff },
		.len = { 10, 4 },
		.exec = spc_copy_exec,
		.execute = sbc_write_using_token,
	},
	{
		SERVICE_ACTION(0x84, 0x00, "RECEIVE COPY STATUS(LID1)", 16, VSCSI_LU_DISK,
			       VSCSI_OP_DATA_IN | CONFLICT_ANY),
		.mask = { 0x84, 0x1f, 0xff, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
			  0xff, 0xff, 0xff, 0xff },
		.len = { 10, 4 },
		.execute = spc_copy_status,
	},
	{
		SERVICE_ACTION(0x84, 0x03, "RECEIVE COPY OPERATING PARAMETERS", 16, VSCSI_LU_DISK,
			       VSCSI_OP_DATA_IN | CONFLICT_ANY),
		.mask = { 0x84, 0x1f, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
			  0xff, 0xff, 0xff, 0xff },
		.len = { 10, 4 },
		.execute = spc_copy_operating_parameters,
	},
	{
		SERVICE_ACTION(0x84, 0x05, "RECEIVE COPY STATUS(LID4)", 16, VSCSI_LU_DISK,
			       VSCSI_OP_DATA_IN | CONFLICT_ANY),
		.mask = { 0x84, 0x1f, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00,
			  0xff, 0xff, 0xff, 0xff },
		.len = { 10, 4 },
		.execute = spc_copy_status_lid4,
	},
	{
		SERVICE_ACTION(0x84, 0x07, "RECEIVE ROD TOKEN INFORMATION", 16, VSCSI_LU_DISK,
			       VSCSI_OP_DATA_IN | CONFLICT_ANY),
		.mask = { 0x84, 0x1f, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00,
			  0xff, 0xff, 0xff, 0xff },
		.len = { 10, 4 },
		.execute = spc_rod_token_information,
	},
	{
		OPCODE(0x88, "READ(16)", 16, VSCSI_LU_DISK, READ_FLAGS),
		.mask = { 0x88, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			  0xff, 0xff, 0xff, 0xff },
		.lba = { 2, 8 },
		.len = { 10, 4 },
		.exec = sbc_read_exec,
		.execute = sbc_read,
	},
	{
		OPCODE(0x89, "COMPARE AND WRITE", 16, VSCSI_LU_DISK, ATOMIC_FLAGS),
		.mask = { 0x89, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			  0x00, 0x00, 0x00, 0xff },
		.lba = { 2, 8 },
		.len = { 13, 1 },
		.data_len = sbc_compare_and_write_data_len,
		.execute = sbc_compare_and_write,
	},
	{
		OPCODE(0x8a, "WRITE(16)", 16, VSCSI_LU_DISK, WRITE_FLAGS),
		.mask = { 0x8a, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			  0xff, 0xff, 0xff, 0xff },
		.lba = { 2, 8 },
		.len = { 10, 4 },
		.exec = sbc_write_exec,
		.execute = sbc_write,
	},
	{
		OPCODE(0x8b, "ORWRITE(16)", 16, VSCSI_LU_DISK, ATOMIC_FLAGS),
		.mask = { 0x8b, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			  0xff, 0xff, 0xff, 0xff },
		.lba = { 2, 8 },
		.len = { 10, 4 },
		.execute = sbc_orwrite,
	},
	{
		OPCODE(0x8e, "WRITE AND VERIFY(16)", 16, VSCSI_LU_DISK,
		       WRITE_FLAGS | VSCSI_OP_BLOCKING),
		.mask = { 0x8e, 0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			  0xff, 0xff, 0xff, 0xff },
		.lba = { 2, 8 },
		.len = { 10, 4 },
		.execute = sbc_write_and_verify,
	},
	{
		OPCODE(0x8f, "VERIFY(16)", 16, VSCSI_LU_DISK, VERIFY_FLAGS),
		.mask = { 0x8f, 0x16, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			  0xff, 0xff, 0xff, 0xff },
		.lba = { 2, 8 },
		.len = { 10, 4 },
		.data_len = sbc_verify_data_len,
		.execute = sbc_verify,
	},
	{
		OPCODE(0x90, "PRE-FETCH(16)", 16, VSCSI_LU_DISK,
		       VSCSI_OP_MEDIUM | VSCSI_OP_BLOCKS | VSCSI_OP_CONFLICT_EA),
		.mask = { 0x90, 0x02, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			  0xff, 0xff, 0xff, 0xff, 0x1f },
		.lba = { 2, 8 },
		.len = { 10, 4 },
		.execute = sbc_prefetch,
	},
	{
		OPCODE(0x91, "SYNCHRONIZE CACHE(16)", 16, VSCSI_LU_DISK, SYNC_FLAGS),
		.mask = { 0x91, 0x02, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			  0xff, 0xff, 0xff, 0xff },
		.lba = { 2, 8 },
		.len = { 10, 4 },
		.exec = sbc_synchronize_cache_exec,
		.execute = sbc_synchronize_cache,
	},
	{
		OPCODE(0x93, "WRITE SAME(16)", 16, VSCSI_LU_DISK, WRITE_SAME_FLAGS),
		.mask = { 0x93, 0x09, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			  0xff, 0xff, 0xff, 0xff },
		.lba = { 2, 8 },
		.len = { 10, 4 },
		.data_len = sbc_write_same_data_len,
		.execute = sbc_write_same,
	},
	{
		SERVICE_ACTION(0x9e, 0x10, "READ CAPACITY(16)", 16, VSCSI_LU_DISK,
			       VSCSI_OP_DATA_IN | VSCSI_OP_RESERVE_EXEMPT | VSCSI_OP_STANDBY),
		.mask = { 0x9e, 0x1f, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
			  0xff, 0xff, 0xff, 0xff },
		.len = { 10, 4 },
		.execute = sbc_read_capacity_16,
	},
	{
		SERVICE_ACTION(0x9e, 0x12, "GET LBA STATUS", 16, VSCSI_LU_DISK,
			       VSCSI_OP_MEDIUM | VSCSI_OP_DATA_IN | VSCSI_OP_BLOCKING |
			       VSCSI_OP_CONFLICT_EA),
		.mask = { 0x9e, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			  0xff, 0xff, 0xff, 0xff },
		.lba = { 2, 8 },
		.len = { 10, 4 },
		.execute = sbc_get_lba_status,
	},
	{
		OPCODE(0xa0, "REPORT LUNS", 12, LU_ANY, ANY_TIME_FLAGS),
		.mask = { 0xa0, 0x00, 0xff, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff },
		.len = { 6, 4 },
		.execute = spc_report_luns,
	},
	{
		SERVICE_ACTION(0xa3, 0x05, "REPORT IDENTIFYING INFORMATION", 12, VSCSI_LU_DISK,
			       VSCSI_OP_DATA_IN),
		.mask = { 0xa3, 0x1f, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xfe },
		.len = { 6, 4 },
		.supported = vscsi_saved_possible,
		.execute = spc_report_identifying_information,
	},
	{
		SERVICE_ACTION(0xa3, 0x0a, "REPORT TARGET PORT GROUPS", 12, VSCSI_LU_DISK,
			       VSCSI_OP_DATA_IN | STATE_ANY),
		.mask = { 0xa3, 0x3f, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff },
		.len = { 6, 4 },
		.supported = spc_alua_supported,
		.execute = spc_report_target_port_groups,
	},
	{
		SERVICE_ACTION(0xa3, 0x0c, "REPORT SUPPORTED OPERATION CODES", 12,
			       LU_DISK_WELL_KNOWN | VSCSI_LU_OPTICAL,
			       VSCSI_OP_DATA_IN | VSCSI_OP_CONFLICT_EA),
		.mask = { 0xa3, 0x1f, 0x87, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
		.len = { 6, 4 },
		.execute = spc_report_opcodes,
	},
	{
		SERVICE_ACTION(0xa3, 0x0d, "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS", 12,
			       LU_DISK_WELL_KNOWN | VSCSI_LU_OPTICAL,
			       VSCSI_OP_DATA_IN | VSCSI_OP_CONFLICT_EA),
		.mask = { 0xa3, 0x1f, 0x80, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff },
		.len = { 6, 4 },
		.execute = spc_report_task_management,
	},
	{
		SERVICE_ACTION(0xa3, 0x0f, "REPORT TIMESTAMP", 12, VSCSI_LU_DISK,
			       VSCSI_OP_DATA_IN),
		.mask = { 0xa3, 0x1f, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff },
		.len = { 6, 4 },
		.execute = spc_report_timestamp,
	},
	{
		SERVICE_ACTION(0xa4, 0x06, "SET IDENTIFYING INFORMATION", 12, VSCSI_LU_DISK,
			       VSCSI_OP_DATA_OUT | VSCSI_OP_BLOCKING | CONFLICT_ANY),
		.mask = { 0xa4, 0x1f, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xfe },
		.len = { 6, 4 },
		.supported = vscsi_saved_possible,
		.execute = spc_set_identifying_information,
	},
	{
		SERVICE_ACTION(0xa4, 0x0a, "SET TARGET PORT GROUPS", 12, VSCSI_LU_DISK,
			       VSCSI_OP_DATA_OUT | CONFLICT_ANY | VSCSI_OP_STANDBY |
			       VSCSI_OP_UNAVAILABLE),
		.mask = { 0xa4, 0x1f, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff },
		.len = { 6, 4 },
		.supported = spc_alua_supported,
		.execute = spc_set_target_port_groups,
	},
	{
		SERVICE_ACTION(0xa4, 0x0f, "SET TIMESTAMP", 12, VSCSI_LU_DISK,
			       VSCSI_OP_DATA_OUT | CONFLICT_ANY),
		.mask = { 0xa4, 0x1f, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff },
		.len = { 6, 4 },
		.execute = spc_set_timestamp,
	},
	{
		OPCODE(0xa8, "READ(12)", 12, LU_BLOCKS, READ_FLAGS),
		.mask = { 0xa8, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
		.lba = { 2, 4 },
		.len = { 6, 4 },
		.exec = sbc_read_exec,
		.execute = sbc_read,
	},
	{
		OPCODE(0xaa, "WRITE(12)", 12, LU_BLOCKS, WRITE_FLAGS),
		.mask = { 0xaa, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
		.lba = { 2, 4 },
		.len = { 6, 4 },
		.exec = sbc_write_exec,
		.execute = sbc_write,
	},
	{
		OPCODE(0xad, "READ DVD STRUCTURE", 12, VSCSI_LU_OPTICAL, DISC_FLAGS),
		.mask = { 0xad, 0x0f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
		.len = { 8, 2 },
		.execute = mmc_read_dvd_structure,
	},
	{
		OPCODE(0xae, "WRITE AND VERIFY(12)", 12, VSCSI_LU_DISK,
		       WRITE_FLAGS | VSCSI_OP_BLOCKING),
		.mask = { 0xae, 0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
		.lba = { 2, 4 },
		.len = { 6, 4 },
		.execute = sbc_write_and_verify,
	},
	{
		OPCODE(0xaf, "VERIFY(12)", 12, VSCSI_LU_DISK, VERIFY_FLAGS),
		.mask = { 0xaf, 0x16, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
		.lba = { 2, 4 },
		.len = { 6, 4 },
		.data_len = sbc_verify_data_len,
		.execute = sbc_verify,
	},
	{
		OPCODE(0xb7, "READ DEFECT DATA(12)", 12, VSCSI_LU_DISK,
		       VSCSI_OP_MEDIUM | VSCSI_OP_DATA_IN | VSCSI_OP_CONFLICT_EA),
		.mask = { 0xb7, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
		.len = { 6, 4 },
		.execute = sbc_read_defect_data_12,
	},
	{
		OPCODE(0xbd, "MECHANISM STATUS", 12, VSCSI_LU_OPTICAL, VSCSI_OP_DATA_IN),
		.mask = { 0xbd, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff },
		.len = { 8, 2 },
		.execute = mmc_mechanism_status,
	},
	{
		OPCODE(0xbe, "READ CD", 12, VSCSI_LU_OPTICAL, READ_FLAGS),
		.mask = { 0xbe, 0x1e, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe, 0x07 },
		.lba = { 2, 4 },
		.len = { 6, 3 },
		.data_len = mmc_read_cd_data_len,
		.exec = sbc_read_exec,
		.execute = mmc_read_cd,
	},
};

const unsigned int vscsi_opcodes_nr = ARRAY_SIZE(vscsi_opcodes);
