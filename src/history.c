/* SPDX-License-Identifier: GPL-2.0 */
#include "history.h"

#include "interval.h"

#define TICK_NS 950000000ULL /* a second, and what a timer may lack of it */

void history_clock__begin(struct history_clock *clock)
{
	if (clock->ns[clock->tick % HISTORY_TICKS] < TICK_NS)
		return;
	clock->tick++;
	clock->ns[clock->tick % HISTORY_TICKS] = 0;
}

void history_clock__end(struct history_clock *clock, __u64 elapsed_ns)
{
	clock->ns[clock->tick % HISTORY_TICKS] += elapsed_ns;
}

/* Nothing happened in the ticks that were not told of. */
static void catch_up(struct history *history, __u64 tick)
{
	if (tick - history->tick > HISTORY_TICKS)
		history->tick = tick - HISTORY_TICKS;
	while (history->tick < tick) {
		history->tick++;
		history->tx_bytes[history->tick % HISTORY_TICKS] = 0;
		history->rx_bytes[history->tick % HISTORY_TICKS] = 0;
	}
}

void history__add(struct history *history, const struct history_clock *clock, __u64 tx_bytes, __u64 rx_bytes)
{
	catch_up(history, clock->tick);
	history->tx_bytes[clock->tick % HISTORY_TICKS] += tx_bytes;
	history->rx_bytes[clock->tick % HISTORY_TICKS] += rx_bytes;
}

struct rates history__rates(const struct history *history, const struct history_clock *clock, __u64 window_ns)
{
	__u64 tx_bytes = 0, rx_bytes = 0, elapsed_ns = 0;

	for (__u64 ago = 0; ago < HISTORY_TICKS && ago <= clock->tick; ago++) {
		__u64 tick = clock->tick - ago, slot = tick % HISTORY_TICKS;

		/* a tick of which the window has not even half is none of it */
		if (ago && elapsed_ns + clock->ns[slot] / 2 > window_ns)
			break;
		elapsed_ns += clock->ns[slot];
		if (tick > history->tick || history->tick - tick >= HISTORY_TICKS)
			continue;
		tx_bytes += history->tx_bytes[slot];
		rx_bytes += history->rx_bytes[slot];
	}
	return (struct rates){ interval__rate(tx_bytes, elapsed_ns), interval__rate(rx_bytes, elapsed_ns) };
}
