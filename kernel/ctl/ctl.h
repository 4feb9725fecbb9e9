/* SPDX-License-Identifier: GPL-2.0 */
/* The control path: the generic netlink family of include/uapi/linux/vscsi.h. */
#ifndef VSCSI_CTL_CTL_H
#define VSCSI_CTL_CTL_H

int vscsi_ctl_init(void);
void vscsi_ctl_exit(void);

#endif
