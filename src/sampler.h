/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Takes out of the kernel what was counted, each byte once: swaps the halves of the maps, which waits until no program
 * writes to the old one any more, then drains that.
 */
#ifndef SAMPLER_H
#define SAMPLER_H

#include "bpfhogs.h"
#include "interval.h"
#include "loader.h"

struct sampler;

/* Takes one drained flow. Returns 0 or -errno, which ends the sample. A key of a tgid alone: what had no room. */
typedef int (*sampler_sink)(void *ctx, const struct flow_key *key, const struct flow *flow);

/* A sink: what was counted until now is of no interest. */
int sampler__discard(void *ctx, const struct flow_key *key, const struct flow *flow);

/* A sampler of what the loader attached; borrows it. The first interval begins now. 0 or -errno. */
int sampler__new(struct sampler **out, const struct loader *loader);
void sampler__free(struct sampler *sampler);

/*
 * Ends the interval: hands all that was counted in it to the sink, and says in *interval what it was like. 0 or
 * -errno; what could not be drained stays for the next call.
 */
int sampler__take(struct sampler *sampler, struct interval *interval, sampler_sink sink, void *ctx);

#endif
