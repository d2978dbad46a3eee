/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Attach mode tracepoint: for kernels without trampolines and kprobes, from 6.3 on (6e6eda44b939). It sees a socket
 * and what a call on it returned, not the call's arguments: so not the peer of a UDP socket that is not connected.
 */
#define PLACES
#define READ_BY_CAST
#include "mptcp.h"
#include "tcp.h"
#include "udp.h"

#include <bpf/bpf_tracing.h>

static __always_inline void udp_peer_of_socket(struct sock *sk, struct flow_key *key)
{
	if (GET(sk, __sk_common.skc_state) != TCP_ESTABLISHED)
		return;
	key->rport = bpf_ntohs(GET(sk, __sk_common.skc_dport));
	if (GET(sk, __sk_common.skc_family) == AF_INET6)
		bpf_core_read(&key->raddr, sizeof(key->raddr), &sk->__sk_common.skc_v6_daddr);
	else
		set_ipv4(key->raddr, GET(sk, __sk_common.skc_daddr));
}

static __always_inline bool same_ipv6(const struct in6_addr *in6, const __u8 *addr)
{
	const volatile __u32 *words = (const volatile __u32 *)addr;

	return in6->in6_u.u6_addr32[0] == words[0] && in6->in6_u.u6_addr32[1] == words[1] &&
	       in6->in6_u.u6_addr32[2] == words[2] && in6->in6_u.u6_addr32[3] == words[3];
}

static __always_inline bool same_ipv4(__be32 ipv4, const __u8 *addr)
{
	return ipv4 == ((const volatile __u32 *)addr)[3]; /* in the key of a socket of IPv4 the rest is the prefix */
}

/*
 * Whether a key is still right for its socket, which may have been bound or connected anew. (volatile, above: or the
 * compiler makes one load of two, of which one is from the socket, which the verifier refuses.)
 */
static __always_inline bool udp_is_key_of(struct sock *sk, const struct flow_key *key)
{
	bool connected = GET(sk, __sk_common.skc_state) == TCP_ESTABLISHED;

	if (key->lport != GET(sk, __sk_common.skc_num) ||
	    key->rport != (connected ? bpf_ntohs(GET(sk, __sk_common.skc_dport)) : 0))
		return false;
	if (GET(sk, __sk_common.skc_family) == AF_INET)
		return same_ipv4(GET(sk, __sk_common.skc_rcv_saddr), key->laddr) &&
		       (!connected || same_ipv4(GET(sk, __sk_common.skc_daddr), key->raddr));
	return same_ipv6(&sk->__sk_common.skc_v6_rcv_saddr, key->laddr) &&
	       (!connected || same_ipv6(&sk->__sk_common.skc_v6_daddr, key->raddr));
}

/* For who has no place. A function of its own, as tcp_account(). */
static __noinline int udp_moved_event(struct sock *sk, __u32 tx, __u32 rx)
{
	struct event event = { .sk = sk, .tx_bytes = tx, .rx_bytes = rx };

	event.key.tgid = current_tgid();
	udp_local(sk, &event.key);
	udp_peer_of_socket(sk, &event.key);
	udp_account(&event, udp_slot_of(sk));
	return 0;
}

static __always_inline void udp_moved(struct sock *sk, __u32 tx, __u32 rx)
{
	struct place *place = NULL;
	__u32 *number, slot;

	if (settings.use_places) {
		slot = udp_slot_of(sk);
		number = bpf_map_lookup_elem(&udp_slots, &slot);
		place = number ? place_find(half, sk, *number) : NULL;
	}
	if (place && place->flow.owner.tgid == current_tgid() && udp_is_key_of(sk, &place->key))
		add(&place->flow, tx, rx);
	else
		udp_moved_event(sk, tx, rx);
}

/* As tcp_sent() and tcp_taken(), where others may look at the same time: one of them counts. */
static __always_inline __u32 tcp_advance_unlocked(__u32 *pos, __u32 now)
{
	__u32 before = *pos;
	__s32 advance = now - before;

	if (advance <= 0 || __sync_val_compare_and_swap(pos, before, before + advance) != before)
		return 0;
	return advance;
}

/* For the process that runs; the socket is not locked. */
static __always_inline void tcp_moved(struct sock *sk, struct tcp_mark *mark, __u32 tx, __u32 rx)
{
	if (tx || rx)
		tcp_account(sk, mark, false, tx, rx);
}

static __always_inline bool has_ulp(struct tcp_sock *tp)
{
	return GET(tp, inet_conn.icsk_ulp_ops);
}

/* A function of its own: whatever is not usual. */
static __noinline int tcp_send_returned_closely(struct sock *sk, int ret)
{
	struct tcp_sock *tp = TCP_SOCK(sk);
	struct tcp_mark *mark = mark_find(sk);
	__u32 tx = ret;

	if (!tp)
		return 0;
	if (mark && !(mark->flags & TCP_F_NEW) && has_ulp(tp))
		tx = tcp_advance_unlocked(&mark->tx_pos, GET(tp, write_seq));
	else if (mark)
		__sync_fetch_and_add(&mark->tx_pos, ret);
	tcp_moved(sk, mark, tx, 0);
	return 0;
}

/*
 * The socket is not locked here and its write_seq may be half way through somebody else's send: so go by what the
 * call returned, except where an upper protocol (kTLS) puts more on the stream than it was given.
 */
static __always_inline void tcp_send_returned(struct sock *sk, int ret)
{
	struct tcp_mark *slot = slot_find(sk);
	struct tcp_sock *tp = TCP_SOCK(sk);
	__u32 half_now = half & 1;

	if (settings.use_places && slot && tp && !has_ulp(tp) && slot->holder[half_now] == TCP_HOLDER(current_tgid())) {
		__sync_fetch_and_add(&slot->tx_pos, ret);
		__sync_fetch_and_add(&slot->tx_bytes[half_now], ret);
		return;
	}
	tcp_send_returned_closely(sk, ret);
}

/* What tcp_rcv_space_adjust does not see: what was taken off the stream in softirq, for kTLS. */
static __always_inline void tcp_recv_returned(struct sock *sk)
{
	struct tcp_sock *tp = TCP_SOCK(sk);
	struct tcp_mark *mark;

	if (!tp || !has_ulp(tp))
		return;
	mark = mark_find(sk);
	if (mark && !(mark->flags & TCP_F_NEW))
		tcp_moved(sk, mark, 0, tcp_advance_unlocked(&mark->rx_pos, GET(tp, copied_seq)));
}

SEC("?tp_btf/sock_send_length")
int BPF_PROG(tracepoint_sock_send_length, struct sock *sk, int ret, int flags)
{
	__u16 protocol = sk->sk_protocol;
	__u16 family = sk->__sk_common.skc_family;

	if (ret < 0 || (family != AF_INET && family != AF_INET6) || is_raw(sk))
		return 0;
	if (settings.udp && is_udp(protocol))
		udp_moved(sk, ret, 0);
	else if (settings.tcp && protocol == IPPROTO_TCP)
		tcp_send_returned(sk, ret);
	else if (settings.tcp && is_mptcp(protocol))
		mptcp_moved(sk, ret, 0);
	return 0;
}

SEC("?tp_btf/sock_recv_length")
int BPF_PROG(tracepoint_sock_recv_length, struct sock *sk, int ret, int flags)
{
	__u16 protocol = sk->sk_protocol;
	__u16 family = sk->__sk_common.skc_family;

	if (ret < 0 || flags & (MSG_PEEK | MSG_ERRQUEUE) || (family != AF_INET && family != AF_INET6) || is_raw(sk))
		return 0;
	if (settings.udp && is_udp(protocol))
		udp_moved(sk, 0, ret);
	else if (settings.tcp && protocol == IPPROTO_TCP)
		tcp_recv_returned(sk);
	else if (settings.tcp && is_mptcp(protocol))
		mptcp_moved(sk, 0, ret);
	return 0;
}

/* In every receive, splice and the like, after each piece, the socket locked; in softirq nobody owns it. */
SEC("?tp_btf/tcp_rcv_space_adjust")
int BPF_PROG(tracepoint_tcp_rcv_space_adjust, struct sock *sk)
{
	if (sk->sk_lock.owned)
		tcp_look(sk, false);
	return 0;
}

/* The last record of a kTLS socket may leave when it is closed, without a send. The FIN has no number yet. */
SEC("?tp_btf/inet_sock_set_state")
int BPF_PROG(tracepoint_tcp_closing, struct sock *sk, int from, int to)
{
	struct tcp_mark *mark;
	struct tcp_sock *tp;

	if (sk->sk_protocol != IPPROTO_TCP || (to != TCP_FIN_WAIT1 && to != TCP_LAST_ACK))
		return 0;
	tp = TCP_SOCK(sk);
	if (!tp || !has_ulp(tp))
		return 0;
	mark = tcp_mark_get(sk, tp);
	if (mark)
		tcp_moved(sk, mark, tcp_advance_unlocked(&mark->tx_pos, GET(tp, write_seq)), 0);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
