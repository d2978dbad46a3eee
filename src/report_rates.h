/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How often each rate was, for percentiles: as many rates as there are different texts for them (format__rate()), which
 * are at most 20,000 whatever the recording's length. A percentile is exact as far as it is shown.
 */
#ifndef REPORT_RATES_H
#define REPORT_RATES_H

#include <linux/types.h>
#include <stddef.h>

struct report_rates {
	struct report_rate *list; /* by code */
	__u32 count;
	__u32 room;
};

/* Counts a rate; 0 is not kept. 0 or -ENOMEM. */
int report_rates__add(struct report_rates *rates, __u64 rate);
void report_rates__clear(struct report_rates *rates);

/* The bytes of memory that it takes. */
size_t report_rates__memory(const struct report_rates *rates);

/*
 * The nearest rank of that many intervals, those that were not counted with a rate of 0. Reads as the rate of one
 * interval does.
 */
__u64 report_rates__percentile(const struct report_rates *rates, __u64 intervals, unsigned int percent);

#endif
