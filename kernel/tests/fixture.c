// SPDX-License-Identifier: GPL-2.0
/* A disk in memory, and a server that keeps what its commands answered. */
#include <linux/log2.h>

#include "fixture.h"

static struct fixture *io_fixture(const struct vscsi_io *io)
{
	return container_of(io->backend, struct fixture, be);
}

static enum vscsi_reason do_io(struct fixture *fx, struct vscsi_io *io)
{
	fx->ios[io->op]++;
	fx->last_fua = io->fua;
	if (fx->abort_at_io)
		WRITE_ONCE(container_of(io, struct vscsi_cmd, io)->aborted, true);
	if (fx->abort_at_write && fx->ios[VSCSI_IO_WRITE] == fx->abort_at_write)
		return VSCSI_ABORTED;
	if (fx->fail != VSCSI_OK && fx->fail_op == io->op) {
		io->moved = fx->fail_moved;
		return fx->fail;
	}
	/* A capacity larger than the memory only serves to see what is asked for. */
	if (io->offset + io->bytes > FIXTURE_BLOCKS << fx->lu.block_shift)
		return VSCSI_OK;
	switch (io->op) {
	case VSCSI_IO_READ:
		vscsi_map_copy_out(&io->map, 0, fx->disk + io->offset, io->bytes);
		break;
	case VSCSI_IO_WRITE:
		vscsi_map_copy_in(&io->map, 0, fx->disk + io->offset, io->bytes);
		break;
	case VSCSI_IO_UNMAP:
	case VSCSI_IO_ZERO:
		memset(fx->disk + io->offset, 0, io->bytes);
		break;
	case VSCSI_IO_FLUSH:
		break;
	}
	return VSCSI_OK;
}

static void submit(struct vscsi_io *io)
{
	io->done(io, do_io(io_fixture(io), io));
}

static enum vscsi_exec exec(const struct vscsi_backend *be, enum vscsi_io_op op)
{
	return op == VSCSI_IO_FLUSH ? VSCSI_EXEC_QUEUE : VSCSI_EXEC_INLINE;
}

static enum vscsi_reason ready(const struct vscsi_backend *be)
{
	return container_of(be, struct fixture, be)->ready;
}

static u64 size(const struct vscsi_backend *be)
{
	const struct vscsi_lu *lu = &container_of(be, struct fixture, be)->lu;

	return lu->blocks << lu->block_shift;
}

static u64 extent(const struct vscsi_backend *be, u64 offset, u64 bytes, bool *mapped)
{
	const struct fixture *fx = container_of(be, struct fixture, be);
	u64 end = offset < fx->stored_from ? fx->stored_from :
		  offset < fx->stored_to ? fx->stored_to : U64_MAX;

	*mapped = offset >= fx->stored_from && offset < fx->stored_to;
	return min(bytes, end - offset);
}

static const struct vscsi_backend_ops backend_ops = {
	.name = "fixture",
	.exec = exec,
	.submit = submit,
	.size = size,
	.ready = ready,
	.extent = extent,
};

/* It may be the one that was detached. */
static struct fixture *cmd_fixture(struct vscsi_cmd *cmd)
{
	return cmd->lu ? container_of(cmd->lu, struct fixture, lu) :
			 container_of(cmd, struct fixture, cmd);
}

static bool is_detached(struct vscsi_cmd *cmd)
{
	return cmd->lu && cmd == &cmd_fixture(cmd)->detached;
}

static void command_complete(struct vscsi_cmd *cmd)
{
	if (is_detached(cmd))
		cmd_fixture(cmd)->ended = true;
	else
		cmd_fixture(cmd)->completed++;
}

static u32 report_luns(struct vscsi_cmd *cmd, __be64 *luns, u32 max)
{
	u32 i;

	for (i = 0; i < max && i < FIXTURE_LUNS; i++)
		luns[i] = cpu_to_be64((0x8100ULL + (i << 8)) << 48);
	return FIXTURE_LUNS;
}

static bool next_ua(struct vscsi_cmd *cmd, bool clear, enum vscsi_ua *ua)
{
	struct fixture *fx = cmd_fixture(cmd);
	unsigned int i;

	for (i = 0; i < VSCSI_UA_NR; i++) {
		if (!(fx->pending_ua & BIT(i)))
			continue;
		*ua = i;
		if (clear)
			fx->pending_ua &= ~BIT(i);
		return true;
	}
	return false;
}

static void clear_ua(struct vscsi_cmd *cmd, enum vscsi_ua ua)
{
	cmd_fixture(cmd)->pending_ua &= ~BIT(ua);
}

static void set_ua(struct vscsi_pr_nexus *nexus, enum vscsi_ua ua)
{
	container_of(nexus, struct fixture_nexus, pr)->told |= BIT(ua);
}

static bool abort_preempted(struct vscsi_cmd *cmd, const struct vscsi_preempted *whose)
{
	struct fixture *fx = cmd_fixture(cmd);
	struct fixture_nexus *nexus;

	for (nexus = fx->nexuses; nexus < fx->nexuses + FIXTURE_NEXUSES; nexus++)
		nexus->aborted = vscsi_pr_is_preempted(whose, cmd, &nexus->pr.id);
	if (fx->abort_at_io)
		WRITE_ONCE(cmd->aborted, true);
	return !cmd->aborted;
}

static void tell_others(struct vscsi_cmd *cmd, enum vscsi_ua ua)
{
	cmd_fixture(cmd)->told_others |= BIT(ua);
}

static enum vscsi_reason move_tray(struct vscsi_cmd *cmd, bool open)
{
	struct fixture *fx = cmd_fixture(cmd);

	if (open && fx->locked)
		return VSCSI_REMOVAL_PREVENTED;
	fx->ejected = open;
	if (!open)
		fx->lu.tray_open = false;
	return VSCSI_OK;
}

static void prevent(struct vscsi_cmd *cmd, bool prevent)
{
	cmd_fixture(cmd)->locked = prevent;
}

static bool locked(const struct vscsi_cmd *cmd)
{
	return container_of(cmd, struct fixture, cmd)->locked;
}

static bool media_event(struct vscsi_cmd *cmd)
{
	struct fixture *fx = cmd_fixture(cmd);
	bool event = fx->media_event;

	fx->media_event = false;
	return event;
}

static bool find_peer(struct vscsi_cmd *cmd, const u8 *naa, u8 len, struct vscsi_peer *peer)
{
	struct fixture *fx = cmd_fixture(cmd);

	fx->peers++;
	peer->lu = &fx->lu;
	peer->nexus = &fx->nexuses[fx->from].pr;
	return len == fx->be.identity.naa_len && !memcmp(naa, fx->be.identity.naa, len);
}

static bool own_peer(struct vscsi_cmd *cmd, struct vscsi_peer *peer)
{
	struct fixture *fx = cmd_fixture(cmd);

	peer->lu = &fx->lu;
	peer->nexus = &fx->nexuses[fx->from].pr;
	return true;
}

static enum vscsi_reason enter(struct vscsi_cmd *cmd, const struct vscsi_peer *peer, u64 offset,
			       u64 bytes)
{
	struct fixture *fx = cmd_fixture(cmd);

	if (fx->going)
		return VSCSI_COPY_UNREACHABLE;
	fx->spans++;
	return VSCSI_OK;
}

static void leave(struct vscsi_cmd *cmd)
{
	cmd_fixture(cmd)->spans--;
}

static struct vscsi_cmd *detach(struct vscsi_cmd *cmd)
{
	struct fixture *fx = cmd_fixture(cmd);

	if (!fx->detach)
		return NULL;
	fx->detached = *cmd;
	fx->detached.map.len = 0;
	vscsi_lu_count_start(cmd->lu);
	return &fx->detached;
}

static void go_on(struct vscsi_cmd *cmd, vscsi_step step, void *arg)
{
	step(cmd, arg);
}

/* It has ended before the command is answered, even if that does not wait for it. */
static void begin_job(struct vscsi_cmd *cmd, struct vscsi_job *job)
{
	struct fixture *fx = cmd_fixture(cmd);
	bool immed = job->immed;
	enum vscsi_reason reason;

	vscsi_job_begin(job);
	fx->phase_seen = fx->params.phase;
	reason = vscsi_job_run(job);
	fx->progress_seen = fx->params.progress;
	reason = vscsi_job_end(job, reason);
	vscsi_job_free(job);
	vscsi_cmd_complete(cmd, immed ? VSCSI_OK : reason);
}

/* The test takes its steps. */
static enum vscsi_reason test_in_background(struct vscsi_cmd *cmd, struct vscsi_self_test *test)
{
	struct fixture *fx = cmd_fixture(cmd);

	if (fx->going)
		return VSCSI_ABORTED;
	fx->testing = test;
	return VSCSI_OK;
}

static const struct vscsi_target_ops target_ops = {
	.complete = command_complete,
	.report_luns = report_luns,
	.next_ua = next_ua,
	.clear_ua = clear_ua,
	.set_ua = set_ua,
	.abort_preempted = abort_preempted,
	.tell_others = tell_others,
	.move_tray = move_tray,
	.prevent = prevent,
	.locked = locked,
	.media_event = media_event,
	.find_peer = find_peer,
	.own_peer = own_peer,
	.enter = enter,
	.leave = leave,
	.detach = detach,
	.go_on = go_on,
	.begin_job = begin_job,
	.test_in_background = test_in_background,
};

/**
 * fixture_block_size() - choose the block size; the disk keeps its number of blocks
 * @fx: the fixture
 * @block_size: 512, 2048 or 4096
 */
void fixture_block_size(struct fixture *fx, u32 block_size)
{
	fx->lu.block_size = block_size;
	fx->lu.block_shift = ilog2(block_size);
	fx->be.caps.block_size = block_size;
	fx->be.caps.physical_block_size = 4096;
}

/**
 * fixture_medium() - make the fixture an optical drive
 * @fx: the fixture
 * @blocks: of 2048 bytes on the medium; 0: no medium
 * @read_only: whether it can be written
 */
void fixture_medium(struct fixture *fx, u64 blocks, bool read_only)
{
	fixture_block_size(fx, 2048);
	fx->lu.blocks = blocks;
	fx->be.caps.read_only = read_only;
	fx->ready = blocks ? VSCSI_OK : VSCSI_NO_MEDIUM;
}

static void init_backend(struct vscsi_backend *be)
{
	static const u8 naa[8] = { 0x30, 1, 2, 3, 4, 5, 6, 7 };

	be->ops = &backend_ops;
	be->file = (struct file *)be;	/* only to have one: not memory */
	be->caps.max_io = FIXTURE_BUF / 2;
	be->caps.max_unmap = SZ_64K;
	be->caps.unmap_granularity = SZ_4K;
	be->caps.unmap_zeroes = true;
	be->caps.max_zero = SZ_64K;
	be->caps.write_cache = true;
	be->caps.fua = true;
	memcpy(be->identity.naa, naa, sizeof(naa));
	be->identity.naa_len = sizeof(naa);
	strscpy(be->identity.udid, "00f6db0a.3", sizeof(be->identity.udid));
}

static int save(struct vscsi_store *store, const void *state, u32 len)
{
	struct fixture *fx = container_of(store, struct fixture, store);

	if (fx->save_fails)
		return -EIO;
	memcpy(fx->saved, state, len);
	fx->saved_len = len;
	fx->saves++;
	fx->lu.pr->reserved |= fx->reserve_at_save;
	return 0;
}

static int init_nexuses(struct fixture *fx)
{
	unsigned int i;

	fx->lu.pr = vscsi_pr_alloc(&target_ops);
	if (!fx->lu.pr)
		return -ENOMEM;
	fx->lu.pr->saved.store = &fx->store;
	for (i = 0; i < FIXTURE_NEXUSES; i++) {
		fx->nexuses[i].pr.id.initiator[VSCSI_PORT_ID_LEN - 1] = i + 1;
		fx->nexuses[i].pr.id.target = 1;
		vscsi_pr_join(fx->lu.pr, &fx->nexuses[i].pr);
	}
	fx->lu.path.port = 1;
	vscsi_path_join(fx->lu.pr, &fx->lu.path);
	return 0;
}

/**
 * fixture_init() - make a disk of FIXTURE_BLOCKS blocks of 512 bytes
 * @test: gets the fixture as its priv
 *
 * Return: 0 or -ENOMEM.
 */
int fixture_init(struct kunit *test)
{
	struct fixture *fx = kunit_kzalloc(test, sizeof(*fx), GFP_KERNEL);

	test->priv = fx;
	if (!fx)
		return -ENOMEM;
	fx->disk = kunit_kzalloc(test, FIXTURE_BLOCKS * 4096, GFP_KERNEL);
	fx->buf = kunit_kzalloc(test, FIXTURE_BUF, GFP_KERNEL);
	fx->saved = kunit_kzalloc(test, VSCSI_STATE_MAX, GFP_KERNEL);
	if (!fx->disk || !fx->buf || !fx->saved)
		return -ENOMEM;
	fx->store.save = save;
	init_backend(&fx->be);
	fx->lu.backend = &fx->be;
	fx->lu.params = &fx->params;
	vscsi_lu_params_init(&fx->params);
	fx->lu.identity = &fx->be.identity;
	fx->lu.blocks = FIXTURE_BLOCKS;
	strscpy(fx->lu.backing_name, "hdisk12", sizeof(fx->lu.backing_name));
	fixture_block_size(fx, 512);
	return vscsi_opcode_init() ?: vscsi_lu_stats_alloc(&fx->lu) ?: init_nexuses(fx);
}

/**
 * fixture_exit() - undo fixture_init()
 * @test: the test
 */
void fixture_exit(struct kunit *test)
{
	struct fixture *fx = test->priv;

	if (!fx)
		return;
	vscsi_pr_free(fx->lu.pr);
	vscsi_lu_stats_free(&fx->lu);
}

/* The buffer in three pieces of odd sizes, the first with something before it. */
static void map_buffer(struct fixture *fx, u32 len, enum dma_data_direction dir)
{
	u32 before = 16, first = min_t(u32, len, 33), second = min_t(u32, len - first, 517);

	memset(&fx->cmd.map, 0, sizeof(fx->cmd.map));
	if (!len)
		return;
	sg_init_table(fx->sgl, ARRAY_SIZE(fx->sgl));
	memmove(fx->buf + before, fx->buf, len);
	sg_set_buf(&fx->sgl[0], fx->buf, before + first);
	sg_set_buf(&fx->sgl[1], fx->buf + before + first, second);
	sg_set_buf(&fx->sgl[2], fx->buf + before + first + second, len - first - second);
	fx->cmd.map = (struct vscsi_map){
		.sgl = fx->sgl,
		.nents = ARRAY_SIZE(fx->sgl),
		.skip = before,
		.len = len,
		.dir = dir,
	};
}

/**
 * run_on() - run a command from parse to completion
 * @test: the test, whose fixture gets the outcome in its cmd
 * @kind: kind of logical unit
 * @lun: LUN, for kinds without a device
 * @cdb: the CDB
 * @cdb_len: its length
 * @dir: direction of the data buffer
 * @len: bytes at the fixture's buf that the client opens; 0: none
 */
void run_on(struct kunit *test, enum vscsi_lu_kind kind, u64 lun, const u8 *cdb, size_t cdb_len,
	    enum dma_data_direction dir, u32 len)
{
	struct fixture *fx = test->priv;
	struct vscsi_cmd *cmd = &fx->cmd;

	memset(cmd, 0xa5, sizeof(*cmd));	/* memory is reused by the next command */
	cmd->target = &target_ops;
	cmd->lu = kind & (VSCSI_LU_DISK | VSCSI_LU_OPTICAL) ? &fx->lu : NULL;
	cmd->nexus = kind == VSCSI_LU_DISK ? &fx->nexuses[fx->from].pr : NULL;
	cmd->kind = kind;
	cmd->lun = lun;
	memset(cmd->cdb, 0, sizeof(cmd->cdb));
	memcpy(cmd->cdb, cdb, cdb_len);
	cmd->cdb_len = 16;
	cmd->aborted = false;
	map_buffer(fx, len, dir);

	fx->completed = 0;
	fx->executed = vscsi_cmd_parse(cmd);
	if (fx->executed) {
		fx->exec = vscsi_cmd_exec(cmd);
		vscsi_cmd_execute(cmd);
	}
	KUNIT_EXPECT_EQ(test, fx->completed, 1U);
	if (len)
		memmove(fx->buf, fx->buf + 16, len);
}

/**
 * reserve_out() - send PERSISTENT RESERVE OUT
 * @test: the test
 * @from: which nexus sends it
 * @action: service action
 * @type: byte 2 of the CDB: scope and type
 * @key: RESERVATION KEY
 * @new_key: SERVICE ACTION RESERVATION KEY
 */
void reserve_out(struct kunit *test, unsigned int from, u8 action, u8 type, u64 key, u64 new_key)
{
	struct fixture *fx = test->priv;

	memset(fx->buf, 0, 24);
	put_unaligned_be64(key, fx->buf);
	put_unaligned_be64(new_key, fx->buf + 8);
	fx->from = from;
	run_out(test, 24, 0x5f, action, type, 0, 0, 0, 0, 0, 24);
}

/**
 * expect_field() - the last command was refused for a field
 * @test: the test
 * @reason: VSCSI_INVALID_FIELD_CDB or VSCSI_INVALID_FIELD_PARAM
 * @field: byte
 * @bit: bit of the byte
 */
void expect_field(struct kunit *test, enum vscsi_reason reason, s16 field, s8 bit)
{
	struct fixture *fx = test->priv;

	KUNIT_EXPECT_EQ(test, (int)fx->cmd.reason, (int)reason);
	KUNIT_EXPECT_EQ(test, (int)fx->cmd.status, (int)SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, fx->cmd.sense[15] & 0x8f, 0x88 | bit);
	KUNIT_EXPECT_EQ(test, (int)get_unaligned_be16(fx->cmd.sense + 16), (int)field);
}

/**
 * fill_block() - bytes that differ from block to block and within one
 * @block: the block
 * @size: its size in bytes
 * @seed: which pattern
 */
void fill_block(u8 *block, u32 size, u8 seed)
{
	u32 i;

	for (i = 0; i < size; i++)
		block[i] = seed + i * 7 + (i >> 8);
}
