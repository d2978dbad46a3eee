/* SPDX-License-Identifier: GPL-2.0 */
/* What of the model is shown, and in which order. */
#ifndef VIEW_H
#define VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "model.h"

/* By what it is ranked, the greatest first (pid, name: the smallest). The first is the default. */
enum view_sort {
	VIEW_SORT_SUM, /* sent and received in the interval */
	VIEW_SORT_SENT,
	VIEW_SORT_RECEIVED,
	VIEW_SORT_TOTAL, /* sent and received since the start */
	VIEW_SORT_PID,
	VIEW_SORT_NAME,
	VIEW_SORTS,
};

/* As the option --sort names it. Static. */
const char *view_sort__name(enum view_sort sort);

struct view_options {
	enum view_sort sort;
	enum model_which which; /* ACTIVE: what moved bytes in the interval; ALL: since the start */
	size_t top_processes;	/* at most; 0: all */
	size_t top_connections; /* likewise */
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
