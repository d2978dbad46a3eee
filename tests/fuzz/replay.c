/* SPDX-License-Identifier: GPL-2.0 */
/* A recording, compressed or not. What was read of it and is written again has to be read in the same way. */
#include "fuzz.h"

#include <errno.h>

#include "json.h"
#include "replay.h"
#include "view.h"

static int add(void *ctx, const struct flow_key *key, const struct flow *flow)
{
	CHECK(memchr(flow->owner.comm, '\0', sizeof(flow->owner.comm)) && memchr(flow->dev, '\0', sizeof(flow->dev)));
	model__add(ctx, key, flow);
	return 0;
}

static void write_line(FILE *out, const struct model *model, const struct interval *interval, const struct devices *devices)
{
	const struct view_options options = { .which = MODEL_ACTIVE };
	struct view view = {};
	struct json *json;

	CHECK(!json__new(&json) && !view__build(&view, model, &options));
	CHECK(!json__write(json, out, interval, model, &view, devices));
	view__clear(&view);
	json__free(json);
}

/* Plays the interval at hand. False: it is not to be played. */
static bool play(struct replay *replay, struct model *model, struct devices *devices, FILE *out)
{
	struct interval interval;

	model__begin(model);
	model__set_netns(model, replay__netns(replay));
	if (replay__take(replay, &interval, devices, add, model)) {
		CHECK(*replay__error(replay));
		return false;
	}
	CHECK(interval.end.tv_nsec >= 0 && interval.end.tv_nsec < 1000000000);
	CHECK(interval.elapsed_ns == replay__elapsed_ns(replay));
	model__close(model, &interval);
	write_line(out, model, &interval, devices);
	return true;
}

/* Returns how many intervals were read, and writes them again. */
static int play_all(const char *path, FILE *out)
{
	struct model_config config = { .identify = replay__identify };
	struct devices *devices;
	struct replay *replay;
	struct model *model;
	int err, count = 0;

	CHECK(!replay__new(&replay, path));
	config.identify_ctx = replay;
	CHECK(!model__new(&model, &config) && !devices__new(&devices, "/dev/null"));
	while (!(err = replay__next(replay)) && play(replay, model, devices, out))
		count++;
	CHECK(err <= 0 && (!err || err == -ENODATA || *replay__error(replay)));
	model__free(model);
	devices__free(devices);
	replay__free(replay);
	return count;
}

static struct part written_again(const char *path, int *count)
{
	struct part part = {};
	char *text = NULL;
	FILE *out = open_memstream(&text, &part.length);

	CHECK(out);
	*count = play_all(path, out);
	fclose(out);
	part.bytes = text;
	return part;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct file file;
	struct part first, second;
	int read, again;

	put_file(&file, (struct part){ (const char *)data, size });
	first = written_again(file.path, &read);
	put_file(&file, first);
	second = written_again(file.path, &again);
	CHECK(read == again);
	free((char *)first.bytes);
	free((char *)second.bytes);
	return 0;
}
