/* SPDX-License-Identifier: GPL-2.0 */
/*
 * MPTCP is counted at the socket that the program has, not at the TCP subflows below it, for whom kernel workers do
 * part of the work. Sent: how far write_seq went, as with TCP, once it has been settled: that is, from the moment the
 * connection is established. Received: how far bytes_consumed went, or before 6.11 (where that does not exist) what
 * mptcp_recvmsg() returned.
 */
#ifndef MPTCP_H
#define MPTCP_H

#include "tcp.h"

/* A kernel without MPTCP does not know its types: then the verifier must not see what reads them. */
static __always_inline bool is_mptcp(__u16 protocol)
{
	return bpf_core_type_exists(struct mptcp_sock) && protocol == IPPROTO_MPTCP;
}

static __always_inline __u64 mptcp_consumed(struct mptcp_sock *msk)
{
	return bpf_core_field_exists(msk->bytes_consumed) ? BPF_CORE_READ(msk, bytes_consumed) : 0;
}

static __always_inline void mptcp_baseline(struct mptcp_sock *msk, struct tcp_mark *init)
{
	init->tx_pos = BPF_CORE_READ(msk, write_seq);
	init->rx_pos = mptcp_consumed(msk);
}

/* As yet nothing of it was counted; before it connects nothing is known. */
static __always_inline void mptcp_note(struct sock *sk, __u32 flags)
{
	struct tcp_mark init = { .flags = flags };
	__u8 state = state_of(sk);

	if (state == TCP_LISTEN || state == TCP_CLOSE)
		return;
	mptcp_baseline((struct mptcp_sock *)sk, &init);
	kept_new(sk, init.tx_pos, init.rx_pos, init.flags);
}

/*
 * Connecting and accepting lock the socket, so it is first seen before it has moved any data; and last seen after it
 * was destroyed, when there must be no new mark.
 */
static __always_inline struct tcp_kept *mptcp_kept_get(struct sock *sk)
{
	struct tcp_kept *kept = kept_find(sk);

	if (kept)
		return kept;
	mptcp_note(sk, TCP_F_NEW);
	return kept_find(sk);
}

/* The first sequence number is chosen while the connection is made, and anew when it is made again. */
static __always_inline void mptcp_settle(struct sock *sk, struct tcp_kept *kept)
{
	struct tcp_mark *mark = &kept->mark;
	__u8 state = BPF_CORE_READ(sk, __sk_common.skc_state);

	if (state == TCP_SYN_SENT) {
		mark->flags |= TCP_F_NEW;
		kept->rest.key.protocol = 0;
	}
	if (mark->flags & TCP_F_NEW) {
		mark->tx_pos = BPF_CORE_READ((struct mptcp_sock *)sk, write_seq);
		if (state == TCP_ESTABLISHED || state == TCP_CLOSE_WAIT)
			mark->flags &= ~TCP_F_NEW;
	}
}

/* DATA_FIN takes a number of its own, under the lock and apart from data. */
static __always_inline bool mptcp_is_fin(struct sock *sk, __s32 sent)
{
	return sent == 1 && BPF_CORE_READ((struct mptcp_sock *)sk, snd_data_fin_enable);
}

static __always_inline __u32 mptcp_sent(struct sock *sk, struct tcp_mark *mark)
{
	__s32 sent = (__u32)BPF_CORE_READ((struct mptcp_sock *)sk, write_seq) - mark->tx_pos;

	mark->tx_pos += sent;
	return sent > 0 && !mptcp_is_fin(sk, sent) ? sent : 0;
}

static __always_inline __u32 mptcp_taken(struct sock *sk, struct tcp_mark *mark)
{
	__s32 taken = (__u32)mptcp_consumed((struct mptcp_sock *)sk) - mark->rx_pos;

	mark->rx_pos += taken;
	return taken > 0 ? taken : 0;
}

/* Before the first send: the last chance to see where write_seq begins. */
static __always_inline void mptcp_sending(struct sock *sk)
{
	struct tcp_kept *kept = mptcp_kept_get(sk);

	if (kept && kept->mark.flags & TCP_F_NEW)
		mptcp_settle(sk, kept);
}

/* A look at a locked socket. */
static __always_inline void mptcp_look(struct sock *sk)
{
	struct tcp_kept *kept = mptcp_kept_get(sk);
	__u32 tx, rx;

	if (!kept)
		return;
	tcp_used(sk, &kept->mark);
	mptcp_settle(sk, kept);
	tx = mptcp_sent(sk, &kept->mark);
	rx = mptcp_taken(sk, &kept->mark);
	if (tx || rx)
		tcp_account(sk, &kept->mark, true, tx, rx);
}

/* What a call returned, in the context of the caller. A function of its own, as tcp_account(). */
static __noinline int mptcp_moved(struct sock *sk, int tx, int rx)
{
	struct event event = { .sk = sk };

	if (tx <= 0 && rx <= 0)
		return 0;
	fill_key(sk, &event.key);
	event.key.tgid = current_tgid();
	event.tx_bytes = tx > 0 ? tx : 0;
	event.rx_bytes = rx > 0 ? rx : 0;
	account(&event);
	return 0;
}

static __always_inline void mptcp_received(struct sock *sk, int ret, int flags)
{
	if (!(flags & (MSG_PEEK | MSG_ERRQUEUE)))
		mptcp_moved(sk, 0, ret);
}

#endif
