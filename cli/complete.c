// SPDX-License-Identifier: GPL-2.0
/* What a shell's completion asks: the flags of a verb, the words after a flag. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "err.h"
#include "util.h"
#include "verbs.h"

static void offer_flags(const struct verb *verb)
{
	const struct flag *f;

	for (f = verb->flags; f->name; f++)
		printf("-%s\n", f->name);
}

static void offer_choices(const char *choices)
{
	for (; *choices; choices++)
		putchar(*choices == ' ' ? '\n' : *choices);
	putchar('\n');
}

static void offer_fields(const struct verb *verb)
{
	const struct out_field *f;

	for (f = verb->listing ? verb->listing->fields : NULL; f && f->name; f++)
		puts(f->name);
}

static void offer_adapters(const struct session *s, bool servers_only)
{
	const struct adapter *a;
	size_t i;

	for (i = 0; i < s->model.nr_adapters; i++) {
		a = &s->model.adapters[i];
		if (a->name[0] && (!servers_only || a->type == VSCSI_ADAPTER_SERVER))
			puts(a->name);
	}
}

static void offer_partitions(const struct session *s, bool clients_only)
{
	const struct partition *p;
	size_t i;

	for (i = 0; i < s->model.nr_partitions; i++) {
		p = &s->model.partitions[i];
		if (!clients_only || p->type == VSCSI_PARTITION_CLIENT)
			puts(p->name);
	}
}

static void offer_devices(const struct session *s, unsigned int classes)
{
	struct devices all;
	size_t i;

	if (!s->self)
		return;
	devices_read(s, &all);
	for (i = 0; i < all.nr; i++)
		if (all.list[i].class & classes)
			puts(all.list[i].name);
	devices_free(&all);
}

static void offer_backing(const struct session *s)
{
	size_t i, nr;
	struct lv *lvs = lvs_read(&nr);

	offer_devices(s, CLASS_DISK);
	for (i = 0; i < nr; i++)
		printf("%s/%s\n", lvs[i].vg, lvs[i].name);
	free(lvs);
}

static void offer(const struct session *s, const struct flag *f)
{
	switch (f->hint) {
	case HINT_BACKING:
		return offer_backing(s);
	case HINT_VHOST:
		return offer_adapters(s, true);
	case HINT_ADAPTER:
		return offer_adapters(s, false);
	case HINT_VTD:
		return offer_devices(s, CLASS_VTD);
	case HINT_DEVICE:
		return offer_devices(s, ~0u);
	case HINT_PARTITION:
		return offer_partitions(s, false);
	case HINT_CLIENT:
		return offer_partitions(s, true);
	case HINT_FIELD:
		return offer_fields(s->verb);
	default:
		return;
	}
}

/* A completion that can't know says nothing, on stderr least of all. */
static void be_quiet(void)
{
	if (!freopen("/dev/null", "w", stderr))
		fclose(stderr);
}

int complete(struct session *s, const char *verb, const char *flag)
{
	const struct flag *f;

	be_quiet();
	s->verb = verb_find(verb);
	if (!s->verb)
		return RC_NOT_FOUND;
	if (!flag) {
		offer_flags(s->verb);
		return RC_OK;
	}
	for (f = s->verb->flags; f->name; f++)
		if (flag[0] == '-' && !strcmp(f->name, flag + 1))
			break;
	if (!f->name)
		return RC_NOT_FOUND;
	if (f->choices)
		offer_choices(f->choices);
	else if (f->hint == HINT_FIELD || !session_start(s, ON_PARTITION))
		offer(s, f);
	session_end(s);
	return RC_OK;
}
