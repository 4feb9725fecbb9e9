#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
#
# Two paths to one disk: what INQUIRY and REPORT TARGET PORT GROUPS say of them, and
# what their states let through. No driver but sg may look, or it would take the unit
# attentions.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_sg.sh
. "$(dirname "$0")/lib_sg.sh"

ALL_TESTS="
	identification
	memory
	states
	attentions
	set_by_client
	locked_by_server
	wrong_states
	two_mappings
"

readonly ATTENTION="sense 6 2a 06"

# Set the variables a and b to two virtual target devices of one backing device, on vhost0
# and $vhost, and disk_a and disk_b to their sg nodes, without anything to report.
two_paths()
{
	local nodes

	mkram ram 16
	map a "$ram" && map b "$ram" "$vhost" -f
	check_err $? "no two paths"
	wait_sg "$a" && disk_a=${nodes[0]} && wait_sg "$b" && disk_b=${nodes[0]} || return
	settle "$disk_a"
	settle "$disk_b"
}

state_of()
{
	ioscli lsdev -dev "$1" -attr alua_state | tail -n 1
}

# Set the state of $1 to $2, and take the unit attentions.
set_state()
{
	expect_output "$1 changed" ioscli chdev -dev "$1" -attr alua_state="$2"
	settle_all
}

settle_all()
{
	settle_requests "$disk_a"
	settle_requests "$disk_b"
}

# REQUEST SENSE takes what is there, whatever the state.
settle_requests()
{
	busywait 5000 eval "! sg_requests -s '$1' 2>/dev/null | grep -q 'Unit Attention'"
}

# Print the port number of node $1, and that of its group.
ports()
{
	sg_vpd -p di_port "$1" | sed -n 's/^ *\(Relative target port\|Target port group\): *//p' |
		tr '\n' ' '
}

identification()
{
	local ram a b disk_a disk_b

	two_paths || return
	check_match "$(sg_inq "$disk_a")" 'TPGS=3' "INQUIRY"
	check_equal "$(ports "$disk_a")" "0x1 0x1 " "first port"
	check_match "$(ports "$disk_b")" '^(0x[0-9a-f]+) (0x[0-9a-f]+) $' "second port"
	check_equal "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" "its group"
	check_equal "$(sg_vpd -p di_lu "$disk_a")" "$(sg_vpd -p di_lu "$disk_b")" "identity"
	sg_rtpg "$disk_b" >"$TMPDIR/rtpg"
	check_err $? "sg_rtpg"
	sg_rtpg -e "$disk_b" >"$TMPDIR/rtpg_extended"
	check_err $? "sg_rtpg -e"
	check_equal "$(grep -c 'target port group id' "$TMPDIR/rtpg")" 2 "groups"
	check_equal "$(grep -c 'target port group id' "$TMPDIR/rtpg_extended")" 2 \
		"groups in the extended format"
}

# It can have one path only, and says so.
memory()
{
	local vtd nodes

	map_ram vtd 1M
	wait_sg "$vtd" || return
	settle "${nodes[0]}"
	check_match "$(sg_inq "${nodes[0]}")" 'TPGS=0' "INQUIRY"
	expect_sense 5 24 00 -r 64 "${nodes[0]}" a3 0a 00 00 00 00 00 00 00 40 00 00
	expect_refusal 1 '"alua_state"' ioscli chdev -dev "$vtd" -attr alua_state=standby
	ioscli lsdev -dev "$vtd" -attr | grep alua_state
	check_fail $? "an attribute"
}

# On path b, and a never notices.
states()
{
	local ram a b disk_a disk_b row state

	two_paths || return
	for row in "active/non-optimized:good:good" "standby:sense 2 04 0b:sense 2 04 0b" \
			"unavailable:sense 2 04 0c:sense 2 04 0c" \
			"transitioning:sense 2 04 0a:sense 2 04 0a" "active/optimized:good:good"; do
		IFS=: read -r state test_ready reading <<<"$row"
		set_state "$b" "$state"
		check_equal "$(state_of "$b")" "$state" "lsdev"
		check_equal "$(tur "$disk_b")" "$test_ready" "$state, TEST UNIT READY"
		check_equal "$(reads "$disk_b")" "$reading" "$state, READ"
		check_equal "$(reads "$disk_a")" good "$state, READ on the other path"
		expect_good -r 96 "$disk_b" 12 00 00 00 60 00
		expect_good -r 64 "$disk_b" a3 0a 00 00 00 00 00 00 00 40 00 00
		expect_good -r 64 "$disk_b" a0 00 00 00 00 00 00 00 00 40 00 00
		check_equal "$(sg_rtpg -d "$disk_a" | sed -n 's/.*state *: *//p' | tail -n 1)" \
			"$(sg_rtpg -d "$disk_b" | sed -n 's/.*state *: *//p' | tail -n 1)" \
			"$state, what both paths say"
	done
}

# Once on each path, also to who could not use the path.
attentions()
{
	local ram a b disk_a disk_b state

	two_paths || return
	for state in standby active/optimized; do
		ioscli chdev -dev "$b" -attr alua_state="$state" >/dev/null
		check_equal "$(tur "$disk_a")" "$ATTENTION" "$state, first path"
		check_equal "$(tur "$disk_a")" good "$state, first path again"
		check_equal "$(tur "$disk_b")" "$ATTENTION" "$state, second path"
		check_match "$(tur "$disk_b")" "good|sense 2 04 0b" "$state, second path again"
		ioscli chdev -dev "$b" -attr alua_state="$state" >/dev/null
		check_equal "$(tur "$disk_a")" good "$state again"
	done
}

# The client whose command it was is not told.
set_by_client()
{
	local ram a b disk_a disk_b group

	two_paths || return
	group=$(ports "$disk_b")
	group=$((${group%% *}))
	sg_stpg --tp="$group" --state=s "$disk_a" >/dev/null
	check_err $? "sg_stpg"
	check_equal "$(state_of "$b")" standby "lsdev"
	check_equal "$(state_of "$a")" active/optimized "the other path"
	check_equal "$(tur "$disk_a")" good "who has sent it"
	check_equal "$(tur "$disk_b")" "$ATTENTION" "the other path"
	check_equal "$(reads "$disk_b")" "sense 2 04 0b" "READ"
	# It goes back by the path that reads no more.
	sg_stpg --tp="1,$group" --state=an,ao "$disk_b" >/dev/null
	check_err $? "sg_stpg on standby"
	check_equal "$(state_of "$a") $(state_of "$b")" \
		"active/non-optimized active/optimized" "lsdev"
	check_equal "$(reads "$disk_b")" good "READ"
}

# What the server has taken out of use no client takes into use.
locked_by_server()
{
	local ram a b disk_a disk_b

	two_paths || return
	set_state "$a" standby
	printf '\0\0\0\0\0\0\0\1' >"$TMPDIR/list"
	expect_sense 4 67 0a -s 8 -i "$TMPDIR/list" "$disk_b" \
		a4 0a 00 00 00 00 00 00 00 08 00 00
	check_equal "$(state_of "$a")" standby "lsdev"
}

wrong_states()
{
	local ram a b disk_a disk_b

	two_paths || return
	expect_refusal 1 '"offline"' ioscli chdev -dev "$a" -attr alua_state=offline
	printf '\0\0\0\0\x0f\0\0\1' >"$TMPDIR/list"
	expect_sense 5 26 00 -s 8 -i "$TMPDIR/list" "$disk_a" \
		a4 0a 00 00 00 00 00 00 00 08 00 00
	printf '\0\0\0\0\x02\0\0\xff' >"$TMPDIR/list"
	expect_sense 5 26 00 -s 8 -i "$TMPDIR/list" "$disk_a" \
		a4 0a 00 00 00 00 00 00 00 08 00 00
	check_equal "$(state_of "$a") $(state_of "$b")" "active/optimized active/optimized" lsdev
}

# One path has one state, under however many LUNs.
two_mappings()
{
	local ram a b disk_a disk_b c

	two_paths || return
	set_state "$b" standby
	map c "$ram" "$vhost" -f
	check_equal "$(state_of "$c")" standby "a new mapping"
	ioscli chdev -dev "$c" -attr alua_state=active/optimized >/dev/null
	check_equal "$(state_of "$b")" active/optimized "the other one"
	unmap "$c"
	settle_all
	check_equal "$(sg_rtpg "$disk_a" | grep -c 'target port group id')" 2 "groups"
}

require_cmd sg_rtpg sg_stpg sg_vpd sg_requests
no_disk_drivers
wait_linked vhost0 || exit
mkpair vhost || exit
tests_run
