/* SPDX-License-Identifier: GPL-2.0 */
#include "fixture.h"

#include <wchar.h>

#include "text.h"

#define MIB (1024 * 1024ULL)

static int identify(void *ctx, const struct owner *owner, struct identity *identity)
{
	(void)owner;
	identity->user = strdup("www-data");
	identity->program = strdup(ctx);
	return 0;
}

struct fixture {
	struct model *model;
	struct view view;
	struct interval interval;
	struct devices *devices; /* NULL: none */
	char *out;		 /* what was written last */
};

static void set_up_program(struct fixture *fixture, const char *program)
{
	struct model_config config = { .netns = NETNS,
				       .identify = identify,
				       .identify_ctx = (void *)program };

	model__free(fixture->model);
	assert_int_equal(model__new(&fixture->model, &config), 0);
	model__begin(fixture->model);
}

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	use_utf8();
	setenv("TZ", "UTC", 1);
	fixture->interval = make_interval(SECOND);
	set_up_program(fixture, "/usr/sbin/nginx");
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	model__free(fixture->model);
	view__clear(&fixture->view);
	devices__free(fixture->devices);
	free(fixture->out);
	free(fixture);
	return 0;
}

static void add(struct fixture *fixture, const struct flow_key *key, const char *comm, __u64 tx, __u64 rx)
{
	struct flow flow = make_flow(key->tgid, 1, comm, tx, rx);

	model__add(fixture->model, key, &flow);
}

static void add_samples(struct fixture *fixture)
{
	struct flow_key web = make_key(1234, "10.0.0.5", 443, "192.0.2.77", 51234);
	struct flow_key web6 =
		make_key(1234, "2001:db8:1:2:3:4:5:6", 443, "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", 51234);
	struct flow_key dns = make_key(4194304, "0.0.0.0", 53, "::", 0);

	dns.protocol = IPPROTO_UDP;
	add(fixture, &web, "nginx", 12 * MIB, 3 * 1024);
	add(fixture, &web6, "nginx", MIB, 100);
	add(fixture, &dns, "漢字漢字", 55, 1023);
}

static void close_and_view(struct fixture *fixture, enum model_which which)
{
	struct view_options options = { .which = which, .sort = which == MODEL_ALL ? ORDER_TOTAL : 0 };

	model__close(fixture->model, &fixture->interval);
	assert_int_equal(view__build(&fixture->view, fixture->model, &options), 0);
}

typedef int (*writer)(struct fixture *fixture, struct text *text, FILE *out);

static int write_interval(struct fixture *fixture, struct text *text, FILE *out)
{
	return text__interval(text, out, &fixture->interval, fixture->model, &fixture->view,
			      fixture->devices);
}

static int write_summary(struct fixture *fixture, struct text *text, FILE *out)
{
	return text__summary(text, out, fixture->model, &fixture->view);
}

static const char *print(struct fixture *fixture, writer writer, const struct text_options *options)
{
	struct text *text;
	size_t length;
	FILE *out;

	free(fixture->out);
	out = open_memstream(&fixture->out, &length);
	assert_int_equal(text__new(&text, options), 0);
	assert_int_equal(writer(fixture, text, out), 0);
	text__free(text);
	fclose(out);
	return fixture->out;
}

static void assert_contains(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no \"%s\" in:\n%s", part, text);
}

static void assert_lacks(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("\"%s\" in:\n%s", part, text);
}

/* Lines of at most so many columns, of printable characters, without blanks at their ends. */
static void assert_tidy(const char *text, int width)
{
	while (*text) {
		size_t length = strcspn(text, "\n");
		char line[4096];
		wchar_t wide[4096];

		assert_int_equal(text[length], '\n');
		snprintf(line, sizeof(line), "%.*s", (int)length, text);
		assert_true(mbstowcs(wide, line, 4096) != (size_t)-1);
		if (wcswidth(wide, 4096) < 0 || wcswidth(wide, 4096) > width)
			fail_msg("not in %d columns: \"%s\"", width, line);
		if (length && line[length - 1] == ' ')
			fail_msg("blanks at the end of \"%s\"", line);
		text += length + 1;
	}
}

static void test_sample(void **state)
{
	struct fixture *fixture = *state;
	struct text_options options = { .width = 80, .charset = ESCAPE_UTF8 };

	add_samples(fixture);
	close_and_view(fixture, MODEL_ACTIVE);
	assert_string_equal(
		print(fixture, write_interval, &options),
		"2026-11-23 11:00:01  sent 13.0 MiB/s  received 4.10 KiB/s  fentry\n"
		"    PID USER     PROGRAM                   DEV             SENT   RECEIVED CONNS\n"
		"   1234 www-data /usr/sbin/nginx           eth0      13.0 MiB/s 3.10 KiB/s     2\n"
		"4194304 www-data /usr/sbin/nginx           eth0          55 B/s   1023 B/s     1\n"
		"\n"
		"PROCESS          PROTO LOCAL                    REMOTE                      RATE\n"
		"1234/nginx       tcp   10.0.0.5:443          => 192.0.2.77:51234      12.0 MiB/s\n"
		"                                             <=                       3.00 KiB/s\n"
		"1234/nginx       tcp   [2001:db8:…4:5:6]:443 => [2001:db8:…fff]:51234 1.00 MiB/s\n"
		"                                             <=                          100 B/s\n"
		"4194304/漢字漢字 udp   0.0.0.0:53            => ?                         55 B/s\n"
		"                                             <=                         1023 B/s\n"
		"\n");
}

static void test_all_widths(void **state)
{
	struct fixture *fixture = *state;

	add_samples(fixture);
	close_and_view(fixture, MODEL_ACTIVE);
	for (int width = TEXT_MIN_WIDTH; width <= 200; width++) {
		for (int units = FORMAT_IEC; units <= FORMAT_SI; units++) {
			for (int charset = ESCAPE_ASCII; charset <= ESCAPE_UTF8; charset++) {
				struct text_options options = { width, charset, units };

				assert_tidy(print(fixture, write_interval, &options), width);
				assert_tidy(print(fixture, write_summary, &options), width);
			}
		}
	}
}

static void test_narrow(void **state)
{
	struct fixture *fixture = *state;
	struct text_options options = { .width = 40, .charset = ESCAPE_UTF8 };
	const char *out;

	add_samples(fixture);
	close_and_view(fixture, MODEL_ACTIVE);
	out = print(fixture, write_interval, &options);
	assert_contains(out, "    PID PROGRAM          SENT   RECEIVED\n");
	assert_contains(out, "   1234 /usr…nginx 13.0 MiB/s 3.10 KiB/s\n");
	assert_contains(out, "=>");
	assert_lacks(out, "USER");
	options.width = 1; /* counts as 40 */
	assert_tidy(print(fixture, write_interval, &options), 40);
}

static void test_wide(void **state)
{
	struct fixture *fixture = *state;
	struct text_options options = { .width = 200, .charset = ESCAPE_UTF8 };
	const char *out;

	add_samples(fixture);
	close_and_view(fixture, MODEL_ACTIVE);
	out = print(fixture, write_interval, &options);
	assert_contains(out, "[2001:db8:1:2:3:4:5:6]:443");
	assert_contains(out, "[2001:db8:ffff:ffff:ffff:ffff:ffff:ffff]:51234");
	assert_contains(out, "4194304/漢字漢字");
	assert_contains(out, "USER");
	assert_contains(out, "CONNS");
}

static void test_idle(void **state)
{
	struct fixture *fixture = *state;
	struct text_options options = { .width = 80 };

	close_and_view(fixture, MODEL_ACTIVE);
	assert_string_equal(print(fixture, write_interval, &options),
			    "2026-11-23 11:00:01  sent 0 B/s  received 0 B/s  fentry\n(no traffic)\n\n");
}

static void test_units(void **state)
{
	struct fixture *fixture = *state;
	struct text_options options = { .width = 80, .units = FORMAT_BITS };

	add_samples(fixture);
	close_and_view(fixture, MODEL_ACTIVE);
	assert_contains(print(fixture, write_interval, &options), " 109 Mbit/s ");
	options.units = FORMAT_BYTES;
	assert_contains(print(fixture, write_interval, &options), " 13631488 ");
	assert_contains(fixture->out, "sent 13631543 B/s");
	options.units = FORMAT_SI;
	assert_contains(print(fixture, write_interval, &options), " 13.6 MB/s ");
}

/* A number wider than its column keeps the others in their places, as long as there are blanks before it. */
static void test_wide_numbers(void **state)
{
	struct fixture *fixture = *state;
	struct flow_key key = key_of(1, 1);
	struct text_options options = { .width = 80, .units = FORMAT_BYTES };

	fixture->interval.elapsed_ns = 100 * SECOND;
	add(fixture, &key, "one", 1234567890123, 5);
	close_and_view(fixture, MODEL_ALL);
	assert_string_equal(
		print(fixture, write_summary, &options),
		"Summary of 100.000 s in 1 interval\n"
		"    PID USER     PROGRAM                SENT    RECEIVED     AVERAGE        PEAK\n"
		"      1 www-data /usr/sbin/nginx 1234567890123           5 12345678901 12345678901\n"
		"                 TOTAL         1234567890123           5 12345678901 12345678901\n");
}

static void test_hostile(void **state)
{
	struct fixture *fixture = *state;
	struct flow_key key = key_of(1, 1);
	struct text_options options = { .width = 120, .charset = ESCAPE_UTF8 };
	static char program[4096];

	set_up_program(fixture, "\x1b[2J\n\xff\xe2\x80\xae");
	add(fixture, &key, "\x1b]0;x\x07\xc2\x9b", 1, 1);
	close_and_view(fixture, MODEL_ACTIVE);
	assert_contains(print(fixture, write_interval, &options), "\\x1b[2J\\x0a\\xff\\u{202e}");
	assert_contains(fixture->out, "1/\\x1b]0;x\\x07\\");
	assert_tidy(fixture->out, 120);

	memset(program, '\x1b', sizeof(program) - 1);
	set_up_program(fixture, program);
	add(fixture, &key, "漢漢漢漢漢", 1, 1);
	close_and_view(fixture, MODEL_ACTIVE);
	assert_tidy(print(fixture, write_interval, &options), 120);
	options.charset = ESCAPE_ASCII;
	assert_tidy(print(fixture, write_interval, &options), 120);
	assert_contains(fixture->out, "\\u{6f22}");
}

static void test_warning(void **state)
{
	struct fixture *fixture = *state;
	struct text_options options = { .width = 80 };

	fixture->interval.missed = 3;
	fixture->interval.lost_flows = 2048;
	close_and_view(fixture, MODEL_ACTIVE);
	assert_contains(print(fixture, write_interval, &options),
			"\nwarning:  2.00 KiB without connection  3 events missed\n");
	fixture->interval.unowned_tx = 7;
	options.width = 40;
	assert_contains(print(fixture, write_interval, &options), "  7 B without process  3 events missed\n");
	assert_tidy(fixture->out, 40);
}

static void write_devices(const char *path, __u64 eth0, __u64 lo)
{
	char text[512];
	int length = snprintf(text, sizeof(text),
			      "lo: %llu 0 0 0 0 0 0 0 %llu 0\ne\x1b: 0 0 0 0 0 0 0 0 0 0\neth0: %llu 0 0 0 0 "
			      "0 0 0 %llu 0\n",
			      lo, lo, eth0, 2 * eth0);

	write_file(path, text, length);
}

static void test_devices(void **state)
{
	struct fixture *fixture = *state;
	struct flow_key key = key_of(1, 1);
	struct text_options options = { .width = 120, .charset = ESCAPE_UTF8 };
	char directory[64], path[96];

	make_temporary(directory, sizeof(directory));
	snprintf(path, sizeof(path), "%s/dev", directory);
	write_devices(path, 0, 0);
	assert_int_equal(devices__new(&fixture->devices, path), 0);
	write_devices(path, 1000, 1);
	assert_int_equal(devices__read(fixture->devices), 0);
	unlink(path);
	rmdir(directory);
	add(fixture, &key, "prog", 1960, 970);
	close_and_view(fixture, MODEL_ACTIVE);
	assert_contains(print(fixture, write_interval, &options), "  eth0 ↑98% ↓97%  lo ↑0% ↓0%\n");
	assert_lacks(fixture->out, "x1b");
	options.charset = ESCAPE_ASCII;
	assert_contains(print(fixture, write_interval, &options), "  eth0 tx 98% rx 97%  lo tx 0% rx 0%\n");
	options.width = 40;
	assert_tidy(print(fixture, write_interval, &options), 40);
}

static void test_more(void **state)
{
	struct fixture *fixture = *state;
	struct view_options options = { .which = MODEL_ACTIVE, .top_processes = 1, .top_connections = 1 };
	struct text_options text_options = { .width = 80 };

	add_samples(fixture);
	close_and_view(fixture, MODEL_ACTIVE);
	assert_int_equal(view__build(&fixture->view, fixture->model, &options), 0);
	assert_contains(print(fixture, write_interval, &text_options), "(1 more)\n\nPROCESS");
	assert_contains(fixture->out, "(2 more)\n\n");
}

static void test_summary(void **state)
{
	struct fixture *fixture = *state;
	struct flow_key key = key_of(1, 1), other = key_of(2, 1);
	struct text_options options = { .width = 80 };

	add(fixture, &key, "one", 3 * MIB, 0);
	close_and_view(fixture, MODEL_ALL);
	model__begin(fixture->model);
	add(fixture, &key, "one", MIB, 0);
	add(fixture, &other, "two", 0, 8 * MIB);
	fixture->interval.unowned_tx = 10;
	close_and_view(fixture, MODEL_ALL);
	assert_string_equal(
		print(fixture, write_summary, &options),
		"Summary of 2.000 s in 2 intervals\n"
		"    PID USER     PROGRAM                     SENT RECEIVED    AVERAGE       PEAK\n"
		"      2 www-data /usr/sbin/nginx              0 B 8.00 MiB 4.00 MiB/s 8.00 MiB/s\n"
		"      1 www-data /usr/sbin/nginx         4.00 MiB      0 B 2.00 MiB/s 3.00 MiB/s\n"
		"                 (other)                     10 B      0 B      5 B/s     10 B/s\n"
		"                 TOTAL                   4.00 MiB 8.00 MiB 6.00 MiB/s 9.00 MiB/s\n");
}

static void test_write_errors(void **state)
{
	struct fixture *fixture = *state;
	struct text_options options = { .width = 80 };
	FILE *full = fopen("/dev/full", "w");
	struct text *text;

	assert_non_null(full);
	assert_int_equal(text__new(&text, &options), 0);
	assert_int_equal(write_interval(fixture, text, full), -ENOSPC);
	assert_int_equal(write_summary(fixture, text, full), -ENOSPC);
	fclose(full);
	text__free(text);
	text__free(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_sample),	 TEST(test_all_widths), TEST(test_narrow),  TEST(test_wide),
		TEST(test_idle),	 TEST(test_units),	TEST(test_hostile), TEST(test_wide_numbers),
		TEST(test_warning),	 TEST(test_devices),	TEST(test_more),    TEST(test_summary),
		TEST(test_write_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
