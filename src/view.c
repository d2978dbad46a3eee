/* SPDX-License-Identifier: GPL-2.0 */
#include "view.h"

#include <errno.h>
#include <stdlib.h>

#include "rank.h"

static __u64 sum(const struct counters *counters)
{
	return counters->tx_bytes + counters->rx_bytes;
}

static bool has_bytes(const struct activity *activity, enum model_which which)
{
	return sum(which == MODEL_ACTIVE ? &activity->interval : &activity->total) > 0;
}

/* Makes sure that the array, which has room for *room pointers, takes that many. */
static int make_room(void *items, size_t *room, size_t needed)
{
	size_t more = *room ?: 64;
	void **array = items;
	void *grown;

	if (needed <= *room)
		return 0;
	while (more < needed)
		more *= 2;
	grown = reallocarray(*array, more, sizeof(void *));
	if (!grown)
		return -ENOMEM;
	*array = grown;
	*room = more;
	return 0;
}

static void collect_processes(struct view *view, const struct model *model, const struct view_options *options)
{
	enum model_which which = options->which;
	const struct process *process = model__processes(model, which);
	const struct process *other = model__other(model);

	for (; process; process = process->next) {
		if (has_bytes(&process->activity, which) && filter__process(options->filter, process))
			view->processes[view->processes_found++] = process;
	}
	if (has_bytes(&other->activity, which) && !options->filter)
		view->processes[view->processes_found++] = other;
}

static void collect_connections(struct view *view, const struct model *model, const struct view_options *options)
{
	enum model_which which = options->which;
	const struct connection *connection = model__connections(model, which);

	for (; connection; connection = connection->next) {
		if (has_bytes(&connection->activity, which) && filter__connection(options->filter, connection))
			view->connections[view->connections_found++] = connection;
	}
}

static int make_rooms(struct view *view, const struct model *model)
{
	int err = make_room(&view->processes, &view->process_room, model__process_count(model) + 1);

	return err ?: make_room(&view->connections, &view->connection_room, model__connection_count(model));
}

static size_t rank(void *items, size_t found, size_t top, rank_compare compare,
		   const struct view_options *options)
{
	const struct order order = { .sort = options->sort };

	return rank__top(items, found, top ?: found, compare, &order);
}

int view__build(struct view *view, const struct model *model, const struct view_options *options)
{
	int err = make_rooms(view, model);

	view->processes_found = view->process_count = 0;
	view->connections_found = view->connection_count = 0;
	if (err)
		return err;
	collect_processes(view, model, options);
	if (!options->processes_only)
		collect_connections(view, model, options);
	view->process_count = rank(view->processes, view->processes_found, options->top_processes,
				   order__processes, options);
	view->connection_count = rank(view->connections, view->connections_found, options->top_connections,
				      order__connections, options);
	return 0;
}

void view__clear(struct view *view)
{
	free(view->processes);
	free(view->connections);
	*view = (struct view){};
}
