/* SPDX-License-Identifier: GPL-2.0 */
/* The best few of many, in order, without sorting the rest and without memory. */
#ifndef RANK_H
#define RANK_H

#include <stddef.h>

/*
 * Negative: a comes before b. For an order that does not depend on where an item was, never 0 for two of
 * them.
 */
typedef int (*rank_compare)(const void *a, const void *b, const void *ctx);

/*
 * Brings the first `top` of the items, in order, to the front of the array; all if there are fewer. What
 * remains behind them is in any order. Returns how many are in order. Takes count * log(top) steps at worst.
 */
size_t rank__top(const void **items, size_t count, size_t top, rank_compare compare, const void *ctx);

/*
 * Likewise those that would be at from, from + 1, ... of the whole order, in their places: for a list that is looked at
 * somewhere in its middle. Returns how many of `count` there are. About 2 * items + count * log(count) steps.
 */
size_t rank__window(const void **items, size_t items_count, size_t from, size_t count, rank_compare compare,
		    const void *ctx);

/* How many of the items come before this one (which may be one of them). */
size_t rank__position(const void *const *items, size_t count, const void *item, rank_compare compare, const void *ctx);

#endif
