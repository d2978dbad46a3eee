/* SPDX-License-Identifier: GPL-2.0 */
#include "fixture.h"

#include "groups.h"
#include "listing.h"
#include "rank.h"

#define PROCESSES 300

static int identify(void *ctx, const struct owner *owner, struct identity *identity)
{
	char user[32], container[32];
	const struct identity texts = { user, "prog", "/bin/prog", "prog", "/", container };

	(void)ctx;
	snprintf(user, sizeof(user), "user%u", owner->tgid % 3);
	snprintf(container, sizeof(container), "%s", owner->tgid % 2 ? "" : "docker:1");
	return identity__copy(identity, &texts);
}

static void add(struct model *model, __u32 tgid, __u64 tx, __u64 rx)
{
	char peer[32];
	struct flow_key key;
	struct flow flow = make_flow(tgid, 1, "prog", tx, rx);

	snprintf(peer, sizeof(peer), "192.0.2.%u", tgid % 7);
	key = make_key(tgid, "10.0.0.1", 10000 + tgid, peer, tgid % 2 ? 443 : 53);
	model__add(model, &key, &flow);
}

/* Rates all different and in no order; some bytes of nobody, some of no connection. */
static struct model *make_model(void)
{
	struct model_config config = { .netns = NETNS, .identify = identify };
	struct interval interval = make_interval(SECOND);
	struct flow_key overflow = { .tgid = 7 };
	struct flow flow = make_flow(7, 1, "prog", 1000, 0);
	struct model *model;

	assert_int_equal(model__new(&model, &config), 0);
	model__begin(model);
	for (__u32 i = 0; i < PROCESSES; i++)
		add(model, 1 + i * 7919 % PROCESSES, 1 + i, 2 * i);
	model__add(model, &overflow, &flow);
	interval.unowned_tx = 50;
	model__close(model, &interval);
	return model;
}

static __u64 sum_of(const struct listing *listing)
{
	__u64 sum = 0;

	for (size_t i = 0; i < listing->count; i++) {
		const struct counters *counters = &listing__activity(listing->kind, listing->rows[i])->interval;

		sum += counters->tx_bytes + counters->rx_bytes;
	}
	return sum;
}

/* Whatever is summed up by: all of it is everything. But connections lack what has none. */
static void test_sums(void **state)
{
	struct model *model = make_model();
	const struct counters *total = &model__total(model)->interval;
	struct listing listing = {};

	(void)state;
	for (int kind = 0; kind < LISTING_KINDS; kind++) {
		const struct listing_options options = { .kind = kind };
		__u64 lacks = kind == LISTING_CONNECTIONS ? 1050 : 0;

		assert_int_equal(listing__build(&listing, model, &options), 0);
		assert_int_equal(sum_of(&listing) + lacks, total->tx_bytes + total->rx_bytes);
	}
	listing__clear(&listing);
	model__free(model);
}

static size_t count_of(const struct model *model, enum listing_kind kind)
{
	const struct listing_options options = { .kind = kind };
	struct listing listing = {};
	size_t count;

	assert_int_equal(listing__build(&listing, model, &options), 0);
	count = listing.count;
	listing__clear(&listing);
	return count;
}

static void test_kinds(void **state)
{
	struct model *model = make_model();

	(void)state;
	assert_int_equal(count_of(model, LISTING_PROCESSES), PROCESSES + 1);
	assert_int_equal(count_of(model, LISTING_CONNECTIONS), PROCESSES);
	assert_int_equal(count_of(model, LISTING_HOSTS), 7 + 1);
	assert_int_equal(count_of(model, LISTING_PORTS), 2 + 1);
	assert_int_equal(count_of(model, LISTING_CONTAINERS), 2 + 1);
	assert_int_equal(count_of(model, LISTING_USERS), 3 + 1);
	model__free(model);
}

/* Each window of each order is what sorting all would have there. */
static void test_windows(void **state)
{
	struct model *model = make_model();
	struct listing all = {}, listing = {};

	(void)state;
	for (int sort = 0; sort < ORDER_SORTS; sort++) {
		const struct listing_options options = { .kind = LISTING_PROCESSES, .sort = sort };

		assert_int_equal(listing__build(&all, model, &options), 0);
		assert_int_equal(listing__rank(&all, 0, all.count), all.count);
		for (size_t from = 0; from <= all.count; from += 43) {
			size_t there = all.count - from < 20 ? all.count - from : 20;

			assert_int_equal(listing__build(&listing, model, &options), 0);
			assert_int_equal(listing__rank(&listing, from, 20), there);
			for (size_t i = from; i < from + there; i++) {
				assert_ptr_equal(listing.rows[i], all.rows[i]);
				assert_int_equal(listing__place(&listing, all.rows[i]), i);
			}
		}
	}
	listing__clear(&all);
	listing__clear(&listing);
	model__free(model);
}

/* A row is found again in another listing, of another moment. */
static void test_find(void **state)
{
	struct model *model = make_model(), *later = make_model();
	struct listing listing = {}, another = {};

	(void)state;
	for (int kind = 0; kind < LISTING_KINDS; kind++) {
		const struct listing_options options = { .kind = kind };
		struct row_id id, none = { "no such row" };

		assert_int_equal(listing__build(&listing, model, &options), 0);
		assert_int_equal(listing__build(&another, later, &options), 0);
		listing__rank(&listing, 1, 1);
		id = listing__id(&listing, listing.rows[1]);
		assert_non_null(listing__find(&another, &id));
		assert_int_equal(listing__place(&another, listing__find(&another, &id)), 1);
		assert_null(listing__find(&another, &none));
	}
	listing__clear(&listing);
	listing__clear(&another);
	model__free(model);
	model__free(later);
}

/* What keeps rows of the model's must see that they may be gone. */
static void test_is_of(void **state)
{
	const struct listing_options options = { .kind = LISTING_CONNECTIONS };
	struct model *model = make_model(), *another = make_model();
	struct interval interval = make_interval(SECOND);
	struct listing listing = {};

	(void)state;
	assert_false(listing__is_of(&listing, model));
	assert_int_equal(listing__build(&listing, model, &options), 0);
	assert_true(listing__is_of(&listing, model));
	assert_false(listing__is_of(&listing, another));
	model__begin(model);
	assert_false(listing__is_of(&listing, model));
	model__close(model, &interval);
	assert_false(listing__is_of(&listing, model));
	assert_int_equal(listing__build(&listing, model, &options), 0);
	assert_true(listing__is_of(&listing, model));
	listing__clear(&listing);
	assert_false(listing__is_of(&listing, model));
	model__free(model);
	model__free(another);
}

static void test_of_a_process(void **state)
{
	struct model *model = make_model();
	const struct process_id id = { .tgid = 5, .start_time = 1 };
	const struct listing_options options = { .kind = LISTING_CONNECTIONS, .process = &id };
	struct listing listing = {};

	(void)state;
	assert_int_equal(listing__build(&listing, model, &options), 0);
	assert_int_equal(listing.count, 1);
	assert_int_equal(((const struct connection *)listing.rows[0])->id.key.tgid, 5);
	listing__clear(&listing);
	model__free(model);
}

static void test_totals(void **state)
{
	struct interval interval = make_interval(100 * SECOND);
	struct listing_options options = { .kind = LISTING_PROCESSES };
	struct model *model = make_model();
	struct listing listing = {};

	(void)state;
	model__begin(model);
	model__close(model, &interval);
	assert_int_equal(listing__build(&listing, model, &options), 0);
	assert_int_equal(listing.count, 1); /* what is nobody's stays */
	options.totals = true;
	assert_int_equal(listing__build(&listing, model, &options), 0);
	assert_int_equal(listing.count, PROCESSES + 1);
	listing__clear(&listing);
	model__free(model);
}

/* --- ranking at its worst: orders that mislead a quickselect --- */

static int by_value(const void *a, const void *b, const void *ctx)
{
	(void)ctx;
	return (a > b) - (a < b);
}

static void test_orders(void **state)
{
	enum { COUNT = 5000 };
	static const void *items[COUNT];

	(void)state;
	for (int order = 0; order < 4; order++) {
		for (size_t from = 0; from < COUNT; from += 777) {
			for (size_t i = 0; i < COUNT; i++)
				items[i] = (void *)(order == 0 ? i + 1 :		      /* rising */
						    order == 1 ? COUNT - i :		      /* falling */
						    order == 2 ? (i % 2 ? i + 1 : COUNT - 1 - i) : /* both in turn */
								 1 + i * 7919 % COUNT);
			assert_int_equal(rank__window(items, COUNT, from, 3, by_value, NULL), 3);
			for (size_t i = 1; i < 3; i++)
				assert_true(items[from + i - 1] < items[from + i]);
			for (size_t i = 0; i < from; i++)
				assert_true(items[i] < items[from]);
		}
	}
	assert_int_equal(rank__window(items, COUNT, COUNT, 3, by_value, NULL), 0);
	assert_int_equal(rank__window(items, COUNT, COUNT - 1, 3, by_value, NULL), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sums),	    cmocka_unit_test(test_kinds),  cmocka_unit_test(test_windows),
		cmocka_unit_test(test_find),	    cmocka_unit_test(test_totals), cmocka_unit_test(test_orders),
		cmocka_unit_test(test_of_a_process), cmocka_unit_test(test_is_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
