#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# cpus: 2
# timeout: 600
#
# Everything that changes a system, at once and against running commands, for RACE_SECONDS
# (30): mapping, removal, growth, resets, aborts, adapters that come and go, CPUs that come and
# go, unloading. Disks that nobody takes away are written and verified all the time.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"

ALL_TESTS="
	at_once
"

actors_all="map_and_unmap map_used grow reset abort adapters unload list"
[ ! -w /sys/devices/system/cpu/cpu1/online ] || actors_all+=" cpus"

# Repeat command $@ until it is time to stop; count how often it succeeds.
repeat()
{
	local name=$1 done=0

	while [ ! -e "$TMPDIR/stop" ]; do
		"$@" >"$TMPDIR/$name.out" 2>&1 && done=$((done + 1))
	done
	echo "$name: $done times" >"$TMPDIR/$name.done"
}

map_and_unmap()
{
	ioscli mkvdev -ram 4M -vadapter vhost0 -dev comes &&
		ioscli rmvdev -vtd comes
}

# Under commands that are on their way.
map_used()
{
	local disk

	disk=$(ioscli mkvdev -ram 4M -vadapter vhost0 -dev used -wait | sed -n 2p)
	timeout 10 dd if=/dev/zero of="$disk" bs=64k count=64 oflag=direct conv=nocreat &
	ioscli rmvdev -vtd used
	wait $!
	[ -n "$disk" ]
}

grow()
{
	[ "$(stat -c %s "$growing")" -lt $((256 << 20)) ] || return
	truncate -s +1M "$growing"
	ioscli chdev -dev grows -attr rescan=yes
	timeout 10 dd if="$growing_disk" of=/dev/null bs=1M count=2 iflag=direct
}

reset()
{
	case $((RANDOM % 3)) in
	0) sg_reset --device "$disk" ;;
	1) sg_reset --target "$disk" ;;
	2) sg_reset --host "$disk" ;;
	esac && timeout 60 dd if="$disk" of=/dev/null bs=64k count=8 iflag=direct
}

# Commands that are answered too late, now and then.
abort()
{
	timeout 60 dd if="$slow_disk" of=/dev/null bs=4k count=60 iflag=direct
	ioscli chdev -dev slow -attr inject_delay_us=3000000 inject_every=50
}

adapters()
{
	local pair

	pair=$(ioscli mkvadapter -client client1 | awk 'NR == 1 { print $1 }') &&
		ioscli mkvdev -ram 1M -vadapter "$pair" &&
		ioscli rmvadapter -vadapter "$pair" -recursive
}

cpus()
{
	echo 0 >/sys/devices/system/cpu/cpu1/online
	echo 1 >/sys/devices/system/cpu/cpu1/online
}

unload()
{
	! rmmod vscsi
}

list()
{
	ioscli lsmap -all -json | jq -e . && cat /sys/class/scsi_host/host*/config
}

verify()
{
	fio --name=race --filename="$1" --rw=randwrite --bs=16k --size=8m --direct=1 \
		--ioengine=libaio --iodepth=8 --verify=crc32c --verify_fatal=1 --do_verify=1 \
		--time_based --runtime="${RACE_SECONDS:-30}" --randrepeat=0 --minimal
}

at_once()
{
	local actors=() actor hold verifiers=() number ram file direct dir verified

	need mkfile growing 1M && need map_disk growing_disk "$growing" vhost0 -dev grows &&
		need map_ram_disk slow_disk 4M vhost0 -dev slow &&
		need mkram ram 16 && need map_disk disk "$ram" &&
		need mkfile file 16M && need map_disk buffered_disk "$file" vhost0 -buffered &&
		need mkext4 dir 48 && need mkfile_in direct "$dir" 16M &&
		need map_disk direct_disk "$direct" vhost0 -direct || return
	echo 1 >"/sys/block/${slow_disk##*/}/device/timeout"

	# Now the module can't be unloaded.
	exec {hold}<"$disk"
	for verified in "$disk" "$buffered_disk" "$direct_disk"; do
		verify "$verified" >"$TMPDIR/verify.${#verifiers[@]}" 2>&1 &
		verifiers+=($!)
	done
	for actor in $actors_all; do
		repeat "$actor" &
		actors+=($!)
	done
	for number in "${!verifiers[@]}"; do
		busywait 240000 ended "${verifiers[number]}"
		check_err $? "fio hangs"
		wait "${verifiers[number]}"
		check_err $? "$(tail -n 3 "$TMPDIR/verify.$number")"
	done
	touch "$TMPDIR/stop"
	for actor in "${actors[@]}"; do
		busywait 240000 ended "$actor"
		check_err $? "something hangs: $(ps -o pid,stat,wchan:30,args)"
	done
	exec {hold}<&-
	rm "$TMPDIR/stop"
	cat "$TMPDIR"/*.done
	unmap comes
	unmap used
	for actor in $actors_all; do
		not grep -q ': 0 times' "$TMPDIR/$actor.done"
		check_err $? "never done: $actor: $(cat "$TMPDIR/$actor.out")"
	done
}

require_cmd fio jq sg_reset
need_module
growing='' growing_disk='' slow_disk='' disk='' buffered_disk='' direct_disk=''
wait_linked vhost0 || exit
tests_run
