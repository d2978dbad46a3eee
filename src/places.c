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

/* A half of the array, and where some of its bytes are; both of the kernel's memory. */
struct mapped {
	struct place *array;
	__u32 count; /* number 0 included */
	struct tcp_mark *slots; /* TCP_SLOTS of them */
	int half;
};

static int map_all(struct mapped *mapped, const struct places *places, __u32 count)
{
	*mapped = (struct mapped){ .count = count, .half = places->half };
	mapped->array = map_places(places, count);
	if (mapped->array == MAP_FAILED)
		return -errno;
	mapped->slots = mmap(NULL, TCP_SLOTS * sizeof(*mapped->slots), PROT_READ | PROT_WRITE, MAP_SHARED, places->slots_fd, 0);
	if (mapped->slots == MAP_FAILED) {
		munmap(mapped->array, count * sizeof(*mapped->array));
		return -errno;
	}
	return 0;
}

static void unmap_all(struct mapped *mapped)
{
	munmap(mapped->array, mapped->count * sizeof(*mapped->array));
	munmap(mapped->slots, TCP_SLOTS * sizeof(*mapped->slots));
}

/* The slot that has the bytes of a place; NULL: the place itself has them. */
static struct tcp_mark *slot_of(const struct mapped *mapped, const struct place *place)
{
	return place->tcp_slot && place->tcp_slot <= TCP_SLOTS ? &mapped->slots[place->tcp_slot - 1] : NULL;
}

/* Into the place, where they stay if they cannot be handed over. */
static void fetch_bytes(const struct mapped *mapped, struct place *place)
{
	struct tcp_mark *slot = slot_of(mapped, place);

	if (!slot)
		return;
	place->flow.tx_bytes = slot->tx_bytes[mapped->half];
	place->flow.rx_bytes = slot->rx_bytes[mapped->half];
	slot->tx_bytes[mapped->half] = slot->rx_bytes[mapped->half] = 0;
	slot->holder[mapped->half] = 0;
	place->tcp_slot = 0;
}

/* One whose datagrams were all refused was taken for nothing. */
static bool is_empty(const struct flow *flow)
{
	return !flow->tx_bytes && !flow->rx_bytes;
}

static int hand_over(const struct mapped *mapped, places_sink sink, void *ctx, __u64 *flows)
{
	int err = 0;

	for (__u32 i = 1; i < mapped->count && !err; i++) {
		struct place *place = &mapped->array[i];

		fetch_bytes(mapped, place);
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
	struct mapped mapped;
	int err;

	if (taken <= 1)
		return taken < 0 ? taken : 0;
	err = map_all(&mapped, places, taken);
	if (err)
		return err;
	err = hand_over(&mapped, sink, ctx, flows);
	if (!err)
		memset(mapped.array, 0, taken * sizeof(*mapped.array)); /* the head among them */
	unmap_all(&mapped);
	return err;
}
