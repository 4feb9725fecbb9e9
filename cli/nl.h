/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_NL_H
#define CLI_NL_H

#include "model.h"

/*
 * The transport to the kernel.  Only nl.c knows messages and attributes.
 *
 * All functions return 0 or a negative errno.  What the kernel said about the last
 * refusal is kept for vnl_text(); it is "" if it said nothing.
 */

/* The module isn't loaded: nobody answers for the family. */
#define VNL_NO_FAMILY	(-EPROTONOSUPPORT)
/* Notifications were lost. */
#define VNL_LOST	(-ENOBUFS)
/* A dump was overtaken by a change: read again. */
#define VNL_AGAIN	(-EAGAIN)

const char *vnl_text(void);
/* Whether this program has made a change since the last time that it was asked. */
bool vnl_changed(void);
void vnl_close(void);

/* Reading.  Each adds what it finds to the model. */
int vnl_get_system(struct model *m);
int vnl_dump_partitions(struct model *m);
int vnl_dump_adapters(struct model *m);
int vnl_dump_vtds(struct model *m);

/* A change that somebody has made; one of the three objects, as it is now or was last. */
struct vnl_event {
	enum { VNL_CREATED, VNL_CHANGED, VNL_DELETED } what;
	const struct partition *partition;
	const struct adapter *adapter;
	const struct vtd *vtd;
};

/*
 * Hear of all changes from now on.  Return a descriptor which can be read when one has come, or
 * a negative errno; vnl_close() closes it.
 */
int vnl_listen(void);

/*
 * Give those that have come to a function, without waiting.  VNL_LOST: some did not get here;
 * VNL_NO_FAMILY: no more will come.
 */
int vnl_read_events(void (*event)(const struct vnl_event *e, void *arg), void *arg);

struct partition_request {
	const char *name;
	uint8_t type;
	uint32_t id;			/* 0: the kernel chooses */
};

int vnl_partition_new(const struct partition_request *r, struct partition *made);
int vnl_partition_del(uint32_t id);

struct adapter_request {
	uint32_t partition_id;
	uint8_t type;
	uint32_t slot;			/* 0: the lowest free one */
	uint32_t remote_partition_id;	/* 0: absent */
	uint32_t remote_slot;		/* 0: absent */
	uint32_t queues;		/* 0: the default */
	const char *name;		/* NULL or "": the lowest free number */
	bool with_partner;
	bool unconfigured;
};

enum adapter_del_flags {
	DEL_WITH_PARTNER = 1,
	DEL_RECURSIVE = 2,
	DEL_FORCE = 4,
};

int vnl_adapter_new(const struct adapter_request *r, struct adapter *made);
int vnl_adapter_set_state(const struct adapter *a, uint8_t state, unsigned int flags);
int vnl_adapter_del(const struct adapter *a, unsigned int flags);

struct vtd_request {
	const char *adapter;
	const char *name;		/* NULL: vtscsiN or vtoptN */
	int fd;				/* -1: memory of ram_size bytes, or an optical drive */
	uint64_t ram_size;
	const char *backing;
	const char *path;
	const char *physloc;
	const char *udid;		/* NULL or "": the kernel derives it */
	uint8_t type;
	uint64_t lun;			/* 0: the lowest free one */
	uint32_t block_size;		/* 0: the backing device's */
	bool read_only;
	bool share;
};

struct vtd_change {
	bool rescan;
	bool inject_set;
	struct vtd_inject inject;
	bool alua_set;
	uint8_t alua_state;
};

/* What shall be in an optical drive. */
struct medium_request {
	int fd;				/* -1: nothing */
	const char *backing;
	const char *path;
	bool read_only;
	bool unload;			/* what is in there, first */
	bool release;			/* although a client has locked the drive */
};

int vnl_vtd_new(const struct vtd_request *r, struct vtd *made);
int vnl_vtd_set(const char *name, const struct vtd_change *c);
int vnl_vtd_medium(const char *name, const struct medium_request *r);
int vnl_vtd_del(const char *name, bool force);

#endif
