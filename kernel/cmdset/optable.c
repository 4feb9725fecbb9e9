// SPDX-License-Identifier: GPL-2.0
/* The rows of the opcode table, in the order of opcode and service action. */
#include <linux/kernel.h>

#include "opcode.h"
#include "sbc.h"
#include "spc.h"

#define LU_DISK_WELL_KNOWN	(VSCSI_LU_DISK | VSCSI_LU_WELL_KNOWN)
#define LU_ANY			(VSCSI_LU_DISK | VSCSI_LU_NONE | VSCSI_LU_WELL_KNOWN)

#define CONFLICT_ANY		(VSCSI_OP_CONFLICT_WE | VSCSI_OP_CONFLICT_EA)

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
/* A stopped logical unit has nothing cached: no need to refuse. */
#define SYNC_FLAGS		(VSCSI_OP_BLOCKS | CONFLICT_ANY)

/*
 * The service actions of PERSISTENT RESERVE IN and OUT differ in nothing else.  What they
 * conflict with is part of what they do (SPC-4 5.12).
 */
#define PR_IN(action_, name_, execute_)							\
	{										\
		.opcode = 0x5e,								\
		.service_action = (action_),						\
		.name = "PERSISTENT RESERVE IN, " name_,				\
		.kinds = VSCSI_LU_DISK,							\
		.flags = VSCSI_OP_DATA_IN,						\
		.cdb_len = 10,								\
		.mask = { 0x5e, 0x1f, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff },	\
		.len = { 7, 2 },							\
		.execute = (execute_),							\
	}
#define PR_OUT(action_, name_)								\
	{										\
		.opcode = 0x5f,								\
		.service_action = (action_),						\
		.name = "PERSISTENT RESERVE OUT, " name_,				\
		.kinds = VSCSI_LU_DISK,							\
		.flags = VSCSI_OP_DATA_OUT | VSCSI_OP_BLOCKING,				\
		.cdb_len = 10,								\
		.mask = { 0x5f, 0x1f, 0xff, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff },	\
		.len = { 5, 4 },							\
		.execute = spc_pr_out,							\
	}

const struct vscsi_opcode vscsi_opcodes[] = {
	{
		.opcode = 0x00,
		.service_action = VSCSI_NO_SA,
		.name = "TEST UNIT READY",
		.kinds = LU_ANY,
		.cdb_len = 6,
		.mask = { 0x00 },
		.execute = spc_test_unit_ready,
	},
	{
		.opcode = 0x03,
		.service_action = VSCSI_NO_SA,
		.name = "REQUEST SENSE",
		.kinds = LU_ANY,
		.flags = VSCSI_OP_DATA_IN | VSCSI_OP_UA_EXEMPT | VSCSI_OP_RESERVE_EXEMPT,
		.cdb_len = 6,
		.mask = { 0x03, 0x01, 0x00, 0x00, 0xff },
		.len = { 4, 1 },
		.execute = spc_request_sense,
	},
	{
		.opcode = 0x08,
		.service_action = VSCSI_NO_SA,
		.name = "READ(6)",
		.kinds = VSCSI_LU_DISK,
		.flags = READ_FLAGS | VSCSI_OP_ZERO_IS_256,
		.cdb_len = 6,
		.mask = { 0x08, 0x1f, 0xff, 0xff, 0xff },
		.lba = { 1, 3 },
		.len = { 4, 1 },
		.exec = sbc_read_exec,
		.execute = sbc_read,
	},
	{
		.opcode = 0x0a,
		.service_action = VSCSI_NO_SA,
		.name = "WRITE(6)",
		.kinds = VSCSI_LU_DISK,
		.flags = WRITE_FLAGS | VSCSI_OP_ZERO_IS_256,
		.cdb_len = 6,
		.mask = { 0x0a, 0x1f, 0xff, 0xff, 0xff },
		.lba = { 1, 3 },
		.len = { 4, 1 },
		.exec = sbc_write_exec,
		.execute = sbc_write,
	},
	{
		.opcode = 0x12,
		.service_action = VSCSI_NO_SA,
		.name = "INQUIRY",
		.kinds = LU_ANY,
		.flags = VSCSI_OP_DATA_IN | VSCSI_OP_UA_EXEMPT | VSCSI_OP_RESERVE_EXEMPT,
		.cdb_len = 6,
		.mask = { 0x12, 0x01, 0xff, 0xff, 0xff },
		.len = { 3, 2 },
		.execute = spc_inquiry,
	},
	{
		.opcode = 0x16,
		.service_action = VSCSI_NO_SA,
		.name = "RESERVE(6)",
		.kinds = VSCSI_LU_DISK,
		.cdb_len = 6,
		.mask = { 0x16 },
		.execute = spc_reserve,
	},
	{
		.opcode = 0x17,
		.service_action = VSCSI_NO_SA,
		.name = "RELEASE(6)",
		.kinds = VSCSI_LU_DISK,
		.flags = VSCSI_OP_RESERVE_EXEMPT,
		.cdb_len = 6,
		.mask = { 0x17 },
		.execute = spc_release,
	},
	{
		.opcode = 0x1a,
		.service_action = VSCSI_NO_SA,
		.name = "MODE SENSE(6)",
		.kinds = VSCSI_LU_DISK,
		.flags = VSCSI_OP_DATA_IN | VSCSI_OP_CONFLICT_EA,
		.cdb_len = 6,
		.mask = { 0x1a, 0x08, 0xff, 0xff, 0xff },
		.len = { 4, 1 },
		.execute = spc_mode_sense_6,
	},
	{
		.opcode = 0x1b,
		.service_action = VSCSI_NO_SA,
		.name = "START STOP UNIT",
		.kinds = VSCSI_LU_DISK,
		.flags = VSCSI_OP_BLOCKING | CONFLICT_ANY,
		.cdb_len = 6,
		.mask = { 0x1b, 0x01, 0x00, 0x00, 0x05 },
		.no_conflict = { 4, 0xf1, 0x01 },	/* only starts */
		.execute = sbc_start_stop,
	},
	{
		.opcode = 0x25,
		.service_action = VSCSI_NO_SA,
		.name = "READ CAPACITY(10)",
		.kinds = VSCSI_LU_DISK,
		.flags = VSCSI_OP_DATA_IN | VSCSI_OP_RESERVE_EXEMPT,
		.cdb_len = 10,
		.mask = { 0x25 },
		.data_len = sbc_read_capacity_10_len,
		.execute = sbc_read_capacity_10,
	},
	{
		.opcode = 0x28,
		.service_action = VSCSI_NO_SA,
		.name = "READ(10)",
		.kinds = VSCSI_LU_DISK,
		.flags = READ_FLAGS,
		.cdb_len = 10,
		.mask = { 0x28, 0x18, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff, 0xff },
		.lba = { 2, 4 },
		.len = { 7, 2 },
		.exec = sbc_read_exec,
		.execute = sbc_read,
	},
	{
		.opcode = 0x2a,
		.service_action = VSCSI_NO_SA,
		.name = "WRITE(10)",
		.kinds = VSCSI_LU_DISK,
		.flags = WRITE_FLAGS,
		.cdb_len = 10,
		.mask = { 0x2a, 0x18, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff, 0xff },
		.lba = { 2, 4 },
		.len = { 7, 2 },
		.exec = sbc_write_exec,
		.execute = sbc_write,
	},
	{
		.opcode = 0x2e,
		.service_action = VSCSI_NO_SA,
		.name = "WRITE AND VERIFY(10)",
		.kinds = VSCSI_LU_DISK,
		.flags = WRITE_FLAGS | VSCSI_OP_BLOCKING,
		.cdb_len = 10,
		.mask = { 0x2e, 0x12, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff, 0xff },
		.lba = { 2, 4 },
		.len = { 7, 2 },
		.execute = sbc_write_and_verify,
	},
	{
		.opcode = 0x2f,
		.service_action = VSCSI_NO_SA,
		.name = "VERIFY(10)",
		.kinds = VSCSI_LU_DISK,
		.flags = VERIFY_FLAGS,
		.cdb_len = 10,
		.mask = { 0x2f, 0x16, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff, 0xff },
		.lba = { 2, 4 },
		.len = { 7, 2 },
		.data_len = sbc_verify_data_len,
		.execute = sbc_verify,
	},
	{
		.opcode = 0x35,
		.service_action = VSCSI_NO_SA,
		.name = "SYNCHRONIZE CACHE(10)",
		.kinds = VSCSI_LU_DISK,
		.flags = SYNC_FLAGS,
		.cdb_len = 10,
		.mask = { 0x35, 0x02, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff, 0xff },
		.lba = { 2, 4 },
		.len = { 7, 2 },
		.exec = sbc_synchronize_cache_exec,
		.execute = sbc_synchronize_cache,
	},
	{
		.opcode = 0x41,
		.service_action = VSCSI_NO_SA,
		.name = "WRITE SAME(10)",
		.kinds = VSCSI_LU_DISK,
		.flags = WRITE_SAME_FLAGS,
		.cdb_len = 10,
		.mask = { 0x41, 0x08, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff, 0xff },
		.lba = { 2, 4 },
		.len = { 7, 2 },
		.data_len = sbc_write_same_data_len,
		.execute = sbc_write_same,
	},
	{
		.opcode = 0x42,
		.service_action = VSCSI_NO_SA,
		.name = "UNMAP",
		.kinds = VSCSI_LU_DISK,
		.flags = UNMAP_FLAGS,
		.cdb_len = 10,
		.mask = { 0x42, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff },
		.len = { 7, 2 },
		.supported = sbc_unmap_supported,
		.execute = sbc_unmap,
	},
	{
		.opcode = 0x56,
		.service_action = VSCSI_NO_SA,
		.name = "RESERVE(10)",
		.kinds = VSCSI_LU_DISK,
		.cdb_len = 10,
		.mask = { 0x56 },
		.execute = spc_reserve,
	},
	{
		.opcode = 0x57,
		.service_action = VSCSI_NO_SA,
		.name = "RELEASE(10)",
		.kinds = VSCSI_LU_DISK,
		.flags = VSCSI_OP_RESERVE_EXEMPT,
		.cdb_len = 10,
		.mask = { 0x57 },
		.execute = spc_release,
	},
	{
		.opcode = 0x5a,
		.service_action = VSCSI_NO_SA,
		.name = "MODE SENSE(10)",
		.kinds = VSCSI_LU_DISK,
		.flags = VSCSI_OP_DATA_IN | VSCSI_OP_CONFLICT_EA,
		.cdb_len = 10,
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
		.opcode = 0x88,
		.service_action = VSCSI_NO_SA,
		.name = "READ(16)",
		.kinds = VSCSI_LU_DISK,
		.flags = READ_FLAGS,
		.cdb_len = 16,
		.mask = { 0x88, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			  0xff, 0xff, 0xff, 0xff },
		.lba = { 2, 8 },
		.len = { 10, 4 },
		.exec = sbc_read_exec,
		.execute = sbc_read,
	},
	{
		.opcode = 0x8a,
		.service_action = VSCSI_NO_SA,
		.name = "WRITE(16)",
		.kinds = VSCSI_LU_DISK,
		.flags = WRITE_FLAGS,
		.cdb_len = 16,
		.mask = { 0x8a, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			  0xff, 0xff, 0xff, 0xff },
		.lba = { 2, 8 },
		.len = { 10, 4 },
		.exec = sbc_write_exec,
		.execute = sbc_write,
	},
	{
		.opcode = 0x8e,
		.service_action = VSCSI_NO_SA,
		.name = "WRITE AND VERIFY(16)",
		.kinds = VSCSI_LU_DISK,
		.flags = WRITE_FLAGS | VSCSI_OP_BLOCKING,
		.cdb_len = 16,
		.mask = { 0x8e, 0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			  0xff, 0xff, 0xff, 0xff },
		.lba = { 2, 8 },
		.len = { 10, 4 },
		.execute = sbc_write_and_verify,
	},
	{
		.opcode = 0x8f,
		.service_action = VSCSI_NO_SA,
		.name = "VERIFY(16)",
		.kinds = VSCSI_LU_DISK,
		.flags = VERIFY_FLAGS,
		.cdb_len = 16,
		.mask = { 0x8f, 0x16, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			  0xff, 0xff, 0xff, 0xff },
		.lba = { 2, 8 },
		.len = { 10, 4 },
		.data_len = sbc_verify_data_len,
		.execute = sbc_verify,
	},
	{
		.opcode = 0x91,
		.service_action = VSCSI_NO_SA,
		.name = "SYNCHRONIZE CACHE(16)",
		.kinds = VSCSI_LU_DISK,
		.flags = SYNC_FLAGS,
		.cdb_len = 16,
		.mask = { 0x91, 0x02, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			  0xff, 0xff, 0xff, 0xff },
		.lba = { 2, 8 },
		.len = { 10, 4 },
		.exec = sbc_synchronize_cache_exec,
		.execute = sbc_synchronize_cache,
	},
	{
		.opcode = 0x93,
		.service_action = VSCSI_NO_SA,
		.name = "WRITE SAME(16)",
		.kinds = VSCSI_LU_DISK,
		.flags = WRITE_SAME_FLAGS,
		.cdb_len = 16,
		.mask = { 0x93, 0x09, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			  0xff, 0xff, 0xff, 0xff },
		.lba = { 2, 8 },
		.len = { 10, 4 },
		.data_len = sbc_write_same_data_len,
		.execute = sbc_write_same,
	},
	{
		.opcode = 0x9e,
		.service_action = 0x10,
		.name = "READ CAPACITY(16)",
		.kinds = VSCSI_LU_DISK,
		.flags = VSCSI_OP_DATA_IN | VSCSI_OP_RESERVE_EXEMPT,
		.cdb_len = 16,
		.mask = { 0x9e, 0x1f, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
			  0xff, 0xff, 0xff, 0xff },
		.len = { 10, 4 },
		.execute = sbc_read_capacity_16,
	},
	{
		.opcode = 0xa0,
		.service_action = VSCSI_NO_SA,
		.name = "REPORT LUNS",
		.kinds = LU_ANY,
		.flags = VSCSI_OP_DATA_IN | VSCSI_OP_UA_EXEMPT | VSCSI_OP_RESERVE_EXEMPT,
		.cdb_len = 12,
		.mask = { 0xa0, 0x00, 0xff, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff },
		.len = { 6, 4 },
		.execute = spc_report_luns,
	},
	{
		.opcode = 0xa3,
		.service_action = 0x0c,
		.name = "REPORT SUPPORTED OPERATION CODES",
		.kinds = LU_DISK_WELL_KNOWN,
		.flags = VSCSI_OP_DATA_IN | VSCSI_OP_CONFLICT_EA,
		.cdb_len = 12,
		.mask = { 0xa3, 0x1f, 0x87, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
		.len = { 6, 4 },
		.execute = spc_report_opcodes,
	},
	{
		.opcode = 0xa3,
		.service_action = 0x0d,
		.name = "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS",
		.kinds = LU_DISK_WELL_KNOWN,
		.flags = VSCSI_OP_DATA_IN | VSCSI_OP_CONFLICT_EA,
		.cdb_len = 12,
		.mask = { 0xa3, 0x1f, 0x80, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff },
		.len = { 6, 4 },
		.execute = spc_report_task_management,
	},
	{
		.opcode = 0xa8,
		.service_action = VSCSI_NO_SA,
		.name = "READ(12)",
		.kinds = VSCSI_LU_DISK,
		.flags = READ_FLAGS,
		.cdb_len = 12,
		.mask = { 0xa8, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
		.lba = { 2, 4 },
		.len = { 6, 4 },
		.exec = sbc_read_exec,
		.execute = sbc_read,
	},
	{
		.opcode = 0xaa,
		.service_action = VSCSI_NO_SA,
		.name = "WRITE(12)",
		.kinds = VSCSI_LU_DISK,
		.flags = WRITE_FLAGS,
		.cdb_len = 12,
		.mask = { 0xaa, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
		.lba = { 2, 4 },
		.len = { 6, 4 },
		.exec = sbc_write_exec,
		.execute = sbc_write,
	},
	{
		.opcode = 0xae,
		.service_action = VSCSI_NO_SA,
		.name = "WRITE AND VERIFY(12)",
		.kinds = VSCSI_LU_DISK,
		.flags = WRITE_FLAGS | VSCSI_OP_BLOCKING,
		.cdb_len = 12,
		.mask = { 0xae, 0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
		.lba = { 2, 4 },
		.len = { 6, 4 },
		.execute = sbc_write_and_verify,
	},
	{
		.opcode = 0xaf,
		.service_action = VSCSI_NO_SA,
		.name = "VERIFY(12)",
		.kinds = VSCSI_LU_DISK,
		.flags = VERIFY_FLAGS,
		.cdb_len = 12,
		.mask = { 0xaf, 0x16, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
		.lba = { 2, 4 },
		.len = { 6, 4 },
		.data_len = sbc_verify_data_len,
		.execute = sbc_verify,
	},
};

const unsigned int vscsi_opcodes_nr = ARRAY_SIZE(vscsi_opcodes);
