/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Answers of DNS, as libevent hands them on: the first two bytes are its result and the type, then come the time to live
 * and the name. What libevent reads them from is its own concern.
 */
#include "fuzz.h"

#include <arpa/inet.h>
#include <event2/dns.h>
#include <event2/event.h>

#include "endpoints.h"

static struct {
	evdns_callback_type callback;
	void *arg;
} asked;

/* In the place of libevent's. */
struct evdns_request *evdns_base_resolve_reverse(struct evdns_base *base, const struct in_addr *addr, int flags,
						 evdns_callback_type callback, void *arg)
{
	(void)base;
	(void)addr;
	(void)flags;
	asked.callback = callback;
	asked.arg = arg;
	return (struct evdns_request *)&asked;
}

static struct resolver *resolver;

static void start(void)
{
	static const char one[] = "nameserver 127.0.0.1\n";
	static struct file resolv_conf;
	struct resolver_config config = { .base = event_base_new(), .hosts = "/dev/null" };

	put_file(&resolv_conf, (struct part){ one, sizeof(one) - 1 });
	config.resolv_conf = resolv_conf.path;
	CHECK(!resolver__new(&resolver, &config));
}

static void check_name(const struct flow_key *key, const char *name)
{
	const struct endpoints endpoints = { .resolver = resolver };
	const char *known = resolver__name(resolver, key->raddr);
	char out[ENDPOINT_SIZE];

	CHECK(!known || (*known && !strcmp(known, name) && strlen(known) <= 255));
	CHECK(strlen(endpoint__remote(out, key, &endpoints)) < sizeof(out));
	CHECK(strlen(endpoint__host(out, key, &endpoints)) < sizeof(out));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static __u32 number;
	struct flow_key key = { .raddr = { [10] = 0xff, [11] = 0xff, [12] = 10 }, .rport = 443 };
	struct parts parts;
	char *ttl, *name;

	if (size < 2)
		return 0;
	if (!resolver)
		start();
	parts = parts_of(data + 2, size - 2);
	ttl = next_text(&parts);
	name = next_text(&parts);
	number = (number + 1) & 0xffffff; /* each address is asked for once */
	memcpy(key.raddr + 13, &number, 3);
	CHECK(!resolver__name(resolver, key.raddr));
	asked.callback(data[0], data[1], *name != '0', atoi(ttl), &name, asked.arg);
	check_name(&key, name);
	free(ttl);
	free(name);
	return 0;
}
