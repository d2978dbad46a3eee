/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PROBE_H
#define PROBE_H

#include <stdbool.h>

/*
 * Whether release_sock() calls tcp_release_cb() every time, as it did until 7.1: 1 or 0; -errno if no trampoline can be
 * put there. Found out by trial, on a socket of ours: versions do not tell, since changes are ported back.
 */
int probe__release_cb_always_called(void);

/* Whether BPF has atomic operations that return something (5.12 and later). */
bool probe__atomics_return(void);

#endif
