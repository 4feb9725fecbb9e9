#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# cpus: 2
# timeout: 600
#
# Persistent reservations as two clients see them that share a logical unit, on one
# server adapter or on two. Keys are a for the first client and b for the second.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"
# shellcheck source=lib_sg.sh
. "$(dirname "$0")/lib_sg.sh"

ALL_TESTS="
	capabilities
	registrations
	write_exclusive
	exclusive_access
	registrants_only
	all_registrants
	attentions
	preempted
	moved
	refused_lists
	over_resets
	client_comes_back
	client_is_removed
	two_server_adapters
	two_identities
	aborts_commands
	waits_for_commands
	no_write_after_it
"

# PERSISTENT RESERVE OUT with options $3... of sg_persist and key $2 from disk $1 must succeed.
pr_out()
{
	sg_persist -n --out --param-rk="$2" "${@:3}" "$1" >"$TMPDIR/sg_persist" 2>&1
	check_err $? "sg_persist ${*:3} of $1: $(cat "$TMPDIR/sg_persist")"
}

# It must end with RESERVATION CONFLICT.
pr_out_conflicts()
{
	local status=0

	sg_persist -n --out --param-rk="$2" "${@:3}" "$1" >"$TMPDIR/sg_persist" 2>&1 || status=$?
	check_equal "$status" 24 "sg_persist ${*:3} of $1, $(cat "$TMPDIR/sg_persist")"
}

register()
{
	pr_out "$1" 0 --register --param-sark="$2"
}

register_both()
{
	register "${nodes[0]}" a
	register "${nodes[1]}" b
}

# Print the keys as disk $1 reports them, in one line.
keys()
{
	sg_persist -n --in --read-keys "$1" 2>/dev/null | sed -n 's/^ *0x//p' | sort | xargs
}

# Print type and key of the reservation as disk $1 reports them.
reservation()
{
	sg_persist -n --in --read-reservation "$1" 2>/dev/null |
		sed -n 's/.*Key=0x\(.*\)/\1/p; s/.*type: *\(.*\)/\1/p' | xargs
}

# What the clients' next two commands must end with: $1 and then good for the first
# client, $2 and then good for the second.
check_told()
{
	check_equal "$(tur "${nodes[0]}")" "$1" "the first client"
	check_equal "$(tur "${nodes[1]}")" "$2" "the second client"
	check_equal "$(tur "${nodes[0]}")" good "the first client, again"
	check_equal "$(tur "${nodes[1]}")" good "the second client, again"
}

readonly PREEMPTED="sense 6 2a 03" RELEASED="sense 6 2a 04" UNREGISTERED="sense 6 2a 05"

capabilities()
{
	local vtd nodes clients out

	share || return
	out=$(sg_persist -n --in --report-capabilities "${nodes[0]}")
	check_match "$out" "\(CRH\): 1" "CRH"
	check_match "$out" "\(SIP_C\): 0" "SIP_C"
	check_match "$out" "\(ATP_C\): 0" "ATP_C"
	check_match "$out" "\(PTPL_C\): 0" "PTPL_C"
	check_match "$out" "Exclusive Access, all registrants: 1" "a type"
	check_match "$out" "Write Exclusive, registrants only: 1" "a type"
}

registrations()
{
	local vtd nodes clients out

	share || return
	check_equal "$(keys "${nodes[1]}")" "" "keys at first"
	register "${nodes[0]}" a
	check_equal "$(keys "${nodes[1]}")" a "keys that the other sees"
	pr_out_conflicts "${nodes[1]}" a --reserve --prout-type=1
	pr_out_conflicts "${nodes[0]}" b --register --param-sark=c
	register "${nodes[1]}" b
	check_equal "$(keys "${nodes[0]}")" "a b" "keys of both"
	out=$(sg_persist -n --in --read-full-status "${nodes[0]}")
	check_match "$out" "PR generation=0x2" "generation"
	check_equal "$(grep -c "RDMA initiator port identifier" <<<"$out")" 2 "initiator ports"
	check_match "$out" "02 76 73 63 73 69 00 00  00 00 00 0. 00 00 00 02" "one of them"
	pr_out "${nodes[0]}" a --register --param-sark=0
	check_equal "$(keys "${nodes[0]}")" b "keys in the end"
	check_told good good
}

write_exclusive()
{
	local vtd nodes clients

	share || return
	register_both
	pr_out "${nodes[0]}" a --reserve --prout-type=1
	check_match "$(reservation "${nodes[1]}")" "^a Write Exclusive$" "reservation"
	check_equal "$(writes "${nodes[0]}")" good "the holder writes"
	check_equal "$(writes "${nodes[1]}")" "$CONFLICT" "the other writes"
	check_equal "$(reads "${nodes[1]}")" good "the other reads"
	pr_out_conflicts "${nodes[1]}" b --reserve --prout-type=1
	# Not the holder: nothing happens.
	pr_out "${nodes[1]}" b --release --prout-type=1
	check_equal "$(writes "${nodes[1]}")" "$CONFLICT" "the other writes again"
	pr_out "${nodes[0]}" a --release --prout-type=1
	check_equal "$(writes "${nodes[1]}")" good "the other writes after the release"
	check_told good good
}

exclusive_access()
{
	local vtd nodes clients

	share || return
	register "${nodes[0]}" a
	pr_out "${nodes[0]}" a --reserve --prout-type=3
	check_equal "$(reads "${nodes[0]}")" good "the holder reads"
	check_equal "$(reads "${nodes[1]}")" "$CONFLICT" "the other reads"
	check_equal "$(tur "${nodes[1]}")" good "TEST UNIT READY of the other"
	expect_good -r 96 "${nodes[1]}" 12 00 00 00 60 00
	expect_good -r 8 "${nodes[1]}" 25 00 00 00 00 00 00 00 00 00
	# Starting is allowed, stopping is not.
	expect_good "${nodes[1]}" 1b 00 00 00 01 00
	check_equal "$(scsi_outcome "${nodes[1]}" 1b 00 00 00 00 00)" "$CONFLICT" "stop"
	check_equal "$(scsi_outcome "${nodes[1]}" 35 00 00 00 00 00 00 00 00 00)" "$CONFLICT" \
		"SYNCHRONIZE CACHE"
}

registrants_only()
{
	local vtd nodes clients

	share || return
	register "${nodes[0]}" a
	pr_out "${nodes[0]}" a --reserve --prout-type=6
	check_equal "$(reads "${nodes[1]}")" "$CONFLICT" "not registered"
	register "${nodes[1]}" b
	check_equal "$(writes "${nodes[1]}")" good "registered"
	# With its holder's registration the reservation goes.
	pr_out "${nodes[0]}" a --register --param-sark=0
	check_told good "$RELEASED"
	check_equal "$(writes "${nodes[0]}")" good "without reservation"
}

all_registrants()
{
	local vtd nodes clients

	share || return
	register_both
	pr_out "${nodes[0]}" a --reserve --prout-type=7
	check_match "$(reservation "${nodes[1]}")" "^0 Write Exclusive, all registrants$" "reservation"
	pr_out "${nodes[0]}" a --register --param-sark=0
	check_equal "$(writes "${nodes[0]}")" "$CONFLICT" "who is not registered any more"
	check_equal "$(writes "${nodes[1]}")" good "the last registrant"
	pr_out "${nodes[1]}" b --register --param-sark=0
	check_equal "$(writes "${nodes[0]}")" good "after the last registrant"
	check_told good good
}

# Each is told to whom it concerns, once.
attentions()
{
	local vtd nodes clients

	share || return
	register_both
	pr_out "${nodes[0]}" a --reserve --prout-type=5
	pr_out "${nodes[0]}" a --release --prout-type=5
	check_told good "$RELEASED"
	pr_out "${nodes[0]}" a --preempt --param-sark=b --prout-type=1
	check_told good "$UNREGISTERED"
	register "${nodes[1]}" b
	pr_out "${nodes[1]}" b --clear
	check_told "$PREEMPTED" good
	check_equal "$(keys "${nodes[0]}")" "" "keys after the clearing"
}

preempted()
{
	local vtd nodes clients

	share || return
	register_both
	pr_out "${nodes[0]}" a --reserve --prout-type=3
	check_equal "$(reads "${nodes[1]}")" "$CONFLICT" "before"
	pr_out_conflicts "${nodes[1]}" b --preempt --param-sark=c --prout-type=3
	pr_out "${nodes[1]}" b --preempt --param-sark=a --prout-type=3
	check_match "$(reservation "${nodes[1]}")" "^b Exclusive Access$" "reservation"
	check_equal "$(reads "${nodes[1]}")" good "who has preempted"
	check_equal "$(reads "${nodes[0]}")" "$UNREGISTERED" "who was preempted"
	check_equal "$(reads "${nodes[0]}")" "$CONFLICT" "who was preempted, again"
}

# REGISTER AND MOVE; the destination is as READ FULL STATUS reports it.
moved()
{
	local vtd nodes clients list=$TMPDIR/list status=$TMPDIR/status

	share || return
	register_both
	pr_out "${nodes[0]}" a --reserve --prout-type=3
	sg_raw -b -r 104 -o "$status" "${nodes[0]}" 5e 03 00 00 00 00 00 00 68 00 2>/dev/null
	check_err $? "READ FULL STATUS"
	{
		printf '\0\0\0\0\0\0\0\x0a\0\0\0\0\0\0\0\x0c\0\x02'
		tail -c +75 "$status" | head -c 2
		printf '\0\0\0\x18'
		tail -c +81 "$status" | head -c 24
	} >"$list"
	expect_good -s 48 -i "$list" "${nodes[0]}" 5f 07 00 00 00 00 00 00 30 00
	check_match "$(reservation "${nodes[0]}")" "^c Exclusive Access$" "reservation"
	check_equal "$(keys "${nodes[0]}")" c "keys"
	check_equal "$(reads "${nodes[1]}")" good "the new holder"
	check_equal "$(reads "${nodes[0]}")" "$CONFLICT" "the old holder"
}

# Nothing is kept over a power loss, no port is named, lists have 24 bytes.
refused_lists()
{
	local vtd nodes clients list=$TMPDIR/list

	share || return
	printf '%24s' '' | tr ' ' '\0' >"$list"
	printf '\x0a' | dd of="$list" bs=1 seek=15 conv=notrunc status=none
	printf '\x01' | dd of="$list" bs=1 seek=20 conv=notrunc status=none
	expect_sense 5 26 00 -s 24 -i "$list" "${nodes[0]}" 5f 00 00 00 00 00 00 00 18 00
	printf '\x04' | dd of="$list" bs=1 seek=20 conv=notrunc status=none
	expect_sense 5 26 00 -s 24 -i "$list" "${nodes[0]}" 5f 00 00 00 00 00 00 00 18 00
	printf '\x00' | dd of="$list" bs=1 seek=20 conv=notrunc status=none
	expect_sense 5 1a 00 -s 23 -i "$list" "${nodes[0]}" 5f 00 00 00 00 00 00 00 17 00
	check_equal "$(keys "${nodes[0]}")" "" "keys"
}

over_resets()
{
	local vtd nodes clients

	share || return
	register_both
	pr_out "${nodes[0]}" a --reserve --prout-type=3
	sg_reset -d -N "${nodes[1]}" >/dev/null
	check_err $? "LUN reset"
	settle "${nodes[0]}"
	sg_reset -H -N "${nodes[0]}" >/dev/null
	check_err $? "host reset"
	busywait 30000 tur_is "${nodes[0]}" good
	check_err $? "the client has not come back: $(tur "${nodes[0]}")"
	settle "${nodes[1]}"
	check_equal "$(keys "${nodes[0]}")" "a b" "keys"
	check_equal "$(reads "${nodes[0]}")" good "the holder"
	check_equal "$(reads "${nodes[1]}")" "$CONFLICT" "the other"
}

# A client adapter that is unconfigured and configured again is the same initiator port.
client_comes_back()
{
	local vtd nodes clients

	share || return
	register_both
	pr_out "${nodes[0]}" a --reserve --prout-type=3
	ioscli -p client8 rmdev -dev "${clients[0]}" >/dev/null
	check_err $? "rmdev"
	check_equal "$(reads "${nodes[1]}")" "$CONFLICT" "while the holder is away"
	check_equal "$(keys "${nodes[1]}")" "a b" "keys while the holder is away"
	ioscli -p client8 cfgdev >/dev/null
	check_err $? "cfgdev"
	wait_sg "$vtd" 2 || return
	settle "${nodes[0]}"
	settle "${nodes[1]}"
	# Which is which now?
	check_equal "$(printf '%s\n' "$(reads "${nodes[0]}")" "$(reads "${nodes[1]}")" | sort |
		xargs)" "good $CONFLICT" "holder and other"
}

client_is_removed()
{
	local vtd nodes clients

	share || return
	register_both
	pr_out "${nodes[0]}" a --reserve --prout-type=6
	ioscli rmvadapter -vadapter "${clients[0]}" -single >/dev/null
	check_err $? "rmvadapter"
	check_equal "$(tur "${nodes[1]}")" "$RELEASED" "who stays"
	check_equal "$(keys "${nodes[1]}")" b "keys"
	check_equal "$(reservation "${nodes[1]}")" "" "reservation"
}

# One backing device on two server adapters is one logical unit.
two_server_adapters()
{
	local file first second vhosts=() nodes node_a node_b

	mkfile file 4M
	mkpair "vhosts[0]" && mkpair "vhosts[1]" || return
	map first "$file" "${vhosts[0]}"
	map second "$file" "${vhosts[1]}" -f
	wait_sg "$first" || return
	node_a=${nodes[0]}
	wait_sg "$second" || return
	node_b=${nodes[0]}
	nodes=("$node_a" "$node_b")
	settle "$node_a"
	settle "$node_b"
	register_both
	check_equal "$(keys "$node_a")" "a b" "keys"
	pr_out "$node_a" a --reserve --prout-type=6
	pr_out "$node_a" a --preempt --param-sark=b --prout-type=6
	check_told good "$UNREGISTERED"
	check_equal "$(reads "$node_b")" "$CONFLICT" "the other path"
	# With the mapping its registrations go.
	unmap "$first"
	check_equal "$(keys "$node_b")" "" "keys after the removal"
	check_equal "$(reads "$node_b")" good "the other path after the removal"
}

# Other data are another logical unit.
two_identities()
{
	local vtd nodes clients vhost other

	share || return
	register "${nodes[0]}" a
	pr_out "${nodes[0]}" a --reserve --prout-type=3
	read -r vhost _ < <(where_is "$vtd")
	map_ram other 4M "$vhost"
	wait_sg "$other" 2 || return
	settle "${nodes[0]}"
	settle "${nodes[1]}"
	check_equal "$(keys "${nodes[0]}")" "" "keys"
	check_equal "$(writes "${nodes[1]}")" good "a write"
}

# A read that hangs is aborted: TASK ABORTED, and memory lets go of it at once.
aborts_commands()
{
	local vtd nodes clients reader

	share || return
	register_both
	ioscli chdev -dev "$vtd" -attr inject_error=hang >/dev/null
	start reader sg_raw -v -t 120 -r 512 "${nodes[1]}" 28 00 00 00 00 00 00 00 01 00
	busywait 10000 lu_stat_reaches "$vtd" inflight 1
	check_err $? "no read under way"
	within 20 pr_out "${nodes[0]}" a --preempt-abort --param-sark=b --prout-type=3
	busywait 20000 ended "$reader"
	check_err $? "the read has not ended"
	check_equal "$(lu_stat "$vtd" aborts)" 1 "aborted commands"
	check_idle "$vtd"
	check_match "$(cat "$TMPDIR/background")" "Task Aborted" "the read"
	ioscli chdev -dev "$vtd" -attr inject_error=none >/dev/null
	check_equal "$(tur "${nodes[1]}")" "$UNREGISTERED" "who was preempted"
}

# A block device can't be asked to let go: the answer waits for it.
waits_for_commands()
{
	local vtd nodes clients ram dev writer preempter

	mkram ram 16 && mkdm dev "$ram" || return
	share "$dev" || return
	register_both
	dmsetup suspend --nolockfs "$dev"
	defer dmsetup resume "$dev"
	start writer sg_raw -v -t 120 -s 512 -i /dev/zero "${nodes[1]}" \
		2a 00 00 00 00 00 00 00 01 00
	busywait 10000 lu_stat_reaches "$vtd" inflight 1
	check_err $? "no write under way"
	sg_persist -n --out --param-rk=a --preempt-abort --param-sark=b --prout-type=3 \
		"${nodes[0]}" >"$TMPDIR/preempter" 2>&1 &
	preempter=$!
	defer end_process "$preempter"
	busywait 10000 lu_stat_reaches "$vtd" inflight 2
	busywait 1000 ended "$preempter"
	check_fail $? "it was answered before the write"
	# Registrations and reservation have changed already.
	check_equal "$(keys "${nodes[0]}")" a "keys"
	dmsetup resume "$dev"
	busywait 20000 ended "$preempter"
	check_err $? "it was not answered after the write"
	wait "$preempter"
	check_err $? "$(cat "$TMPDIR/preempter")"
	busywait 20000 ended "$writer"
	check_err $? "the write has not ended"
}

# What was preempted writes nothing more once that was answered.
no_write_after_it()
{
	local vtd nodes clients file writer round before

	mkfile file 8M
	share "$file" || return
	for round in 1 2 3; do
		register_both
		pr_out "${nodes[1]}" b --reserve --prout-type=5
		before=$(lu_stat "$vtd" writes)
		start writer fio --name=preempted --filename="${nodes[1]}" --ioengine=sg \
			--rw=randwrite --bs=16k --size=4m --numjobs=8 --thread \
			--time_based --runtime=60 --minimal
		busywait 30000 lu_stat_reaches "$vtd" writes $((before + 100))
		check_err $? "round $round: fio does not write: $(cat "$TMPDIR/background")"
		pr_out "${nodes[0]}" a --preempt-abort --param-sark=b --prout-type=5
		sg_dd if=/dev/zero of="${nodes[0]}" bs=512 count=8192 bpt=128 >"$TMPDIR/sg_dd" 2>&1
		check_err $? "the holder can't write: $(cat "$TMPDIR/sg_dd")"
		busywait 30000 ended "$writer"
		check_err $? "round $round: fio goes on"
		check_equal "$(head -c 4M "$file" | tr -d '\0' | wc -c)" 0 "round $round: bytes written"
		settle "${nodes[1]}"
		pr_out "${nodes[0]}" a --clear
		settle "${nodes[1]}"
	done
	check_idle "$vtd"
}

require_cmd sg_persist sg_raw sg_reset sg_dd fio
no_disk_drivers
tests_run
