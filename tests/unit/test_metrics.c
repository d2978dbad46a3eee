/* SPDX-License-Identifier: GPL-2.0 */
#include "fixture.h"

#include "labels.h"
#include "metrics.h"
#include "series.h"

static const struct metrics_health health = { .max_flows = 65536, .flows = 3, .poll_seconds = 0.25 };

static int identify(void *ctx, const struct owner *owner, struct identity *identity)
{
	char user[32], container[32], program[64];
	const struct identity texts = { user, program, "", "", "", container };

	(void)ctx;
	snprintf(user, sizeof(user), "user%u", owner->tgid % 5);
	snprintf(program, sizeof(program), "/usr/bin/%s", owner->comm);
	snprintf(container, sizeof(container), "%s", owner->tgid % 3 ? "docker:1" : "");
	return identity__copy(identity, &texts);
}

static struct model *make_model(void)
{
	const struct model_config config = { .netns = NETNS, .identify = identify, .max_processes = 20 };
	struct model *model;

	assert_int_equal(model__new(&model, &config), 0);
	return model;
}

static struct metrics *make_metrics(size_t top)
{
	const struct metrics_options options = { .top = top, .pids = true, .connections = true };
	struct metrics *metrics;

	assert_int_equal(metrics__new(&metrics, &options), 0);
	return metrics;
}

static void add_flow(struct model *model, __u32 tgid, const char *comm, __u64 tx, __u64 rx)
{
	struct flow_key key = key_of(tgid, 1000 + tgid);
	struct flow flow = make_flow(tgid, 1, comm, tx, rx);

	model__add(model, &key, &flow);
}

static void end_interval(struct metrics *metrics, struct model *model, __u64 elapsed_ns)
{
	const struct interval interval = make_interval(elapsed_ns);

	model__close(model, &interval);
	metrics__add(metrics, &interval, model, NULL, &health);
}

/* The page, terminated. */
static char *render(const struct metrics *metrics, enum metrics_format format)
{
	struct buffer page = {};

	metrics__render(metrics, format, &page);
	buffer__append(&page, "", 1);
	assert_int_equal(page.error, 0);
	return page.text;
}

/* The value that a page has for a series, -1 if it does not have it. */
static long long value_of(const char *page, const char *series)
{
	size_t length = strlen(series);

	for (const char *line = page; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, series, length) && line[length] == ' ')
			return strtoll(line + length, NULL, 10);
	}
	return -1;
}

/* All samples of a metric; *count is their number. */
static __u64 sum_of(const char *page, const char *name, int *count)
{
	size_t length = strlen(name);
	__u64 sum = 0;

	*count = 0;
	for (const char *line = page; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, name, length) || (line[length] != '{' && line[length] != ' '))
			continue;
		sum += strtoull(strchr(line + length, ' ') + 1, NULL, 10);
		++*count;
	}
	return sum;
}

/* --- labels --- */

static void check_label(const char *value, const char *expected)
{
	struct buffer labels = {};

	labels__add(&labels, "a", value);
	assert_int_equal(labels.length, strlen(expected));
	assert_memory_equal(labels.text, expected, labels.length);
	buffer__clear(&labels);
}

static void test_labels(void **state)
{
	(void)state;
	check_label("", "a=\"\"");
	check_label("nginx: worker", "a=\"nginx: worker\"");
	check_label("a\"b\\c\nd", "a=\"a\\\"b\\\\c\\nd\"");
	check_label("x\"} 1\nevil_total 2", "a=\"x\\\"} 1\\nevil_total 2\"");
	check_label("\xff\xc3", "a=\"\xef\xbf\xbd\xef\xbf\xbd\"");
	check_label("\x1b[2J\r\x7f", "a=\"\xef\xbf\xbd[2J\xef\xbf\xbd\xef\xbf\xbd\"");
	check_label("\u202egnp\xc2\x85", "a=\"\xef\xbf\xbdgnp\xef\xbf\xbd\"");
	check_label("größe 網", "a=\"größe 網\"");
	check_label("other", "a=\"'other'\"");
	check_label("others", "a=\"others\"");
}

/* Whole characters are left off, and replacements count as well. */
static void test_long_labels(void **state)
{
	char value[1001], expected[LABELS_VALUE_MAX + 8];

	(void)state;
	memset(value, 'x', 1000);
	value[1000] = '\0';
	snprintf(expected, sizeof(expected), "a=\"%.*s\"", LABELS_VALUE_MAX, value);
	check_label(value, expected);
	memcpy(value + LABELS_VALUE_MAX - 1, "é", 2);
	snprintf(expected, sizeof(expected), "a=\"%.*s\"", LABELS_VALUE_MAX - 1, value);
	check_label(value, expected);
	memset(value, 1, 1000);
	snprintf(expected, sizeof(expected), "a=\"");
	for (int i = 0; i < LABELS_VALUE_MAX / 3; i++)
		strcat(expected, "\xef\xbf\xbd");
	strcat(expected, "\"");
	check_label(value, expected);
}

/* --- series --- */

#define OTHER "x=\"other\""

static void add_series(struct series_table *table, const char *name, __u64 tx)
{
	const __u64 values[SERIES_VALUES] = { tx };
	struct buffer labels = {};

	labels__add(&labels, "x", name);
	series__add(table, &labels, values);
	buffer__clear(&labels);
}

static long long series_value(const struct series_table *table, const char *name)
{
	const struct series *series = series__first(table);
	char labels[64];

	snprintf(labels, sizeof(labels), "x=\"%s\"", name);
	for (; series; series = series->hh.next) {
		if (!strcmp(series->labels, labels))
			return series->total[SERIES_TX];
	}
	return -1;
}

static void end_series(struct series_table *table, __u64 total, __u64 seconds)
{
	const __u64 totals[SERIES_VALUES] = { total };

	series__end(table, totals, seconds * SECOND);
}

/* The busiest newcomers of an interval have the places; who comes later, the rest. */
static void test_places(void **state)
{
	struct series_table *table;

	(void)state;
	assert_int_equal(series__new(&table, 2, 600 * SECOND, OTHER), 0);
	add_series(table, "small", 1);
	add_series(table, "large", 100);
	add_series(table, "middle", 10);
	end_series(table, 111, 1);
	assert_int_equal(series_value(table, "large"), 100);
	assert_int_equal(series_value(table, "middle"), 10);
	assert_int_equal(series_value(table, "small"), -1);
	assert_int_equal(series__other(table)->total[SERIES_TX], 1);
	add_series(table, "huge", 1000);
	add_series(table, "large", 1);
	end_series(table, 1001, 1);
	assert_int_equal(series_value(table, "huge"), -1);
	assert_int_equal(series_value(table, "large"), 101);
	assert_int_equal(series__other(table)->total[SERIES_TX], 1001);
	assert_string_equal(series__other(table)->labels, OTHER);
	series__free(table);
}

/* An idle one goes for a newcomer that is busier than it was of late; the rest takes what it had. */
static void test_replacing(void **state)
{
	struct series_table *table;

	(void)state;
	assert_int_equal(series__new(&table, 2, 600 * SECOND, OTHER), 0);
	add_series(table, "once", 1024);
	add_series(table, "often", 10);
	end_series(table, 1034, 1);
	add_series(table, "often", 10);
	end_series(table, 10, 540);
	add_series(table, "early", 1000000);
	add_series(table, "often", 1);
	end_series(table, 1000001, 59); /* not idle for long enough */
	assert_int_equal(series_value(table, "early"), -1);
	assert_int_equal(series_value(table, "once"), 1024);
	add_series(table, "small", 1); /* of 1024 one is left after ten minutes */
	end_series(table, 1, 1);
	assert_int_equal(series_value(table, "small"), -1);
	add_series(table, "late", 3);
	add_series(table, "later", 2);
	end_series(table, 5, 1);
	assert_int_equal(series_value(table, "late"), 3);
	assert_int_equal(series_value(table, "later"), -1);
	assert_int_equal(series_value(table, "once"), -1);
	assert_int_equal(series_value(table, "often"), 21);
	assert_int_equal(series__other(table)->total[SERIES_TX], 1000000 + 1 + 2 + 1024);
	series__free(table);
}

/* Everybody goes at once, for as many. To search all places for each newcomer would be 40,000,000,000 looks. */
static void test_replacing_many(void **state)
{
	const int many = 200000;
	struct series_table *table;
	char name[32];
	__u64 totals[2] = {};

	(void)state;
	assert_int_equal(series__new(&table, many, 600 * SECOND, OTHER), 0);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < many; i++) {
			snprintf(name, sizeof(name), "%d-%d", round, i);
			add_series(table, name, 1 + 1000 * round + i);
			totals[round] += 1 + 1000 * round + i;
		}
		end_series(table, totals[round], 1);
		end_series(table, 0, 600);
	}
	assert_int_equal(series_value(table, "0-0"), -1);
	assert_int_equal(series_value(table, "1-0"), 1001);
	assert_int_equal(series_value(table, "1-199999"), 201000);
	assert_int_equal(series__other(table)->total[SERIES_TX], totals[0]);
	series__free(table);
}

/* The least busy go first, one for each newcomer that is busier; who is not has no place, nor has who comes after it. */
static void test_replacing_in_order(void **state)
{
	struct series_table *table;

	(void)state;
	assert_int_equal(series__new(&table, 4, 600 * SECOND, OTHER), 0);
	add_series(table, "a", 3072);
	add_series(table, "b", 1024);
	add_series(table, "c", 4096);
	add_series(table, "d", 2048);
	end_series(table, 10240, 1);
	end_series(table, 0, 600); /* 3, 1, 4 and 2 are left of them */
	add_series(table, "e", 100);
	add_series(table, "f", 2);
	add_series(table, "g", 3);
	add_series(table, "h", 1);
	end_series(table, 106, 1);
	assert_int_equal(series_value(table, "e"), 100); /* for b */
	assert_int_equal(series_value(table, "g"), 3);	 /* for d */
	assert_int_equal(series_value(table, "f"), -1);
	assert_int_equal(series_value(table, "h"), -1);
	assert_int_equal(series_value(table, "a"), 3072);
	assert_int_equal(series_value(table, "c"), 4096);
	assert_int_equal(series__other(table)->total[SERIES_TX], 1024 + 2048 + 2 + 1);
	series__free(table);
}

/* --- the page --- */

static const char *const kinds[] = { "process", "user", "container", "pid", "connection" };

static void check_sums(const char *page, size_t top)
{
	char name[64];
	int count;
	__u64 tx = sum_of(page, "bpfhogs_transmit_bytes_total", &count);
	__u64 rx = sum_of(page, "bpfhogs_receive_bytes_total", &count);

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		snprintf(name, sizeof(name), "bpfhogs_%s_transmit_bytes_total", kinds[i]);
		assert_int_equal(sum_of(page, name, &count), tx);
		assert_in_range(count, 1, top + 1);
		snprintf(name, sizeof(name), "bpfhogs_%s_receive_bytes_total", kinds[i]);
		assert_int_equal(sum_of(page, name, &count), rx);
	}
}

/* Every sample of the earlier page that is in the later one too is not larger. */
static void check_no_decrease(const char *before, const char *after)
{
	for (const char *line = before; *line; line = strchr(line, '\n') + 1) {
		const char *space = strrchr(strndupa(line, strcspn(line, "\n")), ' ');
		char series[1024];
		long long now;

		if (*line == '#' || !strstr(strndupa(line, strcspn(line, "\n")), "bytes_total"))
			continue;
		snprintf(series, sizeof(series), "%.*s", (int)(strcspn(line, "\n") - strlen(space)), line);
		now = value_of(after, series);
		assert_true(now == -1 || now >= strtoll(space, NULL, 10));
	}
}

/* Many processes come and go, more than there are places for, some bytes are of nobody, or of no connection. */
static void test_sums(void **state)
{
	struct model *model = make_model();
	struct metrics *metrics = make_metrics(7);
	char *before = render(metrics, METRICS_TEXT), *after;
	unsigned int seed = 1;

	(void)state;
	for (int i = 0; i < 60; i++) {
		struct interval interval = make_interval((1 + rand_r(&seed) % 200) * SECOND);
		struct flow_key overflow = { .tgid = 7 };
		struct flow lost = make_flow(7, 1, "lost", 3, 5);
		char comm[COMM_LEN];

		model__begin(model);
		for (int j = rand_r(&seed) % 40; j > 0; j--) {
			__u32 tgid = 1 + rand_r(&seed) % (i < 40 ? 30 : 300);

			snprintf(comm, sizeof(comm), "prog%u", tgid % 50);
			add_flow(model, tgid, comm, rand_r(&seed) % 100000, rand_r(&seed) % 1000);
		}
		model__add(model, &overflow, &lost);
		interval.unowned_tx = rand_r(&seed) % 100;
		model__close(model, &interval);
		metrics__add(metrics, &interval, model, NULL, &health);
		after = render(metrics, METRICS_TEXT);
		check_sums(after, 7);
		check_no_decrease(before, after);
		free(before);
		before = after;
	}
	free(before);
	metrics__free(metrics);
	model__free(model);
}

static void test_page(void **state)
{
	struct model *model = make_model();
	struct metrics *metrics = make_metrics(0);
	struct interval interval = make_interval(2 * SECOND);
	char *page;

	(void)state;
	interval.lost_flows = 11;
	interval.missed = 12;
	model__begin(model);
	add_flow(model, 4, "other", 100, 200);
	add_flow(model, 5, "curl", 1, 2);
	model__close(model, &interval);
	metrics__add(metrics, &interval, model, NULL, &health);
	page = render(metrics, METRICS_TEXT);
	assert_int_equal(value_of(page, "bpfhogs_info{version=\"" VERSION "\",attach=\"fentry\"}"), 1);
	assert_int_equal(value_of(page, "bpfhogs_transmit_bytes_total"), 101);
	assert_int_equal(value_of(page, "bpfhogs_receive_bytes_total"), 202);
	assert_int_equal(value_of(page, "bpfhogs_process_transmit_bytes_total{program=\"'other'\"}"), 100);
	assert_int_equal(value_of(page, "bpfhogs_process_transmit_bytes_total{program=\"other\"}"), 0);
	assert_int_equal(value_of(page, "bpfhogs_process_receive_bytes_total{program=\"curl\"}"), 2);
	assert_int_equal(value_of(page, "bpfhogs_user_transmit_bytes_total{user=\"user4\"}"), 100);
	assert_int_equal(value_of(page, "bpfhogs_container_transmit_bytes_total{container=\"docker:1\"}"), 101);
	assert_int_equal(value_of(page, "bpfhogs_pid_transmit_bytes_total{pid=\"5\",program=\"curl\",user=\"user0\","
					"container=\"docker:1\"}"), 1);
	assert_int_equal(value_of(page, "bpfhogs_connection_receive_bytes_total{pid=\"5\",program=\"curl\",protocol=\"tcp\","
					"local=\"10.0.0.1:1005\",remote=\"192.0.2.7:443\"}"), 2);
	assert_int_equal(value_of(page, "bpfhogs_lost_flow_bytes_total"), 11);
	assert_int_equal(value_of(page, "bpfhogs_missed_runs_total"), 12);
	assert_int_equal(value_of(page, "bpfhogs_intervals_total"), 1);
	assert_int_equal(value_of(page, "bpfhogs_flow_map_entries"), 3);
	assert_int_equal(value_of(page, "bpfhogs_flow_map_capacity"), 65536);
	assert_int_equal(value_of(page, "bpfhogs_processes"), 2);
	assert_int_equal(value_of(page, "bpfhogs_connections"), 2);
	assert_non_null(strstr(page, "\nbpfhogs_interval_seconds 2.000000\n"));
	assert_non_null(strstr(page, "\nbpfhogs_poll_seconds 0.250000\n"));
	assert_true(value_of(page, "process_resident_memory_bytes") > 100000);
	assert_true(value_of(page, "process_start_time_seconds") > 1000000000);
	assert_non_null(strstr(page, "\n# TYPE bpfhogs_process_transmit_bytes_total counter\n"));
	assert_null(strstr(page, "# UNIT"));
	assert_null(strstr(page, "# EOF"));
	free(page);
	page = render(metrics, METRICS_OPENMETRICS);
	assert_non_null(strstr(page, "# TYPE bpfhogs info\nbpfhogs_info{"));
	assert_non_null(strstr(page, "\n# TYPE bpfhogs_process_transmit_bytes counter\n"
				     "# UNIT bpfhogs_process_transmit_bytes bytes\n"
				     "bpfhogs_process_transmit_bytes_total{"));
	assert_string_equal(page + strlen(page) - 6, "# EOF\n");
	free(page);
	metrics__free(metrics);
	model__free(model);
}

static void test_only_what_is_wanted(void **state)
{
	const struct metrics_options options = {};
	struct metrics *metrics;
	char *page;

	(void)state;
	assert_int_equal(metrics__new(&metrics, &options), 0);
	page = render(metrics, METRICS_TEXT);
	assert_null(strstr(page, "bpfhogs_pid_"));
	assert_null(strstr(page, "bpfhogs_connection_"));
	assert_true(metrics__is_current(metrics));
	free(page);
	metrics__free(metrics);
}

static void test_devices(void **state)
{
	static const struct device list[] = { { "eth0", 1500, 700 }, { "lo", 3, 3 }, { "wlan0", 0, 0 } };
	static const char empty[] = "heading\n";
	struct model *model = make_model();
	struct metrics *metrics = make_metrics(2);
	struct interval interval = make_interval(SECOND);
	char path[] = "/tmp/bpfhogs-dev-XXXXXX", *page;
	struct devices *devices;
	int count;

	(void)state;
	close(mkstemp(path));
	write_file(path, empty, sizeof(empty) - 1);
	assert_int_equal(devices__new(&devices, path), 0);
	assert_int_equal(devices__replace(devices, list, 3), 0);
	model__begin(model);
	add_flow(model, 4, "curl", 1000, 200);
	model__close(model, &interval);
	metrics__add(metrics, &interval, model, devices, &health);
	page = render(metrics, METRICS_TEXT);
	assert_int_equal(value_of(page, "bpfhogs_device_transmit_bytes_total{device=\"eth0\"}"), 1500);
	assert_int_equal(value_of(page, "bpfhogs_device_explained_transmit_bytes_total{device=\"eth0\"}"), 1000);
	assert_int_equal(value_of(page, "bpfhogs_device_explained_receive_bytes_total{device=\"lo\"}"), 0);
	assert_int_equal(sum_of(page, "bpfhogs_device_receive_bytes_total", &count), 703);
	assert_int_equal(count, 3);
	free(page);
	unlink(path);
	devices__free(devices);
	metrics__free(metrics);
	model__free(model);
}

static void test_current(void **state)
{
	struct model *model = make_model();
	struct metrics *metrics = make_metrics(0);

	(void)state;
	model__begin(model);
	end_interval(metrics, model, SECOND / 1000);
	assert_true(metrics__is_current(metrics));
	usleep(1100000);
	assert_false(metrics__is_current(metrics));
	metrics__free(metrics);
	model__free(model);
}

/* --- the file --- */

static void test_file(void **state)
{
	struct metrics *metrics = make_metrics(0);
	char dir[64], path[128], link_path[128], text[64] = "";
	struct stat stat;
	FILE *file;

	(void)state;
	make_temporary(dir, sizeof(dir));
	snprintf(path, sizeof(path), "%s/bpfhogs.prom", dir);
	snprintf(link_path, sizeof(link_path), "%s/precious", dir);
	write_file(link_path, "precious", 8);
	assert_int_equal(symlink(link_path, path), 0);
	umask(022);
	assert_int_equal(metrics__write_file(metrics, path), 0);
	assert_int_equal(metrics__write_file(metrics, path), 0);
	assert_int_equal(lstat(path, &stat), 0);
	assert_true(S_ISREG(stat.st_mode));
	assert_int_equal(stat.st_mode & 0777, 0644);
	file = fopen(link_path, "r");
	assert_int_equal(fread(text, 1, sizeof(text), file), 8);
	fclose(file);
	unlink(link_path);
	unlink(path);
	assert_int_equal(rmdir(dir), 0); /* nothing else is left there */
	metrics__free(metrics);
}

static void test_file_errors(void **state)
{
	struct metrics *metrics = make_metrics(0);
	char path[PATH_MAX + 10];

	(void)state;
	assert_int_equal(metrics__write_file(metrics, "/nonexistent/file.prom"), -ENOENT);
	assert_int_equal(metrics__write_file(metrics, "/dev/null"), -ENOTSUP);
	assert_int_equal(metrics__write_file(metrics, "/tmp"), -EISDIR);
	memset(path, 'x', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(metrics__write_file(metrics, path), -ENAMETOOLONG);
	metrics__free(metrics);
}

/* What a process with our pid left, or somebody put there, is neither followed nor in the way. */
static void test_file_leftover(void **state)
{
	struct metrics *metrics = make_metrics(0);
	char dir[64], path[128], leftover[192], precious[128];
	struct stat stat;

	(void)state;
	make_temporary(dir, sizeof(dir));
	snprintf(path, sizeof(path), "%s/bpfhogs.prom", dir);
	snprintf(precious, sizeof(precious), "%s/precious", dir);
	snprintf(leftover, sizeof(leftover), "%s.%d.new", path, getpid());
	assert_int_equal(symlink(precious, leftover), 0);
	assert_int_equal(metrics__write_file(metrics, path), 0);
	assert_int_equal(lstat(path, &stat), 0);
	assert_true(S_ISREG(stat.st_mode));
	assert_int_equal(lstat(precious, &stat), -1);
	unlink(path);
	assert_int_equal(rmdir(dir), 0);
	metrics__free(metrics);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_labels),
		cmocka_unit_test(test_long_labels),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_replacing),
		cmocka_unit_test(test_replacing_many),
		cmocka_unit_test(test_replacing_in_order),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_only_what_is_wanted),
		cmocka_unit_test(test_devices),
		cmocka_unit_test(test_current),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_file_errors),
		cmocka_unit_test(test_file_leftover),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
