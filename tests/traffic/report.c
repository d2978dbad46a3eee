/* SPDX-License-Identifier: GPL-2.0 */
#include "report.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#define KEY_LEN 160

/* Sums by a name: of a connection "PID PROTO LOCAL REMOTE NETNS", of a process "PID". */
struct sum {
	char key[KEY_LEN];
	uint64_t tx, rx;
	uint64_t true_tx, true_rx;
	int pid;
	UT_hash_handle hh;
};

struct name {
	int pid, uid;
	char comm[64], user[64];
	struct name *next;
};

struct report {
	struct sum *connections, *processes;
	struct name *names;
	uint64_t missed, lost_flows;
	uint64_t total_tx, total_rx;
};

static bool fail(char *problem, size_t size, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(problem, size, format, args);
	va_end(args);
	return false;
}

static struct sum *find(struct sum **sums, const char *key, int pid)
{
	struct sum *sum;

	HASH_FIND_STR(*sums, key, sum);
	if (sum)
		return sum;
	sum = calloc(1, sizeof(*sum));
	if (!sum)
		abort();
	snprintf(sum->key, KEY_LEN, "%s", key);
	sum->pid = pid;
	HASH_ADD_STR(*sums, key, sum);
	return sum;
}

static bool read_processes(struct report *report, json_t *line)
{
	uint64_t tx = 0, rx = 0;
	json_t *item, *total = json_object_get(line, "total");
	size_t i;

	json_array_foreach(json_object_get(line, "processes"), i, item) {
		struct name *name = calloc(1, sizeof(*name));
		const char *comm, *user, *exe, *cmdline, *program, *cgroup, *container;
		json_int_t process_tx, process_rx, connections, start_time;
		char key[KEY_LEN];
		struct sum *sum;

		if (json_unpack(item, "{s:i,s:I,s:s,s:s,s:s,s:i,s:s,s:s,s:s,s:s,s:I,s:I,s:I!}", "pid", &name->pid, "start_time",
				&start_time, "comm", &comm, "exe", &exe, "cmdline", &cmdline, "uid", &name->uid, "user",
				&user, "program", &program, "cgroup", &cgroup, "container", &container, "tx_bytes",
				&process_tx, "rx_bytes", &process_rx, "connections", &connections))
			return false;
		snprintf(name->comm, sizeof(name->comm), "%s", comm);
		snprintf(name->user, sizeof(name->user), "%s", user);
		name->next = report->names;
		report->names = name;
		snprintf(key, sizeof(key), "%d", name->pid);
		sum = find(&report->processes, key, name->pid);
		sum->tx += process_tx;
		sum->rx += process_rx;
		tx += process_tx;
		rx += process_rx;
	}
	return tx == (uint64_t)json_integer_value(json_object_get(total, "tx_bytes")) &&
	       rx == (uint64_t)json_integer_value(json_object_get(total, "rx_bytes"));
}

static bool read_connections(struct report *report, json_t *line)
{
	json_t *item;
	size_t i;

	json_array_foreach(json_object_get(line, "connections"), i, item) {
		const char *comm, *proto, *laddr, *raddr, *dev;
		json_int_t netns, tx, rx;
		int pid, lport, rport;
		char key[KEY_LEN];
		struct sum *sum;

		if (json_unpack(item, "{s:i,s:s,s:s,s:s,s:i,s:s,s:i,s:I,s:s,s:I,s:I!}", "pid", &pid, "comm", &comm,
				"proto", &proto, "laddr", &laddr, "lport", &lport, "raddr", &raddr, "rport", &rport,
				"netns", &netns, "dev", &dev, "tx_bytes", &tx, "rx_bytes", &rx))
			return false;
		snprintf(key, sizeof(key), "%d %s %s %d %s %d %lld", pid, proto, laddr, lport, raddr, rport,
			 (long long)netns);
		sum = find(&report->connections, key, pid);
		sum->tx += tx;
		sum->rx += rx;
	}
	return true;
}

static bool read_line(struct report *report, const char *text, char *problem, size_t size)
{
	json_error_t error;
	json_t *line = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	const char *time, *attach;
	json_int_t missed, lost, netns;
	double interval, uptime;
	bool good = true;

	if (!line)
		return fail(problem, size, "not JSON: %s", error.text);
	if (json_unpack(line, "{s:s,s:F,s:s,s:F,s:I,s:I,s:I,s:o,s:o,s:o,s:o!}", "time", &time, "interval", &interval, "attach",
			&attach, "uptime", &uptime, "netns", &netns, "lost_flows", &lost, "missed", &missed, "total", &(json_t *){ NULL },
			"devices", &(json_t *){ NULL }, "processes", &(json_t *){ NULL }, "connections",
			&(json_t *){ NULL }))
		good = fail(problem, size, "a line has not the keys of the contract");
	else if (!read_processes(report, line))
		good = fail(problem, size, "the processes have not the contract's keys, or their sum is not the total");
	else if (!read_connections(report, line))
		good = fail(problem, size, "the connections have not the contract's keys");
	report->missed += missed;
	report->lost_flows += lost;
	json_decref(line);
	return good;
}

struct report *report__read(FILE *lines, char *problem, size_t size)
{
	struct report *report = calloc(1, sizeof(*report));
	char *text = NULL;
	size_t room = 0;
	bool good = report;

	while (good && getline(&text, &room, lines) > 0)
		good = read_line(report, text, problem, size);
	free(text);
	if (good)
		return report;
	report__free(report);
	return NULL;
}

static void free_sums(struct sum *sums)
{
	struct sum *sum, *next;

	HASH_ITER(hh, sums, sum, next) {
		HASH_DEL(sums, sum);
		free(sum);
	}
}

void report__free(struct report *report)
{
	if (!report)
		return;
	free_sums(report->connections);
	free_sums(report->processes);
	while (report->names) {
		struct name *next = report->names->next;

		free(report->names);
		report->names = next;
	}
	free(report);
}

uint64_t report__missed(const struct report *report)
{
	return report->missed;
}

uint64_t report__lost_flows(const struct report *report)
{
	return report->lost_flows;
}

static bool of_test(int test, int pid)
{
	size_t count;
	const struct truth *truths = truth__all(&count);

	for (size_t i = 0; i < count; i++)
		if (truths[i].test == test && truths[i].pid == pid)
			return true;
	return false;
}

/* The true sums of a case, by connection and by process. */
static void sum_truths(int test, bool peers_unknown, struct sum **connections, struct sum **processes)
{
	size_t count;
	const struct truth *truths = truth__all(&count);

	for (size_t i = 0; i < count; i++) {
		const struct truth *truth = &truths[i];
		bool no_peer = peers_unknown && truth->unconnected;
		char key[KEY_LEN];
		struct sum *sum;

		if (truth->test != test)
			continue;
		snprintf(key, sizeof(key), "%d", truth->pid);
		sum = find(processes, key, truth->pid);
		sum->true_tx += truth->tx;
		sum->true_rx += truth->rx;
		if (!truth->proto[0])
			continue;
		snprintf(key, sizeof(key), "%d %s %s %d %s %d %lld", truth->pid, truth->proto,
			 no_peer && truth->any_address6 ? "::" : truth->laddr, truth->lport, no_peer ? "" : truth->raddr, no_peer ? 0 : truth->rport, (long long)truth->netns);
		sum = find(connections, key, truth->pid);
		sum->true_tx += truth->tx;
		sum->true_rx += truth->rx;
	}
}

/* Adds what was reported of the same processes. */
static void add_reported(struct sum *reported, struct sum *processes, struct sum **sums)
{
	for (const struct sum *from = reported; from; from = from->hh.next) {
		struct sum *of_case, *sum;
		char key[16];

		snprintf(key, sizeof(key), "%d", from->pid);
		HASH_FIND_STR(processes, key, of_case);
		if (!of_case)
			continue;
		sum = find(sums, from->key, from->pid);
		sum->tx += from->tx;
		sum->rx += from->rx;
	}
}

static bool all_equal(const struct sum *sums, char *problem, size_t size)
{
	for (; sums; sums = sums->hh.next)
		if (sums->tx != sums->true_tx || sums->rx != sums->true_rx)
			return fail(problem, size, "[%s] sent %llu reported %llu, received %llu reported %llu", sums->key,
				    (unsigned long long)sums->true_tx, (unsigned long long)sums->tx,
				    (unsigned long long)sums->true_rx, (unsigned long long)sums->rx);
	return true;
}

bool report__is_exact(const struct report *report, int test, bool peers_unknown, char *problem, size_t size)
{
	struct sum *connections = NULL, *processes = NULL;
	bool exact;

	sum_truths(test, peers_unknown, &connections, &processes);
	add_reported(report->connections, processes, &connections);
	add_reported(report->processes, processes, &processes);
	exact = all_equal(connections, problem, size) && all_equal(processes, problem, size);
	free_sums(connections);
	free_sums(processes);
	return exact;
}

bool report__has_process(const struct report *report, int test, const char *comm, int uid, const char *user)
{
	for (const struct name *name = report->names; name; name = name->next)
		if (!strcmp(name->comm, comm) && name->uid == uid && !strcmp(name->user, user) && of_test(test, name->pid))
			return true;
	return false;
}
