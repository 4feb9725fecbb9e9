// SPDX-License-Identifier: GPL-2.0
/* Mappings as a graph, in the language of Graphviz. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "graph.h"
#include "run.h"
#include "util.h"

#define INDENT	"    "

/*
 * The inside of a string in quotes.  Graphviz takes backslashes and entities apart there; what
 * can't be printed is shown as a question mark.
 */
static void put_text(const struct graph *g, const char *text)
{
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fprintf(g->to, "\\%c", *text);
		else if (*text == '&')
			fputs("&amp;", g->to);
		else
			fputc((unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text, g->to);
	}
}

/* Objects of different kinds may have the same name. */
static void put_id(const struct graph *g, const char *kind, const char *name)
{
	fprintf(g->to, "\"%s ", kind);
	put_text(g, name);
	fputc('"', g->to);
}

/* A box with one or two lines in it; @attributes ends it, or has more. */
static void put_node(const struct graph *g, const char *kind, const char *name,
		     const char *second, const char *attributes)
{
	put_id(g, kind, name);
	fputs(" [label=\"", g->to);
	put_text(g, name);
	if (second[0]) {
		fputs("\\n", g->to);
		put_text(g, second);
	}
	fprintf(g->to, "\"%s]; ", attributes);
}

/* Graphviz joins all clusters of one name. */
static void partition_begin(const struct graph *g, uint32_t id, const char *name)
{
	fprintf(g->to, INDENT "subgraph \"cluster %" PRIu32 "\" { label=\"", id);
	put_text(g, name);
	fputs("\"; ", g->to);
}

static void partition_end(const struct graph *g)
{
	fputs("}\n", g->to);
}

void graph_begin(const struct graph *g)
{
	fputs("digraph vscsi {\n"
	      INDENT "rankdir=LR;\n"
	      INDENT "graph [style=rounded, fontname=\"sans-serif\"];\n"
	      INDENT "node [shape=box, fontname=\"sans-serif\"];\n"
	      INDENT "edge [arrowhead=none];\n", g->to);
}

void graph_end(const struct graph *g)
{
	fputs("}\n", g->to);
}

static void put_client(const struct graph *g, const struct adapter *server,
		       const struct link *l)
{
	partition_begin(g, l->partition_id, l->partition);
	put_node(g, "adapter", l->adapter, "", "");
	partition_end(g);
	fputs(INDENT, g->to);
	put_id(g, "adapter", server->name);
	fputs(" -> ", g->to);
	put_id(g, "adapter", l->adapter);
	fputs(l->state == VSCSI_LINK_UP ? ";\n" : " [style=dashed];\n", g->to);
}

void graph_adapter(const struct graph *g, const struct adapter *a)
{
	const struct partition *p = model_partition(g->m, a->partition_id);
	const char *slot = strrchr(a->physloc, '-');
	size_t i;

	partition_begin(g, a->partition_id, p ? p->name : "");
	put_node(g, "adapter", a->name, slot ? slot + 1 : "",
		 a->state == VSCSI_ADAPTER_AVAILABLE ? "" : ", style=dashed");
	partition_end(g);
	for (i = 0; i < a->nr_links; i++)
		put_client(g, a, &a->links[i]);
}

/*
 * What several VTDs share is one box: a device or file, whatever each of them calls it.  Memory
 * is no device, and never shared.
 */
static void put_backing(const struct graph *g, const struct vtd *v)
{
	char id[VSCSI_DEVICE_NAME_MAX + 48];

	if (!v->backing_dev)
		str_copy(id, sizeof(id), v->name);
	else
		snprintf(id, sizeof(id), "%" PRIx64 " %" PRIu64, v->backing_dev, v->backing_ino);
	fputs(INDENT, g->to);
	put_id(g, "backing", id);
	fputs(" [label=\"", g->to);
	put_text(g, v->backing);
	fputs("\", shape=cylinder];\n" INDENT, g->to);
	put_id(g, "backing", id);
	fputs(" -> ", g->to);
	put_id(g, "vtd", v->name);
	fputs(";\n", g->to);
}

void graph_vtd(const struct graph *g, const struct vtd *v)
{
	const struct adapter *a = model_adapter(g->m, v->adapter);
	const struct partition *p = a ? model_partition(g->m, a->partition_id) : NULL;
	char lun[24];

	if (!a)
		return;
	snprintf(lun, sizeof(lun), "0x%016" PRIx64, v->lun);
	partition_begin(g, a->partition_id, p ? p->name : "");
	put_node(g, "vtd", v->name, lun,
		 v->state == VSCSI_VTD_AVAILABLE ? "" : ", style=dashed, color=red");
	partition_end(g);
	if (v->backing[0])
		put_backing(g, v);
	fputs(INDENT, g->to);
	put_id(g, "vtd", v->name);
	fputs(" -> ", g->to);
	put_id(g, "adapter", v->adapter);
	fputs(";\n", g->to);
}

int graph_print_svg(int fd)
{
	struct argv a = { .words = NULL };
	char *path = xasprintf("/dev/fd/%d", fd);
	int rc = RC_OK;
	struct run r;

	ARGV_ADD(&a, "dot", "-Tsvg", path);
	run_program(&a, &r);
	r.err[strcspn(r.err, "\n")] = '\0';
	if (r.status)
		rc = err_say(ERR_PROGRAM, "dot", r.err[0] ? r.err : "it failed");
	else
		fputs(r.out, stdout);
	run_free(&r);
	argv_free(&a);
	free(path);
	return rc;
}
