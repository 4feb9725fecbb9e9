# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the golden tests of the tool share: running it against the stand-ins for the kernel,
# sysfs, LVM and wipefs, and looking at what it left. A script sources this, defines
# functions test_* and calls tests_run.

cd "$(dirname "$0")" || exit 1
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

IOSCLI=$PWD/ioscli
# shellcheck disable=SC2034 # for those who source this
U=U9105.22A.78A1B2C
NR=0
FAILED=0
ANSWER=		# what the tool reads from its terminal
# VIO is what it takes for /var/vio, if not a directory of ours.

# Run the tool; its two streams and exit status are left for the checks.
run()
{
	: > "$dir/log"
	PATH=$PWD/bin:$PATH LVM_FAKE_LOG=$dir/log VSCSI_FAKE_LOG=$dir/log \
		VSCSI_FAKE_SYSFS=$dir/sys VSCSI_FAKE_VIO=${VIO-$dir/vio} \
		VSCSI_STATE_DIR=$dir/state "$IOSCLI" "$@" \
		> "$dir/out" 2> "$dir/err" <<< "$ANSWER"
	RC=$?
}

fail()
{
	echo "# $1"
	OK=0
}

check_rc()
{
	[ "$RC" -eq "$1" ] || fail "exit status $RC, not $1"
}

# Exactly this on stdout (standard input holds it), success and silence on stderr.
check_out()
{
	check_rc 0
	[ -s "$dir/err" ] && fail "on stderr: $(cat "$dir/err")"
	diff -u - "$dir/out" > "$dir/diff" || { sed 's/^/# /' "$dir/diff"; OK=0; }
}

# A failure: nothing on stdout, and these words on stderr.
check_err()
{
	check_rc "$1"
	[ -s "$dir/out" ] && fail "on stdout: $(cat "$dir/out")"
	grep -qF -- "$2" "$dir/err" || fail "not on stderr: $2 (but $(head -3 "$dir/err"))"
}

check_log()
{
	[ "$(cat "$dir/log")" = "$1" ] || fail "asked for: $(cat "$dir/log"), not: $1"
}

# --- a sysfs to go with it: sda is served by host3, sdb is the server's own ---

make_disk()
{
	mkdir -p "$dir/sys/$2/device" "$dir/sys/class/block"
	ln -s "../../$2" "$dir/sys/class/block/$1"
	echo 20971520 > "$dir/sys/$2/size"
	echo 20 > "$dir/sys/$2/device/queue_depth"
	echo QEMU > "$dir/sys/$2/device/vendor"
	echo "HARDDISK" > "$dir/sys/$2/device/model"
}

make_lv()
{
	mkdir -p "$dir/sys/devices/virtual/block/$1/dm"
	ln -s "../../devices/virtual/block/$1" "$dir/sys/class/block/$1"
	echo 2048 > "$dir/sys/devices/virtual/block/$1/size"
	echo "$2" > "$dir/sys/devices/virtual/block/$1/dm/name"
	echo "LVM-$(printf 'a%.0s' {1..32})$(printf 'b%.0s' {1..32})$3" \
		> "$dir/sys/devices/virtual/block/$1/dm/uuid"
}

make_sysfs()
{
	make_disk sda devices/vscsi/host3/target3:0:1/3:0:1:0/block/sda
	make_disk sdb devices/pci0000:00/0000:00:04.0/virtio1/host0/target0:0:1/0:0:1:0/block/sdb
	make_lv dm-0 data--vg-app_lv ""
	make_lv dm-1 data--vg-other ""
	make_lv dm-2 vg2-other ""
	make_lv dm-3 data--vg-other_tmeta -tmeta
	mkdir -p "$dir/sys/class/scsi_host/host3"
	: > "$dir/sys/class/scsi_host/host3/scan"
}

# Disk $1 has the device number $2.
make_numbered()
{
	local path=devices/pci0000:00/0000:00:04.0/virtio1/host0/target0:0:${2#*:}/0:0:${2#*:}:0/block/$1

	[ -e "$dir/sys/class/block/$1" ] || make_disk "$1" "$path"
	path=$(readlink -f "$dir/sys/class/block/$1")
	mkdir -p "$path/queue" "$dir/sys/dev/block"
	echo "$2" > "$path/dev"
	echo 1280 > "$path/queue/max_sectors_kb"
	echo 512 > "$path/queue/logical_block_size"
	ln -s "$path" "$dir/sys/dev/block/$2"
}

# A sysfs with the disks of the recorded report of LVM.
make_storage()
{
	make_sysfs
	make_numbered sdb 8:16
	make_numbered sdc 8:32
	make_numbered sdd 8:48
	make_numbered sde 8:64
	make_numbered sdf 8:80
}

# The recorded report of LVM with a pool of files and a media repository in datavg.
make_pools()
{
	local row='"lv_parent":"", "origin_uuid":"", "pool_lv_uuid":"", "lv_kernel_major":"253"'

	row+=', "lv_size":"8388608", "lv_role":"public", "lv_device_open":"open"'
	row+=', "lv_permissions":"writeable", "copy_percent":"", "vg_name":"datavg"'
	sed "/\"lv_name\":\"mir\"/a\\
{$row, \"lv_name\":\"fbpool\", \"lv_uuid\":\"f\", \"lv_kernel_minor\":\"8\", \
\"lv_tags\":\"vscsi.type=jfs2,vscsi.use=pool\"},\\
{$row, \"lv_name\":\"VMLibrary\", \"lv_uuid\":\"v\", \"lv_kernel_minor\":\"9\", \
\"lv_tags\":\"vscsi.use=media,vscsi.type=jfs2\"}," lvm.json > "$dir/pools.json"
	mkdir -p "$dir/vio/storagepools/fbpool" "$dir/vio/VMLibrary"
	export LVM_FAKE_REPORT=$dir/pools.json
}

# What the last restoring could not do: the VTD $1 of type $2 on vhost0 with the file $3.
make_unrestored()
{
	mkdir -p "$dir/state"
	cat > "$dir/state/unrestored" <<-EOF
	{ "kind": "head", "version": 1, "machine": "U9105.22A.78A1B2C" }
	{ "kind": "vtd", "partition": 1, "slot": 12, "name": "$1", "type": "$2", "lun": "0x8900000000000000", "backing": "$3", "path": "$3", "block_size": 512 }
	{ "kind": "end", "objects": 1 }
	EOF
}

# Run all functions test_* and exit.
tests_run()
{
	mapfile -t ALL_TESTS < <(compgen -A function test_)
	echo "KTAP version 1"
	echo "1..${#ALL_TESTS[@]}"
	for t in "${ALL_TESTS[@]}"; do
		OK=1
		SKIP=
		NR=$((NR + 1))
		"$t"
		if [ "$OK" = 1 ] && [ -n "$SKIP" ]; then
			echo "ok $NR $t # SKIP $SKIP"
		elif [ "$OK" = 1 ]; then
			echo "ok $NR $t"
		else
			echo "not ok $NR $t"
			FAILED=1
		fi
	done
	exit "$FAILED"
}
