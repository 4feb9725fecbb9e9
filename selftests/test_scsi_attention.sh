#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
#
# Unit attentions: each is reported once to each client, by the first command that is not
# exempt. No driver but sg may look at the disks, or it would take the unit attention.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_sg.sh
. "$(dirname "$0")/lib_sg.sh"

ALL_TESTS="
	power_on
	exempt_commands
	request_sense
	capacity_changed
	once_per_client
	lun_reset
	changed_on_another_path
	absent_lun
"

power_on()
{
	local vtd nodes

	map_ram vtd 1M
	wait_sg "$vtd" || return
	check_equal "$(tur "${nodes[0]}")" "sense 6 29 00" "the first command"
	check_equal "$(tur "${nodes[0]}")" good "the second command"
}

# SAM-5 5.14: INQUIRY and REPORT LUNS neither report nor clear it.
exempt_commands()
{
	local vtd nodes

	map_ram vtd 1M
	wait_sg "$vtd" || return
	expect_good -r 96 "${nodes[0]}" 12 00 00 00 60 00
	expect_good -r 96 "${nodes[0]}" 12 01 83 00 60 00
	expect_good -r 64 "${nodes[0]}" a0 00 00 00 00 00 00 00 00 40 00 00
	expect_sense 6 29 00 -r 512 "${nodes[0]}" 28 00 00 00 00 00 00 00 01 00
	expect_good -r 512 "${nodes[0]}" 28 00 00 00 00 00 00 00 01 00
}

# SPC-4 6.39: REQUEST SENSE returns it as data, and clears it.
request_sense()
{
	local vtd nodes

	map_ram vtd 1M
	wait_sg "$vtd" || return
	check_match "$(sg_requests "${nodes[0]}" 2>&1)" "Unit Attention" "the first time"
	check_match "$(sg_requests "${nodes[0]}" 2>&1)" "No Sense" "the second time"
	check_equal "$(tur "${nodes[0]}")" good "a command after it"
}

capacity_changed()
{
	local file vtd nodes

	mkfile file 1M
	map vtd "$file"
	wait_sg "$vtd" || return
	settle "${nodes[0]}"
	truncate -s 2M "$file"
	busywait 20000 tur_is "${nodes[0]}" "sense 6 2a 09"
	check_err $? "not reported: $(tur "${nodes[0]}")"
	check_equal "$(tur "${nodes[0]}")" good "the next command"
	check_match "$(sg_readcap -b "${nodes[0]}")" "^0x1000 0x200" "new capacity"
}

# A server adapter for any client, with two of them.
once_per_client()
{
	local out vhost partition vtd nodes node file

	out=$(ioscli mkvadapter -any)
	check_err $? "no adapter"
	vhost=${out%% *}
	defer rmpair "$vhost"
	mkclient partition client8
	ioscli mkvadapter -client client1 -server "$vhost" >/dev/null
	check_err $? "first client"
	ioscli mkvadapter -client "$partition" -server "$vhost" >/dev/null
	check_err $? "second client"
	mkfile file 1M
	map vtd "$file" "$vhost"
	wait_sg "$vtd" 2 || return
	for node in "${nodes[@]}"; do
		check_equal "$(tur "$node")" "sense 6 29 00" "$node, first"
		check_equal "$(tur "$node")" good "$node, second"
	done
	truncate -s 2M "$file"
	for node in "${nodes[@]}"; do
		busywait 20000 tur_is "$node" "sense 6 2a 09"
		check_err $? "$node: growth not reported"
		check_equal "$(tur "$node")" good "$node, after it"
	done
}

# SAM-5 6.3.3: all clients hear of it.
lun_reset()
{
	local vtd nodes

	map_ram vtd 1M
	wait_sg "$vtd" || return
	settle "${nodes[0]}"
	sg_reset -d -N "${nodes[0]}" >/dev/null
	check_err $? "sg_reset"
	check_equal "$(tur "${nodes[0]}")" "sense 6 29 03" "the first command"
	check_equal "$(tur "${nodes[0]}")" good "the second command"
}

# What a client changes of a logical unit it changes for all paths: here by STOP, and by MODE
# SELECT of D_SENSE, which a reset takes back with a word to everybody.
changed_on_another_path()
{
	local vtd nodes

	share_paths || return
	expect_good "${nodes[0]}" 1b 00 00 00 00 00
	check_equal "$(tur "${nodes[1]}")" "sense 2 04 02" "the other path, stopped"
	check_equal "$(reads "${nodes[1]}")" "sense 2 04 02" "a read on it"
	expect_good "${nodes[1]}" 1b 00 00 00 01 00
	check_equal "$(reads "${nodes[0]}")" good "started again"
	mklist_control "${nodes[0]}" 06 00
	expect_good -s 16 -i "$TMPDIR/list" "${nodes[0]}" 15 10 00 00 10 00
	check_equal "$(tur "${nodes[1]}")" "sense 6 2a 01" "the other path, D_SENSE set"
	sg_reset -d -N "${nodes[1]}" >/dev/null
	check_err $? "sg_reset"
	check_equal "$(tur "${nodes[0]}")" "sense 6 29 03" "who had set it"
	check_equal "$(tur "${nodes[1]}")" "sense 6 29 03" "who has reset"
}

scanned()
{
	grep -q "lun=8500000000000000 .*opcode=12 status=00" /sys/kernel/tracing/trace
}

# INQUIRY to a LUN without virtual target device says that none can be there.
absent_lun()
{
	local tracing=/sys/kernel/tracing host

	host=$(client_address vhost0 0x8100000000000000)
	host=${host%%:*}
	[ -e "$tracing/events/vscsi" ] || { skip "no tracing"; return; }
	echo >"$tracing/trace"
	echo 1 >"$tracing/events/vscsi/vscsi_cmd_done/enable"
	echo "0 5 0" >"/sys/class/scsi_host/host$host/scan"
	echo 0 >"$tracing/events/vscsi/vscsi_cmd_done/enable"
	busywait 5000 scanned
	check_err $? "no INQUIRY, or not GOOD: $(grep -c opcode=12 "$tracing/trace")"
	check_equal "$(ls -d "/sys/bus/scsi/devices/$host:0:5:0" 2>/dev/null)" "" "a device"
}

require_cmd sg_raw sg_requests sg_readcap sg_reset
no_disk_drivers
tests_run
