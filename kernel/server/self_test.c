// SPDX-License-Identifier: GPL-2.0
/*
 * Self-tests in the background.
 *
 * One is done in slices, and rests after each while commands are under way on any path: that is
 * how it is suspended for them (SPC-4 5.14) without never coming to its end.  It holds a
 * reference to the VTD by which it came, and ends when that is removed.
 */
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "../cmdset/self_test.h"
#include "target.h"

/* How long it disturbs others before it looks whether there are any, and leaves them alone then. */
#define SLICE	msecs_to_jiffies(20)
#define REST	msecs_to_jiffies(100)

/**
 * struct background_test - a self-test that goes on behind the answer of its command
 * @test: what to do
 * @vtd: by which it came; a reference
 * @work: does it
 */
struct background_test {
	struct vscsi_self_test *test;
	struct vscsi_vtd *vtd;
	struct delayed_work work;
};

static bool is_for_unit(const struct vscsi_task *task, const void *unit)
{
	return task->vtd && task->vtd->unit == unit;
}

static bool do_slice(struct vscsi_self_test *test)
{
	unsigned long end = jiffies + SLICE;
	bool more;

	do {
		more = vscsi_self_test_step(test);
		cond_resched();
	} while (more && time_before(jiffies, end));
	return more;
}

static void finish(struct background_test *bg)
{
	vscsi_self_test_end(bg->test);
	vscsi_self_test_free(bg->test);
	percpu_ref_put(&bg->vtd->ref);
	kfree(bg);
}

static void test_work(struct work_struct *work)
{
	struct background_test *bg = container_of(work, struct background_test, work.work);
	struct vscsi_unit *unit = bg->vtd->unit;
	unsigned int noio = memalloc_noio_save();
	bool more = do_slice(bg->test);

	memalloc_noio_restore(noio);
	if (more)
		queue_delayed_work(vscsi_job_wq, &bg->work,
				   vscsi_unit_any(unit, is_for_unit, unit) ? REST : 0);
	else
		finish(bg);
}

/**
 * vscsi_background_test() - see struct vscsi_target_ops, test_in_background
 * @cmd: the command
 * @test: what to do
 *
 * Who removes the VTD looks for a self-test when new references are refused, this the other way
 * round, with the lock of vscsi_self_test_leave() between them: one of both sees the other.
 *
 * Context: worker.
 * Return: VSCSI_OK; or why not, and @test stays the caller's.
 */
enum vscsi_reason vscsi_background_test(struct vscsi_cmd *cmd, struct vscsi_self_test *test)
{
	struct vscsi_task *task = container_of(cmd, struct vscsi_task, cmd);
	struct background_test *bg;

	if (percpu_ref_is_dying(&task->vtd->ref))
		return VSCSI_ABORTED;
	bg = kzalloc(sizeof(*bg), GFP_NOIO);
	if (!bg)
		return VSCSI_OUT_OF_RESOURCES;
	bg->test = test;
	bg->vtd = task->vtd;
	percpu_ref_get(&bg->vtd->ref);
	INIT_DELAYED_WORK(&bg->work, test_work);
	queue_delayed_work(vscsi_job_wq, &bg->work, 0);
	return VSCSI_OK;
}
