/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Backing devices: where the bytes of a logical unit live.
 *
 * A backend knows bytes, not blocks of a logical unit and not SCSI.  It is
 * opened over a file that user space has opened, or over memory, and answers
 * asynchronous requests.  The request structure is part of the command, so that
 * no I/O allocates one.
 */
#ifndef VSCSI_BACKEND_BACKEND_H
#define VSCSI_BACKEND_BACKEND_H

#include <linux/bio.h>
#include <linux/fs.h>
#include <linux/llist.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <uapi/linux/vscsi.h>

#include "../hypervisor/window.h"
#include "reason.h"

struct vscsi_backend;
struct vscsi_io;
struct vscsi_io_waiter;

enum vscsi_io_op {
	VSCSI_IO_READ,
	VSCSI_IO_WRITE,
	VSCSI_IO_FLUSH,		/* the whole device */
	VSCSI_IO_UNMAP,		/* deallocate; reads zeroes after it if caps.unmap_zeroes */
	VSCSI_IO_ZERO,		/* reads zeroes after it; space may stay allocated */
};

/**
 * enum vscsi_exec - where a request may be submitted
 * @VSCSI_EXEC_INLINE: anywhere, it never sleeps
 * @VSCSI_EXEC_NOWAIT: in process context with @nowait, where sleeping for a moment is allowed;
 *	if it can't be done there, @again asks for the same as for @VSCSI_EXEC_QUEUE
 * @VSCSI_EXEC_QUEUE: in process context; may sleep for a moment, answers asynchronously
 * @VSCSI_EXEC_BLOCKING: in a worker of its own; the answer comes before submit() returns
 * @VSCSI_EXEC_WAITING: of a command, not of a request: as @VSCSI_EXEC_BLOCKING, and waits for
 *	other commands, so that none of those may have to wait for its worker
 * @VSCSI_EXEC_COPY: of a command, not of a request: as @VSCSI_EXEC_WAITING, for hours perhaps
 * @VSCSI_EXEC_EXCLUSIVE: of a command, not of a request: as @VSCSI_EXEC_BLOCKING, while no other
 *	command reads or writes the same blocks
 */
enum vscsi_exec {
	VSCSI_EXEC_INLINE,
	VSCSI_EXEC_NOWAIT,
	VSCSI_EXEC_QUEUE,
	VSCSI_EXEC_BLOCKING,
	VSCSI_EXEC_WAITING,
	VSCSI_EXEC_COPY,
	VSCSI_EXEC_EXCLUSIVE,
};

#define VSCSI_IO_INLINE_VECS	8

/**
 * struct vscsi_io - one request to a backend
 * @backend: whom to ask
 * @op: what to do
 * @fua: a write must be durable when it is answered
 * @nowait: don't wait for anybody; see enum vscsi_exec
 * @poll: somebody will ask vscsi_io_poll() until it is answered, so the device need not interrupt
 * @offset: first byte, a multiple of the logical unit's block size
 * @bytes: length; for READ and WRITE the same as @map.len; multiple of the block size
 * @map: the client's pages
 * @done: called once, from any context, when the backend has let go of @map
 * @again: called instead of @done, from any context, if @nowait was set and could not be kept:
 *	to be submitted again without it
 * @moved: bytes known to have been moved before an error, for the INFORMATION field
 * @cancelled: set by cancel(), under the backend's lock: not to be begun any more; cleared
 *	when the command is accepted
 * @polled: set by the backend when there is something to look at, cleared when the command is
 *	accepted
 * @waiter: private to vscsi_io_sync()
 * @block: private to the block backend
 * @file: private to the file backend
 * @ram: private to the ram backend
 */
struct vscsi_io {
	struct vscsi_backend *backend;
	enum vscsi_io_op op;
	bool fua;
	bool nowait;
	bool poll;
	u64 offset;
	u64 bytes;
	struct vscsi_map map;
	void (*done)(struct vscsi_io *io, enum vscsi_reason reason);
	void (*again)(struct vscsi_io *io);
	u64 moved;
	bool cancelled;
	bool polled;
	struct vscsi_io_waiter *waiter;
	union {
		struct {
			atomic_t pending;
			blk_status_t status;
			struct work_struct work;
			struct bio bio;
			struct bio_vec vecs[VSCSI_IO_INLINE_VECS];
		} block;
		struct {
			struct kiocb kiocb;
			struct llist_node entry;
			struct work_struct work;
			struct bio_vec *vecs;
			struct bio_vec inline_vecs[VSCSI_IO_INLINE_VECS];
			bool pooled;
			u64 done_bytes;
		} file;
		struct {
			struct list_head entry;
			ktime_t due;
			enum vscsi_inject_error error;
		} ram;
	};
};

/**
 * struct vscsi_backend_caps - what the backing device really does
 * @block_size: bytes, 512 or 4096; the user's choice of those that the backing device can do
 * @physical_block_size: bytes
 * @alignment_offset: bytes from the first block to the first physical block
 * @io_min: bytes, 0: not known
 * @io_opt: bytes, 0: not known
 * @max_io: bytes in one READ or WRITE, at least 4 MiB
 * @max_unmap: bytes in one UNMAP; 0: not supported
 * @unmap_granularity: bytes
 * @unmap_zeroes: unmapped blocks read as zeroes, guaranteed
 * @max_zero: bytes in one VSCSI_IO_ZERO; 0: not supported
 * @read_only: writing is refused
 * @write_cache: a flush is needed for durability
 * @fua: honours vscsi_io.fua (may flush behind it)
 * @rotational: seeking takes time
 *
 * Read once, at open; but @write_cache may change when ops->refresh() is called.
 */
struct vscsi_backend_caps {
	u32 block_size;
	u32 physical_block_size;
	u32 alignment_offset;
	u32 io_min;
	u32 io_opt;
	u32 max_io;
	u64 max_unmap;
	u32 unmap_granularity;
	bool unmap_zeroes;
	u64 max_zero;
	bool read_only;
	bool write_cache;
	bool fua;
	bool rotational;
};

/**
 * struct vscsi_poll - where to look whether a request has been finished
 * @backend: whose
 * @cookie: its hardware queue, private to the backend
 */
struct vscsi_poll {
	struct vscsi_backend *backend;
	u32 cookie;
};

#define VSCSI_DESIGNATOR_MAX	20

/**
 * struct vscsi_identity - what names a backing device, on every path and after every restart
 * @naa: NAA designator (8 or 16 bytes): the backing device's own where it has one,
 *	 else a locally assigned one (NAA 3) derived from @udid
 * @naa_len: its length
 * @lasts: it is no other backing device's after a restart, which a mere name may be
 * @udid: printable identity (VPD 80 serial, T10 designator, lsmap -json)
 */
struct vscsi_identity {
	u8 naa[VSCSI_DESIGNATOR_MAX];
	u8 naa_len;
	bool lasts;
	char udid[VSCSI_UDID_MAX + 1];
};

/**
 * struct vscsi_inject - faults that a ram backend makes
 * @delay_us: microseconds before each command that touches the medium
 * @error: what to answer
 * @every: only every n-th command; 0 and 1: each
 */
struct vscsi_inject {
	u32 delay_us;
	enum vscsi_inject_error error;
	u32 every;
};

/**
 * struct vscsi_backend_ops - what a backend can do
 * @name: for messages
 * @close: lets go of everything; no request is in flight. May sleep.
 * @exec: where a request with this @op may be submitted. Any context.
 * @submit: does it, in the context that @exec asked for; answers through io->done.
 *	    Called by vscsi_io_submit() only, which has checked the request.
 * @cancel: optional. Makes a request that has not finished answer VSCSI_ABORTED
 *	    soon, perhaps before it returns; does nothing if that can't be done, or if
 *	    @io is not (yet, or any more) a request of this backend. Any context; the
 *	    caller may hold nothing that io->done() takes.
 * @cookie: optional. Of a request of this backend with @polled set: struct vscsi_poll. It may be
 *	    finished, but is not answered meanwhile. Any context.
 * @poll: with @cookie. Looks whether requests have been finished, and answers them; process
 *	  context.
 * @size: bytes now; 0 if gone. Any context.
 * @ready: VSCSI_OK, or VSCSI_NOT_READY if the backing device is gone. Any context.
 * @extent: optional. How many bytes from @offset on, @bytes at most and not 0, are alike: stored
 *	    (sets @mapped), or not, so that they read as zeroes. Without it all may be stored.
 *	    May sleep.
 * @refresh: optional. Reads caps.write_cache again; true if it has changed. One caller at a
 *	     time; may sleep.
 * @set_inject: optional. Returns 0 or -EINVAL. May sleep.
 * @get_inject: optional.
 */
struct vscsi_backend_ops {
	const char *name;
	void (*close)(struct vscsi_backend *be);
	enum vscsi_exec (*exec)(const struct vscsi_backend *be, enum vscsi_io_op op);
	void (*submit)(struct vscsi_io *io);
	void (*cancel)(struct vscsi_backend *be, struct vscsi_io *io);
	u32 (*cookie)(const struct vscsi_io *io);
	void (*poll)(const struct vscsi_poll *poll);
	u64 (*size)(const struct vscsi_backend *be);
	enum vscsi_reason (*ready)(const struct vscsi_backend *be);
	u64 (*extent)(const struct vscsi_backend *be, u64 offset, u64 bytes, bool *mapped);
	bool (*refresh)(struct vscsi_backend *be);
	int (*set_inject)(struct vscsi_backend *be, const struct vscsi_inject *inject);
	void (*get_inject)(const struct vscsi_backend *be, struct vscsi_inject *inject);
};

/**
 * struct vscsi_backend - an open backing device; embedded in the backend's own structure
 * @ops: what it can do
 * @type: its kind
 * @file: our reference; NULL for ram and for an empty drive
 * @caps: what it really does
 * @identity: what names it
 * @dev: major << 32 | minor, see VSCSI_A_BACKING_DEV; 0 for ram
 * @ino: inode number of a file, else 0
 *
 * All members are set at open and const after, but for caps.write_cache.
 */
struct vscsi_backend {
	const struct vscsi_backend_ops *ops;
	enum vscsi_backend_type type;
	struct file *file;
	struct vscsi_backend_caps caps;
	struct vscsi_identity identity;
	u64 dev;
	u64 ino;
};

/**
 * struct vscsi_backend_params - how to open a backing device
 * @file: an open file or block device; the backend takes its own reference
 * @ram_size: bytes, if @file is NULL
 * @block_size: 512, 4096, or 0: what the backing device has
 * @read_only: never write, though the file could
 * @udid: identity given by the user, or NULL
 * @name: name of the backing device, for messages and as last resort for identity
 */
struct vscsi_backend_params {
	struct file *file;
	u64 ram_size;
	u32 block_size;
	bool read_only;
	const char *udid;
	const char *name;
};

struct netlink_ext_ack;

struct vscsi_backend *vscsi_backend_open(const struct vscsi_backend_params *params,
					 struct netlink_ext_ack *extack);
struct vscsi_backend *vscsi_empty_open(const char *udid, struct netlink_ext_ack *extack);
void vscsi_backend_close(struct vscsi_backend *be);
bool vscsi_backend_same(const struct vscsi_backend *a, const struct vscsi_backend *b);
bool vscsi_backend_is_own(const struct vscsi_backend *be);
bool vscsi_io_polled(const struct vscsi_io *io, struct vscsi_poll *poll);
void vscsi_io_poll(const struct vscsi_poll *poll);
void vscsi_io_submit(struct vscsi_io *io);
enum vscsi_reason vscsi_io_sync(struct vscsi_io *io);
int vscsi_backend_init(void);
void vscsi_backend_exit(void);

#endif
