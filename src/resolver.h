/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Host names of addresses: /etc/hosts first, then DNS (libevent's, which never blocks), each asked once and kept. How many are
 * kept is limited, and who is looked for in the last minute keeps the place: however many others there are, they are not asked for
 * again and again.
 */
#ifndef RESOLVER_H
#define RESOLVER_H

#include <linux/types.h>

struct event_base;
struct resolver;

struct resolver_config {
	struct event_base *base;      /* borrowed: answers come while its loop runs */
	const char *hosts;	      /* NULL: /etc/hosts */
	const char *resolv_conf;      /* NULL: /etc/resolv.conf */
	void (*changed)(void *ctx);   /* names have become known, a moment ago: who looks anew does so once for all; may be NULL */
	void *ctx;
};

/* 0 or -errno. A machine without name servers is no error: the names of /etc/hosts are known there. */
int resolver__new(struct resolver **out, const struct resolver_config *config);
void resolver__free(struct resolver *resolver);

/*
 * The name of an address (IPv4 as IPv4-mapped), any bytes, valid until the next call of any function here; NULL while
 * it is not known, or there is none. Asks for it the first time that there is room for it, and returns at once.
 */
const char *resolver__name(struct resolver *resolver, const __u8 addr[16]);

#endif
