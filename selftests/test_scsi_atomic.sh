#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# cpus: 2
# timeout: 600
#
# COMPARE AND WRITE and ORWRITE are atomic against everything else, on each kind of backing
# device and over two paths; and who waits for them, or they for, is not forgotten: see
# scsi_atomic.c.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"
# shellcheck source=lib_sg.sh
. "$(dirname "$0")/lib_sg.sh"

ALL_TESTS="
	ram
	slow_ram
	file
	block_over_two_paths
	other_blocks_go_on
	waits_and_is_waited_for
	aborted
"

# Let the commands of $2... that touch the medium fail as $1 says.
inject()
{
	ioscli chdev -dev "$2" -attr inject_error="$1" >/dev/null
}

race()
{
	"$SELFTESTS/scsi_atomic" "$@"
	check_err $? "failed: scsi_atomic $*"
}

ram()
{
	local disk

	need map_ram_disk disk 1M && race 200 "$disk"
}

# Commands are under way for long: they meet.
slow_ram()
{
	local vtd disk

	need map_ram vtd 1M && need client_disk disk "$vtd" || return
	ioscli chdev -dev "$vtd" -attr inject_delay_us=2000 >/dev/null
	check_err $? "no delay"
	race 30 "$disk"
}

file()
{
	local file disk

	mkfile file 1M
	need map_disk disk "$file" && race 100 "$disk"
}

block_over_two_paths()
{
	local backing vhost a b

	need mkram backing 16 && need mkpair vhost && need map_disk a "$backing" &&
		need map_disk b "$backing" "$vhost" -f && race 100 "$a" "$b"
}

# Start a command to the virtual target device $1 with sg_raw's arguments $3..., the outcome of
# which goes to file $2, and wait until it is under way.
begin()
{
	local before

	before=$(lu_stat "$1" inflight)
	scsi_outcome_of "$2" "${@:3}" &
	busywait 20000 lu_stat_is "$1" inflight $((before + 1))
	check_err $? "not under way: $*"
}

# scsi_outcome, several at a time
scsi_outcome_of()
{
	local TMPDIR

	TMPDIR=$(mktemp -d "${1%/*}/outcome.XXXXXX")
	scsi_outcome "${@:2}" >"$1"
}

# Set zeroes, sg, vtd: a disk of memory that hangs, and two blocks of zeroes.
hanging_ram()
{
	local disk

	need map_ram vtd 1M && need client_disk disk "$vtd" || return
	sg=$(sg_of "$disk")
	zeroes=(-s 1024 -i /dev/zero)
	inject hang "$vtd"
}

# A command that has its blocks for itself, and hangs, keeps nobody from others.
other_blocks_go_on()
{
	local vtd sg zeroes

	hanging_ram || return
	begin "$vtd" "$TMPDIR/caw" -t 60 "${zeroes[@]}" "$sg" 89 00 00 00 00 00 00 00 00 08 00 00 00 01 00 00
	expect_good "$sg" 00 00 00 00 00 00
	expect_good -r 96 "$sg" 12 00 00 00 60 00
	inject none "$vtd"
	wait
	check_equal "$(cat "$TMPDIR/caw")" good "the COMPARE AND WRITE"
}

# A write, a COMPARE AND WRITE that waits for it, a write and another that wait for that.
waits_and_is_waited_for()
{
	local vtd sg zeroes name

	hanging_ram || return
	begin "$vtd" "$TMPDIR/write" -t 60 -s 512 -i /dev/zero "$sg" 2a 00 00 00 00 08 00 00 01 00
	begin "$vtd" "$TMPDIR/caw" -t 60 "${zeroes[@]}" "$sg" 89 00 00 00 00 00 00 00 00 08 00 00 00 01 00 00
	begin "$vtd" "$TMPDIR/read" -t 60 -r 1024 "$sg" 28 00 00 00 00 07 00 00 02 00
	begin "$vtd" "$TMPDIR/caw2" -t 60 "${zeroes[@]}" "$sg" 89 00 00 00 00 00 00 00 00 08 00 00 00 01 00 00
	inject none "$vtd"
	wait
	for name in write caw read caw2; do
		check_equal "$(cat "$TMPDIR/$name")" good "$name"
	done
	check_idle "$vtd"
}

# All of them time out and are aborted; the blocks belong to nobody then.
aborted()
{
	local vtd sg zeroes name

	hanging_ram || return
	begin "$vtd" "$TMPDIR/write" -t 20 -s 512 -i /dev/zero "$sg" 2a 00 00 00 00 08 00 00 01 00
	begin "$vtd" "$TMPDIR/caw" -t 20 "${zeroes[@]}" "$sg" 89 00 00 00 00 00 00 00 00 08 00 00 00 01 00 00
	begin "$vtd" "$TMPDIR/read" -t 20 -r 1024 "$sg" 28 00 00 00 00 07 00 00 02 00
	begin "$vtd" "$TMPDIR/caw2" -t 20 "${zeroes[@]}" "$sg" 89 00 00 00 00 00 00 00 00 08 00 00 00 01 00 00
	wait
	for name in write caw read caw2; do
		[ "$(cat "$TMPDIR/$name")" != good ]
		check_err $? "$name has ended well, though nothing does"
	done
	inject none "$vtd"
	check_idle "$vtd"
	settle "$sg"
	check_err $? "the disk is not ready again"
	expect_good "${zeroes[@]}" "$sg" 89 00 00 00 00 00 00 00 00 08 00 00 00 01 00 00
	expect_good -s 512 -i /dev/zero "$sg" 2a 00 00 00 00 08 00 00 01 00
}

require_cmd sg_raw jq
need_module
tests_run
