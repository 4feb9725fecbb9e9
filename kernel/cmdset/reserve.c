// SPDX-License-Identifier: GPL-2.0
/* RESERVE and RELEASE (SPC-2 7.21 to 7.24), as far as SPC-4 5.12.3 still has them. */
#include "pr.h"
#include "spc.h"

/*
 * SPC-4 5.12.3: who may access the medium anyway is told that all is well, though nothing is
 * reserved or released.  Anyone else may not mix the two kinds (SPC-2 5.5.1).
 */
static enum vscsi_reason beside_persistent(const struct vscsi_pr *pr,
					   const struct vscsi_nexus_id *id)
{
	const struct vscsi_registration *reg = vscsi_pr_find(pr, id);

	if (vscsi_pr_holds(pr, reg) || (reg && vscsi_pr_for_registrants(pr->type)))
		return VSCSI_OK;
	return VSCSI_RESERVED;
}

static enum vscsi_reason reserve(struct vscsi_pr *pr, const struct vscsi_nexus_id *id)
{
	if (pr->reserved && !vscsi_nexus_id_same(&pr->reserved_by, id))
		return VSCSI_RESERVED;
	pr->reserved = true;
	pr->reserved_by = *id;
	return VSCSI_OK;
}

/* It is no error to release what another has reserved, but that stays. */
static enum vscsi_reason release(struct vscsi_pr *pr, const struct vscsi_nexus_id *id)
{
	if (pr->reserved && vscsi_nexus_id_same(&pr->reserved_by, id))
		pr->reserved = false;
	return VSCSI_OK;
}

static void run(struct vscsi_cmd *cmd, enum vscsi_reason (*action)(struct vscsi_pr *pr,
								   const struct vscsi_nexus_id *id))
{
	const struct vscsi_nexus_id *id = &cmd->nexus->id;
	struct vscsi_pr *pr = cmd->lu->pr;
	enum vscsi_reason reason;
	unsigned long flags;

	spin_lock_irqsave(&pr->lock, flags);
	if (pr->nr_registrations) {
		reason = beside_persistent(pr, id);
	} else {
		reason = action(pr, id);
		vscsi_pr_update(pr);
	}
	spin_unlock_irqrestore(&pr->lock, flags);
	vscsi_cmd_complete(cmd, reason);
}

/**
 * spc_reserve() - RESERVE(6), RESERVE(10) (SPC-2 7.23, 7.24)
 * @cmd: the command
 *
 * Reserves the logical unit; there are no extents and no third parties.
 *
 * Context: any.
 */
void spc_reserve(struct vscsi_cmd *cmd)
{
	run(cmd, reserve);
}

/**
 * spc_release() - RELEASE(6), RELEASE(10) (SPC-2 7.21, 7.22)
 * @cmd: the command
 *
 * Context: any.
 */
void spc_release(struct vscsi_cmd *cmd)
{
	run(cmd, release);
}
