/* SPDX-License-Identifier: GPL-2.0 */
#include "fixture.h"

#include "devices.h"

#define HEADING                                                             \
	"Inter-|   Receive      |  Transmit\n"                              \
	" face |bytes    packets errs drop fifo frame compressed multicast" \
	"|bytes    packets errs drop fifo colls carrier compressed\n"

struct fixture {
	char path[64];
	struct devices *devices;
};

static void write_devices(const struct fixture *fixture, const char *lines)
{
	char text[4096];
	int length = snprintf(text, sizeof(text), HEADING "%s", lines);

	write_file(fixture->path, text, length);
}

static void assert_device(const struct fixture *fixture, size_t at, const char *name, __u64 tx, __u64 rx)
{
	size_t count;
	const struct device *list = devices__list(fixture->devices, &count);

	assert_true(at < count);
	assert_string_equal(list[at].name, name);
	assert_int_equal(list[at].tx_bytes, tx);
	assert_int_equal(list[at].rx_bytes, rx);
}

static void assert_count(const struct fixture *fixture, size_t expected)
{
	size_t count;

	devices__list(fixture->devices, &count);
	assert_int_equal(count, expected);
}

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	int fd;

	strcpy(fixture->path, "/tmp/bpfhogs-test-XXXXXX");
	fd = mkstemp(fixture->path);
	assert_true(fd >= 0);
	close(fd);
	write_devices(fixture, "    lo:    1000 1 0 0 0 0 0 0     1000 1 0 0 0 0 0 0\n"
			       "  eth0: 18446744073709551000 1 0 0 0 0 0 0 5000000000 1 0 0 0 0 0 0\n");
	assert_int_equal(devices__new(&fixture->devices, fixture->path), 0);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	devices__free(fixture->devices);
	unlink(fixture->path);
	free(fixture);
	return 0;
}

static void test_differences(void **state)
{
	struct fixture *fixture = *state;

	write_devices(fixture, "    lo:    1000 1 0 0 0 0 0 0     1007 1 0 0 0 0 0 0\n"
			       "  eth0:18446744073709551615 1 0 0 0 0 0 0 10000000000 1 0 0 0 0 0 0\n");
	assert_int_equal(devices__read(fixture->devices), 0);
	assert_count(fixture, 2);
	assert_device(fixture, 0, "lo", 7, 0);
	assert_device(fixture, 1, "eth0", 5000000000, 615);
	assert_int_equal(devices__read(fixture->devices), 0);
	assert_device(fixture, 1, "eth0", 0, 0);
}

static void test_appear_and_vanish(void **state)
{
	struct fixture *fixture = *state;

	write_devices(fixture, " veth0: 30 1 0 0 0 0 0 0 40 1 0 0 0 0 0 0\n"
			       "    lo: 1001 1 0 0 0 0 0 0 1002 1 0 0 0 0 0 0\n");
	assert_int_equal(devices__read(fixture->devices), 0);
	assert_count(fixture, 2);
	assert_device(fixture, 0, "veth0", 40, 30);
	assert_device(fixture, 1, "lo", 2, 1);
}

static void test_replaced(void **state)
{
	struct fixture *fixture = *state;

	write_devices(fixture, "  eth0: 500 1 0 0 0 0 0 0 6000000000 1 0 0 0 0 0 0\n");
	assert_int_equal(devices__read(fixture->devices), 0);
	assert_device(fixture, 0, "eth0", 6000000000, 500);
}

static void test_many(void **state)
{
	struct fixture *fixture = *state;
	char text[64 * 200] = HEADING;

	for (int i = 0; i < 100; i++)
		sprintf(text + strlen(text), "veth%d: 1 0 0 0 0 0 0 0 %d 0 0 0 0 0 0 0\n", i, i);
	write_file(fixture->path, text, strlen(text));
	assert_int_equal(devices__read(fixture->devices), 0);
	assert_count(fixture, 100);
	assert_device(fixture, 99, "veth99", 99, 1);
}

/* What is no counter, and names that are too long, are passed over. */
static void test_hostile(void **state)
{
	struct fixture *fixture = *state;

	write_devices(fixture, ":\n: 1 2 3\n  eth0: x\n  a-name-of-20-letters: 1 0 0 0 0 0 0 0 1 0\n"
			       "eth\x1b: 1 0 0 0 0 0 0 0 2 0 0 0 0 0 0 0\n");
	assert_int_equal(devices__read(fixture->devices), 0);
	assert_count(fixture, 1);
	assert_device(fixture, 0, "eth\x1b", 2, 1);
}

/* A read that fails tells nothing, not the same again; the next covers both. */
static void test_error(void **state)
{
	struct fixture *fixture = *state;

	write_devices(fixture, "    lo: 1010 1 0 0 0 0 0 0 1020 1 0 0 0 0 0 0\n");
	assert_int_equal(devices__read(fixture->devices), 0);
	assert_device(fixture, 0, "lo", 20, 10);
	unlink(fixture->path);
	assert_int_equal(devices__read(fixture->devices), -ENOENT);
	assert_device(fixture, 0, "lo", 0, 0);
	write_devices(fixture, "    lo: 1100 1 0 0 0 0 0 0 1200 1 0 0 0 0 0 0\n");
	assert_int_equal(devices__read(fixture->devices), 0);
	assert_device(fixture, 0, "lo", 180, 90);
}

static void test_own(void **state)
{
	struct devices *devices;
	size_t count;

	(void)state;
	assert_int_equal(devices__new(&devices, NULL), 0);
	assert_int_equal(devices__read(devices), 0);
	devices__list(devices, &count);
	assert_true(count > 0);
	devices__free(devices);
	devices__free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_differences, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_appear_and_vanish, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_replaced, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_many, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_hostile, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_error, set_up, tear_down),
		cmocka_unit_test(test_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
