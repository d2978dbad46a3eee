/* SPDX-License-Identifier: GPL-2.0 */
/* A trial, before the programs proper are loaded: see src/probe.h. An object of its own. */
#include "vmlinux.h"

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

const volatile __s32 marked_rcvlowat; /* tells the socket of the trial from all others */
bool called;

SEC("fentry/tcp_release_cb")
int BPF_PROG(probe_tcp_release_cb, struct sock *sk)
{
	if (sk->sk_rcvlowat == marked_rcvlowat)
		called = true;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
