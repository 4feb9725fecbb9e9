/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Asymmetric logical unit access (SPC-4 5.16): the paths to a logical unit and their states.
 *
 * A server adapter is a target port, and makes up a target port group of its own: so each path
 * can have its own state, and the group's identifier is the port's.  States belong to the
 * logical unit: it may be active on a port where another is not.  Several VTDs of one
 * logical unit on one server adapter have one state.
 */
#ifndef VSCSI_CMDSET_ALUA_H
#define VSCSI_CMDSET_ALUA_H

#include "command.h"

struct vscsi_pr;

void vscsi_path_join(struct vscsi_pr *pr, struct vscsi_path *path);
void vscsi_path_leave(struct vscsi_pr *pr, struct vscsi_path *path);
void vscsi_path_set(struct vscsi_pr *pr, const struct vscsi_path *path,
		    enum vscsi_alua_state state);
u16 vscsi_path_next_port(struct vscsi_pr *pr, u16 port);
enum vscsi_reason vscsi_path_check(const struct vscsi_cmd *cmd);

/* Rows of the opcode table. */
bool spc_alua_supported(const struct vscsi_lu *lu);
void spc_report_target_port_groups(struct vscsi_cmd *cmd);
void spc_set_target_port_groups(struct vscsi_cmd *cmd);

#endif
