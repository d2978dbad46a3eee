/* SPDX-License-Identifier: GPL-2.0 */
#include "listing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rank.h"

static const char *const names[LISTING_KINDS] = {
	[LISTING_PROCESSES] = "processes", [LISTING_CONNECTIONS] = "connections",
	[LISTING_HOSTS] = "hosts",	   [LISTING_PORTS] = "ports",
	[LISTING_CONTAINERS] = "containers", [LISTING_USERS] = "users",
};

const char *listing__name(enum listing_kind kind)
{
	return names[kind];
}

const struct activity *listing__activity(enum listing_kind kind, const void *row)
{
	switch (kind) {
	case LISTING_PROCESSES:
		return &((const struct process *)row)->activity;
	case LISTING_CONNECTIONS:
		return &((const struct connection *)row)->activity;
	default:
		return &((const struct group *)row)->activity;
	}
}

static rank_compare comparison(enum listing_kind kind)
{
	switch (kind) {
	case LISTING_PROCESSES:
		return order__processes;
	case LISTING_CONNECTIONS:
		return order__connections;
	default:
		return order__groups;
	}
}

static int make_room(struct listing *listing, size_t needed)
{
	const void **rows;

	if (needed <= listing->room)
		return 0;
	rows = reallocarray(listing->rows, needed + needed / 4, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	listing->rows = rows;
	listing->room = needed + needed / 4;
	return 0;
}

static void raise_to(__u64 *highest, __u64 rate)
{
	if (rate > *highest)
		*highest = rate;
}

static void add(struct listing *listing, const void *row)
{
	const struct activity *activity = listing__activity(listing->kind, row);

	listing->rows[listing->count++] = row;
	raise_to(&listing->highest, activity->tx_rate);
	raise_to(&listing->highest, activity->rx_rate);
	raise_to(&listing->highest_sum, activity->tx_rate + activity->rx_rate);
}

static bool has_bytes(const struct activity *activity)
{
	return activity->total.tx_bytes || activity->total.rx_bytes;
}

static int collect_processes(struct listing *listing, const struct model *model, const struct listing_options *options,
			     enum model_which which)
{
	const struct process *process = model__processes(model, which);
	const struct process *other = model__other(model);
	int err = make_room(listing, model__process_count(model) + 1);

	for (; process && !err; process = process->next) {
		if (has_bytes(&process->activity) && model__is_process(model, process, which) &&
		    filter__process(options->filter, process))
			add(listing, process);
	}
	if (!err && !options->filter && has_bytes(&other->activity))
		add(listing, other);
	return err;
}

static bool is_of(const struct connection *connection, const struct process_id *id)
{
	return !id || !memcmp(&connection->process->id, id, sizeof(*id));
}

static int collect_connections(struct listing *listing, const struct model *model,
			       const struct listing_options *options, enum model_which which)
{
	const struct connection *connection = model__connections(model, which);
	int err = make_room(listing, model__connection_count(model));

	for (; connection && !err; connection = connection->next) {
		if (has_bytes(&connection->activity) && model__is_connection(model, connection, which) &&
		    is_of(connection, options->process) && filter__connection(options->filter, connection))
			add(listing, connection);
	}
	return err;
}

static int collect_groups(struct listing *listing, const struct model *model, const struct listing_options *options,
			  enum model_which which)
{
	static const enum group_by by[LISTING_KINDS] = {
		[LISTING_HOSTS] = GROUP_BY_HOST,
		[LISTING_PORTS] = GROUP_BY_PORT,
		[LISTING_CONTAINERS] = GROUP_BY_CONTAINER,
		[LISTING_USERS] = GROUP_BY_USER,
	};
	const struct groups_options groups_options = {
		.by = by[options->kind],
		.which = which,
		.filter = options->filter,
	};
	int err = groups__build(&listing->groups, model, &groups_options);

	err = err ?: make_room(listing, HASH_COUNT(listing->groups));
	for (const struct group *group = listing->groups; group && !err; group = group->hh.next) {
		if (has_bytes(&group->activity))
			add(listing, group);
	}
	return err;
}

static void empty(struct listing *listing)
{
	groups__free(listing->groups);
	listing->groups = NULL;
	listing->count = 0;
	listing->highest = listing->highest_sum = 0;
}

int listing__build(struct listing *listing, const struct model *model, const struct listing_options *options)
{
	enum model_which which = options->totals ? MODEL_ALL : MODEL_RECENT;
	int err;

	empty(listing);
	listing->model = model;
	listing->edition = model__edition(model);
	listing->kind = options->kind;
	listing->order.sort = options->sort;
	listing->order.of = options->totals			     ? ORDER_OF_RUN :
			    options->kind == LISTING_CONNECTIONS ? ORDER_OF_WINDOW :
								       ORDER_OF_INTERVAL;
	if (options->kind == LISTING_PROCESSES)
		err = collect_processes(listing, model, options, which);
	else if (options->kind == LISTING_CONNECTIONS)
		err = collect_connections(listing, model, options, which);
	else
		err = collect_groups(listing, model, options, which);
	if (err)
		empty(listing);
	return err;
}

bool listing__is_of(const struct listing *listing, const struct model *model)
{
	return listing->model == model && listing->edition == model__edition(model);
}

void listing__clear(struct listing *listing)
{
	empty(listing);
	free(listing->rows);
	*listing = (struct listing){};
}

size_t listing__rank(struct listing *listing, size_t from, size_t count)
{
	return rank__window(listing->rows, listing->count, from, count, comparison(listing->kind), &listing->order);
}

/* What tells a row from the others. */
static const void *key_of(const struct listing *listing, const void *row, size_t *length)
{
	if (listing->kind == LISTING_PROCESSES) {
		*length = sizeof(struct process_id);
		return &((const struct process *)row)->id;
	}
	if (listing->kind == LISTING_CONNECTIONS) {
		*length = sizeof(struct connection_id);
		return &((const struct connection *)row)->id;
	}
	*length = GROUP_KEY_SIZE;
	return ((const struct group *)row)->key;
}

struct row_id listing__id(const struct listing *listing, const void *row)
{
	struct row_id id = {};
	size_t length;
	const void *key = key_of(listing, row, &length);

	_Static_assert(sizeof(struct connection_id) <= sizeof(id.bytes), "an id holds any row's");
	memcpy(id.bytes, key, length);
	return id;
}

const void *listing__find(const struct listing *listing, const struct row_id *id)
{
	for (size_t i = 0; i < listing->count; i++) {
		size_t length;
		const void *key = key_of(listing, listing->rows[i], &length);

		if (!memcmp(key, id->bytes, length))
			return listing->rows[i];
	}
	return NULL;
}

size_t listing__place(const struct listing *listing, const void *row)
{
	return rank__position(listing->rows, listing->count, row, comparison(listing->kind), &listing->order);
}
