/* SPDX-License-Identifier: GPL-2.0 */
#include "labels.h"
#include "metrics_state.h"
#include "self.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static const struct {
	struct exposition_family family;
	enum metrics_kind kind;
	enum series_value value;
} families[] = {
	{ { "bpfhogs_process_transmit_bytes", EXPOSITION_COUNTER, "bytes", "Bytes sent by the processes of a program." },
	  KIND_PROGRAM, SERIES_TX },
	{ { "bpfhogs_process_receive_bytes", EXPOSITION_COUNTER, "bytes", "Bytes received by the processes of a program." },
	  KIND_PROGRAM, SERIES_RX },
	{ { "bpfhogs_user_transmit_bytes", EXPOSITION_COUNTER, "bytes", "Bytes sent by the processes of a user." },
	  KIND_USER, SERIES_TX },
	{ { "bpfhogs_user_receive_bytes", EXPOSITION_COUNTER, "bytes", "Bytes received by the processes of a user." },
	  KIND_USER, SERIES_RX },
	{ { "bpfhogs_container_transmit_bytes", EXPOSITION_COUNTER, "bytes",
	    "Bytes sent by the processes of a container or systemd unit." },
	  KIND_CONTAINER, SERIES_TX },
	{ { "bpfhogs_container_receive_bytes", EXPOSITION_COUNTER, "bytes",
	    "Bytes received by the processes of a container or systemd unit." },
	  KIND_CONTAINER, SERIES_RX },
	{ { "bpfhogs_pid_transmit_bytes", EXPOSITION_COUNTER, "bytes", "Bytes sent by a process." }, KIND_PID, SERIES_TX },
	{ { "bpfhogs_pid_receive_bytes", EXPOSITION_COUNTER, "bytes", "Bytes received by a process." }, KIND_PID, SERIES_RX },
	{ { "bpfhogs_connection_transmit_bytes", EXPOSITION_COUNTER, "bytes", "Bytes sent over a connection." },
	  KIND_CONNECTION, SERIES_TX },
	{ { "bpfhogs_connection_receive_bytes", EXPOSITION_COUNTER, "bytes", "Bytes received over a connection." },
	  KIND_CONNECTION, SERIES_RX },
	{ { "bpfhogs_device_transmit_bytes", EXPOSITION_COUNTER, "bytes", "Bytes that an interface sent, by its own count." },
	  KIND_DEVICE, SERIES_TX },
	{ { "bpfhogs_device_receive_bytes", EXPOSITION_COUNTER, "bytes", "Bytes that an interface received, by its own count." },
	  KIND_DEVICE, SERIES_RX },
	{ { "bpfhogs_device_explained_transmit_bytes", EXPOSITION_COUNTER, "bytes",
	    "Bytes that sockets sent over an interface, without the headers that it counts." },
	  KIND_DEVICE, SERIES_EXPLAINED_TX },
	{ { "bpfhogs_device_explained_receive_bytes", EXPOSITION_COUNTER, "bytes",
	    "Bytes that sockets received over an interface, without the headers that it counts." },
	  KIND_DEVICE, SERIES_EXPLAINED_RX },
};

static void render_families(const struct metrics *metrics, enum metrics_format format, struct buffer *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		const struct exposition_family *family = &families[i].family;
		const struct series_table *table = metrics->kinds[families[i].kind];
		const struct series *series;

		if (!table)
			continue;
		exposition__family(out, format, family);
		for (series = series__first(table); series; series = series->hh.next)
			exposition__number(out, family, series->labels, series->total[families[i].value]);
		series = series__other(table);
		exposition__number(out, family, series->labels, series->total[families[i].value]);
	}
}

static void render_info(const struct metrics *metrics, enum metrics_format format, struct buffer *out)
{
	static const struct exposition_family family = { "bpfhogs", EXPOSITION_INFO, NULL,
							 "The version, and how it sees the traffic." };
	struct buffer labels = {};

	labels__add(&labels, "version", VERSION);
	labels__add(&labels, "attach", metrics->last.attach);
	buffer__append(&labels, "", 1);
	exposition__family(out, format, &family);
	if (labels.error)
		out->error = labels.error;
	else
		exposition__number(out, &family, labels.text, 1);
	buffer__clear(&labels);
}

static void render_number(struct buffer *out, enum metrics_format format, const struct exposition_family *family,
			  __u64 value)
{
	exposition__family(out, format, family);
	exposition__number(out, family, "", value);
}

static void render_real(struct buffer *out, enum metrics_format format, const struct exposition_family *family, double value)
{
	exposition__family(out, format, family);
	exposition__real(out, family, "", value);
}

static void render_numbers(const struct metrics *metrics, enum metrics_format format, struct buffer *out)
{
	const struct {
		struct exposition_family family;
		__u64 value;
	} numbers[] = {
		{ { "bpfhogs_transmit_bytes", EXPOSITION_COUNTER, "bytes", "Bytes sent, all together." },
		  metrics->total.tx_bytes },
		{ { "bpfhogs_receive_bytes", EXPOSITION_COUNTER, "bytes", "Bytes received, all together." },
		  metrics->total.rx_bytes },
		{ { "bpfhogs_lost_flow_bytes", EXPOSITION_COUNTER, "bytes",
		    "Bytes that could be counted for their process, not for their connection." },
		  metrics->lost_bytes },
		{ { "bpfhogs_missed_runs", EXPOSITION_COUNTER, NULL,
		    "Times that the kernel did not run a program of bpfhogs; in mode diag, ends of connections that it did not tell." },
		  metrics->missed },
		{ { "bpfhogs_intervals", EXPOSITION_COUNTER, NULL, "Intervals counted." }, metrics->intervals },
		{ { "bpfhogs_flow_map_entries", EXPOSITION_GAUGE, NULL, "Flows in the kernel's map in the last interval." },
		  metrics->health.flows },
		{ { "bpfhogs_flow_map_capacity", EXPOSITION_GAUGE, NULL, "Flows that the kernel's map has room for." },
		  metrics->health.max_flows },
		{ { "bpfhogs_processes", EXPOSITION_GAUGE, NULL, "Processes known." }, metrics->processes },
		{ { "bpfhogs_connections", EXPOSITION_GAUGE, NULL, "Connections known." }, metrics->connections },
		{ { "process_resident_memory_bytes", EXPOSITION_GAUGE, "bytes", "Resident memory of bpfhogs." },
		  self__resident_bytes() },
	};

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		render_number(out, format, &numbers[i].family, numbers[i].value);
}

static void render_reals(const struct metrics *metrics, enum metrics_format format, struct buffer *out)
{
	const struct {
		struct exposition_family family;
		double value;
	} reals[] = {
		{ { "bpfhogs_interval_seconds", EXPOSITION_GAUGE, "seconds", "How long the last interval was." },
		  metrics->last.elapsed_ns / 1e9 },
		{ { "bpfhogs_last_interval_timestamp_seconds", EXPOSITION_GAUGE, "seconds",
		    "When the last interval ended, since the epoch." },
		  metrics->last.end.tv_sec + metrics->last.end.tv_nsec / 1e9 },
		{ { "bpfhogs_poll_seconds", EXPOSITION_GAUGE, "seconds",
		    "How long it took to read the kernel's maps and account for what they had." },
		  metrics->health.poll_seconds },
		{ { "process_cpu_seconds", EXPOSITION_COUNTER, "seconds", "CPU time of bpfhogs, user and system." },
		  self__cpu_seconds() },
		{ { "process_start_time_seconds", EXPOSITION_GAUGE, "seconds", "When bpfhogs was started, since the epoch." },
		  metrics->start_time },
	};

	for (size_t i = 0; i < ARRAY_SIZE(reals); i++)
		render_real(out, format, &reals[i].family, reals[i].value);
}

void metrics__render(const struct metrics *metrics, enum metrics_format format, struct buffer *out)
{
	if (metrics->last.attach)
		render_info(metrics, format, out);
	render_numbers(metrics, format, out);
	render_reals(metrics, format, out);
	render_families(metrics, format, out);
	exposition__end(out, format);
}
