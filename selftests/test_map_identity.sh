#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A backing device says that it is the same on every path to it, under every
# name, and after the module has been loaded again; and no two are the same.
#
# timeout: 600

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

ALL_TESTS="
	test_disk
	test_file
	test_logical_volume
	test_partition
	test_scsi_disk
	test_distinct
	test_copied_file
	test_location
"

# The client names a disk by its adapter and LUN, its partitions too.
test_location()
{
	local disk path

	load
	map_ram_disk disk 4M vhost0 -lun 0x8500000000000000
	check_err $? "no disk"
	path=/dev/disk/by-path/vscsi-$(cat /sys/bus/vscsi/devices/vscsi0/physloc)
	check_equal "$(cat "/sys/block/${disk##*/}/device/physloc")" \
		"${path#*vscsi-}-T1-L8500000000000000" "physloc"
	echo ',1M' | sfdisk -q "$disk"
	udevadm settle
	check_equal "$(readlink -f "$path-T1-L8500000000000000")" "$disk" "$path"
	check_equal "$(readlink -f "$path-T1-L8500000000000000-part1")" "${disk}1" \
		"partition of $path"
}

# Print the designators of the logical unit that is disk $1; those of ports differ.
designators()
{
	sg_vpd -q -p di_lu "$1" | tr -s ' \n' ' '
}

identity()
{
	designators "$1"
	echo
	sg_vpd -p sn "$1" | sed -n 's/^ *Unit serial number: //p'
	udevadm info -q property -n "$1" | grep -E '^ID_(SERIAL|WWN)='
}

load()
{
	load_module && wait_linked vhost0 && mkpair vhost
	check_err $? "no two pairs of adapters"
}

# The backing device $1, also under the name $2, must have the same identity
# through two adapters and with the module loaded again.
check_identity()
{
	local depth=${#deferred[@]} a='' b='' first

	load
	map_disk a "$1"
	check_err $?
	map_disk b "${2:-$1}" "$vhost" -f
	check_err $?
	first=$(identity "$a")
	check_match "$first" '0x[0-9a-f]{16}' "designators"
	check_match "$first" 'ID_SERIAL=' "what udev knows"
	check_equal "$(identity "$b")" "$first" "identity on another path"
	undo_to "$depth"
	load
	map_disk a "$1" "$vhost"
	check_err $?
	check_equal "$(identity "$a")" "$first" "identity after a reload"
	undo_to "$depth"
}

test_disk()
{
	ln -s "$ram" "$TMPDIR/link"
	check_identity "$ram" "$TMPDIR/link"
	rm "$TMPDIR/link"
}

test_file()
{
	ln -s "$file" "$TMPDIR/link"
	check_identity "$file" "$TMPDIR/link"
	rm "$TMPDIR/link"
}

test_logical_volume()
{
	check_identity "$lv" "/dev/$lv"
}

test_partition()
{
	check_identity "${loop}p1"
}

# A SCSI disk has an identity of its own, which the client must see.
test_scsi_disk()
{
	local disk

	check_identity "$scsi"
	load
	map_disk disk "$scsi"
	check_equal "$(/lib/udev/scsi_id -g "$disk")" \
		"$(/lib/udev/scsi_id -g "$scsi")" "what scsi_id says"
}

test_distinct()
{
	local disk dev ids=$TMPDIR/ids

	load
	for dev in "$ram" "$file" "$lv" "${loop}p1" "${loop}p2" "$scsi"; do
		map_disk disk "$dev"
		designators "$disk"
		echo
	done >"$ids"
	for _ in 1 2 3; do
		map_ram_disk disk 1M
		designators "$disk"
		echo
	done >>"$ids"
	check_equal "$(sort -u "$ids" | grep -c '0x[0-9a-f]\{16\}')" 9 \
		"how many identities nine devices have"
}

# A file system and its copy: their files look the same, but are not.
test_copied_file()
{
	local first second dir copy disk other

	load
	mkram first 16 && mkram second 16 && mkmount dir ext4 "$first" -q
	check_err $? "no file system"
	truncate -s 4M "$dir/file"
	sync -f "$dir"
	dd if="$first" of="$second" bs=1M status=none
	copy=$(mktemp -d "$TMPDIR/copy.XXXXXX")
	defer rmdir "$copy"
	mount "$second" "$copy"
	check_err $? "mount"
	defer umount "$copy"
	map_disk disk "$dir/file"
	expect_no_change 4 'identity is that of vtscsi0: it needs one of its own' \
		ioscli mkvdev -vdev "$copy/file" -vadapter vhost0
	map_disk other "$copy/file" vhost0 -udid second.copy
	[ "$(designators "$disk")" != "$(designators "$other")" ]
	check_err $? "one identity for two files"
	check_match "$(sg_vpd -p sn "$other")" "second.copy" "serial number"
}

scsi_debug_disk()
{
	local path

	for path in /sys/bus/pseudo/drivers/scsi_debug/adapter*/host*/target*/*:*/block/*; do
		[ -b "/dev/${path##*/}" ] && echo "/dev/${path##*/}" && return
	done
	return 1
}

ram='' pv='' vg='' lv='' file='' image='' loop='' vhost=''
modprobe -n -q scsi_debug || skip_all "no module scsi_debug"
require_cmd sg_vpd
mkram ram 32 && mkram pv 64 && mkvg vg "$pv" && mklv lv "$vg" 16M &&
	mkfile file 16M && mkfile image 64M || exit
printf 'label: gpt\nsize=32768\nsize=32768\n' | sfdisk -q "$image"
mkloop loop "$image" -P || exit
modprobe scsi_debug dev_size_mb=16 || exit
defer busywait 30000 rmmod scsi_debug
busywait 30000 scsi_debug_disk >"$TMPDIR/scsi" || exit
scsi=$(tail -n 1 "$TMPDIR/scsi")
udevadm settle
tests_run
