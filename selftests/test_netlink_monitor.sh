#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The verb "monitor": tells each change, says when it has missed some and what is there then,
# and ends when it is told to, when nobody reads it, and when the module goes.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

ALL_TESTS="
	test_changes
	test_json_lines
	test_unprivileged
	test_lost
	test_signals
	test_reader_gone
	test_module_gone
"

# Whatever became of the test, none is left.
end_monitor()
{
	kill -KILL "$1" 2>/dev/null || :
}

# Run monitor with options $@ in the background, and wait until it listens.
watch()
{
	# Emptied here, not behind the &: what the last one wrote must not pass for this one's.
	: >"$TMPDIR/changes"
	ioscli monitor "$@" >"$TMPDIR/changes" 2>"$TMPDIR/stderr" &
	monitor=$!
	defer end_monitor "$monitor"
	busywait 30000 test -s "$TMPDIR/changes"
	check_err $? "monitor does not listen"
}

told()
{
	grep -qx -- "$1" "$TMPDIR/changes"
}

# The line $1 must come; then monitor ends by signal $2 with status 0.
stop_after()
{
	busywait 30000 told "$1"
	check_err $? "not told: $1"
	kill -"${2:-INT}" "$monitor"
	wait "$monitor"
	check_equal $? 0 "exit status of monitor"
}

test_changes()
{
	watch -field event type name status svsa backing
	{
		ioscli mklpar -lpar app1
		ioscli mkvadapter -client app1
		ioscli mkvdev -ram 1M -vadapter vhost1 -dev a
		ioscli chdev -dev a -attr inject_every=2
		ioscli rmdev -dev vhost1 -ucfg
		ioscli rmvdev -vtd a
		ioscli rmvadapter -vadapter vhost1
		ioscli rmlpar -lpar app1
	} >/dev/null 2>&1
	stop_after "deleted partition app1"
	check_equal "$(cat "$TMPDIR/changes")" "$(cat <<-END
	Event   Type      Name            Status    SVSA     Backing device
	created partition app1
	created adapter   vhost1          Available
	created adapter   vscsi1          Available
	created vtd       a               Available vhost1   ram
	changed vtd       a               Available vhost1   ram
	deleted vtd       a               Available vhost1   ram
	deleted adapter   vscsi1          Available
	deleted adapter   vhost1          Available
	deleted partition app1
	END
	)" "changes"
	check_equal "$(cat "$TMPDIR/stderr")" "" "stderr"
}

test_json_lines()
{
	local vtd

	watch -all -json
	map_ram vtd 1M vhost0 -dev json_vtd
	busywait 30000 grep -q json_vtd "$TMPDIR/changes"
	kill "$monitor"
	wait "$monitor"
	check_equal $? 0 "exit status of monitor"
	check_equal "$(jq -r '[.event, .type, .name, .lun, .size] | map(tostring) | join(" ")' \
		"$TMPDIR/changes")" "$(cat <<-END
	present partition vios1 null null
	present partition client1 null null
	present adapter vhost0 null null
	present adapter vscsi0 null null
	created vtd json_vtd 0x8100000000000000 1048576
	END
	)" "lines"
	check_equal "$(wc -l <"$TMPDIR/changes")" 5 "each is a line"
}

# shellcheck disable=SC2034 # the name is given
test_unprivileged()
{
	local vtd

	map_ram vtd 1M vhost0 -dev b
	check_equal "$(unprivileged timeout 30 ioscli monitor -all -fmt : -field event name |
		grep -m 1 :b)" 'present:b' "what another user sees"
}

# A reader that sleeps is sent more than the kernel keeps for it.
# shellcheck disable=SC2034 # the names are given
test_lost()
{
	local kept vtd n

	kept=$(cat /proc/sys/net/core/rmem_max)
	map_ram vtd 1M vhost0 -dev stays
	map_ram vtd 1M vhost0 -dev goes
	echo 4096 >/proc/sys/net/core/rmem_max
	watch -all -fmt : -field event name
	echo "$kept" >/proc/sys/net/core/rmem_max
	kill -STOP "$monitor"
	for ((n = 1; n <= 40; n++)); do
		echo "chdev -dev stays -attr inject_every=$n"
	done | ioscli -f - >/dev/null
	unmap goes
	kill -CONT "$monitor"
	busywait 30000 told "lost: "
	check_err $? "the loss is not told"
	map_ram vtd 1M vhost0 -dev afterwards
	stop_after created:afterwards
	check_match "$(cat "$TMPDIR/stderr")" 'some were lost' "stderr"
	check_equal "$(sed -n '/^lost/,$p' "$TMPDIR/changes" | grep -v changed:)" "$(cat <<-END
	lost:$(printf ' ')
	present:vios1
	present:client1
	present:vhost0
	present:vscsi0
	present:stays
	created:afterwards
	END
	)" "what is there after the loss"
}

test_signals()
{
	local signal

	for signal in INT TERM HUP; do
		watch
		stop_after 'Time .*' "$signal"
	done
}

is_gone()
{
	! kill -0 "$1" 2>/dev/null
}

# It does not wait for the next change to notice.
test_reader_gone()
{
	local reader

	coproc ioscli monitor 2>"$TMPDIR/stderr"
	reader=$COPROC_PID
	read -r -t 30 _ <&"${COPROC[0]}"
	check_err $? "no heading"
	eval "exec ${COPROC[0]}<&-"
	busywait 30000 is_gone "$reader"
	check_err $? "monitor is still there"
	wait "$reader"
	check_equal $? 0 "exit status"
	check_equal "$(cat "$TMPDIR/stderr")" "" "stderr"
}

test_module_gone()
{
	watch
	unload_module
	busywait 30000 is_gone "$monitor"
	check_err $? "monitor is still there"
	wait "$monitor"
	check_equal $? 4 "exit status"
	check_match "$(cat "$TMPDIR/stderr")" 'module is not loaded' "stderr"
	expect_refusal 4 'module is not loaded' ioscli monitor
}

require_cmd jq
need_module
wait_linked vhost0 || exit
tests_run
