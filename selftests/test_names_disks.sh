#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The names hdiskN, cdN and rmtN: who gets one, that it stays with the drive whatever Linux
# calls it, and that every verb takes it.
#
# timeout: 600

# shellcheck source=lib_disks.sh
. "$(dirname "$0")/lib_disks.sh"

ALL_TESTS="
	test_in_order
	test_stored_by_cfgdev
	test_come_and_go
	test_forget
	test_same_identity
	test_every_verb
	test_gone
	test_in_use
	test_without_name
	test_multipath
	test_damaged
	test_optical
	test_tape
"

readonly names=$VSCSI_STATE_DIR/names

# Print the name of target $1.
name_of()
{
	hdisk_of "$(debug_disk "$1")"
}

# Disks, and no stored names.
mkfresh()
{
	rm -f "$names"
	mkdisks "$@"
}

# Print what Linux calls the drives that have a name.
listed()
{
	ioscli lsdev -type disk -field name path -fmt : |
		sed -n 's|^hdisk[0-9]*:/dev/||p'
}

# The lowest free number, in the order of Linux; anybody sees the names, and nothing is kept.
test_in_order()
{
	mkfresh
	check_err $?
	check_equal "$(ioscli lsdev -type disk -field name -fmt : | grep -x 'hdisk.*')" \
		"$(listed | awk '{ print "hdisk" NR - 1 }')" "the names"
	expect_golden unprivileged ioscli lsdev -type disk < <(ioscli lsdev -type disk)
	expect_golden ioscli lsdev -dev "$(name_of 1)" -field name status description path \
		-fmt : <<-END
	$(name_of 1):Available:Linux scsi_debug Disk Drive:/dev/$(debug_disk 1)
	END
	[ ! -e "$names" ]
	check_err $? "listing has stored names"
}

test_stored_by_cfgdev()
{
	local before

	mkfresh
	check_err $?
	before=$(ioscli lsdev -type disk)
	expect_refusal 3 'CAP_SYS_ADMIN' unprivileged ioscli cfgdev
	expect_output "" ioscli cfgdev
	expect_output "" unprivileged ioscli cfgdev
	check_equal "$(grep -c '^hdisk[0-9]* [^ ]* [^ ]*$' "$names")" \
		"$(listed | wc -l)" "lines in the file"
	check_equal "$(ioscli lsdev -type disk)" "$before" "the list"
	expect_golden unprivileged ioscli lsdev -type disk <<<"$before"
}

test_come_and_go()
{
	local a b c before

	mkfresh && ioscli cfgdev
	check_err $?
	a=$(name_of 0) b=$(name_of 1) c=$(name_of 2)
	before="$(debug_disk 0) $(debug_disk 1) $(debug_disk 2)"
	unplug 0
	unplug 1
	unplug 2
	expect_output "$(printf '%s\n' "$a" "$b" "$c" | sort -V)" \
		ioscli lsdev -type disk -state defined -field name -fmt :
	plug 2
	plug 0
	plug 1
	[ "$(debug_disk 0) $(debug_disk 1) $(debug_disk 2)" != "$before" ]
	check_err $? "Linux calls them what it did before"
	check_equal "$(name_of 0) $(name_of 1) $(name_of 2)" "$a $b $c" "the names"
	expect_output "" ioscli lsdev -type disk -state defined -field name -fmt :
}

test_forget()
{
	local b c

	mkfresh && ioscli cfgdev
	check_err $?
	b=$(name_of 1) c=$(name_of 2)
	expect_refusal 4 'device of this machine' ioscli rmdev -dev "$b"
	unplug 1
	expect_refusal 3 'CAP_SYS_ADMIN' unprivileged ioscli rmdev -dev "$b"
	expect_output "$b deleted" ioscli rmdev -dev "$b"
	expect_refusal 2 "\"$b\"" ioscli lsdev -dev "$b"
	unplug 2
	plug 2
	check_equal "$(name_of 2)" "$c" "the name of the other"
	plug 1
	check_equal "$(name_of 1)" "$b" "the lowest free name"
}

six_disks()
{
	[ "$(ioscli lsdev -type disk -field description -fmt : | grep -c scsi_debug)" = 6 ]
}

# Copies of one disk are told apart by their places.
test_same_identity()
{
	local before

	mkfresh vpd_use_hostno=0 add_host=2
	check_err $?
	busywait 30000 six_disks
	check_err $? "not 6 disks with a name"
	ioscli cfgdev
	before=$(ioscli lsdev -type disk -field name path -fmt :)
	expect_golden ioscli lsdev -type disk -field name path -fmt : <<<"$before"
	check_equal "$(awk '$2 != "-" { print $2 }' "$names" | sort | uniq -d | wc -l)" 3 \
		"identities that two disks have"
}

test_every_verb()
{
	local hdisk disk vtd

	mkfresh
	check_err $?
	hdisk=$(name_of 1) disk=$(debug_disk 1)
	map vtd "$hdisk"
	check_err $?
	check_equal "$(vtd_fields "$vtd" backing path)" "$hdisk /dev/$disk" "the mapping"
	expect_output "value

$hdisk" ioscli lsdev -dev "$vtd" -attr aix_tdev
	expect_no_change 4 "\"$hdisk\" is already being used" \
		ioscli mkvdev -vdev "$hdisk" -vadapter vhost0
	expect_no_change 4 "\"$disk\" is already being used" \
		ioscli mkvdev -vdev "$disk" -vadapter vhost0
	expect_output "$vtd deleted" ioscli rmvdev -vdev "$hdisk"
	map vtd "$disk"
	check_equal "$(vtd_fields "$vtd" backing)" "$hdisk" "the mapping by Linux's name"
	expect_output "$vtd deleted" ioscli rmvdev -vdev "$disk"
	expect_output "value

/dev/$disk
16777216" ioscli lsdev -dev "$hdisk" -attr path,size
	expect_output "$hdisk changed" ioscli chdev -dev "$hdisk" -attr queue_depth=3
	check_equal "$(cat "/sys/class/block/$disk/device/queue_depth")" 3 "queue depth"
	expect_output "" ioscli lsdev -dev "$hdisk" -parent
	expect_output "" ioscli lsdev -dev "$hdisk" -child -fmt :
	check_match "$(ioscli lsdev -dev "$hdisk" -vpd)" \
		'Manufacturer\.+Linux.*Machine Type and Model\.+scsi_debug.*Location Code' vpd
	ioscli --complete mkvdev -vdev | grep -qx "$hdisk"
	check_err $? "completion does not offer $hdisk"
}

test_gone()
{
	local hdisk vtd

	mkfresh
	check_err $?
	hdisk=$(name_of 2)
	map vtd "$hdisk"
	unplug 2
	expect_no_change 4 'Defined state' ioscli mkvdev -vdev "$hdisk" -vadapter vhost0 -f
	expect_output "$hdisk:Defined: " \
		ioscli lsdev -dev "$hdisk" -field name status physloc -fmt :
	expect_no_change 4 "0514-062.*$vtd" ioscli rmdev -dev "$hdisk"
	expect_refusal 1 'size' ioscli lsdev -dev "$hdisk" -attr size
	ioscli lsdev -dev "$hdisk" -attr | grep -q '^unique_id *3'
	check_err $? "no identity"
	expect_output "$vtd deleted" ioscli rmvdev -vdev "$hdisk"
	expect_output "$hdisk deleted" ioscli rmdev -dev "$hdisk"
}

# Disks that this machine uses are listed; none is mapped.
test_in_use()
{
	# shellcheck disable=SC2034 # mklv sets it
	local hdisk dir ram vg lv

	mkfresh
	check_err $?
	mkmount dir ext4 "/dev/$(debug_disk 0)"
	hdisk=$(name_of 0)
	expect_no_change 4 "\"$hdisk\".*in use.*mounted on $dir" \
		ioscli mkvdev -vdev "$hdisk" -vadapter vhost0 -f
	# The targets of scsi_debug show the same data: LVM would find a volume group on each.
	mkram ram 32 && mkvg vg "$ram" && mklv lv "$vg" 8M
	check_err $?
	hdisk=$(hdisk_of "$ram")
	expect_no_change 4 "\"$hdisk\".*in use.*$vg" \
		ioscli mkvdev -vdev "$hdisk" -vadapter vhost0
	expect_output "$hdisk:Available" ioscli lsdev -dev "$hdisk" -field name status -fmt :
}

test_without_name()
{
	local file loop ram disk vtd

	mkfile file 16M && mkloop loop "$file" && mkram ram 16 &&
		map_ram_disk disk 16M && map vtd "$ram"
	check_err $?
	check_equal "$(listed | grep -cE "^(${loop##*/}|${disk##*/}|ram|zram|dm-)")" 0 \
		"loop devices and disks of clients with a name"
	check_equal "$(listed | grep -cx "${ram##*/}")" 1 "null_blk"
	check_equal "$(hdisk_of "$loop")" "${loop##*/}" "the loop device"
	printf 'label: gpt\nsize=8192\n' | sfdisk -q "/dev/${loop##*/}"
	map vtd "$loop"
	check_equal "$(vtd_fields "$vtd" backing)" "${loop##*/}" "backing device"
}

# A map has the name that its path had.
test_multipath()
{
	local hdisk disk id

	mkfresh && ioscli cfgdev
	check_err $?
	hdisk=$(name_of 1) disk=$(debug_disk 1)
	id=$(ioscli lsdev -dev "$hdisk" -attr unique_id | tail -n 1)
	dmsetup create mpathx --uuid "mpath-$id" \
		--table "0 $(blockdev --getsz "/dev/$disk") linear /dev/$disk 0"
	check_err $?
	defer dmsetup remove --retry mpathx
	udevadm settle
	expect_output "$hdisk:Multipath Disk:/dev/$(basename "$(readlink -f /dev/mapper/mpathx)")" \
		ioscli lsdev -dev "$hdisk" -field name description path -fmt :
	expect_refusal 2 "$disk" ioscli lsdev -dev "$disk"
	# Without it the path is the disk again.
	dmsetup remove --retry mpathx
	check_equal "$(name_of 1)" "$hdisk" "the path"
	dmsetup create mpathx --notable
}

# What can be read is used, the line is named, and the file stays as it is.
test_damaged()
{
	local a c sum

	mkfresh && ioscli cfgdev
	check_err $?
	a=$(name_of 0) c=$(name_of 2)
	sed -i "s/^$a .*/$a oops/" "$names"
	sum=$(cat "$names")
	ioscli lsdev -dev "$c" -field path -fmt : >"$TMPDIR/out" 2>"$TMPDIR/err"
	check_equal "$? $(cat "$TMPDIR/out")" "0 /dev/$(debug_disk 2)" "a good line"
	check_match "$(cat "$TMPDIR/err")" \
		"names, line $(($(grep -n oops "$names" | cut -d : -f 1))): .*name, an identity" \
		"the message"
	hdisk_of "$(debug_disk 0)" 2>/dev/null | grep -qx "$a"
	check_fail $? "the name on the bad line is given to a disk"
	ioscli cfgdev 2>/dev/null
	ioscli mkvdev -vdev "$c" -vadapter vhost0 -dev damaged >/dev/null 2>&1
	check_err $? "a disk with a good name can't be mapped"
	ioscli rmvdev -vtd damaged >/dev/null 2>&1
	check_equal "$(cat "$names")" "$sum" "the file"
	printf '%s' "$(head -c -5 <<<"$sum")" >"$names"
	check_match "$(ioscli lsdev 2>&1 >/dev/null)" 'names, line [0-9]+: it is cut' "a cut file"
	rm "$names"
}

# Drives of SCSI type $1 get the name $2, are listed by type $3, and can't be mapped.
check_drive()
{
	# Other disks get these names, for which the attributes of the old ones are not meant.
	rm -f "$names" "$VSCSI_STATE_DIR/attributes"
	modprobe -q "$4"
	modprobe scsi_debug ptype="$1" && defer busywait 30000 rmmod scsi_debug
	busywait 30000 eval "[ -n \"\$(ioscli lsdev -type $3 -fmt :)\" ]"
	check_err $? "no $3 drive"
	udevadm settle
	check_match "$(ioscli lsdev -type "$3" -field name status description -fmt :)" \
		"^$2:Available:Linux scsi_debug $5\$" "the drive"
	expect_output "" ioscli cfgdev
	expect_no_change 1 "\"$2\"" ioscli mkvdev -vdev "$2" -vadapter vhost0
}

test_optical()
{
	check_drive 5 cd0 optical sr_mod "Optical Drive"
}

test_tape()
{
	check_drive 1 rmt0 tape st "Tape Drive"
}

require_cmd jq sfdisk
modprobe -n -q scsi_debug || skip_all "no module scsi_debug"
need_module
wait_linked vhost0 || exit
tests_run
