#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a Virtual I/O Server doesn't have: pictures, many commands in one run, changes as they
# happen. Against a made-up kernel. KTAP.
#
# The tests are called by name:
# shellcheck disable=SC2317

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# --- the picture ---

test_lsmap_graph()
{
	run lsmap -vadapter vhost0 -type disk lv ram -graph
	check_out <<-'EOF'
	digraph vscsi {
	    rankdir=LR;
	    graph [style=rounded, fontname="sans-serif"];
	    node [shape=box, fontname="sans-serif"];
	    edge [arrowhead=none];
	    subgraph "cluster 1" { label="vios1"; "adapter vhost0" [label="vhost0\nC12"]; }
	    subgraph "cluster 6" { label="app1"; "adapter vscsi0" [label="vscsi0"]; }
	    "adapter vhost0" -> "adapter vscsi0";
	    subgraph "cluster 1" { label="vios1"; "vtd app1_lv" [label="app1_lv\n0x8400000000000000", style=dashed, color=red]; }
	    "backing fd00000000 0" [label="app1_lv", shape=cylinder];
	    "backing fd00000000 0" -> "vtd app1_lv";
	    "vtd app1_lv" -> "adapter vhost0";
	    subgraph "cluster 1" { label="vios1"; "vtd app1_root" [label="app1_root\n0x8100000000000000"]; }
	    "backing app1_root" [label="hdisk4", shape=cylinder];
	    "backing app1_root" -> "vtd app1_root";
	    "vtd app1_root" -> "adapter vhost0";
	    subgraph "cluster 1" { label="vios1"; "vtd vtscsi0" [label="vtscsi0\n0x8300000000000000"]; }
	    "backing vtscsi0" [label="ram", shape=cylinder];
	    "backing vtscsi0" -> "vtd vtscsi0";
	    "vtd vtscsi0" -> "adapter vhost0";
	}
	EOF
}

# A name can't end its string, nor be taken for Graphviz's own words.
test_lsmap_graph_escapes()
{
	local odd="$dir/a\"b\\N&lt;c"$'\n'"d"

	: > "$odd"
	VSCSI_FAKE_FILE=$odd run lsmap -vadapter vhost1 -graph
	check_rc 0
	grep -qF "[label=\"$dir/a\\\"b\\\\N&amp;lt;c?d\", shape=cylinder]" "$dir/out" ||
		fail "got $(grep cylinder "$dir/out")"
	rm "$odd"
}

test_lsmap_svg()
{
	run lsmap -all -svg
	check_out <<-'EOF'
	<svg> -Tsvg 17 </svg>
	EOF
	run lsmap -all -svg -graph
	check_err 1 'cannot be used together'
	run lsmap -all -svg -field vtd
	check_err 1 'Option flags "-svg" and "-field" cannot be used together'
}

# --- many commands in one run ---

test_batch_file()
{
	cat > "$dir/batch" <<-'EOF'
	# one mapping, and what there is then

	mkvdev -ram 64M -vadapter vhost1 -dev 'one'	# a word
	ioscli lsdev -dev "vho""st1" -field name -fmt :
	-p app1 lsdev -dev vsc\si0 -field name -fmt :
	lsdev -dev vhost2 -field name -fmt :
	EOF
	printf 'lsdev -dev vhost10 -field name -fmt :\r' >> "$dir/batch"
	run -f "$dir/batch"
	check_out <<-'EOF'
	one Available
	vhost1
	vscsi0
	vhost2
	vhost10
	EOF
	check_log "vtd_new adapter=vhost1 name=one fd=0 ram=67108864 backing=- type=0 lun=0 bs=0 ro=0 share=0"
}

test_batch_stdin()
{
	ANSWER='rmvdev -vtd vtscsi0' run -f -
	check_out <<-EOF
	vtscsi0 deleted
	EOF
}

test_batch_partition()
{
	ANSWER='lsdev -type adapter -field name -fmt :' run -p app1 -f -
	check_out <<-EOF
	vscsi0
	EOF
}

# A failure ends it, with its own exit status, or is gone past.
test_batch_failure()
{
	printf '%s\n' 'rmvdev -vtd vtscsi0' 'rmvdev -vtd none' 'rmvdev -vtd vtscsi2' \
		'lsmap' > "$dir/batch"
	run -f "$dir/batch"
	check_rc 2
	check_log "vtd_del vtscsi0 force=0"
	diff - "$dir/err" <<-EOF || fail "message"
	$dir/batch, line 2: There is no virtual target device "none".
	EOF
	run -f "$dir/batch" -k
	check_rc 2
	check_log "vtd_del vtscsi0 force=0
vtd_del vtscsi2 force=0"
	grep -q "^$dir/batch, line 4: Missing required option flag" "$dir/err" ||
		fail "no message about line 4"
}

# What is no line changes nothing.
test_batch_bad_lines()
{
	local line

	for line in 'rmvdev -vtd "vtscsi0' "rmvdev -vtd 'vtscsi0" 'nonsense' '-f x' '-p' \
			'-p app1' ioscli 'rmvdev -vtd ""' '"" rmvdev'; do
		ANSWER=$line run -f -
		check_err 1 "standard input, line 1: "
		check_log ""
	done
	printf 'help\0help\n' > "$dir/batch"
	run -f "$dir/batch"
	check_err 1 "$dir/batch, line 1: The line is not valid: it is not text."
	: > "$dir/batch"
	run -f "$dir/batch"
	check_out < /dev/null
	run -f "$dir/none"
	check_err 2 "File $dir/none does not exist."
	run -f "$dir"
	check_err 4 "\"$dir\" cannot be read"
	run -f
	check_err 1 "requires an argument"
	run -f "$dir/batch" -k more
	check_err 1 'Too many arguments: "more"'
}

# --- changes as they happen ---

test_monitor_text()
{
	run monitor -field event type name status svsa backing
	check_out <<-EOF
	Event   Type      Name            Status    SVSA     Backing device
	created partition app1
	created adapter   $U-V1-C30 Unknown
	changed adapter   vhost2          Defined
	created vtd       vtscsi0         Available vhost0   ram
	changed vtd       app1_lv         Defined   vhost0   app1_lv
	deleted vtd       app1_root       Available vhost0   hdisk4
	EOF
	run monitor
	check_rc 0
	grep -qE '^20..-..-..T..:..:..[+-].... deleted vtd       app1_root ' "$dir/out" ||
		fail "no time"
}

test_monitor_fmt()
{
	run monitor -fmt : -field event name lun partition
	check_out <<-EOF
	created:app1: :6
	created:$U-V1-C30: :1
	changed:vhost2: :1
	created:vtscsi0:0x8300000000000000: 
	changed:app1_lv:0x8400000000000000: 
	deleted:app1_root:0x8100000000000000: 
	EOF
}

test_monitor_json()
{
	run monitor -json -field event name lun partition
	check_out <<-EOF
	{ "event": "created", "name": "app1", "lun": null, "partition": 6 }
	{ "event": "created", "name": "$U-V1-C30", "lun": null, "partition": 1 }
	{ "event": "changed", "name": "vhost2", "lun": null, "partition": 1 }
	{ "event": "created", "name": "vtscsi0", "lun": "0x8300000000000000", "partition": null }
	{ "event": "changed", "name": "app1_lv", "lun": "0x8400000000000000", "partition": null }
	{ "event": "deleted", "name": "app1_root", "lun": "0x8100000000000000", "partition": null }
	EOF
}

test_monitor_lost()
{
	VSCSI_FAKE=lost run monitor -fmt : -field event type name
	check_rc 0
	grep -q 'some were lost' "$dir/err" || fail "no message"
	[ "$(head -n 1 "$dir/out")" = "lost: : " ] || fail "the loss is not told first"
	[ "$(grep -c '^present:vtd:' "$dir/out")" = 6 ] || fail "not all that is there"
}

# What ends it ends the run as well.
test_monitor_batch()
{
	ANSWER=$'monitor -field event\nrmvdev -vtd vtscsi0' run -f -
	check_rc 130
	[ "$(tail -n 1 "$dir/out")" = deleted ] || fail "printed: $(cat "$dir/out")"
	check_log ""
}

test_monitor_refused()
{
	VSCSI_FAKE=no-module run monitor
	check_err 4 "module is not loaded"
	VSCSI_FAKE=unloaded run monitor -json
	check_err 4 "module is not loaded"
	run monitor -field nonsense
	check_err 1 'The field "nonsense" is not valid'
	run monitor -json -fmt :
	check_err 1 'cannot be used together'
}

make_sysfs
tests_run
