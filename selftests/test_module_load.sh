#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# cpus: 2
#
# What loading the module makes, what its parameters do, and that unloading it
# takes everything down, or refuses to.
#
# timeout: 600

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

ALL_TESTS="
	test_default_objects
	test_default_host
	test_default_bus
	test_machine
	test_machine_bad
	test_empty
	test_empty_bad
	test_fifty_times
	test_unload_during_scan
	test_unload_at_event
	test_unload_open_disk
	test_unload_busy_disk
	test_unload_mounted
	test_unload_mapped
"

readonly BUS=/sys/bus/vscsi

# Print the directory of the only virtual SCSI host.
host_dir()
{
	local dirs=("$BUS"/devices/vscsi0/host*/scsi_host/host*)

	echo "${dirs[0]}"
}

check_file()
{
	check_equal "$(cat "$1")" "$2" "$1"
}

check_unloaded()
{
	! module_loaded
	check_err $? "the module is still loaded"
	[ ! -d "$BUS" ]
	check_err $? "$BUS is still there"
	! grep -q vscsi /sys/class/scsi_host/host*/proc_name 2>/dev/null
	check_err $? "a SCSI host is still there"
}

test_default_objects()
{
	load_module
	check_err $? "insmod failed"
	wait_linked vhost0
	check_err $?
	expect_output "1:vios1:vios:1:vhost0
2:client1:client:1:vscsi0" ioscli lslpar -fmt :
	expect_output "vhost0:U9105.22A.0000001-V1-C2:0x00000002: : : : : : " \
		ioscli lsmap -all -fmt :
	expect_output "value

up" ioscli -p client1 lsdev -dev vscsi0 -attr link_state
	expect_output "value

client1:vscsi0" ioscli lsdev -dev vhost0 -attr clients
	undo_to 0
	check_unloaded
}

# IBM's attributes of a client's SCSI host.
test_default_host()
{
	local dir

	load_module
	wait_linked vhost0
	check_err $?
	dir=$(host_dir)
	check_file "$dir/partition_name" vios1
	check_file "$dir/partition_number" 1
	check_file "$dir/vhost_name" vhost0
	check_file "$dir/vhost_loc" U9105.22A.0000001-V1-C2
	check_file "$dir/srp_version" 16.a
	check_file "$dir/mad_version" 1
	check_file "$dir/os_type" 3
	check_file "$dir/nr_hw_queues" "$(nproc)"
	check_file "$dir/config" "adapter=vscsi0
physloc=U9105.22A.0000001-V2-C2
remote_partition=1
remote_slot=2
link=up
queues=$(nproc)
poll_queues=0
can_queue=$(cat "$dir/can_queue")"
	expect_output "value

${dir##*/}" ioscli -p client1 lsdev -dev vscsi0 -attr host
}

test_default_bus()
{
	local dir=$BUS/devices

	load_module
	check_equal "$(ls "$dir")" "vhost0
vscsi0" "devices on the bus"
	check_file "$dir/vhost0/partition_name" vios1
	check_file "$dir/vhost0/partition_number" 1
	check_file "$dir/vhost0/physloc" U9105.22A.0000001-V1-C2
	check_file "$dir/vhost0/unit_address" 30000002
	check_file "$dir/vhost0/system_id" U9105.22A.0000001
	check_file "$dir/vscsi0/partition_name" client1
	check_file "$dir/vscsi0/partition_number" 2
	check_file "$dir/vscsi0/physloc" U9105.22A.0000001-V2-C2
	check_file "$dir/vscsi0/unit_address" 30000002
	check_file "$dir/vscsi0/system_id" U9105.22A.0000001
	[ "$(readlink -f "$dir/vscsi0/subsystem")" = "$BUS" ]
	check_err $? "vscsi0 is not on the bus"
}

test_machine()
{
	local machine=U8286.42A.21E0B1V

	load_module machine="$machine"
	check_err $? "insmod failed"
	wait_linked vhost0
	check_err $?
	expect_output "$machine-V1-C2" ioscli lsmap -all -field physloc -fmt :
	expect_output "$machine-V2-C2" \
		ioscli -p client1 lsdev -dev vscsi0 -field physloc -fmt :
	check_file "$(host_dir)/vhost_loc" "$machine"-V1-C2
	check_file "$BUS"/devices/vhost0/system_id "$machine"
	check_file /sys/module/vscsi/parameters/machine "$machine"
	undo_to 0
	# As long as it may be.
	load_module machine=U123456789.123456789.1234567890
	check_err $? "31 characters"
	expect_output "U123456789.123456789.1234567890-V1-C2" \
		ioscli lsmap -all -field physloc -fmt :
}

test_machine_bad()
{
	local machine

	for machine in "" "U9105 22A" "U9105/22A" "U9105-22A" $'U9105\t22A' \
			U123456789.123456789.12345678901 "U9105.22%s"; do
		insmod "$VSCSI_KO" "machine=\"$machine\"" 2>"$TMPDIR/insmod"
		check_fail $? "machine=$machine is accepted"
		grep -q 'Invalid parameters' "$TMPDIR/insmod"
		check_err $? "machine=$machine: $(cat "$TMPDIR/insmod")"
		check_unloaded
		unload_module
	done
	load_module
	check_err $? "insmod fails after bad parameters"
}

test_empty()
{
	load_module empty=1
	check_err $? "insmod failed"
	expect_output "" ioscli lslpar -fmt :
	check_equal "$(ls "$BUS"/devices)" "" "devices on the bus"
	expect_refusal 2 "There is no Virtual I/O Server" ioscli lsmap -all
	expect_refusal 2 "There is no Virtual I/O Server" ioscli lsdev
	# From nothing to a disk.
	expect_output "io created" ioscli mklpar -lpar io -type vios
	expect_refusal 15 "Server Virtual SCSI Adapter" ioscli lsmap -all
	expect_output "app created" ioscli mklpar -lpar app -id 28
	expect_output "vhost0 Available
vscsi0 Available" ioscli mkvadapter -client app -slot 12 -clientslot 5
	wait_linked vhost0
	check_err $?
	expect_output "vhost0:U9105.22A.0000001-V1-C12:0x0000001c: " \
		ioscli lsmap -all -field svsa physloc clientid vtd -fmt :
	ioscli mkvdev -ram 8M -vadapter vhost0 -wait >"$TMPDIR/disk"
	check_err $? "no disk"
	[ -b "$(tail -n 1 "$TMPDIR/disk")" ]
	check_err $? "$(cat "$TMPDIR/disk")"
}

test_empty_bad()
{
	insmod "$VSCSI_KO" empty=perhaps 2>/dev/null
	check_fail $? "empty=perhaps is accepted"
	check_unloaded
	unload_module
}

# As often, and with as little left over, as one likes.
test_fifty_times()
{
	local i refs

	load_module
	wait_linked vhost0
	undo_to 0
	refs=$(cat /sys/module/scsi_mod/refcnt)
	for ((i = 0; i < 50; i++)); do
		insmod "$VSCSI_KO" || break
		# Now and then it's over before the login.
		((i % 5)) || wait_linked vhost0 || break
		busywait 30000 rmmod vscsi 2>/dev/null || break
	done
	check_equal "$i" 50 "how often it went well"
	unload_module
	check_unloaded
	check_equal "$(cat /sys/module/scsi_mod/refcnt)" "$refs" \
		"users of scsi_mod"
}

# Probing and partition scan are under way, with commands that take their time.
test_unload_during_scan()
{
	local i

	for ((i = 0; i < 3; i++)); do
		insmod "$VSCSI_KO"
		check_err $? "insmod failed"
		wait_linked vhost0
		check_err $?
		for _ in 1 2 3; do
			ioscli mkvdev -ram 4M -vadapter vhost0 >/dev/null
			check_err $? "mkvdev failed"
		done
		ioscli chdev -dev vtscsi0 -attr inject_delay_us=50000 \
			>/dev/null
		check_err $? "chdev failed"
		busywait 30000 rmmod vscsi 2>/dev/null
		check_err $? "rmmod takes longer than 30 s"
		unload_module
		check_unloaded
	done
}

# Known disks are looked at when one more is announced, and nobody may take hold of them now.
test_unload_at_event()
{
	local i others

	for ((i = 0; i < 15; i++)); do
		insmod "$VSCSI_KO"
		check_err $? "insmod failed"
		wait_linked vhost0
		ioscli mkvdev -ram 1M -vadapter vhost0 -wait >/dev/null
		check_err $? "mkvdev failed"
		while module_loaded; do
			ioscli mkvdev -ram 1M -vadapter vhost0 -dev one
			ioscli rmvdev -vtd one
		done >/dev/null 2>&1 &
		others=$!
		busywait 30000 rmmod vscsi 2>/dev/null
		check_err $? "rmmod takes longer than 30 s"
		wait "$others"
		unload_module
		check_unloaded
	done
}

test_unload_open_disk()
{
	local disk

	load_module
	wait_linked vhost0
	map_ram_disk disk 64M || check_err 1 "no disk"
	exec 3<"$disk"
	rmmod vscsi 2>"$TMPDIR/rmmod"
	check_fail $? "unloaded although a disk is open"
	grep -q 'in use' "$TMPDIR/rmmod"
	check_err $? "$(cat "$TMPDIR/rmmod")"
	dd bs=64k of=/dev/null count=16 <&3 2>/dev/null
	check_err $? "the disk can't be read any more"
	exec 3<&-
	undo_to 0
	check_unloaded
}

was_written()
{
	awk '{ exit !$5 }' "/sys/block/${1##*/}/stat"
}

test_unload_busy_disk()
{
	local disk pid

	load_module
	wait_linked vhost0
	map_ram_disk disk 64M || check_err 1 "no disk"
	fio --name=busy --filename="$disk" --rw=randrw --bs=4k --direct=1 \
		--ioengine=libaio --iodepth=16 --time_based --runtime=60 \
		--output="$TMPDIR/fio" &
	pid=$!
	busywait 30000 was_written "$disk"
	check_err $? "no I/O"
	for _ in 1 2 3 4 5; do
		rmmod vscsi 2>/dev/null
		check_fail $? "unloaded under I/O"
	done
	kill -0 "$pid"
	check_err $? "I/O has failed"
	kill -INT "$pid"
	wait "$pid"
	grep -q 'err= 0' "$TMPDIR/fio"
	check_err $? "$(cat "$TMPDIR/fio")"
	undo_to 0
	check_unloaded
}

test_unload_mounted()
{
	local disk dir depth

	load_module
	wait_linked vhost0
	map_ram_disk disk 64M || check_err 1 "no disk"
	depth=${#deferred[@]}
	mkmount dir ext4 "$disk"
	check_err $? "no file system"
	rmmod vscsi 2>/dev/null
	check_fail $? "unloaded although a disk is mounted"
	echo safe >"$dir/file" && sync -f "$dir/file"
	check_err $? "the file system is not usable"
	undo_to "$depth"
	unload_module
	check_err $? "not unloaded after umount"
	check_unloaded
}

# Mappings hold no module; unloading frees the backing devices.
test_unload_mapped()
{
	local ram file loop vg lv dev

	mkram ram 32 && mkfile file 16M && mkloop loop "$file"
	mkfile file 16M
	mkram dev 64 && mkvg vg "$dev" && mklv lv "$vg" 16M
	load_module
	wait_linked vhost0
	for dev in "$ram" "$loop" "$lv" "$file"; do
		ioscli mkvdev -vdev "$dev" -vadapter vhost0 -wait >/dev/null
		check_err $? "$dev not mapped"
	done
	udevadm settle
	busywait 30000 rmmod vscsi 2>/dev/null
	check_err $? "not unloaded"
	check_unloaded
	for dev in "$ram" "$loop" "/dev/$lv"; do
		opens_exclusively "$dev"
		check_err $? "$dev is still claimed"
	done
	load_module
	expect_output "vhost0: " ioscli lsmap -all -field svsa vtd -fmt :
	undo_to 0
}

tests_run
