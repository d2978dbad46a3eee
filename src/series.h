/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters of one kind by their labels: a bounded number of series, and one for the rest. The sum over all is what there was
 * in all; none ever goes back. An interval is: series__add() for each, series__end().
 */
#ifndef SERIES_H
#define SERIES_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <uthash.h>

#include "buffer.h"

enum series_value {
	SERIES_TX,
	SERIES_RX,
	SERIES_EXPLAINED_TX,
	SERIES_EXPLAINED_RX,
	SERIES_VALUES,
};

struct series {
	char *labels;
	__u64 total[SERIES_VALUES];

	/* The table's own from here. */
	__u64 now[SERIES_VALUES]; /* in the interval */
	double recent;		  /* what it did, of which half is forgotten each minute */
	__u64 idle_ns;
	struct series *next_loser; /* of a list that series__end() makes */
	UT_hash_handle hh; /* goes on with hh.next */
};

struct series_table;

/* other: labels of the series of the rest; borrowed. What did nothing for idle_ns may lose its place. 0 or -ENOMEM. */
int series__new(struct series_table **out, size_t places, __u64 idle_ns, const char *other);
void series__free(struct series_table *table);

/* What the series of these labels (not terminated) did. Without memory it is part of the rest. */
void series__add(struct series_table *table, const struct buffer *labels, const __u64 values[SERIES_VALUES]);

/*
 * The interval is over; all of this kind did so much in it. The busiest newcomers get the places that are free, or those of
 * series that were idle for long and are less busy: what such a one had is the rest's then.
 */
void series__end(struct series_table *table, const __u64 totals[SERIES_VALUES], __u64 elapsed_ns);

/* Those that have places; and the rest. */
const struct series *series__first(const struct series_table *table);
const struct series *series__other(const struct series_table *table);

#endif
