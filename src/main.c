/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The way of a byte, on the user side: sampler -> model -> view -> output, once an interval; an event loop for the time
 * between.
 */
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <event2/event.h>

#include "devices.h"
#include "identity.h"
#include "json.h"
#include "loader.h"
#include "model.h"
#include "options.h"
#include "sampler.h"
#include "text.h"
#include "view.h"

#define EXIT_USAGE 2
#define TEXT_TOP 10
#define WIDTH_IF_NO_TERMINAL 132

enum { ON_TICK, ON_INT, ON_TERM, ON_DURATION, EVENTS };

struct app {
	struct options options;
	__u32 netns; /* inode number of our network namespace */
	struct loader *loader;
	struct sampler *sampler;
	struct identities *identities;
	struct model *model;
	struct devices *devices;
	struct view view;
	struct json *json; /* or */
	struct text *text;
	struct event_base *base;
	struct event *events[EVENTS];
	unsigned long intervals;
	int err; /* 0 or -errno of what ended the loop */
};

/* A device's name that the kernel side had only the index of: a receiving socket that is not connected. */
static void name_device(const struct app *app, const struct flow_key *key, struct flow *flow)
{
	if (flow->dev[0] || !flow->ifindex)
		return;
	if (key->netns == app->netns)
		if_indextoname(flow->ifindex, flow->dev);
	else if (flow->ifindex == 1) /* LOOPBACK_IFINDEX, in every namespace */
		strcpy(flow->dev, "lo");
}

static int add_to_model(void *ctx, const struct flow_key *key, const struct flow *drained)
{
	struct app *app = ctx;
	struct flow flow = *drained;

	name_device(app, key, &flow);
	model__add(app->model, key, &flow);
	return 0;
}

/* Ends the interval: what was counted goes to the model, and the model to the view. */
static int take_sample(struct app *app, struct interval *interval)
{
	const struct options *options = &app->options;
	const struct view_options view_options = {
		.sort = options->sort,
		.which = MODEL_ACTIVE,
		.top_processes = options->top,
		.top_connections = options->top,
	};
	int err;

	model__begin(app->model);
	err = sampler__take(app->sampler, interval, add_to_model, app);
	model__close(app->model, interval);
	if (err) {
		fprintf(stderr, "bpfhogs: cannot read the kernel's maps: %s\n", strerror(-err));
		return err;
	}
	devices__read(app->devices); /* after an error the next read covers both intervals */
	return view__build(&app->view, app->model, &view_options);
}

static int print_interval(struct app *app, const struct interval *interval)
{
	if (app->json)
		return json__write(app->json, stdout, interval, app->model, &app->view, app->devices);
	return text__interval(app->text, stdout, interval, app->model, &app->view, app->devices);
}

static int print_summary(struct app *app)
{
	const struct view_options options = {
		.sort = VIEW_SORT_TOTAL,
		.which = MODEL_ALL,
		.top_processes = app->options.top,
		.top_connections = app->options.top,
	};
	int err = view__build(&app->view, app->model, &options);

	return err ?: text__summary(app->text, stdout, app->model, &app->view);
}

static void stop(struct app *app, int err)
{
	app->err = err;
	event_base_loopbreak(app->base);
}

static void on_tick(evutil_socket_t fd, short what, void *ctx)
{
	struct app *app = ctx;
	struct interval interval = {};
	int err = take_sample(app, &interval);

	(void)fd;
	(void)what;
	err = err ?: print_interval(app, &interval);
	if (err || ++app->intervals == app->options.count)
		stop(app, err);
}

static void on_end(evutil_socket_t fd, short what, void *ctx)
{
	(void)fd;
	(void)what;
	stop(ctx, 0);
}

/* The programs are taken out first: then what is left in the maps is the rest, whole. */
static int print_rest(struct app *app)
{
	struct interval interval = {};
	int err;

	loader__detach(app->loader);
	err = take_sample(app, &interval);
	if (err)
		return err;
	return app->json ? print_interval(app, &interval) : print_summary(app);
}

static struct timeval timeval_of(double seconds)
{
	struct timeval time = { .tv_sec = seconds };

	time.tv_usec = (seconds - time.tv_sec) * 1e6;
	return time;
}

static int add_event(struct app *app, int which, struct event *event, const struct timeval *time)
{
	app->events[which] = event;
	return event && !event_add(event, time) ? 0 : -ENOMEM;
}

static int set_up_events(struct app *app)
{
	int err;

	app->base = event_base_new();
	if (!app->base)
		return -ENOMEM;
	err = add_event(app, ON_INT, evsignal_new(app->base, SIGINT, on_end, app), NULL);
	return err ?: add_event(app, ON_TERM, evsignal_new(app->base, SIGTERM, on_end, app), NULL);
}

static int start_timers(struct app *app)
{
	struct timeval interval = timeval_of(app->options.interval);
	struct timeval duration = timeval_of(app->options.duration);
	int err = add_event(app, ON_TICK, event_new(app->base, -1, EV_PERSIST, on_tick, app), &interval);

	if (!err && app->options.duration > 0)
		err = add_event(app, ON_DURATION, evtimer_new(app->base, on_end, app), &duration);
	return err;
}

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

static int set_up_output(struct app *app)
{
	struct options *options = &app->options;
	const struct text_options text = {
		.width = output_width(),
		.charset = strcmp(nl_langinfo(CODESET), "UTF-8") ? ESCAPE_ASCII : ESCAPE_UTF8,
		.units = options->units,
	};

	if (options->output == OUTPUT_JSON) {
		options->top = options->top < 0 ? 0 : options->top;
		return json__new(&app->json);
	}
	options->top = options->top < 0 ? TEXT_TOP : options->top;
	return text__new(&app->text, &text);
}

static int set_up_model(struct app *app)
{
	struct model_config config = {
		.netns = app->netns,
		.peak_min_ns = app->options.interval * 0.9e9,
		.identify = identities__lookup,
	};
	const struct identities_config usual_places = {};
	int err = identities__new(&app->identities, &usual_places);

	config.identify_ctx = app->identities;
	err = err ?: model__new(&app->model, &config);
	err = err ?: devices__new(&app->devices, NULL);
	return err;
}

/* The indices of the devices on the command line; a name that is none is a wrong command line. */
static int find_devices(const struct options *options, __u32 *ifindexes)
{
	for (size_t i = 0; i < options->device_count; i++) {
		ifindexes[i] = if_nametoindex(options->devices[i]);
		if (!ifindexes[i]) {
			fprintf(stderr, "bpfhogs: there is no device '%s' (ip link lists them)\n", options->devices[i]);
			return -ENODEV;
		}
	}
	return 0;
}

/* Counting begins. */
static int attach(struct app *app, const __u32 *ifindexes)
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
		.ifindexes = ifindexes,
		.ifindex_count = options->device_count,
		.netns = app->netns,
		.max_flows = options->max_flows,
	};
	int err = loader__new(&app->loader, &config);

	return err ?: sampler__new(&app->sampler, app->loader);
}

static int set_up(struct app *app)
{
	struct stat netns;
	int err;

	if (!stat("/proc/self/ns/net", &netns))
		app->netns = netns.st_ino;
	err = set_up_output(app);
	err = err ?: set_up_model(app);
	err = err ?: set_up_events(app);
	if (err)
		fprintf(stderr, "bpfhogs: cannot start: %s\n", strerror(-err));
	return err;
}

static void tear_down(struct app *app)
{
	for (int i = 0; i < EVENTS; i++)
		if (app->events[i])
			event_free(app->events[i]);
	if (app->base)
		event_base_free(app->base);
	sampler__free(app->sampler);
	text__free(app->text);
	json__free(app->json);
	view__clear(&app->view);
	devices__free(app->devices);
	model__free(app->model);
	identities__free(app->identities);
	loader__free(app->loader);
}

/* Intervals begin with the counting. */
static int run(struct app *app)
{
	int err = start_timers(app);

	if (err)
		return err;
	event_base_dispatch(app->base);
	return app->err ?: print_rest(app);
}

/* A reader that has seen enough is no error. */
static int exit_status(int err)
{
	if (!err || err == -EPIPE)
		return EXIT_SUCCESS;
	if (err == -ENOSPC || err == -EIO || err == -EFBIG || err == -EDQUOT)
		fprintf(stderr, "bpfhogs: cannot write the output: %s\n", strerror(-err));
	return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	__u32 ifindexes[MAX_FILTER_DEVICES];
	struct app app = {};
	int err;

	setlocale(LC_CTYPE, "");
	signal(SIGPIPE, SIG_IGN);
	switch (options__parse(&app.options, argc, argv)) {
	case OPTIONS_DONE:
		return fflush(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
	case OPTIONS_BAD:
		return EXIT_USAGE;
	case OPTIONS_RUN:
		break;
	}
	if (find_devices(&app.options, ifindexes))
		return EXIT_USAGE;
	err = set_up(&app);
	err = err ?: attach(&app, ifindexes);
	err = err ?: run(&app);
	tear_down(&app);
	return exit_status(err);
}
