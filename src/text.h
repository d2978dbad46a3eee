/* SPDX-License-Identifier: GPL-2.0 */
/* Plain text for people: for each interval a header, the processes and the connections; at the end a summary.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stdio.h>

#include "devices.h"
#include "escape.h"
#include "format.h"
#include "interval.h"
#include "model.h"
#include "view.h"

#define TEXT_MIN_WIDTH 40

struct text_options {
	int width; /* columns of a line; less than TEXT_MIN_WIDTH counts as that */
	enum escape_charset charset;
	enum format_units units;
};

struct text;

/* The options are copied. 0 or -ENOMEM. */
int text__new(struct text **out, const struct text_options *options);
void text__free(struct text *text);

/*
 * Writes what the view shows of the interval that the model closed last, and flushes. devices may be NULL.
 * 0 or -errno.
 */
int text__interval(struct text *text, FILE *out, const struct interval *interval, const struct model *model,
		   const struct view *view, const struct devices *devices);

/*
 * Writes totals, averages and peaks of the whole run. The view: built with MODEL_ALL and ORDER_TOTAL.
 * 0 or -errno.
 */
int text__summary(struct text *text, FILE *out, const struct model *model, const struct view *view);

#endif
