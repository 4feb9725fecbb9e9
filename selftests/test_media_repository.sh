#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The repository of virtual media: made, grown, filled, loaded into drives by the names of the
# media, and removed; what is refused changes nothing.
#
# timeout: 300

# shellcheck source=lib_optical.sh
. "$(dirname "$0")/lib_optical.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"

ALL_TESTS="
	life
	layouts
	sources
	link_to_a_file
	read_only_in_several_drives
	read_write_in_one_drive
	written_by_a_client
	changes
	full
	restart
"

readonly MEDIA=/var/vio/VMLibrary

rmgroup()
{
	! mountpoint -q "$MEDIA" || busywait 30000 umount "$MEDIA" 2>/dev/null
	vgremove -q -y -ff "$1" >/dev/null 2>&1
	rm -rf /var/vio
}

# Make the repository of 64 MB in a new pool on a new RAM disk.
repository()
{
	local ram

	mkram ram 128 || return
	defer rmgroup datapool
	ioscli mksp datapool "$ram" >/dev/null && ioscli mkrep -sp datapool -size 64M >/dev/null
	check_err $? "no repository"
}

# Set variable $1 to a new drive.
new_drive()
{
	mkvdev_as "$1" -fbo -vadapter vhost0
}

# Make file $1 of $2 random bytes.
image()
{
	head -c "$2" /dev/urandom >"$TMPDIR/$1"
	defer rm -f "$TMPDIR/$1"
}

everything()
{
	find /var/vio -type f -printf '%p %s %m\n' 2>/dev/null | sort
	lvs --noheadings -o vg_name,lv_name,lv_size,lv_tags
	ioscli lsvopt
}

life()
{
	local ram vtd

	expect_output "The DVD repository has not been created yet." ioscli lsrep
	need mkram ram 128 || return
	defer rmgroup datapool
	ioscli mksp datapool "$ram" >/dev/null
	expect_output 'Virtual Media Repository Created
Repository created within "VMLibrary" logical volume' ioscli mkrep -sp datapool -size 30M
	expect_output 32 eval "lvs --noheadings --units m --nosuffix -o lv_size \
		datapool/VMLibrary | sed 's/ *\\([0-9]*\\)\\..*/\\1/'"
	expect_refusal 1 'already exists' ioscli mkrep -sp datapool -size 30M
	image iso 2000000
	expect_output "" ioscli mkvopt -name dvd1 -file "$TMPDIR/iso" -ro
	need new_drive vtd || return
	expect_output "" ioscli loadopt -disk dvd1 -vtd "$vtd"
	expect_golden ioscli lsvopt <<-END
	VTD             Media                                   Size(mb)
	$(printf '%-15s' "$vtd") dvd1                                           2
	END
	expect_output "Backing device        $MEDIA/dvd1" \
		ioscli lsmap -vadapter vhost0 -field backing
	expect_refusal 4 "loaded in virtual target device $vtd" ioscli rmvopt -name dvd1
	expect_refusal 4 "virtual target device $vtd has its file dvd1" ioscli rmrep -f
	unload "$vtd"
	expect_refusal 4 'not empty: "dvd1" is in it' ioscli rmrep
	expect_output "" ioscli rmvopt -name dvd1
	expect_output "" ioscli chrep -size 1M
	expect_output 36 eval "lvs --noheadings --units m --nosuffix -o lv_size \
		datapool/VMLibrary | sed 's/ *\\([0-9]*\\)\\..*/\\1/'"
	expect_output "" ioscli rmrep
	check_equal "$(lvs --noheadings datapool)" "" "volumes"
	check_fail "$([ -e /var/vio ]; echo $?)" "directories are left"
}

layouts()
{
	local size free vtd

	need repository && need new_drive vtd || return
	image iso 3000000
	ioscli mkvopt -name aix73_dvd1 -file "$TMPDIR/iso" -ro && ioscli mkvopt -name empty -size 2M
	check_err $? "not made"
	read -r size free < <(df --output=size,avail -B 1 "$MEDIA" | tail -n 1)
	size=$((size >> 20)) free=$((free >> 20))
	ioscli loadopt -disk aix73_dvd1 -vtd "$vtd"
	expect_golden ioscli lsrep <<-END
	Size(mb) Free(mb) Parent Pool         Parent Size      Parent Free
	$(printf '%8d %8d' "$size" "$free") datapool                    124               60

	Name                                                  File Size Optical         Access
	aix73_dvd1                                                    3 $(printf '%-15s' "$vtd") ro
	empty                                                         2 None            rw
	END
	expect_output "$size:$free:datapool:124:60
aix73_dvd1:3:$vtd:ro
empty:2:None:rw" ioscli lsrep -fmt :
	expect_output "aix73_dvd1,ro
empty,rw" ioscli lsrep -field name access -fmt ,
	expect_output datapool ioscli lsrep -field "parent pool" -fmt :
	check_equal "$(ioscli lsrep -json | jq -c '.[] | [.parentpool, .media[0].name]')" \
		'["datapool","aix73_dvd1"]' "JSON"
	unload "$vtd"
}

# A file that is copied, and an empty medium.
sources()
{
	need repository || return
	image iso 1000001
	expect_output "" ioscli mkvopt -name odd -file "$TMPDIR/iso"
	check_equal "$(stat -c %s "$MEDIA/odd")" 1001472 "size in whole blocks"
	cmp -n 1000001 "$TMPDIR/iso" "$MEDIA/odd"
	check_err $? "contents"
	expect_output "" ioscli mkvopt -name blank -size 1M
	check_equal "$(stat -c '%s %b' "$MEDIA/blank")" "1048576 2048" "size and blocks"
	expect_refusal 1 'not an optical drive' ioscli mkvopt -name x -dev hdisk0
	expect_refusal 1 'not an optical drive' ioscli mkvopt -name x -dev nothing
}

# It goes by its name in the repository; the file stays where it is, and as it is.
link_to_a_file()
{
	local vtd dev

	need repository && need new_drive vtd || return
	image iso 204800
	expect_output "" ioscli mkvopt -name far -file "$TMPDIR/iso" -nfslink
	expect_output "" ioscli loadopt -disk far -vtd "$vtd"
	expect_output "far:1:$vtd:ro" ioscli lsrep -field name "file size" optical access -fmt :
	expect_output "far:ro" ioscli lsvopt -field media access -fmt :
	need client_disk dev "$vtd" || return
	busywait 30000 cmp -s "$TMPDIR/iso" "$dev"
	check_err $? "the client reads something else"
	expect_refusal 4 "loaded in virtual target device $vtd" ioscli rmvopt -name far
	unload "$vtd"
	expect_refusal 1 'a link to a file elsewhere' ioscli chvopt -name far -access rw
	expect_output "" ioscli rmvopt -name far
	check_equal "$(stat -c '%s %a' "$TMPDIR/iso")" "204800 644" "the file"
}

read_only_in_several_drives()
{
	local one two dev

	need repository && need new_drive one && need new_drive two || return
	image iso 204800
	ioscli mkvopt -name dvd -file "$TMPDIR/iso" -ro
	expect_output "" ioscli loadopt -disk dvd -vtd "$one"
	expect_output "" ioscli loadopt -disk dvd -vtd "$two"
	expect_output "dvd:1:$one:ro
dvd:1:$two:ro" ioscli lsrep -field name "file size" optical access -fmt :
	expect_refusal 1 'cannot be written' ioscli loadopt -f -rw -disk dvd -vtd "$one"
	need client_disk dev "$two" || return
	busywait 30000 cmp -s "$TMPDIR/iso" "$dev"
	check_err $? "the client reads something else"
	busywait 30000 ioscli rmvopt -f -name dvd 2>/dev/null
	check_err $? "not removed"
	expect_output "$one:No Media:n/a
$two:No Media:n/a" ioscli lsvopt -fmt :
}

read_write_in_one_drive()
{
	local one two

	need repository && need new_drive one && need new_drive two || return
	ioscli mkvopt -name ram -size 1M && ioscli mkvopt -name other -size 1M
	expect_output "" ioscli loadopt -disk ram -vtd "$one"
	expect_refusal 4 "\"ram\" is loaded in virtual target device $one" \
		ioscli loadopt -disk ram -vtd "$two"
	expect_refusal 4 "$one uses the file" ioscli loadopt -disk "$MEDIA/ram" -vtd "$two"
	expect_output "" ioscli loadopt -disk other -vtd "$two"
	expect_refusal 4 'already has a medium' ioscli loadopt -disk ram -vtd "$one"
	expect_refusal 4 "\"other\" is loaded in virtual target device $two" \
		ioscli loadopt -f -disk other -vtd "$one"
	expect_output "$one:rw
$two:rw" ioscli lsvopt -field vtd access -fmt :
	unload "$two"
	busywait 30000 ioscli loadopt -f -disk other -vtd "$one" 2>/dev/null
	check_err $? "not changed"
	expect_output "$one:other:1" ioscli lsvopt -vtd "$one" -fmt :
	unload "$one"
}

written_by_a_client()
{
	local vtd dev

	need repository && need new_drive vtd || return
	ioscli mkvopt -name ram -size 1M && ioscli loadopt -disk ram -vtd "$vtd"
	need client_disk dev "$vtd" || return
	image data 65536
	busywait 30000 has_size "$dev" 1048576
	check_err $? "no medium"
	dd if="$TMPDIR/data" of="$dev" bs=2048 conv=fsync,notrunc status=none
	check_err $? "not written"
	cmp -n 65536 "$TMPDIR/data" "$MEDIA/ram"
	check_err $? "what was written is not in the file"
	unload "$vtd"
}

changes()
{
	local vtd

	need repository && need new_drive vtd || return
	ioscli mkvopt -name a -size 1M && ioscli mkvopt -name b -size 1M
	expect_output "" ioscli chvopt -name a -access ro
	expect_output "" ioscli chvopt -name a -mv c
	expect_output "b:rw
c:ro" ioscli lsrep -field name access -fmt :
	expect_output "" ioscli loadopt -disk c -vtd "$vtd"
	expect_refusal 4 'loaded in' ioscli chvopt -name c -mv d
	expect_refusal 4 'loaded in' ioscli chvopt -name c -access rw
	unload "$vtd"
	expect_output "" ioscli chvopt -name c -access rw
	expect_refusal 1 'already exists' ioscli chvopt -name c -mv b
	expect_refusal 1 '"x"' ioscli chvopt -name c -access x
}

full()
{
	local before

	need repository || return
	truncate -s 65M "$TMPDIR/large"
	defer rm "$TMPDIR/large"
	before=$(everything)
	expect_refusal 4 'not enough room in "VMLibrary"' ioscli mkvopt -name x -size 65M
	expect_refusal 4 'not enough room in "VMLibrary"' \
		ioscli mkvopt -name x -file "$TMPDIR/large"
	expect_refusal 4 '0516-404' ioscli chrep -size 1G
	check_equal "$(everything)" "$before" "all there is"
}

# As after a start of the machine: no module, nothing mounted.
restart()
{
	local before

	need repository || return
	image iso 204800
	ioscli mkvopt -name ram -size 1M && ioscli mkvopt -name dvd -size 1M -ro &&
		ioscli mkvopt -name far -file "$TMPDIR/iso" -nfslink &&
		ioscli mkvdev -fbo -vadapter vhost0 -dev one >/dev/null &&
		ioscli mkvdev -fbo -vadapter vhost0 -dev two >/dev/null &&
		ioscli mkvdev -fbo -vadapter vhost0 -dev three >/dev/null &&
		ioscli loadopt -disk ram -vtd one && ioscli loadopt -disk dvd -vtd two &&
		ioscli loadopt -disk far -vtd three
	check_err $? "not made"
	before=$(ioscli lsrep; ioscli lsvopt -field vtd media access)
	unload_module && insmod "$VSCSI_KO" empty=1 && busywait 30000 umount "$MEDIA"
	check_err $? "not unmounted"
	ioscli viosbr -restore >"$TMPDIR/out" 2>"$TMPDIR/stderr"
	check_equal "$? $(cat "$TMPDIR/stderr")" "0 " "restoring"
	check_equal "$(head -n 1 "$TMPDIR/out")" "VMLibrary mounted" "what is restored first"
	check_equal "$(ioscli lsrep; ioscli lsvopt -field vtd media access)" "$before" \
		"what is there"
	unmap one
	unmap two
	unmap three
}

require_cmd lvcreate mkfs.ext4 jq
need_module
wait_linked vhost0 || exit
leave_doors_alone
tests_run
