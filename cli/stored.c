// SPDX-License-Identifier: GPL-2.0
/* Attributes of disks that outlive a restart. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attr.h"
#include "err.h"
#include "hdisk.h"
#include "state.h"
#include "stored.h"
#include "util.h"

#define ATTRIBUTES_FILE	"attributes"
#define LATER		"later"

static const char heading[] =
	"# Attributes of this machine's disks: name, attribute, value. Written by ioscli.\n";

void stored_free(struct stored_list *all)
{
	free(all->list);
	memset(all, 0, sizeof(*all));
}

static struct stored *find(const struct stored_list *all, const char *device, const char *attr)
{
	struct stored *s;

	for (s = all->list; s < all->list + all->nr; s++)
		if (!strcmp(s->device, device) && !strcmp(s->attr, attr))
			return s;
	return NULL;
}

const char *stored_later(const struct stored_list *all, const char *device, const char *attr)
{
	const struct stored *s = find(all, device, attr);

	return s && s->later ? s->value : NULL;
}

/* --- the file --- */

static void set(struct stored_list *all, const struct stored *value)
{
	struct stored *s = find(all, value->device, value->attr);

	if (!s) {
		all->list = array_grow(all->list, all->nr, sizeof(*all->list));
		s = &all->list[all->nr++];
	}
	*s = *value;
}

static const char *parse_line(void *arg, char *line)
{
	struct stored_list *all = arg;
	char *rest = NULL, *device = strtok_r(line, " ", &rest);
	char *attr = strtok_r(NULL, " ", &rest), *value = strtok_r(NULL, " ", &rest);
	char *later = strtok_r(NULL, " ", &rest);
	struct stored s = { .later = later };

	if (!value || (later && (strcmp(later, LATER) || strtok_r(NULL, " ", &rest))))
		return "it is not a name, an attribute and a value";
	if (strlen(device) >= sizeof(s.device) || strlen(attr) >= sizeof(s.attr) ||
	    strlen(value) >= sizeof(s.value))
		return "it is too long";
	if (find(all, device, attr))
		return "the attribute is there twice";
	str_copy(s.device, sizeof(s.device), device);
	str_copy(s.attr, sizeof(s.attr), attr);
	str_copy(s.value, sizeof(s.value), value);
	set(all, &s);
	return NULL;
}

void stored_read(struct stored_list *all)
{
	static bool said;

	memset(all, 0, sizeof(*all));
	all->damaged = !state_read_lines(ATTRIBUTES_FILE, parse_line, all, &said);
}

static void print_lines(FILE *f, const void *arg)
{
	const struct stored_list *all = arg;
	const struct stored *s;

	fputs(heading, f);
	for (s = all->list; s < all->list + all->nr; s++)
		fprintf(f, "%s %s %s%s\n", s->device, s->attr, s->value,
			s->later ? " " LATER : "");
}

/* --- changes --- */

/* Read the file, change it by @change and write it, while nobody else does. */
static int update(void (*change)(struct stored_list *all, const void *arg), const void *arg)
{
	int lock = state_lock(), err;
	struct stored_list all;

	if (lock < 0)
		return lock;
	stored_read(&all);
	change(&all, arg);
	err = all.damaged ? -EUCLEAN :
			    state_write_lines(ATTRIBUTES_FILE, print_lines, &all);
	stored_free(&all);
	close(lock);
	return err;
}

static void set_all(struct stored_list *all, const void *arg)
{
	const struct stored_list *changes = arg;
	size_t i;

	for (i = 0; i < changes->nr; i++)
		set(all, &changes->list[i]);
}

int stored_keep(const struct stored_list *changes)
{
	return changes->nr ? update(set_all, changes) : 0;
}

static void remove_all(struct stored_list *all, const void *arg)
{
	const char *device = arg;
	size_t i, nr = 0;

	for (i = 0; i < all->nr; i++)
		if (strcmp(all->list[i].device, device))
			all->list[nr++] = all->list[i];
	all->nr = nr;
}

/* There is mostly nothing to forget, and then no file to write. */
int stored_forget(const char *device)
{
	struct stored_list all;
	size_t i;
	int err = 0;

	stored_read(&all);
	for (i = 0; i < all.nr && !err; i++) {
		if (strcmp(all.list[i].device, device))
			continue;
		err = update(remove_all, device);
		break;
	}
	stored_free(&all);
	return err;
}

/* --- a restart --- */

static int apply_one(const struct hdisk *h, const struct stored *s)
{
	struct device d = { .class = CLASS_DISK, .name = h->name, .disk = h->disk, .hdisk = h };
	struct attr_change c = { .vtd_set = false };
	char now[ATTR_VALUE_MAX];
	const struct attr *a = attr_find(&d, s->attr, now, sizeof(now));

	if (!a || !attr_is_stored(a))
		return err_say(ERR_ATTR_UNKNOWN, s->attr, s->device);
	if (a->set(&d, s->value, &c))
		return err_say(ERR_VALUE, s->value, "the file of attributes has it");
	return strcmp(now, s->value) ? attr_apply(&d, &c) : RC_OK;
}

static void clear_later(struct stored_list *all, const void *arg)
{
	const struct stored_list *done = arg;
	struct stored *s;
	size_t i;

	for (i = 0; i < done->nr; i++) {
		s = find(all, done->list[i].device, done->list[i].attr);
		if (s && !strcmp(s->value, done->list[i].value))
			s->later = false;
	}
}

/* All are tried; the first failure gives the exit status.  What is in force waits no more. */
static int apply_all(const struct hdisks *drives, const struct stored_list *all,
		     const char *device)
{
	struct stored_list done = { .nr = 0 };
	const struct hdisk *h;
	const struct stored *s;
	int rc = RC_OK, one, err;

	for (s = all->list; s < all->list + all->nr; s++) {
		h = device && strcmp(device, s->device) ? NULL : hdisk_find(drives, s->device);
		if (!h || !h->disk)
			continue;
		one = apply_one(h, s);
		if (!one && s->later)
			set(&done, s);
		rc = rc ? rc : one;
	}
	err = done.nr ? update(clear_later, &done) : 0;
	if (err)
		rc = err_state(err, ATTRIBUTES_FILE);
	stored_free(&done);
	return rc;
}

int stored_apply(const struct model *m, const char *device)
{
	struct stored_list all;
	struct hdisks drives;
	int rc = RC_OK;

	stored_read(&all);
	if (all.nr) {
		hdisks_read(m, &drives);
		rc = apply_all(&drives, &all, device);
		hdisks_free(&drives);
	}
	stored_free(&all);
	return rc;
}
