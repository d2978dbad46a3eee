/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The network namespaces that processes are in, each with sockets by which the kernel can be asked about it: our own, and
 * where we may enter them (root), all that /proc shows.
 */
#ifndef NETSPACES_H
#define NETSPACES_H

#include <linux/types.h>
#include <stdbool.h>

struct netspace {
	__u32 inode;
	int diag_fd;	 /* for diag_dump.h */
	int ends_fd;	 /* likewise; -1: there is none */
	__u32 ends_lost; /* likewise, at first 0 */
	int route_fd;	 /* for route.h */
	bool seen;	 /* a process is in it */
	bool connected;	 /* the user's to fill in: there are connections in it, which keep it, too */
	struct netspace *next;
};

struct netspaces;

struct netspaces_config {
	__u32 own; /* the inode number of ours */
	bool all;  /* the others too */
	bool ends; /* the ends of sockets are asked for; unread, they take the kernel's memory and time */
};

/* Raises the limit of open files, for the others. 0 or -errno: the kernel cannot be asked. */
int netspaces__new(struct netspaces **out, const struct netspaces_config *config);
void netspaces__free(struct netspaces *netspaces);

/* Finds those that are new, and lets go of those that no process is in, nor a connection. */
void netspaces__refresh(struct netspaces *netspaces);

/* Lets go of all but our own, until they are found again. */
void netspaces__let_go(struct netspaces *netspaces);

/* Whether it left some out, for want of file descriptors. */
bool netspaces__left_out(const struct netspaces *netspaces);

/* The first, our own. Borrowed. */
struct netspace *netspaces__first(const struct netspaces *netspaces);

#endif
