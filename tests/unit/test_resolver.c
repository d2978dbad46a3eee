/* SPDX-License-Identifier: GPL-2.0 */
#include "fixture.h"

#include <event2/dns.h>
#include <event2/dns_struct.h>
#include <event2/event.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>

#include "resolver.h"

#define IN_FLIGHT 64
#define MOMENT_MS 100 /* in which news are told together */
#define STAY 60	      /* seconds for which who was looked for keeps the place */
#define CACHED 4096
#define DAY (24 * 60 * 60)
#define IPV6_NAME                                              \
	"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b." \
	"d.0.1.0.0.2.ip6.arpa"

static const char hosts[] = "# a comment\n"
			    "127.0.0.1\tlocalhost loopback\n"
			    "::1 ip6-localhost # 192.0.2.51 commented\n"
			    "  192.0.2.50 first alias\n"
			    "192.0.2.50 second\n"
			    "::ffff:192.0.2.52 mapped\n"
			    "0.0.0.0 blocked.example\n"
			    "192.0.2.53\n"
			    "192.0.2.54 # nameless\n"
			    "192.0.2.300 wrong\n"
			    "fe80::1%eth0 scoped\n"
			    "192.0.2.55 \x1b[2J";

/* Our resolver, and the server that it asks, in one loop. */
struct fixture {
	char directory[64];
	char hosts[128];
	char resolv_conf[128];
	struct event_base *base;
	struct resolver *resolver;
	int changed;
	struct evdns_server_port *port;
	const char *answer;
	int ttl;
	int asked;
	char question[128];
	int fences;
};

static __s64 clock_offset;
static struct timespec stopped; /* zero: it goes */
static struct event_base *interrupted; /* its loop ends when the resolver has looked at the clock; may be NULL */

/* The resolver's clock, which can be put forward, and libevent's, which can be stopped: no timer ends then. */
int clock_gettime(clockid_t clock, struct timespec *time)
{
	int err = syscall(SYS_clock_gettime, clock, time);

	if (!err && clock == CLOCK_BOOTTIME)
		time->tv_sec += clock_offset;
	if (interrupted && clock == CLOCK_BOOTTIME)
		event_base_loopbreak(interrupted);
	if (stopped.tv_sec && (clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_COARSE))
		*time = stopped;
	return err;
}

static void stop_clock(void)
{
	clock_gettime(CLOCK_MONOTONIC, &stopped);
}

static void start_clock(void)
{
	stopped = (struct timespec){};
}

/* The server knows nobody in 203.0.113.0/24, and is silent about 198.51.100.0/24. */
static void on_question(struct evdns_server_request *request, void *ctx)
{
	struct fixture *fixture = ctx;
	const char *name = request->questions[0]->name;
	int code = 0;

	fixture->asked++;
	snprintf(fixture->question, sizeof(fixture->question), "%s", name);
	if (strcasestr(name, ".100.51.198.in-addr.arpa")) {
		evdns_server_request_drop(request);
		return;
	}
	if (strcasestr(name, ".113.0.203.in-addr.arpa"))
		code = DNS_ERR_NOTEXIST;
	else
		evdns_server_request_add_ptr_reply(request, NULL, name, fixture->answer, fixture->ttl);
	evdns_server_request_respond(request, code);
}

static int start_server(struct fixture *fixture)
{
	struct sockaddr_in addr = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(addr);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&addr, length), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&addr, &length), 0);
	fixture->port = evdns_add_server_port_with_base(fixture->base, fd, 0, on_question, fixture);
	assert_non_null(fixture->port);
	return ntohs(addr.sin_port);
}

static void write_text(const char *path, const char *text)
{
	write_file(path, text, strlen(text));
}

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	char text[128];

	make_temporary(fixture->directory, sizeof(fixture->directory));
	snprintf(fixture->hosts, sizeof(fixture->hosts), "%s/hosts", fixture->directory);
	snprintf(fixture->resolv_conf, sizeof(fixture->resolv_conf), "%s/resolv.conf", fixture->directory);
	fixture->base = event_base_new();
	fixture->answer = "web.example";
	fixture->ttl = 3600;
	snprintf(text, sizeof(text), "search example\nnameserver 127.0.0.1:%d\noptions timeout:1 attempts:1\n",
		 start_server(fixture));
	write_text(fixture->resolv_conf, text);
	write_text(fixture->hosts, hosts);
	clock_offset = 0;
	start_clock();
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	resolver__free(fixture->resolver);
	evdns_close_server_port(fixture->port);
	event_base_free(fixture->base);
	unlink(fixture->hosts);
	unlink(fixture->resolv_conf);
	rmdir(fixture->directory);
	free(fixture);
	return 0;
}

static void free_resolver(struct fixture *fixture)
{
	resolver__free(fixture->resolver);
	fixture->resolver = NULL;
}

static void on_change(void *ctx)
{
	struct fixture *fixture = ctx;

	fixture->changed++;
}

static void start(struct fixture *fixture)
{
	const struct resolver_config config = {
		.base = fixture->base,
		.hosts = fixture->hosts,
		.resolv_conf = fixture->resolv_conf,
		.changed = on_change,
		.ctx = fixture,
	};

	assert_int_equal(resolver__new(&fixture->resolver, &config), 0);
}

static const char *name_of(struct fixture *fixture, const char *address)
{
	__u8 addr[16];

	set_address(addr, address);
	return resolver__name(fixture->resolver, addr);
}

static const char *name_of_number(struct fixture *fixture, __u32 number)
{
	char address[32];

	snprintf(address, sizeof(address), "10.0.%u.%u", number / 256, number % 256);
	return name_of(fixture, address);
}

static void assert_name(struct fixture *fixture, const char *address, const char *expected)
{
	const char *name = name_of(fixture, address);

	if (!expected) {
		assert_null(name);
		return;
	}
	assert_non_null(name);
	assert_string_equal(name, expected);
}

static void wait_for(struct fixture *fixture, const int *counter, int value)
{
	time_t end = time(NULL) + 10;

	while (*counter < value) {
		assert_true(time(NULL) < end);
		event_base_loop(fixture->base, EVLOOP_ONCE);
	}
}

static void run_for(struct fixture *fixture, int milliseconds)
{
	const struct timeval duration = { milliseconds / 1000, milliseconds % 1000 * 1000 };

	event_base_loopexit(fixture->base, &duration);
	event_base_dispatch(fixture->base);
}

static void wait_for_number(struct fixture *fixture, __u32 number)
{
	time_t end = time(NULL) + 10;

	while (!name_of_number(fixture, number)) {
		assert_true(time(NULL) < end);
		event_base_loop(fixture->base, EVLOOP_ONCE);
	}
}

/* Whoever could tell has told. */
static void assert_no_news(struct fixture *fixture)
{
	int changed = fixture->changed;

	run_for(fixture, 3 * MOMENT_MS);
	assert_int_equal(fixture->changed, changed);
}

/* How many questions have come. All that was asked is answered then: answers come in order. */
static int asked(struct fixture *fixture)
{
	char address[32];

	snprintf(address, sizeof(address), "2001:db8:fe::%d", ++fixture->fences);
	assert_name(fixture, address, NULL);
	while (!name_of(fixture, address))
		event_base_loop(fixture->base, EVLOOP_ONCE);
	return fixture->asked - fixture->fences;
}

static void test_known(void **state)
{
	struct fixture *fixture = *state;

	start(fixture);
	assert_name(fixture, "192.0.2.7", NULL);
	assert_name(fixture, "192.0.2.7", NULL);
	wait_for(fixture, &fixture->changed, 1);
	assert_name(fixture, "192.0.2.7", "web.example");
	assert_int_equal(strcasecmp(fixture->question, "7.2.0.192.in-addr.arpa"), 0);
	assert_int_equal(asked(fixture), 1);
}

static void test_ipv6(void **state)
{
	struct fixture *fixture = *state;

	start(fixture);
	assert_name(fixture, "2001:db8::1", NULL);
	wait_for(fixture, &fixture->changed, 1);
	assert_name(fixture, "2001:db8::1", "web.example");
	assert_int_equal(strcasecmp(fixture->question, IPV6_NAME), 0);
}

static void test_unknown(void **state)
{
	struct fixture *fixture = *state;

	start(fixture);
	assert_name(fixture, "203.0.113.9", NULL);
	wait_for(fixture, &fixture->asked, 1);
	assert_no_news(fixture);
	assert_name(fixture, "203.0.113.9", NULL);
	clock_offset += 590;
	assert_name(fixture, "203.0.113.9", NULL);
	assert_int_equal(asked(fixture), 1);
	clock_offset += 11;
	assert_name(fixture, "203.0.113.9", NULL);
	assert_int_equal(asked(fixture), 2);
}

static void test_hosts_file(void **state)
{
	struct fixture *fixture = *state;

	start(fixture);
	assert_name(fixture, "127.0.0.1", "localhost");
	assert_name(fixture, "::1", "ip6-localhost");
	assert_name(fixture, "192.0.2.50", "first");
	assert_name(fixture, "192.0.2.52", "mapped");
	assert_name(fixture, "192.0.2.55", "\x1b[2J");
	assert_int_equal(asked(fixture), 0);
	assert_name(fixture, "192.0.2.51", NULL);
	assert_name(fixture, "192.0.2.53", NULL);
	assert_name(fixture, "192.0.2.54", NULL);
	assert_name(fixture, "fe80::1", NULL);
	assert_int_equal(asked(fixture), 4);
}

static void test_unspecified(void **state)
{
	struct fixture *fixture = *state;

	start(fixture);
	assert_name(fixture, "0.0.0.0", NULL);
	assert_name(fixture, "::", NULL);
	assert_int_equal(asked(fixture), 0);
	/* but not what begins or ends like it */
	assert_name(fixture, "0.0.0.1", NULL);
	assert_name(fixture, "::2", NULL);
	assert_name(fixture, "2001:db8::", NULL);
	assert_int_equal(asked(fixture), 3);
}

/* Whatever comes from the network is the name, if it is one. */
static void test_hostile_names(void **state)
{
	struct fixture *fixture = *state;

	start(fixture);
	fixture->answer = "\x1b[2J\n\xff.example";
	assert_name(fixture, "192.0.2.7", NULL);
	wait_for(fixture, &fixture->changed, 1);
	assert_name(fixture, "192.0.2.7", "\x1b[2J\n\xff.example");

	fixture->answer = "";
	assert_name(fixture, "192.0.2.8", NULL);
	wait_for(fixture, &fixture->asked, 2);
	fixture->answer = "web.example";
	asked(fixture);
	assert_name(fixture, "192.0.2.8", NULL);
}

/* Debian's libevent takes no more than 63 bytes, others 254: the whole name or none. */
static void test_long_names(void **state)
{
	struct fixture *fixture = *state;
	const char *name;
	char text[201];

	start(fixture);
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (size_t i = 50; i < sizeof(text) - 1; i += 50)
		text[i] = '.';
	fixture->answer = text;
	assert_name(fixture, "192.0.2.7", NULL);
	wait_for(fixture, &fixture->asked, 1);
	fixture->answer = text + sizeof(text) - 1 - 63;
	assert_name(fixture, "192.0.2.8", NULL);
	wait_for(fixture, &fixture->asked, 2);
	fixture->answer = "web.example";
	asked(fixture);
	name = name_of(fixture, "192.0.2.7");
	assert_true(!name || !strcmp(name, text));
	assert_name(fixture, "192.0.2.8", text + sizeof(text) - 1 - 63);
}

static void assert_kept(struct fixture *fixture, const char *address, int ttl, int seconds)
{
	int before;

	fixture->ttl = ttl;
	assert_name(fixture, address, NULL);
	before = asked(fixture);
	clock_offset += seconds - 1;
	assert_name(fixture, address, "web.example");
	assert_int_equal(asked(fixture), before);
	clock_offset += 2;
	/* asked again, and the old name is there until the answer comes */
	assert_name(fixture, address, "web.example");
	assert_int_equal(asked(fixture), before + 1);
	assert_name(fixture, address, "web.example");
	assert_int_equal(asked(fixture), before + 1);
}

static void test_time_to_live(void **state)
{
	struct fixture *fixture = *state;

	start(fixture);
	assert_kept(fixture, "192.0.2.1", 3600, 3600);
	assert_kept(fixture, "192.0.2.2", 0, 60);
	assert_kept(fixture, "192.0.2.3", -1, 60);
	assert_kept(fixture, "192.0.2.4", INT32_MAX, DAY);
}

static void test_renamed(void **state)
{
	struct fixture *fixture = *state;

	start(fixture);
	assert_name(fixture, "192.0.2.7", NULL);
	wait_for(fixture, &fixture->changed, 1);
	clock_offset += 3601;
	fixture->answer = "other.example";
	assert_name(fixture, "192.0.2.7", "web.example");
	wait_for(fixture, &fixture->changed, 2);
	assert_name(fixture, "192.0.2.7", "other.example");
	clock_offset += 3601;
	assert_name(fixture, "192.0.2.7", "other.example");
	wait_for(fixture, &fixture->asked, 3);
	assert_no_news(fixture); /* it is the same name */
}

static void test_told_together(void **state)
{
	struct fixture *fixture = *state;

	start(fixture);
	stop_clock();
	for (int i = 0; i < IN_FLIGHT; i++)
		assert_null(name_of_number(fixture, i));
	for (int i = 0; i < IN_FLIGHT; i++)
		wait_for_number(fixture, i);
	usleep(2000 * MOMENT_MS);
	event_base_loop(fixture->base, EVLOOP_NONBLOCK);
	assert_int_equal(fixture->changed, 0);
	start_clock();
	wait_for(fixture, &fixture->changed, 1);
	assert_no_news(fixture);
	assert_null(name_of_number(fixture, IN_FLIGHT));
	wait_for(fixture, &fixture->changed, 2);
}

static void test_silent_server(void **state)
{
	struct fixture *fixture = *state;

	start(fixture);
	assert_name(fixture, "198.51.100.1", NULL);
	assert_int_equal(asked(fixture), 1);
	run_for(fixture, 1500);
	assert_name(fixture, "198.51.100.1", NULL);
	assert_int_equal(asked(fixture), 1);
	clock_offset += 601;
	assert_name(fixture, "198.51.100.1", NULL);
	assert_int_equal(asked(fixture), 2);
}

static void test_many_in_flight(void **state)
{
	struct fixture *fixture = *state;
	char address[32];

	start(fixture);
	for (int i = 0; i < 2 * IN_FLIGHT; i++) {
		snprintf(address, sizeof(address), "198.51.100.%d", i);
		assert_name(fixture, address, NULL);
	}
	wait_for(fixture, &fixture->asked, IN_FLIGHT);
	assert_name(fixture, "192.0.2.7", NULL);
	run_for(fixture, 100);
	assert_int_equal(fixture->asked, IN_FLIGHT);
	/* those that timed out make room for others */
	run_for(fixture, 1500);
	assert_name(fixture, "198.51.100.0", NULL);
	assert_name(fixture, "192.0.2.7", NULL);
	wait_for(fixture, &fixture->changed, 1);
	assert_name(fixture, "192.0.2.7", "web.example");
	assert_int_equal(fixture->asked, IN_FLIGHT + 1);
}

/* How many of them have a name. */
static int look_for(struct fixture *fixture, __u32 from, __u32 to)
{
	int named = 0;

	for (__u32 i = from; i < to; i++)
		named += name_of_number(fixture, i) != NULL;
	return named;
}

static void test_full_cache(void **state)
{
	struct fixture *fixture = *state;

	start(fixture);
	for (int i = 0; i < CACHED; i++)
		wait_for_number(fixture, i);
	look_for(fixture, 0, CACHED);
	clock_offset += STAY / 2;
	assert_int_equal(look_for(fixture, 2, CACHED), CACHED - 2);
	assert_null(name_of_number(fixture, CACHED)); /* there is no room */
	clock_offset += STAY / 2 + 1;
	wait_for_number(fixture, CACHED); /* in the place of number 0 */
	wait_for_number(fixture, CACHED + 1);
	assert_null(name_of_number(fixture, 0));
	assert_null(name_of_number(fixture, 1));
	assert_int_equal(look_for(fixture, 2, CACHED + 2), CACHED);
	clock_offset += STAY;
	wait_for_number(fixture, CACHED + 2);
	assert_int_equal(fixture->asked, CACHED + 3);
}

/* As a filter looks for them in each interval, always in the same order. */
static void test_more_than_cached(void **state)
{
	struct fixture *fixture = *state;

	start(fixture);
	while (fixture->asked < CACHED) {
		look_for(fixture, 0, CACHED + 1000);
		event_base_loop(fixture->base, EVLOOP_NONBLOCK);
	}
	for (int i = 0; i < 10; i++) {
		clock_offset += STAY / 2;
		look_for(fixture, 0, CACHED + 1000);
		event_base_loop(fixture->base, EVLOOP_NONBLOCK);
	}
	assert_int_equal(look_for(fixture, 0, CACHED + 1000), CACHED);
	clock_offset += STAY;
	wait_for_number(fixture, CACHED + 1000);
	assert_int_equal(fixture->asked, CACHED + 1);
}

static void test_free_in_flight(void **state)
{
	struct fixture *fixture = *state;

	start(fixture);
	assert_name(fixture, "198.51.100.1", NULL);
	assert_name(fixture, "192.0.2.7", NULL);
	free_resolver(fixture);
	run_for(fixture, 50);
	assert_int_equal(fixture->changed, 0);
}

static void test_free_without_loop(void **state)
{
	struct fixture *fixture = *state;

	start(fixture);
	assert_name(fixture, "198.51.100.1", NULL);
	assert_name(fixture, "2001:db8::1", NULL);
	free_resolver(fixture);
}

/* One has come to the resolver; the others are in the loop's queue. */
static void test_free_among_answers(void **state)
{
	struct fixture *fixture = *state;

	start(fixture);
	for (int i = 0; i < IN_FLIGHT; i++)
		assert_null(name_of_number(fixture, i));
	interrupted = fixture->base;
	event_base_dispatch(fixture->base);
	interrupted = NULL;
	assert_int_not_equal(event_base_get_num_events(fixture->base, EVENT_BASE_COUNT_ACTIVE), 0);
	free_resolver(fixture);
	run_for(fixture, 2 * MOMENT_MS);
	assert_int_equal(fixture->changed, 0);
}

static void test_nobody_to_ask(void **state)
{
	static const char *const texts[] = { "", "options timeout:1\n", "nameserver\n", "nameserver x\n" };
	struct fixture *fixture = *state;
	int events = event_base_get_num_events(fixture->base, EVENT_BASE_COUNT_ADDED);

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		write_text(fixture->resolv_conf, texts[i]);
		start(fixture);
		assert_name(fixture, "192.0.2.7", NULL);
		assert_name(fixture, "192.0.2.50", "first");
		/* not even libevent's default, a server on this machine */
		assert_int_equal(event_base_get_num_events(fixture->base, EVENT_BASE_COUNT_ADDED), events);
		free_resolver(fixture);
	}
	unlink(fixture->resolv_conf);
	unlink(fixture->hosts);
	start(fixture);
	assert_name(fixture, "192.0.2.7", NULL);
	assert_name(fixture, "192.0.2.50", NULL);
	assert_int_equal(event_base_get_num_events(fixture->base, EVENT_BASE_COUNT_ADDED), events);
}

static void test_default_files(void **state)
{
	struct fixture *fixture = *state;
	const struct resolver_config config = { .base = fixture->base };

	assert_int_equal(resolver__new(&fixture->resolver, &config), 0);
	resolver__free(NULL);
}

/* libevent's messages would be seen on the screen. */
static void test_quiet(void **state)
{
	struct fixture *fixture = *state;
	int saved = dup(STDERR_FILENO);
	struct stat file;
	char path[128];

	snprintf(path, sizeof(path), "%s/stderr", fixture->directory);
	assert_non_null(freopen(path, "w", stderr));
	write_text(fixture->resolv_conf, "nameserver nonsense\nnameserver 192.0.2.1:x\n");
	start(fixture);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	assert_int_equal(stat(path, &file), 0);
	assert_int_equal(file.st_size, 0);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_quiet, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_known, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_ipv6, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_unknown, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_hosts_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_unspecified, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_hostile_names, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_long_names, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_time_to_live, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_renamed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_silent_server, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_many_in_flight, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_told_together, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_full_cache, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_more_than_cached, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_free_in_flight, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_free_without_loop, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_free_among_answers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_nobody_to_ask, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_default_files, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
