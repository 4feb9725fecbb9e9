#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Several pairs of adapters, a server adapter for any client, and adapters and
# mappings that are taken away and come back.
#
# timeout: 600

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

ALL_TESTS="
	test_pairs
	test_any_client
	test_any_client_leaves
	test_hundred_luns
	test_move
	test_move_often
	test_rmdev
	test_rmdev_recursive
	test_rmdev_children_only
	test_rmdev_unconfigure
	test_rmdev_defined
	test_rmdev_defined_adapter
	test_rmdev_client
	test_slots
	test_single_adapters
"

disk_gone()
{
	[ ! -e "$1" ]
}

client_of()
{
	ioscli lsmap -vadapter "$1" -field client clientadapter -fmt :
}

# How many virtual disks are there?
count_disks()
{
	lsblk -Sdno VENDOR,MODEL | grep -c '^AIX *VDASD'
}

count_is()
{
	[ "$(count_disks)" = "$1" ]
}

# Each pair has disks of its own.
test_pairs()
{
	local app vhosts=(vhost0) vhost vtd disk i

	mkclient app app1
	for i in 1 2 3; do
		mkpair vhost "$app"
		check_err $? "no pair $i"
		check_equal "$vhost" "vhost$i" "next adapter"
		check_equal "$(client_of "$vhost")" "app1:vscsi$i" "client"
		vhosts+=("$vhost")
	done
	for vhost in "${vhosts[@]}"; do
		map_ram_disk disk "$((${vhost#vhost} + 1))M" "$vhost" \
			-dev "on_$vhost"
		check_err $? "no disk on $vhost"
		check_equal "$(blockdev --getsize64 "$disk")" \
			$(((${vhost#vhost} + 1) << 20)) "size of $disk"
	done
	check_equal "$(ioscli -p app1 lsdev -type disk -field parent size -fmt :)" \
		"vscsi1:2097152
vscsi2:3145728
vscsi3:4194304" "disks of app1"
	check_equal "$(ioscli lsmap -all -cpid 3 -field svsa vtd -fmt :)" \
		"vhost1:on_vhost1
vhost2:on_vhost2
vhost3:on_vhost3" "adapters of app1"
	expect_output "vtscsi0 Available" \
		ioscli mkvdev -ram 1M -vadapter vhost2
	expect_output "on_vhost2 deleted
vtscsi0 deleted
vhost2 deleted
vscsi2 deleted" ioscli rmvadapter -vadapter vhost2 -recursive
	check_equal "$(ioscli lsmap -all -field svsa -fmt : | paste -sd ' ')" \
		"vhost0 vhost1 vhost3" "what is left"
}

# Set variable $1 to a new server adapter that any client may use, which clients
# $2... do.
mkany()
{
	local -n mkany_var=$1
	local out client

	out=$(ioscli mkvadapter -any) || return
	mkany_var=${out%% *}
	defer rmany "$mkany_var"
	shift
	for client; do
		ioscli mkvadapter -client "$client" -server "$mkany_var" \
			>"$TMPDIR/client-$client" || return
	done
	wait_linked "$mkany_var"
}

rmany()
{
	ioscli rmvadapter -vadapter "$1" -recursive >/dev/null
}

linked_times()
{
	[ "$(ioscli lsdev -dev "$1" -attr clients | tail -n 1 | tr ',' '\n' |
		grep -c :)" = "$2" ]
}

# A logical unit of such an adapter is seen by each of its clients.
test_any_client()
{
	local app vhost vtd disks i

	mkclient app app1
	mkany vhost client1 "$app"
	check_err $? "no adapter for any client"
	busywait 30000 linked_times "$vhost" 2
	check_err $? "not both clients have logged in"
	map_ram vtd 4M "$vhost"
	check_err $?
	busywait 30000 count_is 2
	check_err $? "$(count_disks) disks"
	check_match "$(ioscli lsdev -dev "$vhost" -attr clients)" \
		'client1:vscsi1,app1:vscsi2|app1:vscsi2,client1:vscsi1' clients
	for i in client1 app1; do
		disks+=" /dev/$(ioscli -p "$i" lsdev -type disk -field name -fmt :)"
	done
	udevadm settle
	# shellcheck disable=SC2086 # words
	set -- $disks
	dd if=/dev/urandom of="$1" bs=64k count=4 oflag=direct 2>/dev/null
	check_err $? "the first client can't write"
	cmp <(dd if="$1" bs=64k count=4 iflag=direct 2>/dev/null) \
		<(dd if="$2" bs=64k count=4 iflag=direct 2>/dev/null)
	check_err $? "the clients see different data"
	unmap "$vtd"
	busywait 30000 count_is 0
	check_err $? "$(count_disks) disks are left"
	expect_output "vscsi1 deleted" ioscli rmvadapter -vadapter vscsi1
	expect_output "vscsi2 deleted" ioscli rmvadapter -vadapter vscsi2
}

# A client that leaves takes nothing from the other one.
test_any_client_leaves()
{
	local app vhost vtd disk

	mkclient app app1
	mkany vhost client1 "$app"
	busywait 30000 linked_times "$vhost" 2
	map_ram vtd 4M "$vhost"
	busywait 30000 count_is 2
	check_err $? "$(count_disks) disks"
	expect_output "vscsi1 deleted" ioscli -p client1 rmdev -dev vscsi1
	busywait 30000 count_is 1
	check_err $? "$(count_disks) disks"
	disk=/dev/$(ioscli -p app1 lsdev -type disk -field name -fmt :)
	dd if=/dev/zero of="$disk" bs=64k count=4 oflag=direct 2>/dev/null
	check_err $? "the client that stayed can't write"
	check_equal "$(client_of "$vhost")" "app1:vscsi2" "client"
	expect_output "" ioscli -p client1 cfgdev
	busywait 30000 count_is 2
	check_err $? "$(count_disks) disks after the return"
	unmap "$vtd"
	ioscli rmvadapter -vadapter vscsi1 >/dev/null
	ioscli rmvadapter -vadapter vscsi2 >/dev/null
}

# 25 disks on each of four pairs, each with a size of its own.
test_hundred_luns()
{
	local vhosts=(vhost0) vhost vtd n got

	for n in 1 2 3; do
		mkpair vhost && vhosts+=("$vhost")
		check_err $? "no pair $n"
	done
	for ((n = 0; n < 100; n++)); do
		map_ram vtd "$((256 + 4 * n))K" "${vhosts[n % 4]}"
		check_err $? "disk $n"
	done
	busywait 60000 count_is 100
	check_err $? "$(count_disks) disks"
	udevadm settle
	got=$(lsblk -Sbdno SIZE,VENDOR | awk '/AIX/ { print $1 }' | sort -n)
	check_equal "$got" "$(for ((n = 0; n < 100; n++)); do
		echo $(((256 + 4 * n) << 10))
	done)" "sizes"
	check_equal "$(ioscli lsmap -all -json | jq '[.[].vtds[]] | length')" \
		100 "mappings"
	check_equal "$(ioscli lsmap -vadapter "$vhost" -json |
		jq -r '[.[].vtds[].lun] | sort | .[0, -1]' | paste -sd ' ')" \
		"0x8100000000000000 0x9900000000000000" "LUNs of the last adapter"
	for vhost in "${vhosts[@]}"; do
		ioscli rmdev -pdev "$vhost" >"$TMPDIR/rmdev"
		check_err $? "rmdev -pdev $vhost"
		check_equal "$(grep -c deleted "$TMPDIR/rmdev")" 25 "deleted"
	done
	busywait 30000 count_is 0
	check_err $? "$(count_disks) disks are left"
}

# A mapping moves to another adapter with its name; the data stay.
test_move()
{
	local ram vhost vtd disk id

	mkpair vhost && mkram ram 16
	check_err $?
	map vtd "$ram" vhost0 -dev app1_root
	client_disk disk "$vtd"
	check_err $?
	dd if=/dev/urandom of="$disk" bs=1M count=1 oflag=direct 2>/dev/null
	sync
	id=$(sg_vpd -p di_lu "$disk")
	dd if="$disk" bs=1M count=1 of="$TMPDIR/data" 2>/dev/null
	expect_output "app1_root deleted" ioscli rmvdev -vdev "${ram##*/}"
	busywait 30000 disk_gone "$disk"
	expect_output "app1_root Available" ioscli mkvdev \
		-vdev "${ram##*/}" -vadapter "$vhost" -dev app1_root
	client_disk disk "$vtd"
	check_err $? "no disk on $vhost"
	check_equal "$(sg_vpd -p di_lu "$disk")" "$id" identity
	cmp -n 1048576 "$disk" "$TMPDIR/data"
	check_err $? "other data"
}

# On a live client, with nothing between the commands.
test_move_often()
{
	local ram vhost vtd disk i

	mkpair vhost && mkram ram 16
	check_err $?
	map vtd "$ram" vhost0 -dev app1_root
	for ((i = 0; i < 20; i++)); do
		ioscli rmvdev -vdev "${ram##*/}" >/dev/null || break
		ioscli mkvdev -vdev "${ram##*/}" -vadapter vhost$((i % 2)) \
			-dev app1_root >/dev/null || break
	done
	check_equal "$i" 20 "how often it went well"
	client_disk disk "$vtd"
	check_err $? "no disk in the end"
	busywait 30000 count_is 1
	check_err $? "$(count_disks) disks"
	dd if="$disk" of=/dev/null bs=1M count=1 iflag=direct 2>/dev/null
	check_err $? "$disk can't be read"
}

# A removed adapter comes back with cfgdev, and its client logs in.
test_rmdev()
{
	local vhost vtd disk

	mkpair vhost
	expect_output "vhost1 deleted" ioscli rmdev -dev "$vhost"
	expect_refusal 2 '"vhost1"' ioscli lsdev -dev vhost1
	expect_refusal 15 '"vhost1"' ioscli lsmap -vadapter vhost1
	check_match "$(ioscli lsdev -slots | tail -n 1)" \
		'V1-C3  Virtual I/O Slot  Unknown$' "the slot"
	check_equal "$(ioscli -p client1 lsdev -dev vscsi1 -attr link_state |
		tail -n 1)" down "link of the client"
	expect_output "" ioscli cfgdev
	wait_linked vhost1
	check_err $?
	map_ram_disk disk 1M vhost1
	check_err $? "no disk"
}

test_rmdev_recursive()
{
	local vhost vtd

	mkpair vhost
	map_ram vtd 1M "$vhost" -dev b
	map_ram vtd 1M "$vhost" -dev a
	expect_refusal 4 '0514-029.*"vhost1"' ioscli rmdev -dev vhost1
	expect_output "a deleted
b deleted
vhost1 deleted" ioscli rmdev -dev vhost1 -recursive
	expect_output "" ioscli cfgdev -dev vio0
	wait_linked vhost1
	check_err $?
	expect_output "vhost1: " \
		ioscli lsmap -vadapter vhost1 -field svsa vtd -fmt :
}

test_rmdev_children_only()
{
	local vhost vtd

	mkpair vhost
	map_ram vtd 1M "$vhost" -dev b
	map_ram vtd 1M "$vhost" -dev a
	map_ram vtd 1M vhost0 -dev c
	expect_output "a deleted
b deleted" ioscli rmdev -pdev vhost1
	expect_output "c" ioscli lsdev -virtual -type disk -field name -fmt :
	linked vhost1
	check_err $? "the adapter has gone too"
	expect_output "c deleted" ioscli rmdev -dev c
}

# The adapter stays known.
test_rmdev_unconfigure()
{
	local vhost vtd disk

	mkpair vhost
	map_ram vtd 1M "$vhost"
	expect_refusal 4 '0514-029' ioscli rmdev -dev vhost1 -ucfg
	unmap "$vtd"
	expect_output "vhost1 Defined" ioscli rmdev -dev vhost1 -ucfg
	expect_output "vhost1:Defined" \
		ioscli lsdev -dev vhost1 -field name status -fmt :
	expect_output "vhost1" ioscli lsdev -virtual -state defined -field name -fmt :
	linked vhost1
	check_fail $? "the client is still logged in"
	expect_refusal 1 'not configured' \
		ioscli mkvdev -ram 1M -vadapter vhost1
	expect_output "" ioscli cfgdev -dev vhost1
	wait_linked vhost1
	check_err $?
	map_ram_disk disk 1M vhost1
	check_err $? "no disk"
}

# Defined it is known, and nothing more: the client has lost it, and nobody has it open.
test_rmdev_defined()
{
	local ram hdisk vtd other disk

	mkram ram 16
	hdisk=$(hdisk_of "$ram")
	map_disk disk "$ram" vhost0 -dev web_root -lun 7
	check_err $? "no disk"
	echo 'kept' | dd of="$disk" bs=512 conv=fsync,sync status=none
	expect_output "web_root Defined" ioscli rmdev -dev web_root -ucfg
	busywait 30000 disk_gone "$disk"
	check_err $? "$disk is still there"
	expect_output "web_root:Defined:0x8700000000000000:$hdisk" \
		ioscli lsmap -all -field vtd status lun backing -fmt :
	expect_output "web_root" ioscli lsdev -virtual -state Defined -field name -fmt :
	opens_exclusively "$ram"
	check_err $? "it is still open"
	expect_no_change 4 'already being used as a backing device' \
		ioscli mkvdev -vdev "$hdisk" -vadapter vhost0
	expect_no_change 4 'backing device of .* web_root' ioscli mkvg "$hdisk"
	expect_no_change 1 '"web_root" already exists' \
		ioscli mkvdev -ram 1M -vadapter vhost0 -dev web_root
	map_ram other 1M vhost0
	check_equal "$(vtd_fields "$other" lun)" 0x8100000000000000 "the LUN of another"
	unmap "$other"
	expect_output "web_root changed" \
		ioscli chdev -dev web_root -attr alua_state=active/non-optimized
	expect_output "" ioscli cfgdev
	expect_output "web_root:Available:0x8700000000000000:$hdisk" \
		ioscli lsmap -all -field vtd status lun backing -fmt :
	check_match "$(ioscli lsdev -dev web_root -attr alua_state)" 'active/non-optimized$' \
		"the attribute"
	client_disk disk web_root
	check_err $? "the client has not got it back"
	check_equal "$(head -c 4 "$disk")" kept "data"
	ioscli rmdev -dev web_root -ucfg >/dev/null
	expect_output "web_root deleted" ioscli rmvdev -vdev "$hdisk"
	expect_output "" ioscli lsdev -virtual -type disk -field name -fmt :
	mappings=
}

# An adapter is Defined when all below it is; what is below comes back with it.
test_rmdev_defined_adapter()
{
	local vhost vtd file

	mkfile file 1M
	mkpair vhost
	map_ram vtd 1M "$vhost" -dev b
	ioscli mkvdev -fbo -vadapter "$vhost" -dev drive >/dev/null
	ioscli mkvdev -vdev "$file" -vadapter "$vhost" -dev a -ro >/dev/null
	expect_golden ioscli rmdev -dev vhost1 -recursive -ucfg <<-END
	a Defined
	b Defined
	drive Defined
	vhost1 Defined
	END
	expect_refusal 4 '"a" stays in the Defined state: .*vhost1 is not Available' \
		ioscli cfgdev -dev a
	expect_refusal 4 '0514-029' ioscli rmdev -dev vhost1
	expect_output "" ioscli cfgdev -dev vhost1
	expect_output "a:Available:b:Available:drive:Available" \
		ioscli lsmap -vadapter vhost1 -field vtd status -fmt :
	expect_output "a:true" bash -c 'ioscli lsmap -vadapter vhost1 -type file \
		-field vtd readonly -fmt :'
	wait_linked vhost1
	check_err $?
	expect_output "a Defined" ioscli rmdev -dev a -ucfg
	rm "$file"
	expect_refusal 4 "$file" ioscli cfgdev
	expect_output "a:Defined" ioscli lsdev -dev a -field name status -fmt :
	expect_golden ioscli rmdev -dev vhost1 -recursive <<-END
	a deleted
	b deleted
	drive deleted
	vhost1 deleted
	END
	expect_output "" ioscli cfgdev
	check_equal "$(ioscli lsmap -vadapter vhost1 -field vtd -fmt :)" " " "what is mapped"
	mappings=
}

test_rmdev_client()
{
	local vhost vtd disk

	mkpair vhost
	map_ram_disk disk 1M "$vhost"
	check_err $?
	expect_output "vscsi1 Defined" ioscli -p client1 rmdev -dev vscsi1 -ucfg
	busywait 30000 disk_gone "$disk"
	check_err $? "$disk is still there"
	check_equal "$(client_of "$vhost")" " : " "client"
	expect_output "" ioscli -p client1 cfgdev
	busywait 30000 count_is 1
	check_err $? "no disk after cfgdev"
}

test_slots()
{
	expect_output "vhost1 Available
vscsi1 Available" ioscli mkvadapter -client client1 -slot 100 -clientslot 65534
	expect_output "U9105.22A.0000001-V1-C100:0x00000002" \
		ioscli lsmap -vadapter vhost1 -field physloc clientid -fmt :
	expect_output "U9105.22A.0000001-V2-C65534" \
		ioscli -p client1 lsdev -dev vscsi1 -field physloc -fmt :
	expect_refusal 1 'already used' \
		ioscli mkvadapter -client client1 -slot 100
	expect_refusal 1 'already used' \
		ioscli mkvadapter -client client1 -clientslot 65534
	expect_output "U9105.22A.0000001-V1-C3 Unknown
U9105.22A.0000001-V2-C3 Unknown" ioscli mkvadapter -client client1 -ucfg
	check_equal "$(ioscli lsdev -slots | awk '{ print $NF }' | paste -sd ' ')" \
		"Device(s) vhost0 Unknown vhost1" "slots"
	expect_output "" ioscli cfgdev
	expect_output "" ioscli -p client1 cfgdev
	wait_linked vhost2
	check_err $?
	expect_output "vhost1 deleted
vscsi1 deleted" ioscli rmvadapter -plc U9105.22A.0000001-V1-C100
	expect_output "vhost2 deleted
vscsi2 deleted" ioscli rmvadapter -vadapter vhost2
}

# One end of a pair goes and is made again.
test_single_adapters()
{
	local vhost disk

	mkpair vhost
	expect_output "vscsi1 deleted" \
		ioscli rmvadapter -vadapter vscsi1 -single
	linked vhost1
	check_fail $? "linked without a client"
	expect_output "vscsi1 Available" \
		ioscli mkvadapter -client client1 -server vhost1 -clientslot 3
	wait_linked vhost1
	check_err $?
	map_ram_disk disk 1M vhost1
	check_err $? "no disk"
}

require_cmd jq lsblk sg_vpd
need_module
wait_linked vhost0 || exit
tests_run
