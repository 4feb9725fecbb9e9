#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 900
#
# Optical drives as a client's sr driver sees them: media that are loaded, read, written,
# ejected, changed and taken away, and what the server shows of it.

# shellcheck source=lib_optical.sh
. "$(dirname "$0")/lib_optical.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"

ALL_TESTS="
	image_mounts
	listings
	empty_drive
	eject_shows_on_the_server
	mount_locks_the_door
	file_is_closed
	shared_media
	written_medium
	medium_that_fails
	refused_media
	change_under_reads
	remove_under_reads
	every_command
"

# Does device $1 have the contents of file $2, and no more?
shows()
{
	cmp -s "$2" "$1" 2>/dev/null
}

check_shows()
{
	busywait 30000 shows "$1" "$2"
	check_err $? "$1 is not $2: $(cmp "$2" "$1" 2>&1)"
}

image_mounts()
{
	local iso vtd dev dir size

	need mkiso iso && need mkdrive vtd dev || return
	expect_output "" ioscli loadopt -disk "$iso" -vtd "$vtd"
	check_shows "$dev" "$iso"
	check_match "$dev" "^/dev/sr[0-9]+$" "device"
	size=$(stat -c %s "$iso")
	check_equal "$(blockdev --getsize64 "$dev")" "$size" "size"
	check_equal "$(queue_attr "$dev" logical_block_size)" 2048 "block size"
	dir=$(mktemp -d "$TMPDIR/mnt.XXXXXX")
	defer rmdir "$dir"
	mount -t iso9660 -o ro "$dev" "$dir"
	check_err $? "not mounted"
	defer umount "$dir"
	check_equal "$(cat "$dir"/[ab] | md5sum)" "$(cat "$TMPDIR"/tree.*/[ab] | md5sum)" "files"
}

listings()
{
	local iso vtd

	need mkiso iso || return
	expect_output "drive Available" ioscli mkvdev -fbo -vadapter vhost0 -dev drive
	defer unmap drive
	mkvdev_as vtd -fbo -vadapter vhost0
	check_equal "$vtd" vtopt0 "name"
	ioscli loadopt -disk "$iso" -vtd drive
	check_err $? "not loaded"
	expect_output "drive:$iso:1
vtopt0:No Media:n/a" ioscli lsvopt -fmt :
	expect_output "drive:$iso:vtopt0: " \
		ioscli lsmap -all -type file_opt -field vtd backing -fmt :
	expect_output "drive:Virtual Target Device - File-backed Optical
vtopt0:Virtual Target Device - File-backed Optical" \
		ioscli lsdev -type optical -field name description -fmt :
	check_equal "$(lsscsi | grep -c 'cd/dvd *AIX *VOPTA')" 2 "drives of the client"
	check_match "$(ioscli mkvdev -fbo -vadapter vhost0 -dev waits -wait)" \
		"^waits Available.*/dev/sr[0-9]+$" "mkvdev -wait"
	expect_output "waits deleted" ioscli rmvdev -vtd waits
	expect_output "vtopt0 deleted" ioscli rmdev -dev vtopt0
	expect_output "drive deleted" ioscli rmvdev -vtd drive
}

# Nothing hangs, and it is said what is missing.
empty_drive()
{
	local vtd dev out

	need mkdrive vtd dev || return
	check_equal "$(vtd_fields "$vtd" status size)" "Available 0" "mapping"
	out=$(dd if="$dev" of=/dev/null count=1 2>&1)
	check_fail $? "an empty drive was read"
	check_match "$out" "No medium found" "what dd says"
	expect_sense 2 3a 01 "$(sg_of "$dev")" 00 00 00 00 00 00
	expect_refusal 4 "has no medium" ioscli unloadopt -vtd "$vtd"
}

eject_shows_on_the_server()
{
	local first second vtd dev sg

	need mkiso first && need mkiso second && need mkdrive vtd dev || return
	sg=$(sg_of "$dev")
	ioscli loadopt -disk "$first" -vtd "$vtd"
	check_shows "$dev" "$first"
	"$SELFTESTS/netlink_listen" events >"$TMPDIR/events" &
	defer kill $!
	busywait 30000 grep -qx ready "$TMPDIR/events"
	busywait 30000 eject "$dev"
	check_err $? "not ejected"
	busywait 30000 drive_is_empty "$vtd"
	check_err $? "the server has $(medium_of "$vtd")"
	busywait 30000 grep -qx "VTD_SET - vhost0 $vtd" "$TMPDIR/events"
	check_err $? "no event: $(cat "$TMPDIR/events")"
	check_equal "$(ioscli lsvopt -vtd "$vtd" -fmt :)" "$vtd:No Media:n/a" "lsvopt"
	expect_sense 2 3a 02 "$sg" 00 00 00 00 00 00
	ioscli loadopt -disk "$second" -vtd "$vtd"
	check_err $? "not loaded again"
	check_shows "$dev" "$second"
}

mount_locks_the_door()
{
	local iso other vtd dev dir

	need mkiso iso && need mkiso other && need mkdrive vtd dev || return
	ioscli loadopt -disk "$iso" -vtd "$vtd"
	check_shows "$dev" "$iso"
	dir=$(mktemp -d "$TMPDIR/mnt.XXXXXX")
	defer rmdir "$dir"
	mount -t iso9660 -o ro "$dev" "$dir"
	check_err $? "not mounted"
	defer umount "$dir"
	check_equal "$(ioscli lsvopt -vtd "$vtd" -field locked -fmt :)" true "locked"
	expect_no_change 4 "a client has locked $vtd" ioscli unloadopt -vtd "$vtd"
	expect_no_change 4 "already has a medium" ioscli loadopt -disk "$other" -vtd "$vtd"
	expect_no_change 4 "a client has locked $vtd" ioscli loadopt -f -disk "$other" -vtd "$vtd"
	expect_output "" ioscli unloadopt -release -vtd "$vtd"
	drive_is_empty "$vtd"
	check_err $? "not empty"
	echo 3 >/proc/sys/vm/drop_caches
	cat "$dir/a" >/dev/null 2>&1
	check_fail $? "a medium that is gone was read"
}

# A file that is open holds up the unmounting of what it is on.
file_is_closed()
{
	local iso vtd dev dir

	need mkiso iso && need mkdrive vtd dev || return
	dir=$(mktemp -d "$TMPDIR/mnt.XXXXXX")
	defer rmdir "$dir"
	mount -t tmpfs none "$dir" && cp "$iso" "$dir/iso"
	check_err $? "no file system"
	ioscli loadopt -disk "$dir/iso" -vtd "$vtd"
	check_shows "$dev" "$iso"
	umount "$dir" 2>/dev/null
	check_fail $? "unmounted while the medium is loaded"
	unload "$vtd"
	busywait 10000 umount "$dir" 2>/dev/null
	check_err $? "the file is still open"
}

shared_media()
{
	local iso first second third dev1 dev2

	need mkiso iso && need mkdrive first dev1 && need mkdrive second dev2 || return
	ioscli loadopt -disk "$iso" -vtd "$first" && ioscli loadopt -disk "$iso" -vtd "$second"
	check_err $? "not loaded twice"
	check_shows "$dev1" "$iso"
	check_shows "$dev2" "$iso"
	mkvdev_as third -fbo -vadapter vhost0
	expect_refusal 4 "$first uses the file too" ioscli loadopt -rw -disk "$iso" -vtd "$third"
	expect_refusal 4 "already being used" ioscli mkvdev -vdev "$iso" -vadapter vhost0
	# Not with -f either: whoever would write to the disk knows nothing of the drive.
	expect_refusal 4 "the medium in $first" ioscli mkvdev -f -vdev "$iso" -vadapter vhost0
	expect_output "reader Available" ioscli mkvdev -f -ro -vdev "$iso" -vadapter vhost0 -dev reader
	unmap reader
	unload "$first"
	unload "$second"
	ioscli loadopt -rw -disk "$iso" -vtd "$third"
	check_err $? "not loaded for writing"
	expect_refusal 4 "$third uses the file too" ioscli loadopt -disk "$iso" -vtd "$first"
	expect_refusal 4 "$third uses the file too" ioscli loadopt -rw -disk "$iso" -vtd "$first"
	expect_refusal 4 "the medium in $third" \
		ioscli mkvdev -f -ro -vdev "$iso" -vadapter vhost0
}

written_medium()
{
	local file data vtd dev

	need mkfile file 1M && need mkfile data 1M && need mkdrive vtd dev || return
	head -c 1M /dev/urandom >"$data"
	ioscli loadopt -rw -disk "$file" -vtd "$vtd"
	check_shows "$dev" "$file"
	check_equal "$(ioscli lsvopt -vtd "$vtd" -field access -fmt :)" rw "access"
	dd if="$data" of="$dev" bs=64k conv=fsync status=none
	check_err $? "not written"
	cmp "$data" "$file"
	check_err $? "the file is not what was written"
	unload "$vtd"
	ioscli loadopt -disk "$file" -vtd "$vtd"
	check_shows "$dev" "$data"
	! dd if=/dev/zero of="$dev" bs=64k count=1 conv=fsync status=none 2>/dev/null
	check_err $? "a medium for reading was written"
	expect_sense 7 27 00 -s 2048 -i /dev/zero "$(sg_of "$dev")" 2a 00 00 00 00 00 00 00 01 00
	cmp "$data" "$file"
	check_err $? "the file has changed"
}

# What a client has written is durable when the medium is out, or it stays in the drive.
medium_that_fails()
{
	local ram dm dir file other vtd dev

	need mkram ram 64 && need mkdm dm "$ram" && need mkmount dir ext4 "$dm" -q &&
		need mkfile other 1M && need mkdrive vtd dev || return
	# It goes with its file system, which may have become read-only by then.
	file=$dir/medium
	fallocate -l 1M "$file" && sync -f "$dir"
	ioscli loadopt -rw -disk "$file" -vtd "$vtd"
	check_shows "$dev" "$file"
	dd if=/dev/urandom of="$dev" bs=64k count=4 oflag=direct status=none
	check_err $? "not written"
	dm_load "$dm" error
	expect_no_change 4 "can't be made durable" ioscli loadopt -f -disk "$other" -vtd "$vtd"
	expect_no_change 4 "can't be made durable" ioscli unloadopt -vtd "$vtd"
	expect_output "" ioscli unloadopt -release -vtd "$vtd"
	drive_is_empty "$vtd"
	check_err $? "not empty"
	dm_load "$dm" linear "$ram" 0
}

refused_media()
{
	local odd loop vtd

	mkvdev_as vtd -fbo -vadapter vhost0
	need mkfile odd 1536 || return
	expect_no_change 1 "multiple of the block size 2048" \
		ioscli loadopt -disk "$odd" -vtd "$vtd"
	expect_no_change 1 "a directory" ioscli loadopt -disk "$TMPDIR" -vtd "$vtd"
	expect_no_change 2 "repository has not been created" ioscli loadopt -disk odd -vtd "$vtd"
	truncate -s 1M "$odd"
	need mkloop loop "$odd" || return
	expect_no_change 1 "a block device" ioscli loadopt -disk "$loop" -vtd "$vtd"
	expect_no_change 4 "backing file of ${loop##*/}" ioscli loadopt -disk "$odd" -vtd "$vtd"
}

# Reads end on one medium or the other, or are refused; nothing hangs.
read_forever()
{
	while [ ! -e "$TMPDIR/stop" ]; do
		dd if="$1" of=/dev/null bs=64k iflag=direct status=none 2>/dev/null
	done
}

change_under_reads()
{
	local first second vtd dev reader i

	need mkiso first && need mkiso second && need mkdrive vtd dev || return
	ioscli loadopt -disk "$first" -vtd "$vtd"
	rm -f "$TMPDIR/stop"
	read_forever "$dev" &
	reader=$!
	for ((i = 0; i < 20; i++)); do
		ioscli loadopt -f -release -disk "$second" -vtd "$vtd" &&
			ioscli unloadopt -release -vtd "$vtd" &&
			ioscli loadopt -disk "$first" -vtd "$vtd"
		check_err $? "round $i"
	done
	touch "$TMPDIR/stop"
	wait "$reader"
	check_shows "$dev" "$first"
	check_idle "$vtd"
}

remove_under_reads()
{
	local iso vtd dev reader

	need mkiso iso && need mkdrive vtd dev || return
	ioscli loadopt -disk "$iso" -vtd "$vtd"
	check_shows "$dev" "$iso"
	rm -f "$TMPDIR/stop"
	read_forever "$dev" &
	reader=$!
	busywait 60000 lu_stat_reaches "$vtd" reads 20
	check_err $? "nothing is read"
	expect_output "$vtd deleted" ioscli rmvdev -vtd "$vtd"
	busywait 30000 not test -b "$dev"
	check_err $? "$dev is still there"
	touch "$TMPDIR/stop"
	wait "$reader"
}

every_command()
{
	local file vtd dev out

	need mkfile file 1M && need mkdrive vtd dev || return
	ioscli loadopt -rw -disk "$file" -vtd "$vtd"
	check_shows "$dev" "$file"
	"$SELFTESTS/scsi_opcodes" "$dev"
	check_err $? "failed: scsi_opcodes"
	dd if=/dev/urandom of="$dev" bs=2k seek=16 count=10 oflag=direct status=none
	sg_raw -r 20k -o "$TMPDIR/sectors" "$(sg_of "$dev")" \
		be 00 00 00 00 10 00 00 0a 10 00 00 2>/dev/null
	dd if="$dev" bs=2k skip=16 count=10 status=none | cmp - "$TMPDIR/sectors"
	check_err $? "READ CD"
	out=$(sg_get_config "$(sg_of "$dev")" 2>&1)
	check_match "$out" "Current profile: DVD-RAM" "current profile"
	check_match "$out" "Random writable feature" "features"
}

require_cmd genisoimage eject sg_raw sg_get_config
require_module sr_mod isofs sg
need_module
leave_doors_alone
tests_run
