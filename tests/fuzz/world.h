/* SPDX-License-Identifier: GPL-2.0 */
/* A model with some processes and connections, whose names are the fuzzer's. */
#ifndef WORLD_H
#define WORLD_H

#include <arpa/inet.h>
#include <netinet/in.h>

#include "fuzz.h"
#include "model.h"

#define WORLD_NETNS 4026531840U

struct names {
	const char *comm;
	const char *dev;
	struct identity identity; /* borrowed */
};

static const struct names harmless = {
	"nginx", "eth0",
	{ "www", "/usr/sbin/nginx", "/usr/sbin/nginx", "nginx: worker process", "/x", "docker:0123456789ab" },
};

static int name_it(void *ctx, const struct owner *owner, struct identity *identity)
{
	const struct names *names = ctx;

	(void)owner;
	return identity__copy(identity, &names->identity);
}

static inline void add_flow(struct model *model, const struct names *names, __u32 tgid, const char *local, const char *remote,
			    int protocol)
{
	struct flow flow = { .tx_bytes = 1000 * tgid, .rx_bytes = 7, .ifindex = 2 };
	struct flow_key key = { .tgid = tgid, .netns = WORLD_NETNS, .lport = 50000, .rport = 443, .protocol = protocol };

	inet_pton(AF_INET6, local, key.laddr);
	inet_pton(AF_INET6, remote, key.raddr);
	flow.owner = (struct owner){ .tgid = tgid, .start_time = tgid, .uid = 1000 };
	strncpy(flow.owner.comm, names->comm, sizeof(flow.owner.comm) - 1);
	strncpy(flow.dev, names->dev, sizeof(flow.dev) - 1);
	model__add(model, &key, &flow);
}

/* Two processes, three connections, and what belongs to nobody. To be freed. */
static inline struct model *make_world(const struct names *names)
{
	const struct model_config config = {
		.netns = WORLD_NETNS, .windows = true, .identify = name_it, .identify_ctx = (void *)names
	};
	const struct interval interval = {
		.end = { 1795431601, 234567890 }, .elapsed_ns = 1000000000, .attach = "fentry", .unowned_tx = 5
	};
	struct model *model;

	CHECK(!model__new(&model, &config));
	model__begin(model);
	add_flow(model, names, 10, "::ffff:10.0.0.1", "::ffff:192.0.2.7", IPPROTO_TCP);
	add_flow(model, names, 10, "::1", "2001:db8::9", IPPROTO_UDP);
	add_flow(model, names, 11, "::", "::", IPPROTO_UDP);
	model__close(model, &interval);
	return model;
}

#endif
