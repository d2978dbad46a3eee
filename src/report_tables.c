/* SPDX-License-Identifier: GPL-2.0 */
#include "report_tables.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "escape.h"
#include "format.h"
#include "report_page.h"

#define TEXT_WIDTH 48 /* of a cell; the whole text is in its title */
#define TITLE_WIDTH 8192
#define TIME_SIZE 48

/* --- text --- */

static void put_quoted(struct buffer *page, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		switch (text[i]) {
		case '&': buffer__puts(page, "&amp;"); break;
		case '<': buffer__puts(page, "&lt;"); break;
		case '>': buffer__puts(page, "&gt;"); break;
		case '"': buffer__puts(page, "&quot;"); break;
		case '\'': buffer__puts(page, "&#39;"); break;
		default: buffer__append(page, &text[i], 1);
		}
	}
}

static void put_text(struct buffer *page, const char *text, int width)
{
	struct buffer safe = {};

	escape__fit(&safe, text, width, ESCAPE_CUT_MIDDLE, ESCAPE_UTF8);
	put_quoted(page, safe.text, safe.length);
	if (safe.error)
		page->error = safe.error;
	buffer__clear(&safe);
}

static void put_text_cell(struct buffer *page, const char *text)
{
	if (escape__width(text, ESCAPE_UTF8) > TEXT_WIDTH) {
		buffer__puts(page, "<td class=\"text\" title=\"");
		put_text(page, text, TITLE_WIDTH);
		buffer__puts(page, "\">");
	} else {
		buffer__puts(page, "<td class=\"text\">");
	}
	put_text(page, text, TEXT_WIDTH);
	buffer__puts(page, "</td>");
}

/* --- numbers --- */

static void put_number_cell(struct buffer *page, __u64 number)
{
	buffer__printf(page, "<td class=\"number\" data-v=\"%llu\">%llu</td>", number, number);
}

static void put_bytes_cell(struct buffer *page, __u64 bytes)
{
	char text[FORMAT_NUMBER_SIZE];

	buffer__printf(page, "<td class=\"number\" data-v=\"%llu\" title=\"%llu bytes\">%s</td>", bytes, bytes,
		       format__bytes(text, bytes, FORMAT_IEC));
}

static void put_rate_cell(struct buffer *page, __u64 rate)
{
	char text[FORMAT_NUMBER_SIZE];

	buffer__printf(page, "<td class=\"number\" data-v=\"%llu\">%s</td>", rate,
		       format__rate(text, rate, FORMAT_IEC));
}

/* --- times, in UTC: the script makes them local --- */

static void break_down(__s64 ms, struct tm *tm, int *rest)
{
	time_t seconds = ms / 1000 - (ms % 1000 < 0);

	gmtime_r(&seconds, tm);
	*rest = ms - seconds * 1000LL;
}

static bool same_day(__s64 a_ms, __s64 b_ms)
{
	struct tm a, b;
	int rest;

	break_down(a_ms, &a, &rest);
	break_down(b_ms, &b, &rest);
	return a.tm_year == b.tm_year && a.tm_yday == b.tm_yday;
}

static void put_time(struct buffer *page, __s64 ms, bool day)
{
	struct tm tm = {};
	int rest;

	break_down(ms, &tm, &rest);
	buffer__printf(page, "<time datetime=\"%04d-%02d-%02dT%02d:%02d:%02d.%03dZ\">", tm.tm_year + 1900, tm.tm_mon + 1,
		       tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, rest);
	if (day)
		buffer__printf(page, "%04d-%02d-%02d ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
	buffer__printf(page, "%02d:%02d:%02d</time>", tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static void put_time_cell(struct buffer *page, const struct report_data *data, __s64 ms)
{
	buffer__printf(page, "<td class=\"number\" data-v=\"%lld\">", ms);
	put_time(page, ms, !same_day(data->start_ms, data->end_ms));
	buffer__puts(page, "</td>");
}

static void put_duration(struct buffer *page, __u64 ns)
{
	__u64 seconds = ns / 1000000000, ms = ns / 1000000 % 1000;

	if (seconds >= 86400)
		buffer__printf(page, "%llu d ", seconds / 86400);
	if (seconds >= 60)
		buffer__printf(page, "%02llu:%02llu:%02llu", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
	else
		buffer__printf(page, "%llu.%03llu s", seconds, ms);
}

/* --- what all tables of activity have --- */

struct column_group {
	const char *name;
	const char *help;
};

static const struct column_group groups[] = {
	{ "Total", "bytes" },
	{ "Average", "over the whole recording" },
	{ "Peak", "the busiest interval" },
	{ "Median", "50th percentile of all intervals' rates" },
	{ "95th", "95th percentile of all intervals' rates" },
	{ "99th", "99th percentile of all intervals' rates" },
};

#define GROUPS (sizeof(groups) / sizeof(groups[0]))

/* texts: the first columns, ended by NULL. data-col: the column that a click sorts by. */
static void put_head(struct buffer *page, const char *const *texts)
{
	int column = 0;

	buffer__puts(page, "<thead><tr>");
	for (; texts[column]; column++)
		buffer__printf(page, "<th rowspan=\"2\" scope=\"col\" class=\"text\" data-col=\"%d\">%s</th>", column,
			       texts[column]);
	for (size_t i = 0; i < GROUPS; i++)
		buffer__printf(page, "<th colspan=\"2\" scope=\"colgroup\" title=\"%s\">%s</th>", groups[i].help,
			       groups[i].name);
	buffer__printf(page, "<th rowspan=\"2\" scope=\"col\" data-col=\"%d\">First seen</th>", column + 2 * (int)GROUPS);
	buffer__printf(page, "<th rowspan=\"2\" scope=\"col\" data-col=\"%d\">Last seen</th>", column + 2 * (int)GROUPS + 1);
	buffer__puts(page, "</tr><tr>");
	for (size_t i = 0; i < 2 * GROUPS; i++)
		buffer__printf(page, "<th scope=\"col\" data-col=\"%d\">%s</th>", column++, i % 2 ? "Received" : "Sent");
	buffer__puts(page, "</tr></thead>\n");
}

static void put_bytes(struct buffer *page, const struct report_data *data, __u64 tx_bytes, __u64 rx_bytes)
{
	put_bytes_cell(page, tx_bytes);
	put_bytes_cell(page, rx_bytes);
	put_rate_cell(page, interval__rate(tx_bytes, data->elapsed_ns));
	put_rate_cell(page, interval__rate(rx_bytes, data->elapsed_ns));
}

static void put_activity(struct buffer *page, const struct report_data *data, const struct report_activity *activity)
{
	static const unsigned int percents[] = { 50, 95, 99 };

	put_bytes(page, data, activity->tx_bytes, activity->rx_bytes);
	put_rate_cell(page, activity->tx_peak);
	put_rate_cell(page, activity->rx_peak);
	for (size_t i = 0; i < sizeof(percents) / sizeof(percents[0]); i++) {
		put_rate_cell(page, report_rates__percentile(&activity->tx_rates, data->rated, percents[i]));
		put_rate_cell(page, report_rates__percentile(&activity->rx_rates, data->rated, percents[i]));
	}
	put_time_cell(page, data, activity->first_ms);
	put_time_cell(page, data, activity->last_ms);
	buffer__puts(page, "</tr>\n");
}

static void put_total(struct buffer *page, const struct report_data *data, int columns)
{
	buffer__printf(page, "<tbody class=\"total\"><tr><th scope=\"row\" class=\"text\" colspan=\"%d\">Total</th>", columns);
	put_activity(page, data, &data->total);
	buffer__puts(page, "</tbody>\n");
}

/* What the rows do not tell of: no byte of the total is missing. */
static void put_others(struct buffer *page, const struct report_data *data, int columns, __u64 tx_bytes, __u64 rx_bytes,
		       size_t others, const char *what)
{
	if (!tx_bytes && !rx_bytes && !others)
		return;
	buffer__printf(page, "<tbody class=\"other\"><tr><th scope=\"row\" class=\"text\" colspan=\"%d\">(other) <span>",
		       columns);
	if (others)
		buffer__printf(page, "%zu more, and ", others);
	buffer__printf(page, "%s</span></th>", what);
	put_bytes(page, data, tx_bytes, rx_bytes);
	buffer__printf(page, "<td colspan=\"%d\"></td></tr></tbody>\n", 2 * (int)GROUPS - 2);
}

/* columns: how many texts a row begins with, which put_texts puts. */
static void put_rows(struct buffer *page, const struct report_data *data, const struct report_table *table, int columns,
		     void (*put_texts)(struct buffer *page, const struct report_entry *entry), const char *what)
{
	__u64 tx_bytes = data->total.tx_bytes, rx_bytes = data->total.rx_bytes;
	size_t others = HASH_COUNT(table->entries), rows = 0;
	const struct report_entry *entry = table->entries;

	put_total(page, data, columns);
	buffer__puts(page, "<tbody class=\"rows\">\n");
	for (; entry && rows < REPORT_ROWS; entry = entry->hh.next, rows++) {
		buffer__puts(page, "<tr>");
		put_texts(page, entry);
		put_activity(page, data, &entry->activity);
		tx_bytes -= entry->activity.tx_bytes;
		rx_bytes -= entry->activity.rx_bytes;
	}
	buffer__puts(page, "</tbody>\n");
	/* what was forgotten may have come again: how many there were nobody knows */
	put_others(page, data, columns, tx_bytes, rx_bytes, table->forgotten ? 0 : others - rows, what);
}

/* --- the tables --- */

static void put_process(struct buffer *page, const struct report_entry *entry)
{
	put_text_cell(page, entry->program);
	if (entry->id.key.tgid & TGID_UNKNOWN)
		buffer__puts(page, "<td class=\"number\" data-v=\"-1\"></td>");
	else
		put_number_cell(page, entry->id.key.tgid);
	put_text_cell(page, entry->user);
	put_text_cell(page, entry->container);
}

void report_tables__processes(struct buffer *page, const struct report_data *data)
{
	static const char *const texts[] = { "Program", "PID", "User", "Container", NULL };

	put_head(page, texts);
	put_rows(page, data, &data->processes, 4, put_process, "what belongs to no process that is known");
}

static void put_connection(struct buffer *page, const struct report_entry *entry)
{
	const struct flow_key *key = &entry->id.key;
	char process[COMM_LEN + 16], end[FORMAT_ENDPOINT_SIZE];

	put_text_cell(page, report_entry__process(process, sizeof(process), entry));
	put_text_cell(page, format__protocol(key->protocol));
	put_text_cell(page, format__local(end, key));
	put_text_cell(page, format__remote(end, key));
	put_text_cell(page, entry->dev);
}

void report_tables__connections(struct buffer *page, const struct report_data *data)
{
	static const char *const texts[] = { "Process", "Protocol", "Local", "Remote", "Device", NULL };

	put_head(page, texts);
	put_rows(page, data, &data->connections, 5, put_connection, "what belongs to no connection that is known");
}

/* Nothing was carried: nothing is to be explained. */
static void put_share_cell(struct buffer *page, __u64 part, __u64 whole)
{
	double percent = whole ? 100.0 * part / whole : 0;

	if (whole)
		buffer__printf(page, "<td class=\"number\" data-v=\"%.4f\">%.1f %%</td>", percent, percent);
	else
		buffer__puts(page, "<td class=\"number\" data-v=\"-1\">–</td>");
}

static void put_device(struct buffer *page, const struct report_data *data, const struct report_device *device)
{
	buffer__puts(page, "<tr>");
	put_text_cell(page, device->name);
	put_bytes(page, data, device->carried_tx, device->carried_rx);
	put_rate_cell(page, device->tx_peak);
	put_rate_cell(page, device->rx_peak);
	put_bytes_cell(page, device->explained_tx);
	put_bytes_cell(page, device->explained_rx);
	put_share_cell(page, device->explained_tx, device->carried_tx);
	put_share_cell(page, device->explained_rx, device->carried_rx);
	buffer__puts(page, "</tr>\n");
}

void report_tables__devices(struct buffer *page, const struct report_data *data)
{
	static const char *const names[] = { "Carried", "Average", "Peak", "By sockets", "Share" };
	const int count = sizeof(names) / sizeof(names[0]);

	buffer__puts(page, "<thead><tr><th rowspan=\"2\" scope=\"col\" class=\"text\" data-col=\"0\">Device</th>");
	for (int i = 0; i < count; i++)
		buffer__printf(page, "<th colspan=\"2\" scope=\"colgroup\">%s</th>", names[i]);
	buffer__puts(page, "</tr><tr>");
	for (int i = 0; i < 2 * count; i++)
		buffer__printf(page, "<th scope=\"col\" data-col=\"%d\">%s</th>", i + 1, i % 2 ? "Received" : "Sent");
	buffer__puts(page, "</tr></thead>\n<tbody class=\"rows\">\n");
	for (const struct report_device *device = data->devices; device; device = device->hh.next) {
		if (device->carried_tx || device->carried_rx)
			put_device(page, data, device);
	}
	buffer__puts(page, "</tbody>\n");
}

/* --- about the recording --- */

static void begin_fact(struct buffer *page, const char *name)
{
	buffer__printf(page, "<div><dt>%s</dt><dd>", name);
}

static void end_fact(struct buffer *page)
{
	buffer__puts(page, "</dd></div>\n");
}

static void put_attach(struct buffer *page, const struct report_data *data)
{
	for (size_t i = 0; i < data->attach_count; i++)
		buffer__printf(page, "%s%s", i ? ", " : "", data->attach[i]);
}

/* How long an interval was, from the shortest to the longest where they differ. */
static void put_intervals(struct buffer *page, const struct report_data *data)
{
	double shortest = data->shortest_ns / 1e9, longest = data->longest_ns / 1e9;

	buffer__printf(page, "%llu <span>of %.3f", data->intervals, shortest);
	if (data->longest_ns - data->shortest_ns >= 1000000)
		buffer__printf(page, " to %.3f", longest);
	buffer__puts(page, " s</span>");
}

static void put_sum(struct buffer *page, const char *name, __u64 bytes)
{
	char text[FORMAT_NUMBER_SIZE];

	begin_fact(page, name);
	buffer__printf(page, "<b title=\"%llu bytes\">%s</b>", bytes, format__bytes(text, bytes, FORMAT_IEC));
	end_fact(page);
}

void report_tables__facts(struct buffer *page, const struct report_data *data, const char *recording)
{
	begin_fact(page, "Recording");
	put_text(page, recording, TEXT_WIDTH);
	end_fact(page);
	begin_fact(page, "Start");
	put_time(page, data->start_ms, true);
	end_fact(page);
	begin_fact(page, "Duration");
	put_duration(page, data->elapsed_ns);
	end_fact(page);
	begin_fact(page, "Intervals");
	put_intervals(page, data);
	end_fact(page);
	begin_fact(page, "Attach mode");
	put_attach(page, data);
	end_fact(page);
	put_sum(page, "Sent", data->total.tx_bytes);
	put_sum(page, "Received", data->total.rx_bytes);
	begin_fact(page, "lost_flows");
	buffer__printf(page, "%llu", data->lost_flows);
	end_fact(page);
	begin_fact(page, "missed");
	buffer__printf(page, "%llu", data->missed);
	end_fact(page);
}

void report_tables__warnings(struct buffer *page, const struct report_data *data)
{
	char text[FORMAT_NUMBER_SIZE];

	if (data->lost_flows)
		buffer__printf(page,
			       "<p class=\"warning\"><b>Warning: lost_flows is %llu.</b> Of %s the process is known but not the "
			       "connection: the connections below have less than there was, the processes have all.</p>\n",
			       data->lost_flows, format__bytes(text, data->lost_flows, FORMAT_IEC));
	if (data->processes.forgotten || data->connections.forgotten)
		buffer__puts(page,
			     "<p class=\"warning\"><b>Warning: there was more than there is room for.</b> Small processes and "
			     "connections were forgotten; of one that came again, only what it did since then is told. The totals "
			     "have all.</p>\n");
	if (data->missed)
		buffer__printf(page,
			       "<p class=\"warning\"><b>Warning: missed is %llu.</b> The kernel skipped so many runs of the "
			       "programs that count: what they would have counted is missing below.</p>\n",
			       data->missed);
}
