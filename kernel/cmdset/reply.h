/* SPDX-License-Identifier: GPL-2.0 */
/* Parameter data that a command returns. */
#ifndef VSCSI_CMDSET_REPLY_H
#define VSCSI_CMDSET_REPLY_H

#include "command.h"

void vscsi_reply_at(struct vscsi_cmd *cmd, u32 offset, const void *buf, size_t len);
void vscsi_reply(struct vscsi_cmd *cmd, const void *buf, size_t len);
void vscsi_fail_field(struct vscsi_cmd *cmd, s16 field, s8 bit);
enum vscsi_reason vscsi_cdb_error(struct vscsi_cmd *cmd, s16 field, s8 bit);
enum vscsi_reason vscsi_param_error(struct vscsi_cmd *cmd, s16 field, s8 bit);

#endif
