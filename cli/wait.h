/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_WAIT_H
#define CLI_WAIT_H

#include "model.h"

/*
 * Wait until each client that is connected to the VTD's adapter has the disk and a
 * device node for it, and print the nodes.  RC_OK or the status of a printed message.
 */
int wait_for_disks(const struct model *m, const struct vtd *v);

#endif
