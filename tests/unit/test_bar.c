/* SPDX-License-Identifier: GPL-2.0 */
#include "fixture.h"

#include "bar.h"

static void test_round_up(void **state)
{
	(void)state;
	assert_int_equal(bar__round_up(1, FORMAT_IEC), 1);
	assert_int_equal(bar__round_up(3, FORMAT_IEC), 5);
	assert_int_equal(bar__round_up(501, FORMAT_IEC), 1024);
	assert_int_equal(bar__round_up(1025, FORMAT_IEC), 2048);
	assert_int_equal(bar__round_up(150 * 1024, FORMAT_IEC), 200 * 1024);
	assert_int_equal(bar__round_up(501, FORMAT_SI), 1000);
	assert_int_equal(bar__round_up(1001, FORMAT_BITS), 1250); /* 10 kbit */
	assert_int_equal(bar__round_up(~0ULL, FORMAT_IEC), ~0ULL);
	for (__u64 rate = 1; rate < 1ULL << 62; rate = rate * 3 + 1) {
		for (int units = FORMAT_IEC; units <= FORMAT_SI; units++)
			assert_true(bar__round_up(rate, units) >= rate);
	}
}

static void test_share(void **state)
{
	struct bar_scale scale = { .full = 1000000 };

	(void)state;
	assert_true(bar__share(&scale, 0) == 0);
	assert_true(bar__share(&scale, 500000) == 0.5);
	assert_true(bar__share(&scale, 2000000) == 1);
	scale.logarithmic = true;
	assert_true(bar__share(&scale, 0) == 0);
	assert_true(bar__share(&scale, 1) == 0);
	assert_true(bar__share(&scale, 1000) > 0.49 && bar__share(&scale, 1000) < 0.51);
	assert_true(bar__share(&scale, 1000000) == 1);
	assert_int_equal(bar__rate(&scale, 0.5), 1000);
	assert_int_equal(bar__rate(&scale, 1), 1000000);
}

static void assert_bar(double share, int width, enum escape_charset charset, const char *expected)
{
	struct buffer out = {};

	bar__put(&out, share, width, charset);
	assert_int_equal(out.length, strlen(expected));
	assert_memory_equal(out.text, expected, out.length);
	buffer__clear(&out);
}

static void test_bars(void **state)
{
	(void)state;
	assert_bar(0, 3, ESCAPE_ASCII, "   ");
	assert_bar(0.5, 4, ESCAPE_ASCII, "##  ");
	assert_bar(1, 4, ESCAPE_ASCII, "####");
	assert_bar(0.5, 3, ESCAPE_UTF8, "█▌ ");
	assert_bar(1, 2, ESCAPE_UTF8, "██");
	assert_bar(0.001, 2, ESCAPE_UTF8, "  ");
}

static void test_line(void **state)
{
	const __u64 rates[] = { 0, 1, 500, 1000 };
	struct buffer out = {};

	(void)state;
	bar__put_line(&out, rates, 4, ESCAPE_UTF8);
	assert_memory_equal(out.text, " ▁▄█", strlen(" ▁▄█"));
	buffer__reset(&out);
	bar__put_line(&out, rates, 4, ESCAPE_ASCII);
	assert_memory_equal(out.text, " _:#", 4);
	buffer__clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_up),
		cmocka_unit_test(test_share),
		cmocka_unit_test(test_bars),
		cmocka_unit_test(test_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
