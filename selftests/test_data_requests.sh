#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# cpus: 2
#
# Single requests: large ones, buffers of odd sizes and at odd addresses, and
# disks that may not be written.

# timeout: 600

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"

ALL_TESTS="
	large_block
	large_file_direct
	large_file_buffered
	large_ram
	buffers_block_512
	buffers_block_4096
	buffers_file_direct
	buffers_file_buffered
	buffers_ram
	read_only_block
	read_only_file
	read_only_ram
	read_only_on_the_server
"

# 4 MiB from or to disk $1, virtual target device $2, are one command.
check_large()
{
	local disk=$1 vtd=$2 before writes reads

	[ "$(queue_attr "$disk" max_sectors_kb)" -ge 4096 ]
	check_err $? "max_sectors_kb is $(queue_attr "$disk" max_sectors_kb)"
	dd if=/dev/urandom of="$TMPDIR/large" bs=4M count=1 iflag=fullblock status=none

	udevadm settle
	before=$(lu_stat "$vtd" writes)
	dd if="$TMPDIR/large" of="$disk" bs=4M oflag=direct status=none
	check_err $? "write"
	writes=$(($(lu_stat "$vtd" writes) - before))
	check_equal "$writes" 1 "write commands for 4 MiB"

	# udev looks at a disk that has been written.
	udevadm settle
	before=$(lu_stat "$vtd" reads)
	dd if="$disk" of="$TMPDIR/back" bs=4M count=1 iflag=direct status=none
	check_err $? "read"
	reads=$(($(lu_stat "$vtd" reads) - before))
	check_equal "$reads" 1 "read commands for 4 MiB"
	cmp "$TMPDIR/large" "$TMPDIR/back"
	check_err $? "data"
	rm -f "$TMPDIR/large" "$TMPDIR/back"
}

# Map backing device $1 with the options $2... and look at large requests.
large_on()
{
	local vtd disk backing=$1

	shift
	need map vtd "$backing" vhost0 "$@" && need client_disk disk "$vtd" || return
	check_large "$disk" "$vtd"
}

large_block()
{
	local ram

	need mkram ram 16 && large_on "$ram"
}

large_file_direct()
{
	local dir file

	need mkext4 dir 64 && need mkfile_in file "$dir" 32M && large_on "$file" -direct
}

large_file_buffered()
{
	local file

	need mkfile file 16M && large_on "$file" -buffered
}

large_ram()
{
	local vtd disk

	need map_ram vtd 16M && need client_disk disk "$vtd" || return
	check_large "$disk" "$vtd"
}

# Write and read disk $1 through sg with buffers of all kinds, which the server gets
# as they are.
check_buffers()
{
	local disk=$1 block blocks offset extra sg

	sg=$(sg_of "$disk")
	echo 1 >/sys/module/sg/parameters/allow_dio
	block=$(queue_attr "$disk" logical_block_size)
	for blocks in 1 3 25; do
		for offset in 0 4 516 3584 4092 1 333; do
			"$SELFTESTS/sg_buffer" "$sg" "$block" "$blocks" "$offset" 0
			check_err $? "$blocks blocks at offset $offset"
		done
	done
	for extra in 1 4 511 "$block"; do
		"$SELFTESTS/sg_buffer" "$sg" "$block" 8 0 "$extra"
		check_err $? "$extra bytes too many"
	done
	for extra in -1 -4 -511 "-$block"; do
		"$SELFTESTS/sg_buffer" "$sg" "$block" 8 0 "$extra" 2>"$TMPDIR/refused"
		check_err $? "$extra bytes too few: $(cat "$TMPDIR/refused")"
	done
	check_equal "$(grep -c 'sense 05 24 00' "$TMPDIR/refused")" 2 "refusals"
}

# Map backing device $1 with the options $2... and try buffers.
buffers_on()
{
	local disk backing=$1

	shift
	need map_disk disk "$backing" vhost0 "$@" || return
	check_buffers "$disk"
}

buffers_block_512()
{
	local ram

	need mkram ram 16 && buffers_on "$ram"
}

buffers_block_4096()
{
	local ram

	need mkram ram 16 4096 && buffers_on "$ram"
}

buffers_file_direct()
{
	local dir file

	need mkext4 dir 32 && need mkfile_in file "$dir" 16M && buffers_on "$file" -direct
}

buffers_file_buffered()
{
	local file

	need mkfile file 16M && buffers_on "$file" -buffered -bs 4096
}

buffers_ram()
{
	local vtd disk

	need map_ram vtd 16M && need client_disk disk "$vtd" || return
	check_buffers "$disk"
}

# Disk $1 must refuse to be written, and be as it was.
check_read_only()
{
	local disk=$1 sg

	sg=$(sg_of "$disk")
	check_equal "$(blockdev --getro "$disk")" 1 "blockdev --getro"
	dd if=/dev/urandom of="$disk" bs=4k count=1 oflag=direct status=none \
		2>"$TMPDIR/dd" && check_err 1 "dd has written"
	check_match "$(cat "$TMPDIR/dd")" "Read-only file system|Operation not permitted" "dd"
	expect_sense 7 27 00 -s 512 -i /dev/urandom "$sg" 2a 00 00 00 00 00 00 00 01 00
	# WRITE SAME(16) without a buffer.
	expect_sense 7 27 00 "$sg" 93 01 00 00 00 00 00 00 00 00 00 00 00 08 00 00
	expect_good -r 512 "$sg" 28 00 00 00 00 00 00 00 01 00
	is_zero "$disk" 1
	check_err $? "the disk has changed"
}

read_only_block()
{
	local ram disk

	need mkram ram 16 && need map_disk disk "$ram" vhost0 -ro || return
	check_read_only "$disk"
}

read_only_file()
{
	local file disk

	need mkfile file 16M && need map_disk disk "$file" vhost0 -ro || return
	check_read_only "$disk"
}

read_only_ram()
{
	local vtd disk

	need map_ram vtd 16M vhost0 -ro && need client_disk disk "$vtd" || return
	check_read_only "$disk"
}

# A file that may not be written by the caller, and a device that can't be.
read_only_on_the_server()
{
	local ram loop file disk

	need mkfile file 16M && need mkloop loop "$file" -r || return
	need map_disk disk "$loop" vhost0 -ro || return
	check_read_only "$disk"
	check_equal "$(vtd_member vtscsi0 readonly)" true "lsmap"

	need mkram ram 16 && need map_disk disk "$ram" || return
	blockdev --setro "$ram"
	expect_sense 7 27 00 -s 512 -i /dev/urandom "$(sg_of "$disk")" \
		2a 00 00 00 00 00 00 00 01 00
	blockdev --setrw "$ram"
	expect_good -s 512 -i /dev/zero "$(sg_of "$disk")" 2a 00 00 00 00 00 00 00 01 00
}

need_module "$@"
tests_run
