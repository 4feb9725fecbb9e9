#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The saved configuration: the managed system comes back as it was, byte for byte in the
# listings; what can't come back is named; damaged files and killed verbs do no harm.
#
# timeout: 900

# shellcheck source=lib_disks.sh
. "$(dirname "$0")/lib_disks.sh"

ALL_TESTS="
	test_same_again
	test_idempotent
	test_service
	test_other_names
	test_missing
	test_missing_kept
	test_missing_medium
	test_interrupted
	test_ambiguous
	test_validate
	test_backup
	test_added
	test_damaged
	test_damaged_and_changed
	test_not_saved
	test_killed
"

readonly conf=$VSCSI_STATE_DIR/configuration

# Print all that the listings show, of every partition.
everything()
{
	local lpar vtd

	ioscli lslpar
	for lpar in $(ioscli lslpar -field name -fmt :); do
		echo "== $lpar"
		ioscli -p "$lpar" lsdev -virtual -type adapter -field name status physloc -fmt :
		ioscli -p "$lpar" lsdev -slots
		# Linux gives a client's disks any names.
		ioscli -p "$lpar" lsdev -virtual -field physloc description parent size -fmt : | sort
		[[ $lpar != vios* ]] || ioscli -p "$lpar" lsmap -all -json
	done
	ioscli -p vios1 lsdev
	for vtd in $(ioscli -p vios1 lsdev -type disk -virtual -field name -fmt :); do
		ioscli -p vios1 lsdev -dev "$vtd" -attr
	done
}

# As after a restart: nothing is there.
start_empty()
{
	mappings=
	unload_module && insmod "$VSCSI_KO" empty=1
	check_err $? "the module can't be loaded"
}

# Without a partition there is nobody to ask; begin with no files either.
fresh()
{
	start_empty
	rm -rf "${VSCSI_STATE_DIR:?}"/*
}

# Make a server vios1 with an adapter vhost0, whose client is client1.
small_system()
{
	fresh
	ioscli mklpar -lpar vios1 -type vios && ioscli mklpar -lpar client1 &&
		ioscli mkvadapter -client client1
	check_err $? "no small system"
} >/dev/null

backing_devices()
{
	local ram

	mkram ram 32 && mkvg vg "$ram" && mklv lv "$vg" 8M && mkram disk 16 &&
		mkfile file 8M && mkfile other 8M && mkfile image 16M && mkfile dvd 4M &&
		mkloop loop "$image" &&
		printf 'label: gpt\nsize=8192\nsize=8192\n' | sfdisk -q "$loop" &&
		partprobe "$loop" && busywait 30000 [ -b "${loop}p2" ] && udevadm settle
}

# Several of everything, with holes between the names.
large_system()
{
	fresh
	ioscli mklpar -lpar vios1 -type vios -id 3 && ioscli mklpar -lpar vios2 -type vios -id 9 &&
		ioscli mklpar -lpar app1 -id 2 && ioscli mklpar -lpar app2 -id 40 || return
	VSCSI_PARTITION=vios1
	export VSCSI_PARTITION
	ioscli mkvadapter -client app1 -slot 90 && ioscli mkvadapter -any &&
		ioscli mkvadapter -client app2 -slot 12 -clientslot 5 -queues 1 &&
		ioscli mkvadapter -any -slot 7 && ioscli mkvadapter -client app1 -slot 30 &&
		ioscli mkvadapter -any -ucfg && ioscli mkvadapter -client app2 -server vhost1 &&
		ioscli -p vios2 mkvadapter -client app1 &&
		ioscli rmvadapter -vadapter vhost0 && ioscli rmdev -dev vhost3 -ucfg || return
	ioscli mkvdev -vdev "$disk" -vadapter vhost2 -dev app2_root -lun 9 &&
		ioscli -p vios2 mkvdev -vdev "$disk" -vadapter vhost5 -dev second_path &&
		ioscli mkvdev -vdev "$lv" -vadapter vhost1 -bs 4096 &&
		ioscli mkvdev -vdev "$file" -vadapter vhost2 -buffered -udid my.own &&
		ioscli mkvdev -vdev "$other" -vadapter vhost1 -ro &&
		ioscli mkvdev -vdev "$loop"p2 -vadapter vhost1 -dev part &&
		ioscli chdev -dev part -attr alua_state=standby &&
		ioscli mkvdev -vdev "$file" -vadapter vhost1 -f -dev twice &&
		ioscli mkvdev -ram 4M -vadapter vhost4 -dev mem &&
		ioscli chdev -dev mem -attr inject_error=no_space inject_every=7 &&
		ioscli mkvdev -fbo -vadapter vhost2 && ioscli mkvdev -fbo -vadapter vhost1 -dev cd &&
		ioscli rmvdev -vtd vtscsi0 &&
		ioscli loadopt -disk "$dvd" -vtd cd && ioscli rmdev -dev part -ucfg
}

# Standard output of a restoring that succeeds; stderr stays empty.
restore_all()
{
	ioscli viosbr -restore "$@" >"$TMPDIR/restored" 2>"$TMPDIR/stderr"
	check_err $? "restoring failed"
	check_equal "$(cat "$TMPDIR/stderr")" "" "stderr"
	udevadm settle
}

# Restoring must end with status 4, say $1, and leave the file as it is.
restore_some()
{
	cp "$conf" "$TMPDIR/conf"
	ioscli viosbr -restore >"$TMPDIR/restored" 2>"$TMPDIR/stderr"
	check_equal $? 4 "exit status"
	check_match "$(cat "$TMPDIR/stderr")" "$1" "stderr"
	cmp "$conf" "$TMPDIR/conf"
	check_err $? "the file has changed"
}

vtds()
{
	ioscli lsmap -all -field vtd -fmt : | tr -d ' ' | paste -s -d ' '
}

test_same_again()
{
	local vg lv disk file other image dvd loop before saved

	backing_devices && large_system >"$TMPDIR/made"
	check_err $? "$(cat "$TMPDIR/made")"
	before=$(everything)
	saved=$(cat "$conf")
	start_empty
	restore_all
	grep -q '^mem Available, empty' "$TMPDIR/restored"
	check_err $? "nothing is said about memory"
	everything | diff -u - <(echo "$before")
	check_err $? "it is not the same"
	check_equal "$(cat "$conf")" "$saved" "the saved configuration"
	start_empty
	rm -rf "${VSCSI_STATE_DIR:?}"/*
	unset VSCSI_PARTITION
}

test_idempotent()
{
	local before file

	small_system
	mkfile file 1M
	ioscli mkvdev -vdev "$file" -vadapter vhost0 >/dev/null
	before=$(everything)
	expect_output "Restore of this node (vios1) successful" ioscli viosbr -restore
	expect_output "Validation of this node (vios1) successful" ioscli viosbr -restore -validate
	check_equal "$(everything)" "$before" "the system"
	# What is missing is made, and nothing else.
	ioscli viosbr -backup -file x >/dev/null
	ioscli rmvdev -vtd vtscsi0 >/dev/null
	expect_output "vtscsi0 Available
Restore of this node (vios1) successful" ioscli viosbr -restore -file x
	check_equal "$(everything)" "$before" "the system"
	start_empty
}

# What the unit runs at boot; the module is loaded in its own way here.
test_service()
{
	local unit=$SELFTESTS/../scripts/systemd/vscsi-restore.service.in line lines

	small_system
	mapfile -t lines < <(sed -n 's/^ExecStart\(Pre\)\?=-\?//p' "$unit")
	check_equal "${#lines[@]}" 3 "commands"
	start_empty
	for line in "${lines[@]}"; do
		case $line in
		'modprobe vscsi empty=1') ;;
		*)
			eval "${line/@SBINDIR@\//}" >/dev/null
			check_err $? "$line"
			;;
		esac
	done
	wait_linked vhost0
	check_err $?
	start_empty
}

# A device is found by its identity, whatever its name.
test_other_names()
{
	local names disk loop image file other old

	small_system
	mkdisks && mkfile image 8M && mkfile file 8M && loop=$(losetup -f --show "$image")
	check_err $?
	ioscli mkvdev -vdev "$(debug_disk 0)" -vadapter vhost0 -dev zero >/dev/null &&
		ioscli mkvdev -vdev "$(debug_disk 2)" -vadapter vhost0 -dev two >/dev/null &&
		ioscli mkvdev -vdev "$loop" -vadapter vhost0 -dev loop >/dev/null
	check_err $?
	names=$(vtd_fields zero backing; vtd_fields two backing)
	disk=$(debug_disk 0)
	start_empty
	unplug 0
	unplug 1
	unplug 2
	plug 2
	plug 0
	losetup -d "$loop"
	old=$loop
	mkloop other "$file" && mkloop loop "$image"
	check_equal "$other" "$old" "the loop device of another file"
	restore_all
	check_equal "$(vtd_fields two path)" "/dev/$disk" "where target 2 is now"
	check_equal "$(vtd_fields zero path)" "/dev/$(debug_disk 0)" "where target 0 is now"
	check_equal "$(vtd_fields zero backing; vtd_fields two backing)" "$names" "the names"
	check_equal "$(vtd_fields loop path)" "$loop" "the loop device"
	start_empty
}

# What is missing is named and stays saved; all else comes back.
test_missing()
{
	local file image

	small_system
	mkfile file 1M && mkfile image 8M && mkdisks
	check_err $?
	ioscli mkvdev -vdev "$image" -vadapter vhost0 -dev image >/dev/null &&
		ioscli mkvdev -vdev "$file" -vadapter vhost0 -dev file >/dev/null &&
		ioscli mkvdev -vdev "$(debug_disk 1)" -vadapter vhost0 -dev disk >/dev/null
	check_err $?
	start_empty
	mv "$image" "$image.away"
	unplug 1
	restore_some '"disk" is not restored \(its backing device is not there; .*configuration, line'
	check_match "$(cat "$TMPDIR/stderr")" '"image" is not restored' "stderr"
	check_equal "$(vtds)" file "what came back"
	# The next change doesn't forget them.
	expect_output "more Available" ioscli mkvdev -ram 1M -vadapter vhost0 -dev more
	expect_output "vtscsi0 Available" ioscli mkvdev -ram 1M -vadapter vhost0
	restore_some '"disk" is not restored'
	expect_refusal 3 'CAP_SYS_ADMIN' unprivileged ioscli rmvdev -vtd image
	expect_output "image deleted" ioscli rmvdev -vtd image
	expect_refusal 2 'no virtual target device "image"' ioscli rmvdev -vtd image
	check_equal "$(grep -c '"image"' "$conf")" 0 "lines of it in the file"
	# What takes the place of one is wanted in its stead.
	ioscli mkvdev -ram 1M -vadapter vhost0 -dev disk >/dev/null
	[ ! -e "$VSCSI_STATE_DIR/unrestored" ]
	check_err $? "something is still held to be missing"
	ioscli rmvdev -vtd disk >/dev/null
	check_equal "$(grep -c '"disk"' "$conf")" 0 "lines of it in the file"
	cp "$TMPDIR/conf" "$conf"
	mv "$image.away" "$image"
	plug 1
	restore_all
	check_equal "$(vtds)" disk:file:image:more:vtscsi0 "all of them"
	[ ! -e "$VSCSI_STATE_DIR/unrestored" ]
	check_err $? "something is still held to be missing"
	start_empty
}

# What is missing keeps the name that would be the next; it goes with its adapter.
test_missing_kept()
{
	local image

	small_system
	mkfile image 8M
	ioscli mkvdev -vdev "$image" -vadapter vhost0 >/dev/null
	start_empty
	mv "$image" "$image.away"
	restore_some '"vtscsi0" is not restored'
	expect_output "vtscsi1 Available" ioscli mkvdev -ram 1M -vadapter vhost0
	check_equal "$(vtd_fields vtscsi1 lun)" 0x8200000000000000 "LUN beside it"
	check_equal "$(grep -c '"vtscsi0"' "$conf")" 1 "lines of it in the file"
	expect_output "vtscsi1 deleted" ioscli rmvdev -vtd vtscsi1
	ioscli rmvadapter -vadapter vhost0 >/dev/null
	check_err $? "the adapter can't be removed"
	check_equal "$(grep -c '"vtscsi0"' "$conf")" 0 "lines of it without its adapter"
	start_empty
}

# A drive is there at once, its medium when the file is.
test_missing_medium()
{
	local dvd other

	small_system
	mkfile dvd 4M
	ioscli mkvdev -fbo -vadapter vhost0 -dev cd >/dev/null &&
		ioscli loadopt -disk "$dvd" -vtd cd
	check_err $?
	start_empty
	mv "$dvd" "$dvd.away"
	restore_some '"cd" is not restored'
	expect_output "cd Available" grep ^cd "$TMPDIR/restored"
	expect_output "cd:No Media" ioscli lsvopt -field vtd media -fmt :
	ioscli mkvdev -ram 1M -vadapter vhost0 >/dev/null
	ioscli viosbr -restore -validate >/dev/null 2>"$TMPDIR/stderr"
	check_equal $? 4 "exit status without the medium"
	check_match "$(cat "$TMPDIR/stderr")" 'its medium is not loaded' "stderr"
	# A drive that is removed is not wanted for its medium's sake.
	cp "$conf" "$TMPDIR/waiting"
	expect_output "cd deleted" ioscli rmvdev -vtd cd
	check_equal "$(grep -c '"cd"' "$conf")" 0 "lines of it in the file"
	cp "$TMPDIR/waiting" "$conf"
	restore_some '"cd" is not restored'
	mv "$dvd.away" "$dvd"
	restore_all
	expect_output "cd:$dvd" ioscli lsvopt -field vtd media -fmt :
	# Another medium is another configuration.
	ioscli viosbr -backup -file x >/dev/null
	mkfile other 4M
	ioscli loadopt -f -release -disk "$other" -vtd cd
	check_err $?
	expect_refusal 4 'with another "backing"' ioscli viosbr -restore -validate -file x
	expect_output "Validation of this node (vios1) successful" ioscli viosbr -restore -validate
	start_empty
}

# Restoring is cut short, and then something is changed: the rest is not forgotten.
test_interrupted()
{
	local n all=a delay

	small_system
	ioscli mkvdev -ram 1M -vadapter vhost0 -dev a >/dev/null
	for n in b c d e f g h; do
		ioscli mkvdev -ram 1M -vadapter vhost0 -dev "$n" >/dev/null
		all+=:$n
	done
	for delay in 0.02 0.1 0.2; do
		start_empty
		{ timeout -s KILL "$delay" ioscli viosbr -restore >/dev/null; } 2>/dev/null
		# Before it has begun there is nothing to remember.
		[ ! -e "$VSCSI_STATE_DIR/unrestored" ] ||
			ioscli mklpar -lpar "other${delay#0.}" >/dev/null
		restore_all
		check_equal "$(vtds)" "$all" "all of them after $delay s"
	done
	start_empty
}

# Two devices of one identity: neither is taken unless it is where it was.
test_ambiguous()
{
	local image a other

	small_system
	mkfile image 8M && mkloop a "$image"
	check_err $?
	ioscli mkvdev -vdev "$a" -vadapter vhost0 -dev copy >/dev/null
	start_empty
	mkloop other "$image"
	restore_all
	check_equal "$(vtd_fields copy path)" "$a" "the one that is where it was"
	start_empty
	sed -i "s|\"$a\"|\"/dev/loop99\"|" "$conf"
	restore_some 'several devices have its identity'
	start_empty
}

test_validate()
{
	local before

	small_system
	ioscli mkvdev -ram 1M -vadapter vhost0 -dev here >/dev/null
	ioscli viosbr -backup -file "$TMPDIR/backup" >/dev/null
	ioscli rmvdev -vtd here >/dev/null
	before=$(everything; cat "$conf")
	expect_refusal 4 '"here" is not restored \(it does not exist' \
		ioscli viosbr -restore -validate -file "$TMPDIR/backup"
	ioscli mkvdev -ram 2M -vadapter vhost0 -dev here >/dev/null
	expect_refusal 4 'it exists, with another "(udid|size)"' \
		ioscli viosbr -restore -validate -file "$TMPDIR/backup"
	ioscli rmvdev -vtd here >/dev/null
	check_equal "$(everything; cat "$conf")" "$before" "the system and the file"
	start_empty
}

# The lines of file $1 that are objects, in no order.
objects_of()
{
	grep -v '"kind": "end"' "$1" | sort
}

test_backup()
{
	local before

	small_system
	ioscli mkvdev -ram 1M -vadapter vhost0 -dev here >/dev/null
	before=$(everything)
	expect_output "Backup of this node (vios1) successful" ioscli viosbr -backup -file one
	expect_output "Backup of this node (vios1) successful" ioscli viosbr -backup -file two
	expect_output "one
two" ioscli viosbr -view -list
	check_equal "$(objects_of "$VSCSI_STATE_DIR/cfgbackups/one")" "$(objects_of "$conf")" \
		"the backup and what is saved"
	ioscli viosbr -view -file one | grep -qx 'here  *vhost0  *0x8100000000000000 ram'
	check_err $? "the view has no mapping"
	start_empty
	rm "$conf"
	restore_all -file one
	check_equal "$(everything | grep -v udid)" "$(grep -v udid <<<"$before")" "the system"
	cmp "$VSCSI_STATE_DIR/cfgbackups/one" "$conf"
	check_err $? "what was restored is not saved"
	expect_refusal 2 'File .*cfgbackups/none does not exist' \
		ioscli viosbr -restore -file none
	expect_refusal 2 'File .*/none does not exist' ioscli viosbr -view -file /none
	expect_refusal 1 'Missing required option flag: -file' ioscli viosbr -backup
	expect_refusal 4 'cannot be saved' ioscli viosbr -backup -file "$TMPDIR/none/x"
	echo precious >"$TMPDIR/mine"
	expect_refusal 1 'already exists: it is no backup' \
		ioscli viosbr -backup -file "$TMPDIR/mine"
	expect_refusal 1 'already exists' ioscli viosbr -backup -file /dev/null
	check_equal "$(cat "$TMPDIR/mine")" precious "another file"
	start_empty
}

# Apply sed's command $1 to a configuration of 3 mappings; restoring must say $2 and bring
# back the mappings $3.
check_damage()
{
	start_empty
	sed "$1" "$TMPDIR/good" >"$conf"
	restore_some "$2"
	check_equal "$(vtds)" "$3" "what is left after: $1"
}

# What else a line can be is with the tests of the tool.
test_damaged()
{
	local name

	small_system
	for name in a b c; do
		ioscli mkvdev -ram 1M -vadapter vhost0 -dev "$name" >/dev/null
	done
	# Which saves all of it anew.
	ioscli mklpar -lpar more >/dev/null && ioscli rmlpar -lpar more >/dev/null
	cp "$conf" "$TMPDIR/good"
	check_equal "$(grep -c . "$conf")" 9 "lines"
	check_damage '8,9d' 'line 8: the end is missing: the file is cut' a:b
	check_damage "7s/.\\{20\\}\$//;8,9d" 'line 7: column [0-9]+: ' a
	check_damage '7d' 'line 8: lines are missing' a:c
	check_damage '7s/^.*$/\x01\xff{{/' 'line 7: column 1: ' a:c
	check_damage '7s/"b"/"a"/' 'line 7: it is there twice' a:c
	check_damage '1d' 'line 1: the head is missing' a:b:c
	check_damage '7s/"b"/"a name that is far too long"/' '"a name that .*" is not valid' a:c
	start_empty
	: >"$conf"
	restore_some 'line 1: the end is missing'
	start_empty
}

# A mapping is added to what is saved, which need not be written anew.
test_added()
{
	local name inode ends

	small_system
	wait_linked vhost0
	ioscli mkvdev -ram 1M -vadapter vhost0 -dev b >/dev/null
	inode=$(stat -c %i "$conf") ends=$(grep -c '"kind": "end"' "$conf")
	for name in a c; do
		ioscli mkvdev -ram 1M -vadapter vhost0 -dev "$name" >/dev/null
	done
	check_equal "$(stat -c %i "$conf")" "$inode" "the file"
	check_equal "$(grep -c '"kind": "end"' "$conf")" $((ends + 2)) "ends in it"
	start_empty
	restore_all
	check_equal "$(vtds)" a:b:c "what is restored"
	start_empty
}

# The next change keeps what it can't read.
test_damaged_and_changed()
{
	small_system
	sed -i '2s/.*/oops/' "$conf"
	cp "$conf" "$TMPDIR/damaged"
	ioscli mklpar -lpar more >"$TMPDIR/out" 2>"$TMPDIR/err"
	check_equal "$? $(cat "$TMPDIR/out")" "0 more created" "the change"
	check_match "$(cat "$TMPDIR/err")" 'line 2.*damaged. It is kept as .*damaged' "stderr"
	cmp "$conf.damaged" "$TMPDIR/damaged"
	check_err $? "the damaged file is lost"
	expect_output "Validation of this node (vios1) successful" ioscli viosbr -restore -validate
	start_empty
}

# A change that can't be saved is told.
test_not_saved()
{
	small_system
	VSCSI_STATE_DIR=/proc/none ioscli mklpar -lpar more >"$TMPDIR/out" 2>"$TMPDIR/err"
	check_equal "$? $(cat "$TMPDIR/out")" "4 more created" "the change"
	check_match "$(cat "$TMPDIR/err")" 'cannot be saved' "stderr"
	start_empty
}

# Whenever a verb is killed, the file is the old one or the new one.
test_killed()
{
	local n old=0 new=0 before began took delay

	small_system
	began=${EPOCHREALTIME/./}
	for n in a b c d e f; do
		ioscli mkvdev -ram 1M -vadapter vhost0 -dev "$n" >/dev/null
	done
	took=$(((${EPOCHREALTIME/./} - began) / 6))
	for ((n = 0; n < 100 && (old < 5 || new < 5); n++)); do
		before=$(cat "$conf")
		delay=$((RANDOM * took * 2 / 32768))
		timeout -s KILL "$((delay / 1000000)).$(printf '%06d' $((delay % 1000000)))" \
			ioscli mkvdev -ram 1M -vadapter vhost0 -dev killed >/dev/null 2>&1
		ioscli viosbr -view >/dev/null
		check_err $? "the file is damaged"
		if [ "$(cat "$conf")" = "$before" ]; then
			old=$((old + 1))
		else
			new=$((new + 1))
		fi
		unmap killed
	done
	[ "$old" -gt 0 ] && [ "$new" -gt 0 ]
	check_err $? "old: $old, new: $new"
	start_empty
}

require_cmd jq sfdisk partprobe
modprobe -n -q scsi_debug || skip_all "no module scsi_debug"
need_module empty=1
tests_run
