/* SPDX-License-Identifier: GPL-2.0 */
/* Attach mode fentry without places: for Linux before 5.12. */
#define FENTRY_HASH
#define PROGRAM(name, args...) BPF_PROG(fentry_##name##_hash, ##args)
#define PROGRAM_EXIT(name, args...) BPF_PROG(fexit_##name##_hash, ##args)
#include "fentry.bpf.c"

/* What is kept of a socket must go with it: the next may have its address. */
SEC("?fentry/mptcp_destroy")
int BPF_PROG(fentry_mptcp_destroy, struct sock *sk)
{
	kept_delete(sk);
	return 0;
}
