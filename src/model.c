/* SPDX-License-Identifier: GPL-2.0 */
/* A failed allocation in a hash leaves the entry out, and its hh.tbl NULL. */
#define HASH_NONFATAL_OOM 1

#include "model.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "fetch.h"
#include "lookup.h"

#define AHEAD 16 /* connections, for which memory is asked before they are looked at */

/* What the sockets did over a device in the interval. */
struct explained {
	char dev[DEV_LEN];
	struct counters counters;
	UT_hash_handle hh;
};

struct model {
	struct model_config config;
	struct activity total;
	struct process other;
	struct rates past[MODEL_PAST];
	struct history_clock clock;
	struct history history; /* of everything */
	struct rates windows[MODEL_WINDOWS];
	__u64 elapsed_ns;
	struct interval_lengths lengths;
	__u64 intervals;
	bool open; /* an interval has begun that is not closed */

	/*
	 * Each list has the active ones last, from the one in active_... on, in the order they became so. Of the
	 * connections before those the recent ones are last, from recent_connections on.
	 */
	struct process *processes;
	struct process *active_processes;
	struct process *process_hash;
	struct connection *connections;
	struct connection *recent_connections;
	struct connection *active_connections;
	struct connection *trail[AHEAD]; /* the last ones that became active in this interval */
	size_t activated;
	struct lookup lookup; /* of the connections */
	struct explained *explained_hash;

	/* What the flow before was of, in this interval: mostly the next one is, too. */
	struct process *last_process;
	struct explained *last_explained;
};

/* What a walk along many connections reads of one, which may be NULL. */
static void fetch_activity(const struct connection *connection)
{
	if (connection)
		fetch(&connection->activity, offsetof(struct connection, ended_ns) - offsetof(struct connection, activity));
}

int model__new(struct model **out, const struct model_config *config)
{
	struct model *model = calloc(1, sizeof(*model));

	if (!model)
		return -ENOMEM;
	model->config = *config;
	model->config.max_processes = config->max_processes ?: MODEL_MAX_PROCESSES;
	model->config.max_connections = config->max_connections ?: MODEL_MAX_CONNECTIONS;
	model->config.linger_ns = config->linger_ns ?: MODEL_LINGER_NS;
	model->other.aggregate = true;
	strcpy(model->other.owner.comm, "(other)");
	lookup__init(&model->lookup);
	*out = model;
	return 0;
}

/* Before it goes to another place in the list, or away. */
static void leave_recent(struct model *model, const struct connection *connection)
{
	if (model->recent_connections == connection)
		model->recent_connections = connection->next;
}

static void free_connection(struct connection *connection)
{
	free(connection->averages);
	free(connection);
}

static void forget_connection(struct model *model, struct connection *connection)
{
	leave_recent(model, connection);
	lookup__remove(&model->lookup, connection);
	DL_DELETE(model->connections, connection);
	DL_DELETE2(connection->process->flows, connection, flow_prev, flow_next);
	free_connection(connection);
}

/* All of a process, when nobody looks for one any more: faster than to forget each, and in the order of the memory. */
static void free_connections(struct process *process)
{
	for (struct connection *c = process->flows, *next; c; c = next) {
		next = c->flow_next;
		free_connection(c);
	}
	process->flows = NULL;
}

static void forget_process(struct model *model, struct process *process)
{
	for (struct connection *c = process->flows, *next; c; c = next) {
		next = c->flow_next;
		forget_connection(model, c);
	}
	HASH_DEL(model->process_hash, process);
	DL_DELETE(model->processes, process);
	identity__clear(&process->identity);
	free(process);
}

static void forget_explained(struct model *model, struct explained *explained)
{
	HASH_DEL(model->explained_hash, explained);
	free(explained);
}

void model__free(struct model *model)
{
	if (!model)
		return;
	while (model->processes) {
		free_connections(model->processes);
		forget_process(model, model->processes);
	}
	while (model->explained_hash)
		forget_explained(model, model->explained_hash);
	lookup__clear(&model->lookup);
	free(model);
}

static struct explained *new_explained(struct model *model, const char *dev)
{
	struct explained *explained = calloc(1, sizeof(*explained));

	if (!explained)
		return NULL;
	snprintf(explained->dev, sizeof(explained->dev), "%s", dev);
	HASH_ADD_STR(model->explained_hash, dev, explained);
	if (!explained->hh.tbl) {
		free(explained);
		return NULL;
	}
	return explained;
}

/* --- a copy of all of it --- */

static int clone_process(struct model *to, const struct model *from, const struct process *process)
{
	struct process *copy = malloc(sizeof(*copy));

	if (!copy)
		return -ENOMEM;
	*copy = *process;
	copy->flows = NULL;
	if (identity__copy(&copy->identity, &process->identity)) {
		free(copy);
		return -ENOMEM;
	}
	HASH_ADD(hh, to->process_hash, id, sizeof(copy->id), copy);
	if (!copy->hh.tbl) {
		identity__clear(&copy->identity);
		free(copy);
		return -ENOMEM;
	}
	DL_APPEND(to->processes, copy);
	if (process == from->active_processes)
		to->active_processes = copy;
	return 0;
}

/* With averages of its own, so that the copy can go on. */
static struct connection *copy_connection(const struct connection *connection)
{
	struct connection *copy = malloc(sizeof(*copy));

	if (!copy)
		return NULL;
	*copy = *connection;
	copy->ahead = NULL;
	if (!connection->averages)
		return copy;
	copy->averages = malloc(sizeof(*copy->averages));
	if (!copy->averages) {
		free(copy);
		return NULL;
	}
	*copy->averages = *connection->averages;
	return copy;
}

static int clone_connection(struct model *to, const struct model *from, const struct connection *connection)
{
	struct connection *copy = copy_connection(connection);

	if (!copy)
		return -ENOMEM;
	HASH_FIND(hh, to->process_hash, &connection->process->id, sizeof(copy->process->id), copy->process);
	if (lookup__add(&to->lookup, lookup__hash(&to->lookup, &copy->id), copy)) {
		free_connection(copy);
		return -ENOMEM;
	}
	DL_APPEND(to->connections, copy);
	DL_APPEND2(copy->process->flows, copy, flow_prev, flow_next);
	if (connection == from->active_connections)
		to->active_connections = copy;
	if (connection == from->recent_connections)
		to->recent_connections = copy;
	return 0;
}

static int clone_explained(struct model *to, const struct explained *explained)
{
	struct explained *copy = new_explained(to, explained->dev);

	if (!copy)
		return -ENOMEM;
	copy->counters = explained->counters;
	return 0;
}

static int clone_all(struct model *to, const struct model *from)
{
	int err = 0;

	for (const struct process *p = from->processes; p && !err; p = p->next)
		err = clone_process(to, from, p);
	for (const struct connection *c = from->connections; c && !err; c = c->next)
		err = clone_connection(to, from, c);
	for (const struct explained *e = from->explained_hash; e && !err; e = e->hh.next)
		err = clone_explained(to, e);
	return err;
}

int model__clone(struct model **out, const struct model *model)
{
	struct model *copy = malloc(sizeof(*copy));
	int err;

	if (!copy)
		return -ENOMEM;
	*copy = *model;
	copy->processes = copy->active_processes = copy->process_hash = NULL;
	copy->connections = copy->recent_connections = copy->active_connections = NULL;
	lookup__init(&copy->lookup);
	copy->explained_hash = NULL;
	memset(copy->trail, 0, sizeof(copy->trail));
	copy->last_process = NULL;
	copy->last_explained = NULL;
	err = clone_all(copy, model);
	if (err) {
		model__free(copy);
		return err;
	}
	*out = copy;
	return 0;
}

/* --- adding flows --- */

static void add_counters(struct counters *to, const struct counters *from)
{
	to->tx_bytes += from->tx_bytes;
	to->rx_bytes += from->rx_bytes;
}

static void add_activity(struct activity *activity, const struct counters *counters)
{
	add_counters(&activity->interval, counters);
	add_counters(&activity->total, counters);
}

/* Kernel work has one entry, whatever thread did it. */
static struct process_id process_id_of(const struct flow_key *key, const struct flow *flow)
{
	return (struct process_id){
		.start_time = key->tgid == TGID_KERNEL ? 0 : flow->owner.start_time,
		.tgid = key->tgid,
	};
}

static struct process *new_process(struct model *model, const struct process_id *id)
{
	struct process *process = calloc(1, sizeof(*process));

	if (!process)
		return NULL;
	process->id = *id;
	process->owner = (struct owner){ .tgid = id->tgid, .start_time = id->start_time };
	process->identify = true;
	process->last_ns = model->elapsed_ns;
	HASH_ADD(hh, model->process_hash, id, sizeof(process->id), process);
	if (!process->hh.tbl) {
		free(process);
		return NULL;
	}
	DL_APPEND(model->processes, process);
	return process;
}

/* To the end of the list, where the active ones are. */
static void activate_process(struct model *model, struct process *process)
{
	if (process->active || process == &model->other)
		return;
	process->active = true;
	process->ended_ns = 0;
	DL_DELETE(model->processes, process);
	DL_APPEND(model->processes, process);
	if (!model->active_processes)
		model->active_processes = process;
}

static void note_owner(struct process *process, const struct owner *owner)
{
	struct owner *known = &process->owner;

	if (process->id.tgid == TGID_KERNEL) {
		strcpy(known->comm, "[kernel]");
		return;
	}
	if (owner->uid == known->uid && owner->cgroup == known->cgroup &&
	    !strncmp(owner->comm, known->comm, COMM_LEN - 1))
		return;
	known->uid = owner->uid;
	known->cgroup = owner->cgroup;
	snprintf(known->comm, COMM_LEN, "%.*s", COMM_LEN - 1, owner->comm);
	process->identify = true; /* it executed another program, or changed its user or cgroup */
}

static struct process *get_process(struct model *model, const struct flow_key *key, const struct flow *flow)
{
	struct process_id id = process_id_of(key, flow);
	struct process *process = model->last_process;

	if (!process || memcmp(&process->id, &id, sizeof(id)))
		HASH_FIND(hh, model->process_hash, &id, sizeof(id), process);
	if (!process)
		process = new_process(model, &id);
	if (!process)
		return &model->other;
	model->last_process = process;
	note_owner(process, &flow->owner);
	activate_process(model, process);
	return process;
}

static void note_device(char *dev, const struct flow *flow)
{
	if (flow->dev[0])
		memcpy(dev, flow->dev, DEV_LEN - 1); /* what follows is zero, and stays so */
}

/* The device of the flow with most bytes. */
static void note_process_device(struct process *process, const struct flow *flow)
{
	__u64 bytes = flow->tx_bytes + flow->rx_bytes;

	if (!flow->dev[0] || bytes < process->dev_bytes)
		return;
	process->dev_bytes = bytes;
	note_device(process->dev, flow);
}

/* hash: of the id. */
static struct connection *new_connection(struct model *model, const struct connection_id *id, __u32 hash,
					 struct process *process)
{
	struct connection *connection = calloc(1, sizeof(*connection));

	if (!connection)
		return NULL;
	connection->id = *id;
	connection->process = process;
	connection->last_ns = model->elapsed_ns;
	if (lookup__add(&model->lookup, hash, connection)) {
		free(connection);
		return NULL;
	}
	DL_APPEND(model->connections, connection);
	DL_APPEND2(process->flows, connection, flow_prev, flow_next);
	return connection;
}

/* For walks along the active ones, which can be anywhere in memory: who only knows the next one waits for each. */
static void note_ahead(struct model *model, struct connection *connection)
{
	struct connection **before = &model->trail[model->activated++ % AHEAD];

	if (*before)
		(*before)->ahead = connection;
	*before = connection;
	connection->ahead = NULL;
}

static void activate_connection(struct model *model, struct connection *connection)
{
	if (connection->active)
		return;
	connection->active = true;
	connection->ended_ns = 0;
	connection->process->connections++;
	leave_recent(model, connection);
	DL_DELETE(model->connections, connection);
	DL_APPEND(model->connections, connection);
	if (!model->recent_connections)
		model->recent_connections = connection;
	if (!model->active_connections)
		model->active_connections = connection;
	note_ahead(model, connection);
}

static struct connection_id connection_id_of(const struct flow_key *key, const struct flow *flow)
{
	return (struct connection_id){ .key = *key, .start_time = process_id_of(key, flow).start_time };
}

static struct connection *get_connection(struct model *model, const struct flow_key *key, const struct flow *flow,
					 struct process *process)
{
	struct connection_id id = connection_id_of(key, flow);
	__u32 hash = lookup__hash(&model->lookup, &id);
	struct connection *connection = lookup__find(&model->lookup, hash, &id);

	if (!connection)
		connection = new_connection(model, &id, hash, process);
	if (connection)
		activate_connection(model, connection);
	return connection;
}

static struct explained *find_explained(const struct model *model, const char *dev)
{
	struct explained *explained;

	HASH_FIND_STR(model->explained_hash, dev, explained);
	return explained;
}

static struct explained *get_explained(struct model *model, const struct flow *flow)
{
	char dev[DEV_LEN] = "";

	note_device(dev, flow);
	return find_explained(model, dev) ?: new_explained(model, dev);
}

/* Without memory a device is explained less than it could be: nothing that is counted is lost. */
static void explain(struct model *model, const struct flow *flow, const struct counters *counters)
{
	if (!flow->dev[0])
		return;
	if (!model->last_explained || strncmp(model->last_explained->dev, flow->dev, DEV_LEN - 1))
		model->last_explained = get_explained(model, flow);
	if (model->last_explained)
		add_counters(&model->last_explained->counters, counters);
}

/* Without memory its averages are too low for a while: they are for people to look at. */
static void remember(const struct model *model, struct connection *connection, const struct counters *counters)
{
	if (!model->config.windows)
		return;
	if (!connection->averages)
		connection->averages = calloc(1, sizeof(*connection->averages));
	if (connection->averages)
		history__add(&connection->averages->history, &model->clock, counters->tx_bytes, counters->rx_bytes);
}

void model__add(struct model *model, const struct flow_key *key, const struct flow *flow)
{
	struct counters counters = { flow->tx_bytes, flow->rx_bytes };
	struct process *process = get_process(model, key, flow);
	struct connection *connection;

	add_activity(&model->total, &counters);
	add_activity(&process->activity, &counters);
	note_process_device(process, flow);
	if (key->netns == model->config.netns)
		explain(model, flow, &counters);
	if (!key->protocol || process == &model->other)
		return;
	connection = get_connection(model, key, flow, process);
	if (!connection)
		return;
	add_activity(&connection->activity, &counters);
	remember(model, connection, &counters);
	note_device(connection->dev, flow);
}

static void fetch_link(const struct connection *connection)
{
	if (connection)
		fetch(&connection->prev, 1); /* next is beside it */
}

/* Asks memory for what adding reads: the slots; the connections found there; and what stands beside those in the list. */
static void expect(const struct model *model, const struct flow_key *keys, const struct flow *flows, size_t count)
{
	const struct connection *guesses[AHEAD];
	__u32 hashes[AHEAD];

	for (size_t i = 0; i < count; i++) {
		struct connection_id id = connection_id_of(&keys[i], &flows[i]);

		hashes[i] = lookup__hash(&model->lookup, &id);
		lookup__expect(&model->lookup, hashes[i]);
	}
	for (size_t i = 0; i < count; i++) {
		guesses[i] = lookup__guess(&model->lookup, hashes[i]);
		fetch(guesses[i], sizeof(*guesses[i]));
	}
	for (size_t i = 0; i < count; i++) {
		if (!guesses[i])
			continue;
		fetch_link(guesses[i]->prev);
		fetch_link(guesses[i]->next);
	}
}

void model__add_all(struct model *model, const struct flow_key *keys, const struct flow *flows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i % AHEAD == 0)
			expect(model, keys + i, flows + i, count - i < AHEAD ? count - i : AHEAD);
		model__add(model, keys + i, flows + i);
	}
}

/* --- the end of an interval --- */

static void raise_to(__u64 *peak, __u64 value)
{
	if (value > *peak)
		*peak = value;
}

static void close_activity(const struct model *model, struct activity *activity,
			   const struct interval *interval)
{
	const struct counters *counters = &activity->interval;
	__u64 sum = counters->tx_bytes + counters->rx_bytes;

	activity->tx_rate = interval__rate(counters->tx_bytes, interval->elapsed_ns);
	activity->rx_rate = interval__rate(counters->rx_bytes, interval->elapsed_ns);
	activity->last_seen = interval->end;
	if (!activity->first_seen.tv_sec)
		activity->first_seen = interval->end;
	if (interval__is_cut_short(interval, &model->lengths))
		return;
	raise_to(&activity->tx_peak, activity->tx_rate);
	raise_to(&activity->rx_peak, activity->rx_rate);
	raise_to(&activity->sum_peak, interval__rate(sum, interval->elapsed_ns));
}

static void identify(const struct model *model, struct process *process)
{
	const struct model_config *config = &model->config;

	if (!process->identify || !config->identify)
		return;
	identity__clear(&process->identity);
	/* without memory now, there may be some the next time */
	process->identify = config->identify(config->identify_ctx, &process->owner, &process->identity) != 0;
}

static void average(const struct model *model, const struct history *history, struct rates *windows)
{
	static const __u64 seconds[MODEL_WINDOWS] = { 2, 10, 40 };

	for (int i = 0; i < MODEL_WINDOWS; i++)
		windows[i] = history__rates(history, &model->clock, seconds[i] * 1000000000);
}

/* What is idle may have ended. */
static void find_ended(struct model *model)
{
	const struct model_config *config = &model->config;

	for (struct process *p = model->processes; p && p != model->active_processes && config->process_ended;
	     p = p->next) {
		if (!p->ended_ns && model__is_process(model, p, MODEL_RECENT) && p->id.tgid != TGID_KERNEL &&
		    config->process_ended(config->ended_ctx, &p->owner))
			p->ended_ns = model->elapsed_ns;
	}
	for (struct connection *c = model->recent_connections; c && c != model->active_connections; c = c->next) {
		if (c->ended_ns)
			continue;
		if (c->process->ended_ns)
			c->ended_ns = c->process->ended_ns;
		else if (config->connection_ended && model->elapsed_ns - c->last_ns <= MODEL_TOMBSTONE_NS &&
			 config->connection_ended(config->ended_ctx, &c->id.key))
			c->ended_ns = model->elapsed_ns;
	}
}

static void close_total(struct model *model, const struct interval *interval)
{
	struct counters unowned = { .tx_bytes = interval->unowned_tx, .rx_bytes = interval->unowned_rx };

	if (model->config.windows)
		history__add(&model->history, &model->clock, model->total.interval.tx_bytes + unowned.tx_bytes,
			     model->total.interval.rx_bytes + unowned.rx_bytes);
	history_clock__end(&model->clock, interval->elapsed_ns);
	average(model, &model->history, model->windows);
	model->elapsed_ns += interval->elapsed_ns;
	add_activity(&model->total, &unowned);
	add_activity(&model->other.activity, &unowned);
	close_activity(model, &model->total, interval);
	close_activity(model, &model->other.activity, interval);
	model->past[model->intervals++ % MODEL_PAST] = (struct rates){ model->total.tx_rate, model->total.rx_rate };
}

void model__close(struct model *model, const struct interval *interval)
{
	close_total(model, interval);
	for (struct process *p = model->active_processes; p; p = p->next) {
		close_activity(model, &p->activity, interval);
		p->last_ns = model->elapsed_ns;
		identify(model, p);
	}
	for (struct connection *c = model->active_connections; c; c = c->next) {
		fetch_activity(c->ahead);
		close_activity(model, &c->activity, interval);
		c->last_ns = model->elapsed_ns;
	}
	interval__note_length(interval, &model->lengths);
	for (struct connection *c = model->recent_connections; c && model->config.windows; c = c->next) {
		if (c->averages)
			average(model, &c->averages->history, c->averages->windows);
	}
	find_ended(model);
	model->open = false;
}

/* --- the beginning of an interval --- */

static void reset_activity(struct activity *activity)
{
	activity->interval = (struct counters){};
	activity->tx_rate = 0;
	activity->rx_rate = 0;
}

static void reset_processes(struct model *model)
{
	for (struct process *process = model->active_processes; process; process = process->next) {
		reset_activity(&process->activity);
		process->active = false;
		process->connections = 0;
		process->dev_bytes = 0;
	}
	model->active_processes = NULL;
}

static void reset_connections(struct model *model)
{
	memset(model->trail, 0, sizeof(model->trail));
	for (struct connection *c = model->active_connections; c; c = c->next) {
		fetch_activity(c->ahead);
		reset_activity(&c->activity);
		c->active = false;
	}
	model->active_connections = NULL;
}

/* Names of devices come and go as well: those not used in the last interval are forgotten. */
static void reset_explained(struct model *model)
{
	struct explained *explained, *next;

	HASH_ITER(hh, model->explained_hash, explained, next) {
		if (!explained->counters.tx_bytes && !explained->counters.rx_bytes)
			forget_explained(model, explained);
		else
			explained->counters = (struct counters){};
	}
}

static bool is_recent(const struct model *model, __u64 last_ns)
{
	return model->elapsed_ns - last_ns <= model->config.linger_ns;
}

/* Those at the head of the recent ones that are so no more. */
static void age_connections(struct model *model)
{
	while (model->recent_connections && !is_recent(model, model->recent_connections->last_ns)) {
		struct connection *connection = model->recent_connections;

		model->recent_connections = connection->next;
		free(connection->averages);
		connection->averages = NULL;
		if (!model->config.keep)
			forget_connection(model, connection);
	}
}

static void drop_oldest_connections(struct model *model)
{
	while (model->connections && model->lookup.count > model->config.max_connections)
		forget_connection(model, model->connections);
}

/* What process did becomes part of other. */
static void fold(struct activity *other, const struct activity *process)
{
	add_counters(&other->total, &process->total);
	raise_to(&other->tx_peak, process->tx_peak);
	raise_to(&other->rx_peak, process->rx_peak);
	raise_to(&other->sum_peak, process->sum_peak);
}

static int by_worth(const struct process *a, const struct process *b)
{
	__u64 a_bytes = a->activity.total.tx_bytes + a->activity.total.rx_bytes;
	__u64 b_bytes = b->activity.total.tx_bytes + b->activity.total.rx_bytes;

	if (a->recent != b->recent)
		return a->recent - b->recent;
	return (a_bytes > b_bytes) - (a_bytes < b_bytes);
}

/* Makes more room than is needed now, so that the sorting pays for many intervals. */
static void drop_least_processes(struct model *model)
{
	size_t keep = model->config.max_processes - model->config.max_processes / 8;

	if (HASH_COUNT(model->process_hash) <= model->config.max_processes)
		return;
	for (struct process *process = model->processes; process; process = process->next)
		process->recent = process->last_ns == model->elapsed_ns;
	DL_SORT(model->processes, by_worth);
	while (model->processes && HASH_COUNT(model->process_hash) > keep) {
		fold(&model->other.activity, &model->processes->activity);
		forget_process(model, model->processes);
	}
}

void model__begin(struct model *model)
{
	model->open = true;
	history_clock__begin(&model->clock);
	reset_activity(&model->total);
	reset_activity(&model->other.activity);
	model->last_process = NULL;
	model->last_explained = NULL;
	reset_processes(model);
	reset_connections(model);
	reset_explained(model);
	age_connections(model);
	drop_oldest_connections(model);
	drop_least_processes(model);
}

/* --- looking at it --- */

__u64 model__edition(const struct model *model)
{
	return model->open ? 0 : model->intervals + 1;
}

void model__set_netns(struct model *model, __u32 netns)
{
	model->config.netns = netns;
}

__u32 model__netns(const struct model *model)
{
	return model->config.netns;
}

const struct process *model__processes(const struct model *model, enum model_which which)
{
	return which == MODEL_ACTIVE ? model->active_processes : model->processes;
}

const struct connection *model__connections(const struct model *model, enum model_which which)
{
	switch (which) {
	case MODEL_ACTIVE:
		return model->active_connections;
	case MODEL_RECENT:
		return model->recent_connections;
	default:
		return model->connections;
	}
}

/* last_ns, ended_ns: of a process or a connection. */
static bool is_which(const struct model *model, bool active, __u64 last_ns, __u64 ended_ns, enum model_which which)
{
	if (which == MODEL_ACTIVE)
		return active;
	if (which == MODEL_RECENT)
		return is_recent(model, last_ns) && (!ended_ns || model->elapsed_ns - ended_ns <= MODEL_TOMBSTONE_NS);
	return true;
}

bool model__is_process(const struct model *model, const struct process *process, enum model_which which)
{
	return is_which(model, process->active, process->last_ns, process->ended_ns, which);
}

bool model__is_connection(const struct model *model, const struct connection *connection, enum model_which which)
{
	return is_which(model, connection->active, connection->last_ns, connection->ended_ns, which);
}

size_t model__process_count(const struct model *model)
{
	return HASH_COUNT(model->process_hash);
}

size_t model__connection_count(const struct model *model)
{
	return model->lookup.count;
}

const struct process *model__other(const struct model *model)
{
	return &model->other;
}

const struct activity *model__total(const struct model *model)
{
	return &model->total;
}

struct counters model__explained(const struct model *model, const char *dev)
{
	const struct explained *explained = find_explained(model, dev);

	return explained ? explained->counters : (struct counters){};
}

const struct rates *model__windows(const struct model *model)
{
	return model->windows;
}

struct rates model__past(const struct model *model, size_t ago)
{
	if (ago >= MODEL_PAST || ago >= model->intervals)
		return (struct rates){};
	return model->past[(model->intervals - 1 - ago) % MODEL_PAST];
}

__u64 model__elapsed_ns(const struct model *model)
{
	return model->elapsed_ns;
}

__u64 model__intervals(const struct model *model)
{
	return model->intervals;
}
