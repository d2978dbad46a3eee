/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a report tells of a recording, gathered interval by interval: totals, peaks, percentiles and a series over
 * time of everything, each process and each connection; and what the devices carried.
 *
 * Memory: a process or connection takes about 500 bytes, 24 for each point of its series and 8 for each of its rates
 * that reads differently. Beyond REPORT_MEMORY bytes the half with the smallest totals is forgotten.
 */
#ifndef REPORT_DATA_H
#define REPORT_DATA_H

#include <linux/types.h>
#include <stddef.h>
#include <uthash.h>

#include "devices.h"
#include "interval.h"
#include "model.h"
#include "report_rates.h"

#define REPORT_POINTS 2000
#define REPORT_GAP_MS 1500	    /* longer, and nothing was recorded there */
#define REPORT_MEMORY (256UL << 20) /* of the processes, and of the connections */
#define REPORT_DEVICES 4096	    /* those beyond are left out */
#define REPORT_ATTACH_MODES 8

/* One or several intervals. Milliseconds since 1970; they never go back, though the wall clock may. */
struct report_bin {
	__s64 start_ms;
	__s64 end_ms;
	__u64 elapsed_ns;
	__u64 tx_bytes;
	__u64 rx_bytes;
};

struct report_point {
	__u32 bin;
	__u64 tx_bytes;
	__u64 rx_bytes;
};

/* By bin; those without bytes are left out. */
struct report_series {
	struct report_point *list;
	__u32 count;
	__u32 room;
};

struct report_activity {
	__u64 tx_bytes;
	__u64 rx_bytes;
	__u64 tx_peak; /* bytes per second, of an interval */
	__u64 rx_peak;
	struct report_rates tx_rates;
	struct report_rates rx_rates;
	__s64 first_ms; /* ends of the intervals in which it was active, wall clock */
	__s64 last_ms;
};

/* A process or a connection; texts that were not told are "". */
struct report_entry {
	struct connection_id id; /* of a process: tgid and start_time alone */
	char *program;
	char *user;
	char *container;
	char comm[COMM_LEN];
	char dev[DEV_LEN];
	struct report_activity activity;
	struct report_series series;
	__s64 from_ms; /* on the clock of the bins: where it began, which may be before the first of them */
	__s64 to_ms;   /* where it was seen last */
	UT_hash_handle hh;
};

struct report_table {
	struct report_entry *entries; /* a hash, and once report_data__finish() is called, by bytes, the most first */
	size_t forgotten;
	size_t memory;
};

struct report_device {
	char name[DEV_LEN];
	__u64 carried_tx, carried_rx;
	__u64 explained_tx, explained_rx;
	__u64 tx_peak, rx_peak; /* bytes per second */
	UT_hash_handle hh;
};

struct report_data {
	struct report_activity total;
	struct report_table processes;
	struct report_table connections;
	struct report_device *devices; /* a hash; by bytes, as above */
	struct report_bin bins[REPORT_POINTS];
	__u32 bin_count;
	__u64 per_bin; /* intervals, at most */
	__u64 in_last; /* intervals that the last bin has */
	__u64 intervals;
	__u64 elapsed_ns;
	__u64 shortest_ns, longest_ns;
	struct interval_lengths lengths;
	__u64 rated; /* intervals that were not cut short: those that rates are of */
	__s64 start_ms;	   /* of the first interval, wall clock */
	__s64 end_ms;	   /* of the last */
	__u64 lost_flows;
	__u64 missed;
	const char *attach[REPORT_ATTACH_MODES]; /* that there were; static */
	size_t attach_count;
};

int report_data__new(struct report_data **out);
void report_data__free(struct report_data *data);

/* Adds the interval that the model closed last. 0 or -ENOMEM. */
int report_data__add(struct report_data *data, const struct model *model, const struct devices *devices,
		     const struct interval *interval);

/* "123/nginx"; the name alone where the pid is not known. Returns out. */
const char *report_entry__process(char *out, size_t size, const struct report_entry *entry);

/* Puts everything in order. */
void report_data__finish(struct report_data *data);

#endif
