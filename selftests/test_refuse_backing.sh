#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What can't be a backing device is refused, with the reason and the holder, and
# nothing is changed.
#
# timeout: 600

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

ALL_TESTS="
	test_mounted_disk
	test_mounted_partition
	test_swap
	test_swap_file
	test_physical_volume
	test_device_mapper
	test_md
	test_loop_file
	test_opened_exclusively
	test_already_mapped
	test_mapped_partition
	test_own_disk
	test_own_disk_below_lv
	test_own_disk_below_dm
	test_own_disk_below_file
	test_kinds
	test_missing
	test_sizes
	test_read_only_file_system
	test_read_only_disk
	test_direct
	test_flags_for_files
	test_block_size
	test_ambiguous_lv
	test_no_right_to_open
	test_memory
"

# mkvdev -vdev $3 with options $4... must fail with status $1 and a message that
# matches $2, and change nothing.
refuse()
{
	expect_no_change "$1" "$2" ioscli mkvdev -vadapter vhost0 -vdev "${@:3}"
}

test_mounted_disk()
{
	local ram dir name

	mkram ram 64 && mkmount dir ext4 "$ram"
	check_err $?
	name=${ram##*/}
	refuse 4 "^\"$name\" cannot be a backing device because it is in use: $name is mounted on $dir\.\$" \
		"$ram"
	refuse 4 "$name is mounted on $dir" "$ram" -f
	refuse 4 "$name is mounted on $dir" "$ram" -ro
	echo intact >"$dir/file" && sync -f "$dir/file"
	check_err $? "the file system is not usable any more"
}

test_mounted_partition()
{
	local file loop dir name

	mkfile file 32M
	printf 'label: gpt\nsize=32768\nsize=16384\n' | sfdisk -q "$file"
	mkloop loop "$file" -P && busywait 30000 [ -b "${loop}p2" ] &&
		mkmount dir ext4 "${loop}p1"
	check_err $?
	name=${loop##*/}
	refuse 4 "\"$name\".*in use: ${name}p1 is mounted on $dir" "$loop"
	refuse 4 "\"${name}p1\".*in use: ${name}p1 is mounted on $dir" "${loop}p1"
	map name "${loop}p2"
	check_err $? "the other partition can't be mapped"
}

test_swap()
{
	local ram

	mkram ram 16
	mkswap "$ram" >/dev/null && swapon "$ram"
	check_err $? "no swap space"
	defer swapoff "$ram"
	refuse 4 "in use: ${ram##*/} is swap space" "$ram"
}

test_swap_file()
{
	local ram dir

	mkram ram 64 && mkmount dir ext4 "$ram"
	check_err $?
	dd if=/dev/zero of="$dir/swap" bs=1M count=8 2>/dev/null
	chmod 600 "$dir/swap"
	mkswap "$dir/swap" >/dev/null && swapon "$dir/swap"
	check_err $? "no swap file"
	defer swapoff "$dir/swap"
	refuse 4 "in use: it is swap space" "$dir/swap"
	refuse 4 "in use: it is swap space" "$dir/swap" -ro
}

test_physical_volume()
{
	local ram vg lv

	mkram ram 64 && mkvg vg "$ram" && mklv lv "$vg" 16M my-data
	check_err $?
	refuse 4 "in use: ${ram##*/} is a physical volume of volume group $vg with logical volume my-data" \
		"$ram"
}

test_device_mapper()
{
	local ram dm

	mkram ram 16 && mkdm dm "$ram"
	check_err $?
	refuse 4 "in use: ${ram##*/} is part of the device-mapper device ${dm##*/}" \
		"$ram"
}

# Set variable $1 to an array of one disk, $2, without metadata.
mkmd()
{
	local -n mkmd_var=$1
	local name=md_vscsi dir=/sys/block/md_vscsi/md

	modprobe -a md_mod raid0 2>/dev/null || return
	echo "$name" >/sys/module/md_mod/parameters/new_array || return
	busywait 30000 [ -d "$dir" ] || return
	# The array goes away when it is cleared.
	defer eval "echo clear >$dir/array_state; udevadm settle"
	echo none >"$dir/metadata_version" && echo raid0 >"$dir/level" &&
		echo 1 >"$dir/raid_disks" && echo 64 >"$dir/chunk_size" &&
		cat "/sys/class/block/${2##*/}/dev" >"$dir/new_dev" || return
	# shellcheck disable=SC2034 # the caller's variable
	mkmd_var=/dev/$name
}

test_md()
{
	local ram md=

	mkram ram 16
	mkmd md "$ram" || {
		skip "no md arrays"
		return
	}
	busywait 30000 [ -b "$md" ]
	check_err $? "no $md"
	refuse 4 "in use: ${ram##*/} is part of md_vscsi" "$ram"
}

test_loop_file()
{
	local file loop

	mkfile file 16M && mkloop loop "$file"
	check_err $?
	refuse 4 "\"$file\".*in use: it is the backing file of ${loop##*/}" \
		"$file"
}

test_opened_exclusively()
{
	local ram pid

	mkram ram 16
	rm -f "$TMPDIR/held"
	# udev may have it open so for a moment.
	perl -MFcntl -MPOSIX -e '
		select(undef, undef, undef, 0.05) until sysopen(F, $ARGV[0], O_RDWR | O_EXCL);
		open(G, ">", $ARGV[1]) or die;
		pause' "$ram" "$TMPDIR/held" &
	pid=$!
	busywait 30000 test -e "$TMPDIR/held"
	check_err $? "nobody has opened it exclusively"
	refuse 4 "in use: another program has opened it exclusively" "$ram"
	kill "$pid"
	wait "$pid" 2>/dev/null
	map ram "$ram"
	check_err $? "can't be mapped afterwards"
}

# The exact words of a VIOS.
test_already_mapped()
{
	local ram file vg pv lv vhost vtd word words

	mkpair vhost && mkram ram 16 && mkfile file 8M && mkram pv 64 &&
		mkvg vg "$pv" && mklv lv "$vg" 16M
	check_err $?
	words='is already being used as a backing device.  Specify the -f flag
to force this device to be used anyway.'
	map vtd "$ram"
	map vtd "$file"
	map vtd "$lv"
	for word in "$ram" "$file" "$lv"; do
		expect_no_change 4 "" ioscli mkvdev -vdev "$word" \
			-vadapter vhost0
		expect_no_change 4 "" ioscli mkvdev -vdev "$word" \
			-vadapter "$vhost" -dev other
		case $word in
		/dev/*) word=${word#/dev/} ;;
		"$lv") word=${lv#*/} ;;
		esac
		check_equal "$(cat "$TMPDIR/stderr")" "\"$word\" $words" \
			"the message"
	done
}

test_mapped_partition()
{
	local file loop vtd name

	mkfile file 32M
	printf 'label: gpt\nsize=32768\nsize=16384\n' | sfdisk -q "$file"
	mkloop loop "$file" -P && busywait 30000 [ -b "${loop}p2" ]
	check_err $?
	name=${loop##*/}
	map vtd "${loop}p1"
	refuse 4 "\"$name\".*in use: ${name}p1 is mapped as virtual target device vtscsi0" \
		"$loop"
	refuse 4 "\"$name\".*in use: ${name}p1 is mapped as virtual target device vtscsi0" \
		"$loop" -f
	unmap "$vtd"
	map vtd "$loop"
	refuse 4 "\"${name}p2\".*in use: $name is mapped as virtual target device vtscsi0" \
		"${loop}p2"
}

readonly LOOP="cannot be a backing device: it is on a disk that this managed system serves \(vscsi0\)"

test_own_disk()
{
	local disk

	map_ram_disk disk 16M
	check_err $?
	refuse 4 "\"${disk##*/}\" $LOOP" "$disk"
	refuse 4 "\"${disk##*/}\" $LOOP" "$disk" -f
	printf 'label: gpt\nsize=8192\n' | sfdisk -q "$disk"
	busywait 30000 [ -b "${disk}1" ]
	check_err $? "no partition"
	refuse 4 "\"${disk##*/}1\" $LOOP" "${disk}1"
}

test_own_disk_below_lv()
{
	local disk vg lv

	map_ram_disk disk 32M
	mkvg vg "$disk" && mklv lv "$vg" 8M
	check_err $?
	refuse 4 "$LOOP" "$lv"
	refuse 4 "" "$disk"
}

test_own_disk_below_dm()
{
	local disk dm upper

	map_ram_disk disk 16M
	mkdm dm "$disk" && mkdm upper "$dm"
	check_err $?
	refuse 4 "$LOOP" "$dm"
	refuse 4 "$LOOP" "$upper"
}

test_own_disk_below_file()
{
	local disk dir loop

	map_ram_disk disk 64M
	mkmount dir ext4 "$disk"
	check_err $?
	truncate -s 8M "$dir/file"
	truncate -s 8M "$dir/image"
	refuse 4 "\"$dir/file\" $LOOP" "$dir/file"
	refuse 4 "\"$dir/file\" $LOOP" "$dir/file" -buffered
	mkloop loop "$dir/image"
	refuse 4 "\"${loop##*/}\" $LOOP" "$loop"
}

test_kinds()
{
	mkdir "$TMPDIR/dir"
	mkfifo "$TMPDIR/fifo"
	defer rm -r "$TMPDIR/dir" "$TMPDIR/fifo"
	refuse 1 'cannot be a backing device: it is a directory' "$TMPDIR/dir"
	refuse 1 'it is neither a block device nor a file' "$TMPDIR/fifo"
	refuse 1 'it is a character device' /dev/null
	refuse 1 'it is a character device' zero
	refuse 1 '/proc/version|proc' /proc/version
}

test_missing()
{
	local long

	refuse 2 '"/nowhere/file" was not found' /nowhere/file
	refuse 2 '"hdisk99" was not found' hdisk99
	refuse 2 '"novg/nolv" was not found' novg/nolv
	refuse 2 '"/dev/null/file" was not found' /dev/null/file
	long=$(printf '/%0254d' {1..6})
	refuse 1 'too long a name' "$long"
	long=$(printf '/%0300d' 1)
	refuse 1 'too long a name|File name too long' "$long"
	# A long path is fine as long as it is no longer than may be shown.
	long=$TMPDIR/$(printf '%0200d' 1)
	mkdir -p "$long"
	defer rm -r "$long"
	truncate -s 1M "$long/$(printf '%060d' 1)"
	refuse 1 'too long a name' "$long/$(printf '%060d' 1)"
}

test_sizes()
{
	local file

	mkfile file 0
	refuse 1 "\"$file\" cannot be a backing device: it is empty" "$file"
	truncate -s 1000000 "$file"
	refuse 1 'its size of 1000000 bytes is not a multiple of the block size 512' \
		"$file"
	truncate -s 1000448 "$file"
	refuse 1 'its size of 1000448 bytes is not a multiple of the block size 4096' \
		"$file" -bs 4096
	map file "$file"
	check_err $? "1954 blocks can't be mapped"
}

test_read_only_file_system()
{
	local ram dir vtd disk

	mkram ram 64 && mkmount dir ext4 "$ram"
	check_err $?
	truncate -s 8M "$dir/file"
	mount -o remount,ro "$dir"
	refuse 1 "\"$dir/file\" cannot be written \(Read-only file system\)\. Specify the -ro flag" \
		"$dir/file"
	map vtd "$dir/file" vhost0 -ro
	check_err $? "not mapped with -ro"
	client_disk disk "$vtd"
	check_equal "$(blockdev --getro "$disk")" 1 "read-only flag of $disk"
}

test_read_only_disk()
{
	local ram vtd

	mkram ram 16
	blockdev --setro "$ram"
	refuse 1 'cannot be written' "$ram"
	map vtd "$ram" vhost0 -ro
	check_err $? "not mapped with -ro"
	unmap "$vtd"
	blockdev --setrw "$ram"
}

test_direct()
{
	local file

	mkfile file 8M
	if dd if=/dev/zero of="$file" bs=4k count=1 oflag=direct conv=notrunc \
			2>/dev/null; then
		skip "this file system has direct I/O"
		return
	fi
	refuse 4 "is on a file system without direct I/O: leave out the -direct flag" \
		"$file" -direct
}

test_flags_for_files()
{
	local ram file

	mkram ram 16 && mkfile file 8M
	refuse 1 '"-direct" is for files only' "$ram" -direct
	refuse 1 '"-buffered" is for files only' "$ram" -buffered
	refuse 1 'cannot be used together' "$file" -buffered -direct
}

test_block_size()
{
	local ram size

	mkram ram 16 4096
	for size in 1024 0 513 8192 2048 x 512x -512 "" 18446744073709552128; do
		refuse 1 "\"$size\"|requires an argument" "$ram" -bs "$size"
	done
	refuse 1 "block size, 512, is less than the device's, 4096" \
		"$ram" -bs 512
}

test_ambiguous_lv()
{
	local a b vg_a vg_b lv

	mkram a 32 && mkvg vg_a "$a" && mklv lv "$vg_a" 8M data &&
		mkram b 32 && mkvg vg_b "$b" && mklv lv "$vg_b" 8M data
	check_err $?
	refuse 1 "\"data\" is not unique: .*$vg_a/data" data
	map lv "$vg_b/data"
	check_err $? "not mapped by its whole name"
}

# The tool opens with the rights of its caller.
test_no_right_to_open()
{
	local file

	mkfile file 8M
	chmod 600 "$file"
	chmod 755 "$TMPDIR" "$(dirname "$TMPDIR")"
	expect_no_change 1 "not allowed to open \"$file\"" \
		unprivileged ioscli mkvdev -vdev "$file" -vadapter vhost0
}

test_memory()
{
	local size

	for size in 0 x -1 1.5G 64Q 18446744073709551616 99999999999T; do
		expect_no_change 1 "\"$size\"" \
			ioscli mkvdev -ram "$size" -vadapter vhost0
	done
	expect_no_change 1 'more than' ioscli mkvdev -ram 8388607T -vadapter vhost0
	expect_no_change 1 'multiple of the block size' \
		ioscli mkvdev -ram 1000 -vadapter vhost0
}

need_module
wait_linked vhost0 || exit
tests_run
