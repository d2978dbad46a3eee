/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's types, as far as the BPF programs read them: only those fields, in no particular order. CO-RE finds
 * their true offsets in the BTF of the kernel that runs, so this file fits every kernel and architecture, and a
 * build needs no BTF of its own machine.
 */
#ifndef __VMLINUX_H__ /* the name that bpf_tracing.h looks for */
#define __VMLINUX_H__

#include <linux/types.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;
typedef __s64 s64;
typedef _Bool bool;

#define true 1
#define false 0
#define NULL ((void *)0)

/* What a kprobe program gets: the layout is ABI, so it is not relocated. */
#if defined(__TARGET_ARCH_x86)
struct pt_regs {
	unsigned long r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip, cs, flags, sp, ss;
};
#elif defined(__TARGET_ARCH_arm64)
struct user_pt_regs {
	__u64 regs[31];
	__u64 sp;
	__u64 pc;
	__u64 pstate;
};
struct pt_regs;
#endif

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct in6_addr {
	union {
		u8 u6_addr8[16];
		__be32 u6_addr32[4];
	} in6_u;
};

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	s64 counter;
} atomic64_t;

typedef struct {
	atomic_t refs;
} refcount_t;

/* Sockets */

struct ns_common {
	unsigned int inum;
};

struct net {
	struct ns_common ns;
};

typedef struct {
	struct net *net;
} possible_net_t;

struct sock_common {
	union {
		struct {
			__be32 skc_daddr;
			__be32 skc_rcv_saddr;
		};
	};
	union {
		struct {
			__be16 skc_dport;
			__u16 skc_num;
		};
	};
	unsigned short skc_family;
	volatile unsigned char skc_state;
	int skc_bound_dev_if;
	possible_net_t skc_net;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
	union {
		unsigned long skc_flags;
	};
};

typedef struct {
	int owned;
} socket_lock_t;

struct net_device {
	u32 ifindex; /* int, but never negative */
	char name[16];
};

struct dst_entry {
	struct net_device *dev;
};

struct sock {
	struct sock_common __sk_common;
	socket_lock_t sk_lock;
	struct dst_entry *sk_dst_cache;
	u16 sk_type;
	u16 sk_protocol;
	s32 sk_rcvlowat;
	struct {
		atomic_t rmem_alloc;
	} sk_backlog;
	refcount_t sk_wmem_alloc;
	u32 sk_ack_backlog;
	u32 sk_max_ack_backlog;
	int sk_rx_dst_ifindex; /* since 5.16 (0c0a5ef809f9: moved from inet_sock) */
};

struct ipv6_pinfo {
	__u16 recverr : 1; /* until 6.6 (1086ca7cce29: moved to inet_flags) */
};

struct inet_sock {
	struct sock sk;
	struct ipv6_pinfo *pinet6;
	unsigned long inet_flags; /* since 6.6 */
	__be16 inet_sport;
	__u8 recverr : 1; /* until 6.6 (6b5f43ea0815) */
	int rx_dst_ifindex; /* until 5.16 */
};

struct tcp_ulp_ops;

struct request_sock {
	struct request_sock *dl_next;
	struct sock *sk;
};

struct request_sock_queue {
	struct request_sock *rskq_accept_head;
};

struct inet_connection_sock {
	struct inet_sock icsk_inet;
	struct request_sock_queue icsk_accept_queue;
	const struct tcp_ulp_ops *icsk_ulp_ops;
};

struct tcp_sock {
	struct inet_connection_sock inet_conn;
	u32 write_seq;
	u32 snd_una;
	u64 bytes_acked;
	u32 copied_seq;
	u32 rcv_nxt;
	u64 bytes_received;
	bool is_mptcp;
	u32 srtt_us;
	u32 snd_cwnd;
	u32 total_retrans;
};

struct udp_sock {
	int forward_deficit;
};

struct mptcp_sock {
	struct inet_connection_sock sk;
	u64 write_seq;
	u64 snd_una;
	u64 bytes_acked;    /* since 6.5 */
	u64 bytes_consumed; /* since 6.11 */
	u64 bytes_received; /* since 6.5 */
	bool snd_data_fin_enable;
	struct sock *first;
};

struct mptcp_sock___atomic { /* until 5.11 (7439d687b79c) */
	atomic64_t snd_una;
};

struct sk_buff {
	struct sock *sk;
	unsigned long _skb_refdst;
	unsigned int len;
	int skb_iif;
	__be16 protocol;
	__u16 transport_header;
	__u16 network_header;
	unsigned char *head;
};

/* Files and tasks */

struct inode {
	unsigned short i_mode;
};

struct file {
	struct inode *f_inode;
	void *private_data;
};

struct socket {
	struct file *file;
	struct sock *sk;
};

struct kernfs_node {
	u64 id;
};

struct cgroup {
	struct kernfs_node *kn;
};

struct css_set {
	struct cgroup *dfl_cgrp;
};

typedef struct {
	__u32 val;
} kuid_t;

struct cred {
	kuid_t euid;
};

struct task_struct;

struct mm_struct {
	struct task_struct *owner; /* with CONFIG_MEMCG */
};

struct task_struct {
	unsigned int flags;
	int tgid;
	struct task_struct *group_leader;
	u64 start_boottime;
	const struct cred *cred;
	char comm[16];
	struct css_set *cgroups;
	struct mm_struct *mm;
};

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
};

struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	u32 fd;
	struct file *file;
};

#pragma clang attribute pop

/* Constants that the kernel keeps out of its user headers. */
#define AF_INET 2
#define AF_INET6 10
#define SOCK_RAW 3
#define ETH_P_IP 0x0800
#define ETH_P_IPV6 0x86DD
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17
#define IPPROTO_UDPLITE 136
#define IPPROTO_MPTCP 262
#define LOOPBACK_IFINDEX 1
#define MSG_PEEK 0x02
#define MSG_ERRQUEUE 0x2000
#define PF_KTHREAD 0x00200000
#define S_IFMT 0170000
#define S_IFSOCK 0140000
#define SKB_DST_PTRMASK (~1UL)
#define SOCK_DONE 1 /* enum sock_flags: the peer's FIN was received */
#define ENOBUFS 105

enum tcp_state {
	TCP_ESTABLISHED = 1,
	TCP_SYN_SENT,
	TCP_SYN_RECV,
	TCP_FIN_WAIT1,
	TCP_FIN_WAIT2,
	TCP_TIME_WAIT,
	TCP_CLOSE,
	TCP_CLOSE_WAIT,
	TCP_LAST_ACK,
	TCP_LISTEN,
	TCP_CLOSING,
};

#endif
