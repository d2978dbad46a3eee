/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Finds connections by their ids: a hash with open addressing. To look into one slot of a million takes one access to memory,
 * where along a chain it takes several. A connection has 16 bytes here, and as many for each slot that is free: at least a
 * quarter of them.
 *
 * Peers choose addresses and ports. What they hash to depends on a random key that each lookup has of its own.
 */
#ifndef LOOKUP_H
#define LOOKUP_H

#include <linux/types.h>
#include <stddef.h>

#include "model.h"

struct lookup_slot {
	struct connection *connection; /* NULL: free */
	__u32 hash;
};

struct lookup {
	struct lookup_slot *slots; /* a power of two of them; NULL: none yet */
	size_t size;
	size_t count;
	__u64 key[8];
};

/* An empty one. */
void lookup__init(struct lookup *lookup);

/* Frees what it has, not the connections. It is empty then. */
void lookup__clear(struct lookup *lookup);

__u32 lookup__hash(const struct lookup *lookup, const struct connection_id *id);

/* NULL if it is not there. hash: of the id. */
struct connection *lookup__find(const struct lookup *lookup, __u32 hash, const struct connection_id *id);

/*
 * It will be asked for soon: memory is asked for the slot; and, when that had time to come, which connection it probably is,
 * NULL if it is probably not there.
 */
void lookup__expect(const struct lookup *lookup, __u32 hash);
const struct connection *lookup__guess(const struct lookup *lookup, __u32 hash);

/* One whose id is not there yet. hash: of that. 0 or -ENOMEM. */
int lookup__add(struct lookup *lookup, __u32 hash, struct connection *connection);

/* One that is there. */
void lookup__remove(struct lookup *lookup, const struct connection *connection);

#endif
