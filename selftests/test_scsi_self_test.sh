#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 200
#
# Self-tests of disks: by smartctl and sg_senddiag, what they keep out and make way for, what ends
# them, and what the log says then.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"
# shellcheck source=lib_sg.sh
. "$(dirname "$0")/lib_sg.sh"

ALL_TESTS="
	tools
	makes_way
	keeps_out
	finds_errors
	reset
	exceptions
	other_path
	removed
"

readonly TESTING="sense 2 04 09"
readonly SHORT=1 EXTENDED=2 EXTENDED_FOREGROUND=6
readonly PASSED=0 ABORTED=1 ENDED=2 SECOND_FAILED=6 RUNNING=f

# Set the variables vtd and sg to a disk of 16 MiB of memory.
ram_disk()
{
	local nodes

	need map_ram vtd 16M vhost0 && wait_sg "$vtd" || return
	sg=${nodes[0]}
	settle "$sg"
}

inject()
{
	ioscli chdev -dev "$vtd" -attr inject_error="$1" >/dev/null
	check_err $? "inject_error=$1"
}

# Send SEND DIAGNOSTIC with the SELF-TEST CODE $2 to disk $1.
self_test()
{
	scsi_outcome "${@:3}" "$1" 1d "$(printf %02x $(($2 << 5)))" 00 00 00 00
}

# Print the newest result of disk $1: "CODE RESULT SEGMENT LBA ASC ASCQ", all but code and segment
# hexadecimal.
newest()
{
	local hex

	sg_raw -r 404 -o "$TMPDIR/log" "$1" 4d 00 50 00 00 00 00 01 94 00 >/dev/null 2>&1
	hex=$(od -A n -v -t x1 -j 8 -N 16 "$TMPDIR/log" | tr -d ' \n')
	echo "$((16#${hex:0:2} >> 5)) ${hex:1:1} $((16#${hex:2:2})) ${hex:8:16} ${hex:26:2} ${hex:28:2}"
}

# Code and result of the newest self-test of disk $1 are $2 and $3.
newest_is()
{
	[ "$(newest "$1" | cut -d ' ' -f 1,2)" = "$2 $3" ]
}

expect_newest()
{
	busywait 20000 newest_is "$@"
	check_err $? "newest result of $1: $(newest "$1"), not $2 $3"
}

# Begin an extended self-test of disk $sg, which comes to no end.
begin()
{
	inject hang
	check_equal "$(self_test "$sg" "$EXTENDED")" good "SEND DIAGNOSTIC"
	expect_newest "$sg" "$EXTENDED" "$RUNNING"
}

# $1 must be in what $2... print, which must succeed.
says()
{
	local out

	out=$("${@:2}" 2>&1)
	check_err $? "${*:2}: $out"
	check_match "$out" "$1" "${*:2}"
}

tools()
{
	local vtd sg

	ram_disk || return
	says "No Self-tests have been logged" smartctl -l selftest "$sg"
	says "Short Background Self Test has begun" smartctl -t short "$sg"
	expect_newest "$sg" "$SHORT" "$PASSED"
	says "# 1  Background short  Completed" smartctl -l selftest "$sg"
	begin
	says "# 1  Background long   Self test in progress" smartctl -l selftest "$sg"
	says "returned without error" smartctl -X "$sg"
	inject none
	says "# 1  Background long   Aborted \(by user command\)" smartctl -l selftest "$sg"
	says "Extended Background Self Test has begun" smartctl -t long "$sg"
	expect_newest "$sg" "$EXTENDED" "$PASSED"
	says "GOOD status" sg_senddiag -s 5 "$sg"
	says "GOOD status" sg_senddiag -s 6 "$sg"
	says "foreground extended" sg_logs -p 0x10 "$sg"
	says "# 2  Foreground short" smartctl -x "$sg"
	says "Status: no scans active" smartctl -l background "$sg"
	says "self-test completion minutes=1" sg_vpd -p ei "$sg"
	says "duration: 1 seconds" smartctl -l selftest "$sg"
}

# Others go on; but no other self-test. Who asks is told.
makes_way()
{
	local vtd sg

	ram_disk || return
	ioscli chdev -dev "$vtd" -attr inject_delay_us=100000 >/dev/null
	check_equal "$(self_test "$sg" "$EXTENDED")" good "SEND DIAGNOSTIC"
	check_equal "$(tur "$sg")" good "TEST UNIT READY"
	check_equal "$(reads "$sg")" good "READ"
	check_equal "$(self_test "$sg" "$SHORT")" "$TESTING" "another one"
	check_equal "$(scsi_outcome "$sg" 1d 04 00 00 00 00)" "$TESTING" "the default self-test"
	check_match "$(sg_requests "$sg" 2>&1)" "self-test in progress" "REQUEST SENSE"
	expect_newest "$sg" "$EXTENDED" "$RUNNING"
	check_equal "$(self_test "$sg" 4)" good "abort background self-test"
	check_equal "$(newest "$sg" | cut -d ' ' -f 1,2)" "$EXTENDED $ABORTED" "result"
	expect_sense 5 24 00 "$sg" 1d 80 00 00 00 00
}

# In the foreground others are refused, until it is aborted.
keeps_out()
{
	local vtd sg

	ram_disk || return
	inject hang
	TMPDIR=$(mktemp -d "$TMPDIR/a.XXXXXX") self_test "$sg" "$EXTENDED_FOREGROUND" -t 5 \
		>"$TMPDIR/outcome" &
	busywait 4000 tur_is "$sg" "$TESTING"
	check_err $? "TEST UNIT READY: $(tur "$sg")"
	check_equal "$(reads "$sg")" "$TESTING" "READ"
	expect_good -r 96 "$sg" 12 00 00 00 60 00
	wait
	[ "$(cat "$TMPDIR/outcome")" != good ]
	check_err $? "a self-test that hangs has ended well"
	inject none
	check_equal "$(tur "$sg")" good "TEST UNIT READY, after it"
	check_equal "$(newest "$sg" | cut -d ' ' -f 1,2)" "$EXTENDED_FOREGROUND $ENDED" "result"
}

finds_errors()
{
	local ram dm vtd nodes name bad=12345

	need mkram ram 16 && need mkdm dm "$ram" && need map vtd "$dm" && wait_sg "$vtd" || return
	settle "${nodes[0]}"
	name=${dm##*/}
	dmsetup suspend --nolockfs "$name" && dmsetup load "$name" <<-END && dmsetup resume "$name"
		0 $bad linear $ram 0
		$bad 1 error
		$((bad + 1)) $((32768 - bad - 1)) linear $ram $((bad + 1))
	END
	check_err $? "no bad block"
	says "begun" smartctl -t long "${nodes[0]}"
	expect_newest "${nodes[0]}" "$EXTENDED" "$SECOND_FAILED"
	check_equal "$(newest "${nodes[0]}")" \
		"$EXTENDED $SECOND_FAILED 2 $(printf %016x "$bad") 08 00" "result"
	check_match "$(smartctl -l selftest "${nodes[0]}")" \
		"Failed in second segment +2 +0 +$bad \[0xb 0x8 0x0\]" "smartctl -l selftest"
	check_equal "$(self_test "${nodes[0]}" "$EXTENDED_FOREGROUND")" "sense 4 3e 03" "in the foreground"
}

reset()
{
	local vtd sg

	ram_disk && begin || return
	sg_reset -N -d "$sg" >/dev/null
	check_err $? "sg_reset"
	check_equal "$(tur "$sg")" "sense 6 29 03" "the first command after the reset"
	check_equal "$(newest "$sg" | cut -d ' ' -f 1,2)" "$EXTENDED $ENDED" "result"
	inject none
}

# START STOP UNIT and FORMAT UNIT end it.
exceptions()
{
	local vtd sg

	ram_disk && begin || return
	expect_good "$sg" 1b 00 00 00 01 00
	check_equal "$(newest "$sg" | cut -d ' ' -f 1,2)" "$EXTENDED $ENDED" "result"
	begin
	printf '\0\2\0\0' >"$TMPDIR/format"
	expect_good -s 4 -i "$TMPDIR/format" "$sg" 04 10 00 00 00 00
	inject none
	busywait 20000 tur_is "$sg" good
	check_equal "$(newest "$sg" | cut -d ' ' -f 1,2)" "$EXTENDED $ENDED" "result"
}

# It is one disk: who comes by another path sees it, and keeps the result when the first is gone.
other_path()
{
	local ram dm vhost first second nodes a b

	need mkram ram 16 && need mkdm dm "$ram" && need mkpair vhost && need map first "$dm" &&
		need map second "$dm" "$vhost" -f || return
	wait_sg "$first" && a=${nodes[0]} && wait_sg "$second" && b=${nodes[0]} || return
	settle "$a"
	settle "$b"
	dm_load "$dm" delay "$ram" 0 100
	check_err $? "no delay"
	check_equal "$(self_test "$a" "$EXTENDED")" good "SEND DIAGNOSTIC"
	check_equal "$(self_test "$b" "$EXTENDED")" "$TESTING" "by the other path"
	expect_newest "$b" "$EXTENDED" "$RUNNING"
	within 10 ioscli rmvdev -vtd "$first" >/dev/null
	check_err $? "rmvdev"
	check_equal "$(newest "$b" | cut -d ' ' -f 1,2)" "$EXTENDED $ENDED" "result"
	dm_load "$dm" linear "$ram" 0
}

removed()
{
	local vtd sg

	ram_disk && begin || return
	within 10 ioscli rmvdev -vtd "$vtd" >/dev/null
	check_err $? "rmvdev"
}

require_cmd sg_raw sg_reset sg_requests sg_senddiag sg_logs sg_vpd smartctl dmsetup
no_disk_drivers
tests_run
