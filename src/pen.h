/* SPDX-License-Identifier: GPL-2.0 */
/* Writes pieces of text to a line of the screen, one after the other, up to its end. */
#ifndef PEN_H
#define PEN_H

#include "buffer.h"
#include "escape.h"
#include "terminal.h"

struct pen {
	int row;
	int column; /* of the next piece */
	int end;    /* column behind the last */
};

/* A pen at the beginning of a row, which it clears. */
struct pen pen__begin(int row);

/* Text that anybody may have chosen: it is escaped, and shortened to at most `width` columns where it has to be. */
void pen__text(struct pen *pen, enum tone tone, const char *text, int width, enum escape_cut cut);

/* Text of our own: no more than the terminal's characters, and nothing hostile. */
void pen__printf(struct pen *pen, enum tone tone, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* What was built by bar.h or table.h: `width` columns wide. */
void pen__put(struct pen *pen, enum tone tone, const struct buffer *text, int width);

/* Blanks up to a column. */
void pen__to(struct pen *pen, enum tone tone, int column);

/* Changes how a stretch of a row looks, which was written before. */
void pen__repaint(int row, int column, int width, enum tone tone);

#endif
