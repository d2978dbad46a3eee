/* SPDX-License-Identifier: GPL-2.0 */
#include "fixture.h"
#include "memory.h"

#include "model.h"

static struct model *make_model(const struct model_config *config)
{
	struct model *model;

	assert_int_equal(model__new(&model, config), 0);
	model__begin(model);
	return model;
}

static struct model *make_plain_model(void)
{
	struct model_config config = { .netns = NETNS };

	return make_model(&config);
}

static void add(struct model *model, __u32 tgid, __u64 start_time, __u16 port, __u64 tx, __u64 rx)
{
	struct flow_key key = key_of(tgid, port);
	struct flow flow = make_flow(tgid, start_time, "prog", tx, rx);

	model__add(model, &key, &flow);
}

static void close_after(struct model *model, __u64 elapsed_ns)
{
	struct interval interval = make_interval(elapsed_ns);

	model__close(model, &interval);
}

static const struct process *find_process(const struct model *model, __u32 tgid, __u64 start_time)
{
	const struct process *process = model__processes(model, MODEL_ALL);

	while (process && (process->id.tgid != tgid || process->id.start_time != start_time))
		process = process->next;
	return process;
}

static size_t count_active(const struct model *model)
{
	size_t count = 0;

	for (const struct process *p = model__processes(model, MODEL_ACTIVE); p; p = p->next)
		count++;
	return count;
}

/* That all processes and the rest sum up to the total, for the interval and for the run. */
static void assert_sums(const struct model *model)
{
	const struct activity *total = model__total(model);
	struct counters interval = model__other(model)->activity.interval;
	struct counters run = model__other(model)->activity.total;

	for (const struct process *p = model__processes(model, MODEL_ALL); p; p = p->next) {
		interval.tx_bytes += p->activity.interval.tx_bytes;
		interval.rx_bytes += p->activity.interval.rx_bytes;
		run.tx_bytes += p->activity.total.tx_bytes;
		run.rx_bytes += p->activity.total.rx_bytes;
	}
	assert_int_equal(interval.tx_bytes, total->interval.tx_bytes);
	assert_int_equal(interval.rx_bytes, total->interval.rx_bytes);
	assert_int_equal(run.tx_bytes, total->total.tx_bytes);
	assert_int_equal(run.rx_bytes, total->total.rx_bytes);
}

static void test_rates(void **state)
{
	struct model *model = make_plain_model();
	const struct process *process;

	(void)state;
	add(model, 10, 1, 1000, 1000, 50);
	add(model, 10, 1, 1001, 500, 0);
	close_after(model, SECOND / 10);
	process = find_process(model, 10, 1);
	assert_int_equal(process->connections, 2);
	assert_int_equal(process->activity.interval.tx_bytes, 1500);
	assert_int_equal(process->activity.tx_rate, 15000);
	assert_int_equal(process->activity.rx_rate, 500);
	assert_int_equal(process->activity.first_seen.tv_sec, 1795431601);

	model__begin(model);
	assert_int_equal(process->activity.tx_rate, 0);
	assert_int_equal(count_active(model), 0);
	add(model, 10, 1, 1000, 1000, 0);
	close_after(model, 10 * SECOND);
	assert_int_equal(process->connections, 1);
	assert_int_equal(process->activity.tx_rate, 100);
	assert_int_equal(process->activity.tx_peak, 15000);
	assert_int_equal(process->activity.sum_peak, 15500);
	assert_int_equal(process->activity.total.tx_bytes, 2500);
	assert_int_equal(model__total(model)->tx_rate, 100);
	assert_int_equal(model__elapsed_ns(model), 10 * SECOND + SECOND / 10);
	assert_int_equal(model__intervals(model), 2);
	assert_sums(model);
	model__free(model);
}

static void test_rate(void **state)
{
	(void)state;
	assert_int_equal(interval__rate(5, 0), 0);
	assert_int_equal(interval__rate(5, 10 * SECOND), 1);
	assert_int_equal(interval__rate(4, 10 * SECOND), 0);
	assert_int_equal(interval__rate(1ULL << 62, SECOND), 1ULL << 62);
	assert_int_equal(interval__rate(1ULL << 60, SECOND / 10), 10 * (1ULL << 60));
}

/* An interval cut short has rates, and sets no peak. */
static void test_short_interval(void **state)
{
	struct model *model = make_plain_model();

	(void)state;
	add(model, 10, 1, 1000, 100, 0);
	close_after(model, SECOND);
	model__begin(model);
	add(model, 10, 1, 1000, 100, 0);
	close_after(model, SECOND / 1000);
	assert_int_equal(model__total(model)->tx_rate, 100000);
	assert_int_equal(model__total(model)->tx_peak, 100);
	model__free(model);
}

/* Nor is one cut short that comes after a late one, or when intervals get shorter: but for the first of those. */
static void test_late_interval(void **state)
{
	static const __u64 lengths[] = { SECOND, 3 * SECOND, SECOND, SECOND / 10, SECOND / 10 };
	static const __u64 peaks[] = { 100, 100, 300, 300, 5000 };
	struct model *model = make_plain_model();

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		model__begin(model);
		add(model, 10, 1, 1000, i < 2 ? 100 : i == 2 ? 300 : 500, 0);
		close_after(model, lengths[i]);
		assert_int_equal(model__total(model)->tx_peak, peaks[i]);
	}
	model__free(model);
}

static void test_large_numbers(void **state)
{
	struct model *model = make_plain_model();
	__u64 large = 0x123456789abcdef0ULL;

	(void)state;
	add(model, 10, 1, 1000, large, large + 1);
	close_after(model, SECOND);
	assert_int_equal(find_process(model, 10, 1)->activity.tx_rate, large);
	assert_int_equal(model__total(model)->total.rx_bytes, large + 1);
	model__free(model);
}

/* The same pid, port and name, but not the same process: neither are the connections. */
static void test_pid_reuse(void **state)
{
	struct model *model = make_plain_model();

	(void)state;
	add(model, 10, 1, 1000, 100, 0);
	close_after(model, SECOND);
	model__begin(model);
	add(model, 10, 2, 1000, 7, 0);
	close_after(model, SECOND);
	assert_int_equal(model__process_count(model), 2);
	assert_int_equal(model__connection_count(model), 2);
	assert_int_equal(find_process(model, 10, 1)->activity.total.tx_bytes, 100);
	assert_int_equal(find_process(model, 10, 1)->activity.interval.tx_bytes, 0);
	assert_int_equal(find_process(model, 10, 2)->activity.total.tx_bytes, 7);
	assert_sums(model);
	model__free(model);
}

static void test_overflow_and_unowned(void **state)
{
	struct model *model = make_plain_model();
	struct flow_key key = { .tgid = 10 };
	struct flow flow = make_flow(10, 1, "prog", 30, 40);
	struct interval interval = make_interval(SECOND);

	(void)state;
	add(model, 10, 1, 1000, 100, 0);
	model__add(model, &key, &flow);
	interval.unowned_tx = 5;
	interval.unowned_rx = 6;
	model__close(model, &interval);
	assert_int_equal(model__connection_count(model), 1);
	assert_int_equal(find_process(model, 10, 1)->connections, 1);
	assert_int_equal(find_process(model, 10, 1)->activity.interval.tx_bytes, 130);
	assert_int_equal(model__total(model)->interval.tx_bytes, 135);
	assert_int_equal(model__total(model)->rx_rate, 46);
	assert_int_equal(model__other(model)->activity.interval.rx_bytes, 6);
	assert_sums(model);
	model__free(model);
}

static void test_kernel(void **state)
{
	struct model *model = make_plain_model();

	(void)state;
	add(model, TGID_KERNEL, 5, 1000, 1, 0);
	add(model, TGID_KERNEL, 6, 1001, 1, 0);
	close_after(model, SECOND);
	assert_int_equal(model__process_count(model), 1);
	assert_string_equal(find_process(model, TGID_KERNEL, 0)->owner.comm, "[kernel]");
	assert_int_equal(find_process(model, TGID_KERNEL, 0)->connections, 2);
	model__free(model);
}

static int lookups;

static int identify(void *ctx, const struct owner *owner, struct identity *identity)
{
	if (*(bool *)ctx)
		return -ENOMEM;
	lookups++;
	identity->user = strdup(owner->comm);
	return identity->user ? 0 : -ENOMEM;
}

static void add_named(struct model *model, const char *comm, __u32 uid)
{
	struct flow_key key = key_of(10, 1000);
	struct flow flow = make_flow(10, 1, comm, 1, 1);

	flow.owner.uid = uid;
	model__add(model, &key, &flow);
	close_after(model, SECOND);
	model__begin(model);
}

/* Once, and again when the process became something else. */
static void test_identify(void **state)
{
	bool fail = false;
	struct model_config config = { .identify = identify, .identify_ctx = &fail };
	struct model *model = make_model(&config);
	const struct process *process;

	(void)state;
	lookups = 0;
	add_named(model, "sh", 0);
	add_named(model, "sh", 0);
	assert_int_equal(lookups, 1);
	add_named(model, "curl", 0);
	assert_int_equal(lookups, 2);
	process = find_process(model, 10, 1);
	assert_string_equal(process->owner.comm, "curl");
	assert_string_equal(process->identity.user, "curl");
	fail = true;
	add_named(model, "curl", 33);
	assert_null(process->identity.user);
	fail = false;
	add_named(model, "curl", 33);
	assert_int_equal(lookups, 3);
	assert_int_equal(process->owner.uid, 33);
	assert_int_equal(process->owner.tgid, 10);
	assert_int_equal(process->owner.start_time, 1);
	model__free(model);
}

static int identify_in_the_middle(void *ctx, const struct owner *owner, struct identity *identity)
{
	struct model *const *model = ctx;

	(void)owner;
	(void)identity;
	assert_int_equal(model__edition(*model), 0);
	lookups++;
	return 0;
}

/* Whoever is called while an interval is taken sees that nothing stands still. */
static void test_edition(void **state)
{
	struct model *model;
	struct model_config config = { .identify = identify_in_the_middle, .identify_ctx = &model };
	__u64 before;

	(void)state;
	lookups = 0;
	assert_int_equal(model__new(&model, &config), 0);
	before = model__edition(model);
	for (int i = 1; i <= 3; i++) {
		assert_int_not_equal(before, 0);
		model__begin(model);
		assert_int_equal(model__edition(model), 0);
		add(model, i, 1, 80, 1000, 0);
		close_after(model, SECOND);
		assert_int_equal(lookups, i);
		assert_int_not_equal(model__edition(model), before);
		before = model__edition(model);
	}
	model__free(model);
}

/* A root process without any facts but its id has that in its owner. */
static void test_owner_of_zeros(void **state)
{
	struct model *model = make_plain_model();
	struct flow_key key = key_of(10, 1000);
	struct flow flow = { .tx_bytes = 1, .owner = { .tgid = 10, .start_time = 3 } };

	(void)state;
	model__add(model, &key, &flow);
	close_after(model, SECOND);
	assert_int_equal(find_process(model, 10, 3)->owner.tgid, 10);
	assert_int_equal(find_process(model, 10, 3)->owner.start_time, 3);
	model__free(model);
}

static void add_over(struct model *model, __u32 netns, __u16 port, const char *dev, __u64 tx)
{
	struct flow_key key = key_of(10, port);
	struct flow flow = make_flow(10, 1, "prog", tx, 0);

	key.netns = netns;
	memset(flow.dev, 0, sizeof(flow.dev));
	memcpy(flow.dev, dev, strnlen(dev, sizeof(flow.dev)));
	model__add(model, &key, &flow);
}

static void test_devices(void **state)
{
	struct model *model = make_plain_model();

	(void)state;
	add_over(model, NETNS, 1, "eth0", 10);
	add_over(model, NETNS, 2, "wlan0", 50);
	add_over(model, NETNS, 3, "eth0", 20);
	add_over(model, NETNS, 4, "", 90);
	add_over(model, NETNS + 1, 5, "eth0", 1000);
	add_over(model, NETNS, 6, "not-terminated-name", 1);
	close_after(model, SECOND);
	assert_int_equal(model__explained(model, "eth0").tx_bytes, 30);
	assert_int_equal(model__explained(model, "wlan0").tx_bytes, 50);
	assert_int_equal(model__explained(model, "lo").tx_bytes, 0);
	assert_int_equal(model__explained(model, "not-terminated-").tx_bytes, 1);
	assert_string_equal(find_process(model, 10, 1)->dev, "eth0");
	model__begin(model);
	assert_int_equal(model__explained(model, "eth0").tx_bytes, 0);
	add_over(model, NETNS, 2, "wlan0", 1);
	close_after(model, SECOND);
	assert_int_equal(model__explained(model, "wlan0").tx_bytes, 1);
	assert_string_equal(find_process(model, 10, 1)->dev, "wlan0");
	model__free(model);
}

static void test_idle_connections(void **state)
{
	struct model_config config = { .linger_ns = 3 * SECOND };
	struct model *model = make_model(&config);

	(void)state;
	add(model, 10, 1, 1000, 1, 0);
	add(model, 10, 1, 1001, 1, 0);
	for (int i = 0; i < 4; i++) {
		close_after(model, SECOND);
		model__begin(model);
		assert_int_equal(model__connection_count(model), 2);
		add(model, 10, 1, 1000, 1, 0);
	}
	close_after(model, SECOND);
	model__begin(model);
	assert_int_equal(model__connection_count(model), 1);
	assert_int_equal(model__connections(model, MODEL_ALL)->id.key.lport, 1000);
	assert_int_equal(find_process(model, 10, 1)->activity.total.tx_bytes, 6);
	assert_sums(model);
	model__free(model);
}

/* Many more processes and connections than there may be: bounded, and every sum exact. */
static void test_bounds(void **state)
{
	struct model_config config = { .max_processes = 64, .max_connections = 128 };
	struct model *model = make_model(&config);
	const struct process *large;

	(void)state;
	add(model, 1, 1, 1, 1000000, 1);
	for (__u32 i = 0; i < 200; i++) {
		for (__u32 tgid = 100; tgid < 150; tgid++) {
			for (__u16 port = 0; port < 5; port++)
				add(model, tgid, i, port, tgid, i);
		}
		close_after(model, SECOND);
		assert_sums(model);
		assert_int_equal(count_active(model), i ? 50 : 51);
		model__begin(model);
		assert_true(model__process_count(model) <= 64);
		assert_true(model__connection_count(model) <= 128);
		assert_sums(model);
	}
	assert_true(model__other(model)->activity.total.tx_bytes > 0);
	large = find_process(model, 1, 1);
	assert_non_null(large);
	assert_int_equal(large->activity.total.tx_bytes, 1000000);
	model__free(model);
}

/* Who did much is remembered longer than who did little; who is active, longest. */
static void test_smallest_go_first(void **state)
{
	struct model_config config = { .max_processes = 8 };
	struct model *model = make_model(&config);

	(void)state;
	add(model, 1, 1, 1, 1000000, 0);
	for (__u32 tgid = 2; tgid < 7; tgid++)
		add(model, tgid, 1, 1, 1000 - tgid, 0);
	close_after(model, SECOND);
	model__begin(model);
	for (__u32 tgid = 10; tgid < 14; tgid++)
		add(model, tgid, 1, 1, 1, 0);
	close_after(model, SECOND);
	model__begin(model);
	assert_int_equal(model__process_count(model), 7);
	assert_non_null(find_process(model, 1, 1));
	assert_non_null(find_process(model, 3, 1));
	assert_null(find_process(model, 4, 1));
	assert_non_null(find_process(model, 10, 1));
	assert_int_equal(model__other(model)->activity.total.tx_bytes, 996 + 995 + 994);
	assert_sums(model);
	model__free(model);
}

/* The process and the device that the last flow was of are forgotten, and come again. */
static void test_last_is_forgotten(void **state)
{
	struct model_config config = { .netns = NETNS, .max_processes = 8 };
	struct model *model = make_model(&config);

	(void)state;
	for (__u32 tgid = 1; tgid < 20; tgid++)
		add(model, tgid, 1, 1, 1000 - tgid, 0);
	close_after(model, SECOND);
	model__begin(model);
	assert_null(find_process(model, 19, 1));
	close_after(model, SECOND);
	model__begin(model);
	add(model, 19, 1, 1, 5, 0);
	close_after(model, SECOND);
	assert_int_equal(find_process(model, 19, 1)->activity.total.tx_bytes, 5);
	assert_int_equal(model__explained(model, "eth0").tx_bytes, 5);
	assert_sums(model);
	model__free(model);
}

/* No memory for new entries: their bytes are in the total all the same. */
static void test_no_memory(void **state)
{
	struct model *model = make_plain_model();
	struct model_config config = {};
	struct model *none;
	int err;

	(void)state;
	add(model, 10, 1, 1000, 100, 1);
	no_memory = true;
	add(model, 10, 1, 1001, 20, 2);
	add(model, 11, 1, 1001, 3, 3);
	close_after(model, SECOND);
	err = model__new(&none, &config);
	no_memory = false;
	assert_int_equal(err, -ENOMEM);
	assert_int_equal(model__process_count(model), 1);
	assert_int_equal(model__connection_count(model), 1);
	assert_int_equal(find_process(model, 10, 1)->activity.total.tx_bytes, 120);
	assert_int_equal(model__other(model)->activity.interval.tx_bytes, 3);
	assert_int_equal(model__total(model)->interval.tx_bytes, 123);
	assert_sums(model);
	model__begin(model);
	add(model, 11, 1, 1001, 3, 3);
	close_after(model, SECOND);
	assert_int_equal(model__process_count(model), 2);
	assert_sums(model);
	model__free(model);
}

/* Memory that ends within the insertion into a hash. */
static void test_no_memory_first(void **state)
{
	struct model *model = make_plain_model();

	(void)state;
	no_memory = true;
	add(model, 11, 1, 1001, 3, 3);
	no_memory = false;
	close_after(model, SECOND);
	assert_int_equal(model__process_count(model), 0);
	assert_null(model__processes(model, MODEL_ALL));
	assert_int_equal(model__other(model)->activity.total.rx_bytes, 3);
	assert_sums(model);
	model__free(model);
	model__free(NULL);
}

static size_t count_recent(const struct model *model)
{
	size_t count = 0;

	for (const struct connection *c = model__connections(model, MODEL_RECENT); c; c = c->next)
		count += model__is_connection(model, c, MODEL_RECENT);
	return count;
}

static void test_recent_and_kept(void **state)
{
	struct model_config config = { .linger_ns = 3 * SECOND, .keep = true, .windows = true, .max_connections = 50 };
	struct model *model = make_model(&config);

	(void)state;
	for (int i = 0; i < 20; i++) {
		add(model, 10, 1, 1000 + i, 1000, 0);
		add(model, 10, 1, 1, 500, 0);
		close_after(model, SECOND);
		assert_int_equal(count_recent(model), i < 3 ? i + 2 : 5);
		model__begin(model);
	}
	assert_int_equal(model__connection_count(model), 21);
	for (int i = 0; i < 60; i++)
		add(model, 10, 1, 2000 + i, 1, 0);
	close_after(model, SECOND);
	assert_int_equal(model__connection_count(model), 81);
	model__begin(model);
	assert_int_equal(model__connection_count(model), 50);
	assert_sums(model);
	model__free(model);
}

static void test_windows(void **state)
{
	struct model_config config = { .linger_ns = 60 * SECOND, .windows = true };
	struct model *model = make_model(&config);
	const struct connection *connection;

	(void)state;
	for (int i = 0; i < 12; i++) {
		add(model, 10, 1, 1000, i < 10 ? 1000 : 0, i);
		close_after(model, SECOND);
		if (i < 11)
			model__begin(model);
	}
	connection = model__connections(model, MODEL_RECENT);
	assert_int_equal(model__average(connection, MODEL_WINDOW_2).tx, 0);
	assert_int_equal(model__average(connection, MODEL_WINDOW_10).tx, 800);
	assert_int_equal(model__average(connection, MODEL_WINDOW_40).tx, 833);
	assert_int_equal(model__average(connection, MODEL_WINDOW_2).rx, 11); /* 10.5 */
	model__free(model);
}

static bool ended_process(void *ctx, const struct owner *owner)
{
	return owner->tgid == *(__u32 *)ctx;
}

static bool ended_connection(void *ctx, const struct flow_key *key)
{
	(void)ctx;
	return key->lport == 7;
}

static void test_tombstones(void **state)
{
	__u32 dead = 0;
	struct model_config config = { .linger_ns = 60 * SECOND,
				       .process_ended = ended_process,
				       .connection_ended = ended_connection,
				       .ended_ctx = &dead };
	struct model *model = make_model(&config);

	(void)state;
	add(model, 10, 1, 7, 1, 0);
	add(model, 10, 1, 8, 1, 0);
	add(model, 11, 1, 9, 1, 0);
	close_after(model, SECOND);
	assert_int_equal(count_recent(model), 3);
	for (int i = 0; i < 7; i++) {
		dead = i ? 11 : 0;
		model__begin(model);
		close_after(model, SECOND);
		assert_int_equal(count_recent(model), i < 6 ? 3 : 2);
	}
	model__begin(model);
	close_after(model, SECOND);
	assert_int_equal(count_recent(model), 1);
	assert_false(model__is_process(model, find_process(model, 11, 1), MODEL_RECENT));
	assert_true(model__is_process(model, find_process(model, 10, 1), MODEL_RECENT));
	model__begin(model);
	add(model, 10, 1, 7, 1, 0); /* the port is used again */
	close_after(model, SECOND);
	assert_int_equal(count_recent(model), 2);
	model__free(model);
}

static void test_past(void **state)
{
	struct model *model = make_plain_model();

	(void)state;
	for (int i = 0; i < MODEL_PAST + 10; i++) {
		add(model, 10, 1, 7, i, 2 * i);
		close_after(model, SECOND);
		model__begin(model);
	}
	assert_int_equal(model__past(model, 0).tx, MODEL_PAST + 9);
	assert_int_equal(model__past(model, MODEL_PAST - 1).rx, 20);
	assert_int_equal(model__past(model, MODEL_PAST).rx, 0);
	model__free(model);
}

static void test_clone(void **state)
{
	struct model_config config = { .netns = NETNS, .windows = true, .identify = identify };
	struct model *model, *copy;
	int identified = 0;

	(void)state;
	config.identify_ctx = &identified;
	model = make_model(&config);
	for (int i = 0; i < 5; i++) {
		add(model, 10 + i, 1, 7, 5, 1);
		add(model, 10, 1, 100 + i, 5, 1);
		close_after(model, SECOND);
		if (i < 4)
			model__begin(model);
	}
	assert_int_equal(model__clone(&copy, model), 0);
	model__begin(model);
	add(model, 10, 1, 7, 1000, 1);
	close_after(model, SECOND);
	model__free(model);
	assert_int_equal(model__process_count(copy), 5);
	assert_int_equal(count_active(copy), 2);
	assert_int_equal(model__total(copy)->total.tx_bytes, 50);
	assert_int_equal(model__past(copy, 0).tx, 10);
	assert_int_equal(model__explained(copy, "eth0").tx_bytes, 10);
	assert_int_equal(count_recent(copy), 10);
	assert_non_null(find_process(copy, 10, 1)->identity.user);
	for (const struct connection *c = model__connections(copy, MODEL_ALL); c; c = c->next)
		assert_int_equal(c->id.key.tgid, c->process->id.tgid);
	assert_sums(copy);
	model__free(copy);
}

static void assert_same(const struct model *a, const struct model *b)
{
	const struct connection *d = model__connections(b, MODEL_ALL);

	assert_int_equal(model__elapsed_ns(a), model__elapsed_ns(b));
	assert_int_equal(model__connection_count(a), model__connection_count(b));
	assert_memory_equal(model__windows(a), model__windows(b), MODEL_WINDOWS * sizeof(struct rates));
	assert_memory_equal(model__total(a), model__total(b), sizeof(struct activity));
	for (const struct connection *c = model__connections(a, MODEL_ALL); c; c = c->next, d = d->next) {
		assert_memory_equal(&c->id, &d->id, sizeof(c->id));
		for (enum model_window i = 0; i < MODEL_WINDOWS; i++) {
			assert_int_equal(model__average(c, i).tx, model__average(d, i).tx);
			assert_int_equal(model__average(c, i).rx, model__average(d, i).rx);
		}
		assert_memory_equal(&c->activity, &d->activity, sizeof(c->activity));
	}
}

/* What a copy becomes is what the other becomes. */
static void test_clone_goes_on(void **state)
{
	struct model_config config = { .netns = NETNS, .windows = true };
	struct model *model = make_model(&config), *copy;

	(void)state;
	for (int i = 0; i < 60; i++) {
		add(model, 10, 1, 100 + i % 7, 5 * i, 1);
		close_after(model, SECOND);
		if (i == 30)
			assert_int_equal(model__clone(&copy, model), 0);
		model__begin(model);
	}
	for (int i = 31; i < 60; i++) {
		model__begin(copy);
		add(copy, 10, 1, 100 + i % 7, 5 * i, 1);
		close_after(copy, SECOND);
	}
	model__begin(copy);
	assert_same(model, copy);
	model__free(model);
	model__free(copy);
}

/* What is added together is what is added one by one, be it new, known, or twice among them. */
static void test_add_all(void **state)
{
	struct model_config config = { .netns = NETNS };
	struct model *model = make_model(&config), *other = make_model(&config);
	struct flow_key keys[100];
	struct flow flows[100];

	(void)state;
	for (int count = 0; count <= 100; count++) {
		for (int i = 0; i < count; i++) {
			keys[i] = key_of(10 + i % 3, i * count % 70);
			flows[i] = make_flow(10 + i % 3, 1, "prog", i, count);
			model__add(other, &keys[i], &flows[i]);
		}
		model__add_all(model, keys, flows, count);
		close_after(model, SECOND);
		close_after(other, SECOND);
		assert_same(model, other);
		assert_sums(model);
		model__begin(model);
		model__begin(other);
	}
	model__free(model);
	model__free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_rate),
		cmocka_unit_test(test_short_interval), cmocka_unit_test(test_late_interval),
		cmocka_unit_test(test_large_numbers),
		cmocka_unit_test(test_pid_reuse),
		cmocka_unit_test(test_overflow_and_unowned),
		cmocka_unit_test(test_kernel),
		cmocka_unit_test(test_identify),
		cmocka_unit_test(test_edition),
		cmocka_unit_test(test_owner_of_zeros),
		cmocka_unit_test(test_devices),
		cmocka_unit_test(test_idle_connections),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_smallest_go_first),
		cmocka_unit_test(test_last_is_forgotten),
		cmocka_unit_test(test_recent_and_kept),
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_tombstones),
		cmocka_unit_test(test_past),
		cmocka_unit_test(test_clone),
		cmocka_unit_test(test_clone_goes_on),
		cmocka_unit_test(test_add_all),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_no_memory_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
