/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_RUN_H
#define CLI_RUN_H

#include <stddef.h>

#define RUN_NOT_STARTED	126	/* for another reason than the next */
#define RUN_NOT_THERE	127

/* What a program left. */
struct run {
	int status;		/* its exit status; RUN_NOT_...; 128 and more: a signal */
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
#define ARGV_ADD(a, ...)	argv_add_all(a, (const char *const []){ __VA_ARGS__, NULL })
void argv_free(struct argv *a);

/*
 * Run a program, found in PATH or where the system's own are, and wait for it.  It has
 * no input and the C locale.  A ^C on the terminal doesn't reach it: what it began, it
 * ends.  The signal strikes this program when the other one has ended.
 */
void run_program(const struct argv *a, struct run *r);
/* The same for all that a verb does from now on: several steps are one change. */
void run_block_signals(void);
void run_free(struct run *r);

#endif
