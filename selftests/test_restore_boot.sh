#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The boot unit for real: what "make install" puts in place is started by systemd, process 1 of
# a PID namespace, with what comes before it; the mappings are back when multi-user.target is
# reached. The kernel stays: all that the boot needs of a new one is that the module is not
# loaded.
#
# timeout: 120

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

ALL_TESTS="
	test_boots
	test_nothing_to_restore
"

readonly systemd=/lib/systemd/systemd
readonly state=/var/lib/vscsi
modules=/lib/modules/$(uname -r)
readonly modules
manager=

# What is mounted and kept for programs by the machine's init is not this systemd's to change;
# and what has nothing to do with disks only takes its time.
readonly masked='systemd-udevd.service systemd-udev-trigger.service systemd-udevd-kernel.socket
	systemd-udevd-control.socket systemd-tmpfiles-setup.service
	systemd-tmpfiles-setup-dev.service systemd-remount-fs.service tmp.mount getty.target
	systemd-binfmt.service systemd-sysctl.service systemd-modules-load.service
	systemd-random-seed.service systemd-journal-flush.service timers.target
	e2scrub_reap.service systemd-update-utmp.service systemd-update-utmp-runlevel.service
	systemd-user-sessions.service systemd-sysusers.service systemd-logind.service'

# As "make install" does, below /usr/local.
install_all()
{
	local units=/usr/local/lib/systemd/system

	mkdir -p "$modules/updates" "$units" /usr/local/sbin "$state" "$TMPDIR/modules" &&
		cp -p "$modules"/modules.* "$TMPDIR/modules/" &&
		cp "$VSCSI_KO" "$modules/updates/" && depmod &&
		cp "$(command -v ioscli)" /usr/local/sbin/ &&
		sed 's|@SBINDIR@|/usr/local/sbin|' \
			"$SELFTESTS/../scripts/systemd/vscsi-restore.service.in" \
			>"$units/vscsi-restore.service" &&
		systemctl --quiet --root=/ enable vscsi-restore.service 2>/dev/null
}

remove_all()
{
	shut_down
	systemctl --quiet --root=/ disable vscsi-restore.service 2>/dev/null
	rm -rf "$state" /usr/local/sbin/ioscli /usr/local/lib/systemd \
		"$modules/updates/vscsi.ko" /run/systemd /run/log
	cp -p "$TMPDIR"/modules/* "$modules/"
}

# Process 1 talks to those in its namespace.
inside()
{
	nsenter --target "$(pgrep -P "$manager")" --pid --mount --cgroup -- "$@"
}

booted()
{
	[ "$(inside systemctl is-active multi-user.target 2>/dev/null)" = active ]
}

# Print what keeps it from being up.
tell_why()
{
	cat "$TMPDIR/systemd"
	inside systemctl --no-pager list-jobs
	inside systemctl --no-pager --failed
	inside journalctl --no-pager -b -n 40
} 2>&1

# Start systemd as process 1 of namespaces of its own.
boot()
{
	local unit

	mkdir -p /run/systemd/system
	for unit in $masked; do
		ln -sfn /dev/null "/run/systemd/system/$unit"
	done
	container=vscsi unshare --fork --pid --mount-proc --cgroup --kill-child \
		"$systemd" --system --unit=multi-user.target --log-level=warning \
		</dev/null >"$TMPDIR/systemd" 2>&1 &
	manager=$!
	busywait 60000 booted
	check_err $? "multi-user.target is not reached: $(tell_why)"
}

shut_down()
{
	[ -n "$manager" ] || return 0
	kill -KILL "$manager"
	wait "$manager" 2>/dev/null
	manager=
	rm -rf /run/systemd
}

unit_state()
{
	inside systemctl show -P "$1" vscsi-restore.service
}

test_boots()
{
	local file ram disk before

	mkfile file 8M && mkram ram 16 && load_module
	check_err $? "nothing to begin with"
	ioscli mkvdev -vdev "$file" -vadapter vhost0 -dev app_root >/dev/null &&
		ioscli mkvdev -vdev "$ram" -vadapter vhost0 >/dev/null &&
		ioscli mkvdev -vdev "$file" -vadapter vhost0 -f -dev later >/dev/null &&
		ioscli rmdev -dev later -ucfg >/dev/null
	check_err $? "nothing mapped"
	need_disk disk app_root
	echo kept | dd of="$disk" conv=fsync,sync status=none
	before=$(ioscli lsmap -all -json)
	unload_module
	boot
	check_equal "$(unit_state Result):$(unit_state SubState)" success:exited "the unit"
	check_equal "$(ioscli lsmap -all -json | grep -v client)" "$(grep -v client <<<"$before")" \
		"the mappings"
	need_disk disk app_root
	check_equal "$(head -c 4 "$disk")" kept "the client's data"
	shut_down
	unload_module
}

test_nothing_to_restore()
{
	rm -rf "$state"
	boot
	check_equal "$(unit_state ConditionResult):$(unit_state ActiveState)" no:inactive "the unit"
	check_fail "$(module_loaded; echo $?)" "the module is loaded"
	shut_down
}

need_disk()
{
	client_disk "$@"
	check_err $? "the client has no disk"
}

[ -x "$systemd" ] || skip_all "no systemd"
require_cmd systemctl unshare nsenter
# The unit knows no other directory than that which is built in.
export -n VSCSI_STATE_DIR
defer remove_all
install_all || skip_all "it can't be installed"
tests_run
