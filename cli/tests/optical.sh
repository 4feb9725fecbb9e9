#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Optical drives and their media, against a made-up kernel.  KTAP.
#
# The tests are called by name:
# shellcheck disable=SC2317

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck disable=SC2034 # run() uses it
VIO=/var/vio

test_optical_lists()
{
	VSCSI_FAKE=optical run lsvopt
	check_out <<-EOF
	VTD             Media                                   Size(mb)
	vtopt0          aix73_dvd1                                    97
	vtopt1          No Media                                     n/a
	EOF
	VSCSI_FAKE=optical run lsvopt -fmt :
	check_out <<-EOF
	vtopt0:aix73_dvd1:97
	vtopt1:No Media:n/a
	EOF
	VSCSI_FAKE=optical run lsvopt -vtd vtopt0 -field access locked vtd
	check_out <<-EOF
	Access Locked VTD
	ro     true   vtopt0
	EOF
	VSCSI_FAKE=optical run lsvopt -vtd vtopt1 -json
	grep -q '"media": *null' "$dir/out" || fail "a medium: $(cat "$dir/out")"
	run lsvopt
	check_out < /dev/null
	VSCSI_FAKE=optical run lsvopt -vtd app1_root
	check_err 1 'not an optical drive'
	VSCSI_FAKE=optical run lsvopt -vtd vtopt9
	check_err 2 '"vtopt9"'
	VSCSI_FAKE=optical run lsmap -all -type file_opt -field vtd backing status -fmt :
	check_out <<-EOF
	vtopt0:/var/vio/VMLibrary/aix73_dvd1:Available:vtopt1: :Available
	EOF
	VSCSI_FAKE=optical run lsmap -all -type file_opt -field vtd backing
	check_out <<-EOF
	VTD                   vtopt0
	Backing device        /var/vio/VMLibrary/aix73_dvd1

	VTD                   vtopt1
	Backing device
	EOF
	VSCSI_FAKE=optical run lsdev -type optical
	check_out <<-EOF
	name             status      description
	vtopt0           Available   Virtual Target Device - File-backed Optical
	vtopt1           Available   Virtual Target Device - File-backed Optical
	EOF
	VSCSI_FAKE=optical run lsdev -type disk -virtual -field name
	grep -q vtopt "$dir/out" && fail "a drive is no disk"
	VSCSI_FAKE=optical run rmvdev -vdev /var/vio/VMLibrary/aix73_dvd1
	check_err 2 'not a backing device'
}

test_optical_changes()
{
	truncate -s 64K "$dir/image"
	run mkvdev -fbo -vadapter vhost0
	check_out <<< "vtopt2 Available"
	check_log "vtd_new adapter=vhost0 name=- fd=0 ram=0 backing=- type=5 lun=0 bs=0 ro=0 share=0"
	run mkvdev -fbo -vadapter vhost0 -dev cd -lun 7
	check_out <<< "cd Available"
	check_log "vtd_new adapter=vhost0 name=cd fd=0 ram=0 backing=- type=5 lun=8700000000000000 bs=0 ro=0 share=0"
	VSCSI_FAKE=optical run loadopt -disk "$dir/image" -vtd vtopt1
	check_out < /dev/null
	check_log "vtd_medium vtopt1 fd=1 backing=$dir/image ro=1 unload=0 release=0"
	VSCSI_FAKE=optical run loadopt -f -release -rw -vtd vtopt1 -disk "$dir/image"
	check_out < /dev/null
	check_log "vtd_medium vtopt1 fd=1 backing=$dir/image ro=0 unload=1 release=1"
	VSCSI_FAKE=optical run unloadopt -vtd vtopt0
	check_out < /dev/null
	check_log "vtd_medium vtopt0 fd=0 backing=- ro=0 unload=1 release=0"
	VSCSI_FAKE=optical run unloadopt -release -vtd vtopt0
	check_log "vtd_medium vtopt0 fd=0 backing=- ro=0 unload=1 release=1"
	VSCSI_FAKE=optical run rmvdev -vtd vtopt0
	check_out <<< "vtopt0 deleted"
}

test_optical_refusals()
{
	truncate -s 1000 "$dir/odd_image"
	: > "$dir/no_image"
	truncate -s 64K "$dir/image"
	export VSCSI_FAKE=optical
	run mkvdev -fbo -vadapter vhost0 -vdev "$dir/image"
	check_err 1 'cannot be used together'
	for flag in -f -ro -direct -buffered "-bs 512" "-udid x"; do
		# shellcheck disable=SC2086
		run mkvdev -fbo -vadapter vhost0 $flag
		check_err 1 'cannot be used together'
	done
	run loadopt -disk "$dir/odd_image" -vtd vtopt1
	check_err 1 'multiple of the block size 2048'
	run loadopt -disk "$dir/no_image" -vtd vtopt1
	check_err 1 'empty'
	run loadopt -disk "$dir" -vtd vtopt1
	check_err 1 'a directory'
	run loadopt -disk "$dir/nothing" -vtd vtopt1
	check_err 4 'nothing'
	run loadopt -disk some/image -vtd vtopt1
	check_err 1 'begins with a slash'
	run loadopt -disk image -vtd vtopt1
	check_err 2 'The DVD repository has not been created yet.'
	run loadopt -disk "$dir/image" -vtd app1_root
	check_err 1 'not an optical drive'
	run loadopt -disk "$dir/image" -vtd vtopt9
	check_err 2 '"vtopt9"'
	run loadopt -disk "$dir/image"
	check_err 1 '-vtd'
	run loadopt -vtd vtopt1
	check_err 1 '-disk'
	run unloadopt
	check_err 1 '-vtd'
	run unloadopt -vtd app1_root
	check_err 1 'not an optical drive'
	VSCSI_FAKE_ERRNO=16 run unloadopt -vtd vtopt0
	check_err 4 '"vtopt0"'
	check_log "vtd_medium vtopt0 fd=0 backing=- ro=0 unload=1 release=0"
	unset VSCSI_FAKE
}

make_sysfs
tests_run
