/* SPDX-License-Identifier: GPL-2.0 */
/* All that is known of one process: who it is, and its sockets with what they do, as lines of text. */
#ifndef DETAILS_H
#define DETAILS_H

#include "buffer.h"
#include "columns.h"
#include "identity.h"
#include "model.h"
#include "sockets.h"

/* A row of the table of sockets. */
struct socket_row {
	struct socket_info info;
	struct rates rates; /* zeros where nothing was counted for it */
};

const struct column *details__columns(size_t *count);

/* The row of a socket: its rates are those of its connections of the process. process: NULL where none was counted. */
struct socket_row details__row(const struct socket_info *info, const struct process *process);

/*
 * Facts of the process, a name and a text each, in turn: number from 0 on. False behind the last. *text is valid until the
 * next call.
 */
bool details__fact(const struct owner *owner, const struct identity *identity, int number, const char **name,
		   const char **text);

#endif
