#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# cpus: 2
#
# Virtual target devices and adapters that are removed while the client reads and
# writes: in bounded time, nothing hangs, nothing stays, nothing is lost.

# timeout: 600

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"

ALL_TESTS="
	vtd_block
	vtd_file_direct
	vtd_file_buffered
	vtd_of_several
	server_adapter
	client_adapter
	pair
	mounted_disk
	unload_with_mappings
"

readonly removal_limit=30

client_disks()
{
	find /sys/bus/scsi/devices/ -name '[0-9]*:0:[1-9]*:*' \
		-exec grep -l VDASD {}/model \; 2>/dev/null | wc -l
}

disks_are()
{
	[ "$(client_disks)" = "$1" ]
}

# Process $1, which works on a disk that is gone, must end, and not well.
expect_failure_of()
{
	busywait 60000 ended "$1"
	check_err $? "the load still runs" || return
	wait "$1"
	check_fail $? "the load has not noticed: $(cat "$TMPDIR/background")"
}

# Write a pattern to disk $1 behind what the load uses; the same in file $2.
leave_mark()
{
	dd if=/dev/urandom of="$2" bs=1M count=1 status=none
	dd if="$2" of="$1" bs=1M seek=15 oflag=direct conv=fsync status=none
}

# The mark must be in file or disk $1.
check_mark()
{
	cmp -n $((1 << 20)) <(dd if="$1" bs=1M skip=15 count=1 status=none) "$2"
	check_err $? "$1 has lost data"
}

# Remove and map again, under load, backing device $1, with the options $2...
remove_repeatedly()
{
	local backing=$1 round vtd disk load out

	shift
	for round in 1 2 3; do
		need map vtd "$backing" vhost0 "$@" && need client_disk disk "$vtd" || return
		leave_mark "$disk" "$TMPDIR/mark"
		need start_load load "$disk" --size=14m || return
		out=$(within "$removal_limit" ioscli rmvdev -vtd "$vtd")
		check_equal "$out" "$vtd deleted" "rmvdev, round $round"
		expect_failure_of "$load"
		busywait 30000 disks_are 0
		check_err $? "the client still has a disk"
		check_mark "$backing" "$TMPDIR/mark"
	done
	rm -f "$TMPDIR/mark"
	need map_disk disk "$backing" vhost0 "$@" || return
	fio_verify "$disk" --size=2m
	check_err $? "data after the last mapping"
}

vtd_block()
{
	local ram

	need mkram ram 16 && remove_repeatedly "$ram"
}

vtd_file_direct()
{
	local dir file

	need mkext4 dir 48 && need mkfile_in file "$dir" 16M && remove_repeatedly "$file" -direct
}

vtd_file_buffered()
{
	local file

	need mkfile file 16M && remove_repeatedly "$file" -buffered
}

# The other disks of the adapter go on.
vtd_of_several()
{
	local first second vtd disk other load

	need mkram first 16 && need mkram second 16 || return
	need map vtd "$first" && need client_disk disk "$vtd" || return
	need map_disk other "$second" && need start_load load "$other" || return
	for _ in 1 2 3; do
		within "$removal_limit" ioscli rmvdev -vtd "$vtd" >/dev/null
		check_err $? "rmvdev"
		busywait 30000 disks_are 1
		check_err $? "the client still has the disk"
		need map vtd "$first" && need client_disk disk "$vtd" || return
	done
	ended "$load"
	check_fail $? "the load on the other disk has ended: $(cat "$TMPDIR/background")"
	end_process "$load"
}

# Bring the server adapter and its mapping back.
bring_back()
{
	ioscli cfgdev -dev vhost0 >/dev/null 2>&1 || ioscli cfgdev >/dev/null
}

server_adapter()
{
	local ram vtd disk load

	need mkram ram 16 || return
	defer bring_back
	for _ in 1 2; do
		need map vtd "$ram" && need client_disk disk "$vtd" || return
		leave_mark "$disk" "$TMPDIR/mark"
		need start_load load "$disk" --size=14m || return
		expect_refusal 4 "vhost0" ioscli rmdev -dev vhost0
		ended "$load"
		check_fail $? "a refused rmdev has ended the load"
		within "$removal_limit" ioscli rmdev -dev vhost0 -recursive >"$TMPDIR/rmdev"
		check_err $? "rmdev -recursive"
		check_match "$(cat "$TMPDIR/rmdev")" "$vtd .*vhost0 " "rmdev"
		expect_failure_of "$load"
		busywait 30000 disks_are 0
		check_err $? "the client still has a disk"
		check_mark "$ram" "$TMPDIR/mark"
		bring_back
		check_err $? "cfgdev"
	done
}

# The mapping stays while the client's adapter is away.
client_adapter()
{
	local ram vtd disk load

	need mkram ram 16 && need map vtd "$ram" || return
	for _ in 1 2 3; do
		need client_disk disk "$vtd" || return
		leave_mark "$disk" "$TMPDIR/mark"
		need start_load load "$disk" --size=14m || return
		within "$removal_limit" ioscli -p client1 rmdev -dev vscsi0 >/dev/null
		check_err $? "rmdev"
		expect_failure_of "$load"
		check_equal "$(client_disks)" 0 "the client's disks"
		check_mark "$ram" "$TMPDIR/mark"
		ioscli -p client1 cfgdev >/dev/null
		check_err $? "cfgdev"
	done
	need client_disk disk "$vtd" && check_mark "$disk" "$TMPDIR/mark"
}

pair()
{
	local ram vhost vtd disk load

	need mkram ram 16 || return
	for _ in 1 2; do
		need mkpair vhost && need map vtd "$ram" "$vhost" && need client_disk disk "$vtd" || return
		need start_load load "$disk" --size=14m || return
		within "$removal_limit" ioscli rmvadapter -vadapter "$vhost" -recursive >/dev/null
		check_err $? "rmvadapter"
		expect_failure_of "$load"
		busywait 30000 disks_are 0
		check_err $? "the client still has a disk"
	done
}

# A file system whose disk is gone can be unmounted.
mounted_disk()
{
	local file vtd disk dir load

	need mkfile file 48M && need map vtd "$file" && need client_disk disk "$vtd" || return
	need mkmount dir ext4 "$disk" -q || return
	cp /usr/bin/fio "$dir"
	sync -f "$dir"
	start load fio --name=load --directory="$dir" --size=4m --rw=randwrite --bs=4k \
		--fsync=8 --time_based --runtime=60
	busywait 10000 test -e "$dir/load.0.0"
	within "$removal_limit" ioscli rmvdev -vtd "$vtd" >/dev/null
	check_err $? "rmvdev"
	expect_failure_of "$load"
	within "$removal_limit" umount "$dir"
	check_err $? "umount"
	e2fsck -f -y "$file" >"$TMPDIR/fsck" 2>&1
	[ $? -le 1 ]
	check_err $? "e2fsck: $(cat "$TMPDIR/fsck")"

	need map_disk disk "$file" && need mount "$disk" "$dir" || return
	cmp "$dir/fio" /usr/bin/fio
	check_err $? "data"
}

# rmmod refuses while a disk is open, and takes everything down when none is.
unload_with_mappings()
{
	local ram file first second disk load status

	need mkram ram 16 && need mkfile file 16M || return
	need map first "$ram" && need map second "$file" || return
	need client_disk disk "$first" && need client_disk disk "$second" || return
	need start_load load "$disk" || return
	rmmod vscsi 2>"$TMPDIR/rmmod"
	check_fail $? "rmmod while a disk is open"
	check_match "$(cat "$TMPDIR/rmmod")" "in use" "rmmod"
	ended "$load"
	check_fail $? "a refused rmmod has ended the load"
	end_process "$load"

	within "$removal_limit" unload_module
	status=$?
	check_err "$status" "rmmod with mappings"
	check_equal "$(client_disks)" 0 "the client's disks"
	[ "$status" -ne 0 ] || insmod "$VSCSI_KO"
}

# expect-log: Buffer I/O error|I/O error, dev|device offline error|EXT4-fs|JBD2
need_module "$@"
tests_run
