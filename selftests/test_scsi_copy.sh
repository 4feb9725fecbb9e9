#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# cpus: 2
# timeout: 900
#
# EXTENDED COPY between the disks of a client, and POPULATE TOKEN with WRITE USING TOKEN: what
# arrives, what is refused, and what happens when either disk is reserved, reset or removed in the
# middle.

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
	long_identifier
	in_background
	tokens
	token_of_zeroes
	token_block_sizes
	token_life
	token_not_reachable
	token_reserved
	token_in_progress
	token_in_background
	token_destination_removed
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
	check_idle "$vtd"
	expect_ended "$copy"
	dm_load "$dm" linear "$ram" 0
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

# Print block device range descriptors for $@: LBA and number of blocks, ...
ranges()
{
	while [ $# -gt 0 ]; do
		echo "$(be 8 "$1") $(be 4 "$2") 00 00 00 00"
		shift 2
	done
}

# Ask disk $1 for a token for the ranges $4..., that lives for $3 seconds (0: the default), and
# write it to file $2.
# shellcheck disable=SC2046 # words
populate()
{
	local disk=$1 token=$2 len=$((($# - 3) * 8))

	bytes $(be 2 $((14 + len))) 00 00 $(be 4 "$3") $(be 4 0) 00 00 $(be 2 "$len") \
		$(ranges "${@:4}") >"$TMPDIR/list"
	check_equal "$(scsi_outcome -s $((16 + len)) -i "$TMPDIR/list" "$disk" \
		83 10 00 00 00 00 00 00 00 07 $(be 4 $((16 + len))) 00 00)" good "POPULATE TOKEN"
	information "$disk" >/dev/null
	tail -c 512 "$TMPDIR/information" >"$token"
}

# Write a parameter list to $TMPDIR/list that writes what the token in file $1 represents from its
# block $2 on to the ranges $3...; with IMMED if the variable immed is 01
# shellcheck disable=SC2046 # words
mklist_write()
{
	local len=$((($# - 2) * 8))

	{
		bytes $(be 2 $((534 + len))) "${immed-00}" 00 00 00 00 00 $(be 8 "$2")
		cat "$1"
		bytes 00 00 00 00 00 00 $(be 2 "$len") $(ranges "${@:3}")
	} >"$TMPDIR/list"
}

# As mklist, for EXTENDED COPY(LID4); with IMMED if the variable immed is 01
# shellcheck disable=SC2046 # words
mklist_lid4()
{
	bytes 01 00 00 20 $(be 11 0) "${immed-00}" ff 00 00 00 00 00 00 07 $(be 18 0) \
		00 40 00 1c 00 00 $(target "$1") $(target "$2") \
		02 00 00 18 00 00 00 01 00 00 $(be 2 "$5") $(be 8 "$3") $(be 8 "$4") \
		>"$TMPDIR/list"
}

# Send it to disk $1; the outcome must be $2.
expect_copy_lid4()
{
	mklist_lid4 "${@:3}"
	check_equal "$(scsi_outcome -t 120 -s 140 -i "$TMPDIR/list" "$1" \
		83 01 00 00 00 00 00 00 00 00 00 00 00 8c 00 00)" "$2" "EXTENDED COPY ${*:3}"
}

long_identifier()
{
	local vtd a b

	need map_ram vtd 4M && need client_disk a "$vtd" && need map_ram vtd 4M &&
		need client_disk b "$vtd" || return
	fill "$a" 4
	expect_copy_lid4 "$b" good "$a" "$b" 0 0 8192
	check_equal "$(information "$b")" "01 01 0000000000002000" "what is told"
	cmp "$a" "$b"
	check_err $? "the copy differs"
	expect_copy_lid4 "$a" "sense a 00 00" "$a" "$b" 8190 0 8
	check_equal "$(information "$a")" "01 02 0000000000000000" "what is told of a failure"
}

told_of_failure()
{
	[[ $(information "$1") == "01 02 "* ]]
}

# With IMMED the answer comes first.
in_background()
{
	local source slow destination immed=01 token=$TMPDIR/token

	slow_destination || return
	expect_copy_lid4 "$source" good "$source" "$destination" 0 0 8192
	busywait 10000 has_progress "$source"
	check_match "$(information "$source")" "^01 12 " "what is told"
	expect_copy_lid4 "$source" "sense 5 00 16" "$source" "$destination" 0 0 8
	ioscli chdev -dev "$slow" -attr inject_delay_us=0 >/dev/null
	busywait 20000 information_is "$source" "01 01 0000000000002000"
	check_err $? "not done: $(information "$source")"
	blockdev --flushbufs "$destination"
	cmp "$source" "$destination"
	check_err $? "the copy differs"
	ioscli chdev -dev "$slow" -attr inject_delay_us=500000 >/dev/null
	expect_copy_lid4 "$source" good "$source" "$destination" 0 0 8192
	busywait 10000 has_progress "$source"
	within 9 ioscli rmvdev -vtd "$slow" >/dev/null
	check_err $? "the destination can't be removed"
	busywait 10000 told_of_failure "$source"
	check_err $? "not ended: $(information "$source")"
}

# Print the CDB for it.
write_cdb()
{
	echo 83 11 00 00 00 00 00 00 00 07 "$(be 4 "$(stat -c %s "$TMPDIR/list")")" 00 00
}

# Send it to disk $1; the outcome must be $2.
# shellcheck disable=SC2046 # words
expect_write()
{
	mklist_write "${@:3}"
	check_equal "$(scsi_outcome -t 120 -s "$(stat -c %s "$TMPDIR/list")" -i "$TMPDIR/list" "$1" \
		$(write_cdb))" "$2" "WRITE USING TOKEN ${*:4}"
}

# Print what RECEIVE ROD TOKEN INFORMATION tells of the last of these commands to disk $1: service
# action, status and number of blocks.
information()
{
	sg_raw -r 550 -o "$TMPDIR/information" "$1" 84 07 00 00 00 07 00 00 00 00 00 00 02 26 00 00 \
		2>/dev/null || return
	od -An -tx1 -v -w32 "$TMPDIR/information" |
		awk 'NR == 1 { print $5, $6, $17 $18 $19 $20 $21 $22 $23 $24 }'
}

# Between disks and within one, in several ranges.
tokens()
{
	local file a b token=$TMPDIR/token

	mkfile file 8M
	need map_ram_disk a 8M && need map_disk b "$file" vhost0 || return
	fill "$a" 8
	populate "$a" "$token" 0 0 16384
	check_equal "$(information "$a")" "10 01 0000000000004000" "POPULATE TOKEN"
	expect_write "$b" good "$token" 0 0 16384
	check_equal "$(information "$b")" "11 01 0000000000004000" "WRITE USING TOKEN"
	expect_good -r 32 "$b" 84 05 00 00 00 07 00 00 00 00 00 00 00 20 00 00
	blockdev --flushbufs "$b"
	cmp "$a" "$b"
	check_err $? "the copy differs"
	populate "$a" "$token" 0 100 50 7000 1000
	expect_write "$a" good "$token" 10 2000 30 3000 1000
	check_equal "$(information "$a")" "11 03 0000000000000406" "an offset"
	blockdev --flushbufs "$a"
	cmp -n $((30 * 512)) -i $((110 * 512)):$((2000 * 512)) "$a" "$a"
	check_err $? "the first range"
	cmp -n $((10 * 512)) -i $((140 * 512)):$((3000 * 512)) "$a" "$a"
	check_err $? "the second range from the first"
	cmp -n $((990 * 512)) -i $((7000 * 512)):$((3010 * 512)) "$a" "$a"
	check_err $? "the second range"
	expect_write "$b" good "$token" 0 0 1051
	check_equal "$(information "$b")" "11 04 000000000000041a" "more than there is"
	expect_write "$b" "sense 5 21 00" "$token" 0 16384 1
	expect_write "$b" "sense 5 26 00" "$token" 0 0 2 1 1
	expect_write "$b" "sense 5 26 00" "$token" 1050 0 1
}

token_of_zeroes()
{
	local file disk token=$TMPDIR/token

	mkfile file 8M
	need map_disk disk "$file" || return
	fill "$disk" 8
	{ bytes ff ff 00 01 00 00 01 f8; head -c 504 /dev/zero; } >"$token"
	expect_write "$disk" good "$token" 0 0 1000 1001 15383
	blockdev --flushbufs "$disk"
	cmp -n $((1000 * 512)) "$disk" /dev/zero && cmp -n $((15383 * 512)) -i $((1001 * 512)):0 \
		"$disk" /dev/zero
	check_err $? "not zeroed"
	cmp -s -n 512 -i $((1000 * 512)):0 "$disk" /dev/zero
	check_fail $? "the block between was zeroed"
}

token_block_sizes()
{
	local ram small large token=$TMPDIR/token

	mkram ram 4 4096
	need map_ram_disk small 4M && need map_disk large "$ram" || return
	fill "$small" 4
	populate "$small" "$token" 0 0 8192
	expect_write "$large" good "$token" 0 0 1024
	blockdev --flushbufs "$large"
	cmp "$small" "$large"
	check_err $? "512 to 4096"
	populate "$small" "$token" 0 0 4 8 12
	expect_write "$large" "sense a 26 0a" "$token" 0 0 2
	populate "$large" "$token" 0 0 1
	expect_write "$small" "sense a 26 0a" "$token" 1 0 1
	expect_write "$small" good "$token" 0 64 8
}

# It ends when it is not used, or its logical unit is reset.
token_life()
{
	local disk token=$TMPDIR/token

	need map_ram_disk disk 4M || return
	populate "$disk" "$token" 1 0 8
	sleep 1		# not being used is what ends it
	expect_write "$disk" "sense 5 23 07" "$token" 0 8 8
	populate "$disk" "$token" 0 0 8
	{ head -c 511 "$token"; tail -c 1 "$token" | tr '\0-\377' '\1-\377\0'; } >"$TMPDIR/forged"
	expect_write "$disk" "sense 5 23 04" "$TMPDIR/forged" 0 8 8
	head -c 512 /dev/zero >"$TMPDIR/forged"
	expect_write "$disk" "sense 5 23 01" "$TMPDIR/forged" 0 8 8
	expect_write "$disk" good "$token" 0 8 8
	sg_reset -d -N "$disk" >/dev/null
	sg_turs "$disk" >/dev/null 2>&1
	expect_write "$disk" "sense 5 23 04" "$token" 0 8 8
}

# By a client that does not see the source by this adapter, or not any more.
token_not_reachable()
{
	local vhost vtd here there token=$TMPDIR/token

	need mkpair vhost && need map_ram vtd 1M && need client_disk here "$vtd" &&
		need map_ram_disk there 1M "$vhost" || return
	populate "$here" "$token" 0 0 8
	expect_write "$there" "sense 5 23 04" "$token" 0 0 8
	need map_ram_disk there 1M || return
	expect_write "$there" good "$token" 0 0 8
	ioscli rmvdev -vtd "$vtd" >/dev/null
	expect_write "$there" "sense 5 23 04" "$token" 0 0 8
}

# By another client, over its own path to the same disk.
token_reserved()
{
	local vhost ram mine theirs other token=$TMPDIR/token

	need mkpair vhost && mkram ram 4 && need map_disk mine "$ram" &&
		need map_disk theirs "$ram" "$vhost" -f && need map_ram_disk other 1M || return
	populate "$mine" "$token" 0 0 8
	populate "$other" "$TMPDIR/other" 0 0 8
	sg_persist --out --register --param-sark=1 "$theirs" >/dev/null &&
		sg_persist --out --reserve --param-rk=1 --prout-type=1 "$theirs" >/dev/null
	check_err $? "no reservation"
	expect_write "$mine" "status Reservation Conflict" "$TMPDIR/other" 0 0 8
	expect_write "$other" good "$token" 0 0 8
	sg_persist --out --release --param-rk=1 --prout-type=1 "$theirs" >/dev/null &&
		sg_persist --out --reserve --param-rk=1 --prout-type=3 "$theirs" >/dev/null
	expect_write "$other" "sense a 0d 01" "$token" 0 0 8
	check_equal "$(information "$other")" "11 02 0000000000000000" "a reserved source"
	sg_persist --out --clear --param-rk=1 "$theirs" >/dev/null
	expect_write "$other" good "$token" 0 0 8
}

# Set the variables source, destination and slow to two disks and the virtual target device of the
# second, which is slow; and write a token for the first to the file $token.
slow_destination()
{
	local vtd

	need map_ram vtd 4M && need client_disk source "$vtd" && need map_ram slow 4M &&
		need client_disk destination "$slow" || return
	fill "$source" 4
	populate "$source" "$token" 0 0 8192
	ioscli chdev -dev "$slow" -attr inject_delay_us=500000 >/dev/null
}

# As slow_copy, by a token in file $token.
# shellcheck disable=SC2046 # words
slow_write()
{
	slow_destination || return
	mklist_write "$token" 0 0 8192
	start copy sg_raw -v -t 120 -s 552 -i "$TMPDIR/list" "$destination" $(write_cdb)
	busywait 10000 lu_stat_reaches "$slow" inflight 1
	check_err $? "nothing is written"
}

has_progress()
{
	[[ $(information "$1") =~ ^"11 1"[12]" ".*[1-9a-f] ]]
}

information_is()
{
	[ "$(information "$1")" = "$2" ]
}

# Others may ask how far it is, but not use its list identifier; a reset ends it.
token_in_progress()
{
	local source slow destination copy token=$TMPDIR/token

	slow_write || return
	busywait 10000 has_progress "$destination"
	check_err $? "no progress: $(information "$destination")"
	expect_write "$destination" "sense 5 00 16" "$token" 0 0 8
	within 9 sg_reset -d -N "$destination" >/dev/null
	check_err $? "sg_reset"
	expect_ended "$copy"
	sg_turs "$destination" >/dev/null 2>&1
	check_equal "$(information "$destination")" "" "what is told after a reset"
}

# With IMMED: the answer comes first.  What aborts commands ends it too, but for ABORT TASK.
token_in_background()
{
	local source slow destination immed=01 token=$TMPDIR/token

	slow_destination || return
	expect_write "$destination" good "$token" 0 0 8192
	busywait 10000 has_progress "$destination"
	check_match "$(information "$destination")" "^11 12 " "what is told"
	expect_write "$destination" "sense 5 00 16" "$token" 0 0 8
	ioscli chdev -dev "$slow" -attr inject_delay_us=0 >/dev/null
	busywait 20000 information_is "$destination" "11 01 0000000000002000"
	check_err $? "not done: $(information "$destination")"
	blockdev --flushbufs "$destination"
	cmp "$source" "$destination"
	check_err $? "the copy differs"

	fill "$destination" 4
	ioscli chdev -dev "$slow" -attr inject_delay_us=500000 >/dev/null
	expect_write "$destination" good "$token" 0 0 8192
	busywait 10000 has_progress "$destination"
	within 9 sg_reset -d -N "$destination" >/dev/null
	check_err $? "sg_reset"
	ioscli chdev -dev "$slow" -attr inject_delay_us=0 >/dev/null
	check_idle "$slow"
	blockdev --flushbufs "$destination"
	cmp -s "$source" "$destination"
	check_fail $? "the copy went on after a reset"
	ioscli chdev -dev "$slow" -attr inject_delay_us=500000 >/dev/null
	sg_turs "$destination" >/dev/null 2>&1
	expect_write "$destination" good "$token" 0 0 8192
	busywait 10000 has_progress "$destination"
	within 9 ioscli rmvdev -vtd "$slow" >/dev/null
	check_err $? "the destination can't be removed"
}

token_destination_removed()
{
	local source slow destination copy token=$TMPDIR/token

	slow_write || return
	within 9 ioscli rmvdev -vtd "$slow" >/dev/null
	check_err $? "the destination can't be removed"
	expect_ended "$copy"
	expect_write "$source" good "$token" 0 8 8
}

require_cmd sg_xcopy sg_raw sg_vpd sg_persist sg_reset
need_module
wait_linked vhost0 || exit
tests_run
