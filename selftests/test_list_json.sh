#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The JSON of every listing has the fields and values of its -fmt records.
#
# timeout: 600

# shellcheck source=list_setup.sh
. "$(dirname "$0")/list_setup.sh"

ALL_TESTS="
	test_lsmap
	test_lsmap_fields
	test_lsmap_types
	test_lsdev
	test_lsdev_one
	test_lsdev_attr
	test_lsdev_slots
	test_lslpar
	test_lsstat
	test_empty
"

# The records that JSON on standard input stands for, with fields $1, and $2 of
# each VTD.
records()
{
	jq -r --arg row "$1" --arg sub "${2-}" '
		def names($s): $s | split(" ");
		def show: if . == null then " " else tostring end;
		.[] | . as $r | [names($row)[] | $r[.]] +
		if $sub == "" then []
		elif .vtds == [] then [names($sub)[] | null]
		else [.vtds[] as $v | names($sub)[] | $v[.]] end |
		map(show) | join("|")'
}

# Listing $3... as JSON must have the keys $1, each VTD the keys $2, and the
# values that -fmt shows.
check_json()
{
	local row=$1 sub=$2

	shift 2
	"$@" -json >"$TMPDIR/json" 2>"$TMPDIR/stderr"
	check_err $? "$* -json failed"
	check_equal "$(cat "$TMPDIR/stderr")" "" "stderr of: $* -json"
	jq -e 'type == "array" and length > 0' "$TMPDIR/json" >/dev/null
	check_err $? "$* -json is no array: $(head -c 200 "$TMPDIR/json")"
	check_equal "$(jq -r '.[0] | keys_unsorted - ["vtds"] | join(" ")' \
		"$TMPDIR/json")" "$row" "keys of $*"
	check_equal "$(jq '[.[] | keys] | unique | length' "$TMPDIR/json")" 1 \
		"sets of keys of $*"
	if [ -n "$sub" ]; then
		check_equal "$(jq -r '[.[].vtds[] | keys_unsorted | join(" ")] |
			unique[]' "$TMPDIR/json")" "$sub" "keys of the VTDs of $*"
	fi
	# shellcheck disable=SC2086 # words
	check_equal "$(records "$row" "$sub" <"$TMPDIR/json")" \
		"$("$@" -field $row $sub -fmt '|')" "values of $*"
}

readonly ADAPTER="svsa physloc clientid client clientadapter clientslot"
readonly VTD="vtd status lun backing bdphysloc mirrored type state backend path udid size blocksize readonly writecache thin"

# Numbers are numbers: -dec shows the client's id as JSON has it.
test_lsmap()
{
	check_json "$ADAPTER" "$VTD" ioscli lsmap -all -dec
	check_json "$ADAPTER" "$VTD" ioscli lsmap -vadapter vhost0 -dec
	check_equal "$(ioscli lsmap -all -json | jq -c '[.[] | .clientid]')" \
		"[6,0,0,0,0,0,0,0,0,0,28]" "client ids"
	check_equal "$(ioscli lsmap -vadapter vhost0 -json | jq -c '.[].vtds[2] |
		[.vtd, .lun, .backing, .mirrored, .size, .blocksize, .readonly]')" \
		"[\"app1_root\",\"0x8100000000000000\",\"$hdisk\",\"false\",16777216,512,false]" \
		"app1_root"
}

test_lsmap_fields()
{
	check_equal "$(ioscli lsmap -all -json -field lun svsa vtd |
		jq -c '.[10]')" \
		'{"svsa":"vhost10","vtds":[{"lun":"0x8100000000000000","vtd":"vtscsi10"},{"lun":"0x8200000000000000","vtd":"vtscsi2"}]}' \
		"chosen fields"
	check_equal "$(ioscli lsmap -vadapter vhost1 -json -field svsa |
		jq -c .)" '[{"svsa":"vhost1"}]' "without fields of a VTD"
}

test_lsmap_types()
{
	check_equal "$(ioscli lsmap -all -type lv ram -json |
		jq -r '[.[].vtds[].type] | unique | join(" ")')" "lv ram" types
}

test_lsdev()
{
	local keys="name status description physloc parent size path"

	check_json "$keys" "" ioscli lsdev
	check_json "$keys" "" ioscli lsdev -virtual
	check_json "$keys" "" ioscli lsdev -type disk
	check_json "$keys" "" ioscli lsdev -type lv
	check_json "$keys" "" ioscli -p app1 lsdev
}

test_lsdev_one()
{
	local keys="name status description physloc parent size path"

	check_json "$keys" "" ioscli lsdev -dev app1_root
	check_json "$keys" "" ioscli lsdev -dev vhost10 -child
	check_json parent "" ioscli lsdev -dev app1_root -parent
}

test_lsdev_attr()
{
	check_json "attribute value description user_settable" "" \
		ioscli lsdev -dev vtscsi0 -attr
	check_json value "" ioscli lsdev -dev vtscsi0 -attr aix_tdev,size
}

test_lsdev_slots()
{
	check_json "slot description device" "" ioscli lsdev -slots
}

test_lslpar()
{
	check_json "id name type slots adapters" "" ioscli lslpar
	check_json "id name type slots adapters" "" ioscli lslpar -lpar app1
}

test_lsstat()
{
	check_json "vtd svsa reads writes others readbytes writebytes errors aborts uas inflight" \
		"" ioscli lsstat
}

# Nothing is an empty array.
test_empty()
{
	local what

	for what in "lsmap -all -cpid 99" "lsdev -state defined" \
			"lsmap -all -type tape" "lsdev -type optical" \
			"lsstat -vadapter vhost1"; do
		# shellcheck disable=SC2086 # words
		check_equal "$(ioscli $what -json | jq -c .)" "[]" "$what"
	done
}

require_cmd jq
make_system
tests_run
