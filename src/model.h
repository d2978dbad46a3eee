/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Processes and connections, and what they did: in the interval, and since the start. Fed with drained flows,
 * or with a recording; knows neither BPF nor any output. An interval is: model__begin(), model__add() for
 * each flow, model__close(). From then to the next model__begin() all numbers stand still: that is when to
 * look at them.
 *
 * Memory: at most max_processes and max_connections entries outlive model__begin(); until model__close() come
 * those that one interval adds, which the size of the kernel's maps bounds. A process has about 400 bytes and
 * its identity's texts (a few hundred bytes, at most 20 KiB), a connection about 300, and with windows 700 more
 * while it is recent.
 */
#ifndef MODEL_H
#define MODEL_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>
#include <uthash.h>

#include "bpfhogs.h"
#include "history.h"
#include "identity.h"
#include "interval.h"

struct model;

struct counters {
	__u64 tx_bytes;
	__u64 rx_bytes;
};

/* What a process, a connection, or everything did. Rates are bytes per second. */
struct activity {
	struct counters interval; /* in the interval */
	struct counters total;	  /* since the start */
	__u64 tx_rate;		  /* of the interval */
	__u64 rx_rate;
	__u64 tx_peak; /* the highest rate of an interval */
	__u64 rx_peak;
	__u64 sum_peak;		    /* of both directions together */
	struct timespec first_seen; /* ends of the intervals in which it was active, wall clock */
	struct timespec last_seen;
};

/* A process is another one if either differs: pids are used again. */
struct process_id {
	__u64 start_time; /* nanoseconds since boot */
	__u32 tgid;
	__u32 pad; /* zero: hashed as bytes */
};

struct connection;

struct process {
	struct process_id id;
	struct owner owner; /* the newest facts */
	struct identity identity;
	struct activity activity;
	unsigned int connections; /* active in the interval */
	char dev[DEV_LEN];	  /* of the flow with most bytes in the last interval that it was active in */
	bool aggregate;		  /* not one process but a sum of several: its pid and user mean nothing */

	/* The model's own from here. */
	bool active;
	bool identify;		  /* the facts are newer than the identity */
	bool recent;		  /* active in the last interval; set when some have to be forgotten */
	__u64 last_ns;		  /* end of the last interval that it was active in, on the model's clock */
	__u64 ended_ns;		  /* on the same clock, when it was found to have ended; 0: it was not */
	__u64 dev_bytes;	  /* of the flow that dev is from */
	struct connection *flows; /* all that are known */
	struct process *prev, *next;
	UT_hash_handle hh;
};

struct connection_id {
	struct flow_key key;
	__u64 start_time; /* of the process */
};

/* The last seconds that rates are averaged over, as iftop shows them. */
enum model_window {
	MODEL_WINDOW_2,
	MODEL_WINDOW_10,
	MODEL_WINDOW_40,
	MODEL_WINDOWS,
};

struct averages {
	struct history history; /* the model's own */
	struct rates windows[MODEL_WINDOWS];
};

struct connection {
	struct connection_id id;
	struct process *process;
	struct activity activity;

	/* The model's own: a walk along all of them reads from activity to last_ns, which is in one piece. */
	struct connection *prev, *next; /* least recently active first */
	struct connection *ahead;	/* became active some connections later; NULL: none did */
	__u64 last_ns;			/* as above */
	bool active;
	__u64 ended_ns;				  /* as above */
	struct connection *flow_prev, *flow_next; /* of the same process */

	struct averages *averages; /* of a recent one, if the configuration asks for them; or else NULL: all zeros */
	char dev[DEV_LEN];
};

/* Fills in *identity (all zeros before); an error leaves it so. */
typedef int (*model_identify)(void *ctx, const struct owner *owner, struct identity *identity);

/* Whether what was idle in an interval is known to be there no more. */
typedef bool (*model_process_ended)(void *ctx, const struct owner *owner);
typedef bool (*model_connection_ended)(void *ctx, const struct flow_key *key);

struct model_config {
	__u32 netns;		 /* our own: whose devices' bytes model__explained() tells */
	size_t max_processes;	 /* 0: MODEL_MAX_PROCESSES */
	size_t max_connections;	 /* 0: MODEL_MAX_CONNECTIONS */
	__u64 linger_ns;	 /* what is idle is recent for so long; 0: MODEL_LINGER_NS */
	bool keep;		 /* connections that are no longer recent too, up to max_connections */
	bool windows;		 /* average the rates of connections over the last seconds */
	model_identify identify; /* called for each new process, and when its facts change; may be NULL */
	void *identify_ctx;
	model_process_ended process_ended; /* asked in each interval in which a recent process is idle; may be NULL */
	model_connection_ended connection_ended; /* likewise, in the first MODEL_TOMBSTONE_NS that it is idle */
	void *ended_ctx;
};

#define MODEL_MAX_PROCESSES 8192
#define MODEL_MAX_CONNECTIONS 65536
#define MODEL_LINGER_NS 10000000000ULL
#define MODEL_TOMBSTONE_NS 5000000000ULL /* what has ended is recent for so long */

/* 0 or -ENOMEM. The configuration is copied. */
int model__new(struct model **out, const struct model_config *config);
void model__free(struct model *model);

/* Another model with all that this one has; each goes on by itself, or stands still. 0 or -ENOMEM. */
int model__clone(struct model **out, const struct model *model);

/* Our own network namespace is this one, from the next interval on. */
void model__set_netns(struct model *model, __u32 netns);
__u32 model__netns(const struct model *model);

/*
 * Begins an interval: all that is counted by interval becomes zero, connections that are no longer recent are
 * forgotten (with `keep`: the longest idle ones beyond the bound), and of processes beyond the bound those with the
 * smallest totals, idle ones first: what they did goes on in model__other(). Pointers to processes and connections do
 * not outlive this call: model__edition() tells.
 */
void model__begin(struct model *model);

/*
 * Adds what a flow did. A key of a tgid alone (protocol 0) counts for the process and for no connection.
 * Never fails: bytes for which memory cannot be had count for the process, or at least for model__other().
 */
void model__add(struct model *model, const struct flow_key *key, const struct flow *flow);

/* Adds some, in their order: faster than one by one, as what is known of the next ones comes from memory meanwhile. */
void model__add_all(struct model *model, const struct flow_key *keys, const struct flow *flows, size_t count);

/* Ends the interval: rates, peaks, times, identities. What nobody owned counts for model__other(). */
void model__close(struct model *model, const struct interval *interval);

/*
 * Which numbers it is that stand still: another one after each model__close(), and 0 until then from model__begin() on. Who
 * keeps pointers from one look to the next may use them while it is the same.
 */
__u64 model__edition(const struct model *model);

enum model_which {
	MODEL_ALL,    /* that are known */
	MODEL_ACTIVE, /* in the interval */
	MODEL_RECENT, /* in the last linger_ns, if they are still there, or have been until a moment ago */
};

/*
 * The first of a list that goes on with ->next; NULL if there is none. In no useful order; without
 * model__other(). The list may have some that are not `which`: model__is_process() and model__is_connection() tell.
 */
const struct process *model__processes(const struct model *model, enum model_which which);
const struct connection *model__connections(const struct model *model, enum model_which which);

bool model__is_process(const struct model *model, const struct process *process, enum model_which which);
bool model__is_connection(const struct model *model, const struct connection *connection, enum model_which which);

/* Its average over such a time; zeros if there is none. */
static inline struct rates model__average(const struct connection *connection, enum model_window window)
{
	return connection->averages ? connection->averages->windows[window] : (struct rates){};
}

/* How many of them are known. */
size_t model__process_count(const struct model *model);
size_t model__connection_count(const struct model *model);

/*
 * What belongs to no process of the list: forgotten ones, and bytes whose owner could not be kept. With it,
 * the processes' bytes sum up to the total, in each interval and for the run. Its peaks are the highest of
 * one of them.
 */
const struct process *model__other(const struct model *model);

/* Everything. */
const struct activity *model__total(const struct model *model);

/* The bytes and calls of sockets over a device of our own network namespace in the interval; zeros if none.
 */
struct counters model__explained(const struct model *model, const char *dev);

/* Its averages over the last seconds, MODEL_WINDOWS of them; zeros if the configuration does not ask for windows. */
const struct rates *model__windows(const struct model *model);

#define MODEL_PAST 300 /* intervals whose rates are remembered */

/* The rates of everything, so many intervals ago; zeros where that is too long ago. */
struct rates model__past(const struct model *model, size_t ago);

/* How long all intervals together took, and how many they were. */
__u64 model__elapsed_ns(const struct model *model);
__u64 model__intervals(const struct model *model);

#endif
