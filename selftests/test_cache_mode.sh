#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The client is told the truth about volatile caches.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"

ALL_TESTS="
	block_without_cache
	block_with_cache
	cache_that_appears
	file_direct
	file_buffered
	ram
"

# Disk $1, virtual target device $2, must say that it has a write cache ($3: 1) or
# that it has none (0).
check_cache()
{
	local disk=$1 vtd=$2 cached=$3

	if [ "$cached" = 1 ]; then
		check_equal "$(disk_attr "$disk" cache_type)" "write back" cache_type
		check_equal "$(queue_attr "$disk" write_cache)" "write back" write_cache
		check_equal "$(disk_attr "$disk" FUA)" 1 FUA
		check_equal "$(queue_attr "$disk" fua)" 1 "fua of the queue"
		check_equal "$(vtd_member "$vtd" writecache)" true lsmap
	else
		check_equal "$(disk_attr "$disk" cache_type)" "write through" cache_type
		check_equal "$(queue_attr "$disk" write_cache)" "write through" write_cache
		check_equal "$(vtd_member "$vtd" writecache)" false lsmap
	fi
	check_equal "$(sdparm -q --get=WCE "$disk" | awk '{ print $2 }')" "$cached" WCE
	sdparm -q --set=WCE=$((1 - cached)) "$disk" >/dev/null 2>&1
	check_fail $? "the client could change WCE"
	check_equal "$(sdparm -q --get=WCE "$disk" | awk '{ print $2 }')" "$cached" \
		"WCE after the attempt"
}

# Map backing device $1 with the options $3..., and check_cache() with $2.
map_and_check()
{
	local vtd disk backing=$1 cached=$2

	shift 2
	need map vtd "$backing" vhost0 "$@" && need client_disk disk "$vtd" || return
	check_cache "$disk" "$vtd" "$cached"
}

block_without_cache()
{
	local ram

	need mkram ram 16 || return
	check_equal "$(queue_attr "$ram" write_cache)" "write through" "the backing device"
	map_and_check "$ram" 0
}

block_with_cache()
{
	local ram

	need mkram ram 16 512 cache_size=4 || return
	check_equal "$(queue_attr "$ram" write_cache)" "write back" "the backing device"
	map_and_check "$ram" 1
}

has_cache()
{
	[ "$(disk_attr "$1" cache_type)" = "write back" ] &&
		[ "$(queue_attr "$1" write_cache)" = "write back" ]
}

# A volume is moved to a disk with a cache: the client hears of it.
cache_that_appears()
{
	local ram disk

	need mkram ram 16 512 cache_size=4 || return
	echo "write through" >"/sys/block/${ram##*/}/queue/write_cache"
	need map_disk disk "$ram" || return
	check_equal "$(disk_attr "$disk" cache_type)" "write through" cache_type
	echo "write back" >"/sys/block/${ram##*/}/queue/write_cache"
	busywait 30000 has_cache "$disk"
	check_err $? "the client does not know of the cache"
}

file_direct()
{
	local dir file

	need mkext4 dir 32 && need mkfile_in file "$dir" 16M || return
	map_and_check "$file" 1 -direct
}

file_buffered()
{
	local file

	need mkfile file 16M || return
	map_and_check "$file" 1 -buffered
}

ram()
{
	local vtd disk

	need map_ram vtd 16M && need client_disk disk "$vtd" || return
	check_cache "$disk" "$vtd" 0
}

require_cmd sdparm
need_module "$@"
tests_run
