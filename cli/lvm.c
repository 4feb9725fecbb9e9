// SPDX-License-Identifier: GPL-2.0
/* LVM2, through its own program and its reports in JSON. */
#include <ctype.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <json-c/json.h>

#include "disk.h"
#include "err.h"
#include "holder.h"
#include "lvm.h"
#include "util.h"

#define TYPE_TAG	"vscsi.type="

/* --- the program --- */

/* A list of patterns, longer by one if what is on the device is a client's. */
static char *filter_add(char *patterns, const struct model *m, const char *name)
{
	char *path = sysfs_resolve("class/block/%s", name), *longer, *c;

	if (path && holder_client(m, path)) {
		longer = xasprintf("%s%s\"r|^/dev/%s$|\"", patterns, patterns[0] ? "," : "", name);
		free(patterns);
		patterns = longer;
	}
	for (c = patterns; *c; c++)
		if (*c == '!')
			*c = '/';
	free(path);
	return patterns;
}

/* "filter=[PATTERN,...]" or "filter=PATTERN", without what is around the patterns. */
static char *patterns_of(const char *line)
{
	const char *list = strchr(line, '=');
	size_t len;

	if (!list)
		return xstrdup("");
	len = strcspn(++list, "\n");
	if (list[0] != '[' || len < 2)
		return xasprintf("%.*s", (int)len, list);
	return xasprintf("%.*s", (int)len - 2, list + 1);
}

static char *filter_configured(void)
{
	struct argv a = { .words = NULL };
	char *patterns;
	struct run r;

	ARGV_ADD(&a, "lvm", "lvmconfig", "--typeconfig", "current", "devices/filter");
	run_program(&a, &r);
	patterns = patterns_of(r.status ? "" : r.out);
	run_free(&r);
	argv_free(&a);
	return patterns;
}

/*
 * A client's disk, and the disk that is mapped to it, are no business of the server's LVM:
 * it would show the client's groups, and the same one twice.  What "filter" in lvm.conf says
 * of the others counts as before.
 */
static void filter_make(const struct model *m, struct argv *filter)
{
	char **names = sysfs_list("class/block"), **n, *patterns = xstrdup("");
	char *configured, *config;

	for (n = names; *n; n++)
		patterns = filter_add(patterns, m, *n);
	names_free(names);
	if (patterns[0]) {
		configured = filter_configured();
		config = xasprintf("devices/filter=[%s%s%s]", patterns, configured[0] ? "," : "",
				   configured);
		argv_add(filter, "--config");
		argv_add(filter, config);
		free(config);
		free(configured);
	}
	free(patterns);
}

/* Add a line of LVM's, without what is around it, to a message. */
static char *message_add(char *message, const char *line, size_t len)
{
	char *longer;

	while (len && isspace((unsigned char)*line)) {
		line++;
		len--;
	}
	while (len && (line[len - 1] == '.' || isspace((unsigned char)line[len - 1])))
		len--;
	if (!len)
		return message;
	longer = xasprintf("%s%s%.*s", message, message[0] ? "; " : "", (int)len, line);
	free(message);
	return longer;
}

/* The lines on stderr as one; warnings only where there is nothing else. */
static char *message_of(const char *err, bool warnings)
{
	char *message = xstrdup("");
	const char *line;
	size_t len;

	for (line = err; *line; line += len + (line[len] == '\n')) {
		len = strcspn(line, "\n");
		if (!!str_starts(line + strspn(line, " "), "WARNING:") == warnings)
			message = message_add(message, line, len);
	}
	if (message[0] || warnings)
		return message;
	free(message);
	return message_of(err, true);
}

static int failed(const char *what, const struct run *r)
{
	char *message = message_of(r->err, false);
	int rc;

	if (r->status == RUN_NOT_THERE || r->status == RUN_NOT_STARTED)
		rc = err_say(ERR_PROGRAM, "lvm", message);
	else if (geteuid())
		rc = err_say(ERR_LVM_PERMISSION, NULL, NULL);
	else
		rc = err_say(ERR_LVM, what, message[0] ? message : "LVM gave no reason");
	free(message);
	return rc;
}

/* "lvm COMMAND filter... words..." */
static void program_run(const struct argv *filter, const char *const *words, struct run *r)
{
	struct argv a = { .words = NULL };

	argv_add(&a, "lvm");
	argv_add(&a, words[0]);
	if (filter->nr)
		argv_add_all(&a, (const char *const *)filter->words);
	argv_add_all(&a, words + 1);
	run_program(&a, r);
	argv_free(&a);
}

int lvm_change(const struct lvm *l, const char *what, const char *const *words)
{
	struct run r;
	int rc;

	run_block_signals();
	program_run(&l->filter, words, &r);
	rc = r.status ? failed(what, &r) : RC_OK;
	run_free(&r);
	return rc;
}

int lvm_change_argv(const struct lvm *l, const char *what, const struct argv *words)
{
	return lvm_change(l, what, (const char *const *)words->words);
}

/* --- the report --- */

static const char *const report_words[] = {
	"fullreport", "--all", "--reportformat", "json", "--units", "b", "--nosuffix",
	"--configreport", "vg", "-o",
	"vg_name,vg_uuid,vg_extent_size,vg_extent_count,vg_free_count,lv_count,pv_count,"
	"vg_missing_pv_count,max_lv,max_pv,vg_permissions,vg_exported,vg_autoactivation,vg_tags",
	"--configreport", "pv", "-o",
	"pv_name,pv_uuid,vg_name,pv_major,pv_minor,pv_size,pv_pe_count,pv_pe_alloc_count,"
	"pv_missing",
	"--configreport", "lv", "-o",
	"vg_name,lv_name,lv_uuid,lv_parent,origin_uuid,pool_lv_uuid,lv_tags,lv_kernel_major,"
	"lv_kernel_minor,lv_size,lv_role,lv_device_open,lv_permissions,copy_percent",
	"--configreport", "seg", "-o", "lv_uuid,data_copies",
	"--configreport", "pvseg", "-o",
	"pv_name,pv_major,pv_minor,lv_uuid,pvseg_start,pvseg_size,seg_start_pe",
	NULL
};

static const char *str(json_object *row, const char *key)
{
	json_object *value;

	if (!json_object_object_get_ex(row, key, &value) || !value)
		return "";
	return json_object_get_string(value);
}

static uint64_t num(json_object *row, const char *key)
{
	return strtoull(str(row, key), NULL, 10);
}

static void copy_id(char *to, const char *uuid)
{
	char *end = to + LVM_ID_MAX;

	for (; *uuid && to < end; uuid++)
		if (*uuid != '-')
			*to++ = *uuid;
	*to = '\0';
}

/* Of what isn't there LVM says -1. */
static dev_t number(json_object *row, const char *major_key, const char *minor_key)
{
	uint64_t dev_major = num(row, major_key), dev_minor = num(row, minor_key);

	return dev_major && dev_major <= UINT32_MAX ? makedev(dev_major, dev_minor) : 0;
}

/* Tags are separated by commas. */
static bool has_tag(const char *tags, const char *tag)
{
	size_t len = strlen(tag);

	for (; *tags; tags += strcspn(tags, ",")) {
		tags += *tags == ',';
		if (strcspn(tags, ",") == len && !strncmp(tags, tag, len))
			return true;
	}
	return false;
}

static void take_vg(struct lvm *l, json_object *row)
{
	struct lvm_vg *vg;

	l->vgs = array_grow(l->vgs, l->nr_vgs, sizeof(*l->vgs));
	vg = &l->vgs[l->nr_vgs++];
	*vg = (struct lvm_vg){
		.extent_size = num(row, "vg_extent_size"),
		.extents = num(row, "vg_extent_count"),
		.free = num(row, "vg_free_count"),
		.lvs = num(row, "lv_count"),
		.pvs = num(row, "pv_count"),
		.missing = num(row, "vg_missing_pv_count"),
		.max_lvs = num(row, "max_lv"),
		.max_pvs = num(row, "max_pv"),
		.read_only = strcmp(str(row, "vg_permissions"), "writeable"),
		.exported = str(row, "vg_exported")[0],
		.autoactive = str(row, "vg_autoactivation")[0],
		.own = has_tag(str(row, "vg_tags"), LVM_OWN_TAG),
	};
	str_copy(vg->name, sizeof(vg->name), str(row, "vg_name"));
	copy_id(vg->id, str(row, "vg_uuid"));
}

static void take_pv(struct lvm *l, json_object *row)
{
	struct lvm_pv *pv;

	l->pvs = array_grow(l->pvs, l->nr_pvs, sizeof(*l->pvs));
	pv = &l->pvs[l->nr_pvs++];
	memset(pv, 0, sizeof(*pv));
	str_copy(pv->path, sizeof(pv->path), str(row, "pv_name"));
	str_copy(pv->vg, sizeof(pv->vg), str(row, "vg_name"));
	copy_id(pv->id, str(row, "pv_uuid"));
	pv->dev = number(row, "pv_major", "pv_minor");
	pv->size = num(row, "pv_size");
	pv->extents = num(row, "pv_pe_count");
	pv->used = num(row, "pv_pe_alloc_count");
	pv->missing = str(row, "pv_missing")[0];
}

/* "[lv_rimage_0]" is a hidden part; return whether it is one. */
static bool take_name(char *to, size_t size, const char *name)
{
	bool hidden = name[0] == '[';

	str_copy(to, size, name + hidden);
	to[strcspn(to, "]")] = '\0';
	return hidden;
}

/* The value of a tag in a list with commas. */
static void take_tag(const char *tags, const char *tag, const char *none, char *value, size_t size)
{
	const char *found = strstr(tags, tag);

	str_copy(value, size, found ? found + strlen(tag) : none);
	value[strcspn(value, ",")] = '\0';
}

static void take_lv(struct lvm *l, json_object *row)
{
	const char *synced = str(row, "copy_percent"), *role = str(row, "lv_role");
	const char *tags = str(row, "lv_tags");
	struct lvm_lv *lv;

	l->lvs = array_grow(l->lvs, l->nr_lvs, sizeof(*l->lvs));
	lv = &l->lvs[l->nr_lvs++];
	*lv = (struct lvm_lv){
		.dev = number(row, "lv_kernel_major", "lv_kernel_minor"),
		.size = num(row, "lv_size"),
		.copies = 1,
		.metadata = word_in(role, "metadata"),
		.open = !strcmp(str(row, "lv_device_open"), "open"),
		.read_only = !strcmp(str(row, "lv_permissions"), "read-only"),
		.stale = synced[0] && strtod(synced, NULL) < 100,
	};
	str_copy(lv->vg, sizeof(lv->vg), str(row, "vg_name"));
	take_name(lv->parent, sizeof(lv->parent), str(row, "lv_parent"));
	lv->hidden = take_name(lv->name, sizeof(lv->name), str(row, "lv_name"));
	take_tag(tags, TYPE_TAG, "jfs", lv->type, sizeof(lv->type));
	take_tag(tags, LVM_USE_TAG, "", lv->use, sizeof(lv->use));
	copy_id(lv->id, str(row, "lv_uuid"));
	copy_id(lv->origin, str(row, "origin_uuid"));
	copy_id(lv->pool, str(row, "pool_lv_uuid"));
}

static void take_seg(struct lvm *l, json_object *row)
{
	char id[LVM_ID_MAX + 1];
	struct lvm_lv *lv;

	copy_id(id, str(row, "lv_uuid"));
	lv = (struct lvm_lv *)lvm_lv_by_id(l, id);
	if (lv && num(row, "data_copies"))
		lv->copies = num(row, "data_copies");
	/* Other things than copies have a percentage as well. */
	if (lv && lv->copies < 2)
		lv->stale = false;
}

static void take_run(struct lvm *l, json_object *row)
{
	struct lvm_run run = {
		.pv = number(row, "pv_major", "pv_minor"),
		.start = num(row, "pvseg_start"),
		.nr = num(row, "pvseg_size"),
		.lv_start = num(row, "seg_start_pe"),
	};

	copy_id(run.lv_id, str(row, "lv_uuid"));
	if (!run.nr)
		return;
	l->runs = array_grow(l->runs, l->nr_runs, sizeof(*l->runs));
	l->runs[l->nr_runs++] = run;
}

static const struct {
	const char *key;
	void (*take)(struct lvm *l, json_object *row);
} tables[] = {
	{ "vg", take_vg },
	{ "pv", take_pv },
	{ "lv", take_lv },
	{ "seg", take_seg },
	{ "pvseg", take_run },
};

static void take_part(struct lvm *l, json_object *part)
{
	json_object *rows;
	size_t t, i, nr;

	for (t = 0; t < ARRAY_SIZE(tables); t++) {
		if (!json_object_object_get_ex(part, tables[t].key, &rows))
			continue;
		nr = json_object_array_length(rows);
		for (i = 0; i < nr; i++)
			tables[t].take(l, json_object_array_get_idx(rows, i));
	}
}

static int take_report(struct lvm *l, const char *text)
{
	json_object *root = json_tokener_parse(text), *parts;
	size_t i, nr;

	if (!root || !json_object_object_get_ex(root, "report", &parts) ||
	    !json_object_is_type(parts, json_type_array)) {
		json_object_put(root);
		return err_say(ERR_LVM, "lvm fullreport", "its report makes no sense");
	}
	nr = json_object_array_length(parts);
	for (i = 0; i < nr; i++)
		take_part(l, json_object_array_get_idx(parts, i));
	json_object_put(root);
	return RC_OK;
}

/* --- without LVM --- */

/* The label is at the beginning of one of the first four sectors of 512 bytes. */
bool lvm_is_labelled(const char *path)
{
	char sectors[4][512] = { "" };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool found = false;
	size_t i;

	if (fd < 0)
		return false;
	if (pread(fd, sectors, sizeof(sectors), 0) > 0)
		for (i = 0; i < ARRAY_SIZE(sectors); i++)
			found |= !memcmp(sectors[i], "LABELONE", 8);
	close(fd);
	return found;
}

/* --- order, as the verbs show it --- */

static int cmp_vgs(const void *a, const void *b)
{
	const struct lvm_vg *x = a, *y = b;

	return name_cmp(x->name, y->name);
}

static int cmp_lv_rows(const void *a, const void *b)
{
	const struct lvm_lv *x = a, *y = b;
	int vg = name_cmp(x->vg, y->vg);

	return vg ? vg : name_cmp(x->name, y->name);
}

static int cmp_runs(const void *a, const void *b)
{
	const struct lvm_run *x = a, *y = b;

	if (x->pv != y->pv)
		return x->pv < y->pv ? -1 : 1;
	return x->start < y->start ? -1 : x->start > y->start;
}

static void sort(void *array, size_t nr, size_t size, int (*cmp)(const void *, const void *))
{
	if (nr)
		qsort(array, nr, size, cmp);
}

static int report_read(const struct model *m, struct lvm *l, bool must)
{
	struct run r;
	int rc;

	memset(l, 0, sizeof(*l));
	filter_make(m, &l->filter);
	program_run(&l->filter, report_words, &r);
	if (r.status == RUN_NOT_THERE && !must)
		rc = RC_OK;
	else
		rc = r.status ? failed("lvm fullreport", &r) : take_report(l, r.out);
	run_free(&r);
	l->read = !rc;
	sort(l->vgs, l->nr_vgs, sizeof(*l->vgs), cmp_vgs);
	sort(l->lvs, l->nr_lvs, sizeof(*l->lvs), cmp_lv_rows);
	sort(l->runs, l->nr_runs, sizeof(*l->runs), cmp_runs);
	return rc;
}

int lvm_read(const struct model *m, struct lvm *l)
{
	return report_read(m, l, true);
}

int lvm_read_if_there(const struct model *m, struct lvm *l)
{
	return report_read(m, l, false);
}

void lvm_free(struct lvm *l)
{
	free(l->vgs);
	free(l->pvs);
	free(l->lvs);
	free(l->runs);
	argv_free(&l->filter);
	memset(l, 0, sizeof(*l));
}

/* --- finding --- */

const struct lvm_vg *lvm_vg(const struct lvm *l, const char *name)
{
	size_t i;

	for (i = 0; i < l->nr_vgs; i++)
		if (!strcmp(l->vgs[i].name, name))
			return &l->vgs[i];
	return NULL;
}

const struct lvm_pv *lvm_pv(const struct lvm *l, dev_t dev)
{
	size_t i;

	for (i = 0; i < l->nr_pvs; i++)
		if (dev && l->pvs[i].dev == dev)
			return &l->pvs[i];
	return NULL;
}

bool lvm_pv_is_on(const struct lvm_pv *pv, const char *sysfs)
{
	size_t len = strlen(sysfs);
	char path[PATH_MAX];

	block_path(pv->dev, path, sizeof(path));
	return len && !strncmp(path, sysfs, len) && (path[len] == '/' || !path[len]);
}

const struct lvm_lv *lvm_lv_by_id(const struct lvm *l, const char *id)
{
	size_t i;

	for (i = 0; i < l->nr_lvs; i++)
		if (id[0] && !strcmp(l->lvs[i].id, id))
			return &l->lvs[i];
	return NULL;
}

const struct lvm_lv *lvm_lv_by_dev(const struct lvm *l, dev_t dev)
{
	size_t i;

	for (i = 0; i < l->nr_lvs; i++)
		if (dev && l->lvs[i].dev == dev)
			return &l->lvs[i];
	return NULL;
}

static bool lv_is(const struct lvm_lv *lv, const char *word)
{
	size_t vg = strlen(lv->vg);

	if (lv->hidden)
		return false;
	if (!strncmp(word, lv->vg, vg) && word[vg] == '/')
		word += vg + 1;
	return !strcmp(word, lv->name);
}

const struct lvm_lv *lvm_lv_find(const struct lvm *l, const char *word, int *rc)
{
	const struct lvm_lv *found = NULL;
	char *both;
	size_t i;

	*rc = RC_OK;
	for (i = 0; i < l->nr_lvs; i++) {
		if (!lv_is(&l->lvs[i], word))
			continue;
		if (found) {
			both = xasprintf("%s/%s, %s/%s", found->vg, found->name, l->lvs[i].vg,
					 l->lvs[i].name);
			*rc = err_say(ERR_BACKING_AMBIGUOUS, word, both);
			free(both);
			return NULL;
		}
		found = &l->lvs[i];
	}
	if (!found)
		*rc = err_say(ERR_NO_LV, word, NULL);
	return found;
}

const struct lvm_vg *lvm_vg_find(const struct lvm *l, const char *name, int *rc)
{
	const struct lvm_vg *vg = lvm_vg(l, name);

	*rc = RC_OK;
	if (!vg)
		*rc = err_say(ERR_NO_VG, name, NULL);
	else if (vg->exported)
		*rc = err_say(ERR_VG_EXPORTED, name, NULL);
	return *rc ? NULL : vg;
}

static const struct lvm_lv *lv_in(const struct lvm *l, const char *vg, const char *name)
{
	size_t i;

	for (i = 0; i < l->nr_lvs; i++)
		if (!strcmp(l->lvs[i].vg, vg) && !strcmp(l->lvs[i].name, name))
			return &l->lvs[i];
	return NULL;
}

const struct lvm_lv *lvm_run_owner(const struct lvm *l, const struct lvm_run *run)
{
	const struct lvm_lv *lv = lvm_lv_by_id(l, run->lv_id);

	while (lv && lv->parent[0])
		lv = lv_in(l, lv->vg, lv->parent);
	return lv;
}

bool lvm_vg_active(const struct lvm *l, const struct lvm_vg *vg)
{
	bool any = false;
	size_t i;

	for (i = 0; i < l->nr_lvs; i++) {
		if (strcmp(l->lvs[i].vg, vg->name))
			continue;
		if (l->lvs[i].dev)
			return true;
		any = true;
	}
	return !any && !vg->exported;
}

/*
 * Scripts take a PVID for 16 hexadecimal digits.  LVM's UUID has 32 letters and digits:
 * these are its FNV-1a hash of 64 bits.
 */
void lvm_pvid(const struct lvm_pv *pv, char *pvid, size_t size)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	const char *c;

	for (c = pv->id; *c; c++)
		hash = (hash ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
	snprintf(pvid, size, "%016" PRIx64, hash);
}
