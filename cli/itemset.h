/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_ITEMSET_H
#define CLI_ITEMSET_H

#include "item.h"

/*
 * Which objects a list has: a table of their indices, in which each is by its place (slot, and
 * LUN of a VTD), and a VTD also by its name.  Its size is a power of two and it is at most half
 * full, so that looking one up costs the same among thousands.  The list may grow and move, but
 * what was added must stay where it is.
 */
struct item_set {
	size_t *slots;		/* index + 1; 0: free */
	size_t size;
	size_t nr;
};

/* The first object of the list that item_is_rival() to @it; NULL: there is none. */
const struct item *item_set_find(const struct item_set *set, const struct item *list,
				 const struct item *it);
/* Add an object of the list: the first one, then the next, and so on. */
void item_set_add(struct item_set *set, const struct item *list, size_t index);
void item_set_free(struct item_set *set);

#endif
