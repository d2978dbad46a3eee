/* SPDX-License-Identifier: GPL-2.0 */
/* Filter expressions: the expression, as it is typed. */
#include "fuzz.h"

#include <errno.h>

#include "filter.h"
#include "world.h"

static const char *host(void *ctx, const __u8 addr[16])
{
	(void)ctx;
	return addr[15] % 2 ? "Peer.Example.org" : NULL;
}

static int port(void *ctx, const char *service)
{
	(void)ctx;
	return strcmp(service, "https") ? -ENOENT : 443;
}

static void use(const struct filter *filter, const struct model *model)
{
	for (const struct process *p = model__processes(model, MODEL_ALL); p; p = p->next)
		filter__process(filter, p);
	for (const struct connection *c = model__connections(model, MODEL_ALL); c; c = c->next)
		filter__connection(filter, c);
	filter__process(filter, model__other(model));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct filter_names names = { .host = host, .port = port };
	static struct model *model;
	char *expression = copy_of((struct part){ (const char *)data, size });
	struct filter *filter = NULL;
	char error[64] = "";
	int err;

	if (!model)
		model = make_world(&harmless);
	err = filter__new(&filter, expression, &names, error, sizeof(error));
	CHECK(!err == !*error);
	if (!err)
		use(filter, model);
	filter__free(err ? NULL : filter);
	free(expression);
	return 0;
}
