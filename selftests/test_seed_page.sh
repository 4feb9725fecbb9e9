#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The page that this project began with, as a script: its command lines for a Virtual I/O
# Server, in its order, each with the effect that it tells.
#
# Not here, because it is not there:
#   lscfg, lspath, lsattr, chpath,         commands of an AIX client
#   chdev -l, cfgmgr, errpt, kdb
#   fscsi0 (fc_err_recov, dyntrk)          there are no Fibre Channel adapters
#   vhost0 and BUD_vg on both servers      names are the managed system's: the second server
#                                          has another vhostN, and gives another name
#
# timeout: 400

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"

ALL_TESTS="
	adapters_of_server
	adapters_of_client
	slot_to_adapter
	whole_disk
	volume_group
	logical_volume
	volume_group_pool
	backing_device_of_pool
	file_pool
	backing_device_in_file
	adapter_with_disks
	attributes
	two_servers
"

# shellcheck disable=SC2034 # the names don't matter
adapters_of_server()
{
	local pair

	need mkpair pair && need mkpair pair || return
	check_equal "$(ioscli lsdev -Cc adapter | tr -s ' ')" \
"vhost0 Available Virtual SCSI Server Adapter
vhost1 Available Virtual SCSI Server Adapter
vhost2 Available Virtual SCSI Server Adapter" "lsdev on the server"
	expect_refusal 1 '"nonsense"' ioscli lsdev -Cc nonsense
}

adapters_of_client()
{
	expect_golden ioscli -p client1 lsdev -Cc adapter <<-END
	vscsi0 Available  Virtual SCSI Client Adapter
	END
}

# Forget the adapters in slot $1 of the server and slot $2 of the client.
rmslot()
{
	ioscli rmvadapter -plc "$1" -recursive >/dev/null
}

# The HMC puts adapters into the slots; cfgdev and cfgmgr bring them up.
slot_to_adapter()
{
	local slot

	slot=$(ioscli lsdev -dev vhost0 -field physloc -fmt :)
	slot=${slot%-C*}-C77
	ioscli mkvadapter -client client1 -slot 77 -ucfg >/dev/null
	check_err $? "mkvadapter"
	defer rmslot "$slot"
	check_match "$(ioscli lsdev -slots)" "$slot +Virtual I/O Slot +Unknown" "the new slot"
	expect_output "" ioscli cfgdev
	expect_output "" ioscli -p client1 cfgdev
	expect_output "vhost1" ioscli lsdev -plc "$slot" -field name -fmt :
	check_equal "$(ioscli -p client1 lsdev -Cc adapter | wc -l)" 2 "client adapters"
	wait_linked vhost1
	check_err $?
}

# Set variable $1 to the server's name of a new disk of $2 MiB. cfgdev gives it for good.
mkhdisk()
{
	local -n mkhdisk_var=$1
	local mkhdisk_ram

	mkram mkhdisk_ram "$2" && ioscli cfgdev || return
	# shellcheck disable=SC2034 # the caller's variable
	mkhdisk_var=$(hdisk_of "$mkhdisk_ram")
}

whole_disk()
{
	local hdisk

	need mkhdisk hdisk 16 || return
	expect_output "vclient_disk Available" \
		ioscli mkvdev -vdev "$hdisk" -vadapter vhost0 -dev vclient_disk
	defer unmap vclient_disk
	expect_output "vhost0:vclient_disk:$hdisk" \
		ioscli lsmap -all -field svsa vtd backing -fmt :
	expect_output "vclient_disk deleted" ioscli rmvdev -vdev vclient_disk
	expect_output "vtscsi0 Available" ioscli mkvdev -vdev "$hdisk" -vadapter vhost0
	expect_output "vtscsi0 deleted" ioscli rmvdev -vdev "$hdisk"
}

# Remove volume group testvg_vios, if it is there.
rmgroup()
{
	! vgs testvg_vios >/dev/null 2>&1 || vgremove -q -y -ff testvg_vios >/dev/null
}

volume_group()
{
	local hdisk

	need mkhdisk hdisk 64 || return
	defer rmgroup
	expect_output testvg_vios ioscli mkvg -vg testvg_vios "$hdisk"
	check_match "$(ioscli lsvg)" '(^|.)testvg_vios($|.)' "lsvg"
	expect_output "ldeletepv: Volume Group deleted since it contains no physical volumes." \
		ioscli reducevg testvg_vios "$hdisk"
	check_equal "$(ioscli lsvg | grep -x testvg_vios)" "" "lsvg"
}

logical_volume()
{
	local hdisk

	need mkhdisk hdisk 12288 || return
	defer rmgroup
	expect_output testvg_vios ioscli mkvg -vg testvg_vios "$hdisk"
	expect_output testlv_client ioscli mklv -lv testlv_client testvg_vios 10G
	check_match "$(ioscli lsvg -lv testvg_vios)" 'testlv_client +jfs .* closed/syncd' "lsvg"
	expect_output "any_name Available" \
		ioscli mkvdev -vdev testlv_client -vadapter vhost0 -dev any_name
	defer unmap any_name
	expect_output "any_name:testlv_client" ioscli lsmap -all -field vtd backing -fmt :
	check_equal "$(vtd_fields any_name size)" $((10 << 30)) "size"
	expect_output "any_name deleted" ioscli rmvdev -vdev testlv_client
	echo y | ioscli rmlv testlv_client >/dev/null
	check_err $? "rmlv"
	check_equal "$(ioscli lsvg -lv testvg_vios -field lvname -fmt :)" "" "volumes"
}

# Remove what is left of pool $1.
rmpool()
{
	local dir

	for dir in /var/vio/storagepools/*; do
		! mountpoint -q "$dir" || busywait 30000 umount "$dir" 2>/dev/null
	done
	! vgs "$1" >/dev/null 2>&1 || vgremove -q -y -ff "$1" >/dev/null
	rm -rf /var/vio
}

volume_group_pool()
{
	local first second

	need mkhdisk first 1024 && need mkhdisk second 2048 || return
	defer rmpool bb_sp
	expect_output bb_sp ioscli mksp bb_sp "$first"
	expect_golden ioscli lssp <<-END
	Pool              Size(mb)   Free(mb)  Alloc Size(mb)    BDs Type
	bb_sp                 1020       1020               4      0 LVPOOL
	END
	expect_output "" ioscli chsp -add -sp bb_sp "$second"
	expect_output "$first:$second" eval \
		"ioscli lssp -detail -sp bb_sp -field pvname -fmt : | paste -s -d :"
	expect_output "" ioscli chsp -rm -sp bb_sp "$second"
	expect_output "$first" ioscli lssp -detail -sp bb_sp -field pvname -fmt :
	check_equal "$(ioscli lsvg | grep -x bb_sp)" bb_sp "the volume group of the pool"
}

backing_device_of_pool()
{
	local hdisk

	need mkhdisk hdisk 12288 || return
	defer rmpool bb_sp
	expect_output bb_sp ioscli mksp bb_sp "$hdisk"
	expect_output 'Creating logical volume "bb_lv" in storage pool "bb_sp".' \
		ioscli mkbdsp -bd bb_lv -sp bb_sp 10G
	expect_golden ioscli lssp -bd -sp bb_sp <<-END
	Name            Size(mb)        VTD             SVSA
	bb_lv           10240           None            None
	END
	expect_output "bb_lv" ioscli lsvg -lv bb_sp -field lvname -fmt :
	expect_output "vtscsi0 Available" ioscli mkvdev -vdev bb_lv -vadapter vhost0
	expect_output "bb_lv:vtscsi0:vhost0" \
		ioscli lssp -bd -sp bb_sp -field bdname vtd svsa -fmt :
	expect_output "vtscsi0 deleted" ioscli rmvdev -vdev bb_lv
	expect_output "rmlv: Logical volume bb_lv is removed." ioscli rmbdsp -bd bb_lv -sp bb_sp
	expect_output "" ioscli lssp -bd -sp bb_sp
}

# The pool of files is a logical volume with a file system, in a pool that mkvg made.
file_pool()
{
	local big

	need mkram big 40960 512 discard=0 || return
	defer rmpool clientVG
	expect_output clientVG ioscli mkvg -vg clientVG "$(hdisk_of "$big")"
	check_match "$(ioscli mksp -fb clientData -sp clientVG -size 20G | tr '\n' ' ')" \
		"^clientData File system created successfully. 20[0-9]{6} kilobytes total disk \
space. New File System size is 41943040 $" "mksp -fb"
	expect_output "clientData:64:0:FBPOOL" \
		ioscli lssp -type fbpool -field pool alloc bds type -fmt :
	expect_output "clientData:jfs2:open/syncd:/var/vio/storagepools/clientData" \
		ioscli lsvg -lv clientVG -field lvname type lvstate mount -fmt :
	expect_output "" ioscli chsp -add -sp clientData -size 1G
	expect_output "$((21 << 30))" eval \
		"ioscli lsvg -lv clientVG -json | jq '.[0].size'"
	expect_output "" ioscli rmsp clientData
	expect_output "clientVG:LVPOOL" ioscli lssp -field pool type -fmt :
	check_fail "$([ -e /var/vio ]; echo $?)" "directories are left"
}

# shellcheck disable=SC2034 # the names don't matter
backing_device_in_file()
{
	local big pair dir=/var/vio/storagepools/fb_testvg

	need mkram big 40960 512 discard=0 && need mkpair pair && need mkpair pair || return
	defer rmpool bb_sp
	ioscli mksp bb_sp "$big" >/dev/null &&
		ioscli mksp -fb fb_testvg -sp bb_sp -size 20G >/dev/null
	check_err $? "no pool of files"
	expect_golden ioscli mkbdsp -sp fb_testvg -bd fb_bb -vadapter vhost2 10G <<-END
	Creating file "fb_bb" in storage pool "fb_testvg".
	Assigning file "fb_bb" as a backing device.
	vtscsi0 Available
	END
	expect_golden ioscli mkbdsp -sp fb_testvg -bd fb_bb1 -vadapter vhost2 -tn balazs 8G <<-END
	Creating file "fb_bb1" in storage pool "fb_testvg".
	Assigning file "fb_bb1" as a backing device.
	balazs Available
	END
	expect_golden ioscli lssp -bd -sp fb_testvg <<-END
	Name            Size(mb)        VTD             SVSA
	fb_bb           10240           vtscsi0         vhost2
	fb_bb1          8192            balazs          vhost2
	END
	expect_output "balazs:$dir/fb_bb1:vtscsi0:$dir/fb_bb" \
		ioscli lsmap -vadapter vhost2 -field vtd backing -fmt :
	expect_output 'balazs deleted
File "fb_bb1" removed.' ioscli rmbdsp -sp fb_testvg -bd fb_bb1
	expect_output 'vtscsi0 deleted
File "fb_bb" removed.' ioscli rmbdsp -sp fb_testvg -bd fb_bb
	expect_output "" ioscli rmsp fb_testvg
	expect_output "" ioscli chsp -rm -sp bb_sp "$big"
	expect_output "" ioscli lssp
}

adapter_with_disks()
{
	local vhost

	need mkpair vhost || return
	ioscli mkvdev -ram 1M -vadapter "$vhost" >/dev/null
	ioscli mkvdev -fbo -vadapter "$vhost" >/dev/null
	expect_refusal 4 '0514-029' ioscli rmdev -dev vhost1
	expect_golden ioscli rmdev -dev vhost1 -recursive <<-END
	vtopt0 deleted
	vtscsi0 deleted
	vhost1 deleted
	END
	expect_output "" ioscli cfgdev
}

attributes()
{
	local hdisk

	need mkhdisk hdisk 16 || return
	check_match "$(ioscli lsdev -dev "$hdisk" -attr)" \
		'reserve_policy +no_reserve +Reserve Policy +True' "lsdev -attr"
	expect_output "$hdisk changed" \
		ioscli chdev -dev "$hdisk" -attr reserve_policy=no_reserve
	expect_refusal 1 '"single_path"' \
		ioscli chdev -dev "$hdisk" -attr reserve_policy=single_path
}

# Remove the second server with all it has.
rmserver()
{
	ioscli -p vios1 rmlpar -lpar vios2 -recursive >/dev/null
}

disks_of()
{
	local disks

	disks=$(ioscli -p client1 lsdev -type disk -field name -fmt : | wc -l)
	[ "$disks" = "$1" ]
}

# One disk through two servers; it stays when one of them takes it away.
two_servers()
{
	local hdisk

	need mkhdisk hdisk 16 || return
	ioscli mklpar -lpar vios2 -type vios >/dev/null
	check_err $? "mklpar"
	defer rmserver
	ioscli -p vios2 mkvadapter -client client1 >/dev/null
	check_err $? "mkvadapter"
	need wait_linked vhost1 || return
	expect_output "BUD_vg Available" \
		ioscli -p vios1 mkvdev -vdev "$hdisk" -vadapter vhost0 -dev BUD_vg
	expect_output "BUD_vg2 Available" \
		ioscli -p vios2 mkvdev -vdev "$hdisk" -vadapter vhost1 -dev BUD_vg2
	busywait 30000 disks_of 2
	check_err $? "the client has not two paths"
	expect_output "BUD_vg deleted" ioscli -p vios1 rmvdev -vdev "$hdisk"
	busywait 30000 disks_of 1
	check_err $? "the client has not one path"
}

require_cmd jq lvcreate
need_module
wait_linked vhost0 || exit
tests_run
