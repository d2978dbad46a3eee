/* SPDX-License-Identifier: GPL-2.0 */
#include "lookup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "fetch.h"

#define MIN_SIZE 64

_Static_assert(sizeof(struct connection_id) == 7 * sizeof(__u64), "the key has a word for each of an id, and one more");

/* Without chance it finds all the same. */
void lookup__init(struct lookup *lookup)
{
	*lookup = (struct lookup){};
	(void)!getrandom(lookup->key, sizeof(lookup->key), 0);
}

void lookup__clear(struct lookup *lookup)
{
	free(lookup->slots);
	lookup->slots = NULL;
	lookup->size = lookup->count = 0;
}

/*
 * NH, of UMAC (Black, Halevi, Krawczyk, Krovetz and Rogaway, 1999): who does not know the key finds no ids whose sums are
 * more likely the same than any other's. What follows makes 32 bits of the 128.
 */
__u32 lookup__hash(const struct lookup *lookup, const struct connection_id *id)
{
	const __u64 *key = lookup->key;
	__u64 words[8] = {};
	unsigned __int128 sum = 0;

	memcpy(words, id, sizeof(*id));
	for (int i = 0; i < 8; i += 2)
		sum += (unsigned __int128)(words[i] + key[i]) * (words[i + 1] + key[i + 1]);
	return (((__u64)sum ^ (__u64)(sum >> 64)) * 0x9e3779b97f4a7c15ULL) >> 32;
}

/* Where it is, or else the free slot where it belongs. There is a free one. */
static size_t place_of(const struct lookup *lookup, __u32 hash, const struct connection_id *id)
{
	size_t mask = lookup->size - 1, i = hash & mask;

	for (; lookup->slots[i].connection; i = (i + 1) & mask) {
		if (lookup->slots[i].hash == hash && !memcmp(&lookup->slots[i].connection->id, id, sizeof(*id)))
			break;
	}
	return i;
}

struct connection *lookup__find(const struct lookup *lookup, __u32 hash, const struct connection_id *id)
{
	return lookup->size ? lookup->slots[place_of(lookup, hash, id)].connection : NULL;
}

void lookup__expect(const struct lookup *lookup, __u32 hash)
{
	if (lookup->size)
		fetch(&lookup->slots[hash & (lookup->size - 1)], sizeof(*lookup->slots));
}

const struct connection *lookup__guess(const struct lookup *lookup, __u32 hash)
{
	size_t mask = lookup->size - 1, i = hash & mask;

	if (!lookup->size)
		return NULL;
	while (lookup->slots[i].connection && lookup->slots[i].hash != hash)
		i = (i + 1) & mask;
	return lookup->slots[i].connection;
}

static void put(struct lookup *lookup, struct lookup_slot slot)
{
	size_t mask = lookup->size - 1, i = slot.hash & mask;

	while (lookup->slots[i].connection)
		i = (i + 1) & mask;
	lookup->slots[i] = slot;
}

static int resize(struct lookup *lookup, size_t size)
{
	struct lookup old = *lookup;
	struct lookup_slot *slots = calloc(size, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	lookup->slots = slots;
	lookup->size = size;
	for (size_t i = 0; i < old.size; i++) {
		if (old.slots[i].connection)
			put(lookup, old.slots[i]);
	}
	free(old.slots);
	return 0;
}

int lookup__add(struct lookup *lookup, __u32 hash, struct connection *connection)
{
	int err = 0;

	if (lookup->count >= lookup->size / 4 * 3)
		err = resize(lookup, lookup->size ? 2 * lookup->size : MIN_SIZE);
	if (err)
		return err;
	put(lookup, (struct lookup_slot){ connection, hash });
	lookup->count++;
	return 0;
}

/* No gap may be between a connection and where its hash says it is: those behind move up. */
static void free_slot(struct lookup *lookup, size_t gap)
{
	size_t mask = lookup->size - 1;

	for (size_t i = (gap + 1) & mask; lookup->slots[i].connection; i = (i + 1) & mask) {
		size_t home = lookup->slots[i].hash & mask;

		if (((i - home) & mask) < ((i - gap) & mask))
			continue;
		lookup->slots[gap] = lookup->slots[i];
		gap = i;
	}
	lookup->slots[gap] = (struct lookup_slot){};
}

/* If there is no memory to be smaller in, it is smaller another time. */
void lookup__remove(struct lookup *lookup, const struct connection *connection)
{
	free_slot(lookup, place_of(lookup, lookup__hash(lookup, &connection->id), &connection->id));
	lookup->count--;
	if (lookup->size > MIN_SIZE && lookup->count < lookup->size / 8)
		resize(lookup, lookup->size / 2);
}
