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
