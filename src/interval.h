/* SPDX-License-Identifier: GPL-2.0 */
/* What one interval was, beside the flows that were seen in it. */
#ifndef INTERVAL_H
#define INTERVAL_H

#include <linux/types.h>
#include <stdbool.h>
#include <time.h>

#include "clock.h"

struct interval {
	struct timespec end; /* wall-clock time (CLOCK_REALTIME) at which the interval ended */
	__u64 elapsed_ns;    /* how long it really took (CLOCK_MONOTONIC): what rates divide by */
	__u64 uptime_ns;     /* of the machine, when it ended; 0: the recording does not tell */
	const char *attach;  /* the attach mode's name; static */
	__u64 lost_flows;    /* bytes in this interval that kept their process but not their connection */
	__u64 missed;	     /* in this interval, of what is in no number: loader__missed(); without BPF, ends that the kernel did not tell */
	bool left_out;	     /* without BPF: some network namespaces were not looked at, for want of file descriptors */
	__u64 unowned_tx;    /* bytes in this interval that kept neither; part of the total all the same */
	__u64 unowned_rx;
	__u64 flows;   /* entries that the maps had */
	__u64 poll_ns; /* how long it took to drain and account for them */
};

/* Bytes in a time as bytes per second, rounded; 0 for no time. */
static inline __u64 interval__rate(__u64 bytes, __u64 elapsed_ns)
{
	if (!elapsed_ns)
		return 0;
	return ((unsigned __int128)bytes * 1000000000 + elapsed_ns / 2) / elapsed_ns;
}

/* Ends one that began at *start_ns (CLOCK_MONOTONIC), which is where the next begins, then. */
static inline void interval__end_now(struct interval *interval, __u64 *start_ns)
{
	__u64 now_ns = clock__monotonic_ns();

	clock_gettime(CLOCK_REALTIME, &interval->end);
	interval->uptime_ns = clock__boot_ns();
	interval->elapsed_ns = now_ns - *start_ns;
	*start_ns = now_ns;
}

/* How long the last two were. */
struct interval_lengths {
	__u64 last_ns;
	__u64 before_ns;
};

/*
 * Less than half as long as the shorter of the two before, as the last one may be that was cut short: it says little of a rate.
 * (The shorter: after one that came late, the next is no short one.)
 */
static inline bool interval__is_cut_short(const struct interval *interval, const struct interval_lengths *lengths)
{
	__u64 usual = lengths->before_ns && lengths->before_ns < lengths->last_ns ? lengths->before_ns : lengths->last_ns;

	return interval->elapsed_ns < usual / 2;
}

static inline void interval__note_length(const struct interval *interval, struct interval_lengths *lengths)
{
	*lengths = (struct interval_lengths){ interval->elapsed_ns, lengths->last_ns };
}

#endif
