// SPDX-License-Identifier: GPL-2.0
/*
 * The logical units that a third-party copy uses besides its own.
 *
 * They are looked for among those that the I_T nexus of the command sees, and kept until it is
 * answered: an abort may look at them as long.  A VTD that is being removed ends the copy at its
 * next piece; the removal waits for that, as for any command.
 */
#include <linux/slab.h>
#include <linux/wait.h>

#include "target.h"

/**
 * struct vscsi_peers - of one command
 * @nr: how many are used
 * @itls: each with a reference to its VTD
 * @span: bytes that are being read or written
 */
struct vscsi_peers {
	unsigned int nr;
	struct vscsi_itl *itls[VSCSI_PEERS_MAX];
	struct vscsi_span span;
};

/* Blocks may be free again, or commands were aborted. */
static DECLARE_WAIT_QUEUE_HEAD(waiters);

static struct vscsi_task *task_of(struct vscsi_cmd *cmd)
{
	return container_of(cmd, struct vscsi_task, cmd);
}

static bool is_named(const struct vscsi_vtd *vtd, const u8 *naa, u8 len)
{
	const struct vscsi_identity *id = vtd->lu.identity;

	return vtd->type != VSCSI_VTD_OPTICAL && id->naa_len == len && !memcmp(id->naa, naa, len);
}

static struct vscsi_itl *find(struct vscsi_nexus *nexus, const u8 *naa, u8 len)
{
	struct vscsi_itl *itl, *found = NULL;
	unsigned long ordinal;

	rcu_read_lock();
	xa_for_each(&nexus->itls, ordinal, itl) {
		if (!is_named(itl->vtd, naa, len) || !percpu_ref_tryget_live(&itl->vtd->ref))
			continue;
		found = itl;
		break;
	}
	rcu_read_unlock();
	return found;
}

static struct vscsi_peers *peers_get(struct vscsi_task *task)
{
	struct vscsi_peers *peers = task->peers;

	if (!peers) {
		peers = kzalloc(sizeof(*peers), GFP_NOIO);
		/* Pairs with the acquire in peers_of(). */
		smp_store_release(&task->peers, peers);
	}
	return peers;
}

static void add(struct vscsi_peers *peers, struct vscsi_itl *itl, struct vscsi_peer *peer)
{
	WRITE_ONCE(peers->itls[peers->nr], itl);
	/* Pairs with that in vscsi_abort_preempted(): it finds us, or we see what it bars. */
	smp_mb();
	peers->nr++;
	peer->lu = &itl->vtd->lu;
	peer->nexus = &itl->pr;
}

/**
 * vscsi_copy_find() - see struct vscsi_target_ops, find_peer
 * @cmd: the command
 * @naa: an NAA designator
 * @len: its bytes
 * @peer: filled in on success; stays until @cmd is answered
 *
 * Context: may sleep; VSCSI_PEERS_MAX times for a command at most.
 * Return: false if the nexus sees no such disk.
 */
bool vscsi_copy_find(struct vscsi_cmd *cmd, const u8 *naa, u8 len, struct vscsi_peer *peer)
{
	struct vscsi_task *task = task_of(cmd);
	struct vscsi_peers *peers = peers_get(task);
	struct vscsi_itl *itl;

	if (!peers || peers->nr == VSCSI_PEERS_MAX)
		return false;
	itl = find(task->sq->nexus, naa, len);
	if (!itl)
		return false;
	add(peers, itl, peer);
	return true;
}

/**
 * vscsi_copy_own() - see struct vscsi_target_ops, own_peer
 * @cmd: the command; has no peers yet
 * @peer: filled in on success; stays until @cmd is answered
 *
 * Context: may sleep.
 * Return: false without memory.
 */
bool vscsi_copy_own(struct vscsi_cmd *cmd, struct vscsi_peer *peer)
{
	struct vscsi_task *task = task_of(cmd);
	struct vscsi_peers *peers = peers_get(task);

	if (!peers)
		return false;
	percpu_ref_get(&task->vtd->ref);
	add(peers, task->itl, peer);
	return true;
}

/* NULL: nothing but its own logical unit is used. */
static const struct vscsi_peers *peers_of(const struct vscsi_task *task)
{
	/* Pairs with the release in peers_get(). */
	return smp_load_acquire(&task->peers);
}

static const struct vscsi_vtd *peer(const struct vscsi_peers *peers, unsigned int n)
{
	const struct vscsi_itl *itl = READ_ONCE(peers->itls[n]);

	return itl ? itl->vtd : NULL;
}

/**
 * vscsi_copy_uses() - does a command use a VTD that is not its own?
 * @task: the command
 * @vtd: the VTD
 *
 * Context: answer_lock of its queue held.
 */
bool vscsi_copy_uses(const struct vscsi_task *task, const struct vscsi_vtd *vtd)
{
	const struct vscsi_peers *peers = peers_of(task);
	unsigned int i;

	for (i = 0; peers && i < VSCSI_PEERS_MAX; i++)
		if (peer(peers, i) == vtd)
			return true;
	return false;
}

/**
 * vscsi_copy_touches() - does a command use a logical unit that is not its own?
 * @task: the command
 * @pr: what the paths of the logical unit share
 *
 * Context: answer_lock of its queue held.
 */
bool vscsi_copy_touches(const struct vscsi_task *task, const struct vscsi_pr *pr)
{
	const struct vscsi_peers *peers = peers_of(task);
	const struct vscsi_vtd *vtd;
	unsigned int i;

	for (i = 0; peers && i < VSCSI_PEERS_MAX; i++) {
		vtd = peer(peers, i);
		if (vtd && vtd->lu.pr == pr)
			return true;
	}
	return false;
}

/**
 * vscsi_copy_put() - let go of what a command has used
 * @peers: of a command that is answered
 *
 * Context: any.
 */
void vscsi_copy_put(struct vscsi_peers *peers)
{
	unsigned int i;

	for (i = 0; i < peers->nr; i++)
		percpu_ref_put(&peers->itls[i]->vtd->ref);
	kfree(peers);
}

/**
 * vscsi_copy_wake() - a command has its blocks for itself no more, or commands were aborted
 *
 * Context: any.
 */
void vscsi_copy_wake(void)
{
	wake_up_all(&waiters);
}

static bool must_stop(struct vscsi_task *task, struct vscsi_vtd *vtd)
{
	return READ_ONCE(task->cmd.aborted) || percpu_ref_is_dying(&vtd->ref) ||
	       percpu_ref_is_dying(&task->vtd->ref);
}

/**
 * vscsi_copy_enter() - begin to read or write blocks of a logical unit
 * @cmd: the command
 * @peer: from vscsi_copy_find()
 * @offset: first byte
 * @bytes: how many
 *
 * Waits until no other command has them for itself; none gets them until vscsi_copy_leave().
 *
 * Context: worker, sleeps.
 * Return: VSCSI_OK; VSCSI_ABORTED; VSCSI_COPY_UNREACHABLE if the VTD is being removed.
 */
enum vscsi_reason vscsi_copy_enter(struct vscsi_cmd *cmd, const struct vscsi_peer *peer,
				   u64 offset, u64 bytes)
{
	struct vscsi_vtd *vtd = container_of(peer->lu, struct vscsi_vtd, lu);
	struct vscsi_task *task = task_of(cmd);
	struct vscsi_span *span = &task->peers->span;
	bool entered = false;

	span->unit = vtd->unit;
	span->start = offset;
	span->end = offset + bytes;
	wait_event_idle(waiters, must_stop(task, vtd) || (entered = vscsi_unit_enter(span)));
	if (entered)
		return VSCSI_OK;
	return READ_ONCE(cmd->aborted) ? VSCSI_ABORTED : VSCSI_COPY_UNREACHABLE;
}

/**
 * vscsi_copy_leave() - undo vscsi_copy_enter()
 * @cmd: the command
 *
 * Context: any.
 */
void vscsi_copy_leave(struct vscsi_cmd *cmd)
{
	vscsi_unit_leave_span(&task_of(cmd)->peers->span);
}
