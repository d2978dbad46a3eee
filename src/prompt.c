/* SPDX-License-Identifier: GPL-2.0 */
#include "prompt.h"

#include <curses.h>
#include <stdio.h>
#include <string.h>

#define KEY_ESCAPE 27
#define CTRL(letter) ((letter) & 0x1f)

void prompt__begin(struct prompt *prompt, const char *text)
{
	snprintf(prompt->text, sizeof(prompt->text), "%s", text);
	prompt->length = strlen(prompt->text);
}

/* With all bytes of it. */
static void remove_character(struct prompt *prompt)
{
	while (prompt->length && (prompt->text[--prompt->length] & 0xc0) == 0x80)
		;
	prompt->text[prompt->length] = '\0';
}

static void remove_word(struct prompt *prompt)
{
	while (prompt->length && prompt->text[prompt->length - 1] == ' ')
		remove_character(prompt);
	while (prompt->length && prompt->text[prompt->length - 1] != ' ')
		remove_character(prompt);
}

static void add_byte(struct prompt *prompt, int byte)
{
	if (byte < ' ' || byte > 0xff || prompt->length + 1 >= sizeof(prompt->text))
		return;
	prompt->text[prompt->length++] = byte;
	prompt->text[prompt->length] = '\0';
}

enum prompt_state prompt__key(struct prompt *prompt, int key)
{
	switch (key) {
	case '\r':
	case '\n':
	case KEY_ENTER:
		return PROMPT_DONE;
	case KEY_ESCAPE:
		return PROMPT_CANCELLED;
	case KEY_BACKSPACE:
	case 0x7f:
	case CTRL('h'):
		remove_character(prompt);
		break;
	case CTRL('w'):
		remove_word(prompt);
		break;
	case CTRL('u'):
		prompt__begin(prompt, "");
		break;
	default:
		add_byte(prompt, key);
	}
	return PROMPT_GOES_ON;
}
