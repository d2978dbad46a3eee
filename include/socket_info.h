/* SPDX-License-Identifier: GPL-2.0 */
/* What bpf/socket_list.bpf.c tells of one socket of a process: both sides compile this file. */
#ifndef SOCKET_INFO_H
#define SOCKET_INFO_H

#include <linux/types.h>

#include "bpfhogs.h"

struct socket_info {
	struct flow_key key;  /* as the flows of this socket have it: tgid, netns, protocol and 5-tuple */
	__u32 fd;
	__u32 state;	      /* enum tcp_state, as /proc/net/tcp has it; of UDP: 1 connected, 7 not */
	__u32 recv_queue;     /* bytes not yet read; of a listener: connections not yet accepted */
	__u32 send_queue;     /* bytes not yet acknowledged; of a listener: how many may wait */
	__u32 rtt_us;	      /* smoothed; TCP only, as what follows; 0: none measured */
	__u32 cwnd;	      /* segments */
	__u32 retransmits;    /* segments, since the connection began */
	__u32 ifindex;	      /* bound to, or last received by; 0: not known */
};

#endif
