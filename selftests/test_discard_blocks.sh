#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Blocks that the client discards are free on the server, and what is announced
# about it is true.

# timeout: 600

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"

ALL_TESTS="
	file_direct
	file_buffered
	file_without_holes
	thin_volume
	scsi_disk
	device_without_discard
	ram
	fstrim_of_ext4
	fstrim_of_xfs
	write_same_with_unmap
	write_zeroes
	unmap_descriptors
	odd_granularity
"

# Print how many KiB file $1 takes.
used_kib()
{
	sync "$1"
	du -k "$1" | awk '{ print $1 }'
}

# Print LBPME or LBPRZ ($2) of disk $1 as READ CAPACITY(16) says.
capacity_bit()
{
	sg_readcap -l "$1" | sed -n "s/.*$2)\?=\([01]\).*/\1/p" | head -n 1
}

# Disk $1 must offer UNMAP, and zeroes after it if $2 is 1.
check_announced()
{
	local disk=$1 zeroes=$2

	check_equal "$(capacity_bit "$disk" lbpme)" 1 LBPME
	check_equal "$(capacity_bit "$disk" lbprz)" "$zeroes" LBPRZ
	check_equal "$(disk_attr "$disk" thin_provisioning)" 1 thin_provisioning
	[ "$(queue_attr "$disk" discard_max_bytes)" -gt 0 ]
	check_err $? "discard_max_bytes is 0"
	sg_vpd -p lbpv "$disk" | grep -Eq 'LBPU\)?: 1'
	check_err $? "LBPU of VPD B2h"
}

# Nothing about UNMAP may be announced by disk $1, and UNMAP does not exist.
check_not_announced()
{
	local disk=$1

	check_equal "$(capacity_bit "$disk" lbpme)" 0 LBPME
	check_equal "$(queue_attr "$disk" discard_max_bytes)" 0 discard_max_bytes
	expect_sense 5 20 00 -s 8 -i /dev/zero "$(sg_of "$disk")" \
		42 00 00 00 00 00 00 00 08 00
	blkdiscard "$disk" 2>/dev/null
	check_fail $? "blkdiscard"
}

# File $1 of 16 MiB, mapped with the options $2..., must get smaller.
check_file()
{
	local file=$1 vtd disk before

	shift
	need map vtd "$file" vhost0 "$@" && need client_disk disk "$vtd" || return
	check_announced "$disk" 1
	check_equal "$(vtd_member "$vtd" thin)" true "thin in lsmap"

	fill_random "$disk" 16 "$TMPDIR/data"
	before=$(used_kib "$file")
	[ "$before" -ge 16384 ]
	check_err $? "the full file takes $before KiB"

	blkdiscard -o 4M -l 8M "$disk"
	check_err $? "blkdiscard"
	[ "$(used_kib "$file")" -le $((before - 8192 + 128)) ]
	check_err $? "$(used_kib "$file") KiB after 8 MiB of $before were discarded"
	dd if=/dev/zero of="$TMPDIR/data" bs=1M seek=4 count=8 conv=notrunc status=none
	same_data "$disk" "$TMPDIR/data" 16M
	check_err $? "data around the hole"
	check_equal "$(stat -c %s "$file")" $((16 << 20)) "size of the file"
	rm -f "$TMPDIR/data"
}

file_direct()
{
	local dir file

	need mkext4 dir 48 && need mkfile_in file "$dir" 16M || return
	check_file "$file" -direct
}

file_buffered()
{
	local file

	need mkfile file 16M || return
	check_file "$file" -buffered
}

# FAT knows no holes.
file_without_holes()
{
	local ram dir file disk

	need mkram ram 64 && need mkmount dir vfat "$ram" || return
	need mkfile_in file "$dir" 16M && need map_disk disk "$file" || return
	check_not_announced "$disk"
	blkdiscard -z -o 1M -l 4M "$disk"
	check_err $? "zeroes can be written all the same"
}

# Succeed when $2 to $3 percent of thin volume $1 are used.
thin_percent_is()
{
	local percent

	percent=$(lvs --noheadings -o data_percent "$1" | tr -d ' ' | cut -d . -f 1)
	[ "$percent" -ge "$2" ] && [ "$percent" -le "$3" ]
}

thin_volume()
{
	local ram vg thin disk

	need mkram ram 96 && need mkvg vg "$ram" && need mkthin thin 48M 32M "$vg" || return
	need map_disk disk "$thin" || return
	check_announced "$disk" 0
	fill_random "$disk" 24 "$TMPDIR/data"
	rm -f "$TMPDIR/data"
	busywait 30000 thin_percent_is "$thin" 70 100
	check_err $? "a volume that is almost full"
	blkdiscard "$disk"
	check_err $? "blkdiscard"
	busywait 30000 thin_percent_is "$thin" 0 0
	check_err $? "a volume that was discarded: $(lvs --noheadings "$thin")"
}

# scsi_debug tells which of its blocks are mapped.
scsi_disk()
{
	local debug disk

	need mkdebug debug dev_size_mb=16 lbpu=1 lbpws=1 lbprz=1 || return
	need map_disk disk "$debug" || return
	check_announced "$disk" 0
	fill_random "$disk" 2 "$TMPDIR/data"
	rm -f "$TMPDIR/data"
	check_equal "$(cat /sys/bus/pseudo/drivers/scsi_debug/map)" 0-4095 "mapped after a write"
	blkdiscard -o 1M -l 512K "$disk"
	check_err $? "blkdiscard"
	check_equal "$(cat /sys/bus/pseudo/drivers/scsi_debug/map)" 0-2047,3072-4095 \
		"mapped after a discard"
}

device_without_discard()
{
	local ram disk

	need mkram ram 16 512 discard=0 && need map_disk disk "$ram" || return
	check_not_announced "$disk"
	check_equal "$(vtd_member vtscsi0 thin)" false "thin in lsmap"
	blkdiscard -z "$disk"
	check_err $? "blkdiscard -z"
}

ram()
{
	local vtd disk

	need map_ram vtd 16M && need client_disk disk "$vtd" || return
	check_announced "$disk" 1
	fill_random "$disk" 2 "$TMPDIR/data"
	rm -f "$TMPDIR/data"
	blkdiscard "$disk"
	check_err $? "blkdiscard"
	is_zero "$disk" 2
	check_err $? "zeroes after a discard"
}

# A mounted file system of type $1 gives back what was removed from it.
check_fstrim()
{
	local type=$1 size=$2 host file disk dir full

	need mkext4 host $((size + 64)) && need mkfile_in file "$host" "${size}M" &&
		need map_disk disk "$file" && need mkmount dir "$type" "$disk" -q || return
	fstrim "$dir"
	dd if=/dev/urandom of="$dir/big" bs=1M count=32 conv=fsync status=none
	check_err $? "write"
	full=$(used_kib "$file")
	rm "$dir/big"
	sync -f "$dir"
	fstrim "$dir"
	check_err $? "fstrim"
	[ "$(used_kib "$file")" -le $((full - 30 * 1024)) ]
	check_err $? "$(used_kib "$file") of $full KiB after 32 MiB were trimmed"
}

fstrim_of_ext4()
{
	check_fstrim ext4 64
}

fstrim_of_xfs()
{
	check_fstrim xfs 320
}

write_same_with_unmap()
{
	local file disk before

	need mkfile file 16M && need map_disk disk "$file" vhost0 -buffered || return
	fill_random "$disk" 4 "$TMPDIR/data"
	rm -f "$TMPDIR/data"
	before=$(used_kib "$file")
	sg_write_same --unmap --lba=2048 --num=2048 --xferlen=512 "$disk"
	check_err $? "WRITE SAME with UNMAP"
	[ "$(used_kib "$file")" -le $((before - 1024)) ]
	check_err $? "$(used_kib "$file") of $before KiB"
	dd if="$disk" bs=1M skip=1 count=1 iflag=direct status=none | cmp -n $((1 << 20)) - /dev/zero
	check_err $? "zeroes after WRITE SAME with UNMAP"
}

# Zeroes are written everywhere, with and without discard.
write_zeroes()
{
	local ram setting disk depth=${#deferred[@]}

	for setting in discard=1 discard=0; do
		need mkram ram 16 512 "$setting" && need map_disk disk "$ram" || return
		fill_random "$disk" 4 "$TMPDIR/data"
		blkdiscard -z -o 1M -l 2M "$disk"
		check_err $? "blkdiscard -z with $setting"
		dd if=/dev/zero of="$TMPDIR/data" bs=1M seek=1 count=2 conv=notrunc status=none
		same_data "$disk" "$TMPDIR/data" 4M
		check_err $? "data after blkdiscard -z with $setting"
		rm -f "$TMPDIR/data"
		undo_to "$depth"
	done
}

# One that is out of range keeps all from being unmapped.
unmap_descriptors()
{
	local file disk

	need mkfile file 16M && need map_disk disk "$file" vhost0 -buffered || return
	fill_random "$disk" 4 "$TMPDIR/data"
	sg_unmap --lba=0,32760 --num=8,16 "$disk" >/dev/null 2>&1
	check_fail $? "a descriptor behind the end"
	same_data "$disk" "$TMPDIR/data" 4M
	check_err $? "a refused UNMAP has discarded data"
	sg_unmap --lba=0,2048,8 --num=8,8,8 "$disk"
	check_err $? "three descriptors"
	dd if=/dev/zero of="$TMPDIR/data" bs=512 count=16 conv=notrunc status=none
	dd if=/dev/zero of="$TMPDIR/data" bs=512 seek=2048 count=8 conv=notrunc status=none
	same_data "$disk" "$TMPDIR/data" 4M
	check_err $? "data after three descriptors"
	rm -f "$TMPDIR/data"
}

# Parts of the backing device's granules are left alone or zeroed, never more.
odd_granularity()
{
	local debug disk

	need mkdebug debug dev_size_mb=16 lbpu=1 lbprz=1 unmap_granularity=16 \
		unmap_alignment=3 || return
	need map_disk disk "$debug" || return
	fill_random "$disk" 2 "$TMPDIR/data"
	sg_unmap --lba=100 --num=1000 "$disk"
	check_err $? "UNMAP"
	cmp -n $((100 * 512)) <(dd if="$disk" bs=1M count=2 iflag=direct status=none) "$TMPDIR/data"
	check_err $? "data before the range"
	cmp -i $((1100 * 512)) -n $((2948 * 512)) \
		<(dd if="$disk" bs=1M count=2 iflag=direct status=none) "$TMPDIR/data"
	check_err $? "data behind the range"
	rm -f "$TMPDIR/data"
}

require_cmd sg_unmap blkdiscard fstrim
need_module "$@"
tests_run
