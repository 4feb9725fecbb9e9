#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Storage pools with a recorded report of LVM and made-up file systems: layouts byte for byte,
# what is asked of LVM, and what is refused.  KTAP.
#
# The tests are called by name:
# shellcheck disable=SC2317

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

FILE=$dir/vio/storagepools/fbpool/app1_file

test_lssp()
{
	run lssp
	check_out <<-EOF
	Pool              Size(mb)   Free(mb)  Alloc Size(mb)    BDs Type
	datavg                 120         84               4      2 LVPOOL
	fbpool               20390      20386               4      1 FBPOOL
	EOF
	run lssp -fmt :
	check_out <<-EOF
	datavg:120:84:4:2:LVPOOL
	fbpool:20390:20386:4:1:FBPOOL
	EOF
	run lssp -type fbpool -field POOL "Alloc Size(mb)"
	check_out <<-EOF
	Pool             Alloc Size(mb)
	fbpool                        4
	EOF
	run lssp -type CLPOOL
	check_out < /dev/null
	VSCSI_FAKE_UNMOUNTED=1 run lssp -type FBPOOL -fmt :
	check_out <<< "fbpool:8: :4: :FBPOOL"
	run lssp -type FBPOOL -json -field pool free path
	check_out <<-EOF
	[
	  {
	    "pool": "fbpool",
	    "free": 20386,
	    "path": "$dir/vio/storagepools/fbpool"
	  }
	]
	EOF
}

test_lssp_detail()
{
	run lssp -detail -sp datavg
	check_out <<-EOF
	PVNAME          PVID                                SIZE(mb)
	hdisk0          0c55386c88efbcb2                    10240
	hdisk1          3f848094b49d4b46                    10240
	EOF
	run lssp -detail -sp datavg -fmt : -field pvname size
	check_out <<-EOF
	hdisk0:10240
	hdisk1:10240
	EOF
	run lssp -detail -sp fbpool
	check_out <<-EOF
	NAME
	datavg
	EOF
}

test_lssp_bd()
{
	run lssp -bd -sp datavg
	check_out <<-EOF
	Name            Size(mb)        VTD             SVSA
	app1_lv         12              app1_lv         vhost0
	mir             8               None            None
	EOF
	VSCSI_FAKE_FILE=$FILE run lssp -bd -sp fbpool
	check_out <<-EOF
	Name            Size(mb)        VTD             SVSA
	app1_file       10              file_vtd        vhost1
	EOF
	run lssp -sp fbpool -bd -fmt :
	check_out <<< "app1_file:10:None:None"
	run lssp -bd -sp fbpool -json
	grep -q '"vtd": *null' "$dir/out" || fail "a mapping: $(cat "$dir/out")"
}

test_lssp_refusals()
{
	run lssp -bd -sp nothing
	check_err 23 '"nothing" is not a storage pool'
	run lssp -bd -sp oldvg
	check_err 23 '"oldvg" is not a storage pool'
	run lssp -bd -sp VMLibrary
	check_err 23 '"VMLibrary" is not a storage pool'
	run lssp -bd
	check_err 23 'no default storage pool'
	run lssp -sp datavg
	check_err 1 '-detail or -bd'
	run lssp -bd -detail
	check_err 1 'cannot be used together'
	run lssp -type nonsense
	check_err 1 '"nonsense"'
	run lssp -field nonsense
	check_err 1 '"nonsense"'
	VSCSI_FAKE_UNMOUNTED=1 run lssp -bd -sp fbpool
	check_err 4 'not mounted'
}

test_default_pool()
{
	run lssp -default
	check_err 23 'no default storage pool'
	run chsp -default datavg
	check_out < /dev/null
	run lssp -default
	check_out <<< datavg
	run lssp -bd -field bdname -fmt :
	check_out <<-EOF
	app1_lv
	mir
	EOF
	run chsp -default fbpool
	check_err 23 'cannot be the default'
	run chsp -default nothing
	check_err 23 '"nothing"'
	run chsp -default datavg -sp datavg
	check_err 1 'cannot be used together'
	rm "$dir/state/default_pool"
}

test_mksp()
{
	VSCSI_FAKE_UNMOUNTED=1 run mksp -fb web -sp datavg -size 9M
	check_out <<-EOF
	web
	File system created successfully.
	20879360 kilobytes total disk space.
	New File System size is 24576
	EOF
	check_log "lvcreate --name web --extents 3 --addtag vscsi.type=jfs2 --type linear datavg
mkfs.ext4 -q -F -b 4096 -m 0 -i 65536 /dev/datavg/web
lvchange --addtag vscsi.use=pool datavg/web
mount /dev/datavg/web storagepools/web"
	[ -e "$dir/state/configuration" ] || fail "nothing is saved"
}

# The pool is there and can be used: it is said, and then what else went wrong.
test_mksp_not_saved()
{
	rm -rf "$dir/state"
	mkdir -p "$dir/state/configuration/in_the_way"
	VSCSI_FAKE_UNMOUNTED=1 run mksp -fb web -sp datavg -size 9M
	check_rc 4
	[ "$(head -n 1 "$dir/out")" = web ] || fail "on stdout: $(cat "$dir/out")"
	grep -qF 'configuration" cannot be saved: ' "$dir/err" ||
		fail "on stderr: $(cat "$dir/err")"
	grep -q lvremove "$dir/log" && fail "the pool is removed"
	rm -r "$dir/state"
}

test_mksp_undone()
{
	MKFS_FAKE_ERROR="no luck" run mksp -fb web -sp datavg -size 9M
	check_err 4 'The file system of "web" cannot be made: no luck.'
	[ "$(tail -n 1 "$dir/log")" = "lvremove datavg/web" ] || fail "$(cat "$dir/log")"
	VSCSI_FAKE_UNMOUNTED=1 VSCSI_FAKE_MOUNT=22 run mksp -fb web -sp datavg -size 9M
	check_err 4 '"web" cannot be mounted: Invalid argument'
	[ "$(tail -n 1 "$dir/log")" = "lvremove datavg/web" ] || fail "$(cat "$dir/log")"
	[ -e "$dir/vio/storagepools/web" ] && fail "a directory is left"
}

test_mksp_refusals()
{
	run mksp datapool
	check_err 1 'Missing argument: PhysicalVolume'
	run mksp
	check_err 1 'Missing argument: StoragePool'
	run mksp datavg sdf
	check_err 1 'already used'
	run mksp -fb web -sp datavg
	check_err 1 '-size'
	run mksp -size 1G datapool sdf
	check_err 1 '-fb'
	run mksp -fb web -sp datavg -size 1G sdf
	check_err 1 'Too many arguments: "sdf"'
	run mksp -f -fb web -sp datavg -size 1G
	check_err 1 'cannot be used together'
	run mksp -fb web -sp datavg -size 1G
	check_err 4 '0516-404'
	run mksp -fb web -sp fbpool -size 4M
	check_err 23 'it is a pool of files'
	run mksp -fb mir -sp datavg -size 4M
	check_err 1 'already used'
	run mksp -fb sixteen_letters_ -sp datavg -size 4M
	check_err 1 'longer than 15'
	for size in 0 0M 4 1k 1T 4MB M -4M 99999999999999999999G 9999999999999G; do
		run mksp -fb web -sp datavg -size "$size"
		check_rc 1
		grep -q 'not valid' "$dir/err" || fail "size $size: $(cat "$dir/err")"
	done
	check_log ""
}

test_chsp()
{
	run chsp -add -sp fbpool -size 5M
	check_out < /dev/null
	check_log "lvextend --resizefs --extents +2 datavg/fbpool"
	VSCSI_FAKE_UNMOUNTED=1 run chsp -add -sp fbpool -size 4M
	check_log "mount /dev/datavg/fbpool storagepools/fbpool
lvextend --resizefs --extents +1 datavg/fbpool"
	run chsp -rm -sp datavg sdc
	check_err 4 "hdisk1 has logical volume mir.  Specify the -f flag"
	run chsp -rm -f -sp datavg sdc
	check_out <<< "rmlv: Logical volume mir is removed."
	run chsp -rm -f -sp datavg sdb
	check_err 4 '0516-1008'
	run chsp -add -sp fbpool sdf
	check_err 23 'it is a pool of files'
	run chsp -add -sp datavg -size 4M
	check_err 23 'not a pool of files'
	run chsp -rm -sp fbpool -size 4M
	check_err 1 'cannot be used together'
	run chsp -add -sp datavg
	check_err 1 'Missing argument: PhysicalVolume'
	run chsp sdf
	check_err 1 '-add or -rm or -default'
	check_log ""
}

test_rmsp()
{
	run rmsp fbpool
	check_err 4 '"app1_file" is in it'
	VSCSI_FAKE_FILE=$FILE run rmsp -f fbpool
	check_err 4 'virtual target device file_vtd has its file app1_file'
	run rmsp datavg
	check_err 23 'not a pool of files'
	VSCSI_FAKE_MOUNT=16 run rmsp -f fbpool
	check_err 4 '"fbpool" is in use'
	[ "$(sort -u "$dir/log")" = "unmount storagepools/fbpool" ] || fail "$(cat "$dir/log")"
	run rmsp -f fbpool
	check_out < /dev/null
	check_log "unmount storagepools/fbpool
lvremove datavg/fbpool"
	run rmlv -f fbpool
	check_err 4 '0516-1008'
}

# A hidden file is one, and what cannot be read is not empty.
test_rmsp_looks()
{
	local pool=$dir/vio/storagepools/fbpool

	mv "$pool" "$pool.away"
	mkdir -p "$pool/lost+found"
	truncate -s 1M "$pool/.disk.img"
	run rmsp fbpool
	check_err 4 '".disk.img" is in it'
	check_log ""
	rm "$pool/.disk.img"
	run rmsp fbpool
	check_out < /dev/null
	rm -rf "$pool"
	: > "$pool"
	run rmsp fbpool
	check_err 4 '"fbpool" cannot be read: Not a directory.  Specify the -f flag'
	check_log ""
	rm "$pool"
	mv "$pool.away" "$pool"
}

test_mkbdsp()
{
	run mkbdsp -sp datavg 5M -bd web
	check_out <<< 'Creating logical volume "web" in storage pool "datavg".'
	check_log "lvcreate --name web --extents 2 --addtag vscsi.type=jfs --type linear datavg"
	run mkbdsp -sp fbpool -bd web -vadapter vhost0 -tn balazs 8M
	check_out <<-EOF
	Creating file "web" in storage pool "fbpool".
	Assigning file "web" as a backing device.
	balazs Available
	EOF
	check_log "vtd_new adapter=vhost0 name=balazs fd=1 ram=0 backing=$dir/vio/storagepools/fbpool/web type=3 lun=0 bs=0 ro=0 share=0"
	run mkbdsp -sp fbpool -bd web -vadapter vhost0
	check_out <<-EOF
	Assigning file "web" as a backing device.
	vtscsi1 Available
	EOF
	run chbdsp -sp fbpool -bd web -size 1M
	check_out < /dev/null
	[ "$(stat -c %s "$dir/vio/storagepools/fbpool/web")" = 9437184 ] || fail "the size"
	run chbdsp -sp fbpool -bd web -mv shop
	check_out < /dev/null
	run rmbdsp -sp fbpool -bd shop
	check_out <<< 'File "shop" removed.'
	VSCSI_FAKE_ERRNO=16 run mkbdsp -sp fbpool -bd web -vadapter vhost0 8M
	check_err 4 'already mapped'
	[ -e "$dir/vio/storagepools/fbpool/web" ] && fail "the file is left"
	run chbdsp -sp datavg -bd mir -size 1
	check_log "lvextend --extents +1 datavg/mir"
	run chbdsp -sp datavg -bd mir -mv web
	check_log "lvrename datavg mir web"
}

# Somebody else makes the file larger after this one has looked at it, and before it is done.
test_chbdsp_together()
{
	local file=$dir/vio/storagepools/fbpool/grown i

	truncate -s 2M "$file"
	exec 9<> "$file"
	flock 9
	run chbdsp -sp fbpool -bd grown -size 1M 9>&- &
	for ((i = 0; i < 500; i++)); do
		grep -qE -- "-> FLOCK .*:$(stat -c %i "$file") " /proc/locks && break
		sleep 0.01
	done
	truncate -s 6M "$file"
	exec 9>&-
	wait "$!" || fail "chbdsp"
	[ "$(stat -c %s "$file")" = $((7 << 20)) ] || fail "$(stat -c %s "$file") bytes"
	rm "$file"
}

test_mkbdsp_refusals()
{
	run mkbdsp -sp fbpool -bd web
	check_err 1 'Missing argument: Size'
	run mkbdsp -sp fbpool 8M
	check_err 1 '-bd'
	run mkbdsp -sp fbpool 8M -vadapter vhost0
	check_err 1 '-bd'
	run mkbdsp -sp fbpool 8M -bd web -tn x
	check_err 1 '-vadapter'
	run mkbdsp -sp fbpool 8M 9M -bd web
	check_err 1 'Too many arguments: "9M"'
	run mkbdsp -sp fbpool 8 -bd web
	check_err 1 '"8"'
	run mkbdsp -sp fbpool 30G -bd web
	check_err 4 'not enough room in "fbpool": 20386 megabytes are free, 30720 are asked for'
	run mkbdsp -sp fbpool 1M -bd app1_file
	check_err 1 'already exists'
	run mkbdsp -sp fbpool 1M -bd web -vadapter vhost9
	check_err 15 '"vhost9"'
	run mkbdsp -sp fbpool 1M -bd web -vadapter vhost0 -tn app1_root
	check_err 1 'already exists'
	run mkbdsp -sp fbpool 1M -bd thirty-nine_letters_are_too_many_for_it
	check_err 40 'longer than 38'
	for name in 'a b' a/b ../x .x $'a\nb' ä ''; do
		run mkbdsp -sp fbpool 1M -bd "$name"
		check_rc 1
		grep -qE 'not valid|requires an argument' "$dir/err" || fail "name $name"
	done
	for size in 0 0M 1 M 1k 1T 1MB 1.5G -1M 0x10 99999999999999999999G 17592186044416M; do
		run mkbdsp -sp fbpool "$size" -bd web
		check_rc 1
		grep -q 'not valid' "$dir/err" || fail "size $size: $(cat "$dir/err")"
	done
	run mkbdsp -sp fbpool -bd nothing -vadapter vhost0
	check_err 39 '"nothing" in storage pool "fbpool"'
	run mkbdsp -sp datavg -bd fbpool -vadapter vhost0
	check_err 39 '"fbpool" in storage pool "datavg"'
	run mkbdsp -sp nothing -bd web 1M
	check_err 23 '"nothing"'
	run chbdsp -sp fbpool -bd app1_file
	check_err 1 '-size or -mv'
	VSCSI_FAKE_FILE=$FILE run chbdsp -sp fbpool -bd app1_file -mv web
	check_err 4 'virtual target device file_vtd'
	run chbdsp -sp datavg -bd app1_lv -mv web
	check_err 4 'virtual target device app1_lv'
	check_log ""
	VSCSI_FAKE_UNMOUNTED=1 VSCSI_FAKE_MOUNT=22 run mkbdsp -sp fbpool -bd web 1M
	check_err 4 '"fbpool" cannot be mounted'
	[ -e "$dir/vio/storagepools/fbpool/web" ] && fail "a file beside the pool"
}

test_rmbdsp()
{
	VSCSI_FAKE_FILE=$FILE run rmbdsp -vtd file_vtd -savebd
	check_out <<< "file_vtd deleted"
	VSCSI_FAKE_FILE=$FILE run rmbdsp -sp datavg -vtd file_vtd
	check_err 39 '"file_vtd" is not in storage pool "datavg"'
	run rmbdsp -vtd app1_root
	check_err 39 '"app1_root"'
	run rmbdsp -vtd nothing
	check_err 2 '"nothing"'
	run rmbdsp -sp fbpool -bd app1_file -savebd
	check_err 2 'not a backing device'
	run rmbdsp -sp fbpool -bd nothing
	check_err 39 '"nothing"'
	run rmbdsp -sp fbpool
	check_err 1 '-bd or -vtd'
	mkdir "$dir/vio/storagepools/fbpool/lost+found"
	for name in lost+found . .. ../../../etc/passwd; do
		run rmbdsp -sp fbpool -bd "$name"
		check_err 39 "\"$name\""
	done
	run rmbdsp -sp datavg -bd app1_lv
	check_out <<-EOF
	app1_lv deleted
	rmlv: Logical volume app1_lv is removed.
	EOF
	cp "$FILE" "$FILE.2"
	VSCSI_FAKE_FILE=$FILE.2 run rmbdsp -f -vtd file_vtd
	check_out <<-EOF
	file_vtd deleted
	File "app1_file.2" removed.
	EOF
	check_log "vtd_del file_vtd force=1"
}

# A file of a pool that is a drive's medium goes neither by its own name nor by the drive's.
test_rmbdsp_drive()
{
	export VSCSI_FAKE=optical VSCSI_FAKE_MEDIUM=$FILE
	run rmbdsp -sp fbpool -bd app1_file
	check_err 4 'virtual target device vtopt0'
	run rmbdsp -vtd vtopt0
	check_err 4 '"vtopt0" is an optical drive'
	run rmbdsp -sp fbpool -vtd vtopt0 -savebd
	check_err 4 '"vtopt0" is an optical drive'
	check_log ""
	[ -e "$FILE" ] || fail "the medium is removed"
	unset VSCSI_FAKE VSCSI_FAKE_MEDIUM
}

# Two of one name: neither is mounted over the other, nor taken for it.
test_pools_of_one_name()
{
	local pool=$dir/vio/storagepools/fbpool row

	export VSCSI_FAKE_UNMOUNTED=1 VSCSI_FAKE_OTHER=$pool
	run mkbdsp -sp fbpool -bd web 1M
	check_err 4 "\"/dev/datavg/fbpool\" cannot be used: another file system is mounted on \"$pool\""
	run rmsp -f fbpool
	check_err 4 'another file system'
	check_log ""
	unset VSCSI_FAKE_UNMOUNTED VSCSI_FAKE_OTHER

	row=$(grep '"lv_name":"VMLibrary"' "$dir/pools.json")
	row=${row/datavg/oldvg}
	sed "/\"lv_name\":\"VMLibrary\"/a\\
${row/VMLibrary/other}" "$dir/pools.json" > "$dir/two.json"
	LVM_FAKE_REPORT=$dir/two.json run importvg sdd
	check_out <<< oldvg
	sed "/\"lv_name\":\"VMLibrary\"/a\\
$row" "$dir/pools.json" > "$dir/two.json"
	LVM_FAKE_REPORT=$dir/two.json run importvg sdd
	check_err 4 'repository "VMLibrary" in it'
	check_log ""
}

# A mapping that could not be restored knows its file by name: no other may get that name.
test_unrestored()
{
	make_unrestored a_root file "$FILE"
	run rmbdsp -sp fbpool -bd app1_file
	check_err 4 "\"$FILE\" is what virtual target device a_root has"
	run chbdsp -sp fbpool -bd app1_file -mv web
	check_err 4 '"rmvdev -vtd a_root" forgets it'
	run rmsp -f fbpool
	check_err 4 'a_root'
	check_log ""
	make_unrestored a_root file "${FILE%/*}/web"
	run mkbdsp -sp fbpool 1M -bd web
	check_err 4 'a_root'
	run chbdsp -sp fbpool -bd app1_file -mv web
	check_err 4 'a_root'
	[ -e "$FILE" ] || fail "the file is gone"
	[ ! -e "${FILE%/*}/web" ] || fail "a file is made"
	# What begins with the same letters is another one.
	run mkbdsp -sp fbpool 1M -bd we
	check_rc 0
	run rmbdsp -sp fbpool -bd we
	check_out <<< 'File "we" removed.'
	run rmvdev -vtd a_root
	check_out <<< "a_root deleted"
	run mkbdsp -sp fbpool 1M -bd web
	check_rc 0
	run rmbdsp -sp fbpool -bd web
	check_rc 0
}

# A restoring that was killed leaves what is there by now.
test_unrestored_there()
{
	cp "$FILE" "$FILE.2"
	make_unrestored file_vtd file "$FILE.2"
	VSCSI_FAKE_FILE=$FILE.2 run rmbdsp -vtd file_vtd
	check_out <<-EOF
	file_vtd deleted
	File "app1_file.2" removed.
	EOF
	[ -e "$dir/state/unrestored" ] && fail "still wanted"
}

# Note, when a verb reads the storage, whether another one could change it, or use it.
probe()
{
	LVM_FAKE_RUN="flock -n $dir/state/storage.lock true && echo change >> $dir/probe;
		      flock -n -s $dir/state/storage.lock true && echo use >> $dir/probe" run "$@"
	PROBED=$(tr '\n' ' ' < "$dir/probe")
	: > "$dir/probe"
}

test_lock()
{
	mkdir -p "$dir/state"
	: > "$dir/probe"
	for words in "rmbdsp -sp fbpool -bd x" "rmsp fbpool" "mkbdsp -sp fbpool 1M -bd a/b" "rmrep" \
			"rmvopt -name x" "mklv -lv x1 datavg 1" "rmvdev -vtd app1_lv -rmlv"; do
		# shellcheck disable=SC2086
		probe $words
		[ "$PROBED" = "" ] || fail "beside $words: $PROBED"
	done
	for words in "mkvopt -name x -size 0M" "loadopt -disk x -vtd vtopt0"; do
		# shellcheck disable=SC2086
		VSCSI_FAKE=optical probe $words
		[ "$PROBED" = "use " ] || fail "beside $words: $PROBED"
	done
	for words in lssp lsvg lsrep lspv "lslv mir"; do
		# shellcheck disable=SC2086
		probe $words
		[ "$PROBED" = "change use " ] || fail "beside $words: $PROBED"
	done
	# Nobody waits for an answer.
	ANSWER=n probe rmlv mir
	[ "$PROBED" = "change use " ] || fail "while rmlv asks: $PROBED"
	ANSWER=y probe rmlv mir
	[ "$PROBED" = "change use " ] || fail "while rmlv asks and removes: $PROBED"
	# One verb after the other in one process.
	ANSWER=$'rmlv -f mir\nrmvdev -vtd app1_lv -rmlv\nrmbdsp -sp datavg -bd mir' run -f -
	check_rc 0
}

# A volume of which nobody was asked has come meanwhile.
test_lock_asked()
{
	cp "$LVM_FAKE_REPORT" "$dir/changing.json"
	ANSWER=y LVM_FAKE_REPORT=$dir/changing.json LVM_FAKE_RUN="
		[ ! -e $dir/asked ] || sed -i s/bXvS3q-0c2R/bXvS3q-0c2S/ $dir/changing.json
		: > $dir/asked" run rmlv mir
	check_rc 4
	grep -q 'mir was not there when you were asked' "$dir/err" || fail "$(cat "$dir/err")"
	check_log ""
}

# Whether somebody waits for the lock.
waits()
{
	grep -q -- "-> FLOCK .*:$(stat -c %i "$dir/state/storage.lock") " /proc/locks
}

# The file is removed between the look at it and its mapping: so there is no such between.
test_lock_mapping()
{
	local lock pid

	cp "$FILE" "$FILE.2"
	exec {lock}> "$dir/state/storage.lock"
	flock "$lock"
	(
		exec {lock}>&-
		run mkvdev -vdev "$FILE.2" -vadapter vhost0
		check_err 2 'was not found'
		exit "$((OK ^ 1))"
	) &
	pid=$!
	until waits || [ ! -e "/proc/$pid" ]; do
		:
	done
	rm "$FILE.2"
	exec {lock}>&-
	wait "$pid" || fail "it did not wait"
	check_log ""
}

# A backup may be of a time when its file was another one, which somebody else has by now.
test_restore_shared()
{
	local used='vtd_new adapter=vhost0 name=a_root fd=1 ram=0'

	used+=" backing=$FILE type=3 lun=8900000000000000 bs=512 ro=0"
	make_unrestored a_root file "$FILE"
	mv "$dir/state/unrestored" "$dir/backup"
	VSCSI_FAKE_FILE=$FILE run viosbr -restore -file "$dir/backup"
	check_err 4 'already being used as a backing device'
	check_log ""
	run viosbr -restore -file "$dir/backup"
	check_rc 0
	check_log "$used share=0"
	# It was shared then.
	VSCSI_FAKE_FILE=$FILE run viosbr -backup -file "$dir/all"
	{
		grep -v '"end"' "$dir/backup"
		grep '"file_vtd"' "$dir/all"
		echo '{ "kind": "end", "objects": 2 }'
	} > "$dir/shared"
	VSCSI_FAKE_FILE=$FILE run viosbr -restore -file "$dir/shared"
	check_rc 0
	check_log "$used share=1"
	rm -f "$dir/state/unrestored"
}

test_pool_restore()
{
	run viosbr -backup -file one
	VSCSI_FAKE_UNMOUNTED=1 run viosbr -restore -validate -file one
	check_err 4 '"fbpool" is not restored (it is not mounted)'
	run viosbr -restore -file one
	check_out <<< "Restore of this node (vios1) successful"
	VSCSI_FAKE_UNMOUNTED=1 run viosbr -restore -file one
	check_out <<-EOF
	VMLibrary mounted
	fbpool mounted
	Restore of this node (vios1) successful
	EOF
}

test_pool_completion()
{
	run --complete lssp -sp 0
	check_out <<-EOF
	datavg
	fbpool
	EOF
	run --complete rmbdsp -bd 0
	check_out <<-EOF
	app1_lv
	mir
	app1_file
	EOF
	run --complete mksp -sp 0
	check_out <<< datavg
}

make_storage
make_pools
truncate -s 10M "$FILE"
tests_run
