/* SPDX-License-Identifier: GPL-2.0 */
#include "csv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "buffer.h"
#include "columns.h"
#include "escape.h"

#define TEXT_MAX (3 * IDENTITY_TEXT_MAX + 1) /* each byte of the longest text replaced */
#define END "\r\n"

struct csv {
	bool connections;
	bool begun; /* the header row is written */
	struct buffer out;
	char text[TEXT_MAX];
};

int csv__new(struct csv **out, bool connections)
{
	struct csv *csv = calloc(1, sizeof(*csv));

	if (!csv)
		return -ENOMEM;
	csv->connections = connections;
	*out = csv;
	return 0;
}

void csv__free(struct csv *csv)
{
	if (!csv)
		return;
	buffer__clear(&csv->out);
	free(csv);
}

void csv__go_on(struct csv *csv, const struct csv *before)
{
	csv->begun = before->begun && csv->connections == before->connections;
}

/* All texts are quoted: none can be mistaken for a number, and a comma or newline in one does no harm. No other control gets out. */
static void put_text(struct csv *csv, const char *text)
{
	escape__to_clean_utf8(csv->text, sizeof(csv->text), text);
	buffer__puts(&csv->out, csv->text[0] && strchr("=+-@\n", csv->text[0]) ? "\"'" : "\"");
	for (const char *at = csv->text; *at; at++) {
		if (*at == '"')
			buffer__puts(&csv->out, "\"");
		buffer__append(&csv->out, at, 1);
	}
	buffer__puts(&csv->out, "\"");
}

static const struct column *columns_of(const struct csv *csv, size_t *count)
{
	return csv->connections ? columns__connection(count) : columns__process(count);
}

static void put_header(struct csv *csv)
{
	size_t count;
	const struct column *columns = columns_of(csv, &count);

	buffer__puts(&csv->out, "time,interval");
	for (size_t i = 0; i < count; i++) {
		if (columns[i].outputs & COLUMN_IN_JSON)
			buffer__printf(&csv->out, ",%s", columns[i].key);
	}
	buffer__puts(&csv->out, END);
}

static void put_row(struct csv *csv, const char *when, const struct model *model, const void *row)
{
	const struct column_context context = { .model = model };
	struct column_value value;
	size_t count;
	const struct column *columns = columns_of(csv, &count);

	buffer__puts(&csv->out, when);
	for (size_t i = 0; i < count; i++) {
		if (!(columns[i].outputs & COLUMN_IN_JSON))
			continue;
		buffer__puts(&csv->out, ",");
		column__get(&columns[i], &context, row, &value);
		if (columns[i].kind == COLUMN_TEXT)
			put_text(csv, value.text);
		else
			buffer__printf(&csv->out, "%llu", value.number);
	}
	buffer__puts(&csv->out, END);
}

/* The first two cells: local time, as spreadsheets read it, and the interval's length in seconds. */
static void format_when(const struct interval *interval, char *out, size_t size)
{
	struct tm local = {};
	char time[32];

	localtime_r(&interval->end.tv_sec, &local);
	strftime(time, sizeof(time), "%Y-%m-%d %H:%M:%S", &local);
	snprintf(out, size, "%s.%03ld,%.3f", time, interval->end.tv_nsec / 1000000, interval->elapsed_ns / 1e9);
}

int csv__interval(struct csv *csv, FILE *out, const struct interval *interval, const struct model *model,
		  const struct view *view)
{
	char when[64];

	buffer__reset(&csv->out);
	if (!csv->begun)
		put_header(csv);
	csv->begun = true;
	format_when(interval, when, sizeof(when));
	for (size_t i = 0; i < view->process_count && !csv->connections; i++)
		put_row(csv, when, model, view->processes[i]);
	for (size_t i = 0; i < view->connection_count && csv->connections; i++)
		put_row(csv, when, model, view->connections[i]);
	return buffer__write(&csv->out, out);
}
