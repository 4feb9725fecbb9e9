#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# cpus: 2
#
# What clients have asked to be kept is there again after the module was unloaded and loaded, the
# configuration restored: reservations with APTPL, saved mode pages, identifying information.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"
# shellcheck source=lib_sg.sh
. "$(dirname "$0")/lib_sg.sh"

ALL_TESTS="
	reservations
	mapped_again
	information_and_pages
	linux_registers
	damaged_file
	cannot_be_written
	nowhere
"

readonly LU_DIR=$VSCSI_STATE_DIR/lu

# Unload the module, load it, and make everything as it was. $@ are parameters.
restart()
{
	unload_module
	check_err $? "unload"
	# It is unloaded when the script ends: need_module has seen to that.
	insmod "$VSCSI_KO" empty=1 state_dir="$LU_DIR" "$@"
	check_err $? "load"
	ioscli viosbr -restore >"$TMPDIR/restore" 2>&1
	check_err $? "restore: $(cat "$TMPDIR/restore")"
}

# restart, and set nodes to the disks of the two clients again.
restart_shared()
{
	local node

	restart "$@"
	wait_sg "$vtd" 2 || return
	for node in "${nodes[@]}"; do
		settle "$node"
	done
}

# share, of a file that has an identity.
share_file()
{
	find "$LU_DIR" -type f -delete
	mkfile_in file "$dir" 4M && share "$file"
}

# PERSISTENT RESERVE OUT to disk $1 with options $2... of sg_persist must succeed.
pr_out()
{
	sg_persist -n --out "${@:2}" "$1" >"$TMPDIR/sg_persist" 2>&1
	check_err $? "sg_persist ${*:2} of $1: $(cat "$TMPDIR/sg_persist")"
}

# Print what sg_persist --in says of disk $1 with option $2.
pr_in()
{
	sg_persist -n --in "--$2" "$1" 2>&1
}

# Register both clients, with options $@, and reserve for the first one.
reserve()
{
	pr_out "${nodes[0]}" --register --param-sark=a "$@"
	pr_out "${nodes[1]}" --register --param-sark=b "$@"
	pr_out "${nodes[0]}" --reserve --param-rk=a --prout-type=3
}

# One client reads, and the other one may not.
check_reserved()
{
	check_equal "$(for node in "${nodes[@]}"; do reads "$node"; done | sort | xargs)" \
		"good $CONFLICT" "who reads, $1"
}

reservations()
{
	local vtd nodes clients file

	share_file || return
	check_match "$(pr_in "${nodes[0]}" report-capabilities)" "\(PTPL_C\): 1" "PTPL_C"
	reserve --param-aptpl
	restart_shared || return
	check_match "$(pr_in "${nodes[0]}" report-capabilities)" "\(PTPL_A\): 1" "PTPL_A"
	check_match "$(pr_in "${nodes[0]}" read-keys)" "generation=0x0, 2 .*0xa.*0xb" "keys"
	check_match "$(pr_in "${nodes[0]}" read-reservation)" "Key=0xa.*Exclusive Access" \
		"reservation"
	check_reserved "after the restart"
	# The last REGISTER decides.
	pr_out "${nodes[0]}" --register-ignore --param-sark=a
	check_match "$(pr_in "${nodes[0]}" report-capabilities)" "\(PTPL_A\): 0" "PTPL_A, without"
	restart_shared || return
	check_match "$(pr_in "${nodes[0]}" read-keys)" "there are NO registered" "keys, without"
	check_equal "$(reads "${nodes[0]}") $(reads "${nodes[1]}")" "good good" "who reads, without"
}

# A disk that is not mapped to anybody keeps them too, but not those of a client that goes for good.
mapped_again()
{
	local vtd nodes clients file vhost

	share_file || return
	reserve --param-aptpl
	read -r vhost _ < <(where_is "$vtd")
	unmap "$vtd"
	map vtd "$file" "$vhost"
	wait_sg "$vtd" 2 || return
	settle "${nodes[0]}"
	settle "${nodes[1]}"
	check_reserved "mapped again"
	ioscli rmvadapter -vadapter "${clients[0]}" -single >/dev/null
	check_err $? "rmvadapter"
	wait_sg "$vtd" || return
	settle "${nodes[0]}"
	check_match "$(pr_in "${nodes[0]}" read-keys)" " 1 .*0xb" "keys without the client"
	restart
	wait_sg "$vtd" || return
	settle "${nodes[0]}"
	check_match "$(pr_in "${nodes[0]}" read-keys)" " 1 .*0xb" "keys after the restart"
	check_equal "$(reads "${nodes[0]}")" good "who is left"
}

information_and_pages()
{
	local vtd nodes clients file

	share_file || return
	printf payroll | sg_ident --set "${nodes[0]}"
	check_err $? "sg_ident --set"
	check_equal "$(tur "${nodes[0]}")" good "who has set it"
	check_equal "$(tur "${nodes[1]}")" "sense 6 3f 05" "the other"
	# D_SENSE and SWP, with SP
	mklist_control "${nodes[0]}" 06 08
	expect_good -s 16 -i "$TMPDIR/list" "${nodes[0]}" 15 11 00 00 10 00
	settle "${nodes[1]}"
	restart_shared || return
	check_equal "$(sg_ident --raw "${nodes[1]}")" payroll "information"
	expect_good -r 16 -o "$TMPDIR/page" "${nodes[1]}" 1a 08 ca 00 10 00
	check_equal "$(od -An -tx1 -j4 -N6 "$TMPDIR/page")" " 8a 0a 06 10 08 40" "saved page"
	check_equal "$(writes "${nodes[0]}")" "sense 7 27 02" "a write"
	mklist_control "${nodes[0]}" 02 00
	expect_good -s 16 -i "$TMPDIR/list" "${nodes[0]}" 15 10 00 00 10 00
	settle "${nodes[1]}"
	check_equal "$(writes "${nodes[1]}")" good "a write, while it is not protected"
	sg_reset -d -N "${nodes[0]}" >/dev/null
	settle "${nodes[0]}"
	check_equal "$(writes "${nodes[0]}")" "sense 7 27 02" "a write after a reset"
}

# IOC_PR_REGISTER, which sets APTPL, from key 0 to key 12.
linux_registers()
{
	local file vtd disk

	echo 1 >"$AUTOPROBE"
	mkfile_in file "$dir" 4M && map vtd "$file" vhost0 && client_disk disk "$vtd"
	check_err $? "no disk"
	perl -e 'open(F, "+<", shift) && ioctl(F, 0x401870c8, $_ = pack("QQLL", 0, 12, 0, 0)) or die $!' \
		"$disk"
	check_err $? "IOC_PR_REGISTER"
	check_match "$(pr_in "$disk" read-keys)" " 1 .*0xc" "keys"
	echo 0 >"$AUTOPROBE"
}

damaged_file()
{
	local vtd nodes clients file name before

	share_file || return
	reserve --param-aptpl
	name=$(find "$LU_DIR" -type f)
	unload_module
	check_err $? "unload"
	# Of both slots.
	printf x | dd of="$name" bs=1 seek=40 conv=notrunc status=none
	printf x | dd of="$name" bs=1 seek=8232 conv=notrunc status=none
	before=$(md5sum <"$name")
	dmesg --clear
	restart_shared || return
	check_match "$(dmesg)" "$name is damaged" "kernel log"
	check_match "$(pr_in "${nodes[0]}" read-keys)" "there are NO registered" "keys"
	check_equal "$(md5sum <"$name")" "$before" "the file"
	reserve --param-aptpl
	check_reserved "then"
	[ "$(md5sum <"$name")" != "$before" ]
	check_err $? "nothing was saved"
}

# Key a, with APTPL.
aptpl_list()
{
	printf '\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x0a\0\0\0\0\x01\0\0\0'
}

# The client is told, and nothing has changed.
cannot_be_written()
{
	local vtd nodes clients file list=$TMPDIR/list

	share_file || return
	mount -t tmpfs -o ro none "$LU_DIR"
	defer umount "$LU_DIR"
	restart_shared || return
	aptpl_list >"$list"
	expect_sense 5 55 04 -s 24 -i "$list" "${nodes[0]}" 5f 00 00 00 00 00 00 00 18 00
	check_match "$(pr_in "${nodes[0]}" read-keys)" "there are NO registered" "keys"
	mount -o remount,rw "$LU_DIR"
	reserve --param-aptpl
	check_reserved "once it can be written"
	# Nothing holds it but the mapped disk.
	mount -o remount,ro "$LU_DIR"
	check_err $? "the directory is in use"
	unmap "$vtd"
}

nowhere()
{
	local vtd nodes clients file list=$TMPDIR/list

	share_file || return
	restart_shared state_dir= || return
	check_match "$(pr_in "${nodes[0]}" report-capabilities)" "\(PTPL_C\): 0" "PTPL_C"
	aptpl_list >"$list"
	expect_sense 5 26 00 -s 24 -i "$list" "${nodes[0]}" 5f 00 00 00 00 00 00 00 18 00
	expect_sense 5 24 00 -r 64 "${nodes[0]}" a3 05 00 00 00 00 00 00 00 40 00 00
	restart
}

require_cmd sg_persist sg_raw sg_reset sg_ident perl
no_disk_drivers
mkdir -p "$LU_DIR"
mkext4 dir 64
unload_module
insmod "$VSCSI_KO" state_dir="$LU_DIR"
tests_run
