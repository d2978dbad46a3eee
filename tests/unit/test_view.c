/* SPDX-License-Identifier: GPL-2.0 */
#include "fixture.h"

#include "rank.h"
#include "view.h"

static struct model *make_model(void)
{
	struct model_config config = { .netns = NETNS };
	struct model *model;

	assert_int_equal(model__new(&model, &config), 0);
	model__begin(model);
	return model;
}

static void add(struct model *model, __u32 tgid, const char *comm, __u64 tx, __u64 rx)
{
	struct flow_key key = key_of(tgid, tgid);
	struct flow flow = make_flow(tgid, 1, comm, tx, rx);

	model__add(model, &key, &flow);
}

static void close_second(struct model *model)
{
	struct interval interval = make_interval(SECOND);

	model__close(model, &interval);
}

static struct model *make_ranked_model(void)
{
	struct model *model = make_model();

	add(model, 4, "delta", 1000000, 0);
	close_second(model);
	model__begin(model);
	add(model, 1, "charlie", 10, 300);
	add(model, 2, "alpha", 200, 5);
	add(model, 3, "bravo", 10, 300);
	add(model, 4, "delta", 20, 20);
	add(model, 5, "echo", 0, 0);
	close_second(model);
	return model;
}

static void assert_order(const struct model *model, const struct view_options *options, const char *pids)
{
	struct view view = {};
	char processes[64] = "", connections[64] = "";

	assert_int_equal(view__build(&view, model, options), 0);
	for (size_t i = 0; i < view.process_count; i++)
		sprintf(processes + strlen(processes), "%u ", view.processes[i]->id.tgid);
	for (size_t i = 0; i < view.connection_count; i++)
		sprintf(connections + strlen(connections), "%u ", view.connections[i]->id.key.tgid);
	assert_string_equal(processes, pids);
	assert_string_equal(connections, pids);
	view__clear(&view);
}

static void test_sorts(void **state)
{
	static const char *const expected[] = {
		[ORDER_SUM] = "1 3 2 4 ",	   [ORDER_SENT] = "2 4 1 3 ",
		[ORDER_RECEIVED] = "1 3 4 2 ", [ORDER_TOTAL] = "4 1 3 2 ",
		[ORDER_PID] = "1 2 3 4 ",	   [ORDER_NAME] = "2 3 1 4 ",
	};
	struct model *model = make_ranked_model();

	(void)state;
	for (int sort = 0; sort < ORDER_SORTS; sort++) {
		struct view_options options = { .sort = sort, .which = MODEL_ACTIVE };

		assert_order(model, &options, expected[sort]);
	}
	model__free(model);
}

static void test_sort_names(void **state)
{
	(void)state;
	assert_string_equal(order__name(0), "sum");
	for (int sort = 0; sort < ORDER_SORTS; sort++)
		assert_non_null(order__name(sort));
}

static void test_top(void **state)
{
	struct model *model = make_ranked_model();
	struct view_options options = { .which = MODEL_ACTIVE, .top_processes = 3, .top_connections = 1 };
	struct view view = {};

	(void)state;
	assert_int_equal(view__build(&view, model, &options), 0);
	assert_int_equal(view.process_count, 3);
	assert_int_equal(view.processes_found, 4);
	assert_int_equal(view.connection_count, 1);
	assert_int_equal(view.connections_found, 4);
	assert_int_equal(view.processes[2]->id.tgid, 2);
	view__clear(&view);
	model__free(model);
}

/* What is idle is only in the view of all; what nobody owned is in it if it has bytes. */
static void test_which(void **state)
{
	struct model *model = make_ranked_model();
	struct view_options options = { .which = MODEL_ALL, .sort = ORDER_TOTAL };
	struct interval interval = make_interval(SECOND);
	struct view view = {};

	(void)state;
	model__begin(model);
	add(model, 1, "charlie", 1, 1);
	interval.unowned_tx = 50;
	model__close(model, &interval);
	assert_int_equal(view__build(&view, model, &options), 0);
	assert_int_equal(view.process_count, 5);
	assert_int_equal(view.processes[0]->id.tgid, 4);
	assert_ptr_equal(view.processes[4], model__other(model));
	options = (struct view_options){ .which = MODEL_ACTIVE };
	assert_int_equal(view__build(&view, model, &options), 0);
	assert_int_equal(view.process_count, 2);
	assert_ptr_equal(view.processes[0], model__other(model));
	assert_int_equal(view.connection_count, 1);
	view__clear(&view);
	view__clear(&view);
	model__free(model);
}

/* Once it was large enough, the view needs no more memory. */
static void test_memory_is_kept(void **state)
{
	struct model *model = make_model();
	struct view_options options = { .which = MODEL_ACTIVE };
	struct view view = {};
	const struct process **kept;

	(void)state;
	for (__u32 i = 0; i < 1000; i++)
		add(model, i, "prog", i + 1, 0);
	close_second(model);
	assert_int_equal(view__build(&view, model, &options), 0);
	assert_int_equal(view.process_count, 1000);
	kept = view.processes;
	assert_int_equal(view__build(&view, model, &options), 0);
	assert_ptr_equal(view.processes, kept);
	assert_int_equal(view.processes[0]->id.tgid, 999);
	assert_int_equal(view.processes[999]->id.tgid, 0);
	view__clear(&view);
	model__free(model);
}

static int compare_ints(const void *a, const void *b, const void *ctx)
{
	int left = *(const int *)a, right = *(const int *)b;

	(void)ctx;
	return (left > right) - (left < right);
}

static int compare_for_qsort(const void *a, const void *b)
{
	return compare_ints(a, b, NULL);
}

/* Against sorting it all. */
static void test_rank(void **state)
{
	unsigned int seed = 1;
	int numbers[200];
	const void *items[200];

	(void)state;
	for (int round = 0; round < 2000; round++) {
		size_t count = rand_r(&seed) % 200, top = rand_r(&seed) % 220;
		size_t kept = top < count ? top : count;

		for (size_t i = 0; i < count; i++) {
			numbers[i] = rand_r(&seed) % 100;
			items[i] = &numbers[i];
		}
		assert_int_equal(rank__top(items, count, top, compare_ints, NULL), kept);
		for (size_t i = 1; i < kept; i++)
			assert_true(*(const int *)items[i - 1] <= *(const int *)items[i]);
		if (!kept)
			continue;
		int last = *(const int *)items[kept - 1];

		qsort(numbers, count, sizeof(int), compare_for_qsort);
		assert_int_equal(last, numbers[kept - 1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sorts),
		cmocka_unit_test(test_sort_names),
		cmocka_unit_test(test_top),
		cmocka_unit_test(test_which),
		cmocka_unit_test(test_memory_is_kept),
		cmocka_unit_test(test_rank),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
