/* SPDX-License-Identifier: GPL-2.0 */
#include "hooks.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define LIST(hooks) { hooks, ARRAY_SIZE(hooks) }

static const struct hook socket_hooks[] = {
	{ "tcp_state_changed", NEED_TCP, false },
	{ "tcp_destroyed", NEED_TCP, false },
};

#define UDP_KPROBES(need) \
	{ "kprobe_skb_consume_udp", need, false }, \
	{ "kprobe_ip_send_skb", need, false }, \
	{ "kretprobe_ip_send_skb", need, false }, \
	{ "kprobe_ip6_send_skb", need, true }, \
	{ "kretprobe_ip6_send_skb", need, true }

static const struct hook fentry_hooks[] = {
	{ "fentry_tcp_release_cb", NEED_TCP, false },
	{ "fentry_mptcp_sendmsg", NEED_TCP, true },
	{ "fentry_mptcp_release_cb", NEED_TCP, true },
	{ "fentry_mptcp_destroy", NEED_TCP | NEED_HASH, true },
	{ "fexit_mptcp_recvmsg", NEED_TCP | NEED_MPTCP_RETURNS, true },
	{ "fentry_skb_consume_udp", NEED_UDP_FENTRY, false },
	{ "fentry_ip_send_skb", NEED_UDP_FENTRY, false },
	{ "fexit_ip_send_skb", NEED_UDP_FENTRY, false },
	{ "fentry_ip6_send_skb", NEED_UDP_FENTRY, true },
	{ "fexit_ip6_send_skb", NEED_UDP_FENTRY, true },
	UDP_KPROBES(NEED_UDP_KPROBE),
};

static const struct hook kprobe_hooks[] = {
	{ "kprobe_release_sock", NEED_TCP, false },
	{ "kprobe_mptcp_sendmsg", NEED_TCP, true },
	{ "kprobe_mptcp_destroy", NEED_TCP | NEED_HASH, true },
	{ "kprobe_mptcp_recvmsg", NEED_TCP | NEED_MPTCP_RETURNS, true },
	{ "kretprobe_mptcp_recvmsg", NEED_TCP | NEED_MPTCP_RETURNS, true },
	UDP_KPROBES(NEED_UDP),
};

static const struct hook tracepoint_hooks[] = {
	{ "tracepoint_sock_send_length", 0, false },
	{ "tracepoint_sock_recv_length", 0, false },
	{ "tracepoint_tcp_rcv_space_adjust", NEED_TCP, false },
	{ "tracepoint_tcp_closing", NEED_TCP, false },
};

const struct hook_list hooks__sockets = LIST(socket_hooks);

const struct hook_list hooks__modes[ATTACH_MODES] = {
	[ATTACH_FENTRY] = LIST(fentry_hooks),
	[ATTACH_KPROBE] = LIST(kprobe_hooks),
	[ATTACH_TRACEPOINT] = LIST(tracepoint_hooks),
};
