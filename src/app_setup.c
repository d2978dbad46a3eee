/* SPDX-License-Identifier: GPL-2.0 */
/* Puts the parts together, by what the options say. */
#include "app.h"

#include <errno.h>
#include <malloc.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <event2/event.h>

#include "privilege.h"
#include "same_file.h"
#include "terminal.h"

#define TEXT_TOP 10
#define WIDTH_IF_NO_TERMINAL 132
#define SCREEN_LINGER_NS 40000000000ULL /* as long as the longest average is not zero */

/* Where only a file or a server is asked for, nothing is printed to what is no terminal. */
static void choose_output(struct options *options)
{
	if (options->output != OUTPUT_AUTO)
		return;
	if (isatty(STDOUT_FILENO))
		options->output = OUTPUT_SCREEN;
	else if (options->record || options->listen || options->textfile)
		options->output = OUTPUT_NONE;
	else
		options->output = OUTPUT_TEXT;
}

/* What people should know, where they see it. */
static void say(void *ctx, const char *text)
{
	const struct app *app = ctx;

	if (app->screen)
		screen__notify(app->screen, text);
	else
		fprintf(stderr, "bpfhogs: %s\n", text);
}

/* --- setting up --- */

static int output_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;

	if (columns && atoi(columns) > 0)
		return atoi(columns);
	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col)
		return size.ws_col;
	return WIDTH_IF_NO_TERMINAL;
}

static int set_up_screen(struct app *app)
{
	struct screen_parts parts = {
		.base = app->base,
		.identities = app->identities,
		.services = app->services,
	};

	if (!app__is_replay(app))
		sockets__new(&app->sockets); /* the screen says it where it matters that there is none */
	parts.sockets = app->sockets;
	return screen__new(&app->screen, &app->options.screen, &parts) ?: app__set_up_screen_events(app);
}

/* 0 is no limit; that of text is what fits a terminal. */
static long top_of(const struct options *options)
{
	long top = options->screen.top;

	if (top >= 0)
		return top;
	return options->output == OUTPUT_TEXT ? TEXT_TOP : 0;
}

static struct recorder_options record_options(const struct options *options)
{
	return (struct recorder_options){ options->record, options->record_size, options->record_keep };
}

/* In place of those that there are. */
static int set_up_outputs(struct app *app)
{
	const struct options *options = &app->options;
	const struct outputs_options config = {
		.printed = options->output,
		.top = top_of(options),
		.sort = options->screen.sort,
		.filter = app->filter,
		.csv_connections = options->screen.view == LISTING_CONNECTIONS,
		.text = { output_width(), terminal__charset(), options->screen.units },
		.record = record_options(options),
		.listen = options->listen,
		.textfile = options->textfile,
		.metrics = { options->metrics.top, options->metrics.pids, options->metrics.connections,
			     options->screen.interval * 1e9 },
		.max_flows = options->max_flows,
		.say = say,
		.say_ctx = app,
	};

	return outputs__new(&app->outputs, &config, app->base, app->outputs);
}

/* After the kernel side: what that has to say goes to a terminal that is no screen yet. */
static int set_up_output(struct app *app)
{
	int err = app->options.output == OUTPUT_SCREEN ? set_up_screen(app) : 0;

	if (err == -ENOTSUP) {
		app->options.output = OUTPUT_TEXT;
		err = 0;
	}
	return err ?: set_up_outputs(app);
}

int app__set_up_model(struct app *app)
{
	bool screen = app->options.output == OUTPUT_SCREEN;
	struct model_config config = {
		.netns = app->netns,
		.linger_ns = screen ? SCREEN_LINGER_NS : 0,
		.keep = screen,
		.windows = screen,
		.identify = app__is_replay(app) ? source__identify : identities__lookup,
		.identify_ctx = app__is_replay(app) ? (void *)app->source : app->identities,
	};

	if (screen && !app__is_replay(app)) {
		config.process_ended = alive__process_ended;
		config.connection_ended = alive__connection_ended;
		config.ended_ctx = app->alive;
	}
	return model__new(&app->model, &config);
}

static int set_up_filter(struct app *app)
{
	const struct filter_names names = { .port = services__find, .ctx = app->services };
	char error[128];
	int err;

	if (!app->options.screen.filter)
		return 0;
	err = filter__new(&app->filter, app->options.screen.filter, &names, error, sizeof(error));
	if (err == -EINVAL)
		fprintf(stderr, "bpfhogs: --filter: %s (see bpfhogs --help)\n", error);
	return err;
}

int app__prepare(struct app *app)
{
	struct identities_config usual_places = {};
	struct stat netns;
	int err = 0;

	if (!stat("/proc/self/ns/net", &netns))
		app->netns = netns.st_ino;
	if (!app->options.no_sandbox && !app__is_replay(app))
		err = helper__new(&app->helper, say, app);
	usual_places.helper = app->helper;
	err = err ?: identities__new(&app->identities, &usual_places);
	err = err ?: services__new(&app->services, NULL);
	err = err ?: alive__new(&app->alive, app->identities, app->netns);
	if (err)
		fprintf(stderr, "bpfhogs: cannot start: %s\n", strerror(-err));
	return err;
}

/* The indices of the devices on the command line; a name that is none is a wrong command line. A recording may be another machine's. */
static int find_devices(struct app *app)
{
	const struct options *options = &app->options;

	for (size_t i = 0; i < options->device_count && !app__is_replay(app); i++) {
		app->ifindexes[i] = if_nametoindex(options->devices[i]);
		if (!app->ifindexes[i]) {
			fprintf(stderr, "bpfhogs: there is no device '%s' (ip link lists them)\n", options->devices[i]);
			return -ENODEV;
		}
	}
	return 0;
}

void app__note_gone_devices(struct app *app)
{
	char name[IF_NAMESIZE], text[128];

	for (size_t i = 0; i < app->options.device_count; i++) {
		if (!app->ifindexes[i] || if_indextoname(app->ifindexes[i], name) || errno != ENXIO)
			continue;
		app->ifindexes[i] = 0;
		snprintf(text, sizeof(text), "the device %s is gone; another of that name is not counted (a restart takes that)",
			 app->options.devices[i]);
		say(app, text);
	}
}

void app__note_left_out(struct app *app)
{
	if (!app->told_left_out)
		say(app, "some network namespaces are not counted: too few file descriptors (a higher ulimit -n takes that)");
	app->told_left_out = true;
}

static int check_csv(const struct options *options)
{
	if (options->output != OUTPUT_CSV || options->screen.view <= LISTING_CONNECTIONS)
		return 0;
	fprintf(stderr, "bpfhogs: --csv has the views processes and connections (see bpfhogs --help)\n");
	return -EINVAL;
}

static int complain_replaced(const char *written)
{
	fprintf(stderr, "bpfhogs: %s would take the place of the recording that is replayed\n", written);
	return -EINVAL;
}

/* What is replayed must not be lost to what is made of it. */
static int check_replaced(const struct options *options)
{
	const struct recorder_options record = record_options(options);
	const char *recording = options->screen.recording;

	if (recording && options->record && recorder__takes_place_of(&record, recording))
		return complain_replaced(options->record);
	if (recording && options->textfile && same_file__are(recording, options->textfile))
		return complain_replaced(options->textfile);
	return 0;
}

int app__check(struct app *app)
{
	int err = check_csv(&app->options) ?: check_replaced(&app->options) ?: find_devices(app) ?: set_up_filter(app);

	choose_output(&app->options);
	return err;
}

/* Counting begins. Who counted by BPF goes on so, or as before. */
static int attach(const struct app *app, struct source **out)
{
	const struct options *options = &app->options;
	const struct loader_config config = {
		.mode = options->attach,
		.verbose = options->verbose,
		.tcp = options->tcp,
		.udp = options->udp,
		.ipv4 = options->ipv4,
		.ipv6 = options->ipv6,
		.no_loopback = options->no_loopback,
		.pids = options->pids,
		.pid_count = options->pid_count,
		.ifindexes = app->ifindexes,
		.ifindex_count = options->device_count,
		.netns = app->netns,
		.max_flows = options->max_flows,
	};

	return source__attach(out, &config, !app->source || source__searches(app->source));
}

int app__open_recording(const struct app *app, struct source **out)
{
	const struct options *options = &app->options;
	const struct wanted wanted = {
		.pids = options->pids,
		.pid_count = options->pid_count,
		.devices = options->devices,
		.device_count = options->device_count,
		.tcp = options->tcp,
		.udp = options->udp,
		.ipv4 = options->ipv4,
		.ipv6 = options->ipv6,
		.no_loopback = options->no_loopback,
	};

	return source__replay(out, options->screen.recording, &wanted);
}

static int set_up_devices(struct app *app)
{
	int err = devices__new(&app->devices, NULL);

	if (err)
		fprintf(stderr, "bpfhogs: cannot read /proc/self/net/dev: %s (is /proc mounted?)\n", strerror(-err));
	return err;
}

int app__start(struct app *app)
{
	int err = app__set_up_events(app); /* first: from the attaching on, a signal must not lose what was counted */

	if (!err)
		err = app__is_replay(app) ? app__open_recording(app, &app->source) :
					    privilege__resume() ?: attach(app, &app->source);
	err = err ?: app__set_up_model(app);
	err = err ?: set_up_devices(app);
	err = err ?: set_up_output(app);
	err = err ?: app__enter_sandbox(app);
	malloc_trim(0); /* for the screen, too, the kernel's types took twice 5 MB for a moment */
	return err;
}

void app__tear_down(struct app *app)
{
	screen__free(app->screen);
	outputs__free(app->outputs);
	for (int i = 0; i < APP_EVENTS; i++)
		if (app->events[i])
			event_free(app->events[i]);
	if (app->base)
		event_base_free(app->base);
	filter__free(app->filter);
	sockets__free(app->sockets);
	devices__free(app->devices);
	model__free(app->model);
	checkpoints__clear(&app->checkpoints);
	alive__free(app->alive);
	services__free(app->services);
	identities__free(app->identities);
	helper__free(app->helper);
	sandbox__free(app->sandbox);
	source__free(app->source);
	options__clear(&app->options);
}

/* --- other options, while it runs --- */

static bool is_same_in_kernel(const struct options *a, const struct options *b)
{
	if (a->device_count != b->device_count)
		return false;
	for (size_t i = 0; i < a->device_count; i++) {
		if (strcmp(a->devices[i], b->devices[i]))
			return false;
	}
	return a->attach == b->attach && a->tcp == b->tcp && a->udp == b->udp && a->ipv4 == b->ipv4 && a->ipv6 == b->ipv6 &&
	       a->no_loopback == b->no_loopback && a->max_flows == b->max_flows && a->pid_count == b->pid_count &&
	       !memcmp(a->pids, b->pids, a->pid_count * sizeof(a->pids[0]));
}

static bool counts_alike(const struct app *a, const struct app *b)
{
	return is_same_in_kernel(&a->options, &b->options) && !memcmp(a->ifindexes, b->ifindexes, sizeof(a->ifindexes));
}

static int check_reload(struct app *app, const struct app *before)
{
	int err = app__check(app);

	if (err)
		return err;
	if (app->options.output != OUTPUT_SCREEN && !app__is_replay(app))
		return app__fits_sandbox(app, !counts_alike(app, before)) ? 0 : -EPERM;
	fprintf(stderr, "bpfhogs: the screen, or a recording to replay, takes a restart\n");
	return -EINVAL;
}

static void go_back(struct app *app, const struct app *before)
{
	filter__free(app->filter);
	options__clear(&app->options);
	*app = *before;
}

/* What one counted is told, from there on the other counts. Of an error its source tells, and stays. */
static int change_source(struct app *app, struct source *next)
{
	struct source *before = app->source;
	int err = app__take_rest(app, next);

	app->source = err && app->error != source__error(next) ? before : next;
	source__free(app->source == next ? before : next);
	return err;
}

/* Nothing of what there was is given up before there is all that takes its place. */
int app__reload(struct app *app, struct options *options)
{
	struct app before = *app;
	struct source *next = NULL;
	int err;

	app->options = *options;
	app->filter = NULL;
	err = check_reload(app, &before);
	if (!err && !counts_alike(app, &before))
		err = attach(app, &next);
	err = err ?: set_up_outputs(app);
	if (err) {
		source__free(next);
		go_back(app, &before);
		return -ECANCELED;
	}
	filter__free(before.filter);
	options__clear(&before.options);
	return next ? change_source(app, next) : 0;
}
