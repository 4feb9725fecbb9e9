# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Helpers for tests that talk to sg nodes, so that no driver of disks takes the
# unit attentions; sourced after lib.sh. no_disk_drivers sees to that.

readonly TUR="00 00 00 00 00 00"
readonly NO_ALUA=/run/modprobe.d/vscsi.conf
readonly AUTOPROBE=/sys/bus/scsi/drivers_autoprobe

# Load sg, and let it be the only driver of what comes until the clean-up: nor may
# scsi_dh_alua ask for the states of paths.
no_disk_drivers()
{
	modprobe -a sg
	mkdir -p "${NO_ALUA%/*}"
	echo "install scsi_dh_alua /bin/false" >"$NO_ALUA"
	defer rm -f "$NO_ALUA"
	modprobe -q -r scsi_dh_alua
	need_module
	echo 0 >$AUTOPROBE
	defer eval "echo 1 >$AUTOPROBE"
}

sg_nodes_are()
{
	[ "$(sg_nodes "$2" "$3" | wc -w)" = "$1" ]
}

# Set the array nodes to the sg nodes of the virtual target device $1, which are $2 (1).
wait_sg()
{
	local vhost lun

	read -r vhost lun < <(where_is "$1")
	busywait 10000 sg_nodes_are "${2:-1}" "$vhost" "$((${lun:0:4} & 0x3f))" || {
		check_err 1 "no sg node for $1"
		return 1
	}
	udevadm settle
	# shellcheck disable=SC2034 # the caller's variable
	mapfile -t nodes < <(sg_nodes "$vhost" "$((${lun:0:4} & 0x3f))")
}

# shellcheck disable=SC2086 # the bytes of a CDB
tur()
{
	scsi_outcome "$1" $TUR
}

tur_is()
{
	[ "$(tur "$1")" = "$2" ]
}

# Take what disk $1 has to report.
settle()
{
	busywait 5000 tur_is "$1" good
}

# Remove server adapter $1, made for any client, with its clients.
rmshared()
{
	local name

	ioscli rmvadapter -vadapter "$1" -single -recursive >/dev/null
	for name in "${@:2}"; do
		[ ! -d "/sys/bus/vscsi/devices/$name" ] ||
			ioscli rmvadapter -vadapter "$name" -single >/dev/null
	done
}

# Set variable $1 to a new server adapter for any client, and the array clients to
# the names of two client adapters, in partitions of their own, that use it.
mkshared()
{
	local -n mkshared_var=$1
	local out lpar partition

	out=$(ioscli mkvadapter -any) || return
	mkshared_var=${out%% *}
	clients=()
	for lpar in client8 client9; do
		mkclient partition "$lpar" || return
		out=$(ioscli mkvadapter -client "$partition" -server "$mkshared_var") || return
		clients+=("${out%% *}")
	done
	defer rmshared "$mkshared_var" "${clients[@]}"
}

# Set the array nodes to the sg nodes of a disk that two clients share, without
# anything to report, and the variable vtd. $1 is what is mapped, or memory.
# shellcheck disable=SC2154 # map sets vtd
share()
{
	local vhost node

	mkshared vhost || {
		check_err 1 "no shared adapter"
		return 1
	}
	if [ $# -gt 0 ]; then
		map vtd "$1" "$vhost"
	else
		map_ram vtd 4M "$vhost"
	fi
	wait_sg "$vtd" 2 || return
	for node in "${nodes[@]}"; do
		settle "$node"
	done
}

# As share, but the two clients use two server adapters: the disk is mapped twice.
share_paths()
{
	local file vhost node paths=()

	if ! mkfile file 4M || ! mkpair vhost; then
		check_err 1 "no second server adapter"
		return 1
	fi
	for node in vhost0 "$vhost"; do
		map vtd "$file" "$node" -f
		wait_sg "$vtd" || return
		paths+=("${nodes[0]}")
	done
	nodes=("${paths[@]}")
	for node in "${nodes[@]}"; do
		settle "$node"
	done
}

# Commands to the disks that two clients share. Their outcome is as scsi_outcome says.
# shellcheck disable=SC2034 # for the test
readonly CONFLICT="status Reservation Conflict"

reads()
{
	scsi_outcome -r 512 "$1" 28 00 00 00 00 00 00 00 01 00
}

writes()
{
	scsi_outcome -s 512 -i /dev/zero "$1" 2a 00 00 00 00 00 00 00 01 00
}

# Write to $TMPDIR/list the Control mode page of sg node $1, bytes 2 and 4 of it being $2 and $3.
mklist_control()
{
	expect_good -r 16 -o "$TMPDIR/page" "$1" 1a 08 0a 00 10 00
	{
		printf '\0\0\0\0\x0a\x0a%b\x10%b\x40' "\x$2" "\x$3"
		tail -c 6 "$TMPDIR/page"
	} >"$TMPDIR/list"
}
