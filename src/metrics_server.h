/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Serves /metrics and /health over HTTP, while the event loop runs. A page is made once an interval, when the first asks for
 * it, and is shared. What slow clients can take is bounded: where they still read four pages of one format, of as many
 * intervals, others get the newest of these, until one is let go (HTTP_SECONDS at most).
 */
#ifndef METRICS_SERVER_H
#define METRICS_SERVER_H

#include "metrics.h"

struct event_base;
struct metrics_server;

/*
 * address: "PORT" or "localhost:PORT" (loopback, IPv4 and where there is IPv6 too), "ADDRESS:PORT" or "[ADDRESS]:PORT".
 * Port 0 takes one that is free. Other names are not looked up. SIGPIPE is to be ignored. Borrows base and
 * metrics. 0, -EINVAL (no such address or port: said on stderr) or another -errno (said there too).
 */
int metrics_server__new(struct metrics_server **out, struct event_base *base, const char *address,
			const struct metrics *metrics);
void metrics_server__free(struct metrics_server *server);

/* Whether that is an address, by its form alone. */
bool metrics_server__is_address(const char *address);

/* Where it listens: tells which one was taken for port 0. */
unsigned short metrics_server__port(const struct metrics_server *server);

#endif
