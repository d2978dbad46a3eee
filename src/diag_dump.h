/* SPDX-License-Identifier: GPL-2.0 */
/* Asks the kernel for the statistics of all sockets of a network namespace. */
#ifndef DIAG_DUMP_H
#define DIAG_DUMP_H

#include "diag_message.h"

/* A socket to ask by, of the network namespace that we are in now. Owned by the caller; or -errno. */
int diag_dump__open(void);

/*
 * Hands over all TCP or UDP sockets, of IPv4 and IPv6, in these states (bits of enum diag_state). One that comes or goes
 * meanwhile may be missing, or there twice. 0 or -errno; -ENOENT: this kernel has no statistics of that protocol.
 */
int diag_dump__sockets(int fd, int protocol, __u32 states, diag_sink sink, void *ctx);

/*
 * A socket that is told of each TCP socket's last numbers when it is destroyed (4.2 and later), of the network namespace
 * that we are in now. Owned by the caller; or -errno.
 */
int diag_dump__watch(void);

/*
 * Hands over what came since the last call: sockets in the state DIAG_CLOSE. When there are very many, some are lost: how
 * many, as far as the kernel says so (4.12 and later), or 1. *lost: its count, for the next call; 0 at first.
 */
__u32 diag_dump__ended(int fd, __u32 *lost, diag_sink sink, void *ctx);

#endif
