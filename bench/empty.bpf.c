/* SPDX-License-Identifier: GPL-2.0 */
/* Programs that do nothing, at the hooks of bpfhogs' own: what those take is what they take beyond these. */
#include "vmlinux.h"

#include <bpf/bpf_helpers.h>

#define EMPTY(section, name) \
	SEC(section) int empty_##name(void *ctx) { return 0; }

#ifdef FENTRY
EMPTY("fentry/tcp_release_cb", fentry_tcp_release_cb)
EMPTY("fentry/skb_consume_udp", fentry_skb_consume_udp)
EMPTY("fentry/ip_send_skb", fentry_ip_send_skb)
EMPTY("fexit/ip_send_skb", fexit_ip_send_skb)
#else
EMPTY("tp_btf/sock_send_length", tracepoint_sock_send_length)
EMPTY("tp_btf/sock_recv_length", tracepoint_sock_recv_length)
EMPTY("tp_btf/tcp_rcv_space_adjust", tracepoint_tcp_rcv_space_adjust)
#endif

char LICENSE[] SEC("license") = "GPL";
