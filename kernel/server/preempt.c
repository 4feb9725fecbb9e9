// SPDX-License-Identifier: GPL-2.0
/* PREEMPT AND ABORT: the commands of nexuses that have lost their registration. */
#include <linux/wait.h>

#include "target.h"

struct preemption {
	const struct vscsi_cmd *by;
	const struct vscsi_preempted *whose;
};

/* Commands have ended, or were told to. */
static DECLARE_WAIT_QUEUE_HEAD(aborts);

/**
 * vscsi_preempt_wake() - an aborted command has ended, or commands were aborted
 *
 * Context: any.
 */
void vscsi_preempt_wake(void)
{
	wake_up_all(&aborts);
}

/* A third-party copy is a command of each logical unit that it reads or writes. */
static bool is_for(const struct vscsi_task *task, const struct vscsi_pr *pr)
{
	return (task->cmd.lu && task->cmd.lu->pr == pr) || vscsi_copy_touches(task, pr);
}

static bool is_preempted(const struct vscsi_task *task, const void *arg)
{
	const struct vscsi_cmd *cmd = &task->cmd;
	const struct preemption *p = arg;

	return cmd != p->by && is_for(task, p->by->lu->pr) &&
	       vscsi_pr_is_preempted(p->whose, p->by, &cmd->nexus->id);
}

/*
 * It may be behind the one that has aborted it, in the same work queue.  All that it could do is
 * over with its registration.
 */
static bool is_same_kind(const struct vscsi_task *task)
{
	/* Pairs with the release in admitted(). */
	return smp_load_acquire(&task->stage) != VSCSI_STAGE_NEW &&
	       vscsi_cmd_exec(&task->cmd) == VSCSI_EXEC_WAITING;
}

static bool is_left(const struct vscsi_task *task, const void *arg)
{
	return READ_ONCE(task->cmd.aborted) && is_preempted(task, arg) && !is_same_kind(task);
}

static struct vscsi_nexus *nexus_of(const struct vscsi_pr_nexus *nexus)
{
	return container_of(nexus, struct vscsi_itl, pr)->nexus;
}

/* A nexus that is on the list keeps its queues. */
static void collect(const struct preemption *p, struct llist_head *found)
{
	struct vscsi_pr *pr = p->by->lu->pr;
	struct vscsi_pr_nexus *nexus;
	unsigned long flags;

	spin_lock_irqsave(&pr->lock, flags);
	list_for_each_entry(nexus, &pr->nexuses, entry)
		if (vscsi_pr_is_preempted(p->whose, p->by, &nexus->id))
			vscsi_nexus_collect(nexus_of(nexus), is_preempted, p, found);
	spin_unlock_irqrestore(&pr->lock, flags);
}

static bool all_ended(const struct preemption *p)
{
	struct vscsi_pr *pr = p->by->lu->pr;
	struct vscsi_pr_nexus *nexus;
	unsigned long flags;
	bool left = false;

	spin_lock_irqsave(&pr->lock, flags);
	list_for_each_entry(nexus, &pr->nexuses, entry) {
		left = vscsi_pr_is_preempted(p->whose, p->by, &nexus->id) &&
		       vscsi_nexus_any(nexus_of(nexus), is_left, p);
		if (left)
			break;
	}
	spin_unlock_irqrestore(&pr->lock, flags);
	return !left;
}

/**
 * vscsi_abort_preempted() - see struct vscsi_target_ops
 * @cmd: the command; its reservations have changed already, so that no other command of the
 *	preempted nexuses gets past them
 * @whose: the nexuses
 *
 * Context: worker of vscsi_waiting_wq, sleeps.
 * Return: false if @cmd itself was aborted before the others had ended.
 */
bool vscsi_abort_preempted(struct vscsi_cmd *cmd, const struct vscsi_preempted *whose)
{
	const struct preemption p = { .by = cmd, .whose = whose };
	LLIST_HEAD(found);

	/* Pairs with that in vscsi_copy_find(). */
	smp_mb();
	collect(&p, &found);
	vscsi_tasks_cancel(&found);
	wait_event_idle(aborts, READ_ONCE(cmd->aborted) || all_ended(&p));
	return !READ_ONCE(cmd->aborted);
}
