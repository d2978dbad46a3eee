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

/* Puts the middle one of three first: it parts the rest well, also where they are in order already. */
static void choose_pivot(const void **items, size_t count, rank_compare compare, const void *ctx)
{
	const void **a = &items[0], **b = &items[count / 2], **c = &items[count - 1];

	if (compare(*b, *a, ctx) < 0)
		swap(a, b);
	if (compare(*c, *b, ctx) < 0)
		swap(b, c);
	if (compare(*b, *a, ctx) < 0)
		swap(a, b);
	swap(a, b);
}

/* What comes before the first item goes to its left. Returns where that is then. */
static size_t part(const void **items, size_t count, rank_compare compare, const void *ctx)
{
	size_t border = 1;

	for (size_t i = 1; i < count; i++) {
		if (compare(items[i], items[0], ctx) < 0)
			swap(&items[i], &items[border++]);
	}
	swap(&items[0], &items[border - 1]);
	return border - 1;
}

/*
 * Brings those before `at` to its left: quickselect (Hoare, 1961). Where it makes no headway (a bad order), the heap
 * does it.
 */
static void select_item(const void **items, size_t count, size_t at, rank_compare compare, const void *ctx)
{
	for (int tries = 64; count > 16 && tries; tries--) {
		size_t border;

		choose_pivot(items, count, compare, ctx);
		border = part(items, count, compare, ctx);
		if (border == at)
			return;
		if (border > at) {
			count = border;
			continue;
		}
		items += border + 1;
		count -= border + 1;
		at -= border + 1;
	}
	rank__top(items, count, at + 1, compare, ctx);
}

size_t rank__window(const void **items, size_t items_count, size_t from, size_t count, rank_compare compare,
		    const void *ctx)
{
	if (from >= items_count)
		return 0;
	if (from)
		select_item(items, items_count, from, compare, ctx);
	return rank__top(items + from, items_count - from, count, compare, ctx);
}

size_t rank__position(const void *const *items, size_t count, const void *item, rank_compare compare, const void *ctx)
{
	size_t before = 0;

	for (size_t i = 0; i < count; i++)
		before += compare(items[i], item, ctx) < 0;
	return before;
}
