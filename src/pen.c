/* SPDX-License-Identifier: GPL-2.0 */
#include "pen.h"

#include <curses.h>
#include <stdarg.h>
#include <stdio.h>

struct pen pen__begin(int row)
{
	move(row, 0);
	clrtoeol();
	return (struct pen){ .row = row, .end = COLS };
}

static int room(const struct pen *pen)
{
	return pen->end > pen->column ? pen->end - pen->column : 0;
}

void pen__put(struct pen *pen, enum tone tone, const struct buffer *text, int width)
{
	if (text->error || !text->length || room(pen) < width || pen->row >= LINES)
		return;
	attrset(terminal__attributes(tone));
	mvaddnstr(pen->row, pen->column, text->text, text->length);
	attrset(A_NORMAL);
	pen->column += width;
}

void pen__text(struct pen *pen, enum tone tone, const char *text, int width, enum escape_cut cut)
{
	struct buffer piece = {};

	if (width > room(pen))
		width = room(pen);
	if (width <= 0)
		return;
	width = escape__fit(&piece, text, width, cut, terminal__charset());
	pen__put(pen, tone, &piece, width);
	buffer__clear(&piece);
}

void pen__printf(struct pen *pen, enum tone tone, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	pen__text(pen, tone, text, room(pen), ESCAPE_CUT_END);
}

void pen__to(struct pen *pen, enum tone tone, int column)
{
	int width = (column < pen->end ? column : pen->end) - pen->column;
	struct buffer blanks = {};

	if (width <= 0)
		return;
	buffer__pad(&blanks, ' ', width);
	pen__put(pen, tone, &blanks, width);
	buffer__clear(&blanks);
}

void pen__repaint(int row, int column, int width, enum tone tone)
{
	attr_t attributes = terminal__attributes(tone);

	if (width > 0 && row < LINES)
		mvchgat(row, column, width, attributes & ~A_COLOR, PAIR_NUMBER(attributes), NULL);
}
