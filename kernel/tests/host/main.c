// SPDX-License-Identifier: GPL-2.0
/* Runs the KUnit suites as a program, prints KTAP. */
#include <stdarg.h>

#include "../../cmdset/opcode.h"

#define ALLOCATIONS_MAX	64

static struct kunit_suite *suites;
static unsigned int suites_nr;
static void *allocations[ALLOCATIONS_MAX];
static unsigned int allocations_nr;

void shim_register(struct kunit_suite *suite)
{
	suite->next = suites;
	suites = suite;
	suites_nr++;
}

void shim_fail(struct kunit *test, bool fatal, const char *file, int line, const char *fmt, ...)
{
	va_list args;

	printf("    # %s:%d: ", file, line);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
	test->failed = true;
	if (fatal)
		longjmp(test->abort, 1);
}

void *kunit_kzalloc(struct kunit *test, size_t size, gfp_t gfp)
{
	void *p = calloc(1, size);

	(void)gfp;
	if (!p || allocations_nr == ALLOCATIONS_MAX)
		shim_fail(test, true, __FILE__, __LINE__, "out of memory");
	allocations[allocations_nr++] = p;
	return p;
}

size_t shim_sg_copy(struct scatterlist *sgl, unsigned int nents, void *buf, size_t len,
		    size_t skip, bool to_buffer)
{
	size_t done = 0;

	for (; nents && done < len; nents--, sgl++) {
		size_t part;
		char *at;

		if (skip >= sgl->length) {
			skip -= sgl->length;
			continue;
		}
		part = min(len - done, sgl->length - skip);
		at = (char *)sgl->addr + skip;
		if (to_buffer)
			memcpy((char *)buf + done, at, part);
		else
			memcpy(at, (char *)buf + done, part);
		done += part;
		skip = 0;
	}
	return done;
}

static enum vscsi_reason sync_reason;

static void sync_done(struct vscsi_io *io, enum vscsi_reason reason)
{
	(void)io;
	sync_reason = reason;
}

void vscsi_io_submit(struct vscsi_io *io)
{
	io->backend->ops->submit(io);
}

/* The backends of the tests answer before submit() returns. */
enum vscsi_reason vscsi_io_sync(struct vscsi_io *io)
{
	io->done = sync_done;
	sync_reason = VSCSI_TARGET_FAILURE;
	vscsi_io_submit(io);
	return sync_reason;
}

static bool run_case(const struct kunit_suite *suite, const struct kunit_case *c, unsigned int nr)
{
	struct kunit test = { .failed = false };

	if (!setjmp(test.abort)) {
		if (suite->init && suite->init(&test))
			shim_fail(&test, true, __FILE__, __LINE__, "init failed");
		c->run_case(&test);
	}
	if (suite->exit)
		suite->exit(&test);
	while (allocations_nr)
		free(allocations[--allocations_nr]);
	printf("    %sok %u %s\n", test.failed ? "not " : "", nr, c->name);
	return !test.failed;
}

static bool run_suite(const struct kunit_suite *suite, unsigned int nr)
{
	const struct kunit_case *c;
	unsigned int cases = 0;
	bool ok = true;

	for (c = suite->test_cases; c->run_case; c++)
		cases++;
	printf("    KTAP version 1\n    # Subtest: %s\n    1..%u\n", suite->name, cases);
	for (c = suite->test_cases; c->run_case; c++)
		ok &= run_case(suite, c, c - suite->test_cases + 1);
	printf("%sok %u %s\n", ok ? "" : "not ", nr, suite->name);
	return ok;
}

int main(void)
{
	struct kunit_suite *suite;
	unsigned int nr = 0;
	bool ok = true;

	if (vscsi_opcode_init())
		return EXIT_FAILURE;
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("KTAP version 1\n1..%u\n", suites_nr);
	for (suite = suites; suite; suite = suite->next)
		ok &= run_suite(suite, ++nr);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
