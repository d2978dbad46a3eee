/* SPDX-License-Identifier: GPL-2.0 */
#include "outputs.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "json.h"
#include "metrics_server.h"
#include "nethogs.h"
#include "view.h"

struct outputs {
	struct outputs_options options;
	struct view view;
	struct text *text; /* each NULL where it is not wanted */
	struct json *json; /* also for the recording */
	struct csv *csv;
	struct recorder *recorder;
	struct metrics *metrics;
	struct metrics_server *server;
	unsigned long unrecorded; /* intervals that the recording lacks */
	bool recording_fails;
	bool textfile_fails;
};

/* --- setting up --- */

static int set_up_printed(struct outputs *outputs)
{
	switch (outputs->options.printed) {
	case OUTPUT_TEXT:
		return text__new(&outputs->text, &outputs->options.text);
	case OUTPUT_CSV:
		return csv__new(&outputs->csv, outputs->options.csv_connections);
	default:
		return 0;
	}
}

static int set_up_recorder(struct outputs *outputs)
{
	int err = 0;

	if (outputs->options.printed == OUTPUT_JSON || outputs->options.record.path)
		err = json__new(&outputs->json);
	if (!err && outputs->options.record.path)
		err = recorder__new(&outputs->recorder, &outputs->options.record);
	return err;
}

static int listen_at(struct outputs *outputs, struct event_base *base)
{
	return metrics_server__new(&outputs->server, base, outputs->options.listen, outputs->metrics);
}

static void stop_listening(struct outputs *outputs)
{
	metrics_server__free(outputs->server);
	outputs->server = NULL;
}

/* Who listens already may be in the way. */
static int set_up_metrics(struct outputs *outputs, struct event_base *base, struct outputs *before)
{
	const struct outputs_options *options = &outputs->options;
	int err;

	if (!options->listen && !options->textfile)
		return 0;
	err = metrics__new(&outputs->metrics, &options->metrics);
	if (err || !options->listen)
		return err;
	if (before)
		stop_listening(before);
	return listen_at(outputs, base);
}

/* The recording last: of one that is there already it makes an older one, for which there is no way back. */
int outputs__new(struct outputs **out, const struct outputs_options *options, struct event_base *base, struct outputs *before)
{
	struct outputs *outputs = calloc(1, sizeof(*outputs));
	int err;

	if (!outputs)
		return -ENOMEM;
	outputs->options = *options;
	err = set_up_printed(outputs);
	err = err ?: set_up_metrics(outputs, base, before);
	err = err ?: set_up_recorder(outputs);
	if (err) {
		outputs__free(outputs);
		if (before && before->options.listen && !before->server)
			listen_at(before, base);
		return err;
	}
	if (outputs->csv && before && before->csv)
		csv__go_on(outputs->csv, before->csv);
	outputs__free(before);
	*out = outputs;
	return 0;
}

void outputs__free(struct outputs *outputs)
{
	if (!outputs)
		return;
	metrics_server__free(outputs->server);
	metrics__free(outputs->metrics);
	recorder__free(outputs->recorder);
	text__free(outputs->text);
	json__free(outputs->json);
	csv__free(outputs->csv);
	view__clear(&outputs->view);
	free(outputs);
}

static void say(const struct outputs *outputs, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(const struct outputs *outputs, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	outputs->options.say(outputs->options.say_ctx, text);
}

/* --- what is printed --- */

/* A summary does not. */
static bool shows_connections(const struct outputs *outputs, enum model_which which)
{
	switch (outputs->options.printed) {
	case OUTPUT_NETHOGS:
		return false;
	case OUTPUT_CSV:
		return outputs->options.csv_connections;
	default:
		return which == MODEL_ACTIVE;
	}
}

static int build_view(struct outputs *outputs, const struct model *model, enum order_sort sort, enum model_which which)
{
	const struct view_options options = {
		.sort = sort,
		.which = which,
		.filter = outputs->options.filter,
		.top_processes = outputs->options.top,
		.top_connections = outputs->options.top,
		.processes_only = !shows_connections(outputs, which),
	};

	return view__build(&outputs->view, model, &options);
}

static int print(struct outputs *outputs, const struct interval *interval, const struct model *model,
		 const struct devices *devices)
{
	int err;

	if (outputs->options.printed == OUTPUT_NONE) /* a server of metrics ranks nothing */
		return 0;
	err = build_view(outputs, model, outputs->options.sort, MODEL_ACTIVE);
	if (err)
		return err;
	switch (outputs->options.printed) {
	case OUTPUT_TEXT:
		return text__interval(outputs->text, stdout, interval, model, &outputs->view, devices);
	case OUTPUT_NETHOGS:
		return nethogs__interval(stdout, &outputs->view);
	case OUTPUT_JSON:
		return json__write(outputs->json, stdout, interval, model, &outputs->view, devices);
	case OUTPUT_CSV:
		return csv__interval(outputs->csv, stdout, interval, model, &outputs->view);
	default:
		return 0;
	}
}

/* People's texts have a summary in place of the rest, or nothing. */
static bool is_for_people(const struct outputs *outputs)
{
	return outputs->options.printed == OUTPUT_TEXT || outputs->options.printed == OUTPUT_NETHOGS;
}

int outputs__end(struct outputs *outputs, const struct model *model)
{
	int err = 0;

	if (outputs->unrecorded)
		say(outputs, "%lu interval%s could not be recorded", outputs->unrecorded,
		    outputs->unrecorded == 1 ? "" : "s");
	if (outputs->text)
		err = build_view(outputs, model, ORDER_TOTAL, MODEL_ALL) ?:
		      text__summary(outputs->text, stdout, model, &outputs->view);
	return err;
}

/* --- the recording --- */

/* All there is, whatever is printed. */
static int record_line(struct outputs *outputs, const struct interval *interval, const struct model *model,
		       const struct devices *devices)
{
	const struct view_options all = { .which = MODEL_ACTIVE };
	const char *line;
	size_t length;
	int err = view__build(&outputs->view, model, &all);

	err = err ?: json__line(outputs->json, interval, model, &outputs->view, devices, &line, &length);
	return err ?: recorder__add(outputs->recorder, line, length);
}

/* Said once when it begins to fail, and once when it goes on. */
static void record(struct outputs *outputs, const struct interval *interval, const struct model *model,
		   const struct devices *devices)
{
	const char *path = outputs->options.record.path;
	int err = record_line(outputs, interval, model, devices);

	if (err && !outputs->recording_fails)
		say(outputs, "cannot write the recording %s: %s; counting goes on", path, strerror(-err));
	if (!err && outputs->recording_fails)
		say(outputs, "the recording %s goes on; it lacks %lu interval%s", path, outputs->unrecorded,
		    outputs->unrecorded == 1 ? "" : "s");
	outputs->recording_fails = err;
	outputs->unrecorded += err != 0;
}

/* --- metrics --- */

static void add_to_metrics(struct outputs *outputs, const struct interval *interval, const struct model *model,
			   const struct devices *devices)
{
	const struct metrics_health health = {
		.max_flows = outputs->options.max_flows,
		.flows = interval->flows,
		.poll_seconds = interval->poll_ns / 1e9,
	};
	const char *path = outputs->options.textfile;
	int err = 0;

	metrics__add(outputs->metrics, interval, model, devices, &health);
	if (path)
		err = metrics__write_file(outputs->metrics, path);
	if (err && !outputs->textfile_fails)
		say(outputs, "cannot write %s: %s", path, strerror(-err));
	outputs->textfile_fails = err;
}

int outputs__interval(struct outputs *outputs, const struct interval *interval, const struct model *model,
		      const struct devices *devices, bool last)
{
	if (outputs->recorder)
		record(outputs, interval, model, devices);
	if (outputs->metrics)
		add_to_metrics(outputs, interval, model, devices);
	return last && is_for_people(outputs) ? 0 : print(outputs, interval, model, devices);
}
