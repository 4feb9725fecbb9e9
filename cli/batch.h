/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_BATCH_H
#define CLI_BATCH_H

#include <stdbool.h>

/* Run the words of one line, at least one or none; they last no longer than the call. */
typedef int (*run_words_fn)(int argc, char **argv);

struct batch {
	const char *name;	/* a file, or "-": standard input */
	bool keep_going;	/* run what stands below a line that failed */
	run_words_fn run;
};

/*
 * Run a file line by line.  Lines are read one at a time, so whoever writes to standard input
 * has each answer before the next line.  Return RC_OK or the exit status of the first line
 * that failed.
 */
int batch_run(struct batch *b);

#endif
