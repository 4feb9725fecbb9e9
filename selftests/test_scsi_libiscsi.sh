#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 1800
#
# libiscsi's conformance suite on each kind of backing device, one process a test, and on one
# backing device over two paths. No test may fail, and none may be skipped but those that
# libiscsi.skips names.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"

ALL_TESTS="
	block_512
	block_4096
	file_512
	ram_512
	read_only
	two_paths
"

# From a larger disk the tool would read more at once than the sg driver allows.
SIZE=24
SKIPS=$SELFTESTS/libiscsi.skips

# Print why test $2 may be skipped on logical unit $1, as libiscsi.skips says; fail if it does not.
skip_reason()
{
	local units tests reason

	while read -r units tests reason; do
		# shellcheck disable=SC2053 # patterns
		if [[ $1 == $units && $2 == $tests ]]; then
			echo "$reason"
			return
		fi
	done < <(grep -v '^#' "$SKIPS")
	return 1
}

# Note that test $1 has failed because of $2, and show its output.
failed()
{
	echo "# not ok $1: $2"
	sed 's/^/#   /' "$TMPDIR/suite"
	RET=$KSFT_FAIL
}

# Run test $2 on the sg nodes $3... of logical unit $1 and print its result. What the tool
# says before it begins is of no interest.
run_one()
{
	local name=$2 status=0 reason

	if reason=$(skip_reason "$1" "$name") && [[ $reason == "not run: "* ]]; then
		skipped=$((skipped + 1))
		return
	fi
	# It wants to begin with a list identifier that the copies of other tests have used.
	[[ $name != *.CopyStatus ]] ||
		sg_copy_results --status --list_id=1 "$3" >/dev/null 2>&1
	timeout $((120 * ${SLOW:-1})) iscsi-test-cu --dataloss --allow-sanitize --Verbose-scsi --test="$name" "${@:3}" \
		>"$TMPDIR/raw" 2>&1 </dev/null || status=$?
	sed -n '/^Suite: /,$p' "$TMPDIR/raw" >"$TMPDIR/suite"
	if [ "$status" -ne 0 ] || ! grep -q 'return value: 0$' "$TMPDIR/suite"; then
		failed "$name" "status $status"
	elif ! grep -q '\[SKIPPED\]' "$TMPDIR/suite"; then
		passed=$((passed + 1))
		echo "# ok $name"
	elif [ -n "$reason" ]; then
		skipped=$((skipped + 1))
		echo "# ok $name # SKIP $reason"
	else
		failed "$name" "skipped for a reason that libiscsi.skips does not give"
	fi
}

# Print the names of the tests that match the extended regular expression $1.
suite_tests()
{
	iscsi-test-cu --list | grep -E '^SCSI\.[^.]*\.[^.]*$' | grep -E -- "$1"
}

# Run the tests that match $2 on the disks $3..., the paths to logical unit $1.
run_suite()
{
	local passed=0 skipped=0 nodes=() disk name

	for disk in "${@:3}"; do
		nodes+=("$(sg_of "$disk")")
	done
	for name in $(suite_tests "$2"); do
		run_one "$1" "$name" "${nodes[@]}"
	done
	echo "# $passed passed, $skipped skipped"
	[ "$passed" -gt 0 ]
	check_err $? "no test has passed"
}

# null_blk with blocks of $1 bytes
block()
{
	local backing disk

	need mkram backing "$SIZE" "$1" && need map_disk disk "$backing" &&
		run_suite "block_$1" . "$disk"
}

block_512()
{
	block 512
}

block_4096()
{
	block 4096
}

file_512()
{
	local file disk

	mkfile file "${SIZE}M"
	need map_disk disk "$file" vhost0 -bs 512 && run_suite file_512 . "$disk"
}

ram_512()
{
	local disk

	need map_ram_disk disk "${SIZE}M" && run_suite ram_512 . "$disk"
}

# The one test that needs a disk that is write protected.
read_only()
{
	local backing disk

	need mkram backing "$SIZE" && need map_disk disk "$backing" vhost0 -ro &&
		run_suite read_only '\.ReadOnly\.' "$disk"
}

# The tests that need a second path, and those of what paths have in common.
two_paths()
{
	local backing vhost a b

	need mkram backing "$SIZE" && need mkpair vhost && need map_disk a "$backing" &&
		need map_disk b "$backing" "$vhost" -f &&
		run_suite two_paths '\.(Multipath|Prout|Prin|Reserve|CompareAndWrite)' "$a" "$b"
}

require_cmd iscsi-test-cu sg_copy_results
need_module
tests_run
