// SPDX-License-Identifier: GPL-2.0
/* Unit attention conditions, kept for each I_T_L nexus (SAM-5 5.14). */
#include <linux/bitops.h>

#include "target.h"

static struct vscsi_task *cmd_task(struct vscsi_cmd *cmd)
{
	return container_of(cmd, struct vscsi_task, cmd);
}

/**
 * vscsi_ua_set() - establish a unit attention condition
 * @itl: for whom
 * @ua: which
 *
 * Context: any.
 */
void vscsi_ua_set(struct vscsi_itl *itl, enum vscsi_ua ua)
{
	set_bit(ua, &itl->ua);
}

/**
 * vscsi_ua_set_all() - establish a unit attention condition for all clients of a VTD
 * @vtd: the VTD
 * @ua: which
 *
 * Context: configuration lock held.
 */
void vscsi_ua_set_all(struct vscsi_vtd *vtd, enum vscsi_ua ua)
{
	struct vscsi_itl *itl;

	vscsi_config_assert_held();
	list_for_each_entry(itl, &vtd->itls, entry)
		vscsi_ua_set(itl, ua);
}

/**
 * vscsi_ua_next() - see struct vscsi_target_ops
 * @cmd: the command
 * @clear: clear it too
 * @ua: set on success
 *
 * Context: any.
 * Return: true if there is one.
 */
bool vscsi_ua_next(struct vscsi_cmd *cmd, bool clear, enum vscsi_ua *ua)
{
	struct vscsi_itl *itl = cmd_task(cmd)->itl;
	unsigned long bit;

	if (!itl || !READ_ONCE(itl->ua))
		return false;
	do {
		bit = find_first_bit(&itl->ua, VSCSI_UA_NR);
		if (bit >= VSCSI_UA_NR)
			return false;
		/* Another command of this nexus may have reported it meanwhile. */
	} while (clear && !test_and_clear_bit(bit, &itl->ua));
	*ua = bit;
	return true;
}

/**
 * vscsi_ua_set_pr() - see struct vscsi_target_ops, set_ua
 * @nexus: for whom
 * @ua: which
 *
 * Context: any.
 */
void vscsi_ua_set_pr(struct vscsi_pr_nexus *nexus, enum vscsi_ua ua)
{
	vscsi_ua_set(container_of(nexus, struct vscsi_itl, pr), ua);
}

/**
 * vscsi_ua_clear() - see struct vscsi_target_ops
 * @cmd: the command
 * @ua: which to clear for all logical units of its nexus
 *
 * Context: any.
 */
void vscsi_ua_clear(struct vscsi_cmd *cmd, enum vscsi_ua ua)
{
	struct vscsi_nexus *nexus = cmd_task(cmd)->sq->nexus;
	struct vscsi_itl *itl;
	unsigned long ordinal;

	rcu_read_lock();
	xa_for_each(&nexus->itls, ordinal, itl)
		clear_bit(ua, &itl->ua);
	rcu_read_unlock();
}
