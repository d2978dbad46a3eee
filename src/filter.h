/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which processes and connections are shown: an expression that people type. Words separated by blanks, of which all
 * have to match:
 *
 *   TEXT            in the program, command line, user, container, or the peer's address or host name
 *   pid:N           user:NAME    container:TEXT    (also: unit:)
 *   port:N          either port of the connection, or the name of a service
 *   host:TEXT       the peer's address or host name; an address may have a prefix length (host:10.0.0.0/8)
 *   proto:tcp       dev:NAME
 *   !WORD           what WORD does not match
 *
 * Letters match in either case. Quotes ("a b") keep blanks in a word.
 */
#ifndef FILTER_H
#define FILTER_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "model.h"

struct filter;

/* Where names of addresses and services come from; each may be NULL, and answer NULL for what it does not know. */
struct filter_names {
	const char *(*host)(void *ctx, const __u8 addr[16]);
	int (*port)(void *ctx, const char *service); /* or -ENOENT */
	void *ctx;
};

/*
 * 0, -ENOMEM, or -EINVAL: the expression is wrong, and `error` says in a few words what is. names: copied.
 * An expression of blanks alone lets everything pass.
 */
int filter__new(struct filter **out, const char *expression, const struct filter_names *names, char *error,
		size_t size);
void filter__free(struct filter *filter);

/*
 * filter NULL: everything matches. A connection matches by what is known of itself and of its process. A process
 * matches by itself, or by one of its connections that does.
 */
bool filter__connection(const struct filter *filter, const struct connection *connection);
bool filter__process(const struct filter *filter, const struct process *process);

#endif
