#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# cpus: 2
#
# Resets while commands are under way: no command is lost, no data is wrong, and
# other clients are told.

# timeout: 600

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"

ALL_TESTS="
	lun_reset_under_load
	target_reset_under_load
	host_reset_under_load
	lun_reset_frees_hung
	host_reset_frees_hung
	attention_after_reset
	one_disk_of_two
	two_clients
"

# Write and verify disk $2 while it is reset by "sg_reset $1" again and again.
reset_under_load()
{
	local how=$1 disk=$2 sg load i

	sg=$(sg_of "$disk")
	start load fio --name=verify --filename="$disk" --rw=randwrite --bs=8k --size=6m \
		--direct=1 --ioengine=libaio --iodepth=16 --verify=crc32c --verify_fatal=1 \
		--do_verify=1 --loops=2 --minimal
	busywait 60000 has_written "$disk" 32
	for ((i = 0; i < 8; i++)); do
		within 30 sg_reset -N "$how" "$sg"
		check_err $? "sg_reset $how"
		! ended "$load" || break
	done
	[ "$i" -ge 2 ]
	check_err $? "only $i resets under load"
	busywait 180000 ended "$load"
	check_err $? "fio hangs"
	wait "$load"
	check_err $? "fio: $(cat "$TMPDIR/background")"
}

reset_block()
{
	local ram disk

	need mkram ram 16 && need map_disk disk "$ram" && reset_under_load "$1" "$disk"
}

lun_reset_under_load()
{
	reset_block -d
}

target_reset_under_load()
{
	reset_block -t
}

host_reset_under_load()
{
	reset_block -H
}

# Have $3 reads wait for disk $2 of virtual target device $1; set variable $4 to
# their process.
hang()
{
	ioscli chdev -dev "$1" -attr inject_error=hang >/dev/null
	check_err $? "chdev"
	start "$4" fio --name=hang --filename="$2" --rw=randread --bs=4k --direct=1 \
		--ioengine=libaio --iodepth="$3" --number_ios="$3" --minimal
	busywait 60000 lu_stat_reaches "$1" inflight "$3"
	check_err $? "commands in flight: $(lu_stat "$1" inflight)"
}

# Commands that a reset has taken off a hung device are sent again and succeed.
reset_frees_hung()
{
	local vtd disk reads

	need map_ram vtd 16M && need client_disk disk "$vtd" || return
	hang "$vtd" "$disk" 8 reads
	within 30 sg_reset -N "$1" "$(sg_of "$disk")"
	check_err $? "sg_reset $1"
	lu_stat_reaches "$vtd" aborts 8
	check_err $? "aborted commands: $(lu_stat "$vtd" aborts)"
	ioscli chdev -dev "$vtd" -attr inject_error=none >/dev/null
	busywait 60000 ended "$reads"
	check_err $? "the reads hang"
	wait "$reads"
	check_err $? "the reads have failed: $(cat "$TMPDIR/background")"
}

lun_reset_frees_hung()
{
	reset_frees_hung -d
}

host_reset_frees_hung()
{
	reset_frees_hung -H
}

attention_after_reset()
{
	local ram disk sg

	need mkram ram 16 && need map_disk disk "$ram" || return
	sg=$(sg_of "$disk")
	expect_good "$sg" 00 00 00 00 00 00
	sg_reset -N -d "$sg"
	check_err $? "sg_reset"
	expect_sense 6 29 03 "$sg" 00 00 00 00 00 00
	expect_good "$sg" 00 00 00 00 00 00
}

# Only the commands of the disk that is reset are aborted.
one_disk_of_two()
{
	local first second first_disk second_disk first_reads second_reads reads

	need map_ram first 16M && need client_disk first_disk "$first" || return
	need map_ram second 16M && need client_disk second_disk "$second" || return
	hang "$first" "$first_disk" 4 first_reads
	hang "$second" "$second_disk" 4 second_reads
	within 30 sg_reset -N -d "$(sg_of "$first_disk")"
	check_err $? "sg_reset"
	lu_stat_reaches "$first" aborts 4
	check_err $? "aborted commands of the first: $(lu_stat "$first" aborts)"
	check_equal "$(lu_stat "$second" aborts)" 0 "aborted commands of the second"
	check_equal "$(lu_stat "$second" inflight)" 4 "commands in flight of the second"
	ioscli chdev -dev "$first" -attr inject_error=none >/dev/null
	ioscli chdev -dev "$second" -attr inject_error=none >/dev/null
	for reads in "$first_reads" "$second_reads"; do
		busywait 60000 ended "$reads"
		check_err $? "the reads hang"
		wait "$reads"
		check_err $? "the reads have failed"
	done
}

# Print the disks of the clients of server adapter $1, one a line.
disks_of()
{
	local dir path name

	for dir in /sys/class/scsi_host/host*; do
		read -r name 2>/dev/null <"$dir/vhost_name" || continue
		[ "$name" = "$1" ] || continue
		for path in "$dir/device/target"*/*/block/*; do
			[ ! -b "/dev/${path##*/}" ] || echo "/dev/${path##*/}"
		done
	done
}

two_disks_of()
{
	[ "$(disks_of "$1" | wc -l)" = 2 ]
}

remove_client()
{
	ioscli -p client1 rmvadapter -vadapter "$1" -single -f >/dev/null
}

remove_any()
{
	ioscli rmvadapter -vadapter "$1" -recursive -f >/dev/null
}

# A reset by one client aborts the commands of the other too: it sends them again,
# and has a unit attention.
two_clients()
{
	local vhost out vtd disks reads

	vhost=$(ioscli mkvadapter -any | awk '{ print $1 }')
	check_match "$vhost" "^vhost[0-9]+$" "mkvadapter -any"
	defer remove_any "$vhost"
	for _ in 1 2; do
		out=$(ioscli mkvadapter -client client1 -server "$vhost" | awk '{ print $1 }')
		check_match "$out" "^vscsi[0-9]+$" "mkvadapter -server"
		defer remove_client "$out"
	done
	need map_ram vtd 16M "$vhost" || return
	busywait 60000 two_disks_of "$vhost"
	check_err $? "disks of two clients: $(disks_of "$vhost")"
	udevadm settle
	mapfile -t disks < <(disks_of "$vhost")
	[ "${#disks[@]}" = 2 ] || return

	fio_verify "${disks[0]}" --size=512k
	check_err $? "data"
	check_equal "$(dd if="${disks[0]}" bs=64k count=8 iflag=direct status=none | cksum)" \
		"$(dd if="${disks[1]}" bs=64k count=8 iflag=direct status=none | cksum)" \
		"both see the same"

	expect_good "$(sg_of "${disks[0]}")" 00 00 00 00 00 00
	expect_good "$(sg_of "${disks[1]}")" 00 00 00 00 00 00
	sg_reset -N -d "$(sg_of "${disks[0]}")"
	check_err $? "sg_reset"
	expect_sense 6 29 03 "$(sg_of "${disks[1]}")" 00 00 00 00 00 00
	expect_sense 6 29 03 "$(sg_of "${disks[0]}")" 00 00 00 00 00 00

	hang "$vtd" "${disks[1]}" 4 reads
	within 30 sg_reset -N -d "$(sg_of "${disks[0]}")"
	check_err $? "sg_reset"
	lu_stat_reaches "$vtd" aborts 4
	check_err $? "aborted commands: $(lu_stat "$vtd" aborts)"
	ioscli chdev -dev "$vtd" -attr inject_error=none >/dev/null
	busywait 60000 ended "$reads"
	check_err $? "the reads of the other client hang"
	wait "$reads"
	check_err $? "the reads of the other client have failed: $(cat "$TMPDIR/background")"
}

require_cmd sg_reset
need_module "$@"
tests_run
