/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What `nethogs -t` prints, for scripts that read it: a line "Refreshing:", then for each process PROGRAM/PID/UID, what it
 * sent and what it received, in KB (1024 bytes) a second, with tabs between.
 */
#ifndef NETHOGS_H
#define NETHOGS_H

#include <stdio.h>

#include "view.h"

/* Writes the view's processes, and flushes. 0 or -errno. */
int nethogs__interval(FILE *out, const struct view *view);

#endif
