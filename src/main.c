/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The way of a byte, on the user side: source -> model -> view -> output, once an interval; an event loop for the time
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

#include "alive.h"
#include "devices.h"
#include "filter.h"
#include "identity.h"
#include "json.h"
#include "model.h"
#include "options.h"
#include "screen.h"
#include "services.h"
#include "sockets.h"
#include "source.h"
#include "terminal.h"
#include "text.h"
#include "view.h"

#define EXIT_USAGE 2
#define TEXT_TOP 10
#define WIDTH_IF_NO_TERMINAL 132
#define SCREEN_LINGER_NS 40000000000ULL /* as long as the longest average is not zero */

enum { ON_TICK, ON_INT, ON_TERM, ON_HUP, ON_DURATION, ON_KEY, ON_RESIZE, ON_SUSPEND, ON_CONTINUE, EVENTS };

struct app {
	struct options options;
	__u32 netns; /* inode number of our network namespace */
	struct source *source;
	struct identities *identities;
	struct alive *alive;
	struct services *services;
	struct filter *filter;
	struct model *model;
	struct devices *devices;
	struct view view;
	struct json *json; /* or */
	struct text *text; /* or */
	struct screen *screen;
	struct sockets *sockets; /* of the screen's */
	struct event_base *base;
	struct event *events[EVENTS];
	unsigned long intervals;
	const char *error; /* more of what ended the loop, or NULL */
	int err;	   /* 0 or -errno of that */
};

static bool is_replay(const struct app *app)
{
	return app->options.screen.recording;
}

/* --- an interval --- */

static int build_view(struct app *app, enum order_sort sort, enum model_which which)
{
	const struct view_options options = {
		.sort = sort,
		.which = which,
		.filter = app->filter,
		.top_processes = app->options.screen.top,
		.top_connections = app->options.screen.top,
	};

	return view__build(&app->view, app->model, &options);
}

static int show_interval(struct app *app, const struct interval *interval)
{
	int err;

	if (app->screen) {
		screen__update(app->screen, app->model, interval, app->devices);
		return 0;
	}
	err = build_view(app, app->options.screen.sort, MODEL_ACTIVE);
	if (err)
		return err;
	if (app->json)
		return json__write(app->json, stdout, interval, app->model, &app->view, app->devices);
	return text__interval(app->text, stdout, interval, app->model, &app->view, app->devices);
}

static void stop(struct app *app, int err)
{
	app->err = err;
	event_base_loopbreak(app->base);
}

/* The screen goes on to show what there was; other outputs are through. */
static void end_recording(struct app *app, int err)
{
	const char *error = err == -ENODATA ? NULL : source__error(app->source);

	if (app->screen) {
		screen__end_of_recording(app->screen, error ?: "the recording ends here (q quits, h helps)");
		return;
	}
	app->error = error;
	stop(app, error ? err : 0);
}

/* A recording takes its time on the screen only. */
static void schedule_replay(struct app *app)
{
	__u64 ns = app->screen ? source__next_ns(app->source) : 0;
	const struct timeval delay = { ns / 1000000000, ns % 1000000000 / 1000 };

	event_add(app->events[ON_TICK], &delay);
}

static void on_tick(evutil_socket_t fd, short what, void *ctx)
{
	struct app *app = ctx;
	struct interval interval = {};
	int err = source__take(app->source, app->model, app->devices, &interval);

	(void)fd;
	(void)what;
	if (err && is_replay(app)) {
		end_recording(app, err);
		return;
	}
	app->error = err ? source__error(app->source) : NULL;
	err = err ?: show_interval(app, &interval);
	if (err || ++app->intervals == app->options.count)
		stop(app, err);
	else if (is_replay(app))
		schedule_replay(app);
}

static int print_summary(struct app *app)
{
	int err = build_view(app, ORDER_TOTAL, MODEL_ALL);

	return err ?: text__summary(app->text, stdout, app->model, &app->view);
}

static int print_rest(struct app *app)
{
	struct interval interval = {};
	int err;

	if (app->screen)
		return 0;
	err = source__take_rest(app->source, app->model, app->devices, &interval);
	if (err && err != -ENODATA) {
		app->error = source__error(app->source);
		return err;
	}
	if (app->text)
		return print_summary(app);
	return err ? 0 : show_interval(app, &interval);
}

/* --- events --- */

static void on_end(evutil_socket_t fd, short what, void *ctx)
{
	(void)fd;
	(void)what;
	stop(ctx, 0);
}

static struct timeval timeval_of(double seconds)
{
	struct timeval time = { .tv_sec = seconds };

	time.tv_usec = (seconds - time.tv_sec) * 1e6;
	return time;
}

static void on_key(evutil_socket_t fd, short what, void *ctx)
{
	struct app *app = ctx;
	unsigned int wishes = screen__keys(app->screen);
	struct timeval interval = timeval_of(screen__interval(app->screen));

	(void)fd;
	(void)what;
	if (wishes & SCREEN_WISH_QUIT)
		stop(app, 0);
	else if (wishes & SCREEN_WISH_INTERVAL && !is_replay(app))
		event_add(app->events[ON_TICK], &interval);
}

static void on_resize(evutil_socket_t fd, short what, void *ctx)
{
	(void)fd;
	(void)what;
	screen__resize(((struct app *)ctx)->screen);
}

static void on_suspend(evutil_socket_t fd, short what, void *ctx)
{
	(void)fd;
	(void)what;
	screen__suspend(((struct app *)ctx)->screen);
}

static int add_event(struct app *app, int which, struct event *event, const struct timeval *time)
{
	app->events[which] = event;
	return event && !event_add(event, time) ? 0 : -ENOMEM;
}

static int add_signal(struct app *app, int which, int number, event_callback_fn callback)
{
	return add_event(app, which, evsignal_new(app->base, number, callback, app), NULL);
}

static int set_up_events(struct app *app)
{
	int err;

	app->base = event_base_new();
	if (!app->base)
		return -ENOMEM;
	err = add_signal(app, ON_INT, SIGINT, on_end);
	return err ?: add_signal(app, ON_TERM, SIGTERM, on_end);
}

static int set_up_screen_events(struct app *app)
{
	struct event *key = event_new(app->base, terminal__input_fd(), EV_READ | EV_PERSIST, on_key, app);
	int err = add_event(app, ON_KEY, key, NULL);

	err = err ?: add_signal(app, ON_HUP, SIGHUP, on_end);
	err = err ?: add_signal(app, ON_RESIZE, SIGWINCH, on_resize);
	err = err ?: add_signal(app, ON_SUSPEND, SIGTSTP, on_suspend);
	return err ?: add_signal(app, ON_CONTINUE, SIGCONT, on_resize);
}

static int start_timers(struct app *app)
{
	const struct timeval at_once = {};
	struct timeval interval = timeval_of(app->options.screen.interval);
	struct timeval duration = timeval_of(app->options.duration);
	int err;

	if (is_replay(app))
		err = add_event(app, ON_TICK, event_new(app->base, -1, 0, on_tick, app), &at_once);
	else
		err = add_event(app, ON_TICK, event_new(app->base, -1, EV_PERSIST, on_tick, app), &interval);
	if (!err && app->options.duration > 0)
		err = add_event(app, ON_DURATION, evtimer_new(app->base, on_end, app), &duration);
	return err;
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

static int set_up_text(struct app *app)
{
	const struct text_options text = {
		.width = output_width(),
		.charset = terminal__charset(),
		.units = app->options.screen.units,
	};

	app->options.screen.top = app->options.screen.top < 0 ? TEXT_TOP : app->options.screen.top;
	return text__new(&app->text, &text);
}

static int set_up_json(struct app *app)
{
	app->options.screen.top = app->options.screen.top < 0 ? 0 : app->options.screen.top;
	return json__new(&app->json);
}

static int set_up_screen(struct app *app)
{
	struct screen_parts parts = {
		.base = app->base,
		.identities = app->identities,
		.services = app->services,
	};

	if (!is_replay(app))
		sockets__new(&app->sockets); /* the screen says it where it matters that there is none */
	parts.sockets = app->sockets;
	return screen__new(&app->screen, &app->options.screen, &parts) ?: set_up_screen_events(app);
}

/* After the kernel side: what that has to say goes to a terminal that is no screen yet. */
static int set_up_output(struct app *app)
{
	int err;

	if (app->options.output == OUTPUT_JSON)
		return set_up_json(app);
	if (app->options.output != OUTPUT_SCREEN)
		return set_up_text(app);
	err = set_up_screen(app);
	return err == -ENOTSUP ? set_up_text(app) : err;
}

static int set_up_model(struct app *app)
{
	bool screen = app->options.output == OUTPUT_SCREEN;
	double interval = is_replay(app) ? source__next_ns(app->source) : app->options.screen.interval * 1e9;
	struct model_config config = {
		.netns = app->netns,
		.peak_min_ns = interval * 0.9,
		.linger_ns = screen ? SCREEN_LINGER_NS : 0,
		.keep = screen,
		.windows = screen,
		.identify = is_replay(app) ? source__identify : identities__lookup,
		.identify_ctx = is_replay(app) ? (void *)app->source : app->identities,
	};

	if (screen && !is_replay(app)) {
		config.process_ended = alive__process_ended;
		config.connection_ended = alive__connection_ended;
		config.ended_ctx = app->alive;
	}
	return model__new(&app->model, &config) ?: devices__new(&app->devices, NULL);
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

static int set_up(struct app *app)
{
	const struct identities_config usual_places = {};
	struct stat netns;
	int err;

	if (!stat("/proc/self/ns/net", &netns))
		app->netns = netns.st_ino;
	err = identities__new(&app->identities, &usual_places);
	err = err ?: services__new(&app->services, NULL);
	err = err ?: alive__new(&app->alive, app->identities, app->netns);
	err = err ?: set_up_events(app);
	if (err)
		fprintf(stderr, "bpfhogs: cannot start: %s\n", strerror(-err));
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

	return source__attach(&app->source, &config);
}

static int open_source(struct app *app, const __u32 *ifindexes)
{
	return is_replay(app) ? source__replay(&app->source, app->options.screen.recording) : attach(app, ifindexes);
}

static void tear_down(struct app *app)
{
	screen__free(app->screen);
	for (int i = 0; i < EVENTS; i++)
		if (app->events[i])
			event_free(app->events[i]);
	if (app->base)
		event_base_free(app->base);
	text__free(app->text);
	json__free(app->json);
	view__clear(&app->view);
	filter__free(app->filter);
	sockets__free(app->sockets);
	devices__free(app->devices);
	model__free(app->model);
	alive__free(app->alive);
	services__free(app->services);
	identities__free(app->identities);
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
static int exit_status(const struct app *app, int err)
{
	if (!err || err == -EPIPE)
		return EXIT_SUCCESS;
	if (app->error)
		fprintf(stderr, "bpfhogs: %s\n", app->error);
	else if (err == -ENOSPC || err == -EIO || err == -EFBIG || err == -EDQUOT)
		fprintf(stderr, "bpfhogs: cannot write the output: %s\n", strerror(-err));
	return EXIT_FAILURE;
}

static void choose_output(struct options *options)
{
	if (options->output == OUTPUT_AUTO)
		options->output = isatty(STDOUT_FILENO) ? OUTPUT_SCREEN : OUTPUT_TEXT;
}

int main(int argc, char **argv)
{
	__u32 ifindexes[MAX_FILTER_DEVICES];
	struct app app = {};
	int err, status;

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
	choose_output(&app.options);
	err = set_up(&app);
	err = err ?: set_up_filter(&app);
	if (err == -EINVAL)
		return EXIT_USAGE;
	err = err ?: open_source(&app, ifindexes);
	err = err ?: set_up_model(&app);
	err = err ?: set_up_output(&app);
	err = err ?: run(&app);
	tear_down(&app);
	status = exit_status(&app, err);
	source__free(app.source);
	return status;
}
