/* SPDX-License-Identifier: GPL-2.0 */
#include "details.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "format.h"

/* --- the process --- */

/* Of the wall clock: that of the machine's start may have been set since, as `ps` has it too. */
static const char *start_time(const struct owner *owner)
{
	static char text[40];
	struct timespec now, up;
	struct tm local = {};
	time_t start;

	clock_gettime(CLOCK_REALTIME, &now);
	clock_gettime(CLOCK_BOOTTIME, &up);
	start = now.tv_sec - up.tv_sec + owner->start_time / 1000000000;
	localtime_r(&start, &local);
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &local);
	return text;
}

bool details__fact(const struct owner *owner, const struct identity *identity, int number, const char **name,
		   const char **text)
{
	const struct {
		const char *name;
		const char *text;
	} facts[] = {
		{ "user", identity->user },	  { "program", identity->exe },
		{ "command", identity->cmdline }, { "cgroup", identity->cgroup },
		{ "container", identity->container }, { "started", owner->start_time ? start_time(owner) : NULL },
	};

	if (number >= (int)(sizeof(facts) / sizeof(facts[0])))
		return false;
	*name = facts[number].name;
	*text = facts[number].text ?: "";
	return true;
}

/* --- its sockets --- */

static bool is_same_end(const struct flow_key *a, const struct flow_key *b)
{
	return a->netns == b->netns && a->protocol == b->protocol && a->lport == b->lport &&
	       !memcmp(a->laddr, b->laddr, sizeof(a->laddr));
}

/* A socket that is not connected may have many peers: all of them are its. */
static bool is_of_socket(const struct flow_key *flow, const struct flow_key *socket)
{
	if (!is_same_end(flow, socket))
		return false;
	if (!socket->rport)
		return socket->protocol == IPPROTO_UDP || socket->protocol == IPPROTO_UDPLITE;
	return flow->rport == socket->rport && !memcmp(flow->raddr, socket->raddr, sizeof(flow->raddr));
}

struct socket_row details__row(const struct socket_info *info, const struct process *process)
{
	const struct connection *connection = process ? process->flows : NULL;
	struct socket_row row = { .info = *info };

	for (; connection; connection = connection->flow_next) {
		if (!is_of_socket(&connection->id.key, &info->key))
			continue;
		row.rates.tx += connection->activity.tx_rate;
		row.rates.rx += connection->activity.rx_rate;
	}
	return row;
}

static void get_u32(const struct column *column, const struct column_context *context, const void *row,
		    struct column_value *value)
{
	(void)context;
	value->number = *(const __u32 *)((const char *)row + column->offset);
}

static void get_rate(const struct column *column, const struct column_context *context, const void *row,
		     struct column_value *value)
{
	(void)context;
	value->number = *(const __u64 *)((const char *)row + column->offset);
}

/* Of what only TCP has. */
static void get_tcp(const struct column *column, const struct column_context *context, const void *row,
		    struct column_value *value)
{
	get_u32(column, context, row, value);
	value->none = !value->number && ((const struct socket_row *)row)->info.key.protocol != IPPROTO_TCP;
}

static void get_protocol(const struct column *column, const struct column_context *context, const void *row,
			 struct column_value *value)
{
	(void)column;
	(void)context;
	value->text = format__protocol(((const struct socket_row *)row)->info.key.protocol);
}

static void get_state(const struct column *column, const struct column_context *context, const void *row,
		      struct column_value *value)
{
	(void)column;
	(void)context;
	value->text = sockets__state(&((const struct socket_row *)row)->info);
}

static void get_local(const struct column *column, const struct column_context *context, const void *row,
		      struct column_value *value)
{
	(void)column;
	value->text = endpoint__local(value->buf, &((const struct socket_row *)row)->info.key, context->endpoints);
}

static void get_remote(const struct column *column, const struct column_context *context, const void *row,
		       struct column_value *value)
{
	const struct flow_key *key = &((const struct socket_row *)row)->info.key;

	(void)column;
	value->text = key->rport ? endpoint__remote(value->buf, key, context->endpoints) : "*";
}

static void get_rtt(const struct column *column, const struct column_context *context, const void *row,
		    struct column_value *value)
{
	__u32 rtt_us = ((const struct socket_row *)row)->info.rtt_us;

	(void)column;
	(void)context;
	value->text = value->buf;
	value->none = !rtt_us;
	snprintf(value->buf, sizeof(value->buf), rtt_us < 100000 ? "%.3g ms" : "%.0f ms", rtt_us / 1000.0);
}

#define INFO(field) offsetof(struct socket_row, info.field)

static const struct column columns[] = {
	{ "fd", "FD", "file descriptor", COLUMN_IN_VIEW, COLUMN_NUMBER, COLUMN_RIGHT, .width = 4, .get = get_u32,
	  .offset = INFO(fd) },
	{ "proto", "PROTO", "protocol", COLUMN_IN_VIEW, COLUMN_TEXT, COLUMN_LEFT, .width = 5, .priority = 8,
	  .get = get_protocol },
	{ "state", "STATE", "as ss names it", COLUMN_IN_VIEW, COLUMN_TEXT, COLUMN_LEFT, .width = 10, .priority = 3,
	  .get = get_state },
	{ "recv_queue", "RECV-Q", "bytes not yet read; of a listener: connections not yet accepted", COLUMN_IN_VIEW,
	  COLUMN_NUMBER, COLUMN_RIGHT, .width = 6, .priority = 2, .get = get_u32, .offset = INFO(recv_queue) },
	{ "send_queue", "SEND-Q", "bytes not yet acknowledged; of a listener: how many may wait", COLUMN_IN_VIEW,
	  COLUMN_NUMBER, COLUMN_RIGHT, .width = 6, .priority = 2, .get = get_u32, .offset = INFO(send_queue) },
	{ "local", "LOCAL", "own address and port", COLUMN_IN_VIEW, COLUMN_TEXT, COLUMN_LEFT, ESCAPE_CUT_MIDDLE,
	  .width = 13, .max_width = 47, .get = get_local },
	{ "remote", "REMOTE", "the peer's address and port", COLUMN_IN_VIEW, COLUMN_TEXT, COLUMN_LEFT,
	  ESCAPE_CUT_MIDDLE, .width = 13, .max_width = 47, .get = get_remote },
	{ "rtt", "RTT", "smoothed round-trip time", COLUMN_IN_VIEW, COLUMN_TEXT, COLUMN_RIGHT, .width = 8,
	  .priority = 5, .get = get_rtt },
	{ "cwnd", "CWND", "congestion window, segments", COLUMN_IN_VIEW, COLUMN_NUMBER, COLUMN_RIGHT, .width = 5,
	  .priority = 6, .get = get_tcp, .offset = INFO(cwnd) },
	{ "retransmits", "RETR", "segments sent again, since the connection began", COLUMN_IN_VIEW, COLUMN_NUMBER,
	  COLUMN_RIGHT, .width = 5, .priority = 7, .get = get_tcp, .offset = INFO(retransmits) },
	{ "tx_rate", "SENT", "bytes sent per second", COLUMN_IN_VIEW, COLUMN_RATE, COLUMN_RIGHT, .priority = 1,
	  .get = get_rate, .offset = offsetof(struct socket_row, rates.tx) },
	{ "rx_rate", "RECEIVED", "bytes received per second", COLUMN_IN_VIEW, COLUMN_RATE, COLUMN_RIGHT,
	  .priority = 1, .get = get_rate, .offset = offsetof(struct socket_row, rates.rx) },
};

const struct column *details__columns(size_t *count)
{
	*count = sizeof(columns) / sizeof(columns[0]);
	return columns;
}
