#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The client's file system lies on a file of the server, both in this machine, and
# there is hardly any memory: writing back frees memory, so it must not wait for
# any.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"

ALL_TESTS="
	buffered_file
	direct_file
	block_device
	dirty_pages
"

readonly huge_pages=/proc/sys/vm/nr_hugepages

# Give the memory back that take_memory() has taken.
free_memory()
{
	umount "$1" && rmdir "$1"
	[ ! -w "$huge_pages" ] || echo 0 >"$huge_pages"
}

# Print the MiB that could be had.
available()
{
	awk '/^MemAvailable/ { print int($2 / 1024) }' /proc/meminfo
}

# Take all memory but $1 MiB: most of it as huge pages (of 2 MiB), which nobody has to clear.
take_memory()
{
	local leave=$1 dir

	dir=$(mktemp -d "$TMPDIR/memory.XXXXXX")
	mount -t tmpfs -o size=100% memory "$dir" || return
	defer free_memory "$dir"
	echo 3 >/proc/sys/vm/drop_caches
	[ ! -w "$huge_pages" ] || echo $((($(available) - leave) / 2 - 16)) >"$huge_pages"
	fallocate -l $(($(available) - leave))M "$dir/taken"
}

# Let the page caches hold $1 MiB of dirty pages, until the end.
limit_dirty()
{
	local kind

	for kind in dirty dirty_background; do
		defer write_file "/proc/sys/vm/${kind}_ratio" "$(cat "/proc/sys/vm/${kind}_ratio")"
	done
	echo $(($1 << 19)) >/proc/sys/vm/dirty_background_bytes
	echo $(($1 << 20)) >/proc/sys/vm/dirty_bytes
}

write_file()
{
	echo "$2" >"$1"
}

# Write three quarters of $2 MiB to a new file system on disk $1 and read them back.
# The backing device is memory too; what is left for page caches is less than what
# is written.
stress()
{
	local disk=$1 mib=$2 dir load

	need mkmount dir ext4 "$disk" -q || return
	need take_memory $((mib + 96)) || return
	start load dd if=/dev/zero of="$dir/zeroes" bs=1M count=$((mib / 2)) status=none
	dd if=/dev/urandom bs=1M count=$((mib / 4)) status=none |
		tee "$dir/data" | cksum >"$TMPDIR/sum"
	check_err $? "write"
	busywait 300000 ended "$load"
	check_err $? "a write hangs"
	within 120 sync -f "$dir"
	check_err $? "sync"
	echo 3 >/proc/sys/vm/drop_caches
	check_equal "$(cksum <"$dir/data")" "$(cat "$TMPDIR/sum")" "data"
}

buffered_file()
{
	local host file disk

	need mkext4 host 240 && need mkfile_in file "$host" 176M || return
	need map_disk disk "$file" vhost0 -buffered || return
	stress "$disk" 128
}

direct_file()
{
	local host file disk

	need mkext4 host 240 && need mkfile_in file "$host" 176M || return
	need map_disk disk "$file" vhost0 -direct || return
	stress "$disk" 128
}

block_device()
{
	local ram disk

	need mkram ram 176 && need map_disk disk "$ram" || return
	stress "$disk" 128
}

# Both page caches are at their limit for dirty pages: the server may not wait for
# the client to have less of them.
dirty_pages()
{
	local host file disk

	limit_dirty 4
	need mkext4 host 160 && need mkfile_in file "$host" 96M || return
	need map_disk disk "$file" vhost0 -buffered || return
	stress "$disk" 48
}

# timeout: 600
need_module "$@"
tests_run
