// SPDX-License-Identifier: GPL-2.0
/* Connections: queues, doorbells, binding and unbinding. */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "connection.h"
#include "hypervisor.h"

/* Elements of a ring that are not answers to a slot: INIT, transport events. */
#define RING_SPARE	16

/* Format of the transport event. */
#define XPORT_PARTNER_DEREGISTERED	0x02

/* Drains in one go, in the ringer's context or in a worker. */
#define BELL_ROUNDS	8

/* While a connection with polled queues goes down, in jiffies */
#define POLL_INTERVAL	msecs_to_jiffies(20)

static const struct vscsi_server_ops *server_ops;
static struct workqueue_struct *bell_wq;

/**
 * vscsi_connection_init() - make what all connections share
 *
 * Context: module init.
 * Return: 0 or -ENOMEM.
 */
int vscsi_connection_init(void)
{
	bell_wq = alloc_workqueue("vscsi_bell", WQ_MEM_RECLAIM | WQ_HIGHPRI | WQ_PERCPU, 0);
	return bell_wq ? 0 : -ENOMEM;
}

/**
 * vscsi_connection_exit() - undo vscsi_connection_init()
 *
 * Context: module exit; no connection is left.
 */
void vscsi_connection_exit(void)
{
	destroy_workqueue(bell_wq);
}

/**
 * vscsi_server_ops_register() - set the server half
 * @ops: const for the life of the module
 *
 * Context: module init, before the first connection.
 */
void vscsi_server_ops_register(const struct vscsi_server_ops *ops)
{
	server_ops = ops;
}

/**
 * vscsi_server_request_size() - server memory that each request must carry
 *
 * Context: any.
 * Return: bytes.
 */
size_t vscsi_server_request_size(void)
{
	return server_ops->request_size;
}

static const u8 legal_moves[] = {
	[VSCSI_LINK_DOWN] = BIT(VSCSI_LINK_INIT),
	[VSCSI_LINK_INIT] = BIT(VSCSI_LINK_LOGIN) | BIT(VSCSI_LINK_CLOSING),
	[VSCSI_LINK_LOGIN] = BIT(VSCSI_LINK_UP) | BIT(VSCSI_LINK_INIT) | BIT(VSCSI_LINK_CLOSING),
	[VSCSI_LINK_UP] = BIT(VSCSI_LINK_INIT) | BIT(VSCSI_LINK_CLOSING),
	[VSCSI_LINK_CLOSING] = BIT(VSCSI_LINK_DOWN),
};

static void move(struct vscsi_connection *conn, enum vscsi_link_state state)
{
	if (conn->state == VSCSI_LINK_UP) {
		WRITE_ONCE(conn->down_since, jiffies);
		/* Who sees the new state sees the time: pairs with vscsi_connection_down_for(). */
		smp_wmb();
	}
	WRITE_ONCE(conn->state, state);
}

/**
 * vscsi_connection_set_state() - the only place where a link changes its state
 * @conn: the connection
 * @from: bits of the states in which the caller wants it
 * @state: the new state
 *
 * Context: any.
 * Return: false, and nothing changed, if the link is in another state or that move is not
 * legal.
 */
bool vscsi_connection_set_state(struct vscsi_connection *conn, u8 from,
				enum vscsi_link_state state)
{
	unsigned long flags;
	bool legal;

	spin_lock_irqsave(&conn->state_lock, flags);
	legal = (from & BIT(conn->state)) && (legal_moves[conn->state] & BIT(state));
	if (legal)
		move(conn, state);
	spin_unlock_irqrestore(&conn->state_lock, flags);
	return legal;
}

/**
 * vscsi_connection_state() - state of the link now
 * @conn: the connection
 *
 * Context: any.
 * Return: the state; it may change at once unless the caller excludes that.
 */
enum vscsi_link_state vscsi_connection_state(const struct vscsi_connection *conn)
{
	return READ_ONCE(conn->state);
}

/**
 * vscsi_connection_down_for() - how long the link has not been up
 * @conn: the connection; its state was seen to be another than UP
 *
 * Context: any.
 * Return: jiffies.
 */
unsigned long vscsi_connection_down_for(const struct vscsi_connection *conn)
{
	/* Pairs with move(). */
	smp_rmb();
	return jiffies - READ_ONCE(conn->down_since);
}

static void users_gone(struct percpu_ref *ref)
{
	complete(&container_of(ref, struct vscsi_connection, users)->idle);
}

/* Go round until nobody has rung meanwhile; after some rounds leave that to a worker. */
static void answer_bell(struct vscsi_queue *queue, struct vscsi_bell *bell,
			void (*drain)(struct vscsi_queue *, bool), bool may_sleep)
{
	unsigned int rounds = BELL_ROUNDS;
	int rings = 1;

	do {
		drain(queue, may_sleep);
		rings = atomic_sub_return(rings, &bell->rings);
	} while (rings && --rounds);
	if (rings)
		queue_work(bell_wq, &bell->work);
}

/* Count in, and drain if nobody does. */
static void ring(struct vscsi_queue *queue, struct vscsi_bell *bell,
		 void (*drain)(struct vscsi_queue *, bool), bool may_sleep)
{
	if (!atomic_fetch_inc(&bell->rings))
		answer_bell(queue, bell, drain, may_sleep);
}

static void drain_server(struct vscsi_queue *queue, bool may_sleep)
{
	if (!percpu_ref_tryget_live(&queue->conn->users))
		return;
	server_ops->drain(queue, may_sleep);
	percpu_ref_put(&queue->conn->users);
}

/* The client never sleeps. */
static void drain_client(struct vscsi_queue *queue, bool may_sleep)
{
	queue->conn->client_ops->drain(queue);
	WRITE_ONCE(queue->client_rounds, queue->client_rounds + 1);
}

static void server_bell_work(struct work_struct *work)
{
	struct vscsi_queue *queue = container_of(work, struct vscsi_queue, server_bell.work);

	answer_bell(queue, &queue->server_bell, drain_server, true);
}

static void client_bell_work(struct work_struct *work)
{
	struct vscsi_queue *queue = container_of(work, struct vscsi_queue, client_bell.work);

	answer_bell(queue, &queue->client_bell, drain_client, true);
}

static void queue_free(struct vscsi_queue *queue)
{
	cancel_work_sync(&queue->server_bell.work);
	cancel_work_sync(&queue->client_bell.work);
	vscsi_crq_free(&queue->to_server);
	vscsi_crq_free(&queue->to_client);
	kvfree(queue->slots);
}

static int queue_init(struct vscsi_connection *conn, u16 index, u32 nr_slots)
{
	struct vscsi_queue *queue = &conn->queues[index];
	int ret;

	queue->conn = conn;
	queue->index = index;
	queue->nr_slots = nr_slots;
	queue->polled = index >= conn->nr_queues - conn->nr_polled;
	spin_lock_init(&queue->submit_lock);
	spin_lock_init(&queue->answer_lock);
	INIT_WORK(&queue->server_bell.work, server_bell_work);
	INIT_WORK(&queue->client_bell.work, client_bell_work);
	queue->slots = kvcalloc(nr_slots, sizeof(*queue->slots), GFP_KERNEL);
	if (!queue->slots)
		return -ENOMEM;

	ret = vscsi_crq_alloc(&queue->to_server, nr_slots + RING_SPARE);
	if (!ret)
		ret = vscsi_crq_alloc(&queue->to_client, nr_slots + RING_SPARE);
	return ret;
}

/**
 * vscsi_connection_create() - make an unbound connection for a client adapter
 * @client: the adapter
 * @ops: the client half's callbacks
 * @data: for the client half, conn->client_data
 * @nr_queues: CRQ pairs
 * @nr_polled: how many of them, the last ones, are polled
 * @nr_slots: requests that each may have under way
 *
 * Context: configuration lock held, may sleep.
 * Return: the connection, or ERR_PTR(-ENOMEM).
 */
struct vscsi_connection *vscsi_connection_create(struct vscsi_adapter *client,
						 const struct vscsi_client_ops *ops, void *data,
						 u32 nr_queues, u32 nr_polled, u32 nr_slots)
{
	struct vscsi_connection *conn = kzalloc(sizeof(*conn), GFP_KERNEL);
	u32 i;
	int ret;

	if (!conn)
		return ERR_PTR(-ENOMEM);

	conn->client = client;
	conn->client_ops = ops;
	conn->client_data = data;
	conn->nr_queues = nr_queues;
	conn->nr_polled = nr_polled;
	conn->down_since = jiffies;
	spin_lock_init(&conn->state_lock);
	init_completion(&conn->idle);
	ret = percpu_ref_init(&conn->users, users_gone, PERCPU_REF_INIT_DEAD, GFP_KERNEL);
	if (ret)
		goto free_conn;

	conn->queues = kvcalloc(nr_queues, sizeof(*conn->queues), GFP_KERNEL);
	if (!conn->queues) {
		ret = -ENOMEM;
		goto exit_ref;
	}
	for (i = 0; i < nr_queues; i++) {
		ret = queue_init(conn, i, nr_slots);
		if (ret)
			goto free_queues;
	}
	return conn;

free_queues:
	do {
		queue_free(&conn->queues[i]);
	} while (i--);
	kvfree(conn->queues);
exit_ref:
	percpu_ref_exit(&conn->users);
free_conn:
	kfree(conn);
	return ERR_PTR(ret);
}

/**
 * vscsi_connection_destroy() - free a connection
 * @conn: not bound; the client does not use it any more
 *
 * Context: configuration lock held, may sleep.
 */
void vscsi_connection_destroy(struct vscsi_connection *conn)
{
	u32 i;

	for (i = 0; i < conn->nr_queues; i++)
		queue_free(&conn->queues[i]);
	kvfree(conn->queues);
	percpu_ref_exit(&conn->users);
	kfree(conn);
}

/**
 * vscsi_connection_bind() - connect a client adapter to a server adapter
 * @conn: an unbound connection
 * @server: an AVAILABLE server adapter that accepts this client
 *
 * The caller then starts the initialisation handshake, from either side.
 *
 * Context: configuration lock held, may sleep.
 * Return: 0, -EISCONN if it is bound, or what the server half says.
 */
int vscsi_connection_bind(struct vscsi_connection *conn, struct vscsi_adapter *server)
{
	u32 i;
	int ret;

	vscsi_config_assert_held();
	if (conn->server)
		return -EISCONN;

	for (i = 0; i < conn->nr_queues; i++)
		vscsi_crq_reset(&conn->queues[i].to_server);
	conn->server = server;
	ret = server_ops->bind(conn);
	if (ret) {
		conn->server = NULL;
		return ret;
	}
	reinit_completion(&conn->idle);
	percpu_ref_reinit(&conn->users);
	vscsi_connection_set_state(conn, BIT(VSCSI_LINK_DOWN), VSCSI_LINK_INIT);
	vscsi_config_changed();
	return 0;
}

/* After this no element gets into a ring to the server and no drain begins. */
static void stop_submission(struct vscsi_connection *conn)
{
	u32 i;

	for (i = 0; i < conn->nr_queues; i++) {
		spin_lock(&conn->queues[i].submit_lock);
		spin_unlock(&conn->queues[i].submit_lock);
	}
	percpu_ref_kill(&conn->users);
}

static void poll_all(struct vscsi_queue *queue)
{
	u32 n;

	for (n = 0; n < queue->nr_slots; n++)
		if (!server_ops->poll(queue))
			break;
}

/**
 * vscsi_connection_poll() - look whether polled commands have been finished, if nobody else does
 * @conn: the connection
 *
 * Their clients may have been stopped, or may not look any more as it is being taken down.
 *
 * Context: process.
 */
void vscsi_connection_poll(struct vscsi_connection *conn)
{
	u32 i;

	for (i = conn->nr_queues - conn->nr_polled; i < conn->nr_queues; i++) {
		/* Also while it goes down, but not when all have been answered. */
		if (!percpu_ref_tryget(&conn->users))
			return;
		poll_all(&conn->queues[i]);
		percpu_ref_put(&conn->users);
	}
}

static bool wait_until_idle(struct vscsi_connection *conn, unsigned long timeout)
{
	unsigned long slice;
	bool idle;

	do {
		vscsi_connection_poll(conn);
		slice = conn->nr_polled ? min(timeout, POLL_INTERVAL) : timeout;
		idle = wait_for_completion_timeout(&conn->idle, slice);
		timeout -= slice;
	} while (!idle && timeout);
	return idle;
}

/**
 * vscsi_connection_unbind() - take a connection down
 * @conn: the connection; harmless if it is not bound
 * @timeout: jiffies to wait for what is in flight
 *
 * The client gets a transport event (partner deregistered) when all is done.
 *
 * Context: configuration lock held, sleeps.
 * Return: 0; or -ETIMEDOUT: nothing new gets through, but the server still holds
 * pages of the client. The call may be repeated.
 */
int vscsi_connection_unbind(struct vscsi_connection *conn, unsigned long timeout)
{
	vscsi_config_assert_held();
	if (!conn->server)
		return 0;

	if (vscsi_connection_set_state(conn, U8_MAX, VSCSI_LINK_CLOSING))
		stop_submission(conn);
	server_ops->abort_all(conn);
	if (!wait_until_idle(conn, timeout))
		return -ETIMEDOUT;

	server_ops->unbind(conn);
	conn->server = NULL;
	WRITE_ONCE(conn->unbinds, conn->unbinds + 1);
	vscsi_queue_notify(&conn->queues[0], VIOSRP_CRQ_XPORT_EVENT,
			   XPORT_PARTNER_DEREGISTERED, 0);
	vscsi_connection_set_state(conn, BIT(VSCSI_LINK_CLOSING), VSCSI_LINK_DOWN);
	vscsi_config_changed();
	return 0;
}

/**
 * vscsi_connection_abandon() - begin to take a connection down
 * @conn: the connection; harmless if it is not bound
 *
 * For a client that has logged out, or whose request was lost, so that no answer will ever
 * come.  The server half unbinds what is closing as soon as it can, and binds it anew.
 *
 * Context: process.
 */
void vscsi_connection_abandon(struct vscsi_connection *conn)
{
	if (vscsi_connection_set_state(conn, U8_MAX, VSCSI_LINK_CLOSING))
		stop_submission(conn);
}

/**
 * vscsi_connection_stuck() - is there a command that the server can't finish?
 * @conn: the connection
 * @age: jiffies
 *
 * Context: configuration lock held, may sleep.
 * Return: true if a command has been with the server for longer than @age.
 */
bool vscsi_connection_stuck(struct vscsi_connection *conn, unsigned long age)
{
	vscsi_config_assert_held();
	return conn->server && server_ops->stuck(conn, age);
}

/* Commands only go to a server that the client is logged in to. */
static bool link_takes(const struct vscsi_connection *conn, bool command)
{
	enum vscsi_link_state state = READ_ONCE(conn->state);

	if (command)
		return state == VSCSI_LINK_UP;
	return state != VSCSI_LINK_DOWN && state != VSCSI_LINK_CLOSING;
}

static int push_request(struct vscsi_queue *queue, struct vscsi_request *req, u16 slot,
			const struct viosrp_crq *element)
{
	/* Before the push: the server may look for it at once. */
	WRITE_ONCE(queue->slots[slot], req);
	if (vscsi_crq_push(&queue->to_server, element))
		return 0;
	WRITE_ONCE(queue->slots[slot], NULL);
	return -ENOSPC;
}

/**
 * vscsi_queue_submit() - send a request; the doorbell is rung separately
 * @queue: the queue
 * @req: window open, iu filled in. The server's from now on if 0 is returned.
 * @slot: a free slot of the queue
 * @format: VIOSRP_SRP_FORMAT or VIOSRP_MAD_FORMAT
 * @iu_len: bytes of the IU
 *
 * Context: process or softirq.
 * Return: 0, -ENOTCONN while the link does not take it, -ENOSPC if the ring is full.
 */
int vscsi_queue_submit(struct vscsi_queue *queue, struct vscsi_request *req, u16 slot, u8 format,
		       u16 iu_len)
{
	struct viosrp_crq element = {
		.valid = VIOSRP_CRQ_CMD_RSP,
		.format = format,
		.IU_length = cpu_to_be16(iu_len),
		.IU_data_ptr = cpu_to_be64(req->window.handle),
	};
	bool command = format == VIOSRP_SRP_FORMAT && req->iu.srp.rsp.opcode != SRP_LOGIN_REQ;
	int ret = -ENOTCONN;

	spin_lock(&queue->submit_lock);
	if (link_takes(queue->conn, command))
		ret = push_request(queue, req, slot, &element);
	spin_unlock(&queue->submit_lock);
	return ret;
}

/**
 * vscsi_queue_reclaim() - take back a request that will not be answered
 * @queue: its connection is down
 * @slot: the slot
 *
 * Context: any.
 * Return: the request, the client's again; NULL if the server has none in this slot.
 */
struct vscsi_request *vscsi_queue_reclaim(struct vscsi_queue *queue, u16 slot)
{
	return xchg(&queue->slots[slot], NULL);
}

/**
 * vscsi_queue_slot_busy() - has the server the request of a slot?
 * @queue: the queue
 * @slot: the slot
 *
 * Context: any.
 * Return: true from vscsi_queue_submit() until the client has taken the request back.
 */
bool vscsi_queue_slot_busy(const struct vscsi_queue *queue, u16 slot)
{
	return READ_ONCE(queue->slots[slot]);
}

/**
 * vscsi_queue_send_init() - send an element of the initialisation handshake
 * @queue: queue 0
 * @format: VIOSRP_CRQ_INIT or VIOSRP_CRQ_INIT_COMPLETE
 *
 * Context: process or softirq.
 * Return: as vscsi_queue_submit().
 */
int vscsi_queue_send_init(struct vscsi_queue *queue, u8 format)
{
	struct viosrp_crq element = { .valid = VIOSRP_CRQ_INIT_RSP, .format = format };
	int ret = -ENOTCONN;

	spin_lock(&queue->submit_lock);
	if (link_takes(queue->conn, false))
		ret = vscsi_crq_push(&queue->to_server, &element) ? 0 : -ENOSPC;
	spin_unlock(&queue->submit_lock);
	return ret;
}

/**
 * vscsi_queue_ring_server() - tell the server that there are elements
 * @queue: the queue
 * @may_sleep: process context, where the server may sleep for a moment
 *
 * The server may run in the caller's context.
 *
 * Context: process or softirq.
 */
void vscsi_queue_ring_server(struct vscsi_queue *queue, bool may_sleep)
{
	ring(queue, &queue->server_bell, drain_server, may_sleep);
}

/**
 * vscsi_queue_poll() - have the server look whether commands have been finished
 * @queue: a polled queue
 *
 * The client may run in the caller's context.
 *
 * Context: process.
 */
void vscsi_queue_poll(struct vscsi_queue *queue)
{
	if (!percpu_ref_tryget_live(&queue->conn->users))
		return;
	server_ops->poll(queue);
	percpu_ref_put(&queue->conn->users);
}

/**
 * vscsi_queue_ring_client() - tell the client that there are elements
 * @queue: the queue
 *
 * The client may run in the caller's context.
 *
 * Context: any.
 */
void vscsi_queue_ring_client(struct vscsi_queue *queue)
{
	ring(queue, &queue->client_bell, drain_client, false);
}

/**
 * vscsi_queue_sync_client() - wait until the client has taken all that was sent before
 * @queue: the queue
 *
 * Under steady load a drain never ends, but the second round that ends after this was
 * called has begun after it, too.
 *
 * Context: may sleep; not from the client's drain callback.
 */
void vscsi_queue_sync_client(struct vscsi_queue *queue)
{
	u32 before = READ_ONCE(queue->client_rounds);

	vscsi_queue_ring_client(queue);
	while (READ_ONCE(queue->client_rounds) - before < 2 &&
	       atomic_read(&queue->client_bell.rings))
		cond_resched();
}

/**
 * vscsi_queue_take() - client: next element
 * @queue: the queue
 * @element: filled in on success
 *
 * Context: only from the drain callback.
 * Return: false if there is none.
 */
bool vscsi_queue_take(struct vscsi_queue *queue, struct viosrp_crq *element)
{
	return vscsi_crq_pop(&queue->to_client, element);
}

static struct vscsi_request *find_request(struct vscsi_queue *queue,
					  const struct viosrp_crq *element, u16 *slot)
{
	u64 handle = be64_to_cpu(element->IU_data_ptr);
	struct vscsi_request *req;

	*slot = handle & (BIT(VSCSI_WINDOW_SLOT_BITS) - 1);
	if (handle > U32_MAX || *slot >= queue->nr_slots)
		return NULL;
	req = READ_ONCE(queue->slots[*slot]);
	return req && req->window.handle == handle ? req : NULL;
}

/**
 * vscsi_queue_answered() - client: the request that an element answers
 * @queue: the queue
 * @element: of type VIOSRP_CRQ_CMD_RSP
 * @slot: its slot, set on success
 *
 * Context: only from the drain callback.
 * Return: the request, the client's again; NULL if the handle is not valid.
 */
struct vscsi_request *vscsi_queue_answered(struct vscsi_queue *queue,
					   const struct viosrp_crq *element, u16 *slot)
{
	struct vscsi_request *req = find_request(queue, element, slot);

	return req && cmpxchg(&queue->slots[*slot], req, NULL) == req ? req : NULL;
}

/**
 * vscsi_queue_next() - server: next element
 * @queue: the queue
 * @element: filled in on success
 *
 * Context: only from the drain callback.
 * Return: false if there is none.
 */
bool vscsi_queue_next(struct vscsi_queue *queue, struct viosrp_crq *element)
{
	return vscsi_crq_pop(&queue->to_server, element);
}

/**
 * vscsi_queue_has_batch() - server: is more than one element waiting?
 * @queue: the queue
 *
 * Context: only from the drain callback.
 */
bool vscsi_queue_has_batch(const struct vscsi_queue *queue)
{
	return vscsi_crq_has_two(&queue->to_server);
}

/**
 * vscsi_queue_request() - server: the request that an element names
 * @queue: the queue
 * @element: of type VIOSRP_CRQ_CMD_RSP
 *
 * Context: only from the drain callback.
 * Return: the request; NULL if the handle names none.
 */
struct vscsi_request *vscsi_queue_request(struct vscsi_queue *queue,
					  const struct viosrp_crq *element)
{
	u16 slot;

	return find_request(queue, element, &slot);
}

/**
 * vscsi_queue_get() - server: a request is being worked on
 * @queue: the queue
 *
 * Context: any; the caller is in the drain callback or holds another.
 */
void vscsi_queue_get(struct vscsi_queue *queue)
{
	percpu_ref_get(&queue->conn->users);
}

/**
 * vscsi_queue_put() - server: it was answered and nothing more is done for it
 * @queue: the queue
 *
 * Context: any. The connection may be gone after the last one.
 */
void vscsi_queue_put(struct vscsi_queue *queue)
{
	percpu_ref_put(&queue->conn->users);
}

/**
 * vscsi_queue_answer() - server: answer a request
 * @queue: the queue
 * @req: the request; its iu is the answer. The client's from now on, with all its memory.
 * @len: bytes of the answer, at most SRP_MAX_IU_LEN
 * @format: VIOSRP_SRP_FORMAT or VIOSRP_MAD_FORMAT
 *
 * The ring always has room: each slot has one answer.
 *
 * Context: any; answer_lock held.
 */
void vscsi_queue_answer(struct vscsi_queue *queue, struct vscsi_request *req, u16 len, u8 format)
{
	struct viosrp_crq element = {
		.valid = VIOSRP_CRQ_CMD_RSP,
		.format = format,
		.status = VIOSRP_OK2,
		.IU_length = cpu_to_be16(len),
		.IU_data_ptr = cpu_to_be64(req->window.handle),
	};

	lockdep_assert_held(&queue->answer_lock);
	WARN_ON_ONCE(!vscsi_crq_push(&queue->to_client, &element));
}

/**
 * vscsi_queue_notify() - send the client an element without a request, and ring
 * @queue: the queue
 * @valid: its valid byte
 * @format: its format
 * @status: its status
 *
 * An element that finds the ring full is dropped: the client then has not taken
 * the one before, which says the same.
 *
 * Context: any.
 */
void vscsi_queue_notify(struct vscsi_queue *queue, u8 valid, u8 format, u8 status)
{
	struct viosrp_crq element = { .valid = valid, .format = format, .status = status };
	unsigned long flags;

	spin_lock_irqsave(&queue->answer_lock, flags);
	vscsi_crq_push(&queue->to_client, &element);
	spin_unlock_irqrestore(&queue->answer_lock, flags);
	vscsi_queue_ring_client(queue);
}
