#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# cpus: 2
# timeout: 900
#
# Each byte of elements, requests and answers changed on its way through the ring, one at a
# time and then many at random under load. Whatever is lost by it comes to an end, the link
# recovers by itself, and a disk of another pair of adapters does not notice.
# FUZZ_SECONDS is how long the load runs (20), FUZZ_SEED its seed (the time).

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"

ALL_TESTS="
	ping
	elements
	valid_bytes
	requests
	answers
	rejected_logins
	logins
	under_load
"

readonly mangle=/sys/module/vscsi_mangle/parameters

# Damage what $1 (1: elements, 2: requests, 4: answers) says: the next $2, byte $3 (-1: any),
# changing the bits $4 (0: any), one in $5 (1).
damage()
{
	echo 0 >"$mangle"/left
	echo "$1" >"$mangle"/where
	echo "$3" >"$mangle"/offset
	echo "$4" >"$mangle"/xor
	echo "${5:-1}" >"$mangle"/every
	echo "$2" >"$mangle"/left
}

reads()
{
	timeout 60 dd if="$disk" of=/dev/null bs=4k count=1 iflag=direct status=none
}

# Whatever has happened, the disk can be read again before long.
check_recovers()
{
	damage 0 0 -1 0
	busywait 120000 reads
	check_err $? "$disk can't be read after $1"
	cmp -s -n $((1 << 20)) "$witness" "$TMPDIR/witness"
	check_err $? "the other disk differs after $1"
}

# Read and write with byte $2 of what $1 says changed, both in the next that goes that way.
one_byte()
{
	local before after

	before=$(cat "$mangle"/damaged)
	damage "$1" 1 "$2" 255
	timeout 120 dd if="$disk" of=/dev/null bs=8k count=1 iflag=direct status=none
	damage "$1" 1 "$2" 1
	timeout 120 dd if=/dev/zero of="$disk" bs=8k count=1 oflag=direct status=none
	after=$(cat "$mangle"/damaged)
	hit=$((hit + after - before))
	check_recovers "byte $2"
} 2>/dev/null

# Change each of the bytes $2 to $3 of what $1 says.
each_byte()
{
	local byte hit=0

	for ((byte = $2; byte <= $3; byte++)); do
		one_byte "$1" "$byte"
		[ "$RET" = "$KSFT_PASS" ] || return
	done
	echo "$hit changed"
	[ "$hit" -ge $(($3 - $2 + 1)) ]
	check_err $? "only $hit of them were changed"
}

# A server that is asked whether it is there says so. The command that the question stands in
# for is lost.
ping()
{
	local before

	before=$(cat "$mangle/pongs")
	echo 1 >"$mangle/pings"
	reads
	check_equal "$(cat "$mangle/pongs")" $((before + 1)) "answers"
	check_recovers "a ping"
}

elements()
{
	each_byte 1 0 15
}

# A command that looks like no element, a transport event, or the start of a handshake; then
# one of the next few elements in either direction.
valid_bytes()
{
	local bits

	for bits in 128 127 64; do
		damage 1 1 0 "$bits"
		reads
		check_recovers "bits $bits in a command"
		damage 1 1 0 "$bits" 2
		reads
		reads
		check_recovers "bits $bits in either direction"
	done
}

# An SRP_CMD: 48 bytes and one direct data descriptor.
requests()
{
	each_byte 2 0 63
}

# An SRP_RSP: 36 bytes; sense data behind it are of no use but to be shown.
answers()
{
	each_byte 4 0 35
}

# Is a login with bits $2 of byte $1 changed rejected, and $3 the reason? Something else may be
# sent meanwhile and be damaged instead.
is_rejected()
{
	local lines

	udevadm settle
	lines=$(dmesg | wc -l)
	damage 2 3 "$1" "$2"
	timeout 60 sg_reset --host "$disk" >/dev/null 2>&1
	damage 0 0 -1 0
	dmesg | tail -n +"$lines" | grep -q "rejected by the server, reason 0x$3"
}

# The third request after a reset is the login, and the two before it are shorter. Byte 25
# becomes a format of buffers that the server does not know, byte 26 asks for many channels.
rejected_logins()
{
	busywait 120000 is_rejected 25 6 10004
	check_err $? "a login with another format is not rejected"
	check_recovers "a rejected login"
	busywait 120000 is_rejected 26 1 10005
	check_err $? "a login with many channels is not rejected"
	check_recovers "another rejected login"
}

# The client has to log in anew while what it sends, and what it is answered, is damaged.
logins()
{
	local round

	for round in 1 2 3 4 5 6; do
		damage $((1 << round % 3)) 3 -1 0 2
		sg_reset --host "$disk" >/dev/null 2>&1
		check_recovers "a damaged login"
	done
}

all_damaged()
{
	[ "$(cat "$mangle/left")" -le 0 ]
}

under_load()
{
	local load=() deadline

	for _ in 1 2 3; do
		while [ ! -e "$TMPDIR/stop" ]; do
			timeout 60 dd if="$disk" of=/dev/null bs=64k count=64 iflag=direct
			timeout 60 dd if=/dev/zero of="$disk" bs=64k count=64 oflag=direct conv=nocreat
		done 2>/dev/null &
		load+=($!)
	done
	deadline=$((SECONDS + ${FUZZ_SECONDS:-20}))
	while [ "$SECONDS" -lt "$deadline" ]; do
		damage 7 20 -1 0 50
		busywait 2000 all_damaged
	done
	damage 0 0 -1 0
	touch "$TMPDIR/stop"
	wait "${load[@]}"
	echo "$(cat "$mangle"/damaged) changed in all"
	# The kernel gives a disk up whose answers in the error handler make no sense.
	echo running >"/sys/block/${disk##*/}/device/state"
	check_recovers "a load"
}

# The kernel's own limits, as short as they can be.
impatient()
{
	echo 2 >"/sys/block/${disk##*/}/device/timeout"
	echo 5 >"/sys/block/${disk##*/}/device/eh_timeout"
}

require_cmd sg_reset
need_module
insmod "$SELFTESTS/mangle/vscsi_mangle.ko" seed="${FUZZ_SEED:-$EPOCHSECONDS}" 2>/dev/null ||
	skip_all "this kernel has no kprobes"
defer rmmod vscsi_mangle
other=
mkpair other || exit
witness=
map_ram_disk witness 2M "$other" || exit
dd if=/dev/urandom bs=1M count=1 status=none >"$TMPDIR/witness"
dd if="$TMPDIR/witness" of="$witness" bs=1M oflag=direct status=none
disk=
map_ram_disk disk 16M || exit
impatient
tests_run
