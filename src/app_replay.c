/* SPDX-License-Identifier: GPL-2.0 */
/* Playing a recording: at its pace or another, and from any place of it. */
#include "app.h"

#include <errno.h>
#include <string.h>

#include <event2/event.h>

/* The screen goes on to show what there was; other outputs are through. */
void app__end_recording(struct app *app, int err)
{
	const char *error = err == -ENODATA ? NULL : source__error(app->source);

	if (app->screen) {
		screen__end_of_recording(app->screen, error ?: "the recording ends here (q quits, h helps)");
		return;
	}
	app->error = error;
	app__stop(app, error ? err : 0);
}

/* A recording takes its time on the screen, and where that is asked for. */
void app__schedule_replay(struct app *app)
{
	double speed = app->screen ? screen__speed(app->screen) : app->options.screen.speed;
	__u64 ns = speed > 0 ? source__next_ns(app->source) / speed : 0;
	const struct timeval delay = { ns / 1000000000, ns % 1000000000 / 1000 };

	event_add(app->events[ON_TICK], &delay);
}

/* Where the screen can come back to. */
void app__note_progress(struct app *app)
{
	if (app->screen && app__is_replay(app))
		checkpoints__note(&app->checkpoints, &app->progress, source__offset(app->source), app->model);
}

int app__take_interval(struct app *app, struct interval *interval)
{
	int err = source__take(app->source, app->model, app->devices, interval);

	if (err)
		return err;
	app->progress.intervals++;
	app->progress.end = interval->end.tv_sec;
	app__note_progress(app);
	return 0;
}

static int go_to_checkpoint(struct app *app, const struct checkpoint *checkpoint)
{
	struct model *model;
	int err = model__clone(&model, checkpoint->model);

	if (err)
		return err;
	err = source__go(app->source, checkpoint->offset, checkpoint->progress.intervals);
	if (err) {
		model__free(model);
		return err;
	}
	app->model = model;
	app->progress = checkpoint->progress;
	return 0;
}

/* To where it can be played on from to what is wanted: where it is, unless that is too far, or there is a shorter way. */
static int approach(struct app *app, const struct progress *wanted)
{
	const struct checkpoint *checkpoint = checkpoints__before(&app->checkpoints, wanted);
	bool too_far = !progress__is_short_of(&app->progress, wanted);

	if (!checkpoint)
		return too_far ? -ENOMEM : 0;
	return too_far || checkpoint->progress.intervals > app->progress.intervals ? go_to_checkpoint(app, checkpoint) : 0;
}

/* The screen holds on to the model that it was shown last, until it is shown another. */
static void seek(struct app *app, const struct progress *wanted)
{
	struct model *shown = app->model;
	struct interval interval = {};
	int err = approach(app, wanted);

	if (err) {
		screen__notify(app->screen, err == -ESPIPE ? "a recording that comes through a pipe cannot go back" : strerror(-err));
		return;
	}
	while (!err && progress__is_short_of(&app->progress, wanted))
		err = app__take_interval(app, &interval);
	if (interval.attach)
		screen__update(app->screen, app->model, &interval, app->devices);
	if (app->model != shown)
		model__free(interval.attach ? shown : app->model);
	if (!interval.attach)
		app->model = shown;
	if (err)
		app__end_recording(app, err);
}

static void seek_time(struct app *app, time_t time)
{
	const struct progress wanted = { .end = time };

	seek(app, &wanted);
}

static void seek_by(struct app *app, long steps)
{
	long target = (long)app->progress.intervals + steps;
	const struct progress wanted = { .intervals = target > 1 ? target : 1 };

	seek(app, &wanted);
}

/* Whether it stands still is the screen's to say. */
void app__control_replay(struct app *app)
{
	struct screen_seek wanted = screen__take_seek(app->screen);

	event_del(app->events[ON_TICK]);
	if (wanted.time)
		seek_time(app, wanted.time);
	if (wanted.steps)
		seek_by(app, wanted.steps);
	if (!screen__is_paused(app->screen))
		app__schedule_replay(app);
}
