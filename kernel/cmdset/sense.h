/* SPDX-License-Identifier: GPL-2.0 */
/* Sense data: the only place where reasons become SCSI. */
#ifndef VSCSI_CMDSET_SENSE_H
#define VSCSI_CMDSET_SENSE_H

#include "command.h"

#define VSCSI_SENSE_FIXED_LEN	18

/**
 * struct vscsi_sense - sense data before it is given a format (SPC-4 4.5)
 * @key: sense key
 * @asc: additional sense code
 * @ascq: additional sense code qualifier
 * @info_valid: @info is meant
 * @field_in_cdb: @field is a byte of the CDB, else of the parameter list
 * @field: field pointer, -1 if there is none
 * @field_bit: bit pointer, -1 if the whole byte is meant
 * @info: INFORMATION field
 * @specific: COMMAND-SPECIFIC INFORMATION field, 0: none
 * @progress_valid: @progress is meant, instead of @field
 * @progress: PROGRESS INDICATION, in 65536ths
 */
struct vscsi_sense {
	u8 key;
	u8 asc;
	u8 ascq;
	bool info_valid;
	bool field_in_cdb;
	s16 field;
	s8 field_bit;
	u64 info;
	u32 specific;
	bool progress_valid;
	u16 progress;
};

u8 vscsi_reason_status(enum vscsi_reason reason);
void vscsi_sense_from_reason(struct vscsi_sense *sense, enum vscsi_reason reason);
void vscsi_sense_from_ua(struct vscsi_sense *sense, enum vscsi_ua ua);
void vscsi_sense_from_cmd(struct vscsi_sense *sense, const struct vscsi_cmd *cmd,
			  enum vscsi_reason reason);
size_t vscsi_sense_format(const struct vscsi_sense *sense, bool descriptor, u8 *buf);

#endif
