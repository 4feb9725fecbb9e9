#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# Command lines that nobody would type: the tool's own words, names and numbers in any order,
# cut short and with odd characters. It must say what is wrong, never crash, and change nothing
# unless it says what it changed. FUZZ_SECONDS is how long (10), FUZZ_SEED the seed (the time).

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

ALL_TESTS="
	words
"

readonly verbs=(lsmap lsdev mkvdev rmvdev chdev rmdev cfgdev ioslevel help lslpar mklpar rmlpar
	mkvadapter rmvadapter lsstat viosbr loadopt unloadopt lsvopt
	mkvg lsvg extendvg reducevg activatevg deactivatevg importvg exportvg chvg mklv lslv
	extendlv rmlv chlv lspv mksp lssp chsp rmsp mkbdsp chbdsp rmbdsp mkrep lsrep chrep rmrep
	mkvopt chvopt rmvopt)
readonly flags=(-all -vdev -vadapter -dev -f -vtd -plc -type -cpid -dec -field -fmt -fmt2 -json
	-virtual -attr -vpd -parent -child -slots -range -recursive -ucfg -ram -ro -bs -direct
	-buffered -lun -udid -wait -client -any -slot -clientslot -queues -server -lpar -id -state
	-aplc -p -perm -graph -svg -Cc -backup -view -restore -file -list -mapping -validate -fbo -disk -release -rw
	-vg -lv -pv -map -free -avail -size -prefix -mirror -rmlv -auto -unlock -sp -fb -bd -add -rm
	-default -detail -tn -mv -savebd -name -access)
readonly values=(vhost0 vscsi0 target client1 vios1 vtscsi0 1M 0 -1 512 4096 65535 4294967296
	99999999999999999999 0x8100000000000000 0x U9105.22A.0000001-V1-C2 /dev/null /dev/sda
	/etc/passwd . / '' ' ' ':' ',' ';' '*' '%s%n' "\$(reboot)" file lv disk all adapter
	$'\n' $'\t' $'\x01' $'\xff\xfe' 'näme' a_name_that_is_much_too_long_for_anything)

# Set the array $1 to a command line.
any_line()
{
	local -n any_line_var=$1
	local n word

	any_line_var=("${verbs[RANDOM % ${#verbs[@]}]}")
	for ((n = RANDOM % 7; n > 0; n--)); do
		case $((RANDOM % 5)) in
		0|1) word=${flags[RANDOM % ${#flags[@]}]} ;;
		2|3) word=${values[RANDOM % ${#values[@]}]} ;;
		*) word=${values[RANDOM % ${#values[@]}]}${flags[RANDOM % ${#flags[@]}]} ;;
		esac
		[ $((RANDOM % 8)) -gt 0 ] || word=${word:0:RANDOM % 4}
		any_line_var+=("$word")
	done
}

everything()
{
	ioscli lsmap -all -json
	ioscli lslpar -json
}

# Commands that change something print what: "vtscsi0 Available".
try()
{
	local line after status

	any_line line
	timeout 60 ioscli "${line[@]}" </dev/null >"$TMPDIR/stdout" 2>"$TMPDIR/stderr"
	status=$?
	lines=$((lines + 1))
	[ "$status" -lt 124 ]
	check_err $? "$(printf '%q ' "${line[@]}"): exit status $status"
	[ "$status" = 0 ] || [ -s "$TMPDIR/stderr" ]
	check_err $? "$(printf '%q ' "${line[@]}"): exit status $status without a word"
	after=$(everything)
	[ "$status" = 0 ] || [ "$before" = "$after" ] || [ -s "$TMPDIR/stdout" ]
	check_err $? "$(printf '%q ' "${line[@]}"): refused, but something has changed"
	before=$after
}

words()
{
	local deadline=$((SECONDS + ${FUZZ_SECONDS:-10})) lines=0 before

	before=$(everything)
	RANDOM=${FUZZ_SEED:-$EPOCHSECONDS}
	while [ "$RET" = "$KSFT_PASS" ] && [ "$SECONDS" -lt "$deadline" ]; do
		try
		[ $((lines % 50)) -gt 0 ] || start_anew
	done
	echo "$lines command lines"
}

start_anew()
{
	unload_module && insmod "$VSCSI_KO" && wait_linked vhost0 &&
		ioscli mkvdev -ram 1M -vadapter vhost0 -dev target >/dev/null
	check_err $? "the module can't be loaded anew"
	before=$(everything)
}

need_module
wait_linked vhost0 || exit
ioscli mkvdev -ram 1M -vadapter vhost0 -dev target >/dev/null
tests_run
