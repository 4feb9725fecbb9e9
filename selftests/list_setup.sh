# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The managed system that the tests of the listings show: eleven server adapters,
# the first with a disk of each kind, and all the names in the variables below.

# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

readonly M=U9105.22A.78A1B2C

# Print the disk of scsi_debug: it has a location code.
scsi_debug_disk()
{
	local path

	for path in /sys/bus/pseudo/drivers/scsi_debug/adapter*/host*/target*/*:*/block/*; do
		[ -b "/dev/${path##*/}" ] && echo "${path##*/}" && return
	done
	return 1
}

# Sets disk, the number of its SCSI host, and file. The server's name of disk is hdisk.
make_backing_devices()
{
	local ram vg

	modprobe -n -q scsi_debug || skip_all "no module scsi_debug"
	modprobe scsi_debug dev_size_mb=16 || return
	defer busywait 30000 rmmod scsi_debug
	busywait 30000 scsi_debug_disk >"$TMPDIR/scsi_debug" || return
	disk=$(tail -n 1 "$TMPDIR/scsi_debug")
	host=$(readlink -f "/sys/class/block/$disk/device")
	host=${host##*/}
	host=${host%%:*}
	mkram ram 32 && mkvg vg "$ram" && mklv lv "$vg" 8M app1_lv || return
	mkfile file 8M
}

make_adapters()
{
	local slot

	ioscli mklpar -lpar vios1 -type vios -id 1 &&
		ioscli mklpar -lpar app1 -id 6 &&
		ioscli mklpar -lpar app2 -id 28 &&
		ioscli mkvadapter -client app1 -slot 12 -clientslot 13 || return
	for slot in 13 14 15 16 17 18 19 20 21; do
		ioscli mkvadapter -any -slot $slot || return
	done
	ioscli mkvadapter -client app2 -slot 22 -clientslot 5 &&
		ioscli mkvadapter -any -slot 30 -ucfg
}

make_mappings()
{
	ioscli mkvdev -vdev "$disk" -vadapter vhost0 -dev app1_root &&
		ioscli mkvdev -vdev "$file" -vadapter vhost0 -dev app1_file &&
		ioscli mkvdev -ram 4M -vadapter vhost0 &&
		ioscli mkvdev -vdev app1_lv -vadapter vhost0 -dev app1_lv &&
		ioscli mkvdev -ram 4M -vadapter vhost10 -dev vtscsi10 &&
		ioscli mkvdev -ram 4M -vadapter vhost10 -dev vtscsi2 -wait
}

set_names()
{
	# shellcheck disable=SC2034 # the script's variable
	hdisk=$(hdisk_of "$disk")
}

# Make it all, or end the script.
make_system()
{
	{
		make_backing_devices &&
			need_module empty=1 machine=$M &&
			make_adapters && make_mappings &&
			wait_linked vhost0 && wait_linked vhost10
	} >"$TMPDIR/setup" 2>&1 && set_names && return
	cat "$TMPDIR/setup"
	exit "$KSFT_FAIL"
}
