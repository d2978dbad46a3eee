/* SPDX-License-Identifier: GPL-2.0 */
#include "fixture.h"
#include "memory.h"

#include "lookup.h"

#define COUNT 5000

static struct connection connections[COUNT];

static __u32 hash_of(const struct lookup *lookup, int number)
{
	return lookup__hash(lookup, &connections[number].id);
}

static int add(struct lookup *lookup, int number)
{
	return lookup__add(lookup, hash_of(lookup, number), &connections[number]);
}

static const struct connection *find(const struct lookup *lookup, int number)
{
	return lookup__find(lookup, hash_of(lookup, number), &connections[number].id);
}

/* Of all connections those from first on, and no others. */
static void assert_has(const struct lookup *lookup, int first)
{
	assert_int_equal(lookup->count, COUNT - first);
	for (int i = 0; i < COUNT; i++)
		assert_ptr_equal(find(lookup, i), i < first ? NULL : &connections[i]);
}

static int set_up(void **state)
{
	(void)state;
	for (int i = 0; i < COUNT; i++)
		connections[i].id = (struct connection_id){ key_of(10, i % 1000), i / 1000 };
	return 0;
}

static void test_add_and_remove(void **state)
{
	struct lookup lookup;

	(void)state;
	lookup__init(&lookup);
	assert_has(&lookup, COUNT);
	for (int i = COUNT; i--;)
		assert_int_equal(add(&lookup, i), 0);
	assert_has(&lookup, 0);
	for (int i = 0; i < COUNT; i++) {
		lookup__remove(&lookup, &connections[i]);
		if (i % 500 == 0)
			assert_has(&lookup, i + 1);
	}
	assert_has(&lookup, COUNT);
	lookup__clear(&lookup);
}

/* What is behind a gap is still found, also where the slots' end is their beginning: whatever the key. */
static void test_gaps(void **state)
{
	struct lookup lookup;

	(void)state;
	for (int round = 0; round < 200; round++) {
		lookup__init(&lookup);
		for (int i = 0; i < 48; i++)
			assert_int_equal(add(&lookup, i), 0);
		for (int i = 0; i < 48; i++) {
			lookup__remove(&lookup, &connections[i]);
			for (int k = 0; k < 48; k++)
				assert_ptr_equal(find(&lookup, k), k <= i ? NULL : &connections[k]);
		}
		lookup__clear(&lookup);
	}
}

/* Three quarters at most are filled, and after many have gone not less than an eighth. */
static void test_size(void **state)
{
	struct lookup lookup;
	size_t smallest;

	(void)state;
	lookup__init(&lookup);
	assert_int_equal(add(&lookup, 0), 0);
	smallest = lookup.size;
	for (int i = 1; i < COUNT; i++) {
		assert_int_equal(add(&lookup, i), 0);
		assert_true(4 * lookup.count <= 3 * lookup.size);
	}
	for (int i = 0; i < COUNT; i++) {
		lookup__remove(&lookup, &connections[i]);
		assert_true(lookup.size == smallest || lookup.count >= lookup.size / 8);
	}
	assert_int_equal(lookup.size, smallest);
	lookup__clear(&lookup);
}

static void test_same_hash(void **state)
{
	struct lookup lookup;

	(void)state;
	lookup__init(&lookup);
	for (int i = 0; i < 40; i++)
		assert_int_equal(lookup__add(&lookup, 63, &connections[i]), 0);
	for (int i = 0; i < 41; i++)
		assert_ptr_equal(lookup__find(&lookup, 63, &connections[i].id), i < 40 ? &connections[i] : NULL);
	lookup__clear(&lookup);
}

/* What is there is guessed, wherever it is; what is not, hardly ever. */
static void test_guess(void **state)
{
	struct lookup lookup;
	int wrong = 0;

	(void)state;
	lookup__init(&lookup);
	lookup__expect(&lookup, 63);
	assert_null(lookup__guess(&lookup, 63));
	for (int i = 0; i < 3000; i++)
		assert_int_equal(add(&lookup, i), 0);
	for (int i = 0; i < COUNT; i++) {
		lookup__expect(&lookup, hash_of(&lookup, i));
		wrong += lookup__guess(&lookup, hash_of(&lookup, i)) != (i < 3000 ? &connections[i] : NULL);
	}
	assert_true(wrong < 10);
	lookup__clear(&lookup);
}

/* Every bit of an id counts, and so does the key. */
static void test_hash(void **state)
{
	struct connection_id id = connections[0].id;
	struct lookup lookup, other;
	__u32 hash;

	(void)state;
	lookup__init(&lookup);
	lookup__init(&other);
	hash = lookup__hash(&lookup, &id);
	assert_int_equal(lookup__hash(&lookup, &connections[0].id), hash);
	assert_int_not_equal(lookup__hash(&other, &id), hash);
	for (size_t bit = 0; bit < 8 * sizeof(id); bit++) {
		((__u8 *)&id)[bit / 8] ^= 1 << bit % 8;
		assert_int_not_equal(lookup__hash(&lookup, &id), hash);
		((__u8 *)&id)[bit / 8] ^= 1 << bit % 8;
	}
}

/* Addresses and ports that follow each other do not crowd: of as many slots, a random hash fills 63 %. */
static void test_spread(void **state)
{
	static bool filled[4096];
	struct lookup lookup;
	size_t count = 0;

	(void)state;
	memset(filled, 0, sizeof(filled));
	lookup__init(&lookup);
	for (int i = 0; i < 4096; i++) {
		bool *slot = &filled[hash_of(&lookup, i) % 4096];

		count += !*slot;
		*slot = true;
	}
	assert_true(count > 4096 * 60 / 100);
}

/* Without memory what is there stays, and what comes when three quarters are filled is refused. */
static void test_no_memory(void **state)
{
	struct lookup lookup;
	int count = 0, err;

	(void)state;
	lookup__init(&lookup);
	while (count < 1000 || 4 * lookup.count < 3 * lookup.size)
		assert_int_equal(add(&lookup, count++), 0);
	no_memory = true;
	err = add(&lookup, count);
	no_memory = false;
	assert_int_equal(err, -ENOMEM);
	for (int i = 0; i <= count; i++)
		assert_ptr_equal(find(&lookup, i), i < count ? &connections[i] : NULL);
	no_memory = true;
	while (count > 1)
		lookup__remove(&lookup, &connections[--count]);
	no_memory = false;
	assert_ptr_equal(find(&lookup, 0), &connections[0]);
	assert_int_equal(lookup.count, 1);
	lookup__clear(&lookup);
	no_memory = true;
	err = add(&lookup, 0);
	no_memory = false;
	assert_int_equal(err, -ENOMEM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_add_and_remove),
		cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_same_hash),
		cmocka_unit_test(test_guess),
		cmocka_unit_test(test_hash),
		cmocka_unit_test(test_spread),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
