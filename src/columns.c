/* SPDX-License-Identifier: GPL-2.0 */
#include "columns.h"

#include <stdio.h>
#include <string.h>

#include "groups.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* --- what a field of the row has --- */

static const void *field(const struct column *column, const void *row)
{
	return (const char *)row + column->offset;
}

static void get_u16(const struct column *column, const struct column_context *context, const void *row,
		    struct column_value *value)
{
	(void)context;
	value->number = *(const __u16 *)field(column, row);
}

static void get_u32(const struct column *column, const struct column_context *context, const void *row,
		    struct column_value *value)
{
	(void)context;
	value->number = *(const __u32 *)field(column, row);
}

static void get_u64(const struct column *column, const struct column_context *context, const void *row,
		    struct column_value *value)
{
	(void)context;
	value->number = *(const __u64 *)field(column, row);
}

/* An array of characters, terminated. */
static void get_chars(const struct column *column, const struct column_context *context, const void *row,
		      struct column_value *value)
{
	(void)context;
	value->text = field(column, row);
}

/* A pointer to text, NULL if there is none. */
static void get_text(const struct column *column, const struct column_context *context, const void *row,
		     struct column_value *value)
{
	(void)context;
	value->text = *(char *const *)field(column, row) ?: "";
}

/* --- what is made from the row of a process --- */

static void get_pid(const struct column *column, const struct column_context *context, const void *row,
		    struct column_value *value)
{
	const struct process *process = row;

	(void)column;
	(void)context;
	value->number = process->id.tgid;
	value->none = process->aggregate || process->id.tgid & TGID_UNKNOWN;
}

static const char *program_of(const struct process *process)
{
	const char *program = process->identity.program;

	return program && *program ? program : process->owner.comm;
}

static void get_program(const struct column *column, const struct column_context *context, const void *row,
			struct column_value *value)
{
	(void)column;
	(void)context;
	value->text = program_of(row);
}

static void get_command(const struct column *column, const struct column_context *context, const void *row,
			struct column_value *value)
{
	const struct process *process = row;
	const char *command = process->identity.cmdline;

	(void)column;
	(void)context;
	value->text = command && *command ? command : program_of(process);
}

/* Its first word without directories; what names itself otherwise ("sshd: root@pts/0") as it is. */
static void get_base(const struct column *column, const struct column_context *context, const void *row,
		     struct column_value *value)
{
	const char *program = program_of(row), *end = program + strcspn(program, " ");

	(void)column;
	(void)context;
	value->text = program;
	for (const char *at = program; at < end - 1; at++) {
		if (*at == '/')
			value->text = at + 1;
	}
}

/* Of a process; what sums several up would be beyond the scale. */
static void get_bar(const struct column *column, const struct column_context *context, const void *row,
		    struct column_value *value)
{
	const struct process *process = row;

	(void)column;
	(void)context;
	value->number = process->activity.tx_rate + process->activity.rx_rate;
	value->none = process->aggregate;
}

static void get_sum_rate(const struct column *column, const struct column_context *context, const void *row,
			 struct column_value *value)
{
	const struct activity *activity = field(column, row);

	(void)context;
	value->number = activity->tx_rate + activity->rx_rate;
}

static void get_connections(const struct column *column, const struct column_context *context, const void *row,
			    struct column_value *value)
{
	const struct process *process = row;

	(void)column;
	(void)context;
	value->number = process->connections;
	value->none = process->aggregate && !process->connections;
}

static void get_average(const struct column *column, const struct column_context *context, const void *row,
			struct column_value *value)
{
	const struct counters *total = field(column, row);

	value->number = interval__rate(total->tx_bytes + total->rx_bytes, model__elapsed_ns(context->model));
}

static const struct column process_columns[] = {
	{ "pid", "PID", "process", COLUMN_IN_JSON | COLUMN_IN_TEXT | COLUMN_IN_SUMMARY | COLUMN_IN_VIEW, COLUMN_NUMBER,
	  COLUMN_RIGHT, .width = 7, .get = get_pid },
	{ "start_time", "STARTED", "nanoseconds from the machine's start to the process's", COLUMN_IN_JSON,
	  COLUMN_NUMBER, COLUMN_RIGHT, .width = 18, .get = get_u64,
	  .offset = offsetof(struct process, id.start_time) },
	{ "comm", "COMM", "name that the kernel knows the process by", COLUMN_IN_JSON, COLUMN_TEXT,
	  COLUMN_LEFT, .width = 15, .get = get_chars, .offset = offsetof(struct process, owner.comm) },
	{ "exe", "EXE", "path of the program file", COLUMN_IN_JSON, COLUMN_TEXT, COLUMN_LEFT,
	  ESCAPE_CUT_MIDDLE, .width = 10, .get = get_text, .offset = offsetof(struct process, identity.exe) },
	{ "cmdline", "COMMAND", "command line", COLUMN_IN_JSON, COLUMN_TEXT, COLUMN_LEFT, .width = 10,
	  .get = get_text, .offset = offsetof(struct process, identity.cmdline) },
	{ "uid", "UID", "number of the user", COLUMN_IN_JSON, COLUMN_NUMBER, COLUMN_RIGHT, .width = 6,
	  .get = get_u32, .offset = offsetof(struct process, owner.uid) },
	{ "user", "USER", "name of the user", COLUMN_IN_JSON | COLUMN_IN_TEXT | COLUMN_IN_SUMMARY | COLUMN_IN_VIEW,
	  COLUMN_TEXT, COLUMN_LEFT, .width = 8, .priority = 4, .get = get_text,
	  .offset = offsetof(struct process, identity.user) },
	{ "program", "PROGRAM", "what the program was called as",
	  COLUMN_IN_JSON | COLUMN_IN_TEXT | COLUMN_IN_SUMMARY | COLUMN_PROGRAM,
	  COLUMN_TEXT, COLUMN_LEFT, ESCAPE_CUT_MIDDLE, .width = 6, .max_width = 4096, .get = get_program },
	{ "command", "COMMAND", "command line, or else the program", COLUMN_COMMAND, COLUMN_TEXT, COLUMN_LEFT,
	  .width = 7, .max_width = 4096, .get = get_command },
	{ "base", "PROGRAM", "name of the program alone", COLUMN_BASE, COLUMN_TEXT, COLUMN_LEFT, .width = 7,
	  .max_width = 4096, .get = get_base },
	{ "cgroup", "CGROUP", "control group", COLUMN_IN_JSON, COLUMN_TEXT, COLUMN_LEFT, ESCAPE_CUT_MIDDLE,
	  .width = 10, .get = get_text, .offset = offsetof(struct process, identity.cgroup) },
	{ "container", "CONTAINER", "container or systemd unit", COLUMN_IN_JSON | COLUMN_CONTAINER,
	  COLUMN_TEXT, COLUMN_LEFT, ESCAPE_CUT_MIDDLE, .width = 14, .max_width = 24, .priority = 7, .get = get_text,
	  .offset = offsetof(struct process, identity.container) },
	{ "dev", "DEV", "network device that most of its bytes passed", COLUMN_IN_TEXT | COLUMN_IN_RATES, COLUMN_TEXT,
	  COLUMN_LEFT, .width = 9, .priority = 5, .get = get_chars, .offset = offsetof(struct process, dev) },
	{ "tx_rate", "SENT", "bytes sent per second", COLUMN_IN_TEXT | COLUMN_IN_RATES, COLUMN_RATE, COLUMN_RIGHT,
	  .get = get_u64, .offset = offsetof(struct process, activity.tx_rate) },
	{ "rx_rate", "RECEIVED", "bytes received per second", COLUMN_IN_TEXT | COLUMN_IN_RATES, COLUMN_RATE, COLUMN_RIGHT,
	  .get = get_u64, .offset = offsetof(struct process, activity.rx_rate) },
	{ "tx_bytes", "SENT", "bytes sent in the interval", COLUMN_IN_JSON, COLUMN_BYTES, COLUMN_RIGHT,
	  .get = get_u64, .offset = offsetof(struct process, activity.interval.tx_bytes) },
	{ "rx_bytes", "RECEIVED", "bytes received in the interval", COLUMN_IN_JSON, COLUMN_BYTES,
	  COLUMN_RIGHT, .get = get_u64, .offset = offsetof(struct process, activity.interval.rx_bytes) },
	{ "tx_total", "SENT", "bytes sent since the start", COLUMN_IN_SUMMARY | COLUMN_IN_TOTALS, COLUMN_BYTES, COLUMN_RIGHT,
	  .get = get_u64, .offset = offsetof(struct process, activity.total.tx_bytes) },
	{ "rx_total", "RECEIVED", "bytes received since the start", COLUMN_IN_SUMMARY | COLUMN_IN_TOTALS, COLUMN_BYTES,
	  COLUMN_RIGHT, .get = get_u64, .offset = offsetof(struct process, activity.total.rx_bytes) },
	{ "average", "AVERAGE", "bytes per second, both ways, since the start", COLUMN_IN_SUMMARY | COLUMN_IN_TOTALS,
	  COLUMN_RATE, COLUMN_RIGHT, .priority = 6, .get = get_average,
	  .offset = offsetof(struct process, activity.total) },
	{ "peak", "PEAK", "bytes per second, both ways, in its busiest interval", COLUMN_IN_SUMMARY | COLUMN_IN_TOTALS,
	  COLUMN_RATE, COLUMN_RIGHT, .priority = 5, .get = get_u64,
	  .offset = offsetof(struct process, activity.sum_peak) },
	{ "connections", "CONNS", "connections that moved bytes in the interval",
	  COLUMN_IN_JSON | COLUMN_IN_TEXT | COLUMN_IN_RATES, COLUMN_NUMBER, COLUMN_RIGHT, .width = 5, .priority = 6,
	  .get = get_connections },
	{ "bar", "", "bytes per second, both ways, on the scale of the busiest", COLUMN_IN_RATES, COLUMN_BAR, COLUMN_LEFT,
	  .width = 6, .max_width = 16, .priority = 8, .get = get_bar },
};

/* --- what is made from the row of a connection --- */

static void get_process(const struct column *column, const struct column_context *context, const void *row,
			struct column_value *value)
{
	const struct connection *connection = row;
	const char *comm = connection->process->owner.comm;
	__u32 tgid = connection->id.key.tgid;

	(void)column;
	(void)context;
	snprintf(value->buf, sizeof(value->buf), "%u/%s", tgid, comm);
	value->text = tgid & TGID_UNKNOWN ? comm : value->buf;
}

static void get_comm(const struct column *column, const struct column_context *context, const void *row,
		     struct column_value *value)
{
	(void)column;
	(void)context;
	value->text = ((const struct connection *)row)->process->owner.comm;
}

static void get_protocol(const struct column *column, const struct column_context *context, const void *row,
			 struct column_value *value)
{
	(void)column;
	(void)context;
	value->text = format__protocol(((const struct connection *)row)->id.key.protocol);
}

static void get_local_address(const struct column *column, const struct column_context *context, const void *row,
			      struct column_value *value)
{
	(void)column;
	(void)context;
	value->text = format__local_address(value->buf, &((const struct connection *)row)->id.key);
}

static void get_remote_address(const struct column *column, const struct column_context *context, const void *row,
			       struct column_value *value)
{
	(void)column;
	(void)context;
	value->text = format__remote_address(value->buf, &((const struct connection *)row)->id.key);
}

static void get_local(const struct column *column, const struct column_context *context, const void *row,
		      struct column_value *value)
{
	(void)column;
	value->text = endpoint__local(value->buf, &((const struct connection *)row)->id.key, context->endpoints);
}

static void get_remote(const struct column *column, const struct column_context *context, const void *row,
		       struct column_value *value)
{
	(void)column;
	value->text = endpoint__remote(value->buf, &((const struct connection *)row)->id.key, context->endpoints);
}

static void get_to(const struct column *column, const struct column_context *context, const void *row,
		   struct column_value *value)
{
	(void)column;
	(void)context;
	(void)row;
	value->text = "=>";
}

static void get_from(const struct column *column, const struct column_context *context, const void *row,
		     struct column_value *value)
{
	(void)column;
	(void)context;
	(void)row;
	value->text = "<=";
}

/* Of two numbers in a row, which each are of one way, the second. */
static void get_next_u64(const struct column *column, const struct column_context *context, const void *row,
			 struct column_value *value)
{
	(void)context;
	value->number = ((const __u64 *)field(column, row))[1];
}

/* Likewise of a connection's averages: the field is one of theirs. */
static void get_window(const struct column *column, const struct column_context *context, const void *row,
		       struct column_value *value)
{
	const struct averages *averages = ((const struct connection *)row)->averages;

	(void)context;
	value->number = averages ? *(const __u64 *)field(column, averages) : 0;
}

static void get_next_window(const struct column *column, const struct column_context *context, const void *row,
			    struct column_value *value)
{
	const struct averages *averages = ((const struct connection *)row)->averages;

	(void)context;
	value->number = averages ? ((const __u64 *)field(column, averages))[1] : 0;
}

static const struct column connection_columns[] = {
	{ "pid", "PID", "process", COLUMN_IN_JSON, COLUMN_NUMBER, COLUMN_RIGHT, .width = 7, .get = get_u32,
	  .offset = offsetof(struct connection, id.key.tgid) },
	{ "comm", "COMM", "name that the kernel knows the process by", COLUMN_IN_JSON, COLUMN_TEXT,
	  COLUMN_LEFT, .width = 15, .get = get_comm },
	{ "process", "PROCESS", "process and its name", COLUMN_IN_TEXT | COLUMN_IN_VIEW | COLUMN_IN_PANE, COLUMN_TEXT, COLUMN_LEFT, .width = 9,
	  .max_width = 23, .get = get_process },
	{ "proto", "PROTO", "protocol", COLUMN_IN_JSON | COLUMN_IN_TEXT | COLUMN_IN_VIEW, COLUMN_TEXT, COLUMN_LEFT, .width = 5,
	  .priority = 5, .get = get_protocol },
	{ "local", "LOCAL", "own address and port", COLUMN_IN_TEXT | COLUMN_IN_VIEW | COLUMN_IN_PANE, COLUMN_TEXT, COLUMN_LEFT,
	  ESCAPE_CUT_MIDDLE, .width = 15, .max_width = 47, .priority = 1, .get = get_local },
	{ "arrow", "", "direction", COLUMN_IN_TEXT | COLUMN_IN_VIEW | COLUMN_IN_PANE, COLUMN_TEXT, COLUMN_LEFT, .width = 2, .get = get_to,
	  .get_second = get_from },
	{ "remote", "REMOTE", "the peer's address and port", COLUMN_IN_TEXT | COLUMN_IN_VIEW | COLUMN_IN_PANE, COLUMN_TEXT, COLUMN_LEFT,
	  ESCAPE_CUT_MIDDLE, .width = 15, .max_width = 47, .get = get_remote },
	{ "laddr", "LOCAL ADDRESS", "own address", COLUMN_IN_JSON, COLUMN_TEXT, COLUMN_LEFT, .width = 15,
	  .get = get_local_address },
	{ "lport", "LPORT", "own port", COLUMN_IN_JSON, COLUMN_NUMBER, COLUMN_RIGHT, .width = 5,
	  .get = get_u16, .offset = offsetof(struct connection, id.key.lport) },
	{ "raddr", "REMOTE ADDRESS", "the peer's address", COLUMN_IN_JSON, COLUMN_TEXT, COLUMN_LEFT,
	  .width = 15, .get = get_remote_address },
	{ "rport", "RPORT", "the peer's port", COLUMN_IN_JSON, COLUMN_NUMBER, COLUMN_RIGHT, .width = 5,
	  .get = get_u16, .offset = offsetof(struct connection, id.key.rport) },
	{ "netns", "NETNS", "network namespace", COLUMN_IN_JSON, COLUMN_NUMBER, COLUMN_RIGHT, .width = 10,
	  .get = get_u32, .offset = offsetof(struct connection, id.key.netns) },
	{ "dev", "DEV", "network device", COLUMN_IN_JSON, COLUMN_TEXT, COLUMN_LEFT, .width = 9,
	  .get = get_chars, .offset = offsetof(struct connection, dev) },
	{ "rate", "RATE", "bytes per second sent, and received", COLUMN_IN_TEXT, COLUMN_RATE, COLUMN_RIGHT,
	  .get = get_u64, .offset = offsetof(struct connection, activity.tx_rate),
	  .get_second = get_next_u64 },
	{ "rate_2s", "2s", "bytes per second in the last 2 seconds", COLUMN_IN_RATES, COLUMN_RATE, COLUMN_RIGHT,
	  .get = get_window, .offset = offsetof(struct averages, windows[MODEL_WINDOW_2]),
	  .get_second = get_next_window },
	{ "rate_10s", "10s", "bytes per second in the last 10 seconds", COLUMN_IN_RATES, COLUMN_RATE, COLUMN_RIGHT,
	  .priority = 3, .get = get_window, .offset = offsetof(struct averages, windows[MODEL_WINDOW_10]),
	  .get_second = get_next_window },
	{ "rate_40s", "40s", "bytes per second in the last 40 seconds", COLUMN_IN_RATES, COLUMN_RATE, COLUMN_RIGHT,
	  .priority = 4, .get = get_window, .offset = offsetof(struct averages, windows[MODEL_WINDOW_40]),
	  .get_second = get_next_window },
	{ "tx_rate", "SENT", "bytes sent per second", COLUMN_IN_PANE, COLUMN_RATE, COLUMN_RIGHT, .get = get_u64,
	  .offset = offsetof(struct connection, activity.tx_rate) },
	{ "rx_rate", "RECEIVED", "bytes received per second", COLUMN_IN_PANE, COLUMN_RATE, COLUMN_RIGHT,
	  .get = get_u64, .offset = offsetof(struct connection, activity.rx_rate) },
	{ "peak", "PEAK", "bytes per second in its busiest interval", COLUMN_IN_VIEW, COLUMN_RATE, COLUMN_RIGHT,
	  .priority = 7, .get = get_u64, .offset = offsetof(struct connection, activity.tx_peak),
	  .get_second = get_next_u64 },
	{ "total", "TOTAL", "bytes since the start", COLUMN_IN_VIEW, COLUMN_BYTES, COLUMN_RIGHT, .priority = 6,
	  .get = get_u64, .offset = offsetof(struct connection, activity.total),
	  .get_second = get_next_u64 },
	{ "tx_bytes", "SENT", "bytes sent in the interval", COLUMN_IN_JSON, COLUMN_BYTES, COLUMN_RIGHT,
	  .get = get_u64, .offset = offsetof(struct connection, activity.interval.tx_bytes) },
	{ "rx_bytes", "RECEIVED", "bytes received in the interval", COLUMN_IN_JSON, COLUMN_BYTES,
	  COLUMN_RIGHT, .get = get_u64, .offset = offsetof(struct connection, activity.interval.rx_bytes) },
};

/* --- what is made from a group --- */

/* Names are looked for where they are shown: of many hosts, few are. */
static void get_host(const struct column *column, const struct column_context *context, const void *row,
		     struct column_value *value)
{
	const struct group *group = row;

	(void)column;
	value->text = group->flow.protocol ? endpoint__host(value->buf, &group->flow, context->endpoints) : group->key;
}

static void get_port(const struct column *column, const struct column_context *context, const void *row,
		     struct column_value *value)
{
	const struct group *group = row;

	(void)column;
	value->text = group->flow.protocol ? endpoint__service(value->buf, &group->flow, context->endpoints) : group->key;
}

static const struct column group_columns[] = {
	{ "host", "HOST", "the peer", COLUMN_BY_HOST, COLUMN_TEXT, COLUMN_LEFT, ESCAPE_CUT_MIDDLE, .width = 8,
	  .max_width = 4096, .get = get_host },
	{ "port", "PORT", "the lower port of the two, and its protocol", COLUMN_BY_PORT, COLUMN_TEXT, COLUMN_LEFT,
	  ESCAPE_CUT_MIDDLE, .width = 8, .max_width = 4096, .get = get_port },
	{ "container", "CONTAINER", "container or systemd unit", COLUMN_BY_CONTAINER, COLUMN_TEXT, COLUMN_LEFT,
	  ESCAPE_CUT_MIDDLE, .width = 9, .max_width = 4096, .get = get_chars, .offset = offsetof(struct group, key) },
	{ "user", "USER", "name of the user", COLUMN_BY_USER, COLUMN_TEXT, COLUMN_LEFT, .width = 8, .max_width = 4096,
	  .get = get_chars, .offset = offsetof(struct group, key) },
	{ "processes", "PROCS", "processes", COLUMN_BY_CONTAINER | COLUMN_BY_USER, COLUMN_NUMBER, COLUMN_RIGHT,
	  .width = 5, .priority = 2, .get = get_u32, .offset = offsetof(struct group, processes) },
	{ "tx_rate", "SENT", "bytes sent per second", COLUMN_IN_RATES, COLUMN_RATE, COLUMN_RIGHT, .get = get_u64,
	  .offset = offsetof(struct group, activity.tx_rate) },
	{ "rx_rate", "RECEIVED", "bytes received per second", COLUMN_IN_RATES, COLUMN_RATE, COLUMN_RIGHT,
	  .get = get_u64, .offset = offsetof(struct group, activity.rx_rate) },
	{ "tx_total", "SENT", "bytes sent since the start", COLUMN_IN_TOTALS, COLUMN_BYTES, COLUMN_RIGHT,
	  .get = get_u64, .offset = offsetof(struct group, activity.total.tx_bytes) },
	{ "rx_total", "RECEIVED", "bytes received since the start", COLUMN_IN_TOTALS, COLUMN_BYTES, COLUMN_RIGHT,
	  .get = get_u64, .offset = offsetof(struct group, activity.total.rx_bytes) },
	{ "average", "AVERAGE", "bytes per second, both ways, since the start", COLUMN_IN_TOTALS, COLUMN_RATE,
	  COLUMN_RIGHT, .priority = 3, .get = get_average, .offset = offsetof(struct group, activity.total) },
	{ "connections", "CONNS", "connections that moved bytes in the interval", COLUMN_IN_RATES, COLUMN_NUMBER,
	  COLUMN_RIGHT, .width = 5, .priority = 4, .get = get_u32, .offset = offsetof(struct group, connections) },
	{ "bar", "", "bytes per second, both ways, on the scale of the busiest", COLUMN_IN_RATES, COLUMN_BAR, COLUMN_LEFT,
	  .width = 6, .max_width = 16, .priority = 5, .get = get_sum_rate, .offset = offsetof(struct group, activity) },
};

const struct column *columns__group(size_t *count)
{
	*count = ARRAY_SIZE(group_columns);
	return group_columns;
}

const struct column *columns__process(size_t *count)
{
	*count = ARRAY_SIZE(process_columns);
	return process_columns;
}

const struct column *columns__connection(size_t *count)
{
	*count = ARRAY_SIZE(connection_columns);
	return connection_columns;
}

void column__get(const struct column *column, const struct column_context *context, const void *row,
		 struct column_value *value)
{
	value->text = NULL;
	value->number = 0;
	value->none = false;
	column->get(column, context, row, value);
}

void column__get_second(const struct column *column, const struct column_context *context, const void *row,
			struct column_value *value)
{
	value->text = NULL;
	value->number = 0;
	value->none = !column->get_second;
	if (column->get_second)
		column->get_second(column, context, row, value);
}
