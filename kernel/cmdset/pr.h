/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reservations: persistent ones (SPC-4 5.12) and those that RESERVE makes (SPC-2 5.5).
 *
 * They belong to the logical unit, by however many VTDs it is reached.  What they keep an
 * I_T nexus from is worked out when they change: a command looks at one word.
 */
#ifndef VSCSI_CMDSET_PR_H
#define VSCSI_CMDSET_PR_H

#include <linux/bits.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "command.h"
#include "saved.h"

#define VSCSI_PORT_ID_LEN		16
#define VSCSI_PR_REGISTRATIONS_MAX	128

/* TYPE field (SPC-4 6.15.3.4) */
#define VSCSI_PR_WRITE_EXCLUSIVE	0x01
#define VSCSI_PR_EXCLUSIVE_ACCESS	0x03
#define VSCSI_PR_WRITE_EXCLUSIVE_RO	0x05	/* registrants only */
#define VSCSI_PR_EXCLUSIVE_ACCESS_RO	0x06
#define VSCSI_PR_WRITE_EXCLUSIVE_AR	0x07	/* all registrants */
#define VSCSI_PR_EXCLUSIVE_ACCESS_AR	0x08

/* SCOPE field: the only one there is */
#define VSCSI_PR_SCOPE_LU		0x00

/**
 * struct vscsi_nexus_id - names an I_T nexus, by whatever connection it comes
 * @initiator: SRP initiator port identifier
 * @target: relative target port identifier
 */
struct vscsi_nexus_id {
	u8 initiator[VSCSI_PORT_ID_LEN];
	u16 target;
};

/* Not a flag of a row: all that is not exempt. */
#define VSCSI_PR_BARS_ALL		BIT(31)

/**
 * struct vscsi_pr_nexus - an I_T_L nexus; embedded in the server's
 * @bars: VSCSI_OP_CONFLICT_* of the commands that conflict now, or VSCSI_PR_BARS_ALL; written
 *	under the lock of the struct vscsi_pr, READ_ONCE elsewhere
 * @echo: number of its last write to the echo buffer, 0: none; guarded by the lock of the struct
 *	vscsi_lu_buffers
 * @id: set before vscsi_pr_join(), const after
 * @entry: in vscsi_pr.nexuses
 */
struct vscsi_pr_nexus {
	u32 bars;
	u32 echo;
	struct vscsi_nexus_id id;
	struct list_head entry;
};

/**
 * struct vscsi_registration - a registered I_T nexus, whether it is connected or not
 * @entry: in vscsi_pr.registrations
 * @id: which nexus
 * @key: its reservation key
 */
struct vscsi_registration {
	struct list_head entry;
	struct vscsi_nexus_id id;
	u64 key;
};

/**
 * struct vscsi_preempted - whose commands PREEMPT AND ABORT aborts
 * @lost: registrations that it has removed
 * @own: and the commands of the nexus that has sent it
 */
struct vscsi_preempted {
	struct list_head lost;
	bool own;
};

/**
 * struct vscsi_pr - the reservations of a logical unit, and the paths by which it is reached
 */
struct vscsi_pr {
	const struct vscsi_target_ops *target;	/* const */
	struct rcu_head rcu;
	struct vscsi_saved saved;		/* what lasts; has a lock of its own */

	/* guarded by lock, irqsave */
	spinlock_t lock;
	struct list_head nexuses;		/* that see the logical unit */
	struct list_head paths;			/* to it, see alua.h */
	struct list_head copies;		/* oldest first, see copy.h */
	u32 nr_copies;
	struct list_head tokens;		/* see token.h */
	u32 nr_tokens;
	u64 last_token;				/* identifier of the one that was made last */
	struct list_head registrations;		/* oldest first */
	u32 nr_registrations;
	u32 generation;				/* PRGENERATION */
	bool aptpl;				/* they last; changed with saved.lock held too */
	u8 type;				/* of the persistent reservation; 0: none */
	struct vscsi_registration *holder;	/* NULL: none, or all registrants */
	bool reserved;				/* by RESERVE */
	struct vscsi_nexus_id reserved_by;	/* if @reserved */
};

/* what the server tells */
struct vscsi_pr *vscsi_pr_alloc(const struct vscsi_target_ops *target);
struct vscsi_pr *vscsi_pr_copy(struct vscsi_pr *pr);
void vscsi_pr_free(struct vscsi_pr *pr);
void vscsi_pr_join(struct vscsi_pr *pr, struct vscsi_pr_nexus *nexus);
void vscsi_pr_leave(struct vscsi_pr *pr, struct vscsi_pr_nexus *nexus);
void vscsi_pr_lost(struct vscsi_pr *pr, const struct vscsi_pr_nexus *nexus);
void vscsi_pr_reset(struct vscsi_pr *pr);
void vscsi_pr_forget_initiator(struct vscsi_pr *pr, const u8 *initiator);
void vscsi_pr_forget_target(struct vscsi_pr *pr, u16 target);
bool vscsi_pr_is_preempted(const struct vscsi_preempted *whose, const struct vscsi_cmd *by,
			   const struct vscsi_nexus_id *id);

/* what a command asks */
bool vscsi_pr_conflicts(const struct vscsi_cmd *cmd, u32 bars);

/* steps of the commands; the lock is held */
bool vscsi_nexus_id_same(const struct vscsi_nexus_id *a, const struct vscsi_nexus_id *b);
bool vscsi_pr_type_valid(u8 type);
bool vscsi_pr_for_registrants(u8 type);
bool vscsi_pr_all_registrants(u8 type);
struct vscsi_registration *vscsi_pr_find(const struct vscsi_pr *pr,
					 const struct vscsi_nexus_id *id);
bool vscsi_pr_holds(const struct vscsi_pr *pr, const struct vscsi_registration *reg);
void vscsi_pr_add(struct vscsi_pr *pr, struct vscsi_registration *reg);
void vscsi_pr_remove(struct vscsi_pr *pr, struct vscsi_registration *reg, struct list_head *to);
void vscsi_pr_end(struct vscsi_pr *pr);
void vscsi_pr_release(struct vscsi_pr *pr, const struct vscsi_nexus_id *by);
void vscsi_pr_tell(struct vscsi_pr *pr, const struct list_head *registrations,
		   const struct vscsi_nexus_id *by, enum vscsi_ua ua);
void vscsi_pr_update(struct vscsi_pr *pr);
void vscsi_pr_free_list(struct list_head *registrations);

#endif
