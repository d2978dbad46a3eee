/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rows of one of the screen's views: what of the model is in it, in which order. Only what is looked at is put in
 * order, so that it is quick with a hundred thousand rows too.
 */
#ifndef LISTING_H
#define LISTING_H

#include <stdbool.h>
#include <stddef.h>

#include "filter.h"
#include "groups.h"
#include "model.h"
#include "order.h"

/* In the order of the screen's tabs. */
enum listing_kind {
	LISTING_PROCESSES,
	LISTING_CONNECTIONS,
	LISTING_HOSTS,
	LISTING_PORTS,
	LISTING_CONTAINERS,
	LISTING_USERS,
	LISTING_KINDS,
};

/* As the option --view names it. Static. */
const char *listing__name(enum listing_kind kind);

struct listing_options {
	enum listing_kind kind;
	enum order_sort sort;
	bool totals;			   /* what was since the start, also of those idle for long */
	const struct filter *filter;	   /* NULL: all */
	const struct process_id *process;  /* connections of this process only; NULL: of all */
};

/* All zeros is an empty one. Rows are struct process, struct connection or struct group, and the model's or its own. */
struct listing {
	enum listing_kind kind;
	const void **rows;
	size_t count;
	__u64 highest;	   /* rate of any row, one way */
	__u64 highest_sum; /* both ways */

	const struct model *model; /* its own from here: what it is of */
	__u64 edition;
	struct order order;
	size_t room;
	struct group *groups;
};

/* Builds it anew. 0 or -ENOMEM, and it is empty then. */
int listing__build(struct listing *listing, const struct model *model, const struct listing_options *options);
void listing__clear(struct listing *listing);

/* Whether it is of this model as that stands now. If not, rows of the model's may be gone. */
bool listing__is_of(const struct listing *listing, const struct model *model);

/* Puts the rows from `from` on, at most `count`, in their places. Returns how many there are. */
size_t listing__rank(struct listing *listing, size_t from, size_t count);

/* A row's name, which outlives the model's interval: to find it again. All zeros is none. */
struct row_id {
	char bytes[GROUP_KEY_SIZE];
};

struct row_id listing__id(const struct listing *listing, const void *row);

/* The row of that name, or NULL; and the place of a row that is there. */
const void *listing__find(const struct listing *listing, const struct row_id *id);
size_t listing__place(const struct listing *listing, const void *row);

/* What any row has. */
const struct activity *listing__activity(enum listing_kind kind, const void *row);

#endif
