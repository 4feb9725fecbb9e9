#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A backing device that gets another size: the client sees it by itself, in use
# too.

# timeout: 600

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"

ALL_TESTS="
	grow_file
	grow_volume
	shrink_file
	shrink_volume
	several_times
	unit_attention
	rescan_at_once
	grow_under_fio
	grow_mounted_ext4
	grow_mounted_xfs
	odd_size
"

# The client looks every two seconds; a busy machine needs longer.
readonly patience=30000

# Disk $1 must get $2 MiB.
expect_size()
{
	busywait "$patience" has_size "$1" $(($2 << 20))
	check_err $? "$1 has $(blockdev --getsize64 "$1") bytes, not $2 MiB"
}

grow_file()
{
	local file vtd disk

	need mkfile file 16M && need map vtd "$file" && need client_disk disk "$vtd" || return
	check_equal "$(blockdev --getsize64 "$disk")" $((16 << 20)) "size"
	truncate -s 24M "$file"
	expect_size "$disk" 24
	check_equal "$(vtd_member "$vtd" size)" $((24 << 20)) "size in lsmap"
	fio_verify "$disk" --offset=14m --size=10m --bs=64k
	check_err $? "data across the old end"
}

grow_volume()
{
	local ram vg lv disk

	need mkram ram 64 && need mkvg vg "$ram" && need mklv lv "$vg" 16M || return
	need map_disk disk "$lv" || return
	lvextend -q -q -L 32M "$lv" >/dev/null
	check_err $? "lvextend"
	expect_size "$disk" 32
	fio_verify "$disk" --offset=12m --size=20m --bs=64k
	check_err $? "data across the old end"
}

shrink_file()
{
	local file disk

	need mkfile file 32M && need map_disk disk "$file" || return
	fill_random "$disk" 8 "$TMPDIR/data"
	truncate -s 16M "$file"
	# Before the client knows: nothing may be read, and the file may not grow again.
	dd if="$disk" bs=64k skip=448 count=1 iflag=direct of=/dev/null status=none 2>/dev/null
	check_fail $? "a read behind the new end"
	dd if=/dev/zero of="$disk" bs=64k seek=448 count=1 oflag=direct status=none 2>/dev/null
	check_fail $? "a write behind the new end"
	check_equal "$(stat -c %s "$file")" $((16 << 20)) "size of the file"
	expect_size "$disk" 16
	same_data "$disk" "$TMPDIR/data" 8M
	check_err $? "what is left"
	rm -f "$TMPDIR/data"
}

shrink_volume()
{
	local ram vg lv disk

	need mkram ram 64 && need mkvg vg "$ram" && need mklv lv "$vg" 32M || return
	need map_disk disk "$lv" || return
	lvreduce -q -q -f -L 16M "$lv" >/dev/null
	check_err $? "lvreduce"
	expect_size "$disk" 16
	expect_sense 5 21 00 -r 512 "$(sg_of "$disk")" 28 00 00 00 80 00 00 00 01 00
	fio_verify "$disk" --size=16m --bs=64k
	check_err $? "data on what is left"
}

several_times()
{
	local file disk mib

	need mkfile file 16M && need map_disk disk "$file" || return
	for mib in 17 40 20 64; do
		truncate -s "${mib}M" "$file"
		expect_size "$disk" "$mib"
	done
}

bind_sd()
{
	[ -e "/sys/bus/scsi/drivers/sd/$1" ] || echo "$1" >/sys/bus/scsi/drivers/sd/bind
	udevadm settle
}

# Without its driver nobody on the client takes the unit attention away.
unit_attention()
{
	local file vtd disk sg address before

	need mkfile file 16M && need map vtd "$file" && need client_disk disk "$vtd" || return
	sg=$(sg_of "$disk")
	address=$(basename "$(readlink -f "/sys/block/${disk##*/}/device")")
	echo "$address" >/sys/bus/scsi/drivers/sd/unbind
	defer bind_sd "$address"
	expect_good "$sg" 00 00 00 00 00 00

	before=$(lu_stat "$vtd" uas)
	truncate -s 24M "$file"
	ioscli chdev -dev "$vtd" -attr rescan=yes >/dev/null
	check_err $? "chdev"
	# INQUIRY and REPORT LUNS leave it alone.
	expect_good -r 36 "$sg" 12 00 00 00 24 00
	check_equal "$(lu_stat "$vtd" uas)" "$before" "unit attentions before the command"
	expect_sense 6 2a 09 "$sg" 00 00 00 00 00 00
	expect_good "$sg" 00 00 00 00 00 00
	check_equal "$(lu_stat "$vtd" uas)" $((before + 1)) "unit attentions"
	bind_sd "$address"
	client_disk disk "$vtd"
	check_equal "$(blockdev --getsize64 "$disk")" $((24 << 20)) "size"
}

rescan_at_once()
{
	local file vtd disk out

	need mkfile file 16M && need map vtd "$file" && need client_disk disk "$vtd" || return
	truncate -s 24M "$file"
	out=$(ioscli chdev -dev "$vtd" -attr rescan=yes)
	check_err $? "chdev"
	check_equal "$out" "$vtd changed" "chdev"
	check_equal "$(vtd_member "$vtd" size)" $((24 << 20)) "size in lsmap"
	expect_size "$disk" 24
}

# Grows and shrinks while the client reads and writes.
grow_under_fio()
{
	local file disk load mib

	need mkfile file 16M && need map_disk disk "$file" || return
	need start_load load "$disk" --size=16m || return
	for mib in 24 32 20 48; do
		truncate -s "${mib}M" "$file"
		expect_size "$disk" "$mib"
	done
	ended "$load"
	check_fail $? "fio has ended: $(cat "$TMPDIR/background")"
	end_process "$load"
}

grow_mounted_ext4()
{
	local ram vg lv disk dir load

	need mkram ram 192 && need mkvg vg "$ram" && need mklv lv "$vg" 64M || return
	need map_disk disk "$lv" && need mkmount dir ext4 "$disk" -q || return
	dd if=/dev/urandom of="$dir/before" bs=1M count=20 status=none
	cp "$dir/before" "$TMPDIR/before"
	start load fio --name=load --directory="$dir" --size=8m --rw=randwrite --bs=4k \
		--fsync=32 --time_based --runtime=60
	lvextend -q -q -L 160M "$lv" >/dev/null
	expect_size "$disk" 160
	resize2fs "$disk" >"$TMPDIR/resize" 2>&1
	check_err $? "resize2fs: $(cat "$TMPDIR/resize")"
	dd if=/dev/urandom of="$dir/after" bs=1M count=70 conv=fsync status=none
	check_err $? "the new space can't be used"
	ended "$load"
	check_fail $? "fio has ended: $(cat "$TMPDIR/background")"
	end_process "$load"
	umount "$dir"
	e2fsck -f -n "$disk" >"$TMPDIR/fsck" 2>&1
	check_err $? "e2fsck: $(cat "$TMPDIR/fsck")"
	mount "$disk" "$dir"
	cmp "$dir/before" "$TMPDIR/before"
	check_err $? "data"
	rm -f "$TMPDIR/before"
}

grow_mounted_xfs()
{
	local host file disk dir

	need mkext4 host 448 && need mkfile_in file "$host" 320M &&
		need map_disk disk "$file" && need mkmount dir xfs "$disk" -q || return
	cp /usr/bin/fio "$dir"
	truncate -s 400M "$file"
	expect_size "$disk" 400
	xfs_growfs "$dir" >/dev/null
	check_err $? "xfs_growfs"
	[ "$(df -k --output=size "$dir" | tail -n 1)" -gt $((330 * 1024)) ]
	check_err $? "size of the file system: $(df "$dir")"
	umount "$dir"
	xfs_repair -n "$disk" >"$TMPDIR/fsck" 2>&1
	check_err $? "xfs_repair: $(cat "$TMPDIR/fsck")"
	mount "$disk" "$dir"
	cmp "$dir/fio" /usr/bin/fio
	check_err $? "data"
}

# What does not fill a block is not there.
odd_size()
{
	local file disk

	need mkfile file 16M && need map_disk disk "$file" vhost0 -bs 4096 || return
	truncate -s $(((20 << 20) + 1000)) "$file"
	expect_size "$disk" 20
	fio_verify "$disk" --offset=16m --size=4m --bs=64k
	check_err $? "data up to the end"
}

require_cmd lvextend resize2fs xfs_growfs
need_module "$@"
tests_run
