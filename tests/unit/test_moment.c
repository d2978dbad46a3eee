/* SPDX-License-Identifier: GPL-2.0 */
#include "fixture.h"

#include <time.h>

#include "moment.h"

#define HOUR 3600
#define DAY (24 * HOUR)

static time_t begin, now;

static void assert_moment(const char *text, time_t wanted)
{
	time_t moment;

	assert_int_equal(moment__parse(text, begin, now, &moment), 0);
	assert_int_equal(moment, wanted);
}

static void assert_wrong(const char *text)
{
	time_t moment;

	assert_int_equal(moment__parse(text, begin, now, &moment), -EINVAL);
}

/* From an evening over midnight: each clock time is meant on the day that the recording has it. */
static void test_night(void **state)
{
	(void)state;
	begin = 1795464000; /* 2026-11-23 20:00:00 UTC */
	for (now = begin; now < begin + 10 * HOUR; now += 1000) {
		assert_moment("20:00", begin);
		assert_moment("20:00:01", begin + 1);
		assert_moment("23:59:59", begin + 4 * HOUR - 1);
		assert_moment("00:00", begin + 4 * HOUR);
		assert_moment("6:00", begin + 10 * HOUR);
		assert_moment("19:59:59", begin + DAY - 1);
	}
}

/* Of many days: the nearest. */
static void test_days(void **state)
{
	(void)state;
	begin = 1795464000;
	now = begin + 3 * DAY;
	assert_moment("20:00:00", now);
	assert_moment("20:00:05", now + 5);
	assert_moment("19:00", now - HOUR);
	assert_moment("07:59:59", now + 12 * HOUR - 1);
	assert_moment("08:00:01", now - 12 * HOUR + 1);
}

static void test_offsets(void **state)
{
	(void)state;
	begin = 1795464000;
	now = begin + 100;
	assert_moment("+1", now + 1);
	assert_moment("+90", now + 90);
	assert_moment("-90", now - 90);
	assert_moment("-100000", now - 100000);
}

/* A day of 25 hours. */
static void test_summer(void **state)
{
	(void)state;
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	begin = now = 1792879200; /* 2026-10-25 00:00 CEST, the night that the clocks are set back */
	assert_moment("01:00", begin + HOUR);
	assert_moment("12:00", begin + 13 * HOUR);
	setenv("TZ", "UTC", 1);
	tzset();
}

static void test_wrong(void **state)
{
	static const char *const texts[] = { "", "+", "-", "+-1", "+ 1", "+1s", "12", "12:", "25:00", "12:60", "12:00:", "12:00:00.5",
					     "12:00x", "noon", "+99999999999999999999",
					     "-99999999999999999999" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_wrong(texts[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_night),  cmocka_unit_test(test_days),  cmocka_unit_test(test_offsets),
		cmocka_unit_test(test_summer), cmocka_unit_test(test_wrong),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
