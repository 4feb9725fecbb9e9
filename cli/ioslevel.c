// SPDX-License-Identifier: GPL-2.0
/* ioslevel: the level of the Virtual I/O Server whose commands these are. */
#include <stdio.h>

#include "err.h"
#include "verbs.h"

#define IOSLEVEL	"3.1.4.0"

static int ioslevel_run(struct session *s, int argc, char **argv)
{
	int rc = args_parse(s->verb, argc, argv, NULL);

	if (!rc)
		puts(IOSLEVEL);
	return rc;
}

const struct verb verb_ioslevel = {
	.name = "ioslevel",
	.group = "Information Commands",
	.summary = "Prints the level of the Virtual I/O Server.",
	.usage = "ioslevel",
	.flags = (const struct flag[]){ { .name = NULL } },
	.run = ioslevel_run,
};
