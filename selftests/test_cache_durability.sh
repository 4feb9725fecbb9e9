#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the client has made durable is durable on the server: flushes and writes
# with FUA reach the backing device, and what was acknowledged survives a crash.

# timeout: 600

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"

ALL_TESTS="
	block_flush
	block_fua
	block_o_sync
	block_without_cache
	file_direct_flush
	file_buffered_flush
	file_direct_fua
	file_buffered_fua
	crash_after_fsync_direct
	crash_after_fsync_buffered
	crash_after_fua_direct
	crash_after_fua_buffered
	crash_after_unmap
	failing_flush
"

readonly tracing=/sys/kernel/tracing

# Print how many flushes device $1 has completed.
flushes()
{
	awk '{ print $16 }' "/sys/block/${1##*/}/stat"
}

stop_trace()
{
	echo 0 >"$tracing/events/block/block_rq_issue/enable"
	echo 0 >"$tracing/events/block/block_rq_issue/filter"
	echo >"$tracing/trace"
}

# Record the requests to device $1 until the end of the function.
start_trace()
{
	local major minor

	IFS=: read -r major minor <"/sys/block/${1##*/}/dev"
	echo "dev == $((major << 20 | minor))" \
		>"$tracing/events/block/block_rq_issue/filter"
	echo >"$tracing/trace"
	echo 1 >"$tracing/events/block/block_rq_issue/enable"
	defer stop_trace
}

# Print the kinds of the requests that were recorded: WS, FF, WFS, ... one a line.
requests()
{
	sed -n 's/.*block_rq_issue: [0-9]*,[0-9]* \([A-Z]*\) .*/\1/p' "$tracing/trace"
}

# Command $2... must make device $1 flush, at least once.
expect_flush()
{
	local dev=$1 before

	shift
	before=$(flushes "$dev")
	"$@"
	check_err $? "$*"
	[ "$(flushes "$dev")" -gt "$before" ]
	check_err $? "no flush on $dev after: $*"
}

# Write $2 KiB of random data to disk $1; $3... are more options of dd.
write_disk()
{
	local disk=$1 kib=$2

	shift 2
	dd if=/dev/urandom of="$disk" bs="${kib}k" count=1 iflag=fullblock \
		status=none "$@"
}

# WRITE(10) of the first block of disk $1 with FUA, through sg.
write_fua()
{
	expect_good -s 512 -i "${2:-/dev/urandom}" "$(sg_of "$1")" \
		2a 08 00 00 00 00 00 00 01 00
}

block_flush()
{
	local ram disk

	need mkram ram 16 512 cache_size=8 && need map_disk disk "$ram" || return
	expect_flush "$ram" sg_sync "$disk"
	expect_flush "$ram" write_disk "$disk" 64 conv=fsync
	expect_flush "$ram" write_disk "$disk" 64 oflag=direct conv=fdatasync
}

block_fua()
{
	local ram disk

	need mkram ram 16 512 cache_size=8 && need map_disk disk "$ram" || return
	start_trace "$ram"
	expect_good -s 512 -i /dev/zero "$(sg_of "$disk")" 2a 00 00 00 00 00 00 00 01 00
	requests | grep -q F
	check_fail $? "a write without FUA has become: $(requests)"
	write_fua "$disk"
	requests | grep -Eq '^WF'
	check_err $? "requests of a write with FUA: $(requests)"
}

block_o_sync()
{
	local ram disk

	need mkram ram 16 512 cache_size=8 && need map_disk disk "$ram" || return
	start_trace "$ram"
	write_disk "$disk" 16 oflag=direct,dsync
	requests | grep -q F
	check_err $? "requests of an O_DSYNC write: $(requests)"
}

# Without a cache there is nothing to flush, and no request is spent on it.
block_without_cache()
{
	local ram disk

	need mkram ram 16 && need map_disk disk "$ram" || return
	start_trace "$ram"
	sg_sync "$disk"
	check_err $? "sg_sync"
	write_fua "$disk"
	write_disk "$disk" 64 oflag=direct conv=fsync
	requests | grep -q F
	check_fail $? "a device without cache was told to flush: $(requests)"
}

# Set variable $1 to a client's disk on a file, opened as $2 says (direct,
# buffered), and $3 to the device with a cache below its file system, $4 to its
# path.
map_on_cached()
{
	# shellcheck disable=SC2034 # the caller's variables
	local -n cached_disk=$1 cached_ram=$3 cached_file=$4
	local dir

	need mkram cached_ram 96 512 cache_size=64 &&
		need mkmount dir ext4 "$cached_ram" -q &&
		need mkfile_in cached_file "$dir" 32M || return
	dd if=/dev/zero of="$cached_file" bs=1M count=32 conv=notrunc,fsync status=none
	need map_disk cached_disk "$cached_file" vhost0 "-$2"
}

file_flush()
{
	local ram disk file

	map_on_cached disk "$1" ram file || return
	expect_flush "$ram" write_disk "$disk" 64 conv=fsync
	write_disk "$disk" 64 oflag=direct
	expect_flush "$ram" sg_sync "$disk"
}

file_direct_flush()
{
	file_flush direct
}

file_buffered_flush()
{
	file_flush buffered
}

file_fua()
{
	local ram disk file

	map_on_cached disk "$1" ram file || return
	sync "$file"
	start_trace "$ram"
	write_fua "$disk"
	requests | grep -q F
	check_err $? "requests of a write with FUA: $(requests)"
}

file_direct_fua()
{
	file_fua direct
}

file_buffered_fua()
{
	file_fua buffered
}

# Print what file $2 on the file system of device $1 would begin with, $3 bytes of
# it, if the server crashed now.
after_crash()
{
	local dev=$1 file=$2 bytes=$3 loop dir

	dd if="$dev" of="$TMPDIR/crashed" bs=1M iflag=direct status=none
	dir=$(mktemp -d "$TMPDIR/crash.XXXXXX")
	loop=$(losetup -f --show "$TMPDIR/crashed")
	mount "$loop" "$dir" && head -c "$bytes" "$dir/${file##*/}"
	umount "$dir"
	losetup -d "$loop"
	rmdir "$dir"
	rm -f "$TMPDIR/crashed"
}

# The file is extended by what is written: its metadata must be durable too.
crash_after_fsync()
{
	local ram disk file

	map_on_cached disk "$1" ram file || return
	fallocate -p -o 0 -l 8M "$file"
	sync "$file"
	dd if=/dev/urandom of="$TMPDIR/data" bs=1M count=2 status=none
	dd if="$TMPDIR/data" of="$disk" bs=256k oflag=direct conv=fsync status=none
	check_err $? "write"
	after_crash "$ram" "$file" $((2 << 20)) | cmp - "$TMPDIR/data"
	check_err $? "what was synced is not there after a crash"
}

crash_after_fsync_direct()
{
	crash_after_fsync direct
}

crash_after_fsync_buffered()
{
	crash_after_fsync buffered
}

crash_after_fua()
{
	local ram disk file

	map_on_cached disk "$1" ram file || return
	fallocate -p -o 0 -l 8M "$file"
	sync "$file"
	dd if=/dev/urandom of="$TMPDIR/data" bs=512 count=1 status=none
	write_fua "$disk" "$TMPDIR/data"
	after_crash "$ram" "$file" 512 | cmp - "$TMPDIR/data"
	check_err $? "what was written with FUA is not there after a crash"
}

crash_after_fua_direct()
{
	crash_after_fua direct
}

crash_after_fua_buffered()
{
	crash_after_fua buffered
}

crash_after_unmap()
{
	local ram disk file

	map_on_cached disk direct ram file || return
	fill_random "$disk" 2 "$TMPDIR/data"
	blkdiscard -l 1M "$disk"
	check_err $? "blkdiscard"
	sg_sync "$disk"
	after_crash "$ram" "$file" $((1 << 20)) | cmp -n $((1 << 20)) - /dev/zero
	check_err $? "what was discarded and synced is back after a crash"
}

# A flush that fails is not a success.
failing_flush()
{
	local ram dm disk

	need mkram ram 16 512 cache_size=8 && need mkdm dm "$ram" &&
		need map_disk disk "$dm" || return
	check_equal "$(disk_attr "$disk" cache_type)" "write back" cache_type
	expect_good "$(sg_of "$disk")" 35 00 00 00 00 00 00 00 00 00
	dm_load "$dm" "flakey $ram 0 0 60 1 error_writes"
	check_match "$(scsi_outcome "$(sg_of "$disk")" 35 00 00 00 00 00 00 00 00 00)" \
		"^sense [34] " "SYNCHRONIZE CACHE on a device that fails"
	write_disk "$disk" 16 conv=fsync 2>/dev/null
	check_fail $? "fsync has hidden an error"
	dm_load "$dm" "linear $ram 0"
	expect_good "$(sg_of "$disk")" 35 00 00 00 00 00 00 00 00 00
}

if ! [ -d "$tracing/events" ]; then
	mount -t tracefs tracefs "$tracing" && defer umount "$tracing"
fi
require_module dm-flakey
[ -e "$tracing/events/block/block_rq_issue" ] || skip_all "no block events"
need_module "$@"
tests_run
