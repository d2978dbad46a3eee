/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The full-screen view. It draws the model as it stands after an interval, and what keys ask for; it never changes what is
 * counted.
 */
#ifndef SCREEN_H
#define SCREEN_H

#include <stdbool.h>
#include <time.h>

#include "devices.h"
#include "format.h"
#include "identity.h"
#include "interval.h"
#include "listing.h"
#include "model.h"
#include "order.h"
#include "services.h"
#include "sockets.h"

struct event_base;
struct screen;

/* What a process is called in the list. */
enum screen_program {
	SCREEN_PROGRAM, /* as it was called */
	SCREEN_COMMAND, /* with its arguments */
	SCREEN_BASE,	/* without directories */
};

/* All that keys change can be given at the start. */
struct screen_options {
	enum listing_kind view;
	enum order_sort sort;
	enum format_units units;
	enum screen_program program;
	const char *filter; /* an expression, or NULL */
	double interval;    /* seconds */
	long top;	    /* rows that are shown at once, at most; 0 or less: as many as there is room for */
	bool totals;
	bool log_scale;
	bool hosts; /* names of addresses */
	bool services;
	bool hide_ports;
	bool read_only;
	const char *recording; /* that is replayed; NULL: it happens now, on this machine */
	double speed;	       /* of that; 0: as fast as it was */
};

/* What the screen makes use of. Borrowed; what is NULL is not to be had. */
struct screen_parts {
	struct event_base *base;
	struct identities *identities;
	struct services *services;
	struct sockets *sockets;
};

/* A filter that is wrong: -EINVAL; a terminal that cannot show it: -ENOTSUP; or another -errno. Said on stderr. */
int screen__new(struct screen **out, const struct screen_options *options, const struct screen_parts *parts);

/* Gives the terminal back. */
void screen__free(struct screen *screen);

/*
 * An interval is over: draws it. The model must be there until the next call. While it takes an interval nothing is drawn: what
 * is said then is shown with the next picture.
 */
void screen__update(struct screen *screen, const struct model *model, const struct interval *interval,
		    const struct devices *devices);

/* The recording is at its end, or broken: `why`. */
void screen__end_of_recording(struct screen *screen, const char *why);

enum screen_wish {
	SCREEN_WISH_NONE = 0,
	SCREEN_WISH_QUIT = 1 << 0,
	SCREEN_WISH_INTERVAL = 1 << 1, /* another screen__interval() */
	SCREEN_WISH_REPLAY = 1 << 2,   /* the recording is to be shown otherwise: the three below */
};

/* Takes the keys that were pressed. Returns wishes that main has to fulfil, or'ed. */
unsigned int screen__keys(struct screen *screen);

/* In seconds, as it was chosen last. */
double screen__interval(const struct screen *screen);

/* How many times as fast as it was a recording is to be shown, and whether it is to stand still. */
double screen__speed(const struct screen *screen);
bool screen__is_paused(const struct screen *screen);

/* Where it is to go from where it is: first to the interval that ended at a time, or the next; then by so many intervals. */
struct screen_seek {
	time_t time; /* 0: it stays */
	long steps;
};

/* All that keys have asked for since the last call. */
struct screen_seek screen__take_seek(struct screen *screen);

/* Says something in the bottom line. It is shown until the next key. */
void screen__notify(struct screen *screen, const char *text);

/* The terminal has another size; Ctrl-Z was pressed. */
void screen__resize(struct screen *screen);
void screen__suspend(struct screen *screen);

#endif
