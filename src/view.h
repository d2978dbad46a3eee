/* SPDX-License-Identifier: GPL-2.0 */
/* What of the model is shown, and in which order. */
#ifndef VIEW_H
#define VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "filter.h"
#include "model.h"
#include "order.h"

struct view_options {
	enum order_sort sort;
	enum model_which which; /* ACTIVE: what moved bytes in the interval; ALL: since the start */
	const struct filter *filter; /* NULL: all */
	size_t top_processes;	/* at most; 0: all */
	size_t top_connections; /* likewise */
	bool processes_only;	/* leaves the connections out: of a million, to rank them takes its time */
};

/* All zeros is an empty view. The entries belong to the model, and are valid as long as they are there. */
struct view {
	const struct process **processes; /* ranked; model__other() is among them if it has bytes */
	size_t process_count;
	size_t processes_found; /* before the cut */
	const struct connection **connections;
	size_t connection_count;
	size_t connections_found;

	size_t process_room; /* the view's own */
	size_t connection_room;
};

/* Builds it anew, in the memory it has where that is enough. 0 or -ENOMEM, and the view is empty then. */
int view__build(struct view *view, const struct model *model, const struct view_options *options);

/* Frees the memory. */
void view__clear(struct view *view);

#endif
