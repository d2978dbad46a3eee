/* SPDX-License-Identifier: GPL-2.0 */
/* The accounting core: from "this socket moved so many bytes" to a counter in a map. */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include "read.h"

#include <bpf/bpf_endian.h>

/* An event: what moved, on which flow, and where to look for its device should that be wanted. */
struct event {
	struct flow_key key; /* its tgid is the caller's choice; account() corrects that of a kernel thread */
	__u64 tx_bytes;
	__u64 rx_bytes;
	__u64 tx_calls;
	__u64 rx_calls;
	struct owner *owner;	/* if already known, else NULL: the current process */
	struct sock *sk;
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

static __always_inline void *half_now(__u32 slot)
{
	return bpf_map_lookup_elem(&halves, &slot);
}

static __always_inline void add(struct flow *flow, const struct event *event)
{
	if (event->tx_calls) {
		__sync_fetch_and_add(&flow->tx_bytes, event->tx_bytes);
		__sync_fetch_and_add(&flow->tx_calls, event->tx_calls);
	}
	if (event->rx_calls) {
		__sync_fetch_and_add(&flow->rx_bytes, event->rx_bytes);
		__sync_fetch_and_add(&flow->rx_calls, event->rx_calls);
	}
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

/* No room for the flow: its bytes stay with the process; no room for that either: with the total. */
static __always_inline void account_overflow(const struct event *event, const struct flow *fresh)
{
	struct flow_key key = { .tgid = event->key.tgid };
	void *map = half_now(SLOT_OVERFLOW);
	struct flow *flow = map ? flow_entry(map, &key, fresh) : NULL;

	if (flow) {
		add(flow, event);
		__sync_fetch_and_add(&losses.overflow_bytes, event->tx_bytes + event->rx_bytes);
	} else {
		__sync_fetch_and_add(&losses.tx_bytes, event->tx_bytes);
		__sync_fetch_and_add(&losses.rx_bytes, event->rx_bytes);
	}
}

static __always_inline void account_first(void *map, struct event *event)
{
	struct flow fresh = {};
	struct net_device *dev;
	struct flow *flow;

	if (event->owner && event->owner->tgid != current_tgid()) /* a kernel thread that works for it */
		fresh.owner = *event->owner;
	else
		owner_of_current(&fresh.owner); /* anew: it may have become another program */
	event->key.tgid = fresh.owner.tgid;

	dev = device_of(event);
	fresh.ifindex = ifindex_of(event);
	if (dev && BPF_CORE_READ(dev, ifindex) == fresh.ifindex)
		BPF_CORE_READ_STR_INTO(&fresh.dev, dev, name);

	flow = flow_entry(map, &event->key, &fresh);
	if (flow)
		add(flow, event);
	else
		account_overflow(event, &fresh);
}

/* Adds an event to its flow in the half that is filled now. */
static __always_inline void account(struct event *event)
{
	struct flow *flow;
	void *map;

	if (!wanted(event))
		return;
	map = half_now(SLOT_FLOWS);
	if (!map)
		return;
	flow = bpf_map_lookup_elem(map, &event->key);
	if (flow)
		add(flow, event);
	else
		account_first(map, event);
}

#endif
