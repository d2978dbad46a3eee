/* SPDX-License-Identifier: GPL-2.0 */
#include "text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "columns.h"
#include "table.h"
#include "wire.h"

struct text {
	struct text_options options;
	struct table processes;
	struct table connections;
	struct table summary;
	struct buffer out;
	struct buffer name; /* of a device, escaped */
	int column;	    /* taken of the line of pieces */
};

static void set_up_table(const struct text *text, struct table *table, const struct column *columns,
			 size_t count, unsigned int output)
{
	table->units = text->options.units;
	table->charset = text->options.charset;
	table__layout(table, columns, count, output, text->options.width);
}

int text__new(struct text **out, const struct text_options *options)
{
	struct text *text = calloc(1, sizeof(*text));
	const struct column *columns;
	size_t count;

	if (!text)
		return -ENOMEM;
	text->options = *options;
	if (text->options.width < TEXT_MIN_WIDTH)
		text->options.width = TEXT_MIN_WIDTH;
	columns = columns__process(&count);
	set_up_table(text, &text->processes, columns, count, COLUMN_IN_TEXT);
	set_up_table(text, &text->summary, columns, count, COLUMN_IN_SUMMARY);
	columns = columns__connection(&count);
	set_up_table(text, &text->connections, columns, count, COLUMN_IN_TEXT);
	*out = text;
	return 0;
}

void text__free(struct text *text)
{
	if (!text)
		return;
	buffer__clear(&text->out);
	buffer__clear(&text->name);
	free(text);
}

/* --- lines of pieces, which go to the next line where they do not fit --- */

static void begin_pieces(struct text *text)
{
	text->column = 0;
}

static void end_pieces(struct text *text)
{
	buffer__puts(&text->out, "\n");
}

static void put_piece(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put_piece(struct text *text, const char *format, ...)
{
	const char *gap = "  ";
	char piece[256];
	va_list args;
	int width;

	va_start(args, format);
	vsnprintf(piece, sizeof(piece), format, args);
	va_end(args);
	width = escape__width(piece, text->options.charset);
	if (!text->column)
		gap = "";
	else if (text->column + 2 + width > text->options.width) {
		gap = "\n  ";
		text->column = 0;
	}
	buffer__puts(&text->out, gap);
	buffer__puts(&text->out, piece);
	text->column += (*gap ? 2 : 0) + width;
}

/* --- the header of an interval --- */

static void put_time(struct text *text, const struct timespec *end)
{
	struct tm local = {};
	char time[32];

	localtime_r(&end->tv_sec, &local);
	strftime(time, sizeof(time), "%Y-%m-%d %H:%M:%S", &local);
	put_piece(text, "%s", time);
}

static void put_rate(struct text *text, const char *what, __u64 rate)
{
	char number[FORMAT_NUMBER_SIZE];

	format__rate(number, rate, text->options.units);
	put_piece(text, "%s %s%s", what, number, text->options.units == FORMAT_BYTES ? " B/s" : "");
}

/* How much of what a device counted the sockets account for. It also counts headers, and what is not ours. */
static void format_share(char *out, size_t size, __u64 explained, __u64 carried)
{
	if (carried)
		snprintf(out, size, "%.0f%%", 100.0 * explained / carried);
	else
		snprintf(out, size, "-");
}

static void put_device(struct text *text, const struct wire_device *device)
{
	bool utf8 = text->options.charset == ESCAPE_UTF8;
	char tx[32], rx[32];

	format_share(tx, sizeof(tx), device->explained.tx, device->carried.tx);
	format_share(rx, sizeof(rx), device->explained.rx, device->carried.rx);
	buffer__reset(&text->name);
	escape__fit(&text->name, device->name, DEV_LEN, ESCAPE_CUT_END, text->options.charset);
	put_piece(text, "%.*s %s%s %s%s", (int)text->name.length, text->name.text, utf8 ? "↑" : "tx ", tx,
		  utf8 ? "↓" : "rx ", rx);
}

static void put_devices(struct text *text, const struct interval *interval, const struct model *model,
			const struct devices *devices)
{
	struct wire wire;

	wire__build(&wire, model, devices, interval, false);
	for (size_t i = 0; i < wire.count; i++)
		put_device(text, &wire.devices[i]);
	if (wire.count < wire.found)
		put_piece(text, "(%zu more)", wire.found - wire.count);
}

static void put_header(struct text *text, const struct interval *interval, const struct model *model,
		      const struct devices *devices)
{
	const struct activity *total = model__total(model);

	begin_pieces(text);
	put_time(text, &interval->end);
	put_rate(text, "sent", total->tx_rate);
	put_rate(text, "received", total->rx_rate);
	put_piece(text, "%s", interval->attach);
	put_devices(text, interval, model, devices);
	end_pieces(text);
}

static void put_warning(struct text *text, const struct interval *interval)
{
	__u64 unowned = interval->unowned_tx + interval->unowned_rx;
	char number[FORMAT_NUMBER_SIZE];

	if (!interval->lost_flows && !interval->missed && !unowned)
		return;
	begin_pieces(text);
	put_piece(text, "warning:");
	if (interval->lost_flows)
		put_piece(text, "%s without connection",
			  format__bytes(number, interval->lost_flows, FORMAT_IEC));
	if (unowned)
		put_piece(text, "%s without process", format__bytes(number, unowned, FORMAT_IEC));
	if (interval->missed)
		put_piece(text, "%llu events missed", interval->missed);
	end_pieces(text);
}

/* --- the tables --- */

static void put_more(struct text *text, size_t shown, size_t found)
{
	if (shown < found)
		buffer__printf(&text->out, "(%zu more)\n", found - shown);
}

static void put_processes(struct text *text, const struct table *table, const struct model *model,
			  const struct view *view)
{
	const struct column_context context = { .model = model };

	table__header(table, &text->out);
	for (size_t i = 0; i < view->process_count; i++)
		table__row(table, &text->out, &context, view->processes[i]);
	put_more(text, view->process_count, view->processes_found);
}

static void put_connections(struct text *text, const struct model *model, const struct view *view)
{
	const struct column_context context = { .model = model };

	table__header(&text->connections, &text->out);
	for (size_t i = 0; i < view->connection_count; i++) {
		table__row(&text->connections, &text->out, &context, view->connections[i]);
		table__second_row(&text->connections, &text->out, &context, view->connections[i]);
	}
	put_more(text, view->connection_count, view->connections_found);
}

static void put_tables(struct text *text, const struct model *model, const struct view *view)
{
	if (!view->process_count)
		buffer__puts(&text->out, "(no traffic)\n");
	else
		put_processes(text, &text->processes, model, view);
	if (view->connection_count) {
		buffer__puts(&text->out, "\n");
		put_connections(text, model, view);
	}
	buffer__puts(&text->out, "\n");
}

int text__interval(struct text *text, FILE *out, const struct interval *interval, const struct model *model,
		   const struct view *view, const struct devices *devices)
{
	buffer__reset(&text->out);
	put_header(text, interval, model, devices);
	put_warning(text, interval);
	put_tables(text, model, view);
	return buffer__write(&text->out, out);
}

/* --- the summary --- */

static void put_total(struct text *text, const struct model *model)
{
	struct process total = { .activity = *model__total(model), .owner.comm = "TOTAL", .aggregate = true };
	const struct column_context context = { .model = model };

	table__row(&text->summary, &text->out, &context, &total);
}

int text__summary(struct text *text, FILE *out, const struct model *model, const struct view *view)
{
	__u64 intervals = model__intervals(model);

	buffer__reset(&text->out);
	buffer__printf(&text->out, "Summary of %.3f s in %llu interval%s\n", model__elapsed_ns(model) / 1e9,
		       intervals, intervals == 1 ? "" : "s");
	put_processes(text, &text->summary, model, view);
	put_total(text, model);
	return buffer__write(&text->out, out);
}
