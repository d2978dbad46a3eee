/* SPDX-License-Identifier: GPL-2.0 */
/* The program as a whole: its parts, and how they are put together. For main.c and app*.c alone. */
#ifndef APP_H
#define APP_H

#include <stdbool.h>

#include "alive.h"
#include "checkpoints.h"
#include "devices.h"
#include "filter.h"
#include "helper.h"
#include "identity.h"
#include "model.h"
#include "options.h"
#include "outputs.h"
#include "sandbox.h"
#include "screen.h"
#include "services.h"
#include "sockets.h"
#include "source.h"

struct event;
struct event_base;

enum app_event {
	ON_TICK,
	ON_INT,
	ON_TERM,
	ON_HUP,
	ON_DURATION,
	ON_KEY,
	ON_RESIZE,
	ON_SUSPEND,
	ON_CONTINUE,
	APP_EVENTS,
};

struct app {
	int argc; /* the command line, which SIGHUP makes read again */
	char **argv;
	struct options options;
	__u32 ifindexes[MAX_FILTER_DEVICES]; /* of the options' devices; 0: it is gone */
	__u32 netns; /* inode number of our network namespace */
	struct source *source;
	struct helper *helper;	 /* NULL: without, as the next */
	struct sandbox *sandbox;
	struct identities *identities;
	struct alive *alive;
	struct services *services;
	struct filter *filter;
	struct model *model;
	struct devices *devices;
	struct outputs *outputs;
	struct screen *screen;
	struct sockets *sockets; /* of the screen's */
	struct event_base *base;
	struct event *events[APP_EVENTS];
	struct progress progress;
	struct checkpoints checkpoints; /* of a recording on the screen */
	bool told_left_out; /* app__note_left_out() has said it */
	const char *error; /* more of what ended the loop, or NULL */
	int err;	   /* 0 or -errno of that */
};

static inline bool app__is_replay(const struct app *app)
{
	return app->options.screen.recording;
}

/* The parts that do not depend on the options. 0 or -errno, said on stderr. */
int app__prepare(struct app *app);

/* Whether the options make sense on this machine: 0, or -errno and it was said on stderr. */
int app__check(struct app *app);

/* The other parts: counting begins. 0 or -errno; what went wrong was said on stderr. */
int app__start(struct app *app);

void app__tear_down(struct app *app);

/* Opens the recording. 0 or -errno, said on stderr. */
int app__open_recording(const struct app *app, struct source **out);

/* Another model, as empty as the first. 0 or -errno. */
int app__set_up_model(struct app *app);

/*
 * Takes other options, which it owns then; what is counted in the kernel goes on where they do not change that. 0; -ECANCELED:
 * they cannot be had, and all goes on as it was; why was said on stderr; or another -errno: it cannot go on.
 */
int app__reload(struct app *app, struct options *options);

/* Closes the door, when all is open that has to be (--no-sandbox leaves it open). 0, or -errno and it was said. */
int app__enter_sandbox(struct app *app);

/*
 * Whether the options can be had without opening the door again, by attaching anew or with what is attached; if not, that is said
 * on stderr.
 */
bool app__fits_sandbox(const struct app *app, bool anew);

/* Lets intervals come and go until the end. 0 or -errno. */
int app__run(struct app *app);

/* Ends that; err: 0 or -errno, what it returns then. */
void app__stop(struct app *app, int err);

/* The next interval, of the kernel's or of the recording. 0 or -errno. */
int app__take_interval(struct app *app, struct interval *interval);

/*
 * For recordings: notes a place that the screen can come back to; when the next interval is due; what the keys of the screen ask
 * for; and -errno instead of an interval.
 */
void app__note_progress(struct app *app);
void app__schedule_replay(struct app *app);
void app__control_replay(struct app *app);
void app__end_recording(struct app *app, int err);

/* Says, once, which of the devices that are counted is there no more. */
void app__note_gone_devices(struct app *app);

/* Says, once, that an interval is without some network namespaces. */
void app__note_left_out(struct app *app);

/* The events that the options ask for. 0 or -ENOMEM. */
int app__set_up_events(struct app *app);
int app__set_up_screen_events(struct app *app);

/*
 * Shows what the maps have still, after the programs were taken out. next: what counts from there on, without what both counted
 * until then; NULL: nothing does. 0 or -errno.
 */
int app__take_rest(struct app *app, struct source *next);

#endif
