/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Inside of the server half.
 *
 *   server adapter ── VTD ──┐
 *        │                  ├── I_T_L nexus: unit attentions
 *        └──── nexus ───────┘
 *                └── queue ── task: one command from its IU to its answer
 */
#ifndef VSCSI_SERVER_TARGET_H
#define VSCSI_SERVER_TARGET_H

#include <linux/llist.h>
#include <linux/percpu.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <scsi/viosrp.h>

#include "../cmdset/command.h"
#include "../cmdset/pr.h"
#include "../cmdset/sense.h"
#include "../hypervisor/connection.h"
#include "../hypervisor/hypervisor.h"
#include "server.h"

/* Commands that a client may have in each queue, two of them for task management. */
#define VSCSI_REQUEST_LIMIT	258

/* How long a removal waits for commands, in jiffies. */
#define VSCSI_DRAIN_TIMEOUT	(10 * HZ)

/* Bytes that a client must offer for an event. */
#define VSCSI_EVENT_LEN		(sizeof(struct srp_aer_req) + VSCSI_SENSE_FIXED_LEN)

/* The REPORT LUNS well-known logical unit (SPC-4 8.2). */
#define VSCSI_LUN_REPORT_LUNS	0xc101000000000000ULL

/**
 * struct vscsi_server - a server adapter while it is AVAILABLE
 */
struct vscsi_server {
	struct vscsi_adapter *adapter;		/* const */

	/* guarded by the configuration lock */
	struct list_head entry;			/* in the list of all server adapters */
	struct list_head vtds;			/* by name */
	struct list_head links;			/* connections, by server_entry */
	struct xarray luns;			/* ordinal -> VTD */

	/* guarded by lock, irqsave */
	spinlock_t lock;
	struct list_head nexuses;		/* changed with the configuration lock held too */
};

/**
 * enum vscsi_nexus_state - how far the client of a nexus has come
 * @VSCSI_NEXUS_CLOSED: INIT not yet exchanged
 * @VSCSI_NEXUS_READY: initialised: management datagrams and login
 * @VSCSI_NEXUS_LOGGED_IN: commands
 */
enum vscsi_nexus_state {
	VSCSI_NEXUS_CLOSED,
	VSCSI_NEXUS_READY,
	VSCSI_NEXUS_LOGGED_IN,
};

/**
 * struct vscsi_nexus - an I_T nexus: one bound connection
 */
struct vscsi_nexus {
	/* const */
	struct vscsi_server *server;
	struct vscsi_connection *conn;
	struct vscsi_server_queue *queues;	/* conn->nr_queues */
	struct vscsi_nexus_id id;

	struct list_head entry;			/* in server->nexuses */
	struct xarray itls;			/* ordinal -> struct vscsi_itl; RCU */

	/* written by the drain of queue 0 only */
	enum vscsi_nexus_state state;
	bool fast_fail;

	/* guarded by event_lock, irqsave */
	spinlock_t event_lock;
	struct list_head empty_ius;		/* held requests, struct vscsi_task */
	bool takes_events;			/* has ever sent an empty IU */
	bool missed;				/* an event found no empty IU */
	bool closing;				/* holds no more empty IUs */
};

/**
 * struct vscsi_itl - an I_T_L nexus
 * @vtd: the logical unit
 * @entry: in vtd->itls; configuration lock
 * @ua: bitmap of enum vscsi_ua, atomic
 * @pr: what reservations keep it from
 * @medium: vscsi_medium.number of the last medium that it was told of by a unit attention
 * @event: vscsi_drive.changes when it last asked for media events
 * @lock_round: vscsi_drive.lock_round when it locked the drive; 0: it has not
 *
 * The last three are guarded by the drive's lock; @medium is read without it.
 * A command finds it under RCU and keeps it by its reference to the VTD.
 */
struct vscsi_itl {
	struct vscsi_vtd *vtd;
	struct vscsi_nexus *nexus;
	struct list_head entry;
	unsigned long ua;
	struct vscsi_pr_nexus pr;
	u32 medium;
	u32 event;
	u32 lock_round;
	struct rcu_head rcu;
};

/**
 * struct vscsi_server_queue - the server's side of a CRQ pair
 */
struct vscsi_server_queue {
	/* const */
	struct vscsi_queue *queue;
	struct vscsi_nexus *nexus;
	struct work_struct work;		/* runs @pending */

	/* guarded by queue->answer_lock */
	struct list_head active;		/* commands (struct vscsi_task), oldest first */
	u32 nr_active;
	u32 polls;				/* how often one of them was looked at */

	/* the drain that is running */
	union viosrp_iu iu;			/* its copy of the one it looks at */
	struct task_struct *drainer;
	bool may_sleep;				/* for a moment */
	bool answered;				/* answers wait for the client's doorbell */
	bool pended;

	struct llist_head pending;		/* tasks for @work */
};

/**
 * enum vscsi_stage - what a command does with the blocks of its unit
 * @VSCSI_STAGE_NEW: it is not known yet which they are
 * @VSCSI_STAGE_RUNNING: op, lba and nr_blocks of the command don't change any more; it may be
 *	reading or writing them
 * @VSCSI_STAGE_PARKED: not yet anything: another command has them for itself
 * @VSCSI_STAGE_WAITING: will have them for itself when those that run have ended
 * @VSCSI_STAGE_ALONE: has them for itself
 * @VSCSI_STAGE_LEFT: has had them, and touches none any more
 */
enum vscsi_stage {
	VSCSI_STAGE_NEW,
	VSCSI_STAGE_RUNNING,
	VSCSI_STAGE_PARKED,
	VSCSI_STAGE_WAITING,
	VSCSI_STAGE_ALONE,
	VSCSI_STAGE_LEFT,
};

/**
 * struct vscsi_unit - what VTDs over one backing device have in common
 *
 * They are paths to the same blocks: see unit.c.
 */
struct vscsi_unit {
	struct rcu_head rcu;		/* near the beginning, or kfree_rcu() can't take it */
	struct vscsi_lu_params params;

	/* guarded by lock, irqsave */
	spinlock_t lock;
	struct list_head vtds;		/* changed with the configuration lock held too */
	struct list_head exclusive;	/* tasks: WAITING or ALONE */
	struct list_head parked;	/* tasks: PARKED, in the order they came */
	struct list_head spans;		/* of third-party copies */
	struct vscsi_background *background; /* what formats or sanitizes it, or NULL */

	unsigned int looks;		/* owed; not 0 while @look is queued */

	bool busy;			/* something is in @exclusive or @background; READ_ONCE */
	struct rcu_head look;
};

/**
 * struct vscsi_span - bytes of a unit that a third-party copy is reading or writing
 * @unit: whose; const while it is in there
 * @start: first byte
 * @end: byte behind the last
 * @entry: in unit->spans
 */
struct vscsi_span {
	struct vscsi_unit *unit;
	u64 start;
	u64 end;
	struct list_head entry;
};

/**
 * struct vscsi_task - the server's memory in a request
 *
 * While it is not on a list it is the drain's, then the executing context's.
 */
struct vscsi_task {
	struct vscsi_cmd cmd;

	/* set when the request is accepted, const until it is answered */
	struct vscsi_server_queue *sq;
	struct vscsi_request *req;		/* NULL: detached, the client has its answer */
	struct vscsi_vtd *vtd;
	struct vscsi_itl *itl;
	u64 tag;				/* of the SRP IU, as the client wrote it */
	unsigned long started;			/* jiffies */

	/* set by the worker of a third-party copy, else NULL; see copy.c */
	struct vscsi_peers *peers;

	/* of a detached command: what @work does */
	vscsi_step step;
	void *step_arg;

	/* set by the drain, cleared by the answer */
	bool active;

	/* guarded by queue->answer_lock */
	struct list_head entry;			/* a command: in sq->active */
	bool held;				/* an abort looks at it: not to be answered now */
	bool finished;				/* complete while it was held */

	struct llist_node abort;		/* in the list of the abort that holds it */

	/* set by the drain, then guarded by the unit's lock */
	u8 stage;				/* enum vscsi_stage */
	bool parked;				/* has ever been, or there is a job: recheck */
	struct list_head exclusion;		/* in unit->exclusive or ->parked */

	/* one of these at a time */
	union {
		struct llist_node pending;	/* command: in sq->pending */
		struct work_struct work;	/* command: may block for long */
		struct {			/* empty IU; guarded by nexus->event_lock */
			struct list_head entry;	/* in nexus->empty_ius */
			struct vscsi_map map;	/* where an event goes */
			struct viosrp_empty_iu iu;
		} empty;
		struct {			/* task management that waits */
			struct list_head entry;	/* of those that wait; guarded by their lock */
			u8 function;
			u64 lun;
			u64 task_tag;
			struct vscsi_unit *unit; /* covers commands of all paths to it; or NULL */
			bool own_only;		/* its client goes; guarded by that lock */
		} tmf;
	};
};

/* For the drains of other queues: it may change at any time. */
static inline enum vscsi_nexus_state vscsi_nexus_state(const struct vscsi_nexus *nexus)
{
	return READ_ONCE(nexus->state);
}

typedef bool (*vscsi_task_match)(const struct vscsi_task *task, const void *arg);

/* server.c */
struct vscsi_server *vscsi_adapter_server(const struct vscsi_adapter *adapter);
extern struct workqueue_struct *vscsi_queue_wq;
extern struct workqueue_struct *vscsi_blocking_wq;
extern struct workqueue_struct *vscsi_waiting_wq;
extern struct workqueue_struct *vscsi_copy_wq;
extern struct workqueue_struct *vscsi_job_wq;
void vscsi_watch_now(void);

/* nexus.c */
int vscsi_nexus_bind(struct vscsi_connection *conn);
void vscsi_nexus_unbind(struct vscsi_connection *conn);
void vscsi_initiator_id(const struct vscsi_adapter *client, u8 *id);
u16 vscsi_target_id(const struct vscsi_server *server);
bool vscsi_nexus_set_state(struct vscsi_nexus *nexus, enum vscsi_nexus_state state);
struct vscsi_itl *vscsi_itl_alloc(struct vscsi_nexus *nexus, struct vscsi_vtd *vtd);
void vscsi_itl_free(struct vscsi_itl *itl);
int vscsi_itl_publish(struct vscsi_itl *itl);
void vscsi_itl_unpublish(struct vscsi_itl *itl);
struct vscsi_itl *vscsi_itl_get(struct vscsi_nexus *nexus, u64 lun);
bool vscsi_lun_valid(u64 lun);
u32 vscsi_lun_to_ordinal(u64 lun);
u64 vscsi_ordinal_to_lun(u32 ordinal);

/* srp.c */
void vscsi_server_drain(struct vscsi_queue *queue, bool may_sleep);

/* login.c, mad.c */
void vscsi_login(struct vscsi_task *task, const struct srp_login_req *req, u16 len);
void vscsi_mad(struct vscsi_task *task, const union mad_iu *mad, u16 len);

/* task.c */
extern const struct vscsi_target_ops vscsi_target_ops;
bool vscsi_task_accept(struct vscsi_server_queue *sq, struct vscsi_request *req,
		       struct vscsi_task **task);
void vscsi_task_start(struct vscsi_task *task);
void vscsi_task_release(struct vscsi_task *task);
void vscsi_task_answer(struct vscsi_task *task, const void *iu, u16 len, u8 format);
void vscsi_task_reject(struct vscsi_task *task, u8 code);
void vscsi_queue_work(struct work_struct *work);
bool vscsi_server_poll(struct vscsi_queue *queue);
void vscsi_task_resume(struct vscsi_task *task);

/* unit.c */
int vscsi_unit_join(struct vscsi_vtd *vtd, struct vscsi_vtd *same);
void vscsi_unit_leave(struct vscsi_vtd *vtd);
bool vscsi_unit_admit(struct vscsi_task *task);
void vscsi_unit_exclude(struct vscsi_task *task);
void vscsi_unit_release(struct vscsi_task *task);
void vscsi_unit_update(struct vscsi_unit *unit);
void vscsi_unit_tell_locked(struct vscsi_unit *unit, const struct vscsi_vtd *own,
			    const struct vscsi_nexus_id *from, enum vscsi_ua ua);
void vscsi_unit_tell_others(struct vscsi_cmd *cmd, enum vscsi_ua ua);
void vscsi_unit_reset(struct vscsi_vtd *vtd);
void vscsi_unit_collect(struct vscsi_unit *unit, vscsi_task_match match, const void *arg,
			struct llist_head *found);
bool vscsi_unit_any(struct vscsi_unit *unit, vscsi_task_match match, const void *arg);
bool vscsi_unit_enter(struct vscsi_span *span);
void vscsi_unit_leave_span(struct vscsi_span *span);

/* copy.c */
bool vscsi_copy_find(struct vscsi_cmd *cmd, const u8 *naa, u8 len, struct vscsi_peer *peer);
bool vscsi_copy_own(struct vscsi_cmd *cmd, struct vscsi_peer *peer);
bool vscsi_copy_uses(const struct vscsi_task *task, const struct vscsi_vtd *vtd);
bool vscsi_copy_touches(const struct vscsi_task *task, const struct vscsi_pr *pr);
void vscsi_copy_put(struct vscsi_peers *peers);
void vscsi_copy_wake(void);
enum vscsi_reason vscsi_copy_enter(struct vscsi_cmd *cmd, const struct vscsi_peer *peer,
				   u64 offset, u64 bytes);
void vscsi_copy_leave(struct vscsi_cmd *cmd);

/* job.c */
void vscsi_background_begin(struct vscsi_cmd *cmd, struct vscsi_job *job);
void vscsi_background_stop(struct vscsi_vtd *vtd);
bool vscsi_background_on(struct vscsi_vtd *vtd);
void vscsi_background_wake(void);

/* self_test.c */
enum vscsi_reason vscsi_background_test(struct vscsi_cmd *cmd, struct vscsi_self_test *test);

/* tmf.c */
void vscsi_tmf(struct vscsi_task *task, const struct srp_tsk_mgmt *req, u16 len);
void vscsi_tmf_check(void);
void vscsi_tasks_collect(struct vscsi_server *server, vscsi_task_match match, const void *arg,
			 struct llist_head *found);
void vscsi_tasks_abort(struct vscsi_server *server, vscsi_task_match match, const void *arg);
unsigned int vscsi_tasks_count(struct vscsi_server *server, vscsi_task_match match,
			       const void *arg, unsigned long *oldest);
bool vscsi_tasks_any(struct vscsi_server *server, vscsi_task_match match, const void *arg);
bool vscsi_task_on_vtd(const struct vscsi_task *task, const void *vtd);
void vscsi_nexus_collect(struct vscsi_nexus *nexus, vscsi_task_match match, const void *arg,
			 struct llist_head *found);
void vscsi_tasks_cancel(struct llist_head *found);
bool vscsi_nexus_any(struct vscsi_nexus *nexus, vscsi_task_match match, const void *arg);
void vscsi_nexus_abort_all(struct vscsi_connection *conn);
void vscsi_nexus_lost(struct vscsi_nexus *nexus);
void vscsi_nexus_release(struct vscsi_nexus *nexus);
bool vscsi_nexus_stuck(struct vscsi_connection *conn, unsigned long age);

/* preempt.c */
bool vscsi_abort_preempted(struct vscsi_cmd *cmd, const struct vscsi_preempted *whose);
void vscsi_preempt_wake(void);

/* event.c */
void vscsi_event_offer(struct vscsi_task *task, const struct viosrp_empty_iu *iu);
bool vscsi_event_send(struct vscsi_nexus *nexus, u64 lun, enum vscsi_ua ua);
void vscsi_event_drop(struct vscsi_nexus *nexus, bool closing);

/* ua.c */
void vscsi_ua_set(struct vscsi_itl *itl, enum vscsi_ua ua);
void vscsi_ua_set_all(struct vscsi_vtd *vtd, enum vscsi_ua ua);
bool vscsi_ua_next(struct vscsi_cmd *cmd, bool clear, enum vscsi_ua *ua);
void vscsi_ua_clear(struct vscsi_cmd *cmd, enum vscsi_ua ua);
void vscsi_ua_set_pr(struct vscsi_pr_nexus *nexus, enum vscsi_ua ua);

/* drive.c */
int vscsi_drive_init(struct vscsi_vtd *vtd, struct netlink_ext_ack *extack);
void vscsi_drive_exit(struct vscsi_vtd *vtd);
bool vscsi_drive_changed(struct vscsi_vtd *vtd);
struct vscsi_lu *vscsi_drive_enter(struct vscsi_itl *itl);
void vscsi_drive_unlock(struct vscsi_itl *itl);
enum vscsi_reason vscsi_drive_move_tray(struct vscsi_cmd *cmd, bool open);
void vscsi_drive_prevent(struct vscsi_cmd *cmd, bool prevent);
bool vscsi_drive_locked(const struct vscsi_cmd *cmd);
bool vscsi_drive_event(struct vscsi_cmd *cmd);

/* vtd.c */
void vscsi_client_gone(const struct vscsi_adapter *client);
struct vscsi_vtd *vscsi_vtd_writer_conflict(const struct vscsi_vtd *vtd,
					    const struct vscsi_backend *be);
struct list_head *vscsi_server_list(void);

#endif
