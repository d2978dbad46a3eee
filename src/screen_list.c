/* SPDX-License-Identifier: GPL-2.0 */
/* The middle of the screen: processes, connections, or groups of them. */
#include <curses.h>
#include <math.h>
#include <string.h>

#include "screen_state.h"

#define PANE_MIN_HEIGHT 22 /* of the screen, for the connections below the processes */
#define FOOTER_MIN_HEIGHT 20
#define FOOTER_MIN_WIDTH 80
#define TICKS 4 /* of a scale */

/* --- the cursor --- */

/* Puts the row at a place there, and stays with it. */
static void take(struct screen *screen, size_t place)
{
	struct listing *listing = &screen->listing;

	if (!listing__rank(listing, place, 1))
		return;
	screen->cursor.place = place;
	screen->cursor.id = listing__id(listing, listing->rows[place]);
}

void screen_list__go(struct screen *screen, size_t place)
{
	if (!screen->listing.count)
		return;
	screen->cursor.moved = true;
	take(screen, place < screen->listing.count ? place : screen->listing.count - 1);
}

void screen_list__go_first(struct screen *screen)
{
	screen->cursor = (struct cursor){};
}

void screen_list__move(struct screen *screen, long rows)
{
	long place = (long)screen->cursor.place + rows;

	screen_list__go(screen, place < 0 ? 0 : place);
}

/* Where the row at hand is now; if it is gone, what has its place is at hand. */
static void find_cursor(struct screen *screen)
{
	struct listing *listing = &screen->listing;
	struct cursor *cursor = &screen->cursor;
	const void *row = cursor->moved ? listing__find(listing, &cursor->id) : NULL;

	if (!cursor->moved)
		cursor->place = 0;
	else if (row)
		cursor->place = listing__place(listing, row);
	else if (cursor->place >= listing->count)
		cursor->place = listing->count ? listing->count - 1 : 0;
	take(screen, cursor->place);
}

static void scroll_to_cursor(struct screen *screen, size_t visible)
{
	struct cursor *cursor = &screen->cursor;

	if (cursor->top + visible > screen->listing.count)
		cursor->top = screen->listing.count > visible ? screen->listing.count - visible : 0;
	if (cursor->place < cursor->top)
		cursor->top = cursor->place;
	if (visible && cursor->place >= cursor->top + visible)
		cursor->top = cursor->place - visible + 1;
}

const struct process *screen_list__process(const struct screen *screen)
{
	const struct listing *listing = &screen->listing;
	const void *row;

	if (screen->cursor.place >= listing->count || listing->kind > LISTING_CONNECTIONS)
		return NULL;
	row = listing->rows[screen->cursor.place];
	if (listing->kind == LISTING_CONNECTIONS)
		return ((const struct connection *)row)->process;
	return ((const struct process *)row)->aggregate ? NULL : row;
}

/* --- rows --- */

/* Where none is in a container there is room for more. */
static bool has_containers(const struct listing *listing)
{
	for (size_t i = 0; i < listing->count && listing->kind == LISTING_PROCESSES; i++) {
		const struct process *process = listing->rows[i];

		if (process->identity.container && *process->identity.container)
			return true;
	}
	return false;
}

static unsigned int outputs_of(const struct screen *screen)
{
	static const unsigned int names[] = { COLUMN_PROGRAM, COLUMN_COMMAND, COLUMN_BASE };
	static const unsigned int groups[LISTING_KINDS] = {
		[LISTING_HOSTS] = COLUMN_BY_HOST,
		[LISTING_PORTS] = COLUMN_BY_PORT,
		[LISTING_CONTAINERS] = COLUMN_BY_CONTAINER,
		[LISTING_USERS] = COLUMN_BY_USER,
	};

	return COLUMN_IN_VIEW | names[screen->options.program] | groups[screen->options.view] |
	       (screen->options.totals ? COLUMN_IN_TOTALS : COLUMN_IN_RATES) |
	       (has_containers(&screen->listing) ? COLUMN_CONTAINER : 0);
}

static void lay_out(const struct screen *screen, struct table *table, unsigned int outputs, enum listing_kind kind)
{
	const struct column *columns;
	size_t count;

	if (kind == LISTING_PROCESSES)
		columns = columns__process(&count);
	else if (kind == LISTING_CONNECTIONS)
		columns = columns__connection(&count);
	else
		columns = columns__group(&count);
	table->units = screen->options.units;
	table->charset = terminal__charset();
	table__layout(table, columns, count, outputs, COLS);
}

static bool has_ended(const struct screen *screen, const void *row)
{
	switch (screen->listing.kind) {
	case LISTING_PROCESSES:
		return ((const struct process *)row)->ended_ns;
	case LISTING_CONNECTIONS:
		return ((const struct connection *)row)->ended_ns;
	default:
		return false;
	}
}

static enum tone tone_of(const struct screen *screen, size_t place)
{
	if (place == screen->cursor.place)
		return TONE_SELECTED;
	return has_ended(screen, screen->listing.rows[place]) ? TONE_DIM : TONE_PLAIN;
}

/* What lies below a connection's line, as in iftop. */
static void draw_bar(const struct bar_scale *scale, int row, __u64 rate)
{
	pen__repaint(row, 0, lround(bar__share(scale, rate) * COLS), TONE_BAR);
}

static void draw_connection(struct screen *screen, const struct table *table, const struct column_context *context,
			    int row, size_t place)
{
	const struct connection *connection = screen->listing.rows[place];
	struct rates rates = model__average(connection, MODEL_WINDOW_2);
	enum tone tone = tone_of(screen, place);

	table__row(table, &screen->line, context, connection);
	screen__draw_line(screen, row, tone);
	table__second_row(table, &screen->line, context, connection);
	screen__draw_line(screen, row + 1, tone);
	if (tone == TONE_SELECTED || screen->options.totals)
		return;
	draw_bar(context->scale, row, rates.tx);
	draw_bar(context->scale, row + 1, rates.rx);
}

static void draw_rows(struct screen *screen, const struct table *table, const struct column_context *context)
{
	struct drawn *drawn = &screen->drawn;

	for (int i = 0; i < drawn->count; i++) {
		size_t place = screen->cursor.top + i;
		int row = drawn->row + 1 + i * drawn->height;

		if (screen->listing.kind == LISTING_CONNECTIONS) {
			draw_connection(screen, table, context, row, place);
			continue;
		}
		table__row(table, &screen->line, context, screen->listing.rows[place]);
		screen__draw_line(screen, row, tone_of(screen, place));
	}
}

/* --- scales --- */

static struct bar_scale scale_of(const struct screen *screen)
{
	const struct listing *listing = &screen->listing;
	__u64 highest = listing->kind == LISTING_CONNECTIONS ? listing->highest : listing->highest_sum;

	return (struct bar_scale){
		.full = bar__round_up(highest ?: 1, screen->options.units),
		.logarithmic = screen->options.log_scale,
	};
}

/* The numbers of the connections' bars, each where it is on the scale. */
static int draw_scale(const struct screen *screen, const struct bar_scale *scale, int row)
{
	struct pen pen = pen__begin(row);
	char number[FORMAT_NUMBER_SIZE];

	for (int i = 1; i <= TICKS; i++) {
		int column = COLS * i / TICKS;

		format__rate(number, bar__rate(scale, (double)i / TICKS), screen->options.units);
		pen__to(&pen, TONE_DIM, column - (int)strlen(number) - 1);
		pen__printf(&pen, TONE_DIM, "%s|", number);
	}
	return row + 1;
}

/* --- below the list --- */

static int draw_total(struct screen *screen, const struct table *table, const struct column_context *context, int row)
{
	const struct model *model = context->model;
	struct process total = { .activity = *model__total(model), .owner.comm = "TOTAL", .aggregate = true };

	for (const struct process *p = model__processes(model, MODEL_ACTIVE); p; p = p->next)
		total.connections += p->connections;
	table__row(table, &screen->line, context, &total);
	screen__draw_line(screen, row, TONE_STRONG);
	return row + 1;
}

/* In place of the columns before the rates: why the devices carried more than the sockets. */
static int draw_unexplained(struct screen *screen, const struct table *table, const struct column_context *context,
			    int row)
{
	const struct process rest = {
		.activity = { .tx_rate = screen->wire.unexplained.tx, .rx_rate = screen->wire.unexplained.rx },
		.aggregate = true,
	};
	struct pen pen = { .row = row, .end = table__offset(table, "tx_rate") - 1 };

	table__row(table, &screen->line, context, &rest);
	screen__draw_line(screen, row, TONE_DIM);
	pen__printf(&pen, TONE_DIM, " not by sockets: headers, resends, forwarded, other netns");
	return row + 1;
}

static int draw_sums(struct screen *screen, const struct table *table, const struct column_context *context, int row)
{
	row = draw_total(screen, table, context, row);
	if (!screen__is_small() && !screen->options.totals)
		row = draw_unexplained(screen, table, context, row);
	return row;
}

static const char *put_number(char *out, const struct screen *screen, __u64 rate)
{
	return format__rate(out, rate, screen->options.units);
}

/* Cumulative, peak and averages of everything, as iftop's footer has them. */
static int draw_averages(const struct screen *screen, int row, const char *what, __u64 bytes, __u64 peak,
			 const __u64 windows[MODEL_WINDOWS])
{
	static const char *const names[MODEL_WINDOWS] = { "2s", "10s", "40s" };
	enum format_units units = screen->options.units;
	int rate_width = format__rate_width(units);
	char number[FORMAT_NUMBER_SIZE];
	struct pen pen = pen__begin(row);

	pen__printf(&pen, TONE_STRONG, "%-9s", what);
	pen__printf(&pen, TONE_PLAIN, " cum %*s", format__bytes_width(units), format__bytes(number, bytes, units));
	pen__printf(&pen, TONE_PLAIN, "  peak %*s", rate_width, put_number(number, screen, peak));
	for (int i = 0; i < MODEL_WINDOWS; i++)
		pen__printf(&pen, TONE_PLAIN, " %4s %*s", names[i], rate_width, put_number(number, screen, windows[i]));
	return row + 1;
}

static int draw_footer(const struct screen *screen, const struct model *model, int row)
{
	const struct activity *total = model__total(model);
	const struct rates *rates = model__windows(model);
	__u64 tx[MODEL_WINDOWS], rx[MODEL_WINDOWS], sum[MODEL_WINDOWS];

	for (int i = 0; i < MODEL_WINDOWS; i++) {
		tx[i] = rates[i].tx;
		rx[i] = rates[i].rx;
		sum[i] = tx[i] + rx[i];
	}
	row = draw_averages(screen, row, "Sent", total->total.tx_bytes, total->tx_peak, tx);
	row = draw_averages(screen, row, "Received", total->total.rx_bytes, total->rx_peak, rx);
	return draw_averages(screen, row, "Total", total->total.tx_bytes + total->total.rx_bytes, total->sum_peak, sum);
}

/* With whom: the busiest connections, of all or of the process at hand. */
static void draw_pane(struct screen *screen, const struct column_context *context, int row, int end)
{
	const struct process *process = screen->cursor.moved ? screen_list__process(screen) : NULL;
	const struct listing_options options = {
		.kind = LISTING_CONNECTIONS,
		.sort = screen->options.sort == ORDER_SENT || screen->options.sort == ORDER_RECEIVED ?
				screen->options.sort :
				ORDER_SUM,
		.filter = screen->filter,
		.process = process ? &process->id : NULL,
	};
	struct listing *pane = &screen->pane;
	struct table table;
	size_t count;

	if (listing__build(pane, context->model, &options))
		return;
	lay_out(screen, &table, COLUMN_IN_PANE, LISTING_CONNECTIONS);
	table__header(&table, &screen->line);
	screen__draw_line(screen, row++, TONE_HEADING);
	count = listing__rank(pane, 0, end - row);
	for (size_t i = 0; i < count; i++) {
		const struct connection *connection = pane->rows[i];

		table__row(&table, &screen->line, context, connection);
		screen__draw_line(screen, row++, connection->ended_ns ? TONE_DIM : TONE_PLAIN);
	}
}

/* --- all of it --- */

static int pane_height(const struct screen *screen, int rows)
{
	int needed = screen->listing.count + 4; /* by the processes, with heading and sums */

	if (screen->options.view != LISTING_PROCESSES || screen->options.totals || LINES < PANE_MIN_HEIGHT)
		return 0;
	return rows - needed > rows / 3 ? rows - needed : rows / 3;
}

static int sums_height(const struct screen *screen)
{
	if (screen->options.view == LISTING_PROCESSES)
		return screen__is_small() || screen->options.totals ? 1 : 2;
	if (screen->options.view == LISTING_CONNECTIONS && LINES >= FOOTER_MIN_HEIGHT && COLS >= FOOTER_MIN_WIDTH)
		return 3;
	return 0;
}

/* The heading, and the rows up to `end`. Returns the row behind the last. */
static int draw_list(struct screen *screen, const struct table *table, const struct column_context *context, int row,
		     int end)
{
	struct drawn *drawn = &screen->drawn;
	size_t visible;

	table__header(table, &screen->line);
	screen__draw_line(screen, row, TONE_HEADING);
	drawn->row = row;
	drawn->height = screen->options.view == LISTING_CONNECTIONS ? 2 : 1;
	visible = end > row + 1 ? (end - row - 1) / drawn->height : 0;
	if (screen->options.top > 0 && visible > (size_t)screen->options.top)
		visible = screen->options.top;
	find_cursor(screen);
	scroll_to_cursor(screen, visible);
	drawn->count = listing__rank(&screen->listing, screen->cursor.top, visible);
	draw_rows(screen, table, context);
	return row + 1 + drawn->count * drawn->height;
}

static void draw_nothing(const struct screen *screen, int row)
{
	struct pen pen = pen__begin(row);

	if (screen->filter)
		pen__printf(&pen, TONE_DIM, " nothing matches the filter (/ changes it)");
	else
		pen__printf(&pen, TONE_DIM, " no traffic yet");
}

int screen_list__draw(struct screen *screen, int row, int end)
{
	const struct model *model = screen__model(screen);
	const struct bar_scale scale = scale_of(screen);
	const struct column_context context = { model, &screen->endpoints, &scale };
	int sums = sums_height(screen);
	struct table table;
	int pane;

	if (screen->options.view == LISTING_CONNECTIONS && !screen->options.totals && !screen__is_small())
		row = draw_scale(screen, &scale, row);
	pane = pane_height(screen, end - row);
	lay_out(screen, &table, outputs_of(screen), screen->options.view);
	row = draw_list(screen, &table, &context, row, end - pane - sums);
	if (!screen->listing.count)
		draw_nothing(screen, row);
	if (screen->options.view == LISTING_CONNECTIONS && sums)
		return draw_footer(screen, model, end - sums);
	if (sums)
		row = draw_sums(screen, &table, &context, screen->listing.count ? row : row + 1);
	if (pane > 2)
		draw_pane(screen, &context, row, end);
	return end;
}
