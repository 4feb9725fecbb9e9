// SPDX-License-Identifier: GPL-2.0
/* The verb table, and what all verbs do before their own work. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "defined.h"
#include "err.h"
#include "nl.h"
#include "util.h"
#include "verbs.h"

const struct verb *const verbs[] = {
	&verb_cfgdev,
	&verb_chdev,
	&verb_lsdev,
	&verb_lsmap,
	&verb_mkvdev,
	&verb_rmdev,
	&verb_rmvdev,
	&verb_lspv,
	&verb_activatevg,
	&verb_chvg,
	&verb_deactivatevg,
	&verb_exportvg,
	&verb_extendvg,
	&verb_importvg,
	&verb_lsvg,
	&verb_mkvg,
	&verb_reducevg,
	&verb_chlv,
	&verb_extendlv,
	&verb_lslv,
	&verb_mklv,
	&verb_rmlv,
	&verb_chbdsp,
	&verb_chsp,
	&verb_lssp,
	&verb_mkbdsp,
	&verb_mksp,
	&verb_rmbdsp,
	&verb_rmsp,
	&verb_viosbr,
	&verb_chrep,
	&verb_chvopt,
	&verb_loadopt,
	&verb_lsrep,
	&verb_lsvopt,
	&verb_mkrep,
	&verb_mkvopt,
	&verb_rmrep,
	&verb_rmvopt,
	&verb_unloadopt,
	&verb_ioslevel,
	&verb_help,
	&verb_lslpar,
	&verb_mklpar,
	&verb_rmlpar,
	&verb_mkvadapter,
	&verb_rmvadapter,
	&verb_lsstat,
	&verb_monitor,
	NULL
};

const struct verb *verb_find(const char *name)
{
	const struct verb *const *v;

	for (v = verbs; *v; v++)
		if (!strcmp((*v)->name, name))
			return *v;
	return NULL;
}

/* Each form of a verb is a line; what continues a form begins with a tab. */
void verb_usage(const struct verb *verb, FILE *to)
{
	const char *line = verb->usage;
	int pad = strlen("Usage: ");

	fputs("Usage: ", to);
	while (*line) {
		int len = strcspn(line, "\n");

		if (line != verb->usage)
			fprintf(to, "%*s", pad, "");
		if (*line == '\t')
			fprintf(to, "%*s%.*s\n", (int)strlen(verb->name) + 1, "", len - 1,
				line + 1);
		else
			fprintf(to, "%.*s\n", len, line);
		line += len + (line[len] == '\n');
	}
	fprintf(to, "%*s%s%s\n", pad, "", verb->summary,
		verb->addition ? " (an addition to the VIOS commands)" : "");
}

const struct partition *session_partition(const struct session *s, const char *word)
{
	const struct model *m = &s->model;
	uint64_t id;
	size_t i;

	for (i = 0; i < m->nr_partitions; i++)
		if (!strcmp(m->partitions[i].name, word))
			return &m->partitions[i];
	return parse_u64(word, VSCSI_PARTITION_ID_MAX, &id) ? NULL : model_partition(m, id);
}

static int choose_only_vios(struct session *s)
{
	const struct model *m = &s->model;
	size_t i;

	for (i = 0; i < m->nr_partitions; i++) {
		if (m->partitions[i].type != VSCSI_PARTITION_VIOS)
			continue;
		if (s->self)
			return err_say(ERR_PARTITION_CHOICE, NULL, NULL);
		s->self = &m->partitions[i];
	}
	return s->self ? RC_OK : err_say(ERR_NO_VIOS, NULL, NULL);
}

static int choose_partition(struct session *s, enum session_place place)
{
	int rc;

	if (!s->partition_word) {
		rc = choose_only_vios(s);
		if (rc)
			return rc;
	} else {
		s->self = session_partition(s, s->partition_word);
		if (!s->self)
			return err_say(ERR_PARTITION, s->partition_word, NULL);
	}
	if (place == ON_VIOS && s->self->type != VSCSI_PARTITION_VIOS)
		return err_say(ERR_ONLY_ON_VIOS, s->verb->name, s->self->name);
	return RC_OK;
}

static int read_model(struct session *s)
{
	int rc = s->brief ? model_read_adapters(&s->model) : model_read(&s->model);

	if (!rc)
		defined_read(&s->model);
	return rc;
}

int session_start(struct session *s, enum session_place place)
{
	int rc = read_model(s);

	if (rc || place == ON_SYSTEM)
		return rc;
	return choose_partition(s, place);
}

int session_reload(struct session *s)
{
	uint32_t id = s->self ? s->self->id : 0;
	int rc = read_model(s);

	s->self = rc ? NULL : model_partition(&s->model, id);
	return rc;
}

void session_end(struct session *s)
{
	s->self = NULL;
	model_free(&s->model);
}

const struct adapter *session_vhost(const struct session *s, const char *name, int *rc)
{
	const struct adapter *a = model_adapter(&s->model, name);

	*rc = RC_OK;
	if (a && a->type == VSCSI_ADAPTER_SERVER && a->partition_id == s->self->id)
		return a;
	*rc = err_say(ERR_NOT_SVSA, name, NULL);
	return NULL;
}

int session_refused(int error, const char *what)
{
	if (error == VNL_NO_FAMILY)
		return err_say(ERR_NO_MODULE, NULL, NULL);
	return err_kernel(error, vnl_text(), what);
}
