/* SPDX-License-Identifier: GPL-2.0 */
/*
 * UDP by datagrams: the payload of each that was handed to IP without an error, and of each that a program took. The
 * peer is in the datagram's headers, also on sockets that are not connected; the local address is the socket's.
 */
#ifndef UDP_H
#define UDP_H

#include "account.h"

/* A socket with a flow of so many bytes in an interval is worth a place; one that lives for a question is not. */
#define UDP_BUSY_BYTES 4096

static __always_inline bool is_busy(const struct flow *flow)
{
	return flow && flow->tx_bytes + flow->rx_bytes >= UDP_BUSY_BYTES;
}

struct udp_ports {
	__be16 source;
	__be16 dest;
};

#define UDP_HEADER_LEN 8
#define IPV4_HEADER_LEN 20 /* without options */
#define IPV6_HEADER_LEN 40

/* What stands where in a datagram's headers. */
union headers {
	struct {
		__u8 before[12];
		__be32 saddr;
		__be32 daddr;
		struct udp_ports ports;
	} ipv4;
	struct {
		__u8 before[8];
		__u8 saddr[16];
		__u8 daddr[16];
		struct udp_ports ports;
	} ipv6;
};

/* The socket's part of a key. */
static __always_inline void udp_local(struct sock *sk, struct flow_key *key)
{
	key->netns = GET(sk, __sk_common.skc_net.net, ns.inum);
	key->protocol = GET(sk, sk_protocol);
	key->lport = GET(sk, __sk_common.skc_num);
	if (GET(sk, __sk_common.skc_family) == AF_INET6)
		bpf_core_read(&key->laddr, sizeof(key->laddr), &sk->__sk_common.skc_v6_rcv_saddr);
	else
		set_ipv4(key->laddr, GET(sk, __sk_common.skc_rcv_saddr));
}

/* The peer's part, from the headers: the destination of what was sent, the source of what came. */
static __always_inline void udp_remote(struct sk_buff *skb, bool ipv6, bool sent, struct flow_key *key)
{
	__u32 network = GET(skb, network_header), transport = GET(skb, transport_header);
	unsigned char *head = GET(skb, head);
	union headers headers = {};
	struct udp_ports ports;

	bpf_probe_read_kernel(&headers, ipv6 ? sizeof(headers.ipv6) : sizeof(headers.ipv4), head + network);
	ports = ipv6 ? headers.ipv6.ports : headers.ipv4.ports;
	if (transport - network != (ipv6 ? IPV6_HEADER_LEN : IPV4_HEADER_LEN)) /* there are options between */
		bpf_probe_read_kernel(&ports, sizeof(ports), head + transport);
	key->rport = bpf_ntohs(sent ? ports.dest : ports.source);
	if (ipv6)
		__builtin_memcpy(key->raddr, sent ? headers.ipv6.daddr : headers.ipv6.saddr, sizeof(key->raddr));
	else
		set_ipv4(key->raddr, sent ? headers.ipv4.daddr : headers.ipv4.saddr);
}

static __always_inline bool is_udp(__u16 protocol)
{
	return protocol == IPPROTO_UDP || protocol == IPPROTO_UDPLITE;
}

#ifdef PLACES
static __always_inline __u32 udp_slot_of(struct sock *sk)
{
	return slot_of(sk, 10, UDP_SLOTS) ?: 1; /* 0 is none */
}

/* Whether in this interval the slot is another socket's. */
static __always_inline bool udp_slot_taken(__u32 slot, __u32 number, struct sock *sk)
{
	struct place *place = place_at(half, number);

	return place && place->udp_slot == slot && place->socket != (__u64)sk;
}
#else
static __always_inline __u32 udp_slot_of(struct sock *sk)
{
	return 0;
}
#endif

/* By the socket's place if it has one, or deserves one. */
static __always_inline void udp_account(struct event *event, __u32 slot)
{
#ifdef PLACES
	__u32 *number;
	struct flow *flow;

	if (settings.places) {
		number = bpf_map_lookup_elem(&udp_slots, &slot);
		if (!number)
			return;
		event->number = *number;
		event->udp_slot = slot;
		event->place = event->number && !udp_slot_taken(slot, event->number, event->sk) ? number : NULL;
		flow = account(event);
		if (!event->number && is_busy(flow))
			__sync_val_compare_and_swap(number, 0, PLACE_NONE);
		return;
	}
#endif
	account(event);
}

/* skb_consume_udp(sk, skb, len): len is what the program got; not positive for a peek. */
static __always_inline void udp_received(struct sock *sk, struct sk_buff *skb, int len)
{
	struct event event = { .sk = sk };

	if (len < 0)
		return;
	event.rx_bytes = len;
	event.ifindex = GET(skb, skb_iif);
	event.key.tgid = current_tgid();
	udp_local(sk, &event.key);
	udp_remote(skb, GET(skb, protocol) == bpf_htons(ETH_P_IPV6), false, &event.key);
	udp_account(&event, udp_slot_of(sk));
}

static __always_inline struct datagram *datagram_slot(void)
{
	__u32 slot = (settings.preempts ? (__u32)bpf_get_current_pid_tgid() : bpf_get_smp_processor_id()) % DATAGRAM_SLOTS;

	return bpf_map_lookup_elem(&datagrams, &slot);
}

/*
 * What the kernel reports to the sender: a full queue (ENOBUFS) only if it asked for that by IP_RECVERR, all else
 * always. INET_FLAGS_RECVERR and INET_FLAGS_RECVERR6 are bits 9 and 26.
 */
static __always_inline bool udp_refused(struct sock *sk, int err)
{
	struct inet_sock *inet = (struct inet_sock *)sk;
	bool ipv6 = BPF_CORE_READ(sk, __sk_common.skc_family) == AF_INET6;

	if (err != -ENOBUFS)
		return err;
	if (bpf_core_field_exists(inet->inet_flags))
		return BPF_CORE_READ(inet, inet_flags) & (1UL << (ipv6 ? 26 : 9));
	if (ipv6) {
		struct ipv6_pinfo *pinet6 = BPF_CORE_READ(inet, pinet6);

		return BPF_CORE_READ_BITFIELD_PROBED(pinet6, recverr);
	}
	return BPF_CORE_READ_BITFIELD_PROBED(inet, recverr);
}

static __always_inline void udp_sent(int err)
{
	struct datagram *datagram = datagram_slot();
	struct event event = {};

	if (!datagram || datagram->thread != bpf_get_current_pid_tgid())
		return;
	datagram->thread = 0;
	if (err && udp_refused(datagram->sk, err))
		return;
	event.key = datagram->key;
	event.key.tgid = current_tgid();
	event.tx_bytes = datagram->bytes;
	event.sk = datagram->sk;
	event.dev = datagram->dev;
	udp_account(&event, datagram->udp_slot);
}

/* The kernel has few slots for the returns that kprobes wait for. A function of its own: it is seldom wanted. */
static __noinline int udp_return_missed(void)
{
	udp_sent(0);
	return 0;
}

/*
 * ip_send_skb() and ip6_send_skb() are entered once for each datagram, or batch of them (GSO), with all headers in
 * place and the route known; they own the buffer from then on, so what is to be counted at return is noted here.
 */
static __always_inline void udp_sending(struct sk_buff *skb, bool ipv6)
{
	__u64 thread = bpf_get_current_pid_tgid();
	struct sock *sk = GET(skb, sk);
	struct datagram *datagram;
	struct dst_entry *dst;

	if (!sk || !is_udp(GET(sk, sk_protocol)) || is_raw(sk))
		return;
	datagram = datagram_slot();
	if (!datagram)
		return;
	if (datagram->thread == thread)
		udp_return_missed();
	else if (datagram->thread)
		__sync_fetch_and_add(&losses.datagrams, 1);
	datagram->thread = thread;
	datagram->bytes = GET(skb, len) - (GET(skb, transport_header) - GET(skb, network_header)) - UDP_HEADER_LEN;
	datagram->sk = sk;
	dst = (struct dst_entry *)(GET(skb, _skb_refdst) & SKB_DST_PTRMASK);
	datagram->dev = BPF_CORE_READ(dst, dev);
	__builtin_memset(&datagram->key, 0, sizeof(datagram->key));
	udp_local(sk, &datagram->key);
	udp_remote(skb, ipv6, true, &datagram->key);
	datagram->udp_slot = udp_slot_of(sk);
}

#endif
