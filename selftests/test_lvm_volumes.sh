#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Logical volumes: made, mapped, grown, listed and removed by the verbs of the tool, with LVM
# below; what they refuse, and that it changes nothing.
#
# timeout: 600

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib_io.sh
. "$(dirname "$0")/lib_io.sh"

ALL_TESTS="
	life
	names
	sizes
	refused
	list_volume
	mirrored
	identity
	grow_mapped
	ask
	remove_open
	remove_with_snapshot
	remove_with_mapping
	rename
	clean_start
"

# Remove volume group $1.
rmgroup()
{
	vgremove -q -y -ff "$1" >/dev/null
}

# Make volume group datavg on the new RAM disks that variables $@ are set to.
data_group()
{
	local name list=()

	for name in "$@"; do
		need mkram "$name" 64 || return
		list+=("${!name}")
	done
	defer rmgroup datavg
	expect_output datavg ioscli mkvg -vg datavg "${list[@]}"
}

# Print what LVM has in the group.
volumes()
{
	lvs --noheadings -o lv_name,lv_uuid,lv_size,lv_active,lv_tags datavg
}

# expect_refusal, and the volumes are what they were.
refuses()
{
	local before

	before=$(volumes)
	expect_refusal "$@"
	check_equal "$(volumes)" "$before" "volumes after: ${*:3}"
}

# Print the state of volume $1 as lsvg shows it.
state_of()
{
	ioscli lsvg -lv datavg -field lvname lvstate -fmt : | sed -n "s/^$1://p"
}

# What administrators do first, in their words.
life()
{
	local ram disk

	data_group ram || return
	expect_output testlv_client ioscli mklv -lv testlv_client datavg 16M
	expect_golden ioscli lsvg -lv datavg <<-END
	datavg:
	LV NAME             TYPE       LPs     PPs     PVs  LV STATE      MOUNT POINT
	testlv_client       jfs        4       4       1    closed/syncd  N/A
	END
	expect_output "client_disk Available" \
		ioscli mkvdev -vdev testlv_client -vadapter vhost0 -dev client_disk
	defer unmap client_disk
	need client_disk disk client_disk || return
	expect_output "Backing device        testlv_client" \
		ioscli lsmap -vadapter vhost0 -field backing
	expect_golden ioscli lsvg -lv datavg <<-END
	datavg:
	LV NAME             TYPE       LPs     PPs     PVs  LV STATE      MOUNT POINT
	testlv_client       jfs        4       4       1    open/syncd    N/A
	END
	fio_verify "$disk" --size=16m --bs=64k
	check_err $? "data"
	expect_output "client_disk deleted" ioscli rmvdev -vdev testlv_client
	check_equal "$(state_of testlv_client)" closed/syncd "state"
	expect_output "rmlv: Logical volume testlv_client is removed." \
		ioscli rmlv -f testlv_client
	expect_output "" ioscli lsvg -lv datavg -field lvname -fmt :
}

names()
{
	local ram

	data_group ram || return
	expect_output lv00 ioscli mklv datavg 1
	expect_output lv01 ioscli mklv datavg 1
	expect_output web00 ioscli mklv -prefix web -type jfs2 datavg 1
	expect_output "web00:jfs2" ioscli lslv web00 -field lvname type -fmt :
	refuses 1 'already used' ioscli mklv -lv lv00 datavg 1
	refuses 1 'already used' ioscli mklv -lv datavg datavg 1
	refuses 1 'already used' ioscli mklv -lv "${ram##*/}" datavg 1
	refuses 1 'longer than 15' ioscli mklv -lv sixteen_letters_ datavg 1
	refuses 1 'longer than 15' ioscli mklv -prefix fourteen_chars datavg 1
	refuses 1 '"a b"' ioscli mklv -lv 'a b' datavg 1
	refuses 1 '"a/b"' ioscli mklv -lv a/b datavg 1
	expect_output fifteen_letters ioscli mklv -lv fifteen_letters datavg 1
}

# Partitions have 4 MB here.
sizes()
{
	local ram word lps

	data_group ram || return
	while read -r word lps; do
		expect_output x ioscli mklv -lv x datavg "$word"
		expect_output "$lps" ioscli lslv x -field lps -fmt :
		ioscli rmlv -f x >/dev/null
	done <<-END
	1 1
	15 15
	015 15
	1M 1
	4m 1
	5M 2
	60M 15
	1b 1
	8192B 1
	8193b 2
	END
}

refused()
{
	local ram other word

	data_group ram && need mkram other 64 || return
	for word in 0 0G M 1k 1T 1MB 1.5G -1 0x10 99999999999999999999 17592186044415M; do
		refuses 1 "(\"$word\"|not valid)" ioscli mklv -lv x datavg "$word"
	done
	refuses 4 '0516-404' ioscli mklv -lv x datavg 16
	refuses 4 '0516-404' ioscli mklv -lv x datavg 1G
	refuses 4 'two physical volumes' ioscli mklv -mirror -lv x datavg 1
	refuses 2 '0516-306' ioscli mklv -lv x nothing 1
	refuses 1 'does not belong' ioscli mklv -lv x datavg 1 "$other"
	refuses 1 'Missing argument: Size' ioscli mklv -lv x datavg
	refuses 1 'Option flag is not valid' ioscli mklv -x datavg 1
	refuses 2 'Unable to find  nothing in the' ioscli lslv nothing
	refuses 2 'Unable to find  nothing in the' ioscli extendlv nothing 1
	refuses 2 'Unable to find  nothing in the' ioscli rmlv -f nothing
}

list_volume()
{
	local ram id

	data_group ram || return
	ioscli mklv -lv app1_lv datavg 12M >/dev/null
	id=$(lvs --noheadings --separator . -o vg_uuid,lv_uuid datavg/app1_lv | tr -d ' -')
	expect_golden ioscli lslv app1_lv <<-END
	LOGICAL VOLUME:     app1_lv                VOLUME GROUP:   datavg
	LV IDENTIFIER:      $id PERMISSION:     read/write
	VG STATE:           active/complete        LV STATE:       closed/syncd
	TYPE:               jfs                    WRITE VERIFY:   off
	MAX LPs:            512                    PP SIZE:        4 megabyte(s)
	COPIES:             1                      SCHED POLICY:   parallel
	LPs:                3                      PPs:            3
	STALE PPs:          0                      BB POLICY:      non-relocatable
	INTER-POLICY:       minimum                RELOCATABLE:    yes
	INTRA-POLICY:       middle                 UPPER BOUND:    32
	MOUNT POINT:        N/A                    LABEL:          None
	DEVICE UID:         0                      DEVICE GID:     6
	DEVICE PERMISSIONS: 432
	MIRROR WRITE CONSISTENCY: off
	EACH LP COPY ON A SEPARATE PV ?: yes
	Serialize IO ?:     NO
	END
	expect_golden ioscli lslv app1_lv -field lvid vgname ppsize pps lvstate -fmt : <<-END
	$id:datavg:4 megabyte(s):3:closed/syncd
	END
	expect_golden ioscli lslv app1_lv -field lvid vgname <<-END
	LV IDENTIFIER:      $id
	VOLUME GROUP:       datavg
	END
	expect_golden ioscli lslv -map app1_lv <<-END
	app1_lv:N/A
	LP    PP1  PV1               PP2  PV2               PP3  PV3
	0001  0001 $(hdisk_of "$ram")
	0002  0002 $(hdisk_of "$ram")
	0003  0003 $(hdisk_of "$ram")
	END
	expect_golden ioscli lslv -pv app1_lv <<-END
	app1_lv:N/A
	PV                COPIES        IN BAND       DISTRIBUTION
	$(printf '%-17s' "$(hdisk_of "$ram")") 003:000:000   100%          003:000:000:000:000
	END
	expect_golden ioscli lslv -free <<-END
	LV NAME         SIZE(megabytes)     VOLUME GROUP
	app1_lv         12                  datavg
	END
}

mirror_is_synced()
{
	[ "$(state_of mir_lv)" = closed/syncd ]
}

mirrored()
{
	# shellcheck disable=SC2034 # data_group sets them
	local one two disk

	data_group one two || return
	modprobe -n -q dm-raid || { skip "no module dm-raid"; return; }
	expect_output mir_lv ioscli mklv -mirror -lv mir_lv datavg 3
	expect_output "2:3:6" ioscli lslv mir_lv -field copies lps pps -fmt :
	busywait 30000 mirror_is_synced
	check_err $? "the copies do not become the same"
	check_equal "$(ioscli lslv -map mir_lv | tail -n +3 | awk '{ print NF }' | uniq)" 5 \
		"columns of the map"
	check_equal "$(ioscli lslv -pv mir_lv | awk '/100%/ { print $2 }' | sort)" \
		"000:003:000
003:000:000" "copies on each disk"
	need map_disk disk mir_lv || return
	fio_verify "$disk" --size=12m --bs=64k
	check_err $? "data"
	expect_output "" ioscli extendlv mir_lv 1
	busywait 30000 has_size "$disk" $((16 << 20))
	check_err $? "the client's disk does not grow"
}

# The client's disk is known by the identifier that lslv shows.
identity()
{
	local ram vtd disk id

	data_group ram || return
	ioscli mklv -lv app1_lv datavg 1 >/dev/null
	id=$(ioscli lslv app1_lv -field lvid -fmt :)
	need map vtd app1_lv && need client_disk disk "$vtd" || return
	check_equal "$(vtd_member "$vtd" udid)" "$id" "identity of the mapping"
	check_equal "$(readlink -f "/dev/disk/by-id/scsi-SAIX_VDASD_$id")" "$disk" "disk by id"
}

grow_mapped()
{
	local ram disk

	data_group ram || return
	ioscli mklv -lv app1_lv datavg 16M >/dev/null
	need map_disk disk app1_lv || return
	expect_output "" ioscli extendlv app1_lv 2
	busywait 30000 has_size "$disk" $((24 << 20))
	check_err $? "the client's disk does not grow"
	expect_output "" ioscli extendlv app1_lv 5M
	busywait 30000 has_size "$disk" $((32 << 20))
	check_err $? "the client's disk does not grow again"
	fio_verify "$disk" --size=32m --bs=64k
	check_err $? "data"
	refuses 4 '0516-404' ioscli extendlv app1_lv 8
	refuses 1 '"0"' ioscli extendlv app1_lv 0
}

ask()
{
	local ram word

	data_group ram || return
	ioscli mklv -lv app1_lv datavg 1 >/dev/null
	for word in n no '' maybe; do
		ioscli rmlv app1_lv <<<"$word" >"$TMPDIR/out" 2>"$TMPDIR/stderr"
		check_equal $? 4 "exit status after \"$word\""
		check_match "$(cat "$TMPDIR/stderr")" 'Nothing is removed' "stderr"
	done
	check_equal "$(ioscli lsvg -lv datavg -field lvname -fmt :)" app1_lv "the volume"
	check_equal "$(ioscli rmlv app1_lv <<<y)" \
		"Warning, all data contained on logical volume app1_lv will be destroyed.
rmlv: Do you wish to continue? y(es) n(o)? rmlv: Logical volume app1_lv is removed." "rmlv"
	check_equal "$(ioscli lsvg -lv datavg -field lvname -fmt :)" "" "the volume"
}

remove_open()
{
	local ram vtd

	data_group ram || return
	ioscli mklv -lv app1_lv datavg 1 >/dev/null
	ioscli mklv -lv app2_lv datavg 1 >/dev/null
	need map vtd app2_lv || return
	refuses 4 '0516-1008 rmlv: Logical volume app2_lv must be closed' ioscli rmlv -f app2_lv
	refuses 4 "mapped as virtual target device $vtd" ioscli rmlv -f app1_lv app2_lv
	unmap "$vtd"
	expect_output "rmlv: Logical volume app1_lv is removed.
rmlv: Logical volume app2_lv is removed." ioscli rmlv -f app1_lv app2_lv
}

remove_with_snapshot()
{
	local ram

	data_group ram || return
	ioscli mklv -lv app1_lv datavg 1 >/dev/null
	lvcreate -q -y -s -n snap -l 1 datavg/app1_lv >/dev/null
	refuses 4 'snap depends on it' ioscli rmlv -f app1_lv
	expect_output "rmlv: Logical volume snap is removed." ioscli rmlv -f snap
	expect_output "rmlv: Logical volume app1_lv is removed." ioscli rmlv -f app1_lv
}

remove_with_mapping()
{
	local ram file vtd second

	data_group ram && need mkfile file 8M || return
	ioscli mklv -lv app1_lv datavg 1 >/dev/null
	need map vtd "$file" || return
	expect_no_change 1 'not a logical volume' ioscli rmvdev -vtd "$vtd" -rmlv
	unmap "$vtd"
	need map vtd app1_lv || return
	need map second app1_lv vhost0 -f || return
	expect_no_change 4 "$second" ioscli rmvdev -vtd "$vtd" -rmlv
	expect_no_change 4 "$vtd, $second" ioscli rmvdev -vdev app1_lv -rmlv
	check_match "$(volumes)" app1_lv "volumes"
	mappings=
	expect_output "$vtd deleted
$second deleted
rmlv: Logical volume app1_lv is removed." ioscli rmvdev -vdev app1_lv -f -rmlv
	check_equal "$(volumes)" "" "volumes"
	ioscli mklv -lv app1_lv datavg 1 >/dev/null
	need map vtd app1_lv || return
	expect_output "$vtd deleted
rmlv: Logical volume app1_lv is removed." ioscli rmvdev -vtd "$vtd" -rmlv
}

rename()
{
	local ram vtd

	data_group ram || return
	ioscli mklv -lv app1_lv datavg 1 >/dev/null
	need map vtd app1_lv || return
	refuses 4 'must be closed' ioscli chlv -lv web_lv app1_lv
	unmap "$vtd"
	expect_output "" ioscli chlv -lv web_lv app1_lv
	check_equal "$(ioscli lsvg -lv datavg -field lvname -fmt :)" web_lv "the volume"
	ioscli mklv -lv app1_lv datavg 1 >/dev/null
	refuses 1 'already used' ioscli chlv -lv app1_lv web_lv
	refuses 1 'longer than 15' ioscli chlv -lv sixteen_letters_ web_lv
}

# What was on the disk before is not what a client finds.
clean_start()
{
	local ram

	data_group ram || return
	ioscli mklv -lv app1_lv datavg 15 >/dev/null
	mkfs.ext4 -q /dev/datavg/app1_lv
	ioscli rmlv -f app1_lv >/dev/null
	ioscli mklv -lv app2_lv datavg 15 >/dev/null
	check_equal "$(wipefs -n /dev/datavg/app2_lv)" "" "signatures on a new volume"
}

require_cmd lvcreate wipefs
need_module "$@"
tests_run
