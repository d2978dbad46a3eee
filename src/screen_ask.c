/* SPDX-License-Identifier: GPL-2.0 */
/* The bottom line where something is typed: a filter, a signal, the name of a file. */
#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "moment.h"
#include "process_signal.h"
#include "screen_state.h"

static void question(const struct screen *screen, char *out, size_t size)
{
	switch (screen->asking) {
	case ASKING_FILTER:
		snprintf(out, size, " Filter (text, pid: user: port: host: proto: dev: container:): ");
		break;
	case ASKING_SIGNAL:
		snprintf(out, size, " Signal to %u (%s), Esc for none: ", screen->subject.tgid, screen->subject.comm);
		break;
	case ASKING_TIME:
		snprintf(out, size, " Go to HH:MM:SS, or by +SECONDS or -SECONDS: ");
		break;
	default:
		snprintf(out, size, " Write to the new file: ");
	}
}

static void begin_file(struct screen *screen)
{
	time_t now = time(NULL);
	struct tm local = {};
	char name[64];

	localtime_r(&now, &local);
	strftime(name, sizeof(name), "bpfhogs-%Y%m%d-%H%M%S.txt", &local);
	prompt__begin(&screen->prompt, name);
}

void screen_ask__begin(struct screen *screen, enum screen_asking what)
{
	screen->asking = what;
	if (what == ASKING_FILTER)
		prompt__begin(&screen->prompt, screen->filter_text);
	else if (what == ASKING_SIGNAL)
		prompt__begin(&screen->prompt, "TERM");
	else if (what == ASKING_TIME)
		prompt__begin(&screen->prompt, "");
	else
		begin_file(screen);
}

void screen_ask__draw(struct screen *screen, int row)
{
	struct pen pen = pen__begin(row);
	char text[160];

	question(screen, text, sizeof(text));
	if (COLS < (int)strlen(text) + 16)
		text[COLS / 2 > 0 ? COLS / 2 : 0] = '\0';
	pen__printf(&pen, TONE_STRONG, "%s", text);
	pen__text(&pen, TONE_PLAIN, screen->prompt.text, COLS - pen.column - 1, ESCAPE_CUT_MIDDLE);
	curs_set(1);
	move(row, pen.column);
}

/* --- what is done with it --- */

static void use_filter(struct screen *screen)
{
	char error[128] = "not enough memory";

	if (screen__set_filter(screen, screen->prompt.text, error, sizeof(error)))
		screen__say(screen, "filter: %s", error);
}

static void use_signal(struct screen *screen)
{
	const struct owner *subject = &screen->subject;
	int number = signal__parse(screen->prompt.text);
	int err;

	if (number < 0) {
		screen__say(screen, "there is no signal '%.40s'", screen->prompt.text);
		return;
	}
	err = process__signal(screen->parts.identities, subject, number);
	if (err == -ESRCH)
		screen__say(screen, "process %u has ended: nothing was sent", subject->tgid);
	else if (err)
		screen__say(screen, "no signal to %u: %s", subject->tgid, strerror(-err));
	else
		screen__say(screen, "SIG%s was sent to %u (%s)", sigabbrev_np(number) ?: "?", subject->tgid, subject->comm);
}

/* What the screen shows above its bottom line; blanks at the ends of lines are not written. */
static int write_lines(FILE *file)
{
	for (int row = 0; row < LINES - 1; row++) {
		char line[4096];
		int length = mvinnstr(row, 0, line, sizeof(line) - 1);

		while (length > 0 && line[length - 1] == ' ')
			length--;
		if (fprintf(file, "%.*s\n", length > 0 ? length : 0, line) < 0)
			return -EIO;
	}
	return 0;
}

/* A new file: nothing that is there is written over, and no link is followed. */
static int write_file(const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	int err;

	if (!file) {
		err = -errno;
		if (fd >= 0)
			close(fd);
		return err;
	}
	err = write_lines(file);
	if (fclose(file))
		err = err ?: -errno;
	return err;
}

static void use_file(struct screen *screen)
{
	int err = write_file(screen->prompt.text);

	if (err)
		screen__say(screen, "cannot write %.120s: %s", screen->prompt.text, strerror(-err));
	else
		screen__say(screen, "written to %.200s", screen->prompt.text);
}

static unsigned int use_time(struct screen *screen)
{
	time_t begin = model__total(screen->live)->first_seen.tv_sec, time;

	if (moment__parse(screen->prompt.text, begin, screen->interval.end.tv_sec, &time)) {
		screen__say(screen, "'%.40s' is no time like 11:05:30, +90 or -90", screen->prompt.text);
		return SCREEN_WISH_NONE;
	}
	screen->seek = (struct screen_seek){ .time = time > 1 ? time : 1 };
	return SCREEN_WISH_REPLAY;
}

static unsigned int use(struct screen *screen, enum screen_asking what)
{
	if (what == ASKING_TIME)
		return use_time(screen);
	if (what == ASKING_FILTER)
		use_filter(screen);
	else if (what == ASKING_SIGNAL)
		use_signal(screen);
	else
		use_file(screen);
	return SCREEN_WISH_NONE;
}

unsigned int screen_ask__key(struct screen *screen, int key)
{
	enum prompt_state state = prompt__key(&screen->prompt, key);
	enum screen_asking what = screen->asking;

	if (state == PROMPT_GOES_ON)
		return SCREEN_WISH_NONE;
	screen->asking = ASKING_NOTHING;
	return state == PROMPT_DONE ? use(screen, what) : SCREEN_WISH_NONE;
}
