/* SPDX-License-Identifier: GPL-2.0 */
#include <curses.h>

#include "screen_state.h"

#define KEYS_WIDTH 14

static int lines(const struct screen *screen)
{
	const char *keys, *help;
	int count = 0;

	while (screen_keys__help(screen, count, &keys, &help))
		count++;
	return count;
}

int screen_help__draw(struct screen *screen, int row, int end)
{
	const char *keys, *help;
	struct pen pen = pen__begin(row++);
	int most = lines(screen) - (end - row);

	if (screen->scroll > most)
		screen->scroll = most;
	if (screen->scroll < 0)
		screen->scroll = 0;
	pen__printf(&pen, TONE_TITLE, " bpfhogs: the keys (arrows scroll, Esc leaves)");
	pen__to(&pen, TONE_TITLE, COLS);
	for (int i = screen->scroll; row < end && screen_keys__help(screen, i, &keys, &help); i++) {
		pen = pen__begin(row++);
		pen__printf(&pen, TONE_STRONG, " %s", keys);
		pen__to(&pen, TONE_PLAIN, KEYS_WIDTH);
		pen__printf(&pen, TONE_PLAIN, " %s", help);
	}
	while (row < end)
		pen__begin(row++);
	return end;
}
