/* SPDX-License-Identifier: GPL-2.0 */
/* What of a recording is wanted: by it goes what the kernel side, where there is one, does not count. */
#ifndef WANTED_H
#define WANTED_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "bpfhogs.h"

struct wanted {
	const __u32 *pids; /* these only; borrowed, as the next. None: all */
	size_t pid_count;
	const char *const *devices; /* of the network namespace that the recording is of */
	size_t device_count;
	bool tcp, udp;
	bool ipv4, ipv6;
	bool no_loopback;
};

/* Whether there is anything that is not. */
bool wanted__all(const struct wanted *wanted);

/*
 * Whether that flow is. own: it is of the recording's network namespace. What counts for no connection (protocol 0) is so by its
 * process alone: if anything else is asked for, it is not.
 */
bool wanted__flow(const struct wanted *wanted, const struct flow_key *key, const char *dev, bool own);

#endif
