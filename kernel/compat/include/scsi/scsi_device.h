/* SPDX-License-Identifier: GPL-2.0 */
#ifndef COMPAT_SCSI_SCSI_DEVICE_H
#define COMPAT_SCSI_SCSI_DEVICE_H

#include_next <scsi/scsi_device.h>

#ifndef HAVE_SCSI_BLOCK_TARGETS
struct Scsi_Host;
static inline void scsi_block_targets(struct Scsi_Host *shost, struct device *dev)
{
	scsi_target_block(dev);
}
#endif

#endif
