/* SPDX-License-Identifier: GPL-2.0 */
/*
 * GET(ptr, a.b, c): what ptr->a.b->c holds. fentry and tp_btf programs know the types of their arguments and read
 * kernel memory directly; kprobe programs (READ_BY_PROBE) must call a helper for each step. For the paths that run
 * for every packet: elsewhere BPF_CORE_READ serves both.
 */
#ifndef READ_H
#define READ_H

#include "maps.h"

#ifdef READ_BY_PROBE
#define GET(ptr, ...) BPF_CORE_READ(ptr, __VA_ARGS__)
#define TCP_SOCK(sk) ((struct tcp_sock *)(sk))
#else
#define GET_1(ptr, a) ((ptr)->a)
#define GET_2(ptr, a, b) ((ptr)->a->b)
#define GET_N(_1, _2, name, ...) name
#define GET(ptr, ...) GET_N(__VA_ARGS__, GET_2, GET_1)(ptr, __VA_ARGS__)
#ifdef READ_BY_CAST /* since 6.2 (a35b9af4ec2c): no call, where the helper takes some 13 ns */
extern void *bpf_rdonly_cast(const void *obj, __u32 type_id) __ksym __weak;
#define TCP_SOCK(sk) ((struct tcp_sock *)bpf_rdonly_cast(sk, bpf_core_type_id_kernel(struct tcp_sock)))
#else
#define TCP_SOCK(sk) ((struct tcp_sock *)bpf_skc_to_tcp_sock(sk))
#endif
#endif

/* Its protocol may be the number of TCP or UDP, and it is neither. */
static __always_inline bool is_raw(struct sock *sk)
{
	return GET(sk, sk_type) == SOCK_RAW;
}

#endif
