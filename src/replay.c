/* SPDX-License-Identifier: GPL-2.0 */
#include "replay.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

#include "attach_mode.h"
#include "format.h"

#define LINE_MAX_BYTES (512 << 20) /* two million connections */
#define OTHER_COMM "(other)"	   /* as the model calls what belongs to no process */

/* A process of the line at hand; the texts are the line's. */
struct actor {
	struct owner owner;
	__u64 tx_bytes; /* that no connection of it has told of */
	__u64 rx_bytes;
	const json_t *object;
};

struct replay {
	const char *path;
	gzFile file;
	char *line;
	size_t length;
	size_t room;
	z_off_t begin;	      /* of the line, in the file */
	unsigned long number; /* of the line */
	json_t *root;
	struct interval interval;
	struct actor *actors; /* by tgid */
	size_t actor_count;
	char error[256];
};

int replay__new(struct replay **out, const char *path)
{
	struct replay *replay = calloc(1, sizeof(*replay));

	if (!replay)
		return -ENOMEM;
	replay->path = path;
	replay->file = gzopen(path, "re");
	if (!replay->file) {
		int err = errno ? -errno : -ENOMEM;

		fprintf(stderr, "bpfhogs: cannot open the recording %s: %s\n", path, strerror(-err));
		replay__free(replay);
		return err;
	}
	*out = replay;
	return 0;
}

static void forget_line(struct replay *replay)
{
	json_decref(replay->root);
	free(replay->actors);
	replay->root = NULL;
	replay->actors = NULL;
	replay->actor_count = 0;
}

void replay__free(struct replay *replay)
{
	if (!replay)
		return;
	forget_line(replay);
	free(replay->line);
	if (replay->file)
		gzclose(replay->file);
	free(replay);
}

const char *replay__error(const struct replay *replay)
{
	return replay->error;
}

static int complain(struct replay *replay, int err, const char *format, ...) __attribute__((format(printf, 3, 4)));

static int complain(struct replay *replay, int err, const char *format, ...)
{
	va_list args;
	int length = snprintf(replay->error, sizeof(replay->error), "%.100s, line %lu: ", replay->path, replay->number);

	va_start(args, format);
	vsnprintf(replay->error + length, sizeof(replay->error) - length, format, args);
	va_end(args);
	return err;
}

/* --- a line --- */

static int make_room(struct replay *replay, size_t length)
{
	size_t more = replay->room ? 2 * replay->room : 65536;
	char *line;

	if (length + 2 <= replay->room)
		return 0;
	if (more > LINE_MAX_BYTES)
		return complain(replay, -EFBIG, "the line is too long");
	line = realloc(replay->line, more);
	if (!line)
		return complain(replay, -ENOMEM, "not enough memory");
	replay->line = line;
	replay->room = more;
	return 0;
}

/* Also when a recorder was killed: zlib tells of a cut-off file as it tells of a damaged one. */
static int end_of_file(struct replay *replay)
{
	int code;
	const char *message = gzerror(replay->file, &code);

	if (code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR)
		return -ENODATA;
	return complain(replay, -EIO, "cannot be read: %s", code == Z_ERRNO ? strerror(errno) : message);
}

/* 0, -ENODATA or another -errno. The file's position tells the length, as a damaged line may have NUL bytes. */
static int read_line(struct replay *replay)
{
	int err;

	replay->begin = gztell(replay->file);
	replay->number++;
	replay->length = 0;
	do {
		err = make_room(replay, replay->length);
		if (err)
			return err;
		if (!gzgets(replay->file, replay->line + replay->length, replay->room - replay->length))
			return end_of_file(replay);
		replay->length = gztell(replay->file) - replay->begin;
	} while (replay->line[replay->length - 1] != '\n');
	return 0;
}

/* --- values of objects --- */

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key)) ?: "";
}

static __u64 number_of(const json_t *object, const char *key)
{
	json_int_t value = json_integer_value(json_object_get(object, key));

	return value > 0 ? value : 0;
}

/* "2026-11-23T11:00:01.000Z" */
static int parse_time(const char *text, struct timespec *time)
{
	struct tm tm = {};
	const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	char ms[4] = "";

	if (!rest || (*rest == '.' && sscanf(rest, ".%3[0-9]", ms) != 1))
		return -EINVAL;
	time->tv_sec = timegm(&tm);
	time->tv_nsec = atoi(ms) * 1000000L;
	return 0;
}

/* A text that stays. */
static const char *attach_name(const char *text)
{
	for (int mode = 0; mode < ATTACH_MODES; mode++) {
		if (!strcmp(text, attach_mode__name(mode)))
			return attach_mode__name(mode);
	}
	return "unknown";
}

static int parse_interval(struct replay *replay)
{
	double seconds = json_number_value(json_object_get(replay->root, "interval"));
	double uptime = json_number_value(json_object_get(replay->root, "uptime"));
	struct interval *interval = &replay->interval;

	if (parse_time(text_of(replay->root, "time"), &interval->end))
		return complain(replay, -EINVAL, "no \"time\"");
	if (!(seconds >= 0 && seconds < 1e9))
		return complain(replay, -EINVAL, "no \"interval\"");
	interval->elapsed_ns = llround(seconds * 1e9);
	interval->uptime_ns = uptime > 0 && uptime < 1e9 ? llround(uptime * 1e9) : 0;
	interval->attach = attach_name(text_of(replay->root, "attach"));
	interval->lost_flows = number_of(replay->root, "lost_flows");
	interval->missed = number_of(replay->root, "missed");
	return 0;
}

static int parse_devices(const struct replay *replay, struct devices *devices)
{
	const json_t *array = json_object_get(replay->root, "devices");
	size_t count = json_array_size(array);
	struct device *list = calloc(count ?: 1, sizeof(*list));
	int err;

	if (!list)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		const json_t *object = json_array_get(array, i);

		snprintf(list[i].name, sizeof(list[i].name), "%s", text_of(object, "dev"));
		list[i].tx_bytes = number_of(object, "tx_bytes");
		list[i].rx_bytes = number_of(object, "rx_bytes");
	}
	err = devices__replace(devices, list, count);
	free(list);
	return err;
}

/* --- processes --- */

static int compare_actors(const void *left, const void *right)
{
	const struct owner *a = &((const struct actor *)left)->owner, *b = &((const struct actor *)right)->owner;

	if (a->tgid != b->tgid)
		return a->tgid < b->tgid ? -1 : 1;
	return (a->start_time > b->start_time) - (a->start_time < b->start_time);
}

static __u64 hash_of(const char *text)
{
	return crc32(0, (const Bytef *)text, strlen(text));
}

static void parse_actor(struct actor *actor, const json_t *object)
{
	actor->object = object;
	actor->owner.tgid = number_of(object, "pid");
	actor->owner.start_time = number_of(object, "start_time");
	actor->owner.uid = number_of(object, "uid");
	actor->owner.cgroup = hash_of(text_of(object, "cgroup")); /* that it moved to another is all that matters */
	actor->tx_bytes = number_of(object, "tx_bytes");
	actor->rx_bytes = number_of(object, "rx_bytes");
	snprintf(actor->owner.comm, sizeof(actor->owner.comm), "%s", text_of(object, "comm"));
}

/* What belonged to no process then belongs to none now. */
static int parse_actors(struct replay *replay)
{
	const json_t *array = json_object_get(replay->root, "processes");
	size_t count = json_array_size(array);

	replay->actors = calloc(count ?: 1, sizeof(*replay->actors));
	if (!replay->actors)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		const json_t *object = json_array_get(array, i);

		if (strcmp(text_of(object, "comm"), OTHER_COMM) || number_of(object, "pid"))
			parse_actor(&replay->actors[replay->actor_count++], object);
	}
	qsort(replay->actors, replay->actor_count, sizeof(*replay->actors), compare_actors);
	return 0;
}

/* The youngest of a pid. */
static struct actor *find_youngest(const struct replay *replay, __u32 tgid)
{
	size_t low = 0, high = replay->actor_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (replay->actors[middle].owner.tgid <= tgid)
			low = middle + 1;
		else
			high = middle;
	}
	return low && replay->actors[low - 1].owner.tgid == tgid ? &replay->actors[low - 1] : NULL;
}

static bool is_of(const struct replay *replay, const struct actor *actor, __u32 tgid)
{
	return actor && actor >= replay->actors && actor->owner.tgid == tgid;
}

static const struct actor *find_actor(const struct replay *replay, const struct owner *owner)
{
	const struct actor *actor = find_youngest(replay, owner->tgid);

	while (is_of(replay, actor, owner->tgid) && actor->owner.start_time != owner->start_time)
		actor--;
	return is_of(replay, actor, owner->tgid) ? actor : NULL;
}

int replay__identify(void *ctx, const struct owner *owner, struct identity *identity)
{
	const struct replay *replay = ctx;
	const struct actor *actor = find_actor(replay, owner);
	const json_t *object = actor ? actor->object : NULL;
	const struct identity texts = {
		(char *)text_of(object, "user"),    (char *)text_of(object, "program"),
		(char *)text_of(object, "exe"),	    (char *)text_of(object, "cmdline"),
		(char *)text_of(object, "cgroup"),  (char *)text_of(object, "container"),
	};

	return identity__copy(identity, &texts);
}

/* --- flows --- */

static struct flow make_flow(const struct owner *owner, __u64 tx_bytes, __u64 rx_bytes)
{
	return (struct flow){
		.tx_bytes = tx_bytes,
		.rx_bytes = rx_bytes,
		.owner = *owner,
	};
}

static int parse_key(const json_t *object, struct flow_key *key)
{
	int protocol = format__parse_protocol(text_of(object, "proto"));

	key->tgid = number_of(object, "pid");
	key->netns = number_of(object, "netns");
	key->lport = number_of(object, "lport");
	key->rport = number_of(object, "rport");
	key->protocol = protocol;
	if (protocol < 0 || format__parse_address(text_of(object, "laddr"), key->laddr))
		return -EINVAL;
	return format__parse_address(text_of(object, "raddr"), key->raddr);
}

/* A connection does not tell which of two it is that had the pid in one interval: who has its name, and enough left. */
static struct actor *find_actor_of(const struct replay *replay, __u32 tgid, const json_t *object)
{
	struct actor *youngest = find_youngest(replay, tgid);

	for (struct actor *actor = youngest; is_of(replay, actor, tgid); actor--) {
		if (actor->tx_bytes >= number_of(object, "tx_bytes") && actor->rx_bytes >= number_of(object, "rx_bytes") &&
		    !strcmp(actor->owner.comm, text_of(object, "comm")))
			return actor;
	}
	return youngest;
}

/* Takes it off what is left of its process. */
static __u64 take_off(__u64 *left, __u64 bytes)
{
	*left -= bytes < *left ? bytes : *left;
	return bytes;
}

static int give_connection(struct replay *replay, const json_t *object, sampler_sink sink, void *ctx)
{
	struct actor stranger = {}, *actor;
	struct flow_key key = {};
	struct flow flow;

	if (parse_key(object, &key))
		return complain(replay, -EINVAL, "a connection without protocol or address");
	actor = find_actor_of(replay, key.tgid, object);
	if (!actor) { /* cut off by --top */
		actor = &stranger;
		actor->owner.tgid = key.tgid;
		snprintf(actor->owner.comm, sizeof(actor->owner.comm), "%s", text_of(object, "comm"));
	}
	flow = make_flow(&actor->owner, take_off(&actor->tx_bytes, number_of(object, "tx_bytes")),
			 take_off(&actor->rx_bytes, number_of(object, "rx_bytes")));
	snprintf(flow.dev, sizeof(flow.dev), "%s", text_of(object, "dev"));
	return sink(ctx, &key, &flow);
}

static int give_connections(struct replay *replay, sampler_sink sink, void *ctx)
{
	const json_t *array = json_object_get(replay->root, "connections");
	int err = 0;

	for (size_t i = 0; i < json_array_size(array) && !err; i++)
		err = give_connection(replay, json_array_get(array, i), sink, ctx);
	return err;
}

static int give_rest(const struct replay *replay, sampler_sink sink, void *ctx)
{
	int err = 0;

	for (size_t i = 0; i < replay->actor_count && !err; i++) {
		const struct actor *actor = &replay->actors[i];
		struct flow flow = make_flow(&actor->owner, actor->tx_bytes, actor->rx_bytes);
		struct flow_key key = { .tgid = actor->owner.tgid };

		if (flow.tx_bytes || flow.rx_bytes)
			err = sink(ctx, &key, &flow);
	}
	return err;
}

/* Counts what is given, to find what the line's total has beyond it. */
struct tally {
	sampler_sink sink;
	void *ctx;
	__u64 tx_bytes;
	__u64 rx_bytes;
};

static int count_and_give(void *ctx, const struct flow_key *key, const struct flow *flow)
{
	struct tally *tally = ctx;

	tally->tx_bytes += flow->tx_bytes;
	tally->rx_bytes += flow->rx_bytes;
	return tally->sink(tally->ctx, key, flow);
}

static __u64 beyond(__u64 total, __u64 told)
{
	return total > told ? total - told : 0;
}

static int give_line(struct replay *replay, struct interval *interval, sampler_sink sink, void *ctx)
{
	const json_t *total = json_object_get(replay->root, "total");
	struct tally tally = { .sink = sink, .ctx = ctx };
	int err = give_connections(replay, count_and_give, &tally);

	err = err ?: give_rest(replay, count_and_give, &tally);
	interval->unowned_tx = beyond(number_of(total, "tx_bytes"), tally.tx_bytes);
	interval->unowned_rx = beyond(number_of(total, "rx_bytes"), tally.rx_bytes);
	return err;
}

int replay__next(struct replay *replay)
{
	json_error_t error;
	int err = read_line(replay);

	if (err)
		return err;
	forget_line(replay);
	replay->root = json_loadb(replay->line, replay->length, 0, &error);
	if (!json_is_object(replay->root))
		return complain(replay, -EINVAL, "not a line of bpfhogs --json");
	return parse_interval(replay);
}

__s64 replay__offset(const struct replay *replay)
{
	return replay->begin;
}

int replay__go(struct replay *replay, __s64 offset, unsigned long lines)
{
	gzclearerr(replay->file); /* of what comes later */
	if (gzseek(replay->file, offset, SEEK_SET) < 0)
		return -ESPIPE;
	replay->number = lines;
	return 0;
}

__u64 replay__elapsed_ns(const struct replay *replay)
{
	return replay->interval.elapsed_ns;
}

__u32 replay__netns(const struct replay *replay)
{
	return number_of(replay->root, "netns");
}

int replay__take(struct replay *replay, struct interval *interval, struct devices *devices, sampler_sink sink,
		 void *ctx)
{
	int err = parse_devices(replay, devices);

	*interval = replay->interval;
	err = err ?: parse_actors(replay);
	return err ?: give_line(replay, interval, sink, ctx);
}
