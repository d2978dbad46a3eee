/* SPDX-License-Identifier: GPL-2.0 */
#include "places.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

/* Only what is in use gets mapped: the array is mostly empty, and what is mapped counts as memory of ours. */
static struct place *map_places(int fd, __u32 count)
{
	return mmap(NULL, count * sizeof(struct place), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}

static struct place_head *head_of(struct place *places)
{
	return (struct place_head *)places;
}

/* How many places at the beginning of the array, number 0 included, are in use. */
static int count_taken(int fd, __u32 count, __u32 *taken)
{
	struct place *places = map_places(fd, 1);

	if (places == MAP_FAILED)
		return -errno;
	*taken = head_of(places)->taken < count ? head_of(places)->taken + 1 : count;
	munmap(places, sizeof(*places));
	return 0;
}

/* One whose datagrams were all refused was taken for nothing. */
static bool is_empty(const struct flow *flow)
{
	return !flow->tx_bytes && !flow->rx_bytes;
}

static int hand_over(struct place *places, __u32 count, places_sink sink, void *ctx, __u64 *flows)
{
	int err = 0;

	for (__u32 i = 1; i < count && !err; i++) {
		if (is_empty(&places[i].flow))
			continue;
		err = sink(ctx, &places[i].key, &places[i].flow);
		if (!err)
			places[i].flow.tx_bytes = places[i].flow.rx_bytes = 0; /* handed over, whatever comes */
		*flows += !err;
	}
	return err;
}

int places__drain(int fd, __u32 count, places_sink sink, void *ctx, __u64 *flows)
{
	struct place *places;
	__u32 taken = 0;
	int err = count_taken(fd, count, &taken);

	if (err || taken == 1)
		return err;
	places = map_places(fd, taken);
	if (places == MAP_FAILED)
		return -errno;
	err = hand_over(places, taken, sink, ctx, flows);
	if (!err)
		memset(places, 0, taken * sizeof(*places)); /* the head among them */
	munmap(places, taken * sizeof(*places));
	return err;
}
