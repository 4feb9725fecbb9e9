/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_RESTORE_H
#define CLI_RESTORE_H

#include "save.h"

/*
 * Make what a list of objects describes and is not there.  Each thing that is made is printed;
 * each that can't be made is told, and doesn't keep the others from being made.  Those whose
 * place nothing else has are left in @missing.  With @validate nothing is changed, and what
 * would be made counts as failed.  Return how many failed.
 */
unsigned int restore_items(struct session *s, const char *path, const struct items *items,
			   bool validate, struct items *missing);

/*
 * Configure a virtual target device that is Defined, on an adapter that is Available, without a
 * word unless that fails; it stays Defined then.  The caller keeps others from removing storage.
 * Return RC_OK or the exit status of a printed message.
 */
int restore_defined(struct session *s, const struct item *it);

#endif
