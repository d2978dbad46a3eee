/* SPDX-License-Identifier: GPL-2.0 */
/* A line of text that is being typed: UTF-8, edited at its end. */
#ifndef PROMPT_H
#define PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#define PROMPT_SIZE 1024

struct prompt {
	char text[PROMPT_SIZE];
	size_t length;
};

enum prompt_state {
	PROMPT_GOES_ON,
	PROMPT_DONE,	  /* Enter */
	PROMPT_CANCELLED, /* Esc */
};

/* Begins with this text. */
void prompt__begin(struct prompt *prompt, const char *text);

/* Takes a key as getch() gives it: a byte, or one of ncurses' codes. */
enum prompt_state prompt__key(struct prompt *prompt, int key);

#endif
