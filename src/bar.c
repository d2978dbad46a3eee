/* SPDX-License-Identifier: GPL-2.0 */
#include "bar.h"

#include <math.h>

#define EIGHTHS 8

/* Block elements: eighths of a cell from the left, and from below. */
static const char *const left_blocks[EIGHTHS + 1] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█" };
static const char *const low_blocks[EIGHTHS + 1] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
static const char low_ascii[EIGHTHS + 1] = " _.-:=+*#";

__u64 bar__round_up(__u64 rate, enum format_units units)
{
	static const int steps[] = { 1, 2, 5, 10, 20, 50, 100, 200, 500 };
	double value = units == FORMAT_BITS ? 8.0 * rate : rate;
	double base = units == FORMAT_IEC ? 1024 : 1000;
	double power = 1;

	while (power < 1e17) {
		for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
			if (steps[i] * power >= value)
				return ceil(steps[i] * power / (units == FORMAT_BITS ? 8 : 1));
		}
		power *= base;
	}
	return rate; /* more than any wire carries */
}

double bar__share(const struct bar_scale *scale, __u64 rate)
{
	double share = (double)rate / scale->full;

	if (scale->logarithmic)
		share = rate ? 1 + log10(share) / BAR_DECADES : 0;
	return share < 0 ? 0 : share > 1 ? 1 : share;
}

__u64 bar__rate(const struct bar_scale *scale, double share)
{
	if (scale->logarithmic)
		return scale->full * pow(10, (share - 1) * BAR_DECADES);
	return scale->full * share;
}

void bar__put(struct buffer *out, double share, int width, enum escape_charset charset)
{
	int eighths = lround(share * width * EIGHTHS);
	int whole = charset == ESCAPE_UTF8 ? eighths / EIGHTHS : (eighths + EIGHTHS / 2) / EIGHTHS;
	int part = charset == ESCAPE_UTF8 ? eighths % EIGHTHS : 0;

	for (int i = 0; i < whole; i++)
		buffer__puts(out, charset == ESCAPE_UTF8 ? left_blocks[EIGHTHS] : "#");
	buffer__puts(out, left_blocks[part]);
	buffer__pad(out, ' ', width - whole - (part > 0));
}

void bar__put_line(struct buffer *out, const __u64 *rates, int width, enum escape_charset charset)
{
	__u64 highest = 1;

	for (int i = 0; i < width; i++)
		highest = rates[i] > highest ? rates[i] : highest;
	for (int i = 0; i < width; i++) {
		int level = ceil((double)rates[i] / highest * EIGHTHS);

		if (charset == ESCAPE_UTF8)
			buffer__puts(out, low_blocks[level]);
		else
			buffer__append(out, &low_ascii[level], 1);
	}
}
