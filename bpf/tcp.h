/* SPDX-License-Identifier: GPL-2.0 */
/*
 * TCP by sequence numbers: what a socket sent is how far write_seq went, what its program took is how far copied_seq
 * went, since the last look. Return values and arguments of the functions on the way lie (peeks, WAITALL, partial
 * writes, pages sent by other paths) or are not seen (return probes on functions that sleep); these two numbers are
 * what the kernel itself goes by, and a look that was missed is made up for by the next.
 *
 * The looks must be taken with the socket locked, in the context of who did the work. Two things move the numbers
 * without being data: SYN and FIN take one each, and tcp_disconnect() jumps. The states that a connection passes
 * (tcp_state_changed) tell those apart.
 */
#ifndef TCP_H
#define TCP_H

#include "account.h"

#ifdef PLACES
static __always_inline struct tcp_mark *mark_find(struct sock *sk)
{
	return bpf_sk_storage_get(&tcp_storage, sk, NULL, 0);
}

static __always_inline struct tcp_mark *mark_new(struct sock *sk, const struct tcp_mark *init)
{
	return bpf_sk_storage_get(&tcp_storage, sk, (void *)init, BPF_SK_STORAGE_GET_F_CREATE);
}

static __always_inline struct tcp_slot *tcp_slot_of(struct sock *sk)
{
	__u32 index = slot_of(sk, 11, TCP_SLOTS);

	return bpf_map_lookup_elem(&tcp_slots, &index);
}

static __always_inline struct tcp_mark *tcp_mark_find(struct sock *sk)
{
	struct tcp_slot *slot = tcp_slot_of(sk);

	return slot && slot->socket == (__u64)sk ? &slot->mark : mark_find(sk);
}

/* If there is one already, that. */
static __always_inline struct tcp_mark *tcp_mark_new(struct sock *sk, const struct tcp_mark *init)
{
	struct tcp_slot *slot = tcp_slot_of(sk);

	if (slot && slot->socket == (__u64)sk)
		return &slot->mark;
	if (!slot || __sync_val_compare_and_swap(&slot->socket, 0, TCP_SLOT_BUSY))
		return mark_new(sk, init);
	slot->mark = *init;
	__sync_val_compare_and_swap(&slot->socket, TCP_SLOT_BUSY, (__u64)sk); /* and a barrier */
	return &slot->mark;
}

static __always_inline void tcp_mark_free(struct sock *sk)
{
	struct tcp_slot *slot = tcp_slot_of(sk);

	if (slot && slot->socket == (__u64)sk)
		slot->socket = 0;
}
#else
static __always_inline struct tcp_mark *mark_find(struct sock *sk)
{
	__u64 address = (__u64)sk;

	return bpf_map_lookup_elem(&tcp_hash, &address);
}

static __always_inline struct tcp_mark *mark_new(struct sock *sk, const struct tcp_mark *init)
{
	__u64 address = (__u64)sk;

	bpf_map_update_elem(&tcp_hash, &address, init, BPF_NOEXIST);
	return bpf_map_lookup_elem(&tcp_hash, &address);
}

#define tcp_mark_find mark_find
#define tcp_mark_new mark_new

static __always_inline void tcp_mark_free(struct sock *sk)
{
	__u64 address = (__u64)sk;

	bpf_map_delete_elem(&tcp_hash, &address);
}
#endif

static __always_inline bool is_subflow(struct tcp_sock *tp)
{
	return bpf_core_field_exists(tp->is_mptcp) && BPF_CORE_READ(tp, is_mptcp);
}

static __always_inline __u8 state_of(struct sock *sk)
{
	return BPF_CORE_READ(sk, __sk_common.skc_state);
}

static __always_inline bool is_tcp_in_use(struct sock *sk)
{
	__u8 state = state_of(sk);

	return BPF_CORE_READ(sk, sk_protocol) == IPPROTO_TCP && state != TCP_LISTEN && state != TCP_CLOSE;
}

/*
 * The first sequence numbers of a connection, from what the kernel keeps for RFC 4898: snd_una and bytes_acked, as
 * rcv_nxt and bytes_received, move together, so their difference is where they began. An active opener's bytes_acked
 * includes its SYN.
 */
static __always_inline __u32 tcp_first_sent(struct tcp_sock *tp)
{
	return BPF_CORE_READ(tp, snd_una) - (__u32)BPF_CORE_READ(tp, bytes_acked);
}

static __always_inline __u32 tcp_first_received(struct tcp_sock *tp)
{
	return BPF_CORE_READ(tp, rcv_nxt) - (__u32)BPF_CORE_READ(tp, bytes_received);
}

/* A socket that was in use before we looked: counted from now on. */
static __always_inline void tcp_baseline(struct tcp_sock *tp, struct tcp_mark *init)
{
	init->tx_pos = BPF_CORE_READ(tp, write_seq);
	init->rx_pos = BPF_CORE_READ(tp, copied_seq);
	if (is_subflow(tp))
		init->flags = TCP_F_SUBFLOW;
}

/*
 * A socket whose birth was not seen: either it was in no table of files at the start, or tcp_state_changed was skipped,
 * as when it is interrupted by a softirq that runs it too. Connecting and accepting look at a socket before it can move
 * data, so in the latter case nothing is lost by beginning now.
 */
static __always_inline struct tcp_mark *tcp_mark_unknown(struct sock *sk, struct tcp_sock *tp)
{
	struct tcp_mark init = {};

	if (!is_tcp_in_use(sk))
		return NULL;
	if (state_of(sk) == TCP_SYN_SENT) {
		init.flags = TCP_F_NEW | TCP_F_ACTIVE;
		return tcp_mark_new(sk, &init);
	}
	tcp_baseline(tp, &init);
	if ((__u32)init.tx_pos - tcp_first_sent(tp) > 1 || (__u32)init.rx_pos != tcp_first_received(tp))
		__sync_fetch_and_add(&losses.sockets, 1);
	return tcp_mark_new(sk, &init);
}

/* Not in SYN_SENT, when the peer's numbers are not known. */
static __always_inline void tcp_settle(struct tcp_sock *tp, struct tcp_mark *mark)
{
	__u32 first = tcp_first_sent(tp);

	if (is_subflow(tp))
		mark->flags |= TCP_F_SUBFLOW;
	if (mark->flags & TCP_F_ACTIVE)
		first++;
	__sync_fetch_and_add(&mark->tx_pos, first); /* to what was counted already by what sends returned */
	mark->rx_pos = tcp_first_received(tp);
	mark->flags &= ~TCP_F_NEW;
}

/* The protocol goes in last: it tells others that the rest is there. */
static __always_inline void fill_key(struct sock *sk, struct flow_key *key)
{
	key->netns = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
	/* not skc_num: that is zeroed when the connection is closed, with data still to read */
	key->lport = bpf_ntohs(BPF_CORE_READ((struct inet_sock *)sk, inet_sport));
	key->rport = bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
	if (BPF_CORE_READ(sk, __sk_common.skc_family) == AF_INET6) {
		BPF_CORE_READ_INTO(&key->laddr, sk, __sk_common.skc_v6_rcv_saddr);
		BPF_CORE_READ_INTO(&key->raddr, sk, __sk_common.skc_v6_daddr);
	} else {
		set_ipv4(key->laddr, BPF_CORE_READ(sk, __sk_common.skc_rcv_saddr));
		set_ipv4(key->raddr, BPF_CORE_READ(sk, __sk_common.skc_daddr));
	}
	barrier();
	key->protocol = BPF_CORE_READ(sk, sk_protocol);
}

/* A kernel thread that works for nobody (the worker of kTLS, say) works for the one who used the socket last. */
static __always_inline void tcp_owner(struct tcp_mark *mark)
{
	if (mark->owner.tgid != current_tgid())
		owner_of_current(&mark->owner);
}

/* Numbers that jumped with a disconnect are no data: tcp_disconnect() also clears the remote port. */
static __always_inline bool tcp_disconnected(struct sock *sk, const struct tcp_mark *mark)
{
	return mark->flags & TCP_F_CLOSED && !BPF_CORE_READ(sk, __sk_common.skc_dport);
}

/* The peer's FIN was passed if nothing is left to read and it is here. */
static __always_inline bool tcp_fin_read(struct sock *sk, struct tcp_sock *tp, const struct tcp_mark *mark)
{
	return !(mark->flags & TCP_F_FIN_READ) && GET(sk, __sk_common.skc_flags) & (1UL << SOCK_DONE) &&
	       GET(tp, rcv_nxt) == (__u32)mark->rx_pos;
}

/* Only a FIN can be sent in these states: should its announcement by tcp_state_changed have been skipped. */
static __always_inline bool tcp_is_fin(struct sock *sk, __s32 sent)
{
	const __u32 states = 1 << TCP_FIN_WAIT1 | 1 << TCP_FIN_WAIT2 | 1 << TCP_TIME_WAIT | 1 << TCP_LAST_ACK |
			     1 << TCP_CLOSING;

	return sent == 1 && states & 1 << state_of(sk);
}

/* Since the last look: bytes sent. Negative jumps (TCP_REPAIR) are none. */
static __always_inline __u32 tcp_sent(struct sock *sk, struct tcp_sock *tp, struct tcp_mark *mark)
{
	__s32 sent = GET(tp, write_seq) - (__u32)mark->tx_pos;

	if (!sent)
		return 0;
	mark->tx_pos += sent;
	if (tcp_disconnected(sk, mark))
		return 0;
	if (mark->flags & TCP_F_FIN_SENT || tcp_is_fin(sk, sent)) {
		mark->flags &= ~TCP_F_FIN_SENT;
		sent--;
	}
	return sent > 0 ? sent : 0;
}

/* Since the last look: bytes that the program took. */
static __always_inline __u32 tcp_taken(struct sock *sk, struct tcp_sock *tp, struct tcp_mark *mark)
{
	__s32 taken = GET(tp, copied_seq) - (__u32)mark->rx_pos;

	if (!taken)
		return 0;
	mark->rx_pos += taken;
	if (tcp_disconnected(sk, mark))
		return 0;
	if (tcp_fin_read(sk, tp, mark)) {
		mark->flags |= TCP_F_FIN_READ;
		taken--;
	}
	return taken > 0 ? taken : 0;
}

/* The mark of a socket whose bytes are to be counted now, else NULL. */
static __always_inline struct tcp_mark *tcp_mark_get(struct sock *sk, struct tcp_sock *tp)
{
	struct tcp_mark *mark = tcp_mark_find(sk);

	if (!mark)
		mark = tcp_mark_unknown(sk, tp);
	if (!mark)
		return NULL;
	if (mark->flags & TCP_F_NEW) {
		if (state_of(sk) == TCP_SYN_SENT)
			return NULL;
		tcp_settle(tp, mark);
	}
	return mark->flags & TCP_F_SUBFLOW ? NULL : mark;
}

/* As tcp_account(), for who has no place. A function of its own: that keeps the way by the place, and its stack, short. */
static __noinline int tcp_account_event(struct sock *sk, struct tcp_mark *mark, bool by_current, __u64 tx, __u64 rx)
{
	struct event event = { .sk = sk, .tx_bytes = tx, .rx_bytes = rx };

	if (mark) {
		if (!mark->key.protocol)
			fill_key(sk, &mark->key);
		event.key = mark->key;
		event.number = mark->place;
		event.place = &mark->place;
	} else {
		fill_key(sk, &event.key);
	}
	if (mark && !by_current) {
		event.owner = &mark->owner;
		event.key.tgid = mark->owner.tgid;
	} else {
		event.key.tgid = current_tgid();
	}
	account(&event);
	return 0;
}

/* For the owner in the mark, or for the process that runs: then `mark` may be NULL. */
static __always_inline void tcp_account(struct sock *sk, struct tcp_mark *mark, bool by_current, __u64 tx, __u64 rx)
{
#ifdef PLACES
	struct place *place = settings.use_places && mark ? place_find(half, sk, mark->place) : NULL;

	if (place && place->flow.owner.tgid == (by_current ? current_tgid() : mark->owner.tgid)) {
		add(&place->flow, tx, rx);
		return;
	}
#endif
	tcp_account_event(sk, mark, by_current, tx, rx);
}

/* A look at a locked socket. */
static __always_inline void tcp_look(struct sock *sk)
{
	struct tcp_sock *tp = TCP_SOCK(sk);
	struct tcp_mark *mark;
	__u32 tx, rx;

	if (!tp)
		return;
	mark = tcp_mark_get(sk, tp);
	if (!mark)
		return;
	tcp_owner(mark);
	tx = tcp_sent(sk, tp, mark);
	rx = tcp_taken(sk, tp, mark);
	if (tx || rx)
		tcp_account(sk, mark, false, tx, rx);
}

#endif
