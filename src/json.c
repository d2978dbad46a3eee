/* SPDX-License-Identifier: GPL-2.0 */
#include "json.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "escape.h"

#define TEXT_MAX (3 * IDENTITY_TEXT_MAX + 1) /* each byte of the longest text replaced */

/*
 * The frame of the line is written as text, value by value: as one tree of jansson's it would take a hundred
 * times the memory for 100,000 connections, and have neither numbers above 2^63 nor "1.000". Its quoting is
 * what we need of it.
 */
struct json {
	struct buffer line;
	char text[TEXT_MAX];
};

int json__new(struct json **out)
{
	*out = calloc(1, sizeof(**out));
	return *out ? 0 : -ENOMEM;
}

void json__free(struct json *json)
{
	if (!json)
		return;
	buffer__clear(&json->line);
	free(json);
}

/* jansson leaves DEL as it is; a control byte nonetheless. */
static int append_quoted(const char *text, size_t length, void *data)
{
	struct buffer *line = data;
	const char *del;

	while ((del = memchr(text, 0x7f, length))) {
		buffer__append(line, text, del - text);
		buffer__puts(line, "\\u007f");
		length -= del + 1 - text;
		text = del + 1;
	}
	buffer__append(line, text, length);
	return line->error;
}

static void put_text(struct json *json, const char *text)
{
	size_t length = escape__to_utf8(json->text, sizeof(json->text), text);
	json_t *string = json_stringn(json->text, length);

	if (!string ||
	    json_dump_callback(string, append_quoted, &json->line, JSON_ENCODE_ANY | JSON_ENSURE_ASCII))
		json->line.error = -ENOMEM;
	json_decref(string);
}

static void put_row(struct json *json, const struct column *columns, size_t count, const struct model *model,
		    const void *row)
{
	const struct column_context context = { .model = model };
	const char *separator = "{";
	struct column_value value;

	for (size_t i = 0; i < count; i++) {
		if (!(columns[i].outputs & COLUMN_IN_JSON))
			continue;
		buffer__printf(&json->line, "%s\"%s\":", separator, columns[i].key);
		column__get(&columns[i], &context, row, &value);
		if (columns[i].kind == COLUMN_TEXT)
			put_text(json, value.text);
		else
			buffer__printf(&json->line, "%llu", value.number);
		separator = ",";
	}
	buffer__puts(&json->line, "}");
}

static void put_bytes(struct json *json, __u64 tx_bytes, __u64 rx_bytes)
{
	buffer__printf(&json->line, "\"tx_bytes\":%llu,\"rx_bytes\":%llu}", tx_bytes, rx_bytes);
}

static void put_head(struct json *json, const struct interval *interval, const struct model *model)
{
	__u64 ms = (interval->elapsed_ns + 500000) / 1000000, uptime_ms = interval->uptime_ns / 1000000;
	struct tm utc = {};
	char time[32];

	gmtime_r(&interval->end.tv_sec, &utc);
	strftime(time, sizeof(time), "%Y-%m-%dT%H:%M:%S", &utc);
	buffer__printf(&json->line, "{\"time\":\"%s.%03ldZ\",\"interval\":%llu.%03llu,\"attach\":", time,
		       interval->end.tv_nsec / 1000000, ms / 1000, ms % 1000);
	put_text(json, interval->attach);
	if (interval->uptime_ns)
		buffer__printf(&json->line, ",\"uptime\":%llu.%03llu", uptime_ms / 1000, uptime_ms % 1000);
	buffer__printf(&json->line, ",\"netns\":%u,\"lost_flows\":%llu,\"missed\":%llu", model__netns(model),
		       interval->lost_flows, interval->missed);
}

static void put_total(struct json *json, const struct model *model)
{
	const struct counters *total = &model__total(model)->interval;

	buffer__puts(&json->line, ",\"total\":{");
	put_bytes(json, total->tx_bytes, total->rx_bytes);
}

static void put_devices(struct json *json, const struct devices *devices)
{
	size_t count = 0;
	const struct device *list = devices ? devices__list(devices, &count) : NULL;

	buffer__puts(&json->line, ",\"devices\":[");
	for (size_t i = 0; i < count; i++) {
		buffer__puts(&json->line, i ? ",{\"dev\":" : "{\"dev\":");
		put_text(json, list[i].name);
		buffer__puts(&json->line, ",");
		put_bytes(json, list[i].tx_bytes, list[i].rx_bytes);
	}
	buffer__puts(&json->line, "]");
}

static void put_processes(struct json *json, const struct model *model, const struct view *view)
{
	size_t columns_count;
	const struct column *columns = columns__process(&columns_count);

	buffer__puts(&json->line, ",\"processes\":[");
	for (size_t i = 0; i < view->process_count; i++) {
		buffer__puts(&json->line, i ? "," : "");
		put_row(json, columns, columns_count, model, view->processes[i]);
	}
	buffer__puts(&json->line, "]");
}

static void put_connections(struct json *json, const struct model *model, const struct view *view)
{
	size_t columns_count;
	const struct column *columns = columns__connection(&columns_count);

	buffer__puts(&json->line, ",\"connections\":[");
	for (size_t i = 0; i < view->connection_count; i++) {
		buffer__puts(&json->line, i ? "," : "");
		put_row(json, columns, columns_count, model, view->connections[i]);
	}
	buffer__puts(&json->line, "]");
}

static void make_line(struct json *json, const struct interval *interval, const struct model *model,
		      const struct view *view, const struct devices *devices)
{
	buffer__reset(&json->line);
	put_head(json, interval, model);
	put_total(json, model);
	put_devices(json, devices);
	put_processes(json, model, view);
	put_connections(json, model, view);
	buffer__puts(&json->line, "}\n");
}

int json__line(struct json *json, const struct interval *interval, const struct model *model,
	       const struct view *view, const struct devices *devices, const char **line, size_t *length)
{
	make_line(json, interval, model, view, devices);
	*line = json->line.text;
	*length = json->line.length;
	return json->line.error;
}

int json__write(struct json *json, FILE *out, const struct interval *interval, const struct model *model,
		const struct view *view, const struct devices *devices)
{
	make_line(json, interval, model, view, devices);
	return buffer__write(&json->line, out);
}
