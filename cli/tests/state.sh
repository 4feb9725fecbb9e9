# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Part of cli.sh: what is kept in files.
#
# The tests are called by name, and the variables are of cli.sh:
# shellcheck disable=SC2317,SC2154

test_names()
{
	run lsdev -dev sdb -field name path physloc -fmt :
	check_out <<< "hdisk0:/dev/sdb:$U-P1-C4-T1-T1-L0"
	rm -rf "$dir/state"
	run lsdev
	check_rc 0
	[ -e "$dir/state" ] && fail "listing has written something"
	run cfgdev
	check_out < /dev/null
	tail -n 1 "$dir/state/names" | grep -qx \
		'hdisk0 - pci0000:00/0000:00:04.0/virtio1/host0/target0:0:1/0:0:1:0' ||
		fail "not the name and the place: $(cat "$dir/state/names")"
	echo 'hdisk7 3600a gone' >> "$dir/state/names"
	run lsdev -type disk -state defined -fmt :
	check_out <<-EOF
	hdisk7:Defined:N/A
	app1_lv:Defined:Virtual Target Device - Logical Volume
	EOF
	run mkvdev -vdev hdisk7 -vadapter vhost0
	check_err 4 'Defined state'
	run rmdev -dev hdisk7
	check_out <<< "hdisk7 deleted"
	run lsdev -dev hdisk7
	check_err 2 '"hdisk7"'
	echo 'hdisk4 3600b gone' >> "$dir/state/names"
	run rmdev -dev hdisk4
	check_err 4 '0514-062'
}

test_names_damaged()
{
	local line

	for line in 'sda x y' 'hdisk01 x y' 'hdisk5 x' 'hdisk5 x y z' 'hdisk0 - twice' ''; do
		printf '# names\nhdisk0 - place\n%s\nhdisk6 3600 gone\n' "$line" \
			> "$dir/state/names"
		cp "$dir/state/names" "$dir/names"
		run cfgdev
		grep -qE "names, line 3: .*\. The rest of the file is used\.$" "$dir/err" ||
			fail "line \"$line\": $(cat "$dir/err")"
		cmp -s "$dir/names" "$dir/state/names" || fail "the file was written"
		run lsdev -dev hdisk6 -field status -fmt :
		[ "$(cat "$dir/out")" = Defined ] || fail "a good line is not used"
	done
	rm "$dir/state/names"
}

test_saved()
{
	rm -rf "$dir/state"
	run rmvdev -vtd nothing
	check_err 2 '"nothing"'
	[ -e "$dir/state/configuration" ] && fail "saved without a change"
	run rmvdev -vtd vtscsi0
	check_out <<< "vtscsi0 deleted"
	grep -qx '{ "kind": "adapter", "partition": 1, "slot": 22, "name": "vhost10", "type": "server", "state": "available" }' \
		"$dir/state/configuration" || fail "no vhost10"
	grep -qx '{ "kind": "vtd", "partition": 1, "slot": 12, "name": "app1_root", "type": "disk", "lun": "0x8100000000000000", "backing": "hdisk4", "block_size": 512 }' \
		"$dir/state/configuration" || fail "no app1_root"
	[ "$(tail -n 1 "$dir/state/configuration")" = '{ "kind": "end", "objects": 15 }' ] ||
		fail "no end: $(tail -n 1 "$dir/state/configuration")"
	run viosbr -restore -validate
	check_out <<< "Validation of this node (vios1) successful"
	sed -i 's/"app1_root"/"app2_root"/' "$dir/state/configuration"
	run viosbr -restore -validate
	check_err 4 '"app2_root" is not restored ("app1_root" has its LUN;'
	sed -i '/app2_root/s/0x8100/0xbf00/' "$dir/state/configuration"
	run viosbr -restore -validate
	check_err 4 '"app2_root" is not restored (it does not exist;'
	check_log ""
	run viosbr -view -mapping
	check_rc 0
	grep -qx 'app2_root       vhost0          0xbf00000000000000 hdisk4' "$dir/out" ||
		fail "no mapping in the view"
}

# One more mapping is added behind the others, if the file is as it was left and nothing else changed.
test_saved_added()
{
	local conf=$dir/state/configuration

	rm -rf "$dir/state"
	run rmvdev -vtd vtscsi0
	cp "$conf" "$dir/before"
	run mkvdev -ram 1M -vadapter vhost0 -dev added -lun 9
	check_out <<< "added Available"
	{
		cat "$dir/before"
		echo '{ "kind": "vtd", "partition": 1, "slot": 12, "name": "added", "type": "ram", "lun": "0x8900000000000000", "backing": "ram", "size": 1048576, "block_size": 512 }'
		echo '{ "kind": "end", "objects": 16 }'
	} | diff - "$conf" || fail "not added"
	run viosbr -view -mapping
	check_rc 0
	grep -q '^added  *vhost0 ' "$dir/out" || fail "not in the view"
	cp "$conf" "$dir/added"

	sed -i '$d' "$conf"
	run viosbr -view -mapping
	check_rc 4
	grep -q "configuration, line 18: it is behind the end" "$dir/err" || fail "$(cat "$dir/err")"
	grep -q '^app1_root ' "$dir/out" || fail "what was whole is not in the view"
	grep -q '^added ' "$dir/out" && fail "what was not whole is in the view"
	sed 's/16/17/' "$dir/added" > "$conf"
	run viosbr -view -mapping
	check_rc 4
	grep -q "configuration, line 19: lines are missing, or were added" "$dir/err" ||
		fail "$(cat "$dir/err")"

	# The kernel's configuration has changed since, or the file; or something is to be restored.
	run rmvdev -vtd vtscsi0
	run mkvdev -ram 1M -vadapter vhost0 -dev added -lun 9
	run mkvdev -ram 1M -vadapter vhost0 -dev later -lun 10
	diff "$dir/before" "$conf" || fail "not all is saved again"
	touch "$conf"
	run mkvdev -ram 1M -vadapter vhost0 -dev added -lun 9
	diff "$dir/before" "$conf" || fail "added to what somebody else has written"
	cp "$conf" "$dir/state/unrestored"
	run mkvdev -ram 1M -vadapter vhost0 -dev added -lun 9
	diff "$dir/before" "$conf" || fail "added beside what is to be restored"
}

# Damage $1, to the line of a mapping in a backup, is told with its place and $2.
damage()
{
	sed "/\"app1_root\"/$1" "$dir/good" > "$dir/bad"
	run viosbr -restore -validate -file "$dir/bad"
	check_err 4 "$dir/bad, line $line: $2"
	grep -qF 'The rest of the file is used.' "$dir/err" || fail "the rest is not used: $1"
}

test_damaged_lines()
{
	local line

	run viosbr -backup -file "$dir/good"
	check_rc 0
	line=$(grep -n '"app1_root"' "$dir/good")
	line=${line%%:*}
	damage 's/^.*$/\x01\xff{{/' 'column 1: '
	damage 's/$/\x00more/' 'it is not text'
	damage 's/"lun"/"colour"/' 'unknown member "colour"'
	damage 's/"block_size": *[0-9]*/"block_size": "big"/' '"block_size" is not a number'
	damage 's/"block_size": *[0-9]*/"block_size": 99999/' '"block_size" is out of its range'
	damage 's/"name": *"app1_root"/"name": 5/' '"name" is not a string'
	damage 's/"name": *"app1_root",//' 'it has no member "name"'
	damage 's/"vtd"/"thing"/' 'unknown kind "thing"'
	damage 's/.*/[]/' 'it is not an object'
	check_log ""
}

test_viosbr_words()
{
	run viosbr
	check_err 1 'Usage: viosbr'
	run viosbr -backup
	check_err 1 '-file'
	run viosbr -view -restore
	check_err 1 'cannot be used together'
	run viosbr -view -validate
	check_err 1 '-restore'
	run viosbr -view -list a b
	check_err 1 '"b"'
	run viosbr -view -list "$dir/none"
	check_err 4 'cannot be read'
	run viosbr -restore -file "$dir/none"
	check_err 2 "File $dir/none does not exist."
	run viosbr -backup -file "$dir/out.backup"
	check_out <<< "Backup of this node (vios1) successful"
	run viosbr -backup -file "$PWD/cli.sh"
	check_err 1 'it is no backup'
}

depth()
{
	cat "$dir/sys/class/block/sdb/device/queue_depth"
}

test_attributes()
{
	rm -rf "$dir/state"
	run chdev -dev hdisk0 -attr queue_depth=30
	check_out <<< "hdisk0 changed"
	[ "$(depth)" = 30 ] || fail "not changed"
	# A restart makes the disk forget.
	echo 20 > "$dir/sys/class/block/sdb/device/queue_depth"
	run lsdev -dev hdisk0 -attr queue_depth
	check_out <<-'EOF'
	value

	20
	EOF
	run cfgdev
	check_out < /dev/null
	[ "$(depth)" = 30 ] || fail "not set again"
	echo 20 > "$dir/sys/class/block/sdb/device/queue_depth"
}

test_attributes_later()
{
	rm -rf "$dir/state"
	run chdev -dev hdisk0 -perm -attr queue_depth=40 reserve_policy=no_reserve
	check_out <<< "hdisk0 changed"
	[ "$(depth)" = 20 ] || fail "changed at once"
	run lsdev -dev hdisk0 -attr queue_depth,reserve_policy
	check_out <<-'EOF'
	value

	40
	no_reserve
	EOF
	grep -qx 'hdisk0 queue_depth 40 later' "$dir/state/attributes" || fail "not kept"
	run cfgdev -dev hdisk0
	check_out < /dev/null
	[ "$(depth)" = 40 ] || fail "not set"
	grep -qx 'hdisk0 queue_depth 40' "$dir/state/attributes" || fail "it still waits"
	echo 20 > "$dir/sys/class/block/sdb/device/queue_depth"
}

test_attributes_refused()
{
	rm -rf "$dir/state"
	run chdev -dev vtscsi0 -perm -attr inject_every=3
	check_err 1 'attribute "inject_every" of "vtscsi0" is not one that waits'
	run chdev -dev hdisk0 -attr reserve_policy=single_path
	check_err 1 '"single_path"'
	run -p app1 chdev -dev sda -perm -attr queue_depth=3
	check_err 1 '"queue_depth" of "sda"'
	run chdev -udid none -attr queue_depth=3
	check_err 2 '"none"'
	run chdev -dev hdisk0 -udid none -attr queue_depth=3
	check_err 1 'cannot be used together'
	run chdev -dev hdisk0 -attr "queue_depth=$(printf '%030d' 21)" "queue_depth=$(printf '%032d' 22)"
	check_err 1 'it is too long'
	[ "$(depth)" = 20 ] || fail "something was changed"
	[ -e "$dir/state/attributes" ] && fail "something was kept"
	run cfgdev -dev hdisk9
	check_err 2 '"hdisk9"'
}

test_attributes_damaged()
{
	mkdir -p "$dir/state"
	printf '%s\n' 'hdisk0' 'hdisk0 queue_depth 25' > "$dir/state/attributes"
	run cfgdev
	grep -qF "$dir/state/attributes, line 1: it is not a name, an attribute and a value." \
		"$dir/err" || fail "no message: $(cat "$dir/err")"
	[ "$(depth)" = 25 ] || fail "the good part is not used"
	run chdev -dev hdisk0 -attr queue_depth=26
	check_rc 4
	[ "$(wc -l < "$dir/state/attributes")" = 2 ] || fail "the file is written"
	rm -rf "$dir/state"
	echo 20 > "$dir/sys/class/block/sdb/device/queue_depth"
}
