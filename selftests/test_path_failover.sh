#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
#
# A client with two paths to one disk, under scsi_dh_alua and multipathd: the
# server takes the path that is used out of use, under writes, and no write fails.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"

ALL_TESTS="
	attached
	failover
"

readonly CONFIG=/etc/multipath.conf

# Clients of this machine only: its own disks are nobody's paths.
write_config()
{
	[ ! -e $CONFIG ] || skip_all "there is $CONFIG already"
	defer rm -f $CONFIG
	cat >$CONFIG <<-END
	defaults {
		find_multipaths no
		polling_interval 1
	}
	blacklist {
		device {
			vendor ".*"
		}
	}
	blacklist_exceptions {
		device {
			vendor "AIX"
		}
	}
	overrides {
		path_grouping_policy group_by_prio
		prio alua
		failback immediate
		no_path_retry queue
	}
	END
}

access_is()
{
	[ "$(sdev_attr "$1" access_state 2>/dev/null)" = "$2" ]
}

# Set the state of the virtual target device $1, which is disk $2, to $3.
set_state()
{
	expect_output "$1 changed" ioscli chdev -dev "$1" -attr alua_state="$3"
	busywait 20000 access_is "$2" "$3"
	check_err $? "$2 is $(sdev_attr "$2" access_state), not $3"
}

# Set the variables a and b to two mappings of one backing device, and disk_a and disk_b to
# the client's disks.
two_paths()
{
	local ram

	need mkram ram 32 && need map a "$ram" && need map b "$ram" "$vhost" -f &&
		need client_disk disk_a "$a" && need client_disk disk_b "$b"
}

attached()
{
	local a b disk_a disk_b state

	two_paths || return
	check_equal "$(sdev_attr "$disk_a" dh_state) $(sdev_attr "$disk_b" dh_state)" "alua alua" \
		"device handlers"
	busywait 20000 access_is "$disk_a" active/optimized
	check_err $? "$(sdev_attr "$disk_a" access_state)"
	for state in active/non-optimized standby unavailable active/optimized; do
		ioscli chdev -dev "$b" -attr alua_state="$state" >/dev/null
		# A command lets the client hear of it.
		sg_turs "$disk_a" >/dev/null 2>&1
		busywait 20000 access_is "$disk_b" "$state"
		check_err $? "$state: $(sdev_attr "$disk_b" access_state)"
		access_is "$disk_a" active/optimized
		check_err $? "the other path: $(sdev_attr "$disk_a" access_state)"
	done
}

map_of()
{
	local holder

	for holder in "/sys/block/${1##*/}/holders/"dm-*; do
		[ -e "$holder" ] && echo "/dev/${holder##*/}" && return
	done
	return 1
}

# Both disks are below one map.
is_one_map()
{
	[ "$(map_of "$1")" = "$(map_of "$2")" ] && [ -n "$(map_of "$1")" ]
}

writes_to()
{
	awk '{ print $5 }' "/sys/block/${1##*/}/stat"
}

has_had_writes()
{
	[ "$(writes_to "$1")" -ge "$2" ]
}

# Succeed when disk $1 gets writes, and disk $2 meanwhile none.
writes_go_to()
{
	local unused

	unused=$(writes_to "$2")
	busywait 5000 has_had_writes "$1" $(($(writes_to "$1") + 8)) &&
		[ "$(writes_to "$2")" = "$unused" ]
}

expect_writes()
{
	busywait 30000 writes_go_to "$1" "$2"
	check_err $? "$3: not all writes go to the path: $(multipath -ll)"
}

# Make the path over $disk_a the better one again. While the client knows of one half of the change
# only it may ask for the other path to be the optimized one, which is its right: tell it again.
goes_back()
{
	ioscli chdev -dev "$b" -attr alua_state=active/non-optimized >/dev/null &&
		writes_go_to "$disk_a" "$disk_b" && access_is "$disk_b" active/non-optimized
}

# The rules that come with the daemon; the machine has them masked.
unmask_rules()
{
	local mask=/run/udev/rules.d/60-multipath.rules

	[ -L "$mask" ] || return 0
	rm "$mask"
	defer eval "ln -s /dev/null $mask && udevadm control --reload"
	udevadm control --reload
}

start_daemon()
{
	# Somebody may be looking at the map.
	defer busywait 30000 multipath -F
	multipathd -d >"$TMPDIR/multipathd" 2>&1 </dev/null &
	defer end_process $!
}

failover()
{
	local a b disk_a disk_b map load state

	two_paths || return
	ioscli chdev -dev "$b" -attr alua_state=active/non-optimized >/dev/null
	start_daemon
	busywait 30000 is_one_map "$disk_a" "$disk_b" || {
		check_err 1 "no map of both paths: $(cat "$TMPDIR/multipathd")"
		return
	}
	map=$(map_of "$disk_a")
	start load fio --name=load --filename="$map" --rw=randwrite --bs=16k --direct=1 \
		--ioengine=libaio --iodepth=8 --time_based --runtime=600 --verify=crc32c \
		--verify_backlog=64 --randrepeat=0 --minimal
	expect_writes "$disk_a" "$disk_b" "at first"
	for state in standby unavailable; do
		set_state "$b" "$disk_b" active/optimized
		set_state "$a" "$disk_a" "$state"
		expect_writes "$disk_b" "$disk_a" "$state"
		set_state "$a" "$disk_a" active/optimized
		busywait 60000 goes_back
		check_err $? "back from $state: not all writes go to the path: $(multipath -ll)"
	done
	ended "$load"
	check_fail $? "a write has failed: $(cat "$TMPDIR/background")"
	end_process "$load"
}

require_cmd multipathd multipath sg_turs fio
require_module scsi_dh_alua dm-multipath
need_module
wait_linked vhost0 || exit
unmask_rules
mkpair vhost || exit
write_config
tests_run
