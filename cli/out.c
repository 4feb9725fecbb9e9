// SPDX-License-Identifier: GPL-2.0
/*
 * Listings: values are collected first and printed by one of four printers
 * (table, labels, -fmt record, JSON), so that columns can be as wide as needed.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <json-c/json.h>

#include "err.h"
#include "out.h"
#include "util.h"

#define MAX_FIELDS	40
#define LABEL_WIDTH	21

enum cell_type {
	CELL_STRING,
	CELL_UINT,
	CELL_BOOL,
};

struct cell {
	char *text;		/* NULL: empty */
	uint64_t value;
	enum cell_type type;
};

struct record {
	struct cell cells[MAX_FIELDS];
	struct record *subs;
	size_t nr_subs;
};

struct choice {
	int fields[MAX_FIELDS];
	int nr;
};

struct title {
	char *text;
	size_t row;		/* the first one below it */
};

struct out {
	const struct out_kind *kind;
	const struct out_options *options;
	struct choice chosen[2];	/* by level, in the order asked for */
	struct record *rows;
	size_t nr_rows;
	struct title *titles;
	size_t nr_titles;
	bool started;			/* a paragraph has been printed */
};

static int field_find(const struct out_kind *kind, const char *word)
{
	int f;

	for (f = 0; kind->fields[f].name; f++)
		if (!strcasecmp(kind->fields[f].name, word))
			return f;
	for (f = 0; kind->fields[f].name; f++)
		if (!strcasecmp(kind->fields[f].heading, word))
			return f;
	return -1;
}

static void field_choose(struct out *o, int f)
{
	struct choice *c = &o->chosen[o->kind->fields[f].level];

	if (c->nr < MAX_FIELDS)
		c->fields[c->nr++] = f;
}

static int choose_asked(struct out *o, const struct words *words)
{
	int i, f;

	for (i = 0; i < words->nr; i++) {
		f = field_find(o->kind, words->v[i]);
		if (f < 0)
			return err_say(ERR_FIELD, words->v[i], NULL);
		field_choose(o, f);
	}
	return RC_OK;
}

static void choose_default(struct out *o)
{
	int f;

	for (f = 0; o->kind->fields[f].name; f++)
		if (o->options->json || !o->kind->fields[f].extra)
			field_choose(o, f);
}

static int delimiters_check(const struct out_options *options)
{
	if (options->fmt && strpbrk(options->fmt, " \t\n"))
		return err_say(ERR_DELIMITER, options->fmt, "it has a blank");
	if (options->fmt2 && (strlen(options->fmt2) != 1 || !strchr("!@#%,:", *options->fmt2)))
		return err_say(ERR_DELIMITER, options->fmt2, "it is not one of ! @ # % , :");
	return RC_OK;
}

struct out *out_open(const struct out_kind *kind, const struct out_options *options, int *rc)
{
	struct out *o = xcalloc(1, sizeof(*o));

	o->kind = kind;
	o->options = options;
	*rc = delimiters_check(options);
	if (!*rc && options->field.given)
		*rc = choose_asked(o, &options->field);
	else
		choose_default(o);
	if (*rc) {
		free(o);
		return NULL;
	}
	return o;
}

void out_title(struct out *o, const char *fmt, ...)
{
	struct title t = { .row = o->nr_rows };
	va_list args;

	va_start(args, fmt);
	t.text = xvasprintf(fmt, args);
	va_end(args);
	o->titles = array_grow(o->titles, o->nr_titles, sizeof(*o->titles));
	o->titles[o->nr_titles++] = t;
}

void out_row(struct out *o)
{
	o->rows = array_grow(o->rows, o->nr_rows, sizeof(*o->rows));
	memset(&o->rows[o->nr_rows++], 0, sizeof(*o->rows));
}

void out_sub(struct out *o)
{
	struct record *row = &o->rows[o->nr_rows - 1];

	row->subs = array_grow(row->subs, row->nr_subs, sizeof(*row->subs));
	memset(&row->subs[row->nr_subs++], 0, sizeof(*row->subs));
}

static void cell_set(struct out *o, int field, struct cell cell)
{
	struct record *r = &o->rows[o->nr_rows - 1];

	if (o->kind->fields[field].level == OUT_SUB)
		r = &r->subs[r->nr_subs - 1];
	free(r->cells[field].text);
	r->cells[field] = cell;
}

void out_str(struct out *o, int field, const char *value)
{
	cell_set(o, field, (struct cell){
		.text = value && value[0] ? xstrdup(value) : NULL,
		.type = CELL_STRING,
	});
}

void out_fmt(struct out *o, int field, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	cell_set(o, field, (struct cell){ .text = xvasprintf(fmt, args), .type = CELL_STRING });
	va_end(args);
}

void out_uint(struct out *o, int field, uint64_t value)
{
	cell_set(o, field, (struct cell){ xasprintf("%" PRIu64, value), value, CELL_UINT });
}

void out_uint_as(struct out *o, int field, uint64_t value, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	cell_set(o, field, (struct cell){ xvasprintf(fmt, args), value, CELL_UINT });
	va_end(args);
}

void out_hex32(struct out *o, int field, uint32_t value)
{
	cell_set(o, field, (struct cell){ xasprintf("0x%08" PRIx32, value), value, CELL_UINT });
}

void out_hex64(struct out *o, int field, uint64_t value)
{
	cell_set(o, field, (struct cell){ xasprintf("0x%016" PRIx64, value), value, CELL_STRING });
}

void out_bool(struct out *o, int field, bool value)
{
	cell_set(o, field, (struct cell){ xstrdup(value ? "true" : "false"), value, CELL_BOOL });
}

static const char *text(const struct record *r, int field)
{
	return r->cells[field].text ? r->cells[field].text : "";
}

/* --- tables --- */

static int column_width(const struct out *o, int field)
{
	const struct out_field *f = &o->kind->fields[field];
	size_t i, width = strlen(f->heading);

	if (f->width)
		return f->width;
	for (i = 0; i < o->nr_rows; i++)
		if (strlen(text(&o->rows[i], field)) > width)
			width = strlen(text(&o->rows[i], field));
	return width;
}

/* One line of a table, in most kinds without blanks at its end; @r NULL: the headings. */
static void table_line(const struct out *o, const int *widths, const struct record *r)
{
	const char *separator = o->kind->separator ? o->kind->separator : " ";
	const struct choice *c = &o->chosen[OUT_ROW];
	int i, fill, pad = 0;

	for (i = 0; i < c->nr; i++) {
		const char *s = r ? text(r, c->fields[i]) : o->kind->fields[c->fields[i]].heading;

		fill = abs(widths[i]) - (int)strlen(s);
		if (fill < 0)
			fill = 0;
		if (widths[i] < 0) {
			pad += fill;
			fill = 0;
		}
		if (*s || o->kind->padded) {
			printf("%*s%s", pad, "", s);
			pad = 0;
		}
		pad += fill + strlen(separator);
	}
	putchar('\n');
}

static void table_part(const struct out *o, const int *widths, size_t from, size_t to)
{
	if (!o->kind->no_heading)
		table_line(o, widths, NULL);
	if (o->kind->heading_blank)
		putchar('\n');
	for (; from < to; from++)
		table_line(o, widths, &o->rows[from]);
}

static void print_table(const struct out *o)
{
	const struct choice *c = &o->chosen[OUT_ROW];
	int widths[MAX_FIELDS], i;
	size_t t, end;

	for (i = 0; i < c->nr; i++)
		widths[i] = column_width(o, c->fields[i]);
	if (!o->nr_titles && o->nr_rows)
		table_part(o, widths, 0, o->nr_rows);
	for (t = 0; t < o->nr_titles; t++) {
		end = t + 1 < o->nr_titles ? o->titles[t + 1].row : o->nr_rows;
		puts(o->titles[t].text);
		table_part(o, widths, o->titles[t].row, end);
	}
}

/* --- blocks of labels in two columns (lsvg, lslv, lspv of one thing) --- */

#define BLOCK_LABEL	19

/* "LABEL:  value" from the column @label on; the length of what was printed. */
static int block_cell(const struct out *o, int field, int label, const struct record *r)
{
	char *heading = xasprintf("%s:", o->kind->fields[field].heading);
	int len = *text(r, field) ? printf("%-*s %s", label, heading, text(r, field)) :
				    printf("%s", heading);

	free(heading);
	return len;
}

static void block_lines(const struct out *o, const struct record *r)
{
	const struct choice *c = &o->chosen[OUT_ROW];
	const struct out_block *block = o->kind->block;
	int i, column = 0, gap;

	for (i = 0; i < c->nr; i++) {
		if (o->options->field.given ||
		    o->kind->fields[c->fields[i]].width != OUT_BESIDE) {
			printf("%s", i ? "\n" : "");
			column = block_cell(o, c->fields[i], BLOCK_LABEL, r);
			continue;
		}
		gap = BLOCK_LABEL + 1 + block->value - column;
		printf("%*s", gap > 1 ? gap : 1, "");
		block_cell(o, c->fields[i], block->label - 1, r);
	}
	putchar('\n');
}

/* Blank lines stand between paragraphs, but not when these are single lines. */
static void paragraph(struct out *o)
{
	if (o->started && o->chosen[OUT_ROW].nr + o->chosen[OUT_SUB].nr > 1)
		putchar('\n');
	o->started = true;
}

static void print_blocks(struct out *o)
{
	size_t r;

	for (r = 0; r < o->nr_rows; r++) {
		paragraph(o);
		block_lines(o, &o->rows[r]);
	}
}

/* --- headings with blocks of labels below (lsmap) --- */

static void label_line(const char *label, const char *value)
{
	if (*value)
		printf("%-*s %s\n", LABEL_WIDTH, label, value);
	else
		printf("%s\n", label);
}

static void dashes(int nr)
{
	while (nr--)
		putchar('-');
}

static void map_heading(const struct out *o, const struct record *row)
{
	const struct choice *c = &o->chosen[OUT_ROW];
	int widths[MAX_FIELDS], i;

	for (i = 0; i < c->nr; i++)
		widths[i] = column_width(o, c->fields[i]);
	table_line(o, widths, NULL);
	for (i = 0; i < c->nr; i++) {
		dashes(widths[i]);
		putchar(i + 1 < c->nr ? ' ' : '\n');
	}
	table_line(o, widths, row);
	putchar('\n');
}

static void labels(const struct out *o, const struct choice *c, const struct record *r)
{
	int i;

	for (i = 0; i < c->nr; i++)
		label_line(o->kind->fields[c->fields[i]].heading, text(r, c->fields[i]));
}

/* The first field of the lower level carries the "none" value. */
static int sub_key(const struct out *o)
{
	int f = 0;

	while (o->kind->fields[f].level != OUT_SUB)
		f++;
	return f;
}

static bool is_chosen(const struct choice *c, int field)
{
	int i;

	for (i = 0; i < c->nr; i++)
		if (c->fields[i] == field)
			return true;
	return false;
}

static void none_line(const struct out *o)
{
	label_line(o->kind->fields[sub_key(o)].heading, o->kind->sub_none);
}

static void print_map(const struct out *o)
{
	size_t r, s;

	for (r = 0; r < o->nr_rows; r++) {
		const struct record *row = &o->rows[r];

		map_heading(o, row);
		for (s = 0; s < row->nr_subs; s++) {
			labels(o, &o->chosen[OUT_SUB], &row->subs[s]);
			putchar('\n');
		}
		if (!row->nr_subs) {
			none_line(o);
			putchar('\n');
		}
	}
}

static void print_labels(struct out *o)
{
	const struct choice *rows = &o->chosen[OUT_ROW], *subs = &o->chosen[OUT_SUB];
	size_t r, s;

	for (r = 0; r < o->nr_rows; r++) {
		const struct record *row = &o->rows[r];

		if (rows->nr) {
			paragraph(o);
			labels(o, rows, row);
		}
		for (s = 0; subs->nr && s < row->nr_subs; s++) {
			paragraph(o);
			labels(o, subs, &row->subs[s]);
		}
		if (!row->nr_subs && is_chosen(subs, sub_key(o))) {
			paragraph(o);
			none_line(o);
		}
	}
}

/* --- records --- */

static void record_fields(const struct out *o, const struct choice *c, const struct record *r,
			  bool *first)
{
	const char *delimiter = o->options->fmt ? o->options->fmt : o->options->fmt2;
	int i;

	for (i = 0; i < c->nr; i++) {
		const char *s = r ? text(r, c->fields[i]) : "";

		printf("%s%s", *first ? "" : delimiter, *s || o->options->fmt2 ? s : " ");
		*first = false;
	}
}

static void print_records(const struct out *o)
{
	const struct choice *subs = &o->chosen[OUT_SUB];
	size_t r, s;

	for (r = 0; r < o->nr_rows; r++) {
		const struct record *row = &o->rows[r];
		bool first = true;

		record_fields(o, &o->chosen[OUT_ROW], row, &first);
		for (s = 0; s < row->nr_subs; s++)
			record_fields(o, subs, &row->subs[s], &first);
		if (!row->nr_subs)
			record_fields(o, subs, NULL, &first);
		putchar('\n');
	}
}

/* --- JSON --- */

static json_object *json_cell(const struct cell *cell)
{
	if (!cell->text)
		return NULL;
	switch (cell->type) {
	case CELL_UINT:
		return json_object_new_uint64(cell->value);
	case CELL_BOOL:
		return json_object_new_boolean(cell->value);
	default:
		return json_object_new_string(cell->text);
	}
}

static json_object *json_record(const struct out *o, const struct choice *c,
				const struct record *r)
{
	json_object *object = json_object_new_object();
	int i;

	for (i = 0; i < c->nr; i++)
		json_object_object_add(object, o->kind->fields[c->fields[i]].name,
				       json_cell(&r->cells[c->fields[i]]));
	return object;
}

static json_object *json_subs(const struct out *o, const struct record *row)
{
	json_object *list = json_object_new_array();
	size_t s;

	for (s = 0; s < row->nr_subs; s++)
		json_object_array_add(list, json_record(o, &o->chosen[OUT_SUB], &row->subs[s]));
	return list;
}

static json_object *json_row(const struct out *o, const struct record *row)
{
	json_object *object = json_record(o, &o->chosen[OUT_ROW], row);

	if (o->kind->sub_name && o->chosen[OUT_SUB].nr)
		json_object_object_add(object, o->kind->sub_name, json_subs(o, row));
	return object;
}

static void print_json_lines(const struct out *o)
{
	json_object *object;
	size_t r;

	for (r = 0; r < o->nr_rows; r++) {
		object = json_row(o, &o->rows[r]);
		puts(json_object_to_json_string_ext(object, JSON_C_TO_STRING_SPACED |
						    JSON_C_TO_STRING_NOSLASHESCAPE));
		json_object_put(object);
	}
}

static void print_json(const struct out *o)
{
	json_object *list = json_object_new_array();
	size_t r;

	for (r = 0; r < o->nr_rows; r++)
		json_object_array_add(list, json_row(o, &o->rows[r]));
	puts(json_object_to_json_string_ext(list, JSON_C_TO_STRING_PRETTY |
					    JSON_C_TO_STRING_SPACED |
					    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(list);
}

static void record_free(struct record *r)
{
	size_t i;

	for (i = 0; i < MAX_FIELDS; i++)
		free(r->cells[i].text);
	for (i = 0; i < r->nr_subs; i++)
		record_free(&r->subs[i]);
	free(r->subs);
}

void out_abandon(struct out *o)
{
	size_t i;

	for (i = 0; i < o->nr_rows; i++)
		record_free(&o->rows[i]);
	for (i = 0; i < o->nr_titles; i++)
		free(o->titles[i].text);
	free(o->titles);
	free(o->rows);
	free(o);
}

int out_close(struct out *o)
{
	if (o->options->json && o->kind->json_lines)
		print_json_lines(o);
	else if (o->options->json)
		print_json(o);
	else if (o->options->fmt || o->options->fmt2)
		print_records(o);
	else if (o->kind->block)
		print_blocks(o);
	else if (!o->kind->sub_name)
		print_table(o);
	else if (o->options->field.given)
		print_labels(o);
	else
		print_map(o);
	out_abandon(o);
	return RC_OK;
}
