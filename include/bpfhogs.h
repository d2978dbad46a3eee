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
 * With the uid in the other bits: what belongs to a process of that user which could not be seen (attach mode diag alone:
 * the BPF programs always know). No process has such a tgid.
 */
#define TGID_UNKNOWN 0x80000000U

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
	__u32 tgid;
	__u32 uid;
	__u64 start_time; /* of the process, nanoseconds since boot: with the tgid, its identity */
	__u64 cgroup;	  /* cgroup v2 id, the inode number of its directory */
	char comm[COMM_LEN]; /* of the process leader; any bytes */
};

/* What a flow did since its half of the map was last drained. */
struct flow {
	__u64 tx_bytes;
	__u64 rx_bytes;
	struct owner owner;
	__u32 ifindex;	   /* in the flow's network namespace; 0: not known */
	char dev[DEV_LEN]; /* its name there; "" where not known */
	__u32 pad;
};

/*
 * A flow of one socket, in an array. What is read and written for every datagram of UDP is in one cache line (of most CPUs'
 * 64 bytes), which no other place has a part of. Number 0 is no place, but the head of its half of the array.
 */
struct place {
	__u64 socket; /* its address; 0: nobody has taken this place */
	struct flow flow;
	struct flow_key key;
	__u32 udp_slot; /* by which it was taken; 0: a TCP socket's */
	__u32 tcp_slot; /* number + 1 of the slot that has its bytes; 0: they are here */
} __attribute__((aligned(64)));

/*
 * What is known of a TCP socket, and what was moved on it in each half of the flows (place.h) by the process that has the
 * place: all that an event reads and writes, in one cache line.
 */
struct tcp_mark {
	__u64 socket;	   /* its address; 0: the slot is free */
	__u64 tx_bytes[2]; /* of each half */
	__u64 rx_bytes[2];
	__u32 tx_pos;	   /* counted up to here: write_seq */
	__u32 rx_pos;	   /* likewise: copied_seq, of MPTCP bytes_consumed */
	__u32 flags;	   /* TCP_F_* */
	__u32 user;	   /* tgid of who used the socket last */
	__u32 holder[2];   /* whose bytes those are: TCP_HOLDER(tgid); 0: nobody's */
};

#define TCP_SLOTS 32768
#define TCP_HOLDER(tgid) ((tgid) | 1U << 31)

#define PLACES_ALIGN 1024 /* so many places fill whole pages, of up to 64 KiB */

struct place_head {
	__u64 taken; /* places, from number 1 on; may exceed what there is */
} __attribute__((aligned(64)));

/* Counted since start, never reset; read from the mapped .bss. */
struct losses {
	__u64 overflow_bytes; /* counted for their process, not for their flow */
	__u64 tx_bytes;	      /* counted for nobody: the overflow map was full too */
	__u64 rx_bytes;
	__u64 sockets;	      /* TCP sockets that had moved data when they were first seen: that is not counted */
	__u64 datagrams;      /* of UDP, sent; another thread took the slot before their return */
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
	__u8 preempts;	     /* the kernel: a thread can give way to another inside of what is probed, and come back on another CPU */
	__u8 use_places;     /* without a look at the event: no filter asks for its device, which may change */
	__u32 places;	   /* how many in each half, number 0 included */
	__u32 second_half; /* where in the array number 0 of half 1 is, a multiple of PLACES_ALIGN */
	__u32 mptcp_recvmsg_args;
};

#endif
