/* SPDX-License-Identifier: GPL-2.0 */
#include "fixture.h"

#include "format.h"

static void assert_bytes(__u64 bytes, enum format_units units, const char *expected)
{
	char out[FORMAT_NUMBER_SIZE];

	assert_string_equal(format__bytes(out, bytes, units), expected);
}

static void assert_rate(__u64 rate, enum format_units units, const char *expected)
{
	char out[FORMAT_NUMBER_SIZE];

	assert_string_equal(format__rate(out, rate, units), expected);
}

static void test_iec(void **state)
{
	(void)state;
	assert_bytes(0, FORMAT_IEC, "0 B");
	assert_bytes(1023, FORMAT_IEC, "1023 B");
	assert_bytes(1024, FORMAT_IEC, "1.00 KiB");
	assert_bytes(10 * 1024 - 1, FORMAT_IEC, "10.0 KiB");
	assert_bytes(1024 * 1024 - 1, FORMAT_IEC, "1.00 MiB");
	assert_bytes(1023 * 1024, FORMAT_IEC, "1023 KiB");
	assert_rate(12897484, FORMAT_IEC, "12.3 MiB/s");
	assert_bytes(UINT64_MAX, FORMAT_IEC, "16.0 EiB");
}

static void test_other_units(void **state)
{
	(void)state;
	assert_rate(12500000, FORMAT_BITS, "100 Mbit/s");
	assert_rate(1, FORMAT_BITS, "8 bit/s");
	assert_rate(UINT64_MAX, FORMAT_BITS, "148 Ebit/s");
	assert_rate(12300000, FORMAT_SI, "12.3 MB/s");
	assert_bytes(999499, FORMAT_SI, "999 kB");
	assert_bytes(999500, FORMAT_SI, "1.00 MB");
	assert_bytes(UINT64_MAX, FORMAT_BYTES, "18446744073709551615");
	assert_rate(12345678, FORMAT_BYTES, "12345678");
}

/* No number below a thousand of the largest units is wider than its column. */
static void test_widths(void **state)
{
	static const enum format_units units[] = { FORMAT_IEC, FORMAT_BITS, FORMAT_SI };
	char out[FORMAT_NUMBER_SIZE];

	(void)state;
	for (int u = 0; u < 3; u++) {
		for (__u64 value = 1; value < UINT64_MAX / 3; value += value / 7 + 1) {
			assert_true(strlen(format__bytes(out, value, units[u])) <=
				    (size_t)format__bytes_width(units[u]));
			assert_true(strlen(format__rate(out, value, units[u])) <=
				    (size_t)format__rate_width(units[u]));
		}
	}
	assert_int_equal(format__rate_width(FORMAT_IEC), 10);
}

static void assert_endpoints(const struct flow_key *key, const char *local, const char *remote)
{
	char out[FORMAT_ENDPOINT_SIZE];

	assert_string_equal(format__local(out, key), local);
	assert_string_equal(format__remote(out, key), remote);
}

static void test_endpoints(void **state)
{
	struct flow_key key = make_key(1, "127.0.0.1", 80, "10.1.2.3", 65535);
	struct flow_key key6 = make_key(1, "2001:db8::1", 443, "fe80::1", 1);

	(void)state;
	assert_endpoints(&key, "127.0.0.1:80", "10.1.2.3:65535");
	assert_endpoints(&key6, "[2001:db8::1]:443", "[fe80::1]:1");
	set_address(key6.laddr, "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255");
	assert_endpoints(&key6, "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:443", "[fe80::1]:1");
}

static void test_wildcards(void **state)
{
	struct flow_key mapped = make_key(1, "::", 53, "10.1.2.3", 99);
	struct flow_key plain = make_key(1, "::", 53, "2001:db8::2", 99);
	struct flow_key ipv4 = make_key(1, "0.0.0.0", 53, "10.1.2.3", 99);

	(void)state;
	assert_endpoints(&mapped, "0.0.0.0:53", "10.1.2.3:99");
	assert_endpoints(&plain, "[::]:53", "[2001:db8::2]:99");
	assert_endpoints(&ipv4, "0.0.0.0:53", "10.1.2.3:99");
}

static void test_unknown_peer(void **state)
{
	struct flow_key key = make_key(1, "0.0.0.0", 53, "::", 0);
	struct flow_key port = make_key(1, "0.0.0.0", 53, "::", 9);
	char out[FORMAT_ENDPOINT_SIZE];

	(void)state;
	assert_true(format__remote_unknown(&key));
	assert_endpoints(&key, "0.0.0.0:53", "?");
	assert_string_equal(format__remote_address(out, &key), "");
	assert_string_equal(format__local_address(out, &key), "0.0.0.0");
	assert_false(format__remote_unknown(&port));
}

static void test_protocols(void **state)
{
	(void)state;
	assert_string_equal(format__protocol(IPPROTO_TCP), "tcp");
	assert_string_equal(format__protocol(IPPROTO_UDP), "udp");
	assert_string_equal(format__protocol(IPPROTO_UDPLITE), "udplite");
	assert_string_equal(format__protocol(IPPROTO_MPTCP), "mptcp");
	assert_string_equal(format__protocol(0), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_iec),	  cmocka_unit_test(test_other_units),
		cmocka_unit_test(test_widths),	  cmocka_unit_test(test_endpoints),
		cmocka_unit_test(test_wildcards), cmocka_unit_test(test_unknown_peer),
		cmocka_unit_test(test_protocols),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
