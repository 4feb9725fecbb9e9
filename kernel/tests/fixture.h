/* SPDX-License-Identifier: GPL-2.0 */
/* A disk in memory, and a server that keeps what its commands answered. */
#ifndef VSCSI_TESTS_FIXTURE_H
#define VSCSI_TESTS_FIXTURE_H

#include <kunit/test.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <scsi/scsi_proto.h>

#include "../cmdset/alua.h"
#include "../cmdset/copy.h"
#include "../cmdset/job.h"
#include "../cmdset/opcode.h"
#include "../cmdset/pr.h"
#include "../cmdset/self_test.h"
#include "../cmdset/sense.h"

#define FIXTURE_BLOCKS	256
#define FIXTURE_BUF	SZ_64K
#define FIXTURE_LUNS	3
#define FIXTURE_NEXUSES	3

/* An I_T_L nexus: initiator port 1, 2, ... at target port 1. */
struct fixture_nexus {
	struct vscsi_pr_nexus pr;
	unsigned long told;		/* unit attentions that it got */
	bool aborted;			/* by PREEMPT AND ABORT */
};

struct fixture {
	struct vscsi_backend be;
	struct vscsi_lu lu;
	struct vscsi_lu_params params;
	struct vscsi_cmd cmd;
	struct vscsi_cmd detached;	/* what goes on behind the answer of @cmd */
	u8 *disk;
	u8 *buf;			/* the client's data buffer */
	struct scatterlist sgl[3];
	struct fixture_nexus nexuses[FIXTURE_NEXUSES];
	unsigned int from;		/* the nexus that sends the next command */

	/* what the store has, and is to do */
	struct vscsi_store store;
	u8 *saved;
	u32 saved_len;
	unsigned int saves;
	bool save_fails;
	bool reserve_at_save;		/* RESERVE comes meanwhile, of another nexus */

	/* what the backend saw, and is to do */
	unsigned int ios[VSCSI_IO_ZERO + 1];
	bool last_fua;
	enum vscsi_reason fail;		/* of @fail_op, if not VSCSI_OK */
	enum vscsi_io_op fail_op;
	u64 fail_moved;
	bool abort_at_io;		/* the server aborts during the first request */
	unsigned int abort_at_write;	/* the write that is aborted; 0: none */
	enum vscsi_reason ready;
	u64 stored_from, stored_to;	/* bytes; the rest of the disk is a hole */

	/* what the server saw, and has pending */
	unsigned int completed;
	bool detach;			/* there is memory for that */
	bool ended;			/* it has, after @cmd */
	unsigned long pending_ua;
	unsigned long told_others;	/* unit attentions, as pending_ua */
	bool locked;
	bool ejected;
	bool media_event;
	unsigned int peers;		/* logical units that copies have asked for */
	int spans;			/* entered by copies, not left */
	bool going;			/* the logical unit is being removed */
	enum vscsi_phase phase_seen;	/* during the last job */
	u16 progress_seen;		/* at its end */
	struct vscsi_self_test *testing; /* in the background, not ended yet */
	bool executed;
	enum vscsi_exec exec;
};

int fixture_init(struct kunit *test);
void fixture_exit(struct kunit *test);
void fixture_block_size(struct fixture *fx, u32 block_size);
void fixture_medium(struct fixture *fx, u64 blocks, bool read_only);
void run_on(struct kunit *test, enum vscsi_lu_kind kind, u64 lun, const u8 *cdb, size_t cdb_len,
	    enum dma_data_direction dir, u32 len);
void reserve_out(struct kunit *test, unsigned int from, u8 action, u8 type, u64 key, u64 new_key);
void expect_field(struct kunit *test, enum vscsi_reason reason, s16 field, s8 bit);
void fill_block(u8 *block, u32 size, u8 seed);

#define run_in(test, len, ...)							\
	run_on(test, VSCSI_LU_DISK, 0, (const u8[]){ __VA_ARGS__ },		\
	       sizeof((const u8[]){ __VA_ARGS__ }), DMA_FROM_DEVICE, len)
#define run_out(test, len, ...)							\
	run_on(test, VSCSI_LU_DISK, 0, (const u8[]){ __VA_ARGS__ },		\
	       sizeof((const u8[]){ __VA_ARGS__ }), DMA_TO_DEVICE, len)
#define run_kind(test, kind, lun, len, ...)					\
	run_on(test, kind, lun, (const u8[]){ __VA_ARGS__ },			\
	       sizeof((const u8[]){ __VA_ARGS__ }), DMA_FROM_DEVICE, len)

static inline int last_reason(const struct kunit *test)
{
	return ((struct fixture *)test->priv)->cmd.reason;
}

#define expect_reason(test, expected)						\
	do {									\
		struct kunit *expect_test = (test);				\
										\
		KUNIT_EXPECT_EQ(expect_test, last_reason(expect_test), (int)(expected));	\
	} while (0)

#define expect_ok(test)		expect_reason(test, VSCSI_OK)

#endif
