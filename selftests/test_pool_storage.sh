#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Storage pools: groups and file systems as pools, backing devices in them that are made,
# mapped, grown and removed; restarts and killed verbs; what fails or is refused changes nothing.
#
# timeout: 600

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"

ALL_TESTS="
	layouts
	data_and_growth
	map_existing
	volumes_as_backing_devices
	disks_of_a_pool
	nothing_half_made
	removal
	restart
	group_of_a_client
	missing_mount
	killed
"

readonly POOLS=/var/vio/storagepools

# Remove volume group $1 and what is mounted of it.
rmgroup()
{
	local dir

	for dir in "$POOLS"/*; do
		! mountpoint -q "$dir" || busywait 30000 umount "$dir" 2>/dev/null
	done
	vgremove -q -y -ff "$1" >/dev/null 2>&1
	rm -rf /var/vio
}

# Make pool datapool on the new RAM disk of $2 MB (128) that variable $1 is set to.
data_pool()
{
	need mkram "$1" "${2:-128}" || return
	defer rmgroup datapool
	expect_output datapool ioscli mksp datapool "${!1}"
}

# data_pool, and the pool of files fb of $3 (64M) in it.
file_pool()
{
	data_pool "$1" "${2:-128}" && ioscli mksp -fb fb -sp datapool -size "${3:-64M}" >/dev/null
	check_err $? "no pool of files"
}

# Print all that pools consist of.
everything()
{
	lvs --noheadings -o vg_name,lv_name,lv_size,lv_tags
	pvs --noheadings -o pv_name,vg_name
	find /var/vio -type f -printf '%p %s %m\n' 2>/dev/null | sort
	cat "$VSCSI_STATE_DIR/default_pool" 2>/dev/null
	grep /var/vio /proc/self/mountinfo
	ioscli lsmap -all
}

# Sizes of file systems differ between versions of mkfs, so they come from df.
layouts()
{
	local ram size free

	file_pool ram || return
	ioscli mkbdsp -sp fb -bd a_rather_long_name_of_a_file 3M >/dev/null
	read -r size free < <(df --output=size,avail -B 1 "$POOLS/fb" | tail -n 1)
	size=$((size >> 20)) free=$((free >> 20))
	expect_golden ioscli lssp <<-END
	Pool              Size(mb)   Free(mb)  Alloc Size(mb)    BDs Type
	datapool               124         60               4      0 LVPOOL
	fb              $(printf '%10d %10d' "$size" "$free")               4      1 FBPOOL
	END
	expect_output "fb:$size:$free:4:1:FBPOOL" ioscli lssp -type FBPOOL -fmt :
	expect_output "$POOLS/fb" ioscli lssp -type FBPOOL -field path -fmt :
	expect_golden ioscli lssp -detail -sp datapool <<-END
	PVNAME          PVID                                SIZE(mb)
	$(ioscli lspv -size -field name pvid size | sed -n "s/^$(hdisk_of "$ram") /&/p")
	END
	expect_output "NAME
datapool" ioscli lssp -detail -sp fb
	expect_golden ioscli lssp -bd -sp fb <<-END
	Name            Size(mb)        VTD             SVSA
	a_rather_long_name_of_a_file 3               None            None
	END
	expect_output "fb                  jfs2       16      16      1    open/syncd    $POOLS/fb" \
		eval "ioscli lsvg -lv datapool | tail -n 1"
	check_equal "$(findmnt -no FSTYPE,OPTIONS "$POOLS/fb" | tr -s ' ')" \
		"ext4 rw,nosuid,nodev,noexec,relatime" "mount"
}

# A file that grows is seen by its client, and so is room that the pool did not have.
data_and_growth()
{
	local ram disk

	file_pool ram 256 64M || return
	ioscli mkbdsp -sp fb -bd app1 -vadapter vhost0 -tn app1 16M >/dev/null
	check_err $? "not made"
	defer unmap app1
	need client_disk disk app1 || return
	check_equal "$(blockdev --getsize64 "$disk")" $((16 << 20)) "size"
	fio_verify "$disk" --size=16m --bs=64k
	check_err $? "data"
	expect_refusal 4 'not enough room in "fb"' ioscli chbdsp -sp fb -bd app1 -size 100M
	expect_output "" ioscli chsp -add -sp fb -size 98M
	expect_output "" ioscli chbdsp -sp fb -bd app1 -size 100M
	busywait 30000 has_size "$disk" $((116 << 20))
	check_err $? "the client's disk does not grow"
	fio_verify "$disk" --size=116m --bs=1m
	check_err $? "data of the larger file"
}

map_existing()
{
	local ram disk

	file_pool ram || return
	expect_output 'Creating file "x" in storage pool "fb".' ioscli mkbdsp -sp fb 1M -bd x
	check_equal "$(stat -c '%s %b' "$POOLS/fb/x")" "1048576 2048" "size and blocks"
	expect_output 'Assigning file "x" as a backing device.
vtscsi0 Available' ioscli mkbdsp -sp fb -bd x -vadapter vhost0
	expect_refusal 4 'already being used as a backing device' \
		ioscli mkbdsp -sp fb -bd x -vadapter vhost0
	expect_output 'Assigning file "x" as a backing device.
second Available' ioscli mkbdsp -f -sp fb -bd x -vadapter vhost0 -tn second
	expect_output "x:1:second:vhost0
x:1:vtscsi0:vhost0" ioscli lssp -bd -sp fb -fmt :
	expect_refusal 4 'virtual target device second' ioscli chbdsp -sp fb -bd x -mv y
	expect_refusal 4 'virtual target device (second|vtscsi0)' ioscli rmbdsp -vtd vtscsi0
	expect_output "second deleted
vtscsi0 deleted" ioscli rmbdsp -sp fb -bd x -savebd
	expect_output "" ioscli chbdsp -sp fb -bd x -mv y
	expect_output "y:1:None:None" ioscli lssp -bd -sp fb -fmt :
	expect_output 'File "y" removed.' ioscli rmbdsp -sp fb -bd y
}

volumes_as_backing_devices()
{
	local ram disk

	data_pool ram || return
	expect_output 'Creating logical volume "lv00" in storage pool "datapool".
Assigning logical volume "lv00" as a backing device.
vtscsi0 Available' ioscli mkbdsp -sp datapool 4 -vadapter vhost0
	need client_disk disk vtscsi0 || return
	expect_output "" ioscli chbdsp -sp datapool -bd lv00 -size 5M
	busywait 30000 has_size "$disk" $((24 << 20))
	check_err $? "the client's disk does not grow"
	expect_output "lv00:24:vtscsi0:vhost0" ioscli lssp -bd -sp datapool -fmt :
	expect_refusal 23 '"other"' ioscli rmbdsp -sp other -vtd vtscsi0
	expect_output "vtscsi0 deleted
rmlv: Logical volume lv00 is removed." ioscli rmbdsp -vtd vtscsi0
	ioscli mkbdsp -sp datapool -bd app1 8M >/dev/null
	expect_output "" ioscli chbdsp -sp datapool -bd app1 -mv app2
	expect_output "app2:8:None:None" ioscli lssp -bd -sp datapool -fmt :
}

disks_of_a_pool()
{
	local ram second third

	file_pool ram && need mkram second 128 && need mkram third 128 || return
	expect_output "" ioscli chsp -add -sp datapool "$second"
	ioscli mkbdsp -sp datapool -bd big 180M >/dev/null
	expect_refusal 4 'big.*-f flag' ioscli chsp -rm -sp datapool "$second"
	expect_refusal 4 'mounted on' ioscli chsp -rm -f -sp datapool "$ram" "$second"
	expect_refusal 1 'does not belong' ioscli chsp -rm -sp datapool "$third"
	expect_output "rmlv: Logical volume big is removed." \
		ioscli chsp -rm -f -sp datapool "$second"
	mkfs.ext4 -q "$third"
	expect_refusal 4 'not empty' ioscli chsp -add -sp datapool "$third"
	expect_output "" ioscli chsp -add -f -sp datapool "$third"
	expect_refusal 4 'volume group datapool' ioscli mksp -f other "$third"
}

# What fails in the middle takes back what it has done.
nothing_half_made()
{
	local ram before

	file_pool ram || return
	ioscli mkvdev -ram 1M -vadapter vhost0 -dev taken >/dev/null
	defer unmap taken
	before=$(everything)
	expect_refusal 1 'already exists' \
		ioscli mkbdsp -sp fb -bd x -vadapter vhost0 -tn taken 1M
	expect_refusal 15 'vhost9' ioscli mkbdsp -sp fb -bd x -vadapter vhost9 1M
	expect_refusal 1 'already exists' \
		ioscli mkbdsp -sp datapool -bd x -vadapter vhost0 -tn taken 4M
	mkdir "$TMPDIR/bin"
	printf '#!/bin/sh\necho no luck >&2\nexit 1\n' >"$TMPDIR/bin/mkfs.ext4"
	chmod 755 "$TMPDIR/bin/mkfs.ext4"
	PATH=$TMPDIR/bin:$PATH expect_refusal 4 'no luck' \
		ioscli mksp -fb new -sp datapool -size 8M
	rm -r "${TMPDIR:?}/bin"
	check_equal "$(everything)" "$before" "all there is"
}

removal()
{
	local ram before

	file_pool ram || return
	ioscli mkbdsp -sp fb -bd x -vadapter vhost0 -tn x 1M >/dev/null
	before=$(everything)
	expect_refusal 4 'virtual target device x has its file x' ioscli rmsp -f fb
	expect_refusal 4 '0516-1008' ioscli rmlv -f fb
	expect_refusal 4 'mounted on' ioscli reducevg -f -rmlv datapool "$ram"
	expect_refusal 23 'not a pool of files' ioscli rmsp datapool
	expect_refusal 23 '"nothing"' ioscli rmsp nothing
	check_equal "$(everything)" "$before" "all there is"
	expect_output "x deleted" ioscli rmbdsp -vtd x -savebd
	expect_refusal 4 'not empty: "x" is in it' ioscli rmsp fb
	exec 9<"$POOLS/fb/x"
	expect_refusal 4 '"fb" is in use' ioscli rmsp -f fb
	exec 9<&-
	expect_output "" ioscli rmsp -f fb
	check_equal "$(lvs --noheadings -o lv_name datapool)" "" "volumes"
}

# As after a start of the machine: no module, nothing mounted.
restart()
{
	local ram before

	file_pool ram || return
	ioscli mkbdsp -sp fb -bd app1 -vadapter vhost0 -tn app1 4M >/dev/null &&
		ioscli mkbdsp -sp datapool -bd app2 -vadapter vhost0 -tn app2 4M >/dev/null
	check_err $? "not made"
	before=$(ioscli lsmap -all -json; ioscli lssp; ioscli lssp -bd -sp fb)
	start_empty && busywait 30000 umount "$POOLS/fb"
	check_err $? "not unmounted"
	expect_refusal 4 '"fb" is not restored \(it is not mounted\)' \
		ioscli viosbr -restore -validate
	ioscli viosbr -restore >"$TMPDIR/out" 2>"$TMPDIR/stderr"
	check_equal "$? $(cat "$TMPDIR/stderr")" "0 " "restoring"
	wait_linked vhost0
	check_equal "$(head -n 1 "$TMPDIR/out")" "fb mounted" "what is restored first"
	check_equal "$(ioscli lsmap -all -json; ioscli lssp; ioscli lssp -bd -sp fb)" "$before" \
		"what is there"
	expect_output "Restore of this node (vios1) successful" ioscli viosbr -restore
	expect_output "app1 deleted" ioscli rmbdsp -vtd app1 -savebd
	expect_output "app2 deleted" ioscli rmbdsp -vtd app2 -savebd
}

start_empty()
{
	unload_module && insmod "$VSCSI_KO" empty=1
}

# What looks like a pool of the server on a client's disk is none, not even before it is mapped.
group_of_a_client()
{
	local ram

	file_pool ram || return
	busywait 30000 umount "$POOLS/fb" && vgchange -q -an datapool >/dev/null 2>&1 &&
		ioscli mkvdev -f -vdev "$ram" -vadapter vhost0 -dev given >/dev/null
	check_err $? "not mapped"
	start_empty
	# Nobody says -f to a restoring.
	ioscli viosbr -restore >"$TMPDIR/out" 2>"$TMPDIR/stderr"
	check_match "$(cat "$TMPDIR/stderr")" '"given" is not restored' "restoring"
	check_equal "$(grep mounted "$TMPDIR/out")" "" "what is mounted"
	check_fail "$(mountpoint -q "$POOLS/fb"; echo $?)" "it is mounted"
	wait_linked vhost0
	rm "$VSCSI_STATE_DIR/unrestored"
}

missing_mount()
{
	local ram

	file_pool ram || return
	ioscli mkbdsp -sp fb -bd there 1M >/dev/null
	umount "$POOLS/fb"
	expect_output "fb:64: :4: :FBPOOL" ioscli lssp -type FBPOOL -fmt :
	expect_refusal 4 'not mounted' ioscli lssp -bd -sp fb
	expect_output 'Creating file "x" in storage pool "fb".' ioscli mkbdsp -sp fb -bd x 1M
	expect_output "there:1:None:None
x:1:None:None" ioscli lssp -bd -sp fb -fmt :
	umount "$POOLS/fb"
	expect_refusal 4 'not empty' ioscli rmsp fb
	umount "$POOLS/fb"
	expect_refusal 4 'which rmsp removes' ioscli rmlv -f fb
	expect_refusal 4 'which rmsp removes' ioscli chlv -lv other fb
	expect_refusal 4 'which rmsp removes' ioscli mkvdev -f -vdev fb -vadapter vhost0
	dd if=/dev/zero of=/dev/datapool/fb bs=1M count=1 status=none
	expect_refusal 4 '"fb" cannot be mounted' ioscli mkbdsp -sp fb -bd y 1M
	expect_refusal 4 '"fb" cannot be mounted' ioscli rmsp fb
	check_equal "$(find "$POOLS" -type f)" "" "files beside the pool"
	expect_output "" ioscli rmsp -f fb
}

# Kill command $2... after $1 microseconds; what it has started ends by itself.
kill_after()
{
	{
		timeout -s KILL "$(printf '%d.%06d' $(($1 / 1000000)) $(($1 % 1000000)))" "${@:2}"
	} >/dev/null 2>&1
	busywait 30000 not pgrep -x 'lvm|mkfs.ext4' >/dev/null
}

# Whenever a verb is killed, a pool or backing device is there whole or not at all.
killed()
{
	local ram n whole

	data_pool ram || return
	whole=${EPOCHREALTIME/./}
	ioscli mksp -fb fb -sp datapool -size 16M >/dev/null
	whole=$((${EPOCHREALTIME/./} - whole))
	ioscli rmsp fb
	for n in 2 3 4 5 6; do
		kill_after $((whole * n / 7)) ioscli mksp -fb fb -sp datapool -size 16M
		if [ "$(ioscli lssp -type FBPOOL -field pool -fmt :)" = fb ]; then
			kill_after $((whole * n / 7)) ioscli mkbdsp -sp fb -bd x 4M
			[ ! -e "$POOLS/fb/x" ] ||
				check_equal "$(stat -c '%s %b' "$POOLS/fb/x")" "4194304 8192" "file"
			expect_output "" ioscli rmsp -f fb
		elif lvs datapool/fb >/dev/null 2>&1; then
			expect_output "rmlv: Logical volume fb is removed." ioscli rmlv -f fb
		fi
	done
	check_equal "$(lvs --noheadings -o lv_name datapool)" "" "volumes"
}

require_cmd lvcreate mkfs.ext4 findmnt
need_module
wait_linked vhost0 || exit
tests_run
