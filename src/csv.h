/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Comma-separated values for spreadsheets (RFC 4180): a header row, then a row for each process or connection of each
 * interval. A text that a spreadsheet would take for a formula has an apostrophe before it.
 */
#ifndef CSV_H
#define CSV_H

#include <stdbool.h>
#include <stdio.h>

#include "interval.h"
#include "model.h"
#include "view.h"

struct csv;

/* connections: rows of those, not of processes. 0 or -ENOMEM. */
int csv__new(struct csv **out, bool connections);
void csv__free(struct csv *csv);

/* It goes on in the stream of another: with no second header row, unless that had other columns. */
void csv__go_on(struct csv *csv, const struct csv *before);

/* Writes what the view has of the interval that the model closed last, and flushes. 0 or -errno. */
int csv__interval(struct csv *csv, FILE *out, const struct interval *interval, const struct model *model,
		  const struct view *view);

#endif
