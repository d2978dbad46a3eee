/* SPDX-License-Identifier: GPL-2.0 */
#include "rank.h"

/* A heap whose root is the last in the order: the one to replace when a better comes. */
struct heap {
	const void **items;
	size_t count;
	rank_compare compare;
	const void *ctx;
};

static void swap(const void **a, const void **b)
{
	const void *item = *a;

	*a = *b;
	*b = item;
}

static void sift_down(const struct heap *heap, size_t at)
{
	for (;;) {
		size_t last = 2 * at + 1; /* of the two below, the one later in the order */

		if (last >= heap->count)
			return;
		if (last + 1 < heap->count &&
		    heap->compare(heap->items[last + 1], heap->items[last], heap->ctx) > 0)
			last++;
		if (heap->compare(heap->items[last], heap->items[at], heap->ctx) <= 0)
			return;
		swap(&heap->items[last], &heap->items[at]);
		at = last;
	}
}

static void build(const struct heap *heap)
{
	for (size_t i = heap->count / 2; i-- > 0;)
		sift_down(heap, i);
}

static void sort(struct heap *heap)
{
	while (heap->count > 1) {
		heap->count--;
		swap(&heap->items[0], &heap->items[heap->count]);
		sift_down(heap, 0);
	}
}

size_t rank__top(const void **items, size_t count, size_t top, rank_compare compare, const void *ctx)
{
	struct heap heap = { items, top < count ? top : count, compare, ctx };
	size_t kept = heap.count;

	if (!kept)
		return 0;
	build(&heap);
	for (size_t i = kept; i < count; i++) {
		if (compare(items[i], items[0], ctx) >= 0)
			continue;
		swap(&items[i], &items[0]);
		sift_down(&heap, 0);
	}
	sort(&heap);
	return kept;
}
