#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# cpus: 2
#
# Commands that are not answered in time: they are aborted, end with an error, and
# the disk works again.

# timeout: 600

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"

ALL_TESTS="
	read_that_hangs
	retry_that_succeeds
	raw_command
	buffered_write
	other_disk_goes_on
	many_hanging
"

# Set variable $1 to a virtual target device of memory and $2 to its disk, which
# waits 2 seconds for a command and does not try it again.
map_impatient()
{
	local -n map_impatient_disk=$2
	local path

	need map_ram "$1" 16M && need client_disk map_impatient_disk "${!1}" || return
	echo 2 >"/sys/block/${map_impatient_disk##*/}/device/timeout"
	for path in "/sys/block/${map_impatient_disk##*/}/device/scsi_disk/"*; do
		echo 0 >"$path/max_retries"
	done
}

# udev's look at a disk must not be what hangs.
inject()
{
	udevadm settle
	ioscli chdev -dev "$1" -attr inject_error="$2" >/dev/null
	check_err $? "chdev"
}

read_that_hangs()
{
	local vtd disk

	map_impatient vtd disk || return
	fill_random "$disk" 1 "$TMPDIR/data"
	inject "$vtd" hang
	within 30 dd if="$disk" of=/dev/null bs=4k count=1 iflag=direct status=none \
		2>"$TMPDIR/dd"
	check_fail $? "a read that is never answered"
	check_match "$(cat "$TMPDIR/dd")" "Input/output error|Connection timed out" "dd"
	check_equal "$(lu_stat "$vtd" aborts)" 1 "aborted commands"
	check_idle "$vtd"
	inject "$vtd" none
	check_equal "$(sdev_attr "$disk" state)" running "state of the disk"
	same_data "$disk" "$TMPDIR/data" 1M
	check_err $? "data"
	fio_verify "$disk" --size=1m
	check_err $? "the disk does not work again"
	rm -f "$TMPDIR/data"
}

# With retries a command survives a device that was away for a while.
retry_that_succeeds()
{
	local vtd disk writer path

	map_impatient vtd disk || return
	for path in "/sys/block/${disk##*/}/device/scsi_disk/"*; do
		echo 5 >"$path/max_retries"
	done
	dd if=/dev/urandom of="$TMPDIR/data" bs=64k count=1 status=none
	inject "$vtd" hang
	start writer dd if="$TMPDIR/data" of="$disk" bs=64k oflag=direct status=none
	busywait 60000 lu_stat_reaches "$vtd" aborts 1
	check_err $? "nothing was aborted"
	inject "$vtd" none
	busywait 60000 ended "$writer"
	check_err $? "the write hangs"
	wait "$writer"
	check_err $? "the write was not tried again: $(cat "$TMPDIR/background")"
	same_data "$disk" "$TMPDIR/data" 64k
	check_err $? "data"
	rm -f "$TMPDIR/data"
}

# A command of a program is not repeated.
raw_command()
{
	local vtd disk sg

	map_impatient vtd disk || return
	sg=$(sg_of "$disk")
	inject "$vtd" hang
	within 30 sg_raw -t 2 -r 512 "$sg" 28 00 00 00 00 00 00 00 01 00 >/dev/null 2>&1
	check_fail $? "a READ(10) that is never answered"
	expect_good -r 36 "$sg" 12 00 00 00 24 00
	inject "$vtd" none
	expect_good -r 512 "$sg" 28 00 00 00 00 00 00 00 01 00
}

# The error reaches fsync().
buffered_write()
{
	local vtd disk

	map_impatient vtd disk || return
	inject "$vtd" hang
	within 40 dd if=/dev/zero of="$disk" bs=64k count=1 conv=fsync status=none 2>"$TMPDIR/dd"
	check_fail $? "fsync"
	check_match "$(cat "$TMPDIR/dd")" "Input/output error|Connection timed out" "dd"
	inject "$vtd" none
	dd if=/dev/zero of="$disk" bs=64k count=1 conv=fsync status=none
	check_err $? "fsync after it"
}

# While the host handles errors of one disk nothing is done for the others; after
# that they go on and none of their commands has failed.
other_disk_goes_on()
{
	local vtd disk ram other load written

	map_impatient vtd disk || return
	need mkram ram 16 && need map_disk other "$ram" && need start_load load "$other" || return
	inject "$vtd" hang
	within 30 dd if="$disk" of=/dev/null bs=4k count=1 iflag=direct status=none 2>/dev/null
	check_fail $? "a read that is never answered"
	written=$(awk '{ print $5 }' "/sys/block/${other##*/}/stat")
	busywait 60000 has_written "$other" $((written + 64))
	check_err $? "the other disk stands still"
	ended "$load"
	check_fail $? "the load on the other disk has ended: $(cat "$TMPDIR/background")"
	end_process "$load"
	inject "$vtd" none
	fio_verify "$other" --size=1m
	check_err $? "the other disk"
}

many_hanging()
{
	local vtd disk load

	map_impatient vtd disk || return
	inject "$vtd" hang
	# With holes between them: no scheduler can merge any.
	start load fio --name=hang --filename="$disk" --rw=write:4k --bs=4k --direct=1 \
		--ioengine=libaio --iodepth=64 --number_ios=64 --minimal
	busywait 60000 lu_stat_reaches "$vtd" inflight 64
	check_err $? "commands in flight: $(lu_stat "$vtd" inflight)"
	busywait 60000 ended "$load"
	check_err $? "fio hangs"
	wait "$load"
	check_fail $? "fio has not noticed"
	busywait 60000 lu_stat_is "$vtd" inflight 0
	check_err $? "commands in flight: $(lu_stat "$vtd" inflight)"
	inject "$vtd" none
	check_equal "$(sdev_attr "$disk" state)" running "state of the disk"
	fio_verify "$disk" --size=1m
	check_err $? "the disk does not work again"
}

# expect-log: I/O error|Buffer I/O error|lost async page write
need_module "$@"
tests_run
