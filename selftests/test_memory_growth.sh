#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 900
#
# Memory of the kernel: the same after many mappings, adapters and loadings as after few; and
# how much a logical unit and a connection take. ROUNDS multiplies how often (1: 80 mappings,
# 25 pairs of adapters, 20 loadings).

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

ALL_TESTS="
	mappings
	adapters
	loadings
	sizes
"

readonly rounds=${ROUNDS:-1}
# KiB that may come and go with what else the machine does.
readonly noise=2048

# Let memory be the KiB that the kernel uses for itself; succeed if that is no less than before.
falls_no_more()
{
	local before=$memory

	echo 3 >/proc/sys/vm/drop_caches
	memory=$(awk '/^(SUnreclaim|KernelStack|PageTables|Percpu|VmallocUsed):/ { s += $2 }
		END { print s }' /proc/meminfo)
	[ "$memory" -ge "$before" ]
}

# Print that number as soon as what is freed in the background has been.
kernel_memory()
{
	local memory=999999999

	udevadm settle
	busywait 30000 falls_no_more
	echo "$memory"
}

map_once()
{
	ioscli mkvdev -ram 1M -vadapter vhost0 -dev once -wait >/dev/null &&
		ioscli rmvdev -vtd once >/dev/null
}

pair_once()
{
	local pair

	pair=$(ioscli mkvadapter -client client1 | awk 'NR == 1 { print $1 }') &&
		ioscli rmvadapter -vadapter "$pair" >/dev/null
}

load_once()
{
	insmod "$VSCSI_KO" && busywait 30000 rmmod vscsi 2>/dev/null
}

# KASAN holds back what is freed. What leaks there, kmemleak finds.
freed_memory_stays()
{
	grep -qw kasan_quarantine_put /proc/kallsyms
}

# Do command $2 $1 times, and see what that has cost after the first few.
check_growth()
{
	local times=$(($1 * rounds)) n before after

	for ((n = 0; n < 10; n++)); do
		"$2" || break
	done
	before=$(kernel_memory)
	for ((n = 0; n < times; n++)); do
		"$2" || break
	done
	check_equal "$n" "$times" "how often it went well"
	after=$(kernel_memory)
	echo "$2: $before KiB, after $times times $after KiB"
	freed_memory_stays || [ "$after" -le $((before + noise)) ]
	check_err $? "memory grows"
}

mappings()
{
	load_module && wait_linked vhost0
	check_err $? "not loaded"
	check_growth 80 map_once
}

adapters()
{
	load_module && wait_linked vhost0
	check_err $? "not loaded"
	check_growth 25 pair_once
}

loadings()
{
	check_growth 20 load_once
}

# Of a logical unit with its disk at the client, and of a pair of adapters with its host.
sizes()
{
	# shellcheck disable=SC2034 # the names don't matter
	local n before with_pairs with_units name

	load_module && wait_linked vhost0
	check_err $? "not loaded"
	before=$(kernel_memory)
	for ((n = 1; n <= 10; n++)); do
		mkpair name
	done
	with_pairs=$(kernel_memory)
	for ((n = 0; n < 50; n++)); do
		map_ram name 1M
	done
	busywait 60000 disks_are 50
	check_err $? "not all disks have come"
	with_units=$(kernel_memory)
	echo "a connection of $(nproc) queues: $(((with_pairs - before) / 10)) KiB"
	echo "a logical unit: $(((with_units - with_pairs) / 50)) KiB"
	[ "$with_units" -gt "$before" ]
	check_err $? "what takes no memory?"
}

disks_are()
{
	[ "$(grep -ls '^VDASD' /sys/block/sd*/device/model | wc -l)" = "$1" ]
}

tests_run
