/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * PowerVM virtual SCSI: the generic netlink interface of vscsi.ko.
 *
 * The same interface in the kernel's YAML form is include/netlink/vscsi.yaml.
 *
 * Four kinds of object are made, listed, changed and removed: the managed
 * system (one, given), partitions, adapters in virtual slots, and virtual
 * target devices (VTDs).  Changes need CAP_SYS_ADMIN in the initial user
 * namespace; listing needs no privilege.  A request is done whole or not at
 * all.  A refusal carries an extended ack that says what is wrong; the errno
 * says which kind of wrong:
 *
 *   ENODEV         no such partition, slot or adapter
 *   ENOENT         no such VTD
 *   EEXIST         the name, id or slot is already used
 *   EADDRINUSE     the file or device is already a backing device
 *   EBUSY          in use: has children, a claimed device, a busy adapter; the drive has
 *                  a medium, or a client has locked it
 *   ENOMEDIUM      the drive is empty
 *   ETIMEDOUT      removal is under way but commands have not finished yet
 *   ELOOP          the backing device is a logical unit of this module
 *   ENOSPC         no free logical unit number, slot or id
 *   EROFS          write access was asked for but the descriptor is read-only
 *   ENOTBLK        the descriptor is neither block device nor regular file
 *   ERANGE, EINVAL a value out of range or combinations that make no sense
 */
#ifndef _UAPI_LINUX_VSCSI_H
#define _UAPI_LINUX_VSCSI_H

#define VSCSI_GENL_NAME		"vscsi"
#define VSCSI_GENL_VERSION	1
#define VSCSI_GENL_MCGRP	"events"

/* Lengths in bytes, without the terminating zero. */
#define VSCSI_PARTITION_NAME_MAX	95
#define VSCSI_DEVICE_NAME_MAX		15	/* vhostN, vscsiN, VTDs */
#define VSCSI_PHYSLOC_MAX		79
#define VSCSI_BACKING_NAME_MAX		255
#define VSCSI_BACKING_PATH_MAX		1023
#define VSCSI_UDID_MAX			79

#define VSCSI_PARTITION_ID_MAX		0xfffe
#define VSCSI_SLOT_MIN			2
#define VSCSI_SLOT_MAX			0xfffe
#define VSCSI_QUEUES_MAX		256
#define VSCSI_BLOCK_SIZE_MIN		512
#define VSCSI_BLOCK_SIZE_MAX		4096

/* A remote partition id or slot that means "any client may connect". */
#define VSCSI_ANY			0xffff

/**
 * enum vscsi_nl_cmd - requests, replies and notifications
 *
 * A GET with NLM_F_DUMP lists all objects of the kind (VSCSI_A_PARTITION_ID,
 * VSCSI_A_ADAPTER_NAME narrow it down); without it, it answers with one.  A NEW answers with the
 * object made.  Notifications carry the command that caused them and the
 * object as GET shows it (for a DEL: as it was).
 */
enum vscsi_nl_cmd {
	VSCSI_NL_CMD_UNSPEC,
	VSCSI_NL_CMD_SYSTEM_GET,	/* MACHINE, QUEUES (default), GENERATION */
	VSCSI_NL_CMD_PARTITION_GET,
	VSCSI_NL_CMD_PARTITION_NEW,	/* PARTITION_NAME, PARTITION_TYPE; opt. PARTITION_ID */
	VSCSI_NL_CMD_PARTITION_DEL,	/* PARTITION_ID; must have no adapter */
	VSCSI_NL_CMD_ADAPTER_GET,
	VSCSI_NL_CMD_ADAPTER_NEW,	/* see below */
	VSCSI_NL_CMD_ADAPTER_SET,	/* ADAPTER_STATE, or other settable attributes */
	VSCSI_NL_CMD_ADAPTER_DEL,	/* empties the slot */
	VSCSI_NL_CMD_VTD_GET,
	VSCSI_NL_CMD_VTD_NEW,		/* see below */
	VSCSI_NL_CMD_VTD_SET,		/* VTD_NAME and what is to change; to the group also
					 * when a backing device grows, goes or comes back, and
					 * when a client ejects a medium or sets a path's state
					 */
	VSCSI_NL_CMD_VTD_DEL,		/* VTD_NAME */
	__VSCSI_NL_CMD_MAX,
	VSCSI_NL_CMD_MAX = __VSCSI_NL_CMD_MAX - 1
};

/*
 * An adapter is addressed by ADAPTER_NAME ("vhost0", "vscsi0") or, also when it
 * has no name because it is not configured, by PARTITION_ID and SLOT.
 *
 * ADAPTER_NEW: PARTITION_ID and ADAPTER_TYPE; opt. SLOT (else the lowest free
 * one), REMOTE_PARTITION_ID and REMOTE_SLOT (absent on a server adapter: any
 * client), QUEUES (client), ADAPTER_NAME (what it is called when it gets a name;
 * else the lowest free number).  With the flag WITH_PARTNER it makes the adapter at
 * the other end too, in the same transaction; the reply is the adapter asked
 * for.  Both are configured at once, unless the flag UNCONFIGURED is given.
 * ADAPTER_DEL with WITH_PARTNER removes both ends.  A server adapter with VTDs
 * is removed only with the flag RECURSIVE.
 *
 * VTD_NEW: ADAPTER_NAME and one backing device: FD (with BACKING_NAME, opt.
 * BACKING_PATH, PHYSLOC, UDID, VTD_TYPE) or RAM_SIZE; opt. VTD_NAME (else
 * vtscsiN), LUN, BLOCK_SIZE, READ_ONLY, SHARE (map it though it is a backing
 * device already).  The kernel keeps the open file.  Whether a file is direct or
 * buffered, read-only or not, is what the flags of the descriptor say.
 *
 * VTD_NEW with VTD_TYPE optical and neither FD nor RAM_SIZE makes an empty drive, vtoptN.
 * VTD_SET loads a medium into it: FD, BACKING_NAME, opt. BACKING_PATH, READ_ONLY; UNLOAD
 * takes out what is in it, before that or only that.  A drive that a client has
 * locked keeps its medium unless RELEASE is given.  A file is in several drives only if
 * none of them writes.  BACKING_NAME is absent while a drive is empty.
 */

/* What a partition is. */
enum vscsi_partition_type {
	VSCSI_PARTITION_VIOS = 1,
	VSCSI_PARTITION_CLIENT = 2,
};

enum vscsi_adapter_type {
	VSCSI_ADAPTER_SERVER = 1,
	VSCSI_ADAPTER_CLIENT = 2,
};

/**
 * enum vscsi_adapter_state - what the partition that owns the slot knows of it
 * @VSCSI_ADAPTER_UNKNOWN: in the slot, not known: no name, no device
 * @VSCSI_ADAPTER_DEFINED: has a name, is not configured
 * @VSCSI_ADAPTER_AVAILABLE: configured
 */
enum vscsi_adapter_state {
	VSCSI_ADAPTER_UNKNOWN,
	VSCSI_ADAPTER_DEFINED,
	VSCSI_ADAPTER_AVAILABLE,
};

/**
 * enum vscsi_link_state - a connection as its client adapter sees it
 * @VSCSI_LINK_DOWN: no partner
 * @VSCSI_LINK_INIT: INIT sent, INIT COMPLETE not yet received
 * @VSCSI_LINK_LOGIN: initialised; adapter info, capabilities or login under way
 * @VSCSI_LINK_UP: logged in
 * @VSCSI_LINK_CLOSING: being taken down, commands are still finishing
 */
enum vscsi_link_state {
	VSCSI_LINK_DOWN,
	VSCSI_LINK_INIT,
	VSCSI_LINK_LOGIN,
	VSCSI_LINK_UP,
	VSCSI_LINK_CLOSING,
};

enum vscsi_vtd_type {
	VSCSI_VTD_DISK = 1,	/* a whole block device or partition */
	VSCSI_VTD_LV,		/* a logical volume */
	VSCSI_VTD_FILE,		/* a file */
	VSCSI_VTD_RAM,		/* memory, for tests */
	VSCSI_VTD_OPTICAL,	/* a drive for optical media, which are files */
};

/**
 * enum vscsi_vtd_state - a VTD
 * @VSCSI_VTD_AVAILABLE: usable
 * @VSCSI_VTD_BROKEN: mapped, but the backing device is gone
 * @VSCSI_VTD_REMOVING: unpublished; commands have not finished yet
 */
enum vscsi_vtd_state {
	VSCSI_VTD_AVAILABLE = 1,
	VSCSI_VTD_BROKEN,
	VSCSI_VTD_REMOVING,
};

/**
 * enum vscsi_alua_state - asymmetric access state of a path, that is of a VTD (SPC-4 5.16)
 * @VSCSI_ALUA_OPTIMIZED: active/optimized
 * @VSCSI_ALUA_NON_OPTIMIZED: active/non-optimized: says so, and does all the same
 * @VSCSI_ALUA_STANDBY: takes no commands that read or write
 * @VSCSI_ALUA_UNAVAILABLE: takes hardly any
 * @VSCSI_ALUA_TRANSITIONING: on its way from one to another, until it is set again
 */
enum vscsi_alua_state {
	VSCSI_ALUA_OPTIMIZED,
	VSCSI_ALUA_NON_OPTIMIZED,
	VSCSI_ALUA_STANDBY,
	VSCSI_ALUA_UNAVAILABLE,
	VSCSI_ALUA_TRANSITIONING,
};

/* How the bytes of a VTD are reached. */
enum vscsi_backend_type {
	VSCSI_BACKEND_BLOCK = 1,
	VSCSI_BACKEND_FILE_DIRECT,
	VSCSI_BACKEND_FILE_BUFFERED,
	VSCSI_BACKEND_RAM,
	VSCSI_BACKEND_NONE,	/* a drive without a medium */
};

/* Top-level attributes. */
enum vscsi_attr {
	VSCSI_A_UNSPEC,
	VSCSI_A_PAD,
	VSCSI_A_GENERATION,		/* u32, counts changes of the configuration; not in dumps */
	VSCSI_A_MACHINE,		/* string, "U9105.22A.0000001" */
	/* partitions */
	VSCSI_A_PARTITION_ID,		/* u32, 1..0xfffe */
	VSCSI_A_PARTITION_NAME,		/* string */
	VSCSI_A_PARTITION_TYPE,		/* u8, enum vscsi_partition_type */
	/* adapters */
	VSCSI_A_ADAPTER_NAME,		/* string; absent while VSCSI_ADAPTER_UNKNOWN */
	VSCSI_A_ADAPTER_TYPE,		/* u8, enum vscsi_adapter_type */
	VSCSI_A_ADAPTER_STATE,		/* u8, enum vscsi_adapter_state */
	VSCSI_A_SLOT,			/* u32, 2..0xfffe */
	VSCSI_A_REMOTE_PARTITION_ID,	/* u32, or VSCSI_ANY */
	VSCSI_A_REMOTE_SLOT,		/* u32, or VSCSI_ANY */
	VSCSI_A_PHYSLOC,		/* string; adapters, and the backing device of a VTD */
	VSCSI_A_QUEUES,			/* u32, hardware queues of a client adapter; 0: one a CPU */
	VSCSI_A_QUEUE_DEPTH,		/* u32, commands for each queue, client adapter (GET) */
	VSCSI_A_HOST_NO,		/* u32, Scsi_Host number of a client adapter (GET) */
	VSCSI_A_LINK_STATE,		/* u8, enum vscsi_link_state, client adapter (GET) */
	VSCSI_A_LINK,			/* nest, one for each client of a server adapter (GET) */
	VSCSI_A_WITH_PARTNER,		/* flag */
	VSCSI_A_RECURSIVE,		/* flag */
	VSCSI_A_UNCONFIGURED,		/* flag */
	/* virtual target devices */
	VSCSI_A_VTD_NAME,		/* string */
	VSCSI_A_VTD_TYPE,		/* u8, enum vscsi_vtd_type */
	VSCSI_A_VTD_STATE,		/* u8, enum vscsi_vtd_state (GET) */
	VSCSI_A_LUN,			/* u64, 0x8100000000000000 */
	VSCSI_A_FD,			/* u32, an open file descriptor (NEW) */
	VSCSI_A_RAM_SIZE,		/* u64, bytes (NEW) */
	VSCSI_A_BACKING_NAME,		/* string, as INQUIRY and lsmap show it */
	VSCSI_A_BACKING_PATH,		/* string, absolute path, information only */
	VSCSI_A_BACKEND_TYPE,		/* u8, enum vscsi_backend_type (GET) */
	VSCSI_A_UDID,			/* string, identity of the backing device; opt. on NEW */
	VSCSI_A_SIZE,			/* u64, bytes (GET) */
	VSCSI_A_BLOCK_SIZE,		/* u32, bytes, 512 or 4096 */
	VSCSI_A_PHYSICAL_BLOCK_SIZE,	/* u32, bytes (GET) */
	VSCSI_A_READ_ONLY,		/* flag */
	VSCSI_A_WRITE_CACHE,		/* flag (GET) */
	VSCSI_A_THIN,			/* flag: UNMAP is supported (GET) */
	VSCSI_A_SHARE,			/* flag */
	VSCSI_A_STATS,			/* nest of enum vscsi_stats_attr (GET) */
	VSCSI_A_INJECT,			/* nest of enum vscsi_inject_attr (SET, GET; ram only) */
	VSCSI_A_RESCAN,			/* flag: look at the backing device's size now (SET) */
	VSCSI_A_BACKING_DEV,		/* u64, major << 32 | minor: of the block device, or of the
					 * file system that holds the file (GET)
					 */
	VSCSI_A_BACKING_INO,		/* u64, inode number of a file (GET) */
	VSCSI_A_FORCE,			/* flag: VTD_DEL, ADAPTER_DEL: abort what has not
					 * finished instead of waiting for it first
					 */
	VSCSI_A_UNLOAD,			/* flag: take the medium out of the drive (SET) */
	VSCSI_A_RELEASE,		/* flag: although a client has locked the drive (SET) */
	VSCSI_A_LOCKED,			/* flag: a client has locked the drive (GET) */
	VSCSI_A_ALUA_STATE,		/* u8, enum vscsi_alua_state; neither of memory nor of a
					 * drive, which have one path each (SET, GET)
					 */
	__VSCSI_A_MAX,
	VSCSI_A_MAX = __VSCSI_A_MAX - 1
};

/* Inside VSCSI_A_LINK. */
enum vscsi_link_attr {
	VSCSI_LINK_A_UNSPEC,
	VSCSI_LINK_A_PARTITION_ID,	/* u32 */
	VSCSI_LINK_A_PARTITION_NAME,	/* string, as the client's adapter info says */
	VSCSI_LINK_A_SLOT,		/* u32 */
	VSCSI_LINK_A_ADAPTER_NAME,	/* string */
	VSCSI_LINK_A_STATE,		/* u8, enum vscsi_link_state */
	__VSCSI_LINK_A_MAX,
	VSCSI_LINK_A_MAX = __VSCSI_LINK_A_MAX - 1
};

/* Inside VSCSI_A_STATS: counters since the VTD was made, all u64. */
enum vscsi_stats_attr {
	VSCSI_STATS_A_UNSPEC,
	VSCSI_STATS_A_PAD,
	VSCSI_STATS_A_READ_CMDS,
	VSCSI_STATS_A_WRITE_CMDS,
	VSCSI_STATS_A_OTHER_CMDS,
	VSCSI_STATS_A_READ_BYTES,
	VSCSI_STATS_A_WRITE_BYTES,
	VSCSI_STATS_A_ERRORS,		/* ended with CHECK CONDITION, but unit attentions */
	VSCSI_STATS_A_ABORTED,
	VSCSI_STATS_A_UNIT_ATTENTIONS,
	VSCSI_STATS_A_IN_FLIGHT,
	__VSCSI_STATS_A_MAX,
	VSCSI_STATS_A_MAX = __VSCSI_STATS_A_MAX - 1
};

/* What a ram backing device shall do to commands that touch the medium. */
enum vscsi_inject_error {
	VSCSI_INJECT_NONE,
	VSCSI_INJECT_MEDIUM,		/* medium error */
	VSCSI_INJECT_NO_SPACE,		/* space allocation failed */
	VSCSI_INJECT_NOT_READY,
	VSCSI_INJECT_TARGET_FAILURE,
	VSCSI_INJECT_HANG,		/* never answer, until aborted or switched off */
};

/* Inside VSCSI_A_INJECT. */
enum vscsi_inject_attr {
	VSCSI_INJECT_A_UNSPEC,
	VSCSI_INJECT_A_DELAY_US,	/* u32, before each command, at most 60 s */
	VSCSI_INJECT_A_ERROR,		/* u8, enum vscsi_inject_error */
	VSCSI_INJECT_A_EVERY,		/* u32, only every n-th command; 0 and 1: each */
	__VSCSI_INJECT_A_MAX,
	VSCSI_INJECT_A_MAX = __VSCSI_INJECT_A_MAX - 1
};

#endif /* _UAPI_LINUX_VSCSI_H */
