/* SPDX-License-Identifier: GPL-2.0 */
#include "fixture.h"

#include <jansson.h>
#include <signal.h>

#include "json.h"

#define HOSTILE "a\"\\\x1b[2J\x7f\n\xff\xc2\x9b\xe2\x80\xae"

static int identify(void *ctx, const struct owner *owner, struct identity *identity)
{
	(void)owner;
	identity->user = strdup("alice");
	identity->program = strdup(ctx);
	identity->exe = strdup("/usr/bin/漢字");
	identity->cmdline = strdup(ctx);
	identity->cgroup = strdup("/system.slice/a.service");
	identity->container = strdup("a.service");
	return 0;
}

struct fixture {
	struct model *model;
	struct view view;
	struct json *json;
	struct interval interval;
};

static int set_up(void **state)
{
	struct model_config config = { .netns = NETNS, .identify = identify, .identify_ctx = HOSTILE };
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	assert_int_equal(model__new(&fixture->model, &config), 0);
	assert_int_equal(json__new(&fixture->json), 0);
	fixture->interval = make_interval(1000400000);
	model__begin(fixture->model);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	model__free(fixture->model);
	view__clear(&fixture->view);
	json__free(fixture->json);
	free(fixture);
	return 0;
}

static void add(struct fixture *fixture, const struct flow_key *key, const char *comm, __u64 tx, __u64 rx)
{
	struct flow flow = make_flow(key->tgid, 1, comm, tx, rx);

	model__add(fixture->model, key, &flow);
}

static void close_and_view(struct fixture *fixture, size_t top)
{
	struct view_options options = { .which = MODEL_ACTIVE, .top_processes = top, .top_connections = top };

	model__close(fixture->model, &fixture->interval);
	assert_int_equal(view__build(&fixture->view, fixture->model, &options), 0);
}

/* The line as text, to be freed; checks that it is one line of plain ASCII. */
static char *make_line(struct fixture *fixture, const struct devices *devices)
{
	const char *line;
	size_t length;

	assert_int_equal(json__line(fixture->json, &fixture->interval, fixture->model, &fixture->view,
				    devices, &line, &length),
			 0);
	assert_int_equal(line[length - 1], '\n');
	for (size_t i = 0; i < length - 1; i++)
		assert_true(line[i] >= 0x20 && line[i] < 0x7f);
	return strndup(line, length);
}

static json_t *parse_line(struct fixture *fixture, const struct devices *devices)
{
	char *line = make_line(fixture, devices);
	json_t *root = json_loads(line, JSON_REJECT_DUPLICATES, NULL);

	free(line);
	assert_non_null(root);
	return root;
}

static void assert_number(json_t *object, const char *key, json_int_t expected)
{
	json_t *value = json_object_get(object, key);

	assert_true(json_is_integer(value));
	assert_int_equal(json_integer_value(value), expected);
}

static void assert_string(json_t *object, const char *key, const char *expected)
{
	assert_string_equal(json_string_value(json_object_get(object, key)), expected);
}

static json_t *row(json_t *root, const char *table, size_t at)
{
	json_t *object = json_array_get(json_object_get(root, table), at);

	assert_non_null(object);
	return object;
}

static void test_head(void **state)
{
	struct fixture *fixture = *state;
	char *line;

	fixture->interval.lost_flows = 12;
	fixture->interval.missed = 3;
	close_and_view(fixture, 0);
	line = make_line(fixture, NULL);
	assert_string_equal(line,
			    "{\"time\":\"2026-11-23T11:00:01.234Z\",\"interval\":1.000,\"attach\":\"fentry\","
			    "\"netns\":4026531840,\"lost_flows\":12,\"missed\":3,\"total\":{\"tx_bytes\":0,\"rx_bytes\":0},"
			    "\"devices\":[],\"processes\":[],\"connections\":[]}\n");
	free(line);
	fixture->interval.uptime_ns = 12345678901234;
	line = make_line(fixture, NULL);
	assert_non_null(strstr(line, "\"attach\":\"fentry\",\"uptime\":12345.678,\"netns\":"));
	free(line);
}

static void test_intervals(void **state)
{
	struct fixture *fixture = *state;
	json_t *root;

	fixture->interval.elapsed_ns = 100 * 1000000ULL;
	root = parse_line(fixture, NULL);
	assert_true(json_real_value(json_object_get(root, "interval")) == 0.1);
	json_decref(root);
	fixture->interval.elapsed_ns = 10 * SECOND + 5 * 1000000ULL;
	root = parse_line(fixture, NULL);
	assert_true(json_real_value(json_object_get(root, "interval")) == 10.005);
	json_decref(root);
}

/* All fields that the contract names, in its order. */
static void assert_fields(json_t *object, const char *fields)
{
	char names[256] = "";
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
		sprintf(names + strlen(names), "%s ", key);
	assert_string_equal(names, fields);
}

static void test_rows(void **state)
{
	struct fixture *fixture = *state;
	struct flow_key key = make_key(10, "127.0.0.1", 80, "2001:db8::1", 65535);
	json_t *root, *process, *connection;

	add(fixture, &key, "prog", INT64_MAX, 2);
	close_and_view(fixture, 0);
	root = parse_line(fixture, NULL);
	process = row(root, "processes", 0);
	assert_fields(process,
		      "pid start_time comm exe cmdline uid user program cgroup container tx_bytes rx_bytes connections ");
	assert_number(process, "pid", 10);
	assert_string(process, "comm", "prog");
	assert_string(process, "exe", "/usr/bin/漢字");
	assert_string(process, "cmdline", "a\"\\\x1b[2J\x7f\n\xef\xbf\xbd\xc2\x9b\xe2\x80\xae");
	assert_number(process, "uid", 1000);
	assert_string(process, "user", "alice");
	assert_string(process, "container", "a.service");
	assert_number(process, "tx_bytes", INT64_MAX);
	assert_number(process, "connections", 1);
	connection = row(root, "connections", 0);
	assert_fields(connection, "pid comm proto laddr lport raddr rport netns dev tx_bytes rx_bytes ");
	assert_string(connection, "proto", "tcp");
	assert_string(connection, "laddr", "127.0.0.1");
	assert_string(connection, "raddr", "2001:db8::1");
	assert_number(connection, "rport", 65535);
	assert_number(connection, "netns", NETNS);
	assert_string(connection, "dev", "eth0");
	assert_number(json_object_get(root, "total"), "rx_bytes", 2);
	json_decref(root);
}

static void test_unknown_peer(void **state)
{
	struct fixture *fixture = *state;
	struct flow_key key = make_key(10, "0.0.0.0", 53, "::", 0);
	json_t *root;

	add(fixture, &key, "named", 5, 0);
	close_and_view(fixture, 0);
	root = parse_line(fixture, NULL);
	assert_string(row(root, "connections", 0), "raddr", "");
	assert_number(row(root, "connections", 0), "rport", 0);
	json_decref(root);
}

/* The total is of all, also of what is cut. */
static void test_top(void **state)
{
	struct fixture *fixture = *state;
	json_t *root;

	for (__u32 tgid = 1; tgid <= 5; tgid++) {
		struct flow_key key = key_of(tgid, 1);

		add(fixture, &key, HOSTILE, tgid, 1);
	}
	close_and_view(fixture, 2);
	root = parse_line(fixture, NULL);
	assert_int_equal(json_array_size(json_object_get(root, "processes")), 2);
	assert_int_equal(json_array_size(json_object_get(root, "connections")), 2);
	assert_number(json_object_get(root, "total"), "tx_bytes", 15);
	assert_number(row(root, "processes", 0), "pid", 5);
	json_decref(root);
}

/* A process of nothing known has all fields all the same. */
static void test_nobody(void **state)
{
	struct fixture *fixture = *state;
	json_t *root;

	fixture->interval.unowned_rx = 9;
	close_and_view(fixture, 0);
	root = parse_line(fixture, NULL);
	assert_number(row(root, "processes", 0), "pid", 0);
	assert_string(row(root, "processes", 0), "comm", "(other)");
	assert_string(row(root, "processes", 0), "user", "");
	assert_number(row(root, "processes", 0), "rx_bytes", 9);
	json_decref(root);
}

static void test_devices(void **state)
{
	struct fixture *fixture = *state;
	struct devices *devices;
	json_t *root;

	assert_int_equal(devices__new(&devices, NULL), 0);
	assert_int_equal(devices__read(devices), 0);
	root = parse_line(fixture, devices);
	assert_fields(row(root, "devices", 0), "dev tx_bytes rx_bytes ");
	json_decref(root);
	devices__free(devices);
}

/* Every possible name. */
static void test_any_bytes(void **state)
{
	struct fixture *fixture = *state;
	unsigned int seed = 1;

	for (int round = 0; round < 500; round++) {
		struct flow_key key = key_of(100 + round, 1);
		struct flow flow = make_flow(key.tgid, 1, "", 1, 1);

		for (int i = 0; i < COMM_LEN; i++)
			flow.owner.comm[i] = rand_r(&seed);
		model__add(fixture->model, &key, &flow);
	}
	close_and_view(fixture, 0);
	json_decref(parse_line(fixture, NULL));
}

static int write_to(struct fixture *fixture, FILE *out)
{
	return json__write(fixture->json, out, &fixture->interval, fixture->model, &fixture->view, NULL);
}

static void test_write(void **state)
{
	struct fixture *fixture = *state;
	char *text = NULL, *line = make_line(fixture, NULL);
	size_t length;
	FILE *out = open_memstream(&text, &length);

	assert_int_equal(write_to(fixture, out), 0);
	assert_int_equal(write_to(fixture, out), 0);
	fclose(out);
	assert_int_equal(length, 2 * strlen(line));
	assert_memory_equal(text, line, strlen(line));
	free(text);
	free(line);
}

static void test_write_errors(void **state)
{
	struct fixture *fixture = *state;
	FILE *full = fopen("/dev/full", "w"), *closed;
	int fds[2];

	assert_non_null(full);
	assert_int_equal(write_to(fixture, full), -ENOSPC);
	fclose(full);
	assert_int_equal(pipe(fds), 0);
	signal(SIGPIPE, SIG_IGN);
	closed = fdopen(fds[1], "w");
	close(fds[0]);
	assert_int_equal(write_to(fixture, closed), -EPIPE);
	fclose(closed);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_head),  TEST(test_intervals),	   TEST(test_rows),    TEST(test_unknown_peer),
		TEST(test_top),	  TEST(test_nobody),	   TEST(test_devices), TEST(test_any_bytes),
		TEST(test_write), TEST(test_write_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
