/* SPDX-License-Identifier: GPL-2.0 */
/* The commonest workload: a client process and a server process with one connection between them. */
#ifndef PAIR_H
#define PAIR_H

#include "net.h"

struct pair {
	enum address_kind kind;
	int client_protocol; /* 0: TCP */
	int server_protocol;
	void (*client)(int fd);
	void (*server)(int fd);
	void (*prepare)(int fd); /* for both ends, before they connect; may be NULL */
};

/* Runs it to its end. Both sockets are closed by their processes when the functions return. */
void pair__run(const struct pair *pair);

/* TCP over IPv4. */
void pair__run_tcp(void (*client)(int fd), void (*server)(int fd));

/* A connected pair of UDP sockets; the functions get one each. */
void pair__run_udp(enum address_kind kind, void (*client)(int fd), void (*server)(int fd));

/* Two connected TCP sockets of this process. */
void pair__sockets(int fds[2]);

#endif
