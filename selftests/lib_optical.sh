# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Media that are taken out of optical drives.

# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

readonly RULES=/run/udev/rules.d/60-cdrom_id.rules

# udev locks the door of each drive that has a medium: then only -release takes it out.
leave_doors_alone()
{
	mkdir -p "${RULES%/*}"
	ln -s /dev/null "$RULES"
	defer rm -f "$RULES"
	udevadm control --reload
}

# Whoever looks at a device locks its door for a moment.
unload()
{
	busywait 30000 ioscli unloadopt -vtd "$1" 2>"$TMPDIR/stderr"
	check_err $? "unloadopt: $(cat "$TMPDIR/stderr")"
}
