/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Attach mode fentry: BPF trampolines. Compiled twice: with places (place.h), and for kernels that do not have what
 * those take (fentry_hash.bpf.c).
 */
#ifndef FENTRY_HASH
#define PLACES
#define PROGRAM(name, args...) BPF_PROG(fentry_##name, ##args)
#define PROGRAM_EXIT(name, args...) BPF_PROG(fexit_##name, ##args)
#endif
#include "mptcp.h"
#include "tcp.h"
#include "udp.h"

#include <bpf/bpf_tracing.h>

/*
 * Called by release_sock() with the socket's spinlock held: so in every send, receive, splice, and each time one of
 * them lets go of the socket to sleep, by whoever did the work, for TCP sockets only; and nothing can preempt it, so
 * that no run is skipped because another is under way on this CPU. Since 7.1 (6f459eda8b60) it is not called every
 * time, and there is no fentry mode: src/probe.h.
 */
SEC("?fentry/tcp_release_cb")
int PROGRAM(tcp_release_cb, struct sock *sk)
{
	tcp_look(sk, true);
	return 0;
}

SEC("?fentry/skb_consume_udp")
int PROGRAM(skb_consume_udp, struct sock *sk, struct sk_buff *skb, int len)
{
	udp_received(sk, skb, len);
	return 0;
}

SEC("?fentry/ip_send_skb")
int PROGRAM(ip_send_skb, void *net, struct sk_buff *skb)
{
	udp_sending(skb, false);
	return 0;
}

SEC("?fexit/ip_send_skb")
int PROGRAM_EXIT(ip_send_skb, void *net, struct sk_buff *skb, int ret)
{
	udp_sent(ret);
	return 0;
}

SEC("?fentry/ip6_send_skb")
int PROGRAM(ip6_send_skb, struct sk_buff *skb)
{
	udp_sending(skb, true);
	return 0;
}

SEC("?fexit/ip6_send_skb")
int PROGRAM_EXIT(ip6_send_skb, struct sk_buff *skb, int ret)
{
	udp_sent(ret);
	return 0;
}

SEC("?fentry/mptcp_sendmsg")
int PROGRAM(mptcp_sendmsg, struct sock *sk)
{
	mptcp_sending(sk);
	return 0;
}

SEC("?fentry/mptcp_release_cb")
int PROGRAM(mptcp_release_cb, struct sock *sk)
{
	mptcp_look(sk);
	return 0;
}

/* Until 5.19 (ec095263a965) there is a nonblock before the flags. */
SEC("?fexit/mptcp_recvmsg")
int PROGRAM_EXIT(mptcp_recvmsg)
{
	struct sock *sk = (struct sock *)ctx[0];

	if (settings.mptcp_recvmsg_args == 6) {
		mptcp_received(sk, ctx[6], ctx[4]);
		barrier(); /* or the compiler computes which to read, and the verifier wants constants */
	} else {
		mptcp_received(sk, ctx[5], ctx[3]);
	}
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
