/* SPDX-License-Identifier: GPL-2.0 */
#ifndef COMPAT_SCSI_SCSI_HOST_H
#define COMPAT_SCSI_SCSI_HOST_H

#include_next <scsi/scsi_host.h>

#ifdef HAVE_SCSI_QC_STATUS
typedef enum scsi_qc_status scsi_qc_status_t;
#else
typedef int scsi_qc_status_t;
#endif

#ifdef HAVE_CONST_SHT
#define COMPAT_SHT_CONST	const
#else
#define COMPAT_SHT_CONST	/* the mid layer writes to present, proc_dir and module */
#endif

#ifdef HAVE_SDEV_INIT
#define COMPAT_SDEV_INIT(f)		.sdev_init = (f)
#define COMPAT_SDEV_DESTROY(f)		.sdev_destroy = (f)
#define COMPAT_SDEV_CONFIGURE(f)	.sdev_configure = (f)
#else
#define COMPAT_SDEV_INIT(f)		.slave_alloc = (f)
#define COMPAT_SDEV_DESTROY(f)		.slave_destroy = (f)
#ifdef HAVE_DEVICE_CONFIGURE
#define COMPAT_SDEV_CONFIGURE(f)	.device_configure = (f)
#else
#define COMPAT_SDEV_CONFIGURE(f)	.slave_configure = (f)
#endif
#endif

#if defined(HAVE_SDEV_INIT) || defined(HAVE_DEVICE_CONFIGURE)
#define COMPAT_SDEV_CONFIGURE_ARGS	struct scsi_device *sdev, struct queue_limits *lim
#else
#define COMPAT_SDEV_CONFIGURE_ARGS	struct scsi_device *sdev
#endif

#ifdef HAVE_QUEUECOMMAND_MAY_BLOCK
#define COMPAT_SHT_MAY_BLOCK		.queuecommand_may_block = 1,
#else
#define COMPAT_SHT_MAY_BLOCK
#endif

/* After scsi_add_host(), before the first device is added. */
static inline bool compat_queuecommand_may_block(struct Scsi_Host *shost)
{
#ifdef HAVE_QUEUECOMMAND_MAY_BLOCK
	return true;
#elif defined(HAVE_QUEUE_SRCU)
	shost->tag_set.flags |= BLK_MQ_F_BLOCKING;
	return true;
#else
	return false;
#endif
}

#ifndef HAVE_SCSI_TIMEOUT_ACTION
#define scsi_timeout_action	blk_eh_timer_return
#define SCSI_EH_DONE		BLK_EH_DONE
#define SCSI_EH_RESET_TIMER	BLK_EH_RESET_TIMER
#define SCSI_EH_NOT_HANDLED	BLK_EH_DONE
#endif

#endif
