/* SPDX-License-Identifier: GPL-2.0 */
#include "fixture.h"

#include "escape.h"

static void assert_fit(const char *text, int width, enum escape_cut cut, enum escape_charset charset,
		       const char *expected, int columns)
{
	struct buffer out = {};

	assert_int_equal(escape__fit(&out, text, width, cut, charset), columns);
	buffer__append(&out, "", 1);
	assert_int_equal(out.error, 0);
	assert_string_equal(out.text, expected);
	buffer__clear(&out);
}

static void assert_whole(const char *text, const char *expected)
{
	assert_fit(text, 1000, ESCAPE_CUT_END, ESCAPE_UTF8, expected, escape__width(text, ESCAPE_UTF8));
}

static void test_harmless(void **state)
{
	(void)state;
	assert_whole("", "");
	assert_whole("/usr/bin/curl -s \\o/", "/usr/bin/curl -s \\o/");
	assert_whole("Grüße", "Grüße");
	assert_whole("漢字", "漢字");
	assert_int_equal(escape__width("漢字", ESCAPE_UTF8), 4);
	assert_int_equal(escape__width("e\xcc\x81", ESCAPE_UTF8), 1);
}

static void test_controls(void **state)
{
	(void)state;
	assert_whole("\x1b[31mred\n\t\x7f", "\\x1b[31mred\\x0a\\x09\\x7f");
	assert_whole("a\xc2\x9b"
		     "2J",
		     "a\\u{9b}2J"); /* CSI in one character */
	assert_whole("\x9b", "\\x9b");
}

static void test_invisible(void **state)
{
	(void)state;
	assert_whole("a\xe2\x80\xae"
		     "b",
		     "a\\u{202e}b");
	assert_whole("\xe2\x81\xa6\xe2\x81\xa9", "\\u{2066}\\u{2069}");
	assert_whole("\xe2\x80\x8b\xef\xbb\xbf", "\\u{200b}\\u{feff}");
	assert_whole("\xe2\x80\xa8\xe2\x80\xa9", "\\u{2028}\\u{2029}");
	assert_whole("\xf3\xa0\x81\x81", "\\u{e0041}");
}

static void test_invalid(void **state)
{
	(void)state;
	assert_whole("\xff\xc3", "\\xff\\xc3");
	assert_whole("\xc0\xaf", "\\xc0\\xaf");			  /* overlong */
	assert_whole("\xed\xa0\x80", "\\xed\\xa0\\x80");	  /* surrogate */
	assert_whole("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"); /* above U+10FFFF */
	assert_whole("\xe6\xbc", "\\xe6\\xbc");			  /* cut off */
}

static void test_ascii(void **state)
{
	(void)state;
	assert_fit("é", 20, ESCAPE_CUT_END, ESCAPE_ASCII, "\\u{e9}", 6);
	assert_fit("abcdef", 4, ESCAPE_CUT_END, ESCAPE_ASCII, "abc~", 4);
}

static void test_cut(void **state)
{
	(void)state;
	assert_fit("abcdef", 6, ESCAPE_CUT_END, ESCAPE_UTF8, "abcdef", 6);
	assert_fit("abcdef", 5, ESCAPE_CUT_END, ESCAPE_UTF8, "abcd…", 5);
	assert_fit("abcdefgh", 6, ESCAPE_CUT_MIDDLE, ESCAPE_UTF8, "ab…fgh", 6);
	assert_fit("abcdef", 1, ESCAPE_CUT_MIDDLE, ESCAPE_UTF8, "…", 1);
	assert_fit("abcdef", 0, ESCAPE_CUT_MIDDLE, ESCAPE_UTF8, "", 0);
	/* two columns that do not fit one, an escape that is not split, an accent without its letter */
	assert_fit("漢字漢字", 4, ESCAPE_CUT_END, ESCAPE_UTF8, "漢…", 3);
	assert_fit("ab\x1b"
		   "cdef",
		   6, ESCAPE_CUT_END, ESCAPE_UTF8, "ab…", 3);
	assert_fit("abcde\xcc\x81"
		   "f",
		   4, ESCAPE_CUT_MIDDLE, ESCAPE_UTF8,
		   "a…e\xcc\x81"
		   "f",
		   4);
	assert_fit("abcde\xcc\x81"
		   "f",
		   3, ESCAPE_CUT_MIDDLE, ESCAPE_UTF8, "a…f", 3);
}

/* Whatever the bytes: never too wide, never a control byte, always whole. */
static void test_any_bytes(void **state)
{
	unsigned int seed = 1;
	char text[65];

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct buffer out = {};
		int width = rand_r(&seed) % 30, taken;

		for (size_t i = 0; i < sizeof(text) - 1; i++)
			text[i] = 1 + rand_r(&seed) % 255;
		text[sizeof(text) - 1] = '\0';
		taken = escape__fit(&out, text, width, round % 2, ESCAPE_UTF8);
		assert_true(taken <= width);
		for (size_t i = 0; i < out.length; i++)
			assert_true((unsigned char)out.text[i] >= 0x20 && out.text[i] != 0x7f);
		buffer__append(&out, "", 1);
		assert_int_equal(escape__width(out.text, ESCAPE_UTF8), taken);
		buffer__clear(&out);
	}
}

static void assert_utf8(const char *text, size_t size, const char *expected)
{
	char out[64];

	assert_true(size <= sizeof(out));
	assert_int_equal(escape__to_utf8(out, size, text), strlen(expected));
	assert_string_equal(out, expected);
}

static void test_to_utf8(void **state)
{
	(void)state;
	assert_utf8("a\n漢", 64, "a\n漢");
	assert_utf8("\xff"
		    "a\xc3",
		    64,
		    "\xef\xbf\xbd"
		    "a\xef\xbf\xbd");
	assert_utf8("漢字", 7, "漢字");
	assert_utf8("漢字", 6, "漢");
	assert_utf8("\xff\xff", 4, "\xef\xbf\xbd");
	assert_utf8("abc", 1, "");
}

static int set_up(void **state)
{
	(void)state;
	use_utf8();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_harmless),  cmocka_unit_test(test_controls),
		cmocka_unit_test(test_invisible), cmocka_unit_test(test_invalid),
		cmocka_unit_test(test_ascii),	  cmocka_unit_test(test_cut),
		cmocka_unit_test(test_any_bytes), cmocka_unit_test(test_to_utf8),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
