# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the checks share. A check runs in the project's directory, prints its
# findings and exits 1 if there are any; it writes nothing there.

set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
project=$PWD
# shellcheck disable=SC2034 # for those who source this
lint=$project/scripts/lint
jobs=$(nproc)
export LC_ALL=C

# The kernel that is built against, as in the Makefile.
if [ -z "${KDIR-}" ]; then
	KDIR=/lib/modules/$(uname -r)/build
	[ -e "$KDIR" ] || KDIR=$(find /lib/modules -mindepth 2 -maxdepth 2 -name build |
		sort -V | tail -n 1)
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Print the project's files that match the shell patterns, also uncommitted ones.
files()
{
	git ls-files -z --cached --others --exclude-standard -- "$@" |
		while IFS= read -r -d '' name; do
			# shellcheck disable=SC2015 # printf does not fail
			[ -f "$name" ] && printf '%s\n' "$name" || :
		done | sort -u
}

# Go into a copy of the project, where a check may build.
enter_copy()
{
	files . | tar -cf - -T - | tar -xf - -C "$scratch"
	cd "$scratch"
}

# build_module TREE MAKE-ARGUMENT...: print what the build complains about, of the module and
# of the one that tests it.
build_module()
{
	local tree=$1 log=$scratch/.log
	shift

	[ -d "$tree" ] || { echo "no kernel headers; run scripts/setup build"; return 1; }
	if ! { make -s -j"$jobs" -C "$tree" M="$scratch" "$@" modules &&
		make -s -C "$tree" M="$scratch/selftests/mangle" "$@" modules; } >"$log" 2>&1; then
		sed "s|$scratch/||g" "$log"
		return 1
	fi
	# Some checkers warn and still succeed. What kernel headers cause is not ours.
	sed -n "s|$scratch/||g; /: \(warning\|error\):/p" "$log" |
		(! grep -E '^(kernel/|include/uapi/linux/vscsi\.h:)')
}
