/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of the screen share, and how they call each other. For screen*.c alone. */
#ifndef SCREEN_STATE_H
#define SCREEN_STATE_H

#include "columns.h"
#include "endpoints.h"
#include "filter.h"
#include "pen.h"
#include "prompt.h"
#include "screen.h"
#include "table.h"
#include "wire.h"

/* What fills the screen. */
enum screen_mode {
	SCREEN_LIST,
	SCREEN_DETAILS, /* of one process */
	SCREEN_HELP,
};

/* What is being typed. */
enum screen_asking {
	ASKING_NOTHING,
	ASKING_FILTER,
	ASKING_SIGNAL,
	ASKING_FILE,
	ASKING_TIME,
};

/* Where a list is looked at. */
struct cursor {
	size_t place;	/* of the row at hand */
	size_t top;	/* of the first row that is shown */
	bool moved;	/* by hand: it stays with the row `id`; else it is at the first, whichever that is */
	struct row_id id;
};

/* Where on the screen the list is, for the mouse. */
struct drawn {
	int tabs;   /* row of the tabs */
	int row;    /* of the list's heading */
	int height; /* of one of the list's rows */
	int count;
};

struct screen {
	struct screen_options options;
	struct screen_parts parts;
	struct endpoints endpoints;
	struct resolver *resolver;
	struct filter *filter; /* NULL: all */
	char filter_text[PROMPT_SIZE];

	const struct model *live; /* NULL before the first interval */
	struct model *frozen;	  /* what is shown in its place; NULL: it is not frozen */
	struct interval interval;
	struct wire wire;
	const char *ended; /* why the recording does not go on; NULL: it does */
	bool paused;	   /* the recording, by hand */
	struct screen_seek seek; /* that it is to do */

	enum screen_mode mode;
	enum screen_asking asking;
	struct prompt prompt;
	char message[256]; /* until the next key */
	struct listing listing;
	struct listing pane;
	struct cursor cursor;
	struct drawn drawn;
	struct buffer line; /* that is being built */

	struct owner subject; /* whose details are shown, or who is to get a signal */
	const struct socket_info *sockets;
	size_t socket_count;
	int sockets_error; /* 0 or -errno of reading them */
	int scroll;	   /* of the details and the help */
};

/* What is shown: the model, or a copy that stands still. NULL before the first interval. */
static inline const struct model *screen__model(const struct screen *screen)
{
	return screen->frozen ?: screen->live;
}

/* Says something in the bottom line. */
void screen__say(struct screen *screen, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Makes the list anew, after what is in it, or its order, has changed. */
void screen__rebuild(struct screen *screen);

void screen__draw(struct screen *screen);

/* Draws screen->line, a line of a table, and empties it. */
void screen__draw_line(struct screen *screen, int row, enum tone tone);

/* Each draws from a row of the screen on, and returns the row behind its last. */
int screen_header__draw(struct screen *screen, int row);
int screen_list__draw(struct screen *screen, int row, int end);
int screen_details__draw(struct screen *screen, int row, int end);
int screen_help__draw(struct screen *screen, int row, int end);

/* What little there is room for. */
bool screen__is_small(void);

/* The tabs, for the mouse: that at a column, or -1. */
int screen_header__tab_at(const struct screen *screen, int row, int column);

/* Moves the cursor by so many rows; to a place; to the first row, whichever that will be. */
void screen_list__move(struct screen *screen, long rows);
void screen_list__go(struct screen *screen, size_t place);
void screen_list__go_first(struct screen *screen);

/* The process of the row at hand, or NULL. */
const struct process *screen_list__process(const struct screen *screen);

/* Shows the details of a process; brings them up to date. */
void screen_details__open(struct screen *screen, const struct process *process);
void screen_details__refresh(struct screen *screen);

/* Asks for what is typed next; takes a key of it, and returns what main has to fulfil. */
void screen_ask__begin(struct screen *screen, enum screen_asking what);
unsigned int screen_ask__key(struct screen *screen, int key);
void screen_ask__draw(struct screen *screen, int row);

/* The keys: what they do, and what is said of them. */
unsigned int screen_keys__press(struct screen *screen, int key);
void screen_keys__draw_hints(struct screen *screen, int row);

/* A line of the help: false behind the last. */
bool screen_keys__help(const struct screen *screen, int number, const char **keys, const char **help);

/* 0, -ENOMEM, or -EINVAL: the expression is wrong, and error says what is. */
int screen__set_filter(struct screen *screen, const char *expression, char *error, size_t size);

/* Names of hosts and of services, on and off. */
void screen__set_names(struct screen *screen, bool hosts, bool services);

#endif
