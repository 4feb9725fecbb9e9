#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Say which interfaces the kernel's headers have: one -DHAVE_x for each.
#
#   probe.sh SRCTREE [SRCTREE ...]
#
# The first directory that holds kernel headers is looked at.  Headers are
# searched and versions never compared, because distributions backport.
# Mainline versions are given for orientation only.

for tree in "$@"; do
	[ -d "$tree/include/linux" ] && break
done
include=$tree/include
[ -d "$include/linux" ] || exit 1

# has NAME HEADER PATTERN
has()
{
	grep -qsE -- "$3" "$include/$2" && printf ' -DHAVE_%s' "$1"
}

# 6.12: asm/unaligned.h became linux/unaligned.h
[ -e "$include/linux/unaligned.h" ] && printf ' -DHAVE_LINUX_UNALIGNED_H'
# 7.0: queuecommand returns an enum
has SCSI_QC_STATUS scsi/scsi_host.h 'enum scsi_qc_status \(\*queuecommand'
# 6.15: slave_alloc, slave_destroy, slave_configure were renamed
has SDEV_INIT scsi/scsi_host.h '\(\* ?sdev_init\)'
# 6.10: configure gets the queue limits
has DEVICE_CONFIGURE scsi/scsi_host.h '\(\* ?device_configure\)'
# 6.2: eh_timed_out has an enum of its own
has SCSI_TIMEOUT_ACTION scsi/scsi_host.h 'enum scsi_timeout_action \{'
# 6.3: the mid layer no longer writes to the template
has CONST_SHT scsi/scsi_host.h 'scsi_host_alloc\(const struct'
# 6.5: queuecommand may block; until 6.1 that was a matter of each queue and of a flag
has QUEUECOMMAND_MAY_BLOCK scsi/scsi_host.h 'queuecommand_may_block'
has QUEUE_SRCU linux/blkdev.h 'struct srcu_struct[[:space:]]+srcu\[\]'
# 6.3: scsi_target_block() took a host
has SCSI_BLOCK_TARGETS scsi/scsi_device.h 'scsi_block_targets\('
# 6.5: file_bdev()
has FILE_BDEV linux/blkdev.h '[ *]file_bdev\('
# 6.19: bdev_rot() for bdev_nonrot()
has BDEV_ROT linux/blkdev.h 'bool bdev_rot\('
# 6.10: BLK_STS_NEXUS was renamed
has BLK_STS_RESV_CONFLICT linux/blk_types.h 'define BLK_STS_RESV_CONFLICT'
# 6.13: hrtimer_setup() for hrtimer_init()
has HRTIMER_SETUP linux/hrtimer.h 'void hrtimer_setup\('
# 6.17: workqueues are either per CPU or unbound
has WQ_PERCPU linux/workqueue.h '[[:space:]]WQ_PERCPU[[:space:]]'
# 6.6: split operations; genl_dumpit_info became genl_info_dump()
has GENL_SPLIT_OPS net/genetlink.h '^struct genl_split_ops \{'
has GENL_INFO_DUMP net/genetlink.h 'genl_info_dump\('
# 6.3: formatted extended acks
has NL_SET_ERR_MSG_FMT linux/netlink.h 'define NL_SET_ERR_MSG_FMT\('
has NL_SET_ERR_MSG_ATTR_FMT linux/netlink.h 'define NL_SET_ERR_MSG_ATTR_FMT\('
# 6.11: bus_type.match takes a const driver
has BUS_MATCH_CONST linux/device/bus.h 'match\)\(struct device \*dev, const struct device_driver'
# 6.10: __assign_str() has one argument
has ASSIGN_STR_ONE trace/stages/stage6_event_callback.h 'define __assign_str\(dst\)'
exit 0
