/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Places: a flow without a look-up. In each interval the first process that moves data on a socket takes a place in an
 * array. From then on its bytes go there by the number that is kept of a UDP socket, a look-up in an array, which the verifier
 * makes into a few instructions, in place of hashing 48 bytes of key; or, of TCP, first of all into the socket's slot (mark.h),
 * which the user side finds by the place. What another process does on that socket in the interval, or (UDP) the socket with
 * another peer, goes to the hash map, as everything does when the places are all taken.
 *
 * The user side takes one half of the array away with the interval and wipes it. So UDP's numbers from earlier intervals lead to
 * places that are empty or another socket's: then the socket takes a new one.
 *
 * Taking one needs atomic operations that return something, since 5.12 (5ffa25502b5a). Programs that older kernels are
 * to load must not contain them, in code that is never reached neither: they are compiled without PLACES.
 */
#ifndef PLACE_H
#define PLACE_H

#include "read.h"

#define PLACE_BUSY (~0U) /* a number that somebody is about to write */
#define PLACE_NONE (~1U) /* leads nowhere: of who has no place yet, but deserves one */

static __always_inline struct place *place_at(__u32 half_now, __u32 number)
{
	__u32 index = half_now ? settings.second_half + number : number;

	return number < settings.places ? bpf_map_lookup_elem(&places, &index) : NULL;
}

/* The place that a UDP socket has in this half, of whatever process; or NULL. */
static __always_inline struct place *place_find(__u32 half_now, struct sock *sk, __u32 number)
{
	struct place *place = place_at(half_now, number);

	return place && number && place->socket == (__u64)sk ? place : NULL;
}

#ifdef PLACES
/*
 * Where a socket's address leads to, of so many (a power of two). Sockets of a kind lie side by side in the kernel's slabs, at
 * least 2^shift bytes apart, and so do their slots: few pages, and no two of a slab in the same slot. The difference of two
 * pointers is a number to the verifier, a pointer is not.
 */
static __always_inline __u32 slot_of(const struct sock *sk, __u32 shift, __u32 count)
{
	__u64 address = (__u64)sk;

	asm("%0 -= %1" : "+r"(address) : "r"(&half));
	return address >> shift & (count - 1);
}

static __always_inline bool place_left(__u32 half_now)
{
	struct place_head *head = (struct place_head *)place_at(half_now, 0);

	return head && head->taken < settings.places - 1;
}

/* Takes the next place for a socket and fills it. Returns its number; 0: there is none left. */
static __always_inline __u32 place_take(__u32 half_now, struct sock *sk, const struct flow_key *key, const struct flow *flow,
					__u32 udp_slot, __u32 tcp_slot)
{
	struct place_head *head = (struct place_head *)place_at(half_now, 0);
	struct place *place;
	__u32 number;

	if (!head)
		return 0;
	number = __sync_fetch_and_add(&head->taken, 1) + 1;
	place = place_at(half_now, number);
	if (!place)
		return 0;
	place->flow = *flow;
	place->key = *key;
	place->udp_slot = udp_slot;
	place->tcp_slot = tcp_slot;
	__sync_val_compare_and_swap(&place->socket, 0, (__u64)sk); /* a barrier, too */
	return number;
}
#endif

#endif
