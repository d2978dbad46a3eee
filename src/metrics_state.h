/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of the metrics share: metrics.c counts, metrics_page.c tells. */
#ifndef METRICS_STATE_H
#define METRICS_STATE_H

#include "columns.h"
#include "metrics.h"
#include "series.h"

enum metrics_kind {
	KIND_PROGRAM,
	KIND_USER,
	KIND_CONTAINER,
	KIND_PID,
	KIND_CONNECTION,
	KIND_DEVICE,
	KIND_COUNT,
};

struct metrics {
	struct metrics_options options;
	struct metrics_health health;
	struct series_table *kinds[KIND_COUNT]; /* NULL: nobody asked for it */
	struct buffer labels;			/* scratch */
	const struct column *base;		/* what a program is called */
	double start_time;
	struct counters total;
	struct interval last;
	__u64 intervals;
	__u64 lost_bytes;
	__u64 missed;
	__u64 added_ns; /* the last one, on the monotonic clock; before the first, the start */
	size_t processes;
	size_t connections;
};

#endif
