#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# cpus: 2
# timeout: 900
#
# EXTENDED COPY between the disks of a client: what arrives, what is refused, and what
# happens when either disk is reserved, reset or removed in the middle.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"

ALL_TESTS="
	between_disks
	within_one
	block_sizes
	beside_compare_and_write
	not_reachable
	reserved
	removed
	reset
	preempted
	removed_while_stuck
"

# Print the bytes $@, each in hexadecimal.
bytes()
{
	printf '%b' "$(printf '\\x%s' "$@")"
}

# Print $2 as $1 bytes in hexadecimal, big endian.
be()
{
	printf "%0$((2 * $1))x" "$2" | sed 's/../& /g'
}

# Print the NAA designator of disk $1 in hexadecimal.
naa()
{
	sg_vpd -q -p di_lu "$1" | sed -n 's/^ *0x\([0-9a-f]*\)$/\1/p' | sed 's/../& /g'
}

# Print a CSCD descriptor of disk $1.
target()
{
	local id

	read -r -a id <<<"$(naa "$1")"
	echo "e4 00 00 00 01 03 00 $(be 1 ${#id[@]}) ${id[*]} $(be $((20 - ${#id[@]})) 0)" \
		"00 $(be 3 "$(blockdev --getss "$1")")"
}

# Write a parameter list to the file $TMPDIR/list: $5 blocks from block $3 of disk $1 to
# block $4 of disk $2.
mklist()
{
	# shellcheck disable=SC2046 # words
	bytes 00 18 00 40 00 00 00 00 00 00 00 1c 00 00 00 00 $(target "$1") $(target "$2") \
		02 00 00 18 00 00 00 01 00 00 $(be 2 "$5") $(be 8 "$3") $(be 8 "$4") \
		>"$TMPDIR/list"
}

# Send it to disk $1 and print the outcome.
send()
{
	scsi_outcome -t 120 -s 108 -i "$TMPDIR/list" "$1" \
		83 00 00 00 00 00 00 00 00 00 00 00 00 6c 00 00
}

# Send EXTENDED COPY for $3... as mklist to disk $1; the outcome must be $2.
expect_copy()
{
	mklist "${@:3}"
	check_equal "$(send "$1")" "$2" "EXTENDED COPY ${*:3}"
}

fill()
{
	dd if=/dev/urandom of="$1" bs=1M count="$2" oflag=direct 2>/dev/null
	check_err $? "$1 can't be filled"
}

# A block device and a file, whole, by what clients use.
between_disks()
{
	local ram file a b

	mkram ram 8 && mkfile file 8M
	need map_disk a "$ram" && need map_disk b "$file" vhost0 -bs 512 || return
	fill "$a" 8
	sg_xcopy if="$a" of="$b" bs=512 >"$TMPDIR/xcopy" 2>&1
	check_err $? "$(cat "$TMPDIR/xcopy")"
	cmp "$a" "$b"
	check_err $? "the copy differs"
	blockdev --flushbufs "$b"
	cmp -n 8388608 "$ram" "$file"
	check_err $? "the backing devices differ"
	# Back, sent to the source.
	fill "$b" 8
	expect_copy "$b" good "$b" "$a" 0 0 16384
	blockdev --flushbufs "$a"
	cmp "$a" "$b"
	check_err $? "the copy back differs"
}

# Overlapping, towards either end, as if it had been read before.
within_one()
{
	local disk

	need map_ram_disk disk 8M || return
	fill "$disk" 8
	dd if="$disk" of="$TMPDIR/before" bs=1M 2>/dev/null
	expect_copy "$disk" good "$disk" "$disk" 0 1000 15384
	blockdev --flushbufs "$disk"
	cmp -n $((15384 * 512)) -i 0:$((1000 * 512)) "$TMPDIR/before" "$disk"
	check_err $? "towards the end"
	dd if="$disk" of="$TMPDIR/before" bs=1M 2>/dev/null
	expect_copy "$disk" good "$disk" "$disk" 1000 0 15384
	blockdev --flushbufs "$disk"
	cmp -n $((15384 * 512)) -i $((1000 * 512)):0 "$TMPDIR/before" "$disk"
	check_err $? "towards the start"
	expect_copy "$disk" "sense a 00 00" "$disk" "$disk" 0 1001 15384
	expect_copy "$disk" "sense a 00 00" "$disk" "$disk" 1001 0 15384
	rm "$TMPDIR/before"
}

block_sizes()
{
	local ram small large

	mkram ram 4 4096
	need map_ram_disk small 4M && need map_disk large "$ram" || return
	fill "$small" 4
	expect_copy "$small" good "$small" "$large" 0 0 8192
	blockdev --flushbufs "$large"
	cmp "$small" "$large"
	check_err $? "512 to 4096"
	expect_copy "$small" "sense a 26 0a" "$small" "$large" 0 0 9
	fill "$large" 4
	expect_copy "$small" good "$large" "$small" 0 0 1024
	blockdev --flushbufs "$small"
	cmp "$small" "$large"
	check_err $? "4096 to 512"
}

# Copies and commands that have blocks for themselves, of the same blocks: all of them end.
beside_compare_and_write()
{
	local a b load

	need map_ram_disk a 4M && need map_ram_disk b 4M || return
	mklist "$a" "$b" 0 0 64
	head -c 1024 /dev/zero >"$TMPDIR/zeroes"
	start load bash -c "for n in {1..30}; do sg_raw -s 1024 -i $TMPDIR/zeroes $b \
		89 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00 || exit; done"
	for ((n = 0; n < 10; n++)); do
		check_equal "$(send "$a")" good "copy"
	done
	busywait 60000 ended "$load"
	check_err $? "COMPARE AND WRITE waits"
	wait "$load"
	check_err $? "COMPARE AND WRITE: $(tail -n 5 "$TMPDIR/background")"
}

# What the client does not see by this adapter, or not at all.
not_reachable()
{
	local vhost here there

	need mkpair vhost && need map_ram_disk here 1M && need map_ram_disk there 1M "$vhost" ||
		return
	expect_copy "$here" "sense a 0d 02" "$here" "$there" 0 0 8
	expect_copy "$here" "sense a 0d 02" "$there" "$here" 0 0 8
	expect_copy "$here" good "$here" "$here" 0 8 8
}

# By another client, over its own path to the same disk.
reserved()
{
	local vhost ram mine theirs other

	need mkpair vhost && mkram ram 4 && need map_disk mine "$ram" &&
		need map_disk theirs "$ram" "$vhost" -f && need map_ram_disk other 1M || return
	sg_persist --out --register --param-sark=1 "$theirs" >/dev/null &&
		sg_persist --out --reserve --param-rk=1 --prout-type=1 "$theirs" >/dev/null
	check_err $? "no reservation"
	expect_copy "$other" "sense a 0d 01" "$other" "$mine" 0 0 8
	expect_copy "$other" good "$mine" "$other" 0 0 8
	expect_copy "$mine" "status Reservation Conflict" "$mine" "$other" 0 0 8
	sg_persist --out --release --param-rk=1 --prout-type=1 "$theirs" >/dev/null &&
		sg_persist --out --reserve --param-rk=1 --prout-type=3 "$theirs" >/dev/null
	expect_copy "$other" "sense a 0d 01" "$mine" "$other" 0 0 8
	sg_persist --out --clear --param-rk=1 "$theirs" >/dev/null
	expect_copy "$other" good "$other" "$mine" 0 0 8
}

# Copy from $source, of virtual target device $1, to disk $2, which is slow; and set the variable
# copy to a process that copies for half a minute.
start_copy()
{
	mklist "$source" "$2" 0 0 8192
	start copy sg_raw -v -t 120 -s 108 -i "$TMPDIR/list" "$source" \
		83 00 00 00 00 00 00 00 00 00 00 00 00 6c 00 00
	busywait 10000 lu_stat_reaches "$1" inflight 1
	check_err $? "no copy is under way"
}

# Set the variables source to a disk and slow to the virtual target device of another, which is
# slow and has the attributes $@; and start_copy.
slow_copy()
{
	local vtd destination

	need map_ram vtd 4M && need client_disk source "$vtd" && need map_ram slow 4M &&
		need client_disk destination "$slow" || return
	ioscli chdev -dev "$slow" -attr inject_delay_us=500000 "$@" >/dev/null
	start_copy "$vtd" "$destination"
}

expect_ended()
{
	busywait 5000 ended "$1"
	check_err $? "the copy goes on"
}

removed()
{
	local source slow copy

	slow_copy || return
	within 9 ioscli rmvdev -vtd "$slow" >/dev/null
	check_err $? "the destination can't be removed"
	expect_ended "$copy"
	check_match "$(cat "$TMPDIR/background")" "Copy [Aa]borted" "the copy"
}

reset()
{
	local source slow copy

	slow_copy || return
	within 9 sg_reset -d -N "$source" >/dev/null
	check_err $? "sg_reset"
	expect_ended "$copy"
	sg_turs "$source" >/dev/null 2>&1
	expect_copy "$source" good "$source" "$source" 0 8 8
}

# Another client takes the destination for itself: nothing is written to it afterwards.
preempted()
{
	local vhost ram dm vtd source mine theirs copy

	need mkpair vhost && need mkram ram 4 && need mkdm dm "$ram" && need map_disk mine "$dm" &&
		need map_disk theirs "$dm" "$vhost" -f && need map_ram vtd 4M &&
		need client_disk source "$vtd" || return
	sg_persist --out --register --param-sark=1 "$mine" >/dev/null &&
		sg_persist --out --register --param-sark=2 "$theirs" >/dev/null
	check_err $? "not registered"
	dm_load "$dm" delay "$ram" 0 300
	start_copy "$vtd" "$mine"
	within 9 sg_persist --out --preempt-abort --param-rk=2 --param-sark=1 --prout-type=1 \
		"$theirs" >/dev/null
	check_err $? "sg_persist"
	check_equal "$(lu_stat "$vtd" inflight)" 0 "copies under way when it was preempted"
	expect_ended "$copy"
	sg_persist --out --clear --param-rk=2 "$theirs" >/dev/null
}

# The backing device of the destination never answers: removal by force aborts the copy.
removed_while_stuck()
{
	local source slow copy

	slow_copy inject_error=hang || return
	within 9 ioscli rmvdev -vtd "$slow" -f >/dev/null
	check_err $? "the destination can't be removed"
	expect_ended "$copy"
}

require_cmd sg_xcopy sg_raw sg_vpd sg_persist sg_reset
need_module
wait_linked vhost0 || exit
tests_run
