/* SPDX-License-Identifier: GPL-2.0 */
/* How the ends of a connection are told: in numbers or by names, with ports or without. */
#ifndef ENDPOINTS_H
#define ENDPOINTS_H

#include <stdbool.h>
#include <stddef.h>

#include "bpfhogs.h"
#include "resolver.h"
#include "services.h"

#define ENDPOINT_SIZE 320 /* holds a host name and a port or service */

struct endpoints {
	struct resolver *resolver; /* NULL: addresses in numbers */
	struct services *services; /* NULL: ports in numbers */
	bool hide_ports;
};

/* Each fills `out`, of ENDPOINT_SIZE, and returns it. endpoints NULL: all in numbers. An unknown peer is "?". */
char *endpoint__local(char *out, const struct flow_key *key, const struct endpoints *endpoints);
char *endpoint__remote(char *out, const struct flow_key *key, const struct endpoints *endpoints);

/* The peer without its port. */
char *endpoint__host(char *out, const struct flow_key *key, const struct endpoints *endpoints);

/* The port that the connection is about: the lower of its two, which nearly always is the server's. */
__u16 endpoint__service_port(const struct flow_key *key);

/* That as "443/tcp", or "443/tcp https". */
char *endpoint__service(char *out, const struct flow_key *key, const struct endpoints *endpoints);

#endif
