#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# Every command that a disk announces, with every option, and each of them wrong, on each kind
# of backing device: the checks are in scsi_opcodes.c, scsi_primary.c and scsi_block.c.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"

ALL_TESTS="
	ram_512
	ram_4096
	file_512
	file_4096
	file_buffered
	block_512
	block_4096
	block_without_discard
	read_only
"

# Run program $1 with arguments $2...
run_program()
{
	"$SELFTESTS/$1" "${@:2}"
	check_err $? "failed: $*"
}

# All there is for disk $1.
all_commands()
{
	run_program scsi_opcodes "$1"
	run_program scsi_primary "$1"
	run_program scsi_block "$1"
}

ram()
{
	local disk

	need map_ram_disk disk 16M vhost0 -bs "$1" || return
	all_commands "$disk"
}

ram_512()
{
	ram 512
}

ram_4096()
{
	ram 4096
}

# A file, mapped with options $@.
file()
{
	local file disk

	mkfile file 16M
	need map_disk disk "$file" vhost0 "$@" || return
	all_commands "$disk"
}

file_512()
{
	file -bs 512
}

file_4096()
{
	file -bs 4096
}

file_buffered()
{
	file -buffered
}

# null_blk with blocks of $1 bytes and settings $2...
block()
{
	local backing disk

	need mkram backing 16 "$@" || return
	need map_disk disk "$backing" || return
	all_commands "$disk"
}

block_512()
{
	block 512
}

block_4096()
{
	block 4096
}

block_without_discard()
{
	block 512 discard=0
}

# Nothing writes, all else works.
read_only()
{
	local file disk sg zeroes=(-s 512 -i /dev/zero)

	mkfile file 1M
	need map_disk disk "$file" vhost0 -ro || return
	# A disk that is read-only can't be opened for writing; its sg node can.
	sg=$(sg_of "$disk")
	run_program scsi_primary "$disk"
	expect_good -r 512 "$sg" 28 00 00 00 00 00 00 00 01 00
	expect_good "$sg" 2f 00 00 00 00 00 00 00 01 00
	expect_good "$sg" 35 00 00 00 00 00 00 00 00 00
	expect_sense 7 27 00 "${zeroes[@]}" "$sg" 0a 00 00 00 01 00
	expect_sense 7 27 00 "${zeroes[@]}" "$sg" 2a 00 00 00 00 00 00 00 01 00
	expect_sense 7 27 00 "${zeroes[@]}" "$sg" 2e 00 00 00 00 00 00 00 01 00
	expect_sense 7 27 00 "${zeroes[@]}" "$sg" 41 00 00 00 00 00 00 00 01 00
	expect_sense 7 27 00 "${zeroes[@]}" "$sg" aa 00 00 00 00 00 00 00 00 01 00 00
	expect_sense 7 27 00 "${zeroes[@]}" "$sg" 8a 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00
	expect_sense 7 27 00 "$sg" 93 01 00 00 00 00 00 00 00 00 00 00 00 01 00 00
	check_equal "$(tr -d '\0' <"$file" | wc -c)" 0 "bytes written"
}

require_cmd sg_raw
need_module
tests_run
