/* SPDX-License-Identifier: GPL-2.0 */
#include "order.h"

#include <string.h>

#include "groups.h"
#include "model.h"

static const char *const names[ORDER_SORTS] = {
	[ORDER_SUM] = "sum",	 [ORDER_SENT] = "sent", [ORDER_RECEIVED] = "received",
	[ORDER_TOTAL] = "total", [ORDER_PID] = "pid",	[ORDER_NAME] = "name",
};

const char *order__name(enum order_sort sort)
{
	return names[sort];
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
static int compare_bytes(__u64 a_tx, __u64 a_rx, __u64 b_tx, __u64 b_rx, enum order_sort sort)
{
	switch (sort) {
	case ORDER_SUM:
		return compare_numbers(b_tx + b_rx, a_tx + a_rx);
	case ORDER_SENT:
		return compare_numbers(b_tx, a_tx);
	case ORDER_RECEIVED:
		return compare_numbers(b_rx, a_rx);
	default:
		return 0;
	}
}

/* What is equal now goes by what it did before. */
static int compare_activity(const struct activity *a, const struct activity *b, const struct order *order)
{
	const struct counters *left = order->of == ORDER_OF_RUN ? &a->total : &a->interval;
	const struct counters *right = order->of == ORDER_OF_RUN ? &b->total : &b->interval;
	int result = compare_bytes(left->tx_bytes, left->rx_bytes, right->tx_bytes, right->rx_bytes, order->sort);

	if (order->sort == ORDER_PID || order->sort == ORDER_NAME)
		return 0;
	return result ?: compare_numbers(sum(&b->total), sum(&a->total));
}

static int compare_ids(const struct process *a, const struct process *b)
{
	return compare_numbers(a->id.tgid, b->id.tgid) ?: compare_numbers(a->id.start_time, b->id.start_time) ?:
	       a->aggregate - b->aggregate;
}

int order__processes(const void *left, const void *right, const void *ctx)
{
	const struct process *a = left, *b = right;
	const struct order *order = ctx;
	int result = compare_activity(&a->activity, &b->activity, order);

	if (order->sort == ORDER_NAME)
		result = strcmp(a->owner.comm, b->owner.comm);
	return result ?: compare_ids(a, b);
}

static int compare_averages(const struct connection *left, const struct connection *right, enum order_sort sort)
{
	struct rates a = model__average(left, MODEL_WINDOW_2), b = model__average(right, MODEL_WINDOW_2);

	return compare_bytes(a.tx, a.rx, b.tx, b.rx, sort);
}

int order__connections(const void *left, const void *right, const void *ctx)
{
	const struct connection *a = left, *b = right;
	const struct order *order = ctx;
	int result = 0;

	if (order->of == ORDER_OF_WINDOW)
		result = compare_averages(a, b, order->sort);
	result = result ?: compare_activity(&a->activity, &b->activity, order);
	if (order->sort == ORDER_NAME)
		result = strcmp(a->process->owner.comm, b->process->owner.comm);
	return result ?: compare_ids(a->process, b->process) ?: memcmp(&a->id, &b->id, sizeof(a->id));
}

/* A group has no pid; the numbers of its processes may be asked for in its place. */
int order__groups(const void *left, const void *right, const void *ctx)
{
	const struct group *a = left, *b = right;

	return compare_activity(&a->activity, &b->activity, ctx) ?: strcmp(a->key, b->key);
}
