#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# cpus: 2
#
# File systems on client disks: what was copied to them is there after a new
# mapping, and fsck finds nothing to say.

# timeout: 600

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"

ALL_TESTS="
	ext4_on_block
	xfs_on_block_4096
	ext4_on_file_direct
	xfs_on_file_direct
	ext4_on_file_buffered_4096
	xfs_on_file_buffered
	partitions
"

# Say what is wrong with the file system of type $1 on device $2.
check_filesystem()
{
	case $1 in
	ext4) e2fsck -f -n "$2" ;;
	xfs) xfs_repair -n "$2" ;;
	esac >"$TMPDIR/fsck" 2>&1 || {
		cat "$TMPDIR/fsck"
		return 1
	}
}

# Compare the tree of directory $1 with $2.
same_tree()
{
	diff -r --no-dereference "$1" "$2"
}

# Make a file system of type $1 on disk $2, fill it and check it.
fill_and_check()
{
	local type=$1 disk=$2 dir depth=${#deferred[@]}

	need mkmount dir "$type" "$disk" -q || return
	cp -a /usr/share/bash-completion /usr/bin/fio "$dir"
	check_err $? "copy"
	rm -rf "$dir/bash-completion/completions/"[a-f]*
	cp -a /usr/share/bash-completion/completions "$dir/again"
	check_err $? "copy again"
	undo_to "$depth"
	check_filesystem "$type" "$disk"
	check_err $? "check of the file system"
}

# The file system of type $1 on disk $2 must hold what fill_and_check() put there.
compare()
{
	local type=$1 disk=$2 dir

	dir=$(mktemp -d "$TMPDIR/mnt.XXXXXX")
	if need mount -o ro "$disk" "$dir"; then
		cmp "$dir/fio" /usr/bin/fio
		check_err $? "one large file"
		same_tree "$dir/again" /usr/share/bash-completion/completions
		check_err $? "many small files"
		umount "$dir"
	fi
	rmdir "$dir"
}

# Put a file system of type $1 on backing device $2, mapped with the options $3...
filesystem_on()
{
	local type=$1 backing=$2 vtd disk

	shift 2
	need map vtd "$backing" vhost0 "$@" || return
	need client_disk disk "$vtd" || return
	fill_and_check "$type" "$disk"
	unmap "$vtd"
	need map_disk disk "$backing" vhost0 "$@" || return
	compare "$type" "$disk"
}

ext4_on_block()
{
	local ram

	need mkram ram 64 || return
	filesystem_on ext4 "$ram"
	check_filesystem ext4 "$ram"
	check_err $? "on the server"
}

xfs_on_block_4096()
{
	local ram

	need mkram ram 320 4096 || return
	filesystem_on xfs "$ram"
}

ext4_on_file_direct()
{
	local dir file

	need mkext4 dir 128 && need mkfile_in file "$dir" 96M || return
	filesystem_on ext4 "$file" -direct
	check_filesystem ext4 "$file"
	check_err $? "on the server"
}

xfs_on_file_direct()
{
	local dir file

	need mkext4 dir 384 && need mkfile_in file "$dir" 320M || return
	filesystem_on xfs "$file" -direct -bs 4096
}

ext4_on_file_buffered_4096()
{
	local file

	need mkfile file 96M || return
	filesystem_on ext4 "$file" -buffered -bs 4096
}

xfs_on_file_buffered()
{
	local dir file

	need mkext4 dir 384 && need mkfile_in file "$dir" 320M || return
	filesystem_on xfs "$file" -buffered
}

# The client finds the partitions made on the server, and the other way round.
partitions()
{
	local ram vtd disk

	need mkram ram 48 || return
	printf 'label: gpt\nsize=16M\nsize=16M\n' | sfdisk -q "$ram"
	check_err $? "sfdisk on the server"
	need map vtd "$ram" && need client_disk disk "$vtd" || return
	busywait 30000 test -b "${disk}2"
	check_err $? "second partition on the client"
	check_equal "$(blockdev --getsize64 "${disk}1")" $((16 << 20)) "first partition"

	printf 'label: dos\nsize=8M\nsize=8M\nsize=8M\n' | sfdisk -q --wipe always "$disk"
	check_err $? "sfdisk on the client"
	busywait 30000 test -b "${disk}3"
	check_err $? "third partition on the client"
	unmap "$vtd"
	blockdev --rereadpt "$ram"
	busywait 30000 test -b "${ram}p3"
	check_err $? "third partition on the server"

	need map_disk disk "${ram}p2" || return
	check_equal "$(blockdev --getsize64 "$disk")" $((8 << 20)) "a partition alone"
}

require_cmd mkfs.xfs e2fsck sfdisk
need_module "$@"
tests_run
