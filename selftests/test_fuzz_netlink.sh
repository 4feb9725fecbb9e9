#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# Damaged requests of root's, one after the other and from several programs at once. What
# is left over of one may make sense, so adapters and virtual target devices come and go;
# what another pair's disk holds stays as it is, and all of it can be taken down.
# FUZZ_SECONDS is how long for each (10), FUZZ_SEED the first seed (the time); a program
# with one seed sends the same requests each time.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"

ALL_TESTS="
	alone
	together
"

readonly requests=1000

# Send requests for a while, beginning with seed $1.
send()
{
	local deadline=$((SECONDS + ${FUZZ_SECONDS:-10})) seed=$1 sent=0

	while [ "$SECONDS" -lt "$deadline" ]; do
		"$SELFTESTS/netlink_input" fuzz "$seed" "$requests" >"$TMPDIR/fuzz.$1" 2>&1 || {
			echo "netlink_input fuzz $seed $requests: $(cat "$TMPDIR/fuzz.$1")"
			return 1
		}
		seed=$((seed + 1)) sent=$((sent + requests))
	done
	echo "$sent requests from seed $1; $(cat "$TMPDIR/fuzz.$1")"
}

check_usable()
{
	local client vhost disk

	cmp -s -n $((1 << 20)) "$witness" "$TMPDIR/witness"
	check_err $? "the data of the witness"
	ioscli lsmap -all >/dev/null
	check_err $? "lsmap fails"
	need mkclient client after && need mkpair vhost after &&
		need map_ram_disk disk 1M "$vhost" || return
	dd if="$disk" of=/dev/null bs=64k iflag=direct status=none
	check_err $? "a new disk can't be read"
}

alone()
{
	send "$seed"
	check_err $?
	check_usable
}

together()
{
	local pids='' n

	for n in 1 2 3; do
		send $((seed + n * 1000000)) &
		pids+=" $!"
	done
	for n in $pids; do
		wait "$n"
		check_err $?
	done
	check_usable
}

require_cmd cmp
need_module
seed=${FUZZ_SEED:-$EPOCHSECONDS}
# The requests know the names vhost0, target and vtscsi0, and the first two partitions.
wait_linked vhost0 && map_ram vtd 1M vhost0 -dev target && map_ram vtd 1M || exit
client='' safe='' witness=''
mkclient client other && mkpair safe other &&
	map_ram_disk witness 16M "$safe" -dev witness || exit
dd if=/dev/urandom bs=1M count=1 status=none >"$TMPDIR/witness"
dd if="$TMPDIR/witness" of="$witness" bs=1M oflag=direct status=none
tests_run
