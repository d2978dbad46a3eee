/* SPDX-License-Identifier: GPL-2.0 */
#include "source.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "diag.h"
#include "replay.h"
#include "sampler.h"

#define ERROR_MAX 128

/* Either a loader and a sampler, or a diag, or a replay. */
struct source {
	struct loader *loader;
	struct sampler *sampler;
	struct diag *diag;
	struct replay *replay;
	struct wanted wanted; /* of the replay */
	int next; /* of the replay: 0, an interval was read and is to be taken, or -errno */
	__u32 netns;
	char error[256];
};

#define SOME 64 /* flows that go to the model together */

/* Where flows go while they are taken. */
struct sink {
	const struct source *source;
	struct model *model;
	__u32 ifindex;	   /* the device that was looked for last */
	char dev[DEV_LEN]; /* its name; "" if it has none */
	size_t count;
	struct flow_key keys[SOME];
	struct flow flows[SOME];
};

static int attach_bpf(struct source *source, const struct loader_config *config, struct loader_refusal *refusal)
{
	int err = loader__new(&source->loader, config, refusal);

	return err ?: sampler__new(&source->sampler, source->loader);
}

/* error: holds ERROR_MAX. */
static int attach_diag(struct source *source, const struct loader_config *config, char *error)
{
	int err = diag__new(&source->diag, config, error, ERROR_MAX);

	if (err && !error[0])
		snprintf(error, ERROR_MAX, "%s", strerror(-err));
	return err;
}

/* By the socket statistics, as it is asked for. */
static int attach_by_wish(struct source *source, const struct loader_config *config)
{
	char error[ERROR_MAX] = "";
	int err = attach_diag(source, config, error);

	if (err)
		fprintf(stderr, "bpfhogs: attach mode diag: %s\n", error);
	else if (config->verbose)
		fprintf(stderr, "bpfhogs: attached: diag\n");
	return err;
}

/* By the socket statistics, because there is no BPF. One line tells, or why neither is to be had. */
static int fall_back(struct source *source, const struct loader_config *config, const struct loader_refusal *refusal,
		     bool permitted)
{
	char error[ERROR_MAX] = "";
	int err = attach_diag(source, config, error);

	if (err)
		fprintf(stderr, "bpfhogs: %s; without BPF: %s\n", refusal->why, error);
	else
		fprintf(stderr, "bpfhogs: %s; counting TCP only, by the kernel's socket statistics%s\n", refusal->why,
			permitted ? "" : " (sudo bpfhogs sees everything)");
	if (!err && config->verbose)
		fprintf(stderr, "bpfhogs: attached: diag\n");
	return err;
}

/* Where only UDP is wanted there is nothing to fall back to. */
static int attach(struct source *source, const struct loader_config *config, bool may_fall_back)
{
	struct loader_refusal refusal = {};
	int err;

	if (config->mode == ATTACH_DIAG)
		return attach_by_wish(source, config);
	err = attach_bpf(source, config, &refusal);
	if (!err || !refusal.why[0])
		return err;
	if (config->mode == ATTACH_AUTO && config->tcp && may_fall_back)
		return fall_back(source, config, &refusal, err != -EPERM || !geteuid());
	fprintf(stderr, "bpfhogs: %s%s%s\n", refusal.why, refusal.remedy[0] ? "; " : "", refusal.remedy);
	return err;
}

int source__attach(struct source **out, const struct loader_config *config, bool may_fall_back)
{
	struct source *source = calloc(1, sizeof(*source));
	int err;

	if (!source)
		return -ENOMEM;
	source->netns = config->netns;
	loader__pass_messages(config->verbose > 1);
	err = attach(source, config, may_fall_back);
	if (err) {
		source__free(source);
		return err;
	}
	*out = source;
	return 0;
}

int source__replay(struct source **out, const char *path, const struct wanted *wanted)
{
	struct source *source = calloc(1, sizeof(*source));
	int err;

	if (!source)
		return -ENOMEM;
	source->wanted = *wanted;
	err = replay__new(&source->replay, path);
	if (err) {
		source__free(source);
		return err;
	}
	source->next = replay__next(source->replay);
	*out = source;
	return 0;
}

void source__free(struct source *source)
{
	if (!source)
		return;
	sampler__free(source->sampler);
	loader__free(source->loader);
	diag__free(source->diag);
	replay__free(source->replay);
	free(source);
}

__u64 source__next_ns(const struct source *source)
{
	return source->replay && !source->next ? replay__elapsed_ns(source->replay) : 0;
}

__s64 source__offset(const struct source *source)
{
	return replay__offset(source->replay);
}

int source__go(struct source *source, __s64 offset, unsigned long intervals)
{
	int err = replay__go(source->replay, offset, intervals);

	if (!err)
		source->next = replay__next(source->replay);
	return err;
}

const char *source__error(const struct source *source)
{
	return source->error;
}

int source__identify(void *ctx, const struct owner *owner, struct identity *identity)
{
	const struct source *source = ctx;

	return replay__identify(source->replay, owner, identity);
}

/* Of a device in our own network namespace. Most flows in a row have the same one. */
static const char *find_device(struct sink *sink, __u32 ifindex)
{
	if (ifindex != sink->ifindex && !if_indextoname(ifindex, sink->dev))
		sink->dev[0] = '\0';
	sink->ifindex = ifindex;
	return sink->dev;
}

/* A device's name that the kernel side had only the index of: a receiving socket that is not connected. */
static void name_device(struct sink *sink, const struct flow_key *key, struct flow *flow)
{
	if (flow->dev[0] || !flow->ifindex)
		return;
	if (key->netns == sink->source->netns)
		strcpy(flow->dev, find_device(sink, flow->ifindex));
	else if (flow->ifindex == 1) /* LOOPBACK_IFINDEX, in every namespace */
		strcpy(flow->dev, "lo");
}

static void hand_on(struct sink *sink)
{
	model__add_all(sink->model, sink->keys, sink->flows, sink->count);
	sink->count = 0;
}

static int add_to_model(void *ctx, const struct flow_key *key, const struct flow *flow)
{
	struct sink *sink = ctx;

	sink->keys[sink->count] = *key;
	sink->flows[sink->count] = *flow;
	name_device(sink, key, &sink->flows[sink->count]);
	if (++sink->count == SOME)
		hand_on(sink);
	return 0;
}

static int take_counted(struct source *source, struct interval *interval, bool last, sampler_sink sink, void *ctx)
{
	int err;

	if (source->diag) {
		err = diag__take(source->diag, interval, last, sink, ctx);
		if (err)
			snprintf(source->error, sizeof(source->error), "cannot read the kernel's socket statistics: %s",
				 strerror(-err));
		return err;
	}
	err = sampler__take(source->sampler, interval, sink, ctx);
	if (err)
		snprintf(source->error, sizeof(source->error), "cannot read the kernel's maps: %s", strerror(-err));
	return err;
}

static int take_from_kernel(struct source *source, struct model *model, struct devices *devices,
			    struct interval *interval, bool last)
{
	struct sink sink = { .source = source, .model = model };
	__u64 start_ns = clock__monotonic_ns();
	int err;

	model__begin(model);
	err = take_counted(source, interval, last, add_to_model, &sink);
	hand_on(&sink);
	model__close(model, interval);
	interval->poll_ns = clock__monotonic_ns() - start_ns;
	devices__read(devices); /* after an error the next read covers both intervals */
	return err;
}

static int add_wanted(void *ctx, const struct flow_key *key, const struct flow *flow)
{
	const struct sink *sink = ctx;
	__u32 netns = replay__netns(sink->source->replay);
	bool own = !netns || key->netns == netns;

	return wanted__flow(&sink->source->wanted, key, flow->dev, own) ? add_to_model(ctx, key, flow) : 0;
}

static int take_from_recording(struct source *source, struct model *model, struct devices *devices,
			       struct interval *interval)
{
	struct sink sink = { .source = source, .model = model };
	int err = source->next;

	if (!err) {
		model__begin(model);
		model__set_netns(model, replay__netns(source->replay));
		err = replay__take(source->replay, interval, devices, add_wanted, &sink);
		hand_on(&sink);
		if (!wanted__all(&source->wanted)) /* whose that is, or of what, is not known */
			interval->unowned_tx = interval->unowned_rx = 0;
		model__close(model, interval);
	}
	if (err && err != -ENODATA)
		snprintf(source->error, sizeof(source->error), "%s", replay__error(source->replay));
	return err;
}

int source__take(struct source *source, struct model *model, struct devices *devices, struct interval *interval)
{
	int err;

	if (!source->replay)
		return take_from_kernel(source, model, devices, interval, false);
	err = take_from_recording(source, model, devices, interval);
	source->next = err ?: replay__next(source->replay);
	return err;
}

int source__take_rest(struct source *source, struct model *model, struct devices *devices, struct interval *interval)
{
	if (source->replay)
		return -ENODATA;
	if (source->loader)
		loader__detach(source->loader);
	return take_from_kernel(source, model, devices, interval, true);
}

int source__begin(struct source *source)
{
	struct interval interval = {};

	return take_counted(source, &interval, true, sampler__discard, NULL);
}

bool source__may_read(const struct source *source)
{
	return !source->loader || loader__try(source->loader) != -EPERM;
}

bool source__searches(const struct source *source)
{
	return source->diag;
}

bool source__holds_cpu(const struct source *source)
{
	return source->loader && loader__syscalls_mask_probes(source->loader);
}
