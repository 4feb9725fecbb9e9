// SPDX-License-Identifier: GPL-2.0
/*
 * Short and extended self-tests, and the Self-Test Results log page.
 *
 * Two segments: that the backing device is there and as large as the logical unit; and that blocks
 * can be read, all of them or some that are spread over the disk.
 *
 * Who aborts a self-test writes its result at once; what is left of it then ends without one.
 */
#include <linux/compiler.h>
#include <linux/limits.h>
#include <linux/lockdep.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "reply.h"
#include "self_test.h"
#include "sense.h"
#include "spc.h"

/* SELF-TEST CODE (SPC-4 6.42) */
#define SHORT_BACKGROUND	1
#define EXTENDED_BACKGROUND	2
#define ABORT_BACKGROUND	4
#define SHORT_FOREGROUND	5
#define EXTENDED_FOREGROUND	6
#define CODE_BIT		7	/* the highest one of the field, in byte 1 */

/* SELF-TEST RESULTS (SPC-4 7.3, Self-Test Results log page) */
#define RESULT_PASSED		0x0
#define RESULT_ABORTED		0x1	/* by ABORT_BACKGROUND */
#define RESULT_ENDED		0x2	/* by anything else */
#define RESULT_UNKNOWN		0x3	/* could not be done */
#define RESULT_FIRST_FAILED	0x5	/* segment */
#define RESULT_SECOND_FAILED	0x6
#define RESULT_IN_PROGRESS	0xf

#define SEGMENT_CAPACITY	1
#define SEGMENT_READ		2

/* What a short self-test reads, in pieces of SBC_BOUNCE_MAX bytes. */
#define SHORT_PIECES		64

/* Parameters of the log page */
#define PARAMETER_LEN		20
#define PARAMETER_HEADER_LEN	4
#define BINARY_LIST		0x03
#define CODE_SHIFT		5

/* What is read in a second if nobody disturbs: an estimate that most devices keep. */
#define BYTES_PER_SECOND_SHIFT	27

static bool is_foreground(u8 code)
{
	return code == SHORT_FOREGROUND || code == EXTENDED_FOREGROUND;
}

static bool is_short(u8 code)
{
	return code == SHORT_BACKGROUND || code == SHORT_FOREGROUND;
}

/* The newest result, or that of the self-test that is running. */
static struct vscsi_self_test_result *newest_locked(struct vscsi_self_tests *tests)
{
	lockdep_assert_held(&tests->lock);
	return &tests->results[(tests->begun - 1) % VSCSI_SELF_TEST_RESULTS];
}

static void set_running_locked(struct vscsi_self_tests *tests, struct vscsi_self_test *test)
{
	enum vscsi_self_test_mode mode = VSCSI_SELF_TEST_NONE;

	lockdep_assert_held(&tests->lock);
	if (test)
		mode = is_foreground(test->code) ? VSCSI_SELF_TEST_FOREGROUND :
						   VSCSI_SELF_TEST_BACKGROUND;
	tests->running = test;
	WRITE_ONCE(tests->mode, mode);
}

/* Results are kept for as long as the backing device is mapped, and hours count from then. */
static void finish_locked(struct vscsi_self_tests *tests, u8 result)
{
	const struct vscsi_lu_params *params = tests->running->cmd->lu->params;
	struct vscsi_self_test_result *r = newest_locked(tests);

	r->result = result;
	r->hours = min_t(u64, div_u64(vscsi_lu_power_on(params), 3600), U16_MAX);
	set_running_locked(tests, NULL);
}

static struct vscsi_self_test *self_test_alloc(struct vscsi_cmd *cmd, u8 code)
{
	struct vscsi_self_test *test = kzalloc(sizeof(*test), GFP_NOIO);

	if (!test)
		return NULL;
	if (!sbc_bounce_alloc(&test->bounce, SBC_BOUNCE_MAX)) {
		kfree(test);
		return NULL;
	}
	test->own.lu = cmd->lu;
	test->own.io.backend = cmd->lu->backend;
	test->cmd = is_foreground(code) ? cmd : &test->own;
	test->code = code;
	test->lba = U64_MAX;
	test->blocks = READ_ONCE(cmd->lu->blocks);
	test->piece = test->bounce.len >> cmd->lu->block_shift;
	test->total = div_u64(test->blocks + test->piece - 1, test->piece);
	test->pieces = is_short(code) ? min_t(u64, test->total, SHORT_PIECES) : test->total;
	return test;
}

/**
 * vscsi_self_test_free() - free a self-test
 * @test: has ended
 *
 * Context: any.
 */
void vscsi_self_test_free(struct vscsi_self_test *test)
{
	sbc_bounce_free(&test->bounce);
	kfree(test);
}

/* False if there is one already. */
static bool begin(struct vscsi_self_tests *tests, struct vscsi_self_test *test)
{
	unsigned long flags;
	bool first;

	spin_lock_irqsave(&tests->lock, flags);
	first = !tests->running;
	if (first) {
		tests->begun++;
		*newest_locked(tests) = (struct vscsi_self_test_result){
			.code = test->code,
			.result = RESULT_IN_PROGRESS,
			.lba = U64_MAX,
		};
		WRITE_ONCE(tests->progress, 0);
		set_running_locked(tests, test);
	}
	spin_unlock_irqrestore(&tests->lock, flags);
	return first;
}

/* What is cached is stored first, for what is read to be that. */
static enum vscsi_reason check_capacity(struct vscsi_self_test *test)
{
	const struct vscsi_lu *lu = test->cmd->lu;
	enum vscsi_reason reason = vscsi_lu_ready(lu);
	u64 blocks;

	if (reason != VSCSI_OK)
		return reason;
	blocks = lu->backend->ops->size(lu->backend) >> lu->block_shift;
	if (!blocks || blocks < test->blocks) {
		test->lba = blocks;
		return VSCSI_TARGET_FAILURE;
	}
	return is_short(test->code) ? VSCSI_OK : sbc_flush(test->cmd);
}

static enum vscsi_reason read_blocks(struct vscsi_self_test *test, u64 lba, u32 blocks)
{
	return sbc_bounce_io(test->cmd, &test->bounce, VSCSI_IO_READ, lba, blocks);
}

/* Of the device, not of the self-test. */
static bool is_failure(enum vscsi_reason reason)
{
	return reason != VSCSI_OK && reason != VSCSI_ABORTED && reason != VSCSI_OUT_OF_RESOURCES;
}

/* Which of the blocks is the first that can't be read?  U64_MAX: none any more. */
static u64 find_failed(struct vscsi_self_test *test, u64 lba, u32 blocks)
{
	enum vscsi_reason reason = VSCSI_OK;
	u64 next = lba;

	if (test->cmd->info_valid)
		return test->cmd->info;
	while (next < lba + blocks && reason == VSCSI_OK)
		reason = read_blocks(test, next++, 1);
	return is_failure(reason) ? next - 1 : U64_MAX;
}

/* The pieces of a short self-test are as far from each other as can be. */
static enum vscsi_reason read_piece(struct vscsi_self_test *test)
{
	enum vscsi_reason reason;
	u64 lba, i = test->done;
	u32 blocks;

	if (test->pieces < test->total)
		i = div64_u64(i * (test->total - 1), test->pieces - 1);
	lba = i * test->piece;
	blocks = min_t(u64, test->piece, test->blocks - lba);
	reason = read_blocks(test, lba, blocks);
	if (is_failure(reason))
		test->lba = find_failed(test, lba, blocks);
	return reason;
}

/**
 * vscsi_self_test_step() - do a bit of a self-test
 * @test: has begun, has something left
 *
 * Context: process, may sleep.
 * Return: true if something is left.
 */
bool vscsi_self_test_step(struct vscsi_self_test *test)
{
	struct vscsi_self_tests *tests = &test->cmd->lu->params->self_tests;

	if (!test->segment) {
		test->segment = SEGMENT_CAPACITY;
		test->reason = check_capacity(test);
	} else {
		test->segment = SEGMENT_READ;
		test->reason = read_piece(test);
		test->done++;
		WRITE_ONCE(tests->progress,
			   min_t(u64, div64_u64(test->done << 16, test->pieces), U16_MAX));
	}
	return test->reason == VSCSI_OK && test->done < test->pieces;
}

static u8 result_of(const struct vscsi_self_test *test)
{
	switch (test->reason) {
	case VSCSI_OK:
		return RESULT_PASSED;
	case VSCSI_ABORTED:
		return RESULT_ENDED;
	case VSCSI_OUT_OF_RESOURCES:
		return RESULT_UNKNOWN;
	default:
		return test->segment == SEGMENT_READ ? RESULT_SECOND_FAILED : RESULT_FIRST_FAILED;
	}
}

/**
 * vscsi_self_test_end() - a self-test has come to its end: keep the result
 * @test: has nothing left, or was aborted
 *
 * Context: any.
 */
void vscsi_self_test_end(struct vscsi_self_test *test)
{
	struct vscsi_self_tests *tests = &test->cmd->lu->params->self_tests;
	struct vscsi_self_test_result *r;
	u8 result = result_of(test);
	unsigned long flags;

	spin_lock_irqsave(&tests->lock, flags);
	if (tests->running == test) {
		r = newest_locked(tests);
		if (result >= RESULT_FIRST_FAILED) {
			r->segment = test->segment;
			r->lba = test->lba;
			r->reason = test->reason;
		}
		finish_locked(tests, result);
	}
	spin_unlock_irqrestore(&tests->lock, flags);
}

static void abort_locked(struct vscsi_self_tests *tests, u8 result)
{
	struct vscsi_cmd *cmd = tests->running->cmd;
	struct vscsi_backend *be = cmd->lu->backend;

	lockdep_assert_held(&tests->lock);
	finish_locked(tests, result);
	WRITE_ONCE(cmd->aborted, true);
	if (be->ops->cancel)
		be->ops->cancel(be, &cmd->io);
}

/**
 * vscsi_self_test_stop() - end a self-test, if there is one
 * @params: of its logical unit
 *
 * For resets and for the commands that do so (SPC-4 5.14).
 *
 * Context: any.
 */
void vscsi_self_test_stop(struct vscsi_lu_params *params)
{
	struct vscsi_self_tests *tests = &params->self_tests;
	unsigned long flags;

	spin_lock_irqsave(&tests->lock, flags);
	if (tests->running)
		abort_locked(tests, RESULT_ENDED);
	spin_unlock_irqrestore(&tests->lock, flags);
}

/**
 * vscsi_self_test_leave() - end a self-test, if it came by this path
 * @lu: the logical unit, as seen on a path that is going
 *
 * Context: any.
 */
void vscsi_self_test_leave(const struct vscsi_lu *lu)
{
	struct vscsi_self_tests *tests = &lu->params->self_tests;
	unsigned long flags;

	spin_lock_irqsave(&tests->lock, flags);
	if (tests->running && tests->running->cmd->lu == lu)
		abort_locked(tests, RESULT_ENDED);
	spin_unlock_irqrestore(&tests->lock, flags);
}

/* There must be one (SPC-4 6.42). */
static enum vscsi_reason abort_background(struct vscsi_cmd *cmd)
{
	struct vscsi_self_tests *tests = &cmd->lu->params->self_tests;
	unsigned long flags;
	bool found;

	spin_lock_irqsave(&tests->lock, flags);
	found = tests->mode == VSCSI_SELF_TEST_BACKGROUND;
	if (found)
		abort_locked(tests, RESULT_ABORTED);
	spin_unlock_irqrestore(&tests->lock, flags);
	return found ? VSCSI_OK : vscsi_cdb_error(cmd, 1, CODE_BIT);
}

static enum vscsi_reason test_in_foreground(struct vscsi_cmd *cmd, struct vscsi_self_test *test)
{
	enum vscsi_reason reason;

	while (vscsi_self_test_step(test))
		cond_resched();
	vscsi_self_test_end(test);
	reason = test->reason;
	vscsi_self_test_free(test);
	cmd->info_valid = false;
	return is_failure(reason) ? VSCSI_SELF_TEST_FAILED : reason;
}

static enum vscsi_reason give_up(struct vscsi_self_test *test, enum vscsi_reason reason)
{
	test->reason = is_failure(reason) ? VSCSI_ABORTED : reason;
	vscsi_self_test_end(test);
	vscsi_self_test_free(test);
	return reason;
}

static enum vscsi_reason test_in_background(struct vscsi_cmd *cmd, struct vscsi_self_test *test)
{
	enum vscsi_reason reason = cmd->target->test_in_background(cmd, test);

	return reason == VSCSI_OK ? VSCSI_OK : give_up(test, reason);
}

static enum vscsi_reason run(struct vscsi_cmd *cmd, u8 code)
{
	enum vscsi_reason reason = spc_readiness(cmd);
	struct vscsi_self_test *test;

	if (reason != VSCSI_OK)
		return reason;
	test = self_test_alloc(cmd, code);
	if (!test)
		return VSCSI_OUT_OF_RESOURCES;
	if (!begin(&cmd->lu->params->self_tests, test)) {
		vscsi_self_test_free(test);
		return VSCSI_SELF_TESTING;
	}
	/* Who began to format meanwhile has not seen the test, which may be what is seen here. */
	reason = vscsi_lu_phase(cmd->lu);
	if (reason != VSCSI_OK && reason != VSCSI_SELF_TESTING)
		return give_up(test, reason);
	return is_foreground(code) ? test_in_foreground(cmd, test) :
				     test_in_background(cmd, test);
}

/**
 * spc_self_test() - SEND DIAGNOSTIC with a SELF-TEST CODE (SPC-4 6.42)
 * @cmd: the command
 * @code: SELF-TEST CODE, not 0
 *
 * Context: process, may sleep.
 */
void spc_self_test(struct vscsi_cmd *cmd, u8 code)
{
	switch (code) {
	case SHORT_BACKGROUND:
	case EXTENDED_BACKGROUND:
	case SHORT_FOREGROUND:
	case EXTENDED_FOREGROUND:
		vscsi_cmd_complete(cmd, run(cmd, code));
		break;
	case ABORT_BACKGROUND:
		vscsi_cmd_complete(cmd, abort_background(cmd));
		break;
	default:
		vscsi_fail_field(cmd, 1, CODE_BIT);
	}
}

static void put_result(const struct vscsi_self_test_result *r, u8 *buf)
{
	struct vscsi_sense sense;

	vscsi_sense_from_reason(&sense, r->reason);
	buf[4] = r->code << CODE_SHIFT | r->result;
	buf[5] = r->segment;
	put_unaligned_be16(r->hours, buf + 6);
	put_unaligned_be64(r->lba, buf + 8);
	buf[16] = sense.key;
	buf[17] = sense.asc;
	buf[18] = sense.ascq;
}

/**
 * spc_self_test_page() - the Self-Test Results log page (SPC-4 7.3)
 * @cmd: a LOG SENSE
 * @from: PARAMETER POINTER
 * @buf: zeroes, room for all results
 *
 * The newest result is the first parameter; of those that are not used yet there is the header.
 *
 * Context: any.
 * Return: bytes behind the header of the page.
 */
size_t spc_self_test_page(const struct vscsi_cmd *cmd, u16 from, u8 *buf)
{
	struct vscsi_self_tests *tests = &cmd->lu->params->self_tests;
	unsigned long flags;
	size_t len = 0;
	u32 code;

	spin_lock_irqsave(&tests->lock, flags);
	for (code = max_t(u32, from, 1); code <= VSCSI_SELF_TEST_RESULTS; code++) {
		put_unaligned_be16(code, buf + len);
		buf[len + 2] = BINARY_LIST;
		buf[len + 3] = PARAMETER_LEN - PARAMETER_HEADER_LEN;
		if (code <= tests->begun)
			put_result(&tests->results[(tests->begun - code) % VSCSI_SELF_TEST_RESULTS],
				   buf + len);
		len += PARAMETER_LEN;
	}
	spin_unlock_irqrestore(&tests->lock, flags);
	return len;
}

/**
 * vscsi_self_test_seconds() - how long an extended self-test will take if nobody disturbs it
 * @lu: a disk
 *
 * Context: any.
 * Return: about how many seconds; at least 1.
 */
u32 vscsi_self_test_seconds(const struct vscsi_lu *lu)
{
	u64 seconds = (READ_ONCE(lu->blocks) << lu->block_shift >> BYTES_PER_SECOND_SHIFT) + 1;

	return min_t(u64, seconds, U32_MAX);
}
