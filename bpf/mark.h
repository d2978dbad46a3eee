/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the mark of a socket is kept. With places (place.h), a TCP socket's is in a slot of an array, found without a call,
 * if the socket was the first to come here of those whose address leads to that slot. The others', and those of MPTCP
 * parents, are in the socket's storage; without places all are in a hash.
 */
#ifndef MARK_H
#define MARK_H

#include "place.h"

/* Nothing of the socket was counted yet. */
static __always_inline void mark_begin(struct tcp_mark *mark, struct tcp_rest *rest, const struct tcp_mark *init)
{
	mark->tx_pos = init->tx_pos;
	mark->rx_pos = init->rx_pos;
	mark->flags = init->flags;
	mark->user = 0;
	__builtin_memset(rest, 0, sizeof(*rest));
}

#ifdef PLACES
static __always_inline struct tcp_kept *kept_find(struct sock *sk)
{
	return bpf_sk_storage_get(&tcp_storage, sk, NULL, 0);
}

static __always_inline struct tcp_kept *kept_insert(struct sock *sk, struct tcp_kept *kept)
{
	return bpf_sk_storage_get(&tcp_storage, sk, kept, BPF_SK_STORAGE_GET_F_CREATE);
}

/* The kernel frees a socket's storage with the socket. */
static __always_inline void kept_delete(struct sock *sk)
{
}
#else
static __always_inline struct tcp_kept *kept_find(struct sock *sk)
{
	__u64 address = (__u64)sk;

	return bpf_map_lookup_elem(&tcp_hash, &address);
}

static __always_inline struct tcp_kept *kept_insert(struct sock *sk, struct tcp_kept *kept)
{
	__u64 address = (__u64)sk;

	bpf_map_update_elem(&tcp_hash, &address, kept, BPF_NOEXIST);
	return bpf_map_lookup_elem(&tcp_hash, &address);
}

static __always_inline void kept_delete(struct sock *sk)
{
	__u64 address = (__u64)sk;

	bpf_map_delete_elem(&tcp_hash, &address);
}
#endif

/* If there is one already, that stays. A function of its own: it takes much of the stack. */
static __noinline int kept_new(struct sock *sk, __u32 tx_pos, __u32 rx_pos, __u32 flags)
{
	struct tcp_kept kept = { .mark = { .tx_pos = tx_pos, .rx_pos = rx_pos, .flags = flags } };

	return !kept_insert(sk, &kept);
}

#ifdef PLACES
static __always_inline __u32 slot_number(const struct sock *sk)
{
	return slot_of(sk, 11, TCP_SLOTS);
}

static __always_inline struct tcp_mark *slot_at(__u32 number)
{
	return bpf_map_lookup_elem(&tcp_slots, &number);
}

static __always_inline struct tcp_rest *slot_rest_at(__u32 number)
{
	return bpf_map_lookup_elem(&tcp_rests, &number);
}

/* The socket's own, or NULL. */
static __always_inline struct tcp_mark *slot_find(struct sock *sk)
{
	struct tcp_mark *slot = slot_at(slot_number(sk));

	return slot && slot->socket == (__u64)sk ? slot : NULL;
}

/* Makes it the socket's own. False: it is another's. */
static __always_inline bool slot_take(struct sock *sk, const struct tcp_mark *init)
{
	__u32 number = slot_number(sk);
	struct tcp_mark *slot = slot_at(number);
	struct tcp_rest *rest = slot_rest_at(number);

	if (!slot || !rest || __sync_val_compare_and_swap(&slot->socket, 0, TCP_SLOT_BUSY))
		return false;
	mark_begin(slot, rest, init);
	__sync_val_compare_and_swap(&slot->socket, TCP_SLOT_BUSY, (__u64)sk); /* and a barrier */
	return true;
}

/* What was counted in the slot goes to its place, and nobody holds it any more. The other half is the user side's to drain. */
static __always_inline void slot_give_up(struct tcp_mark *slot, const struct tcp_rest *rest)
{
	__u32 half_now = half & 1;
	struct place *place;

	if (!slot->holder[half_now])
		return;
	place = place_at(half_now, rest->place[half_now]);
	if (place) {
		place->flow.tx_bytes = slot->tx_bytes[half_now];
		place->flow.rx_bytes = slot->rx_bytes[half_now];
		place->tcp_slot = 0;
	}
	slot->tx_bytes[half_now] = 0;
	slot->rx_bytes[half_now] = 0;
	slot->holder[half_now] = 0;
}
#endif

static __always_inline struct tcp_mark *mark_find(struct sock *sk)
{
	struct tcp_kept *kept;
#ifdef PLACES
	struct tcp_mark *slot = slot_find(sk);

	if (slot)
		return slot;
#endif
	kept = kept_find(sk);
	return kept ? &kept->mark : NULL;
}

static __always_inline struct tcp_rest *rest_find(struct sock *sk)
{
	struct tcp_kept *kept;

#ifdef PLACES
	if (slot_find(sk))
		return slot_rest_at(slot_number(sk));
#endif
	kept = kept_find(sk);
	if (!kept)
		return NULL;
	barrier_var(kept); /* or the compiler computes the address first, which the verifier refuses */
	return &kept->rest;
}

/* If there is one already, that. */
static __always_inline struct tcp_mark *mark_new(struct sock *sk, const struct tcp_mark *init)
{
	struct tcp_mark *mark = mark_find(sk);

	if (mark)
		return mark;
#ifdef PLACES
	if (slot_take(sk, init))
		return slot_find(sk);
#endif
	kept_new(sk, init->tx_pos, init->rx_pos, init->flags);
	return mark_find(sk);
}

/* Of a socket that connects again, or whose address was another's. */
static __always_inline void mark_renew(struct sock *sk, struct tcp_mark *mark, const struct tcp_mark *init)
{
	struct tcp_rest *rest = rest_find(sk);

	if (!rest)
		return;
#ifdef PLACES
	slot_give_up(mark, rest);
#endif
	mark_begin(mark, rest, init);
}

static __always_inline void mark_free(struct sock *sk)
{
#ifdef PLACES
	__u32 number = slot_number(sk);
	struct tcp_mark *slot = slot_find(sk);
	struct tcp_rest *rest = slot_rest_at(number);

	if (slot && rest) {
		slot_give_up(slot, rest);
		slot->socket = 0;
	}
#endif
	kept_delete(sk);
}

#endif
