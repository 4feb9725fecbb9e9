#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A verb is killed before steps by which it changes anything: a message to the kernel, a write, a
# rename and so on of a file. STRIDE is how many steps it goes on by each time (2), beginning
# somewhere: with 1, before each of them. Whatever it left, the saved configuration can be
# read, the next verb works and saves what is there then, and a restoring that was killed is
# finished by the next one.
#
# timeout: 600

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

ALL_TESTS="
	mapping
	adapters
	children
	defining
	restoring
"

readonly conf=$VSCSI_STATE_DIR/configuration
readonly stride=${STRIDE:-2}
readonly steps="sendmsg write pwrite64 ftruncate fsync fdatasync rename link unlink mkdir"

# Run ioscli $3... and kill it before call $2 of the system call $1. Succeed if it was killed.
kill_before()
{
	local status

	{
		strace -qq -o /dev/null -e "trace=$1" -e "inject=$1:signal=KILL:when=$2" \
			ioscli "${@:3}" >/dev/null
		status=$?
	} 2>/dev/null
	[ "$status" = 137 ] && return
	check_err "$status" "not killed, yet it failed: ${*:3}"
	return 1
}

# What is left must be sound: the file is the old or a new one, and both it and the kernel
# can be used by the next change.
check_sound()
{
	local what=$1

	if [ -e "$conf" ]; then
		ioscli viosbr -view -file "$conf" >/dev/null 2>"$TMPDIR/stderr"
		check_err $? "the configuration can't be read: $what: $(cat "$TMPDIR/stderr")"
	fi
	check_equal "$(ioscli -f - 2>&1 <<-END
	mklpar -lpar probe
	viosbr -restore -validate
	rmlpar -lpar probe
	END
	)" "probe created
Validation of this node (vios1) successful
probe deleted" "the next verbs: $what"
	check_equal "$(find "$VSCSI_STATE_DIR" -name '*.new.*')" "" "left over: $what"
}

# Kill "ioscli $2..." before its steps, each time from the state that function $1
# makes.
kill_at_steps()
{
	local before=$1 call nr kills=0

	shift
	for call in $steps; do
		for ((nr = 1 + RANDOM % stride; nr < 100; nr += stride)); do
			"$before" >/dev/null
			kill_before "$call" "$nr" "$@" || break
			kills=$((kills + 1))
			check_sound "$* killed before $call $nr"
		done
	done
	echo "# $* was killed at $kills steps"
	[ "$kills" -ge 4 ]
	check_err $? "only $kills steps"
}

# Everything is saved, and nothing to be added to it but what will be mapped.
unmapped()
{
	unmap killed
	ioscli mklpar -lpar saves && ioscli rmlpar -lpar saves
}

mapping()
{
	defer unmap killed
	kill_at_steps unmapped mkvdev -vdev "$file" -vadapter vhost0 -dev killed
}

no_second_pair()
{
	rmpair vhost1
}

adapters()
{
	defer rmpair vhost1
	kill_at_steps no_second_pair mkvadapter -client client1
}

second_pair()
{
	[ -d /sys/bus/vscsi/devices/vhost1 ] || {
		rmpair_unnamed
		ioscli mkvadapter -client client1 -slot 50
	}
	[ -n "$(where_is child1)" ] || ioscli mkvdev -ram 1M -vadapter vhost1 -dev child1
	[ -n "$(where_is child2)" ] || ioscli mkvdev -ram 1M -vadapter vhost1 -dev child2
}

# An adapter that rmdev has taken away is still in its slot.
rmpair_unnamed()
{
	ioscli rmvadapter -plc "${location%-C*}-C50" 2>/dev/null || :
}

children()
{
	defer rmpair_unnamed
	defer rmpair vhost1
	location=$(ioscli lsdev -dev vhost0 -field physloc -fmt :)
	kill_at_steps second_pair rmdev -dev vhost1 -recursive
}

make_killed()
{
	expect_output "killed Available" \
		ioscli mkvdev -vdev "$file" -vadapter vhost0 -dev killed -lun 5
}

# Between the kernel and the file a VTD is never nowhere. Only what makes a file another one, or
# takes it away, tells one moment from the next.
defining()
{
	local there='cfgdev -dev killed' gone='rmdev -dev killed -ucfg' call nr kills=0 verb

	defer unmap killed
	make_killed
	for call in rename unlink; do
		for ((nr = 1; nr <= 3; nr++)); do
			for verb in "$gone" "$there"; do
				# shellcheck disable=SC2086 # command lines
				ioscli $there
				# shellcheck disable=SC2086
				[ "$verb" = "$gone" ] || ioscli $gone >/dev/null
				# shellcheck disable=SC2086
				kill_before "$call" "$nr" $verb || continue
				kills=$((kills + 1))
				check_equal "$(where_is killed)" "vhost0 0x8500000000000000" \
					"$verb killed before $call $nr"
				check_sound "$verb killed before $call $nr"
				# What is left of it doesn't come back either.
				expect_output "killed deleted" ioscli rmvdev -vtd killed
				check_equal "$(where_is killed)" "" \
					"removed after $verb killed before $call $nr"
				make_killed
			done
		done
	done
	echo "# killed at $kills steps"
	[ "$kills" -ge 4 ]
	check_err $? "only $kills steps"
}

# Take all away; what was saved is in a file of its own.
nothing()
{
	ioscli rmlpar -lpar client1 -recursive
	ioscli rmlpar -lpar vios1 -recursive
}

# A restoring that was killed is finished by the next one.
restoring()
{
	local call nr kills=0 want

	ioscli mkvdev -ram 1M -vadapter vhost0 -dev first >/dev/null
	ioscli mkvdev -vdev "$file" -vadapter vhost0 -dev second >/dev/null
	wait_linked vhost0
	want=$(ioscli lsmap -all -field svsa vtd lun backing -fmt :)
	ioscli viosbr -backup -file "$TMPDIR/backup" >/dev/null
	defer rm -f "$TMPDIR/backup"
	for call in sendmsg write; do
		for ((nr = 1 + RANDOM % (2 * stride); nr < 100; nr += 2 * stride)); do
			nothing >/dev/null 2>&1
			kill_before "$call" "$nr" viosbr -restore -file "$TMPDIR/backup" ||
				break
			kills=$((kills + 1))
			ioscli viosbr -restore -file "$TMPDIR/backup" >"$TMPDIR/out" 2>&1
			check_equal "$? $(tail -n 1 "$TMPDIR/out")" \
				"0 Restore of this node (vios1) successful" \
				"restoring again after $call $nr"
			check_equal "$(ioscli lsmap -all -field svsa vtd lun backing -fmt :)" \
				"$want" "mappings after $call $nr"
		done
	done
	echo "# restoring was killed at $kills steps"
	[ "$kills" -ge 4 ]
	check_err $? "only $kills steps"
	ioscli rmvdev -vtd first >/dev/null
	ioscli rmvdev -vtd second >/dev/null
}

require_cmd strace
need_module
wait_linked vhost0 || exit
file=
mkfile file 1M
tests_run
