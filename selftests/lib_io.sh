# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Helpers of the tests that move data. A script sources this file after lib.sh.

# Run $@, which the rest of a function can't do without: "need COMMAND || return".
need()
{
	"$@" && return
	check_err 1 "failed: $*"
	return 1
}

# --- what a client's disk shows ----------------------------------------------

# Print attribute $2 of the request queue of disk $1.
queue_attr()
{
	cat "/sys/block/${1##*/}/queue/$2"
}

# Print attribute $2 of the SCSI device of disk $1.
sdev_attr()
{
	cat "/sys/block/${1##*/}/device/$2"
}

# Print attribute $2 of the SCSI disk $1: cache_type, FUA, provisioning_mode.
disk_attr()
{
	cat "/sys/block/${1##*/}/device/scsi_disk/"*"/$2"
}

# Print the number of the Scsi_Host of disk $1.
host_of()
{
	local address

	address=$(basename "$(readlink -f "/sys/block/${1##*/}/device")")
	echo "${address%%:*}"
}

# Succeed when disk $1 has $2 bytes.
has_size()
{
	[ "$(blockdev --getsize64 "$1" 2>/dev/null)" = "$2" ]
}

# Print counter $2 of the virtual target device $1, as lsstat -field names it.
lu_stat()
{
	ioscli lsstat -vtd "$1" -field "$2" -fmt ,
}

# Succeed when counter $2 of $1 is $3 or more.
lu_stat_reaches()
{
	[ "$(lu_stat "$1" "$2")" -ge "$3" ]
}

# Succeed when counter $2 of $1 is $3.
lu_stat_is()
{
	[ "$(lu_stat "$1" "$2")" = "$3" ]
}

# No command is under way at the virtual target device $1. Udev may just be reading from it, so look
# again; what a test has aborted would stay for longer.
check_idle()
{
	busywait 5000 lu_stat_is "$1" inflight 0
	check_err $? "commands in flight: $(lu_stat "$1" inflight)"
}

# Print member $2 of the virtual target device $1 in lsmap -json.
vtd_member()
{
	ioscli lsmap -all -json |
		jq -r ".[].vtds[]? | select(.vtd == \"$1\") | .$2"
}

# Succeed when virtual target device $1 is in state $2.
vtd_is()
{
	[ "$(vtd_member "$1" state)" = "$2" ]
}

# --- backing devices ---------------------------------------------------------

# Set variable $1 to a directory on an ext4 file system of its own of $2 MiB. The
# device below has blocks of $3 bytes (512); $4... are settings of null_blk.
mkext4()
{
	local mkext4_dev

	mkram mkext4_dev "$2" "${3:-512}" "${@:4}" &&
		mkmount "$1" ext4 "$mkext4_dev" -q
}

# Set variable $1 to a sparse file of size $3 in directory $2.
mkfile_in()
{
	local -n mkfile_in_var=$1

	mkfile_in_var=$(mktemp "$2/file.XXXXXX") || return
	defer rm -f "$mkfile_in_var"
	truncate -s "$3" "$mkfile_in_var"
}

rmdebug()
{
	udevadm settle
	busywait 10000 modprobe -q -r scsi_debug
}

debug_disk()
{
	local path

	for path in /sys/bus/pseudo/drivers/scsi_debug/adapter*/host*/target*/*/block/*; do
		[ -b "/dev/${path##*/}" ] && echo "/dev/${path##*/}" && return
	done
	return 1
}

# Set variable $1 to a disk of scsi_debug; $2... are the module's parameters.
mkdebug()
{
	local -n mkdebug_var=$1

	shift
	modprobe scsi_debug delay=0 "$@" || return
	defer rmdebug
	busywait 10000 debug_disk >"$TMPDIR/debug_disk" || return
	# shellcheck disable=SC2034 # the caller's variable
	mkdebug_var=$(cat "$TMPDIR/debug_disk")
	udevadm settle
}

# Set variable $1 to a thin LV of size $3 in a new pool of size $2 that gives an
# error when it is full. Needs a volume group $4.
mkthin()
{
	local -n mkthin_var=$1
	local name=thin$RANDOM

	lvcreate -q -y --type thin-pool -Z n --monitor n -L "$2" -n "pool$name" "$4" \
		>/dev/null 2>&1 &&
		lvchange -q --errorwhenfull y --monitor n "$4/pool$name" >/dev/null 2>&1 &&
		lvcreate -q -y --monitor n -V "$3" -n "$name" --thinpool "$4/pool$name" \
			>/dev/null 2>&1 || return
	# shellcheck disable=SC2034 # the caller's variable
	mkthin_var=$4/$name
	udevadm settle
}

# --- load --------------------------------------------------------------------

end_process()
{
	kill "$1" 2>/dev/null
	wait "$1" 2>/dev/null
	return 0
}

# Start command $2... in the background, its output in $TMPDIR/background; set
# variable $1 to its process ID.
start()
{
	local -n start_var=$1

	shift
	"$@" >"$TMPDIR/background" 2>&1 </dev/null &
	start_var=$!
	defer end_process "$start_var"
}

# Start random reads and writes on disk $2 in the background, for a minute unless
# they fail; set variable $1 to the process. $3... are more options of fio.
start_load()
{
	local load_dev=$2 load_var=$1 load_before

	load_before=$(awk '{ print $5 }' "/sys/block/${load_dev##*/}/stat")
	shift 2
	start "$load_var" fio --name=load --filename="$load_dev" --rw=randrw \
		--bs=4k --direct=1 --ioengine=libaio --iodepth=16 --time_based \
		--runtime=60 --randrepeat=0 --minimal "$@" || return
	busywait 60000 has_written "$load_dev" $((load_before + 32))
}

# Succeed when disk $1 has completed $2 writes.
has_written()
{
	[ "$(awk '{ print $5 }' "/sys/block/${1##*/}/stat" 2>/dev/null)" -ge "$2" ]
}

# Succeed when process $1 has ended.
ended()
{
	! kill -0 "$1" 2>/dev/null
}

# Run command $2... and check that it takes less than $1 seconds; its status.
within()
{
	local limit=$(($1 * ${SLOW:-1})) began=$SECONDS status

	shift
	"$@"
	status=$?
	[ $((SECONDS - began)) -lt "$limit" ]
	check_err $? "took $((SECONDS - began)) s: $*"
	return "$status"
}

# Fill file or device $1 with $2 MiB of random data, the same again in $3.
fill_random()
{
	dd if=/dev/urandom of="$3" bs=1M count="$2" status=none &&
		dd if="$3" of="$1" bs=1M oflag=direct conv=notrunc,fsync status=none
}

# Compare the first $3 bytes of disk $1, read past the cache, with file $2.
same_data()
{
	dd if="$1" bs=1M count="$3" iflag=direct,count_bytes status=none | cmp -n "$3" - "$2"
}

# Succeed when the first $2 MiB of disk $1 are zeroes.
is_zero()
{
	dd if="$1" bs=1M count="$2" iflag=direct status=none |
		cmp -n $(($2 << 20)) - /dev/zero
}
