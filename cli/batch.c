// SPDX-License-Identifier: GPL-2.0
/* Many verbs in one run: a file, or standard input, with one command on a line. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "batch.h"
#include "err.h"
#include "util.h"

/* A carriage return is what some editors leave at the end of a line. */
#define BLANKS	" \t\r"

/* The words of one line.  They stand in a buffer which is never longer than the line. */
struct line_words {
	char *text;
	char **v;
	int nr;
};

static void words_free(struct line_words *w)
{
	free(w->text);
	free(w->v);
	memset(w, 0, sizeof(*w));
}

/*
 * Copy one word without its quotes; return where it ends in the line, or NULL if a quotation
 * mark has no partner.  As in a shell: '...' as it is; in "..." a backslash is for " and \.
 */
static const char *take_word(const char *line, char **to)
{
	char quote = '\0';

	for (; *line && (quote || !strchr(BLANKS, *line)); line++) {
		if (quote ? *line == quote : *line == '\'' || *line == '"') {
			quote = quote ? '\0' : *line;
			continue;
		}
		if (*line == '\\' && quote != '\'' && line[1] &&
		    (!quote || strchr("\"\\", line[1])))
			line++;
		*(*to)++ = *line;
	}
	*(*to)++ = '\0';
	return quote ? NULL : line;
}

/* Take a line apart; false: a quotation mark has no partner. */
static bool split(const char *line, struct line_words *w)
{
	char *to = xcalloc(1, strlen(line) + 2);

	w->text = to;
	while (line) {
		line += strspn(line, BLANKS);
		if (!*line || *line == '#')
			break;
		w->v = array_grow(w->v, w->nr, sizeof(*w->v));
		w->v[w->nr++] = to;
		line = take_word(line, &to);
	}
	return line;
}

static int run_words(const char *line, size_t len, run_words_fn run)
{
	struct line_words w = { .nr = 0 };
	int skip, rc = RC_OK;

	if (strlen(line) != len)
		return err_say(ERR_BATCH_LINE, "it is not text", NULL);
	if (!split(line, &w))
		rc = err_say(ERR_BATCH_LINE, "a quotation mark is not closed", NULL);
	skip = w.nr && !strcmp(w.v[0], "ioscli");
	if (!rc && w.nr)
		rc = run(w.nr - skip, w.v + skip);
	words_free(&w);
	return rc;
}

/*
 * Messages say the line; what was printed comes before them.  A signal that a command has kept
 * off strikes when it has ended.
 */
static int run_line(const struct batch *b, unsigned int number, char *line, size_t len)
{
	char *place = xasprintf("%s, line %u: ", b->name, number);
	sigset_t old;
	int rc;

	if (len && line[len - 1] == '\n')
		line[--len] = '\0';
	sigprocmask(SIG_SETMASK, NULL, &old);
	err_place(place);
	rc = run_words(line, len, b->run);
	fflush(stdout);
	err_place(NULL);
	free(place);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return rc;
}

/* The first failure gives the exit status. */
static int run_lines(const struct batch *b, FILE *f)
{
	unsigned int number = 0;
	int rc = RC_OK, one;
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	while ((!rc || b->keep_going) && (len = getline(&line, &size, f)) >= 0) {
		one = run_line(b, ++number, line, len);
		rc = rc ? rc : one;
	}
	if (ferror(f)) {
		one = err_say(ERR_STATE_READ, b->name, strerror(errno));
		rc = rc ? rc : one;
	}
	free(line);
	return rc;
}

/* A verb that asks something must not take the next line for the answer. */
static FILE *open_stdin(void)
{
	int fd = dup(STDIN_FILENO);

	if (fd < 0 || !freopen("/dev/null", "r", stdin))
		return NULL;
	return fdopen(fd, "r");
}

int batch_run(struct batch *b)
{
	bool standard = !strcmp(b->name, "-");
	FILE *f = standard ? open_stdin() : fopen(b->name, "re");
	int rc;

	if (standard)
		b->name = "standard input";
	if (!f && errno == ENOENT)
		return err_say(ERR_NO_FILE, b->name, NULL);
	if (!f)
		return err_say(ERR_STATE_READ, b->name, strerror(errno));
	rc = run_lines(b, f);
	fclose(f);
	return rc;
}
