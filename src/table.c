/* SPDX-License-Identifier: GPL-2.0 */
#include "table.h"

#include <stdio.h>
#include <string.h>

#define GAP 1 /* between two columns */

/* A line as it is written; blanks wait for what comes after them, so that none end a line. */
struct line {
	struct buffer *out;
	int blanks;
};

static int at_least(int a, int b)
{
	return a > b ? a : b;
}

static int min_width(const struct column *column, enum format_units units)
{
	int width = at_least(column->width, strlen(column->header));

	if (column->kind == COLUMN_RATE)
		return at_least(width, format__rate_width(units));
	if (column->kind == COLUMN_BYTES)
		return at_least(width, format__bytes_width(units));
	return width;
}

static int total_width(const struct table *table)
{
	int width = 0;

	for (int i = 0; i < table->count; i++)
		width += table->widths[i] + (i ? GAP : 0);
	return width;
}

/* Leaves out the column that is needed least. False: all are needed. */
static bool drop_one(struct table *table)
{
	int least = 0;

	for (int i = 1; i < table->count; i++) {
		if (table->columns[i]->priority > table->columns[least]->priority)
			least = i;
	}
	if (!table->count || !table->columns[least]->priority)
		return false;
	table->count--;
	for (int i = least; i < table->count; i++) {
		table->columns[i] = table->columns[i + 1];
		table->widths[i] = table->widths[i + 1];
	}
	return true;
}

/* Gives each that may grow a column more in turn, until nothing is left or none may. */
static void spread(struct table *table, int left)
{
	bool grown = true;

	while (left > 0 && grown) {
		grown = false;
		for (int i = 0; i < table->count && left > 0; i++) {
			if (table->widths[i] >= table->columns[i]->max_width)
				continue;
			table->widths[i]++;
			left--;
			grown = true;
		}
	}
}

void table__layout(struct table *table, const struct column *columns, size_t count, unsigned int outputs,
		   int width)
{
	table->count = 0;
	for (size_t i = 0; i < count && table->count < TABLE_MAX_COLUMNS; i++) {
		if (!(columns[i].outputs & outputs))
			continue;
		table->columns[table->count] = &columns[i];
		table->widths[table->count++] = min_width(&columns[i], table->units);
	}
	while (total_width(table) > width && drop_one(table))
		;
	spread(table, width - total_width(table));
}

int table__offset(const struct table *table, const char *key)
{
	int offset = 0;

	for (int i = 0; i < table->count; i++) {
		if (!strcmp(table->columns[i]->key, key))
			return offset;
		offset += table->widths[i] + GAP;
	}
	return -1;
}

static void put(struct line *line, const char *text, size_t length)
{
	buffer__pad(line->out, ' ', line->blanks);
	line->blanks = 0;
	buffer__append(line->out, text, length);
}

static void put_text(struct line *line, const struct table *table, int at, const char *text)
{
	const struct column *column = table->columns[at];

	if (!*text) {
		line->blanks += table->widths[at];
		return;
	}
	put(line, "", 0);
	line->blanks = table->widths[at] -
		       escape__fit(line->out, text, table->widths[at], column->cut, table->charset);
}

/*
 * Plain ASCII, which is not cut: a number that is too wide takes of the blanks before it, or else moves the
 * rest.
 */
static void put_number(struct line *line, const struct table *table, int at, const char *text)
{
	int length = strlen(text);

	line->blanks = at_least(line->blanks + table->widths[at] - length, at ? GAP : 0);
	if (length)
		put(line, text, length);
}

static void put_bar(struct line *line, const struct table *table, int at, __u64 rate, const struct bar_scale *scale)
{
	put(line, "", 0);
	bar__put(line->out, scale ? bar__share(scale, rate) : 0, table->widths[at], table->charset);
}

static void put_value(struct line *line, const struct table *table, int at, const struct column_context *context,
		      const struct column_value *value)
{
	char number[FORMAT_NUMBER_SIZE] = "";

	switch (table->columns[at]->kind) {
	case COLUMN_TEXT:
		put_text(line, table, at, value->none ? "" : value->text);
		return;
	case COLUMN_NUMBER:
		snprintf(number, sizeof(number), "%llu", value->number);
		break;
	case COLUMN_BYTES:
		format__bytes(number, value->number, table->units);
		break;
	case COLUMN_RATE:
		format__rate(number, value->number, table->units);
		break;
	case COLUMN_BAR:
		put_bar(line, table, at, value->none ? 0 : value->number, context->scale);
		return;
	}
	put_number(line, table, at, value->none ? "" : number);
}

static void next_column(struct line *line, int at)
{
	line->blanks += at ? GAP : 0;
}

void table__header(const struct table *table, struct buffer *out)
{
	struct line line = { .out = out };

	for (int i = 0; i < table->count; i++) {
		next_column(&line, i);
		if (table->columns[i]->align == COLUMN_RIGHT)
			put_number(&line, table, i, table->columns[i]->header);
		else
			put_text(&line, table, i, table->columns[i]->header);
	}
	buffer__puts(out, "\n");
}

void table__row(const struct table *table, struct buffer *out, const struct column_context *context, const void *row)
{
	struct line line = { .out = out };
	struct column_value value;

	for (int i = 0; i < table->count; i++) {
		next_column(&line, i);
		column__get(table->columns[i], context, row, &value);
		put_value(&line, table, i, context, &value);
	}
	buffer__puts(out, "\n");
}

void table__second_row(const struct table *table, struct buffer *out, const struct column_context *context,
		       const void *row)
{
	struct line line = { .out = out };
	struct column_value value;

	for (int i = 0; i < table->count; i++) {
		next_column(&line, i);
		column__get_second(table->columns[i], context, row, &value);
		put_value(&line, table, i, context, &value);
	}
	buffer__puts(out, "\n");
}
