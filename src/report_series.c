/* SPDX-License-Identifier: GPL-2.0 */
#include "report_series.h"

#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "escape.h"
#include "format.h"
#include "report_page.h"

#define NAME_WIDTH 36

/* What is left of each bin while series are taken off. */
struct rest {
	__u64 tx_bytes[REPORT_POINTS];
	__u64 rx_bytes[REPORT_POINTS];
};

/* --- names --- */

/* "</script>" and "<!--" would end the data early, or never. */
static int append_quoted(const char *text, size_t length, void *data)
{
	struct buffer *page = data;

	for (size_t i = 0; i < length; i++) {
		if (text[i] == '<')
			buffer__puts(page, "\\u003c");
		else
			buffer__append(page, &text[i], 1);
	}
	return page->error;
}

static void put_string(struct buffer *page, const char *text)
{
	struct buffer safe = {};
	json_t *string;

	escape__fit(&safe, text, NAME_WIDTH, ESCAPE_CUT_MIDDLE, ESCAPE_UTF8);
	string = json_stringn(safe.text ?: "", safe.length);
	if (safe.error || !string ||
	    json_dump_callback(string, append_quoted, page, JSON_ENCODE_ANY | JSON_ENSURE_ASCII))
		page->error = -ENOMEM;
	json_decref(string);
	buffer__clear(&safe);
}

static void put_process_name(struct buffer *page, const struct report_entry *entry)
{
	put_string(page, entry->program);
	if (entry->id.key.tgid & TGID_UNKNOWN)
		buffer__puts(page, ",\"detail\":\"\"");
	else
		buffer__printf(page, ",\"detail\":\"%u\"", entry->id.key.tgid);
}

static void put_connection_name(struct buffer *page, const struct report_entry *entry)
{
	const struct flow_key *key = &entry->id.key;
	char process[COMM_LEN + 16], local[FORMAT_ENDPOINT_SIZE], remote[FORMAT_ENDPOINT_SIZE];

	put_string(page, report_entry__process(process, sizeof(process), entry));
	buffer__printf(page, ",\"detail\":\"%s %s \\u2192 %s\"", format__protocol(key->protocol),
		       format__local(local, key), format__remote(remote, key));
}

/* --- series --- */

static void put_numbers(struct buffer *page, const char *key, const __u64 *numbers, __u32 count)
{
	buffer__printf(page, "\"%s\":[", key);
	for (__u32 i = 0; i < count; i++)
		buffer__printf(page, i ? ",%llu" : "%llu", numbers[i]);
	buffer__puts(page, "]");
}

static void put_bins(struct buffer *page, const struct report_data *data)
{
	const struct report_bin *bins = data->bins;

	buffer__puts(page, "\"start\":[");
	for (__u32 i = 0; i < data->bin_count; i++)
		buffer__printf(page, i ? ",%lld" : "%lld", bins[i].start_ms);
	buffer__puts(page, "],\"end\":[");
	for (__u32 i = 0; i < data->bin_count; i++)
		buffer__printf(page, i ? ",%lld" : "%lld", bins[i].end_ms);
	buffer__puts(page, "],\"elapsed\":[");
	for (__u32 i = 0; i < data->bin_count; i++)
		buffer__printf(page, i ? ",%llu" : "%llu", bins[i].elapsed_ns);
	buffer__puts(page, "]");
}

/* "bin": those that have bytes. */
static void put_series(struct buffer *page, const struct report_series *series)
{
	buffer__puts(page, "\"bin\":[");
	for (__u32 i = 0; i < series->count; i++)
		buffer__printf(page, i ? ",%u" : "%u", series->list[i].bin);
	buffer__puts(page, "],\"tx\":[");
	for (__u32 i = 0; i < series->count; i++)
		buffer__printf(page, i ? ",%llu" : "%llu", series->list[i].tx_bytes);
	buffer__puts(page, "],\"rx\":[");
	for (__u32 i = 0; i < series->count; i++)
		buffer__printf(page, i ? ",%llu" : "%llu", series->list[i].rx_bytes);
	buffer__puts(page, "]");
}

static void take_off(struct rest *rest, const struct report_series *series)
{
	for (__u32 i = 0; i < series->count; i++) {
		const struct report_point *point = &series->list[i];

		rest->tx_bytes[point->bin] -= point->tx_bytes;
		rest->rx_bytes[point->bin] -= point->rx_bytes;
	}
}

static void set_rest(struct rest *rest, const struct report_data *data)
{
	for (__u32 i = 0; i < data->bin_count; i++) {
		rest->tx_bytes[i] = data->bins[i].tx_bytes;
		rest->rx_bytes[i] = data->bins[i].rx_bytes;
	}
}

static void put_rest(struct buffer *page, const struct rest *rest, const struct report_data *data)
{
	put_numbers(page, "tx", rest->tx_bytes, data->bin_count);
	buffer__puts(page, ",");
	put_numbers(page, "rx", rest->rx_bytes, data->bin_count);
}

static bool is_empty(const struct rest *rest, const struct report_data *data)
{
	__u64 any = 0;

	for (__u32 i = 0; i < data->bin_count; i++)
		any |= rest->tx_bytes[i] | rest->rx_bytes[i];
	return !any;
}

/* The first of the table, and all others as one: together they are the total, in each bin. */
static void put_table(struct buffer *page, const char *key, const struct report_data *data,
		      const struct report_table *table, struct rest *rest,
		      void (*put_name)(struct buffer *page, const struct report_entry *entry))
{
	const struct report_entry *entry = table->entries;

	set_rest(rest, data);
	buffer__printf(page, ",\n\"%s\":[", key);
	for (int i = 0; entry && i < REPORT_SERIES; i++, entry = entry->hh.next) {
		buffer__puts(page, i ? ",\n{\"name\":" : "\n{\"name\":");
		put_name(page, entry);
		buffer__printf(page, ",\"from\":%lld,\"to\":%lld,", entry->from_ms, entry->to_ms);
		put_series(page, &entry->series);
		buffer__puts(page, "}");
		take_off(rest, &entry->series);
	}
	if (!is_empty(rest, data)) {
		buffer__puts(page, table->entries ? ",\n" : "\n");
		buffer__puts(page, "{\"name\":\"(other)\",\"detail\":\"\",\"other\":true,");
		put_rest(page, rest, data);
		buffer__puts(page, "}");
	}
	buffer__puts(page, "]");
}

void report_series__render(struct buffer *page, const struct report_data *data)
{
	struct rest rest;

	buffer__printf(page, "{\"intervals\":%llu,\"per_point\":%llu,\n", data->intervals, data->per_bin);
	put_bins(page, data);
	set_rest(&rest, data);
	buffer__puts(page, ",\n\"total\":{");
	put_rest(page, &rest, data);
	buffer__puts(page, "}");
	put_table(page, "processes", data, &data->processes, &rest, put_process_name);
	put_table(page, "connections", data, &data->connections, &rest, put_connection_name);
	buffer__puts(page, "}\n");
}
