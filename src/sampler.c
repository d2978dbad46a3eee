/* SPDX-License-Identifier: GPL-2.0 */
#include "sampler.h"

#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>

#include <bpf/bpf.h>

#include "clock.h"

#define BATCH 1024

struct sampler {
	const struct loader *loader;
	int half; /* that the programs write to now */
	__u64 start_ns;
	struct losses losses; /* up to here reported: the bytes */
	__u64 missed;	      /* likewise */
	__u64 drained;	      /* entries of the sample at hand */
	__u32 batch;	      /* room in keys and flows */
	struct flow_key *keys;
	struct flow *flows;
};

/* What was there is not kept. Zeros, as valgrind does not see what the kernel writes by the batch. */
static int make_room(struct sampler *sampler, __u32 batch)
{
	struct flow_key *keys = calloc(batch, sizeof(*keys));
	struct flow *flows = calloc(batch, sizeof(*flows));

	if (!keys || !flows) {
		free(keys);
		free(flows);
		return -ENOMEM;
	}
	free(sampler->keys);
	free(sampler->flows);
	sampler->keys = keys;
	sampler->flows = flows;
	sampler->batch = batch;
	return 0;
}

int sampler__discard(void *ctx, const struct flow_key *key, const struct flow *flow)
{
	(void)ctx;
	(void)key;
	(void)flow;
	return 0;
}

int sampler__new(struct sampler **out, const struct loader *loader)
{
	struct sampler *sampler = calloc(1, sizeof(*sampler));
	int err;

	if (!sampler)
		return -ENOMEM;
	sampler->loader = loader;
	sampler->start_ns = clock__monotonic_ns();
	err = make_room(sampler, BATCH);
	if (err) {
		sampler__free(sampler);
		return err;
	}
	*out = sampler;
	return 0;
}

void sampler__free(struct sampler *sampler)
{
	if (!sampler)
		return;
	free(sampler->keys);
	free(sampler->flows);
	free(sampler);
}

static int hand_over(struct sampler *sampler, __u32 count, sampler_sink sink, void *ctx)
{
	int err = 0;

	for (__u32 i = 0; i < count && !err; i++)
		err = sink(ctx, &sampler->keys[i], &sampler->flows[i]);
	sampler->drained += count;
	return err;
}

/* Empties a map that nobody writes to. A batch must hold a whole bucket of the hash: ENOSPC says it does not. */
static int drain(struct sampler *sampler, int fd, sampler_sink sink, void *ctx)
{
	__u64 position; /* a bucket's number; opaque */
	void *from = NULL;
	int err, result = 0;

	do {
		__u32 count = sampler->batch;

		err = bpf_map_lookup_and_delete_batch(fd, from, &position, sampler->keys, sampler->flows, &count, NULL);
		err = err ? -errno : 0;
		if (err == -ENOSPC) {
			err = make_room(sampler, 2 * sampler->batch);
			if (err)
				return err;
			continue;
		}
		if (err && err != -ENOENT)
			return err;
		result = hand_over(sampler, count, sink, ctx);
		from = &position;
	} while (!err && !result);
	return result;
}

/*
 * While a map system call runs on a CPU, kprobes do not run their programs there (bpf_prog_active). Where the kernel
 * preempts, others could get to send meanwhile: not if nothing may preempt us.
 */
static void hold_cpu(const struct sampler *sampler, bool hold)
{
	struct sched_param param = { .sched_priority = hold ? 1 : 0 };

	if (loader__syscalls_mask_probes(sampler->loader))
		sched_setscheduler(0, hold ? SCHED_FIFO : SCHED_OTHER, &param);
}

static void report_losses(struct sampler *sampler, struct interval *interval)
{
	const volatile struct losses *shared = loader__losses(sampler->loader);
	struct losses now = { .overflow_bytes = shared->overflow_bytes,
			      .tx_bytes = shared->tx_bytes,
			      .rx_bytes = shared->rx_bytes };
	__u64 missed = loader__missed(sampler->loader);

	interval->lost_flows = now.overflow_bytes - sampler->losses.overflow_bytes;
	interval->unowned_tx = now.tx_bytes - sampler->losses.tx_bytes;
	interval->unowned_rx = now.rx_bytes - sampler->losses.rx_bytes;
	interval->missed = missed - sampler->missed;
	sampler->losses = now;
	sampler->missed = missed;
}

static void end_interval(struct sampler *sampler, struct interval *interval)
{
	interval__end_now(interval, &sampler->start_ns);
	interval->attach = attach_mode__name(loader__mode(sampler->loader));
}

static int swap_and_drain(struct sampler *sampler, struct interval *interval, sampler_sink sink, void *ctx)
{
	const struct loader *loader = sampler->loader;
	const struct places places = loader__places(loader, sampler->half);
	int old = sampler->half, err = loader__swap(loader, !old);

	if (err)
		return err;
	end_interval(sampler, interval);
	sampler->half = !old;
	if (places.count)
		err = places__drain(&places, sink, ctx, &sampler->drained);
	err = err ?: drain(sampler, loader__flows_fd(loader, old), sink, ctx);
	return err ?: drain(sampler, loader__overflow_fd(loader, old), sink, ctx);
}

int sampler__take(struct sampler *sampler, struct interval *interval, sampler_sink sink, void *ctx)
{
	int err;

	sampler->drained = 0;
	hold_cpu(sampler, true);
	err = swap_and_drain(sampler, interval, sink, ctx);
	hold_cpu(sampler, false);
	if (!err)
		report_losses(sampler, interval);
	interval->flows = sampler->drained;
	return err;
}
