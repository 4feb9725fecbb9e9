#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Volume groups and physical volumes: made, listed, changed and removed by the verbs of the
# tool, with LVM below; what they refuse, and that it changes nothing.
#
# timeout: 600

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"

ALL_TESTS="
	life
	names
	partition_size
	list_group
	list_disks
	list_contents
	free_disks
	refused_disks
	force
	system_group
	client_group
	extend_and_reduce
	reduce_with_volumes
	states
	import_and_export
	interrupted
	other_users
"

# Remove the volume group $1 if it is there.
rmvg()
{
	[ -z "$(vgs --noheadings -o vg_name -S "vg_name=$1" 2>/dev/null)" ] ||
		vgremove -q -y -ff "$1" >/dev/null
}

# Run the tool's mkvg with a name, $1, and the disks $2...; the group goes away at the end.
group()
{
	defer rmvg "$1"
	expect_output "$1" ioscli mkvg -vg "$@"
}

# Print all that LVM and wipefs know of groups, volumes and the disks $@.
storage_state()
{
	pvs --noheadings -o pv_name,pv_uuid,vg_name,vg_uuid,vg_seqno 2>/dev/null
	wipefs -n "$@"
}

# expect_refusal $2..., of something that has the disk $1; and nothing has changed.
refuses()
{
	local disk=$1 before

	shift
	before=$(storage_state "$disk")
	expect_refusal "$@"
	check_equal "$(storage_state "$disk")" "$before" "storage after: ${*:3}"
}

# What administrators do first, in their words.
life()
{
	local ram disk

	need mkram ram 64 || return
	disk=$(hdisk_of "$ram")
	expect_output "" ioscli lsvg
	group testvg_vios "$disk"
	expect_output testvg_vios ioscli lsvg
	check_match "$(ioscli lspv)" "$disk +[0-9a-f]{16} +testvg_vios +active" "lspv"
	expect_output "ldeletepv: Volume Group deleted since it contains no physical volumes." \
		ioscli reducevg testvg_vios "$disk"
	expect_output "" ioscli lsvg
	# It keeps its identifier.
	check_match "$(ioscli lspv)" "$disk +[0-9a-f]{16} +None" "lspv"
	group testvg_vios "$ram"
	expect_output testvg_vios ioscli lsvg
}

names()
{
	local one two

	need mkram one 64 && need mkram two 64 || return
	defer rmvg vg00
	expect_output vg00 ioscli mkvg "$one"
	refuses "$two" 1 'already used' ioscli mkvg -vg vg00 "$two"
	refuses "$two" 1 'longer than 15' ioscli mkvg -vg sixteen_letters_ "$two"
	refuses "$two" 1 '"a/b"' ioscli mkvg -vg a/b "$two"
	refuses "$two" 1 '"-a"' ioscli mkvg -vg -a "$two"
	refuses "$two" 1 'already used' ioscli mkvg -vg "${two##*/}" "$two"
	refuses "$two" 1 'already used' ioscli mkvg -vg null "$two"
	defer rmvg vg01
	expect_output vg01 ioscli mkvg "$two"
}

# The least power of two with which a disk has 1016 partitions at most, from 4 MB on.
partition_size()
{
	local size want ram

	while read -r size want; do
		need mkram ram "$size" || return
		group ppvg "$ram"
		expect_output "$want megabyte(s)" ioscli lsvg ppvg -field ppsize -fmt :
		ioscli reducevg ppvg "$ram" >/dev/null
	done <<-END
	64 4
	4064 4
	4072 8
	16384 32
	END
}

list_group()
{
	local one two uuid ltg=128

	need mkram one 64 && need mkram two 64 || return
	group datavg "$one" "$two"
	expect_output app1_lv ioscli mklv -lv app1_lv datavg 8M "$one"
	uuid=$(vgs --noheadings -o vg_uuid datavg | tr -d ' -')
	while [ $((ltg * 2)) -le "$(queue_attr "$one" max_sectors_kb)" ]; do
		ltg=$((ltg * 2))
	done
	expect_golden ioscli lsvg datavg <<-END
	VOLUME GROUP:       datavg                   VG IDENTIFIER:  $uuid
	VG STATE:           active                   PP SIZE:        4 megabyte(s)
	VG PERMISSION:      read/write               TOTAL PPs:      30 (120 megabytes)
	MAX LVs:            256                      FREE PPs:       28 (112 megabytes)
	LVs:                1                        USED PPs:       2 (8 megabytes)
	OPEN LVs:           0                        QUORUM:         2 (Enabled)
	TOTAL PVs:          2                        VG DESCRIPTORS: 3
	STALE PVs:          0                        STALE PPs:      0
	ACTIVE PVs:         2                        AUTO ON:        yes
	MAX PPs per VG:     32512
	MAX PPs per PV:     1016                     MAX PVs:        32
	$(printf '%-44s' "LTG size (Dynamic): $ltg kilobyte(s)") AUTO SYNC:      no
	HOT SPARE:          no                       BB POLICY:      non-relocatable
	PV RESTRICTION:     none                     INFINITE RETRY: no
	DISK BLOCK SIZE:    512                      CRITICAL VG:    no
	END
	expect_golden ioscli lsvg datavg -field vgname freepps -fmt : <<-END
	datavg:28 (112 megabytes)
	END
	check_equal "$(ioscli lsvg -json | jq -c '.[] | [.vgname, .size, .free]')" \
		"[\"datavg\",125829120,117440512]" "JSON"
	expect_refusal 2 '0516-306' ioscli lsvg nothing
	expect_refusal 1 '"nonsense"' ioscli lsvg datavg -field nonsense
}

list_disks()
{
	local one two pvid a b

	need mkram one 64 && need mkram two 64 || return
	a=$(hdisk_of "$one") b=$(hdisk_of "$two")
	group datavg "$one"
	pvid=$(ioscli lspv -field name pvid -fmt , | sed -n "s/^$a,//p")
	check_match "$pvid" '^[0-9a-f]{16}$' "PVID"
	expect_golden eval "ioscli lspv | grep -E '^(NAME|$a|$b) ' | sort -k 3" < <({
		printf '%-16s %-36s %-16s STATUS\n' NAME PVID VG
		printf '%-16s %-36s %-16s active\n' "$a" "$pvid" datavg
		printf '%-16s %-36s %-16s \n' "$b" none None
	} | sort -k 3)
	expect_output 64 ioscli lspv -size "$a"
	expect_golden eval "ioscli lspv -size | grep -E '^(NAME|$b) '" < <(
		printf '%-15s %-35s SIZE(megabytes)\n' NAME PVID
		printf '%-15s %-35s 64\n' "$b" none
	)
	check_equal "$(ioscli lspv -json | jq -r ".[] | select(.name == \"$a\") | .vg")" datavg \
		"JSON"
	expect_refusal 2 '"nothing"' ioscli lspv nothing
	expect_refusal 4 '0516-320' ioscli lspv "$b"
}

list_contents()
{
	local ram d

	need mkram ram 64 || return
	d=$(hdisk_of "$ram")
	group datavg "$ram"
	ioscli mklv -lv app1_lv datavg 2 >/dev/null
	ioscli mklv -lv app2_lv -type jfs2 datavg 9 >/dev/null
	expect_golden ioscli lsvg -pv datavg <<-END
	datavg:
	PV_NAME           PV STATE          TOTAL PPs   FREE PPs    FREE DISTRIBUTION
	$(printf '%-17s' "$d") active            15          4           00..00..00..01..03
	END
	expect_golden ioscli lspv -lv "$d" <<-END
	$d:
	LV NAME               LPs     PPs     DISTRIBUTION          MOUNT POINT
	app1_lv               2       2       02..00..00..00..00    N/A
	app2_lv               9       9       01..03..03..02..00    N/A
	END
	expect_golden ioscli lspv -pv "$d" <<-END
	$d:
	PP RANGE  STATE   REGION        LV NAME             TYPE       MOUNT POINT
	  1-2     used    outer edge    app1_lv             jfs        N/A
	  3-3     used    outer edge    app2_lv             jfs2       N/A
	  4-6     used    outer middle  app2_lv             jfs2       N/A
	  7-9     used    center        app2_lv             jfs2       N/A
	 10-11    used    inner middle  app2_lv             jfs2       N/A
	 12-12    free    inner middle
	 13-15    free    inner edge
	END
	check_equal "$(ioscli lsvg -map datavg | awk 'NR > 1 { print $1, $2 }' | head -n 3)" \
		"$d:1 app1_lv:1
$d:2 app1_lv:2
$d:3 app2_lv:1" "lsvg -map"
	check_equal "$(ioscli lspv -map "$d" | tail -n 1)" "$d:12-15" "lspv -map"
	check_match "$(ioscli lspv "$d")" "USED PPs: +11 \(44 megabytes\)" "lspv"
}

# Is disk $2 among those of lspv $1?
offered()
{
	ioscli lspv "$1" -field name -fmt : | grep -qx "$(hdisk_of "$2")"
}

free_disks()
{
	local blank data mapped grouped mounted vtd dir

	need mkram blank 64 && need mkram data 64 && need mkram mapped 64 &&
		need mkram grouped 64 && need mkram mounted 64 || return
	mkfs.ext4 -q "$data"
	group datavg "$grouped"
	need map vtd "$mapped" && need mkmount dir ext4 "$mounted" -q || return
	offered -free "$blank" && offered -avail "$blank"
	check_err $? "a blank disk is not offered"
	offered -avail "$data" && offered -avail "$mapped"
	check_err $? "a disk in no group is not available"
	offered -free "$data"
	check_fail $? "a disk with a file system is free"
	offered -free "$mapped"
	check_fail $? "a mapped disk is free"
	offered -avail "$grouped" || offered -free "$grouped"
	check_fail $? "a disk in a group is offered"
	offered -avail "$mounted" || offered -free "$mounted"
	check_fail $? "a mounted disk is offered"
	offered -size "$mounted"
	check_err $? "a mounted disk is not shown"
}

refused_disks()
{
	local ram other vtd file loop dir depth

	need mkram ram 64 && need mkram other 64 || return
	group datavg "$other"
	mkfs.ext4 -q "$ram"
	refuses "$ram" 4 'ext4' ioscli mkvg "$ram"
	refuses "$ram" 4 'ext4' ioscli extendvg datavg "$ram"
	wipefs -q -a "$ram"
	echo 'label: gpt' | sfdisk -q "$ram"
	refuses "$ram" 4 'gpt' ioscli mkvg "$ram"
	wipefs -q -a "$ram"

	# Not with -f either.
	depth=${#deferred[@]}
	need mkmount dir ext4 "$ram" -q || return
	refuses "$ram" 4 'mounted' ioscli mkvg -f "$ram"
	undo_to "$depth"
	mkswap -q "$ram" && swapon "$ram"
	refuses "$ram" 4 'swap' ioscli mkvg -f "$ram"
	swapoff "$ram"
	wipefs -q -a "$ram"
	need map vtd "$ram" || return
	refuses "$ram" 4 "$vtd" ioscli mkvg -f "$ram"
	refuses "$ram" 4 "$vtd" ioscli extendvg -f datavg "$ram"
	unmap "$vtd"
	refuses "$ram" 4 'datavg' ioscli mkvg -f "$other"
	refuses "$ram" 4 'datavg' ioscli extendvg -f datavg "$other"

	need mkfile file 64M && need mkloop loop "$file" || return
	refuses "$ram" 1 'not a disk' ioscli mkvg "$file"
	blockdev --setro "$loop"
	defer blockdev --setrw "$loop"
	refuses "$loop" 4 'cannot be (written|opened)' ioscli mkvg -f "$loop"
	refuses "$ram" 2 '"nothing"' ioscli mkvg nothing
	refuses "$ram" 1 'more than once' ioscli mkvg "$ram" "${ram##*/}"
	# The good one before a bad one is left alone.
	refuses "$ram" 4 'datavg' ioscli mkvg "$ram" "$other"
	refuses "$ram" 1 'not a disk' ioscli mkvg "$ram" /dev/null
	refuses "$ram" 2 '0516-306' ioscli extendvg nothing "$ram"
}

force()
{
	local ram

	need mkram ram 64 || return
	mkfs.ext4 -q "$ram"
	defer rmvg datavg
	expect_output datavg ioscli mkvg -f -vg datavg "$ram"
	check_equal "$(wipefs -n -i -O TYPE "$ram" | tr -d ' \n')" LVM2_member "signatures"
	ioscli reducevg datavg "$ram" >/dev/null
	pvremove -q -y "$ram" >/dev/null
	printf 'label: gpt\nsize=8M\n' | sfdisk -q "$ram"
	busywait 30000 test -b "${ram}p1"
	check_err $? "no partition"
	expect_output datavg ioscli mkvg -f -vg datavg "$ram"
	check_equal "$(wipefs -n -i -O TYPE "$ram" | tr -d ' \n')" LVM2_member "signatures"
	busywait 30000 [ ! -b "${ram}p1" ]
	check_err $? "the partition is still there"
}

# A group with something mounted is the system's: it is shown and never changed.
system_group()
{
	local one two dir depth

	need mkram one 64 && need mkram two 64 || return
	group sysvg "$one"
	ioscli mklv -lv sys_lv sysvg 4 >/dev/null
	ioscli mklv -lv other_lv sysvg 1 >/dev/null
	expect_output "other_lv:4:sysvg
sys_lv:16:sysvg" ioscli lslv -free -fmt :
	depth=${#deferred[@]}
	need mkmount dir ext4 /dev/sysvg/sys_lv -q || return
	expect_output sysvg ioscli lsvg
	check_match "$(ioscli lsvg -lv sysvg)" "sys_lv +jfs +4 +4 +1 +open/syncd +$dir" "lsvg -lv"
	expect_output "" ioscli lslv -free
	refuses "$two" 4 'running system' ioscli mklv sysvg 1
	refuses "$two" 4 'running system' ioscli extendlv sys_lv 1
	refuses "$two" 4 'running system' ioscli extendvg sysvg "$two"
	refuses "$two" 4 'running system' ioscli reducevg -rmlv -f sysvg "$one"
	refuses "$two" 4 'running system' ioscli rmlv -f other_lv
	refuses "$two" 4 'running system' ioscli chlv -lv x other_lv
	refuses "$two" 4 'running system' ioscli deactivatevg sysvg
	refuses "$two" 4 'running system' ioscli exportvg sysvg
	refuses "$two" 4 'running system' ioscli chvg -auto no sysvg
	undo_to "$depth"
	expect_output "rmlv: Logical volume other_lv is removed." ioscli rmlv -f other_lv
}

# What a client has on its disk is the client's, also where both are one machine.
client_group()
{
	local ram disk

	need mkram ram 64 && need map_disk disk "$ram" || return
	vgcreate -q -y --config "devices/filter=[\"r|$ram|\"]" clientvg "$disk" >/dev/null
	check_err $? "vgcreate on the client"
	defer eval "vgremove -q -y -ff --config 'devices/filter=[\"r|$ram|\"]' clientvg >/dev/null"
	lvcreate -q -y -n clientlv -L 8M --config "devices/filter=[\"r|$ram|\"]" clientvg >/dev/null
	expect_output "" ioscli lsvg
	check_match "$(ioscli lspv)" "$(hdisk_of "$ram") +none +None" "lspv"
	expect_refusal 4 "managed system serves" ioscli mkvg -f "$disk"
	offered -size "$disk"
	check_fail $? "the client's disk is one of the server's"
	expect_refusal 4 "virtual target device" ioscli mkvg -f "$ram"
	offered -free "$ram"
	check_fail $? "the mapped disk is free"
}

extend_and_reduce()
{
	local one two small

	need mkram one 64 && need mkram two 64 && need mkram small 4 || return
	group datavg "$one"
	refuses "$small" 4 'too small' ioscli extendvg datavg "$small"
	refuses "$small" 4 'too small' ioscli mkvg "$small"
	expect_output "" ioscli extendvg datavg "$two"
	expect_output "30 (120 megabytes):2" ioscli lsvg datavg -field totalpps totalpvs -fmt :
	ioscli mklv -lv app1_lv datavg 2 "$two" >/dev/null
	refuses "$two" 4 '0516-016' ioscli reducevg datavg "$two"
	refuses "$two" 1 'does not belong' ioscli reducevg datavg "$small"
	expect_output "" ioscli reducevg datavg "$one"
	expect_output "15 (60 megabytes):1" ioscli lsvg datavg -field totalpps totalpvs -fmt :
	refuses "$two" 4 '0516-016' ioscli reducevg datavg "$two"
}

reduce_with_volumes()
{
	local one two vtd

	need mkram one 64 && need mkram two 64 || return
	group datavg "$one" "$two"
	ioscli mklv -lv app1_lv datavg 2 "$one" >/dev/null
	ioscli mklv -lv app2_lv datavg 2 "$two" >/dev/null
	need map vtd app1_lv || return
	refuses "$one" 4 '0516-1008' ioscli reducevg -rmlv -f datavg "$one" "$two"
	expect_output "app1_lv
app2_lv" ioscli lsvg -lv datavg -field lvname -fmt :
	unmap "$vtd"
	ioscli reducevg -rmlv datavg "$one" >/dev/null 2>&1 <<<n
	check_equal $? 4 "exit status when the answer is no"
	expect_output "rmlv: Logical volume app1_lv is removed." \
		ioscli reducevg -rmlv -f datavg "$one"
	expect_output "rmlv: Logical volume app2_lv is removed.
ldeletepv: Volume Group deleted since it contains no physical volumes." \
		ioscli reducevg -rmlv -f datavg "$two"
	expect_output "" ioscli lsvg
}

states()
{
	local ram vtd

	need mkram ram 64 || return
	group datavg "$ram"
	ioscli mklv -lv app1_lv datavg 2 >/dev/null
	need map vtd app1_lv || return
	expect_refusal 4 "app1_lv is mapped|mapped as virtual" ioscli deactivatevg datavg
	unmap "$vtd"
	expect_output "" ioscli deactivatevg datavg
	expect_output inactive ioscli lsvg datavg -field vgstate -fmt :
	expect_output closed/syncd ioscli lslv app1_lv -field lvstate -fmt :
	expect_output "" ioscli deactivatevg datavg
	check_match "$(ioscli lspv)" "$(hdisk_of "$ram") +[0-9a-f]{16} +datavg +"$'(\n|$)' "lspv"
	expect_refusal 2 'app1_lv' ioscli mkvdev -vdev app1_lv -vadapter vhost0
	expect_refusal 4 'belongs to volume group "datavg"' ioscli mkvdev -vdev "$ram" -vadapter vhost0
	expect_output "" ioscli lslv -free
	expect_output "" ioscli activatevg datavg
	expect_output active ioscli lsvg datavg -field vgstate -fmt :
	need map vtd app1_lv
	expect_output "" ioscli chvg -auto no datavg
	expect_output no ioscli lsvg datavg -field autoon -fmt :
	expect_output "" ioscli chvg -auto yes datavg
	expect_output yes ioscli lsvg datavg -field autoon -fmt :
	expect_output "" ioscli chvg -unlock datavg
}

import_and_export()
{
	local ram

	need mkram ram 64 || return
	group datavg "$ram"
	defer rmvg newvg
	ioscli mklv -lv app1_lv datavg 2 >/dev/null
	refuses "$ram" 4 'deactivatevg' ioscli exportvg datavg
	refuses "$ram" 1 'no exported volume group' ioscli importvg "$ram"
	ioscli deactivatevg datavg
	expect_output "" ioscli exportvg datavg
	expect_output "" ioscli lsvg
	offered -free "$ram"
	check_fail $? "the disk of an exported group is free"
	refuses "$ram" 4 'datavg' ioscli mkvg -f "$ram"
	expect_refusal 4 'importvg' ioscli activatevg datavg
	expect_output newvg ioscli importvg -vg newvg "$ram"
	expect_output "newvg:active:1" ioscli lsvg newvg -field vgname vgstate numlvs -fmt :
	expect_output app1_lv ioscli lslv -free -field lvname -fmt :
}

# A signal leaves a whole group or a blank disk.
interrupted()
{
	local ram delay pid signatures

	need mkram ram 64 || return
	defer rmvg datavg
	for delay in 0.02 0.05 0.1 0.2 0.3 0.5 0.8; do
		setsid ioscli mkvg -vg datavg "$ram" >"$TMPDIR/mkvg" 2>&1 &
		pid=$!
		sleep "$delay"		# the moment of the kill is what differs
		kill -TERM "$pid" 2>/dev/null
		wait "$pid"
		busywait 30000 not pgrep -x lvm >/dev/null
		signatures=$(wipefs -n -i -O TYPE "$ram" | tr -d ' \n')
		if [ "$(ioscli lsvg)" = datavg ]; then
			check_equal "$signatures" LVM2_member "signatures after $delay s"
			ioscli reducevg datavg "$ram" >/dev/null
			pvremove -q -y "$ram" >/dev/null
		else
			check_equal "$signatures" "" "signatures after $delay s"
		fi
	done
}

other_users()
{
	local ram

	need mkram ram 64 || return
	group datavg "$ram"
	expect_refusal 3 'rights of root' unprivileged ioscli lsvg
	expect_refusal 3 'rights of root' unprivileged ioscli mklv datavg 1
	expect_refusal 1 'Virtual I/O Server only' ioscli -p client1 lspv
}

require_cmd vgcreate wipefs jq sfdisk
need_module "$@"
tests_run
