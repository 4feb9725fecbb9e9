#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The page that this project began with, as a script: its command lines for a Virtual I/O
# Server, in its order, each with the effect that it tells.
#
# Not here, because it is not there:
#   lscfg, lspath, lsattr, chpath,         commands of an AIX client
#   chdev -l, cfgmgr, errpt, kdb
#   mksp, lssp, chsp, rmsp,                storage pools
#   mkbdsp, rmbdsp
#   fscsi0 (fc_err_recov, dyntrk)          there are no Fibre Channel adapters
#   vhost0 and BUD_vg on both servers      names are the managed system's: the second server
#                                          has another vhostN, and gives another name
#
# timeout: 300

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

# Set variable $1 to the server's name of a new disk of $2 MiB.
mkhdisk()
{
	local -n mkhdisk_var=$1
	local mkhdisk_ram

	mkram mkhdisk_ram "$2" || return
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
