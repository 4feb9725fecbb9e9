// SPDX-License-Identifier: GPL-2.0
/* monitor: tell changes of the configuration as they happen. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "err.h"
#include "nl.h"
#include "util.h"
#include "verbs.h"

enum field {
	F_TIME, F_EVENT, F_TYPE, F_NAME, F_STATUS, F_SVSA, F_BACKING,
	F_LUN, F_PHYSLOC, F_STATE, F_SIZE, F_PATH, F_PARTITION,
};

static const struct out_field fields[] = {
	[F_TIME] = { "time", "Time", 24, OUT_ROW, false },
	[F_EVENT] = { "event", "Event", 7, OUT_ROW, false },
	[F_TYPE] = { "type", "Type", 9, OUT_ROW, false },
	[F_NAME] = { "name", "Name", 15, OUT_ROW, false },
	[F_STATUS] = { "status", "Status", 9, OUT_ROW, false },
	[F_SVSA] = { "svsa", "SVSA", 8, OUT_ROW, false },
	[F_BACKING] = { "backing", "Backing device", 0, OUT_ROW, false },
	[F_LUN] = { "lun", "LUN", 18, OUT_ROW, true },
	[F_PHYSLOC] = { "physloc", "Physloc", 44, OUT_ROW, true },
	[F_STATE] = { "state", "State", 9, OUT_ROW, true },
	[F_SIZE] = { "size", "Size", 14, OUT_ROW, true },
	[F_PATH] = { "path", "Path", 0, OUT_ROW, true },
	[F_PARTITION] = { "partition", "Partition", 9, OUT_ROW, true },
	{ .name = NULL }
};

static const struct out_kind listing = {
	.fields = fields,
	.no_heading = true,
	.json_lines = true,
};

struct options {
	bool all;
	struct out_options out;
};

static const struct flag flags[] = {
	{ "all", FLAG_SWITCH, offsetof(struct options, all), 0, HINT_NONE, NULL },
	OUT_FLAG_FIELD(struct options),
	OUT_FLAG_FMT(struct options),
	OUT_FLAG_JSON(struct options),
	{ .name = NULL }
};

/* --- lines --- */

/* A line of its own, so that whoever reads it has it at once. */
static struct out *line_begin(const struct options *o, const char *event)
{
	time_t now = time(NULL);
	char text[32];
	struct out *out;
	struct tm tm;
	int rc;

	out = out_open(&listing, &o->out, &rc);
	if (!out)
		return NULL;
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S%z", localtime_r(&now, &tm));
	out_row(out);
	out_str(out, F_TIME, text);
	out_str(out, F_EVENT, event);
	return out;
}

static void line_end(struct out *out)
{
	out_close(out);
	fflush(stdout);
}

/* Shown at the start: whoever sees it misses nothing from now on. */
static void print_heading(const struct options *o)
{
	struct out *out;
	size_t f;
	int rc;

	if (o->out.fmt || o->out.json)
		return;
	out = out_open(&listing, &o->out, &rc);
	if (!out)
		return;
	out_row(out);
	for (f = 0; fields[f].name; f++)
		out_str(out, f, fields[f].heading);
	line_end(out);
}

static void print_partition(const struct options *o, const char *event,
			    const struct partition *p)
{
	struct out *out = line_begin(o, event);

	if (!out)
		return;
	out_str(out, F_TYPE, "partition");
	out_str(out, F_NAME, p->name);
	out_uint(out, F_PARTITION, p->id);
	line_end(out);
}

static void print_adapter(const struct options *o, const char *event, const struct adapter *a)
{
	struct out *out = line_begin(o, event);

	if (!out)
		return;
	out_str(out, F_TYPE, "adapter");
	out_str(out, F_NAME, adapter_label(a));
	out_str(out, F_STATUS, a->state == VSCSI_ADAPTER_UNKNOWN ? "Unknown" : adapter_status(a));
	out_str(out, F_PHYSLOC, a->physloc);
	out_uint(out, F_PARTITION, a->partition_id);
	line_end(out);
}

static void print_vtd(const struct options *o, const char *event, const struct vtd *v)
{
	struct out *out = line_begin(o, event);

	if (!out)
		return;
	out_str(out, F_TYPE, "vtd");
	out_str(out, F_NAME, v->name);
	out_str(out, F_STATUS, vtd_status(v));
	out_str(out, F_SVSA, v->adapter);
	out_str(out, F_BACKING, v->backing);
	out_hex64(out, F_LUN, v->lun);
	out_str(out, F_PHYSLOC, v->physloc);
	out_str(out, F_STATE, vtd_state_name(v->state));
	out_uint(out, F_SIZE, v->size);
	out_str(out, F_PATH, v->path);
	line_end(out);
}

static void print_event(const struct vnl_event *e, void *arg)
{
	static const char *const words[] = {
		[VNL_CREATED] = "created",
		[VNL_CHANGED] = "changed",
		[VNL_DELETED] = "deleted",
	};
	const struct options *o = arg;

	if (e->partition)
		print_partition(o, words[e->what], e->partition);
	else if (e->adapter)
		print_adapter(o, words[e->what], e->adapter);
	else if (e->vtd)
		print_vtd(o, words[e->what], e->vtd);
}

/* What is there now. */
static int print_all(struct session *s, const struct options *o)
{
	const struct model *m = &s->model;
	int rc = session_reload(s);
	size_t i;

	for (i = 0; !rc && i < m->nr_partitions; i++)
		print_partition(o, "present", &m->partitions[i]);
	for (i = 0; !rc && i < m->nr_adapters; i++)
		print_adapter(o, "present", &m->adapters[i]);
	for (i = 0; !rc && i < m->nr_vtds; i++)
		print_vtd(o, "present", &m->vtds[i]);
	return rc;
}

/* --- waiting --- */

static void ignore_event(const struct vnl_event *e, void *arg)
{
	(void)e;
	(void)arg;
}

/* What is still waiting is older than what is read now. */
static int recover(struct session *s, const struct options *o)
{
	struct out *out;
	int err;

	do
		err = vnl_read_events(ignore_event, NULL);
	while (err == VNL_LOST);
	if (err)
		return session_refused(err, "monitor");
	err_say(ERR_EVENTS_LOST, NULL, NULL);
	out = line_begin(o, "lost");
	if (out)
		line_end(out);
	return print_all(s, o);
}

static int print_waiting(struct session *s, struct options *o)
{
	int err = vnl_read_events(print_event, o);

	if (err == VNL_LOST)
		return recover(s, o);
	return err ? session_refused(err, "monitor") : RC_OK;
}

/* Signals that end it, as something that can be waited for; a negative errno. */
static int open_signals(void)
{
	sigset_t set;
	int signals;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -errno;
	signals = signalfd(-1, &set, SFD_CLOEXEC);
	return signals < 0 ? -errno : signals;
}

/* Until a signal comes, whoever reads our lines is gone, or the module is. */
static int watch(struct session *s, struct options *o, int events, int signals)
{
	struct pollfd fds[] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = STDOUT_FILENO },
		{ .fd = events, .events = POLLIN },
	};
	int rc = RC_OK;

	while (!rc && !fds[0].revents && !fds[1].revents) {
		if (fds[2].revents)
			rc = print_waiting(s, o);
		if (!rc && poll(fds, ARRAY_SIZE(fds), -1) < 0 && errno != EINTR)
			return err_say(ERR_NETLINK, strerror(errno), NULL);
	}
	/* Who is gone doesn't miss what could not be written. */
	if (fds[1].revents) {
		clearerr(stdout);
		__fpurge(stdout);
	}
	return rc;
}

static int monitor(struct session *s, struct options *o)
{
	int signals = open_signals();
	int events = vnl_listen(), rc;

	if (signals < 0 || events < 0)
		return session_refused(events < 0 ? events : signals, "monitor");
	print_heading(o);
	rc = o->all ? print_all(s, o) : RC_OK;
	if (!rc)
		rc = watch(s, o, events, signals);
	close(signals);
	return rc;
}

static int monitor_run(struct session *s, int argc, char **argv)
{
	struct options o = { .all = false };
	struct out *out;
	int rc;

	rc = args_parse(s->verb, argc, argv, &o);
	if (rc)
		return rc;
	/* Words that are wrong are told before the first event. */
	out = out_open(&listing, &o.out, &rc);
	if (!out)
		return rc;
	out_abandon(out);
	return monitor(s, &o);
}

const struct verb verb_monitor = {
	.name = "monitor",
	.group = "Managed System Commands (additions)",
	.summary = "Prints changes of the configuration as they happen.",
	.usage = "monitor [-all] [-field FieldName ...] [-fmt Delimiter | -json]",
	.addition = true,
	.flags = flags,
	.listing = &listing,
	.run = monitor_run,
};
