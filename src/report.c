/* SPDX-License-Identifier: GPL-2.0 */
#include "report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "buffer.h"
#include "devices.h"
#include "model.h"
#include "replay.h"
#include "report_data.h"
#include "report_page.h"
#include "same_file.h"
#include "whole_file.h"

/* --- reading --- */

struct reader {
	struct replay *replay;
	struct model *model;
	struct devices *devices;
	struct report_data *data;
};

static void close_reader(struct reader *reader)
{
	model__free(reader->model);
	devices__free(reader->devices);
	replay__free(reader->replay);
}

static int open_reader(struct reader *reader, const char *recording, struct report_data *data)
{
	struct model_config config = { .identify = replay__identify };
	int err = replay__new(&reader->replay, recording);

	if (err)
		return err;
	reader->data = data;
	config.identify_ctx = reader->replay;
	err = model__new(&reader->model, &config);
	err = err ?: devices__new(&reader->devices, NULL);
	if (err) {
		fprintf(stderr, "bpfhogs: cannot read the recording %s: %s\n", recording, strerror(-err));
		close_reader(reader);
	}
	return err;
}

static int add_to_model(void *ctx, const struct flow_key *key, const struct flow *flow)
{
	model__add(ctx, key, flow);
	return 0;
}

/* 0, -ENODATA at the end, or another -errno. */
static int read_interval(struct reader *reader)
{
	struct interval interval;
	int err = replay__next(reader->replay);

	if (err)
		return err;
	model__begin(reader->model);
	model__set_netns(reader->model, replay__netns(reader->replay));
	err = replay__take(reader->replay, &interval, reader->devices, add_to_model, reader->model);
	if (err)
		return err;
	model__close(reader->model, &interval);
	return report_data__add(reader->data, reader->model, reader->devices, &interval);
}

static void complain(const struct reader *reader, const char *recording, int err)
{
	const char *error = replay__error(reader->replay);

	if (*error)
		fprintf(stderr, "bpfhogs: %s\n", error);
	else
		fprintf(stderr, "bpfhogs: cannot read the recording %s: %s\n", recording, strerror(-err));
}

static int read_recording(const char *recording, struct report_data *data)
{
	struct reader reader = {};
	int err = open_reader(&reader, recording, data);

	if (err)
		return err;
	do {
		err = read_interval(&reader);
	} while (!err);
	if (err == -ENODATA && data->intervals)
		err = 0;
	else if (err == -ENODATA)
		fprintf(stderr, "bpfhogs: the recording %s has no intervals\n", recording);
	else
		complain(&reader, recording, err);
	close_reader(&reader);
	report_data__finish(data);
	return err;
}

/* --- writing --- */

/* Whoever may not read the recording may not read of it: the page has its permissions, as far as the umask lets it. */
static mode_t page_mode(const char *recording)
{
	struct stat stat_of;

	return !stat(recording, &stat_of) && S_ISREG(stat_of.st_mode) ? stat_of.st_mode & 0666 : 0640;
}

static int write_page(const char *out, struct buffer *page, mode_t mode)
{
	int err;

	if (!strcmp(out, "-"))
		err = buffer__write(page, stdout);
	else
		err = whole_file__replace(out, page, mode);
	if (err == -ENOTSUP)
		err = whole_file__write_through(out, page);
	if (err == -EPIPE) /* whoever reads has had enough */
		return 0;
	if (err)
		fprintf(stderr, "bpfhogs: cannot write the report %s: %s\n", out, strerror(-err));
	return err;
}

int report__write(const char *recording, const char *out)
{
	struct report_data *data;
	struct buffer page = {};
	int err;

	if (same_file__are(recording, out)) {
		fprintf(stderr, "bpfhogs: the report would take the place of its recording %s\n", recording);
		return -EINVAL;
	}
	err = report_data__new(&data);
	if (err) {
		fprintf(stderr, "bpfhogs: cannot make the report: %s\n", strerror(-err));
		return err;
	}
	err = read_recording(recording, data);
	if (!err) {
		report_page__render(&page, data, recording);
		err = write_page(out, &page, page_mode(recording));
	}
	buffer__clear(&page);
	report_data__free(data);
	return err;
}
