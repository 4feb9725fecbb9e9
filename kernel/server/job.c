// SPDX-License-Identifier: GPL-2.0
/*
 * Jobs of the command set, FORMAT UNIT and SANITIZE, in the background.
 *
 * A job belongs to the unit, and keeps other commands from its medium by whichever path they come.
 * It holds a reference to the VTD by which it came, and needs nothing of the client: neither a
 * reset nor the loss of a connection ends it.  Removing that VTD by force does.
 *
 * A command that waits for its job is told under unit->lock, or has left before.
 */
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include "../cmdset/job.h"
#include "target.h"

/**
 * struct waiter - a command that waits for its job
 * @background: of the job, until it has ended; guarded by unit->lock
 * @ended: the job has ended, @reason is set
 * @reason: how
 */
struct waiter {
	struct vscsi_background *background;
	bool ended;
	enum vscsi_reason reason;
};

/**
 * struct vscsi_background - a job that has begun
 * @job: what to do
 * @vtd: by which it came; a reference
 * @from: which I_T nexus has asked for it
 * @waiter: who waits for it, or NULL; guarded by unit->lock
 * @work: does it
 */
struct vscsi_background {
	struct vscsi_job *job;
	struct vscsi_vtd *vtd;
	struct vscsi_nexus_id from;
	struct waiter *waiter;
	struct work_struct work;
};

/* Jobs have ended, or commands were aborted. */
static DECLARE_WAIT_QUEUE_HEAD(ends);

/**
 * vscsi_background_wake() - commands were aborted: do any of them wait for a job?
 *
 * Context: any.
 */
void vscsi_background_wake(void)
{
	wake_up_all(&ends);
}

/* Who hears of it by a unit attention hears of that first. */
static void end(struct vscsi_background *bg, enum vscsi_reason reason)
{
	struct vscsi_unit *unit = bg->vtd->unit;
	unsigned long flags;

	spin_lock_irqsave(&unit->lock, flags);
	unit->background = NULL;
	if (reason == VSCSI_OK)
		vscsi_unit_tell_locked(unit, bg->vtd, &bg->from, VSCSI_UA_MEDIUM_CHANGED);
	reason = vscsi_job_end(bg->job, reason);
	if (bg->waiter) {
		bg->waiter->reason = reason;
		/* Pairs with the acquire in wait_for_end(). */
		smp_store_release(&bg->waiter->ended, true);
	}
	spin_unlock_irqrestore(&unit->lock, flags);
	vscsi_unit_update(unit);
	wake_up_all(&ends);
}

static void background_work(struct work_struct *work)
{
	struct vscsi_background *bg = container_of(work, struct vscsi_background, work);
	unsigned int noio = memalloc_noio_save();

	end(bg, vscsi_job_run(bg->job));
	memalloc_noio_restore(noio);
	vscsi_job_free(bg->job);
	percpu_ref_put(&bg->vtd->ref);
	kfree(bg);
}

static struct vscsi_background *background_alloc(const struct vscsi_task *task,
						 struct vscsi_job *job)
{
	struct vscsi_background *bg = kzalloc(sizeof(*bg), GFP_NOIO);

	if (!bg)
		return NULL;
	bg->job = job;
	bg->vtd = task->vtd;
	bg->from = task->itl->pr.id;
	INIT_WORK(&bg->work, background_work);
	return bg;
}

/* False if the command was aborted: who removes the VTD by force does not look for a job later. */
static bool publish(struct vscsi_background *bg, const struct vscsi_cmd *cmd)
{
	struct vscsi_unit *unit = bg->vtd->unit;
	unsigned long flags;
	bool aborted;

	spin_lock_irqsave(&unit->lock, flags);
	aborted = READ_ONCE(cmd->aborted);
	if (!aborted) {
		percpu_ref_get(&bg->vtd->ref);
		unit->background = bg;
		vscsi_job_begin(bg->job);
	}
	spin_unlock_irqrestore(&unit->lock, flags);
	return !aborted;
}

static void stop_locked(struct vscsi_background *bg)
{
	struct vscsi_cmd *cmd = &bg->job->cmd;
	struct vscsi_backend *be = cmd->lu->backend;

	lockdep_assert_held(&bg->vtd->unit->lock);
	WRITE_ONCE(cmd->aborted, true);
	if (be->ops->cancel)
		be->ops->cancel(be, &cmd->io);
}

static enum vscsi_reason wait_for_end(struct vscsi_unit *unit, struct waiter *waiter,
				      const struct vscsi_cmd *cmd)
{
	unsigned long flags;

	/* Pairs with the release in end(). */
	wait_event_idle(ends, smp_load_acquire(&waiter->ended) || READ_ONCE(cmd->aborted));
	spin_lock_irqsave(&unit->lock, flags);
	if (!waiter->ended) {
		waiter->background->waiter = NULL;
		waiter->reason = VSCSI_ABORTED;
		if (!waiter->background->job->outlives_abort)
			stop_locked(waiter->background);
	}
	spin_unlock_irqrestore(&unit->lock, flags);
	return waiter->reason;
}

/**
 * vscsi_background_begin() - see struct vscsi_target_ops, begin_job
 * @cmd: the command: VSCSI_STAGE_ALONE
 * @job: what to do
 *
 * When all others are refused, the command need not be alone any more.
 *
 * Context: worker, sleeps.
 */
void vscsi_background_begin(struct vscsi_cmd *cmd, struct vscsi_job *job)
{
	struct vscsi_task *task = container_of(cmd, struct vscsi_task, cmd);
	struct vscsi_background *bg = background_alloc(task, job);
	struct waiter waiter = { .background = bg };
	bool immed = job->immed;

	if (!bg || !publish(bg, cmd)) {
		vscsi_cmd_complete(cmd, bg ? VSCSI_ABORTED : VSCSI_OUT_OF_RESOURCES);
		vscsi_job_free(job);
		kfree(bg);
		return;
	}
	if (!immed)
		bg->waiter = &waiter;
	vscsi_unit_release(task);
	queue_work(vscsi_job_wq, &bg->work);
	vscsi_cmd_complete(cmd, immed ? VSCSI_OK : wait_for_end(task->vtd->unit, &waiter, cmd));
}

/**
 * vscsi_background_stop() - end a job, as a failure
 * @vtd: by which it came; no new command to it can begin one
 *
 * Context: any.
 */
void vscsi_background_stop(struct vscsi_vtd *vtd)
{
	struct vscsi_unit *unit = vtd->unit;
	unsigned long flags;

	spin_lock_irqsave(&unit->lock, flags);
	if (unit->background && unit->background->vtd == vtd)
		stop_locked(unit->background);
	spin_unlock_irqrestore(&unit->lock, flags);
}

/**
 * vscsi_background_on() - is there a job that came by a VTD?
 * @vtd: the VTD
 *
 * Context: any.
 */
bool vscsi_background_on(struct vscsi_vtd *vtd)
{
	struct vscsi_unit *unit = vtd->unit;
	unsigned long flags;
	bool found;

	spin_lock_irqsave(&unit->lock, flags);
	found = unit->background && unit->background->vtd == vtd;
	spin_unlock_irqrestore(&unit->lock, flags);
	return found;
}
