#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A thousand mappings on 64 adapters: restored in one pass, listed, and joined by others, at a
# cost that has not got out of hand. The figures are in the log: CPU time of the verbs.
#
# timeout: 300

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

ALL_TESTS="
	many
"

# Set variable $1 to the microseconds of CPU time that one of $2 runs of command $3... takes.
cpu_time()
{
	local -n cpu_time_var=$1
	local runs=$2 n TIMEFORMAT='%3U %3S' spent

	shift 2
	spent=$({ time for ((n = 0; n < runs; n++)); do
		"$@" >"$TMPDIR/out" 2>&1 || break
	done; } 2>&1)
	# shellcheck disable=SC2034 # the caller's variable
	cpu_time_var=$(awk -v runs="$runs" '{ printf "%d", ($1 + $2) * 1000000 / runs + 1 }' \
		<<<"$spent")
}

# Print a backup that has $1 mappings of memory, as many on each adapter.
backup_of()
{
	ioscli viosbr -backup -file "$TMPDIR/backup" >/dev/null
	jq -c -n --argjson nr "$1" '[inputs] as $all | ("0123456789abcdef" / "") as $hex |
		[$all[] | select(.type == "server") | .slot] as $slots |
		[$all[] | select(.kind | IN("partition", "adapter"))] as $rest |
		[range($nr) | (129 + (. / 64 | floor)) as $target | {
			kind: "vtd", partition: 1, slot: $slots[. % 64], name: "many\(.)",
			type: "ram", backing: "ram", udid: "ram.many\(.)", size: 65536, block_size: 512,
			lun: "0x\($hex[$target / 16 | floor])\($hex[$target % 16])00000000000000"
		}] as $vtds | $all[0], $rest[], $vtds[],
		{ kind: "end", objects: ($rest + $vtds | length) }' "$TMPDIR/backup"
	rm "$TMPDIR/backup"
}

restore()
{
	ioscli viosbr -restore -file "$TMPDIR/many"
}

map_and_unmap()
{
	ioscli mkvdev -ram 64K -vadapter vhost5 -dev one_more &&
		ioscli rmvdev -vtd one_more
}

# Command $1 must not take over $2 times $3 microseconds, but $4.
check_cost()
{
	echo "# $1: $3 us, and now $4 us"
	[ "$4" -le $(($2 * $3)) ]
	check_err $? "$1 costs over $2 times as much"
}

many()
{
	local first later hundred thousand list

	defer eval "ioscli rmlpar -lpar vios1 -recursive >/dev/null"
	for ((n = 1; n < 64; n++)); do
		echo "mkvadapter -any"
	done | ioscli -f - >/dev/null
	check_err $? "adapters"
	map_and_unmap >/dev/null
	cpu_time first 8 map_and_unmap

	backup_of 100 >"$TMPDIR/many"
	cpu_time hundred 1 restore
	check_match "$(tail -n 1 "$TMPDIR/out")" successful "restoring 100"
	backup_of 1000 >"$TMPDIR/many"
	cpu_time thousand 1 restore
	check_match "$(tail -n 1 "$TMPDIR/out")" successful "restoring 1000"
	check_cost "restoring a mapping" 4 $((hundred / 100)) $((thousand / 900))

	check_equal "$(ioscli lsmap -all -field vtd -fmt : | tr ':' '\n' | sort -u | wc -l)" 1000 \
		"mappings"
	cpu_time list 8 ioscli lsmap -all
	check_equal "$(grep -c '^VTD ' "$TMPDIR/out")" 1000 "mappings in lsmap"
	cpu_time later 8 map_and_unmap
	check_cost "mapping and unmapping" 20 "$first" "$later"
	echo "# lsmap -all of 1000 mappings: $list us"
	[ "$list" -lt 2000000 ]
	check_err $? "lsmap takes $list us"
}

require_cmd jq
need_module
wait_linked vhost0 || exit
tests_run
