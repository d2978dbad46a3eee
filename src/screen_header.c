/* SPDX-License-Identifier: GPL-2.0 */
/* The top of the screen: what everything does, and the devices. */
#include <curses.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "screen_state.h"

#define SMALL_WIDTH 60
#define SMALL_HEIGHT 16
#define TALL_HEIGHT 24
#define DEVICE_BAR 12

static const struct {
	const char *name;
	const char *abbreviation;
} tabs[LISTING_KINDS] = {
	[LISTING_PROCESSES] = { "Processes", "Proc" }, [LISTING_CONNECTIONS] = { "Connections", "Conn" },
	[LISTING_HOSTS] = { "Hosts", "Host" },	       [LISTING_PORTS] = { "Ports", "Port" },
	[LISTING_CONTAINERS] = { "Containers", "Cont" }, [LISTING_USERS] = { "Users", "User" },
};

bool screen__is_small(void)
{
	return COLS < SMALL_WIDTH || LINES < SMALL_HEIGHT;
}

/* --- the title --- */

static void put_elapsed(struct pen *pen, __u64 ns)
{
	unsigned long seconds = ns / 1000000000, days = seconds / 86400;

	if (days)
		pen__printf(pen, TONE_TITLE, "%lud ", days);
	pen__printf(pen, TONE_TITLE, "%02lu:%02lu:%02lu", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
}

static void put_state(struct pen *pen, const struct screen *screen)
{
	if (screen->frozen)
		pen__printf(pen, TONE_WARNING, " FROZEN ");
	if (screen->paused)
		pen__printf(pen, TONE_WARNING, " PAUSED ");
	if (screen->options.recording && screen->options.speed != 1)
		pen__printf(pen, TONE_TITLE, "  speed %g", screen->options.speed);
	if (screen->options.totals)
		pen__printf(pen, TONE_TITLE, "  since the start");
	if (screen->filter) {
		pen__printf(pen, TONE_TITLE, "  filter: ");
		pen__text(pen, TONE_TITLE, screen->filter_text, 30, ESCAPE_CUT_END);
	}
}

static void put_source(struct pen *pen, const struct screen *screen)
{
	char host[256] = "";

	if (screen->options.recording) {
		pen__printf(pen, TONE_TITLE, "  replay of ");
		pen__text(pen, TONE_TITLE, screen->options.recording, 24, ESCAPE_CUT_MIDDLE);
		return;
	}
	gethostname(host, sizeof(host) - 1);
	pen__printf(pen, TONE_TITLE, "  ");
	pen__text(pen, TONE_TITLE, host, 24, ESCAPE_CUT_MIDDLE);
}

static void put_clock(struct pen *pen, const struct screen *screen)
{
	struct tm local = {};
	char text[16];

	localtime_r(&screen->interval.end.tv_sec, &local);
	strftime(text, sizeof(text), "%H:%M:%S", &local);
	pen__printf(pen, TONE_TITLE, "  %s  for ", text);
	put_elapsed(pen, model__elapsed_ns(screen__model(screen)));
	pen__printf(pen, TONE_TITLE, "  every %g s  %s", screen->options.interval, screen->interval.attach);
}

static int draw_title(const struct screen *screen, int row)
{
	struct pen pen = pen__begin(row);

	pen__printf(&pen, TONE_TITLE, " bpfhogs");
	put_source(&pen, screen);
	if (screen__model(screen))
		put_clock(&pen, screen);
	else
		pen__printf(&pen, TONE_TITLE, "  the first interval of %g s has begun", screen->options.interval);
	put_state(&pen, screen);
	pen__to(&pen, TONE_TITLE, COLS);
	return row + 1;
}

/* --- what everything does --- */

static void put_rate(struct pen *pen, const struct screen *screen, enum tone tone, const char *what, __u64 rate)
{
	char number[FORMAT_NUMBER_SIZE];

	format__rate(number, rate, screen->options.units);
	pen__printf(pen, TONE_PLAIN, "  %s", what);
	pen__printf(pen, tone, " %*s", format__rate_width(screen->options.units), number);
}

/* The last minutes in what room there is: several intervals in a column where there are more than columns. */
static void put_past(struct pen *pen, const struct screen *screen, bool sent, int width)
{
	const struct model *model = screen__model(screen);
	__u64 past[MODEL_PAST] = {};
	int step = width < MODEL_PAST ? MODEL_PAST / width : 1;
	struct buffer line = {};

	if (width > MODEL_PAST)
		width = MODEL_PAST;
	step = step > 3 ? 3 : step;
	for (int column = 0; column < width; column++) {
		for (int i = 0; i < step; i++) {
			struct rates rates = model__past(model, (size_t)(width - 1 - column) * step + i);
			__u64 rate = sent ? rates.tx : rates.rx;

			past[column] = rate > past[column] ? rate : past[column];
		}
	}
	bar__put_line(&line, past, width, terminal__charset());
	pen__put(pen, sent ? TONE_SENT : TONE_RECEIVED, &line, width);
	buffer__clear(&line);
}

static int draw_direction(const struct screen *screen, int row, bool sent)
{
	const struct model *model = screen__model(screen);
	const struct activity *total = model__total(model);
	__u64 bytes = sent ? total->total.tx_bytes : total->total.rx_bytes;
	enum tone tone = sent ? TONE_SENT : TONE_RECEIVED;
	struct pen pen = pen__begin(row);
	char number[FORMAT_NUMBER_SIZE];

	pen__printf(&pen, TONE_STRONG, sent ? " Sent    " : " Received");
	put_rate(&pen, screen, tone, "", sent ? total->tx_rate : total->rx_rate);
	put_rate(&pen, screen, TONE_PLAIN, "avg", interval__rate(bytes, model__elapsed_ns(model)));
	put_rate(&pen, screen, TONE_PLAIN, "peak", sent ? total->tx_peak : total->rx_peak);
	pen__printf(&pen, TONE_PLAIN, "  total %*s ", format__bytes_width(screen->options.units),
		    format__bytes(number, bytes, screen->options.units));
	if (pen.end - pen.column > 4)
		put_past(&pen, screen, sent, pen.end - pen.column - 1);
	return row + 1;
}

/* For terminals that have little room. */
static int draw_small(const struct screen *screen, int row)
{
	const struct activity *total = model__total(screen__model(screen));
	struct pen pen = pen__begin(row);

	put_rate(&pen, screen, TONE_SENT, "tx", total->tx_rate);
	put_rate(&pen, screen, TONE_RECEIVED, "rx", total->rx_rate);
	pen__printf(&pen, TONE_PLAIN, "  %s%s", screen->interval.attach, screen->frozen ? " FROZEN" : "");
	return row + 1;
}

/* --- devices --- */

static void put_device_way(struct pen *pen, const struct screen *screen, enum tone tone, const char *what,
			   __u64 carried, __u64 speed)
{
	const struct bar_scale scale = { .full = speed ?: 1 };
	struct buffer bar = {};

	put_rate(pen, screen, tone, what, carried);
	if (!speed || COLS < 110)
		return;
	bar__put(&bar, bar__share(&scale, carried), DEVICE_BAR, terminal__charset());
	pen__printf(pen, TONE_PLAIN, " [");
	pen__put(pen, tone, &bar, DEVICE_BAR);
	pen__printf(pen, TONE_PLAIN, "]");
	buffer__clear(&bar);
}

static int percent(__u64 part, __u64 whole)
{
	return whole ? (100 * part + whole / 2) / whole : 0;
}

/* How full the wire is: of the direction that is fuller. */
static void put_speed(struct pen *pen, const struct wire_device *device)
{
	__u64 most = device->carried.tx > device->carried.rx ? device->carried.tx : device->carried.rx;
	char number[FORMAT_NUMBER_SIZE];

	if (!device->speed)
		return;
	format__rate(number, device->speed, FORMAT_BITS);
	pen__printf(pen, percent(most, device->speed) >= 80 ? TONE_WARNING : TONE_STRONG, "  %d%% of %s",
		    percent(most, device->speed), number);
}

static int draw_device(const struct screen *screen, int row, const struct wire_device *device)
{
	struct pen pen = pen__begin(row);

	pen__printf(&pen, TONE_PLAIN, " ");
	pen__text(&pen, TONE_STRONG, device->name, 8, ESCAPE_CUT_MIDDLE);
	pen__to(&pen, TONE_PLAIN, 9);
	put_device_way(&pen, screen, TONE_SENT, "out", device->carried.tx, device->speed);
	put_device_way(&pen, screen, TONE_RECEIVED, "in", device->carried.rx, device->speed);
	put_speed(&pen, device);
	pen__printf(&pen, TONE_PLAIN, "  sockets: %d%% / %d%%", percent(device->explained.tx, device->carried.tx),
		    percent(device->explained.rx, device->carried.rx));
	return row + 1;
}

static int draw_devices(const struct screen *screen, int row)
{
	size_t most = LINES >= TALL_HEIGHT ? 3 : 1;

	for (size_t i = 0; i < screen->wire.count && i < most; i++)
		row = draw_device(screen, row, &screen->wire.devices[i]);
	return row;
}

/* --- what went wrong --- */

static int draw_warning(const struct screen *screen, int row)
{
	const struct interval *interval = &screen->interval;
	__u64 unowned = interval->unowned_tx + interval->unowned_rx;
	char number[FORMAT_NUMBER_SIZE];
	struct pen pen;

	if (!interval->lost_flows && !interval->missed && !unowned)
		return row;
	pen = pen__begin(row);
	pen__printf(&pen, TONE_WARNING, " warning:");
	if (interval->lost_flows)
		pen__printf(&pen, TONE_WARNING, "  %s without connection (--max-flows)",
			    format__bytes(number, interval->lost_flows, FORMAT_IEC));
	if (unowned)
		pen__printf(&pen, TONE_WARNING, "  %s without process", format__bytes(number, unowned, FORMAT_IEC));
	if (interval->missed)
		pen__printf(&pen, TONE_WARNING, "  %llu events missed", interval->missed);
	return row + 1;
}

/* --- the tabs --- */

static int tab_width(int tab)
{
	return strlen(screen__is_small() ? tabs[tab].abbreviation : tabs[tab].name) + (screen__is_small() ? 2 : 4);
}

int screen_header__tab_at(const struct screen *screen, int row, int column)
{
	int start = 0;

	if (row != screen->drawn.tabs)
		return -1;
	for (int tab = 0; tab < LISTING_KINDS; tab++) {
		start += tab_width(tab);
		if (column < start)
			return tab;
	}
	return -1;
}

static int draw_tabs(const struct screen *screen, int row)
{
	struct pen pen = pen__begin(row);
	bool small = screen__is_small();

	for (int tab = 0; tab < LISTING_KINDS; tab++)
		pen__printf(&pen, tab == (int)screen->options.view ? TONE_TITLE : TONE_PLAIN, small ? "%d%s " : " %d %s ",
			    tab + 1, small ? tabs[tab].abbreviation : tabs[tab].name);
	pen__printf(&pen, TONE_DIM, "  by %s, %zu", order__name(screen->options.sort), screen->listing.count);
	return row + 1;
}

int screen_header__draw(struct screen *screen, int row)
{
	bool small = screen__is_small();

	if (!small)
		row = draw_title(screen, row);
	if (screen__model(screen) && small)
		row = draw_small(screen, row);
	if (screen__model(screen) && !small) {
		row = draw_direction(screen, row, true);
		row = draw_direction(screen, row, false);
		row = draw_devices(screen, row);
		row = draw_warning(screen, row);
	}
	if (screen->mode != SCREEN_LIST)
		return row;
	screen->drawn.tabs = row;
	return draw_tabs(screen, row);
}
