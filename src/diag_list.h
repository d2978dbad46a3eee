/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The TCP and UDP sockets that a process has open, without BPF: from the kernel's socket statistics and /proc/PID/fd. For
 * sockets.c alone. MPTCP sockets are there as the TCP connections that they consist of.
 */
#ifndef DIAG_LIST_H
#define DIAG_LIST_H

#include <linux/types.h>
#include <stddef.h>

#include "socket_info.h"

struct diag_list;

/* 0 or -errno: the kernel has no such statistics. */
int diag_list__new(struct diag_list **out);
void diag_list__free(struct diag_list *list);

/*
 * Reads those of a process, by file descriptor. *sockets: of *count; owned by the list, valid until the next read. 0 or
 * -errno: -EACCES for a process of somebody else, -ESRCH for one that is gone.
 */
int diag_list__read(struct diag_list *list, __u32 tgid, const struct socket_info **sockets, size_t *count);

#endif
