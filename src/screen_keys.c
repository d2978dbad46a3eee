/* SPDX-License-Identifier: GPL-2.0 */
/* The keys: one table says what each does, and tells the help of it. */
#include <curses.h>
#include <string.h>

#include "screen_state.h"

#define KEY_ESCAPE 27
#define KEY_TAB '\t'
#define WHEEL_ROWS 3
#define SEEK_STEPS 10

typedef unsigned int (*key_action)(struct screen *screen, int key);

struct key {
	const char *name; /* in the help; NULL: another of the one before */
	int code;
	key_action action;
	const char *help;
	const char *hint; /* for the bottom line; NULL: not there */
};

/* --- moving --- */

static int page(const struct screen *screen)
{
	int rows = screen->mode == SCREEN_LIST ? screen->drawn.count : LINES / 2;

	return rows > 1 ? rows - 1 : 1;
}

static unsigned int move_by(struct screen *screen, long rows)
{
	if (screen->mode == SCREEN_LIST)
		screen_list__move(screen, rows);
	else
		screen->scroll += rows;
	return SCREEN_WISH_NONE;
}

static unsigned int up(struct screen *screen, int key)
{
	(void)key;
	return move_by(screen, -1);
}

static unsigned int down(struct screen *screen, int key)
{
	(void)key;
	return move_by(screen, 1);
}

static unsigned int page_up(struct screen *screen, int key)
{
	(void)key;
	return move_by(screen, -page(screen));
}

static unsigned int page_down(struct screen *screen, int key)
{
	(void)key;
	return move_by(screen, page(screen));
}

static unsigned int first(struct screen *screen, int key)
{
	(void)key;
	screen_list__go_first(screen);
	screen->scroll = 0;
	return SCREEN_WISH_NONE;
}

static unsigned int last(struct screen *screen, int key)
{
	(void)key;
	if (screen->mode == SCREEN_LIST)
		screen_list__go(screen, screen->listing.count);
	else
		screen->scroll = 1 << 20; /* drawing stops at the end */
	return SCREEN_WISH_NONE;
}

/* --- views --- */

static void show_view(struct screen *screen, enum listing_kind view)
{
	screen->options.view = view;
	screen->mode = SCREEN_LIST;
	screen_list__go_first(screen);
	screen__rebuild(screen);
}

static unsigned int choose_view(struct screen *screen, int key)
{
	show_view(screen, key - '1');
	return SCREEN_WISH_NONE;
}

static unsigned int next_view(struct screen *screen, int key)
{
	int step = key == KEY_BTAB ? LISTING_KINDS - 1 : 1;

	show_view(screen, (screen->options.view + step) % LISTING_KINDS);
	return SCREEN_WISH_NONE;
}

static unsigned int enter(struct screen *screen, int key)
{
	const struct process *process = screen->mode == SCREEN_LIST ? screen_list__process(screen) : NULL;

	(void)key;
	if (process)
		screen_details__open(screen, process);
	else if (screen->mode == SCREEN_LIST)
		screen__say(screen, "details are of a process: 1 or 2 shows those");
	return SCREEN_WISH_NONE;
}

static unsigned int leave(struct screen *screen, int key)
{
	(void)key;
	if (screen->mode == SCREEN_LIST && screen->filter)
		screen__set_filter(screen, "", NULL, 0);
	screen->mode = SCREEN_LIST;
	return SCREEN_WISH_NONE;
}

static unsigned int help(struct screen *screen, int key)
{
	(void)key;
	screen->mode = screen->mode == SCREEN_HELP ? SCREEN_LIST : SCREEN_HELP;
	screen->scroll = 0;
	return SCREEN_WISH_NONE;
}

/* --- what is shown, and in which order --- */

static unsigned int sort_by(struct screen *screen, int key)
{
	switch (key) {
	case 's':
		screen->options.sort = ORDER_SENT;
		break;
	case 'r':
		screen->options.sort = ORDER_RECEIVED;
		break;
	case 'S':
		screen->options.sort = ORDER_SUM;
		break;
	case 't':
		screen->options.sort = ORDER_TOTAL;
		break;
	case 'i':
		screen->options.sort = ORDER_PID;
		break;
	case 'a':
		screen->options.sort = ORDER_NAME;
		break;
	}
	screen_list__go_first(screen);
	screen__rebuild(screen);
	return SCREEN_WISH_NONE;
}

static unsigned int change_units(struct screen *screen, int key)
{
	static const enum format_units next[] = {
		[FORMAT_IEC] = FORMAT_SI,
		[FORMAT_SI] = FORMAT_BITS,
		[FORMAT_BITS] = FORMAT_BYTES,
		[FORMAT_BYTES] = FORMAT_IEC,
	};

	(void)key;
	screen->options.units = next[screen->options.units];
	return SCREEN_WISH_NONE;
}

static unsigned int name_programs(struct screen *screen, int key)
{
	enum screen_program wanted = key == 'l' ? SCREEN_COMMAND : SCREEN_BASE;

	screen->options.program = screen->options.program == wanted ? SCREEN_PROGRAM : wanted;
	return SCREEN_WISH_NONE;
}

static unsigned int toggle_ports(struct screen *screen, int key)
{
	(void)key;
	screen->endpoints.hide_ports = screen->options.hide_ports = !screen->options.hide_ports;
	return SCREEN_WISH_NONE;
}

static unsigned int toggle_names(struct screen *screen, int key)
{
	bool hosts = screen->options.hosts, services = screen->options.services;

	screen__set_names(screen, key == 'n' ? !hosts : hosts, key == 'N' ? !services : services);
	return SCREEN_WISH_NONE;
}

static unsigned int toggle_log(struct screen *screen, int key)
{
	(void)key;
	screen->options.log_scale = !screen->options.log_scale;
	return SCREEN_WISH_NONE;
}

static unsigned int toggle_totals(struct screen *screen, int key)
{
	(void)key;
	screen->options.totals = !screen->options.totals;
	screen__rebuild(screen);
	return SCREEN_WISH_NONE;
}

static unsigned int freeze(struct screen *screen, int key)
{
	(void)key;
	if (screen->options.recording) {
		screen->paused = !screen->paused;
		return SCREEN_WISH_REPLAY;
	}
	if (screen->frozen) {
		listing__clear(&screen->listing); /* they point into the copy */
		listing__clear(&screen->pane);
		model__free(screen->frozen);
		screen->frozen = NULL;
	} else if (screen->live && model__clone(&screen->frozen, screen->live)) {
		screen->frozen = NULL;
		screen__say(screen, "not enough memory to freeze the picture");
	}
	screen__rebuild(screen);
	return SCREEN_WISH_NONE;
}

/* --- the rest --- */

static unsigned int ask_filter(struct screen *screen, int key)
{
	(void)key;
	screen_ask__begin(screen, ASKING_FILTER);
	return SCREEN_WISH_NONE;
}

static unsigned int ask_file(struct screen *screen, int key)
{
	(void)key;
	screen_ask__begin(screen, ASKING_FILE);
	return SCREEN_WISH_NONE;
}

static unsigned int ask_signal(struct screen *screen, int key)
{
	const struct process *process = screen_list__process(screen);

	(void)key;
	if (screen->options.recording) {
		screen__say(screen, "a recording's processes get no signals");
		return SCREEN_WISH_NONE;
	}
	if (screen->mode == SCREEN_LIST && process)
		screen->subject = process->owner;
	if ((screen->mode == SCREEN_LIST && !process) || screen->subject.tgid == TGID_KERNEL ||
	    screen->subject.tgid & TGID_UNKNOWN)
		screen__say(screen, "signals are for processes: 1 or 2 shows those");
	else
		screen_ask__begin(screen, ASKING_SIGNAL);
	return SCREEN_WISH_NONE;
}

static unsigned int change_speed(struct screen *screen, int key)
{
	double speed = screen->options.speed * (key == '-' ? 0.5 : 2);

	if (speed >= 0.01 && speed <= 10000)
		screen->options.speed = speed;
	return SCREEN_WISH_REPLAY;
}

/* Keys that come at once add up. */
static unsigned int seek(struct screen *screen, int key)
{
	int steps = key == '[' || key == ']' ? 1 : SEEK_STEPS;

	if (!screen->options.recording)
		return SCREEN_WISH_NONE;
	screen->seek.steps += key == '[' || key == KEY_LEFT ? -steps : steps;
	return SCREEN_WISH_REPLAY;
}

static unsigned int ask_time(struct screen *screen, int key)
{
	(void)key;
	if (screen->options.recording && screen->live)
		screen_ask__begin(screen, ASKING_TIME);
	return SCREEN_WISH_NONE;
}

static unsigned int change_interval(struct screen *screen, int key)
{
	static const double steps[] = { 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60 };
	const int count = sizeof(steps) / sizeof(steps[0]);
	double now = screen->options.interval;

	if (screen->options.recording)
		return change_speed(screen, key);
	if (key == '-') {
		for (int i = count - 1; i >= 0 && screen->options.interval == now; i--)
			screen->options.interval = steps[i] < now ? steps[i] : now;
	} else {
		for (int i = 0; i < count && screen->options.interval == now; i++)
			screen->options.interval = steps[i] > now ? steps[i] : now;
	}
	screen__say(screen, "every %g s", screen->options.interval);
	return SCREEN_WISH_INTERVAL;
}

static unsigned int quit(struct screen *screen, int key)
{
	(void)screen;
	(void)key;
	return SCREEN_WISH_QUIT;
}

/* --- the mouse --- */

/* On a tab, or on a row: chooses it, or opens the one that is chosen. */
static unsigned int click(struct screen *screen, const MEVENT *event)
{
	const struct drawn *drawn = &screen->drawn;
	int tab = screen_header__tab_at(screen, event->y, event->x);
	int row = event->y - drawn->row - 1;
	size_t place = screen->cursor.top + row / drawn->height;

	if (screen->mode != SCREEN_LIST)
		return SCREEN_WISH_NONE;
	if (tab >= 0)
		show_view(screen, tab);
	else if (row < 0 || row >= drawn->count * drawn->height)
		return SCREEN_WISH_NONE;
	else if (place == screen->cursor.place)
		return enter(screen, 0);
	else
		screen_list__go(screen, place);
	return SCREEN_WISH_NONE;
}

static unsigned int mouse(struct screen *screen, int key)
{
	MEVENT event;

	(void)key;
	if (getmouse(&event) != OK)
		return SCREEN_WISH_NONE;
	if (event.bstate & BUTTON4_PRESSED)
		return move_by(screen, -WHEEL_ROWS);
	if (event.bstate & BUTTON5_PRESSED)
		return move_by(screen, WHEEL_ROWS);
	return event.bstate & BUTTON1_PRESSED ? click(screen, &event) : SCREEN_WISH_NONE;
}

/* --- the table --- */

static const struct key keys[] = {
	{ "h ? F1", 'h', help, "this help", "h Help" },
	{ NULL, '?', help, NULL, NULL },
	{ NULL, KEY_F(1), help, NULL, NULL },
	{ "q F10", 'q', quit, "quit (also Ctrl-C)", "q Quit" },
	{ NULL, KEY_F(10), quit, NULL, NULL },
	{ "up down", KEY_UP, up, "a row up or down; so does the wheel; a click chooses a row or view", NULL },
	{ NULL, KEY_DOWN, down, NULL, NULL },
	{ "K j", 'K', up, "likewise (with --read-only k too)", NULL },
	{ NULL, 'j', down, NULL, NULL },
	{ "PgUp PgDn", KEY_PPAGE, page_up, "a page up or down", NULL },
	{ NULL, KEY_NPAGE, page_down, NULL, NULL },
	{ "Home g", KEY_HOME, first, "the first row, whichever is first", NULL },
	{ NULL, 'g', first, NULL, NULL },
	{ "End G", KEY_END, last, "the last row", NULL },
	{ NULL, 'G', last, NULL, NULL },
	{ "Tab 1-6", KEY_TAB, next_view, "the next view; processes, connections, hosts, ports, containers, users", "Tab View" },
	{ NULL, KEY_BTAB, next_view, NULL, NULL },
	{ NULL, '1', choose_view, NULL, NULL },
	{ NULL, '2', choose_view, NULL, NULL },
	{ NULL, '3', choose_view, NULL, NULL },
	{ NULL, '4', choose_view, NULL, NULL },
	{ NULL, '5', choose_view, NULL, NULL },
	{ NULL, '6', choose_view, NULL, NULL },
	{ "Enter", '\r', enter, "details of a process: all its sockets", "Enter Details" },
	{ NULL, '\n', enter, NULL, NULL },
	{ NULL, KEY_ENTER, enter, NULL, NULL },
	{ "Esc", KEY_ESCAPE, leave, "back; in a list: without the filter", NULL },
	{ "/", '/', ask_filter, "filter: text, pid: user: port: host: proto: dev: container:, !not", "/ Filter" },
	{ "s r", 's', sort_by, "sort by sent, by received", "s/r Sort" },
	{ NULL, 'r', sort_by, NULL, NULL },
	{ "S t i a", 'S', sort_by, "sort by the sum, by the total since the start, by PID, by name", NULL },
	{ NULL, 't', sort_by, NULL, NULL },
	{ NULL, 'i', sort_by, NULL, NULL },
	{ NULL, 'a', sort_by, NULL, NULL },
	{ "T", 'T', toggle_totals, "totals since the start, or rates", "T Totals" },
	{ "m", 'm', change_units, "units: KiB, kB, bits, bytes", "m Units" },
	{ "l b", 'l', name_programs, "processes by command line, by base name", NULL },
	{ NULL, 'b', name_programs, NULL, NULL },
	{ "p", 'p', toggle_ports, "ports on and off", NULL },
	{ "n N", 'n', toggle_names, "names of hosts (asks DNS), of services", "n Names" },
	{ NULL, 'N', toggle_names, NULL, NULL },
	{ "L", 'L', toggle_log, "logarithmic or linear bars", NULL },
	{ "Space P", ' ', freeze, "freeze the picture; counting goes on. A recording stops", "Space Freeze" },
	{ NULL, 'P', freeze, NULL, NULL },
	{ "+ -", '+', change_interval, "a longer or shorter interval; of a recording: faster, slower", NULL },
	{ NULL, '-', change_interval, NULL, NULL },
	{ "left right", KEY_LEFT, seek, "in a recording: 10 intervals back, forward", NULL },
	{ NULL, KEY_RIGHT, seek, NULL, NULL },
	{ "[ ]", '[', seek, "in a recording: an interval back, forward", NULL },
	{ NULL, ']', seek, NULL, NULL },
	{ "@", '@', ask_time, "in a recording: to HH:MM:SS, or by +SECONDS or -SECONDS", NULL },
	{ "k", 'k', ask_signal, "send the process a signal (asks which)", "k Kill" },
	{ "w", 'w', ask_file, "write what is shown to a file", "w Write" },
	{ NULL, KEY_MOUSE, mouse, NULL, NULL },
};

#define KEY_COUNT ((int)(sizeof(keys) / sizeof(keys[0])))

unsigned int screen_keys__press(struct screen *screen, int key)
{
	if (key == 'k' && (screen->options.read_only || screen->mode == SCREEN_HELP))
		key = KEY_UP; /* as vi has it; it can mean nothing else then */
	for (int i = 0; i < KEY_COUNT; i++) {
		if (keys[i].code == key)
			return keys[i].action(screen, key);
	}
	return SCREEN_WISH_NONE;
}

void screen_keys__draw_hints(struct screen *screen, int row)
{
	struct pen pen = pen__begin(row);

	for (int i = 0; i < KEY_COUNT; i++) {
		if (keys[i].action == ask_signal && screen->options.read_only)
			continue;
		if (keys[i].hint && pen.column + 2 + (int)strlen(keys[i].hint) < COLS)
			pen__printf(&pen, TONE_PLAIN, " %s ", keys[i].hint);
	}
}

bool screen_keys__help(const struct screen *screen, int number, const char **names, const char **text)
{
	for (int i = 0; i < KEY_COUNT; i++) {
		if (keys[i].action == ask_signal && screen->options.read_only)
			continue;
		if (!keys[i].name || number--)
			continue;
		*names = keys[i].name;
		*text = keys[i].help;
		return true;
	}
	return false;
}
