/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Why a command ended.  Inside the module an error is a reason; only
 * cmdset/sense.c turns one into a SCSI status and sense data.
 */
#ifndef VSCSI_BACKEND_REASON_H
#define VSCSI_BACKEND_REASON_H

#include <linux/blk_types.h>
#include <linux/types.h>

/*
 * The outcome of a command or of one backend request.
 *
 * The first group can come from a backing device, the second from the command
 * set, the third from the server.
 */
enum vscsi_reason {
	VSCSI_OK,
	VSCSI_MEDIUM_READ,		/* unrecovered read error */
	VSCSI_MEDIUM_WRITE,		/* write error */
	VSCSI_NO_SPACE,			/* space allocation failed */
	VSCSI_WRITE_PROTECTED,
	VSCSI_NOT_READY,		/* the backing device is gone or not usable */
	VSCSI_TARGET_FAILURE,		/* internal target failure */
	VSCSI_NO_ANSWER,		/* communication with the backing device failed */
	VSCSI_OUT_OF_RESOURCES,		/* no memory: status BUSY */
	VSCSI_RESERVED,			/* status RESERVATION CONFLICT */
	VSCSI_ABORTED,			/* status TASK ABORTED */
	VSCSI_UNSUPPORTED,		/* the backing device can't do this operation */
	VSCSI_NO_MEDIUM,		/* a drive is empty, its tray closed */

	VSCSI_INVALID_OPCODE,
	VSCSI_INVALID_FIELD_CDB,	/* cmd->field points at it */
	VSCSI_INVALID_FIELD_PARAM,	/* cmd->field points at it */
	VSCSI_PARAM_LENGTH,		/* parameter list length error */
	VSCSI_LBA_RANGE,
	VSCSI_MISCOMPARE,		/* cmd->info is the offset of the first difference */
	VSCSI_STOPPED,			/* not ready, initializing command required */
	VSCSI_SAVING_UNSUPPORTED,	/* saving parameters not supported */
	VSCSI_INVALID_RELEASE,		/* invalid release of a persistent reservation */
	VSCSI_REGISTRATIONS_FULL,	/* insufficient registration resources */
	VSCSI_SOFTWARE_PROTECTED,	/* by SWP of the Control mode page */
	VSCSI_SELF_TEST_FAILED,
	VSCSI_SELF_TESTING,		/* self-test in progress */
	VSCSI_TRAY_OPEN,		/* a drive is empty, its tray open */
	VSCSI_REMOVAL_PREVENTED,	/* medium removal prevented */
	VSCSI_FORMATTING,		/* format in progress */
	VSCSI_FORMAT_FAILED,		/* format command failed */
	VSCSI_FORMAT_CORRUPT,		/* medium format corrupted: by one that has failed */
	VSCSI_SANITIZING,		/* sanitize in progress */
	VSCSI_SANITIZE_FAILED,		/* sanitize command failed */
	VSCSI_SEQUENCE_ERROR,		/* command sequence error */
	VSCSI_TRACK_MODE,		/* illegal mode for this track */
	VSCSI_ECHO_OVERWRITTEN,		/* echo buffer overwritten */
	VSCSI_PATH_STANDBY,		/* not ready, target port in standby state */
	VSCSI_PATH_UNAVAILABLE,		/* not ready, target port in unavailable state */
	VSCSI_PATH_TRANSITION,		/* not ready, asymmetric access state transition */
	VSCSI_PATH_LOCKED,		/* set target port groups command failed */

	/* of third-party copies */
	VSCSI_COPY_ABORTED,		/* a segment lies not on the medium */
	VSCSI_COPY_DEVICE_FAILED,	/* error of, or conflict with, source or destination */
	VSCSI_COPY_UNREACHABLE,		/* source or destination */
	VSCSI_COPY_WRONG_TYPE,		/* source or destination is no such device */
	VSCSI_COPY_INEXACT,		/* no whole blocks */
	VSCSI_COPY_TARGETS,		/* too many CSCD descriptors */
	VSCSI_COPY_TARGET_TYPE,		/* unsupported */
	VSCSI_COPY_SEGMENTS,		/* too many segment descriptors */
	VSCSI_COPY_SEGMENT_TYPE,	/* unsupported */
	VSCSI_COPY_INLINE,		/* too many inline data */
	VSCSI_COPY_IN_PROGRESS,		/* the list identifier is used */
	VSCSI_TOKEN_TYPE,		/* unsupported token type */
	VSCSI_TOKEN_LENGTH,		/* invalid token length */
	VSCSI_TOKEN_UNKNOWN,
	VSCSI_TOKEN_EXPIRED,
	VSCSI_TOKENS_FULL,		/* insufficient resources to create a ROD token */

	VSCSI_LUN_UNSUPPORTED,
	VSCSI_UNIT_ATTENTION,		/* cmd->ua says which */
	VSCSI_TASK_SET_FULL,
	VSCSI_REASON_NR
};

enum vscsi_reason vscsi_reason_from_errno(int err, bool write);
enum vscsi_reason vscsi_reason_from_blk(blk_status_t status, bool write);
enum vscsi_reason vscsi_reason_of_flush(enum vscsi_reason reason);

#endif
