// SPDX-License-Identifier: GPL-2.0
/* What a shell's completion asks: the flags of a verb, the words after a flag. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "bd.h"
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

static void offer_files(const struct storage *st, const char *use)
{
	struct pool_files files;
	struct pool p;
	size_t i, j;

	for (i = 0; i < st->lvm.nr_lvs; i++) {
		if (strcmp(st->lvm.lvs[i].use, use) || !pool_of_lv(st, &st->lvm.lvs[i], &p) ||
		    !pool_is_mounted(&p))
			continue;
		pool_files_read(&p, &files);
		for (j = 0; j < files.nr; j++)
			puts(files.list[j].name);
		pool_files_free(&files);
	}
}

static void offer_volumes(const struct storage *st, const char *use)
{
	size_t i;

	for (i = 0; i < st->lvm.nr_lvs; i++)
		if (!st->lvm.lvs[i].hidden && !strcmp(st->lvm.lvs[i].use, use))
			puts(st->lvm.lvs[i].name);
}

static void offer_groups(const struct storage *st)
{
	size_t i;

	for (i = 0; i < st->lvm.nr_vgs; i++)
		if (!st->lvm.vgs[i].exported)
			puts(st->lvm.vgs[i].name);
}

static void offer_read(const struct storage *st, enum hint hint)
{
	size_t i;

	if (hint == HINT_VG || hint == HINT_POOL)
		offer_groups(st);
	if (hint == HINT_POOL)
		offer_volumes(st, LVM_USE_POOL);
	if (hint == HINT_LV || hint == HINT_BD)
		offer_volumes(st, "");
	if (hint == HINT_BD)
		offer_files(st, LVM_USE_POOL);
	if (hint == HINT_MEDIUM)
		offer_files(st, LVM_USE_MEDIA);
	for (i = 0; hint == HINT_PV && i < st->nr_pvs; i++)
		puts(st->pvs[i].name);
}

static void offer_storage(struct session *s, enum hint hint)
{
	struct storage st;

	if (!s->self)
		return;
	if (!storage_read(s, &st))
		offer_read(&st, hint);
	storage_free(&st);
}

static void offer(struct session *s, enum hint hint)
{
	switch (hint) {
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
	case HINT_VG:
	case HINT_LV:
	case HINT_PV:
	case HINT_POOL:
	case HINT_BD:
	case HINT_MEDIUM:
		return offer_storage(s, hint);
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

static const struct flag *flag_of(const struct verb *verb, const char *word)
{
	const struct flag *f;

	for (f = verb->flags; f->name; f++)
		if (word[0] == '-' && !strcmp(f->name, word + 1))
			return f;
	return NULL;
}

/* What the words after a flag are: @nr of them are there already. */
static int offer_after(struct session *s, const struct flag *f, int nr)
{
	bool operand = f->kind == FLAG_SWITCH || (f->kind == FLAG_VALUE && nr);
	enum hint hint = f->hint;

	if (operand && !s->verb->operands)
		return RC_OK;
	if (operand)
		hint = s->verb->operands->hint;
	if (!operand && f->choices)
		offer_choices(f->choices);
	else if (hint == HINT_FIELD || !session_start(s, ON_PARTITION))
		offer(s, hint);
	session_end(s);
	return RC_OK;
}

int complete(struct session *s, const char *verb, const char *flag, int nr)
{
	const struct flag none = { .kind = FLAG_SWITCH }, *f;

	be_quiet();
	s->verb = verb_find(verb);
	if (!s->verb)
		return RC_NOT_FOUND;
	if (!flag || (!strcmp(flag, "-") && !s->verb->operands)) {
		offer_flags(s->verb);
		return RC_OK;
	}
	f = strcmp(flag, "-") ? flag_of(s->verb, flag) : &none;
	return f ? offer_after(s, f, nr) : RC_NOT_FOUND;
}
