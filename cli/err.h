/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_ERR_H
#define CLI_ERR_H

/* Exit statuses, as the Virtual I/O Server gives them. */
enum rc {
	RC_OK = 0,
	RC_USAGE = 1,
	RC_NOT_FOUND = 2,
	RC_ACCESS = 3,
	RC_FAILED = 4,
	RC_NO_PHYSLOC = 10,
	RC_NOT_SVSA = 15,
	RC_NO_MEMORY = 18,
	RC_NO_POOL = 23,
	RC_NOT_IN_POOL = 39,
	RC_FILE_NAME = 40,
};

/* What can be said.  The texts and their exit statuses are one table in err.c. */
enum err {
	ERR_FLAG,
	ERR_FLAG_TWICE,
	ERR_FLAG_ARGUMENT,
	ERR_FLAG_EXCLUSIVE,
	ERR_FLAG_MISSING,
	ERR_TOO_MANY,
	ERR_ARGUMENT,
	ERR_VERB,
	ERR_VERB_MISSING,
	ERR_BATCH_LINE,
	ERR_VALUE,
	ERR_FIELD,
	ERR_NAME,
	ERR_DELIMITER,
	ERR_ATTR_SYNTAX,
	ERR_ATTR_UNKNOWN,
	ERR_ATTR_FIXED,
	ERR_ATTR_NO_RANGE,
	ERR_NO_SLOT,
	ERR_PERM_FLAG,
	ERR_PARTITION,
	ERR_PARTITION_CHOICE,
	ERR_NO_VIOS,
	ERR_ONLY_ON_VIOS,
	ERR_NOT_A_CLIENT,
	ERR_NOT_SVSA,
	ERR_NO_SVSA,
	ERR_PHYSLOC,
	ERR_NO_DEVICE,
	ERR_NO_VTD,
	ERR_NO_MAPPING,
	ERR_NO_BACKING,
	ERR_BACKING_AMBIGUOUS,
	ERR_BACKING_GONE,
	ERR_BACKING_KIND,
	ERR_BACKING_USED,
	ERR_BACKING_HELD,
	ERR_BACKING_GROUP,
	ERR_BACKING_LOOP,
	ERR_BACKING_READ_ONLY,
	ERR_BACKING_DIRECT,
	ERR_BACKING_SIZE,
	ERR_BACKING_OPEN,
	ERR_BACKING_PERMISSION,
	ERR_FILE_FLAG,
	ERR_MANY_MAPPINGS,
	ERR_NOT_OPTICAL,
	ERR_MEDIUM_PATH,
	ERR_MEDIUM_KIND,
	ERR_MEDIUM_READ_ONLY,
	ERR_CHILDREN,
	ERR_NOT_UNCONFIGURABLE,
	ERR_NOT_CONFIGURED,
	ERR_DEFINED,
	ERR_LUN_DEFINED,
	ERR_BUSY,
	ERR_STATE_FILE,
	ERR_STATE_WRITE,
	ERR_STATE_READ,
	ERR_STATE_KEPT,
	ERR_NO_FILE,
	ERR_NOT_RESTORED,
	ERR_MACHINE,
	ERR_NO_CLIENT,
	ERR_CLIENT_TIMEOUT,
	ERR_PROGRAM,
	ERR_LVM,
	ERR_LVM_PERMISSION,
	ERR_NO_VG,
	ERR_NO_LV,
	ERR_NO_PV,
	ERR_PV_KIND,
	ERR_PV_SERVED,
	ERR_PV_USED,
	ERR_PV_DATA,
	ERR_PV_OTHER_VG,
	ERR_TWICE,
	ERR_PV_SMALL,
	ERR_PV_PARTITIONS,
	ERR_PV_HIDDEN,
	ERR_PV_NOT_EXPORTED,
	ERR_PV_NO_VG,
	ERR_VG_EXPORTED,
	ERR_VG_POOL,
	ERR_VG_SYSTEM,
	ERR_VG_OPEN,
	ERR_VG_ACTIVE,
	ERR_STORAGE_NAME,
	ERR_LV_OPEN,
	ERR_LV_NOT_CLOSED,
	ERR_LV_DEPENDENTS,
	ERR_LV_SPACE,
	ERR_LV_MIRROR,
	ERR_LV_MAPPINGS,
	ERR_LV_NEW,
	ERR_NOT_AN_LV,
	ERR_LV_FILES,
	ERR_NO_POOL,
	ERR_NO_DEFAULT_POOL,
	ERR_POOL_KIND,
	ERR_POOL_MOUNT,
	ERR_POOL_PLACE,
	ERR_POOL_NOT_MOUNTED,
	ERR_POOL_NOT_MADE,
	ERR_POOL_SPACE,
	ERR_POOL_BUSY,
	ERR_POOL_FILES,
	ERR_POOL_UNREAD,
	ERR_NOT_IN_POOL,
	ERR_FILE_NAME,
	ERR_FILE_IO,
	ERR_BD_BUSY,
	ERR_FILE_WANTED,
	ERR_BD_NO_POOL,
	ERR_BD_DRIVE,
	ERR_NO_REPOSITORY,
	ERR_NO_MEDIUM,
	ERR_MEDIUM_LOADED,
	ERR_MEDIUM_SOURCE,
	ERR_MEDIUM_LINK,
	ERR_NOT_CONFIRMED,
	ERR_NO_MODULE,
	ERR_NETLINK,
	ERR_UNSTABLE,
	ERR_EVENTS_LOST,
	ERR_NO_PERMISSION,
	ERR_EXISTS,
	ERR_TRY_AGAIN,
	ERR_KERNEL,
	ERR_NO_MEMORY,
	ERR_OUTPUT,
	__ERR_MAX
};

/*
 * Print the message on stderr and return its exit status.  @what and @why fill
 * the first and the second gap of the text; NULL where it has none.
 */
int err_say(enum err err, const char *what, const char *why);

/* What stands before each message from now on, such as "file, line 3: "; NULL: nothing. */
void err_place(const char *place);

/* The exit status of a message that err_say() would print. */
int err_rc(enum err err);

/*
 * Say that the kernel refused a change: @text is its own explanation ("" if it
 * gave none), @what the object it was about.  @error is a negative errno.
 */
int err_kernel(int error, const char *text, const char *what);

/* Say why the state file @what can't be written, a negative errno; return the exit status. */
int err_state(int error, const char *what);

#endif
