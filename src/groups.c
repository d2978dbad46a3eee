/* SPDX-License-Identifier: GPL-2.0 */
/* A failed allocation in a hash leaves the entry out, and its hh.tbl NULL. */
#define HASH_NONFATAL_OOM 1

#include "groups.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "endpoints.h"
#include "format.h"

#define NOBODY "(other)" /* whose bytes are known for no process, or no connection */

static struct group *get_group(struct group **groups, const char *key)
{
	struct group *group;

	HASH_FIND_STR(*groups, key, group);
	if (group)
		return group;
	group = calloc(1, sizeof(*group));
	if (!group)
		return NULL;
	snprintf(group->key, sizeof(group->key), "%s", key);
	HASH_ADD_STR(*groups, key, group);
	if (!group->hh.tbl) {
		free(group);
		return NULL;
	}
	return group;
}

static void add_counters(struct counters *to, const struct counters *from)
{
	to->tx_bytes += from->tx_bytes;
	to->rx_bytes += from->rx_bytes;
}

static void add_activity(struct activity *to, const struct activity *from)
{
	add_counters(&to->interval, &from->interval);
	add_counters(&to->total, &from->total);
	to->tx_rate += from->tx_rate;
	to->rx_rate += from->rx_rate;
}

/* --- by user and container: of processes --- */

static int add_process(struct group **groups, const struct process *process, enum group_by by)
{
	const char *text = by == GROUP_BY_USER ? process->identity.user : process->identity.container;
	char key[GROUP_KEY_SIZE];
	struct group *group;

	if (process->aggregate)
		text = NOBODY;
	snprintf(key, sizeof(key), "%s", text && *text ? text : "(none)");
	group = get_group(groups, key);
	if (!group)
		return -ENOMEM;
	add_activity(&group->activity, &process->activity);
	group->processes++;
	group->connections += process->connections;
	return 0;
}

static int add_processes(struct group **groups, const struct model *model, const struct groups_options *options)
{
	const struct process *process = model__processes(model, options->which);
	int err = 0;

	for (; process && !err; process = process->next) {
		if (model__is_process(model, process, options->which) && filter__process(options->filter, process))
			err = add_process(groups, process, options->by);
	}
	if (!err && !options->filter)
		err = add_process(groups, model__other(model), options->by);
	return err;
}

/* --- by host and port: of connections --- */

static void make_key(char *key, const struct flow_key *flow, enum group_by by)
{
	char address[FORMAT_ENDPOINT_SIZE];

	if (by == GROUP_BY_PORT)
		snprintf(key, GROUP_KEY_SIZE, "%u/%u", endpoint__service_port(flow), flow->protocol);
	else
		snprintf(key, GROUP_KEY_SIZE, "%s", format__remote_unknown(flow) ? "?" : format__remote_address(address, flow));
}

static int add_connection(struct group **groups, const struct connection *connection,
			  const struct groups_options *options)
{
	const struct flow_key *flow = &connection->id.key;
	char key[GROUP_KEY_SIZE];
	struct group *group;

	make_key(key, flow, options->by);
	group = get_group(groups, key);
	if (!group)
		return -ENOMEM;
	group->flow = *flow;
	add_activity(&group->activity, &connection->activity);
	group->connections += connection->active;
	return 0;
}

static void subtract(struct counters *from, const struct counters *what)
{
	from->tx_bytes -= what->tx_bytes;
	from->rx_bytes -= what->rx_bytes;
}

/* What was counted for no connection, or for one that was forgotten since. */
static int add_rest(struct group **groups, const struct model *model)
{
	struct activity rest = *model__total(model);
	const struct connection *connection = model__connections(model, MODEL_ALL);
	struct group *group;

	for (; connection; connection = connection->next) {
		subtract(&rest.interval, &connection->activity.interval);
		subtract(&rest.total, &connection->activity.total);
		rest.tx_rate -= connection->activity.tx_rate;
		rest.rx_rate -= connection->activity.rx_rate;
	}
	if (!rest.interval.tx_bytes && !rest.interval.rx_bytes)
		rest.tx_rate = rest.rx_rate = 0; /* what rounding left */
	if (!rest.total.tx_bytes && !rest.total.rx_bytes)
		return 0;
	group = get_group(groups, NOBODY);
	if (!group)
		return -ENOMEM;
	group->activity = rest;
	return 0;
}

static int add_connections(struct group **groups, const struct model *model, const struct groups_options *options)
{
	const struct connection *connection = model__connections(model, options->which);
	int err = 0;

	for (; connection && !err; connection = connection->next) {
		if (model__is_connection(model, connection, options->which) &&
		    filter__connection(options->filter, connection))
			err = add_connection(groups, connection, options);
	}
	if (!err && !options->filter)
		err = add_rest(groups, model);
	return err;
}

int groups__build(struct group **out, const struct model *model, const struct groups_options *options)
{
	int err;

	*out = NULL;
	if (options->by == GROUP_BY_HOST || options->by == GROUP_BY_PORT)
		err = add_connections(out, model, options);
	else
		err = add_processes(out, model, options);
	if (err) {
		groups__free(*out);
		*out = NULL;
	}
	return err;
}

void groups__free(struct group *groups)
{
	struct group *group, *next;

	HASH_ITER(hh, groups, group, next) {
		HASH_DEL(groups, group);
		free(group);
	}
}
