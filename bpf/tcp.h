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
#include "mark.h"

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

	return BPF_CORE_READ(sk, sk_protocol) == IPPROTO_TCP && BPF_CORE_READ(sk, sk_type) != SOCK_RAW &&
	       state != TCP_LISTEN && state != TCP_CLOSE;
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

/* A socket that was in use before we looked: counted from now on. One that connects has no numbers of its peer yet. */
static __always_inline void tcp_baseline(struct tcp_sock *tp, struct tcp_mark *init)
{
	if (state_of((struct sock *)tp) == TCP_SYN_SENT) {
		init->flags = TCP_F_NEW | TCP_F_ACTIVE;
		return;
	}
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
	tcp_baseline(tp, &init);
	if (!(init.flags & (TCP_F_NEW | TCP_F_SUBFLOW)) &&
	    (init.tx_pos - tcp_first_sent(tp) > 1 || init.rx_pos != tcp_first_received(tp)))
		__sync_fetch_and_add(&losses.sockets, 1);
	return mark_new(sk, &init);
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

/* A function of its own: it is seldom wanted. */
static __noinline int tcp_user_changes(struct sock *sk, struct tcp_mark *mark)
{
	struct tcp_rest *rest = rest_find(sk);

	if (mark && rest && owner_of_current(&rest->owner))
		mark->user = rest->owner.tgid;
	return 0;
}

/* A kernel thread that works for nobody (the worker of kTLS, say) works for the one who used the socket last. */
static __always_inline void tcp_used(struct sock *sk, struct tcp_mark *mark)
{
	if (mark->user != current_tgid())
		tcp_user_changes(sk, mark);
}

/* Numbers that jumped with a disconnect are no data: tcp_disconnect() also clears the remote port. */
static __always_inline bool tcp_disconnected(struct sock *sk, const struct tcp_mark *mark)
{
	return mark->flags & TCP_F_CLOSED && !BPF_CORE_READ(sk, __sk_common.skc_dport);
}

/* The peer's FIN was passed if nothing is left to read and it is here. It ends the state ESTABLISHED, which is cheaper to see. */
static __always_inline bool tcp_fin_read(struct sock *sk, struct tcp_sock *tp, const struct tcp_mark *mark)
{
	return GET(sk, __sk_common.skc_state) != TCP_ESTABLISHED && !(mark->flags & TCP_F_FIN_READ) &&
	       GET(sk, __sk_common.skc_flags) & (1UL << SOCK_DONE) &&
	       GET(tp, rcv_nxt) == mark->rx_pos;
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
	__s32 sent = GET(tp, write_seq) - mark->tx_pos;

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
	__s32 taken = GET(tp, copied_seq) - mark->rx_pos;

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
	struct tcp_mark *mark = mark_find(sk);

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

#ifdef PLACES
/* The first to come takes the slot, and a place, for its process. */
static __always_inline void slot_hold(__u32 half_now, struct tcp_mark *slot, struct event *event)
{
	__u32 slot_index = slot_number(event->sk), number;
	struct tcp_rest *rest = slot_rest_at(slot_index);
	struct flow fresh = {};

	if (!rest || __sync_val_compare_and_swap(&slot->holder[half_now], 0, TCP_HOLDER_BUSY))
		return;
	describe(event, &fresh);
	number = place_take(half_now, event->sk, &event->key, &fresh, 0, slot_index + 1);
	rest->place[half_now] = number;
	__sync_val_compare_and_swap(&slot->holder[half_now], TCP_HOLDER_BUSY, number ? TCP_HOLDER(event->key.tgid) : 0);
}

/* False: the socket has no slot, or another process holds it. */
static __always_inline bool slot_account(__u32 half_now, struct event *event)
{
	struct tcp_mark *slot = slot_find(event->sk);

	if (!slot)
		return false;
	if (!slot->holder[half_now] && place_left(half_now))
		slot_hold(half_now, slot, event);
	if (slot->holder[half_now] != TCP_HOLDER(event->key.tgid))
		return false;
	if (event->tx_bytes)
		__sync_fetch_and_add(&slot->tx_bytes[half_now], event->tx_bytes);
	if (event->rx_bytes) /* by who has the lock: tcp_account() */
		slot->rx_bytes[half_now] += event->rx_bytes;
	return true;
}
#endif

/*
 * For the owner in the mark, the socket locked; else for the process that runs, and `mark` may be NULL. A function of its
 * own: that keeps the usual way, and its stack, short.
 */
static __noinline int tcp_account(struct sock *sk, struct tcp_mark *mark, bool locked, __u64 tx, __u64 rx)
{
	struct event event = { .sk = sk, .tx_bytes = tx, .rx_bytes = rx };
	struct tcp_rest *rest = mark ? rest_find(sk) : NULL;
	__u32 half_now = half & 1;

	if (rest) {
		if (!rest->key.protocol)
			fill_key(sk, &rest->key);
		event.key = rest->key;
	} else {
		fill_key(sk, &event.key);
	}
	if (rest && locked) {
		event.owner = &rest->owner;
		event.key.tgid = rest->owner.tgid;
	} else {
		event.key.tgid = current_tgid();
	}
	if (!wanted(&event))
		return 0;
#ifdef PLACES
	/* to what was received on a socket only who has the lock adds, and so without an atomic operation */
	if (settings.places && (locked || !rx) && slot_account(half_now, &event))
		return 0;
#endif
	account_in(half_now, &event);
	return 0;
}

/* A look at a locked socket. A function of its own: whatever is not usual. */
static __noinline int tcp_look_closely(struct sock *sk, bool sends)
{
	struct tcp_sock *tp = TCP_SOCK(sk);
	struct tcp_mark *mark;
	__u32 tx, rx;

	if (!tp)
		return 0;
	mark = tcp_mark_get(sk, tp);
	if (!mark)
		return 0;
	tcp_used(sk, mark);
	tx = sends ? tcp_sent(sk, tp, mark) : 0;
	rx = tcp_taken(sk, tp, mark);
	if (tx || rx)
		tcp_account(sk, mark, true, tx, rx);
	return 0;
}

#ifdef PLACES
/*
 * The usual: an established connection, used by the process that holds its slot. There nothing but data moves the sequence
 * numbers.
 */
static __always_inline bool tcp_is_usual(struct sock *sk, const struct tcp_mark *slot, __u32 half_now)
{
	__u32 tgid = current_tgid();

	return settings.use_places && !(slot->flags & ~TCP_F_ACTIVE) && GET(sk, __sk_common.skc_state) == TCP_ESTABLISHED &&
	       slot->holder[half_now] == TCP_HOLDER(tgid) && slot->user == tgid;
}

static __always_inline void advance(__u32 *pos, __u32 now, __u64 *bytes)
{
	__s32 moved = now - *pos;

	if (moved > 0)
		*bytes += moved;
	*pos = now;
}
#endif

/* A look at a locked socket, at both directions or only at what was taken. */
static __always_inline void tcp_look(struct sock *sk, bool sends)
{
#ifdef PLACES
	struct tcp_mark *slot = slot_find(sk);
	struct tcp_sock *tp = TCP_SOCK(sk);
	__u32 half_now = half & 1;

	if (slot && tp && tcp_is_usual(sk, slot, half_now)) {
		if (sends)
			advance(&slot->tx_pos, GET(tp, write_seq), &slot->tx_bytes[half_now]);
		advance(&slot->rx_pos, GET(tp, copied_seq), &slot->rx_bytes[half_now]);
		return;
	}
#endif
	tcp_look_closely(sk, sends);
}

#endif
