// SPDX-License-Identifier: GPL-2.0
/* What a drive without a medium has instead of a backing device. */
#include <linux/err.h>
#include <linux/slab.h>

#include "backend.h"
#include "internal.h"

static void empty_close(struct vscsi_backend *be)
{
	kfree(be);
}

static enum vscsi_exec empty_exec(const struct vscsi_backend *be, enum vscsi_io_op op)
{
	return VSCSI_EXEC_INLINE;
}

static void empty_submit(struct vscsi_io *io)
{
	io->done(io, VSCSI_NO_MEDIUM);
}

static u64 empty_size(const struct vscsi_backend *be)
{
	return 0;
}

static enum vscsi_reason empty_ready(const struct vscsi_backend *be)
{
	return VSCSI_NO_MEDIUM;
}

static const struct vscsi_backend_ops empty_ops = {
	.name = "empty",
	.close = empty_close,
	.exec = empty_exec,
	.submit = empty_submit,
	.size = empty_size,
	.ready = empty_ready,
};

/**
 * vscsi_empty_open() - make the backend of an empty drive
 * @udid: identity of the drive
 * @extack: says why not, or NULL
 *
 * Context: process; may sleep.
 * Return: the backend, to be closed with vscsi_backend_close(); -EINVAL for an @udid that
 * can't be used, or -ENOMEM.
 */
struct vscsi_backend *vscsi_empty_open(const char *udid, struct netlink_ext_ack *extack)
{
	struct vscsi_backend_params params = { .udid = udid };
	struct vscsi_backend *be = kzalloc(sizeof(*be), GFP_KERNEL);
	int err;

	if (!be)
		return ERR_PTR(-ENOMEM);
	be->ops = &empty_ops;
	be->type = VSCSI_BACKEND_NONE;
	be->caps.read_only = true;
	err = vscsi_identity_init(&be->identity, be, &params, extack);
	if (err) {
		kfree(be);
		return ERR_PTR(err);
	}
	return be;
}
