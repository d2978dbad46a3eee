/* SPDX-License-Identifier: GPL-2.0 */
/* What every attach mode needs to know of TCP sockets: which are there at the start, which are born, and which die. */
#include "mptcp.h"
#include "tcp.h"

#include <bpf/bpf_tracing.h>

static __always_inline bool is_birth(int from, int to)
{
	return to == TCP_SYN_SENT || (to == TCP_SYN_RECV && from != TCP_SYN_SENT);
}

static __always_inline void tcp_born(struct sock *sk, int to)
{
	struct tcp_mark init = { .flags = TCP_F_NEW };
	struct tcp_mark *mark;

	if (to == TCP_SYN_SENT)
		init.flags |= TCP_F_ACTIVE;
	mark = tcp_mark_new(sk, &init);
	if (mark) /* it may have been there: a socket that connects again, or an address used again */
		__builtin_memcpy(mark, &init, sizeof(init));
}

SEC("?tp_btf/inet_sock_set_state")
int BPF_PROG(tcp_state_changed, struct sock *sk, int from, int to)
{
	struct tcp_mark *mark;

	if (sk->sk_protocol != IPPROTO_TCP)
		return 0;
	if (is_birth(from, to)) {
		tcp_born(sk, to);
		return 0;
	}
	mark = tcp_mark_find(sk);
	if (!mark)
		return 0;
	if (to == TCP_ESTABLISHED && mark->flags & TCP_F_NEW)
		tcp_settle((struct tcp_sock *)sk, mark);
	if (to == TCP_FIN_WAIT1 || to == TCP_LAST_ACK)
		mark->flags |= TCP_F_FIN_SENT;
	if (to == TCP_CLOSE)
		mark->flags |= TCP_F_CLOSED;
	return 0;
}

SEC("?tp_btf/tcp_destroy_sock")
int BPF_PROG(tcp_destroyed, struct sock *sk)
{
	__u64 address = (__u64)sk;

	bpf_map_delete_elem(&tcp_hash, &address);
	return 0;
}

static __always_inline bool baseline(struct sock *sk, struct tcp_mark *init)
{
	if (sk && is_tcp_in_use(sk))
		tcp_baseline((struct tcp_sock *)sk, init);
	else if (sk && is_mptcp(BPF_CORE_READ(sk, sk_protocol)))
		mptcp_baseline((struct mptcp_sock *)sk, init);
	else
		return false;
	return true;
}

/* The sockets there are at the start, in all network namespaces: by way of the files of all tasks. */
SEC("?iter/task_file")
int tcp_existing_storage(struct bpf_iter__task_file *ctx)
{
	struct file *file = ctx->file;
	struct tcp_mark init = {};
	struct socket *socket;
	struct sock *sk;

	if (!file)
		return 0;
	socket = bpf_sock_from_file(file);
	if (!socket)
		return 0;
	sk = socket->sk;
	if (!baseline(sk, &init))
		return 0;
	bpf_sk_storage_get(&tcp_storage, sk, &init, BPF_SK_STORAGE_GET_F_CREATE);
	return 0;
}

#define MAX_BACKLOG 65536

/* One of a listener's connections that wait to be accepted. */
static long note_waiting(__u32 number, struct request_sock **at)
{
	struct request_sock *request = *at;
	struct tcp_mark init = {};
	struct sock *sk;

	if (!request)
		return 1;
	sk = request->sk;
	if (sk && baseline(sk, &init))
		bpf_sk_storage_get(&tcp_storage, sk, &init, BPF_SK_STORAGE_GET_F_CREATE);
	*at = request->dl_next;
	return 0;
}

/*
 * Those that nobody has accepted yet are in no table of files. Only for attach mode tracepoint: the others see a socket
 * when it is accepted, before anything is read from it.
 */
SEC("?iter/task_file")
int tcp_waiting(struct bpf_iter__task_file *ctx)
{
	struct file *file = ctx->file;
	struct request_sock *first;
	struct socket *socket;
	struct tcp_sock *tp;

	if (!file)
		return 0;
	socket = bpf_sock_from_file(file);
	if (!socket)
		return 0;
	tp = TCP_SOCK(socket->sk);
	if (!tp || state_of((struct sock *)tp) != TCP_LISTEN)
		return 0;
	first = tp->inet_conn.icsk_accept_queue.rskq_accept_head;
	bpf_loop(MAX_BACKLOG, note_waiting, &first, 0);
	return 0;
}

/* Before 5.11 (4f19cab76136) there is no bpf_sock_from_file(). */
SEC("?iter/task_file")
int tcp_existing_hash(struct bpf_iter__task_file *ctx)
{
	struct file *file = ctx->file;
	struct tcp_mark init = {};
	struct socket *socket;
	struct sock *sk;
	__u64 address;

	if (!file || (BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return 0;
	socket = BPF_CORE_READ(file, private_data);
	if (!socket || BPF_CORE_READ(socket, file) != file)
		return 0;
	sk = BPF_CORE_READ(socket, sk);
	if (!baseline(sk, &init))
		return 0;
	address = (__u64)sk;
	bpf_map_update_elem(&tcp_hash, &address, &init, BPF_NOEXIST);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
