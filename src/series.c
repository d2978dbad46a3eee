/* SPDX-License-Identifier: GPL-2.0 */
/* A failed allocation in a hash leaves the entry out, and its hh.tbl NULL. */
#define HASH_NONFATAL_OOM 1

#include "series.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#define HALF_LIFE_NS 60e9

struct series_table {
	size_t places;
	__u64 idle_ns;
	struct series *placed;
	struct series *newcomers; /* of the interval */
	struct series other;
};

int series__new(struct series_table **out, size_t places, __u64 idle_ns, const char *other)
{
	struct series_table *table = calloc(1, sizeof(*table));

	if (!table)
		return -ENOMEM;
	table->places = places;
	table->idle_ns = idle_ns;
	table->other.labels = (char *)other;
	*out = table;
	return 0;
}

static void forget(struct series **hash, struct series *series)
{
	HASH_DEL(*hash, series);
	free(series->labels);
	free(series);
}

void series__free(struct series_table *table)
{
	if (!table)
		return;
	while (table->placed)
		forget(&table->placed, table->placed);
	while (table->newcomers)
		forget(&table->newcomers, table->newcomers);
	free(table);
}

/* --- the interval --- */

static struct series *find(struct series *hash, const struct buffer *labels)
{
	struct series *series;

	HASH_FIND(hh, hash, labels->text, labels->length, series);
	return series;
}

static bool insert(struct series **hash, struct series *series)
{
	HASH_ADD_KEYPTR(hh, *hash, series->labels, strlen(series->labels), series);
	return series->hh.tbl;
}

static struct series *new_series(struct series_table *table, const struct buffer *labels)
{
	struct series *series = calloc(1, sizeof(*series));

	if (!series)
		return NULL;
	series->labels = strndup(labels->text, labels->length);
	if (!series->labels || !insert(&table->newcomers, series)) {
		free(series->labels);
		free(series);
		return NULL;
	}
	return series;
}

void series__add(struct series_table *table, const struct buffer *labels, const __u64 values[SERIES_VALUES])
{
	struct series *series;

	if (labels->error || !labels->length)
		return;
	series = find(table->placed, labels) ?: find(table->newcomers, labels) ?: new_series(table, labels);
	for (int i = 0; i < SERIES_VALUES && series; i++)
		series->now[i] += values[i];
}

/* --- its end --- */

static double sum(const __u64 values[SERIES_VALUES])
{
	double result = 0;

	for (int i = 0; i < SERIES_VALUES; i++)
		result += values[i];
	return result;
}

/* What it did in the interval becomes part of what it did in all. */
static void settle(struct series *series, double kept, __u64 elapsed_ns)
{
	double moved = sum(series->now);

	series->recent = series->recent * kept + moved;
	series->idle_ns = moved > 0 ? 0 : series->idle_ns + elapsed_ns;
	for (int i = 0; i < SERIES_VALUES; i++)
		series->total[i] += series->now[i];
}

static void add(__u64 to[SERIES_VALUES], const __u64 values[SERIES_VALUES])
{
	for (int i = 0; i < SERIES_VALUES; i++)
		to[i] += values[i];
}

static int less_busy_first(const struct series *a, const struct series *b)
{
	return (a->recent > b->recent) - (a->recent < b->recent);
}

/* Those that may lose their place, the least busy first; none where all newcomers find a free one. */
static struct series *find_losers(struct series_table *table)
{
	struct series *losers = NULL;

	if (HASH_COUNT(table->placed) + HASH_COUNT(table->newcomers) <= table->places)
		return NULL;
	for (struct series *s = table->placed; s; s = s->hh.next) {
		if (s->idle_ns >= table->idle_ns)
			LL_PREPEND2(losers, s, next_loser);
	}
	LL_SORT2(losers, less_busy_first, next_loser);
	return losers;
}

static bool make_place(struct series_table *table, struct series **losers, const struct series *newcomer)
{
	struct series *loser = *losers;

	if (HASH_COUNT(table->placed) < table->places)
		return true;
	if (!loser || loser->recent >= newcomer->recent)
		return false;
	*losers = loser->next_loser;
	add(table->other.total, loser->total);
	forget(&table->placed, loser);
	return true;
}

static int busier_first(const struct series *a, const struct series *b)
{
	return (a->recent < b->recent) - (a->recent > b->recent);
}

static void place_newcomers(struct series_table *table, __u64 elapsed_ns)
{
	struct series *losers = find_losers(table);

	for (struct series *s = table->newcomers; s; s = s->hh.next)
		settle(s, 0, elapsed_ns);
	HASH_SORT(table->newcomers, busier_first);
	while (table->newcomers) {
		struct series *series = table->newcomers;

		if (!make_place(table, &losers, series))
			break;
		HASH_DEL(table->newcomers, series);
		if (!insert(&table->placed, series)) {
			free(series->labels);
			free(series);
		}
	}
	while (table->newcomers)
		forget(&table->newcomers, table->newcomers);
}

void series__end(struct series_table *table, const __u64 totals[SERIES_VALUES], __u64 elapsed_ns)
{
	double kept = exp2(-(elapsed_ns / HALF_LIFE_NS));
	__u64 placed[SERIES_VALUES] = {};

	for (struct series *s = table->placed; s; s = s->hh.next)
		settle(s, kept, elapsed_ns);
	place_newcomers(table, elapsed_ns);
	for (struct series *s = table->placed; s; s = s->hh.next) {
		add(placed, s->now);
		memset(s->now, 0, sizeof(s->now));
	}
	for (int i = 0; i < SERIES_VALUES; i++)
		table->other.total[i] += totals[i] - placed[i];
}

const struct series *series__first(const struct series_table *table)
{
	return table->placed;
}

const struct series *series__other(const struct series_table *table)
{
	return &table->other;
}
