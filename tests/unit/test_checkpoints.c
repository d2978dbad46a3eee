/* SPDX-License-Identifier: GPL-2.0 */
#include "fixture.h"

#include "checkpoints.h"

#define BEGIN 1795431600

/* Plays up to so many intervals of a second, with so many new connections in each; 0: with an old one. */
static void play(struct checkpoints *checkpoints, struct model *model, unsigned long to, unsigned int connections)
{
	struct interval interval = make_interval(SECOND);
	struct flow flow = make_flow(10, 1, "prog", 5, 7);

	for (unsigned long i = model__intervals(model); i <= to; i++) {
		const struct progress progress = { i, i ? BEGIN + i : 0 };

		checkpoints__note(checkpoints, &progress, 100 * i, model);
		model__begin(model);
		for (unsigned int c = 0; c < (connections ?: 1); c++) {
			struct flow_key key = key_of(10, connections ? c : 1);

			key.netns = connections ? i : 0;

			model__add(model, &key, &flow);
		}
		model__close(model, &interval);
	}
}

static struct model *make_model(void)
{
	struct model_config config = { .keep = true };
	struct model *model;

	assert_int_equal(model__new(&model, &config), 0);
	return model;
}

/* Whether the one that is found is right; how far it is from what was wanted. */
static unsigned long distance(const struct checkpoints *checkpoints, unsigned long intervals)
{
	const struct progress wanted = { .intervals = intervals };
	const struct checkpoint *found = checkpoints__before(checkpoints, &wanted);

	assert_non_null(found);
	assert_true(found->progress.intervals < intervals);
	assert_int_equal(found->offset, 100 * found->progress.intervals);
	assert_int_equal(model__intervals(found->model), found->progress.intervals);
	return intervals - found->progress.intervals;
}

static void test_long(void **state)
{
	struct checkpoints checkpoints = {};
	struct model *model = make_model();

	(void)state;
	play(&checkpoints, model, 20000, 0);
	assert_int_equal(distance(&checkpoints, 1), 1);
	for (unsigned long i = 1; i <= 20000; i++)
		assert_true(distance(&checkpoints, i) <= 20000 / (CHECKPOINTS_MAX / 2));
	checkpoints__clear(&checkpoints);
	assert_int_equal(checkpoints.count, 0);
	model__free(model);
}

static void test_time(void **state)
{
	struct checkpoints checkpoints = {};
	struct progress wanted = { .end = BEGIN + 100 };
	struct model *model = make_model();

	(void)state;
	play(&checkpoints, model, 200, 0);
	assert_int_equal(checkpoints__before(&checkpoints, &wanted)->progress.intervals, 96);
	wanted.end = BEGIN + 96;
	assert_int_equal(checkpoints__before(&checkpoints, &wanted)->progress.intervals, 80);
	wanted.end = 1;
	assert_int_equal(checkpoints__before(&checkpoints, &wanted)->progress.intervals, 0);
	checkpoints__clear(&checkpoints);
	model__free(model);
}

/* What was noted last is of no use yet: what comes next may be the end. */
static void test_end(void **state)
{
	struct checkpoints checkpoints = {};
	const struct progress wanted = { .intervals = 1000 };
	struct model *model = make_model();

	(void)state;
	assert_null(checkpoints__before(&checkpoints, &wanted));
	play(&checkpoints, model, 0, 0);
	assert_null(checkpoints__before(&checkpoints, &wanted));
	play(&checkpoints, model, 32, 0);
	assert_int_equal(checkpoints__before(&checkpoints, &wanted)->progress.intervals, 16);
	play(&checkpoints, model, 33, 0);
	assert_int_equal(checkpoints__before(&checkpoints, &wanted)->progress.intervals, 32);
	checkpoints__clear(&checkpoints);
	model__free(model);
}

/* Of large models there are few: one is always to be had. */
static void test_large(void **state)
{
	struct checkpoints checkpoints = {};
	struct model *model = make_model();
	size_t entries = 0;

	(void)state;
	play(&checkpoints, model, 300, 300);
	assert_true(model__connection_count(model) >= MODEL_MAX_CONNECTIONS);
	for (size_t i = 0; i < checkpoints.count; i++)
		entries += model__process_count(checkpoints.list[i].model) + model__connection_count(checkpoints.list[i].model);
	assert_int_equal(entries, checkpoints.entries);
	assert_true(entries <= 100000);
	for (unsigned long i = 1; i <= 300; i++)
		distance(&checkpoints, i);
	checkpoints__clear(&checkpoints);
	model__free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_end),
		cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
