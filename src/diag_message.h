/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The language of the kernel's socket statistics (NETLINK_SOCK_DIAG): what is asked, and what answers say. Reads answers
 * of any kernel, whose structures may be shorter or longer than those that we were built with.
 */
#ifndef DIAG_MESSAGE_H
#define DIAG_MESSAGE_H

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "bpfhogs.h"

/* The kernel's numbers of TCP's states, as in /proc/net/tcp. */
enum diag_state {
	DIAG_ESTABLISHED = 1,
	DIAG_SYN_SENT,
	DIAG_SYN_RECV,
	DIAG_FIN_WAIT1,
	DIAG_FIN_WAIT2,
	DIAG_TIME_WAIT,
	DIAG_CLOSE,
	DIAG_CLOSE_WAIT,
	DIAG_LAST_ACK,
	DIAG_LISTEN,
	DIAG_CLOSING,
};

#define DIAG_ALL_STATES 0xffffffffU
/* Of connections: those of which a socket, not only a note of it, has counters. */
#define DIAG_CONNECTED_STATES                                                                              \
	(1 << DIAG_ESTABLISHED | 1 << DIAG_FIN_WAIT1 | 1 << DIAG_FIN_WAIT2 | 1 << DIAG_CLOSE_WAIT |       \
	 1 << DIAG_LAST_ACK | 1 << DIAG_CLOSING)

/* Of TCP_INFO; zeros where the kernel does not tell. */
struct diag_tcp {
	bool has_acked; /* bytes_acked and bytes_received (4.1 and later) */
	bool has_sent;	/* bytes_sent and bytes_retrans (4.19 and later) */
	__u64 bytes_acked;
	__u64 bytes_received;
	__u64 bytes_sent;
	__u64 bytes_retrans;
	__u32 unacked; /* segments */
	__u32 notsent_bytes;
	__u32 rtt_us;
	__u32 cwnd;
	__u32 retransmits;
};

struct diag_socket {
	struct flow_key key; /* without tgid and netns; IPv4 as IPv4-mapped */
	__u64 cookie;	     /* of the socket: no other has it as long as the machine runs */
	__u32 inode;	     /* of the file; 0: no process has it, not yet or no more */
	__u32 uid;
	__u32 state;	 /* enum diag_state */
	__u32 ifindex;	 /* bound to; 0: to none */
	__u32 recv_queue; /* bytes not yet read */
	__u32 send_queue; /* bytes not yet acknowledged */
	struct diag_tcp tcp;
};

struct diag_request {
	struct nlmsghdr header;
	struct inet_diag_req_v2 body;
};

/* Asks for all sockets of a family and protocol in these states (bits), with TCP_INFO. */
struct diag_request diag_message__request(int family, int protocol, __u32 states);

/* Takes one socket. 0 or -errno, which ends the reading. */
typedef int (*diag_sink)(void *ctx, const struct diag_socket *socket);

#define DIAG_END 1

/*
 * Reads what one recv() got: 0, there is more to come; DIAG_END, that was all; or -errno, the kernel's or the sink's, or
 * -EBADMSG for what is no answer.
 */
int diag_message__read(const void *bytes, size_t length, int protocol, diag_sink sink, void *ctx);

#endif
