// SPDX-License-Identifier: GPL-2.0
/*
 * The flags of all verbs.  Flags are whole words with one dash and come in any
 * order; a flag with several values takes all words up to the next flag.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "err.h"
#include "util.h"
#include "verbs.h"

struct parser {
	const struct verb *verb;
	char *options;
	uint64_t seen;				/* one bit for each flag of the table */
	const struct flag *of_group[32];
};

int args_refuse(const struct verb *verb, int err, const char *what, const char *why)
{
	int rc = err_say(err, what, why);

	fprintf(stderr, "\n");
	verb_usage(verb, stderr);
	return rc;
}

static bool is_flag(const char *word)
{
	return word[0] == '-' && word[1];
}

static const struct flag *flag_find(const struct verb *verb, const char *word)
{
	const struct flag *f;

	for (f = verb->flags; is_flag(word) && f->name; f++)
		if (!strcmp(f->name, word + 1))
			return f;
	return NULL;
}

static int flag_note(struct parser *p, const struct flag *f, const char *word)
{
	uint64_t bit = UINT64_C(1) << (f - p->verb->flags);
	const struct flag *other = p->of_group[f->group];

	if (p->seen & bit)
		return args_refuse(p->verb, ERR_FLAG_TWICE, word, NULL);
	p->seen |= bit;
	if (f->group && other)
		return args_refuse(p->verb, ERR_FLAG_EXCLUSIVE, other->name, f->name);
	p->of_group[f->group] = f;
	return RC_OK;
}

/* Store the value of a flag; return how many of the @nr words it took, or -1. */
static int flag_store(struct parser *p, const struct flag *f, int nr, char **words)
{
	void *dest = p->options + f->offset;
	int taken = 0;

	switch (f->kind) {
	case FLAG_SWITCH:
		*(bool *)dest = true;
		return 0;
	case FLAG_VALUE:
		if (!nr || !words[0][0] || flag_find(p->verb, words[0]))
			return -1;
		*(const char **)dest = words[0];
		return 1;
	default:
		while (taken < nr && !is_flag(words[taken]))
			taken++;
		*(struct words *)dest = (struct words){ true, taken, words };
		return taken || f->kind == FLAG_WORDS_IF_ANY ? taken : -1;
	}
}

static int group_missing(const struct verb *verb, unsigned int group)
{
	char list[256] = "";
	const struct flag *f;
	size_t len = 0;

	for (f = verb->flags; f->name; f++)
		if (f->group == group && len < sizeof(list))
			len += snprintf(list + len, sizeof(list) - len, "%s-%s",
					len ? " or " : "", f->name);
	return args_refuse(verb, ERR_FLAG_MISSING, list, NULL);
}

static int groups_check(const struct parser *p)
{
	unsigned int group;

	for (group = 1; group < ARRAY_SIZE(p->of_group); group++)
		if (p->verb->required & (1u << group) && !p->of_group[group])
			return group_missing(p->verb, group);
	return RC_OK;
}

int args_parse(const struct verb *verb, int argc, char **argv, void *options)
{
	struct parser p = { .verb = verb, .options = options };
	const struct flag *f;
	int i, rc, taken;

	for (i = 0; i < argc; i += taken) {
		f = flag_find(verb, argv[i]);
		if (!f)
			return args_refuse(verb, is_flag(argv[i]) ? ERR_FLAG : ERR_TOO_MANY,
					   argv[i], NULL);
		rc = flag_note(&p, f, argv[i++]);
		if (rc)
			return rc;
		taken = flag_store(&p, f, argc - i, argv + i);
		if (taken < 0)
			return args_refuse(verb, ERR_FLAG_ARGUMENT, f->name, NULL);
	}
	return groups_check(&p);
}
