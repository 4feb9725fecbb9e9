// SPDX-License-Identifier: GPL-2.0
/*
 * Optical drives: media that come and go, the tray, and who has locked it.
 *
 * A command takes a reference to what is in the drive when it begins, and works with that
 * until it ends.  So media are changed under running commands without waiting for them; the
 * last reference closes the file.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/netlink.h>
#include <linux/slab.h>

#include "../cmdset/mmc.h"
#include "target.h"

static struct vscsi_task *task_of(const struct vscsi_cmd *cmd)
{
	return container_of(cmd, struct vscsi_task, cmd);
}

static struct vscsi_medium *in_drive(const struct vscsi_drive *drive)
{
	return rcu_dereference_protected(drive->medium, lockdep_is_held(&drive->lock));
}

/* The medium that a command began with; NULL: none. */
static struct vscsi_medium *medium_of(const struct vscsi_cmd *cmd)
{
	if (cmd->lu == &task_of(cmd)->vtd->lu)
		return NULL;
	return container_of(cmd->lu, struct vscsi_medium, lu);
}

/* What clients have written may be in memory only, where an error is told to nobody later. */
static bool flush(const struct vscsi_lu *lu)
{
	struct vscsi_io io = { .backend = lu->backend, .op = VSCSI_IO_FLUSH };

	return lu->backend->caps.read_only || vscsi_io_sync(&io) == VSCSI_OK;
}

static void medium_close(struct vscsi_medium *medium)
{
	if (!flush(&medium->lu))
		pr_warn("vscsi: %s: not all that was written to this medium is on it\n",
			medium->lu.backing_name);
	vscsi_backend_close(medium->lu.backend);
	kfree_rcu(medium, rcu);
}

static void close_work(struct work_struct *work)
{
	medium_close(container_of(work, struct vscsi_medium, close));
}

/*
 * Where it may sleep the file is closed on return, unless commands still use it.  vscsi_lu_put()
 * is for those who can't wait for storage that perhaps never answers.
 */
static void medium_drop(struct vscsi_medium *medium)
{
	if (medium && refcount_dec_and_test(&medium->ref))
		medium_close(medium);
}

/**
 * vscsi_lu_get() - the logical unit that a VTD is at this moment
 * @vtd: the VTD
 *
 * Context: any.
 * Return: that of the medium in a drive, or the VTD's own; for vscsi_lu_put().
 */
struct vscsi_lu *vscsi_lu_get(struct vscsi_vtd *vtd)
{
	struct vscsi_medium *medium;

	rcu_read_lock();
	do {
		medium = rcu_dereference(vtd->drive.medium);
	} while (medium && !refcount_inc_not_zero(&medium->ref));
	rcu_read_unlock();
	return medium ? &medium->lu : &vtd->lu;
}

/**
 * vscsi_lu_put() - let go of a logical unit
 * @vtd: the VTD
 * @lu: from vscsi_lu_get()
 *
 * Context: any.
 */
void vscsi_lu_put(struct vscsi_vtd *vtd, struct vscsi_lu *lu)
{
	struct vscsi_medium *medium;

	if (lu == &vtd->lu)
		return;
	medium = container_of(lu, struct vscsi_medium, lu);
	if (refcount_dec_and_test(&medium->ref))
		queue_work(vscsi_blocking_wq, &medium->close);
}

/* The first command of a nexus that finds a new medium sets the unit attention, once. */
static void notice(struct vscsi_itl *itl, u32 number)
{
	struct vscsi_drive *drive = &itl->vtd->drive;
	unsigned long flags;

	/* Pairs with the release below: who sees the number sees the unit attention. */
	if ((s32)(number - smp_load_acquire(&itl->medium)) <= 0)
		return;
	spin_lock_irqsave(&drive->lock, flags);
	if ((s32)(number - itl->medium) > 0) {
		vscsi_ua_set(itl, VSCSI_UA_MEDIUM_CHANGED);
		/* Pairs with the acquire above. */
		smp_store_release(&itl->medium, number);
	}
	spin_unlock_irqrestore(&drive->lock, flags);
}

/**
 * vscsi_drive_enter() - a command for a drive begins
 * @itl: whose command
 *
 * Context: any; a reference to the VTD is held.
 * Return: its logical unit, for vscsi_lu_put() when it has ended.
 */
struct vscsi_lu *vscsi_drive_enter(struct vscsi_itl *itl)
{
	struct vscsi_lu *lu = vscsi_lu_get(itl->vtd);

	if (lu != &itl->vtd->lu)
		notice(itl, container_of(lu, struct vscsi_medium, lu)->number);
	return lu;
}

/* @medium is seen by commands that begin from now on. The old one's reference is the caller's. */
static struct vscsi_medium *exchange(struct vscsi_drive *drive, struct vscsi_medium *medium)
{
	struct vscsi_medium *old = in_drive(drive);

	if (old || medium)
		drive->changes++;
	if (medium)
		medium->number = drive->changes;
	rcu_assign_pointer(drive->medium, medium);
	return old;
}

static void unlock_all(struct vscsi_drive *drive)
{
	lockdep_assert_held(&drive->lock);
	drive->lock_round++;
	drive->locks = 0;
}

/**
 * vscsi_drive_unlock() - a nexus does not lock the drive any more, if it did
 * @itl: the nexus; of any VTD
 *
 * Context: any.
 */
void vscsi_drive_unlock(struct vscsi_itl *itl)
{
	struct vscsi_drive *drive = &itl->vtd->drive;
	unsigned long flags;

	spin_lock_irqsave(&drive->lock, flags);
	if (itl->lock_round == drive->lock_round)
		drive->locks--;
	itl->lock_round = 0;
	spin_unlock_irqrestore(&drive->lock, flags);
}

/**
 * vscsi_drive_prevent() - see struct vscsi_target_ops
 * @cmd: the command
 * @prevent: lock, else unlock
 *
 * Context: any.
 */
void vscsi_drive_prevent(struct vscsi_cmd *cmd, bool prevent)
{
	struct vscsi_itl *itl = task_of(cmd)->itl;
	struct vscsi_drive *drive = &itl->vtd->drive;
	unsigned long flags;

	if (!prevent) {
		vscsi_drive_unlock(itl);
		return;
	}
	spin_lock_irqsave(&drive->lock, flags);
	if (itl->lock_round != drive->lock_round)
		drive->locks++;
	itl->lock_round = drive->lock_round;
	spin_unlock_irqrestore(&drive->lock, flags);
}

/**
 * vscsi_vtd_locked() - has a client locked the drive?
 * @vtd: any VTD
 *
 * Context: any.
 */
bool vscsi_vtd_locked(const struct vscsi_vtd *vtd)
{
	return READ_ONCE(vtd->drive.locks);
}

/**
 * vscsi_drive_locked() - see struct vscsi_target_ops
 * @cmd: the command
 *
 * Context: any.
 */
bool vscsi_drive_locked(const struct vscsi_cmd *cmd)
{
	return vscsi_vtd_locked(task_of(cmd)->vtd);
}

/**
 * vscsi_drive_event() - see struct vscsi_target_ops
 * @cmd: the command
 *
 * Context: any.
 * Return: true once for each change; not to a command that began before it.
 */
bool vscsi_drive_event(struct vscsi_cmd *cmd)
{
	struct vscsi_itl *itl = task_of(cmd)->itl;
	struct vscsi_drive *drive = &itl->vtd->drive;
	unsigned long flags;
	bool event;

	spin_lock_irqsave(&drive->lock, flags);
	event = in_drive(drive) == medium_of(cmd) && itl->event != drive->changes;
	if (event)
		itl->event = drive->changes;
	spin_unlock_irqrestore(&drive->lock, flags);
	return event;
}

/* A medium that the client has not seen yet stays. */
static enum vscsi_reason open_tray(struct vscsi_cmd *cmd, struct vscsi_medium **out)
{
	struct vscsi_vtd *vtd = task_of(cmd)->vtd;

	if (vtd->drive.locks)
		return VSCSI_REMOVAL_PREVENTED;
	if (in_drive(&vtd->drive) == medium_of(cmd)) {
		WRITE_ONCE(vtd->lu.tray_open, true);
		*out = exchange(&vtd->drive, NULL);
	}
	return VSCSI_OK;
}

/**
 * vscsi_drive_move_tray() - see struct vscsi_target_ops
 * @cmd: the command
 * @open: open it, else close it
 *
 * Those who watch the configuration hear of it from another context.
 *
 * Context: any.
 * Return: VSCSI_OK or VSCSI_REMOVAL_PREVENTED.
 */
enum vscsi_reason vscsi_drive_move_tray(struct vscsi_cmd *cmd, bool open)
{
	struct vscsi_vtd *vtd = task_of(cmd)->vtd;
	enum vscsi_reason reason = VSCSI_OK;
	struct vscsi_medium *out = NULL;
	unsigned long flags;

	spin_lock_irqsave(&vtd->drive.lock, flags);
	if (open)
		reason = open_tray(cmd, &out);
	else
		WRITE_ONCE(vtd->lu.tray_open, false);
	spin_unlock_irqrestore(&vtd->drive.lock, flags);
	if (out) {
		vscsi_lu_put(vtd, &out->lu);
		vscsi_watch_now();
	}
	return reason;
}

static int check_file(struct file *file, struct netlink_ext_ack *extack)
{
	u64 size = i_size_read(file_inode(file));

	if (!S_ISREG(file_inode(file)->i_mode)) {
		NL_SET_ERR_MSG(extack, "a medium is a regular file");
		return -EINVAL;
	}
	if (!size || size % MMC_BLOCK_SIZE) {
		NL_SET_ERR_MSG_FMT(extack, "a medium has blocks of %u bytes; the file has %llu",
				   MMC_BLOCK_SIZE, size);
		return -EINVAL;
	}
	return 0;
}

/* What a drive with this medium can't do, or must not do while others use the file. */
static int check_backend(struct vscsi_vtd *vtd, const struct vscsi_backend *be,
			 struct netlink_ext_ack *extack)
{
	struct vscsi_vtd *other = vscsi_vtd_writer_conflict(vtd, be);

	if (be->caps.block_size > MMC_BLOCK_SIZE) {
		NL_SET_ERR_MSG_FMT(extack, "direct I/O on this file needs blocks of %u bytes",
				   be->caps.block_size);
		return -EINVAL;
	}
	if (other) {
		NL_SET_ERR_MSG_FMT(extack, "%s uses the file too, and one of them would write",
				   other->name);
		return -EADDRINUSE;
	}
	return 0;
}

static void medium_init(struct vscsi_medium *medium, const struct vscsi_vtd *vtd,
			const struct vscsi_load_params *params)
{
	struct vscsi_lu *lu = &medium->lu;

	refcount_set(&medium->ref, 1);
	INIT_WORK(&medium->close, close_work);
	lu->identity = vtd->lu.identity;
	lu->lun = vtd->lu.lun;
	lu->stats = vtd->lu.stats;
	lu->params = vtd->lu.params;
	lu->pr = vtd->lu.pr;
	lu->block_size = MMC_BLOCK_SIZE;
	lu->block_shift = MMC_BLOCK_SHIFT;
	lu->blocks = lu->backend->ops->size(lu->backend) >> MMC_BLOCK_SHIFT;
	strscpy(lu->backing_name, params->backend.name, sizeof(lu->backing_name));
	strscpy(lu->backing_path, params->backing_path ?: "", sizeof(lu->backing_path));
}

static struct vscsi_medium *medium_open(struct vscsi_vtd *vtd,
					const struct vscsi_load_params *params,
					struct netlink_ext_ack *extack)
{
	int ret = check_file(params->backend.file, extack);
	struct vscsi_medium *medium;
	struct vscsi_backend *be;

	if (ret)
		return ERR_PTR(ret);
	medium = kzalloc(sizeof(*medium), GFP_KERNEL);
	if (!medium)
		return ERR_PTR(-ENOMEM);
	be = vscsi_backend_open(&params->backend, extack);
	if (IS_ERR(be)) {
		ret = PTR_ERR(be);
		goto free_medium;
	}
	ret = check_backend(vtd, be, extack);
	if (ret)
		goto close_backend;
	medium->lu.backend = be;
	medium_init(medium, vtd, params);
	return medium;

close_backend:
	vscsi_backend_close(be);
free_medium:
	kfree(medium);
	return ERR_PTR(ret);
}

static int check_drive(const struct vscsi_vtd *vtd, struct netlink_ext_ack *extack)
{
	vscsi_config_assert_held();
	if (vtd->type != VSCSI_VTD_OPTICAL) {
		NL_SET_ERR_MSG_FMT(extack, "%s is not an optical drive", vtd->name);
		return -EINVAL;
	}
	if (vtd->removing) {
		NL_SET_ERR_MSG_FMT(extack, "%s is being removed", vtd->name);
		return -EBUSY;
	}
	return 0;
}

static int check_lock(const struct vscsi_vtd *vtd, bool release, struct netlink_ext_ack *extack)
{
	if (release || !vscsi_vtd_locked(vtd))
		return 0;
	NL_SET_ERR_MSG_FMT(extack, "a client has locked %s and uses the medium", vtd->name);
	return -EBUSY;
}

static int check_load(const struct vscsi_vtd *vtd, const struct vscsi_load_params *params,
		      struct netlink_ext_ack *extack)
{
	if (!in_drive(&vtd->drive))
		return 0;
	if (params->replace)
		return check_lock(vtd, params->release, extack);
	NL_SET_ERR_MSG_FMT(extack, "%s already has a medium", vtd->name);
	return -EBUSY;
}

/* Commands that are under way may write again: what they leave is for medium_close(). */
static int flush_medium(struct vscsi_vtd *vtd, struct netlink_ext_ack *extack)
{
	struct vscsi_lu *lu = vscsi_lu_get(vtd);
	int ret;

	if (lu == &vtd->lu)
		return 0;
	ret = check_lock(vtd, false, extack);
	if (!ret && !flush(lu)) {
		NL_SET_ERR_MSG_FMT(extack,
				   "what was written to the medium in %s can't be made durable",
				   vtd->name);
		ret = -EIO;
	}
	vscsi_lu_put(vtd, lu);
	return ret;
}

static void take_out(struct vscsi_vtd *vtd, struct vscsi_medium *medium, bool release)
{
	if (medium && release)
		vscsi_lu_put(vtd, &medium->lu);
	else
		medium_drop(medium);
}

/* Nothing changed unless it returns 0. */
static int load(struct vscsi_vtd *vtd, const struct vscsi_load_params *params,
		struct vscsi_medium *medium, struct vscsi_medium **old,
		struct netlink_ext_ack *extack)
{
	struct vscsi_drive *drive = &vtd->drive;
	unsigned long flags;
	int ret;

	spin_lock_irqsave(&drive->lock, flags);
	ret = check_load(vtd, params, extack);
	if (!ret) {
		if (params->release)
			unlock_all(drive);
		*old = exchange(drive, medium);
		WRITE_ONCE(vtd->lu.tray_open, false);
	}
	spin_unlock_irqrestore(&drive->lock, flags);
	return ret;
}

/**
 * vscsi_vtd_load() - load a medium into an optical drive
 * @vtd: the VTD
 * @params: the medium
 * @extack: says what was wrong; may be NULL
 *
 * Commands that have begun end on what was in the drive before.  What was written to that is
 * made durable first; params->release takes it out although it can't be, or is not yet: its file
 * is closed later.
 *
 * Context: configuration lock held, may sleep.
 * Return: 0; or a negative errno, and nothing was changed.
 */
int vscsi_vtd_load(struct vscsi_vtd *vtd, const struct vscsi_load_params *params,
		   struct netlink_ext_ack *extack)
{
	struct vscsi_medium *medium, *old = NULL;
	int ret = check_drive(vtd, extack);

	if (!ret && params->replace && !params->release)
		ret = flush_medium(vtd, extack);
	if (ret)
		return ret;
	medium = medium_open(vtd, params, extack);
	if (IS_ERR(medium))
		return PTR_ERR(medium);
	ret = load(vtd, params, medium, &old, extack);
	if (ret) {
		medium_drop(medium);
		return ret;
	}
	take_out(vtd, old, params->release);
	vscsi_drive_changed(vtd);
	vscsi_config_changed();
	return 0;
}

static int unload(struct vscsi_vtd *vtd, bool release, struct vscsi_medium **old,
		  struct netlink_ext_ack *extack)
{
	struct vscsi_drive *drive = &vtd->drive;
	unsigned long flags;
	int ret;

	spin_lock_irqsave(&drive->lock, flags);
	ret = in_drive(drive) ? check_lock(vtd, release, extack) : -ENOMEDIUM;
	if (!ret) {
		unlock_all(drive);
		*old = exchange(drive, NULL);
	}
	spin_unlock_irqrestore(&drive->lock, flags);
	if (ret == -ENOMEDIUM)
		NL_SET_ERR_MSG_FMT(extack, "%s has no medium", vtd->name);
	return ret;
}

/**
 * vscsi_vtd_unload() - take the medium out of an optical drive
 * @vtd: the VTD
 * @release: although a client has locked the drive, or what was written can't be made durable
 * @extack: says what was wrong; may be NULL
 *
 * Commands that have begun end on the medium.  With @release its file is closed later.
 *
 * Context: configuration lock held, may sleep.
 * Return: 0; -ENOMEDIUM, -EBUSY, -EIO or -EINVAL, and nothing was changed.
 */
int vscsi_vtd_unload(struct vscsi_vtd *vtd, bool release, struct netlink_ext_ack *extack)
{
	struct vscsi_medium *old = NULL;
	int ret = check_drive(vtd, extack);

	if (!ret && !release)
		ret = flush_medium(vtd, extack);
	if (!ret)
		ret = unload(vtd, release, &old, extack);
	if (ret)
		return ret;
	take_out(vtd, old, release);
	vscsi_drive_changed(vtd);
	vscsi_config_changed();
	return 0;
}

/**
 * vscsi_drive_changed() - has a medium come or gone since the last call?
 * @vtd: any VTD
 *
 * Context: configuration lock held.
 */
bool vscsi_drive_changed(struct vscsi_vtd *vtd)
{
	u32 changes = READ_ONCE(vtd->drive.changes);
	bool changed = changes != vtd->drive.told;

	vscsi_config_assert_held();
	vtd->drive.told = changes;
	return changed;
}

/**
 * vscsi_drive_init() - make the logical unit of an empty drive
 * @vtd: a VTD that is not published yet, with its LUN
 * @extack: says what was wrong; may be NULL
 *
 * A drive is known by where it is.
 *
 * Context: configuration lock held, may sleep.
 * Return: 0 or a negative errno.
 */
int vscsi_drive_init(struct vscsi_vtd *vtd, struct netlink_ext_ack *extack)
{
	struct vscsi_lu *lu = &vtd->lu;
	char udid[VSCSI_UDID_MAX + 1];
	struct vscsi_backend *be;

	snprintf(udid, sizeof(udid), "%llx.%s", lu->lun, vscsi_vtd_adapter(vtd)->physloc);
	be = vscsi_empty_open(udid, extack);
	if (IS_ERR(be))
		return PTR_ERR(be);
	lu->backend = be;
	lu->block_size = MMC_BLOCK_SIZE;
	lu->block_shift = MMC_BLOCK_SHIFT;
	return 0;
}

/**
 * vscsi_drive_exit() - take the medium out for good
 * @vtd: any VTD without commands
 *
 * Context: configuration lock held, may sleep.
 */
void vscsi_drive_exit(struct vscsi_vtd *vtd)
{
	medium_drop(rcu_dereference_protected(vtd->drive.medium, true));
}
