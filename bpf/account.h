/* SPDX-License-Identifier: GPL-2.0 */
/* The accounting core: from "this socket moved so many bytes" to a counter in a map. */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include "place.h"

#include <bpf/bpf_endian.h>

/* An event: what moved, on which flow, and where to look for its device should that be wanted. */
struct event {
	struct flow_key key; /* its tgid is the caller's choice; account() corrects that of a kernel thread */
	__u64 tx_bytes;
	__u64 rx_bytes;
	struct owner *owner;	/* if already known, else NULL: the current process */
	struct sock *sk;
	__u32 number;		/* of a UDP socket's place; 0: has none */
	__u32 *place;		/* where that number is kept; NULL: nowhere, so the socket cannot take one */
	__u32 udp_slot;		/* likewise */
	struct net_device *dev; /* if already known */
	__u32 ifindex;		/* likewise */
};

static __always_inline __u32 current_tgid(void)
{
	return bpf_get_current_pid_tgid() >> 32;
}

static __always_inline void owner_of(struct task_struct *task, struct owner *owner)
{
	struct task_struct *leader = BPF_CORE_READ(task, group_leader);

	owner->tgid = BPF_CORE_READ(leader, tgid);
	owner->start_time = BPF_CORE_READ(leader, start_boottime);
	owner->cgroup = BPF_CORE_READ(leader, cgroups, dfl_cgrp, kn, id);
	owner->uid = BPF_CORE_READ(leader, cred, euid.val);
	BPF_CORE_READ_STR_INTO(&owner->comm, leader, comm);
}

/*
 * The process that runs, or for whom a kernel thread runs: until 5.12 (3bfe6106693b) the workers of io_uring are
 * kernel threads that borrow the memory of their process. False: a kernel thread that works for nobody.
 */
static __always_inline bool owner_of_current(struct owner *owner)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();

	if (BPF_CORE_READ(task, flags) & PF_KTHREAD) {
		if (!bpf_core_field_exists(struct mm_struct, owner))
			return false;
		task = BPF_CORE_READ(task, mm, owner);
		if (!task)
			return false;
	}
	owner_of(task, owner);
	return true;
}

/* volatile: or the compiler chooses between two addresses by arithmetic on pointers, which the verifier refuses */
static __always_inline bool is_mapped_ipv4(const __u8 *addr)
{
	const volatile __u32 *words = (const volatile __u32 *)addr;

	return !words[0] && !words[1] && words[2] == bpf_htonl(0xffff);
}

static __always_inline bool is_zero(const __u8 *addr)
{
	const __u64 *words = (const __u64 *)addr;

	return !words[0] && !words[1];
}

static __always_inline bool is_loopback(const __u8 *addr)
{
	const __u32 *words = (const __u32 *)addr;

	if (is_mapped_ipv4(addr))
		return addr[12] == 127;
	return !words[0] && !words[1] && !words[2] && words[3] == bpf_htonl(1);
}

static __always_inline void set_ipv4(__u8 *addr, __be32 ipv4)
{
	__u32 *words = (__u32 *)addr;

	words[0] = 0;
	words[1] = 0;
	words[2] = bpf_htonl(0xffff);
	words[3] = ipv4;
}

static __always_inline struct net_device *device_of(const struct event *event)
{
	struct sock *sk = event->sk; /* CO-RE would take event->sk for a kernel type's field */

	return event->dev ?: BPF_CORE_READ(sk, sk_dst_cache, dev);
}

static __always_inline __u32 ifindex_of(const struct event *event)
{
	struct net_device *dev;

	if (event->ifindex)
		return event->ifindex;
	dev = device_of(event);
	if (dev)
		return BPF_CORE_READ(dev, ifindex);
	return is_loopback(event->key.laddr) ? LOOPBACK_IFINDEX : 0;
}

static __always_inline bool pid_wanted(__u32 tgid)
{
	if (!settings.pids)
		return true;
	for (__u32 i = 0; i < MAX_FILTER_PIDS; i++) {
		if (i >= settings.pids)
			break;
		if (settings.pid[i] == tgid)
			return true;
	}
	return false;
}

static __always_inline bool device_wanted(const struct event *event)
{
	__u32 ifindex;

	if (!settings.devices)
		return true;
	if (event->key.netns != settings.netns)
		return false;
	ifindex = ifindex_of(event);
	for (__u32 i = 0; i < MAX_FILTER_DEVICES; i++) {
		if (i >= settings.devices)
			break;
		if (settings.ifindex[i] == ifindex)
			return true;
	}
	return false;
}

static __always_inline bool family_wanted(const struct flow_key *key)
{
	bool ipv4;

	if (!settings.ipv4_only && !settings.ipv6_only)
		return true;
	ipv4 = is_mapped_ipv4(key->raddr) || (is_zero(key->raddr) && is_mapped_ipv4(key->laddr));
	return settings.ipv4_only ? ipv4 : !ipv4;
}

static __always_inline bool loopback_unwanted(const struct event *event)
{
	if (!settings.no_loopback)
		return false;
	return ifindex_of(event) == LOOPBACK_IFINDEX;
}

static __always_inline bool wanted(const struct event *event)
{
	return pid_wanted(event->key.tgid) && family_wanted(&event->key) && device_wanted(event) &&
	       !loopback_unwanted(event);
}

static __always_inline bool same_key(const struct flow_key *a, const struct flow_key *b)
{
	const __u64 *x = (const __u64 *)a, *y = (const __u64 *)b;

	return x[0] == y[0] && x[1] == y[1] && x[2] == y[2] && x[3] == y[3] && x[4] == y[4] && x[5] == y[5];
}

static __always_inline void add(struct flow *flow, __u64 tx_bytes, __u64 rx_bytes)
{
	if (tx_bytes)
		__sync_fetch_and_add(&flow->tx_bytes, tx_bytes);
	if (rx_bytes)
		__sync_fetch_and_add(&flow->rx_bytes, rx_bytes);
}

/* Finds or makes the entry of a key. NULL: the map is full. */
static __always_inline struct flow *flow_entry(void *map, const struct flow_key *key, const struct flow *fresh)
{
	struct flow *flow = bpf_map_lookup_elem(map, key);

	if (flow)
		return flow;
	bpf_map_update_elem(map, key, fresh, BPF_NOEXIST); /* another CPU may be first: then the look-up finds that */
	return bpf_map_lookup_elem(map, key);
}

/*
 * CHOOSE(half_now, call, a, b, args...): call(&a, args) or call(&b, args). Two calls, each of a known map, which the
 * verifier makes faster than one call of either map: so the compiler must not make them one.
 */
#define CHOOSE(half_now, call, a, b, ...) ({ \
	typeof(call(&a, __VA_ARGS__)) result; \
	if (half_now) { \
		result = call(&b, __VA_ARGS__); \
		barrier(); \
	} else { \
		result = call(&a, __VA_ARGS__); \
	} \
	result; \
})

/* No room for the flow: its bytes stay with the process; no room for that either: with the total. */
static __always_inline void account_overflow(__u32 half_now, const struct event *event, const struct flow *fresh)
{
	struct flow_key key = { .tgid = event->key.tgid };
	struct flow *flow = CHOOSE(half_now, flow_entry, overflow_a, overflow_b, &key, fresh);

	if (flow) {
		add(flow, event->tx_bytes, event->rx_bytes);
		__sync_fetch_and_add(&losses.overflow_bytes, event->tx_bytes + event->rx_bytes);
	} else {
		__sync_fetch_and_add(&losses.tx_bytes, event->tx_bytes);
		__sync_fetch_and_add(&losses.rx_bytes, event->rx_bytes);
	}
}

/* What is to be known of a flow, as yet without bytes; the key's tgid becomes that of the owner. */
static __always_inline void describe(struct event *event, struct flow *fresh)
{
	struct net_device *dev = device_of(event);

	if (event->owner && event->owner->tgid != current_tgid()) /* a kernel thread that works for it */
		fresh->owner = *event->owner;
	else
		owner_of_current(&fresh->owner); /* anew: it may have become another program */
	event->key.tgid = fresh->owner.tgid;
	fresh->ifindex = ifindex_of(event);
	if (dev && BPF_CORE_READ(dev, ifindex) == fresh->ifindex)
		BPF_CORE_READ_STR_INTO(&fresh->dev, dev, name);
}

#ifdef PLACES
/* For a UDP socket that has none; others that come while we do see the hash map. */
static __always_inline struct flow *udp_place_take(__u32 half_now, const struct event *event, const struct flow *fresh)
{
	__u32 before = *event->place, number;
	struct place *place;

	if (before == PLACE_BUSY || __sync_val_compare_and_swap(event->place, before, PLACE_BUSY) != before)
		return NULL;
	number = place_take(half_now, event->sk, &event->key, fresh, event->udp_slot, 0);
	place = number ? place_at(half_now, number) : NULL;
	__sync_val_compare_and_swap(event->place, PLACE_BUSY, number);
	if (!place)
		return NULL;
	barrier_var(place); /* or the compiler computes the address first, which the verifier refuses */
	return &place->flow;
}
#endif

/* The first of its flow in this interval, as far as is known. */
static __always_inline struct flow *account_first(__u32 half_now, bool may_take, struct event *event)
{
	struct flow *flow = NULL, fresh = {};

	describe(event, &fresh);
#ifdef PLACES
	if (may_take)
		flow = udp_place_take(half_now, event, &fresh);
#endif
	if (!flow)
		flow = CHOOSE(half_now, flow_entry, flows_a, flows_b, &event->key, &fresh);
	if (flow)
		add(flow, event->tx_bytes, event->rx_bytes);
	else
		account_overflow(half_now, event, &fresh);
	return flow;
}

/* Adds an event to its flow, which is returned if there is one. */
static __always_inline struct flow *account_in(__u32 half_now, struct event *event)
{
	bool may_take = false;
	struct flow *flow;

#ifdef PLACES
	if (settings.places) {
		struct place *place = place_find(half_now, event->sk, event->number);

		if (place && same_key(&place->key, &event->key)) {
			add(&place->flow, event->tx_bytes, event->rx_bytes);
			return &place->flow;
		}
		may_take = !place && event->place && place_left(half_now);
	}
#endif
	flow = may_take ? NULL : CHOOSE(half_now, bpf_map_lookup_elem, flows_a, flows_b, &event->key);
	if (!flow)
		return account_first(half_now, may_take, event);
	add(flow, event->tx_bytes, event->rx_bytes);
	return flow;
}

/* Likewise, if anybody wants to know, in the half that is filled now. */
static __always_inline struct flow *account(struct event *event)
{
	return wanted(event) ? account_in(half, event) : NULL;
}

#endif
