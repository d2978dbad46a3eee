/* SPDX-License-Identifier: GPL-2.0 */
/* All about one process. */
#include <curses.h>
#include <errno.h>
#include <string.h>

#include "details.h"
#include "screen_state.h"

static const struct process *find_subject(const struct screen *screen)
{
	const struct process *process = screen__model(screen) ? model__processes(screen__model(screen), MODEL_ALL) : NULL;

	while (process && (process->id.tgid != screen->subject.tgid || process->id.start_time != screen->subject.start_time))
		process = process->next;
	return process;
}

void screen_details__refresh(struct screen *screen)
{
	screen->sockets = NULL;
	screen->socket_count = 0;
	screen->sockets_error = -EOPNOTSUPP;
	if (screen->parts.sockets)
		screen->sockets_error = sockets__read(screen->parts.sockets, screen->subject.tgid, &screen->sockets,
						      &screen->socket_count);
}

void screen_details__open(struct screen *screen, const struct process *process)
{
	screen->subject = process->owner;
	screen->mode = SCREEN_DETAILS;
	screen->scroll = 0;
	screen_details__refresh(screen);
}

static int draw_fact(int row, const char *name, const char *text)
{
	struct pen pen = pen__begin(row);

	pen__printf(&pen, TONE_STRONG, " %-10s", name);
	pen__text(&pen, TONE_PLAIN, text, COLS - pen.column, ESCAPE_CUT_MIDDLE);
	return row + 1;
}

static int draw_rates(const struct screen *screen, const struct process *process, int row)
{
	char tx[FORMAT_NUMBER_SIZE], rx[FORMAT_NUMBER_SIZE], tx_total[FORMAT_NUMBER_SIZE], rx_total[FORMAT_NUMBER_SIZE];
	enum format_units units = screen->options.units;
	const struct activity *activity = &process->activity;
	struct pen pen = pen__begin(row);

	pen__printf(&pen, TONE_STRONG, " %-10s", "traffic");
	pen__printf(&pen, TONE_SENT, "sent %s (%s)", format__rate(tx, activity->tx_rate, units),
		    format__bytes(tx_total, activity->total.tx_bytes, units));
	pen__printf(&pen, TONE_RECEIVED, "  received %s (%s)", format__rate(rx, activity->rx_rate, units),
		    format__bytes(rx_total, activity->total.rx_bytes, units));
	return row + 1;
}

static int draw_process(const struct screen *screen, const struct process *process, int row, int end)
{
	static const struct identity unknown = {};
	const struct identity *identity = process ? &process->identity : &unknown;
	struct owner owner = screen->subject;
	const char *name, *text;
	struct pen pen = pen__begin(row++);

	if (screen->subject.tgid & TGID_UNKNOWN)
		pen__printf(&pen, TONE_TITLE, " Process ");
	else
		pen__printf(&pen, TONE_TITLE, " Process %u ", screen->subject.tgid);
	pen__text(&pen, TONE_TITLE, screen->subject.comm, COMM_LEN, ESCAPE_CUT_END);
	if (process && process->ended_ns)
		pen__printf(&pen, TONE_WARNING, " has ended ");
	pen__to(&pen, TONE_TITLE, COLS);
	if (process)
		row = draw_rates(screen, process, row);
	if (screen->options.recording)
		owner.start_time = 0; /* since the start of another machine */
	for (int i = 0; details__fact(&owner, identity, i, &name, &text) && row < end; i++) {
		if (*text)
			row = draw_fact(row, name, text);
	}
	return row;
}

static void limit_scroll(struct screen *screen, int rows)
{
	int most = (int)screen->socket_count - rows;

	if (screen->scroll > most)
		screen->scroll = most;
	if (screen->scroll < 0)
		screen->scroll = 0;
}

static void draw_sockets(struct screen *screen, const struct process *process, int row, int end)
{
	const struct column_context context = { .model = screen__model(screen), .endpoints = &screen->endpoints };
	struct table table = { .units = screen->options.units, .charset = terminal__charset() };
	const struct column *columns;
	size_t count;

	columns = details__columns(&count);
	table__layout(&table, columns, count, COLUMN_IN_VIEW, COLS);
	table__header(&table, &screen->line);
	screen__draw_line(screen, row++, TONE_HEADING);
	limit_scroll(screen, end - row);
	for (size_t i = screen->scroll; i < screen->socket_count && row < end; i++) {
		const struct socket_row socket = details__row(&screen->sockets[i], process);
		bool busy = socket.rates.tx || socket.rates.rx;

		table__row(&table, &screen->line, &context, &socket);
		screen__draw_line(screen, row++, busy ? TONE_STRONG : TONE_PLAIN);
	}
}

static int draw_why_none(const struct screen *screen, int row)
{
	struct pen pen = pen__begin(row);

	if (screen->options.recording)
		pen__printf(&pen, TONE_DIM, " a recording does not have the sockets: 2 shows the connections");
	else if (screen->sockets_error)
		pen__printf(&pen, TONE_DIM, " its sockets cannot be listed: %s", strerror(-screen->sockets_error));
	else
		pen__printf(&pen, TONE_DIM, " it has no TCP or UDP sockets now");
	return row + 1;
}

int screen_details__draw(struct screen *screen, int row, int end)
{
	const struct process *process = find_subject(screen);

	row = draw_process(screen, process, row, end);
	if (!screen->socket_count && row < end)
		draw_why_none(screen, row);
	else if (row < end)
		draw_sockets(screen, process, row, end);
	return end;
}
