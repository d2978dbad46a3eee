/* SPDX-License-Identifier: GPL-2.0 */
/* Makes text that others chose (command lines, names of programs and cgroups) safe to show. */
#ifndef ESCAPE_H
#define ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"

/* What a terminal can show. */
enum escape_charset {
	ESCAPE_ASCII,
	ESCAPE_UTF8, /* takes a UTF-8 locale (LC_CTYPE), which knows the characters' widths */
};

/* Where a text that is too wide loses characters. */
enum escape_cut {
	ESCAPE_CUT_END,
	ESCAPE_CUT_MIDDLE,
};

/*
 * Appends text as a terminal may see it: what could move the cursor, change the direction of writing or be
 * invisible (control and format characters), what is not valid UTF-8, and what the charset does not have
 * becomes \xHH or \u{HHHH}. A backslash stays as it is. A text wider than width columns loses whole
 * characters, and shows where by an ellipsis ("~" in ASCII). Returns the columns taken, at most width.
 */
int escape__fit(struct buffer *out, const char *text, int width, enum escape_cut cut,
		enum escape_charset charset);

/* The columns that all of the text would take, escaped in that way. */
int escape__width(const char *text, enum escape_charset charset);

/*
 * Copies text with every byte that is no part of valid UTF-8 as U+FFFD, for JSON and files, where a writer
 * does the quoting. Three bytes of out per byte of text and one more are always enough; with less, whole
 * characters are left off at the end. Terminates; returns the length.
 */
size_t escape__to_utf8(char *out, size_t size, const char *text);

/* Likewise, and control characters but the newline, and what is invisible or changes the direction, are U+FFFD too. */
size_t escape__to_clean_utf8(char *out, size_t size, const char *text);

#endif
