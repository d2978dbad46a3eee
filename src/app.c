/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The way of a byte, on the user side: source -> model -> screen and outputs, once an interval; an event loop for the time
 * between.
 */
#include "app.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <event2/event.h>

#include "privilege.h"
#include "terminal.h"

/* --- an interval --- */

static int show_interval(struct app *app, const struct interval *interval, bool last)
{
	if (app->screen && !last)
		screen__update(app->screen, app->model, interval, app->devices);
	return outputs__interval(app->outputs, interval, app->model, app->devices, last);
}

void app__stop(struct app *app, int err)
{
	app->err = err;
	event_base_loopbreak(app->base);
}

static void on_tick(evutil_socket_t fd, short what, void *ctx)
{
	struct app *app = ctx;
	struct interval interval = {};
	int err = app__take_interval(app, &interval);

	(void)fd;
	(void)what;
	if (err && app__is_replay(app)) {
		app__end_recording(app, err);
		return;
	}
	app->error = err ? source__error(app->source) : NULL;
	err = err ?: show_interval(app, &interval, false);
	if (!app__is_replay(app))
		app__note_gone_devices(app);
	if (interval.left_out)
		app__note_left_out(app);
	if (err || (app->options.count && app->progress.intervals >= app->options.count)) /* seeking may go beyond it */
		app__stop(app, err);
	else if (app__is_replay(app))
		app__schedule_replay(app);
}

int app__take_rest(struct app *app, struct source *next)
{
	struct interval interval = {};
	int err = source__take_rest(app->source, app->model, app->devices, &interval);

	if (err == -ENODATA)
		return 0;
	app->error = err ? source__error(app->source) : NULL;
	if (!err && next) {
		err = source__begin(next);
		app->error = err ? source__error(next) : NULL;
	}
	return err ?: show_interval(app, &interval, true);
}

static int finish(struct app *app)
{
	int err = app__take_rest(app, NULL);

	screen__free(app->screen); /* what is said from here on goes to stderr */
	app->screen = NULL;
	return err ?: outputs__end(app->outputs, app->model);
}

/* --- events --- */

static void on_end(evutil_socket_t fd, short what, void *ctx)
{
	(void)fd;
	(void)what;
	app__stop(ctx, 0);
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
		app__stop(app, 0);
	else if (app__is_replay(app) && wishes)
		app__control_replay(app);
	else if (wishes & SCREEN_WISH_INTERVAL)
		event_add(app->events[ON_TICK], &interval);
}

/* The file is read as at the start: by nothing that was lent. */
static bool parse_again(struct app *app, struct options *options)
{
	bool lent = privilege__are_lent(), good;

	if (lent && privilege__rest())
		return false;
	good = options__parse(options, app->argc, app->argv) == OPTIONS_RUN;
	if (lent)
		privilege__resume();
	return good;
}

/* A service is told to take what its files say now. */
static void on_reload(evutil_socket_t fd, short what, void *ctx)
{
	struct app *app = ctx;
	struct timeval interval;
	struct options options;
	int err = -ECANCELED;

	(void)fd;
	(void)what;
	if (!app__is_replay(app) && parse_again(app, &options))
		err = app__reload(app, &options);
	interval = timeval_of(app->options.screen.interval);
	if (err == -ECANCELED)
		fprintf(stderr, "bpfhogs: the options stay as they were\n");
	else if (err)
		app__stop(app, err);
	else
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

int app__set_up_events(struct app *app)
{
	int err;

	app->base = event_base_new();
	if (!app->base)
		return -ENOMEM;
	err = add_signal(app, ON_INT, SIGINT, on_end);
	err = err ?: add_signal(app, ON_TERM, SIGTERM, on_end);
	return err ?: add_signal(app, ON_HUP, SIGHUP, app->options.output == OUTPUT_SCREEN ? on_end : on_reload);
}

int app__set_up_screen_events(struct app *app)
{
	struct event *key = event_new(app->base, terminal__input_fd(), EV_READ | EV_PERSIST, on_key, app);
	int err = add_event(app, ON_KEY, key, NULL);

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

	app__note_progress(app);
	if (app__is_replay(app))
		err = add_event(app, ON_TICK, event_new(app->base, -1, 0, on_tick, app), &at_once);
	else
		err = add_event(app, ON_TICK, event_new(app->base, -1, EV_PERSIST, on_tick, app), &interval);
	if (!err && app->options.duration > 0)
		err = add_event(app, ON_DURATION, evtimer_new(app->base, on_end, app), &duration);
	return err;
}

/* Intervals begin with the counting. */
int app__run(struct app *app)
{
	int err = start_timers(app);

	if (err)
		return err;
	event_base_dispatch(app->base);
	return app->err ?: finish(app);
}

