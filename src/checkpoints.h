/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the model was at places of a recording, so that going back to one is not all the way from the beginning: the model
 * only knows forward.
 */
#ifndef CHECKPOINTS_H
#define CHECKPOINTS_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "model.h"

#define CHECKPOINTS_MAX 64

/* How far a recording has been played. */
struct progress {
	unsigned long intervals;
	time_t end; /* of the last of them */
};

static inline bool progress__is_short_of(const struct progress *progress, const struct progress *wanted)
{
	return progress->intervals < wanted->intervals || progress->end < wanted->end;
}

struct checkpoint {
	struct progress progress;
	__s64 offset; /* where the recording goes on */
	struct model *model;
};

/* All zeros is none. */
struct checkpoints {
	struct checkpoint list[CHECKPOINTS_MAX]; /* the earliest first */
	size_t count;
	size_t entries;	       /* of all their models: processes and connections */
	unsigned int doubled;  /* so many times, intervals from one to the next */
	unsigned long farthest; /* that was played */
};

/*
 * Tells of each interval that was played, and of the beginning: now and then it is kept. The longer the recording, and the
 * larger the model, the fewer; without memory there are less.
 */
void checkpoints__note(struct checkpoints *checkpoints, const struct progress *progress, __s64 offset,
		       const struct model *model);

/* The latest that is short of this, and from which an interval could be played. NULL: there is none, not even the beginning. */
const struct checkpoint *checkpoints__before(const struct checkpoints *checkpoints, const struct progress *wanted);

void checkpoints__clear(struct checkpoints *checkpoints);

#endif
