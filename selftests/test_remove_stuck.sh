#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# cpus: 2
#
# Removal while a backing device does not answer: it says what it waits for, can be
# repeated, and can be forced.

# timeout: 600

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"

ALL_TESTS="
	message_and_force
	repeated_after_the_end
	server_adapter
	client_adapter
	pair
	unload
	delayed
	stalled_flush
"

# Make the virtual target device $1 answer no command any more, and have $3 reads
# of disk $2 wait for it; set variable $4 to their process.
hang()
{
	ioscli chdev -dev "$1" -attr inject_error=hang >/dev/null
	check_err $? "chdev"
	start "$4" fio --name=hang --filename="$2" --rw=randread --bs=4k --direct=1 \
		--ioengine=libaio --iodepth="$3" --number_ios="$3" --minimal
	busywait 60000 lu_stat_reaches "$1" inflight "$3"
	check_err $? "commands in flight: $(lu_stat "$1" inflight)"
}

# Set variable $1 to a virtual target device, $2 to its disk with a short time-out
# of $3 seconds (30).
map_hanging()
{
	local -n map_hanging_disk=$2

	need map_ram "$1" 16M && need client_disk map_hanging_disk "${!1}" || return
	echo "${3:-30}" >"/sys/block/${map_hanging_disk##*/}/device/timeout"
}

gone()
{
	[ ! -e "/sys/block/${1##*/}" ]
}

message_and_force()
{
	local vtd disk reads

	map_hanging vtd disk 120 || return
	hang "$vtd" "$disk" 5 reads
	expect_refusal 4 "5 commands on $vtd have not finished, the oldest for [1-9][0-9]* s" \
		within 30 ioscli rmvdev -vtd "$vtd"
	check_equal "$(vtd_member "$vtd" state)" removing "state after a removal that waits"
	expect_refusal 4 "5 commands on $vtd .* the oldest for [1-9][0-9]+ s" \
		within 30 ioscli rmvdev -vtd "$vtd"
	within 15 ioscli rmvdev -vtd "$vtd" -f >"$TMPDIR/rmvdev"
	check_err $? "rmvdev -f"
	check_equal "$(cat "$TMPDIR/rmvdev")" "$vtd deleted" "rmvdev -f"
	busywait 60000 ended "$reads"
	check_err $? "the reads have not ended"
	busywait 30000 gone "$disk"
	check_err $? "the disk is still there"
}

# Once the commands are answered the removal goes on without force.
repeated_after_the_end()
{
	local vtd disk reads

	map_hanging vtd disk 120 || return
	hang "$vtd" "$disk" 3 reads
	expect_refusal 4 "3 commands on $vtd have not finished" \
		within 30 ioscli rmvdev -vtd "$vtd"
	ioscli chdev -dev "$vtd" -attr inject_error=none >/dev/null
	check_err $? "chdev on a device that is being removed"
	busywait 60000 ended "$reads"
	check_err $? "the reads have not ended"
	within 15 ioscli rmvdev -vtd "$vtd" >/dev/null
	check_err $? "rmvdev"
}

server_adapter()
{
	local vtd disk reads

	map_hanging vtd disk 120 || return
	hang "$vtd" "$disk" 4 reads
	expect_refusal 4 "4 commands on $vtd have not finished" \
		within 40 ioscli rmdev -dev vhost0 -recursive
	within 20 ioscli rmdev -dev vhost0 -recursive -f >/dev/null
	check_err $? "rmdev -recursive -f"
	busywait 60000 ended "$reads"
	check_err $? "the reads have not ended"
	ioscli cfgdev >/dev/null
	check_err $? "cfgdev"
}

client_adapter()
{
	local vtd disk reads

	map_hanging vtd disk 120 || return
	hang "$vtd" "$disk" 4 reads
	within 30 ioscli -p client1 rmdev -dev vscsi0 -f >/dev/null
	check_err $? "rmdev -f"
	busywait 60000 ended "$reads"
	check_err $? "the reads have not ended"
	ioscli chdev -dev "$vtd" -attr inject_error=none >/dev/null
	ioscli -p client1 cfgdev >/dev/null
	check_err $? "cfgdev"
	need client_disk disk "$vtd" && fio_verify "$disk" --size=1m
	check_err $? "data"
}

pair()
{
	local vhost vtd disk reads

	need mkpair vhost && need map_ram vtd 16M "$vhost" && need client_disk disk "$vtd" || return
	echo 120 >"/sys/block/${disk##*/}/device/timeout"
	hang "$vtd" "$disk" 4 reads
	within 40 ioscli rmvadapter -vadapter "$vhost" -recursive -f >/dev/null
	check_err $? "rmvadapter -recursive -f"
	busywait 60000 ended "$reads"
	check_err $? "the reads have not ended"
	check_equal "$(ioscli lsmap -vadapter "$vhost" 2>/dev/null)" "" "what is left"
}

# With nothing but a hung command left the module can be unloaded.
unload()
{
	local vtd disk reads status

	map_hanging vtd disk 120 || return
	hang "$vtd" "$disk" 4 reads
	within 20 ioscli rmvdev -vtd "$vtd" -f >/dev/null
	check_err $? "rmvdev -f"
	busywait 60000 ended "$reads"
	check_err $? "the reads have not ended"
	within 30 unload_module
	status=$?
	check_err "$status" "rmmod"
	[ "$status" -ne 0 ] || insmod "$VSCSI_KO"
}

# A slow device is waited for.
delayed()
{
	local vtd disk reads

	map_hanging vtd disk || return
	ioscli chdev -dev "$vtd" -attr inject_delay_us=3000000 >/dev/null
	check_err $? "chdev"
	start reads fio --name=slow --filename="$disk" --rw=randread --bs=4k --direct=1 \
		--ioengine=libaio --iodepth=4 --number_ios=4 --minimal
	busywait 60000 lu_stat_reaches "$vtd" inflight 4
	within 20 ioscli rmvdev -vtd "$vtd" >/dev/null
	check_err $? "rmvdev"
	busywait 60000 ended "$reads"
	wait "$reads"
	check_err $? "commands that had begun have failed: $(cat "$TMPDIR/background")"
}

# A backing device that stalls when the disk is flushed at its removal: the removal says so
# and can be repeated, and meanwhile all else works.
stalled_flush()
{
	local ram dm disk

	need mkram ram 16 512 cache_size=4 && need mkdm dm "$ram" && need map_disk disk "$dm" ||
		return
	check_equal "$(cat "/sys/block/${disk##*/}/queue/write_cache")" "write back" "cache"
	dmsetup suspend --noflush --nolockfs "$dm"
	expect_refusal 4 "disks of vscsi0 have not been flushed" \
		within 60 ioscli -p client1 rmdev -dev vscsi0
	within 10 ioscli lsmap -all >/dev/null
	check_err $? "lsmap"
	dmsetup resume "$dm"
	within 90 ioscli -p client1 rmdev -dev vscsi0 >/dev/null
	check_err $? "rmdev after resume"
	ioscli -p client1 cfgdev >/dev/null
	check_err $? "cfgdev"
	need wait_linked vhost0
}

# expect-log: I/O error, dev|device offline error
need_module "$@"
tests_run
