/* SPDX-License-Identifier: GPL-2.0 */
/* The flows that sockets have a place for (bpf/place.h, bpf/mark.h), read and wiped in the kernel's own memory. */
#ifndef PLACES_H
#define PLACES_H

#include "bpfhogs.h"

/* Takes one flow. Returns 0 or -errno, which ends the walk. */
typedef int (*places_sink)(void *ctx, const struct flow_key *key, const struct flow *flow);

/* One half of the array. */
struct places {
	int fd;
	__u32 first; /* where its number 0 is; a multiple of PLACES_ALIGN */
	__u32 count; /* number 0 included; 0: the programs use no places */
	int half;     /* 0 or 1 */
	int slots_fd; /* of TCP sockets, which may have a place's bytes */
};

/*
 * Hands what is in there, where no program writes any more, to the sink, and wipes it. *flows grows by how many those
 * were. 0 or -errno: then what was not handed over is there still.
 */
int places__drain(const struct places *places, places_sink sink, void *ctx, __u64 *flows);

#endif
