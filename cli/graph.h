/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_GRAPH_H
#define CLI_GRAPH_H

#include <stdio.h>

#include "model.h"

/*
 * A picture of mappings, as text for Graphviz: backing devices, VTDs, server adapters and the
 * client adapters that they are connected to, in their partitions.
 */

struct graph {
	const struct model *m;
	FILE *to;
};

void graph_begin(const struct graph *g);
/* A server adapter, with its clients. */
void graph_adapter(const struct graph *g, const struct adapter *a);
void graph_vtd(const struct graph *g, const struct vtd *v);
void graph_end(const struct graph *g);

/*
 * Print what a descriptor's file holds, from its start, as SVG, by the program "dot".  Return
 * RC_OK or the exit status of a printed message.
 */
int graph_print_svg(int fd);

#endif
