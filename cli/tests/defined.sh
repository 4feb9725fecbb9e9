# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Part of cli.sh: virtual target devices in state Defined, which only the tool knows.
#
# The tests are called by name, and the variables are of cli.sh:
# shellcheck disable=SC2317,SC2154

readonly define='"block_size": 512, "state": "defined" }'

# The VTD $1 of type $2 on vhost0 with the file $3, Defined.
make_defined()
{
	make_unrestored "$@"
	sed -i "s/\"block_size\": 512 }/$define/" "$dir/state/unrestored"
}

test_defined_listed()
{
	truncate -s 1M "$dir/app"
	make_defined app9 file "$dir/app"
	run lsmap -all -field vtd status lun backing
	grep -A3 -x 'VTD                   app9' "$dir/out" | diff - <(cat <<-EOF
	VTD                   app9
	Status                Defined
	LUN                   0x8900000000000000
	Backing device        $dir/app
	EOF
	) || fail "lsmap doesn't show it so"
	run lsmap -all -json
	grep -A12 -F '"vtd": "app9"' "$dir/out" | grep -qF '"state": "defined"' || fail "no state"
	run lsdev -virtual -state defined -field name -fmt :
	grep -qx app9 "$dir/out" || fail "lsdev doesn't list it"
	run lsdev -dev app9 -fmt : -field name status physloc description
	check_out <<< "app9:Defined:$U-V1-C12-L9:Virtual Target Device - File-backed Disk"
	run lsdev -dev app9 -attr LogicalUnitAddr,size,state
	check_out <<-EOF
	value

	0x8900000000000000
	1048576
	defined
	EOF
	check_log ""
}

# Its name, its LUN and its backing device are its own.
test_defined_kept_clear()
{
	truncate -s 1M "$dir/app"
	make_defined app9 file "$dir/app"
	run mkvdev -vdev "$dir/app" -vadapter vhost0
	check_err 4 'is already being used as a backing device.  Specify the -f flag'
	run mkvdev -ram 1M -vadapter vhost0 -dev app9
	check_err 1 '"app9" already exists'
	run mkvdev -ram 1M -vadapter vhost0 -lun 9
	check_err 4 'LUN 0x8900000000000000 is that of "app9", which is in the Defined state.'
	run loadopt -disk "$dir/app" -vtd app9
	check_err 1 '"app9" is not an optical drive'
	check_log ""
	run mkvdev -vdev "$dir/app" -vadapter vhost0 -f
	check_rc 0
	grep -q share=0 "$dir/log" || fail "shared with nobody"
}

test_defined_changed()
{
	truncate -s 1M "$dir/app"
	make_defined app9 file "$dir/app"
	run chdev -dev app9 -attr alua_state=standby
	check_out <<< "app9 changed"
	check_log ""
	run lsdev -dev app9 -attr alua_state
	check_out <<-EOF
	value

	standby
	EOF
	grep -F app9 "$dir/state/configuration" | grep -qF '"alua_state": "standby"' ||
		fail "not saved"
	run chdev -dev app9 -attr rescan=yes
	check_err 4 '"app9" is in the Defined state: "cfgdev -dev app9" configures it.'
	run cfgdev -dev app9
	check_out < /dev/null
	check_log "vtd_new adapter=vhost0 name=app9 fd=1 ram=0 backing=$dir/app type=3 lun=8900000000000000 bs=512 ro=0 share=0
vtd_set app9 alua=2"
	[ -e "$dir/state/unrestored" ] && fail "still Defined"
	make_defined app9 ram ram
	run chdev -dev app9 -attr alua_state=standby
	check_err 1 '"alua_state"'
	run chdev -dev app9 -attr inject_error=medium inject_every=7
	check_out <<< "app9 changed"
	run lsdev -dev app9 -attr inject_error,inject_every
	check_out <<-EOF
	value

	medium
	7
	EOF
	run chdev -dev app9 -attr inject_error=none inject_every=0
	grep -q inject "$dir/state/unrestored" && fail "says what goes without saying"
}

test_defined_configured()
{
	make_defined app9 file "$dir/no_such_file"
	run cfgdev
	check_err 4 '/no_such_file'
	grep -q '"defined"' "$dir/state/unrestored" || fail "not Defined any more"
	make_defined drive file_opt ""
	run cfgdev -dev vhost1
	check_out < /dev/null
	check_log ""
	run cfgdev -dev vhost0
	check_out < /dev/null
	grep -q 'vtd_new adapter=vhost0 name=drive .* lun=8900000000000000' "$dir/log" ||
		fail "not asked for: $(cat "$dir/log")"
}

# The VTDs $1... of memory on vhost0, Defined, with the LUNs 0x89 and so on.
make_all_defined()
{
	local name target=9

	mkdir -p "$dir/state"
	{
		echo '{ "kind": "head", "version": 1, "machine": "U9105.22A.78A1B2C" }'
		for name; do
			printf '{ "kind": "vtd", "partition": 1, "slot": 12, "name": "%s", ' "$name"
			printf '"type": "ram", "lun": "0x%04x000000000000", ' $((0x8000 | target++ << 8))
			echo '"backing": "ram", "size": 1048576,' "$define"
		done
		echo "{ \"kind\": \"end\", \"objects\": $# }"
	} > "$dir/state/unrestored"
}

# What has been removed or changed while others were configured is not what it was.
test_defined_changing()
{
	make_all_defined a b c
	VSCSI_FAKE_RUN="sed -i '/\"b\"/d; s/: 3 }/: 2 }/; /\"a\"/s/1048576/2097152/' \
		$dir/state/unrestored" run cfgdev -dev vhost0
	check_rc 0
	[ "$(sed 's/.* name=\([^ ]*\) .* ram=\([0-9]*\) .*/\1 \2/' "$dir/log" | paste -s -d :)" = \
		"c 1048576:a 2097152" ] || fail "asked for: $(cat "$dir/log")"
	rm -rf "$dir/state"
}

test_defined_removed()
{
	truncate -s 1M "$dir/app"
	make_defined app9 file "$dir/app"
	run rmvdev -vdev "$dir/app"
	check_out <<< "app9 deleted"
	check_log ""
	[ -e "$dir/state/unrestored" ] && fail "still there"
	grep -q app9 "$dir/state/configuration" && fail "still saved"
	make_defined app9 file "$dir/app"
	run rmdev -dev vhost0
	check_err 4 '0514-029'
	run rmvadapter -vadapter vhost0
	check_err 4 '0514-029'
	run rmdev -dev app9
	check_out <<< "app9 deleted"
	run rmdev -dev app9
	check_err 2 '"app9"'
}

# What goes wrong leaves all as it was.
test_defined_made()
{
	rm -rf "$dir/state"
	run rmdev -dev vtscsi2 -ucfg
	check_out <<< "vtscsi2 Defined"
	check_log "vtd_del vtscsi2 force=0"
	VSCSI_FAKE_ERRNO=16 run rmdev -dev vtscsi2 -ucfg
	check_rc 4
	[ -e "$dir/state/unrestored" ] && fail "Defined although it is there"
	run rmdev -dev vhost10 -ucfg
	check_err 4 '0514-029'
	run rmdev -dev vhost10 -recursive -ucfg
	check_out <<-EOF
	vtscsi10 Defined
	vtscsi2 Defined
	vhost10 Defined
	EOF
}

# What doesn't end in time ends later, and may be asked for again.
test_defined_timeout()
{
	local time

	rm -rf "$dir/state"
	for time in first second; do
		VSCSI_FAKE_ERRNO=110 run rmdev -dev app1_file -ucfg
		check_rc 4
		check_log "vtd_del app1_file force=0"
		grep -q '"app1_file".*"defined"' "$dir/state/unrestored" || fail "lost the $time time"
		grep -q '"app1_file".*"defined"' "$dir/state/configuration" || fail "not saved"
		export VSCSI_FAKE_REMOVING=app1_file
	done
	run rmdev -dev app1_file -ucfg
	unset VSCSI_FAKE_REMOVING
	check_out <<< "app1_file Defined"
	grep -q '"app1_file".*"defined"' "$dir/state/configuration" || fail "lost at the end"
	rm -rf "$dir/state"
}

# Who saves meanwhile would find it in the kernel, and drop what is kept of it.
test_defined_alone()
{
	VSCSI_FAKE_RUN="flock -n $dir/state/lock true && echo saved >> $dir/log" \
		run rmdev -dev vtscsi2 -ucfg
	check_out <<< "vtscsi2 Defined"
	grep -qx saved "$dir/log" && fail "somebody else could save"
	rm -rf "$dir/state"
}

# Beyond the targets of the first bus too, a LUN is the next one that is free.
test_defined_lun()
{
	local n lun

	make_all_defined d{1..65}
	for ((n = 1; n <= 65; n++)); do
		printf -v lun '0x%02x%02x' $((0x80 | n & 0x3f)) $((n >> 6 << 5))
		sed -i "/\"d$n\"/s/0x..../$lun/" "$dir/state/unrestored"
	done
	run mkvdev -ram 1M -vadapter vhost0 -dev more
	check_out <<< "more Available"
	grep -q ' lun=8220000000000000 ' "$dir/log" || fail "not beside: $(cat "$dir/log")"
	rm -rf "$dir/state"
}

# The drive vtopt1 is there, and waits for the medium $dir/dvd.
make_waiting()
{
	make_unrestored vtopt1 file_opt "$dir/dvd"
	sed -i 's/"slot": 12/"slot": 13/; s/0x89/0x83/; s/512/2048, "read_only": true/' \
		"$dir/state/unrestored"
}

# A drive goes on waiting for its medium until it is removed.
test_defined_medium()
{
	export VSCSI_FAKE=optical
	make_waiting
	cp "$dir/state/unrestored" "$dir/waiting"
	VSCSI_FAKE_ERRNO=16 run rmdev -dev vtopt1 -ucfg
	check_rc 4
	cmp -s "$dir/waiting" "$dir/state/unrestored" || fail "it doesn't wait any more"
	VSCSI_FAKE_RUN="cat $dir/state/unrestored >> $dir/log" run rmdev -dev vtopt1 -ucfg
	check_out <<< "vtopt1 Defined"
	grep -qF "\"path\": \"$dir/dvd\"" "$dir/log" || fail "Defined without its medium"
	grep -qF '"state": "defined"' "$dir/log" || fail "not Defined"
	make_waiting
	VSCSI_FAKE_ERRNO=16 run rmvdev -vtd vtopt1
	check_rc 4
	cmp -s "$dir/waiting" "$dir/state/unrestored" || fail "forgotten although it is there"
	run rmvdev -vtd vtopt1
	check_out <<< "vtopt1 deleted"
	[ -e "$dir/state/unrestored" ] && fail "it would come back"
	make_waiting
	VSCSI_FAKE_ERRNO=110 run rmdev -dev vtopt1
	check_rc 4
	[ -e "$dir/state/unrestored" ] && fail "it would come back later"
	unset VSCSI_FAKE
	rm -rf "$dir/state"
}

# A backup has them; what it wants is not in the place of one that is there.
test_defined_restored()
{
	make_defined app9 file "$dir/app"
	truncate -s 1M "$dir/app"
	run viosbr -backup -file "$dir/backup"
	check_rc 0
	run viosbr -restore -file "$dir/backup" -validate
	check_rc 0
	rm "$dir/state/unrestored"
	run viosbr -restore -file "$dir/backup" -validate
	check_err 4 '"app9" is not restored (it does not exist;'
	run viosbr -restore -file "$dir/backup"
	check_out <<< "Restore of this node (vios1) successful"
	check_log ""
	run viosbr -restore -file "$dir/backup"
	check_rc 0
	grep -q '"app9".*"defined"' "$dir/state/unrestored" || fail "lost the second time"
	sed -i 's/"app9"/"app8"/' "$dir/backup"
	run viosbr -restore -file "$dir/backup"
	check_err 4 '"app8" is not restored ("app9" has its LUN;'
	grep -q '"app9".*"defined"' "$dir/state/unrestored" || fail "lost to another"
	sed -i '/"app8"/{ s/8/9/; s/"state": "defined", //; }' "$dir/backup"
	run viosbr -restore -file "$dir/backup" -validate
	check_err 4 '"app9" is not restored (it is in the Defined state;'
	run viosbr -restore -file "$dir/backup"
	grep -qx 'app9 Available' "$dir/out" || fail "not configured"
	[ -e "$dir/state/unrestored" ] && fail "still Defined"
	rm -rf "$dir/state"
}
