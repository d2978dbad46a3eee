/* SPDX-License-Identifier: GPL-2.0 */
#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metrics_server.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define MAX_FLOWS 65536

enum long_only {
	KEY_ATTACH = 256,
	KEY_BITS,
	KEY_BYTES,
	KEY_CONFIG,
	KEY_CSV,
	KEY_DEVICE,
	KEY_DURATION,
	KEY_LISTEN,
	KEY_MAX_FLOWS,
	KEY_METRICS_CONNECTIONS,
	KEY_METRICS_PIDS,
	KEY_METRICS_TOP,
	KEY_LOG_SCALE,
	KEY_NAMES,
	KEY_NO_LOOPBACK,
	KEY_NO_PORTS,
	KEY_NO_SANDBOX,
	KEY_PROGRAM,
	KEY_READ_ONLY,
	KEY_RECORD,
	KEY_RECORD_KEEP,
	KEY_RECORD_SIZE,
	KEY_REPLAY,
	KEY_SCREEN,
	KEY_SERVICES,
	KEY_SI,
	KEY_SORT,
	KEY_SPEED,
	KEY_TCP,
	KEY_TEXTFILE,
	KEY_TOTALS,
	KEY_UDP,
	KEY_VIEW,
};

static const struct option_info table[] = {
	{ 'n', "top", "N", "show the N busiest processes and connections (0: all)" },
	{ 'd', "interval", "SECONDS", "time between two samples (default 1; fractions allowed)" },
	{ 'c', "count", "N", "stop after N intervals" },
	{ KEY_DURATION, "duration", "SECONDS", "stop after this time" },
	{ KEY_SORT, "sort", "KEY", "rank by sent, received, sum (default), total, pid or name" },
	{ 'f', "filter", "TERMS", "show what matches: TEXT pid: user: port: host: proto: dev: container:" },
	{ KEY_SCREEN, "screen", NULL, "open the screen (the default on a terminal)" },
	{ 't', "text", "[=nethogs]", "print text (the default where stdout is no terminal); as nethogs -t does" },
	{ 'j', "json", NULL, "print one JSON object a line, one line an interval" },
	{ KEY_CSV, "csv", NULL, "print comma-separated values, of the processes or (--view) connections" },
	{ KEY_RECORD, "record", "FILE", "write a recording, compressed where the name ends in .gz" },
	{ KEY_RECORD_SIZE, "record-size", "SIZE", "begin another file at this size (default 1G; 0: never)" },
	{ KEY_RECORD_KEEP, "record-keep", "N", "keep N older files (default 1)" },
	{ KEY_REPLAY, "replay", "FILE", "show a recording, or what --json printed" },
	{ KEY_SPEED, "speed", "FACTOR", "that many times as fast as it was (default: the screen 1, else at once)" },
	{ KEY_LISTEN, "listen", "[ADDRESS:]PORT", "serve metrics over HTTP, on loopback unless told otherwise" },
	{ KEY_TEXTFILE, "textfile", "FILE", "write metrics to a file, for node_exporter" },
	{ KEY_METRICS_TOP, "metrics-top", "N", "series of each kind, beside 'other' (default 100)" },
	{ KEY_METRICS_PIDS, "metrics-pids", NULL, "metrics per process too" },
	{ KEY_METRICS_CONNECTIONS, "metrics-connections", NULL, "metrics per connection too" },
	{ KEY_CONFIG, "config", "FILE", "read options from a file: lines 'name = value'" },
	{ KEY_BITS, "bits", NULL, "rates in bits per second" },
	{ KEY_BYTES, "bytes", NULL, "rates and totals in bytes, unabridged" },
	{ KEY_SI, "si", NULL, "units of powers of 1000, not of 1024" },
	{ KEY_VIEW, "view", "NAME", "begin with processes, connections, hosts, ports, containers or users" },
	{ KEY_PROGRAM, "program", "HOW", "call processes by name (default), command (line) or base (name)" },
	{ KEY_TOTALS, "totals", NULL, "show totals since the start" },
	{ KEY_LOG_SCALE, "log-scale", NULL, "logarithmic bars" },
	{ KEY_NAMES, "names", NULL, "show host names (asks DNS)" },
	{ KEY_SERVICES, "services", NULL, "show names of services" },
	{ KEY_NO_PORTS, "no-ports", NULL, "show no ports" },
	{ KEY_READ_ONLY, "read-only", NULL, "send no signals to processes" },
	{ KEY_DEVICE, "device", "DEVICE", "only what goes over this device, as a plain argument does" },
	{ 'P', "pid", "PID", "only this process (may be given again)" },
	{ '4', "ipv4", NULL, "only IPv4" },
	{ '6', "ipv6", NULL, "only IPv6" },
	{ KEY_TCP, "tcp", NULL, "only TCP (and MPTCP)" },
	{ KEY_UDP, "udp", NULL, "only UDP" },
	{ KEY_NO_LOOPBACK, "no-loopback", NULL, "leave out what stays on this machine" },
	{ KEY_ATTACH, "attach", "MODE", "auto (default), fentry, kprobe, tracepoint or diag" },
	{ KEY_MAX_FLOWS, "max-flows", "N", "room for N connections an interval (default 65536)" },
	{ KEY_NO_SANDBOX, "no-sandbox", NULL, "keep all privileges after attaching (else: capabilities, Landlock, seccomp)" },
	{ 'v', "verbose", NULL, "say how the kernel side was attached; twice: libbpf's messages too" },
	{ 'V', "version", NULL, "print the version" },
	{ 'h', "help", NULL, "print this" },
};

const struct option_info *options__table(size_t *count)
{
	*count = ARRAY_SIZE(table);
	return table;
}

const char *options__word(const struct option_info *info, int i)
{
	static const char *const programs[] = { [SCREEN_PROGRAM] = "name", [SCREEN_COMMAND] = "command", [SCREEN_BASE] = "base" };

	switch (info->key) {
	case KEY_ATTACH:
		return i < ATTACH_MODES ? attach_mode__name(i) : NULL;
	case KEY_PROGRAM:
		return i < (int)ARRAY_SIZE(programs) ? programs[i] : NULL;
	case KEY_SORT:
		return i < ORDER_SORTS ? order__name(i) : NULL;
	case KEY_VIEW:
		return i < LISTING_KINDS ? listing__name(i) : NULL;
	case 't':
		return i == 0 ? "nethogs" : NULL;
	}
	return NULL;
}

static const struct option_info *find_option(int key)
{
	const struct option_info *info = table;

	while (info->key != key)
		info++;
	return info;
}

static bool is_optional(const struct option_info *info)
{
	return !strncmp(info->argument, "[=", 2);
}

static void print_help(void)
{
	printf("Usage: bpfhogs [OPTION]... [DEVICE]...\n"
	       "       bpfhogs report RECORDING -o PAGE.html\n"
	       "Shows which programs use the network, and with whom they talk: exact to the byte.\n"
	       "With devices: only what goes over those.\n\n");
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		char names[64];

		snprintf(names, sizeof(names), "--%s%s%s", table[i].name,
			 table[i].argument && !is_optional(&table[i]) ? " " : "", table[i].argument ?: "");
		if (table[i].key < 256)
			printf("  -%c, %-24s %s\n", table[i].key, names, table[i].help);
		else
			printf("      %-24s %s\n", names, table[i].help);
	}
	printf("\nExamples:\n"
	       "  sudo bpfhogs                       all there is, each second\n"
	       "  sudo bpfhogs --top 10 --interval 5 eth0\n"
	       "  sudo bpfhogs --record load-test.json.gz --duration 60\n"
	       "  bpfhogs --replay load-test.json.gz\n"
	       "  sudo bpfhogs --listen 9433\n");
}

static int complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The file and line that are being read; "" on the command line. */
static char where[160];

static int complain(const char *format, ...)
{
	va_list args;

	fprintf(stderr, "bpfhogs: %s", where);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, " (see bpfhogs --help)\n");
	return -EINVAL;
}

static int parse_whole(const char *name, const char *text, unsigned long min, unsigned long max, unsigned long *value)
{
	char *end;

	errno = 0;
	*value = strtoul(text, &end, 10);
	if (errno || *end || *text < '0' || *text > '9' || *value < min || *value > max)
		return complain("--%s: '%s' is not a whole number from %lu to %lu", name, text, min, max);
	return 0;
}

/* Bytes: a whole number, and K, M, G or T for powers of 1024. */
static int parse_size(const char *name, const char *text, __u64 *size)
{
	static const char suffixes[] = "KMGT";
	char *end;
	const char *suffix;

	errno = 0;
	*size = strtoull(text, &end, 10);
	suffix = *end ? strchr(suffixes, toupper((unsigned char)*end)) : NULL;
	if (errno || *text < '0' || *text > '9' || (*end && (!suffix || end[1])) || *size > 1ULL << 22)
		return complain("--%s: '%s' is no size like 500M or 2G", name, text);
	for (; suffix && suffix >= suffixes; suffix--)
		*size *= 1024;
	return 0;
}

static int parse_seconds(const char *name, const char *text, double min, double *value)
{
	const double max = 365.0 * 24 * 3600;
	char *end;

	errno = 0;
	*value = strtod(text, &end);
	if (errno || end == text || *end || !isfinite(*value) || *value < min || *value > max)
		return complain("--%s: '%s' is not a number of seconds from %g to %.0f", name, text, min, max);
	return 0;
}

/* The index of a word among those that an option knows, or -EINVAL. */
static int parse_word(int key, const char *text)
{
	const struct option_info *info = find_option(key);
	char all[256] = "";
	const char *word;

	for (int i = 0; (word = options__word(info, i)); i++) {
		if (!strcmp(text, word))
			return i;
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s", i ? ", " : "", word);
	}
	return complain("--%s: '%s' is none of %s", info->name, text, all);
}

static int parse_pid(struct options *options, const char *text)
{
	unsigned long pid;
	int err = parse_whole("pid", text, 1, 4194304, &pid);

	if (err)
		return err;
	if (options->pid_count == ARRAY_SIZE(options->pids))
		return complain("--pid: more than %zu processes", ARRAY_SIZE(options->pids));
	options->pids[options->pid_count++] = pid;
	return 0;
}

static int add_device(struct options *options, const char *name)
{
	if (options->device_count == ARRAY_SIZE(options->devices))
		return complain("more than %zu devices", ARRAY_SIZE(options->devices));
	options->devices[options->device_count++] = name;
	return 0;
}

static int parse_text(struct options *options, const char *style)
{
	options->output = OUTPUT_TEXT;
	if (!style)
		return 0;
	if (parse_word('t', style) < 0)
		return -EINVAL;
	options->output = OUTPUT_NETHOGS;
	return 0;
}

static int parse_speed(struct options *options, const char *text)
{
	char *end;

	options->screen.speed = strtod(text, &end);
	if (end == text || *end || !(options->screen.speed >= 0.01 && options->screen.speed <= 10000))
		return complain("--speed: '%s' is not a number from 0.01 to 10000", text);
	return 0;
}

static int parse_listen(struct options *options, const char *text)
{
	if (!metrics_server__is_address(text))
		return complain("--listen: '%s' is neither PORT nor ADDRESS:PORT", text);
	options->listen = text;
	return 0;
}

static int read_config(struct options *options, const char *path);

static int parse_option(struct options *options, int key, const char *text)
{
	unsigned long number = 0;
	int result = 0; /* 0 or -EINVAL; of a word, its index */

	switch (key) {
	case 'n':
		result = parse_whole("top", text, 0, 1000000, &number);
		options->screen.top = number;
		break;
	case 'd':
		result = parse_seconds("interval", text, 0.05, &options->screen.interval);
		break;
	case 'c':
		result = parse_whole("count", text, 1, 1000000000, &options->count);
		break;
	case 'P':
		result = parse_pid(options, text);
		break;
	case KEY_DURATION:
		result = parse_seconds("duration", text, 0.05, &options->duration);
		break;
	case KEY_SORT:
		result = parse_word(key, text);
		options->screen.sort = result;
		break;
	case KEY_ATTACH:
		result = parse_word(key, text);
		options->attach = result;
		break;
	case KEY_MAX_FLOWS:
		result = parse_whole("max-flows", text, 1, 16777216, &number);
		options->max_flows = number;
		break;
	case 'f':
		options->screen.filter = text;
		break;
	case KEY_VIEW:
		result = parse_word(key, text);
		options->screen.view = result;
		break;
	case KEY_PROGRAM:
		result = parse_word(key, text);
		options->screen.program = result;
		break;
	case KEY_TOTALS:
		options->screen.totals = true;
		break;
	case KEY_LOG_SCALE:
		options->screen.log_scale = true;
		break;
	case KEY_NAMES:
		options->screen.hosts = true;
		break;
	case KEY_SERVICES:
		options->screen.services = true;
		break;
	case KEY_NO_PORTS:
		options->screen.hide_ports = true;
		break;
	case KEY_NO_SANDBOX:
		options->no_sandbox = true;
		break;
	case KEY_READ_ONLY:
		options->screen.read_only = true;
		break;
	case KEY_REPLAY:
		options->screen.recording = text;
		break;
	case KEY_SCREEN:
		options->output = OUTPUT_SCREEN;
		break;
	case 't':
		result = parse_text(options, text);
		break;
	case KEY_CSV:
		options->output = OUTPUT_CSV;
		break;
	case KEY_RECORD:
		options->record = text;
		break;
	case KEY_RECORD_SIZE:
		result = parse_size("record-size", text, &options->record_size);
		break;
	case KEY_RECORD_KEEP:
		result = parse_whole("record-keep", text, 0, 1000, &options->record_keep);
		break;
	case KEY_SPEED:
		result = parse_speed(options, text);
		break;
	case KEY_LISTEN:
		result = parse_listen(options, text);
		break;
	case KEY_TEXTFILE:
		options->textfile = text;
		break;
	case KEY_METRICS_TOP:
		result = parse_whole("metrics-top", text, 1, 100000, &number);
		options->metrics.top = number;
		break;
	case KEY_METRICS_PIDS:
		options->metrics.pids = true;
		break;
	case KEY_METRICS_CONNECTIONS:
		options->metrics.connections = true;
		break;
	case KEY_DEVICE:
		result = add_device(options, text);
		break;
	case KEY_CONFIG:
		result = read_config(options, text);
		break;
	case 'j':
		options->output = OUTPUT_JSON;
		break;
	case KEY_BITS:
		options->screen.units = FORMAT_BITS;
		break;
	case KEY_BYTES:
		options->screen.units = FORMAT_BYTES;
		break;
	case KEY_SI:
		options->screen.units = FORMAT_SI;
		break;
	case '4':
		options->ipv4 = true;
		break;
	case '6':
		options->ipv6 = true;
		break;
	case KEY_TCP:
		options->tcp = true;
		break;
	case KEY_UDP:
		options->udp = true;
		break;
	case KEY_NO_LOOPBACK:
		options->no_loopback = true;
		break;
	case 'v':
		options->verbose++;
		break;
	}
	return result < 0 ? result : 0;
}

/* --- a configuration file: as if its lines stood on the command line in its place --- */

static int parse_line(struct options *options, const struct config_line *line)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		const struct option_info *info = &table[i];

		if (strcmp(info->name, line->name) || info->key == KEY_CONFIG || info->key == 'h' || info->key == 'V')
			continue;
		if (!info->argument && line->value)
			return complain("%s takes no value", line->name);
		if (info->argument && !is_optional(info) && !line->value)
			return complain("%s needs a value: %s = %s", line->name, line->name, info->argument);
		return parse_option(options, info->key, line->value);
	}
	return complain("unknown option %s", line->name);
}

static int read_config(struct options *options, const char *path)
{
	struct config *config = &options->config;
	int err;

	if (config->text)
		return complain("--config: one file is enough");
	options->config_file = path;
	err = config__read(config, path);
	if (err)
		return complain("--config: cannot read %s: %s", path, strerror(-err));
	for (size_t i = 0; i < config->count && !err; i++) {
		snprintf(where, sizeof(where), "%.120s, line %lu: ", path, config->lines[i].number);
		err = parse_line(options, &config->lines[i]);
	}
	where[0] = '\0';
	return err;
}

void options__clear(struct options *options)
{
	config__clear(&options->config);
}

/* getopt's own form of the table. */
static void make_getopt(struct option *longs, char *shorts)
{
	*shorts++ = ':'; /* tells a missing argument from an unknown option */
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		int argument = !table[i].argument	? no_argument :
			       is_optional(&table[i]) ? optional_argument :
							  required_argument;

		longs[i] = (struct option){ table[i].name, argument, NULL, table[i].key };
		if (table[i].key > 255)
			continue;
		*shorts++ = table[i].key;
		if (argument == required_argument)
			*shorts++ = ':';
	}
	*shorts = '\0';
}

static int complain_unknown(char **argv)
{
	if (optopt && optopt < 256)
		return complain("unknown option -%c", optopt);
	return complain("unknown option %s", argv[optind - 1]);
}

static int parse_devices(struct options *options, int argc, char **argv)
{
	int err = 0;

	for (int i = optind; i < argc && !err; i++)
		err = add_device(options, argv[i]);
	return err;
}

static void set_defaults(struct options *options)
{
	*options = (struct options){ .screen.top = -1, .screen.interval = 1, .max_flows = MAX_FLOWS,
				      .record_size = 1 << 30, .record_keep = 1 };
}

/* Neither of two is both of two. */
static void fill_in(bool *one, bool *other)
{
	if (!*one && !*other)
		*one = *other = true;
}

/* How it was counted is past. */
static int check_replay(const struct options *options)
{
	if (options->screen.recording && options->attach != ATTACH_AUTO)
		return complain("--attach does not go with --replay");
	if (options->screen.recording && options->max_flows != MAX_FLOWS)
		return complain("--max-flows does not go with --replay");
	return 0;
}

static int parse_all(struct options *options, int argc, char **argv)
{
	struct option longs[ARRAY_SIZE(table) + 1] = {};
	char shorts[2 * ARRAY_SIZE(table) + 2];
	int key, err = 0;

	make_getopt(longs, shorts);
	opterr = 0;
	optind = 0; /* begins anew, should it have been through already */
	while (!err && (key = getopt_long(argc, argv, shorts, longs, NULL)) >= 0) {
		if (key == 'h' || key == 'V')
			return key;
		if (key == '?')
			err = complain_unknown(argv);
		else if (key == ':')
			err = complain("option %s needs a value", argv[optind - 1]);
		else
			err = parse_option(options, key, optarg);
	}
	return err ?: parse_devices(options, argc, argv) ?: check_replay(options);
}

enum options_verdict options__parse(struct options *options, int argc, char **argv)
{
	int result;

	set_defaults(options);
	result = parse_all(options, argc, argv);
	if (result == 'h')
		print_help();
	if (result == 'V')
		printf("bpfhogs %s\n", VERSION);
	if (result) {
		options__clear(options);
		return result < 0 ? OPTIONS_BAD : OPTIONS_DONE;
	}
	fill_in(&options->ipv4, &options->ipv6);
	fill_in(&options->tcp, &options->udp);
	return OPTIONS_RUN;
}
