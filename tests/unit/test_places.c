/* SPDX-License-Identifier: GPL-2.0 */
#include "places.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fixture.h"

#define COUNT 8 /* fewer than there are from one half to the next */
#define BOTH (PLACES_ALIGN + COUNT)

/* Files stand for the kernel's arrays: all are memory behind a file descriptor. */
struct array {
	struct places source;
	struct place *both;   /* halves */
	struct place *places; /* of the half at hand */
	struct tcp_mark *slots;
};

static void *map_file(int fd, size_t size)
{
	void *memory;

	assert_int_equal(ftruncate(fd, size), 0);
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_true(memory != MAP_FAILED);
	return memory;
}

static struct array make_array(int half)
{
	struct array array = { .source = { memfd_create("places", 0), half ? PLACES_ALIGN : 0, COUNT, half, memfd_create("slots", 0) } };

	array.both = map_file(array.source.fd, BOTH * sizeof(struct place));
	array.slots = map_file(array.source.slots_fd, TCP_SLOTS * sizeof(*array.slots));
	array.places = array.both + array.source.first;
	return array;
}

static void free_array(struct array *array)
{
	munmap(array->both, BOTH * sizeof(struct place));
	munmap(array->slots, TCP_SLOTS * sizeof(*array->slots));
	close(array->source.fd);
	close(array->source.slots_fd);
}

static __u64 *taken(struct array *array)
{
	return &((struct place_head *)array->places)->taken;
}

static void take(struct array *array, __u64 tx, __u64 rx)
{
	struct place *place = &array->places[++*taken(array)];

	place->socket = 0xffff;
	place->key.tgid = place - array->places;
	place->flow.tx_bytes = tx;
	place->flow.rx_bytes = rx;
}

/* By a TCP socket, which has the bytes in its slot, and more in the other half of that. */
static void take_by_slot(struct array *array, __u32 number, __u64 tx, __u64 rx)
{
	const int half = array->source.half;

	take(array, 0, 0);
	array->places[*taken(array)].tcp_slot = number + 1;
	array->slots[number] = (struct tcp_mark){ .socket = 0xffff };
	array->slots[number].holder[0] = array->slots[number].holder[1] = TCP_HOLDER(7);
	array->slots[number].tx_bytes[half] = tx;
	array->slots[number].rx_bytes[half] = rx;
	array->slots[number].tx_bytes[!half] = array->slots[number].rx_bytes[!half] = 1000;
}

struct seen {
	__u64 tx, rx, tgids;
	__u32 fail_at; /* tgid */
};

static int see(void *ctx, const struct flow_key *key, const struct flow *flow)
{
	struct seen *seen = ctx;

	if (seen->fail_at == key->tgid)
		return -ENOMEM;
	seen->tx += flow->tx_bytes;
	seen->rx += flow->rx_bytes;
	seen->tgids += key->tgid;
	return 0;
}

static void drain(int half)
{
	struct array array = make_array(half);
	struct seen seen = {};
	__u64 flows = 5;

	assert_int_equal(places__drain(&array.source, see, &seen, &flows), 0);
	assert_int_equal(flows, 5);
	take(&array, 100, 0);
	take(&array, 0, 0); /* taken, then refused */
	take(&array, 10, 1);
	assert_int_equal(places__drain(&array.source, see, &seen, &flows), 0);
	assert_int_equal(flows, 7);
	assert_int_equal(seen.tx, 110);
	assert_int_equal(seen.rx, 1);
	assert_int_equal(seen.tgids, 1 + 3);
	for (int i = 0; i < COUNT; i++)
		assert_int_equal(array.places[i].socket | array.places[i].flow.tx_bytes, 0);
	array.both[half ? 1 : PLACES_ALIGN + 1].flow.tx_bytes = 1; /* of the other half */
	assert_int_equal(places__drain(&array.source, see, &seen, &flows), 0);
	assert_int_equal(flows, 7);
	free_array(&array);
}

static void test_drain(void **state)
{
	(void)state;
	drain(0);
	drain(1);
}

static void drain_slots(int half)
{
	struct array array = make_array(half);
	struct seen seen = { .fail_at = 2 };
	const struct tcp_mark *slot = &array.slots[TCP_SLOTS - 1];
	__u64 flows = 0;

	take_by_slot(&array, 0, 100, 10);
	take_by_slot(&array, TCP_SLOTS - 1, 200, 20);
	assert_int_equal(places__drain(&array.source, see, &seen, &flows), -ENOMEM);
	assert_int_equal(seen.tx, 100);
	seen.fail_at = 0;
	assert_int_equal(places__drain(&array.source, see, &seen, &flows), 0);
	assert_int_equal(flows, 2);
	assert_int_equal(seen.tx, 300); /* each once */
	assert_int_equal(seen.rx, 30);
	assert_int_equal(slot->tx_bytes[half] | slot->rx_bytes[half] | slot->holder[half], 0);
	assert_int_equal(slot->tx_bytes[!half], 1000);
	assert_int_equal(slot->rx_bytes[!half], 1000);
	assert_int_equal(slot->holder[!half], TCP_HOLDER(7));
	assert_int_equal(slot->socket, 0xffff);
	free_array(&array);
}

static void test_slots(void **state)
{
	(void)state;
	drain_slots(0);
	drain_slots(1);
}

/* CPUs that come at once for the last place count further than there is. */
static void test_overrun(void **state)
{
	struct array array = make_array(1);
	struct seen seen = {};
	__u64 flows = 0;

	(void)state;
	for (int i = 1; i < COUNT; i++)
		take(&array, 1, 0);
	*taken(&array) += 3;
	assert_int_equal(places__drain(&array.source, see, &seen, &flows), 0);
	assert_int_equal(flows, COUNT - 1);
	assert_int_equal(*taken(&array), 0);
	free_array(&array);
}

static void test_failing_sink(void **state)
{
	struct array array = make_array(1);
	struct seen seen = { .fail_at = 2 };
	__u64 flows = 0;

	(void)state;
	for (int i = 0; i < 3; i++)
		take(&array, 1, 1);
	assert_int_equal(places__drain(&array.source, see, &seen, &flows), -ENOMEM);
	assert_int_equal(flows, 1);
	seen.fail_at = 0;
	assert_int_equal(places__drain(&array.source, see, &seen, &flows), 0);
	assert_int_equal(flows, 3);
	assert_int_equal(seen.tx, 3); /* each once */
	free_array(&array);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_drain),
		cmocka_unit_test(test_slots),
		cmocka_unit_test(test_overrun),
		cmocka_unit_test(test_failing_sink),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
