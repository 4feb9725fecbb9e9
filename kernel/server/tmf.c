// SPDX-License-Identifier: GPL-2.0
/*
 * Task management and aborting.
 *
 * To abort a command is to mark it and to ask its backend to let go of it.  A task
 * management function is answered when no marked command that it covers is left, so that
 * "function complete" means: the pages are the client's again (SAM-5 7.1).
 */
#include <linux/unaligned.h>

#include "target.h"
#include "trace.h"

/* SRP response codes (SRP 6.9). */
#define SRP_TMF_COMPLETE	0x00
#define SRP_FIELDS_INVALID	0x02
#define SRP_TMF_UNSUPPORTED	0x04

/*
 * Task management functions that wait, for commands of any server adapter that is a path to
 * their logical unit.  Outside of all other locks; irqsave.
 */
static DEFINE_SPINLOCK(tmfs_lock);
static LIST_HEAD(tmfs);

/* Mark and hold the matching commands of one queue, and put them on a list. */
static void collect_in_queue(struct vscsi_server_queue *sq, vscsi_task_match match, const void *arg,
			     struct llist_head *found)
{
	struct vscsi_task *task;
	unsigned long flags;

	spin_lock_irqsave(&sq->queue->answer_lock, flags);
	list_for_each_entry(task, &sq->active, entry) {
		if (!match(task, arg))
			continue;
		WRITE_ONCE(task->cmd.aborted, true);
		if (task->held || task->finished)
			continue;
		task->held = true;
		llist_add(&task->abort, found);
	}
	spin_unlock_irqrestore(&sq->queue->answer_lock, flags);
}

/**
 * vscsi_nexus_collect() - begin to abort commands of a nexus
 * @nexus: the nexus; it can't go meanwhile
 * @match: which of them; called with answer_lock held
 * @arg: for @match
 * @found: they are added to it, for vscsi_tasks_cancel()
 *
 * Context: any.
 */
void vscsi_nexus_collect(struct vscsi_nexus *nexus, vscsi_task_match match, const void *arg,
			 struct llist_head *found)
{
	u32 i;

	for (i = 0; i < nexus->conn->nr_queues; i++)
		collect_in_queue(&nexus->queues[i], match, arg, found);
}

/* A third-party copy goes from one backend to another; those that it uses stay meanwhile. */
static void cancel_io(struct vscsi_io *io)
{
	struct vscsi_backend *be;

	/* Pairs with that of the copy: it sees the mark, or this the backend. */
	smp_mb();
	be = READ_ONCE(io->backend);
	if (be->ops->cancel)
		be->ops->cancel(be, io);
}

/**
 * vscsi_tasks_cancel() - go on with aborting commands
 * @found: from vscsi_nexus_collect()
 *
 * Commands that have not reached their backend end at once, those that a backend can
 * cancel soon, the others when the backend answers.
 *
 * Context: any, without locks.
 */
void vscsi_tasks_cancel(struct llist_head *found)
{
	struct vscsi_task *task, *next;

	llist_for_each_entry_safe(task, next, llist_del_all(found), abort) {
		if (task->cmd.lu)
			cancel_io(&task->cmd.io);
		if (task->vtd)
			vscsi_unit_update(task->vtd->unit);
		vscsi_task_release(task);
	}
	vscsi_preempt_wake();
	vscsi_copy_wake();
	vscsi_background_wake();
}

/**
 * vscsi_tasks_collect() - begin to abort commands of a server adapter
 * @server: the adapter
 * @match: which of them; called with answer_lock held
 * @arg: for @match
 * @found: they are added to it, for vscsi_tasks_cancel()
 *
 * Context: any.
 */
void vscsi_tasks_collect(struct vscsi_server *server, vscsi_task_match match, const void *arg,
			 struct llist_head *found)
{
	struct vscsi_nexus *nexus;
	unsigned long flags;

	spin_lock_irqsave(&server->lock, flags);
	list_for_each_entry(nexus, &server->nexuses, entry)
		vscsi_nexus_collect(nexus, match, arg, found);
	spin_unlock_irqrestore(&server->lock, flags);
}

/**
 * vscsi_tasks_abort() - abort commands of a server adapter
 * @server: the adapter
 * @match: which of them
 * @arg: for @match
 *
 * Context: any.
 */
void vscsi_tasks_abort(struct vscsi_server *server, vscsi_task_match match, const void *arg)
{
	LLIST_HEAD(found);

	vscsi_tasks_collect(server, match, arg, &found);
	vscsi_tasks_cancel(&found);
}

static unsigned int count_in_queue(struct vscsi_server_queue *sq, vscsi_task_match match,
				   const void *arg, unsigned long *oldest)
{
	struct vscsi_task *task;
	unsigned int n = 0;

	spin_lock(&sq->queue->answer_lock);
	list_for_each_entry(task, &sq->active, entry) {
		if (!match(task, arg))
			continue;
		if (time_before(task->started, *oldest))
			*oldest = task->started;
		n++;
	}
	spin_unlock(&sq->queue->answer_lock);
	return n;
}

static unsigned int count_in_nexus(struct vscsi_nexus *nexus, vscsi_task_match match,
				   const void *arg, unsigned long *oldest)
{
	unsigned int n = 0;
	u32 i;

	for (i = 0; i < nexus->conn->nr_queues; i++)
		n += count_in_queue(&nexus->queues[i], match, arg, oldest);
	return n;
}

/**
 * vscsi_tasks_count() - how many commands are under way
 * @server: the adapter
 * @match: which to count
 * @arg: for @match
 * @oldest: set to the jiffies at which the oldest of them began
 *
 * Context: any.
 * Return: the number.
 */
unsigned int vscsi_tasks_count(struct vscsi_server *server, vscsi_task_match match,
			       const void *arg, unsigned long *oldest)
{
	struct vscsi_nexus *nexus;
	unsigned long flags;
	unsigned int n = 0;

	*oldest = jiffies;
	spin_lock_irqsave(&server->lock, flags);
	list_for_each_entry(nexus, &server->nexuses, entry)
		n += count_in_nexus(nexus, match, arg, oldest);
	spin_unlock_irqrestore(&server->lock, flags);
	return n;
}

static bool any_in_queue(struct vscsi_server_queue *sq, vscsi_task_match match, const void *arg)
{
	struct vscsi_task *task;
	bool found = false;

	spin_lock(&sq->queue->answer_lock);
	list_for_each_entry(task, &sq->active, entry) {
		found = match(task, arg);
		if (found)
			break;
	}
	spin_unlock(&sq->queue->answer_lock);
	return found;
}

/**
 * vscsi_nexus_any() - is any such command of a nexus under way?
 * @nexus: the nexus; it can't go meanwhile
 * @match: which to look for; called with answer_lock held
 * @arg: for @match
 *
 * Context: interrupts are off.
 * Return: true if there is one.
 */
bool vscsi_nexus_any(struct vscsi_nexus *nexus, vscsi_task_match match, const void *arg)
{
	u32 i;

	for (i = 0; i < nexus->conn->nr_queues; i++)
		if (any_in_queue(&nexus->queues[i], match, arg))
			return true;
	return false;
}

/**
 * vscsi_tasks_any() - is any such command under way?
 * @server: the adapter
 * @match: which to look for; called with answer_lock held
 * @arg: for @match
 *
 * Context: any.
 * Return: true if there is one.
 */
bool vscsi_tasks_any(struct vscsi_server *server, vscsi_task_match match, const void *arg)
{
	struct vscsi_nexus *nexus;
	unsigned long flags;
	bool found = false;

	spin_lock_irqsave(&server->lock, flags);
	list_for_each_entry(nexus, &server->nexuses, entry) {
		found = vscsi_nexus_any(nexus, match, arg);
		if (found)
			break;
	}
	spin_unlock_irqrestore(&server->lock, flags);
	return found;
}

/**
 * vscsi_task_on_vtd() - match: does a command use this VTD?
 * @task: the command
 * @vtd: the VTD
 *
 * Context: answer_lock held.
 * Return: true if it is.
 */
bool vscsi_task_on_vtd(const struct vscsi_task *task, const void *vtd)
{
	return task->vtd == vtd || vscsi_copy_uses(task, vtd);
}

static bool on_nexus(const struct vscsi_task *task, const void *nexus)
{
	return task->sq->nexus == nexus;
}

/* A client that goes does not wait for the commands of others, whatever it has reset. */
static void narrow_tmfs(struct vscsi_nexus *nexus)
{
	struct vscsi_task *tmf;
	unsigned long flags;

	spin_lock_irqsave(&tmfs_lock, flags);
	list_for_each_entry(tmf, &tmfs, tmf.entry)
		if (tmf->sq->nexus == nexus)
			tmf->tmf.own_only = true;
	spin_unlock_irqrestore(&tmfs_lock, flags);
}

static void abort_nexus(struct vscsi_nexus *nexus, bool closing)
{
	vscsi_event_drop(nexus, closing);
	narrow_tmfs(nexus);
	vscsi_tasks_abort(nexus->server, on_nexus, nexus);
	vscsi_tmf_check();
}

/**
 * vscsi_nexus_release() - a client has nothing for itself any more
 * @nexus: the client
 *
 * What it has reserved by RESERVE is released, drives that it has locked are not locked.
 *
 * Context: drain of queue 0.
 */
void vscsi_nexus_release(struct vscsi_nexus *nexus)
{
	struct vscsi_itl *itl;
	unsigned long ordinal;

	rcu_read_lock();
	xa_for_each(&nexus->itls, ordinal, itl) {
		vscsi_pr_lost(itl->vtd->lu.pr, &itl->pr);
		vscsi_drive_unlock(itl);
	}
	rcu_read_unlock();
}

static void tell_of_loss(struct vscsi_nexus *nexus)
{
	struct vscsi_itl *itl;
	unsigned long ordinal;

	rcu_read_lock();
	xa_for_each(&nexus->itls, ordinal, itl)
		vscsi_ua_set(itl, VSCSI_UA_NEXUS_LOSS);
	rcu_read_unlock();
}

/**
 * vscsi_nexus_lost() - an I_T nexus loss: the client begins anew, or has left
 * @nexus: the client
 *
 * Its commands are aborted, its empty IUs given back, what it has reserved by RESERVE is
 * released, drives that it has locked are not locked any more.  If it was logged in it hears
 * of it (SAM-5 6.3.4).
 *
 * Context: drain of queue 0.
 */
void vscsi_nexus_lost(struct vscsi_nexus *nexus)
{
	bool was_logged_in = nexus->state == VSCSI_NEXUS_LOGGED_IN;

	/* First: or a command on another queue would reserve again what is released here. */
	vscsi_nexus_set_state(nexus, VSCSI_NEXUS_READY);
	abort_nexus(nexus, false);
	if (!was_logged_in)
		return;
	tell_of_loss(nexus);
	vscsi_nexus_release(nexus);
}

/**
 * vscsi_nexus_abort_all() - see struct vscsi_server_ops
 * @conn: the connection
 *
 * Context: configuration lock held.
 */
void vscsi_nexus_abort_all(struct vscsi_connection *conn)
{
	abort_nexus(conn->server_data, true);
}

/* What goes on behind its answer is aborted when the client goes. */
static bool is_waited_for(const struct vscsi_task *task, const void *nexus)
{
	return task->req && on_nexus(task, nexus);
}

/**
 * vscsi_nexus_stuck() - see struct vscsi_server_ops
 * @conn: the connection
 * @age: jiffies
 *
 * Context: configuration lock held.
 * Return: true if a command is older than @age.
 */
bool vscsi_nexus_stuck(struct vscsi_connection *conn, unsigned long age)
{
	struct vscsi_nexus *nexus = conn->server_data;
	unsigned long oldest;

	return vscsi_tasks_count(nexus->server, is_waited_for, nexus, &oldest) &&
	       time_after(jiffies, oldest + age);
}

static bool is_for_unit(const struct vscsi_task *task, const struct vscsi_unit *unit)
{
	return task->vtd && task->vtd->unit == unit;
}

static bool covers(const struct vscsi_task *task, const void *arg)
{
	const struct vscsi_task *tmf = arg;
	bool own = task->sq->nexus == tmf->sq->nexus;

	if (tmf->tmf.own_only && !own)
		return false;
	if (tmf->tmf.unit)
		return is_for_unit(task, tmf->tmf.unit);
	if (task->cmd.lun != tmf->tmf.lun)
		return false;
	switch (tmf->tmf.function) {
	case SRP_TSK_ABORT_TASK:
		return own && task->req && task->tag == tmf->tmf.task_tag;
	case SRP_TSK_ABORT_TASK_SET:
		return own;
	default:
		return true;
	}
}

static bool covers_aborted(const struct vscsi_task *task, const void *arg)
{
	return READ_ONCE(task->cmd.aborted) && covers(task, arg);
}

/*
 * One that waits for commands of a unit needs no reference to it: each of them has one to its
 * VTD until it has called vscsi_tmf_check().
 */
static bool has_to_wait(const struct vscsi_task *tmf)
{
	if (tmf->tmf.unit)
		return vscsi_unit_any(tmf->tmf.unit, covers_aborted, tmf);
	return vscsi_tasks_any(tmf->sq->nexus->server, covers_aborted, tmf);
}

/**
 * vscsi_tmf_check() - answer the task management functions that need not wait any longer
 *
 * To be called when an aborted command has been answered.
 *
 * Context: any; none of the server's locks held.
 */
void vscsi_tmf_check(void)
{
	struct vscsi_task *tmf, *next;
	LIST_HEAD(complete);
	unsigned long flags;

	spin_lock_irqsave(&tmfs_lock, flags);
	list_for_each_entry_safe(tmf, next, &tmfs, tmf.entry)
		if (!has_to_wait(tmf))
			list_move_tail(&tmf->tmf.entry, &complete);
	spin_unlock_irqrestore(&tmfs_lock, flags);

	list_for_each_entry_safe(tmf, next, &complete, tmf.entry) {
		list_del(&tmf->tmf.entry);
		trace_vscsi_tmf_done(tmf);
		vscsi_task_reject(tmf, SRP_TMF_COMPLETE);
	}
	vscsi_preempt_wake();
}

static void abort_covered(const struct vscsi_task *tmf)
{
	LLIST_HEAD(found);

	if (tmf->tmf.unit)
		vscsi_unit_collect(tmf->tmf.unit, covers, tmf, &found);
	else
		vscsi_tasks_collect(tmf->sq->nexus->server, covers, tmf, &found);
	vscsi_tasks_cancel(&found);
}

static bool is_for_all_paths(u8 function)
{
	return function == SRP_TSK_CLEAR_TASK_SET || function == SRP_TSK_LUN_RESET;
}

/* Only when it is on the list any command that ends may answer it. */
static void begin_to_wait(struct vscsi_task *tmf)
{
	unsigned long flags;

	spin_lock_irqsave(&tmfs_lock, flags);
	list_add_tail(&tmf->tmf.entry, &tmfs);
	spin_unlock_irqrestore(&tmfs_lock, flags);
	vscsi_tmf_check();
}

/*
 * There may be no VTD: one that is being removed is not found any more, but may still have
 * commands of this client.
 */
static void execute(struct vscsi_task *tmf)
{
	struct vscsi_itl *itl = vscsi_itl_get(tmf->sq->nexus, tmf->tmf.lun);
	struct vscsi_vtd *vtd = itl ? itl->vtd : NULL;

	if (vtd && is_for_all_paths(tmf->tmf.function))
		tmf->tmf.unit = vtd->unit;
	abort_covered(tmf);
	/* Whose commands were cleared sees it by their status, TASK ABORTED, as TAS is 1. */
	if (vtd && tmf->tmf.function == SRP_TSK_LUN_RESET)
		vscsi_unit_reset(vtd);
	begin_to_wait(tmf);
	if (vtd)
		percpu_ref_put(&vtd->ref);
}

static bool function_known(u8 function)
{
	return function == SRP_TSK_ABORT_TASK || function == SRP_TSK_ABORT_TASK_SET ||
	       function == SRP_TSK_CLEAR_TASK_SET || function == SRP_TSK_LUN_RESET;
}

/**
 * vscsi_tmf() - execute a task management function (SRP 6.7, SAM-5 7)
 * @task: accepted
 * @req: a copy of the IU
 * @len: its bytes
 *
 * Context: drain callback.
 */
void vscsi_tmf(struct vscsi_task *task, const struct srp_tsk_mgmt *req, u16 len)
{
	if (len < sizeof(*req) || vscsi_nexus_state(task->sq->nexus) != VSCSI_NEXUS_LOGGED_IN) {
		vscsi_task_reject(task, SRP_FIELDS_INVALID);
		return;
	}
	task->tag = req->tag;
	task->tmf.function = req->tsk_mgmt_func;
	task->tmf.lun = get_unaligned_be64(req->lun.scsi_lun);
	task->tmf.task_tag = req->task_tag;
	task->tmf.unit = NULL;
	task->tmf.own_only = false;
	trace_vscsi_tmf_start(task);
	if (function_known(req->tsk_mgmt_func))
		execute(task);
	else
		vscsi_task_reject(task, SRP_TMF_UNSUPPORTED);
}
