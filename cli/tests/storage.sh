#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The verbs about volume groups, logical and physical volumes, with a recorded report of LVM
# (lvm.json): layouts byte for byte, refusals, and what LVM is asked for.  KTAP.
#
# The tests are called by name:
# shellcheck disable=SC2317

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

VGID=04PPerXEBw0FLZNU3Y9ewRhsZnniZiwt
LVID=9xh85kJLu9e81DKFFARhw8xwCiKDziZT

# --- lsvg ---

test_lsvg_names()
{
	run lsvg
	check_out <<< "datavg"
	# The disk that the client has is hidden from LVM.
	grep -qxF -e '--config devices/filter=["r|^/dev/sda$|"]' "$dir/log.filter" ||
		fail "the filter is $(cat "$dir/log.filter")"
	LVM_FAKE_FILTER='["r|/dev/sd[xy]|","a|.*|"]' run lsvg
	grep -qxF -e '--config devices/filter=["r|^/dev/sda$|","r|/dev/sd[xy]|","a|.*|"]' \
		"$dir/log.filter" || fail "the filter is $(cat "$dir/log.filter")"
	LVM_FAKE_FILTER='"r|/dev/x|"' run lsvg
	grep -qxF -e '--config devices/filter=["r|^/dev/sda$|","r|/dev/x|"]' "$dir/log.filter" ||
		fail "the filter is $(cat "$dir/log.filter")"
}

test_lsvg_block()
{
	run lsvg datavg
	check_out <<-EOF
	VOLUME GROUP:       datavg                   VG IDENTIFIER:  $VGID
	VG STATE:           active                   PP SIZE:        4 megabyte(s)
	VG PERMISSION:      read/write               TOTAL PPs:      30 (120 megabytes)
	MAX LVs:            256                      FREE PPs:       21 (84 megabytes)
	LVs:                2                        USED PPs:       9 (36 megabytes)
	OPEN LVs:           1                        QUORUM:         2 (Enabled)
	TOTAL PVs:          2                        VG DESCRIPTORS: 3
	STALE PVs:          0                        STALE PPs:      2
	ACTIVE PVs:         2                        AUTO ON:        yes
	MAX PPs per VG:     32512
	MAX PPs per PV:     1016                     MAX PVs:        32
	LTG size (Dynamic): 1024 kilobyte(s)         AUTO SYNC:      no
	HOT SPARE:          no                       BB POLICY:      non-relocatable
	PV RESTRICTION:     none                     INFINITE RETRY: no
	DISK BLOCK SIZE:    512                      CRITICAL VG:    no
	EOF
}

test_lsvg_fields()
{
	run lsvg datavg -field vgname freepps -fmt :
	check_out <<< "datavg:21 (84 megabytes)"
	run lsvg -fmt ';' -field VGNAME "PP SIZE" size
	check_out <<< "datavg;4 megabyte(s);125829120"
	run lsvg datavg -field vgid vgname
	check_out <<-EOF
	VG IDENTIFIER:      $VGID
	VOLUME GROUP:       datavg
	EOF
	run lsvg datavg -json -field vgname free
	check_out <<-EOF
	[
	  {
	    "vgname": "datavg",
	    "free": 88080384
	  }
	]
	EOF
	run lsvg datavg -field nonsense
	check_err 1 '"nonsense"'
}

test_lsvg_lv()
{
	run lsvg -lv datavg
	check_out <<-EOF
	datavg:
	LV NAME             TYPE       LPs     PPs     PVs  LV STATE      MOUNT POINT
	app1_lv             jfs        3       3       1    open/syncd    N/A
	mir                 jfs2       2       4       2    closed/stale  N/A
	EOF
	run lsvg -lv datavg -field lvname
	check_out <<-EOF
	datavg:
	LV NAME
	app1_lv
	mir
	EOF
	run lsvg -lv datavg -field vgname lvname lps -fmt :
	check_out <<-EOF
	datavg:app1_lv:3
	datavg:mir:2
	EOF
}

test_lsvg_pv()
{
	run lsvg -pv datavg
	check_out <<-EOF
	datavg:
	PV_NAME           PV STATE          TOTAL PPs   FREE PPs    FREE DISTRIBUTION
	hdisk0            active            15          9           00..00..03..03..03
	hdisk1            active            15          12          00..03..03..03..03
	EOF
}

test_lsvg_map()
{
	run lsvg datavg -map
	check_out <<-EOF
	datavg:
	hdisk0:1    app1_lv:1
	hdisk0:2    app1_lv:2
	hdisk0:3    app1_lv:3
	hdisk0:4    mir
	hdisk0:5    mir:1:1
	hdisk0:6    mir:2:1
	hdisk0:7-15
	hdisk1:1    mir
	hdisk1:2    mir:1:2
	hdisk1:3    mir:2:2
	hdisk1:4-15
	EOF
}

test_lsvg_refusals()
{
	run lsvg nothing
	check_err 2 'for the Virtual I/O Server environment.'
	check_err 2 '0516-306'
	run lsvg oldvg
	check_err 4 'importvg'
	run lsvg -lv
	check_err 1 'Missing argument: VolumeGroup'
	run lsvg -lv -pv datavg
	check_err 1 'cannot be used together'
	run lsvg -x
	check_err 1 'Option flag is not valid: "-x"'
	LVM_FAKE_ERROR=$'  WARNING: odd.\n  Cannot read it.\n  Giving up.' run lsvg
	if [ "$(id -u)" -eq 0 ]; then
		check_err 4 '"lvm fullreport": Cannot read it; Giving up.'
	else
		check_err 3 'rights of root'
	fi
	echo '{"report": 7' > "$dir/odd.json"
	LVM_FAKE_REPORT=$dir/odd.json run lsvg
	check_err 4 'makes no sense'
	run -p app1 lsvg
	check_err 1 'Virtual I/O Server only'
}

# --- lslv ---

test_lslv_block()
{
	run lslv app1_lv
	check_out <<-EOF
	LOGICAL VOLUME:     app1_lv                VOLUME GROUP:   datavg
	LV IDENTIFIER:      $VGID.$LVID PERMISSION:     read/write
	VG STATE:           active/complete        LV STATE:       opened/syncd
	TYPE:               jfs                    WRITE VERIFY:   off
	MAX LPs:            512                    PP SIZE:        4 megabyte(s)
	COPIES:             1                      SCHED POLICY:   parallel
	LPs:                3                      PPs:            3
	STALE PPs:          0                      BB POLICY:      non-relocatable
	INTER-POLICY:       minimum                RELOCATABLE:    yes
	INTRA-POLICY:       middle                 UPPER BOUND:    32
	MOUNT POINT:        N/A                    LABEL:          None
	DEVICE UID:                                DEVICE GID:
	DEVICE PERMISSIONS:
	MIRROR WRITE CONSISTENCY: off
	EACH LP COPY ON A SEPARATE PV ?: yes
	Serialize IO ?:     NO
	EOF
}

test_lslv_fields()
{
	run lslv datavg/app1_lv -field lvid vgname ppsize pps lvstate -fmt :
	check_out <<< "$VGID.$LVID:datavg:4 megabyte(s):3:opened/syncd"
	run lslv app1_lv -field lvid vgname
	check_out <<-EOF
	LV IDENTIFIER:      $VGID.$LVID
	VOLUME GROUP:       datavg
	EOF
	run lslv app1_lv -field vtd size -fmt :
	check_out <<< "app1_lv:12582912"
}

test_lslv_map()
{
	run lslv mir -map
	check_out <<-EOF
	mir:N/A
	LP    PP1  PV1               PP2  PV2               PP3  PV3
	0001  0005 hdisk0            0002 hdisk1
	0002  0006 hdisk0            0003 hdisk1
	EOF
	run lslv -pv mir
	check_out <<-EOF
	mir:N/A
	PV                COPIES        IN BAND       DISTRIBUTION
	hdisk0            002:000:000   100%          000:002:000:000:000
	hdisk1            000:002:000   100%          002:000:000:000:000
	EOF
}

test_lslv_free()
{
	run lslv -free
	check_out <<-EOF
	LV NAME         SIZE(megabytes)     VOLUME GROUP
	mir             8                   datavg
	EOF
	run lslv -free mir
	check_err 1 'Too many arguments: "mir"'
	run lslv
	check_err 1 'Missing argument: LogicalVolume'
	run lslv nothing
	check_err 2 'Unable to find  nothing in the Device Configuration Database.'
	run lslv mir_rimage_0
	check_err 2 'Unable to find  mir_rimage_0'
}

# --- lspv ---

test_lspv()
{
	run lspv
	check_out <<-EOF
	NAME             PVID                                 VG               STATUS
	hdisk0           0c55386c88efbcb2                     datavg           active
	hdisk1           3f848094b49d4b46                     datavg           active
	hdisk2           240bb312dbf4367e                     None             
	hdisk3           c8fd8d6861fd6e92                     None             
	hdisk4           none                                 None             
	EOF
	run lspv -fmt : -field name vg status
	check_out <<-EOF
	hdisk0:datavg:active
	hdisk1:datavg:active
	hdisk2:None: 
	hdisk3:None: 
	hdisk4:None: 
	EOF
}

# The exported group is no group, but what is on its disk is not free either.
test_lspv_free()
{
	run lspv -free
	check_out <<-EOF
	NAME            PVID                                SIZE(megabytes)
	hdisk3          c8fd8d6861fd6e92                    10240
	hdisk4          none                                10240
	EOF
	WIPEFS_FAKE=sdf run lspv -free -field name -fmt :
	check_out <<< "hdisk3"
	WIPEFS_FAKE=sdf run lspv -avail -fmt :
	check_out <<-EOF
	hdisk3:c8fd8d6861fd6e92:10240
	hdisk4:none:10240
	EOF
	run lspv -free -include usb_disk -field name -fmt :
	check_out <<-EOF
	hdisk3
	hdisk4
	EOF
	run lspv -avail -include usb_disk
	check_err 1 '-free'
	run lspv -size hdisk4
	check_out <<< "10240"
}

test_lspv_block()
{
	run lspv sdb
	check_out <<-EOF
	PHYSICAL VOLUME:    hdisk0                   VOLUME GROUP:     datavg
	PV IDENTIFIER:      0c55386c88efbcb2         VG IDENTIFIER:    $VGID
	PV STATE:           active
	STALE PARTITIONS:   0                        ALLOCATABLE:      yes
	PP SIZE:            4 megabyte(s)            LOGICAL VOLUMES:  2
	TOTAL PPs:          15 (60 megabytes)        VG DESCRIPTORS:   2
	FREE PPs:           9 (36 megabytes)         HOT SPARE:        no
	USED PPs:           6 (24 megabytes)         MAX REQUEST:      1280 kilobytes
	FREE DISTRIBUTION:  00..00..03..03..03
	USED DISTRIBUTION:  03..03..00..00..00
	MIRROR POOL:        None
	EOF
	run lspv sdf
	check_err 4 '0516-320'
	run lspv sda
	check_err 2 '"sda"'
	run lspv nothing
	check_err 2 '"nothing"'
}

test_lspv_contents()
{
	run lspv -lv sdb
	check_out <<-EOF
	hdisk0:
	LV NAME               LPs     PPs     DISTRIBUTION          MOUNT POINT
	app1_lv               3       3       03..00..00..00..00    N/A
	mir                   2       2       00..03..00..00..00    N/A
	EOF
	run lspv -pv sdc
	check_out <<-EOF
	hdisk1:
	PP RANGE  STATE   REGION        LV NAME             TYPE       MOUNT POINT
	  1-1     used    outer edge    mir                 jfs2       N/A
	  2-3     used    outer edge    mir                 jfs2       N/A
	  4-6     free    outer middle
	  7-9     free    center
	 10-12    free    inner middle
	 13-15    free    inner edge
	EOF
	run lspv -map sdc
	check_out <<-EOF
	hdisk1:
	hdisk1:1    mir
	hdisk1:2    mir:1:2
	hdisk1:3    mir:2:2
	hdisk1:4-15
	EOF
}

# --- what changes something ---

test_mkvg_refusals()
{
	run mkvg -vg datavg sdf
	check_err 1 'already used'
	run mkvg -vg app1_lv sdf
	check_err 1 'already used'
	run mkvg -vg sixteen_letters_ sdf
	check_err 1 'longer than 15'
	run mkvg -vg a/b sdf
	check_err 1 '"a/b"'
	run mkvg
	check_err 1 'Missing argument: PhysicalVolume'
	run mkvg sdb
	check_err 4 'it belongs to volume group datavg'
	run mkvg -f sdd
	check_err 4 'it belongs to volume group oldvg'
	run mkvg sdf sdf
	check_err 1 'more than once'
	run mkvg nothing
	check_err 2 '"nothing"'
	check_log ""
}

test_extendvg_reducevg()
{
	run extendvg datavg sdb
	check_err 4 'it belongs to volume group datavg'
	run extendvg nothing sdf
	check_err 2 '0516-306'
	run extendvg datavg
	check_err 1 'Missing argument: PhysicalVolume'
	run reducevg datavg sdb
	check_err 4 'logical volume app1_lv'
	run reducevg datavg sdf
	check_err 1 'does not belong to volume group "datavg"'
	run reducevg -rmlv -f datavg sdb
	check_err 4 'app1_lv must be closed'
	check_log ""
	ANSWER=n run reducevg -rmlv datavg sdc
	check_rc 4
	check_log ""
	# A spare of a pool is no part of any volume.
	sed 's/\[mir_rimage_1\]/[lvol0_pmspare]/; s/\(lvol0_pmspare.*"lv_parent":"\)mir/\1/' \
		lvm.json > "$dir/spare.json"
	LVM_FAKE_REPORT=$dir/spare.json run reducevg -rmlv -f datavg sdc
	check_err 4 'lvol0_pmspare'
	check_log ""
	run reducevg -rmlv -f datavg sdc
	check_out <<< "rmlv: Logical volume mir is removed."
	check_log "lvremove datavg/mir
vgreduce datavg /dev/sdc"
}

test_mklv()
{
	run mklv -lv app2_lv datavg 5M
	check_out <<< "app2_lv"
	check_log "lvcreate --name app2_lv --extents 2 --addtag vscsi.type=jfs --type linear datavg"
	run mklv datavg 8193b sdc
	check_out <<< "lv00"
	check_log "lvcreate --name lv00 --extents 2 --addtag vscsi.type=jfs --type linear datavg /dev/sdc"
	run mklv -mirror -prefix web -type jfs2 datavg 3
	check_out <<< "web00"
	check_log "lvcreate --name web00 --extents 3 --addtag vscsi.type=jfs2 --type raid1 --mirrors 1 datavg"
	run mklv datavg 21
	check_out <<< "lv00"
}

test_mklv_refusals()
{
	local size

	for size in 0 0M 00 1k 1T M 1MB -1 +1 1.5G 0x10 '' 99999999999999999999 \
			18446744073709551615 17592186044415M; do
		run mklv -lv x datavg "$size"
		[ "$RC" -eq 1 ] || fail "size $size: exit status $RC"
		[ -s "$dir/err" ] || fail "size $size: no message"
	done
	run mklv -lv x datavg 22
	check_err 4 '0516-404'
	run mklv -lv x datavg 16G
	check_err 4 '21 free partitions, 4096 are asked for'
	run mklv -lv x datavg 10 sdb
	check_err 4 '9 free partitions, 10 are asked for'
	run mklv -lv x -mirror datavg 1 sdb
	check_err 4 'two physical volumes'
	run mklv -lv mir datavg 1
	check_err 1 'already used'
	run mklv -lv datavg datavg 1
	check_err 1 'already used'
	run mklv -lv sixteen_letters_ datavg 1
	check_err 1 'longer than 15'
	run mklv -prefix fourteen_chars datavg 1
	check_err 1 'longer than 15'
	run mklv -lv x -prefix y datavg 1
	check_err 1 'cannot be used together'
	run mklv -lv x datavg
	check_err 1 'Missing argument: Size'
	run mklv -lv x nothing 1
	check_err 2 '0516-306'
	run mklv -lv x oldvg 1
	check_err 4 'exported'
	run mklv -lv x datavg 1 sdf
	check_err 1 'does not belong'
	check_log ""
}

test_extendlv()
{
	run extendlv app1_lv 4M
	check_out < /dev/null
	check_log "lvextend --extents +1 datavg/app1_lv"
	run extendlv app1_lv 9 sdb
	check_out < /dev/null
	check_log "lvextend --extents +9 datavg/app1_lv /dev/sdb"
	run extendlv app1_lv 22
	check_err 4 '0516-404'
	run extendlv app1_lv 0
	check_err 1 '"0"'
	run extendlv nothing 1
	check_err 2 'Unable to find  nothing'
}

test_rmlv()
{
	ANSWER=y run rmlv mir
	check_out <<-EOF
	Warning, all data contained on logical volume mir will be destroyed.
	rmlv: Do you wish to continue? y(es) n(o)? rmlv: Logical volume mir is removed.
	EOF
	check_log "lvremove datavg/mir"
	ANSWER=no run rmlv mir
	check_rc 4
	check_log ""
	run rmlv -f mir
	check_out <<< "rmlv: Logical volume mir is removed."
	run rmlv -f mir app1_lv
	check_err 4 '0516-1008 rmlv: Logical volume app1_lv must be closed.'
	run rmlv -f mir datavg/mir
	check_err 1 'more than once'
	run rmlv -f mir nothing
	check_err 2 '0516-306'
	check_log ""
}

test_chlv()
{
	run chlv -lv web mir
	check_out < /dev/null
	check_log "lvrename datavg mir web"
	run chlv -lv web app1_lv
	check_err 4 'must be closed'
	run chlv -lv app1_lv mir
	check_err 1 'already used'
	run chlv mir
	check_err 1 '-lv'
	run chlv -lv a/b mir
	check_err 1 '"a/b"'
	check_log ""
}

test_vg_states()
{
	run activatevg datavg
	check_out < /dev/null
	check_log "vgchange --activate y datavg"
	run deactivatevg datavg
	check_err 4 'open logical volumes'
	run exportvg datavg
	check_err 4 'deactivatevg'
	check_log ""
	run importvg sdd
	check_out <<< "oldvg"
	check_log "vgimport oldvg
vgchange --addtag vscsi.server oldvg
vgchange --activate y oldvg"
	run importvg -vg newvg sdd
	check_out <<< "newvg"
	check_log "vgrename oldvg newvg
vgimport newvg
vgchange --addtag vscsi.server newvg
vgchange --activate y newvg"
	run importvg -vg datavg sdd
	check_err 1 'already used'
	run importvg sdb
	check_err 1 'datavg'
	run importvg sdf
	check_err 1 'no group'
	check_log ""
	run chvg -auto no datavg
	check_out < /dev/null
	check_log "vgchange --setautoactivation n datavg"
	run chvg -unlock datavg
	check_out < /dev/null
	run chvg -auto maybe datavg
	check_err 1 '"maybe"'
	run chvg datavg
	check_err 1 '-unlock or -auto'
}

# It is closed, but has a mapping that can be configured again.
test_rmlv_defined()
{
	make_unrestored app9 lv /dev/datavg/mir
	sed -i 's/"block_size": 512 }/"block_size": 512, "state": "defined" }/' \
		"$dir/state/unrestored"
	run rmlv -f mir
	check_err 4 'mir is that of virtual target device app9, which is Defined'
	run reducevg -rmlv -f datavg sdc
	check_err 4 'mir is that of virtual target device app9, which is Defined'
	run chlv -lv new mir
	check_err 4 'mir is that of virtual target device app9, which is Defined'
	check_log ""
	rm "$dir/state/unrestored"
}

# Its volume is closed: who has that open is somebody else, and the definition stays.
test_remove_defined()
{
	local verb

	export VSCSI_FAKE_DEFINED=app1_lv
	for verb in "rmvdev -vtd app1_lv -rmlv" "rmbdsp -sp datavg -bd app1_lv"; do
		# shellcheck disable=SC2086 # words of a command line
		run $verb
		check_err 4 'another program has opened it'
		check_log ""
	done
	sed '/"app1_lv"/s/"open"/""/' lvm.json > "$dir/closed.json"
	LVM_FAKE_REPORT=$dir/closed.json run rmvdev -vtd app1_lv -rmlv
	check_out <<-EOF
	app1_lv deleted
	rmlv: Logical volume app1_lv is removed.
	EOF
	unset VSCSI_FAKE_DEFINED
}

# Between the look at the mappings and that at the volumes one has become Defined.
test_rmlv_defining()
{
	sed '/"app1_lv"/s/"open"/""/' lvm.json > "$dir/closed.json"
	LVM_FAKE_REPORT=$dir/closed.json run rmlv -f app1_lv
	check_err 4 'app1_lv is that of virtual target device app1_lv'
	grep -q Defined "$dir/err" && fail "it was not Defined"
	check_log ""
}

test_rmvdev_rmlv()
{
	run rmvdev -vtd app1_lv -rmlv
	check_out <<-EOF
	app1_lv deleted
	rmlv: Logical volume app1_lv is removed.
	EOF
	check_log "vtd_del app1_lv force=0
lvremove datavg/app1_lv"
	run rmvdev -vtd app1_root -rmlv
	check_err 1 'is not a logical volume'
	run rmvdev -vtd vtscsi0 -rmlv
	check_err 1 'is not a logical volume'
	check_log ""
	VSCSI_FAKE_ERRNO=16 run rmvdev -vtd app1_lv -rmlv
	check_rc 4
	grep -q lvremove "$dir/log" && fail "the volume is removed although the mapping is not"
}

# The volume with the files of a pool is no backing device, whatever it is called.
test_volume_of_pool()
{
	local node=$dir/node name

	sed '/"lv_name":"app1_lv"/s/"lv_tags":"/&vscsi.use=pool/' lvm.json > "$dir/pool.json"
	LVM_FAKE_REPORT=$dir/pool.json run rmvdev -vtd app1_lv -rmlv
	check_err 4 'it is a storage pool, which rmsp removes'
	check_log ""
	# Who may not make one has no node to map.
	mknod "$node" b 253 0 2> "$dir/err" || return
	ln -s "$node" "$dir/link"
	ln -s "$dir/sys/devices/virtual/block/dm-0" "$dir/sys/dev/block/253:0"
	for name in "$node" "../$node" "$dir/link"; do
		LVM_FAKE_REPORT=$dir/pool.json run mkvdev -f -vdev "$name" -vadapter vhost0
		check_err 4 '"app1_lv" cannot be removed, renamed or mapped: it is a storage pool'
	done
	check_log ""
	rm "$dir/sys/dev/block/253:0"
}

# A change is ended, and then what interrupted it ends the run.
test_batch_interrupted()
{
	LVM_FAKE_SIGNAL=TERM run mklv -lv x1 datavg 1
	check_out <<< x1
	printf '%s\n' 'mklv -lv x1 datavg 1' 'rmvdev -vtd vtscsi0' > "$dir/batch"
	LVM_FAKE_SIGNAL=TERM run -f "$dir/batch" -k
	check_rc 143
	[ "$(cat "$dir/out")" = x1 ] || fail "printed: $(cat "$dir/out")"
	check_log "lvcreate --name x1 --extents 1 --addtag vscsi.type=jfs --type linear datavg"
}

test_storage_completion()
{
	run --complete lsvg - 0
	check_out <<< "datavg"
	run --complete mklv -lv 1
	grep -qx datavg "$dir/out" || fail "no group after the name"
	run --complete mklv -lv 0
	check_out < /dev/null
	run --complete rmlv -f 0
	check_out <<-EOF
	app1_lv
	mir
	EOF
	run --complete extendvg -
	grep -qx datavg "$dir/out" || fail "no group"
	LVM_FAKE_ERROR=no run --complete rmlv -
	[ -s "$dir/err" ] && fail "completion says something"
}

make_storage
tests_run
