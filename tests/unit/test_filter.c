/* SPDX-License-Identifier: GPL-2.0 */
#include "fixture.h"

#include "filter.h"

static int identify(void *ctx, const struct owner *owner, struct identity *identity)
{
	const struct identity texts = { "alice", "/usr/sbin/nginx", "/usr/sbin/nginx", "nginx: worker process", "/x",
					owner->tgid == 10 ? "docker:0123456789ab" : "ssh.service" };

	(void)ctx;
	return identity__copy(identity, &texts);
}

static const char *host(void *ctx, const __u8 addr[16])
{
	(void)ctx;
	return addr[15] == 7 ? "Peer.Example.org" : NULL;
}

static int port(void *ctx, const char *service)
{
	(void)ctx;
	return strcmp(service, "https") ? -ENOENT : 443;
}

static const struct filter_names names = { .host = host, .port = port };

/* Process 10: TCP from 10.0.0.1:80 to 192.0.2.7:443 over eth0; process 11: UDP from ::1:53 to 2001:db8::9:5353 over lo. */
static struct model *make_model(void)
{
	struct model_config config = { .netns = NETNS, .identify = identify };
	struct interval interval = make_interval(SECOND);
	struct flow_key key = make_key(10, "10.0.0.1", 80, "192.0.2.7", 443);
	struct flow flow = make_flow(10, 1, "nginx", 1, 1);
	struct model *model;

	assert_int_equal(model__new(&model, &config), 0);
	model__begin(model);
	model__add(model, &key, &flow);
	key = make_key(11, "::1", 53, "2001:db8::9", 5353);
	key.protocol = IPPROTO_UDP;
	flow = make_flow(11, 1, "dns \"x\"", 1, 1);
	flow.owner.uid = 0;
	strcpy(flow.dev, "lo");
	model__add(model, &key, &flow);
	model__close(model, &interval);
	return model;
}

/* pids: those of the two that match, as processes and as connections. */
static void assert_matches(const struct model *model, const char *expression, const char *pids)
{
	char processes[64] = "", connections[64] = "", error[128] = "";
	struct filter *filter;

	assert_int_equal(filter__new(&filter, expression, &names, error, sizeof(error)), 0);
	for (const struct process *p = model__processes(model, MODEL_ALL); p; p = p->next)
		if (filter__process(filter, p))
			sprintf(processes + strlen(processes), "%u ", p->id.tgid);
	for (const struct connection *c = model__connections(model, MODEL_ALL); c; c = c->next)
		if (filter__connection(filter, c))
			sprintf(connections + strlen(connections), "%u ", c->id.key.tgid);
	if (strcmp(processes, pids) || strcmp(connections, pids))
		print_error("%s: '%s', '%s', not '%s'\n", expression, processes, connections, pids);
	assert_string_equal(processes, pids);
	assert_string_equal(connections, pids);
	filter__free(filter);
}

static void test_terms(void **state)
{
	static const struct {
		const char *expression;
		const char *pids;
	} cases[] = {
		{ "", "10 11 " },	       { "   ", "10 11 " },	    { "nginx", "10 11 " },
		{ "pid:10", "10 " },	       { "PID:11", "11 " },	    { "pid:1", "" },
		{ "user:alice", "10 11 " },    { "user:ALICE", "10 11 " },  { "user:0", "11 " },
		{ "user:1000", "10 " },	       { "user:bob", "" },	    { "port:443", "10 " },
		{ "port:80", "10 " },	       { "port:https", "10 " },	    { "port:53", "11 " },
		{ "port:5353", "11 " },	       { "host:192.0.2.7", "10 " }, { "host:192.0.2.0/24", "10 " },
		{ "host:192.0.2.8/29", "" },   { "host:192.0.2.4/30", "10 " }, { "host:0.0.0.0/0", "10 " },
		{ "host:::/0", "10 11 " },     { "host:2001:db8::/32", "11 " }, { "host:2001:db8::9", "11 " },
		{ "host:example", "10 " },     { "host:192.0", "10 " },	    { "proto:tcp", "10 " },
		{ "proto:UDP", "11 " },	       { "dev:eth0", "10 " },	    { "dev:lo", "11 " },
		{ "dev:l", "" },	       { "container:docker", "10 " }, { "unit:ssh", "11 " },
		{ "worker", "10 11 " },	       { "192.0.2", "10 " },	    { "peer.ex", "10 " },
		{ "2001:db8::9", "11 " },      { "pid:10 proto:tcp", "10 " }, { "pid:10 proto:udp", "" },
		{ "!pid:10", "11 " },	       { "!proto:tcp", "11 " },	    { "!pid:10 !pid:11", "" },
		{ "!nginx", "" },	       { "\"worker process\"", "10 11 " }, { "user:\"alice\"", "10 11 " },
		{ "db8::9", "11 " },	       { "!port:443", "11 " },
		{ "host:::ffff:192.0.2.0/120", "10 " }, { "host:::ffff:0:0/96", "10 " }, { "host:::ffff:192.0.2.0/8", "10 " },
		{ "abcd::1", "" },	       { "fe80::1", "" },
	};
	struct model *model = make_model();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_matches(model, cases[i].expression, cases[i].pids);
	model__free(model);
}

static void test_errors(void **state)
{
	static const char *const wrong[] = {
		"foo:bar", "pid:", "pid:x",	   "pid:-1",  "pid:99999999999", "port:65536", "port:nosuch", "proto:icmp", "proto:",
		"\"abc",   "!",	   "!pid:", "host:", "host:10.0.0.0/33", "host:::1/129", "host:a/8", "a b c:d", "user:\"", "port:1x",
		"host:10.0.0.0/", "host:10.0.0.0/8/8", "host:::ffff:10.0.0.0/129",
		"pid:1234567890123456789012345678901234567890", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnop:x",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct filter *filter;
		char error[128] = "";

		if (filter__new(&filter, wrong[i], &names, error, sizeof(error)) != -EINVAL)
			print_error("%s is taken\n", wrong[i]);
		else
			assert_in_range(strlen(error), 6, 60);
		assert_int_equal(filter__new(&filter, wrong[i], &names, error, sizeof(error)), -EINVAL);
	}
}

/* Any bytes at all do no harm, under the sanitizers. */
static void test_any_bytes(void **state)
{
	struct model *model = make_model();
	unsigned int seed = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		static const char pieces[] = "pid:host:!\" \t0123456789/.:abcdef\xff\x80\x1b";
		char text[24], error[128];
		struct filter *filter;
		size_t length = rand_r(&seed) % sizeof(text);

		for (size_t at = 0; at < length; at++)
			text[at] = pieces[rand_r(&seed) % (sizeof(pieces) - 1)];
		text[length ? length - 1 : 0] = '\0';
		if (filter__new(&filter, text, &names, error, sizeof(error)))
			continue;
		filter__process(filter, model__processes(model, MODEL_ALL));
		filter__connection(filter, model__connections(model, MODEL_ALL));
		filter__free(filter);
	}
	model__free(model);
}

static void test_none(void **state)
{
	struct model *model = make_model();

	(void)state;
	assert_true(filter__process(NULL, model__processes(model, MODEL_ALL)));
	assert_true(filter__connection(NULL, model__connections(model, MODEL_ALL)));
	filter__free(NULL);
	model__free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_terms),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_any_bytes),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
