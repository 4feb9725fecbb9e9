// SPDX-License-Identifier: GPL-2.0
/* lsstat: what each logical unit has done since it was mapped. */
#include <string.h>

#include "err.h"
#include "verbs.h"

enum field {
	F_VTD, F_SVSA, F_READS, F_WRITES, F_OTHERS, F_READ_BYTES, F_WRITE_BYTES, F_ERRORS,
	F_ABORTS, F_UAS, F_IN_FLIGHT,
};

static const struct out_field fields[] = {
	[F_VTD] = { "vtd", "VTD", 0, OUT_ROW, false },
	[F_SVSA] = { "svsa", "SVSA", 0, OUT_ROW, false },
	[F_READS] = { "reads", "Reads", 0, OUT_ROW, false },
	[F_WRITES] = { "writes", "Writes", 0, OUT_ROW, false },
	[F_OTHERS] = { "others", "Others", 0, OUT_ROW, false },
	[F_READ_BYTES] = { "readbytes", "Read bytes", 0, OUT_ROW, false },
	[F_WRITE_BYTES] = { "writebytes", "Write bytes", 0, OUT_ROW, false },
	[F_ERRORS] = { "errors", "Errors", 0, OUT_ROW, false },
	[F_ABORTS] = { "aborts", "Aborts", 0, OUT_ROW, false },
	[F_UAS] = { "uas", "Attentions", 0, OUT_ROW, false },
	[F_IN_FLIGHT] = { "inflight", "In flight", 0, OUT_ROW, false },
	{ .name = NULL }
};

static const struct out_kind listing = { .fields = fields, .separator = "  " };

struct options {
	bool all;
	const char *vadapter;
	const char *vtd;
	struct out_options out;
};

enum { GROUP_WHICH = 1 };

static const struct flag flags[] = {
	{ "all", FLAG_SWITCH, offsetof(struct options, all), GROUP_WHICH, HINT_NONE, NULL },
	{ "vadapter", FLAG_VALUE, offsetof(struct options, vadapter), GROUP_WHICH, HINT_VHOST,
	  NULL },
	{ "vtd", FLAG_VALUE, offsetof(struct options, vtd), GROUP_WHICH, HINT_VTD, NULL },
	OUT_FLAG_FIELD(struct options),
	OUT_FLAG_FMT(struct options),
	OUT_FLAG_JSON(struct options),
	{ .name = NULL }
};

static void put(struct out *out, const struct vtd *v)
{
	out_row(out);
	out_str(out, F_VTD, v->name);
	out_str(out, F_SVSA, v->adapter);
	out_uint(out, F_READS, v->stats.read_cmds);
	out_uint(out, F_WRITES, v->stats.write_cmds);
	out_uint(out, F_OTHERS, v->stats.other_cmds);
	out_uint(out, F_READ_BYTES, v->stats.read_bytes);
	out_uint(out, F_WRITE_BYTES, v->stats.write_bytes);
	out_uint(out, F_ERRORS, v->stats.errors);
	out_uint(out, F_ABORTS, v->stats.aborted);
	out_uint(out, F_UAS, v->stats.unit_attentions);
	out_uint(out, F_IN_FLIGHT, v->stats.in_flight);
}

static bool wanted(const struct session *s, const struct options *o, const struct vtd *v)
{
	if (model_vtd_partition(&s->model, v) != s->self->id)
		return false;
	if (o->vadapter)
		return !strcmp(o->vadapter, v->adapter);
	return !o->vtd || !strcmp(o->vtd, v->name);
}

static int which_check(const struct session *s, const struct options *o)
{
	const struct vtd *v;
	int rc = RC_OK;

	if (o->vadapter)
		session_vhost(s, o->vadapter, &rc);
	if (!o->vtd)
		return rc;
	v = model_vtd(&s->model, o->vtd);
	if (!v || model_vtd_partition(&s->model, v) != s->self->id)
		return err_say(ERR_NO_VTD, o->vtd, NULL);
	return rc;
}

static int lsstat_run(struct session *s, int argc, char **argv)
{
	struct options o = { .all = false };
	struct out *out;
	size_t i;
	int rc;

	rc = args_parse(s->verb, argc, argv, &o);
	if (!rc)
		rc = session_start(s, ON_VIOS);
	if (!rc)
		rc = which_check(s, &o);
	if (rc)
		return rc;
	out = out_open(&listing, &o.out, &rc);
	if (!out)
		return rc;
	for (i = 0; i < s->model.nr_vtds; i++)
		if (wanted(s, &o, &s->model.vtds[i]))
			put(out, &s->model.vtds[i]);
	return out_close(out);
}

const struct verb verb_lsstat = {
	.name = "lsstat",
	.group = "Managed System Commands (additions)",
	.summary = "Lists the counters of each virtual target device.",
	.usage =
	"lsstat [-all | -vadapter ServerVirtualAdapter | -vtd VirtualTargetDevice]\n"
	"\t[-field FieldName ...] [-fmt Delimiter | -json]",
	.addition = true,
	.flags = flags,
	.listing = &listing,
	.run = lsstat_run,
};
