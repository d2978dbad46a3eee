/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters for Prometheus and its kin: bytes per program, user, container and device, each way, since the start. Bounded:
 * of each kind at most so many series, and `other` for the rest, so that the sum over a kind's series is the total,
 * exactly, and no counter ever goes back. (One that gave up its place and gets one again starts from zero, which is what
 * Prometheus takes for a restart.)
 */
#ifndef METRICS_H
#define METRICS_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"
#include "devices.h"
#include "exposition.h"
#include "interval.h"
#include "model.h"

struct metrics;

struct metrics_options {
	size_t top;	  /* series of each kind at most, beside `other`; 0: METRICS_TOP */
	bool pids;	  /* also per process */
	bool connections; /* also per connection */
	__u64 interval_ns; /* how long intervals are meant to be */
};

#define METRICS_TOP 100

/* How bpfhogs itself fares. */
struct metrics_health {
	__u64 max_flows;  /* room of the flow map */
	__u64 flows;	  /* of it used in the last interval */
	double poll_seconds; /* how long the last drain and its accounting took */
};

/* 0 or -ENOMEM. */
int metrics__new(struct metrics **out, const struct metrics_options *options);
void metrics__free(struct metrics *metrics);

/* Adds the interval that the model closed last. devices may be NULL. Without memory, to `other`. */
void metrics__add(struct metrics *metrics, const struct interval *interval, const struct model *model,
		  const struct devices *devices, const struct metrics_health *health);

/* How many were added. */
__u64 metrics__intervals(const struct metrics *metrics);

/* Whether one was added within the last three times that it took; or the first is not yet due for so long. */
bool metrics__is_current(const struct metrics *metrics);

/* Appends the whole page. */
void metrics__render(const struct metrics *metrics, enum metrics_format format, struct buffer *out);

/*
 * Writes the page, in the older text format that node_exporter's textfile collector reads, by way of a new file that takes
 * the old one's place at once (a link's too, not that of what it points to). 0, or -errno and all is as before; -ENOTSUP:
 * path is a device, a link to a descriptor or the like.
 */
int metrics__write_file(const struct metrics *metrics, const char *path);

#endif
