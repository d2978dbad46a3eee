/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Attach mode kprobe: where there are no BPF trampolines. Return probes
 * only on functions that do not sleep: the kernel has slots for some ten callers at once. The one exception is
 * mptcp_recvmsg() before 6.11.
 *
 * fentry mode takes the UDP programs from here on kernels that preempt (the loader tells why).
 */
#define READ_BY_PROBE
#include "mptcp.h"
#include "tcp.h"
#include "udp.h"

#include <bpf/bpf_tracing.h>

/*
 * Called at the end of every send, receive, splice, and each time one of them lets go of the socket to sleep, by
 * whoever did the work. (Not tcp_release_cb() as in fentry mode: since 7.1 that is not called every time.)
 */
SEC("?kprobe/release_sock")
int BPF_KPROBE(kprobe_release_sock, struct sock *sk)
{
	__u16 protocol = GET(sk, sk_protocol);

	if (protocol == IPPROTO_TCP && !is_raw(sk))
		tcp_look(sk, true);
	else if (is_mptcp(protocol))
		mptcp_look(sk);
	return 0;
}

SEC("?kprobe/skb_consume_udp")
int BPF_KPROBE(kprobe_skb_consume_udp, struct sock *sk, struct sk_buff *skb, int len)
{
	udp_received(sk, skb, len);
	return 0;
}

SEC("?kprobe/ip_send_skb")
int BPF_KPROBE(kprobe_ip_send_skb, void *net, struct sk_buff *skb)
{
	udp_sending(skb, false);
	return 0;
}

SEC("?kretprobe/ip_send_skb")
int BPF_KRETPROBE(kretprobe_ip_send_skb, int ret)
{
	udp_sent(ret);
	return 0;
}

SEC("?kprobe/ip6_send_skb")
int BPF_KPROBE(kprobe_ip6_send_skb, struct sk_buff *skb)
{
	udp_sending(skb, true);
	return 0;
}

SEC("?kretprobe/ip6_send_skb")
int BPF_KRETPROBE(kretprobe_ip6_send_skb, int ret)
{
	udp_sent(ret);
	return 0;
}

SEC("?kprobe/mptcp_sendmsg")
int BPF_KPROBE(kprobe_mptcp_sendmsg, struct sock *sk)
{
	mptcp_sending(sk);
	return 0;
}

SEC("?kprobe/mptcp_destroy")
int BPF_KPROBE(kprobe_mptcp_destroy, struct sock *sk)
{
	kept_delete(sk);
	return 0;
}

/* Between entry and return of mptcp_recvmsg(), which sleeps: not in a slot that others could take. */
struct receiver {
	struct sock *sk;
	int flags;
	int pad;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, __u64);
	__type(value, struct receiver);
} receivers SEC(".maps");

SEC("?kprobe/mptcp_recvmsg")
int BPF_KPROBE(kprobe_mptcp_recvmsg, struct sock *sk)
{
	struct receiver receiver = { .sk = sk, .flags = PT_REGS_PARM4(ctx) };
	int fifth = PT_REGS_PARM5(ctx);
	__u64 thread = bpf_get_current_pid_tgid();

	if (settings.mptcp_recvmsg_args == 6) /* until 5.19 (ec095263a965) there is a nonblock before the flags */
		receiver.flags = fifth;
	bpf_map_update_elem(&receivers, &thread, &receiver, BPF_ANY);
	return 0;
}

SEC("?kretprobe/mptcp_recvmsg")
int BPF_KRETPROBE(kretprobe_mptcp_recvmsg, int ret)
{
	__u64 thread = bpf_get_current_pid_tgid();
	struct receiver *receiver = bpf_map_lookup_elem(&receivers, &thread);

	if (!receiver)
		return 0;
	mptcp_received(receiver->sk, ret, receiver->flags);
	bpf_map_delete_elem(&receivers, &thread);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
