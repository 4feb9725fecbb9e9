#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Attributes that are given to the server's disks outlive a restart; with -perm they wait for
# it. A damaged file of them is told, used as far as it goes, and left alone.

# shellcheck source=lib_disks.sh
. "$(dirname "$0")/lib_disks.sh"

ALL_TESTS="
	test_kept
	test_later
	test_restart
	test_forgotten
	test_by_identity
	test_refused
	test_damaged
"

attributes=$VSCSI_STATE_DIR/attributes

# Make scsi_debug's disks, with nothing known of them.
mkfresh()
{
	rm -f "$attributes" "$VSCSI_STATE_DIR/names"
	mkdisks || return
	hdisk=$(hdisk_of "$(debug_disk 1)")
	ioscli cfgdev
}

# Print what the disk itself has.
depth()
{
	cat "/sys/class/block/$(debug_disk 1)/device/queue_depth"
}

# Print what lsdev shows.
shown()
{
	ioscli lsdev -dev "$hdisk" -attr "$1" | tail -n 1
}

replug()
{
	unplug 1
	plug 1
}

test_kept()
{
	local before

	mkfresh
	check_err $?
	before=$(depth)
	expect_output "$hdisk changed" \
		ioscli chdev -dev "$hdisk" -attr queue_depth=7 reserve_policy=no_reserve
	check_equal "$(depth) $(shown queue_depth)" "7 7" "queue depth"
	replug
	check_equal "$(depth) $(shown queue_depth)" "$before $before" "after a replug"
	expect_output "" ioscli cfgdev
	check_equal "$(depth) $(shown queue_depth)" "7 7" "after cfgdev"
	check_equal "$(grep -v '^#' "$attributes")" \
		"$hdisk queue_depth 7
$hdisk reserve_policy no_reserve" "the file"
}

test_later()
{
	local before

	mkfresh
	check_err $?
	before=$(depth)
	expect_output "$hdisk changed" ioscli chdev -dev "$hdisk" -attr queue_depth=5 -perm
	check_equal "$(depth) $(shown queue_depth)" "$before 5" "queue depth"
	expect_output "$hdisk changed" ioscli chdev -dev "$hdisk" -attr rw_timeout=77 -perm
	expect_output "" ioscli cfgdev -dev "$hdisk"
	check_equal "$(depth) $(shown queue_depth) $(shown rw_timeout)" "5 5 77" "after cfgdev"
	check_equal "$(grep -c later "$attributes")" 0 "values that wait"
}

# What viosbr does when the machine starts.
# shellcheck disable=SC2034 # the names of mappings don't matter
test_restart()
{
	local vtd

	mkfresh
	check_err $?
	map_ram vtd 1M
	ioscli chdev -dev "$hdisk" -attr queue_depth=9 -perm >/dev/null
	replug
	expect_output "Restore of this node (vios1) successful" ioscli viosbr -restore
	check_equal "$(depth)" 9 "queue depth"
}

test_forgotten()
{
	mkfresh
	check_err $?
	ioscli chdev -dev "$hdisk" -attr queue_depth=9 >/dev/null
	unplug 1
	expect_output "" ioscli cfgdev
	expect_output "$hdisk deleted" ioscli rmdev -dev "$hdisk"
	check_equal "$(grep -c "^$hdisk " "$attributes")" 0 "attributes"
	plug 1
}

test_by_identity()
{
	local id

	mkfresh
	check_err $?
	id=$(shown unique_id)
	expect_output "$hdisk changed" ioscli chdev -udid "$id" -attr queue_depth=6
	check_equal "$(depth)" 6 "queue depth"
	expect_refusal 2 'nothing' ioscli chdev -udid nothing -attr queue_depth=6
}

# Of several attributes none is changed or kept if one is wrong.
# shellcheck disable=SC2034 # the name is given
test_refused()
{
	local before vtd

	mkfresh
	check_err $?
	before=$(depth)
	expect_refusal 1 '"70000"' ioscli chdev -dev "$hdisk" -attr queue_depth=3 queue_depth=70000
	expect_refusal 1 'cannot be changed' ioscli chdev -dev "$hdisk" -perm -attr queue_depth=3 size=1
	map_ram vtd 1M vhost0 -dev waits
	expect_refusal 1 '"-perm".*"inject_every" of "waits"' \
		ioscli chdev -dev waits -attr inject_every=2 -perm
	expect_refusal 3 '.' unprivileged ioscli chdev -dev "$hdisk" -attr queue_depth=3 -perm
	check_equal "$(depth)" "$before" "queue depth"
	[ ! -e "$attributes" ]
	check_err $? "something was kept"
}

test_damaged()
{
	local before

	mkfresh
	check_err $?
	printf '%s\n' "# by hand" "$hdisk queue_depth" "$hdisk queue_depth 4" \
		"$hdisk queue_depth 5" "$hdisk rw_timeout 3 maybe" >"$attributes"
	before=$(cat "$attributes")
	check_equal "$(ioscli cfgdev 2>&1)" \
"$attributes, line 2: it is not a name, an attribute and a value. The rest of the file is used.
$attributes, line 4: the attribute is there twice. The rest of the file is used.
$attributes, line 5: it is not a name, an attribute and a value. The rest of the file is used." \
		"messages"
	check_equal "$(depth)" 4 "the good part"
	check_match "$(ioscli chdev -dev "$hdisk" -attr queue_depth=8 2>&1)" \
		'"attributes" cannot be saved: the file is damaged' "chdev"
	check_equal "$(depth)" 4 "queue depth after a refusal"
	check_equal "$(cat "$attributes")" "$before" "the file"
	# A value that nobody could have given is told as well.
	printf '%s\n' "$hdisk queue_depth 0" "$hdisk size 1" "$hdisk rw_timeout 66" >"$attributes"
	expect_refusal 1 '"0" is not valid.*"size"' ioscli cfgdev
	check_equal "$(shown rw_timeout)" 66 "the good part"
}

modprobe -n -q scsi_debug || skip_all "no module scsi_debug"
need_module
wait_linked vhost0 || exit
tests_run
