/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one table of what is known of a process, and of a connection: what it is called, how it is laid out,
 * where it comes from. Every output goes by it.
 */
#ifndef COLUMNS_H
#define COLUMNS_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "bar.h"
#include "endpoints.h"
#include "escape.h"
#include "format.h"
#include "model.h"

enum column_kind {
	COLUMN_TEXT,
	COLUMN_NUMBER,
	COLUMN_BYTES, /* a number too: people want it in units */
	COLUMN_RATE,  /* likewise, bytes per second */
	COLUMN_BAR,   /* a rate, as a bar */
};

enum column_align {
	COLUMN_LEFT,
	COLUMN_RIGHT,
};

/* The outputs that a column is part of. The screen asks for several: its views are put together from what was chosen. */
enum column_output {
	COLUMN_IN_JSON = 1 << 0,
	COLUMN_IN_TEXT = 1 << 1,    /* the table of an interval */
	COLUMN_IN_SUMMARY = 1 << 2, /* the table of the whole run */
	COLUMN_IN_VIEW = 1 << 3,    /* each of the screen's */
	COLUMN_IN_RATES = 1 << 4,   /* those that show what happens now */
	COLUMN_IN_TOTALS = 1 << 5,  /* those that show what happened since the start */
	COLUMN_IN_PANE = 1 << 6,    /* the connections below the processes */
	COLUMN_PROGRAM = 1 << 7,    /* a process by what it was called as, */
	COLUMN_COMMAND = 1 << 8,    /* by its command line, */
	COLUMN_BASE = 1 << 9,	    /* by its program's name alone */
	COLUMN_CONTAINER = 1 << 10, /* and by its container */
	COLUMN_BY_HOST = 1 << 11,   /* groups */
	COLUMN_BY_PORT = 1 << 12,
	COLUMN_BY_CONTAINER = 1 << 13,
	COLUMN_BY_USER = 1 << 14,
};

/* text for COLUMN_TEXT, valid while the row and this are; else number. */
struct column_value {
	const char *text;
	__u64 number;
	bool none;			/* means nothing for this row: tables leave it blank */
	char buf[ENDPOINT_SIZE];	/* for text that is made */
};

struct column;

/* What the columns of a table go by, beside the row. */
struct column_context {
	const struct model *model;
	const struct endpoints *endpoints; /* how connections' ends are told; NULL: in numbers */
	const struct bar_scale *scale;	   /* of COLUMN_BAR; NULL where there is none */
};

/* row: a struct process, connection or group, as the table is for. */
typedef void (*column_get)(const struct column *column, const struct column_context *context, const void *row,
			   struct column_value *value);

struct column {
	const char *key;    /* name in JSON and CSV; unique in its table */
	const char *header; /* in tables */
	const char *help;
	unsigned int outputs; /* of enum column_output */
	enum column_kind kind;
	enum column_align align;
	enum escape_cut cut; /* of text that is too wide */
	int width;	     /* columns, at least; of COLUMN_BYTES and COLUMN_RATE the units tell */
	int max_width;	     /* up to which it grows where there is room; 0: it does not */
	int priority;	     /* where room is short, the column of the highest goes first; 0: never */
	column_get get;
	column_get get_second; /* for what two lines tell, the second; NULL: blank */
	size_t offset;	       /* in the row, of what get takes from there */
};

/* What the column has of a row, or the second line of it. *value may point into itself: do not copy it. */
void column__get(const struct column *column, const struct column_context *context, const void *row,
		 struct column_value *value);
void column__get_second(const struct column *column, const struct column_context *context, const void *row,
			struct column_value *value);

/* In the order in which all outputs show them. Static; *count is their number. */
const struct column *columns__process(size_t *count);
const struct column *columns__connection(size_t *count);
const struct column *columns__group(size_t *count);

#endif
