/* SPDX-License-Identifier: GPL-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "options.h"

/* Parses a command line, its words separated by single spaces; what it says on stderr goes to error. */
static enum options_verdict parse(struct options *options, const char *line, char *error, size_t size)
{
	static char words[1024];
	char *argv[256] = { "bpfhogs" };
	int argc = 1, saved = dup(STDERR_FILENO);
	FILE *capture = tmpfile();
	enum options_verdict verdict;
	size_t len;

	snprintf(words, sizeof(words), "%s", line);
	for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	optind = 0; /* getopt begins anew */
	dup2(fileno(capture), STDERR_FILENO);
	verdict = options__parse(options, argc, argv);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(capture);
	len = fread(error, 1, size - 1, capture);
	error[len] = '\0';
	fclose(capture);
	return verdict;
}

static struct options good(const char *line)
{
	struct options options;
	char error[256];

	assert_int_equal(parse(&options, line, error, sizeof(error)), OPTIONS_RUN);
	assert_string_equal(error, "");
	return options;
}

/* One line, which names what is wrong. */
static void bad(const char *line, const char *word)
{
	struct options options;
	char error[256];

	assert_int_equal(parse(&options, line, error, sizeof(error)), OPTIONS_BAD);
	assert_non_null(strstr(error, word));
	assert_ptr_equal(strchr(error, '\n'), error + strlen(error) - 1);
}

static void defaults(void **state)
{
	struct options options = good("");

	(void)state;
	assert_int_equal(options.screen.top, -1);
	assert_true(options.screen.interval == 1);
	assert_true(options.ipv4 && options.ipv6 && options.tcp && options.udp);
	assert_int_equal(options.output, OUTPUT_AUTO);
	assert_int_equal(options.attach, ATTACH_AUTO);
	assert_int_equal(options.max_flows, 65536);
	assert_int_equal(options.device_count, 0);
}

static void everything_is_taken(void **state)
{
	struct options options = good("-n 5 -d 0.25 -c 3 -P 7 --pid 8 -j --bits -4 --udp --attach kprobe --sort total "
				      "--max-flows 10 --duration 60 --no-loopback -v -v eth0 eth1");

	(void)state;
	assert_int_equal(options.screen.top, 5);
	assert_true(options.screen.interval == 0.25);
	assert_int_equal(options.count, 3);
	assert_int_equal(options.pid_count, 2);
	assert_int_equal(options.pids[1], 8);
	assert_int_equal(options.output, OUTPUT_JSON);
	assert_int_equal(options.screen.units, FORMAT_BITS);
	assert_true(options.ipv4 && !options.ipv6 && options.udp && !options.tcp && options.no_loopback);
	assert_int_equal(options.attach, ATTACH_KPROBE);
	assert_int_equal(options.screen.sort, ORDER_TOTAL);
	assert_int_equal(options.max_flows, 10);
	assert_true(options.duration == 60);
	assert_int_equal(options.verbose, 2);
	assert_int_equal(options.device_count, 2);
	assert_string_equal(options.devices[1], "eth1");
}

static void devices_may_come_first(void **state)
{
	struct options options = good("eth0 --top 3");

	(void)state;
	assert_int_equal(options.screen.top, 3);
	assert_string_equal(options.devices[0], "eth0");
}

static void bad_ones_are_named(void **state)
{
	(void)state;
	bad("--nonsense", "--nonsense");
	bad("-Z", "-Z");
	bad("--top", "--top");
	bad("--top ten", "'ten'");
	bad("--top 5x", "'5x'");
	bad("--top -1", "'-1'");
	bad("--top 99999999999999999999", "'99999999999999999999'");
	bad("--interval 0", "'0'");
	bad("--interval 1e99", "'1e99'");
	bad("--interval inf", "'inf'");
	bad("--count 0", "'0'");
	bad("--pid 0", "'0'");
	bad("--attach", "--attach");
	bad("--attach magic", "'magic'");
	bad("--sort colour", "'colour'");
	bad("--view windows", "'windows'");
	bad("--program title", "'title'");
	bad("--max-flows 0", "'0'");
	bad("--replay file --attach kprobe", "--attach does not go with --replay");
	bad("--max-flows 7 --replay file", "--max-flows does not go with --replay");
	bad("--listen x", "'x'");
	bad("--listen 70000", "'70000'");
	bad("--listen host.example:80", "'host.example:80'");
}

static void lists_are_bounded(void **state)
{
	char line[1024] = "";

	(void)state;
	for (int i = 0; i < MAX_FILTER_PIDS; i++)
		strcat(line, "-P 1 ");
	assert_int_equal(good(line).pid_count, MAX_FILTER_PIDS);
	strcat(line, "-P 1");
	bad(line, "more than 64");
	line[0] = '\0';
	for (int i = 0; i <= MAX_FILTER_DEVICES; i++)
		strcat(line, "lo ");
	bad(line, "more than 16");
}

static void table_is_sound(void **state)
{
	size_t count;
	const struct option_info *table = options__table(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		assert_true(strlen(table[i].help) > 0);
		for (size_t j = 0; j < i; j++) {
			assert_int_not_equal(table[i].key, table[j].key);
			assert_string_not_equal(table[i].name, table[j].name);
		}
	}
}

static void test_screen(void **state)
{
	struct options options = good("--screen --view hosts --filter pid:7 --program command --totals --log-scale --names "
				      "--services --no-ports --read-only --replay file");

	(void)state;
	assert_int_equal(options.output, OUTPUT_SCREEN);
	assert_int_equal(options.screen.view, LISTING_HOSTS);
	assert_string_equal(options.screen.filter, "pid:7");
	assert_int_equal(options.screen.program, SCREEN_COMMAND);
	assert_true(options.screen.totals && options.screen.log_scale && options.screen.hosts);
	assert_true(options.screen.services && options.screen.hide_ports && options.screen.read_only);
	assert_string_equal(options.screen.recording, "file");
	options = good("");
	assert_int_equal(options.screen.view, LISTING_PROCESSES);
	assert_false(options.screen.totals || options.screen.hosts || options.screen.read_only);
	assert_null(options.screen.filter);
	assert_null(options.screen.recording);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_screen),
		cmocka_unit_test(defaults),
		cmocka_unit_test(everything_is_taken),
		cmocka_unit_test(devices_may_come_first),
		cmocka_unit_test(bad_ones_are_named),
		cmocka_unit_test(lists_are_bounded),
		cmocka_unit_test(table_is_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
