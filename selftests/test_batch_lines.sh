#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Many commands in one run: each is done and saved before the next line is read; a failure ends
# the run and undoes nothing.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

ALL_TESTS="
	test_file
	test_answers_before_next_line
	test_failure_keeps_the_rest
	test_question_takes_no_line
"

# Print the VTDs in the saved configuration.
saved()
{
	jq -r 'select(.kind == "vtd") | .name' "$VSCSI_STATE_DIR/configuration" | sort | xargs
}

test_file()
{
	local n

	for ((n = 0; n < 20; n++)); do
		echo "mkvdev -ram 1M -vadapter vhost0 -dev many$n"
	done >"$TMPDIR/batch"
	defer rm "$TMPDIR/batch"
	expect_output "$(seq -f 'many%g Available' 0 19)" ioscli -f "$TMPDIR/batch"
	check_equal "$(saved | wc -w)" 20 "saved mappings"
	sed 's/.*-dev/rmvdev -vtd/' "$TMPDIR/batch" >"$TMPDIR/undo"
	defer rm "$TMPDIR/undo"
	expect_output "$(seq -f 'many%g deleted' 0 19)" ioscli -f "$TMPDIR/undo"
	check_equal "$(saved)" "" "saved mappings"
}

# Whoever writes the lines can wait for what each of them says.
test_answers_before_next_line()
{
	local answer

	coproc ioscli -f - 2>&1
	echo "mkvdev -ram 1M -vadapter vhost0 -dev first" >&"${COPROC[1]}"
	defer unmap first
	read -r -t 60 answer <&"${COPROC[0]}"
	check_equal "$answer" "first Available" "the first answer"
	check_equal "$(saved)" first "saved while the run goes on"
	echo "lsmap -all -field vtd -fmt :" >&"${COPROC[1]}"
	read -r -t 60 answer <&"${COPROC[0]}"
	check_equal "$answer" first "the second answer"
	eval "exec ${COPROC[1]}>&-"
	wait "$COPROC_PID"
	check_err $? "exit status"
}

test_failure_keeps_the_rest()
{
	defer unmap kept
	printf '%s\n' 'mkvdev -ram 1M -vadapter vhost0 -dev kept' \
		'mkvdev -ram 1M -vadapter vhost99 -dev lost' \
		'rmvdev -vtd kept' >"$TMPDIR/batch"
	defer rm "$TMPDIR/batch"
	ioscli -f "$TMPDIR/batch" >"$TMPDIR/out" 2>"$TMPDIR/stderr"
	check_equal $? 15 "exit status"
	check_equal "$(cat "$TMPDIR/out")" "kept Available" "stdout"
	check_match "$(cat "$TMPDIR/stderr")" '/batch, line 2: .*"vhost99"' "stderr"
	check_equal "$(saved)" kept "saved"
}

test_question_takes_no_line()
{
	local ram

	mkram ram 32
	check_err $?
	# Removed by the last line.
	printf '%s\n' "mkvg -vg batchvg $ram" 'mklv -lv batchlv batchvg 4M' 'rmlv batchlv' y \
		'lsvg -lv batchvg -field lvname -fmt :' 'rmlv -f batchlv' \
		"reducevg batchvg $ram" >"$TMPDIR/batch"
	defer rm "$TMPDIR/batch"
	ioscli -f - -k <"$TMPDIR/batch" >"$TMPDIR/out" 2>"$TMPDIR/stderr"
	check_equal $? 4 "exit status"
	check_match "$(cat "$TMPDIR/stderr")" 'line 3: .*Nothing is removed' "the question"
	check_match "$(cat "$TMPDIR/stderr")" 'line 4: Command "y"' "the next line"
	check_match "$(cat "$TMPDIR/out")" 'n\(o\)\? batchlv' "the volume after the question"
	check_equal "$(ioscli lsvg | grep -x batchvg)" "" "the group afterwards"
}

require_cmd jq lvcreate
need_module
wait_linked vhost0 || exit
tests_run
