/* SPDX-License-Identifier: GPL-2.0 */
#include "view.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rank.h"

static const char *const sort_names[VIEW_SORTS] = {
	[VIEW_SORT_SUM] = "sum",     [VIEW_SORT_SENT] = "sent", [VIEW_SORT_RECEIVED] = "received",
	[VIEW_SORT_TOTAL] = "total", [VIEW_SORT_PID] = "pid",	[VIEW_SORT_NAME] = "name",
};

const char *view_sort__name(enum view_sort sort)
{
	return sort_names[sort];
}

/* Smaller first. */
static int compare_numbers(__u64 a, __u64 b)
{
	return (a > b) - (a < b);
}

static __u64 sum(const struct counters *counters)
{
	return counters->tx_bytes + counters->rx_bytes;
}

/* More first. All divide by the same time, so bytes are as good as rates, and finer. */
static int compare_activity(const struct activity *a, const struct activity *b, enum view_sort sort)
{
	switch (sort) {
	case VIEW_SORT_SUM:
		return compare_numbers(sum(&b->interval), sum(&a->interval));
	case VIEW_SORT_SENT:
		return compare_numbers(b->interval.tx_bytes, a->interval.tx_bytes);
	case VIEW_SORT_RECEIVED:
		return compare_numbers(b->interval.rx_bytes, a->interval.rx_bytes);
	case VIEW_SORT_TOTAL:
		return compare_numbers(sum(&b->total), sum(&a->total));
	default:
		return 0;
	}
}

static int compare_ids(const struct process *a, const struct process *b)
{
	return compare_numbers(a->id.tgid, b->id.tgid) ?: compare_numbers(a->id.start_time, b->id.start_time) ?:
	       a->aggregate - b->aggregate;
}

static int compare_processes(const void *left, const void *right, const void *ctx)
{
	const struct process *a = left, *b = right;
	enum view_sort sort = *(const enum view_sort *)ctx;
	int order = compare_activity(&a->activity, &b->activity, sort);

	if (sort == VIEW_SORT_NAME)
		order = strcmp(a->owner.comm, b->owner.comm);
	return order ?: compare_ids(a, b);
}

static int compare_connections(const void *left, const void *right, const void *ctx)
{
	const struct connection *a = left, *b = right;
	enum view_sort sort = *(const enum view_sort *)ctx;
	int order = compare_activity(&a->activity, &b->activity, sort);

	if (sort == VIEW_SORT_NAME)
		order = strcmp(a->process->owner.comm, b->process->owner.comm);
	return order ?: compare_ids(a->process, b->process) ?: memcmp(&a->id, &b->id, sizeof(a->id));
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

static void collect_processes(struct view *view, const struct model *model, enum model_which which)
{
	const struct process *process = model__processes(model, which);
	const struct process *other = model__other(model);

	for (; process; process = process->next) {
		if (has_bytes(&process->activity, which))
			view->processes[view->processes_found++] = process;
	}
	if (has_bytes(&other->activity, which))
		view->processes[view->processes_found++] = other;
}

static void collect_connections(struct view *view, const struct model *model, enum model_which which)
{
	const struct connection *connection = model__connections(model, which);

	for (; connection; connection = connection->next) {
		if (has_bytes(&connection->activity, which))
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
	return rank__top(items, found, top ?: found, compare, &options->sort);
}

int view__build(struct view *view, const struct model *model, const struct view_options *options)
{
	int err = make_rooms(view, model);

	view->processes_found = view->process_count = 0;
	view->connections_found = view->connection_count = 0;
	if (err)
		return err;
	collect_processes(view, model, options->which);
	collect_connections(view, model, options->which);
	view->process_count = rank(view->processes, view->processes_found, options->top_processes,
				   compare_processes, options);
	view->connection_count = rank(view->connections, view->connections_found, options->top_connections,
				      compare_connections, options);
	return 0;
}

void view__clear(struct view *view)
{
	free(view->processes);
	free(view->connections);
	*view = (struct view){};
}
