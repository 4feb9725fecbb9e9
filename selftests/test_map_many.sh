#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A thousand mappings on 64 adapters: restored in one pass, listed, and joined by others. What
# that costs is shown by "make bench PART=mappings".
#
# timeout: 300

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_many.sh
. "$(dirname "$0")/lib_many.sh"

ALL_TESTS="
	many
"

# Restore $1 mappings.
restore()
{
	local out

	backup_of "$1" "$TMPDIR/many"
	out=$(ioscli viosbr -restore -file "$TMPDIR/many")
	check_err $? "viosbr: $out"
	check_match "$(tail -n 1 <<<"$out")" successful "restoring $1"
	check_equal "$(ioscli lsmap -all -field vtd -fmt : | tr ':' '\n' | sort -u | wc -l)" "$1" \
		"mappings"
}

many()
{
	defer eval "ioscli rmlpar -lpar vios1 -recursive >/dev/null"
	many_adapters
	check_err $? "adapters"
	restore 100
	restore 1000
	check_equal "$(ioscli lsmap -all | grep -c '^VTD ')" 1000 "mappings in lsmap"
	expect_output "one_more Available" ioscli mkvdev -ram 64K -vadapter vhost5 -dev one_more
	check_equal "$(ioscli lsmap -all | grep -c '^VTD ')" 1001 "mappings in lsmap"
	expect_output "one_more deleted" ioscli rmvdev -vtd one_more
}

require_cmd jq
need_module
wait_linked vhost0 || exit
tests_run
