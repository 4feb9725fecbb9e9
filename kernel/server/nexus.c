// SPDX-License-Identifier: GPL-2.0
/* I_T nexuses and I_T_L nexuses. */
#include <linux/slab.h>
#include <linux/unaligned.h>

#include "target.h"

/*
 * LUNs have the form of the logical unit addressing method (SAM-5 4.7.7.4): method 2,
 * 6 bits of target, 3 of bus, 5 of LUN, and six zero bytes.  Counted with the target
 * moving fastest they are numbered 1, 2, ...: ordinal 1 is 0x8100000000000000.
 */
#define LUN_METHOD	(2ULL << 62)

/**
 * vscsi_lun_valid() - may a VTD have this LUN?
 * @lun: host byte order
 *
 * Context: any.
 * Return: true if it is of the logical unit addressing method and not target 0 of bus 0.
 */
bool vscsi_lun_valid(u64 lun)
{
	return lun >> 62 == 2 && !(lun & GENMASK_ULL(47, 0)) && vscsi_lun_to_ordinal(lun);
}

/**
 * vscsi_lun_to_ordinal() - number of a LUN
 * @lun: of the logical unit addressing method, host byte order
 *
 * Context: any.
 * Return: 0 to 16383.
 */
u32 vscsi_lun_to_ordinal(u64 lun)
{
	u32 target = lun >> 56 & 0x3f;
	u32 bus = lun >> 53 & 0x7;
	u32 unit = lun >> 48 & 0x1f;

	return unit << 9 | bus << 6 | target;
}

/**
 * vscsi_ordinal_to_lun() - LUN of a number
 * @ordinal: 0 to 16383
 *
 * Context: any.
 * Return: the LUN in host byte order.
 */
u64 vscsi_ordinal_to_lun(u32 ordinal)
{
	u64 target = ordinal & 0x3f;
	u64 bus = ordinal >> 6 & 0x7;
	u64 unit = ordinal >> 9 & 0x1f;

	return LUN_METHOD | target << 56 | bus << 53 | unit << 48;
}

/**
 * vscsi_itl_alloc() - make an I_T_L nexus that nobody sees yet
 * @nexus: the nexus
 * @vtd: the logical unit
 *
 * Context: configuration lock held, may sleep.
 * Return: the I_T_L nexus, linked to @vtd, or NULL.
 */
struct vscsi_itl *vscsi_itl_alloc(struct vscsi_nexus *nexus, struct vscsi_vtd *vtd)
{
	struct vscsi_itl *itl = kzalloc(sizeof(*itl), GFP_KERNEL);

	if (!itl)
		return NULL;
	if (xa_reserve(&nexus->itls, vscsi_lun_to_ordinal(vtd->lu.lun), GFP_KERNEL)) {
		kfree(itl);
		return NULL;
	}
	itl->nexus = nexus;
	itl->vtd = vtd;
	itl->medium = READ_ONCE(vtd->drive.changes);
	itl->event = itl->medium;
	__set_bit(VSCSI_UA_POWER_ON, &itl->ua);
	itl->pr.id = nexus->id;
	vscsi_pr_join(vtd->lu.pr, &itl->pr);
	list_add_tail(&itl->entry, &vtd->itls);
	return itl;
}

/**
 * vscsi_itl_free() - the end of an I_T_L nexus
 * @itl: from vscsi_itl_alloc(); nobody can find it any more and no command has it
 *
 * Context: configuration lock held.
 */
void vscsi_itl_free(struct vscsi_itl *itl)
{
	list_del(&itl->entry);
	vscsi_drive_unlock(itl);
	vscsi_pr_leave(itl->vtd->lu.pr, &itl->pr);
	kfree_rcu(itl, rcu);
}

/**
 * vscsi_itl_publish() - let the client see a logical unit
 * @itl: from vscsi_itl_alloc()
 *
 * Context: configuration lock held.
 * Return: 0; it can't fail after the reservation.
 */
int vscsi_itl_publish(struct vscsi_itl *itl)
{
	u32 ordinal = vscsi_lun_to_ordinal(itl->vtd->lu.lun);

	return xa_err(xa_store(&itl->nexus->itls, ordinal, itl, GFP_KERNEL));
}

/**
 * vscsi_itl_unpublish() - hide a logical unit, or give a reservation back
 * @itl: stays valid until its VTD is freed or the nexus ends
 *
 * Context: configuration lock held.
 */
void vscsi_itl_unpublish(struct vscsi_itl *itl)
{
	xa_erase(&itl->nexus->itls, vscsi_lun_to_ordinal(itl->vtd->lu.lun));
}

/**
 * vscsi_itl_get() - find the logical unit that a command is for
 * @nexus: where the command came from
 * @lun: host byte order
 *
 * Context: any.
 * Return: the I_T_L nexus with a reference to its VTD, or NULL.
 */
struct vscsi_itl *vscsi_itl_get(struct vscsi_nexus *nexus, u64 lun)
{
	struct vscsi_itl *itl;

	if (!vscsi_lun_valid(lun))
		return NULL;
	rcu_read_lock();
	itl = xa_load(&nexus->itls, vscsi_lun_to_ordinal(lun));
	if (itl && !percpu_ref_tryget_live_rcu(&itl->vtd->ref))
		itl = NULL;
	rcu_read_unlock();
	return itl;
}

static const u8 legal_moves[] = {
	[VSCSI_NEXUS_CLOSED] = BIT(VSCSI_NEXUS_READY),
	[VSCSI_NEXUS_READY] = BIT(VSCSI_NEXUS_LOGGED_IN) | BIT(VSCSI_NEXUS_READY),
	[VSCSI_NEXUS_LOGGED_IN] = BIT(VSCSI_NEXUS_READY),
};

/**
 * vscsi_nexus_set_state() - the only place where a nexus changes its state
 * @nexus: the nexus
 * @state: the new state
 *
 * Context: drain of queue 0.
 * Return: false, and nothing changed, if that move is not legal.
 */
bool vscsi_nexus_set_state(struct vscsi_nexus *nexus, enum vscsi_nexus_state state)
{
	if (!(legal_moves[nexus->state] & BIT(state)))
		return false;
	WRITE_ONCE(nexus->state, state);
	return true;
}

static void itls_free(struct vscsi_nexus *nexus)
{
	struct vscsi_vtd *vtd;
	struct vscsi_itl *itl, *next;

	list_for_each_entry(vtd, &nexus->server->vtds, entry) {
		list_for_each_entry_safe(itl, next, &vtd->itls, entry) {
			if (itl->nexus == nexus)
				vscsi_itl_free(itl);
		}
	}
	xa_destroy(&nexus->itls);
}

static int itls_make(struct vscsi_nexus *nexus)
{
	struct vscsi_vtd *vtd;
	struct vscsi_itl *itl;

	list_for_each_entry(vtd, &nexus->server->vtds, entry) {
		if (vtd->removing)
			continue;
		itl = vscsi_itl_alloc(nexus, vtd);
		if (!itl || vscsi_itl_publish(itl))
			return -ENOMEM;
	}
	return 0;
}

static int queues_make(struct vscsi_nexus *nexus)
{
	struct vscsi_server_queue *sq;
	u32 i;

	nexus->queues = kvcalloc(nexus->conn->nr_queues, sizeof(*nexus->queues), GFP_KERNEL);
	if (!nexus->queues)
		return -ENOMEM;
	for (i = 0; i < nexus->conn->nr_queues; i++) {
		sq = &nexus->queues[i];
		sq->queue = &nexus->conn->queues[i];
		sq->nexus = nexus;
		INIT_LIST_HEAD(&sq->active);
		init_llist_head(&sq->pending);
		INIT_WORK(&sq->work, vscsi_queue_work);
		sq->queue->server_data = sq;
	}
	return 0;
}

/* An EUI-64 that nobody was assigned: locally administered. */
#define PORT_PREFIX	0x0276736373690000ULL

/**
 * vscsi_initiator_id() - SRP initiator port identifier of a client adapter
 * @client: the adapter
 * @id: VSCSI_PORT_ID_LEN bytes, filled in: the same as long as its slot is occupied
 *
 * Context: any.
 */
void vscsi_initiator_id(const struct vscsi_adapter *client, u8 *id)
{
	put_unaligned_be64(PORT_PREFIX, id);
	put_unaligned_be32(client->partition->id, id + 8);
	put_unaligned_be32(client->slot, id + 12);
}

/**
 * vscsi_target_id() - relative target port identifier of a server adapter
 * @server: the adapter; it keeps its name while it has VTDs
 *
 * Context: any.
 * Return: the identifier; 0 means none.
 */
u16 vscsi_target_id(const struct vscsi_server *server)
{
	return server->adapter->index + 1;
}

/**
 * vscsi_nexus_bind() - a client adapter connects
 * @conn: the connection; its server is set
 *
 * Context: configuration lock held, may sleep.
 * Return: 0 or -ENOMEM.
 */
int vscsi_nexus_bind(struct vscsi_connection *conn)
{
	struct vscsi_nexus *nexus = kzalloc(sizeof(*nexus), GFP_KERNEL);
	int ret;

	if (!nexus)
		return -ENOMEM;
	nexus->server = vscsi_adapter_server(conn->server);
	nexus->conn = conn;
	vscsi_initiator_id(conn->client, nexus->id.initiator);
	nexus->id.target = vscsi_target_id(nexus->server);
	spin_lock_init(&nexus->event_lock);
	INIT_LIST_HEAD(&nexus->empty_ius);
	xa_init(&nexus->itls);

	ret = queues_make(nexus);
	if (ret)
		goto free_nexus;
	ret = itls_make(nexus);
	if (ret)
		goto free_itls;

	conn->server_data = nexus;
	list_add_tail(&conn->server_entry, &nexus->server->links);
	spin_lock_irq(&nexus->server->lock);
	list_add_tail(&nexus->entry, &nexus->server->nexuses);
	spin_unlock_irq(&nexus->server->lock);
	return 0;

free_itls:
	itls_free(nexus);
	kvfree(nexus->queues);
free_nexus:
	kfree(nexus);
	return ret;
}

/**
 * vscsi_nexus_unbind() - the end of a nexus (I_T nexus loss)
 * @conn: the connection; no request of it is with the server any more
 *
 * Context: configuration lock held, may sleep.
 */
void vscsi_nexus_unbind(struct vscsi_connection *conn)
{
	struct vscsi_nexus *nexus = conn->server_data;
	u32 i;

	spin_lock_irq(&nexus->server->lock);
	list_del(&nexus->entry);
	spin_unlock_irq(&nexus->server->lock);
	list_del(&conn->server_entry);
	conn->server_data = NULL;

	for (i = 0; i < conn->nr_queues; i++) {
		cancel_work_sync(&nexus->queues[i].work);
		conn->queues[i].server_data = NULL;
	}
	itls_free(nexus);
	kvfree(nexus->queues);
	kfree(nexus);
}
