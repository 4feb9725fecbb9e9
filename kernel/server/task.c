// SPDX-License-Identifier: GPL-2.0
/* The life of a command in the server: accepted, executed, answered. */
#include <linux/blkdev.h>
#include <linux/sched/mm.h>

#include "target.h"
#include "trace.h"

/**
 * vscsi_task_accept() - begin to work on a request
 * @sq: the queue
 * @req: the request
 * @task: set on success: the server's memory in @req
 *
 * Context: drain callback.
 * Return: false if the server is working on this request already.
 */
bool vscsi_task_accept(struct vscsi_server_queue *sq, struct vscsi_request *req,
		       struct vscsi_task **task)
{
	struct vscsi_task *t = req->server;

	/* Pairs with the release in remove_and_answer(). */
	if (smp_load_acquire(&t->active))
		return false;

	t->active = true;
	t->sq = sq;
	t->req = req;
	t->vtd = NULL;
	t->itl = NULL;
	t->peers = NULL;
	t->tag = 0;
	t->started = jiffies;
	t->held = false;
	t->finished = false;
	t->stage = VSCSI_STAGE_NEW;
	t->parked = false;
	INIT_LIST_HEAD(&t->entry);
	vscsi_queue_get(sq->queue);
	*task = t;
	return true;
}

static bool in_drain(const struct vscsi_server_queue *sq)
{
	return in_task() && READ_ONCE(sq->drainer) == current;
}

static void remove_and_answer(struct vscsi_task *task, u16 len, u8 format)
{
	struct vscsi_server_queue *sq = task->sq;

	if (!list_empty(&task->entry)) {
		list_del(&task->entry);
		sq->nr_active--;
	}
	/* Pairs with the acquire in vscsi_task_accept(): off the list before it is used again. */
	smp_store_release(&task->active, false);
	vscsi_queue_answer(sq->queue, task->req, len, format);
}

/* Inside a drain the client's doorbell is rung once, at its end. */
static void tell_client(struct vscsi_server_queue *sq)
{
	if (in_drain(sq))
		sq->answered = true;
	else
		vscsi_queue_ring_client(sq->queue);
}

/**
 * vscsi_task_answer() - answer a request of any kind
 * @task: accepted; the client's memory from now on
 * @iu: the answer
 * @len: its bytes
 * @format: VIOSRP_SRP_FORMAT or VIOSRP_MAD_FORMAT
 *
 * Context: any.
 */
void vscsi_task_answer(struct vscsi_task *task, const void *iu, u16 len, u8 format)
{
	struct vscsi_server_queue *sq = task->sq;
	struct vscsi_queue *queue = sq->queue;
	unsigned long flags;

	memcpy(&task->req->iu, iu, len);
	spin_lock_irqsave(&queue->answer_lock, flags);
	remove_and_answer(task, len, format);
	spin_unlock_irqrestore(&queue->answer_lock, flags);
	tell_client(sq);
	vscsi_queue_put(queue);
}

/**
 * vscsi_task_reject() - answer an SRP IU that can't be worked on, without a SCSI status
 * @task: accepted
 * @code: SRP response code (SRP 6.9)
 *
 * Context: any.
 */
void vscsi_task_reject(struct vscsi_task *task, u8 code)
{
	struct {
		struct srp_rsp rsp;
		u8 data[4];
	} iu = {
		.rsp = {
			.opcode = SRP_RSP,
			.req_lim_delta = cpu_to_be32(1),
			.tag = task->tag,
			.flags = SRP_RSP_FLAG_RSPVALID,
			.resp_data_len = cpu_to_be32(4),
		},
		.data = { 0, 0, 0, code },
	};

	vscsi_task_answer(task, &iu, sizeof(iu), VIOSRP_SRP_FORMAT);
}

/* Returns the flag that says so. */
static u8 set_residual(const struct vscsi_cmd *cmd, struct srp_rsp *rsp)
{
	u32 residual = cmd->map.len - cmd->done_bytes;

	if (!residual)
		return 0;
	if (cmd->map.dir == DMA_TO_DEVICE) {
		rsp->data_out_res_cnt = cpu_to_be32(residual);
		return SRP_RSP_FLAG_DOUNDER;
	}
	rsp->data_in_res_cnt = cpu_to_be32(residual);
	return SRP_RSP_FLAG_DIUNDER;
}

/* In memory that the client may write to: nothing is read from it. */
static u16 build_response(const struct vscsi_task *task, struct srp_rsp *rsp)
{
	const struct vscsi_cmd *cmd = &task->cmd;
	u8 flags;

	*rsp = (struct srp_rsp){
		.opcode = SRP_RSP,
		.req_lim_delta = cpu_to_be32(1),
		.tag = task->tag,
		.status = cmd->status,
	};
	flags = set_residual(cmd, rsp);
	if (cmd->sense_len) {
		flags |= SRP_RSP_FLAG_SNSVALID;
		rsp->sense_data_len = cpu_to_be32(cmd->sense_len);
		memcpy(rsp->data, cmd->sense, cmd->sense_len);
	}
	rsp->flags = flags;
	return sizeof(*rsp) + cmd->sense_len;
}

/* Nobody is told; who waits for an aborted one to end goes on. */
static void end_detached(struct vscsi_task *task)
{
	struct vscsi_queue *queue = task->sq->queue;
	unsigned long flags;

	spin_lock_irqsave(&queue->answer_lock, flags);
	if (task->held) {
		task->finished = true;
		spin_unlock_irqrestore(&queue->answer_lock, flags);
		return;
	}
	list_del(&task->entry);
	spin_unlock_irqrestore(&queue->answer_lock, flags);

	if (task->cmd.aborted)
		vscsi_tmf_check();
	if (READ_ONCE(task->vtd->unit->busy))
		vscsi_unit_update(task->vtd->unit);
	percpu_ref_put(&task->vtd->ref);
	if (task->peers)
		vscsi_copy_put(task->peers);
	vscsi_queue_put(queue);
	kfree(task);
}

/*
 * The memory of the task is the client's once it is answered: what is needed later is read
 * before.  An abort that looks at the task right now answers it when it is done with it.  A task
 * management function that waits for this command is answered after it.
 */
static void answer_command(struct vscsi_task *task)
{
	u16 len = build_response(task, &task->req->iu.srp.rsp);
	struct vscsi_server_queue *sq = task->sq;
	struct vscsi_queue *queue = sq->queue;
	struct vscsi_vtd *vtd = task->vtd;
	struct vscsi_peers *peers = task->peers;
	struct vscsi_lu *lu = task->cmd.lu;
	unsigned long flags;
	bool aborted;

	spin_lock_irqsave(&queue->answer_lock, flags);
	if (task->held) {
		task->finished = true;
		spin_unlock_irqrestore(&queue->answer_lock, flags);
		return;
	}
	trace_vscsi_cmd_done(task);
	aborted = task->cmd.aborted;
	remove_and_answer(task, len, VIOSRP_SRP_FORMAT);
	spin_unlock_irqrestore(&queue->answer_lock, flags);

	if (aborted)
		vscsi_tmf_check();
	tell_client(sq);
	if (vtd) {
		/* Not before: a command that waits for this one to end looks at the list. */
		if (READ_ONCE(vtd->unit->busy))
			vscsi_unit_update(vtd->unit);
		vscsi_lu_put(vtd, lu);
		percpu_ref_put(&vtd->ref);
	}
	if (peers)
		vscsi_copy_put(peers);
	vscsi_queue_put(queue);
}

static void end(struct vscsi_task *task)
{
	if (task->req)
		answer_command(task);
	else
		end_detached(task);
}

static void command_complete(struct vscsi_cmd *cmd)
{
	struct vscsi_task *task = container_of(cmd, struct vscsi_task, cmd);

	if (task->stage == VSCSI_STAGE_ALONE)
		vscsi_unit_release(task);
	end(task);
}

/*
 * It counts as one of the client's commands no more, but aborts find it: whatever aborts commands
 * of the logical units that it uses, or of its nexus.
 */
static struct vscsi_cmd *command_detach(struct vscsi_cmd *cmd)
{
	struct vscsi_task *task = container_of(cmd, struct vscsi_task, cmd);
	struct vscsi_task *detached = kzalloc(sizeof(*detached), GFP_NOIO);
	struct vscsi_server_queue *sq = task->sq;
	unsigned long flags;

	if (!detached)
		return NULL;
	vscsi_queue_get(sq->queue);
	percpu_ref_get(&task->vtd->ref);
	vscsi_lu_count_start(cmd->lu);
	spin_lock_irqsave(&sq->queue->answer_lock, flags);
	detached->cmd = *cmd;
	detached->cmd.map.len = 0;
	detached->sq = sq;
	detached->vtd = task->vtd;
	detached->itl = task->itl;
	detached->started = jiffies;
	detached->stage = task->stage;
	detached->peers = task->peers;
	task->peers = NULL;
	list_add_tail(&detached->entry, &sq->active);
	spin_unlock_irqrestore(&sq->queue->answer_lock, flags);
	return &detached->cmd;
}

static void step_work(struct work_struct *work)
{
	struct vscsi_task *task = container_of(work, struct vscsi_task, work);
	unsigned int noio = memalloc_noio_save();

	task->step(&task->cmd, task->step_arg);
	memalloc_noio_restore(noio);
}

/*
 * In its own work: while that of the command that was answered is running, the next command in
 * the same memory would have to wait for it.
 */
static void command_go_on(struct vscsi_cmd *cmd, vscsi_step step, void *arg)
{
	struct vscsi_task *task = container_of(cmd, struct vscsi_task, cmd);

	task->step = step;
	task->step_arg = arg;
	INIT_WORK(&task->work, step_work);
	queue_work(vscsi_copy_wq, &task->work);
}

/**
 * vscsi_task_release() - an abort is done with a task
 * @task: held by the caller; gone afterwards
 *
 * Context: any.
 */
void vscsi_task_release(struct vscsi_task *task)
{
	struct vscsi_queue *queue = task->sq->queue;
	unsigned long flags;
	bool finished;

	spin_lock_irqsave(&queue->answer_lock, flags);
	task->held = false;
	finished = task->finished;
	spin_unlock_irqrestore(&queue->answer_lock, flags);
	if (finished)
		end(task);
}

static u32 report_luns(struct vscsi_cmd *cmd, __be64 *luns, u32 max)
{
	struct vscsi_task *task = container_of(cmd, struct vscsi_task, cmd);
	struct vscsi_itl *itl;
	unsigned long ordinal;
	u32 n = 0;

	rcu_read_lock();
	xa_for_each(&task->sq->nexus->itls, ordinal, itl) {
		if (n < max)
			luns[n] = cpu_to_be64(itl->vtd->lu.lun);
		n++;
	}
	rcu_read_unlock();
	return n;
}

/* Inside a drain the worker is woken once, at its end. */
static void leave_to_worker(struct vscsi_task *task)
{
	struct vscsi_server_queue *sq = task->sq;

	task->cmd.io.nowait = false;
	/* A worker that is running may answer the task, the last one, before we have woken it. */
	vscsi_queue_get(sq->queue);
	llist_add(&task->pending, &sq->pending);
	if (in_drain(sq))
		sq->pended = true;
	else
		queue_work(vscsi_queue_wq, &sq->work);
	vscsi_queue_put(sq->queue);
}

static void command_again(struct vscsi_cmd *cmd)
{
	leave_to_worker(container_of(cmd, struct vscsi_task, cmd));
}

const struct vscsi_target_ops vscsi_target_ops = {
	.complete = command_complete,
	.again = command_again,
	.report_luns = report_luns,
	.next_ua = vscsi_ua_next,
	.clear_ua = vscsi_ua_clear,
	.set_ua = vscsi_ua_set_pr,
	.abort_preempted = vscsi_abort_preempted,
	.tell_others = vscsi_unit_tell_others,
	.move_tray = vscsi_drive_move_tray,
	.prevent = vscsi_drive_prevent,
	.locked = vscsi_drive_locked,
	.media_event = vscsi_drive_event,
	.find_peer = vscsi_copy_find,
	.own_peer = vscsi_copy_own,
	.enter = vscsi_copy_enter,
	.leave = vscsi_copy_leave,
	.detach = command_detach,
	.go_on = command_go_on,
	.begin_job = vscsi_background_begin,
	.test_in_background = vscsi_background_test,
};

static void run(struct vscsi_task *task)
{
	if (READ_ONCE(task->cmd.aborted))
		vscsi_cmd_complete(&task->cmd, VSCSI_ABORTED);
	else if (!task->parked || vscsi_cmd_recheck(&task->cmd))
		vscsi_cmd_execute(&task->cmd);
}

/**
 * vscsi_queue_work() - run the commands of a queue that may sleep for a moment
 * @work: of a struct vscsi_server_queue
 *
 * Context: worker; the client may be writing memory back through these commands.
 */
void vscsi_queue_work(struct work_struct *work)
{
	struct vscsi_server_queue *sq = container_of(work, struct vscsi_server_queue, work);
	struct llist_node *tasks = llist_reverse_order(llist_del_all(&sq->pending));
	unsigned int noio = memalloc_noio_save();
	struct vscsi_task *task, *next;
	struct blk_plug plug;

	blk_start_plug(&plug);
	llist_for_each_entry_safe(task, next, tasks, pending)
		run(task);
	blk_finish_plug(&plug);
	memalloc_noio_restore(noio);
}

static void blocking_work(struct work_struct *work)
{
	struct vscsi_task *task = container_of(work, struct vscsi_task, work);
	unsigned int noio = memalloc_noio_save();

	run(task);
	memalloc_noio_restore(noio);
}

static void leave_to_blocking_worker(struct vscsi_task *task, struct workqueue_struct *wq)
{
	INIT_WORK(&task->work, blocking_work);
	queue_work(wq, &task->work);
}

/**
 * vscsi_task_resume() - execute a command that was held back
 * @task: parsed, not begun; may be gone on return
 *
 * Context: any.
 */
void vscsi_task_resume(struct vscsi_task *task)
{
	switch (vscsi_cmd_exec(&task->cmd)) {
	case VSCSI_EXEC_INLINE:
	case VSCSI_EXEC_NOWAIT:
	case VSCSI_EXEC_QUEUE:
		leave_to_worker(task);
		break;
	case VSCSI_EXEC_BLOCKING:
	case VSCSI_EXEC_EXCLUSIVE:
		leave_to_blocking_worker(task, vscsi_blocking_wq);
		break;
	case VSCSI_EXEC_WAITING:
		leave_to_blocking_worker(task, vscsi_waiting_wq);
		break;
	case VSCSI_EXEC_COPY:
		leave_to_blocking_worker(task, vscsi_copy_wq);
		break;
	}
}

/* From here on an abort finds it. False if the client has more commands than credits. */
static bool enlist(struct vscsi_task *task)
{
	struct vscsi_server_queue *sq = task->sq;
	unsigned long flags;
	bool room;

	spin_lock_irqsave(&sq->queue->answer_lock, flags);
	room = sq->nr_active < VSCSI_REQUEST_LIMIT;
	list_add_tail(&task->entry, &sq->active);
	sq->nr_active++;
	spin_unlock_irqrestore(&sq->queue->answer_lock, flags);
	return room;
}

/*
 * False if the blocks belong to another command for now.  Whoever has taken them has set busy
 * before it looked for this task under the lock that enlist() takes: either it has found the
 * task, and waits for it, or this sees busy.  If both, see look_later_locked().
 */
static bool admitted(struct vscsi_task *task)
{
	bool busy;

	rcu_read_lock();
	/* Pairs with the acquire in blocks(): the range can be looked at. */
	smp_store_release(&task->stage, VSCSI_STAGE_RUNNING);
	busy = task->vtd && READ_ONCE(task->vtd->unit->busy);
	rcu_read_unlock();
	return !busy || vscsi_unit_admit(task);
}

static void dispatch(struct vscsi_task *task)
{
	struct vscsi_server_queue *sq = task->sq;

	switch (vscsi_cmd_exec(&task->cmd)) {
	case VSCSI_EXEC_INLINE:
		run(task);
		break;
	case VSCSI_EXEC_NOWAIT:
		task->cmd.io.nowait = sq->may_sleep;
		task->cmd.io.poll = sq->queue->polled;
		if (sq->may_sleep)
			run(task);
		else
			leave_to_worker(task);
		break;
	case VSCSI_EXEC_QUEUE:
		leave_to_worker(task);
		break;
	case VSCSI_EXEC_BLOCKING:
		leave_to_blocking_worker(task, vscsi_blocking_wq);
		break;
	case VSCSI_EXEC_WAITING:
		leave_to_blocking_worker(task, vscsi_waiting_wq);
		break;
	case VSCSI_EXEC_COPY:
		leave_to_blocking_worker(task, vscsi_copy_wq);
		break;
	case VSCSI_EXEC_EXCLUSIVE:
		vscsi_unit_exclude(task);
		break;
	}
}

/**
 * vscsi_task_start() - parse a command and have it executed where it may be
 * @task: cmd is filled in
 *
 * Context: drain callback.
 */
void vscsi_task_start(struct vscsi_task *task)
{
	trace_vscsi_cmd_start(task);
	if (!enlist(task))
		vscsi_cmd_reject(&task->cmd, VSCSI_TASK_SET_FULL);
	else if (vscsi_cmd_parse(&task->cmd) && admitted(task))
		dispatch(task);
}

/*
 * One of the commands whose devices have to be asked, another one each time: a device that does
 * not answer must not keep others from being asked.  Its logical unit stays until it is put.
 */
static struct vscsi_vtd *find_polled(struct vscsi_server_queue *sq, struct vscsi_poll *poll)
{
	struct vscsi_vtd *found = NULL;
	struct vscsi_task *task;
	unsigned long flags;
	u32 skip;

	spin_lock_irqsave(&sq->queue->answer_lock, flags);
	skip = sq->nr_active ? sq->polls++ % sq->nr_active : 0;
	list_for_each_entry(task, &sq->active, entry) {
		/* The medium of a drive may go before the drive does. */
		if (!task->vtd || task->vtd->type != VSCSI_VTD_DISK ||
		    !vscsi_io_polled(&task->cmd.io, poll))
			continue;
		found = task->vtd;
		if (!skip--)
			break;
	}
	if (found)
		percpu_ref_get(&found->ref);
	spin_unlock_irqrestore(&sq->queue->answer_lock, flags);
	return found;
}

/**
 * vscsi_server_poll() - see struct vscsi_server_ops
 * @queue: a polled queue
 *
 * Context: process.
 * Return: false if there is no command whose device has to be asked.
 */
bool vscsi_server_poll(struct vscsi_queue *queue)
{
	struct vscsi_vtd *vtd;
	struct vscsi_poll poll;

	vtd = find_polled(queue->server_data, &poll);
	if (!vtd)
		return false;
	vscsi_io_poll(&poll);
	percpu_ref_put(&vtd->ref);
	return true;
}
