/* SPDX-License-Identifier: GPL-2.0 */
/* Rates as bars on a scale, and as a line of small columns. */
#ifndef BAR_H
#define BAR_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"
#include "escape.h"
#include "format.h"

#define BAR_DECADES 6 /* of a logarithmic scale */

/* What a bar is measured by. Rates are bytes per second. */
struct bar_scale {
	__u64 full; /* the rate of a whole bar; not 0 */
	bool logarithmic;
};

/* The least round number (1, 2 or 5, tens or hundreds of those, of the unit's powers) that is no less than the rate. */
__u64 bar__round_up(__u64 rate, enum format_units units);

/* How much of a whole bar a rate is, from 0 to 1; and the rate of so much of a bar. */
double bar__share(const struct bar_scale *scale, __u64 rate);
__u64 bar__rate(const struct bar_scale *scale, double share);

/* Appends a bar that takes so much of `width` columns, and blanks for the rest. */
void bar__put(struct buffer *out, double share, int width, enum escape_charset charset);

/* Appends `width` small columns for rates, the oldest first, the greatest of them as high as it goes. */
void bar__put_line(struct buffer *out, const __u64 *rates, int width, enum escape_charset charset);

#endif
