# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Disks with an identity that come and go: the targets of scsi_debug.

# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Print the Linux name of target $1.
debug_disk()
{
	local path

	for path in /sys/bus/pseudo/drivers/scsi_debug/adapter*/host*/target*:"$1"/*/block/*; do
		[ -b "/dev/${path##*/}" ] && echo "${path##*/}" && return
	done
	return 1
}

# Make 3 disks of 16 MiB, the targets 0 to 2. $@ are more parameters of scsi_debug.
mkdisks()
{
	local n

	modprobe scsi_debug dev_size_mb=16 num_tgts=3 "$@" || return
	defer busywait 30000 rmmod scsi_debug
	for n in 0 1 2; do
		busywait 30000 debug_disk $n >/dev/null || return
	done
	udevadm settle
}

disk_is_gone()
{
	! debug_disk "$1" >/dev/null
}

# Take target $1 away.
unplug()
{
	local disk

	disk=$(debug_disk "$1")
	echo 1 >"/sys/class/block/$disk/device/delete"
	busywait 30000 disk_is_gone "$1"
	check_err $? "target $1 is still there"
	udevadm settle
}

# Bring target $1 back; Linux gives it the first free name.
plug()
{
	echo "0 $1 0" >"$(echo /sys/bus/pseudo/drivers/scsi_debug/adapter*/host*/scsi_host/host*/scan)"
	busywait 30000 debug_disk "$1" >/dev/null
	check_err $? "target $1 did not come back"
	udevadm settle
}
