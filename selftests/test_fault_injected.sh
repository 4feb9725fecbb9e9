#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# cpus: 2
#
# The faults that memory as a backing device can make, and what they are for the
# client: sense data and errno.

# timeout: 600

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"

ALL_TESTS="
	medium
	no_space
	not_ready
	target_failure
	every_third
	delay
	delayed_error
	values
"

# Set variable $1 to a virtual target device of memory and $2 to its disk.
map_faulty()
{
	# shellcheck disable=SC2034 # the caller's variable
	local -n map_faulty_disk=$2

	need map_ram "$1" 16M && need client_disk map_faulty_disk "${!1}"
}

inject()
{
	local vtd=$1

	shift
	ioscli chdev -dev "$vtd" -attr "$@" >/dev/null
	check_err $? "chdev -attr $*"
}

# With fault $1, READ must bring sense data $2 (KEY ASC ASCQ) and read() the errors
# $3, a WRITE $4 and $5.
check_fault()
{
	local fault=$1 vtd disk sg

	map_faulty vtd disk || return
	sg=$(sg_of "$disk")
	fill_random "$disk" 1 "$TMPDIR/data"
	inject "$vtd" inject_error="$fault"
	check_equal "$(ioscli lsdev -dev "$vtd" -attr inject_error | tail -n 1)" "$fault" lsdev
	check_equal "$(scsi_outcome -r 512 "$sg" 28 00 00 00 00 00 00 00 01 00)" \
		"sense $2" "READ(10)"
	check_equal "$(scsi_outcome -s 512 -i /dev/zero "$sg" 2a 00 00 00 00 00 00 00 01 00)" \
		"sense $4" "WRITE(10)"
	check_match "$(dd if="$disk" of=/dev/null bs=4k count=1 iflag=direct status=none 2>&1)" \
		"$3" "read()"
	check_match "$(dd if=/dev/zero of="$disk" bs=4k count=1 oflag=direct status=none 2>&1)" \
		"$5" "write()"
	inject "$vtd" inject_error=none
	expect_good -r 512 "$sg" 28 00 00 00 00 00 00 00 01 00
	same_data "$disk" "$TMPDIR/data" 1M
	check_err $? "a command that failed has changed data"
	rm -f "$TMPDIR/data"
}

medium()
{
	check_fault medium "3 11 00" "No data available|Input/output error" \
		"3 0c 00" "Input/output error"
}

no_space()
{
	check_fault no_space "7 27 07" "No space left on device" \
		"7 27 07" "No space left on device"
}

not_ready()
{
	check_fault not_ready "2 04 03" "Input/output error" "2 04 03" "Input/output error"
}

target_failure()
{
	check_fault target_failure "4 44 00" "Remote I/O error" "4 44 00" "Remote I/O error"
}

# Two of three commands are well.
every_third()
{
	local vtd disk sg i good=0

	map_faulty vtd disk || return
	sg=$(sg_of "$disk")
	udevadm settle
	inject "$vtd" inject_error=target_failure inject_every=3
	for ((i = 0; i < 9; i++)); do
		[ "$(scsi_outcome -r 512 "$sg" 28 00 00 00 00 00 00 00 01 00)" != good ] ||
			good=$((good + 1))
	done
	check_equal "$good" 6 "good commands of 9"
}

delay()
{
	local vtd disk sg began took

	map_faulty vtd disk || return
	sg=$(sg_of "$disk")
	inject "$vtd" inject_delay_us=1500000
	began=${EPOCHREALTIME/./}
	expect_good -r 512 "$sg" 28 00 00 00 00 00 00 00 01 00
	took=$((${EPOCHREALTIME/./} - began))
	[ "$took" -ge 1500000 ]
	check_err $? "a command took $took us"
	# They wait at the same time.
	began=$SECONDS
	fio --name=delayed --filename="$disk" --rw=randread --bs=4k --direct=1 \
		--ioengine=libaio --iodepth=32 --number_ios=32 --minimal >"$TMPDIR/fio"
	check_err $? "fio: $(cat "$TMPDIR/fio")"
	[ $((SECONDS - began)) -lt 24 ]
	check_err $? "32 commands took $((SECONDS - began)) s"
	inject "$vtd" inject_delay_us=0
	expect_good -r 512 "$sg" 28 00 00 00 00 00 00 00 01 00
}

delayed_error()
{
	local vtd disk sg began took

	map_faulty vtd disk || return
	sg=$(sg_of "$disk")
	inject "$vtd" inject_error=no_space inject_delay_us=1000000
	began=${EPOCHREALTIME/./}
	expect_sense 7 27 07 -s 512 -i /dev/zero "$sg" 2a 00 00 00 00 00 00 00 01 00
	took=$((${EPOCHREALTIME/./} - began))
	[ "$took" -ge 1000000 ]
	check_err $? "a command took $took us"
}

values()
{
	local vtd disk file

	map_faulty vtd disk || return
	expect_refusal 1 inject_error ioscli chdev -dev "$vtd" -attr inject_error=fire
	expect_refusal 1 inject_delay_us ioscli chdev -dev "$vtd" -attr inject_delay_us=60000001
	expect_refusal 1 inject_every ioscli chdev -dev "$vtd" -attr inject_every=-1
	expect_good -r 512 "$(sg_of "$disk")" 28 00 00 00 00 00 00 00 01 00
	need mkfile file 16M && need map vtd "$file" || return
	expect_refusal 1 inject_error ioscli chdev -dev "$vtd" -attr inject_error=medium
}

# expect-log: I/O error, dev|critical .* error
need_module "$@"
tests_run
