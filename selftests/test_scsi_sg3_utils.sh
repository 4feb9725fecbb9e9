#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
#
# The programs of sg3_utils, as somebody would use them who does not know what is behind
# the disk.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

ALL_TESTS="
	identify
	report
	state
	data
	give_back
	not_there
"

# $@ must succeed and say nothing on stderr.
quiet()
{
	"$@" >"$TMPDIR/stdout" 2>"$TMPDIR/stderr"
	check_err $? "failed: $*: $(cat "$TMPDIR/stderr")"
	check_equal "$(cat "$TMPDIR/stderr")" "" "stderr of: $*"
}

# quiet, and what is printed must match $1.
says()
{
	quiet "${@:2}"
	check_match "$(cat "$TMPDIR/stdout")" "$1" "stdout of: ${*:2}"
}

identify()
{
	local page

	says "Product identification: VDASD" sg_inq "$disk"
	says "AIX" sg_inq -e -p 0x83 "$disk"
	quiet sg_inq -i "$disk"
	quiet sg_inq -d "$disk"
	says "Supported VPD pages" sg_vpd "$disk"
	quiet sg_vpd -a "$disk"
	for page in sv sn di ei bl bdc lbpv; do
		quiet sg_vpd -p "$page" "$disk"
	done
	says "NAA" sg_vpd -p di_lu "$disk"
}

report()
{
	says "VERIFY\(10\)|Verify\(10\)" sg_opcodes "$disk"
	quiet sg_opcodes -R "$disk"
	quiet sg_opcodes -o 0x28 "$disk"
	quiet sg_opcodes -o 0xa3 -s 0x0c "$disk"
	says "Logical unit reset" sg_opcodes -t "$disk"
	quiet sg_opcodes -t -q "$disk"
	quiet sg_modes -a "$disk"
	quiet sg_modes -a -6 "$disk"
	quiet sg_modes -c 2 -a "$disk"
	says "8[1-9a-f]00000000000000" sg_luns "$disk"
	says "c101000000000000" sg_luns -s 1 "$disk"
	quiet sg_luns -s 2 "$disk"
}

state()
{
	quiet sg_turs "$disk"
	quiet sg_turs -n 10 "$disk"
	check_match "$(sg_requests "$disk" 2>&1)" "No Sense" "sg_requests"
	check_match "$(sg_requests --desc "$disk" 2>&1)" "No Sense" "sg_requests --desc"
	says "Last LBA=32767" sg_readcap "$disk"
	says "Last LBA=32767" sg_readcap -l "$disk"
	quiet sg_start --stop "$disk"
	sg_turs "$disk" >/dev/null 2>&1
	check_equal $? 2 "exit status of sg_turs on a stopped disk"
	quiet sg_start --start "$disk"
	quiet sg_turs "$disk"
	quiet sg_sync "$disk"
	quiet sg_sync -S "$disk"
}

data()
{
	quiet sg_verify -l 0 -c 128 "$disk"
	quiet sg_verify -S -l 0 -c 128 "$disk"
	head -c 4096 /dev/urandom >"$TMPDIR/random"
	sg_dd if="$TMPDIR/random" of="$disk" bs=512 count=8 seek=16 blk_sgio=1 2>"$TMPDIR/stderr"
	check_err $? "sg_dd: $(cat "$TMPDIR/stderr")"
	sg_verify -n 4096 -i "$TMPDIR/random" -l 16 -c 8 "$disk" >/dev/null 2>&1
	check_equal $? 0 "exit status of sg_verify with the same data"
	sg_verify -n 4096 -i "$TMPDIR/random" -l 17 -c 8 "$disk" >/dev/null 2>&1
	check_equal $? 14 "exit status of sg_verify with other data"
}

give_back()
{
	quiet sg_unmap -l 0 -n 8 -f "$disk"
	quiet sg_write_same -l 8 -n 8 "$disk"
	quiet sg_write_same -R -l 8 -n 8 "$disk"
	quiet sg_write_same -S -U -l 8 -n 8 "$disk"
	quiet sg_write_same -S -N -l 8 -n 8 "$disk"
}

# What the disk does not have is refused as such: 9, no such command; 5, no such field.
not_there()
{
	sg_logs "$disk" >/dev/null 2>&1
	check_equal $? 9 "exit status of sg_logs"
	sg_rtpg "$disk" >/dev/null 2>&1
	check_match $? "^[59]$" "exit status of sg_rtpg"
	sg_vpd -p 0xb9 -f "$disk" >/dev/null 2>&1
	check_equal $? 5 "exit status of sg_vpd with an unknown page"
	sg_modes -p 0x1a "$disk" >/dev/null 2>&1
	check_equal $? 5 "exit status of sg_modes with an unknown page"
}

require_cmd sg_inq sg_vpd sg_opcodes sg_modes sg_luns sg_turs sg_requests sg_readcap sg_start \
	sg_sync sg_verify sg_dd sg_unmap sg_write_same sg_logs sg_rtpg
need_module
file='' disk=''
mkfile file 16M || exit
map_disk disk "$file" vhost0 -bs 512 || exit
tests_run
