/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the devices carried in an interval, and how much of that the sockets explain. What they do not: headers,
 * retransmissions, what is forwarded or comes from other network namespaces, and what was filtered out.
 */
#ifndef WIRE_H
#define WIRE_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "devices.h"
#include "interval.h"
#include "model.h"

#define WIRE_DEVICES 8 /* that are told one by one: a host of containers has hundreds */

struct wire_device {
	char name[DEV_LEN];
	struct rates carried;	/* bytes per second */
	struct rates explained; /* by sockets, of that; may be more, as what is sent may wait in a queue */
	__u64 speed;		/* of the link, bytes per second each way; 0: not known */
};

struct wire {
	struct wire_device devices[WIRE_DEVICES]; /* that carried anything, the busiest first */
	size_t count;
	size_t found;		  /* with those that are not told */
	struct rates unexplained; /* of all devices */
};

/* Of the interval that the model closed last. devices NULL: nothing. speeds: ask this machine for those of the links. */
void wire__build(struct wire *wire, const struct model *model, const struct devices *devices,
		 const struct interval *interval, bool speeds);

#endif
