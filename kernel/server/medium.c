// SPDX-License-Identifier: GPL-2.0
/*
 * What the VTDs over one backing device have in common, above all its blocks.
 *
 * A command that must be atomic (COMPARE AND WRITE: SBC-3 5.2) gets its blocks for itself:
 * it goes on the medium's list, which says so to every command that comes after it; waits until
 * the commands that came before it have ended; and is executed.  Commands that overlap
 * it are parked meanwhile.  All others go on, and pay for it with a look at medium->busy when
 * they begin and when they end.
 *
 * The commands that came before are those on the lists of the queues, which every command is on
 * from its beginning to its answer.
 *
 * Lock order: medium->lock, server->lock, queue->answer_lock.
 */
#include <linux/slab.h>

#include "target.h"

/**
 * vscsi_medium_join() - share a medium with another VTD, or have one for oneself
 * @vtd: its backing device is open; its lu.params is set
 * @same: a VTD over the same backing device, or NULL
 *
 * Context: configuration lock held, may sleep.
 * Return: 0 or -ENOMEM.
 */
int vscsi_medium_join(struct vscsi_vtd *vtd, struct vscsi_vtd *same)
{
	struct vscsi_medium *medium = same ? same->medium : NULL;

	if (!medium) {
		medium = kzalloc(sizeof(*medium), GFP_KERNEL);
		if (!medium)
			return -ENOMEM;
		spin_lock_init(&medium->lock);
		INIT_LIST_HEAD(&medium->vtds);
		INIT_LIST_HEAD(&medium->exclusive);
		INIT_LIST_HEAD(&medium->parked);
	}
	vtd->medium = medium;
	vtd->lu.params = &medium->params;
	spin_lock_irq(&medium->lock);
	list_add_tail(&vtd->medium_entry, &medium->vtds);
	spin_unlock_irq(&medium->lock);
	return 0;
}

/**
 * vscsi_medium_leave() - undo vscsi_medium_join()
 * @vtd: has no command any more
 *
 * Who has just ended the last command may not have left the medium's lock.
 *
 * Context: configuration lock held, may sleep.
 */
void vscsi_medium_leave(struct vscsi_vtd *vtd)
{
	struct vscsi_medium *medium = vtd->medium;
	bool last;

	spin_lock_irq(&medium->lock);
	list_del(&vtd->medium_entry);
	last = list_empty(&medium->vtds);
	spin_unlock_irq(&medium->lock);
	if (last)
		kfree_rcu(medium, rcu);
}

/* Does a command that is under way stand in the way of the one that wants to be alone? */
static bool blocks(const struct vscsi_task *task, const void *arg)
{
	const struct vscsi_task *alone = arg;

	if (task == alone || !task->vtd || task->vtd->medium != alone->vtd->medium)
		return false;
	/* Pairs with the release in admitted(). */
	switch (smp_load_acquire(&task->stage)) {
	case VSCSI_STAGE_NEW:
		return true;
	case VSCSI_STAGE_RUNNING:
		return vscsi_cmd_overlaps(&task->cmd, &alone->cmd);
	default:
		return false;
	}
}

static bool is_blocked_locked(struct vscsi_medium *medium, struct vscsi_task *alone)
{
	struct vscsi_vtd *vtd;
	unsigned long oldest;

	lockdep_assert_held(&medium->lock);
	list_for_each_entry(vtd, &medium->vtds, medium_entry)
		if (vscsi_tasks_count(vtd->server, blocks, alone, &oldest))
			return true;
	return false;
}

static bool is_taken_locked(struct vscsi_medium *medium, const struct vscsi_task *task)
{
	struct vscsi_task *other;

	lockdep_assert_held(&medium->lock);
	list_for_each_entry(other, &medium->exclusive, exclusion)
		if (vscsi_cmd_overlaps(&other->cmd, &task->cmd))
			return true;
	return false;
}

static void park_locked(struct vscsi_medium *medium, struct vscsi_task *task)
{
	lockdep_assert_held(&medium->lock);
	task->stage = VSCSI_STAGE_PARKED;
	list_add_tail(&task->exclusion, &medium->parked);
}

/* From here on no command that overlaps begins; see admitted(). */
static void take_locked(struct vscsi_medium *medium, struct vscsi_task *task)
{
	lockdep_assert_held(&medium->lock);
	task->stage = VSCSI_STAGE_WAITING;
	list_add_tail(&task->exclusion, &medium->exclusive);
	WRITE_ONCE(medium->busy, true);
}

static void unpark_locked(struct vscsi_medium *medium)
{
	struct vscsi_task *task, *next;

	lockdep_assert_held(&medium->lock);
	list_for_each_entry_safe(task, next, &medium->parked, exclusion) {
		if (!READ_ONCE(task->cmd.aborted) && is_taken_locked(medium, task))
			continue;
		list_del(&task->exclusion);
		if (vscsi_cmd_exec(&task->cmd) == VSCSI_EXEC_EXCLUSIVE) {
			take_locked(medium, task);
			continue;
		}
		task->stage = VSCSI_STAGE_RUNNING;
		vscsi_task_resume(task);
	}
}

/* One that was aborted runs into that at once, and touches nothing. */
static void start_locked(struct vscsi_medium *medium)
{
	struct vscsi_task *task;

	lockdep_assert_held(&medium->lock);
	list_for_each_entry(task, &medium->exclusive, exclusion) {
		if (task->stage != VSCSI_STAGE_WAITING)
			continue;
		if (!READ_ONCE(task->cmd.aborted) && is_blocked_locked(medium, task))
			continue;
		task->stage = VSCSI_STAGE_ALONE;
		vscsi_task_resume(task);
	}
}

/* Whoever can go on does.  It is gone, perhaps, when the lock is free. */
static void update_locked(struct vscsi_medium *medium)
{
	unpark_locked(medium);
	start_locked(medium);
	WRITE_ONCE(medium->busy, !list_empty(&medium->exclusive));
}

/**
 * vscsi_medium_update() - let go on who had to wait for a command
 * @medium: a command to it has ended, or was aborted
 *
 * Context: any; none of the server's locks held.
 */
void vscsi_medium_update(struct vscsi_medium *medium)
{
	unsigned long flags;

	spin_lock_irqsave(&medium->lock, flags);
	update_locked(medium);
	spin_unlock_irqrestore(&medium->lock, flags);
}

/**
 * vscsi_medium_admit() - may a command begin, while others have blocks for themselves?
 * @task: parsed, on the list of its queue
 *
 * Context: any.
 * Return: false if it has to wait; then it is resumed later, and may be gone already.
 */
bool vscsi_medium_admit(struct vscsi_task *task)
{
	struct vscsi_medium *medium = task->vtd->medium;
	unsigned long flags;
	bool taken;

	spin_lock_irqsave(&medium->lock, flags);
	taken = is_taken_locked(medium, task);
	if (taken) {
		park_locked(medium, task);
		/* One may have waited for this task to say what it is. */
		update_locked(medium);
	}
	spin_unlock_irqrestore(&medium->lock, flags);
	return !taken;
}

/**
 * vscsi_medium_exclude() - execute a command when it can have its blocks for itself
 * @task: parsed, on the list of its queue; may be gone on return
 *
 * Context: any.
 */
void vscsi_medium_exclude(struct vscsi_task *task)
{
	struct vscsi_medium *medium = task->vtd->medium;
	unsigned long flags;

	spin_lock_irqsave(&medium->lock, flags);
	if (is_taken_locked(medium, task))
		park_locked(medium, task);
	else
		take_locked(medium, task);
	update_locked(medium);
	spin_unlock_irqrestore(&medium->lock, flags);
}

/**
 * vscsi_medium_release() - a command needs its blocks for itself no more
 * @task: VSCSI_STAGE_ALONE
 *
 * Context: any; none of the server's locks held.
 */
void vscsi_medium_release(struct vscsi_task *task)
{
	struct vscsi_medium *medium = task->vtd->medium;
	unsigned long flags;

	spin_lock_irqsave(&medium->lock, flags);
	list_del(&task->exclusion);
	task->stage = VSCSI_STAGE_RUNNING;
	update_locked(medium);
	spin_unlock_irqrestore(&medium->lock, flags);
}

static void tell_of_vtd(struct vscsi_vtd *vtd, const struct vscsi_itl *own, enum vscsi_ua ua)
{
	struct vscsi_server *server = vtd->server;
	struct vscsi_nexus *nexus;
	struct vscsi_itl *itl;

	spin_lock(&server->lock);
	list_for_each_entry(nexus, &server->nexuses, entry) {
		itl = vscsi_itl_get(nexus, vtd->lu.lun);
		if (!itl)
			continue;
		if (itl != own)
			vscsi_ua_set(itl, ua);
		percpu_ref_put(&itl->vtd->ref);
	}
	spin_unlock(&server->lock);
}

/**
 * vscsi_medium_tell_others() - see struct vscsi_target_ops
 * @cmd: the command
 * @ua: what to tell
 *
 * Context: any.
 */
void vscsi_medium_tell_others(struct vscsi_cmd *cmd, enum vscsi_ua ua)
{
	struct vscsi_task *task = container_of(cmd, struct vscsi_task, cmd);
	struct vscsi_medium *medium = task->vtd->medium;
	struct vscsi_vtd *vtd;
	unsigned long flags;

	spin_lock_irqsave(&medium->lock, flags);
	list_for_each_entry(vtd, &medium->vtds, medium_entry)
		tell_of_vtd(vtd, task->itl, ua);
	spin_unlock_irqrestore(&medium->lock, flags);
}
