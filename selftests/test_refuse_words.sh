#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Words that make no sense on the command line, and objects that are not there:
# a clear message, an exit status, and nothing is changed.
#
# timeout: 600

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

ALL_TESTS="
	test_vtd_name
	test_vtd_name_in_use
	test_lun
	test_adapter
	test_mkvdev_flags
	test_rmvdev
	test_rmdev
	test_cfgdev
	test_chdev
	test_mklpar
	test_rmlpar
	test_mkvadapter
	test_rmvadapter
	test_partition_word
	test_no_module
"

mk_refused()
{
	expect_no_change "$1" "$2" ioscli mkvdev "${@:3}"
}

test_vtd_name()
{
	local name

	for name in sixteen_letters_ "a b" a/b a:b .a _a 'a;b' "a\$b" $'a\nb' \
			$'a\tb' $'\303\244' 'a%s' '*' "$(printf '%0999d' 0)"; do
		mk_refused 1 'The name "' -ram 1M -vadapter vhost0 -dev "$name"
	done
	mk_refused 1 'requires an argument' -ram 1M -vadapter vhost0 -dev ""
	mk_refused 1 'requires an argument' -ram 1M -vadapter vhost0 -dev
}

test_vtd_name_in_use()
{
	local vtd

	map_ram vtd 1M vhost0 -dev app1_root
	mk_refused 1 '"app1_root" already exists' \
		-ram 1M -vadapter vhost0 -dev app1_root
	mk_refused 1 '"vhost0" already exists' -ram 1M -vadapter vhost0 -dev vhost0
	mk_refused 1 '"vscsi0" already exists' -ram 1M -vadapter vhost0 -dev vscsi0
	mk_refused 1 'kept for adapters' -ram 1M -vadapter vhost0 -dev vhost7
	mk_refused 1 'kept for adapters' -ram 1M -vadapter vhost0 -dev vscsi12
	# On another adapter too.
	mkpair vtd
	mk_refused 1 '"app1_root" already exists' \
		-ram 1M -vadapter "$vtd" -dev app1_root
}

test_lun()
{
	local lun vtd

	for lun in 0 64 0x81 0xc100000000000000 0x0100000000000000 \
			0x8100000000000001 0x8101000000000001 x 1x -1 \
			0x18100000000000000 18446744073709551615; do
		mk_refused 1 'LUN' -ram 1M -vadapter vhost0 -lun "$lun"
	done
	map_ram vtd 1M vhost0 -lun 7
	mk_refused 1 'LUN is already used' -ram 1M -vadapter vhost0 -lun 7
	mk_refused 1 'LUN is already used' -ram 1M -vadapter vhost0 \
		-lun 0x8700000000000000 -dev other
}

test_adapter()
{
	local words='is not a Server Virtual SCSI Adapter \(SVSA\)\.'

	mk_refused 15 "\"vhost9\" $words" -ram 1M -vadapter vhost9
	mk_refused 15 "\"vscsi0\" $words" -ram 1M -vadapter vscsi0
	mk_refused 15 "\"VHOST0\" $words" -ram 1M -vadapter VHOST0
	mk_refused 15 "\"$(printf '%099d' 0)\" $words" -ram 1M \
		-vadapter "$(printf '%099d' 0)"
	mk_refused 10 '"U9105.22A.0000001-V1-C9"' -ram 1M \
		-aplc U9105.22A.0000001-V1-C9
	mk_refused 15 "\"vscsi0\" $words" -ram 1M \
		-aplc U9105.22A.0000001-V2-C2
}

test_mkvdev_flags()
{
	mk_refused 1 'Missing required option flag: -vdev' -vadapter vhost0
	mk_refused 1 'Missing required option flag: -vadapter' -ram 1M
	mk_refused 1 'Missing required'
	mk_refused 1 'Option flag is not valid: "-sea"' -sea ent0
	mk_refused 1 'Option flag is not valid: "--vdev"' --vdev x
	mk_refused 1 'Option flag is not valid: "-VDEV"' -VDEV x
	mk_refused 1 'more than once' -ram 1M -ram 1M -vadapter vhost0
	mk_refused 1 'more than once' -ram 1M -vadapter vhost0 -f -f
	mk_refused 1 'cannot be used together' -ram 1M -vdev sdb -vadapter vhost0
	mk_refused 1 'cannot be used together' -ram 1M -vadapter vhost0 -aplc x
	mk_refused 1 '"-vdev" requires an argument' -vdev -vadapter vhost0
	mk_refused 1 '"-vadapter" requires an argument' -ram 1M -vadapter
	mk_refused 1 '"-bs" requires an argument' -ram 1M -bs -vadapter vhost0
	mk_refused 1 'Too many arguments: "1"' -ram 1M 1 -vadapter vhost0
	mk_refused 1 'Too many arguments: "-"' -ram 1M -vadapter vhost0 -
	mk_refused 1 'cannot be used together' -ram 1M -direct -vadapter vhost0
	check_match "$(cat "$TMPDIR/stderr")" 'Usage: mkvdev ' "usage"
}

test_rmvdev()
{
	local vtd

	map_ram vtd 1M
	expect_no_change 2 '"vtscsi9"' ioscli rmvdev -vtd vtscsi9
	expect_no_change 2 '"vhost0"' ioscli rmvdev -vtd vhost0
	expect_no_change 2 '"hdisk9"' ioscli rmvdev -vdev hdisk9
	expect_no_change 2 '"/dev/null"' ioscli rmvdev -vdev /dev/null
	expect_no_change 1 'Missing required' ioscli rmvdev
	expect_no_change 1 'Missing required' ioscli rmvdev -f
	expect_no_change 1 'cannot be used together' \
		ioscli rmvdev -vtd vtscsi0 -vdev ram
	expect_no_change 1 'more than once' \
		ioscli rmvdev -vtd vtscsi0 -vtd vtscsi0
	expect_no_change 1 'requires an argument' ioscli rmvdev -vtd
	expect_no_change 1 'Too many arguments' ioscli rmvdev -vtd vtscsi0 x
	expect_no_change 1 'Option flag is not valid: "-sea"' ioscli rmvdev -sea x
}

test_rmdev()
{
	local vtd disk

	disk=$(ioscli lsdev -type disk -field path -fmt : | grep -m 1 '^/dev/')
	disk=${disk#/dev/}
	map_ram vtd 1M
	expect_no_change 2 '"vhost9"' ioscli rmdev -dev vhost9
	expect_no_change 2 '"vscsi0"' ioscli rmdev -dev vscsi0
	expect_no_change 4 '0514-029.*"vhost0"' ioscli rmdev -dev vhost0
	expect_no_change 4 '0514-029.*"vhost0"' ioscli rmdev -dev vhost0 -ucfg
	expect_no_change 4 '0514-029.*"vhost0"' ioscli rmdev -dev vhost0 -f
	expect_no_change 1 '"hdisk[0-9]+" cannot be left in the Defined state' \
		ioscli rmdev -dev "$disk" -ucfg
	expect_no_change 1 'Missing required' ioscli rmdev -recursive
	expect_no_change 1 'cannot be used together' \
		ioscli rmdev -dev vhost0 -pdev vhost0
	expect_no_change 4 'device of this machine' ioscli rmdev -dev "$disk"
	[ -n "$disk" ] && [ -b "/dev/$disk" ]
	check_err $? "the disk \"$disk\" is gone"
}

test_cfgdev()
{
	expect_no_change 2 '"vhost9"' ioscli cfgdev -dev vhost9
	expect_no_change 2 '"vscsi0"' ioscli cfgdev -dev vscsi0
	expect_no_change 1 'requires an argument' ioscli cfgdev -dev
	expect_no_change 1 'Option flag is not valid' ioscli cfgdev -l vhost0
}

ch_refused()
{
	expect_no_change "$1" "$2" ioscli chdev -dev vtscsi0 "${@:3}"
	check_equal "$(ioscli lsdev -dev vtscsi0 -attr)" "$attrs" \
		"attributes after: chdev ${*:3}"
}

test_chdev()
{
	local vtd attrs word

	map_ram vtd 1M
	attrs=$(ioscli lsdev -dev vtscsi0 -attr)
	ch_refused 1 '"nonsense".*"vtscsi0"' -attr nonsense=1
	ch_refused 1 '"size".*cannot be changed' -attr size=1
	ch_refused 1 'write attribute=value' -attr inject_every
	ch_refused 1 'write attribute=value' -attr inject_every=
	ch_refused 1 'write attribute=value' -attr =1
	for word in inject_error=odd inject_delay_us=x inject_delay_us=-1 \
			inject_delay_us=60000001 inject_every=4294967296 \
			inject_every=1e3 rescan=perhaps; do
		ch_refused 1 "\"${word%%=*}\"|\"${word#*=}\"" -attr "$word"
	done
	# All of it, or nothing.
	ch_refused 1 '"odd"' -attr inject_delay_us=5 inject_error=odd
	ch_refused 1 '"-perm" cannot be used' -attr inject_delay_us=5 -perm
	ch_refused 1 'Missing required' -force
	ch_refused 1 'requires an argument' -attr
	expect_no_change 2 '"hdisk9"' ioscli chdev -dev hdisk9 -attr a=b
	expect_no_change 1 '"slot".*cannot be changed' \
		ioscli chdev -dev vhost0 -attr slot=3
}

test_mklpar()
{
	local name id before

	before=$(ioscli lslpar)
	for name in "a b" a/b .a _a $'a\nb' 'a%sb' "$(printf '%096d' 0)"; do
		expect_no_change 1 'The name "' ioscli mklpar -lpar "$name"
	done
	expect_no_change 1 '"vios1" already exists' ioscli mklpar -lpar vios1
	for id in 0 65535 x -1 4294967297; do
		expect_no_change 1 "\"$id\"" ioscli mklpar -lpar app1 -id "$id"
	done
	expect_no_change 1 'id already exists' ioscli mklpar -lpar app1 -id 2
	expect_no_change 1 '"odd"' ioscli mklpar -lpar app1 -type odd
	expect_no_change 1 'Missing required' ioscli mklpar -type vios
	check_equal "$(ioscli lslpar)" "$before" "partitions"
}

test_rmlpar()
{
	expect_no_change 2 '"nobody"' ioscli rmlpar -lpar nobody
	expect_no_change 2 '"9"' ioscli rmlpar -lpar 9
	expect_no_change 4 'still has virtual adapters' ioscli rmlpar -lpar client1
	expect_no_change 4 'still has virtual adapters' ioscli rmlpar -lpar 1
}

test_mkvadapter()
{
	local word

	for word in 0 1 65535 x -2; do
		expect_no_change 1 "\"$word\"" \
			ioscli mkvadapter -client client1 -slot "$word"
		expect_no_change 1 "\"$word\"" \
			ioscli mkvadapter -client client1 -clientslot "$word"
	done
	for word in 0 257 x; do
		expect_no_change 1 "\"$word\"" \
			ioscli mkvadapter -client client1 -queues "$word"
	done
	expect_no_change 2 '"nobody"' ioscli mkvadapter -client nobody
	expect_no_change 1 '"vios1" is not a client' ioscli mkvadapter -client vios1
	expect_no_change 15 '"vhost9"' \
		ioscli mkvadapter -client client1 -server vhost9
	expect_no_change 1 'already used' \
		ioscli mkvadapter -client client1 -slot 2
	expect_no_change 1 'already used' \
		ioscli mkvadapter -client client1 -clientslot 2
	expect_no_change 1 'cannot be used together' \
		ioscli mkvadapter -any -queues 2
	expect_no_change 1 'cannot be used together' \
		ioscli mkvadapter -any -client client1
	expect_no_change 1 'Missing required' ioscli mkvadapter -slot 5
}

test_rmvadapter()
{
	local vtd disk

	map_ram_disk disk 1M
	expect_no_change 2 '"vhost9"' ioscli rmvadapter -vadapter vhost9
	expect_no_change 2 '"vtscsi0"' ioscli rmvadapter -vadapter vtscsi0
	expect_no_change 10 '"U9105.22A.0000001-V1-C9"' \
		ioscli rmvadapter -plc U9105.22A.0000001-V1-C9
	expect_no_change 4 'vhost0 has virtual target devices: vtscsi0' \
		ioscli rmvadapter -vadapter vhost0
	[ -b "$disk" ]
	check_err $? "the disk is gone"
	linked vhost0
	check_err $? "the client is not logged in any more"
}

test_partition_word()
{
	ioscli mklpar -lpar vios2 -type vios >/dev/null
	expect_refusal 1 'several Virtual I/O Servers' ioscli lsmap -all
	expect_refusal 1 'several Virtual I/O Servers' \
		ioscli mkvdev -ram 1M -vadapter vhost0
	expect_refusal 15 '"vhost0"' \
		ioscli -p vios2 mkvdev -ram 1M -vadapter vhost0
	expect_refusal 2 '"nobody"' ioscli -p nobody lsdev
	expect_refusal 1 '"mkvdev".*Virtual I/O Server only' \
		ioscli -p client1 mkvdev -ram 1M -vadapter vhost0
	expect_output "vios2 deleted" ioscli rmlpar -lpar vios2
}

# The last one: it unloads the module.
test_no_module()
{
	undo_to 0
	expect_refusal 4 'vscsi kernel module is not loaded' ioscli lsmap -all
	expect_refusal 4 'vscsi kernel module is not loaded' \
		ioscli mkvdev -ram 1M -vadapter vhost0
}

need_module
wait_linked vhost0 || exit
tests_run
