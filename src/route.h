/* SPDX-License-Identifier: GPL-2.0 */
/* Which device a connection goes over: asked of the kernel's routing tables. */
#ifndef ROUTE_H
#define ROUTE_H

#include <linux/types.h>

#include "bpfhogs.h"

/* A socket to ask by, of the network namespace that we are in now. Owned by the caller; or -errno. */
int route__open(void);

/*
 * The index of the device of the route from a flow's local address to its remote one; 0: not known. Rules that go by
 * other than addresses are not looked at.
 */
__u32 route__device(int fd, const struct flow_key *key);

/* The name of a device, of the namespace of that socket; "" where not known. */
void route__name(int fd, __u32 ifindex, char name[DEV_LEN]);

#endif
