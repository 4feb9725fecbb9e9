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
	struct words operands;
};

int args_refuse(const struct verb *verb, int err, const char *what, const char *why)
{
	int rc = err_say(err, what, why);

	fprintf(stderr, "\n");
	verb_usage(verb, stderr);
	return rc;
}

struct words words_after(const struct words *w, int nr)
{
	return (struct words){ w->given, w->nr - nr, w->v + nr };
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

static int operand_note(struct parser *p, int argc, char *word)
{
	const struct operands *operands = p->verb->operands;
	struct words *w = &p->operands;

	if (is_flag(word))
		return args_refuse(p->verb, ERR_FLAG, word, NULL);
	if (!operands || w->nr == operands->max)
		return args_refuse(p->verb, ERR_TOO_MANY, word, NULL);
	if (!w->v)
		w->v = xcalloc(argc, sizeof(*w->v));
	w->given = true;
	w->v[w->nr++] = word;
	return RC_OK;
}

/* Hand them over; the message names the first one that is missing. */
static int operands_check(struct parser *p)
{
	const struct operands *operands = p->verb->operands;
	const char *name;
	char *missing;
	int i, rc;

	if (!operands)
		return RC_OK;
	*(struct words *)(p->options + operands->offset) = p->operands;
	if (p->operands.nr >= operands->min)
		return RC_OK;
	name = operands->names;
	for (i = 0; i < p->operands.nr; i++)
		name = strchr(name, ' ') + 1;
	missing = xasprintf("%.*s", (int)strcspn(name, " "), name);
	rc = args_refuse(p->verb, ERR_ARGUMENT, missing, NULL);
	free(missing);
	return rc;
}

/* A flag and the values behind it, of @nr words; *taken: how many they are. */
static int flag_take(struct parser *p, const struct flag *f, int nr, char **words, int *taken)
{
	int rc = flag_note(p, f, words[0]), values;

	if (rc)
		return rc;
	values = flag_store(p, f, nr - 1, words + 1);
	if (values < 0)
		return args_refuse(p->verb, ERR_FLAG_ARGUMENT, f->name, NULL);
	*taken = 1 + values;
	return RC_OK;
}

int args_parse(const struct verb *verb, int argc, char **argv, void *options)
{
	struct parser p = { .verb = verb, .options = options };
	const struct flag *f;
	int i, rc = RC_OK, taken;

	for (i = 0; !rc && i < argc; i += taken) {
		f = flag_find(verb, argv[i]);
		taken = 1;
		rc = f ? flag_take(&p, f, argc - i, argv + i, &taken) :
			 operand_note(&p, argc, argv[i]);
	}
	if (!rc)
		rc = groups_check(&p);
	return rc ? rc : operands_check(&p);
}
