// SPDX-License-Identifier: GPL-2.0
/* One object of a configuration as a line of JSON, and back: both from one table. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "item.h"
#include "util.h"

enum member_type {
	MEMBER_UINT,
	MEMBER_TEXT,
	MEMBER_BOOL,
};

struct member {
	const char *name;
	unsigned int kinds;		/* which objects have it, a mask */
	unsigned int required;		/* which of them must */
	enum member_type type;
	size_t offset;
	uint64_t max;			/* of a number; of a text: bytes with its end */
	const char *words;		/* that a text may be; NULL: any */
};

#define PLACED		(ITEM_ADAPTER | ITEM_VTD)
#define NAMED		(ITEM_PARTITION | ITEM_ADAPTER | ITEM_VTD)
#define UINT(field, kinds, required, max) \
	{ #field, kinds, required, MEMBER_UINT, offsetof(struct item, field), max, NULL }
#define TEXT(field, kinds, required, words) \
	{ #field, kinds, required, MEMBER_TEXT, offsetof(struct item, field), \
	  sizeof(((struct item *)0)->field), words }
#define BOOL(field, kinds) \
	{ #field, kinds, 0, MEMBER_BOOL, offsetof(struct item, field), 1, NULL }

static const struct member members[] = {
	UINT(version, ITEM_HEAD, ITEM_HEAD, ITEM_VERSION),
	TEXT(machine, ITEM_HEAD, ITEM_HEAD, NULL),
	UINT(objects, ITEM_END, 0, UINT32_MAX),
	UINT(partition, NAMED, NAMED, VSCSI_PARTITION_ID_MAX),
	UINT(slot, PLACED, PLACED, VSCSI_SLOT_MAX),
	TEXT(name, NAMED, ITEM_PARTITION | ITEM_VTD, NULL),
	TEXT(type, NAMED, NAMED, "vios client server disk lv file ram file_opt"),
	TEXT(state, PLACED, ITEM_ADAPTER, "available defined unknown"),
	UINT(remote_partition, ITEM_ADAPTER, 0, VSCSI_PARTITION_ID_MAX),
	UINT(remote_slot, ITEM_ADAPTER, 0, VSCSI_SLOT_MAX),
	UINT(queues, ITEM_ADAPTER, 0, VSCSI_QUEUES_MAX),
	TEXT(lun, ITEM_VTD, ITEM_VTD, NULL),
	TEXT(backing, ITEM_VTD, 0, NULL),
	TEXT(path, ITEM_VTD, 0, NULL),
	TEXT(identity, ITEM_VTD, 0, NULL),
	TEXT(udid, ITEM_VTD, 0, NULL),
	UINT(size, ITEM_VTD, 0, INT64_MAX),
	UINT(block_size, ITEM_VTD, ITEM_VTD, VSCSI_BLOCK_SIZE_MAX),
	BOOL(read_only, ITEM_VTD),
	BOOL(buffered, ITEM_VTD),
	TEXT(alua_state, ITEM_VTD, 0,
	     "active/non-optimized standby unavailable transitioning"),
	TEXT(inject_error, ITEM_VTD, 0, "medium no_space not_ready target_failure hang"),
	UINT(inject_delay_us, ITEM_VTD, 0, UINT32_MAX),
	UINT(inject_every, ITEM_VTD, 0, UINT32_MAX),
	{ .name = NULL }
};

static const struct {
	const char *name;
	enum item_kind kind;
} kinds[] = {
	{ "head", ITEM_HEAD },
	{ "partition", ITEM_PARTITION },
	{ "adapter", ITEM_ADAPTER },
	{ "vtd", ITEM_VTD },
	{ "end", ITEM_END },
};

static const uint64_t *uint_of(const struct item *it, const struct member *m)
{
	return (const uint64_t *)((const char *)it + m->offset);
}

static const char *text_of(const struct item *it, const struct member *m)
{
	return (const char *)it + m->offset;
}

static const bool *bool_of(const struct item *it, const struct member *m)
{
	return (const bool *)((const char *)it + m->offset);
}

static bool is_empty(const struct item *it, const struct member *m)
{
	switch (m->type) {
	case MEMBER_UINT:
		return !*uint_of(it, m);
	case MEMBER_TEXT:
		return !text_of(it, m)[0];
	default:
		return !*bool_of(it, m);
	}
}

/* --- to a line --- */

/* Printed by hand and in large pieces: a thousand lines are written after each change. */
static void print_text(const char *text, FILE *f)
{
	const char *end;

	fputc('"', f);
	for (; *text; text = end) {
		for (end = text; (unsigned char)*end >= ' ' && *end != '"' && *end != '\\';)
			end++;
		fwrite(text, 1, end - text, f);
		if (*end == '"' || *end == '\\')
			fprintf(f, "\\%c", *end++);
		else if (*end)
			fprintf(f, "\\u%04x", *end++);
	}
	fputc('"', f);
}

static void print_member(const struct item *it, const struct member *m, FILE *f)
{
	fputs(", \"", f);
	fputs(m->name, f);
	fputs("\": ", f);
	switch (m->type) {
	case MEMBER_UINT:
		fprintf(f, "%" PRIu64, *uint_of(it, m));
		break;
	case MEMBER_TEXT:
		print_text(text_of(it, m), f);
		break;
	default:
		fputs("true", f);
	}
}

void item_print(const struct item *it, FILE *f)
{
	const struct member *m;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (kinds[i].kind == it->kind)
			fprintf(f, "{ \"kind\": \"%s\"", kinds[i].name);
	for (m = members; m->name; m++)
		if (m->kinds & it->kind && !is_empty(it, m))
			print_member(it, m, f);
	fputs(" }\n", f);
}

/* --- from a line --- */

static const struct member *member_find(const char *name, enum item_kind kind)
{
	const struct member *m;

	for (m = members; m->name; m++)
		if (m->kinds & kind && !strcmp(m->name, name))
			return m;
	return NULL;
}

static char *take_uint(struct json_object *value, const struct member *m, struct item *it)
{
	int64_t v = json_object_get_int64(value);

	if (!json_object_is_type(value, json_type_int))
		return xasprintf("\"%s\" is not a number", m->name);
	if (v < 0 || (uint64_t)v > m->max)
		return xasprintf("\"%s\" is out of its range, 0 to %" PRIu64, m->name, m->max);
	*(uint64_t *)((char *)it + m->offset) = v;
	return NULL;
}

static char *take_text(struct json_object *value, const struct member *m, struct item *it)
{
	const char *text = json_object_get_string(value);

	if (!json_object_is_type(value, json_type_string))
		return xasprintf("\"%s\" is not a string", m->name);
	if (strlen(text) != (size_t)json_object_get_string_len(value) || strlen(text) >= m->max)
		return xasprintf("\"%s\" is too long", m->name);
	if (m->words && !word_in(m->words, text))
		return xasprintf("\"%s\" is none of: %s", m->name, m->words);
	str_copy((char *)it + m->offset, m->max, text);
	return NULL;
}

static char *take_bool(struct json_object *value, const struct member *m, struct item *it)
{
	if (!json_object_is_type(value, json_type_boolean))
		return xasprintf("\"%s\" is not true or false", m->name);
	*(bool *)((char *)it + m->offset) = json_object_get_boolean(value);
	return NULL;
}

/* What isn't known may be important: an object is taken whole or not at all. */
static char *take_member(const char *name, struct json_object *value, struct item *it)
{
	const struct member *m = member_find(name, it->kind);

	if (!m)
		return xasprintf("unknown member \"%s\"", name);
	switch (m->type) {
	case MEMBER_UINT:
		return take_uint(value, m, it);
	case MEMBER_TEXT:
		return take_text(value, m, it);
	default:
		return take_bool(value, m, it);
	}
}

static char *take_kind(struct json_object *object, struct item *it)
{
	struct json_object *value;
	const char *name;
	size_t i;

	if (!json_object_object_get_ex(object, "kind", &value))
		return xstrdup("it has no member \"kind\"");
	name = json_object_get_string(value);
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (name && !strcmp(kinds[i].name, name))
			it->kind = kinds[i].kind;
	return it->kind ? NULL : xasprintf("unknown kind \"%s\"", name ? name : "null");
}

static char *take_object(struct json_object *object, struct item *it)
{
	const struct member *m;
	char *why = take_kind(object, it);

	if (why)
		return why;
	json_object_object_foreach(object, name, value) {
		if (!why && strcmp(name, "kind"))
			why = take_member(name, value, it);
	}
	for (m = members; m->name && !why; m++)
		if (m->required & it->kind && is_empty(it, m))
			why = xasprintf("it has no member \"%s\"", m->name);
	return why;
}

char *item_parse(const char *line, struct item *it)
{
	struct json_tokener *tokener = json_tokener_new();
	size_t len = strlen(line);
	struct json_object *object;
	char *why;

	memset(it, 0, sizeof(*it));
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	object = json_tokener_parse_ex(tokener, line, len + 1);
	if (json_tokener_get_error(tokener) != json_tokener_success)
		why = xasprintf("column %zu: %s", json_tokener_get_parse_end(tokener) + 1,
				json_tokener_error_desc(json_tokener_get_error(tokener)));
	else if (!json_object_is_type(object, json_type_object))
		why = xstrdup("it is not an object");
	else
		why = take_object(object, it);
	json_object_put(object);
	json_tokener_free(tokener);
	return why;
}

/* --- comparing --- */

static bool is_same(const struct item *a, const struct item *b, const struct member *m)
{
	switch (m->type) {
	case MEMBER_UINT:
		return *uint_of(a, m) == *uint_of(b, m);
	case MEMBER_TEXT:
		return !strcmp(text_of(a, m), text_of(b, m));
	default:
		return *bool_of(a, m) == *bool_of(b, m);
	}
}

const char *item_difference(const struct item *a, const struct item *b)
{
	bool known = a->identity[0] && b->identity[0];
	const struct member *m;

	for (m = members; m->name; m++) {
		if (!(m->kinds & a->kind) || is_same(a, b, m))
			continue;
		if (!known || !word_in("backing path", m->name))
			return m->name;
	}
	return NULL;
}

bool item_is_rival(const struct item *a, const struct item *b)
{
	bool same_slot = a->partition == b->partition && a->slot == b->slot;

	if (a->kind != b->kind)
		return false;
	if (a->kind == ITEM_VTD)
		return !strcmp(a->name, b->name) || (same_slot && !strcmp(a->lun, b->lun));
	return same_slot;
}

bool item_is_defined(const struct item *it)
{
	return it->kind == ITEM_VTD && !strcmp(it->state, "defined");
}

void item_take_medium(struct item *it, const struct item *from)
{
	str_copy(it->backing, sizeof(it->backing), from->backing);
	str_copy(it->path, sizeof(it->path), from->path);
	it->read_only = from->read_only;
	it->buffered = from->buffered;
}

bool item_lacks_medium(const struct item *wanted, const struct item *now)
{
	struct item filled = *now;

	if (strcmp(now->type, "file_opt") || now->path[0] || !wanted->path[0])
		return false;
	item_take_medium(&filled, wanted);
	return !item_difference(wanted, &filled);
}
