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

# Set variable $1 to the path of an ISO 9660 image of a new directory with random files.
mkiso()
{
	local -n mkiso_var=$1
	local dir

	dir=$(mktemp -d "$TMPDIR/tree.XXXXXX")
	mkiso_var=$(mktemp "$TMPDIR/iso.XXXXXX")
	defer rm -rf "$dir" "$mkiso_var"
	head -c 300000 /dev/urandom >"$dir/a"
	head -c 5000 /dev/urandom >"$dir/b"
	genisoimage -quiet -R -o "$mkiso_var" "$dir"
}

# Set variables $1 and $2 to a new drive and the client's device for it.
mkdrive()
{
	mkvdev_as "$1" -fbo -vadapter vhost0 && client_disk "$2" "${!1}"
}

medium_of()
{
	vtd_fields "$1" backing
}

drive_is_empty()
{
	[ "$(medium_of "$1")" = null ]
}

# Whoever looks at a device locks its door for a moment.
unload()
{
	busywait 30000 ioscli unloadopt -vtd "$1" 2>"$TMPDIR/stderr"
	check_err $? "unloadopt: $(cat "$TMPDIR/stderr")"
}
