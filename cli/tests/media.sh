#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The repository of virtual media with a recorded report of LVM and made-up file systems:
# layouts byte for byte, what is asked of LVM, and what is refused.  KTAP.
#
# The tests are called by name:
# shellcheck disable=SC2317

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

MEDIA=$dir/vio/VMLibrary

test_lsrep()
{
	VSCSI_FAKE_FILE=$MEDIA/aix73_dvd1 run lsrep
	check_out <<-EOF
	Size(mb) Free(mb) Parent Pool         Parent Size      Parent Free
	   20390    20386 datavg                      120               84

	Name                                                  File Size Optical         Access
	aix73_dvd1                                                   97 file_vtd        ro
	empty                                                         1 None            rw
	EOF
	run lsrep -fmt :
	check_out <<-EOF
	20390:20386:datavg:120:84
	aix73_dvd1:97:None:ro
	empty:1:None:rw
	EOF
	run lsrep -field name "File Size"
	check_out <<-EOF
	Name                                                  File Size
	aix73_dvd1                                                   97
	empty                                                         1
	EOF
	run lsrep -field "parent pool" -fmt :
	check_out <<< datavg
	run lsrep -json -field parentpool name optical
	check_out <<-EOF
	[
	  {
	    "parentpool": "datavg",
	    "media": [
	      {
	        "name": "aix73_dvd1",
	        "optical": null
	      },
	      {
	        "name": "empty",
	        "optical": null
	      }
	    ]
	  }
	]
	EOF
	run lsrep -field nonsense name
	check_err 1 '"nonsense"'
	VSCSI_FAKE_UNMOUNTED=1 run lsrep
	check_err 4 'not mounted'
}

# Disks that were plugged in have a repository, too; its group comes first.
test_foreign_repository()
{
	sed '/"vg_name":"datavg", \("vg_uuid"\|"lv_name":"VMLibrary"\)/ {
		h; s/datavg/aaavg/; s/}$/},/; p; g }' "$dir/pools.json" > "$dir/two.json"
	export LVM_FAKE_REPORT=$dir/two.json
	VSCSI_FAKE_UNMOUNTED=/dev/aaavg/VMLibrary run lsrep -field parentpool -fmt :
	check_out <<< datavg
	VSCSI_FAKE_UNMOUNTED=/dev/datavg/VMLibrary run lsrep -field parentpool -fmt :
	check_out <<< aaavg
	export LVM_FAKE_REPORT=$dir/pools.json
}

test_no_repository()
{
	export LVM_FAKE_REPORT=
	run lsrep
	check_out <<-EOF
	The DVD repository has not been created yet.

	EOF
	run lsrep -fmt :
	check_out < /dev/null
	run lsrep -json
	check_out <<< "[]"
	for words in "mkvopt -name x -size 1M" "rmvopt -name x" "chvopt -name x -mv y" rmrep \
			"chrep -size 1M"; do
		# shellcheck disable=SC2086
		run $words
		check_err 2 'The DVD repository has not been created yet.'
	done
	VSCSI_FAKE_UNMOUNTED=1 run mkrep -sp datavg -size 5M
	check_out <<-EOF
	Virtual Media Repository Created
	Repository created within "VMLibrary" logical volume
	EOF
	check_log "lvcreate --name VMLibrary --extents 2 --addtag vscsi.type=jfs2 --type linear datavg
mkfs.ext4 -q -F -b 4096 -m 0 -i 65536 /dev/datavg/VMLibrary
lvchange --addtag vscsi.use=media datavg/VMLibrary
mount /dev/datavg/VMLibrary VMLibrary"
	run mkrep -size 5M
	check_err 23 'no default storage pool'
	run mkrep -sp datavg -size 5
	check_err 1 '"5"'
	run mkrep -sp datavg
	check_err 1 '-size'
	export LVM_FAKE_REPORT=$dir/pools.json
}

test_repository_changes()
{
	run mkrep -sp datavg -size 5M
	check_err 1 '"VMLibrary" already exists'
	run chrep -size 5M
	check_out < /dev/null
	check_log "lvextend --resizefs --extents +2 datavg/VMLibrary"
	run chrep -size -5M
	check_err 1 '"-5M"'
	run rmrep
	check_err 4 'is in it'
	VSCSI_FAKE_FILE=$MEDIA/empty run rmrep -f
	check_err 4 'virtual target device file_vtd has its file empty'
	check_log ""
	run rmrep -f
	check_out < /dev/null
	check_log "unmount VMLibrary
lvremove datavg/VMLibrary"
}

test_media()
{
	printf '%3000s' x > "$dir/source"
	run mkvopt -name blank -size 1M -ro
	check_out < /dev/null
	[ "$(stat -c '%s %a' "$MEDIA/blank")" = "1048576 444" ] || fail "size or access"
	run mkvopt -name copy -file "$dir/source"
	check_out < /dev/null
	[ "$(stat -c '%s %a' "$MEDIA/copy")" = "4096 644" ] || fail "size or access"
	cmp -s -n 3000 "$dir/source" "$MEDIA/copy" || fail "contents"
	run chvopt -name copy -access ro
	check_out < /dev/null
	run chvopt -name copy -mv moved
	check_out < /dev/null
	[ "$(stat -c %a "$MEDIA/moved")" = 444 ] || fail "access"
	VSCSI_FAKE=optical run loadopt -disk blank -vtd vtopt1
	check_out < /dev/null
	check_log "vtd_medium vtopt1 fd=1 backing=$MEDIA/blank ro=1 unload=0 release=0"
	VSCSI_FAKE=optical run loadopt -disk empty -vtd vtopt1
	check_log "vtd_medium vtopt1 fd=1 backing=$MEDIA/empty ro=0 unload=0 release=0"
	run rmvopt -name moved
	check_out < /dev/null
	run rmvopt -f -name blank
	check_out < /dev/null
	[ "$(ls "$MEDIA")" = "aix73_dvd1
empty" ] || fail "media: $(ls "$MEDIA")"
}

# A link goes by its name; the file is elsewhere, and stays as it is.
test_media_links()
{
	printf '%4096s' x > "$dir/source"
	run mkvopt -name linked -file "$dir/source" -nfslink
	check_out < /dev/null
	[ "$(readlink "$MEDIA/linked")" = "$dir/source" ] || fail "no link to the file"
	run mkvopt -name linked -size 1M
	check_err 1 'already exists'
	run lsrep -field name 'file size' access -fmt :
	grep -qx 'linked:1:ro' "$dir/out" || fail "not listed: $(cat "$dir/out")"
	VSCSI_FAKE=optical run loadopt -disk linked -vtd vtopt1
	check_log "vtd_medium vtopt1 fd=1 backing=$MEDIA/linked ro=1 unload=0 release=0"
	VSCSI_FAKE_FILE=$dir/source run rmvopt -name linked
	check_err 4 'loaded in virtual target device file_vtd'
	run chvopt -name linked -access rw
	check_err 1 '"linked" is a link to a file elsewhere'
	[ "$(stat -c %a "$dir/source")" = 644 ] || fail "access to the file has changed"
	run chvopt -name linked -mv renamed
	check_out < /dev/null
	mv "$dir/source" "$dir/away"
	run lsrep -field name 'file size' access -fmt :
	grep -qx 'renamed:0:ro' "$dir/out" || fail "not listed: $(cat "$dir/out")"
	VSCSI_FAKE=optical run loadopt -disk renamed -vtd vtopt1
	check_err 4 'No such file'
	run rmvopt -name renamed
	check_out < /dev/null
	[ -s "$dir/away" ] || fail "the file is gone"
	run mkvopt -name x -size 1M -nfslink
	check_err 1 'Missing required option flag: -file'
	printf '%3000s' x > "$dir/source"
	run mkvopt -name x -file "$dir/source" -nfslink
	check_err 1 'its size is not a multiple of 2048 bytes'
	[ "$(ls "$MEDIA")" = "aix73_dvd1
empty" ] || fail "media: $(ls "$MEDIA")"
}

test_media_refusals()
{
	: > "$dir/nothing"
	for name in 'a b' a/b ../x .x -x ä; do
		run mkvopt -name "$name" -size 1M
		check_err 1 'not valid'
	done
	run mkvopt -name thirty-nine_letters_are_too_many_for_it -size 1M
	check_err 40 'longer than 38'
	run mkvopt -name empty -size 1M
	check_err 1 'already exists'
	run mkvopt -name x -size 30G
	check_err 4 'not enough room in "VMLibrary"'
	run mkvopt -name x -size 0M
	check_err 1 '"0M"'
	run mkvopt -name x
	check_err 1 '-size or -dev or -file'
	run mkvopt -size 1M
	check_err 1 '-name'
	run mkvopt -name x -size 1M -file "$dir/source"
	check_err 1 'cannot be used together'
	run mkvopt -name x -file "$dir/nothing"
	check_err 1 'it is empty'
	run mkvopt -name x -file "$dir"
	check_err 1 'not a regular file'
	run mkvopt -name x -file "$dir/none"
	check_err 1 'No such file'
	run mkvopt -name x -dev hdisk0
	check_err 1 'not an optical drive'
	run chvopt -name x -mv y
	check_err 2 'no medium "x"'
	run chvopt -name empty -access x
	check_err 1 '"x"'
	run chvopt -name empty -mv aix73_dvd1
	check_err 1 'already exists'
	VSCSI_FAKE_FILE=$MEDIA/empty run chvopt -name empty -mv x
	check_err 4 'loaded in virtual target device file_vtd'
	VSCSI_FAKE_FILE=$MEDIA/empty run rmvopt -name empty
	check_err 4 'loaded in virtual target device file_vtd'
	run rmvopt -name ../storagepools
	check_err 2 'no medium'
	VSCSI_FAKE=optical run loadopt -disk x -vtd vtopt1
	check_err 2 'no medium "x"'
	VSCSI_FAKE=optical run loadopt -rw -disk aix73_dvd1 -vtd vtopt1
	check_err 1 'cannot be written'
	VSCSI_FAKE_FILE=$MEDIA/empty VSCSI_FAKE=optical run loadopt -disk empty -vtd vtopt1
	check_err 4 'loaded in virtual target device file_vtd'
	check_log ""
}

# A drive that is to have its medium again.
test_medium_unrestored()
{
	make_unrestored vtopt1 file_opt "$MEDIA/empty"
	export VSCSI_FAKE=optical
	run rmvopt -f -name empty
	check_err 4 "\"$MEDIA/empty\" is what virtual target device vtopt1 has"
	run chvopt -name empty -mv x
	check_err 4 'vtopt1'
	run chvopt -name empty -access ro
	check_err 4 'vtopt1'
	run rmrep -f
	check_err 4 '"unloadopt -vtd vtopt1"'
	check_log ""
	[ -e "$MEDIA/empty" ] || fail "it is gone"
	run unloadopt -vtd vtopt1
	check_out < /dev/null
	check_log ""
	[ -e "$dir/state/unrestored" ] && fail "it is not forgotten"
	run chvopt -name empty -access rw
	check_out < /dev/null
	unset VSCSI_FAKE
}

test_media_completion()
{
	run --complete loadopt -disk 0
	check_out <<-EOF
	aix73_dvd1
	empty
	EOF
}

make_storage
make_pools
truncate -s 97M "$MEDIA/aix73_dvd1"
chmod 444 "$MEDIA/aix73_dvd1"
truncate -s 1M "$MEDIA/empty"
tests_run
