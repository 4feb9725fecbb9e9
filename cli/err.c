// SPDX-License-Identifier: GPL-2.0
/* Everything the tool says when something is wrong, and the exit status of each. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "err.h"
#include "util.h"

struct message {
	enum rc rc;
	const char *text;	/* %1$s and %2$s are what and why */
};

static const struct message messages[__ERR_MAX] = {
	[ERR_FLAG] = { RC_USAGE, "Option flag is not valid: \"%1$s\"." },
	[ERR_FLAG_TWICE] = { RC_USAGE,
		"Option flag is not valid: \"%1$s\" is given more than once." },
	[ERR_FLAG_ARGUMENT] = { RC_USAGE, "Option flag \"-%1$s\" requires an argument." },
	[ERR_FLAG_EXCLUSIVE] = { RC_USAGE,
		"Option flags \"-%1$s\" and \"-%2$s\" cannot be used together." },
	[ERR_FLAG_MISSING] = { RC_USAGE, "Missing required option flag: %1$s." },
	[ERR_TOO_MANY] = { RC_USAGE, "Too many arguments: \"%1$s\"." },
	[ERR_ARGUMENT] = { RC_USAGE, "Missing argument: %1$s." },
	[ERR_VERB] = { RC_USAGE,
		"Command \"%1$s\" is not valid. Type \"ioscli help\" for a list." },
	[ERR_VERB_MISSING] = { RC_USAGE, "A command is missing. Type \"ioscli help\" for a list." },
	[ERR_BATCH_LINE] = { RC_USAGE, "The line is not valid: %1$s." },
	[ERR_VALUE] = { RC_USAGE, "The value \"%1$s\" is not valid: %2$s." },
	[ERR_FIELD] = { RC_USAGE, "The field \"%1$s\" is not valid." },
	[ERR_NAME] = { RC_USAGE, "The name \"%1$s\" is not valid: %2$s." },
	[ERR_DELIMITER] = { RC_USAGE, "The delimiter \"%1$s\" is not valid: %2$s." },
	[ERR_ATTR_SYNTAX] = { RC_USAGE,
		"The attribute \"%1$s\" is not valid: write attribute=value." },
	[ERR_ATTR_UNKNOWN] = { RC_USAGE,
		"The attribute \"%1$s\" is not valid for device \"%2$s\"." },
	[ERR_ATTR_FIXED] = { RC_USAGE,
		"The attribute \"%1$s\" of device \"%2$s\" cannot be changed." },
	[ERR_ATTR_NO_RANGE] = { RC_USAGE,
		"The attribute \"%1$s\" of device \"%2$s\" has no range of values." },
	[ERR_NO_SLOT] = { RC_USAGE, "Device \"%1$s\" is not in a slot." },
	[ERR_PERM_FLAG] = { RC_USAGE,
		"Option flag \"-perm\" cannot be used: attribute \"%1$s\" of \"%2$s\" is not one "
		"that waits for a restart." },
	[ERR_PARTITION] = { RC_NOT_FOUND, "There is no partition \"%1$s\"." },
	[ERR_PARTITION_CHOICE] = { RC_USAGE,
		"There are several Virtual I/O Servers: choose one with \"ioscli -p PARTITION\" "
		"or VSCSI_PARTITION." },
	[ERR_NO_VIOS] = { RC_NOT_FOUND, "There is no Virtual I/O Server." },
	[ERR_ONLY_ON_VIOS] = { RC_USAGE,
		"Command \"%1$s\" runs on a Virtual I/O Server only; \"%2$s\" is a client." },
	[ERR_NOT_A_CLIENT] = { RC_USAGE, "Partition \"%1$s\" is not a client partition." },
	[ERR_NOT_SVSA] = { RC_NOT_SVSA,
		"Device \"%1$s\" is not a Server Virtual SCSI Adapter (SVSA)." },
	[ERR_NO_SVSA] = { RC_NOT_SVSA,
		"There is no Server Virtual SCSI Adapter (SVSA) on \"%1$s\"." },
	[ERR_PHYSLOC] = { RC_NO_PHYSLOC,
		"There is no device with the physical location code \"%1$s\"." },
	[ERR_NO_DEVICE] = { RC_NOT_FOUND,
		"The device \"%1$s\" was not found in the customized device configuration "
		"database." },
	[ERR_NO_VTD] = { RC_NOT_FOUND, "There is no virtual target device \"%1$s\"." },
	[ERR_NO_MAPPING] = { RC_NOT_FOUND, "\"%1$s\" is not a backing device on this server." },
	[ERR_NO_BACKING] = { RC_NOT_FOUND,
		"The device \"%1$s\" was not found: it is no block device, active logical volume "
		"or file." },
	[ERR_BACKING_AMBIGUOUS] = { RC_USAGE,
		"The name \"%1$s\" is not unique: %2$s. Write volume_group/logical_volume." },
	[ERR_BACKING_GONE] = { RC_FAILED,
		"\"%1$s\" cannot be a backing device: it is in the Defined state, its disk is not "
		"there." },
	[ERR_BACKING_KIND] = { RC_USAGE, "\"%1$s\" cannot be a backing device: it is %2$s." },
	[ERR_BACKING_USED] = { RC_FAILED,
		"\"%1$s\" is already being used as a backing device.  Specify the -f flag\n"
		"to force this device to be used anyway." },
	[ERR_BACKING_GROUP] = { RC_FAILED,
		"\"%1$s\" belongs to volume group \"%2$s\".  Specify the -f flag\n"
		"to map it anyway; what is in the group may be lost." },
	[ERR_BACKING_HELD] = { RC_FAILED,
		"\"%1$s\" cannot be a backing device because it is in use: %2$s." },
	[ERR_BACKING_LOOP] = { RC_FAILED,
		"\"%1$s\" cannot be a backing device: it is on a disk that this managed system "
		"serves (%2$s)." },
	[ERR_BACKING_READ_ONLY] = { RC_USAGE,
		"\"%1$s\" cannot be written (%2$s). Specify the -ro flag to map it read-only." },
	[ERR_BACKING_DIRECT] = { RC_FAILED,
		"\"%1$s\" is on a file system without direct I/O: leave out the -direct flag." },
	[ERR_BACKING_SIZE] = { RC_USAGE, "\"%1$s\" cannot be a backing device: %2$s." },
	[ERR_BACKING_OPEN] = { RC_FAILED, "\"%1$s\" cannot be opened: %2$s." },
	[ERR_BACKING_PERMISSION] = { RC_USAGE,
		"You are not allowed to open \"%1$s\": %2$s." },
	[ERR_FILE_FLAG] = { RC_USAGE,
		"Option flag \"-%1$s\" is for files only; \"%2$s\" is not a file." },
	[ERR_MANY_MAPPINGS] = { RC_FAILED,
		"\"%1$s\" has more than one virtual target device (%2$s).  Specify the -f flag\n"
		"to remove them all, or one of them with the -vtd flag." },
	[ERR_NOT_OPTICAL] = { RC_USAGE,
		"Virtual target device \"%1$s\" is not an optical drive." },
	[ERR_MEDIUM_PATH] = { RC_USAGE,
		"\"%1$s\" is not the path of a medium: a path begins with a slash." },
	[ERR_MEDIUM_KIND] = { RC_USAGE, "\"%1$s\" cannot be a medium: %2$s." },
	[ERR_MEDIUM_READ_ONLY] = { RC_USAGE,
		"\"%1$s\" cannot be written: leave out the -rw flag." },
	[ERR_CHILDREN] = { RC_FAILED,
		"0514-029 Cannot perform the requested function because a child device of\n"
		"\"%1$s\" is not in a correct state: %2$s.  Specify the -recursive flag\n"
		"to include the child devices." },
	[ERR_NOT_UNCONFIGURABLE] = { RC_USAGE,
		"\"%1$s\" cannot be left in the Defined state: leave out the -ucfg flag." },
	[ERR_NOT_CONFIGURED] = { RC_FAILED, "\"%1$s\" stays in the Defined state: %2$s." },
	[ERR_DEFINED] = { RC_FAILED,
		"\"%1$s\" is in the Defined state: \"cfgdev -dev %1$s\" configures it." },
	[ERR_LUN_DEFINED] = { RC_FAILED,
		"LUN %1$s is that of \"%2$s\", which is in the Defined state." },
	[ERR_BUSY] = { RC_FAILED,
		"0514-062 Cannot perform the requested function because the specified device\n"
		"is busy: \"%1$s\" is mapped as virtual target device %2$s." },
	[ERR_STATE_FILE] = { RC_FAILED, "%1$s: %2$s. The rest of the file is used." },
	[ERR_STATE_WRITE] = { RC_FAILED, "\"%1$s\" cannot be saved: %2$s." },
	[ERR_STATE_READ] = { RC_FAILED, "\"%1$s\" cannot be read: %2$s." },
	[ERR_STATE_KEPT] = { RC_FAILED, "\"%1$s\" was damaged. It is kept as \"%2$s\"." },
	[ERR_NO_FILE] = { RC_NOT_FOUND, "File %1$s does not exist." },
	[ERR_NOT_RESTORED] = { RC_FAILED, "\"%1$s\" is not restored (%2$s)." },
	[ERR_MACHINE] = { RC_FAILED,
		"The configuration is of machine \"%1$s\"; location codes begin with \"%2$s\" "
		"here." },
	[ERR_NO_CLIENT] = { RC_FAILED,
		"No client partition is connected to \"%1$s\"; its disk is not there yet." },
	[ERR_CLIENT_TIMEOUT] = { RC_FAILED,
		"The disk of \"%1$s\" did not appear on \"%2$s\" within 30 seconds." },
	[ERR_PROGRAM] = { RC_FAILED, "The program \"%1$s\" cannot be run: %2$s." },
	[ERR_LVM] = { RC_FAILED, "\"%1$s\": %2$s." },
	[ERR_LVM_PERMISSION] = { RC_ACCESS,
		"You are not allowed to use volume groups: it takes the rights of root." },
	[ERR_NO_VG] = { RC_NOT_FOUND,
		"0516-306 Unable to find volume group  %1$s in the Device\n"
		"Configuration Database." },
	[ERR_NO_LV] = { RC_NOT_FOUND,
		"0516-306 Unable to find  %1$s in the Device Configuration Database." },
	[ERR_NO_PV] = { RC_NOT_FOUND, "There is no physical volume \"%1$s\"." },
	[ERR_PV_KIND] = { RC_USAGE,
		"\"%1$s\" cannot be a physical volume: it is not a disk of this server." },
	[ERR_PV_SERVED] = { RC_FAILED,
		"\"%1$s\" cannot be a physical volume: it is on a disk that this managed system "
		"serves (%2$s)." },
	[ERR_PV_USED] = { RC_FAILED,
		"\"%1$s\" cannot be a physical volume because it is in use: %2$s." },
	[ERR_PV_DATA] = { RC_FAILED,
		"\"%1$s\" is not empty: %2$s.  Specify the -f flag\n"
		"to use it anyway; what is on it is lost." },
	[ERR_PV_OTHER_VG] = { RC_USAGE,
		"Physical volume \"%1$s\" does not belong to volume group \"%2$s\"." },
	[ERR_TWICE] = { RC_USAGE, "\"%1$s\" is given more than once." },
	[ERR_PV_SMALL] = { RC_FAILED,
		"\"%1$s\" cannot be a physical volume: it is too small for partitions of %2$s "
		"megabytes." },
	[ERR_PV_PARTITIONS] = { RC_FAILED,
		"0516-016 ldeletepv: Cannot delete physical volume with allocated\n"
		"partitions: %1$s %2$s\n"
		"to remove these logical volumes." },
	[ERR_PV_HIDDEN] = { RC_FAILED,
		"Physical volume \"%1$s\" cannot be taken out: \"%2$s\" is on it, which LVM needs "
		"and hides." },
	[ERR_PV_NOT_EXPORTED] = { RC_USAGE,
		"Physical volume \"%1$s\" has no exported volume group: %2$s." },
	[ERR_PV_NO_VG] = { RC_FAILED,
		"0516-320 Physical volume %1$s is not assigned to\n"
		"a volume group." },
	[ERR_VG_EXPORTED] = { RC_FAILED,
		"Volume group \"%1$s\" is exported: import it first with importvg." },
	[ERR_VG_POOL] = { RC_FAILED,
		"Volume group \"%1$s\" cannot be imported: there is a pool of files or repository "
		"\"%2$s\" in it, and another one on this server." },
	[ERR_VG_SYSTEM] = { RC_FAILED,
		"Volume group \"%1$s\" cannot be changed: the running system uses it (%2$s)." },
	[ERR_VG_OPEN] = { RC_FAILED,
		"Volume group \"%1$s\" has open logical volumes: %2$s." },
	[ERR_VG_ACTIVE] = { RC_FAILED,
		"Volume group \"%1$s\" is active: deactivate it first with deactivatevg." },
	[ERR_STORAGE_NAME] = { RC_USAGE,
		"0516-360 %2$s: The device name %1$s is already used; choose a\n"
		"different name." },
	[ERR_LV_OPEN] = { RC_FAILED,
		"0516-1008 rmlv: Logical volume %1$s must be closed.  It is in use:\n"
		"%2$s." },
	[ERR_LV_NOT_CLOSED] = { RC_FAILED,
		"Logical volume \"%1$s\" must be closed.  It is in use: %2$s." },
	[ERR_LV_DEPENDENTS] = { RC_FAILED,
		"Logical volume %1$s cannot be removed: %2$s depends on it." },
	[ERR_LV_SPACE] = { RC_FAILED,
		"0516-404 allocp: This system cannot fulfill the allocation request.\n"
		"There are not enough free partitions or not enough physical volumes:\n"
		"volume group %1$s has %2$s." },
	[ERR_LV_MIRROR] = { RC_FAILED,
		"A mirrored logical volume needs two physical volumes with free partitions; "
		"\"%1$s\" has %2$s." },
	[ERR_LV_MAPPINGS] = { RC_FAILED,
		"Logical volume \"%1$s\" cannot be removed: it has other virtual target "
		"devices (%2$s)." },
	[ERR_NOT_AN_LV] = { RC_USAGE,
		"Option flag \"-rmlv\" cannot be used: the backing device of \"%1$s\" is not a "
		"logical volume." },
	[ERR_LV_FILES] = { RC_FAILED,
		"Logical volume \"%1$s\" cannot be removed, renamed or mapped: it is %2$s." },
	[ERR_NO_POOL] = { RC_NO_POOL, "\"%1$s\" is not a storage pool." },
	[ERR_NO_DEFAULT_POOL] = { RC_NO_POOL,
		"There is no default storage pool: name one with the -sp flag, or choose one with "
		"chsp -default." },
	[ERR_POOL_KIND] = { RC_NO_POOL, "Storage pool \"%1$s\" cannot be used here: %2$s." },
	[ERR_POOL_MOUNT] = { RC_FAILED, "\"%1$s\" cannot be mounted: %2$s." },
	[ERR_POOL_PLACE] = { RC_FAILED,
		"\"%1$s\" cannot be used: another file system is mounted on \"%2$s\"." },
	[ERR_POOL_NOT_MOUNTED] = { RC_FAILED,
		"\"%1$s\" is not mounted. \"viosbr -restore\" mounts it." },
	[ERR_POOL_NOT_MADE] = { RC_FAILED,
		"The file system of \"%1$s\" cannot be made: %2$s." },
	[ERR_POOL_SPACE] = { RC_FAILED, "There is not enough room in \"%1$s\": %2$s." },
	[ERR_POOL_BUSY] = { RC_FAILED, "\"%1$s\" is in use: %2$s." },
	[ERR_POOL_FILES] = { RC_FAILED,
		"\"%1$s\" is not empty: \"%2$s\" is in it.  Specify the -f flag\n"
		"to remove it anyway; what is in it is lost." },
	[ERR_POOL_UNREAD] = { RC_FAILED,
		"\"%1$s\" cannot be read: %2$s.  Specify the -f flag\n"
		"to remove it anyway; what is in it is lost." },
	[ERR_NOT_IN_POOL] = { RC_NOT_IN_POOL,
		"There is no backing device \"%1$s\" in storage pool \"%2$s\"." },
	[ERR_FILE_NAME] = { RC_FILE_NAME,
		"The name \"%1$s\" is not valid: it is longer than %2$s characters." },
	[ERR_FILE_IO] = { RC_FAILED, "File \"%1$s\": %2$s." },
	[ERR_BD_BUSY] = { RC_FAILED,
		"\"%1$s\" is in use: it is the backing device of virtual target device %2$s." },
	[ERR_FILE_WANTED] = { RC_FAILED,
		"\"%1$s\" is what virtual target device %2$s has, which could not be restored.\n"
		"\"viosbr -restore\" tries again; \"rmvdev -vtd %2$s\" forgets it, or of a drive\n"
		"that is there, \"unloadopt -vtd %2$s\"." },
	[ERR_BD_NO_POOL] = { RC_NOT_IN_POOL,
		"The backing device of \"%1$s\" is not in storage pool \"%2$s\"." },
	[ERR_BD_DRIVE] = { RC_FAILED,
		"Virtual target device \"%1$s\" is an optical drive: what is in it is not its "
		"backing device." },
	[ERR_NO_REPOSITORY] = { RC_NOT_FOUND, "The DVD repository has not been created yet." },
	[ERR_NO_MEDIUM] = { RC_NOT_FOUND, "There is no medium \"%1$s\" in the repository." },
	[ERR_MEDIUM_LOADED] = { RC_FAILED,
		"Medium \"%1$s\" is loaded in virtual target device %2$s." },
	[ERR_MEDIUM_SOURCE] = { RC_USAGE, "\"%1$s\" cannot be made a medium: %2$s." },
	[ERR_MEDIUM_LINK] = { RC_USAGE,
		"\"%1$s\" is a link to a file elsewhere: access to it is ro." },
	[ERR_LV_NEW] = { RC_FAILED,
		"%2$s: Logical volume %1$s was not there when you were asked.  "
		"Nothing is removed." },
	[ERR_NOT_CONFIRMED] = { RC_FAILED, "%1$s: Nothing is removed." },
	[ERR_NO_MODULE] = { RC_FAILED,
		"The vscsi kernel module is not loaded. Load it with: modprobe vscsi" },
	[ERR_NETLINK] = { RC_FAILED, "The vscsi kernel module cannot be reached: %1$s." },
	[ERR_UNSTABLE] = { RC_FAILED,
		"The configuration changed too often while it was being read. Try again." },
	[ERR_EVENTS_LOST] = { RC_FAILED,
		"Changes came faster than they could be told, and some were lost. What is there "
		"now follows." },
	[ERR_NO_PERMISSION] = { RC_ACCESS,
		"You are not allowed to change the configuration: it takes the capability "
		"CAP_SYS_ADMIN." },
	[ERR_EXISTS] = { RC_USAGE, "\"%1$s\" already exists: %2$s." },
	[ERR_TRY_AGAIN] = { RC_FAILED,
		"\"%1$s\" is not mapped: others took each name and LUN that was free. Try again." },
	[ERR_KERNEL] = { RC_FAILED, "\"%1$s\": %2$s." },
	[ERR_NO_MEMORY] = { RC_NO_MEMORY, "There is not enough memory." },
	[ERR_OUTPUT] = { RC_FAILED, "The output cannot be written: %1$s." },
};

/* A numbered message of AIX is passed on with these words before it. */
static void preamble(const char *text)
{
	if (str_starts(text, "0514-") || str_starts(text, "0516-"))
		fputs("\nSome error messages may contain invalid information\n"
		      "for the Virtual I/O Server environment.\n\n", stderr);
}

static const char *place;

void err_place(const char *text)
{
	place = text;
}

int err_say(enum err err, const char *what, const char *why)
{
	preamble(messages[err].text);
	fputs(place ? place : "", stderr);
	fprintf(stderr, messages[err].text, what ? what : "", why ? why : "");
	fputc('\n', stderr);
	return messages[err].rc;
}

int err_rc(enum err err)
{
	return messages[err].rc;
}

static enum rc rc_of_errno(int error)
{
	switch (error) {
	case -ENODEV:
	case -ENOENT:
		return RC_NOT_FOUND;
	case -EEXIST:
	case -EINVAL:
	case -ERANGE:
	case -EROFS:
	case -ENOTBLK:
		return RC_USAGE;
	case -ENOMEM:
		return RC_NO_MEMORY;
	default:
		return RC_FAILED;
	}
}

int err_kernel(int error, const char *text, const char *what)
{
	const char *why = text[0] ? text : strerror(-error);

	if (error == -EPERM)
		return err_say(ERR_NO_PERMISSION, NULL, NULL);
	err_say(ERR_KERNEL, what, why);
	return rc_of_errno(error);
}

int err_state(int error, const char *what)
{
	if (error == -EPERM || error == -EACCES)
		return err_say(ERR_NO_PERMISSION, NULL, NULL);
	return err_say(ERR_STATE_WRITE, what, strerror(-error));
}
