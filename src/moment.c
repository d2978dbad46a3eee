/* SPDX-License-Identifier: GPL-2.0 */
#include "moment.h"

#include <errno.h>
#include <stdlib.h>

#define HALF_DAY 43200L /* seconds */
#define FARTHEST 10000000000L /* seconds */

static int parse_offset(const char *text, time_t now, time_t *moment)
{
	char *end;
	long seconds = strtol(text, &end, 10);

	if (text[1] < '0' || text[1] > '9' || *end || seconds > FARTHEST || seconds < -FARTHEST)
		return -EINVAL;
	*moment = now + seconds;
	return 0;
}

/* On the day of `day`, or days before or after that: clocks that are set may make a day longer or shorter. */
static time_t at_clock(const struct tm *clock, time_t day, int days)
{
	struct tm tm = {};

	localtime_r(&day, &tm);
	tm.tm_hour = clock->tm_hour;
	tm.tm_min = clock->tm_min;
	tm.tm_sec = clock->tm_sec;
	tm.tm_mday += days;
	tm.tm_isdst = -1;
	return mktime(&tm);
}

static time_t nearest(const struct tm *clock, time_t near)
{
	time_t that_day = at_clock(clock, near, 0);

	if (that_day < near - HALF_DAY)
		return at_clock(clock, near, 1);
	return that_day < near + HALF_DAY ? that_day : at_clock(clock, near, -1);
}

int moment__parse(const char *text, time_t begin, time_t now, time_t *moment)
{
	time_t near = now - begin < 2 * HALF_DAY ? begin + HALF_DAY : now;
	struct tm clock = {};
	const char *end;

	if (*text == '+' || *text == '-')
		return parse_offset(text, now, moment);
	end = strptime(text, "%H:%M", &clock);
	if (end && *end == ':')
		end = strptime(end, ":%S", &clock);
	if (!end || *end)
		return -EINVAL;
	*moment = nearest(&clock, near);
	return 0;
}
