/* SPDX-License-Identifier: GPL-2.0 */
#include "columns.h"

#include <stdio.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* --- what a field of the row has --- */

static const void *field(const struct column *column, const void *row)
{
	return (const char *)row + column->offset;
}

static void get_u16(const struct column *column, const struct model *model, const void *row,
		    struct column_value *value)
{
	(void)model;
	value->number = *(const __u16 *)field(column, row);
}

static void get_u32(const struct column *column, const struct model *model, const void *row,
		    struct column_value *value)
{
	(void)model;
	value->number = *(const __u32 *)field(column, row);
}

static void get_u64(const struct column *column, const struct model *model, const void *row,
		    struct column_value *value)
{
	(void)model;
	value->number = *(const __u64 *)field(column, row);
}

/* An array of characters, terminated. */
static void get_chars(const struct column *column, const struct model *model, const void *row,
		      struct column_value *value)
{
	(void)model;
	value->text = field(column, row);
}

/* A pointer to text, NULL if there is none. */
static void get_text(const struct column *column, const struct model *model, const void *row,
		     struct column_value *value)
{
	(void)model;
	value->text = *(char *const *)field(column, row) ?: "";
}

/* --- what is made from the row of a process --- */

static void get_pid(const struct column *column, const struct model *model, const void *row,
		    struct column_value *value)
{
	const struct process *process = row;

	(void)column;
	(void)model;
	value->number = process->id.tgid;
	value->none = process->aggregate;
}

static const char *program_of(const struct process *process)
{
	const char *program = process->identity.program;

	return program && *program ? program : process->owner.comm;
}

static void get_program(const struct column *column, const struct model *model, const void *row,
			struct column_value *value)
{
	(void)column;
	(void)model;
	value->text = program_of(row);
}

static void get_average(const struct column *column, const struct model *model, const void *row,
			struct column_value *value)
{
	const struct counters *total = &((const struct process *)row)->activity.total;

	(void)column;
	value->number = model__rate(total->tx_bytes + total->rx_bytes, model__elapsed_ns(model));
}

static const struct column process_columns[] = {
	{ "pid", "PID", "process", COLUMN_IN_JSON | COLUMN_IN_TEXT | COLUMN_IN_SUMMARY, COLUMN_NUMBER,
	  COLUMN_RIGHT, .width = 7, .get = get_pid },
	{ "comm", "COMM", "name that the kernel knows the process by", COLUMN_IN_JSON, COLUMN_TEXT,
	  COLUMN_LEFT, .width = 15, .get = get_chars, .offset = offsetof(struct process, owner.comm) },
	{ "exe", "EXE", "path of the program file", COLUMN_IN_JSON, COLUMN_TEXT, COLUMN_LEFT,
	  ESCAPE_CUT_MIDDLE, .width = 10, .get = get_text, .offset = offsetof(struct process, identity.exe) },
	{ "cmdline", "COMMAND", "command line", COLUMN_IN_JSON, COLUMN_TEXT, COLUMN_LEFT, .width = 10,
	  .get = get_text, .offset = offsetof(struct process, identity.cmdline) },
	{ "uid", "UID", "number of the user", COLUMN_IN_JSON, COLUMN_NUMBER, COLUMN_RIGHT, .width = 6,
	  .get = get_u32, .offset = offsetof(struct process, owner.uid) },
	{ "user", "USER", "name of the user", COLUMN_IN_JSON | COLUMN_IN_TEXT | COLUMN_IN_SUMMARY,
	  COLUMN_TEXT, COLUMN_LEFT, .width = 8, .priority = 4, .get = get_text,
	  .offset = offsetof(struct process, identity.user) },
	{ "program", "PROGRAM", "what the program was called as", COLUMN_IN_TEXT | COLUMN_IN_SUMMARY,
	  COLUMN_TEXT, COLUMN_LEFT, ESCAPE_CUT_MIDDLE, .width = 6, .max_width = 4096, .get = get_program },
	{ "cgroup", "CGROUP", "control group", COLUMN_IN_JSON, COLUMN_TEXT, COLUMN_LEFT, ESCAPE_CUT_MIDDLE,
	  .width = 10, .get = get_text, .offset = offsetof(struct process, identity.cgroup) },
	{ "container", "CONTAINER", "container or systemd unit", COLUMN_IN_JSON, COLUMN_TEXT, COLUMN_LEFT,
	  ESCAPE_CUT_MIDDLE, .width = 10, .get = get_text,
	  .offset = offsetof(struct process, identity.container) },
	{ "dev", "DEV", "network device that most of its bytes passed", COLUMN_IN_TEXT, COLUMN_TEXT,
	  COLUMN_LEFT, .width = 9, .priority = 5, .get = get_chars, .offset = offsetof(struct process, dev) },
	{ "tx_rate", "SENT", "bytes sent per second", COLUMN_IN_TEXT, COLUMN_RATE, COLUMN_RIGHT,
	  .get = get_u64, .offset = offsetof(struct process, activity.tx_rate) },
	{ "rx_rate", "RECEIVED", "bytes received per second", COLUMN_IN_TEXT, COLUMN_RATE, COLUMN_RIGHT,
	  .get = get_u64, .offset = offsetof(struct process, activity.rx_rate) },
	{ "tx_bytes", "SENT", "bytes sent in the interval", COLUMN_IN_JSON, COLUMN_BYTES, COLUMN_RIGHT,
	  .get = get_u64, .offset = offsetof(struct process, activity.interval.tx_bytes) },
	{ "rx_bytes", "RECEIVED", "bytes received in the interval", COLUMN_IN_JSON, COLUMN_BYTES,
	  COLUMN_RIGHT, .get = get_u64, .offset = offsetof(struct process, activity.interval.rx_bytes) },
	{ "tx_total", "SENT", "bytes sent since the start", COLUMN_IN_SUMMARY, COLUMN_BYTES, COLUMN_RIGHT,
	  .get = get_u64, .offset = offsetof(struct process, activity.total.tx_bytes) },
	{ "rx_total", "RECEIVED", "bytes received since the start", COLUMN_IN_SUMMARY, COLUMN_BYTES,
	  COLUMN_RIGHT, .get = get_u64, .offset = offsetof(struct process, activity.total.rx_bytes) },
	{ "average", "AVERAGE", "bytes per second, both ways, since the start", COLUMN_IN_SUMMARY,
	  COLUMN_RATE, COLUMN_RIGHT, .priority = 6, .get = get_average },
	{ "peak", "PEAK", "bytes per second, both ways, in its busiest interval", COLUMN_IN_SUMMARY,
	  COLUMN_RATE, COLUMN_RIGHT, .priority = 5, .get = get_u64,
	  .offset = offsetof(struct process, activity.sum_peak) },
	{ "connections", "CONNS", "connections that moved bytes in the interval",
	  COLUMN_IN_JSON | COLUMN_IN_TEXT, COLUMN_NUMBER, COLUMN_RIGHT, .width = 5, .priority = 6,
	  .get = get_u32, .offset = offsetof(struct process, connections) },
};

/* --- what is made from the row of a connection --- */

static void get_process(const struct column *column, const struct model *model, const void *row,
			struct column_value *value)
{
	const struct connection *connection = row;

	(void)column;
	(void)model;
	snprintf(value->buf, sizeof(value->buf), "%u/%s", connection->id.key.tgid,
		 connection->process->owner.comm);
	value->text = value->buf;
}

static void get_comm(const struct column *column, const struct model *model, const void *row,
		     struct column_value *value)
{
	(void)column;
	(void)model;
	value->text = ((const struct connection *)row)->process->owner.comm;
}

static void get_protocol(const struct column *column, const struct model *model, const void *row,
			 struct column_value *value)
{
	(void)column;
	(void)model;
	value->text = format__protocol(((const struct connection *)row)->id.key.protocol);
}

static void get_local_address(const struct column *column, const struct model *model, const void *row,
			      struct column_value *value)
{
	(void)column;
	(void)model;
	value->text = format__local_address(value->buf, &((const struct connection *)row)->id.key);
}

static void get_remote_address(const struct column *column, const struct model *model, const void *row,
			       struct column_value *value)
{
	(void)column;
	(void)model;
	value->text = format__remote_address(value->buf, &((const struct connection *)row)->id.key);
}

static void get_local(const struct column *column, const struct model *model, const void *row,
		      struct column_value *value)
{
	(void)column;
	(void)model;
	value->text = format__local(value->buf, &((const struct connection *)row)->id.key);
}

static void get_remote(const struct column *column, const struct model *model, const void *row,
		       struct column_value *value)
{
	(void)column;
	(void)model;
	value->text = format__remote(value->buf, &((const struct connection *)row)->id.key);
}

static void get_to(const struct column *column, const struct model *model, const void *row,
		   struct column_value *value)
{
	(void)column;
	(void)model;
	(void)row;
	value->text = "=>";
}

static void get_from(const struct column *column, const struct model *model, const void *row,
		     struct column_value *value)
{
	(void)column;
	(void)model;
	(void)row;
	value->text = "<=";
}

static void get_rx_rate(const struct column *column, const struct model *model, const void *row,
			struct column_value *value)
{
	(void)column;
	(void)model;
	value->number = ((const struct connection *)row)->activity.rx_rate;
}

static const struct column connection_columns[] = {
	{ "pid", "PID", "process", COLUMN_IN_JSON, COLUMN_NUMBER, COLUMN_RIGHT, .width = 7, .get = get_u32,
	  .offset = offsetof(struct connection, id.key.tgid) },
	{ "comm", "COMM", "name that the kernel knows the process by", COLUMN_IN_JSON, COLUMN_TEXT,
	  COLUMN_LEFT, .width = 15, .get = get_comm },
	{ "process", "PROCESS", "process and its name", COLUMN_IN_TEXT, COLUMN_TEXT, COLUMN_LEFT, .width = 9,
	  .max_width = 23, .get = get_process },
	{ "proto", "PROTO", "protocol", COLUMN_IN_JSON | COLUMN_IN_TEXT, COLUMN_TEXT, COLUMN_LEFT, .width = 5,
	  .priority = 2, .get = get_protocol },
	{ "local", "LOCAL", "own address and port", COLUMN_IN_TEXT, COLUMN_TEXT, COLUMN_LEFT,
	  ESCAPE_CUT_MIDDLE, .width = 15, .max_width = 47, .priority = 1, .get = get_local },
	{ "arrow", "", "direction", COLUMN_IN_TEXT, COLUMN_TEXT, COLUMN_LEFT, .width = 2, .get = get_to,
	  .get_second = get_from },
	{ "remote", "REMOTE", "the peer's address and port", COLUMN_IN_TEXT, COLUMN_TEXT, COLUMN_LEFT,
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
	  .get_second = get_rx_rate },
	{ "tx_bytes", "SENT", "bytes sent in the interval", COLUMN_IN_JSON, COLUMN_BYTES, COLUMN_RIGHT,
	  .get = get_u64, .offset = offsetof(struct connection, activity.interval.tx_bytes) },
	{ "rx_bytes", "RECEIVED", "bytes received in the interval", COLUMN_IN_JSON, COLUMN_BYTES,
	  COLUMN_RIGHT, .get = get_u64, .offset = offsetof(struct connection, activity.interval.rx_bytes) },
};

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

void column__get(const struct column *column, const struct model *model, const void *row,
		 struct column_value *value)
{
	value->text = NULL;
	value->number = 0;
	value->none = false;
	column->get(column, model, row, value);
}

void column__get_second(const struct column *column, const struct model *model, const void *row,
			struct column_value *value)
{
	value->text = NULL;
	value->number = 0;
	value->none = !column->get_second;
	if (column->get_second)
		column->get_second(column, model, row, value);
}
