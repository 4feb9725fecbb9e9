#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# cpus: 2
#
# Every change is reported to those who listen, in order; refusals are not. A
# list that a change has run into says so.
#
# timeout: 600

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"

ALL_TESTS="
	test_vtd_events
	test_backing_events
	test_adapter_events
	test_partition_events
	test_no_events_for_refusals
	test_unprivileged_listener
	test_list_whole
	test_list_interrupted
	test_list_under_change
"

# Listen, as $@ if given, from now on.
listen()
{
	# Emptied here, not behind the &: what the last one wrote must not pass for this one's.
	: >"$TMPDIR/events"
	"$@" "$SELFTESTS/netlink_listen" events >"$TMPDIR/events" &
	listener=$!
	busywait 30000 grep -qx ready "$TMPDIR/events"
	check_err $? "the listener can't listen"
}

heard()
{
	[ "$(tail -n +2 "$TMPDIR/events")" = "$1" ]
}

# These notifications must come, and nothing else: COMMAND PARTITION ADAPTER VTD
check_heard()
{
	busywait 30000 heard "$1"
	check_equal "$(tail -n +2 "$TMPDIR/events")" "$1" "notifications"
	# It may be a child of what made it unprivileged.
	pkill -P "$listener"
	kill "$listener" 2>/dev/null
	wait "$listener" 2>/dev/null
}

test_vtd_events()
{
	listen
	expect_output "a Available" ioscli mkvdev -ram 1M -vadapter vhost0 -dev a
	expect_output "b Available" ioscli mkvdev -ram 1M -vadapter vhost0 -dev b
	expect_output "a changed" ioscli chdev -dev a -attr inject_every=2
	expect_output "a deleted" ioscli rmvdev -vtd a
	expect_output "b deleted" ioscli rmdev -dev b
	check_heard "VTD_NEW - vhost0 a
VTD_NEW - vhost0 b
VTD_SET - vhost0 a
VTD_DEL - vhost0 a
VTD_DEL - vhost0 b"
}

# What happens to a backing device without a request: it grows, it goes.
test_backing_events()
{
	local file ram vtd

	need mkfile file 1M && need map vtd "$file" vhost0 -dev grows &&
		need mkram ram 16 && need map vtd "$ram" vhost0 -dev goes || return
	listen
	truncate -s 2M "$file"
	busywait 30000 heard "VTD_SET - vhost0 grows"
	echo 0 >"/sys/kernel/config/nullb/${ram##*/}/power"
	check_heard "VTD_SET - vhost0 grows
VTD_SET - vhost0 goes"
	check_equal "$(vtd_member goes state)" broken "state"
}

test_adapter_events()
{
	listen
	ioscli mkvadapter -client client1 >/dev/null
	ioscli mkvdev -ram 1M -vadapter vhost1 -dev a >/dev/null
	ioscli rmdev -dev vhost1 -recursive >/dev/null
	ioscli cfgdev
	ioscli rmdev -dev vhost1 -ucfg >/dev/null
	ioscli cfgdev
	ioscli mkvdev -ram 1M -vadapter vhost1 -dev a >/dev/null
	ioscli rmvadapter -vadapter vhost1 -recursive >/dev/null
	check_heard "$(cat <<-END
	ADAPTER_NEW - vhost1 -
	ADAPTER_NEW - vscsi1 -
	VTD_NEW - vhost1 a
	VTD_DEL - vhost1 a
	ADAPTER_SET - - -
	ADAPTER_SET - vhost1 -
	ADAPTER_SET - vhost1 -
	ADAPTER_SET - vhost1 -
	VTD_NEW - vhost1 a
	VTD_DEL - vhost1 a
	ADAPTER_DEL - vscsi1 -
	ADAPTER_DEL - vhost1 -
	END
	)"
}

test_partition_events()
{
	listen
	ioscli mklpar -lpar app1 >/dev/null
	ioscli rmlpar -lpar app1 >/dev/null
	check_heard "PARTITION_NEW app1 - -
PARTITION_DEL app1 - -"
}

test_no_events_for_refusals()
{
	listen
	"$SELFTESTS/netlink_input" missing >/dev/null
	ioscli mkvdev -ram 0 -vadapter vhost0 2>/dev/null
	ioscli mkvadapter -client client1 -slot 2 2>/dev/null
	unprivileged ioscli mkvdev -ram 1M -vadapter vhost0 2>/dev/null
	expect_output "a Available" ioscli mkvdev -ram 1M -vadapter vhost0 -dev a
	unmap a
	check_heard "VTD_NEW - vhost0 a
VTD_DEL - vhost0 a"
}

test_unprivileged_listener()
{
	local vtd

	listen unprivileged
	map_ram vtd 1M vhost0 -dev a
	check_heard "VTD_NEW - vhost0 $vtd"
}

map_many()
{
	local i vtd

	# shellcheck disable=SC2034 # the names don't matter
	for ((i = 1; i <= 16; i++)); do
		map_ram vtd 1M
		check_err $?
	done
}

# Many parts, no change: each device once.
test_list_whole()
{
	map_many
	check_equal "$("$SELFTESTS/netlink_listen" dump)" "16 devices in parts" \
		"the list"
	check_equal "$(ioscli lsmap -all -field vtd -fmt : | tr ':' '\n' |
		sort -u | wc -l)" 16 "devices in lsmap"
}

test_list_interrupted()
{
	map_many
	check_match "$("$SELFTESTS/netlink_listen" dump \
		'ioscli mklpar -lpar app1 >/dev/null')" \
		'^16 devices in parts, interrupted$' "a list during a change"
	check_match "$("$SELFTESTS/netlink_listen" dump \
		'ioscli rmvdev -vtd vtscsi15 >/dev/null')" \
		'^(15|16) devices in parts, interrupted$' "during a removal"
	check_match "$("$SELFTESTS/netlink_listen" dump \
		'ioscli rmlpar -lpar app1 >/dev/null')" \
		'interrupted$' "a list during another change"
}

# The tool never shows half of anything.
test_list_under_change()
{
	local i changes out status

	map_many
	while [ ! -e "$TMPDIR/stop" ]; do
		ioscli mkvdev -ram 1M -vadapter vhost0 -dev comes_and_goes
		ioscli rmvdev -vtd comes_and_goes
	done >"$TMPDIR/changes" 2>&1 &
	changes=$!
	for ((i = 0; i < 10; i++)); do
		status=0
		out=$(ioscli lsmap -all -json 2>"$TMPDIR/stderr") || status=$?
		if [ "$status" = 4 ] && grep -q 'changed too often' "$TMPDIR/stderr"; then
			continue
		fi
		check_equal "$status" 0 "exit status"
		check_match "$(jq -c '[.[].vtds[].vtd] |
			[(. - ["comes_and_goes"] | length), (unique | length) - length]' \
			<<<"$out")" '^\[16,0\]$' "devices"
	done
	touch "$TMPDIR/stop"
	wait "$changes"
	rm "$TMPDIR/stop"
	check_equal "$(sort -u "$TMPDIR/changes")" "comes_and_goes Available
comes_and_goes deleted" "what the changes said"
}

require_cmd jq
need_module
wait_linked vhost0 || exit
tests_run
