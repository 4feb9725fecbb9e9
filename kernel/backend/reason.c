// SPDX-License-Identifier: GPL-2.0
/*
 * From the kernel's errors to reasons.
 *
 * Nothing else in the module looks at an errno or a block status to decide
 * what a client is told.
 */
#include <linux/blkdev.h>
#include <linux/errno.h>
#include <linux/kernel.h>

#include "reason.h"

/* Access denied to something that was opened for it can only be about writing. */
static enum vscsi_reason denied(bool write)
{
	return write ? VSCSI_WRITE_PROTECTED : VSCSI_TARGET_FAILURE;
}

static enum vscsi_reason bad_medium(bool write)
{
	return write ? VSCSI_MEDIUM_WRITE : VSCSI_MEDIUM_READ;
}

/**
 * vscsi_reason_from_errno() - what a client is told for a kernel error
 * @err: 0 or a negative errno, as file systems and the block layer return it
 * @write: the operation would have changed the backing device
 *
 * A timeout is a failure of the target, not a medium error: nobody knows
 * whether the blocks are bad, and a client that believes so drops or remaps
 * them.  An error that is not known here is a failure of the target too.
 *
 * Context: any.
 * Return: the reason; VSCSI_OK for 0 only.
 */
enum vscsi_reason vscsi_reason_from_errno(int err, bool write)
{
	switch (err) {
	case 0:
		return VSCSI_OK;
	case -EIO:
	case -ENODATA:		/* BLK_STS_MEDIUM */
	case -EILSEQ:		/* BLK_STS_PROTECTION: the data fails its check */
	case -EUCLEAN:		/* the file system has found itself corrupt */
	case -EBADMSG:
		return bad_medium(write);
	case -ENOSPC:
	case -EDQUOT:
	case -EFBIG:
		return VSCSI_NO_SPACE;
	case -EROFS:
	case -EPERM:
	case -EACCES:
	case -ETXTBSY:
		return denied(write);
	case -ENODEV:		/* BLK_STS_OFFLINE */
	case -ENXIO:
	case -ENOMEDIUM:
	case -ENOLINK:		/* BLK_STS_TRANSPORT: no path to the device */
	case -ESHUTDOWN:
	case -ESTALE:
		return VSCSI_NOT_READY;
	case -ENOMEM:
	case -EAGAIN:
	case -EBUSY:
		return VSCSI_OUT_OF_RESOURCES;
	case -EBADE:		/* BLK_STS_RESV_CONFLICT */
		return VSCSI_RESERVED;
	case -EOPNOTSUPP:
		return VSCSI_UNSUPPORTED;
	case -EREMOTEIO:	/* BLK_STS_TARGET */
	case -ETIMEDOUT:
	case -ETIME:
	case -EINVAL:
		return VSCSI_TARGET_FAILURE;
	default:
		pr_warn_ratelimited("backing device: unexpected error %d\n", err);
		return VSCSI_TARGET_FAILURE;
	}
}

/**
 * vscsi_reason_from_blk() - what a client is told for the status of a bio
 * @status: from the bio
 * @write: the operation would have changed the backing device
 *
 * What a driver calls an I/O error may be anything, and so may a timeout: the client is to
 * try again, on another path if it has one.
 *
 * Context: any.
 * Return: as vscsi_reason_from_errno().
 */
enum vscsi_reason vscsi_reason_from_blk(blk_status_t status, bool write)
{
	if (status == BLK_STS_OK)
		return VSCSI_OK;
	if (status == BLK_STS_IOERR || status == BLK_STS_TIMEOUT)
		return VSCSI_NO_ANSWER;
	return vscsi_reason_from_errno(blk_status_to_errno(status), write);
}

/**
 * vscsi_reason_of_flush() - what a client is told for a flush that ended so
 * @reason: the outcome
 *
 * A client repeats a command that met a medium error or was aborted.  But a flush that is
 * repeated may succeed though what the first one could not write is lost.
 *
 * Context: any.
 * Return: the reason to tell.
 */
enum vscsi_reason vscsi_reason_of_flush(enum vscsi_reason reason)
{
	if (reason == VSCSI_MEDIUM_READ || reason == VSCSI_MEDIUM_WRITE ||
	    reason == VSCSI_NO_ANSWER)
		return VSCSI_TARGET_FAILURE;
	return reason;
}
