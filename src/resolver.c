/* SPDX-License-Identifier: GPL-2.0 */
#include "resolver.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/dns.h>
#include <event2/event.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>
#include <utlist.h>

#include "words.h"

#define ADDR_LEN 16
#define MAPPED_LEN 12	 /* what stands before an IPv4 address */
#define MAX_NAME_LEN 255 /* RFC 1035 */
#define MAX_CACHED 4096
#define MAX_IN_FLIGHT 64

/* How long an answer is believed, in seconds. */
#define MIN_TTL 60
#define MAX_TTL (24 * 60 * 60)
#define NO_NAME_TTL (10 * 60)

/* Who was looked for so lately is not forgotten for another. So in that time at most MAX_CACHED are asked for anew. */
#define MIN_STAY MIN_TTL

/* What comes within a moment is told together. */
#define MOMENT_US 100000

#define NEVER INT64_MAX

struct host {
	__u8 addr[ADDR_LEN];
	char *name;		  /* NULL: none, or not known yet */
	__s64 until;		  /* seconds since boot: ask again then */
	__s64 used;		  /* likewise: looked for the last time */
	struct host *prev, *next; /* of the cached: by use */
	UT_hash_handle hh;
};

struct question {
	struct desk *desk;
	__u8 addr[ADDR_LEN];
	bool open;
};

/* Where answers come to. Not part of the resolver, because some can come when that is gone. */
struct desk {
	struct resolver *resolver; /* NULL: gone */
	struct question questions[MAX_IN_FLIGHT];
};

struct resolver {
	struct resolver_config config;
	struct evdns_base *dns; /* NULL: there is nobody to ask */
	struct desk *desk;
	struct event *news; /* pending while there are some to tell */
	struct host *hosts; /* of the hosts file */
	struct host *cache;
	struct host *by_use; /* the cached, least recently used first */
};

static const __u8 mapped[MAPPED_LEN] = { [10] = 0xff, [11] = 0xff };

static bool is_mapped(const __u8 *addr)
{
	return !memcmp(addr, mapped, MAPPED_LEN);
}

static bool is_unspecified(const __u8 *addr)
{
	static const __u8 zero[ADDR_LEN];

	if (is_mapped(addr))
		return !memcmp(addr + MAPPED_LEN, zero, ADDR_LEN - MAPPED_LEN);
	return !memcmp(addr, zero, ADDR_LEN);
}

static bool parse_address(const char *text, __u8 *addr)
{
	if (inet_pton(AF_INET6, text, addr) == 1)
		return true;
	memcpy(addr, mapped, MAPPED_LEN);
	return inet_pton(AF_INET, text, addr + MAPPED_LEN) == 1;
}

/* Names age while the machine sleeps, too. */
static __s64 now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_BOOTTIME, &time);
	return time.tv_sec;
}

static struct host *find(struct host *table, const __u8 *addr)
{
	struct host *host;

	HASH_FIND(hh, table, addr, ADDR_LEN, host);
	return host;
}

static struct host *add(struct host **table, const __u8 *addr)
{
	struct host *host = calloc(1, sizeof(*host));

	if (!host)
		return NULL;
	memcpy(host->addr, addr, ADDR_LEN);
	HASH_ADD(hh, *table, addr, ADDR_LEN, host);
	if (host->hh.tbl)
		return host;
	free(host);
	return NULL;
}

static void forget(struct host **table, struct host *host)
{
	HASH_DEL(*table, host);
	free(host->name);
	free(host);
}

static void forget_all(struct host **table)
{
	struct host *host, *next;

	HASH_ITER(hh, *table, host, next)
		forget(table, host);
}

static void forget_oldest(struct resolver *resolver)
{
	struct host *oldest = resolver->by_use;

	DL_DELETE(resolver->by_use, oldest);
	forget(&resolver->cache, oldest);
}

/* The cached entry of an address, as the one that was used last. */
static struct host *use(struct resolver *resolver, const __u8 *addr)
{
	struct host *host = find(resolver->cache, addr);

	if (!host)
		return NULL;
	DL_DELETE(resolver->by_use, host);
	DL_APPEND(resolver->by_use, host);
	host->used = now();
	return host;
}

static bool has_room(const struct resolver *resolver)
{
	return HASH_COUNT(resolver->cache) < MAX_CACHED || now() - resolver->by_use->used >= MIN_STAY;
}

/* There is room. NULL: no memory. */
static struct host *use_first(struct resolver *resolver, const __u8 *addr)
{
	struct host *host;

	if (HASH_COUNT(resolver->cache) >= MAX_CACHED)
		forget_oldest(resolver);
	host = add(&resolver->cache, addr);
	if (!host)
		return NULL;
	DL_APPEND(resolver->by_use, host);
	host->used = now();
	return host;
}

/* The wire has 32 bits without a sign, here they have one: what seems negative is nonsense (RFC 2181, 8). */
static int believed(int ttl)
{
	if (ttl < MIN_TTL)
		return MIN_TTL;
	return ttl < MAX_TTL ? ttl : MAX_TTL;
}

/* name NULL: there is none. Returns whether a name has become known that somebody has looked for lately. */
static bool keep(struct resolver *resolver, const __u8 *addr, const char *name, int ttl)
{
	struct host *host = find(resolver->cache, addr);
	bool news;

	if (!host)
		return false;
	news = name && (!host->name || strcmp(name, host->name));
	free(host->name);
	host->name = name ? strdup(name) : NULL;
	host->until = now() + (host->name ? believed(ttl) : NO_NAME_TTL);
	return news && host->name;
}

static const char *name_of_answer(int result, char type, int count, void *names)
{
	const char *name;

	if (result != DNS_ERR_NONE || type != DNS_PTR || count < 1)
		return NULL;
	name = *(char **)names;
	return *name && strlen(name) <= MAX_NAME_LEN ? name : NULL;
}

static void tell_news(evutil_socket_t fd, short events, void *arg)
{
	const struct resolver *resolver = arg;

	(void)fd;
	(void)events;
	resolver->config.changed(resolver->config.ctx);
}

static void note_news(struct resolver *resolver)
{
	static const struct timeval moment = { .tv_usec = MOMENT_US };

	if (!event_pending(resolver->news, EV_TIMEOUT, NULL))
		event_add(resolver->news, &moment);
}

static void on_answer(int result, char type, int count, int ttl, void *names, void *arg)
{
	struct question *question = arg;
	struct resolver *resolver = question->desk->resolver;
	const char *name = name_of_answer(result, type, count, names);

	question->open = false;
	if (!resolver)
		return;
	if (keep(resolver, question->addr, name, ttl) && resolver->config.changed)
		note_news(resolver);
}

static struct question *free_question(struct desk *desk)
{
	for (int i = 0; i < MAX_IN_FLIGHT; i++) {
		if (!desk->questions[i].open)
			return &desk->questions[i];
	}
	return NULL;
}

static bool send_question(struct evdns_base *dns, struct question *question)
{
	struct in6_addr ipv6;
	struct in_addr ipv4;

	if (is_mapped(question->addr)) {
		memcpy(&ipv4, question->addr + MAPPED_LEN, sizeof(ipv4));
		return evdns_base_resolve_reverse(dns, &ipv4, 0, on_answer, question);
	}
	memcpy(&ipv6, question->addr, sizeof(ipv6));
	return evdns_base_resolve_reverse_ipv6(dns, &ipv6, 0, on_answer, question);
}

/* False: not now. */
static bool ask(struct resolver *resolver, const __u8 *addr)
{
	struct question *question = free_question(resolver->desk);

	if (!question)
		return false;
	question->desk = resolver->desk;
	memcpy(question->addr, addr, ADDR_LEN);
	question->open = send_question(resolver->dns, question);
	return question->open;
}

/* An old name is better than none until the new one comes. */
static const char *ask_dns(struct resolver *resolver, const __u8 *addr)
{
	struct host *host = use(resolver, addr);

	if (host && now() < host->until)
		return host->name;
	if (!host && !has_room(resolver))
		return NULL;
	if (ask(resolver, addr)) {
		host = host ?: use_first(resolver, addr);
		if (host)
			host->until = NEVER;
	}
	return host ? host->name : NULL;
}

const char *resolver__name(struct resolver *resolver, const __u8 addr[16])
{
	const struct host *host;

	if (is_unspecified(addr))
		return NULL;
	host = find(resolver->hosts, addr);
	if (host)
		return host->name;
	return resolver->dns ? ask_dns(resolver, addr) : NULL;
}

/* ADDRESS NAME ALIAS... */
static int add_line(void *ctx, char *line)
{
	struct resolver *resolver = ctx;
	const char *address = words__next(&line);
	const char *name = words__next(&line);
	__u8 addr[ADDR_LEN];
	struct host *host;

	if (!name || !parse_address(address, addr) || find(resolver->hosts, addr))
		return 0;
	host = add(&resolver->hosts, addr);
	if (!host)
		return -ENOMEM;
	host->name = strdup(name);
	return host->name ? 0 : -ENOMEM;
}

/* libevent would write to the screen. */
static void drop_message(int is_warning, const char *message)
{
	(void)is_warning;
	(void)message;
}

/*
 * Not EVDNS_BASE_DISABLE_WHEN_INACTIVE: libevent 2.1 would not listen to a server then that a question is
 * moved to because another refused it. So the loop does not end by itself.
 */
static int start_dns(struct resolver *resolver, const char *resolv_conf)
{
	evdns_set_log_fn(drop_message);
	resolver->desk = calloc(1, sizeof(*resolver->desk));
	resolver->news = evtimer_new(resolver->config.base, tell_news, resolver);
	resolver->dns = evdns_base_new(resolver->config.base, 0);
	if (!resolver->desk || !resolver->news || !resolver->dns)
		return -ENOMEM;
	resolver->desk->resolver = resolver;
	/* to see whether a failed server is back it asks for google.com; our next question does as well */
	evdns_base_set_option(resolver->dns, "initial-probe-timeout:", "3600");
	evdns_base_resolv_conf_parse(resolver->dns,
				     DNS_OPTION_NAMESERVERS | DNS_OPTION_NAMESERVERS_NO_DEFAULT |
					     DNS_OPTION_MISC,
				     resolv_conf);
	return 0;
}

static void free_desk(evutil_socket_t fd, short events, void *arg)
{
	(void)fd;
	(void)events;
	free(arg);
}

/*
 * What is in flight is dropped with the base. But answers that have come may be in the loop's queue already,
 * and cannot be taken out: the desk has to be there until they are through.
 */
static void stop_dns(struct resolver *resolver)
{
	static const struct timeval soon = { .tv_usec = 1000 }; /* zero would overtake them */
	struct event_base *base = resolver->config.base;

	if (resolver->dns)
		evdns_base_free(resolver->dns, 0);
	resolver->dns = NULL;
	if (resolver->news)
		event_free(resolver->news);
	resolver->news = NULL;
	if (!resolver->desk)
		return;
	resolver->desk->resolver = NULL;
	if (!event_base_get_num_events(base, EVENT_BASE_COUNT_ACTIVE))
		free(resolver->desk);
	else
		event_base_once(base, -1, EV_TIMEOUT, free_desk, resolver->desk, &soon);
	resolver->desk = NULL;
}

static int start(struct resolver *resolver)
{
	int err = words__read(resolver->config.hosts ?: "/etc/hosts", add_line, resolver);

	if (!err)
		err = start_dns(resolver, resolver->config.resolv_conf ?: "/etc/resolv.conf");
	if (!err && !evdns_base_count_nameservers(resolver->dns))
		stop_dns(resolver);
	return err;
}

int resolver__new(struct resolver **out, const struct resolver_config *config)
{
	struct resolver *resolver = calloc(1, sizeof(*resolver));
	int err;

	*out = NULL;
	if (!resolver)
		return -ENOMEM;
	resolver->config = *config;
	err = start(resolver);
	if (err) {
		resolver__free(resolver);
		return err;
	}
	*out = resolver;
	return 0;
}

void resolver__free(struct resolver *resolver)
{
	if (!resolver)
		return;
	stop_dns(resolver);
	forget_all(&resolver->cache);
	forget_all(&resolver->hosts);
	free(resolver);
}
