/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Averages over the last seconds. Time is cut into ticks, of a second or of an interval where that is longer; a
 * history remembers what happened in each of the last ones.
 */
#ifndef HISTORY_H
#define HISTORY_H

#include <linux/types.h>

#define HISTORY_TICKS 40

/* Which tick it is, and how long the last ones were: one clock for many histories. All zeros is a new one. */
struct history_clock {
	__u64 tick;
	__u64 ns[HISTORY_TICKS];
};

/* All zeros is one in which nothing happened. */
struct history {
	__u64 tick; /* up to which the slots are right */
	__u64 tx_bytes[HISTORY_TICKS];
	__u64 rx_bytes[HISTORY_TICKS];
};

/* Bytes per second. */
struct rates {
	__u64 tx;
	__u64 rx;
};

/* An interval begins: in the next tick, if the one before was long enough. */
void history_clock__begin(struct history_clock *clock);

/* It ends, and took this time. */
void history_clock__end(struct history_clock *clock, __u64 elapsed_ns);

/* Bytes of the interval that has begun. */
void history__add(struct history *history, const struct history_clock *clock, __u64 tx_bytes, __u64 rx_bytes);

/* The average over the last window_ns, or what there is of them, in whole ticks. After history_clock__end(). */
struct rates history__rates(const struct history *history, const struct history_clock *clock, __u64 window_ns);

#endif
