/* SPDX-License-Identifier: GPL-2.0 */
/* A failed allocation in a hash leaves the entry out, and its hh.tbl NULL. */
#define HASH_NONFATAL_OOM 1

#include "report_data.h"

#include <errno.h>
#include <stdio.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define ENTRY_MEMORY (sizeof(struct report_entry) + 128) /* with its place in the hash and the ends of its texts */

int report_data__new(struct report_data **out)
{
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return -ENOMEM;
	(*out)->per_bin = 1;
	return 0;
}

static void clear_activity(struct report_activity *activity)
{
	report_rates__clear(&activity->tx_rates);
	report_rates__clear(&activity->rx_rates);
}

static void free_entry(struct report_entry *entry)
{
	free(entry->program);
	free(entry->user);
	free(entry->container);
	free(entry->series.list);
	clear_activity(&entry->activity);
	free(entry);
}

static void clear_table(struct report_table *table)
{
	struct report_entry *entry, *next;

	HASH_ITER(hh, table->entries, entry, next) {
		HASH_DEL(table->entries, entry);
		free_entry(entry);
	}
}

void report_data__free(struct report_data *data)
{
	struct report_device *device, *next;

	if (!data)
		return;
	clear_table(&data->processes);
	clear_table(&data->connections);
	HASH_ITER(hh, data->devices, device, next) {
		HASH_DEL(data->devices, device);
		free(device);
	}
	clear_activity(&data->total);
	free(data);
}

/* --- series --- */

/* Nothing was recorded between them: a bin of both would tell of a time that nothing is known of. */
static bool is_gap(const struct report_bin *left, const struct report_bin *right)
{
	return right->start_ms - left->end_ms > REPORT_GAP_MS;
}

/* Which bin each becomes a part of. Returns how many there are then. */
static __u32 pair_bins(const struct report_data *data, __u32 *becomes, bool across_gaps)
{
	__u32 count = 0;

	for (__u32 i = 0; i < data->bin_count; i++, count++) {
		const struct report_bin *bin = &data->bins[i];

		becomes[i] = count;
		if (i + 1 < data->bin_count && (across_gaps || !is_gap(bin, bin + 1)))
			becomes[++i] = count;
	}
	return count;
}

static void merge_bins(struct report_data *data, const __u32 *becomes)
{
	for (__u32 i = 0; i < data->bin_count; i++) {
		struct report_bin *to = &data->bins[becomes[i]];
		const struct report_bin *from = &data->bins[i];

		if (!i || becomes[i] != becomes[i - 1]) {
			*to = *from;
			continue;
		}
		to->end_ms = from->end_ms;
		to->elapsed_ns += from->elapsed_ns;
		to->tx_bytes += from->tx_bytes;
		to->rx_bytes += from->rx_bytes;
	}
}

static void merge_points(struct report_series *series, const __u32 *becomes)
{
	struct report_point *list = series->list;
	__u32 count = 0;

	for (__u32 i = 0; i < series->count; i++) {
		__u32 bin = becomes[list[i].bin];

		if (count && list[count - 1].bin == bin) {
			list[count - 1].tx_bytes += list[i].tx_bytes;
			list[count - 1].rx_bytes += list[i].rx_bytes;
			continue;
		}
		list[count] = list[i];
		list[count++].bin = bin;
	}
	series->count = count;
}

/* Of a long recording each point tells of twice as many intervals, again and again. */
static void halve(struct report_data *data)
{
	__u32 becomes[REPORT_POINTS];
	__u32 count = pair_bins(data, becomes, false);

	if (count > REPORT_POINTS / 4 * 3)
		count = pair_bins(data, becomes, true);
	merge_bins(data, becomes);
	data->bin_count = count;
	data->per_bin *= 2;
	data->in_last = data->per_bin;
	for (struct report_entry *entry = data->processes.entries; entry; entry = entry->hh.next)
		merge_points(&entry->series, becomes);
	for (struct report_entry *entry = data->connections.entries; entry; entry = entry->hh.next)
		merge_points(&entry->series, becomes);
}

static int add_point(struct report_series *series, __u32 bin, const struct counters *counters)
{
	struct report_point *last = series->count ? &series->list[series->count - 1] : NULL;

	if (!counters->tx_bytes && !counters->rx_bytes)
		return 0;
	if (last && last->bin == bin) {
		last->tx_bytes += counters->tx_bytes;
		last->rx_bytes += counters->rx_bytes;
		return 0;
	}
	if (!series->list || series->count == series->room) {
		__u32 room = series->room ? 2 * series->room : 2;
		struct report_point *list = realloc(series->list, room * sizeof(*list));

		if (!list)
			return -ENOMEM;
		series->list = list;
		series->room = room;
	}
	series->list[series->count++] = (struct report_point){ bin, counters->tx_bytes, counters->rx_bytes };
	return 0;
}

static __s64 wall_ms(const struct interval *interval)
{
	return interval->end.tv_sec * 1000LL + interval->end.tv_nsec / 1000000;
}

/* The clock of the bins: the wall clock, but where that was set back, it goes on from where it was. */
static struct report_bin make_bin(const struct report_data *data, const struct interval *interval)
{
	__s64 took_ms = (interval->elapsed_ns + 500000) / 1000000;
	struct report_bin bin = {
		.start_ms = wall_ms(interval) - took_ms,
		.end_ms = wall_ms(interval),
		.elapsed_ns = interval->elapsed_ns,
	};
	__s64 previous = data->bin_count ? data->bins[data->bin_count - 1].end_ms : bin.start_ms;

	if (bin.end_ms <= previous)
		bin.end_ms = previous + (took_ms ?: 1);
	if (bin.start_ms < previous)
		bin.start_ms = previous;
	return bin;
}

static struct report_bin begin_bin(struct report_data *data, const struct interval *interval)
{
	struct report_bin bin = make_bin(data, interval);
	struct report_bin *last;

	last = data->bin_count ? &data->bins[data->bin_count - 1] : NULL;
	if (last && data->in_last < data->per_bin && !is_gap(last, &bin)) {
		last->end_ms = bin.end_ms;
		last->elapsed_ns += bin.elapsed_ns;
		data->in_last++;
		return bin;
	}
	if (data->bin_count == REPORT_POINTS)
		halve(data);
	data->bins[data->bin_count++] = bin;
	data->in_last = 1;
	return bin;
}

/* --- what something did --- */

static void raise_to(__u64 *peak, __u64 value)
{
	if (value > *peak)
		*peak = value;
}

static int add_activity(struct report_data *data, struct report_activity *to, const struct activity *activity,
			const struct interval *interval)
{
	int err;

	if (!to->first_ms)
		to->first_ms = wall_ms(interval);
	to->last_ms = wall_ms(interval);
	to->tx_bytes += activity->interval.tx_bytes;
	to->rx_bytes += activity->interval.rx_bytes;
	if (interval__is_cut_short(interval, &data->lengths))
		return 0;
	raise_to(&to->tx_peak, activity->tx_rate);
	raise_to(&to->rx_peak, activity->rx_rate);
	err = report_rates__add(&to->tx_rates, activity->tx_rate);
	return err ?: report_rates__add(&to->rx_rates, activity->rx_rate);
}

static size_t memory_of(const struct report_entry *entry)
{
	return ENTRY_MEMORY + strlen(entry->program) + strlen(entry->user) + strlen(entry->container) +
	       entry->series.room * sizeof(*entry->series.list) + report_rates__memory(&entry->activity.tx_rates) +
	       report_rates__memory(&entry->activity.rx_rates);
}

static int set_text(char **to, const char *text)
{
	char *copy;

	text = text ?: "";
	if (*to && !strcmp(*to, text))
		return 0;
	copy = strdup(text);
	if (!copy)
		return -ENOMEM;
	free(*to);
	*to = copy;
	return 0;
}

static struct report_entry *new_entry(struct report_table *table, const struct connection_id *id)
{
	struct report_entry *entry = calloc(1, sizeof(*entry));

	if (!entry)
		return NULL;
	entry->id = *id;
	if (set_text(&entry->program, "") || set_text(&entry->user, "") || set_text(&entry->container, "")) {
		free_entry(entry);
		return NULL;
	}
	HASH_ADD(hh, table->entries, id, sizeof(entry->id), entry);
	if (!entry->hh.tbl) {
		free_entry(entry);
		return NULL;
	}
	table->memory += memory_of(entry);
	return entry;
}

static struct report_entry *get_entry(struct report_table *table, const struct connection_id *id)
{
	struct report_entry *entry;

	HASH_FIND(hh, table->entries, id, sizeof(*id), entry);
	return entry ?: new_entry(table, id);
}

/* process: who it is, or whose it is. */
static int describe(struct report_entry *entry, const struct process *process, const char *dev)
{
	const struct identity *identity = &process->identity;
	int err;

	memcpy(entry->comm, process->owner.comm, sizeof(entry->comm));
	memcpy(entry->dev, dev, sizeof(entry->dev));
	if (entry->id.key.protocol)
		return 0;
	err = set_text(&entry->program, identity->program && *identity->program ? identity->program : entry->comm);
	err = err ?: set_text(&entry->user, identity->user);
	return err ?: set_text(&entry->container, identity->container);
}

/*
 * Where its mark is: where a process was started, which may have been before the recording was; of a connection, or where the
 * recording does not tell how long the machine was up, where the interval began that saw it first.
 */
static __s64 began_ms(const struct connection_id *id, const struct interval *interval, const struct report_bin *bin)
{
	if (id->key.protocol || !id->start_time || interval->uptime_ns < id->start_time)
		return bin->start_ms;
	return bin->end_ms - (__s64)((interval->uptime_ns - id->start_time) / 1000000);
}

static int add_entry(struct report_data *data, struct report_table *table, const struct connection_id *id,
		     const struct process *process, const char *dev, const struct activity *activity,
		     const struct interval *interval, const struct report_bin *bin)
{
	struct report_entry *entry = get_entry(table, id);
	size_t before;
	int err;

	if (!entry)
		return -ENOMEM;
	before = memory_of(entry);
	if (!entry->activity.first_ms)
		entry->from_ms = began_ms(id, interval, bin);
	entry->to_ms = bin->end_ms;
	err = describe(entry, process, dev);
	err = err ?: add_activity(data, &entry->activity, activity, interval);
	err = err ?: add_point(&entry->series, data->bin_count - 1, &activity->interval);
	table->memory += memory_of(entry) - before;
	return err;
}

/* --- what is forgotten --- */

static int by_bytes(const struct report_entry *a, const struct report_entry *b)
{
	__u64 a_bytes = a->activity.tx_bytes + a->activity.rx_bytes, b_bytes = b->activity.tx_bytes + b->activity.rx_bytes;

	if (a_bytes != b_bytes)
		return a_bytes < b_bytes ? 1 : -1;
	return memcmp(&a->id, &b->id, sizeof(a->id));
}

/* What they did is the difference between the total and what is told of the others. */
static void forget(struct report_table *table)
{
	size_t keep = HASH_COUNT(table->entries) / 2;
	struct report_entry *entry, *next;

	if (table->memory <= REPORT_MEMORY)
		return;
	HASH_SORT(table->entries, by_bytes);
	HASH_ITER(hh, table->entries, entry, next) {
		if (keep) {
			keep--;
			continue;
		}
		table->memory -= memory_of(entry);
		table->forgotten++;
		HASH_DEL(table->entries, entry);
		free_entry(entry);
	}
}

/* --- an interval --- */

static int add_processes(struct report_data *data, const struct model *model, const struct interval *interval,
			 const struct report_bin *bin)
{
	int err = 0;

	for (const struct process *p = model__processes(model, MODEL_ACTIVE); p && !err; p = p->next) {
		struct connection_id id = { .key.tgid = p->id.tgid, .start_time = p->id.start_time };

		err = add_entry(data, &data->processes, &id, p, p->dev, &p->activity, interval, bin);
	}
	return err;
}

static int add_connections(struct report_data *data, const struct model *model, const struct interval *interval,
			   const struct report_bin *bin)
{
	int err = 0;

	for (const struct connection *c = model__connections(model, MODEL_ACTIVE); c && !err; c = c->next)
		err = add_entry(data, &data->connections, &c->id, c->process, c->dev, &c->activity, interval, bin);
	return err;
}

static struct report_device *new_device(struct report_data *data, const char *name)
{
	struct report_device *device;

	if (HASH_COUNT(data->devices) >= REPORT_DEVICES)
		return NULL;
	device = calloc(1, sizeof(*device));
	if (!device)
		return NULL;
	memcpy(device->name, name, sizeof(device->name));
	HASH_ADD_STR(data->devices, name, device);
	if (!device->hh.tbl) {
		free(device);
		return NULL;
	}
	return device;
}

static void add_device(struct report_data *data, const struct device *read, const struct model *model,
		       const struct interval *interval)
{
	struct counters explained = model__explained(model, read->name);
	struct report_device *device;

	HASH_FIND_STR(data->devices, read->name, device);
	if (!device && (read->tx_bytes || read->rx_bytes || explained.tx_bytes || explained.rx_bytes))
		device = new_device(data, read->name); /* not for one that idles */
	if (!device)
		return;
	device->carried_tx += read->tx_bytes;
	device->carried_rx += read->rx_bytes;
	device->explained_tx += explained.tx_bytes;
	device->explained_rx += explained.rx_bytes;
	if (interval__is_cut_short(interval, &data->lengths))
		return;
	raise_to(&device->tx_peak, interval__rate(read->tx_bytes, interval->elapsed_ns));
	raise_to(&device->rx_peak, interval__rate(read->rx_bytes, interval->elapsed_ns));
}

static void add_devices(struct report_data *data, const struct model *model, const struct devices *devices,
			const struct interval *interval)
{
	size_t count;
	const struct device *list = devices__list(devices, &count);

	for (size_t i = 0; i < count; i++)
		add_device(data, &list[i], model, interval);
}

static void add_attach(struct report_data *data, const char *name)
{
	for (size_t i = 0; i < data->attach_count; i++) {
		if (data->attach[i] == name)
			return;
	}
	if (data->attach_count < REPORT_ATTACH_MODES)
		data->attach[data->attach_count++] = name;
}

static void add_interval(struct report_data *data, const struct interval *interval)
{
	if (!data->intervals++) {
		data->start_ms = wall_ms(interval) - (__s64)(interval->elapsed_ns / 1000000);
		data->shortest_ns = interval->elapsed_ns;
	}
	data->end_ms = wall_ms(interval);
	data->elapsed_ns += interval->elapsed_ns;
	if (interval->elapsed_ns < data->shortest_ns)
		data->shortest_ns = interval->elapsed_ns;
	raise_to(&data->longest_ns, interval->elapsed_ns);
	data->rated += !interval__is_cut_short(interval, &data->lengths);
	data->lost_flows += interval->lost_flows;
	data->missed += interval->missed;
	add_attach(data, interval->attach);
}

int report_data__add(struct report_data *data, const struct model *model, const struct devices *devices,
		     const struct interval *interval)
{
	const struct activity *total = model__total(model);
	struct report_bin bin = begin_bin(data, interval);
	int err;

	data->bins[data->bin_count - 1].tx_bytes += total->interval.tx_bytes;
	data->bins[data->bin_count - 1].rx_bytes += total->interval.rx_bytes;
	add_interval(data, interval);
	err = add_activity(data, &data->total, total, interval);
	err = err ?: add_processes(data, model, interval, &bin);
	err = err ?: add_connections(data, model, interval, &bin);
	add_devices(data, model, devices, interval);
	forget(&data->processes);
	forget(&data->connections);
	interval__note_length(interval, &data->lengths);
	return err;
}

const char *report_entry__process(char *out, size_t size, const struct report_entry *entry)
{
	if (entry->id.key.tgid & TGID_UNKNOWN)
		snprintf(out, size, "%s", entry->comm);
	else
		snprintf(out, size, "%u/%s", entry->id.key.tgid, entry->comm);
	return out;
}

static int by_carried(const struct report_device *a, const struct report_device *b)
{
	__u64 a_bytes = a->carried_tx + a->carried_rx, b_bytes = b->carried_tx + b->carried_rx;

	if (a_bytes != b_bytes)
		return a_bytes < b_bytes ? 1 : -1;
	return strcmp(a->name, b->name);
}

void report_data__finish(struct report_data *data)
{
	HASH_SORT(data->processes.entries, by_bytes);
	HASH_SORT(data->connections.entries, by_bytes);
	HASH_SORT(data->devices, by_carried);
}
