#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
#
# What an optical drive keeps for each client: whether it has been told of a new medium, and
# whether it has locked the drive. No driver but sg may look at the drives, or it would take
# what they have to report.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"

ALL_TESTS="
	empty
	new_medium
	media_events
	lock_of_each
	reset_unlocks
	logout_unlocks
	eject_and_load
	stopped
"

readonly AUTOPROBE=/sys/bus/scsi/drivers_autoprobe
readonly TUR=(00 00 00 00 00 00)
readonly LOCK=(1e 00 00 00 01 00)
readonly UNLOCK=(1e 00 00 00 00 00)
readonly STOP=(1b 00 00 00 00 00)
readonly START=(1b 00 00 00 01 00)
readonly EJECT=(1b 00 00 00 02 00)
readonly LOAD=(1b 00 00 00 03 00)
readonly READ=(28 00 00 00 00 00 00 00 01 00)

has_two_nodes()
{
	[ "$(sg_nodes "$1" 1 | wc -l)" = 2 ]
}

is_good()
{
	[ "$(scsi_outcome "$1" "${TUR[@]}")" = good ]
}

# Connect a new client partition $1 to server adapter $2. A test may have removed it.
add_client()
{
	ioscli mklpar -lpar "$1" >/dev/null || return
	defer eval "ioscli rmlpar -lpar $1 -recursive >/dev/null 2>&1 || true"
	ioscli mkvadapter -client "$1" -server "$2" >/dev/null
}

# A drive, $vtd, with two clients, $a and $b, that have nothing to report but that it is empty.
setup()
{
	local out vhost node nodes

	out=$(ioscli mkvadapter -any) || return
	vhost=${out%% *}
	defer rmpair "$vhost"
	need add_client client8 "$vhost" && need add_client client9 "$vhost" &&
		need mkvdev_as vtd -fbo -vadapter "$vhost" || return
	busywait 30000 has_two_nodes "$vhost"
	check_err $? "no two clients"
	udevadm settle
	mapfile -t nodes < <(sg_nodes "$vhost" 1)
	a=${nodes[0]} b=${nodes[1]}
	for node in "$a" "$b"; do
		expect_sense 6 29 00 "$node" "${TUR[@]}"
		expect_sense 2 3a 01 "$node" "${TUR[@]}"
	done
}

# setup, with a medium that both have seen.
setup_loaded()
{
	local file

	need mkfile file 1M && setup || return
	ioscli loadopt -disk "$file" -vtd "$vtd"
	busywait 5000 is_good "$a"
	check_err $? "not ready"
	busywait 5000 is_good "$b"
	check_err $? "not ready"
}

# The four bytes of the media class's event descriptor, to client $1.
media_event()
{
	sg_raw -r 8 "$1" 4a 01 00 00 10 00 00 00 08 00 2>&1 |
		awk '/^ 00 / { print $6, $7, $8, $9 }'
}

empty()
{
	local vtd a b

	setup || return
	expect_sense 2 3a 01 -r 2048 "$a" "${READ[@]}"
	expect_sense 2 3a 01 -r 8 "$a" 25 00 00 00 00 00 00 00 00 00
	expect_sense 2 3a 01 "$a" "${START[@]}"
	expect_good -r 96 "$a" 12 00 00 00 60 00
	expect_good -r 64 "$a" 46 00 00 00 00 00 00 00 40 00
	check_match "$(sg_inq "$a")" "AIX.*VOPTA" "INQUIRY"
}

# 28/00 once to each, with each medium; not for media that came and went unseen.
new_medium()
{
	local vtd a b file node

	need mkfile file 1M && setup || return
	for _ in 1 2; do
		ioscli loadopt -f -disk "$file" -vtd "$vtd"
		check_err $? "not loaded"
		for node in "$a" "$b"; do
			expect_good -r 96 "$node" 12 00 00 00 60 00
			expect_sense 6 28 00 -r 2048 "$node" "${READ[@]}"
			expect_good -r 2048 "$node" "${READ[@]}"
		done
	done
	ioscli loadopt -f -disk "$file" -vtd "$vtd" && ioscli unloadopt -vtd "$vtd"
	check_err $? "not unloaded"
	expect_sense 2 3a 01 "$a" "${TUR[@]}"
}

media_events()
{
	local vtd a b file

	need mkfile file 1M && setup || return
	check_equal "$(media_event "$a")" "00 00 00 00" "empty"
	ioscli loadopt -disk "$file" -vtd "$vtd"
	check_equal "$(media_event "$a")" "02 02 00 00" "loaded"
	check_equal "$(media_event "$a")" "00 02 00 00" "asked again"
	check_equal "$(media_event "$b")" "02 02 00 00" "loaded, the other client"
	ioscli unloadopt -vtd "$vtd"
	check_equal "$(media_event "$b")" "03 00 00 00" "unloaded"
	check_equal "$(media_event "$b")" "00 00 00 00" "asked again"
	# Reading an event does not take the unit attention.
	ioscli loadopt -disk "$file" -vtd "$vtd"
	check_equal "$(media_event "$a")" "02 02 00 00" "loaded again"
	expect_sense 6 28 00 "$a" "${TUR[@]}"
}

lock_of_each()
{
	local vtd a b

	setup_loaded || return
	expect_good "$a" "${LOCK[@]}"
	expect_good "$a" "${LOCK[@]}"
	expect_good "$b" "${LOCK[@]}"
	expect_sense 5 53 02 "$a" "${EJECT[@]}"
	expect_good "$a" "${UNLOCK[@]}"
	expect_sense 5 53 02 "$a" "${EJECT[@]}"
	expect_refusal 4 "a client has locked $vtd" ioscli unloadopt -vtd "$vtd"
	expect_good "$b" "${UNLOCK[@]}"
	expect_good "$b" "${UNLOCK[@]}"
	expect_output "" ioscli unloadopt -vtd "$vtd"
	# What -release has broken does not lock the next medium.
	setup_again
	expect_good "$b" "${LOCK[@]}"
	expect_output "" ioscli unloadopt -release -vtd "$vtd"
	setup_again
	expect_good "$b" "${EJECT[@]}"
}

# Another medium, which both clients have seen.
setup_again()
{
	local file

	mkfile file 1M
	ioscli loadopt -disk "$file" -vtd "$vtd"
	check_err $? "not loaded"
	busywait 5000 is_good "$a"
	busywait 5000 is_good "$b"
	check_err $? "not ready"
}

reset_unlocks()
{
	local vtd a b

	setup_loaded || return
	expect_good "$a" "${LOCK[@]}"
	expect_good "$b" "${LOCK[@]}"
	sg_reset -d -N "$a" >/dev/null
	check_err $? "sg_reset"
	expect_sense 6 29 03 "$b" "${TUR[@]}"
	expect_good "$b" "${EJECT[@]}"
}

# I_T nexus loss: who is gone holds nothing.
logout_unlocks()
{
	local vtd a b left

	setup_loaded || return
	expect_good "$a" "${LOCK[@]}"
	expect_good "$b" "${LOCK[@]}"
	ioscli rmlpar -lpar client9 -recursive >/dev/null
	check_err $? "the client does not go"
	busywait 30000 eval "[ ! -c $a ] || [ ! -c $b ]"
	check_err $? "its device does not go"
	left=$a
	[ -c "$a" ] || left=$b
	expect_sense 5 53 02 "$left" "${EJECT[@]}"
	expect_good "$left" "${UNLOCK[@]}"
	expect_good "$left" "${EJECT[@]}"
}

eject_and_load()
{
	local vtd a b

	setup_loaded || return
	expect_good "$a" "${EJECT[@]}"
	expect_sense 2 3a 02 "$b" "${TUR[@]}"
	check_equal "$(media_event "$b")" "03 01 00 00" "event"
	expect_good "$a" "${EJECT[@]}"
	expect_good "$a" "${LOAD[@]}"
	expect_sense 2 3a 01 "$b" "${TUR[@]}"
	setup_again
	expect_good "$a" "${LOAD[@]}"
	expect_good "$a" "${TUR[@]}"
}

stopped()
{
	local vtd a b

	setup_loaded || return
	expect_good "$a" "${STOP[@]}"
	expect_sense 2 04 02 -r 2048 "$b" "${READ[@]}"
	expect_good "$b" "${START[@]}"
	expect_good -r 2048 "$b" "${READ[@]}"
	expect_good "$a" "${STOP[@]}"
	expect_output "" ioscli unloadopt -vtd "$vtd"
	setup_again
	expect_good -r 2048 "$b" "${READ[@]}"
}

require_cmd sg_raw sg_reset sg_inq
modprobe -a sg
need_module
echo 0 >$AUTOPROBE
defer eval "echo 1 >$AUTOPROBE"
tests_run
