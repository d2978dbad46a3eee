/* SPDX-License-Identifier: GPL-2.0 */
/* Brings the BPF programs into the kernel: which ones, and by which attach mode. */
#ifndef LOADER_H
#define LOADER_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "attach_mode.h"
#include "bpfhogs.h"
#include "places.h"

struct loader_config {
	enum attach_mode mode;
	int verbose; /* 1: say on stderr which mode was taken, and why not others; 2: who attaches passes libbpf's own messages */
	bool tcp, udp;
	bool ipv4, ipv6;
	bool no_loopback;
	const __u32 *pids; /* only these processes; borrowed */
	size_t pid_count;
	const __u32 *ifindexes; /* only these devices of our network namespace; borrowed */
	size_t ifindex_count;
	__u32 netns;	 /* inode number of our network namespace */
	__u32 max_flows; /* entries of one half of the flow map */
};

struct loader;

/* Whether libbpf's warnings go to stderr, whoever uses it from then on. Otherwise nobody sees them. */
void loader__pass_messages(bool pass);

/* Why nothing could be attached, for a person. */
struct loader_refusal {
	char why[400];
	char remedy[4352]; /* what to do about it; "" where nothing is known. It may have a path in it */
};

/*
 * Loads and attaches by the mode of the config, or the first that works. From then on everything is counted. Returns 0,
 * -E2BIG (more pids or devices than the programs take) or another -errno, and *refusal says why.
 */
int loader__new(struct loader **out, const struct loader_config *config, struct loader_refusal *refusal);

/* Detaches the programs, keeping the maps: what was counted can still be drained. */
void loader__detach(struct loader *loader);

void loader__free(struct loader *loader);

enum attach_mode loader__mode(const struct loader *loader);

/*
 * Makes the programs fill that half, 0 (as at the start) or 1, of what flows are counted in, and waits until none of them
 * may still be at the other: to change a map of maps waits for that (maybe_wait_bpf_programs, 1ae80cf31938). 0 or -errno.
 */
int loader__swap(const struct loader *loader, int half);

/* Where the flows of a half are. File descriptors are borrowed. */
int loader__flows_fd(const struct loader *loader, int half);
int loader__overflow_fd(const struct loader *loader, int half);
struct places loader__places(const struct loader *loader, int half);

/* What the programs could not count as it should be, since the start: shared with them, so it changes. Borrowed. */
const struct losses *loader__losses(const struct loader *loader);

/*
 * Adds up the runs that the kernel skipped since the start, as far as it counts them (5.12+), of the programs that
 * count, the sockets that were in use, but not known, when they were first seen, and the datagrams whose slot another thread
 * took. The programs that watch sockets are left out: what they miss is made up for (tcp_mark_unknown).
 */
__u64 loader__missed(const struct loader *loader);

/* 0, or -errno of a look at a map: -EPERM means that this process may not read them as it is. */
int loader__try(const struct loader *loader);

/* Whether a map system call on a CPU can make probes on the same CPU be skipped (kprobes where the kernel preempts). */
bool loader__syscalls_mask_probes(const struct loader *loader);

#endif
