/* SPDX-License-Identifier: GPL-2.0 */
/* The own counters of the interfaces of our network namespace: what the wire saw, whoever sent it. */
#ifndef DEVICES_H
#define DEVICES_H

#include <linux/types.h>
#include <stddef.h>

#include "bpfhogs.h"

struct device {
	char name[DEV_LEN];
	__u64 tx_bytes; /* between the last two reads */
	__u64 rx_bytes;
};

struct devices;

/*
 * Reads the counters once, to count from there. path: NULL for /proc/self/net/dev, else borrowed. 0 or
 * -errno.
 */
int devices__new(struct devices **out, const char *path);
void devices__free(struct devices *devices);

/*
 * Reads again: each device's bytes since the last read, also when it was renamed. One that appeared, or whose
 * counters went backwards (another of the same name took its place), counts from zero; one that vanished is left
 * out. 0 or -errno; then no device has any bytes, and the next read covers both.
 */
int devices__read(struct devices *devices);

/* Makes these the list, in place of a read: they come from a recording. 0 or -ENOMEM. */
int devices__replace(struct devices *devices, const struct device *list, size_t count);

/* In the kernel's order; valid until the next read. */
const struct device *devices__list(const struct devices *devices, size_t *count);

#endif
