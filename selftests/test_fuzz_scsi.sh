#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# Commands that nobody would send, through SG_IO, at each kind of backing device; what
# another disk of the same adapter holds stays as it is. FUZZ_SECONDS is how long for each
# kind (10), FUZZ_SEED the first seed (the time); a seed sends the same commands each time.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"

ALL_TESTS="
	ram
	file_direct
	file_buffered
	block_4096
	read_only
"

readonly commands=500

# Send commands at disk $1 for a while.
fuzz()
{
	local deadline=$((SECONDS + ${FUZZ_SECONDS:-10})) runs=0 sg

	sg=$(sg_of "$1")
	while [ "$RET" = "$KSFT_PASS" ] && [ "$SECONDS" -lt "$deadline" ]; do
		seed=$((seed + 1))
		"$SELFTESTS/fuzz_scsi" "$sg" "$seed" "$commands" >"$TMPDIR/fuzz" 2>&1
		check_err $? "fuzz_scsi $sg $seed $commands: $(cat "$TMPDIR/fuzz")"
		runs=$((runs + 1))
	done
	echo "$((runs * commands)) commands; $(tail -n 1 "$TMPDIR/fuzz")"
	cmp -s -n $((1 << 20)) "$witness" "$TMPDIR/witness"
	check_err $? "the data of another disk"
}

ram()
{
	local disk

	need map_ram_disk disk 16M || return
	fuzz "$disk"
}

file_direct()
{
	local backing dir file disk

	need mkram backing 64 && need mkmount dir ext4 "$backing" -q || return
	file=$dir/file
	truncate -s 16M "$file"
	need map_disk disk "$file" vhost0 -direct || return
	fuzz "$disk"
	rm "$file"
}

file_buffered()
{
	local file disk

	mkfile file 16M
	need map_disk disk "$file" vhost0 -buffered || return
	fuzz "$disk"
}

block_4096()
{
	local backing disk

	need mkram backing 16 4096 || return
	need map_disk disk "$backing" || return
	fuzz "$disk"
}

read_only()
{
	local file disk

	mkfile file 1M
	need map_disk disk "$file" vhost0 -ro || return
	fuzz "$disk"
	check_equal "$(tr -d '\0' <"$file" | wc -c)" 0 "bytes written"
}

require_cmd cmp
need_module
seed=${FUZZ_SEED:-$EPOCHSECONDS}
witness=
map_ram_disk witness 16M || exit
dd if=/dev/urandom bs=1M count=1 status=none >"$TMPDIR/witness"
dd if="$TMPDIR/witness" of="$witness" bs=1M oflag=direct status=none
tests_run
