/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The terminal as a screen (ncurses): taken over and, on every way out, given back as it was. There is one, as there is
 * one process.
 */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

#include "escape.h"

/* What a piece of text is; the terminal's colours, or their absence, decide how that looks. */
enum tone {
	TONE_PLAIN,
	TONE_STRONG,
	TONE_TITLE,    /* the top line, the tab at hand */
	TONE_HEADING,  /* of a table */
	TONE_SELECTED, /* the row at hand */
	TONE_DIM,      /* ended, or of less interest */
	TONE_SENT,
	TONE_RECEIVED,
	TONE_BAR, /* below text */
	TONE_WARNING,
	TONES,
};

/*
 * Takes over the terminal of stdout; keys come from stdin, or from /dev/tty where that is no terminal. 0, or -ENOTSUP and
 * `why` says in a few words what is wrong with it.
 */
int terminal__open(char *why, size_t size);

/* Gives it back; nothing where it was not taken. */
void terminal__close(void);

/* Gives it back, stops this process as Ctrl-Z asks, and takes the terminal again when it goes on. */
void terminal__suspend(void);

/* It has another size now. */
void terminal__resize(void);

/* Where keys come from, to wait for. */
int terminal__input_fd(void);

/* Whether nobody is at the other end any more. */
bool terminal__is_gone(void);

/* ncurses' attributes of a tone. */
unsigned long terminal__attributes(enum tone tone);

/* The characters that it and the locale have. */
enum escape_charset terminal__charset(void);

#endif
