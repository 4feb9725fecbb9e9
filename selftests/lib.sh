# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Helpers for the test scripts. A script sources this file, sets ALL_TESTS to
# the names of its functions and calls tests_run; each function is one KTAP
# result. Inside one, check_*() note a failure and go on.
#
# A helper that makes something takes the name of a variable as its first
# argument and sets it: in $(...) its clean-up would run at once. What was made
# goes away, the last first, when the function ends; what was made before
# tests_run, when the script ends.

set -u

readonly KSFT_PASS=0 KSFT_FAIL=1 KSFT_SKIP=4
SELFTESTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly SELFTESTS
VSCSI_KO=${VSCSI_KO:-$SELFTESTS/../vscsi.ko}
TMPDIR=${TMPDIR:-/tmp}
ALL_TESTS=

RET=$KSFT_PASS
test_number=0
test_failures=0
test_skips=0
deferred=()
mappings=			# as lsmap shows them, while they are known

# --- results -----------------------------------------------------------------

# Note a failure with message $2 when status $1 is not 0.
check_err()
{
	[ "$1" -ne 0 ] || return 0
	echo "${2:-status $1}"
	RET=$KSFT_FAIL
}

# Note a failure with message $2 when status $1 is 0.
check_fail()
{
	[ "$1" -eq 0 ] || return 0
	echo "${2:-did not fail}"
	RET=$KSFT_FAIL
}

# $1 is what was got, $2 what was expected, $3 what it is about.
check_equal()
{
	[ "$1" != "$2" ] || return 0
	printf '%s: got:\n%s\nexpected:\n%s\n' "${3:-value}" "$1" "$2"
	RET=$KSFT_FAIL
}

# $1 must match the extended regular expression $2; $3 is what it is about.
check_match()
{
	if [[ $1 =~ $2 ]]; then
		return
	fi
	printf '%s: got:\n%s\nexpected a match of: %s\n' "${3:-value}" "$1" "$2"
	RET=$KSFT_FAIL
}

# Skip the function that calls "skip REASON; return".
skip()
{
	SKIP_REASON=$1
	RET=$KSFT_SKIP
}

# Skip the whole script.
skip_all()
{
	echo "1..0 # SKIP $1"
	exit "$KSFT_SKIP"
}

# Report RET as the result of the test named $1, which began at second $2, and start anew.
log_test()
{
	local took=$((SECONDS - $2))

	test_number=$((test_number + 1))
	case $RET in
	"$KSFT_PASS")
		echo "ok $test_number $1 # time=${took}s"
		;;
	"$KSFT_SKIP")
		echo "ok $test_number $1 # SKIP $SKIP_REASON"
		test_skips=$((test_skips + 1))
		;;
	*)
		echo "not ok $test_number $1 # time=${took}s"
		test_failures=$((test_failures + 1))
		;;
	esac
	RET=$KSFT_PASS
}

# Run the functions named in ALL_TESTS and exit with the script's status.
tests_run()
{
	local name began depth=${#deferred[@]}

	echo "TAP version 13"
	for name in $ALL_TESTS; do
		began=$SECONDS
		"$name"
		undo_to "$depth"
		log_test "$name" "$began"
	done
	echo "1..$test_number"
	if [ "$test_failures" -gt 0 ] || [ "$test_number" -eq 0 ]; then
		exit "$KSFT_FAIL"
	fi
	[ "$test_skips" -lt "$test_number" ] || exit "$KSFT_SKIP"
	exit "$KSFT_PASS"
}

# --- clean-up ----------------------------------------------------------------

# Run command $@ at the end.
defer()
{
	deferred+=("$(printf '%q ' "$@")")
}

# Run what was deferred after the first $1 entries, the last first.
undo_to()
{
	local n

	for ((n = ${#deferred[@]} - 1; n >= $1; n--)); do
		eval "${deferred[n]}" || echo "clean-up failed: ${deferred[n]}"
		unset "deferred[n]"
	done
}

trap 'undo_to 0; rm -rf "$VSCSI_STATE_DIR"' EXIT
trap 'exit 1' HUP INT TERM

# What the tool keeps is this script's alone, and anybody may read it.
VSCSI_STATE_DIR=$(mktemp -d /tmp/vscsi-state.XXXXXX)
export VSCSI_STATE_DIR
chmod 755 "$VSCSI_STATE_DIR"

# --- conditions --------------------------------------------------------------

# Repeat command $2... until it succeeds, for $1 ms at most; on a slow kernel SLOW
# times as long.
busywait()
{
	local deadline=$((${EPOCHREALTIME/./} + $1 * 1000 * ${SLOW:-1}))

	shift
	until "$@"; do
		[ "${EPOCHREALTIME/./}" -lt "$deadline" ] || return 1
		sleep 0.05
	done
}

# Succeed when command $@ fails: for busywait.
not()
{
	! "$@"
}

# Skip the script unless the programs $@ are there.
require_cmd()
{
	local cmd

	for cmd in "$@"; do
		command -v "$cmd" >/dev/null || skip_all "no program $cmd"
	done
}

# Load the modules $@, or skip the script.
require_module()
{
	local module

	for module in "$@"; do
		modprobe "$module" || skip_all "no module $module"
	done
}

# --- the module --------------------------------------------------------------

module_loaded()
{
	[ -d /sys/module/vscsi ]
}

unload_module()
{
	module_loaded || return 0
	udevadm settle
	busywait 30000 rmmod vscsi 2>"$TMPDIR/rmmod" || {
		cat "$TMPDIR/rmmod"
		return 1
	}
}

# Load the module with parameters $@ until the clean-up.
load_module()
{
	local needs

	needs=$(modinfo -F depends "$VSCSI_KO" | tr ',' ' ')
	# shellcheck disable=SC2086 # a list of words
	[ -z "$needs" ] || modprobe -a $needs || return
	insmod "$VSCSI_KO" "$@" || return
	defer unload_module
	udevadm settle
}

# load_module, or fail the script at once.
need_module()
{
	load_module "$@" && return
	echo "Bail out! can't load $VSCSI_KO"
	exit "$KSFT_FAIL"
}

# --- backing devices ---------------------------------------------------------

# Print the server's name of disk $1.
hdisk_of()
{
	ioscli lsdev -dev "${1##*/}" -field name -fmt :
}

# Set variable $1 to the path of a sparse file of size $2.
mkfile()
{
	local -n mkfile_var=$1

	mkfile_var=$(mktemp "$TMPDIR/file.XXXXXX") || return
	defer rm -f "$mkfile_var"
	truncate -s "$2" "$mkfile_var"
}

# Remove the null_blk device whose configuration is the directory $1.
rmram()
{
	udevadm settle
	echo 0 >"$1/power" && rmdir "$1"
}

# Set variable $1 to a RAM disk of $2 MiB, with blocks of $3 bytes (512) and
# discard. $4... are more settings of null_blk: NAME=VALUE.
mkram()
{
	local -n mkram_var=$1
	local size=$2 block=${3:-512} dir setting

	[ -d /sys/module/null_blk ] || modprobe null_blk nr_devices=0 || return
	# It ends in a digit, so that partitions are called ...p1.
	dir=/sys/kernel/config/nullb/nullb$RANDOM
	mkdir "$dir" || return
	shift $(($# < 3 ? $# : 3))
	for setting in "size=$size" "blocksize=$block" memory_backed=1 \
			discard=1 "$@" power=1; do
		echo "${setting#*=}" >"$dir/${setting%%=*}" || return
	done
	defer rmram "$dir"
	mkram_var=/dev/${dir##*/}
	busywait 30000 test -b "$mkram_var"
}

# Set variable $1 to a loop device over file $2; $3... are losetup's options.
mkloop()
{
	local -n mkloop_var=$1
	local file=$2

	shift 2
	mkloop_var=$(losetup -f --show "$@" "$file") || return
	defer losetup -d "$mkloop_var"
}

# Set variable $1 to a new volume group on device $2.
mkvg()
{
	local -n mkvg_var=$1

	mkvg_var=vg${RANDOM}
	vgcreate -q -y "$mkvg_var" "$2" >/dev/null || return
	defer vgremove -q -y -ff "$mkvg_var"
}

# Set variable $1 to a new logical volume, as vg/lv, of size $3 (lvcreate's) in
# group $2. It is named $4 or anyhow.
mklv()
{
	local -n mklv_var=$1
	local name=${4:-lv$RANDOM}

	lvcreate -q -y -W n -Z n -n "$name" -L "$3" "$2" >/dev/null || return
	mklv_var=$2/$name
	defer lvremove -q -y -f "$mklv_var"
	udevadm settle
}

# Make a file system of type $2 on device $3 and mount it; set variable $1 to
# the directory. $4... are mkfs options.
mkmount()
{
	local -n mkmount_var=$1
	local type=$2 dev=$3

	shift 3
	mkfs -t "$type" "$@" "$dev" >"$TMPDIR/mkfs.log" 2>&1 || {
		cat "$TMPDIR/mkfs.log"
		return 1
	}
	mkmount_var=$(mktemp -d "$TMPDIR/mnt.XXXXXX")
	defer rmdir "$mkmount_var"
	mount -t "$type" "$dev" "$mkmount_var" || return
	# The server may close a file a moment after it has said so.
	defer busywait 30000 umount "$mkmount_var"
}

# --- faults ------------------------------------------------------------------

# Set variable $1 to a mapped device, linear over device $2 at first.
mkdm()
{
	local -n mkdm_var=$1
	local name=dm$RANDOM

	dmsetup create "$name" --table \
		"0 $(blockdev --getsz "$2") linear $2 0" || return
	defer dmsetup remove --retry "$name"
	udevadm settle
	# shellcheck disable=SC2034 # the caller's variable
	mkdm_var=/dev/mapper/$name
}

# Give mapped device $1 the table $2...: TARGET [PARAMETER...], over its whole
# size. For instance: "error"; "linear $ram 0"; "delay $ram 0 500";
# "flakey $ram 0 0 60 1 error_writes".
dm_load()
{
	local dev=$1

	shift
	dmsetup suspend --nolockfs "$dev" &&
		dmsetup load "$dev" --table "0 $(blockdev --getsz "$dev") $*" &&
		dmsetup resume "$dev"
}

# --- adapters ----------------------------------------------------------------

# Is a client adapter logged in to server adapter $1?
linked()
{
	local dir name

	for dir in /sys/class/scsi_host/host*; do
		read -r name 2>/dev/null <"$dir/vhost_name" || continue
		[ "$name" != "$1" ] || ! grep -qx 'link=up' "$dir/config" ||
			return 0
	done
	return 1
}

# Wait until a client adapter has logged in to server adapter $1.
wait_linked()
{
	busywait 30000 linked "$1" && return
	echo "no client adapter has logged in to $1"
	return 1
}

# Remove server adapter $1, its partner and its virtual disks, if it is there.
rmpair()
{
	mappings=
	[ ! -d "/sys/bus/vscsi/devices/$1" ] ||
		ioscli rmvadapter -vadapter "$1" -recursive >/dev/null
}

# Set variable $1 to a new server adapter that has a partner in partition $2
# (client1). $3... are more options of mkvadapter.
mkpair()
{
	local -n mkpair_var=$1
	local client=${2:-client1} out

	shift $(($# < 2 ? $# : 2))
	mappings=
	out=$(ioscli mkvadapter -client "$client" "$@") || return
	mkpair_var=${out%% *}
	defer rmpair "$mkpair_var"
	wait_linked "$mkpair_var"
}

# Set variable $1 to the name, which is $2, of a new client partition.
mkclient()
{
	local -n mkclient_var=$1

	ioscli mklpar -lpar "$2" >/dev/null || return
	defer eval "ioscli rmlpar -lpar $2 -recursive >/dev/null"
	# shellcheck disable=SC2034 # the caller's variable
	mkclient_var=$2
}

# --- virtual disks -----------------------------------------------------------

# Print the SCSI address of LUN $2 (0x8T...) of server adapter $1 as its client
# shows it: HOST:0:TARGET:0.
client_address()
{
	local dir name

	for dir in /sys/class/scsi_host/host*; do
		read -r name 2>/dev/null <"$dir/vhost_name" || continue
		[ "$name" = "$1" ] || continue
		echo "${dir##*/host}:0:$((${2:0:4} & 0x3f)):0"
		return
	done
	return 1
}

# Print the /dev name of LUN $2 of server adapter $1 on its client.
disk_of()
{
	local address path

	address=$(client_address "$1" "$2") || return
	# The disk is found in the background: the sg node may come after it.
	[ -e "/sys/bus/scsi/devices/$address/generic" ] || return
	for path in "/sys/bus/scsi/devices/$address/block/"*; do
		[ -b "/dev/${path##*/}" ] && echo "/dev/${path##*/}" && return
	done
	return 1
}

# Set variable $1 to the client's disk for LUN $3 of adapter $2, once it's there.
wait_disk()
{
	local -n wait_disk_var=$1

	busywait 30000 disk_of "$2" "$3" >"$TMPDIR/disk" || {
		echo "no disk for $2 LUN $3"
		return 1
	}
	# shellcheck disable=SC2034 # the caller's variable
	wait_disk_var=$(cat "$TMPDIR/disk")
	udevadm settle
}

# Print "VHOST LUN" of the virtual target device $1.
where_is()
{
	ioscli lsmap -all -field svsa vtd lun -fmt ';' | awk -F ';' -v vtd="$1" '
		{ for (i = 2; i < NF; i += 2) if ($i == vtd) print $1, $(i + 1) }'
}

# Print the fields $2... of virtual target device $1, as lsmap names them.
vtd_fields()
{
	ioscli lsmap -all -json | jq -r --arg vtd "$1" --arg f "${*:2}" '
		.[].vtds[] | select(.vtd == $vtd) as $v |
		[$f | split(" ")[] | $v[.]] | map(tostring) | join(" ")'
}

# Set variable $1 to the client's disk of the virtual target device $2.
client_disk()
{
	local vhost lun

	read -r vhost lun < <(where_is "$2") || {
		echo "no virtual target device $2"
		return 1
	}
	wait_disk "$1" "$vhost" "$lun"
}

# Remove the virtual target device $1 unless that has been done.
unmap()
{
	mappings=
	[ -z "$(where_is "$1")" ] || ioscli rmvdev -vtd "$1" >/dev/null
}

# Run mkvdev with options $2... and set variable $1 to the name of the virtual
# target device.
mkvdev_as()
{
	local -n mkvdev_as_var=$1
	local out

	shift
	mappings=
	out=$(ioscli mkvdev "$@") || return
	mkvdev_as_var=${out%% *}
	defer unmap "$mkvdev_as_var"
}

# Map backing device $2 to adapter $3 (vhost0) and set variable $1 to the name
# of the virtual target device. $4... are more options of mkvdev.
map()
{
	mkvdev_as "$1" -vdev "$2" -vadapter "${3:-vhost0}" "${@:4}"
}

# map, of memory of size $2.
map_ram()
{
	mkvdev_as "$1" -ram "$2" -vadapter "${3:-vhost0}" "${@:4}"
}

# map, and set variable $1 to the client's disk.
map_disk()
{
	local map_disk_vtd

	map map_disk_vtd "${@:2}" && client_disk "$1" "$map_disk_vtd"
}

# map_ram, and set variable $1 to the client's disk.
map_ram_disk()
{
	local map_disk_vtd

	map_ram map_disk_vtd "${@:2}" && client_disk "$1" "$map_disk_vtd"
}

# Can block device $1 be opened exclusively?
opens_exclusively()
{
	perl -MFcntl -e 'sysopen(F, shift, O_RDONLY | O_EXCL) or exit 1' "$1"
}

# Run $@ as a user without privileges.
unprivileged()
{
	setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs "$@"
}

# Command $3... must end with status $1, print nothing on stdout and something
# on stderr that matches $2.
expect_refusal()
{
	local want=$1 regex=$2 status=0 out

	shift 2
	out=$("$@" 2>"$TMPDIR/stderr") || status=$?
	check_equal "$status" "$want" "exit status of: $*"
	check_equal "$out" "" "stdout of: $*"
	check_match "$(cat "$TMPDIR/stderr")" "$regex" "stderr of: $*"
}

# Command $2... must succeed, print exactly $1 and nothing on stderr.
expect_output()
{
	local want=$1 status=0 out

	shift
	out=$("$@" 2>"$TMPDIR/stderr") || status=$?
	check_equal "$status" 0 "exit status of: $*"
	check_equal "$out" "$want" "stdout of: $*"
	check_equal "$(cat "$TMPDIR/stderr")" "" "stderr of: $*"
}

# expect_refusal, and the mappings must be what they were.
expect_no_change()
{
	local after

	: "${mappings:=$(ioscli lsmap -all)}"
	expect_refusal "$@"
	after=$(ioscli lsmap -all)
	check_equal "$after" "$mappings" "the mappings after: ${*:3}"
	mappings=$after
}

# Command $@ must succeed, print standard input, byte for byte, and nothing on
# stderr.
expect_golden()
{
	local status=0

	cat >"$TMPDIR/want"
	"$@" >"$TMPDIR/got" 2>"$TMPDIR/stderr" </dev/null || status=$?
	check_equal "$status" 0 "exit status of: $*"
	check_equal "$(cat "$TMPDIR/stderr")" "" "stderr of: $*"
	diff -u "$TMPDIR/want" "$TMPDIR/got"
	check_err $? "stdout of: $*"
}

# --- SCSI commands -----------------------------------------------------------

# Send the command that sg_raw's arguments $@ describe and print its outcome:
# "good", "sense KEY ASC ASCQ" in hexadecimal, or "status ..." as sg_raw says.
scsi_outcome()
{
	sg_raw -v "$@" >/dev/null 2>"$TMPDIR/sg_raw"
	awk '
	/^Sense Information/ { sensed = 1 }
	/Raw sense data/ { raw = 1; sub(/.*:/, "") }
	raw && /^ *([0-9a-f][0-9a-f] +)*[0-9a-f][0-9a-f] *$/ {
		for (i = 1; i <= NF; i++)
			byte[n++] = $i
	}
	/^SCSI Status: / { status = $0; sub(/SCSI Status: /, "", status); sub(/ +$/, "", status) }
	{ last = $0 }
	END {
		if (n && byte[0] ~ /7[23]/)
			print "sense", substr(byte[1], 2), byte[2], byte[3]
		else if (n)
			print "sense", substr(byte[2], 2), byte[12], byte[13]
		else if (status ~ /^Good/)
			print "good"
		else
			print "status", status ? status : last
	}' "$TMPDIR/sg_raw"
}

# sg_raw's arguments $4... must bring sense key $1, ASC $2 and ASCQ $3, all hex.
expect_sense()
{
	check_equal "$(scsi_outcome "${@:4}")" "sense $1 $2 $3" "sg_raw ${*:4}"
}

# sg_raw's arguments $@ must bring GOOD.
expect_good()
{
	check_equal "$(scsi_outcome "$@")" good "sg_raw $*"
}

# --- data --------------------------------------------------------------------

# Write a pattern all over device or file $1 and verify it. $2... are more
# options of fio.
fio_verify()
{
	local target=$1

	shift
	fio --name=verify --filename="$target" --rw=randwrite --bs=16k \
		--direct=1 --ioengine=libaio --iodepth=16 --verify=crc32c \
		--verify_fatal=1 --do_verify=1 --randrepeat=0 \
		--minimal "$@" >"$TMPDIR/fio" 2>&1 || {
		cat "$TMPDIR/fio"
		return 1
	}
}

# Print the sg node of disk $1.
sg_of()
{
	local path

	for path in "/sys/block/${1##*/}/device/scsi_generic/"*; do
		echo "/dev/${path##*/}"
	done
}

# Print the sg nodes of target $2 on all clients of server adapter $1.
sg_nodes()
{
	local dir name path

	for dir in /sys/class/scsi_host/host*; do
		read -r name 2>/dev/null <"$dir/vhost_name" || continue
		[ "$name" = "$1" ] || continue
		for path in "/sys/bus/scsi/devices/${dir##*/host}:0:$2:0/scsi_generic/"*; do
			[ ! -c "/dev/${path##*/}" ] || echo "/dev/${path##*/}"
		done
	done
}
