/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_ARGS_H
#define CLI_ARGS_H

#include <stdbool.h>
#include <stddef.h>

struct verb;

enum flag_kind {
	FLAG_SWITCH,		/* bool */
	FLAG_VALUE,		/* const char *: the next word */
	FLAG_WORDS,		/* struct words: one or more, up to the next flag */
	FLAG_WORDS_IF_ANY,	/* struct words: none or more, up to the next flag */
};

/* What a completion offers after a flag. */
enum hint {
	HINT_NONE,
	HINT_BACKING,
	HINT_VHOST,
	HINT_ADAPTER,
	HINT_VTD,
	HINT_DEVICE,
	HINT_PARTITION,
	HINT_CLIENT,
	HINT_FIELD,
	HINT_VG,
	HINT_LV,
	HINT_PV,
	HINT_POOL,
	HINT_BD,
	HINT_MEDIUM,
};

struct words {
	bool given;
	int nr;
	char **v;
};

/*
 * One flag of a verb, bound to a member of the verb's own options structure.
 * Of the flags of one group (1...31) at most one may be given; a verb lists the
 * groups of which one must be given.
 */
struct flag {
	const char *name;	/* without the dash; NULL ends the table */
	enum flag_kind kind;
	size_t offset;
	unsigned int group;
	enum hint hint;
	const char *choices;	/* for completion: words separated by blanks */
};

/* The words of a verb that belong to no flag. */
struct operands {
	size_t offset;		/* of a struct words in the options structure */
	int min;
	int max;
	const char *names;	/* of the first ones, for the message that one is missing */
	enum hint hint;
};

/*
 * Parse the words after the verb into the verb's options structure, which the
 * caller has zeroed.  The word lists point into @argv; that of the operands is an array of
 * its own which lasts as long as the program.  Return RC_OK or the exit status
 * of a message that has been printed together with the usage.
 */
int args_parse(const struct verb *verb, int argc, char **argv, void *options);

/* The words behind the first @nr ones. */
struct words words_after(const struct words *w, int nr);

/* Say what is wrong with the command line, and print the verb's usage. */
int args_refuse(const struct verb *verb, int err, const char *what, const char *why);

#endif
