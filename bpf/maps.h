/* SPDX-License-Identifier: GPL-2.0 */
/* Every map and setting. All objects of bpf/ define them: __weak makes the linker (bpftool gen object) keep one. */
#ifndef MAPS_H
#define MAPS_H

#include "vmlinux.h"

#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "bpfhogs.h"

const volatile struct settings settings __weak = {};

struct flow_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, struct flow_key);
	__type(value, struct flow);
};

/* Which half of the flows is filled now: 0 or 1. The user side changes it, and drains the half that nobody writes to. */
volatile __u32 half __weak = 0;

/* The flows of both halves that have a place (place.h): first all of half 0. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, struct place);
} places __weak SEC(".maps");

/* The others. */
struct flow_map flows_a __weak SEC(".maps");
struct flow_map flows_b __weak SEC(".maps");

/* By process (a key of tgid alone): what found no room there either. */
struct flow_map overflow_a __weak SEC(".maps");
struct flow_map overflow_b __weak SEC(".maps");

/* Without any use to the programs: to put the one in the other makes the kernel wait for those that run (loader__swap). */
struct inner_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
};

struct inner_map wait_inner __weak SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(values, struct inner_map);
} wait_outer __weak SEC(".maps");

/* A TCP socket has a slot (bpfhogs.h) if it was the first to come here of those whose address leads there. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE); /* which also aligns them with cache lines */
	__uint(max_entries, TCP_SLOTS);
	__type(key, __u32);
	__type(value, struct tcp_mark);
} tcp_slots __weak SEC(".maps");

/* What is known of a TCP socket (or an MPTCP parent) beside its mark, and seldom wanted. */
struct tcp_rest {
	struct flow_key key; /* protocol 0: not filled in yet */
	struct owner owner;  /* who used the socket last */
	__u32 place[2];	     /* of each half that somebody holds: the number of the place */
};

/* Of those that have a slot, by the same number. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, TCP_SLOTS);
	__type(key, __u32);
	__type(value, struct tcp_rest);
} tcp_rests __weak SEC(".maps");

/* Of the others. */
struct tcp_kept {
	struct tcp_mark mark;
	struct tcp_rest rest;
};

#define TCP_SLOT_BUSY 1	  /* for a socket's address: about to be filled */
#define TCP_HOLDER_BUSY 1 /* for who holds it: likewise */

#define TCP_F_NEW 0x01	      /* born before our eyes: its sequence numbers are still to be settled */
#define TCP_F_ACTIVE 0x02     /* it sent a SYN, which took a sequence number */
#define TCP_F_FIN_SENT 0x04   /* a FIN is about to take a sequence number of ours */
#define TCP_F_FIN_READ 0x08   /* the peer's FIN was passed, and not counted */
#define TCP_F_CLOSED 0x10
#define TCP_F_SUBFLOW 0x20 /* of an MPTCP socket, which counts for it */

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct tcp_kept);
} tcp_storage __weak SEC(".maps");

#define UDP_SLOTS 65536

/* Of UDP sockets that are used much: the numbers of their places. Of those whose address leads to the same, one has it. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, UDP_SLOTS);
	__type(key, __u32);
	__type(value, __u32);
} udp_slots __weak SEC(".maps");

/* TCP's by the socket's address, without places (place.h). */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, __u64);
	__type(value, struct tcp_kept);
} tcp_hash __weak SEC(".maps");

/*
 * A datagram between entry and return of the function that sends it. Each CPU has a slot. Where the kernel preempts, slots are
 * found by thread id modulo their number: two threads of one slot inside that function at once are told apart by the id, and
 * the loser is counted as missed.
 */
struct datagram {
	__u64 thread;
	__u64 bytes;
	struct sock *sk;
	struct net_device *dev;
	__u32 udp_slot;
	struct flow_key key;
};

#define DATAGRAM_SLOTS 16384

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, DATAGRAM_SLOTS);
	__type(key, __u32);
	__type(value, struct datagram);
} datagrams __weak SEC(".maps");

struct losses losses __weak = {};

#endif
