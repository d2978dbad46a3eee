/* SPDX-License-Identifier: GPL-2.0 */
#include "services.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>
#include <utlist.h>

#include "words.h"

#define OTHER_PROTOCOL 0xffff

struct port {
	__u16 number;
	__u16 protocol; /* TCP, UDP or OTHER_PROTOCOL */
};

/* A name of a port. Only the first one of a port is in the table. */
struct service {
	struct port port;
	char *name;
	struct service *prev, *next;
	UT_hash_handle hh;
};

struct services {
	struct service *names; /* in the order of the file */
	struct service *by_port;
};

static __u16 parse_protocol(const char *text)
{
	if (!strcmp(text, "tcp"))
		return IPPROTO_TCP;
	return strcmp(text, "udp") ? OTHER_PROTOCOL : IPPROTO_UDP;
}

/* NUMBER/PROTOCOL */
static bool parse_port(const char *text, struct port *port)
{
	unsigned long number;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	number = strtoul(text, &end, 10);
	if (!number || number > 0xffff || end[0] != '/' || !end[1])
		return false;
	*port = (struct port){ number, parse_protocol(end + 1) };
	return true;
}

static const struct service *find(const struct services *services, struct port port)
{
	struct service *service;

	HASH_FIND(hh, services->by_port, &port, sizeof(port), service);
	return service;
}

static struct service *add_name(struct services *services, struct port port, const char *name)
{
	struct service *service = calloc(1, sizeof(*service));

	if (!service)
		return NULL;
	service->port = port;
	service->name = strdup(name);
	if (!service->name) {
		free(service);
		return NULL;
	}
	DL_APPEND(services->names, service);
	return service;
}

static int add(struct services *services, struct port port, const char *name)
{
	struct service *service = add_name(services, port, name);

	if (!service)
		return -ENOMEM;
	if (find(services, port))
		return 0;
	HASH_ADD(hh, services->by_port, port, sizeof(port), service);
	return service->hh.tbl ? 0 : -ENOMEM;
}

/* NAME NUMBER/PROTOCOL ALIAS... */
static int add_line(void *ctx, char *line)
{
	const char *name = words__next(&line);
	const char *number = words__next(&line);
	struct port port;
	int err;

	if (!number || !parse_port(number, &port))
		return 0;
	err = add(ctx, port, name);
	while (!err && (name = words__next(&line)))
		err = add_name(ctx, port, name) ? 0 : -ENOMEM;
	return err;
}

int services__new(struct services **out, const char *path)
{
	struct services *services = calloc(1, sizeof(*services));
	int err;

	*out = NULL;
	if (!services)
		return -ENOMEM;
	err = words__read(path ?: "/etc/services", add_line, services);
	if (err) {
		services__free(services);
		return err;
	}
	*out = services;
	return 0;
}

void services__free(struct services *services)
{
	struct service *service, *next;

	if (!services)
		return;
	HASH_CLEAR(hh, services->by_port);
	DL_FOREACH_SAFE(services->names, service, next) {
		free(service->name);
		free(service);
	}
	free(services);
}

const char *services__name(const struct services *services, __u16 port, __u16 protocol)
{
	const struct service *service;

	if (protocol == IPPROTO_MPTCP)
		protocol = IPPROTO_TCP;
	if (protocol != IPPROTO_TCP && protocol != IPPROTO_UDP)
		return NULL;
	service = find(services, (struct port){ port, protocol });
	return service ? service->name : NULL;
}

int services__port(const struct services *services, const char *name)
{
	const struct service *service;

	DL_FOREACH(services->names, service) {
		if (!strcasecmp(service->name, name))
			return service->port.number;
	}
	return -ENOENT;
}

int services__find(void *services, const char *name)
{
	return services__port(services, name);
}
