#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# cpus: 2
#
# What is written is what is read, on each kind of backing device, with both
# block sizes.

# timeout: 600

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"

ALL_TESTS="
	block_512
	block_4096
	block_512_as_4096
	block_few_tags
	logical_volume
	loop_device
	file_direct_512
	file_direct_4096
	file_buffered_512
	file_buffered_4096
	ram_512
	ram_4096
	polled
"

# Verify disk $1 with blocks of $2 bytes in many ways at a time: single blocks deep
# in the queue, all sizes through io_uring, three jobs, large requests.
verify()
{
	local disk=$1 block=$2

	check_equal "$(queue_attr "$disk" logical_block_size)" "$block" "block size"
	fio --filename="$disk" --thread --direct=1 --ioengine=libaio --rw=randwrite \
		--verify=crc32c --verify_fatal=1 --do_verify=1 --randrepeat=0 --minimal \
		--name=blocks --bs="$block" --iodepth=64 --size=$((block * 512)) \
		--name=uring --ioengine=io_uring --bsrange=4k-256k --iodepth=16 \
			--offset=4m --size=6m \
		--name=jobs --numjobs=3 --bs=16k --iodepth=8 \
			--offset=12m --offset_increment=2m --size=2m \
		--name=large --rw=write --bs=1m --iodepth=2 --offset=20m --size=8m \
		>"$TMPDIR/fio" 2>&1
	check_err $? "$(cat "$TMPDIR/fio")"
}

# Map backing device $1 with the options $3... and verify it with blocks of $2.
map_and_verify()
{
	local backing=$1 block=$2 disk

	shift 2
	need map_disk disk "$backing" vhost0 "$@" || return
	verify "$disk" "$block"
}

block_512()
{
	local ram

	mkram ram 32
	map_and_verify "$ram" 512
}

block_4096()
{
	local ram

	mkram ram 32 4096
	map_and_verify "$ram" 4096
}

block_512_as_4096()
{
	local ram

	mkram ram 32
	map_and_verify "$ram" 4096 -bs 4096
}

# Most requests find no tag at once, and nobody may wait for one in the client's context.
block_few_tags()
{
	local ram

	mkram ram 32 512 hw_queue_depth=1 irqmode=2 completion_nsec=100000
	map_and_verify "$ram" 512
}

logical_volume()
{
	local ram vg lv

	mkram ram 48 && mkvg vg "$ram" && mklv lv "$vg" 32M
	map_and_verify "$lv" 512
}

loop_device()
{
	local file loop

	mkfile file 32M && mkloop loop "$file"
	map_and_verify "$loop" 512
}

file_direct_512()
{
	local dir file

	mkext4 dir 64 && mkfile_in file "$dir" 32M
	map_and_verify "$file" 512 -direct
	check_equal "$(vtd_member vtscsi0 backend)" file_direct "backend"
}

file_direct_4096()
{
	local dir file

	mkext4 dir 64 4096 && mkfile_in file "$dir" 32M
	map_and_verify "$file" 4096 -direct
}

file_buffered_512()
{
	local file

	mkfile file 32M
	map_and_verify "$file" 512 -buffered
	check_equal "$(vtd_member vtscsi0 backend)" file_buffered "backend"
}

file_buffered_4096()
{
	local dir file

	mkext4 dir 64 && mkfile_in file "$dir" 32M
	map_and_verify "$file" 4096 -buffered -bs 4096
}

# Map memory with blocks of $1 bytes and verify it.
verify_ram()
{
	local disk vtd

	need map_ram vtd 32M vhost0 -bs "$1" && need client_disk disk "$vtd" || return
	verify "$disk" "$1"
}

ram_512()
{
	verify_ram 512
}

ram_4096()
{
	verify_ram 4096
}

# Print how many requests disk $1 has had, and how many milliseconds they took together.
requests_of()
{
	awk '{ print $1 + $5, $4 + $8 }' "/sys/class/block/${1##*/}/stat"
}

# A device that takes 100 ms unless somebody asks it: a program asks, through our disk.
polled()
{
	local queues=/sys/module/vscsi/parameters/poll_queues ram pair disk before after

	mkram ram 8 512 poll_queues=1 irqmode=2 completion_nsec=100000000 || return
	echo 2 >"$queues"
	mkpair pair
	check_err $? "no adapter with polled queues"
	echo 0 >"$queues"
	need map_disk disk "$ram" "$pair" || return
	read -ra before < <(requests_of "$ram")
	fio_verify "$disk" --ioengine=io_uring --hipri --bs=4k
	check_err $? "fio"
	read -ra after < <(requests_of "$ram")
	[ $((after[0] - before[0])) -ge 1000 ]
	check_err $? "requests: ${before[*]}, then ${after[*]}"
	[ $((after[1] - before[1])) -lt $((100 * (after[0] - before[0]))) ]
	check_err $? "not polled: ${before[*]}, then ${after[*]}"
}

require_cmd fio
need_module "$@"
tests_run
