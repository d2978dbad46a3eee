/* SPDX-License-Identifier: GPL-2.0 */
#include "fixture.h"

#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>

#include "http.h"
#include "metrics_server.h"

struct world {
	struct event_base *base;
	struct metrics *metrics;
	struct metrics_server *server;
};

static int set_up_with(void **state, const struct metrics_options *options)
{
	struct world *world = calloc(1, sizeof(*world));

	signal(SIGPIPE, SIG_IGN);
	world->base = event_base_new();
	assert_int_equal(metrics__new(&world->metrics, options), 0);
	assert_int_equal(metrics_server__new(&world->server, world->base, "127.0.0.1:0", world->metrics), 0);
	*state = world;
	return 0;
}

static int set_up(void **state)
{
	const struct metrics_options options = {};

	return set_up_with(state, &options);
}

#define MANY 10000

/* Pages of some megabytes, which no socket takes at once. */
static int set_up_large(void **state)
{
	const struct metrics_options options = { .top = MANY, .pids = true, .connections = true };

	return set_up_with(state, &options);
}

static int tear_down(void **state)
{
	struct world *world = *state;

	metrics_server__free(world->server);
	metrics__free(world->metrics);
	event_base_free(world->base);
	free(world);
	return 0;
}

static void turn(struct world *world, int times)
{
	for (int i = 0; i < times; i++) {
		event_base_loop(world->base, EVLOOP_NONBLOCK);
		usleep(1000);
	}
}

static int try_connect(unsigned short port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	return fd;
}

static void say(int fd, const char *text, size_t length)
{
	assert_int_equal(send(fd, text, length, MSG_NOSIGNAL), length);
}

/* Everything until the server has closed, terminated. */
static void hear(struct world *world, int fd, char *out, size_t size)
{
	size_t used = 0;

	for (int i = 0; i < 500; i++) {
		ssize_t count;

		turn(world, 1);
		count = recv(fd, out + used, size - 1 - used, 0);
		if (!count)
			break;
		used += count > 0 ? count : 0;
	}
	out[used] = '\0';
}

static char answer[16 << 20];

static const char *ask_bytes(struct world *world, const char *request, size_t length)
{
	int fd = try_connect(metrics_server__port(world->server));

	say(fd, request, length);
	hear(world, fd, answer, sizeof(answer));
	close(fd);
	turn(world, 5);
	return answer;
}

static const char *ask(struct world *world, const char *request)
{
	return ask_bytes(world, request, strlen(request));
}

static void expect_status(struct world *world, const char *request, int status)
{
	const char *got = ask(world, request);
	char expected[32];

	snprintf(expected, sizeof(expected), "HTTP/1.1 %d ", status);
	if (strncmp(got, expected, strlen(expected)))
		fail_msg("%s: %.40s", request, got);
}

static void test_requests(void **state)
{
	struct world *world = *state;

	expect_status(world, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 200);
	expect_status(world, "GET / HTTP/1.0\r\n\r\n", 200);
	expect_status(world, "GET http://x:1/metrics HTTP/1.1\r\n\r\n", 200);
	expect_status(world, "GET http://x HTTP/1.1\r\n\r\n", 200);
	expect_status(world, "GET /metrics?collect[]=x HTTP/1.1\r\n\r\n", 200);
	expect_status(world, "GET /health HTTP/1.1\r\n\r\n", 200);
	expect_status(world, "GET /metrics/ HTTP/1.1\r\n\r\n", 404);
	expect_status(world, "GET /../etc/passwd HTTP/1.1\r\n\r\n", 404);
	expect_status(world, "POST /metrics HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", 405);
	assert_non_null(strstr(answer, "\r\nAllow: GET, HEAD\r\n"));
	expect_status(world, "get /metrics HTTP/1.1\r\n\r\n", 405);
	expect_status(world, "GET metrics HTTP/1.1\r\n\r\n", 400);
	expect_status(world, "GET /metrics\r\n\r\n", 400);
	expect_status(world, "GET /metrics HTTP/2.0\r\n\r\n", 400);
	expect_status(world, "GET /\n HTTP/1.1\r\n\r\n", 400);
	expect_status(world, "\r\n\r\n", 400);
	expect_status(world, " \r\n\r\n", 400);
	assert_memory_equal(ask_bytes(world, "GET /\0 HTTP/1.1\r\n\r\n", 19), "HTTP/1.1 400", 12);
}

/* A first interval that does not come is no better than a later one. */
static void test_health(void **state)
{
	struct world *world = *state;

	expect_status(world, "GET /health HTTP/1.1\r\n\r\n", 200);
	usleep(1100000);
	expect_status(world, "GET /health HTTP/1.1\r\n\r\n", 503);
}

static void test_head(void **state)
{
	struct world *world = *state;
	const char *got = ask(world, "HEAD /metrics HTTP/1.1\r\n\r\n");

	assert_memory_equal(got, "HTTP/1.1 200", 12);
	assert_null(strstr(got, "Content-Length: 0\r\n"));
	assert_string_equal(strstr(got, "\r\n\r\n"), "\r\n\r\n");
}

static void test_formats(void **state)
{
	struct world *world = *state;

	ask(world, "GET /metrics HTTP/1.1\r\nAccept: application/openmetrics-text;version=1.0.0,*/*;q=0.1\r\n\r\n");
	assert_non_null(strstr(answer, "\r\nContent-Type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n"));
	assert_string_equal(answer + strlen(answer) - 6, "# EOF\n");
	ask(world, "GET /metrics HTTP/1.1\r\naccept: text/plain\r\n\r\n");
	assert_non_null(strstr(answer, "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
	assert_null(strstr(answer, "# EOF"));
}

static void test_accepts(void **state)
{
	const char *type = "application/openmetrics-text";

	(void)state;
	assert_true(http__accepts("application/openmetrics-text", type));
	assert_true(http__accepts("text/plain, Application/OpenMetrics-Text; version=1.0.0; q=0.5", type));
	assert_true(http__accepts("application/openmetrics-text,text/plain;q=0", type));
	assert_false(http__accepts("application/openmetrics-text;q=0", type));
	assert_false(http__accepts("application/openmetrics-text ; version=1.0.0 ; q=0.0, */*", type));
	assert_false(http__accepts("application/openmetrics-texts", type));
	assert_false(http__accepts("*/*", type));
	assert_false(http__accepts("", type));
	assert_false(http__accepts(", ,", type));
}

static void test_large_requests(void **state)
{
	static const char end[] = "\r\n\r\n";
	struct world *world = *state;
	char request[3 * HTTP_REQUEST_MAX];
	size_t start = snprintf(request, sizeof(request), "GET /metrics HTTP/1.1\r\nX: ");

	memset(request + start, 'x', sizeof(request) - start);
	assert_memory_equal(ask_bytes(world, request, sizeof(request)), "HTTP/1.1 431", 12);
	memcpy(request + HTTP_REQUEST_MAX - 4, end, 4);
	assert_memory_equal(ask_bytes(world, request, HTTP_REQUEST_MAX), "HTTP/1.1 200", 12);
	assert_memory_equal(ask_bytes(world, request, sizeof(request)), "HTTP/1.1 200", 12);
}

/* Bit by bit is fine as long as it does not take too long; one that says nothing holds nobody up. */
static void test_slow_client(void **state)
{
	static const char request[] = "GET /health HTTP/1.1\r\n\r\n";
	struct world *world = *state;
	int silent = try_connect(metrics_server__port(world->server));
	int slow = try_connect(metrics_server__port(world->server));

	for (size_t i = 0; i < sizeof(request) - 1; i++) {
		say(slow, request + i, 1);
		turn(world, 2);
	}
	hear(world, slow, answer, sizeof(answer));
	assert_memory_equal(answer, "HTTP/1.1 200", 12);
	close(slow);
	for (int i = 0; i < HTTP_SECONDS * 1000 && recv(silent, answer, 1, 0); i++)
		turn(world, 1);
	assert_int_equal(recv(silent, answer, 1, 0), 0); /* was closed */
	close(silent);
}

/* The client says no more, but listens. */
static void test_half_closed(void **state)
{
	struct world *world = *state;
	int fd = try_connect(metrics_server__port(world->server));

	say(fd, "GET / HTTP/1.1\r\n\r\n", 18);
	shutdown(fd, SHUT_WR);
	hear(world, fd, answer, sizeof(answer));
	assert_memory_equal(answer, "HTTP/1.1 200", 12);
	close(fd);
}

/* Those beyond the bound wait, until some end. */
static void test_many_clients(void **state)
{
	struct world *world = *state;
	int fds[HTTP_CLIENTS_MAX + 50], late;

	for (int i = 0; i < HTTP_CLIENTS_MAX; i++) {
		fds[i] = try_connect(metrics_server__port(world->server));
		turn(world, i % 10 == 0);
	}
	turn(world, 10);
	late = try_connect(metrics_server__port(world->server));
	say(late, "GET / HTTP/1.1\r\n\r\n", 18);
	turn(world, 20);
	assert_int_equal(recv(late, answer, 1, 0), -1);
	for (int i = 0; i < HTTP_CLIENTS_MAX; i++)
		close(fds[i]);
	hear(world, late, answer, sizeof(answer));
	assert_memory_equal(answer, "HTTP/1.1 200", 12);
	close(late);
	turn(world, 20);
}

/* --- large pages --- */

static void add_interval(struct world *world, int flows)
{
	const struct model_config config = { .netns = NETNS };
	const struct metrics_health health = {};
	const struct interval interval = make_interval(SECOND);
	struct model *model;
	char comm[COMM_LEN];

	assert_int_equal(model__new(&model, &config), 0);
	model__begin(model);
	for (int i = 1; i <= flows; i++) {
		struct flow_key key = key_of(i, 1000);
		struct flow flow;

		snprintf(comm, sizeof(comm), "program-%d", i);
		flow = make_flow(i, 1, comm, 1, 1);
		model__add(model, &key, &flow);
	}
	model__close(model, &interval);
	metrics__add(world->metrics, &interval, model, NULL, &health);
	model__free(model);
}

/* Asks for a page, and does not read it. */
static int ask_slowly(struct world *world, const char *accept)
{
	int fd = try_connect(metrics_server__port(world->server));
	char request[128];

	say(fd, request, snprintf(request, sizeof(request), "GET /metrics HTTP/1.1\r\nAccept: %s\r\n\r\n", accept));
	turn(world, 20);
	return fd;
}

/* Of which interval the answer is, and that it is whole. */
static int interval_of_answer(void)
{
	const char *length = strstr(answer, "Content-Length: "), *body = strstr(answer, "\r\n\r\n");
	const char *intervals = strstr(answer, "\nbpfhogs_intervals_total ");

	assert_true(length && body && intervals);
	assert_int_equal(strtoul(length + 16, NULL, 10), strlen(body + 4));
	return atoi(intervals + 25);
}

static int interval_asked(struct world *world, const char *accept)
{
	int fd = ask_slowly(world, accept);

	hear(world, fd, answer, sizeof(answer));
	close(fd);
	turn(world, 5);
	return interval_of_answer();
}

/* Each keeps the page that it asked for; while four are kept, others get the newest of these. */
static void test_slow_readers(void **state)
{
	static const char text[] = "text/plain", openmetrics[] = "application/openmetrics-text";
	struct world *world = *state;
	int fds[4], same;

	for (int i = 0; i < 4; i++) {
		add_interval(world, i ? 0 : MANY);
		assert_int_equal(interval_asked(world, text), i + 1);
		fds[i] = ask_slowly(world, text);
	}
	assert_true(strlen(answer) > 4 << 20);
	add_interval(world, 0);
	same = ask_slowly(world, text);
	assert_int_equal(interval_asked(world, text), 4);
	assert_int_equal(interval_asked(world, openmetrics), 5);
	hear(world, fds[1], answer, sizeof(answer));
	assert_int_equal(interval_of_answer(), 2);
	turn(world, 5);
	assert_int_equal(interval_asked(world, text), 5);
	hear(world, same, answer, sizeof(answer));
	assert_int_equal(interval_of_answer(), 4);
	for (int i = 0; i < 3; i++)
		close(fds[i]); /* the last one is there when the server goes */
	turn(world, 5);
	add_interval(world, 0);
	assert_int_equal(interval_asked(world, text), 6);
	close(same);
}

/* The server goes away while some are there. */
static void test_freed_with_clients(void **state)
{
	struct world *world = *state;
	int fd = try_connect(metrics_server__port(world->server));

	say(fd, "GET /metrics HTTP/1.1\r\n\r\n", 25);
	turn(world, 2);
	close(try_connect(metrics_server__port(world->server)));
}

/* What stderr gets while that is tried. */
static int try_listen(struct world *world, const char *address, char *said, size_t size)
{
	struct metrics_server *server = NULL;
	FILE *file = tmpfile();
	int saved = dup(STDERR_FILENO);
	int err;

	dup2(fileno(file), STDERR_FILENO);
	err = metrics_server__new(&server, world->base, address, world->metrics);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(file);
	said[fread(said, 1, size - 1, file)] = '\0';
	fclose(file);
	if (!err)
		assert_int_not_equal(metrics_server__port(server), 0);
	metrics_server__free(server);
	return err;
}

static void test_addresses(void **state)
{
	static const char *const bad[] = { "", ":", "x", "65536", "-1", "1 ", "+1", ":9433", "127.0.0.1", "127.0.0.1:",
					   "127.0.0.1:x", "::1:9433", "[::1]", "[::1", "[127.0.0.1]:1", "example.com:80",
					   "1.2.3:80", "127.0.0.1:99999", "127.0.0.1:1:2", "unix:/x", "999999999999" };
	struct world *world = *state;
	char said[256], expected[256], place[64];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (try_listen(world, bad[i], said, sizeof(said)) != -EINVAL)
			fail_msg("'%s' was taken", bad[i]);
		snprintf(expected, sizeof(expected), "bpfhogs: cannot listen on '%s': neither PORT nor ADDRESS:PORT\n", bad[i]);
		assert_string_equal(said, expected);
	}
	assert_int_equal(try_listen(world, "0", said, sizeof(said)), 0);
	assert_int_equal(try_listen(world, "localhost:0", said, sizeof(said)), 0);
	if (!access("/proc/net/if_inet6", F_OK))
		assert_int_equal(try_listen(world, "[::1]:0", said, sizeof(said)), 0);
	snprintf(place, sizeof(place), "127.0.0.1:%u", metrics_server__port(world->server));
	assert_int_equal(try_listen(world, place, said, sizeof(said)), -EADDRINUSE);
	snprintf(expected, sizeof(expected), "bpfhogs: cannot listen on %s: Address already in use\n", place);
	assert_string_equal(said, expected);
	assert_int_equal(try_listen(world, strchr(place, ':') + 1, said, sizeof(said)), -EADDRINUSE);
	assert_string_equal(said, expected);
	assert_int_equal(try_listen(world, "192.0.2.1:80", said, sizeof(said)), -EADDRNOTAVAIL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_requests),	  TEST(test_health),	  TEST(test_head),	  TEST(test_formats),
		TEST(test_accepts),	  TEST(test_large_requests), TEST(test_slow_client),
		TEST(test_half_closed),	  TEST(test_many_clients), TEST(test_freed_with_clients),
		TEST(test_addresses),
		cmocka_unit_test_setup_teardown(test_slow_readers, set_up_large, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
