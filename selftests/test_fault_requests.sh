#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# Requests that the kernel's fault injection lets fail below the backing device, most of
# them: a write that was acknowledged is there, one that was not is reported, reading gives
# what was written or an error.
#
# expect-log: (Buffer )?I/O error|lost async page write|JBD2|EXT4-fs

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"

ALL_TESTS="
	block_device
	direct_file
	buffered_file
"

readonly debug=/sys/kernel/debug
readonly faults=$debug/fail_make_request
readonly blocks=40 percent=75

# Let most requests of the device of which $1 is the name fail until stop_requests.
fail_requests()
{
	defer stop_requests "$1"
	echo 0 >"$faults/verbose"
	echo -1 >"$faults/times"
	echo "$percent" >"$faults/probability"
	echo 1 >"/sys/block/$1/make-it-fail"
}

stop_requests()
{
	echo 0 >"$faults/probability"
	[ ! -e "/sys/block/$1" ] || echo 0 >"/sys/block/$1/make-it-fail"
}

# Write each block of disk $1 with $2... as dd's flags; name in $TMPDIR/kept which went well.
write_blocks()
{
	local n

	: >"$TMPDIR/kept"
	for ((n = 0; n < blocks; n++)); do
		dd if="$TMPDIR/data" of="$1" bs=4k count=1 skip="$n" seek="$n" "${@:2}" \
			status=none 2>/dev/null && echo "$n" >>"$TMPDIR/kept"
	done
}

# Succeed unless reading block $2 of disk $1 brings something else than was written.
reads_right()
{
	dd if="$1" bs=4k count=1 skip="$2" iflag=direct status=none \
		>"$TMPDIR/block" 2>/dev/null || return 0
	cmp -s -i "0:$(($2 * 4096))" -n 4096 "$TMPDIR/block" "$TMPDIR/data"
}

# Blocks of disk $1 that were acknowledged can't read as something else, with faults or
# without ($2 says which).
check_kept()
{
	local n wrong=''

	while read -r n; do
		reads_right "$1" "$n" || wrong+=" $n"
	done <"$TMPDIR/kept"
	check_equal "$wrong" "" "acknowledged blocks that are not there${2:+ $2}"
}

check_disk()
{
	local disk=$1 name=$2 kept

	write_blocks "$disk" oflag=direct conv=fsync,notrunc
	kept=$(wc -l <"$TMPDIR/kept")
	echo "$kept of $blocks writes acknowledged"
	[ "$kept" -gt 0 ] && [ "$kept" -lt "$blocks" ]
	check_err $? "no faults, or nothing else"
	check_kept "$disk" "while requests fail"
	stop_requests "$name"
	check_kept "$disk" "afterwards"
	write_blocks "$disk" oflag=direct conv=fsync,notrunc
	check_equal "$(wc -l <"$TMPDIR/kept")" "$blocks" "writes without faults"
	check_kept "$disk" "at last"
}

block_device()
{
	local ram disk

	need mkram ram 16 && need map_disk disk "$ram" || return
	fail_requests "${ram##*/}"
	check_disk "$disk" "${ram##*/}"
}

direct_file()
{
	local ram dir file disk

	need mkram ram 64 && need mkmount dir ext4 "$ram" -q -O ^has_journal -E lazy_itable_init=0 ||
		return
	need mkfile_in file "$dir" 1M && fill_random "$file" 1 "$TMPDIR/first" &&
		need map_disk disk "$file" vhost0 -direct || return
	fail_requests "${ram##*/}"
	check_disk "$disk" "${ram##*/}"
}

# What could not be written back is told, once for all: until it is mapped anew.
buffered_file()
{
	local ram dir file vtd disk

	need mkram ram 64 && need mkmount dir ext4 "$ram" -q -O ^has_journal -E lazy_itable_init=0 ||
		return
	need mkfile_in file "$dir" 1M && fill_random "$file" 1 "$TMPDIR/first" &&
		need map vtd "$file" vhost0 -buffered && need client_disk disk "$vtd" || return
	fail_requests "${ram##*/}"
	write_blocks "$disk" oflag=direct conv=fsync,notrunc
	[ "$(wc -l <"$TMPDIR/kept")" -lt "$blocks" ]
	check_err $? "all flushes went well"
	stop_requests "${ram##*/}"
	check_kept "$disk" "afterwards"
	unmap "$vtd"
	need map_disk disk "$file" vhost0 -buffered || return
	write_blocks "$disk" oflag=direct conv=fsync,notrunc
	check_equal "$(wc -l <"$TMPDIR/kept")" "$blocks" "writes when mapped anew"
	check_kept "$disk" "mapped anew"
}

[ -d "$faults" ] || skip_all "this kernel lets no requests fail"
need_module
dd if=/dev/urandom of="$TMPDIR/data" bs=4k count=$blocks status=none
tests_run
