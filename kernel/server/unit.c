// SPDX-License-Identifier: GPL-2.0
/*
 * What the VTDs over one backing device have in common, above all its blocks.
 *
 * A command that must be atomic (COMPARE AND WRITE: SBC-3 5.2) gets its blocks for itself:
 * it goes on the unit's list, which says so to every command that comes after it; waits until
 * the commands that came before it have ended; and is executed.  Commands that overlap
 * it are parked meanwhile.  All others go on, and pay for it with a look at unit->busy when
 * they begin and when they end.
 *
 * The commands that came before are those on the lists of the queues, which every command is on
 * from its beginning to its answer.
 *
 * Lock order: unit->lock, server->lock, queue->answer_lock.
 */
#include <linux/slab.h>

#include "target.h"

/**
 * vscsi_unit_join() - share a unit with another VTD, or have one for oneself
 * @vtd: its backing device is open; its lu.params is set
 * @same: a VTD over the same backing device, or NULL
 *
 * Context: configuration lock held, may sleep.
 * Return: 0 or -ENOMEM.
 */
int vscsi_unit_join(struct vscsi_vtd *vtd, struct vscsi_vtd *same)
{
	struct vscsi_unit *unit = same ? same->unit : NULL;

	if (!unit) {
		unit = kzalloc(sizeof(*unit), GFP_KERNEL);
		if (!unit)
			return -ENOMEM;
		spin_lock_init(&unit->lock);
		INIT_LIST_HEAD(&unit->vtds);
		INIT_LIST_HEAD(&unit->exclusive);
		INIT_LIST_HEAD(&unit->parked);
	}
	vtd->unit = unit;
	vtd->lu.params = &unit->params;
	spin_lock_irq(&unit->lock);
	list_add_tail(&vtd->unit_entry, &unit->vtds);
	spin_unlock_irq(&unit->lock);
	return 0;
}

/**
 * vscsi_unit_leave() - undo vscsi_unit_join()
 * @vtd: has no command any more
 *
 * Who has just ended the last command may not have left the unit's lock.
 *
 * Context: configuration lock held, may sleep.
 */
void vscsi_unit_leave(struct vscsi_vtd *vtd)
{
	struct vscsi_unit *unit = vtd->unit;
	bool last;

	spin_lock_irq(&unit->lock);
	list_del(&vtd->unit_entry);
	last = list_empty(&unit->vtds);
	spin_unlock_irq(&unit->lock);
	if (last)
		kfree_rcu(unit, rcu);
}

/* Does a command that is under way stand in the way of the one that wants to be alone? */
static bool blocks(const struct vscsi_task *task, const void *arg)
{
	const struct vscsi_task *alone = arg;

	if (task == alone || !task->vtd || task->vtd->unit != alone->vtd->unit)
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

static bool is_blocked_locked(struct vscsi_unit *unit, struct vscsi_task *alone)
{
	struct vscsi_vtd *vtd;
	unsigned long oldest;

	lockdep_assert_held(&unit->lock);
	list_for_each_entry(vtd, &unit->vtds, unit_entry)
		if (vscsi_tasks_count(vtd->server, blocks, alone, &oldest))
			return true;
	return false;
}

static bool is_taken_locked(struct vscsi_unit *unit, const struct vscsi_task *task)
{
	struct vscsi_task *other;

	lockdep_assert_held(&unit->lock);
	list_for_each_entry(other, &unit->exclusive, exclusion)
		if (vscsi_cmd_overlaps(&other->cmd, &task->cmd))
			return true;
	return false;
}

static void park_locked(struct vscsi_unit *unit, struct vscsi_task *task)
{
	lockdep_assert_held(&unit->lock);
	task->stage = VSCSI_STAGE_PARKED;
	list_add_tail(&task->exclusion, &unit->parked);
}

/* From here on no command that overlaps begins; see admitted(). */
static void take_locked(struct vscsi_unit *unit, struct vscsi_task *task)
{
	lockdep_assert_held(&unit->lock);
	task->stage = VSCSI_STAGE_WAITING;
	list_add_tail(&task->exclusion, &unit->exclusive);
	WRITE_ONCE(unit->busy, true);
}

static void unpark_locked(struct vscsi_unit *unit)
{
	struct vscsi_task *task, *next;

	lockdep_assert_held(&unit->lock);
	list_for_each_entry_safe(task, next, &unit->parked, exclusion) {
		if (!READ_ONCE(task->cmd.aborted) && is_taken_locked(unit, task))
			continue;
		list_del(&task->exclusion);
		if (vscsi_cmd_exec(&task->cmd) == VSCSI_EXEC_EXCLUSIVE) {
			take_locked(unit, task);
			continue;
		}
		task->stage = VSCSI_STAGE_RUNNING;
		vscsi_task_resume(task);
	}
}

/* One that was aborted runs into that at once, and touches nothing. */
static void start_locked(struct vscsi_unit *unit)
{
	struct vscsi_task *task;

	lockdep_assert_held(&unit->lock);
	list_for_each_entry(task, &unit->exclusive, exclusion) {
		if (task->stage != VSCSI_STAGE_WAITING)
			continue;
		if (!READ_ONCE(task->cmd.aborted) && is_blocked_locked(unit, task))
			continue;
		task->stage = VSCSI_STAGE_ALONE;
		vscsi_task_resume(task);
	}
}

/* Whoever can go on does.  It is gone, perhaps, when the lock is free. */
static void update_locked(struct vscsi_unit *unit)
{
	unpark_locked(unit);
	start_locked(unit);
	WRITE_ONCE(unit->busy, !list_empty(&unit->exclusive));
}

/**
 * vscsi_unit_update() - let go on who had to wait for a command
 * @unit: a command to it has ended, or was aborted
 *
 * Context: any; none of the server's locks held.
 */
void vscsi_unit_update(struct vscsi_unit *unit)
{
	unsigned long flags;

	spin_lock_irqsave(&unit->lock, flags);
	update_locked(unit);
	spin_unlock_irqrestore(&unit->lock, flags);
}

/**
 * vscsi_unit_admit() - may a command begin, while others have blocks for themselves?
 * @task: parsed, on the list of its queue
 *
 * Context: any.
 * Return: false if it has to wait; then it is resumed later, and may be gone already.
 */
bool vscsi_unit_admit(struct vscsi_task *task)
{
	struct vscsi_unit *unit = task->vtd->unit;
	unsigned long flags;
	bool taken;

	spin_lock_irqsave(&unit->lock, flags);
	taken = is_taken_locked(unit, task);
	if (taken) {
		park_locked(unit, task);
		/* One may have waited for this task to say what it is. */
		update_locked(unit);
	}
	spin_unlock_irqrestore(&unit->lock, flags);
	return !taken;
}

/**
 * vscsi_unit_exclude() - execute a command when it can have its blocks for itself
 * @task: parsed, on the list of its queue; may be gone on return
 *
 * Context: any.
 */
void vscsi_unit_exclude(struct vscsi_task *task)
{
	struct vscsi_unit *unit = task->vtd->unit;
	unsigned long flags;

	spin_lock_irqsave(&unit->lock, flags);
	if (is_taken_locked(unit, task))
		park_locked(unit, task);
	else
		take_locked(unit, task);
	update_locked(unit);
	spin_unlock_irqrestore(&unit->lock, flags);
}

/**
 * vscsi_unit_release() - a command needs its blocks for itself no more
 * @task: VSCSI_STAGE_ALONE
 *
 * Context: any; none of the server's locks held.
 */
void vscsi_unit_release(struct vscsi_task *task)
{
	struct vscsi_unit *unit = task->vtd->unit;
	unsigned long flags;

	spin_lock_irqsave(&unit->lock, flags);
	list_del(&task->exclusion);
	task->stage = VSCSI_STAGE_RUNNING;
	update_locked(unit);
	spin_unlock_irqrestore(&unit->lock, flags);
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
 * vscsi_unit_tell_others() - see struct vscsi_target_ops
 * @cmd: the command
 * @ua: what to tell
 *
 * Context: any.
 */
void vscsi_unit_tell_others(struct vscsi_cmd *cmd, enum vscsi_ua ua)
{
	struct vscsi_task *task = container_of(cmd, struct vscsi_task, cmd);
	struct vscsi_unit *unit = task->vtd->unit;
	struct vscsi_vtd *vtd;
	unsigned long flags;

	spin_lock_irqsave(&unit->lock, flags);
	list_for_each_entry(vtd, &unit->vtds, unit_entry)
		tell_of_vtd(vtd, task->itl, ua);
	spin_unlock_irqrestore(&unit->lock, flags);
}
