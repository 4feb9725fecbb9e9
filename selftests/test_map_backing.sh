#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Mapping each kind of backing device: names and LUNs that it gets, options of
# mkvdev, and that the client's disk comes and goes by itself.
#
# timeout: 600

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

ALL_TESTS="
	test_disk
	test_partition
	test_logical_volume
	test_logical_volume_bare_name
	test_file
	test_memory
	test_by_link
	test_names
	test_luns
	test_lun_asked_for
	test_read_only
	test_block_size
	test_direct_or_buffered
	test_wait
	test_by_location
"

# Disk $1 of the client and backing device or file $2 must be of one size, and
# what is written to the one, at both ends, must be on the other.
check_same_data()
{
	local size end

	size=$(blockdev --getsize64 "$1")
	end=$((size / 4096 - 1))
	check_equal "$size" "$(blockdev --getsize64 "$2" 2>/dev/null ||
		stat -c %s "$2")" "size of $1 and $2"
	head -c 256k /dev/urandom >"$TMPDIR/data"
	dd if="$TMPDIR/data" of="$1" bs=64k oflag=direct 2>/dev/null
	check_err $? "$1 can't be written"
	dd if="$TMPDIR/data" of="$1" bs=4k seek="$end" count=1 oflag=direct \
		2>/dev/null
	check_err $? "the end of $1 can't be written"
	blockdev --flushbufs "$1"
	[ ! -b "$2" ] || blockdev --flushbufs "$2"
	cmp -n 262144 "$2" "$TMPDIR/data"
	check_err $? "what was written to $1 is not on $2"
	cmp -n 4096 -i $((end * 4096)):0 "$2" "$TMPDIR/data"
	check_err $? "what was written to the end of $1 is not on $2"
	cmp -n 262144 "$1" "$TMPDIR/data"
	check_err $? "$1 reads as something else"
}

# The whole life of a mapping: mkvdev with options $3... must make VTD $1,
# which shows the data of $2.
check_life()
{
	local vtd=$1 data=$2 disk address

	shift 2
	expect_output "$vtd Available" ioscli mkvdev "$@"
	defer unmap "$vtd"
	client_disk disk "$vtd"
	check_err $? "no disk"
	check_match "$(lsblk -ndo VENDOR,MODEL,TYPE,TRAN "$disk")" \
		'^AIX +VDASD +disk' "$disk"
	check_same_data "$disk" "$data"
	# shellcheck disable=SC2046 # two words
	address=$(client_address $(where_is "$vtd"))
	expect_output "$vtd deleted" ioscli rmvdev -vtd "$vtd"
	busywait 30000 [ ! -e "/sys/bus/scsi/devices/$address" ]
	check_err $? "the disk did not vanish"
	busywait 30000 [ ! -e "$disk" ]
	check_err $? "$disk did not vanish"
	expect_output "vhost0: " ioscli lsmap -all -field svsa vtd -fmt :
}

test_disk()
{
	local ram

	mkram ram 64
	check_err $?
	check_life vtscsi0 "$ram" -vdev "${ram##*/}" -vadapter vhost0
	check_life app1 "$ram" -vadapter vhost0 -dev app1 -vdev "$ram"
}

test_partition()
{
	local file loop part

	mkfile file 64M
	sfdisk -q "$file" <<-END
		label: gpt
		start=2048, size=32768
		size=16384
	END
	check_err $? "sfdisk failed"
	mkloop loop "$file" -P
	check_err $?
	busywait 30000 [ -b "${loop}p2" ]
	check_err $? "no partitions"
	udevadm settle
	part=${loop}p1
	check_life vtscsi0 "$part" -vdev "$part" -vadapter vhost0
	# Each partition is a backing device of its own.
	map part "${loop}p1"
	check_err $?
	map part "${loop##*/}p2"
	check_err $?
	check_equal "$(vtd_fields "$part" backing type size)" \
		"${loop##*/}p2 disk 8388608" "second partition"
}

test_logical_volume()
{
	local ram vg lv

	mkram ram 64 && mkvg vg "$ram" && mklv lv "$vg" 16M my-lv_1
	check_err $?
	check_life vtscsi0 "/dev/$lv" -vdev "$lv" -vadapter vhost0
	check_life vtscsi0 "/dev/$lv" -vdev "/dev/$lv" -vadapter vhost0
	check_life vtscsi0 "/dev/$lv" -vdev "/dev/mapper/$vg-my--lv_1" \
		-vadapter vhost0
}

# As on a VIOS: the volume group need not be named.
test_logical_volume_bare_name()
{
	local ram vg lv vtd

	mkram ram 64 && mkvg vg "$ram" && mklv lv "$vg" 16M app1_lv
	check_err $?
	check_life vtscsi0 "/dev/$lv" -vdev app1_lv -vadapter vhost0
	map vtd app1_lv
	check_err $?
	check_equal "$(vtd_fields "$vtd" backing type path bdphysloc mirrored)" \
		"app1_lv lv /dev/$lv null N/A" "the mapping"
	expect_output "$vtd deleted" ioscli rmvdev -vdev app1_lv
}

test_file()
{
	local file vtd

	mkfile file 20M
	check_life vtscsi0 "$file" -vdev "$file" -vadapter vhost0
	cd "$TMPDIR" || return
	map vtd "${file##*/}"
	check_err $? "a relative path"
	check_equal "$(vtd_fields "$vtd" backing type path bdphysloc mirrored)" \
		"$file file $file null N/A" "the mapping"
	cd / || return
	expect_output "$vtd deleted" ioscli rmvdev -vdev "$file"
}

test_memory()
{
	local vtd disk

	map_ram vtd 16M
	check_err $?
	check_equal "$(vtd_fields "$vtd" backing type size)" \
		"ram ram 16777216" "the mapping"
	client_disk disk "$vtd"
	check_err $? "no disk"
	fio_verify "$disk" --size=4M
	check_err $? "data corrupted"
}

test_by_link()
{
	local ram vtd

	mkram ram 16
	ln -s "$ram" "$TMPDIR/my-disk"
	defer rm "$TMPDIR/my-disk"
	map vtd "$TMPDIR/my-disk"
	check_err $?
	check_equal "$(vtd_fields "$vtd" backing type)" "$(hdisk_of "$ram") disk" \
		"the mapping"
	expect_output "$vtd deleted" ioscli rmvdev -vdev "$TMPDIR/my-disk"
}

# vtscsiN, with the lowest N that is free.
test_names()
{
	local vtd name

	for name in vtscsi0 vtscsi1 vtscsi2; do
		map_ram vtd 1M
		check_equal "$vtd" "$name" "next name"
	done
	expect_output "vtscsi1 deleted" ioscli rmvdev -vtd vtscsi1
	map_ram vtd 1M vhost0 -dev vtscsi3
	check_equal "$vtd" vtscsi3 "name asked for"
	map_ram vtd 1M
	check_equal "$vtd" vtscsi1 "lowest free name"
	map_ram vtd 1M
	check_equal "$vtd" vtscsi4 "next name"
	for name in a Z9 a_b-c.d fifteen_letters 0disk; do
		map_ram vtd 1M vhost0 -dev "$name"
		check_equal "$vtd" "$name" "name asked for"
	done
	check_equal "$(ioscli lsdev -virtual -field name -fmt : | paste -sd ' ')" \
		"vhost0 0disk Z9 a a_b-c.d fifteen_letters vtscsi0 vtscsi1 vtscsi2 vtscsi3 vtscsi4" \
		"all names"
}

# The lowest one that is free on the adapter.
test_luns()
{
	local vhost vtd

	mkpair vhost
	check_err $? "no second pair"
	for _ in 1 2 3; do
		map_ram vtd 1M
	done
	map_ram vtd 1M "$vhost" -dev other
	check_equal "$(where_is vtscsi0)" "vhost0 0x8100000000000000" vtscsi0
	check_equal "$(where_is vtscsi1)" "vhost0 0x8200000000000000" vtscsi1
	check_equal "$(where_is vtscsi2)" "vhost0 0x8300000000000000" vtscsi2
	check_equal "$(where_is other)" "$vhost 0x8100000000000000" other
	unmap vtscsi1
	map_ram vtd 1M vhost0 -dev fills_gap
	check_equal "$(where_is fills_gap)" "vhost0 0x8200000000000000" fills_gap
}

test_lun_asked_for()
{
	local vtd disk

	map_ram vtd 1M vhost0 -dev ten -lun 10
	check_equal "$(where_is ten)" "vhost0 0x8a00000000000000" ten
	client_disk disk ten
	check_err $? "no disk"
	check_match "$(readlink -f "/sys/class/block/${disk##*/}/device")" \
		'/[0-9]+:0:10:0$' "address of LUN 10"
	map_ram vtd 1M vhost0 -dev last -lun 0xbf00000000000000
	check_equal "$(where_is last)" "vhost0 0xbf00000000000000" last
	map_ram vtd 1M
	check_equal "$(where_is "$vtd")" "vhost0 0x8100000000000000" "the next"
}

test_read_only()
{
	local ram disk vtd

	mkram ram 16
	dd if=/dev/urandom of="$ram" bs=1M count=1 oflag=direct 2>/dev/null
	map vtd "$ram" vhost0 -ro
	check_err $?
	client_disk disk "$vtd"
	check_err $? "no disk"
	check_equal "$(blockdev --getro "$disk")" 1 "read-only flag of $disk"
	check_equal "$(vtd_fields "$vtd" readonly)" true "read-only in lsmap"
	cmp -n 1048576 "$ram" "$disk"
	check_err $? "can't be read"
	dd if=/dev/zero of="$disk" bs=4k count=1 oflag=direct 2>/dev/null
	check_fail $? "can be written"
	# DATA PROTECT, write protected
	expect_sense 7 27 00 -s 512 -i /dev/zero "$(sg_of "$disk")" \
		2a 00 00 00 00 00 00 00 01 00
	cmp -n 1048576 "$ram" "$disk"
	check_err $? "has changed"
}

test_block_size()
{
	local ram ram4k file disk

	mkram ram 32 && mkram ram4k 32 4096 && mkfile file 32M
	map_disk disk "$ram" vhost0 -bs 4096
	check_err $?
	check_equal "$(blockdev --getss "$disk")" 4096 "4096 on 512"
	check_same_data "$disk" "$ram"
	map_disk disk "$file" vhost0 -bs 4096
	check_err $?
	check_equal "$(blockdev --getss "$disk")" 4096 "4096 on a file"
	check_same_data "$disk" "$file"
	map_disk disk "$ram4k" vhost0
	check_err $?
	check_equal "$(blockdev --getss "$disk")" 4096 "4096 by nature"
	check_same_data "$disk" "$ram4k"
	map_ram_disk disk 1M vhost0 -bs 512
	check_equal "$(blockdev --getss "$disk")" 512 "512"
}

# Direct I/O where the file system can, unless told otherwise.
test_direct_or_buffered()
{
	local ram dir vtd file depth=${#deferred[@]}

	mkram ram 64 && mkmount dir ext4 "$ram"
	check_err $?
	truncate -s 4M "$dir/a" "$dir/b" "$dir/c"
	map vtd "$dir/a"
	check_equal "$(vtd_fields "$vtd" backend)" file_direct "by itself"
	map vtd "$dir/b" vhost0 -buffered
	check_equal "$(vtd_fields "$vtd" backend writecache)" \
		"file_buffered true" "-buffered"
	map vtd "$dir/c" vhost0 -direct
	check_equal "$(vtd_fields "$vtd" backend)" file_direct "-direct"
	undo_to "$depth"
	# tmpfs has no direct I/O before Linux 6.6.
	mkfile file 4M
	if ! dd if=/dev/zero of="$file" bs=4k count=1 oflag=direct \
			conv=notrunc 2>/dev/null; then
		map vtd "$file"
		check_equal "$(vtd_fields "$vtd" backend)" file_buffered \
			"where direct I/O is not possible"
	fi
}

test_wait()
{
	local vtd i out

	for ((i = 0; i < 5; i++)); do
		out=$(ioscli mkvdev -ram 8M -vadapter vhost0 -wait 2>&1)
		check_err $? "mkvdev -wait failed"
		vtd=${out%% *}
		defer unmap "$vtd"
		check_match "$out" "^vtscsi$i Available"$'\n'"/dev/sd[a-z]+\$"
		[ -b "${out##*$'\n'}" ]
		check_err $? "no ${out##*$'\n'}"
		# shellcheck disable=SC2046 # two words
		check_equal "$(disk_of $(where_is "$vtd"))" "${out##*$'\n'}" \
			"name of $vtd"
		unmap "$vtd"
		map_ram vtd 1M
	done
}

test_by_location()
{
	local code vtd

	code=$(cat /sys/bus/vscsi/devices/vhost0/physloc)
	expect_output "vtscsi0 Available" ioscli mkvdev -ram 1M -aplc "$code"
	unmap vtscsi0
}

need_module
wait_linked vhost0 || exit
tests_run
