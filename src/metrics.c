/* SPDX-License-Identifier: GPL-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "format.h"
#include "labels.h"
#include "metrics_state.h"
#include "self.h"

#define LATE 3 /* times as long as the last interval: then there should have been another */

#define MINUTE_NS 60000000000ULL

/*
 * The labels of the rest: the first value tells it from the others. Processes and connections come and go, users and
 * programs stay: so the former lose their places sooner.
 */
static const struct {
	const char *rest;
	__u64 idle_ns;
} kinds[KIND_COUNT] = {
	[KIND_PROGRAM] = { "program=\"" LABELS_OTHER "\"", 10 * MINUTE_NS },
	[KIND_USER] = { "user=\"" LABELS_OTHER "\"", 10 * MINUTE_NS },
	[KIND_CONTAINER] = { "container=\"" LABELS_OTHER "\"", 10 * MINUTE_NS },
	[KIND_PID] = { "pid=\"" LABELS_OTHER "\",program=\"" LABELS_OTHER "\",user=\"\",container=\"\"", 2 * MINUTE_NS },
	[KIND_CONNECTION] = { "pid=\"" LABELS_OTHER "\",program=\"" LABELS_OTHER "\",protocol=\"\",local=\"\",remote=\"\"",
			      2 * MINUTE_NS },
	[KIND_DEVICE] = { "device=\"" LABELS_OTHER "\"", 10 * MINUTE_NS },
};

static bool is_wanted(const struct metrics_options *options, enum metrics_kind kind)
{
	if (kind == KIND_PID)
		return options->pids;
	return kind != KIND_CONNECTION || options->connections;
}

static const struct column *find_base(void)
{
	size_t count;
	const struct column *column = columns__process(&count);

	while (strcmp(column->key, "base"))
		column++;
	return column;
}

int metrics__new(struct metrics **out, const struct metrics_options *options)
{
	struct metrics *metrics = calloc(1, sizeof(*metrics));
	int err = metrics ? 0 : -ENOMEM;

	for (int kind = 0; kind < KIND_COUNT && !err; kind++) {
		if (is_wanted(options, kind))
			err = series__new(&metrics->kinds[kind], options->top ?: METRICS_TOP, kinds[kind].idle_ns,
					  kinds[kind].rest);
	}
	if (err) {
		metrics__free(metrics);
		return err;
	}
	metrics->options = *options;
	metrics->base = find_base();
	metrics->start_time = self__start_time();
	metrics->added_ns = clock__monotonic_ns();
	*out = metrics;
	return 0;
}

void metrics__free(struct metrics *metrics)
{
	if (!metrics)
		return;
	for (int kind = 0; kind < KIND_COUNT; kind++)
		series__free(metrics->kinds[kind]);
	buffer__clear(&metrics->labels);
	free(metrics);
}

/* --- an interval --- */

static void add_number(struct buffer *labels, const char *name, __u64 number)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", number);
	labels__add(labels, name, text);
}

static void add(struct metrics *metrics, enum metrics_kind kind, const struct counters *counters)
{
	const __u64 values[SERIES_VALUES] = { [SERIES_TX] = counters->tx_bytes, [SERIES_RX] = counters->rx_bytes };

	series__add(metrics->kinds[kind], &metrics->labels, values);
}

static void add_by(struct metrics *metrics, enum metrics_kind kind, const char *label, const char *value,
		   const struct counters *counters)
{
	buffer__reset(&metrics->labels);
	labels__add(&metrics->labels, label, value);
	add(metrics, kind, counters);
}

static void add_pid(struct metrics *metrics, const struct process *process, const char *program)
{
	struct buffer *labels = &metrics->labels;

	buffer__reset(labels);
	add_number(labels, "pid", process->id.tgid);
	labels__add(labels, "program", program);
	labels__add(labels, "user", process->identity.user ?: "");
	labels__add(labels, "container", process->identity.container ?: "");
	add(metrics, KIND_PID, &process->activity.interval);
}

static void add_process(struct metrics *metrics, const struct process *process)
{
	const struct column_context context = {};
	const struct counters *counters = &process->activity.interval;
	struct column_value program;

	if (!counters->tx_bytes && !counters->rx_bytes)
		return;
	column__get(metrics->base, &context, process, &program);
	add_by(metrics, KIND_PROGRAM, "program", program.text, counters);
	add_by(metrics, KIND_USER, "user", process->identity.user ?: "", counters);
	add_by(metrics, KIND_CONTAINER, "container", process->identity.container ?: "", counters);
	if (metrics->kinds[KIND_PID])
		add_pid(metrics, process, program.text);
}

static void add_connection(struct metrics *metrics, const struct connection *connection)
{
	const struct column_context context = {};
	const struct flow_key *key = &connection->id.key;
	struct buffer *labels = &metrics->labels;
	struct column_value program;
	char end[FORMAT_ENDPOINT_SIZE];

	column__get(metrics->base, &context, connection->process, &program);
	buffer__reset(labels);
	add_number(labels, "pid", key->tgid);
	labels__add(labels, "program", program.text);
	labels__add(labels, "protocol", format__protocol(key->protocol));
	labels__add(labels, "local", format__local(end, key));
	labels__add(labels, "remote", format__remote(end, key));
	add(metrics, KIND_CONNECTION, &connection->activity.interval);
}

/* A kind of its own: interfaces count what the sockets do not, so its sum is another. */
static void add_devices(struct metrics *metrics, const struct model *model, const struct devices *devices,
			__u64 elapsed_ns)
{
	size_t count = 0;
	const struct device *list = devices ? devices__list(devices, &count) : NULL;
	__u64 totals[SERIES_VALUES] = {};

	for (size_t i = 0; i < count; i++) {
		const struct counters explained = model__explained(model, list[i].name);
		const __u64 values[SERIES_VALUES] = {
			[SERIES_TX] = list[i].tx_bytes,
			[SERIES_RX] = list[i].rx_bytes,
			[SERIES_EXPLAINED_TX] = explained.tx_bytes,
			[SERIES_EXPLAINED_RX] = explained.rx_bytes,
		};

		buffer__reset(&metrics->labels);
		labels__add(&metrics->labels, "device", list[i].name);
		series__add(metrics->kinds[KIND_DEVICE], &metrics->labels, values);
		for (int value = 0; value < SERIES_VALUES; value++)
			totals[value] += values[value];
	}
	series__end(metrics->kinds[KIND_DEVICE], totals, elapsed_ns);
}

/* What belongs to no process or no connection is in the total, and so in the rest. */
static void end_kinds(struct metrics *metrics, const struct counters *total, __u64 elapsed_ns)
{
	const __u64 totals[SERIES_VALUES] = { [SERIES_TX] = total->tx_bytes, [SERIES_RX] = total->rx_bytes };

	for (int kind = 0; kind < KIND_DEVICE; kind++) {
		if (metrics->kinds[kind])
			series__end(metrics->kinds[kind], totals, elapsed_ns);
	}
	metrics->total.tx_bytes += total->tx_bytes;
	metrics->total.rx_bytes += total->rx_bytes;
}

static void note(struct metrics *metrics, const struct interval *interval, const struct model *model,
		 const struct metrics_health *health)
{
	metrics->health = *health;
	metrics->last = *interval;
	metrics->intervals++;
	metrics->lost_bytes += interval->lost_flows;
	metrics->missed += interval->missed;
	metrics->added_ns = clock__monotonic_ns();
	metrics->processes = model__process_count(model);
	metrics->connections = model__connection_count(model);
}

void metrics__add(struct metrics *metrics, const struct interval *interval, const struct model *model,
		  const struct devices *devices, const struct metrics_health *health)
{
	for (const struct process *p = model__processes(model, MODEL_ACTIVE); p; p = p->next)
		add_process(metrics, p);
	for (const struct connection *c = model__connections(model, MODEL_ACTIVE); c && metrics->kinds[KIND_CONNECTION];
	     c = c->next)
		add_connection(metrics, c);
	end_kinds(metrics, &model__total(model)->interval, interval->elapsed_ns);
	add_devices(metrics, model, devices, interval->elapsed_ns);
	note(metrics, interval, model, health);
}

__u64 metrics__intervals(const struct metrics *metrics)
{
	return metrics->intervals;
}

bool metrics__is_current(const struct metrics *metrics)
{
	__u64 usual_ns = metrics->intervals ? metrics->last.elapsed_ns : metrics->options.interval_ns;

	return clock__monotonic_ns() - metrics->added_ns <= LATE * usual_ns + 1000000000;
}
