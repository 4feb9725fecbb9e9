// SPDX-License-Identifier: GPL-2.0
/* Reservations of a logical unit: who is registered, who holds one, whom it keeps out. */
#include <linux/compiler.h>
#include <linux/lockdep.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "copy.h"
#include "opcode.h"
#include "pr.h"
#include "token.h"

/**
 * vscsi_nexus_id_same() - do two names mean the same I_T nexus?
 * @a: a name
 * @b: another
 *
 * Context: any.
 */
bool vscsi_nexus_id_same(const struct vscsi_nexus_id *a, const struct vscsi_nexus_id *b)
{
	return a->target == b->target && !memcmp(a->initiator, b->initiator, sizeof(a->initiator));
}

/**
 * vscsi_pr_type_valid() - is there such a type of persistent reservation?
 * @type: TYPE field
 *
 * Context: any.
 */
bool vscsi_pr_type_valid(u8 type)
{
	switch (type) {
	case VSCSI_PR_WRITE_EXCLUSIVE:
	case VSCSI_PR_EXCLUSIVE_ACCESS:
	case VSCSI_PR_WRITE_EXCLUSIVE_RO:
	case VSCSI_PR_EXCLUSIVE_ACCESS_RO:
	case VSCSI_PR_WRITE_EXCLUSIVE_AR:
	case VSCSI_PR_EXCLUSIVE_ACCESS_AR:
		return true;
	default:
		return false;
	}
}

/**
 * vscsi_pr_for_registrants() - does a reservation let in all that are registered?
 * @type: its TYPE field
 *
 * Context: any.
 */
bool vscsi_pr_for_registrants(u8 type)
{
	return type >= VSCSI_PR_WRITE_EXCLUSIVE_RO;
}

/**
 * vscsi_pr_all_registrants() - do all that are registered hold a reservation?
 * @type: its TYPE field
 *
 * Context: any.
 */
bool vscsi_pr_all_registrants(u8 type)
{
	return type >= VSCSI_PR_WRITE_EXCLUSIVE_AR;
}

static struct vscsi_registration *find(const struct list_head *registrations,
				       const struct vscsi_nexus_id *id)
{
	struct vscsi_registration *reg;

	list_for_each_entry(reg, registrations, entry)
		if (vscsi_nexus_id_same(&reg->id, id))
			return reg;
	return NULL;
}

/**
 * vscsi_pr_find() - the registration of an I_T nexus
 * @pr: the reservations
 * @id: the nexus
 *
 * Context: any; lock of @pr held.
 * Return: the registration or NULL.
 */
struct vscsi_registration *vscsi_pr_find(const struct vscsi_pr *pr,
					 const struct vscsi_nexus_id *id)
{
	lockdep_assert_held(&pr->lock);
	return find(&pr->registrations, id);
}

/**
 * vscsi_pr_holds() - does a nexus hold the persistent reservation?
 * @pr: the reservations
 * @reg: its registration, or NULL
 *
 * Context: any; lock of @pr held.
 */
bool vscsi_pr_holds(const struct vscsi_pr *pr, const struct vscsi_registration *reg)
{
	return reg && (reg == pr->holder || vscsi_pr_all_registrants(pr->type));
}

static u32 type_bars(u8 type)
{
	switch (type) {
	case 0:
		return 0;
	case VSCSI_PR_WRITE_EXCLUSIVE:
	case VSCSI_PR_WRITE_EXCLUSIVE_RO:
	case VSCSI_PR_WRITE_EXCLUSIVE_AR:
		return VSCSI_OP_CONFLICT_WE;
	default:
		return VSCSI_OP_CONFLICT_EA;
	}
}

static u32 nexus_bars(const struct vscsi_pr *pr, const struct vscsi_nexus_id *id)
{
	const struct vscsi_registration *reg;

	if (pr->reserved)
		return vscsi_nexus_id_same(&pr->reserved_by, id) ? 0 : VSCSI_PR_BARS_ALL;
	reg = vscsi_pr_find(pr, id);
	if (reg && (reg == pr->holder || vscsi_pr_for_registrants(pr->type)))
		return 0;
	return type_bars(pr->type);
}

/**
 * vscsi_pr_update() - work out whom the reservations keep from what
 * @pr: the reservations; they have changed
 *
 * Context: any; lock of @pr held.
 */
void vscsi_pr_update(struct vscsi_pr *pr)
{
	struct vscsi_pr_nexus *nexus;

	lockdep_assert_held(&pr->lock);
	list_for_each_entry(nexus, &pr->nexuses, entry)
		WRITE_ONCE(nexus->bars, nexus_bars(pr, &nexus->id));
}

/**
 * vscsi_pr_conflicts() - does a command conflict with a reservation?
 * @cmd: the command; its row is known
 * @bars: of its nexus, not 0
 *
 * Context: any.
 */
bool vscsi_pr_conflicts(const struct vscsi_cmd *cmd, u32 bars)
{
	const struct vscsi_opcode *op = cmd->op;
	const struct vscsi_cdb_match *allowed = &op->no_conflict;

	if (allowed->mask && (cmd->cdb[allowed->at] & allowed->mask) == allowed->value)
		return false;
	if (bars == VSCSI_PR_BARS_ALL)
		return !(op->flags & VSCSI_OP_RESERVE_EXEMPT);
	return op->flags & bars;
}

/**
 * vscsi_pr_tell() - establish a unit attention condition for registered nexuses
 * @pr: the reservations
 * @registrations: whose; of @pr, or those that it has lost
 * @by: who need not be told, or NULL
 * @ua: which condition
 *
 * Who is not connected now hears of a power on when it comes back.
 *
 * Context: any; lock of @pr held.
 */
void vscsi_pr_tell(struct vscsi_pr *pr, const struct list_head *registrations,
		   const struct vscsi_nexus_id *by, enum vscsi_ua ua)
{
	struct vscsi_pr_nexus *nexus;

	lockdep_assert_held(&pr->lock);
	list_for_each_entry(nexus, &pr->nexuses, entry) {
		if (by && vscsi_nexus_id_same(&nexus->id, by))
			continue;
		if (find(registrations, &nexus->id))
			pr->target->set_ua(nexus, ua);
	}
}

/**
 * vscsi_pr_end() - the persistent reservation is gone
 * @pr: the reservations
 *
 * Who must hear of it is the caller's business.
 *
 * Context: any; lock of @pr held.
 */
void vscsi_pr_end(struct vscsi_pr *pr)
{
	pr->type = 0;
	pr->holder = NULL;
}

/**
 * vscsi_pr_release() - end the persistent reservation (SPC-4 5.12.11.2)
 * @pr: the reservations
 * @by: who has released it and need not be told, or NULL
 *
 * Context: any; lock of @pr held.
 */
void vscsi_pr_release(struct vscsi_pr *pr, const struct vscsi_nexus_id *by)
{
	u8 type = pr->type;

	vscsi_pr_end(pr);
	if (vscsi_pr_for_registrants(type))
		vscsi_pr_tell(pr, &pr->registrations, by, VSCSI_UA_RESERVATIONS_RELEASED);
}

/**
 * vscsi_pr_add() - register a nexus
 * @pr: the reservations; fewer than VSCSI_PR_REGISTRATIONS_MAX are there
 * @reg: filled in; the list's from now on
 *
 * Context: any; lock of @pr held.
 */
void vscsi_pr_add(struct vscsi_pr *pr, struct vscsi_registration *reg)
{
	lockdep_assert_held(&pr->lock);
	list_add_tail(&reg->entry, &pr->registrations);
	pr->nr_registrations++;
}

/**
 * vscsi_pr_remove() - end a registration (SPC-4 5.12.11.3)
 * @pr: the reservations
 * @reg: the registration
 * @to: list that it is moved to, for vscsi_pr_free_list()
 *
 * The reservation goes with its holder, or with the last one who holds it.
 *
 * Context: any; lock of @pr held.
 */
void vscsi_pr_remove(struct vscsi_pr *pr, struct vscsi_registration *reg, struct list_head *to)
{
	lockdep_assert_held(&pr->lock);
	list_move_tail(&reg->entry, to);
	pr->nr_registrations--;
	if (reg == pr->holder ||
	    (vscsi_pr_all_registrants(pr->type) && list_empty(&pr->registrations)))
		vscsi_pr_release(pr, NULL);
}

/**
 * vscsi_pr_free_list() - free registrations
 * @registrations: those that were removed
 *
 * Context: any.
 */
void vscsi_pr_free_list(struct list_head *registrations)
{
	struct vscsi_registration *reg, *next;

	list_for_each_entry_safe(reg, next, registrations, entry)
		kfree(reg);
	INIT_LIST_HEAD(registrations);
}

/**
 * vscsi_pr_is_preempted() - does PREEMPT AND ABORT abort the commands of a nexus?
 * @whose: what it has preempted
 * @by: the command
 * @id: the nexus
 *
 * Context: any.
 */
bool vscsi_pr_is_preempted(const struct vscsi_preempted *whose, const struct vscsi_cmd *by,
			   const struct vscsi_nexus_id *id)
{
	if (whose->own && vscsi_nexus_id_same(&by->nexus->id, id))
		return true;
	return find(&whose->lost, id);
}

/**
 * vscsi_pr_alloc() - make the reservations of a logical unit: none
 * @target: the server; of it set_ua() is used
 *
 * Context: may sleep.
 * Return: the reservations or NULL.
 */
struct vscsi_pr *vscsi_pr_alloc(const struct vscsi_target_ops *target)
{
	struct vscsi_pr *pr = kzalloc(sizeof(*pr), GFP_KERNEL);

	if (!pr)
		return NULL;
	pr->target = target;
	mutex_init(&pr->saved.lock);
	spin_lock_init(&pr->lock);
	INIT_LIST_HEAD(&pr->nexuses);
	INIT_LIST_HEAD(&pr->paths);
	INIT_LIST_HEAD(&pr->copies);
	INIT_LIST_HEAD(&pr->tokens);
	INIT_LIST_HEAD(&pr->registrations);
	return pr;
}

static int copy_registrations(struct vscsi_pr *copy, const struct vscsi_pr *pr)
{
	struct vscsi_registration *reg, *twin;

	list_for_each_entry(reg, &pr->registrations, entry) {
		twin = kzalloc(sizeof(*twin), GFP_NOIO);
		if (!twin)
			return -ENOMEM;
		twin->id = reg->id;
		twin->key = reg->key;
		list_add_tail(&twin->entry, &copy->registrations);
		copy->nr_registrations++;
		if (reg == pr->holder)
			copy->holder = twin;
	}
	return 0;
}

/**
 * vscsi_pr_copy() - persistent reservations on which to try what a command would make of them
 * @pr: the reservations
 *
 * No nexus sees the copy, so nobody is told of anything or kept from anything.
 *
 * Context: process, may sleep; pr->saved.lock held: no registration comes or goes.
 * Return: the copy, for vscsi_pr_free(), or NULL.
 */
struct vscsi_pr *vscsi_pr_copy(struct vscsi_pr *pr)
{
	struct vscsi_pr *copy = vscsi_pr_alloc(pr->target);

	lockdep_assert_held(&pr->saved.lock);
	if (!copy)
		return NULL;
	if (copy_registrations(copy, pr)) {
		vscsi_pr_free(copy);
		return NULL;
	}
	copy->generation = pr->generation;
	copy->aptpl = pr->aptpl;
	copy->type = pr->type;
	copy->reserved = READ_ONCE(pr->reserved);
	return copy;
}

/**
 * vscsi_pr_free() - free the reservations of a logical unit
 * @pr: no nexus has joined; RCU readers may still call vscsi_pr_lost(). Or NULL.
 *
 * Context: any.
 */
void vscsi_pr_free(struct vscsi_pr *pr)
{
	unsigned long flags;

	if (!pr)
		return;
	vscsi_pr_free_list(&pr->registrations);
	spin_lock_irqsave(&pr->lock, flags);
	vscsi_copies_forget(pr, NULL);
	rod_tokens_forget(pr);
	spin_unlock_irqrestore(&pr->lock, flags);
	kfree_rcu(pr, rcu);
}

/**
 * vscsi_pr_join() - an I_T nexus sees the logical unit, perhaps again
 * @pr: the reservations
 * @nexus: its id is set
 *
 * Context: any.
 */
void vscsi_pr_join(struct vscsi_pr *pr, struct vscsi_pr_nexus *nexus)
{
	unsigned long flags;

	spin_lock_irqsave(&pr->lock, flags);
	list_add_tail(&nexus->entry, &pr->nexuses);
	WRITE_ONCE(nexus->bars, nexus_bars(pr, &nexus->id));
	spin_unlock_irqrestore(&pr->lock, flags);
}

static bool is_here(const struct vscsi_pr *pr, const struct vscsi_nexus_id *id)
{
	const struct vscsi_pr_nexus *nexus;

	list_for_each_entry(nexus, &pr->nexuses, entry)
		if (vscsi_nexus_id_same(&nexus->id, id))
			return true;
	return false;
}

/* What RESERVE has made ends. */
static void end_reserve(struct vscsi_pr *pr)
{
	lockdep_assert_held(&pr->lock);
	if (!pr->reserved)
		return;
	pr->reserved = false;
	vscsi_pr_update(pr);
}

static void forget_nexus(struct vscsi_pr *pr, const struct vscsi_pr_nexus *nexus)
{
	if (vscsi_nexus_id_same(&pr->reserved_by, &nexus->id))
		end_reserve(pr);
	vscsi_copies_forget(pr, &nexus->id);
}

/**
 * vscsi_pr_leave() - an I_T nexus does not see the logical unit any more
 * @pr: the reservations
 * @nexus: no command of it is under way
 *
 * It stays registered, and holds what it holds; only what RESERVE has made ends.
 *
 * Context: any.
 */
void vscsi_pr_leave(struct vscsi_pr *pr, struct vscsi_pr_nexus *nexus)
{
	unsigned long flags;

	spin_lock_irqsave(&pr->lock, flags);
	list_del(&nexus->entry);
	/* One logical unit may have several LUNs on one server adapter. */
	if (!is_here(pr, &nexus->id))
		forget_nexus(pr, nexus);
	spin_unlock_irqrestore(&pr->lock, flags);
}

/**
 * vscsi_pr_lost() - I_T nexus loss (SPC-2 5.5.1)
 * @pr: the reservations
 * @nexus: who is lost
 *
 * Context: any.
 */
void vscsi_pr_lost(struct vscsi_pr *pr, const struct vscsi_pr_nexus *nexus)
{
	unsigned long flags;

	spin_lock_irqsave(&pr->lock, flags);
	forget_nexus(pr, nexus);
	spin_unlock_irqrestore(&pr->lock, flags);
}

/**
 * vscsi_pr_reset() - the logical unit is reset (SPC-2 5.5.1)
 * @pr: the reservations
 *
 * Context: any.
 */
void vscsi_pr_reset(struct vscsi_pr *pr)
{
	unsigned long flags;

	spin_lock_irqsave(&pr->lock, flags);
	end_reserve(pr);
	vscsi_copies_forget(pr, NULL);
	rod_tokens_forget(pr);
	spin_unlock_irqrestore(&pr->lock, flags);
}

static bool uses_port(const struct vscsi_nexus_id *id, const u8 *initiator, u16 target)
{
	if (initiator)
		return !memcmp(id->initiator, initiator, sizeof(id->initiator));
	return id->target == target;
}

/* An initiator port, or else a target port. */
static void forget_locked(struct vscsi_pr *pr, const u8 *initiator, u16 target)
{
	struct vscsi_registration *reg, *next;
	unsigned long flags;
	LIST_HEAD(gone);

	spin_lock_irqsave(&pr->lock, flags);
	list_for_each_entry_safe(reg, next, &pr->registrations, entry)
		if (uses_port(&reg->id, initiator, target))
			vscsi_pr_remove(pr, reg, &gone);
	vscsi_pr_update(pr);
	spin_unlock_irqrestore(&pr->lock, flags);
	/* If it can't be written there is nobody to tell but the log, which the store does. */
	if (pr->aptpl && !list_empty(&gone))
		vscsi_saved_write(pr, pr, &pr->saved.settings);
	vscsi_pr_free_list(&gone);
}

/**
 * vscsi_pr_forget_initiator() - an initiator port will never come back
 * @pr: the reservations
 * @initiator: its identifier
 *
 * Its registrations end as if it had asked for that.
 *
 * Context: process, may sleep.
 */
void vscsi_pr_forget_initiator(struct vscsi_pr *pr, const u8 *initiator)
{
	mutex_lock(&pr->saved.lock);
	forget_locked(pr, initiator, 0);
	mutex_unlock(&pr->saved.lock);
}

/**
 * vscsi_pr_forget_target() - the logical unit is not reached by a target port any more
 * @pr: the reservations
 * @target: its relative target port identifier
 *
 * Registrations that last do so also without the port: it may come back.
 *
 * Context: process, may sleep.
 */
void vscsi_pr_forget_target(struct vscsi_pr *pr, u16 target)
{
	/* Who saves may hold the lock for as long as the file system likes. */
	if (READ_ONCE(pr->aptpl))
		return;
	mutex_lock(&pr->saved.lock);
	if (!pr->aptpl)
		forget_locked(pr, NULL, target);
	mutex_unlock(&pr->saved.lock);
}
