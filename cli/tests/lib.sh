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

# Run the tool; its two streams and exit status are left for the checks.
run()
{
	: > "$dir/log"
	PATH=$PWD/bin:$PATH LVM_FAKE_LOG=$dir/log VSCSI_FAKE_LOG=$dir/log \
		VSCSI_FAKE_SYSFS=$dir/sys VSCSI_STATE_DIR=$dir/state "$IOSCLI" "$@" \
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

# Run all functions test_* and exit.
tests_run()
{
	mapfile -t ALL_TESTS < <(compgen -A function test_)
	echo "KTAP version 1"
	echo "1..${#ALL_TESTS[@]}"
	for t in "${ALL_TESTS[@]}"; do
		OK=1
		NR=$((NR + 1))
		"$t"
		if [ "$OK" = 1 ]; then
			echo "ok $NR $t"
		else
			echo "not ok $NR $t"
			FAILED=1
		fi
	done
	exit "$FAILED"
}
