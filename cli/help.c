// SPDX-License-Identifier: GPL-2.0
/* help: the verb table, for people. */
#include <stdio.h>
#include <string.h>

#include "err.h"
#include "util.h"
#include "verbs.h"

static bool group_is_new(const struct verb *const *v)
{
	const struct verb *const *before;

	for (before = verbs; before != v; before++)
		if (!strcmp((*before)->group, (*v)->group))
			return false;
	return true;
}

static void print_group(const char *group)
{
	const struct verb *const *v;

	printf("%s\n", group);
	for (v = verbs; *v; v++)
		if (!strcmp((*v)->group, group))
			printf("    %-12s %s\n", (*v)->name, (*v)->summary);
}

static int print_all(void)
{
	const struct verb *const *v;

	for (v = verbs; *v; v++) {
		if (!group_is_new(v))
			continue;
		if (v != verbs)
			putchar('\n');
		print_group((*v)->group);
	}
	puts("\nType \"help COMMAND\" for the flags of a command.");
	return RC_OK;
}

static int help_run(struct session *s, int argc, char **argv)
{
	const struct verb *verb;

	if (!argc)
		return print_all();
	if (argc > 1)
		return args_refuse(s->verb, ERR_TOO_MANY, argv[1], NULL);
	verb = verb_find(argv[0]);
	if (!verb)
		return err_say(ERR_VERB, argv[0], NULL);
	verb_usage(verb, stdout);
	return RC_OK;
}

const struct verb verb_help = {
	.name = "help",
	.group = "Information Commands",
	.summary = "Lists the commands, or shows how to use one.",
	.usage = "help [Command]",
	.flags = (const struct flag[]){ { .name = NULL } },
	.run = help_run,
};
