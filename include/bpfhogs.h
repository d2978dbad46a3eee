/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The contract between the BPF programs and the user side: both compile this file.
 */
#ifndef BPFHOGS_H
#define BPFHOGS_H

#include <linux/types.h>

#define COMM_LEN 16 /* TASK_COMM_LEN */
#define DEV_LEN 16  /* IFNAMSIZ */

/*
 * Work that no process did or asked for (NFS, iSCSI, a worker of the kernel's own) belongs to this tgid, which
 * no process has.
 */
#define TGID_KERNEL 0

/*
 * One connection as one process uses it. IPv4 addresses are IPv4-mapped (::ffff:a.b.c.d). The local address of
 * a UDP socket is the one it is bound to, so that both directions share a key whatever route they take. A peer
 * that could not be seen (attach mode tracepoint, unconnected UDP) is all zeros, port 0.
 */
struct flow_key {
	__u32 tgid;
	__u32 netns; /* inode number of the network namespace */
	__u8 laddr[16];
	__u8 raddr[16];
	__u16 lport; /* host byte order, as rport */
	__u16 rport;
	__u16 protocol; /* IPPROTO_TCP, IPPROTO_UDP, IPPROTO_UDPLITE, IPPROTO_MPTCP */
	__u16 pad;	/* zero: the key is hashed as bytes */
};

/* Who a flow belongs to, kept by the kernel side because the process may be gone before anybody looks. */
struct owner {
	__u64 start_time; /* of the process, nanoseconds since boot: with the tgid, its identity */
	__u64 cgroup;	  /* cgroup v2 id, the inode number of its directory */
	__u32 tgid;
	__u32 uid;
	char comm[COMM_LEN]; /* of the process leader; any bytes */
};

/* What a flow did since its half of the map was last drained. */
struct flow {
	__u64 tx_bytes;
	__u64 rx_bytes;
	__u64 tx_calls;
	__u64 rx_calls;
	struct owner owner;
	__u32 ifindex;	   /* in the flow's network namespace; 0: not known */
	char dev[DEV_LEN]; /* its name there; "" where not known */
	__u32 pad;
};

/* Slots of the outer map: the maps that the programs fill now. */
enum half_slot {
	SLOT_FLOWS,
	SLOT_OVERFLOW, /* per process (a key of tgid alone): what found no room in the flow map */
	SLOT_COUNT,
};

/* Counted since start, never reset; read from the mapped .bss. */
struct losses {
	__u64 overflow_bytes; /* counted for their process, not for their flow */
	__u64 tx_bytes;	      /* counted for nobody: the overflow map was full too */
	__u64 rx_bytes;
	__u64 sockets;	      /* TCP sockets that had moved data when they were first seen: that is not counted */
};

#define MAX_FILTER_PIDS 64
#define MAX_FILTER_DEVICES 16

/* Set by the loader before the programs are loaded; what is off costs nothing, the verifier removes it. */
struct settings {
	__u32 pids; /* how many of pid[]; 0: all processes */
	__u32 pid[MAX_FILTER_PIDS];
	__u32 devices; /* how many of ifindex[]; 0: all devices */
	__u32 ifindex[MAX_FILTER_DEVICES];
	__u32 netns; /* in which those indices hold */
	__u8 no_loopback;
	__u8 ipv4_only;
	__u8 ipv6_only;
	__u8 tcp; /* for the tracepoints, which see all sockets */
	__u8 udp;
	__u8 socket_storage; /* keep TCP's state in the socket, not in a hash */
	__u32 mptcp_recvmsg_args;
};

#endif
