/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_DEFINED_H
#define CLI_DEFINED_H

#include "model.h"
#include "save.h"

/*
 * Virtual target devices in state Defined: known with their LUN, backing device and attributes,
 * but not configured.  The kernel doesn't have them; they are with what could not be restored.
 */

/* Add them to a model that has just been read from the kernel. */
void defined_read(struct model *m);

/*
 * Add what is about to be mapped, with its backing device if that is there, to a model that only
 * says what is a client's.
 */
void defined_expect(struct model *m, const struct items *wanted);

/*
 * Take a VTD's configuration away and leave it Defined, or take it away altogether, whatever its
 * state is.  Return RC_OK or the exit status of a printed message.
 */
int vtd_unconfigure(const struct model *m, const struct vtd *v, bool force);
int vtd_delete(const struct model *m, const struct vtd *v, bool force);

#endif
