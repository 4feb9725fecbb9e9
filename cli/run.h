/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_RUN_H
#define CLI_RUN_H

#include <stddef.h>

/* What a program left. */
struct run {
	int status;		/* its exit status; 127: it isn't there; 128 and more: a signal */
	char *out;		/* what it printed on stdout and stderr; strings, to be freed */
	char *err;
};

/* A growing list of words, for a program's arguments. */
struct argv {
	char **words;		/* ends with NULL */
	size_t nr;
};

void argv_add(struct argv *a, const char *word);
/* Words up to a NULL. */
void argv_add_all(struct argv *a, const char *const *words);
void argv_free(struct argv *a);

/*
 * Run a program, found in PATH or where the system's own are, and wait for it.  It has
 * no input and the C locale.  A ^C on the terminal doesn't reach it: what it began, it
 * ends.  The signal strikes this program when the other one has ended.
 */
void run_program(const struct argv *a, struct run *r);
void run_free(struct run *r);

#endif
