/* SPDX-License-Identifier: GPL-2.0 */
/* Names of ports, from /etc/services, which is read once. */
#ifndef SERVICES_H
#define SERVICES_H

#include <linux/types.h>

struct services;

/* path: NULL for /etc/services. 0 or -ENOMEM: a machine without the file knows no names. */
int services__new(struct services **out, const char *path);
void services__free(struct services *services);

/* The name of a port (host byte order) of IPPROTO_TCP (MPTCP is TCP here) or IPPROTO_UDP; NULL: it has none. */
const char *services__name(const struct services *services, __u16 port, __u16 protocol);

/* The port that a name (or an alias, in either case) stands for, of any protocol, or -ENOENT. */
int services__port(const struct services *services, const char *name);

/* The same, as filter__new() asks for it: the first argument is a struct services. */
int services__find(void *services, const char *name);

#endif
