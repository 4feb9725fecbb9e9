/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_ITEM_H
#define CLI_ITEM_H

#include <stdio.h>

#include "model.h"

/*
 * A configuration as lines of text, each an object in JSON: a head, partitions, adapters and
 * virtual target devices in any order, and an end.  A member that is 0, false or "" is left
 * out.
 */

#define ITEM_VERSION		1
#define ITEM_IDENTITY_MAX	255

enum item_kind {
	ITEM_HEAD = 1,
	ITEM_PARTITION = 2,
	ITEM_ADAPTER = 4,
	ITEM_VTD = 8,
	ITEM_END = 16,
};

struct item {
	enum item_kind kind;
	unsigned int line;		/* where it was read; 0: not from a file */
	bool done;			/* for who walks a list of them */

	uint64_t version;		/* of the head */
	uint64_t objects;		/* of the end: lines before it */
	char machine[64];

	uint64_t partition;		/* the partition's ID, or that of who has the slot */
	uint64_t slot;			/* of an adapter, or of that which has the VTD */
	char name[VSCSI_PARTITION_NAME_MAX + 1];
	char type[12];
	char state[16];			/* of a VTD: "defined", or "" */
	uint64_t remote_partition;	/* 0: any */
	uint64_t remote_slot;		/* 0: any */
	uint64_t queues;

	char lun[20];
	char backing[VSCSI_BACKING_NAME_MAX + 1];
	char path[VSCSI_BACKING_PATH_MAX + 1];
	char identity[ITEM_IDENTITY_MAX + 1];
	char udid[VSCSI_UDID_MAX + 1];
	uint64_t size;			/* bytes, of memory */
	uint64_t block_size;
	bool read_only;
	bool buffered;
	char alua_state[24];
	char inject_error[16];
	uint64_t inject_delay_us;
	uint64_t inject_every;
};

/* Print it as a line. */
void item_print(const struct item *it, FILE *f);

/* Take a line apart.  NULL, or what is wrong with it; to be freed. */
char *item_parse(const char *line, struct item *it);

/*
 * The first member in which two objects of one kind are not the same; NULL: none.  Where both
 * have an identity, what the backing device is called now doesn't matter.
 */
const char *item_difference(const struct item *a, const struct item *b);

/* Whether only one of two objects can be there: both have the name, the slot or the LUN. */
bool item_is_rival(const struct item *a, const struct item *b);

/* Whether it is a VTD that is known, but not configured. */
bool item_is_defined(const struct item *it);

/* Whether an optical drive is as wanted but for its medium, and empty. */
bool item_lacks_medium(const struct item *wanted, const struct item *now);
/* Let a drive have the medium of another. */
void item_take_medium(struct item *it, const struct item *from);

#endif
