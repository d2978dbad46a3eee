/* SPDX-License-Identifier: GPL-2.0 */
/* The same without places: for kprobes, and for Linux before 5.12. */
#define SOCKETS_HASH
#define PROGRAM(name, args...) BPF_PROG(name##_hash, ##args)
#define ITERATOR(name) int name##_hash(struct bpf_iter__task_file *ctx)
#include "sockets.bpf.c"
