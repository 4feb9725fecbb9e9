#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
#   powercut_guest.sh write | check
#
# The part of scripts/powercut that runs in the virtual machine: a block device, a file opened
# directly and a buffered file, each behind a client's disk. Both disks keep what is written.
# Nobody flushes "unflushed", another buffered file: it shows that a cut loses what is in a cache.

set -e

here=$(dirname "$0")
disk=/dev/disk/by-id/virtio-disk1
store=/dev/disk/by-id/virtio-disk2

blkid -t TYPE=ext4 "$store" >/dev/null || mkfs.ext4 -q "$store"
mkdir -p /mnt/store
mount "$store" /mnt/store
for name in direct buffered unflushed; do
	[ -e "/mnt/store/$name" ] || truncate -s 8M "/mnt/store/$name"
done
insmod "$here/../vscsi.ko"

# Map $2... as the virtual target device $1; print its disk.
map()
{
	ioscli mkvdev -vadapter vhost0 -dev "$@" -wait | sed -n 2p
}

declare -A disks
disks[block]=$(map block -vdev "$disk")
disks[direct]=$(map direct -vdev /mnt/store/direct -direct)
disks[buffered]=$(map buffered -vdev /mnt/store/buffered -buffered)
disks[unflushed]=$(map unflushed -vdev /mnt/store/unflushed -buffered)

status=0
for name in block direct buffered; do
	case $1 in
	write) "$here/powercut" write "${disks[$name]}" "$name" & ;;
	check) "$here/powercut" check "${disks[$name]}" "$name" </share/acknowledged ||
		status=1 ;;
	esac
done
case $1 in
write) "$here/powercut" cache "${disks[unflushed]}" unflushed & ;;
check) "$here/powercut" check "${disks[unflushed]}" unflushed </share/acknowledged || : ;;
esac
wait
exit "$status"
