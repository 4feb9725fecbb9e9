// SPDX-License-Identifier: GPL-2.0
/* Whose volume group a block device belongs to. */
#include <stdio.h>
#include <string.h>

#include "disk.h"
#include "err.h"
#include "group.h"
#include "util.h"

static bool partition_is_labelled(const char *disk, const char *name)
{
	char number[16], node[PATH_MAX];

	if (sysfs_read(number, sizeof(number), "class/block/%s/%s/partition", disk, name))
		return false;
	block_node(name, node, sizeof(node));
	return lvm_is_labelled(node);
}

static bool is_labelled(const struct backing *b)
{
	const char *disk = strrchr(b->sysfs, '/');
	bool found = lvm_is_labelled(b->path);
	char **names, **n;

	if (found || !disk)
		return found;
	names = sysfs_list("class/block%s", disk);
	for (n = names; *n && !found; n++)
		found = partition_is_labelled(disk + 1, *n);
	names_free(names);
	return found;
}

static const struct lvm_vg *group_of(const struct lvm *l, const struct backing *b)
{
	const struct lvm_vg *vg;
	size_t i;

	for (i = 0; i < l->nr_pvs; i++) {
		vg = lvm_vg(l, l->pvs[i].vg);
		if (vg && vg->own && !vg->exported && lvm_pv_is_on(&l->pvs[i], b->sysfs))
			return vg;
	}
	return NULL;
}

int group_check(const struct model *m, const struct backing *b, struct lvm *kept)
{
	const struct lvm_vg *vg;
	int rc = RC_OK;

	if (!is_labelled(b))
		return RC_OK;
	if (!kept->read)
		rc = lvm_read_if_there(m, kept);
	vg = rc ? NULL : group_of(kept, b);
	return vg ? err_say(ERR_BACKING_GROUP, b->name, vg->name) : rc;
}
