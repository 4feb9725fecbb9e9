/* SPDX-License-Identifier: GPL-2.0 */
/* The client half: client adapters (SCSI initiators), as the control path sees them. */
#ifndef VSCSI_CLIENT_CLIENT_H
#define VSCSI_CLIENT_CLIENT_H

#include <linux/types.h>

struct vscsi_adapter;

/**
 * struct vscsi_client_info - what a listing shows of an AVAILABLE client adapter
 * @host_no: number of its Scsi_Host
 * @queues: hardware queues
 * @queue_depth: commands for each of them
 */
struct vscsi_client_info {
	u32 host_no;
	u32 queues;
	u32 queue_depth;
};

void vscsi_client_info(const struct vscsi_adapter *adapter, struct vscsi_client_info *info);
void vscsi_client_init(void);

#endif
