#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# cpus: 2
# timeout: 400
#
# FORMAT UNIT and SANITIZE: by sg_format and sg_sanitize, in the background, on all paths; what
# ends them and what does not, and what a failure leaves. No driver but sg may look at the disks.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"
# shellcheck source=lib_sg.sh
. "$(dirname "$0")/lib_sg.sh"

ALL_TESTS="
	tools_on_file
	tools_on_block
	tools_on_ram
	progress
	other_clients
	other_paths
	waits_for_commands
	resets
	aborted_format
	aborted_sanitize
	client_leaves
	format_fails
	sanitize_fails
	removed
	unloaded
"

readonly FORMATTING="sense 2 04 04" SANITIZING="sense 2 04 1b"
readonly FORMAT_CORRUPT="sense 3 31 00" SANITIZE_FAILED="sense 3 31 03"

# Set the variables vtd and sg to a disk of memory of $1 with $2... as the options of mkvdev.
ram_disk()
{
	local nodes

	need map_ram vtd "$1" vhost0 "${@:2}" && wait_sg "$vtd" || return
	sg=${nodes[0]}
	settle "$sg"
}

# Let each command of $1 that touches the medium take $2 microseconds.
delay()
{
	ioscli chdev -dev "$1" -attr inject_delay_us="$2" >/dev/null
	check_err $? "no delay"
}

# Let the commands of $2 that touch the medium fail as $1 says.
inject()
{
	ioscli chdev -dev "$2" -attr inject_error="$1" >/dev/null
	check_err $? "inject_error=$1"
}

# Begin to sanitize disk $1: IMMED.
erase()
{
	scsi_outcome "$1" 48 82 00 00 00 00 00 00 00 00
}

# Begin to format disk $1: IMMED.
format()
{
	printf '\0\2\0\0' >"$TMPDIR/format"
	scsi_outcome -s 4 -i "$TMPDIR/format" "$1" 04 10 00 00 00 00
}

# Print how much of it is done, in 65536ths, as REQUEST SENSE of disk $1 says.
progress_of()
{
	local sense

	sg_raw -r 18 -o "$TMPDIR/sense" "$1" 03 00 00 00 12 00 >/dev/null 2>&1
	sense=$(od -A n -t x1 "$TMPDIR/sense" | tr -d ' \n')
	[ "${sense:30:2}" != 80 ] || echo $((16#${sense:32:4}))
}

progress_reaches()
{
	local progress

	progress=$(progress_of "$1")
	[ -n "$progress" ] && [ "$progress" -ge "$2" ]
}

# The blocks of disk $1 are all of the byte $2.
check_blocks()
{
	local blocks

	blocks=$(($(sg_readcap -b "$1" | cut -d ' ' -f 1)))
	sg_dd if="$1" of="$TMPDIR/read" bs=512 count="$blocks" 2>/dev/null
	check_equal "$(stat -c %s "$TMPDIR/read")" $((blocks * 512)) "bytes read"
	check_equal "$(tr -d "\\$2" <"$TMPDIR/read" | wc -c)" 0 "bytes that are not $2"
}

# Write something to each block of disk $1.
fill()
{
	local blocks

	blocks=$(($(sg_readcap -b "$1" | cut -d ' ' -f 1)))
	head -c $((blocks * 512)) /dev/urandom >"$TMPDIR/random"
	sg_dd if="$TMPDIR/random" of="$1" bs=512 count="$blocks" 2>/dev/null
	check_err $? "sg_dd"
}

# $@ must succeed.
works()
{
	"$@" >"$TMPDIR/out" 2>&1
	check_err $? "$*: $(cat "$TMPDIR/out")"
}

# All that the tools can ask for, on disk $1.
tools()
{
	local vtd nodes

	need map vtd "$1" && wait_sg "$vtd" || return
	tools_on "${nodes[0]}"
}

tools_on()
{
	settle "$1"
	fill "$1"
	works sg_format --format --quick --wait "$1"
	check_blocks "$1" 0
	fill "$1"
	works sg_format --format --quick --ip-def --dcrt --early "$1"
	busywait 60000 tur_is "$1" good
	check_blocks "$1" 0
	head -c 512 /dev/zero | tr '\0' '\252' >"$TMPDIR/pattern"
	works sg_sanitize --overwrite --pattern="$TMPDIR/pattern" --count=2 --invert --quick --wait "$1"
	check_blocks "$1" 252
	works sg_sanitize --overwrite --zero --quick --early "$1"
	busywait 60000 tur_is "$1" good
	check_blocks "$1" 0
	fill "$1"
	works sg_sanitize --block --quick --wait "$1"
	check_blocks "$1" 0
	works sg_sanitize --fail --quick --wait "$1"
	works sg_opcodes -o 0x48 -s 2 "$1"
	sg_sanitize --crypto --quick --wait "$1" >/dev/null 2>&1
	check_equal $? 5 "exit status of sg_sanitize --crypto"
}

tools_on_file()
{
	local file

	mkfile file 8M
	tools "$file"
	check_equal "$(du "$file" | cut -f 1)" 0 "KiB in use after BLOCK ERASE"
}

tools_on_block()
{
	local ram

	need mkram ram 8 && tools "$ram"
}

tools_on_ram()
{
	local vtd sg

	ram_disk 8M && tools_on "$sg"
}

# It goes on behind the answer, is seen by REQUEST SENSE and TEST UNIT READY, and comes to an end.
progress()
{
	local vtd sg

	ram_disk 64M || return
	delay "$vtd" 1000000
	check_equal "$(format "$sg")" good "FORMAT UNIT, IMMED"
	check_equal "$(tur "$sg")" "$FORMATTING" "TEST UNIT READY"
	check_equal "$(reads "$sg")" "$FORMATTING" "READ"
	check_equal "$(format "$sg")" "$FORMATTING" "another FORMAT UNIT"
	expect_good -r 96 "$sg" 12 00 00 00 60 00
	expect_good -r 64 "$sg" a0 00 00 00 00 00 00 00 00 40 00 00
	busywait 20000 progress_reaches "$sg" 8192
	check_err $? "no progress: $(progress_of "$sg")"
	check_match "$(sg_turs -p "$sg" 2>&1)" "Progress indication: [0-9]+" "sg_turs"
	delay "$vtd" 0
	busywait 60000 tur_is "$sg" good
	check_err $? "no end: $(tur "$sg")"
	check_equal "$(progress_of "$sg")" "" "progress at the end"
	delay "$vtd" 1000000
	check_equal "$(erase "$sg")" good "SANITIZE, IMMED"
	check_equal "$(tur "$sg")" "$SANITIZING" "TEST UNIT READY"
	check_equal "$(writes "$sg")" "$SANITIZING" "WRITE"
	delay "$vtd" 0
	busywait 60000 tur_is "$sg" good
	check_err $? "no end: $(tur "$sg")"
}

# Another client is kept out too, and hears at the end that the medium is another.
other_clients()
{
	local vtd nodes clients

	share || return
	inject hang "$vtd"
	check_equal "$(format "${nodes[0]}")" good "FORMAT UNIT"
	check_equal "$(reads "${nodes[1]}")" "$FORMATTING" "READ of another client"
	inject none "$vtd"
	busywait 20000 tur_is "${nodes[0]}" good
	check_err $? "after it: $(tur "${nodes[0]}")"
	check_equal "$(reads "${nodes[1]}")" "sense 6 28 00" "the other client, after it"
	check_equal "$(reads "${nodes[1]}")" good "the other client, then"
}

# So is the same client by another server adapter.
other_paths()
{
	local ram dm vhost first second nodes a b

	need mkram ram 16 && need mkdm dm "$ram" && need mkpair vhost && need map first "$dm" &&
		need map second "$dm" "$vhost" -f || return
	wait_sg "$first" && a=${nodes[0]} && wait_sg "$second" && b=${nodes[0]} || return
	settle "$a"
	settle "$b"
	dm_load "$dm" delay "$ram" 0 200
	works sg_sanitize --overwrite --zero --count=31 --quick --early "$a"
	check_equal "$(reads "$b")" "$SANITIZING" "READ by the other path"
	check_equal "$(format "$b")" "$SANITIZING" "FORMAT UNIT by the other path"
	dm_load "$dm" linear "$ram" 0
	busywait 60000 tur_is "$a" good
	check_err $? "after it: $(tur "$a")"
	check_equal "$(tur "$b")" "sense 6 28 00" "the other path, after it"
	check_equal "$(reads "$b")" good "the other path, then"
}

# What was sent before is executed before, what was sent after is refused.
waits_for_commands()
{
	local vtd sg

	ram_disk 4M || return
	inject hang "$vtd"
	TMPDIR=$(mktemp -d "$TMPDIR/a.XXXXXX") writes "$sg" >"$TMPDIR/write" &
	busywait 20000 lu_stat_is "$vtd" inflight 1
	check_err $? "no write under way"
	TMPDIR=$(mktemp -d "$TMPDIR/b.XXXXXX") erase "$sg" >"$TMPDIR/erase" &
	busywait 20000 lu_stat_is "$vtd" inflight 2
	check_err $? "no SANITIZE under way"
	TMPDIR=$(mktemp -d "$TMPDIR/c.XXXXXX") reads "$sg" >"$TMPDIR/read" &
	busywait 20000 lu_stat_is "$vtd" inflight 3
	check_err $? "no read under way"
	# The write goes on, and what is begun after it takes long.
	delay "$vtd" 1000000
	inject none "$vtd"
	wait
	check_equal "$(cat "$TMPDIR/write")" good "the write"
	check_equal "$(cat "$TMPDIR/erase")" good "SANITIZE"
	check_equal "$(cat "$TMPDIR/read")" "$SANITIZING" "the read"
	delay "$vtd" 0
	busywait 20000 tur_is "$sg" good
	check_blocks "$sg" 0
}

# Resets end commands, and what goes on in the background is none.
resets()
{
	local vtd sg

	ram_disk 4M || return
	fill "$sg"
	inject hang "$vtd"
	check_equal "$(erase "$sg")" good "SANITIZE"
	works sg_reset -N -d "$sg"
	check_equal "$(tur "$sg")" "sense 6 29 03" "the first command after the reset"
	check_equal "$(tur "$sg")" "$SANITIZING" "after the reset"
	inject none "$vtd"
	busywait 20000 tur_is "$sg" good
	check_err $? "no end: $(tur "$sg")"
	check_blocks "$sg" 0
}

# Without IMMED: what is aborted stops, and the medium is of no use until it is formatted.
aborted_format()
{
	local vtd sg

	ram_disk 4M || return
	inject hang "$vtd"
	[ "$(scsi_outcome -t 2 "$sg" 04 00 00 00 00 00)" != good ]
	check_err $? "a FORMAT UNIT that hangs has ended well"
	check_idle "$vtd"
	inject none "$vtd"
	busywait 20000 tur_is "$sg" "$FORMAT_CORRUPT"
	check_err $? "after it was aborted: $(tur "$sg")"
	check_equal "$(reads "$sg")" "$FORMAT_CORRUPT" "READ"
	expect_good -r 8 "$sg" 25 00 00 00 00 00 00 00 00 00
	works sg_format --format --quick --wait "$sg"
	check_equal "$(reads "$sg")" good "READ"
}

# Sanitizing does not stop (SBC-3 4.11).
aborted_sanitize()
{
	local vtd sg

	ram_disk 4M || return
	fill "$sg"
	inject hang "$vtd"
	[ "$(scsi_outcome -t 2 "$sg" 48 02 00 00 00 00 00 00 00 00)" != good ]
	check_err $? "a SANITIZE that hangs has ended well"
	check_idle "$vtd"
	busywait 20000 tur_is "$sg" "$SANITIZING"
	check_err $? "after it was aborted: $(tur "$sg")"
	inject none "$vtd"
	busywait 20000 tur_is "$sg" good
	check_err $? "no end: $(tur "$sg")"
	check_blocks "$sg" 0
}

# The client that has asked for it goes, the other one sees the end.
client_leaves()
{
	local vtd nodes clients

	share || return
	inject hang "$vtd"
	check_equal "$(erase "${nodes[0]}")" good "SANITIZE"
	works ioscli rmvadapter -vadapter "${clients[0]}" -single
	check_equal "$(tur "${nodes[1]}")" "$SANITIZING" "the client that stays"
	inject none "$vtd"
	busywait 20000 tur_is "${nodes[1]}" good
	check_err $? "no end: $(tur "${nodes[1]}")"
}

format_fails()
{
	local vtd sg

	ram_disk 4M || return
	inject medium "$vtd"
	expect_sense 3 31 01 "$sg" 04 00 00 00 00 00
	check_equal "$(tur "$sg")" "$FORMAT_CORRUPT" "TEST UNIT READY"
	inject none "$vtd"
	check_equal "$(writes "$sg")" "$FORMAT_CORRUPT" "WRITE"
	works sg_sanitize --block --quick --wait "$sg"
	check_equal "$(writes "$sg")" good "WRITE"
}

# With AUSE, EXIT FAILURE MODE is enough; without it, only to sanitize it again.
sanitize_fails()
{
	local vtd sg

	ram_disk 4M || return
	inject medium "$vtd"
	expect_sense 3 31 03 "$sg" 48 22 00 00 00 00 00 00 00 00
	check_equal "$(reads "$sg")" "$SANITIZE_FAILED" "READ"
	works sg_sanitize --fail --quick --wait "$sg"
	check_equal "$(tur "$sg")" good "TEST UNIT READY"
	expect_sense 3 31 03 "$sg" 48 02 00 00 00 00 00 00 00 00
	inject none "$vtd"
	expect_sense 5 24 00 "$sg" 48 1f 00 00 00 00 00 00 00 00
	expect_sense 5 24 00 "$sg" 48 22 00 00 00 00 00 00 00 00
	check_equal "$(format "$sg")" "$SANITIZE_FAILED" "FORMAT UNIT"
	check_equal "$(tur "$sg")" "$SANITIZE_FAILED" "TEST UNIT READY"
	works sg_sanitize --block --quick --wait "$sg"
	check_equal "$(reads "$sg")" good "READ"
}

# A removal says what it waits for, and may be forced.
removed()
{
	local vtd sg

	ram_disk 4M || return
	inject hang "$vtd"
	check_equal "$(format "$sg")" good "FORMAT UNIT"
	expect_refusal 4 "$vtd is being formatted or sanitized" ioscli rmvdev -vtd "$vtd"
	within 10 ioscli rmvdev -vtd "$vtd" -f >/dev/null
	check_err $? "rmvdev -f"
}

unloaded()
{
	local vtd sg

	ram_disk 4M || return
	inject hang "$vtd"
	check_equal "$(erase "$sg")" good "SANITIZE"
	within 60 rmmod vscsi
	check_err $? "the module is still there"
	insmod "$VSCSI_KO"
	check_err $? "the module can't be loaded again"
}

require_cmd sg_format sg_sanitize sg_raw sg_dd sg_requests
no_disk_drivers
tests_run
