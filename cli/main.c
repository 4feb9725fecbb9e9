// SPDX-License-Identifier: GPL-2.0
/* ioscli: start the verb that the first argument, or the program's own name, says. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "batch.h"
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

/* A disk that is opened must not become the place where messages go. */
static bool open_streams(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	return fd > STDERR_FILENO && !close(fd);
}

static bool nobody_reads(void)
{
	struct pollfd p = { .fd = STDOUT_FILENO };

	return poll(&p, 1, 0) == 1 && p.revents & POLLERR;
}

/* What was printed may still fail to reach a full disk.  Who closes a pipe has seen enough. */
static int flush(int rc)
{
	if (!fflush(stdout) && !ferror(stdout))
		return rc;
	if (!rc && !nobody_reads())
		err_say(ERR_OUTPUT, "write error", NULL);
	return rc ? rc : err_rc(ERR_OUTPUT);
}

static int run(struct session *s, const char *name, int argc, char **argv)
{
	int rc, saved;
	bool changed;

	s->verb = verb_find(name);
	if (!s->verb)
		return err_say(ERR_VERB, name, NULL);
	rc = s->verb->run(s, argc, argv);
	session_end(s);
	changed = vnl_changed();
	changed |= save_is_due();
	if (!changed || s->keep_saved)
		return rc;
	saved = save_configuration();
	return rc ? rc : saved;
}

static const char *partition_word;	/* of the command line or the environment */

/* "-p PARTITION" before a verb; the rest is left in *argc and *argv. */
static int take_partition(const char **word, int *argc, char ***argv)
{
	if (!*argc || strcmp((*argv)[0], "-p"))
		return RC_OK;
	if (*argc < 2)
		return err_say(ERR_FLAG_ARGUMENT, "p", NULL);
	*word = (*argv)[1];
	*argc -= 2;
	*argv += 2;
	return RC_OK;
}

/* The words of one command: a verb and what belongs to it. */
static int command(int argc, char **argv)
{
	struct session s = { .partition_word = partition_word };
	int rc = take_partition(&s.partition_word, &argc, &argv);

	if (rc)
		return rc;
	return argc ? run(&s, argv[0], argc - 1, argv + 1) :
		      err_say(ERR_VERB_MISSING, NULL, NULL);
}

/* "-f FILE [-k]" */
static int batch(int argc, char **argv)
{
	struct batch b = { .run = command };

	if (argc < 2)
		return err_say(ERR_FLAG_ARGUMENT, "f", NULL);
	b.name = argv[1];
	b.keep_going = argc > 2 && !strcmp(argv[2], "-k");
	if (argc > 2 + b.keep_going)
		return err_say(ERR_TOO_MANY, argv[2 + b.keep_going], NULL);
	return batch_run(&b);
}

/* ioscli's own words; the verb comes after them. */
static int dispatch(int argc, char **argv)
{
	struct session s = { .partition_word = NULL };
	int rc = take_partition(&partition_word, &argc, &argv);

	if (rc)
		return rc;
	if (argc && !strcmp(argv[0], "-f"))
		return batch(argc, argv);
	if (argc && !strcmp(argv[0], "--list-verbs"))
		return list_verbs();
	s.partition_word = partition_word;
	if (argc && !strcmp(argv[0], "--complete"))
		return complete(&s, argc > 1 ? argv[1] : "", argc > 2 ? argv[2] : NULL,
				argc > 3 ? atoi(argv[3]) : 0);
	if (argc && (!strcmp(argv[0], "--help") || !strcmp(argv[0], "-h")))
		return run(&s, "help", 0, NULL);
	return command(argc, argv);
}

int main(int argc, char **argv)
{
	const char *name = argc ? base_name(argv[0]) : "";
	struct session s = { .partition_word = NULL };
	int rc;

	if (!open_streams())
		return RC_FAILED;
	/* A verb goes on to its end though nobody reads what it prints. */
	signal(SIGPIPE, SIG_IGN);
	partition_word = getenv("VSCSI_PARTITION");
	if (partition_word && !partition_word[0])
		partition_word = NULL;
	s.partition_word = partition_word;
	if (verb_find(name))
		rc = run(&s, name, argc - 1, argv + 1);
	else
		rc = dispatch(argc ? argc - 1 : 0, argv + 1);
	vnl_close();
	return flush(rc);
}
