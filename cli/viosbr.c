// SPDX-License-Identifier: GPL-2.0
/* viosbr: back the configuration up, show a backup, restore it. */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "defined.h"
#include "err.h"
#include "pool.h"
#include "restore.h"
#include "save.h"
#include "state.h"
#include "stored.h"
#include "util.h"
#include "verbs.h"

#define BACKUP_DIR	"cfgbackups"

struct options {
	bool backup;
	bool view;
	bool restore;
	const char *file;
	bool validate;
	bool mapping;
	struct words list;
};

enum { GROUP_WHAT = 1, GROUP_FILE = 2 };

static const struct flag flags[] = {
	{ "backup", FLAG_SWITCH, offsetof(struct options, backup), GROUP_WHAT, HINT_NONE, NULL },
	{ "view", FLAG_SWITCH, offsetof(struct options, view), GROUP_WHAT, HINT_NONE, NULL },
	{ "restore", FLAG_SWITCH, offsetof(struct options, restore), GROUP_WHAT, HINT_NONE, NULL },
	{ "file", FLAG_VALUE, offsetof(struct options, file), GROUP_FILE, HINT_NONE, NULL },
	{ "list", FLAG_WORDS_IF_ANY, offsetof(struct options, list), GROUP_FILE, HINT_NONE, NULL },
	{ "mapping", FLAG_SWITCH, offsetof(struct options, mapping), 0, HINT_NONE, NULL },
	{ "validate", FLAG_SWITCH, offsetof(struct options, validate), 0, HINT_NONE, NULL },
	{ .name = NULL }
};

/* A bare name is one in the directory of backups. */
static char *backup_path(const char *file)
{
	char *dir, *path;

	if (strchr(file, '/'))
		return xstrdup(file);
	dir = state_path(BACKUP_DIR);
	path = xasprintf("%s/%s", dir, file);
	free(dir);
	return path;
}

/* Backups are of the whole managed system; its first server stands for it. */
static const char *node_name(const struct model *m)
{
	size_t i;

	for (i = 0; i < m->nr_partitions; i++)
		if (m->partitions[i].type == VSCSI_PARTITION_VIOS)
			return m->partitions[i].name;
	return m->machine;
}

/* --- backup --- */

/* A backup may be replaced; nothing else may. */
static bool may_write(const char *path)
{
	FILE *f = fopen(path, "re");
	struct item head = { .kind = 0 };
	char *line = NULL, *why = NULL;
	size_t size = 0;
	struct stat st;

	if (!f)
		return lstat(path, &st) && errno == ENOENT;
	if (!fstat(fileno(f), &st) && S_ISREG(st.st_mode) && getline(&line, &size, f) > 0) {
		line[strcspn(line, "\n")] = '\0';
		why = item_parse(line, &head);
	}
	free(why);
	free(line);
	fclose(f);
	return head.kind == ITEM_HEAD;
}

static int write_backup(const struct model *m, const char *path)
{
	char *dir = state_path(BACKUP_DIR);
	int lock = state_lock();
	struct items items;
	int err;

	if (str_starts(path, dir))
		mkdir(dir, 0755);
	items_of_model(m, &items);
	save_add_defined(&items);
	err = items_write(path, m, &items);
	items_free(&items);
	if (lock >= 0)
		close(lock);
	free(dir);
	return err;
}

static int backup(struct session *s, const struct options *o)
{
	int rc = session_start(s, ON_SYSTEM);
	char *path;
	int err;

	if (rc)
		return rc;
	path = backup_path(o->file);
	err = may_write(path) ? write_backup(&s->model, path) : -EEXIST;
	if (err == -EEXIST)
		rc = err_say(ERR_EXISTS, path, "it is no backup");
	else if (err)
		rc = err_say(ERR_STATE_WRITE, path, strerror(-err));
	else
		printf("Backup of this node (%s) successful\n", node_name(&s->model));
	free(path);
	return rc;
}

/* --- view --- */

static int list_dir(const struct options *o)
{
	char *dir = o->list.nr ? xstrdup(o->list.v[0]) : state_path(BACKUP_DIR);
	struct dirent **entries = NULL;
	int nr = scandir(dir, &entries, NULL, alphasort), rc = RC_OK, i;

	if (nr < 0 && (o->list.nr || errno != ENOENT))
		rc = err_say(ERR_STATE_READ, dir, strerror(errno));
	for (i = 0; i < nr; i++) {
		if (entries[i]->d_name[0] != '.')
			puts(entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	free(dir);
	return rc;
}

static void rule(char c, size_t len, char end)
{
	while (len--)
		putchar(c);
	putchar(end);
}

static void heading(const char *title, const char *first, const char *second)
{
	printf("\n%s:\n", title);
	rule('=', strlen(title) + 1, '\n');
	printf("%-15s %s\n", first, second);
	rule('-', 15, ' ');
	rule('-', strlen(second), '\n');
}

static void view_partitions(const struct items *items)
{
	const struct item *it;

	heading("Partitions", "Name", "ID and Type");
	for (it = items->list; it < items->list + items->nr; it++)
		if (it->kind == ITEM_PARTITION)
			printf("%-15s %" PRIu64 " %s\n", it->name, it->partition, it->type);
}

static void view_controllers(const struct items *items, const char *machine)
{
	const struct item *it;

	heading("Controllers", "Name", "Phys Loc");
	for (it = items->list; it < items->list + items->nr; it++)
		if (it->kind == ITEM_ADAPTER)
			printf("%-15s %s-V%" PRIu64 "-C%" PRIu64 "\n",
			       it->name[0] ? it->name : "Unknown", machine, it->partition,
			       it->slot);
}

static const char *adapter_of(const struct items *items, const struct item *vtd)
{
	const struct item *it;

	for (it = items->list; it < items->list + items->nr; it++)
		if (it->kind == ITEM_ADAPTER && it->partition == vtd->partition &&
		    it->slot == vtd->slot)
			return it->name;
	return "Unknown";
}

static void view_mapping(const struct items *items)
{
	const struct item *it;

	heading("Virtual SCSI Mapping", "VTD", "SVSA            LUN                Backing Device");
	for (it = items->list; it < items->list + items->nr; it++)
		if (it->kind == ITEM_VTD)
			printf("%-15s %-15s %s %s\n", it->name, adapter_of(items, it), it->lun,
			       it->backing);
}

static int view(const struct options *o, const char *path)
{
	unsigned int bad = 0;
	struct items items;
	int rc = items_read(path, &items, &bad);
	const char *machine = "";
	size_t i;

	if (rc)
		return rc;
	for (i = 0; i < items.nr; i++)
		if (items.list[i].kind == ITEM_HEAD)
			machine = items.list[i].machine;
	printf("Details in: %s\n", path);
	if (!o->mapping) {
		view_partitions(&items);
		view_controllers(&items, machine);
	}
	view_mapping(&items);
	items_free(&items);
	return bad ? RC_FAILED : RC_OK;
}

/* --- restore --- */

/* Location codes are not what they were: that is a failure like others. */
static bool machine_differs(const struct model *m, const struct items *items)
{
	const struct item *it;

	for (it = items->list; it < items->list + items->nr; it++) {
		if (it->kind != ITEM_HEAD || !strcmp(it->machine, m->machine))
			continue;
		err_say(ERR_MACHINE, it->machine, m->machine);
		return true;
	}
	return false;
}

static int may_change(void)
{
	int lock = state_lock();

	if (lock < 0)
		return err_state(lock, "unrestored");
	close(lock);
	return RC_OK;
}

/* Whatever interrupts us, and whoever saves meanwhile: what is not there yet is not lost. */
static int keep(const struct session *s, const struct items *wanted, const struct items *missing)
{
	int err = save_restoring(&s->model, wanted, missing);

	return err ? err_state(err, "unrestored") : RC_OK;
}

static int restore_from(struct session *s, const struct options *o, const char *path,
			const struct items *items)
{
	struct items missing;
	unsigned int failed;
	int rc = RC_OK;

	s->keep_saved = !o->file;
	if (!o->validate)
		rc = keep(s, items, items);
	if (rc)
		return rc;
	/* What is a client's is no pool of ours, whatever the client has written there. */
	defined_expect(&s->model, items);
	failed = pools_restore(s, o->validate);
	rc = session_reload(s);
	if (rc)
		return rc;
	failed += restore_items(s, path, items, o->validate, &missing);
	if (!o->validate)
		rc = keep(s, items, &missing);
	items_free(&missing);
	return rc || machine_differs(&s->model, items) || failed ? RC_FAILED : RC_OK;
}

/* Nothing is removed that is about to be mapped. */
static int restore(struct session *s, const struct options *o, const char *path)
{
	struct items items;
	unsigned int bad = 0;
	int rc = items_read(path, &items, &bad), lock = -1;

	if (!rc && !o->validate)
		rc = may_change();
	if (!rc && !o->validate)
		lock = storage_lock(STORAGE_CHANGES, &rc);
	if (!rc)
		rc = session_start(s, ON_SYSTEM);
	if (!rc)
		rc = restore_from(s, o, path, &items);
	if (!rc && bad)
		rc = RC_FAILED;
	if (!o->validate && !o->file && s->model.nr_partitions && stored_apply(&s->model, NULL))
		rc = rc ? rc : RC_FAILED;
	if (!rc)
		printf("%s of this node (%s) successful\n", o->validate ? "Validation" : "Restore",
		       node_name(&s->model));
	items_free(&items);
	if (lock >= 0)
		close(lock);
	return rc;
}

/* --- the verb --- */

static int options_check(const struct verb *verb, const struct options *o)
{
	if (o->list.given && !o->view)
		return args_refuse(verb, ERR_FLAG_MISSING, "-view", NULL);
	if (o->list.nr > 1)
		return args_refuse(verb, ERR_TOO_MANY, o->list.v[1], NULL);
	if (o->validate && !o->restore)
		return args_refuse(verb, ERR_FLAG_MISSING, "-restore", NULL);
	if (o->mapping && (!o->view || o->list.given))
		return args_refuse(verb, ERR_FLAG_MISSING, "-view -file", NULL);
	if (o->backup && !o->file)
		return args_refuse(verb, ERR_FLAG_MISSING, "-file", NULL);
	return RC_OK;
}

static int viosbr_run(struct session *s, int argc, char **argv)
{
	struct options o = { .file = NULL };
	char *path;
	int rc;

	rc = args_parse(s->verb, argc, argv, &o);
	if (!rc)
		rc = options_check(s->verb, &o);
	if (rc)
		return rc;
	if (o.backup)
		return backup(s, &o);
	if (o.list.given)
		return list_dir(&o);
	path = o.file ? backup_path(o.file) : save_path();
	rc = o.view ? view(&o, path) : restore(s, &o, path);
	free(path);
	return rc;
}

const struct verb verb_viosbr = {
	.name = "viosbr",
	.group = "Maintenance Commands",
	.summary = "Backs up and restores the virtual configuration.",
	.usage =
	"viosbr -backup -file FileName\n"
	"viosbr -view [-file FileName] [-mapping]\n"
	"viosbr -view -list [Directory]\n"
	"viosbr -restore [-file FileName] [-validate]",
	.required = 1u << GROUP_WHAT,
	.flags = flags,
	.run = viosbr_run,
};
