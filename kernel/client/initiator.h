/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Inside of the client half.
 *
 * Slots of a queue: 0 to can_queue - 1 are blk-mq's tags.  Queue 0 uses further slots for
 * what the driver itself sends: the login and its datagrams, task management, empty IUs.
 */
#ifndef VSCSI_CLIENT_INITIATOR_H
#define VSCSI_CLIENT_INITIATOR_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/scatterlist.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_host.h>
#include <scsi/viosrp.h>

#include "../hypervisor/connection.h"
#include "../hypervisor/hypervisor.h"
#include "client.h"

/* Commands in each queue. Two more credits are kept for task management. */
#define VSCSI_CAN_QUEUE		256
#define VSCSI_TMF_CREDITS	2
#define VSCSI_CMD_PER_LUN	64

#define VSCSI_NR_TMF		4
#define VSCSI_NR_EMPTY		4
#define VSCSI_NR_OWN		(2 + VSCSI_NR_TMF + VSCSI_NR_EMPTY)

/* Seconds without a server after which commands fail instead of being kept back. */
#define VSCSI_PATH_TIMEOUT	30

/**
 * struct vscsi_client_cmd - private part of a scsi_cmnd
 * @tag: of the IU, for an abort: the answer overwrites the IU
 * @req: the request; the server's memory follows this structure
 */
struct vscsi_client_cmd {
	u64 tag;
	struct vscsi_request req;
	u8 server[] __aligned(8);
};

/* Who has a request of struct vscsi_own. */
enum vscsi_own_state {
	VSCSI_OWN_FREE,
	VSCSI_OWN_LEFT,				/* the server; nobody waits for the answer */
	VSCSI_OWN_WAITED,			/* the server; somebody waits */
	VSCSI_OWN_DONE,				/* the one who waited */
};

/**
 * struct vscsi_own - a request that the driver sends for itself
 * @slot: const
 * @state: enum vscsi_own_state
 * @done: answered or lost
 * @lost: the link went down before it was answered
 * @data: buffer for the answer's data
 * @data_len: its bytes
 * @sg: over @data
 * @req: the request; the server's memory follows this structure
 */
struct vscsi_own {
	u16 slot;
	atomic_t state;
	struct completion done;
	bool lost;
	void *data;
	u32 data_len;
	struct scatterlist sg;
	struct vscsi_request req;
	u8 server[] __aligned(8);
};

#define VSCSI_OWN_DATA	4096

/* An event that the server has reported. */
struct vscsi_client_event {
	u64 lun;
	u8 asc;
	u8 ascq;
};

#define VSCSI_MAX_EVENTS	32

/**
 * struct vscsi_client - a client adapter while it is AVAILABLE; in the Scsi_Host
 */
struct vscsi_client {
	/* const */
	struct vscsi_adapter *adapter;
	struct Scsi_Host *shost;
	struct vscsi_connection *conn;
	struct workqueue_struct *link_wq;	/* ordered; commands may wait for it */
	struct workqueue_struct *scan_wq;	/* ordered; it waits for commands */
	bool may_block;				/* the server may sleep in queuecommand */
	u32 nr_polled;				/* queues, the last ones */
	atomic_t *credits;			/* one for each queue */
	atomic_t *answered;			/* one for each queue: since it was last polled */
	struct vscsi_own *login;		/* used by link_work only */
	struct vscsi_own *query;		/* used by scan_work only */
	struct vscsi_own *tmf[VSCSI_NR_TMF];
	struct vscsi_own *empty[VSCSI_NR_EMPTY];

	/* bits of enum vscsi_link_flag, atomic */
	unsigned long flags;
	struct delayed_work link_work;
	struct delayed_work scan_work;

	struct mutex tmf_lock;			/* one task management function at a time */
	struct rw_semaphore reset_lock;		/* held for reading while something is reset */

	/* guarded by event_lock, irqsave */
	spinlock_t event_lock;
	struct vscsi_client_event events[VSCSI_MAX_EVENTS];
	u32 nr_events;
	bool scan_all;				/* an event was lost, or a new login */

	unsigned int scan_failures;		/* in a row; scan_work only */

	/* removal of the host, on scan_wq; begun and waited for under the configuration lock */
	struct work_struct remove_work;
	struct completion removed;

	/* written by link_work only */
	u32 unbinds;				/* of the connection, that have been seen */
	u32 request_limit;			/* credits = limit - commands that are sent */

	/* what the server has told; guarded by info_lock */
	struct mutex info_lock;
	struct mad_adapter_info_data info;
	struct capabilities caps;
};

enum vscsi_link_flag {
	VSCSI_FLAG_INIT,			/* INIT has come: answer it */
	VSCSI_FLAG_INIT_COMPLETE,
	VSCSI_FLAG_RETRY,			/* a login has failed: begin anew */
	VSCSI_FLAG_GONE,			/* the adapter is being removed */
	VSCSI_FLAG_DEAD,			/* it has been: changed under reset_lock */
};

/* Has the LU behind this device gone? Then another may have its LUN by now. */
static inline bool vscsi_sdev_gone(const struct scsi_device *sdev)
{
	return READ_ONCE(sdev->hostdata);
}

static inline void vscsi_sdev_set_gone(struct scsi_device *sdev)
{
	WRITE_ONCE(sdev->hostdata, sdev);
}

static inline struct scsi_cmnd *vscsi_cmd_scmd(struct vscsi_client_cmd *cmd)
{
	/* scsi_cmd_priv() is what follows the scsi_cmnd. */
	return (struct scsi_cmnd *)cmd - 1;
}

/* io.c */
scsi_qc_status_t vscsi_queuecommand(struct Scsi_Host *shost, struct scsi_cmnd *scmd);
int vscsi_mq_poll(struct Scsi_Host *shost, unsigned int hwq);
void vscsi_commit_rqs(struct Scsi_Host *shost, u16 hwq);
int vscsi_init_cmd_priv(struct Scsi_Host *shost, struct scsi_cmnd *scmd);
void vscsi_client_drain(struct vscsi_queue *queue);
void vscsi_client_requeue_all(struct vscsi_client *client);
unsigned int vscsi_client_outstanding(struct vscsi_client *client);
u64 vscsi_sdev_lun(const struct scsi_device *sdev);

/* own.c */
int vscsi_own_alloc_all(struct vscsi_client *client);
void vscsi_own_free_all(struct vscsi_client *client);
bool vscsi_own_claim(struct vscsi_own *own);
int vscsi_own_send(struct vscsi_client *client, struct vscsi_own *own, u8 format, u16 len);
int vscsi_own_execute(struct vscsi_client *client, struct vscsi_own *own, u8 format, u16 len,
		      unsigned long timeout);
int vscsi_own_read(struct vscsi_client *client, struct vscsi_own *own, u64 lun, const u8 *cdb,
		   u32 len);
void vscsi_own_answered(struct vscsi_client *client, u16 slot);
void vscsi_own_lost(struct vscsi_client *client);
struct vscsi_own *vscsi_own_in_slot(struct vscsi_client *client, u16 slot);
bool vscsi_own_grow(struct vscsi_own *own, u32 len);
u32 vscsi_own_open(struct vscsi_own *own, u32 len);

/* link.c */
void vscsi_link_work(struct work_struct *work);

/* scan.c */
void vscsi_scan_work(struct work_struct *work);
void vscsi_scan_all(struct vscsi_client *client);
void vscsi_scan(struct vscsi_client *client, unsigned long delay);
void vscsi_event_note(struct vscsi_client *client, const struct vscsi_own *own);
void vscsi_event_arm(struct vscsi_client *client, struct vscsi_own *own);

/* eh.c */
void vscsi_query_recover(struct vscsi_client *client);
int vscsi_eh_abort(struct scsi_cmnd *scmd);
int vscsi_eh_device_reset(struct scsi_cmnd *scmd);
int vscsi_eh_target_reset(struct scsi_cmnd *scmd);
int vscsi_eh_host_reset(struct scsi_cmnd *scmd);

/* attrs.c */
extern const struct attribute_group *vscsi_shost_groups[];
extern const struct attribute_group *vscsi_sdev_groups[];

#endif
