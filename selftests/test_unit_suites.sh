#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The KUnit suites, which run when the module is loaded on a kernel that has KUnit.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

readonly results=/sys/kernel/debug/kunit
ALL_TESTS="
	suites
"

# No suite may have failed, and none may be missing.
suites()
{
	local suite found=0

	modprobe -r kunit && modprobe kunit enable=1
	check_err $? "no suites can be run"
	defer modprobe -r kunit
	load_module
	check_err $? "not loaded"
	for suite in "$results"/vscsi_*; do
		[ -r "$suite/results" ] || continue
		found=$((found + 1))
		grep -q '^ *ok' "$suite/results"
		check_err $? "${suite##*/} has no result"
		! grep 'not ok' "$suite/results"
		check_err $? "${suite##*/} has failed"
	done
	[ "$found" -ge 8 ]
	check_err $? "only $found suites have run"
}

modprobe -n -q kunit || skip_all "no module kunit"
tests_run
