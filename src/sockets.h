/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every TCP, UDP and MPTCP socket that a process has open, busy or idle, in whatever network namespace, at the moment
 * of asking: what `ss -tunp` knows. From a BPF iterator over its files; where that cannot be had, what the kernel's socket
 * statistics say of them.
 */
#ifndef SOCKETS_H
#define SOCKETS_H

#include <linux/types.h>
#include <stddef.h>

#include "socket_info.h"

struct sockets;

/* Loads the iterator, or else opens the statistics. 0 or -errno: there is neither. */
int sockets__new(struct sockets **out);
void sockets__free(struct sockets *sockets);

/*
 * Reads those of a process, by file descriptor. *list: of *count, sorted by fd; owned by `sockets`, valid until the next
 * read. 0 or -errno, and the list is empty then. A process that is gone has none.
 * Without BPF: -EACCES for a process of somebody else.
 */
int sockets__read(struct sockets *sockets, __u32 tgid, const struct socket_info **list, size_t *count);

/* As ss names it: "ESTAB", "LISTEN", "UNCONN", ... Static. */
const char *sockets__state(const struct socket_info *socket);

#endif
