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
 * A third-party copy is no command to the units that it uses.  It notes each range for as long as
 * it reads or writes it, and waits before that like a command that is parked.
 *
 * The commands that came before are those on the lists of the queues, which every command is on
 * from its beginning to its answer.
 *
 * A command that formats the medium (see job.c) gets all blocks for itself in this way, until all
 * others are refused.  One that was parked meanwhile is checked again before it is executed, as is
 * one that was found to be acceptable before the job began, and is only now about to begin.
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
		vscsi_lu_params_init(&unit->params);
		spin_lock_init(&unit->lock);
		INIT_LIST_HEAD(&unit->vtds);
		INIT_LIST_HEAD(&unit->exclusive);
		INIT_LIST_HEAD(&unit->parked);
		INIT_LIST_HEAD(&unit->spans);
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
	while (last && READ_ONCE(unit->looks))
		rcu_barrier();
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

/* A server adapter with several VTDs of the unit is looked at once. */
static bool is_first_of_server(const struct vscsi_unit *unit, const struct vscsi_vtd *vtd)
{
	const struct vscsi_vtd *other;

	list_for_each_entry(other, &unit->vtds, unit_entry)
		if (other->server == vtd->server)
			break;
	return other == vtd;
}

static bool any_locked(struct vscsi_unit *unit, vscsi_task_match match, const void *arg)
{
	struct vscsi_vtd *vtd;

	lockdep_assert_held(&unit->lock);
	list_for_each_entry(vtd, &unit->vtds, unit_entry)
		if (is_first_of_server(unit, vtd) && vscsi_tasks_any(vtd->server, match, arg))
			return true;
	return false;
}

/**
 * vscsi_unit_any() - is any such command under way, on whichever path?
 * @unit: the unit
 * @match: which to look for; called with answer_lock held
 * @arg: for @match
 *
 * Context: any; none of the server's locks held.
 * Return: true if there is one.
 */
bool vscsi_unit_any(struct vscsi_unit *unit, vscsi_task_match match, const void *arg)
{
	unsigned long flags;
	bool found;

	spin_lock_irqsave(&unit->lock, flags);
	found = any_locked(unit, match, arg);
	spin_unlock_irqrestore(&unit->lock, flags);
	return found;
}

/**
 * vscsi_unit_collect() - begin to abort commands on all paths
 * @unit: the unit
 * @match: which of them; called with answer_lock held
 * @arg: for @match
 * @found: they are added to it, for vscsi_tasks_cancel()
 *
 * Context: any; none of the server's locks held.
 */
void vscsi_unit_collect(struct vscsi_unit *unit, vscsi_task_match match, const void *arg,
			struct llist_head *found)
{
	struct vscsi_vtd *vtd;
	unsigned long flags;

	spin_lock_irqsave(&unit->lock, flags);
	list_for_each_entry(vtd, &unit->vtds, unit_entry)
		if (is_first_of_server(unit, vtd))
			vscsi_tasks_collect(vtd->server, match, arg, found);
	spin_unlock_irqrestore(&unit->lock, flags);
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

/* It may have been found acceptable before the job began. */
static void note_job_locked(const struct vscsi_unit *unit, struct vscsi_task *task)
{
	lockdep_assert_held(&unit->lock);
	if (unit->background)
		task->parked = true;
}

static void park_locked(struct vscsi_unit *unit, struct vscsi_task *task)
{
	lockdep_assert_held(&unit->lock);
	task->stage = VSCSI_STAGE_PARKED;
	task->parked = true;
	list_add_tail(&task->exclusion, &unit->parked);
}

static void look_again(struct rcu_head *rcu);

/*
 * A command that was NEW may have begun without having seen busy: then nobody is told when it
 * turns out not to overlap.  Both its steps are in one read-side critical section, which has
 * ended when look_again() is called, or has seen busy.  So there is no barrier in admitted().
 */
static void look_later_locked(struct vscsi_unit *unit)
{
	if (!unit->looks++)
		call_rcu(&unit->look, look_again);
}

/* From here on no command that overlaps begins; see admitted(). */
static void take_locked(struct vscsi_unit *unit, struct vscsi_task *task)
{
	lockdep_assert_held(&unit->lock);
	note_job_locked(unit, task);
	task->stage = VSCSI_STAGE_WAITING;
	list_add_tail(&task->exclusion, &unit->exclusive);
	WRITE_ONCE(unit->busy, true);
	look_later_locked(unit);
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

/* Has a command that wants to be alone to wait for a third-party copy, or for a command? */
static bool is_blocked_locked(struct vscsi_unit *unit, const struct vscsi_task *alone)
{
	const struct vscsi_span *span;

	lockdep_assert_held(&unit->lock);
	list_for_each_entry(span, &unit->spans, entry)
		if (vscsi_cmd_uses(&alone->cmd, span->start, span->end))
			return true;
	return any_locked(unit, blocks, alone);
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
	WRITE_ONCE(unit->busy, unit->background || !list_empty(&unit->exclusive));
}

static void look_again(struct rcu_head *rcu)
{
	struct vscsi_unit *unit = container_of(rcu, struct vscsi_unit, look);
	unsigned long flags;

	spin_lock_irqsave(&unit->lock, flags);
	/* Who came after call_rcu() is owed another look. */
	WRITE_ONCE(unit->looks, unit->looks > 1);
	if (unit->looks)
		call_rcu(&unit->look, look_again);
	update_locked(unit);
	spin_unlock_irqrestore(&unit->lock, flags);
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
	note_job_locked(unit, task);
	taken = is_taken_locked(unit, task);
	if (taken)
		park_locked(unit, task);
	/* One may have waited for this task to say what it is. */
	update_locked(unit);
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
	task->stage = VSCSI_STAGE_LEFT;
	update_locked(unit);
	spin_unlock_irqrestore(&unit->lock, flags);
	vscsi_copy_wake();
}

/**
 * vscsi_unit_enter() - may a third-party copy read or write now?
 * @span: its unit and range are set
 *
 * A command that wants to be alone and has not begun goes first: pieces of a copy are many.
 *
 * Context: any.
 * Return: false if another command has, or waits for, some of the bytes for itself.
 */
bool vscsi_unit_enter(struct vscsi_span *span)
{
	struct vscsi_unit *unit = span->unit;
	struct vscsi_task *other;
	unsigned long flags;
	bool taken = false;

	spin_lock_irqsave(&unit->lock, flags);
	list_for_each_entry(other, &unit->exclusive, exclusion)
		taken |= vscsi_cmd_uses(&other->cmd, span->start, span->end);
	if (!taken)
		list_add_tail(&span->entry, &unit->spans);
	spin_unlock_irqrestore(&unit->lock, flags);
	return !taken;
}

/**
 * vscsi_unit_leave_span() - undo vscsi_unit_enter()
 * @span: the range
 *
 * Context: any; none of the server's locks held.
 */
void vscsi_unit_leave_span(struct vscsi_span *span)
{
	struct vscsi_unit *unit = span->unit;
	unsigned long flags;

	spin_lock_irqsave(&unit->lock, flags);
	list_del(&span->entry);
	if (unit->busy)
		update_locked(unit);
	spin_unlock_irqrestore(&unit->lock, flags);
}

typedef void (*itl_fn)(struct vscsi_itl *itl, const void *arg);

static void call_for_vtd(struct vscsi_vtd *vtd, itl_fn fn, const void *arg)
{
	struct vscsi_server *server = vtd->server;
	struct vscsi_nexus *nexus;
	struct vscsi_itl *itl;

	spin_lock(&server->lock);
	list_for_each_entry(nexus, &server->nexuses, entry) {
		itl = vscsi_itl_get(nexus, vtd->lu.lun);
		if (!itl)
			continue;
		fn(itl, arg);
		percpu_ref_put(&itl->vtd->ref);
	}
	spin_unlock(&server->lock);
}

/* Call a function for each I_T_L nexus to the unit. */
static void call_for_all_locked(struct vscsi_unit *unit, itl_fn fn, const void *arg)
{
	struct vscsi_vtd *vtd;

	lockdep_assert_held(&unit->lock);
	list_for_each_entry(vtd, &unit->vtds, unit_entry)
		call_for_vtd(vtd, fn, arg);
}

struct telling {
	const struct vscsi_vtd *vtd;
	const struct vscsi_nexus_id *by;
	enum vscsi_ua ua;
};

static void tell_other(struct vscsi_itl *itl, const void *arg)
{
	const struct telling *telling = arg;

	if (itl->vtd != telling->vtd || !vscsi_nexus_id_same(&itl->pr.id, telling->by))
		vscsi_ua_set(itl, telling->ua);
}

/**
 * vscsi_unit_tell_locked() - establish a unit attention for all I_T_L nexuses but one
 * @unit: the unit
 * @own: VTD of the one that is not told
 * @from: its I_T nexus
 * @ua: what to tell
 *
 * Context: unit->lock held.
 */
void vscsi_unit_tell_locked(struct vscsi_unit *unit, const struct vscsi_vtd *own,
			    const struct vscsi_nexus_id *from, enum vscsi_ua ua)
{
	const struct telling telling = { .vtd = own, .by = from, .ua = ua };

	call_for_all_locked(unit, tell_other, &telling);
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
	unsigned long flags;

	spin_lock_irqsave(&unit->lock, flags);
	vscsi_unit_tell_locked(unit, task->vtd, &task->itl->pr.id, ua);
	spin_unlock_irqrestore(&unit->lock, flags);
}

static void reset_itl(struct vscsi_itl *itl, const void *arg)
{
	vscsi_ua_set(itl, VSCSI_UA_TARGET_RESET);
	vscsi_drive_unlock(itl);
}

/**
 * vscsi_unit_reset() - a logical unit reset (SAM-5 6.3.3)
 * @vtd: one of the paths to the logical unit
 *
 * What clients have changed or reserved is as it was at first, and on every path they hear of
 * it.  Their commands are the caller's business.
 *
 * Context: any; none of the server's locks held.
 */
void vscsi_unit_reset(struct vscsi_vtd *vtd)
{
	unsigned long flags;

	vscsi_lu_reset(&vtd->lu);
	vscsi_pr_reset(vtd->lu.pr);
	spin_lock_irqsave(&vtd->unit->lock, flags);
	call_for_all_locked(vtd->unit, reset_itl, NULL);
	spin_unlock_irqrestore(&vtd->unit->lock, flags);
}
