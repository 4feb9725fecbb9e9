// SPDX-License-Identifier: GPL-2.0
/* ioscli: start the verb that the first argument, or the program's own name, says. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "nl.h"
#include "save.h"
#include "verbs.h"

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int list_verbs(void)
{
	const struct verb *const *v;

	for (v = verbs; *v; v++)
		puts((*v)->name);
	return RC_OK;
}

/* What was printed may still fail to reach a full disk or a closed pipe. */
static int flush(int rc)
{
	if (fflush(stdout) || ferror(stdout))
		return rc ? rc : err_say(ERR_OUTPUT, "write error", NULL);
	return rc;
}

static int run(struct session *s, const char *name, int argc, char **argv)
{
	int rc, saved;

	s->verb = verb_find(name);
	if (!s->verb)
		return err_say(ERR_VERB, name, NULL);
	rc = s->verb->run(s, argc, argv);
	session_end(s);
	if (!vnl_changed() || s->keep_saved)
		return rc;
	saved = save_configuration();
	return rc ? rc : saved;
}

/* ioscli's own words; the verb comes after them. */
static int dispatch(struct session *s, int argc, char **argv)
{
	if (argc && !strcmp(argv[0], "-p")) {
		if (argc < 2)
			return err_say(ERR_FLAG_ARGUMENT, "p", NULL);
		s->partition_word = argv[1];
		argc -= 2;
		argv += 2;
	}
	if (!argc)
		return err_say(ERR_VERB_MISSING, NULL, NULL);
	if (!strcmp(argv[0], "--list-verbs"))
		return list_verbs();
	if (!strcmp(argv[0], "--complete"))
		return complete(s, argc > 1 ? argv[1] : "", argc > 2 ? argv[2] : NULL,
				argc > 3 ? atoi(argv[3]) : 0);
	if (!strcmp(argv[0], "--help") || !strcmp(argv[0], "-h"))
		return run(s, "help", 0, NULL);
	return run(s, argv[0], argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
	struct session s = { .partition_word = getenv("VSCSI_PARTITION") };
	const char *name = argc ? base_name(argv[0]) : "";
	int rc;

	if (s.partition_word && !s.partition_word[0])
		s.partition_word = NULL;
	if (verb_find(name))
		rc = run(&s, name, argc - 1, argv + 1);
	else
		rc = dispatch(&s, argc ? argc - 1 : 0, argv + 1);
	vnl_close();
	return flush(rc);
}
