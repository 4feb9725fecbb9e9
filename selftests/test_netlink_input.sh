#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Requests that no well-behaved program sends. Each is refused, with a reason,
# and changes nothing.
#
# timeout: 600

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

ALL_TESTS="
	test_missing
	test_doubled
	test_oversized
	test_truncated
	test_nonsense
	test_unknown
	test_descriptors
	test_media
	test_numbers
	test_rights
"

# Send the bad requests of group $1.
check_group()
{
	local before vtd

	map_ram vtd 1M vhost0 -dev target
	check_equal "$vtd" target "the name"
	mkvdev_as vtd -fbo -vadapter vhost0 -dev drive
	check_equal "$vtd" drive "the name"
	before=$(ioscli lsmap -all; ioscli lslpar; ioscli lsdev -dev target -attr)
	"$SELFTESTS/netlink_input" "$1"
	check_err $? "bad requests: $1"
	check_equal "$(ioscli lsmap -all; ioscli lslpar
		ioscli lsdev -dev target -attr)" "$before" "what there is"
}

test_missing()
{
	check_group missing
}

test_doubled()
{
	check_group doubled
}

test_oversized()
{
	check_group oversized
}

test_truncated()
{
	check_group truncated
}

test_nonsense()
{
	check_group nonsense
}

test_unknown()
{
	check_group unknown
}

test_descriptors()
{
	check_group descriptors
}

test_media()
{
	check_group media
}

test_numbers()
{
	check_group numbers
}

# CAP_SYS_ADMIN is needed by who sends and by who opened the socket.
test_rights()
{
	check_group rights
}

need_module
wait_linked vhost0 || exit
tests_run
