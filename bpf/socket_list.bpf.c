/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The sockets of one process, for src/sockets.c: by way of its files. An object of its own. It uses none of the maps
 * that come with the functions that make keys, and the user side has none of them created.
 */
#define READ_BY_PROBE /* before 5.11 what is read has no type that the verifier knows; it is not many sockets */

#include "mptcp.h"
#include "tcp.h"
#include "udp.h"

#include <bpf/bpf_tracing.h>

#include "socket_info.h"

volatile __u32 wanted_tgid;

static __always_inline __u32 not_negative(__s64 n)
{
	return n > 0 ? n : 0;
}

/* What the flows of a UDP socket that is not connected have, but for their peers. */
static __always_inline void key_of(struct sock *sk, const struct socket_info *info, struct flow_key *key)
{
	if (is_udp(BPF_CORE_READ(sk, sk_protocol)) && info->state != TCP_ESTABLISHED)
		udp_local(sk, key);
	else
		fill_key(sk, key);
	key->tgid = wanted_tgid;
}

static __always_inline void listener_queues(struct sock *sk, struct socket_info *info)
{
	info->recv_queue = BPF_CORE_READ(sk, sk_ack_backlog);
	info->send_queue = BPF_CORE_READ(sk, sk_max_ack_backlog);
}

static __always_inline void tcp_info(struct sock *sk, struct socket_info *info)
{
	struct tcp_sock *tp = (struct tcp_sock *)sk;

	if (info->state == TCP_LISTEN) {
		listener_queues(sk, info);
		return;
	}
	info->recv_queue = not_negative((__s32)(BPF_CORE_READ(tp, rcv_nxt) - BPF_CORE_READ(tp, copied_seq)));
	info->send_queue = not_negative((__s32)(BPF_CORE_READ(tp, write_seq) - BPF_CORE_READ(tp, snd_una)));
	info->rtt_us = BPF_CORE_READ(tp, srtt_us) >> 3;
	info->cwnd = BPF_CORE_READ(tp, snd_cwnd);
	info->retransmits = BPF_CORE_READ(tp, total_retrans);
}

/* By the memory they take, as ss has it. What was read may be given back later: that is the deficit. */
static __always_inline void udp_info(struct sock *sk, struct socket_info *info)
{
	__s32 deficit = BPF_CORE_READ((struct udp_sock *)sk, forward_deficit);

	info->recv_queue = not_negative(BPF_CORE_READ(sk, sk_backlog.rmem_alloc.counter) - deficit);
	info->send_queue = not_negative(BPF_CORE_READ(sk, sk_wmem_alloc.refs.counter) - 1);
}

static __always_inline __u64 mptcp_acked(struct mptcp_sock *msk)
{
	struct mptcp_sock___atomic *old = (void *)msk;

	return bpf_core_field_exists(msk->snd_una) ? BPF_CORE_READ(msk, snd_una) : BPF_CORE_READ(old, snd_una.counter);
}

/* Before 6.11 what waits is known by the memory it takes. A listener's connections wait at its first subflow. */
static __always_inline void mptcp_info(struct sock *sk, struct socket_info *info)
{
	struct mptcp_sock *msk = (struct mptcp_sock *)sk;

	if (info->state == TCP_LISTEN) {
		struct sock *first = BPF_CORE_READ(msk, first);

		listener_queues(first, info);
		return;
	}
	if (bpf_core_field_exists(msk->bytes_consumed))
		info->recv_queue = not_negative(BPF_CORE_READ(msk, bytes_received) - mptcp_consumed(msk));
	else
		info->recv_queue = not_negative(BPF_CORE_READ(sk, sk_backlog.rmem_alloc.counter));
	info->send_queue = not_negative(BPF_CORE_READ(msk, write_seq) - mptcp_acked(msk));
}

static __always_inline __u32 ifindex_of_socket(struct sock *sk)
{
	struct inet_sock *inet = (struct inet_sock *)sk;
	__u32 bound = BPF_CORE_READ(sk, __sk_common.skc_bound_dev_if);

	if (bound)
		return bound;
	if (bpf_core_field_exists(sk->sk_rx_dst_ifindex))
		return BPF_CORE_READ(sk, sk_rx_dst_ifindex);
	return BPF_CORE_READ(inet, rx_dst_ifindex);
}

/* False: a socket of another kind. */
static __always_inline bool look_at(struct sock *sk, struct socket_info *info)
{
	__u16 family = BPF_CORE_READ(sk, __sk_common.skc_family);
	__u16 protocol = BPF_CORE_READ(sk, sk_protocol);

	if (family != AF_INET && family != AF_INET6)
		return false;
	info->state = state_of(sk);
	if (protocol == IPPROTO_TCP)
		tcp_info(sk, info);
	else if (is_udp(protocol))
		udp_info(sk, info);
	else if (is_mptcp(protocol))
		mptcp_info(sk, info);
	else
		return false;
	info->ifindex = ifindex_of_socket(sk);
	key_of(sk, info, &info->key);
	return true;
}

static __always_inline void tell(struct bpf_iter__task_file *ctx, struct sock *sk)
{
	struct socket_info info = { .fd = ctx->fd };

	if (sk && look_at(sk, &info))
		bpf_seq_write(ctx->meta->seq, &info, sizeof(info)); /* without room it comes again in the next read */
}

static __always_inline bool is_wanted(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;

	return task && (__u32)task->tgid == wanted_tgid;
}

SEC("?iter/task_file")
int list_sockets(struct bpf_iter__task_file *ctx)
{
	struct file *file = ctx->file;
	struct socket *socket;

	if (!file || !is_wanted(ctx))
		return 0;
	socket = bpf_sock_from_file(file);
	if (socket)
		tell(ctx, socket->sk);
	return 0;
}

/* Before 5.11 (4f19cab76136) there is no bpf_sock_from_file(). */
SEC("?iter/task_file")
int list_sockets_by_mode(struct bpf_iter__task_file *ctx)
{
	struct file *file = ctx->file;
	struct socket *socket;

	if (!file || !is_wanted(ctx) || (BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return 0;
	socket = BPF_CORE_READ(file, private_data);
	if (socket && BPF_CORE_READ(socket, file) == file)
		tell(ctx, BPF_CORE_READ(socket, sk));
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
