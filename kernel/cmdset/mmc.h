/* SPDX-License-Identifier: GPL-2.0 */
/* Commands of optical drives (MMC-6). */
#ifndef VSCSI_CMDSET_MMC_H
#define VSCSI_CMDSET_MMC_H

#include "command.h"

#define MMC_BLOCK_SIZE		2048
#define MMC_BLOCK_SHIFT		11
#define MMC_CAPABILITIES_LEN	0x1e	/* of the mode page, behind code and length */

bool mmc_has_medium(const struct vscsi_lu *lu);
bool mmc_is_rewritable(const struct vscsi_lu *lu);

/* Mode pages. */
void mmc_timeout_page(const struct vscsi_cmd *cmd, u8 *page);
void mmc_capabilities_page(const struct vscsi_cmd *cmd, u8 *page);

/* Rows of the opcode table. */
void mmc_start_stop(struct vscsi_cmd *cmd);
void mmc_prevent_allow(struct vscsi_cmd *cmd);
void mmc_get_event_status(struct vscsi_cmd *cmd);
void mmc_mechanism_status(struct vscsi_cmd *cmd);

void mmc_get_configuration(struct vscsi_cmd *cmd);

void mmc_read_toc(struct vscsi_cmd *cmd);
void mmc_read_disc_information(struct vscsi_cmd *cmd);
void mmc_read_track_information(struct vscsi_cmd *cmd);
void mmc_read_dvd_structure(struct vscsi_cmd *cmd);

u64 mmc_read_cd_data_len(const struct vscsi_cmd *cmd);
void mmc_read_cd(struct vscsi_cmd *cmd);

#endif
