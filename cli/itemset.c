// SPDX-License-Identifier: GPL-2.0
/* Finding one of many objects. */
#include <stdlib.h>
#include <string.h>

#include "itemset.h"
#include "util.h"

/* FNV-1a */
static uint64_t mix(uint64_t hash, const void *data, size_t len)
{
	const unsigned char *byte;

	for (byte = data; len--; byte++)
		hash = (hash ^ *byte) * UINT64_C(0x100000001b3);
	return hash;
}

static uint64_t hash_of_kind(const struct item *it)
{
	return mix(UINT64_C(0xcbf29ce484222325), &it->kind, sizeof(it->kind));
}

static uint64_t hash_of_name(const struct item *it)
{
	return mix(hash_of_kind(it), it->name, strlen(it->name));
}

static uint64_t hash_of_place(const struct item *it)
{
	uint64_t hash = mix(hash_of_kind(it), &it->partition, sizeof(it->partition));

	hash = mix(hash, &it->slot, sizeof(it->slot));
	return it->kind == ITEM_VTD ? mix(hash, it->lun, strlen(it->lun)) : hash;
}

/* The first rival on the way from where the hash leads to; 0: there is none. */
static size_t find(const struct item_set *set, const struct item *list, const struct item *it,
		   uint64_t hash)
{
	size_t at, first = 0;

	for (at = hash & (set->size - 1); set->slots[at]; at = (at + 1) & (set->size - 1))
		if (item_is_rival(&list[set->slots[at] - 1], it) &&
		    (!first || set->slots[at] < first))
			first = set->slots[at];
	return first;
}

const struct item *item_set_find(const struct item_set *set, const struct item *list,
				 const struct item *it)
{
	size_t place, name;

	if (!set->nr)
		return NULL;
	place = find(set, list, it, hash_of_place(it));
	name = it->kind == ITEM_VTD ? find(set, list, it, hash_of_name(it)) : 0;
	if (!place || (name && name < place))
		place = name;
	return place ? &list[place - 1] : NULL;
}

static void put(struct item_set *set, uint64_t hash, size_t index)
{
	size_t at = hash & (set->size - 1);

	while (set->slots[at])
		at = (at + 1) & (set->size - 1);
	set->slots[at] = index + 1;
	set->nr++;
}

static void put_item(struct item_set *set, const struct item *list, size_t index)
{
	put(set, hash_of_place(&list[index]), index);
	if (list[index].kind == ITEM_VTD)
		put(set, hash_of_name(&list[index]), index);
}

static void grow(struct item_set *set, const struct item *list, size_t nr)
{
	size_t i;

	set->size = set->size ? set->size * 2 : 64;
	set->nr = 0;
	free(set->slots);
	set->slots = xcalloc(set->size, sizeof(*set->slots));
	for (i = 0; i < nr; i++)
		put_item(set, list, i);
}

void item_set_add(struct item_set *set, const struct item *list, size_t index)
{
	if ((set->nr + 2) * 2 > set->size)
		grow(set, list, index);
	put_item(set, list, index);
}

void item_set_free(struct item_set *set)
{
	free(set->slots);
	memset(set, 0, sizeof(*set));
}
