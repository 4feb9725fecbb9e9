#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# One backing device under several virtual target devices, and whose name it
# has in INQUIRY data.
#
# timeout: 600

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

ALL_TESTS="
	test_share
	test_share_file
	test_share_lv
	test_remove_shared
	test_remove_by_vtd_name
	test_inquiry
	test_inquiry_backing_name
"

# What is written to $1 must be read from $2 at once: they share no cache.
check_shared()
{
	dd if=/dev/urandom of="$1" bs=64k count=4 oflag=direct 2>/dev/null
	check_err $? "$1 can't be written"
	cmp <(dd if="$1" bs=64k count=4 iflag=direct 2>/dev/null) \
		<(dd if="$2" bs=64k count=4 iflag=direct 2>/dev/null)
	check_err $? "$1 and $2 differ"
}

check_share()
{
	local a b disk_a disk_b

	map a "$1"
	check_err $?
	map b "$1" "$vhost" -f
	check_err $? "not shared with -f"
	client_disk disk_a "$a"
	client_disk disk_b "$b"
	check_shared "$disk_a" "$disk_b"
	check_shared "$disk_b" "$disk_a"
	check_equal "$(vtd_fields "$a" backing)" "$(vtd_fields "$b" backing)" \
		"backing device"
	unmap "$a"
	dd if=/dev/zero of="$disk_b" bs=4k count=1 oflag=direct 2>/dev/null
	check_err $? "the other mapping has suffered"
	unmap "$b"
}

test_share()
{
	local ram

	mkram ram 16
	check_share "$ram"
}

test_share_file()
{
	local file

	mkfile file 16M
	check_share "$file"
}

test_share_lv()
{
	local ram vg lv

	mkram ram 64 && mkvg vg "$ram" && mklv lv "$vg" 16M
	check_share "$lv"
}

test_remove_shared()
{
	local ram vtd before

	mkram ram 16
	map vtd "$ram"
	map vtd "$ram" "$vhost" -f
	map vtd "$ram" vhost0 -f -dev third
	before=$(ioscli lsmap -all)
	expect_refusal 4 "more than one virtual target device" \
		ioscli rmvdev -vdev "${ram##*/}"
	check_match "$(cat "$TMPDIR/stderr")" \
		'\(third, vtscsi0, vtscsi1\).*-f flag' "which ones"
	check_equal "$(ioscli lsmap -all)" "$before" "after the refusal"
	expect_output "vtscsi1 deleted" ioscli rmvdev -vtd vtscsi1
	expect_output "third deleted
vtscsi0 deleted" ioscli rmvdev -vdev "${ram##*/}" -f
	expect_refusal 2 "is not a backing device" ioscli rmvdev -vdev "$ram"
}

# A forgiving implementation takes the name of a VTD after -vdev too.
test_remove_by_vtd_name()
{
	local vtd

	map_ram vtd 1M vhost0 -dev app1_root
	expect_output "$vtd deleted" ioscli rmvdev -vdev app1_root
}

test_inquiry()
{
	local disk

	map_ram_disk disk 8M
	check_match "$(sg_inq "$disk")" 'Vendor identification: AIX' vendor
	check_match "$(sg_inq "$disk")" 'Product identification: VDASD' product
	check_match "$(sg_inq "$disk")" 'Product revision level: 0001' revision
	check_equal "$(sg_inq -r "$disk" | head -c 36 | tail -c 28)" \
		"AIX     VDASD           0001" "identification"
}

test_inquiry_backing_name()
{
	local ram disk file long

	mkram ram 16
	map_disk disk "$ram"
	check_equal "$(sg_inq -r "$disk" | head -c 56 | tail -c 20)" \
		"$(printf '%-20s' "$(hdisk_of "$ram")")" "short name"
	# The field is of 20 bytes.
	mkfile file 1M
	long=${file%/*}/a_name_of_more_than_20_bytes
	mv "$file" "$long"
	defer rm -f "$long"
	map_disk disk "$long"
	check_equal "$(sg_inq -r "$disk" | head -c 56 | tail -c 20)" \
		"${long:0:20}" "long name"
}

require_cmd sg_inq
need_module
wait_linked vhost0 || exit
mkpair vhost || exit
tests_run
