/* SPDX-License-Identifier: GPL-2.0 */
#include "fixture.h"

#include <zlib.h>

#include "json.h"
#include "replay.h"

static char directory[64];

static const char *path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return path;
}

static int identify(void *ctx, const struct owner *owner, struct identity *identity)
{
	const struct identity texts = { "root", "prog", "/usr/bin/prog", "prog --fast", "/system.slice", "prog.service" };

	(void)ctx;
	(void)owner;
	return identity__copy(identity, &texts);
}

/* Two intervals of three connections of two processes, written as --json writes them. top: how many of each. */
static void record(FILE *out, size_t top)
{
	struct model_config config = { .netns = NETNS, .identify = identify };
	struct view_options options = { .which = MODEL_ACTIVE, .top_processes = top, .top_connections = top };
	struct devices *devices;
	struct view view = {};
	struct model *model;
	struct json *json;

	assert_int_equal(model__new(&model, &config), 0);
	assert_int_equal(json__new(&json), 0);
	write_file(path_of("dev"), "eth0: 0 0 0 0 0 0 0 0 0 0 0\n", 28);
	assert_int_equal(devices__new(&devices, path_of("dev")), 0);
	write_file(path_of("dev"), "eth0: 900 0 0 0 0 0 0 0 8000 0 0\n", 33);
	assert_int_equal(devices__read(devices), 0);
	for (int i = 1; i <= 2; i++) {
		struct interval interval = make_interval(i * SECOND);
		struct flow_key key = make_key(10, "::1", 5, "2001:db8::7", 443), overflow = { .tgid = 11 };
		struct flow flow = make_flow(10, 123, "prog", 1000 * i, 10);

		interval.missed = i;
		interval.unowned_tx = 7;
		model__begin(model);
		model__add(model, &key, &flow);
		key = make_key(10, "0.0.0.0", 53, "::", 0);
		key.protocol = IPPROTO_UDP;
		model__add(model, &key, &flow);
		key = key_of(11, 80);
		flow = make_flow(11, 456, "other", 5, 500);
		model__add(model, &key, &flow);
		model__add(model, &overflow, &flow);
		model__close(model, &interval);
		assert_int_equal(view__build(&view, model, &options), 0);
		assert_int_equal(json__write(json, out, &interval, model, &view, devices), 0);
	}
	view__clear(&view);
	devices__free(devices);
	json__free(json);
	model__free(model);
}

static int add(void *ctx, const struct flow_key *key, const struct flow *flow)
{
	model__add(ctx, key, flow);
	return 0;
}

/* Replays it and writes it again. Returns what the end of it was. */
static int play(const char *path, FILE *out, size_t top)
{
	struct view_options options = { .which = MODEL_ACTIVE, .top_processes = top, .top_connections = top };
	struct model_config config = { .identify = replay__identify };
	struct devices *devices;
	struct replay *replay;
	struct view view = {};
	struct model *model;
	struct json *json;
	int err;

	assert_int_equal(replay__new(&replay, path), 0);
	config.identify_ctx = replay;
	assert_int_equal(model__new(&model, &config), 0);
	assert_int_equal(json__new(&json), 0);
	assert_int_equal(devices__new(&devices, NULL), 0);
	while (!(err = replay__next(replay))) {
		struct interval interval = {};

		model__begin(model);
		model__set_netns(model, replay__netns(replay));
		err = replay__take(replay, &interval, devices, add, model);
		model__close(model, &interval);
		if (err)
			break;
		assert_int_equal(view__build(&view, model, &options), 0);
		assert_int_equal(json__write(json, out, &interval, model, &view, devices), 0);
	}
	if (err != -ENODATA)
		assert_non_null(strstr(replay__error(replay), ", line "));
	view__clear(&view);
	devices__free(devices);
	json__free(json);
	model__free(model);
	replay__free(replay);
	return err;
}

static char *text_of(FILE *file)
{
	static char text[65536];

	rewind(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	return text;
}

/* What is replayed is what was recorded, byte for byte. */
static void test_round_trip(void **state)
{
	FILE *recorded = tmpfile(), *replayed = tmpfile();
	char *text;

	(void)state;
	record(recorded, 0);
	text = strdup(text_of(recorded));
	assert_non_null(strstr(text, "\"cmdline\":\"prog --fast\""));
	write_file(path_of("recording"), text, strlen(text));
	assert_int_equal(play(path_of("recording"), replayed, 0), -ENODATA);
	assert_string_equal(text_of(replayed), text);
	free(text);
	fclose(recorded);
	fclose(replayed);
}

static void test_compressed(void **state)
{
	FILE *recorded = tmpfile(), *replayed = tmpfile();
	gzFile file = gzopen(path_of("recording.gz"), "w");
	char *text;

	(void)state;
	record(recorded, 0);
	text = strdup(text_of(recorded));
	assert_int_equal(gzwrite(file, text, strlen(text)), strlen(text));
	gzclose(file);
	assert_int_equal(play(path_of("recording.gz"), replayed, 0), -ENODATA);
	assert_string_equal(text_of(replayed), text);
	free(text);
	fclose(recorded);
	fclose(replayed);
}

/* What --top cut off is in the total all the same. */
static void test_cut(void **state)
{
	FILE *recorded = tmpfile(), *replayed = tmpfile();

	(void)state;
	record(recorded, 1);
	write_file(path_of("cut"), text_of(recorded), strlen(text_of(recorded)));
	assert_int_equal(play(path_of("cut"), replayed, 0), -ENODATA);
	assert_non_null(strstr(text_of(replayed), "\"total\":{\"tx_bytes\":2017,\"rx_bytes\":1020}"));
	assert_non_null(strstr(text_of(replayed), "\"total\":{\"tx_bytes\":4017,\"rx_bytes\":1020}"));
	fclose(recorded);
	fclose(replayed);
}

/* A recorder that was killed leaves a line that has no end. */
static void test_unfinished(void **state)
{
	FILE *recorded = tmpfile(), *replayed = tmpfile();
	char *text, *second;

	(void)state;
	record(recorded, 0);
	text = text_of(recorded);
	write_file(path_of("unfinished"), text, strlen(text) - 100);
	assert_int_equal(play(path_of("unfinished"), replayed, 0), -ENODATA);
	text = strdup(text_of(replayed));
	second = strchr(text, '\n') + 1;
	assert_int_equal(*second, '\0');
	free(text);
	fclose(recorded);
	fclose(replayed);
}

static void assert_bad_bytes(const char *text, size_t length)
{
	FILE *out = tmpfile();

	write_file(path_of("bad"), text, length);
	assert_int_equal(play(path_of("bad"), out, 0), -EINVAL);
	fclose(out);
}

static void assert_bad(const char *text)
{
	assert_bad_bytes(text, strlen(text));
}

static void test_bad(void **state)
{
	struct replay *replay;

	(void)state;
	assert_bad("hello\n");
	assert_bad("[]\n");
	assert_bad("{}\n");
	assert_bad("{\"time\":\"yesterday\",\"interval\":1}\n");
	assert_bad("{\"time\":\"2026-11-23T11:00:01.234Z\",\"interval\":-1}\n");
	assert_bad("{\"time\":\"2026-11-23T11:00:01.234Z\",\"interval\":1,\"connections\":[{\"proto\":\"x25\"}]}\n");
	assert_bad("{\"time\":\"2026-11-23T11:00:01.234Z\",\"interval\":1,\"connections\":[{\"proto\":\"tcp\","
		   "\"laddr\":\"localhost\"}]}\n");
	assert_int_equal(replay__new(&replay, path_of("none")), -ENOENT);
}

/* As a file system leaves where it had no time to write: such a line is told, not lost. */
static void test_zeros(void **state)
{
	const char line[] = "{\"time\":\"2026-11-23T11:00:01Z\",\"interval\":1}\n";
	char text[4 * sizeof(line)];

	(void)state;
	for (size_t at = 0; at < strlen(line); at++) {
		snprintf(text, sizeof(text), "%s%s%s", line, line, line);
		text[strlen(line) + at] = '\0';
		assert_bad_bytes(text, 3 * strlen(line));
	}
	memset(text, 0, sizeof(text));
	strcpy(text + 2 * strlen(line), line);
	assert_bad_bytes(text, 3 * strlen(line));
}

/* What comes from a place that was gone back to is what came from it before, behind damage too. */
static void assert_goes_back(const char *path)
{
	struct replay *replay;
	__s64 offsets[3];

	assert_int_equal(replay__new(&replay, path), 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(replay__next(replay), 0);
		offsets[i] = replay__offset(replay);
	}
	assert_int_equal(replay__next(replay), -EINVAL);
	unlink(path);
	for (int i = 2; i >= 0; i--) {
		assert_int_equal(replay__go(replay, offsets[i], i), 0);
		for (int j = i; j < 3; j++) {
			assert_int_equal(replay__next(replay), 0);
			assert_int_equal(replay__elapsed_ns(replay), (j + 1) * SECOND);
			assert_int_equal(replay__offset(replay), offsets[j]);
		}
		assert_int_equal(replay__next(replay), -EINVAL);
		assert_non_null(strstr(replay__error(replay), ", line 4: "));
	}
	replay__free(replay);
}

static void test_go(void **state)
{
	const char *text = "{\"time\":\"2026-11-23T11:00:01Z\",\"interval\":1}\n"
			   "{\"time\":\"2026-11-23T11:00:03Z\",\"interval\":2,\"total\":{}}\n"
			   "{\"time\":\"2026-11-23T11:00:06Z\",\"interval\":3}\nhello\n";
	gzFile file = gzopen(path_of("go.gz"), "w");

	(void)state;
	assert_int_equal(gzwrite(file, text, strlen(text)), strlen(text));
	gzclose(file);
	assert_goes_back(path_of("go.gz"));
	write_file(path_of("go"), text, strlen(text));
	assert_goes_back(path_of("go"));
}

/* A pipe goes on from where it is. */
static void test_go_in_pipe(void **state)
{
	const char *text = "{\"time\":\"2026-11-23T11:00:01Z\",\"interval\":1}\n{\"time\":\"2026-11-23T11:00:03Z\",\"interval\":2}\n";
	struct replay *replay;
	char path[32];
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], text, strlen(text)), strlen(text));
	close(ends[1]);
	snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
	assert_int_equal(replay__new(&replay, path), 0);
	close(ends[0]);
	assert_int_equal(replay__next(replay), 0);
	assert_int_equal(replay__go(replay, 0, 0), -ESPIPE);
	assert_int_equal(replay__next(replay), 0);
	assert_int_equal(replay__elapsed_ns(replay), 2 * SECOND);
	assert_int_equal(replay__next(replay), -ENODATA);
	assert_int_equal(replay__go(replay, 0, 0), -ESPIPE);
	replay__free(replay);
}

/* Wrong types and missing keys are taken for nothing. */
static void test_odd(void **state)
{
	const char *text = "{\"time\":\"2026-11-23T11:00:01Z\",\"interval\":1,\"total\":[],\"devices\":{},\"processes\":"
			   "[7,{\"pid\":\"x\"},{\"pid\":-3,\"tx_bytes\":9}],\"connections\":[{\"proto\":\"tcp\","
			   "\"laddr\":\"\",\"pid\":99999999999}]}\n";
	FILE *out = tmpfile();

	(void)state;
	write_file(path_of("odd"), text, strlen(text));
	assert_int_equal(play(path_of("odd"), out, 0), -ENODATA);
	assert_non_null(strstr(text_of(out), "\"total\":{\"tx_bytes\":9,\"rx_bytes\":0}"));
	fclose(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip), cmocka_unit_test(test_compressed), cmocka_unit_test(test_cut),
		cmocka_unit_test(test_unfinished), cmocka_unit_test(test_bad),	      cmocka_unit_test(test_odd),
		cmocka_unit_test(test_zeros),	   cmocka_unit_test(test_go),	      cmocka_unit_test(test_go_in_pipe),
	};

	make_temporary(directory, sizeof(directory));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
