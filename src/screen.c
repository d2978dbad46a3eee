/* SPDX-License-Identifier: GPL-2.0 */
/* The screen's life, and what of it is drawn when. */
#include "screen.h"

#include <curses.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screen_state.h"

/* --- names, for those who want them --- */

static void on_name(void *ctx)
{
	struct screen *screen = ctx;

	if (screen->filter)
		screen__rebuild(screen);
	screen__draw(screen);
}

void screen__set_names(struct screen *screen, bool hosts, bool services)
{
	const struct resolver_config config = { .base = screen->parts.base, .changed = on_name, .ctx = screen };

	if (hosts && !screen->resolver && resolver__new(&screen->resolver, &config))
		screen__say(screen, "names cannot be looked up");
	screen->options.hosts = hosts && screen->resolver;
	screen->options.services = services && screen->parts.services;
	screen->endpoints.resolver = screen->options.hosts ? screen->resolver : NULL;
	screen->endpoints.services = screen->options.services ? screen->parts.services : NULL;
	screen__rebuild(screen);
}

static const char *host_name(void *ctx, const __u8 addr[16])
{
	const struct screen *screen = ctx;

	return screen->endpoints.resolver ? resolver__name(screen->endpoints.resolver, addr) : NULL;
}

static int service_port(void *ctx, const char *name)
{
	const struct screen *screen = ctx;

	return services__port(screen->parts.services, name);
}

/* --- the filter --- */

static bool is_blank(const char *text)
{
	return !text[strspn(text, " \t")];
}

int screen__set_filter(struct screen *screen, const char *expression, char *error, size_t size)
{
	const struct filter_names names = { .host = host_name, .port = service_port, .ctx = screen };
	struct filter *filter = NULL;
	int err = 0;

	if (!is_blank(expression))
		err = filter__new(&filter, expression, &names, error, size);
	if (err)
		return err;
	filter__free(screen->filter);
	screen->filter = filter;
	snprintf(screen->filter_text, sizeof(screen->filter_text), "%s", expression);
	screen__rebuild(screen);
	return 0;
}

/* --- the beginning and the end --- */

static int set_up_filter(struct screen *screen)
{
	char error[128] = "not enough memory";
	int err = screen__set_filter(screen, screen->options.filter ?: "", error, sizeof(error));

	if (err)
		fprintf(stderr, "bpfhogs: --filter: %s (see bpfhogs --help)\n", error);
	return err;
}

static int set_up_terminal(void)
{
	char why[128];
	int err = terminal__open(why, sizeof(why));

	if (err)
		fprintf(stderr, "bpfhogs: no screen, %s: printing text\n", why);
	return err;
}

int screen__new(struct screen **out, const struct screen_options *options, const struct screen_parts *parts)
{
	struct screen *screen = calloc(1, sizeof(*screen));
	int err;

	if (!screen)
		return -ENOMEM;
	screen->options = *options;
	screen->options.speed = options->speed ?: 1;
	screen->parts = *parts;
	screen->endpoints.hide_ports = options->hide_ports;
	screen->drawn.height = 1;
	err = set_up_filter(screen);
	err = err ?: set_up_terminal();
	if (err) {
		screen__free(screen);
		return err;
	}
	screen__set_names(screen, options->hosts, options->services);
	screen__draw(screen);
	*out = screen;
	return 0;
}

void screen__free(struct screen *screen)
{
	if (!screen)
		return;
	terminal__close();
	listing__clear(&screen->listing);
	listing__clear(&screen->pane);
	model__free(screen->frozen);
	filter__free(screen->filter);
	resolver__free(screen->resolver);
	buffer__clear(&screen->line);
	free(screen);
}

/* --- drawing --- */

void screen__say(struct screen *screen, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(screen->message, sizeof(screen->message), format, args);
	va_end(args);
}

void screen__draw_line(struct screen *screen, int row, enum tone tone)
{
	struct pen pen = pen__begin(row);

	if (screen->line.length && screen->line.text[screen->line.length - 1] == '\n')
		screen->line.length--;
	pen__put(&pen, tone, &screen->line, 0);
	pen__repaint(row, 0, COLS, tone);
	buffer__reset(&screen->line);
}

static void draw_bottom(struct screen *screen, int row)
{
	struct pen pen;

	if (screen->asking != ASKING_NOTHING) {
		screen_ask__draw(screen, row);
		return;
	}
	curs_set(0);
	if (!screen->message[0] && !screen->ended) {
		screen_keys__draw_hints(screen, row);
		return;
	}
	pen = pen__begin(row);
	pen__printf(&pen, TONE_STRONG, " %s", screen->message[0] ? screen->message : screen->ended);
}

/* Makes the list anew if the model has gone on since. False: the model takes an interval, and nothing of it can be looked at. */
static bool catch_up(struct screen *screen)
{
	const struct model *model = screen__model(screen);

	if (model && !model__edition(model))
		return false;
	if (model && !listing__is_of(&screen->listing, model))
		screen__rebuild(screen);
	return true;
}

void screen__draw(struct screen *screen)
{
	int bottom = LINES - 1;
	int row;

	if (!catch_up(screen))
		return;
	erase();
	row = screen_header__draw(screen, 0);
	if (screen->mode == SCREEN_HELP)
		screen_help__draw(screen, 0, bottom);
	else if (screen->mode == SCREEN_DETAILS)
		screen_details__draw(screen, row, bottom);
	else if (screen__model(screen))
		screen_list__draw(screen, row, bottom);
	draw_bottom(screen, bottom);
	refresh();
}

void screen__rebuild(struct screen *screen)
{
	const struct listing_options options = {
		.kind = screen->options.view,
		.sort = screen->options.sort,
		.totals = screen->options.totals,
		.filter = screen->filter,
	};

	if (screen__model(screen) && listing__build(&screen->listing, screen__model(screen), &options))
		screen__say(screen, "not enough memory for the list");
}

/* --- what happens --- */

void screen__update(struct screen *screen, const struct model *model, const struct interval *interval,
		    const struct devices *devices)
{
	screen->live = model;
	screen->ended = NULL;
	if (screen->frozen)
		return;
	screen->interval = *interval;
	if (screen->options.recording)
		screen->options.interval = round(interval->elapsed_ns / 1e7) / 100;
	wire__build(&screen->wire, model, devices, interval, !screen->options.recording);
	if (screen->mode == SCREEN_DETAILS)
		screen_details__refresh(screen);
	screen__draw(screen);
}

void screen__end_of_recording(struct screen *screen, const char *why)
{
	screen->ended = why;
	screen__draw(screen);
}

unsigned int screen__keys(struct screen *screen)
{
	unsigned int wishes = SCREEN_WISH_NONE;
	int key;

	if (!catch_up(screen))
		return SCREEN_WISH_NONE;
	while ((key = getch()) != ERR && !(wishes & SCREEN_WISH_QUIT)) {
		screen->message[0] = '\0';
		if (screen->asking != ASKING_NOTHING)
			wishes |= screen_ask__key(screen, key);
		else
			wishes |= screen_keys__press(screen, key);
	}
	if (terminal__is_gone())
		return SCREEN_WISH_QUIT;
	if (!(wishes & SCREEN_WISH_QUIT))
		screen__draw(screen);
	return wishes;
}

double screen__interval(const struct screen *screen)
{
	return screen->options.interval;
}

double screen__speed(const struct screen *screen)
{
	return screen->options.speed;
}

bool screen__is_paused(const struct screen *screen)
{
	return screen->paused;
}

struct screen_seek screen__take_seek(struct screen *screen)
{
	struct screen_seek seek = screen->seek;

	screen->seek = (struct screen_seek){};
	return seek;
}

void screen__notify(struct screen *screen, const char *text)
{
	screen__say(screen, "%s", text);
	screen__draw(screen);
}

void screen__resize(struct screen *screen)
{
	terminal__resize();
	screen__draw(screen);
}

void screen__suspend(struct screen *screen)
{
	terminal__suspend();
	screen__draw(screen);
}
