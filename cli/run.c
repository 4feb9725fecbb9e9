// SPDX-License-Identifier: GPL-2.0
/* Running other programs: no shell between, nothing of theirs on our streams. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run.h"
#include "util.h"

void argv_add(struct argv *a, const char *word)
{
	a->words = xrealloc(a->words, a->nr + 2, sizeof(*a->words));
	a->words[a->nr++] = xstrdup(word);
	a->words[a->nr] = NULL;
}

void argv_add_all(struct argv *a, const char *const *words)
{
	for (; *words; words++)
		argv_add(a, *words);
}

void argv_free(struct argv *a)
{
	size_t i;

	for (i = 0; i < a->nr; i++)
		free(a->words[i]);
	free(a->words);
	*a = (struct argv){ .words = NULL };
}

/* --- the child --- */

static void child_environment(void)
{
	const char *path = getenv("PATH");
	char *full = xasprintf("%s:/usr/sbin:/sbin:/usr/bin:/bin", path ? path : "");

	setenv("PATH", full[0] == ':' ? full + 1 : full, 1);
	setenv("LC_ALL", "C", 1);
	setenv("LVM_SUPPRESS_FD_WARNINGS", "1", 1);
	free(full);
}

static void child(const struct argv *a, int out, int err)
{
	int null = open("/dev/null", O_RDWR), error;
	sigset_t none;

	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
	    dup2(err, STDERR_FILENO) < 0)
		_exit(RUN_NOT_STARTED);
	setsid();
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	child_environment();
	execvp(a->words[0], a->words);
	error = errno;
	dprintf(STDERR_FILENO, "%s\n", strerror(error));
	_exit(error == ENOENT ? RUN_NOT_THERE : RUN_NOT_STARTED);
}

/* --- the parent --- */

struct stream {
	char *text;
	size_t len;
};

/* Take what there is; false at the end of the stream. */
static bool stream_read(struct stream *s, int fd)
{
	char buf[4096];
	ssize_t len = read(fd, buf, sizeof(buf));

	if (len < 0)
		return errno == EINTR;
	s->text = xrealloc(s->text, s->len + len + 1, 1);
	memcpy(s->text + s->len, buf, len);
	s->len += len;
	s->text[s->len] = '\0';
	return len;
}

static void collect(int out, int err, struct run *r)
{
	struct pollfd fds[] = {
		{ .fd = out, .events = POLLIN },
		{ .fd = err, .events = POLLIN },
	};
	struct stream streams[2] = { { .text = xstrdup("") }, { .text = xstrdup("") } };
	size_t i;

	while (fds[0].fd >= 0 || fds[1].fd >= 0) {
		if (poll(fds, ARRAY_SIZE(fds), -1) < 0)
			continue;
		for (i = 0; i < ARRAY_SIZE(fds); i++)
			if (fds[i].fd >= 0 && fds[i].revents &&
			    !stream_read(&streams[i], fds[i].fd))
				fds[i].fd = -1;
	}
	r->out = streams[0].text;
	r->err = streams[1].text;
}

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return RUN_NOT_STARTED;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void nothing_ran(struct run *r)
{
	r->status = RUN_NOT_STARTED;
	r->out = xstrdup("");
	r->err = xstrdup(strerror(errno));
}

static void start(const struct argv *a, struct run *r)
{
	int out[2], err[2];
	pid_t pid;

	if (pipe2(out, O_CLOEXEC))
		return nothing_ran(r);
	if (pipe2(err, O_CLOEXEC)) {
		nothing_ran(r);
		goto close_out;
	}
	fflush(stdout);
	pid = fork();
	if (!pid)
		child(a, out[1], err[1]);
	close(out[1]);
	close(err[1]);
	if (pid < 0) {
		nothing_ran(r);
	} else {
		collect(out[0], err[0], r);
		r->status = wait_for(pid);
	}
	close(err[0]);
	close(out[0]);
	return;

close_out:
	close(out[1]);
	close(out[0]);
}

static void block_signals(sigset_t *old)
{
	sigset_t block;

	sigemptyset(&block);
	sigaddset(&block, SIGHUP);
	sigaddset(&block, SIGINT);
	sigaddset(&block, SIGQUIT);
	sigaddset(&block, SIGTERM);
	sigprocmask(SIG_BLOCK, &block, old);
}

void run_block_signals(void)
{
	block_signals(NULL);
}

void run_program(const struct argv *a, struct run *r)
{
	sigset_t old;

	block_signals(&old);
	start(a, r);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

void run_free(struct run *r)
{
	free(r->out);
	free(r->err);
	r->out = NULL;
	r->err = NULL;
}
