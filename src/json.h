/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One JSON object a line, one line an interval, as the manual page describes. Pure ASCII: other characters
 * are \uXXXX, so that it is valid whatever the names are, and harmless on a terminal.
 */
#ifndef JSON_H
#define JSON_H

#include <stdio.h>

#include "devices.h"
#include "interval.h"
#include "model.h"
#include "view.h"

struct json;

/* 0 or -ENOMEM. Keeps the memory of the longest line. */
int json__new(struct json **out);
void json__free(struct json *json);

/*
 * Makes the line, with its newline, of the interval that the model closed last; the view says which processes
 * and connections. devices may be NULL. *line is not terminated, and valid until the next call. 0 or -ENOMEM.
 */
int json__line(struct json *json, const struct interval *interval, const struct model *model,
	       const struct view *view, const struct devices *devices, const char **line, size_t *length);

/* Makes the line, writes it to out and flushes. 0 or -errno. */
int json__write(struct json *json, FILE *out, const struct interval *interval, const struct model *model,
		const struct view *view, const struct devices *devices);

#endif
