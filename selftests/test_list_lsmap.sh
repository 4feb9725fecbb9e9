#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What lsmap prints, byte for byte, in each of its forms.
#
# timeout: 600

# shellcheck source=list_setup.sh
. "$(dirname "$0")/list_setup.sh"

ALL_TESTS="
	test_normal
	test_no_vtd
	test_by_location
	test_all_order
	test_all_blocks
	test_dec
	test_type
	test_type_without_match
	test_client
	test_fmt
	test_fmt_delimiters
	test_fmt2
	test_fields_fmt
	test_fields_any_order
	test_fields_spelling
	test_fields_labels
	test_fields_without_vtd
	test_additions
	test_exit_status
	test_broken_pipe
	test_full_disk
	test_graph
"

test_normal()
{
	expect_golden ioscli lsmap -vadapter vhost0 <<-END
	SVSA            Physloc                                      Client Partition ID
	--------------- -------------------------------------------- ------------------
	vhost0          $M-V1-C12                     0x00000006

	VTD                   app1_file
	Status                Available
	LUN                   0x8200000000000000
	Backing device        $file
	Physloc
	Mirrored              N/A

	VTD                   app1_lv
	Status                Available
	LUN                   0x8400000000000000
	Backing device        app1_lv
	Physloc
	Mirrored              N/A

	VTD                   app1_root
	Status                Available
	LUN                   0x8100000000000000
	Backing device        $hdisk
	Physloc               $M-P0-C$host-T1-T0-L0
	Mirrored              false

	VTD                   vtscsi0
	Status                Available
	LUN                   0x8300000000000000
	Backing device        ram
	Physloc
	Mirrored              N/A

	END
}

test_no_vtd()
{
	expect_golden ioscli lsmap -vadapter vhost1 <<-END
	SVSA            Physloc                                      Client Partition ID
	--------------- -------------------------------------------- ------------------
	vhost1          $M-V1-C13                     0x00000000

	VTD                   NO VIRTUAL TARGET DEVICE FOUND

	END
}

test_by_location()
{
	expect_golden ioscli lsmap -plc "$M"-V1-C22 <<-END
	SVSA            Physloc                                      Client Partition ID
	--------------- -------------------------------------------- ------------------
	vhost10         $M-V1-C22                     0x0000001c

	VTD                   vtscsi10
	Status                Available
	LUN                   0x8100000000000000
	Backing device        ram
	Physloc
	Mirrored              N/A

	VTD                   vtscsi2
	Status                Available
	LUN                   0x8200000000000000
	Backing device        ram
	Physloc
	Mirrored              N/A

	END
}

# vhost2 before vhost10.
test_all_order()
{
	expect_golden ioscli lsmap -all -field svsa physloc -fmt : < <(
		for n in 0 1 2 3 4 5 6 7 8 9 10; do
			echo "vhost$n:$M-V1-C$((n + 12))"
		done
	)
}

# All is what each alone is, one after the other.
test_all_blocks()
{
	expect_golden ioscli lsmap -all < <(
		for n in 0 1 2 3 4 5 6 7 8 9 10; do
			ioscli lsmap -vadapter "vhost$n"
		done
	)
	check_equal "$(ioscli lsmap -all | grep -c 'C12 ')" 1 \
		"lines with the slot of vhost0"
	check_equal "$(ioscli lsmap -all -fmt : | grep 'C22:' | cut -d : -f 1)" \
		vhost10 "adapter in slot 22"
}

test_dec()
{
	expect_golden ioscli lsmap -vadapter vhost10 -dec -type disk <<-END
	SVSA            Physloc                                      Client Partition ID
	--------------- -------------------------------------------- ------------------
	vhost10         $M-V1-C22                     28

	VTD                   NO VIRTUAL TARGET DEVICE FOUND

	END
	expect_golden ioscli lsmap -all -dec -type ram -field svsa clientid \
		-fmt : <<-END
	vhost0:6
	vhost10:28
	END
}

test_type()
{
	expect_golden ioscli lsmap -all -type disk -field vtd backing -fmt : <<-END
	app1_root:$hdisk
	END
	expect_golden ioscli lsmap -all -type lv -field vtd backing -fmt : <<-END
	app1_lv:app1_lv
	END
	expect_golden ioscli lsmap -all -type file -field vtd backing -fmt : <<-END
	app1_file:$file
	END
	expect_golden ioscli lsmap -type lv file_disk disk -all \
		-field svsa vtd -fmt : <<-END
	vhost0:app1_file:app1_lv:app1_root
	END
	expect_golden ioscli lsmap -all -fmt : -type ram -field vtd <<-END
	vtscsi0
	vtscsi10:vtscsi2
	END
}

test_type_without_match()
{
	expect_golden ioscli lsmap -all -type cl_disk </dev/null
	expect_golden ioscli lsmap -all -type optical -fmt : </dev/null
	expect_golden ioscli lsmap -vadapter vhost0 -type tape \
		-field svsa vtd -fmt : <<-END
	vhost0: 
	END
}

test_client()
{
	expect_golden ioscli lsmap -all -cpid 28 -field clientid svsa -fmt : <<-END
	0x0000001c:vhost10
	END
	expect_golden ioscli lsmap -all -cpid 6 -field svsa -fmt : <<-END
	vhost0
	END
	expect_golden ioscli lsmap -all -cpid 7 </dev/null
}

test_fmt()
{
	expect_golden ioscli lsmap -vadapter vhost0 -fmt : <<-END
	vhost0:$M-V1-C12:0x00000006:app1_file:Available:0x8200000000000000:$file: :N/A:app1_lv:Available:0x8400000000000000:app1_lv: :N/A:app1_root:Available:0x8100000000000000:$hdisk:$M-P0-C$host-T1-T0-L0:false:vtscsi0:Available:0x8300000000000000:ram: :N/A
	END
	expect_golden ioscli lsmap -vadapter vhost3 -fmt : <<-END
	vhost3:$M-V1-C15:0x00000000: : : : : : 
	END
}

test_fmt_delimiters()
{
	local d

	for d in : "," ";" . "|" :: "%s" "\\" "-" "@"; do
		expect_golden ioscli lsmap -vadapter vhost1 \
			-field svsa clientid vtd lun -fmt "$d" <<-END
		vhost1${d}0x00000000$d $d 
		END
	done
}

# Empty fields are empty.
test_fmt2()
{
	local d

	for d in "!" "@" "#" "%" "," ":"; do
		expect_golden ioscli lsmap -vadapter vhost1 -fmt2 "$d" <<-END
		vhost1$d$M-V1-C13${d}0x00000000$d$d$d$d$d$d
		END
	done
	expect_golden ioscli lsmap -vadapter vhost0 -type lv -fmt2 "," <<-END
	vhost0,$M-V1-C12,0x00000006,app1_lv,Available,0x8400000000000000,app1_lv,,N/A
	END
}

test_fields_fmt()
{
	expect_golden ioscli lsmap -vadapter vhost10 -field backing -fmt : <<-END
	ram:ram
	END
	expect_golden ioscli lsmap -vadapter vhost10 -field vtd backing -fmt : <<-END
	vtscsi10:ram:vtscsi2:ram
	END
	expect_golden ioscli lsmap -vadapter vhost0 -field bdphysloc mirrored \
		status -fmt : <<-END
	 :N/A:Available: :N/A:Available:$M-P0-C$host-T1-T0-L0:false:Available: :N/A:Available
	END
	expect_golden ioscli lsmap -all -field backing -fmt : < <(
		echo "$file:app1_lv:$hdisk:ram"
		for _ in 1 2 3 4 5 6 7 8 9; do
			echo " "
		done
		echo "ram:ram"
	)
}

# What belongs to the adapter comes first, each group as it was asked for.
test_fields_any_order()
{
	expect_golden ioscli lsmap -field svsa vtd "Client Partition ID" \
		Physloc -vadapter vhost10 -fmt : <<-END
	vhost10:0x0000001c:$M-V1-C22:vtscsi10:vtscsi2
	END
	expect_golden ioscli lsmap -fmt : -field clientid svsa -all \
		-type lv <<-END
	0x00000006:vhost0
	END
	expect_golden ioscli lsmap -fmt ";" -field backing -type disk \
		-vadapter vhost0 <<-END
	$hdisk
	END
	expect_golden ioscli lsmap -vadapter vhost10 -field lun svsa vtd \
		clientid -fmt : <<-END
	vhost10:0x0000001c:0x8100000000000000:vtscsi10:0x8200000000000000:vtscsi2
	END
}

# Short names and headings, in any case.
test_fields_spelling()
{
	local words

	for words in "backing" "Backing" "Backing device" "BACKING DEVICE"; do
		expect_golden ioscli lsmap -vadapter vhost0 -type lv \
			-field "$words" -fmt : <<-END
		app1_lv
		END
	done
	for words in "clientid" "ClientID" "Client Partition ID" \
			"client partition id"; do
		expect_golden ioscli lsmap -vadapter vhost0 -field "$words" \
			-fmt : <<-END
		0x00000006
		END
	done
	expect_golden ioscli lsmap -vadapter vhost0 -type lv \
		-field SVSA physLoc VTD Status LUN Mirrored BDPHYSLOC -fmt : <<-END
	vhost0:$M-V1-C12:app1_lv:Available:0x8400000000000000:N/A: 
	END
}

test_fields_labels()
{
	expect_golden ioscli lsmap -vadapter vhost0 -field backing <<-END
	Backing device        $file
	Backing device        app1_lv
	Backing device        $hdisk
	Backing device        ram
	END
	expect_golden ioscli lsmap -vadapter vhost10 -field backing vtd <<-END
	Backing device        ram
	VTD                   vtscsi10

	Backing device        ram
	VTD                   vtscsi2
	END
	check_equal "$(ioscli lsmap -vadapter vhost0 -type lv disk \
		-field vtd backing | cut -c 23- | paste -sd :)" \
		"app1_lv:app1_lv::app1_root:$hdisk" "values by column"
}

test_fields_without_vtd()
{
	expect_golden ioscli lsmap -vadapter vhost1 -field vtd <<-END
	VTD                   NO VIRTUAL TARGET DEVICE FOUND
	END
	expect_golden ioscli lsmap -vadapter vhost1 -field vtd -fmt : <<-END
	 
	END
	expect_golden ioscli lsmap -vadapter vhost1 -field vtd lun -fmt2 : <<-END
	:
	END
}

test_additions()
{
	expect_golden ioscli lsmap -vadapter vhost10 -fmt : \
		-field client clientadapter clientslot type size blocksize <<-END
	app2:vscsi1:5:ram:4194304:512:ram:4194304:512
	END
}

test_exit_status()
{
	expect_refusal 15 '^Device "fcs0" is not a Server Virtual SCSI Adapter \(SVSA\)\.$' \
		ioscli lsmap -vadapter fcs0
	expect_refusal 15 '"vscsi0"' ioscli lsmap -vadapter vscsi0
	expect_refusal 15 '"app1_lv"' ioscli lsmap -vadapter app1_lv
	expect_refusal 15 '"vhost11"' ioscli lsmap -vadapter vhost11
	expect_refusal 10 "\"$M-V1-C99\"" ioscli lsmap -plc "$M"-V1-C99
	# In a slot of another partition, and in one that is not configured.
	expect_refusal 10 "\"$M-V6-C13\"" ioscli lsmap -plc "$M"-V6-C13
	expect_refusal 15 "\"$M-V1-C30\"" ioscli lsmap -plc "$M"-V1-C30
	expect_refusal 1 'Usage: lsmap' ioscli lsmap
	expect_refusal 1 'Option flag is not valid: "-net"' ioscli lsmap -net
	expect_refusal 1 'cannot be used together' \
		ioscli lsmap -all -vadapter vhost0
	expect_refusal 1 'cannot be used together' \
		ioscli lsmap -all -fmt : -fmt2 :
	expect_refusal 1 'cannot be used together' \
		ioscli lsmap -all -fmt : -json
	expect_refusal 1 '"nonsense"' ioscli lsmap -all -field vtd nonsense
	expect_refusal 1 '"nonsense"' ioscli lsmap -all -type nonsense
	expect_refusal 1 'delimiter " "' ioscli lsmap -all -fmt " "
	expect_refusal 1 'delimiter ";"' ioscli lsmap -all -fmt2 ";"
	expect_refusal 1 'delimiter "::"' ioscli lsmap -all -fmt2 "::"
	expect_refusal 1 '"x"' ioscli lsmap -all -cpid x
	expect_refusal 1 '"65535"' ioscli lsmap -all -cpid 65535
	expect_refusal 1 'requires an argument' ioscli lsmap -all -field
	expect_refusal 1 'requires an argument' ioscli lsmap -all -fmt
	expect_refusal 1 'more than once' ioscli lsmap -all -all
	expect_refusal 1 'Too many arguments: "vhost0"' ioscli lsmap -all vhost0
	expect_refusal 1 'on a Virtual I/O Server only' ioscli -p app1 lsmap -all
	expect_refusal 2 'no partition "nobody"' ioscli -p nobody lsmap -all
}

# A reader that goes away is no reason to say anything odd.
test_broken_pipe()
{
	ioscli lsmap -all 2>"$TMPDIR/stderr" | head -n 1 >"$TMPDIR/out"
	check_equal "$(wc -l <"$TMPDIR/out")" 1 "lines"
	check_equal "$(cat "$TMPDIR/stderr")" "" "stderr"
}

test_full_disk()
{
	ioscli lsmap -all >/dev/full 2>"$TMPDIR/stderr"
	check_equal $? 4 "exit status with a full disk"
	check_match "$(cat "$TMPDIR/stderr")" 'cannot be written' "stderr"
}

# Each thing is a box once, and every mapping leads from its backing device to its client.
test_graph()
{
	local graph

	graph=$(ioscli lsmap -all -graph)
	check_match "$graph" '^digraph vscsi \{.*\}$' "the graph"
	check_equal "$(grep -o '"[a-z]* [^"]*" \[label' <<<"$graph" | sort | uniq -d)" "" \
		"boxes that are there twice"
	check_equal "$(grep -o '"vtd [^"]*" \[' <<<"$graph" | wc -l)" 6 "virtual target devices"
	check_equal "$(grep -c 'shape=cylinder' <<<"$graph")" 6 "backing devices"
	check_equal "$(grep -c '^    "adapter vhost[0-9]*" -> "adapter vscsi[0-9]*";$' \
		<<<"$graph")" 2 "connections"
	check_equal "$(grep -c '^    "vtd [^"]*" -> "adapter vhost\(0\|10\)";$' <<<"$graph")" 6 \
		"mappings"
	command -v dot >/dev/null ||
		expect_refusal 4 'program "dot" cannot be run' ioscli lsmap -all -svg
}

require_cmd jq diff
make_system
tests_run
