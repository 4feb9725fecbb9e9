#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What lsdev, lslpar, lsstat, ioslevel and help print, byte for byte, and what
# they say to what is not there.
#
# timeout: 600

# shellcheck source=list_setup.sh
. "$(dirname "$0")/list_setup.sh"

ALL_TESTS="
	test_virtual
	test_list
	test_type
	test_state
	test_field
	test_dev
	test_by_location
	test_attr_vhost
	test_attr_vtd
	test_attr_names
	test_attr_vscsi
	test_range
	test_parent
	test_child
	test_vpd
	test_slots
	test_client
	test_client_disk
	test_exit_status
	test_lslpar
	test_lsstat
	test_ioslevel
	test_help
	test_names_of_verbs
	test_chdev
"

test_virtual()
{
	expect_golden ioscli lsdev -virtual <<-END
	name             status      description
	vhost0           Available   Virtual SCSI Server Adapter
	vhost1           Available   Virtual SCSI Server Adapter
	vhost2           Available   Virtual SCSI Server Adapter
	vhost3           Available   Virtual SCSI Server Adapter
	vhost4           Available   Virtual SCSI Server Adapter
	vhost5           Available   Virtual SCSI Server Adapter
	vhost6           Available   Virtual SCSI Server Adapter
	vhost7           Available   Virtual SCSI Server Adapter
	vhost8           Available   Virtual SCSI Server Adapter
	vhost9           Available   Virtual SCSI Server Adapter
	vhost10          Available   Virtual SCSI Server Adapter
	app1_file        Available   Virtual Target Device - File-backed Disk
	app1_lv          Available   Virtual Target Device - Logical Volume
	app1_root        Available   Virtual Target Device - Disk
	vtscsi0          Available   Virtual Target Device - Memory Disk
	vtscsi10         Available   Virtual Target Device - Memory Disk
	vtscsi2          Available   Virtual Target Device - Memory Disk
	END
}

# The server's own disks too, but not those that it serves.
test_list()
{
	check_equal "$(ioscli lsdev | sed -n '/^vhost0/,$p')" \
		"$(ioscli lsdev -virtual | tail -n +2)" "the virtual devices"
	expect_golden ioscli lsdev -dev "$disk" <<-END
	$(printf '%-16s %-11s %s' name status description)
	$(printf '%-16s %-11s %s' "$hdisk" Available "Linux scsi_debug Disk Drive")
	END
	check_equal "$(ioscli lsdev -field name -fmt : | grep -xc "$hdisk")" 1 \
		"lines with $hdisk"
	check_equal "$(ioscli lsdev -field name -fmt : |
		grep -xc "${client_disk##*/}")" 0 "lines with $client_disk"
}

test_type()
{
	expect_golden ioscli lsdev -type adapter -field name -fmt : < <(
		for n in 0 1 2 3 4 5 6 7 8 9 10; do
			echo "vhost$n"
		done
	)
	expect_golden ioscli lsdev -type disk -virtual -field name -fmt : <<-END
	app1_file
	app1_lv
	app1_root
	vtscsi0
	vtscsi10
	vtscsi2
	END
	check_equal "$(ioscli lsdev -type disk -field name -fmt : |
		grep -cxE "$hdisk|app1_root")" 2 "disks and virtual target devices"
	expect_golden ioscli lsdev -type lv -field name description -fmt : <<-END
	app1_lv:Logical Volume
	END
	expect_golden ioscli lsdev -type optical -virtual </dev/null
	check_equal "$(ioscli lsdev -type disk adapter -virtual | wc -l)" 18 \
		"lines with two types"
}

test_state()
{
	ioscli rmdev -dev vhost4 -ucfg >/dev/null
	expect_golden ioscli lsdev -state Defined <<-END
	name             status      description
	vhost4           Defined     Virtual SCSI Server Adapter
	END
	expect_golden ioscli lsdev -state defined -field name -fmt : <<-END
	vhost4
	END
	check_equal "$(ioscli lsdev -virtual -state available -fmt : | wc -l)" 16 \
		"available devices"
	expect_output "" ioscli cfgdev -dev vhost4
	expect_golden ioscli lsdev -state defined </dev/null
}

test_field()
{
	expect_golden ioscli lsdev -virtual -type disk -field physloc name \
		-fmt : <<-END
	$M-V1-C12-L2:app1_file
	$M-V1-C12-L4:app1_lv
	$M-V1-C12-L1:app1_root
	$M-V1-C12-L3:vtscsi0
	$M-V1-C22-L1:vtscsi10
	$M-V1-C22-L2:vtscsi2
	END
	expect_golden ioscli lsdev -dev vtscsi2 -field STATUS Name Parent <<-END
	status      name             parent
	Available   vtscsi2          vhost10
	END
	expect_golden ioscli lsdev -dev vhost0 -fmt ";" \
		-field description parent status <<-END
	Virtual SCSI Server Adapter; ;Available
	END
}

test_dev()
{
	expect_golden ioscli lsdev -dev vhost10 <<-END
	name             status      description
	vhost10          Available   Virtual SCSI Server Adapter
	END
	expect_golden ioscli lsdev -dev app1_lv -field status -fmt : <<-END
	Available
	END
	expect_golden ioscli lsdev -dev app1_lv -field physloc -fmt : <<-END
	$M-V1-C12-L4
	END
}

test_by_location()
{
	expect_golden ioscli lsdev -plc "$M"-V1-C12-L1 -field name -fmt : <<-END
	app1_root
	END
	expect_golden ioscli lsdev -plc "$M"-V1-C22 -field name -fmt : <<-END
	vhost10
	END
	expect_golden ioscli lsdev -plc "$M-P0-C$host-T1-T0-L0" -field name \
		-fmt : <<-END
	$hdisk
	END
}

test_attr_vhost()
{
	expect_golden ioscli lsdev -dev vhost0 -attr <<-END
	attribute        value       description                user_settable

	clients          app1:vscsi0 Connected Client Adapters  False
	remote_partition 6           Partition at the Other End False
	remote_slot      13          Slot at the Other End      False
	slot             12          Virtual Slot               False
	END
	expect_golden ioscli lsdev -dev vhost1 -attr <<-END
	attribute        value description                user_settable

	clients                Connected Client Adapters  False
	remote_partition any   Partition at the Other End False
	remote_slot      any   Slot at the Other End      False
	slot             13    Virtual Slot               False
	END
}

# Columns are as wide as their widest entry, which is not the same each time.
squeezed()
{
	"$@" | tr -s ' '
}

test_attr_vtd()
{
	local udid

	udid=$(vtd_fields vtscsi2 udid)
	expect_golden squeezed ioscli lsdev -dev vtscsi2 -attr <<-END
	attribute value description user_settable

	LogicalUnitAddr 0x8200000000000000 Logical Unit Address False
	aix_tdev ram Target Device Name False
	backend ram How the Backing Device is Reached False
	block_size 512 Logical Block Size in Bytes False
	inject_delay_us 0 Microseconds to Wait Before Each Command True
	inject_error none Error to Answer With True
	inject_every 0 Commands From One Error to the Next True
	phys_block_size 4096 Physical Block Size in Bytes False
	read_only false Read Only False
	size 4194304 Size in Bytes False
	state available State of the Backing Device False
	thin true Blocks Can Be Unmapped False
	udid_info $udid Unique Device Identifier False
	write_cache false Volatile Write Cache False
	END
}

test_attr_names()
{
	expect_golden ioscli lsdev -dev app1_lv -attr aix_tdev <<-END
	value

	app1_lv
	END
	expect_golden ioscli lsdev -dev app1_root \
		-attr LogicalUnitAddr,mirrored block_size <<-END
	value

	0x8100000000000000
	false
	512
	END
}

test_attr_vscsi()
{
	expect_golden ioscli -p app2 lsdev -dev vscsi1 \
		-attr link_state slot remote_partition remote_slot queues <<-END
	value

	up
	5
	1
	22
	$(nproc)
	END
}

test_range()
{
	expect_golden ioscli lsdev -dev vtscsi0 -range inject_error <<-END
	none
	medium
	no_space
	not_ready
	target_failure
	hang
	END
	expect_golden ioscli lsdev -dev vtscsi0 -range inject_delay_us <<-END
	0...60000000 (+1)
	END
}

test_parent()
{
	expect_golden ioscli lsdev -dev app1_root -parent <<-END
	parent

	vhost0
	END
}

test_child()
{
	expect_golden ioscli lsdev -dev vhost0 -child <<-END
	child

	app1_file
	app1_lv
	app1_root
	vtscsi0
	END
	expect_golden ioscli lsdev -dev vhost10 -child -field name physloc \
		-fmt : <<-END
	vtscsi10:$M-V1-C22-L1
	vtscsi2:$M-V1-C22-L2
	END
}

test_vpd()
{
	expect_golden ioscli lsdev -dev vhost0 -vpd <<-END
	  vhost0           $M-V1-C12  Virtual SCSI Server Adapter

	        Hardware Location Code......$M-V1-C12

	  PLATFORM SPECIFIC

	  Name:  v-scsi-host
	    Node:  v-scsi-host@3000000c
	    Physical Location: $M-V1-C12
	END
	check_equal "$(ioscli lsdev -vpd | grep -c 'Node:  v-scsi-host@300000')" \
		11 "adapters in lsdev -vpd"
}

test_slots()
{
	expect_golden ioscli lsdev -slots < <(
		echo "# Slot                    Description       Device(s)"
		for n in 0 1 2 3 4 5 6 7 8 9 10; do
			echo "$M-V1-C$((n + 12))  Virtual I/O Slot  vhost$n"
		done
		echo "$M-V1-C30  Virtual I/O Slot  Unknown"
	)
}

test_client()
{
	expect_golden ioscli -p app2 lsdev -virtual -type adapter <<-END
	name             status      description
	vscsi1           Available   Virtual SCSI Client Adapter
	END
	VSCSI_PARTITION=28 expect_golden ioscli lsdev -type adapter \
		-field name physloc -fmt : <<-END
	vscsi1:$M-V28-C5
	END
}

test_client_disk()
{
	local name=${client_disk##*/}

	expect_golden ioscli -p app2 lsdev -dev "$name" \
		-field name description parent physloc -fmt : <<-END
	$name:Virtual SCSI Disk Drive:vscsi1:$M-V28-C5-T1-L8200000000000000
	END
	expect_golden ioscli -p app2 lsdev -dev "$name" -attr size,block_size <<-END
	value

	4194304
	512
	END
	expect_refusal 2 "\"$name\"" ioscli lsdev -dev "$name"
}

test_exit_status()
{
	expect_refusal 2 '"hdisk99"' ioscli lsdev -dev hdisk99
	expect_refusal 10 "\"$M-V9-C2\"" ioscli lsdev -plc "$M"-V9-C2
	expect_refusal 1 '"nonsense"' ioscli lsdev -type nonsense
	expect_refusal 1 '"nonsense"' ioscli lsdev -state nonsense
	expect_refusal 1 '"nonsense"' ioscli lsdev -field nonsense
	expect_refusal 1 '"nonsense".*"vhost0"' \
		ioscli lsdev -dev vhost0 -attr nonsense
	expect_refusal 1 '"nonsense"' \
		ioscli lsdev -dev vhost0 -attr slot,nonsense
	expect_refusal 1 'no range' ioscli lsdev -dev vhost0 -range slot
	expect_refusal 1 '-dev or -plc' ioscli lsdev -attr
	expect_refusal 1 '-dev or -plc' ioscli lsdev -child
	expect_refusal 1 'cannot be used together' \
		ioscli lsdev -dev vhost0 -type adapter
	expect_refusal 1 'cannot be used together' \
		ioscli lsdev -dev vhost0 -parent -child
	expect_refusal 1 'Option flag is not valid: "-x"' ioscli lsdev -x
	expect_refusal 1 'Too many arguments' ioscli lsdev vhost0
}

test_lslpar()
{
	expect_golden ioscli lslpar <<-END
	ID    Name  Type    Slots Adapters
	1     vios1 vios    12    vhost0,vhost1,vhost2,vhost3,vhost4,vhost5,vhost6,vhost7,vhost8,vhost9,vhost10
	6     app1  client  1     vscsi0
	28    app2  client  1     vscsi1
	END
	expect_golden ioscli lslpar -lpar app1 -field adapters id -fmt , <<-END
	vscsi0,6
	END
	expect_refusal 2 '"nobody"' ioscli lslpar -lpar nobody
}

# The counters are those of sysfs.
test_lsstat()
{
	local before after

	before=$(ioscli lsstat -vtd vtscsi2 -field reads readbytes -fmt :)
	dd if="$client_disk" of=/dev/null bs=128k count=8 iflag=direct \
		2>/dev/null
	after=$(ioscli lsstat -vtd vtscsi2 -field reads readbytes -fmt :)
	check_equal $((${after%:*} - ${before%:*})) 8 "reads"
	check_equal $((${after#*:} - ${before#*:})) 1048576 "bytes read"
	check_equal "$(ioscli lsstat -vadapter vhost10 -field vtd svsa inflight \
		-fmt :)" "vtscsi10:vhost10:0
vtscsi2:vhost10:0" "counters of vhost10"
	check_equal "$(ioscli lsstat | awk '{ print $1 }' | paste -sd ' ')" \
		"VTD app1_file app1_lv app1_root vtscsi0 vtscsi10 vtscsi2" \
		"the first column"
	expect_refusal 2 '"nothing"' ioscli lsstat -vtd nothing
	expect_refusal 15 '"vscsi0"' ioscli lsstat -vadapter vscsi0
}

test_ioslevel()
{
	check_match "$(ioscli ioslevel)" '^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$' level
	expect_refusal 1 'Too many arguments' ioscli ioslevel x
}

test_help()
{
	local verb

	for verb in $(ioscli --list-verbs); do
		ioscli help 2>/dev/null | grep -qE "^    $verb +[A-Z]"
		check_err $? "$verb is not in help"
		check_match "$(ioscli help "$verb" 2>&1)" \
			"^Usage: ${verb}[[:space:]].*\\.( \\(an addition.*\\))?\$" "help $verb"
	done
	expect_refusal 1 '"nonsense"' ioscli help nonsense
	expect_refusal 1 '"nonsense"' ioscli nonsense
	expect_refusal 1 'A command is missing' ioscli
	expect_refusal 1 '"-p" requires an argument' ioscli -p
}

# A verb is a program of its own too, wherever it is started from.
test_names_of_verbs()
{
	expect_golden lsmap -vadapter vhost1 -field svsa -fmt : <<-END
	vhost1
	END
	ln -s "$(command -v ioscli)" "$TMPDIR/lslpar"
	expect_golden "$TMPDIR/lslpar" -lpar 28 -field name -fmt : <<-END
	app2
	END
	rm "$TMPDIR/lslpar"
}

test_chdev()
{
	local name=${client_disk##*/}

	expect_output "vtscsi0 changed" ioscli chdev -dev vtscsi0 \
		-attr inject_delay_us=7 inject_every=3
	expect_output "value

7
3
none" ioscli lsdev -dev vtscsi0 -attr inject_delay_us,inject_every,inject_error
	expect_output "vtscsi0 changed" ioscli chdev -attr inject_delay_us=0 \
		-dev vtscsi0
	expect_output "app1_root changed" \
		ioscli chdev -dev app1_root -attr rescan=yes
	expect_output "$name changed" ioscli -p app2 chdev -dev "$name" \
		-attr queue_depth=5 rw_timeout=17
	check_equal "$(cat "/sys/class/block/$name/device/queue_depth")" 5 \
		"queue depth"
	check_equal "$(cat "/sys/class/block/$name/device/timeout")" 17 \
		"command timeout"
}

require_cmd jq diff
make_system
client_disk=
client_disk client_disk vtscsi2 || exit
tests_run
