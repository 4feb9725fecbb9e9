#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Backing devices that fail, fill up, stop or vanish: the client gets an error that
# says what it is, and all is well again when they are.

# timeout: 600

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"

ALL_TESTS="
	failing_device
	failing_under_load
	failing_writes
	failing_file
	lost_cached_data
	full_thin_volume
	full_file_system_direct
	full_file_system_buffered
	deleted_disk
	deleted_under_load
	deleted_under_file
	detached_loop
	suspended_device
"

# Read the first block of disk $1, or write it with $2 = write; print what dd says.
try_read()
{
	dd if="$1" of=/dev/null bs=4k count=1 iflag=direct status=none 2>&1
}

try_write()
{
	dd if=/dev/urandom of="$1" bs=4k count=1 oflag=direct status=none 2>&1
}

# A pool gives freed space out again when it has written its metadata; to ask it for its
# status makes it do that.
pool_is_writable()
{
	dmsetup status | grep -q 'thin-pool .* rw '
}

# Writing to disk $1 must work and give back what was written.
expect_healthy()
{
	fio_verify "$1" --size=512k
	check_err $? "$1 does not work${2:+ $2}"
}

failing_device()
{
	local ram dm vtd disk sg

	need mkram ram 16 && need mkdm dm "$ram" && need map vtd "$dm" &&
		need client_disk disk "$vtd" || return
	sg=$(sg_of "$disk")
	dm_load "$dm" error
	expect_sense b 08 00 -r 512 "$sg" 28 00 00 00 00 08 00 00 01 00
	expect_sense b 08 00 -s 512 -i /dev/zero "$sg" 2a 00 00 00 00 08 00 00 01 00
	expect_sense b 08 00 -r 512 "$sg" 28 08 00 00 00 08 00 00 01 00
	check_match "$(try_read "$disk")" "Input/output error|No data available" "read"
	check_match "$(try_write "$disk")" "Input/output error" "write"
	expect_good "$sg" 00 00 00 00 00 00
	check_equal "$(vtd_member "$vtd" state)" available "state"
	[ "$(lu_stat "$vtd" errors)" -ge 5 ]
	check_err $? "errors counted: $(lu_stat "$vtd" errors)"

	dm_load "$dm" "linear $ram 0"
	expect_healthy "$disk" "again"
}

failing_under_load()
{
	local ram dm disk load

	need mkram ram 16 && need mkdm dm "$ram" && need map_disk disk "$dm" || return
	for _ in 1 2; do
		need start_load load "$disk" || return
		dm_load "$dm" error
		busywait 60000 ended "$load"
		check_err $? "fio hangs on a device that fails"
		wait "$load"
		check_fail $? "fio has not noticed that the device fails"
		check_match "$(cat "$TMPDIR/background")" \
			"Input/output error|No data available" "fio"
		dm_load "$dm" "linear $ram 0"
		expect_healthy "$disk" "again"
	done
}

failing_writes()
{
	local ram dm disk

	need mkram ram 16 && need mkdm dm "$ram" && need map_disk disk "$dm" || return
	fill_random "$disk" 1 "$TMPDIR/data"
	dm_load "$dm" "flakey $ram 0 0 60 1 error_writes"
	same_data "$disk" "$TMPDIR/data" 1M
	check_err $? "reads while writes fail"
	check_match "$(try_write "$disk")" "Input/output error" "write"
	blkdiscard -z -l 64k "$disk" 2>/dev/null
	check_fail $? "WRITE SAME"
	dm_load "$dm" "linear $ram 0"
	same_data "$disk" "$TMPDIR/data" 1M
	check_err $? "data after writes that failed"
	rm -f "$TMPDIR/data"
}

# The file system is there, the disk below it fails.
failing_file()
{
	local ram dm dir file disk sg

	need mkram ram 64 && need mkdm dm "$ram" && need mkmount dir ext4 "$dm" -q -O ^has_journal &&
		need mkfile_in file "$dir" 16M || return
	dd if=/dev/zero of="$file" bs=1M count=16 conv=notrunc,fsync status=none
	need map_disk disk "$file" vhost0 -direct || return
	sg=$(sg_of "$disk")
	dm_load "$dm" error
	expect_sense 3 11 00 -r 512 "$sg" 28 00 00 00 00 08 00 00 01 00
	expect_sense 3 0c 00 -s 512 -i /dev/zero "$sg" 2a 00 00 00 00 08 00 00 01 00
	dm_load "$dm" "linear $ram 0"
	expect_good -s 512 -i /dev/zero "$sg" 2a 00 00 00 00 08 00 00 01 00
}

# What the server had in its page cache is lost: each flush says so until the file is mapped
# anew, though the kernel tells the error once.
lost_cached_data()
{
	local ram dm dir file vtd disk sg

	need mkram ram 64 && need mkdm dm "$ram" && need mkmount dir ext4 "$dm" -q -O ^has_journal &&
		need mkfile_in file "$dir" 16M || return
	dd if=/dev/zero of="$file" bs=1M count=16 conv=notrunc,fsync status=none
	need map vtd "$file" vhost0 -buffered && need client_disk disk "$vtd" || return
	sg=$(sg_of "$disk")
	expect_good -s 4096 -i /dev/urandom "$sg" 2a 00 00 00 00 08 00 00 08 00
	dm_load "$dm" error
	expect_sense 4 44 00 "$sg" 35 00 00 00 00 00 00 00 00 00
	dm_load "$dm" "linear $ram 0"
	expect_sense 4 44 00 "$sg" 35 00 00 00 00 00 00 00 00 00
	expect_good -s 512 -i /dev/zero "$sg" 2a 00 00 00 00 08 00 00 01 00
	dd if=/dev/zero of="$disk" bs=4k count=1 conv=fsync status=none 2>"$TMPDIR/dd"
	check_fail $? "fsync on the client"
	unmap "$vtd"
	need map_disk disk "$file" vhost0 -buffered || return
	expect_good "$(sg_of "$disk")" 35 00 00 00 00 00 00 00 00 00
}

# Writing to all of disk $1 must end with ENOSPC, and the sense data say so.
expect_full()
{
	local disk=$1 last lba

	dd if=/dev/urandom of="$disk" bs=256k oflag=direct status=none 2>"$TMPDIR/full" &&
		check_err 1 "a full backing device was written"
	check_match "$(cat "$TMPDIR/full")" "No space left on device" "dd"
	last=$(($(blockdev --getsz "$disk") - 8))
	read -ra lba < <(printf '%02x %02x %02x %02x\n' $((last >> 24)) $((last >> 16 & 255)) \
		$((last >> 8 & 255)) $((last & 255)))
	expect_sense 7 27 07 -s 4096 -i /dev/urandom "$(sg_of "$disk")" \
		2a 08 "${lba[@]}" 00 00 08 00
	try_read "$disk" >/dev/null
	check_err $? "what is there can't be read"
}

full_thin_volume()
{
	local ram vg thin disk

	need mkram ram 64 && need mkvg vg "$ram" && need mkthin thin 8M 32M "$vg" || return
	need map_disk disk "$thin" || return
	expect_full "$disk"
	blkdiscard "$disk"
	check_err $? "blkdiscard of a full volume"
	busywait 60000 pool_is_writable
	check_err $? "the pool has no space"
	expect_healthy "$disk" "when there is space again"
}

full_file_system_direct()
{
	local dir file disk

	need mkext4 dir 16 && need mkfile_in file "$dir" 32M || return
	need map_disk disk "$file" vhost0 -direct || return
	expect_full "$disk"
	blkdiscard "$disk"
	check_err $? "blkdiscard on a full file system"
	expect_healthy "$disk" "when there is space again"
}

full_file_system_buffered()
{
	local dir file disk

	dir=$(mktemp -d "$TMPDIR/small.XXXXXX")
	defer rmdir "$dir"
	need mount -t tmpfs -o size=8M small "$dir" || return
	defer umount "$dir"
	need mkfile_in file "$dir" 16M || return
	need map_disk disk "$file" vhost0 -buffered || return
	expect_full "$disk"
	blkdiscard "$disk"
	check_err $? "blkdiscard on a full file system"
	expect_healthy "$disk" "when there is space again"
}

# Virtual target device $1 with disk $2 has lost its backing device.
check_broken()
{
	local vtd=$1 disk=$2 sg

	sg=$(sg_of "$disk")
	busywait 30000 vtd_is "$vtd" broken
	check_err $? "state: $(vtd_member "$vtd" state)"
	check_equal "$(vtd_member "$vtd" status)" Defined "status"
	expect_sense 2 04 03 "$sg" 00 00 00 00 00 00
	expect_sense 2 04 03 -r 512 "$sg" 28 00 00 00 00 00 00 00 01 00
	expect_sense 2 04 03 -s 512 -i /dev/zero "$sg" 2a 00 00 00 00 00 00 00 01 00
	expect_good -r 36 "$sg" 12 00 00 00 24 00
	try_read "$disk" >/dev/null
	check_fail $? "a read from what is gone"
	within 30 ioscli rmvdev -vtd "$vtd" >/dev/null
	check_err $? "rmvdev"
}

deleted_disk()
{
	local debug vtd disk

	need mkdebug debug dev_size_mb=16 && need map vtd "$debug" &&
		need client_disk disk "$vtd" || return
	expect_healthy "$disk"
	echo 1 >"/sys/block/${debug##*/}/device/delete"
	check_broken "$vtd" "$disk"
}

deleted_under_load()
{
	local ram vtd disk load

	need mkram ram 16 && need map vtd "$ram" && need client_disk disk "$vtd" || return
	need start_load load "$disk" || return
	echo 0 >"/sys/kernel/config/nullb/${ram##*/}/power"
	busywait 60000 ended "$load"
	check_err $? "fio hangs on a device that is gone"
	wait "$load"
	check_fail $? "fio has not noticed that the device is gone"
	check_broken "$vtd" "$disk"
}

# A file whose file system has lost its disk.
deleted_under_file()
{
	local ram dir file vtd disk

	need mkram ram 64 && need mkmount dir ext4 "$ram" -q &&
		need mkfile_in file "$dir" 16M || return
	dd if=/dev/zero of="$file" bs=1M count=16 conv=notrunc,fsync status=none
	need map vtd "$file" vhost0 -direct && need client_disk disk "$vtd" || return
	echo 0 >"/sys/kernel/config/nullb/${ram##*/}/power"
	check_broken "$vtd" "$disk"
}

# A loop device that is in use stays until it is not.
detached_loop()
{
	local file loop disk vtd

	need mkfile file 16M || return
	loop=$(losetup -f --show "$file")
	need map vtd "$loop" && need client_disk disk "$vtd" || return
	losetup -d "$loop"
	expect_healthy "$disk" "after losetup -d"
	ioscli rmvdev -vtd "$vtd" >/dev/null
	check_err $? "rmvdev"
	busywait 30000 not losetup "$loop" >/dev/null 2>&1
	check_err $? "$loop is still there"
}

# Nobody can take the pages of a command away from a device that is suspended.
suspended_device()
{
	local ram dm vtd disk load

	need mkram ram 16 && need mkdm dm "$ram" && need map vtd "$dm" &&
		need client_disk disk "$vtd" || return
	echo 120 >"/sys/block/${disk##*/}/device/timeout"
	fill_random "$disk" 1 "$TMPDIR/data"
	need start_load load "$disk" --offset=8m --size=8m || return
	dmsetup suspend --noflush --nolockfs "$dm"
	expect_refusal 4 "[0-9]+ commands on $vtd have not finished, the oldest for [0-9]+ s" \
		within 30 ioscli rmvdev -vtd "$vtd"
	expect_refusal 4 "[0-9]+ commands on $vtd have not finished" \
		within 30 ioscli rmvdev -vtd "$vtd" -f
	check_equal "$(vtd_member "$vtd" state)" removing "state"
	dmsetup resume "$dm"
	within 30 ioscli rmvdev -vtd "$vtd" >/dev/null
	check_err $? "rmvdev after resume"
	busywait 60000 ended "$load"
	check_err $? "fio hangs"
	need map_disk disk "$dm" || return
	same_data "$disk" "$TMPDIR/data" 1M
	check_err $? "data"
	rm -f "$TMPDIR/data"
}

# expect-log: I/O error|device offline error|EXT4-fs|JBD2|critical .* error
require_module dm-flakey dm-thin-pool
need_module "$@"
tests_run
