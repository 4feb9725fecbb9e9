#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
#
# The programs of sg3_utils and other tools for SCSI devices, as somebody would use them who does
# not know what is behind the disk or the optical drive.

# shellcheck source=lib_optical.sh
. "$(dirname "$0")/lib_optical.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"

ALL_TESTS="
	identify
	report
	state
	data
	give_back
	lba_status
	atomic
	parameters
	logs
	diagnostics
	clock
	groups
	buffers
	copies
	reservations
	nodes
	not_there
	drive
	health
	geometry
	old_names
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

# $2... must end with status $1.
ends_with()
{
	timeout 60 "${@:2}" >/dev/null 2>&1
	check_equal $? "$1" "exit status of: ${*:2}"
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
	for page in sv sn di ei mpp sp bl bdc lbpv; do
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

# A file's holes are known.
lba_status()
{
	quiet sg_seek --pre-fetch --num-blocks=8 "$disk"
	quiet sg_seek --pre-fetch --10 --num-blocks=8 "$disk"
	says "grown defect list: 0" sg_reassign --grown "$disk"
	quiet sg_write_same -S -N -l 0 -n 4096 "$disk"
	quiet sg_unmap -l 1024 -n 1024 -f "$disk"
	sg_dd if=/dev/urandom of="$disk" bs=512 count=1024 blk_sgio=1 2>"$TMPDIR/stderr"
	check_err $? "sg_dd: $(cat "$TMPDIR/stderr")"
	says "LBA: 0x0000000000000000 +blocks: +1024 +mapped" sg_get_lba_status -l 0 "$disk"
	says "LBA: 0x0000000000000400 +blocks: +[0-9]+ +deallocated" sg_get_lba_status -l 1024 "$disk"
	sg_get_lba_status -l 32768 "$disk" >/dev/null 2>&1
	check_equal $? 22 "exit status of sg_get_lba_status behind the end"
}

atomic()
{
	head -c 1024 /dev/zero >"$TMPDIR/zeroes"
	{ head -c 512 /dev/zero; head -c 512 /dev/urandom; } >"$TMPDIR/pair"
	quiet sg_write_same -S -N -l 64 -n 8 "$disk"
	quiet sg_compare_and_write -i "$TMPDIR/pair" -l 64 -n 1 -x 1024 "$disk"
	sg_compare_and_write -i "$TMPDIR/pair" -l 64 -n 1 -x 1024 "$disk" >/dev/null 2>&1
	check_equal $? 14 "exit status of sg_compare_and_write with other data"
	cmp <(tail -c 512 "$TMPDIR/pair") <(sg_dd if="$disk" bs=512 skip=64 count=1 blk_sgio=1 2>/dev/null)
	check_err $? "sg_compare_and_write has not written"
	says "Maximum compare and write length: 255" sg_vpd -p bl "$disk"
}

# Print field $1 of the Control or Caching mode page: its value, whether it can be changed.
field()
{
	sdparm --long "--get=$1" "$sg" | sed -n "s/^$1 *\\([0-9]*\\) *\\[cha: \\(.\\),.*/\\1 \\2/p"
}

# Mode parameters that can be changed, and some that can't, on a disk of its own: one that is
# write protected can't be opened for writing; its sg node can.
parameters()
{
	local file disk sg wce

	mkfile file 16M
	map_disk disk "$file" vhost0 -bs 512
	check_err $? "no disk"
	sg=$(sg_of "$disk")
	check_equal "$(field D_SENSE)" "0 y" "D_SENSE"
	quiet sdparm --set=D_SENSE=1 "$sg"
	check_equal "$(field D_SENSE)" "1 y" "D_SENSE after it was set"
	expect_sense 5 21 00 -r 512 "$sg" 28 00 ff 00 00 00 00 00 01 00
	quiet sdparm --clear=D_SENSE "$sg"
	quiet sdparm --six --set=SWP "$sg"
	expect_sense 7 27 02 -s 512 -i /dev/zero "$sg" 2a 00 00 00 00 00 00 00 01 00
	quiet sdparm --six --clear=SWP "$sg"
	expect_good -s 512 -i /dev/zero "$sg" 2a 00 00 00 00 00 00 00 01 00
	wce=$(field WCE)
	check_match "$wce" "^[01] n$" "WCE"
	sdparm "--set=WCE=$((1 - ${wce% *}))" "$sg" >/dev/null 2>&1
	check_fail $? "WCE was changed"
	sdparm --save --set=D_SENSE "$sg" >/dev/null 2>&1
	check_fail $? "pages were saved"
}

logs()
{
	says "Supported log pages" sg_logs "$disk"
	quiet sg_logs -p 0,0xff "$disk"
	says "Total bytes processed = [1-9]" sg_logs -p 2 "$disk"
	says "Total uncorrected errors = 0" sg_logs -p 3 "$disk"
	quiet sg_logs -p 0x2f "$disk"
	quiet sg_logs -a "$disk"
}

diagnostics()
{
	quiet sg_senddiag -t "$disk"
	says "Supported diagnostic pages" sg_senddiag -l "$disk"
	quiet sg_senddiag -s 5 "$disk"
	ends_with 5 sg_senddiag -s 4 "$disk"
	says "foreground short" sg_logs -p 0x10 "$disk"
}

clock()
{
	check_match "$(sg_timestamp "$disk")" '^[0-9]{13}$' "milliseconds since 1970"
	quiet sg_timestamp --milliseconds=0 "$disk"
	check_match "$(sg_timestamp "$disk")" '^[0-9]{1,5}$' "milliseconds since then"
}

groups()
{
	says "target port group id : 0x1 .*active/optimized" sg_rtpg -d "$disk"
	quiet sg_stpg --standby "$disk"
	says "target port group id : 0x1 .*standby" sg_rtpg -d "$disk"
	quiet sg_stpg --optimized "$disk"
	says "target port group id : 0x1 .*active/optimized" sg_rtpg -d "$disk"
}

buffers()
{
	head -c 512 /dev/urandom >"$TMPDIR/random"
	quiet sg_write_buffer --mode=data -l 512 -I "$TMPDIR/random" "$disk"
	quiet sg_read_buffer --mode=data -l 512 "$disk"
	quiet sg_read_buffer --mode=desc "$disk"
	# What was written is read.
	says "Success" sg_test_rwbuf -s 512 "$sg"
	quiet sg_rbuf -q -s 1m "$sg"
}

copies()
{
	says "Copy from block device to block device" sg_copy_results -p "$disk"
	quiet sg_vpd -p tpc "$disk"
	sg_copy_results -s "$disk" >/dev/null 2>&1
	check_equal $? 5 "exit status of sg_copy_results for a copy that was never asked for"
}

reservations()
{
	says "Write Exclusive, all registrants: 1" sg_persist -c "$disk"
	says "NO registered reservation keys" sg_persist -k "$disk"
	says "No full status descriptors" sg_persist -s "$disk"
}

nodes()
{
	# On stderr it complains of every /dev/sd* that is no SCSI disk, whoever made it.
	check_match "$(sg_map 2>/dev/null)" "$sg +$disk" "sg_map"
	says "^$sg$" sg_map26 "$disk"
	says "VDASD" sg_scan -i
	says "$sg" sginfo -l
	ends_with 0 sgp_dd if="$disk" of=/dev/null bs=512 count=64
	ends_with 0 sgm_dd if="$disk" of=/dev/null bs=512 count=64
	says "total number of bad errors: 0" scsi_mandat "$disk"
	says "ready" scsi_ready "$disk"
	quiet scsi_readcap "$disk"
}

# What the disk does not have is refused as such: 9, no such command; 5, no such field.
not_there()
{
	local words

	for words in "sg_logs -p 0x0d" "sg_vpd -p 0xb9 -f" "sg_modes -p 0x1a" sg_ident \
			sg_referrals sg_get_elem_status "sg_stream_ctl -g" sg_rep_pip sg_bg_ctl \
			"sg_rdac -a" sg_safte; do
		# shellcheck disable=SC2086 # words
		ends_with 5 $words "$disk"
	done
	for words in "sg_read_long --lba=1" sg_write_long sg_rep_zones sg_prevent sg_rmsn \
			sg_read_block_limits sg_read_attr sg_sat_identify "sg_read_buffer -L"; do
		# shellcheck disable=SC2086 # words
		ends_with 9 $words "$disk"
	done
}

# What a drive says with a medium in it, and how that gets out.
drive()
{
	local iso vtd drive words

	leave_doors_alone
	need mkiso iso && need mkdrive vtd drive || return
	expect_output "" ioscli loadopt -disk "$iso" -vtd "$vtd"
	busywait 30000 cmp -s "$drive" "$iso"
	says "Peripheral device type: cd/dvd" sg_inq "$drive"
	quiet sg_vpd -a "$drive"
	says "Read TOC" sg_opcodes "$drive"
	quiet sg_turs "$drive"
	says "profile: DVD-ROM , currentP=1" sg_get_config "$drive"
	quiet sg_modes -a "$drive"
	quiet sg_modes -a -6 "$drive"
	says "Number of logical blocks=$(($(stat -c %s "$iso") / 2048))" sg_readcap "$drive"
	quiet sg_luns "$drive"
	quiet sg_sync "$drive"
	quiet sg_verify -l 0 -c 4 "$drive"
	quiet sginfo -a "$(sg_of "$drive")"
	says "DVD-ROM +\*" sdparm --command=profile "$drive"
	says "block_length: 2048" sdparm --command=capacity "$drive"
	sg_dd if="$drive" bs=2048 blk_sgio=1 2>/dev/null | cmp - "$iso"
	check_err $? "another image was read"
	for words in "sg_logs -a" "sg_persist -c" "sg_senddiag -t" "sg_seek --pre-fetch -c 1"; do
		# shellcheck disable=SC2086 # words
		ends_with 9 $words "$drive"
	done
	ends_with 5 sg_rtpg "$drive"
	ends_with 5 sg_timestamp "$drive"
	eject "$vtd" "$(sg_of "$drive")"
}

# The medium leaves when nobody locks the door, and stays out. By its sg node: the driver of
# optical drives unlocks the door when its device is closed.
eject()
{
	quiet sg_prevent --prevent=1 "$2"
	ends_with 5 sg_start --eject "$2"
	quiet sg_prevent --allow "$2"
	quiet sg_start --eject "$2"
	ends_with 2 sg_turs "$2"
	check_equal "$(medium_of "$1")" null "medium"
	check_match "$(sg_get_config "$2" 2>&1)" "No current profile" "sg_get_config"
	ends_with 2 sg_readcap "$2"
	check_match "$(sg_requests "$2" 2>&1)" "Medium not present" "sg_requests"
}

short_test_passed()
{
	smartctl -l selftest "$disk" | grep -q "# 1 .*short .*Completed"
}

health()
{
	says "SMART Health Status: OK" smartctl -H "$disk"
	says "User Capacity: +16,777,216 bytes" smartctl -i "$disk"
	says "Elements in grown defect list: 0" smartctl -A "$disk"
	says "$disk -d scsi" smartctl --scan
	quiet smartctl -s wcache,on "$disk"
	quiet smartctl -t short "$disk"
	busywait 20000 short_test_passed
	check_err $? "$(smartctl -l selftest "$disk")"
}

geometry()
{
	says "sectors = 32768, start = 0" hdparm -g "$disk"
	says "readonly +=  0 \(off\)" hdparm -r "$disk"
	says "re-reading partition table" hdparm -z "$disk"
	says "Timing buffered disk reads: +16 MB" hdparm -t "$disk"
	check_match "$(hdparm -W "$disk" 2>&1)" "not supported" "hdparm -W, which asks an ATA disk"
}

# sginfo has names of its own for all.
old_names()
{
	says "Write Cache Enabled +1" sginfo -c "$sg"
	says "Serial Number '[0-9a-f-]+'" sginfo -s "$sg"
	says "0 entries \(0 bytes\) in grown" sginfo -d "$sg"
	quiet sginfo -a "$sg"
	ends_with 1 sginfo -g "$sg"
}

require_cmd sg_inq sg_vpd sg_opcodes sg_modes sg_luns sg_turs sg_requests sg_readcap sg_start \
	sg_sync sg_verify sg_dd sg_unmap sg_write_same sg_logs sg_rtpg \
	sg_get_lba_status sg_compare_and_write sg_reassign sg_senddiag sg_timestamp sg_seek sdparm \
	sg_stpg sg_write_buffer sg_read_buffer sg_test_rwbuf sg_rbuf sg_copy_results sg_persist \
	sg_map sg_map26 sg_scan sgp_dd sgm_dd scsi_mandat scsi_ready scsi_readcap sginfo \
	sg_get_config sg_prevent genisoimage smartctl hdparm jq
need_module
file='' disk=''
mkfile file 16M || exit
map_disk disk "$file" vhost0 -bs 512 || exit
sg=$(sg_of "$disk")
tests_run
