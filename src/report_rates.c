/* SPDX-License-Identifier: GPL-2.0 */
#include "report_rates.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define POWERS 7	/* B to EiB */
#define PER_POWER 4096	/* codes; 2724 are used */
#define ONE_DECIMAL 900 /* behind 1.00 to 9.99 */
#define NO_DECIMAL 1800 /* behind 10.0 to 99.9 */

struct report_rate {
	__u32 times;
	__u16 code;
};

/* The texts of rates in their order, as format__rate() rounds in FORMAT_IEC. */
static __u16 code_of(__u64 rate)
{
	unsigned int power = 0, step;
	double value = rate;

	for (; value >= 1023.5 && power + 1 < POWERS; power++)
		value /= 1024;
	if (!power)
		step = rate;
	else if (value >= 99.95)
		step = NO_DECIMAL + lrint(value) - 100;
	else if (value >= 9.995)
		step = ONE_DECIMAL + lrint(value * 10) - 100;
	else
		step = lrint(value * 100) - 100;
	return power * PER_POWER + step;
}

/* A rate with that text. */
static __u64 rate_of(__u16 code)
{
	unsigned int power = code / PER_POWER, step = code % PER_POWER;
	double value;

	if (!power)
		return step;
	if (step >= NO_DECIMAL)
		value = step - NO_DECIMAL + 100;
	else if (step >= ONE_DECIMAL)
		value = (step - ONE_DECIMAL + 100) / 10.0;
	else
		value = (step + 100) / 100.0;
	value = ceil(ldexp(value, 10 * power));
	return value < 0x1p64 ? (__u64)value : ~0ULL;
}

/* Where it is, or belongs. */
static __u32 find(const struct report_rates *rates, __u16 code)
{
	__u32 low = 0, high = rates->count;

	while (low < high) {
		__u32 middle = (low + high) / 2;

		if (rates->list[middle].code < code)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int make_room(struct report_rates *rates)
{
	__u32 room = rates->room ? 2 * rates->room : 2;
	struct report_rate *list;

	if (rates->count < rates->room)
		return 0;
	list = realloc(rates->list, room * sizeof(*list));
	if (!list)
		return -ENOMEM;
	rates->list = list;
	rates->room = room;
	return 0;
}

int report_rates__add(struct report_rates *rates, __u64 rate)
{
	__u16 code = code_of(rate);
	__u32 at = find(rates, code);
	int err;

	if (!rate)
		return 0;
	if (at < rates->count && rates->list[at].code == code) {
		rates->list[at].times++;
		return 0;
	}
	err = make_room(rates);
	if (err)
		return err;
	memmove(&rates->list[at + 1], &rates->list[at], (rates->count - at) * sizeof(*rates->list));
	rates->list[at] = (struct report_rate){ .times = 1, .code = code };
	rates->count++;
	return 0;
}

void report_rates__clear(struct report_rates *rates)
{
	free(rates->list);
	*rates = (struct report_rates){};
}

size_t report_rates__memory(const struct report_rates *rates)
{
	return rates->room * sizeof(*rates->list);
}

__u64 report_rates__percentile(const struct report_rates *rates, __u64 intervals, unsigned int percent)
{
	__u64 above = intervals - (intervals * percent + 99) / 100; /* how many are higher, at most */

	for (__u32 i = rates->count; i; i--) {
		if (above < rates->list[i - 1].times)
			return rate_of(rates->list[i - 1].code);
		above -= rates->list[i - 1].times;
	}
	return 0;
}
