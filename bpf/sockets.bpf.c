/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every attach mode needs to know of TCP sockets: which are there at the start, which are born, and which die.
 * Compiled twice, as fentry.bpf.c.
 */
#ifndef SOCKETS_HASH
#define PLACES
#define PROGRAM(name, args...) BPF_PROG(name, ##args)
#define ITERATOR(name) int name(struct bpf_iter__task_file *ctx)
#endif
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
	mark = mark_find(sk);
	if (mark)
		mark_renew(sk, mark, &init);
	else
		mark_new(sk, &init);
}

SEC("?tp_btf/inet_sock_set_state")
int PROGRAM(tcp_state_changed, struct sock *sk, int from, int to)
{
	struct tcp_mark *mark;

	if (sk->sk_protocol != IPPROTO_TCP)
		return 0;
	if (is_birth(from, to)) {
		tcp_born(sk, to);
		return 0;
	}
	mark = mark_find(sk);
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
int PROGRAM(tcp_destroyed, struct sock *sk)
{
	mark_free(sk);
	return 0;
}

static __always_inline void note_existing(struct sock *sk)
{
	struct tcp_mark init = {};

	if (is_tcp_in_use(sk)) {
		tcp_baseline((struct tcp_sock *)sk, &init);
		mark_new(sk, &init);
	} else if (is_mptcp(BPF_CORE_READ(sk, sk_protocol))) {
		mptcp_note(sk, state_of(sk) == TCP_SYN_SENT ? TCP_F_NEW : 0);
	}
}

#ifdef PLACES
static __always_inline struct sock *sock_of(struct file *file)
{
	struct socket *socket = bpf_sock_from_file(file);

	return socket ? socket->sk : NULL;
}
#else
/* Before 5.11 (4f19cab76136) there is no bpf_sock_from_file(). */
static __always_inline struct sock *sock_of(struct file *file)
{
	struct socket *socket;

	if ((BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return NULL;
	socket = BPF_CORE_READ(file, private_data);
	return socket && BPF_CORE_READ(socket, file) == file ? BPF_CORE_READ(socket, sk) : NULL;
}
#endif

/* The sockets there are at the start, in all network namespaces: by way of the files of all tasks. */
SEC("?iter/task_file")
ITERATOR(tcp_existing)
{
	struct file *file = ctx->file;
	struct sock *sk = file ? sock_of(file) : NULL;

	if (sk)
		note_existing(sk);
	return 0;
}

#ifdef PLACES
#define MAX_BACKLOG 65536

/* One of a listener's connections that wait to be accepted. */
static long note_waiting(__u32 number, struct request_sock **at)
{
	struct request_sock *request = *at;
	struct sock *sk;

	if (!request)
		return 1;
	sk = request->sk;
	if (sk)
		note_existing(sk);
	*at = request->dl_next;
	return 0;
}

/*
 * Those that nobody has accepted yet are in no table of files. Only for attach mode tracepoint: the others see a socket
 * when it is accepted, before anything is read from it.
 */
SEC("?iter/task_file")
ITERATOR(tcp_waiting)
{
	struct file *file = ctx->file;
	struct sock *sk = file ? sock_of(file) : NULL;
	struct tcp_sock *tp = sk ? TCP_SOCK(sk) : NULL;
	struct request_sock *first;

	if (!tp || state_of((struct sock *)tp) != TCP_LISTEN)
		return 0;
	first = tp->inet_conn.icsk_accept_queue.rskq_accept_head;
	bpf_loop(MAX_BACKLOG, note_waiting, &first, 0);
	return 0;
}
#endif

char LICENSE[] SEC("license") = "GPL";
