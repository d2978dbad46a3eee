/* SPDX-License-Identifier: GPL-2.0 */
#include "fixture.h"

#include "services.h"

static const char file[] = "# Network services\n"
			   "\n"
			   "ssh\t\t22/tcp\t\t\t# SSH Remote Login Protocol\n"
			   "http 80/tcp www WorldWideWeb# the web\n"
			   "  indented 81/tcp\n"
			   "second 80/tcp\n"
			   "http 8080/tcp\n"
			   "domain 53/tcp\n"
			   "name 53/udp\n"
			   "crlf 54/udp last\r\n"
			   "sctp-only 90/sctp also\n"
			   "highest 65535/tcp\n"
			   "lonely\n"
			   "no-protocol 100\n"
			   "no-protocol 101/\n"
			   "no-number /tcp\n"
			   "words tcp/102\n"
			   "zero 0/tcp\n"
			   "large 65536/tcp\n"
			   "huge 99999999999999999999999/tcp\n"
			   "negative -1/tcp\n"
			   "sign +103/tcp\n"
			   "behind 104x/tcp\n"
			   "#comment 105/tcp\n"
			   "half#106/tcp\n"
			   "nul\0 107/tcp\n"
			   "\x1b[2J 108/tcp\n"
			   "unended 109/udp alias";

struct fixture {
	char directory[64];
	char path[128];
	struct services *services;
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	make_temporary(fixture->directory, sizeof(fixture->directory));
	snprintf(fixture->path, sizeof(fixture->path), "%s/services", fixture->directory);
	write_file(fixture->path, file, sizeof(file) - 1);
	assert_int_equal(services__new(&fixture->services, fixture->path), 0);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	services__free(fixture->services);
	unlink(fixture->path);
	rmdir(fixture->directory);
	free(fixture);
	return 0;
}

static void assert_name(const struct fixture *fixture, __u16 port, __u16 protocol, const char *expected)
{
	const char *name = services__name(fixture->services, port, protocol);

	if (!expected) {
		assert_null(name);
		return;
	}
	assert_non_null(name);
	assert_string_equal(name, expected);
}

static void test_names(void **state)
{
	const struct fixture *fixture = *state;

	assert_name(fixture, 22, IPPROTO_TCP, "ssh");
	assert_name(fixture, 22, IPPROTO_UDP, NULL);
	assert_name(fixture, 80, IPPROTO_TCP, "http");
	assert_name(fixture, 80, IPPROTO_MPTCP, "http");
	assert_name(fixture, 81, IPPROTO_TCP, "indented");
	assert_name(fixture, 8080, IPPROTO_TCP, "http");
	assert_name(fixture, 53, IPPROTO_TCP, "domain");
	assert_name(fixture, 53, IPPROTO_UDP, "name");
	assert_name(fixture, 54, IPPROTO_UDP, "crlf");
	assert_name(fixture, 65535, IPPROTO_TCP, "highest");
	assert_name(fixture, 90, IPPROTO_TCP, NULL);
	assert_name(fixture, 90, IPPROTO_SCTP, NULL);
	assert_name(fixture, 90, 0xffff, NULL);
	assert_name(fixture, 443, IPPROTO_TCP, NULL);
	assert_name(fixture, 0, 0, NULL);
}

static void test_ports(void **state)
{
	const struct fixture *fixture = *state;

	assert_int_equal(services__port(fixture->services, "ssh"), 22);
	assert_int_equal(services__port(fixture->services, "SSH"), 22);
	assert_int_equal(services__port(fixture->services, "www"), 80);
	assert_int_equal(services__port(fixture->services, "worldwideweb"), 80);
	assert_int_equal(services__port(fixture->services, "http"), 80);
	assert_int_equal(services__port(fixture->services, "second"), 80);
	assert_int_equal(services__port(fixture->services, "last"), 54);
	assert_int_equal(services__port(fixture->services, "also"), 90);
	assert_int_equal(services__port(fixture->services, "alias"), 109);
	assert_int_equal(services__port(fixture->services, "https"), -ENOENT);
	assert_int_equal(services__port(fixture->services, "ss"), -ENOENT);
	assert_int_equal(services__port(fixture->services, "#"), -ENOENT);
	assert_int_equal(services__port(fixture->services, "22/tcp"), -ENOENT);
	assert_int_equal(services__port(fixture->services, ""), -ENOENT);
}

static void test_bad_lines(void **state)
{
	static const char *const names[] = {
		"lonely", "no-protocol", "no-number", "words",	  "zero",	"large", "huge", "negative",
		"sign",	  "behind",	 "comment",   "#comment", "half",	"nul",	 "the",	 "Network",
	};
	const struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(services__port(fixture->services, names[i]), -ENOENT);
	for (__u16 port = 100; port < 108; port++)
		assert_name(fixture, port, IPPROTO_TCP, NULL);
	assert_name(fixture, 0, IPPROTO_TCP, NULL);
	/* any bytes: those that show them escape them */
	assert_name(fixture, 108, IPPROTO_TCP, "\x1b[2J");
}

static void assert_empty(const char *path)
{
	struct services *services;

	assert_int_equal(services__new(&services, path), 0);
	assert_null(services__name(services, 22, IPPROTO_TCP));
	assert_int_equal(services__port(services, "ssh"), -ENOENT);
	services__free(services);
}

static void test_no_file(void **state)
{
	struct fixture *fixture = *state;

	assert_empty(fixture->directory);
	assert_empty("/dev/null");
	assert_empty("/nonexistent");
	services__free(NULL);
}

static void test_default(void **state)
{
	struct services *services;

	(void)state;
	assert_int_equal(services__new(&services, NULL), 0);
	services__free(services);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_names, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_ports, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_bad_lines, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_no_file, set_up, tear_down),
		cmocka_unit_test(test_default),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
