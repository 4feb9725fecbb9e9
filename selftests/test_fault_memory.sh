#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 1200
# expect-log: Huh VM_FAULT_OOM leaked out
#
# No memory: every allocation of every request fails once, and some allocations fail while
# disks are used. A request is done or it has changed nothing; a command ends; no data differ.
# The log may say of a program whose page fault found no memory that it tries again.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"

ALL_TESTS="
	requests
	commands
"

readonly debug=/sys/kernel/debug

# Let allocations that may wait fail too, without a stack trace for each.
failing_kinds()
{
	local kind

	echo 0 2>/dev/null >"$debug/fail_usercopy/verbose" ||
		skip_all "this kernel injects no faults"
	for kind in failslab fail_page_alloc; do
		echo 0 >"$debug/$kind/verbose"
		echo N >"$debug/$kind/ignore-gfp-wait"
	done
	echo N >"$debug/fail_page_alloc/ignore-gfp-highmem"
	echo 0 >"$debug/fail_page_alloc/min-order"
}

requests()
{
	local file

	need mkfile file 4M || return
	"$SELFTESTS/netlink_faults" "$file"
	check_err $? "faults during requests"
}

stop_faults()
{
	echo 0 >"$debug/failslab/probability"
	echo 0 >"$debug/fail_page_alloc/probability"
}

# One in 50 allocations fails, of the kernel's workers and of what is started from here.
start_faults()
{
	local kind task

	for task in /proc/[0-9]*; do
		[[ $(cat "$task/comm" 2>/dev/null) != kworker/* ]] ||
			echo 1 >"$task/make-it-fail"
	done 2>/dev/null
	echo 1 >/proc/self/make-it-fail
	for kind in failslab fail_page_alloc; do
		echo Y >"$debug/$kind/task-filter"
		echo -1 >"$debug/$kind/times"
		echo 2 >"$debug/$kind/probability"
	done
}

# What programs do under faults may fail, the programs themselves too. It has to end.
use()
{
	local deadline=$((SECONDS + 10))

	start_faults
	while [ "$SECONDS" -lt "$deadline" ]; do
		dd if="$TMPDIR/data" of="$1" bs=64k oflag=direct
		dd if="$1" of=/dev/null bs=128k iflag=direct
		dd if="$TMPDIR/data" of="$1" bs=4k count=64 conv=fsync
	done
}

# Use disk $1, of which VTD $2 is the other end.
check_disk()
{
	local user

	use "$1" >/dev/null 2>&1 &
	user=$!
	defer stop_faults
	busywait 120000 ended "$user"
	check_err $? "programs that use $1 hang"
	stop_faults
	wait "$user"
	busywait 60000 lu_stat_is "$2" inflight 0
	check_err $? "commands of $2 have not ended"
	dd if="$TMPDIR/data" of="$1" bs=64k oflag=direct status=none
	same_data "$1" "$TMPDIR/data" 4M
	check_err $? "data on $1"
}

commands()
{
	local buffered direct dir ram vtd disk

	need mkram ram 64 && need mkmount dir ext4 "$ram" -q &&
		need mkfile_in direct "$dir" 32M && need mkfile buffered 32M || return
	dd if=/dev/urandom of="$TMPDIR/data" bs=1M count=4 status=none
	need map vtd "$direct" vhost0 -direct && need client_disk disk "$vtd" || return
	check_disk "$disk" "$vtd"
	need map vtd "$buffered" vhost0 -buffered && need client_disk disk "$vtd" || return
	check_disk "$disk" "$vtd"
	need mkram ram 64 && need map vtd "$ram" && need client_disk disk "$vtd" || return
	check_disk "$disk" "$vtd"
}

need_module
failing_kinds
tests_run
