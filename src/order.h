/* SPDX-License-Identifier: GPL-2.0 */
/* Which of two processes, connections or groups comes first. */
#ifndef ORDER_H
#define ORDER_H

/* By what it is ranked, the greatest first (pid, name: the smallest). The first is the default. */
enum order_sort {
	ORDER_SUM, /* sent and received */
	ORDER_SENT,
	ORDER_RECEIVED,
	ORDER_TOTAL, /* sent and received since the start */
	ORDER_PID,
	ORDER_NAME,
	ORDER_SORTS,
};

/* The bytes that ORDER_SUM, _SENT and _RECEIVED go by. */
enum order_of {
	ORDER_OF_INTERVAL,
	ORDER_OF_WINDOW, /* connections: the average over the last two seconds */
	ORDER_OF_RUN,	 /* since the start */
};

struct order {
	enum order_sort sort;
	enum order_of of;
};

/* As the option --sort names it. Static. */
const char *order__name(enum order_sort sort);

/*
 * Of struct process, struct connection and struct group; order: a struct order. Negative: left comes first. Never 0 for
 * two that differ.
 */
int order__processes(const void *left, const void *right, const void *order);
int order__connections(const void *left, const void *right, const void *order);
int order__groups(const void *left, const void *right, const void *order);

#endif
