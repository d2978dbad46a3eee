/* SPDX-License-Identifier: GPL-2.0 */
#include "terminal.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#undef tone /* a macro of term.h */

#include "terminfo.h"

#define ESCAPE_DELAY_MS 25

static struct {
	SCREEN *screen;
	const char *type; /* NULL: what TERM says */
	FILE *input;
	bool owns_input;
	int output_fd;
	struct termios modes;	/* as they were */
	char restore[256];	/* what brings the terminal back: a crash leaves no time to look it up */
	size_t restore_length;
} terminal;

/* --- the tones --- */

struct look {
	short foreground;
	short background;
	attr_t attributes;
	attr_t plain; /* without colours */
};

/* -1: the terminal's own. */
static const struct look looks[TONES] = {
	[TONE_PLAIN] = { -1, -1, A_NORMAL, A_NORMAL },
	[TONE_STRONG] = { -1, -1, A_BOLD, A_BOLD },
	[TONE_TITLE] = { COLOR_BLACK, COLOR_GREEN, A_NORMAL, A_REVERSE },
	[TONE_HEADING] = { COLOR_BLACK, COLOR_CYAN, A_NORMAL, A_REVERSE },
	[TONE_SELECTED] = { COLOR_BLACK, COLOR_YELLOW, A_NORMAL, A_REVERSE | A_BOLD },
	[TONE_DIM] = { -1, -1, A_DIM, A_DIM },
	[TONE_SENT] = { COLOR_GREEN, -1, A_NORMAL, A_NORMAL },
	[TONE_RECEIVED] = { COLOR_CYAN, -1, A_NORMAL, A_NORMAL },
	[TONE_BAR] = { COLOR_WHITE, COLOR_BLUE, A_NORMAL, A_REVERSE },
	[TONE_WARNING] = { COLOR_RED, -1, A_BOLD, A_BOLD },
};

/* https://no-color.org: set and not empty. */
static bool wants_colours(void)
{
	const char *no_color = getenv("NO_COLOR");

	return has_colors() && !(no_color && *no_color);
}

static bool coloured;

static void start_colours(void)
{
	coloured = wants_colours();
	if (!coloured)
		return;
	start_color();
	use_default_colors();
	for (int tone = 0; tone < TONES; tone++)
		init_pair(tone + 1, looks[tone].foreground, looks[tone].background);
}

unsigned long terminal__attributes(enum tone tone)
{
	if (!coloured)
		return looks[tone].plain;
	return looks[tone].attributes | COLOR_PAIR(tone + 1);
}

enum escape_charset terminal__charset(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") ? ESCAPE_ASCII : ESCAPE_UTF8;
}

/* --- a crash --- */

/* What the terminal does it by; NULL: it does not. */
static const char *capability(const char *name)
{
	const char *text = tigetstr((char *)name);

	return text == (char *)-1 ? NULL : text;
}

static void add_capability(const char *name)
{
	const char *text = capability(name);
	size_t length = text ? strlen(text) : 0;

	if (!length || terminal.restore_length + length > sizeof(terminal.restore))
		return;
	memcpy(terminal.restore + terminal.restore_length, text, length);
	terminal.restore_length += length;
}

/* The mouse off, attributes off, the cursor on, the other screen left. */
static void prepare_restore(void)
{
	static const char mouse_off[] = "\033[?1000l\033[?1002l\033[?1006l";

	terminal.restore_length = 0;
	if (has_mouse()) {
		memcpy(terminal.restore, mouse_off, sizeof(mouse_off) - 1);
		terminal.restore_length = sizeof(mouse_off) - 1;
	}
	add_capability("sgr0");
	add_capability("rmkx");
	add_capability("cnorm");
	add_capability("rmcup");
}

/* The handler was reset: the signal that is raised here ends the process, and leaves a core if those are wanted. */
static void on_crash(int number)
{
	ssize_t ignored = write(terminal.output_fd, terminal.restore, terminal.restore_length);

	(void)ignored;
	tcsetattr(terminal.output_fd, TCSADRAIN, &terminal.modes);
	raise(number);
}

static void handle_crashes(void (*handler)(int))
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
	struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESETHAND | SA_NODEFER };

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
}

/* --- opening and closing --- */

/* Terminals that understand what is said to Linux's console. */
static bool is_like_linux(const char *name)
{
	static const char *const beginnings[] = { "linux", "vt", "xterm", "screen", "tmux" };

	for (size_t i = 0; name && i < sizeof(beginnings) / sizeof(beginnings[0]); i++)
		if (!strncmp(name, beginnings[i], strlen(beginnings[i])))
			return true;
	return false;
}

/* In a rescue shell no terminal may be described: there the program has a description of its own. */
static bool look_up(const char *name)
{
	int result;

	terminal.type = NULL;
	if (setupterm(NULL, STDOUT_FILENO, &result) == OK)
		return true;
	if (!is_like_linux(name) || setenv("TERMINFO", TERMINFO_LINUX, true))
		return false;
	terminal.type = "linux";
	return setupterm(terminal.type, STDOUT_FILENO, &result) == OK;
}

static bool can_be_a_screen(char *why, size_t size)
{
	const char *name = getenv("TERM");

	if (!isatty(STDOUT_FILENO)) {
		snprintf(why, size, "the output is no terminal");
		return false;
	}
	if (!look_up(name)) {
		snprintf(why, size, "nothing is known of terminal '%.40s' (TERM)", name ?: "");
		return false;
	}
	if (!capability("cup")) {
		snprintf(why, size, "terminal '%.40s' (TERM) cannot move its cursor", name ?: "");
		return false;
	}
	return true;
}

static int open_input(char *why, size_t size)
{
	if (isatty(STDIN_FILENO)) {
		terminal.input = stdin;
		return 0;
	}
	terminal.input = fopen("/dev/tty", "re");
	terminal.owns_input = terminal.input;
	if (!terminal.input)
		snprintf(why, size, "there is no terminal to read keys from");
	return terminal.input ? 0 : -ENOTSUP;
}

static void close_input(void)
{
	if (terminal.owns_input)
		fclose(terminal.input);
	terminal.owns_input = false;
	terminal.input = NULL;
}

static void set_modes(void)
{
	cbreak();
	noecho();
	nonl();
	curs_set(0);
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(ESCAPE_DELAY_MS);
	mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
	mouseinterval(0);
}

int terminal__open(char *why, size_t size)
{
	if (!can_be_a_screen(why, size) || open_input(why, size))
		return -ENOTSUP;
	terminal.output_fd = STDOUT_FILENO;
	tcgetattr(terminal.output_fd, &terminal.modes);
	terminal.screen = newterm(terminal.type, stdout, terminal.input);
	if (!terminal.screen) {
		snprintf(why, size, "the terminal cannot be set up");
		close_input();
		return -ENOTSUP;
	}
	set_modes();
	start_colours();
	prepare_restore();
	handle_crashes(on_crash);
	return 0;
}

void terminal__close(void)
{
	if (!terminal.screen)
		return;
	handle_crashes(SIG_DFL);
	endwin();
	delscreen(terminal.screen);
	terminal.screen = NULL;
	close_input();
}

void terminal__suspend(void)
{
	endwin();
	raise(SIGSTOP);
	terminal__resize(); /* it may have changed meanwhile */
}

void terminal__resize(void)
{
	struct winsize size;

	if (!ioctl(terminal.output_fd, TIOCGWINSZ, &size) && size.ws_row && size.ws_col)
		resizeterm(size.ws_row, size.ws_col);
	clearok(curscr, TRUE);
}

int terminal__input_fd(void)
{
	return fileno(terminal.input);
}

bool terminal__is_gone(void)
{
	struct pollfd input = { .fd = terminal__input_fd(), .events = POLLIN };

	return poll(&input, 1, 0) > 0 && input.revents & (POLLHUP | POLLERR);
}
