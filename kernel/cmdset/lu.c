// SPDX-License-Identifier: GPL-2.0
/* A logical unit: its counters, what clients have changed of it, whether it is ready. */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/ktime.h>
#include <linux/string.h>

#include "command.h"
#include "opcode.h"
#include "pr.h"
#include "self_test.h"

/**
 * vscsi_lu_stats_alloc() - allocate the counters
 * @lu: a logical unit that is not published yet
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int vscsi_lu_stats_alloc(struct vscsi_lu *lu)
{
	int cpu;

	spin_lock_init(&lu->log_lock);
	lu->stats = alloc_percpu(struct vscsi_lu_stats);
	if (!lu->stats)
		return -ENOMEM;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(lu->stats, cpu)->sync);
	return 0;
}

/**
 * vscsi_lu_stats_free() - free the counters
 * @lu: a logical unit without commands; vscsi_lu_stats_alloc() may have failed
 *
 * Context: process.
 */
void vscsi_lu_stats_free(struct vscsi_lu *lu)
{
	free_percpu(lu->stats);
	lu->stats = NULL;
}

static void read_cpu(struct vscsi_lu_totals *t, const struct vscsi_lu_stats *s)
{
	t->read_cmds = u64_stats_read(&s->read_cmds);
	t->write_cmds = u64_stats_read(&s->write_cmds);
	t->other_cmds = u64_stats_read(&s->other_cmds);
	t->read_bytes = u64_stats_read(&s->read_bytes);
	t->write_bytes = u64_stats_read(&s->write_bytes);
	t->errors = u64_stats_read(&s->errors);
	t->read_errors = u64_stats_read(&s->read_errors);
	t->write_errors = u64_stats_read(&s->write_errors);
	t->aborted = u64_stats_read(&s->aborted);
	t->unit_attentions = u64_stats_read(&s->unit_attentions);
	t->in_flight = u64_stats_read(&s->started) - u64_stats_read(&s->finished);
}

static void add_cpu(struct vscsi_lu_totals *t, const struct vscsi_lu_stats *s)
{
	struct vscsi_lu_totals cpu;
	unsigned int start;

	do {
		start = u64_stats_fetch_begin(&s->sync);
		read_cpu(&cpu, s);
	} while (u64_stats_fetch_retry(&s->sync, start));

	t->read_cmds += cpu.read_cmds;
	t->write_cmds += cpu.write_cmds;
	t->other_cmds += cpu.other_cmds;
	t->read_bytes += cpu.read_bytes;
	t->write_bytes += cpu.write_bytes;
	t->errors += cpu.errors;
	t->read_errors += cpu.read_errors;
	t->write_errors += cpu.write_errors;
	t->aborted += cpu.aborted;
	t->unit_attentions += cpu.unit_attentions;
	t->in_flight += cpu.in_flight;
}

/**
 * vscsi_lu_stats_read() - add up the counters of all CPUs
 * @lu: a logical unit
 * @totals: filled in; not a snapshot, commands go on while it is made
 *
 * Context: any.
 */
void vscsi_lu_stats_read(const struct vscsi_lu *lu, struct vscsi_lu_totals *totals)
{
	int cpu;

	memset(totals, 0, sizeof(*totals));
	for_each_possible_cpu(cpu)
		add_cpu(totals, per_cpu_ptr(lu->stats, cpu));
	/* A command that finished elsewhere while the sum was made. */
	if ((s64)totals->in_flight < 0)
		totals->in_flight = 0;
}

/**
 * vscsi_lu_log_read() - the counters since they were last reset by LOG SELECT
 * @lu: a logical unit
 * @totals: filled in; only those of reads and writes are reset
 *
 * Context: any.
 */
void vscsi_lu_log_read(struct vscsi_lu *lu, struct vscsi_lu_totals *totals)
{
	const struct vscsi_lu_totals *base = &lu->log_base;
	unsigned long flags;

	spin_lock_irqsave(&lu->log_lock, flags);
	vscsi_lu_stats_read(lu, totals);
	totals->read_bytes -= base->read_bytes;
	totals->read_errors -= base->read_errors;
	totals->write_bytes -= base->write_bytes;
	totals->write_errors -= base->write_errors;
	spin_unlock_irqrestore(&lu->log_lock, flags);
}

/**
 * vscsi_lu_log_reset() - let counters begin anew for LOG SENSE, and for nobody else
 * @lu: a logical unit
 * @reads: those of reads
 * @writes: those of writes
 *
 * Context: any.
 */
void vscsi_lu_log_reset(struct vscsi_lu *lu, bool reads, bool writes)
{
	struct vscsi_lu_totals now;
	unsigned long flags;

	spin_lock_irqsave(&lu->log_lock, flags);
	vscsi_lu_stats_read(lu, &now);
	if (reads) {
		lu->log_base.read_bytes = now.read_bytes;
		lu->log_base.read_errors = now.read_errors;
	}
	if (writes) {
		lu->log_base.write_bytes = now.write_bytes;
		lu->log_base.write_errors = now.write_errors;
	}
	spin_unlock_irqrestore(&lu->log_lock, flags);
}

/**
 * vscsi_lu_count_start() - a command begins
 * @lu: its logical unit
 *
 * Context: any.
 */
void vscsi_lu_count_start(struct vscsi_lu *lu)
{
	struct vscsi_lu_stats *s = get_cpu_ptr(lu->stats);
	unsigned long flags = u64_stats_update_begin_irqsave(&s->sync);

	u64_stats_inc(&s->started);
	u64_stats_update_end_irqrestore(&s->sync, flags);
	put_cpu_ptr(lu->stats);
}

static void count_kind(struct vscsi_lu_stats *s, const struct vscsi_cmd *cmd)
{
	u32 flags = cmd->op ? cmd->op->flags : 0;

	if (flags & VSCSI_OP_WRITE) {
		u64_stats_inc(&s->write_cmds);
		u64_stats_add(&s->write_bytes, cmd->done_bytes);
	} else if (flags & VSCSI_OP_READ) {
		u64_stats_inc(&s->read_cmds);
		u64_stats_add(&s->read_bytes, cmd->done_bytes);
	} else {
		u64_stats_inc(&s->other_cmds);
	}
}

static void count_reason(struct vscsi_lu_stats *s, enum vscsi_reason reason)
{
	switch (reason) {
	case VSCSI_OK:
		break;
	case VSCSI_UNIT_ATTENTION:
		u64_stats_inc(&s->unit_attentions);
		break;
	case VSCSI_ABORTED:
		u64_stats_inc(&s->aborted);
		break;
	case VSCSI_MEDIUM_READ:
		u64_stats_inc(&s->read_errors);
		u64_stats_inc(&s->errors);
		break;
	case VSCSI_MEDIUM_WRITE:
		u64_stats_inc(&s->write_errors);
		u64_stats_inc(&s->errors);
		break;
	default:
		u64_stats_inc(&s->errors);
	}
}

/**
 * vscsi_lu_count_finish() - a command ends
 * @lu: its logical unit
 * @cmd: the command, with its reason and the bytes that it moved
 *
 * Context: any.
 */
void vscsi_lu_count_finish(struct vscsi_lu *lu, const struct vscsi_cmd *cmd)
{
	struct vscsi_lu_stats *s = get_cpu_ptr(lu->stats);
	unsigned long flags = u64_stats_update_begin_irqsave(&s->sync);

	count_kind(s, cmd);
	count_reason(s, cmd->reason);
	u64_stats_inc(&s->finished);
	u64_stats_update_end_irqrestore(&s->sync, flags);
	put_cpu_ptr(lu->stats);
}

/**
 * vscsi_lu_params_init() - as they are before clients change them
 * @params: zeroes
 *
 * Context: any.
 */
void vscsi_lu_params_init(struct vscsi_lu_params *params)
{
	spin_lock_init(&params->buffers.lock);
	spin_lock_init(&params->self_tests.lock);
	params->since = ktime_get_boottime_seconds();
}

/**
 * vscsi_lu_power_on() - for how long has there been the logical unit?
 * @params: its parameters
 *
 * Context: any.
 * Return: seconds since its backing device was mapped.
 */
u64 vscsi_lu_power_on(const struct vscsi_lu_params *params)
{
	return ktime_get_boottime_seconds() - params->since;
}

/**
 * vscsi_lu_reset() - forget what clients have changed and not saved, as a logical unit reset does
 * @lu: a logical unit
 *
 * A self-test ends.
 *
 * Context: any.
 */
void vscsi_lu_reset(struct vscsi_lu *lu)
{
	const struct vscsi_settings *settings = &lu->pr->saved.settings;

	WRITE_ONCE(lu->params->descriptor_sense, READ_ONCE(settings->descriptor_sense));
	WRITE_ONCE(lu->params->write_protect, READ_ONCE(settings->write_protect));
	vscsi_self_test_stop(lu->params);
}

/**
 * vscsi_lu_read_only() - is the logical unit write protected?
 * @lu: a logical unit
 *
 * Context: any.
 */
bool vscsi_lu_read_only(const struct vscsi_lu *lu)
{
	return lu->backend->caps.read_only || READ_ONCE(lu->params->write_protect);
}

/**
 * vscsi_lu_writable() - would the logical unit accept a write?
 * @lu: a logical unit
 *
 * Context: any.
 * Return: VSCSI_OK, or by what it is write protected.
 */
enum vscsi_reason vscsi_lu_writable(const struct vscsi_lu *lu)
{
	if (!vscsi_lu_read_only(lu))
		return VSCSI_OK;
	return lu->backend->caps.read_only ? VSCSI_WRITE_PROTECTED : VSCSI_SOFTWARE_PROTECTED;
}

/**
 * vscsi_lu_descriptor_sense() - is sense data wanted in descriptor format?
 * @lu: a logical unit
 *
 * Context: any.
 */
bool vscsi_lu_descriptor_sense(const struct vscsi_lu *lu)
{
	return READ_ONCE(lu->params->descriptor_sense);
}

/**
 * vscsi_lu_ready() - would the logical unit accept a medium access?
 * @lu: a logical unit
 *
 * Context: any.
 * Return: VSCSI_OK, or why not.
 */
enum vscsi_reason vscsi_lu_ready(const struct vscsi_lu *lu)
{
	if (READ_ONCE(lu->tray_open))
		return VSCSI_TRAY_OPEN;
	if (READ_ONCE(lu->stopped) || READ_ONCE(lu->params->stopped))
		return VSCSI_STOPPED;
	return lu->backend->ops->ready(lu->backend);
}

/**
 * vscsi_lu_phase() - does formatting, sanitizing or a self-test keep clients from the medium?
 * @lu: a logical unit
 *
 * Context: any.
 * Return: VSCSI_OK, or why it does.
 */
enum vscsi_reason vscsi_lu_phase(const struct vscsi_lu *lu)
{
	switch (READ_ONCE(lu->params->phase)) {
	case VSCSI_PHASE_NORMAL:
		if (READ_ONCE(lu->params->self_tests.mode) == VSCSI_SELF_TEST_FOREGROUND)
			return VSCSI_SELF_TESTING;
		break;
	case VSCSI_PHASE_FORMATTING:
		return VSCSI_FORMATTING;
	case VSCSI_PHASE_FORMAT_CORRUPT:
		return VSCSI_FORMAT_CORRUPT;
	case VSCSI_PHASE_SANITIZING:
		return VSCSI_SANITIZING;
	case VSCSI_PHASE_SANITIZE_FAILED:
	case VSCSI_PHASE_SANITIZE_RESTRICTED:
		return VSCSI_SANITIZE_FAILED;
	}
	return VSCSI_OK;
}
