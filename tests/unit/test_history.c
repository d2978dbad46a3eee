/* SPDX-License-Identifier: GPL-2.0 */
#include "fixture.h"

#include "history.h"

static struct history_clock ticking;
static struct history history;

static void set_up(void)
{
	memset(&ticking, 0, sizeof(ticking));
	memset(&history, 0, sizeof(history));
}

static void interval(__u64 elapsed_ns, __u64 tx_bytes, __u64 rx_bytes)
{
	history_clock__begin(&ticking);
	if (tx_bytes || rx_bytes)
		history__add(&history, &ticking, tx_bytes, rx_bytes);
	history_clock__end(&ticking, elapsed_ns);
}

static void assert_tx(__u64 window_s, __u64 expected)
{
	assert_int_equal(history__rates(&history, &ticking, window_s * SECOND).tx, expected);
}

static void test_windows(void **state)
{
	(void)state;
	set_up();
	for (int i = 0; i < 100; i++)
		interval(SECOND, 1000, 3);
	assert_tx(2, 1000);
	assert_tx(10, 1000);
	assert_tx(40, 1000);
	assert_int_equal(history__rates(&history, &ticking, 2 * SECOND).rx, 3);
	interval(SECOND, 0, 0);
	assert_tx(2, 500);
	assert_tx(10, 900);
	assert_tx(40, 975);
	for (int i = 0; i < 38; i++)
		interval(SECOND, 0, 0);
	assert_tx(10, 0);
	assert_tx(40, 25);
	interval(SECOND, 0, 0);
	assert_tx(40, 0);
}

/* At the start there is less to average over. */
static void test_start(void **state)
{
	(void)state;
	set_up();
	assert_tx(2, 0);
	interval(SECOND, 300, 0);
	assert_tx(2, 300);
	assert_tx(40, 300);
	interval(SECOND, 100, 0);
	assert_tx(40, 200);
}

static void test_short_and_long_intervals(void **state)
{
	(void)state;
	set_up();
	for (int i = 0; i < 400; i++)
		interval(SECOND / 10, i < 390 ? 10 : 20, 0);
	assert_tx(2, 150);
	set_up();
	interval(30 * SECOND, 3000, 0);
	interval(30 * SECOND, 6000, 0);
	assert_tx(2, 200);
	assert_tx(10, 200);
	assert_tx(40, 200); /* of the other it has a third */
	set_up();
	for (int i = 0; i < 20; i++)
		interval(SECOND * 98 / 100, 98, 0);
	assert_tx(2, 100);
}

static void test_long_pause(void **state)
{
	(void)state;
	set_up();
	for (int i = 0; i < 45; i++)
		interval(SECOND, 7, 0);
	for (int i = 0; i < 1000; i++)
		interval(SECOND, 0, 0);
	assert_tx(40, 0);
	interval(SECOND, 80, 0);
	assert_tx(2, 40);
	assert_tx(40, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_start),
		cmocka_unit_test(test_short_and_long_intervals),
		cmocka_unit_test(test_long_pause),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
