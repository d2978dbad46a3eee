/* SPDX-License-Identifier: GPL-2.0 */
#include "places.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

/* Only what is in use gets mapped: the array is mostly empty, and what is mapped counts as memory of ours. */
static struct place *map_places(const struct places *places, __u32 count)
{
	off_t offset = places->first * (off_t)sizeof(struct place);

	return mmap(NULL, count * sizeof(struct place), PROT_READ | PROT_WRITE, MAP_SHARED, places->fd, offset);
}

/* How many places at the beginning, number 0 included, are in use; or -errno. */
static long count_taken(const struct places *places)
{
	struct place *first = map_places(places, 1);
	__u64 taken;

	if (first == MAP_FAILED)
		return -errno;
	taken = ((struct place_head *)first)->taken;
	munmap(first, sizeof(*first));
	return taken < places->count ? taken + 1 : places->count;
}

/* One whose datagrams were all refused was taken for nothing. */
static bool is_empty(const struct flow *flow)
{
	return !flow->tx_bytes && !flow->rx_bytes;
}

static int hand_over(struct place *array, __u32 count, places_sink sink, void *ctx, __u64 *flows)
{
	int err = 0;

	for (__u32 i = 1; i < count && !err; i++) {
		struct place *place = &array[i];

		if (is_empty(&place->flow))
			continue;
		err = sink(ctx, &place->key, &place->flow);
		if (err)
			continue;
		place->flow.tx_bytes = place->flow.rx_bytes = 0; /* handed over, whatever comes */
		++*flows;
	}
	return err;
}

int places__drain(const struct places *places, places_sink sink, void *ctx, __u64 *flows)
{
	long taken = count_taken(places);
	struct place *array;
	int err;

	if (taken <= 1)
		return taken < 0 ? taken : 0;
	array = map_places(places, taken);
	if (array == MAP_FAILED)
		return -errno;
	err = hand_over(array, taken, sink, ctx, flows);
	if (!err)
		memset(array, 0, taken * sizeof(*array)); /* the head among them */
	munmap(array, taken * sizeof(*array));
	return err;
}
