/* SPDX-License-Identifier: GPL-2.0 */
/* Lays columns out in lines of a given width. */
#ifndef TABLE_H
#define TABLE_H

#include <stdbool.h>

#include "buffer.h"
#include "columns.h"
#include "escape.h"
#include "format.h"

#define TABLE_MAX_COLUMNS 16

struct table {
	const struct column *columns[TABLE_MAX_COLUMNS];
	int widths[TABLE_MAX_COLUMNS];
	int count;
	enum format_units units;
	enum escape_charset charset;
};

/*
 * Chooses among `count` columns those of the outputs, leaves out by priority what does not fit the width, and
 * gives what is left over to those that may grow. Units and charset of the table are to be set before.
 */
void table__layout(struct table *table, const struct column *columns, size_t count, unsigned int outputs,
		   int width);

/* Where a column begins, by its key; -1: it is not in the table. */
int table__offset(const struct table *table, const char *key);

/* A line each, with its newline and no blanks before that. */
void table__header(const struct table *table, struct buffer *out);
void table__row(const struct table *table, struct buffer *out, const struct column_context *context, const void *row);
void table__second_row(const struct table *table, struct buffer *out, const struct column_context *context,
		       const void *row);

#endif
