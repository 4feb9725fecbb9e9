#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Who has no privileges may list everything and change nothing: another user,
# and root in a user namespace of his own.
#
# timeout: 600

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

ALL_TESTS="
	test_user_lists
	test_user_changes
	test_namespace_lists
	test_namespace_changes
	test_other_network_namespace
"

# Root where he has made himself root.
in_namespace()
{
	unshare --user --map-root-user "$@"
}

# $@ must list the same as root does.
check_lists()
{
	local words

	for words in "lsmap -all" "lsmap -all -json" "lsdev -virtual" \
			"lsdev -dev target -attr" "lsdev -slots" lslpar lsstat \
			"-p client1 lsdev"; do
		# shellcheck disable=SC2086 # words
		ioscli $words >"$TMPDIR/as-root"
		# shellcheck disable=SC2086 # words
		expect_golden "$@" ioscli $words <"$TMPDIR/as-root"
	done
}

# $@ must be able to change nothing. The disk file is readable to all.
check_changes()
{
	local file before words

	mkfile file 1M
	chmod 666 "$file"
	chmod 755 "$TMPDIR" "$(dirname "$TMPDIR")"
	before=$(ioscli lslpar; ioscli lsdev -dev target -attr)
	while read -r words; do
		# shellcheck disable=SC2086 # words
		expect_no_change 3 'not allowed to change the configuration.*CAP_SYS_ADMIN' \
			"$@" ioscli $words
	done <<-END
		mkvdev -ram 1M -vadapter vhost0
		mkvdev -vdev $file -vadapter vhost0
		rmvdev -vtd target
		rmvdev -vdev ram
		rmdev -dev target
		rmdev -dev target -ucfg
		rmdev -dev vhost0 -recursive
		rmdev -dev vhost1 -ucfg
		chdev -dev target -attr inject_delay_us=1
		mklpar -lpar app1
		rmlpar -lpar idle
		rmlpar -lpar client1 -recursive
		mkvadapter -client client1
		mkvadapter -any
		rmvadapter -vadapter vhost1
		rmvadapter -vadapter vhost0 -recursive -f
	END
	check_equal "$(ioscli lslpar; ioscli lsdev -dev target -attr)" \
		"$before" "partitions and attributes"
	linked vhost0
	check_err $? "the client is not logged in any more"
}

test_user_lists()
{
	check_lists unprivileged
}

test_user_changes()
{
	check_changes unprivileged
}

require_namespaces()
{
	in_namespace true 2>/dev/null || {
		skip "no user namespaces"
		return 1
	}
}

test_namespace_lists()
{
	require_namespaces || return
	check_lists in_namespace
}

test_namespace_changes()
{
	require_namespaces || return
	check_changes in_namespace
}

# The managed system is the same in each network namespace, for root too.
test_other_network_namespace()
{
	check_lists unshare --net
	expect_output "vtscsi0 Available" \
		unshare --net ioscli mkvdev -ram 1M -vadapter vhost0
	expect_output "vtscsi0 deleted" ioscli rmvdev -vtd vtscsi0
	require_namespaces || return
	expect_no_change 3 'CAP_SYS_ADMIN' unshare --user --map-root-user --net \
		ioscli mkvdev -ram 1M -vadapter vhost0
}

need_module
wait_linked vhost0 || exit
map_ram target 1M vhost0 -dev target
mkpair vhost1
ioscli mklpar -lpar idle >/dev/null
tests_run
