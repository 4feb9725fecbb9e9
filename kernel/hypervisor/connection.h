/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Connections: what lies between one client adapter and one server adapter.
 *
 *   client                     queue (one for each hardware queue)        server
 *   vscsi_queue_submit()  -->  to_server ring, doorbell  -->  drain(), vscsi_queue_next()
 *   drain(), _take()      <--  to_client ring, doorbell  <--  vscsi_queue_answer()
 *
 * A doorbell runs the partner's drain() in the context of whoever rings it, unless the
 * partner is draining already: then it only leaves a count, and the one who drains goes
 * round again.  So each ring has one consumer at a time and no lock.  Who has gone round
 * often, for others that keep ringing, leaves the rest to a worker.
 *
 * Request memory is the client's.  The server has it from vscsi_queue_submit() until the
 * client takes it back: with vscsi_queue_answered(), or with vscsi_queue_reclaim() when the
 * connection is down.  Only one of them gets it.
 */
#ifndef VSCSI_HYPERVISOR_CONNECTION_H
#define VSCSI_HYPERVISOR_CONNECTION_H

#include <linux/completion.h>
#include <linux/list.h>
#include <linux/percpu-refcount.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <scsi/viosrp.h>
#include <uapi/linux/vscsi.h>

#include "crq.h"
#include "window.h"

struct vscsi_adapter;
struct vscsi_connection;
struct vscsi_queue;

/**
 * struct vscsi_request - memory of one request; embedded in the client's command
 * @window: opened by the client for the data buffer (may be of length 0)
 * @iu: the information unit: the request, then the answer. The client may write it at
 *	any time: the server works on a copy, and never reads what it has answered.
 * @server: the server's own memory, vscsi_server_request_size() bytes, zeroed once
 */
struct vscsi_request {
	struct vscsi_window window;
	void *server;
	union viosrp_iu iu;
};

/**
 * struct vscsi_bell - a doorbell
 * @rings: how often it was rung since the last round began; 0 while nobody drains
 * @work: goes on with the draining
 */
struct vscsi_bell {
	atomic_t rings;
	struct work_struct work;
};

/**
 * struct vscsi_queue - a CRQ pair
 */
struct vscsi_queue {
	/* set at creation, const after */
	struct vscsi_connection *conn;
	u16 index;
	u32 nr_slots;
	bool polled;				/* the client looks for its answers itself */

	/* a request while the server has it; set under submit_lock, cleared atomically */
	struct vscsi_request **slots;

	/* set by the server while the connection is bound */
	void *server_data;

	/* client to server */
	spinlock_t submit_lock;			/* producers of to_server */
	struct vscsi_crq to_server;
	struct vscsi_bell server_bell;

	/* server to client */
	spinlock_t answer_lock;			/* producers of to_client, irqsave; the
						 * server's list of this queue's commands too
						 */
	struct vscsi_crq to_client;
	struct vscsi_bell client_bell;
	u32 client_rounds;			/* drains that have ended; written by the drainer */
};

/**
 * struct vscsi_client_ops - called by the hypervisor in the client half
 * @drain: elements may be waiting; take them with vscsi_queue_take(), a ring full at most.
 *	Any context, hard interrupt too; one caller at a time for a queue.
 */
struct vscsi_client_ops {
	void (*drain)(struct vscsi_queue *queue);
};

/**
 * struct vscsi_server_ops - called by the hypervisor in the server half
 * @request_size: bytes of server memory in each request
 * @bind: a client adapter connects; config lock held, may sleep; 0 or errno
 * @unbind: it is gone and nothing of it is in flight; config lock held, may sleep
 * @drain: as for the client; if @may_sleep, in process context, it may sleep for a moment
 * @poll: look whether a command of a polled queue has been finished; false if there is none that
 *	has to be looked at; process context
 * @abort_all: abort what can be aborted of this connection; may sleep
 * @stuck: is a command of this connection older than @age jiffies? may sleep
 */
struct vscsi_server_ops {
	size_t request_size;
	int (*bind)(struct vscsi_connection *conn);
	void (*unbind)(struct vscsi_connection *conn);
	void (*drain)(struct vscsi_queue *queue, bool may_sleep);
	bool (*poll)(struct vscsi_queue *queue);
	void (*abort_all)(struct vscsi_connection *conn);
	bool (*stuck)(struct vscsi_connection *conn, unsigned long age);
};

/**
 * struct vscsi_connection - made by a client adapter when it is configured
 */
struct vscsi_connection {
	/* set at creation, const after */
	struct vscsi_adapter *client;
	const struct vscsi_client_ops *client_ops;
	void *client_data;
	u32 nr_queues;
	u32 nr_polled;				/* the last ones of them */
	struct vscsi_queue *queues;

	/* guarded by the configuration lock */
	struct vscsi_adapter *server;		/* NULL: not bound */
	u32 unbinds;				/* how many; READ_ONCE elsewhere */
	struct list_head server_entry;		/* for the server half, while bound */
	void *server_data;

	/* written under state_lock by connection_set_state(), READ_ONCE elsewhere */
	spinlock_t state_lock;
	enum vscsi_link_state state;
	unsigned long down_since;		/* jiffies: when it last left UP, or was made */

	/* users of the server side: drains and requests not yet answered */
	struct percpu_ref users;
	struct completion idle;

	/* counters, any context */
	atomic64_t bad_elements;
};

/*
 * Elements that a ring of the queue holds: so many a drain takes.  If there are more, they
 * were pushed after it began, and whoever pushed them rings after that.
 */
static inline u32 vscsi_queue_room(const struct vscsi_queue *queue)
{
	return queue->to_server.mask + 1;
}

int vscsi_connection_init(void);
void vscsi_connection_exit(void);
void vscsi_server_ops_register(const struct vscsi_server_ops *ops);
size_t vscsi_server_request_size(void);

struct vscsi_connection *vscsi_connection_create(struct vscsi_adapter *client,
						 const struct vscsi_client_ops *ops, void *data,
						 u32 nr_queues, u32 nr_polled, u32 nr_slots);
void vscsi_connection_destroy(struct vscsi_connection *conn);
int vscsi_connection_bind(struct vscsi_connection *conn, struct vscsi_adapter *server);
int vscsi_connection_unbind(struct vscsi_connection *conn, unsigned long timeout);
void vscsi_connection_poll(struct vscsi_connection *conn);
void vscsi_connection_abandon(struct vscsi_connection *conn);
bool vscsi_connection_stuck(struct vscsi_connection *conn, unsigned long age);
bool vscsi_connection_set_state(struct vscsi_connection *conn, u8 from,
				enum vscsi_link_state state);
unsigned long vscsi_connection_down_for(const struct vscsi_connection *conn);
enum vscsi_link_state vscsi_connection_state(const struct vscsi_connection *conn);

/* client side */
int vscsi_queue_submit(struct vscsi_queue *queue, struct vscsi_request *req, u16 slot, u8 format,
		       u16 iu_len);
struct vscsi_request *vscsi_queue_reclaim(struct vscsi_queue *queue, u16 slot);
bool vscsi_queue_slot_busy(const struct vscsi_queue *queue, u16 slot);
int vscsi_queue_send_init(struct vscsi_queue *queue, u8 format);
void vscsi_queue_ring_server(struct vscsi_queue *queue, bool may_sleep);
void vscsi_queue_poll(struct vscsi_queue *queue);
bool vscsi_queue_take(struct vscsi_queue *queue, struct viosrp_crq *element);
struct vscsi_request *vscsi_queue_answered(struct vscsi_queue *queue,
					   const struct viosrp_crq *element, u16 *slot);
void vscsi_queue_sync_client(struct vscsi_queue *queue);

/* server side */
bool vscsi_queue_next(struct vscsi_queue *queue, struct viosrp_crq *element);
bool vscsi_queue_has_batch(const struct vscsi_queue *queue);
struct vscsi_request *vscsi_queue_request(struct vscsi_queue *queue,
					  const struct viosrp_crq *element);
void vscsi_queue_get(struct vscsi_queue *queue);
void vscsi_queue_put(struct vscsi_queue *queue);
void vscsi_queue_answer(struct vscsi_queue *queue, struct vscsi_request *req, u16 len, u8 format);
void vscsi_queue_notify(struct vscsi_queue *queue, u8 valid, u8 format, u8 status);
void vscsi_queue_ring_client(struct vscsi_queue *queue);

#endif
