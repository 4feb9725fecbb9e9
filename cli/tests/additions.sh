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

make_sysfs
tests_run
