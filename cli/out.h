/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_OUT_H
#define CLI_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "args.h"
#include "util.h"

/*
 * Listings.  A verb describes its fields once and gives each value once; from
 * that come the layout for people, the -fmt record and the JSON member.
 */

enum out_level {
	OUT_ROW,		/* of the record itself */
	OUT_SUB,		/* of the records below it */
};

struct out_field {
	const char *name;	/* -field, and the JSON key */
	const char *heading;	/* in the layout; -field takes it as well */
	int width;		/* of the column; 0: as its widest entry; below 0: aligned right;
				 * in a block: OUT_BESIDE
				 */
	enum out_level level;
	bool extra;		/* not in the layout or record unless chosen by -field */
};

#define OUT_BESIDE	1	/* to the right of the field before it */

/* Columns of a block: "LABEL:  value  LABEL:  value", the labels on the left take 20. */
struct out_block {
	int value;		/* column of a value on the left */
	int label;		/* of a label on the right */
};

struct out_kind {
	const struct out_field *fields;	/* rows first; ends with a NULL name */
	const char *separator;		/* between columns; NULL: one blank */
	bool heading_blank;		/* a blank line after the heading */
	bool no_heading;		/* rows alone */
	bool json_lines;		/* JSON is an object a line, not an array of them */
	bool padded;			/* columns keep their width also where the rest is empty */
	const struct out_block *block;	/* a block of labels for each row, not a table */
	/* For records with records below them: */
	const char *sub_name;		/* JSON key; NULL: a plain table */
	const char *sub_none;		/* the value of the first field where there are none */
};

/* The flags that all listings have. */
struct out_options {
	struct words field;
	const char *fmt;
	const char *fmt2;
	bool json;
};

#define OUT_GROUP	31	/* -fmt, -fmt2 and -json exclude each other */
#define OUT_FLAG_FIELD(type) \
	{ "field", FLAG_WORDS, offsetof(type, out.field), 0, HINT_FIELD, NULL }
#define OUT_FLAG_FMT(type) \
	{ "fmt", FLAG_VALUE, offsetof(type, out.fmt), OUT_GROUP, HINT_NONE, ": ; ," }
#define OUT_FLAG_FMT2(type) \
	{ "fmt2", FLAG_VALUE, offsetof(type, out.fmt2), OUT_GROUP, HINT_NONE, "! @ # % , :" }
#define OUT_FLAG_JSON(type) \
	{ "json", FLAG_SWITCH, offsetof(type, out.json), OUT_GROUP, HINT_NONE, NULL }

struct out;

/*
 * Start a listing.  NULL, with the exit status in *rc and a message on stderr, if
 * a field or the delimiter isn't valid.
 */
struct out *out_open(const struct out_kind *kind, const struct out_options *options, int *rc);

/*
 * Start a table of its own below this line.  The record and JSON know no titles: what
 * they say must be in a field.
 */
void out_title(struct out *o, const char *fmt, ...) PRINTF(2, 3);

/* Start a record, or a record below the last one. */
void out_row(struct out *o);
void out_sub(struct out *o);

/* Give the value of a field, by its index in the kind's table. */
void out_str(struct out *o, int field, const char *value);
void out_fmt(struct out *o, int field, const char *fmt, ...) PRINTF(3, 4);
void out_uint(struct out *o, int field, uint64_t value);
/* A number that is one in JSON alone, and in words elsewhere. */
void out_uint_as(struct out *o, int field, uint64_t value, const char *fmt, ...) PRINTF(4, 5);
void out_hex32(struct out *o, int field, uint32_t value);
void out_hex64(struct out *o, int field, uint64_t value);	/* a string in JSON */
void out_bool(struct out *o, int field, bool value);

/* Print all, free all.  Return RC_OK. */
int out_close(struct out *o);
/* Free all and print nothing. */
void out_abandon(struct out *o);

#endif
