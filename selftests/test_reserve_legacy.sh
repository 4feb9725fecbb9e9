#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
#
# RESERVE and RELEASE, of 6 and of 10 bytes, between two clients of one logical unit.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_sg.sh
. "$(dirname "$0")/lib_sg.sh"

ALL_TESTS="
	reserve_6
	reserve_10
	allowed_commands
	released_by_lun_reset
	reset_on_another_path
	released_by_nexus_loss
	released_by_leaving
	beside_persistent
"

reserve()
{
	scsi_outcome "$1" 16 00 00 00 00 00
}

release()
{
	scsi_outcome "$1" 17 00 00 00 00 00
}

# The commands $1 and $2 reserve and release.
# shellcheck disable=SC2086 # the bytes of a CDB
reserve_as()
{
	local vtd nodes clients

	share || return
	expect_good "${nodes[0]}" $1
	expect_good "${nodes[0]}" $1
	check_equal "$(scsi_outcome "${nodes[1]}" $1)" "$CONFLICT" "the other reserves"
	check_equal "$(reads "${nodes[1]}")" "$CONFLICT" "the other reads"
	check_equal "$(tur "${nodes[1]}")" "$CONFLICT" "the other asks"
	check_equal "$(writes "${nodes[0]}")" good "the holder writes"
	expect_good "${nodes[1]}" $2
	check_equal "$(reads "${nodes[1]}")" "$CONFLICT" "after the other's release"
	expect_good "${nodes[0]}" $2
	check_equal "$(writes "${nodes[1]}")" good "after the release"
}

reserve_6()
{
	reserve_as "16 00 00 00 00 00" "17 00 00 00 00 00"
}

reserve_10()
{
	reserve_as "56 00 00 00 00 00 00 00 00 00" "57 00 00 00 00 00 00 00 00 00"
}

allowed_commands()
{
	local vtd nodes clients

	share || return
	check_equal "$(reserve "${nodes[0]}")" good "reserve"
	expect_good -r 96 "${nodes[1]}" 12 00 00 00 60 00
	expect_good -r 18 "${nodes[1]}" 03 00 00 00 12 00
	expect_good -r 64 "${nodes[1]}" a0 00 00 00 00 00 00 00 00 40 00 00
	expect_good -r 8 "${nodes[1]}" 25 00 00 00 00 00 00 00 00 00
	expect_good "${nodes[1]}" 1b 00 00 00 01 00
	check_equal "$(scsi_outcome "${nodes[1]}" 1b 00 00 00 00 00)" "$CONFLICT" "stop"
}

released_by_lun_reset()
{
	local vtd nodes clients

	share || return
	check_equal "$(reserve "${nodes[0]}")" good "reserve"
	sg_reset -d -N "${nodes[1]}" >/dev/null
	check_err $? "LUN reset"
	settle "${nodes[1]}"
	check_err $? "still reserved: $(tur "${nodes[1]}")"
	check_equal "$(reserve "${nodes[1]}")" good "the other reserves"
}

# SAM-5 6.3.3: a reset is one of the logical unit, by however many server adapters it is reached.
reset_on_another_path()
{
	local vtd nodes

	share_paths || return
	check_equal "$(reserve "${nodes[0]}")" good "reserve"
	check_equal "$(reads "${nodes[1]}")" "$CONFLICT" "the other reads"
	sg_reset -d -N "${nodes[1]}" >/dev/null
	check_err $? "LUN reset"
	check_equal "$(writes "${nodes[0]}")" "sense 6 29 03" "who had reserved writes"
	check_equal "$(tur "${nodes[1]}")" "sense 6 29 03" "who has reset asks"
	check_equal "$(reserve "${nodes[1]}")" good "the other reserves"
	check_equal "$(writes "${nodes[0]}")" "$CONFLICT" "who had reserved writes again"
}

released_by_nexus_loss()
{
	local vtd nodes clients

	share || return
	check_equal "$(reserve "${nodes[0]}")" good "reserve"
	sg_reset -H -N "${nodes[0]}" >/dev/null
	check_err $? "host reset"
	busywait 30000 tur_is "${nodes[1]}" good
	check_err $? "still reserved: $(tur "${nodes[1]}")"
}

released_by_leaving()
{
	local vtd nodes clients

	share || return
	check_equal "$(reserve "${nodes[0]}")" good "reserve"
	ioscli -p client8 rmdev -dev "${clients[0]}" >/dev/null
	check_err $? "rmdev"
	check_equal "$(tur "${nodes[1]}")" good "the other"
	ioscli -p client8 cfgdev >/dev/null
	check_err $? "cfgdev"
}

# SPC-4 5.12.3: the two kinds exclude each other.
beside_persistent()
{
	local vtd nodes clients status=0

	share || return
	check_equal "$(reserve "${nodes[0]}")" good "reserve"
	sg_persist -n --out --register --param-sark=a "${nodes[0]}" >/dev/null 2>&1 || status=$?
	check_equal "$status" 24 "registering while it is reserved"
	check_equal "$(release "${nodes[0]}")" good "release"
	sg_persist -n --out --register --param-sark=a "${nodes[0]}" >/dev/null
	check_err $? "register"
	check_equal "$(reserve "${nodes[1]}")" "$CONFLICT" "reserve while the other is registered"
	check_equal "$(reserve "${nodes[0]}")" "$CONFLICT" "reserve while registered"
	sg_persist -n --out --reserve --param-rk=a --prout-type=3 "${nodes[0]}" >/dev/null
	check_err $? "persistent reservation"
	# Nothing is reserved, but the holder is told that all is well.
	check_equal "$(reserve "${nodes[0]}")" good "reserve of the holder"
	check_equal "$(release "${nodes[0]}")" good "release of the holder"
	check_equal "$(reads "${nodes[1]}")" "$CONFLICT" "the persistent reservation is still there"
}

require_cmd sg_persist sg_raw sg_reset
no_disk_drivers
tests_run
